import type { Job, PipelineFile, Step } from '../files/file.ts';
import type { SecretUse, Taker } from '../files/secret-use.ts';
import type { ShellCommand } from '../files/shell.ts';
import type { FileRule, Judged, Spot } from './rule.ts';

export const secretInLog: FileRule = {
  id: 'EO207',
  name: 'secret-in-log',
  what: 'What a job prints holds a credential, or everything that it has.',
  severity: 'error',
  why: 'A mask hides the value as it is. In base64, split over lines, or traced by the shell it stands in the log, which others can read for months.',
  hint: {
    text: 'Print that it is there, not what it is: `test -n "$TOKEN"`. Leave tracing out where a credential is in scope.',
    before: '- run: |\n    set -x\n    echo "$TOKEN" | base64\n  env:\n    TOKEN: ${{ secrets.TOKEN }}',
    after:
      '- run: test -n "$TOKEN" || echo "::error::TOKEN is missing"\n  env:\n    TOKEN: ${{ steps.loan.outputs.token }}',
  },
  find: (file, judged) => [
    ...judged.flatMap(({ use, rule }) => (rule !== undefined && isPrinted(use) ? [spotOf(use)] : [])),
    ...file.jobs.flatMap((job) => job.steps.flatMap((step) => dumps(job, step, file, judged))),
    ...tracing(file),
  ],
  examples: {
    finds: [
      {
        step: 'run: |\n  set -xeuo pipefail\n  ./deploy.sh\nenv:\n  TOKEN: ${{ secrets.DEPLOY_TOKEN }}',
      },
      { gitlab: 'echo "begins with ${DEPLOY_TOKEN:0:4}"' },

      {
        step: 'run: |\n  plain=$(echo "$T" | base64 -d)\n  echo "got $plain"\nenv:\n  T: ${{ secrets.DEPLOY_TOKEN }}',
      },

      { step: 'run: echo "$TOKEN"\nenv:\n  TOKEN: ${{ secrets.DEPLOY_TOKEN }}' },
      { step: 'run: echo "${{ secrets.DEPLOY_TOKEN }}" | base64' },
      { step: 'run: |\n  set -x\n  ./deploy.sh\nenv:\n  TOKEN: ${{ secrets.DEPLOY_TOKEN }}' },
      { step: 'run: printenv\nenv:\n  TOKEN: ${{ secrets.DEPLOY_TOKEN }}' },
      { path: '.gitlab-ci.yml', text: 'variables:\n  CI_DEBUG_TRACE: "true"\njob:\n  script: [make]\n' },
    ],
    passes: [
      {
        step: 'run: |\n  answer=$(curl -s -H "Authorization: Bearer $T" https://api.example.com)\n  echo "answer: $answer"\nenv:\n  T: ${{ secrets.DEPLOY_TOKEN }}',
      },
      {
        step: 'run: |\n  count="$(open_requests "$URL")"\n  echo "$count"\nenv:\n  URL: https://bot:${{ secrets.DEPLOY_TOKEN }}@git.example.com/app',
      },

      {
        step: 'run: echo "$TOKEN" | docker login -u x --password-stdin\nenv:\n  TOKEN: ${{ secrets.DEPLOY_TOKEN }}',
      },
      { step: 'run: echo "$TOKEN" > token.txt\nenv:\n  TOKEN: ${{ secrets.DEPLOY_TOKEN }}' },
      { step: 'run: echo "::add-mask::$TOKEN"\nenv:\n  TOKEN: ${{ secrets.DEPLOY_TOKEN }}' },
      { step: 'run: printenv' },
      { path: '.gitlab-ci.yml', text: 'variables:\n  CI_DEBUG_TRACE: "false"\njob:\n  script: [make]\n' },
    ],
  },
};

function spotOf({ span, job, step, secret }: SecretUse): Spot {
  return { span, job: job?.name, step: step?.name, secret };
}

function isPrinted({ takers }: SecretUse): boolean {
  return takers.some((taker) => taker.by === 'command' && taker.word !== undefined && printsWord(taker));
}

const printers = /^(echo|printf|Write-Host|Write-Output|cat|logger) /i;
const encoders = /^(base64|xxd|od|rev|hexdump|tee|sed|tr|cut|head|tail|awk|fold|jq)\b/;

function printsWord({ command, word }: Extract<Taker, { by: 'command' }>): boolean {
  if (!printers.test(command.line) || /::(add-mask|set-output)/.test(word ?? '')) return false;
  return reachesLog(command);
}

/** Whether what a command prints comes to the job’s log, also through what only changes its form. */
function reachesLog(command: ShellCommand): boolean {
  let last = command;
  for (let count = 0; last.feeds !== undefined && count < 8; count++) {
    if (!encoders.test(last.feeds.line)) return false;
    last = last.feeds;
  }
  return (
    last.writes.every((path) => /^(&[12]|\/dev\/(stdout|stderr|tty)|1|2)$/.test(path)) &&
    last.within === undefined
  );
}

/** Commands that print all variables, or each command with its values, while a credential is in scope. */
function dumps(job: Job, step: Step, file: PipelineFile, judged: readonly Judged[]): Spot[] {
  const { script } = step;
  if (script === undefined || script.language === 'other') return [];
  const dumping = script.shell.commands.filter(
    (command) =>
      /^(set (-[a-z]+ (pipefail |errexit |nounset )*)*-[a-wyz]*x[a-z]*( (pipefail|errexit|nounset|-[a-z]+))*|set -o xtrace|(ba)?sh -[a-wyz]*x[a-z]*( .*)?)$/.test(
        command.line,
      ) ||
      (/^(env|printenv|export -p|export|declare -p|set)$/.test(command.line) && reachesLog(command)),
  );
  if (dumping.length === 0 || !judged.some((each) => isInScope(each, job, step, file))) return [];
  return dumping.map(({ span }) => ({
    span: { start: script.text.at(span.start), end: script.text.at(span.end - 1) + 1 },
    job: job.name,
    step: step.name,
  }));
}

function isInScope({ use, rule }: Judged, job: Job, step: Step, file: PipelineFile): boolean {
  if (rule === undefined || use.tested) return false;
  if (file.platform === 'gitlab-ci') return use.job === job || use.job === undefined;
  const [first] = use.takers;
  if (use.step === step) return first?.by === 'variable' || first?.by === 'command';
  return use.step === undefined && first?.by === 'variable' && (use.job === job || use.job === undefined);
}

function tracing({ variables, jobs }: PipelineFile): Spot[] {
  const all = [
    ...variables.map((each) => ({ each, job: undefined })),
    ...jobs.flatMap((job) =>
      [...job.variables, ...job.steps.flatMap((step) => step.variables)].map((each) => ({ each, job })),
    ),
  ];
  return all
    .filter(({ each }) =>
      /^(CI_DEBUG_(TRACE|SERVICES)|ACTIONS_(STEP|RUNNER)_DEBUG|SYSTEM_DEBUG)$/.test(each.name),
    )
    .filter(({ each }) => /^(true|1|yes|on)$/i.test(each.text.value.trim()))
    .map(({ each, job }) => ({ span: each.span, job: job?.name }));
}
