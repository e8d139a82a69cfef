/** The page of `gate catalogue` in a real browser. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect } from '@jest/globals';
import { catalogueForms } from '../../src/gate/catalogue/forms/registry.ts';
import { startBrowser, type Browser } from '../support/browser.ts';
import { has, testWith } from '../support/peers.ts';
import { hostile } from '../unit/gate/catalogue/hostile.ts';
import { catalogued, checkout, jobs } from '../unit/gate/catalogue/scene.ts';

const many = Array.from({ length: 10 }, (_, index) => jobs.static(`s${String(index)}`, 'MANY_AWS_KEY'));
const files = {
  ...hostile,
  ...checkout('infra', jobs.borrowing('a') + jobs.shortLived('b') + jobs.both('c')),
  ...checkout('shop', jobs.static('x') + jobs.static('z') + jobs.borrowing('y') + many.join('')),
};

describe('the page of the catalogue', () => {
  const folder = mkdtempSync(join(tmpdir(), 'catalogue-page-'));
  const path = join(folder, 'page.html');
  let browser: Browser | undefined;
  const page = (): Browser => {
    if (browser === undefined) throw new Error('there is no browser');
    return browser;
  };

  beforeAll(async () => {
    if (!has('chromium')) return;
    writeFileSync(path, catalogueForms.html(await catalogued(files)));
    browser = await startBrowser();
  }, 60_000);

  beforeEach(async () => {
    await browser?.open(pathToFileURL(path).href);
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true });
  }, 60_000);

  testWith(
    ['chromium'],
    'asks nobody for anything, and its own policy has nothing to complain of',
    async () => {
      const before = page().complaints.length;
      await page().open(pathToFileURL(path).href);
      await page().evaluate(
        'new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))',
      );
      expect(new Set(page().requests())).toEqual(new Set([pathToFileURL(path).href]));
      expect(page().complaints.slice(before)).toEqual([]);
    },
    60_000,
  );

  testWith(
    ['chromium'],
    'a script or a style that somebody brings into it is refused',
    async () => {
      await page().evaluate(`{
        const script = document.createElement('script');
        script.textContent = 'window.ran = true';
        document.body.append(script);
        const image = new Image();
        image.src = 'https://evil.example/x';
        document.body.append(image);
        document.body.setAttribute('style', 'color: red');
      }`);
      expect(await page().evaluate('typeof window.ran')).toBe('undefined');
      await page().open(pathToFileURL(path).href);
      expect(
        page()
          .requests()
          .filter((url) => !url.startsWith('file:')),
      ).toEqual([]);
      expect(page().complaints.join('\n')).toContain('script-src');
      expect(page().complaints.join('\n')).toContain('img-src');
    },
    60_000,
  );

  testWith(
    ['chromium'],
    'shows hostile names as they are written',
    async () => {
      const shown = await page().evaluate<string>('document.body.innerText');
      for (const part of [
        '<svg onload=alert(1)>',
        '</title><script>fetch("https://evil.example/job")</script>',
        '"><script>alert(1)?',
        'a"><b onclick=alert(1)>|x.yml',
        '<b>owner|@octocat',
        '<i>broken.yml',
      ])
        expect(shown).toContain(part);
      const elements = await page().evaluate<string[]>(
        `[...document.querySelectorAll('main *')].map((each) => each.localName).filter((name) => ['script', 'img', 'iframe', 'i'].includes(name))`,
      );
      expect(elements).toEqual([]);
      expect(await page().evaluate('document.title')).toBe('Static secrets in use');
    },
    60_000,
  );

  testWith(
    ['chromium'],
    'the chart has the numbers of the table, and bars as long as they say',
    async () => {
      const bars = await page().evaluate<Record<string, Record<string, number>>>(`Object.fromEntries(
        [...document.querySelectorAll('.chart .row')].map((row) => [row.dataset.name, Object.fromEntries(
          [...row.querySelectorAll('[data-part]')].map((part) => [part.dataset.part, Number(part.dataset.count)]))]))`);
      expect(bars).toEqual({
        'in all': { shortLived: 3, both: 1, static: 13 },
        'git.example/octo-org/infra': { shortLived: 2, both: 1 },
        'git.example/octo-org/shop': { shortLived: 1, static: 12 },
        '"><script>alert(1)?': { static: 1 },
      });
      const lengths = await page().evaluate<number[]>(
        `[...document.querySelectorAll('.chart .row')].find((row) => row.dataset.name.endsWith('/infra'))
          .querySelectorAll('[data-part] > rect:first-of-type').values().map((part) => part.getBBox().width).toArray()`,
      );
      expect((lengths[0] ?? 0) / (lengths[1] ?? 1)).toBeCloseTo(2, 1);
      const row = await page().evaluate<string[]>(
        `[...document.querySelectorAll('#repositories-table tbody tr')].map((row) => [...row.cells].map((cell) => cell.innerText).join(' ')).filter((text) => text.includes('/shop'))`,
      );
      expect(row).toEqual(['git.example/octo-org/shop 12 1 12 0 1 7 %']);
      const told = await page().evaluate<string>(`document.querySelector('.chart desc').textContent`);
      expect(told).toContain('git.example/octo-org/infra: 66 % migrated');
    },
    60_000,
  );

  testWith(
    ['chromium'],
    'the list of secrets sorts by the keyboard alone, numbers as numbers, and says so',
    async () => {
      const column = (): Promise<string[]> =>
        page().evaluate(
          `[...document.querySelectorAll('#secrets-table tbody tr')].map((row) => row.cells[3].innerText)`,
        );
      const head = `[...document.querySelectorAll('#secrets-table thead th')][3]`;
      await page().evaluate(`[...document.querySelectorAll('#secrets-table thead button')][2].focus()`);
      await page().press('Tab');
      expect(await page().evaluate('document.activeElement.textContent')).toBe('Places');
      await page().press('Enter');
      expect(await column()).toEqual(['1', '1', '1', '2', '10']);
      expect(await page().evaluate(`${head}.getAttribute('aria-sort')`)).toBe('ascending');
      await page().press(' ');
      expect(await column()).toEqual(['10', '2', '1', '1', '1']);
      expect(await page().evaluate(`${head}.getAttribute('aria-sort')`)).toBe('descending');
      expect(await page().evaluate(`document.getElementById('said').textContent`)).toBe(
        'Static secrets, sorted by Places, descending',
      );
    },
    60_000,
  );

  testWith(
    ['chromium'],
    'the list can be narrowed down',
    async () => {
      await page().evaluate(`document.querySelector('.filter input').focus()`);
      await page().call('Input.insertText', { text: 'many_aws' });
      const rows = `[...document.querySelectorAll('#secrets-table tbody tr')].filter((row) => !row.hidden).length`;
      expect(await page().evaluate(rows)).toBe(1);
    },
    60_000,
  );

  testWith(
    ['chromium'],
    'text holds its contrast by day and by night',
    async () => {
      for (const value of ['light', 'dark']) {
        await page().call('Emulation.setEmulatedMedia', {
          features: [{ name: 'prefers-color-scheme', value }],
        });
        const colours = await page().evaluate<Record<string, string>>(`Object.fromEntries(
          ['page', 'card', 'text', 'muted', 'short', 'short-text', 'held', 'held-text', 'link', 'alert', 'good'].map(
            (name) => [name, getComputedStyle(document.documentElement).getPropertyValue('--' + name).trim()]))`);
        for (const [front, back] of [
          ['text', 'page'],
          ['text', 'card'],
          ['text', 'alert'],
          ['muted', 'page'],
          ['muted', 'card'],
          ['link', 'card'],
          ['good', 'card'],
          ['short-text', 'short'],
          ['held-text', 'held'],
        ] as const)
          expect([value, front, back, contrast(colours[front], colours[back]) >= 4.5]).toEqual([
            value,
            front,
            back,
            true,
          ]);
      }
    },
    60_000,
  );

  testWith(
    ['chromium'],
    'on paper everything is unfolded',
    async () => {
      await page().call('Page.printToPDF');
      expect(await page().evaluate(`document.querySelectorAll('details:not([open])').length`)).toBe(0);
    },
    60_000,
  );
});

/** https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio */
function contrast(one = '', other = ''): number {
  const [low = 0, high = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const value = parseInt(colour.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
