import type { ClaimForm } from '../../domain/claim-form.ts';
import { filePathProblem, fileRefProblem, propertyProblem, valueProblem } from '../../domain/claim-value.ts';
import { fullMatch } from '../../domain/pattern.ts';
import type { PinnedFile, PolicyMatch } from '../../domain/policy-match.ts';
import type { Finding, Lint } from './lint.ts';

/** Names are given away and taken over; ids are not. */
export const immutableIds: Lint = {
  name: 'immutable-ids',
  severity: 'error',
  about:
    'The ids that never change hands are missing, or the claim by which the issuer’s policies are found.',
  find: ({ policy: { match }, issuer }) => {
    const missing = issuer.immutableIds.filter((claim) => !match.claims.has(claim));
    const unfound = !match.claims.has(issuer.indexClaim) && !missing.includes(issuer.indexClaim);
    return [
      ...missing.map((claim) => ({
        path: ['match'],
        what: `${claim} is missing: names are given away and taken over, ids are not; write ${claim}: "123456"`,
      })),
      ...(unfound
        ? [
            {
              path: ['match'],
              what: `${issuer.indexClaim} is missing: by it this issuer’s policies are found`,
            },
          ]
        : []),
    ];
  },
};

export const knownClaims: Lint = {
  name: 'known-claims',
  severity: 'error',
  about: 'Tokens of this issuer have no such claim.',
  find: ({ policy: { match }, issuer }) =>
    namesIn(match)
      .filter((name) => !issuer.matchable.has(name))
      .map((name) => ({
        path: ['match', name],
        what: `tokens of ${issuer.platform} have no such claim; they have ${[...issuer.matchable.keys()].join(', ')}`,
      })),
};

export const valueForms: Lint = {
  name: 'values',
  severity: 'error',
  about:
    'A value that no token can carry, that could be read as another one, or that looks like a pattern; a short ref, a shortened hash.',
  find: ({ policy: { match }, issuer }) => {
    const form = (name: string): ClaimForm | undefined => issuer.matchable.get(name);
    return [
      ...[...match.claims].flatMap(([name, values]) => claimProblems(name, form(name), values)),
      ...[...match.files].flatMap(([name, file]) => fileProblems(name, form(name), file)),
      ...[...match.properties].flatMap(([name, values]) => propertyProblems(name, values)),
    ];
  },
};

function claimProblems(name: string, form: ClaimForm | undefined, values: readonly string[]): Finding[] {
  const path = ['match', name];
  if (form === undefined) return [];
  if (form.form === 'file') return [{ path, what: `write ${name}: { path, ref, sha }` }];
  if (form.form === 'properties') return [{ path, what: `write ${name}: { NAME: VALUE }` }];
  return values.flatMap((value) => {
    const what = valueProblem(form, value);
    return what === undefined ? [] : [{ path, what: `${quoted(value)}: ${what}` }];
  });
}

function fileProblems(name: string, form: ClaimForm | undefined, { path, ref, sha }: PinnedFile): Finding[] {
  if (form?.form !== 'file') return [];
  const all: [string, string, string | undefined][] = [
    ...path.map((value): [string, string, string | undefined] => [
      'path',
      value,
      filePathProblem(form, value),
    ]),
    ...(ref ?? []).map((value): [string, string, string | undefined] => [
      'ref',
      value,
      fileRefProblem(value),
    ]),
    ...(sha ?? []).map((value): [string, string, string | undefined] => [
      'sha',
      value,
      valueProblem({ form: 'sha' }, value),
    ]),
  ];
  return all.flatMap(([key, value, what]) =>
    what === undefined ? [] : [{ path: ['match', name, key], what: `${quoted(value)}: ${what}` }],
  );
}

function propertyProblems(name: string, values: readonly string[]): Finding[] {
  const path = ['match', 'properties', name];
  const badName = fullMatch(/[A-Za-z0-9_#$-]{1,75}/, name)
    ? []
    : [{ path, what: 'no custom property has such a name' }];
  return [
    ...badName,
    ...values.flatMap((value) => {
      const what = propertyProblem(value);
      return what === undefined ? [] : [{ path, what: `${quoted(value)}: ${what}` }];
    }),
  ];
}

/** A name with letters beyond ASCII may look like another one. */
export const otherAlphabets: Lint = {
  name: 'other-alphabets',
  severity: 'warning',
  about: 'A value has letters beyond ASCII: some look like Latin ones.',
  find: ({ policy: { match } }) =>
    [
      ...match.claims,
      ...[...match.properties].map(([name, values]) => [`properties.${name}`, values] as const),
    ]
      .filter(([, values]) => values.some((value) => !fullMatch(/[\0-\x7f]*/, value)))
      .map(([name, values]) => ({
        path: ['match', ...name.split('.')],
        what: `${values.map(quoted).join(', ')}: there are characters beyond ASCII; see that they are the ones you mean`,
      })),
};

/** Only jobs have these whose event is refused anyhow. */
export const refusedClaims: Lint = {
  name: 'claims-of-pull-requests',
  severity: 'error',
  about: 'Only tokens of pull requests have the claim, and those are refused without `allow_pull_request`.',
  find: ({ policy: { match, allowPullRequest }, issuer }) =>
    (allowPullRequest ? [] : (issuer.meaning?.ofRefused ?? []))
      .filter((name) => match.claims.has(name))
      .map((name) => ({
        path: ['match', name],
        what: 'only pull requests have it, and those are refused: this policy would never grant; leave it out, or write allow_pull_request: same-repository',
      })),
};

/** A tag may be called like a branch. */
export const ambiguousRef: Lint = {
  name: 'ambiguous-ref',
  severity: 'error',
  about: 'GitLab’s `ref` without `ref_type` or `ref_path`: a tag may have a branch’s name.',
  find: ({ policy: { match }, issuer }) => {
    const short = issuer.matchable.has('ref_path') && issuer.platform !== 'oidc' && match.claims.has('ref');
    return short && !match.claims.has('ref_type') && !match.claims.has('ref_path')
      ? [
          {
            path: ['match', 'ref'],
            what: 'a tag may have the same name: write ref_path: refs/heads/NAME instead',
          },
        ]
      : [];
  },
};

function namesIn({ claims, files, properties }: PolicyMatch): string[] {
  return [...claims.keys(), ...files.keys(), ...(properties.size > 0 ? ['properties'] : [])];
}

function quoted(value: string): string {
  return JSON.stringify(value);
}
