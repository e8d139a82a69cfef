import type { Job, PipelineFile } from '../files/file.ts';
import { NotSure, type PlainMap } from './change.ts';
import type { LentRole, Wish } from './fix.ts';
import { policyLines, type WrittenPolicy } from './policy-text.ts';
import { inRole } from './role-name.ts';

const projectIs = 'glab api projects/GROUP%2FPROJECT: id';
const namespaceIs = 'glab api projects/GROUP%2FPROJECT: namespace.id';

/** As `githubPolicy`, for a job of GitLab. @throws NotSure */
export function gitlabPolicy(
  { source }: PipelineFile,
  job: Job,
  roles: readonly LentRole[],
  wish: Wish,
): WrittenPolicy {
  const environment = job.environment?.name;
  if (environment?.includes('$') === true)
    throw new NotSure('its environment is calculated: write a job, or a policy, for each');
  const issuer = wish.gitlabUrl ?? 'https://gitlab.com';
  const own = wish.gitlabUrl !== undefined || job.runsOn.length > 0;
  const fixed: PlainMap = {
    project_id: wish.repositoryId ?? projectIs,
    namespace_id: wish.ownerId ?? namespaceIs,
    ref_path: `refs/heads/${wish.branch}`,
    ref_protected: true,
    ...(environment === undefined ? {} : { environment }),
    runner_environment: own ? 'self-hosted' : 'gitlab-hosted',
  };
  const deny: PlainMap[] = [
    { ref_path: 'refs/heads/a/branch/of/somebody' },
    { ref_protected: false },
    ...(environment === undefined ? [] : [{ environment: `not-${environment}` }]),
    { pipeline_source: 'merge_request_event' },
    { runner_environment: own ? 'gitlab-hosted' : 'self-hosted' },
    { project_id: '1' },
    { namespace_id: '1' },
  ];
  const id = inRole(`${wish.prefix}gitlab-${job.name}`).replaceAll('/', '-');
  const allow = { ...fixed, pipeline_source: 'push' };
  const match = { ...fixed, pipeline_source: ['push', 'web'] };
  const from = `job ${job.name} of ${source.path}`;
  return {
    id,
    text: policyLines({ id, issuer, match, roles, allow, deny }, from),
    notes: [
      `Protect the branch \`${wish.branch}\`: jobs of what is not protected are denied.`,
      `The policy names pipelines that a push or a person starts: look whether job \`${job.name}\` has others.`,
      ...(own
        ? [
            `Job \`${job.name}\` runs on a machine of your own: \`policy check\` wants the reason in \`accept_risk\`.`,
          ]
        : []),
    ],
  };
}
