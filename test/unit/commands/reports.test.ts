import { describe, expect, test } from '@jest/globals';
import { tellIdentity, tellLoan, tellRequest } from '../../../src/commands/loan-report.ts';
import { markdownTable } from '../../../src/domain/markdown-table.ts';
import { tellProblem } from '../../../src/commands/problem-report.ts';
import { summariseReturns, tellReturn } from '../../../src/commands/return-report.ts';
import { readConfig } from '../../../src/config/reading.ts';
import { CredsError } from '../../../src/domain/errors.ts';
import type { Loan } from '../../../src/domain/lease.ts';
import { Secret } from '../../../src/domain/secret.ts';
import { realFiles } from '../../../src/entry/files.ts';
import type { Delivery } from '../../../src/commands/delivery.ts';
import type { Return } from '../../../src/leases/giving-back.ts';
import { entry } from '../../support/client/entries.ts';
import { clientWorld, type ClientWorld } from '../../support/client/world.ts';
import { credentialOf, leaseOf } from '../../support/credentials.ts';
import { hostileText } from '../../support/faults.ts';

const exchange = {
  audience: 'https://broker.example.com',
  lender: 'https://broker.example.com',
  endpoint: new URL('https://broker.example.com'),
  lends: [],
  bindsKey: true,
  open: () => {
    throw new Error('nothing is asked here');
  },
};
const nothing: Delivery = { pointers: {}, variables: {}, outputs: {}, files: {} };

async function loanTold(
  world: ClientWorld,
  loan: Loan,
  summary = 'always',
  parcel = nothing,
): Promise<string> {
  tellLoan(loan, { exchange, config: await readConfig({ summary }, realFiles), parcel }, world);
  return world.printed();
}

describe('before', () => {
  test('the audience is told, and whether it is bound', () => {
    using world = clientWorld();
    tellRequest(exchange, true, world.job);
    tellRequest(exchange, false, world.job);
    expect(world.printed()).toBe(
      '\nAsking for an ID token with the audience https://broker.example.com, bound to a key of this process.\n' +
        'Asking for an ID token with the audience https://broker.example.com.\n',
    );
  });

  test('the claims by which the other side decides are told, no others, never the token, and no command among them', () => {
    using world = clientWorld();
    const claims = {
      repository: 'octo-org/octo-repo',
      ref: hostileText,
      environment: 'production',
      actor: 'octocat',
      run_id: 7,
      job_workflow_ref: { x: 1 },
    };
    const idToken = {
      token: new Secret('header.payload.signature'),
      claims,
      issuer: 'i',
      audience: 'a',
      expiresAt: new Date(),
    };
    tellIdentity(idToken, world.job);
    const lines = world.printed().trim().split('\n');
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(
      /^This job identifies itself by: repository=octo-org\/octo-repo, ref=first\?.*, environment=production, run_id=7\.$/,
    );
    expect(lines[0]).not.toMatch(/octocat|signature|::|\u001b|\u202e/i);
  });
});

describe('a loan', () => {
  const one = leaseOf([credentialOf('bearer-token')]);

  test('is told with its end for a person, and with what giving back achieves', async () => {
    using world = clientWorld();
    const leases = [
      one,
      leaseOf([], { role: 'slow', revocability: 'policy' }),
      leaseOf([], { role: 'aws', revocability: 'expiry-only', expiresAt: new Date('2026-11-21T00:30:00Z') }),
    ];
    const text = await loanTold(world, { leases }, 'always', {
      pointers: {},
      variables: { EPHEMERAL_TOKEN: 'x' },
      outputs: {},
      files: { '/tmp/f': 'x' },
    });
    expect(text).toContain(
      'Borrowed deploy from https://broker.example.com: ends 16:15 UTC, in 15 min; given back, it is dead at once.',
    );
    expect(text).toContain('ends 16:15 UTC, in 15 min; given back, it is denied after a short while.');
    expect(text).toContain('ends 2026-11-21 00:30 UTC, in 8 h 30 min; it cannot be revoked before it ends.');
    expect(text).toContain('Delivered: variables EPHEMERAL_TOKEN; files /tmp/f.');
    expect(world.summary()).toContain(
      '| deploy | https://broker.example.com | 16:15 UTC, in 15 min | immediate |',
    );
  });

  test('that sets nothing but what every run sets is told so', async () => {
    using world = clientWorld();
    expect(await loanTold(world, { leases: [one] })).toContain('nothing but the outputs about the lease');
  });

  test.each(['on-problem', 'never'])('is in no summary with `summary: %s`', async (summary) => {
    using world = clientWorld();
    await loanTold(world, { leases: [one] }, summary);
    expect(world.summary()).toBe('');
  });
});

function returned(change: Partial<Return> = {}): Return {
  const intent = entry();
  const leases = intent.leases.map((lease) => ({ ...lease, state: 'revoked' as const }));
  return { intent, result: 'over', leases, tookMs: 41.6, ...change };
}

describe('giving back', () => {
  const [lease] = returned().leases;
  test.each<readonly [string, Partial<Return>, string]>([
    ['done', {}, 'deploy (lease lse_1): given back (revoked) in 42 ms.'],
    [
      'queued',
      { result: 'queued', leases: [{ ...lease, state: 'revoking' } as never] },
      'deploy (lease lse_1): given back: the broker has it in its queue (revoking) in 42 ms.',
    ],
    [
      'done beside what lives on',
      { result: 'lives-on' },
      'deploy (lease lse_1): given back (revoked) in 42 ms.',
    ],
    [
      'too late',
      { leases: [{ ...lease, state: 'expired' } as never] },
      'deploy (lease lse_1) had already ended.',
    ],
    [
      'of a lease that main never saw',
      { leases: [{ ...lease, role: '' } as never] },
      'A lease that never arrived (lease lse_1): given back (revoked) in 42 ms.',
    ],
    ['of nothing', { leases: [] }, 'Nothing is lent any more (in 42 ms).'],
    [
      'of what nobody can revoke',
      { result: 'lives-on', leases: [] },
      'it cannot be revoked and ends by itself.',
    ],
    [
      'that failed for what is not known',
      { result: 'failed', leases: [], error: new CredsError('unreachable', 'No way.') },
      '::warning title=ephemeral-creds::Could not make sure that nothing is lent any more: No way. Whatever was lent ends by itself.',
    ],
  ])('%s is one line', (_, change, line) => {
    using world = clientWorld();
    tellReturn(returned(change), world);
    expect(world.printed().trim().split('\n')).toHaveLength(1);
    expect(world.printed()).toContain(line);
  });

  test('is a table in the summary, problems only where the workflow says so', () => {
    using world = clientWorld();
    const quiet = entry({ post: { summary: 'on-problem' } });
    summariseReturns(
      [returned(), returned({ intent: quiet }), returned({ intent: quiet, result: 'failed' })],
      world,
    );
    expect(
      world
        .summary()
        .split('\n')
        .filter((line) => line.includes('lse&#95;1')),
    ).toHaveLength(2);
    expect(world.summary()).toContain('NOT given back');
    // `revoke/` writes it, too.
    expect(world.summary()).not.toContain('end of the job');
  });

  test('of nothing is no table', () => {
    using world = clientWorld();
    summariseReturns([returned({ leases: [] })], world);
    expect(world.summary()).toBe('');
  });
});

describe('a problem', () => {
  const error = new CredsError('policy-denied', 'broker refused: policy does not grant this (denied).', {
    requestId: 'req_1',
  });

  test('is one annotation with what to change, the request id and the page', () => {
    using world = clientWorld();
    tellProblem(error, world.job, { host: world.host, summary: false });
    expect(world.printed()).toBe(
      '\n::error title=ephemeral-creds::broker refused: policy does not grant this (denied). Request id: req_1.%0A' +
        'No trust policy grants this to this job. Show your platform team the request id and the claims in the log.%0A' +
        '[policy-denied] docs/errors/policy-denied.md\n',
    );
    expect(world.summary()).toBe('');
  });

  test('has its page at the version that runs, where the runner tells which', () => {
    const env = {
      GITHUB_SERVER_URL: 'https://github.com',
      GITHUB_ACTION_REPOSITORY: 'org/ephemeral-creds',
      GITHUB_ACTION_REF: 'v1',
    };
    using world = clientWorld({ env });
    tellProblem(error, world.job, { host: world.host, summary: true });
    const page = 'https://github.com/org/ephemeral-creds/blob/v1/docs/errors/policy-denied.md';
    expect(world.printed()).toContain(page);
    expect(world.summary()).toContain(page);
    // What was borrowed may live on; the log says so.
    expect(world.summary()).toContain('### Nothing was delivered');
  });

  test('cannot break out of the summary', () => {
    using world = clientWorld();
    tellProblem(new CredsError('internal', '<img src=x> [a](b) | ! # *x*'), world.job, {
      host: world.host,
      summary: true,
    });
    expect(world.summary()).not.toMatch(/<img|\[a\]|\*x\*|!/);
  });
});

test('a table’s cells cannot break out of it', () => {
  const table = markdownTable(['a', 'b'], [['x|y', '`c` <b> [l](u) \\ \n| z']]);
  const rows = table.trimEnd().split('\n');
  expect(rows).toHaveLength(3);
  expect(rows[2]?.match(/\|/g)).toHaveLength(3);
  expect(rows[2]).not.toMatch(/[<>`[\]\\]/);
});
