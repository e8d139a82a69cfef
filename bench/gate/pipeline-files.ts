import { exampleFile } from '../../src/gate/rules/example-files.ts';
import { rules } from '../../src/gate/rules/registry.ts';

/** Every example of a workflow, what rules find and what they pass. */
function jobsOf(): string[] {
  return rules
    .flatMap(({ examples: { finds, passes } }) => [...finds, ...passes])
    .filter((example) => 'step' in example || 'job' in example)
    .map((example) => exampleFile(example).text.replace(/^on: push\njobs:\n/, ''));
}

/** Workflows of one to twelve jobs, as real ones are, by their paths; always the same. */
export function pipelineFiles(count: number): Record<string, string> {
  const jobs = jobsOf();
  const files = Array.from({ length: count }, (_, file) => {
    const size = 1 + ((file * 7) % 12);
    const parts = Array.from({ length: size }, (_, at) =>
      (jobs[(file * 31 + at * 17) % jobs.length] ?? '').replace(/^ {2}job:/, `  job-${String(at)}:`),
    );
    const path = `.github/workflows/file-${String(file)}.yml`;
    return [
      path,
      `# A page or two.\nname: file ${String(file)}\non: [push, pull_request]\njobs:\n${parts.join('')}`,
    ];
  });
  return Object.fromEntries(files) as Record<string, string>;
}
