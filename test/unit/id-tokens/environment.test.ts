import { describe, expect, test } from '@jest/globals';
import { startDeadline } from '../../../src/domain/deadline.ts';
import type { IdToken } from '../../../src/domain/id-token.ts';
import { findIdTokenSource } from '../../../src/id-tokens/registry.ts';
import { clientWorld } from '../../support/client/world.ts';
import { makeIssuer } from '../../support/issuer.ts';
import { everythingIn, failureOf } from '../../support/scan.ts';

const issuer = await makeIssuer({ platform: 'gitlab' });
const token = await issuer.mint({ audience: 'https://b.example', at: new Date('2026-11-20T16:00:00Z') });

async function request(
  env: Record<string, string>,
  name = 'ID_TOKEN',
  audience = 'https://b.example',
): Promise<IdToken> {
  using world = clientWorld({ env });
  const source = await findIdTokenSource(`env:${name}`, world.job);
  expect(source).toMatchObject({ name: `env:${name}`, mints: false });
  const idToken = await source.request(audience, {
    host: world.host,
    deadline: startDeadline(world.clock, 9),
  });
  expect(world.journal).toEqual([]);
  return idToken;
}

test('the token of a variable is read, without the white space that files bring, and nothing is sent', async () => {
  expect((await request({ ID_TOKEN: ` ${token}\n` })).token.reveal()).toBe(token);
});

describe('a variable', () => {
  test.each<readonly [string, Record<string, string>]>([
    ['that is not set', {}],
    ['that is empty', { ID_TOKEN: ' ' }],
  ])('%s is named', async (_, env) => {
    const error = await failureOf(() => request(env));
    expect(error).toMatchObject({ code: 'input-invalid' });
    expect(String(error)).toContain('ID_TOKEN');
  });

  test('that holds something else is refused, and not told', async () => {
    const error = await failureOf(() => request({ ID_TOKEN: 'hunter2-hunter2' }));
    expect(error).toMatchObject({ code: 'id-token-mismatch' });
    expect(everythingIn(error)).not.toContain('hunter2');
  });

  test('whose token is for another is refused', async () => {
    const error = await failureOf(() => request({ ID_TOKEN: token }, 'ID_TOKEN', 'https://other.example'));
    expect(error).toMatchObject({ code: 'id-token-mismatch' });
    expect(everythingIn(error)).not.toContain(token.slice(0, 40));
  });
});

test('a source that nobody knows is refused', async () => {
  using world = clientWorld();
  const { job } = world;
  for (const choice of ['fil:/x', 'constructor:x', 'auto2', ''])
    expect(await failureOf(() => findIdTokenSource(choice, job))).toMatchObject({ code: 'input-invalid' });
  expect(await failureOf(() => findIdTokenSource('auto', { ...job, platform: 'posix' }))).toMatchObject({
    code: 'input-invalid',
  });
});
