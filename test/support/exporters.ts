/** Where an exporter packs, in tests of one: nothing of the user's own is there but what the test says. */
import type { Place } from '../../src/exporters/exporter.ts';

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
    ...more,
  };
}
