// What the ledger knows of a login at the moment when something is read with it: a job that is killed then owes it.
import { readFileSync } from 'node:fs';
import { afterEach, expect, test } from '@jest/globals';
import { mainStory } from '../../src/entry/core.ts';
import { postStory } from '../../src/entry/give-back.ts';
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
async function run(
  read: () => ReturnType<typeof jsonAnswer>,
): Promise<{ seen: Seen[]; sent: HttpRequest[]; status: number }> {
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
          value: await issuer.mint({
            audience: url.searchParams.get('audience') ?? '',
            at: world.clock.now(),
          }),
        });
      sent.push(request);
      if (url.pathname.endsWith('/login'))
        return jsonAnswer({ auth: { client_token: token, lease_duration: 900, token_type: 'service' } });
      if (url.pathname.endsWith('/revoke-self')) return { status: 204, headers: {}, body: new Uint8Array() };
      const [entry = ''] = world.host.files.list(world.job.folder).filter((name) => name.endsWith('.json'));
      const text = readFileSync(`${world.job.folder}/${entry}`, 'utf8');
      seen.push({
        entry: JSON.parse(text) as unknown,
        state: world.told('GITHUB_STATE'),
        printed: world.printed(),
      });
      return read();
    },
  });
  const status = await mainStory(world.host);
  return { seen, sent, status };
}

test('the login is in our file, named in the state and masked, before it is used', async () => {
  const { seen, status } = await run(() =>
    jsonAnswer({
      lease_id: 'database/creds/app/x',
      lease_duration: 600,
      data: { username: 'v-app', password },
    }),
  );
  expect(status).toBe(0);
  const [at] = seen;
  expect(at?.entry).toMatchObject({
    kept: { token },
    leases: [],
    debt: { url: 'https://vault.example.com' },
  });
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

interface Life {
  readonly inputs: Record<string, string>;
  readonly params?: string;
  /** Of the login. */
  readonly leaseSeconds?: number;
  readonly secret?: Record<string, unknown>;
  /** Of each attempt to give back, by its number from 0. */
  readonly revoked: (attempt: number) => number;
}

/** A job from main to post, at a server that can be away when something is given back. */
async function live(
  { inputs, params = '', leaseSeconds = 900, secret, revoked }: Life,
  between?: () => void,
) {
  const issuer = await makeIssuer();
  const given: string[] = [];
  world = clientWorld({
    env: {
      ...inputVariables(
        action.inputs({
          provider: 'vault',
          role: 'deploy',
          export: 'outputs',
          params: `url: https://vault.example.com\n${params}`,
          ...inputs,
        }),
      ),
      ACTIONS_ID_TOKEN_REQUEST_URL: 'https://tokens.example.com/token?v=1',
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'request-token',
    },
    server: async ({ url, headers }) => {
      if (url.host === 'tokens.example.com')
        return jsonAnswer({
          value: await issuer.mint({
            audience: url.searchParams.get('audience') ?? '',
            at: world.clock.now(),
          }),
        });
      if (url.pathname.endsWith('/login'))
        return jsonAnswer({
          auth: { client_token: token, lease_duration: leaseSeconds, token_type: 'service' },
        });
      if (!url.pathname.endsWith('/revoke-self')) return jsonAnswer(secret ?? {});
      const status = revoked(given.length);
      given.push(headers['x-vault-token'] ?? '');
      return { status, headers: {}, body: new Uint8Array() };
    },
  });
  const main = await mainStory(world.host);
  const before = given.length;
  between?.();
  const next = world.next();
  const post = await postStory(next.host);
  return { main, post, given: { byMain: given.slice(0, before), byPost: given.slice(before) }, next };
}

test('a login that main refused and could not give back is given back by post', async () => {
  let away = true;
  const { main, post, given } = await live(
    { inputs: { 'max-ttl': '5m' }, revoked: () => (away ? 403 : 204) },
    () => {
      away = false;
    },
  );
  expect(main).not.toBe(0);
  expect(given.byMain).toEqual([token]);
  expect(given.byPost).toEqual([token]);
  expect(post).toBe(0);
});

test('a login whose time is over may have been renewed: the server is asked, not the clock', async () => {
  const { main, given } = await live({ inputs: {}, revoked: () => 204 }, () => {
    world.clock.advance(3600);
  });
  expect(main).toBe(0);
  expect(given.byPost).toEqual([token]);
});

test('a lease whose end no calendar has is refused by that, and the login given back', async () => {
  const { main, given } = await live({
    inputs: {},
    params: 'secrets: [{ path: aws/sts/x, as: aws-session, with: { region: eu-west-1 } }]',
    secret: {
      lease_id: 'aws/sts/x/1',
      lease_duration: 1e300,
      data: {
        access_key: 'ASIA1234567890ABCDEF',
        secret_key: password,
        session_token: `${password}-session`,
      },
    },
    revoked: () => 204,
  });
  expect(main).not.toBe(0);
  expect(given.byMain).toEqual([token]);
  expect(world.printed()).toContain('lease-unsuitable');
});

test('a token that another step has put in the place of ours is not revoked for it, and that is said', async () => {
  const { post, given, next } = await live({ inputs: {}, revoked: () => 204 }, () => {
    const [entry = ''] = world.host.files.list(world.job.folder).filter((name) => name.endsWith('.json'));
    const path = `${world.job.folder}/${entry}`;
    world.host.files.replace(
      path,
      readFileSync(path, 'utf8').replaceAll(token, 's.AAAAAAAAAAAAAAAAAAAAAAAA'),
    );
  });
  expect(given.byPost).toEqual([]);
  expect(post).toBe(0);
  expect(next.printed()).toContain('is gone from the ledger’s file');
});
