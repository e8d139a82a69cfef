import { beforeAll, expect, test } from '@jest/globals';
import type { Finding } from '../../../../src/gate/finding.ts';
import { githubReport } from '../../../../src/gate/reports/github.ts';
import { summaryReport } from '../../../../src/gate/reports/summary.ts';
import { textReport } from '../../../../src/gate/reports/text.ts';
import { everyFinding, reportOf, telling } from '../../../support/gate/findings.ts';
import { parseWorkflowCommand, type WorkflowCommand } from '../../../support/workflow-command.ts';

const names = new Set(['error', 'warning', 'notice', 'add-mask', 'set-output']);
const commandsIn = (text: string): WorkflowCommand[] =>
  text
    .split('\n')
    .map((line) => parseWorkflowCommand(line, names))
    .filter((each) => each !== undefined);

let findings: Finding[] = [];
let first: Finding;
beforeAll(async () => {
  findings = await everyFinding();
  const [one] = findings;
  if (one === undefined) throw new Error('nothing is found');
  first = { ...one, severity: 'error' };
});

test('of each level ten are annotated, the rest is counted', () => {
  const many = (['error', 'warning', 'note'] as const).flatMap((severity) =>
    Array.from({ length: 12 }, () => ({ ...first, severity })),
  );
  const text = githubReport(reportOf(many), telling);
  const commands = commandsIn(text).map(({ name }) => name);
  for (const level of ['error', 'warning', 'notice'])
    expect(commands.filter((name) => name === level)).toHaveLength(10);
  expect(text).toMatch(/12 errors, 12 warnings, 12 notes; 6 more than GitHub shows/);
});

test('an annotation stands at its place, with a title, what to do and the page', () => {
  const place = { path: './a,b:c.yml', start: { line: 3, column: 5 }, end: { line: 3, column: 9 } };
  const [command] = commandsIn(githubReport(reportOf([{ ...first, ...place }]), telling));
  expect(command?.properties).toMatchObject({
    ...{ file: 'a,b:c.yml', line: '3', endLine: '3', col: '5', endColumn: '9' },
    title: `${first.rule.id} ${first.rule.name}`,
  });
  expect(command?.data.split('\n')).toEqual([
    first.message,
    first.rule.hint.text,
    expect.stringContaining(`/${first.rule.id}.md`),
  ]);
});

test('columns are left out where the lines differ: GitHub would not show such an annotation', () => {
  const end = { line: first.start.line + 1, column: 1 };
  const [command] = commandsIn(githubReport(reportOf([{ ...first, end }]), telling));
  expect(Object.keys(command?.properties ?? {})).not.toContain('col');
});

test('names out of a file are no commands to the runner, in any form that a log shows', () => {
  const evil = '::add-mask::x\n::set-output name=a::b ##[error]c';
  const hostile = { ...first, path: evil, job: evil, step: evil, message: evil };
  expect(commandsIn(textReport(reportOf([hostile]), telling))).toEqual([]);
  const commands = commandsIn(githubReport(reportOf([hostile]), telling));
  expect(commands.map(({ name }) => name)).toEqual(['error']);
});

test('no message is longer than a page', () => {
  const long = { ...first, message: 'x'.repeat(100_000) };
  expect(githubReport(reportOf([long]), telling).length).toBeLessThan(8000);
});

test('the summary has a row for each finding, and says once for each rule what to do', () => {
  const text = summaryReport(reportOf(findings), telling);
  expect(text).toContain('## Static secrets: the job stops');
  expect(text.match(/^\| (error|warning|note) \|/gm)).toHaveLength(findings.length);
  expect(text.match(/<details>/g)).toHaveLength(new Set(findings.map(({ rule }) => rule.id)).size);
});

test('however much is found, the summary stays below the mebibyte that a step has', () => {
  const many = Array.from({ length: 20_000 }, () => ({
    ...first,
    path: `${'ä'.repeat(4000)}.yml`,
    message: '|'.repeat(4000),
  }));
  const text = summaryReport(reportOf([...findings, ...many]), telling);
  expect(Buffer.byteLength(text)).toBeLessThan(1024 * 1024);
  expect(text).toMatch(/\d+ more are not shown/);
});

test('names out of a file cannot break out of the summary’s table', () => {
  const job = '<img src=x> | a\n## b';
  const text = summaryReport(reportOf([{ ...first, job }]), telling);
  expect(text).not.toContain('<img');
  expect(text).not.toMatch(/^## b/m);
});

test.each([
  [true, 'the job stops'],
  [false, 'nothing that stops the job'],
])('the summary’s title says what becomes of the job (enforced: %s)', (enforced, title) => {
  expect(summaryReport(reportOf([first], enforced), telling)).toContain(`## Static secrets: ${title}`);
});
