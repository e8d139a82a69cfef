// https://git-scm.com/docs/gitcredentials and https://git-scm.com/docs/git-config#Documentation/git-config.txt-GITCONFIGCOUNT
import { join } from 'node:path';
import type { Exporter, Pointer } from './exporter.ts';
import { assertComes } from './prospects.ts';
import { wrongExport } from './settings.ts';
import { assertOnePlaceEach, carried, checkWebSettings, webLogins, type WebLogin } from './web-login.ts';

const name = 'git-credential';
const kinds = ['github-token', 'basic-login', 'bearer-token'] as const;

/**
 * A configuration that git reads after all others, by which it asks a helper of ours and no other for one host, or one
 * path of it. The helper answers from a file; it stores nothing. Once the files are gone, git reads nothing there.
 */
export const gitCredential: Exporter = {
  name,
  takes: () => false,
  check: (settings) => {
    checkWebSettings(name, settings);
    if (settings['merge'] !== undefined)
      throw wrongExport(name, '`merge`; it copies nothing, what git knows of other hosts stays as it is');
  },
  foresee: (prospects, { from }) => {
    assertComes(name, prospects, { from, kinds });
  },
  pack: (loans, { settings, folder, variable }) => {
    const logins = webLogins(name, loans, { settings, kinds });
    assertOnePlaceEach(name, logins.flatMap(placesOf));
    const named = logins.map((login, index): [string, WebLogin] => [
      join(folder, index === 0 ? 'git-login' : `git-login-${String(index + 1)}`),
      login,
    ]);
    const config = join(folder, 'gitconfig');
    const before = variable('GIT_CONFIG_COUNT') ?? '';
    const count = /^\d{1,4}$/.test(before) ? Number(before) : 0;
    return {
      files: {
        ...Object.fromEntries(named.map(([path, login]) => [path, answerOf(login)])),
        [config]: named.map(([path, login]) => sectionsOf(path, login)).join(''),
      },
      pointers: {
        ...lasting(`GIT_CONFIG_KEY_${String(count)}`, 'include.path'),
        ...lasting(`GIT_CONFIG_VALUE_${String(count)}`, config),
        GIT_CONFIG_COUNT: { value: String(count + 1), after: before },
      },
    };
  },
};

/** Stays: a later step may have counted on, and git fails at a number without a name. The file it names is gone then. */
function lasting(variable: string, value: string): Record<string, Pointer> {
  return { [variable]: { value, after: value } };
}

/** A repository is named with and without `.git`; the whole host by no path at all. */
function placesOf({ url }: WebLogin): string[] {
  const path = url.pathname.replace(/\/+$/, '').replace(/\.git$/, '');
  return path === '' ? [url.origin] : [`${url.origin}${path}`, `${url.origin}${path}.git`];
}

function sectionsOf(file: string, login: WebLogin): string {
  // A shell runs it, with the deed behind it: `get`, or what we leave undone.
  const helper = `!f() { test "$1" = get && cat '${file.replaceAll("'", "'\\''")}'; }; f`;
  return placesOf(login)
    .map((place) =>
      [
        `[credential ${quoted(place)}]`,
        // Helpers of others would be asked first, and told afterwards what to keep.
        '\thelper =',
        `\thelper = ${quoted(helper)}`,
        '\tuseHttpPath = true',
        `[http ${quoted(place)}]`,
        // What a checkout has left there would be sent before any helper is asked.
        '\textraHeader =',
        '',
      ].join('\n'),
    )
    .join('');
}

function quoted(text: string): string {
  if (/[\r\n]/.test(text)) throw wrongExport(name, 'a folder with a line break in its path');
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}

/** One line each; git has no quoting there. */
function answerOf({ username, password }: WebLogin): string {
  const user = carried(username ?? 'x-access-token', /[^\x00-\x1f\x7f]+/, 'a git credential');
  return `username=${user}\npassword=${carried(password, /[^\x00-\x1f\x7f]+/, 'a git credential')}\n`;
}
