import { printable } from '../../../domain/printable.ts';
import type { Catalogue, Since } from '../catalogue.ts';
import type { CatalogueForm } from './form.ts';
import {
  jobsText,
  kindText,
  percent,
  problemLines,
  secretName,
  spotText,
  summaryLines,
  waivedText,
} from './wording.ts';

/** For a person at a terminal. */
export const table: CatalogueForm = (catalogue) =>
  `${[
    `Static secrets in use, ${catalogue.generatedAt}`,
    ...summaryLines(catalogue),
    '',
    ...migration(catalogue),
    ...section('', secrets(catalogue)),
    ...section('What to use instead', replacements(catalogue)),
    ...(catalogue.since === undefined
      ? []
      : section(`Since ${catalogue.since.generatedAt}`, since(catalogue.since))),
    ...section('Could not be read', problemLines(catalogue)),
  ].join('\n')}\n`;

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', ...(title === '' ? [] : [title]), ...lines];
}

function migration({ repositories, totals }: Catalogue): string[] {
  const read = repositories.filter(({ problem }) => problem === undefined);
  const rows = [...read, { name: 'in all', ...totals }].map(({ name, jobs, uses, migrated }) => [
    printable(name),
    ...[uses.static, uses.shortLived, jobs.static, jobs.both, jobs.shortLived].map(String),
    percent(migrated),
    bar(migrated),
  ]);
  return [
    ...columns([
      ['REPOSITORY', 'STATIC USES', 'SHORT-LIVED USES', 'JOBS STATIC', 'BOTH', 'SHORT-LIVED', 'MIGRATED', ''],
      ...rows,
    ]),
    `${jobsText(totals.jobs)}.`,
  ];
}

const barWidth = 20;

function bar(share: number | undefined): string {
  if (share === undefined) return '';
  const full = Math.floor((share * barWidth) / 100);
  return `${'█'.repeat(full)}${'░'.repeat(barWidth - full)}`;
}

function secrets(catalogue: Catalogue): string[] {
  if (catalogue.secrets.length === 0) return [];
  const rows = catalogue.secrets.flatMap((secret) =>
    secret.places.map((place, index) => {
      const first = index === 0;
      return [
        first ? printable(secret.repository) : '',
        first ? secretName(secret) : '',
        first ? kindText(secret.rules, catalogue) : '',
        first ? waivedText(secret) : '',
        spotText(place, place.line),
      ];
    }),
  );
  return columns([['REPOSITORY', 'SECRET', 'KIND', 'WAIVED', 'WHERE'], ...rows]);
}

function replacements({ kinds }: Catalogue): string[] {
  return kinds.map(({ rule, name, replacement }) => `  ${rule} ${name}: ${replacement}`);
}

function since({ new: fresh, gone, moved, unseen, jobs, migrated }: Since): string[] {
  const list = (title: string, ids: Since['gone']): string[] =>
    ids.map((id) => `  ${title.padEnd(7)} ${printable(id.repository)} ${secretName(id)}`);
  return [
    `  migrated ${percent(migrated.before)} → ${percent(migrated.after)} in the repositories that both runs read`,
    `  ${jobsText(jobs.before)}; now ${jobsText(jobs.after)}`,
    ...list('new', fresh),
    ...list('gone', gone),
    ...moved.flatMap((each) => [
      ...list('moved', [each]),
      ...each.from.map((spot) => `          - ${spotText(spot)}`),
      ...each.to.map((spot) => `          + ${spotText(spot)}`),
    ]),
    ...list('unseen', unseen),
  ];
}

/** Rows of cells, each column as wide as its widest cell. */
function columns(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, index) => Math.max(...rows.map((row) => row[index]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, index) => cell.padEnd(widths[index] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
