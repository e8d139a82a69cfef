// https://docs.gitlab.com/user/project/integrations/webhook_events/#job-events
// https://docs.gitlab.com/user/project/integrations/webhooks/
// https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
import type { Secret } from '../../domain/secret.ts';
import { member } from '../../protocol/json.ts';
import { eventObject, numberAt, onlyHeader, optionalHeader, requireJson } from './event-body.ts';
import type { Delivery, JobEvents } from './job-event.ts';
import { macHolds, sameText } from './signature.ts';

const tokenHeader = 'x-gitlab-token';
const eventHeader = 'x-gitlab-event';
const eventForm = /[A-Za-z ]{1,64}/;
const idForm = /[0-9A-Za-z_.-]{1,128}/;
const timeForm = /[0-9]{1,12}/;
/** `v1,` and Base64; while a signing token is changed, several of them with spaces between. */
const signatureForm = /v1,[A-Za-z0-9+/]{43}=( v1,[A-Za-z0-9+/]{43}=){0,4}/;
const signingPrefix = 'whsec_';
/** In octets; Standard Webhooks asks for 24 to 64. */
const shortestKey = 24;
/** How far the time of a signed delivery may be off, as Standard Webhooks has it. */
const leewayMs = 300_000;

const final: readonly unknown[] = ['success', 'failed', 'canceled', 'skipped'];
const jobHooks = ['Job Hook', 'Build Hook'];

/**
 * GitLab: job events. A hook has a signing token (`whsec_…`: HMAC over id, time and content, as Standard Webhooks has
 * it) or a secret token, which comes as it is in X-Gitlab-Token. The form of the secret in our settings decides: whoever
 * configured a signature is not content with a token.
 */
export const gitlab: JobEvents = {
  name: 'gitlab',
  lists: { projects: 'project_id', namespaces: 'namespace_id' },
  secretProblem: (secret) =>
    isSigningToken(secret) && signingKey(secret).length < shortestKey
      ? 'is no whole signing token: whsec_ and Base64'
      : undefined,
  checkForm: (delivery) => {
    requireJson(delivery);
    onlyHeader(delivery, eventHeader, eventForm);
    optionalHeader(delivery, 'idempotency-key', idForm);
    optionalHeader(delivery, tokenHeader, /[^,]+/);
    if (optionalHeader(delivery, 'webhook-signature', signatureForm) === undefined) return;
    onlyHeader(delivery, 'webhook-id', idForm);
    onlyHeader(delivery, 'webhook-timestamp', timeForm);
  },
  isFrom: (secret, delivery, now) => {
    if (isSigningToken(secret)) return isSigned(secret, delivery, now);
    const token = delivery.headers.get(tokenHeader);
    return Promise.resolve(token !== null && sameText(token, secret.reveal()));
  },
  read: (delivery) => {
    const event = eventObject(delivery);
    const { headers } = delivery;
    if (!jobHooks.includes(headers.get(eventHeader) ?? '') || !final.includes(member(event, 'build_status')))
      return { kind: 'other' };
    return {
      kind: 'ended',
      jobs: [{ project_id: numberAt(event, 'project_id'), job_id: numberAt(event, 'build_id') }],
      claims: {},
      delivery: headers.get('webhook-id') ?? headers.get('idempotency-key') ?? undefined,
    };
  },
};

function isSigningToken(secret: Secret): boolean {
  return secret.reveal().startsWith(signingPrefix);
}

function signingKey(secret: Secret): Buffer {
  return Buffer.from(secret.reveal().slice(signingPrefix.length), 'base64');
}

async function isSigned(secret: Secret, { headers, body }: Delivery, now: Date): Promise<boolean> {
  const [id, time, signatures] = ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map((name) =>
    headers.get(name),
  );
  if (id == null || time == null || signatures == null) return false;
  if (Math.abs(Number(time) * 1000 - now.getTime()) > leewayMs) return false;
  const key = signingKey(secret);
  const octets = Buffer.concat([Buffer.from(`${id}.${time}.`), body]);
  for (const signature of signatures.split(' ')) {
    const code = Buffer.from(signature.slice('v1,'.length), 'base64');
    if (await macHolds(key, { octets, code })) return true;
  }
  return false;
}
