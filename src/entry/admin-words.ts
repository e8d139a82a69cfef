import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { parseDuration } from '../domain/duration.ts';
import { CredsError } from '../domain/errors.ts';
import { read } from './broker-words.ts';
import { secretTask, type SecretTask } from './secret-words.ts';

/** How the admin listener is reached; paths are absolute. */
export interface AdminAccessWords {
  readonly url: string | undefined;
  readonly certificate: string | undefined;
  readonly key: string | undefined;
  readonly tokenFile: string | undefined;
  readonly ca: string | undefined;
  readonly json: boolean;
}

/** What an operator asks for. */
export type AdminTask =
  | { readonly verb: 'list'; readonly query: Readonly<Record<string, string>>; readonly limit: number }
  | { readonly verb: 'show'; readonly id: string }
  | {
      readonly verb: 'revoke';
      readonly order: {
        readonly selector: Readonly<Record<string, string>>;
        readonly all?: true;
        readonly reason: string;
        readonly wait: number;
      };
      readonly dryRun: boolean;
      readonly yes: boolean;
    }
  | { readonly verb: 'freeze'; readonly order: { readonly frozen: boolean; readonly reason: string } }
  | { readonly verb: 'freeze-status' }
  | SecretTask;

export interface AdminWords {
  readonly access: AdminAccessWords;
  readonly task: AdminTask;
}

const text = { type: 'string' } as const;
/** As the broker has it. */
const longestWaitSeconds = 30;
const selectors = ['repository', 'repository-id', 'actor', 'commit', 'role', 'policy', 'issuer'] as const;

function parse(argv: readonly string[]) {
  return parseArgs({
    args: [...argv],
    options: {
      'admin-url': text,
      certificate: text,
      key: text,
      'token-file': text,
      ca: text,
      json: { type: 'boolean', default: false },
      repository: text,
      'repository-id': text,
      actor: text,
      commit: text,
      role: text,
      policy: text,
      issuer: text,
      since: text,
      state: text,
      limit: text,
      all: { type: 'boolean', default: false },
      reason: text,
      'dry-run': { type: 'boolean', default: false },
      yes: { type: 'boolean', default: false },
      wait: text,
      grace: text,
      'version-number': text,
    },
    allowPositionals: true,
  });
}

export type Parsed = ReturnType<typeof parse>['values'];

/** What follows `lease`, `freeze` or `secret`. @returns undefined for anything that means nothing */
export function adminWords(
  noun: 'lease' | 'freeze' | 'secret',
  argv: readonly string[],
  now: Date,
): AdminWords | undefined {
  return read(() => {
    const { values, positionals } = parse(argv);
    const task = taskOf(noun, positionals, { values, now });
    return task && { task, access: accessOf(values) };
  });
}

function taskOf(
  noun: 'lease' | 'freeze' | 'secret',
  words: string[],
  { values, now }: { readonly values: Parsed; readonly now: Date },
): AdminTask | undefined {
  if (noun === 'lease') return leaseTask(words, values, now);
  return noun === 'freeze' ? freezeTask(words, values) : secretTask(words, values);
}

function accessOf(values: Parsed): AdminAccessWords {
  const path = (name: string | undefined): string | undefined =>
    name === undefined ? undefined : resolve(name);
  return {
    url: values['admin-url'],
    certificate: path(values.certificate),
    key: path(values.key),
    tokenFile: path(values['token-file']),
    ca: path(values.ca),
    json: values.json,
  };
}

function leaseTask([verb, id, ...others]: string[], values: Parsed, now: Date): AdminTask | undefined {
  const selector = selectorOf(values, now);
  if (others.length > 0) return undefined;
  if (verb === 'show') return id === undefined ? undefined : { verb, id };
  if (verb === 'list') {
    const limit = Number(values.limit ?? 100);
    if (id !== undefined || !Number.isSafeInteger(limit) || limit < 1) return undefined;
    const { state } = values;
    return { verb, query: { ...selector, ...(state !== undefined && { state }) }, limit };
  }
  const wait = parseDuration(values.wait ?? '5s');
  if (verb !== 'revoke') return undefined;
  if (wait === undefined || wait > longestWaitSeconds)
    throw wrong('`--wait` is no duration of up to 30s.', 'Write it as `5s` or `0s`.');
  const reason = reasonIn(values);
  const order = {
    selector: { ...selector, ...(id !== undefined && { lease_id: id }) },
    ...(values.all && { all: true as const }),
    reason,
    wait,
  };
  return { verb, order, dryRun: values['dry-run'], yes: values.yes };
}

/** @throws CredsError where there is none */
function reasonIn({ reason }: Parsed): string {
  if (reason !== undefined) return reason;
  throw wrong('Why is not said.', 'Give `--reason TEXT`: it stands in the audit log.');
}

function wrong(message: string, hint: string): CredsError {
  return new CredsError('input-invalid', message, { hint });
}

/** @throws CredsError when `--since` is neither a time nor how long ago */
function selectorOf(values: Parsed, now: Date): Record<string, string> {
  const named = selectors.flatMap((name): [string, string][] => {
    const value = values[name];
    return value === undefined ? [] : [[name.replace('-', '_'), value]];
  });
  const { since } = values;
  if (since === undefined) return Object.fromEntries(named);
  const ago = parseDuration(since);
  const at = ago === undefined ? new Date(since) : new Date(now.getTime() - ago * 1000);
  if (Number.isNaN(at.getTime()))
    throw wrong('`--since` is neither a time nor how long ago.', 'Write `2026-11-20T12:00:00Z`, or `2h`.');
  return { ...Object.fromEntries(named), since: at.toISOString() };
}

function freezeTask([verb, ...others]: string[], values: Parsed): AdminTask | undefined {
  if (others.length > 0) return undefined;
  if (verb === 'status') return { verb: 'freeze-status' };
  if (verb !== 'on' && verb !== 'off') return undefined;
  return { verb: 'freeze', order: { frozen: verb === 'on', reason: reasonIn(values) } };
}
