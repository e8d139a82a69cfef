import { Lexer, Parser, type Expr } from '@actions/expressions';
import {
  ContextAccess,
  FunctionCall,
  Grouping,
  IndexAccess,
  Literal,
  Logical,
  Unary,
  Binary,
} from '@actions/expressions/ast';
import type { Span } from './source.ts';

/** One `${{ … }}`; offsets are those of the text that it stands in. */
export interface Expression {
  readonly span: Span;
  /** False where GitHub’s own parser refuses it; its references are then looked for by their form. */
  readonly parses: boolean;
  readonly references: readonly ContextReference[];
}

/** `secrets.NAME`, `env['NAME']`, `steps.id.outputs.name`, `secrets[…]`, `secrets`. */
export interface ContextReference {
  /** In lower case. */
  readonly context: string;
  /** What follows the context, as far as it is written out. */
  readonly path: readonly string[];
  /** The rest is calculated, or all of it is meant: `secrets[matrix.name]`, `secrets.*`, `toJSON(secrets)`. */
  readonly whole: boolean;
  /** Inside `fromJSON(…)`: one secret that holds many. */
  readonly unpacked: boolean;
  /** Its value goes nowhere: it is compared, or decides whether another is taken. */
  readonly tested: boolean;
  readonly span: Span;
}

const contexts = [
  'github',
  'env',
  'vars',
  'job',
  'jobs',
  'steps',
  'runner',
  'secrets',
  'strategy',
  'matrix',
  'needs',
  'inputs',
  'forge',
  'gitea',
  'forgejo',
];
const functions = ['hashFiles', 'success', 'failure', 'always', 'cancelled', 'case'].map((name) => ({
  name,
  description: '',
  minArgs: 0,
  maxArgs: 255,
}));

/** Every expression of a text. @param bare the whole text is one, as `if:` takes it, when it has no braces */
export function expressionsIn(text: string, bare = false): readonly Expression[] {
  const found: Expression[] = [];
  for (let from = text.indexOf('${{'); from >= 0;) {
    const end = closing(text, from + 3);
    if (end === undefined) break;
    found.push(readExpression(text.slice(from + 3, end), from + 3, { start: from, end: end + 2 }));
    from = text.indexOf('${{', end + 2);
  }
  if (found.length > 0 || !bare || text.trim() === '') return found;
  return [readExpression(text, 0, { start: 0, end: text.length })];
}

/** Where `}}` stands that is not in a string. */
function closing(text: string, from: number): number | undefined {
  let quoted = false;
  for (let at = from; at < text.length; at++) {
    if (text[at] === "'") quoted = !quoted;
    else if (!quoted && text[at] === '}' && text[at + 1] === '}') return at;
  }
  // A lone quote: the runner refuses the file, and we still look into it.
  const plain = text.indexOf('}}', from);
  return plain < 0 ? undefined : plain;
}

function readExpression(source: string, offset: number, span: Span): Expression {
  try {
    const tree = new Parser(new Lexer(source).lex().tokens, contexts, functions).parse();
    const walk = new Walk(source, offset);
    walk.visit(tree, { tested: false, unpacked: false });
    return { span, parses: true, references: walk.found };
  } catch {
    return { span, parses: false, references: looseReferences(source, offset) };
  }
}

/** What looks like a reference in something that is no expression. */
function looseReferences(source: string, offset: number): ContextReference[] {
  return [...source.matchAll(/\b(secrets|env|inputs|vars|github)\.([A-Za-z_][\w-]*)/gi)].map((match) => ({
    context: (match[1] ?? '').toLowerCase(),
    path: [match[2] ?? ''],
    whole: false,
    unpacked: false,
    tested: false,
    span: { start: offset + match.index, end: offset + match.index + match[0].length },
  }));
}

interface Around {
  readonly tested: boolean;
  readonly unpacked: boolean;
}

/** Collects references. A class for what it has found and the text that it reads. */
class Walk {
  readonly found: ContextReference[] = [];
  readonly #source: string;
  readonly #offset: number;

  constructor(source: string, offset: number) {
    this.#source = source;
    this.#offset = offset;
  }

  visit(node: Expr, around: Around): void {
    if (node instanceof ContextAccess || node instanceof IndexAccess) {
      this.#reference(node, around);
    } else if (node instanceof FunctionCall) {
      const name = node.functionName.lexeme.toLowerCase();
      const tested = around.tested || ['contains', 'startswith', 'endswith'].includes(name);
      for (const each of node.args)
        this.visit(each, { tested, unpacked: around.unpacked || name === 'fromjson' });
    } else if (node instanceof Logical) {
      this.#logical(node, around);
    } else if (node instanceof Binary) {
      for (const each of [node.left, node.right]) this.visit(each, { ...around, tested: true });
    } else if (node instanceof Unary) {
      this.visit(node.expr, { ...around, tested: true });
    } else if (node instanceof Grouping) {
      this.visit(node.group, around);
    }
  }

  /** Of `a && b` only the last can be the value; of `a || b` each. */
  #logical({ operator, args }: Logical, around: Around): void {
    for (const [index, each] of args.entries()) {
      const decides = operator.lexeme === '&&' && index < args.length - 1;
      this.visit(each, decides ? { ...around, tested: true } : around);
    }
  }

  #reference(node: ContextAccess | IndexAccess, around: Around): void {
    const path: string[] = [];
    let at: Expr = node;
    let calculated = false;
    while (at instanceof IndexAccess) {
      if (at.index instanceof Literal) path.unshift(at.index.literal.coerceString());
      else {
        // What is left of it is known, what follows is not.
        path.length = 0;
        calculated = true;
        this.visit(at.index, { ...around, tested: true });
      }
      at = at.expr;
    }
    if (!(at instanceof ContextAccess)) {
      this.visit(at, around);
      return;
    }
    const { lexeme, range } = at.name;
    const start = this.#offset + offsetOf(this.#source, range.start.line, range.start.column);
    this.found.push({
      context: lexeme.toLowerCase(),
      path,
      whole: path.length === 0 || (calculated && path.length === 0),
      unpacked: around.unpacked,
      tested: around.tested,
      span: { start, end: start + [lexeme, ...path].join('.').length },
    });
  }
}

function offsetOf(source: string, line: number, column: number): number {
  let start = 0;
  for (let count = 0; count < line; count++) start = source.indexOf('\n', start) + 1;
  return start + column;
}
