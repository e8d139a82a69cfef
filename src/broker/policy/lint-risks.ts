import type { ClaimMeaning, Risk } from '../domain/issuer.ts';
import type { TrustPolicy } from '../../domain/trust-policy.ts';
import type { Lint, LintSubject } from './lint.ts';

export const riskyEvents: Lint = {
  name: 'risky-events',
  severity: 'error',
  about: 'An event under which a fork’s code can run is matched; it is refused whatever a policy says.',
  find: ({ policy, issuer }) =>
    issuer.risks.flatMap((risk) => {
      if (!('refused' in risk)) return [];
      const opened = policy.allowMergeRequest ? risk.unless?.value : undefined;
      const asked = policy.allowPullRequest ? risk.asked : undefined;
      const risky = (policy.match.claims.get(risk.claim) ?? []).filter(
        (value) => risk.refused.includes(value) && value !== opened && value !== asked,
      );
      return risky.map((value) => ({
        path: ['match', risk.claim],
        what: `${value} is never granted: a fork’s code could run under it; leave it out${wayOut(value, risk)}`,
      }));
    }),
};

function wayOut(value: string, { unless, asked }: Refusing): string {
  if (value === unless?.value) return ', or write allow_merge_request: same-project';
  return value === asked ? ', or write allow_pull_request: same-repository' : '';
}

type Refusing = Extract<Risk, { readonly refused: readonly string[] }>;

/** Anyone who may push can write a workflow for any branch of his own. */
export const writeProtection: Lint = {
  name: 'write-protection',
  severity: 'risk',
  about: 'A grant to write, and neither an environment nor a protected ref is asked for.',
  find: (subject) =>
    ofWriting(subject, ({ policy, meaning }) => {
      const met = meaning.protections.some(({ claim, value }) => {
        const values = policy.match.claims.get(claim);
        return values !== undefined && (value === undefined || values.every((each) => each === value));
      });
      const wanted = meaning.protections.map(({ claim, value }) => `${claim}: ${value ?? 'NAME'}`);
      return met
        ? []
        : [
            `whoever may push could borrow this to write: match ${wanted.join(' or ')}, or say why not in accept_risk`,
          ];
    }),
};

export const hostedRunner: Lint = {
  name: 'hosted-runner',
  severity: 'risk',
  about: 'A grant to write, and the job may run on a machine that is not the platform’s own.',
  find: (subject) =>
    ofWriting(subject, ({ policy, meaning: { hosted } }) => {
      const values = policy.match.claims.get(hosted.claim);
      return values?.every((value) => value === hosted.value) === true
        ? []
        : [
            `a machine of one’s own keeps what ran on it before: match ${hosted.claim}: ${hosted.value}, or say why not in accept_risk`,
          ];
    }),
};

/** An environment lets in whatever branches its own rules allow: all of them, unless somebody set some. */
export const environmentRef: Lint = {
  name: 'environment-without-ref',
  severity: 'risk',
  about: 'An environment is matched, and any branch or tag may use it that its own rules let in.',
  find: (subject) =>
    ofWriting(subject, ({ policy, meaning }) =>
      openEnvironment(policy, meaning) ? [`${openRef}, or say why not in accept_risk`] : [],
    ),
};

export const readEnvironmentRef: Lint = {
  name: 'environment-without-ref-read',
  severity: 'warning',
  about: 'The same where everything that is granted is to be read only.',
  find: ({ policy, issuer: { meaning } }) =>
    meaning !== undefined && !writes(policy) && openEnvironment(policy, meaning)
      ? [{ path: ['match'], what: openRef }]
      : [],
};

const openRef =
  'any branch may use the environment unless its own rules say which: match the ref, or ref_protected: true';

function openEnvironment({ match: { claims } }: TrustPolicy, meaning: ClaimMeaning): boolean {
  const isTrue = (claim: string): boolean => claims.get(claim)?.every((value) => value === 'true') === true;
  const named = claims.has(meaning.environment);
  const pinned = meaning.refs.some((claim) => claims.get(claim)?.every((ref) => !ref.includes('*')) === true);
  return named && !pinned && !isTrue('ref_protected') && !isTrue('environment_protected');
}

/** Whoever may push can make a ref that fits. */
export const openRefs: Lint = {
  name: 'open-refs',
  severity: 'warning',
  about: 'A ref with `*`, and it need not be protected: whoever may push can make one that fits.',
  find: ({ policy: { match }, issuer: { meaning } }) =>
    (meaning?.refs ?? [])
      .filter((claim) => match.claims.get(claim)?.some((ref) => ref.includes('*')) === true)
      .filter(() => match.claims.get('ref_protected')?.includes('true') !== true)
      .map((claim) => ({
        path: ['match', claim],
        what: 'whoever may push can make a ref that fits: protect such refs and match ref_protected: true',
      })),
};

/** A policy that names a repository and nothing else trusts every line of every branch. */
export const wholeRepository: Lint = {
  name: 'whole-repository',
  severity: 'warning',
  about: 'Nothing but the repository is matched: every job of every branch may borrow.',
  find: ({ policy, issuer: { meaning } }) =>
    meaning !== undefined &&
    !writes(policy) &&
    narrowing(policy, meaning).length === 0 &&
    !byPerson(policy, meaning)
      ? [
          {
            path: ['match'],
            what: `every job of the repository may borrow this, of whatever branch: match ${meaning.refs.join(', ')}, ${meaning.environment} or a workflow`,
          },
        ]
      : [],
};

/** Whoever may push can make another person's job run: by a merge, a schedule, a comment. */
export const personOnly: Lint = {
  name: 'person-only',
  severity: 'error',
  about: 'A person is matched, and besides the repository nothing else.',
  find: ({ policy, issuer: { meaning } }) =>
    meaning !== undefined && byPerson(policy, meaning) && narrowing(policy, meaning).length === 0
      ? [
          {
            path: ['match'],
            what: `who started a job says nothing of what it runs: match ${meaning.refs.join(', ')}, ${meaning.environment} or a workflow besides`,
          },
        ]
      : [],
};

function byPerson({ match }: TrustPolicy, { persons }: ClaimMeaning): boolean {
  return persons.some((claim) => match.claims.has(claim));
}

/** What is matched of which code runs. */
function narrowing({ match }: TrustPolicy, meaning: ClaimMeaning): string[] {
  const telling = [
    ...meaning.refs,
    'ref',
    'ref_protected',
    'sha',
    meaning.environment,
    'environment_protected',
  ];
  return [...telling.filter((claim) => match.claims.has(claim)), ...match.files.keys()];
}

export const anyEvent: Lint = {
  name: 'any-event',
  severity: 'warning',
  about: 'A grant to write, and it is not said which events may start the job.',
  find: ({ policy, issuer: { meaning } }) =>
    meaning !== undefined && writes(policy) && !policy.match.claims.has(meaning.event)
      ? [
          {
            path: ['match'],
            what: `any event may start the job: match ${meaning.event} with those that you use`,
          },
        ]
      : [],
};

export const outsiders: Lint = {
  name: 'events-of-outsiders',
  severity: 'warning',
  about: 'An event is matched that people without any right on the repository can cause.',
  find: ({ policy: { match }, issuer: { meaning } }) =>
    (match.claims.get(meaning?.event ?? '') ?? [])
      .filter((value) => meaning?.outsiders.includes(value) === true)
      .map((value) => ({
        path: ['match', meaning?.event ?? ''],
        what: `anyone can cause ${value}, and what he wrote reaches the job: see that no step runs it`,
      })),
};

/** A branch moves, and so does a tag, unless a rule forbids it. */
export const movingWorkflow: Lint = {
  name: 'moving-workflow',
  severity: 'warning',
  about: 'A workflow is pinned by a branch or tag, which can be moved, and not by its commit.',
  find: ({ policy: { match } }) =>
    [...match.files]
      .filter(
        ([, { ref, sha }]) => sha === undefined && ref?.some((each) => each.startsWith('refs/')) === true,
      )
      .map(([name]) => ({
        path: ['match', name],
        what: 'whoever may move the ref decides what runs: pin the commit with sha, or protect the ref',
      })),
};

function writes({ grants }: TrustPolicy): boolean {
  return grants.some(({ access }) => access === 'write');
}

interface Writing {
  readonly policy: TrustPolicy;
  readonly meaning: ClaimMeaning;
}

/** What is wrong with a policy that lets write, where it is known what the claims mean. */
function ofWriting(
  { policy, issuer: { meaning } }: LintSubject,
  find: (writing: Writing) => string[],
): { path: string[]; what: string }[] {
  if (meaning === undefined || !writes(policy)) return [];
  return find({ policy, meaning }).map((what) => ({ path: ['match'], what }));
}
