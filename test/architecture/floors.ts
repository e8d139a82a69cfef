import { posix } from 'node:path';
import { at, importsOf, type Source } from './source.ts';

/** DESIGN: imports point downstairs, and rooms on one floor do not know each other. */
const client: readonly (readonly string[])[] = [
  ['domain'],
  ['protocol', 'redaction'],
  ['platforms', 'id-tokens', 'providers', 'exporters', 'gate', 'templates'],
  ['leases', 'config'],
  ['commands', 'agent'],
  ['cli'],
  ['entry'],
];
const broker: readonly (readonly string[])[] = [
  [],
  ['domain', 'forges', 'sealing', 'telemetry'],
  ['issuers', 'policy', 'engines', 'leases', 'store', 'audit', 'approvals', 'job-events', 'enrolment'],
  [],
  ['commands'],
  ['http', 'admin', 'verifier'],
];
/** What of the client's house the broker stands on, too. */
const sharedGround = ['domain', 'protocol', 'redaction'];

interface Room {
  readonly house: 'client' | 'broker';
  readonly name: string;
  readonly floor: number;
}

/** The room of a file; undefined when the house has no such room. */
function roomOf(path: string): Room | undefined {
  const [, first = '', second = ''] = path.split('/');
  const [house, name, plan] =
    first === 'broker' ? (['broker', second, broker] as const) : (['client', first, client] as const);
  const floor = plan.findIndex((rooms) => rooms.includes(name));
  return floor < 0 ? undefined : { house, name, floor };
}

/** Every import that the dependency rule does not allow; types count. */
export function wrongImports(sources: readonly Source[]): string[] {
  return sources.flatMap((file) => {
    const room = roomOf(file.path);
    if (room === undefined) return [`${file.path}: there is no such room in the house`];
    return importsOf(file).flatMap(({ node, specifier }) => {
      const problem = problemWith(room, file.path, specifier);
      return problem === undefined ? [] : [`${at(file, node)}: ${problem}`];
    });
  });
}

function problemWith(from: Room, path: string, specifier: string | undefined): string | undefined {
  if (specifier === undefined)
    return from.name === 'entry' ? undefined : 'imports what is only known at run time';
  if (!specifier.startsWith('.')) return undefined;
  const target = posix.join(posix.dirname(path), specifier);
  if (!target.startsWith('src/')) return `imports ${target}, which is outside src`;
  const to = roomOf(target);
  if (to === undefined) return `imports ${target}, which is in no room`;
  if (from.house === to.house && from.name === to.name) {
    const isList = posix.basename(target) === 'registry.ts';
    return isList ? 'imports the registry of its own family: that is for the floors above' : undefined;
  }
  if (from.name === 'entry') return undefined;
  const between = `${label(from)} imports ${label(to)}`;
  if (from.house === 'client' && to.house === 'broker')
    return `${between}: the client never knows the broker`;
  if (from.house === 'broker' && to.house === 'client')
    return sharedGround.includes(to.name) ? undefined : `${between}: the broker knows the shared ground only`;
  if (to.floor === from.floor) return `${between}, a room on the same floor`;
  return to.floor > from.floor ? `${between}, upstairs` : undefined;
}

function label({ house, name }: Room): string {
  return house === 'broker' ? `broker/${name}` : name;
}

/** What is wrong with the families: a list that names no file, or a family without a contract. */
export function wrongFamilies(sources: readonly Source[]): string[] {
  const paths = new Set(sources.map(({ path }) => path));
  return sources
    .filter(({ path }) => posix.basename(path) === 'registry.ts')
    .flatMap((registry) => {
      const folder = posix.dirname(registry.path);
      const entries = importsOf(registry)
        .flatMap(({ specifier }) => (specifier?.startsWith('./') === true ? [specifier] : []))
        .map((specifier) => posix.join(folder, specifier));
      const missing = entries
        .filter((path) => !paths.has(path))
        .map((path) => `${registry.path}: lists ${path}, which does not exist`);
      const contract = posix.basename(folder).replace(/(?<=x)es$|s$/, '');
      const has = [...paths].some((path) => path.startsWith(`${folder}/${contract}`));
      return has ? missing : [...missing, `${folder}: has no contract (${contract}.ts)`];
    });
}
