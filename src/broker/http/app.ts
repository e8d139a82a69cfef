import { Hono, type Context } from 'hono';
import { metadataUrl } from '../../protocol/metadata.ts';
import type { Broker } from '../commands/broker.ts';
import { Refusal } from '../domain/refusal.ts';
import { behindDoor, type Handler, type HandlerOptions, type Passed } from './front-door.ts';
import { makeNonce } from './nonce.ts';
import { readiness } from './readiness.ts';
import { routes, type Route } from './routes.ts';
import { keySet, metadata } from './well-known.ts';

type App = Hono<{ Bindings: Passed }>;
type Handle = (context: Context<{ Bindings: Passed }>) => Promise<Response>;

/** Puts the endpoints of PROTOCOL.md below every public URL's path. */
export function createHandler(broker: Broker, options: HandlerOptions): Handler {
  const { nonceKey, host } = broker;
  const app = createApp(broker);
  const handle = behindDoor(broker, options, async (request, passed) => app.fetch(request, passed));
  if (nonceKey === undefined) return handle;
  return async (request, connection) => {
    const response = await handle(request, connection);
    response.headers.set('dpop-nonce', makeNonce(nonceKey, host.clock.now()));
    return response;
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
