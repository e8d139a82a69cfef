import { constants } from 'node:os';
import { CredsError } from '../domain/errors.ts';
import { checkBroker, type BrokerCheck } from '../broker/commands/check-broker.ts';
import { readSettings } from '../broker/commands/read-settings.ts';
import { reportText, verifyAudit } from '../broker/commands/verify-audit.ts';
import { adminEndpoints } from '../broker/admin/admin-endpoints.ts';
import { serveBroker } from '../broker/http/serve.ts';
import { addProcessMeters } from '../broker/telemetry/process-meters.ts';
import { brokerHost } from './broker-host.ts';
import { keepToItself, tellCoreDumps } from './broker-privacy.ts';
import { misused, quietHost, report, told } from './broker-speech.ts';
import { auditWords, brokerWords, type AuditWords } from './broker-words.ts';

export { adminMain } from './admin.ts';
export { policyMain } from './policy.ts';

/** Before those who wait for us to end lose their patience. */
const mostStopMs = 9800;
/** What is left then is nothing to wait for. */
const lastMs = 100;

/**
 * `ephemeral-creds broker …`: `run` until SIGINT or SIGTERM, or `check` the settings.
 * @param argv what follows `broker` on the command line
 * @returns the process's exit status
 */
export function brokerMain(argv: readonly string[]): Promise<number> {
  const words = brokerWords(argv);
  if (words === undefined) return misused();
  const { verb, config, json, offline } = words;
  return told(json, async () => {
    if (verb === 'run') await runUntilStopped(config);
    else {
      const found = await checkBroker(config, quietHost(), { offline });
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

function checkText({
  publicUrls,
  issuers,
  roles,
  asked,
  policies,
  sealingKeys,
  notices,
}: BrokerCheck): string {
  return [
    'The broker’s settings are sound.',
    '',
    `public    ${publicUrls.join(', ')}`,
    `issuers   ${issuers.join(', ')}`,
    `roles     ${roles.join(', ')}`,
    ...(asked.length === 0 ? [] : [`would lend ${asked.join(', ')} (their backends were asked)`]),
    `policies  ${String(policies)}`,
    ...(sealingKeys.length === 0 ? [] : [`sealing   ${sealingKeys.join(', ')} (the first seals)`]),
    ...notices.map((notice) => `note      ${notice}`),
    '',
  ].join('\n');
}

async function runUntilStopped(path: string): Promise<void> {
  keepToItself();
  const stopping = new AbortController();
  const stop = (signal: NodeJS.Signals): void => {
    // A second one: whoever sends it does not want to wait.
    if (stopping.signal.aborted) process.exit(128 + constants.signals[signal]);
    stopping.abort();
  };
  process.on('SIGINT', stop).on('SIGTERM', stop);
  try {
    const host = brokerHost(stopping.signal);
    const settings = await readSettings(path, host.files);
    const broker = await serveBroker(settings, host, adminEndpoints);
    const { log, meters } = broker;
    if (meters !== undefined) addProcessMeters(meters);
    tellCoreDumps(log);
    const reload = (): void => void broker.reload();
    process.on('SIGHUP', reload);
    log.info(`ephemeral-creds broker listens on ${broker.address} for ${settings.publicUrls[0]}`);
    await aborted(stopping.signal);
    log.info('stopping: open requests are answered, new ones are not taken');
    const late = setTimeout(() => {
      log.error('stopping took too long; what is open is taken up by the next start');
      process.exit(70);
    }, mostStopMs);
    await broker.stop();
    clearTimeout(late);
    process.off('SIGHUP', reload);
    log.info('stopped');
    // A connection that the other end never closes, such as to a database that stands still, keeps nobody.
    setTimeout(() => process.exit(), lastMs).unref();
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop);
  }
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise((resolved) => {
    signal.addEventListener('abort', resolved, { once: true });
  });
}
