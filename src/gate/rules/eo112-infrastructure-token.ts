import type { CredentialRule } from './rule.ts';

export const infrastructureToken: CredentialRule = {
  id: 'EO112',
  name: 'infrastructure-token',
  what: 'A token for Terraform Cloud, Pulumi or another service that holds the state of infrastructure.',
  severity: 'error',
  why: 'State holds every password that was ever written into it, and whoever runs plans runs them with the cloud’s rights.',
  hint: {
    text: 'Pulumi and Spacelift take the job’s ID token. For HCP Terraform, let the broker lend the token, and give workspaces dynamic provider credentials.',
    before:
      '- uses: pulumi/actions@v6\n  with:\n    command: up\n    stack-name: org/prod\n  env:\n    PULUMI_ACCESS_TOKEN: ${{ secrets.PULUMI_ACCESS_TOKEN }}',
    after:
      'permissions:\n  id-token: write\nsteps:\n  - uses: pulumi/auth-actions@v1\n    with:\n      organization: org\n      requested-token-type: urn:pulumi:token-type:access_token:organization\n  - uses: pulumi/actions@v6\n    with:\n      command: up\n      stack-name: org/prod',
  },
  recognises: {
    inputs: [
      {
        action:
          /hashicorp\/(setup-terraform|tfc-workflows-github\/.*)|.*(terraform|tfc|opentofu|pulumi|spacelift|env0|scalr).*/,
        input:
          /(?!.*(github|gh|gitlab|git|cloudflare|openai|slack|infracost|aws|azure|gcp|google|registry)[-_]).*(token|credentials|api[-_]key)/,
      },
      {
        input:
          /cli_config_credentials_token|(tf|tfe|tfc|terraform|pulumi|spacelift|env0|scalr)[-_]?(cloud[-_]?)?(api[-_]|access[-_]|team[-_]|user[-_])?token/,
      },
    ],
    variables: [
      /TF_TOKEN_.*|(TF|TFE|TFC|TERRAFORM|TF_CLOUD|TF_API|TERRAFORM_CLOUD|PULUMI|SPACELIFT|ENV0|SCALR)_(API_|ACCESS_|USER_|TEAM_)?(TOKEN|API_KEY|API_SECRET|API_KEY_SECRET)|ATLAS_TOKEN|PULUMI_CONFIG_PASSPHRASE/,
    ],
    commands: [{ line: /pulumi login|terraform login|(tfc-cli|pulumi|spacectl|env0) .*--token/ }],
    files: [/.*\.terraformrc|.*credentials\.tfrc\.json/],
    names: [
      /(?!TF_VAR_|.*(AZURE|AWS|GCP)_)(.*_)?(TF|TFE|TFC|TERRAFORM|TERRAFORM_CLOUD|TF_CLOUD|HCP_TERRAFORM|PULUMI|SPACELIFT|ENV0|SCALR)_(.*_)?(TOKEN|API_KEY|API_SECRET|SECRET|KEY|PASSPHRASE|CREDENTIALS?)(_.*)?/,
    ],
  },
  examples: {
    finds: [
      {
        step: 'uses: hashicorp/setup-terraform@v4\nwith:\n  cli_config_credentials_token: ${{ secrets.HCP }}',
      },
      { step: 'run: pulumi up --yes\nenv:\n  PULUMI_ACCESS_TOKEN: ${{ secrets.STATE }}' },
    ],
    passes: [
      { gitlab: 'echo "{}" > $HOME/.terraform.d/credentials.tfrc.json' },

      {
        step: 'run: terraform plan\nenv:\n  TF_VAR_region: ${{ secrets.REGION }}\n  TF_CLOUD_ORGANIZATION: ${{ secrets.TF_CLOUD_ORGANIZATION }}',
      },
    ],
  },
};
