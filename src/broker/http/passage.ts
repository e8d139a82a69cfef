import type { BrokerClock } from '../domain/outside.ts';
import type { Passage } from '../domain/passage.ts';
import { FairQueue } from './admission.ts';
import type { Connection } from './connection.ts';
import { networkOf, rateLimits, type Rates } from './rate-limit.ts';

/** Node verifies on four threads: more at once only wait elsewhere. */
const queueSize = { atOnce: 8, perNetwork: 256, inAll: 1024 };

/** The one way in for all requests. */
export interface Door {
  /** Takes a request from its network's bucket. @throws Refusal `rate_limited` */
  admit(address: string): void;
  passage(address: string, connection: Connection): Passage;
}

/** Makes the limits of PROTOCOL.md (Order of verification, step 1). */
export function createDoor(clock: BrokerClock, rates: Rates): Door {
  const limits = rateLimits(clock, rates);
  const queue = new FairQueue(queueSize);
  return {
    admit: (address) => {
      limits.network(networkOf(address));
    },
    passage: (address, { onHangUp }) => {
      let hadTurn = false;
      return {
        verify: (work) => {
          if (hadTurn) return queue.goOn(work);
          hadTurn = true;
          return queue.run(networkOf(address), work, onHangUp);
        },
        identified: (names) => {
          limits.verified(names);
        },
        dryRun: () => {
          limits.dryRun(networkOf(address));
        },
      };
    },
  };
}
