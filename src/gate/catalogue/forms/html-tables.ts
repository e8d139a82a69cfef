import type { Catalogue, CataloguedSecret } from '../catalogue.ts';
import { markup, prose, type Markup } from './markup.ts';
import { counted, kindText, percent, replacementText, secretName, spotText, waivedText } from './wording.ts';

/** A column: its head, and whether its cells are numbers. */
type Column = readonly [head: string, kind?: 'number'];

function tableOf(id: string, caption: string, columns: readonly Column[], rows: readonly Markup[]): Markup {
  const heads = columns.map(
    ([head, kind]) =>
      markup`<th scope="col" ${kind === undefined ? '' : markup` class="number"`}>${head}</th>`,
  );
  return markup`<div class="wide" tabindex="0" role="group" aria-label="${caption}">
    <table id="${id}" class="sortable">
      <caption>
        ${caption}
      </caption>
      <thead>
        <tr>
          ${heads}
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
  </div>`;
}

function numbers(values: readonly number[]): Markup[] {
  return values.map((value) => markup`<td class="number">${value}</td>`);
}

export function migrationTable({ repositories }: Catalogue): Markup {
  const read = repositories.filter(({ problem }) => problem === undefined);
  const columns: readonly Column[] = [
    ['Repository'],
    ['Static uses', 'number'],
    ['Short-lived uses', 'number'],
    ['Jobs: static', 'number'],
    ['both', 'number'],
    ['short-lived', 'number'],
    ['Migrated', 'number'],
  ];
  const rows = read.map(
    ({ name, uses, jobs, migrated }) =>
      markup`<tr>
        <th scope="row">${name}</th>
        ${numbers([uses.static, uses.shortLived, jobs.static, jobs.both, jobs.shortLived])}
        <td class="number" data-sort="${migrated ?? -1}">${percent(migrated)}</td>
      </tr> `,
  );
  return tableOf('repositories-table', 'Migration by repository', columns, rows);
}

export function secretsTable(catalogue: Catalogue): Markup {
  if (catalogue.secrets.length === 0) return markup`<p>None.</p>`;
  const columns: readonly Column[] = [
    ['Secret'],
    ['Repository'],
    ['Kind'],
    ['Places', 'number'],
    ['Where'],
    ['Instead'],
    ['Waived'],
  ];
  const rows = catalogue.secrets.map(
    (secret) =>
      markup`<tr>
        <th scope="row"><code>${secretName(secret)}</code></th>
        <td>${secret.repository}</td>
        <td>${kinds(secret, catalogue)}</td>
        <td class="number">${secret.places.length}</td>
        <td>${places(secret)}</td>
        <td>${prose(replacementText(secret.rules, catalogue))}</td>
        <td>${waived(secret)}</td>
      </tr> `,
  );
  return tableOf('secrets-table', 'Static secrets', columns, rows);
}

function kinds({ rules, severity }: CataloguedSecret, catalogue: Catalogue): Markup {
  return markup`${rules.map((rule) => markup`<a class="kind ${severity}" href="#${rule}">${kindText([rule], catalogue)}</a> `)}`;
}

const mostOpen = 3;

function places({ places: all }: CataloguedSecret): Markup {
  const items = all.map((place) => markup`<li><code>${spotText(place, place.line)}</code></li>`);
  if (all.length <= mostOpen)
    return markup`<ul>
      ${items}
    </ul>`;
  return markup`<details>
    <summary>${counted(all.length, 'place', 'places')}</summary>
    <ul>
      ${items}
    </ul>
  </details>`;
}

function waived(secret: CataloguedSecret): Markup {
  const text = waivedText(secret);
  return secret.waivedUntil === undefined ? markup`${text}` : markup`<span class="waived">${text}</span>`;
}
