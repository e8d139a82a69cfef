import type { JWK } from 'jose';
import { CredsError } from '../domain/errors.ts';
import type { RoleRequest } from '../domain/lease.ts';
import { fullMatch } from '../domain/pattern.ts';
import type { Secret } from '../domain/secret.ts';
import type { Call } from './http.ts';
import { isObject, member } from './json.ts';
import { refusal } from './oauth-error.ts';
import type { Peer } from './session.ts';
import { sendSigned } from './signed-request.ts';
import { idPattern, jsonObject } from './json-answer.ts';
import { idTokenType } from './revocation.ts';
import { detailFor, tokenExchange } from './token-exchange.ts';

/** What a broker would say to a request for a role. */
export interface DryDecision {
  readonly role: string;
  readonly allowed: boolean;
  /** Allowed only once somebody has approved it: how long the broker would wait for that, in seconds. */
  readonly approvalSeconds?: number;
  /** Under which the broker's audit log has the reasons. */
  readonly requestId: string;
}

/** What is asked about. */
export interface Question {
  readonly idToken: Secret;
  readonly roles: readonly RoleRequest[];
  readonly ttlSeconds?: number;
  readonly heartbeatSeconds?: number;
  /** As in the request that is asked about: some roles are lent encrypted only. */
  readonly encryptTo?: JWK;
}

/**
 * POST /token with `dry_run`: every check up to policy, nothing minted and the ID token not used up.
 * @throws CredsError; with `retryAfterSeconds` where it may be asked again
 */
export async function askDryRun(
  { base, signer }: Peer,
  question: Question,
  call: Call,
): Promise<DryDecision[]> {
  const { idToken, roles, encryptTo } = question;
  const url = new URL(`${base}/token`);
  const body = new URLSearchParams({
    grant_type: tokenExchange,
    subject_token: idToken.reveal(),
    subject_token_type: idTokenType,
    authorization_details: JSON.stringify(roles.map(({ role }) => detailFor(role, question))),
    dry_run: 'true',
    ...(encryptTo === undefined ? {} : { encrypt_to: JSON.stringify(encryptTo) }),
  }).toString();
  const answer = await sendSigned({ url, signer, body }, call);
  if (answer.status !== 200) throw refusal(answer, url.host, call.host.clock.now());
  const details = member(jsonObject(answer), 'authorization_details');
  return roles.map(({ role }) => decisionOn(role, details));
}

function decisionOn(role: string, details: unknown): DryDecision {
  const found: unknown[] = Array.isArray(details)
    ? details.filter((detail) => isObject(detail) && member(detail, 'role') === role)
    : [];
  const [detail] = found;
  const decision = isObject(detail) ? member(detail, 'decision') : undefined;
  const requestId = isObject(detail) ? member(detail, 'request_id') : undefined;
  if (
    found.length !== 1 ||
    (decision !== 'allow' && decision !== 'deny') ||
    typeof requestId !== 'string' ||
    !fullMatch(idPattern, requestId)
  )
    throw new CredsError('answer-invalid', 'The server sent an answer without a decision on each role.');
  const approval = decision === 'allow' && isObject(detail) ? readApproval(detail) : {};
  return { role, allowed: decision === 'allow', ...approval, requestId };
}

/** Brokers that do not tell it yet send nothing. */
function readApproval(detail: Record<string, unknown>): Pick<DryDecision, 'approvalSeconds'> {
  const approval = member(detail, 'approval');
  if (approval === undefined) return {};
  const seconds = isObject(approval) ? member(approval, 'expires_in') : undefined;
  if (!Number.isSafeInteger(seconds) || (seconds as number) < 0)
    throw new CredsError(
      'answer-invalid',
      'The server sent an answer without the time that an approval may take.',
    );
  return { approvalSeconds: seconds as number };
}
