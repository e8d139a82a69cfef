import { readGithubActions } from './github-actions.ts';
import type { PipelineReader } from './file.ts';
import { secretUsesOf } from './github-uses.ts';

/** https://forgejo.org/docs/latest/user/actions/ and Gitea’s, which read the same language with promises of their own. */
export const forgejo: PipelineReader = {
  platform: 'forgejo',
  owns: (path) => /(^|\/)\.(forgejo|gitea)\/(workflows\/[^/]+|(.*\/)?action)\.ya?ml$/.test(path),
  resembles: () => false,
  read: (source, documents) => readGithubActions(source, documents, 'forgejo'),
  trace: secretUsesOf,
};
