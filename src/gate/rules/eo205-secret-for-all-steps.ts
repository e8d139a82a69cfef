import type { FileRule } from './rule.ts';

export const secretForAllSteps: FileRule = {
  id: 'EO205',
  name: 'secret-for-all-steps',
  what: 'A secret is a variable of the whole workflow or job.',
  severity: 'warning',
  why: 'Every step has it in its environment: the linter, the package manager, and each action that somebody else wrote.',
  hint: {
    text: 'Bind it in the one step that needs it.',
    before:
      'jobs:\n  deploy:\n    env:\n      TOKEN: ${{ secrets.TOKEN }}\n    steps:\n      - run: npm ci\n      - run: ./deploy.sh',
    after:
      'jobs:\n  deploy:\n    steps:\n      - run: npm ci\n      - run: ./deploy.sh\n        env:\n          TOKEN: ${{ steps.loan.outputs.token }}',
  },
  find: ({ platform }, judged) =>
    platform === 'gitlab-ci'
      ? []
      : judged.flatMap(({ use: { takers, span, job, secret, origin, step }, rule }) => {
          const [first] = takers;
          const wide = first?.by === 'variable' && (first.level === 'file' || first.level === 'job');
          if (rule === undefined || step !== undefined || !wide || origin !== 'secret') return [];
          return [{ span, job: job?.name, secret }];
        }),
  examples: {
    finds: [
      { text: 'on: push\nenv:\n  TOKEN: ${{ secrets.TOKEN }}\njobs: {}\n', lines: [3] },
      { job: 'env:\n  TOKEN: ${{ secrets.TOKEN }}\nsteps: []' },
    ],
    passes: [
      { step: 'run: ./deploy.sh\nenv:\n  TOKEN: ${{ secrets.TOKEN }}' },
      { job: 'env:\n  AWS_REGION: ${{ secrets.AWS_REGION }}\nsteps: []' },
    ],
  },
};
