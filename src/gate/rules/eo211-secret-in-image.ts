import type { Taker } from '../files/secret-use.ts';
import type { FileRule } from './rule.ts';

export const secretInImage: FileRule = {
  id: 'EO211',
  name: 'secret-in-image',
  what: 'A secret is a build argument of an image.',
  severity: 'error',
  why: 'Build arguments stay in the image’s history: whoever can pull it reads them with `docker history`.',
  hint: {
    text: 'Mount it for the one instruction that needs it: `RUN --mount=type=secret,id=token`.',
    before: '- uses: docker/build-push-action@v7\n  with:\n    build-args: TOKEN=${{ secrets.TOKEN }}',
    after: '- uses: docker/build-push-action@v7\n  with:\n    secrets: token=${{ steps.loan.outputs.token }}',
  },
  find: (_, judged) =>
    judged
      .filter(({ use, rule }) => rule !== undefined && use.takers.some(isBuildArgument))
      .map(({ use: { span, job, step, secret } }) => ({ span, job: job?.name, step: step?.name, secret })),
  examples: {
    finds: [
      {
        step: 'uses: docker/build-push-action@v7\nwith:\n  build-args: |\n    A=1\n    TOKEN=${{ secrets.NPM_TOKEN }}',
      },
      { gitlab: 'docker build --build-arg NPM_TOKEN="$PRIVATE_NPM_TOKEN" .' },
    ],
    passes: [
      { step: 'uses: docker/build-push-action@v7\nwith:\n  secrets: token=${{ secrets.NPM_TOKEN }}' },
      { step: 'uses: docker/build-push-action@v7\nwith:\n  build-args: REGION=${{ secrets.AWS_REGION }}' },
    ],
  },
};

function isBuildArgument(taker: Taker): boolean {
  if (taker.by === 'input') return /^build[-_]?args?$|^buildargs$|^docker_build_args$/i.test(taker.input);
  return (
    taker.by === 'command' &&
    /^(docker|podman|buildah|nerdctl|img|kaniko|executor|\/kaniko\/executor|docker-compose|buildctl)\b/.test(
      taker.command.line,
    ) &&
    /^--build-arg(s)?$|^--opt$/.test(taker.option ?? '')
  );
}
