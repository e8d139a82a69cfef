import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { auditLine } from '../../../src/broker/audit/ocsf.ts';
import { fileSink } from '../../../src/broker/audit/file-sink.ts';
import { sampled } from '../../../src/broker/audit/sampler.ts';
import { auditTrail } from '../../../src/broker/audit/trail.ts';
import type { AuditEvent } from '../../../src/broker/domain/audit-event.ts';
import { brokerHost } from '../../../src/entry/broker-host.ts';
import { testClock } from '../../support/broker/world.ts';

const event: AuditEvent = {
  name: 'decision',
  outcome: 'failure',
  message: 'role denied',
  requestId: 'req_1',
  address: '192.0.2.1',
};

test('an event is one line of JSON with the names of OCSF', () => {
  const line = auditLine({ ...event, alarm: true }, new Date('2026-11-20T12:00:00Z'));
  expect(line.endsWith('}\n')).toBe(true);
  expect(JSON.parse(line)).toMatchObject({
    time: 1_795_176_000_000,
    class_uid: 3003,
    category_uid: 3,
    type_uid: 300_301,
    severity_id: 4,
    status_id: 2,
    metadata: { version: '1.9.0', event_code: 'decision', correlation_uid: 'req_1' },
    src_endpoint: { ip: '192.0.2.1' },
  });
});

test('what a stranger writes into a claim can neither break the line nor move a terminal', () => {
  const ref = 'a\r\n{"forged":true}\u001b[31m\u0085\u2028\u202e\u200b\u007f';
  const line = auditLine({ ...event, detail: { claims: { ref } } }, new Date());
  expect(line.slice(0, -1)).toMatch(/^[\x20-\x7e]*$/);
  expect((JSON.parse(line) as { unmapped: { claims: { ref: string } } }).unmapped.claims.ref).toBe(ref);
});

test('no text in it is longer than 1 KiB', () => {
  const line = auditLine({ ...event, detail: { claims: { ref: 'é'.repeat(1_000_000) } } }, new Date());
  expect(line.length).toBeLessThan(2000);
});

test('the file is private, each write is on the disk when it resolves, and many share one sync', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'ec-audit-'));
  const path = join(folder, 'audit.jsonl');
  const log = await brokerHost(new AbortController().signal).files.openLog(path);
  let syncs = 0;
  const sink = fileSink(path, {
    append: (text) => {
      syncs += 1;
      return log.append(text);
    },
    close: () => log.close(),
  });
  const writes = Array.from({ length: 50 }, (_, index) => sink.write(`line ${String(index)}\n`));
  await writes[0];
  expect(readFileSync(path, 'utf8')).toMatch(/^line 0\n/);
  await Promise.all(writes);
  expect(readFileSync(path, 'utf8').split('\n').slice(0, -1)).toEqual(
    Array.from({ length: 50 }, (_, index) => `line ${String(index)}`),
  );
  expect(syncs).toBeLessThan(5);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  await sink.close();
  rmSync(folder, { recursive: true });
});

test('a line that was cut short spoils no other, and the rights that the operator gave the file stay', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'ec-audit-'));
  const path = join(folder, 'audit.jsonl');
  writeFileSync(path, '{"whole":1}\n{"cut');
  chmodSync(path, 0o640);
  const log = await brokerHost(new AbortController().signal).files.openLog(path);
  await log.append('{"next":1}\n');
  await log.append('{"last":1}\n');
  await log.close();
  expect(readFileSync(path, 'utf8')).toBe('{"whole":1}\n{"cut\n{"next":1}\n{"last":1}\n');
  expect(statSync(path).mode & 0o777).toBe(0o640);
  rmSync(folder, { recursive: true });
});

test('a write that failed fails for all who waited for it, and the next one is tried anew', async () => {
  let full = true;
  const taken: string[] = [];
  const sink = fileSink('log', {
    append: (text) => {
      if (full) return Promise.reject(new Error('no space left on device'));
      taken.push(text);
      return Promise.resolve();
    },
    close: () => Promise.resolve(),
  });
  await expect(Promise.all([sink.write('a\n'), sink.write('b\n')])).rejects.toThrow('no space');
  full = false;
  await sink.write('c\n');
  expect(taken.join('')).toBe('c\n');
});

test('one sink that does not take it is enough to fail', async () => {
  const good = { name: 'good', write: () => Promise.resolve(), close: () => Promise.resolve() };
  const bad = { ...good, name: 'bad', write: () => Promise.reject(new Error('full')) };
  await expect(auditTrail([good, bad], testClock())([event])).rejects.toMatchObject({ reason: 'audit' });
  await expect(auditTrail([good, good], testClock())([event])).resolves.toBeUndefined();
});

test('what strangers cause is written ten times a second at most, and how much was left out is said', async () => {
  const clock = testClock();
  const events: AuditEvent[] = [];
  const write = sampled((written) => Promise.resolve(void events.push(...written)), clock);
  for (let request = 0; request < 1000; request++) await write(event);
  expect(events).toHaveLength(10);
  clock.advance(1);
  await write(event);
  expect(events[10]?.detail).toEqual({ not_written: 990 });
});
