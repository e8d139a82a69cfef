import { dirname } from 'node:path';
import { CredsError } from '../domain/errors.ts';
import type { Host } from '../domain/host.ts';
import type { Job } from '../domain/job.ts';
import type { Lease } from '../domain/lease.ts';
import { onceEach } from '../exporters/fields.ts';
import type { Exporter, Lent, Parcel, Place } from '../exporters/exporter.ts';
import { exporters, findExporter } from '../exporters/registry.ts';

/** A line of the option `export`, found in the registry. */
export interface Route {
  /** Undefined for `auto`: each credential goes where its kind's tools read it. */
  readonly exporter: Exporter | undefined;
  readonly settings: Readonly<Record<string, string>>;
}

/** @throws CredsError `input-invalid`; called before anything is sent */
export function findRoute(line: {
  readonly exporter: string;
  readonly settings: Readonly<Record<string, string>>;
}): Route {
  const { settings } = line;
  if (line.exporter === 'auto') {
    if (Object.keys(settings).length > 0) {
      throw new CredsError(
        'input-invalid',
        'The input `export` gives `auto` a setting; name the exporter instead.',
      );
    }
    return { exporter: undefined, settings };
  }
  const exporter = findExporter(line.exporter);
  exporter.check(settings);
  return { exporter, settings };
}

/**
 * Packs all that was lent along all routes into one parcel.
 * @throws CredsError `input-invalid` when two would set the same name; nothing has been delivered then
 */
export function packAll(
  leases: readonly Lease[],
  routes: readonly Route[],
  place: Omit<Place, 'settings'>,
): Required<Parcel> {
  const loans = leases.flatMap((lease) =>
    lease.credentials.map((credential): Lent => ({ lease, credential })),
  );
  const parcels = routes.flatMap(({ exporter, settings }) =>
    exporter === undefined
      ? packByKind(loans, routes, place)
      : [exporter.pack(loans, { settings, ...place })],
  );
  const join = (part: keyof Parcel): Record<string, string> =>
    onceEach(parcels.flatMap((parcel) => Object.entries(parcel[part] ?? {})));
  return { variables: join('variables'), outputs: join('outputs'), files: join('files') };
}

/** `auto`: each credential by the first exporter of the registry that takes it. */
function packByKind(
  loans: readonly Lent[],
  routes: readonly Route[],
  place: Omit<Place, 'settings'>,
): Parcel[] {
  const takers = new Map<Exporter, Lent[]>();
  for (const lent of loans) {
    const taker = exporters.find((exporter) => exporter.takes(lent.credential));
    if (taker === undefined) {
      const problem = `\`export: auto\` has no place for a ${lent.credential.kind}: name its fields or use \`outputs\`.`;
      throw new CredsError('input-invalid', problem);
    }
    // What is made for a key goes where the line says that asked for one.
    if (taker.needsKey && routes.some(({ exporter }) => exporter === taker)) continue;
    takers.set(taker, [...(takers.get(taker) ?? []), lent]);
  }
  return [...takers].map(([exporter, mine]) => exporter.pack(mine, { settings: {}, ...place }));
}

/** Delivers: files first, then outputs and variables, each kind in one write. */
export function deliver(parcel: Required<Parcel>, job: Job, host: Host): void {
  const paths = Object.keys(parcel.files);
  try {
    for (const folder of new Set(paths.map((path) => dirname(path)))) host.files.makePrivateFolder(folder);
    for (const path of paths) host.files.create(path, parcel.files[path] ?? '');
  } catch (cause) {
    throw new CredsError('delivery-failed', 'A file with a credential could not be written.', { cause });
  }
  job.setOutputs(parcel.outputs);
  job.exportVariables(parcel.variables);
}
