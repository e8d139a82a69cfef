import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { BrokerHost } from '../../domain/outside.ts';
import { encodeKrl, type RevokedSerials } from './krl.ts';

/** Hosts may have clocks that are behind. */
const slackSeconds = 600;
const longestKey = 16 * 1024;

/** What a broker that was killed left of a list is that old, by the clock of whoever removes it: one takes milliseconds. */
const leftMs = 60_000;

/** The list that hosts fetch, in the folder that the role names. */
export const listName = 'revoked.krl';

/** One certificate that is revoked. */
export interface Revoked {
  readonly serial: bigint;
  /** Until when it has to stand in the list. */
  readonly until: Date;
  /** Public key of its authority on the wire, in base64. */
  readonly authority: string;
}

/** A list of revoked certificates, kept in a folder. */
export interface RevocationList {
  /** Revokes, and writes the list. Again for the same certificate it changes nothing. @throws when it cannot be written */
  readonly add: (folder: string, revoked: Revoked) => void;
  /** Writes the list from what the folder holds. @throws when it cannot be written */
  readonly write: (folder: string) => void;
}

/**
 * Each revocation is a file of its own (`UNTIL-SERIAL-AUTHORITY`), from which the list is made: brokers that share the
 * folder take nothing out of each other's list, and there is no lock that one which was killed would leave. Whoever has
 * written the list looks again whether it is still complete: of two that write at once the later one sees both.
 */
export function revocationList({ files, clock }: Pick<BrokerHost, 'files' | 'clock'>): RevocationList {
  const seen = new Map<string, number>();
  const write = (folder: string): void => {
    removeLeft(folder);
    for (;;) {
      const entries = entriesIn(folder);
      const now = clock.now();
      const current = entries.filter(({ until }) => until + slackSeconds > now.getTime() / 1000);
      const list = encodeKrl(grouped(current, folder), { version: BigInt(now.getTime()), at: now });
      files.publish(join(folder, listName), list);
      for (const { name } of entries.filter((each) => !current.includes(each)))
        files.remove(join(folder, name));
      const listed = new Set(current.map(({ name }) => name));
      if (entriesIn(folder).every(({ name }) => listed.has(name))) return;
    }
  };

  /** Half a list that another broker is about to put in its place is left to it. */
  function removeLeft(folder: string): void {
    const now = clock.monotonicMs();
    for (const name of (files.list(folder) ?? []).filter((each) => draftPattern.test(each))) {
      const path = join(folder, name);
      const since = seen.get(path);
      if (since === undefined) seen.set(path, now);
      else if (now - since >= leftMs) {
        seen.delete(path);
        files.remove(path);
      }
    }
  }

  function entriesIn(folder: string): Entry[] {
    const names = files.list(folder);
    if (names === undefined) throw new Error(`${folder} is not there`);
    return names.flatMap((name) => {
      const [, until = '', serial = '', authority = ''] = entryPattern.exec(name) ?? [];
      return serial === '' ? [] : [{ name, until: Number(until), serial: BigInt(`0x${serial}`), authority }];
    });
  }

  function grouped(entries: readonly Entry[], folder: string): RevokedSerials[] {
    return [...Map.groupBy(entries, ({ authority }) => authority)].map(([authority, mine]) => ({
      authority: Buffer.from(keyIn(folder, authority), 'base64'),
      serials: mine.map(({ serial }) => serial),
    }));
  }

  /** Nothing where it has gone or is not whole: then of any. With half a key no host could read the list. */
  function keyIn(folder: string, authority: string): string {
    const found = files.read(join(folder, keyFile(authority)), longestKey) ?? '';
    return shortOf(found) === authority ? found : '';
  }

  return {
    write,
    add: (folder, { serial, until, authority }) => {
      const short = shortOf(authority);
      const name = `${String(Math.ceil(until.getTime() / 1000))}-${hexOf(serial)}-${short}`;
      const names = files.list(folder) ?? [];
      if (!names.includes(keyFile(short))) leave(join(folder, keyFile(short)), authority);
      if (!names.some((each) => each.endsWith(`-${hexOf(serial)}-${short}`))) leave(join(folder, name), '');
      write(folder);
    },
  };

  /** Another broker may be faster. */
  function leave(path: string, text: string): void {
    try {
      files.create(path, text);
    } catch (error) {
      if (files.read(path, longestKey) === undefined) throw error;
    }
  }
}

interface Entry {
  readonly name: string;
  readonly until: number;
  readonly serial: bigint;
  readonly authority: string;
}

/** `BrokerFiles.publish` writes beside what it replaces. */
const draftPattern = /^revoked\.krl\.[0-9a-f]{16}$/;
const entryPattern = /^(\d{10,12})-([0-9a-f]{16})-([0-9a-f]{16})$/;

function shortOf(authority: string): string {
  return createHash('sha256').update(authority).digest('hex').slice(0, 16);
}

function keyFile(authority: string): string {
  return `authority-${authority}`;
}

function hexOf(serial: bigint): string {
  return serial.toString(16).padStart(16, '0');
}
