import type { Trust } from '../files/trust.ts';
import type { FileRule, Spot } from './rule.ts';
import { breadthOf, type Breadth } from './subject-breadth.ts';

export const broadTrust: FileRule = {
  id: 'EO306',
  name: 'broad-trust',
  what: 'A trust policy lets in more jobs than those of one repository and branch.',
  severity: 'error',
  why: 'Whoever may make a repository in the organisation, or push a branch, runs a job whose ID token is let in: nobody has to steal a key any more.',
  hint: {
    text: 'Name the repository by its id, and the branch or the environment; an environment with reviewers is best. One role for each purpose, not one for all.',
    before: '"StringLike": { "token.actions.githubusercontent.com:sub": "repo:octo-org/*" }',
    after:
      '"StringEquals": {\n  "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",\n  "token.actions.githubusercontent.com:sub": "repo:octo-org@123456/octo-repo@456789:environment:production"\n}',
  },
  find: ({ trusts = [] }) => trusts.flatMap(spotsOf),
  examples: {
    finds: [
      {
        path: 'iam/trust.json',
        text: statement('"StringLike": { "token.actions.githubusercontent.com:sub": "repo:octo-org/*" }'),
        lines: [6],
      },
      {
        path: 'iam/trust.json',
        text: statement('"StringEquals": { "token.actions.githubusercontent.com:aud": "x" }'),
      },
      {
        path: 'iam/role.tf',
        text: 'data "aws_iam_policy_document" "trust" {\n  statement {\n    actions = ["sts:AssumeRoleWithWebIdentity"]\n    condition {\n      test     = "StringLike"\n      variable = "token.actions.githubusercontent.com:sub"\n      values   = ["repo:octo-org/octo-repo:*"]\n    }\n  }\n}\n',
        lines: [7],
      },
      {
        path: 'iam/role.tf',
        text: 'resource "aws_iam_role" "ci" {\n  assume_role_policy = jsonencode({\n    Statement = [{\n      Action = "sts:AssumeRoleWithWebIdentity"\n      Condition = {\n        StringLike = { "token.actions.githubusercontent.com:sub" = "repo:${var.org}/*:*" }\n      }\n    }]\n  })\n}\n',
        lines: [6],
      },
      {
        path: 'stack.yaml',
        text: 'Resources:\n  Role:\n    Type: AWS::IAM::Role\n    Properties:\n      AssumeRolePolicyDocument:\n        Statement:\n          - Action: sts:AssumeRoleWithWebIdentity\n            Condition:\n              StringLike:\n                token.actions.githubusercontent.com:sub: !Sub repo:${Org}/*\n',
        lines: [10],
      },
      {
        path: '.github/chainguard/release.sts.yaml',
        text: 'issuer: https://token.actions.githubusercontent.com\nsubject_pattern: repo:octo-org/.*\npermissions: { contents: write }\n',
        lines: [2],
      },
      {
        path: 'pool.tf',
        text: 'resource "google_iam_workload_identity_pool_provider" "ci" {\n  oidc {\n    issuer_uri = "https://token.actions.githubusercontent.com"\n  }\n}\n',
        lines: [1],
      },
      {
        path: 'policies/deploy.yaml',
        text: 'kind: TrustPolicy\nmatch: { repository_id: "1" }\n',
        lines: [2],
      },
    ],
    passes: [
      {
        path: 'iam/trust.json',
        text: statement(
          '"StringLike": { "token.actions.githubusercontent.com:sub": "repo:octo-org/octo-repo:ref:refs/heads/release-*" }',
        ),
      },
      {
        path: 'iam/trust.json',
        text: statement(
          '"StringLike": { "token.actions.githubusercontent.com:sub": "repo:octo-org/octo-repo:*" },\n    "StringEquals": { "token.actions.githubusercontent.com:ref": "refs/heads/main" }',
        ),
      },
      // Here a star is a star, and no subject has one.
      {
        path: 'iam/trust.json',
        text: statement(
          '"StringEquals": { "token.actions.githubusercontent.com:sub": "repo:octo-org/octo-repo:*" }',
        ),
      },
      {
        path: '.github/chainguard/release.sts.yaml',
        text: 'issuer: https://token.actions.githubusercontent.com\nsubject: repo:octo-org/octo-repo:ref:refs/heads/main\n',
      },
      {
        path: 'pool.tf',
        text: 'resource "google_iam_workload_identity_pool_provider" "ci" {\n  attribute_condition = "assertion.repository_owner_id == \'1\' && assertion.ref == \'refs/heads/main\'"\n  oidc { issuer_uri = "https://token.actions.githubusercontent.com" }\n}\n',
      },
      {
        path: 'policies/deploy.yaml',
        text: 'kind: TrustPolicy\nmatch:\n  repository_id: "1"\n  environment: production\n',
      },
      { path: 'other.json', text: '{ "Action": "sts:AssumeRole" }\n' },
    ],
  },
};

function statement(condition: string): string {
  return `{ "Statement": [{\n  "Effect": "Allow",\n  "Principal": { "Federated": "arn:aws:iam::1:oidc-provider/token.actions.githubusercontent.com" },\n  "Action": "sts:AssumeRoleWithWebIdentity",\n  "Condition": {\n    ${condition}\n  }\n}] }\n`;
}

const repositories = [
  'repository',
  'repository_id',
  'project_id',
  'project_path',
  'job_workflow',
  'pipeline_slug',
];
const refs = [
  'ref',
  'environment',
  'job_workflow_ref',
  'job_workflow',
  'workflow_ref',
  'ref_path',
  'ref_protected',
  'branch',
];

const messages: Readonly<Record<Exclude<Breadth, 'one'>, string>> = {
  everybody: 'lets in jobs of everybody who is on the platform',
  organisation: 'lets in jobs of more than one repository, also of those that are made tomorrow',
  'any-ref': 'lets in jobs of any branch, tag and pull request',
};

function spotsOf({ name, span, subjects, claims }: Trust): Spot[] {
  const held = (names: readonly string[]): boolean => names.some((each) => claims.has(each));
  const breadth = (pattern: string): Breadth => {
    const found = breadthOf(pattern);
    if (found !== 'one' && found !== 'any-ref' && !held(repositories)) return found;
    return found === 'one' || held(refs) ? 'one' : 'any-ref';
  };
  const asked = subjects.length === 0 ? [{ pattern: '*', span }] : subjects;
  return asked.flatMap((subject): Spot[] => {
    const found = breadth(subject.pattern);
    if (found === 'one') return [];
    const message = `\`${name.slice(0, 80)}\` ${messages[found]}.`;
    return [{ span: subject.span, message, severity: found === 'any-ref' ? 'warning' : 'error' }];
  });
}
