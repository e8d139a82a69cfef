import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import { brokerFolder } from '../../support/broker/broker-process.ts';
import { keptBefore } from '../../support/broker/syscalls.ts';
import { testWith } from '../../support/peers.ts';

testWith(
  ['strace'],
  'B32 what the audit log says of a request is on the disk before the answer is sent',
  async () => {
    await using folder = await brokerFolder();
    const trace = join(folder.path, 'trace');
    const calls = 'trace=openat,write,writev,sendto,sendmsg';
    const broker = await folder.start(['strace', '-f', '-qq', '-y', '-s', '32', '-o', trace, '-e', calls]);
    for (let time = 0; time < 5; time++) expect((await broker.borrow()).status).toBe(200);
    await broker.kill('SIGTERM');
    expect(keptBefore(readFileSync(trace, 'utf8'), 'audit.jsonl', 'HTTP/1.1 200')).toEqual(
      Array.from({ length: 5 }, () => 'kept'),
    );
  },
  60_000,
);
