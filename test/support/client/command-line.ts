/** The built command line as a person or a job types it, with nothing in its environment but what the test gives. */
import { spawn, type ChildProcess } from 'node:child_process';
import { resolve } from 'node:path';

export const builtCli = resolve('dist/ephemeral-creds.cjs');

export interface Typed {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Circumstances {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly node?: string;
  /** Called as soon as the process runs. */
  readonly meanwhile?: (child: ChildProcess) => void;
}

/** Runs `ephemeral-creds …` to its end. */
export async function typed(words: readonly string[], how: Circumstances = {}): Promise<Typed> {
  const { env = {}, cwd, node = process.execPath, meanwhile } = how;
  const where = cwd === undefined ? {} : { cwd };
  const child = spawn(node, [builtCli, ...words], { env, stdio: ['ignore', 'pipe', 'pipe'], ...where });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  meanwhile?.(child);
  const status = await new Promise<number | null>((ended) => child.once('close', ended));
  return { status, stdout, stderr };
}
