import { createHash, generateKeyPairSync } from 'node:crypto';

/** A secret that is none, in the form of one. */
export interface LiteralSecret {
  readonly kind: string;
  /** As it stands in a file. */
  readonly text: string;
  /** The part that nobody may read. */
  readonly secret: string;
}

const sets = {
  alnum: 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789',
  letters: 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz',
  upper: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567',
  hex: '0123456789abcdef',
  digits: '0123456789',
};

/** Always the same, so that a failure can be seen again. */
function made(name: string, length: number, set: keyof typeof sets = 'alnum'): string {
  const signs = sets[set];
  let text = '';
  for (let at = 0; text.length < length; at++)
    for (const octet of createHash('sha256')
      .update(`${name} ${String(at)}`)
      .digest())
      text += signs[octet % signs.length] ?? '';
  return text.slice(0, length);
}

/** Put together, so that no scanner finds a secret in this file. */
const of = (kind: string, ...parts: readonly string[]): LiteralSecret => {
  const text = parts.join('');
  return { kind, text, secret: text };
};

/** One whose surroundings are no secret. */
const within = (kind: string, before: string, secret: string, after = ''): LiteralSecret => ({
  ...{ kind, secret },
  text: `${before}${secret}${after}`,
});

function privateKey(): LiteralSecret {
  const { privateKey: key } = generateKeyPairSync('rsa', { modulusLength: 1024 });
  const text = key.export({ type: 'pkcs1', format: 'pem' }).toString().trim();
  return { kind: 'private key', text, secret: text.split('\n').slice(1, -1).join('\n') };
}

/** Its length makes the base64 end in padding, as the rule wants it. */
function servicePayload(): string {
  const bytes = (pad: string): string => JSON.stringify({ key: made('1password', 120), pad });
  const padded = ['', 'a', 'aa'].map(bytes).find((text) => text.length % 3 === 1) ?? '';
  return Buffer.from(padded).toString('base64');
}

const jwtPart = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** One of each kind that a rule of secretlint’s preset knows, and of those that are ours. */
export const literalSecrets: readonly LiteralSecret[] = [
  of('aws key id', 'AK', 'IA', made('aws', 16, 'upper')),
  of('aws session key id', 'AS', 'IA', made('aws session', 16, 'upper')),
  within('aws secret', 'AWS_SECRET_ACCESS_KEY=', made('aws secret', 40)),
  of('npm', 'npm', '_', made('npm', 36)),
  within('npmrc', '//packages.corp.internal/:_authToken=', made('npmrc', 36)),
  of('slack', 'xo', 'xb-', made('slack 1', 12, 'digits'), '-', made('slack 2', 24)),
  within(
    'slack webhook',
    ['https://hooks.', 'slack.com/services/T', made('t', 9), '/B', made('b', 9), '/'].join(''),
    made('hook', 24),
  ),
  within('basic auth', 'https://deployer:', made('basic', 24), '@files.corp.internal'),
  of('openai', 'sk', '-', made('openai 1', 20), 'T3Blb', 'kFJ', made('openai 2', 20)),
  of('anthropic', 'sk-', 'ant-api03-', made('anthropic', 93), 'AA'),
  of('groq', 'gs', 'k_', made('groq', 52)),
  of('huggingface', 'h', 'f_', made('huggingface', 34, 'letters')),
  of('linear', 'lin', '_api_', made('linear', 40)),
  of('notion', 'nt', 'n_', made('notion 1', 11, 'digits'), made('notion 2', 35)),
  privateKey(),
  of('sendgrid', 'S', 'G.', made('sendgrid 1', 22), '.', made('sendgrid 2', 43)),
  of('shopify', 'shp', 'at_', made('shopify', 32, 'hex')),
  of('stripe', 'sk', '_live_', made('stripe', 24)),
  of('github', 'gh', 'p_', made('github', 36)),
  of('github fine-grained', 'github', '_pat_', made('github fine', 82)),
  of('github job', 'gh', 's_', made('github job', 36)),
  of('gitlab', 'gl', 'pat-', made('gitlab', 20)),
  of('gitlab job', 'gl', 'cbt-', made('gitlab job', 24)),
  of('grafana cloud', 'gl', 'c_', made('grafana cloud', 64)),
  of('grafana', 'gl', 'sa_', made('grafana 1', 32), '_', made('grafana 2', 8, 'hex')),
  of('1password', 'op', 's_', servicePayload()),
  within('postgres', 'postgres://app:', made('postgres', 24), '@db.corp.internal:5432/app'),
  within('mysql', 'mysql://app:', made('mysql', 24), '@db.corp.internal:3306/app'),
  within('mongodb', 'mongodb+srv://app:', made('mongodb', 24), '@db.corp.internal/app'),
  of('vault', 'hv', 's.', made('vault', 95)),
  of('vercel', 'vc', 'p_', made('vercel', 40)),
  of('databricks', 'da', 'pi', made('databricks', 32, 'hex')),
  of('docker', 'dckr', '_pat_', made('docker', 27)),
  of('figma', 'fi', 'gd_', made('figma', 40)),
  of('cloudflare', 'cf', 'ut_', made('cloudflare 1', 40), made('cloudflare 2', 8, 'hex')),
  of('tailscale', 'ts', 'key-auth-', made('tailscale 1', 16), '-', made('tailscale 2', 32)),
  of(
    'jwt',
    jwtPart({ alg: 'HS256', typ: 'JWT' }),
    '.',
    jwtPart({ sub: 'deploy', admin: 1 }),
    '.',
    made('jwt', 43),
  ),
];
