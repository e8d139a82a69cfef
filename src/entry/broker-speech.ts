import { CredsError } from '../domain/errors.ts';
import { brokerHost } from './broker-host.ts';

const usage = `Usage: ephemeral-creds broker run --config broker.yaml
       ephemeral-creds broker check --config broker.yaml [--offline] [--json]
       ephemeral-creds policy check PATH… [--config broker.yaml] [--json]
       ephemeral-creds policy explain --claims FILE --role ROLE [--ttl DURATION] [--address IP] [PATH…] [--json]
       ephemeral-creds policy diff OLD NEW --claims-from FILE… [--json]
       ephemeral-creds policy import octo-sts FILE
       ephemeral-creds lease list|show|revoke … --admin-url URL
       ephemeral-creds freeze on|off|status … --admin-url URL
       ephemeral-creds secret list|show|put|rotate|rollback|delete … --admin-url URL
       ephemeral-creds audit verify FILE… [--jwks FILE] [--allow-gaps] [--json]`;

/** For what neither runs long nor asks anybody. */
export function quietHost(): ReturnType<typeof brokerHost> {
  return brokerHost(new AbortController().signal);
}

/** To standard output. That nobody reads it changes nothing of what was found. */
export async function report(json: boolean, found: object, text: string): Promise<void> {
  try {
    await quietHost().write(json ? `${JSON.stringify(found, undefined, 2)}\n` : text);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EPIPE')) throw error;
  }
}

/** The exit status of words that mean nothing here. */
export function misused(): Promise<number> {
  tell(usage);
  return Promise.resolve(64);
}

/** Does the work and tells its failure. @returns the exit status */
export async function told(json: boolean, story: () => Promise<number>): Promise<number> {
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

/** Standard output belongs to the audit log. */
export function tell(text: string): void {
  process.stderr.write(`${text}\n`);
}
