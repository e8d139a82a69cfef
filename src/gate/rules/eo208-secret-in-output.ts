import { child, leavesOf } from '../files/yaml-tree.ts';
import type { Job, PipelineFile, Step } from '../files/file.ts';
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
  find: (file, judged) => {
    const dotenv = dotenvFiles(file);
    const handed = judged.filter((each) => isHanded(each, dotenv));
    const told = new Set(handed.map(({ use }) => use.step));
    const made = file.jobs.flatMap((job) =>
      job.steps.flatMap((step) => (told.has(step) ? [] : madeIn(step, job, dotenv))),
    );
    return [
      ...handed.map(({ use: { span, job, step, secret } }) => ({
        span,
        job: job?.name,
        step: step?.name,
        secret,
      })),
      ...made,
    ];
  },
  examples: {
    finds: [
      { step: 'run: echo "t=$T" >> "$GITHUB_OUTPUT"\nenv:\n  T: ${{ secrets.DEPLOY_TOKEN }}' },
      {
        step: 'run: |\n  made="$(aws iam create-access-key --user-name probe)"\n  echo "secret_access_key=$(jq -r .AccessKey.SecretAccessKey <<< "$made")" >> "$GITHUB_OUTPUT"',
      },
      { job: 'runs-on: ubuntu-latest\noutputs:\n  token: ${{ secrets.DEPLOY_TOKEN }}\nsteps: []' },
      {
        path: '.gitlab-ci.yml',
        text: 'job:\n  script:\n    - echo "T=$DEPLOY_TOKEN" > job.env\n  artifacts:\n    reports:\n      dotenv: job.env\n',
      },
    ],
    passes: [
      {
        step: 'run: vercel deploy --token=${{ secrets.HOSTING_TOKEN }} | sed s/^/url=/ >> "$GITHUB_OUTPUT"',
      },

      { step: 'run: echo "token=expected" >> "$GITHUB_OUTPUT"' },
      { step: 'run: echo "cache-key=$KEY" >> "$GITHUB_OUTPUT"' },
      { step: 'run: echo "next_token=$NEXT" >> "$GITHUB_OUTPUT"' },
      {
        step: 'run: curl -H "x-api-key: $K" https://api.example.com | jq .id | sed s/^/id=/ >> "$GITHUB_OUTPUT"\nenv:\n  K: ${{ secrets.METRICS_API_KEY }}',
      },
      { step: 'run: echo "role=${{ secrets.AWS_ROLE_PROD }}" >> "$GITHUB_OUTPUT"' },
      { step: 'run: echo "region=$R" >> "$GITHUB_OUTPUT"\nenv:\n  R: ${{ secrets.AWS_REGION }}' },
      { step: 'run: echo "$T" > token.txt\nenv:\n  T: ${{ secrets.DEPLOY_TOKEN }}' },
    ],
  },
};

function isHanded({ use, rule }: Judged, dotenv: ReadonlySet<string>): boolean {
  if (rule === undefined) return false;
  return use.takers.some((taker) => {
    if (taker.by === 'field') return taker.path.startsWith('outputs.');
    if (taker.by === 'command') return (taker.word ?? '').includes('::set-output ');
    return taker.by === 'file' && isRead(taker.path, dotenv);
  });
}

/** Other jobs have what is written there. */
function isRead(path: string, dotenv: ReadonlySet<string>): boolean {
  return /GITHUB_OUTPUT\b/.test(path) || dotenv.has(path);
}

/** What such a value is called where it is handed on. */
const credentialName =
  /^(?!(.*[-_])?(next|page|has|no|cache|cancel\w*|continuation)[-_]?token$)(.*[-_])?(token|password|passwd|passphrase|(client|app|jwt|webhook|shared|oauth)[-_]?secret|(secret|access|api|private|ssh|secret[-_]access)[-_]?key(id|[-_]id)?|apikey|credentials|kubeconfig)$|^(?!next|page)\w*[a-z](Token|Password|ClientSecret|SecretKey|ApiKey|PrivateKey)$/i;

/** Words that put a value by the name of a credential there. */
function madeIn({ script, name }: Step, job: Job, dotenv: ReadonlySet<string>): Spot[] {
  if (script === undefined) return [];
  const { text, shell } = script;
  return shell.commands
    .filter(({ line, writes }) => /^(echo|printf) /.test(line) && writes.some((path) => isRead(path, dotenv)))
    .flatMap(({ words }) => words.slice(1).filter((word) => isCredential(word.text)))
    .map(({ span }) => ({
      span: { start: text.at(span.start), end: text.at(span.end - 1) + 1 },
      job: job.name,
      step: name,
      severity: 'warning',
    }));
}

/** `name=$VALUE`, with a value that is made as the job runs. */
function isCredential(word: string): boolean {
  const [, name = '', value = ''] = /^([\w-]+)=(.*)$/s.exec(word) ?? [];
  return credentialName.test(name) && /\$(?!\{\{\s*(secrets|inputs|vars|github|needs)\.)/.test(value);
}

function dotenvFiles({ jobs }: PipelineFile): Set<string> {
  const reports = jobs.map(({ tree }) => child(child(child(tree, 'artifacts'), 'reports'), 'dotenv'));
  return new Set(reports.flatMap((each) => leavesOf(each).map(({ text }) => text.value)));
}
