import { acquire } from '../commands/acquire.ts';
import { configFromAction } from '../config/action.ts';
import type { Config } from '../config/config.ts';
import type { Host } from '../domain/host.ts';
import { httpTransport } from '../protocol/transport.ts';
import { attachAction, tell } from './action-job.ts';
import { open } from './door.ts';

/** The action's main step. */
export function main(): void {
  open(mainStory, { wire: httpTransport });
}

/** What the main step does, and its exit status. Tests hand it a world of their own. */
export async function mainStory(host: Host): Promise<number> {
  const job = attachAction(host);
  let config: Config | undefined;
  try {
    config = await configFromAction(host);
    await acquire(config, { job, host });
    return 0;
  } catch (error) {
    return tell(error, { job, host }, config?.summary !== 'never');
  }
}
