import { isIP } from 'node:net';
import type { BrokerClock } from '../domain/outside.ts';
import type { VerifiedNames } from '../domain/passage.ts';
import { Refusal } from '../domain/refusal.ts';
import { tokenBuckets } from './token-bucket.ts';

export interface Rates {
  /** For one network, before anything is verified. */
  readonly requestsPerSecond: number;
  /** For one repository or project, by verified claims. */
  readonly repositoryRequestsPerMinute: number;
  readonly jobRequestsPerMinute: number;
}

/** The buckets that a request is taken from. Each throws Refusal `rate_limited`. */
export interface RateLimits {
  /** Nothing that a request says of itself selects this bucket. */
  network(key: string): void;
  dryRun(networkKey: string): void;
  verified(names: VerifiedNames): void;
  /** An event from a network that has asked too often: its signature is looked at all the same, so many times. */
  lateEvent(networkKey: string): void;
  /** Of one owner of a hook, by its secret: a platform ends many jobs at once, and some say it only once. */
  hook(key: string): void;
}

const burstSeconds = 5;
/** What a platform of GitHub’s size says of one organisation, with room: 6000 at once, and 100 each second. */
const hookPerSecond = 100;

/**
 * A bucket per network holds as many requests as five seconds allow, one per repository or job those of a minute, since
 * a pipeline starts many jobs at once.
 */
export function rateLimits(clock: BrokerClock, rates: Rates): RateLimits {
  const perSecond = rates.requestsPerSecond;
  const networks = tokenBuckets(clock, { perSecond, capacity: perSecond * burstSeconds });
  const trials = Math.max(1, perSecond / 10);
  const dryRuns = tokenBuckets(clock, { perSecond: trials, capacity: trials * burstSeconds });
  const repositories = tokenBuckets(clock, aMinute(rates.repositoryRequestsPerMinute));
  const jobs = tokenBuckets(clock, aMinute(rates.jobRequestsPerMinute));
  const ofHook = { perSecond: hookPerSecond, capacity: hookPerSecond * 60 };
  const hooks = tokenBuckets(clock, ofHook);
  const lateEvents = tokenBuckets(clock, ofHook);
  return {
    network: (key) => {
      if (!networks(key)) throw tooMany('too many requests from this address', 1);
    },
    dryRun: (key) => {
      if (!dryRuns(key)) throw tooMany('too many dry runs from this address', 1);
    },
    lateEvent: (key) => {
      if (!lateEvents(key)) throw tooMany('too many requests from this address', 1);
    },
    hook: (key) => {
      if (!hooks(key)) throw tooMany('too many events of this webhook', 5);
    },
    verified: ({ issuer, index, job }) => {
      // The job first: one that asks too often must not use up what its repository may.
      if (job !== undefined && !jobs(JSON.stringify([issuer, job])))
        throw tooMany('too many requests of this job', 5);
      if (!repositories(JSON.stringify([issuer, index])))
        throw tooMany('too many requests of this repository or project', 5);
    },
  };
}

function aMinute(requests: number): { perSecond: number; capacity: number } {
  return { perSecond: requests / 60, capacity: requests };
}

export function tooMany(message: string, retryAfterSeconds: number): Refusal {
  return new Refusal('rate_limited', message, { retryAfterSeconds });
}

/** The address, or in IPv6 the first four groups in one spelling: a single customer holds a /64. */
export function networkOf(address: string): string {
  if (isIP(address) !== 6) return address;
  const [head = '', tail] = address.toLowerCase().split('::');
  const front = head === '' ? [] : head.split(':');
  const back = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - front.length - back.length);
  const groups = [...front, ...Array<string>(zeros).fill('0'), ...back].slice(0, 4);
  return groups.map((group) => group.replace(/^0+(?=.)/, '')).join(':');
}
