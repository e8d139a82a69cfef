import { withTimeLimit } from '../domain/time-limit.ts';
import type { Orphan } from '../store/store.ts';
import type { Broker, ReadyRole } from './broker.ts';

const listMs = 30_000;
const prefix = 'ec_';
const mostAtOnce = 200;

/**
 * After a restore: what the backends have and the store does not know, or believes to be over, is queued for
 * revocation. It is done when every backend that can list has been searched; until then it is tried again.
 */
export function sweeping(broker: Broker): () => Promise<void> {
  return async () => {
    const { restored, store } = broker;
    const { at, swept } = restored;
    if (at === undefined || swept) return;
    const searched = await Promise.allSettled(searchable(broker).map((role) => search(broker, role)));
    const failed = searched.find(({ status }) => status === 'rejected');
    if (failed?.status === 'rejected')
      throw new Error('a backend could not be searched after the restore', { cause: failed.reason });
    await store.noteSwept(at);
    restored.swept = true;
  };
}

/** A role of each backend that can be searched. */
function searchable({ roles }: Broker): ReadyRole[] {
  const places = new Map<string, ReadyRole>();
  for (const role of roles.values())
    if (role.prepared.list !== undefined)
      places.set(JSON.stringify([role.terms.engine, role.prepared.backend]), role);
  return [...places.values()];
}

async function search(broker: Broker, { terms, prepared }: ReadyRole): Promise<void> {
  const { host, store, leaseTime } = broker;
  const names = await withTimeLimit(
    host.clock,
    listMs,
    async (signal) => (await prepared.list?.(signal)) ?? [],
  );
  const found = names
    .filter((name) => name.startsWith(prefix))
    .map((name): Orphan => {
      const { name: role, engine } = terms;
      return { id: name.slice(prefix.length), role, engine, revokeData: prepared.backend };
    });
  for (let from = 0; from < found.length; from += mostAtOnce) {
    const adopted = await store.adopt(found.slice(from, from + mostAtOnce), leaseTime.now());
    if (adopted.length > 0) await tell(broker, terms.engine, adopted);
  }
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
