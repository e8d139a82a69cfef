/** Part of the FAKE of AWS: judges by policies, as far as ours use them. */

export interface Statement {
  readonly Effect: 'Allow' | 'Deny';
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

interface Question {
  readonly action: string;
  readonly resource: string;
  readonly context: Readonly<Record<string, string>>;
}

/** A denial wins; what nobody allows is denied, too. @throws for a condition that it does not know */
export function judge(statements: readonly Statement[], question: Question): 'Allow' | 'Deny' {
  const found = statements.filter((each) => applies(each, question)).map(({ Effect }) => Effect);
  return found.includes('Deny') || !found.includes('Allow') ? 'Deny' : 'Allow';
}

function applies(
  { Action, Resource, Condition = {} }: Statement,
  { action, resource, context }: Question,
): boolean {
  if (
    !list(Action).some((each) => like(each, action)) ||
    !list(Resource).some((each) => like(each, resource))
  )
    return false;
  return Object.entries(Condition).every(([operator, keys]) =>
    Object.entries(keys).every(([key, wanted]) => holds(operator, list(wanted), context[key] ?? '')),
  );
}

function holds(operator: string, wanted: readonly string[], found: string): boolean {
  switch (operator) {
    case 'StringLike':
      return wanted.some((each) => like(each, found));
    case 'DateLessThan':
      return wanted.some((each) => Date.parse(found) < Date.parse(each));
    default:
      throw new Error(`the fake knows no ${operator}`);
  }
}

function like(pattern: string, text: string): boolean {
  const parts = pattern.split('*').map((each) => each.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 's').test(text);
}

function list(value: string | readonly string[]): readonly string[] {
  return typeof value === 'string' ? [value] : value;
}
