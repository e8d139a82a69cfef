/** What the workflow run is about; everything has a default. */
export interface GitHubFacts {
  readonly event?: Readonly<Record<string, unknown>>;
  readonly eventName?: string;
  readonly repository?: string;
  readonly ref?: string;
  readonly actor?: string;
  readonly job?: string;
  readonly runId?: string;
  readonly runAttempt?: string;
  readonly serverUrl?: string;
  readonly action?: string;
}

export interface Places {
  readonly temp: string;
  readonly workspace: string;
  readonly tools: string;
  readonly eventPath: string;
}

/** The variables that the runner sets for every step. */
export function githubVariables(facts: GitHubFacts, places: Places): Record<string, string> {
  const repository = facts.repository ?? 'octo-org/octo-repo';
  const ref = facts.ref ?? 'refs/heads/main';
  const server = facts.serverUrl ?? 'https://github.com';
  return {
    CI: 'true',
    GITHUB_ACTIONS: 'true',
    GITHUB_ACTION: facts.action ?? '__octo-org_ephemeral-creds',
    GITHUB_ACTOR: facts.actor ?? 'octocat',
    GITHUB_API_URL: server === 'https://github.com' ? 'https://api.github.com' : `${server}/api/v3`,
    GITHUB_EVENT_NAME: facts.eventName ?? 'push',
    GITHUB_EVENT_PATH: places.eventPath,
    GITHUB_JOB: facts.job ?? 'deploy',
    GITHUB_REF: ref,
    GITHUB_REF_NAME: ref.replace('refs/heads/', '').replace('refs/tags/', ''),
    GITHUB_REF_TYPE: ref.startsWith('refs/tags/') ? 'tag' : 'branch',
    GITHUB_REPOSITORY: repository,
    GITHUB_REPOSITORY_ID: '456789',
    GITHUB_REPOSITORY_OWNER: repository.split('/')[0] ?? '',
    GITHUB_REPOSITORY_OWNER_ID: '123456',
    GITHUB_RUN_ATTEMPT: facts.runAttempt ?? '1',
    GITHUB_RUN_ID: facts.runId ?? '17000000001',
    GITHUB_RUN_NUMBER: '42',
    GITHUB_SERVER_URL: server,
    GITHUB_SHA: '8f7e6d5c4b3a29180f7e6d5c4b3a29180f7e6d5c',
    GITHUB_WORKFLOW: 'Deploy',
    GITHUB_WORKFLOW_REF: `${repository}/.github/workflows/deploy.yml@${ref}`,
    GITHUB_WORKSPACE: places.workspace,
    RUNNER_ARCH: 'X64',
    RUNNER_ENVIRONMENT: 'github-hosted',
    RUNNER_NAME: 'stand-in',
    RUNNER_OS: 'Linux',
    RUNNER_TEMP: places.temp,
    RUNNER_TOOL_CACHE: places.tools,
  };
}

/** `broker-url` becomes INPUT_BROKER-URL: spaces turn into underscores, dashes stay. */
export function inputVariables(inputs: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(inputs).map(([name, value]) => [
      `INPUT_${name.replaceAll(' ', '_').toUpperCase()}`,
      value.trim(),
    ]),
  );
}
