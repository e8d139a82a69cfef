import { createHash } from 'node:crypto';
import { z } from 'zod';
import { fullMatch } from '../../../domain/pattern.ts';
import { text } from '../../../domain/yaml-values.ts';
import type { VerifiedClaims } from '../../domain/verified-claims.ts';

// https://docs.aws.amazon.com/STS/latest/APIReference/API_Tag.html and API_AssumeRole.html, SourceIdentity
const tagKey = /(?!aws:)[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,128}/iu;
const tagValue = /[\p{L}\p{Z}\p{N}_.:/=+\-@]{0,256}/u;
const identityValue = /(?!aws:)[\w+=,.@-]{2,64}/i;
const mostTags = 50;

/** What stays as it is when a claim is encoded: what both may hold, without the `=` that begins an escape. */
const kept = /[A-Za-z0-9_.@+-]/;

/**
 * Which claim, and how: `text` as it is; `encoded`, octets that AWS would not take as `=2F`, so that two claims
 * never become one; `sha256`, base64url, for claims that may be long.
 */
const source = z.union([
  text.transform((claim) => ({ claim, as: 'text' as const })),
  z.strictObject({ claim: text, as: z.enum(['text', 'encoded', 'sha256']).default('text') }),
]);

type Source = z.output<typeof source>;

/** Tag → claim. AWS does not tell keys apart by case. */
export const tagSources = z
  .record(
    z.string().refine((key) => fullMatch(tagKey, key), {
      error:
        'write a key of at most 128 letters, digits, spaces and _ . : / = + - @ that does not begin with aws:',
    }),
    source,
  )
  .refine((tags) => Object.keys(tags).length <= mostTags, {
    error: `AWS takes ${String(mostTags)} tags at most`,
  })
  .refine(
    (tags) => new Set(Object.keys(tags).map((key) => key.toLowerCase())).size === Object.keys(tags).length,
    {
      error: 'two keys differ only by case, which AWS takes for one',
    },
  );

export const identitySource = source;

/** A tag as STS takes it. */
export interface SessionTag {
  readonly Key: string;
  readonly Value: string;
}

/** A claim that is needed is not there, or not such as AWS takes it. The message holds no value. */
export class UnfitClaim extends Error {
  constructor(claim: string, target: string, why: string) {
    super(`the claim ${claim} cannot be ${target}: ${why}`);
    this.name = 'UnfitClaim';
  }
}

/** @throws UnfitClaim; nothing is cut or replaced to make it fit */
export function sessionTags(sources: z.output<typeof tagSources>, claims: VerifiedClaims): SessionTag[] {
  return Object.entries(sources).map(([key, from]) => {
    const target = `the session tag ${key}`;
    const value = rendered(from, claims, target);
    if (!fullMatch(tagValue, value))
      throw new UnfitClaim(
        from.claim,
        target,
        'AWS takes 256 letters, digits, spaces and _ . : / = + - @; write as: encoded, or as: sha256',
      );
    return { Key: key, Value: value };
  });
}

/** @throws UnfitClaim */
export function sourceIdentity(from: Source, claims: VerifiedClaims): string {
  const target = 'the source identity';
  const value = rendered(from, claims, target);
  if (!fullMatch(identityValue, value))
    throw new UnfitClaim(
      from.claim,
      target,
      'AWS takes 2 to 64 letters, digits and _ + = , . @ -; write as: encoded, or as: sha256',
    );
  return value;
}

function rendered({ claim, as }: Source, { claims }: VerifiedClaims, target: string): string {
  const value = Object.hasOwn(claims, claim) ? claims[claim] : undefined;
  if (value === undefined || value === null) throw new UnfitClaim(claim, target, 'the ID token has none');
  const plain = typeof value === 'string' || typeof value === 'boolean' || typeof value === 'number';
  if (!plain || (typeof value === 'number' && !Number.isSafeInteger(value)))
    throw new UnfitClaim(claim, target, 'it is neither text, a whole number nor true or false');
  const written = String(value);
  if (!written.isWellFormed()) throw new UnfitClaim(claim, target, 'it is not valid Unicode');
  if (as === 'encoded') return encoded(written);
  return as === 'sha256' ? createHash('sha256').update(written).digest('base64url') : written;
}

function encoded(value: string): string {
  return [...Buffer.from(value, 'utf8')]
    .map((octet) => {
      const character = String.fromCharCode(octet);
      return kept.test(character) ? character : `=${octet.toString(16).toUpperCase().padStart(2, '0')}`;
    })
    .join('');
}
