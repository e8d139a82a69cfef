/** What must never be readable of a step: checks of the runner stand-in's record. */
import { readdirSync } from 'node:fs';
import type { Job } from '../runner.ts';
import type { StepResult } from '../runner-step.ts';

const idToken = /eyJ[\w-]{20,}\.eyJ[\w-]{20,}\.[\w-]{20,}/g;

/**
 * Each value appears in the raw output in a mask before it appears anywhere else, and in nothing that people see.
 * @throws Error that names the place
 */
export function assertHidden(step: StepResult, values: readonly string[]): void {
  const found = step.rawLog.match(idToken) ?? [];
  for (const value of new Set([...values, ...found])) {
    if (value === '') throw new Error('there is no value to look for');
    const first = step.rawLog.split('\n').find((line) => line.includes(value));
    if (first !== undefined && !first.startsWith('::add-mask::'))
      throw new Error(`printed before it was masked: ${first.slice(0, 80)}`);
    const said = step.annotations.map(({ message, title }) => `${title ?? ''}${message}`).join('\n');
    const seen = { log: step.log, summary: step.summary, annotations: said };
    for (const [place, text] of Object.entries(seen))
      if (text.includes(value)) throw new Error(`readable in the ${place}`);
  }
}

/** Files below the temporary folder that are not the runner's own (its names begin so), and files in the checkout. */
export function leftOvers({ temp, workspace }: Job): string[] {
  const ours = readdirSync(temp, { recursive: true, withFileTypes: true })
    .filter(
      (each) =>
        !each.isDirectory() &&
        !/\/_runner_file_commands|\.sh$|_github_workflow/.test(`${each.parentPath}/${each.name}`),
    )
    .map(({ parentPath, name }) => `${parentPath}/${name}`);
  return [...ours, ...readdirSync(workspace)];
}

export function handleOf({ state }: StepResult): string {
  return (JSON.parse(state['ledger'] ?? '') as { debt: { handle: string } }).debt.handle;
}
