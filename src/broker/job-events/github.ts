// https://docs.github.com/webhooks/webhook-events-and-payloads#workflow_job
// https://docs.github.com/webhooks/using-webhooks/validating-webhook-deliveries
import { fullMatch } from '../../domain/pattern.ts';
import { member } from '../../protocol/json.ts';
import {
  eventObject,
  malformed,
  numberAt,
  objectAt,
  onlyHeader,
  requireJson,
  type EventObject,
} from './event-body.ts';
import type { JobClaims, JobEvents } from './job-event.ts';
import { macHolds } from './signature.ts';

const signatureHeader = 'x-hub-signature-256';
const signatureForm = /sha256=[0-9a-f]{64}/;
const deliveryHeader = 'x-github-delivery';
const deliveryForm = /[0-9A-Za-z-]{1,64}/;
const eventHeader = 'x-github-event';
const eventForm = /[a-z_]{1,64}/;

/**
 * GitHub: `workflow_job`, `completed`. ID tokens name a job by `check_run_id`, the end of `check_run_url`; that it is
 * `workflow_job.id` as well GitHub nowhere promises, so where they differ both are closed. What the event says of itself
 * is no ground to choose a secret by: the signature is.
 */
export const github: JobEvents = {
  name: 'github',
  lists: { owners: 'repository_owner_id', repositories: 'repository_id' },
  secretProblem: () => undefined,
  checkForm: (delivery) => {
    requireJson(delivery);
    onlyHeader(delivery, signatureHeader, signatureForm);
    onlyHeader(delivery, deliveryHeader, deliveryForm);
    onlyHeader(delivery, eventHeader, eventForm);
  },
  isFrom: (secret, delivery) => {
    const signature = onlyHeader(delivery, signatureHeader, signatureForm);
    const code = Buffer.from(signature.slice('sha256='.length), 'hex');
    return macHolds(Buffer.from(secret.reveal()), { octets: delivery.body, code });
  },
  read: (delivery) => {
    const name = delivery.headers.get(eventHeader);
    const event = eventObject(delivery);
    if (name === 'ping') return { kind: 'ping' };
    if (name !== 'workflow_job' || member(event, 'action') !== 'completed') return { kind: 'other' };
    const repository = objectAt(event, 'repository');
    return {
      kind: 'ended',
      jobs: jobsOf(numberAt(repository, 'id'), objectAt(event, 'workflow_job')),
      claims: { repository_owner_id: numberAt(objectAt(repository, 'owner'), 'id') },
      delivery: delivery.headers.get(deliveryHeader) ?? undefined,
    };
  },
};

function jobsOf(repositoryId: string, job: EventObject): [JobClaims, ...JobClaims[]] {
  const claims = {
    repository_id: repositoryId,
    run_id: numberAt(job, 'run_id'),
    run_attempt: numberAt(job, 'run_attempt'),
  };
  const id = numberAt(job, 'id');
  const checkRun = checkRunOf(member(job, 'check_run_url'));
  const first = { ...claims, check_run_id: checkRun };
  return checkRun === id ? [first] : [first, { ...claims, check_run_id: id }];
}

/** `https://api.github.com/repos/octo-org/octo-repo/check-runs/5544332211`: its last segment. */
function checkRunOf(url: unknown): string {
  const last = typeof url === 'string' ? (url.split('/').at(-1) ?? '') : '';
  if (!fullMatch(/[0-9]{1,24}/, last)) throw malformed('the event has no usable check_run_url');
  return last;
}
