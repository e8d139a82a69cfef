import { join } from 'node:path';
import type { Place, Pointer } from './exporter.ts';

/**
 * Text of the file that a tool reads now, to be copied; empty where there is none, or where the line says `merge=no`.
 * @param variable that leads the tool to its file
 * @param usual path below the home folder, where the variable is not set
 */
export function ownFile(place: Place, variable: string, ...usual: readonly string[]): string {
  if (place.settings['merge'] === 'no') return '';
  const path = place.variable(variable) ?? usualPath(place, ...usual);
  return path === undefined ? '' : (place.read(path) ?? '');
}

/** Where a tool looks below the home folder while no variable leads it; undefined where none is known. */
export function usualPath({ home }: Place, ...usual: readonly string[]): string | undefined {
  return home === undefined ? undefined : join(home, ...usual);
}

/**
 * Leads a tool to our file until all is given back, then to where it was led before.
 * @param unset what says the same as no variable: no platform can take one back, and to some tools an empty one is a name
 */
export function leadTo(
  place: Place,
  variable: string,
  value: string,
  unset: string | undefined = '',
): Record<string, Pointer> {
  return { [variable]: { value, after: place.variable(variable) ?? unset } };
}

/** Ends with a line break, unless there is nothing. */
export function wholeLines(text: string): string {
  return text === '' || text.endsWith('\n') ? text : `${text}\n`;
}
