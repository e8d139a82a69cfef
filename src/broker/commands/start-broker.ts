import { CredsError } from '../../domain/errors.ts';
import { sampled } from '../audit/sampler.ts';
import type { AuditEvent, WriteAudit } from '../domain/audit-event.ts';
import type { Issuer } from '../domain/issuer.ts';
import type { BrokerHost } from '../domain/outside.ts';
import type { EngineTools } from '../engines/engine.ts';
import { breakers } from '../leases/breaker.ts';
import { KeyCache } from '../issuers/key-cache.ts';
import type { TrustedIssuer } from '../issuers/verify-id-token.ts';
import { loadGuardrails, type Guardrails } from '../policy/guardrails.ts';
import { PolicyLoader, type PolicyContext } from '../policy/load-policies.ts';
import { attemptPlaces } from './attempt-places.ts';
import type { Broker } from './broker.ts';
import { measuredEngine, measuredRole, measuredSink, measuredStore } from './measure.ts';
import type { Instruments } from './instruments.ts';
import { openCheckpoint } from './checkpoint.ts';
import { takeUpTold } from './close-told-jobs.ts';
import { takeUpMints } from './keep-leases.ts';
import { noteMissingSecrets, readKept } from './kept-secrets.ts';
import { openLeaseClock, timeKeeping } from './keep-time.ts';
import { openNonceKey } from './nonce-key.ts';
import { openAudit } from './open-audit.ts';
import { openEngines, prepareRoles } from './open-engines.ts';
import { openForges, openWebhooks } from './open-platforms.ts';
import { openSealer } from './open-sealer.ts';
import { openSigner } from './open-signer.ts';
import { openStore, storeWeakness, type Between } from './open-store.ts';
import { pullRequestIssuers } from './read-forges.ts';
import { reloading, together, type PolicyReloading } from './reload-policies.ts';
import type { Settings } from './settings.ts';
import type { Store } from '../store/store.ts';

/** A broker that is ready to answer, and how to end it. */
export interface StartedBroker {
  readonly broker: Broker;
  /** Tells the store the time, and finds out whether it was restored; to be called each second. */
  readonly keepTime: () => Promise<void>;
  readonly policies: PolicyReloading;
  /** Closes store and audit log, after the last request was answered. */
  readonly close: () => Promise<void>;
}

/**
 * Opens everything that the settings name, and takes up what an earlier run left unfinished.
 * @throws CredsError `input-invalid` when something in the settings cannot work
 */
export async function startBroker(
  settings: Settings,
  host: BrokerHost,
  instruments: Instruments,
  between?: Between,
): Promise<StartedBroker> {
  const context = policyContext(settings);
  const loader = new PolicyLoader(context);
  const policies = { current: loader.load(settings.policies) };
  const guardrails = await startGuardrails(settings, context);
  const signer = await openSigner(settings, host);
  // Before the audit log: a second broker with the same settings is told of its store, which it may never share.
  const store = await openStore(settings, host, between);
  try {
    return await startOn(store, { settings, host, instruments, loader, policies, guardrails, signer });
  } catch (error) {
    await store.close().catch(() => undefined);
    throw error;
  }
}

interface Checked {
  readonly settings: Settings;
  readonly host: BrokerHost;
  readonly instruments: Instruments;
  readonly loader: PolicyLoader;
  readonly policies: Broker['policies'];
  readonly guardrails: StartedGuardrails | undefined;
  readonly signer: Broker['signer'];
}

async function startOn(
  opening: Store,
  { settings, host, instruments, loader, policies, guardrails, signer }: Checked,
): Promise<StartedBroker> {
  const { files, clock } = host;
  const measure = instruments.meters && { meters: instruments.meters, clock };
  const opened = await openAudit(settings, host, (sink) => (measure ? measuredSink(sink, measure) : sink));
  const written: WriteAudit = (events) => {
    events.forEach(instruments.alarm);
    return opened.trail.write(events);
  };
  const audit: WriteAudit = (events) => {
    events.forEach(instruments.count);
    return written(events);
  };
  const samples = sampled(written, clock);
  // Nothing is minted before the broker is there.
  const late: { broker?: Broker } = {};
  const kept: EngineTools['kept'] = async (name, mint) => {
    if (late.broker === undefined) throw new Error('the store is not open yet');
    return readKept(late.broker, name, mint);
  };
  const engines = mapped(openEngines(settings, host, { signer, kept }), (engine, name) =>
    measure ? measuredEngine(name, engine, measure) : engine,
  );
  const roles = mapped(prepareRoles(settings, engines), (role) =>
    measure ? measuredRole(role, measure) : role,
  );
  const nonceKey = openNonceKey(settings, host);
  const sealer = await openSealer(settings, host);
  const webhooks = openWebhooks(settings, host);
  const forges = openForges(settings, host, audit);
  const store = measure ? measuredStore(opening, measure) : opening;
  const trust = trusting(host, audit);
  const broker: Broker = {
    host,
    publicUrls: settings.publicUrls,
    bodyHash: settings.bodyHash,
    nonceKey,
    issuers: new Map(settings.issuers.map((issuer) => [issuer.url, trust(issuer)])),
    roles,
    policies,
    guardrails: guardrails?.inForce,
    resourceServers: new Map(settings.resourceServers.map((server) => [server.id, server])),
    operators: new Map(settings.operators.map((operator) => [operator.id, operator])),
    webhooks,
    forges,
    admin: openAdmin(settings.admin, trust),
    store,
    leaseTime: await openLeaseClock(store, host.clock),
    breakers: breakers(host.clock, Math.random),
    attemptsIn: attemptPlaces(engines),
    claimed: new Map(),
    claiming: new Set(),
    told: new Set(),
    unsettled: new Set(),
    restored: { at: undefined, swept: true },
    signer,
    auditJwk: opened.publicJwk,
    engines,
    sealer,
    secrets: settings.secrets,
    audit,
    auditSampled: (event) => {
      instruments.count(event);
      return samples(event);
    },
    auditSound: opened.trail.sound,
    log: instruments.log,
    meters: instruments.meters,
  };
  late.broker = broker;
  await noteStart(broker, { ...settings, storeWeakness: storeWeakness(settings, host) }, opened.strange);
  const keepTime = timeKeeping(broker, openCheckpoint(settings.checkpointPath, host.files));
  await keepTime();
  await takeUpMints(broker);
  await takeUpTold(broker);
  await noteMissingSecrets(broker);
  const told = instruments.reloaded;
  return {
    broker,
    keepTime,
    // The guardrails first: what they take away is gone before a policy grants it.
    policies: together([
      ...(guardrails === undefined
        ? []
        : [reloading(guardrails.inForce, { ...guardrails, files, audit, told })]),
      reloading(policies, {
        called: 'policies',
        places: [settings.policyFolder],
        load: () => loader.load(settings.readPolicies()),
        files,
        audit,
        told,
      }),
    ]),
    close: async () => {
      await Promise.all([...engines.values()].map(async (engine) => engine.close?.()));
      await store.close();
      await opened.trail.close({ name: 'broker', outcome: 'success', message: 'broker stopped' });
    },
  };
}

function mapped<K, V>(map: ReadonlyMap<K, V>, change: (value: V, key: K) => V): Map<K, V> {
  return new Map([...map].map(([key, value]) => [key, change(value, key)]));
}

interface StartedGuardrails {
  readonly inForce: { current: Guardrails };
  readonly called: 'guardrails';
  readonly places: readonly [string];
  readonly load: () => Promise<Guardrails>;
}

async function startGuardrails(
  { guardrails }: Settings,
  context: PolicyContext,
): Promise<StartedGuardrails | undefined> {
  if (guardrails === undefined) return undefined;
  const { folder, read } = guardrails;
  const load = (): Promise<Guardrails> => loadGuardrails(read(), context);
  return { inForce: { current: await load() }, called: 'guardrails', places: [folder], load };
}

/** What the policies of these settings may refer to. */
export function policyContext({ issuers, roles, operators, forges }: Settings): PolicyContext {
  return {
    issuers: new Map(issuers.map((issuer) => [issuer.url, issuer])),
    roles: new Map(roles.map(({ terms }) => [terms.name, terms])),
    operators: operators.length,
    forges: pullRequestIssuers(forges),
  };
}

interface NotedSettings extends Settings {
  readonly storeWeakness: string | undefined;
}

/** Shows that the audit log takes lines before anything is lent. */
async function noteStart(
  { audit, policies: { current }, guardrails }: Broker,
  { publicUrls, storeWeakness: weakness }: NotedSettings,
  strange: readonly string[],
): Promise<void> {
  const detail = {
    public_url: publicUrls[0],
    policies: current.size,
    policy_set: current.version,
    policy_warnings: current.warnings.length,
    ...(guardrails && { guardrails: guardrails.current.size, guardrail_set: guardrails.current.version }),
    ...(weakness === undefined ? {} : { store_weakness: weakness }),
    ...(strange.length === 0 ? {} : { strange_audit_files: strange }),
  };
  const alarm = strange.length > 0;
  try {
    await audit([{ name: 'broker', outcome: 'success', message: 'broker started', alarm, detail }]);
  } catch (cause) {
    throw new CredsError('input-invalid', 'The audit log does not take a line.', {
      cause,
      hint: 'Check that the disk of each file under `audit` has room, and that someone reads standard output where it is named.',
    });
  }
}

/** Issuers as they are believed: each with a cache of its keys. */
function trusting({ clock, send }: BrokerHost, audit: WriteAudit): (issuer: Issuer) => TrustedIssuer {
  const note = (event: AuditEvent): void => {
    audit([event]).catch(() => undefined);
  };
  return (issuer) => ({ issuer, keys: new KeyCache(issuer, { clock, send, note }) });
}

function openAdmin(admin: Settings['admin'], trust: (issuer: Issuer) => TrustedIssuer): Broker['admin'] {
  return admin && { operators: admin.operators, issuer: admin.issuer && trust(admin.issuer) };
}
