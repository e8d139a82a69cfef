import { NotSure } from './change.ts';
import { textGiven } from './places.ts';
import { vendorStep } from './vendor-step.ts';

/** https://github.com/hashicorp/vault-action */
export const vaultAction = vendorStep({
  name: 'vault-action',
  what: '`hashicorp/vault-action` with a token or an AppRole becomes the same with a login by ID token.',
  action: 'hashicorp/vault-action',
  statics: ['token', 'roleid', 'secretid', 'method'],
  endings: /TOKEN|ROLE_?ID|SECRET_?ID/,
  inputs: ({ inputs, action }, ask) => {
    const method = textGiven(inputs, 'method') ?? 'token';
    if (!['token', 'approle'].includes(method)) throw new NotSure(`it logs in by \`${method}\``);
    const other = ['path', 'role', 'jwtgithubaudience'].find((name) => textGiven(inputs, name));
    if (other !== undefined) throw new NotSure(`it has \`${other}\` as well`);
    if (/^v[01](\.|$)|^v2\.[01](\.|$)/.test(action?.ref ?? ''))
      throw new NotSure('this version knows no audience');
    const url = textGiven(inputs, 'url');
    if (url === undefined) throw new NotSure('it does not say the address, which is to be the audience');
    return {
      method: 'jwt',
      role: ask('ROLE', 'the role of the JWT method that this job logs in as'),
      jwtGithubAudience: url,
    };
  },
  before: (_, secret) =>
    `In Vault, enable the JWT method for GitHub’s issuer, and make a role that is bound to Vault’s address as audience and to this repository’s id, with the policies of \`${secret}\` that this job needs.`,
});
