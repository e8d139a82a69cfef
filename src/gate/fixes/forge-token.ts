import type { Binding, Job, PipelineFile, Step } from '../files/file.ts';
import { NotSure, type PlainMap } from './change.ts';
import type { Fix, LentRole, Proposal, Rewrite, Wish } from './fix.ts';
import { eventsOf } from './job-events.ts';
import { lendTo, ofBroker, variable } from './lend.ts';
import { textGiven, wholeSecret } from './places.ts';
import { inRole, roleName, stemOf } from './role-name.ts';
import { grant } from './token-scopes.ts';

/** Actions whose `token` may be that of an App as well as that of a person. */
const takers =
  /^(actions\/checkout|peter-evans\/(create-pull-request|repository-dispatch)|softprops\/action-gh-release)$/;

/** https://docs.github.com/en/apps/creating-github-apps/about-creating-github-apps */
export const forgeToken: Fix = {
  name: 'forge-token',
  what: 'A personal token for `actions/checkout` or `gh` becomes a token of a GitHub App, for the repositories and rights of its role.',
  platform: 'github-actions',
  find: (file, { wish }) =>
    file.jobs.flatMap((job) =>
      job.steps.flatMap((step): Proposal[] => {
        const [part, bindings] = takers.test(step.action?.name ?? '')
          ? (['with', step.inputs.filter(({ name }) => name.toLowerCase() === 'token')] as const)
          : ([
              'env',
              step.variables.filter(({ name }) => usesGh(step) && /^(GH|GITHUB)_TOKEN$/.test(name)),
            ] as const);
        return bindings.flatMap((bound) => {
          const secret = wholeSecret(bound);
          const make = (): Rewrite =>
            rewrite({ file, job, step }, { bound, part, secret: secret ?? '' }, wish);
          return secret === undefined ? [] : [{ job, step, secrets: [secret], make }];
        });
      }),
    ),
};

function usesGh({ script }: Step): boolean {
  return script?.shell.commands.some(({ line }) => line.startsWith('gh ')) === true;
}

interface Place {
  readonly file: PipelineFile;
  readonly job: Job;
  readonly step: Step;
}

interface Bound {
  readonly bound: Binding;
  readonly part: 'with' | 'env';
  readonly secret: string;
}

function rewrite({ file, job, step }: Place, { bound, part, secret }: Bound, wish: Wish): Rewrite {
  const events = eventsOf(file, job, step, wish);
  const repository = textGiven(step.inputs, 'repository');
  if (
    step.script !== undefined &&
    /\s(-R|--repo)\b|GH_REPO|gh repo (clone|fork|create)/.test(step.script.text.value)
  )
    throw new NotSure('the script names a repository: whether it is this one, nobody can tell here');
  if (
    step.script?.shell.commands.some(({ line }) => /^git .*\b(push|clone|fetch|pull)\b/.test(line)) === true
  )
    throw new NotSure('the script uses git as well: how that logs in does not stand here');
  if (step.action?.name === 'actions/checkout' && textGiven(step.inputs, 'submodules') !== undefined)
    throw new NotSure('it fetches submodules: of which repositories does not stand here');
  const scope = repository ?? '${{ github.repository }}';
  const { inputs, ...needs } =
    wish.to === 'broker' ? ofApp(wish, { job, secret, repository }) : ofOctoSts(wish, { file, job, scope });
  const { id, changes, borrower } = lendTo(job, step, { wish, wanted: 'github', inputs });
  return {
    events,
    changes: [
      ...changes,
      { do: 'set', path: [...borrower, part, bound.name], value: `\${{ steps.${id}.outputs.token }}` },
      ...grant(file, job, { 'id-token': 'write' }),
    ],
    ...needs,
  };
}

type Needs = Pick<Rewrite, 'reads' | 'before'> & { readonly lends?: LentRole; readonly inputs: PlainMap };

function ofApp(
  wish: Wish,
  {
    job,
    secret,
    repository,
  }: { readonly job: Job; readonly secret: string; readonly repository: string | undefined },
): Needs {
  const role = roleName(wish, job, stemOf(secret, /PAT|TOKEN/));
  const [owner = '', name = ''] = (repository ?? '').split('/');
  if (repository?.includes('${{') === true) throw new NotSure('the repository is calculated');
  const where: PlainMap =
    repository === undefined ? { repositories: 'from-claims' } : { owner, repositories: [name] };
  const settings = {
    engine: 'github-app',
    app: 'CLIENT_ID',
    key: 'file:./github-app.pem',
    ...where,
    permissions: { contents: 'write' },
    ttl: { default: '10m', max: '30m' },
  };
  return {
    inputs: ofBroker(wish, role),
    lends: { role, access: 'write', settings },
    reads: [],
    before: [
      `Register a GitHub App with what \`${secret}\` is used for in job \`${job.name}\` and nothing else, install it on ${repository === undefined ? 'this repository' : `\`${repository}\``}, and write the same \`permissions\` into the role \`${role}\`.`,
    ],
  };
}

function ofOctoSts(
  wish: Wish,
  { file, job, scope }: { readonly file: PipelineFile; readonly job: Job; readonly scope: string },
): Needs {
  const stem = /([^/]+)\.ya?ml$/.exec(file.source.path)?.[1] ?? 'workflow';
  const identity = inRole(`${stem}-${job.name}`).replace(/[/.]/g, '-');
  const url = { name: 'OCTO_STS_URL', what: 'the address of your Octo STS' };
  return {
    inputs: {
      provider: 'octo-sts',
      role: identity,
      params: `url: ${variable(wish, url.name)}\nscope: ${scope}\n`,
    },
    reads: [url],
    before: [
      `Install the Octo STS App on ${scope.includes('${{') ? 'this repository' : `\`${scope}\``}, and write \`.github/chainguard/${identity}.sts.yaml\` there: who this job is, and the permissions that it needs.`,
    ],
  };
}
