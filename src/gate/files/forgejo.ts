import { readGithubActions } from './github-actions.ts';
import type { FileReader } from './file.ts';

/** https://forgejo.org/docs/latest/user/actions/ and Gitea’s, which read the same language with promises of their own. */
export const forgejo: FileReader = {
  platform: 'forgejo',
  owns: (path) => /(^|\/)\.(forgejo|gitea)\/(workflows\/[^/]+|(.*\/)?action)\.ya?ml$/.test(path),
  resembles: () => false,
  read: (source, documents) => readGithubActions(source, documents, 'forgejo'),
};
