import { checkYaml, invalid, type YamlDocument } from '../../domain/yaml-document.ts';
import { commonRoleKeys, type SettingsFile } from '../domain/settings.ts';
import type { Engine } from '../engines/engine.ts';
import { roleTerms } from '../engines/role-terms.ts';
import { termsWithSecrets } from './read-secrets.ts';
import type { RoleSettings } from './settings.ts';

/** The roles, each with the engine's own keys checked by the engine's schema. @throws CredsError `input-invalid` */
export function readRoles(
  file: SettingsFile,
  document: YamlDocument,
  engines: readonly Engine[],
): RoleSettings[] {
  return Object.entries(file.roles).map(([name, entry]) => {
    const path = ['roles', name];
    const engine = engines.find((each) => each.name === entry.engine);
    if (engine === undefined) {
      const known = engines.map((each) => each.name).join(', ');
      throw invalid([document.problem([...path, 'engine'], `unknown engine; write one of ${known}`)]);
    }
    const own = Object.fromEntries(Object.entries(entry).filter(([key]) => !commonRoleKeys.includes(key)));
    const parameters = checkYaml({ ...document, value: own }, engine.parameters, path);
    if (engine.needsSealing?.(parameters) === true && file.sealing === undefined)
      throw invalid([
        document.problem(
          [...path, 'engine'],
          `${engine.name} must keep a secret to revoke: name a key to seal it under, sealing: { keys: [{ id, file }] }`,
        ),
      ]);
    const terms = roleTerms(name, entry, engine.promises(parameters));
    if ('what' in terms) throw invalid([document.problem([...path, ...terms.path], terms.what)]);
    const lent = termsWithSecrets(terms, engine.secretsOf?.(parameters) ?? [], file.secrets ?? {});
    if (typeof lent === 'string') throw invalid([document.problem(path, lent)]);
    return { terms: lent, access: entry.access, engine, parameters };
  });
}
