import { forEachChild, parse, type Command as CommandNode, type Redirection, type SyntaxNode } from 'unbash';
import type { Span } from './source.ts';
import { unwrapped } from './shell-wrappers.ts';

/** What a script of a shell does, as far as it can be read without running it. Offsets are those of the script. */
export interface ShellScript {
  readonly commands: readonly ShellCommand[];
  /** Every place where a variable's value is taken; what stands in single quotes is none. */
  readonly reads: readonly VariableRead[];
  /** `[ … ]` and `[[ … ]]`: what stands there goes nowhere. */
  readonly tests: readonly Span[];
  /** Variables that it sets otherwise than by `NAME=value`: in loops, by `read`. */
  readonly defines: readonly string[];
  /** Scripts of the repository that its commands start; see called-scripts.ts. */
  readonly calls?: Map<ShellCommand, CalledScript>;
}

export interface CalledScript {
  readonly shell: ShellScript;
  /** How many of the command’s words stand before its arguments. */
  readonly before: number;
}

export interface ShellCommand {
  readonly span: Span;
  /** The program and its arguments, without `sudo`, `env`, `npx` and the like before it. */
  readonly words: readonly ShellWord[];
  /** The words with one blank between: what rules match. */
  readonly line: string;
  /** `NAME=value` before the program, or as the arguments of `export`. */
  readonly assigns: readonly Assignment[];
  /** Files that its output, or what it is given as input, goes to. */
  readonly writes: readonly string[];
  /** Input that is written into the script: here-documents and here-strings. */
  readonly inputs: readonly Span[];
  /** The next one in the pipeline. */
  feeds?: ShellCommand;
  /** The one in whose words it stands: `docker login -p $(this)`. */
  readonly within: ShellCommand | undefined;
}

export interface ShellWord {
  /** Without the quotes around it. */
  readonly text: string;
  readonly span: Span;
}

interface Assignment {
  readonly name: string;
  readonly span: Span;
}

interface VariableRead {
  /** A number for an argument of the script. */
  readonly name: string;
  readonly span: Span;
  /** Only whether it is set, or how long it is, is asked. */
  readonly tested: boolean;
}

/** What the walk is inside of. */
interface Inside {
  readonly command: ShellCommand | undefined;
  readonly writes: readonly string[];
  readonly tested: boolean;
}

/** Longer scripts are programs, not pipelines; what is nested is parsed again at each level. */
const mostUnits = 100_000;
const mostNesting = 2000;
const mostCommands = 3000;
/** What patterns are held against. */
const mostLine = 2000;

/**
 * Reads a script of bash or of a POSIX shell. What is malformed is read as far as it goes.
 * @param original the script as it is written; `script` may have other text of the same length in places
 * @returns undefined for a script that is too much for that
 */
export function readShell(script: string, original = script): ShellScript | undefined {
  if (script.length > mostUnits || (script.match(/[`(]/g)?.length ?? 0) > mostNesting) return undefined;
  try {
    return read(script, original);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function read(script: string, original: string): ShellScript {
  const commands: ShellCommand[] = [];
  const reads: VariableRead[] = [];
  const defines: string[] = [];
  const tests: Span[] = [];
  const walk = (node: SyntaxNode, inside: Inside): void => {
    const found = variableRead(node, inside.tested);
    if (found !== undefined && reads.length < mostCommands) reads.push(found);
    if (node.type === 'TestCommand') tests.push({ start: node.pos, end: node.end });
    if (node.type === 'For' || node.type === 'Select') defines.push(node.name.text);
    const next = entered(node, inside, original);
    if (next.command !== inside.command && next.command !== undefined && commands.length < mostCommands)
      commands.push(next.command);
    const before = commands.length;
    forEachChild(node, (each) => {
      if (each.type === 'CommandExpansion' || each.type === 'ProcessSubstitution') {
        // Backquotes with escapes have positions of their own text.
        if (each.script?.source === undefined) walk(each, { ...next, writes: [] });
      } else walk(each, next);
    });
    if (node.type === 'Pipeline') linkPipeline(node.commands, commands.slice(before));
  };
  walk(parse(script), { command: undefined, writes: [], tested: false });
  for (const nested of commands.slice().flatMap((command) => nestedIn(command, original))) {
    const { commands: inner, reads: taken } = nested;
    commands.push(...inner);
    reads.push(...taken);
  }
  reads.push(...commands.flatMap(printed), ...indirect(reads, commands, original));
  defines.push(...commands.flatMap(readInto));
  tests.push(...commands.flatMap(({ line, span }) => (isTest(line) ? [span] : [])));
  return { commands, reads, defines, tests, calls: new Map() };
}

function isTest(line: string): boolean {
  return /^(\[|test) /.test(line);
}

/** `bash -c '…'`: what stands in single quotes there is read by a shell after all. */
function nestedIn({ words, within }: ShellCommand, original: string): ShellScript[] {
  const [program, ...others] = words;
  if (!/^(ba|z|da|k|a)?sh$/.test(program?.text ?? '')) return [];
  const at = others.findIndex(({ text }) => /^-[a-z]*c$/.test(text));
  const script = at < 0 ? undefined : others[at + 1];
  if (script === undefined || within !== undefined) return [];
  const { start, end } = script.span;
  if (original[start] !== "'" || original.indexOf("'", start + 1) !== end - 1) return [];
  // What stands before it is blank: offsets stay those of the whole.
  const alone = ' '.repeat(start + 1) + original.slice(start + 1, end - 1);
  const shell = readNested(alone);
  return shell === undefined ? [] : [shell];
}

/** No shell in a shell in a shell. */
function readNested(script: string): ShellScript | undefined {
  return /\bsh -[a-z]*c\b/.test(script) ? undefined : readShell(script);
}

/** `printenv NAME`. */
function printed({ words }: ShellCommand): VariableRead[] {
  const [program, name] = words;
  if (program?.text !== 'printenv' || name === undefined || !/^[A-Za-z_]\w*$/.test(name.text)) return [];
  return [{ name: name.text, span: name.span, tested: false }];
}

/** `${!name}` reads the variable that `name` has the name of. */
function indirect(
  reads: readonly VariableRead[],
  commands: readonly ShellCommand[],
  original: string,
): VariableRead[] {
  const assigned = commands.flatMap(({ assigns }) => assigns);
  return reads.flatMap((read) => {
    if (!original.startsWith('${!', read.span.start)) return [];
    return assigned
      .filter(({ name }) => name === read.name)
      .flatMap(({ span }) => {
        const [, name] = /=["']?([A-Za-z_]\w*)["']?$/.exec(original.slice(span.start, span.end)) ?? [];
        return name === undefined ? [] : [{ ...read, name }];
      });
  });
}

function readInto({ words }: ShellCommand): string[] {
  const [program, ...names] = words.map(({ text }) => text);
  return program === 'read' || program === 'mapfile' || program === 'readarray' ? names : [];
}

function entered(node: SyntaxNode, inside: Inside, original: string): Inside {
  if (node.type === 'TestCommand') return { ...inside, tested: true };
  if (node.type === 'Redirected')
    return { ...inside, writes: [...inside.writes, ...targetsOf(node.redirects, original)] };
  if (node.type !== 'Command') return inside;
  const command = commandOf(node, inside, original);
  return { command, writes: inside.writes, tested: isTest(command.line) };
}

function commandOf(node: CommandNode, inside: Inside, original: string): ShellCommand {
  const words = [...(node.name === undefined ? [] : [node.name]), ...node.args].map((word) => ({
    text: unquoted(original.slice(word.pos, word.end)),
    span: { start: word.pos, end: word.end },
  }));
  const prefixes = node.prefix.flatMap((each) =>
    each.type === 'Assignment' ? [{ name: each.name, span: { start: each.pos, end: each.end } }] : [],
  );
  const { words: own, assigns } = unwrapped(words);
  return {
    span: { start: node.pos, end: node.end },
    words: own,
    line: own
      .map(({ text }) => text)
      .join(' ')
      .slice(0, mostLine),
    assigns: [...prefixes, ...assigns],
    writes: [...inside.writes, ...targetsOf(node.redirects, original)],
    inputs: node.redirects.flatMap(inputOf),
    within: inside.command,
  };
}

function targetsOf(redirects: readonly Redirection[], original: string): string[] {
  return redirects.flatMap((each) =>
    each.type === 'Redirect' && each.operator.includes('>') && each.target !== undefined
      ? [unquoted(original.slice(each.target.pos, each.target.end))]
      : [],
  );
}

function inputOf(redirect: Redirection): Span[] {
  if (redirect.type === 'HereDoc') return [{ start: redirect.body.pos, end: redirect.body.end }];
  if (redirect.type === 'HereString' && redirect.target !== undefined)
    return [{ start: redirect.target.pos, end: redirect.target.end }];
  return [];
}

function unquoted(text: string): string {
  const whole = /^(["'])([^"']*)\1$/.exec(text);
  return whole?.[2] ?? text.replace(/["']/g, '');
}

/** Each command of a pipeline feeds the first one of the part behind it. Both are in the order of the script. */
function linkPipeline(parts: readonly SyntaxNode[], commands: readonly ShellCommand[]): void {
  let fed: ShellCommand | undefined;
  let at = commands.length - 1;
  for (const part of parts.toReversed()) {
    let first: ShellCommand | undefined;
    for (let each = commands[at]; each !== undefined && each.span.start >= part.pos; each = commands[--at]) {
      if (fed !== undefined && each.within === fed.within) each.feeds ??= fed;
      first = each;
    }
    fed = first;
  }
}

function variableRead(node: SyntaxNode, tested: boolean): VariableRead | undefined {
  if (node.type === 'SimpleExpansion') {
    const name = node.text.slice(1);
    return /^[A-Za-z_1-9]/.test(name)
      ? { name, span: { start: node.pos, end: node.end }, tested }
      : undefined;
  }
  if (node.type !== 'ParameterExpansion' || !/^[A-Za-z_1-9]/.test(node.parameter)) return undefined;
  const { operation, prefix } = node;
  const asked = operation?.type === 'Default' && operation.operator.endsWith('+');
  return {
    name: node.parameter,
    span: { start: node.pos, end: node.end },
    tested: tested || asked || prefix === '#',
  };
}
