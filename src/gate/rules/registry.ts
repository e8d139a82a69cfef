import { awsKey } from './eo101-aws-key.ts';
import { gcpKey } from './eo102-gcp-key.ts';
import { azureSecret } from './eo103-azure-secret.ts';
import { registryToken } from './eo104-registry-token.ts';
import { containerRegistryPassword } from './eo105-container-registry-password.ts';
import { personalToken } from './eo106-personal-token.ts';
import { githubAppKey } from './eo107-github-app-key.ts';
import { loginKey } from './eo108-login-key.ts';
import { clusterToken } from './eo109-cluster-token.ts';
import { secretZero } from './eo110-secret-zero.ts';
import { databasePassword } from './eo111-database-password.ts';
import { infrastructureToken } from './eo112-infrastructure-token.ts';
import { signingKey } from './eo113-signing-key.ts';
import { serviceKey } from './eo114-service-key.ts';
import { envBlob } from './eo115-env-blob.ts';
import { ambientCredential } from './eo116-ambient-credential.ts';
import { refreshToken } from './eo117-refresh-token.ts';
import { unknownSecret } from './eo199-unknown-secret.ts';
import { inheritedSecrets } from './eo201-inherited-secrets.ts';
import { allSecrets } from './eo202-all-secrets.ts';
import { unpackedSecret } from './eo203-unpacked-secret.ts';
import { secretInScript } from './eo204-secret-in-script.ts';
import { secretForAllSteps } from './eo205-secret-for-all-steps.ts';
import { secretInArtifact } from './eo206-secret-in-artifact.ts';
import { secretInLog } from './eo207-secret-in-log.ts';
import { secretInOutput } from './eo208-secret-in-output.ts';
import { keptGitToken } from './eo209-kept-git-token.ts';
import { literalVariable } from './eo210-literal-variable.ts';
import { secretInImage } from './eo211-secret-in-image.ts';
import { secretSentOn } from './eo212-secret-sent-on.ts';
import { storedStaticSecret } from './eo213-stored-static-secret.ts';
import { idTokenForAllJobs } from './eo301-id-token-for-all-jobs.ts';
import { idTokenForStrangers } from './eo302-id-token-for-strangers.ts';
import { strangersBeforeCredential } from './eo303-strangers-before-credential.ts';
import { noEnvironment } from './eo304-no-environment.ts';
import { sharedAudience } from './eo305-shared-audience.ts';
import { broadTrust } from './eo306-broad-trust.ts';
import { longLifetime } from './eo307-long-lifetime.ts';
import { notRevoked } from './eo308-not-revoked.ts';
import { nameOnlySubject } from './eo309-name-only-subject.ts';
import { elsewhere } from './eo905-elsewhere.ts';
import { literalSecret } from './eo401-literal-secret.ts';
import { literalShortLived } from './eo402-literal-short-lived.ts';
import { literalPrivateKey } from './eo403-literal-private-key.ts';
import { literalJwt } from './eo404-literal-jwt.ts';
import { unreadableFile } from './eo901-unreadable-file.ts';
import { expiredWaiver } from './eo902-expired-waiver.ts';
import { unansweredWaiver } from './eo903-unanswered-waiver.ts';
import { ignoredInline } from './eo904-ignored-inline.ts';
import { policyDowngraded } from './eo906-policy-downgraded.ts';
import type { CredentialRule, FileRule, RuleText } from './rule.ts';

/**
 * Every rule. `credentials` share out the references to secrets: where two know one, the first has it; `unknown` has
 * what is left over. `files` look through a file by themselves.
 */
export const ruleBook: {
  readonly credentials: readonly CredentialRule[];
  readonly unknown: CredentialRule;
  readonly files: readonly FileRule[];
  readonly unreadable: RuleText;
  readonly waivers: { readonly EO902: RuleText; readonly EO903: RuleText };
  readonly remarks: RuleText;
  readonly downgrades: RuleText;
} = {
  credentials: [
    secretZero,
    githubAppKey,
    infrastructureToken,
    gcpKey,
    azureSecret,
    containerRegistryPassword,
    awsKey,
    registryToken,
    clusterToken,
    refreshToken,
    databasePassword,
    signingKey,
    envBlob,
    loginKey,
    serviceKey,
    personalToken,
  ],
  unknown: unknownSecret,
  files: [
    ambientCredential,
    inheritedSecrets,
    allSecrets,
    unpackedSecret,
    secretInScript,
    secretForAllSteps,
    secretInArtifact,
    secretInLog,
    secretInOutput,
    keptGitToken,
    literalVariable,
    secretInImage,
    secretSentOn,
    storedStaticSecret,
    idTokenForAllJobs,
    idTokenForStrangers,
    strangersBeforeCredential,
    noEnvironment,
    sharedAudience,
    broadTrust,
    longLifetime,
    notRevoked,
    nameOnlySubject,
    literalSecret,
    literalShortLived,
    literalPrivateKey,
    literalJwt,
    elsewhere,
  ],
  unreadable: unreadableFile,
  waivers: { EO902: expiredWaiver, EO903: unansweredWaiver },
  remarks: ignoredInline,
  downgrades: policyDowngraded,
};

/** The same as one list. */
export const rules: readonly RuleText[] = [
  ...ruleBook.credentials,
  ruleBook.unknown,
  ...ruleBook.files,
  ruleBook.unreadable,
  expiredWaiver,
  unansweredWaiver,
  ignoredInline,
  policyDowngraded,
];
