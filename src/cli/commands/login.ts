import { resolve } from 'node:path';
import { say } from '../say.ts';
import type { Command } from './command.ts';

export const login: Command = {
  name: 'login',
  text: 'Borrow for all the shells of a job: the variables go to a file that a shell reads',
  more: 'For hooks that run before the job’s own script. Prefer `exec` where one command needs the credentials: what lies in variables of the whole job every tool in it can read. Nothing is printed to standard output but what `--json` asks for. `revoke` gives back.',
  usage: '[OPTIONS] [--env-file FILE] [--dotenv --i-understand] [--json]',
  borrows: true,
  flags: [
    {
      name: 'env-file',
      value: 'FILE',
      text: 'Where the variables go, 0600, as `export NAME=…`; left out, `env.sh` in the job’s private folder, which `revoke` erases.',
      completes: 'file',
    },
    {
      name: 'dotenv',
      text: 'Write the file as a dotenv report, which hands every credential to other jobs and to whoever may read artifacts. Refused without `--i-understand`.',
    },
    { name: 'i-understand', text: 'What `--dotenv` does is known and wanted.' },
    { name: 'json', text: 'What was lent, as one JSON document without any secret.' },
  ],
  examples: [
    {
      words: 'login --state "$DIR" --broker-url https://broker.example.com --role deploy && . "$DIR/env.sh"',
      text: 'the job’s private folder is $DIR; at the end `ephemeral-creds revoke --state "$DIR"`',
    },
  ],
  does: {
    run: async (said, scene) => {
      const [{ configFromWords }, { attach }, { login: borrow }] = await Promise.all([
        import('../../config/command-line.ts'),
        import('../attach.ts'),
        import('../../commands/login.ts'),
      ]);
      const has = (flag: string): boolean => said.values(flag).length > 0;
      const [envFile] = said.values('env-file');
      const report = await borrow(
        await configFromWords(said.options, scene.host),
        await attach(said, scene),
        {
          ...(envFile === undefined ? {} : { envFile: resolve(scene.folder, envFile) }),
          dotenv: has('dotenv'),
          understood: has('i-understand'),
          masks: !has('json'),
        },
      );
      if (has('json')) say(scene.host.print, `${JSON.stringify(report, undefined, 2)}\n`);
      return 0;
    },
  },
};
