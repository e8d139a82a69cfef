import { z } from 'zod';
import { catalogueSchema } from '../../src/gate/catalogue/catalogue.ts';

export function gateCatalogueSchemaFile(): string {
  const schema = z.toJSONSchema(catalogueSchema);
  const head = {
    $schema: schema.$schema,
    $id: 'https://raw.githubusercontent.com/org/ephemeral-creds/main/schemas/gate-catalogue.json',
    title: 'Catalogue of static secrets of ephemeral-creds',
    description: 'What `gate catalogue --format json` writes: docs/how-to/catalogue-static-secrets.md.',
  };
  return JSON.stringify({ ...head, ...schema });
}
