import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { Secret } from '../../../src/domain/secret.ts';
import type { Engine, Issued, Mint, OpenEngine } from '../../../src/broker/engines/engine.ts';

/** An engine with a backend in memory, whose failures the test chooses. */
export interface BreakingEngine extends Engine {
  /** Names of the backend's living objects. */
  readonly objects: Set<string>;
  /** What the next issues do: fail before or after the object exists, or wait until `release`. */
  issueFails: 'before' | 'after' | 'never' | 'hangs';
  revokeFails: boolean;
  /** How many revocations it takes at once; undefined: as many as come. To be set before it is opened. */
  atOnce: number | undefined;
  /** The secrets that revoking takes, by object; undefined: it takes none. */
  readonly secrets: Map<string, string> | undefined;
  revoke: OpenEngine['revoke'];
  open: Engine['open'];
  promises: Engine['promises'];
  /** Names of what there is. */
  list: () => Promise<readonly string[]>;
  release(): void;
  /** Resolves when an issue waits. */
  readonly waiting: Promise<void>;
}

export function breakingEngine(name = 'breaking', fixedTtlSeconds?: number): BreakingEngine {
  return makeEngine(name, fixedTtlSeconds, undefined);
}

/** One that revokes only what it is given its secret for. */
export function sealedEngine(name: string, fixedTtlSeconds?: number): BreakingEngine {
  return makeEngine(name, fixedTtlSeconds, new Map());
}

function makeEngine(
  name: string,
  fixedTtlSeconds: number | undefined,
  secrets: Map<string, string> | undefined,
): BreakingEngine {
  const objects = new Set<string>();
  const released = Promise.withResolvers<undefined>();
  const waiting = Promise.withResolvers<undefined>();
  const issue = async (mint: Mint): Promise<Issued> => {
    if (engine.issueFails === 'before') throw new Error('the backend refused');
    if (engine.issueFails === 'hangs') {
      waiting.resolve(undefined);
      await released.promise;
    }
    objects.add(mint.backendName);
    const secret = `revoke-${mint.backendName}-${randomUUID()}`;
    secrets?.set(mint.backendName, secret);
    if (engine.issueFails === 'after') throw new Error('the backend answered too late');
    const credentialExpiresAt =
      fixedTtlSeconds === undefined
        ? mint.expiresAt
        : new Date(mint.issuedAt.getTime() + fixedTtlSeconds * 1000);
    return {
      credentials: [
        {
          name: mint.role,
          kind: 'bearer-token',
          expiresAt: credentialExpiresAt,
          fields: { token: new Secret(`token-of-${mint.backendName}`) },
        },
      ],
      credentialExpiresAt,
      revokeData: { object: mint.backendName },
      ...(secrets && { revokeSecret: new Secret(secret) }),
    };
  };
  const engine: BreakingEngine = {
    name,
    objects,
    secrets,
    ...(secrets && { needsSealing: () => true }),
    issueFails: 'never',
    revokeFails: false,
    atOnce: undefined,
    release: () => {
      released.resolve(undefined);
    },
    waiting: waiting.promise,
    promises: () => ({
      minTtlSeconds: 60,
      maxTtlSeconds: 3600,
      revocability: 'immediate',
      revocation: 'deletes the object',
    }),
    parameters: z.strictObject({}),
    open: () => ({
      prepare: () => ({ backend: {}, issue, list: () => engine.list() }),
      revoke: (lease, signal) => engine.revoke(lease, signal),
      ...(engine.atOnce !== undefined && { atOnce: engine.atOnce }),
    }),
    list: () => Promise.resolve([...objects]),
    revoke: (lease) => {
      if (engine.revokeFails) return Promise.reject(new Error('the backend is away'));
      const object = `ec_${lease.id}`;
      if (
        secrets !== undefined &&
        objects.has(object) &&
        lease.revokeSecret?.reveal() !== secrets.get(object)
      )
        return Promise.reject(new Error('the backend wants the secret of the object'));
      objects.delete(object);
      return Promise.resolve();
    },
  };
  return engine;
}
