/** The hidden job where something lies in wait for it: what an earlier job left, an image that cannot check, a shell that tells all. */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect } from '@jest/globals';
import { interpolate, type RunnerJob } from '../support/gitlab/interpolate.ts';
import { renderingsShown } from '../support/gitlab/log.ts';
import { startMirror } from '../support/gitlab/mirror.ts';
import { publishedTemplate, startGitlabPlace, type GitlabPlace } from '../support/gitlab/place.ts';
import { runJob, type JobResult, type Surroundings } from '../support/gitlab/runner.ts';
import { testWith } from '../support/peers.ts';
import { findProgram } from '../support/programs.ts';

const root = mkdtempSync(join(tmpdir(), 'hostile-'));
let place: GitlabPlace;
beforeAll(async () => {
  place = await startGitlabPlace();
});
afterAll(async () => {
  await place[Symbol.asyncDispose]();
  rmSync(root, { recursive: true });
});

interface Around {
  readonly shell?: Surroundings['shell'];
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly path?: string;
  /** Lines of the user's own before ours. */
  readonly first?: readonly string[];
  /** What is done to the state folder before the job begins. */
  readonly plant?: (folder: string) => void;
}

async function run(
  script: readonly string[],
  { shell = ['bash'], inputs, path, first = [], plant }: Around = {},
): Promise<JobResult & { readonly left: readonly string[] }> {
  const builds = mkdtempSync(join(root, 'builds-'));
  const given = { broker_url: place.brokerUrl, audience: place.brokerUrl, role: ['deploy'], ...inputs };
  const template = interpolate(publishedTemplate('ephemeral-creds'), given);
  const hidden = template['.ephemeral-creds'] as unknown as RunnerJob;
  const ofGitlab = await place.variables();
  const variables = {
    ...ofGitlab,
    PATH: path ?? `${dirname(process.execPath)}:${process.env['PATH'] ?? ''}`,
    HOME: builds,
  };
  const temporary = join(builds, 'project.tmp');
  mkdirSync(temporary, { recursive: true });
  plant?.(join(temporary, `ephemeral-creds-${ofGitlab['CI_JOB_ID'] ?? ''}`));
  const before_script = [...first, ...hidden.before_script];
  const result = await runJob({ ...hidden, before_script, script }, { shell, builds, variables });
  return { ...result, left: readdirSync(temporary) };
}

/** Of a job of the same project that knew which number this one would have. */
function leaveBehind(folder: string): void {
  mkdirSync(folder);
  writeFileSync(join(folder, 'ephemeral-creds.cjs'), '');
  writeFileSync(join(folder, 'job'), 'e30.e30.signature');
  writeFileSync(join(folder, 'node-here'), '#!/bin/sh\necho "taken: $EPHEMERAL_CREDS_ID_TOKEN"\n');
  chmodSync(join(folder, 'node-here'), 0o755);
}

describe.each([['bash'], ['dash'], ['busybox', 'ash']])('in %s', (...words) => {
  const shell = words as [string, ...string[]];
  const needs = [shell[0] as 'bash' | 'dash' | 'busybox'];

  testWith(needs, `nothing is run that an earlier job left in the state folder (${shell[0]})`, async () => {
    const ended = await run(['echo "not reached"'], { shell, plant: leaveBehind });
    expect(ended.status).toBe(1);
    expect(ended.log).toContain('is there already');
    expect(ended.log).not.toContain('taken');
    expect(ended.left).toEqual([]);
  });

  testWith(needs, `nor when the job fails before it logs in (${shell[0]})`, async () => {
    const ended = await run(['true'], { shell, plant: leaveBehind, first: ['(exit 7)'] });
    expect(ended.status).toBe(7);
    expect(ended.log).not.toContain('taken');
    expect(ended.left).toEqual([]);
  });

  testWith(needs, `set -v tells nothing, and goes on (${shell[0]})`, async () => {
    const script = ['eval "echo reached # $(printf plainly)"'];
    const ended = await run(script, { shell, first: ['set -v'], inputs: { redact: false } });
    expect(ended.status).toBe(0);
    for (const text of ['reached', 'given back (revoked)']) expect(ended.scriptLog).toContain(text);
    expect(renderingsShown(ended.log)).toEqual([]);
  });
});

/** Nothing but busybox, less what could compute a hash. */
function withoutHashes(): string {
  const folder = mkdtempSync(join(root, 'bin-'));
  const busybox = findProgram('busybox') ?? '';
  const names = execFileSync(busybox, ['--list'], { encoding: 'utf8' }).trim().split('\n');
  for (const name of names.filter((each) => each !== 'sha256sum')) symlinkSync(busybox, join(folder, name));
  return folder;
}

/** An archive with a Node.js that says that it ran. */
function otherNode(): Buffer {
  const folder = mkdtempSync(join(root, 'node-'));
  mkdirSync(join(folder, 'bin'));
  writeFileSync(join(folder, 'bin/node'), '#!/bin/sh\necho "taken: $EPHEMERAL_CREDS_ID_TOKEN"\n');
  chmodSync(join(folder, 'bin/node'), 0o755);
  return execFileSync('tar', ['-czf', '-', 'bin/node'], { cwd: folder });
}

describe('an image that has nothing to compute a hash with', () => {
  testWith(['busybox'], 'runs no Node.js, not even where no hash was given', async () => {
    await using mirror = await startMirror({ 'node.tar.gz': otherNode() });
    const inputs = { node_url: `${mirror.elsewhereUrl}/node.tar.gz` };
    const ended = await run(['echo "not reached"'], { shell: ['ash'], path: withoutHashes(), inputs });
    expect(ended.status).toBe(1);
    expect(ended.log).toContain('its sha256 is unknown');
    expect(ended.log).not.toContain('taken');
  });
});

/** A Node.js that is slow to begin where it is to redact, as on a machine with more to do than it can. */
function slowToRedact(): string {
  const folder = mkdtempSync(join(root, 'slow-'));
  const text = `#!/bin/sh\ncase " $* " in *' redact '*) sleep 1.5 ;; esac\nexec '${process.execPath}' "$@"\n`;
  writeFileSync(join(folder, 'node'), text);
  chmodSync(join(folder, 'node'), 0o755);
  return `${folder}:${process.env['PATH'] ?? ''}`;
}

describe('a script that is over before the redactor has begun', () => {
  testWith(['dash'], 'loses no line', async () => {
    const ended = await run(['echo "said: $EPHEMERAL_TOKEN"'], { shell: ['dash'], path: slowToRedact() });
    expect(ended.status).toBe(0);
    expect(ended.log).toContain('said: ***');
    expect(ended.left).toEqual([]);
  });
});
