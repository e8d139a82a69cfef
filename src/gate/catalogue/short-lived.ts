import type { Job, PipelineFile, Step } from '../files/file.ts';
import type { ShellScript } from '../files/shell.ts';
import { textOf, type Entry, type Tree } from '../files/yaml-tree.ts';
import { grantsIdToken, takesOidc } from '../rules/oidc-steps.ts';
import { extendsOf } from './job-units.ts';
import { startedBy } from './started-scripts.ts';

/** Commands that trade an ID token for something, or borrow. */
const exchanges =
  /^(\S*ephemeral-creds\S* (exec|login)\b|aws sts assume-role-with-web-identity\b|gcloud iam workload-identity-pools create-cred-config\b|az login\b.* --federated-token\b|(vault|bao) write .*\bauth\/\S*jwt|buildkite-agent oidc request-token\b|pulumi login\b.* --oidc|kubelogin\b.*workloadidentity)/;
/** The variables in which platforms put ID tokens. */
const tokens =
  /ACTIONS_ID_TOKEN_REQUEST_(URL|TOKEN)|\bCIRCLE_OIDC_TOKEN(_V2)?\b|\bBITBUCKET_STEP_OIDC_TOKEN\b|\bgetIDToken\(/;
/** Tools that ask for an ID token themselves, where the job may. */
const publishers =
  /^((npm|pnpm|yarn|bun) publish|cosign sign|uv publish|goreleaser release|semantic-release|twine upload|cargo publish|gem push)\b/;

/** What is known besides the file. */
interface Known {
  /** Steps that a static secret goes into: what looks like OIDC there may be something else. */
  readonly held: ReadonlySet<Step>;
  /** Folders of the repository’s own actions in which a short-lived credential is taken. */
  readonly actions: ReadonlySet<string>;
}

/** Steps of a file in which a short-lived credential is taken. */
export function shortLivedSteps(file: PipelineFile, { held, actions }: Known): Set<Step> {
  const found = file.jobs.flatMap((job) => {
    const may = grantsIdToken(job.permissions ?? file.permissions);
    return job.steps.filter((step) =>
      step.script === undefined
        ? !held.has(step) && (takesOidc(step) || isOwn(step, actions))
        : tokens.test(step.script.text.value) ||
          startedBy(step.script).some(
            (shell) => exchangesIn(shell) || (may && !held.has(step) && publishesIn(shell)),
          ),
    );
  });
  return new Set(found);
}

function exchangesIn({ commands }: ShellScript): boolean {
  return commands.some(({ line }) => exchanges.test(line));
}

function publishesIn({ commands }: ShellScript): boolean {
  return commands.some(({ line }) => publishers.test(line));
}

function isOwn({ action }: Step, actions: ReadonlySet<string>): boolean {
  return action !== undefined && action.name.startsWith('./') && actions.has(folderOf(action.name.slice(2)));
}

function folderOf(path: string): string {
  return path.replace(/\/+$/, '');
}

/** The folder by which steps name an action of the repository. */
export function actionFolder(path: string): string {
  return path.replace(/(^|\/)action\.ya?ml$/, '');
}

/** A job that says by itself, and not by a step, that it takes one. */
export function isShortLivedJob(job: Job, { platform }: PipelineFile): boolean {
  switch (platform) {
    case 'github-actions':
    case 'forgejo':
    case 'dockerfile':
    case 'trust-policy':
      return false;
    case 'gitlab-ci':
      return job.idTokens.length > 0 || extendsOf(job).some((name) => /(^|[./-])ephemeral-creds/.test(name));
    case 'bitbucket-pipelines':
      return some(job.tree, ({ key, value }) => key === 'oidc' && textOf(value)?.value === 'true');
    case 'circleci':
      return some(
        job.tree,
        ({ key, value }) =>
          (key === 'use_oidc' && textOf(value)?.value === 'true') || /^role[-_]arn$/.test(key),
      );
    case 'buildkite':
      return some(job.tree, ({ key }) => /assume-role-with-web-identity|workload-identity|oidc/.test(key));
  }
}

/** Somewhere below; what YAML’s aliases name is met once. */
function some(tree: Tree, holds: (entry: Entry) => boolean): boolean {
  const seen = new Set<Tree>();
  const visit = (part: Tree): boolean => {
    if (part.kind === 'leaf' || seen.has(part)) return false;
    seen.add(part);
    if (part.kind === 'list') return part.items.some(visit);
    return part.entries.some((entry) => holds(entry) || visit(entry.value));
  };
  return visit(tree);
}
