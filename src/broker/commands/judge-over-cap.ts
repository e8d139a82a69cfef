import { denied, Refusal } from '../domain/refusal.ts';
import type { VerifiedClaims } from '../domain/verified-claims.ts';
import type { OverCap } from '../store/session-requests.ts';
import type { Broker, Caller } from './broker.ts';
import { claimFacts } from './note-decisions.ts';

/**
 * Writes down that a role’s caps refused one more.
 * @returns what the caller is told: when to come again where only the rate stands against it, else nothing of why
 */
export async function judgeOverCap(
  broker: Broker,
  caller: Caller,
  { over, claims }: { readonly over: OverCap; readonly claims: VerifiedClaims | undefined },
): Promise<Refusal> {
  const { role, conditions, freeAt } = over;
  const spent = conditions.some(({ name, holds }) => name === 'access.reads' && !holds);
  await broker.audit([
    {
      name: 'decision',
      outcome: 'failure',
      message: 'role denied: as much of it is lent as may be',
      // A value that is read more often than was ever meant may be read by somebody who should not.
      alarm: spent,
      ...caller,
      detail: {
        role,
        decision: 'deny',
        role_access: conditions,
        ...(claims === undefined ? {} : claimFacts(claims)),
      },
    },
  ]);
  if (freeAt === undefined) return denied();
  const waitMs = freeAt.getTime() - broker.leaseTime.now().getTime();
  return new Refusal('rate_limited', 'too many requests for this role', {
    retryAfterSeconds: Math.max(1, Math.ceil(waitMs / 1000)),
  });
}
