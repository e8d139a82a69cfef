import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { fc } from '../../support/property.ts';
import { dotenvText, shellText } from '../../../src/platforms/shell-text.ts';
import { everythingIn, failureOf } from '../../support/scan.ts';

const folder = mkdtempSync(join(tmpdir(), 'shell-text-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const shells: readonly (readonly [string, readonly string[]])[] = [
  ['bash', ['bash', '--norc']],
  ['dash', ['dash']],
  ['busybox ash', ['busybox', 'ash']],
];
/** The shells of this machine. dash is Debian’s `sh`, so at least one is always there. */
const present = shells.filter(([, [program = '']]) => spawnSync(program, ['-c', 'true']).error === undefined);

const awkward = {
  EMPTY: '',
  PLAIN: 'plain',
  QUOTES: `it's "quoted" \`here\` $(echo no) $HOME \${HOME} \\ \\n !! # ;|&<>*?[]{}~`,
  ONLY_QUOTES: `'''`,
  LINES: 'one\ntwo\n\nfour',
  ENDS_IN_LINES: 'x\n\n\n',
  CARRIAGE: 'a\r\nb\r',
  TABS: '\t a \t',
  UNICODE: 'ünïcödé ✓ 𝄞 \u2028',
  CONTROL: '\u0001\u001b[31m\u007f',
  DASH: '-n -e',
  EXPORT: "'; export EVIL='1",
  PEM: `-----BEGIN X-----\n${'A'.repeat(64)}\n-----END X-----\n`,
};

function heldBy(command: readonly string[], variables: Record<string, string>): Record<string, string> {
  const path = join(folder, 'env.sh');
  writeFileSync(path, shellText(variables));
  const [program = '', ...words] = command;
  const script = `. '${path}' && exec "$NODE" -e 'process.stdout.write(JSON.stringify(process.env))'`;
  const env = { NODE: process.execPath, PATH: process.env['PATH'] ?? '' };
  const held = JSON.parse(
    execFileSync(program, [...words, '-euc', script], { env, encoding: 'utf8' }),
  ) as Record<string, string>;
  expect(held['EVIL']).toBeUndefined();
  return Object.fromEntries(Object.keys(variables).map((name) => [name, held[name] ?? '(unset)']));
}

test('there is a shell to try it with', () => {
  expect(present.length).toBeGreaterThan(0);
});

describe.each(present)('%s', (_, command) => {
  test('holds every value as it was', () => {
    expect(heldBy(command, awkward)).toEqual(awkward);
  });

  test('holds whatever text there is', () => {
    // Many values a run: starting a shell takes longer than reading them.
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 3000 }), (text) => {
        const pieces = text.replaceAll('\0', '').match(/.{1,40}/gsu) ?? [];
        const values = Object.fromEntries(pieces.map((piece, index) => [`V_${String(index)}`, piece]));
        expect(heldBy(command, values)).toEqual(values);
      }),
      { numRuns: 10 },
    );
  });
});

describe('what no shell can hold is refused, and not told', () => {
  test.each(['lower', '1A', 'A-B', 'A B', '', 'A;B', 'A\n', 'Ä'])('the name %j', async (name) => {
    for (const text of [shellText, dotenvText]) {
      const error = await failureOf(() => text({ [name]: 'hunter2' }));
      expect(error).toMatchObject({ code: 'credential-unusable' });
      expect(everythingIn(error)).not.toContain('hunter2');
    }
  });

  test.each([
    ['a NUL', 'hunter2\0x'],
    ['half a character', 'hunter2\ud800'],
  ])('%s', async (_, value) => {
    const error = await failureOf(() => shellText({ FINE: 'x', BAD: value }));
    expect(error).toMatchObject({ code: 'credential-unusable', message: expect.stringContaining('BAD') });
    expect(everythingIn(error)).not.toContain('hunter2');
  });
});

test('a dotenv report takes what is one line and needs no quoting, and nothing else', async () => {
  expect(dotenvText({ A: 'x', B: 'ab/+=.c d' })).toBe('A=x\nB=ab/+=.c d\n');
  for (const value of ['two\nlines', '"quoted"', "it's", '', ' x', 'x ', '$HOME', '#no', 'a\rb'])
    expect(await failureOf(() => dotenvText({ A: value }))).toMatchObject({ code: 'credential-unusable' });
});
