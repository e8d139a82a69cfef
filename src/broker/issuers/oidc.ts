// https://openid.net/specs/openid-connect-discovery-1_0.html
import type { PlainForm } from '../../domain/claim-form.ts';
import type { IdentityClaims } from '../domain/issuer.ts';
import type { IssuerEntry } from '../domain/settings.ts';
import type { IssuerPlatform } from './issuer.ts';

const exactly: PlainForm = { form: 'name', shape: 'any', folded: false };

/**
 * Any other platform that signs ID tokens: broker.yaml says by which claims its jobs, its projects and its policies are
 * known. Nothing is known here of what a fork could do there, so nothing is refused but what the policies leave out.
 */
export const oidc: IssuerPlatform = {
  name: 'oidc',
  defaultUrl: undefined,
  keysPath: undefined,
  traits: ({ claims, algorithms, binding }) => {
    if (claims === undefined)
      return 'say by which claims it is known: claims: { index: project_id, ids: [project_id], job: [project_id, job_id], match: [branch] }';
    const { index, ids, match } = claims;
    const identity = identityOf(claims);
    if (typeof identity === 'string') return identity;
    return {
      algorithms: algorithms ?? ['RS256'],
      binding: binding ?? 'first-use',
      maxAgeSeconds: 600,
      sessionEndsWithToken: (binding ?? 'first-use') === 'first-use',
      indexClaim: index,
      immutableIds: ids,
      identity,
      origin: { repositoryId: index },
      matchable: new Map([index, ...ids, ...match].map((name) => [name, exactly])),
      described: ['sub'],
      risks: [],
    };
  },
  notices: (_url, { identity, immutableIds }) => [
    'what its tokens say of forks and pull requests is not known here: the policies must tell them apart',
    ...(identity.ofRun === true
      ? ['a run is the smallest identity: the rules per job and revocation by ID token are off']
      : []),
    ...(immutableIds.length === 0 ? ['it has names only: its policies may only grant access: read'] : []),
  ],
};

function identityOf({ job, run }: NonNullable<IssuerEntry['claims']>): IdentityClaims | string {
  if (job !== undefined && run === undefined) return { required: job, form: 'text' };
  if (run !== undefined && job === undefined) return { required: run, form: 'text', ofRun: true };
  return 'claims: write either job (claims that name one job) or run (where none tells the jobs of a run apart)';
}
