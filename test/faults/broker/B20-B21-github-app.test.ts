// GitHub answers wrongly, too much, too late or not at all: nothing that it lends is more than was asked for or forgotten.
import { describe, expect, test } from '@jest/globals';
import { TransportError } from '../../../src/domain/host.ts';
import { Unrevocable } from '../../../src/broker/domain/unrevocable.ts';
import { MintFailed } from '../../../src/broker/engines/engine.ts';
import { githubScene, tokenIn } from '../../support/broker/github-app-scene.ts';
import { everythingIn } from '../../support/scan.ts';

type Answer = Record<string, unknown>;

const own = { id: 456789, name: 'octo-repo' };
const inMinutes = (minutes: number) => (): Answer => ({
  expires_at: new Date(Date.parse('2026-11-20T12:00:00Z') + minutes * 60_000).toISOString(),
});

describe('B20: a token that is not what was asked for is handed over to be revoked, and not lent', () => {
  test.each<[string, string, Answer | (() => Answer)]>([
    ['permits more', 'more', { permissions: { contents: 'write', metadata: 'read' } }],
    ['permits something else, too', 'more', { permissions: { contents: 'read', issues: 'read' } }],
    ['may change metadata', 'more', { permissions: { contents: 'read', metadata: 'write' } }],
    ['has a level that nobody knows', 'more', { permissions: { contents: 'maintain' } }],
    ['has a level that is no text', 'more', { permissions: { contents: ['read'] } }],
    ['does not say what it permits', 'does not say what', { permissions: undefined }],
    ['permits less', 'less', { permissions: { metadata: 'read' } }],
    ['reaches another repository, too', 'not asked for', { repositories: [own, { id: 1, name: 'x' }] }],
    ['reaches another repository instead', 'not asked for', { repositories: [{ id: 456789, name: 'x' }] }],
    ['reaches something without a name', 'not asked for', { repositories: [own, null] }],
    ['reaches no repository', 'not reach every', { repositories: [] }],
    ['reaches all repositories', 'not narrowed', { repository_selection: 'all' }],
    ['does not say what it reaches', 'not narrowed', { repositories: undefined }],
    ['lives for nine hours', 'more than an hour', inMinutes(9 * 60)],
    ['ends before the lease', 'ends before', inMinutes(5)],
    ['does not say when it ends', 'does not say when', { expires_at: undefined }],
    ['ends never', 'does not say when', { expires_at: 'never' }],
  ])('one that %s', async (_, message, change) => {
    const { github, prepare, failure, revoke } = githubScene();
    github.tamper = (answer) => ({ ...answer, ...(typeof change === 'function' ? change() : change) });
    const role = prepare();
    const error = await failure(role);
    expect(error).toBeInstanceOf(MintFailed);
    expect(String(error)).toContain(message);
    const [token = ''] = github.tokens.keys();
    expect(everythingIn(error)).not.toContain(token);
    const { left } = error as MintFailed;
    expect(left?.revokeSecret?.reveal()).toBe(token);
    await revoke(role, left ?? {});
    expect(await github.read(token, 'octo-org/octo-repo')).toBe(401);
  });

  test.each<[string, 'classic' | 'stateless', (answer: Answer) => unknown]>([
    ['in a list', 'classic', (answer) => [answer]],
    ['that was cut off', 'stateless', (answer) => JSON.stringify(answer).slice(0, -9)],
    ['in which it has another name', 'classic', ({ token, ...rest }) => ({ ...rest, access_token: token })],
    [
      'in which it is no text',
      'stateless',
      ({ token, ...rest }) => ({ ...rest, token: { value: token, type: 'installation' } }),
    ],
  ])('one in an answer that cannot be read: %s', async (_, format, tamper) => {
    const { github, prepare, failure, revoke } = githubScene();
    github.format = format;
    github.tamper = tamper;
    const role = prepare();
    const error = await failure(role);
    expect(error).toBeInstanceOf(MintFailed);
    expect(String(error)).toContain('cannot be read');
    const [token = ''] = github.tokens.keys();
    expect(everythingIn(error)).not.toContain(token);
    await revoke(role, (error as MintFailed).left ?? {});
    expect(await github.read(token, 'octo-org/octo-repo')).toBe(401);
  });

  test('what looks like one and is not taken is never called revoked', async () => {
    const { github, clock, prepare, failure, revoke } = githubScene();
    github.tamper = ({ token }) => [{ token: `${String(token)}x` }];
    const role = prepare();
    const error = await failure(role);
    clock.skip(60);
    await expect(revoke(role, (error as MintFailed).left ?? {})).rejects.toThrow(Unrevocable);
  });

  test('an answer without any is not known to have made none, and says what an operator can do', async () => {
    const { github, prepare, failure } = githubScene();
    github.tamper = () => ({});
    const error = await failure(prepare());
    expect(error).not.toBeInstanceOf(MintFailed);
    expect(String(error)).toContain('suspend the installation');
  });

  test('one by number is compared by number: a repository of the same name is another', async () => {
    const { github, prepare, failure } = githubScene();
    github.tamper = (answer) => ({ ...answer, repositories: [{ id: 1, name: 'octo-repo' }] });
    const error = await failure(prepare({ repositories: undefined, repository_ids: ['456789'] }));
    expect(String(error)).toContain('not asked for');
  });

  test('GitHub need not say that metadata may be read, also where that was asked for', async () => {
    const { github, prepare, mint } = githubScene();
    github.tamper = (answer) => ({ ...answer, permissions: { contents: 'read' } });
    const issued = await mint(prepare({ permissions: { contents: 'read', metadata: 'read' } }));
    expect(github.tokens.has(tokenIn(issued))).toBe(true);
  });

  test('what else GitHub tells of a repository, and of one whose name is written otherwise, changes nothing', async () => {
    const { github, prepare, mint } = githubScene();
    github.tamper = (answer) => ({
      ...answer,
      repositories: [{ ...own, name: 'Octo-Repo', private: true, owner: { login: 'octo-org', id: 123456 } }],
      repository_selection: undefined,
      single_file: null,
      has_multiple_single_files: false,
    });
    const issued = await mint(prepare({ repositories: ['OCTO-repo'] }));
    expect(github.tokens.has(tokenIn(issued))).toBe(true);
  });

  test('reading metadata, which GitHub adds to every token, is nothing more', async () => {
    const { github, prepare, mint } = githubScene();
    const issued = await mint(prepare());
    expect(github.tokens.get(tokenIn(issued))?.permissions).toEqual({ contents: 'read', metadata: 'read' });
  });
});

describe('B21: whether a token was made', () => {
  test.each([301, 302, 307, 400, 401, 403, 404, 422])('status %d: none was', async (status) => {
    const { github, prepare, failure } = githubScene();
    const headers = { location: 'https://elsewhere.example.com/' };
    github.fate = () => ({ status, headers, body: Buffer.from('{"token":"ghs_of-a-stranger"}') });
    const error = await failure(prepare());
    expect(error).toBeInstanceOf(MintFailed);
    expect((error as MintFailed).left).toBeUndefined();
    expect(String(error)).toContain(`status ${String(status)}`);
    expect(github.asked.every(({ url }) => url.origin === github.url)).toBe(true);
  });

  test('nothing was sent: none was', async () => {
    const { github, prepare, failure } = githubScene();
    github.fate = () => 'refused';
    expect(await failure(prepare())).toBeInstanceOf(MintFailed);
  });

  test.each([true, false])('TLS broke, nothing was sent: %s', async (unsent) => {
    const { github, prepare, failure } = githubScene();
    github.fate = () => {
      throw new TransportError('tls', { unsent });
    };
    expect((await failure(prepare())) instanceof MintFailed).toBe(unsent);
  });

  test.each<[string, object | 'lose' | 'silent']>([
    ['the answer was lost', 'lose'],
    ['there was none in time', 'silent'],
    ['status 500', { status: 500 }],
    ['status 502', { status: 502, body: Buffer.from('<html>') }],
    ['a page', { status: 201, body: Buffer.from('<html>') }],
    ['a list', { status: 201, body: Buffer.from('["ghs_x"]') }],
    ['nothing', { status: 201, body: Buffer.of() }],
    ['no token', { status: 201, body: Buffer.from('{"expires_at":"2026-11-20T13:00:00Z"}') }],
    ['a number', { status: 201, body: Buffer.from('{"token":1}') }],
    ['a token with a line break', { status: 201, body: Buffer.from('{"token":"ghs_x\\nhost: y"}') }],
    ['two tokens', { status: 201, body: Buffer.from('{"token":"ghs_x","token":"ghs_y"}') }],
    [
      'two whole tokens',
      { status: 201, body: Buffer.from(`["ghs_${'x'.repeat(36)}","ghs_${'y'.repeat(36)}"]`) },
    ],
    ['half a token', { status: 201, body: Buffer.from(`{"token":"ghs_${'x'.repeat(20)}`) }],
    ['a token of a megabyte', { status: 201, body: Buffer.from(`{"token":"${'x'.repeat(1e6)}"}`) }],
    ['half a character', { status: 201, body: Buffer.from([0x22, 0xff, 0x22]) }],
  ])('%s: nobody knows, and nothing is lent', async (_, fate) => {
    const { github, prepare, failure } = githubScene();
    github.fate = () => fate;
    const error = await failure(prepare());
    expect(error).toBeInstanceOf(Error);
    expect(error).not.toBeInstanceOf(MintFailed);
    expect(everythingIn(error)).not.toMatch(/ghs_|BEGIN|eyJ/);
  });

  test('an answer that is too long is not read to its end', async () => {
    const { github, prepare, failure } = githubScene();
    github.fate = () => {
      throw new TransportError('too-large');
    };
    expect(String(await failure(prepare()))).toContain('too-large');
    expect(github.asked.every(({ maxBytes }) => maxBytes <= 2 * 1024 * 1024)).toBe(true);
  });

  test('who gives up before it is asked for has asked for none; afterwards it is still taken', async () => {
    const { github, prepare, failure, mint } = githubScene();
    const giving = new AbortController();
    giving.abort();
    expect(await failure(prepare(), { signal: giving.signal })).toBeInstanceOf(MintFailed);
    expect(github.asked).toEqual([]);
    const late = new AbortController();
    github.fate = () => {
      late.abort();
      return undefined;
    };
    expect(tokenIn(await mint(prepare(), { signal: late.signal }))).toMatch(/^ghs_/);
  });
});

describe('B29: a rate limit', () => {
  const later = String(Date.parse('2026-11-20T12:10:00Z') / 1000);
  test.each<[string, number, Record<string, string>, number]>([
    ['429 with Retry-After', 429, { 'retry-after': '30' }, 30],
    ['403 with Retry-After', 403, { 'retry-after': '45' }, 45],
    ['403 and none left', 403, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': later }, 600],
    ['429 and nothing more', 429, {}, 60],
  ])(
    '%s: nothing is asked until then, and who waits is told how long',
    async (_, status, headers, seconds) => {
      const { github, prepare, failure, mint, clock } = githubScene();
      const role = prepare();
      github.fate = () => ({ status, headers });
      const error = await failure(role);
      expect(error).toBeInstanceOf(MintFailed);
      expect((error as MintFailed).retryAfterSeconds).toBe(seconds);
      github.fate = () => undefined;
      expect(await failure(role)).toMatchObject({ retryAfterSeconds: seconds });
      expect(github.asked).toHaveLength(1);
      clock.skip(seconds + 1);
      await mint(role);
    },
  );

  test('of the App does not hold up revoking, nor one installation’s another’s', async () => {
    const { github, prepare, failure, mint, revoke } = githubScene();
    const role = prepare();
    const [one, two] = [await mint(role), await mint(role)];
    github.fate = ({ method }) =>
      method === 'POST' ? { status: 429, headers: { 'retry-after': '600' } } : undefined;
    await failure(role);
    await revoke(role, one);
    github.fate = () => ({ status: 403, headers: { 'retry-after': '600' } });
    await expect(revoke(role, two)).rejects.toThrow('600 s (rate limit)');
    github.fate = () => undefined;
    const asked = github.asked.length;
    await expect(revoke(role, two)).rejects.toThrow('(rate limit)');
    expect(github.asked).toHaveLength(asked);
    await revoke(role, { ...two, revokeData: { installation: '8002' } });
  });
});

test('no error of it has a key, a JWT or a token in it', async () => {
  const { github, clock, prepare, failure, mint, revoke } = githubScene();
  const role = prepare();
  const issued = await mint(role);
  clock.skip(10);
  const errors: unknown[] = [];
  const fates = ['lose', 'silent', { status: 500 }, { status: 422 }, { status: 401 }] as const;
  for (const fate of fates) {
    github.fate = () => fate;
    errors.push(await failure(role));
    errors.push(await revoke(role, issued).catch((error: unknown) => error));
  }
  const jwts = github.asked.map(({ headers }) => headers['authorization']?.slice(7) ?? '');
  const text = errors.map(everythingIn).join('\n');
  for (const secret of [github.key, ...github.tokens.keys(), ...jwts]) expect(text).not.toContain(secret);
});
