import { expect, test } from '@jest/globals';
import { fc } from '../../support/property.ts';
import { Secret } from '../../../src/domain/secret.ts';
import { masksOfCredential, masksOfSecret } from '../../../src/redaction/masks.ts';
import { createMasker } from '../../support/masker.ts';
import { assertHidden, assertHiddenOverLines, checkHidden, masked } from './hidden.ts';
import { akia, anyShape, awsSecret, blob, jwt, lines, password, pem, rsaPem, singleLine } from './shapes.ts';

const asItIs = (window: string) => [window];
const jsonForm = (window: string) => [window, JSON.stringify(window).slice(1, -1)];

test('L1: the secret itself', () => {
  checkHidden(anyShape, { render: (secret) => `token is ${secret}!`, forms: jsonForm });
  checkHidden(rsaPem, { render: (secret) => secret, forms: asItIs });
});

test('L2: the secret without the space and the quotes around it', () => {
  fc.assert(
    fc.property(singleLine, fc.constantFrom('"', "'", ''), (shape, quote) => {
      const secret = `  ${quote}${shape.secret}${quote}\n`;
      assertHidden({ ...shape, secret }, `got <${shape.secret}>`, asItIs);
    }),
  );
});

test('L3: each line of several, but neither the armour of a PEM block nor a short line', () => {
  fc.assert(
    fc.property(pem, ({ secret }) => {
      const lines = secret.trim().split('\n');
      const expected = lines.map((line) => (line.includes('-----') || line.length < 8 ? line : '***'));
      expect(lines.map((line) => masked(secret, line))).toEqual(expected);
    }),
  );
  checkHidden(
    lines.filter(({ hidden }) => hidden.length > 0),
    { render: (secret) => secret, forms: asItIs },
  );
  expect(masked('first long line\nshort\n  second long line', 'short: second long line')).toBe('short: ***');
});

test('L4: with carriage returns', () => {
  const render = (secret: string) => secret.replaceAll('\n', '\r\n');
  checkHidden(fc.oneof(pem, rsaPem), { render, forms: asItIs });
  fc.assert(
    fc.property(pem, (shape) => {
      assertHidden({ ...shape, secret: render(shape.secret) }, shape.secret, asItIs);
    }),
  );
  fc.assert(
    fc.property(pem, ({ secret }) => {
      expect(masked(render(secret), secret)).toMatch(/^-----BEGIN PRIVATE KEY-----\n\*/);
    }),
  );
});

test('L5: a PEM block on one line with \\n, shown so or lent so', () => {
  const render = (secret: string) => secret.replaceAll('\n', '\\n');
  checkHidden(fc.oneof(pem, rsaPem), { render, forms: asItIs });
  fc.assert(
    fc.property(pem, (shape) => {
      assertHidden({ ...shape, secret: render(shape.secret) }, shape.secret, asItIs);
      assertHidden({ ...shape, secret: render(shape.secret) }, render(shape.secret), asItIs);
    }),
  );
});

const bodyOf = (secret: string) => secret.replace(/-----[^-]+-----/g, '').replaceAll('\n', '');
const wrapped = (text: string, width: number) => text.match(new RegExp(`.{1,${String(width)}}`, 'g')) ?? [];

test('L6: the body of a PEM block joined, and wrapped at 64 and at 76', () => {
  checkHidden(fc.oneof(pem, rsaPem), { render: bodyOf, forms: asItIs });
  fc.assert(
    fc.property(pem, fc.constantFrom(64, 76), (shape, width) => {
      const body = bodyOf(shape.secret);
      assertHiddenOverLines({ ...shape, hidden: [body] }, wrapped(body, width), asItIs);
    }),
  );
});

test('L30: a JWT, each of its segments, and a GitHub token that carries one', () => {
  checkHidden(jwt, { render: (secret) => secret.split('.').join('\n'), forms: asItIs });
  fc.assert(
    fc.property(jwt, (shape) => {
      const token = { ...shape, secret: `ghs_12345_${shape.secret}` };
      assertHidden(token, `${token.secret}\n${shape.secret}\n${shape.secret.split('.').join('\n')}`, asItIs);
    }),
  );
});

test('L31: id, secret and token of an AWS session, each in base64 too', () => {
  fc.assert(
    fc.property(akia, awsSecret, jwt, (id, secret, token) => {
      const masks = masksOfCredential({
        kind: 'aws-session',
        name: 'aws',
        expiresAt: new Date(0),
        fields: {
          accessKeyId: new Secret(id.secret),
          secretAccessKey: new Secret(secret.secret),
          sessionToken: new Secret(token.secret),
          region: 'eu-central-1',
        },
      });
      expect(masks.length).toBeLessThanOrEqual(64);
      const masker = createMasker({ derive: false });
      for (const mask of masks) masker.add(mask);
      const each = [id, secret, token].map((shape) => shape.secret);
      for (const value of each)
        expect(masker.mask(`is ${value} in eu-central-1`)).toBe('is *** in eu-central-1');
      for (const value of each) {
        const text = Buffer.from(`${value}\n`).toString('base64');
        expect(masker.mask(text).replaceAll('***', '').length).toBeLessThan(6);
      }
    }),
    { numRuns: 40 },
  );
});

test('L32: every sensitive leaf of JSON, wherever it stands, but no public member and no brace', () => {
  fc.assert(
    fc.property(blob, (shape) => {
      const { nested } = JSON.parse(shape.secret) as { nested: [{ password: string }] };
      const [{ password: leaf }] = nested;
      assertHidden({ ...shape, hidden: [leaf] }, `login ${leaf} failed`, asItIs);
      for (const mask of masksOfSecret(new Secret(shape.secret)))
        expect(mask).not.toMatch(/^[\s{}[\],]+$|service_account|my-project/);
      expect(masked(shape.secret, shape.secret)).toMatch(/^\{\n {2}"type": "service_account",\n/);
    }),
    { numRuns: 40 },
  );
});

test('the password inside a URL that is a secret is hidden alone, too', () => {
  fc.assert(
    fc.property(password, fc.constantFrom('postgres', 'HTTPS', 'mongodb+srv'), (shape, scheme) => {
      const secret = `${scheme}://app:${encodeURIComponent(shape.secret)}@db.example/app`;
      assertHidden({ ...shape, secret }, shape.secret, asItIs);
    }),
  );
});
