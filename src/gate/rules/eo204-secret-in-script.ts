import { isPromised } from './promised.ts';
import type { FileRule } from './rule.ts';

export const secretInScript: FileRule = {
  id: 'EO204',
  name: 'secret-in-script',
  what: 'A secret is written into a script before the shell reads it.',
  severity: 'warning',
  why: 'The value becomes part of the program: a quote or a dollar in it is run, and it stands in the script file and in the process list.',
  hint: {
    text: 'Bind it to a variable of the step and let the shell expand that.',
    before: '- run: ./deploy.sh --token ${{ secrets.TOKEN }}',
    after: '- run: ./deploy.sh --token "$TOKEN"\n  env:\n    TOKEN: ${{ steps.loan.outputs.token }}',
  },
  find: ({ references, platform }, judged) => {
    const known = new Map(judged.map(({ use, rule }) => [use.span.start, rule]));
    return references
      .filter(({ inScript, reference }) => inScript && reference.context === 'secrets')
      .filter(({ span }) => known.get(span.start) !== undefined)
      .filter(({ reference }) => !isPromised(reference.path[0] ?? '', platform))
      .map(({ span, job, step, reference }) => ({
        span,
        job: job?.name,
        step: step?.name,
        secret: reference.path[0],
      }));
  },
  examples: {
    finds: [{ step: 'run: ./deploy.sh --token ${{ secrets.TOKEN }}' }],
    passes: [
      { step: 'run: ./deploy.sh --token "$TOKEN"\nenv:\n  TOKEN: ${{ secrets.TOKEN }}' },
      { step: 'run: ./deploy.sh --region ${{ secrets.AWS_REGION }}' },
    ],
  },
};
