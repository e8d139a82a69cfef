import { dirname } from 'node:path';
import type { BrokerHost } from '../domain/outside.ts';
import { loadGuardrails } from '../policy/guardrails.ts';
import { loadPolicies } from '../policy/load-policies.ts';
import type { OpenEngine } from '../engines/engine.ts';
import { askBackends } from './ask-backends.ts';
import { checkPlaces } from './check-places.ts';
import { askStore } from './ask-store.ts';
import type { ReadyRole } from './broker.ts';
import { adminCertificate, jobsCertificate, readCertificate } from './certificate.ts';
import { openNonceKey } from './nonce-key.ts';
import { openAuditKey } from './open-audit.ts';
import { openEngines, prepareRoles } from './open-engines.ts';
import { openSealer } from './open-sealer.ts';
import { openForges, openWebhooks } from './open-platforms.ts';
import { openSigner } from './open-signer.ts';
import { askServer, storeWeakness } from './open-store.ts';
import { readSettings } from './read-settings.ts';
import type { Settings } from './settings.ts';
import { policyContext } from './start-broker.ts';

/** What a broker with these settings would be. */
export interface BrokerCheck {
  readonly publicUrls: readonly string[];
  readonly issuers: readonly string[];
  readonly roles: readonly string[];
  /** Those whose backend was asked, and would lend. */
  readonly asked: readonly string[];
  readonly policies: number;
  /** Ids of the keys that were fetched; the first seals. */
  readonly sealingKeys: readonly string[];
  /** What the operator should know, one sentence each. */
  readonly notices: readonly string[];
}

/**
 * Reads everything that a start reads before it opens its store: settings, policies with their examples, guardrails, keys, secrets
 * of roles, webhooks and forges; and whether the files to which a broker writes can be written. Nothing is written or made, no port or log is opened, of the store is asked only which
 * secrets it has and how old its server is and, with `offline`, nobody is asked over the network; without it each role's
 * backend is asked whether it would lend.
 * @param path of broker.yaml, absolute
 * @throws CredsError `input-invalid`: file, line, field, and what to write instead
 */
export async function checkBroker(
  path: string,
  host: BrokerHost,
  { offline = false }: { readonly offline?: boolean } = {},
): Promise<BrokerCheck> {
  const notices: string[] = [];
  const files: BrokerHost['files'] = {
    ...host.files,
    // A key that is not there yet: the start would make one, and here one is made and forgotten.
    create: (missing) => {
      if (host.files.list(dirname(missing)) === undefined)
        throw Object.assign(new Error('there is no such folder'), { code: 'ENOENT' });
      notices.push(`${missing} is not there yet; the first start makes it`);
    },
  };
  const dry = { ...host, files };
  const settings = await readSettings(path, files);
  const context = policyContext(settings);
  const policies = loadPolicies(settings.policies, context);
  if (settings.guardrails !== undefined) await loadGuardrails(settings.guardrails.read(), context);
  const certificates = [jobsCertificate(settings), adminCertificate(settings)].map((source) =>
    readCertificate(settings, source, host.clock.now()),
  );
  const signer = await openSigner(settings, dry);
  await openAuditKey(settings, dry);
  openNonceKey(settings, dry);
  await openSealer(settings, dry);
  const engines = openEngines(settings, dry, { signer, kept: keptElsewhere });
  const roles = prepareRoles(settings, engines);
  const weakness = storeWeakness(settings, dry);
  openWebhooks(settings, dry);
  openForges(settings, dry, () => Promise.resolve());
  const valued = settings.secrets.size === 0 ? undefined : await askStore(settings, host, offline);
  const places = checkPlaces(settings, host.files);
  const server = offline ? undefined : await askServer(settings, host);
  const asked = offline ? [] : await asking(settings, roles, { host, engines });
  return {
    publicUrls: settings.publicUrls,
    issuers: settings.issuers.map(({ url }) => url),
    roles: settings.roles.map(({ terms }) => terms.name),
    asked,
    policies: policies.size,
    sealingKeys: settings.sealingKeys.map(({ id }) => id),
    notices: [
      ...settings.notices,
      ...keptNotices(settings, valued),
      ...[weakness, server].flatMap((each) => each ?? []),
      ...places,
      ...notices,
      ...certificates.flatMap((each) => each?.warnings ?? []),
      ...policies.warnings,
    ],
  };
}

async function asking(
  { document }: Settings,
  roles: ReadonlyMap<string, ReadyRole>,
  { host, engines }: { readonly host: BrokerHost; readonly engines: ReadonlyMap<string, OpenEngine> },
): Promise<string[]> {
  try {
    return await askBackends(roles, { clock: host.clock, document });
  } finally {
    await Promise.all([...engines.values()].map(async (engine) => engine.close?.()));
  }
}

/** No store is opened here. */
function keptElsewhere(): Promise<never> {
  return Promise.reject(new Error('the store is not open'));
}

/** @param valued those whose value is there; undefined: it cannot be told */
function keptNotices({ secrets, roles }: Settings, valued: ReadonlySet<string> | undefined): string[] {
  if (secrets.size === 0) return [];
  const lent = new Set(roles.flatMap(({ terms }) => terms.secrets ?? []));
  const idle = [...secrets.keys()].filter((name) => !lent.has(name));
  const missing = [...secrets.keys()].filter((name) => valued?.has(name) === false);
  return [
    ...(valued === undefined
      ? [
          `the values of ${[...secrets.keys()].join(', ')} are in the store, which cannot be asked now: roles that lend one that is not there are refused; \`secret list\` tells which`,
        ]
      : missing.map(
          (name) =>
            `the secret ${name} has no value yet: roles that lend it are refused until \`secret put ${name}\``,
        )),
    ...(idle.length === 0 ? [] : [`no role lends ${idle.join(', ')}`]),
  ];
}
