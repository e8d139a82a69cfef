import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { verifyAudit } from '../../../src/broker/commands/verify-audit.ts';
import { Borrower, leasesOf, onlyToken } from '../../support/broker/borrower.ts';
import { startTestBroker, type TestBroker } from '../../support/broker/test-broker.ts';

const path = '/etc/broker/audit.jsonl';
const evil =
  'x\r\n{"message":"lease active","status":"success"}\u001b[2J\u0007\u0085\u2028\u202e\u200b\u{e0041}';
let broker: TestBroker;

beforeEach(async () => {
  broker = await startTestBroker({ yaml: (yaml) => yaml.replace('audit: [', 'audit: [ stdout,') });
});

afterEach(() => broker.stop());

/** Both sinks, as whoever prints them sees them. */
function logs(): string[] {
  return [broker.world.disk.get(path) ?? '', broker.world.printed.join('')];
}

function ownLines(): number {
  return broker.world.auditLines().length;
}

test('B31 what a claim holds can neither end a line, move a terminal nor turn the text around', async () => {
  const before = ownLines();
  const job = new Borrower(broker);
  const answer = await job.borrow({
    token: { claims: { ref: evil, actor: evil, environment: evil } },
    form: { client_id: evil },
  });
  expect(answer.status).toBe(403);
  expect(ownLines()).toBe(before + 1);
  for (const log of logs()) {
    expect(log.replaceAll('\n', '')).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
    for (const line of log.split('\n').slice(0, -1)) expect(JSON.parse(line)).toHaveProperty('metadata');
  }
  const [line] = broker.world.auditLines().slice(-1);
  // Nothing of it is lost.
  expect(line?.unmapped?.['claims']).toMatchObject({ ref: evil, actor: evil });
});

test('B31 nor can what stands in a token, a proof or a path that is refused', async () => {
  const job = new Borrower(broker);
  for (const idToken of [evil, `${evil}.${evil}.${evil}`]) await job.borrow({ idToken });
  await job.borrow({ token: { claims: { iss: `https://evil.example.com/${evil}` } } });
  await job.borrow({ token: { header: { kid: evil } } });
  await job.borrow({ token: { claims: { ref: '\ud800[2J' } } });
  await job.borrow({ roles: [{ type: 'ephemeral_credential', role: evil }] });
  await job.borrow({ form: { [evil]: evil } });
  for (const log of logs()) {
    expect(log.replaceAll('\n', '')).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
    expect(log).not.toContain('[2J');
  }
});

test('B31 a claim of 1 MB is refused; one of 15 kB is cut to 1 KiB in the log', async () => {
  const job = new Borrower(broker);
  const huge = await job.borrow({ token: { claims: { ref: 'a'.repeat(1_000_000) } } });
  expect([400, 413]).toContain(huge.status);
  const before = ownLines();
  expect((await job.borrow({ token: { claims: { ref: 'b'.repeat(9_000) } } })).status).toBe(403);
  expect(ownLines()).toBe(before + 1);
  for (const log of logs()) {
    expect(log).not.toContain('a'.repeat(1025));
    expect(log).not.toContain('b'.repeat(1025));
    expect(log).toContain('b'.repeat(1024));
    for (const line of log.split('\n')) expect(line.length).toBeLessThan(10_000);
  }
});

test('B31 no token, handle, proof or credential stands in the log, and the token is named by its hash', async () => {
  const job = new Borrower(broker);
  const idToken = await job.idToken();
  const answer = await job.borrow({ idToken });
  expect(answer.status).toBe(200);
  const replayed = await new Borrower(broker).borrow({ idToken });
  expect(replayed.status).toBe(400);
  await job.giveBack(String(answer.body['access_token']), {});
  await job.giveBack();
  const [, payload = '', signature = ''] = idToken.split('.');
  const secrets = [payload, signature, job.handle, String(answer.body['access_token']), onlyToken(answer)];
  const parts = onlyToken(answer).split('.');
  for (const log of logs()) {
    for (const secret of [...secrets, ...parts.slice(1)]) expect(log).not.toContain(secret);
    expect(log).toContain(leasesOf(answer)[0]?.lease_id);
    expect(log).toMatch(/"token_sha256":"[0-9a-f]{64}"/);
  }
});

test('B31 after all of it the log is intact', async () => {
  const job = new Borrower(broker);
  await job.borrow({ token: { claims: { ref: evil, actor: evil } } });
  await job.borrow();
  const report = await verifyAudit({ files: [path], allowGaps: false }, broker.world.files);
  expect(report).toMatchObject({ intact: true, problems: [] });
});
