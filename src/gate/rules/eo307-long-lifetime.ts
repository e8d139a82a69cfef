import { parseDuration } from '../../domain/duration.ts';
import type { Binding, Step } from '../files/file.ts';
import type { FileRule } from './rule.ts';

export const longLifetime: FileRule = {
  id: 'EO307',
  name: 'long-lifetime',
  what: 'A credential is asked for that lives longer than an hour.',
  severity: 'warning',
  why: 'What is stolen from a job is worth something only as long as it lives.',
  hint: {
    text: 'Ask for as long as the job takes; fifteen minutes is enough for most.',
    before: 'role-duration-seconds: 43200',
    after: 'role-duration-seconds: 900',
  },
  find: ({ jobs }) =>
    jobs.flatMap((job) =>
      job.steps.flatMap((step) => [
        ...step.inputs
          .filter(isLong)
          .map(({ text }) => ({ span: text.span, job: job.name, step: step.name })),
        ...longInScript(step).map((span) => ({ span, job: job.name, step: step.name })),
      ]),
    ),
  examples: {
    finds: [
      {
        step: 'uses: aws-actions/configure-aws-credentials@v6\nwith:\n  role-to-assume: r\n  role-duration-seconds: 7200',
      },
      { step: 'uses: google-github-actions/auth@v3\nwith:\n  access_token_lifetime: 7200s' },
      { step: 'run: aws sts assume-role-with-web-identity --role-arn r --duration-seconds 43200' },
    ],
    passes: [
      {
        step: 'uses: aws-actions/configure-aws-credentials@v6\nwith:\n  role-to-assume: r\n  role-duration-seconds: 3600',
      },
      { step: 'run: aws sts assume-role --role-arn r --duration-seconds 900' },
    ],
  },
};

const mostSeconds = 3600;

function isLong({ name, text }: Binding): boolean {
  if (
    !/^(role-duration-seconds|access_token_lifetime|ttl|max-ttl|token-ttl|role-duration|session-duration|duration-seconds)$/i.test(
      name,
    )
  )
    return false;
  return secondsOf(text.value) > mostSeconds;
}

function secondsOf(text: string): number {
  const value = text.trim();
  return (/^\d+$/.test(value) ? Number(value) : parseDuration(value)) ?? 0;
}

function longInScript({ script }: Step): { start: number; end: number }[] {
  if (script === undefined) return [];
  return script.shell.commands.flatMap(({ line, span, words }) => {
    if (!/^(aws sts|awscurl|gcloud auth|vault|gimme-aws-creds)\b/.test(line)) return [];
    const at = words.findIndex(({ text }) => /^--(duration-seconds|lifetime)\b/.test(text));
    const [, joined] = /=(.*)/.exec(words[at]?.text ?? '') ?? [];
    const seconds = secondsOf(joined ?? words[at + 1]?.text ?? '');
    return at >= 0 && seconds > mostSeconds
      ? [{ start: script.text.at(span.start), end: script.text.at(span.end - 1) + 1 }]
      : [];
  });
}
