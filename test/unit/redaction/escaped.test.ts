import { expect, test } from '@jest/globals';
import { fc } from '../../support/property.ts';
import { assertHidden, checkHidden, masked } from './hidden.ts';
import { awsSecret, charactersOf, blob, password, pem, rsaPem, singleLine } from './shapes.ts';

type Escape = (text: string) => string;
const everything = fc.oneof(singleLine, password, awsSecret);

/** Most escapes treat each character alone, so a window shows as its own escape. */
function checkEscape(escape: Escape, shapes = everything): void {
  checkHidden(shapes, { render: (secret) => `<${escape(secret)}>`, forms: (window) => [escape(window)] }, 60);
}

const each = (escape: (char: string) => string) => (text: string) => charactersOf(text).map(escape).join('');
const json: Escape = (text) => JSON.stringify(text).slice(1, -1);
const code = (char: string) => char.codePointAt(0) ?? 0;
const units = (char: string) =>
  char
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('');

const component: Escape = each(encodeURIComponent);
const strict: Escape = each((char) =>
  /[A-Za-z0-9._~-]/.test(char)
    ? char
    : [...Buffer.from(char)].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join(''),
);
const small = (escape: Escape) => (text: string) =>
  escape(text).replace(/%../g, (byte) => byte.toLowerCase());

test('L13: encodeURIComponent', () => {
  checkEscape(component);
  checkHidden(fc.oneof(pem, rsaPem, blob), { render: component, forms: (window) => [component(window)] });
});

test('L14: percent-encoding as RFC 3986 wants it', () => {
  checkEscape(strict);
});

test('L15: percent-encoding with small letters', () => {
  checkEscape(small(component));
  checkEscape(small(strict));
  checkHidden(pem, { render: small(component), forms: (window) => [small(component)(window)] });
});

test('L13: percent-encoding twice, and what encodeURI leaves', () => {
  checkEscape((text) => component(component(text)));
  checkEscape((text) => strict(strict(text)));
  checkEscape(each(encodeURI));
});

test('L16: form encoding, with + for a space', () => {
  const webForm = (text: string) => new URLSearchParams({ x: text }).toString().slice(2);
  checkEscape(webForm);
  checkEscape((text) => strict(text).replaceAll('%20', '+'));
});

test('L17: a JSON string', () => {
  checkEscape(json);
  checkHidden(fc.oneof(pem, rsaPem), { render: json, forms: (window) => [window] });
});

test('L18: a JSON string as Go writes it', () => {
  checkEscape(each((char) => (/[<>&\u2028\u2029]/.test(char) ? units(char) : json(char))));
});

test('L19: a JSON string with \\/, also as PHP writes it', () => {
  const slashed = each((char) => (char === '/' ? '\\/' : json(char)));
  checkEscape(slashed);
  checkEscape(each((char) => (char === '/' ? '\\/' : char > '~' ? units(char) : json(char))));
  checkHidden(fc.oneof(pem, rsaPem), { render: slashed, forms: (window) => [slashed(window)] });
});

test('L20: a JSON string in ASCII', () => {
  checkEscape(each((char) => (char > '~' ? units(char) : json(char))));
});

test('L21: JSON inside JSON', () => {
  checkEscape(each((char) => json(json(char))));
  checkHidden(blob, {
    render: (secret) => JSON.stringify({ key: secret }),
    forms: (window) => [json(json(window))],
  });
});

test("L22: a shell's single quotes", () => {
  checkEscape(each((char) => (char === "'" ? "'\\''" : char)));
});

test('L23: backslashes of printf %q', () => {
  const backslashed = each((char) => (/[ !"$&'()*,;<>?[\\\]^`{|}]/.test(char) ? `\\${char}` : char));
  // As a shell would expand it, a tilde is escaped after a colon and an equals sign.
  checkEscape((text) => backslashed(text).replace(/(?<=[:=])~/g, '\\~'), password);
  expect(masked('#start: of =~ the secret', '\\#start:\\ of\\ =\\~\\ the\\ secret')).toBe('***');
});

test("L24: $'…' of set -x, in both locales", () => {
  const quoted = each((char) => (/['\\]/.test(char) ? `\\${char}` : char));
  checkEscape(quoted);
  checkEscape((text) =>
    quoted(text).replace(/[^\0-\x7f]/gu, (char) =>
      [...Buffer.from(char)].map((byte) => `\\${byte.toString(8)}`).join(''),
    ),
  );
  expect(masked('with\ttab\u001band escape', "$'with\\ttab\\Eand escape'")).toBe("$'***'");
});

const named: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

test.each([
  ['&apos;', named],
  ['&#39;', named],
  ['&#x27;', named],
  ['&#39;', { ...named, '"': '&#34;' }],
  ["'", { ...named, '"': '"' }],
])('L25: entities of XML and HTML with %s', (apostrophe, names: Readonly<Record<string, string>>) => {
  checkEscape(each((char) => (char === "'" ? apostrophe : (names[char] ?? char))));
});

test('L25: numeric entities, decimal and hexadecimal', () => {
  const special = /[&<>"']|[^\0-\x7f]/u;
  checkEscape(each((char) => (special.test(char) ? `&#${String(code(char))};` : char)));
  checkEscape(each((char) => (special.test(char) ? `&#x${code(char).toString(16)};` : char)));
  checkEscape(each((char) => (special.test(char) ? `&#x${code(char).toString(16).toUpperCase()};` : char)));
});

test('L26: YAML between double quotes and between single quotes', () => {
  const escape = each((char) => {
    const hex = code(char).toString(16).toUpperCase();
    if (char <= '~') return json(char);
    return code(char) < 256
      ? `\\x${hex}`
      : code(char) < 65536
        ? `\\u${hex.padStart(4, '0')}`
        : `\\U${hex.padStart(8, '0')}`;
  });
  checkEscape(escape);
  checkEscape(each((char) => (char === "'" ? "''" : char)));
});

test('L26: YAML folded at a space', () => {
  const words = fc
    .array(
      fc.string({ unit: fc.constantFrom(...charactersOf('abcdefgh12345')), minLength: 8, maxLength: 12 }),
      {
        minLength: 2,
        maxLength: 6,
      },
    )
    .map((parts) => ({ name: 'passphrase', secret: parts.join(' '), hidden: [parts.join(' ')] }));
  fc.assert(
    fc.property(words, fc.nat(), (shape, at) => {
      const spaces = [...shape.secret.matchAll(/ /g)].map((match) => match.index);
      const space = spaces[at % spaces.length] ?? 0;
      const text = `${shape.secret.slice(0, space)}\n    ${shape.secret.slice(space + 1)}`;
      assertHidden(shape, text, (window) => [window]);
    }),
  );
});

test('L24: what bash traces of [[ … == … ]], and busybox of quotes in a row', () => {
  checkEscape(each((char) => `\\${char}`));
  const gathered: Escape = (text) => text.replace(/'+/g, (quotes) => `'"${quotes}"'`);
  const [secret, hidden] = ["it''s'''never''alone", ["it''s'''never''alone"]];
  assertHidden({ name: 'quotes', secret, hidden }, `+ : '${gathered(secret)}'`, (window) => [
    gathered(window),
  ]);
  assertHidden(
    { name: 'plain', secret: 'simple-Token_0123456789', hidden: ['simple-Token_0123456789'] },
    '[[ x == \\s\\i\\m\\p\\l\\e\\-\\T\\o\\k\\e\\n\\_\\0\\1\\2\\3\\4\\5\\6\\7\\8\\9 ]]',
    (window) => [window.replace(/./g, '\\$&')],
  );
});

test('L28: the password of a URL as `new URL` and as Go write it', () => {
  const url = (text: string): string => {
    const whole = new URL('https://user@example.com');
    whole.password = text.replaceAll('%', '%25');
    return whole.href.slice('https://user:'.length, -'@example.com/'.length);
  };
  checkEscape((text) => url(text).replaceAll('%25', '%'));
  checkEscape(each((char) => (/[$&+,;=]/.test(char) ? char : strict(char))));
});

test('L23: quotes doubled as CSV has them, and backslashes alone', () => {
  checkEscape((text) => text.replaceAll('"', '""'));
  checkEscape((text) => text.replaceAll('\\', '\\\\'));
});
