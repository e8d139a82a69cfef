import { MalformedJws, parseCompactJws, type CompactJws } from '../../protocol/compact-jws.ts';
import { member } from '../../protocol/json.ts';
import type { VerificationKey } from '../../protocol/jwks.ts';
import { signatureHolds } from '../../protocol/jws-verify.ts';
import { sha256 } from '../domain/digest.ts';
import type { Passage } from '../domain/passage.ts';
import { Refusal } from '../domain/refusal.ts';
import type { Broker } from './broker.ts';

const longestAssertion = 8 * 1024;
/** The longest life of an assertion; a longer one would have to be remembered too long. */
const longestSeconds = 300;
const leewaySeconds = 30;

/** One who signs with a key of its own that broker.yaml names. */
interface KeyHolder {
  readonly id: string;
  readonly keys: ReadonlyMap<string, VerificationKey>;
}

/** Who may call, and which paths below the public URL may stand in the assertion's audience. */
interface Expected<T> {
  readonly callers: ReadonlyMap<string, T>;
  readonly paths: readonly string[];
  readonly passage: Pick<Passage, 'verify'>;
}

/**
 * The caller that made this assertion: private_key_jwt (RFC 7523 §3, OpenID Connect Core 1.0 §9), used once.
 * @throws Refusal `invalid_client`; `rate_limited` when too many wait to be verified
 */
export async function authenticateCaller<T extends KeyHolder>(
  broker: Broker,
  text: string,
  { callers, paths, passage }: Expected<T>,
): Promise<T> {
  const assertion = parse(text);
  const { claims } = assertion;
  const id = member(claims, 'iss');
  const server = typeof id === 'string' ? callers.get(id) : undefined;
  if (server === undefined || member(claims, 'sub') !== id) throw refused();
  const audience = member(claims, 'aud');
  const only: unknown = Array.isArray(audience) && audience.length === 1 ? audience[0] : audience;
  if (!broker.publicUrls.some((url) => only === url || paths.some((path) => only === url + path)))
    throw refused();
  const { key } = keyFor(server, assertion);
  // Its algorithm was found to be the key's.
  if (!(await passage.verify(() => signatureHolds(assertion, key, assertion.algorithm)))) throw refused();
  await checkFresh(broker, server, claims);
  return server;
}

function parse(text: string): CompactJws {
  try {
    return parseCompactJws(text, longestAssertion);
  } catch (error) {
    if (error instanceof MalformedJws) throw refused();
    throw error;
  }
}

/** The key that the assertion names; where there is only one it may stay unnamed. */
function keyFor(server: KeyHolder, { header, algorithm }: CompactJws): VerificationKey {
  const kid = member(header, 'kid');
  const keys = [...server.keys.values()];
  const key = typeof kid === 'string' ? (server.keys.get(kid) ?? server.keys.get('pem')) : keys[0];
  const same = key?.algorithm === (algorithm === 'Ed25519' ? 'EdDSA' : algorithm);
  if (key === undefined || !same || (kid === undefined && keys.length !== 1)) throw refused();
  return key;
}

async function checkFresh(
  broker: Broker,
  server: KeyHolder,
  claims: Readonly<Record<string, unknown>>,
): Promise<void> {
  const nowSeconds = broker.host.clock.now().getTime() / 1000;
  const expires = member(claims, 'exp');
  const notBefore = member(claims, 'nbf') ?? 0;
  const jti = member(claims, 'jti');
  // RFC 7523 §3: not before its time.
  if (typeof notBefore !== 'number' || notBefore - leewaySeconds > nowSeconds) throw refused();
  if (typeof expires !== 'number' || typeof jti !== 'string' || jti === '' || jti.length > 256)
    throw refused();
  if (expires + leewaySeconds <= nowSeconds || expires > nowSeconds + longestSeconds + leewaySeconds)
    throw refused();
  const key = sha256(JSON.stringify(['assertion', server.id, jti]));
  const expiresAt = new Date((expires + 2 * leewaySeconds) * 1000);
  if ((await broker.store.useProof({ key, expiresAt })) !== 'new') throw refused();
}

function refused(): Refusal {
  return new Refusal('invalid_client', 'the client assertion does not hold');
}
