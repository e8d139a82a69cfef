import { describe, expect, test } from '@jest/globals';
import { behindOf, ledEarlier, variablesAfter } from '../../../src/commands/variables-after.ts';

const pointers = [{ name: 'NPM_CONFIG_USERCONFIG', value: '/ours/npmrc', after: '/theirs/npmrc' }];
const after = (env: Record<string, string>): Record<string, string> =>
  variablesAfter({ id: 'a', variables: ['TOKEN'], pointers }, { env });

test('what holds secrets is blanked, what leads a tool somewhere leads where it led before', () => {
  const restored = { TOKEN: '', NPM_CONFIG_USERCONFIG: '/theirs/npmrc' };
  expect(after({ NPM_CONFIG_USERCONFIG: '/ours/npmrc', TOKEN: 'x' })).toEqual(restored);
  // A shell that has not read its file again.
  expect(after({})).toEqual(restored);
});

test('what a later step has led elsewhere stays: its lease lives on', () => {
  expect(after({ NPM_CONFIG_USERCONFIG: '/later/npmrc' })).toEqual({ TOKEN: '' });
});

test('a step that fails after it has told the runner takes it back: it has them as they were before itself', () => {
  const restored = { TOKEN: '', NPM_CONFIG_USERCONFIG: '/theirs/npmrc' };
  expect(after({ NPM_CONFIG_USERCONFIG: '/theirs/npmrc' })).toEqual(restored);
});

describe('C37 two steps of one job with the same exporter', () => {
  const name = 'DOCKER_CONFIG';
  const first = { id: 'a', variables: ['TOKEN'], pointers: [{ name, value: '/first', after: '/theirs' }] };
  const behind = behindOf(name, '/first', [first]);
  const pointer = { name, value: '/second', after: '/first', behind };
  const second = { id: 'b', variables: ['TOKEN'], pointers: [pointer], before: ['a'] };
  const env = { [name]: '/second', TOKEN: 'of the second' };

  test('the first is given back: nothing that the second has set is touched, whatever this process was told of it', () => {
    expect(variablesAfter(first, { env }, [second])).toEqual({});
    expect(variablesAfter(first, { env: {} }, [second])).toEqual({});
  });

  test('the second is given back: tools are led to the first, while that lives', () => {
    expect(variablesAfter(second, { env }, [first])).toEqual({ TOKEN: '', [name]: '/first' });
  });

  test('the second is given back after the first, or with it: tools are led where the user’s own files are', () => {
    expect(variablesAfter(second, { env }, [])).toEqual({ TOKEN: '', [name]: '/theirs' });
    expect(variablesAfter(first, { env }, [])).toEqual({ TOKEN: '' });
  });

  test('of three, the one in the middle is over', () => {
    const third = {
      name,
      value: '/third',
      after: '/second',
      behind: behindOf(name, '/second', [first, second]),
    };
    const last = { id: 'c', variables: [], pointers: [third], before: ['a', 'b'] };
    expect(variablesAfter(last, { env: { [name]: '/third' } }, [first])).toEqual({ [name]: '/first' });
    expect(variablesAfter(last, { env: { [name]: '/third' } })).toEqual({ [name]: '/theirs' });
  });

  test('a value that both share stays while one of them lives', () => {
    const shared = { name: 'BUILDX_CONFIG', value: '/home/.docker/buildx', after: '' };
    const one = { id: 'a', variables: [], pointers: [shared] };
    const again = {
      ...shared,
      after: shared.value,
      behind: behindOf('BUILDX_CONFIG', shared.value, [one]),
    };
    const two = { id: 'b', variables: [], pointers: [again], before: ['a'] };
    const now = { env: { BUILDX_CONFIG: shared.value } };
    expect(variablesAfter(one, now, [two])).toEqual({});
    expect(variablesAfter(two, now, [one])).toEqual({});
    expect(variablesAfter(two, now)).toEqual({ BUILDX_CONFIG: '' });
  });

  test('what a user had set is no entry’s, and nothing lies behind it', () => {
    expect(behindOf(name, '/theirs', [first])).toEqual([]);
  });
});

describe('what earlier commands of a job have led elsewhere, for a shell that has not read it', () => {
  const led = (id: string, value: string, after: string, before: readonly string[] = []) => ({
    ...{ id, variables: [], before },
    pointers: [{ name: 'KUBECONFIG', value, after }],
  });
  const entries = [led('a', '/first', '/theirs'), led('b', '/second', '/first', ['a'])];

  test('the latest counts', () => {
    for (const each of [entries, entries.toReversed()])
      expect(ledEarlier(each, { env: {} })).toEqual({ KUBECONFIG: '/second' });
    expect(ledEarlier(entries.toReversed(), { env: { KUBECONFIG: '/first' } })).toEqual({
      KUBECONFIG: '/second',
    });
    expect(ledEarlier([], { env: {} })).toEqual({});
  });

  test('what the shell has led elsewhere itself stays', () => {
    expect(ledEarlier(entries, { env: { KUBECONFIG: '/mine' } })).toEqual({});
  });
});
