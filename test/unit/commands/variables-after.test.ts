import { expect, test } from '@jest/globals';
import { variablesAfter } from '../../../src/commands/variables-after.ts';

const pointers = [{ name: 'NPM_CONFIG_USERCONFIG', value: '/ours/npmrc', after: '/theirs/npmrc' }];
const after = (env: Record<string, string>): Record<string, string> =>
  variablesAfter({ variables: ['TOKEN'], pointers }, { env });

test('what holds secrets is blanked, what leads a tool somewhere leads where it led before', () => {
  const restored = { TOKEN: '', NPM_CONFIG_USERCONFIG: '/theirs/npmrc' };
  expect(after({ NPM_CONFIG_USERCONFIG: '/ours/npmrc', TOKEN: 'x' })).toEqual(restored);
  // A shell that has not read its file again.
  expect(after({})).toEqual(restored);
});

test('what a later step has led elsewhere stays: its lease lives on', () => {
  expect(after({ NPM_CONFIG_USERCONFIG: '/later/npmrc' })).toEqual({ TOKEN: '' });
});
