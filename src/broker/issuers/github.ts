// https://docs.github.com/actions/reference/security/oidc
import type { IssuerPlatform } from './issuer.ts';

/**
 * GitHub Actions: github.com, an enterprise's own path below it, ghe.com (`https://token.actions.NAME.ghe.com`) and
 * Enterprise Server (`https://HOST/_services/token`). `sub` is never read: its form depends on the repository's age
 * and settings. Pull requests cannot be told from those of forks by the claims, so none is believed.
 */
export const github: IssuerPlatform = {
  name: 'github',
  defaultUrl: 'https://token.actions.githubusercontent.com',
  at: (url, entry) => ({
    platform: 'github',
    url: url.href.replace(/\/+$/, ''),
    keysUrl: new URL(entry.jwks_uri ?? `${url.href.replace(/\/+$/, '')}/.well-known/jwks`),
    algorithms: ['RS256'],
    audience: entry.audience,
    binding: entry.binding ?? 'key-bound-audience',
    maxAgeSeconds: entry.max_age ?? 600,
    onReplay: entry.on_replay ?? 'alarm',
    sessionEndsWithToken: false,
    indexClaim: 'repository_id',
    immutableIds: ['repository_id', 'repository_owner_id'],
    identity: {
      required: ['repository_id', 'run_id', 'run_attempt'],
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
  }),
  notices: (url) =>
    url.pathname.includes('/_services/token')
      ? [
          'tokens of GitHub Enterprise Server may lack check_run_id: where they do, a run is the smallest identity, and the rules per job and revocation by ID token are off',
        ]
      : [],
};
