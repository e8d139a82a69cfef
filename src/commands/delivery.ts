import { dirname } from 'node:path';
import { CredsError } from '../domain/errors.ts';
import type { Host } from '../domain/host.ts';
import type { Job } from '../domain/job.ts';
import type { Lease, Prospect } from '../domain/lease.ts';
import { onceEach } from '../exporters/fields.ts';
import type { Exporter, HeldIdentity, Lent, Parcel, Place, Pointer } from '../exporters/exporter.ts';
import { exporters, findExporter } from '../exporters/registry.ts';

/** A line of the option `export`, found in the registry. */
export interface Route {
  /** Undefined for `auto`: each credential goes where its kind's tools read it. */
  readonly exporter: Exporter | undefined;
  readonly settings: Readonly<Record<string, string>>;
}

/** @throws CredsError `input-invalid`; called before anything is sent */
export async function findRoute(line: {
  readonly exporter: string;
  readonly settings: Readonly<Record<string, string>>;
}): Promise<Route> {
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
  const exporter = await findExporter(line.exporter);
  exporter.check(settings);
  return { exporter, settings };
}

/**
 * Refuses lines that name a role that is not borrowed, a field that it does not have, or a form for something else.
 * @throws CredsError `input-invalid`; called before anything is sent
 */
export function foresee(routes: readonly Route[], prospects: readonly Prospect[]): void {
  for (const { exporter, settings } of routes) exporter?.foresee?.(prospects, settings);
  const coming = prospects.flatMap(({ credentials = [] }) => credentials);
  const isAuto = routes.some(({ exporter }) => exporter === undefined);
  if (isAuto && coming.some(({ kind }) => kind === 'fields')) throw homeless('fields');
}

/**
 * Packs all that was lent along all routes into one parcel.
 * @throws CredsError `input-invalid` when two would set the same name; nothing has been delivered then
 */
export async function packAll(
  leases: readonly Lease[],
  routes: readonly Route[],
  place: Omit<Place, 'settings'>,
): Promise<Required<Parcel>> {
  const loans = leases.flatMap((lease) =>
    lease.credentials.map((credential): Lent => ({ lease, credential })),
  );
  const parcels: Parcel[] = [];
  for (const { exporter, settings } of routes) {
    if (exporter === undefined) parcels.push(...(await packByKind(loans, routes, place)));
    else parcels.push(exporter.pack(loans, { ...place, settings }));
  }
  const join = (part: 'variables' | 'outputs' | 'files'): [string, string][] =>
    parcels.flatMap((parcel) => Object.entries(parcel[part] ?? {}));
  const pointers = parcels.flatMap((parcel) => Object.entries(parcel.pointers ?? {}));
  onceEach<string | Pointer>([...join('variables'), ...pointers]);
  return {
    variables: onceEach(join('variables')),
    pointers: onceEach(pointers),
    outputs: onceEach(join('outputs')),
    files: onceEach(join('files')),
    identities: parcels.flatMap((parcel): readonly HeldIdentity[] => parcel.identities ?? []),
  };
}

/** `auto`: each credential by the first exporter of the registry that takes it. */
async function packByKind(
  loans: readonly Lent[],
  routes: readonly Route[],
  place: Omit<Place, 'settings'>,
): Promise<Parcel[]> {
  const takers = new Map<Exporter, Lent[]>();
  for (const lent of loans) {
    const taker = await takerOf(lent.credential);
    if (taker === undefined) throw homeless(lent.credential.kind);
    // What is made for a key goes where the line says that asked for one.
    if (taker.needsKey && routes.some(({ exporter }) => exporter === taker)) continue;
    takers.set(taker, [...(takers.get(taker) ?? []), lent]);
  }
  return [...takers].map(([exporter, mine]) => exporter.pack(mine, { ...place, settings: {} }));
}

function homeless(kind: string): CredsError {
  const problem = `\`export: auto\` has no place for a ${kind}: name its fields or use \`outputs\`.`;
  return new CredsError('input-invalid', problem);
}

async function takerOf(credential: Lent['credential']): Promise<Exporter | undefined> {
  for (const load of Object.values(exporters)) {
    const exporter = await load();
    if (exporter.takes(credential)) return exporter;
  }
  return undefined;
}

/** What goes to variables, outputs and files. */
export type Delivery = Required<Omit<Parcel, 'identities'>>;

/** Delivers: files first, then outputs and variables, each kind in one write. An agent holds its part before. */
export function deliver(parcel: Delivery, job: Job, host: Host): void {
  const paths = Object.keys(parcel.files);
  try {
    for (const folder of new Set(paths.map((path) => dirname(path)))) host.files.makePrivateFolder(folder);
    for (const path of paths) host.files.create(path, parcel.files[path] ?? '');
  } catch (cause) {
    throw new CredsError('delivery-failed', 'A file with a credential could not be written.', { cause });
  }
  job.setOutputs(parcel.outputs);
  const led = Object.entries(parcel.pointers).map(([name, { value }]) => [name, value] as const);
  job.exportVariables({ ...parcel.variables, ...Object.fromEntries(led) });
}
