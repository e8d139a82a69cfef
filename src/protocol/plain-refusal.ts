import { CredsError, type ErrorCode } from '../domain/errors.ts';
import type { HttpAnswer } from '../domain/host.ts';
import { asksToRetry, hidesAnswer, retryAfterSeconds } from './http.ts';
import { answerRequestId } from './json-answer.ts';
import { refusedFor } from './oauth-error.ts';

interface Meaning {
  readonly code: ErrorCode;
  readonly text: string;
  readonly hint: string;
}

/** An error of the server's own. */
const unknown: Meaning = {
  code: 'request-refused',
  text: '',
  hint: 'Look the error up in the server’s documentation, and compare that with `params`.',
};

/** Errors of the standards (RFC 6749 §5.2, 8693 §2.2.2, 8707 §2, 9449 §5), and what helps against each. */
const meanings: Readonly<Record<string, Meaning>> = {
  invalid_request: {
    code: 'request-refused',
    text: 'it does not accept the request; so a server also says that it does not trust the ID token',
    hint: 'Compare the server’s documentation with `params`, its trust in this platform with the claims in the log, and the input `audience` with what it expects.',
  },
  invalid_grant: {
    code: 'identity-refused',
    text: 'it does not accept the ID token',
    hint: 'Compare the claims in the log with the server’s trust in this platform, and the input `audience` with what it expects.',
  },
  invalid_client: {
    code: 'request-refused',
    text: 'it does not know the client, or wants a secret of it',
    hint: 'Set `client-id` in `params` to a client that is public and may exchange tokens. A client secret is what this program replaces: it takes none.',
  },
  unauthorized_client: {
    code: 'policy-denied',
    text: 'this client may not exchange tokens',
    hint: 'Let the server’s operator allow token exchange for the client that `client-id` names.',
  },
  access_denied: {
    code: 'policy-denied',
    text: 'its policy does not grant this',
    hint: 'Show the server’s operator the claims in the log.',
  },
  invalid_target: {
    code: 'request-refused',
    text: 'it gives no tokens for this `audience` or `resource`',
    hint: 'Correct `audience` or `resource` in `params`; the input `audience` is another thing, the audience of the ID token.',
  },
  invalid_scope: {
    code: 'request-refused',
    text: 'it does not grant this scope',
    hint: 'Correct the input `role` or `scope` in `params`.',
  },
  unsupported_grant_type: {
    code: 'request-refused',
    text: 'it exchanges no tokens at this endpoint',
    hint: 'Correct `token-endpoint`, or have token exchange (RFC 8693) switched on.',
  },
  use_dpop_nonce: dpopWanted(),
  invalid_dpop_proof: dpopWanted(),
};

function dpopWanted(): Meaning {
  return {
    code: 'request-refused',
    text: 'it wants to bind the token to a key',
    hint: 'The steps that follow have no such key: let the server issue bearer tokens to this client, or use a broker.',
  };
}

/**
 * Turns an answer that is not 2xx into an error of ours. Of the server's words only known error names, a request id
 * and a number of seconds are used.
 */
export function plainRefusal(answer: HttpAnswer, host: string, now: Date): CredsError {
  const id = answerRequestId(answer);
  const known = id === undefined ? {} : { requestId: id };
  const status = String(answer.status);
  if (asksToRetry(answer.status)) {
    const wait = retryAfterSeconds(answer, now);
    const answerLost = hidesAnswer(answer.status);
    return new CredsError('busy', `${host} answered ${status}.`, {
      ...known,
      retryAfterSeconds: wait,
      answerLost,
    });
  }
  const { error } = refusedFor(answer);
  if (error === '')
    return new CredsError('answer-invalid', `${host} answered ${status} and not as OAuth does.`, known);
  const { code, text, hint } = (Object.hasOwn(meanings, error) ? meanings[error] : undefined) ?? unknown;
  const told = text === '' ? error : `${text} (${error})`;
  return new CredsError(code, `${host} refused: ${told}.`, { ...known, hint, nothingIssued: true });
}
