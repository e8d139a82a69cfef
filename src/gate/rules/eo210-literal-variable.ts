import type { Binding, PipelineFile } from '../files/file.ts';
import type { FileRule, Judged, Spot } from './rule.ts';

export const literalVariable: FileRule = {
  id: 'EO210',
  name: 'literal-variable',
  what: 'A variable with the name of a credential has its value in the file; as a note: nothing in the file tells whether a credential of the project is protected and masked.',
  severity: 'error',
  why: 'Whoever may read the repository, or a fork or backup of it, has the value, now and in its history.',
  hint: {
    text: 'Change the credential, since it is known, and let the broker lend what comes in its place.',
    before: 'variables:\n  DEPLOY_PASSWORD: hunter2',
    after:
      'deploy:\n  id_tokens:\n    BROKER_TOKEN: { aud: https://broker.example.com }\n  script:\n    - ephemeral-creds exec --role deploy -- ./deploy.sh',
  },
  find: (file, judged) =>
    file.platform !== 'gitlab-ci'
      ? []
      : [
          ...variablesOf(file)
            .filter(({ binding }) => isLiteralSecret(binding, hasServices(file)))
            .map(({ binding, job }) => ({ span: binding.span, job, secret: binding.name })),
          ...(file.kind === 'workflow' ? unknownKeeping(judged) : []),
        ],
  examples: {
    finds: [
      {
        path: '.gitlab-ci.yml',
        text: 'job:\n  script:\n    - docker login -u x -p "$HUB" r\n    - docker login -u x -p "$HUB" s\n',
        lines: [3],
      },
      {
        path: '.gitlab-ci.yml',
        text: 'variables:\n  DEPLOY_PASSWORD: hunter2-and-more\njob:\n  script: [make]\n',
      },
    ],
    passes: [
      {
        path: '.gitlab-ci.yml',
        text: 'test:\n  variables:\n    API_KEY: no-need-to-be-valid\n    APP_SECRET: OUR_APP_SECRET\n  script: [make]\n',
      },

      {
        path: '.gitlab-ci.yml',
        text: 'variables:\n  DEPLOY_PASSWORD: $CI_JOB_TOKEN\njob:\n  script: [make]\n',
      },
      {
        path: '.gitlab-ci.yml',
        text: 'variables:\n  GIT_STRATEGY: none\n  TOKEN_FILE: /run/token\njob:\n  script: [make]\n',
      },
      {
        path: '.gitlab-ci.yml',
        text: 'job:\n  services: [postgres]\n  variables:\n    POSTGRES_PASSWORD: postgres\n  script: [make test]\n',
      },
    ],
  },
};

/** Once for each credential: only the project’s settings tell, which are not in the repository. */
function unknownKeeping(judged: readonly Judged[]): Spot[] {
  const used = judged.filter(
    ({ use, rule }) => rule !== undefined && use.origin === 'variable' && !use.tested,
  );
  const first = new Map(used.toReversed().map((each) => [each.use.secret, each.use]));
  return [...first.values()].map(({ secret, span, job, step }) => ({
    span,
    secret,
    job: job?.name,
    step: step?.name,
    severity: 'note',
    message: `Nothing in the file tells whether \`${secret}\` is protected and masked.`,
  }));
}

function variablesOf({ variables, jobs }: PipelineFile): { binding: Binding; job: string | undefined }[] {
  return [
    ...variables.map((binding) => ({ binding, job: undefined })),
    ...jobs.flatMap((job) => job.variables.map((binding) => ({ binding, job: job.name }))),
  ];
}

const secretName =
  /(^|_)(PASSWORD|PASSWD|PASS|PWD|SECRET|TOKEN|API_?KEY|ACCESS_KEY|SECRET_KEY|PRIVATE_KEY|CREDENTIALS|SECRET_ACCESS_KEY|AUTH)(_(BASE64|PROD|PRODUCTION|STAGING|DEV))?$/i;
/** Of a database that lives as long as the job. */
const serviceName =
  /^(POSTGRES|PG|MYSQL|MARIADB|MONGO(_INITDB)?|REDIS|DB|DATABASE|RABBITMQ(_DEFAULT)?|MINIO|ELASTIC|SA|MSSQL|TEST|CLICKHOUSE|NEO4J|DJANGO|RAILS)_?(\w+_)?(PASSWORD|PASS|PASSWD|PWD|AUTH|KEY|SECRET)$/i;

/** @param services a database that lives as long as the job is beside it */
export function isLiteralSecret({ name, text }: Binding, services: boolean): boolean {
  const value = text.value.trim();
  if (!secretName.test(name) || (services && serviceName.test(name))) return false;
  // Names of other variables, paths, switches, numbers and what stands for nothing are no secrets.
  return value.length >= 6 && !other.test(value) && !placeholder.test(value);
}

const other =
  /[$<>{}]|^(\/|\.\/|~|https?:\/\/[^@]*$|true$|false$|none$|null$|\d{1,5}$|changeme|test|xxx|\*\*\*|[A-Z]+(_[A-Z]+)+$|py\w*test$)/;
const placeholder =
  /(^|[^a-z])(fake|dummy|mock(ed)?|placeholder|example|sample|insecure|unused|not-?used|to-?be-?(set|replaced)|change-?me|replace-?me|your-\w+)([^a-z]|$)|no[-_ ]?need|not[-_ ]?(an?[-_ ])?(real|valid|secret|needed)/i;

function hasServices({ documents }: PipelineFile): boolean {
  return documents.some((root) => JSON.stringify(keysOf(root)).includes('"services"'));
}

function keysOf(tree: PipelineFile['documents'][number]): string[] {
  if (tree.kind !== 'branch') return [];
  return tree.entries.flatMap(({ key, value }) => [
    key,
    ...(value.kind === 'branch' ? value.entries.map((each) => each.key) : []),
  ]);
}
