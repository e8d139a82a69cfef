const firstMs = 1000;
const longestMs = 5 * 60_000;

/**
 * How long to wait after so many failed attempts: 1 s doubling to 5 minutes, each half fixed and half chance, so that
 * many leases of one backend do not come back at once. There is no last attempt.
 * @param random a number from 0 up to 1
 */
export function backoffMs(attempts: number, random: number): number {
  const full = Math.min(longestMs, firstMs * 2 ** Math.min(attempts, 20));
  return full / 2 + (full / 2) * random;
}
