import { createHash, createPrivateKey, createPublicKey } from 'node:crypto';
import { join } from 'node:path';
import { CredsError } from '../domain/errors.ts';
import type { IdToken } from '../domain/id-token.ts';
import { makeProofKey, proofKey, type ProofKey } from '../protocol/dpop.ts';
import { isObject, member, parseStrictJson } from '../protocol/json.ts';
import type { Whereabouts } from './ledger.ts';

const longest = 4096;
const patienceMs = 2000;
const pauseMs = 10;

/**
 * The one key of a job whose platform mints no ID token for each command: the broker binds the job’s only token to
 * the first key that comes with it (PROTOCOL.md, `first-use`). It lies in the job’s folder, 0600: as readable as the
 * token itself, and of no use without it. Of several commands that begin at once, the first to write makes it.
 * @param idToken where the folder is not one job’s: each token has a key of its own there, which goes once the token has
 *   ended
 * @throws CredsError `input-invalid` when the file is not ours alone, or holds something else
 */
export async function jobKey(where: Whereabouts, idToken?: IdToken): Promise<ProofKey> {
  const { job, host } = where;
  const path = join(job.folder, idToken === undefined ? name : nameFor(idToken));
  const end = host.clock.monotonicMs() + patienceMs;
  makeFolder(where);
  for (;;) {
    const text = read(path, where);
    if (text === undefined) {
      const made = makeProofKey();
      if (written(path, made, where)) return made;
      continue;
    }
    const found = keyOf(text);
    if (found !== undefined) return found;
    // Another command may be writing it just now.
    if (host.clock.monotonicMs() >= end) throw refused(path);
    await new Promise<void>((done) => {
      host.clock.after(pauseMs, done);
    });
  }
}

/** At the end of the job. */
export function eraseJobKey({ job, host }: Whereabouts): void {
  host.files.erase(join(job.folder, name));
}

const name = 'key.json';

/** With the end in the name, whoever comes next need not read what is not his. */
function nameFor({ token, expiresAt }: IdToken): string {
  const hash = createHash('sha256').update(token.reveal()).digest('hex').slice(0, 16);
  return `key-${hash}-${String(Math.floor(expiresAt.getTime() / 1000))}.json`;
}

/**
 * Erases the keys of ID tokens that have ended, in a folder that is not one job’s. A later command can present such a
 * token no more; until then it may, and needs the key. Never throws.
 */
export function eraseEndedKeys({ job, host }: Whereabouts): void {
  if (job.folderOf === 'job') return;
  const now = host.clock.now().getTime();
  for (const each of host.files.list(job.folder)) {
    const [, seconds] = /^key-[0-9a-f]{16}-(\d{1,12})\.json$/.exec(each) ?? [];
    if (seconds === undefined || Number(seconds) * 1000 + leewayMs >= now) continue;
    try {
      host.files.erase(join(job.folder, each));
    } catch {
      // Another’s, or gone: whoever comes next will see.
    }
  }
}

/** Brokers grant as much to clocks that are apart. */
const leewayMs = 60_000;

function makeFolder({ job, host }: Whereabouts): void {
  try {
    host.files.makePrivateFolder(job.folder);
  } catch (cause) {
    throw new CredsError(
      'delivery-failed',
      `The folder ${job.folder} cannot be made, or is not ours alone.`,
      {
        cause,
      },
    );
  }
}

function read(path: string, { host }: Whereabouts): string | undefined {
  try {
    return host.files.readPrivate(path, longest);
  } catch (cause) {
    throw refused(path, cause);
  }
}

/** False when another command was faster. */
function written(path: string, { privateKey }: ProofKey, { host }: Whereabouts): boolean {
  try {
    host.files.create(path, JSON.stringify({ version: 1, jwk: privateKey.export({ format: 'jwk' }) }));
    return true;
  } catch (cause) {
    if (host.files.size(path) !== undefined) return false;
    throw new CredsError('delivery-failed', `The file ${path} cannot be written.`, { cause });
  }
}

function keyOf(text: string): ProofKey | undefined {
  try {
    const stored = parseStrictJson(text);
    const jwk = isObject(stored) && member(stored, 'version') === 1 ? member(stored, 'jwk') : undefined;
    if (!isObject(jwk)) return undefined;
    const [kty, crv, d, x] = ['kty', 'crv', 'd', 'x'].map((part) => member(jwk, part));
    if (kty !== 'OKP' || crv !== 'Ed25519' || typeof d !== 'string' || typeof x !== 'string')
      return undefined;
    const privateKey = createPrivateKey({ key: { kty, crv, d, x }, format: 'jwk' });
    return createPublicKey(privateKey).export({ format: 'jwk' }).x === x
      ? proofKey(privateKey, x)
      : undefined;
  } catch {
    return undefined;
  }
}

function refused(path: string, cause?: unknown): CredsError {
  const hint = 'Somebody else has written it: remove it, and let nobody but this job write to its folder.';
  const details = cause === undefined ? { hint } : { hint, cause };
  return new CredsError('input-invalid', `The file ${path} is not the key of this job.`, details);
}
