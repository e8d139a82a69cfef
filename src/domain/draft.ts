import { fullMatch } from './pattern.ts';

/**
 * The name of what is written beside a file before it takes the file’s place. It says of which file it is: whoever is
 * killed in between leaves what somebody has to find.
 * @param random 16 hex digits
 */
export function draftName(name: string, random: string): string {
  return `.${name}.${random}`;
}

/** True for the name of a draft of the file of that name. */
export function isDraftOf(name: string, draft: string): boolean {
  return draft.startsWith(`.${name}.`);
}

/** True for the name of a draft of whatever file. */
export function isDraft(name: string): boolean {
  return fullMatch(/\..+\.[0-9a-f]{16}/, name);
}
