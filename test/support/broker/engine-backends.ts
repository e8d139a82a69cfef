/** Real backends of engines, for the suites that every engine passes. */
import type { Credential } from '../../../src/domain/credential.ts';
import type { EngineTools, Mint } from '../../../src/broker/engines/engine.ts';
import type { Peer } from '../peers.ts';
import type { HttpAnswer, HttpRequest } from '../../../src/domain/host.ts';
import type { VerifiedClaims } from '../../../src/broker/domain/verified-claims.ts';
import { startTcpProxy } from '../tcp-proxy.ts';
import { awsScene } from './aws-scene.ts';
import { fakeGithub } from './fake-github.ts';
import { logIn, startPostgresScene } from './postgres-scene.ts';
import { signingProgram } from './signing-program.ts';
import { testClock, testWorld } from './world.ts';

export interface EngineBackend extends AsyncDisposable {
  /** What the parameters refer to, by reference. */
  readonly secrets: Readonly<Record<string, string>>;
  /** What else it is lent than secrets and a host that reaches nothing. */
  readonly tools?: Partial<EngineTools>;
  /** What its mints need besides the lease. */
  readonly mint?: Partial<Pick<Mint, 'claims' | 'job' | 'publicKey'>>;
  /** Parameters that work. */
  readonly parameters: Readonly<Record<string, unknown>>;
  /** Parameters with which the backend fails after it has begun. */
  readonly failing: Readonly<Record<string, unknown>>;
  /** Names of all that was made for leases; absent: nothing there has a name, and what was lost is not found again. */
  readonly objects?: () => Promise<readonly string[]>;
  /** True where the backend takes the credential. */
  readonly takes: (credential: Credential) => Promise<boolean>;
  /** From now on mints take effect, and their answers are lost; or no longer. */
  readonly loseAnswers: (lose: boolean) => void;
}

interface BackendKind {
  /** What it needs of this machine. */
  readonly peers: readonly Peer[];
  readonly start: () => Promise<EngineBackend>;
}

/** By engine. */
export const engineBackends: Readonly<Record<string, BackendKind | undefined>> = {
  aws: { peers: [], start: awsBackend },
  'github-app': { peers: [], start: githubAppBackend },
  postgres: { peers: ['postgres'], start: postgresBackend },
};

async function postgresBackend(): Promise<EngineBackend> {
  const scene = await startPostgresScene();
  const proxy = await startTcpProxy(scene.cluster.port);
  const parameters = {
    url: 'env:URL',
    database: 'app',
    grants: ['app_ro'],
    host: 'localhost',
    port: scene.cluster.port,
  };
  return {
    secrets: { 'env:URL': scene.url({ port: proxy.port }), 'file:ca.pem': scene.ca },
    parameters,
    failing: { ...parameters, grants: ['app_ro', 'not_there'] },
    objects: scene.roles,
    takes: async (credential) => {
      const session = await logIn({ credentials: [credential] }).catch(() => undefined);
      await session?.end();
      return session !== undefined;
    },
    loseAnswers: (lose) => {
      proxy.judge = (piece) => (lose && piece.includes('COMMIT') ? 'lose' : 'pass');
    },
    [Symbol.asyncDispose]: async () => {
      await proxy[Symbol.asyncDispose]();
      await scene[Symbol.asyncDispose]();
    },
  };
}

/** A stand-in: moto evaluates neither session policies nor denials, and its sessions never end. */
function awsBackend(): Promise<EngineBackend> {
  const pusher = 'arn:aws:ecr:eu-central-1:123456789012:repository/app';
  const { aws, secrets, parameters, tools } = awsScene({
    // Sessions live for fifteen minutes at least: the broker minted some time ago.
    mintedMsAgo: 1_200_000,
    judgedAt: () => new Date(),
    // It may take images, and not log in.
    also: [{ name: 'puller', allows: [{ Effect: 'Allow', Action: 'ecr:Batch*', Resource: '*' }] }],
  });
  const lives = (id: string): boolean =>
    aws.may(id, 's3:GetObject') || aws.may(id, 'ecr:BatchGetImage', pusher);
  const ecr = {
    registry: '123456789012.dkr.ecr.eu-central-1.amazonaws.com',
    repositories: ['app'],
  };
  return Promise.resolve({
    secrets,
    tools,
    parameters,
    failing: { ...parameters, role_arn: 'arn:aws:iam::123456789012:role/puller', ecr },
    objects: () =>
      Promise.resolve(
        aws.sessions.filter(({ accessKeyId }) => lives(accessKeyId)).map(({ asked }) => asked.name),
      ),
    takes: (credential) =>
      Promise.resolve(credential.kind === 'aws-session' && lives(credential.fields.accessKeyId.reveal())),
    loseAnswers: (lose) => {
      aws.fault = (action) => (lose && action === 'sts:AssumeRole' ? { lose: 'answer' } : undefined);
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  });
}

/** Against the labelled fake. */
function githubAppBackend(): Promise<EngineBackend> {
  const world = testWorld({ clock: testClock(new Date()) });
  const github = fakeGithub({ now: () => world.clock.now() });
  const parameters = {
    app: github.clientId,
    key: 'env:APP_KEY',
    installation: '8001',
    repositories: ['octo-repo'],
    permissions: { contents: 'read' },
  };
  // Refused while it is new, a token is not known to be dead: here it is old when that is asked.
  const send = async (request: HttpRequest): Promise<HttpAnswer> => {
    const answer = await github.answer(request);
    if (answer.status === 401) world.clock.advance(10);
    return answer;
  };
  const claims = {
    issuer: { platform: 'github', url: 'https://token.actions.githubusercontent.com' },
    claims: { repository: 'octo-org/octo-repo', repository_id: '456789', repository_owner_id: '123456' },
  } as unknown as VerifiedClaims;
  return Promise.resolve({
    secrets: { 'env:APP_KEY': github.key, 'file:ca.pem': 'a certificate' },
    tools: { host: { ...world, send, run: signingProgram(github.key) } },
    mint: { claims },
    parameters,
    failing: { ...parameters, permissions: { contents: 'admin' } },
    takes: async ({ kind, fields }) =>
      kind === 'github-token' && (await github.read(fields.token.reveal(), 'octo-org/octo-repo')) === 200,
    loseAnswers: (lose) => {
      github.fate = ({ method }) => (lose && method === 'POST' ? 'lose' : undefined);
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  });
}
