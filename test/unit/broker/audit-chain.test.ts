import { createHash, createPublicKey, verify } from 'node:crypto';
import { expect, jest, test } from '@jest/globals';
import canonicalize from 'canonicalize';
import { fc } from '../../support/property.ts';
import { makeAuditKey } from '../../../src/broker/audit/audit-key.ts';
import { mostTogether } from '../../../src/broker/audit/chain.ts';
import { auditRecord } from '../../../src/broker/audit/ocsf.ts';
import { auditTrail } from '../../../src/broker/audit/trail.ts';
import type { AuditEvent } from '../../../src/broker/domain/audit-event.ts';
import { check, LogFile, newAuditKey, record, twoProcesses } from '../../support/broker/audit-log.ts';
import { testClock } from '../../support/broker/world.ts';

// Hundreds of logs are checked, on machines that have other things to do.
jest.setTimeout(60_000);

const key = newAuditKey();

interface Attestation {
  chain_uid: string;
  prev_event?: { uid: string; type_uid: number; fingerprint: { value: string } };
  fingerprint?: { value: string };
  signatures?: {
    value: string;
    key_uid: string;
    serialization: string;
    inclusion_proof?: { index: number; size: number; path: string[] };
  }[];
}

interface Line {
  message: string;
  metadata: { uid: string; sequence: number; profiles: string[] };
  type_uid: number;
  unmapped?: Record<string, unknown>;
  attestation_list: [Attestation];
}

type InclusionProof = NonNullable<NonNullable<Attestation['signatures']>[0]['inclusion_proof']>;

/** By hand, for an event alone or one of two. */
function signingInput(digest: Buffer, proof: InclusionProof | undefined): Buffer {
  if (proof === undefined) return Buffer.concat([Buffer.from('ephemeral-creds/audit/v1\0'), digest]);
  expect([proof.size, proof.path.length]).toEqual([2, 1]);
  const sha256 = (...parts: Buffer[]): Buffer => createHash('sha256').update(Buffer.concat(parts)).digest();
  const leaf = sha256(Buffer.from([0]), digest);
  const beside = Buffer.from(proof.path[0] ?? '', 'base64');
  const root = sha256(Buffer.from([1]), ...(proof.index === 0 ? [leaf, beside] : [beside, leaf]));
  return Buffer.concat([Buffer.from('ephemeral-creds/audit/v2\0'), Buffer.from([0, 0, 0, 2]), root]);
}

/** Its whole lines. */
function parsed(file: LogFile): Line[] {
  const whole = file.lines.filter((line) => line.endsWith('}'));
  return whole.map((line) => JSON.parse(line) as Line);
}

test('each event names the one before it, and is signed over the SHA-256 of its canonical form', async () => {
  const lines = parsed(await twoProcesses(key));
  const publicKey = createPublicKey({ key: { ...key.publicJwk }, format: 'jwk' });
  for (const [index, line] of lines.entries()) {
    const { fingerprint, signatures, ...place } = line.attestation_list[0];
    const canonical = canonicalize({ ...line, attestation_list: [place] }) ?? '';
    const digest = createHash('sha256').update(canonical).digest();
    expect(fingerprint?.value).toBe(digest.toString('hex'));
    const [signed] = signatures ?? [];
    const signature = Buffer.from(signed?.value ?? '', 'base64');
    expect(verify(null, signingInput(digest, signed?.inclusion_proof), publicKey, signature)).toBe(true);
    // Of the seven two were written together.
    expect(signed?.serialization).toBe(`ephemeral-creds/audit/${[1, 2].includes(index) ? 'v2' : 'v1'}`);
    expect(signed?.key_uid).toBe(key.publicJwk.kid);
    expect(line.metadata.profiles).toEqual(['record_integrity']);
    const before = lines[index - 1];
    if (line.metadata.sequence === 1 || before === undefined) expect(place.prev_event).toBeUndefined();
    else
      expect(place.prev_event).toMatchObject({
        uid: before.metadata.uid,
        type_uid: before.type_uid,
        fingerprint: { value: before.attestation_list[0].fingerprint?.value },
      });
  }
});

test('a new process begins a chain of its own that links to the last event, and carries its public key', async () => {
  const lines = parsed(await twoProcesses(key));
  expect(lines.map(({ metadata }) => metadata.sequence)).toEqual([1, 2, 3, 1, 2, 3, 4]);
  const [first, , third, fourth] = lines;
  expect(first?.unmapped?.['audit_chain']).toEqual({ start: { sink: 'file', key: key.publicJwk } });
  expect(fourth?.unmapped?.['audit_chain']).toMatchObject({
    start: {
      previous: {
        chain_uid: first?.attestation_list[0].chain_uid,
        sequence: 3,
        fingerprint: third?.attestation_list[0].fingerprint?.value,
      },
    },
  });
  expect(fourth?.attestation_list[0].chain_uid).not.toBe(first?.attestation_list[0].chain_uid);
  expect(lines.at(-1)?.unmapped?.['audit_chain']).toEqual({ ended: true });
});

test('what arrives while a write runs goes out with the next one, in the order in which it came', async () => {
  const file = new LogFile();
  const chain = file.open(key);
  const messages = Array.from({ length: 50 }, (_, index) => `event ${String(index)}`);
  const writes = messages.map((message) => chain.write([record(message)]));
  await writes[0];
  writes.push(chain.write([record('late')]), chain.write([record('later')]));
  await Promise.all(writes);
  expect(parsed(file).map(({ message }) => message)).toEqual([...messages, 'late', 'later']);
  expect(file.writes).toBe(2);
  expect(await check(file.text)).toMatchObject({ intact: true, events: 52 });
});

test('one write carries a bounded number of events', async () => {
  const file = new LogFile();
  const chain = file.open(key);
  await chain.write(Array.from({ length: 2 * mostTogether + 1 }, () => record('many')));
  expect(file.writes).toBe(3);
  expect(await check(file.text)).toMatchObject({ intact: true, events: 2 * mostTogether + 1 });
});

test('a write that failed fails for all who waited for it, and the next one is tried anew', async () => {
  const file = new LogFile();
  const chain = file.open(key);
  file.fails = 0;
  const both = [chain.write([record('a')]), chain.write([record('b')])];
  expect((await Promise.allSettled(both)).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  file.fails = undefined;
  await chain.write([record('c')]);
  expect(parsed(file).map(({ message }) => message)).toEqual(['c']);
});

test.each([
  ['nothing of it is there', 0],
  ['it was cut short in its first line', 100],
  ['it was cut short in its second line', 1700],
  ['all of it is there', 100_000],
])('after a write that failed the log can be checked: %s', async (_, written) => {
  const file = new LogFile();
  const chain = file.open(key);
  await chain.write([record('broker started')]);
  file.fails = written;
  for (let attempt = 0; attempt < 3; attempt++)
    await expect(chain.write([record('refused'), record('refused')])).rejects.toThrow('no space');
  file.fails = undefined;
  await chain.write([record('taken')]);
  await chain.close(record('broker stopped'));
  const report = await check(file.text);
  expect(report.problems).toEqual([]);
  expect(report.notices.at(-1)?.what).toContain('a write before it had failed: sequence 2 to 7 were refused');
  expect(parsed(file).at(-2)).toMatchObject({
    metadata: { sequence: 8 },
    unmapped: { audit_chain: { in_doubt: { from: 2, to: 7 } } },
  });
});

test('a crash at any octet of a write leaves a log that the next process goes on with, and that can be checked', async () => {
  const whole = new LogFile();
  const chain = whole.open(key);
  await chain.write([record('broker started')]);
  const begin = whole.text.length;
  await chain.write([record('first'), record('second')]);
  for (let cut = begin; cut <= whole.text.length; cut += 19) {
    const file = new LogFile();
    file.text = whole.text.slice(0, cut);
    const next = file.open(key);
    await next.write([record('broker started')]);
    await next.close(record('broker stopped'));
    const report = await check(file.text);
    expect(report.problems).toEqual([]);
    expect(report.notices.map(({ what }) => what).join()).toContain('the broker was killed');
  }
});

test('each line of a write holds without the others', async () => {
  const file = new LogFile();
  const chain = file.open(key);
  await chain.write([record('broker started')]);
  await chain.write(Array.from({ length: 11 }, (_, index) => record(`event ${String(index)}`)));
  for (const line of file.lines.slice(1)) {
    const { problems } = await check(`${line}\n`, { published: [key.publicJwk], allowGaps: true });
    expect(problems).toEqual([]);
  }
});

test('several writes fail, the process is killed, and the next one accounts for all that it finds', async () => {
  const file = new LogFile();
  const chain = file.open(key);
  await chain.write([record('broker started')]);
  for (file.fails of [50, 60, 70]) await expect(chain.write([record('refused')])).rejects.toThrow('no space');
  file.fails = undefined;
  const next = file.open(key);
  await next.write([record('broker started')]);
  const report = await check(file.text);
  expect(report.problems).toEqual([]);
  expect(report.notices.filter(({ what }) => what.startsWith('cut short'))).toHaveLength(3);
});

test('what a process finds cut short cannot be changed afterwards', async () => {
  const file = await twoProcesses(key);
  file.text += '{"cut":"sh';
  await file.open(key).write([record('broker started')]);
  expect(await check(file.text)).toMatchObject({ intact: true });
  const other = await check(file.text.replace('"cut":"sh', '"cut":"sH'));
  expect(other.problems.map(({ kind }) => kind)).toEqual(['changed', 'unreadable']);
  const gone = await check(file.text.replace('{"cut":"sh\n', ''));
  expect(gone.problems.map(({ kind }) => kind)).toEqual(['changed']);
});

test('a process that finds a last line of somebody else says so, and does not link to it', async () => {
  const file = await twoProcesses(key);
  file.text = `${file.lines.slice(0, -1).join('\n')}\n${file.lines.at(-1)?.replace('success', 'SUCCESS') ?? ''}\n`;
  await file.open(key).write([record('broker started')]);
  expect(parsed(file).at(-1)?.unmapped?.['audit_chain']).toMatchObject({ start: { unreadable: true } });
  expect((await check(file.text)).problems.map(({ kind }) => kind)).toEqual(['changed', 'missing']);
});

const event: AuditEvent = { name: 'lease', outcome: 'success', message: 'lease active' };

test('one sink that does not take it is enough to fail, and both logs can be checked', async () => {
  const [good, bad] = [new LogFile(), new LogFile()];
  const trail = auditTrail([good.open(key), bad.open(key)], testClock());
  await trail.write([event]);
  bad.fails = 0;
  await expect(trail.write([event])).rejects.toMatchObject({ reason: 'audit' });
  bad.fails = undefined;
  await trail.write([event]);
  await trail.close({ ...event, name: 'broker', message: 'broker stopped' });
  for (const file of [good, bad])
    expect(await check(file.text)).toMatchObject({ intact: true, problemCount: 0 });
  expect([good.lines.length, bad.lines.length]).toEqual([4, 3]);
  expect(parsed(good)[0]?.metadata.uid).toBe(parsed(bad)[0]?.metadata.uid);
  expect(parsed(good)[0]?.attestation_list[0].chain_uid).not.toBe(
    parsed(bad)[0]?.attestation_list[0].chain_uid,
  );
});

test('ending does not wait for a sink that takes nothing any more', async () => {
  const file = new LogFile();
  const trail = auditTrail([file.open(key)], testClock());
  file.fails = 0;
  await expect(trail.close(event)).resolves.toBeUndefined();
});

test('whatever JSON a claim holds, the line is one line of visible characters, and can be checked', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.jsonValue({ depthSize: 'small' }),
      fc.string({ unit: 'binary' }),
      async (value, text) => {
        const file = new LogFile();
        const detail = { claims: { value, text } };
        await file.open(key).write([auditRecord({ ...event, detail }, new Date())]);
        expect(file.text).not.toMatch(/[\p{C}\p{Zl}\p{Zp}](?!$)/u);
        const { intact, events, lines } = await check(file.text);
        expect({ intact, events, lines }).toEqual({ intact: true, events: 1, lines: 1 });
      },
    ),
  );
});

test('a member called __proto__, which no token may have, breaks no chain', async () => {
  const file = new LogFile();
  const claims = JSON.parse('{ "value": [{ "__proto__": { "__proto__": 1 }, "other": 2 }] }') as unknown;
  await file.open(key).write([auditRecord({ ...event, detail: { claims } }, new Date())]);
  expect(file.text).toContain('[{"(__proto__)":{"(__proto__)":1},"other":2}]');
  expect(await check(file.text)).toMatchObject({ intact: true, events: 1 });
});

test('no other key becomes an audit key', () => {
  expect(() => makeAuditKey('junk')).toThrow('not a private key in PEM');
});
