import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { makeInstruments } from '../../../src/broker/commands/instruments.ts';
import { readSettings } from '../../../src/broker/commands/read-settings.ts';
import { startBroker } from '../../../src/broker/commands/start-broker.ts';
import { openSqlite } from '../../../src/broker/store/sqlite.ts';
import { startTestBroker } from '../../support/broker/test-broker.ts';

test('a start that fails lets go of the store that it has opened', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'failed-start-'));
  const running = await startTestBroker();
  const { world } = running;
  try {
    const settings = await readSettings('/etc/broker/broker.yaml', world.files);
    const sqlite = join(folder, 'broker.db');
    const openLog = (): Promise<never> => Promise.reject(new Error('no such folder'));
    const host = { ...world, files: { ...world.files, openLog } };
    const audit = [{ to: { file: join(folder, 'nowhere/audit.jsonl') }, required: true }];
    const wrong = { ...settings, audit, store: { sqlite } };
    await expect(startBroker(wrong, host, await makeInstruments(settings, world))).rejects.toThrow(
      'cannot be opened',
    );
    await openSqlite(sqlite).close();
  } finally {
    await running.stop();
    rmSync(folder, { recursive: true });
  }
});
