// Workflows of examples/github that no test of its own runs: main leaves what their later steps read, and post gives it back.
import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import type { HttpRequest } from '../../src/domain/host.ts';
import { mainStory } from '../../src/entry/core.ts';
import { postStory } from '../../src/entry/give-back.ts';
import { makeStage } from '../support/client/stage.ts';
import { clientWorld, jsonAnswer, type ClientWorld, type Server } from '../support/client/world.ts';
import { credentialOf } from '../support/credentials.ts';
import { exampleInputs } from '../support/example-workflow.ts';

interface Step {
  readonly id?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** What the steps after ours read: outputs by name, and variables that nobody else sets. */
function readLater(file: string): { outputs: string[]; variables: string[] } {
  const { jobs } = parse(readFileSync(`examples/github/${file}`, 'utf8')) as {
    jobs: Readonly<Record<string, { readonly steps: readonly Step[] }>>;
  };
  const steps = Object.values(jobs).flatMap((job) => job.steps);
  const at = steps.findIndex(({ uses }) => uses?.startsWith('org/ephemeral-creds@') === true);
  const text = JSON.stringify(steps.slice(at + 1));
  const outputs = [...text.matchAll(/steps\.([\w-]+)\.outputs\.([\w-]+)/g)].map(([, id, name = '']) => {
    expect(id).toBe(steps[at]?.id);
    return name;
  });
  const others = new Set(['GITHUB_REPOSITORY', ...steps.flatMap(({ env }) => Object.keys(env ?? {}))]);
  const variables = [...text.matchAll(/\$([A-Z]\w+)/g)].map(([, name = '']) => name);
  return { outputs, variables: variables.filter((name) => !others.has(name)) };
}

/** A FAKE token server of RFC 8693 and RFC 7009: it lends a token and takes it back. */
function tokenServer({ url }: HttpRequest): ReturnType<Server> | undefined {
  if (url.host !== 'login.example.com') return undefined;
  if (url.pathname === '/oauth2/revoke') return jsonAnswer({});
  return jsonAnswer({
    access_token: 'at-Zm9vYmFyYmF6cXV4MTIzNDU2Nzg5MA',
    issued_token_type: 'urn:ietf:params:oauth:token-type:access_token',
    token_type: 'Bearer',
    expires_in: 900,
  });
}

async function start(inputs: Readonly<Record<string, string>>): Promise<ClientWorld> {
  const stage = await makeStage({
    roles: {
      'app-ro': () => [credentialOf('postgres-login')],
      release: () => [credentialOf('github-token')],
    },
  });
  const server: Server = (request) => tokenServer(request) ?? stage.server(request);
  return clientWorld({ server, env: stage.env({ 'broker-url': '', ...inputs }) });
}

test.each<[file: string, variables: string[]]>([
  ['one-step.yml', []],
  ['give-back.yml', []],
  ['several-roles.yml', ['API_EPHEMERAL_TOKEN']],
  ['github-app.yml', []],
  ['postgres.yml', ['PGHOST', 'PGPORT', 'PGDATABASE', 'PGUSER', 'PGPASSWORD']],
  ['static.yml', []],
  ['token-exchange.yml', []],
])('%s: later steps find what they read, and the end gives it back', async (file, more) => {
  const inputs = exampleInputs(file);
  using world = await start(inputs);
  const status = await mainStory(world.host);
  expect([status, status === 0 ? '' : world.printed()]).toEqual([0, '']);
  const { outputs, variables } = readLater(file);
  expect(outputs.length + variables.length + more.length).toBeGreaterThan(0);
  expect(Object.keys(world.told('GITHUB_OUTPUT'))).toEqual(expect.arrayContaining(outputs));
  const told = Object.keys(world.told('GITHUB_ENV'));
  expect(told).toEqual(expect.arrayContaining([...variables, ...more]));
  if (inputs['export'] === 'outputs') expect(told).toEqual([]);
  using after = world.next();
  expect(await postStory(after.host)).toBe(0);
  expect(after.printed()).toContain('given back (revoked)');
});
