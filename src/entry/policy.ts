import { checkPolicies, type PolicyCheck } from '../broker/commands/check-policies.ts';
import { diffPolicies } from '../broker/commands/diff-policies.ts';
import { diffText } from '../broker/commands/diff-text.ts';
import { explainPolicy } from '../broker/commands/explain-policy.ts';
import { explainText } from '../broker/commands/explain-text.ts';
import { importPolicy } from '../broker/commands/import-policy.ts';
import { misused, quietHost, report, told } from './broker-speech.ts';
import { policyWords, type PolicyWords } from './policy-words.ts';

/**
 * `ephemeral-creds policy …`: what policies say, without a broker.
 * @param argv what follows `policy` on the command line
 * @returns the process's exit status: 66 when `explain` says that it would be denied, 1 when `diff` finds a difference
 */
export function policyMain(argv: readonly string[]): Promise<number> {
  const words = policyWords(argv);
  if (words === undefined) return misused();
  return told(words.verb !== 'import' && words.json, () => story(words));
}

async function story(words: PolicyWords): Promise<number> {
  const host = quietHost();
  switch (words.verb) {
    case 'check': {
      const found = await checkPolicies(words.paths, words.config, host.files);
      await report(words.json, found, checkText(found));
      return 0;
    }
    case 'explain': {
      const answer = await explainPolicy(words.question, host);
      await report(words.json, answer, explainText(answer));
      return answer.allowed ? 0 : 66;
    }
    case 'diff': {
      const diff = await diffPolicies(words.order, host.files);
      await report(words.json, diff, diffText(diff));
      return diff.changed === 0 ? 0 : 1;
    }
    case 'import':
      await report(false, {}, importPolicy(words.file, host.files));
      return 0;
  }
}

function checkText({ files, guardrails = [], version, warnings }: PolicyCheck): string {
  return [
    ...[...files, ...guardrails].map((file) => `${file}: sound`),
    ...warnings.map((line) => `note      ${line}`),
    `policies  ${String(files.length)}, ${version}`,
    '',
  ].join('\n');
}
