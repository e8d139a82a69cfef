import type { Trust } from '../files/trust.ts';
import type { FileRule, Spot } from './rule.ts';

export const nameOnlySubject: FileRule = {
  id: 'EO309',
  name: 'name-only-subject',
  what: 'A trust policy knows a repository by its name alone.',
  severity: 'warning',
  why: 'When the repository is renamed or deleted, or its organisation is, whoever takes the name is let in.',
  hint: {
    text: 'Ask for ids, which nobody gets a second time: `repository_id` and `repository_owner_id`, GitLab’s `project_id`, or GitHub’s immutable subject.',
    before: '"token.actions.githubusercontent.com:sub": "repo:octo-org/octo-repo:environment:production"',
    after:
      '"token.actions.githubusercontent.com:sub": "repo:octo-org@123456/octo-repo@456789:environment:production"',
  },
  find: ({ trusts = [] }) => trusts.flatMap(spotsOf),
  examples: {
    finds: [
      {
        path: 'iam/role.tf',
        text: 'data "aws_iam_policy_document" "trust" {\n  statement {\n    actions = ["sts:AssumeRoleWithWebIdentity"]\n    condition {\n      test     = "StringEquals"\n      variable = "token.actions.githubusercontent.com:sub"\n      values   = ["repo:octo-org/octo-repo:environment:production"]\n    }\n  }\n}\n',
        lines: [7],
      },
      {
        path: '.github/chainguard/release.sts.yaml',
        text: 'issuer: https://token.actions.githubusercontent.com\nsubject: repo:octo-org/octo-repo:ref:refs/heads/main\n',
        lines: [2],
      },
      {
        path: 'pool.tf',
        text: 'resource "google_iam_workload_identity_pool_provider" "ci" {\n  attribute_condition = "assertion.repository == \'octo-org/octo-repo\'"\n  oidc { issuer_uri = "https://token.actions.githubusercontent.com" }\n}\n',
        lines: [2],
      },
      {
        path: 'app.tf',
        text: 'resource "azuread_application_federated_identity_credential" "ci" {\n  issuer  = "https://token.actions.githubusercontent.com"\n  subject = "repo:octo-org/octo-repo:ref:refs/heads/main"\n}\n',
        lines: [3],
      },
      {
        path: 'p.yaml',
        text: 'kind: TrustPolicy\nmatch:\n  repository: octo-org/octo-repo\n  ref: refs/heads/main\n',
      },
    ],
    passes: [
      {
        path: '.github/chainguard/release.sts.yaml',
        text: 'issuer: https://token.actions.githubusercontent.com\nsubject: repo:octo-org@1/octo-repo@2:ref:refs/heads/main\n',
      },
      {
        path: '.github/chainguard/release.sts.yaml',
        text: 'issuer: https://token.actions.githubusercontent.com\nsubject: repo:octo-org/octo-repo:ref:refs/heads/main\nclaim_pattern:\n  repository_id: "456789"\n',
      },
      {
        path: 'p.yaml',
        text: 'kind: TrustPolicy\nmatch:\n  repository_id: "1"\n  repository: octo-org/octo-repo\n  ref: refs/heads/main\n',
      },
    ],
  },
};

const ids = /^(repository|repository_owner|project|namespace|workspace|organization|pipeline)_(id|uuid)$/;
const names = /^(repository|repository_owner|project_path|namespace_path|job_workflow_ref)$/;

function spotsOf({ name, span, subjects, claims }: Trust): Spot[] {
  if ([...claims].some((claim) => ids.test(claim))) return [];
  const named = subjects.filter(
    ({ pattern }) => /^(repo|project_path):/.test(pattern) && !/@\d+|_id:/.test(pattern),
  );
  const [first] = named;
  if (first === undefined && (subjects.length > 0 || ![...claims].some((claim) => names.test(claim))))
    return [];
  const message = `\`${name.slice(0, 80)}\` knows the repository by its name alone.`;
  return [{ span: first?.span ?? span, message }];
}
