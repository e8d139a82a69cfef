import { fromCommand } from './command.ts';
import { fromEnv } from './env.ts';
import { fromFile } from './file.ts';

/** Where sealing keys come from, by the key of broker.yaml that names it. */
export const keySources = { file: fromFile, env: fromEnv, command: fromCommand };
