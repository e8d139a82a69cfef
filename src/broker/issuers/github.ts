// https://docs.github.com/actions/reference/security/oidc
import type { IssuerTraits } from '../domain/issuer.ts';
import type { IssuerPlatform } from './issuer.ts';

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
  matchable: [
    'repository_id',
    'repository_owner_id',
    'repository',
    'repository_owner',
    'repository_visibility',
    'event_name',
    'job_workflow',
    'ref',
    'ref_type',
    'ref_protected',
    'environment',
    'runner_environment',
  ],
  described: [
    'sub',
    'sha',
    'actor',
    'actor_id',
    'workflow_ref',
    'workflow_sha',
    'job_workflow_ref',
    'job_workflow_sha',
  ],
  // Custom properties of the repository.
  describedPrefix: 'repo_property_',
  risks: [
    {
      claim: 'event_name',
      refused: [
        'pull_request',
        'pull_request_target',
        'pull_request_review',
        'pull_request_review_comment',
        'workflow_run',
        'issue_comment',
      ],
    },
  ],
};

/**
 * GitHub Actions: github.com, an enterprise's own path below it, ghe.com (`https://token.actions.NAME.ghe.com`) and
 * Enterprise Server (`https://HOST/_services/token`). `sub` is never read: its form depends on the repository's age
 * and settings. Pull requests cannot be told from those of forks by the claims, so none is believed.
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
