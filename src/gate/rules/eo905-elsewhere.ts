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
      { job: 'uses: octo-org/shared/.github/workflows/deploy.yml@v1' },
    ],
    passes: [
      { path: '.gitlab-ci.yml', text: 'include:\n  - local: ci/deploy.yml\n' },
      { path: '.gitlab-ci.yml', text: 'down:\n  trigger:\n    project: group/other\n' },
      { job: 'uses: ./.github/workflows/deploy.yml' },
    ],
  },
};

function message(name: string, how: string): string {
  const why =
    how === 'unresolvable' ? 'nobody can tell from the file what is included' : 'it lies in another place';
  return `\`${name.replace(/[\s\p{Cc}]+/gu, ' ').slice(0, 120)}\` was not read: ${why}.`;
}
