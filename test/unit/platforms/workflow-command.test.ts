import { execFileSync } from 'node:child_process';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { workflowCommand } from '../../../src/platforms/workflow-command.ts';
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

/** What GitHub's own toolkit prints for the same, in a process of its own: its output goes to standard output. */
function toolkit(script: string): string {
  const code = `import * as core from '@actions/core'; const texts = JSON.parse(process.env.TEXTS); ${script}`;
  const env = { TEXTS: JSON.stringify(texts) };
  return execFileSync(process.execPath, ['--input-type=module', '-e', code], { env, encoding: 'utf8' });
}

describe('commands are spelled as @actions/core spells them', () => {
  test('masks', () => {
    const ours = texts.map((text) => workflowCommand('add-mask', text)).join('');
    expect(ours).toBe(toolkit('for (const text of texts) core.setSecret(text);'));
  });

  test('debug lines', () => {
    const ours = texts.map((text) => workflowCommand('debug', text)).join('');
    expect(ours).toBe(toolkit('for (const text of texts) core.debug(text);'));
  });

  test('annotations with a title', () => {
    const titles = texts.filter((text) => text !== '');
    const ours = titles.map((title) => workflowCommand('warning', title, { title })).join('');
    expect(ours).toBe(
      toolkit("for (const title of texts) if (title !== '') core.warning(title, { title });"),
    );
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
