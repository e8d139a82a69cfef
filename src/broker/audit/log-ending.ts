import { createHash } from 'node:crypto';
import { readAttested } from './attested-event.ts';
import type { ChainStart } from './chain-note.ts';

const lineBreak = 0x0a;

/** What a chain's first event says of what was there before. */
export type Found = Pick<ChainStart, 'previous' | 'torn' | 'unreadable'>;

/**
 * Finds the event at which a file ended.
 * @param octets the end of the file, or all of it
 */
export function findEnding(octets: Uint8Array): Found {
  const text = Buffer.from(octets);
  let end = text.length;
  while (end > 0) {
    const until = text[end - 1] === lineBreak ? end - 1 : end;
    const begin = text.subarray(0, until).lastIndexOf(lineBreak) + 1;
    const line = text.subarray(begin, until);
    if (!cutShort(line)) return { ...linkTo(line), ...tornFrom(text.subarray(end)) };
    end = begin;
  }
  return tornFrom(text);
}

/** Whether it may be the beginning of a line: no proper beginning of an object is JSON. */
export function cutShort(line: Uint8Array): boolean {
  try {
    JSON.parse(Buffer.from(line).toString('utf8'));
    return false;
  } catch {
    return line.length > 0;
  }
}

function linkTo(line: Uint8Array): Found {
  const event = readAttested(line);
  if (event === undefined || event.changed || event.respelled) return { unreadable: true };
  const { chain, sequence, link } = event;
  return { previous: { chain_uid: chain, sequence, fingerprint: link.fingerprint } };
}

function tornFrom(octets: Buffer): Found {
  if (octets.length === 0) return {};
  // The next write closes the line.
  const ended = octets.at(-1) === lineBreak ? octets : Buffer.concat([octets, Buffer.from('\n')]);
  return { torn: { bytes: ended.length, sha256: createHash('sha256').update(ended).digest('hex') } };
}
