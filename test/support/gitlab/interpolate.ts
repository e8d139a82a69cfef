import { parseAllDocuments } from 'yaml';

/** What a job of a template runs, as the runner is told it. */
export interface RunnerJob {
  readonly before_script: readonly string[];
  readonly script: readonly string[];
  readonly after_script?: readonly string[];
}

type Inputs = Readonly<Record<string, unknown>>;
interface Header {
  readonly spec: { readonly inputs: Readonly<Record<string, { readonly default?: unknown }>> };
}

/**
 * Interpolates a template as GitLab does: after the YAML was read, a value that stands alone keeps its type, and one
 * within a text is written as Ruby’s `to_s` writes it (an array as `["a", "b"]`).
 */
export function interpolate(template: string, given: Inputs): Record<string, Record<string, unknown>> {
  const [header, content] = parseAllDocuments(template).map((document) => document.toJS() as unknown);
  const { inputs } = (header as Header).spec;
  const values = Object.fromEntries(
    Object.entries(inputs).map(([name, { default: usual }]) => [name, usual]),
  );
  return replaced(content, { ...values, ...given }) as Record<string, Record<string, unknown>>;
}

function replaced(node: unknown, inputs: Inputs): unknown {
  if (Array.isArray(node)) return node.map((each) => replaced(each, inputs));
  if (typeof node === 'object' && node !== null)
    return Object.fromEntries(
      Object.entries(node).map(([key, value]) => [replaced(key, inputs), replaced(value, inputs)]),
    );
  if (typeof node !== 'string') return node;
  const [, alone] = /^\$\[\[ inputs\.(\w+) \]\]$/.exec(node) ?? [];
  if (alone !== undefined) return inputs[alone];
  return node.replace(/\$\[\[ inputs\.(\w+) \]\]/g, (_, name: string) => text(inputs[name], name));
}

function text(value: unknown, name: string): string {
  if (value === undefined) throw new Error(`${name} has to be given`);
  if (!Array.isArray(value)) return typeof value === 'string' ? value : JSON.stringify(value);
  return `[${value.map((each) => JSON.stringify(each)).join(', ')}]`;
}
