import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { checkBroker } from '../../../src/broker/commands/check-broker.ts';
import { checkPolicies } from '../../../src/broker/commands/check-policies.ts';
import { Borrower, leasesOf, type Answer } from '../../support/broker/borrower.ts';
import { borrowMore, detail, tokenOf } from '../../support/broker/session-calls.ts';
import { githubPolicy, startTestBroker, type TestBroker } from '../../support/broker/test-broker.ts';
import type { AuditLine } from '../../support/broker/world.ts';

let broker: TestBroker | undefined;

afterEach(async () => {
  await broker?.stop();
  broker = undefined;
});

async function start(...texts: string[]): Promise<TestBroker> {
  broker = await startTestBroker({
    yaml: (yaml) => `${yaml}guardrails: ./guardrails\n`,
    beforeStart: ({ disk }) => {
      texts.forEach((text, index) => disk.set(`/etc/broker/guardrails/${String(index)}.cedar`, text));
    },
  });
  return broker;
}

const denied = { status: 403, body: { error: 'access_denied', reason: 'denied' } };

function linesOf(answer: Answer): AuditLine[] {
  const id = answer.headers.get('x-request-id');
  return broker?.world.auditLines().filter(({ metadata }) => metadata.correlation_uid === id) ?? [];
}

const freeze =
  '@id("freeze") forbid (principal, action, resource) when { context.now >= datetime("2026-11-20T12:10:00Z") };';
const onlyMain = `@id("only-main")
forbid (principal is github::Job, action, resource == Role::"deploy-prod")
unless { principal has ref && principal.ref == "refs/heads/main" && context.address.isInRange(ip("192.0.2.0/24")) };`;

test('a guardrail takes away what a trust policy grants; the job is only denied, the log names it', async () => {
  const job = new Borrower(await start(onlyMain));
  expect((await job.borrow()).status).toBe(200);
  const elsewhere = await new Borrower(job.broker).borrow({
    token: { claims: { check_run_id: '2' } },
    request: { peer: '198.51.100.1' },
  });
  expect(elsewhere).toMatchObject(denied);
  expect(linesOf(elsewhere)).toMatchObject([
    {
      message: 'role denied',
      status: 'failure',
      unmapped: {
        role: 'deploy-prod',
        decision: 'deny',
        guardrails: { forbidden: ['only-main'], errors: [] },
      },
    },
  ]);
  expect(linesOf(elsewhere).map(({ severity_id: severity }) => severity)).not.toContain(4);
  const unknown = await job.borrow({ roles: ['no-such'], handle: 'x'.repeat(43) });
  const told = ({ body }: Answer): unknown => ({ ...body, request_id: undefined });
  expect(told(elsewhere)).toEqual(told(unknown));
});

test('a guardrail grants nothing that no trust policy grants', async () => {
  const job = new Borrower(await start(onlyMain));
  expect(await job.borrow({ roles: ['owned'] })).toMatchObject(denied);
  expect(await job.borrow({ token: { claims: { ref: 'refs/heads/x' } } })).toMatchObject(denied);
});

test('one that fails while it is judged denies, with an alarm, though Cedar would allow', async () => {
  const job = new Borrower(
    await start(
      '@id("broken") forbid (principal, action, resource) when { context.ttl * 9223372036854775807 < 0 };',
    ),
  );
  const answer = await job.borrow();
  expect(answer).toMatchObject(denied);
  expect(linesOf(answer)).toMatchObject([
    {
      severity_id: 4,
      unmapped: { guardrails: { forbidden: [], errors: [expect.stringContaining('broken: ')] } },
    },
  ]);
});

test('guardrails hold for renewals, further roles, repetitions and dry runs, too', async () => {
  const running = await start(freeze);
  const job = new Borrower(running);
  const dry = (): Promise<Answer> => job.borrow({ form: { dry_run: 'true' } });
  expect(leasesOf(await dry())).toMatchObject([{ decision: 'allow' }]);
  const lent = await job.borrow();
  expect(lent.status).toBe(200);
  running.world.clock.advance(600);
  const renewal = { authorization_detail: detail('deploy-prod'), replaces: leasesOf(lent)[0]?.lease_id };
  for (const answer of [
    await borrowMore(job, tokenOf(lent), renewal),
    await borrowMore(job, tokenOf(lent)),
    await job.borrow(),
  ]) {
    expect(answer).toMatchObject(denied);
    expect(linesOf(answer)).toMatchObject([{ unmapped: { guardrails: { forbidden: ['freeze'] } } }]);
  }
  expect(leasesOf(await dry())).toMatchObject([{ decision: 'deny' }]);
  expect((await job.giveBack()).body['leases']).toMatchObject([{ state: 'revoked' }]);
});

test('the start says how many there are, and which', async () => {
  const { world } = await start(freeze, onlyMain);
  const [started] = world.auditLines().filter(({ message }) => message === 'broker started');
  expect(started?.unmapped).toMatchObject({
    guardrails: 2,
    guardrail_set: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
  });
});

test.each<[string, string[], RegExp]>([
  [
    'an error in a guardrail',
    ['\npermit (principal, action, resource);'],
    /^\/etc\/broker\/guardrails\/0\.cedar:2: guardrails only forbid/,
  ],
  ['no guardrails where some were meant', [], /broker\.yaml:\d+: guardrails: there is no folder/],
])('with %s the broker does not start', async (_, texts, message) => {
  await expect(start(...texts)).rejects.toThrow(message);
});

test('a folder without a guardrail is an error', async () => {
  const { world } = await start(freeze);
  world.disk.delete('/etc/broker/guardrails/0.cedar');
  world.disk.set('/etc/broker/guardrails/no-prod.ceder', onlyMain);
  await expect(checkBroker('/etc/broker/broker.yaml', world)).rejects.toThrow(
    /guardrails: there is no \*\.cedar file in \.\/guardrails/,
  );
});

test('the guardrails of the how-to load', async () => {
  const howTo = readFileSync(join(import.meta.dirname, '../../../docs/how-to/guardrails.md'), 'utf8');
  const texts = [...howTo.matchAll(/^```cedar\n(.*?)^```$/gms)].map(([, text = '']) => text);
  const job = new Borrower(await start(...texts));
  expect(texts.join().match(/@id/g)).toHaveLength(7);
  const workflow = 'octo-org/shared/.github/workflows/deploy.yml@refs/tags/v3';
  const claims = { job_workflow_ref: workflow, runner_environment: 'github-hosted' };
  expect((await job.borrow({ token: { claims } })).status).toBe(200);
  expect(await job.borrow({ token: { claims: { ...claims, job_workflow_ref: 'x' } } })).toMatchObject(denied);
});

describe('guardrails that are changed while the broker runs', () => {
  const path = '/etc/broker/guardrails/0.cedar';
  const never = freeze.replace('2026', '2036');

  test('are in force once they were seen twice, and at once when they are asked for', async () => {
    const running = await start(never);
    const job = new Borrower(running);
    const lends = async (): Promise<number> => (await job.borrow()).status;
    expect(await lends()).toBe(200);
    running.world.disk.set(path, freeze.replace('12:10', '11:00'));
    await running.watch();
    expect(await lends()).toBe(200);
    await running.watch();
    expect(await lends()).toBe(403);
    running.world.disk.set(path, never);
    expect(await running.reload()).toMatchObject([{ outcome: 'taken' }, { outcome: 'same' }]);
    expect(await lends()).toBe(200);
    expect(await running.reload()).toMatchObject([{ outcome: 'same' }, { outcome: 'same' }]);
    const taken = running.world.auditLines().filter(({ message }) => message === 'guardrails taken');
    expect(taken.map(({ unmapped }) => unmapped?.['guardrails'])).toEqual([1, 1]);
  });

  test('stay as they were where the new ones are not sound, or are gone; the policies are taken all the same', async () => {
    const running = await start(freeze.replace('12:10', '11:00'));
    const job = new Borrower(running);
    for (const text of ['forbid (principal, action', 'permit (principal, action, resource);', undefined]) {
      if (text === undefined) running.world.disk.delete(path);
      else running.world.disk.set(path, text);
      running.world.disk.set(
        '/etc/broker/policies/github.yaml',
        `${githubPolicy}# ${String(text?.length)}\n`,
      );
      expect(await running.reload()).toMatchObject([{ outcome: 'refused' }, { outcome: 'taken' }]);
      expect(await job.borrow()).toMatchObject(denied);
    }
    const messages = running.world.auditLines().filter(({ severity_id: severity }) => severity === 4);
    expect(messages.map(({ message }) => message)).toEqual(
      Array<string>(3).fill('guardrails refused: the last good ones stay in force'),
    );
    expect(running.world.auditLines().filter(({ message }) => message === 'policies taken')).toHaveLength(3);
  });
});

test('policy check and broker check read them, too', async () => {
  const { world } = await start(freeze);
  const config = '/etc/broker/broker.yaml';
  const policies = () => checkPolicies([config], undefined, world.files);
  expect(await policies()).toMatchObject({
    files: ['/etc/broker/policies/github.yaml', '/etc/broker/policies/gitlab.yaml'],
    guardrails: ['/etc/broker/guardrails/0.cedar'],
  });
  expect((await checkBroker(config, world)).policies).toBe(2);
  world.disk.set('/etc/broker/guardrails/1.cedar', 'permit (principal, action, resource);');
  for (const check of [policies, () => checkBroker(config, world)])
    await expect(check()).rejects.toThrow(/1\.cedar:1: guardrails only forbid/);
});
