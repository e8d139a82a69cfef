import { gather, type Gathering } from './gathering.ts';
import { render } from './renderings.ts';

/** What to look for in a stream, where the number of patterns does not matter. */
export interface Streamed {
  readonly literals: Gathering;
  /** What is looked for in hexadecimal dumps, however these are laid out. */
  readonly dumped: Gathering;
}

/** Most secrets have no more renderings than this many times their bytes. */
const bytesPerByte = 48;

export function streamedOf(secrets: ReadonlySet<string>): Streamed {
  let size = 16_384;
  for (const secret of secrets) size += secret.length * bytesPerByte;
  const streamed = { literals: gather(size), dumped: gather() };
  const { literals: all, dumped } = streamed;
  const found = { raw: all, escaped: all, encoded: all, wrapped: all, rewrapped: all, rare: all };
  const page = { found, dumped, sources: gather() };
  for (const secret of secrets) render(secret, page);
  return streamed;
}
