// https://docs.gitlab.com/ci/secrets/id_token_authentication/
import type { ClaimForm } from '../../domain/claim-form.ts';
import type { IssuerTraits } from '../domain/issuer.ts';
import { pipelineSources } from './gitlab-sources.ts';
import type { IssuerPlatform } from './issuer.ts';

const id: ClaimForm = { form: 'id' };
const flag: ClaimForm = { form: 'flag' };
/** GitLab knows a path in whatever capitals it is written. */
const path: ClaimForm = { form: 'name', shape: 'project', folded: true };
const choice = (...values: string[]): ClaimForm => ({ form: 'choice', values });

const matchable = new Map<string, ClaimForm>([
  ['project_id', id],
  ['project_path', path],
  ['namespace_id', id],
  ['namespace_path', path],
  ['job_project_id', id],
  ['job_project_path', path],
  ['job_namespace_id', id],
  ['job_namespace_path', path],
  ['project_visibility', choice('private', 'internal', 'public')],
  ['pipeline_source', choice(...pipelineSources)],
  ['ref', { form: 'name', shape: 'branch', folded: false }],
  ['ref_type', choice('branch', 'tag')],
  ['ref_path', { form: 'ref' }],
  ['ref_protected', flag],
  ['environment', { form: 'name', shape: 'free', folded: false }],
  ['environment_protected', flag],
  ['environment_action', choice('start', 'prepare', 'stop', 'verify', 'access')],
  ['deployment_tier', choice('production', 'staging', 'testing', 'development', 'other')],
  ['runner_environment', choice('gitlab-hosted', 'self-hosted')],
  ['runner_id', { form: 'number' }],
  ['sha', { form: 'sha' }],
  ['user_id', id],
  [
    'user_access_level',
    choice('guest', 'planner', 'reporter', 'security_manager', 'developer', 'maintainer', 'owner'),
  ],
  ['ci_config', { form: 'file', ref: 'ci_config_ref_uri', sha: 'ci_config_sha', root: 'host' }],
]);

const traits: IssuerTraits = {
  algorithms: ['RS256'],
  binding: 'first-use',
  maxAgeSeconds: 3600,
  sessionEndsWithToken: true,
  indexClaim: 'project_id',
  immutableIds: ['project_id', 'namespace_id'],
  identity: { required: ['project_id', 'job_id'], form: 'number' },
  origin: { repository: 'project_path', repositoryId: 'project_id', actor: 'user_login', commit: 'sha' },
  matchable,
  described: ['sub', 'user_login', 'pipeline_id'],
  risks: [
    {
      claim: 'pipeline_source',
      refused: ['merge_request_event', 'external_pull_request_event'],
      unless: { value: 'merge_request_event', claim: 'job_project_id', equals: 'project_id' },
    },
    { claim: 'job_project_id', equals: 'project_id' },
  ],
  meaning: {
    refs: ['ref_path'],
    event: 'pipeline_source',
    outsiders: [],
    environment: 'environment',
    protections: [
      { claim: 'environment_protected', value: 'true' },
      { claim: 'ref_protected', value: 'true' },
    ],
    hosted: { claim: 'runner_environment', value: 'gitlab-hosted' },
    persons: ['user_id', 'user_access_level'],
    ofRefused: [],
  },
};

/**
 * GitLab, any instance. The audience stands in the pipeline file, so a token cannot name a key: the first that
 * presents it keeps it. Since 18.2.2 `project_*` of a fork's merge request describe the fork and `job_project_*`
 * (18.4) the project that runs it, so the two must agree. Merge requests are not believed unless a policy opts in,
 * and then only where both claims are there: before 18.4 nothing tells a fork's from the project's own.
 */
export const gitlab: IssuerPlatform = {
  name: 'gitlab',
  defaultUrl: undefined,
  keysPath: '/oauth/discovery/keys',
  traits: () => traits,
  notices: () => [],
};
