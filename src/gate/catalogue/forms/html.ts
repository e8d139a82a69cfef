import { createHash } from 'node:crypto';
import type { Catalogue } from '../catalogue.ts';
import { chart } from './html-chart.ts';
import { changes } from './html-changes.ts';
import { script } from './html-script.ts';
import { style } from './html-style.ts';
import { migrationTable, secretsTable } from './html-tables.ts';
import type { CatalogueForm } from './form.ts';
import { markup, prose, verbatim, type Markup } from './markup.ts';
import { counted, jobsText, percent, problemLines, summaryLines } from './wording.ts';

/** A page that needs nothing else, for a browser and for paper. It sends nothing, and its policy would not let it. */
export const html: CatalogueForm = (catalogue) => {
  const policy = `default-src 'none'; style-src '${hash(style)}'; script-src '${hash(script)}'; base-uri 'none'; form-action 'none'`;
  const page = markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${verbatim(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<title>Static secrets in use</title>
<style>${verbatim(style)}</style>
</head>
<body>
<header>
<h1>Static secrets in use</h1>
<p class="muted"><time datetime="${catalogue.generatedAt}">${moment(catalogue.generatedAt)}</time></p>
</header>
<main>
${problems(catalogue)}
${cards(catalogue)}
<section aria-labelledby="migration">
<h2 id="migration">Migration</h2>
<p>${jobsText(catalogue.totals.jobs)}.</p>
${chart(catalogue)}
${migrationTable(catalogue)}
</section>
${changes(catalogue)}
<section aria-labelledby="secrets">
<h2 id="secrets">Secrets</h2>
${secretsTable(catalogue)}
</section>
${instead(catalogue)}
</main>
<footer class="muted">
${summaryLines(catalogue).map((line) => markup`<p>${line}</p>`)}
<p>Made by <code>ephemeral-creds gate catalogue</code>. No value of a secret is in this file.</p>
</footer>
<p id="said" role="status" class="unseen"></p>
<script>${verbatim(script)}</script>
</body>
</html>
`;
  return page.markup;
};

/** https://www.w3.org/TR/CSP3/#framework-directive-source-list */
function hash(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}

function moment(iso: string): string {
  return `${iso.slice(0, 10)}, ${iso.slice(11, 16)} UTC`;
}

function cards({ totals }: Catalogue): Markup {
  const numbers: readonly (readonly [string | number, string])[] = [
    [percent(totals.migrated), 'of the jobs that use a credential are migrated'],
    [totals.secrets, 'static secrets'],
    [totals.waived, 'of them waived'],
    [totals.uses.static, 'static uses'],
    [totals.uses.shortLived, 'short-lived uses'],
    [totals.repositories, 'repositories'],
  ];
  return markup`<dl class="cards">
${numbers.map(([number, what]) => markup`<div><dt>${what}</dt><dd>${number}</dd></div>\n`)}</dl>`;
}

function problems(catalogue: Catalogue): Markup {
  const lines = problemLines(catalogue);
  if (lines.length === 0) return markup``;
  return markup`<section class="alert" aria-labelledby="problems">
<h2 id="problems">Could not be read</h2>
<p>What is in these is not in this catalogue.</p>
<ul>${lines.map((line) => markup`<li>${line}</li>\n`)}</ul>
</section>`;
}

function instead({ kinds }: Catalogue): Markup {
  if (kinds.length === 0) return markup``;
  return markup`<section aria-labelledby="instead">
<h2 id="instead">What to use instead</h2>
${kinds.map(
  ({ rule, name, what, replacement, before, after, secrets }) => markup`<details id="${rule}">
<summary><b>${rule}</b> ${name} <span class="muted">${counted(secrets, 'secret', 'secrets')}</span></summary>
<p>${prose(what)}</p>
<p>${prose(replacement)}</p>
<div class="pair"><figure><figcaption>Instead of</figcaption><pre><code>${before}</code></pre></figure>
<figure><figcaption>write</figcaption><pre><code>${after}</code></pre></figure></div>
</details>
`,
)}</section>`;
}
