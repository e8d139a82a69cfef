import { visible } from '../../../domain/printable.ts';

/** HTML that was written here, not read anywhere. */
export interface Markup {
  readonly markup: string;
}

type Part = Markup | string | number | readonly Part[];

/** HTML whose gaps hold text: whatever stands in it is shown, and nothing of it is a tag, an attribute or a direction. */
export function markup(words: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  return { markup: words.map((word, index) => `${word}${filled(parts[index] ?? '')}`).join('') };
}

/** A text of ours as it is: a style, a script. */
export function verbatim(text: string): Markup {
  return { markup: text };
}

function filled(part: Part): string {
  if (typeof part === 'number') return String(part);
  if (typeof part === 'string') return escaped(part);
  return 'markup' in part ? part.markup : part.map(filled).join('');
}

function escaped(text: string): string {
  return text
    .split('\n')
    .map((line) => visible(line).replace(/[&<>"'`]/g, (char) => `&#${String(char.charCodeAt(0))};`))
    .join('\n');
}

/** Our own words, in which `…` is code. */
export function prose(text: string): Markup {
  const parts = text
    .split('`')
    .map((part, index) => (index % 2 === 0 ? markup`${part}` : markup`<code>${part}</code>`));
  return markup`${parts}`;
}
