import type { Broker, Caller } from '../commands/broker.ts';
import { takeJobEvent } from '../commands/take-job-event.ts';
import { jsonAnswer } from './json-answer.ts';
import type { Received } from './proof.ts';

/**
 * What an event may be long: those of `workflow_job` have 10 to 60 kB, and 200 octets more for each step of the job, so
 * this is room for a thousand steps. GitHub sends 25 MB for other events, which nobody has to send here.
 */
export const longestEvent = 256 * 1024;

/** POST /webhooks/{platform}: a platform says that a job has ended. @throws Refusal */
export async function postWebhook(broker: Broker, received: Received, caller: Caller): Promise<Response> {
  const { request, body, params } = received;
  const taken = await takeJobEvent(broker, {
    caller,
    platform: params['platform'] ?? '',
    delivery: { headers: request.headers, body },
  });
  if (taken === 'ignored') return new Response(null, { status: 204 });
  return jsonAnswer({ status: taken }, taken === 'queued' ? 202 : 200);
}
