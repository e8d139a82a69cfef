import type { Origin } from './origin.ts';

/** Which leases an operator means: all that are named must hold. Nothing named: every lease. */
export interface LeaseSelector extends Partial<Origin> {
  readonly leaseId?: string;
  readonly issuer?: string;
  readonly role?: string;
  readonly policy?: string;
  /** Lent at this time or later. */
  readonly since?: Date;
}

/** Whether it is about leases; otherwise about all that a job has, and what it waits for. */
export function speaksOfLeases({ leaseId, role, policy, since }: LeaseSelector): boolean {
  return leaseId !== undefined || role !== undefined || policy !== undefined || since !== undefined;
}
