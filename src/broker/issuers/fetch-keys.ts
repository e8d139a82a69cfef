import { isIP } from 'node:net';
import type { Transport } from '../../domain/host.ts';
import { isObject, member, parseStrictJson } from '../../protocol/json.ts';
import { readKeySet, type KeySet } from '../../protocol/jwks.ts';
import type { Issuer, KeySource } from '../domain/issuer.ts';

const maxBytes = 256 * 1024;

export type RemoteKeys = Exclude<KeySource, { from: 'file' }>;

/** How it is fetched. */
interface Way {
  readonly send: Transport;
  readonly signal: AbortSignal;
}

/**
 * The issuer's keys from where it keeps them. Redirects are not followed.
 * @throws Error when there is no whole, usable set, or when the discovery document speaks for another issuer
 */
export async function fetchKeys(issuer: Issuer, source: RemoteKeys, way: Way): Promise<KeySet> {
  const url = source.from === 'address' ? source.url : await discover(issuer, source.url, way);
  return readKeySet(await get(issuer, url, way), issuer.algorithms);
}

/**
 * Where the discovery document says that the keys are (OpenID Connect Discovery 1.0 §4.3): its `issuer` must be ours
 * byte for byte, and the place on the same origin, so that who can change the document can point nowhere else.
 */
async function discover(issuer: Issuer, address: URL, way: Way): Promise<URL> {
  const document = parseStrictJson(await get(issuer, address, way));
  const named = isObject(document) ? member(document, 'issuer') : undefined;
  const place = isObject(document) ? member(document, 'jwks_uri') : undefined;
  if (named !== issuer.url) throw new Error('its discovery document is of another issuer');
  if (typeof place !== 'string' || !URL.canParse(place))
    throw new Error('its discovery document has no jwks_uri');
  const url = new URL(place);
  if (url.origin !== address.origin || url.username !== '' || url.password !== '')
    throw new Error('its jwks_uri is on another host; write jwks_uri into broker.yaml if that is meant');
  return url;
}

async function get(issuer: Issuer, url: URL, { send, signal }: Way): Promise<Uint8Array> {
  const { status, body } = await send({
    method: 'GET',
    url,
    headers: { accept: 'application/jwk-set+json, application/json' },
    maxBytes,
    networks: isLiteral(url) ? 'any' : issuer.networks,
    signal,
  });
  if (status !== 200) throw new Error(`status ${String(status)}`);
  return body;
}

/** An address that the operator wrote down as such, or this machine, is meant. */
function isLiteral({ hostname }: URL): boolean {
  return hostname === 'localhost' || isIP(hostname.replace(/^\[|\]$/g, '')) !== 0;
}
