import { execFileSync } from 'node:child_process';
import type * as Core from '@actions/core';
import { describe, expect, test } from '@jest/globals';
import { fc } from '../../support/property.ts';
import { workflowCommand } from '../../../src/protocol/workflow-command.ts';
import { hostileText } from '../../support/faults.ts';
import { parseWorkflowCommand } from '../../support/workflow-command.ts';

const spoken = [
  '',
  'plain',
  '100% %25 %0A',
  'a:b,c=d',
  'line\nline\r\nline\r',
  '::add-mask::x',
  ' padded ',
  'Größe 😀',
  hostileText,
];
const texts = [
  ...spoken,
  ...fc.sample(fc.string({ unit: 'binary', maxLength: 30 }), { numRuns: 150, seed: 7 }),
].filter((text) => text.isWellFormed());

type Speech = (core: typeof Core, texts: readonly string[]) => void;

/** What GitHub's own toolkit prints for the same, in a process of its own: its output goes to standard output. */
function toolkit(speech: Speech): string {
  const code = `import * as core from '@actions/core'; (${String(speech)})(core, JSON.parse(process.env.TEXTS))`;
  const env = { TEXTS: JSON.stringify(texts) };
  return execFileSync(process.execPath, ['--input-type=module', '-e', code], { env, encoding: 'utf8' });
}

describe('commands are spelled as @actions/core spells them', () => {
  test('masks', () => {
    const ours = texts.map((text) => workflowCommand('add-mask', text)).join('');
    const theirs: Speech = (core, all) => {
      for (const text of all) core.setSecret(text);
    };
    expect(ours).toBe(toolkit(theirs));
  });

  test('debug lines', () => {
    const ours = texts.map((text) => workflowCommand('debug', text)).join('');
    const theirs: Speech = (core, all) => {
      for (const text of all) core.debug(text);
    };
    expect(ours).toBe(toolkit(theirs));
  });

  test('annotations with a title', () => {
    const titles = texts.filter((text) => text !== '');
    const ours = titles.map((title) => workflowCommand('warning', title, { title })).join('');
    const theirs: Speech = (core, all) => {
      for (const title of all) if (title !== '') core.warning(title, { title });
    };
    expect(ours).toBe(toolkit(theirs));
  });
});

test('whatever is said arrives as it is, and as one command', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary', minLength: 1 }), (text, title) => {
      const line = workflowCommand('error', text, { title });
      expect(line.indexOf('\n')).toBe(line.length - 1);
      const heard = parseWorkflowCommand(line.slice(0, -1), new Set(['error']));
      expect(heard).toEqual({ name: 'error', data: text, properties: { title } });
    }),
  );
});
