import { fits } from './recogniser.ts';

/** What each platform makes for the job itself: it ends with the job. The same name elsewhere is something else. */
const promised: Readonly<Record<string, readonly RegExp[]>> = {
  'github-actions': [/GITHUB_TOKEN|ACTIONS_(STEP|RUNNER)_DEBUG/],
  forgejo: [/GITHUB_TOKEN|GITEA_TOKEN|FORGEJO_TOKEN/],
  'bitbucket-pipelines': [/BITBUCKET_.*/],
  circleci: [/CIRCLE_.*/],
  buildkite: [/BUILDKITE_.*/],
  'gitlab-ci': [
    /CI_(JOB_TOKEN|JOB_JWT.*|REGISTRY_PASSWORD|DEPENDENCY_PROXY_PASSWORD|DEPLOY_PASSWORD)/,
    // Projects name variables so, too: then the last word tells.
    /CI_(?!(.*_)?(TOKEN|KEY|PASSWORD|SECRET|PAT|PASS|CREDENTIALS)$).*/,
    /GITLAB_(CI|FEATURES|USER_.*)|TRIGGER_PAYLOAD|FF_.*|RUNNER_.*|KUBECONFIG/,
  ],
};

/** What every shell has. */
const ofShells =
  /HOME|PATH|PWD|OLDPWD|USER|LOGNAME|SHELL|TMPDIR|TEMP|TMP|HOSTNAME|RANDOM|SECONDS|UID|EUID|PPID|LANG|LC_.*|TERM|IFS|SHLVL|OSTYPE|LINENO|BASH_.*|(HTTPS?|NO|ALL|FTP)_PROXY/;

/** Whether a name is one of those. */
export function isPromised(secret: string, platform: string): boolean {
  if (!/^(github-actions|forgejo)$/.test(platform) && fits(ofShells, secret)) return true;
  return promised[platform]?.some((names) => fits(names, secret)) === true;
}
