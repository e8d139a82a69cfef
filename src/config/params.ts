import { CORE_SCHEMA, load } from 'js-yaml/browser';

/**
 * The value of the option `params`: YAML 1.2 (its core schema), which JSON is a part of.
 * @throws Error when it is not YAML
 */
export function parseParams(text: string): unknown {
  return load(text, { schema: CORE_SCHEMA });
}
