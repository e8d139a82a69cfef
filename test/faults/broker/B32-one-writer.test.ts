import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { verifyAudit } from '../../../src/broker/commands/verify-audit.ts';
import { brokerHost } from '../../../src/entry/broker-host.ts';
import { LiveBroker } from '../../support/broker/live-broker.ts';

test('B32 a second broker that is to write to the same audit file does not start; the log stays whole', async () => {
  await using first = await LiveBroker.start();
  const path = join(first.folder, 'audit.jsonl');
  await using second = await LiveBroker.prepare({
    yaml: (yaml) => yaml.replace('./audit.jsonl', path),
  });
  const refused = async (): Promise<void> => {
    second.run();
    await second.says(`Another broker writes to the audit file ${path}.`);
    expect(await second.ended).toBe(64);
  };
  await refused();
  expect((await first.borrow()).status).toBe(200);

  // Also when the log was rotated, and the broker has gone on in a new file.
  renameSync(path, `${path}.1`);
  writeFileSync(path, '');
  await refused();
  expect((await first.borrow()).status).toBe(200);

  // Who was killed keeps nobody out.
  first.child.kill('SIGKILL');
  await first.ended;
  second.run();
  await second.says('listens on');
  second.child.kill('SIGTERM');
  expect(await second.ended).toBe(0);
  first.run();
  await first.says('listens on');
  const { files } = brokerHost(new AbortController().signal);
  const report = await verifyAudit({ files: [`${path}.1`, path], allowGaps: false }, files);
  expect(report.problems.filter(({ what }) => !what.includes('signed by key'))).toEqual([]);
});
