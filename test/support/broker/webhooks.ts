/** Deliveries of webhooks as the platforms make them. */
import { createHmac, randomUUID } from 'node:crypto';
import type { TestBroker } from './test-broker.ts';

export const githubSecret = 'a-secret-of-octo-orgs-hook';
export const otherSecret = 'a-secret-of-another-org';
export const gitlabToken = 'a-token-of-my-groups-hook';
export const signingToken = `whsec_${Buffer.from('a key of thirty-two octets, truly').toString('base64')}`;

export interface Posted {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
}

export type Changes = Readonly<Record<string, unknown>>;

/** How one delivery differs from the usual. */
export interface DeliveryOptions {
  readonly secret?: string;
  readonly headers?: Readonly<Record<string, string | undefined>>;
  /** Sent in place of what was signed. */
  readonly content?: string;
  readonly delivery?: string;
  readonly event?: string;
  readonly peer?: string;
  readonly at?: Date;
}

/** What `workflow_job` brings, as far as anybody reads it. */
export function workflowJob(changes: Changes = {}, repository: Changes = {}): Record<string, unknown> {
  const { id = 5544332211 } = changes;
  return {
    action: 'completed',
    workflow_job: {
      id,
      run_id: 9876543210,
      run_attempt: 1,
      status: 'completed',
      conclusion: 'cancelled',
      check_run_url: `https://api.github.com/repos/octo-org/octo-repo/check-runs/${JSON.stringify(id)}`,
      steps: [],
      ...changes,
    },
    repository: {
      id: 456789,
      full_name: 'octo-org/octo-repo',
      owner: { login: 'octo-org', id: 123456 },
      ...repository,
    },
    organization: { id: 123456 },
  };
}

/** What a job event of GitLab brings, as far as anybody reads it. */
export function jobHook(changes: Changes = {}): Record<string, unknown> {
  return { object_kind: 'build', build_id: 302, build_status: 'canceled', project_id: 20, ...changes };
}

/** Headers as GitHub sends them with an event. */
export function githubHeaders(
  content: string,
  { secret = githubSecret, event = 'workflow_job', delivery = randomUUID() }: DeliveryOptions = {},
): Record<string, string> {
  const code = createHmac('sha256', secret).update(content).digest('hex');
  return {
    'x-github-event': event,
    'x-github-delivery': delivery,
    'x-hub-signature-256': `sha256=${code}`,
  };
}

export function postGithub(
  broker: TestBroker,
  event: unknown,
  options: DeliveryOptions = {},
): Promise<Posted> {
  const content = JSON.stringify(event);
  return post(broker, '/webhooks/github', options, { content, headers: githubHeaders(content, options) });
}

export function postGitlab(
  broker: TestBroker,
  event: unknown,
  options: DeliveryOptions = {},
): Promise<Posted> {
  const content = JSON.stringify(event);
  const secret = options.secret ?? gitlabToken;
  const id = options.delivery ?? randomUUID();
  const proof = secret.startsWith('whsec_')
    ? signature(secret, { id, content, at: options.at ?? broker.world.clock.now() })
    : { 'x-gitlab-token': secret };
  return post(broker, '/webhooks/gitlab', options, {
    content,
    headers: { 'x-gitlab-event': options.event ?? 'Job Hook', 'idempotency-key': id, ...proof },
  });
}

function signature(
  token: string,
  { id, content, at }: { id: string; content: string; at: Date },
): Record<string, string> {
  const time = String(Math.floor(at.getTime() / 1000));
  const code = createHmac('sha256', Buffer.from(token.slice(6), 'base64'))
    .update(`${id}.${time}.${content}`)
    .digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': time, 'webhook-signature': `v1,${code}` };
}

async function post(
  broker: TestBroker,
  path: string,
  { headers = {}, content, peer = '192.0.2.7' }: DeliveryOptions,
  usual: { readonly content: string; readonly headers: Record<string, string> },
): Promise<Posted> {
  const all: Record<string, string | undefined> = {
    'content-type': 'application/json',
    ...usual.headers,
    ...headers,
  };
  const request = new Request(`https://broker.example.com${path}`, {
    method: 'POST',
    headers: Object.entries(all).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value] as [string, string]],
    ),
    body: content ?? usual.content,
  });
  const response = await broker.handle(request, { peer });
  const text = await response.text();
  const body = (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>;
  return { status: response.status, headers: response.headers, body };
}
