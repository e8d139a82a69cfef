import { fullMatch } from '../domain/pattern.ts';
import {
  base64Cores,
  base64Lines,
  hex,
  inBothAlphabets,
  utf16Cores,
  wrap,
  writtenBase64,
} from './encodings.ts';
import { escapes, folds, patternQuoted, rareEscapes } from './escapes.ts';
import { linesOf, partsOf, type Part } from './parts.ts';

/**
 * The forms in which a secret turns up in logs, one literal each, none with a line break. The order of `tiers` is
 * the order in which a limited number of masks is spent.
 */
export type Renderings = Record<Tier, string[]>;

export const tiers = ['raw', 'encoded', 'escaped', 'wrapped', 'rewrapped', 'rare'] as const;
type Tier = (typeof tiers)[number];

/** What every language writes as it is: most tokens, which costs start-up time otherwise. */
const neverEscaped = /[A-Za-z0-9._-]*/;
/** Beyond this many bytes, forms that nobody makes of a long text are `rare`. */
const long = 512;

export function renderingsOf(secret: string): Renderings {
  const found: Renderings = { raw: [], escaped: [], encoded: [], wrapped: [], rewrapped: [], rare: [] };
  render(secret, partsOf(secret), found);
  return found;
}

/** What to look for in a stream, where the number of patterns does not matter. */
export interface Streamed {
  readonly literals: Set<string>;
  /** What is looked for in hexadecimal dumps, however these are laid out. */
  readonly dumped: readonly string[];
}

export function streamedOf(secret: string): Streamed {
  const parts = partsOf(secret);
  const all: string[] = [];
  render(secret, parts, { raw: all, escaped: all, encoded: all, wrapped: all, rewrapped: all, rare: all });
  const literals = new Set(all);
  const dumped = parts.flatMap(formsOf);
  for (const text of dumped) for (const digits of hex(Buffer.from(text))) literals.delete(digits);
  return { literals, dumped };
}

function render(secret: string, parts: readonly Part[], found: Renderings): void {
  for (const part of parts) {
    found.raw.push(...part.raw);
    found.rare.push(...part.raw.map(patternQuoted));
    escape(part, found);
    encode(part, found);
    if (part.body !== undefined) found.rewrapped.push(...wrap(part.body, 64), ...wrap(part.body, 76));
  }
  if (parts.length > 0) {
    const bytes = Buffer.from(secret.trimEnd());
    found.wrapped.push(...base64Lines(bytes, 76));
    found.rewrapped.push(...base64Lines(bytes, 64));
  }
}

function escape(part: Part, found: Renderings): void {
  if (fullMatch(neverEscaped, part.text)) return;
  const [text, ...quoted] = formsOf(part);
  // Most texts come out of most escapes as they went in.
  const seen = new Set<string>();
  const keepNew = (form: string, oneLine: string[]): void => {
    if (!seen.has(form)) keep(form, part, oneLine, found.rare);
    seen.add(form);
  };
  for (const form of escapes) {
    keepNew(form(text), found.escaped);
    for (const other of quoted) keep(form(other), part, found.rewrapped, found.rare);
  }
  for (const form of rareEscapes) keepNew(form(text), found.rare);
  found.rare.push(...part.raw.flatMap(folds));
}

/** An escaped text that still has lines costs a mask for each: those come last. */
function keep(form: string, part: Part, oneLine: string[], manyLines: string[]): void {
  if (form.includes('\n')) manyLines.push(...linesOf(form));
  else if (part.raw.length === 1 || !part.raw.every((line) => form.includes(line))) oneLine.push(form);
}

function encode(part: Part, found: Renderings): void {
  encodeForm(part.quoted ?? part.text, found.encoded, found.rare);
  if (part.quoted !== undefined) encodeForm(part.text, found.rare, found.rare);
  if (part.text.includes('\n'))
    found.rare.push(...base64Cores(Buffer.from(part.text.replaceAll('\n', '\r\n'))).flatMap(inBothAlphabets));
}

function encodeForm(text: string, common: string[], rare: string[]): void {
  const bytes = Buffer.from(text);
  const standard = base64Cores(bytes);
  // Base64 of base64: where nothing stands in front of either, then where something does.
  const [doubled, ...shifted] = standard.flatMap((core) => base64Cores(Buffer.from(core, 'latin1')));
  const unlikely = bytes.length > long ? rare : common;
  const cores = standard.flatMap(inBothAlphabets);
  common.push(...cores, ...hex(bytes));
  unlikely.push(...utf16Cores(text), ...(doubled === undefined ? [] : [doubled]));
  rare.push(...shifted, ...cores.flatMap(writtenBase64));
}

/** The text, and the text as it stands inside the JSON of the secret. */
function formsOf(part: Part): [string, ...string[]] {
  return part.quoted === undefined ? [part.text] : [part.text, part.quoted];
}
