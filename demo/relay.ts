// A STAND-IN for the load balancer in front of a broker: passes every request on, remembers it, and can be told to
// do something with an answer before the borrower gets it.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Passed {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly status: number;
  readonly answer: Record<string, unknown>;
}

export interface Relay {
  readonly url: string;
  readonly passed: readonly Passed[];
  /** Sees each answer before it is sent on; `drop` keeps it from the borrower. */
  onAnswer: (passed: Passed) => 'send' | 'drop';
  close(): Promise<void>;
}

export async function startRelay(target: () => string): Promise<Relay> {
  const passed: Passed[] = [];
  const server = createServer((request, response) => {
    void pass(request, response);
  });

  const pass = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const body = Buffer.concat(chunks).toString();
    const path = request.url ?? '/';
    const headers = Object.fromEntries(
      ['content-type', 'dpop', 'authorization', 'ephemeral-creds-version', 'accept'].flatMap((name) => {
        const value = request.headers[name];
        return typeof value === 'string' ? [[name, value]] : [];
      }),
    ) as Record<string, string>;
    const { status, text } = await forward(target() + path, {
      method: request.method ?? 'GET',
      headers,
      body,
    });
    const one = { path, headers, body, status, answer: JSON.parse(text) as Record<string, unknown> };
    passed.push(one);
    if (relay.onAnswer(one) === 'drop') response.destroy();
    else response.writeHead(status, { 'content-type': 'application/json' }).end(text);
  };

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const relay: Relay = {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    passed,
    onAnswer: () => 'send',
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => {
          resolve();
        });
      }),
  };
  return relay;
}

/** Sends a request just as it is. */
export async function forward(
  url: string,
  request: {
    readonly method: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string;
  },
): Promise<{ status: number; text: string }> {
  const init = request.method === 'GET' ? { headers: request.headers } : request;
  const answer = await fetch(url, init);
  return { status: answer.status, text: await answer.text() };
}
