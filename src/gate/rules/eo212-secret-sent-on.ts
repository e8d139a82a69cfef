import type { Taker } from '../files/secret-use.ts';
import type { FileRule } from './rule.ts';

export const secretSentOn: FileRule = {
  id: 'EO212',
  name: 'secret-sent-on',
  what: 'A secret is sent on to a server, inside a command.',
  severity: 'warning',
  why: 'It stands in the server’s process list, shell history and command log, where no end of the job reaches it.',
  hint: {
    text: 'Let the server borrow for itself what it needs, by its own identity.',
    before: '- run: ssh deploy@web.example.com "TOKEN=${{ secrets.TOKEN }} ./start.sh"',
    after: '- run: ssh deploy@web.example.com ./start.sh   # which asks the broker by the machine’s identity',
  },
  find: (_, judged) =>
    judged
      .filter(({ use, rule }) => rule !== undefined && use.takers.some(isSent))
      .map(({ use: { span, job, step, secret } }) => ({ span, job: job?.name, step: step?.name, secret })),
  examples: {
    finds: [
      { step: 'run: ssh deploy@web.example.com "TOKEN=${{ secrets.APP_TOKEN }} ./start.sh"' },
      {
        step: 'uses: appleboy/ssh-action@v1\nwith:\n  host: web.example.com\n  key: ${{ secrets.K }}\n  script: |\n    echo "TOKEN=${{ secrets.APP_TOKEN }}" > .env',
      },
    ],
    passes: [
      { gitlab: 'ssh-add - <<< "$WEB_PRIVATE_KEY"' },

      { step: 'run: ssh -i key deploy@${{ secrets.HOST }} ./start.sh' },
      { gitlab: 'sshpass -p "$WEB_PASSWORD" ssh deploy@web.example.com ./start.sh' },
    ],
  },
};

function isSent(taker: Taker): boolean {
  if (taker.by === 'input')
    return (
      /ssh|ssm|remote/.test(taker.action) &&
      /^(script|command|commands|run|envs|post_upload|pre_upload|remote_script|cmd)$/i.test(taker.input)
    );
  if (taker.by !== 'command') return false;
  const { command, word, option } = taker;
  if (/^aws ssm send-command\b/.test(command.line))
    return word !== undefined && /^(--parameters|--cli-input-json)$/.test(option ?? '');
  const remote = /^(sshpass .*? ?ssh|ssh|gcloud compute ssh|az vm run-command)(?=\s|$)/.exec(command.line);
  if (remote === null || word === undefined) return word === undefined && /^ssh(?=\s|$)/.test(command.line);
  // What stands before the host is for ssh itself.
  return option === undefined && /[\s;=]/.test(word);
}
