import { printable } from '../../../domain/printable.ts';
import type { Catalogue, CataloguedSecret, Jobs, Since } from '../catalogue.ts';

type Named = Pick<CataloguedSecret, 'name' | 'rules'>;

/** What a secret is called. Names come from files that anybody may have written. */
export function secretName({ name, rules }: Named): string {
  if (name !== undefined) return printable(name);
  return rules.every((rule) => rule.startsWith('EO4')) ? '(written out in the file)' : '(without a name)';
}

export function kindText(rules: readonly string[], { kinds }: Catalogue): string {
  return rules.map((id) => `${id} ${kinds.find(({ rule }) => rule === id)?.name ?? ''}`.trim()).join(', ');
}

/** What to use instead, in a few words: the first sentence of what the kinds say. */
export function replacementText(rules: readonly string[], { kinds }: Catalogue): string {
  return kinds
    .filter(({ rule }) => rules.includes(rule))
    .map(({ replacement }) => /^.*?(?=[.;]( |$))/.exec(replacement)?.[0] ?? replacement)
    .map((sentence) => `${sentence}.`)
    .join(' ');
}

type Spot = Since['moved'][number]['from'][number];

/** A file, a job and a step. */
export function spotText({ path, job, step }: Spot, line?: number): string {
  const place = line === undefined ? printable(path) : `${printable(path)}:${String(line)}`;
  const names = [job, step].filter((name) => name !== undefined).map(printable);
  return names.length === 0 ? place : `${place} (${names.join(', ')})`;
}

export function waivedText(secret: CataloguedSecret): string {
  const { waivedUntil, places } = secret;
  const waived = places.filter(({ waived }) => waived !== undefined).length;
  if (waived === 0) return 'no';
  const owners = new Set(places.flatMap(({ waived }) => (waived === undefined ? [] : [waived.owner])));
  if (waivedUntil === undefined) return `${String(waived)} of ${String(places.length)} places`;
  return `until ${waivedUntil} (${[...owners].map(printable).join(', ')})`;
}

export function percent(share: number | undefined): string {
  return share === undefined ? '–' : `${String(share)} %`;
}

export function counted(number: number, one: string, many: string): string {
  return `${String(number)} ${number === 1 ? one : many}`;
}

/** How many of the jobs that use a credential hold no static secret. */
export function jobsText({ static: held, both, shortLived }: Jobs): string {
  const all = held + both + shortLived;
  if (all === 0) return 'no job uses a credential';
  return `${String(shortLived)} of ${counted(all, 'job that uses', 'jobs that use')} a credential hold no static secret`;
}

/** What is in the catalogue, and what is not. */
export function summaryLines({ totals, complete }: Catalogue): string[] {
  const { repositories, files, secrets, places, waived, identifiers, unnamed, unreadable } = totals;
  return [
    `${counted(repositories, 'repository', 'repositories')}, ${counted(files, 'pipeline file', 'pipeline files')}: ${counted(secrets, 'static secret', 'static secrets')} in ${counted(places, 'place', 'places')}${waived > 0 ? `, ${String(waived)} waived` : ''}.`,
    `Not listed: ${counted(identifiers, 'identifier', 'identifiers')} (kept as secrets, and none).`,
    ...(unnamed > 0
      ? [
          `In ${counted(unnamed, 'place', 'places')} secrets are handed on without their names: they are not in the catalogue.`,
        ]
      : []),
    ...(complete
      ? []
      : [
          `This catalogue is not complete: ${unreadable > 0 ? counted(unreadable, 'repository', 'repositories') : 'some files'} could not be read.`,
        ]),
  ];
}

/** What could not be read, one line each. */
export function problemLines({ repositories }: Catalogue): string[] {
  return repositories.flatMap(({ name, path, problem, unreadable }) => [
    ...(problem === undefined ? [] : [`${printable(name)} (${printable(path)}): ${printable(problem)}`]),
    ...unreadable.map(
      (file) =>
        `${printable(name)}: ${printable(file.path)}:${String(file.line)}: ${printable(file.problem)}${file.waived === undefined ? '' : ` (waived until ${file.waived.expires})`}`,
    ),
  ]);
}
