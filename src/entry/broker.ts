import { CredsError } from '../domain/errors.ts';
import { invalid } from '../domain/yaml-document.ts';
import { checkBroker, type BrokerCheck } from '../broker/commands/check-broker.ts';
import { checkPolicies } from '../broker/commands/check-policies.ts';
import { readSettings } from '../broker/commands/read-settings.ts';
import type { Settings } from '../broker/commands/settings.ts';
import { reportText, verifyAudit } from '../broker/commands/verify-audit.ts';
import { listen } from '../broker/http/listen.ts';
import { runBroker, type RunningBroker } from '../broker/http/run-broker.ts';
import { brokerHost } from './broker-host.ts';
import { auditWords, brokerWords, policyWords, type AuditWords } from './broker-words.ts';

/** All told, ending takes less than the ten seconds that orchestrators give. */
const graceMs = 8000;
const usage = `Usage: ephemeral-creds broker run --config broker.yaml
       ephemeral-creds broker check --config broker.yaml [--json]
       ephemeral-creds policy check PATH… [--config broker.yaml] [--json]
       ephemeral-creds audit verify FILE… [--jwks FILE] [--allow-gaps] [--json]`;

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
 * `ephemeral-creds policy check …`: whether policies load.
 * @param argv what follows `policy` on the command line
 * @returns the process's exit status
 */
export function policyMain(argv: readonly string[]): Promise<number> {
  const words = policyWords(argv);
  if (words === undefined) return misused();
  const { paths, config, json } = words;
  return told(json, async () => {
    const found = await checkPolicies(paths, config, quietHost().files);
    const lines = [
      ...[...found.files, ...(found.guardrails ?? [])].map((file) => `${file}: sound`),
      ...found.warnings.map((warning) => `note      ${warning}`),
      `policies  ${String(found.files.length)}, ${found.version}`,
    ];
    await report(json, found, `${lines.join('\n')}\n`);
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

/** For what neither runs long nor asks anybody. */
function quietHost(): ReturnType<typeof brokerHost> {
  return brokerHost(new AbortController().signal);
}

/** To standard output. That nobody reads it changes nothing of what was found. */
async function report(json: boolean, found: object, text: string): Promise<void> {
  try {
    await quietHost().write(json ? `${JSON.stringify(found, undefined, 2)}\n` : text);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EPIPE')) throw error;
  }
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

function misused(): Promise<number> {
  tell(usage);
  return Promise.resolve(64);
}

async function told(json: boolean, story: () => Promise<number>): Promise<number> {
  try {
    return await story();
  } catch (error) {
    if (error instanceof CredsError) {
      const { code, message, hint, exit } = error;
      tell(`${message}\n${hint}`);
      if (json) await report(json, { error: { code, message, hint } }, '');
      return exit;
    }
    tell(`This failed: ${error instanceof Error ? (error.stack ?? error.message) : 'unknown error'}`);
    return 70;
  }
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
    for (const notice of settings.notices) tell(`Note: ${notice}`);
    const broker = await runBroker(settings, host);
    for (const warning of broker.warnings()) tell(`Warning: ${warning}`);
    const reload = (): void => void tellReload(broker.reload);
    process.on('SIGHUP', reload);
    try {
      const server = await listenOrSay(settings, broker.handle);
      tell(
        `ephemeral-creds broker listens on ${settings.listen.host}:${String(server.port)} for ${settings.publicUrls[0]}`,
      );
      if (!stopping.signal.aborted)
        await new Promise((resolved) => {
          stopping.signal.addEventListener('abort', resolved, { once: true });
        });
      await server.close(graceMs);
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

async function listenOrSay(
  settings: Settings,
  handle: Parameters<typeof listen>[1],
): ReturnType<typeof listen> {
  try {
    return await listen(settings, handle);
  } catch (cause) {
    const ofKey = cause instanceof Error && 'code' in cause && String(cause.code).startsWith('ERR_OSSL');
    if (ofKey)
      throw invalid([
        settings.document.problem(['tls'], 'certificate and key do not serve: PEM, and of one pair'),
      ]);
    const { host, port } = settings.listen;
    throw new CredsError('input-invalid', `The broker cannot listen on ${host}:${String(port)}.`, {
      cause,
      hint: 'Check `listen` in broker.yaml: the port may be taken, or need more rights than the broker has.',
    });
  }
}

/** Standard output belongs to the audit log. */
function tell(text: string): void {
  process.stderr.write(`${text}\n`);
}
