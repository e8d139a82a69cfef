import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { CredsError } from '../domain/errors.ts';
import { fullMatch } from '../domain/pattern.ts';
import { Secret } from '../domain/secret.ts';
import { isObject, member, parseStrictJson } from '../protocol/json.ts';
import type { Whereabouts } from './ledger.ts';

const longest = 4 * 1024 * 1024;
const namePattern = /secrets-[0-9a-f]{16}\.json/;

/**
 * Writes down what has to be hidden in the job’s output, for `redact`: in a file of its own, so that two commands at
 * once take nothing from each other.
 * @returns the file’s path
 * @throws CredsError `delivery-failed`
 */
export function writeSecrets(secrets: readonly Secret[], { job, host }: Whereabouts): string {
  const path = join(job.folder, `secrets-${randomBytes(8).toString('hex')}.json`);
  const text = JSON.stringify({ version: 1, secrets: secrets.map((each) => each.reveal()) });
  try {
    // At once, or not at all: a redactor that runs already may read it as soon as it is there.
    host.files.replace(path, text);
  } catch (cause) {
    throw new CredsError('delivery-failed', 'What has to be hidden cannot be written down.', { cause });
  }
  return path;
}

/**
 * What the job has to hide, as it borrows more and more.
 * @returns what has been written down since the last call; nothing, mostly
 * @throws CredsError `input-invalid` when one of the files is not ours alone or is no such file: what it holds would
 *   be shown
 */
export function secretsAsTheyCome(where: Whereabouts): () => Secret[] {
  const known = new Set<string>();
  return () => {
    const fresh = filesOf(where).filter((path) => !known.has(path));
    const found = fresh.flatMap((path) => secretsIn(path, where) ?? refused(path));
    for (const path of fresh) known.add(path);
    return found;
  };
}

function refused(path: string): never {
  throw new CredsError('input-invalid', `The file ${path} does not say what is to be hidden.`, {
    hint: 'It was changed, or is not this job’s alone. Without it nothing may be shown.',
  });
}

/** True when something was borrowed that has to be hidden. */
export function hasSecrets(where: Whereabouts): boolean {
  return filesOf(where).length > 0;
}

/** At the end of the job. */
export function eraseSecrets(where: Whereabouts): void {
  for (const path of filesOf(where)) where.host.files.erase(path);
}

function filesOf({ job, host }: Whereabouts): string[] {
  const names = host.files.list(job.folder).filter((name) => fullMatch(namePattern, name));
  return names.map((name) => join(job.folder, name));
}

/** @returns none when the job’s end has erased it meanwhile; undefined for what is no such file */
function secretsIn(path: string, { host }: Whereabouts): Secret[] | undefined {
  try {
    const text = host.files.readPrivate(path, longest);
    if (text === undefined) return [];
    const content = parseStrictJson(text);
    if (!isObject(content) || member(content, 'version') !== 1) return undefined;
    const secrets = member(content, 'secrets');
    if (!Array.isArray(secrets) || !secrets.every((each) => typeof each === 'string')) return undefined;
    return secrets.map((each) => new Secret(each));
  } catch {
    return undefined;
  }
}
