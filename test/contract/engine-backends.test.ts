// What an engine with a backend does there (B20, B21): the same for every engine.
import { afterAll, describe, expect } from '@jest/globals';
import type { Issued, OpenEngine } from '../../src/broker/engines/engine.ts';
import { engines } from '../../src/broker/engines/registry.ts';
import { engineBackends, type EngineBackend } from '../support/broker/engine-backends.ts';
import { engineTools, mintOf } from '../support/broker/engine-tools.ts';
import { freshLease, leaseRecord } from '../support/broker/leases.ts';
import { testWith } from '../support/peers.ts';

const withBackends = engines.flatMap((engine) => {
  const kind = engineBackends[engine.name];
  return kind === undefined ? [] : [{ ...kind, engine, name: engine.name }];
});

describe.each(withBackends)('in the backend of $name', ({ engine, peers, start }) => {
  let started: Promise<EngineBackend> | undefined;
  const errors: string[] = [];

  afterAll(async () => {
    await (await started)?.[Symbol.asyncDispose]();
  });

  interface Scene {
    readonly backend: EngineBackend;
    readonly id: string;
    readonly issue: (expiresAt?: Date) => Promise<Issued>;
    readonly revoke: () => Promise<void>;
    readonly list: () => Promise<readonly string[] | undefined>;
    /** True while the lease has an object. */
    readonly lives: () => Promise<boolean>;
  }

  const scenario = (
    name: string,
    body: (scene: Scene) => Promise<void>,
    form: 'parameters' | 'failing' = 'parameters',
  ): void => {
    testWith(
      peers,
      name,
      async () => {
        const backend = await (started ??= start());
        const open = engine.open(engineTools(backend.secrets, backend.tools));
        await body(sceneOf(backend, open, engine.parameters.parse(backend[form]))).finally(() =>
          open.close?.(),
        );
      },
      60_000,
    );
  };

  function sceneOf(backend: EngineBackend, open: OpenEngine, parameters: unknown): Scene {
    const id = freshLease();
    const { signal } = new AbortController();
    const role = open.prepare(parameters);
    return {
      backend,
      id,
      issue: async (expiresAt = new Date(Date.now() + 600_000)) => {
        try {
          return await role.issue(mintOf({ ...backend.mint, leaseId: id, expiresAt, signal }));
        } catch (error) {
          errors.push(
            String(error),
            error instanceof Error ? `${String(error.stack)} ${JSON.stringify(error)}` : '',
          );
          throw error;
        }
      },
      revoke: () => open.revoke(leaseRecord({ id, engine: engine.name, revokeData: role.backend }), signal),
      list: () => Promise.resolve(role.list?.(signal)),
      lives: async () => (await backend.objects()).includes(`ec_${id}`),
    };
  }

  scenario(
    'the object has the lease’s name, and the credential serves until it is revoked',
    async (scene) => {
      const { credentials } = await scene.issue();
      const [credential] = credentials;
      if (credential === undefined) throw new Error('nothing was issued');
      expect(await scene.lives()).toBe(true);
      expect(await scene.backend.takes(credential)).toBe(true);
      await scene.revoke();
      expect(await scene.backend.takes(credential)).toBe(false);
      expect(await scene.lives()).toBe(false);
      await scene.revoke();
    },
  );

  scenario('the backend itself ends the credential with the lease', async ({ issue, backend, revoke }) => {
    const { credentials } = await issue(new Date(Date.now() - 1000));
    for (const credential of credentials) expect(await backend.takes(credential)).toBe(false);
    await revoke();
  });

  scenario(
    'B20: what fails half-way leaves nothing once it was taken back',
    async ({ issue, revoke, lives }) => {
      await expect(issue()).rejects.toThrow();
      await revoke();
      expect(await lives()).toBe(false);
    },
    'failing',
  );

  scenario(
    'B21: a mint whose answer is lost is found by its name',
    async ({ backend, issue, revoke, lives }) => {
      backend.loseAnswers(true);
      await expect(issue()).rejects.toThrow();
      backend.loseAnswers(false);
      await revoke();
      expect(await lives()).toBe(false);
    },
  );

  scenario('the objects are listed', async ({ issue, list, id, revoke }) => {
    await issue();
    const listed = await list();
    if (listed !== undefined) expect(listed).toContain(`ec_${id}`);
    await revoke();
  });

  scenario('no error told a secret', ({ backend }) => {
    expect(errors.length).toBeGreaterThan(0);
    for (const error of errors)
      for (const secret of Object.values(backend.secrets)) expect(error).not.toContain(secret);
    expect(errors.join()).not.toContain('SCRAM-SHA-256');
    return Promise.resolve();
  });
});
