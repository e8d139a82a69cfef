import { join } from 'node:path';
import { fullMatch } from '../domain/pattern.ts';
import type { Exporter, Place, Pointer } from './exporter.ts';
import { chosenFields } from './fields.ts';
import { leadTo } from './own-file.ts';
import { assertFieldsCome } from './prospects.ts';
import { wrongExport } from './settings.ts';
import { assertVariableName } from './variable-name.ts';

const name = 'file';

/** A field into a file, as it is: `file TLS_CHAIN=certificate_chain`. The variable holds the file's path. */
export const file: Exporter = {
  name,
  takes: () => false,
  check: (settings) => {
    if (Object.keys(settings).length === 0)
      throw wrongExport(name, 'no field: say which, as in `file TLS_CHAIN=certificate_chain`');
    for (const [variable, field] of Object.entries(settings)) {
      assertVariableName(variable);
      if (!fullMatch(/([^\s=]+\.)?[A-Za-z][A-Za-z0-9_-]{0,127}/, field))
        throw wrongExport(name, 'a field that is none; write FIELD, PREFIX.FIELD or ROLE.PART.FIELD');
    }
  },
  foresee: (prospects, settings) => {
    assertFieldsCome(name, settings, prospects);
  },
  pack: (loans, place) => {
    const { folder } = place;
    const chosen = Object.entries(chosenFields(loans, place.settings));
    const pathOf = (variable: string): string => join(folder, `field-${variable.toLowerCase()}`);
    return {
      files: Object.fromEntries(chosen.map(([variable, text]) => [pathOf(variable), text])),
      pointers: Object.assign(
        {},
        ...chosen.map(([variable]) => leadTo(pathsOf(place), variable, pathOf(variable))),
      ) as Record<string, Pointer>,
    };
  },
};

/**
 * The variable is one of the workflow's choice, and may have held the secret itself (GOOGLE_CREDENTIALS takes both): what
 * it is led back to lies in the ledger and in the platform's state, so it is the path of a file or nothing.
 */
function pathsOf(place: Place): Place {
  const pathIn = (variable: string): string | undefined => {
    const held = place.variable(variable);
    return held !== undefined && place.isFile(held) ? held : undefined;
  };
  return { ...place, variable: pathIn };
}
