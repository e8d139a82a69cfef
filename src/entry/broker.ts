import { CredsError } from '../domain/errors.ts';
import { invalid } from '../domain/yaml-document.ts';
import { checkBroker, type BrokerCheck } from '../broker/commands/check-broker.ts';
import { storeWeakness } from '../broker/commands/open-store.ts';
import { readSettings } from '../broker/commands/read-settings.ts';
import type { Settings } from '../broker/commands/settings.ts';
import { reportText, verifyAudit } from '../broker/commands/verify-audit.ts';
import { adminEndpoints } from '../broker/admin/admin-endpoints.ts';
import { listen, type Listening } from '../broker/http/listen.ts';
import { runBroker, type RunningBroker } from '../broker/http/run-broker.ts';
import { brokerHost } from './broker-host.ts';
import { misused, quietHost, report, tell, told } from './broker-speech.ts';
import { auditWords, brokerWords, type AuditWords } from './broker-words.ts';

export { adminMain } from './admin.ts';
export { policyMain } from './policy.ts';

/** All told, ending takes less than the ten seconds that orchestrators give. */
const graceMs = 8000;
/**
 * `ephemeral-creds broker …`: `run` until SIGINT or SIGTERM, or `check` the settings.
 * @param argv what follows `broker` on the command line
 * @returns the process's exit status
 */
export function brokerMain(argv: readonly string[]): Promise<number> {
  const words = brokerWords(argv);
  if (words === undefined) return misused();
  const { verb, config, json } = words;
  return told(json, async () => {
    if (verb === 'run') await runUntilStopped(config);
    else {
      const found = await checkBroker(config, quietHost());
      await report(json, found, checkText(found));
    }
    return 0;
  });
}

/**
 * `ephemeral-creds audit verify …`: checks an audit log.
 * @param argv what follows `audit` on the command line
 * @returns the process's exit status: 1 when the log is not as it was written
 */
export function auditMain(argv: readonly string[]): Promise<number> {
  const words = auditWords(argv);
  if (words === undefined) return misused();
  return told(false, async () => {
    const stopped = Promise.withResolvers<never>();
    // Other commands must not end at once; this one has nothing to give back.
    const stop = (code: 'interrupted' | 'terminated'): void => {
      stopped.reject(
        new CredsError(code, 'The check was stopped before its end.', { hint: 'Run it again.' }),
      );
    };
    process.once('SIGINT', stop.bind(undefined, 'interrupted'));
    process.once('SIGTERM', stop.bind(undefined, 'terminated'));
    return Promise.race([verify(words), stopped.promise]);
  });
}

async function verify({ options, json }: AuditWords): Promise<number> {
  const found = await verifyAudit(options, quietHost().files);
  await report(json, found, reportText(found));
  return found.intact ? 0 : 1;
}

function checkText({ publicUrls, issuers, roles, policies, notices }: BrokerCheck): string {
  return [
    'The broker’s settings are sound.',
    '',
    `public    ${publicUrls.join(', ')}`,
    `issuers   ${issuers.join(', ')}`,
    `roles     ${roles.join(', ')}`,
    `policies  ${String(policies)}`,
    ...notices.map((notice) => `note      ${notice}`),
    '',
  ].join('\n');
}

async function runUntilStopped(path: string): Promise<void> {
  const stopping = new AbortController();
  const stop = (): void => {
    stopping.abort();
  };
  process.on('SIGINT', stop).on('SIGTERM', stop);
  try {
    const host = brokerHost(stopping.signal);
    const settings = await readSettings(path, host.files);
    const weakness = storeWeakness(settings, host);
    for (const notice of [...settings.notices, ...(weakness === undefined ? [] : [weakness])])
      tell(`Note: ${notice}`);
    const broker = await runBroker(settings, host);
    for (const warning of broker.warnings()) tell(`Warning: ${warning}`);
    const reload = (): void => void tellReload(broker.reload);
    process.on('SIGHUP', reload);
    try {
      const server = await listenOrSay(settings, { at: settings, field: [] }, broker.handle);
      const operators = await listenToOperators(settings, broker);
      tell(
        `ephemeral-creds broker listens on ${settings.listen.host}:${String(server.port)} for ${settings.publicUrls[0]}`,
      );
      if (!stopping.signal.aborted)
        await new Promise((resolved) => {
          stopping.signal.addEventListener('abort', resolved, { once: true });
        });
      await Promise.all([server.close(graceMs), operators?.close(graceMs)]);
    } finally {
      process.off('SIGHUP', reload);
      await broker.stop();
    }
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop);
  }
}

async function tellReload(reload: RunningBroker['reload']): Promise<void> {
  try {
    const { outcome, version, lines } = await reload();
    for (const line of lines) tell(`${outcome === 'refused' ? 'Refused' : 'Warning'}: ${line}`);
    tell(
      outcome === 'refused' ? `The policies ${version} stay in force.` : `Policies ${version} are in force.`,
    );
  } catch (error) {
    tell(`The policies stay as they were: ${error instanceof Error ? error.message : 'unknown error'}`);
  }
}

/** The admin listener, where the settings have one. */
async function listenToOperators(settings: Settings, broker: RunningBroker): Promise<Listening | undefined> {
  const { admin } = settings;
  if (admin === undefined) return undefined;
  const handle = broker.behindOwnDoor(adminEndpoints);
  const server = await listenOrSay(settings, { at: admin, field: ['admin'] }, handle);
  tell(`ephemeral-creds broker listens to operators on ${admin.listen.host}:${String(server.port)}`);
  return server;
}

interface Place {
  readonly at: Parameters<typeof listen>[0];
  /** Where it stands in broker.yaml. */
  readonly field: readonly string[];
}

async function listenOrSay(
  settings: Settings,
  { at, field }: Place,
  handle: Parameters<typeof listen>[1],
): Promise<Listening> {
  try {
    return await listen(at, handle);
  } catch (cause) {
    const ofKey = cause instanceof Error && 'code' in cause && String(cause.code).startsWith('ERR_OSSL');
    if (ofKey)
      throw invalid([
        settings.document.problem(
          [...field, 'tls'],
          'certificate and key do not serve: PEM, and of one pair',
        ),
      ]);
    const { host, port } = at.listen;
    throw new CredsError('input-invalid', `The broker cannot listen on ${host}:${String(port)}.`, {
      cause,
      hint: `Check \`${[...field, 'listen'].join('.')}\` in broker.yaml: the port may be taken, or need more rights than the broker has.`,
    });
  }
}
