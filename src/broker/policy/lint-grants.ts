import type { Finding, Lint } from './lint.ts';

export const namesOnly: Lint = {
  name: 'names-only',
  severity: 'error',
  about: 'The issuer has names only, and something else than reading is granted.',
  find: ({ policy, issuer }) =>
    issuer.immutableIds.length > 0
      ? []
      : policy.grants.flatMap(({ access }, index) =>
          access === 'read'
            ? []
            : [
                {
                  path: ['grants', index, 'access'],
                  what: 'this issuer has names only, and names are taken over: such policies grant access: read',
                },
              ],
        ),
};

export const grantedRoles: Lint = {
  name: 'grants',
  severity: 'error',
  about:
    'A role that is not there, that others own (`grantable_by`), that stands there twice, or a lifetime below what its engine can.',
  find: ({ policy, roles }) =>
    policy.grants.flatMap((grant, index): Finding[] => {
      const path = ['grants', index, 'role'];
      const terms = roles.get(grant.role);
      if (terms === undefined)
        return [{ path, what: `no such role in broker.yaml; it has ${[...roles.keys()].join(', ')}` }];
      if (policy.grants.findIndex(({ role }) => role === grant.role) !== index)
        return [{ path, what: 'granted twice; keep one' }];
      if (terms.grantableBy?.includes(policy.owner) === false)
        return [
          { path, what: `only policies of ${terms.grantableBy.join(', ')} may grant it (grantable_by)` },
        ];
      if (grant.maxSeconds !== undefined && grant.maxSeconds < terms.minSeconds)
        return [{ path, what: `ttl.max is below the engine’s minimum of ${String(terms.minSeconds)} s` }];
      return [];
    }),
};
