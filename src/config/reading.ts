import { isAbsolute } from 'node:path';
import { parseDuration } from '../domain/duration.ts';
import { CredsError } from '../domain/errors.ts';
import type { Files } from '../domain/host.ts';
import type { RoleRequest } from '../domain/lease.ts';
import type { Option } from '../domain/option.ts';
import { fullMatch } from '../domain/pattern.ts';
import { printable } from '../domain/printable.ts';
import { isDangerousName } from '../exporters/variable-name.ts';
import { refuseOthers } from './action-inputs.ts';
import { assertIdentity } from './client-identity.ts';
import type { Config, ExportLine } from './config.ts';
import { options, type OptionName } from './options.ts';
import { parseParams } from './params-text.ts';
import { readTrustRoot } from './trust-root.ts';

/** Raw text of each option; absent means its default, and so does empty where the option guards nothing. */
export type Given = Readonly<Record<string, string | undefined>>;

/**
 * Checks every option and makes the Config of them. Nothing has been sent when this fails.
 * @throws CredsError `input-invalid`, naming the option
 */
export async function readConfig(given: Given, files: Files): Promise<Config> {
  const text = (name: OptionName): string => {
    const option: Option = rowOf(name);
    const value = given[name]?.trim();
    if (value === '' && option.guards === true) throw unset(option);
    return value === undefined || value === '' ? option.default : fitted(option, value);
  };
  const optional = <N extends string>(name: N, value: string): Partial<Record<N, string>> =>
    value === '' ? {} : ({ [name]: value } as Record<N, string>);
  const ttl = text('ttl') === '' ? undefined : seconds('ttl', text('ttl'), 1);
  const maxTtlSeconds = seconds('max-ttl', text('max-ttl'), 1);
  const minTtlSeconds = seconds('min-ttl', text('min-ttl'), 0);
  if (minTtlSeconds > maxTtlSeconds) throw bad('min-ttl', 'is longer than `max-ttl`: no lease would do');
  // Not only after it was lent: some of what is lent cannot be given back.
  if (ttl !== undefined && (ttl > maxTtlSeconds || ttl < minTtlSeconds))
    throw bad('ttl', 'asks for what `max-ttl` or `min-ttl` would refuse');
  const caCert = text('ca-cert');
  const accounts = text('expect-account');
  const provider = text('provider');
  const params = await readParams(text('params'));
  await assertIdentity({ provider, params }, files);
  return {
    provider,
    ...optional('brokerUrl', text('broker-url')),
    ...optional('audience', text('audience')),
    roles: readRoles(text('role')),
    ...optional('region', text('region')),
    ...(ttl === undefined ? {} : { ttlSeconds: ttl }),
    maxTtlSeconds,
    minTtlSeconds,
    exports: readExports(text('export')),
    binding: text('binding') as Config['binding'],
    idToken: readSource(text('id-token')),
    ...(accounts === 'any' ? {} : { expectAccounts: readList('expect-account', accounts) }),
    staticKeys: text('static-keys') as Config['staticKeys'],
    revoke: text('revoke') === 'true',
    failOnRevokeError: text('fail-on-revoke-error') === 'true',
    timeoutSeconds: seconds('timeout', text('timeout'), 1),
    approvalTimeoutSeconds: seconds('approval-timeout', text('approval-timeout'), 0),
    ...optional('filesDir', absolute('files-dir', text('files-dir'))),
    summary: text('summary') as Config['summary'],
    ...(caCert === '' ? {} : { caCert: readTrustRoot(caCert, files) }),
    params,
  };
}

function rowOf(name: OptionName): Option {
  return options.find((option) => option.name === name) as Option;
}

/** Refuses a name that is no option, and says which one was probably meant. */
export function refuseUnknown(names: readonly string[], surface: Option['on'][number]): void {
  const known = options
    .filter((option: Option) => option.on.includes(surface))
    .map(({ name }) => name as string);
  refuseOthers(names, known);
}

const manyLines: readonly Option['type'][] = ['list', 'lines', 'pem', 'yaml'];

function fitted(option: Option, value: string): string {
  if (/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/.test(value))
    throw bad(option.name, 'holds control characters');
  if (!manyLines.includes(option.type) && /[\r\n]/.test(value)) {
    throw bad(option.name, 'must be one line');
  }
  if (option.type === 'boolean') {
    const lower = value.toLowerCase();
    if (lower !== 'true' && lower !== 'false') throw bad(option.name, 'must be `true` or `false`');
    return lower;
  }
  if (option.type === 'choice' && option.choices?.includes(value) !== true) {
    throw bad(
      option.name,
      `must be one of ${(option.choices ?? []).map((name) => `\`${name}\``).join(', ')}`,
    );
  }
  return value;
}

function seconds(name: OptionName, text: string, least: number): number {
  const value = parseDuration(text);
  if (value === undefined) throw bad(name, 'must be a duration such as `15m`, `900` or `1h`');
  if (value < least) throw bad(name, `must be at least ${String(least)} s`);
  return value;
}

/** An entry that is empty was meant to be something: a variable that is not set must not go without a word. */
function readList(name: OptionName, text: string): string[] {
  const entries = text.split(/[^\S\n]*,\s*|\s*\n\s*/);
  if (entries.includes('')) throw bad(name, 'has a comma too many, or an entry that is empty');
  return entries;
}

function linesOf(text: string): string[] {
  return text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

function readRoles(text: string): RoleRequest[] {
  const roles = linesOf(text).map((line): RoleRequest => {
    const split = /^([^=\s]+)=(\S+)$/.exec(line);
    if (split === null) {
      if (/\s/.test(line)) throw bad('role', 'must be one role a line, without spaces');
      return { role: line };
    }
    const [, prefix = '', role = ''] = split;
    if (!fullMatch(/[A-Z_][A-Z0-9_]{0,63}/, prefix)) {
      throw bad('role', 'has a prefix that is not made of A-Z, 0-9 and `_`, as in `DB=app-ro`');
    }
    if (isDangerousName(`${prefix}_`))
      throw bad('role', 'has a prefix under which variables change how later steps run');
    return { prefix, role };
  });
  const keys = roles.map(({ role }) => role);
  if (new Set(keys).size !== keys.length)
    throw bad('role', 'names a role twice; one request borrows it once');
  if (roles.length > 10) throw bad('role', 'names more than ten roles');
  return roles;
}

function readExports(text: string): ExportLine[] {
  const lines = linesOf(text).map((line): ExportLine => {
    const [exporter = '', ...words] = line.split(/\s+/);
    const settings = new Map<string, string>();
    for (const word of words) {
      const at = word.indexOf('=');
      const name = word.slice(0, at);
      if (at < 1 || at === word.length - 1) throw bad('export', 'has a setting that is not `NAME=VALUE`');
      if (settings.has(name)) throw bad('export', 'gives a setting twice');
      settings.set(name, word.slice(at + 1));
    }
    return { exporter, settings: Object.fromEntries(settings) };
  });
  if (new Set(lines.map(({ exporter }) => exporter)).size !== lines.length)
    throw bad('export', 'names an exporter twice');
  return lines;
}

function readSource(text: string): string {
  if (text === 'auto' || fullMatch(/env:[A-Za-z_][A-Za-z0-9_]{0,127}|file:\/.{1,4095}/, text)) return text;
  if (fullMatch(/[\w-]{8,}\.[\w-]{8,}\.[\w-]*/, text))
    throw bad(
      'id-token',
      'is a token itself; it must say where one lies: `env:NAME` or `file:/absolute/path`',
    );
  throw bad('id-token', 'must be `auto`, `env:NAME` or `file:/absolute/path`');
}

function absolute(name: OptionName, path: string): string {
  if (path !== '' && !isAbsolute(path)) throw bad(name, 'must be an absolute path');
  return path;
}

async function readParams(text: string): Promise<Readonly<Record<string, unknown>>> {
  if (text === '') return {};
  try {
    const params = await parseParams(text);
    const empty = Object.keys(params).find((name) => params[name] === null);
    if (empty === undefined) return params;
    throw new SyntaxError(`has no value for \`${printable(empty)}\`: ${notSet}`);
  } catch (error) {
    throw error instanceof SyntaxError ? bad('params', error.message) : error;
  }
}

const notSet = 'the variable that it comes from may not be set';

function unset({ name, default: usual }: Option): CredsError {
  return bad(name, `is given, and is empty: ${notSet}. Left out, it is \`${usual}\``);
}

function bad(name: string, problem: string): CredsError {
  return new CredsError('input-invalid', `The input \`${name}\` ${problem}.`);
}
