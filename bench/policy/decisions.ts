// npm run bench:policy: decisions a second with 1, 64 and 5,000 policies, and how long so many take to load; the same
// twice, once of many repositories (the usual case) and once all of one. One core; ratios within one run are what counts.
import { findIssuer } from '../../src/broker/issuers/registry.ts';
import type { RoleTerms } from '../../src/broker/domain/role.ts';
import { explain, type Decision } from '../../src/broker/policy/decide.ts';
import { PolicyLoader } from '../../src/broker/policy/load-policies.ts';
import type { PolicySet } from '../../src/broker/policy/policy-set.ts';

const found = findIssuer('github');
if (typeof found === 'string') throw new Error(found);
const { issuer } = found;
const terms: RoleTerms = {
  name: 'deploy',
  engine: 'jwt',
  revocability: 'immediate',
  defaultSeconds: 900,
  minSeconds: 60,
  maxSeconds: 1800,
  grantableBy: undefined,
  requireEncryption: false,
};
const context = {
  issuers: new Map([[issuer.url, issuer]]),
  roles: new Map([['deploy', terms]]),
  operators: 0,
  forges: new Set<string>(),
};
const job = {
  repository_owner_id: '2',
  repository: 'octo-org/octo-repo',
  ref: 'refs/heads/main',
  ref_protected: 'true',
  environment: 'production',
  event_name: 'push',
  runner_environment: 'github-hosted',
  job_workflow_ref: 'octo-org/shared/.github/workflows/deploy.yml@refs/tags/v3',
};

function policy(number: number, repository: number): { file: string; text: string } {
  const claims = { repository_id: String(repository), ...job };
  const match = Object.entries(claims).filter(([name]) => name !== 'job_workflow_ref');
  return {
    file: `p${String(number)}.yaml`,
    text: `apiVersion: ephemeral-creds/v1
kind: TrustPolicy
metadata: { id: p${String(number)}, owner: team }
issuer: ${issuer.url}
match:
${match.map(([name, value]) => `  ${name}: ${JSON.stringify(value)}`).join('\n')}
  job_workflow: { path: octo-org/shared/.github/workflows/deploy.yml, ref: refs/tags/v3 }
grants: [ { role: deploy, access: write } ]
examples:
  allow: [ ${JSON.stringify(claims)} ]
  deny: [ { ref: refs/heads/feature } ]
`,
  };
}

function perSecond(policies: PolicySet, repository: number): number {
  const claims = { issuer, claims: { ...job, repository_id: String(repository) } };
  const ask = (): Decision => explain(policies, claims, { role: 'deploy', terms, ttlSeconds: undefined });
  if (!ask().allowed) throw new Error('denied');
  const until = (ms: number): number => {
    const start = performance.now();
    let count = 0;
    while (performance.now() - start < ms) {
      ask();
      count++;
    }
    return (count * 1000) / (performance.now() - start);
  };
  until(200);
  return until(1000);
}

for (const [name, of] of [
  ['one repository each', (number: number) => number + 1],
  ['all of one repository', () => 1],
] as const)
  for (const size of [1, 64, 5000]) {
    const texts = Array.from({ length: size }, (_, number) => policy(number, of(number)));
    const loader = new PolicyLoader(context);
    const start = performance.now();
    const policies = loader.load(texts);
    const loaded = performance.now();
    const changed = [...texts.slice(1), { file: 'p0.yaml', text: `${texts[0]?.text ?? ''}# changed\n` }];
    loader.load(changed);
    const again = performance.now();
    const rate = Math.round(perSecond(policies, 1));
    console.log(
      `${name}, ${String(size).padStart(4)} policies: ${rate.toLocaleString('en').padStart(9)} decisions/s, ` +
        `loaded in ${(loaded - start).toFixed(0)} ms, again with one of them changed in ${(again - loaded).toFixed(0)} ms`,
    );
  }
const { rss } = process.memoryUsage();
console.log(`resident memory at the end: ${(rss / 1024 / 1024).toFixed(0)} MB`);
