import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { variablesOfJob } from '../test/support/gitlab/job.ts';
import { makeProject } from '../test/support/gitlab/pipeline.ts';
import { heading, must, narrate, show } from './narration.ts';
import type { Stage } from './stage.ts';

const readme = resolve(import.meta.dirname, '../gitlab-component/README.md');
/** What gitlab-ci-local runs jobs with. */
const programs = ['bash', 'rsync'];

/** The first example of the component's README, with nothing changed but the addresses. */
function pipelineFor(stage: Stage): string {
  const [, example = ''] = /^```yaml\n(.*?)^```$/ms.exec(readFileSync(readme, 'utf8')) ?? [];
  return example
    .replaceAll('$CI_SERVER_FQDN/org/ephemeral-creds', '@component')
    .replaceAll('<full commit SHA>', '$CI_COMMIT_SHA')
    .replaceAll('https://broker.example.com', stage.relay.url);
}

/** Without what the tool says for itself. */
function linesOfJob(log: string): string {
  return log
    .split('\n')
    .filter((line) => line.startsWith('deploy '))
    .join('\n');
}

/** A job with the component as it would be published with this bundle, run on this machine. */
export async function theGitlabJob(stage: Stage, deploy: string): Promise<void> {
  heading('The same on GitLab');
  const missing = programs.filter((name) => spawnSync(name, ['--version']).status !== 0);
  if (missing.length > 0) {
    narrate(`Left out: ${missing.join(' and ')} would be needed to run a GitLab job on this machine.`);
    return;
  }
  narrate('gitlab-ci-local runs the first example of the component’s README.');
  using project = makeProject(pipelineFor(stage), { 'deploy.sh': `#!/bin/sh\n${deploy}\n` });
  const variables = await variablesOfJob(stage.gitlab, stage.relay.url);
  const before = stage.relay.passed.length;
  const { status, log } = await project.run('deploy', { ...variables, SERVICE: stage.service.url });
  show(linesOfJob(log));
  must(status === 0 && log.includes('service: 200 deployed'), 'borrowed, and used with success');
  must(log.includes('the token is ***'), 'hidden');
  const revoked = stage.relay.passed
    .slice(before)
    .some(({ path, answer }) => path === '/revoke' && JSON.stringify(answer).includes('"revoked"'));
  must(revoked, 'given back');
}
