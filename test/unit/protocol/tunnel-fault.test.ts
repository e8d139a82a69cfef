import { expect, test } from '@jest/globals';
import { faultOf } from '../../../src/protocol/http-answer.ts';

/** As the library `tunnel` words it. */
const tunnelError = (what: string): Error =>
  Object.assign(new Error(`tunneling socket could not be established, ${what}`), { code: 'ECONNRESET' });

test.each([
  ['statusCode=407', 'proxy'],
  ['statusCode=302', 'proxy'],
  ['statusCode=502', 'reset'],
  ['cause=connect ECONNREFUSED 127.0.0.1:3128', 'proxy'],
  ['cause=getaddrinfo ENOTFOUND proxy.example.com', 'proxy'],
  ['cause=getaddrinfo EAI_AGAIN proxy.example.com', 'reset'],
  ['cause=socket hang up', 'reset'],
  ['cause=Parse Error: Expected HTTP/', 'proxy'],
] as const)('C04 C19: a proxy that fails with %s is the fault %s', (what, fault) => {
  const error = faultOf(tunnelError(what), new AbortController().signal);
  // Without a tunnel nothing gets to the server.
  expect(error).toMatchObject({ fault, unsent: true });
});
