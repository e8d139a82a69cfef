/** The primes up to 167: Infineon’s library made every prime of an RSA key of 512 bits and more from at least these. */
const primes = [
  2n,
  3n,
  5n,
  7n,
  11n,
  13n,
  17n,
  19n,
  23n,
  29n,
  31n,
  37n,
  41n,
  43n,
  47n,
  53n,
  59n,
  61n,
  67n,
  71n,
  73n,
  79n,
  83n,
  89n,
  97n,
  101n,
  103n,
  107n,
  109n,
  113n,
  127n,
  131n,
  137n,
  139n,
  149n,
  151n,
  157n,
  163n,
  167n,
];
const product = primes.reduce((all, prime) => all * prime, 1n);
const generator = 65_537n;
/** The powers of primes whose product is the generator’s order modulo the product above. */
const orderParts = [16n, 81n, 25n, 7n, 11n, 13n, 17n, 23n, 29n, 37n, 41n, 53n, 83n];
const order = orderParts.reduce((all, part) => all * part, 1n);

/**
 * True for an RSA modulus of the weak form of CVE-2017-15361 (Nemec et al., “The Return of Coppersmith’s Attack”,
 * CCS 2017, §2): its primes are k·M + (65537^a mod M), so it is itself a power of 65537 modulo M. Whether it is one is
 * found out in each part of the group (Pohlig and Hellman). Of other moduli one in 2^154 looks like that.
 */
export function hasRocaFingerprint(modulus: bigint): boolean {
  return orderParts.every((size) =>
    isPowerOf(power(generator, order / size), size, power(modulus, order / size)),
  );
}

/** True when one of the primes up to 167 divides the number: no modulus of two large primes. */
export function hasSmallFactor(modulus: bigint): boolean {
  return primes.some((prime) => modulus % prime === 0n);
}

/** True when the number is one of the `size` powers of the base. */
function isPowerOf(base: bigint, size: bigint, number: bigint): boolean {
  let each = 1n;
  for (let exponent = 0n; exponent < size; exponent++) {
    if (each === number) return true;
    each = (each * base) % product;
  }
  return false;
}

/** base^exponent modulo the product of the primes. */
function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  let square = base % product;
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * square) % product;
    square = (square * square) % product;
  }
  return result;
}
