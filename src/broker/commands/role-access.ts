import type { Condition } from '../domain/condition.ts';
import { accessConditions, type RoleCaps } from '../domain/role-access.ts';
import type { Decision } from '../policy/decide.ts';
import type { Broker, Caller } from './broker.ts';
import type { AskedRole } from './exchange-order.ts';
import type { Judged } from './note-decisions.ts';

/** Takes a role away from a caller who asks from elsewhere, or at another time, than the role allows. */
export function limited(broker: Broker, { address }: Caller, decision: Decision): Judged {
  const access = decision.allowed ? broker.roles.get(decision.role)?.access : undefined;
  if (access === undefined) return decision;
  const conditions = accessConditions(access, { address, now: broker.host.clock.now() });
  return conditions.every(({ holds }) => holds) ? decision : deniedBy(decision, conditions);
}

/** Takes away the roles of which as much is lent as may be; for dry runs, which write nothing. */
export async function withinCaps(broker: Broker, judged: readonly Judged[], now: Date): Promise<Judged[]> {
  const allowed = judged.filter((decision) => decision.allowed);
  const requests = [...capsOf(broker, allowed)].map(([role, caps]) => ({
    role,
    caps,
    sessionId: '',
    requestId: '',
    replaces: undefined,
    now,
  }));
  if (requests.length === 0) return [...judged];
  const overs = new Map((await broker.store.overCaps(requests)).map((over) => [over.role, over]));
  return judged.map((decision) => {
    const over = overs.get(decision.role);
    return over === undefined ? decision : deniedBy(decision, over.conditions);
  });
}

function deniedBy({ role, policySet, considered }: Judged, conditions: readonly Condition[]): Judged {
  return { allowed: false, role, policySet, considered, against: { role_access: conditions } };
}

/** The caps of those of the roles that have some. */
export function capsOf(broker: Broker, roles: readonly Pick<AskedRole, 'role'>[]): Map<string, RoleCaps> {
  return new Map(
    roles.flatMap(({ role }) => {
      const access = broker.roles.get(role)?.access;
      return access === undefined ? [] : [[role, access.caps]];
    }),
  );
}
