import type { Credential } from '../../domain/credential.ts';
import { partId, backendName } from '../domain/lease-record.ts';
import { Refusal } from '../domain/refusal.ts';
import { Unrevocable } from '../domain/unrevocable.ts';
import { LivesOn } from '../domain/lives-on.ts';
import { inMintOrder, weakest } from '../domain/mint-order.ts';
import { keepParts, tellParts, type Made, type KeptPart } from './bundle-record.ts';
import {
  BackendTrouble,
  MintFailed,
  ParameterError,
  type Engine,
  type Issue,
  type OpenEngine,
  type PreparedRole,
  type Promises,
} from './engine.ts';

/** The name under which leases of several engines are kept. */
export const bundleName = 'bundle';

/** What one engine gives to a role that lends from several. */
export interface BundlePart {
  /** What its credential is called. */
  readonly name: string;
  readonly engine: Engine;
  readonly parameters: unknown;
}

/** A part that stands ready. Parts are numbered from 1 as broker.yaml lists them. */
interface ReadyPart extends KeptPart {
  readonly name: string;
  readonly prepared: PreparedRole;
}

/** What holds for all parts together: the shortest range of lifetimes, and the weakest way to end one. */
export function promisesOfParts(parts: readonly BundlePart[]): Promises {
  const all = parts.map(({ engine, parameters }) => engine.promises(parameters));
  const fixed = all.flatMap(({ fixedTtlSeconds }) => fixedTtlSeconds ?? []);
  return {
    minTtlSeconds: Math.max(...all.map(({ minTtlSeconds }) => minTtlSeconds)),
    maxTtlSeconds: Math.min(...all.map(({ maxTtlSeconds }) => maxTtlSeconds)),
    ...(fixed.length > 0 && { fixedTtlSeconds: Math.max(...fixed) }),
    revocability: weakest(all),
    revocation: all.map(({ revocation }) => revocation).join('; '),
  };
}

/**
 * Engines behind one another: all of a role's parts are minted under one lease, or what was minted is revoked with it.
 * @param engines that serve this broker, by name
 */
export function openBundle(engines: ReadonlyMap<string, OpenEngine>): OpenEngine<readonly BundlePart[]> {
  const engineOf = (name: string): OpenEngine => {
    const found = engines.get(name);
    if (found === undefined) throw new Error(`there is no engine ${name} any more`);
    return found;
  };
  return {
    // Which engines a lease has parts from is only known once it is claimed.
    atOnce: Math.min(...[...engines.values()].map(({ atOnce = Infinity }) => atOnce)),
    prepare: (parts) => {
      const ready = parts.map((part, index) => readyPart(part, index, engineOf(part.engine.name)));
      return {
        backend: keepParts(ready).revokeData,
        lingers: ready.some(({ prepared }) => prepared.lingers === true) || isMixed(ready),
        ...(ready.every(({ prepared }) => prepared.inMemory) && { inMemory: true }),
        places: ready.map(({ engine, prepared }) => ({ ...prepared, engine })),
        ...(ready.some(({ prepared }) => 'check' in prepared) && {
          check: (signal: AbortSignal) => checkAll(ready, signal),
        }),
        issue: issueOf(ready),
      };
    },
    revoke: async (lease, signal) => {
      const parts = tellParts(lease);
      const asked = inMintOrder(parts.filter(({ revocability }) => revocability !== 'expiry-only'));
      // In reverse, but none waits for another: one that hangs must not keep the others alive.
      const outcomes = await Promise.allSettled(
        asked.toReversed().map(async ({ number, ...part }) => {
          await engineOf(part.engine).revoke({ ...lease, ...part, id: partId(lease.id, number) }, signal);
        }),
      );
      const reasons = outcomes.flatMap((each): unknown[] =>
        each.status === 'rejected' ? [each.reason] : [],
      );
      const failed = reasons.find((each) => !(each instanceof LivesOn || each instanceof Unrevocable));
      if (failed !== undefined) throw new Error('a part could not be revoked', { cause: failed });
      const lost = reasons.find((each) => each instanceof Unrevocable);
      if (lost !== undefined) throw lost;
      if (reasons.length > 0 || asked.length < parts.length) throw new LivesOn(lease.expiresAt);
    },
  };
}

/** Something of it can be revoked, and something cannot: the lease as a whole counts as what cannot. */
function isMixed(parts: readonly ReadyPart[]): boolean {
  return new Set(parts.map(({ revocability }) => revocability === 'expiry-only')).size > 1;
}

/** @throws ParameterError at the part's parameter */
function readyPart({ name, engine, parameters }: BundlePart, index: number, open: OpenEngine): ReadyPart {
  const { revocability } = engine.promises(parameters);
  try {
    const prepared = open.prepare(parameters);
    return {
      number: index + 1,
      name,
      engine: engine.name,
      revocability,
      prepared,
      revokeData: prepared.backend,
    };
  } catch (error) {
    if (!(error instanceof ParameterError)) throw error;
    throw new ParameterError(['parts', index, ...error.path], error.message);
  }
}

function issueOf(parts: readonly ReadyPart[]): Issue {
  return async (mint) => {
    const issued = new Map<number, Made>();
    const order = inMintOrder(parts);
    const credentials: Credential[] = [];
    const ends: number[] = [];
    for (const { number, name, prepared } of order) {
      const leaseId = partId(mint.leaseId, number);
      if (mint.signal.aborted)
        throw halfMade(parts, issued, { number, cause: new MintFailed('nobody waits for it any more') });
      try {
        const found = await prepared.issue({ ...mint, leaseId, backendName: backendName(leaseId) });
        issued.set(number, found);
        credentials.push(...named(found.credentials, name, mint.role));
        ends.push(found.credentialExpiresAt.getTime());
      } catch (cause) {
        throw halfMade(parts, issued, { number, cause });
      }
    }
    return { credentials, credentialExpiresAt: new Date(Math.max(...ends)), ...keepParts(parts, issued) };
  };
}

interface Broken {
  readonly number: number;
  readonly cause: unknown;
}

/** What is made by then is revoked with the lease, and so is what may have been made. */
function halfMade(
  parts: readonly ReadyPart[],
  issued: ReadonlyMap<number, Made>,
  { number, cause }: Broken,
): MintFailed {
  const made = new Map<number, Made>(
    parts.map((part) => [part.number, issued.get(part.number) ?? 'nothing']),
  );
  const known = cause instanceof MintFailed || cause instanceof Refusal;
  if (cause instanceof MintFailed && cause.left !== undefined) made.set(number, cause.left);
  if (!known) made.set(number, { revokeData: {} });
  const nothing = [...made.values()].every((each) => each === 'nothing');
  return new MintFailed('a part of the role could not be minted', {
    ...(!nothing && { left: keepParts(parts, made) }),
    ...(cause instanceof MintFailed && { retryAfterSeconds: cause.retryAfterSeconds }),
    cause,
  });
}

/** The credential is called after its part; where a part gives several, the others after both. */
function named(credentials: readonly Credential[], part: string, role: string): Credential[] {
  return credentials.map((credential) => ({
    ...credential,
    name: credential.name === role ? part : `${part}-${credential.name}`,
  }));
}

/** Every part is asked, so that all that is wrong is told at once. */
async function checkAll(parts: readonly ReadyPart[], signal: AbortSignal): Promise<void> {
  const outcomes = await Promise.allSettled(parts.map(async ({ prepared }) => prepared.check?.(signal)));
  const troubles = outcomes.flatMap((outcome, index) =>
    outcome.status === 'fulfilled' ? [] : [`${parts[index]?.name ?? ''}: ${told(outcome.reason)}`],
  );
  if (troubles.length > 0) throw new BackendTrouble(troubles.join('; '));
}

function told(reason: unknown): string {
  return reason instanceof BackendTrouble ? reason.message : 'the backend could not be asked';
}
