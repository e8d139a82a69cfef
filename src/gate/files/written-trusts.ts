import type { Trust } from './trust.ts';
import { child, entriesOf, textOf, type Entry, type Tree } from './yaml-tree.ts';

/** `.github/chainguard/*.sts.yaml` of octo-sts: https://github.com/octo-sts/app#the-trust-policy */
export function octoStsTrusts(tree: Tree): Trust[] {
  const subject = textOf(child(tree, 'subject'));
  const pattern = textOf(child(tree, 'subject_pattern'));
  const claims = entriesOf(child(tree, 'claim_pattern')).flatMap(({ key, value }) =>
    isOpen(wildcards(textOf(value)?.value ?? '')) ? [] : [key],
  );
  const subjects = [
    ...(subject === undefined ? [] : [{ pattern: subject.value.replaceAll('*', '\\*'), span: subject.span }]),
    ...(pattern === undefined ? [] : [{ pattern: wildcards(pattern.value), span: pattern.span }]),
  ];
  return [{ span: tree.span, name: 'trust policy', subjects, claims: new Set(claims) }];
}

/** A trust policy of the broker here. */
export function ownTrusts(tree: Tree): Trust[] {
  if (textOf(child(tree, 'kind'))?.value !== 'TrustPolicy') return [];
  const match = child(tree, 'match');
  const claims = entriesOf(match).flatMap(({ key, value }) => {
    const patterns = value.kind === 'leaf' ? [value.text.value] : [];
    return patterns.some((each) => isOpen(each)) ? [] : [key];
  });
  const name = textOf(child(child(tree, 'metadata'), 'id'))?.value ?? 'trust policy';
  return [{ span: match?.span ?? tree.span, name, subjects: [], claims: new Set(claims) }];
}

/** A federated credential of Entra in Terraform: exactly one subject. */
export function azureTrusts({ key, value }: Entry): Trust[] {
  if (
    !/^resource (azuread_application_federated_identity_credential|azurerm_federated_identity_credential) /.test(
      key,
    )
  )
    return [];
  const subject = textOf(child(value, 'subject'));
  if (subject === undefined || !/^(repo|project_path):/.test(subject.value)) return [];
  const subjects = [{ pattern: subject.value.replaceAll('*', '\\*'), span: subject.span }];
  return [{ span: subject.span, name: key.split(' ').slice(1).join('.'), subjects, claims: new Set() }];
}

function isOpen(pattern: string): boolean {
  return /^\*?$/.test(pattern.trim());
}

/** A regular expression as a pattern: whatever can be more than one thing is `*`. */
function wildcards(expression: string): string {
  return expression
    .slice(0, 2000)
    .replace(/^\^|\$$/g, '')
    .replace(
      /\\[wdWDsS][*+?]?|\[[^\]]*\](?:[*+?]|\{[\d,]*\})?|\.[*+?]|(?<!\\)\.(?=[{(])|\([^()]*\)[*+?]?/g,
      '*',
    )
    .replace(/\\(.)/g, '$1');
}
