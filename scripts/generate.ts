// Writes what is made from tables: action.yml, revoke/action.yml and docs/reference/{inputs,outputs,kinds,errors}.md,
// and the tables between marks in docs/reference/{protocol,trust-policy}.md and schemas/.
// `npm run generate`, or `npm run generate -- --check`, which writes nothing and exits 1 naming what is stale.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { actionFile, revokeActionFile } from './generate/action-files.ts';
import { protocolTables, withTables } from './generate/protocol-tables.ts';
import { policyTables, trustPolicySchemaFile } from './generate/policy-tables.ts';
import { errorsPage, inputsPage, kindsPage, outputsPage } from './generate/reference-pages.ts';

const root = join(import.meta.dirname, '..');

const protocolPage = 'docs/reference/protocol.md';
const policyPage = 'docs/reference/trust-policy.md';
const generated: Readonly<Record<string, () => string>> = {
  'action.yml': actionFile,
  'revoke/action.yml': revokeActionFile,
  'docs/reference/inputs.md': inputsPage,
  'docs/reference/outputs.md': outputsPage,
  'docs/reference/kinds.md': kindsPage,
  'docs/reference/errors.md': errorsPage,
  'schemas/trust-policy.schema.json': trustPolicySchemaFile,
  [policyPage]: () => withTables(readFileSync(join(root, policyPage), 'utf8'), policyTables()),
  [protocolPage]: () => withTables(readFileSync(join(root, protocolPage), 'utf8'), protocolTables()),
};

const style = await resolveConfig(join(root, 'action.yml'));
const checking = process.argv.includes('--check');
const stale: string[] = [];
for (const [name, write] of Object.entries(generated)) {
  const path = join(root, name);
  const text = await format(write(), { ...style, filepath: path });
  if (existsSync(path) && readFileSync(path, 'utf8') === text) continue;
  stale.push(name);
  if (checking) continue;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

for (const name of stale) console.log(checking ? `stale: ${name} (npm run generate)` : `written: ${name}`);
if (checking && stale.length > 0) process.exitCode = 1;
