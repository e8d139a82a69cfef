// https://docs.github.com/en/actions/reference/workflows-and-actions/metadata-syntax
import { checkGate } from '../commands/check-gate.ts';
import { CredsError } from '../domain/errors.ts';
import { openOf, stops, type GateReport } from '../gate/reports/report.ts';
import { commandFileText, workflowCommand } from '../protocol/workflow-command.ts';
import { realFiles } from './files.ts';
import { readInputs, type GateInputs } from './gate-inputs.ts';
import { gitBase } from './git-base.ts';
import { print } from './output.ts';
import { randomHex } from './random.ts';
import { placeOf } from './place-of-error.ts';
import { tellIn, writeReports } from './report-file.ts';
import { workTree } from './work-tree.ts';

/** The action `gate/`: 0 when nothing stops the job, 1 when something does, 2 when the gate could not find out. */
export function gateAction(): void {
  // Until it has ended: no early end counts as a success.
  process.exitCode = 2;
  checkAndTell(process.env).then(
    (status) => {
      process.exitCode = status;
    },
    (error: unknown) => {
      const text = error instanceof CredsError ? `${error.message} ${error.hint}` : placeOf(error);
      print(`\n${workflowCommand('error', text, { title: 'ephemeral-creds gate' })}`);
    },
  );
}

type Environment = Readonly<Record<string, string | undefined>>;

async function checkAndTell(env: Environment): Promise<0 | 1 | 2> {
  const at = new Date();
  const inputs = readInputs(env);
  const found = await checkGate(inputs, workTree, at, gitBase(inputs.base, env));
  const report = { ...found, enforced: found.enforced || inputs.enforce };
  tell(report, inputs, at);
  const { sarif } = inputs;
  const problems = sarif === undefined ? '' : writeReports([{ format: 'sarif', path: sarif }], report, at);
  if (problems !== '') print(workflowCommand('error', problems.trim()));
  setOutputs(env, { ...outputsOf(report), 'sarif-file': problems === '' ? (sarif ?? '') : '' });
  if (inputs.summary) summarise(env, tellIn('summary', report, at));
  if (problems !== '') return 2;
  return stops(report) && inputs.fail ? 1 : 0;
}

/** The log has everything; annotations, of which GitHub keeps few, come last. */
function tell(report: GateReport, { annotations }: GateInputs, at: Date): void {
  // On a line of its own, whatever was printed before.
  print(`\n${tellIn('text', report, at)}`);
  if (annotations) print(tellIn('github', report, at));
}

function outputsOf(report: GateReport): Record<string, string> {
  const open = openOf(report.findings);
  const errors = open.filter(({ severity }) => severity === 'error');
  return {
    findings: String(open.length),
    errors: String(errors.length),
    stops: String(stops(report)),
  };
}

function setOutputs(env: Environment, outputs: Readonly<Record<string, string>>): void {
  append(
    env['GITHUB_OUTPUT'],
    commandFileText(outputs, () => `ec_${randomHex(16)}`),
  );
}

function summarise(env: Environment, markdown: string): void {
  append(env['GITHUB_STEP_SUMMARY'], markdown);
}

function append(path: string | undefined, text: string): void {
  if (path !== undefined && path !== '') realFiles.append(path, text, false);
}
