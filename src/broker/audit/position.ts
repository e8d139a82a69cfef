import type { AttestedEvent } from './attested-event.ts';
import type { ProblemKind } from './audit-report.ts';

/** An event and the line where it stands. */
export interface Place {
  readonly line: number;
  readonly event: AttestedEvent;
  /** Where its chain was written; undefined where the beginning of the chain was not seen. */
  readonly sink: 'file' | 'stdout' | undefined;
}

interface PositionProblem {
  readonly kind: ProblemKind;
  readonly what: string;
}

/**
 * What is wrong with where an event stands, if anything is.
 * @param base the event after which it should have been written; undefined at the beginning of the log
 */
export function positionProblem(event: AttestedEvent, base: Place | undefined): PositionProblem | undefined {
  const { in_doubt: doubt, start } = event.note ?? {};
  if (doubt !== undefined && (doubt.to !== event.sequence - 1 || doubt.from > doubt.to))
    return { kind: 'misplaced', what: 'its number does not follow those that it says are in doubt' };
  const number = doubt?.from ?? event.sequence;
  return start === undefined ? follows(event, number, base) : begins(event, number, base);
}

/** An event within a chain. */
function follows(
  { chain, previous }: AttestedEvent,
  number: number,
  base: Place | undefined,
): PositionProblem | undefined {
  if (base === undefined)
    return {
      kind: 'gap',
      what: `the log begins in the middle of a chain: ${String(number - 1)} events of it, and what was before, stand elsewhere or were taken away`,
    };
  const before = base.event;
  if (chain !== before.chain)
    return { kind: 'misplaced', what: 'a line of another chain, whose beginning does not stand before it' };
  const next = before.sequence + 1;
  if (number > next) return { kind: 'missing', what: `before it ${missing(next, number - 1)}` };
  if (number < next)
    return {
      kind: 'misplaced',
      what: `its number does not follow ${String(before.sequence)}: a line stands here twice or at the wrong place`,
    };
  const linked =
    previous?.fingerprint === before.link.fingerprint &&
    previous.uid === before.link.uid &&
    previous.typeUid === before.link.typeUid;
  return linked ? undefined : { kind: 'changed', what: 'the event before it is not the one that it names' };
}

/** The first event of a chain. */
function begins(
  { note, previous }: AttestedEvent,
  number: number,
  base: Place | undefined,
): PositionProblem | undefined {
  const found = note?.start?.previous;
  if (number !== 1 || previous !== undefined)
    return { kind: 'misplaced', what: 'a chain begins, but not with number 1' };
  if (base === undefined)
    return found === undefined
      ? undefined
      : { kind: 'gap', what: 'there was a log before this one, to which its first event links' };
  if (found === undefined) {
    const unlinkable = note?.start?.sink === 'stdout' && base.sink !== 'file';
    return unlinkable
      ? { kind: 'gap', what: 'a chain begins without a link: what stood between, nobody can tell' }
      : { kind: 'missing', what: 'a chain begins as if nothing were before it' };
  }
  const { chain, sequence, link } = base.event;
  const linked =
    found.chain_uid === chain && found.sequence === sequence && found.fingerprint === link.fingerprint;
  return linked
    ? undefined
    : {
        kind: 'missing',
        what: `a chain begins that follows event ${String(found.sequence)} of chain ${found.chain_uid}, which does not stand before it`,
      };
}

function missing(from: number, to: number): string {
  return from === to
    ? `event ${String(from)} is missing`
    : `events ${String(from)} to ${String(to)} are missing`;
}
