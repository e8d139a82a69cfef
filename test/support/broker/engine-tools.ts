import { Secret } from '../../../src/domain/secret.ts';
import type { VerifiedClaims } from '../../../src/broker/domain/verified-claims.ts';
import { ParameterError, type EngineTools, type Mint } from '../../../src/broker/engines/engine.ts';
import { freshLease } from './leases.ts';
import { testWorld } from './world.ts';

/**
 * What an engine is lent: secrets by reference (`env:URL`, `secret:NAME`), and, unless another is given, a host in memory that
 * reaches nothing.
 */
export function engineTools(
  secrets: Readonly<Record<string, string>> = {},
  changes: Partial<EngineTools> = {},
): EngineTools {
  const find = (reference: string): string => {
    const found = new Map(Object.entries(secrets)).get(reference);
    if (found === undefined) throw new ParameterError('value', `${reference} is not set`);
    return found;
  };
  return {
    sign: () => Promise.reject(new Error('nothing is signed here')),
    secret: (reference) => new Secret(find(reference)),
    kept: async (name) => {
      await Promise.resolve();
      return { value: new Secret(find(`secret:${name}`)), version: 3 };
    },
    tellsClaim: () => true,
    host: testWorld(),
    folder: '/b',
    ...changes,
  };
}

/** What is to be minted: ten minutes for a fresh lease, if not otherwise said. */
export function mintOf({ leaseId = freshLease(), ...changes }: Partial<Mint> = {}): Mint {
  return {
    leaseId,
    sessionId: 'ses_1',
    role: 'team/deploy',
    policyId: 'deploy',
    backendName: `ec_${leaseId}`,
    issuedAt: new Date(),
    expiresAt: new Date(Date.now() + 600_000),
    claims: {
      claims: { sub: 'repo:octo-org/octo-repo:ref:refs/heads/main', repository_id: '456789' },
    } as unknown as VerifiedClaims,
    publicKey: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINdamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea',
    job: 'repository_id=456789/run_id=1/run_attempt=1/check_run_id=1',
    signal: new AbortController().signal,
    ...changes,
  };
}
