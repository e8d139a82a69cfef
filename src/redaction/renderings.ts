import { fullMatch } from '../domain/pattern.ts';
import { addBase64, addLines, addPatternQuoted, lastOf, type Source } from './encodings.ts';
import { escapesOf, folds } from './escapes.ts';
import { addText, gather, type Gathering } from './gathering.ts';
import { linesOf, partsOf, type Part } from './parts.ts';

/**
 * The forms in which a secret turns up in logs, one literal each, none with a line break. The order of `tiers` is
 * the order in which a limited number of masks is spent.
 */
export type Renderings = Record<Tier, Gathering>;

export const tiers = ['raw', 'encoded', 'escaped', 'wrapped', 'rewrapped', 'rare'] as const;
type Tier = (typeof tiers)[number];

/** What every language writes as it is: most tokens, which costs start-up time otherwise. */
const neverEscaped = /[A-Za-z0-9._-]*/;
/** Beyond this many bytes, forms that nobody makes of a long text are `rare`. */
const long = 512;

/** How many bytes stand in front, mod 3. */
const alignments = [0, 1, 2];

/** Renderings, while they are made. */
export interface Page {
  readonly found: Renderings;
  /** Hexadecimal digits are looked for by their bytes, in dumps, or are renderings like any other. */
  readonly dumped: Gathering | undefined;
  /** Bytes that are encoded. */
  readonly sources: Gathering;
}

export function renderingsOf(secret: string): Renderings {
  const found = Object.fromEntries(tiers.map((tier) => [tier, gather()])) as Renderings;
  render(secret, { found, dumped: undefined, sources: gather() });
  return found;
}

export function render(secret: string, page: Page): void {
  const { found } = page;
  const parts = partsOf(secret);
  for (const part of parts) {
    for (const text of part.raw) {
      addText(found.raw, text);
      addPatternQuoted(found.rare, lastOf(found.raw));
    }
    escape(part, found);
    encode(part, page);
    if (part.body === undefined) continue;
    const body = sourceOf(part.body, page);
    addLines(found.rewrapped, body, 64);
    addLines(found.rewrapped, body, 76);
  }
  if (parts.length === 0) return;
  const core = addBase64(page.sources, sourceOf(secret.trimEnd(), page), 0);
  addLines(found.wrapped, core, 76);
  addLines(found.rewrapped, core, 64);
}

function escape(part: Part, { escaped, rewrapped, rare }: Renderings): void {
  if (fullMatch(neverEscaped, part.text)) return;
  // Most texts come out of most escapes as they went in.
  const seen = new Set(part.raw);
  const keepNew = (forms: readonly string[], oneLine: Gathering): void => {
    for (const form of forms) {
      if (!seen.has(form)) keep(form, part, oneLine, rare);
      seen.add(form);
    }
  };
  const [common, uncommon] = escapesOf(part.text);
  keepNew(common, escaped);
  if (part.quoted !== undefined) keepNew(escapesOf(part.quoted)[0], rewrapped);
  keepNew(uncommon, rare);
  for (const line of part.raw) for (const piece of folds(line)) addText(rare, piece);
}

/** An escaped text that still has lines costs a mask for each: those come last. */
function keep(form: string, { raw }: Part, oneLine: Gathering, manyLines: Gathering): void {
  if (form.includes('\n')) for (const line of linesOf(form)) addText(manyLines, line);
  else if (raw.length === 1 || !raw.every((line) => form.includes(line))) addText(oneLine, form);
}

function encode({ text, quoted }: Part, page: Page): void {
  const { encoded, rare } = page.found;
  encodeForm(quoted ?? text, page, encoded);
  if (quoted !== undefined) encodeForm(text, page, rare);
  if (text.includes('\n')) encodeAt(sourceOf(text.replaceAll('\n', '\r\n'), page), rare, rare);
}

/** @param common where the forms go that are not rare */
function encodeForm(text: string, page: Page, common: Gathering): void {
  const { rare } = page.found;
  const source = sourceOf(text, page);
  const cores = encodeAt(source, common, rare);
  if (page.dumped === undefined) {
    const digits = source.of.room.toString('hex', source.from, source.to);
    for (const form of [digits, digits.toUpperCase()]) addText(common, form);
  } else addText(page.dumped, text);
  const unlikely = source.to > long ? rare : common;
  // What PowerShell's -EncodedCommand and its kin make base64 of.
  addText(page.sources, text, 'utf16le');
  const utf16 = lastOf(page.sources);
  for (const before of alignments) addBase64(unlikely, utf16, before);
  // Base64 of base64: where nothing stands in front of either, then where something does.
  for (const [nth, core] of cores.entries())
    for (const before of alignments) addBase64(nth + before === 0 ? unlikely : rare, core, before);
}

/** Base64 in every alignment, also as it stands in URLs and in the JSON of PHP. */
function encodeAt(source: Source, target: Gathering, rare: Gathering): Source[] {
  return alignments.map((before) => {
    const core = addBase64(target, source, before);
    const text = target.room.toString('latin1', core.from, core.to);
    if (!/[+/]/.test(text)) return core;
    addText(target, text.replaceAll('+', '-').replaceAll('/', '_'));
    addText(rare, text.replaceAll('+', '%2B').replaceAll('/', '%2F'));
    addText(rare, text.replaceAll('/', '\\/'));
    return core;
  });
}

function sourceOf(text: string, { sources }: Page): Source {
  sources.starts.length = 1;
  addText(sources, text);
  return lastOf(sources);
}
