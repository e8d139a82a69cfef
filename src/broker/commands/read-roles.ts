import { checkYaml, invalid, type YamlDocument } from '../../domain/yaml-document.ts';
import { commonRoleKeys, type RoleEntry, type SettingsFile } from '../domain/settings.ts';
import { bundleName, promisesOfParts, type BundlePart } from '../engines/bundle.ts';
import type { Engine } from '../engines/engine.ts';
import { roleTerms, type Lender } from '../engines/role-terms.ts';
import { termsWithSecrets } from './read-secrets.ts';
import type { RoleSettings } from './settings.ts';

interface RolePlace {
  readonly document: YamlDocument;
  readonly engines: readonly Engine[];
  /** There is a key to seal secrets under. */
  readonly seals: boolean;
}

type Path = readonly (string | number)[];

/** The roles, each with the engine's own keys checked by the engine's schema. @throws CredsError `input-invalid` */
export function readRoles(
  file: SettingsFile,
  document: YamlDocument,
  engines: readonly Engine[],
): RoleSettings[] {
  const place = { document, engines, seals: file.sealing !== undefined };
  return Object.entries(file.roles).map(([name, entry]) => {
    const path = ['roles', name];
    const { parameters, secrets, ...lender } = readLender(entry, path, place);
    const terms = roleTerms(name, entry, lender);
    if ('what' in terms) throw invalid([document.problem([...path, ...terms.path], terms.what)]);
    const lent = termsWithSecrets(terms, secrets, file.secrets ?? {});
    if (typeof lent === 'string') throw invalid([document.problem(path, lent)]);
    return { terms: lent, access: entry.access, parameters };
  });
}

interface ReadLender extends Lender {
  readonly parameters: unknown;
  /** Names of secrets that the broker keeps and this lends. */
  readonly secrets: readonly string[];
}

/** Who lends: one engine, or several together. */
function readLender({ engine, parts, ...entry }: RoleEntry, path: Path, place: RolePlace): ReadLender {
  const own = without(entry, commonRoleKeys);
  if (parts === undefined) {
    const only = readPart({ ...own, engine }, path, place);
    return {
      engine: only.engine.name,
      promises: only.engine.promises(only.parameters),
      parameters: only.parameters,
      secrets: secretsIn(only),
    };
  }
  const { document } = place;
  const strange = engine === undefined ? Object.keys(own)[0] : 'engine';
  if (strange !== undefined)
    throw invalid([document.problem([...path, strange], 'a role with `parts` says this of each of them')]);
  const names = parts.map(({ name }) => name);
  const again = names.findIndex((name, index) => names.indexOf(name) !== index);
  if (again >= 0)
    throw invalid([document.problem([...path, 'parts', again, 'name'], 'another part is called so')]);
  const read = parts.map(({ name, ...part }, index): BundlePart => ({
    name,
    ...readPart(part, [...path, 'parts', index], place),
  }));
  const promises = promisesOfParts(read);
  if (promises.minTtlSeconds > promises.maxTtlSeconds)
    throw invalid([document.problem([...path, 'parts'], noCommonTime(read))]);
  const secrets = [...new Set(read.flatMap(secretsIn))];
  return { engine: bundleName, called: 'one of its parts', promises, parameters: read, secrets };
}

function secretsIn({ engine, parameters }: Omit<BundlePart, 'name'>): readonly string[] {
  return engine.secretsOf?.(parameters) ?? [];
}

function readPart(
  { engine: named, ...own }: Readonly<Record<string, unknown>>,
  path: Path,
  { document, engines, seals }: RolePlace,
): Omit<BundlePart, 'name'> {
  const engine = engines.find((each) => each.name === named);
  if (engine === undefined) {
    const known = engines.map((each) => each.name).join(', ');
    const what = named === undefined ? 'name an engine, or several `parts`' : 'unknown engine';
    throw invalid([document.problem([...path, 'engine'], `${what}; write one of ${known}`)]);
  }
  const parameters = checkYaml({ ...document, value: own }, engine.parameters, path);
  if (engine.needsSealing?.(parameters) === true && !seals)
    throw invalid([
      document.problem(
        [...path, 'engine'],
        `${engine.name} must keep a secret to revoke: name a key to seal it under, sealing: { keys: [{ id, file }] }`,
      ),
    ]);
  return { engine, parameters };
}

function noCommonTime(parts: readonly BundlePart[]): string {
  const ranges = parts.map(({ name, engine, parameters }) => {
    const { minTtlSeconds: min, maxTtlSeconds: max } = engine.promises(parameters);
    return `${name} for ${String(min)} s to ${String(max)} s`;
  });
  return `no lifetime suits all of them: they lend ${ranges.join(', ')}; make two roles of them`;
}

function without(entry: Readonly<Record<string, unknown>>, keys: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(entry).filter(([key]) => !keys.includes(key)));
}
