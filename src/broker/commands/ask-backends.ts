import { CredsError } from '../../domain/errors.ts';
import type { YamlDocument } from '../../domain/yaml-document.ts';
import type { BrokerClock } from '../domain/outside.ts';
import { Overtime, withTimeLimit } from '../domain/time-limit.ts';
import { BackendTrouble } from '../engines/engine.ts';
import type { ReadyRole } from './broker.ts';

const askingMs = 10_000;

interface Asking {
  readonly clock: BrokerClock;
  readonly document: YamlDocument;
}

/**
 * Asks the backend of every role, all at the same time, whether it would lend. Nothing is minted or changed.
 * @returns the names of the roles whose backend said yes; those of the others have none, or none that can be asked
 * @throws CredsError `input-invalid` that tells for each role at fault what to change
 */
export async function askBackends(
  roles: ReadonlyMap<string, ReadyRole>,
  { clock, document }: Asking,
): Promise<string[]> {
  const asked = [...roles].filter(([, { prepared }]) => prepared.check !== undefined);
  const troubles = await Promise.all(
    asked.map(async ([name, { prepared }]) => {
      try {
        await withTimeLimit(clock, askingMs, async (signal) => prepared.check?.(signal));
        return [];
      } catch (error) {
        return [document.problem(['roles', name], `its backend would not lend: ${told(error)}`)];
      }
    }),
  );
  if (troubles.flat().length > 0)
    throw new CredsError('input-invalid', troubles.flat().join('\n'), {
      hint: 'Change it there and check again; `--offline` leaves the backends out.',
    });
  return asked.map(([name]) => name);
}

/** Only what engines say themselves is free of secrets for sure. */
function told(error: unknown): string {
  if (error instanceof BackendTrouble) return error.message;
  return error instanceof Overtime
    ? `no answer within ${String(askingMs / 1000)} s`
    : 'it could not be asked';
}
