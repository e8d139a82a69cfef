import { CORE_SCHEMA, load } from 'js-yaml/browser';

/**
 * The value of the option `params` where it takes a reader of all of YAML: 1.2, its core schema.
 * @throws Error when it is not YAML
 */
export function parseYaml(text: string): unknown {
  return load(text, { schema: CORE_SCHEMA });
}
