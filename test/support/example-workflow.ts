/** What an example's workflow gives the action, as it stands there. */
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

interface Workflow {
  readonly jobs: Readonly<
    Record<string, { readonly steps: readonly { uses?: string; with?: Record<string, unknown> }[] }>
  >;
}

/** The inputs of the one step of ours in examples/github/NAME. */
export function exampleInputs(name: string): Record<string, string> {
  const { jobs } = parse(readFileSync(`examples/github/${name}`, 'utf8')) as Workflow;
  const steps = Object.values(jobs).flatMap((job) => job.steps);
  const [ours, ...more] = steps.filter(({ uses }) => uses?.startsWith('org/ephemeral-creds@') === true);
  if (ours?.with === undefined || more.length > 0) throw new Error(`${name} has not one step of ours`);
  return Object.fromEntries(Object.entries(ours.with).map(([input, value]) => [input, String(value)]));
}
