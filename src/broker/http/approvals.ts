import { detailType } from '../../protocol/token-exchange.ts';
import { approve, type Waiting } from '../commands/approve.ts';
import { authenticateCaller } from '../commands/authenticate-caller.ts';
import type { Broker, Caller } from '../commands/broker.ts';
import { claimFacts } from '../commands/note-decisions.ts';
import { Refusal } from '../domain/refusal.ts';
import { readAssertion } from './assertion.ts';
import { jsonAnswer } from './json-answer.ts';
import type { Received } from './proof.ts';
import { Form } from './request-limits.ts';

/**
 * POST /approvals/{id} by an operator with private_key_jwt (RFC 7523 §2.2): shows what is asked, and takes a decision.
 * @throws Refusal
 */
export async function postApproval(broker: Broker, received: Received, caller: Caller): Promise<Response> {
  const form = new Form(received.request, received.body);
  const operator = await authenticateCaller(broker, readAssertion(form), {
    passage: received.passage,
    callers: broker.operators,
    paths: [received.path, '/approvals'],
  });
  const waiting = await approve(broker, {
    caller,
    operator,
    transactionId: received.params['id'] ?? '',
    decision: readDecision(form),
  });
  return jsonAnswer(toWire(waiting));
}

function readDecision(form: Form): 'approve' | 'reject' | undefined {
  const decision = form.get('decision');
  if (decision !== undefined && decision !== 'approve' && decision !== 'reject')
    throw new Refusal('invalid_request', 'decision must be approve or reject');
  return decision;
}

function toWire({ record, details, claims, policies }: Waiting): Record<string, unknown> {
  return {
    transaction_id: record.id,
    state: record.state,
    ...(record.decidedBy === undefined ? {} : { decided_by: record.decidedBy }),
    ...(record.approvals.length === 0 ? {} : { approvals: record.approvals }),
    expires_at: record.expiresAt.toISOString(),
    authorization_details: details.map(({ role, ttlSeconds, heartbeatSeconds }) => ({
      type: detailType,
      role,
      ...(ttlSeconds === undefined ? {} : { ttl: ttlSeconds }),
      ...(heartbeatSeconds === undefined ? {} : { heartbeat: heartbeatSeconds }),
    })),
    policies,
    requested_by: claimFacts(claims),
  };
}
