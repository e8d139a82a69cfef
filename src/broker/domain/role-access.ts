import { formatDuration } from '../../domain/duration.ts';
import type { Condition } from './condition.ts';
import { isInRanges, type NetworkRange } from './network-range.ts';
import { isOpen, localText, windowText, type TimeWindow } from './time-window.ts';

/** What a role asks of everybody to whom a policy grants it. It takes away; it never grants. */
export interface RoleAccess {
  /** The caller's address lies in one of these; undefined: anywhere. */
  readonly networks: readonly NetworkRange[] | undefined;
  /** One of these is open; undefined: at any time. */
  readonly times: readonly TimeWindow[] | undefined;
  readonly caps: RoleCaps;
}

/** How much of a role may be lent, to all jobs together. */
export interface RoleCaps {
  /** Requests for it. */
  readonly rate: Cap | undefined;
  /** Credentials that were made of it: by requests, their repetitions and renewals. */
  readonly reads: Cap | undefined;
  /** Leases whose credential may still serve. */
  readonly maxActive: number | undefined;
}

/** No more than `most` in any stretch of so many seconds. */
export interface Cap {
  readonly most: number;
  readonly perSeconds: number;
}

/** How much of a role is in use, the request that is being judged left out. */
export interface RoleUse {
  readonly requests: number;
  readonly reads: number;
  readonly active: number;
}

/**
 * What the role asks of a caller's address and of the time. Pure; whoever grants must see each of them hold.
 * @param caller its network address, as far as the trusted proxies tell it, and the time
 */
export function accessConditions(
  { networks, times }: RoleAccess,
  { address, now }: { readonly address: string; readonly now: Date },
): Condition[] {
  const conditions: Condition[] = [];
  if (networks !== undefined)
    conditions.push({
      name: 'access.networks',
      expected: `in ${networks.map(({ text }) => text).join(' or ')}`,
      actual: address,
      holds: isInRanges(networks, address),
    });
  if (times !== undefined) {
    const places = new Map(times.map(({ zone }) => [zone.name, zone]));
    conditions.push({
      name: 'access.times',
      expected: times.map(windowText).join(' or '),
      actual: [...places.values()].map((zone) => localText(zone, now)).join(', '),
      holds: times.some((each) => isOpen(each, now)),
    });
  }
  return conditions;
}

/** What the role's caps say to one more. Pure, like the others. */
export function capConditions({ rate, reads, maxActive }: RoleCaps, use: RoleUse): Condition[] {
  const conditions: Condition[] = [];
  const add = (name: string, unit: string, limit: Partial<Cap> & Pick<Cap, 'most'>, used: number): void => {
    const per = limit.perSeconds === undefined ? '' : ` in ${formatDuration(limit.perSeconds)}`;
    conditions.push({
      name,
      expected: `at most ${String(limit.most)} ${unit}${per}`,
      actual: `${String(used)} before this one`,
      holds: used < limit.most,
    });
  };
  if (rate !== undefined) add('access.rate', 'requests', rate, use.requests);
  if (reads !== undefined) add('access.reads', 'credentials', reads, use.reads);
  if (maxActive !== undefined) add('access.max_active', 'at a time', { most: maxActive }, use.active);
  return conditions;
}
