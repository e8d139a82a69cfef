import type { Catalogue } from '../catalogue.ts';

/** One form in which the catalogue is told. @returns the whole text, with a line’s end */
export type CatalogueForm = (catalogue: Catalogue) => string;
