import type { Secret } from '../domain/secret.ts';
import { partsOf } from './parts.ts';

/** What is shorter would blacken ordinary words. */
export const shortestMask = 8;

/**
 * An ID token lives for minutes, is bound to a key and is delivered to nobody: hiding the whole of it and each of its
 * segments is enough, and the runner is spared 60 kB of masks.
 */
export function masksOfIdToken(token: Secret): string[] {
  const pieces = partsOf(token.reveal()).flatMap(({ raw }) => raw);
  return [...new Set(pieces)].filter((piece) => piece.length >= shortestMask);
}
