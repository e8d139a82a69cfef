import type { RuleText } from '../rules/rule.ts';
import {
  byText,
  catalogueVersion,
  migrated,
  type Catalogue,
  type CataloguedRepository,
  type CataloguedSecret,
} from './catalogue.ts';
import { sumOfJobs } from './compare.ts';

/** What the catalogue is put together from. */
export interface Surveys {
  readonly generatedAt: Date;
  readonly repositories: readonly CataloguedRepository[];
  readonly secrets: readonly CataloguedSecret[];
  /** All that there are: those that are met are described. */
  readonly rules: readonly RuleText[];
}

/** The catalogue of some repositories, in an order that depends on nothing but their names. */
export function assemble({ generatedAt, repositories, secrets, rules }: Surveys): Catalogue {
  const ordered = repositories.toSorted((a, b) => byText(a.name, b.name));
  const order = new Map(ordered.map(({ name }, index) => [name, index]));
  const rank = ({ repository }: CataloguedSecret): number => order.get(repository) ?? 0;
  return {
    kind: 'ephemeral-creds/gate-catalogue',
    version: catalogueVersion,
    generatedAt: generatedAt.toISOString(),
    complete: ordered.every(
      ({ problem, unreadable }) =>
        problem === undefined && unreadable.every(({ waived }) => waived !== undefined),
    ),
    totals: totalsOf(ordered, secrets),
    kinds: kindsOf(secrets, rules),
    repositories: ordered,
    // What a repository’s survey has put in order stays in it.
    secrets: secrets.toSorted((a, b) => rank(a) - rank(b)),
  };
}

function totalsOf(
  repositories: readonly CataloguedRepository[],
  secrets: readonly CataloguedSecret[],
): Catalogue['totals'] {
  const read = repositories.filter(({ problem }) => problem === undefined);
  const sum = (count: (each: CataloguedRepository) => number): number =>
    read.reduce((all, each) => all + count(each), 0);
  const jobs = sumOfJobs(read);
  const share = migrated(jobs);
  return {
    repositories: read.length,
    unreadable: repositories.length - read.length,
    files: sum(({ files }) => files),
    secrets: secrets.length,
    places: secrets.reduce((all, { places }) => all + places.length, 0),
    waived: sum(({ waived }) => waived),
    identifiers: sum(({ identifiers }) => identifiers),
    unnamed: sum(({ unnamed }) => unnamed),
    jobs,
    uses: { static: sum(({ uses }) => uses.static), shortLived: sum(({ uses }) => uses.shortLived) },
    ...(share === undefined ? {} : { migrated: share }),
  };
}

function kindsOf(secrets: readonly CataloguedSecret[], rules: readonly RuleText[]): Catalogue['kinds'] {
  return rules
    .toSorted((a, b) => byText(a.id, b.id))
    .map(({ id, name, what, hint }) => ({
      rule: id,
      name,
      what,
      replacement: hint.text,
      before: hint.before,
      after: hint.after,
      secrets: secrets.filter((each) => each.rules.includes(id)).length,
      places: secrets.reduce((all, { places }) => all + places.filter(({ rule }) => rule === id).length, 0),
    }))
    .filter(({ places }) => places > 0);
}
