import type { Source } from './source.ts';
import type { WrittenText } from './written-text.ts';
import { joinedText } from './written-text.ts';
import { child, textOf } from './yaml-tree.ts';
import { readJsonTree } from './json-tree.ts';

/** `scripts` of package.json, with what runs before and after. https://docs.npmjs.com/cli/using-npm/scripts */
export function npmScriptOf(source: Source, name: string): WrittenText | undefined {
  const scripts = child(readJsonTree(source), 'scripts');
  const texts = [`pre${name}`, name, `post${name}`].flatMap((each) => textOf(child(scripts, each)) ?? []);
  return textOf(child(scripts, name)) === undefined ? undefined : joinedText(texts);
}
