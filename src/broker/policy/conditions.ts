import { fileFits, fits, type ClaimForm, type FileForm, type PlainForm } from '../../domain/claim-form.ts';
import type { PinnedFile } from '../../domain/policy-match.ts';
import type { TrustPolicy } from '../../domain/trust-policy.ts';
import { member } from '../../protocol/json.ts';
import type { Condition } from '../domain/condition.ts';
import type { Issuer, Risk } from '../domain/issuer.ts';

type Claims = Readonly<Record<string, unknown>>;

/** Every condition that the policy and its issuer put on the claims. A claim that is missing never fits. */
export function claimConditions(policy: TrustPolicy, issuer: Issuer, claims: Claims): Condition[] {
  const { match } = policy;
  const form = (name: string): ClaimForm | undefined => issuer.matchable.get(name);
  return [
    ...[...match.claims].map(([name, values]) =>
      claimIs({ name, claim: name, form: form(name), values }, claims),
    ),
    ...[...match.files].flatMap(([name, file]) => fileConditions(name, { form: form(name), file }, claims)),
    ...[...match.properties].map(([name, values]) =>
      propertyIs(name, { form: form('properties'), values }, claims),
    ),
    ...issuer.risks.map((risk) => riskCondition({ ...risk, form: form(risk.claim) }, policy, claims)),
  ];
}

interface Wanted {
  /** As the policy calls it. */
  readonly name: string;
  /** As the token calls it. */
  readonly claim: string;
  readonly form: ClaimForm | undefined;
  readonly values: readonly string[];
}

function claimIs({ name, claim, form, values }: Wanted, claims: Claims): Condition {
  const actual = member(claims, claim);
  const plain = plainForm(form);
  return {
    name,
    expected: values.join(' or '),
    actual: shown(actual),
    holds: plain !== undefined && values.some((value) => fits(plain, value, actual)),
  };
}

function plainForm(form: ClaimForm | undefined): PlainForm | undefined {
  return form === undefined || form.form === 'file' || form.form === 'properties' ? undefined : form;
}

interface WantedFile {
  readonly form: ClaimForm | undefined;
  readonly file: PinnedFile;
}

/** The claim is `PATH@REF`. */
function fileConditions(name: string, { form, file }: WantedFile, claims: Claims): Condition[] {
  const known: FileForm | undefined = form?.form === 'file' ? form : undefined;
  const { path, ref, sha } = file;
  const actual = known && member(claims, known.ref);
  const expected = path.flatMap((each) => (ref ?? ['(any ref)']).map((at) => `${each}@${at}`));
  const pinned: Condition = {
    name,
    expected: expected.join(' or '),
    actual: shown(actual),
    holds: known !== undefined && typeof actual === 'string' && fileFits(known, file, actual),
  };
  if (sha === undefined) return [pinned];
  const commit = {
    name: `${name}.sha`,
    claim: known?.sha ?? name,
    form: { form: 'sha' },
    values: sha,
  } as const;
  return [pinned, claimIs(commit, claims)];
}

interface WantedProperty {
  readonly form: ClaimForm | undefined;
  readonly values: readonly string[];
}

/** A property of several values comes as one text, joined by commas: one of them is enough. */
function propertyIs(name: string, { form, values }: WantedProperty, claims: Claims): Condition {
  const actual = form?.form === 'properties' ? member(claims, form.prefix + name) : undefined;
  return {
    name: `properties.${name}`,
    expected: values.join(' or '),
    actual: shown(actual),
    holds: typeof actual === 'string' && actual.split(',').some((value) => values.includes(value)),
  };
}

/** Whether what the policy says to these claims counts only once the platform has said whose pull request it is. */
export function asksPlatform(policy: TrustPolicy, issuer: Issuer, claims: Claims): boolean {
  return (
    policy.allowPullRequest &&
    issuer.risks.some(
      (risk) => 'refused' in risk && risk.asked !== undefined && member(claims, risk.claim) === risk.asked,
    )
  );
}

type Judged = Risk & { readonly form: ClaimForm | undefined };

/** What the table does not know may be anybody's code: denied until somebody has looked at it. */
function riskCondition(risk: Judged, policy: TrustPolicy, claims: Claims): Condition {
  const actual = member(claims, risk.claim);
  const name = `${risk.claim} (default)`;
  if ('refused' in risk) {
    const opened = policy.allowMergeRequest ? risk.unless : undefined;
    const asked = policy.allowPullRequest ? risk.asked : undefined;
    const except =
      (opened === undefined ? '' : `, but ${opened.value} where ${opened.claim} is ${opened.equals}`) +
      (asked === undefined
        ? ''
        : `, but ${asked} whose head is in the repository, which the platform is asked`);
    const known = risk.form?.form === 'choice' ? risk.form.values : undefined;
    return {
      name,
      expected: `${known === undefined ? '' : 'known, and '}not ${risk.refused.join(', ')}${except}`,
      actual: shown(actual),
      holds:
        typeof actual === 'string' &&
        known?.includes(actual) !== false &&
        (!risk.refused.includes(actual) ||
          actual === asked ||
          (opened?.value === actual && sameText(claims, opened.claim, opened.equals))),
    };
  }
  return {
    name,
    expected: `absent, or equal to ${risk.equals}`,
    actual: shown(actual),
    holds: actual === undefined || sameText(claims, risk.claim, risk.equals),
  };
}

function sameText(claims: Claims, one: string, other: string): boolean {
  const value = member(claims, one);
  return typeof value === 'string' && value === member(claims, other);
}

/** What came, for a reader. */
function shown(actual: unknown): string {
  if (actual === undefined) return 'missing';
  if (typeof actual === 'string') return actual;
  return typeof actual === 'number' || typeof actual === 'boolean'
    ? `${String(actual)} (no text)`
    : 'no text';
}
