/** What the component's README and the examples tell a new user to write, run against a broker. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect } from '@jest/globals';
import { renderingsShown } from '../support/gitlab/log.ts';
import { makeProject, type Run } from '../support/gitlab/pipeline.ts';
import { startGitlabPlace, type GitlabPlace } from '../support/gitlab/place.ts';
import { testWith } from '../support/peers.ts';

const page = readFileSync('gitlab-component/README.md', 'utf8');
const blocks = [...page.matchAll(/^```yaml\n(.*?)^```$/gms)].map(([, text = '']) => text);
const [basic = '', hooks = '', whole = '', aws = ''] = blocks;
const examples = readdirSync('examples/gitlab');
const example = (name: string): string => readFileSync(join('examples/gitlab', name), 'utf8');

let place: GitlabPlace;
beforeAll(async () => {
  place = await startGitlabPlace();
});
afterAll(async () => {
  await place[Symbol.asyncDispose]();
});

/** What a reader puts in the place of the names that the pages use. */
function filledIn(text: string): string {
  return text
    .replaceAll('$CI_SERVER_FQDN/org/ephemeral-creds', '@component')
    .replaceAll(/<full commit SHA>/g, '$CI_COMMIT_SHA')
    .replaceAll('https://broker.example.com', place.brokerUrl)
    .replaceAll('deploy-prod', 'deploy');
}

const scripts = {
  'deploy.sh':
    '#!/bin/sh\necho "deploying with ${EPHEMERAL_TOKEN:-$A_EPHEMERAL_TOKEN} <${#EPHEMERAL_TOKEN}>"\n',
  'migrate.sh': '#!/bin/sh\necho "migrating with $DB_EPHEMERAL_TOKEN"\n',
  'prepare.sh': '#!/bin/sh\necho preparing\n',
  'report.sh': '#!/bin/sh\necho reporting\n',
};

async function run(text: string, job = 'deploy'): Promise<Run> {
  using project = makeProject(filledIn(text), scripts);
  return await project.run(job, await place.variables());
}

async function expectGreen({ status, log }: Run): Promise<void> {
  expect(status).toBe(0);
  expect(log).toContain('deploying with ***');
  expect(renderingsShown(log)).toEqual([]);
  expect([...(await place.settled()).values()].filter((state) => state !== 'revoked')).toEqual([]);
}

describe('the README', () => {
  testWith(['bash', 'rsync'], 'has a first example that is a green job', async () => {
    await expectGreen(await run(basic));
  });

  testWith(['bash', 'rsync'], 'has an example with hooks of the job that is a green job', async () => {
    const include = basic.slice(0, basic.indexOf('deploy:'));
    const done = await run(include + hooks);
    await expectGreen(done);
    for (const text of ['preparing', 'reporting']) expect(done.log).toContain(`> ${text}`);
  });

  testWith(['bash', 'rsync'], 'has an example of a whole job that is a green job', async () => {
    await expectGreen(await run(whole));
  });

  testWith(['bash'], 'has an example for AWS that GitLab takes', async () => {
    const { status, log } = await run(
      `${aws}\ndeploy: { extends: .ephemeral-creds, script: [ "true" ] }\n`,
      '--preview',
    );
    expect(status).toBe(0);
    expect(log).toContain('aud: sts.amazonaws.com');
  });
});

/** The first include of a page. */
function includeOf(name: string): string {
  const text = readFileSync(`docs/how-to/${name}-without-a-broker.md`, 'utf8');
  const found = [...text.matchAll(/^```yaml\n(.*?)^```$/gms)].find(([, block]) =>
    block?.startsWith('include:'),
  );
  return found?.[1] ?? '';
}

describe('the pages about clouds have an example for GitLab that GitLab takes:', () => {
  for (const [name, audience] of [
    ['aws', 'sts.amazonaws.com'],
    ['gcp', 'https://iam.googleapis.com/projects/123456789/'],
    ['azure', 'api://AzureADTokenExchange'],
  ] as const)
    testWith(['bash'], name, async () => {
      const { status, log } = await run(includeOf(name), '--preview');
      expect(log).toContain(`aud: ${audience}`);
      expect(status).toBe(0);
    });
});

describe('examples/gitlab', () => {
  for (const name of examples)
    testWith(['bash', 'rsync'], `${name} is a green job`, async () => {
      await expectGreen(await run(example(name)));
    });
});
