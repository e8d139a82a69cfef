import { expect, test } from '@jest/globals';
import { optionGroups } from '../../../src/cli/option-groups.ts';
import { options } from '../../../src/config/options.ts';
import type { Option } from '../../../src/domain/option.ts';

test('help shows every option of the command line, each in one group', () => {
  const rows = options.filter(({ on }: Option) => on.includes('cli')).map(({ name }) => name as string);
  expect(optionGroups.flatMap(({ names }) => names).toSorted()).toEqual(rows.toSorted());
});
