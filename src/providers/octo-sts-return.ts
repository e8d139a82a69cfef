import type { HttpAnswer } from '../domain/host.ts';
import { member } from '../protocol/json.ts';
import { jsonOf, type Meaning } from './server-answer.ts';
import { giveTokenBack } from './token-return.ts';
import type { Return } from './way-back.ts';

/** The token itself, at GitHub. */
export const octoStsReturn: Return = {
  giveBack: (debt, ids, way) =>
    giveTokenBack(
      debt,
      ids,
      {
        // https://docs.github.com/en/rest/apps/installations#revoke-an-installation-access-token
        request: (token) => ({
          method: 'DELETE',
          url: new URL(`${debt['url'] ?? ''}/installation/token`),
          headers: {
            authorization: `Bearer ${token}`,
            accept: 'application/vnd.github+json',
            'x-github-api-version': '2022-11-28',
          },
        }),
        saysGone: (answer) => answer.status === 401 && messageOf(answer) === 'Bad credentials',
        meaning: notRevoked,
      },
      way,
    ),
};

function messageOf(answer: HttpAnswer): unknown {
  return member(jsonOf(answer) ?? {}, 'message');
}

/** GitHub has one word for a token that is none (REST API, Failed login limit); anything else is no proof of an end. */
function notRevoked({ status }: HttpAnswer): Meaning | undefined {
  if (status !== 401 && status !== 403) return undefined;
  return {
    code: 'revoke-failed',
    text: 'it did not let the token revoke itself, nor say that it is none any more',
    hint: 'Look whether `api-url` in `params` is the API of the GitHub that the token is for, and what stands before it (a proxy, single sign-on, an allow list of addresses). The token ends an hour after it was made.',
  };
}
