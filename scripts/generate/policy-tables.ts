import { z } from 'zod';
import { findIssuer } from '../../src/broker/issuers/registry.ts';
import type { Severity } from '../../src/broker/policy/lint.ts';
import { lints } from '../../src/broker/policy/lints.ts';
import type { ClaimForm, ClaimTable } from '../../src/domain/claim-form.ts';
import { trustPolicySchema } from '../../src/domain/trust-policy.ts';
import { code, table } from './markdown.ts';

/** The tables of docs/reference/trust-policy.md by name. */
export function policyTables(): Readonly<Record<string, string>> {
  return { claims: claimTable(), lints: lintTable() };
}

function claimTable(): string {
  const [github, gitlab] = [matchable('github'), matchable('gitlab')];
  const names = [...new Set([...github.keys(), ...gitlab.keys()])];
  const cell = (form: ClaimForm | undefined): string => (form === undefined ? '' : formText(form));
  return table(
    ['`match`', 'GitHub', 'GitLab'],
    names.map((name) => [code(name), cell(github.get(name)), cell(gitlab.get(name))]),
  );
}

function matchable(platform: string): ClaimTable {
  const found = findIssuer({ platform, url: 'https://ci.example.com' });
  if (typeof found === 'string') throw new Error(found);
  return found.issuer.matchable;
}

function formText(form: ClaimForm): string {
  switch (form.form) {
    case 'choice':
      return `choice: ${form.values.map(code).join(', ')}`;
    case 'name':
      return form.folded ? 'name, capitals or not' : 'name';
    case 'number':
      return 'id';
    case 'file':
      return `file: ${code(form.ref)}, ${code(form.sha)}`;
    case 'properties':
      return `properties: ${code(`${form.prefix}NAME`)}`;
    default:
      return form.form;
  }
}

function lintTable(): string {
  const order: readonly Severity[] = ['error', 'risk', 'warning'];
  const rows = lints.toSorted((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity));
  return table(
    ['lint', '', 'what it finds'],
    rows.map(({ name, severity, about }) => [code(name), severity, about]),
  );
}

/** The JSON schema of a trust policy, for editors. Whatever it lets through, the broker's own reading has the last word. */
export function trustPolicySchemaFile(): string {
  const schema = z.toJSONSchema(trustPolicySchema, { io: 'input', unrepresentable: 'any' });
  const head = {
    $schema: schema.$schema,
    $id: 'https://raw.githubusercontent.com/org/ephemeral-creds/main/schemas/trust-policy.schema.json',
    title: 'Trust policy of ephemeral-creds',
    description: 'Who may borrow what: docs/reference/trust-policy.md.',
  };
  return JSON.stringify({ ...head, ...schema });
}
