import { checkYaml, readYaml } from '../../domain/yaml-document.ts';
import {
  claimsOfSubject,
  literalsOf,
  octoStsSchema,
  type OctoStsPolicy,
  type Unwritten,
} from './octo-sts.ts';

/** Stands where a person has to write something; no policy loads with it. */
const gap = '??? ';

type Values = readonly string[];

/**
 * A trust policy of octo-sts as one of ours. Where theirs has a pattern, or says nothing of what ours must say, a gap
 * is left with which the policy does not load: nothing is dropped in silence, so ours never grants more.
 * @param file its name, for messages and for the new policy's id
 * @returns the text of the policy
 * @throws CredsError `input-invalid` when it is no policy of octo-sts
 */
export function importOctoSts(file: string, text: string): string {
  const theirs = checkYaml(readYaml(file, text), octoStsSchema);
  const id = (file.split('/').at(-1) ?? '')
    .replace(/(\.sts)?\.ya?ml$/, '')
    .replaceAll(/[^A-Za-z0-9._-]/g, '-');
  const match = matchOf(theirs);
  const claims = [...match].filter(([name]) => name !== 'job_workflow_ref');
  const workflow = match.get('job_workflow_ref');
  return [
    '# yaml-language-server: $schema=https://raw.githubusercontent.com/org/ephemeral-creds/main/schemas/trust-policy.schema.json',
    `# From octo-sts. Fill in what begins with ${gap.trim()}, then run: ephemeral-creds policy check`,
    ...remarks(theirs),
    'apiVersion: ephemeral-creds/v1',
    'kind: TrustPolicy',
    `metadata: { id: ${quoted(id === '' ? 'imported' : id)}, owner: ${quoted(`${gap}who answers for it`)} }`,
    `issuer: ${quoted(theirs.issuer ?? `${gap}${theirs.issuer_pattern ?? 'the issuer'}`)}`,
    'match:',
    ...claims.map(([name, values]) => `  ${quoted(name)}: ${listed(values)}`),
    ...(workflow === undefined ? [] : [`  job_workflow: ${pinned(workflow)}`]),
    'grants:',
    `  - { role: ${quoted(`${gap}a role of broker.yaml`)}, access: ${accessOf(theirs)} }`,
    'examples:',
    '  allow:',
    `    - { ${[...match].map(([name, [value = '']]) => `${quoted(name)}: ${quoted(value)}`).join(', ')} }`,
    '  deny:',
    `    - { ${quoted(idsOf(match)[0] ?? '')}: "1" }`,
    '',
  ].join('\n');
}

/** The ids that ours must have, whatever theirs says: first the one by which policies are found. */
function idsOf(match: ReadonlyMap<string, Values>): readonly string[] {
  return match.has('project_path') || match.has('project_id')
    ? ['project_id', 'namespace_id']
    : ['repository_id', 'repository_owner_id'];
}

function matchOf(theirs: OctoStsPolicy): Map<string, Values> {
  const match = new Map<string, Values>(subjectClaims(theirs));
  for (const [name, pattern] of Object.entries(theirs.claim_pattern ?? {})) {
    const literals = literalsOf(pattern);
    // Both must hold with theirs; here a person has to say what is left.
    const twice = match.has(name) ? [{ pattern: `${pattern}, and what the subject says` }] : [];
    match.set(name, written(twice[0] ?? literals));
  }
  const ids = idsOf(match).map((name): [string, Values] => [name, match.get(name) ?? [`${gap}the number`]]);
  return new Map([...ids, ...match]);
}

function subjectClaims({ subject, subject_pattern: pattern }: OctoStsPolicy): Iterable<[string, Values]> {
  const literals = subject === undefined ? literalsOf(pattern ?? '') : [subject];
  const [only, ...others] = 'pattern' in literals ? [] : literals;
  const claims = only === undefined || others.length > 0 ? undefined : claimsOfSubject(only);
  if (claims !== undefined) return [...claims].map(([name, value]) => [name, [value]]);
  return [['sub', [`${gap}write claims for ${subject ?? pattern ?? 'any subject'}`]]];
}

function written(values: Values | Unwritten): Values {
  return 'pattern' in values ? [`${gap}write the values out: ${values.pattern}`] : values;
}

function remarks({
  audience,
  audience_pattern: pattern,
  permissions,
  repositories,
}: OctoStsPolicy): string[] {
  const theirs = audience ?? pattern;
  return [
    ...(theirs === undefined
      ? []
      : [`# Audience ${quoted(theirs)}: here it stands with the issuer in broker.yaml.`]),
    ...(permissions === undefined
      ? []
      : [`# Permissions ${quoted(permissions)}: here they stand with the role in broker.yaml.`]),
    ...(repositories === undefined
      ? []
      : [`# Repositories ${quoted(repositories)}: here they stand with the role in broker.yaml.`]),
  ];
}

/** Whoever asks GitHub for a token and names no permission gets all that the App has. */
function accessOf({ permissions = {} }: OctoStsPolicy): 'read' | 'write' {
  const all = Object.values(permissions);
  return all.length > 0 && all.every((each) => each === 'read') ? 'read' : 'write';
}

/** Their claim is `PATH@REF`. */
function pinned(values: Values): string {
  const parts = values.map((value) => ({
    path: value.slice(0, value.indexOf('@')),
    ref: value.slice(value.indexOf('@') + 1),
    whole: value.includes('@') && !value.startsWith(gap),
  }));
  const [first] = parts;
  if (first === undefined || !parts.every(({ path, whole }) => whole && path === first.path))
    return `{ path: ${quoted(`${gap}${values.join(', ')}`)}, ref: ${quoted(`${gap}the ref`)} }`;
  return `{ path: ${quoted(first.path)}, ref: ${listed(parts.map(({ ref }) => ref))} }`;
}

function listed(values: Values): string {
  return values.length === 1 ? quoted(values[0] ?? '') : `[${values.map(quoted).join(', ')}]`;
}

/** JSON is YAML, whatever stands in it. */
function quoted(value: unknown): string {
  return JSON.stringify(value);
}
