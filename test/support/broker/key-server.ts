/** An issuer's keys as a cache sees them: its answers are set by the test, its time is a clock that stands still. */
import { exportJWK, generateKeyPair, type JWK } from 'jose';
import type { AuditEvent } from '../../../src/broker/domain/audit-event.ts';
import type { Issuer } from '../../../src/broker/domain/issuer.ts';
import type { IssuerEntry } from '../../../src/broker/domain/settings.ts';
import { KeyCache } from '../../../src/broker/issuers/key-cache.ts';
import { findIssuer } from '../../../src/broker/issuers/registry.ts';
import { TransportError, type HttpAnswer, type HttpRequest } from '../../../src/domain/host.ts';
import { testClock, type TestClock } from './world.ts';

type Respond = (request: HttpRequest) => Promise<HttpAnswer>;

export interface WatchedKeys {
  readonly keys: KeyCache;
  readonly clock: TestClock;
  readonly requests: HttpRequest[];
  readonly notes: AuditEvent[];
  /** What the issuer answers from now on. */
  answer: Respond;
}

export function respond(body: unknown, status = 200): Respond {
  const octets = typeof body === 'string' ? body : JSON.stringify(body);
  return () => Promise.resolve({ status, headers: {}, body: Buffer.from(octets) });
}

export const down: Respond = () => Promise.reject(new TransportError('refused'));
/** Never answers, and does not listen to its signal either. */
export const silent: Respond = () => new Promise(() => undefined);

function issuerOf(entry: string | IssuerEntry): Issuer {
  const found = findIssuer(entry);
  if (typeof found === 'string') throw new Error(found);
  return found.issuer;
}

export function watchedKeys(entry: string | IssuerEntry = 'github', clock = testClock()): WatchedKeys {
  const requests: HttpRequest[] = [];
  const notes: AuditEvent[] = [];
  const made: WatchedKeys = {
    clock,
    requests,
    notes,
    answer: down,
    keys: new KeyCache(issuerOf(entry), {
      clock,
      send: (request) => {
        requests.push(request);
        return made.answer(request);
      },
      note: (event) => notes.push(event),
    }),
  };
  return made;
}

export async function jwk(kid: string, changes: JWK = {}, algorithm = 'RS256'): Promise<JWK> {
  const { publicKey } = await generateKeyPair(algorithm, { extractable: true });
  return { ...(await exportJWK(publicKey)), kid, alg: algorithm, use: 'sig', ...changes };
}

/** Lets everything go on that waits for nothing outside. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 50; turn++) await Promise.resolve();
  await new Promise((resolve) => {
    setImmediate(resolve);
  });
}
