/** Forms of a text: those that many programs write, and others. */
type Escaped = readonly [common: readonly string[], uncommon: readonly string[]];

const hexOf = (char: string, width: number) => char.charCodeAt(0).toString(16).padStart(width, '0');
const nonAscii = /[^\0-\x7e]/g;

const strict = (component: string) =>
  component.replace(/[!'()*]/g, (char) => `%${hexOf(char, 2).toUpperCase()}`);
const lowerPercent = (text: string) => text.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase());

function percentEncoded(text: string): Escaped {
  const component = encodeURIComponent(text);
  const all = strict(component);
  if (all === text && !text.includes('~')) return [[text], []];
  const form = all.replaceAll('%20', '+');
  const webForm = form.replaceAll('%2A', '*').replaceAll('~', '%7E');
  const capital = [...new Set([component, all, form, webForm])];
  const withSlashes = all.replaceAll('%2F', '/');
  // The password of a URL, as `new URL` writes it and as Go does.
  const userInfo = component.replace(/%(?:2[4-6BC])/g, decodeURIComponent);
  const goUserInfo = all.replace(/%(?:2[46BC]|3[BD])/g, decodeURIComponent);
  return [
    [...capital, ...capital.map(lowerPercent)],
    [
      withSlashes,
      lowerPercent(withSlashes),
      userInfo,
      goUserInfo,
      encodeURI(text),
      encodeURIComponent(component),
      strict(encodeURIComponent(all)),
    ],
  ];
}

const unicode = (char: string) => `\\u${hexOf(char, 4)}`;
const json = (text: string) => JSON.stringify(text).slice(1, -1);
const slashed = (text: string) => text.replaceAll('/', '\\/');

/** JSON strings, without their quotes; YAML between double quotes, with everything else than ASCII escaped. */
function jsonOf(text: string): Escaped {
  const plain = json(text);
  const go = plain.replace(/[<>&\u2028\u2029]/g, unicode);
  const ascii = plain.replace(nonAscii, unicode);
  const yaml = plain.replace(/[^\0-\x7e]/gu, (char) => {
    const code = (char.codePointAt(0) ?? 0).toString(16).toUpperCase();
    if (code.length <= 2) return `\\x${code.padStart(2, '0')}`;
    return code.length <= 4 ? `\\u${code.padStart(4, '0')}` : `\\U${code.padStart(8, '0')}`;
  });
  return [
    [plain, go, slashed(plain), ascii, slashed(ascii), json(plain), yaml],
    [json(ascii), json(go)],
  ];
}

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

/** Shells, and quotes of other languages. */
function quotedOf(text: string): Escaped {
  // `printf %q`
  const backslashed = text
    .replace(/[ \t!"$&'()*,;<>?[\\\]^`{|}]/g, '\\$&')
    .replace(/^[#~]|(?<=[:=])~/g, '\\$&');
  // `$'…'`, as `set -x` prints it in a UTF-8 and in the C locale.
  const dollar = text.replace(/[\0-\x1f\\'\x7f]/g, (char) => dollarNames[char] ?? octal(char.charCodeAt(0)));
  const dollarC = dollar.replace(/[^\0-\x7f]+/g, (chars) => [...Buffer.from(chars)].map(octal).join(''));
  return [
    [text.replaceAll("'", "'\\''"), backslashed, dollar, dollarC, text.replaceAll("'", "''")],
    [
      text.replace(/["$`\\]/g, '\\$&'),
      // Python.
      text.replaceAll("'", `'"'"'`),
      // As busybox traces a command: quotes in a row between one pair.
      text.replace(/'+/g, (quotes) => `'"${quotes}"'`),
      text.replaceAll('"', '\\"'),
      text.replaceAll('\\', '\\\\'),
      // CSV.
      text.replaceAll('"', '""'),
    ],
  ];
}

/** XML and HTML: named entities as far as each library goes, then numbers. */
const entity = (names: Readonly<Record<string, string>>) => (text: string) =>
  text.replace(/[&<>"'`/=]/g, (char) => names[char] ?? char);
const inText = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };
const inAttribute = { ...inText, '"': '&quot;' };
const inHex = entity({ ...inAttribute, "'": '&#x27;' });
const entities = [
  entity(inText),
  entity({ ...inAttribute, "'": '&apos;' }),
  entity({ ...inAttribute, "'": '&#39;' }),
  entity({ ...inText, '"': '&#34;', "'": '&#39;' }),
  inHex,
];
const mustache = entity({ ...inAttribute, "'": '&#39;', '/': '&#x2F;', '`': '&#x60;', '=': '&#x3D;' });
const numeric = (number: (code: number) => string) => (text: string) =>
  text.replace(/[&<>"']|[^\0-\x7f]/gu, (char) => `&#${number(char.codePointAt(0) ?? 0)};`);
const numericEntities = [
  numeric(String),
  numeric((code) => `x${code.toString(16).toUpperCase()}`),
  numeric((code) => `x${code.toString(16)}`),
];

function entitiesOf(text: string): Escaped {
  if (!/[&<>"']|[^\0-\x7f]/.test(text)) return [[text], [mustache(text)]];
  const ascii = inHex(text).replace(/[^\0-\x7f]/gu, (char) => `&#${String(char.codePointAt(0))};`);
  return [[...entities, ...numericEntities].map((escape) => escape(text)), [mustache(text), ascii]];
}

/** How programs write a string into other languages. Most secrets come out of most of them unchanged. */
export function escapesOf(text: string): Escaped {
  // Masks are spent in this order.
  const all = [entitiesOf(text), quotedOf(text), jsonOf(text), percentEncoded(text)];
  return [all.toReversed().flatMap(([common]) => common), all.flatMap(([, uncommon]) => uncommon)];
}

/** A longer text is folded into many lines, which no two pieces make up; and the pieces would fill the memory. */
const longestFolded = 4096;

/** YAML folds a long value at any space: the text up to each space and the text after it. */
export function folds(text: string): string[] {
  if (text.length > longestFolded) return [];
  const spaces = [...text.matchAll(/ /g)].map((match) => match.index);
  return spaces.flatMap((at) => [text.slice(0, at).trim(), text.slice(at).trim()]);
}
