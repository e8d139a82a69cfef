import type { AuditEvent } from '../domain/audit-event.ts';
import type { AdminOperator } from '../domain/operator.ts';
import type { Broker, Caller } from './broker.ts';

/** An operator who is known, and asks for something that he may. */
export interface Act {
  readonly caller: Caller;
  readonly operator: AdminOperator;
  /** How he proved who he is, for the audit log: the certificate’s subject and fingerprint, the token’s issuer and sub. */
  readonly credential: Readonly<Record<string, string>>;
}

/** Writes down what an operator does, and how it went. @throws Refusal when the audit log does not take it */
export async function noteAct(
  broker: Broker,
  { caller, operator, credential }: Act,
  event: Pick<AuditEvent, 'outcome' | 'message' | 'alarm' | 'detail'>,
): Promise<void> {
  const detail = { operator: operator.id, credential, ...event.detail };
  await broker.audit([{ name: 'operator', ...caller, ...event, detail }]);
}
