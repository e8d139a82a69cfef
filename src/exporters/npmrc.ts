// https://docs.npmjs.com/cli/configuring-npm/npmrc#auth-related-configuration
import { join } from 'node:path';
import { fullMatch } from '../domain/pattern.ts';
import type { Exporter } from './exporter.ts';
import { leadTo, ownFile, wholeLines } from './own-file.ts';
import { assertComes } from './prospects.ts';
import { wrongExport } from './settings.ts';
import { assertOnePlaceEach, carried, checkWebSettings, webLogins, type WebLogin } from './web-login.ts';

const name = 'npmrc';
const kinds = ['registry-login', 'bearer-token', 'basic-login'] as const;
const variable = 'NPM_CONFIG_USERCONFIG';

/** A copy of the user's .npmrc with our registries' logins in the place of theirs. */
export const npmrc: Exporter = {
  name,
  takes: () => false,
  check: (settings) => {
    checkWebSettings(name, settings, ['scope']);
    if (settings['scope'] !== undefined && !fullMatch(/@[a-z0-9~-][a-z0-9._~-]*/, settings['scope']))
      throw wrongExport(name, '`scope` that is none, as in `@octo-org`');
  },
  foresee: (prospects, { from }) => {
    assertComes(name, prospects, { from, kinds });
  },
  pack: (loans, place) => {
    const { scope } = place.settings;
    const logins = webLogins(name, loans, { settings: place.settings, kinds });
    if (scope !== undefined && logins.length > 1) throw wrongExport(name, 'one scope for several registries');
    const ours = logins.flatMap(linesOf);
    assertOnePlaceEach(name, logins.map(registryKey));
    if (scope !== undefined)
      ours.push(...logins.map(({ url }) => line(`${scope}:registry`, folderUrl(url).href)));
    const theirs = ownFile(place, variable, '.npmrc')
      .split('\n')
      .filter((each) => !isOurs(each, logins, scope));
    const block = `${ours.join('\n')}\n`;
    // The last word counts, unless a section has begun by then.
    const sections = theirs.some((each) => each.startsWith('['));
    const text = wholeLines(theirs.join('\n').trim());
    const path = join(place.folder, 'npmrc');
    return {
      files: { [path]: sections ? block + text : text + block },
      pointers: leadTo(place, variable, path),
    };
  },
};

function folderUrl(url: URL): URL {
  return new URL(`${url.href.replace(/\/+$/, '')}/`);
}

/** `//registry.example/npm/`: what the logins of a registry are called by. */
function registryKey({ url }: WebLogin): string {
  return folderUrl(url).href.slice(url.protocol.length);
}

function linesOf(login: WebLogin): string[] {
  const { username, password } = login;
  const key = registryKey(login);
  if (username === undefined) return [line(`${key}:_authToken`, password)];
  return [
    line(`${key}:username`, username),
    line(`${key}:_password`, Buffer.from(password).toString('base64')),
  ];
}

/** In quotation marks `;` and `#` are themselves. npm reads variables inside them all the same, and takes words for values. */
function line(key: string, value: string): string {
  carried(value, /(?!(true|false|null|undefined)$)(?!.*\$\{)[\x21-\x7e]+/, 'an .npmrc');
  return `${key}=${JSON.stringify(value)}`;
}

function isOurs(each: string, logins: readonly WebLogin[], scope: string | undefined): boolean {
  const key = each
    .replace(/=.*$/s, '')
    .trim()
    .replace(/^["']|["']$/g, '');
  return (
    key === `${scope ?? ''}:registry` || logins.some((login) => key.startsWith(`${registryKey(login)}:`))
  );
}
