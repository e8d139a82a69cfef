import type { Source, Span } from './source.ts';
import { piecedText, type WrittenText } from './written-text.ts';

const mostLines = 5000;
const mostTargets = 100;

interface Target {
  readonly needs: readonly string[];
  readonly recipe: readonly Span[];
}

/**
 * What make runs for targets, those that they need included: their recipes as a script of the shell.
 * https://www.gnu.org/software/make/manual/
 * @param wanted targets with a blank between; empty for the first
 * @returns undefined where there is none of them
 */
export function recipeOf({ text }: Source, wanted: string): WrittenText | undefined {
  const targets = targetsIn(text);
  const first = [...targets.keys()].find((name) => !name.startsWith('.'));
  const names = new Set(wanted === '' ? [first ?? ''] : wanted.split(' '));
  for (const name of names)
    for (const need of targets.get(name)?.needs ?? []) if (names.size < mostTargets) names.add(need);
  const lines = [...names].flatMap((name) => targets.get(name)?.recipe ?? []);
  return lines.length === 0
    ? undefined
    : piecedText(
        text,
        lines.flatMap((line) => shellLine(text, line)),
      );
}

function targetsIn(text: string): Map<string, Target> {
  const targets = new Map<string, { needs: string[]; recipe: Span[] }>();
  let open: { needs: string[]; recipe: Span[] }[] = [];
  let at = 0;
  for (const line of text.split('\n').slice(0, mostLines)) {
    const start = at;
    at += line.length + 1;
    if (line.startsWith('\t')) {
      for (const each of open) each.recipe.push({ start: start + 1, end: start + line.length });
      continue;
    }
    const rule = /^([\w./ -]+?)[ \t]*::?(?!=)([^=#;]*)/.exec(line);
    if (rule === null) {
      // A blank line or a remark does not end a recipe; anything else does.
      if (!/^\s*(#|$)/.test(line)) open = [];
      continue;
    }
    open = (rule[1] ?? '').split(/\s+/).map((name) => {
      const known = targets.get(name) ?? { needs: [], recipe: [] };
      known.needs.push(...(rule[2] ?? '').split(/[\s|]+/).filter((need) => need !== ''));
      targets.set(name, known);
      return known;
    });
  }
  return targets;
}

/** `$$` is a dollar of the shell, `$(NAME)` a variable of make, which has those of the environment. */
function shellLine(text: string, { start, end }: Span): { readonly text: string; readonly at: number }[] {
  const line = text.slice(start, end);
  const skipped = /^[@+-]*/.exec(line)?.[0].length ?? 0;
  const pieces: { text: string; at: number }[] = [];
  let from = skipped;
  for (const { 0: found, 1: name, index } of line.matchAll(/\$\$|\$\(([A-Za-z_]\w*)\)/g)) {
    if (index < skipped) continue;
    pieces.push({ text: line.slice(from, index), at: start + from });
    pieces.push({ text: name === undefined ? '$' : `\${${name}}`, at: start + index });
    from = index + found.length;
  }
  return [...pieces, { text: `${line.slice(from)}\n`, at: start + from }];
}
