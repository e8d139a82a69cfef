import { describe, expect, test } from '@jest/globals';
import { configFromAction } from '../../../src/config/action.ts';
import { options } from '../../../src/config/options.ts';
import { CredsError } from '../../../src/domain/errors.ts';
import type { Option } from '../../../src/domain/option.ts';
import { clientWorld } from '../../support/client/world.ts';
import { readAction } from '../../support/runner-action.ts';
import { inputVariables } from '../../support/runner-env.ts';
import { failureOf } from '../../support/scan.ts';

async function configOf(env: Record<string, string>): Promise<unknown> {
  using world = clientWorld({ env });
  return await configFromAction(world.host);
}

async function problemOf(env: Record<string, string>): Promise<string> {
  const error = await failureOf(() => configOf(env));
  expect(error).toBeInstanceOf(CredsError);
  expect(error).toMatchObject({ code: 'input-invalid' });
  return (error as CredsError).message;
}

test('inputs are read as the runner passes them: upper case, dashes kept', async () => {
  const env = inputVariables({
    'broker-url': 'https://b.example',
    role: 'A=x\ny',
    'fail-on-revoke-error': 'true',
  });
  expect(Object.keys(env)).toContain('INPUT_FAIL-ON-REVOKE-ERROR');
  expect(await configOf(env)).toMatchObject({
    brokerUrl: 'https://b.example',
    roles: [{ prefix: 'A', role: 'x' }, { role: 'y' }],
    failOnRevokeError: true,
  });
});

describe('a name that is no input', () => {
  test.each([
    ['rolle', 'role'],
    ['rol', 'role'],
    ['roel', 'role'],
    ['roles', 'role'],
    ['rone', 'role'],
    ['broker_url', 'broker-url'],
    ['BROKER-URI', 'broker-url'],
    ['fail-on-revoke-eror', 'fail-on-revoke-error'],
    ['max_ttl', 'max-ttl'],
  ])('%s is refused, and %s is proposed', async (typed, meant) => {
    const problem = await problemOf(inputVariables({ [typed]: 'x' }));
    expect(problem).toContain(`\`${typed.toLowerCase()}\` is not an input`);
    expect(problem).toContain(`did you mean \`${meant}\`?`);
  });

  test.each(['access-key', 'x', '', 'tokens', '__proto__', 'constructor'])(
    '%j is refused without a proposal where nothing is near',
    async (typed) => {
      const problem = await problemOf({ [`INPUT_${typed}`]: 'hunter2SECRET' });
      expect(problem).toContain('is not an input');
      expect(problem).not.toContain('did you mean');
      expect(problem).not.toContain('hunter2SECRET');
    },
  );

  test('is refused even when it is empty: a typo must not go unseen', async () => {
    expect(await problemOf(inputVariables({ rolle: '' }))).toContain('`rolle` is not an input');
  });

  test('cannot smuggle a command into the log', async () => {
    expect(await problemOf({ 'INPUT_A\n::ADD-PATH::X': '1' })).not.toMatch(/\n|::/);
  });

  test('never is one that the table has', async () => {
    for (const { name, default: usual } of options) await configOf(inputVariables({ [name]: usual }));
  });
});

describe('what would print tokens is refused', () => {
  test.each([
    ['NODE_DEBUG', 'http'],
    ['NODE_DEBUG', 'fs,TLS'],
    ['NODE_DEBUG', 'net'],
    ['NODE_DEBUG', 'child_process'],
    ['NODE_OPTIONS', '--report-on-fatalerror'],
    ['NODE_OPTIONS', '--max-old-space-size=64 --inspect=0.0.0.0:9229'],
    ['NODE_OPTIONS', '--heapsnapshot-signal=SIGUSR2'],
    ['NODE_OPTIONS', '--tls_keylog=/tmp/keys'],
    ['NODE_OPTIONS', '"--tls\\-keylog=/tmp/keys"'],
    ['NODE_OPTIONS', '--re"port-on-fatalerror"'],
  ])('%s=%s', async (name, value) => {
    expect(await problemOf({ [name]: value })).toContain(name);
  });

  test.each([
    ['NODE_DEBUG', 'module'],
    ['NODE_OPTIONS', '--max-old-space-size=64'],
  ])('but not %s=%s', async (name, value) => {
    expect(await configOf({ [name]: value })).toMatchObject({ provider: 'broker' });
  });
});

describe('files do not go into the checkout', () => {
  const env = (dir: string) => ({ GITHUB_WORKSPACE: '/work/repo', ...inputVariables({ 'files-dir': dir }) });

  test.each(['/work/repo', '/work/repo/', '/work/repo/creds', '/work/x/../repo/a', '/work/repo/./..x'])(
    '%s is refused',
    async (dir) => {
      expect(await problemOf(env(dir))).toContain('`files-dir` must lie outside the checkout');
    },
  );

  test.each(['/work', '/work/repository', '/run/creds', '/work/repo/../creds'])(
    '%s is taken',
    async (dir) => {
      expect(await configOf(env(dir))).toMatchObject({ filesDir: dir });
    },
  );
});

describe('an input that checks what comes, given but empty', () => {
  const guards = options
    .filter((option: Option) => option.guards)
    .map(({ name, default: usual }) => [name, usual]);

  test('is the one that compares nothing when it is left out', () => {
    expect(guards.map(([name]) => name)).toEqual(['expect-account']);
  });

  test.each(guards)(
    '`%s`: a variable that is not set is not left out: it is refused',
    async (name = '', usual = '') => {
      for (const empty of ['', ' ', '\n'])
        expect(await problemOf({ [`INPUT_${name.toUpperCase()}`]: empty })).toContain(
          `The input \`${name}\` is given, and is empty: the variable that it comes from may not be set. Left out, it is \`${usual}\`.`,
        );
      // The runner hands on what action.yml says where it is left out: nothing else can tell the two apart.
      expect(readAction('action.yml').inputs({})[name]).toBe(usual);
      expect(usual).not.toBe('');
    },
  );

  test('others mean what they mean when they are left out', async () => {
    const others = options.filter((option: Option) => option.guards !== true);
    for (const { name } of others)
      expect(await configOf(inputVariables({ [name]: '' }))).toEqual(await configOf({}));
  });

  test('what it is when left out checks nothing, and says so', async () => {
    const said = inputVariables(Object.fromEntries(guards) as Record<string, string>);
    expect(await configOf(said)).toEqual(await configOf({}));
    expect(await configOf(said)).not.toHaveProperty('expectAccounts');
    expect(await configOf({})).toMatchObject({ params: {} });
  });

  test.each(['fips:', 'fips: null', 'a: 1\nfips: ~', '{"fips":null}'])(
    'nor a parameter: %j',
    async (params) => {
      expect(await problemOf(inputVariables({ params }))).toContain(
        'The input `params` has no value for `fips`: the variable that it comes from may not be set.',
      );
    },
  );
});
