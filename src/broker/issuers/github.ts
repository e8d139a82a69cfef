// https://docs.github.com/actions/reference/security/oidc
import type { ClaimForm } from '../../domain/claim-form.ts';
import type { IssuerTraits } from '../domain/issuer.ts';
import { githubEvents, outsidersEvents, refusedEvents } from './github-events.ts';
import type { IssuerPlatform } from './issuer.ts';

const id: ClaimForm = { form: 'id' };
const sha: ClaimForm = { form: 'sha' };
const branch: ClaimForm = { form: 'name', shape: 'branch', folded: false };
/** GitHub takes `Octo-Org` and `octo-org` for the same. */
const folded = (shape: 'repository' | 'owner' | 'free'): ClaimForm => ({ form: 'name', shape, folded: true });
const choice = (...values: string[]): ClaimForm => ({ form: 'choice', values });

const matchable = new Map<string, ClaimForm>([
  ['repository_id', id],
  ['repository_owner_id', id],
  ['repository', folded('repository')],
  ['repository_owner', folded('owner')],
  ['repository_visibility', choice('public', 'private', 'internal')],
  ['enterprise', folded('owner')],
  ['enterprise_id', id],
  ['environment', folded('free')],
  ['environment_node_id', { form: 'name', shape: 'free', folded: false }],
  ['event_name', choice(...githubEvents)],
  ['ref', { form: 'ref' }],
  ['ref_type', choice('branch', 'tag')],
  ['ref_protected', { form: 'flag' }],
  ['base_ref', branch],
  ['head_ref', branch],
  ['sha', sha],
  ['runner_environment', choice('github-hosted', 'self-hosted')],
  ['actor_id', id],
  ['job_workflow', { form: 'file', ref: 'job_workflow_ref', sha: 'job_workflow_sha', root: 'repository' }],
  ['caller_workflow', { form: 'file', ref: 'workflow_ref', sha: 'workflow_sha', root: 'repository' }],
  ['properties', { form: 'properties', prefix: 'repo_property_' }],
]);

const traits: IssuerTraits = {
  algorithms: ['RS256'],
  binding: 'key-bound-audience',
  maxAgeSeconds: 600,
  sessionEndsWithToken: false,
  indexClaim: 'repository_id',
  immutableIds: ['repository_id', 'repository_owner_id'],
  identity: {
    required: ['repository_id', 'run_id', 'run_attempt'],
    form: 'number',
    perJob: 'check_run_id',
    run: { names: ['repository_id', 'run_id'], attempt: 'run_attempt' },
  },
  origin: { repository: 'repository', repositoryId: 'repository_id', actor: 'actor', commit: 'sha' },
  matchable,
  described: ['sub', 'actor'],
  risks: [{ claim: 'event_name', refused: refusedEvents, asked: 'pull_request' }],
  meaning: {
    refs: ['ref'],
    event: 'event_name',
    outsiders: outsidersEvents,
    environment: 'environment',
    protections: [{ claim: 'environment' }, { claim: 'ref_protected', value: 'true' }],
    hosted: { claim: 'runner_environment', value: 'github-hosted' },
    persons: ['actor_id'],
    ofRefused: ['base_ref', 'head_ref'],
  },
};

/**
 * GitHub Actions: github.com, an enterprise's own path below it, ghe.com (`https://token.actions.NAME.ghe.com`) and
 * Enterprise Server (`https://HOST/_services/token`). `sub` is never read: its form depends on the repository's age
 * and settings. Pull requests cannot be told from those of forks by the claims, so none is believed unless
 * the platform was asked. Of the other events of pull requests the code is not the head's, or their text is anybody's.
 */
export const github: IssuerPlatform = {
  name: 'github',
  defaultUrl: 'https://token.actions.githubusercontent.com',
  keysPath: '/.well-known/jwks',
  traits: () => traits,
  notices: (url) =>
    url.pathname.includes('/_services/token')
      ? [
          'tokens of GitHub Enterprise Server may lack check_run_id: where they do, a run is the smallest identity, and the rules per job and revocation by ID token are off',
        ]
      : [],
};
