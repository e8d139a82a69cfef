import type { Clock, HttpAnswer, Transport } from '../../domain/host.ts';
import type { Secret } from '../../domain/secret.ts';
import { isObject, parseStrictJson } from '../../protocol/json.ts';
import { ForgeError, type Claims, type Forge, type JobState, type Question } from './forge.ts';
import { restMs } from './rest.ts';

const maxBytes = 1024 * 1024;
/** Answers that are kept, so that asking again costs the platform nothing (ETag) and us no share of its rate limit. */
const mostKept = 1000;
/** A job's answer grows with its steps, which whoever writes the job chooses; all that are kept are 64 MiB at most. */
const longestKept = 64 * 1024;
const tellMs = 60_000;

export interface ForgeAddress {
  /** Without a slash at its end. */
  readonly api: string;
  readonly token: Secret;
  readonly networks: 'public' | 'any';
}

interface Tools {
  readonly clock: Pick<Clock, 'now' | 'monotonicMs'>;
  readonly send: Transport;
  /** Gives one request its time. Rejects when that is over. */
  readonly within: <T>(work: (signal: AbortSignal) => Promise<T>) => Promise<T>;
  /** Is told when it gives no answer that counts, and why; undefined: it answers again. Must not throw. */
  readonly tell: (trouble: string | undefined) => void;
}

/** A platform's API that can be asked. Each question is one request, and has no side effect. */
export interface OpenForge {
  /** @throws ForgeError */
  jobState(claims: Claims): Promise<JobState>;
  /** @throws ForgeError */
  isSameRepository(claims: Claims): Promise<boolean>;
  /** Whether the platform has said that it wants no request for now. */
  isResting(): boolean;
}

interface Kept {
  readonly etag: string;
  readonly body: Uint8Array;
}

/** Asks nothing yet. */
export function openForge(forge: Forge, address: ForgeAddress, tools: Tools): OpenForge {
  const { clock } = tools;
  const kept = new Map<string, Kept>();
  let restsUntilMs = -Infinity;
  const tell = seldom(tools);
  const isResting = (): boolean => clock.monotonicMs() < restsUntilMs;

  const get = async (path: string): Promise<Uint8Array> => {
    const known = kept.get(path);
    const answer = await request(forge, address, { tools, path, etag: known?.etag });
    const rest = restMs(answer, clock.now());
    if (rest > 0) {
      restsUntilMs = clock.monotonicMs() + rest;
      throw new ForgeError(`it wants no request for ${String(Math.ceil(rest / 1000))} s (rate limit)`);
    }
    if (answer.status === 304 && known !== undefined) return known.body;
    if (answer.status !== 200) throw new ForgeError(statusText(answer.status));
    keep(kept, path, answer);
    return answer.body;
  };

  const ask = async <Answer>(question: Question<Answer> | undefined): Promise<Answer> => {
    if (question === undefined) throw new ForgeError('the job’s claims do not say what to ask for');
    if (isResting()) throw new ForgeError('it has asked for a pause');
    try {
      const answer = question.read(readObject(await get(question.path)));
      if (answer === undefined) throw new ForgeError('it spoke of something else than it was asked for');
      tell(undefined);
      return answer;
    } catch (cause) {
      const error =
        cause instanceof ForgeError ? cause : new ForgeError('it could not be reached in time', { cause });
      tell(error.message);
      throw error;
    }
  };
  return {
    jobState: (claims) => ask(forge.job(claims)),
    isSameRepository: (claims) => ask(forge.sameRepository?.(claims)),
    isResting,
  };
}

interface Get {
  readonly tools: Tools;
  readonly path: string;
  readonly etag: string | undefined;
}

function request(
  forge: Forge,
  { api, token, networks }: ForgeAddress,
  { tools, path, etag }: Get,
): Promise<HttpAnswer> {
  return tools.within((signal) =>
    tools.send({
      method: 'GET',
      url: new URL(api + path),
      headers: {
        ...forge.headers(token.reveal()),
        ...(etag === undefined ? {} : { 'if-none-match': etag }),
      },
      maxBytes,
      networks,
      signal,
    }),
  );
}

function readObject(body: Uint8Array): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = parseStrictJson(body);
  } catch {
    // Told below, without any of the text.
  }
  if (!isObject(value)) throw new ForgeError('its answer is no JSON object');
  return value;
}

/** The oldest makes room. */
function keep(kept: Map<string, Kept>, path: string, { headers, body }: HttpAnswer): void {
  const { etag } = headers;
  kept.delete(path);
  if (etag === undefined || body.length > longestKept) return;
  const [oldest] = kept.size < mostKept ? [] : kept.keys();
  if (oldest !== undefined) kept.delete(oldest);
  kept.set(path, { etag, body });
}

function statusText(status: number): string {
  if (status === 401) return 'it does not take the token (status 401)';
  if (status === 403 || status === 404)
    return `it does not know this, or the token may not see it (status ${String(status)})`;
  if (status >= 300 && status < 400)
    return `it points elsewhere (status ${String(status)}); that is not followed`;
  return `status ${String(status)}`;
}

/** Tells of a change, once a minute at most. */
function seldom({ tell, clock }: Tools): Tools['tell'] {
  let told: string | undefined;
  let toldMs = -Infinity;
  return (trouble) => {
    if (trouble === told || clock.monotonicMs() - toldMs < tellMs) return;
    told = trouble;
    toldMs = clock.monotonicMs();
    tell(trouble);
  };
}
