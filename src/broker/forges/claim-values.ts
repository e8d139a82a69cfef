import { fullMatch } from '../../domain/pattern.ts';
import { isObject, member } from '../../protocol/json.ts';
import type { Claims } from './forge.ts';

/** The claim, if it is a number in digits: what may stand in a path as it is. */
export function digits(claims: Claims, name: string): string | undefined {
  const value = member(claims, name);
  return typeof value === 'string' && fullMatch(/[0-9]{1,24}/, value) ? value : undefined;
}

/** Whether an answer's number is the one of a claim. */
export function isNumber(answer: unknown, name: string, expected: string | undefined): boolean {
  const value = isObject(answer) ? member(answer, name) : undefined;
  return Number.isSafeInteger(value) && String(value) === expected;
}

/** An object inside an answer; undefined: there is none. */
export function inside(answer: Claims, name: string): Claims | undefined {
  const value = member(answer, name);
  return isObject(value) ? value : undefined;
}
