import type { Trust } from './trust.ts';
import { child, textOf, type Entry, type Leaf } from './yaml-tree.ts';

/** Of one name. */
const mostUnits = 1000;
const platform = /token\.actions\.githubusercontent\.com|gitlab|circleci|buildkite|bitbucket/i;

/**
 * A provider of a workload identity pool in Terraform: its condition, as far as it compares claims with what is written.
 * https://cloud.google.com/iam/docs/workload-identity-federation-with-deployment-pipelines
 */
export function gcpProviderTrusts({ key, keySpan, value }: Entry): Trust[] {
  if (!key.startsWith('resource google_iam_workload_identity_pool_provider ')) return [];
  const issuer = textOf(child(child(value, 'oidc'), 'issuer_uri'))?.value ?? '';
  if (!platform.test(issuer)) return [];
  const condition = textOf(child(value, 'attribute_condition'));
  const name = key.split(' ').slice(1).join('.');
  if (condition === undefined) return [{ span: keySpan, name, subjects: [], claims: new Set() }];
  const compared = [...condition.value.matchAll(/(?:assertion|attribute)\.(\w+)\s*(?:==|in\b)/g)];
  const begun = [
    ...condition.value.matchAll(
      /(?:assertion|attribute)\.(?:repository|sub|project_path)\.startsWith\(\s*\\?["']([^"'\\]*)/g,
    ),
  ];
  const claims = compared.map(([, claim = '']) => claim);
  // Who of the owner’s repositories may be whom is said by the bindings.
  if (claims.some((claim) => /owner|namespace/.test(claim))) claims.push('repository', 'ref');
  const subjects = begun.map(([, start = '']) => ({
    pattern: `repo:${start.replace(/^repo:/, '')}*`,
    span: condition.span,
  }));
  return [{ span: condition.span, name, subjects, claims: new Set(claims) }];
}

/** Who may be a service account, or use something: `principalSet://…/workloadIdentityPools/POOL/…`. */
export function gcpBindingTrusts({ text, span }: Leaf): Trust[] {
  const [, set] =
    /^principalSet:\/\/.*(?:workloadIdentityPools\/[^/]*|\.name\})\/(.+)$/.exec(
      text.value.slice(0, mostUnits),
    ) ?? [];
  if (set === undefined) return [];
  const trust = (pattern: string, ...claims: readonly string[]): Trust[] => [
    { span, name: 'principalSet', subjects: [{ pattern, span }], claims: new Set(claims) },
  ];
  if (set === '*') return trust('*');
  const [, attribute = '', wanted = ''] = /^attribute\.(\w+)\/(.*)$/.exec(set) ?? [];
  if (/^(repository_owner|namespace_path)$/.test(attribute)) return trust(`repo:${wanted}/*`);
  // The provider’s condition may say more about the branch.
  return /^(repository|project_path)$/.test(attribute) ? trust(`repo:${wanted}:*`, 'ref') : [];
}
