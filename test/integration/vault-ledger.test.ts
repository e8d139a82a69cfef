// What the ledger knows of a login at the moment when something is read with it: a job that is killed then owes it.
import { readFileSync } from 'node:fs';
import { afterEach, expect, test } from '@jest/globals';
import { mainStory, postStory } from '../../src/entry/core.ts';
import type { HttpRequest } from '../../src/domain/host.ts';
import { clientWorld, jsonAnswer, type ClientWorld } from '../support/client/world.ts';
import { makeIssuer } from '../support/issuer.ts';
import { inputVariables } from '../support/runner-env.ts';
import { readAction } from '../support/runner-action.ts';

const action = readAction('action.yml');
const token = 's.Zm9vYmFyYmF6cXV4MTIzNDU2';
const password = 'A1a-Zm9vYmFyYmF6cXV4';
let world: ClientWorld;
afterEach(() => {
  world[Symbol.dispose]();
});

interface Seen {
  readonly entry: unknown;
  readonly state: Record<string, string>;
  readonly printed: string;
}

/** Runs main; what the ledger holds is looked at while the secret is read. */
async function run(read: () => ReturnType<typeof jsonAnswer>): Promise<{ seen: Seen[]; sent: HttpRequest[]; status: number }> {
  const issuer = await makeIssuer();
  const seen: Seen[] = [];
  const sent: HttpRequest[] = [];
  world = clientWorld({
    env: {
      ...inputVariables(
        action.inputs({
          provider: 'vault',
          role: 'deploy',
          export: 'outputs',
          params: 'url: https://vault.example.com\nsecrets: [{ path: database/creds/app, as: basic-login }]',
        }),
      ),
      ACTIONS_ID_TOKEN_REQUEST_URL: 'https://tokens.example.com/token?v=1',
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'request-token',
    },
    server: async (request) => {
      const { url } = request;
      if (url.host === 'tokens.example.com')
        return jsonAnswer({
          value: await issuer.mint({ audience: url.searchParams.get('audience') ?? '', at: world.clock.now() }),
        });
      sent.push(request);
      if (url.pathname.endsWith('/login'))
        return jsonAnswer({ auth: { client_token: token, lease_duration: 900, token_type: 'service' } });
      if (url.pathname.endsWith('/revoke-self')) return { status: 204, headers: {}, body: new Uint8Array() };
      const [entry = ''] = world.host.files.list(world.job.folder).filter((name) => name.endsWith('.json'));
      const text = readFileSync(`${world.job.folder}/${entry}`, 'utf8');
      seen.push({ entry: JSON.parse(text) as unknown, state: world.told('GITHUB_STATE'), printed: world.printed() });
      return read();
    },
  });
  const status = await mainStory(world.host);
  return { seen, sent, status };
}

test('the login is in our file, named in the state and masked, before it is used', async () => {
  const { seen, status } = await run(() =>
    jsonAnswer({ lease_id: 'database/creds/app/x', lease_duration: 600, data: { username: 'v-app', password } }),
  );
  expect(status).toBe(0);
  const [at] = seen;
  expect(at?.entry).toMatchObject({ kept: { token }, leases: [], debt: { url: 'https://vault.example.com' } });
  expect(JSON.parse(at?.state['ledger'] ?? '')).toMatchObject({ kept: {} });
  expect(JSON.stringify(at?.state)).not.toContain(token);
  expect(at?.printed).toContain(`::add-mask::${token}\n`);
});

test('a job that was killed while it read gives the login back in post', async () => {
  const { seen } = await run(() => {
    throw new Error('killed here');
  });
  const sent: HttpRequest[] = [];
  const [at] = seen;
  const ledger = at?.state['ledger'] ?? '';
  const { id } = JSON.parse(ledger) as { id: string };
  // The file as it was at that moment: what undid the run above has removed it.
  world.host.files.makePrivateFolder(world.job.folder);
  world.host.files.create(`${world.job.folder}/${id}.json`, JSON.stringify(at?.entry));
  const next = world.next({ STATE_ledger: ledger });
  const status = await postStory({
    ...next.host,
    send: (request) => {
      sent.push(request);
      return Promise.resolve({ status: 204, headers: {}, body: new Uint8Array() });
    },
  });
  expect(status).toBe(0);
  expect(sent.map(({ url, headers }) => [url.pathname, headers['x-vault-token']])).toEqual([
    ['/v1/auth/token/revoke-self', token],
  ]);
});
