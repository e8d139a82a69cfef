import type { Span } from './source.ts';

interface Word {
  readonly text: string;
  readonly span: Span;
}

/** Programs that only start another, and how many words (without options) of their own stand before it. */
const wrappers: Readonly<Record<string, number>> = {
  sudo: 0,
  doas: 0,
  env: 0,
  time: 0,
  exec: 0,
  command: 0,
  builtin: 0,
  nohup: 0,
  xargs: 0,
  nice: 0,
  stdbuf: 0,
  timeout: 1,
  retry: 0,
  npx: 0,
  bunx: 0,
  uvx: 0,
  call: 0,
  'pnpm dlx': 0,
  'pnpm exec': 0,
  'yarn dlx': 0,
  'npm exec': 0,
  'pipx run': 0,
  'poetry run': 0,
  'pdm run': 0,
  'hatch run': 0,
  'uv run': 0,
  'uv tool run': 0,
  'pipenv run': 0,
  'bundle exec': 0,
  'mise exec': 0,
  'python -m': 0,
  'python3 -m': 0,
};

/** Options of wrappers that take a word. */
const withValue = /^(-u|-g|-h|-C|-n|-I|-P|-L|-s|-k|--user|--group|--signal|--with|--from|--package|-p)$/;

/** Programs whose arguments are assignments. */
const assigners = ['export', 'declare', 'local', 'readonly', 'typeset', 'env', 'set'];

/** A command without what only starts it; and what `env`, `export` and the like assign. */
export function unwrapped(words: readonly Word[]): {
  words: readonly Word[];
  assigns: readonly { name: string; span: Span }[];
} {
  const assigns: { name: string; span: Span }[] = [];
  let rest = words;
  for (let turns = 0; turns < 6; turns++) {
    const length = wrapperLength(rest);
    if (assigners.includes(programOf(rest[0]))) assigns.push(...assignmentsIn(rest.slice(1)));
    if (length === 0) break;
    rest = rest.slice(length);
  }
  const [program, ...others] = rest;
  if (program === undefined) return { words, assigns };
  return { words: [{ ...program, text: programOf(program) }, ...others], assigns };
}

/** Its last path segment, without `.exe`. */
function programOf(word: Word | undefined): string {
  return (word?.text ?? '').replace(/^.*[/\\](?=[^/\\]+$)/, '').replace(/\.exe$/i, '');
}

function wrapperLength(words: readonly Word[]): number {
  const names = words.slice(0, 3).map((word, index) => (index === 0 ? programOf(word) : word.text));
  const own = [3, 2, 1].find((count) => Object.hasOwn(wrappers, names.slice(0, count).join(' ')));
  if (own === undefined || names.length < own) return 0;
  const operands = wrappers[names.slice(0, own).join(' ')] ?? 0;
  let at = own;
  let passed = 0;
  while (at < words.length) {
    const text = words[at]?.text ?? '';
    if (text.startsWith('-')) at += withValue.test(text) ? 2 : 1;
    else if (/^[A-Za-z_][A-Za-z0-9_]*=/.test(text)) at++;
    else if (passed++ < operands) at++;
    else break;
  }
  return at >= words.length ? 0 : at;
}

function assignmentsIn(words: readonly Word[]): { name: string; span: Span }[] {
  return words.flatMap(({ text, span }) => {
    const [, name] = /^([A-Za-z_][A-Za-z0-9_]*)=/.exec(text) ?? [];
    return name === undefined ? [] : [{ name, span }];
  });
}
