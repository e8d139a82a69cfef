import { fullMatch } from './pattern.ts';

/** How the values of a claim are written, in a policy and in a token. */
export type ClaimForm = PlainForm | FileForm | PropertiesForm;

/** The value of one claim, compared as a whole. */
export type PlainForm =
  /** A number of the platform's database, as text. */
  | { readonly form: 'id' }
  /** Such a number that the token carries as a number. */
  | { readonly form: 'number' }
  /** A full ref. `*` stands for one whole segment behind `refs/heads/` or `refs/tags/`. */
  | { readonly form: 'ref' }
  /** The hash of a commit, in hex. */
  | { readonly form: 'sha' }
  /** `true` or `false`, as text. */
  | { readonly form: 'flag' }
  /** One of the values that the platform has. */
  | { readonly form: 'choice'; readonly values: readonly string[] }
  /** `folded`: the platform takes capital and small letters for the same. */
  | { readonly form: 'name'; readonly shape: NameShape; readonly folded: boolean };

/** `free`: names of which the platform asks nothing. `any`: of whose form nothing is known. */
export type NameShape = 'repository' | 'owner' | 'project' | 'branch' | 'free' | 'any';

/** The file that defines a job: one claim holds `PATH@REF`, another the commit. */
export interface FileForm {
  readonly form: 'file';
  readonly ref: string;
  readonly sha: string;
  /** What a path begins with: an owner and a repository, which GitHub folds, or a host. */
  readonly root: 'repository' | 'host';
}

/** Claims that a platform's users add; their names begin alike, and a list is joined by commas. */
export interface PropertiesForm {
  readonly form: 'properties';
  readonly prefix: string;
}

/** By name, what a policy may match of an issuer's tokens. */
export type ClaimTable = ReadonlyMap<string, ClaimForm>;

/** The claims that the table is about, without those that users add. */
export function claimNames(table: ClaimTable): string[] {
  return [...table].flatMap(([name, form]) => {
    if (form.form === 'file') return [form.ref, form.sha];
    return form.form === 'properties' ? [] : [name];
  });
}

/** Whether what a token carries is what a policy expects. What is missing, or of another type, never fits. */
export function fits(form: PlainForm, expected: string, actual: unknown): boolean {
  if (form.form === 'number') return Number.isSafeInteger(actual) && String(actual) === expected;
  if (typeof actual !== 'string') return false;
  if (expected === actual) return true;
  if (form.form === 'ref') return refFits(expected, actual);
  return form.form === 'name' && form.folded && sameFolded(expected, actual);
}

/** The first two segments say what sort of ref it is, and never vary. */
function refFits(expected: string, actual: string): boolean {
  if (!expected.includes('*')) return expected === actual;
  const [wanted, came] = [expected.split('/'), actual.split('/')];
  const same = (segment: string, index: number): boolean =>
    segment === '*' && index >= 2 ? came[index] !== '' : segment === came[index];
  return wanted.length === came.length && wanted.every(same);
}

function sameFolded(one: string, other: string): boolean {
  return one.length === other.length && folded(one) === folded(other);
}

/** Only the letters that platforms fold: other alphabets have letters that become these (the kelvin sign, a `k`). */
export function folded(value: string): string {
  return value.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase());
}

/** Whether `PATH@REF` is one of these paths at one of these refs; `refs` undefined: at any ref or commit. */
export function fileFits(
  { root }: FileForm,
  expected: { readonly path: readonly string[]; readonly ref?: readonly string[] | undefined },
  actual: string,
): boolean {
  return expected.path.some((path) => {
    const came = actual.slice(0, path.length);
    const same =
      came === path || (root === 'repository' && repositoryFolded(came) === repositoryFolded(path));
    if (!same || actual[path.length] !== '@') return false;
    const ref = actual.slice(path.length + 1);
    if (expected.ref === undefined) return ref.startsWith('refs/') || isSha(ref);
    return expected.ref.some((each) => refFits(each, ref));
  });
}

/** The same for the owner and the repository with which a path begins. */
export function repositoryFolded(path: string): string {
  const [owner = '', repository = '', ...rest] = path.split('/');
  return [folded(owner), folded(repository), ...rest].join('/');
}

/** SHA-1 or SHA-256, as git writes them. */
export function isSha(value: string): boolean {
  return fullMatch(/[0-9a-f]{40}|[0-9a-f]{64}/, value);
}
