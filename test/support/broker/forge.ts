// A FAKE: plays the API of GitHub or GitLab for jobs and runs, with tokens, ETags, rate limits and redirects. For tests only.
import { createHash } from 'node:crypto';
import { TransportError, type HttpAnswer, type HttpRequest } from '../../../src/domain/host.ts';
import type { Site } from './world.ts';

type Platform = 'github' | 'gitlab';

export interface FakeForge extends Site {
  /** What is asked for by path, below the API's address; what is not there is 404. */
  readonly pages: Map<string, Record<string, unknown>>;
  /** How it answers instead, until it is taken away. */
  trouble: Partial<HttpAnswer> | 'silent' | undefined;
  /** Every request that came, with the status that it was answered. */
  readonly answered: string[];
  /** To which addresses the broker would have gone. */
  readonly networks: Set<string | undefined>;
}

export const forgeToken = 'forge-token-value';

const apis = { github: 'https://api.github.com', gitlab: 'https://gitlab.example.com/api/v4' };

export function makeForge(platform: Platform): FakeForge {
  const pages = new Map<string, Record<string, unknown>>();
  const answered: string[] = [];
  const networks = new Set<string | undefined>();
  const url = apis[platform];
  const forge: FakeForge = {
    url,
    pages,
    answered,
    networks,
    trouble: undefined,
    answer: async (request) => {
      await Promise.resolve();
      networks.add(request.networks);
      if (forge.trouble === 'silent') throw new TransportError('timeout');
      const answer = forge.trouble ?? pageOf(forge, platform, request);
      answered.push(`${request.url.pathname} ${String(answer.status)}`);
      return { status: 200, headers: {}, body: Buffer.from('{}'), ...answer };
    },
  };
  return forge;
}

function pageOf(
  { url, pages }: FakeForge,
  platform: Platform,
  request: HttpRequest,
): Pick<HttpAnswer, 'status'> & Partial<HttpAnswer> {
  const { headers } = request;
  const shown = platform === 'github' ? headers['authorization'] : headers['private-token'];
  if (shown !== (platform === 'github' ? `Bearer ${forgeToken}` : forgeToken)) return { status: 401 };
  const page = pages.get(request.url.href.slice(url.length));
  if (page === undefined) return { status: 404 };
  const body = Buffer.from(JSON.stringify(page));
  const etag = `"${createHash('sha256').update(body).digest('hex')}"`;
  if (headers['if-none-match'] === etag) return { status: 304, headers: { etag }, body: Buffer.of() };
  return { status: 200, headers: { etag }, body };
}

/** Where the usual job of the fake issuer stands. */
export const githubJobPath = '/repos/octo-org/octo-repo/actions/jobs/5544332211';
export const githubRunPath = '/repos/octo-org/octo-repo/actions/runs/9876543210';
export const gitlabJobPath = '/projects/20/jobs/302';

export function githubJob(status: string, changes: Record<string, unknown> = {}): Record<string, unknown> {
  return { id: 5544332211, run_id: 9876543210, run_attempt: 1, status, conclusion: null, ...changes };
}

/** @param head repository in which the pull request's head is; null: it was deleted */
export function githubRun(
  head: number | null,
  changes: Record<string, unknown> = {},
): Record<string, unknown> {
  return {
    id: 9876543210,
    run_attempt: 1,
    event: 'pull_request',
    repository: { id: 456789 },
    head_repository: head === null ? null : { id: head },
    ...changes,
  };
}

export function gitlabJob(status: string, changes: Record<string, unknown> = {}): Record<string, unknown> {
  return { id: 302, status, pipeline: { id: 574, project_id: 20 }, ...changes };
}
