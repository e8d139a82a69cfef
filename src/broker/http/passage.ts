import type { BrokerHost } from '../domain/outside.ts';
import type { EndingStep, Passage } from '../domain/passage.ts';
import { FairQueue } from './admission.ts';
import type { Connection } from './connection.ts';
import { knownNetworks } from './known-networks.ts';
import { networkOf, rateLimits, type Rates } from './rate-limit.ts';

/** How many of a network, and how many in all, may wait. */
const room = { perNetwork: 256, inAll: 1024 };
/**
 * Places of their own for networks to which something was granted lately: an attacker with a thousand networks fills
 * the strangers' queue, not theirs, and whoever gets in here can keep no stranger out. Node verifies on four threads:
 * more at once only wait elsewhere.
 */
const knownSize = { ...room, atOnce: 4 };
const mostStrangers = 8;
/**
 * Octets of events that may wait: of `workflow_job` more than a thousand, and five thousand where a hook's secret was
 * shown from there lately. GitHub sends none a second time.
 */
const eventRoom = {
  strangers: { perNetwork: 32 * 2 ** 20, inAll: 64 * 2 ** 20 },
  known: { perNetwork: 128 * 2 ** 20, inAll: 192 * 2 ** 20 },
};
/** What one that waits holds besides content and headers: an empty one is not for nothing. */
const eventOctets = 8 * 2 ** 10;
/** All told fewer than the store has connections. What has no room is kept already, and is taken up later. */
const endings = {
  take: { ...eventRoom.known, atOnce: 4 },
  close: { perNetwork: 1024, inAll: 4096, atOnce: 4 },
  revoke: { perNetwork: 1024, inAll: 4096, atOnce: 4 },
};

/** One request at the door. */
interface Entry extends Passage {
  /**
   * Takes it from its network's bucket. An event of a platform that found it empty may still show whose it is.
   * @throws Refusal `rate_limited`
   */
  enter(isEvent: boolean): void;
}

/** The one way in for all requests. */
export interface Door {
  passage(address: string, connection: Connection): Entry;
  /** The queues as they are now: of those who are known and of those who are not, and the same for events. */
  load(): Readonly<
    Record<
      'known' | 'strangers' | 'known_events' | 'strange_events' | 'takings' | 'closings' | 'revocations',
      FairQueue['load']
    >
  >;
}

/**
 * Makes the limits of PROTOCOL.md (Order of verification, step 1).
 * @param host strangers are verified on all of its cores but one, which is left to those who are known
 */
export function createDoor({ clock, cores }: Pick<BrokerHost, 'clock' | 'cores'>, rates: Rates): Door {
  const limits = rateLimits(clock, rates);
  const ofStrangers = Math.min(mostStrangers, Math.max(1, cores - 1));
  const strangers = new FairQueue({ ...room, atOnce: ofStrangers });
  const friends = new FairQueue(knownSize);
  const strangeEvents = new FairQueue({ ...eventRoom.strangers, atOnce: ofStrangers });
  const knownEvents = new FairQueue({ ...eventRoom.known, atOnce: knownSize.atOnce });
  const steps: Readonly<Record<EndingStep, FairQueue>> = {
    take: new FairQueue(endings.take),
    close: new FairQueue(endings.close),
    revoke: new FairQueue(endings.revoke),
  };
  const known = knownNetworks(clock);
  return {
    load: () => ({
      known: friends.load,
      strangers: strangers.load,
      known_events: knownEvents.load,
      strange_events: strangeEvents.load,
      takings: steps.take.load,
      closings: steps.close.load,
      revocations: steps.revoke.load,
    }),
    passage: (address, { onHangUp, headerBytes = 0 }) => {
      const network = networkOf(address);
      let queue: FairQueue | undefined;
      let late: Error | undefined;
      return {
        enter: (isEvent) => {
          try {
            limits.network(network);
          } catch (refusal) {
            if (!isEvent || !(refusal instanceof Error)) throw refusal;
            limits.lateEvent(network);
            late = refusal;
          }
        },
        event: (owner) => {
          if (owner !== undefined) limits.hook(owner);
          else if (late !== undefined) throw late;
        },
        verify: (work) => {
          if (queue !== undefined) return queue.goOn(work);
          queue = known.has(network) ? friends : strangers;
          return queue.run(network, work, onHangUp && { onHangUp });
        },
        verifyEvent: (octets, work) => {
          const size = octets + headerBytes + eventOctets;
          return (known.has(network) ? knownEvents : strangeEvents).run(network, work, { size });
        },
        ending: (step, { owner, octets }, work) =>
          steps[step].run(owner, work, step === 'take' ? { size: octets + eventOctets } : {}),
        identified: (names) => {
          limits.verified(names);
        },
        dryRun: () => {
          limits.dryRun(network);
        },
        granted: () => {
          known.note(network);
        },
      };
    },
  };
}
