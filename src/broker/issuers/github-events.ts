// https://docs.github.com/actions/reference/workflows-and-actions/events-that-trigger-workflows

/** A fork's code can run under these, or what it left behind. */
export const refusedEvents = [
  'pull_request',
  'pull_request_target',
  'pull_request_review',
  'pull_request_review_comment',
  'workflow_run',
  'issue_comment',
] as const;

/** Anyone with an account can cause these: no code of theirs runs, but their text is in the event. */
export const outsidersEvents = [
  'discussion',
  'discussion_comment',
  'fork',
  'gollum',
  'issues',
  'watch',
] as const;

/** Every event that starts a workflow. */
export const githubEvents = [
  'push',
  'workflow_dispatch',
  'schedule',
  'release',
  'deployment',
  'deployment_status',
  'repository_dispatch',
  'workflow_call',
  'merge_group',
  'create',
  'delete',
  'branch_protection_rule',
  'check_run',
  'check_suite',
  'dynamic',
  'image_version',
  'label',
  'milestone',
  'page_build',
  'public',
  'registry_package',
  'status',
  ...outsidersEvents,
  ...refusedEvents,
] as const;
