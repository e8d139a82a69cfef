import type { Job, Step } from '../files/file.ts';
import { pathsIn } from './credential-files.ts';
import type { FileRule } from './rule.ts';

export const keptGitToken: FileRule = {
  id: 'EO209',
  name: 'kept-git-token',
  what: 'The checkout leaves its token in the work tree, which is then pushed from or uploaded.',
  severity: 'warning',
  why: 'Every later step reads the token from .git/config, and an upload of the work tree publishes it.',
  hint: {
    text: 'Say `persist-credentials: false`, and give the token to the one command that pushes.',
    before: '- uses: actions/checkout@v6\n- uses: actions/upload-artifact@v6\n  with:\n    path: .',
    after:
      '- uses: actions/checkout@v6\n  with:\n    persist-credentials: false\n- uses: actions/upload-artifact@v6\n  with:\n    path: dist',
  },
  find: ({ jobs }) =>
    jobs.flatMap((job) =>
      job.steps
        .filter((step, index) => keeps(step, job, index))
        .map((step) => ({
          span: step.action?.span ?? step.span,
          job: job.name,
          step: step.name,
        })),
    ),
  examples: {
    finds: [
      { step: 'uses: actions/checkout@v6\nwith:\n  persist-credentials: true' },
      {
        job: 'steps:\n  - uses: actions/checkout@v6\n  - uses: actions/upload-artifact@v6\n    with:\n      path: .',
      },
      { job: 'steps:\n  - uses: actions/checkout@v6\n  - run: git push origin HEAD:main' },
    ],
    passes: [
      { job: 'steps:\n  - uses: actions/checkout@v6\n  - run: make' },
      {
        job: 'steps:\n  - uses: actions/checkout@v6\n    with:\n      persist-credentials: false\n  - run: git push origin HEAD:main',
      },
    ],
  },
};

function keeps({ action, inputs }: Step, job: Job, index: number): boolean {
  if (action?.name !== 'actions/checkout') return false;
  const said = inputs
    .find(({ name }) => name === 'persist-credentials')
    ?.text.value.trim()
    .toLowerCase();
  if (said === 'true') return true;
  return said !== 'false' && job.steps.slice(index + 1).some((step) => pushes(step) || uploadsAll(step));
}

function pushes({ script }: Step): boolean {
  return script?.shell.commands.some(({ line }) => /^git (-\S+ \S+ )*push\b/.test(line)) === true;
}

function uploadsAll({ action, inputs }: Step): boolean {
  if (action?.name !== 'actions/upload-artifact') return false;
  const path = inputs.find(({ name }) => name === 'path')?.text.value ?? '';
  return pathsIn(path).some((each) =>
    /^(\.\/?|\.\/\*\*?|\*\*?(\/\*)?|\$\{\{ *github\.workspace *\}\}\/?)$/.test(each),
  );
}
