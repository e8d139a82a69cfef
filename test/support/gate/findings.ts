import { readText } from '../../../src/gate/files/read-text.ts';
import { literalsIn } from '../../../src/gate/files/literals.ts';
import { fileReaders } from '../../../src/gate/files/registry.ts';
import type { Finding } from '../../../src/gate/finding.ts';
import { inspect, unreadable } from '../../../src/gate/inspect.ts';
import type { GateReport, Telling } from '../../../src/gate/reports/report.ts';
import { exampleFile } from '../../../src/gate/rules/example-files.ts';
import { ruleBook, rules } from '../../../src/gate/rules/registry.ts';

export const telling: Telling = { version: '1.2.3', at: new Date('2026-06-01T12:34:56.789Z') };

/** Everything that is found in the examples of all rules: a finding of nearly every kind. */
export async function everyFinding(): Promise<Finding[]> {
  const found: Finding[] = [];
  for (const example of rules.flatMap(({ examples }) => examples.finds)) {
    const { path, text } = exampleFile(example);
    if (path.endsWith('.ephemeral-creds.yml')) continue;
    const file = readText(path, text, fileReaders);
    if ('problem' in file) found.push(unreadable(file, ruleBook));
    else found.push(...inspect({ ...file, literals: await literalsIn(file.source) }, ruleBook));
  }
  return found;
}

export function reportOf(findings: readonly Finding[], enforced = true): GateReport {
  return { files: 3, findings, enforced };
}
