/** Reads what `strace -f -y` wrote: a line a call, or two where another thread's stands between. */

interface Call {
  readonly thread: string;
  readonly name: string;
  /** As strace prints them. */
  readonly rest: string;
  readonly done: boolean;
}

/**
 * Whether each answer was sent when all that had been written to a file was synced.
 * @param answer how the answers that count begin
 * @returns for each answer whether it came after the sync
 */
export function durableBefore(trace: string, file: string, answer: string): ('synced' | 'too early')[] {
  const outcomes: ('synced' | 'too early')[] = [];
  let written = false;
  for (const { name, rest, done } of callsOf(trace)) {
    const onFile = rest.includes(file);
    if (name === 'pwrite64' && onFile) written = true;
    else if (/^f(data)?sync$/.test(name) && onFile && done && rest.endsWith(' = 0')) written = false;
    else if (rest.includes(`"${answer}`)) outcomes.push(written ? 'too early' : 'synced');
  }
  return outcomes;
}

/**
 * Whether each answer was sent when something had been written to a file since the one before, by writes that end when it
 * is on the disk (O_DSYNC), and none of them was under way.
 * @param answer how the answers that count begin
 */
export function keptBefore(trace: string, file: string, answer: string): ('kept' | 'too early')[] {
  const outcomes: ('kept' | 'too early')[] = [];
  const underWay = new Set<string>();
  let [durable, written] = [false, false];
  for (const line of trace.split('\n')) {
    const [, thread = '', call = ''] = /^(\d+) +(.*)$/.exec(line) ?? [];
    if (call.startsWith('openat(') && call.includes(`${file}"`)) durable = call.includes('O_DSYNC');
    else if (call.startsWith('write(') && call.includes(`${file}>`)) {
      written = true;
      if (call.endsWith('<unfinished ...>')) underWay.add(thread);
    } else if (call.startsWith('<... write resumed>')) underWay.delete(thread);
    else if (call.includes(`"${answer}`)) {
      outcomes.push(durable && written && underWay.size === 0 ? 'kept' : 'too early');
      written = false;
    }
  }
  return outcomes;
}

/**
 * What became of a SQLite log that was moved into its database.
 * @param file the database's
 * @returns for each time that the log was begun again whether the database was synced then; and by which threads
 * it was, since there is a log
 */
export function checkpointsIn(
  trace: string,
  file: string,
): { readonly begunAgain: ('synced' | 'too early')[]; readonly syncedBy: ReadonlySet<string> } {
  const begunAgain: ('synced' | 'too early')[] = [];
  const syncedBy = new Set<string>();
  let [begun, moved, written] = [false, false, false];
  for (const { thread, name, rest, done } of callsOf(trace)) {
    if (rest.includes(`/${file}-wal>`)) {
      begun = true;
      // Its header, at the very beginning: https://sqlite.org/fileformat2.html#walformat
      if (name !== 'pwrite64' || !/, 32, 0(\)|$)/.test(rest) || !moved) continue;
      begunAgain.push(written ? 'too early' : 'synced');
      moved = false;
    } else if (rest.includes(`/${file}>`)) {
      if (name === 'pwrite64') moved = written = true;
      else if (begun) syncedBy.add(thread);
      if (/^f(data)?sync$/.test(name) && done && rest.endsWith(' = 0')) written = false;
    }
  }
  return { begunAgain, syncedBy };
}

/** A call that was interrupted counts when it begins, and, with all of its text, when it has ended. */
function* callsOf(trace: string): Generator<Call> {
  const unfinished = new Map<string, string>();
  for (const line of trace.split('\n')) {
    const [, thread = '', text = ''] = /^(\d+) +(.*)$/.exec(line) ?? [];
    const [, resumed] = /^<\.\.\. \w+ resumed>(.*)$/.exec(text) ?? [];
    const [, begun] = /^(.*) <unfinished \.\.\.>$/.exec(text) ?? [];
    const whole = resumed === undefined ? (begun ?? text) : (unfinished.get(thread) ?? '') + resumed;
    if (begun !== undefined) unfinished.set(thread, begun);
    const [, name, rest = ''] = /^(\w+)\((.*)$/.exec(whole) ?? [];
    const isAnswerAgain = resumed !== undefined && !(name ?? '').endsWith('sync');
    if (name !== undefined && !isAnswerAgain) yield { thread, name, rest, done: begun === undefined };
  }
}
