/** One exchange of a provider with a fake of its cloud, in one process, on a clock of its own. */
import { startDeadline } from '../../../src/domain/deadline.ts';
import type { HttpAnswer, HttpRequest } from '../../../src/domain/host.ts';
import type { Loan } from '../../../src/domain/lease.ts';
import { decodeIdToken } from '../../../src/id-tokens/decode.ts';
import type { Provider, Wish } from '../../../src/providers/provider.ts';
import type { FakeIssuer, TokenOptions } from '../issuer.ts';
import { clientWorld } from './world.ts';

export interface CloudTrade {
  readonly outcome: Loan | Error;
  /** All that was sent. */
  readonly sent: readonly HttpRequest[];
  readonly idToken: string;
  readonly now: Date;
}

interface Parts {
  readonly issuer: FakeIssuer;
  /** Made when the time of the exchange is known. */
  readonly cloud: (now: () => Date) => (request: HttpRequest) => HttpAnswer | undefined;
  readonly token?: TokenOptions;
}

export async function cloudTrade(provider: Provider, wish: Wish, parts: Parts): Promise<CloudTrade> {
  const sent: HttpRequest[] = [];
  const handlers: ((request: HttpRequest) => HttpAnswer | undefined)[] = [];
  using world = clientWorld({
    server: (request) => {
      sent.push(request);
      return handlers[0]?.(request);
    },
  });
  handlers.push(parts.cloud(() => world.clock.now()));
  const opening = provider.configure(wish).open(false);
  const now = world.clock.now();
  const text = await parts.issuer.mint({ audience: opening.audience, at: now, ...parts.token });
  const idToken = decodeIdToken(text, opening.audience, now);
  const call = { host: world.host, deadline: startDeadline(world.clock, 30) };
  const outcome = await opening.trade(idToken, call).catch((error: unknown) => error as Error);
  return { outcome, sent, idToken: text, now };
}
