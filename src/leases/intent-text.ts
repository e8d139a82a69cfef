import type { Intent, OwedLease, OwedPointer, Owner, PostSettings } from '../domain/intent.ts';
import { fullMatch } from '../domain/pattern.ts';
import { isObject, member, parseStrictJson } from '../protocol/json.ts';

/** Reads an entry of the ledger; undefined when it is not one of ours in every member. */
export function readIntent(text: string): Intent | undefined {
  let entry: unknown;
  try {
    entry = parseStrictJson(text);
  } catch {
    return undefined;
  }
  return isIntent(entry) ? entry : undefined;
}

function isIntent(entry: unknown): entry is Intent {
  if (!isObject(entry) || member(entry, 'version') !== 1) return false;
  const { id, provider, audience, idToken, debt, leases, post } = entry;
  return (
    typeof id === 'string' &&
    fullMatch(/[0-9a-f]{16}/, id) &&
    [provider, audience, idToken].every((value) => typeof value === 'string') &&
    isDebt(debt) &&
    (member(entry, 'kept') === undefined || isDebt(member(entry, 'kept'))) &&
    ['undefined', 'string'].includes(typeof member(entry, 'keptMark')) &&
    [undefined, true].includes(member(entry, 'givenBack') as undefined) &&
    (member(entry, 'owner') === undefined || isOwner(member(entry, 'owner'))) &&
    (member(entry, 'agent') === undefined || isAgent(member(entry, 'agent'))) &&
    Array.isArray(leases) &&
    leases.every(isOwedLease) &&
    ['variables', 'files', 'commandFiles'].every((name) => isTextList(member(entry, name))) &&
    (member(entry, 'sizes') === undefined || isSizes(member(entry, 'sizes'))) &&
    (member(entry, 'before') === undefined || isTextList(member(entry, 'before'))) &&
    (member(entry, 'pointers') === undefined || isPointerList(member(entry, 'pointers'))) &&
    isPostSettings(post)
  );
}

function isDebt(value: unknown): boolean {
  return isObject(value) && Object.values(value).every((text) => typeof text === 'string');
}

function isSizes(value: unknown): boolean {
  return isObject(value) && Object.values(value).every(Number.isSafeInteger);
}

function isAgent(value: unknown): boolean {
  return isObject(value) && typeof value['socket'] === 'string';
}

/** True for a process as an entry names it. */
export function isOwner(value: unknown): value is Owner {
  if (!isObject(value)) return false;
  const { pid, start, space } = value;
  return Number.isInteger(pid) && Number(pid) > 0 && typeof start === 'string' && typeof space === 'string';
}

function isTextList(value: unknown): boolean {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

function isOwedLease(value: unknown): value is OwedLease {
  if (!isObject(value)) return false;
  const texts = ['id', 'role', 'expiresAt', 'revocability'].map((name) => member(value, name));
  return texts.every((text) => typeof text === 'string') && !isNaN(Date.parse(String(value['expiresAt'])));
}

function isPointerList(value: unknown): value is OwedPointer[] {
  return Array.isArray(value) && value.every(isPointer);
}

function isPointer(value: unknown): boolean {
  if (!isObject(value)) return false;
  const behind = member(value, 'behind');
  const texts = ['name', 'value', 'after'].map((name) => member(value, name));
  return (
    texts.every((text) => typeof text === 'string') &&
    (behind === undefined || (isTextList(behind) && (behind as string[]).length > 0))
  );
}

function isPostSettings(value: unknown): value is PostSettings {
  return (
    isObject(value) &&
    typeof value['revoke'] === 'boolean' &&
    typeof value['failOnRevokeError'] === 'boolean' &&
    typeof value['caCert'] === 'string' &&
    ['always', 'on-problem', 'never'].includes(String(value['summary']))
  );
}
