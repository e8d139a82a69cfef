// How many requests a core verifies: our proof and ID token, beside the plain calls of jose that do the same
// cryptography and the checks that they have built in. In turn, in one run.
import { compactVerify, EmbeddedJWK, importJWK, jwtVerify } from 'jose';
import { KeyCache } from '../../src/broker/issuers/key-cache.ts';
import { findIssuer } from '../../src/broker/issuers/registry.ts';
import { parseIdToken, verifyIdToken } from '../../src/broker/issuers/verify-id-token.ts';
import { checkProof, parseProof } from '../../src/protocol/dpop-check.ts';
import { keyBoundAudience, makeProof, makeProofKey } from '../../src/protocol/dpop.ts';
import { makeIssuer } from '../../test/support/issuer.ts';
import { testWorld } from '../../test/support/broker/world.ts';

const times = 1500;
const rounds = 3;
const url = 'https://broker.example.com';

/** Prints both rates and their ratio. */
export async function compareVerification(): Promise<void> {
  const { ours, jose } = await contenders();
  const rates: Record<'ours' | 'jose', number[]> = { ours: [], jose: [] };
  await rate(ours, 300);
  await rate(jose, 300);
  for (let round = 0; round < rounds; round++) {
    rates.jose.push(await rate(jose, times));
    rates.ours.push(await rate(ours, times));
  }
  const [own, twin] = [median(rates.ours), median(rates.jose)];
  console.log(
    `proof + ID token: ${own.toFixed(0)} per CPU second, plain jose ${twin.toFixed(0)}  (${(own / twin).toFixed(2)} ×)`,
  );
}

async function contenders(): Promise<Record<'ours' | 'jose', () => Promise<unknown>>> {
  const fake = await makeIssuer();
  const { send, clock } = testWorld({ issuers: [fake] });
  const now = new Date();
  const key = makeProofKey();
  const body = 'x'.repeat(2000);
  const proof = makeProof(key, { method: 'POST', url: `${url}/token`, body, at: now });
  const audience = keyBoundAudience(url, key.thumbprint);
  const token = await fake.mint({ audience, at: now });
  const found = findIssuer('github');
  if (typeof found === 'string') throw new Error(found);
  const { issuer } = found;
  const trusted = new Map([
    [issuer.url, { issuer, keys: new KeyCache(issuer, { clock, send, note: () => undefined }) }],
  ]);
  const passage = { verify: <T>(work: () => Promise<T>) => work(), identified: () => undefined };
  const { body: keySet } = await fake.respond({ url: `${issuer.url}/.well-known/jwks` });
  const [jwk = {}] = (keySet as { keys: Record<string, string>[] }).keys;
  const issuerKey = await importJWK(jwk, 'RS256');
  return {
    ours: async () => {
      const parsed = parseProof(proof);
      const idToken = parseIdToken(token);
      const expected = { method: 'POST', urls: [`${url}/token`], body, bodyHash: 'required', now } as const;
      const { thumbprint } = await checkProof(parsed, { ...expected, body: Buffer.from(body) });
      return verifyIdToken(trusted, idToken, { thumbprint, publicUrl: url, now, purpose: 'borrow', passage });
    },
    jose: async () => {
      await compactVerify(proof, EmbeddedJWK, { algorithms: ['Ed25519'] });
      return jwtVerify(token, issuerKey, {
        algorithms: ['RS256'],
        audience,
        issuer: fake.url,
        currentDate: now,
      });
    },
  };
}

/** Calls per second of CPU. */
async function rate(work: () => Promise<unknown>, calls: number): Promise<number> {
  const before = process.cpuUsage();
  for (let call = 0; call < calls; call++) await work();
  const { user, system } = process.cpuUsage(before);
  return calls / ((user + system) / 1e6);
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN;
