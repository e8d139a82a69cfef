import type { TrustPolicy } from '../../domain/trust-policy.ts';
import { hexSha256 } from '../domain/digest.ts';
import type { Issuer } from '../domain/issuer.ts';

export interface LoadedPolicy {
  readonly policy: TrustPolicy;
  readonly issuer: Issuer;
  /** `sha256:` and the hex hash of the file's text. */
  readonly version: string;
}

/** All trust policies that are in force together, found by whom they speak of. */
export interface PolicySet {
  /** Hash over all policies; changes when any of them does. */
  readonly version: string;
  readonly size: number;
  /** What those who run it should know, one line each: risks that were accepted, and what the lints warn of. */
  readonly warnings: readonly string[];
  /** The policies that name this repository or project; empty: a stranger. */
  about(issuerUrl: string, id: string): readonly LoadedPolicy[];
}

export function policyVersion(text: string): string {
  return `sha256:${hexSha256(text)}`;
}

/** The set, indexed, so that the cost of a decision does not grow with other repositories' policies. */
export function makePolicySet(loaded: readonly LoadedPolicy[], warnings: readonly string[]): PolicySet {
  const ordered = loaded.toSorted((a, b) => (a.policy.id < b.policy.id ? -1 : 1));
  const index = new Map<string, LoadedPolicy[]>();
  for (const entry of ordered) {
    const { policy, issuer } = entry;
    for (const id of new Set(policy.match.claims.get(issuer.indexClaim))) {
      const key = indexKey(issuer.url, id);
      const about = index.get(key);
      if (about === undefined) index.set(key, [entry]);
      else about.push(entry);
    }
  }
  const version = policyVersion(
    ordered.map(({ policy, version: v }) => `${policy.issuer} ${policy.id} ${v}`).join('\n'),
  );
  return {
    version,
    size: ordered.length,
    warnings,
    about: (issuerUrl, id) => index.get(indexKey(issuerUrl, id)) ?? [],
  };
}

function indexKey(issuerUrl: string, id: string): string {
  return `${issuerUrl} ${id}`;
}
