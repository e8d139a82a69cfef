import { TransportError, type HttpAnswer } from '../domain/host.ts';

/** An answer as Node hands it over (https://nodejs.org/api/http.html#class-httpincomingmessage). */
interface Incoming extends AsyncIterable<Uint8Array> {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly statusCode?: number | undefined;
  readonly complete: boolean;
  destroy(): unknown;
}

/**
 * The whole answer. @param maxBytes longest body
 * @throws TransportError when it is encoded, longer, or cut off
 */
export async function readAnswer(message: Incoming, maxBytes: number): Promise<HttpAnswer> {
  const encoding = message.headers['content-encoding'] ?? 'identity';
  if (encoding !== 'identity') {
    message.destroy();
    throw new TransportError('encoding');
  }
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of message) {
    length += chunk.length;
    if (length > maxBytes) {
      message.destroy();
      throw new TransportError('too-large');
    }
    chunks.push(chunk);
  }
  if (!message.complete) throw new TransportError('truncated');
  return { status: message.statusCode ?? 0, headers: flat(message.headers), body: Buffer.concat(chunks) };
}

function flat(headers: Incoming['headers']): Record<string, string | undefined> {
  const entries = Object.entries(headers);
  return Object.fromEntries(
    entries.map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]),
  );
}

/** We do not trust the server, and have said nothing to it. */
const certificateCode =
  /^(?:CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|ERR_TLS_CERT_|INVALID_CA|PATH_LENGTH|INVALID_PURPOSE|HOSTNAME_|CRL_|ERROR_IN_)/;

/** What went wrong on the wire, by what Node says of it. */
export function faultOf(error: unknown, signal: AbortSignal): TransportError {
  const { code = '', message = '' } = error as { code?: string; message?: string };
  const options = { cause: error };
  if (signal.aborted) return new TransportError('aborted', options);
  if (message.startsWith('tunneling socket')) return tunnelFault(message, options);
  if (certificateCode.test(code)) return new TransportError('certificate', options);
  if (/^(?:ERR_(?:TLS|SSL|OSSL)_|EPROTO)/.test(code)) return new TransportError('tls', options);
  if (code.startsWith('HPE_')) return new TransportError('garbled', options);
  if (code === 'ECONNREFUSED') return new TransportError('refused', options);
  if (code === 'EAI_AGAIN') return new TransportError('dns-temporary', options);
  if (code === 'ENOTFOUND') return new TransportError('dns', options);
  if (code === 'ETIMEDOUT' || message.startsWith('Request timeout'))
    return new TransportError('timeout', options);
  if (message === 'aborted') return new TransportError('truncated', options);
  return new TransportError('reset', options);
}

/** `tunnel` tells everything in words: `statusCode=407`, `cause=connect ECONNREFUSED …`. */
function tunnelFault(message: string, options: ErrorOptions): TransportError {
  return new TransportError(
    /statusCode=5\d\d|ECONNRESET|EAI_AGAIN|hang up/.test(message) ? 'reset' : 'proxy',
    options,
  );
}
