/** Where a server's metadata lies: the well-known name goes between host and path (RFC 8414 §3.1). */
export function metadataUrl(issuer: URL): string {
  return `${issuer.origin}/.well-known/oauth-authorization-server${issuer.pathname.replace(/\/+$/, '')}`;
}
