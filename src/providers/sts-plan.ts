import { parseDuration } from '../domain/duration.ts';
import type { Debt } from '../domain/intent.ts';
import type { RoleRequest } from '../domain/lease.ts';
import { fullMatch } from '../domain/pattern.ts';
import type { PlainRequest } from '../protocol/plain-exchange.ts';
import { idTokenType } from '../protocol/revocation.ts';
import { accessTokenType, jwtType } from '../protocol/token-exchange.ts';
import { endpointUrl, onlyParams, refuseInput, refuseKey } from './input.ts';
import type { Wish } from './provider.ts';

/** What the inputs of `provider: sts` come to. */
export interface StsPlan {
  readonly tokenEndpoint: URL;
  /** Of the ID token. */
  readonly audience: string;
  readonly role: RoleRequest;
  readonly request: PlainRequest;
  readonly scopes: readonly string[];
  readonly requestedTokenType: string | undefined;
  /** The lifetime to go by when the server does not tell one. */
  readonly assumeSeconds: number | undefined;
  /** Where and as whom to give back; empty: nowhere. */
  readonly debt: Debt;
}

const params = [
  'token-endpoint',
  'revocation-endpoint',
  'client-id',
  'audience',
  'resource',
  'scope',
  'subject-token-type',
  'requested-token-type',
  'assume-ttl',
  'fields',
  'encoding',
  'allow-ip',
] as const;
type Param = (typeof params)[number];

/** @throws CredsError `input-invalid`, naming the input */
export function readStsPlan(wish: Wish): StsPlan {
  refuseKey(wish);
  onlyParams(wish.params, params);
  refuseForeignInputs(wish);
  const text = (name: Param): string | undefined => readText(wish, name);
  const tokenEndpoint = readEndpoint(wish, 'token-endpoint');
  if (tokenEndpoint === undefined)
    throw bad('token-endpoint', 'is required: the URL at which the server exchanges tokens');
  const revocationEndpoint = readEndpoint(wish, 'revocation-endpoint');
  const client = text('client-id');
  const [role] = wish.roles;
  const scopes = role === undefined ? readScopes(wish) : [role.role];
  const requestedTokenType = tokenType(text('requested-token-type'));
  const assume = text('assume-ttl');
  const assumeSeconds = assume === undefined ? undefined : parseDuration(assume);
  if (assume !== undefined && (assumeSeconds ?? 0) < 1)
    throw bad('assume-ttl', 'must be a duration such as `15m`');
  return {
    tokenEndpoint,
    audience: wish.audience ?? tokenEndpoint.href,
    role: role ?? { role: 'token' },
    request: {
      subjectTokenType: tokenType(text('subject-token-type')) ?? idTokenType,
      encoding: readEncoding(wish),
      fields: {
        ...given('client_id', client === undefined ? [] : [client]),
        ...given('audience', readList(wish, 'audience')),
        ...given('resource', readResources(wish)),
        ...given('scope', scopes.length === 0 ? [] : [scopes.join(' ')]),
        ...given('requested_token_type', requestedTokenType === undefined ? [] : [requestedTokenType]),
        ...readFields(wish),
      },
    },
    scopes,
    requestedTokenType,
    assumeSeconds,
    debt:
      revocationEndpoint === undefined
        ? {}
        : { url: revocationEndpoint.href, ...(client === undefined ? {} : { client }) },
  };
}

function refuseForeignInputs(wish: Wish): void {
  const foreign = 'means nothing to `provider: sts`';
  if (wish.brokerUrl !== undefined)
    throw refuseInput('broker-url', `${foreign}: set \`token-endpoint\` in \`params\``);
  if (wish.region !== undefined) throw refuseInput('region', foreign);
  if (wish.ttlSeconds !== undefined)
    throw refuseInput('ttl', `${foreign}: the server decides, and \`max-ttl\` and \`min-ttl\` bound it`);
  if (wish.expectAccounts !== undefined)
    throw refuseInput('expect-account', `${foreign}: a token of the standard does not say whose it is`);
  if (wish.roles.length > 1)
    throw refuseInput('role', 'names several: one exchange brings one token, so use a step for each');
  if (wish.roles.length === 1 && wish.params['scope'] !== undefined)
    throw refuseInput('role', 'is the scope to ask for, which `params` has already');
  if (wish.roles.some(({ role }) => !fullMatch(scopePattern, role)))
    throw refuseInput('role', 'is the scope to ask for, and has characters that no scope has');
}

/** RFC 6749 §3.3. */
const scopePattern = /[\x21\x23-\x5b\x5d-\x7e]{1,512}/;

function readScopes(wish: Wish): string[] {
  const scopes = readList(wish, 'scope').flatMap((text) => text.split(' ').filter((scope) => scope !== ''));
  if (!scopes.every((scope) => fullMatch(scopePattern, scope)))
    throw bad('scope', 'has characters that no scope has');
  return scopes;
}

/** RFC 8707 §2: an absolute URI without a fragment. */
function readResources(wish: Wish): string[] {
  const resources = readList(wish, 'resource');
  if (!resources.every((text) => URL.canParse(text) && !text.includes('#')))
    throw bad('resource', 'must be an absolute URI without a fragment');
  return resources;
}

/** The two that stand for an ID token may be written without the URN around them. */
function tokenType(text: string | undefined): string | undefined {
  const short: Readonly<Record<string, string>> = {
    id_token: idTokenType,
    jwt: jwtType,
    access_token: accessTokenType,
  };
  return text === undefined ? undefined : ((Object.hasOwn(short, text) ? short[text] : undefined) ?? text);
}

/** Parameters of the standards that are set by inputs of their own, or would be a secret that never changes. */
const taken =
  /grant_type|subject_token|subject_token_type|client_id|audience|resource|scope|requested_token_type|client_secret|client_assertion|client_assertion_type|assertion|password|username|code|refresh_token|actor_token|actor_token_type/;

function readFields({ params: { fields = {} } }: Wish): Record<string, readonly string[]> {
  if (typeof fields !== 'object' || fields === null || Array.isArray(fields))
    throw bad('fields', 'must be `name: value` lines');
  const entries = Object.entries(fields as Record<string, unknown>).map(([name, value]) => {
    if (!fullMatch(/[A-Za-z][A-Za-z0-9_.-]{0,63}/, name) || fullMatch(taken, name))
      throw bad('fields', 'has a name that is not one of the server’s own parameters');
    return [name, [readValue('fields', value)]] as const;
  });
  return Object.fromEntries(entries);
}

function readEncoding(wish: Wish): 'form' | 'json' {
  const encoding = readText(wish, 'encoding') ?? 'form';
  if (encoding !== 'form' && encoding !== 'json') throw bad('encoding', 'must be `form` or `json`');
  return encoding;
}

function readEndpoint(wish: Wish, name: Param): URL | undefined {
  const text = readText(wish, name);
  return text === undefined
    ? undefined
    : endpointUrl(`params: ${name}`, text, wish.params['allow-ip'] === true);
}

function readText({ params: given_ }: Wish, name: Param): string | undefined {
  const value = given_[name];
  return value === undefined ? undefined : readValue(name, value);
}

function readList({ params: given_ }: Wish, name: Param): string[] {
  const value = given_[name];
  if (value === undefined) return [];
  return (Array.isArray(value) ? value : [value]).map((each) => readValue(name, each));
}

function readValue(name: Param, value: unknown): string {
  const text = typeof value === 'number' || typeof value === 'boolean' ? String(value) : value;
  if (typeof text !== 'string' || !fullMatch(/[^\u0000-\u001f\u007f]{1,2048}/, text))
    throw bad(name, 'must be one line of text');
  return text;
}

function given(name: string, values: readonly string[]): Record<string, readonly string[]> {
  return values.length === 0 ? {} : { [name]: values };
}

function bad(name: Param, problem: string): Error {
  return refuseInput(`params: ${name}`, problem);
}
