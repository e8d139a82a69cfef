import type { Freeze } from '../domain/freeze.ts';
import type { Broker } from './broker.ts';
import { noteAct, type Act } from './operator-act.ts';

/** Whether anything is lent. @throws Refusal */
export async function readFreeze(broker: Broker, act: Act): Promise<Freeze> {
  const found = await broker.store.freeze();
  const detail = { frozen: found.frozen };
  await noteAct(broker, act, { outcome: 'success', message: 'operator asks about the freeze', detail });
  return found;
}

/**
 * Stops all lending, on every broker that shares the store, or lets it go on. Stopping is never put off because it
 * could not be written down; lending again is.
 * @throws Refusal when a thaw could not be written down: then it stays frozen
 */
export async function setFreeze(
  broker: Broker,
  act: Act,
  { frozen, reason }: Pick<Freeze, 'frozen' | 'reason'>,
): Promise<Freeze> {
  const detail = { frozen, reason };
  if (!frozen) await noteAct(broker, act, { outcome: 'unknown', message: 'operator thaws', detail });
  const now = broker.host.clock.now();
  const before = await broker.store.setFreeze({ frozen, reason, by: act.operator.id, now });
  const message = frozen ? 'operator froze all lending' : 'operator thawed: lending goes on';
  const event = {
    outcome: 'success' as const,
    message,
    alarm: true,
    detail: { ...detail, before: before.frozen },
  };
  await noteAct(broker, act, event).catch(() => undefined);
  return { frozen, reason, by: act.operator.id, since: now };
}
