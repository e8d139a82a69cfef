/** `ephemeral-creds exec` in a job, against a platform and a broker that behave as told. */
import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect } from '@jest/globals';
import { ShellJob, type ExecEnd, type ExecOptions, type ExecRun } from './exec.ts';
import { startScene, type Scene } from './scene.ts';

export class ExecScene {
  scene!: Scene;
  job!: ShellJob;

  /** A world for each test, at whose end nothing may be lent any more. */
  constructor() {
    beforeEach(async () => {
      this.scene = await startScene();
      this.job = new ShellJob({
        ACTIONS_ID_TOKEN_REQUEST_URL: this.scene.idToken.url,
        ACTIONS_ID_TOKEN_REQUEST_TOKEN: this.scene.idToken.token,
      });
    });
    afterEach(async () => {
      this.job[Symbol.dispose]();
      await this.scene[Symbol.asyncDispose]();
      expect(this.alive).toEqual([]);
    });
  }

  /** Leases that live. */
  get alive(): string[] {
    return this.scene.lender.alive;
  }

  /** The secret that was lent last. */
  get token(): string {
    return this.scene.lender.lent.at(-1)?.token ?? '';
  }

  get options(): ExecOptions['options'] {
    return { 'broker-url': this.scene.server.url, role: 'deploy' };
  }

  /** Starts it for a script of sh. */
  start(script: string, more: Partial<ExecOptions> = {}): ExecRun {
    return this.job.exec({ options: this.options, command: ['sh', '-c', script], ...more });
  }

  run(script: string, more: Partial<ExecOptions> = {}): Promise<ExecEnd> {
    return this.start(script, more).done;
  }
}

/** Waits in a shell without being a process of its own that a signal could end. */
export const wait = 'while :; do sleep 0.05; done';
/** The same until there is a file `go`. */
export const waitForGo = 'while [ ! -e go ]; do sleep 0.05; done';

export function isAlive(pid: number): boolean {
  return !['', 'Z'].includes(stateOf(pid));
}

export function stateOf(pid: number): string {
  return readOr(() => procFile(pid, 'stat').replace(/.*\) /, '').slice(0, 1), '');
}

export function procFile(pid: number, name: string): string {
  return readFileSync(`/proc/${String(pid)}/${name}`, 'utf8');
}

export function readOr<T>(read: () => T, otherwise: T): T {
  try {
    return read();
  } catch {
    return otherwise;
  }
}
