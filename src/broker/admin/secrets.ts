import { z } from 'zod';
import type { Broker } from '../commands/broker.ts';
import {
  destroySecret,
  listSecrets,
  putSecret,
  rollBackSecret,
  rotateNow,
  showSecret,
  type SecretView,
} from '../commands/operate-secrets.ts';
import { readValue } from '../commands/secret-value.ts';
import type { SecretReader, SecretVersion } from '../domain/secret-record.ts';
import { Refusal } from '../domain/refusal.ts';
import { readAdminBody, readQuery, reason } from './admin-body.ts';
import type { AdminOrder } from './admin-endpoints.ts';

const longestGraceSeconds = 30 * 86_400;
const grace = z.int().min(0).max(longestGraceSeconds).optional();
const version = z.int().min(1).max(Number.MAX_SAFE_INTEGER);

const putForm = z.strictObject({ value: z.string(), reason, grace });
const rotateForm = z.strictObject({ reason, grace });
const rollBackForm = z.strictObject({ version, reason, grace });
const destroyForm = z
  .strictObject({ version: version.optional(), all: z.literal(true).optional(), reason })
  .refine((form) => (form.version === undefined) !== (form.all === undefined), {
    error: 'name a version, or write "all": true',
  });

/** GET /admin/secrets. @throws Refusal */
export async function getSecrets(broker: Broker, { act, query }: AdminOrder): Promise<object> {
  readQuery(query, z.strictObject({}));
  const now = broker.leaseTime.now();
  return { secrets: (await listSecrets(broker, act)).map((found) => toWire(found, now)) };
}

/** GET /admin/secrets/{name}. @throws Refusal */
export async function getSecret(broker: Broker, { act, query, name }: AdminOrder): Promise<object> {
  readQuery(query, z.strictObject({}));
  const { detail, ...found } = await showSecret(broker, act, name);
  return {
    ...toWire(found, broker.leaseTime.now()),
    versions: detail?.versions.map((each) => versionToWire(each, found)) ?? [],
    readers: detail?.readers.map(readerToWire) ?? [],
  };
}

/** POST /admin/secrets/{name}/put. @throws Refusal */
export async function postSecret(broker: Broker, order: AdminOrder): Promise<object> {
  const form = readAdminBody(order, putForm);
  const value = readValue(form.value);
  if (typeof value === 'string') throw new Refusal('invalid_request', `value: ${value}`);
  const name = nameIn(order);
  const change = { name, value, reason: form.reason, graceSeconds: form.grace };
  return { secret: name, ...(await putSecret(broker, order.act, change)) };
}

/** POST /admin/secrets/{name}/rotate. @throws Refusal */
export async function postRotation(broker: Broker, order: AdminOrder): Promise<object> {
  const { reason: why, grace: graceSeconds } = readAdminBody(order, rotateForm);
  const name = nameIn(order);
  return { secret: name, ...(await rotateNow(broker, order.act, { name, reason: why, graceSeconds })) };
}

/** POST /admin/secrets/{name}/roll-back. @throws Refusal */
export async function postRollBack(broker: Broker, order: AdminOrder): Promise<object> {
  const { grace: graceSeconds, ...form } = readAdminBody(order, rollBackForm);
  const name = nameIn(order);
  await rollBackSecret(broker, order.act, { name, graceSeconds, ...form });
  return { secret: name, version: form.version };
}

/** POST /admin/secrets/{name}/delete. @throws Refusal */
export async function postDeletion(broker: Broker, order: AdminOrder): Promise<object> {
  const form = readAdminBody(order, destroyForm);
  const name = nameIn(order);
  const asked = { name, reason: form.reason, version: form.version };
  return { secret: name, destroyed: await destroySecret(broker, order.act, asked) };
}

/** The segment before the verb. */
function nameIn({ request }: AdminOrder): string {
  return new URL(request.url).pathname.split('/').at(-2) ?? '';
}

function toWire({ name, settings, record, trouble }: SecretView, now: Date): Record<string, unknown> {
  const due = settings?.rotateAfter !== undefined && (record?.readsSince ?? 0) >= settings.rotateAfter;
  return {
    secret: name,
    state: trouble !== undefined ? 'refused' : due ? 'due' : 'ready',
    ...(trouble !== undefined && { problem: trouble }),
    ...(settings && {
      roles: settings.roles,
      ...(settings.grantableBy && { grantable_by: settings.grantableBy }),
      grace: settings.graceSeconds,
      ...(settings.rotateAfter !== undefined && { rotate_after: settings.rotateAfter }),
      rotated_by: settings.rotation === undefined ? 'operator' : 'program',
      ...(settings.migrateTo !== undefined && { migrate_to: settings.migrateTo }),
    }),
    ...(record && {
      version: record.current,
      created_at: record.createdAt.toISOString(),
      changed_at: record.changedAt.toISOString(),
      age_seconds: Math.max(0, Math.floor((now.getTime() - record.changedAt.getTime()) / 1000)),
      reads: record.reads,
      reads_since_change: record.readsSince,
      ...(record.readAt && { read_at: record.readAt.toISOString() }),
      rotation_failures: record.rotationFailures,
    }),
  };
}

function versionToWire(found: SecretVersion, { record }: SecretView): Record<string, unknown> {
  const state =
    found.destroyedAt !== undefined ? 'destroyed' : found.version === record?.current ? 'lent' : 'kept';
  return {
    version: found.version,
    state,
    created_at: found.createdAt.toISOString(),
    created_by: found.createdBy,
    reads: found.reads,
    ...(found.keyId !== '' && { sealing_key: found.keyId }),
    ...(found.graceUntil && { kept_until: found.graceUntil.toISOString() }),
    ...(found.destroyedAt && { destroyed_at: found.destroyedAt.toISOString() }),
  };
}

function readerToWire({ issuer, repository, repositoryId, reads, readAt }: SecretReader): object {
  return { issuer, repository, repository_id: repositoryId, reads, read_at: readAt.toISOString() };
}
