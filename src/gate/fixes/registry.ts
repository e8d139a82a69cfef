import { artifactRegistryLogin } from './artifact-registry-login.ts';
import { awsStep } from './aws-step.ts';
import { awsVariables } from './aws-variables.ts';
import { azureLogin } from './azure-login.ts';
import { ecrLogin } from './ecr-login.ts';
import type { Fix } from './fix.ts';
import { forgeToken } from './forge-token.ts';
import { ghcrLogin } from './ghcr-login.ts';
import { gcpAuth } from './gcp-auth.ts';
import { gitlabAws } from './gitlab-aws.ts';
import { publishToken } from './publish-token.ts';
import { pypiPublish } from './pypi-publish.ts';
import { staticValue } from './static-value.ts';
import { vaultAction } from './vault-action.ts';

/** Every pattern that is rewritten; where two know a place, the first has it. */
export const fixes: readonly Fix[] = [
  awsStep,
  awsVariables,
  gcpAuth,
  azureLogin,
  vaultAction,
  ghcrLogin,
  ecrLogin,
  artifactRegistryLogin,
  pypiPublish,
  publishToken,
  forgeToken,
  staticValue,
  gitlabAws,
];
