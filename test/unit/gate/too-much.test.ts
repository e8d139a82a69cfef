import { expect, test } from '@jest/globals';
import { findFiles } from '../../../src/gate/files/find-files.ts';
import { readText } from '../../../src/gate/files/read-text.ts';
import { fileReaders } from '../../../src/gate/files/registry.ts';
import { inspect, unreadable } from '../../../src/gate/inspect.ts';
import { ruleBook } from '../../../src/gate/rules/registry.ts';

test('a tree with more files than are gone through is refused, not half searched', () => {
  // A fake tree whose every folder holds a thousand folders.
  const names = Array.from({ length: 1000 }, (_, at) => ({ name: String(at), folder: true }));
  const endless = { isFolder: () => true, list: () => names, read: () => undefined };
  expect(() => findFiles(endless, '.', fileReaders)).toThrow('more than 1,000,000 files');
});

test('a trust policy that is too long to be read is told, and stops no job', () => {
  const file = readText(
    'infra/roles.tf',
    `# ${'x'.repeat(513 * 1024)}\n# AssumeRoleWithWebIdentity\n`,
    fileReaders,
  );
  const findings = 'problem' in file ? [unreadable(file, ruleBook)] : inspect(file, ruleBook);
  expect(findings.map(({ rule, severity }) => [rule.id, severity])).toEqual([['EO901', 'warning']]);
});
