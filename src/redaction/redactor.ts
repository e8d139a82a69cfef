import { pendingLiteral } from './carry.ts';
import { pendingDump } from './dumps.ts';
import { addText } from './gathering.ts';
import { literalsOf } from './literals.ts';
import { streamedOf } from './streamed.ts';
import { compileSearch, occurrencesIn, type Searched, type Stretch } from './search.ts';

/** What of a secret may be readable while the rest is waited for. */
const mostShown = 7;
const hidden = Buffer.from('***');
const nothing = new Uint8Array();

/** What is looked for: compiled once, shared by any number of redactors. */
export interface Patterns {
  /** How many literals there are. */
  readonly count: number;
  readonly searched: Searched;
}

/**
 * Compiles what must not be readable.
 * @param secrets each is hidden in every rendering that is known (requirements L1 to L32), in its parts and as a whole
 * @param literals are hidden as they are; those of less than 8 bytes are left out
 */
export function compilePatterns(secrets: Iterable<string>, literals: Iterable<string> = []): Patterns {
  const { literals: gathered, dumped } = streamedOf(new Set(secrets));
  for (const text of new Set(literals)) addText(gathered, text);
  const searched = compileSearch(literalsOf(gathered), literalsOf(dumped));
  return { count: searched.long.literals.found.length + searched.short.literals.found.length, searched };
}

/**
 * Hides secrets in a stream of bytes. What comes out in all, apart from what `pause` shows early, does not depend on
 * how the stream was cut into chunks. Hidden stretches become `***`, one for those that overlap or touch.
 */
export interface Redactor {
  /**
   * Takes the next bytes; returns what may be shown now: all but a tail that can be the beginning of a pattern. The
   * result is good until the next call, and as long as the chunk is: write it first.
   */
  push(chunk: Uint8Array): Uint8Array;
  /**
   * For when nothing came for a moment (a prompt): returns of the tail that is held back as much as leaves less than
   * 8 bytes of a pattern readable. The rest is still hidden when it comes.
   */
  pause(): Uint8Array;
  /** Returns what is left. Nothing may be pushed afterwards. */
  end(): Uint8Array;
  /** Looks for these from now on, in what is held back, too. */
  use(patterns: Patterns): void;
}

export function makeRedactor(patterns: Patterns): Redactor {
  let { searched } = patterns;
  let text: Uint8Array = nothing;
  // Where what is held back waits for the next chunk: the same memory again and again, since V8 lets 64 MiB of buffers
  // gather before it looks for those that nobody needs.
  let room = nothing;
  // What is shown, put together here where something is left out.
  let output = nothing;
  let found: readonly Stretch[] = [];
  // Bytes at the beginning of the text that were shown or hidden before, and which of these the last one was.
  let done = 0;
  let hiding = false;

  /** What can be told about the text before `limit`; an occurrence that begins there is hidden to its end. */
  const show = (limit: number): Uint8Array => {
    const shown: Uint8Array[] = [];
    const showTo = (end: number) => {
      if (end <= done) return;
      shown.push(text.subarray(done, end));
      [done, hiding] = [end, false];
    };
    for (const [start, end] of found) {
      if (start >= limit) break;
      if (end <= done) continue;
      showTo(start);
      if (!hiding) shown.push(hidden);
      [done, hiding] = [end, true];
    }
    showTo(limit);
    const [only = nothing] = shown;
    return shown.length > 1 ? together(shown) : only;
  };

  const together = (shown: readonly Uint8Array[]): Uint8Array => {
    const length = shown.reduce((sum, each) => sum + each.length, 0);
    if (output.length < length) output = new Uint8Array(length);
    let end = 0;
    for (const each of shown) {
      output.set(each, end);
      end += each.length;
    }
    return output.subarray(0, length);
  };

  /** The text and the chunk in memory of our own. */
  const joined = (chunk: Uint8Array): Uint8Array => {
    const length = text.length + chunk.length;
    if (room.length < length) {
      const larger = new Uint8Array(length);
      larger.set(text);
      room = larger;
    } else room.set(text);
    room.set(chunk, text.length);
    return room.subarray(0, length);
  };

  return {
    push(chunk) {
      // A `Buffer` is of another class than `room`, and what is compiled for two classes is slower.
      text = text.length === 0 ? new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.length) : joined(chunk);
      const { stretches, unfinished } = occurrencesIn(text, searched, false);
      found = stretches;
      const held = Math.min(
        unfinished,
        pendingLiteral(text, searched.long.literals),
        pendingLiteral(text, searched.short.literals),
        pendingDump(text, searched.dumps),
      );
      const shown = show(held);
      text = text.subarray(held);
      // Not where the chunk's memory is read into again.
      if (text.buffer === chunk.buffer) text = joined(nothing);
      found = found.filter(([, end]) => end > held).map(([start, end]) => [start - held, end - held]);
      done -= held;
      return shown;
    },
    pause: () => show(Math.min(mostShown, text.length)),
    end() {
      found = occurrencesIn(text, searched, true).stretches;
      return show(text.length);
    },
    use(others) {
      ({ searched } = others);
    },
  };
}
