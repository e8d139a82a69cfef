import { describe, expect, test } from '@jest/globals';
import { catalogueForms } from '../../../../src/gate/catalogue/forms/registry.ts';
import { hostile } from './hostile.ts';
import { catalogued, checkout, jobs } from './scene.ts';

const last = catalogued(checkout('shop', jobs.static('deploy')));
const shop = last.then((since) =>
  catalogued({ ...checkout('shop', jobs.static('other') + jobs.both('publish')), ...hostile }, { since }),
);
const names = Object.keys(catalogueForms) as (keyof typeof catalogueForms)[];

describe.each(names)('as %s', (name) => {
  test('tells of secrets, places, kinds, progress and changes', async () => {
    const text = catalogueForms[name](await shop);
    for (const part of ['AWS_KEY', 'EO101', 'ci.yml', 'publish', 'NPM_TOKEN', '2026-12-31', 'broken.yml'])
      expect(text).toContain(part);
    expect(text).toMatch(/role with its ID token/);
    expect(text.endsWith('\n')).toBe(true);
  });

  test('is the same twice, and of nothing', async () => {
    const [one, other] = [catalogueForms[name](await shop), catalogueForms[name](await shop)];
    expect(one).toBe(other);
    const empty = await catalogued(checkout('shop', jobs.neither('lint')));
    expect(catalogueForms[name](empty)).toContain('2026-11-21');
  });
});

describe('hostile names', () => {
  test('of a table move no cursor and start no workflow command', async () => {
    const files = checkout('shop', jobs.static('"a\\x1b[2J\\n::error::x"'));
    const text = catalogueForms.table(await catalogued(files));
    expect(text).toContain('AWS_KEY');
    expect(text).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f]|::/);
  });

  test('of Markdown stay in their cell, and are no markup, link or mention', async () => {
    const text = catalogueForms.markdown(await shop);
    const outside = text
      .replace(/```[^]*?```/g, '')
      .replace(/`[^`\n]*`/g, '')
      .replaceAll('<br>', '');
    expect(outside).not.toMatch(/<|@|https?:/);
    const rows = text.split('\n').filter((line) => line.startsWith('|'));
    const cells = new Set(rows.map((row) => row.replaceAll('\\|', '').split('|').length));
    expect([...cells].sort((a, b) => a - b)).toEqual([8, 9]);
  });

  test('of the page are text', async () => {
    const page = catalogueForms.html(await shop);
    expect(page.match(/<script/g)).toHaveLength(1);
    expect(page).not.toMatch(/<img|<svg onload|<b onclick|<i>|\u202e/i);
    expect(page).not.toMatch(/ (style|on\w+)="/);
  });
});

test('the page may load, send and run nothing but what is in it', async () => {
  const page = catalogueForms.html(await shop);
  const [, policy] = /Content-Security-Policy" content="([^"]+)"/.exec(page) ?? [];
  expect(policy).toMatch(
    /^default-src 'none'; style-src 'sha256-[\w+/]+={0,2}'; script-src 'sha256-[\w+/]+={0,2}'; base-uri 'none'; form-action 'none'$/,
  );
  expect(page.indexOf('Content-Security-Policy')).toBeLessThan(page.indexOf('<style'));
  expect(page).not.toMatch(/(src|href)="(?!#)/);
});

test('the chart shows those with most left, and says how many more there are', async () => {
  const files = Object.assign(
    {},
    ...Array.from({ length: 33 }, (_, index) =>
      checkout(`r${String(index)}`, jobs.borrowing('a') + (index < 2 ? '' : jobs.static('b'))),
    ),
  ) as Record<string, string>;
  const page = catalogueForms.html(await catalogued(files));
  expect(page.match(/class="row/g)).toHaveLength(31);
  expect(page).toContain('in all (3 more are below)');
  expect(page).not.toContain('data-name="git.example/octo-org/r0"');
});
