import type { Binding, Script } from './file.ts';
import { expressionsIn } from './expressions.ts';
import { readShell } from './shell.ts';
import type { WrittenText } from './written-text.ts';
import { entriesOf, leavesOf, type Entry, type Tree } from './yaml-tree.ts';

/** The scalars of a map, by their keys. Of a value that is none, each scalar in it stands under the key. */
export function bindingsOf(tree: Tree | undefined): Binding[] {
  return entriesOf(tree).flatMap((entry) =>
    leavesOf(entry.value).map(({ text }) => bindingOf(entry, text, false)),
  );
}

/** @param bare see `expressionsIn` */
export function bindingOf(entry: Entry, text: WrittenText, bare: boolean): Binding {
  return { name: entry.key, span: entry.keySpan, text, expressions: expressionsIn(text.value, bare) };
}

/** Stands for an expression in a script: a word to every shell, as long as the expression. */
const placeholder = '\ue000';

/** A script in which a platform puts values before a shell reads it. */
export function scriptOf(text: WrittenText, language: Script['language']): Script {
  const expressions = expressionsIn(text.value);
  let script = text.value;
  for (const { span } of expressions)
    script = script.slice(0, span.start) + placeholder.repeat(span.end - span.start) + script.slice(span.end);
  const shell = (language === 'shell' ? readShell(script, text.value) : undefined) ?? otherShell(text.value);
  return { text, expressions, language, shell };
}

const mostUnits = 200_000;
const mostLines = 3000;
const mostLine = 2000;

/** PowerShell, cmd, Python: lines of words, and what looks like a variable of the environment. */
function otherShell(script: string): Script['shell'] {
  const commands = [...script.slice(0, mostUnits).matchAll(/[^\n;]+/g)]
    .slice(0, mostLines)
    .map(({ 0: line, index }) => {
      const words = [...line.matchAll(/"[^"]*"|'[^']*'|\S+/g)].map(({ 0: text, index: at }) => ({
        text: text.replace(/^(["'])(.*)\1$/, '$2'),
        span: { start: index + at, end: index + at + text.length },
      }));
      return {
        span: { start: index, end: index + line.length },
        words,
        line: words
          .map(({ text }) => text)
          .join(' ')
          .slice(0, mostLine),
        assigns: [],
        writes: [],
        inputs: [],
        within: undefined,
      };
    });
  const named =
    /\$\{?env:(\w+)\}?|%(\w+)%|environ(?:\.get\(|\[)\s*["'](\w+)|getenv\(\s*["'](\w+)|process\.env\.(\w+)/gi;
  const reads = [...script.slice(0, mostUnits).matchAll(named)].slice(0, mostLines).map((match) => ({
    name: match.slice(1).find(Boolean) ?? '',
    span: { start: match.index, end: match.index + match[0].length },
    tested: false,
  }));
  return { commands, reads, defines: [], tests: [], calls: new Map() };
}
