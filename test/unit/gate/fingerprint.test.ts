import { fc } from '../../support/property.ts';
import { expect, test } from '@jest/globals';
import { parseDocument } from 'yaml';
import { readText } from '../../../src/gate/files/read-text.ts';
import { fileReaders } from '../../../src/gate/files/registry.ts';
import { fingerprints } from '../../../src/gate/fingerprint.ts';
import { inspect } from '../../../src/gate/inspect.ts';
import { exampleFile } from '../../../src/gate/rules/example-files.ts';
import { ruleBook, rules } from '../../../src/gate/rules/registry.ts';

const examples = rules
  .flatMap(({ examples: { finds } }) => finds.map(exampleFile))
  .filter(({ path }) => path !== '.ephemeral-creds.yml')
  .filter(({ path, text }) => !('problem' in readText(path, text, fileReaders)));

function found(path: string, text: string): ReturnType<typeof inspect> {
  const file = readText(path, text, fileReaders);
  if ('problem' in file) throw new Error(file.problem);
  return inspect(file, ruleBook);
}

test('fingerprints stay when lines shift and are indented in another way', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...examples),
      fc.nat({ max: 5 }),
      fc.boolean(),
      ({ path, text }, above, wider) => {
        const indented =
          wider && /\.ya?ml$/.test(path) ? parseDocument(text).toString({ indent: 4, lineWidth: 0 }) : text;
        const moved = `${'# a remark\n'.repeat(above)}${indented}`;
        expect(fingerprints(found(path, moved))).toEqual(fingerprints(found(path, text)));
      },
    ),
  );
});

test('no two findings of a file have one fingerprint', () => {
  for (const { path, text } of examples) {
    const all = fingerprints(found(path, text));
    expect(new Set(all).size).toBe(all.length);
  }
});
