/** A call of the client's over real HTTP, with the real clock, for tests of one adapter. */
import { startDeadline } from '../../../src/domain/deadline.ts';
import type { Host } from '../../../src/domain/host.ts';
import type { IdToken } from '../../../src/domain/id-token.ts';
import { decodeIdToken } from '../../../src/id-tokens/decode.ts';
import type { Call } from '../../../src/protocol/http.ts';
import { httpTransport } from '../../../src/protocol/transport.ts';
import { makeIssuer } from '../issuer.ts';
import { realFiles } from '../../../src/entry/files.ts';
import { randomHex } from '../../../src/entry/random.ts';

const { send } = httpTransport();

export function realCall(): Call & { readonly told: string[] } {
  const told: string[] = [];
  const started = performance.now();
  const host: Host = {
    env: {},
    files: realFiles,
    randomHex,
    clock: {
      now: () => new Date(),
      monotonicMs: () => performance.now() - started,
      after: (ms, call) => {
        const timer = setTimeout(call, ms);
        return () => {
          clearTimeout(timer);
        };
      },
    },
    send,
    print: () => undefined,
    terminal: { stdout: false, stderr: false },
    printError: () => undefined,
    signal: new AbortController().signal,
  };
  return { host, deadline: startDeadline(host.clock, 20), onRetry: (text) => told.push(text), told };
}

/** An ID token of GitHub's shape, for an audience. */
export async function idTokenFor(
  audience: string,
  options: { lifetimeSeconds?: number } = {},
): Promise<IdToken> {
  const issuer = await makeIssuer();
  return decodeIdToken(await issuer.mint({ audience, ...options }), audience, new Date());
}
