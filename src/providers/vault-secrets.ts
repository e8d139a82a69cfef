import { CredsError } from '../domain/errors.ts';
import type { HttpAnswer } from '../domain/host.ts';
import type { Lease, Prospect } from '../domain/lease.ts';
import { fullMatch } from '../domain/pattern.ts';
import type { Secret } from '../domain/secret.ts';
import { credentialFromWire } from '../protocol/credential-wire.ts';
import { exchange, retrying, type Call } from '../protocol/http.ts';
import { isObject, member } from '../protocol/json.ts';
import { timeOf } from './one-token.ts';
import { jsonOf, refusalOf, type Meaning } from './server-answer.ts';
import { decoded } from './vault-decoding.ts';
import type { VaultPlan } from './vault-plan.ts';
import { longestAnswer, vaultHeaders, warningsOf } from './vault-wire.ts';
import type { SecretWish } from './vault-wish.ts';

/** What a login brought. */
export interface VaultLogin {
  readonly token: Secret;
  /** Invalid where it never ends. */
  readonly expiresAt: Date;
  /** Of a kind that lies nowhere at the server, and so cannot be revoked. */
  readonly isBatch: boolean;
  /** How often it may be used. */
  readonly uses: number;
  /** Who the server takes the job for. */
  readonly entity: string | undefined;
}

interface Borrower {
  readonly login: VaultLogin;
  /** Of this exchange: leases that the server does not name are called by it. */
  readonly id: string;
}

/**
 * Reads all paths at once, each again by itself where that helps: what a lost answer leaves behind ends with the login.
 * @returns a lease for each, in the order in which they were asked for
 * @throws CredsError when one cannot be had; all are answered then
 */
export async function readSecrets(plan: VaultPlan, borrower: Borrower, call: Call): Promise<Lease[]> {
  const reads = plan.secrets.map((wish, index) =>
    retrying(call, async () => {
      const body = await readOnce(plan, { wish, token: borrower.login.token }, call);
      return leaseOf(body, { ...borrower, id: `vault_${borrower.id}_${String(index + 1)}` }, { wish, call });
    }),
  );
  const results = await Promise.allSettled(reads);
  return results.map((result) => {
    if (result.status === 'rejected') throw result.reason;
    return result.value;
  });
}

type Body = Readonly<Record<string, unknown>>;

async function readOnce(
  plan: VaultPlan,
  { wish, token }: { readonly wish: SecretWish; readonly token: Secret },
  call: Call,
): Promise<Body> {
  const path = wish.path.split('/').map(encodeURIComponent).join('/');
  const url = new URL(`${plan.base}/v1/${path}${wish.query}`);
  const written = wish.data === undefined ? {} : { body: JSON.stringify(wish.data) };
  const headers = {
    'x-vault-token': token.reveal(),
    ...vaultHeaders(plan),
    ...(wish.data === undefined ? {} : { 'content-type': 'application/json' }),
  };
  const method = wish.data === undefined ? 'GET' : 'POST';
  const answer = await exchange(call, { method, url, headers, ...written, maxBytes: longestAnswer });
  if (answer.status === 200) {
    const body = jsonOf(answer);
    if (body !== undefined && isObject(member(body, 'data'))) return body;
    throw new CredsError('answer-invalid', `${url.host} sent nothing for ${wish.path}.`);
  }
  // A replica that has not heard of the login yet (Vault Enterprise, Consistency).
  if (answer.status === 412)
    throw new CredsError('busy', `${url.host} answered 412.`, { retryAfterSeconds: 0 });
  throw refusalOf(answer, { host: url.host, now: call.host.clock.now(), meaning: readMeaning(answer, wish) });
}

function readMeaning(answer: HttpAnswer, { path, data }: SecretWish): Meaning | undefined {
  const verb = data === undefined ? 'read' : 'update';
  const versioned = warningsOf(answer).some((text) => text.startsWith('Invalid path for a versioned K/V'));
  const [mount = '', ...rest] = path.split('/');
  if (answer.status === 404 && versioned)
    return missing(
      `${path} is not where version 2 of the KV engine has secrets`,
      `Write \`path: ${mount}/data/${rest.join('/')}\`.`,
    );
  return {
    400: missing(
      `it does not take the request for ${path}`,
      'Compare `path` and `data` with the engine’s API; the server’s log has more.',
    ),
    403: {
      code: 'policy-denied' as const,
      text: `the login may not ${verb} ${path}`,
      hint: `Give the role a policy with \`path "${path}" { capabilities = ["${verb}"] }\`. Version 2 of the KV engine has \`data/\` behind the mount.`,
    },
    404: missing(
      `there is nothing at ${path}`,
      'Correct `path` in `secrets`: MOUNT/data/NAME for version 2 of the KV engine, MOUNT/creds/ROLE for a database. A deleted version is not there, either.',
    ),
    405: missing(
      `${path} is not ${data === undefined ? 'read' : 'written to'}`,
      data === undefined
        ? 'Give the entry `data`: the engine is written to, as pki/issue is.'
        : 'Leave `data` out: the engine is read.',
    ),
  }[answer.status];
}

function missing(text: string, hint: string): Meaning {
  return { code: 'request-refused', text, hint };
}

interface Reading {
  readonly wish: SecretWish;
  readonly call: Call;
}

function leaseOf(body: Body, { login, id }: Borrower, { wish, call }: Reading): Lease {
  const data = valuesOf(member(body, 'data') as Body);
  const leaseId = member(body, 'lease_id');
  const isDynamic = typeof leaseId === 'string' && leaseId !== '';
  if (isDynamic && !fullMatch(/[\x21-\x7e]{1,512}/, leaseId))
    throw new CredsError('answer-invalid', `The lease of ${wish.path} has no usable id.`);
  const lease = isDynamic
    ? { id: leaseId, ...dynamicTerms(member(body, 'lease_duration'), { data, wish, login }, call) }
    : { id, ...staticTerms(data, { wish, login }, call) };
  return {
    role: wish.path,
    ...(wish.prefix === undefined ? {} : { prefix: wish.prefix }),
    ...lease,
    credentials: [credentialFromWire(wireOf(data, wish), lease.expiresAt)],
  };
}

/** Version 2 of the KV engine has the secret one floor deeper, beside what is known of its version. */
function valuesOf(data: Body): Body {
  const inner = member(data, 'data');
  const metadata = member(data, 'metadata');
  const isVersioned =
    isObject(inner) &&
    isObject(metadata) &&
    Number.isSafeInteger(member(metadata, 'version')) &&
    Object.keys(data).length === 2;
  return isVersioned ? inner : data;
}

type Terms = Pick<Lease, 'expiresAt' | 'revocability'>;

/** Ends with the login at the latest, but for what a cloud has signed: that lives its own time. */
function dynamicTerms(
  seconds: unknown,
  { data, wish, login }: { readonly data: Body; readonly wish: SecretWish; readonly login: VaultLogin },
  { host }: Call,
): Terms {
  const end = host.clock.now().getTime() + (typeof seconds === 'number' ? seconds : 0) * 1000;
  const isSigned =
    wish.kind === 'aws-session' ||
    wish.kind === 'gcp-token' ||
    typeof member(data, 'security_token') === 'string';
  if (isSigned || login.isBatch) return { expiresAt: new Date(end), revocability: 'expiry-only' };
  return { expiresAt: new Date(Math.min(end, login.expiresAt.getTime())), revocability: 'immediate' };
}

/** Without a lease: something signed that says when it ends, or a value that never does. */
function staticTerms(
  data: Body,
  { wish, login }: { readonly wish: SecretWish; readonly login: VaultLogin },
  { onWarning }: Call,
): Terms {
  const end = timeOf(endOf(data));
  if (end === undefined)
    onWarning?.(`${wish.path} is a stored value: it stays good after the job, until somebody changes it.`);
  return { expiresAt: end ?? login.expiresAt, revocability: 'expiry-only' };
}

/** Of a certificate (PKI) and of a token of Google Cloud, in seconds since 1970. */
function endOf(data: Body): number | undefined {
  const end = typeof member(data, 'certificate') === 'string' ? member(data, 'expiration') : undefined;
  const found = end ?? member(data, 'expires_at_seconds');
  return typeof found === 'number' ? found : undefined;
}

/** In the form of PROTOCOL.md, whose checks then hold for it, too. */
function wireOf(data: Body, wish: SecretWish): Body {
  const { kind, from, decode, values, plain, path } = wish;
  const base = { kind, name: nameOf(path) };
  const names = from ?? new Map(Object.keys(data).map((name) => [name, [name]]));
  const found = [...names].flatMap(([name, candidates]) => {
    if (Object.hasOwn(values, name)) return [];
    const value = candidates
      .map((each) => member(data, each))
      .find((each) => each !== undefined && each !== null);
    if (value === undefined) {
      if (from !== undefined && kind === 'fields') throw absent(path, name);
      return [];
    }
    return [[name, decoded(textOf(value), decode, { path, name })] as const];
  });
  const named = typeof decode === 'object' ? [...decode.keys()] : [];
  const missed = named.find((name) => !found.some(([each]) => each === name));
  if (missed !== undefined) throw absent(path, missed);
  if (kind !== 'fields') return { ...base, ...values, ...Object.fromEntries(found) };
  const fields = found.map(([name, value]) => [name, { value, sensitive: !plain.includes(name) }]);
  return { ...base, fields: Object.fromEntries(fields) as unknown };
}

function nameOf(path: string): string {
  return fullMatch(/[A-Za-z0-9][A-Za-z0-9._/-]{0,127}/, path) ? path : 'secret';
}

/** What reading will bring, by what is asked for. */
export function prospectOf({ path, prefix, kind, from }: SecretWish): Prospect {
  const fields = kind === 'fields' && from !== undefined ? { fields: [...from.keys()] } : {};
  const credentials = [{ name: nameOf(path), kind, ...fields }];
  return { role: path, ...(prefix === undefined ? {} : { prefix }), credentials };
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function absent(path: string, name: string): CredsError {
  return new CredsError('lease-unsuitable', `${path} has no field for \`${name}\`.`, {
    hint: 'Compare `fields` with what the secret holds; names are compared letter by letter.',
  });
}
