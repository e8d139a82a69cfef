import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { CredsError } from '../domain/errors.ts';
import { invalid } from '../domain/yaml-document.ts';
import { readSettings } from '../broker/commands/read-settings.ts';
import type { Settings } from '../broker/commands/settings.ts';
import { reportText, verifyAudit, type VerifyOptions } from '../broker/commands/verify-audit.ts';
import { listen } from '../broker/http/listen.ts';
import { runBroker } from '../broker/http/run-broker.ts';
import { brokerHost } from './broker-host.ts';

/** All told, ending takes less than the ten seconds that orchestrators give. */
const graceMs = 8000;
const usage = `Usage: ephemeral-creds broker run --config broker.yaml
       ephemeral-creds audit verify FILE… [--jwks FILE] [--allow-gaps] [--json]`;

/**
 * `ephemeral-creds broker …`: runs until SIGINT or SIGTERM.
 * @param argv what follows `broker` on the command line
 * @returns the process's exit status
 */
export function brokerMain(argv: readonly string[]): Promise<number> {
  return told(async () => {
    const path = configPath(argv);
    if (path === undefined) return misused();
    await runUntilStopped(path);
    return 0;
  });
}

/**
 * `ephemeral-creds audit verify …`: checks an audit log.
 * @param argv what follows `audit` on the command line
 * @returns the process's exit status: 1 when the log is not as it was written
 */
export function auditMain(argv: readonly string[]): Promise<number> {
  return told(async () => {
    const asked = verifyOptions(argv);
    if (asked === undefined) return misused();
    const stopped = Promise.withResolvers<never>();
    // Other commands must not end at once; this one has nothing to give back.
    const stop = (code: 'interrupted' | 'terminated'): void => {
      stopped.reject(
        new CredsError(code, 'The check was stopped before its end.', { hint: 'Run it again.' }),
      );
    };
    process.once('SIGINT', stop.bind(undefined, 'interrupted'));
    process.once('SIGTERM', stop.bind(undefined, 'terminated'));
    return Promise.race([check(asked), stopped.promise]);
  });
}

async function check({ options, json }: VerifyRequest): Promise<number> {
  const { files, write } = brokerHost(new AbortController().signal);
  const report = await verifyAudit(options, files);
  await write(json ? `${JSON.stringify(report, undefined, 2)}\n` : reportText(report));
  return report.intact ? 0 : 1;
}

function misused(): number {
  tell(usage);
  return 64;
}

async function told(story: () => Promise<number>): Promise<number> {
  try {
    return await story();
  } catch (error) {
    if (error instanceof CredsError) {
      tell(`${error.message}\n${error.hint}`);
      return error.exit;
    }
    tell(`This failed: ${error instanceof Error ? (error.stack ?? error.message) : 'unknown error'}`);
    return 70;
  }
}

/** The file that `run --config FILE` names; undefined when something else was written. */
function configPath(argv: readonly string[]): string | undefined {
  try {
    const { values, positionals } = parseArgs({
      args: [...argv],
      options: { config: { type: 'string', short: 'c', default: 'broker.yaml' } },
      allowPositionals: true,
    });
    return positionals.length === 1 && positionals[0] === 'run' ? resolve(values.config) : undefined;
  } catch {
    return undefined;
  }
}

interface VerifyRequest {
  readonly options: VerifyOptions;
  readonly json: boolean;
}

function verifyOptions(argv: readonly string[]): VerifyRequest | undefined {
  try {
    const { values, positionals } = parseArgs({
      args: [...argv],
      options: {
        jwks: { type: 'string' },
        'allow-gaps': { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
      },
      allowPositionals: true,
    });
    const [verb, first, ...others] = positionals;
    if (verb !== 'verify' || first === undefined) return undefined;
    const { jwks, json, 'allow-gaps': allowGaps } = values;
    const key = jwks === undefined ? {} : { jwks: resolve(jwks) };
    const files = [resolve(first), ...others.map((name) => resolve(name))] as const;
    return { options: { files, allowGaps, ...key }, json };
  } catch {
    return undefined;
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
      await broker.stop();
    }
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop);
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
