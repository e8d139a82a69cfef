import { dirname, resolve } from 'node:path';
import { fullMatch } from '../../domain/pattern.ts';
import { checkYaml, invalid, readYaml, type YamlDocument } from '../../domain/yaml-document.ts';
import type { BrokerFiles } from '../domain/outside.ts';
import { settingsSchema, type SettingsFile } from '../domain/settings.ts';
import type { Engine } from '../engines/engine.ts';
import { engines as registeredEngines } from '../engines/registry.ts';
import type { PolicyText } from '../policy/load-policies.ts';
import { attempt, maxFileBytes, readFolder, type Place } from './named-file.ts';
import { readAdmin } from './read-admin.ts';
import { addressNotices, publicUrlProblem, readAddresses } from './read-addresses.ts';
import { readForges } from './read-forges.ts';
import { readIssuers } from './read-issuers.ts';
import { readOperators, readResourceServers } from './read-callers.ts';
import { readRoles } from './read-roles.ts';
import { readOwnKeys, readStore } from './read-store.ts';
import { readSecrets } from './read-secrets.ts';
import { readWebhooks } from './read-webhooks.ts';
import type { AuditPlace, Settings } from './settings.ts';

/**
 * Reads broker.yaml and every file that it names, but no secret and no store.
 * @throws CredsError `input-invalid`: file, line, field, and what to write instead
 */
export async function readSettings(
  path: string,
  files: BrokerFiles,
  engines: readonly Engine[] = registeredEngines,
): Promise<Settings> {
  const { document, file } = readSettingsFile(path, files);
  const folder = dirname(path);
  const problem = publicUrlProblem(file);
  if (problem !== undefined) throw invalid([document.problem(problem.path, problem.what)]);
  const place: Place = { document, folder, files };
  const issuers = await readIssuers(file, place);
  const { webhooks, notices } = readWebhooks(file, place, issuers.issuers);
  const addresses = readAddresses(file, place);
  const store = readStore(file, place);
  const kept = readSecrets(file, place);
  return {
    document,
    folder,
    ...addresses,
    store,
    ...readOwnKeys(file, place, store),
    logLevel: file.log?.level ?? 'info',
    bodyHash: file.body_hash ?? 'required',
    issuers: issuers.issuers,
    notices: [...addressNotices(file), ...issuers.notices, ...notices, ...kept.notices],
    engines,
    secrets: kept.secrets,
    roles: readRoles(file, document, engines),
    policies: readPolicies(file, place),
    policyFolder: resolve(folder, file.policies),
    readPolicies: () => readPolicies(file, place),
    guardrails:
      file.guardrails === undefined
        ? undefined
        : { folder: resolve(folder, file.guardrails), read: () => readGuardrails(file, place) ?? [] },
    resourceServers: await readResourceServers(file, place),
    operators: await readOperators(file, place),
    webhooks,
    forges: readForges(file, place, issuers.issuers),
    admin: await readAdmin(file, place, { ...addresses, ...issuers }),
    checkpointPath: file.checkpoint === undefined ? undefined : resolve(folder, file.checkpoint),
    sealingKeys: file.sealing?.keys ?? [],
    audit: readSinks(file, place),
    requestsPerSecond: file.limits?.requests_per_second ?? 100,
    repositoryRequestsPerMinute: file.limits?.repository_requests_per_minute ?? 1200,
    jobRequestsPerMinute: file.limits?.job_requests_per_minute ?? 60,
  };
}

/** broker.yaml alone, its form checked. @throws CredsError `input-invalid` */
export function readSettingsFile(
  path: string,
  files: BrokerFiles,
): { readonly document: YamlDocument; readonly file: SettingsFile } {
  const text = attempt(
    () => files.read(path, maxFileBytes),
    (why) => invalid([`${path}: cannot be read (${why})`]),
  );
  if (text === undefined) throw invalid([`${path}: no such file`]);
  const document = readYaml(path, text);
  return { document, file: checkYaml(document, settingsSchema) };
}

/** Two chains in one place would tear each other apart. */
function readSinks(file: SettingsFile, { document, folder }: Place): Settings['audit'] {
  const places = file.audit.map((sink): AuditPlace => {
    if (sink === 'stdout') return { to: sink, required: true };
    const to = 'file' in sink ? { file: resolve(folder, sink.file) } : 'stdout';
    return { to, required: sink.required ?? true };
  });
  const names = places.map(({ to }) => (to === 'stdout' ? to : to.file));
  const again = names.findIndex((name, index) => names.indexOf(name) !== index);
  if (again >= 0) throw invalid([document.problem(['audit', again], 'named twice; name each sink once')]);
  if (!places.some(({ required }) => required))
    throw invalid([
      document.problem(['audit'], 'one sink at least must be required: no credential without an audit line'),
    ]);
  return places;
}

/** The texts of all policies that broker.yaml names. @throws CredsError `input-invalid` at the field */
export function readPolicies(file: SettingsFile, place: Place): PolicyText[] {
  return readFolder(place, { field: 'policies', name: file.policies, pick: policyNames });
}

/** Which files of a folder are policies. */
export function policyNames(names: readonly string[]): string[] {
  return names.filter((name) => fullMatch(/[^.].*\.ya?ml/s, name)).toSorted();
}

/**
 * The texts of all guardrails, at least one; undefined where broker.yaml names none. A folder without any would guard
 * nothing, and nobody would notice.
 * @throws CredsError `input-invalid` at the field
 */
export function readGuardrails({ guardrails: name }: SettingsFile, place: Place): PolicyText[] | undefined {
  if (name === undefined) return undefined;
  const texts = readFolder(place, { field: 'guardrails', name, pick: guardrailNames });
  if (texts.length > 0) return texts;
  const what = `there is no *.cedar file in ${name}; leave the key out where there are no guardrails`;
  throw invalid([place.document.problem(['guardrails'], what)]);
}

function guardrailNames(names: readonly string[]): string[] {
  return names.filter((name) => fullMatch(/[^.].*\.cedar/s, name)).toSorted();
}
