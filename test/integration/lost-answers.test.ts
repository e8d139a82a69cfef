// A server that takes back nothing but the token itself, and an answer of it that never came: the next one serves the job,
// and the job is told what may live on.
import { afterEach, expect, test } from '@jest/globals';
import { mainStory } from '../../src/entry/core.ts';
import { postStory } from '../../src/entry/give-back.ts';
import { TransportError, type HttpRequest, type TransportFault } from '../../src/domain/host.ts';
import { clientWorld, jsonAnswer, type ClientWorld } from '../support/client/world.ts';
import { makeIssuer } from '../support/issuer.ts';
import { readAction } from '../support/runner-action.ts';
import { inputVariables } from '../support/runner-env.ts';

const action = readAction('action.yml');
const issuer = makeIssuer();
let world: ClientWorld;
afterEach(() => {
  world[Symbol.dispose]();
});

const warning = /::warning [^\n]*nobody has it and nobody can give it back/;

interface Told {
  readonly status: number;
  readonly asked: number;
  readonly text: string;
  readonly revoked: readonly unknown[];
}

/** Main and post, whose first exchange ends as told. */
async function run(first: TransportFault | number, inputs: Record<string, string>): Promise<Told> {
  let asked = 0;
  const revoked: unknown[] = [];
  const server = async ({ url, method, headers, body }: HttpRequest) => {
    if (url.host === 'tokens.example.com') {
      const audience = url.searchParams.get('audience') ?? '';
      return jsonAnswer({ value: await (await issuer).mint({ audience, at: world.clock.now() }) });
    }
    if (method === 'DELETE') {
      revoked.push(headers['authorization']);
      return { status: 204, headers: {}, body: new Uint8Array() };
    }
    if (url.pathname === '/revoke') {
      revoked.push(new URLSearchParams(body).get('token'));
      return { status: 200, headers: {}, body: new Uint8Array() };
    }
    if (url.pathname.endsWith('/revoke-self')) {
      revoked.push(headers['x-vault-token']);
      return { status: 204, headers: {}, body: new Uint8Array() };
    }
    if (++asked > 1) return jsonAnswer(issued(`tok-${String(asked)}-Zm9vYmFyYmF6cXV4`));
    if (typeof first === 'number') return jsonAnswer({}, first);
    throw new TransportError(first);
  };
  world = clientWorld({
    env: {
      ...inputVariables(action.inputs({ export: 'outputs', ...inputs })),
      ACTIONS_ID_TOKEN_REQUEST_URL: 'https://tokens.example.com/token?v=1',
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'request-token',
    },
    server,
  });
  const status = await mainStory(world.host);
  const text = world.printed();
  await postStory(world.next().host);
  return { status, asked, text, revoked };
}

/** In the forms of all of them: each reads its own. */
function issued(token: string): object {
  return {
    token,
    access_token: token,
    token_type: 'Bearer',
    expires_in: 600,
    auth: { client_token: token, lease_duration: 600 },
  };
}

const crates = { provider: 'crates', params: 'url: https://crates.example' };

test.each(['timeout', 'reset', 'truncated', 500, 502, 504, 520, 524] as const)(
  '%s: the second answer is used, given back, and told',
  async (fault) => {
    const { status, asked, text, revoked } = await run(fault, crates);
    expect([status, asked]).toEqual([0, 2]);
    expect(text).toMatch(warning);
    expect(revoked).toEqual(['Bearer tok-2-Zm9vYmFyYmF6cXV4']);
  },
);

test.each(['refused', 'dns-temporary', 503, 429, 408, 522] as const)(
  '%s: nothing was issued, and nothing is told',
  async (first) => {
    const { status, asked, text } = await run(first, crates);
    expect([status, asked]).toEqual([0, 2]);
    expect(text).not.toMatch(warning);
  },
);

test.each<readonly [string, Record<string, string>]>([
  [
    'octo-sts',
    {
      role: 'release',
      params: 'url: https://sts.example\napi-url: https://api.example\nscope: octo-org/octo-repo',
    },
  ],
  [
    'sts',
    { params: 'token-endpoint: https://sts.example/token\nrevocation-endpoint: https://sts.example/revoke' },
  ],
  ['vault', { role: 'deploy', params: 'url: https://vault.example' }],
])('504 of what stands before %s: likewise', async (provider, inputs) => {
  const { status, asked, text, revoked } = await run(504, { provider, ...inputs });
  expect([status, asked]).toEqual([0, 2]);
  expect(text).toMatch(warning);
  expect(revoked).toEqual([expect.stringContaining('tok-2-Zm9vYmFyYmF6cXV4')]);
});

test('where nothing can ever be given back, a lost answer changes nothing', async () => {
  const { status, text } = await run('truncated', {
    provider: 'npm',
    role: 'site',
    params: 'url: https://registry.example',
  });
  expect(status).toBe(0);
  expect(text).not.toMatch(warning);
});
