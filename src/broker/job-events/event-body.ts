import { fullMatch } from '../../domain/pattern.ts';
import { isObject, member, parseStrictJson } from '../../protocol/json.ts';
import { Refusal } from '../domain/refusal.ts';
import type { Delivery } from './job-event.ts';

/** Nested objects of an event, each read by name. */
export type EventObject = Readonly<Record<string, unknown>>;

/** The content as one JSON object. @throws Refusal `invalid_request` */
export function eventObject({ body }: Delivery): EventObject {
  let value: unknown;
  try {
    value = parseStrictJson(body);
  } catch {
    throw malformed('the event is not clean JSON');
  }
  if (!isObject(value)) throw malformed('the event is not a JSON object');
  return value;
}

/** @throws Refusal `invalid_request` unless the content is said to be JSON */
export function requireJson({ headers }: Delivery): void {
  const type = (headers.get('content-type') ?? '').split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/json')
    throw malformed('Content-Type must be application/json: choose it in the hook’s settings');
}

/** A header that must be there once; one that comes twice is joined by a comma, which no value here has. */
export function onlyHeader({ headers }: Delivery, name: string, form: RegExp): string {
  const value = headers.get(name);
  if (value === null) throw malformed(`the request has no ${name}`);
  if (!fullMatch(form, value)) throw malformed(`${name} has another form, or stands there twice`);
  return value;
}

/** The same for a header that may be absent. */
export function optionalHeader(delivery: Delivery, name: string, form: RegExp): string | undefined {
  return delivery.headers.get(name) === null ? undefined : onlyHeader(delivery, name, form);
}

/** An object inside an object. @throws Refusal `invalid_request` */
export function objectAt(object: EventObject, name: string): EventObject {
  const value = member(object, name);
  if (!isObject(value)) throw malformed(`the event has no ${name}`);
  return value;
}

/** A number of the platform's database, as its ID tokens have it: in digits. @throws Refusal `invalid_request` */
export function numberAt(object: EventObject, name: string): string {
  const value = member(object, name);
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0)
    throw malformed(`the event has no usable ${name}`);
  return String(value);
}

export function malformed(message: string): Refusal {
  return new Refusal('invalid_request', message);
}
