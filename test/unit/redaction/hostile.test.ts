/** Secrets as a broker that means harm, or a strange one, could send them: none may end the job or fill the memory. */
import { expect, test } from '@jest/globals';
import { compilePatterns, makeRedactor } from '../../../src/redaction/redactor.ts';

test('JSON that is nested deeper than the stack is hidden like any other', () => {
  const leaf = 'deep-below-7Qx';
  const secret = `${'['.repeat(15_000)}"${leaf}"${']'.repeat(15_000)}`;
  const redactor = makeRedactor(compilePatterns([secret]));
  expect(Buffer.from(redactor.push(Buffer.from(`<${leaf}>\n`))).toString()).toBe('<***>\n');
});

test('every leaf of a structure is hidden, and no name of a member', () => {
  const secret = JSON.stringify({
    first: 'first-Secret-1',
    rest: ['second-Secret-2', { last: 'third-Secret-3' }],
  });
  const redactor = makeRedactor(compilePatterns([secret]));
  const text = 'first-Secret-1 second-Secret-2 third-Secret-3 rest\n';
  expect(Buffer.from(redactor.push(Buffer.from(text))).toString()).toBe('*** *** *** rest\n');
});

test('a secret of 32 KiB that is full of spaces is a handful of patterns', () => {
  const secret = 'a b '.repeat(8192);
  expect(compilePatterns([secret]).count).toBeLessThan(100);
});
