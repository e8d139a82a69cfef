// The engine github-app before the labelled fake of GitHub's API: what it asks for, what it takes, and how it revokes.
import { describe, expect, test } from '@jest/globals';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { Unrevocable } from '../../../src/broker/domain/unrevocable.ts';
import { MintFailed } from '../../../src/broker/engines/engine.ts';
import { githubApp } from '../../../src/broker/engines/github-app.ts';
import { githubScene, jobClaims, tokenIn } from '../../support/broker/github-app-scene.ts';
import { settled } from '../../support/broker/key-server.ts';
import { failureOf } from '../../support/scan.ts';

const seconds = (date: Date): number => Math.floor(date.getTime() / 1000);

describe('the App', () => {
  test('shows a JWT as GitHub documents it, and one for several requests', async () => {
    const { github, prepare, mint, clock } = githubScene();
    const role = prepare();
    await mint(role);
    await mint(role);
    const shown = github.asked.map(({ headers }) => headers['authorization']?.replace('Bearer ', ''));
    expect(new Set(shown).size).toBe(1);
    const [jwt = ''] = shown;
    expect(decodeProtectedHeader(jwt)).toEqual({ alg: 'RS256', typ: 'JWT' });
    const now = seconds(clock.now());
    expect(decodeJwt(jwt)).toEqual({ iss: github.clientId, iat: now - 60, exp: now + 540 });
    clock.skip(241);
    await mint(role);
    expect(github.asked.at(-1)?.headers['authorization']).not.toBe(`Bearer ${jwt}`);
  });

  test.each([
    ['ahead of', -300],
    ['behind', 1200],
  ])('whose clock is %s GitHub’s is told by its answer, and signs once more', async (_, aheadSeconds) => {
    const { github, prepare, mint, clock } = githubScene();
    github.aheadSeconds = aheadSeconds;
    const { credentialExpiresAt } = await mint(prepare());
    expect(github.answered.map((line) => line.slice(-3))).toEqual(['401', '201']);
    // By our clock, whatever GitHub's says.
    expect(seconds(credentialExpiresAt) - seconds(clock.now())).toBeGreaterThanOrEqual(3599);
    expect(seconds(credentialExpiresAt) - seconds(clock.now())).toBeLessThanOrEqual(3600);
    await mint(prepare());
    expect(github.answered).toHaveLength(3);
  });

  test('that is not taken is not shown for ever', async () => {
    const { github, prepare, failure, secrets } = githubScene();
    secrets['env:APP_KEY'] = githubScene().github.key;
    expect(String(await failure(prepare()))).toContain('does not take the App’s JWT (status 401): check');
    expect(github.answered).toHaveLength(1);
    github.aheadSeconds = 3 * 3600;
    await failure(prepare());
    expect(github.answered).toHaveLength(2);
  });

  test('has a new key at its place: the next JWT is signed with it', async () => {
    const { github, prepare, mint, secrets } = githubScene();
    const role = prepare();
    await mint(role);
    secrets['env:APP_KEY'] = github.replaceKey();
    await mint(role);
    expect(github.answered.map((line) => line.slice(-3))).toEqual(['201', '401', '201']);
  });

  test('lets a program sign: it gets the signing input and no shell, and is asked once for several mints', async () => {
    const { github, prepare, mint, runs, clock } = githubScene();
    const role = prepare({ key: undefined, sign: ['./sign-with-kms', 'alias/app $HOME'] });
    await Promise.all([mint(role), mint(role), mint(role)]);
    expect(runs).toEqual([
      {
        words: ['/etc/broker/sign-with-kms', 'alias/app $HOME'],
        input: expect.stringMatching(/^eyJ[\w-]+\.eyJ[\w-]+$/) as unknown,
      },
    ]);
    expect(github.answered.every((line) => line.endsWith('201'))).toBe(true);
    clock.skip(239);
    await mint(role);
    expect(runs).toHaveLength(1);
    clock.skip(2);
    await mint(role);
    expect(runs).toHaveLength(2);
  });

  test.each([
    ['fails', () => Promise.reject(new Error('ended with exit code 3')), 'kms ended with exit code 3'],
    ['writes no signature', () => Promise.resolve('AccessDenied: s3cret'), 'kms wrote no RSA signature'],
    ['writes too short a one', () => Promise.resolve('c2hvcnQ='), 'kms wrote no RSA signature'],
  ])('whose program %s asks GitHub nothing', async (_, run, message) => {
    const { github, prepare, failure } = githubScene({ run });
    const error = await failure(prepare({ key: undefined, sign: ['kms'] }));
    expect(error).toBeInstanceOf(MintFailed);
    expect(String(error)).toContain(message);
    expect(String(error)).not.toContain('s3cret');
    expect(github.asked).toEqual([]);
  });
});

describe('a token', () => {
  test.each([
    ['names', { repositories: ['octo-repo'] }],
    ['numbers', { repositories: undefined, repository_ids: ['456789'] }],
    ['the job’s claims', { repositories: 'from-claims' }],
    ['the job’s claims alone', { repositories: 'from-claims', installation: undefined }],
    ['names, of the installation of an account', { installation: undefined, owner: 'Octo-Org' }],
  ])('is for the repositories of the role and no others: by %s', async (_, changes) => {
    const { github, prepare, mint } = githubScene();
    const issued = await mint(prepare(changes));
    const token = tokenIn(issued);
    expect(await github.read(token, 'octo-org/octo-repo')).toBe(200);
    expect(await github.read(token, 'octo-org/Other-Repo')).toBe(404);
    expect(github.tokens.get(token)?.permissions).toEqual({ contents: 'read', metadata: 'read' });
    expect(issued.credentials).toMatchObject([{ kind: 'github-token', fields: { apiUrl: github.url } }]);
  });

  test('has no permission that the role does not name', async () => {
    const { github, prepare, mint } = githubScene();
    const token = tokenIn(await mint(prepare({ permissions: { issues: 'read' } })));
    expect(await github.read(token, 'octo-org/octo-repo')).toBe(403);
  });

  test.each(['classic', 'stateless'] as const)('of the %s format is lent and revoked', async (format) => {
    const { github, prepare, mint, revoke } = githubScene();
    github.format = format;
    const role = prepare();
    const issued = await mint(role);
    expect(tokenIn(issued)).toHaveLength(format === 'classic' ? 40 : 497);
    await revoke(role, issued);
    expect(await github.read(tokenIn(issued), 'octo-org/octo-repo')).toBe(401);
  });

  test.each([
    { repositories: [] },
    { repositories: 'all' },
    { repositories: '*' },
    { repositories: ['octo-org/octo-repo'] },
    { repositories: ['..'] },
    { repositories: undefined },
    { repositories: undefined, repository_ids: [] },
    { repository_ids: ['1'] },
    { permissions: {} },
    { permissions: undefined },
    { permissions: { contents: 'everything' } },
    { permissions: { Contents: 'read' } },
    { key: undefined },
    { sign: ['kms'] },
    { key: 'ghs_a-token' },
    { installation: undefined },
    { owner: 'octo-org' },
    { installation: 8001 },
    { owner: '../../app', installation: undefined },
  ])('is for something: %j is no role', (changes) => {
    expect(() => githubScene().prepare(changes)).toThrow();
  });

  test('is not asked for when the job is of another GitHub, or does not say its repository', async () => {
    const { github, prepare, failure } = githubScene();
    const role = prepare({ repositories: 'from-claims' });
    const strangers = [
      jobClaims({}, 'https://github.example.com/_services/token'),
      jobClaims({}, 'https://token.actions.octo.ghe.com'),
      { ...jobClaims(), issuer: { ...jobClaims().issuer, platform: 'oidc' } },
      jobClaims({ repository_id: undefined }),
      jobClaims({ repository_id: '456789,1' }),
      jobClaims({ repository: '../../app' }),
    ];
    for (const claims of strangers) expect(await failure(role, { claims })).toBeInstanceOf(MintFailed);
    expect(github.asked).toEqual([]);
  });

  test('is not lent for a repository whose name has another owner now', async () => {
    const { github, prepare, failure } = githubScene();
    const role = prepare({ repositories: 'from-claims', installation: undefined });
    const error = await failure(role, { claims: jobClaims({ repository_owner_id: '999' }) });
    expect(String(error)).toContain('another owner');
    expect(github.tokens.size).toBe(0);
  });

  test('of GitHub Enterprise Server comes from there, with its authority', async () => {
    const api = 'https://github.example.com/api/v3';
    const { github, prepare, mint, revoke } = githubScene({ api });
    const role = prepare({ repositories: 'from-claims', ca: 'ca.pem', allow_private: true });
    const claims = jobClaims({}, 'https://github.example.com/_services/token');
    const issued = await mint(role, { claims });
    await revoke(role, issued);
    for (const { url, networks, trust } of github.asked)
      expect([url.host, networks, trust]).toEqual(['github.example.com', 'any', 'an authority']);
    expect(issued.credentials).toMatchObject([{ fields: { apiUrl: api } }]);
  });

  test('is asked for on the public Internet only, if nothing else is said', async () => {
    const { github, prepare, mint } = githubScene();
    await mint(prepare());
    expect(github.asked.map(({ networks }) => networks)).toEqual(['public']);
    expect(() => prepare({ api_url: 'http://github.example.com/api/v3' })).toThrow('https URL');
    expect(() => prepare({ api_url: 'https://user@github.example.com' })).toThrow('https URL');
  });
});

describe('the installation of an account', () => {
  test('is looked up once in ten minutes, of a user, too', async () => {
    const { github, prepare, mint, clock } = githubScene();
    github.installation = {
      ...github.installation,
      account: { login: 'octocat', id: 123456, type: 'User' },
    };
    const role = prepare({ installation: undefined, owner: 'octocat' });
    await mint(role);
    await mint(role);
    const lookups = ['GET /orgs/octocat/installation 404', 'GET /users/octocat/installation 200'];
    expect(github.answered.filter((line) => line.startsWith('GET'))).toEqual(lookups);
    clock.skip(601);
    await mint(role);
    expect(github.answered.filter((line) => line.startsWith('GET'))).toEqual([...lookups, ...lookups]);
  });

  test('that was made anew is found at the next mint', async () => {
    const { github, prepare, mint, failure } = githubScene();
    const role = prepare({ installation: undefined, owner: 'octo-org' });
    await mint(role);
    github.installation = { ...github.installation, id: 8002 };
    expect(String(await failure(role))).toContain('no such installation (status 404)');
    await mint(role);
  });

  test.each([
    ['by number', {}, 'may be suspended', 'POST /app/installations/8001/access_tokens 403'],
    [
      'of an account',
      { installation: undefined, owner: 'octo-org' },
      'the installation is suspended',
      'GET /orgs/octo-org/installation 200',
    ],
  ])('that is suspended lends nothing: %s', async (_, changes, message, asked) => {
    const { github, prepare, failure } = githubScene();
    github.installation.suspended = true;
    const error = await failure(prepare(changes));
    expect(error).toBeInstanceOf(MintFailed);
    expect(String(error)).toContain(message);
    expect(github.answered).toEqual([asked]);
  });
});

describe('revoking', () => {
  test('takes the token; the same again, and what GitHub does not know, succeed', async () => {
    const { github, clock, prepare, mint, revoke } = githubScene();
    const role = prepare();
    const issued = await mint(role);
    await revoke(role, issued);
    expect(github.asked.at(-1)?.networks).toBe('public');
    expect(await github.read(tokenIn(issued), 'octo-org/octo-repo')).toBe(401);
    clock.skip(10);
    await revoke(role, issued);
    expect(github.answered.filter((line) => line.startsWith('DELETE'))).toEqual([
      'DELETE /installation/token 204',
      'DELETE /installation/token 401',
    ]);
  });

  test('of a token that GitHub does not know everywhere yet is asked for again until it is dead', async () => {
    const { github, clock, prepare, mint, revoke } = githubScene();
    const role = prepare();
    github.lagSeconds = 3;
    const issued = await mint(role);
    const done = revoke(role, issued);
    for (const seconds of [0, 1, 2]) {
      await settled();
      clock.advance(seconds);
    }
    await done;
    expect(github.tokens.get(tokenIn(issued))?.revoked).toBe(true);
    expect(github.answered.slice(1).map((line) => line.slice(-3))).toEqual(['401', '401', '204']);
  });

  test('of a new token that the job has revoked itself succeeds within ten seconds', async () => {
    const { github, clock, prepare, mint, revoke } = githubScene();
    const role = prepare();
    const issued = await mint(role);
    github.tokens.clear();
    const done = revoke(role, issued);
    for (const seconds of [0, 1, 2, 3, 4]) {
      await settled();
      clock.advance(seconds);
    }
    await done;
  });

  test('of a new token is asked for no more when nobody waits', async () => {
    const { github, prepare, mint, revoke } = githubScene();
    const role = prepare();
    const issued = await mint(role);
    github.tokens.clear();
    const given = new AbortController();
    const failure = failureOf(() => revoke(role, issued, given.signal));
    await settled();
    given.abort();
    expect(await failure).toBeInstanceOf(Error);
    expect(github.asked).toHaveLength(2);
  });

  test('works from the record alone, though the App’s key is gone', async () => {
    const { prepare, mint, github, clock } = githubScene();
    const role = prepare();
    const issued = await mint(role);
    const later = githubScene();
    later.secrets['env:APP_KEY'] = '';
    const token = github.tokens.get(tokenIn(issued));
    if (token !== undefined) later.github.tokens.set(tokenIn(issued), token);
    expect(clock.now()).toEqual(later.clock.now());
    await later.revoke(role, issued);
    expect(github.tokens.get(tokenIn(issued))?.revoked).toBe(true);
  });

  test('without the token cannot succeed, and asks nobody', async () => {
    const { github, prepare, revoke } = githubScene();
    await expect(revoke(prepare(), {})).rejects.toThrow(Unrevocable);
    expect(github.asked).toEqual([]);
  });

  test.each([500, 502, 404, 302, 200, 403])('is not done when GitHub answers %d', async (status) => {
    const { github, prepare, mint, revoke } = githubScene();
    const role = prepare();
    const issued = await mint(role);
    github.fate = () => ({ status });
    await expect(revoke(role, issued)).rejects.toThrow(`status ${String(status)}`);
  });
});

test('it promises an hour for the token, less for the lease, and keeps what it needs to end it', () => {
  const form = githubApp.parameters.parse({
    app: '4711',
    key: 'env:K',
    installation: '1',
    repositories: ['a'],
    permissions: { contents: 'read' },
  });
  expect(githubApp.promises(form)).toMatchObject({ fixedTtlSeconds: 3600, maxTtlSeconds: 3600 });
  expect(githubApp.needsSealing?.(form)).toBe(true);
});
