// https://docs.docker.com/reference/cli/docker/login/ and https://man.archlinux.org/man/containers-auth.json.5
import { join } from 'node:path';
import { CredsError } from '../domain/errors.ts';
import { isObject, parseStrictJson } from '../protocol/json.ts';
import type { Exporter, Place, Pointer } from './exporter.ts';
import { leadTo } from './own-file.ts';
import { assertComes } from './prospects.ts';
import { wrongExport } from './settings.ts';
import { assertOnePlaceEach, carried, checkWebSettings, isIndexLogin, webLogins } from './web-login.ts';

const name = 'docker-config';
const kinds = ['registry-login', 'basic-login', 'bearer-token'] as const;

type Json = Record<string, unknown>;

/**
 * A folder with a config.json, and an auth file for podman, skopeo and buildah: copies of the user's with our registries
 * added. Helpers that hold the user's own logins are kept, but not asked for ours.
 */
export const dockerConfig: Exporter = {
  name,
  takes: (credential) => credential.kind === 'registry-login' && !isIndexLogin(credential),
  check: (settings) => {
    checkWebSettings(name, settings);
  },
  foresee: (prospects, { from }) => {
    assertComes(name, prospects, { from, kinds });
  },
  pack: (loans, place) => {
    const logins = webLogins(name, loans, { settings: place.settings, kinds });
    const auths = logins.map(({ lent: { credential }, url, username, password }): [string, Json] => {
      const user = carried(username ?? '', /[^:\x00-\x1f\x7f]+/, 'the user name of a registry');
      // Docker looks for a hub of an older kind under a whole URL, and for anything else under its host.
      const whole = credential.kind === 'registry-login' && /^https?:/.test(credential.fields.registry);
      const key = whole ? url.href : url.host + url.pathname.replace(/\/+$/, '');
      return [key, { auth: Buffer.from(`${user}:${password}`).toString('base64') }];
    });
    assertOnePlaceEach(
      name,
      auths.map(([key]) => key),
    );
    const folder = place.variable('DOCKER_CONFIG') ?? (place.home && join(place.home, '.docker'));
    const user = folder === undefined ? {} : ownJson(place, join(folder, 'config.json'));
    const files = {
      docker: join(place.folder, 'config.json'),
      containers: join(place.folder, 'containers-auth.json'),
    };
    return {
      files: {
        [files.docker]: text(forDocker(user, auths, folder)),
        [files.containers]: text(forContainers([user, ownAuths(place)], auths)),
      },
      pointers: {
        ...leadTo(place, 'DOCKER_CONFIG', place.folder),
        ...leadTo(place, 'REGISTRY_AUTH_FILE', files.containers),
        ...ownBuilders(place, folder),
      },
    };
  },
};

function text(config: Json): string {
  return `${JSON.stringify(config, null, 2)}\n`;
}

function ownJson({ settings, read }: Place, path: string): Json {
  const found = settings['merge'] === 'no' ? undefined : read(path);
  if (found === undefined || found.trim() === '') return {};
  let value: unknown;
  try {
    value = parseStrictJson(found);
  } catch {
    value = undefined;
  }
  if (isObject(value)) return value;
  throw new CredsError(
    'delivery-failed',
    `The file ${path} is no JSON object, so nothing was added to a copy of it.`,
  );
}

/** Where podman, skopeo and buildah keep logins. */
function ownAuths(place: Place): Json {
  const runtime = place.variable('XDG_RUNTIME_DIR');
  const path =
    place.variable('REGISTRY_AUTH_FILE') ??
    (runtime === undefined ? undefined : join(runtime, 'containers', 'auth.json'));
  return path === undefined ? {} : ownJson(place, path);
}

function forDocker(user: Json, auths: readonly [string, Json][], folder: string | undefined): Json {
  const context = user['currentContext'];
  // Contexts lie in a folder beside the file: docker would end with an error, or worse, talk to another daemon.
  if (context !== undefined && context !== '' && context !== 'default')
    throw wrongExport(
      name,
      'a config.json of yours that chooses a context: set DOCKER_HOST instead, or say `merge=no`',
    );
  const helped = typeof user['credsStore'] === 'string' && user['credsStore'] !== '';
  // Helpers are asked by host, and for the hub of an older kind by its whole URL.
  const asked = auths.flatMap(([key, auth]) =>
    [key, hostOf(key)].map((each) => [each, auth] as [string, Json]),
  );
  const helpers = withoutOurs(user['credHelpers'], asked);
  const plugins = Array.isArray(user['cliPluginsExtraDirs'])
    ? (user['cliPluginsExtraDirs'] as unknown[])
    : [];
  return {
    ...user,
    auths: { ...withoutOurs(user['auths'], auths), ...Object.fromEntries(auths) },
    // An empty helper: look in the file, not in the store.
    credHelpers: { ...helpers, ...(helped && Object.fromEntries(asked.map(([key]) => [key, '']))) },
    ...(folder !== undefined && { cliPluginsExtraDirs: [...plugins, join(folder, 'cli-plugins')] }),
  };
}

function forContainers(users: readonly Json[], auths: readonly [string, Json][]): Json {
  const all = (member: string): Json =>
    Object.assign({}, ...users.map((user) => withoutOurs(user[member], auths))) as Json;
  const ours = auths.map(([key, auth]) => [key.includes('://') ? hostOf(key) : key, auth] as const);
  const helpers = all('credHelpers');
  return {
    auths: { ...all('auths'), ...Object.fromEntries(ours) },
    ...(Object.keys(helpers).length > 0 && { credHelpers: helpers }),
  };
}

/** The user's entries for other hosts. A plain place of ours leaves those below other paths of its host alone. */
function withoutOurs(entries: unknown, auths: readonly [string, Json][]): Json {
  if (!isObject(entries)) return {};
  const bare = (key: string): string => key.replace(/^https?:\/\//, '').replace(/\/(v[12]\/)?$/, '');
  const ours = auths.map(([key]) => bare(key));
  return Object.fromEntries(Object.entries(entries).filter(([key]) => !ours.includes(bare(key))));
}

function hostOf(key: string): string {
  return key.replace(/^https?:\/\//, '').replace(/\/.*$/, '');
}

/** Builders of buildx lie beside config.json, too; a step before ours may have made one. */
function ownBuilders(place: Place, folder: string | undefined): Record<string, Pointer> {
  if (folder === undefined) return {};
  // Where it is led already, it stays: while we are there, whoever led it there must not take it back.
  return leadTo(place, 'BUILDX_CONFIG', place.variable('BUILDX_CONFIG') ?? join(folder, 'buildx'));
}
