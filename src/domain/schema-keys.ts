import { z } from 'zod';

/** The keys that the schema knows at a place, for a message that says what could have been meant. */
export function knownKeys(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  return [
    ...new Set(
      reach(schema, path).flatMap((found) => (found instanceof z.ZodObject ? Object.keys(found.shape) : [])),
    ),
  ];
}

/** The schemas that may stand at the path: several where there is a choice. */
function reach(schema: unknown, path: readonly PropertyKey[]): unknown[] {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault)
    return reach(schema.def.innerType, path);
  if (schema instanceof z.ZodPipe) return reach(schema.def.in, path);
  if (schema instanceof z.ZodUnion) return schema.def.options.flatMap((option) => reach(option, path));
  const [key, ...rest] = path;
  if (key === undefined) return [schema];
  if (schema instanceof z.ZodObject) {
    return reach((schema.shape as Record<PropertyKey, unknown>)[key], rest);
  }
  if (schema instanceof z.ZodRecord) return reach(schema.def.valueType, rest);
  if (schema instanceof z.ZodArray) return reach(schema.def.element, rest);
  return [];
}
