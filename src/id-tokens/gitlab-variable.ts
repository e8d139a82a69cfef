// https://docs.gitlab.com/ci/secrets/id_token_authentication/
import { CredsError, type ErrorCode } from '../domain/errors.ts';
import type { IdToken } from '../domain/id-token.ts';
import { decodeIdToken } from './decode.ts';
import type { IdTokenSourceFactory } from './id-token-source.ts';

const variable = 'EPHEMERAL_CREDS_ID_TOKEN';

/** The variable that `id_tokens:` of the component’s hidden job sets: GitLab mints it once, when the job is picked up. */
export const gitlabVariable: IdTokenSourceFactory = () => ({
  name: 'gitlab-variable',
  mints: false,
  variable,
  // eslint-disable-next-line @typescript-eslint/require-await -- what is thrown here is the promise's rejection
  request: async (audience, { host }) => {
    const text = host.env[variable]?.trim() ?? '';
    if (text === '')
      throw problem('id-token-permission-missing', `The variable ${variable} is not set.`, absent);
    const idToken = decoded(text, audience, host.clock.now());
    // The broker’s clock decides; this only tells what its refusal would not.
    if (idToken.expiresAt.getTime() < host.clock.now().getTime() - leewayMs)
      throw problem('id-token-mismatch', 'The ID token has expired.', expired);
    return idToken;
  },
});

/** Clocks that are further apart than this are refused by the broker for their own sake. */
const leewayMs = 60_000;

function decoded(text: string, audience: string, now: Date): IdToken {
  try {
    return decodeIdToken(text, audience, now);
  } catch (error) {
    if (!(error instanceof CredsError)) throw error;
    throw problem(error.code, error.message, other);
  }
}

function problem(code: ErrorCode, message: string, hint: string): CredsError {
  return new CredsError(code, message, { hint });
}

const absent = `Extend the component’s hidden job, or give the job \`id_tokens: { ${variable}: { aud: … } }\`. A job’s own \`id_tokens:\` replaces that of \`default:\`, and a shell in which the token was unset has none any more.`;
const expired =
  'GitLab’s token lives as long as the job’s `timeout` and there is only one: borrow at the beginning of the job, in `before_script`, and raise the job’s timeout if that is not enough.';
const other = `The \`aud\` of \`id_tokens: ${variable}\` and the \`audience\` must be the same text, letter for letter, and one text, no list. A job’s own \`id_tokens:\` takes the place of the component’s.`;
