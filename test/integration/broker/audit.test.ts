/** The audit log of a whole broker, and the command that checks it. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { AuditReport } from '../../../src/broker/audit/audit-report.ts';
import { verifyAudit } from '../../../src/broker/commands/verify-audit.ts';
import { Borrower } from '../../support/broker/borrower.ts';
import { publicUrl, startTestBroker, type TestBroker } from '../../support/broker/test-broker.ts';
import type { TestWorld } from '../../support/broker/world.ts';

// Processes are started, on machines that have other things to do.
jest.setTimeout(60_000);

const path = '/etc/broker/audit.jsonl';

/** One job borrows and gives back; what the broker publishes is saved as jwks.json. */
async function story(running: TestBroker): Promise<void> {
  const job = new Borrower(running);
  expect((await job.borrow()).status).toBe(200);
  expect((await job.giveBack()).status).toBe(200);
  const { body } = await job.send(new Request(`${publicUrl}/.well-known/jwks.json`));
  running.world.disk.set('/jwks.json', JSON.stringify(body));
  await running.stop();
}

function verified(world: TestWorld, file = path): Promise<AuditReport> {
  return verifyAudit({ files: [file], jwks: '/jwks.json', allowGaps: false }, world.files);
}

describe('the audit log of a broker', () => {
  test('is intact after a story, a restart and another story, by the key that the broker publishes', async () => {
    const first = await startTestBroker();
    await story(first);
    const { events } = await verified(first.world);
    const second = await startTestBroker({ world: first.world });
    await second.stop();
    expect(await verified(first.world)).toMatchObject({
      intact: true,
      events: events + 2,
      chains: 2,
      keys: [{ events: events + 2 }],
      notices: [],
    });
    const messages = first.world.auditLines().map(({ message }) => message);
    expect(messages[0]).toBe('broker started');
    expect(messages.slice(-3)).toEqual(['broker stopped', 'broker started', 'broker stopped']);
  });

  test('has a chain for each sink', async () => {
    const running = await startTestBroker({
      yaml: (yaml) => yaml.replace('audit: [ {', 'audit: [ stdout, { file: ./second.jsonl }, {'),
    });
    await story(running);
    const { disk, printed } = running.world;
    disk.set('/collected', printed.join(''));
    const files = [path, '/etc/broker/second.jsonl', '/collected'];
    const reports = await Promise.all(files.map((file) => verified(running.world, file)));
    expect(reports.map(({ intact }) => intact)).toEqual([true, true, true]);
    expect(new Set(reports.map(({ last }) => last?.chain)).size).toBe(3);
    expect(new Set(reports.map((report) => report.events)).size).toBe(1);
  });

  test('requests that were refused because it took nothing leave it whole', async () => {
    const running = await startTestBroker();
    running.world.auditFails = true;
    expect((await new Borrower(running).borrow()).status).toBe(503);
    running.world.auditFails = false;
    await story(running);
    const report = await verified(running.world);
    expect(report.problems).toEqual([]);
    expect(report.notices.map(({ what }) => what).join()).toContain('a write before it had failed');
  });

  test('a broker that finds a last line that is none of it raises an alarm', async () => {
    const first = await startTestBroker();
    await story(first);
    first.world.disk.set(path, `${first.world.disk.get(path) ?? ''}{"message":"nothing happened"}\n`);
    const second = await startTestBroker({ world: first.world });
    expect(second.world.auditLines().at(-1)).toMatchObject({
      message: 'broker started',
      severity_id: 4,
      unmapped: { strange_audit_files: [path] },
    });
    await second.stop();
    expect((await verified(first.world)).problems.map(({ kind }) => kind)).toEqual(['unreadable', 'missing']);
  });
});

describe('ephemeral-creds audit verify', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ec-audit-'));
  const runIt = `import { auditMain } from '${resolve('src/entry/broker.ts')}';
process.exitCode = await auditMain(process.argv.slice(1));`;
  let lines: string[];

  async function run(...words: string[]): Promise<{ status: number | null; stdout: string; stderr: string }> {
    const args = ['--input-type=module', '-e', runIt, '--', 'verify', ...words];
    const child = spawn(process.execPath, args, { cwd: folder });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    const status = await new Promise<number | null>((ended) => child.once('close', ended));
    return { status, stdout, stderr };
  }

  beforeAll(async () => {
    const running = await startTestBroker();
    await story(running);
    const text = running.world.disk.get(path) ?? '';
    lines = text.split('\n').slice(0, -1);
    writeFileSync(join(folder, 'audit.jsonl'), text);
    writeFileSync(join(folder, 'jwks.json'), running.world.disk.get('/jwks.json') ?? '');
  });

  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  test('says that a log is intact, and ends with 0', async () => {
    const { status, stdout } = await run('audit.jsonl', '--jwks', 'jwks.json');
    expect(stdout).toMatch(/^The audit log is intact\.\n\nevents {4}\d+ in 1 chain, \d+ lines\n/);
    expect(stdout).toMatch(/\nkey {7}[\w-]{43} signed \d+\n/);
    expect(stdout).not.toMatch('compare the key');
    expect(status).toBe(0);
    expect((await run('audit.jsonl')).stdout).toMatch('compare the key');
  });

  test('names the line that was changed, the one behind a missing one, and ends with 1', async () => {
    const changed = lines.toSpliced(1, 1, lines[1]?.replace('"role":"', '"role":"x') ?? '').toSpliced(3, 1);
    writeFileSync(join(folder, 'changed.jsonl'), `${changed.join('\n')}\n`);
    const { status, stdout } = await run('changed.jsonl');
    expect(stdout).toMatch('THE AUDIT LOG IS NOT INTACT.');
    expect(stdout).toMatch('line 2, event 2: its content is not that of which it has the fingerprint');
    expect(stdout).toMatch('line 4, event 5: before it event 4 is missing');
    expect(status).toBe(1);
  });

  test('gives its report as JSON', async () => {
    const { status, stdout } = await run('--json', 'audit.jsonl');
    expect(JSON.parse(stdout)).toMatchObject({ intact: true, events: lines.length, problems: [] });
    expect(status).toBe(0);
  });

  test('takes a log in parts, oldest first', async () => {
    writeFileSync(join(folder, 'old'), `${lines.slice(0, 2).join('\n')}\n`);
    writeFileSync(join(folder, 'new'), `${lines.slice(2).join('\n')}\n`);
    expect((await run('old', 'new')).status).toBe(0);
    expect((await run('new', 'old')).status).toBe(1);
    expect((await run('new', '--jwks', 'jwks.json')).status).toBe(1);
    expect((await run('new', '--jwks', 'jwks.json', '--allow-gaps')).status).toBe(0);
  });

  test.each([
    ['no file', [], /^Usage: /],
    ['an unknown option', ['audit.jsonl', '--force'], /^Usage: /],
    ['a file that is not there', ['nowhere'], /The audit file .*nowhere cannot be read/],
    ['a folder', ['.'], /The audit file .* cannot be read/],
    [
      'a key set that is not there',
      ['audit.jsonl', '--jwks', 'nowhere'],
      /The key set .*nowhere does not exist/,
    ],
    ['a key set that is none', ['audit.jsonl', '--jwks', 'audit.jsonl'], /The key set .* is not a JWK Set/],
  ])('%s is a mistake of usage', async (_, words, message) => {
    const { status, stderr } = await run(...words);
    expect(stderr).toMatch(message);
    expect(status).toBe(64);
  });

  test('what stands in the log moves no terminal', async () => {
    const evil = readFileSync(join(folder, 'audit.jsonl'), 'utf8').replace(
      /"key_uid":"[^"]*"/,
      String.raw`"key_uid":"\u001b[31m\r\u202e"`,
    );
    writeFileSync(join(folder, 'evil.jsonl'), evil);
    const { stdout, status } = await run('evil.jsonl');
    expect(stdout.replaceAll('\n', '')).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
    expect(status).toBe(1);
  });
});
