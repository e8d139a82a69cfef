import type { Include } from '../files/file.ts';
import type { FileRule, Spot } from './rule.ts';

export const elsewhere: FileRule = {
  id: 'EO905',
  name: 'read-elsewhere',
  what: 'A part of the pipeline lies elsewhere and was not read.',
  severity: 'note',
  why: 'What stands there runs with this project’s secrets, and nobody has looked at it here.',
  hint: {
    text: 'Run the gate there as well, and pin what is included by commit.',
    before: 'include:\n  - remote: https://ci.example.com/$STAGE.yml',
    after: 'include:\n  - local: ci/deploy.yml',
  },
  find: ({ includes, jobs }) => [
    ...includes
      .filter(({ how }) => how !== 'local')
      .map(({ name, span, how }) => ({ span, message: message(name, how) })),
    ...jobs.flatMap(({ name, calls }): Spot[] =>
      calls === undefined || calls.target.startsWith('./')
        ? []
        : [{ span: calls.span, message: message(calls.target, 'elsewhere'), job: name }],
    ),
  ],
  examples: {
    finds: [
      { path: '.gitlab-ci.yml', text: 'include:\n  - remote: https://ci.example.com/a.yml\n' },
      { path: '.gitlab-ci.yml', text: 'include:\n  - local: ci/$STAGE.yml\n' },
      {
        path: '.gitlab-ci.yml',
        text: 'down:\n  trigger:\n    include:\n      - artifact: made.yml\n        job: make\n',
        lines: [4],
      },
      { job: 'uses: octo-org/shared/.github/workflows/deploy.yml@v1' },
    ],
    passes: [
      { path: '.gitlab-ci.yml', text: 'include:\n  - local: ci/deploy.yml\n' },
      { path: '.gitlab-ci.yml', text: 'down:\n  trigger:\n    project: group/other\n' },
      { job: 'uses: ./.github/workflows/deploy.yml' },
    ],
  },
};

const reasons: Readonly<Record<Include['how'], string>> = {
  unresolvable: 'nobody can tell from the file what is included',
  missing: 'there is no such file in the repository',
  elsewhere: 'it lies in another place',
  local: 'it lies here',
};

function message(name: string, how: Include['how']): string {
  const why = reasons[how];
  return `\`${name.replace(/[\s\p{Cc}]+/gu, ' ').slice(0, 120)}\` was not read: ${why}.`;
}
