import type { TrustPolicy } from '../../domain/trust-policy.ts';
import type { Issuer } from '../domain/issuer.ts';
import type { Finding, Lint } from './lint.ts';

export const optIns: Lint = {
  name: 'opt-ins',
  severity: 'error',
  about: '`allow_pull_request` or `allow_merge_request` where the platform or the grants do not fit.',
  find: ({ policy, issuer }) => [
    ...(policy.allowPullRequest && !offers(issuer, 'asked')
      ? [
          {
            path: ['allow_pull_request'],
            what: `${issuer.platform} has no pull requests that it is asked about`,
          },
        ]
      : []),
    ...(policy.allowMergeRequest && !offers(issuer, 'unless')
      ? [
          {
            path: ['allow_merge_request'],
            what: `${issuer.platform} has no merge requests that could be believed`,
          },
        ]
      : []),
    ...(policy.allowPullRequest ? readOnly(policy, 'pull') : []),
    ...(policy.allowMergeRequest ? readOnly(policy, 'merge') : []),
  ],
};

function offers({ risks }: Issuer, way: 'asked' | 'unless'): boolean {
  return risks.some((risk) => 'refused' in risk && risk[way] !== undefined);
}

function readOnly({ grants }: TrustPolicy, kind: 'pull' | 'merge'): Finding[] {
  const what = `what ${kind} requests may borrow is access: read; write another policy for the rest`;
  return grants.flatMap(({ access }, index) =>
    access === 'read' ? [] : [{ path: ['grants', index, 'access'], what }],
  );
}
