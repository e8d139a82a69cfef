// https://docs.github.com/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-json-web-token-jwt-for-a-github-app
import type { BrokerClock } from '../../domain/outside.ts';
import type { SignInput } from './app-key.ts';

/** GitHub's clock may be so far behind ours. */
const pastSeconds = 60;
/** GitHub takes ten minutes at most; its clock may be behind here, too. */
const lifeSeconds = 9 * 60;
/** A JWT serves several requests: a KMS is not asked for each. */
const keptMs = 4 * 60_000;
/** Clocks that differ by less are not the reason. */
const sameMs = 30_000;
const farthestMs = 60 * 60_000;

/** What a GitHub App shows of itself. */
export interface AppJwt {
  /** @throws GithubTrouble when it could not be signed */
  current(): Promise<string>;
  /** GitHub took it. */
  taken(jwt: string): void;
  /**
   * GitHub did not take it: the next one is signed anew, by GitHub's clock where ours is wrong.
   * @param date the answer's own
   * @returns whether the next one may fare better
   */
  refused(jwt: string, date: string | undefined): boolean;
}

interface Known {
  readonly jwt: string;
  readonly untilMs: number;
  /** GitHub has taken it before: if it does no more, the key may have changed since. */
  taken: boolean;
}

export function appJwt(
  app: string,
  sign: SignInput,
  clock: Pick<BrokerClock, 'now' | 'monotonicMs'>,
): AppJwt {
  let known: Known | undefined;
  let signing: Promise<Known> | undefined;
  /** Of GitHub's clock before ours. */
  let aheadMs = 0;

  const make = async (): Promise<Known> => {
    const untilMs = clock.monotonicMs() + keptMs;
    const now = Math.floor((clock.now().getTime() + aheadMs) / 1000);
    const input = [
      { alg: 'RS256', typ: 'JWT' },
      { iat: now - pastSeconds, exp: now + lifeSeconds, iss: app },
    ]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.');
    return { jwt: `${input}.${await sign(input)}`, untilMs, taken: false };
  };

  return {
    current: async () => {
      if (known !== undefined && clock.monotonicMs() < known.untilMs) return known.jwt;
      signing ??= make().finally(() => {
        signing = undefined;
      });
      known = await signing;
      return known.jwt;
    },
    taken: (jwt) => {
      if (known?.jwt === jwt) known.taken = true;
    },
    refused: (jwt, date) => {
      // Another request has seen to it.
      if (known?.jwt !== jwt) return true;
      const { taken } = known;
      known = undefined;
      const found = Date.parse(date ?? '') - clock.now().getTime();
      const differs = Math.abs(found) < farthestMs && Math.abs(found - aheadMs) >= sameMs;
      if (differs) aheadMs = found;
      return differs || taken;
    },
  };
}
