import { fits } from './recogniser.ts';

/** What each platform makes for the job itself: it ends with the job. The same name elsewhere is something else. */
const promised: Readonly<Record<string, readonly RegExp[]>> = {
  'github-actions': [/GITHUB_TOKEN/],
  forgejo: [/GITHUB_TOKEN|GITEA_TOKEN|FORGEJO_TOKEN/],
  'bitbucket-pipelines': [/BITBUCKET_STEP_OIDC_TOKEN/, named('BITBUCKET_')],
  circleci: [/CIRCLE_OIDC_TOKEN(_V2)?/, named('CIRCLE_')],
  buildkite: [/BUILDKITE_AGENT_(ACCESS_)?TOKEN/, named('BUILDKITE_')],
  'gitlab-ci': [
    /CI_(JOB_TOKEN|JOB_JWT.*|REGISTRY_PASSWORD|DEPENDENCY_PROXY_PASSWORD|DEPLOY_PASSWORD)/,
    named('CI_|FF_|RUNNER_'),
    /GITLAB_(CI|FEATURES|USER_.*)|TRIGGER_PAYLOAD|KUBECONFIG/,
  ],
};

/** What every shell has. */
const ofShells =
  /HOME|PATH|PWD|OLDPWD|USER|LOGNAME|SHELL|TMPDIR|TEMP|TMP|HOSTNAME|RANDOM|SECONDS|UID|EUID|PPID|LANG|LC_(ALL|[A-Z]+(?<!TOKEN|KEY|PASSWORD|SECRET|PASS))|TERM|IFS|SHLVL|OSTYPE|LINENO|BASH_(?!.*(TOKEN|KEY|PASSWORD|SECRET|PASS)$).*|(HTTPS?|NO|ALL|FTP)_PROXY/;

/** Whether a name is one of those. */
export function isPromised(secret: string, platform: string): boolean {
  if (!/^(github-actions|forgejo)$/.test(platform) && fits(ofShells, secret)) return true;
  return promised[platform]?.some((names) => fits(names, secret)) === true;
}

/** Projects name variables as a platform does, too: then the last word tells. */
function named(beginning: string): RegExp {
  return new RegExp(`(${beginning})(?!(.*_)?(TOKEN|KEY|PASSWORD|SECRET|PAT|PASS|CREDENTIALS)$).*`);
}
