import { z } from 'zod';
import { CredsError } from '../../domain/errors.ts';
import { catalogueSchema, catalogueVersion, type Catalogue } from './catalogue.ts';

const headSchema = z.looseObject({ kind: z.literal('ephemeral-creds/gate-catalogue'), version: z.int() });

/** Reads what `gate catalogue --format json` has written. @throws CredsError `input-invalid` */
export function readCatalogue(path: string, content: string): Catalogue {
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch {
    throw wrong(path, 'is no JSON');
  }
  const head = headSchema.safeParse(value);
  if (!head.success) throw wrong(path, 'is no catalogue of the gate');
  const { version } = head.data;
  if (version !== catalogueVersion)
    throw wrong(
      path,
      `is a catalogue of version ${String(version)}; this ephemeral-creds reads version ${String(catalogueVersion)}`,
    );
  const read = catalogueSchema.safeParse(value);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw wrong(
    path,
    `is no sound catalogue: ${issue?.path.map(String).join('.') ?? ''}: ${issue?.message ?? ''}`,
  );
}

function wrong(path: string, what: string): CredsError {
  return new CredsError('input-invalid', `${path} ${what}.`, {
    hint: 'Name a file that `gate catalogue --format json` of this version has written.',
  });
}
