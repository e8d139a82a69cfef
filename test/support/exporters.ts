/** Where an exporter packs, in tests of one: nothing of the user's own is there but what the test says. */
import type { Parcel, Place } from '../../src/exporters/exporter.ts';

interface Given extends Partial<Omit<Place, 'read' | 'variable'>> {
  /** Path → text. */
  readonly files?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
}

export function placeOf({ files = {}, env = {}, ...more }: Given = {}): Place {
  return {
    settings: {},
    folder: '/tmp/creds/0123456789abcdef',
    home: '/home/runner',
    variable: (name) => env[name],
    read: (path) => files[path],
    isFile: (path) => files[path] !== undefined,
    ...more,
  };
}

/** All variables of a delivery, as a later step finds them. */
export function variablesOf({ variables, pointers = {} }: Parcel): Record<string, string> {
  const led = Object.entries(pointers).map(([name, { value }]) => [name, value] as const);
  return { ...variables, ...Object.fromEntries(led) };
}
