/** One line of a log, without its line break. */
export interface LogLine {
  readonly octets: Buffer;
  /** False for what stands behind the last line break. */
  readonly ended: boolean;
}

/** No line of ours is longer; of one that is, this much is looked at. */
const longestLine = 4 * 1024 * 1024;
const lineBreak = 0x0a;

/** Takes lines out of a stream of octets, of which it keeps one line at a time. */
export async function* logLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<LogLine> {
  let parts: Buffer[] = [];
  let size = 0;
  const keep = (part: Buffer): void => {
    const room = longestLine - size;
    if (room > 0) parts.push(part.subarray(0, room));
    size += part.length;
  };
  const take = (ended: boolean): LogLine => {
    const octets = Buffer.concat(parts);
    parts = [];
    size = 0;
    return { octets, ended };
  };
  for await (const chunk of chunks) {
    let rest = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
    for (let end = rest.indexOf(lineBreak); end >= 0; end = rest.indexOf(lineBreak)) {
      keep(rest.subarray(0, end));
      yield take(true);
      rest = rest.subarray(end + 1);
    }
    // A stream may use its memory again.
    if (rest.length > 0) keep(Buffer.from(rest));
  }
  if (size > 0) yield take(false);
}
