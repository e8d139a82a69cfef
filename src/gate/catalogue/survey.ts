import type { Finding } from '../finding.ts';
import { isPromised } from '../rules/promised.ts';
import type { PipelineFile } from '../files/file.ts';
import {
  byText,
  migrated,
  type CataloguedRepository,
  type CataloguedSecret,
  type Place,
} from './catalogue.ts';
import type { JudgedFile } from './judged-file.ts';
import { isStatic } from './static-finding.ts';
import { tally } from './tally.ts';

/** What was read of a repository. */
export interface RepositoryReading {
  readonly name: string;
  readonly path: string;
  readonly files: readonly JudgedFile[];
  /** Findings of files that could not be read. */
  readonly unreadable: readonly Finding[];
  readonly enforced: boolean;
}

/** What a repository has in the catalogue. */
export function survey(reading: RepositoryReading): {
  readonly repository: CataloguedRepository;
  readonly secrets: readonly CataloguedSecret[];
} {
  const { name, path, files, unreadable, enforced } = reading;
  const secrets = secretsOf(reading);
  const { jobs, shortLived } = tally(files);
  const share = migrated(jobs);
  const places = secrets.flatMap((secret) => secret.places);
  const repository: CataloguedRepository = {
    name,
    path,
    files: files.length + unreadable.length,
    unreadable: unreadable.map(({ path, start, message, waived }) => ({
      path,
      line: start.line,
      problem: message,
      ...(waived === undefined ? {} : { waived }),
    })),
    secrets: secrets.length,
    waived: secrets.filter(({ waivedUntil }) => waivedUntil !== undefined).length,
    identifiers: new Set(files.flatMap(identifiersOf)).size,
    unnamed: files.flatMap(({ findings }) => findings.filter(({ rule }) => handsOn.has(rule.id))).length,
    enforced,
    jobs,
    uses: { static: places.filter(({ severity }) => severity !== 'note').length, shortLived },
    ...(share === undefined ? {} : { migrated: share }),
  };
  return { repository, secrets };
}

/** Rules that find secrets handed on without their names. */
const handsOn: ReadonlySet<string> = new Set(['EO201', 'EO202']);

function secretsOf({ name: repository, files }: RepositoryReading): CataloguedSecret[] {
  const found = files.flatMap(({ file, findings }) =>
    findings.filter(isStatic).map((finding) => ({ file, finding })),
  );
  const groups = Map.groupBy(found, ({ file, finding }) => idOf(file, finding));
  return [...groups.values()]
    .flatMap(([first, ...others]) => {
      if (first === undefined) return [];
      const { secret: name } = first.finding;
      const places = [first, ...others].map(({ finding }) => placeOf(finding)).toSorted(inOrder);
      return [
        {
          repository,
          platform: first.file.platform,
          ...(name === undefined ? {} : { name }),
          ...summary(places),
        },
      ];
    })
    .toSorted(
      (a, b) =>
        byText(label(a), label(b)) || byText(a.platform, b.platform) || inOrder(a.places[0], b.places[0]),
    );
}

/** One that has no name is another in each file. */
function idOf({ platform, source }: PipelineFile, { secret, rule }: Finding): string {
  return JSON.stringify([platform, secret ?? null, ...(secret === undefined ? [source.path, rule.id] : [])]);
}

/** Those without a name come last. */
function label({ name }: CataloguedSecret): string {
  return name ?? '\uffff';
}

function inOrder(a: Place | undefined, b: Place | undefined): number {
  if (a === undefined || b === undefined) return 0;
  return byText(a.path, b.path) || a.line - b.line || a.column - b.column || byText(a.rule, b.rule);
}

function placeOf({ path, start, job, step, rule, severity, waived }: Finding): Place {
  return {
    path,
    line: start.line,
    column: start.column,
    ...(job === undefined ? {} : { job }),
    ...(step === undefined ? {} : { step }),
    rule: rule.id,
    severity,
    ...(waived === undefined ? {} : { waived }),
  };
}

function summary(places: Place[]): Pick<CataloguedSecret, 'rules' | 'severity' | 'waivedUntil' | 'places'> {
  const ends = places.flatMap(({ waived }) => (waived === undefined ? [] : [waived.expires]));
  const [waivedUntil] = ends.length === places.length ? ends.toSorted() : [];
  return {
    rules: [...new Set(places.map(({ rule }) => rule))].toSorted(),
    severity:
      (['error', 'warning'] as const).find((level) => places.some((each) => each.severity === level)) ??
      'note',
    ...(waivedUntil === undefined ? {} : { waivedUntil }),
    places,
  };
}

/** Names of what is kept where secrets are kept, and is none. */
function identifiersOf({ file, judged }: JudgedFile): string[] {
  const secret = new Set(judged.flatMap(({ use, rule }) => (rule === undefined ? [] : [use.secret])));
  return judged.flatMap(({ use }) => {
    const kept = use.origin === 'secret' || use.origin === 'variable';
    const other = secret.has(use.secret) || isPromised(use.secret, file.platform);
    return kept && !other ? [`${file.platform} ${use.secret}`] : [];
  });
}
