import type { Job, Step } from '../files/file.ts';
import type { FileRule, Spot } from './rule.ts';

export const sharedAudience: FileRule = {
  id: 'EO305',
  name: 'shared-audience',
  what: 'An ID token whose audience is left out, a pattern, or shared by several.',
  severity: 'warning',
  why: 'Whoever receives a token can use it at every other party that accepts the same audience.',
  hint: {
    text: 'Name one audience for each party: the address of the one that receives it.',
    before: 'id_tokens:\n  TOKEN:\n    aud: [https://vault.example.com, https://cloud.example.com]',
    after:
      'id_tokens:\n  VAULT_TOKEN:\n    aud: https://vault.example.com\n  CLOUD_TOKEN:\n    aud: https://cloud.example.com',
  },
  find: ({ jobs }) =>
    jobs.flatMap((job) => [...ofIdTokens(job), ...job.steps.flatMap((step) => ofStep(job, step))]),
  examples: {
    finds: [
      {
        path: '.gitlab-ci.yml',
        text: 'job:\n  id_tokens:\n    T:\n      aud: [a, b]\n  script: [x]\n',
        lines: [3],
      },
      { path: '.gitlab-ci.yml', text: 'job:\n  id_tokens:\n    T: {}\n  script: [x]\n' },
      {
        step: 'run: curl -H "Authorization:bearer $ACTIONS_ID_TOKEN_REQUEST_TOKEN" "$ACTIONS_ID_TOKEN_REQUEST_URL"',
      },
      {
        step: 'uses: hashicorp/vault-action@v3\nwith:\n  url: https://vault.example.com\n  method: jwt\n  role: r',
      },
    ],
    passes: [
      {
        path: '.gitlab-ci.yml',
        text: 'job:\n  id_tokens:\n    T:\n      aud: https://vault.example.com\n  script: [x]\n',
      },
      {
        step: 'run: curl -H "Authorization:bearer $ACTIONS_ID_TOKEN_REQUEST_TOKEN" "$ACTIONS_ID_TOKEN_REQUEST_URL&audience=a"',
      },
      {
        step: 'uses: hashicorp/vault-action@v3\nwith:\n  method: jwt\n  role: r\n  jwtGithubAudience: https://vault.example.com',
      },
    ],
  },
};

function ofIdTokens({ name, idTokens }: Job): Spot[] {
  return idTokens
    .filter(
      ({ audiences }) =>
        audiences.length !== 1 || audiences.some((each) => each === '' || each.includes('*')),
    )
    .map(({ span }) => ({ span, job: name }));
}

function ofStep(job: Job, { name, action, inputs, script }: Step): Spot[] {
  const given = (wanted: string): string | undefined =>
    inputs.find((each) => each.name.toLowerCase() === wanted)?.text.value;
  if (
    action?.name === 'hashicorp/vault-action' &&
    given('method') === 'jwt' &&
    given('jwtgithubaudience') === undefined
  )
    return [{ span: action.span, job: job.name, step: name }];
  const audience = given('audience');
  if (audience?.includes('*') === true)
    return [{ span: action?.span ?? job.span, job: job.name, step: name }];
  if (script === undefined) return [];
  const asks = /ACTIONS_ID_TOKEN_REQUEST_URL|getIDToken\(\s*\)/.exec(script.text.value);
  if (asks === null || /[&?]audience=|"audience"/.test(script.text.value)) return [];
  const start = script.text.at(asks.index);
  return [{ span: { start, end: start + asks[0].length }, job: job.name, step: name }];
}
