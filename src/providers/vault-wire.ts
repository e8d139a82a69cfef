import type { HttpAnswer } from '../domain/host.ts';
import { member } from '../protocol/json.ts';
import type { RequestHeaders } from './kept-headers.ts';
import { jsonOf, userAgent } from './server-answer.ts';

export const longestAnswer = 1024 * 1024;

/** How the id of a login begins that nobody can revoke. */
export const batchId = 'vault-batch_';

/** All but those that say which server of a cluster is to answer, and how far it must have come. */
export const vaultsOwn = /x-vault-(?!(?:forward|inconsistent|index|no-request-forwarding)$).*/;

/** What every request has (Vault API, Introduction). */
export function vaultHeaders({
  namespace,
  headers,
}: {
  readonly namespace?: string | undefined;
  readonly headers: RequestHeaders;
}): Record<string, string> {
  return {
    ...headers,
    accept: 'application/json',
    'user-agent': userAgent,
    'x-vault-request': 'true',
    ...(namespace === undefined ? {} : { 'x-vault-namespace': namespace }),
  };
}

/** The server's own words, to be compared with what its source has; they are shown to nobody. */
export function errorsOf(answer: HttpAnswer): string[] {
  return textsOf(answer, 'errors');
}

/** The same for what it says beside an answer. */
export function warningsOf(answer: HttpAnswer): string[] {
  return textsOf(answer, 'warnings');
}

/** What is looked through for known words; a stranger may send more. */
const mostTexts = 10;
const longestText = 1000;

function textsOf(answer: HttpAnswer, name: string): string[] {
  const texts = member(jsonOf(answer) ?? {}, name);
  const found = Array.isArray(texts) ? texts.filter((text) => typeof text === 'string') : [];
  return found.slice(0, mostTexts).map((text) => text.slice(0, longestText));
}
