// A STAND-IN for `proxy_exec` of GitLab Runner (17.10 and later), written from how it behaves: its file of masks is
// there before the job's first line (32 bytes), `::add-mask::VALUE` on a line of standard output appends a line of
// base64 (24 bytes of nonce, the text, 16 of tag), and what comes after is shown with `[MASKED]` in its place.
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Host } from '../../src/domain/host.ts';

/** What the runner does with the output of a job. */
export interface RunnersMasks {
  /** What is shown of a text that ends with a line’s end, or with the output. */
  readonly shown: (text: string) => string;
  readonly masks: readonly string[];
}

/** @param folder `RUNNER_TEMP_PROJECT_DIR` of the job */
export function runnersMasks(folder: string): RunnersMasks {
  const store = join(folder, 'masking.db');
  mkdirSync(folder, { recursive: true });
  writeFileSync(store, randomBytes(32));
  const masks: string[] = [];
  const shownLine = (line: string): string => {
    const [, value] = /^::add-mask::(.*)\n$/.exec(line) ?? [];
    if (value === undefined) return masks.reduce((shown, mask) => shown.replaceAll(mask, '[MASKED]'), line);
    masks.push(value);
    const sealed = Buffer.concat([randomBytes(24), Buffer.from(value), randomBytes(16)]);
    appendFileSync(store, `${sealed.toString('base64')}\n`);
    return '';
  };
  return {
    masks,
    shown: (text) =>
      text
        .split(/(?<=\n)/)
        .map(shownLine)
        .join(''),
  };
}

export interface ProxyExec {
  /** The host of a process whose standard output the runner reads. */
  readonly host: Host;
  readonly log: () => string;
  readonly masks: () => readonly string[];
}

export function proxyExec(host: Host): ProxyExec {
  const { masks, shown } = runnersMasks(host.env['RUNNER_TEMP_PROJECT_DIR'] ?? '');
  let log = '';
  const print = (text: string): void => {
    log += shown(text);
  };
  return { host: { ...host, print }, log: () => log, masks: () => masks };
}
