import type { Catalogue, Jobs } from '../catalogue.ts';
import { markup, type Markup } from './markup.ts';
import { jobsText, percent } from './wording.ts';

/** More bars than that nobody compares; what is left over is one bar. */
const mostBars = 30;

const width = 960;
const label = 300;
const bar = 570;
const pitch = 34;
const height = 20;
const top = 44;
/** Between the sum and what it is the sum of. */
const gap = 12;

interface Row {
  readonly name: string;
  readonly jobs: Jobs;
  readonly share: number | undefined;
  readonly isSum?: true;
}

const parts = [
  { key: 'shortLived', text: 'short-lived only' },
  { key: 'both', text: 'both' },
  { key: 'static', text: 'static only' },
] as const;

/** Jobs that use a credential, a bar for each repository. The table below it has the same numbers. */
export function chart(catalogue: Catalogue): Markup {
  const rows = rowsOf(catalogue);
  if (rows.length === 0) return markup``;
  const tall = top + rows.length * pitch + (rows[0]?.isSum ? gap : 0);
  return markup`<div class="wide" tabindex="0" role="group" aria-label="Chart of the migration">
    <svg class="chart" viewBox="0 0 ${width} ${tall}" role="img" aria-labelledby="chart-title chart-text">
      <title id="chart-title">Jobs on short-lived credentials and on static secrets</title>
      <desc id="chart-text">
        ${rows.map(({ name, jobs, share }) => `${name}: ${percent(share)} migrated; ${jobsText(jobs)}. `).join('')}
      </desc>
      <defs>
        <pattern
          id="stripes"
          width="8"
          height="8"
          patternUnits="userSpaceOnUse"
          patternTransform="rotate(45)"
        >
          <rect width="8" height="8" class="short" />
          <rect width="4" height="8" class="held" />
        </pattern>
      </defs>
      ${legend()} ${rows.map((row, index) => barOf(row, top + index * pitch + (rows[0]?.isSum && index > 0 ? gap : 0)))}
    </svg>
  </div>`;
}

/** Those with most left to do first; a single repository is its own sum. */
function rowsOf({ repositories, totals }: Catalogue): Row[] {
  const all = repositories
    .filter(({ migrated }) => migrated !== undefined)
    .map(({ name, jobs, migrated }): Row => ({ name, jobs, share: migrated }))
    .toSorted((a, b) => left(b.jobs) - left(a.jobs) || (a.share ?? 0) - (b.share ?? 0));
  const rest = all.length - mostBars;
  const sum: Row = {
    name: rest > 0 ? `in all (${String(rest)} more are below)` : 'in all',
    jobs: totals.jobs,
    share: totals.migrated,
    isSum: true,
  };
  return all.length < 2 ? all : [sum, ...all.slice(0, mostBars)];
}

function left(jobs: Jobs): number {
  return jobs.static + jobs.both;
}

function legend(): Markup {
  return markup`<g class="legend"
    >${parts.map(
      ({ key, text }, index) =>
        markup`<rect x="${label + index * 170}" y="8" width="14" height="14" rx="3" class="${key}" /><text
            x="${label + index * 170 + 22}"
            y="20"
            >${text}</text
          >`,
    )}</g
  >`;
}

function barOf({ name, jobs, share, isSum }: Row, y: number): Markup {
  const middle = y + height / 2 + 5;
  const all = left(jobs) + jobs.shortLived;
  let x = label;
  const segments = parts.map(({ key, text }) => {
    const number = jobs[key];
    const long = (number * bar) / all;
    const segment = number === 0 ? markup`` : segmentOf({ key, text, number, x, y, long });
    x += long;
    return segment;
  });
  return markup`<g class="row${isSum ? ' sum' : ''}" data-name="${name}">
    <text x="${label - 14}" y="${middle}" class="name">${short(name)}<title>${name}</title></text>
    <rect x="${label}" y="${y}" width="${bar}" height="${height}" rx="4" class="track" />
    ${segments}
    <text x="${label + bar + 14}" y="${middle}" class="share">${percent(share)}</text>
  </g> `;
}

interface Segment {
  readonly key: keyof Jobs;
  readonly text: string;
  readonly number: number;
  readonly x: number;
  readonly y: number;
  readonly long: number;
}

function segmentOf({ key, text, number, x, y, long }: Segment): Markup {
  const digits = String(number).length * 9 + 8;
  const middle = x + long / 2;
  const plate =
    key === 'both'
      ? markup`<rect
          x="${fixed(middle - digits / 2)}"
          y="${y + 2}"
          width="${digits}"
          height="${height - 4}"
          rx="3"
          class="plate"
        />`
      : markup``;
  return markup`<g data-part="${key}" data-count="${number}"
    ><title>${number} ${text}</title
    ><rect
      x="${fixed(x)}"
      y="${y}"
      width="${fixed(Math.max(long - 2, 1))}"
      height="${height}"
      rx="4"
      class="${key}"
    />${
      long < digits + 6
        ? ''
        : markup`${plate}<text x="${fixed(middle)}" y="${y + height / 2 + 5}" class="number ${key}-number"
              >${number}</text
            >`
    }</g
  >`;
}

function fixed(number: number): string {
  return String(Math.round(number * 100) / 100);
}

/** As much as there is room for; the end of a path says more than its beginning. */
function short(name: string): string {
  const most = 36;
  return name.length <= most ? name : `…${name.slice(1 - most)}`;
}
