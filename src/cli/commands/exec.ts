import type { Command } from './command.ts';

export const exec: Command = {
  name: 'exec',
  text: 'Borrow, run a command with the credentials in its environment alone, give back when it ends',
  more: 'The command’s output is shown with every secret in it hidden, as it comes; signals are passed on to it. No shell reads the command.',
  usage: '[OPTIONS] -- COMMAND [ARG…]',
  borrows: true,
  flags: [
    {
      name: 'heartbeat',
      value: 'DURATION',
      text: 'How long what was borrowed from a broker lives on when this process and its machine are gone: `10s` to `1h`, `0` for as long as its lifetime. Left out: `2m`.',
    },
  ],
  operands: { least: 1, most: Infinity, behindDashes: true, completes: 'program' },
  examples: [
    {
      words: 'exec --broker-url https://broker.example.com --role deploy -- ./deploy.sh production',
      text: 'one role',
    },
    {
      words:
        'exec --provider aws --role arn:aws:iam::123456789012:role/deploy -- aws s3 sync build s3://site',
      text: 'without a broker',
    },
    {
      words:
        'exec --broker-url https://broker.example.com --role DB=app-ro -- sh -c \'psql -h "$DB_PGHOST"\'',
      text: 'two databases would have two prefixes',
    },
  ],
  failure: 125,
  exits: {
    '0': 'and all that is not below: what the command ended with, 128 and the signal’s number where a signal ended it',
    '125':
      'a failure of our own: the command was not run, its output was lost, or giving back has failed and was to count (`--fail-on-revoke-error`)',
    '126': 'the command cannot be executed',
    '127': 'there is no such command',
    '130': 'stopped by SIGINT before the command ran',
    '143': 'stopped by SIGTERM before the command ran',
  },
  does: {
    run: async (said, scene) => {
      const [{ configFromWords }, { readHeartbeat }, { attach }, { exec: lend }] = await Promise.all([
        import('../../config/command-line.ts'),
        import('../../config/heartbeat.ts'),
        import('../attach.ts'),
        import('../../commands/exec.ts'),
      ]);
      const [program = '', ...args] = said.operands;
      const config = await configFromWords(said.options, scene.host);
      const heartbeat = readHeartbeat(said.values('heartbeat')[0], config);
      return lend({ ...config, ...heartbeat }, [program, ...args], await attach(said, scene));
    },
  },
};
