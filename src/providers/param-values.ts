import type { CredsError } from '../domain/errors.ts';
import { fullMatch } from '../domain/pattern.ts';
import { refuseInput } from './input.ts';

/** The value of the input `params`. */
export type Params = Readonly<Record<string, unknown>>;

/** A parameter that a provider cannot take. */
export function refuseParam(name: string, problem: string): CredsError {
  return refuseInput(`params: ${name}`, problem);
}

/** One line of text; undefined when it is not there. @throws CredsError `input-invalid` */
export function readText(params: Params, name: string): string | undefined {
  const value = params[name];
  return value === undefined ? undefined : line(name, value);
}

/** One line, or a list of lines; empty when it is not there. @throws CredsError `input-invalid` */
export function readList(params: Params, name: string): string[] {
  const value = params[name];
  if (value === undefined) return [];
  return (Array.isArray(value) ? value : [value]).map((each) => line(name, each));
}

/** `true` or `false`; `false` when it is not there. @throws CredsError `input-invalid` */
export function readSwitch(params: Params, name: string): boolean {
  const value = params[name] ?? false;
  if (typeof value !== 'boolean') throw refuseParam(name, 'must be `true` or `false`');
  return value;
}

/** `name: value` lines; empty when it is not there. @throws CredsError `input-invalid` */
export function readPairs(params: Params, name: string): [string, string][] {
  const value = params[name] ?? {};
  if (typeof value !== 'object' || Array.isArray(value))
    throw refuseParam(name, 'must be `name: value` lines');
  return Object.entries(value).map(([key, text]) => [key, line(name, text)]);
}

function line(name: string, value: unknown): string {
  const text = typeof value === 'number' || typeof value === 'boolean' ? String(value) : value;
  if (typeof text !== 'string' || !fullMatch(/[^\u0000-\u001f\u007f]{1,2048}/, text))
    throw refuseParam(name, 'must be one line of text');
  return text;
}
