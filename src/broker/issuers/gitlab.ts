// https://docs.gitlab.com/ci/secrets/id_token_authentication/
import type { IssuerTraits } from '../domain/issuer.ts';
import type { IssuerPlatform } from './issuer.ts';

const traits: IssuerTraits = {
  algorithms: ['RS256'],
  binding: 'first-use',
  maxAgeSeconds: 3600,
  sessionEndsWithToken: true,
  indexClaim: 'project_id',
  immutableIds: ['project_id', 'namespace_id'],
  identity: { required: ['project_id', 'job_id'], form: 'number' },
  matchable: [
    'project_id',
    'project_path',
    'namespace_id',
    'namespace_path',
    'job_project_id',
    'pipeline_source',
    'ref',
    'ref_path',
    'ref_type',
    'ref_protected',
    'environment',
    'environment_protected',
    'deployment_tier',
    'runner_environment',
  ],
  described: ['sub', 'sha', 'user_id', 'user_login', 'pipeline_id', 'ci_config_ref_uri', 'ci_config_sha'],
  risks: [
    {
      claim: 'pipeline_source',
      refused: ['merge_request_event', 'external_pull_request_event'],
    },
    { claim: 'job_project_id', equals: 'project_id' },
  ],
};

/**
 * GitLab, any instance. The audience stands in the pipeline file, so a token cannot name a key: the first that
 * presents it keeps it. Since 18.2.2 `project_*` of a fork's merge request describe the fork and `job_project_*`
 * (18.4) the project that runs it, so the two must agree. Merge requests are not believed.
 */
export const gitlab: IssuerPlatform = {
  name: 'gitlab',
  defaultUrl: undefined,
  keysPath: '/oauth/discovery/keys',
  traits: () => traits,
  notices: () => [],
};
