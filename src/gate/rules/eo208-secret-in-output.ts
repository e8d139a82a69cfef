import { child, leavesOf } from '../files/yaml-tree.ts';
import type { PipelineFile } from '../files/file.ts';
import type { FileRule, Judged, Spot } from './rule.ts';

export const secretInOutput: FileRule = {
  id: 'EO208',
  name: 'secret-in-output',
  what: 'A credential is handed to other jobs by an output or a dotenv report.',
  severity: 'error',
  why: 'Outputs are kept with the run in clear, and GitHub drops those that look like a secret, so that it fails one day.',
  hint: {
    text: 'Let each job borrow its own: it takes one round trip, and the credential ends with the job.',
    before: '- id: login\n  run: echo "token=$TOKEN" >> "$GITHUB_OUTPUT"',
    after:
      '- uses: org/ephemeral-creds@v1   # in the job that needs it\n  with:\n    broker-url: https://broker.example.com\n    role: deploy',
  },
  find: (file, judged) => judged.flatMap((each) => spots(each, dotenvFiles(file))),
  examples: {
    finds: [
      { step: 'run: echo "t=$T" >> "$GITHUB_OUTPUT"\nenv:\n  T: ${{ secrets.DEPLOY_TOKEN }}' },
      { job: 'runs-on: ubuntu-latest\noutputs:\n  token: ${{ secrets.DEPLOY_TOKEN }}\nsteps: []' },
      {
        path: '.gitlab-ci.yml',
        text: 'job:\n  script:\n    - echo "T=$DEPLOY_TOKEN" > job.env\n  artifacts:\n    reports:\n      dotenv: job.env\n',
      },
    ],
    passes: [
      { step: 'run: echo "region=$R" >> "$GITHUB_OUTPUT"\nenv:\n  R: ${{ secrets.AWS_REGION }}' },
      { step: 'run: echo "$T" > token.txt\nenv:\n  T: ${{ secrets.DEPLOY_TOKEN }}' },
    ],
  },
};

function spots({ use, rule }: Judged, dotenv: ReadonlySet<string>): Spot[] {
  if (rule === undefined) return [];
  const { span, job, step, secret, takers } = use;
  const handed = takers.some((taker) => {
    if (taker.by === 'field') return taker.path.startsWith('outputs.');
    if (taker.by === 'command') return (taker.word ?? '').includes('::set-output ');
    return taker.by === 'file' && (/GITHUB_OUTPUT\b/.test(taker.path) || dotenv.has(taker.path));
  });
  return handed ? [{ span, job: job?.name, step: step?.name, secret }] : [];
}

function dotenvFiles({ jobs }: PipelineFile): Set<string> {
  const reports = jobs.map(({ tree }) => child(child(child(tree, 'artifacts'), 'reports'), 'dotenv'));
  return new Set(reports.flatMap((each) => leavesOf(each).map(({ text }) => text.value)));
}
