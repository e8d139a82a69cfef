import { z } from 'zod';
import { duration, text } from '../../domain/yaml-values.ts';
import { reference } from './reference.ts';

const ofPostgres = ['ca', 'connections', 'connect_timeout', 'statement_timeout'] as const;

/** `store` in broker.yaml: one of two, and what belongs to the second alone. */
export const storeFile = z
  .strictObject({
    sqlite: text.optional(),
    postgres: reference.optional(),
    ca: text.optional(),
    connections: z.int().min(1).max(200).optional(),
    connect_timeout: duration.optional(),
    statement_timeout: duration.optional(),
  })
  .refine(({ sqlite, postgres }) => (sqlite === undefined) !== (postgres === undefined), {
    error: 'name one store: { sqlite: FILE } or { postgres: "env:DATABASE_URL" }',
  })
  .refine(
    ({ sqlite, ...others }) => sqlite === undefined || ofPostgres.every((key) => others[key] === undefined),
    {
      error: `${ofPostgres.join(', ')} belong to a store in PostgreSQL`,
    },
  );
