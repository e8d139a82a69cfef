/** What every exporter that writes for a tool has to stand: two steps of one job, and the tool that reads both. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Peer } from './peers.ts';

/** Whose login it is: of the user, of the first step, of the second. */
export const owners = ['own', 'one', 'two'] as const;
export type Owner = (typeof owners)[number];
type Step = Exclude<Owner, 'own'>;

export interface ToolRow {
  readonly exporter: string;
  /** What the role of a step lends, as it goes over the wire. */
  readonly lent: (step: Step) => Readonly<Record<string, unknown>>;
  /** What stands behind the exporter's name. */
  readonly settings?: (step: Step) => string;
  /** The user's own: path below the home folder → text. */
  readonly own: Readonly<Record<string, string>>;
  /** For sh: the tool says what it finds; the login of an owner shows as `of-OWNER`. */
  readonly tool: string;
  readonly peers?: readonly Peer[];
  /** The tool knows one at a time: the later step's, then the one before. */
  readonly single?: true;
}

const pem = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n';
const basic = (step: Step) => ({
  kind: 'basic-login',
  username: `user-of-${step}`,
  password: `pass-of-${step}`,
});
const token = (step: Step) => ({ kind: 'bearer-token', token: `token-of-${step}` });
const ports = { own: 1, one: 2, two: 3 };
const provider = 'projects/123456/locations/global/workloadIdentityPools/ci/providers/github';

const gitOwn =
  '[credential "https://own.example.com"]\n\thelper = "!f() { echo username=u; echo password=pass-of-own; }; f"\n';
const gitAsks = (...places: readonly string[]): string =>
  places
    .map((place) => {
      const [host = '', ...path] = place.split('/');
      const question = `protocol=https\\nhost=${host}\\npath=${path.join('/')}\\n\\n`;
      return `printf '${question}' | GIT_TERMINAL_PROMPT=0 git credential fill 2>/dev/null || :`;
    })
    .join('\n');

const awsScript = `
const { STSClient } = require('node:module').createRequire(${JSON.stringify(resolve('package.json'))})('@aws-sdk/client-sts');
(async () => {
  for (const profile of [undefined, 'own', 'one', 'two']) {
    const { config } = new STSClient({ profile, region: 'eu-west-1' });
    const found = await config.credentials().catch(() => ({ accessKeyId: '-' }));
    console.log(profile ?? 'by itself', found.accessKeyId);
  }
})();`;

const netrcScript = `
import netrc, os
path = os.environ.get("NETRC", os.path.expanduser("~/.netrc"))
if os.path.exists(path): print(netrc.netrc(path).hosts)`;

export const toolRows: Readonly<Record<string, ToolRow>> = {
  'aws-profile': {
    exporter: 'aws-profile',
    lent: (step) => ({
      kind: 'aws-session',
      access_key_id: `ASIA-of-${step}`,
      secret_access_key: `secret-of-${step}`,
      session_token: `session-of-${step}`,
    }),
    settings: (step) => `profile=${step}`,
    own: {
      '.aws/credentials':
        '[default]\naws_access_key_id = AKIA-default\naws_secret_access_key = x\n\n[own]\naws_access_key_id = AKIA-of-own\naws_secret_access_key = x\n',
    },
    tool: `AWS_EC2_METADATA_DISABLED=true "$NODE" -e ${quoted(awsScript)} 2>&1`,
  },
  'docker-config': {
    exporter: 'docker-config',
    lent: basic,
    settings: (step) => `from=docker-config-${step} url=https://${step}.example.com`,
    own: {
      '.docker/config.json': `{"auths":{"own.example.com":{"auth":"${Buffer.from('user-of-own:x').toString('base64')}"}}}`,
    },
    tool: owners.map((each) => `skopeo login --get-login ${each}.example.com 2>/dev/null || :`).join('\n'),
    peers: ['skopeo'],
  },
  file: {
    exporter: 'file',
    lent: token,
    settings: (step) => `FIELD=file-${step}.token`,
    own: {},
    tool: 'test -z "$FIELD" || cat "$FIELD"',
    single: true,
  },
  'gcp-adc': {
    exporter: 'gcp-adc',
    lent: (step) => ({ kind: 'gcp-token', token: `ya29-of-${step}` }),
    settings: () => `provider=${provider} token-file=/run/secrets/token`,
    own: {},
    tool: 'test -z "$CLOUDSDK_AUTH_ACCESS_TOKEN_FILE" || cat "$CLOUDSDK_AUTH_ACCESS_TOKEN_FILE"',
    single: true,
  },
  'git-credential, two hosts': {
    exporter: 'git-credential',
    lent: basic,
    settings: (step) => `from=git-credential-${step} url=https://${step}.example.com`,
    own: { '.gitconfig': gitOwn },
    tool: gitAsks(...owners.map((each) => `${each}.example.com/app.git`)),
  },
  'git-credential, two paths of a host': {
    exporter: 'git-credential',
    lent: basic,
    settings: (step) => `from=git-credential-${step} url=https://git.example.com/${step}`,
    own: { '.gitconfig': gitOwn },
    tool: gitAsks('own.example.com/app', 'git.example.com/one/app.git', 'git.example.com/two/app'),
  },
  kubeconfig: {
    exporter: 'kubeconfig',
    lent: (step) => ({
      kind: 'kubernetes-token',
      server: `https://${step}.example.com`,
      token: `token-of-${step}`,
      ca_certificate: pem,
    }),
    own: {
      '.kube/config': JSON.stringify({
        apiVersion: 'v1',
        kind: 'Config',
        'current-context': 'own',
        clusters: [{ name: 'own', cluster: { server: 'https://own.example.com' } }],
        users: [{ name: 'own', user: { token: 'token-of-own' } }],
        contexts: [{ name: 'own', context: { cluster: 'own', user: 'own' } }],
      }),
    },
    tool: `kubectl config view --raw -o jsonpath='{.current-context} {.contexts[*].name} {.users[*].user.token}' 2>&1`,
    peers: ['kubectl'],
  },
  netrc: {
    exporter: 'netrc',
    lent: basic,
    settings: (step) => `from=netrc-${step} url=https://${step}.example.com`,
    own: { '.netrc': 'machine own.example.com login u password pass-of-own\n' },
    tool: `python3 -c ${quoted(netrcScript)}`,
    peers: ['python3'],
  },
  npmrc: {
    exporter: 'npmrc',
    lent: token,
    settings: (step) => `from=npmrc-${step} url=https://${step}.example.com`,
    own: { '.npmrc': '//own.example.com/:_authToken=token-of-own\n' },
    tool: 'cat "${NPM_CONFIG_USERCONFIG:-$HOME/.npmrc}"',
  },
  pgpass: {
    exporter: 'pgpass',
    lent: (step) => ({
      kind: 'postgres-login',
      host: '127.0.0.1',
      port: ports[step],
      database: 'app',
      username: `user-of-${step}`,
      password: `pass-of-${step}`,
    }),
    settings: (step) => `service=${step}`,
    own: {
      '.pg_service.conf': '[own]\nhost=127.0.0.1\nport=1\nuser=u\ndbname=app\nsslmode=disable\n',
      '.pgpass': '127.0.0.1:1:app:u:pass-of-own\n',
    },
    tool: `${owners
      .map(
        (each) =>
          `psql "service=${each}" -wc 'SELECT 1' 2>&1 | grep -q 'port ${String(ports[each])} failed' && echo of-${each}`,
      )
      .join('\n')}\n:`,
    peers: ['postgres'],
  },
  pypirc: {
    exporter: 'pypirc',
    lent: token,
    settings: (step) => `from=pypirc-${step} url=https://${step}.example.com/ repository=${step}`,
    own: {
      '.pypirc':
        '[distutils]\nindex-servers = own\n\n[own]\nrepository = https://own.example.com/\npassword = pass-of-own\n',
    },
    tool: 'cat "${EPHEMERAL_PYPIRC:-$HOME/.pypirc}"',
  },
};

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** Role and line of a step for a row, and what the role lends. */
export function stepOf({ exporter, lent, settings }: ToolRow, step: Step) {
  const role = `${exporter}-${step}`;
  return { role, line: `${exporter} ${settings?.(step) ?? ''}`.trim(), roles: { [role]: lent(step) } };
}

export function putOwn({ own }: ToolRow, home: string): void {
  for (const [path, text] of Object.entries(own)) {
    mkdirSync(dirname(join(home, path)), { recursive: true });
    writeFileSync(join(home, path), text, { mode: 0o600 });
  }
}

/** Whose logins a tool has shown. */
export function ownersIn(text: string): Owner[] {
  return owners.filter((each) => text.includes(`of-${each}`));
}
