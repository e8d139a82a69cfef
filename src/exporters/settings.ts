import { CredsError } from '../domain/errors.ts';

type Settings = Readonly<Record<string, string>>;

/** @throws CredsError `input-invalid` for a setting that the exporter does not have, without repeating it */
export function assertOnly(exporter: string, settings: Settings, known: readonly string[]): void {
  if (Object.keys(settings).some((name) => !known.includes(name))) {
    const names = known.map((name) => `\`${name}\``).join(', ');
    throw wrongExport(exporter, `a setting that it does not have; it has ${names}`);
  }
  if (!['yes', 'no', undefined].includes(settings['merge']))
    throw wrongExport(exporter, '`merge` without `yes` or `no`');
}

/** @param what follows “The input `export` gives `NAME` …” */
export function wrongExport(exporter: string, what: string): CredsError {
  return new CredsError('input-invalid', `The input \`export\` gives \`${exporter}\` ${what}.`);
}
