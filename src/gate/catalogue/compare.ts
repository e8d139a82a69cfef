import {
  byText,
  migrated,
  type Catalogue,
  type CataloguedRepository,
  type CataloguedSecret,
  type Jobs,
  type Place,
  type Since,
} from './catalogue.ts';

type Compared = Omit<Catalogue, 'since'>;

/** What has changed since an earlier run. */
export function compare(before: Compared, after: Compared): Since {
  const [old, now] = [keyed(before.secrets), keyed(after.secrets)];
  const missing = [...old.entries()].filter(([key]) => !now.has(key)).map(([, secret]) => secret);
  const isUnseen = unseenIn(after);
  const read = readIn(after);
  const common = new Set([...readIn(before)].filter((name) => read.has(name)));
  const jobs = { before: jobsOf(before, common), after: jobsOf(after, common) };
  const [was, is] = [migrated(jobs.before), migrated(jobs.after)];
  return {
    generatedAt: before.generatedAt,
    new: [...now.entries()].filter(([key]) => !old.has(key)).map(([, secret]) => idOf(secret)),
    gone: missing.filter((secret) => !isUnseen(secret)).map(idOf),
    moved: [...now.entries()].flatMap(([key, secret]) => movement(old.get(key), secret)),
    unseen: missing.filter(isUnseen).map(idOf),
    repositories: [...common].toSorted(),
    jobs,
    migrated: {
      ...(was === undefined ? {} : { before: was }),
      ...(is === undefined ? {} : { after: is }),
    },
  };
}

/** What one is known by from run to run. */
function keyed(secrets: readonly CataloguedSecret[]): Map<string, CataloguedSecret> {
  return new Map(
    secrets.map((secret) => {
      const { repository, platform, name, rules, places } = secret;
      // One without a name is known by its file.
      const more = name === undefined ? [places[0]?.path, ...rules] : [];
      return [JSON.stringify([repository, platform, name ?? null, ...more]), secret];
    }),
  );
}

type Id = Since['gone'][number];

function idOf({ repository, platform, name, rules }: CataloguedSecret): Id {
  return { repository, platform, ...(name === undefined ? {} : { name }), rules };
}

/** Of what was not read nobody can say that it is gone. */
function unseenIn({ repositories }: Compared): (secret: CataloguedSecret) => boolean {
  const read = new Map(
    repositories.flatMap(({ name, problem, unreadable }) =>
      problem === undefined ? [[name, new Set(unreadable.map(({ path }) => path))]] : [],
    ),
  );
  return ({ repository, places }) => {
    const unreadable = read.get(repository);
    return unreadable === undefined || places.some(({ path }) => unreadable.has(path));
  };
}

function readIn({ repositories }: Compared): Set<string> {
  return new Set(repositories.flatMap(({ name, problem }) => (problem === undefined ? [name] : [])));
}

function movement(before: CataloguedSecret | undefined, after: CataloguedSecret): Since['moved'] {
  if (before === undefined) return [];
  const [old, now] = [spots(before.places), spots(after.places)];
  const from = [...old].filter(([key]) => !now.has(key)).map(([, spot]) => spot);
  const to = [...now].filter(([key]) => !old.has(key)).map(([, spot]) => spot);
  return from.length === 0 && to.length === 0 ? [] : [{ ...idOf(after), from, to }];
}

type Spot = Since['moved'][number]['from'][number];

function spots(places: readonly Place[]): Map<string, Spot> {
  return new Map(
    places
      .map(({ path, job, step }) => {
        const spot = { path, ...(job === undefined ? {} : { job }), ...(step === undefined ? {} : { step }) };
        return [JSON.stringify([path, job ?? null, step ?? null]), spot] as const;
      })
      .toSorted(([a], [b]) => byText(a, b)),
  );
}

function jobsOf({ repositories }: Compared, names: ReadonlySet<string>): Jobs {
  return sumOfJobs(repositories.filter(({ name }) => names.has(name)));
}

export function sumOfJobs(repositories: readonly CataloguedRepository[]): Jobs {
  const sum = { static: 0, both: 0, shortLived: 0, neither: 0 };
  for (const { jobs } of repositories) {
    sum.static += jobs.static;
    sum.both += jobs.both;
    sum.shortLived += jobs.shortLived;
    sum.neither += jobs.neither;
  }
  return sum;
}
