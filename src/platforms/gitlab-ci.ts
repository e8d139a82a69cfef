// https://docs.gitlab.com/ci/variables/predefined_variables/
import { randomBytes, randomInt } from 'node:crypto';
import { isAbsolute, join } from 'node:path';
import { CredsError } from '../domain/errors.ts';
import type { Host } from '../domain/host.ts';
import type { Job } from '../domain/job.ts';
import { fullMatch } from '../domain/pattern.ts';
import { shellJob } from './shell-job.ts';
import type { Platform } from './platform.ts';
import { assertOutsideCheckout } from './work-tree.ts';

/** Facts in the order in which a person wants them, and the variables that hold them. */
const factVariables: Readonly<Record<string, string>> = {
  project: 'CI_PROJECT_PATH',
  ref: 'CI_COMMIT_REF_NAME',
  source: 'CI_PIPELINE_SOURCE',
  environment: 'CI_ENVIRONMENT_NAME',
  job: 'CI_JOB_NAME',
  pipeline: 'CI_PIPELINE_ID',
  id: 'CI_JOB_ID',
};

export const gitlabCi: Platform = {
  name: 'gitlab-ci',
  // Stand-ins for the runner on a developer’s machine say GITLAB_CI=false.
  detect: (env) =>
    env['GITLAB_CI'] === 'true' || ((env['CI_JOB_ID'] ?? '') !== '' && (env['CI_PROJECT_DIR'] ?? '') !== ''),
  attach: (host, folder) => {
    const place = folder ?? join(temporaryFolder(host.env), `ephemeral-creds-${jobId(host.env)}`);
    assertOutsideCheckout(place, folder === undefined ? 'job’s temporary folder' : 'option `--state`', host);
    const facts = Object.entries(factVariables)
      .map(([fact, name]) => [fact, host.env[name] ?? ''] as const)
      .filter(([, value]) => value !== '');
    const own = {
      platform: gitlabCi.name,
      facts: Object.fromEntries(facts),
      folder: place,
      folderOf: 'job',
    } as const;
    return { ...shellJob(host, own), ...masking(host) };
  },
};

/** Only it survives into `after_script` when a cancelled job’s container has been removed. */
function temporaryFolder(env: Host['env']): string {
  const given = env['RUNNER_TEMP_PROJECT_DIR'] ?? '';
  if (given !== '') return given;
  const project = env['CI_PROJECT_DIR'] ?? '';
  if (project === '') throw missing('CI_PROJECT_DIR');
  return `${project}.tmp`;
}

function jobId(env: Host['env']): string {
  const id = env['CI_JOB_ID'] ?? '';
  if (!fullMatch(/[0-9]{1,20}/, id)) throw missing('CI_JOB_ID');
  return id;
}

function missing(name: string): CredsError {
  return new CredsError('input-invalid', `The runner’s variable ${name} is missing.`);
}

const proofMs = 2000;
const pauseMs = 20;

/**
 * `::add-mask::` is heard only by runners with `proxy_exec`, an experiment; any other would print the secret into the
 * log. Where it is on, the runner’s own file of masks exists before the job’s first line, and grows with each mask: by
 * 40 bytes and the text, as base64 in a line. So a mask that hides nothing is asked for first.
 */
function masking(host: Host): Required<Pick<Job, 'mask' | 'proveMasks'>> {
  let proven = false;
  const ask = (text: string): void => {
    host.print(`\n::add-mask::${text}\n`);
  };
  return {
    mask: (patterns) => {
      if (!proven) return;
      // How the runner would read an escape or a second line is not documented; the stream is redacted in any case.
      for (const pattern of patterns) if (fullMatch(/[ -$&-~]{8,4096}/, pattern)) ask(pattern);
    },
    proveMasks: async () => {
      const place = host.env['RUNNER_TEMP_PROJECT_DIR'] ?? '';
      const store = join(place, 'masking.db');
      // Nothing that lies where the job happens to be, in the checkout, is a proof.
      const before = isAbsolute(place) ? host.files.size(store) : undefined;
      if (before === undefined) return false;
      const canary = randomBytes(16 + randomInt(16)).toString('hex');
      ask(canary);
      const least = before + Math.ceil((40 + canary.length) / 3) * 4;
      const end = host.clock.monotonicMs() + proofMs;
      while (!proven && host.clock.monotonicMs() < end) {
        await new Promise<void>((done) => {
          host.clock.after(pauseMs, done);
        });
        proven = (host.files.size(store) ?? 0) >= least;
      }
      return proven;
    },
  };
}
