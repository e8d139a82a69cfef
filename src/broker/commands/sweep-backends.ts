import { withTimeLimit } from '../domain/time-limit.ts';
import type { Orphan } from '../store/store.ts';
import { leaseOf, type LeaseState } from '../domain/lease-record.ts';
import type { ObjectPlace } from '../engines/engine.ts';
import type { Broker } from './broker.ts';

const listMs = 30_000;
const prefix = 'ec_';
const mostAtOnce = 200;
const notOver: readonly LeaseState[] = ['intent', 'active', 'revoking'];

/**
 * After a restore: what the backends have and the store does not know, or believes to be over, is queued for
 * revocation. It is done when every backend that can list has been searched; until then it is tried again.
 */
export function sweeping(broker: Broker): () => Promise<void> {
  return async () => {
    const { restored, store } = broker;
    const { at, swept } = restored;
    if (at === undefined || swept) return;
    const searched = await Promise.allSettled(searchable(broker).map((place) => searchOrSay(broker, place)));
    const failed = searched.find(({ status }) => status === 'rejected');
    if (failed?.status === 'rejected') throw failed.reason;
    await store.noteSwept(at);
    restored.swept = true;
  };
}

interface RolePlace extends ObjectPlace {
  readonly role: string;
}

/** Each backend that can be searched, with a role that lends from there. */
function searchable({ roles }: Broker): RolePlace[] {
  const places = new Map<string, RolePlace>();
  for (const { terms, prepared } of roles.values())
    for (const place of prepared.places ?? [{ ...prepared, engine: terms.engine }])
      if (place.list !== undefined)
        places.set(JSON.stringify([place.engine, place.backend]), { ...place, role: terms.name });
  return [...places.values()];
}

async function searchOrSay(broker: Broker, place: RolePlace): Promise<void> {
  try {
    await search(broker, place);
  } catch (cause) {
    throw new Error(`the backend of ${place.role} could not be searched after the restore`, { cause });
  }
}

async function search(broker: Broker, { role, engine, backend, list }: RolePlace): Promise<void> {
  const { host, store, leaseTime } = broker;
  const names = await withTimeLimit(host.clock, listMs, async (signal) => (await list?.(signal)) ?? []);
  const ids = names.filter((name) => name.startsWith(prefix)).map((name) => name.slice(prefix.length));
  const living = await livingParts(broker, ids);
  const found = ids
    .filter((id) => !living.has(id))
    .map((id): Orphan => ({ id, role, engine, revokeData: backend }));
  for (let from = 0; from < found.length; from += mostAtOnce) {
    const adopted = await store.adopt(found.slice(from, from + mostAtOnce), leaseTime.now());
    if (adopted.length > 0) await tell(broker, engine, adopted);
  }
}

/** What belongs to a lease of several parts that is not over: the store knows no part, but the lease by its own id. */
async function livingParts({ store }: Broker, ids: readonly string[]): Promise<ReadonlySet<string>> {
  const parts = ids.filter((id) => leaseOf(id) !== id);
  const living = new Set<string>();
  for (let from = 0; from < parts.length; from += mostAtOnce) {
    const leases = await store.leases([...new Set(parts.slice(from, from + mostAtOnce).map(leaseOf))]);
    for (const { id, state } of leases) if (notOver.includes(state)) living.add(id);
  }
  return new Set(parts.filter((id) => living.has(leaseOf(id))));
}

async function tell(broker: Broker, engine: string, ids: readonly string[]): Promise<void> {
  await broker
    .audit([
      {
        name: 'revocation',
        outcome: 'unknown',
        message: 'objects that the restored store did not know are revoked',
        alarm: true,
        detail: { engine, leases: ids },
      },
    ])
    .catch(() => undefined);
}
