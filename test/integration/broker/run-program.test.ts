// Programs that print sealing keys, or sign: real ones, run as the broker runs them.
import { expect, test } from '@jest/globals';
import { runProgram } from '../../../src/entry/run-program.ts';

const limits = { ms: 20_000, maxBytes: 100 };
const node = (script: string): [string, ...string[]] => [process.execPath, '-e', script];

test('its standard output is what it gives', async () => {
  expect(await runProgram(node('process.stdout.write("out"); process.stderr.write("err")'), limits)).toBe(
    'out',
  );
});

test('it reads what it is given and no more, or nothing', async () => {
  expect(await runProgram(['cat'], { ...limits, input: 'what is to be signed' })).toBe(
    'what is to be signed',
  );
  expect(await runProgram(['cat'], limits)).toBe('');
});

test('one that does not read what it is given may do its work all the same', async () => {
  const input = 'x'.repeat(1024 * 1024);
  expect(await runProgram(['echo', 'done'], { ...limits, input })).toBe('done\n');
});

test('there is no shell', async () => {
  expect(await runProgram(['echo', '$HOME; echo `id` | cat'], limits)).toBe('$HOME; echo `id` | cat\n');
});

test.each([
  ['fails', node('console.log("s3cret"); console.error("s3cret"); process.exit(3)'), limits, 'exit code 3'],
  ['writes too much', node('process.stdout.write("s3cret".repeat(100))'), limits, 'more than 100 octets'],
  ['takes too long', node('setInterval(() => 0, 1000)'), { ...limits, ms: 50 }, 'took longer than'],
  ['is not there', ['/no/such/program'] as [string], limits, 'cannot be started (ENOENT)'],
  [
    'leaves another that holds on',
    ['sh', '-c', 'sleep 600 & exit 0'] as [string, ...string[]],
    { ...limits, ms: 50 },
    'took longer than',
  ],
])('one that %s is an error that quotes nothing', async (_, command, limit, message) => {
  const error: unknown = await runProgram(command, limit).catch((caught: unknown) => caught);
  expect(String(error)).toContain(message);
  expect(String(error)).not.toContain('s3cret');
});
