import { X509Certificate } from 'node:crypto';

/** A certificate in PEM, and what is needed to show it. */
interface Named<Context> {
  readonly certificate: string;
  readonly context: Context;
}

/**
 * Chooses by the name that a client asks for (RFC 6066 §3).
 * @param all the first is for its own names, and for those that none is for
 * @returns the context of another than the first; undefined: the first is the one
 */
export function contextByName<Context>(
  all: readonly Named<Context>[],
): (name: string) => Context | undefined {
  const leaves = all.map(({ certificate, context }) => ({ leaf: new X509Certificate(certificate), context }));
  return (name) => {
    const found = leaves.findIndex(({ leaf }) => leaf.checkHost(name) !== undefined);
    return found > 0 ? leaves[found]?.context : undefined;
  };
}
