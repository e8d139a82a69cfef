import { describe, expect, test } from '@jest/globals';
import { startDeadline } from '../../../src/domain/deadline.ts';
import type { IdToken } from '../../../src/domain/id-token.ts';
import { findIdTokenSource } from '../../../src/id-tokens/registry.ts';
import { clientWorld } from '../../support/client/world.ts';
import { makeIssuer } from '../../support/issuer.ts';
import { everythingIn, failureOf } from '../../support/scan.ts';

const issuer = await makeIssuer({ platform: 'gitlab' });
const at = new Date('2026-11-20T16:00:00Z');
const audience = 'https://b.example';

async function request(token: string | undefined, choice = 'auto'): Promise<IdToken> {
  using world = clientWorld({ env: token === undefined ? {} : { EPHEMERAL_CREDS_ID_TOKEN: token } });
  const source = await findIdTokenSource(choice, { ...world.job, platform: 'gitlab-ci' });
  return await source.request(audience, { host: world.host, deadline: startDeadline(world.clock, 9) });
}

test('GitLab’s own token is in the variable of the component, and there is only that one', async () => {
  const token = await issuer.mint({ audience, at });
  expect((await request(token)).token.reveal()).toBe(token);
  using world = clientWorld();
  expect(await findIdTokenSource('auto', { ...world.job, platform: 'gitlab-ci' })).toMatchObject({
    mints: false,
  });
});

describe('what is wrong says what to change in the pipeline', () => {
  test('no `id_tokens:` in the job', async () => {
    expect(await failureOf(() => request(undefined))).toMatchObject({
      code: 'id-token-permission-missing',
      exit: 64,
      hint: expect.stringMatching(/hidden job.*`id_tokens:/),
    });
  });

  test('another audience, or a list of them', async () => {
    for (const aud of ['https://other.example', [audience]]) {
      const token = await issuer.mint({ at, claims: { aud } });
      const error = await failureOf(() => request(token));
      expect(error).toMatchObject({
        code: 'id-token-mismatch',
        hint: expect.stringMatching(/`aud`.*no list/),
      });
      expect(everythingIn(error)).not.toContain(token.slice(0, 40));
    }
  });

  test('a token that has expired: its `exp` is the job’s timeout', async () => {
    for (const lifetimeSeconds of [-90, -3600]) {
      const token = await issuer.mint({ audience, at, lifetimeSeconds });
      expect(await failureOf(() => request(token))).toMatchObject({ code: 'id-token-mismatch' });
    }
    const token = await issuer.mint({ audience, at, lifetimeSeconds: -90 });
    expect(await failureOf(() => request(token))).toMatchObject({
      hint: expect.stringMatching(/`timeout`.*beginning/),
    });
  });

  test('a clock that is off by seconds is the broker’s to judge', async () => {
    const token = await issuer.mint({ audience, at, lifetimeSeconds: -30 });
    expect((await request(token)).issuer).toBe(issuer.url);
  });
});

test('where no platform mints a token, the error names the two ways to give one', async () => {
  using world = clientWorld();
  const error = await failureOf(() => findIdTokenSource('auto', { ...world.job, platform: 'posix' }));
  expect(error).toMatchObject({
    code: 'input-invalid',
    hint: expect.stringMatching(/`env:NAME`.*`file:/),
  });
});

test('a file’s name may have colons in it', async () => {
  using world = clientWorld();
  expect(await findIdTokenSource('file:/run/a:b', world.job)).toMatchObject({ name: 'file:/run/a:b' });
});
