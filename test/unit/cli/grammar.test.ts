import { expect, test } from '@jest/globals';
import { runCommandLine } from '../../../src/cli/grammar.ts';
import { clientWorld } from '../../support/client/world.ts';

async function run(
  ...words: string[]
): Promise<{ status: number; printed: string; broker: readonly string[][]; audit: readonly string[][] }> {
  using world = clientWorld();
  const broker: string[][] = [];
  const audit: string[][] = [];
  const status = await runCommandLine(words, world.host, {
    broker: (args) => {
      broker.push([...args]);
      return Promise.resolve(7);
    },
    audit: (args) => {
      audit.push([...args]);
      return Promise.resolve(1);
    },
  });
  return { status, printed: world.printed(), broker, audit };
}

test('`broker run` hands its words to the broker, and gives the broker’s exit status', async () => {
  const { status, broker, printed } = await run('broker', 'run', '--config', 'broker.yaml');
  expect(status).toBe(7);
  expect(broker).toEqual([['run', '--config', 'broker.yaml']]);
  expect(printed).toBe('');
});

test('`audit verify` hands its words to the same bundle, and gives its exit status', async () => {
  const { status, audit, printed } = await run('audit', 'verify', 'audit.jsonl', '--json');
  expect(status).toBe(1);
  expect(audit).toEqual([['verify', 'audit.jsonl', '--json']]);
  expect(printed).toBe('');
});

test.each(['--help', '-h', 'help'])('%s prints how it is used', async (word) => {
  const { status, printed } = await run(word);
  expect(status).toBe(0);
  expect(printed).toContain('broker run --config broker.yaml');
});

test.each([
  [[]],
  [['broker']],
  [['broker', 'start']],
  [['audit']],
  [['audit', 'sign']],
  [['run']],
  [['rm', '-rf', '/']],
])('words that are no command are a mistake of usage: %j', async (words) => {
  const { status, printed, broker } = await run(...words);
  expect(status).toBe(64);
  expect(printed).toContain('not a command');
  expect(printed).toContain('Usage:');
  expect(broker).toEqual([]);
});
