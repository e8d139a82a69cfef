// https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api
import { TransportError, type HttpAnswer, type HttpRequest } from '../../../domain/host.ts';
import { isObject, parseStrictJson } from '../../../protocol/json.ts';
import { withTimeLimit } from '../../domain/time-limit.ts';
import { github } from '../../forges/github.ts';
import { restMs } from '../../forges/rest.ts';
import type { EngineTools } from '../engine.ts';
import type { AppJwt } from './app-jwt.ts';
import { GithubTrouble } from './trouble.ts';

/** A token for a hundred repositories comes with all that GitHub knows of each. */
const maxBytes = 2 * 1024 * 1024;

/** Where GitHub's API is. */
export interface Place {
  /** Without a slash at its end. */
  readonly api: string;
  readonly networks: 'public' | 'any';
  /** File with the authority's certificate. */
  readonly ca: string | undefined;
}

interface Asked extends Pick<HttpRequest, 'method' | 'body'> {
  /** Below the API's address. */
  readonly path: string;
  readonly ms: number;
  /** Absent: what was begun is waited for, since giving up would lose what it makes. */
  readonly signal?: AbortSignal;
}

interface Shown extends Asked {
  readonly bearer: string;
  /** What GitHub counts requests of: when it wants a pause, that of the others goes on. */
  readonly counted: string;
}

/** Requests to GitHub, each once. A redirect is an answer like any other. */
export interface Requests {
  /** @throws GithubTrouble for everything but an answer below 500 that is no rate limit */
  send(place: Place, asked: Shown): Promise<HttpAnswer>;
  /** The same in the App's name; once more where its JWT was not taken and another may be. */
  asApp(place: Place, app: { readonly id: string; readonly jwt: AppJwt }, asked: Asked): Promise<HttpAnswer>;
}

export function openRequests({ host, secret }: Pick<EngineTools, 'host' | 'secret'>): Requests {
  const { clock } = host;
  const rests = new Map<string, number>();

  const heedRest = (key: string): void => {
    const leftMs = (rests.get(key) ?? 0) - clock.monotonicMs();
    if (leftMs > 0) throw resting(leftMs);
    rests.delete(key);
  };

  const send: Requests['send'] = async (place, { bearer, counted, path, ms, signal, ...rest }) => {
    const key = `${place.api} ${counted}`;
    heedRest(key);
    const answer = await withTimeLimit(clock, ms, (limit) =>
      host.send({
        ...rest,
        url: new URL(place.api + path),
        headers: {
          ...github.headers(bearer),
          ...(rest.body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        maxBytes,
        networks: place.networks,
        ...(place.ca === undefined ? {} : { trust: secret(`file:${place.ca}`).reveal() }),
        signal: signal === undefined ? limit : AbortSignal.any([signal, limit]),
      }),
    ).catch((error: unknown) => {
      throw unreached(error);
    });
    const pauseMs = restMs(answer, clock.now());
    if (pauseMs > 0) {
      rests.set(key, clock.monotonicMs() + pauseMs);
      throw resting(pauseMs);
    }
    if (answer.status >= 500) {
      const code = `http-${String(answer.status)}`;
      const told = { reason: 'failed', code } as const;
      throw new GithubTrouble(`status ${String(answer.status)}`, { undone: false, told });
    }
    return answer;
  };

  return {
    send,
    asApp: async (place, { id, jwt }, asked) => {
      const bearer = await jwt.current();
      const counted = `app ${id}`;
      const answer = await send(place, { ...asked, bearer, counted });
      if (answer.status !== 401) jwt.taken(bearer);
      if (answer.status !== 401 || !jwt.refused(bearer, answer.headers['date'])) return answer;
      return send(place, { ...asked, bearer: await jwt.current(), counted });
    },
  };
}

function resting(ms: number): GithubTrouble {
  const retryAfterSeconds = Math.ceil(ms / 1000);
  return new GithubTrouble(`it wants no request for ${String(retryAfterSeconds)} s (rate limit)`, {
    undone: true,
    retryAfterSeconds,
    told: { reason: 'busy' },
  });
}

function unreached(error: unknown): GithubTrouble {
  const fault = error instanceof TransportError ? error.fault : 'timeout';
  return new GithubTrouble(`it could not be reached, or gave no whole answer (${fault})`, {
    undone: error instanceof TransportError && error.unsent,
    told: { reason: fault === 'timeout' ? 'timeout' : 'unreachable', code: fault },
  });
}

/** The answer's JSON object; undefined: it is none. */
export function objectIn({ body }: HttpAnswer): Readonly<Record<string, unknown>> | undefined {
  try {
    const value = parseStrictJson(body);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
