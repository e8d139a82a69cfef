import { fullMatch } from '../../domain/pattern.ts';
import { isObject, parseStrictJson } from '../../protocol/json.ts';
import { detailType, rolePattern } from '../../protocol/token-exchange.ts';
import type { AskedRole } from '../commands/exchange-order.ts';
import { Refusal } from '../domain/refusal.ts';
import { readPublicKey } from './public-key.ts';

const mostDetails = 10;
const longestTtlSeconds = 366 * 86_400;
const heartbeatRange = { from: 10, to: 3600 };

/** The parameter `authorization_details` (RFC 9396 §2). @throws Refusal `invalid_authorization_details` */
export function readDetails(text: string | undefined): AskedRole[] {
  let list: unknown;
  try {
    list = parseStrictJson(text ?? '');
  } catch {
    throw refused('authorization_details is not clean JSON');
  }
  if (!Array.isArray(list) || list.length === 0 || list.length > mostDetails)
    throw refused(`authorization_details must be a list of 1 to ${String(mostDetails)}`);
  const details = list.map(readDetail);
  if (new Set(details.map(({ role }) => role)).size !== details.length)
    throw refused('a role stands there twice');
  return details;
}

/**
 * One detail. `csr` belongs to an engine that is not built in.
 * @throws Refusal `invalid_authorization_details`
 */
export function readDetail(detail: unknown): AskedRole {
  if (!isObject(detail)) throw refused('an authorization detail is not an object');
  const { type, role, ttl, heartbeat, public_key: publicKey, ...others } = detail;
  if (type !== detailType) throw refused(`type must be ${detailType}`);
  if (Object.keys(others).length > 0) throw refused('an authorization detail has an unknown member');
  if (typeof role !== 'string' || !fullMatch(rolePattern, role)) throw refused('role is not a role’s name');
  if (ttl !== undefined && !isWhole(ttl, 1, longestTtlSeconds))
    throw refused('ttl must be a whole number of seconds above zero');
  if (heartbeat !== undefined && !isWhole(heartbeat, heartbeatRange.from, heartbeatRange.to))
    throw refused(
      `heartbeat must be a whole number of seconds from ${String(heartbeatRange.from)} to ${String(heartbeatRange.to)}`,
    );
  return { role, ttlSeconds: ttl, heartbeatSeconds: heartbeat, publicKey: readPublicKey(publicKey) };
}

function isWhole(value: unknown, from: number, to: number): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= from && value <= to;
}

function refused(message: string): Refusal {
  return new Refusal('invalid_authorization_details', message);
}
