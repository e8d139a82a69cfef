// https://docs.github.com/rest/apps/apps#create-an-installation-access-token-for-an-app
import type { HttpAnswer } from '../../../domain/host.ts';
import { fullMatch } from '../../../domain/pattern.ts';
import { Secret } from '../../../domain/secret.ts';
import { member } from '../../../protocol/json.ts';
import { MintFailed } from '../engine.ts';
import { refusedAsApp } from './installation.ts';
import { difference, type Narrowing } from './narrowing.ts';
import { objectIn } from './requests.ts';
import { GithubTrouble } from './trouble.ts';

const hourMs = 60 * 60_000;
/** Of clocks, and of seconds that were cut off. */
const leewayMs = 60_000;

/** A token that is what was asked for. */
export interface MintedToken {
  readonly token: Secret;
  /** By our clock. */
  readonly expiresAt: Date;
  /** What revoking needs besides the token. */
  readonly revokeData: Readonly<Record<string, string>>;
}

interface Wanted {
  readonly narrowing: Narrowing;
  readonly installation: string;
  readonly now: Date;
  /** Of the lease. */
  readonly expiresAt: Date;
}

/**
 * Reads the answer to a request for a token.
 * @throws MintFailed with the token where it is not what was asked for: it is then revoked
 * @throws GithubTrouble when there is none, or none that can be known
 */
export function readToken(answer: HttpAnswer, wanted: Wanted): MintedToken {
  if (answer.status < 200 || answer.status >= 300) throw refusal(answer.status);
  const object = objectIn(answer);
  const token = object && member(object, 'token');
  // What it looks like is GitHub's affair: it was 40 characters once and is hundreds now.
  const revokeData = { installation: wanted.installation, minted_at: wanted.now.toISOString() };
  if (object === undefined || typeof token !== 'string' || !fullMatch(/[\x21-\x7e]{1,8192}/, token))
    throw unreadable(answer, revokeData);
  const secret = new Secret(token);
  const expiresAt = endOf(member(object, 'expires_at'), answer, wanted);
  const problem = expiresAt instanceof Date ? difference(object, wanted.narrowing) : expiresAt;
  if (problem !== undefined || !(expiresAt instanceof Date))
    throw new MintFailed(`GitHub: the token is not what was asked for: ${String(problem)}`, {
      left: { revokeData, revokeSecret: secret },
    });
  return { token: secret, expiresAt, revokeData };
}

/** Whole: what was cut off in its middle ends with no quotation mark. */
const tokenShaped = /\bgh[a-z]_[\w.-]{16,8000}(?=\\?")/g;

/** An answer that is none may still hold the token, as when it was cut off or something on the way changed it. */
function unreadable({ body }: HttpAnswer, revokeData: MintedToken['revokeData']): Error {
  const [token, ...others] = new Set(Buffer.from(body).toString('latin1').match(tokenShaped));
  if (token === undefined || others.length > 0)
    return new GithubTrouble(
      'its answer holds no token, and one may have been made that nobody knows; it ends within the hour, and to be sure at once suspend the installation until then',
      { undone: false },
    );
  return new MintFailed('GitHub: its answer cannot be read; what looks like a token in it is revoked', {
    left: { revokeData: { ...revokeData, guessed: 'yes' }, revokeSecret: new Secret(token) },
  });
}

/** How long it lives, GitHub's own clock says; so a clock here that is wrong changes nothing. @returns what is wrong with it */
function endOf(told: unknown, { headers }: HttpAnswer, { now, expiresAt }: Wanted): Date | string {
  const since = Date.parse(headers['date'] ?? '');
  const lifeMs = Date.parse(String(told)) - (Number.isNaN(since) ? now.getTime() : since);
  if (Number.isNaN(lifeMs)) return 'it does not say when it ends';
  if (lifeMs > hourMs + leewayMs) return 'it lives for more than an hour';
  const end = now.getTime() + lifeMs;
  if (end < expiresAt.getTime() - leewayMs) return 'it ends before the lease';
  return new Date(Math.max(end, expiresAt.getTime()));
}

function refusal(status: number): GithubTrouble {
  const told = ` (status ${String(status)})`;
  const what = {
    403: `it lends nothing here${told}: the installation may be suspended`,
    404: `the App has no such installation${told}: check \`installation\``,
    422: `the installation lacks a repository or a permission that was asked for${told}: \`broker check\` says more`,
  }[status];
  return what === undefined ? refusedAsApp(status) : new GithubTrouble(what, { undone: true });
}
