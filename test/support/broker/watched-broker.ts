/** A broker whose store lies in a file, so that a test can see that nothing was written. */
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import type { Answer } from './borrower.ts';
import { startTestBroker, type TestBroker, type TestBrokerOptions } from './test-broker.ts';

export interface WatchedBroker extends TestBroker {
  /** Changes with everything that is written to the store, granted or lent. */
  mark(): string;
  /** Asks, and sees that what is expected was answered and that nothing was written or granted. */
  expectRefused(ask: () => Promise<Answer>, expected?: Record<string, unknown>): Promise<Answer>;
}

/** Network addresses are not limited: one of them asks for everything here. */
const unlimited = (yaml: string): string => `${yaml}limits: { requests_per_second: 1000000 }\n`;

/** What the broker writes down without having lent anything. */
const byItself = ['issuer', 'broker'];

export async function startWatchedBroker(options: TestBrokerOptions = {}): Promise<WatchedBroker> {
  const folder = mkdtempSync(join(tmpdir(), 'ec-watched-'));
  const storePath = join(folder, 'broker.db');
  const yaml = (text: string): string => unlimited(options.yaml?.(text) ?? text);
  const broker = await startTestBroker({ ...options, yaml, storePath });
  const mark = (): string => {
    // Every write goes through the write-ahead log first.
    const stored = createHash('sha256')
      .update(readFileSync(`${storePath}-wal`))
      .digest('hex');
    const granted = broker.world
      .auditLines()
      .filter(({ metadata, status }) => !byItself.includes(metadata.event_code) && status !== 'failure');
    return `${stored} ${String(granted.length)}`;
  };
  return {
    ...broker,
    mark,
    expectRefused: async (ask, expected = { status: 400, body: { error: 'invalid_grant' } }) => {
      const before = mark();
      const answer = await ask();
      expect(answer).toMatchObject(expected);
      expect(mark()).toBe(before);
      return answer;
    },
    stop: async () => {
      await broker.stop();
      rmSync(folder, { recursive: true });
    },
  };
}
