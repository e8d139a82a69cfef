import { randomFrom, textOf, type Random } from './random.ts';

const letters = Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789');
const passwordCharacters = [...letters, ...Array.from('!#$%&()*+,-./:;<=>?@[]^_{|}~')];
const base64Characters = [...letters, '+', '/'];
const urlCharacters = [...letters, '-', '_'];

const pem = (random: Random): string => {
  const body = Array.from({ length: 3 }, () => textOf(random, base64Characters, 60)).join('\n');
  return `-----BEGIN PRIVATE KEY-----\n${body}\n-----END PRIVATE KEY-----\n`;
};
/** Lengths are multiples of three, so that the end of their base64 belongs to nobody else. */
const kinds: readonly ((random: Random) => string)[] = [
  (random) => `ghs_${textOf(random, letters, 38)}`,
  (random) => textOf(random, base64Characters, 39),
  (random) => `${textOf(random, passwordCharacters, 20)}"`,
  (random) =>
    `eyJhbGciOiJSUzI1NiJ9.${textOf(random, urlCharacters, 300)}.${textOf(random, urlCharacters, 341)}`,
  (random) => `ghs_${textOf(random, letters, 38)}`,
  (random) => textOf(random, base64Characters, 39),
  (random) => `p${textOf(random, passwordCharacters, 17)}`,
  (random) => textOf(random, letters, 24),
  pem,
  (random) => `ASIA${textOf(random, letters, 17)}`,
];

/** As many secrets as asked for, of the kinds that a job borrows, the same ones each time. */
export function secretsOf(count: number): string[] {
  const random = randomFrom(42);
  return Array.from({ length: count }, (_, at) => (kinds[at % kinds.length] ?? pem)(random));
}

/** Lines in which a secret stands as tools print it; each is hidden entirely. */
export function plantedOf(secrets: readonly string[]): string[] {
  return secrets
    .filter((secret) => !secret.startsWith('-----'))
    .flatMap((secret) => [
      secret,
      JSON.stringify(secret).slice(1, -1),
      Buffer.from(secret).toString('hex'),
      Buffer.from(secret).toString('base64'),
    ]);
}
