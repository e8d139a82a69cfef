#!/usr/bin/env node
import { realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { commands } from '../cli/commands/registry.ts';
import type { Neighbours } from '../cli/commands/command.ts';
import { understand } from '../cli/grammar.ts';
import { say } from '../cli/say.ts';
import { CredsError } from '../domain/errors.ts';
import type { Processes } from '../domain/processes.ts';
import { print, printError } from './output.ts';

/**
 * The command line. What can be answered from the table of commands alone is answered before anything of the core is
 * loaded: help and completion are asked for at a prompt.
 */
async function commandLine(): Promise<void> {
  // Until the door is open: no early end counts as a success.
  process.exitCode = 70;
  const meaning = understand(process.argv.slice(2), commands);
  if ('status' in meaning) {
    say(print, meaning.out);
    say(printError, meaning.error);
    process.exit(meaning.status);
  }
  const [{ open }, { run }] = await Promise.all([import('./door.ts'), import('../cli/run.ts')]);
  open(
    (host) =>
      run(meaning.command, meaning.said, {
        host: { ...host, processes },
        commands,
        folder: process.cwd(),
        next,
      }),
    { say: printError },
  );
}

/** Here and not in every host: the action starts no other process. */
const processes = async (): Promise<Processes> => (await import('./processes.ts')).realProcesses();

const next: Neighbours = {
  broker: async (words) => (await brokerBundle()).brokerMain(words),
  policy: async (words) => (await brokerBundle()).policyMain(words),
  audit: async (words) => (await brokerBundle()).auditMain(words),
  lease: async (words) => (await brokerBundle()).adminMain('lease', words),
  freeze: async (words) => (await brokerBundle()).adminMain('freeze', words),
  secret: async (words) => (await brokerBundle()).adminMain('secret', words),
  gate: async (words) => (await gateBundle()).gateMain(words),
};

/** A CommonJS bundle as `import()` gives it. */
interface BrokerBundle {
  readonly default: Record<
    'brokerMain' | 'policyMain' | 'auditMain',
    (words: readonly string[]) => Promise<number>
  > & {
    readonly adminMain: (noun: 'lease' | 'freeze' | 'secret', words: readonly string[]) => Promise<number>;
  };
}

interface GateBundle {
  readonly default: { readonly gateMain: (words: readonly string[]) => Promise<number> };
}

async function brokerBundle(): Promise<BrokerBundle['default']> {
  return ((await bundleOf('broker')) as BrokerBundle).default;
}

async function gateBundle(): Promise<GateBundle['default']> {
  return ((await bundleOf('gate')) as GateBundle).default;
}

/** Broker and gate are bundles of their own beside this one: a job that borrows never loads them. */
async function bundleOf(house: 'broker' | 'gate'): Promise<unknown> {
  const bundle = join(dirname(realpathSync(process.argv[1] ?? '')), house, 'index.cjs');
  if (Number(process.versions.node.split('.')[0]) < 24) {
    throw new CredsError('input-invalid', `The ${house} needs Node 24 or later.`, {
      hint: 'Start it with a newer Node.',
    });
  }
  return import(/* webpackIgnore: true */ pathToFileURL(bundle).href);
}

const done = commandLine();
done.catch(async () => {
  const { open } = await import('./door.ts');
  open(() => done.then(() => 70), { say: printError });
});
