import { z } from 'zod';
import type { Broker } from '../commands/broker.ts';
import { noteAct } from '../commands/operator-act.ts';
import { readQuery } from './admin-body.ts';
import type { AdminOrder } from './admin-endpoints.ts';

/** GET /admin/roles: what can be lent here, without anything of its engine’s parameters. @throws Refusal */
export async function getRoles(broker: Broker, { act, query }: AdminOrder): Promise<object> {
  readQuery(query, z.strictObject({}));
  await noteAct(broker, act, { outcome: 'success', message: 'operator lists roles' });
  const roles = [...broker.roles.values()].map(({ terms }) => ({
    role: terms.name,
    engine: terms.engine,
    revocability: terms.revocability,
    default_ttl: terms.defaultSeconds,
    max_ttl: terms.maxSeconds,
    ...(terms.grantableBy && { grantable_by: terms.grantableBy }),
  }));
  return { roles };
}
