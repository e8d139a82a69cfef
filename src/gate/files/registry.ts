import { bitbucketPipelines } from './bitbucket-pipelines.ts';
import { buildkite } from './buildkite.ts';
import { circleci } from './circleci.ts';
import { dockerfile } from './dockerfile.ts';
import type { FileReader } from './file.ts';
import { forgejo } from './forgejo.ts';
import { githubActions } from './github-actions.ts';
import { gitlabCi } from './gitlab-ci.ts';
import { trustPolicy } from './trust-policy.ts';

/** Every platform whose files the gate reads; the first that owns or resembles a file reads it. */
export const fileReaders: readonly FileReader[] = [
  forgejo,
  githubActions,
  bitbucketPipelines,
  circleci,
  buildkite,
  gitlabCi,
  dockerfile,
  trustPolicy,
];
