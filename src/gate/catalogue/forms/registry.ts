import type { CatalogueForm } from './form.ts';
import { html } from './html.ts';
import { json } from './json.ts';
import { markdown } from './markdown.ts';
import { table } from './table.ts';

/** Every form in which the catalogue is told. */
export const catalogueForms = {
  table,
  json,
  markdown,
  html,
} as const satisfies Readonly<Record<string, CatalogueForm>>;
