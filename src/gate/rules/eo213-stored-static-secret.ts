import type { Binding, Job, PipelineFile, Step } from '../files/file.ts';
import { child, entriesOf } from '../files/yaml-tree.ts';
import type { FileRule, Judged, Spot } from './rule.ts';

export const storedStaticSecret: FileRule = {
  id: 'EO213',
  name: 'stored-static-secret',
  what: 'A job that logs in to a store without a static secret takes a static one out of it.',
  severity: 'note',
  why: 'The way to it is short-lived, what comes out is not: whoever has read it once has it until somebody changes it.',
  hint: {
    text: 'Ask an engine that makes one for the job (`aws/creds`, `database/creds`, `pki/issue`), or the broker.',
    before:
      '- uses: hashicorp/vault-action@v3\n  with:\n    method: jwt\n    role: app-deploy\n    secrets: secret/data/app password | DB_PASSWORD',
    after:
      '- uses: hashicorp/vault-action@v3\n  with:\n    method: jwt\n    role: app-deploy\n    secrets: database/creds/app password | DB_PASSWORD',
  },
  find: (file, judged) => file.jobs.flatMap((job) => [...ofSteps(job, judged), ...ofJob(job, file)]),
  examples: {
    finds: [
      {
        step: 'uses: hashicorp/vault-action@v3\nwith:\n  method: jwt\n  role: app\n  secrets: |\n    aws/creds/app access_key | A ;\n    secret/data/app password | B',
      },
      { step: 'uses: aws-actions/aws-secretsmanager-get-secrets@v2\nwith:\n  secret-ids: app/password' },
      {
        path: '.gitlab-ci.yml',
        text: 'job:\n  id_tokens:\n    VAULT_ID_TOKEN: { aud: https://vault.example.com }\n  secrets:\n    DB_PASSWORD:\n      vault: app/db/password@kv\n  script: [make]\n',
        lines: [5],
      },
    ],
    passes: [
      {
        step: 'uses: hashicorp/vault-action@v3\nwith:\n  method: jwt\n  role: app\n  secrets: |\n    aws/creds/app access_key | A ;\n    database/creds/app password | B',
      },
      // The login itself is EO110’s.
      {
        step: 'uses: hashicorp/vault-action@v3\nwith:\n  token: ${{ secrets.V }}\n  secrets: secret/data/app password | B',
      },
      { path: '.gitlab-ci.yml', text: 'job:\n  secrets: {}\n  script: [make]\n' },
    ],
  },
};

const vaults = /^hashicorp\/vault-action$|(read|get|fetch|import|load)-vault-secrets$/;
/** Stores that keep what somebody put there, and nothing else. */
const stores =
  /(^|\/)(aws-secretsmanager-get-secrets|get-secretmanager-secrets|get-keyvault-secrets)$|^(infisical|dopplerhq)\/secrets-(fetch-)?action$/;
/** What these engines hand out is made for the one who asks. */
const made = /(^|\/)(creds|sts|token|roleset|impersonated-account|issue|sign|otp)\//;

function ofSteps({ name, steps }: Job, judged: readonly Judged[]): Spot[] {
  const held = new Set(judged.flatMap(({ use, rule }) => (rule?.id === 'EO110' ? [use.step] : [])));
  return steps.flatMap((step) => {
    const span = held.has(step) ? undefined : takenBy(step)?.span;
    return span === undefined ? [] : [{ span, job: name, step: step.name }];
  });
}

function takenBy({ action, inputs }: Step): { readonly span: Spot['span'] } | undefined {
  if (action === undefined) return undefined;
  if (stores.test(action.name)) return action;
  return vaults.test(action.name)
    ? inputs.find((each) => each.name === 'secrets' && staticPaths(each).length > 0)
    : undefined;
}

/** `path key | NAME`, each ended by a semicolon. */
function staticPaths({ text }: Binding): string[] {
  const paths = text.value.split(/[;\n]/).map((line) => line.trim().split(/\s/)[0] ?? '');
  return paths.filter((path) => path !== '' && !made.test(path));
}

/** https://docs.gitlab.com/ci/yaml/#secrets */
function ofJob({ name, tree }: Job, { platform }: PipelineFile): Spot[] {
  if (platform !== 'gitlab-ci') return [];
  return entriesOf(child(tree, 'secrets')).flatMap(({ key, keySpan, value }) => {
    const path = entriesOf(value).find((each) => each.key === 'vault')?.value;
    if (path?.kind === 'leaf' && made.test(path.text.value)) return [];
    return [{ span: keySpan, job: name, secret: key }];
  });
}
