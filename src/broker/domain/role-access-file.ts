import { z } from 'zod';
import { duration, text } from '../../domain/yaml-values.ts';
import { readNetworkRange, type NetworkRange } from './network-range.ts';
import type { Cap, RoleAccess } from './role-access.ts';
import { readTimeOfDay, readZone, weekdays, type TimeWindow, type Zone } from './time-window.ts';

const network = text.transform((value, context): NetworkRange => {
  const range = readNetworkRange(value);
  if (typeof range !== 'string') return range;
  context.addIssue({ code: 'custom', message: range });
  return z.NEVER;
});

const timeOfDay = text.transform((value, context): number => {
  const minute = readTimeOfDay(value);
  if (minute !== undefined) return minute;
  context.addIssue({ code: 'custom', message: 'write a time such as "08:00", at most "24:00"' });
  return z.NEVER;
});

const zone = text.transform((value, context): Zone => {
  const found = readZone(value);
  if (found !== undefined) return found;
  context.addIssue({
    code: 'custom',
    message: 'unknown time zone; write a place of the IANA database, such as Europe/Berlin, or UTC',
  });
  return z.NEVER;
});

const timeWindow = z
  .strictObject({
    days: z.array(z.enum(weekdays)).min(1, 'name at least one day, or leave it out for every day').optional(),
    from: timeOfDay.refine((minute) => minute < 1440, { error: 'a window begins at "23:59" at the latest' }),
    to: timeOfDay,
    zone,
  })
  .refine(({ from, to }) => from !== to, {
    path: ['to'],
    error: 'from and to are the same, so the window is empty; all day is "00:00" to "24:00"',
  })
  .refine(({ days = [] }) => new Set(days).size === days.length, {
    path: ['days'],
    error: 'a day is named twice',
  })
  .transform(({ days, from, to, zone: place }): TimeWindow => ({
    days: days ?? weekdays,
    fromMinute: from,
    toMinute: to,
    zone: place,
  }));

/** Leases that are over are remembered for a week, and caps are counted by them. */
const longestWindow = 7 * 86_400;
const per = duration.refine((seconds) => seconds <= longestWindow, { error: 'at most seven days' });
const most = z.int().min(1).max(10_000);

function toCap(limit: number, perSeconds: number): Cap {
  return { most: limit, perSeconds };
}

/** `access` of a role in broker.yaml. */
export const roleAccess = z
  .strictObject({
    networks: z.array(network).min(1, 'name at least one network, or leave it out').max(1000).optional(),
    times: z.array(timeWindow).min(1, 'name at least one window, or leave it out').max(100).optional(),
    rate: z
      .strictObject({ requests: most, per })
      .transform((rate) => toCap(rate.requests, rate.per))
      .optional(),
    reads: z
      .strictObject({ budget: most, per })
      .transform((reads) => toCap(reads.budget, reads.per))
      .optional(),
    max_active: most.optional(),
  })
  .refine((access) => Object.values(access).some((limit) => limit !== undefined), {
    error: 'limits nothing: name networks, times, rate, reads or max_active, or leave it out',
  })
  .transform(({ networks, times, rate, reads, max_active: maxActive }): RoleAccess => ({
    networks,
    times,
    caps: { rate, reads, maxActive },
  }));
