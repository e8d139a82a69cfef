/** The small commands of the built command line, as processes, against the built broker. */
import { mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startPlace, type Place } from '../support/client/built-broker.ts';
import { builtCli, typed } from '../support/client/command-line.ts';
import { startIssuer, type Claims, type ListeningIssuer } from '../support/issuer.ts';
import { testOnNode20 } from '../support/node20.ts';
import { closedPort } from '../support/socket-server.ts';

const idToken = /eyJ[\w-]{20,}\.eyJ[\w-]{20,}/;
const folder = mkdtempSync(join(tmpdir(), 'typed-'));
let place: Place;
let gitlab: ListeningIssuer;
beforeAll(async () => {
  place = await startPlace();
  gitlab = await startIssuer({ platform: 'gitlab' });
});
afterAll(async () => {
  await gitlab.close();
  await place[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

/** What the runner gives a step that may have ID tokens. */
function github(claims: Claims = {}): Record<string, string> {
  return {
    GITHUB_ACTIONS: 'true',
    GITHUB_REPOSITORY: 'octo-org/octo-repo',
    GITHUB_REF: 'refs/heads/main',
    RUNNER_TEMP: folder,
    ACTIONS_ID_TOKEN_REQUEST_URL: place.issuer.requestUrlFor(claims),
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: place.issuer.requestToken,
  };
}

describe('whoami', () => {
  test('names platform, facts, issuer, audience and the claims that count, never the token', async () => {
    const { status, stdout, stderr } = await typed(['whoami', '--broker-url', place.url], { env: github() });
    expect(status).toBe(0);
    expect(stdout).toMatch(/^platform {4}github-actions\nrepository {2}octo-org\/octo-repo\n/);
    expect(stdout).toMatch(`issuer`);
    for (const known of [place.issuer.url, place.url, '456789', 'production'])
      expect(stdout).toContain(known);
    expect(stdout + stderr).not.toMatch(idToken);
  });

  test('tells the same as one JSON document', async () => {
    const { status, stdout, stderr } = await typed(['whoami', '--audience', 'https://x.example', '--json'], {
      env: github(),
    });
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      platform: 'github-actions',
      facts: { repository: 'octo-org/octo-repo' },
      idToken: {
        issuer: place.issuer.url,
        audience: 'https://x.example',
        claims: { repository_id: '456789', environment: 'production' },
      },
    });
    expect(stdout + stderr).not.toMatch(idToken);
  });

  test('without an audience asks for no ID token, and says so', async () => {
    const before = place.issuer.requests.length;
    const { status, stdout } = await typed(['whoami'], { env: github() });
    expect(status).toBe(0);
    expect(stdout).toContain('No ID token was asked for');
    expect(place.issuer.requests).toHaveLength(before);
  });

  test('reads a token that lies in a variable, on any platform', async () => {
    const token = await gitlab.mint({ audience: 'https://x.example' });
    const words = ['whoami', '--id-token', 'env:CI_TOKEN', '--audience', 'https://x.example'];
    const { status, stdout } = await typed(words, { env: { CI_TOKEN: token } });
    expect(status).toBe(0);
    expect(stdout).toMatch(/^platform {2}posix\n/);
    expect(stdout).toMatch(/ {2}project_path +\S/);
    expect(stdout).not.toContain(token);
    const other = await typed([...words.slice(0, 4), 'https://other.example'], { env: { CI_TOKEN: token } });
    expect(other).toMatchObject({
      status: 65,
      stdout: '',
      stderr: expect.stringContaining('id-token-mismatch'),
    });
  });

  test('shows nothing that could move a terminal', async () => {
    const env = { ...github({ environment: 'a\u001b[31mb\u202ec' }), GITHUB_REF: 'refs/heads/\u001b]0;x' };
    const { stdout } = await typed(['whoami', '--broker-url', place.url], { env });
    expect(stdout).toContain('a?b?c');
    expect(stdout).not.toMatch(/\u001b|\u202e/);
  });
});

describe('check', () => {
  const words = (...more: string[]): string[] => ['check', '--broker-url', place.url, ...more];

  test('every role would be lent: 0, a line for each with its request id, and nothing is lent', async () => {
    const { status, stdout, stderr } = await typed(words('--role', 'deploy', '--role', 'DB=app-ro'), {
      env: github(),
    });
    expect(stdout).toMatch(
      /^deploy {2}would be lent \(request id req_\w+\)\napp-ro {2}would be lent \(request id req_\w+\)\n$/,
    );
    expect(stderr).toContain('This job identifies itself by: repository=');
    expect(stdout + stderr).not.toMatch(idToken);
    expect(status).toBe(0);
    expect(place.audit().some((line) => line.includes('role granted'))).toBe(true);
    expect(place.audit().filter((line) => line.includes('"credential issued"'))).toEqual([]);
  });

  test('one role is denied: 66, and all are told', async () => {
    const { status, stdout } = await typed(words('--role=deploy', '--role=owned'), { env: github() });
    expect(stdout).toMatch(/^deploy {2}would be lent.*\nowned {3}DENIED \(request id req_\w+\)\n$/);
    expect(status).toBe(66);
  });

  test('as JSON, on standard output alone', async () => {
    const { status, stdout } = await typed(words('--role=deploy', '--role=owned', '--json'), {
      env: github({ ref: 'refs/heads/feature' }),
    });
    expect(JSON.parse(stdout)).toEqual({
      provider: 'broker',
      lender: place.url,
      issuer: place.issuer.url,
      audience: place.url,
      roles: [
        { role: 'deploy', decision: 'deny', requestId: expect.stringMatching(/^req_/) },
        { role: 'owned', decision: 'deny', requestId: expect.stringMatching(/^req_/) },
      ],
    });
    expect(status).toBe(66);
  });

  describe('a role that has to be approved first', () => {
    test('would not be lent where nobody waits for it: 75, as borrowing, and it says what to write', async () => {
      const { status, stdout } = await typed(words('--role=deploy', '--role=guarded'), { env: github() });
      expect(stdout).toMatch(
        /^deploy {3}would be lent \(.*\)\nguarded {2}would be lent ONCE APPROVED, within 15 min \(request id req_\w+\)\nBorrowing would fail at once: .* `--approval-timeout`/,
      );
      expect(status).toBe(75);
      const login = ['exec', '--broker-url', place.url, '--role=deploy', '--role=guarded', '--', 'true'];
      expect((await typed(login, { env: github() })).stderr).toContain('[approval-pending]');
    });

    test('would be lent once somebody agrees where it is waited for: 0', async () => {
      const more = ['--role=guarded', '--approval-timeout=5m'];
      const { status, stdout } = await typed(words(...more), { env: github() });
      expect([status, stdout]).toEqual([
        0,
        expect.stringMatching(/^guarded {2}would be lent ONCE APPROVED, within 15 min \(.*\)\n$/),
      ]);
    });

    test('is no `allow` in JSON', async () => {
      const { status, stdout } = await typed(words('--role=guarded', '--json'), { env: github() });
      expect(JSON.parse(stdout)).toMatchObject({
        roles: [{ role: 'guarded', decision: 'needs-approval', approvalSeconds: 900 }],
      });
      expect(status).toBe(75);
    });

    test('beside one that is denied: 66', async () => {
      const more = ['--role=guarded', '--role=owned', '--approval-timeout=5m'];
      expect((await typed(words(...more), { env: github() })).status).toBe(66);
    });
  });

  test('the exit status is the same when nobody reads standard output', async () => {
    const run = await typed(words('--role=owned'), {
      env: github(),
      meanwhile: (child) => child.stdout?.destroy(),
    });
    expect(run).toMatchObject({ status: 66, stdout: '' });
  });

  test.each<readonly [number, string, readonly string[], string]>([
    [64, 'no role', [], 'The option `--role` is required'],
    [64, 'a provider’s setting', ['--role=x', '--region=eu'], 'The option `--region` means nothing'],
    [64, 'an exporter that is none', ['--role=x', '--export=nowhere'], '`--export`'],
    [64, 'outputs', ['--role=x', '--export=outputs'], 'a credential is never printed'],
    [64, 'files in the checkout', ['--role=x', '--files-dir=/work/repo/x'], '`--files-dir` must lie outside'],
    [65, 'another audience', ['--role=deploy', '--audience=https://other.example'], 'audience'],
  ])('%i: %s', async (expected, _, more, told) => {
    const env = { ...github(), GITHUB_WORKSPACE: '/work/repo' };
    const { status, stdout, stderr } = await typed(words(...more), { env });
    expect(stderr).toContain(told);
    expect([status, stdout]).toEqual([expected, '']);
  });

  test('69: nobody answers', async () => {
    const url = `http://127.0.0.1:${String(await closedPort())}`;
    const run = await typed(['check', '--broker-url', url, '--role=x', '--timeout=1s', '--json'], {
      env: github(),
    });
    expect(run).toMatchObject({ status: 69, stderr: expect.stringContaining('[unreachable]') });
    expect(JSON.parse(run.stdout)).toMatchObject({ error: { code: 'unreachable' } });
  });

  test('of another provider it tries settings, ID token and way, and says that it knows no more', async () => {
    const more = [`token-endpoint: ${place.url}/token`, 'allow-ip: true'].join('\n');
    const { status, stdout, stderr } = await typed(
      ['check', '--provider=sts', '--audience=https://sts.example', `--params=${more}`, '--role=read'],
      { env: github() },
    );
    expect([status, stderr]).toEqual([0, expect.stringContaining('identifies itself')]);
    expect(stdout).toContain('answers.');
    expect(stdout).toContain('cannot be asked without borrowing');
  });

  test('what would print tokens is refused before one is asked for', async () => {
    const before = place.issuer.requests.length;
    for (const wiretap of [{ NODE_DEBUG: 'http' }, { NODE_OPTIONS: '--report-on-fatalerror' }]) {
      const { status, stderr } = await typed(words('--role=deploy'), { env: { ...github(), ...wiretap } });
      expect(stderr).toContain(Object.keys(wiretap)[0]);
      expect(status).toBe(64);
    }
    expect(place.issuer.requests).toHaveLength(before);
  });

  test('SIGINT ends it with 130', async () => {
    const { status, stderr } = await typed(
      ['check', '--broker-url', place.url, '--role=deploy', '--approval-timeout=1m'],
      {
        env: { ...github(), ACTIONS_ID_TOKEN_REQUEST_URL: 'http://127.0.0.1:9/never' },
        meanwhile: (child) => {
          child.stderr?.on('data', () => child.kill('SIGINT'));
        },
      },
    );
    expect(stderr).toContain('[interrupted]');
    expect(status).toBe(130);
  });

  testOnNode20('it runs under Node 20, too', async (node) => {
    const { status, stdout } = await typed(words('--role=deploy'), { env: github(), node });
    expect([status, stdout]).toEqual([0, expect.stringContaining('would be lent')]);
  });
});

describe('the file of --inputs', () => {
  const file = join(folder, 'inputs');
  const write = (...lines: string[]): void => {
    writeFileSync(file, `${lines.join('\n')}\n`);
  };

  test('says what options would say, found from the folder of the caller', async () => {
    write(`broker_url=${place.url}`, 'role=["deploy","DB=app-ro"]', 'ttl=');
    const { status, stdout } = await typed(['check', '--inputs', 'inputs'], { env: github(), cwd: folder });
    expect([status, stdout]).toEqual([0, expect.stringMatching(/^deploy .*\napp-ro /)]);
  });

  test('what stands there cannot be said again', async () => {
    write(`broker_url=${place.url}`, 'role=deploy');
    const { status, stderr } = await typed(['check', `--inputs=${file}`, '--role=owned'], { env: github() });
    expect([status, stderr]).toEqual([
      64,
      expect.stringContaining('`--role` stands in the file of inputs already'),
    ]);
  });

  test('a mistake in it is told by the name that stands there', async () => {
    write(`broker_url=${place.url}`, 'role=deploy', 'max_ttl=soon');
    const { status, stderr } = await typed(['check', `--inputs=${file}`], { env: github() });
    expect([status, stderr]).toEqual([64, expect.stringContaining('The input `max_ttl` must be a duration')]);
  });

  test('one that is not there is told', async () => {
    const { status, stderr } = await typed(['check', '--inputs=nowhere'], { env: github() });
    expect([status, stderr]).toEqual([64, expect.stringContaining('`--inputs` names cannot be read')]);
  });
});

test('no variable of the environment sets an option', async () => {
  const env = {
    ...github(),
    'INPUT_BROKER-URL': place.url,
    INPUT_ROLE: 'deploy',
    EPHEMERAL_CREDS_ROLE: 'deploy',
    EC_BROKER_URL: place.url,
  };
  expect((await typed(['check'], { env })).stderr).toContain('`--broker-url` is required');
});

test('help and completion load nothing that reaches the network or signs', async () => {
  const hook = join(folder, 'hook.cjs');
  writeFileSync(hook, `process.on('exit', () => { console.error(process.moduleLoadList.join(' ')); });`);
  const env = { NODE_OPTIONS: `--require ${hook}` };
  const heavy = /NativeModule (https?|net|tls|crypto|dns)( |\n)/;
  for (const words of [['--help'], ['--version'], ['exec', '--help'], ['completion', 'bash'], ['nonsense']])
    expect((await typed(words, { env })).stderr).not.toMatch(heavy);
  expect((await typed(['whoami'], { env })).stderr).toMatch(heavy);
});

test('colours are for terminals: there are none in a pipe', async () => {
  const { stderr } = await typed(['check'], { env: { ...github(), FORCE_COLOR: '1' } });
  expect(stderr).not.toContain('\u001b');
});

test('a text that cannot be written although someone wants it is no success', async () => {
  const full = openSync('/dev/full', 'w');
  for (const words of [['--help'], ['--version'], ['whoami']]) {
    const child = spawn(process.execPath, [builtCli, ...words], { env: {}, stdio: ['ignore', full, 'pipe'] });
    expect(await new Promise((ended) => child.once('close', ended))).toBe(70);
  }
});

test.each([[['--help']], [['--version']], [['help', 'check']]])(
  '%j ends with 0 when its reader has gone',
  async (words) => {
    const run = await typed(words, { meanwhile: (child) => child.stdout?.destroy() });
    expect(run).toEqual({ status: 0, stdout: '', stderr: '' });
  },
);
