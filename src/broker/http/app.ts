import { Hono } from 'hono';
import { metadataUrl } from '../../protocol/metadata.ts';
import type { Broker, Caller } from '../commands/broker.ts';
import { newId } from '../domain/identifiers.ts';
import { Refusal } from '../domain/refusal.ts';
import { asRefusal, refusalResponse, withStandardHeaders } from './answer.ts';
import { addressFinder, type Connection } from './connection.ts';
import { postIntrospect } from './introspect.ts';
import type { Received } from './proof.ts';
import { rateLimit } from './rate-limit.ts';
import { checkHeaders, readBody } from './request-limits.ts';
import { postRevoke } from './revoke.ts';
import { postToken } from './token.ts';
import { keySet, metadata } from './well-known.ts';

/** The broker as a function: what a server, or a test without a port, calls. Never rejects. */
export type Handler = (request: Request, connection: Connection) => Promise<Response>;

export interface HandlerOptions {
  readonly trustedProxies: readonly string[];
  readonly requestsPerSecond: number;
}

interface Bindings {
  readonly connection: Connection;
  readonly caller: Caller;
}

type App = Hono<{ Bindings: Bindings }>;
type Endpoint = (broker: Broker, received: Received, caller: Caller) => Promise<Response>;

/** Puts the endpoints of PROTOCOL.md below every public URL's path. */
export function createHandler(broker: Broker, options: HandlerOptions): Handler {
  const findAddress = addressFinder(options.trustedProxies);
  const admit = rateLimit(broker.host.clock, options.requestsPerSecond);
  const app = createApp(broker);
  return async (request, connection) => {
    const address = findAddress(connection, request.headers.get('x-forwarded-for'));
    const caller = { requestId: newId('req'), address };
    let response: Response;
    try {
      admit(address);
      checkHeaders(request);
      response = await app.fetch(request, { connection, caller });
    } catch (error) {
      response = await refuse(broker, caller, error);
    }
    return withStandardHeaders(response, caller.requestId);
  };
}

function createApp(broker: Broker): App {
  const app: App = new Hono();
  const bases = new Map(broker.publicUrls.map((url) => [new URL(url).pathname.replace(/\/+$/, ''), url]));
  for (const [base, publicUrl] of bases) {
    addEndpoint(app, broker, base, { path: '/token', endpoint: postToken });
    addEndpoint(app, broker, base, { path: '/revoke', endpoint: postRevoke });
    addEndpoint(app, broker, base, { path: '/introspect', endpoint: postIntrospect });
    app.get(new URL(metadataUrl(new URL(publicUrl))).pathname, (c) => c.json(metadata(broker, publicUrl)));
    app.get(`${base}/.well-known/jwks.json`, (c) => c.json(keySet(broker)));
  }
  for (const base of new Set(['', ...bases.keys()])) {
    app.get(`${base}/healthz`, (c) => c.json({ status: 'ok' }));
    app.get(`${base}/readyz`, async (c) => {
      await broker.store.check();
      return c.json({ status: 'ready' });
    });
  }
  app.notFound(() => {
    throw new Refusal('not_found', 'there is nothing here');
  });
  app.onError((error) => {
    throw error;
  });
  return app;
}

function addEndpoint(
  app: App,
  broker: Broker,
  base: string,
  { path, endpoint }: { readonly path: string; readonly endpoint: Endpoint },
): void {
  app.post(base + path, async (c) => {
    const request = c.req.raw;
    const body = await readBody(request);
    return endpoint(broker, { request, body, connection: c.env.connection, path }, c.env.caller);
  });
  app.all(base + path, () => {
    throw new Refusal('method_not_allowed', 'use POST');
  });
}

/** Answers an error, and writes down what a stranger may cause at will only in samples. */
async function refuse(broker: Broker, caller: Caller, error: unknown): Promise<Response> {
  const refusal = asRefusal(error) ?? new Refusal('server_error', 'the broker failed; nothing was granted');
  const told =
    refusal.status >= 500 ||
    ['invalid_grant', 'invalid_dpop_proof', 'invalid_client'].includes(refusal.error);
  if (told) {
    await broker.auditSampled({
      name: refusal.status >= 500 ? 'broker' : 'identity',
      outcome: 'failure',
      message: refusal.message,
      alarm: refusal.status >= 500,
      ...caller,
      detail: { error: refusal.error, reason: refusal.reason, ...causeOf(error, refusal) },
    });
  }
  return refusalResponse(refusal, caller.requestId);
}

/** The message of a defect or of a backend's failure; engines and stores put nothing secret into theirs. */
function causeOf(error: unknown, refusal: Refusal): Record<string, unknown> {
  let cause: unknown = error === refusal ? refusal.cause : error;
  while (cause instanceof Error && cause.cause instanceof Error) cause = cause.cause;
  return refusal.status >= 500 && cause instanceof Error ? { cause: cause.message } : {};
}
