import type { PipelineFile } from '../files/file.ts';
import type { Taker } from '../files/secret-use.ts';
import { credentialFile } from './credential-files.ts';
import { isLiteralSecret } from './eo210-literal-variable.ts';
import type { FileRule, Spot } from './rule.ts';

export const secretInImage: FileRule = {
  id: 'EO211',
  name: 'secret-in-image',
  what: 'A secret becomes part of an image: as a build argument, a variable or a file.',
  severity: 'error',
  why: 'Build arguments and variables stay in the image’s history, and files in its layers: whoever can pull it has them.',
  hint: {
    text: 'Mount it for the one instruction that needs it: `RUN --mount=type=secret,id=token`.',
    before: '- uses: docker/build-push-action@v7\n  with:\n    build-args: TOKEN=${{ secrets.TOKEN }}',
    after: '- uses: docker/build-push-action@v7\n  with:\n    secrets: token=${{ steps.loan.outputs.token }}',
  },
  find: (file, judged) => [
    ...judged
      .filter(
        ({ use, rule }) => rule !== undefined && (inDockerfile(file) || use.takers.some(isBuildArgument)),
      )
      .map(({ use: { span, job, step, secret } }) => ({ span, job: job?.name, step: step?.name, secret })),
    ...(inDockerfile(file) ? [...writtenOut(file), ...copiedIn(file)] : []),
  ],
  examples: {
    finds: [
      {
        step: 'uses: docker/build-push-action@v7\nwith:\n  build-args: |\n    A=1\n    TOKEN=${{ secrets.NPM_TOKEN }}',
      },
      { gitlab: 'docker build --build-arg NPM_TOKEN="$PRIVATE_NPM_TOKEN" .' },
      { path: 'Dockerfile', text: 'FROM node:24\nARG NPM_TOKEN\nRUN npm ci\n', lines: [2] },
      {
        path: 'app/Dockerfile.release',
        text: 'FROM python:3.13 AS build\nARG INDEX=\nRUN make \\\n  # and\n  && twine upload -p "$INDEX" dist/*\n',
        lines: [2],
      },
      { path: 'Dockerfile', text: 'FROM scratch\nARG KEY\nENV AWS_SECRET_ACCESS_KEY=$KEY\n', lines: [2] },
      {
        path: 'Dockerfile',
        text: 'FROM scratch\nENV APP=1 DEPLOY_PASSWORD="hunter2-and-more"\n',
        lines: [2],
      },
      { path: 'Dockerfile', text: 'FROM scratch\nCOPY --chown=1 src id_rsa /root/.ssh/\n', lines: [2] },
      { path: 'Dockerfile', text: 'FROM scratch\nADD [".npmrc", "/app/"]\n', lines: [2] },
    ],
    passes: [
      {
        path: 'Dockerfile',
        text: 'FROM scratch\nENV API_KEY=fake-key-for-tests\nCOPY .yarnrc.yml package.json ./\n',
      },

      { step: 'uses: docker/build-push-action@v7\nwith:\n  secrets: token=${{ secrets.NPM_TOKEN }}' },
      { step: 'uses: docker/build-push-action@v7\nwith:\n  build-args: REGION=${{ secrets.AWS_REGION }}' },
      {
        path: 'Dockerfile',
        text: 'FROM node:24\nARG NODE_VERSION\nRUN --mount=type=secret,id=npm,env=NPM_TOKEN npm ci\n',
      },
      {
        path: 'Dockerfile',
        text: 'FROM a AS b\nENV TOKEN_FILE=/run/secrets/t DB_PASSWORD=$DB\nFROM scratch\nCOPY --from=b /etc/ssl/certs/ca.pem /\nCOPY package.json .env.example ./\n',
      },
    ],
  },
};

function inDockerfile({ platform }: PipelineFile): boolean {
  return platform === 'dockerfile';
}

/** Variables with the name of a credential and a value. */
function writtenOut({ jobs }: PipelineFile): Spot[] {
  return jobs.flatMap(({ name, variables }) =>
    variables
      .filter((each) => isLiteralSecret(each, true))
      .map((each) => ({ span: each.span, job: name, secret: each.name })),
  );
}

/** Often without a secret in them: settings, certificates that everybody may have. */
const oftenNone =
  /(^|\/)(\.env[\w.-]*|\.npmrc|[\w.*-]+\.(pem|key|jks|keystore)|config(\.json)?)$|terraform\.tfstate$/;

function copiedIn({ copied = [] }: PipelineFile): Spot[] {
  return copied
    .filter(
      ({ path, holds }) =>
        credentialFile.test(path) &&
        holds !== 'nothing' &&
        !/example|sample|template|\.yarnrc\.yml$|\.pub$|(^|[/._-])ca\b.*\.pem$/i.test(path),
    )
    .map(({ path, span, holds }) => ({
      span,
      message: `\`${path.slice(0, 80)}\` becomes part of the image: such a file holds credentials.`,
      severity: holds === undefined && oftenNone.test(path) ? 'warning' : 'error',
    }));
}

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
