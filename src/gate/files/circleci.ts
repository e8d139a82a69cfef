import type { PipelineReader } from './file.ts';
import { readShellPipeline, type ShellDialect } from './shell-pipeline.ts';
import { variableUsesOf } from './variable-uses.ts';
import { child, textOf } from './yaml-tree.ts';

const dialect: ShellDialect = {
  platform: 'circleci',
  scripts: new Set(['run', 'command']),
  variables: new Set(['environment']),
};

/** https://circleci.com/docs/configuration-reference/ */
export const circleci: PipelineReader = {
  platform: 'circleci',
  owns: (path) => /(^|\/)\.circleci\/[^/]+\.ya?ml$/.test(path),
  resembles: (tree) =>
    /^2(\.\d)?$/.test(textOf(child(tree, 'version'))?.value ?? '') &&
    ['jobs', 'workflows', 'orbs'].some((key) => child(tree, key) !== undefined),
  read: (source, documents) => readShellPipeline(source, documents, dialect),
  trace: variableUsesOf,
};
