import { CredsError } from '../domain/errors.ts';
import { fullMatch } from '../domain/pattern.ts';

/** Variables by which a later step is made to run other code, trust other servers or believe another runner. */
const dangerous: readonly RegExp[] = [
  /NODE_OPTIONS|NODE_EXTRA_CA_CERTS|NODE_TLS_REJECT_UNAUTHORIZED|NODE_PATH/,
  /PATH|HOME|TMPDIR|TEMP|TMP|SHELL|EDITOR|VISUAL|PAGER|IFS|ENV|BASH_ENV|BASH_FUNC.*|PROMPT_COMMAND|PS4|SHELLOPTS|BASHOPTS/,
  /LD_.*|DYLD_.*|PYTHON.*|PERL5.*|RUBY.*|JAVA_TOOL_OPTIONS|_JAVA_OPTIONS|JDK_JAVA_OPTIONS|MAVEN_OPTS|GRADLE_OPTS/,
  /GIT_.*|NPM_CONFIG_.*|PIP_.*|.*_PROXY|SSL_CERT_.*|CURL_CA_BUNDLE|DOCKER_HOST|KUBECONFIG/,
  /GITHUB_.*|RUNNER_.*|ACTIONS_.*|INPUT_.*|STATE_.*|CI|CI_.*|GITLAB_.*|FF_.*/,
];

/**
 * A variable's name that the workflow has chosen, by itself or by a prefix.
 * @throws CredsError `input-invalid` when no variable may have it
 */
export function assertVariableName(name: string): void {
  if (!fullMatch(/[A-Z_][A-Z0-9_]{0,127}/, name)) {
    throw new CredsError(
      'input-invalid',
      'The input `export` gives a variable a name that is not made of A-Z, 0-9 and `_`.',
    );
  }
  if (isDangerousName(name)) {
    throw new CredsError(
      'input-invalid',
      `The input \`export\` may not set ${name}: it changes how later steps run.`,
    );
  }
}

/** True for a variable, or a prefix ending in `_`, that no credential may be delivered under. */
export function isDangerousName(name: string): boolean {
  return dangerous.some((pattern) => fullMatch(pattern, name));
}
