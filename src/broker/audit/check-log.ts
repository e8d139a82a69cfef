import { createHash, type Hash } from 'node:crypto';
import { readAttested, type AttestedEvent } from './attested-event.ts';
import { Findings, type AuditReport, type Finding, type Problem, type ProblemKind } from './audit-report.ts';
import { mostTogether } from './chain.ts';
import type { LogLine } from './log-lines.ts';
import { cutShort } from './log-ending.ts';
import { positionProblem, type Place } from './position.ts';
import type { SigningKeys } from './signing-keys.ts';

/** So many writes that fail on end are explained by what follows, at most. */
const mostCut = 1000;

/** Lines that may have been cut short by a crash or a failed write: what follows tells. */
interface CutShort {
  readonly lines: number[];
  readonly hash: Hash;
}

/** Checks a log line by line, in the same memory whatever its length. */
export class LogCheck {
  readonly #keys: SigningKeys;
  readonly #allowGaps: boolean;
  readonly #problems = new Findings<Problem>();
  readonly #notices = new Findings<Finding>();
  #line = 0;
  #events = 0;
  #chains = 0;
  #first: AttestedEvent | undefined;
  #tip: Place | undefined;
  /** The latest events, to one of which a line links after a failed write. */
  #recent: Place[] = [];
  /** The one to which the last such line linked: several writes may fail on end. */
  #branch: Place | undefined;
  #cut: CutShort | undefined;

  /** @param allowGaps a log that begins in the middle, and restarts that standard output cannot link, are no problem */
  constructor(keys: SigningKeys, allowGaps: boolean) {
    this.#keys = keys;
    this.#allowGaps = allowGaps;
  }

  add({ octets, ended }: LogLine): void {
    this.#line += 1;
    const event = readAttested(octets);
    if (event !== undefined) this.#addEvent(event);
    else if (!cutShort(octets)) this.#problem('unreadable', 'this is not a line of an audit log');
    else if (ended) this.#addCut(octets);
    else this.#notice('the last line is cut short: a write that is going on, or a crash');
  }

  /** @returns what was found; call it after the last line */
  end(): AuditReport {
    this.#unexplainedCut();
    if (this.#events === 0) this.#problem('missing', 'there is not a single event');
    const tip = this.#tip;
    if (tip !== undefined && tip.event.note?.ended !== true)
      this.#notice(
        'the last chain has no end: the broker still runs, was killed, or its last lines were taken away',
        tip.event,
      );
    return {
      intact: this.#problems.count === 0,
      lines: this.#line,
      events: this.#events,
      chains: this.#chains,
      ...(this.#first === undefined ? {} : { from: this.#first.time }),
      ...(tip === undefined ? {} : { until: tip.event.time, last: lastOf(tip.event) }),
      keysGiven: this.#keys.given,
      keys: this.#keys.counted(),
      problemCount: this.#problems.count,
      problems: this.#problems.first,
      noticeCount: this.#notices.count,
      notices: this.#notices.first,
    };
  }

  #addEvent(event: AttestedEvent): void {
    this.#explainCut(event);
    this.#events += 1;
    if (event.note?.start !== undefined || this.#tip === undefined) this.#chains += 1;
    this.#checkContent(event);
    this.#checkPosition(event);
    this.#first ??= event;
    const sink = event.note?.start?.sink ?? this.#tip?.sink;
    this.#tip = { line: this.#line, event, sink };
    this.#recent.push(this.#tip);
    if (this.#recent.length > 2 * mostTogether) this.#recent = this.#recent.slice(-mostTogether);
  }

  #checkContent(event: AttestedEvent): void {
    if (event.changed)
      this.#problem('changed', 'its content is not that of which it has the fingerprint', event);
    if (event.respelled)
      this.#problem('respelled', 'the same content, but not as the broker writes it', event);
    const problem = event.changed ? undefined : this.#keys.problemWith(event);
    if (problem !== undefined) this.#problem(problem.kind, problem.what, event);
  }

  #checkPosition(event: AttestedEvent): void {
    const base = this.#baseOf(event);
    const problem = positionProblem(event, base);
    if (problem?.kind === 'gap' && this.#allowGaps) this.#notice(problem.what, event);
    else if (problem !== undefined) this.#problem(problem.kind, problem.what, event);
    const doubt = event.note?.in_doubt;
    if (doubt !== undefined) {
      const there = base === undefined ? 0 : this.#line - 1 - base.line;
      this.#notice(
        `a write before it had failed: ${range(doubt)} were refused to those who asked; ${String(there)} lines of it stand here`,
        event,
      );
      this.#branch = base;
    } else if (event.note?.start !== undefined && this.#tip !== undefined && base?.event.note?.ended !== true)
      this.#notice('the chain before it has no end: the broker was killed', event);
  }

  /** The event after which this one was written, as far as it can be known without its help. */
  #baseOf(event: AttestedEvent): Place | undefined {
    if (event.note?.in_doubt === undefined) return this.#tip;
    const wanted = event.note.start?.previous ?? event.previous;
    const known = [...this.#recent, ...(this.#branch === undefined ? [] : [this.#branch])];
    return known.findLast((place) => place.event.link.fingerprint === wanted?.fingerprint) ?? this.#tip;
  }

  #addCut(octets: Uint8Array): void {
    if (this.#cut?.lines.length === mostCut) this.#unexplainedCut();
    this.#cut ??= { lines: [], hash: createHash('sha256') };
    this.#cut.hash.update(octets).update('\n');
    this.#cut.lines.push(this.#line);
  }

  /** A line that is cut short is explained by the process that failed to write it, or by the next that found it. */
  #explainCut({ note }: AttestedEvent): void {
    const torn = note?.start?.torn?.sha256;
    const isTorn = torn !== undefined && torn === this.#cut?.hash.copy().digest('hex');
    if (torn !== undefined && !isTorn)
      this.#problem('changed', 'what the broker found cut short when it started is not here as it was');
    if (this.#cut === undefined) return;
    if (!isTorn && note?.in_doubt === undefined) {
      this.#unexplainedCut();
      return;
    }
    for (const line of this.#cut.lines)
      this.#notices.add({ line, what: 'cut short by a crash or a failed write; the event after it says so' });
    this.#cut = undefined;
  }

  #unexplainedCut(): void {
    for (const line of this.#cut?.lines ?? [])
      this.#problems.add({ line, kind: 'unreadable', what: 'this is not a line of an audit log' });
    this.#cut = undefined;
  }

  #problem(kind: ProblemKind, what: string, event?: AttestedEvent): void {
    this.#problems.add({ line: this.#line, kind, ...placeOf(event), what });
  }

  #notice(what: string, event?: AttestedEvent): void {
    this.#notices.add({ line: this.#line, ...placeOf(event), what });
  }
}

function placeOf(event: AttestedEvent | undefined): { chain?: string; sequence?: number } {
  return event === undefined ? {} : { chain: event.chain, sequence: event.sequence };
}

function lastOf({ chain, sequence, link }: AttestedEvent): AuditReport['last'] & object {
  return { chain, sequence, fingerprint: link.fingerprint };
}

function range({ from, to }: { from: number; to: number }): string {
  return from === to ? `sequence ${String(from)}` : `sequence ${String(from)} to ${String(to)}`;
}
