// https://docs.github.com/en/actions/reference/security/oidc
import { CredsError } from '../domain/errors.ts';
import type { HttpAnswer } from '../domain/host.ts';
import type { Job } from '../domain/job.ts';
import { startDeadline } from '../domain/deadline.ts';
import { isLoopback } from '../protocol/endpoint.ts';
import { asksToRetry, exchange, retryAfterSeconds, retrying, type Call } from '../protocol/http.ts';
import { jsonObject } from '../protocol/json-answer.ts';
import { member } from '../protocol/json.ts';
import { decodeIdToken } from './decode.ts';
import type { IdTokenSourceFactory } from './id-token-source.ts';

const budgetSeconds = 60;
const longestAnswer = 64 * 1024;

/** GitHub's endpoint for ID tokens: each request mints one, for any audience. */
export const githubRequest: IdTokenSourceFactory = (job) => ({
  name: 'github-request',
  mints: true,
  request: async (audience, call) => {
    const { url, bearer } = await endpoint(job, call);
    url.searchParams.set('audience', audience);
    const within = { ...call, deadline: startDeadline(call.host.clock, budgetSeconds, call.deadline) };
    const text = await retrying(within, () => requestOnce(url, bearer, within));
    const idToken = decodeIdToken(text, audience, call.host.clock.now());
    refuseForeignIssuer(idToken.issuer, url);
    return idToken;
  },
});

/** GitHub's own endpoint speaks for GitHub's own issuer (or an enterprise's path of it) and for no other. */
function refuseForeignIssuer(issuer: string, endpoint: URL): void {
  const ours = 'https://token.actions.githubusercontent.com';
  if (!endpoint.hostname.endsWith('.actions.githubusercontent.com')) return;
  if (issuer === ours || issuer.startsWith(`${ours}/`)) return;
  throw new CredsError('id-token-mismatch', 'The ID token names another issuer than GitHub Actions.');
}

async function endpoint(job: Job, { host }: Call): Promise<{ url: URL; bearer: string }> {
  const address = host.env['ACTIONS_ID_TOKEN_REQUEST_URL'] ?? '';
  const bearer = host.env['ACTIONS_ID_TOKEN_REQUEST_TOKEN'] ?? '';
  if (address === '' || bearer === '') {
    const why = await job.whyUntrusted();
    if (why !== undefined)
      throw new CredsError('id-token-untrusted-event', `${why} GitHub gives it no ID token.`);
    throw new CredsError('id-token-permission-missing', 'GitHub gives this job no ID token.');
  }
  const url = URL.canParse(address) ? new URL(address) : undefined;
  const plain = url?.protocol === 'http:' && isLoopback(url);
  if (url === undefined || (url.protocol !== 'https:' && !plain)) {
    throw new CredsError('id-token-refused', 'ACTIONS_ID_TOKEN_REQUEST_URL is not an https address.');
  }
  return { url, bearer };
}

async function requestOnce(url: URL, bearer: string, call: Call): Promise<string> {
  const headers = { authorization: `Bearer ${bearer}`, accept: 'application/json' };
  const answer = await exchange(call, { method: 'GET', url, headers, maxBytes: longestAnswer });
  if (answer.status !== 200) throw refused(answer, url.host, call);
  const value = member(jsonObject(answer), 'value');
  if (typeof value !== 'string') {
    throw new CredsError('answer-invalid', `The ID-token endpoint ${url.host} sent no token.`);
  }
  return value;
}

function refused(answer: HttpAnswer, host: string, call: Call): CredsError {
  const message = `The ID-token endpoint ${host} answered ${String(answer.status)}.`;
  if (!asksToRetry(answer.status)) return new CredsError('id-token-refused', message);
  return new CredsError('busy', message, {
    retryAfterSeconds: retryAfterSeconds(answer, call.host.clock.now()),
  });
}
