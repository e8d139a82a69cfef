import type { CatalogueForm } from './form.ts';

/** For programs, and for `--since`: schemas/gate-catalogue.json. */
export const json: CatalogueForm = (catalogue) => `${JSON.stringify(catalogue, undefined, 2)}\n`;
