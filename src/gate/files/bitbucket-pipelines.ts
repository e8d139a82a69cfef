import type { PipelineReader } from './file.ts';
import { readShellPipeline, type ShellDialect } from './shell-pipeline.ts';
import { variableUsesOf } from './variable-uses.ts';
import { child } from './yaml-tree.ts';

const dialect: ShellDialect = {
  platform: 'bitbucket-pipelines',
  scripts: new Set(['script', 'after-script']),
  // Of pipes, too.
  variables: new Set(['variables']),
};

/** https://support.atlassian.com/bitbucket-cloud/docs/bitbucket-pipelines-configuration-reference/ */
export const bitbucketPipelines: PipelineReader = {
  platform: 'bitbucket-pipelines',
  owns: (path) => /(^|\/)bitbucket-pipelines\.ya?ml$/.test(path),
  resembles: (tree) => child(tree, 'pipelines') !== undefined,
  read: (source, documents) => readShellPipeline(source, documents, dialect),
  trace: variableUsesOf,
};
