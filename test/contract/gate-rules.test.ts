import { describe, expect, test } from '@jest/globals';
import { wrongWaivers } from '../../src/gate/apply-policy.ts';
import { noPolicy, policyFileName, readGatePolicy } from '../../src/gate/gate-policy.ts';
import { readText } from '../../src/gate/files/read-text.ts';
import { literalsIn } from '../../src/gate/files/literals.ts';
import { fileReaders } from '../../src/gate/files/registry.ts';
import type { Finding } from '../../src/gate/finding.ts';
import { inlineRemarks } from '../../src/gate/inline-remarks.ts';
import { inspect, unreadable } from '../../src/gate/inspect.ts';
import { downgrades } from '../../src/gate/policy-downgrade.ts';
import { ruleBook, rules } from '../../src/gate/rules/registry.ts';
import { exampleFile } from '../../src/gate/rules/example-files.ts';
import type { Example } from '../../src/gate/rules/rule.ts';

const now = new Date('2026-06-01T12:00:00Z');

async function findings(example: Example): Promise<Finding[]> {
  const { path, text } = exampleFile(example);
  if (path === policyFileName) return inPolicy(text, 'before' in example ? example.before : undefined);
  const file = readText(path, text, fileReaders);
  const remarks = inlineRemarks(file.source, noPolicy, ruleBook.remarks, now);
  return 'problem' in file
    ? [unreadable(file, ruleBook), ...remarks]
    : [...inspect({ ...file, literals: await literalsIn(file.source) }, ruleBook), ...remarks];
}

function inPolicy(text: string, before: string | undefined): Finding[] {
  const policy = readGatePolicy(policyFileName, text);
  const wrong = wrongWaivers(policy, ruleBook.waivers, now);
  if (before === undefined) return wrong;
  const was = readGatePolicy(policyFileName, before);
  return [...wrong, ...downgrades({ policy: was }, { policy, at: now }, ruleBook.downgrades, () => 'error')];
}

describe.each(rules.map((rule) => ({ rule, name: `${rule.id} ${rule.name}` })))('$name', ({ rule }) => {
  test.each(rule.examples.finds.map((example, index) => ({ example, index })))(
    'finds its example $index',
    async ({ example }) => {
      const own = (await findings(example)).filter((each) => each.rule.id === rule.id);
      expect(own).not.toEqual([]);
      if ('lines' in example) expect(own.map(({ start }) => start.line)).toEqual(example.lines);
    },
  );

  test.each(rule.examples.passes.map((example, index) => ({ example, index })))(
    'passes its counter-example $index',
    async ({ example }) => {
      expect((await findings(example)).filter((each) => each.rule.id === rule.id)).toEqual([]);
    },
  );

  test('says what is wrong with it and what to do instead', () => {
    expect(rule.examples.finds.length).toBeGreaterThan(0);
    expect(rule.examples.passes.length).toBeGreaterThan(0);
    for (const text of [rule.what, rule.why, rule.hint.text, rule.hint.before, rule.hint.after])
      expect(text).not.toBe('');
    expect(rule.id).toMatch(/^EO\d{3}$/);
  });
});

test('no two rules have one id', () => {
  expect(new Set(rules.map(({ id }) => id)).size).toBe(rules.length);
});

test('what a credential rule passes, no other rule calls a credential', async () => {
  const wrong: string[] = [];
  for (const rule of ruleBook.credentials) {
    for (const example of rule.examples.passes) {
      const found = (await findings(example)).filter(
        (each) => each.rule.id.startsWith('EO1') && each.rule.id !== 'EO116',
      );
      wrong.push(...found.map((each) => `${rule.id}: ${each.rule.id} ${each.message}`));
    }
  }
  expect(wrong).toEqual([]);
});
