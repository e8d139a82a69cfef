import { spawn, type ChildProcess } from 'node:child_process';
import type { RunProgram } from '../broker/domain/outside.ts';

/**
 * Runs a program, which shares this process's environment, without a shell. What it leaves behind is ended with it;
 * nothing that it wrote is in an error.
 */
export const runProgram: RunProgram = ([program, ...words], { ms, maxBytes, input = '' }) =>
  new Promise((resolve, reject) => {
    // A group of its own, so that what it started goes with it.
    const child = spawn(program, words, {
      stdio: ['pipe', 'pipe', 'ignore'],
      detached: true,
      shell: false,
    });
    const chunks: Buffer[] = [];
    let length = 0;
    const finish = (what: () => void): void => {
      clearTimeout(timer);
      endGroup(child);
      child.stdin.destroy();
      child.stdout.destroy();
      what();
    };
    const fail = (what: string): void => {
      finish(() => {
        reject(new Error(what));
      });
    };
    const timer = setTimeout(() => {
      fail(`took longer than ${String(ms / 1000)} seconds`);
    }, ms);
    child.stdout.on('data', (chunk: Buffer) => {
      length += chunk.length;
      chunks.push(chunk);
      if (length > maxBytes) fail(`wrote more than ${String(maxBytes)} octets`);
    });
    // A program that does not read it all may still do its work.
    child.stdin.on('error', () => undefined).end(input);
    child.once('error', (error) => {
      fail(`cannot be started (${'code' in error ? String(error.code) : 'unknown'})`);
    });
    child.once('close', (code, signal) => {
      if (code !== 0) fail(`ended with ${signal ?? `exit code ${String(code)}`}`);
      else
        finish(() => {
          resolve(Buffer.concat(chunks).toString('utf8'));
        });
    });
  });

function endGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Nobody of it is left.
  }
}
