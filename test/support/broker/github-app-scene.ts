// The engine github-app before the fake GitHub, without a broker.
import type { VerifiedClaims } from '../../../src/broker/domain/verified-claims.ts';
import type { RunProgram } from '../../../src/broker/domain/outside.ts';
import type { Issued, Mint, OpenEngine, PreparedRole } from '../../../src/broker/engines/engine.ts';
import { githubApp } from '../../../src/broker/engines/github-app.ts';
import { failureOf } from '../scan.ts';
import { engineTools, mintOf } from './engine-tools.ts';
import { fakeGithub, type FakeGithub } from './fake-github.ts';
import { leaseRecord } from './leases.ts';
import { signingProgram } from './signing-program.ts';
import { testWorld, type TestClock } from './world.ts';

interface GithubScene {
  readonly github: FakeGithub;
  readonly clock: TestClock;
  readonly engine: OpenEngine;
  readonly secrets: Record<string, string>;
  /** What the signing program was run with. */
  readonly runs: { readonly words: readonly string[]; readonly input: string | undefined }[];
  readonly prepare: (changes?: Record<string, unknown>) => PreparedRole;
  readonly mint: (role: PreparedRole, changes?: Partial<Mint>) => Promise<Issued>;
  /** What a mint that must fail failed with. */
  readonly failure: (role: PreparedRole, changes?: Partial<Mint>) => Promise<unknown>;
  readonly revoke: (role: PreparedRole, issued: Partial<Issued>, signal?: AbortSignal) => Promise<void>;
}

/** Claims of a job in octo-org/octo-repo; `undefined` leaves one out. */
export function jobClaims(
  changes: Record<string, unknown> = {},
  issuer = 'https://token.actions.githubusercontent.com',
): VerifiedClaims {
  const claims = { repository: 'octo-org/octo-repo', repository_id: '456789', repository_owner_id: '123456' };
  return {
    issuer: { platform: 'github', url: issuer },
    claims: { ...claims, ...changes },
  } as unknown as VerifiedClaims;
}

/** A role that needs no look-up: one repository, one permission. */
export function githubScene({ api, run }: { api?: string; run?: RunProgram } = {}): GithubScene {
  const world = testWorld();
  const { clock } = world;
  const github = fakeGithub({ ...(api !== undefined && { api }), now: () => clock.now() });
  const secrets: Record<string, string> = { 'env:APP_KEY': github.key, 'file:ca.pem': 'an authority' };
  const runs: { words: readonly string[]; input: string | undefined }[] = [];
  const program = run ?? signingProgram(github.key);
  const tools = engineTools(secrets, {
    folder: '/etc/broker',
    host: {
      ...world,
      send: (request) => github.answer(request),
      run: (words, how) => {
        runs.push({ words, input: how.input });
        return program(words, how);
      },
    },
  });
  const engine = githubApp.open(tools);
  const usual = {
    app: github.clientId,
    key: 'env:APP_KEY',
    installation: '8001',
    repositories: ['octo-repo'],
    permissions: { contents: 'read' },
    ...(api !== undefined && { api_url: api }),
  };
  const scene: GithubScene = {
    github,
    clock,
    engine,
    secrets,
    runs,
    prepare: (changes = {}) => engine.prepare(githubApp.parameters.parse({ ...usual, ...changes })),
    mint: (role, changes = {}) =>
      role.issue(
        mintOf({
          issuedAt: clock.now(),
          expiresAt: new Date(clock.now().getTime() + 600_000),
          claims: jobClaims(),
          ...changes,
        }),
      ),
    failure: (role, changes) => failureOf(() => scene.mint(role, changes)),
    revoke: (role, { revokeData = {}, revokeSecret }, signal = new AbortController().signal) =>
      engine.revoke(
        {
          ...leaseRecord({ revokeData: { ...role.backend, ...revokeData } }),
          ...(revokeSecret && { revokeSecret }),
        },
        signal,
      ),
  };
  return scene;
}

/** The token itself. */
export function tokenIn({ credentials }: Pick<Issued, 'credentials'>): string {
  const [credential] = credentials;
  if (credential?.kind !== 'github-token') throw new Error('no GitHub token');
  return credential.fields.token.reveal();
}
