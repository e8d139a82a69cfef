import { isIP } from 'node:net';
import { resolve } from 'node:path';
import { fullMatch } from '../../domain/pattern.ts';
import { invalid } from '../../domain/yaml-document.ts';
import { baseUrl, isLoopback } from '../../protocol/endpoint.ts';
import type { SettingsFile } from '../domain/settings.ts';
import { readNamed, type Place } from './named-file.ts';
import type { Settings } from './settings.ts';

interface Problem {
  readonly path: readonly PropertyKey[];
  readonly what: string;
}

/** What is wrong with the public URLs, if anything is: they are what proofs and audiences are compared with. */
export function publicUrlProblem(file: SettingsFile): Problem | undefined {
  const others = file.public_urls ?? [];
  const fields: [readonly PropertyKey[], string][] = [
    [['public_url'], file.public_url],
    ...others.map((text, index): [readonly PropertyKey[], string] => [['public_urls', index], text]),
  ];
  for (const [path, text] of fields) {
    const what = urlProblem(text);
    if (what !== undefined) return { path, what };
  }
  return undefined;
}

function urlProblem(text: string): string | undefined {
  if (!URL.canParse(text)) return 'not a URL; write https://broker.example.com';
  const url = new URL(text);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback(url)))
    return 'must be https (http only on loopback)';
  if (url.username !== '' || url.password !== '' || /[?#@]/.test(text))
    return 'must have no user, query or fragment';
  if (/(^|\/)(\.|%2e){1,2}(\/|$)/i.test(text)) return 'must have no dot segments';
  if (!fullMatch(/(\/[A-Za-z0-9._~-]+)*\/*/, url.pathname))
    return 'must have a path of letters, digits and . _ ~ - only';
  return undefined;
}

type Addresses = Pick<
  Settings,
  'publicUrls' | 'listen' | 'tls' | 'readTls' | 'tlsFiles' | 'trustedProxies' | 'metrics'
>;

/** Where the broker is reached and how. @throws CredsError `input-invalid` */
export function readAddresses(file: SettingsFile, place: Place): Addresses {
  const first = baseUrl(new URL(file.public_url));
  const others = (file.public_urls ?? [])
    .map((text) => baseUrl(new URL(text)))
    .filter((url) => url !== first);
  const listen = readListen(file.listen);
  const trustedProxies = file.trusted_proxies ?? [];
  checkRanges(place, ['trusted_proxies'], trustedProxies);
  const common = {
    publicUrls: [first, ...others],
    listen,
    trustedProxies,
    metrics: readMetrics(file, place),
  } as const;
  if (file.tls === 'off') {
    if (!isLocal(listen.host) && trustedProxies.length === 0)
      throw invalid([
        place.document.problem(
          ['tls'],
          'off only behind a proxy: name it in trusted_proxies, or listen on 127.0.0.1',
        ),
      ]);
    return { ...common, tls: undefined, readTls: () => undefined, tlsFiles: [] };
  }
  const { others: further = [], ...main } = file.tls;
  const readPair = ({ certificate, key }: typeof main, field: readonly PropertyKey[]): typeof main => ({
    certificate: readNamed(place, [...field, 'certificate'], certificate),
    key: readNamed(place, [...field, 'key'], key),
  });
  const readTls = (): NonNullable<Settings['tls']> => ({
    ...readPair(main, ['tls']),
    others: further.map((pair, index) => readPair(pair, ['tls', 'others', index])),
  });
  const tlsFiles = [main, ...further].flatMap(({ certificate, key }) =>
    [certificate, key].map((name) => resolve(place.folder, name)),
  );
  return { ...common, tls: readTls(), readTls, tlsFiles };
}

/** Behind a proxy that nobody named every stranger seems to come from this machine. */
function readMetrics(
  { metrics, tls, trusted_proxies: proxies }: SettingsFile,
  place: Place,
): Settings['metrics'] {
  if (metrics === 'off') return undefined;
  if (metrics === undefined)
    return { listen: undefined, networks: ['127.0.0.0/8', '::1/128'], directOnly: true };
  const { listen, networks = [] } = metrics;
  checkRanges(place, ['metrics', 'networks'], networks);
  if (networks.length > 0 && tls === 'off' && proxies === undefined)
    throw invalid([
      place.document.problem(
        ['metrics', 'networks'],
        'without TLS of the broker’s own, name the proxy in trusted_proxies, or write `listen` for a port of their own',
      ),
    ]);
  return { listen: listen === undefined ? undefined : readListen(listen), networks, directOnly: false };
}

function checkRanges(place: Place, field: readonly PropertyKey[], ranges: readonly string[]): void {
  for (const [index, range] of ranges.entries()) {
    if (isRange(range)) continue;
    throw invalid([place.document.problem([...field, index], 'write an address or a range: 10.0.0.0/8')]);
  }
}

/** A proxy that nobody named is one caller to the limits, and its address is what the audit log shows. */
export function addressNotices({ tls, trusted_proxies: proxies }: SettingsFile): string[] {
  return tls === 'off' && proxies === undefined
    ? ['without TLS of its own and without `trusted_proxies`, all callers behind a proxy count as one.']
    : [];
}

/** Whether only this machine reaches it. */
export function isLocal(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.');
}

export function readListen(text: string): { host: string; port: number } {
  const at = text.lastIndexOf(':');
  return { host: text.slice(0, at).replace(/^\[|\]$/g, ''), port: Number(text.slice(at + 1)) };
}

function isRange(text: string): boolean {
  const [address, bits, ...rest] = text.split('/');
  const version = isIP(address ?? '');
  if (version === 0 || rest.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128));
}
