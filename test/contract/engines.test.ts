import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { decodeJwt, generateKeyPair, exportPKCS8 } from 'jose';
import { kinds, type Credential } from '../../src/domain/credential.ts';
import { Secret } from '../../src/domain/secret.ts';
import { makeTokenSigner } from '../../src/protocol/token-signer.ts';
import { credentialFromWire, credentialToWire } from '../../src/protocol/credential-wire.ts';
import type { LeaseRecord } from '../../src/broker/domain/lease-record.ts';
import type { VerifiedClaims } from '../../src/broker/domain/verified-claims.ts';
import { ParameterError, type Engine, type EngineTools, type Mint } from '../../src/broker/engines/engine.ts';
import { engines } from '../../src/broker/engines/registry.ts';

/** For every engine: parameters that work, in each of its forms. A new engine is a line here. */
const parameters: Record<string, readonly Record<string, unknown>[]> = {
  jwt: [
    { audience: 'https://api.example.com' },
    { audience: 'a', claims: { tier: 'gold', level: 3, tags: ['x'] } },
  ],
  static: [
    { kind: 'bearer-token', value: 'env:VALUE' },
    { kind: 'bearer-token', value: 'env:VALUE', header: 'X-Api-Key' },
    { kind: 'basic-login', username: 'ci', value: 'env:VALUE' },
    {
      kind: 'fields',
      fields: { host: { value: 'env:VALUE', sensitive: false }, key: { value: 'env:VALUE' } },
    },
  ],
};

const issuedAt = new Date('2026-11-20T12:00:00Z');
const expiresAt = new Date('2026-11-20T12:10:00Z');
const secretValue = 'a-value-that-nobody-may-read';

async function tools(): Promise<EngineTools> {
  const { privateKey } = await generateKeyPair('EdDSA', { extractable: true });
  const signer = await makeTokenSigner(await exportPKCS8(privateKey));
  return {
    sign: (typ, claims) => signer.sign(typ, { iss: 'https://broker.example.com', ...claims }),
    secret: (reference) => {
      if (reference !== 'env:VALUE') throw new ParameterError('value', `${reference} is not set`);
      return new Secret(secretValue);
    },
  };
}

const mint: Mint = {
  leaseId: 'lse_1',
  sessionId: 'ses_1',
  role: 'team/deploy',
  backendName: 'ec_lse_1',
  issuedAt,
  expiresAt,
  claims: { claims: { sub: 'repo:octo-org/octo-repo:ref:refs/heads/main' } } as unknown as VerifiedClaims,
  signal: new AbortController().signal,
};

const record: LeaseRecord = {
  id: 'lse_1',
  sessionId: 'ses_1',
  issuer: 'https://issuer.example.com',
  job: 'job-1',
  role: 'team/deploy',
  engine: 'any',
  state: 'revoking',
  revocability: 'immediate',
  policyId: 'p',
  policyVersion: 'sha256:0',
  createdAt: issuedAt,
  expiresAt,
  endsAt: expiresAt,
  heartbeatSeconds: 0,
  credentialExpiresAt: expiresAt,
  minting: false,
  revokeData: {},
  attempts: 0,
};

test('every engine is in this suite, under a name of its own', () => {
  expect(engines.map(({ name }) => name).toSorted()).toEqual(Object.keys(parameters).toSorted());
});

describe.each(engines.map((engine): [string, Engine] => [engine.name, engine]))(
  'the engine %s',
  (name, engine) => {
    const forms = parameters[name] ?? [];

    test('promises a range of lifetimes, and never a longer life than it can end', () => {
      const { minTtlSeconds, maxTtlSeconds, fixedTtlSeconds, revocability } = engine.promises;
      expect(minTtlSeconds).toBeGreaterThan(0);
      expect(maxTtlSeconds).toBeGreaterThanOrEqual(minTtlSeconds);
      if (fixedTtlSeconds !== undefined) expect(revocability).toBe('immediate');
    });

    test('takes its parameters and no unknown one', () => {
      for (const form of forms) {
        expect(engine.parameters.safeParse(form).success).toBe(true);
        expect(engine.parameters.safeParse({ ...form, unknown: 1 }).success).toBe(false);
      }
      expect(engine.parameters.safeParse({}).success).toBe(false);
    });

    test.each(forms)('issues what its kind wants, until the lease ends: %j', async (form) => {
      const { issue } = engine.open(await tools()).prepare(engine.parameters.parse(form));
      const issued = await issue(mint);
      expect(issued.credentials.length).toBeGreaterThan(0);
      expect(issued.credentialExpiresAt.getTime()).toBeGreaterThanOrEqual(expiresAt.getTime());
      for (const credential of issued.credentials) {
        expect(credential.expiresAt).toEqual(issued.credentialExpiresAt);
        const wire = JSON.parse(JSON.stringify(credentialToWire(credential))) as unknown;
        expect(revealed(credentialFromWire(wire, credential.expiresAt))).toEqual(revealed(credential));
        if (credential.kind !== 'fields') expect(Object.keys(kinds)).toContain(credential.kind);
      }
    });

    test.each(forms)('puts nothing secret into what it keeps for revoking: %j', async (form) => {
      const { backend, issue } = engine.open(await tools()).prepare(engine.parameters.parse(form));
      const issued = await issue(mint);
      const kept = JSON.stringify({ ...backend, ...issued.revokeData });
      for (const credential of issued.credentials)
        for (const value of secretsOf(credential)) expect(kept).not.toContain(value);
    });

    test('revokes, again, and what never was; or says that it cannot', async () => {
      const revoke = async (): Promise<void> =>
        engine.open(await tools()).revoke(record, new AbortController().signal);
      if (engine.promises.revocability === 'expiry-only') {
        await expect(revoke()).rejects.toThrow('cannot be revoked');
        return;
      }
      await expect(revoke()).resolves.toBeUndefined();
      await expect(revoke()).resolves.toBeUndefined();
    });
  },
);

test('a static value that is missing is told at the start, without the value of any other', async () => {
  const engine = engines.find(({ name }) => name === 'static');
  const form = { kind: 'fields', fields: { a: { value: 'env:VALUE' }, b: { value: 'env:MISSING' } } };
  const lent = await tools();
  expect(() => engine?.open(lent).prepare(engine.parameters.parse(form))).toThrow('env:MISSING is not set');
});

test('a JWT carries the lease’s id and end, and no role can overwrite them', async () => {
  const engine = engines.find(({ name }) => name === 'jwt');
  for (const claim of ['iss', 'aud', 'sub', 'exp', 'jti', 'client_id', 'role'])
    expect(engine?.parameters.safeParse({ audience: 'a', claims: { [claim]: 'x' } }).success).toBe(false);
  const issued = await engine
    ?.open(await tools())
    .prepare({ audience: 'a' })
    .issue(mint);
  const [token = ''] = issued?.credentials.flatMap(secretsOf) ?? [];
  expect(decodeJwt(token)).toMatchObject({
    jti: 'lse_1',
    client_id: 'ses_1',
    exp: expiresAt.getTime() / 1000,
    role: 'team/deploy',
  });
});

function secretsOf(credential: Credential): string[] {
  const values: (Secret | string | undefined)[] = Object.values(credential.fields);
  return values.flatMap((value) => (value instanceof Secret ? [value.reveal()] : []));
}

/** Comparable: a Secret hides its value from equality too. */
function revealed(credential: Credential): unknown {
  const fields = Object.entries<Secret | string | undefined>(credential.fields).map(([field, value]) => [
    field,
    value instanceof Secret ? createHash('sha256').update(value.reveal()).digest('hex') : value,
  ]);
  return { ...credential, fields: Object.fromEntries(fields) as unknown };
}
