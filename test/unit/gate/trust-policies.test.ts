import { fc } from '../../support/property.ts';
import { describe, expect, test } from '@jest/globals';
import { checkGate } from '../../../src/commands/check-gate.ts';
import { readHclTree } from '../../../src/gate/files/hcl-tree.ts';
import { sourceOf } from '../../../src/gate/files/source.ts';
import { breadthOf } from '../../../src/gate/rules/subject-breadth.ts';
import { gateTree } from '../../support/gate-tree.ts';

async function found(path: string, text: string): Promise<string[]> {
  const { findings } = await checkGate(
    { paths: ['.'], policy: undefined },
    gateTree({ [path]: text }),
    new Date(0),
  );
  return findings.map(({ rule, severity, start }) => `${rule.id} ${severity} ${String(start.line)}`);
}

test.each([
  ['*', 'everybody'],
  ['repo:*', 'everybody'],
  ['repo:*/octo-repo:ref:refs/heads/main', 'everybody'],
  ['r*', 'everybody'],
  ['repo:octo-org/*', 'organisation'],
  ['repo:octo-org/*:ref:refs/heads/main', 'organisation'],
  ['repo:octo-org/app-*:environment:production', 'organisation'],
  ['repo:${var.org}/*:*', 'organisation'],
  ['project_path:group/*:ref_type:branch:ref:main', 'organisation'],
  ['repo:octo-org/octo-repo:*', 'any-ref'],
  ['repo:octo-org/octo-repo:ref:*', 'any-ref'],
  ['repo:octo-org/octo-repo:ref:refs/heads/*', 'any-ref'],
  ['repo:octo-org/octo-repo:environment:*', 'any-ref'],
  ['project_path:group/project:ref_type:branch:ref:*', 'any-ref'],
  ['repo:octo-org/octo-repo:ref:refs/heads/main', 'one'],
  ['repo:octo-org/octo-repo:ref:refs/tags/v*', 'one'],
  ['repo:octo-org@1/octo-repo@2:environment:production', 'one'],
  ['repo:${var.repo}:ref:refs/heads/main', 'organisation'],
  ['system:serviceaccount:kube-system:*', 'one'],
])('%s lets in %s', (pattern, breadth) => {
  expect(breadthOf(pattern)).toBe(breadth);
});

const hcl = (condition: string, more = ''): string =>
  `data "aws_iam_policy_document" "t" {\n  statement {\n    effect  = "Allow"\n    actions = ["sts:AssumeRoleWithWebIdentity"]\n${condition}\n  }\n}\n${more}`;
const block = (test_: string, variable: string, values: string): string =>
  `    condition {\n      test     = "${test_}"\n      variable = "${variable}"\n      values   = [${values}]\n    }`;
const github = 'token.actions.githubusercontent.com';

describe('Terraform', () => {
  test.each<readonly [string, string, readonly string[]]>([
    [
      'a provider that is looked up',
      hcl(block('StringLike', '${replace(module.oidc.url, "https://", "")}:sub', '"repo:octo-org/*"')),
      ['EO306 error 8', 'EO309 warning 8'],
    ],
    [
      'one of several subjects',
      hcl(block('StringLike', `${github}:sub`, '"repo:o@1/a@2:ref:refs/heads/main", "repo:o@1/b@3:*"')),
      ['EO306 warning 8'],
    ],
    [
      'two conditions of which one is narrow',
      hcl(
        `${block('StringLike', `${github}:sub`, '"repo:o/*"')}\n${block('StringEquals', `${github}:sub`, '"repo:o@1/a@2:environment:prod"')}`,
      ),
      [],
    ],
    [
      'a condition that excludes one',
      hcl(block('StringNotLike', `${github}:sub`, '"repo:o/evil:*"')),
      ['EO306 error 4'],
    ],
    [
      'a subject of any branch with a branch beside it',
      hcl(
        `${block('StringLike', `${github}:sub`, '"repo:o@1/a@2:*"')}\n${block('StringEquals', `${github}:ref`, '"refs/heads/main"')}`,
      ),
      [],
    ],
    [
      'a here-document',
      `resource "aws_iam_role" "r" {\n  assume_role_policy = <<-EOF\n    {"Statement": [{\n      "Action": "sts:AssumeRoleWithWebIdentity",\n      "Condition": {"StringLike": {"${github}:sub": "repo:o@1/*"}}\n    }]}\n  EOF\n}\n`,
      ['EO306 error 5'],
    ],
    [
      'an object, over remarks and lists',
      `# x\nlocals {\n  p = { Statement = [ /* y */ { Action = ["sts:AssumeRoleWithWebIdentity"], Condition = {\n    "ForAnyValue:StringLike" = { "${github}:sub" : ["repo:*"] } } }] }\n}\n`,
      ['EO306 error 4', 'EO309 warning 4'],
    ],
    [
      'pods of a cluster, which are none of a pipeline',
      hcl(block('StringLike', '${module.eks.oidc}:sub', '"system:serviceaccount:*:*"')),
      [],
    ],
    [
      'members of a pool',
      'resource "google_service_account_iam_member" "m" {\n  member = "principalSet://iam.googleapis.com/${google_iam_workload_identity_pool.p.name}/*"\n}\nresource "x" "y" {\n  member = "principalSet://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/attribute.repository_owner/octo-org"\n}\nresource "x" "z" {\n  member = "principalSet://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/attribute.repository/o/r"\n}\n',
      ['EO306 error 2', 'EO306 error 5', 'EO309 warning 5', 'EO309 warning 8'],
    ],
  ])('%s', async (_, text, expected) => {
    expect(await found('infra/iam.tf', text)).toEqual(expected);
  });

  test('whatever stands in a file, reading ends', () => {
    const pieces = fc.array(
      fc.oneof(
        fc.constantFrom(
          '"',
          '${',
          '}',
          '{',
          '[',
          '(',
          '<<A\n',
          'A\n',
          '=',
          '\n',
          '\\',
          '/*',
          '#',
          'x',
          'statement ',
        ),
        fc.string({ maxLength: 5 }),
      ),
      { maxLength: 60 },
    );
    fc.assert(
      fc.property(pieces, (each) => {
        readHclTree(sourceOf('a.tf', each.join('')));
      }),
    );
  });

  test.each([
    ['quotes', '"${'.repeat(150_000)],
    ['here-documents', '<<A\n'.repeat(100_000)],
    ['braces', 'a {'.repeat(100_000)],
    ['lists', `a = ${'['.repeat(100_000)}`],
    ['functions', `a = ${'f('.repeat(100_000)}`],
    ['remarks', '/*'.repeat(100_000)],
  ])('%s that never end', (_, text) => {
    expect(readHclTree(sourceOf('a.tf', text)).kind).toBe('branch');
  });
});

test('what is no policy is not told about', async () => {
  expect(await found('package.json', '{')).toEqual([]);
  expect(await found('a.json', '{ "doc": "AssumeRoleWithWebIdentity"')).toEqual([]);
  expect(
    await found('chart/templates/a.yaml', '{{ if x }}\nAction: sts:AssumeRoleWithWebIdentity\n'),
  ).toEqual([]);
});
