/** Calls of the client’s to a broker in this process, without a port, on one clock. */
import { startDeadline } from '../../../src/domain/deadline.ts';
import type { HttpAnswer, HttpRequest } from '../../../src/domain/host.ts';
import type { Call } from '../../../src/protocol/http.ts';
import type { TestBroker } from '../broker/test-broker.ts';
import { jumpingClock } from './clock.ts';
import { clientWorld } from './world.ts';

export interface BrokerCall extends Disposable {
  readonly call: Call;
  /** What was sent, in order. */
  readonly sent: readonly HttpRequest[];
  /** Decides what becomes of the next request: `lose` its answer on the way back. */
  fate: 'pass' | 'lose';
}

export function brokerCall({ handle, world: { clock } }: TestBroker): BrokerCall {
  const sent: HttpRequest[] = [];
  const server = async (request: HttpRequest): Promise<HttpAnswer | undefined> => {
    sent.push(request);
    const { url, method, headers, body } = request;
    const init = body === undefined ? { method, headers } : { method, headers, body };
    const response = await handle(new Request(url, init), { peer: '192.0.2.1' });
    const answer = {
      status: response.status,
      headers: Object.fromEntries(response.headers),
      body: Buffer.from(await response.arrayBuffer()),
    };
    const { fate } = it;
    it.fate = 'pass';
    return fate === 'lose' ? undefined : answer;
  };
  const world = clientWorld({ clock: jumpingClock(clock), server });
  const it: BrokerCall = {
    sent,
    fate: 'pass',
    call: { host: world.host, deadline: startDeadline(world.clock, 3600) },
    [Symbol.dispose]: () => {
      world[Symbol.dispose]();
    },
  };
  return it;
}
