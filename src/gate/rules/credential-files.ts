/** Files that hold credentials, by how they are named in paths of artifacts and caches. */
export const credentialFile =
  /(^|\/)(\.env(\.[\w-]+)?|\.npmrc|\.yarnrc\.yml|\.pypirc|\.netrc|\.git-credentials|\.dockercfg|credentials(\.json|\.toml)?|service-?account[\w-]*\.json|gha-creds-.*\.json|[\w-]*key\.json|kubeconfig[\w.-]*|id_(rsa|ed25519|ecdsa|dsa)|[\w.*-]+\.(pem|p12|pfx|jks|keystore|key|p8)|[\w.-]+\.tfstate(\.backup)?)$|(^|\/)\.(aws|ssh|kube|docker|gnupg)(\/(config(\.json)?|credentials)?)?$/;

/** The paths of a value that lists them, one a line; what is excluded (`!`) is none. */
export function pathsIn(text: string): string[] {
  return text
    .split(/[\n,]/)
    .map((line) => line.trim().replace(/^["']|["']$/g, ''))
    .filter((line) => line !== '' && !line.startsWith('!'));
}
