import { existsSync, readdirSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { acquire } from '../../../src/commands/acquire.ts';
import { configFromAction } from '../../../src/config/action.ts';
import { credentialOf, secretsOf } from '../../support/credentials.ts';
import { makeStage, type Stage, type StageOptions } from '../../support/client/stage.ts';
import { clientWorld, jsonAnswer, type ClientWorld, type Deed } from '../../support/client/world.ts';
import { everythingIn, failureOf } from '../../support/scan.ts';

interface Scene {
  readonly inputs?: Record<string, string>;
  readonly stage?: StageOptions;
  readonly breaks?: (deed: Deed) => void;
  readonly env?: Record<string, string>;
}

interface Played extends Disposable {
  readonly stage: Stage;
  readonly world: ClientWorld;
  readonly run: () => Promise<void>;
}

async function scene({ inputs = {}, stage: options, breaks, env = {} }: Scene = {}): Promise<Played> {
  const stage = await makeStage(options);
  const more = breaks === undefined ? {} : { breaks };
  const world = clientWorld({ env: { ...stage.env(inputs), ...env }, server: stage.server, ...more });
  return {
    stage,
    world,
    run: async () => {
      await acquire(await configFromAction(world.host), world);
    },
    [Symbol.dispose]: () => {
      world[Symbol.dispose]();
    },
  };
}

/** Nothing of what was lent may be found anywhere, and nothing may be alive. */
function assertNothingStays({ stage, world }: { stage: Stage; world: ClientWorld }): void {
  expect(stage.alive.size).toBe(0);
  const told = { ...world.told('GITHUB_ENV'), ...world.told('GITHUB_OUTPUT') };
  expect(Object.entries(told).filter(([, value]) => value !== '')).toEqual([]);
  expect(world.told('GITHUB_STATE')['ledger'] ?? '').toBe('');
  if (existsSync(world.job.folder)) expect(readdirSync(world.job.folder)).toEqual([]);
}

test('C25 the order is the safety argument: hidden and noted before asked, hidden and noted before delivered', async () => {
  using it = await scene();
  const { world, run } = it;
  await run();
  const steps = world.journal.map((deed) =>
    deed
      .replace(/::add-mask::.*/, 'mask')
      .replace(/[0-9a-f]{16}\.json/, 'entry')
      .replace(/\?.*/, ''),
  );
  const story = steps.filter((deed, at) => deed !== steps[at - 1] && !/^print (?!mask)/.test(deed));
  expect(story).toEqual([
    'print mask',
    'create entry',
    'append GITHUB_STATE',
    // Nothing but a handshake: what follows is sent when the ID token is here.
    'connect https://broker.example.com',
    'send GET https://run-actions-1.actions.githubusercontent.com/x',
    'print mask',
    'send POST https://broker.example.com/token',
    'print mask',
    'replace entry',
    'append GITHUB_STATE',
    'append GITHUB_OUTPUT',
    'append GITHUB_ENV',
    'append GITHUB_STEP_SUMMARY unsynced',
  ]);
});

test('whoever lends is connected to while the platform mints the ID token', async () => {
  const inputs = {
    'broker-url': '',
    provider: 'aws',
    role: 'arn:aws:iam::123456789012:role/deploy',
    region: 'eu-west-1',
  };
  using it = await scene({ inputs });
  // Nobody plays AWS here.
  expect(await failureOf(it.run)).toMatchObject({ name: 'CredsError' });
  const wire = it.world.journal.filter((deed) => /^(?:connect|send) /.test(deed));
  expect(wire.slice(0, 3).map((deed) => deed.replace(/\?.*/, ''))).toEqual([
    'connect https://sts.eu-west-1.amazonaws.com',
    'send GET https://run-actions-1.actions.githubusercontent.com/x',
    'send POST https://sts.eu-west-1.amazonaws.com/',
  ]);
});

test.each([
  ['some account', true],
  ['another', false],
  ['another,some account', true],
  ['another\nsome account', true],
  ['another,a third', false],
])('an AWS session says whose it is: %s', async (expected, fits) => {
  const roles = { deploy: () => [credentialOf('aws-session')] };
  using it = await scene({ inputs: { 'expect-account': expected }, stage: { roles } });
  if (fits) await it.run();
  else expect(await failureOf(it.run)).toMatchObject({ code: 'lease-unsuitable' });
  expect(it.stage.alive.size).toBe(fits ? 1 : 0);
  expect(Object.hasOwn(it.world.told('GITHUB_ENV'), 'AWS_SESSION_TOKEN')).toBe(fits);
});

test.each([
  ['some account', 'the parts that name one', true],
  ['another', 'the parts that name one', false],
  ['some account', 'no part', false],
])('of several parts, account %s is compared with %s', async (expected, which, fits) => {
  const parts = [credentialOf('bearer-token'), ...(which === 'no part' ? [] : [credentialOf('aws-session')])];
  using it = await scene({
    inputs: { 'expect-account': expected },
    stage: { roles: { deploy: () => parts } },
  });
  if (fits) await it.run();
  else
    expect(await failureOf(it.run)).toMatchObject({
      code: 'lease-unsuitable',
      message: expect.stringContaining(
        which === 'no part' ? 'Nothing of what was lent says' : 'does not belong',
      ) as unknown,
    });
  expect(it.stage.alive.size).toBe(fits ? 1 : 0);
});

test('what was asked for is delivered, and what is said of it holds no secret', async () => {
  using it = await scene({ inputs: { role: 'deploy\nDB=app-ro', ttl: '10m' } });
  const { world, stage, run } = it;
  await run();
  const secrets = [...stage.lent.values()].flat().flatMap(secretsOf);
  expect(world.told('GITHUB_ENV')).toEqual({ EPHEMERAL_TOKEN: secrets[0], DB_EPHEMERAL_TOKEN: secrets[1] });
  expect(world.told('GITHUB_OUTPUT')).toEqual({
    'lease-ids': '["lse_1","lse_2"]',
    'expires-at': '2026-11-20T16:10:00.000Z',
    'session-id': 'ses_1',
    'request-id': 'req_1',
  });
  const said =
    world.printed().replace(/::add-mask::.*/g, '') +
    world.summary() +
    (world.told('GITHUB_STATE')['ledger'] ?? '');
  for (const secret of [...secrets, ...stage.minted]) expect(said).not.toContain(secret);
  expect(JSON.parse(world.told('GITHUB_STATE')['ledger'] ?? '')).toMatchObject({
    leases: [
      { id: 'lse_1', role: 'deploy' },
      { id: 'lse_2', role: 'app-ro' },
    ],
    variables: ['EPHEMERAL_TOKEN', 'DB_EPHEMERAL_TOKEN'],
  });
});

describe('what can fail without the network fails before anything is sent or written', () => {
  test.each<readonly [string, Record<string, string>]>([
    ['an exporter that nobody knows', { export: 'nobodys' }],
    ['a variable that may not be set', { export: 'env PATH=token' }],
    ['an unknown parameter', { params: 'endpont: x' }],
    ['a broker over plain http', { 'broker-url': 'http://broker.example.com' }],
    ['no role', { role: '' }],
    ['a field of a role that is not borrowed', { export: 'env X=nobody.token' }],
    ['a login of a role that is not borrowed', { export: 'netrc from=nobody url=https://x.example' }],
    ['a binding that cannot be', { binding: 'key', 'id-token': 'env:X' }],
  ])('%s', async (_, inputs) => {
    using it = await scene({ inputs });
    const { world, run } = it;
    expect(await failureOf(run)).toMatchObject({ code: 'input-invalid', exit: 64 });
    expect(world.journal).toEqual([]);
  });
});

/** Lets so many deeds of a kind pass and breaks the next. */
function onThe(count: number, kind: RegExp): (deed: Deed) => void {
  let left = count;
  return (deed) => {
    if (kind.test(deed) && --left === 0) throw Object.assign(new Error(`ENOSPC hunter2`), { code: 'ENOSPC' });
  };
}

describe('all or nothing: a failure at any step leaves nothing lent and nothing delivered', () => {
  const twoRoles = { role: 'deploy\nAWS=aws', export: 'env\nAWS-PROFILE'.toLowerCase() };
  const roles = { aws: () => [credentialOf('aws-session')] };
  test.each<readonly [string, Scene, string]>([
    [
      'C23 the ledger’s file cannot be made',
      { breaks: onThe(1, /^create [0-9a-f]{16}\.json/) },
      'delivery-failed',
    ],
    ['the platform’s state cannot be written', { breaks: onThe(1, /GITHUB_STATE/) }, 'delivery-failed'],
    ['the state cannot be written again', { breaks: onThe(2, /GITHUB_STATE/) }, 'delivery-failed'],
    ['the outputs cannot be written', { breaks: onThe(1, /GITHUB_OUTPUT/) }, 'delivery-failed'],
    [
      'the second file cannot be written',
      { inputs: twoRoles, stage: { roles }, breaks: onThe(1, /create aws-config/) },
      'delivery-failed',
    ],
    ['a lease that is too short', { inputs: { 'min-ttl': '20m', 'max-ttl': '2h' } }, 'lease-unsuitable'],
    ['a lease that is too long', { inputs: { 'max-ttl': '5m' } }, 'lease-unsuitable'],
    ['C17 a lease that has ended', { stage: { detail: { expires_in: 0 } } }, 'lease-unsuitable'],
    ['another account', { inputs: { 'expect-account': '123456789012' } }, 'lease-unsuitable'],
    [
      'a kind that `auto` has no place for',
      { stage: { roles: { deploy: () => [credentialOf('ssh-certificate')] } } },
      'input-invalid',
    ],
    ['two credentials for one variable', { inputs: { role: 'deploy\nother' } }, 'input-invalid'],
    ['a field that is not there', { inputs: { export: 'env X=nothing' } }, 'input-invalid'],
    ['a prefix that may not be', { inputs: { role: 'GITHUB=deploy' } }, 'input-invalid'],
    ['an answer that is not the protocol’s', { stage: { detail: { lease_id: '' } } }, 'answer-invalid'],
    [
      'credentials for someone else',
      { stage: { detail: { credentials_jwe: 'a.b.c.d.e' } } },
      'answer-invalid',
    ],
    [
      'policy that says no',
      {
        stage: {
          instead: ({ url }) =>
            url.pathname === '/token'
              ? jsonAnswer({ error: 'access_denied', reason: 'denied', request_id: 'req_9' }, 403)
              : undefined,
        },
      },
      'policy-denied',
    ],
    [
      'an ID token that may not be had',
      { env: { ACTIONS_ID_TOKEN_REQUEST_URL: 'https://nowhere.actions.githubusercontent.com/x' } },
      'unreachable',
    ],
  ])('%s', async (_, what, code) => {
    using it = await scene(what);
    const { world, stage, run } = it;
    const error = await failureOf(run);
    expect(error).toMatchObject({ code });
    assertNothingStays({ world, stage });
    for (const secret of [...stage.lent.values()].flat().flatMap(secretsOf)) {
      expect(everythingIn(error)).not.toContain(secret);
      expect(world.summary()).not.toContain(secret);
    }
  });

  test('the variables cannot be written after the outputs were: the outputs hold nothing that lives', async () => {
    using it = await scene({
      inputs: { export: 'env\noutputs' },
      breaks: onThe(1, /GITHUB_ENV/),
    });
    const { world, stage, run } = it;
    expect(await failureOf(run)).toMatchObject({ code: 'delivery-failed' });
    expect(Object.keys(world.told('GITHUB_OUTPUT'))).toContain('token');
    assertNothingStays({ world, stage });
  });

  test('a summary that cannot be written is no reason to fail', async () => {
    using it = await scene({ breaks: onThe(1, /GITHUB_STEP_SUMMARY/) });
    const { world, run } = it;
    await run();
    expect(Object.keys(world.told('GITHUB_ENV'))).toEqual(['EPHEMERAL_TOKEN']);
    expect(world.printed()).toContain(
      '::warning title=ephemeral-creds::The job summary could not be written.',
    );
  });
});

test('a refusal that says that nothing was issued is not followed by a giving back', async () => {
  using it = await scene({
    stage: { instead: () => jsonAnswer({ error: 'access_denied', reason: 'denied' }, 403) },
  });
  const { stage, run } = it;
  expect(await failureOf(run)).toMatchObject({ code: 'policy-denied' });
  expect(stage.asked.map(({ path }) => path)).toEqual(['/token']);
});

test('what cannot be undone stays in the state, for post', async () => {
  const instead: StageOptions['instead'] = ({ url }) =>
    jsonAnswer({ error: 'x' }, url.pathname === '/token' ? 400 : 403);
  using it = await scene({ stage: { instead } });
  const { world, run } = it;
  expect(await failureOf(run)).toMatchObject({ code: 'request-refused' });
  expect(JSON.parse(world.told('GITHUB_STATE')['ledger'] ?? '')).toMatchObject({ leases: [] });
  expect(world.printed()).toContain(
    '::warning title=ephemeral-creds::Could not make sure that nothing is lent any more',
  );
});

describe('a refusal of the ID token', () => {
  test('is answered once with a fresh one', async () => {
    let refusals = 1;
    const instead = (): ReturnType<typeof jsonAnswer> | undefined =>
      refusals-- > 0 ? jsonAnswer({ error: 'invalid_grant', reason: 'token-too-old' }, 400) : undefined;
    using it = await scene({ stage: { instead } });
    const { stage, run } = it;
    await run();
    expect(stage.minted).toHaveLength(2);
    const hashes = stage.asked.map(({ form }) => form['revocation_handle_hash']);
    expect(new Set(hashes).size).toBe(1);
  });

  test('and not a second time', async () => {
    using it = await scene({
      stage: { instead: () => jsonAnswer({ error: 'invalid_grant', reason: 'token-too-old' }, 400) },
    });
    const { stage, run } = it;
    expect(await failureOf(run)).toMatchObject({ code: 'identity-refused' });
    expect(stage.minted).toHaveLength(2);
  });
});

test('a proxy’s password is hidden before anything else', async () => {
  using it = await scene({
    env: { https_proxy: 'http://user:p%40ss-word-1@proxy.example.com:3128' },
  });
  const { world, run } = it;
  await run();
  expect(world.journal[0]).toBe('print ::add-mask::p%2540ss-word-1');
  expect(world.printed()).toContain('::add-mask::p@ss-word-1\n');
});
