import type { MetricsSettings } from '../commands/settings.ts';
import type { Meters } from '../telemetry/meters.ts';
import { within } from './connection.ts';
import type { Handler } from './front-door.ts';

/** By one of these a request shows that it came through a proxy, whether the proxy is named or not. */
const signsOfProxies = [
  'forwarded',
  'via',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-real-ip',
];

/** Who may read the metrics at the main address. */
export function readersOf(
  settings: MetricsSettings | undefined,
): (address: string, headers: Headers) => boolean {
  const named = within(settings?.networks ?? []);
  const isDirect = (headers: Headers): boolean => !signsOfProxies.some((name) => headers.has(name));
  return (address, headers) => named(address) && (settings?.directOnly !== true || isDirect(headers));
}

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
