import { fullMatch } from '../domain/pattern.ts';

type Escape = (text: string) => string;

const hexOf = (char: string, width: number) => char.charCodeAt(0).toString(16).padStart(width, '0');
const eachUnit = (text: string, set: RegExp, escape: (char: string) => string) => text.replace(set, escape);
const printable = /[ -~]+/;
const nonAscii = /[^\0-\x7e]/g;

/** Percent-encodings. */
const strict: Escape = (text) =>
  eachUnit(encodeURIComponent(text), /[!'()*]/g, (char) => `%${hexOf(char, 2).toUpperCase()}`);
const form: Escape = (text) => strict(text).replaceAll('%20', '+');
const webForm: Escape = (text) => form(text).replaceAll('%2A', '*').replaceAll('~', '%7E');
const withSlashes: Escape = (text) => strict(text).replaceAll('%2F', '/');
const lowerPercent =
  (escape: Escape): Escape =>
  (text) =>
    escape(text).replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase());
/** The password of a URL, as `new URL` writes it and as Go does. */
const userInfo: Escape = (text) => encodeURIComponent(text).replace(/%(?:2[4-6BC])/g, decodeURIComponent);
const goUserInfo: Escape = (text) => strict(text).replace(/%(?:2[46BC]|3[BD])/g, decodeURIComponent);
const percentTwice: Escape = (text) => encodeURIComponent(encodeURIComponent(text));
const strictTwice: Escape = (text) => strict(strict(text));
const percent = [encodeURIComponent, strict, form, webForm];

/** JSON strings, without their quotes. */
const json: Escape = (text) => JSON.stringify(text).slice(1, -1);
const unicode = (char: string) => `\\u${hexOf(char, 4)}`;
const goJson: Escape = (text) => eachUnit(json(text), /[<>&\u2028\u2029]/g, unicode);
const slashJson: Escape = (text) => json(text).replaceAll('/', '\\/');
const asciiJson: Escape = (text) => eachUnit(json(text), nonAscii, unicode);
const phpJson: Escape = (text) => asciiJson(text).replaceAll('/', '\\/');
const jsonTwice: Escape = (text) => json(json(text));

/** Shells: between single quotes, `printf %q`, `$'…'` as `set -x` prints it in a UTF-8 and in the C locale. */
const singleQuoted: Escape = (text) => text.replaceAll("'", "'\\''");
const backslashed: Escape = (text) =>
  text.replace(/[ \t!"$&'()*,;<>?[\\\]^`{|}]/g, '\\$&').replace(/^[#~]|(?<=[:=])~/g, '\\$&');
const dollarNames: Readonly<Record<string, string>> = {
  '\x07': '\\a',
  '\b': '\\b',
  '\t': '\\t',
  '\n': '\\n',
  '\v': '\\v',
  '\f': '\\f',
  '\r': '\\r',
  '\x1b': '\\E',
  '\\': '\\\\',
  "'": "\\'",
};
const octal = (byte: number) => `\\${byte.toString(8).padStart(3, '0')}`;
const dollarQuoted: Escape = (text) =>
  text.replace(/[\0-\x1f\\'\x7f]/g, (char) => dollarNames[char] ?? octal(char.charCodeAt(0)));
const dollarQuotedC: Escape = (text) =>
  dollarQuoted(text).replace(/[^\0-\x7f]+/g, (chars) => [...Buffer.from(chars)].map(octal).join(''));
const doubleQuoted: Escape = (text) => text.replace(/["$`\\]/g, '\\$&');
const pythonQuoted: Escape = (text) => text.replaceAll("'", `'"'"'`);
/** As busybox traces a command: quotes in a row between one pair. */
const gatheredQuotes: Escape = (text) => text.replace(/'+/g, (quotes) => `'"${quotes}"'`);
/** As bash traces the right side of `[[ … == … ]]`: of every text, however harmless. */
export const patternQuoted: Escape = (text) =>
  fullMatch(printable, text) ? `\\${text.split('').join('\\')}` : text.replace(/[^\n]/gu, '\\$&');

/** XML and HTML: named entities as far as each library goes, then numbers. */
const entity =
  (names: Readonly<Record<string, string>>): Escape =>
  (text) =>
    text.replace(/[&<>"'`/=]/g, (char) => names[char] ?? char);
const inText = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };
const inAttribute = { ...inText, '"': '&quot;' };
const entities = [
  entity(inText),
  entity({ ...inAttribute, "'": '&apos;' }),
  entity({ ...inAttribute, "'": '&#39;' }),
  entity({ ...inText, '"': '&#34;', "'": '&#39;' }),
  entity({ ...inAttribute, "'": '&#x27;' }),
];
const mustache = entity({ ...inAttribute, "'": '&#39;', '/': '&#x2F;', '`': '&#x60;', '=': '&#x3D;' });
const numeric =
  (number: (code: number) => string): Escape =>
  (text) =>
    text.replace(/[&<>"']|[^\0-\x7f]/gu, (char) => `&#${number(char.codePointAt(0) ?? 0)};`);
const numericEntities = [
  numeric(String),
  numeric((code) => `x${code.toString(16).toUpperCase()}`),
  numeric((code) => `x${code.toString(16)}`),
];
const asciiEntities: Escape = (text) =>
  entity({ ...inAttribute, "'": '&#x27;' })(text).replace(
    /[^\0-\x7f]/gu,
    (char) => `&#${String(char.codePointAt(0))};`,
  );

/** YAML between double quotes with everything else than ASCII escaped, and between single quotes. */
const yamlQuoted: Escape = (text) =>
  json(text).replace(/[^\0-\x7e]/gu, (char) => {
    const code = (char.codePointAt(0) ?? 0).toString(16).toUpperCase();
    if (code.length <= 2) return `\\x${code.padStart(2, '0')}`;
    return code.length <= 4 ? `\\u${code.padStart(4, '0')}` : `\\U${code.padStart(8, '0')}`;
  });
const doubledQuotes: Escape = (text) => text.replaceAll("'", "''");
/** CSV. */
const doubledDoubleQuotes: Escape = (text) => text.replaceAll('"', '""');

/** How programs write a string into other languages. Most secrets come out of most of them unchanged. */
export const escapes: readonly Escape[] = [
  ...percent,
  ...percent.map(lowerPercent),
  json,
  goJson,
  slashJson,
  asciiJson,
  phpJson,
  jsonTwice,
  singleQuoted,
  backslashed,
  dollarQuoted,
  dollarQuotedC,
  ...entities,
  ...numericEntities,
  yamlQuoted,
  doubledQuotes,
];

/** The same, less common. */
export const rareEscapes: readonly Escape[] = [
  mustache,
  asciiEntities,
  withSlashes,
  lowerPercent(withSlashes),
  doubleQuoted,
  pythonQuoted,
  (text) => json(asciiJson(text)),
  (text) => json(goJson(text)),
  (text) => text.replaceAll('"', '\\"'),
  gatheredQuotes,
  userInfo,
  goUserInfo,
  encodeURI,
  percentTwice,
  strictTwice,
  (text) => text.replaceAll('\\', '\\\\'),
  doubledDoubleQuotes,
];

/** A longer text is folded into many lines, which no two pieces make up; and the pieces would fill the memory. */
const longestFolded = 4096;

/** YAML folds a long value at any space: the text up to each space and the text after it. */
export function folds(text: string): string[] {
  if (text.length > longestFolded) return [];
  const spaces = [...text.matchAll(/ /g)].map((match) => match.index);
  return spaces.flatMap((at) => [text.slice(0, at).trim(), text.slice(at).trim()]);
}
