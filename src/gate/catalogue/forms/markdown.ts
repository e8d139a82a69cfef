import { printable } from '../../../domain/printable.ts';
import type { Catalogue, Since } from '../catalogue.ts';
import type { CatalogueForm } from './form.ts';
import {
  jobsText,
  kindText,
  percent,
  problemLines,
  replacementText,
  secretName,
  spotText,
  summaryLines,
  waivedText,
} from './wording.ts';

/** For a wiki, an issue or a job’s summary (GitHub Flavored Markdown). */
export const markdown: CatalogueForm = (catalogue) => {
  const { since, generatedAt, totals } = catalogue;
  return [
    '# Static secrets in use\n',
    `${generatedAt}\n`,
    ...summaryLines(catalogue).map((line) => `${line}\n`),
    '## Migration\n',
    `${jobsText(totals.jobs)}.\n`,
    migration(catalogue),
    ...(catalogue.secrets.length === 0 ? [] : ['## Secrets\n', secrets(catalogue)]),
    ...(catalogue.kinds.length === 0 ? [] : ['## What to use instead\n', ...replacements(catalogue)]),
    ...(since === undefined ? [] : [`## Since ${since.generatedAt}\n`, changes(since)]),
    ...(catalogue.complete ? [] : ['## Could not be read\n', listOf(problemLines(catalogue).map(code))]),
  ].join('\n');
};

/** What stands in files, as code: nothing in it is markup, a link or the name of somebody who is told. */
function code(text: string): string {
  return `\`${printable(text).replaceAll('`', '’').trim() || ' '}\``;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |\n`;
  return line(head) + line(head.map(() => '---')) + rows.map(line).join('');
}

function listOf(lines: readonly string[]): string {
  return lines.map((line) => `- ${line}\n`).join('');
}

function migration({ repositories, totals }: Catalogue): string {
  const read = repositories.filter(({ problem }) => problem === undefined);
  const rows = [
    ...read.map((each) => ({ ...each, label: code(each.name) })),
    { ...totals, label: '**in all**' },
  ].map(({ label, jobs, uses, migrated }) => [
    label,
    ...[uses.static, uses.shortLived, jobs.static, jobs.both, jobs.shortLived].map(String),
    percent(migrated),
  ]);
  return table(
    ['Repository', 'Static uses', 'Short-lived uses', 'Jobs: static', 'both', 'short-lived', 'Migrated'],
    rows,
  );
}

function secrets(catalogue: Catalogue): string {
  return table(
    ['Repository', 'Secret', 'Kind', 'Where', 'Instead', 'Waived'],
    catalogue.secrets.map((secret) => [
      code(secret.repository),
      code(secretName(secret)),
      kindText(secret.rules, catalogue),
      secret.places.map((place) => code(spotText(place, place.line))).join('<br>'),
      replacementText(secret.rules, catalogue),
      secret.waivedUntil === undefined ? waivedText(secret) : code(waivedText(secret)),
    ]),
  );
}

/** The rules’ own words. */
function replacements({ kinds }: Catalogue): string[] {
  return kinds.map(({ rule, name, what, replacement, before, after }) =>
    [
      `### ${rule} ${name}\n`,
      `${what} ${replacement}\n`,
      `Instead of\n\n${fenced(before)}\n\nwrite\n\n${fenced(after)}\n`,
    ].join('\n'),
  );
}

function fenced(text: string): string {
  return `\`\`\`yaml\n${text}\n\`\`\``;
}

function changes({ new: fresh, gone, moved, unseen, migrated }: Since): string {
  const told = (what: string, ids: Since['gone']): string[] =>
    ids.map((id) => `${what}: ${code(secretName(id))} in ${code(id.repository)}`);
  return listOf([
    `migrated: ${percent(migrated.before)}, now ${percent(migrated.after)}, in the repositories that both runs read`,
    ...told('new', fresh),
    ...told('gone', gone),
    ...moved.map(
      (each) =>
        `moved: ${code(secretName(each))} in ${code(each.repository)}, from ${spots(each.from)} to ${spots(each.to)}`,
    ),
    ...told('not looked for', unseen),
  ]);
}

function spots(all: Since['moved'][number]['from']): string {
  return all.length === 0 ? 'nowhere' : all.map((spot) => code(spotText(spot))).join(', ');
}
