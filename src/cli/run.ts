import { CredsError } from '../domain/errors.ts';
import type { Command, Said, Scene } from './commands/command.ts';
import { tellFailure } from './failure.ts';
import { withInputs } from './inputs-file.ts';

/** Does what the words ask for. @returns the exit status */
export async function run(command: Command, said: Said, scene: Scene): Promise<number> {
  const { does, failure } = command;
  if ('answer' in does) return 0;
  let fromFile: ReadonlySet<string> = new Set();
  try {
    const full = withInputs(said, scene);
    fromFile = full.fromFile;
    return await does.run(full.said, scene);
  } catch (error) {
    if (!(error instanceof CredsError)) throw error;
    const stopped = error.code === 'interrupted' || error.code === 'terminated';
    tellFailure(error, { command, fromFile, json: said.values('json').length > 0 }, scene);
    return stopped ? error.exit : (failure ?? error.exit);
  }
}
