import { createHash } from 'node:crypto';
import type { Finding } from './finding.ts';

/**
 * One for each finding, in their order: the same when lines move or are indented in another way. Made of the rule, the
 * file and the names around it; findings that have all of that in common are counted.
 * @returns 64 hexadecimal digits each
 */
export function fingerprints(findings: readonly Finding[]): string[] {
  const counts = new Map<string, number>();
  return findings.map(({ rule, path, job = '', step = '', secret = '' }) => {
    const name = JSON.stringify([rule.id, normal(path), normal(job), normal(step), normal(secret)]);
    const count = (counts.get(name) ?? 0) + 1;
    counts.set(name, count);
    return createHash('sha256')
      .update(`${name} ${String(count)}`)
      .digest('hex');
  });
}

function normal(name: string): string {
  return name.replace(/\s+/g, ' ').trim();
}
