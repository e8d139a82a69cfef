import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { usualJob } from '../test/support/gitlab/job.ts';

interface Names {
  readonly broker: string;
  /** URLs of the two issuers. */
  readonly github: string;
  readonly gitlab: string;
  readonly publicUrl: string;
  /** PEM. */
  readonly serviceKey: string;
}

/** What an operator writes: broker.yaml, and a trust policy for each platform. */
export function writeBrokerFiles(folder: string, names: Names): void {
  mkdirSync(join(folder, 'policies'));
  const write = (name: string, text: string): void => {
    writeFileSync(join(folder, name), text);
  };
  write('deploy-service.pem', names.serviceKey);
  write('broker.yaml', settings(names));
  write('policies/deploy.yaml', policy('deploy', names.github, onGithub));
  write('policies/deploy-prod.yaml', policy('deploy-prod', names.gitlab, onGitlab));
}

function settings({ broker, github, gitlab, publicUrl }: Names): string {
  const role =
    '{ engine: jwt, audience: "https://deploy.example.com", ttl: { default: 15m, max: 30m }, grantable_by: [platform] }';
  return `public_url: ${publicUrl}
listen: ${new URL(broker).host}
tls: off
store: { sqlite: ./broker.db }
issuers:
  - { platform: github, url: "${github}" }
  - { platform: gitlab, url: "${gitlab}" }
roles:
  deploy: ${role}
  deploy-prod: ${role}
resource_servers:
  - { id: deploy-service, audience: "https://deploy.example.com", public_key: ./deploy-service.pem }
policies: ./policies
audit: [ { file: ./audit.jsonl } ]
`;
}

interface Condition {
  readonly match: Readonly<Record<string, string>>;
  /** The same on a branch that must not. */
  readonly otherBranch: Readonly<Record<string, string>>;
}

const onGithub: Condition = {
  match: {
    repository_id: '456789',
    repository_owner_id: '123456',
    ref: 'refs/heads/main',
    environment: 'production',
    event_name: 'push',
    runner_environment: 'github-hosted',
  },
  otherBranch: { ref: 'refs/heads/feature' },
};

const onGitlab: Condition = {
  match: { project_id: '20', namespace_id: '72', ...usualJob },
  otherBranch: { ref_path: 'refs/heads/feature' },
};

/** JSON is YAML. */
function policy(role: string, issuer: string, { match, otherBranch }: Condition): string {
  return `apiVersion: ephemeral-creds/v1
kind: TrustPolicy
metadata: { id: ${role}, owner: platform }
issuer: ${issuer}
match: ${JSON.stringify(match)}
limits: { issues_per_job: 20 }
grants: [ { role: ${role}, ttl: { max: 15m }, access: write } ]
examples:
  allow: [ ${JSON.stringify(match)} ]
  deny: [ ${JSON.stringify({ ...match, ...otherBranch })} ]
`;
}
