// https://docs.github.com/en/actions/reference/workflows-and-actions/variables
import { basename, dirname, isAbsolute, join } from 'node:path';
import { CredsError } from '../domain/errors.ts';
import type { Host } from '../domain/host.ts';
import type { Job } from '../domain/job.ts';
import { fullMatch } from '../domain/pattern.ts';
import { commandFileText, workflowCommand } from '../protocol/workflow-command.ts';
import type { Platform } from './platform.ts';

const stateName = 'ledger';
/** Octets: PATH_MAX of limits.h, and room for the names of our files. */
const longestFolder = 3800;

/** Facts in the order in which a person wants them, and the runner's variables that hold them. */
const factVariables: Readonly<Record<string, string>> = {
  repository: 'GITHUB_REPOSITORY',
  ref: 'GITHUB_REF',
  event: 'GITHUB_EVENT_NAME',
  workflow: 'GITHUB_WORKFLOW',
  job: 'GITHUB_JOB',
  run: 'GITHUB_RUN_ID',
  attempt: 'GITHUB_RUN_ATTEMPT',
};

export const githubActions: Platform = {
  name: 'github-actions',
  // Runners that are not GitHub's own may leave the name out, but not the command files.
  detect: (env) => env['GITHUB_ACTIONS'] === 'true' || (env['GITHUB_STATE'] ?? '') !== '',
  attach,
};

function attach(host: Host, folder?: string): Job {
  const { env } = host;
  let fresh = true;
  const print = (text: string): void => {
    // The first line starts on a line of its own: whatever an earlier process left unfinished would hide a command.
    host.print(fresh ? `\n${text}` : text);
    fresh = false;
  };
  const tell: Job['tell'] = (level, text) => {
    if (level === 'info') print(`${text.replaceAll('::', ': :').replaceAll('##[', '# [')}\n`);
    else print(workflowCommand(level, text, level === 'debug' ? {} : { title: 'ephemeral-creds' }));
  };
  return {
    platform: githubActions.name,
    facts: factsOf(env),
    folder: folder ?? join(temporaryFolder(env), 'ephemeral-creds'),
    folderOf: 'job',
    whyNoLogin:
      'On GitHub Actions `login` could not make sure that masks reach the log: use the action, or `exec`.',
    mask: (patterns) => {
      const lines = patterns.filter((pattern) => pattern.trim() !== '');
      if (lines.length > 0) print(lines.map((pattern) => workflowCommand('add-mask', pattern)).join(''));
    },
    hasPost: true,
    remember: (text) => {
      appendTo(host, 'GITHUB_STATE', { [stateName]: text });
    },
    recall: () => env[`STATE_${stateName}`],
    exportVariables: (variables) => {
      appendTo(host, 'GITHUB_ENV', variables);
    },
    setOutputs: (outputs) => {
      appendTo(host, 'GITHUB_OUTPUT', outputs);
    },
    summarise: (markdown) => {
      const file = env['GITHUB_STEP_SUMMARY'] ?? '';
      if (file !== '') host.files.append(file, markdown, false);
    },
    tell,
    commandFiles: () =>
      ['GITHUB_ENV', 'GITHUB_OUTPUT', 'GITHUB_STATE']
        .map((name) => env[name] ?? '')
        .filter((path) => path !== ''),
    eraseCommandFiles: (paths) => {
      for (const path of paths.filter((each) => isOldCommandFile(env, each))) {
        try {
          host.files.erase(path);
        } catch {
          tell('warning', `The file ${path} could not be removed.`);
        }
      }
    },
    whyUntrusted: async () => {
      const { untrustedEvent } = await import(/* webpackMode: "eager" */ './github-event.ts');
      return untrustedEvent();
    },
  };
}

function factsOf(env: Host['env']): Record<string, string> {
  const facts = Object.entries(factVariables).map(([fact, name]) => [fact, env[name] ?? ''] as const);
  return Object.fromEntries(facts.filter(([, value]) => value !== ''));
}

/** Where what is owed is noted: nowhere that depends on where a step happens to run, in the checkout for one. */
function temporaryFolder(env: Host['env']): string {
  const path = env['RUNNER_TEMP'] ?? '';
  if (isAbsolute(path) && Buffer.byteLength(path) <= longestFolder) return path;
  throw new CredsError(
    'input-invalid',
    'The runner’s variable RUNNER_TEMP holds no absolute path that a file can have.',
    {
      hint: 'Without that folder nobody could note what is owed. The runner sets it: find what has changed it.',
    },
  );
}

function required(env: Host['env'], name: string): string {
  const value = env[name] ?? '';
  if (value === '') throw new CredsError('input-invalid', `The runner’s variable ${name} is missing.`);
  return value;
}

/** One write of all entries, synced; never through a link that another step put in the file's place. */
function appendTo(host: Host, variable: string, entries: Readonly<Record<string, string>>): void {
  if (Object.keys(entries).length === 0) return;
  const text = commandFileText(entries, () => `ec_${host.randomHex(16)}`);
  try {
    host.files.append(required(host.env, variable), text, true);
  } catch (cause) {
    if (cause instanceof CredsError) throw cause;
    throw new CredsError('delivery-failed', `The file of ${variable} cannot be written to.`, { cause });
  }
}

/** The files that the runner gave an earlier step of this job, by their names; never the ones of this step. */
function isOldCommandFile(env: Host['env'], path: string): boolean {
  const folder = join(env['RUNNER_TEMP'] ?? '', '_runner_file_commands');
  const current = ['GITHUB_ENV', 'GITHUB_OUTPUT', 'GITHUB_STATE'].some((name) => env[name] === path);
  const own = fullMatch(/(?:set_env|set_output|save_state)_[0-9a-f-]{36}/, basename(path));
  return !current && own && dirname(path) === folder;
}
