/** Pipelines that are really run on this machine, by gitlab-ci-local with its shell executor. */
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { publishedTemplate } from './place.ts';

const tool = resolve('node_modules/gitlab-ci-local/dist/index.js');

export interface Project extends Disposable {
  readonly folder: string;
  /** Runs one job, `--preview` or `--list`. */
  run(word: string, variables?: Readonly<Record<string, string>>): Promise<Run>;
  /** What lies in the project's temporary folder, where GitLab lets jobs keep their things. */
  leftOvers(): string[];
}

export interface Run {
  readonly status: number | null;
  /** Standard output and standard error of the tool and of the job. */
  readonly log: string;
}

/**
 * A project that holds the component, as the component's own project does, and a pipeline.
 * @param pipeline .gitlab-ci.yml; `@component` stands for the address of the component's project
 */
export function makeProject(pipeline: string, files: Readonly<Record<string, string>> = {}): Project {
  const root = mkdtempSync(join(tmpdir(), 'pipeline-'));
  const folder = join(root, 'project');
  const all = {
    'templates/ephemeral-creds.yml': publishedTemplate('ephemeral-creds'),
    'templates/job.yml': publishedTemplate('job'),
    'templates/gate.yml': publishedTemplate('gate'),
    ...files,
    '.gitlab-ci.yml': pipeline.replaceAll('@component', '$CI_SERVER_FQDN/$CI_PROJECT_PATH'),
  };
  for (const [name, text] of Object.entries(all)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text, { mode: 0o755 });
  }
  const git = (...words: string[]): void => void execFileSync('git', words, { cwd: folder, stdio: 'ignore' });
  git('init', '-q', '-b', 'main');
  git('add', '-A');
  git('-c', 'user.name=a', '-c', 'user.email=a@example.com', 'commit', '-qm', 'A project');
  git('remote', 'add', 'origin', 'https://gitlab.example.com/my-group/my-project.git');
  return {
    folder,
    run: (word, variables = {}) => run(folder, word, variables),
    leftOvers: () => listed(`${folder}.tmp`),
    [Symbol.dispose]: () => {
      rmSync(root, { recursive: true, force: true });
    },
  };
}

function listed(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true }).map(String);
  } catch {
    return [];
  }
}

function run(cwd: string, word: string, variables: Readonly<Record<string, string>>): Promise<Run> {
  const given = Object.entries(variables).flatMap(([name, value]) => ['--variable', `${name}=${value}`]);
  const known = ['--ignore-predefined-vars', Object.keys(variables).join(',')];
  const words = [tool, '--force-shell-executor', ...known, ...given, word];
  const env = { PATH: `${dirname(process.execPath)}:${process.env['PATH'] ?? ''}`, HOME: dirname(cwd) };
  const child = spawn(process.execPath, words, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let log = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      log += text;
    });
  return new Promise((done, fail) => {
    child.once('error', fail).once('close', (status) => {
      done({ status, log });
    });
  });
}
