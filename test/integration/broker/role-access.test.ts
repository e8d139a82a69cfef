import { mkdtempSync, rmSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { exportSPKI, generateKeyPair, SignJWT } from 'jose';
import { breakingEngine, type BreakingEngine } from '../../support/broker/breaking-engine.ts';
import { Borrower, leasesOf, type Answer, type BorrowOptions } from '../../support/broker/borrower.ts';
import {
  borrowMore,
  credentialsCall,
  detail,
  leaseIdOf,
  send,
  tokenOf,
} from '../../support/broker/session-calls.ts';
import {
  githubPolicy,
  publicUrl,
  startTestBroker,
  type TestBroker,
  type TestBrokerOptions,
} from '../../support/broker/test-broker.ts';
import type { AuditLine } from '../../support/broker/world.ts';

let broker: TestBroker | undefined;

afterEach(async () => {
  await broker?.stop();
  broker = undefined;
});

/** A broker whose role `deploy-prod` has these limits. */
async function start(access: string, options: TestBrokerOptions = {}): Promise<TestBroker> {
  const limited = (text: string): string =>
    (options.yaml?.(text) ?? text).replace('tier: gold } }', `tier: gold }, access: { ${access} } }`);
  broker = await startTestBroker({ ...options, yaml: limited });
  return broker;
}

let jobs = 5000;

/** Another job each time. */
class Job extends Borrower {
  readonly number: string = String((jobs += 1));

  override borrow(options: BorrowOptions = {}): Promise<Answer> {
    const claims = { check_run_id: this.number };
    return super.borrow({
      ...options,
      token: { ...options.token, claims: { ...claims, ...options.token?.claims } },
    });
  }
}

const denied = { status: 403, body: { error: 'access_denied', reason: 'denied' } };

function linesOf(answer: Answer): AuditLine[] {
  const id = answer.headers.get('x-request-id');
  return broker?.world.auditLines().filter(({ metadata }) => metadata.correlation_uid === id) ?? [];
}

/** What the audit log says stood against the request. */
function against(answer: Answer): unknown {
  const [line] = linesOf(answer).filter(({ status }) => status === 'failure');
  return line?.unmapped?.['role_access'];
}

/** All of it but what differs from one request to the next. */
const shape = ({ status, headers, body }: Answer): unknown => ({
  status,
  body: { ...body, request_id: undefined },
  headers: [...headers].filter(([name]) => name !== 'x-request-id' && name !== 'date'),
});

describe('a role that is lent to some networks only', () => {
  const from = (address: string): BorrowOptions => ({
    request: { peer: '10.0.0.1', headers: { 'x-forwarded-for': address } },
  });
  const proxied = { yaml: (text: string) => `${text}trusted_proxies: [10.0.0.1, 192.0.2.1]\n` };
  const networks = 'networks: [198.51.100.0/24, "2001:db8::/32"]';

  test('is lent there, whatever way the address is written', async () => {
    const running = await start(networks, proxied);
    for (const address of ['198.51.100.7', '::ffff:198.51.100.7', '::ffff:c633:6407', '2001:db8::9'])
      expect([address, (await new Job(running).borrow(from(address))).status]).toEqual([address, 200]);
  });

  test('is denied elsewhere as an unknown role is; the log has what was expected and what came', async () => {
    const job = new Job(await start(networks, proxied));
    const answer = await job.borrow(from('203.0.113.7'));
    expect(answer).toMatchObject(denied);
    expect(shape(answer)).toEqual(shape(await job.borrow({ roles: ['no-such'], ...from('203.0.113.7') })));
    expect(against(answer)).toEqual([
      {
        name: 'access.networks',
        expected: 'in 198.51.100.0/24 or 2001:db8::/32',
        actual: '203.0.113.7',
        holds: false,
      },
    ]);
    expect(linesOf(answer)).toMatchObject([
      { message: 'role denied', unmapped: { role: 'deploy-prod', decision: 'deny' } },
    ]);
  });

  test('believes no address that a stranger writes himself', async () => {
    const job = new Job(await start(networks, proxied));
    for (const headers of [
      { 'x-forwarded-for': '198.51.100.7' },
      { forwarded: 'for=198.51.100.7', 'x-real-ip': '198.51.100.7' },
    ])
      expect(await job.borrow({ request: { peer: '203.0.113.7', headers } })).toMatchObject(denied);
    expect(await job.borrow(from('198.51.100.7, 203.0.113.7'))).toMatchObject(denied);
    expect((await job.borrow(from('203.0.113.7, 198.51.100.7'))).status).toBe(200);
  });

  test('limits that role and no other, but one of a request’s roles is enough to deny them all', async () => {
    const job = new Job(await start(networks, proxied));
    expect((await job.borrow({ roles: ['app-ro'], ...from('203.0.113.7') })).status).toBe(200);
    const both = await new Job(job.broker).borrow({
      roles: ['app-ro', 'deploy-prod'],
      ...from('203.0.113.7'),
    });
    expect(both).toMatchObject(denied);
  });

  test('holds for renewals, further roles and repetitions, too', async () => {
    const job = new Job(await start(networks, proxied));
    const lent = await job.borrow(from('198.51.100.7'));
    const renewal = { authorization_detail: detail('deploy-prod'), replaces: leasesOf(lent)[0]?.lease_id };
    const elsewhere = { headers: { 'x-forwarded-for': '203.0.113.7' } };
    const renewed = await send(job, { ...credentialsCall(tokenOf(lent), renewal), ...elsewhere });
    expect(renewed).toMatchObject(denied);
    expect(against(renewed)).toMatchObject([{ actual: '203.0.113.7' }]);
    expect(await job.borrow(from('203.0.113.7'))).toMatchObject(denied);
    const other = new Job(job.broker);
    const opened = await other.borrow({ roles: ['app-ro'], ...from('203.0.113.7') });
    const further = credentialsCall(tokenOf(opened), { authorization_detail: detail('deploy-prod') });
    expect(await send(other, { ...further, ...elsewhere })).toMatchObject(denied);
    expect((await send(other, { ...further, headers: { 'x-forwarded-for': '2001:db8::1' } })).status).toBe(
      201,
    );
  });

  test('holds for dry runs, which say so, and for nothing that is given back', async () => {
    const job = new Job(await start(networks, proxied));
    const dry = { form: { dry_run: 'true' } };
    const decisionOf = (answer: Answer): unknown =>
      leasesOf(answer).map((each) => (each as unknown as Answer['body'])['decision']);
    const elsewhere = await job.borrow({ ...dry, ...from('203.0.113.7') });
    expect(decisionOf(elsewhere)).toEqual(['deny']);
    expect(against(elsewhere)).toMatchObject([{ name: 'access.networks', actual: '203.0.113.7' }]);
    expect(decisionOf(await job.borrow({ ...dry, ...from('198.51.100.7') }))).toEqual(['allow']);
    await job.borrow(from('198.51.100.7'));
    expect((await job.giveBack()).body['leases']).toMatchObject([{ state: 'revoked' }]);
  });
});

describe('a role that is lent at some times only', () => {
  // The clock begins on Friday, 2026-11-20, at 13:00 in Berlin.
  const office =
    'times: [ { days: [mon, tue, wed, thu, fri], from: "08:00", to: "13:30", zone: Europe/Berlin } ]';

  test('is lent until the window closes, and then neither renewed nor repeated', async () => {
    const job = new Job(await start(office));
    const lent = await job.borrow();
    expect(lent.status).toBe(200);
    job.broker.world.clock.advance(14 * 60 + 59);
    expect((await job.borrow()).status).toBe(200);
    job.broker.world.clock.advance(15 * 60 + 1);
    const late = await job.borrow();
    expect(late).toMatchObject(denied);
    expect(against(late)).toEqual([
      {
        name: 'access.times',
        expected: 'mon tue wed thu fri 08:00–13:30 Europe/Berlin',
        actual: 'fri 13:30 Europe/Berlin',
        holds: false,
      },
    ]);
    const other = new Job(job.broker);
    expect((await other.borrow({ roles: ['app-ro'] })).status).toBe(200);
  });

  test('is not renewed when the window has closed since', async () => {
    const job = new Job(await start(office));
    job.broker.world.clock.advance(29 * 60);
    const lent = await job.borrow();
    const renewal = { authorization_detail: detail('deploy-prod'), replaces: leasesOf(lent)[0]?.lease_id };
    const renewed = await borrowMore(job, tokenOf(lent), renewal);
    expect(renewed.status).toBe(201);
    job.broker.world.clock.advance(2 * 60);
    const again = { ...renewal, replaces: leaseIdOf(renewed) };
    expect(await borrowMore(job, tokenOf(lent), again)).toMatchObject(denied);
  });
});

describe('a role of which only so much is lent at a time', () => {
  const one = 'max_active: 1';

  const slow = (engine: BreakingEngine, access: string): TestBrokerOptions => ({
    engines: [engine],
    yaml: (text) =>
      text.replace(/ {2}deploy-prod: .*/, `  deploy-prod: { engine: breaking, access: { ${access} } }`),
    policies: { 'github.yaml': githubPolicy },
  });

  test('of forty jobs at once one gets it, while nothing is minted yet', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'ec-access-'));
    const engine = breakingEngine();
    engine.issueFails = 'hangs';
    const running = await start('', { ...slow(engine, one), storePath: join(folder, 'broker.db') });
    let refused = 0;
    const answers = Array.from({ length: 40 }, async () => {
      const answer = await new Job(running).borrow();
      if (answer.status !== 200) refused += 1;
      if (refused === 39) engine.release();
      return answer;
    });
    const others = (await Promise.all(answers)).filter(({ status }) => status !== 200);
    expect(others).toHaveLength(39);
    expect(new Set(others.map((answer) => JSON.stringify(shape(answer)))).size).toBe(1);
    expect(others[0]).toMatchObject(denied);
    expect(engine.objects.size).toBe(1);
    await running.stop();
    broker = undefined;
    rmSync(folder, { recursive: true });
  });

  test('of forty further requests of several sessions at once as many as there is room for', async () => {
    const running = await start('max_active: 3');
    const sessions = await Promise.all(
      Array.from({ length: 10 }, async () => {
        const job = new Job(running);
        return { job, token: tokenOf(await job.borrow({ roles: ['app-ro'] })) };
      }),
    );
    const more = { authorization_detail: detail('deploy-prod') };
    const answers = await Promise.all(
      sessions.flatMap(({ job, token }) => Array.from({ length: 4 }, () => borrowMore(job, token, more))),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(3);
  });

  test('is free again when it is given back, or has ended', async () => {
    const running = await start(one);
    const first = new Job(running);
    await first.borrow();
    const refused = await new Job(running).borrow();
    expect(refused).toMatchObject(denied);
    expect(against(refused)).toEqual([
      {
        name: 'access.max_active',
        expected: 'at most 1 at a time',
        actual: '1 before this one',
        holds: false,
      },
    ]);
    await first.giveBack();
    expect((await new Job(running).borrow()).status).toBe(200);
    running.world.clock.skip(901);
    expect((await new Job(running).borrow()).status).toBe(200);
    running.world.clock.advance(901);
    expect((await new Job(running).borrow()).status).toBe(200);
  });

  test('is not free while what was given back may still serve', async () => {
    const engine = breakingEngine();
    const running = await start('', slow(engine, one));
    const first = new Job(running);
    await first.borrow();
    engine.revokeFails = true;
    await first.giveBack();
    expect(await new Job(running).borrow()).toMatchObject(denied);
  });

  test('is renewed in its own place, also by several at once, and repeated in it', async () => {
    const job = new Job(await start(one));
    const lent = await job.borrow();
    const token = tokenOf(lent);
    const renewal = { authorization_detail: detail('deploy-prod'), replaces: leasesOf(lent)[0]?.lease_id };
    const renewals = await Promise.all(Array.from({ length: 4 }, () => borrowMore(job, token, renewal)));
    const [renewed, ...more] = renewals.filter(({ status }) => status === 201);
    expect(more).toEqual([]);
    if (renewed === undefined) throw new Error('none was renewed');
    expect(await new Job(job.broker).borrow()).toMatchObject(denied);
    const further = { authorization_detail: detail('deploy-prod') };
    expect(await borrowMore(job, token, further)).toMatchObject(denied);
    // The first one is in its last minute: the one in its place is renewed all the same.
    expect((await borrowMore(job, token, { ...renewal, replaces: leaseIdOf(renewed) })).status).toBe(201);
    expect((await job.borrow()).status).toBe(200);
  });

  test('is denied in a dry run while it is lent, and the dry run takes nothing', async () => {
    const running = await start(one);
    const dry = async (): Promise<unknown> =>
      leasesOf(await new Job(running).borrow({ form: { dry_run: 'true' } }));
    for (let round = 0; round < 3; round++) expect(await dry()).toMatchObject([{ decision: 'allow' }]);
    await new Job(running).borrow();
    expect(await dry()).toMatchObject([{ decision: 'deny' }]);
  });

  test('counts the leases of an earlier process', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'ec-access-'));
    const storePath = join(folder, 'broker.db');
    const first = await start(one, { storePath });
    await new Job(first).borrow();
    await first.stop();
    const second = await start(one, { storePath, world: first.world });
    expect(await new Job(second, { issuer: first.github }).borrow()).toMatchObject(denied);
    await second.stop();
    broker = undefined;
    rmSync(folder, { recursive: true });
  });
});

describe('a role that is lent at a rate', () => {
  const rate = 'rate: { requests: 3, per: 1h }';

  test('of forty jobs at once as many get it as the rate allows; the others are told when to come again', async () => {
    const running = await start(rate);
    const answers = await Promise.all(Array.from({ length: 40 }, () => new Job(running).borrow()));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(3);
    for (const { status, body, headers } of answers.filter((answer) => answer.status !== 200)) {
      expect({ status, error: body['error'] }).toEqual({ status: 429, error: 'rate_limited' });
      expect(headers.get('retry-after')).toBe('3600');
    }
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused.map(against)[0]).toEqual([
      {
        name: 'access.rate',
        expected: 'at most 3 requests in 1 h',
        actual: '3 before this one',
        holds: false,
      },
    ]);
  });

  test('is lent again as soon as the first request is old enough, also when it was given back', async () => {
    const running = await start(rate);
    for (let request = 0; request < 3; request++) {
      const job = new Job(running);
      expect((await job.borrow()).status).toBe(200);
      await job.giveBack();
      running.world.clock.advance(600);
    }
    const refused = await new Job(running).borrow();
    expect(refused.headers.get('retry-after')).toBe('1800');
    running.world.clock.advance(1799);
    expect((await new Job(running).borrow()).status).toBe(429);
    running.world.clock.advance(1);
    expect((await new Job(running).borrow()).status).toBe(200);
    expect((await new Job(running).borrow()).headers.get('retry-after')).toBe('600');
  });

  test('counts neither repetitions nor renewals nor what was denied', async () => {
    const running = await start(rate);
    const job = new Job(running);
    for (let round = 0; round < 4; round++) expect((await job.borrow()).status).toBe(200);
    let last = await job.borrow();
    let lease = leasesOf(last)[0]?.lease_id;
    for (let round = 0; round < 4; round++) {
      const renewed = await borrowMore(job, tokenOf(last), {
        authorization_detail: detail('deploy-prod'),
        replaces: lease,
      });
      expect(renewed.status).toBe(201);
      lease = leaseIdOf(renewed);
    }
    for (let round = 0; round < 4; round++)
      expect(await new Job(running).borrow({ token: { claims: { ref: 'refs/heads/x' } } })).toMatchObject(
        denied,
      );
    for (let round = 0; round < 2; round++) expect((await new Job(running).borrow()).status).toBe(200);
    expect((await new Job(running).borrow()).status).toBe(429);
    last = await borrowMore(job, tokenOf(last), {
      authorization_detail: detail('deploy-prod'),
      replaces: lease,
    });
    expect(last.status).toBe(201);
    expect((await job.borrow()).status).toBe(200);
  });

  test('leaves the job’s own budget alone when it refuses', async () => {
    const running = await start('rate: { requests: 1, per: 10m }');
    await new Job(running).borrow();
    const job = new Job(running);
    const token = tokenOf(await job.borrow({ roles: ['app-ro'] }));
    const more = { authorization_detail: detail('deploy-prod') };
    for (let round = 0; round < 6; round++) expect((await borrowMore(job, token, more)).status).toBe(429);
    running.world.clock.advance(600);
    expect((await borrowMore(job, token, more)).status).toBe(201);
  });
});

describe('a role whose credentials are counted', () => {
  const reads = 'reads: { budget: 4, per: 24h }';

  test('counts each: of requests, repetitions and renewals; then it is denied, with an alarm', async () => {
    const running = await start(reads);
    const job = new Job(running);
    await job.borrow();
    const again = await job.borrow();
    const renewal = { authorization_detail: detail('deploy-prod'), replaces: leasesOf(again)[0]?.lease_id };
    const renewed = await borrowMore(job, tokenOf(again), renewal);
    expect(renewed.status).toBe(201);
    expect((await new Job(running).borrow()).status).toBe(200);
    const next = { ...renewal, replaces: leaseIdOf(renewed) };
    for (const refused of [
      await new Job(running).borrow(),
      await borrowMore(job, tokenOf(again), next),
      await job.borrow(),
    ]) {
      expect(refused).toMatchObject(denied);
      expect(linesOf(refused)).toMatchObject([{ severity_id: 4, unmapped: { role: 'deploy-prod' } }]);
      expect(against(refused)).toMatchObject([{ name: 'access.reads', actual: '4 before this one' }]);
    }
    running.world.clock.advance(86_400);
    expect((await new Job(running).borrow()).status).toBe(200);
  });

  test('does not count what was never made', async () => {
    const running = await start('reads: { budget: 1, per: 24h }');
    const job = new Job(running);
    const audit = running.world.auditLines().length;
    running.world.auditFails = true;
    expect((await job.borrow()).status).toBe(503);
    running.world.auditFails = false;
    expect(running.world.auditLines()).toHaveLength(audit);
    expect((await new Job(running).borrow()).status).toBe(200);
  });
});

test('where a rate and another limit stand against a request, it is only denied', async () => {
  const running = await start('rate: { requests: 1, per: 1h }, max_active: 1');
  await new Job(running).borrow();
  const refused = await new Job(running).borrow();
  expect(refused).toMatchObject(denied);
  expect(refused.headers.get('retry-after')).toBeNull();
  expect(against(refused)).toMatchObject([{ name: 'access.rate' }, { name: 'access.max_active' }]);
});

test('the limits of each role of a request hold, whichever is asked first', async () => {
  const running = await start('max_active: 1');
  await new Job(running).borrow();
  for (const roles of [
    ['app-ro', 'deploy-prod'],
    ['deploy-prod', 'app-ro'],
  ])
    expect(await new Job(running).borrow({ roles })).toMatchObject(denied);
  expect(running.world.auditLines().filter(({ message }) => message === 'lease active')).toHaveLength(1);
});

describe('a request that waits for an approval', () => {
  async function waiting(
    access: string,
  ): Promise<{ job: Job; poll: (peer?: string) => Promise<Answer>; approve: () => Promise<Answer> }> {
    const { privateKey, publicKey } = await generateKeyPair('EdDSA', { extractable: true });
    const pem = await exportSPKI(publicKey);
    const running = await start(access, {
      yaml: (text) =>
        `${text}operators: [ { id: alice, public_key: alice.pem } ]\ntrusted_proxies: [192.0.2.1]\n`,
      policies: {
        'staging.yaml': githubPolicy
          .replace('id: deploy-prod', 'id: staging')
          .replaceAll('environment: production', 'environment: staging'),
        'github.yaml':
          githubPolicy.replace('  - { role: app-ro, access: read }\n', '') +
          'approval: { source: operator, within: 45m }\n',
      },
      beforeStart: ({ disk }) => disk.set('/etc/broker/alice.pem', pem),
    });
    const job = new Job(running);
    const asked = await job.borrow({ request: { headers: { 'x-forwarded-for': '198.51.100.7' } } });
    expect(asked.body).toMatchObject({ error: 'authorization_pending' });
    const transaction = String(asked.body['transaction_id']);
    const body = JSON.stringify({ transaction_id: transaction });
    return {
      job,
      poll: (address = '198.51.100.7') =>
        send(job, {
          path: '/credentials/deferred',
          contentType: 'application/json',
          body,
          headers: { 'x-forwarded-for': address },
        }),
      approve: async () => {
        const exp = Math.floor(running.world.clock.now().getTime() / 1000) + 60;
        const assertion = await new SignJWT({
          iss: 'alice',
          sub: 'alice',
          aud: `${publicUrl}/approvals`,
          jti: randomUUID(),
          exp,
        })
          .setProtectedHeader({ alg: 'EdDSA' })
          .sign(privateKey);
        return job.post(`/approvals/${transaction}`, {
          client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
          client_assertion: assertion,
          decision: 'approve',
        });
      },
    };
  }

  test('is not lent after the window has closed, though it was approved', async () => {
    const { job, poll, approve } = await waiting('times: [ { from: "12:00", to: "12:30", zone: UTC } ]');
    job.broker.world.clock.advance(29 * 60);
    expect((await approve()).body['state']).toBe('approved');
    job.broker.world.clock.advance(2 * 60);
    expect(await poll()).toMatchObject(denied);
  });

  test('is not fetched from elsewhere', async () => {
    const { poll, approve } = await waiting('networks: [198.51.100.0/24]');
    await approve();
    const elsewhere = await poll('203.0.113.9');
    expect(elsewhere).toMatchObject(denied);
    expect(against(elsewhere)).toMatchObject([{ actual: '203.0.113.9' }]);
    expect((await poll()).status).toBe(200);
  });

  test('holds no place while it waits, gets none that is taken, and stays approved until there is one', async () => {
    const { job, poll, approve } = await waiting('max_active: 1');
    const other = new Job(job.broker);
    expect((await other.borrow({ token: { claims: { environment: 'staging' } } })).status).toBe(200);
    await approve();
    expect(await poll()).toMatchObject(denied);
    await other.giveBack();
    expect((await poll()).status).toBe(200);
    expect((await poll()).status).toBe(200);
  });
});
