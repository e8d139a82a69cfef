import { z } from 'zod';
import type { Broker } from '../commands/broker.ts';
import { readFreeze, setFreeze } from '../commands/freeze.ts';
import type { Freeze } from '../domain/freeze.ts';
import { readAdminBody, readQuery, reason } from './admin-body.ts';
import type { AdminOrder } from './admin-endpoints.ts';

const freezeForm = z.strictObject({ frozen: z.boolean(), reason });

/** GET /admin/freeze. @throws Refusal */
export async function getFreeze(broker: Broker, { act, query }: AdminOrder): Promise<object> {
  readQuery(query, z.strictObject({}));
  return toWire(await readFreeze(broker, act));
}

/** POST /admin/freeze. When it is answered it holds on every broker of the store. @throws Refusal */
export async function postFreeze(broker: Broker, order: AdminOrder): Promise<object> {
  return toWire(await setFreeze(broker, order.act, readAdminBody(order, freezeForm)));
}

function toWire({ frozen, reason: why, by, since }: Freeze): Record<string, unknown> {
  return { frozen, ...(since && { reason: why, by, since: since.toISOString() }) };
}
