import type { Job, PipelineFile, Step } from '../files/file.ts';
import { startedCommands } from '../files/started-commands.ts';

/** Steps that trade the job’s ID token for a credential, and in which input that can be seen. */
const exchanges: readonly {
  readonly action: RegExp;
  readonly input?: RegExp;
  /** With this input it takes something that is static. */
  readonly without?: RegExp;
}[] = [
  { action: /^aws-actions\/configure-aws-credentials$/, input: /^role-to-assume$/ },
  { action: /^google-github-actions\/auth$/, input: /^workload_identity_provider$/ },
  { action: /^azure\/login$/, input: /^client-id$/ },
  { action: /^hashicorp\/vault-action$/, input: /^jwt|^method$/ },
  {
    action:
      /^(octo-sts\/action|pulumi\/auth-actions|rust-lang\/crates-io-auth-action|rubygems\/(configure-rubygems-credentials|release-gem)|nuget\/login|dopplerhq\/.*|.*\/ephemeral-creds|jfrog\/setup-jfrog-cli|chainguard-dev\/(setup-chainctl|octo-sts-action)|tailscale\/github-action|infisical\/secrets-action)$/,
  },
  { action: /octo-sts|(read|get|fetch|import|load)-vault-secrets|^pulumi\/esc-action$/ },
  { action: /^anthropics\/claude-code-action$/, without: /^github_token$/ },
  { action: /^depot\/(build-push|bake)-action$/, without: /^token$/ },
  { action: /^pypa\/gh-action-pypi-publish$/, without: /^password$/ },
  // Whatever it is called, it is handed what only an exchange takes.
  {
    action: /./,
    input:
      /^((aws|iam|oidc)[-_])*(role[-_]to[-_]assume|role[-_]arn|oidc[-_]role)$|^(gcp[-_]|google[-_])?workload[-_]identity[-_]provider$|^azure[-_]client[-_]id$/i,
    without: /^(aws[-_])?access[-_]key[-_]id$|^azure[-_]client[-_]secret$/i,
  },
  { action: /^(sigstore\/(?!cosign-installer).*|actions\/attest.*|actions\/deploy-pages)$/ },
];

export function takesOidc({ action, inputs, script }: Step): boolean {
  if (action !== undefined) {
    const has = (wanted: RegExp | undefined): boolean =>
      inputs.some(({ name, text }) => wanted?.test(name) === true && text.value.trim() !== '');
    return exchanges.some(
      ({ action: known, input, without }) =>
        known.test(action.name) && (input === undefined || has(input)) && !has(without),
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

/** Trusted publishing and keyless signing by the tool itself. */
export function publishes({ action, script }: Step): boolean {
  if (action !== undefined) return publishers.test(action.name);
  return script !== undefined && startedCommands(script.shell).some(({ line }) => publishing.test(line));
}

/** Publishing to a registry that trusts the job itself, as far as the step does not show a token. */
export function publishesTrusted({ action, script, inputs, variables }: Step): boolean {
  if ([...inputs, ...variables].some(({ name, text }) => isPublishToken(name, text.value))) return false;
  if (action !== undefined) return packagers.test(action.name);
  return (
    script !== undefined &&
    startedCommands(script.shell).some(
      ({ line }) => trusted.test(line) && !/--(dry-run|token|password)\b/.test(line),
    )
  );
}

/** Whether a variable or an input has a token for a registry in it. */
export function isPublishToken(name: string, value: string): boolean {
  return publishToken.test(name) && value.trim() !== '';
}

const publishToken =
  /^(NODE_AUTH_TOKEN|(NPM|YARN|PNPM|BUN|CARGO|UV|POETRY|PYPI|HATCH|PDM|FLIT|TWINE|JSR|DENO)_(\w+_)?(TOKEN|AUTH|PASSWORD)(_\w+)?|npm[-_]token)$/i;
const publishers = /^(changesets\/action|goreleaser\/goreleaser-action|cycjimmy\/semantic-release-action)$/;
const packagers = /^(changesets\/action|cycjimmy\/semantic-release-action|js-devtools\/npm-publish)$/;
const publishing =
  /^((npm|pnpm|yarn|bun)( exec| dlx| x| run)? )?(((npm|pnpm|yarn|bun)( npm)?|lerna|changeset|nx release|uv|poetry|hatch|flit|cargo|pkg-pr-new|jsr|deno) publish|(\S*\/)?cosign (sign|attest)(-blob)?|goreleaser release|semantic-release)\b/;
const trusted =
  /^((npm|pnpm|yarn|bun)( exec| dlx| x| run)? )?(((npm|pnpm|yarn|bun)( npm)?|lerna|changeset|nx release|uv|jsr|deno) publish|semantic-release)\b/;

/** A step and, before it, what is done in it, where it uses an action of the repository. */
export function doneIn(step: Step): readonly Step[] {
  return [...(step.within ?? []).flatMap(doneIn), step];
}

/** `id-token: write`, or everything. */
export function grantsIdToken(permissions: PipelineFile['permissions']): boolean {
  if (permissions === undefined) return false;
  return (
    permissions.all === 'write-all' ||
    permissions.scopes.some(({ name, access }) => name === 'id-token' && access === 'write')
  );
}

/**
 * Where a job has the right to ask for an ID token from: it was given to the `job`, or to all jobs of a `file`, or must
 * come from a `caller` that lies elsewhere.
 */
export function idTokenBy(job: Job, file: PipelineFile): 'job' | 'file' | 'caller' | undefined {
  if (job.permissions !== undefined) return grantsIdToken(job.permissions) ? 'job' : undefined;
  if (file.permissions !== undefined) return grantsIdToken(file.permissions) ? 'file' : undefined;
  const { callers = [], triggers } = file;
  if (callers.some(({ ofJob }) => grantsIdToken(ofJob))) return 'job';
  if (callers.some(({ ofJob, ofFile }) => ofJob === undefined && grantsIdToken(ofFile))) return 'file';
  return callers.length === 0 && triggers.some(({ name }) => name === 'workflow_call') ? 'caller' : undefined;
}
