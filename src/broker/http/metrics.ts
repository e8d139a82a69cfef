import type { Meters } from '../telemetry/meters.ts';
import type { Handler } from './front-door.ts';

/** The metrics in Prometheus' text format. */
export async function metricsPage({ registry }: Pick<Meters, 'registry'>): Promise<Response> {
  const text = await registry.metrics();
  return new Response(text, {
    headers: { 'content-type': registry.contentType, 'cache-control': 'no-store' },
  });
}

/** Answers at a port of their own, where nothing else is. */
export function metricsHandler(meters: Pick<Meters, 'registry'>): Handler {
  return async (request) => {
    const { pathname } = new URL(request.url);
    if (pathname !== '/metrics') return new Response('there is nothing here\n', { status: 404 });
    if (request.method !== 'GET')
      return new Response('use GET\n', { status: 405, headers: { allow: 'GET' } });
    return metricsPage(meters);
  };
}
