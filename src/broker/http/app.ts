import { Hono, type Context } from 'hono';
import { metadataUrl } from '../../protocol/metadata.ts';
import type { Broker } from '../commands/broker.ts';
import type { Settings } from '../commands/settings.ts';
import { Refusal } from '../domain/refusal.ts';
import type { Meters } from '../telemetry/meters.ts';
import { behindDoor, type Answering, type Handler, type HandlerOptions, type Passed } from './front-door.ts';
import { addGauges } from './gauges.ts';
import { metricsPage, readersOf } from './metrics.ts';
import { makeNonce } from './nonce.ts';
import { createDoor } from './passage.ts';
import { readiness } from './readiness.ts';
import { routes, type Route } from './routes.ts';
import { keySet, metadata } from './well-known.ts';

type App = Hono<{ Bindings: Passed }>;
type Handle = (context: Context<{ Bindings: Passed }>) => Promise<Response>;

/** Puts the endpoints of PROTOCOL.md below every public URL's path. */
export function createHandler(broker: Broker, options: MainOptions): Handler {
  const { nonceKey, host, meters } = broker;
  const door = createDoor(host, options);
  if (meters !== undefined) addGauges(meters, broker, door);
  const app = createApp(broker, meters && { meters, mayRead: readersOf(options.metrics) });
  const answering: Answering = async (request, passed) => app.fetch(request, passed);
  const handle = behindDoor(broker, { ...options, door, isEvent: eventsOf(broker) }, answering);
  if (nonceKey === undefined) return handle;
  return async (request, connection) => {
    const response = await handle(request, connection);
    response.headers.set('dpop-nonce', makeNonce(nonceKey, host.clock.now()));
    return response;
  };
}

/** Where there are hooks, what is posted below their address. */
function eventsOf({ publicUrls, webhooks }: Broker): (request: Request) => boolean {
  const places = publicUrls.map((url) => `${new URL(url).pathname.replace(/\/+$/, '')}/webhooks/`);
  return ({ method, url }) =>
    webhooks.length > 0 &&
    method === 'POST' &&
    places.some((place) => new URL(url).pathname.startsWith(place));
}

interface MainOptions extends HandlerOptions {
  readonly metrics?: Settings['metrics'];
}

interface Readers {
  readonly meters: Meters;
  /** Whether they are told to this caller; to others they are not there. */
  readonly mayRead: ReturnType<typeof readersOf>;
}

function createApp(broker: Broker, readers: Readers | undefined): App {
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
      const missing = await checkReady();
      if (missing.length === 0) return { status: 'ready' };
      return Response.json({ status: 'not-ready', missing }, { status: 503 });
    });
    if (readers !== undefined) addMetrics(app, `${base}/metrics`, readers);
  }
  app.notFound(() => {
    throw nothingHere();
  });
  app.onError((error) => {
    throw error;
  });
  return app;
}

function nothingHere(): Refusal {
  return new Refusal('not_found', 'there is nothing here');
}

/** Which of our names the caller used; what it wrote otherwise counts for nothing. */
function askedAt(request: Request, publicUrls: readonly string[]): string | undefined {
  const { host } = new URL(request.url);
  return publicUrls.find((url) => new URL(url).host === host);
}

function addRoutes(app: App, broker: Broker, base: string): void {
  const offered = routes.filter(({ isOffered }) => isOffered?.(broker) !== false);
  for (const route of offered) app.on(route.method, base + route.path, answering(broker, base, route));
  for (const [path, same] of Map.groupBy(offered, (route) => route.path)) {
    const methods = same.flatMap(({ method }) => (method === 'GET' ? ['GET', 'HEAD'] : [method]));
    allowOnly(app, base + path, methods.join(', '));
  }
}

function answering(broker: Broker, base: string, { path, endpoint, longestBody }: Route): Handle {
  // Without what a name in it has to look like.
  const name = path.replace(/\{[^}]*\}/g, '').replace(/\}/g, '');
  return async (c) => {
    const { req, env } = c;
    env.seen.endpoint = name;
    const received = {
      request: req.raw,
      body: await env.body(longestBody),
      connection: env.connection,
      passage: env.caller.passage,
      // As it came, but for percent-encoding: of that our paths have none, and a proof for another spelling fails.
      path: req.path.slice(base.length),
      params: req.param(),
    };
    return endpoint(broker, received, env.caller);
  };
}

/** An object is told as JSON. */
type Page = (request: Request) => object | Promise<object>;

function addPage(app: App, path: string, page: Page): void {
  app.get(path, async (c) => {
    c.env.seen.endpoint = path;
    const found = await page(c.req.raw);
    return found instanceof Response ? found : c.json(found);
  });
  allowOnly(app, path, 'GET, HEAD');
}

function addMetrics(app: App, path: string, { meters, mayRead }: Readers): void {
  app.get(path, (c) => {
    if (!mayRead(c.env.caller.address, c.req.raw.headers)) throw nothingHere();
    c.env.seen.endpoint = path;
    return metricsPage(meters);
  });
}

function allowOnly(app: App, path: string, allow: string): void {
  app.all(path, () => {
    throw new Refusal('method_not_allowed', `use ${allow}`, { allow });
  });
}
