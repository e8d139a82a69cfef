import { describe, expect, test } from '@jest/globals';
import type { Command } from '../../../src/cli/commands/command.ts';
import { commands } from '../../../src/cli/commands/registry.ts';
import { understand, type Meaning } from '../../../src/cli/grammar.ts';

const secret = 'hunter2SECRET';
const flag = (name: string, value?: string) => ({
  name,
  text: '',
  ...(value === undefined ? {} : { value }),
});
const row = (name: string, more: Partial<Command> = {}): Command => ({
  name,
  text: '',
  usage: '',
  examples: [],
  does: { run: () => Promise.resolve(0) },
  ...more,
});
/** One row of each shape. */
const rows: readonly Command[] = [
  row('lend', {
    borrows: true,
    failure: 125,
    operands: { least: 1, most: Infinity, behindDashes: true },
  }),
  row('look', { borrows: true, flags: [flag('json')] }),
  row('end', {
    flags: [{ ...flag('lease-id', 'ID'), repeats: true }, flag('drain', 'SECONDS'), flag('json')],
  }),
  row('house run', { flags: [{ ...flag('config', 'FILE'), short: 'c' }] }),
  row('house check', { operands: { least: 1, most: 2 } }),
];

const meaning = (...words: string[]): Meaning => understand(words, rows);
function said(...words: string[]): Extract<Meaning, { command: Command }>['said'] {
  const found = meaning(...words);
  if ('status' in found) throw new Error(found.error);
  return found.said;
}
function refusal(...words: string[]): string {
  const found = meaning(...words);
  if (!('status' in found)) throw new Error('it was understood');
  expect(found).toMatchObject({ status: words[0] === 'lend' ? 125 : 64, out: '' });
  expect(found.error).not.toContain(secret);
  return found.error;
}

describe('options of the table', () => {
  test('are written with a space or with `=`', () => {
    expect(said('look', '--ttl', '15m', '--audience=a=b').options).toEqual({ ttl: '15m', audience: 'a=b' });
  });

  test('that take lines may stand there several times', () => {
    expect(said('look', '--role', 'A=x', '--role=y').options).toEqual({ role: 'A=x\ny' });
  });

  test('so may one that takes a list', () => {
    const words = ['--expect-account', '123456789012', '--expect-account=210987654321'];
    expect(said('look', ...words).options).toEqual({ 'expect-account': '123456789012\n210987654321' });
  });

  test.each([
    [['--revoke'], 'true'],
    [['--no-revoke'], 'false'],
    [['--revoke=false'], 'false'],
    [['--revoke=TRUE'], 'true'],
  ])('that are switches: %j', (words, value) => {
    expect(said('look', ...words).options).toEqual({ revoke: value });
  });

  test.each([
    [['--ttl', '1m', '--ttl', '1m'], '`--ttl` stands there twice'],
    [['--revoke', '--no-revoke'], '`--revoke` stands there twice'],
    [['--revoke=maybe'], '`--revoke` is `true` or `false`'],
    [['--no-revoke=true'], '`--no-revoke` takes no value'],
    [['--ttl'], '`--ttl` needs a value'],
    [['--ttl', '--role', secret], '`--ttl` needs a value; one that begins with a dash is written `--ttl=…`'],
    [['--audience', ''], '`--audience` is empty'],
    [['--audience=  '], '`--audience` is empty'],
    [['--rol', secret], 'there is no option `--rol`; did you mean `--role`?\nTry'],
    [['--broker_url', secret], 'there is no option `--broker_url`; did you mean `--broker-url`?'],
    [['--approval', secret], 'there is no option `--approval`; did you mean `--approval-timeout`?'],
    [[`--${secret}`], 'there is no option of that name'],
    [['--summary', 'always'], 'there is no option `--summary`'],
    [['-x'], 'there is no option `-x`'],
    [[secret], 'takes options only, no other words'],
  ])('%j is a mistake that is told, its value is not', (words, problem) => {
    const told = refusal('look', ...words);
    expect(told).toContain(`ephemeral-creds look: ${problem}`);
    expect(told).toContain('Try `ephemeral-creds look --help`.');
  });

  test('a value that begins with a dash is taken behind `=`', () => {
    expect(said('look', '--audience=-x').options).toEqual({ audience: '-x' });
  });

  test('a command that does not borrow has none of them', () => {
    expect(refusal('end', '--role', 'x')).toContain('there is no option `--role`');
  });
});

describe('flags of a command', () => {
  test('are kept in their order', () => {
    const all = said('end', '--lease-id', 'a', '--lease-id=b', '--json');
    expect(all.values('lease-id')).toEqual(['a', 'b']);
    expect(all.values('json')).toEqual(['true']);
    expect(all.values('drain')).toEqual([]);
  });

  test('a switch that is off is as if it were not there', () => {
    expect(said('end', '--json=false').values('json')).toEqual([]);
  });

  test('one that takes a value takes `false`, too: left out, `--lease-id` means everything', () => {
    expect(said('end', '--lease-id', 'false').values('lease-id')).toEqual(['false']);
  });

  test.each(['', ' ', '\n'])(
    'an empty `--lease-id` (%j) is refused, and what leaving it out means is told',
    (empty) => {
      const told = understand(['revoke', '--lease-id', empty], commands);
      expect(told).toMatchObject({ status: 64, out: '' });
      expect('error' in told && told.error).toContain(
        '`--lease-id` is empty: leave it out to give back everything that this job has borrowed.',
      );
    },
  );

  test('one that takes a single value is not taken twice', () => {
    expect(refusal('end', '--drain=1', '--drain=2')).toContain('`--drain` stands there twice');
  });

  test('a short name is as good as the long one', () => {
    expect(said('house', 'run', '-c', 'x.yaml').values('config')).toEqual(['x.yaml']);
  });
});

describe('the command to run', () => {
  test('is everything behind `--`, and nothing of it is ours', () => {
    const { operands, options } = said(
      'lend',
      '--role',
      'x',
      '--',
      'sh',
      '-c',
      'y',
      '--role',
      '--help',
      '--',
    );
    expect(operands).toEqual(['sh', '-c', 'y', '--role', '--help', '--']);
    expect(options).toEqual({ role: 'x' });
  });

  test.each([
    [['sh', '-c', 'x'], 'the command to run goes behind `--`'],
    [['x', '--', 'sh'], 'the command to run goes behind `--`'],
    [['--'], 'something is missing'],
    [[], 'something is missing'],
  ])('%j is refused with the status of a run that never began', (words, problem) => {
    expect(refusal('lend', ...words)).toContain(problem);
  });
});

describe('the command itself', () => {
  test.each([
    [['house'], 'behind `house` goes `run` or `check`'],
    [['house', 'chek'], 'did you mean `house check`?'],
    [['house', secret], 'behind `house` goes `run` or `check`'],
    [['lok'], 'that is not a command; did you mean `look`?'],
    [[secret], 'that is not a command.'],
    [['__proto__'], 'that is not a command.'],
    [['--role', secret, 'look'], 'the command comes first'],
    [['house', 'check'], 'something is missing'],
    [['house', 'check', 'a', 'b', secret], 'has a word too many'],
  ])('%j is a mistake of usage', (words, problem) => {
    expect(refusal(...words)).toContain(problem);
  });

  test('no words at all are a mistake, too, and all commands are listed', () => {
    const told = refusal();
    for (const { name } of rows) expect(told).toContain(name);
  });

  test('what stands behind its first word is handed on as it was written', () => {
    expect(said('house', 'check', 'a', '--', '-b').words).toEqual(['check', 'a', '--', '-b']);
  });
});

describe('help', () => {
  const told = (...words: string[]): string => {
    const found = understand(words, commands);
    expect(found).toMatchObject({ status: 0, error: '' });
    return 'out' in found ? found.out : '';
  };

  test.each([[['--help']], [['-h']], [['help']]])('%j lists every command', (words) => {
    for (const { name, text } of commands) expect(told(...words)).toMatch(new RegExp(`${name} +${text}`));
  });

  test.each(commands.map(({ name }) => name))('of `%s` is the same in all ways to ask', (name) => {
    const words = name.split(' ');
    const page = told('help', ...words);
    expect(page).toMatch(`Usage: ephemeral-creds ${name}`);
    expect(page).toMatch('Examples:');
    expect(page).toMatch('Exit status:');
    expect(told(...words, '--help')).toBe(page);
    expect(told(...words, '-h')).toBe(page);
  });

  test('is given whatever else is wrong', () => {
    expect(understand(['look', '--rol', 'x', '--help'], rows)).toMatchObject({ status: 0 });
    expect(understand(['lend', '--help'], rows)).toMatchObject({ status: 0 });
  });

  test('of a noun is that of all its commands', () => {
    const found = understand(['house', '--help'], rows);
    expect(found).toMatchObject({ status: 0 });
    expect(String('out' in found && found.out)).toMatch(/house run[^]*house check/);
    expect(understand(['help', 'house'], rows.concat(commands))).toEqual(found);
  });

  test('of what is no command is a mistake', () => {
    expect(understand(['help', 'broke'], commands)).toMatchObject({
      status: 64,
      error: expect.stringContaining('did you mean `broker`?'),
    });
    expect(understand(['nothing', '--help'], commands)).toMatchObject({ status: 64 });
  });
});

test('no option of the command line takes a secret: each says from where, never what', () => {
  const flags = commands.flatMap((command) => command.flags ?? []);
  const secret = flags.filter(({ name }) => /token|secret|password|key$/.test(name));
  expect(secret.filter(({ completes }) => completes !== 'file').map(({ name }) => name)).toEqual([]);
});
