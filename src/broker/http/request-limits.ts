import { parseForm } from '../../protocol/form.ts';
import { longestProof } from '../../protocol/dpop-check.ts';
import { Refusal } from '../domain/refusal.ts';
import type { Connection } from './connection.ts';

const longestHeaders = 16 * 1024;
const longestBody = 64 * 1024;
const versions = [1];

/**
 * What can be judged by the headers alone (PROTOCOL.md, Limits).
 * @throws Refusal 431, 415, 400 for content that a GET must not have, or `unsupported_protocol_version`
 */
export function checkHeaders({ headers, method }: Request, { headerBytes }: Connection): void {
  const total = headerBytes ?? headerLength([...headers].flat());
  if (total > longestHeaders || (headers.get('dpop') ?? '').length > longestProof)
    throw new Refusal('invalid_request', 'the headers are too large', { status: 431 });
  // RFC 9110 §9.3.1: content there means nothing, and is a way to smuggle a second request.
  const announced = (headers.get('content-length') ?? '0') !== '0' || headers.has('transfer-encoding');
  if ((method === 'GET' || method === 'HEAD') && announced)
    throw new Refusal('invalid_request', `a ${method} has no content here`);
  const encoding = headers.get('content-encoding');
  if (encoding !== null && encoding !== 'identity')
    throw new Refusal('invalid_request', 'a Content-Encoding is not accepted', { status: 415 });
  const version = headers.get('ephemeral-creds-version');
  if (version !== null && !versions.map(String).includes(version))
    throw new Refusal('unsupported_protocol_version', `this broker speaks version ${versions.join(', ')}`, {
      members: { protocol_versions_supported: versions },
    });
}

/** The length of headers on the wire. @param texts names and values in turn */
export function headerLength(texts: readonly string[]): number {
  // `: ` or the line's end behind each.
  return texts.reduce((total, text) => total + text.length + 2, 0);
}

/**
 * The request's content octets, as they were received.
 * @throws Refusal 413, or 400 when the caller hangs up in the middle
 */
export async function readBody(
  request: Request,
  { content }: Connection,
  longest: number = longestBody,
): Promise<Uint8Array> {
  if (Number(request.headers.get('content-length') ?? 0) > longest) throw tooLarge(longest);
  let body: Uint8Array | undefined;
  try {
    body = await (content === undefined ? readStream(request, longest) : content(longest));
  } catch (cause) {
    throw new Refusal('invalid_request', 'the body ended early', { cause });
  }
  if (body === undefined) throw tooLarge(longest);
  return body;
}

function tooLarge(longest: number): Refusal {
  const message = `the body is larger than ${String(longest / 1024)} KiB`;
  return new Refusal('invalid_request', message, { status: 413 });
}

/** @returns undefined when there is more */
async function readStream({ body }: Request, longest: number): Promise<Uint8Array | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of (body ?? []) as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    if (size > longest) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** A form in which every parameter stands once (RFC 6749 §3.2), except those named. */
export class Form {
  readonly #fields: ReadonlyMap<string, readonly string[]>;

  /** @throws Refusal `invalid_request` */
  constructor(request: Request, body: Uint8Array, repeatable: readonly string[] = []) {
    const type = (request.headers.get('content-type') ?? '').split(';')[0]?.trim().toLowerCase();
    if (type !== 'application/x-www-form-urlencoded')
      throw new Refusal('invalid_request', 'Content-Type must be application/x-www-form-urlencoded');
    try {
      this.#fields = parseForm(body);
    } catch {
      throw new Refusal('invalid_request', 'the body is not a valid form');
    }
    for (const [name, values] of this.#fields) {
      if (values.length > 1 && !repeatable.includes(name))
        throw new Refusal('invalid_request', 'a parameter stands there twice');
    }
  }

  get(name: string): string | undefined {
    return this.#fields.get(name)?.[0];
  }

  all(name: string): readonly string[] {
    return this.#fields.get(name) ?? [];
  }

  has(name: string): boolean {
    return this.#fields.has(name);
  }
}
