import {
  appendFileSync,
  chmodSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { AuditChain } from '../../../src/broker/audit/chain.ts';
import { fileSink } from '../../../src/broker/audit/file-sink.ts';
import { findEnding } from '../../../src/broker/audit/log-ending.ts';
import { canonicalText } from '../../../src/broker/audit/canonical.ts';
import { auditRecord } from '../../../src/broker/audit/ocsf.ts';
import { sampled } from '../../../src/broker/audit/sampler.ts';
import type { AuditEvent } from '../../../src/broker/domain/audit-event.ts';
import { verifyAudit } from '../../../src/broker/commands/verify-audit.ts';
import { brokerHost } from '../../../src/entry/broker-host.ts';
import { newAuditKey, record } from '../../support/broker/audit-log.ts';
import { testClock } from '../../support/broker/world.ts';

const event: AuditEvent = {
  name: 'decision',
  outcome: 'failure',
  message: 'role denied',
  requestId: 'req_1',
  address: '192.0.2.1',
};

test('an event has the names of OCSF', () => {
  expect(auditRecord({ ...event, alarm: true }, new Date('2026-11-20T12:00:00Z'))).toMatchObject({
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

test('no text in it is longer than 1 KiB', () => {
  const record = auditRecord({ ...event, detail: { claims: { ref: 'é'.repeat(1_000_000) } } }, new Date());
  expect(JSON.stringify(record).length).toBeLessThan(2000);
});

test.each(['message', 'requestId', 'address', 'clientId'] as const)('the same holds for its %s', (name) => {
  const text = canonicalText(auditRecord({ ...event, [name]: `\ud800${'x'.repeat(5000)}` }, new Date()));
  expect(text).toContain(`\ufffd${'x'.repeat(1000)}`);
  expect(text.length).toBeLessThan(2000);
});

test('what needs no change stays as it is, and what does is changed in a copy', () => {
  const claims = { ref: 'refs/heads/main' };
  const odd = { ref: 'a\udfffb', kept: claims };
  const { unmapped } = auditRecord({ ...event, detail: { claims, odd, left: undefined } }, new Date());
  expect(unmapped?.['claims']).toBe(claims);
  expect(unmapped).toEqual({ claims, odd: { ref: 'a\ufffdb', kept: claims } });
  expect(odd.ref).toBe('a\udfffb');
});

test('half a surrogate pair, in a name or in a text, becomes the mark of what cannot be read', () => {
  const detail = { '\ud800': 'a\udfffb', whole: '\ud83d\ude00', written: String.raw`\ud800` };
  expect(auditRecord({ ...event, detail }, new Date()).unmapped).toEqual({
    '\ufffd': 'a\ufffdb',
    whole: '\ud83d\ude00',
    written: String.raw`\ud800`,
  });
});

test('a line that was cut short spoils no other, and the rights that the operator gave the file stay', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'ec-audit-'));
  const path = join(folder, 'audit.jsonl');
  writeFileSync(path, '{"whole":1}\n{"cut');
  chmodSync(path, 0o640);
  const log = await brokerHost(new AbortController().signal).files.openLog(path);
  expect(Buffer.from(await log.ending()).toString()).toBe('{"whole":1}\n{"cut');
  await log.append('{"next":1}\n');
  await log.append('{"last":1}\n');
  await log.close();
  expect(readFileSync(path, 'utf8')).toBe('{"whole":1}\n{"cut\n{"next":1}\n{"last":1}\n');
  expect(statSync(path).mode & 0o777).toBe(0o640);
  rmSync(folder, { recursive: true });
});

test('a process that was killed while it wrote to a real file leaves a log that the next one goes on with', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'ec-audit-'));
  const path = join(folder, 'audit.jsonl');
  const { files } = brokerHost(new AbortController().signal);
  const key = newAuditKey();
  for (const left of ['', '{"activity_id":3,"attest', '']) {
    appendFileSync(path, left);
    const log = await files.openLog(path);
    const found = findEnding(await log.ending());
    const chain = new AuditChain(fileSink(log), { key, authority: 'https://broker.example.com', found });
    await chain.write([record('broker started')]);
    await chain.close(record('broker stopped'));
  }
  const report = await verifyAudit({ files: [path], allowGaps: false }, files);
  expect(report).toMatchObject({ intact: true, chains: 3, events: 6, lines: 7 });
  expect(report.notices).toMatchObject([{ line: 3, what: expect.stringContaining('cut short') as unknown }]);
  rmSync(folder, { recursive: true });
});

test('B32 a process that was killed when its log had just been renamed leaves a log that the next one goes on with', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'ec-audit-'));
  const path = join(folder, 'audit.jsonl');
  const { files } = brokerHost(new AbortController().signal);
  const key = newAuditKey();
  for (const [part, left] of ['', '{"activity_id":3,"attest', ''].entries()) {
    const log = await files.openLog(path);
    const found = findEnding(await log.ending());
    const chain = new AuditChain(fileSink(log), { key, authority: 'https://broker.example.com', found });
    await chain.write([record('broker started'), record('lease active')]);
    await log.close();
    appendFileSync(path, left);
    if (part < 2) renameSync(path, `${path}.${String(2 - part)}`);
  }
  const parts = [`${path}.2`, `${path}.1`, path] as const;
  const report = await verifyAudit({ files: parts, allowGaps: false }, files);
  expect(report).toMatchObject({ intact: true, problems: [], chains: 3, events: 6, lines: 7 });
  rmSync(folder, { recursive: true });
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

test('a flood of what strangers cause hides no alarm, and nothing of another sort', async () => {
  const events: AuditEvent[] = [];
  const write = sampled((written) => Promise.resolve(void events.push(...written)), testClock());
  const noise = { name: 'identity', outcome: 'failure', message: 'a bad proof' } as const;
  const alarm = { name: 'broker', outcome: 'failure', message: 'the store is full', alarm: true } as const;
  for (let request = 0; request < 100; request++) await write(noise);
  await write({ ...noise, alarm: true });
  await write(alarm);
  expect(events.slice(10)).toEqual([{ ...noise, alarm: true }, alarm]);
});
