import { beforeAll, describe, expect, jest, test } from '@jest/globals';
import { fc } from '../../support/property.ts';
import { fingerprintEvent, readAttested } from '../../../src/broker/audit/attested-event.ts';
import type { AuditReport } from '../../../src/broker/audit/audit-report.ts';
import type { AuditRecord } from '../../../src/broker/audit/ocsf.ts';
import {
  check,
  linesOf,
  LogFile,
  newAuditKey,
  record,
  twoProcesses,
} from '../../support/broker/audit-log.ts';

// Hundreds of logs are checked, on machines that have other things to do.
jest.setTimeout(60_000);

const key = newAuditKey();
const strangersKey = newAuditKey();
let text: string;
let lines: readonly string[];

beforeAll(async () => {
  const file = await twoProcesses(key);
  text = file.text;
  lines = file.lines;
});

function log(...changed: readonly (string | undefined)[]): string {
  return `${changed.join('\n')}\n`;
}

/** A line in which something is another, put into its place again by a key. */
function forged(index: number, change: (line: string) => string, by = strangersKey): string {
  const line = lines[index] ?? '';
  const event = readAttested(Buffer.from(line));
  if (event === undefined) throw new Error('no such line');
  const [made = ''] = linesOf([JSON.parse(change(line)) as AuditRecord], [event], by);
  return made;
}

function kinds(report: AuditReport): string[] {
  return report.problems.map(({ line, kind }) => `${String(line)} ${kind}`);
}

test('a log as it was written is intact, and the report says what it holds', async () => {
  const report = await check(text);
  expect(report).toMatchObject({
    intact: true,
    lines: 7,
    events: 7,
    chains: 2,
    from: '2026-11-20T12:00:00.000Z',
    until: '2026-11-20T12:00:00.000Z',
    keys: [{ thumbprint: key.publicJwk.kid, events: 7 }],
    problems: [],
    notices: [{ line: 4, what: 'the chain before it has no end: the broker was killed' }],
  });
  const last = readAttested(Buffer.from(lines[6] ?? ''));
  expect(report.last).toEqual({ chain: last?.chain, sequence: 4, fingerprint: last?.link.fingerprint });
});

test('it is intact by the keys that the broker publishes, too, and by no others', async () => {
  expect(await check(text, { published: [key.publicJwk] })).toMatchObject({ intact: true });
  for (const published of [[], [strangersKey.publicJwk], [{ ...key.publicJwk, use: 'sig' }], [null, 'key']]) {
    const report = await check(text, { published });
    expect(report).toMatchObject({ intact: false, problemCount: 7, keys: [] });
    expect(report.problems[0]?.what).toContain(`signed by key ${key.publicJwk.kid}, which is not`);
  }
});

describe('found, with its line', () => {
  test('one octet that is another, wherever it is', async () => {
    const octets = Buffer.from(text);
    await fc.assert(
      fc.asyncProperty(
        fc.nat(octets.length - 2),
        fc.integer({ min: 1, max: 255 }),
        async (at, difference) => {
          const changed = Buffer.from(octets);
          changed[at] = (changed[at] ?? 0) ^ difference;
          const report = await check(changed);
          expect(report.intact).toBe(false);
          const line = octets.subarray(0, at).filter((octet) => octet === 0x0a).length + 1;
          expect(report.problems.map((problem) => problem.line)).toContain(line);
        },
      ),
      { numRuns: 200 },
    );
  });

  test('an octet that was put in or taken out', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat(text.length - 2),
        fc.constantFrom('', ' ', 'x', '0', '\n', '\r'),
        async (at, put) => {
          const changed = text.slice(0, at) + put + text.slice(put === '' ? at + 1 : at);
          expect((await check(changed)).intact).toBe(false);
        },
      ),
      { numRuns: 120 },
    );
  });

  test('another value in the content', async () => {
    const changed = log(...lines.slice(0, 1), lines[1]?.replace('"ttl":900', '"ttl":901'), ...lines.slice(2));
    const report = await check(changed);
    expect(report.problems).toMatchObject([{ line: 2, sequence: 2, kind: 'changed' }]);
  });

  test.each([
    ['a number', '"ttl":900', '"ttl":9e2'],
    ['a number', '"ttl":900', '"ttl":900.0'],
    ['an escaped letter', '"message"', String.raw`"m\u0065ssage"`],
    ['an escaped letter', 'déploiement', String.raw`d\u00e9ploiement`],
    ['a space', '"ttl":900', '"ttl": 900'],
    [
      'the order of members',
      '"time":1795176000000,"time_dt":"2026-11-20T12:00:00.000Z"',
      '"time_dt":"2026-11-20T12:00:00.000Z","time":1795176000000',
    ],
  ])('the same JSON, otherwise written: %s', async (_, written, other) => {
    const changed = log(lines[0], lines[1]?.replace(written, other), ...lines.slice(2));
    expect(changed).not.toBe(text);
    expect(kinds(await check(changed))).toEqual(['2 respelled']);
  });

  test.each([
    ['a member twice', '"ttl":900', '"ttl":900,"ttl":900'],
    ['a member more in the attestation', '"chain_uid"', '"a":1,"chain_uid"'],
    ['a letter that looks the same', 'déploiement', 'de\u0301ploiement'],
    ['another word for the algorithm', '"algorithm":"SHA-256"', '"algorithm":"SHA-512"'],
  ])('%s', async (_, written, other) => {
    const changed = log(lines[0], lines[1]?.replace(written, other), ...lines.slice(2));
    expect(changed).not.toBe(text);
    expect((await check(changed)).problems[0]?.line).toBe(2);
  });

  test('line ends of another system', async () => {
    expect((await check(text.replaceAll('\n', '\r\n'))).problemCount).toBe(7);
  });

  test.each([1, 2, 3, 4, 5])('line %i (from 0) taken away', async (index) => {
    const report = await check(log(...lines.toSpliced(index, 1)));
    // Without its first event a chain is a stranger.
    expect(kinds(report)).toEqual([`${String(index + 1)} ${index === 3 ? 'misplaced' : 'missing'}`]);
  });

  test('the first line taken away: no key is left, and with one it is told', async () => {
    const rest = log(...lines.slice(1));
    const report = await check(rest);
    expect(kinds(report).slice(0, 2)).toEqual(['1 key', '1 gap']);
    expect(kinds(await check(rest, { published: [key.publicJwk] }))).toEqual(['1 gap']);
  });

  test('the middle cut out, from chain to chain', async () => {
    const report = await check(log(...lines.toSpliced(1, 4)));
    expect(report.problems).toMatchObject([{ line: 2, kind: 'misplaced' }]);
  });

  test.each([0, 1, 2, 3, 4, 5, 6])('line %i (from 0) twice', async (index) => {
    const report = await check(log(...lines.toSpliced(index, 0, lines[index] ?? '')));
    const kind = lines[index]?.includes('"sequence":1,') === true ? 'missing' : 'misplaced';
    expect(report.problems).toMatchObject([{ line: index + 2, kind }]);
  });

  test.each([0, 1, 2, 3, 4, 5])('line %i (from 0) and the next one exchanged', async (index) => {
    const [one = '', two = ''] = lines.slice(index, index + 2);
    expect((await check(log(...lines.toSpliced(index, 2, two, one)))).intact).toBe(false);
  });

  test.each(['', '{}', 'null', '[]', '{"message":"lease active"}', 'a note'])(
    'a line of somebody else put in: %j',
    async (line) => {
      expect(kinds(await check(log(...lines.toSpliced(2, 0, line))))).toEqual(['3 unreadable']);
    },
  );

  test('a line of somebody else at the end', async () => {
    expect(kinds(await check(`${text}{"cut":"sh\n`))).toEqual(['8 unreadable']);
  });

  test('one line of another log put in', async () => {
    const other = await twoProcesses(key);
    expect(kinds(await check(log(...lines.toSpliced(2, 0, other.lines[2] ?? ''))))).toEqual([
      '3 misplaced',
      '4 misplaced',
    ]);
  });

  test('the end of another log in place of one’s own', async () => {
    const other = await twoProcesses(key);
    for (let at = 1; at < 7; at++) {
      const spliced = log(...lines.slice(0, at), ...other.lines.slice(at));
      expect(kinds(await check(spliced))).toHaveLength(1);
    }
    expect(kinds(await check(log(...lines, ...other.lines)))).toEqual(['8 missing']);
  });

  test('a line that another key signed', async () => {
    const line = forged(1, (old) => old.replace('"ttl":900', '"ttl":1'));
    const report = await check(log(...lines.toSpliced(1, 1, line)));
    expect(kinds(report)).toEqual(['2 key', '3 changed']);
    expect(report.problems[0]?.what).toContain(strangersKey.publicJwk.kid);
  });

  test('a line that another key signed in the name of the right one', async () => {
    const named = { publicJwk: key.publicJwk, sign: strangersKey.sign };
    const line = forged(6, (old) => old.replace('broker stopped', 'nothing happened'), named);
    expect(kinds(await check(log(...lines.toSpliced(6, 1, line))))).toEqual(['7 signature']);
  });

  test.each([
    ['signature', (line: string) => line.replace(/"value":"..../g, '"value":"AAAA')],
    ['key', (line: string) => line.replaceAll(key.publicJwk.kid, strangersKey.publicJwk.kid)],
  ])('another %s in a line that was written with one that holds', async (_, change) => {
    const [first, second] = (lines[2] ?? '').split('"signatures"');
    const line = `${first ?? ''}"signatures"${change(second ?? '')}`;
    expect(line).not.toBe(lines[2]);
    const published = [key.publicJwk, strangersKey.publicJwk];
    const report = await check(log(...lines.toSpliced(2, 1, line)), { published });
    expect(kinds(report)).toEqual(['3 signature']);
  });

  test('another content under the signature of the write in which it stood', async () => {
    const event = readAttested(Buffer.from(lines[2] ?? ''));
    if (event?.signed.inclusion === undefined) throw new Error('written alone');
    const content = JSON.parse(lines[2]?.replace('lease active', 'lease denied') ?? '') as AuditRecord;
    const line = fingerprintEvent(content, event).line(event.signed).trimEnd();
    expect(kinds(await check(log(...lines.toSpliced(2, 1, line))))).toEqual(['3 signature', '4 missing']);
  });

  test('a place in a larger write, to whose root the same path would lead', async () => {
    const line = lines[2]?.replace('"index":1', '"index":2').replace('"size":2', '"size":3');
    expect(line).not.toBe(lines[2]);
    expect(kinds(await check(log(...lines.slice(0, 2), line, ...lines.slice(3))))).toEqual(['3 signature']);
  });

  test('each line of a write that another key signed in the name of the right one', async () => {
    const named = { publicJwk: key.publicJwk, sign: strangersKey.sign };
    const events = lines.slice(1, 3).flatMap((line) => readAttested(Buffer.from(line)) ?? []);
    const contents = lines.slice(1, 3).map((line) => JSON.parse(line) as AuditRecord);
    const forgeries = linesOf(contents, events, named);
    expect(kinds(await check(log(...lines.toSpliced(1, 2, ...forgeries))))).toEqual([
      '2 signature',
      '3 signature',
    ]);
  });

  test('a line without its signature, or with the form of one that was written alone', async () => {
    for (const line of [
      lines[2]?.replace(/,"signatures":\[.*?\}\]/, ''),
      lines[2]?.replace(/"signatures":\[.*?\}\]/, '"signatures":[]'),
    ]) {
      expect(line).not.toBe(lines[2]);
      expect(kinds(await check(log(...lines.slice(0, 2), line, ...lines.slice(3))))[0]).toBe('3 unreadable');
    }
    const alone = lines[2]?.replace(/"inclusion_proof":\{.*?\},/, '').replace('audit/v2', 'audit/v1');
    expect(alone).not.toBe(lines[2]);
    expect(kinds(await check(log(...lines.slice(0, 2), alone, ...lines.slice(3))))).toEqual(['3 signature']);
  });

  test('a chain of another key behind one’s own, though it links to it', async () => {
    const file = new LogFile();
    file.text = text;
    await file.open(strangersKey).write([record('broker started')]);
    const report = await check(file.text);
    expect(report.problems).toMatchObject([{ line: 8, kind: 'key' }]);
    const published = [key.publicJwk, strangersKey.publicJwk];
    expect(await check(file.text, { published })).toMatchObject({
      intact: true,
      keys: [{ events: 7 }, { events: 1 }],
    });
  });

  test('a chain whose first event carries another key than the one that signs it', async () => {
    const file = new LogFile();
    const mixed = { publicJwk: { ...strangersKey.publicJwk, kid: key.publicJwk.kid }, sign: key.sign };
    await file.open(mixed).write([record('broker started')]);
    expect(kinds(await check(file.text))).toEqual(['1 key']);
    expect(kinds(await check(file.text, { published: [key.publicJwk] }))).toEqual(['1 key']);
  });

  test.each(['', '\n'])('nothing at all: %j', async (nothing) => {
    expect((await check(nothing)).intact).toBe(false);
  });
});

test('a whole log written anew by somebody else passes only where nobody asks for the broker’s key', async () => {
  const report = await check((await twoProcesses(strangersKey)).text);
  expect(report).toMatchObject({ intact: true, keys: [{ thumbprint: strangersKey.publicJwk.kid }] });
  const { text: forgery } = await twoProcesses(strangersKey);
  expect(await check(forgery, { published: [key.publicJwk] })).toMatchObject({ intact: false });
});

describe('told, though nothing is wrong', () => {
  test('a last line that is cut short, at any octet', async () => {
    const begin = text.length - (lines[6]?.length ?? 0) - 1;
    for (let cut = begin + 1; cut < text.length - 1; cut += 37) {
      const report = await check(text.slice(0, cut));
      expect(report).toMatchObject({ intact: true, lines: 7, events: 6 });
      expect(report.notices.map(({ what }) => what).join()).toContain('the last line is cut short');
    }
  });

  test('a chain without an end', async () => {
    const report = await check(log(...lines.slice(0, 6)));
    expect(report.intact).toBe(true);
    expect(report.notices.at(-1)).toMatchObject({ line: 6, what: expect.stringContaining('has no end') });
  });

  test('a log that was rotated: its beginning only where that is allowed, and two parts as one', async () => {
    const published = [key.publicJwk];
    const rest = log(...lines.slice(2));
    expect(await check(rest, { published })).toMatchObject({ intact: false });
    const report = await check(rest, { published, allowGaps: true });
    expect(report).toMatchObject({ intact: true, events: 5 });
    expect(report.notices[0]?.what).toContain('begins in the middle of a chain: 2 events');
    expect(await check(rest, { allowGaps: true })).toMatchObject({ intact: false });
    const afterRestart = log(...lines.slice(3));
    expect(kinds(await check(afterRestart))).toEqual(['1 gap']);
    expect(await check(afterRestart, { allowGaps: true })).toMatchObject({ intact: true });
  });

  test('restarts in what was collected from standard output, but not in a file', async () => {
    const file = new LogFile();
    for (let run = 0; run < 2; run++) {
      const chain = file.open(key, 'stdout');
      await chain.write([record('broker started')]);
      await chain.close(record('broker stopped'));
    }
    expect(kinds(await check(file.text))).toEqual(['3 gap']);
    expect(await check(file.text, { allowGaps: true })).toMatchObject({ intact: true });
    const mixed = text + file.text;
    expect(kinds(await check(mixed, { allowGaps: true }))).toEqual(['8 missing']);
  });
});

test('of very many problems all are counted and the first ones listed', async () => {
  const report = await check(log(...Array.from({ length: 5000 }, () => '{"cut')));
  expect(report.problemCount).toBe(5001);
  expect(report.problems).toHaveLength(50);
});
