// https://github.com/octo-sts/app (pkg/octosts/trust_policy.go)
import { z } from 'zod';
import { fullMatch } from '../../domain/pattern.ts';

/** A trust policy of octo-sts, as its own reader takes it. */
export const octoStsSchema = z.strictObject({
  issuer: z.string().optional(),
  issuer_pattern: z.string().optional(),
  subject: z.string().optional(),
  subject_pattern: z.string().optional(),
  audience: z.string().optional(),
  audience_pattern: z.string().optional(),
  claim_pattern: z.record(z.string(), z.string()).optional(),
  permissions: z.record(z.string(), z.string()).optional(),
  repositories: z.array(z.string()).optional(),
});

export type OctoStsPolicy = z.output<typeof octoStsSchema>;

/** A pattern of theirs that stands for more than a list of values. */
export interface Unwritten {
  readonly pattern: string;
}

/** The values that a pattern stands for, where that is a list: literals, and alternatives of them in one group. */
export function literalsOf(pattern: string): readonly string[] | Unwritten {
  const [, group] = /^\((?:\?:)?([^()]*)\)$/.exec(pattern) ?? [];
  const alternatives = (group ?? pattern).split('|');
  // Without the group theirs binds the anchors to the first and the last alternative only: nobody means that.
  if (group === undefined && alternatives.length > 1) return { pattern };
  const literals = alternatives.map(unescaped);
  return literals.every((each) => each !== undefined) ? literals : { pattern };
}

function unescaped(pattern: string): string | undefined {
  const plain = pattern.replaceAll(/\\([./@:_-])/g, (_, sign: string) => (sign === '.' ? '\0' : sign));
  // A dot that is not escaped is any character; in a name people mean the dot, and ours is the stricter reading.
  return fullMatch(/[A-Za-z0-9_@:/.\0-]+/, plain) && !plain.includes('.*')
    ? plain.replaceAll('\0', '.')
    : undefined;
}

/** What a subject says by claims of its own; undefined: its form is not one of those that the platforms use. */
export function claimsOfSubject(subject: string): ReadonlyMap<string, string> | undefined {
  // Theirs is that very text, which no ref can be; in ours it would stand for every one.
  if (subject.includes('*')) return undefined;
  return githubSubject(subject) ?? gitlabSubject(subject);
}

/** `repo:OWNER/REPO:ref:REF`, `repo:OWNER@ID/REPO@ID:environment:NAME`, `repo:OWNER/REPO:pull_request`. */
function githubSubject(subject: string): ReadonlyMap<string, string> | undefined {
  const [, owner = '', ownerId, name = '', id, rest = ''] =
    /^repo:([^/@:]+)(?:@(\d+))?\/([^/@:]+)(?:@(\d+))?:(.+)$/.exec(subject) ?? [];
  if (name === '') return undefined;
  const claims = new Map([['repository', `${owner}/${name}`]]);
  if (ownerId !== undefined) claims.set('repository_owner_id', ownerId);
  if (id !== undefined) claims.set('repository_id', id);
  if (rest.startsWith('ref:')) return claims.set('ref', rest.slice('ref:'.length));
  if (rest.startsWith('environment:'))
    return claims.set('environment', rest.slice('environment:'.length).replaceAll('%3A', ':'));
  return rest === 'pull_request' ? claims.set('event_name', rest) : undefined;
}

/** `project_path:GROUP/PROJECT:ref_type:branch:ref:NAME`. */
function gitlabSubject(subject: string): ReadonlyMap<string, string> | undefined {
  const [, path, type, ref] = /^project_path:([^:]+):ref_type:(branch|tag):ref:(.+)$/.exec(subject) ?? [];
  if (path === undefined || ref === undefined) return undefined;
  return new Map([
    ['project_path', path],
    ['ref_path', `refs/${type === 'tag' ? 'tags' : 'heads'}/${ref}`],
  ]);
}
