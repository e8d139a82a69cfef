import { expect, test } from '@jest/globals';
import { fc } from '../../support/property.ts';
import { printable } from '../../../src/domain/printable.ts';
import { hostileText } from '../../support/faults.ts';
import { parseWorkflowCommand } from '../../support/workflow-command.ts';

test('plain words in any script stay as they are', () => {
  for (const text of ['refs/heads/main', 'Größe ☕', '日本語', 'a: b', 'https://x.example/y'])
    expect(printable(text)).toBe(text);
});

test('commands, escapes, control and direction marks become question marks', () => {
  expect(printable(hostileText)).toBe(
    'first??add-path?/tmp/evil???stop-commands?x??add-mask]oops?red?]0;title??esrever??end',
  );
});

test('two hundred characters are enough, and none of them is cut in half', () => {
  expect(printable('x'.repeat(200))).toBe('x'.repeat(200));
  expect(printable('x'.repeat(201))).toBe(`${'x'.repeat(200)}…`);
  const emoji = printable('😀'.repeat(150));
  expect(emoji.isWellFormed()).toBe(true);
  expect(emoji.length).toBeLessThanOrEqual(201);
  expect(printable(`x${'😀'.repeat(150)}`).isWellFormed()).toBe(true);
});

test('nothing that was printed can be a command of the runner, start a line or steer a terminal', () => {
  const commands = new Set(['add-mask', 'error', 'debug', 'stop-commands']);
  const words = fc.constantFrom(
    '::',
    ':',
    '##[',
    '#',
    '[',
    'add-mask',
    'error',
    '\n',
    '\r',
    '\u001b[0m',
    '\u2028',
    ' ',
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(words, fc.string({ unit: 'binary' })), { maxLength: 12 }), (parts) => {
      const text = printable(parts.join(''));
      expect(parseWorkflowCommand(text, commands)).toBeUndefined();
      expect(text).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
      expect(text.length).toBeLessThanOrEqual(201);
    }),
  );
});
