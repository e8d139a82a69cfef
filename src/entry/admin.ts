import { createInterface } from 'node:readline/promises';
import { callAdmin, type AdminServer } from '../broker/admin/call-admin.ts';
import { freezeText, leaseTable, leaseText, revokedText } from '../broker/admin/operator-report.ts';
import { leaseIdForm, leaseIdPattern } from '../broker/domain/lease-record.ts';
import { CredsError } from '../domain/errors.ts';
import { fullMatch } from '../domain/pattern.ts';
import { Secret } from '../domain/secret.ts';
import { isLoopback } from '../protocol/endpoint.ts';
import { adminWords, type AdminAccessWords, type AdminTask } from './admin-words.ts';
import { misused, quietHost, report, tell, told } from './broker-speech.ts';
import { brokerTransport } from './broker-transport.ts';
import { performSecret } from './secret.ts';

/** What an operator does may take so long: ten thousand leases, one after the other. */
const longestMs = 120_000;
const mostPerPage = 1000;
const longestFile = 64 * 1024;

/**
 * `ephemeral-creds lease …`, `freeze …` and `secret …`: what operators ask of a running broker.
 * @param noun the command line’s first word
 * @param argv what follows it
 * @returns the process’s exit status
 */
export function adminMain(noun: 'lease' | 'freeze' | 'secret', argv: readonly string[]): Promise<number> {
  return told(argv.includes('--json'), async () => {
    const words = adminWords(noun, argv, new Date());
    if (words === undefined) return misused();
    const { access, task } = words;
    const stop = new AbortController();
    const end = (): void => {
      stop.abort();
    };
    process.once('SIGINT', end).once('SIGTERM', end);
    const signal = AbortSignal.any([stop.signal, AbortSignal.timeout(longestMs)]);
    return perform(serverOf(access, signal), task, access.json);
  });
}

function serverOf(access: AdminAccessWords, signal: AbortSignal): AdminServer {
  const { env } = process;
  const url = access.url ?? env['EPHEMERAL_CREDS_ADMIN_URL'] ?? '';
  if (!URL.canParse(url)) throw wrong('Where the broker listens to operators is not said.', '`--admin-url`');
  const { protocol } = new URL(url);
  if (protocol !== 'https:' && !(protocol === 'http:' && isLoopback(new URL(url))))
    throw wrong('The admin URL must be https, or http on this machine.', '`--admin-url`');
  if ((access.certificate === undefined) !== (access.key === undefined))
    throw wrong('A certificate goes with its key.', '`--certificate` and `--key`');
  const [cert, key] = [fileOf(access.certificate), fileOf(access.key)];
  // No proxy: what goes over this connection is an operator’s.
  const send = brokerTransport(
    {},
    undefined,
    cert === undefined || key === undefined ? undefined : { cert, key },
  );
  const token =
    fileOf(access.tokenFile) ?? (cert === undefined ? env['EPHEMERAL_CREDS_ADMIN_TOKEN'] : undefined);
  return {
    url,
    send,
    signal,
    trust: fileOf(access.ca),
    token: token === undefined ? undefined : new Secret(token.trim()),
  };
}

function wrong(message: string, flags: string): CredsError {
  return new CredsError('input-invalid', message, { hint: `Give ${flags}; \`--help\` tells how.` });
}

function fileOf(path: string | undefined): string | undefined {
  if (path === undefined) return undefined;
  let found: string | undefined;
  try {
    found = quietHost().files.read(path, longestFile);
  } catch {
    found = undefined;
  }
  if (found !== undefined && found.trim() !== '') return found;
  throw new CredsError('input-invalid', `The file ${path} cannot be read, or is empty.`, {
    hint: 'Check its name, and that you may read it.',
  });
}

async function perform(server: AdminServer, task: AdminTask, json: boolean): Promise<number> {
  switch (task.verb) {
    case 'list': {
      const leases = await listLeases(server, task);
      await report(json, { leases }, leaseTable(leases));
      break;
    }
    case 'show': {
      checkLeaseId(task.id);
      const target = `/admin/leases/${task.id}`;
      const found = await callAdmin(server, { method: 'GET', target });
      await report(json, found, leaseText(found));
      break;
    }
    case 'revoke':
      await revoke(server, task, json);
      break;
    case 'freeze':
    case 'freeze-status': {
      const call =
        task.verb === 'freeze' ? { method: 'POST' as const, body: task.order } : { method: 'GET' as const };
      const found = await callAdmin(server, { ...call, target: '/admin/freeze' });
      await report(json, found, freezeText(found));
      break;
    }
    default:
      await performSecret(server, task, json);
  }
  return 0;
}

/** What stands there is not repeated: it may be a token that got to the wrong place. @throws CredsError */
function checkLeaseId(id: string): void {
  if (fullMatch(leaseIdPattern, id)) return;
  throw new CredsError('input-invalid', 'What stands there is no lease’s id.', {
    hint: `Look at it again: ${leaseIdForm}.`,
  });
}

/** Page after page. */
async function listLeases(
  server: AdminServer,
  { query, limit }: Extract<AdminTask, { verb: 'list' }>,
): Promise<unknown[]> {
  const leases: unknown[] = [];
  let after: Readonly<Record<string, string>> | undefined = {};
  while (after !== undefined && leases.length < limit) {
    const size = String(Math.min(mostPerPage, limit - leases.length));
    const target = `/admin/leases?${new URLSearchParams({ ...query, ...after, limit: size }).toString()}`;
    const page = await callAdmin(server, { method: 'GET', target });
    if (!Array.isArray(page['leases']))
      throw new CredsError('answer-invalid', 'What answers is no admin listener of a broker.');
    leases.push(...(page['leases'] as unknown[]));
    after = typeof page['next'] === 'string' ? { after: page['next'] } : undefined;
  }
  return leases;
}

async function revoke(
  server: AdminServer,
  { order, dryRun, yes }: Extract<AdminTask, { verb: 'revoke' }>,
  json: boolean,
): Promise<void> {
  const { lease_id: id } = order.selector;
  if (id !== undefined) checkLeaseId(id);
  const target = '/admin/leases/revoke';
  const ask = (body: object): Promise<Record<string, unknown>> =>
    callAdmin(server, { method: 'POST', target, body });
  if (dryRun || !yes) {
    const would = await ask({ ...order, dry_run: true });
    if (dryRun) {
      await report(json, would, revokedText(would));
      return;
    }
    await confirm(revokedText(would));
  }
  const done = await ask(order);
  await report(json, done, revokedText(done));
}

/** @throws CredsError where nobody can be asked, or the answer is not `yes` */
async function confirm(what: string): Promise<void> {
  tell(what.trimEnd());
  if (!process.stdin.isTTY)
    throw wrong('Nothing was revoked: nobody can be asked here.', '`--yes` where that is meant');
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await lines.question('Write `yes` to do it: ');
    if (answer.trim() === 'yes') return;
  } finally {
    lines.close();
  }
  throw new CredsError('input-invalid', 'Nothing was revoked.', { hint: 'Write `yes` where that is meant.' });
}
