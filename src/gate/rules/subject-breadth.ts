/** How many a pattern of subjects lets in: everybody of the platform, a whole organisation, or any branch of one repository. */
export type Breadth = 'everybody' | 'organisation' | 'any-ref' | 'one';

/** Longer than any platform makes one. */
const mostUnits = 1000;

/**
 * @param pattern of `sub`; `*` stands for anything, `\*` for itself
 */
export function breadthOf(pattern: string): Breadth {
  // What a template puts in is a name.
  const subject = pattern
    .slice(0, mostUnits)
    .replace(/\$\{[^}]*\}|<%?[\w .-]+%?>|%s/g, 'x')
    .replace(/\\\*/g, 'x')
    .replace(/\?/g, '*');
  const form = /^(?:repo|project_path|repository):([^:]*)(?::(.*))?$/s.exec(subject);
  if (form === null) return /^[^:]*\*/.test(subject) ? 'everybody' : 'one';
  const [, path = '', rest] = form;
  const [owner = ''] = path.split('/');
  if (owner.includes('*')) return 'everybody';
  if (path.includes('*') || !path.includes('/')) return 'organisation';
  return rest === undefined || isAnyRef(rest) ? 'any-ref' : 'one';
}

/** `*`, `ref:*`, `ref:refs/heads/*`, `environment:*`, GitLab’s `ref_type:branch:ref:*`. */
function isAnyRef(rest: string): boolean {
  return /^(?:\*.*|(?:ref|environment|job_workflow_ref|ref_type:(?:branch|tag|\*):ref):(?:refs\/(?:\*|heads\/|tags\/)?)?\*|ref_type:\*.*)$/.test(
    rest,
  );
}
