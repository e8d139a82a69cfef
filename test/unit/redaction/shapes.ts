import { fc } from '../../support/property.ts';

/** A secret as it is lent, and the stretches of it that must not be readable. */
export interface Shape {
  readonly name: string;
  readonly secret: string;
  readonly hidden: readonly string[];
}

const whole = (name: string) => (secret: string) => ({ name, secret, hidden: [secret] });
const bytes = (length: number) =>
  fc.uint8Array({ minLength: length, maxLength: length }).map((b) => Buffer.from(b));
/** Characters of a text; a pair of surrogates counts as one. */
export const charactersOf = (text: string) => Array.from(text);

const from = (alphabet: string, minLength: number, maxLength = minLength) =>
  fc.string({ unit: fc.constantFrom(...charactersOf(alphabet)), minLength, maxLength });
const digits = '0123456789';
const upper = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const letters = upper + upper.toLowerCase() + digits;

export const akia = from(`${upper}234567`, 16).map((rest) => whole('access key id')(`ASIA${rest}`));

export const awsSecret = bytes(30).map((b) => whole('AWS secret')(`/+${b.toString('base64').slice(2)}`));

const ghs = from(letters, 36).map((rest) => whole('GitHub token')(`ghs_${rest}`));

/** Each kind of character that some encoding treats differently, more of them, and no space at the ends. */
export const password = from(`${letters} !"#$%&'()*+,-./:;<=>?@[\\]^_\`{|}~äß€\u2028😀`, 12, 28).map((rest) =>
  whole('password')(`p${rest}"' ~&<>/\\ü$é`),
);

export const jwt = fc
  .tuple(bytes(60), bytes(230), bytes(150))
  .map((parts) => whole('JWT')(`eyJhbGciOi${parts.map((b) => b.toString('base64url')).join('.')}`));

const pemOf = (name: string, length: number) =>
  bytes(length).map((b) => {
    const lines = b.toString('base64').match(/.{1,64}/g) ?? [];
    const secret = ['-----BEGIN PRIVATE KEY-----', ...lines, '-----END PRIVATE KEY-----', ''].join('\n');
    return { name, secret, hidden: lines.filter((line) => line.length >= 8) };
  });
/** As long as the PKCS #8 forms of a key on P-256 and of an RSA key of 2048 bits. */
export const pem = pemOf('PEM', 138);
export const rsaPem = pemOf('RSA PEM', 1218);

export const blob = fc.tuple(pem, bytes(20), awsSecret).map(([key, id, login]) => {
  const account = {
    type: 'service_account',
    project_id: 'my-project-123',
    private_key_id: id.toString('hex'),
    private_key: key.secret,
    nested: [{ password: login.secret }],
    token_uri: 'https://oauth2.example.com/token',
  };
  return {
    name: 'JSON blob',
    secret: JSON.stringify(account, null, 2),
    hidden: [...key.hidden, id.toString('hex'), login.secret],
  };
});

const loginBlob = password.map((login) => ({
  name: 'JSON login',
  secret: JSON.stringify({ username: 'app', password: login.secret, host: 'db.example', port: 5432 }),
  hidden: [login.secret],
}));

/** Several lines, some of them short, with every character that needs escaping. */
export const lines = fc
  .array(fc.oneof(password, from(letters, 3)), { minLength: 2, maxLength: 4 })
  .map((parts) => {
    const texts = parts.map((part) => (typeof part === 'string' ? part : part.secret));
    return { name: 'lines', secret: texts.join('\n'), hidden: texts.filter((text) => text.length >= 8) };
  });

export const singleLine = fc.oneof(akia, awsSecret, ghs, password, jwt);
export const anyShape = fc.oneof(akia, awsSecret, ghs, password, jwt, pem, blob, loginBlob);
