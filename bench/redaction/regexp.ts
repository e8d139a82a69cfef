// The same by one regular expression of all literals, over text in which each character is a byte; of each chunk as
// much is held back as the longest literal has bytes.
import { readFileSync, readSync, writeSync } from 'node:fs';

const literals = (JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as string[])
  .map((text) => Buffer.from(text).toString('latin1'))
  .toSorted((a, b) => b.length - a.length);
const longest = literals[0]?.length ?? 0;
const any = new RegExp(literals.map((text) => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')).join('|'), 'g');
const chunk = Buffer.allocUnsafeSlow(65_536);

function write(text: string): void {
  const bytes = Buffer.from(text, 'latin1');
  for (let at = 0; at < bytes.length;) at += writeSync(1, bytes, at);
}

let carry = '';
for (let length = readSync(0, chunk); length > 0; length = readSync(0, chunk)) {
  const text = (carry + chunk.toString('latin1', 0, length)).replace(any, '***');
  carry = text.slice(Math.max(0, text.length - longest));
  write(text.slice(0, text.length - carry.length));
}
write(carry);
