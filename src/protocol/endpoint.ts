import { fullMatch } from '../domain/pattern.ts';

/**
 * The normal form of a base URL (PROTOCOL.md, Addresses): WHATWG, without userinfo, query, fragment or trailing
 * slash; it may have a path. Endpoints are this string plus a path, and so are `htu` and the default audience.
 */
export function baseUrl(url: URL): string {
  return `${url.protocol}//${url.host}${url.pathname.replace(/\/+$/, '')}`;
}

/** True for the addresses of this machine, the only ones to which plain http may go. */
export function isLoopback(url: URL): boolean {
  return (
    url.hostname === 'localhost' || url.hostname === '[::1]' || fullMatch(/127(\.\d{1,3}){3}/, url.hostname)
  );
}
