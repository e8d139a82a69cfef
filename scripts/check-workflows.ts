// Reads workflows and action metadata as GitHub's own language service does: `node scripts/check-workflows.ts FILE…`,
// or without names every one in the repository. Exits 1 with `file:line: message` for each finding.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { basename, join, resolve } from 'node:path';
import { TextDocument } from 'vscode-languageserver-textdocument';

const root = join(import.meta.dirname, '..');

// The package imports its tables as JSON without the attribute that Node asks for.
registerHooks({
  resolve: (specifier, context, next) => {
    const found = next(specifier, context);
    return found.url.endsWith('.json') ? { ...found, importAttributes: { type: 'json' } } : found;
  },
});
const { validate } = await import('@actions/languageservice/validate');
const { validateAction } = await import('@actions/languageservice/validate-action');

function filesOfRepository(): string[] {
  const examples = ['examples/github/*.yml', 'examples/migrate/*.yml'];
  const wanted = ['action.yml', '*/action.yml', '.github/workflows/*.yml', ...examples];
  const listed = execFileSync('git', ['ls-files', '-co', '--exclude-standard', ...wanted], { cwd: root });
  return listed
    .toString()
    .split('\n')
    .filter((name) => name !== '');
}

const given = process.argv.slice(2);
const names = given.length > 0 ? given : filesOfRepository();
let findings = 0;
for (const name of names) {
  const text = readFileSync(resolve(given.length > 0 ? '' : root, name), 'utf8');
  const document = TextDocument.create(`file:///${name}`, 'yaml', 0, text);
  const isAction = basename(name) === 'action.yml';
  const found = await (isAction ? validateAction(document) : validate(document));
  findings += found.length;
  for (const { message, range } of found) {
    const told = typeof message === 'string' ? message : message.value;
    console.error(`${name}:${String(range.start.line + 1)}: ${told}`);
  }
}
console.log(`${String(names.length)} files checked, ${String(findings)} findings.`);
if (findings > 0) process.exitCode = 1;
