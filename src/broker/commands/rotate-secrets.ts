import { Secret } from '../../domain/secret.ts';
import type { AuditEvent } from '../domain/audit-event.ts';
import { StoreError } from '../store/store.ts';
import type { ClaimedRotation } from '../store/secret-store.ts';
import type { Broker } from './broker.ts';
import { tryOpening } from './kept-secrets.ts';
import { readValue } from './secret-value.ts';
import type { RotationSettings, SecretSettings } from './settings.ts';

/** After the program has ended, its value has to be stored within this. */
const storingMs = 30_000;
const mostStores = 5;
const storeAgainMs = 1000;
const firstWaitMs = 60_000;
const longestWaitMs = 3_600_000;

interface RotationOrder {
  readonly secret: SecretSettings & { readonly rotation: RotationSettings };
  /** How many reads make it due; 0: now; undefined: only that it was cut off. */
  readonly afterReads: number | undefined;
  readonly graceSeconds: number;
  /** For the audit log. */
  readonly by: string;
}

/** What came of it. `busy`: another is at it, or it is not due, or there is nothing to rotate. */
export type Rotated = { readonly version: number } | { readonly failed: string } | 'busy';

/**
 * Lets the secret’s program make a new value and lends that from now on. One broker of all that share the store does so
 * at a time; whatever fails, the value of before stays.
 * @throws StoreError, Refusal when it could not be written down that it begins: then it does not
 */
export async function rotateSecret(broker: Broker, order: RotationOrder): Promise<Rotated> {
  const { name, rotation } = order.secret;
  const now = broker.leaseTime.now();
  const until = new Date(now.getTime() + rotation.timeoutSeconds * 1000 + storingMs);
  const { afterReads } = order;
  const claimed = await broker.store.secrets.claimRotation({ name, afterReads, now, until });
  if (claimed === undefined) return 'busy';
  const { abandoned, failures } = claimed;
  const putOff = async (failed: boolean): Promise<void> => {
    const wait = Math.min(firstWaitMs * 2 ** Math.min(failures, 10), longestWaitMs);
    const nextAt = new Date(broker.leaseTime.now().getTime() + wait);
    await broker.store.secrets.endRotation(name, { failed, nextAt });
  };
  try {
    await broker.audit([begins(order, claimed), ...(abandoned ? [wasAbandoned(name)] : [])]);
  } catch (error) {
    await putOff(false);
    throw error;
  }
  const value = await newValue(broker, order.secret, claimed);
  if (value instanceof Secret) return keepNew(broker, order, { ...claimed, value, until });
  await putOff(true);
  await broker.audit([failed(name, value.failed)]).catch(() => undefined);
  return value;
}

/** The program’s output, when it is something to lend. */
async function newValue(
  broker: Broker,
  { rotation }: RotationOrder['secret'],
  { version }: ClaimedRotation,
): Promise<Secret | { readonly failed: string }> {
  const before = await tryOpening(broker, version);
  if ('why' in before) return { failed: `the value of before does not open: ${before.why}` };
  const { command, timeoutSeconds, getsOldValue } = rotation;
  const [program] = command;
  try {
    const printed = await broker.host.run(command, {
      ms: timeoutSeconds * 1000,
      maxBytes: longestOutput,
      ...(getsOldValue && { input: before.value.reveal() }),
    });
    const value = readValue(printed.replace(/\r?\n$/, ''));
    if (typeof value === 'string') return { failed: `${program} printed what is no value: ${value}` };
    if (value.reveal() === before.value.reveal())
      return { failed: `${program} printed the value that was there before` };
    return value;
  } catch (error) {
    return { failed: `${program} ${error instanceof Error ? error.message : 'failed'}` };
  }
}

const longestOutput = 16 * 1024 + 2;

interface Made extends ClaimedRotation {
  readonly value: Secret;
  readonly until: Date;
}

/** The value is in force at its origin already: a store that is away for a moment must not lose it. */
async function keepNew(broker: Broker, order: RotationOrder, made: Made): Promise<Rotated> {
  const { name } = order.secret;
  for (let tried = 1; ; tried++)
    try {
      const version = await store(broker, order, made);
      if (version === undefined) break;
      const detail = { secret: name, version, by: order.by, grace_seconds: order.graceSeconds };
      await broker
        .audit([{ name: 'secret', outcome: 'success', message: 'secret rotated', detail }])
        .catch(() => undefined);
      return { version };
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      if (tried === mostStores) {
        await broker.audit([lost(name, 'the store did not take it')]).catch(() => undefined);
        throw error;
      }
      await broker.host.clock.sleep(storeAgainMs, broker.host.signal).catch(() => undefined);
    }
  const why = 'the secret was deleted, or another rotation began, meanwhile';
  await broker.audit([lost(name, why)]).catch(() => undefined);
  return { failed: why };
}

/** @returns undefined when the claim was lost; what an earlier attempt had stored after all is found again */
async function store(
  broker: Broker,
  { secret, graceSeconds, by }: RotationOrder,
  { version: { latest }, value, until }: Made,
): Promise<number | undefined> {
  const { name } = secret;
  const { secrets } = broker.store;
  const version = latest + 1;
  const now = broker.leaseTime.now();
  const put = await secrets.put({
    name,
    version,
    envelope: await broker.sealer.envelopes.seal(value, { secret: name, version }),
    by,
    claimedUntil: until,
    graceUntil: new Date(now.getTime() + graceSeconds * 1000),
    now,
  });
  if (put === 'put') return version;
  const there = await secrets.current(name);
  const found = there?.version === version ? await tryOpening(broker, there) : undefined;
  const ours = found !== undefined && 'value' in found && found.value.reveal() === value.reveal();
  return ours ? version : undefined;
}

function begins({ secret, by }: RotationOrder, { version }: ClaimedRotation): AuditEvent {
  const detail = { secret: secret.name, version: version.version, by, program: secret.rotation.command[0] };
  return { name: 'secret', outcome: 'unknown', message: 'secret rotation begins', detail };
}

function wasAbandoned(name: string): AuditEvent {
  const message =
    'a rotation of this secret was cut off: its program may have changed the value at its origin; it is run again';
  return { name: 'secret', outcome: 'unknown', message, alarm: true, detail: { secret: name } };
}

function failed(name: string, why: string): AuditEvent {
  const message = 'secret rotation failed: the value of before stays';
  return { name: 'secret', outcome: 'failure', message, alarm: true, detail: { secret: name, problem: why } };
}

function lost(name: string, why: string): AuditEvent {
  const message = 'secret rotation made a new value that was not kept: rotate it again at its origin';
  return { name: 'secret', outcome: 'failure', message, alarm: true, detail: { secret: name, problem: why } };
}
