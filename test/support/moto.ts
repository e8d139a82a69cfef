/** A real moto, which plays AWS's APIs without their judgement: its own port, gone with the test. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { findMoto } from './programs.ts';
import { closedPort } from './socket-server.ts';

export interface Moto extends AsyncDisposable {
  /** Without a slash at the end. */
  readonly url: string;
}

export async function startMoto(): Promise<Moto> {
  const program = findMoto();
  if (program === undefined) throw new Error('there is no moto here: npm run peers');
  const port = await closedPort();
  const server = spawn(program, ['-H', '127.0.0.1', '-p', String(port)], { stdio: 'ignore' });
  const ended = once(server, 'exit');
  const url = `http://127.0.0.1:${String(port)}`;
  while (!(await answers(url))) {
    if (server.exitCode !== null) throw new Error(`moto ended (${String(server.exitCode)})`);
    await sleep(100);
  }
  return {
    url,
    [Symbol.asyncDispose]: async () => {
      server.kill('SIGKILL');
      await ended;
    },
  };
}

async function answers(url: string): Promise<boolean> {
  return fetch(`${url}/moto-api/`).then(
    ({ ok }) => ok,
    () => false,
  );
}
