import { catalogue } from '../commands/catalogue.ts';
import { CredsError } from '../domain/errors.ts';
import type { Catalogue } from '../gate/catalogue/catalogue.ts';
import { catalogueForms } from '../gate/catalogue/forms/registry.ts';
import { problemLines } from '../gate/catalogue/forms/wording.ts';
import type { GateEnd } from './gate-verb.ts';
import { writeReport } from './report-file.ts';
import { wholeWorkTree } from './work-tree.ts';

/** The words of `gate catalogue`. */
export interface CatalogueWords {
  readonly paths: readonly string[];
  readonly format: string;
  /** Left out, it goes to standard output. */
  readonly output: string | undefined;
  readonly since: string | undefined;
  /** RFC 3339; left out, SOURCE_DATE_EPOCH, or else now. */
  readonly generatedAt: string | undefined;
}

/**
 * `gate catalogue`: 2 when something could not be read, else 1 when there is a static secret for which `gate check` stops
 * a job.
 * @throws CredsError for words that mean nothing, and for files that cannot be read or written
 */
export async function tellCatalogue(words: CatalogueWords): Promise<GateEnd> {
  const { paths, format, since, output } = words;
  const tell = formOf(format);
  const at = momentOf(words.generatedAt, process.env['SOURCE_DATE_EPOCH']);
  const here = process.cwd().replaceAll('\\', '/');
  const found = await catalogue({ paths, since, here, at }, wholeWorkTree);
  const text = tell(found);
  if (output !== undefined) write(output, text);
  // The table has said so itself.
  const silent = output === undefined && format === 'table';
  const problems = silent ? [] : problemLines(found).map((line) => `${line}\n`);
  return {
    out: output === undefined ? text : '',
    status: found.complete ? (stops(found) ? 1 : 0) : 2,
    problems: problems.join(''),
  };
}

function write(path: string, text: string): void {
  try {
    writeReport(path, text);
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code ?? (error as Error).message;
    throw new CredsError('input-invalid', `${path} cannot be written: ${why}.`, {
      hint: 'Name a file in a folder that is there; left out, the catalogue is printed.',
    });
  }
}

function formOf(name: string): (typeof catalogueForms)[keyof typeof catalogueForms] {
  const form = Object.entries(catalogueForms).find(([known]) => known === name)?.[1];
  if (form !== undefined) return form;
  const known = Object.keys(catalogueForms).join('`, `');
  throw new CredsError('input-invalid', 'There is no such format of the catalogue.', {
    hint: `Formats are \`${known}\`.`,
  });
}

/** https://reproducible-builds.org/specs/source-date-epoch/ */
function momentOf(written: string | undefined, epoch: string | undefined): Date {
  if (written !== undefined) {
    const form = /^\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(\.\d{1,3})?(Z|[+-]\d\d:\d\d))?$/;
    return sound(
      form.test(written) ? new Date(written) : undefined,
      '--generated-at',
      '2026-11-21T12:00:00Z',
    );
  }
  if (epoch === undefined || epoch === '') return new Date();
  return sound(
    /^\d{1,12}$/.test(epoch) ? new Date(Number(epoch) * 1000) : undefined,
    'SOURCE_DATE_EPOCH',
    '1795262400',
  );
}

function sound(moment: Date | undefined, name: string, example: string): Date {
  const year = moment?.getUTCFullYear() ?? NaN;
  if (moment !== undefined && year >= 1970 && year <= 9999) return moment;
  throw new CredsError('input-invalid', `${name} is no moment.`, { hint: `Write it as ${example}.` });
}

function stops({ secrets, repositories }: Catalogue): boolean {
  const enforced = new Set(repositories.flatMap((each) => (each.enforced ? [each.name] : [])));
  return secrets.some(
    ({ repository, places }) =>
      enforced.has(repository) &&
      places.some(({ severity, waived }) => severity === 'error' && waived === undefined),
  );
}
