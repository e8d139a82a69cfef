import type { AttestedEvent } from './attested-event.ts';
import { readAuditJwk, type AuditVerifier, type Statement } from './audit-key.ts';
import { statementOf, type EventSignature } from './event-signature.ts';

interface Held extends Pick<EventSignature, 'signer' | 'signature'> {
  readonly statement: Statement;
}

/** The keys by which a log may be signed, and how many events each signed. */
export class SigningKeys {
  /** True when only keys of a set count that was given. */
  readonly given: boolean;
  readonly #known: Map<string, AuditVerifier>;
  readonly #counts = new Map<string, number>();
  /** The signature that held last: it is that of all lines of a write. */
  #held: Held | undefined;

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
      if (named?.thumbprint !== event.signed.signer)
        return { kind: 'key', what: 'the chain begins with another key than the one that signs it' };
      if (!this.given && this.#known.size === 0) this.#known.set(named.thumbprint, named);
    }
    const key = this.#known.get(event.signed.signer);
    if (key === undefined) return { kind: 'key', what: this.#whyUnknown(event.signed.signer) };
    if (!this.#holds(key, event))
      return { kind: 'signature', what: `key ${event.signed.signer} did not sign this` };
    this.#counts.set(event.signed.signer, (this.#counts.get(event.signed.signer) ?? 0) + 1);
    return undefined;
  }

  counted(): { thumbprint: string; events: number }[] {
    return [...this.#counts].map(([thumbprint, events]) => ({ thumbprint, events }));
  }

  #holds(key: AuditVerifier, { digest, signed }: AttestedEvent): boolean {
    const statement = statementOf(digest, signed);
    if (statement === undefined) return false;
    const same = this.#held !== undefined && isSame(this.#held, { ...signed, statement });
    if (!same && !key.made(signed.signature, statement)) return false;
    this.#held = { signer: signed.signer, signature: signed.signature, statement };
    return true;
  }

  #whyUnknown(signer: string): string {
    if (this.given) return `signed by key ${signer}, which is not an audit key of the key set`;
    const [first] = this.#known.keys();
    if (first === undefined)
      return 'no key is known to check it with: it stands at the beginning of the chain, or is given with --jwks';
    return `signed by key ${signer}, the first chain by ${first}: if both are the broker’s, give them with --jwks`;
  }
}

function isSame(one: Held, other: Held): boolean {
  const [was, is] = [one.statement, other.statement];
  if (!('root' in was && 'root' in is) || one.signer !== other.signer || was.size !== is.size) return false;
  return Buffer.compare(one.signature, other.signature) === 0 && Buffer.compare(was.root, is.root) === 0;
}
