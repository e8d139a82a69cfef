import { afterEach, expect, test } from '@jest/globals';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { inProcess, type InProcess } from '../support/client/in-process.ts';

let story: InProcess | undefined;
afterEach(async () => {
  await story?.[Symbol.asyncDispose]();
  story = undefined;
});

test('a broker that asks for a nonce has it in the second request, with the same ID token and the same handle', async () => {
  story = await inProcess({ yaml: (yaml) => `${yaml}nonce: required\n` });
  expect(await story.main()).toBe(0);
  expect(story.passed.map(({ path, status }) => [path, status])).toEqual([
    ['/token', 400],
    ['/token', 200],
  ]);
  const [first, second] = story.passed;
  expect(second?.form).toEqual(first?.form);
  expect(story.minted).toHaveLength(1);
  const [asked, signed] = [first?.headers['dpop'] ?? '', second?.headers['dpop'] ?? ''];
  expect(decodeProtectedHeader(signed)).toEqual(decodeProtectedHeader(asked));
  expect(decodeJwt(asked)['nonce']).toBeUndefined();
  expect(decodeJwt(signed)['nonce']).toMatch(/^[A-Za-z0-9_-]{48}$/);
  expect(decodeJwt(signed).jti).not.toBe(decodeJwt(asked).jti);
  expect((await story.post()).status).toBe(0);
  const { passed } = story;
  expect(
    passed.slice(2).map(({ path, status, text }) => [path, status, /"state":"(\w+)"/.exec(text)?.[1]]),
  ).toEqual([['/revoke', 200, 'revoked']]);
});
