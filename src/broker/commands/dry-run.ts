import { verifyIdToken } from '../issuers/verify-id-token.ts';
import type { Broker } from './broker.ts';
import { checkTerms, judgedRoles, noteStranger } from './decide-roles.ts';
import type { ExchangeOrder } from './exchange-order.ts';
import { judge } from './judge-outcome.ts';
import { withSecrets } from './kept-secrets.ts';
import { decisionEvent, type Judged } from './note-decisions.ts';
import { withinCaps } from './role-access.ts';
import { usedProof } from './used-proof.ts';

type DryRunOrder = Omit<ExchangeOrder<unknown>, 'handleHash' | 'seal'>;

export interface DryDecision {
  readonly role: string;
  readonly allowed: boolean;
  /** Allowed once operators agree; the request would wait for them for so long. Who and how many is not the caller's. */
  readonly approvalSeconds?: number;
}

/**
 * What would be granted, each role for itself. Nothing is minted, and of a request only the proof is used up; of a
 * stranger's not even that.
 * @throws Refusal
 */
export async function dryRun(broker: Broker, order: DryRunOrder): Promise<DryDecision[]> {
  const { caller, details } = order;
  const now = broker.host.clock.now();
  const claims = await verifyIdToken(broker.issuers, order.idToken, {
    thumbprint: order.proof.thumbprint,
    publicUrl: order.publicUrl,
    now,
    purpose: 'borrow',
    issuedSince: broker.restored.at,
    passage: caller.passage,
  });
  const judged = judgedRoles(broker, order, claims);
  if (await noteStranger(broker, caller, claims))
    return details.map(({ role }) => ({ role, allowed: false }));
  const use = await broker.store.useProof(usedProof(order.proof, now));
  if (use !== 'new') throw await judge(broker, caller, { refused: { kind: use, revoked: [] }, claims });
  const decisions = await withinCaps(broker, await withSecrets(broker, judged), now);
  await broker.audit(
    decisions.map((decision) => {
      const event = decisionEvent(caller, claims, decision);
      const approval = approvalSeconds(decision) === undefined ? {} : { approval: 'needed' };
      return { ...event, detail: { dry_run: true, ...approval, ...event.detail } };
    }),
  );
  for (const decision of decisions) if (decision.allowed) checkTerms(decision, order.encryptTo);
  return decisions.map((decision) => {
    const { role, allowed } = decision;
    const seconds = approvalSeconds(decision);
    return { role, allowed, ...(seconds !== undefined && { approvalSeconds: seconds }) };
  });
}

function approvalSeconds(decision: Judged): number | undefined {
  return decision.allowed ? decision.approval?.withinSeconds : undefined;
}
