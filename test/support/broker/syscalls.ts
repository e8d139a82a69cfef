/** Reads what `strace -f -y` wrote: a line a call, or two where another thread's stands between. */

interface Call {
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
    if (name !== undefined && !isAnswerAgain) yield { name, rest, done: begun === undefined };
  }
}
