import type { Job, PipelineFile } from '../files/file.ts';
import { NotSure, type PlainMap } from './change.ts';
import type { LentRole, Wish } from './fix.ts';
import { refsOf } from './job-events.ts';
import { inRole } from './role-name.ts';
import { gitlabPolicy } from './gitlab-policy.ts';
import { policyLines, type WrittenPolicy } from './policy-text.ts';

const repositoryIs = 'gh api repos/OWNER/REPO --jq .id';
const ownerIs = 'gh api repos/OWNER/REPO --jq .owner.id';

/**
 * The narrowest policy under which a job of a workflow gets its roles. Ids that are not known are written as the
 * commands that tell them: no broker loads them, and `policy check` says where they stand.
 * @throws NotSure where no policy can say when the job runs
 */
export function policyFor(
  file: PipelineFile,
  job: Job,
  { events, roles }: { readonly events: readonly string[]; readonly roles: readonly LentRole[] },
  wish: Wish,
): WrittenPolicy {
  if (file.platform === 'gitlab-ci') return gitlabPolicy(file, job, roles, wish);
  const { refs, other } = refsOf(file, events, job, wish);
  const environment = job.environment?.name;
  if (environment?.includes('${{') === true)
    throw new NotSure('its environment is calculated: write a job, or a policy, for each');
  const own = job.runsOn.includes('self-hosted');
  const ids = {
    repository_id: wish.repositoryId ?? repositoryIs,
    repository_owner_id: wish.ownerId ?? ownerIs,
  };
  // An environment lets any tag in that its own rules do not keep out.
  const isProtected = environment === undefined || refs.some((each) => each.includes('*'));
  const place: PlainMap = {
    ...(environment === undefined ? {} : { environment }),
    ...(isProtected ? { ref_protected: true } : {}),
  };
  const runner = { runner_environment: own ? 'self-hosted' : 'github-hosted' };
  const match = { ...ids, ref: oneOrMore(refs), ...place, event_name: oneOrMore(events), ...runner };
  const [ref = '', event = ''] = [refs[0]?.replace('*', 'any'), events[0]];
  const allow = { ...ids, ref, ...place, event_name: event, ...runner };
  const deny: PlainMap[] = [
    { ref: 'refs/heads/a/branch/of/somebody' },
    ...(isProtected ? [{ ref_protected: false }] : []),
    ...(environment === undefined ? [] : [{ environment: `not-${environment}` }]),
    { event_name: 'pull_request' },
    { event_name: 'pull_request_target' },
    { runner_environment: own ? 'github-hosted' : 'self-hosted' },
    { repository_id: '1' },
    { repository_owner_id: '1' },
  ];
  const stem = /([^/]+)\.ya?ml$/.exec(file.source.path)?.[1] ?? 'workflow';
  const id = inRole(`${wish.prefix}${stem}-${job.name}`).replaceAll('/', '-');
  const parts = { id, issuer: 'https://token.actions.githubusercontent.com', match, roles, allow, deny };
  const text = policyLines(parts, `job ${job.name} of ${file.source.path}`);
  return { id, text, notes: notesFor(job, { other, own, refs }) };
}

function notesFor(
  { name, environment, runsOn }: Job,
  { other, own, refs }: { readonly other: boolean; readonly own: boolean; readonly refs: readonly string[] },
): string[] {
  const named = refs.map((each) => `\`${each}\``).join(', ');
  const hosted = runsOn.every((label) => /^(ubuntu|windows|macos)-[\w.-]+$/.test(label));
  return [
    ...(environment === undefined || refs.some((each) => each.includes('*'))
      ? [
          `Protect ${named} (branch and tag rules): jobs of what is not protected are denied${environment === undefined ? `. Better, give job \`${name}\` an environment and match that` : ''}.`,
        ]
      : []),
    ...(environment === undefined
      ? []
      : [`Let only ${named} deploy to the environment \`${environment.name}\`.`]),
    ...(other
      ? [
          `The policy names ${refs.join(', ')} only: job \`${name}\` can run for other refs, too, and is denied there. Add those that you mean.`,
        ]
      : []),
    ...(own
      ? [
          `Job \`${name}\` runs on a machine of your own: \`policy check\` wants the reason in \`accept_risk\`.`,
        ]
      : []),
    ...(own || hosted
      ? []
      : [`The policy wants GitHub’s own runners; look whether \`runs-on\` of job \`${name}\` means one.`]),
  ];
}

function oneOrMore(values: readonly string[]): PlainMap[string] {
  const [only = '', ...others] = values;
  return others.length === 0 ? only : values;
}
