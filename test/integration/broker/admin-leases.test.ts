// What operators are shown of leases, and by what they find them.
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { Borrower, leasesOf } from '../../support/broker/borrower.ts';
import { startDesk, type OperatorDesk } from '../../support/broker/operator-desk.ts';
import { createAuthority } from '../../support/certificates.ts';

const authority = createAuthority();
let desk: OperatorDesk;

beforeEach(async () => {
  desk = await startDesk(authority.cert);
});

afterEach(async () => {
  await desk.broker.stop();
});

async function lend(claims: Readonly<Record<string, string>>): Promise<string> {
  const answer = await new Borrower(desk.broker).borrow({ token: { claims } });
  expect(answer.status).toBe(200);
  return leasesOf(answer)[0]?.lease_id ?? '';
}

async function find(selector: Readonly<Record<string, string>>): Promise<Record<string, unknown>[]> {
  const { status, body } = await desk.get(`/admin/leases?${new URLSearchParams(selector).toString()}`);
  expect(status).toBe(200);
  return body['leases'] as Record<string, unknown>[];
}

test.each([7200, -7200])(
  'B26 operators are told the wall clock’s times, and name them, though it was set by %i s since',
  async (seconds) => {
    const { clock } = desk.broker.world;
    await lend({ check_run_id: '1' });
    clock.step(seconds);
    clock.skip(60);
    const lent = clock.now();
    const young = await lend({ check_run_id: '2' });
    const [shown] = await find({ lease_id: young });
    expect(shown).toMatchObject({ created_at: lent.toISOString() });
    const ttlMs = Date.parse(String(shown?.['expires_at'])) - lent.getTime();
    expect(ttlMs).toBe(15 * 60_000);
    const since = new Date(lent.getTime() - 30_000).toISOString();
    expect((await find({ since })).map(({ lease_id: id }) => id)).toEqual([young]);
    const body = { selector: { since }, reason: 'a drill', wait: 0 };
    expect((await desk.post('/admin/leases/revoke', body)).body).toMatchObject({ leases: 1 });
  },
);

test.each([
  ['longer than an index takes', `Someone ${'of a very long name '.repeat(40)}`],
  ['of 256 characters', 'a'.repeat(256)],
  ['of 257', 'a'.repeat(257)],
])('who started a job is found by a name that is %s', async (_, actor) => {
  const id = await lend({ actor, check_run_id: '1' });
  await lend({ actor: `${actor}b`, check_run_id: '2' });
  expect((await find({ actor })).map(({ lease_id: found }) => found)).toEqual([id]);
  const body = { selector: { actor: actor.toUpperCase() }, reason: 'a drill', wait: 0 };
  expect((await desk.post('/admin/leases/revoke', body)).body).toMatchObject({ leases: 1 });
});

test('a name with control characters is stored as its digest: no database has a NUL in a text', async () => {
  await lend({ actor: 'some\u0000one', check_run_id: '1' });
  expect((await find({})).map(({ actor }) => actor)).toEqual([
    expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
  ]);
});

test.each([
  ['LSE_5f1c0d9e8b7a6c5d4e3f2a1b'],
  ['5f1c0d9e8b7a6c5d4e3f2a1b'],
  ['ses_5f1c0d9e8b7a6c5d4e3f2a1b'],
  ['ec_lse_5f1c0d9e8b7a6c5d4e3f2a1b'],
  ['lse_5f1c0d9e8b7a6c5d4e3f2a1g'],
  ['lse_'],
  ['lse_5f1c%2F..'],
])('%s is told to be no lease’s id, and what one looks like', async (id) => {
  const told = expect.stringContaining('a lease’s id is lse_ and 24 digits and letters from a to f');
  const shown = await desk.get(`/admin/leases/${id}`);
  expect(shown).toMatchObject({ status: 400, body: { error_description: told } });
  const revoked = await desk.post('/admin/leases/revoke', { selector: { lease_id: id }, reason: 'a drill' });
  expect(revoked).toMatchObject({ status: 400, body: { error_description: told } });
});

test('a lease’s id that nobody has, and another method at the place of revoking, are told as what they are', async () => {
  const unknown = await desk.get('/admin/leases/lse_5f1c0d9e8b7a6c5d4e3f2a1b');
  expect(unknown).toMatchObject({
    status: 404,
    body: { error_description: 'the broker knows no lease of this id' },
  });
  expect((await desk.get('/admin/leases/revoke')).status).toBe(405);
});
