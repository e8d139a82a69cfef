import { test } from '@jest/globals';
import { fc } from '../../support/property.ts';
import { assertHidden, assertHiddenOverLines, base64Forms, checkHidden, type Forms } from './hidden.ts';
import { anyShape, awsSecret, blob, password, pem, rsaPem, singleLine } from './shapes.ts';

const base64 = (text: string | Buffer) => Buffer.from(text).toString('base64');
const asUrl = (text: string) => text.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
const standard = (text: string) => text.replaceAll('-', '+').replaceAll('_', '/');
const inJson = (window: string) => [window, JSON.stringify(window).slice(1, -1)];
const urlForms: Forms = (window) => inJson(window).flatMap((text) => base64Forms(Buffer.from(text)));
const forms: Forms = (window) => urlForms(window).map(standard);
const withRsa = fc.oneof(anyShape, rsaPem);

test('L7: base64, whatever stands before and after', () => {
  for (const [before, after] of [
    ['', ''],
    ['', '\n'],
    ['u:', ''],
    ['us:', ':x'],
    ['x', 'yz'],
  ] as const)
    checkHidden(withRsa, { render: (secret) => base64(before + secret + after), forms }, 20);
  checkHidden(singleLine, { render: (secret) => base64(secret).replaceAll('=', ''), forms });
  checkHidden(pem, { render: (secret) => base64(secret.replaceAll('\n', '\r\n')), forms });
});

test('L8: base64url, whatever stands before and after', () => {
  for (const [before, after] of [
    ['', ''],
    ['', '\n'],
    ['u:', ''],
    ['us:', ':x'],
  ] as const)
    checkHidden(withRsa, { render: (secret) => asUrl(base64(before + secret + after)), forms: urlForms }, 20);
});

test('L7: base64 in a URL, and in the JSON of PHP', () => {
  const inUrl = (text: string) => encodeURIComponent(text).replaceAll('%3D', '=');
  const inPhp = (text: string) => text.replaceAll('/', '\\/');
  for (const written of [inUrl, inPhp])
    checkHidden(awsSecret, {
      render: (secret) => written(base64(`u:${secret}`)),
      forms: (window) => forms(window).map(written),
    });
});

test('L7, L8: base64 among random bytes, in every alignment', () => {
  const bytes = fc.uint8Array({ maxLength: 9 }).map((b) => Buffer.from(b));
  fc.assert(
    fc.property(anyShape, bytes, bytes, (shape, before, after) => {
      const text = base64(Buffer.concat([before, Buffer.from(shape.secret), after]));
      assertHidden(shape, text, forms);
      assertHidden(shape, asUrl(text), urlForms);
    }),
    { numRuns: 200 },
  );
});

const wrapped = (text: string, width: number) => text.match(new RegExp(`.{1,${String(width)}}`, 'g')) ?? [];
test('L9: base64 wrapped at 76 and at 64, every line', () => {
  const long = fc.oneof(
    pem,
    blob,
    singleLine.filter(({ secret }) => secret.length > 100),
  );
  fc.assert(
    fc.property(long, fc.constantFrom(64, 76), fc.constantFrom('', '\n'), (shape, width, end) => {
      assertHiddenOverLines(shape, wrapped(base64(shape.secret + end), width), forms);
    }),
    { numRuns: 40 },
  );
});

test('L9: base64 of an RSA key wrapped at 76, as `base64` does', () => {
  fc.assert(
    fc.property(rsaPem, (shape) => {
      assertHiddenOverLines(shape, wrapped(base64(shape.secret), 76), forms);
    }),
    { numRuns: 5 },
  );
});

test('L10: base64 of base64', () => {
  const twice: Forms = (window) =>
    forms(window)
      .flatMap((form) => base64Forms(Buffer.from(form)))
      .map(standard);
  checkHidden(singleLine, { render: (secret) => base64(base64(secret)), forms: twice });
  checkHidden(singleLine, { render: (secret) => base64(base64(`${secret}\n`)), forms: twice });
});

test('L11: base64 of UTF-16, as PowerShell takes commands', () => {
  const utf16 = (text: string) => Buffer.from(text, 'utf16le');
  checkHidden(fc.oneof(singleLine, pem), {
    render: (secret) => ['', 'a', 'ab'].map((before) => base64(utf16(before + secret + before))).join('\n'),
    forms: (window) => base64Forms(utf16(window)).map(standard),
  });
});

test('L12: hexadecimal, small and capital', () => {
  const hex = (text: string) => Buffer.from(text).toString('hex');
  checkHidden(withRsa, {
    render: (secret) => `00${hex(secret)}0a`,
    forms: (window) => inJson(window).map(hex),
  });
  checkHidden(withRsa, {
    render: (secret) => hex(secret).toUpperCase(),
    forms: (window) => inJson(window).map((text) => hex(text).toUpperCase()),
  });
});

test.each(['AWS', '_json_key', 'oauth2accesstoken', 'x-access-token', 'gitlab-ci-token', 'octo-user'])(
  'L27: Basic credentials of %s, and the auths of Docker',
  (user) => {
    const render = (secret: string) => {
      const auth = base64(`${user}:${secret}`);
      return `Authorization: Basic ${auth}\n${JSON.stringify({ auths: { 'registry.example.com': { auth } } })}`;
    };
    checkHidden(anyShape, { render, forms }, 20);
  },
);

test('L28: a password inside a URL', () => {
  const escaped = (window: string) => [window, encodeURIComponent(window)];
  checkHidden(fc.oneof(password, singleLine), {
    render: (secret) => `postgres://app:${encodeURIComponent(secret)}@db.example:5432/app?x=${secret}`,
    forms: escaped,
  });
});

test('L29: lines of .npmrc, .netrc and .pypirc', () => {
  checkHidden(singleLine, {
    render: (secret) =>
      [
        `//registry.example/:_authToken=${secret}`,
        `//registry.example/:_auth=${base64(`user:${secret}`)}`,
        `//registry.example/:_password=${base64(secret)}`,
        `machine api.example login user password ${secret}`,
        `password = ${secret}`,
      ].join('\n'),
    forms: (window) => [window, ...forms(window)],
  });
});
