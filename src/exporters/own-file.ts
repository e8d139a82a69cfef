import { join } from 'node:path';
import type { Place, Pointer } from './exporter.ts';

/**
 * Text of the file that a tool reads now, to be copied; empty where there is none, or where the line says `merge=no`.
 * @param variable that leads the tool to its file
 * @param usual path below the home folder, where the variable is not set
 */
export function ownFile(place: Place, variable: string, ...usual: readonly string[]): string {
  if (place.settings['merge'] === 'no') return '';
  const path =
    place.variable(variable) ?? (place.home === undefined ? undefined : join(place.home, ...usual));
  return path === undefined ? '' : (place.read(path) ?? '');
}

/** Leads a tool to our file until all is given back, then to where it was led before. */
export function leadTo(place: Place, variable: string, value: string): Record<string, Pointer> {
  return { [variable]: { value, after: place.variable(variable) ?? '' } };
}

/** Ends with a line break, unless there is nothing. */
export function wholeLines(text: string): string {
  return text === '' || text.endsWith('\n') ? text : `${text}\n`;
}
