import type { AttestedEvent } from './attested-event.ts';
import { readAuditJwk, type AuditVerifier } from './audit-key.ts';

/** The keys by which a log may be signed, and how many events each signed. */
export class SigningKeys {
  /** True when only keys of a set count that was given. */
  readonly given: boolean;
  readonly #known: Map<string, AuditVerifier>;
  readonly #counts = new Map<string, number>();

  /** @param published the members of a JWK Set; without it the key of the first chain counts, and no other */
  constructor(published?: readonly unknown[]) {
    this.given = published !== undefined;
    const usable = (published ?? []).flatMap((jwk) => readAuditJwk(jwk) ?? []);
    this.#known = new Map(usable.map((key) => [key.thumbprint, key]));
  }

  /** What is wrong with who signed the event, if anything is. */
  problemWith(event: AttestedEvent): { kind: 'key' | 'signature'; what: string } | undefined {
    const start = event.note?.start;
    if (start !== undefined) {
      const named = readAuditJwk(start.key);
      if (named?.thumbprint !== event.signer)
        return { kind: 'key', what: 'the chain begins with another key than the one that signs it' };
      if (!this.given && this.#known.size === 0) this.#known.set(named.thumbprint, named);
    }
    const key = this.#known.get(event.signer);
    if (key === undefined) return { kind: 'key', what: this.#whyUnknown(event.signer) };
    if (!key.made(event.signature, event.digest))
      return { kind: 'signature', what: `key ${event.signer} did not sign this` };
    this.#counts.set(event.signer, (this.#counts.get(event.signer) ?? 0) + 1);
    return undefined;
  }

  counted(): { thumbprint: string; events: number }[] {
    return [...this.#counts].map(([thumbprint, events]) => ({ thumbprint, events }));
  }

  #whyUnknown(signer: string): string {
    if (this.given) return `signed by key ${signer}, which is not an audit key of the key set`;
    const [first] = this.#known.keys();
    if (first === undefined)
      return 'no key is known to check it with: it stands at the beginning of the chain, or is given with --jwks';
    return `signed by key ${signer}, the first chain by ${first}: if both are the broker’s, give them with --jwks`;
  }
}
