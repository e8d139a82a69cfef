import { Hono, type Context } from 'hono';
import { metadataUrl } from '../../protocol/metadata.ts';
import type { Broker, Caller } from '../commands/broker.ts';
import { newId } from '../domain/identifiers.ts';
import { Refusal } from '../domain/refusal.ts';
import { asRefusal, refusalResponse, withStandardHeaders } from './answer.ts';
import { addressFinder, type Connection } from './connection.ts';
import { readiness } from './readiness.ts';
import { checkHeaders, readBody } from './request-limits.ts';
import { createDoor } from './passage.ts';
import { makeNonce } from './nonce.ts';
import type { Rates } from './rate-limit.ts';
import { routes, type Route } from './routes.ts';
import { keySet, metadata } from './well-known.ts';

/** The broker as a function: what a server, or a test without a port, calls. Never rejects. */
export type Handler = (request: Request, connection: Connection) => Promise<Response>;

export interface HandlerOptions extends Rates {
  readonly trustedProxies: readonly string[];
}

interface Bindings {
  readonly connection: Connection;
  readonly caller: Caller;
}

type App = Hono<{ Bindings: Bindings }>;
type Handle = (context: Context<{ Bindings: Bindings }>) => Promise<Response>;

/** Puts the endpoints of PROTOCOL.md below every public URL's path. */
export function createHandler(broker: Broker, options: HandlerOptions): Handler {
  const findAddress = addressFinder(options.trustedProxies);
  const { clock } = broker.host;
  const door = createDoor(broker.host, options);
  const app = createApp(broker);
  return async (request, connection) => {
    const address = findAddress(connection, request.headers.get('x-forwarded-for'));
    const caller = { requestId: newId('req'), address, passage: door.passage(address, connection) };
    let response: Response;
    try {
      door.admit(address);
      checkHeaders(request, connection);
      response = await app.fetch(request, { connection, caller });
    } catch (error) {
      response = await refuse(broker, caller, error);
    }
    if (broker.nonceKey !== undefined)
      response.headers.set('dpop-nonce', makeNonce(broker.nonceKey, clock.now()));
    return withStandardHeaders(response, caller.requestId);
  };
}

function createApp(broker: Broker): App {
  const app: App = new Hono();
  const bases = Map.groupBy(broker.publicUrls, (url) => new URL(url).pathname.replace(/\/+$/, ''));
  for (const [base, urls] of bases) {
    addRoutes(app, broker, base);
    const [first = ''] = urls;
    addPage(app, new URL(metadataUrl(new URL(first))).pathname, (request) =>
      metadata(broker, askedAt(request, urls) ?? first),
    );
    addPage(app, `${base}/.well-known/jwks.json`, () => keySet(broker));
  }
  const checkReady = readiness(broker);
  for (const base of new Set(['', ...bases.keys()])) {
    addPage(app, `${base}/healthz`, () => ({ status: 'ok' }));
    addPage(app, `${base}/readyz`, async () => {
      await checkReady();
      return { status: 'ready' };
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

/** Which of our names the caller used; what it wrote otherwise counts for nothing. */
function askedAt(request: Request, publicUrls: readonly string[]): string | undefined {
  const { host } = new URL(request.url);
  return publicUrls.find((url) => new URL(url).host === host);
}

function addRoutes(app: App, broker: Broker, base: string): void {
  for (const route of routes) app.on(route.method, base + route.path, answering(broker, base, route));
  for (const [path, same] of Map.groupBy(routes, (route) => route.path)) {
    const methods = same.flatMap(({ method }) => (method === 'GET' ? ['GET', 'HEAD'] : [method]));
    allowOnly(app, base + path, methods.join(', '));
  }
}

function answering(broker: Broker, base: string, { endpoint, longestBody }: Route): Handle {
  return async (c) => {
    const { req, env } = c;
    const received = {
      request: req.raw,
      body: await readBody(req.raw, env.connection, longestBody),
      connection: env.connection,
      passage: env.caller.passage,
      // As it came, but for percent-encoding: of that our paths have none, and a proof for another spelling fails.
      path: req.path.slice(base.length),
      params: req.param(),
    };
    return endpoint(broker, received, env.caller);
  };
}

type Page = (request: Request) => object | Promise<object>;

function addPage(app: App, path: string, page: Page): void {
  app.get(path, async (c) => c.json(await page(c.req.raw)));
  allowOnly(app, path, 'GET, HEAD');
}

function allowOnly(app: App, path: string, allow: string): void {
  app.all(path, () => {
    throw new Refusal('method_not_allowed', `use ${allow}`, { allow });
  });
}

/** Answers an error, and writes down what a stranger may cause at will only in samples. */
async function refuse(broker: Broker, caller: Caller, error: unknown): Promise<Response> {
  const refusal = asRefusal(error) ?? new Refusal('server_error', 'the broker failed; nothing was granted');
  const told =
    refusal.status >= 500 ||
    ['invalid_grant', 'invalid_token', 'invalid_dpop_proof', 'invalid_client'].includes(refusal.error);
  if (told) {
    await broker.auditSampled({
      name: refusal.status >= 500 ? 'broker' : 'identity',
      outcome: 'failure',
      message: refusal.message,
      alarm: refusal.status >= 500 && refusal.reason !== 'frozen',
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
