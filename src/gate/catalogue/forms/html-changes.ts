import type { Catalogue, Since } from '../catalogue.ts';
import { markup, type Markup } from './markup.ts';
import { jobsText, percent, secretName, spotText } from './wording.ts';

/** What has changed since the last run. */
export function changes({ since }: Catalogue): Markup {
  if (since === undefined) return markup``;
  const { generatedAt, new: fresh, gone, moved, unseen, jobs, migrated } = since;
  return markup`<section aria-labelledby="changes">
    <h2 id="changes">Since ${generatedAt.slice(0, 10)}</h2>
    <p>
      In the repositories that both runs read:
      <b>${percent(migrated.before)} → ${percent(migrated.after)}</b> migrated (${jobsText(jobs.before)}; now
      ${jobsText(jobs.after)}).
    </p>
    <div class="changes">
      ${listOf('New', fresh, [])} ${listOf('Gone', gone, [])} ${listOf('Moved', moved, moved.map(journey))}
      ${listOf('Not looked for', unseen, [])}
    </div>
  </section>`;
}

function listOf(title: string, ids: Since['gone'], more: readonly Markup[]): Markup {
  if (ids.length === 0 && title === 'Not looked for') return markup``;
  const items = ids.map(
    (id, index) =>
      markup`<li>
        <code>${secretName(id)}</code> <span class="muted">${id.repository}</span>${more[index] ?? ''}
      </li> `,
  );
  return markup`<div>
    <h3>${title} <span class="muted">${ids.length}</span></h3>
    ${
      items.length === 0
        ? markup`<p class="muted">None.</p>`
        : markup`<ul>
            ${items}
          </ul>`
    }
  </div>`;
}

function journey({ from, to }: Since['moved'][number]): Markup {
  return markup`<ul>
    ${from.map(
      (spot) =>
        markup`<li>
          <del><code>${spotText(spot)}</code></del>
        </li>`,
    )}${to.map(
      (spot) =>
        markup`<li>
          <ins><code>${spotText(spot)}</code></ins>
        </li>`,
    )}
  </ul>`;
}
