import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';

/** The files through which a step talks to the runner, by the variable that names each. */
export interface CommandFiles {
  readonly GITHUB_ENV: string;
  readonly GITHUB_OUTPUT: string;
  readonly GITHUB_STATE: string;
  readonly GITHUB_PATH: string;
  readonly GITHUB_STEP_SUMMARY: string;
}

/** New, empty files for one step; like the runner's they lie in a folder under RUNNER_TEMP. */
export function createCommandFiles(temp: string): CommandFiles {
  const folder = join(temp, '_runner_file_commands');
  mkdirSync(folder, { recursive: true });
  const suffix = randomUUID();
  const make = (prefix: string) => {
    const path = join(folder, `${prefix}_${suffix}`);
    writeFileSync(path, '');
    return path;
  };
  return {
    GITHUB_ENV: make('set_env'),
    GITHUB_OUTPUT: make('set_output'),
    GITHUB_STATE: make('save_state'),
    GITHUB_PATH: make('add_path'),
    GITHUB_STEP_SUMMARY: make('step_summary'),
  };
}

export function removeCommandFiles(files: CommandFiles): void {
  for (const path of Object.values(files) as string[]) rmSync(path, { force: true });
}

/** What a command file says; a file that the step removed says nothing. */
export function readCommandFile(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/**
 * Reads `NAME=value` and `NAME<<DELIMITER … DELIMITER` as the runner does.
 * @throws Error with the runner's words where it refuses the file; `found` then has what came before
 */
export function readPairs(text: string, found: Map<string, string>): void {
  const lines = text.endsWith('\n') ? text.slice(0, -1).split('\n') : text.split('\n');
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? '';
    if (line === '') continue;
    const equals = position(line, '=');
    const heredoc = position(line, '<<');
    if (equals === heredoc) throw new Error(`Invalid format '${line}'`);
    const [name, rest] = equals < heredoc ? cut(line, equals, 1) : cut(line, heredoc, 2);
    if (name === '') throw new Error(`Invalid format '${line}'. Name must not be empty`);
    if (equals < heredoc) {
      found.set(name, rest);
      continue;
    }
    if (rest === '')
      throw new Error(`Invalid format '${line}'. Name must not be empty and delimiter must not be empty`);
    const end = lines.indexOf(rest, at + 1);
    if (end < 0) throw new Error(`Invalid value. Matching delimiter not found '${rest}'`);
    found.set(name, lines.slice(at + 1, end).join('\n'));
    at = end;
  }
}

function position(line: string, mark: string): number {
  const at = line.indexOf(mark);
  return at < 0 ? Infinity : at;
}

function cut(line: string, at: number, width: number): [string, string] {
  return [line.slice(0, at), line.slice(at + width)];
}
