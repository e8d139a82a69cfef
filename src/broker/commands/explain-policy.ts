import { CredsError } from '../../domain/errors.ts';
import { fullMatch } from '../../domain/pattern.ts';
import { isObject, member, parseStrictJson } from '../../protocol/json.ts';
import type { Condition } from '../domain/condition.ts';
import type { Issuer } from '../domain/issuer.ts';
import type { BrokerHost } from '../domain/outside.ts';
import { accessConditions } from '../domain/role-access.ts';
import {
  explain,
  type Allowed,
  type Considered,
  type Decision,
  type SupposedClaims,
} from '../policy/decide.ts';
import { loadGuardrails, type GuardrailVerdict } from '../policy/guardrails.ts';
import { loadPolicies, type PolicyContext } from '../policy/load-policies.ts';
import { attempt, maxFileBytes } from './named-file.ts';
import { findPolicies, type PolicyPlace } from './policy-place.ts';

/** What is asked of policies on paper. */
export interface PolicyQuestion {
  /** As `findPolicies` takes them. */
  readonly paths: readonly [string, ...string[]];
  readonly config: string | undefined;
  /** A file with a token's claims as JSON: what stands in its middle part. */
  readonly claims: string;
  readonly role: string;
  readonly ttlSeconds: number | undefined;
  /** The caller's network address, for what the role asks of it. */
  readonly address: string | undefined;
}

/** What the broker would decide, and every condition on the way. */
export interface PolicyAnswer {
  readonly allowed: boolean;
  readonly role: string;
  readonly issuer: string;
  /** Version of the set. */
  readonly policySet: string;
  /** What the policies grant, whatever the role asks besides; undefined: nothing. */
  readonly granted:
    | (Pick<Allowed, 'policy' | 'access' | 'ttlSeconds'> & {
        readonly approval: boolean;
        readonly asksPlatform: boolean;
      })
    | undefined;
  readonly considered: readonly Considered[];
  /** What the role asks besides; undefined: nothing, or no address was given to judge it by. */
  readonly roleAccess: readonly Condition[] | undefined;
  /** What guardrails say to what the policies grant; undefined: nothing is granted, there are none, or no address was given. */
  readonly guardrails: GuardrailVerdict | undefined;
  /** What could not be judged here, one sentence each. */
  readonly open: readonly string[];
}

/**
 * What the policies would say to a job with these claims. Nothing is verified, lent or written.
 * @throws CredsError `input-invalid`
 */
export async function explainPolicy(question: PolicyQuestion, host: BrokerHost): Promise<PolicyAnswer> {
  const { role, ttlSeconds, address } = question;
  const place = await findPolicies(question.paths, question.config, host.files);
  const { texts, context, access } = place;
  const policies = loadPolicies(texts, context);
  const supposed = supposedClaims(question.claims, context, host.files);
  const decided = explain(policies, supposed, { role, terms: context.roles.get(role), ttlSeconds });
  const asks = access.get(role);
  const roleAccess =
    asks === undefined || address === undefined
      ? undefined
      : accessConditions(asks, { address, now: host.clock.now() });
  const granted = decided.allowed ? rulesOf(decided) : undefined;
  const guardrails = await guardrailsSay(place, { supposed, decided, address, now: host.clock.now() });
  const least = context.roles.get(role)?.minSeconds ?? 0;
  const tooShort = granted !== undefined && granted.ttlSeconds < least;
  return {
    allowed:
      decided.allowed &&
      !tooShort &&
      guardrails?.allowed !== false &&
      (roleAccess ?? []).every(({ holds }) => holds),
    role,
    issuer: supposed.issuer.url,
    policySet: policies.version,
    granted,
    considered: decided.considered,
    roleAccess,
    guardrails,
    open: [
      ...((asks !== undefined || place.guardrails !== undefined) && address === undefined
        ? ['What the role asks of address and time, and guardrails, are not judged: give --address.']
        : []),
      ...(asks !== undefined ? ['How much of the role is lent already is only known to the broker.'] : []),
      ...(tooShort ? [`The role lends for ${String(least)} s at least.`] : []),
      ...(granted?.approval === true ? ['An operator has to approve it.'] : []),
      ...(granted?.asksPlatform === true
        ? [
            'The platform is asked whether the pull request’s head is in the repository itself; a fork’s is denied.',
          ]
        : []),
    ],
  };
}

interface Granting {
  readonly supposed: SupposedClaims;
  readonly decided: Decision;
  readonly address: string | undefined;
  readonly now: Date;
}

async function guardrailsSay(
  { guardrails, context }: PolicyPlace,
  { supposed, decided, address, now }: Granting,
): Promise<GuardrailVerdict | undefined> {
  if (guardrails === undefined) return undefined;
  const loaded = await loadGuardrails(guardrails, context);
  if (!decided.allowed || address === undefined) return undefined;
  const claims = { ...supposed, job: { key: 'on paper' } };
  return loaded.judge({ claims, decision: decided, address, now });
}

function rulesOf({
  policy,
  access,
  ttlSeconds,
  approval,
  asksPlatform,
}: Allowed): NonNullable<PolicyAnswer['granted']> {
  return { policy, access, ttlSeconds, approval: approval !== undefined, asksPlatform };
}

function supposedClaims(
  path: string,
  { issuers }: PolicyContext,
  files: BrokerHost['files'],
): SupposedClaims {
  const text = attempt(
    () => files.read(path, maxFileBytes),
    (why) => wrongClaims(path, `cannot be read (${why})`),
  );
  if (text === undefined) throw wrongClaims(path, 'is not there');
  const claims = jsonObject(path, text);
  return { issuer: issuerOf(claims, issuers), claims };
}

function jsonObject(path: string, text: string): Readonly<Record<string, unknown>> {
  if (fullMatch(/\s*[\w-]+\.[\w-]+\.[\w-]*\s*/, text))
    throw wrongClaims(path, 'holds a whole token; keep tokens out of files, and write down its claims');
  try {
    const value = parseStrictJson(text);
    if (isObject(value)) return value;
  } catch {
    // Told below, without any of the text.
  }
  throw wrongClaims(path, 'is no JSON object');
}

/** `iss`, or the only issuer that there is. */
function issuerOf(claims: Readonly<Record<string, unknown>>, issuers: PolicyContext['issuers']): Issuer {
  const iss = member(claims, 'iss');
  const [only] = issuers.size === 1 ? issuers.values() : [];
  const found = typeof iss === 'string' ? issuers.get(iss) : iss === undefined ? only : undefined;
  if (found !== undefined) return found;
  throw new CredsError('input-invalid', 'The claims name no issuer that broker.yaml knows.', {
    hint: `Write "iss" into them: one of ${[...issuers.keys()].join(', ')}.`,
  });
}

function wrongClaims(path: string, what: string): CredsError {
  return new CredsError('input-invalid', `The file of claims ${path} ${what}.`, {
    hint: 'It holds the claims as one JSON object: {"repository_id": "123456", "ref": "refs/heads/main", …}.',
  });
}
