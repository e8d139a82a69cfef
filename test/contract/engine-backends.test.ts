// What an engine with a backend does there (B20, B21): the same for every engine.
import { afterAll, describe, expect } from '@jest/globals';
import { Unrevocable } from '../../src/broker/domain/unrevocable.ts';
import { BackendTrouble, MintFailed, type Issued, type OpenEngine } from '../../src/broker/engines/engine.ts';
import { engines } from '../../src/broker/engines/registry.ts';
import { engineBackends, type EngineBackend } from '../support/broker/engine-backends.ts';
import { engineTools, mintOf } from '../support/broker/engine-tools.ts';
import { freshLease, leaseRecord } from '../support/broker/leases.ts';
import { everythingIn } from '../support/scan.ts';
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
    /** Whether the backend would lend. */
    readonly check: () => Promise<void>;
    readonly list: () => Promise<readonly string[] | undefined>;
    /** Whether the lease has an object; undefined: it cannot be found by name. */
    readonly lives: () => Promise<boolean | undefined>;
    /** Of the credential, whatever the lease's. */
    readonly fixedTtlSeconds: number | undefined;
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
    let kept: Pick<Issued, 'revokeData' | 'revokeSecret'> = { revokeData: {} };
    return {
      backend,
      id,
      issue: async (expiresAt = new Date(Date.now() + 600_000)) => {
        try {
          const issued = await role.issue(mintOf({ ...backend.mint, leaseId: id, expiresAt, signal }));
          kept = issued;
          return issued;
        } catch (error) {
          errors.push(everythingIn(error));
          throw error;
        }
      },
      revoke: () => {
        const { revokeData, revokeSecret } = kept;
        const lease = leaseRecord({
          id,
          engine: engine.name,
          revokeData: { ...role.backend, ...revokeData },
        });
        return open.revoke({ ...lease, ...(revokeSecret && { revokeSecret }) }, signal);
      },
      check: async () => {
        try {
          await role.check?.(signal);
        } catch (error) {
          errors.push(everythingIn(error));
          throw error;
        }
      },
      list: () => Promise.resolve(role.list?.(signal)),
      lives: async () => (await backend.objects?.())?.includes(`ec_${id}`),
      fixedTtlSeconds: engine.promises(parameters).fixedTtlSeconds,
    };
  }

  scenario(
    'the object has the lease’s name, and the credential serves until it is revoked',
    async (scene) => {
      const { credentials } = await scene.issue();
      const [credential] = credentials;
      if (credential === undefined) throw new Error('nothing was issued');
      expect(await scene.lives()).not.toBe(false);
      expect(await scene.backend.takes(credential)).toBe(true);
      await scene.revoke();
      expect(await scene.backend.takes(credential)).toBe(false);
      expect(await scene.lives()).not.toBe(true);
      await scene.revoke();
    },
  );

  scenario(
    'the backend itself ends the credential with the lease, or the engine says when it does',
    async ({ issue, backend, revoke, fixedTtlSeconds }) => {
      const { credentials, credentialExpiresAt } = await issue(new Date(Date.now() - 1000));
      for (const credential of credentials)
        expect(await backend.takes(credential)).toBe(fixedTtlSeconds !== undefined);
      if (fixedTtlSeconds !== undefined) expect(credentialExpiresAt.getTime()).toBeGreaterThan(Date.now());
      await revoke();
    },
  );

  scenario(
    'B20: what fails half-way leaves nothing once it was taken back',
    async ({ issue, revoke, lives }) => {
      const error: unknown = await issue().catch((caught: unknown) => caught);
      expect(error).toBeInstanceOf(Error);
      if (!(error instanceof MintFailed && error.left === undefined)) await revoke();
      expect(await lives()).not.toBe(true);
    },
    'failing',
  );

  scenario(
    'B21: a mint whose answer is lost is found by its name, or is said to be lost',
    async ({ backend, issue, revoke, lives }) => {
      backend.loseAnswers(true);
      await expect(issue()).rejects.not.toBeInstanceOf(MintFailed);
      backend.loseAnswers(false);
      if (backend.objects === undefined) await expect(revoke()).rejects.toThrow(Unrevocable);
      else await revoke();
      expect(await lives()).not.toBe(true);
    },
  );

  scenario('the objects are listed', async ({ issue, list, id, revoke }) => {
    await issue();
    const listed = await list();
    if (listed !== undefined) expect(listed).toContain(`ec_${id}`);
    await revoke();
  });

  scenario('whoever asks whether it would lend hears so, and nothing is made', async ({ backend, check }) => {
    const before = await backend.objects?.();
    await expect(check()).resolves.toBeUndefined();
    expect(await backend.objects?.()).toEqual(before);
  });

  scenario(
    'where it would not lend, that is told by BackendTrouble, and nothing is made',
    async ({ backend, check }) => {
      const before = await backend.objects?.();
      const error: unknown = await check().catch((caught: unknown) => caught);
      if (error !== undefined) expect(error).toBeInstanceOf(BackendTrouble);
      expect(await backend.objects?.()).toEqual(before);
    },
    'failing',
  );

  scenario('no error told a secret', ({ backend }) => {
    expect(errors.length).toBeGreaterThan(0);
    for (const error of errors)
      for (const secret of Object.values(backend.secrets)) expect(error).not.toContain(secret);
    expect(errors.join()).not.toContain('SCRAM-SHA-256');
    return Promise.resolve();
  });
});
