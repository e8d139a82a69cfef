import { options } from '../../src/config/options.ts';
import { kinds, type Credential, type FieldRule, type FixedKind } from '../../src/domain/credential.ts';
import { codes } from '../../src/domain/errors.ts';
import type { Option } from '../../src/domain/option.ts';
import { exporters } from '../../src/exporters/registry.ts';
import { snakeCase } from '../../src/protocol/credential-wire.ts';
import { gateInputs, revokeInputs } from './action-files.ts';
import { aboutLoan, outputTexts } from './outputs.ts';
import { code, table } from './markdown.ts';
import { kindNames, outputsOf, variablesOf } from './samples.ts';

const loaded = await Promise.all(Object.values(exporters).map((load) => load()));

export function inputsPage(): string {
  const guards = options.filter((option: Option) => option.guards).map(({ name }) => name);
  const rows = options.map((option: Option) => [
    `<a id="${option.name}"></a>\`${option.name}\``,
    valuesOf(option),
    option.default === '' ? '' : code(option.default),
    option.text,
  ]);
  return page('Inputs', 'src/config/options.ts and scripts/generate/action-files.ts', [
    'Every input is optional for the runner; what a provider needs it asks for by name before anything is sent. ' +
      'A name that is not in this table is refused, so a typo cannot widen access. An empty value means the default. ' +
      `Not so for ${guards.map(code).join(', ')} and for an entry of \`params\`: what is given there and is empty is refused, since the ` +
      'variable that it comes from (`${{ vars.ACCOUNT }}`) may not be set, and then nothing would be compared. What `role` means when it is ' +
      'left out depends on the provider; where that is more than what you would write there (`sts`: the server’s own scope), do not take it ' +
      'from a variable.',
    table(['input', 'value', 'default', 'meaning'], rows),
    'Durations: `900` (seconds), `15m`, `1h`. Lines: one entry a line, in a YAML block (`role: |`).',
    '## `revoke/`',
    '[Give back in the middle of a job](../how-to/give-back-mid-job.md).',
    inputTable(revokeInputs),
    '## `gate/`',
    '[Find static secrets](../how-to/find-static-secrets.md).',
    inputTable(gateInputs),
  ]);
}

function inputTable(inputs: typeof gateInputs): string {
  const rows = Object.entries(inputs).map(([name, { description, default: preset }]) => [
    code(name),
    preset === undefined ? '' : code(preset),
    description,
  ]);
  return table(['input', 'default', 'meaning'], rows);
}

function valuesOf({ type, choices = [] }: Option): string {
  if (type === 'boolean') return '`true`, `false`';
  return type === 'choice' ? choices.map(code).join(', ') : type;
}

export function outputsPage(): string {
  const texts = Object.entries(outputTexts());
  const rows = (wanted: boolean): string[][] =>
    texts.filter(([name]) => name in aboutLoan === wanted).map(([name, text]) => [code(name), text]);
  return page('Outputs', 'src/domain/credential.ts and src/exporters/outputs.ts', [
    'About the loan as a whole:',
    table(['output', 'meaning'], rows(true)),
    'With `export: outputs`, one output per field, set only when exactly one credential was lent:',
    table(['output', 'meaning'], rows(false)),
    'An output belongs to the steps of its own job. GitHub drops a *job* output that holds a masked value, so a ' +
      'credential cannot be handed to another job this way: let that job borrow its own.',
  ]);
}

const ruleWords: Readonly<Record<FieldRule, string>> = {
  plain: '',
  'plain?': 'may be absent',
  masked: 'masked in logs',
  secret: 'secret: masked in every rendering',
};

export function kindsPage(): string {
  const sections = kindNames.map((kind) => {
    const variables = variablesOf(kind);
    const outputs = outputsOf(kind);
    const rows = Object.entries<FieldRule>(kinds[kind]).map(([field, rule]) => {
      const name = snakeCase(field);
      return [code(name), ruleWords[rule], namesFor(variables, name), namesFor(outputs, name)];
    });
    const fields = new Set(Object.keys(kinds[kind]).map(snakeCase));
    const others = Object.entries(variables).filter(([, value]) => !fields.has(value));
    return [
      `## ${kind}\n`,
      table(['field', '', 'variables', 'output'], rows),
      ...(others.length === 0 ? [] : [`\nAlso set: ${others.map(also).join('; ')}.`]),
      ...(Object.keys(variables).length > 0 ? [] : [`\n${withoutVariables(kind)}`]),
    ].join('\n');
  });
  return page(
    'Kinds of credentials',
    'src/domain/credential.ts, src/exporters/env.ts and src/exporters/outputs.ts',
    [
      'What a broker or a cloud lends has a kind, and the kind says which fields it has. `export: env` writes the ' +
        'variables, with `PREFIX_` in front where the role has a prefix; `export: outputs` sets the outputs. The names come ' +
        'from these tables and from your workflow, never from the broker.',
      ...sections,
      '## fields',
      'Free names and values, for what fits no other kind. Each field needs a name in the workflow, ' +
        '`export: env NAME=field`, or is read from the output `credentials`.',
    ],
  );
}

function withoutVariables(kind: FixedKind): string {
  const taker = loaded.find((each) => each.takes({ kind, fields: {} } as Credential));
  return taker === undefined
    ? 'No tool reads this kind from variables: name its fields (`export: env NAME=field`) or use `outputs`.'
    : `No tool reads this kind from variables: write ${code(`export: ${taker.name}`)}.`;
}

function namesFor(names: Readonly<Record<string, string>>, field: string): string {
  const own = Object.entries(names).filter(([, value]) => value === field);
  const byName = own.length > 0 ? own : Object.entries(names).filter(([name]) => isNamedAfter(name, field));
  return byName.map(([name]) => code(name)).join(', ');
}

/** An output whose value was made up (a URL that has to parse). */
function isNamedAfter(output: string, field: string): boolean {
  return output === field.replaceAll('_', '-');
}

function also([name, value]: readonly [string, string]): string {
  return `${code(name)} (${value})`;
}

export function errorsPage(): string {
  const rows = Object.entries(codes).map(([name, { exit, hint }]) => [
    `[${code(name)}](../errors/${name}.md)`,
    String(exit),
    hint,
  ]);
  return page('Errors', 'src/domain/errors.ts', [
    'The closed list. An annotation ends with its code in brackets and the address of the page. ' +
      'No run ends with 0 unless every credential asked for was delivered.',
    table(['code', 'exit status', 'what to change'], rows),
  ]);
}

function page(title: string, source: string, parts: readonly string[]): string {
  const note = `<!-- Generated by scripts/generate.ts from ${source}: do not edit. -->`;
  return [note, `# ${title}`, ...parts].join('\n\n');
}
