// npm run bench:gate: the gate over 1,000 pipeline files of a page or two, made of the examples of all rules. Bars: 20 s in
// all, 50 ms a file at p95. Beside it, over the same texts: reading them as YAML, which is the floor, and secretlint alone,
// which is what one would take from npm and which knows no references to secrets. Ratios within one run are what counts.
import { lintSource } from '@secretlint/core';
import { creator } from '@secretlint/secretlint-rule-preset-recommend';
import { parseAllDocuments } from 'yaml';
import { checkGate } from '../../src/commands/check-gate.ts';
import type { WorkTree } from '../../src/gate/files/work-tree.ts';
import { reportFormats } from '../../src/gate/reports/registry.ts';
import { percentile } from '../broker/figures.ts';
import { pipelineFiles } from './pipeline-files.ts';

const bars = { seconds: 20, p95Ms: 50 };
const files = pipelineFiles(1000);
const texts = Object.values(files);
const bytes = texts.reduce((sum, text) => sum + text.length, 0);

function treeOf(some: Readonly<Record<string, string>>): WorkTree {
  return { isFolder: () => false, list: () => [], read: (path) => some[path] };
}

async function timed(work: () => unknown): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

const check = (some: Readonly<Record<string, string>>): ReturnType<typeof checkGate> =>
  checkGate({ paths: Object.keys(some), policy: undefined }, treeOf(some), new Date());

async function eachFile(): Promise<number[]> {
  const times: number[] = [];
  for (const [path, text] of Object.entries(files)) times.push(await timed(() => check({ [path]: text })));
  return times;
}

const rules = [{ id: '@secretlint/secretlint-rule-preset-recommend', rule: creator, options: {} }];
const secretlint = (content: string): Promise<unknown> =>
  lintSource({
    source: { filePath: 'ci.yml', content, contentType: 'text', ext: '.yml' },
    options: { config: { rules }, noPhysicFilePath: true },
  });

// In a fresh process, as in a job: the first file pays for all that is made once.
const all = await timed(() => check(files));
const { rss } = process.memoryUsage();
const times = await eachFile();
const yaml = await timed(() => {
  for (const text of texts) parseAllDocuments(text);
});
const lint = await timed(async () => {
  for (const text of texts) await secretlint(text);
});
const report = await check(files);
const telling = { version: '0', at: new Date() };

const ms = (value: number): string => `${value.toFixed(value < 10 ? 2 : 0)} ms`;
console.log(
  `${String(texts.length)} files, ${String(Math.round(bytes / 1000))} kB, ${String(report.findings.length)} findings`,
);
console.log(`gate, all of them      ${ms(all)}   (bar ${String(bars.seconds * 1000)} ms)`);
console.log(
  `gate, a file           p50 ${ms(percentile(times, 0.5))}  p95 ${ms(percentile(times, 0.95))}  max ${ms(Math.max(...times))}   (bar p95 ${String(bars.p95Ms)} ms)`,
);
console.log(`memory                 ${String(Math.round(rss / 1e6))} MB`);
console.log(`plain YAML             ${ms(yaml)}   the gate takes ${(all / yaml).toFixed(1)} times that`);
console.log(`secretlint alone       ${ms(lint)}   the gate takes ${(all / lint).toFixed(1)} times that`);
for (const [name, tell] of Object.entries(reportFormats)) {
  const time = await timed(() => {
    tell(report, telling);
  });
  console.log(`told as ${name.padEnd(14)} ${ms(time)}`);
}
if (all > bars.seconds * 1000 || percentile(times, 0.95) > bars.p95Ms) process.exitCode = 1;
