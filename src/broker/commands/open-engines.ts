import { invalid } from '../../domain/yaml-document.ts';
import type { TokenSigner } from '../../protocol/token-signer.ts';
import type { BrokerHost } from '../domain/outside.ts';
import { tells } from '../issuers/remember-claims.ts';
import { bundleName, openBundle } from '../engines/bundle.ts';
import {
  ParameterError,
  type EngineTools,
  type KeptValue,
  type Mint,
  type OpenEngine,
} from '../engines/engine.ts';
import type { ReadyRole } from './broker.ts';
import { readSecret } from './secret-reference.ts';
import type { Settings } from './settings.ts';

/** Every engine that there is, by name; none connects before it is used. */
export function openEngines(
  settings: Settings,
  host: BrokerHost,
  means: EngineMeans,
): Map<string, OpenEngine> {
  const tools = engineTools(settings, host, means);
  const opened = new Map(settings.engines.map((engine) => [engine.name, engine.open(tools)]));
  return new Map<string, OpenEngine>([...opened, [bundleName, openBundle(opened)]]);
}

/** What the broker has for them besides its host. */
interface EngineMeans {
  readonly signer: TokenSigner;
  readonly kept: (name: string, mint: Mint) => Promise<KeptValue>;
}

function engineTools(settings: Settings, host: BrokerHost, { signer, kept }: EngineMeans): EngineTools {
  const { folder } = settings;
  return {
    host,
    folder,
    kept,
    tellsClaim: (name) => settings.issuers.some((issuer) => tells(issuer, name)),
    sign: (typ, claims) => signer.sign(typ, { ...claims, iss: settings.publicUrls[0] }),
    secret: (reference) =>
      readSecret(reference, { folder, host }, (what) => new ParameterError('value', what)),
  };
}

/** Every role with its engine made ready. @throws CredsError `input-invalid` at the role’s field */
export function prepareRoles(
  settings: Settings,
  engines: ReadonlyMap<string, OpenEngine>,
): Map<string, ReadyRole> {
  const roles = new Map<string, ReadyRole>();
  for (const { terms, access, parameters } of settings.roles) {
    const open = engines.get(terms.engine);
    if (open === undefined) throw new Error(`the engine ${terms.engine} is not open`);
    try {
      roles.set(terms.name, { terms, access, prepared: open.prepare(parameters) });
    } catch (error) {
      if (!(error instanceof ParameterError)) throw error;
      throw invalid([settings.document.problem(['roles', terms.name, ...error.path], error.message)]);
    }
  }
  return roles;
}
