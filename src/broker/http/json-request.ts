import { isObject, member, parseStrictJson } from '../../protocol/json.ts';
import { Refusal } from '../domain/refusal.ts';

/** A request whose content is one JSON object with no members but those named. */
export class JsonRequest {
  readonly #object: Record<string, unknown>;

  /** @throws Refusal `invalid_request` */
  constructor(request: Request, body: Uint8Array, names: readonly string[]) {
    const type = (request.headers.get('content-type') ?? '').split(';')[0]?.trim().toLowerCase();
    if (type !== 'application/json')
      throw new Refusal('invalid_request', 'Content-Type must be application/json');
    let parsed: unknown;
    try {
      parsed = parseStrictJson(body);
    } catch {
      throw new Refusal('invalid_request', 'the body is not clean JSON');
    }
    if (!isObject(parsed)) throw new Refusal('invalid_request', 'the body is not a JSON object');
    if (Object.keys(parsed).some((name) => !names.includes(name)))
      throw new Refusal('invalid_request', `the body has a member that is not one of ${names.join(', ')}`);
    this.#object = parsed;
  }

  get(name: string): unknown {
    return member(this.#object, name);
  }
}
