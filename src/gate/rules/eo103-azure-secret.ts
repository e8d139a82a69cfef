import type { CredentialRule } from './rule.ts';

export const azureSecret: CredentialRule = {
  id: 'EO103',
  name: 'azure-secret',
  what: 'A client secret, publish profile, deployment token or storage key of Azure.',
  severity: 'error',
  why: 'A client secret is a password of an application: it lives for up to two years and works from anywhere.',
  hint: {
    text: 'Give the application a federated credential for this repository and environment, and log in with ids alone. A publish profile is not needed after azure/login.',
    before: '- uses: azure/login@v3\n  with:\n    creds: ${{ secrets.AZURE_CREDENTIALS }}',
    after:
      'permissions:\n  id-token: write\nsteps:\n  - uses: azure/login@v3\n    with:\n      client-id: ${{ vars.AZURE_CLIENT_ID }}\n      tenant-id: ${{ vars.AZURE_TENANT_ID }}\n      subscription-id: ${{ vars.AZURE_SUBSCRIPTION_ID }}',
  },
  recognises: {
    inputs: [
      {
        action: /azure\/.*/,
        input: /creds|credentials?|client-?secret|publish-profile|connection-?string|.*token/,
      },
      {
        input:
          /publish[-_]?profile|azure[-_]static[-_]web[-_]apps[-_]api[-_]token|(azure|arm|aad|spn)[-_]?(.*[-_])?(client[-_]?secret|credentials?|creds|secret|password)|storage[-_]?(account[-_])?(access[-_])?key|sas[-_]?(token|url)/,
      },
    ],
    variables: [
      /(TF_VAR_)?(ARM|AZURE|AAD|SPN|SP)_(CLIENT_SECRET|ACCESS_KEY|SAS_TOKEN|CREDENTIALS|CREDS|PASSWORD|CLIENT_PASSWORD|CLIENT_CERTIFICATE.*)/,
      /AZURE_STORAGE_(KEY|ACCESS_KEY|SAS_TOKEN|ACCOUNT_KEY|CONNECTION_STRING)|AZURE_STATIC_WEB_APPS_API_TOKEN.*|AZURE_FUNCTIONAPP_PUBLISH_PROFILE.*|AZURE_WEBAPP_PUBLISH_PROFILE.*|SWA_CLI_DEPLOYMENT_TOKEN/,
    ],
    commands: [
      { line: /az login/, option: /-p|--password|--service-principal-password/ },
      { line: /az storage|azcopy|az .*/, option: /--account-key|--sas-token|--connection-string/ },
      { line: /swa deploy/, option: /--deployment-token/ },
    ],
    names: [
      /(?!.*(AZURE|AZ)_?(DEVOPS|OPENAI)_)(.*_)?(AZURE|AZ|ARM|AAD|ENTRA|SPN|ADLS|ACI|AKS)_(.*_)?(SECRET|CLIENT_SECRET|SECRET_VALUE|CREDENTIALS?|CREDS?|PASSWORD|PWD|KEY|ACCESS_KEY|SAS|SAS_TOKEN|TOKEN|CONNECTION_STRING|PUBLISH_PROFILE|PUBLISHPROFILE|API_TOKEN.*)(_.*)?/,
      /(.*_)?PUBLISH_?PROFILE(_.*)?|AZURE_STATIC_WEB_APPS_API_TOKEN.*|AZUREAPPSERVICE_PUBLISHPROFILE_.*|SPN_(SECRET|PASSWORD|KEY)|(.*_)?STORAGE_(ACCOUNT_)?(ACCESS_)?KEY(_.*)?|(.*_)?SAS_(TOKEN|URL)/,
    ],
  },
  examples: {
    finds: [
      { step: 'uses: azure/login@v3\nwith:\n  creds: ${{ secrets.SP_PROD }}' },
      {
        step: 'uses: azure/webapps-deploy@v3\nwith:\n  app-name: shop\n  publish-profile: ${{ secrets.PP }}',
      },
      { step: 'run: terraform apply\nenv:\n  ARM_CLIENT_SECRET: ${{ secrets.SP }}' },
      { step: 'run: az login --service-principal -u "$A" -p "${{ secrets.SP }}" --tenant "$T"' },
    ],
    passes: [
      {
        step: 'uses: azure/login@v3\nwith:\n  client-id: ${{ secrets.AZURE_CLIENT_ID }}\n  tenant-id: ${{ secrets.AZURE_TENANT_ID }}\n  subscription-id: ${{ secrets.SUB }}',
      },
      {
        step: 'run: terraform plan\nenv:\n  ARM_CLIENT_ID: ${{ secrets.ARM_CLIENT_ID }}\n  ARM_USE_OIDC: true',
      },
    ],
  },
};
