import { givenInputs, refuseOthers } from '../config/action-inputs.ts';
import { CredsError } from '../domain/errors.ts';

const names = ['paths', 'policy', 'base', 'mode', 'sarif-file', 'annotations', 'summary', 'fail'] as const;

/** What a workflow tells the action `gate/`; see gate/action.yml. */
export interface GateInputs {
  readonly paths: readonly string[];
  readonly policy: string | undefined;
  readonly base: string | undefined;
  /** It stops the job whatever mode the policy file names. */
  readonly enforce: boolean;
  /** Where SARIF is written to. */
  readonly sarif: string | undefined;
  readonly annotations: boolean;
  readonly summary: boolean;
  readonly fail: boolean;
}

/** @throws CredsError `input-invalid` that names the input */
export function readInputs(env: Readonly<Record<string, string | undefined>>): GateInputs {
  const given = givenInputs(env);
  refuseOthers(Object.keys(given), names);
  const input = (name: (typeof names)[number]): string => (given[name] ?? '').trim();
  const some = (name: (typeof names)[number]): string | undefined =>
    input(name) === '' ? undefined : input(name);
  const paths = input('paths')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  return {
    paths: paths.length === 0 ? ['.'] : paths,
    policy: some('policy'),
    base: some('base'),
    enforce: isEnforced(input('mode')),
    sarif: some('sarif-file'),
    annotations: isOn('annotations', input('annotations')),
    summary: isOn('summary', input('summary')),
    fail: isOn('fail', input('fail')),
  };
}

function isEnforced(mode: string): boolean {
  if (mode === '' || mode === 'enforce') return mode === 'enforce';
  throw new CredsError('input-invalid', 'The input `mode` is neither left out nor `enforce`.', {
    hint:
      mode === 'report'
        ? 'A workflow makes the gate stricter only. What makes it milder stands in .ephemeral-creds.yml, where others see it; `fail: false` lets one job go on.'
        : 'Write `mode: enforce`, or leave it out: then the policy file decides.',
  });
}

function isOn(name: string, value: string): boolean {
  if (value === '' || value === 'true' || value === 'false') return value !== 'false';
  throw new CredsError('input-invalid', `The input \`${name}\` is neither \`true\` nor \`false\`.`, {
    hint: 'Write one of the two, without quotes or with.',
  });
}
