import type { CommandTaker, Taker } from './secret-use.ts';
import type { ShellCommand, ShellScript } from './shell.ts';
import type { Span } from './source.ts';

/** A script’s commands by what they take. Offsets are those of the script. */
export interface ScriptTakers {
  /** What takes what stands at a place: the command around it, those that it is piped to, the variable it is put into. */
  takersAt(span: Span): readonly Taker[];
  /** What takes a variable, and those that it is copied to. */
  takersOf(variable: string): readonly Taker[];
}

/** A value that is copied more often is looked at no further. */
const mostCopies = 4;
/** And one that is read more often. */
const mostReads = 50;

/** Each script is looked through once, however many values go through it. */
const knownTakers = new WeakMap<ShellScript, ScriptTakers>();

export function takersIn(shell: ShellScript): ScriptTakers {
  const takers = knownTakers.get(shell) ?? readTakers(shell);
  knownTakers.set(shell, takers);
  return takers;
}

function readTakers(shell: ShellScript): ScriptTakers {
  const reads = Map.groupBy(shell.reads, ({ name }) => name);
  const takersAt = (span: Span, copies: readonly string[]): readonly Taker[] => {
    const command = around(shell.commands, span);
    if (command === undefined) return [];
    const copied = assignedBy(command, span).flatMap((name) => [
      { by: 'variable', name, level: 'script' } as const,
      ...(copies.length < mostCopies && !copies.includes(name) ? takersOf(name, copies) : []),
    ]);
    return [...commandTakers(command, span), ...copied, ...handedTo(shell, command, span)];
  };
  const known = new Map<string, readonly Taker[]>();
  const takersOf = (variable: string, copies: readonly string[]): readonly Taker[] => [
    ...(reads.get(variable) ?? [])
      .slice(0, mostReads)
      .flatMap((read) => (read.tested ? [] : takersAt(read.span, [...copies, variable]))),
    ...inherited(shell, variable),
  ];
  const remembered = (variable: string): readonly Taker[] => {
    const takers = known.get(variable);
    if (takers !== undefined) return takers;
    // Scripts may call each other.
    known.set(variable, []);
    const found = once(takersOf(variable, [])).slice(0, mostTakers);
    known.set(variable, found);
    return found;
  };
  return { takersAt: (span) => once(takersAt(span, [])), takersOf: remembered };
}

/** A variable that so much takes is decided by less. */
const mostTakers = 300;
/** Scripts that start more others are programs. */
const mostCalls = 20;

/** What takes a variable in the scripts that are started: they have the environment of this one. */
function inherited({ calls = new Map() }: ShellScript, variable: string): readonly Taker[] {
  if (/^\d/.test(variable)) return [];
  return [...calls.values()]
    .slice(0, mostCalls)
    .flatMap((called) => takersIn(called.shell).takersOf(variable));
}

/** What takes what stands at a place in the arguments of a script: its `$1`, or the variable that is set for it. */
function handedTo({ calls }: ShellScript, command: ShellCommand, span: Span): readonly Taker[] {
  const called = calls?.get(command);
  if (called === undefined) return [];
  const takers = takersIn(called.shell);
  const set = command.assigns.filter((each) => contains(each.span, span)).map(({ name }) => name);
  const index = command.words.findIndex((word) => contains(word.span, span));
  const [, named] = /^([A-Za-z_]\w*)=/.exec(command.words[index]?.text ?? '') ?? [];
  const names = [...set, ...(named === undefined ? [] : [named])];
  if (index >= called.before) names.push(String(index - called.before + 1));
  return names.flatMap((name) => takers.takersOf(name));
}

/** The same command is met on several ways. */
function once(takers: readonly Taker[]): Taker[] {
  const seen = new Map<string, Taker>();
  const numbers = new Map<ShellCommand, number>();
  for (const taker of takers) {
    if (taker.by === 'input') continue;
    const command = 'command' in taker ? taker.command : undefined;
    if (command !== undefined && !numbers.has(command)) numbers.set(command, numbers.size);
    const number = command === undefined ? '' : String(numbers.get(command));
    seen.set(JSON.stringify([{ ...taker, command: number }]), taker);
  }
  return [...seen.values()];
}

/** The innermost command that a place is in. */
function around(commands: readonly ShellCommand[], span: Span): ShellCommand | undefined {
  let found: ShellCommand | undefined;
  for (const each of commands) {
    const inside = contains(each.span, span) || each.inputs.some((input) => contains(input, span));
    if (inside && (found === undefined || length(each.span) <= length(found.span))) found = each;
  }
  return found;
}

/** The variables that a value is put into: also by way of `$(…)`, when what stands there prints it. */
function assignedBy(command: ShellCommand, span: Span): string[] {
  const own = command.assigns.filter((each) => contains(each.span, span)).map(({ name }) => name);
  if (command.within === undefined || !handsOn(command)) return own;
  return [...own, ...assignedBy(command.within, command.span)];
}

/** Whether what comes out of a pipeline is, in some form, what its first command is given. */
function handsOn(command: ShellCommand): boolean {
  let last: ShellCommand | undefined = command;
  for (let count = 0; last !== undefined && count < 8; count++) {
    if (last.line !== '' && !changing.test(last.line)) return false;
    last = last.feeds;
  }
  return true;
}

function contains(outer: Span, inner: Span): boolean {
  return outer.start <= inner.start && inner.end <= outer.end;
}

function length({ start, end }: Span): number {
  return end - start;
}

/** What these print is not what they are given. */
const fetching =
  /^(aws|az|gcloud|gsutil|doctl|kubectl|helm|terraform|docker|podman|curl|wget|ssh|git|gh|glab|npm|heroku|vault|op|vercel|netlify|wrangler|flyctl|fly|railway|pulumi|firebase|supabase|serverless|sls|cdk|sam|sentry-cli|snyk|infracost|psql|mysql|mongosh?|redis-cli|http|https|Invoke-RestMethod|Invoke-WebRequest)(?=\s|$)/;

/** These print what they are given, or what becomes of it: it is the same secret in another form. */
const changing =
  /^(\S*\/)?(echo|printf|cat|base32|base64|basenc|jq|yq|tr|sed|awk|gawk|perl|python3?|node|ruby|php|cut|head|tail|fold|rev|xxd|od|hexdump|tee|grep|sort|uniq|xargs|paste|envsubst|openssl|gpg2?|sops|age|gzip|gunzip|zcat|read|shred|sha\d+sum|md5sum|htpasswd|printenv|export|declare|local|readonly|set|eval|\w*(decode|encode|decrypt|encrypt|escape)\w*|ConvertTo-\S+|ConvertFrom-\S+|Write-Output|Out-String)(?=\s|$)/;

function commandTakers(command: ShellCommand, span: Span): Taker[] {
  if (isInTarget(command, span)) return [];
  const found: Taker[] = [directTaker(command, span)];
  if (fetching.test(command.line)) return found;
  found.push(...filesOf(command));
  let fed = command.feeds;
  for (let count = 0; fed !== undefined && count < 8; count++) {
    found.push({ by: 'command', command: fed, option: undefined, word: undefined });
    if (fetching.test(fed.line)) return found;
    found.push(...filesOf(fed));
    fed = fed.feeds;
  }
  const { within } = command;
  if (within === undefined) return found;
  // What stands in `$(…)` becomes a word, or a variable, of the command around it.
  return [...found, ...commandTakers(within, command.span)];
}

/** A part of the name of a file that is written. */
function isInTarget({ words, assigns, inputs, writes }: ShellCommand, span: Span): boolean {
  if (writes.length === 0 || words.length === 0) return false;
  const places = [...[...words, ...assigns].map((each) => each.span), ...inputs];
  return !places.some((place) => contains(place, span));
}

function filesOf(command: ShellCommand): Taker[] {
  const tees = command.line.startsWith('tee ') ? command.words.slice(1).map(({ text }) => text) : [];
  const paths = [...command.writes, ...tees].filter((path) => !path.startsWith('-') && path !== '/dev/null');
  return paths.map((path) => ({ by: 'file', path, command }));
}

function directTaker(command: ShellCommand, span: Span): CommandTaker {
  const index = command.words.findIndex((word) => contains(word.span, span));
  const word = command.words[index];
  if (word === undefined) return { by: 'command', command, option: undefined, word: undefined };
  return { by: 'command', command, option: optionOf(command, index, span), word: word.text };
}

/** `--name=VALUE`, `-pVALUE`, `--name VALUE`. */
function optionOf({ words }: ShellCommand, index: number, span: Span): string | undefined {
  const { text = '', span: place } = words[index] ?? {};
  const [, long] = /^(--?[\w.-]+)[=:]/.exec(text) ?? [];
  if (long !== undefined) return long;
  if (/^-\w/.test(text) && place !== undefined && span.start > place.start) return text.slice(0, 2);
  const before = words[index - 1]?.text ?? '';
  // `--password-stdin` takes no word.
  return /^--?[\w.-]+(?<!-stdin)$/.test(before) && index > 1 ? before : undefined;
}
