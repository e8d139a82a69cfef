/** What GitLab tells a new job: its variables, and its ID token. */
import type { Claims, FakeIssuer } from '../issuer.ts';
import { jobToken, type Mirror } from './mirror.ts';

/** What a stand-in of an instance is made of. */
export interface Instance {
  readonly issuer: FakeIssuer;
  readonly mirror: Mirror;
}

let jobs = 0;

/** Claims by which roles are granted to the project 20. */
export const usualJob = {
  ref_path: 'refs/heads/main',
  environment: 'production',
  environment_protected: 'true',
  pipeline_source: 'push',
  runner_environment: 'gitlab-hosted',
};

/** Variables of a new job as GitLab sets them, an ID token for the audience among them. */
export async function variablesOfJob(
  { issuer, mirror }: Instance,
  audience: string,
  claims: Claims = {},
): Promise<Record<string, string>> {
  const id = String(700_000 + jobs++);
  const token = await issuer.mint({ audience, claims: { job_id: id, ...usualJob, ...claims } });
  return {
    GITLAB_CI: 'true',
    CI: 'true',
    CI_JOB_ID: id,
    CI_JOB_NAME: 'use',
    CI_PIPELINE_ID: '574',
    CI_PROJECT_PATH: 'my-group/my-project',
    CI_COMMIT_REF_NAME: 'main',
    CI_PIPELINE_SOURCE: 'push',
    CI_API_V4_URL: mirror.apiUrl,
    CI_JOB_TOKEN: jobToken,
    EPHEMERAL_CREDS_ID_TOKEN: token,
  };
}
