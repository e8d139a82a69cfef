import { context } from '@actions/github';

interface PullRequestPayload {
  pull_request?: {
    head?: { repo?: { full_name?: string } | null };
    base?: { repo?: { full_name?: string } };
  };
}

/**
 * Why GitHub gives this run no ID token although the workflow may have asked for one: a sentence, or undefined
 * (GitHub Docs, Events that trigger workflows, `pull_request`; Dependabot on GitHub Actions).
 */
export function untrustedEvent(): string | undefined {
  const { head, base } = (context.payload as PullRequestPayload).pull_request ?? {};
  if (context.actor === 'dependabot[bot]') return 'This run was started by Dependabot.';
  if (base !== undefined && head?.repo?.full_name !== base.repo?.full_name) {
    return 'This run was started by a pull request from a fork.';
  }
  return undefined;
}
