import type { Binding, Job, PipelineFile, Step } from '../files/file.ts';
import { NotSure, type PlainMap } from './change.ts';
import type { Asked, Fix, Rewrite, Wish } from './fix.ts';
import { eventsOf } from './job-events.ts';
import { lendTo, variable } from './lend.ts';
import { wholeSecret } from './places.ts';
import { grant } from './token-scopes.ts';

/** A tool that publishes, the variable in which it looks for a token, and the provider that mints one. */
interface Publisher {
  readonly provider: string;
  readonly variables: readonly string[];
  readonly publishes: RegExp;
  /** Commands that would need the token for something else. */
  readonly besides: RegExp;
  readonly output: string;
  readonly url: Asked;
  readonly role?: Asked;
}

const publishers: readonly Publisher[] = [
  {
    provider: 'npm',
    variables: ['NODE_AUTH_TOKEN', 'NPM_TOKEN', 'NPM_AUTH_TOKEN'],
    publishes: /^(npm|pnpm|yarn|bun)( npm)? publish\b/,
    besides: /^(npm|pnpm|yarn|bun) (ci|i|install|add|access|dist-tag|deprecate|unpublish|team|token|owner)\b/,
    output: 'token',
    url: { name: 'NPM_REGISTRY_URL', what: 'the address of the registry' },
    role: { name: 'NPM_PACKAGE', what: 'the name of the package' },
  },
  {
    provider: 'crates',
    variables: ['CARGO_REGISTRY_TOKEN'],
    publishes: /^cargo publish\b/,
    besides: /^cargo (yank|owner|login)\b/,
    output: 'token',
    url: { name: 'CRATES_REGISTRY_URL', what: 'the address of the registry' },
  },
  {
    provider: 'pypi',
    variables: ['TWINE_PASSWORD', 'UV_PUBLISH_TOKEN'],
    publishes: /^(python3? -m )?twine upload\b|^uv publish\b/,
    besides: /^pip3? (install|download)\b.*--(extra-)?index-url|--repository|--publish-url|--index\b/,
    output: 'password',
    url: { name: 'PYPI_URL', what: 'the address of the package index' },
  },
];

const manyPackages = / (-r|--recursive|-w|-ws|--workspaces?|--filter|-F)\b|^\w+ workspaces? /;

/** Registries with trusted publishing, for any version of the tool: the token comes from a step before. */
export const publishToken: Fix = {
  name: 'publish-token',
  what: '`npm publish`, `cargo publish`, `twine upload` or `uv publish` with a token in `env` get one that the registry mints for this run.',
  platform: 'github-actions',
  find: (file, { wish }) =>
    wish.to === 'broker'
      ? []
      : file.jobs.flatMap((job) =>
          job.steps.flatMap((step) =>
            publishers.flatMap((publisher) => {
              if (!runs(step, publisher.publishes)) return [];
              return step.variables
                .filter(({ name }) => publisher.variables.includes(name))
                .flatMap((bound) => {
                  const secret = wholeSecret(bound);
                  const make = (): Rewrite => rewrite({ file, job, step, bound }, publisher, wish);
                  return secret === undefined ? [] : [{ job, step, secrets: [secret], make }];
                });
            }),
          ),
        ),
};

function runs({ script }: Step, pattern: RegExp): boolean {
  return script?.shell.commands.some(({ line }) => pattern.test(line)) === true;
}

interface Place {
  readonly file: PipelineFile;
  readonly job: Job;
  readonly step: Step;
  readonly bound: Binding;
}

function rewrite({ file, job, step, bound }: Place, publisher: Publisher, wish: Wish): Rewrite {
  const { provider, output, url, role, besides } = publisher;
  const events = eventsOf(file, job, step, wish);
  if (runs(step, besides)) throw new NotSure('the script needs the token for more than publishing');
  const user = step.variables.find(({ name }) => name === 'TWINE_USERNAME')?.text.value.trim();
  if (provider === 'pypi' && user !== undefined && user !== '__token__')
    throw new NotSure('it logs in as a user: that index knows no trusted publishers');
  const several = job.steps.filter((each) => runs(each, publisher.publishes)).length > 1;
  const commands = step.script?.shell.commands.filter(({ line }) => publisher.publishes.test(line)) ?? [];
  if (
    role !== undefined &&
    (several || commands.length > 1 || commands.some(({ line }) => manyPackages.test(line)))
  )
    throw new NotSure('it publishes several packages, and a token is for one: write a step for each');
  const inputs: PlainMap = {
    provider,
    ...(role === undefined ? {} : { role: variable(wish, role.name) }),
    params: `url: ${variable(wish, url.name)}`,
  };
  const { id, changes, borrower } = lendTo(job, step, { wish, wanted: provider, inputs });
  return {
    events,
    changes: [
      ...changes,
      {
        do: 'set',
        path: [...borrower, 'env', bound.name],
        value: `\${{ steps.${id}.outputs.${output} }}`,
      },
      ...grant(file, job, { 'id-token': 'write' }),
    ],
    reads: [url, ...(role === undefined ? [] : [role])],
    before: [
      `At the registry, add a trusted publisher to the package: this repository, the file \`${file.source.path.split('/').at(-1) ?? ''}\`${job.environment === undefined ? '' : `, the environment \`${job.environment.name}\``}.`,
    ],
  };
}
