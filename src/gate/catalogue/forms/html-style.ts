/** Colours that hold 4.5:1 against what they stand on (WCAG 2.2, 1.4.3), by day and by night. */
export const style = `
:root { color-scheme: light dark; --page: #f6f8fa; --card: #ffffff; --text: #1f2328; --muted: #57606a; --line: #d0d7de;
  --short: #0a69c7; --short-text: #ffffff; --held: #b45309; --held-text: #ffffff; --track: #eaeef2; --link: #0550ae;
  --alert: #fff1e5; --alert-line: #b45309; --good: #116329; --focus: #0550ae; }
@media (prefers-color-scheme: dark) { :root { --page: #0d1117; --card: #161b22; --text: #e6edf3; --muted: #9da7b3;
  --line: #30363d; --short: #58a6ff; --short-text: #0d1117; --held: #f0a04b; --held-text: #0d1117; --track: #21262d;
  --link: #79b8ff; --alert: #2d2013; --alert-line: #f0a04b; --good: #56d364; --focus: #79b8ff; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 76rem; padding: 2rem 1.5rem 4rem; background: var(--page); color: var(--text);
  font: 0.9375rem/1.5 system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
h1 { margin: 0; font-size: 1.75rem; letter-spacing: -0.01em; }
h2 { margin: 0 0 0.75rem; font-size: 1.25rem; }
h3 { margin: 0 0 0.25rem; font-size: 1rem; }
header p { margin: 0.25rem 0 1.5rem; }
section { margin: 1.5rem 0; padding: 1.25rem 1.5rem; background: var(--card); border: 1px solid var(--line); border-radius: 10px; }
section > p:first-of-type { margin-top: 0; }
.muted { color: var(--muted); }
.unseen { position: absolute; width: 1px; height: 1px; margin: 0; overflow: hidden; clip-path: inset(50%); }
code, pre { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: 0.85em; }
code { overflow-wrap: anywhere; unicode-bidi: isolate; }
a { color: var(--link); }
:focus-visible { outline: 2px solid var(--focus); outline-offset: 2px; }
.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(10rem, 1fr)); gap: 0.75rem; margin: 0; }
.cards div { display: flex; flex-direction: column-reverse; justify-content: flex-end; padding: 0.9rem 1.1rem;
  background: var(--card); border: 1px solid var(--line); border-radius: 10px; }
.cards dt { color: var(--muted); font-size: 0.8125rem; line-height: 1.35; }
.cards dd { margin: 0; font-size: 1.75rem; font-weight: 650; font-variant-numeric: tabular-nums; }
.cards div:first-child { border-color: var(--short); box-shadow: inset 4px 0 0 var(--short); }
.alert { background: var(--alert); border-color: var(--alert-line); }
.alert ul { margin: 0; padding-left: 1.2rem; overflow-wrap: anywhere; }
.wide { overflow-x: auto; }
.chart { display: block; width: 100%; min-width: 44rem; height: auto; margin: 0.5rem 0 1.25rem; }
.chart text { fill: var(--text); font-size: 14px; }
.chart .name { text-anchor: end; unicode-bidi: isolate; }
.chart .share { font-weight: 650; font-variant-numeric: tabular-nums; }
.chart .sum .name { font-weight: 650; }
.chart .legend text { fill: var(--muted); font-size: 13px; }
.chart .number { text-anchor: middle; font-size: 13px; font-weight: 650; font-variant-numeric: tabular-nums; }
.chart .track { fill: var(--track); }
.chart .short, .chart .shortLived { fill: var(--short); }
.chart .held, .chart .static { fill: var(--held); }
.chart .both { fill: url(#stripes); }
.chart .plate { fill: var(--card); }
.chart .shortLived-number { fill: var(--short-text); }
.chart .static-number { fill: var(--held-text); }
table { width: 100%; border-collapse: collapse; }
caption { padding: 0 0 0.5rem; text-align: left; color: var(--muted); font-size: 0.8125rem; }
th, td { padding: 0.5rem 0.75rem; border-top: 1px solid var(--line); text-align: left; vertical-align: top; }
thead th { border-top: 0; border-bottom: 2px solid var(--line); color: var(--muted); font-size: 0.8125rem; font-weight: 600;
  white-space: nowrap; }
tbody th { font-weight: 600; overflow-wrap: anywhere; }
tbody tr:hover { background: color-mix(in srgb, var(--short) 7%, transparent); }
.number { text-align: right; font-variant-numeric: tabular-nums; }
td ul { margin: 0; padding: 0; list-style: none; }
thead button { margin: 0; padding: 0; border: 0; background: none; color: inherit; font: inherit; cursor: pointer; }
thead button::after { content: "\\2195"; display: inline-block; width: 1.1em; opacity: 0.55; }
thead [aria-sort="ascending"] button::after { content: "\\2191"; opacity: 1; }
thead [aria-sort="descending"] button::after { content: "\\2193"; opacity: 1; }
thead [aria-sort] button { color: var(--text); }
#secrets-table { table-layout: fixed; min-width: 62rem; }
#secrets-table td { overflow-wrap: anywhere; }
#secrets-table th:nth-child(1) { width: 17%; }
#secrets-table th:nth-child(2) { width: 15%; }
#secrets-table th:nth-child(3) { width: 12%; }
#secrets-table th:nth-child(4) { width: 5.5rem; }
#secrets-table th:nth-child(6) { width: 17%; }
#secrets-table th:nth-child(7) { width: 6.5rem; }
tbody td { font-size: 0.875rem; }
.filter { display: flex; gap: 0.6rem; align-items: center; margin: 0 0 0.75rem; }
.filter input { flex: 0 1 22rem; padding: 0.35rem 0.6rem; border: 1px solid var(--muted); border-radius: 6px;
  background: var(--page); color: inherit; font: inherit; }
.kind { display: inline-block; margin: 0 0 0.2rem; padding: 0 0.5rem; border: 1px solid var(--line); border-radius: 0.7rem;
  font-size: 0.8125rem; text-decoration: none; }
.kind.error { border-color: var(--held); }
.kind:hover { text-decoration: underline; }
.waived { color: var(--good); }
.changes { display: grid; grid-template-columns: repeat(auto-fit, minmax(16rem, 1fr)); gap: 1rem 2rem; }
.changes ul { margin: 0; padding-left: 1.1rem; }
.changes ul ul { padding-left: 0.25rem; list-style: none; }
ins { text-decoration: none; }
ins::before { content: "+ "; color: var(--good); }
del::before { content: "\\2212 "; }
details { margin: 0.35rem 0; }
summary { cursor: pointer; }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(18rem, 1fr)); gap: 0.75rem; }
figure { min-width: 0; margin: 0; }
figcaption { color: var(--muted); font-size: 0.8125rem; }
pre { margin: 0.25rem 0 0; padding: 0.75rem; overflow-x: auto; background: var(--page); border: 1px solid var(--line); border-radius: 6px; }
footer { font-size: 0.8125rem; }
footer p { margin: 0.15rem 0; }
@media print {
  :root { --page: #ffffff; --card: #ffffff; --text: #000000; --muted: #444444; --line: #999999; --short: #0a69c7;
    --short-text: #ffffff; --held: #b45309; --held-text: #ffffff; --track: #eaeef2; --link: #000000; --alert: #ffffff; --good: #000000; }
  body { max-width: none; padding: 0; font-size: 9pt; }
  section { padding: 0; border: 0; }
  .wide { overflow: visible; }
  .chart, #secrets-table { min-width: 0; }
  .chart { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  tr, .chart, .cards, figure { break-inside: avoid; }
  .filter { display: none; }
  thead button::after { content: none; }
}
`;
