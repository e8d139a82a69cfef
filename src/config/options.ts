import type { Option } from '../domain/option.ts';

const everywhere = ['action', 'component', 'cli'] as const;

/**
 * THE table of options. action.yml, the component's inputs, `--help` and docs/reference/inputs.md are made from it,
 * and `Config` is read by it. A new option is a new row.
 */
export const options = [
  {
    name: 'provider',
    type: 'choice',
    choices: ['broker', 'aws', 'gcp', 'azure', 'vault', 'octo-sts', 'npm', 'pypi', 'crates', 'sts'],
    default: 'broker',
    text: 'Who gives the credentials: `broker` (your ephemeral-creds broker), `aws`, `gcp`, `azure` (the cloud’s own federation, without a broker), `vault` (HashiCorp Vault and OpenBao), `octo-sts`, `npm`, `pypi`, `crates` (package registries with trusted publishing) or `sts` (any server of the standard token exchange, RFC 8693).',
    on: everywhere,
  },
  {
    name: 'broker-url',
    type: 'text',
    default: '',
    text: 'The broker’s base URL: https, or http on loopback. Required for `provider: broker`.',
    on: everywhere,
  },
  {
    name: 'audience',
    type: 'text',
    default: '',
    text: 'Audience of the ID token, pinned. Left out, it is the provider’s own: the broker’s URL for `broker`, `sts.amazonaws.com` for `aws`, `https://iam.googleapis.com/` and the workload identity provider for `gcp`, `api://AzureADTokenExchange` for `azure`, the server’s URL for `vault`, its host name for `octo-sts` and `crates`, `npm:` and the host name for `npm`, `pypi` for `pypi`, the token endpoint for `sts`.',
    on: everywhere,
  },
  {
    name: 'role',
    type: 'lines',
    default: '',
    text: 'What to borrow, one a line: `NAME`, or `PREFIX=NAME` to put `PREFIX_` before the names of its variables. For `aws` the ARN of the role, for `gcp` the service account, if any, for `azure` the scope, for `vault` the role of the auth method, for `octo-sts` the identity, for `npm` the package, for `sts` the scope, if any.',
    on: everywhere,
  },
  {
    name: 'region',
    type: 'text',
    default: '',
    text: 'Region, for providers that have one. For `aws` it chooses the STS endpoint and is exported as AWS_REGION.',
    on: everywhere,
  },
  {
    name: 'ttl',
    type: 'duration',
    default: '',
    text: 'Lifetime to ask for: `15m`, `900` (seconds), `1h`. Left out, the role’s own; 15 minutes where nothing says otherwise.',
    on: everywhere,
  },
  {
    name: 'max-ttl',
    type: 'duration',
    default: '1h',
    text: 'A lease that lives longer than this is given back, and nothing is delivered.',
    on: everywhere,
  },
  {
    name: 'min-ttl',
    type: 'duration',
    default: '0',
    text: 'A lease that lives shorter than this is given back, and nothing is delivered.',
    on: everywhere,
  },
  {
    name: 'export',
    type: 'lines',
    default: 'auto',
    text: 'Where to deliver, one a line: `auto`, `env`, `outputs`, `file`, `aws-profile`, `docker-config`, `gcp-adc`, `git-credential`, `kubeconfig`, `netrc`, `npmrc`, `pgpass`, `pypirc`, `ssh`. Settings stand behind: `env NPM_TOKEN=token` gives a field the name that you choose; `aws-profile profile=prod` names the profile; `ssh host-ca=HOSTS,TYPE,KEY` makes a key and says which hosts to believe. docs/reference/exporters.md has them all.',
    on: everywhere,
  },
  {
    name: 'binding',
    type: 'choice',
    choices: ['auto', 'key', 'none'],
    default: 'auto',
    text: 'Bind the ID token to a key of this process: `key`, `none`, or `auto` (`key` where the platform lets the audience be chosen and the provider understands it).',
    on: ['action', 'cli'],
  },
  {
    name: 'id-token',
    type: 'text',
    default: 'auto',
    text: 'Where the ID token comes from: `auto` (the platform), `env:NAME` (a variable that holds it) or `file:PATH` (a file, by its absolute path).',
    on: ['action', 'cli'],
  },
  {
    name: 'expect-account',
    type: 'list',
    default: 'any',
    guards: true,
    text: 'The account, project or tenant that must come back; of several, separated by commas or line ends, any of them (`gcp` and `azure` take one); `any` compares nothing. If another comes, it is given back, and nothing is delivered. Through a broker AWS sessions, Google and Azure tokens say whose they are; for `vault` it is the id of the job’s entity. Of several credentials those that say it are compared, and where none does it fails.',
    on: everywhere,
  },
  {
    name: 'static-keys',
    type: 'choice',
    choices: ['warn', 'refuse', 'ignore'],
    default: 'warn',
    text: 'When a static credential of the same kind as what is lent lies in the job’s variables: `warn`, `refuse` (nothing is delivered) or `ignore`. The variable is named, its value never shown.',
    on: everywhere,
  },
  {
    name: 'revoke',
    type: 'boolean',
    default: 'true',
    text: 'Give everything back when the job ends (post step).',
    on: ['action', 'cli'],
  },
  {
    name: 'fail-on-revoke-error',
    type: 'boolean',
    default: 'false',
    text: 'Fail the job when something could not be given back. Otherwise a warning says what lives on, and until when.',
    on: everywhere,
  },
  {
    name: 'timeout',
    type: 'duration',
    default: '90s',
    text: 'Time that borrowing may take in all.',
    on: everywhere,
  },
  {
    name: 'approval-timeout',
    type: 'duration',
    default: '0',
    text: 'How long to wait for an approval, where the broker wants one; `timeout` does not count meanwhile. 0: fail at once, and say where it is to be approved.',
    on: everywhere,
  },
  {
    name: 'files-dir',
    type: 'text',
    default: '',
    text: 'Folder for the files that exporters write: absolute, outside the checkout. Left out, a private folder under the runner’s temporary folder.',
    on: ['action', 'cli'],
  },
  {
    name: 'summary',
    type: 'choice',
    choices: ['always', 'on-problem', 'never'],
    default: 'always',
    text: 'When to write to the job summary.',
    on: ['action'],
  },
  {
    name: 'ca-cert',
    type: 'pem',
    default: '',
    text: 'Certificate authorities to trust besides the usual ones: the path of a PEM file, or its text, as it is or in Base64 (up to 16 KiB).',
    on: everywhere,
  },
  {
    name: 'params',
    type: 'yaml',
    default: '',
    text: 'Further parameters of the provider, as YAML (`name: value` a line).',
    on: everywhere,
  },
] as const satisfies readonly Option[];

export type OptionName = (typeof options)[number]['name'];
