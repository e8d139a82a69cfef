import { detailType } from '../../protocol/token-exchange.ts';
import type { Caller } from '../commands/broker.ts';
import type { DryDecision } from '../commands/dry-run.ts';

/** The answer to `dry_run=true`: a decision for each role, and by what id it is found in the audit log. */
export function dryRunToWire(
  decisions: readonly DryDecision[],
  { requestId }: Caller,
): Record<string, unknown> {
  return {
    authorization_details: decisions.map(({ role, allowed, approvalSeconds }) => ({
      type: detailType,
      role,
      decision: allowed ? 'allow' : 'deny',
      ...(approvalSeconds !== undefined && { approval: { expires_in: approvalSeconds } }),
      request_id: requestId,
    })),
    request_id: requestId,
  };
}
