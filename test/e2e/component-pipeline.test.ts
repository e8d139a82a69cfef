/** Jobs of both templates, really run by gitlab-ci-local, with the built bundle against the built broker. */
import { afterAll, beforeAll, describe, expect } from '@jest/globals';
import { isAlive } from '../support/exec-scene.ts';
import { renderingsShown } from '../support/gitlab/log.ts';
import { makeProject, type Run } from '../support/gitlab/pipeline.ts';
import { bundle, startGitlabPlace, type GitlabPlace } from '../support/gitlab/place.ts';
import { startMirror } from '../support/gitlab/mirror.ts';
import { testWith } from '../support/peers.ts';

let place: GitlabPlace;
beforeAll(async () => {
  place = await startGitlabPlace();
});
afterAll(async () => {
  await place[Symbol.asyncDispose]();
});

interface Done extends Run {
  /** States of the leases that this run borrowed. */
  readonly leases: readonly string[];
  readonly left: readonly string[];
}

/** Runs the job `use` of a pipeline; `@include` stands for the include of the hidden job with `inputs`. */
async function run(
  pipeline: string,
  { inputs = {}, variables = {}, word = 'use' }: Options = {},
): Promise<Done> {
  const before = place.leases().size;
  const given = { broker_url: place.brokerUrl, audience: place.brokerUrl, role: ['deploy'], ...inputs };
  const include = (name: string): string =>
    `include: [ { component: "@component/${name}@$CI_COMMIT_SHA", inputs: ${JSON.stringify(given)} } ]\n`;
  const text = pipeline.replace('@hidden', include('ephemeral-creds')).replace('@job', include('job'));
  using project = makeProject(text);
  const done = await project.run(word, { ...(await place.variables()), ...variables });
  return { ...done, leases: [...(await place.settled()).values()].slice(before), left: project.leftOvers() };
}

interface Options {
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly variables?: Readonly<Record<string, string>>;
  readonly word?: string;
}

const job = (...script: readonly string[]): string =>
  `@hidden\nuse:\n  extends: .ephemeral-creds\n  script: ${JSON.stringify(script)}\n`;

/** Prints what was borrowed in ways in which tools print it. It shows, too, that there is something to hide. */
const show = [
  'echo "token $EPHEMERAL_TOKEN"',
  'printf %s "$EPHEMERAL_TOKEN" | base64 -w0',
  'printf " x%s" "$EPHEMERAL_TOKEN" | base64 -w0',
  'printf %s "$EPHEMERAL_TOKEN" | od -An -tx1 | tr -d " \\n"',
  'echo "length ${#EPHEMERAL_TOKEN}"',
  'env | grep -i token >&2 || true',
];

function expectClean(done: Done, leases = 1): void {
  expect(done.leases).toEqual(Array.from({ length: leases }, () => 'revoked'));
  expect(done.left).toEqual([]);
  expect(renderingsShown(done.log)).toEqual([]);
}

describe('the hidden job', () => {
  testWith(['bash', 'rsync'], 'lends to the script, hides, and gives back when it ends', async () => {
    const done = await run(
      job(...show, 'echo "id token <$EPHEMERAL_CREDS_ID_TOKEN>"', 'printf "no newline"'),
    );
    expect(done.log).toMatch(/length \d{3}/);
    expect(done.log).toContain('token ***');
    expect(done.log).toContain('id token <>');
    expect(done.log).toContain('no newline');
    expect(done.status).toBe(0);
    expectClean(done);
  });

  testWith(['bash', 'rsync'], 'keeps the status of a script that fails', async () => {
    const done = await run(job('echo $EPHEMERAL_TOKEN', 'exit 42', 'echo not reached'));
    expect(done.status).toBe(1);
    expect(done.log).toContain('FAIL 42');
    expect(done.log).not.toMatch(/> not reached/);
    expectClean(done);
  });

  testWith(['bash', 'rsync'], 'composes with hooks of the job', async () => {
    const done = await run(`@hidden
use:
  extends: .ephemeral-creds
  before_script:
    - echo "mine first <$EPHEMERAL_TOKEN>"
    - !reference [.ephemeral-creds, before_script]
  script:
    - echo "then $EPHEMERAL_TOKEN"
  after_script:
    - echo "after <$EPHEMERAL_TOKEN>"
    - !reference [.ephemeral-creds, after_script]
`);
    for (const text of ['mine first <>', 'then ***', 'after <>']) expect(done.log).toContain(text);
    expect(done.status).toBe(0);
    expectClean(done);
  });

  testWith(['bash', 'rsync'], 'gives back although the job has an after_script of its own', async () => {
    const done = await run(`${job('echo $EPHEMERAL_TOKEN')}  after_script: [ "echo mine" ]\n`);
    expect(done.log).toContain('> mine');
    expect(done.leases).toEqual(['revoked']);
    expect(renderingsShown(done.log)).toEqual([]);
    for (const name of done.left)
      expect(name).not.toMatch(/env\.sh|key\.json|secrets\.json|\b[0-9a-f]{16}\b/);
  });

  testWith(
    ['bash', 'rsync'],
    'gives back in after_script when the script has a trap of its own',
    async () => {
      const done = await run(job(`trap 'echo "my trap"' EXIT`, 'echo $EPHEMERAL_TOKEN'));
      expect(done.status).toBe(0);
      expectClean(done);
    },
  );

  testWith(['bash', 'rsync'], 'hides what set -x shows', async () => {
    const done = await run(
      job('set -x', 'test "$EPHEMERAL_TOKEN" != x', 'curl_header="Bearer $EPHEMERAL_TOKEN"'),
    );
    expect(done.log).toContain('***');
    expect(done.status).toBe(0);
    expectClean(done);
  });

  testWith(['bash', 'rsync'], 'leaves children and bare `wait` of the script alone', async () => {
    const done = await run(
      job(
        '(sleep 0.2; echo "child $EPHEMERAL_TOKEN") &',
        'wait',
        'echo waited',
        'bash -c "echo grandchild \\$EPHEMERAL_TOKEN"',
      ),
    );
    for (const text of ['child ***', 'waited', 'grandchild ***']) expect(done.log).toContain(text);
    expect(done.status).toBe(0);
    expectClean(done);
  });

  testWith(['bash', 'rsync'], 'is not held up by a process that outlives the script', async () => {
    const done = await run(job('sleep 600 >/dev/null 2>&1 &', 'echo "pid $!"'));
    const pid = Number(/> pid (\d+)/.exec(done.log)?.[1]);
    expect(isAlive(pid)).toBe(true);
    process.kill(pid);
    expect(done.status).toBe(0);
    expectClean(done);
  });

  testWith(['bash', 'rsync'], 'borrows several roles in one request, all or none', async () => {
    const both = await run(job('echo "a ${#A_EPHEMERAL_TOKEN} db ${#DB_EPHEMERAL_TOKEN}"'), {
      inputs: { role: ['A=deploy', 'DB=app-ro'] },
    });
    expect(both.log).toMatch(/a \d{3} db \d{3}/);
    expectClean(both, 2);
    const one = await run(job('echo "script ran"'), { inputs: { role: ['A=deploy', 'B=owned'] } });
    expect(one.status).toBe(1);
    expect(one.log).not.toContain('> script ran');
    expect(one.leases.every((state) => state !== 'active')).toBe(true);
  });

  testWith(['bash', 'rsync'], 'hides nothing when it was told so, and gives back all the same', async () => {
    const done = await run(job('echo "token $EPHEMERAL_TOKEN"'), { inputs: { redact: false } });
    expect(renderingsShown(done.log)).not.toEqual([]);
    expect(done.leases).toEqual(['revoked']);
    expect(done.left).toEqual([]);
  });

  testWith(['bash', 'rsync'], 'leaves nothing in the checkout or in artifacts', async () => {
    const done = await run(
      `${job('git status --porcelain --ignored; echo listed')}  artifacts: { paths: [ "." ] }\n`,
    );
    expect(done.log).not.toMatch(/ephemeral-creds-\d|env\.sh|\?\? (?!\.gitlab-ci-local)/);
    expect(done.status).toBe(0);
    expectClean(done);
  });
});

describe('it fails closed', () => {
  testWith(['bash', 'rsync'], 'when the broker refuses', async () => {
    const done = await run(job('echo "script ran"'), { inputs: { role: ['owned'] } });
    expect(done.status).toBe(1);
    expect(done.log).not.toContain('> script ran');
    expect(done.left).toEqual([]);
  });

  testWith(['bash', 'rsync'], 'when the bundle is not the one that the template pins', async () => {
    await using tampered = await startMirror({
      'ephemeral-creds.cjs': Buffer.concat([bundle, Buffer.from('\n')]),
    });
    const done = await run(job('echo "script ran"'), { variables: { CI_API_V4_URL: tampered.apiUrl } });
    expect(tampered.requests.length).toBeGreaterThan(0);
    expect(done.status).toBe(1);
    expect(done.log).toContain('is not what this template pins');
    expect(done.log).not.toContain('> script ran');
    expect(done.leases).toEqual([]);
    expect(done.left).toEqual([]);
  });

  testWith(['bash', 'rsync'], 'when the job has no ID token', async () => {
    const done = await run(job('echo "script ran"'), { variables: { EPHEMERAL_CREDS_ID_TOKEN: '' } });
    expect(done.status).toBe(1);
    expect(done.log).not.toContain('> script ran');
    expect(done.leases).toEqual([]);
  });
});

describe('variables of the pipeline', () => {
  testWith(['bash', 'rsync'], 'change nothing of what the template says', async () => {
    const wild = "/nowhere'; touch /tmp/owned; '";
    const done = await run(job('echo "length ${#EPHEMERAL_TOKEN}"'), {
      variables: {
        EC_BROKER_URL: 'http://127.0.0.1:9',
        EPHEMERAL_CREDS_BROKER_URL: 'http://127.0.0.1:9',
        BROKER_URL: 'http://127.0.0.1:9',
        INPUT_BROKER_URL: 'http://127.0.0.1:9',
        ec_dir: wild,
        ec_node: wild,
        ec_umask: '000',
        NODE_OPTIONS: '--require /nowhere/evil.js',
        NODE_EXTRA_CA_CERTS: wild,
        NODE_TLS_REJECT_UNAUTHORIZED: '0',
        NODE_DEBUG: 'http',
        OPENSSL_CONF: wild,
        TAR_OPTIONS: '--checkpoint-action=exec=false',
        WGETRC: wild,
        CDPATH: '/tmp',
      },
    });
    expect(done.log).toMatch(/length \d{3}/);
    expect(done.status).toBe(0);
    expectClean(done);
  });

  testWith(['bash', 'rsync'], 'with shell words in them are never run', async () => {
    for (const name of ['CI_JOB_ID', 'CI_PROJECT_DIR', 'RUNNER_TEMP_PROJECT_DIR']) {
      const done = await run(job('echo "script ran"'), { variables: { [name]: "x'; echo run-$((6*7)); '" } });
      expect(done.log).not.toContain('run-42');
      if (name === 'CI_JOB_ID') expect(done.status).toBe(1);
    }
  });
});

describe('a private project of the component', () => {
  testWith(
    ['bash', 'rsync'],
    'is asked with the job’s token, which is told to this GitLab only',
    async () => {
      await using secret = await startMirror({ 'ephemeral-creds.cjs': bundle }, { secret: true });
      const fetched = await run(job('echo ok'), { variables: { CI_API_V4_URL: secret.apiUrl } });
      expect(fetched.status).toBe(0);
      expect(secret.requests.map(({ token }) => token !== undefined)).toEqual([false, true]);
      expectClean(fetched);
      const bundle_url = `${secret.elsewhereUrl}/ephemeral-creds.cjs`;
      for (const apiUrl of [secret.apiUrl, 'http:']) {
        const variables = { CI_API_V4_URL: apiUrl };
        const elsewhere = await run(job('echo ok'), { inputs: { bundle_url }, variables });
        expect(elsewhere.status).toBe(1);
      }
      expect(secret.requests.slice(2).map(({ token }) => token)).toEqual([undefined, undefined]);
    },
  );
});

describe('the template that owns a job', () => {
  const inputs = {
    job_name: 'use',
    script: ['echo "in [$EPHEMERAL_TOKEN]"', 'test "${#EPHEMERAL_TOKEN}" -gt 99'],
  };

  testWith(['bash', 'rsync'], 'lends, hides and gives back', async () => {
    const done = await run('@job', { inputs });
    expect(done.log).toContain('in [***]');
    expect(done.status).toBe(0);
    expectClean(done);
  });

  testWith(['bash', 'rsync'], 'keeps the status of its script, and takes further keywords', async () => {
    const done = await run('@job\nuse: { environment: production }\n', {
      inputs: { ...inputs, script: ['echo "$CI_ENVIRONMENT_NAME"', 'exit 3'] },
    });
    expect(done.log).toContain('> production');
    expect(done.log).toContain('FAIL 3');
    expectClean(done);
  });

  testWith(['bash', 'rsync'], 'does not run its script when nothing was borrowed', async () => {
    const done = await run('@job', { inputs: { ...inputs, role: ['owned'], script: ['echo "script ran"'] } });
    expect(done.status).toBe(1);
    expect(done.log).not.toContain('> script ran');
  });
});
