import type { Example } from './rule.ts';

/** An example as a file of a repository. */
export function exampleFile(example: Example): { readonly path: string; readonly text: string } {
  const workflow = '.github/workflows/ci.yml';
  if ('text' in example) return { path: example.path ?? workflow, text: example.text };
  if ('gitlab' in example)
    return { path: '.gitlab-ci.yml', text: `job:\n  script:\n${asItem(`|\n  ${example.gitlab}`, 4)}` };
  const job = 'job' in example ? example.job : `runs-on: ubuntu-latest\nsteps:\n${asItem(example.step, 2)}`;
  return { path: workflow, text: `on: push\njobs:\n  job:\n${indented(job, 4)}` };
}

function asItem(text: string, blanks: number): string {
  return `${' '.repeat(blanks)}- ${indented(text, blanks + 2).trimStart()}`;
}

function indented(text: string, blanks: number): string {
  return text
    .trim()
    .split('\n')
    .map((line) => `${' '.repeat(blanks)}${line}\n`)
    .join('');
}
