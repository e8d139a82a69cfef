import { fullMatch } from '../../domain/pattern.ts';
import { hexSha256 } from './digest.ts';

/** Where a job comes from, as people name it: by this its leases are found. Empty where its token does not say. */
export interface Origin {
  /** `octo-org/octo-repo`, `my-group/my-project`; in small letters. */
  readonly repository: string;
  readonly repositoryId: string;
  /** Login of who started it; in small letters. */
  readonly actor: string;
  readonly commit: string;
}

/** Which claims say it. */
export interface OriginClaims {
  readonly repository?: string;
  readonly repositoryId: string;
  readonly actor?: string;
  readonly commit?: string;
}

/** What an index takes, and a database as text. */
const storable = /\P{Cc}{0,256}/u;

/** What the claims say of it. Platforms take `Octo-Org` and `octo-org` for the same, so small letters stand for both. */
export function originOf(names: OriginClaims, claims: Readonly<Record<string, unknown>>): Origin {
  const read = (name: string | undefined): string => {
    const value = name !== undefined && Object.hasOwn(claims, name) ? claims[name] : undefined;
    return typeof value === 'string' ? folded(value) : '';
  };
  return {
    repository: read(names.repository),
    repositoryId: read(names.repositoryId),
    actor: read(names.actor),
    commit: read(names.commit),
  };
}

/** As it is stored, and compared: of what is long, `sha256:` and its digest. */
export function folded(text: string): string {
  const small = text.toLowerCase();
  return fullMatch(storable, small) ? small : `sha256:${hexSha256(small)}`;
}
