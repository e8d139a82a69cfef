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
    host.files.create(path, text);
  } catch (cause) {
    throw new CredsError('delivery-failed', 'What has to be hidden cannot be written down.', { cause });
  }
  return path;
}

/**
 * All that the job has to hide.
 * @throws CredsError `input-invalid` when one of the files is not ours alone or is no such file: what it holds would
 *   be shown
 */
export function readSecrets(where: Whereabouts): Secret[] {
  return filesOf(where).flatMap((path) => {
    const found = secretsIn(path, where);
    if (found !== undefined) return found;
    throw new CredsError('input-invalid', `The file ${path} does not say what is to be hidden.`, {
      hint: 'It was changed, or is not this job’s alone. Without it nothing may be shown.',
    });
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

function secretsIn(path: string, { host }: Whereabouts): Secret[] | undefined {
  try {
    const text = host.files.readPrivate(path, longest);
    const content = text === undefined ? undefined : parseStrictJson(text);
    if (!isObject(content) || member(content, 'version') !== 1) return undefined;
    const secrets = member(content, 'secrets');
    if (!Array.isArray(secrets) || !secrets.every((each) => typeof each === 'string')) return undefined;
    return secrets.map((each) => new Secret(each));
  } catch {
    return undefined;
  }
}
