import type { CedarValueJson, EntityJson, StatefulAuthorizationCall } from '@cedar-policy/cedar-wasm/nodejs';
import { folded, repositoryFolded, type ClaimForm, type PlainForm } from '../../domain/claim-form.ts';
import { fullMatch } from '../../domain/pattern.ts';
import { member } from '../../protocol/json.ts';
import { plainAddress } from '../domain/network-range.ts';
import type { VerifiedClaims } from '../domain/verified-claims.ts';
import type { Allowed } from './decide.ts';
import { jobType } from './guardrails-schema.ts';

/** What a policy has granted, and whom guardrails may take it from. */
export interface GuardedRequest {
  readonly claims: GuardedClaims;
  readonly decision: Allowed;
  /** The caller's network address. */
  readonly address: string;
  readonly now: Date;
}

/** What is looked at of a job. */
type GuardedClaims = Pick<VerifiedClaims, 'issuer' | 'claims'> & {
  readonly job: Pick<VerifiedClaims['job'], 'key'>;
};

/** A claim, or the caller's address, is not what the schema says: what guardrails cannot judge is denied. */
export class UnfitRequest extends Error {}

type Call = Omit<StatefulAuthorizationCall, 'preparsedPolicySetId'>;

/** The question in Cedar's form. @throws UnfitRequest */
export function cedarRequest({ claims, decision, address, now }: GuardedRequest): Call {
  const job = { type: jobType(claims.issuer.platform), id: claims.job.key };
  const { terms, access, ttlSeconds, policy, approval } = decision;
  // Cedar’s ranges of IPv4 have nothing of IPv4 within IPv6: it would be out of every network that is forbidden.
  const plain = plainAddress(address);
  if (plain === undefined) throw new UnfitRequest('the caller’s address is not known');
  return {
    principal: job,
    action: { type: 'Action', id: 'borrow' },
    resource: { type: 'Role', id: decision.role },
    context: {
      access,
      ttl: ttlSeconds,
      policy: policy.id,
      approval: approval !== undefined,
      engine: terms.engine,
      revocability: terms.revocability,
      address: { __extn: { fn: 'ip', arg: plain } },
      now: { __extn: { fn: 'datetime', arg: now.toISOString() } },
    },
    entities: [jobEntity(job, claims)],
    validateRequest: true,
  };
}

function jobEntity(uid: { readonly type: string; readonly id: string }, facts: GuardedClaims): EntityJson {
  const { issuer, claims } = facts;
  const attrs: Record<string, CedarValueJson> = { issuer: issuer.url };
  for (const [name, form] of issuer.matchable) {
    for (const [key, value] of valuesOf(name, form, claims)) attrs[key] = value;
  }
  return { uid, attrs, parents: [] };
}

type Claims = VerifiedClaims['claims'];

function valuesOf(name: string, form: ClaimForm, claims: Claims): [string, CedarValueJson][] {
  switch (form.form) {
    case 'file': {
      const read = form.root === 'repository' ? repositoryFolded : asItIs;
      return [
        ...given(form.ref, claims, (value) => read(textOf(form.ref, value))),
        ...given(form.sha, claims, (value) => textOf(form.sha, value)),
      ];
    }
    case 'properties':
      return [[name, propertiesOf(form.prefix, claims)]];
    default:
      return given(name, claims, (value) => plainValue(name, form, value));
  }
}

function asItIs(text: string): string {
  return text;
}

/** What is `null` is not there: a platform writes so what a job does not have. */
function given(
  name: string,
  claims: Claims,
  read: (value: unknown) => CedarValueJson,
): [string, CedarValueJson][] {
  const value = member(claims, name);
  return value === undefined || value === null ? [] : [[name, read(value)]];
}

/** What a platform takes for the same is the same here: guardrails write it in small letters. */
function plainValue(name: string, form: PlainForm, value: unknown): CedarValueJson {
  switch (form.form) {
    case 'number':
      if (typeof value !== 'number' || !Number.isSafeInteger(value)) throw unfit(name);
      return value;
    case 'flag':
      if (typeof value === 'boolean') return value;
      if (value !== 'true' && value !== 'false') throw unfit(name);
      return value === 'true';
    default: {
      const text = textOf(name, value);
      return form.form === 'name' && form.folded ? folded(text) : text;
    }
  }
}

/** Several values of one property are joined by commas. */
function propertiesOf(prefix: string, claims: Claims): CedarValueJson[] {
  return Object.keys(claims)
    .filter((key) => key.startsWith(prefix) && claims[key] !== null)
    .flatMap((key) =>
      textOf(key, claims[key])
        .split(',')
        .map((value) => ({ name: key.slice(prefix.length), value })),
    );
}

function textOf(name: string, value: unknown): string {
  if (typeof value !== 'string') throw unfit(name);
  return value;
}

function unfit(name: string): UnfitRequest {
  const told = fullMatch(/[\w.:/-]{1,128}/, name) ? name : 'with a strange name';
  return new UnfitRequest(`the claim ${told} has another form than it should have`);
}
