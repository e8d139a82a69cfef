// A FAKE of a server of RFC 8693 and RFC 7009 that believes every ID token.
import { json, status } from './faults.ts';
import { byPath, startFaultyServer } from './faulty-server.ts';

export interface PlainSts extends AsyncDisposable {
  readonly inputs: Record<string, string>;
  /** Every token, the oldest first. */
  readonly issued: readonly string[];
  readonly lives: (token: string) => boolean;
}

export async function startPlainSts(): Promise<PlainSts> {
  const issued: string[] = [];
  const living = new Set<string>();
  const server = await startFaultyServer(
    byPath({
      '/token': (exchange) => {
        const token = `sts-${String(issued.length)}-Zm9vYmFyYmF6cXV4`;
        issued.push(token);
        living.add(token);
        json({
          access_token: token,
          issued_token_type: 'urn:ietf:params:oauth:token-type:access_token',
          token_type: 'Bearer',
          expires_in: 600,
        })(exchange);
      },
      '/revoke': (exchange) => {
        living.delete(new URLSearchParams(exchange.request.body).get('token') ?? '');
        status(200)(exchange);
      },
    }),
  );
  return {
    inputs: {
      provider: 'sts',
      params: `token-endpoint: ${server.url}/token\nrevocation-endpoint: ${server.url}/revoke`,
    },
    issued,
    lives: (token) => living.has(token),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}
