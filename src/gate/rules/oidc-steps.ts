import type { PipelineFile, Step } from '../files/file.ts';

/** Steps that trade the job’s ID token for a credential, and in which input that can be seen. */
const exchanges: readonly { readonly action: RegExp; readonly input?: RegExp }[] = [
  { action: /^aws-actions\/configure-aws-credentials$/, input: /^role-to-assume$/ },
  { action: /^google-github-actions\/auth$/, input: /^workload_identity_provider$/ },
  { action: /^azure\/login$/, input: /^client-id$/ },
  { action: /^hashicorp\/vault-action$/, input: /^jwt|^method$/ },
  {
    action:
      /^(octo-sts\/action|pulumi\/auth-actions|rust-lang\/crates-io-auth-action|rubygems\/(configure-rubygems-credentials|release-gem)|nuget\/login|dopplerhq\/.*|.*\/ephemeral-creds|jfrog\/setup-jfrog-cli|chainguard-dev\/(setup-chainctl|octo-sts-action)|tailscale\/github-action|infisical\/secrets-action)$/,
  },
  { action: /^pypa\/gh-action-pypi-publish$/ },
  { action: /^(sigstore\/.*|actions\/attest.*|actions\/deploy-pages)$/ },
];

export function takesOidc({ action, inputs, script }: Step): boolean {
  if (action !== undefined) {
    return exchanges.some(
      (each) =>
        each.action.test(action.name) &&
        (each.input === undefined || inputs.some(({ name }) => each.input?.test(name) === true)),
    );
  }
  return (
    script !== undefined && /ACTIONS_ID_TOKEN_REQUEST_(URL|TOKEN)|\bgetIDToken\(/.test(script.text.value)
  );
}

/** Steps that get a credential for something outside, as against a signature or a page. */
export function takesCredential(step: Step): boolean {
  return takesOidc(step) && !/^(sigstore\/|actions\/)/.test(step.action?.name ?? '');
}

/** `id-token: write`, or everything. */
export function grantsIdToken(permissions: PipelineFile['permissions']): boolean {
  if (permissions === undefined) return false;
  return (
    permissions.all === 'write-all' ||
    permissions.scopes.some(({ name, access }) => name === 'id-token' && access === 'write')
  );
}
