// A STAND-IN for `proxy_exec` of GitLab Runner (17.10 and later), written from how it behaves: its file of masks is
// there before the job's first line (32 bytes), `::add-mask::VALUE` on a line of standard output appends a line of
// base64 (24 bytes of nonce, the text, 16 of tag), and what comes after is shown with `[MASKED]` in its place.
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Host } from '../../src/domain/host.ts';

export interface ProxyExec {
  /** The host of a process whose standard output the runner reads. */
  readonly host: Host;
  readonly log: () => string;
  readonly masks: () => readonly string[];
}

export function proxyExec(host: Host): ProxyExec {
  const folder = host.env['RUNNER_TEMP_PROJECT_DIR'] ?? '';
  const store = join(folder, 'masking.db');
  mkdirSync(folder, { recursive: true });
  writeFileSync(store, randomBytes(32));
  const masks: string[] = [];
  let log = '';
  const print = (text: string): void => {
    for (const line of text.split(/(?<=\n)/)) {
      const [, value] = /^::add-mask::(.*)\n$/.exec(line) ?? [];
      if (value === undefined) log += masks.reduce((shown, mask) => shown.replaceAll(mask, '[MASKED]'), line);
      else {
        masks.push(value);
        const sealed = Buffer.concat([randomBytes(24), Buffer.from(value), randomBytes(16)]);
        appendFileSync(store, `${sealed.toString('base64')}\n`);
      }
    }
  };
  return { host: { ...host, print }, log: () => log, masks: () => masks };
}
