import { isSha, type FileForm, type NameShape, type PlainForm } from './claim-form.ts';
import { fullMatch } from './pattern.ts';

/**
 * Why a value of a policy can never be meant as it stands there.
 * @returns what to write instead; undefined when the value is sound
 */
export function valueProblem(form: PlainForm, value: string): string | undefined {
  return strange(value) ?? formProblem(form, value);
}

function formProblem(form: PlainForm, value: string): string | undefined {
  switch (form.form) {
    case 'id':
    case 'number':
      return fullMatch(/0|[1-9][0-9]{0,19}/, value)
        ? undefined
        : 'write the number as the platform’s interface prints it: digits, in quotes';
    case 'ref':
      return refProblem(value);
    case 'sha':
      return isSha(value) ? undefined : 'write the whole hash: 40 or 64 small hex digits';
    case 'flag':
      return ['true', 'false'].includes(value) ? undefined : 'write true or false';
    case 'choice':
      return form.values.includes(value)
        ? undefined
        : `there is no such value; it has ${form.values.join(', ')}`;
    case 'name':
      return nameProblem(form.shape, value);
  }
}

/** What one cannot see, or what has two spellings, could be read as something else. */
function strange(value: string): string | undefined {
  if (value !== value.normalize('NFC') || !value.isWellFormed())
    return 'write it in Unicode’s normal form NFC: this looks like another value';
  if (!fullMatch(/(?:(?![\p{C}\p{Zl}\p{Zp}])[^\p{Zs}]| )*/u, value))
    return 'there are characters in it that cannot be seen; write it anew by hand';
  return value === value.trim() ? undefined : 'there is a space at its beginning or end; leave it out';
}

const noPatterns = 'there are no patterns here: write each value out, as a list';
const dotted = 'an empty segment, . or .. is no name: write the name as the platform shows it';

const shapes: Readonly<Record<NameShape, { readonly pattern: RegExp; readonly instead: string }>> = {
  repository: {
    pattern: /[A-Za-z0-9_-]+\/[A-Za-z0-9._-]+(?<!\.git)/,
    instead: 'write it as OWNER/REPOSITORY',
  },
  owner: { pattern: /[A-Za-z0-9_-]+/, instead: 'write the name of the owner alone' },
  project: {
    pattern: /[A-Za-z0-9_.-]+(?:\/[A-Za-z0-9_.-]+)*(?<!\.git)/,
    instead: 'write the path as the platform shows it: group/subgroup/project, without a host',
  },
  branch: {
    pattern: /(?!refs\/)[^~:[]+/,
    instead: 'write the short name: what follows refs/heads/ or refs/tags/',
  },
  any: { pattern: /.+/s, instead: 'write a value' },
  free: { pattern: /.+/s, instead: 'write a name' },
};

function nameProblem(shape: NameShape, value: string): string | undefined {
  if (fullMatch(/.*[*?^$|\\].*/s, value)) return noPatterns;
  if (shape !== 'any' && value.split('/').some((segment) => ['', '.', '..'].includes(segment))) return dotted;
  const { pattern, instead } = shapes[shape];
  return fullMatch(pattern, value) ? undefined : instead;
}

/** `main` may be a branch or a tag; `refs/heads/main` is a branch. */
function refProblem(value: string): string | undefined {
  const [first, second, ...rest] = value.split('/');
  if (first !== 'refs' || !['heads', 'tags'].includes(second ?? '') || rest.length === 0)
    return `write the ref in full: refs/heads/${value} or refs/tags/${value}`;
  if (rest.some((segment) => segment !== '*' && fullMatch(/.*[*?^$|\\[~: ].*/s, segment)))
    return 'there are no patterns here but *, which stands for one whole segment: refs/heads/release/*';
  return rest.some((segment) => ['', '.', '..'].includes(segment)) ? dotted : undefined;
}

/** The same for the path of a file: what stands before the `@`. */
export function filePathProblem({ root }: FileForm, value: string): string | undefined {
  const unseen = strange(value);
  if (unseen !== undefined) return unseen;
  if (fullMatch(/.*[*?^$|\\].*/s, value)) return noPatterns;
  if (value.includes('@')) return 'write the path alone; what follows the @ stands in ref';
  if (root === 'repository')
    return fullMatch(/[A-Za-z0-9_-]+\/[A-Za-z0-9._-]+\/\.github\/workflows\/[^/]+\.ya?ml/, value)
      ? undefined
      : 'write OWNER/REPOSITORY/.github/workflows/FILE.yml';
  const segments = value.replace('//', '/').split('/');
  if (segments.some((segment) => ['', '.', '..'].includes(segment))) return dotted;
  return fullMatch(/[^/]+(?:\/[^/]+){2,}\/\/[^/].*/, value)
    ? undefined
    : 'write HOST/GROUP/PROJECT//FILE.yml';
}

/** The same for what follows the `@`: a full ref, or the commit by which a workflow is called. */
export function fileRefProblem(value: string): string | undefined {
  return isSha(value) ? undefined : (strange(value) ?? refProblem(value));
}

/** The same for a value of a custom property: the platform joins them by commas. */
export function propertyProblem(value: string): string | undefined {
  if (value.includes(','))
    return 'write each value by itself, as a list: a comma separates them in the token';
  return valueProblem({ form: 'name', shape: 'free', folded: false }, value);
}
