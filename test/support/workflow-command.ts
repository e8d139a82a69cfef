/** A command on an output line, as the runner reads it: `::name key=value,…::data`, or the old `##[name]data`. */
export interface WorkflowCommand {
  readonly name: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly data: string;
}

/** A line that is no command of a known name is ordinary output. */
export function parseWorkflowCommand(line: string, known: ReadonlySet<string>): WorkflowCommand | undefined {
  const command = parseColons(line) ?? parseBrackets(line);
  return command !== undefined && known.has(command.name) ? command : undefined;
}

function parseColons(line: string): WorkflowCommand | undefined {
  const text = line.trimStart();
  const end = text.indexOf('::', 2);
  if (!text.startsWith('::') || end < 0) return undefined;
  const { name, pairs } = splitInfo(text.slice(2, end), ',');
  const properties = pairs.map(([key, value]) => [key, unescape(value, { '%3A': ':', '%2C': ',' })] as const);
  return { name, properties: Object.fromEntries(properties), data: unescape(text.slice(end + 2), {}) };
}

function parseBrackets(line: string): WorkflowCommand | undefined {
  const start = line.indexOf('##[');
  const end = line.indexOf(']', start);
  if (start < 0 || end < 0) return undefined;
  const { name, pairs } = splitInfo(line.slice(start + 3, end), ';');
  const more = { '%3B': ';', '%5D': ']' };
  const properties = pairs.map(([key, value]) => [key, unescape(value, more)] as const);
  return { name, properties: Object.fromEntries(properties), data: unescape(line.slice(end + 1), more) };
}

function splitInfo(info: string, separator: string): { name: string; pairs: [string, string][] } {
  const space = info.indexOf(' ');
  if (space < 0) return { name: info.toLowerCase(), pairs: [] };
  const pairs = info
    .slice(space + 1)
    .split(separator)
    .map((pair): [string, string] => {
      const at = pair.indexOf('=');
      return at < 0 ? ['', ''] : [pair.slice(0, at).trim(), pair.slice(at + 1)];
    })
    .filter(([key, value]) => key !== '' && value !== '');
  return { name: info.slice(0, space).toLowerCase(), pairs };
}

/** `%25` comes last, so that `%250A` stands for the three characters `%0A`. */
function unescape(text: string, more: Readonly<Record<string, string>>): string {
  const tokens = Object.entries({ '%0D': '\r', '%0A': '\n', ...more, '%25': '%' });
  return tokens.reduce((out, [token, character]) => out.replaceAll(token, character), text);
}
