import { createHash } from 'node:crypto';
import { afterAll, describe, expect, test } from '@jest/globals';
import { decodeJwt, generateKeyPair, exportPKCS8 } from 'jose';
import { kinds, type Credential } from '../../src/domain/credential.ts';
import { Secret } from '../../src/domain/secret.ts';
import { makeTokenSigner } from '../../src/protocol/token-signer.ts';
import { credentialFromWire, credentialToWire } from '../../src/protocol/credential-wire.ts';
import { Unrevocable } from '../../src/broker/domain/unrevocable.ts';
import {
  BackendTrouble,
  type Engine,
  type EngineTools,
  type OpenEngine,
} from '../../src/broker/engines/engine.ts';
import { engines } from '../../src/broker/engines/registry.ts';
import { leaseRecord } from '../support/broker/leases.ts';
import { engineBackends, type EngineBackend } from '../support/broker/engine-backends.ts';
import { engineTools, mintOf } from '../support/broker/engine-tools.ts';
import { testWorld } from '../support/broker/world.ts';
import { testWith } from '../support/peers.ts';

const awsKeys = { access_key_id: 'env:AWS_KEY', secret_access_key: 'env:AWS_SECRET' };

/** For every engine: parameters that work, in each of its forms. A new engine is a line here. */
const parameters: Record<string, readonly Record<string, unknown>[]> = {
  aws: [
    { role_arn: 'arn:aws:iam::123456789012:role/deploy', region: 'eu-central-1', credentials: awsKeys },
    {
      role_arn: 'arn:aws:iam::123456789012:role/teams/app/deploy',
      region: 'eu-central-1',
      credentials: awsKeys,
      policy: { Version: '2012-10-17', Statement: { Effect: 'Allow', Action: 's3:*', Resource: '*' } },
      policy_arns: ['arn:aws:iam::aws:policy/ReadOnlyAccess'],
      tags: { Job: { claim: 'sub', as: 'encoded' }, Who: 'sub' },
      transitive_tags: ['Job'],
      source_identity: { claim: 'sub', as: 'sha256' },
      dual_stack: true,
      revocation: { deny_policy: true },
    },
    {
      role_arn: 'arn:aws:iam::123456789012:role/deploy',
      region: 'eu-central-1',
      credentials: awsKeys,
      ecr: { registry: '123456789012.dkr.ecr.eu-central-1.amazonaws.com', repositories: ['app', 'base/*'] },
    },
  ],
  'github-app': [
    {
      app: 'Iv23liABCDEFGHIJKLMN',
      key: 'env:APP_KEY',
      installation: '8001',
      repositories: ['octo-repo', 'other-repo'],
      permissions: { contents: 'write', issues: 'read' },
    },
    {
      app: '4711',
      sign: ['./sign-with-kms'],
      owner: 'octo-org',
      repository_ids: ['456789'],
      permissions: { contents: 'read' },
      ca: 'ca.pem',
      allow_private: true,
    },
    { app: '4711', key: 'env:APP_KEY', repositories: 'from-claims', permissions: { metadata: 'read' } },
  ],
  jwt: [
    { audience: 'https://api.example.com' },
    { audience: 'a', claims: { tier: 'gold', level: 3, tags: ['x'] } },
  ],
  static: [
    { kind: 'bearer-token', value: 'env:VALUE' },
    { kind: 'bearer-token', value: 'env:VALUE', header: 'X-Api-Key' },
    { kind: 'basic-login', username: 'ci', value: 'env:VALUE' },
    { kind: 'bearer-token', value: 'secret:kept' },
    {
      kind: 'fields',
      fields: { host: { value: 'env:VALUE', sensitive: false }, key: { value: 'secret:kept' } },
    },
  ],
  ssh: [
    { ca: 'env:SSH_CA', principals: ['deploy'] },
    {
      ca: 'env:SSH_CA',
      principals: ['deploy', 'ci-${repository_id}'],
      source_address: ['192.0.2.0/24', '2001:db8::1'],
      force_command: '/usr/local/bin/deploy',
      extensions: ['permit-pty'],
      krl: { folder: '/b/krl' },
    },
  ],
  postgres: [
    { url: 'env:URL', database: 'app', grants: ['app_ro'] },
    {
      url: 'env:URL',
      databases: ['app', 'reports'],
      grants: ['app_ro', 'app_rw'],
      owner: 'app_owner',
      connections: 2,
      host: 'db.example.com',
      port: 6432,
      ca: 'ca.pem',
    },
  ],
};

const issuedAt = new Date(Math.floor(Date.now() / 1000) * 1000);
const expiresAt = new Date(issuedAt.getTime() + 600_000);
const secretValue = 'a-value-that-nobody-may-read';

const started = new Map<string, Promise<EngineBackend>>();

afterAll(async () => {
  for (const backend of started.values()) await (await backend)[Symbol.asyncDispose]();
});

/** The real backend of an engine that has one. */
function backendOf(name: string): Promise<EngineBackend> | undefined {
  const kind = engineBackends[name];
  if (kind !== undefined && !started.has(name)) started.set(name, kind.start());
  return started.get(name);
}

async function tools(name: string): Promise<EngineTools> {
  const backend = await backendOf(name);
  const { privateKey } = await generateKeyPair('EdDSA', { extractable: true });
  const pem = await exportPKCS8(privateKey);
  const secrets = {
    'env:VALUE': secretValue,
    'secret:kept': secretValue,
    'env:SSH_CA': pem,
    ...backend?.secrets,
  };
  const signer = await makeTokenSigner(pem);
  const host = testWorld();
  host.disk.set('/b/krl/README', 'a folder that the operator has made');
  return engineTools(secrets, {
    host,
    ...backend?.tools,
    sign: (typ, claims) => signer.sign(typ, { iss: 'https://broker.example.com', ...claims }),
  });
}

test('every engine is in this suite, under a name of its own', () => {
  expect(engines.map(({ name }) => name).toSorted()).toEqual(Object.keys(parameters).toSorted());
});

describe.each(engines.map((engine): [string, Engine] => [engine.name, engine]))(
  'the engine %s',
  (name, engine) => {
    const forms = parameters[name] ?? [];
    const peers = engineBackends[name]?.peers ?? [];

    test.each(forms)('promises a range of lifetimes, and never a longer life than it can end: %j', (form) => {
      const promises = engine.promises(engine.parameters.parse(form));
      const { minTtlSeconds, maxTtlSeconds, fixedTtlSeconds, revocability } = promises;
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

    const forEach = (what: string, body: (form: unknown, open: OpenEngine) => Promise<void>): void => {
      for (const form of forms)
        testWith(peers, `${what}: ${JSON.stringify(form)}`, async () => {
          const open = engine.open(await tools(name));
          await body(form, open).finally(() => open.close?.());
        });
    };

    forEach('issues what its kind wants, until the lease ends', async (form, open) => {
      const issued = await open
        .prepare(engine.parameters.parse(form))
        .issue(mintOf({ ...(await backendOf(name))?.mint, issuedAt, expiresAt }));
      expect(issued.credentials.length).toBeGreaterThan(0);
      expect(issued.credentialExpiresAt.getTime()).toBeGreaterThanOrEqual(expiresAt.getTime());
      for (const credential of issued.credentials) {
        expect(credential.expiresAt).toEqual(issued.credentialExpiresAt);
        const wire = JSON.parse(JSON.stringify(credentialToWire(credential))) as unknown;
        expect(revealed(credentialFromWire(wire, credential.expiresAt))).toEqual(revealed(credential));
        if (credential.kind !== 'fields') expect(Object.keys(kinds)).toContain(credential.kind);
      }
    });

    // Those with a backend are asked there: engine-backends.test.ts.
    if (engineBackends[name] === undefined)
      forEach('has nothing to object when it is asked whether it would lend', async (form, open) => {
        const role = open.prepare(engine.parameters.parse(form));
        await expect(Promise.resolve(role.check?.(new AbortController().signal))).resolves.toBeUndefined();
      });

    forEach('puts nothing secret into what it keeps for revoking', async (form, open) => {
      const { backend, issue } = open.prepare(engine.parameters.parse(form));
      const issued = await issue(mintOf({ ...(await backendOf(name))?.mint, issuedAt, expiresAt }));
      const kept = JSON.stringify({ ...backend, ...issued.revokeData });
      for (const credential of issued.credentials)
        for (const value of secretsOf(credential)) expect(kept).not.toContain(value);
    });

    forEach('revokes, again, and what never was; or says that it cannot', async (form, open) => {
      const { backend } = open.prepare(engine.parameters.parse(form));
      const lease = leaseRecord({ revokeData: backend });
      const revoke = (): Promise<void> => open.revoke(lease, new AbortController().signal);
      if (engine.promises(engine.parameters.parse(form)).revocability === 'expiry-only') {
        await expect(revoke()).rejects.toThrow('cannot be revoked');
        return;
      }
      if (engine.needsSealing?.(engine.parameters.parse(form)) === true) {
        await expect(revoke()).rejects.toThrow(Unrevocable);
        return;
      }
      await expect(revoke()).resolves.toBeUndefined();
      await expect(revoke()).resolves.toBeUndefined();
    });
  },
);

test('ssh tells, when it is asked, that the folder of its revocation list has gone', async () => {
  const engine = engines.find(({ name }) => name === 'ssh');
  const form = { ca: 'env:SSH_CA', principals: ['deploy'], krl: { folder: '/b/krl' } };
  const lent = await tools('ssh');
  let there = true;
  const { files } = lent.host;
  const list = (folder: string): string[] | undefined => (there ? files.list(folder) : undefined);
  const host = { ...lent.host, files: { ...files, list } };
  const role = engine?.open({ ...lent, host }).prepare(engine.parameters.parse(form));
  const { signal } = new AbortController();
  await expect(role?.check?.(signal)).resolves.toBeUndefined();
  there = false;
  await expect(role?.check?.(signal)).rejects.toBeInstanceOf(BackendTrouble);
});

test('a static value that is missing is told at the start, without the value of any other', async () => {
  const engine = engines.find(({ name }) => name === 'static');
  const form = { kind: 'fields', fields: { a: { value: 'env:VALUE' }, b: { value: 'env:MISSING' } } };
  const lent = await tools('static');
  expect(() => engine?.open(lent).prepare(engine.parameters.parse(form))).toThrow('env:MISSING is not set');
});

test('a JWT carries the lease’s id and end, and no role can overwrite them', async () => {
  const engine = engines.find(({ name }) => name === 'jwt');
  for (const claim of ['iss', 'aud', 'sub', 'exp', 'nbf', 'iat', 'jti', 'client_id', 'role', 'cnf'])
    expect(engine?.parameters.safeParse({ audience: 'a', claims: { [claim]: 'x' } }).success).toBe(false);
  const issued = await engine
    ?.open(await tools('jwt'))
    .prepare({ audience: 'a' })
    .issue(mintOf({ leaseId: 'lse_1', issuedAt, expiresAt }));
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
