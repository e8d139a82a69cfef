import type { PipelineReader } from './file.ts';
import { readShellPipeline, type ShellDialect } from './shell-pipeline.ts';
import { variableUsesOf } from './variable-uses.ts';
import { child, itemsOf } from './yaml-tree.ts';

const dialect: ShellDialect = {
  platform: 'buildkite',
  scripts: new Set(['command', 'commands']),
  variables: new Set(['env', 'environment']),
};

/** https://buildkite.com/docs/pipelines/configure/defining-steps */
export const buildkite: PipelineReader = {
  platform: 'buildkite',
  owns: (path) => /(^|\/)\.?buildkite\/([^/]+\/)*[^/]+\.ya?ml$/.test(path),
  resembles: (tree) =>
    itemsOf(child(tree, 'steps')).some((step) =>
      ['command', 'commands', 'plugins', 'label'].some((key) => child(step, key) !== undefined),
    ),
  read: (source, documents) => readShellPipeline(source, documents, dialect),
  trace: variableUsesOf,
};
