// requirements B34 and B39: what operators can do, and who is one
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Borrower, leasesOf, onlyToken } from '../../support/broker/borrower.ts';
import { bob, carol, startDesk, type OperatorDesk } from '../../support/broker/operator-desk.ts';
import { publicUrl } from '../../support/broker/test-broker.ts';
import { createAuthority } from '../../support/certificates.ts';

const authority = createAuthority();
let desk: OperatorDesk;

beforeEach(async () => {
  desk = await startDesk(authority.cert);
});

afterEach(async () => {
  await desk.broker.stop();
});

const lend = async (roles = ['deploy-prod']): Promise<string> => {
  const answer = await new Borrower(desk.broker).borrow({
    roles,
    token: { claims: { check_run_id: String(Math.floor(Math.random() * 1e12)) } },
  });
  expect(answer.status).toBe(200);
  return leasesOf(answer)[0]?.lease_id ?? '';
};

const acts = (): unknown[] =>
  desk.broker.world
    .auditLines()
    .filter(({ metadata }) => metadata.event_code === 'operator')
    .map(({ message, unmapped }) => [message, unmapped?.['operator']]);

const all = { selector: {}, all: true, reason: 'a drill', wait: 0 };

describe('B39: the admin listener denies by default', () => {
  test.each([
    ['no credential', { authorization: null }],
    ['a scheme that is not Bearer', { authorization: 'Basic YWxpY2U6eA==' }],
    ['a token that is none', { authorization: 'Bearer x' }],
    ['two tokens in one header', { authorization: 'Bearer x y' }],
    ['a token for another audience', { token: { audience: publicUrl } }],
    ['a token that has expired', { token: { lifetimeSeconds: -60 } }],
    ['a token of an unknown issuer', { token: { claims: { iss: 'https://evil.example.com' } } }],
    ['a token that names a key', { token: { claims: { cnf: { jkt: 'x' } } } }],
    [
      'a token that is older than an hour, however long it lives',
      { token: { at: new Date('2026-11-20T10:59:00Z'), lifetimeSeconds: 86_400 } },
    ],
    ['a token without sub', { token: { claims: { sub: undefined } } }],
    ['a token of a key that its issuer does not have', { token: { header: { kid: 'other' } } }],
  ])('%s', async (_, options) => {
    for (const path of ['/admin/roles', '/admin/leases', '/admin/freeze', '/admin/nothing', '/healthz']) {
      const reply = await desk.get(path, options);
      expect(reply).toMatchObject({ status: 401, body: { error: 'invalid_token' } });
      expect(reply.headers.get('www-authenticate')).toBe('Bearer realm="ephemeral-creds admin"');
    }
    expect((await desk.post('/admin/leases/revoke', all, options)).status).toBe(401);
  });

  test('a token that was signed by another key', async () => {
    const token = await desk.login.mint({
      audience: 'ephemeral-creds-admin',
      at: desk.broker.world.clock.now(),
      claims: { sub: '248289761001' },
    });
    expect((await desk.get('/admin/roles', { authorization: `Bearer ${token}` })).status).toBe(200);
    const forged = `${token.slice(0, token.lastIndexOf('.'))}.${Buffer.alloc(256).toString('base64url')}`;
    expect((await desk.get('/admin/roles', { authorization: `Bearer ${forged}` })).status).toBe(401);
  });

  test('the ID token of a job is none of an operator', async () => {
    const token = await desk.broker.github.mint({
      audience: 'ephemeral-creds-admin',
      at: desk.broker.world.clock.now(),
      claims: { sub: '248289761001' },
    });
    const reply = await desk.get('/admin/roles', { authorization: `Bearer ${token}` });
    expect(reply.status).toBe(401);
  });

  test.each([
    ['another sub', { token: { claims: { sub: '2' } } }],
    ['a group that only begins so', { token: { claims: { sub: '2', groups: ['auditors-of-tea'] } } }],
    ['an email that nobody verified', { token: { claims: { sub: '2', email: 'mail@example.com' } } }],
    [
      'an email whose verification is text',
      { token: { claims: { sub: '2', email: 'mail@example.com', email_verified: 'true' } } },
    ],
    ['a certificate of nobody', { certificate: { subject: 'CN=eve', fingerprint: '02'.repeat(32) } }],
    [
      'a subject that only begins so',
      { certificate: { subject: 'CN=bob,O=Example,C=DE', fingerprint: '02'.repeat(32) } },
    ],
  ])('%s is nobody, and that is written down', async (_, options) => {
    expect(await desk.get('/admin/roles', options)).toMatchObject({
      status: 403,
      body: { error: 'access_denied' },
    });
    expect(acts()).toEqual([['nobody’s credential at the admin listener', undefined]]);
  });

  test('a token that does not hold is not made up for by a certificate', async () => {
    const reply = await desk.get('/admin/roles', { certificate: bob, authorization: 'Bearer x' });
    expect(reply.status).toBe(401);
    expect((await desk.get('/admin/roles', { certificate: bob })).status).toBe(200);
  });

  test('each right is one of its own', async () => {
    const reader = { token: { claims: { sub: '2', groups: ['auditors', 'staff'] } } };
    const mail = { token: { claims: { sub: '3', email: 'mail@example.com', email_verified: true } } };
    const thaw = { frozen: false, reason: 'x' };
    const status = async (options: Parameters<OperatorDesk['get']>[1]) => [
      (await desk.get('/admin/leases', options)).status,
      (await desk.post('/admin/leases/revoke', all, options)).status,
      (await desk.post('/admin/freeze', thaw, options)).status,
    ];
    expect(await status(reader)).toEqual([200, 403, 403]);
    expect(await status(mail)).toEqual([200, 403, 403]);
    expect(await status({ certificate: bob })).toEqual([200, 200, 403]);
    expect(await status({ certificate: carol })).toEqual([403, 403, 200]);
    expect(await status({})).toEqual([200, 200, 200]);
    expect(acts()).toContainEqual(['operator may not freeze', 'bob']);
  });

  test('neither listener has the paths of the other', async () => {
    const main = (path: string, method = 'GET') =>
      desk.broker.handle(new Request(publicUrl + path, { method }), { peer: '192.0.2.1' });
    for (const path of ['/admin/roles', '/admin/leases', '/admin/freeze'])
      expect((await main(path)).status).toBe(404);
    expect((await main('/admin/leases/revoke', 'POST')).status).toBe(404);
    for (const path of ['/healthz', '/readyz', '/.well-known/jwks.json', '/admin', '/admin/leases/'])
      expect((await desk.get(path)).status).toBe(404);
    for (const path of ['/token', '/revoke', '/credentials'])
      expect((await desk.post(path, {})).status).toBe(404);
  });

  test.each([
    ['an unknown parameter', '/admin/leases?repo=x'],
    ['a parameter twice', '/admin/leases?role=a&role=b'],
    ['an empty selector', '/admin/leases?repository='],
    ['a selector that no name can be', '/admin/leases?repository=octo-org/octo-repo%00'],
    ['a state that is none', '/admin/leases?state=dead'],
    ['a page that is too long', '/admin/leases?limit=1001'],
    ['a time without a zone', '/admin/leases?since=2026-11-20T12:00:00'],
    ['a parameter where there is none', '/admin/freeze?x=1'],
  ])('%s is refused, not passed over', async (_, path) => {
    expect(await desk.get(path)).toMatchObject({ status: 400, body: { error: 'invalid_request' } });
  });

  test.each([
    ['no selector', { reason: 'x' }],
    ['an empty selector', { selector: {}, reason: 'x' }],
    ['all beside a selector', { selector: { role: 'a' }, all: true, reason: 'x' }],
    ['no reason', { selector: { role: 'a' } }],
    ['an empty reason', { selector: { role: 'a' }, reason: '  ' }],
    ['a reason of two lines', { selector: { role: 'a' }, reason: 'a\nb' }],
    ['a member that is misspelt', { selector: { repo: 'a' }, reason: 'x' }],
    ['an option that is misspelt', { selector: { role: 'a' }, reason: 'x', dryrun: true }],
    ['a wait without end', { selector: { role: 'a' }, reason: 'x', wait: 1e9 }],
    ['a member twice', '{"selector":{"role":"a"},"reason":"x","reason":"y"}'],
  ])('to revoke with %s is refused', async (_, body) => {
    const id = await lend();
    expect((await desk.post('/admin/leases/revoke', body)).status).toBe(400);
    expect((await desk.get(`/admin/leases/${id}`)).body).toMatchObject({ state: 'active' });
  });

  test('a form is not taken for JSON: no page of a browser can send it unasked', async () => {
    const reply = await desk.post('/admin/leases/revoke', JSON.stringify(all), { contentType: 'text/plain' });
    expect(reply.status).toBe(400);
  });
});

describe('leases', () => {
  test('are listed with whose they are, by selector and in pages', async () => {
    const first = await lend();
    desk.broker.world.clock.advance(1);
    const second = await lend(['app-ro']);
    const page = await desk.get('/admin/leases?repository=Octo-Org/Octo-Repo&limit=1');
    expect(page.body).toMatchObject({
      leases: [
        {
          lease_id: second,
          role: 'app-ro',
          repository: 'octo-org/octo-repo',
          repository_id: '456789',
          state: 'active',
          policy: { id: 'deploy-prod' },
        },
      ],
    });
    const next = String(page.body['next']);
    const rest = await desk.get(`/admin/leases?repository=octo-org/octo-repo&limit=1&after=${next}`);
    expect(rest.body['leases']).toMatchObject([{ lease_id: first }]);
    expect((await desk.get('/admin/leases?role=deploy-prod')).body['leases']).toMatchObject([
      { lease_id: first },
    ]);
    expect((await desk.get('/admin/leases?actor=nobody')).body).toEqual({ leases: [] });
    expect(JSON.stringify((await desk.get('/admin/leases')).body)).not.toContain('eyJ');
  });

  test('a look is written down first, and without the line there is none', async () => {
    desk.broker.world.auditFails = true;
    for (const path of ['/admin/leases', '/admin/roles', '/admin/freeze'])
      expect(await desk.get(path)).toMatchObject({ status: 503, body: { reason: 'audit' } });
    desk.broker.world.auditFails = false;
    await desk.get('/admin/leases?role=deploy-prod');
    const line = desk.broker.world
      .auditLines()
      .findLast(({ metadata }) => metadata.event_code === 'operator');
    expect(line).toMatchObject({
      message: 'operator lists leases',
      unmapped: {
        operator: 'alice',
        credential: { issuer: 'https://login.example.com', sub: '248289761001' },
        selector: { role: 'deploy-prod' },
        count: 0,
      },
    });
  });

  test('B34: are revoked by selector, their sessions end, and all of it is written down', async () => {
    const borrower = new Borrower(desk.broker);
    const answer = await borrower.borrow();
    const [lease] = leasesOf(answer);
    const body = { selector: { repository: 'octo-org/octo-repo' }, reason: 'INC-7', wait: 0 };
    const trial = await desk.post('/admin/leases/revoke', { ...body, dry_run: true });
    expect(trial.body).toEqual({ dry_run: true, leases: 1, sessions: 1, requests: 0 });
    const done = await desk.post('/admin/leases/revoke', body, { certificate: bob });
    expect(done.body).toEqual({
      dry_run: false,
      leases: 1,
      sessions: 1,
      requests: 0,
      over: 1,
      revoking: 0,
    });
    expect((await desk.get(`/admin/leases/${lease?.lease_id ?? ''}`)).body).toMatchObject({
      state: 'revoked',
    });
    const again = await borrower.borrow();
    expect(again).toMatchObject({ status: 409, body: { reason: 'superseded' } });
    const lines = desk.broker.world.auditLines().filter(({ metadata }) => metadata.event_code === 'operator');
    expect(lines).toMatchObject([
      { message: 'operator asks what would be revoked', unmapped: { operator: 'alice', leases: 1 } },
      { message: 'operator revokes', unmapped: { operator: 'bob', reason: 'INC-7' } },
      {
        message: 'operator revoked',
        unmapped: {
          operator: 'bob',
          credential: { certificate: bob.subject, sha256: bob.fingerprint },
          selector: { repository: 'octo-org/octo-repo' },
          reason: 'INC-7',
          leases: 1,
          sessions: 1,
        },
      },
      { message: 'operator shows a lease' },
    ]);
  });

  test('revoking goes on when nothing can be written down; what cannot be revoked is told with its end', async () => {
    const id = await lend(['legacy']);
    desk.broker.world.auditFails = true;
    const done = await desk.post('/admin/leases/revoke', {
      ...all,
      selector: { role: 'legacy' },
      all: undefined,
    });
    expect(done).toMatchObject({ status: 200, body: { leases: 1, revoking: 1 } });
    expect(done.body['revoking_until']).toMatch(/Z$/);
    desk.broker.world.auditFails = false;
    expect((await desk.get(`/admin/leases/${id}`)).body).toMatchObject({ state: 'revoking' });
  });

  test('one lease alone, by its id', async () => {
    const [first, second] = [await lend(), await lend()];
    await desk.post('/admin/leases/revoke', { selector: { lease_id: first }, reason: 'x', wait: 0 });
    const { body } = await desk.get('/admin/leases');
    expect(body['leases']).toMatchObject([{ lease_id: second }]);
    expect((await desk.get('/admin/leases/lse_00')).status).toBe(404);
  });
});

describe('B34: the freeze', () => {
  const freeze = (frozen: boolean, reason = 'INC-7') => desk.post('/admin/freeze', { frozen, reason });

  test('stops lending with 503 and when to come again, and tells jobs no reason', async () => {
    expect((await freeze(true)).body).toMatchObject({ frozen: true, reason: 'INC-7', by: 'alice' });
    const answer = await new Borrower(desk.broker).borrow();
    expect(answer).toMatchObject({
      status: 503,
      body: { error: 'temporarily_unavailable', reason: 'frozen' },
    });
    expect(answer.headers.get('retry-after')).toBe('60');
    expect(JSON.stringify(answer.body)).not.toContain('INC-7');
  });

  test('a request that was refused is taken afterwards, as it was', async () => {
    const borrower = new Borrower(desk.broker);
    const idToken = await borrower.idToken();
    await freeze(true);
    expect((await borrower.borrow({ idToken })).status).toBe(503);
    await freeze(false);
    expect((await borrower.borrow({ idToken })).status).toBe(200);
  });

  test('giving back goes on, and so does the reload of policies, which thaws nothing', async () => {
    const borrower = new Borrower(desk.broker);
    const lent = await borrower.borrow();
    expect(onlyToken(lent)).toMatch(/^eyJ/);
    await freeze(true);
    expect((await borrower.giveBack()).body['leases']).toMatchObject([{ state: 'revoked' }]);
    await desk.broker.reload();
    expect((await new Borrower(desk.broker).borrow()).status).toBe(503);
  });

  test('is not put off because it cannot be written down; a thaw is', async () => {
    desk.broker.world.auditFails = true;
    expect((await freeze(true)).status).toBe(200);
    expect((await freeze(false)).status).toBe(503);
    desk.broker.world.auditFails = false;
    expect((await desk.get('/admin/freeze')).body).toMatchObject({ frozen: true, by: 'alice' });
    expect((await freeze(false)).body).toMatchObject({ frozen: false });
    expect(acts()).toContainEqual(['operator thawed: lending goes on', 'alice']);
  });

  test.each([[{ frozen: true }], [{ frozen: 'yes', reason: 'x' }], [{ reason: 'x' }]])(
    'what says too little changes nothing: %j',
    async (body) => {
      expect((await desk.post('/admin/freeze', body)).status).toBe(400);
      expect((await desk.get('/admin/freeze')).body).toEqual({ frozen: false });
    },
  );
});
