/**
 * The hidden job where a runner cancels it, times it out or kills it: in the shells of images, with the built bundle
 * against the built broker. The runner is a stand-in.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect } from '@jest/globals';
import { startAuthorizationServer } from '../conformance/oidc-provider-server.ts';
import { interpolate, type RunnerJob } from '../support/gitlab/interpolate.ts';
import { renderingsShown } from '../support/gitlab/log.ts';
import { startMirror } from '../support/gitlab/mirror.ts';
import { bundle, publishedTemplate, startGitlabPlace, type GitlabPlace } from '../support/gitlab/place.ts';
import { runJob, type Interrupt, type JobResult, type Surroundings } from '../support/gitlab/runner.ts';
import { startIssuer } from '../support/issuer.ts';
import { closedPort } from '../support/socket-server.ts';
import { testWith, type Peer } from '../support/peers.ts';
import { findProgram } from '../support/programs.ts';

const root = mkdtempSync(join(tmpdir(), 'runner-'));
let place: GitlabPlace;
beforeAll(async () => {
  place = await startGitlabPlace();
});
afterAll(async () => {
  await place[Symbol.asyncDispose]();
  rmSync(root, { recursive: true });
});

type Shell = readonly ['bash' | 'dash' | 'busybox', ...string[]];
const shells: readonly Shell[] = [['bash'], ['dash'], ['busybox', 'ash']];

interface Ended extends JobResult {
  readonly leases: readonly string[];
  /** Files of ours that are still there. */
  readonly left: readonly string[];
}

interface Around extends Partial<Surroundings> {
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly path?: string;
}

async function run(script: readonly string[], { inputs = {}, path, ...around }: Around = {}): Promise<Ended> {
  const before = place.leases().size;
  const builds = mkdtempSync(join(root, 'builds-'));
  const given = { broker_url: place.brokerUrl, audience: place.brokerUrl, role: ['deploy'], ...inputs };
  const hidden = interpolate(publishedTemplate('ephemeral-creds'), given)['.ephemeral-creds'];
  const variables = {
    PATH: path ?? `${dirname(process.execPath)}:${process.env['PATH'] ?? ''}`,
    HOME: builds,
    ...(await place.variables()),
    ...around.variables,
  };
  const result = await runJob(
    { ...(hidden as unknown as RunnerJob), script },
    { shell: ['bash'], ...around, builds, variables },
  );
  const leases = [...(await place.settled()).values()].slice(before);
  return { ...result, leases, left: listed(join(builds, 'project.tmp')) };
}

function listed(folder: string): string[] {
  return readdirSync(folder, { recursive: true }).map(String);
}

const at = (as: Interrupt['as']): { interrupt: Interrupt; container: true } => ({
  interrupt: { at: 'ready', as },
  container: true,
});
const untilStopped = ['echo "ready $EPHEMERAL_TOKEN"', 'sleep 60', 'echo "not reached"'];
const givenBack = 'given back (revoked)';

function expectClosed(ended: Ended): void {
  expect(ended.leases).toEqual(['revoked']);
  expect(renderingsShown(ended.log)).toEqual([]);
  expect(ended.log).not.toMatch(/^not reached/m);
}

describe.each(shells)('in %s', (...shell) => {
  const needs: readonly Peer[] = [shell[0]];
  const inContainer: readonly Peer[] = [shell[0], 'namespaces'];

  testWith(needs, `lends, hides and gives back when the script ends (${shell[0]})`, async () => {
    const script = ['echo "token $EPHEMERAL_TOKEN"', 'echo "length ${#EPHEMERAL_TOKEN}" >&2', 'printf end'];
    const ended = await run(script, { shell });
    expect(ended.status).toBe(0);
    for (const text of ['token ***', 'end', givenBack]) expect(ended.scriptLog).toContain(text);
    expect(ended.log).toMatch(/length \d{3}/);
    expect(ended.left).toEqual([]);
    expectClosed(ended);
  });

  testWith(needs, `L45 has a runner that proves to hear it mask, and no other (${shell[0]})`, async () => {
    const script = ['echo "token $EPHEMERAL_TOKEN"'];
    const proven = await run(script, { shell, proxyExec: true, inputs: { redact: false } });
    expect(proven.log).toMatch(/^token \[MASKED\]$/m);
    expectClosed(proven);
    const other = await run(script, { shell });
    expect(other.log).not.toContain('::add-mask::');
    expect(other.log).toMatch(/^token \*\*\*$/m);
    expectClosed(other);
  });

  testWith(needs, `keeps the status of a script that fails (${shell[0]})`, async () => {
    const ended = await run(['echo "$EPHEMERAL_TOKEN"', '(exit 42)', 'echo "not reached"'], { shell });
    expect(ended.status).toBe(42);
    expectClosed(ended);
  });

  testWith(needs, `hides what set -x shows, and leaves a bare wait alone (${shell[0]})`, async () => {
    const ended = await run(
      ['set -x', 'test "$EPHEMERAL_TOKEN" != "it\'s"', 'sleep 0.1 &', 'wait', 'set +x', 'echo waited'],
      { shell },
    );
    // Two streams in one log: it may come in the middle of what `set +x` shows of itself.
    expect(ended.scriptLog).toMatch(/waited$/m);
    expect(ended.status).toBe(0);
    expectClosed(ended);
  });

  testWith(inContainer, `gives back when the job is cancelled (${shell[0]})`, async () => {
    const ended = await run(untilStopped, { shell, ...at('cancel') });
    expect(ended.scriptLog).toContain('ready ***');
    expect(ended.scriptLog).toContain(givenBack);
    expect(ended.left).toEqual([]);
    expectClosed(ended);
  });

  testWith(
    inContainer,
    `gives back in a fresh container when the first was killed (${shell[0]})`,
    async () => {
      const ended = await run(untilStopped, { shell, ...at('killed') });
      expect(ended.scriptLog).not.toContain(givenBack);
      expect(ended.log).toContain(givenBack);
      expect(ended.left).toEqual([]);
      expectClosed(ended);
    },
  );

  testWith(inContainer, `gives back when the job times out, without after_script (${shell[0]})`, async () => {
    const ended = await run(untilStopped, { shell, ...at('job-timeout') });
    expect(ended.log).toContain(givenBack);
    for (const name of ended.left)
      expect(name).not.toMatch(/env\.sh|key\.json|secrets\.json|\b[0-9a-f]{16}\.json/);
    expectClosed(ended);
  });
});

describe('an array of inputs', () => {
  testWith(['dash'], 'is text for the command line, whatever a shell would make of it', async () => {
    for (const role of [
      '$(echo run-$((6*7)) >&2)',
      '`echo run-$((6*7)) >&2`',
      'a\nEC_END\necho run-$((6*7))',
      "'; echo run-$((6*7)); '",
    ]) {
      const ended = await run(['echo "not reached"'], { shell: ['dash'], inputs: { role: [role] } });
      expect(ended.log).not.toContain('run-42');
      expect(ended.log).not.toMatch(/^not reached/m);
      expect(ended.status).toBe(1);
      expect(ended.left).toEqual([]);
    }
  });
});

describe('a runner', () => {
  testWith(['bash', 'namespaces'], 'that times the script out finds everything given back', async () => {
    const ended = await run(untilStopped, at('script-timeout'));
    expect(ended.left).toEqual([]);
    expectClosed(ended);
  });

  testWith(
    ['bash', 'namespaces'],
    'that cancels a script which does not listen: after_script gives back',
    async () => {
      const deaf = [`trap '' TERM`, 'echo "ready $EPHEMERAL_TOKEN"', 'while :; do sleep 1 || :; done'];
      const ended = await run(deaf, at('cancel'));
      expect(ended.log).toContain(givenBack);
      expect(ended.left).toEqual([]);
      expectClosed(ended);
    },
  );

  testWith(['bash'], 'with the shell executor cancels, and everything is given back', async () => {
    const ended = await run(untilStopped, { interrupt: { at: 'ready', as: 'cancel' } });
    expect(ended.scriptLog).toContain(givenBack);
    expectClosed(ended);
  });

  testWith(
    ['bash', 'namespaces'],
    'that cancels while something is borrowed finds nothing that lives on',
    async () => {
      const ended = await run(untilStopped, {
        ...at('cancel'),
        interrupt: { at: 'Asking for', as: 'cancel' },
      });
      expect(ended.leases.every((state) => state !== 'active')).toBe(true);
      expect(ended.left).toEqual([]);
    },
  );
});

describe('a container that ends with the script', () => {
  testWith(
    ['dash', 'namespaces'],
    'takes no line of the log with it, however slowly that is read',
    async () => {
      const script = [`head -c 140000 /dev/zero | tr '\\0' x`, 'echo', 'echo "the last line"'];
      const ended = await run(script, { shell: ['dash'], container: true, readAfterSeconds: 2.5 });
      expect(ended.log).toContain('the last line');
      expect(ended.log).toContain(givenBack);
      expectClosed(ended);
    },
  );
});

describe('an image without curl and wget', () => {
  testWith(['busybox'], 'lets Node.js fetch, with the job’s token where it is needed', async () => {
    const folder = busyboxOnly(['wget']);
    symlinkSync(process.execPath, join(folder, 'node'));
    await using mirror = await startMirror({ 'ephemeral-creds.cjs': bundle }, { secret: true });
    const around = { shell: ['ash'], path: folder } as const;
    const fetched = await run(['echo "token $EPHEMERAL_TOKEN"'], {
      ...around,
      variables: { CI_API_V4_URL: mirror.apiUrl },
    });
    expect(fetched.log).toContain('token ***');
    expect(mirror.requests.map(({ token }) => token !== undefined)).toEqual([false, true]);
    expectClosed(fetched);
    const bundle_url = `${mirror.elsewhereUrl}/ephemeral-creds.cjs`;
    const refused = await run(['echo "not reached"'], {
      ...around,
      inputs: { bundle_url },
      variables: { CI_API_V4_URL: mirror.apiUrl },
    });
    expect(refused.status).toBe(1);
    expect(mirror.requests.slice(2).map(({ token }) => token)).toEqual([undefined]);
  });
});

describe('an image whose curl has no certificates to trust', () => {
  /** As curl(1) ends then. */
  function imageWithCurl(status: number): string {
    const folder = busyboxOnly(['wget']);
    symlinkSync(process.execPath, join(folder, 'node'));
    writeFileSync(join(folder, 'curl'), `#!/bin/sh\nexit ${String(status)}\n`, { mode: 0o755 });
    return folder;
  }

  testWith(['busybox'], 'lets Node.js fetch, which has its own', async () => {
    for (const status of [60, 77]) {
      const fetched = await run(['echo "token $EPHEMERAL_TOKEN"'], {
        shell: ['ash'],
        path: imageWithCurl(status),
      });
      expect(fetched.log).toContain('token ***');
      expectClosed(fetched);
    }
    const refused = await run(['echo "not reached"'], { shell: ['ash'], path: imageWithCurl(22) });
    expect(refused.log).toContain('cannot fetch');
    expect(refused.leases).toEqual([]);
  });
});

describe('another provider', () => {
  const target = 'https://api.example.com';

  testWith(['dash'], 'than a broker lends, hides and gives back in the same way', async () => {
    // Its keys lie where GitHub's do; the server looks for no others.
    const subject = 'project_path:my-group/my-project:ref_type:branch:ref:main';
    const issuer = await startIssuer({ claims: { sub: subject } });
    await using server = await startAuthorizationServer({ issuer: issuer.url, subject, target });
    const endpoint = `${server.url}/token`;
    const ended = await run(['echo "token $EPHEMERAL_TOKEN"'], {
      shell: ['dash'],
      inputs: {
        provider: 'sts',
        broker_url: '',
        audience: endpoint,
        params: `{ token-endpoint: "${endpoint}", client-id: ci, audience: "${target}", revocation-endpoint: "${endpoint}/revocation" }`,
      },
      variables: { EPHEMERAL_CREDS_ID_TOKEN: await issuer.mint({ audience: endpoint }) },
    });
    await issuer.close();
    for (const text of ['token ***', givenBack]) expect(ended.log).toContain(text);
    expect(ended.status).toBe(0);
    expect(renderingsShown(ended.log)).toEqual([]);
    expect(ended.left).toEqual([]);
  });

  testWith(
    ['dash'],
    'that cannot be given back to fails the job only where this was wanted',
    async () => {
      const subject = 'project_path:my-group/my-project:ref_type:branch:ref:main';
      const issuer = await startIssuer({ claims: { sub: subject } });
      await using ending = new AsyncDisposableStack();
      ending.defer(() => issuer.close());
      await using server = await startAuthorizationServer({ issuer: issuer.url, subject, target });
      const endpoint = `${server.url}/token`;
      // Nobody listens there.
      const revocation = `http://127.0.0.1:${String(await closedPort())}/revocation`;
      for (const fail_on_revoke_error of [false, true]) {
        const ended = await run(['echo "token $EPHEMERAL_TOKEN"'], {
          shell: ['dash'],
          inputs: {
            provider: 'sts',
            broker_url: '',
            audience: endpoint,
            params: `{ token-endpoint: "${endpoint}", client-id: ci, audience: "${target}", revocation-endpoint: "${revocation}" }`,
            fail_on_revoke_error,
          },
          variables: { EPHEMERAL_CREDS_ID_TOKEN: await issuer.mint({ audience: endpoint }) },
        });
        expect(ended.log).toContain('token ***');
        expect(ended.log).not.toContain(givenBack);
        expect(ended.status).toBe(fail_on_revoke_error ? 1 : 0);
        expect(ended.left).toEqual([]);
      }
    },
    90_000,
  );
});

/** As small as an image can be: nothing but busybox, less some of its programs. */
function busyboxOnly(without: readonly string[] = []): string {
  const folder = mkdtempSync(join(root, 'bin-'));
  const busybox = findProgram('busybox') ?? '';
  const names = execFileSync(busybox, ['--list'], { encoding: 'utf8' }).trim().split('\n');
  for (const name of names.filter((each) => !without.includes(each)))
    symlinkSync(busybox, join(folder, name));
  return folder;
}

describe('an image without Node.js', () => {
  /** An archive as nodejs.org has them; its Node is this one, by a script, unless another is given. */
  function nodeArchive(program = `#!/bin/sh\nexec '${process.execPath}' "$@"\n`): Buffer {
    const folder = mkdtempSync(join(root, 'node-'));
    mkdirSync(join(folder, 'node-v24/bin'), { recursive: true });
    const file = join(folder, 'node-v24/bin/node');
    writeFileSync(file, program);
    chmodSync(file, 0o755);
    execFileSync('tar', ['-czf', 'node.tar.gz', 'node-v24'], { cwd: folder });
    return readFileSync(join(folder, 'node.tar.gz'));
  }
  const around = (): Around => ({ shell: ['ash'], path: busyboxOnly() });

  testWith(['busybox'], 'is told what to do', async () => {
    const ended = await run(['echo "not reached"'], around());
    expect(ended.status).toBe(1);
    expect(ended.log).toContain('node_url');
    expect(ended.leases).toEqual([]);
    expect(ended.log).not.toMatch(/^not reached/m);
  });

  testWith(['busybox'], 'gets the one that is pinned', async () => {
    const archive = nodeArchive();
    await using mirror = await startMirror({ 'node.tar.gz': archive });
    const node_sha256 = createHash('sha256').update(archive).digest('hex');
    const node_url = `${mirror.elsewhereUrl}/node.tar.gz`;
    const ended = await run(['echo "token $EPHEMERAL_TOKEN"'], {
      ...around(),
      inputs: { node_url, node_sha256 },
    });
    expect(ended.log).toContain('token ***');
    expect(ended.status).toBe(0);
    expect(ended.left).toEqual([]);
    expectClosed(ended);
    const other = { node_url, node_sha256: 'a'.repeat(64) };
    const refused = await run(['echo "not reached"'], { ...around(), inputs: other });
    expect(refused.status).toBe(1);
    expect(refused.log).toContain('is not what this template pins');
    expect(refused.leases).toEqual([]);
  });

  testWith(['busybox'], 'is told so when the pinned one is for another C library', async () => {
    // What a shell says of a program whose loader is not there: as nodejs.org’s on Alpine.
    const archive = nodeArchive('#!/lib64/ld-linux-of-another-image\n');
    await using mirror = await startMirror({ 'node.tar.gz': archive });
    const node_sha256 = createHash('sha256').update(archive).digest('hex');
    const node_url = `${mirror.elsewhereUrl}/node.tar.gz`;
    const ended = await run(['echo "not reached"'], { ...around(), inputs: { node_url, node_sha256 } });
    expect(ended.status).toBe(1);
    expect(ended.log).toContain('the Node.js of node_url does not run in this image');
    expect(ended.leases).toEqual([]);
    expect(ended.left).toEqual([]);
  });
});
