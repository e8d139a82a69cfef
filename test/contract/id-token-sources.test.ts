import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, test } from '@jest/globals';
import { options } from '../../src/config/options.ts';
import { startDeadline } from '../../src/domain/deadline.ts';
import type { IdToken } from '../../src/domain/id-token.ts';
import { idTokenSources } from '../../src/id-tokens/registry.ts';
import { clientWorld, jsonAnswer, type ClientWorld } from '../support/client/world.ts';
import { makeIssuer, type TokenOptions } from '../support/issuer.ts';
import { everythingIn, failureOf } from '../support/scan.ts';

const issuer = await makeIssuer();
const now = new Date('2026-11-20T16:00:00Z');
const address = 'https://run-actions-1.actions.githubusercontent.com/x?api-version=2.0';

/** For every source: the environment in which it hands out this token. A new source is a line. */
interface Given {
  readonly env: Record<string, string>;
  readonly name: string;
}
const given: Readonly<Record<string, (token: string) => Given>> = {
  'github-request': () => ({
    env: { ACTIONS_ID_TOKEN_REQUEST_URL: address, ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'request-token' },
    name: '',
  }),
  'gitlab-variable': (token) => ({ env: { EPHEMERAL_CREDS_ID_TOKEN: token }, name: '' }),
  env: (token) => ({ env: { THE_TOKEN: token }, name: 'THE_TOKEN' }),
  file: (token) => {
    const path = join(folder, 'token');
    writeFileSync(path, `${token}\n`);
    return { env: {}, name: path };
  },
};

const folder = mkdtempSync(join(tmpdir(), 'token-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const worlds: ClientWorld[] = [];
afterEach(() => {
  for (const world of worlds.splice(0)) world[Symbol.dispose]();
});

/** Asks for `audience` where the platform has a token for something else, or the right one. */
async function ask(
  source: string,
  audience: string,
  options_: TokenOptions & { text?: string } = {},
): Promise<{ idToken: IdToken; token: string; world: ClientWorld; mints: boolean }> {
  const token = options_.text ?? (await issuer.mint({ audience, at: now, ...options_ }));
  const { env, name } = given[source]?.(token) ?? { env: {}, name: '' };
  const world = clientWorld({ env, server: () => jsonAnswer({ value: token }) });
  worlds.push(world);
  const made = (await idTokenSources[source]?.())?.(world.job, name);
  if (made === undefined) throw new Error(`no source ${source}`);
  const idToken = await made.request(audience, {
    host: world.host,
    deadline: startDeadline(world.clock, 20),
  });
  return { idToken, token, world, mints: made.mints };
}

test('every source of the registry stands here, and those that a workflow may name are in the text of the option', () => {
  expect(Object.keys(given).sort()).toEqual(Object.keys(idTokenSources).sort());
  const text = options.find(({ name }) => name === 'id-token')?.text ?? '';
  for (const name of Object.keys(idTokenSources).filter((each) => !each.includes('-')))
    expect(text).toContain(`\`${name}:`);
});

describe.each(Object.keys(given))('the source %s', (source) => {
  test('gives the token for exactly the audience that is asked for', async () => {
    for (const audience of ['https://b.example', 'https://b.example/jkt/abc', 'urn:x?a=b&c#d']) {
      const { idToken, token } = await ask(source, audience);
      expect(idToken).toMatchObject({
        audience,
        issuer: issuer.url,
        claims: { repository: 'octo-org/octo-repo' },
      });
      expect(idToken.token.reveal()).toBe(token);
    }
  });

  test('asks the platform only if it mints, and then once', async () => {
    const { world, mints } = await ask(source, 'https://b.example');
    expect(world.journal.filter((deed) => deed.startsWith('send'))).toHaveLength(mints ? 1 : 0);
  });

  test.each<readonly [string, TokenOptions & { text?: string }]>([
    ['for another audience', { audience: 'https://other.example' }],
    ['that ended long ago', { lifetimeSeconds: -3600 }],
    ['without an issuer', { claims: { iss: undefined } }],
    ['that is no token', { text: 'hunter2-hunter2' }],
    ['that is far too long', { claims: { pad: 'x'.repeat(20_000) } }],
  ])('C10 refuses a token %s, and no error holds any of it', async (_, how) => {
    const error = await failureOf(() => ask(source, 'https://b.example', how));
    expect(error).toMatchObject({ code: 'id-token-mismatch', exit: 65 });
    expect(everythingIn(error)).not.toMatch(/eyJ[\w-]{20}|hunter2/);
  });

  test('without what it needs throws an error of ours that says what', async () => {
    using world = clientWorld();
    const job = { ...world.job, whyUntrusted: () => Promise.resolve(undefined) };
    const made = (await idTokenSources[source]?.())?.(
      job,
      source === 'file' ? '/nowhere/at-all' : 'THE_TOKEN',
    );
    const call = { host: world.host, deadline: startDeadline(world.clock, 20) };
    expect(await failureOf(() => made?.request('a', call))).toMatchObject({
      name: 'CredsError',
      exit: 64,
      hint: expect.stringMatching(/\w/),
    });
    expect(world.journal).toEqual([]);
  });

  test('prints nothing itself: hiding the token is for who asked', async () => {
    const { world } = await ask(source, 'https://b.example');
    expect(world.printed()).toBe('');
  });
});
