import type { HttpAnswer } from '../domain/host.ts';
import type { IdToken } from '../domain/id-token.ts';
import { fullMatch } from '../domain/pattern.ts';
import type { Meaning } from './server-answer.ts';
import type { VaultPlan } from './vault-plan.ts';
import { errorsOf } from './vault-wire.ts';

type Words = Pick<VaultPlan, 'role' | 'mount' | 'namespace' | 'audience'>;
type Entry = readonly [RegExp, (plan: Words, claim: string) => Meaning];

/** What the auth method's source says of a login, and what helps (openbao: internal/builtin/credential/jwt, cap/jwt). */
const logins: readonly Entry[] = [
  [
    /role .*could not be found|missing role/,
    ({ role, mount }) => ({
      code: 'policy-denied',
      text: `there is no role ${role.role} at auth/${mount}`,
      hint: `Create it (\`bao write auth/${mount}/role/${role.role} role_type=jwt …\`), or correct the input \`role\`, \`mount\` or \`namespace\`.`,
    }),
  ],
  [
    /role with oidc role_type.*/,
    ({ role, mount }) => ({
      code: 'request-refused',
      text: `the role ${role.role} is for people who log in with a browser`,
      hint: `Set \`role_type=jwt\` on auth/${mount}/role/${role.role}.`,
    }),
  ],
  [/audience claim found in JWT but no audiences bound.*/, audience],
  [/.*invalid audience \(aud\) claim.*|aud claim does not match.*/, audience],
  [
    /.*invalid issuer \(iss\) claim.*/,
    ({ mount }) => ({
      code: 'identity-refused',
      text: 'it expects another issuer',
      hint: `Set \`bound_issuer\` of auth/${mount}/config to the platform’s own, letter by letter and without a slash at the end.`,
    }),
  ],
  [
    /.*invalid subject \(sub\) claim.*|sub claim does not match.*/,
    ({ role }) =>
      denied(
        '`sub` is not what the role is bound to',
        `Compare \`bound_subject\` of the role ${role.role} with the job’s; better bind \`repository_id\`, \`ref\` and \`environment\` by \`bound_claims\`.`,
      ),
  ],
  [
    /.*claim .* does not match any associated bound claim.*/,
    ({ role }, claim) =>
      denied(
        `${claim} does not match what the role is bound to`,
        `Compare \`bound_claims\` of the role ${role.role} with the claims in the log; with \`*\` in a value it needs \`bound_claims_type=glob\`.`,
      ),
  ],
  [
    /.*claim .* (?:is missing|not found in token).*/,
    ({ role }, claim) =>
      denied(
        `${claim} is not in the ID token, and the role wants it`,
        `Compare \`bound_claims\` and \`user_claim\` of the role ${role.role} with the claims in the log.`,
      ),
  ],
  [
    /.*(?:is expired|token has expired|expired \(exp\)).*/,
    () => ({
      code: 'identity-refused',
      text: 'the ID token has expired',
      hint: 'Compare the clocks of server and runner.',
      freshIdToken: true,
    }),
  ],
  [
    /.*(?:nbf|iat|not before|issued at).*/,
    () => ({
      code: 'clock-skew',
      text: 'the ID token is not valid yet by its clock',
      hint: 'Set the server’s clock (NTP).',
    }),
  ],
  [
    /.*(?:signature|no known key|failed to verify).*/,
    ({ mount }) => ({
      code: 'identity-refused',
      text: 'it could not verify the signature',
      hint: `Compare \`oidc_discovery_url\` or \`jwks_url\` of auth/${mount}/config with the platform’s issuer; the server has to reach it.`,
    }),
  ],
  [
    /could not load configuration/,
    ({ mount }) => ({
      code: 'request-refused',
      text: `auth/${mount} was enabled and never configured`,
      hint: `Write auth/${mount}/config with \`oidc_discovery_url\` and \`bound_issuer\`.`,
    }),
  ],
  [/.*permission denied.*/, nowhere],
  [/.*(?:no handler for route|unsupported path).*/, nowhere],
];

function audience({ role, audience: ours }: Words): Meaning {
  return {
    code: 'audience-mismatch',
    text: 'the role is bound to another audience',
    hint: `Set \`bound_audiences=${ours}\` on the role ${role.role}, or the input \`audience\` to what it is bound to.`,
  };
}

function nowhere({ mount, namespace }: Words): Meaning {
  const where = namespace === undefined ? 'no `namespace` was given' : `the namespace was ${namespace}`;
  return denied(
    `no login at auth/${mount} for this runner (${where})`,
    'Set `mount` in `params` to the path at which the JWT method is enabled, and `namespace` where the server has them (HCP: `admin`). With `token_bound_cidrs` on the role the runner’s address counts, too.',
  );
}

function denied(text: string, hint: string): Meaning {
  return { code: 'policy-denied', text, hint };
}

/** What an answer to a login means. */
export function loginMeaning(answer: HttpAnswer, plan: Words, idToken: IdToken): Meaning | undefined {
  const texts = errorsOf(answer);
  for (const [pattern, meaning] of logins) {
    const found = texts.find((text) => fullMatch(new RegExp(pattern.source, 's'), text));
    if (found !== undefined) return meaning(plan, claimIn(found, idToken));
  }
  return answer.status === 403 || answer.status === 404 ? nowhere(plan) : undefined;
}

/** A claim that the server names is told only where it is one of this ID token's own. */
function claimIn(text: string, { claims }: IdToken): string {
  const [, name = ''] = /claim "([\w/.-]{1,64})"/.exec(text) ?? [];
  const known = name.replace(/^\//, '');
  return Object.hasOwn(claims, known) ? `the claim \`${known}\`` : 'a claim';
}
