// One process as `ephemeral-creds redact` is one: standard input to standard output, without the secrets that stand in
// the file it is given. Says on standard error what it took.
import { readFileSync, readSync, writeSync } from 'node:fs';
import { compilePatterns, makeRedactor } from '../../src/redaction/redactor.ts';

const secrets = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as string[];
const started = performance.now();
const patterns = compilePatterns(secrets);
const compiled = performance.now();
const before = process.cpuUsage();
const redactor = makeRedactor(patterns);
const chunk = Buffer.allocUnsafeSlow(65_536);

function write(bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length;) at += writeSync(1, bytes, at);
}

for (let length = readSync(0, chunk); length > 0; length = readSync(0, chunk))
  write(redactor.push(chunk.subarray(0, length)));
write(redactor.end());

const { user, system } = process.cpuUsage(before);
const told = {
  cpuMs: (user + system) / 1e3,
  compileMs: compiled - started,
  streamMs: performance.now() - compiled,
  memoryMiB: process.resourceUsage().maxRSS / 1024,
};
process.stderr.write(JSON.stringify(told));
