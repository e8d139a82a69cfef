import type { CredentialRule } from './rule.ts';

export const secretZero: CredentialRule = {
  id: 'EO110',
  name: 'secret-zero',
  what: 'A static credential for a store of secrets.',
  severity: 'error',
  why: 'It opens all the others: a vault whose key lies beside it protects nothing.',
  hint: {
    text: 'Log in to the store with the job’s ID token: Vault and OpenBao by their JWT method, Doppler, Infisical and Akeyless by OIDC identities. 1Password and Bitwarden have none: put the broker before them.',
    before:
      '- uses: hashicorp/vault-action@v3\n  with:\n    url: https://vault.example.com\n    token: ${{ secrets.VAULT_TOKEN }}\n    secrets: secret/data/app key | KEY',
    after:
      'permissions:\n  id-token: write\nsteps:\n  - uses: hashicorp/vault-action@v3\n    with:\n      url: https://vault.example.com\n      method: jwt\n      role: app-deploy\n      jwtGithubAudience: https://vault.example.com\n      secrets: secret/data/app key | KEY',
  },
  recognises: {
    inputs: [
      {
        action: /.*(hashicorp\/vault|vault-action|vault|openbao).*/,
        input:
          /token|roleId|secretId|password|githubToken|jwtPrivateKey|client(Key|Certificate)|.*[-_]?(role|secret)[-_]id/,
      },
      {
        action:
          /.*(1password|doppler|infisical|bitwarden|akeyless|keeper|cyberark|conjur|delinea|dashlane|lastpass).*/,
        input: /.*(token|secret|key|password|config|api[-_]?key).*/,
      },
      {
        input:
          /vault[-_]?(token|secret[-_]id|role[-_]id|approle.*)|doppler[-_]?token|infisical[-_]?(token|client[-_]secret)|op[-_](service[-_]account|connect)[-_]token|akeyless.*(key|token)|bws[-_].*token/,
      },
    ],
    variables: [
      /(VAULT|BAO|OPENBAO)_(TOKEN|CLIENT_(CERT|KEY)(IFICATE)?|SECRET_ID|ROLE_ID|APPROLE_.*|APP_ROLE_.*)|OP_(SERVICE_ACCOUNT|CONNECT|SESSION)_?TOKEN|OP_SESSION_.*|DOPPLER_(SERVICE_)?TOKEN.*|INFISICAL_(TOKEN|CLIENT_SECRET|UNIVERSAL_AUTH_.*SECRET)|BWS?_(ACCESS_TOKEN|CLIENTSECRET|PASSWORD|SESSION)|AKEYLESS_(TOKEN|ACCESS_KEY)|KSM_(CONFIG|TOKEN)|CONJUR_AUTHN_API_KEY|CHAMBER_.*KEY|DOTENV_KEY|DOTENV_PRIVATE_KEY.*/,
    ],
    commands: [
      { line: /(vault|bao) (login|write auth)/ },
      {
        line: /(doppler|infisical|akeyless|op|bws?|ksm) .*/,
        option: /--token|--access-token|--access-key|-t|--client-secret|--password/,
      },
      { line: /curl .*(auth\/approle\/login|X-Vault-Token).*/ },
    ],
    names: [
      /(.*_)?(VAULT|BAO|OPENBAO|APPROLE|APP_ROLE|HCP)_(.*_)?(TOKEN|SECRET_?ID|ROLE_?ID|SECRET|PASSWORD|PASS|KEY|CLIENT_SECRET|CLIENT_CERT(IFICATE)?|APPROLE.*)(_.*)?/,
      /(.*_)?(OP|ONEPASSWORD|ONE_PASSWORD|1PASSWORD|DOPPLER|INFISICAL|BITWARDEN|BWS|BW|AKEYLESS|KEEPER|KSM|CONJUR|CYBERARK)_(.*_)?(TOKEN|SECRET|KEY|PASSWORD|CONFIG|CLIENT_SECRET|ACCESS_KEY|CONNECT_TOKEN|SERVICE_ACCOUNT|SA)(_.*)?/,
      /DOTENV_(PRIVATE_)?KEY.*/,
    ],
  },
  examples: {
    finds: [
      {
        step: 'uses: ./.github/actions/vault\nwith:\n  certificate: ${{ secrets.VAULT_CLIENT_CERT }}\n  key: ${{ secrets.VAULT_CLIENT_KEY }}',
      },
      {
        step: 'uses: hashicorp/vault-action@v3\nwith:\n  url: https://vault.example.com\n  token: ${{ secrets.V }}',
      },
      {
        step: 'uses: 1password/load-secrets-action@v4\nenv:\n  OP_SERVICE_ACCOUNT_TOKEN: ${{ secrets.OPS }}',
      },
      { step: 'run: doppler run --token ${{ secrets.D }} -- make deploy' },
    ],
    passes: [
      {
        step: 'uses: hashicorp/vault-action@v3\nwith:\n  url: ${{ secrets.VAULT_ADDR }}\n  method: jwt\n  role: deploy',
      },
    ],
  },
};
