import { TransportError } from '../../../domain/host.ts';
import { withTimeLimit } from '../../domain/time-limit.ts';
import type { EngineTools } from '../engine.ts';

const attemptMs = 4000;
const maxBytes = 262_144;
/** Set by the way itself: what the SDK signs of them is what the way sends. */
const ownHeaders = ['host', 'content-length'];

interface SdkRequest {
  readonly method: string;
  readonly protocol: string;
  readonly hostname: string;
  readonly port?: number;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

interface SdkAnswer {
  readonly response: {
    readonly statusCode: number;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: Uint8Array;
  };
}

/** The SDK's `requestHandler`. */
interface SdkTransport {
  handle(request: SdkRequest, options?: { readonly abortSignal?: unknown }): Promise<SdkAnswer>;
  updateHttpClientConfig(): void;
  httpHandlerConfigs(): Record<string, never>;
}

/** The SDK's requests go the way of all others: proxies, authorities, and a bound on time and size of each attempt. */
export function sdkTransport({ send, clock }: EngineTools['host']): SdkTransport {
  return {
    handle: async (request, { abortSignal } = {}) => {
      const { body } = request;
      if (
        request.method !== 'POST' ||
        (body !== undefined && typeof body !== 'string' && !(body instanceof Uint8Array))
      )
        throw new Error('AWS is asked in another way than this program knows');
      const given = abortSignal instanceof AbortSignal ? [abortSignal] : [];
      const answer = await timely(() =>
        withTimeLimit(clock, attemptMs, (signal) =>
          send({
            method: 'POST',
            url: urlOf(request),
            headers: Object.fromEntries(
              Object.entries(request.headers).filter(([name]) => !ownHeaders.includes(name.toLowerCase())),
            ),
            ...(body !== undefined && {
              body: typeof body === 'string' ? body : new TextDecoder().decode(body),
            }),
            maxBytes,
            signal: AbortSignal.any([signal, ...given]),
          }),
        ),
      );
      const headers = Object.entries(answer.headers).flatMap(([name, value]) =>
        value === undefined ? [] : [[name, value]],
      );
      return {
        response: {
          statusCode: answer.status,
          headers: Object.fromEntries(headers) as Record<string, string>,
          body: answer.body,
        },
      };
    },
    updateHttpClientConfig: () => undefined,
    httpHandlerConfigs: () => ({}),
  };
}

function urlOf({ protocol, hostname, port, path }: SdkRequest): URL {
  return new URL(`${protocol}//${hostname}${port === undefined ? '' : `:${String(port)}`}${path}`);
}

/** Faults under the names by which the SDK knows that trying again may help. */
async function timely<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    const fault = cause instanceof TransportError ? cause.fault : 'timeout';
    const lasting = ['tls', 'certificate', 'proxy', 'dns', 'too-large', 'encoding', 'aborted'].includes(
      fault,
    );
    throw Object.assign(new Error(fault, { cause }), {
      name: lasting ? `Transport.${fault}` : 'TimeoutError',
    });
  }
}
