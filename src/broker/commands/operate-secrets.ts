import type { Secret } from '../../domain/secret.ts';
import type { SecretRecord } from '../domain/secret-record.ts';
import { Refusal } from '../domain/refusal.ts';
import type { SecretDetail } from '../store/secret-store.ts';
import type { Broker } from './broker.ts';
import { troubleWith, tryOpening } from './kept-secrets.ts';
import { noteAct, type Act } from './operator-act.ts';
import { rotateSecret, type Rotated } from './rotate-secrets.ts';
import type { SecretSettings } from './settings.ts';

/** A secret as operators see it: never its value. */
export interface SecretView {
  readonly name: string;
  /** Undefined: broker.yaml has it no more. */
  readonly settings: SecretSettings | undefined;
  /** Undefined: its value was never put. */
  readonly record: SecretRecord | undefined;
  /** Why it cannot be lent. */
  readonly trouble: string | undefined;
}

/** Every secret of broker.yaml and of the store. @throws Refusal */
export async function listSecrets(broker: Broker, act: Act): Promise<SecretView[]> {
  await noteAct(broker, act, { outcome: 'success', message: 'operator lists secrets' });
  const records = new Map((await broker.store.secrets.list()).map((record) => [record.name, record]));
  const names = [...new Set([...broker.secrets.keys(), ...records.keys()])].toSorted();
  const views: SecretView[] = [];
  for (const name of names) views.push(await view(broker, name, records.get(name)));
  return views;
}

async function view(broker: Broker, name: string, record: SecretRecord | undefined): Promise<SecretView> {
  const settings = broker.secrets.get(name);
  const trouble =
    settings === undefined ? 'it stands in broker.yaml no more' : (await troubleWith(broker, name))?.why;
  return { name, settings, record, trouble };
}

/** One secret with its versions and who read it. @throws Refusal `not_found` */
export async function showSecret(
  broker: Broker,
  act: Act,
  name: string,
): Promise<SecretView & { readonly detail: SecretDetail | undefined }> {
  const detail = { secret: name };
  await noteAct(broker, act, { outcome: 'success', message: 'operator looks at a secret', detail });
  const found = await broker.store.secrets.show(name);
  if (found === undefined && !broker.secrets.has(name)) throw unknown();
  return { ...(await view(broker, name, found?.record)), detail: found };
}

/** How an operator changes a secret. */
interface Change {
  readonly name: string;
  readonly reason: string;
  /** How long the version of before is kept; undefined: as broker.yaml has it. */
  readonly graceSeconds: number | undefined;
}

const mostPuts = 5;

/**
 * Puts a value as the next version. The value that is there already changes nothing, so that whoever missed the answer
 * may ask again.
 * @throws Refusal `conflict` while a program rotates it
 */
export async function putSecret(
  broker: Broker,
  act: Act,
  order: Change & { readonly value: Secret },
): Promise<{ readonly version: number; readonly unchanged: boolean }> {
  const { name, value, reason } = order;
  const settings = declared(broker, name);
  const graceSeconds = order.graceSeconds ?? settings.graceSeconds;
  const facts = { secret: name, reason, grace_seconds: graceSeconds };
  await noteAct(broker, act, { outcome: 'unknown', message: 'operator puts a secret', detail: facts });
  for (let tried = 0; tried < mostPuts; tried++) {
    const before = await lentNow(broker, name);
    if (before.value?.reveal() === value.reveal()) return { version: before.version, unchanged: true };
    const version = before.latest + 1;
    const now = broker.leaseTime.now();
    const put = await broker.store.secrets.put({
      name,
      version,
      envelope: await broker.sealer.envelopes.seal(value, { secret: name, version }),
      by: act.operator.id,
      graceUntil: new Date(now.getTime() + graceSeconds * 1000),
      now,
    });
    if (put === 'rotating') throw new Refusal('conflict', 'its program rotates it at this moment; try again');
    if (put === 'changed') continue;
    await noteDone(broker, act, 'operator put a secret', { ...facts, version });
    return { version, unchanged: false };
  }
  throw new Refusal('conflict', 'others change it at this moment; try again');
}

async function lentNow(
  broker: Broker,
  name: string,
): Promise<{ readonly latest: number; readonly version: number; readonly value?: Secret }> {
  const { secrets } = broker.store;
  const found = await secrets.current(name);
  if (found === undefined) return { latest: (await secrets.show(name))?.record.latest ?? 0, version: 0 };
  const { latest, version } = found;
  const opened = await tryOpening(broker, found);
  return { latest, version, ...('value' in opened && { value: opened.value }) };
}

/** Lends an earlier version again. @throws Refusal `conflict` when its data key is destroyed */
export async function rollBackSecret(
  broker: Broker,
  act: Act,
  order: Change & { readonly version: number },
): Promise<void> {
  const { name, version, reason } = order;
  const graceSeconds = order.graceSeconds ?? declared(broker, name).graceSeconds;
  const detail = { secret: name, version, reason };
  await noteAct(broker, act, { outcome: 'unknown', message: 'operator rolls a secret back', detail });
  const now = broker.leaseTime.now();
  const graceUntil = new Date(now.getTime() + graceSeconds * 1000);
  const done = await broker.store.secrets.rollBack({ name, version, graceUntil, now });
  if (!done)
    throw new Refusal(
      'conflict',
      'there is no such version any more: its data key is destroyed, or about to be',
    );
  await noteDone(broker, act, 'operator rolled a secret back', detail);
}

/** Destroys data keys: of one version that is not lent, or of all. @throws Refusal `not_found`, `conflict` */
export async function destroySecret(
  broker: Broker,
  act: Act,
  order: Pick<Change, 'name' | 'reason'> & { readonly version: number | undefined },
): Promise<readonly number[]> {
  const { name, version, reason } = order;
  const detail = { secret: name, reason, ...(version !== undefined && { version }) };
  await noteAct(broker, act, { outcome: 'unknown', message: 'operator deletes a secret', detail });
  if (!broker.secrets.has(name) && (await broker.store.secrets.show(name)) === undefined) throw unknown();
  const gone = await broker.store.secrets.destroy({ name, version, now: broker.leaseTime.now() });
  if (gone === 'current')
    throw new Refusal('conflict', 'this version is lent: roll back to another first, or delete all');
  await noteDone(broker, act, 'operator deleted a secret', { ...detail, destroyed: gone });
  return gone;
}

/** Lets the secret’s program make a new value now. @throws Refusal */
export async function rotateNow(broker: Broker, act: Act, order: Change): Promise<{ version: number }> {
  const { name, reason } = order;
  const { rotation, ...settings } = declared(broker, name);
  if (rotation === undefined)
    throw new Refusal('invalid_request', 'no program rotates it (secrets.NAME.rotation): put the new value');
  const detail = { secret: name, reason };
  await noteAct(broker, act, { outcome: 'unknown', message: 'operator rotates a secret', detail });
  const done: Rotated = await rotateSecret(broker, {
    secret: { ...settings, rotation },
    afterReads: 0,
    graceSeconds: order.graceSeconds ?? settings.graceSeconds,
    by: act.operator.id,
  });
  if (done === 'busy')
    throw new Refusal('conflict', 'it is rotated at this moment, or its value is not there');
  if ('failed' in done)
    throw new Refusal('conflict', `the rotation failed, the value of before stays: ${done.failed}`);
  return done;
}

function declared(broker: Broker, name: string): SecretSettings {
  const settings = broker.secrets.get(name);
  if (settings === undefined) throw unknown();
  return settings;
}

function unknown(): Refusal {
  return new Refusal('not_found', 'broker.yaml has no secret of this name');
}

async function noteDone(
  broker: Broker,
  act: Act,
  message: string,
  detail: Readonly<Record<string, unknown>>,
): Promise<void> {
  await noteAct(broker, act, { outcome: 'success', message, detail }).catch(() => undefined);
}
