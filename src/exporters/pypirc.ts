// https://packaging.python.org/en/latest/specifications/pypirc/
import { join } from 'node:path';
import type { Exporter } from './exporter.ts';
import { onceEach } from './fields.ts';
import { sectionOf, withoutSections } from './ini-sections.ts';
import { isLabel, labelOf } from './label.ts';
import { leadTo, ownFile, wholeLines } from './own-file.ts';
import { assertComes } from './prospects.ts';
import { wrongExport } from './settings.ts';
import { carried, checkWebSettings, isIndexLogin, webLogins, type WebLogin } from './web-login.ts';

const name = 'pypirc';
const kinds = ['registry-login', 'bearer-token', 'basic-login'] as const;
const variable = 'EPHEMERAL_PYPIRC';

/**
 * A copy of the user's .pypirc with our repositories in it. No variable leads twine to one:
 * `twine upload --config-file "$EPHEMERAL_PYPIRC"`.
 */
export const pypirc: Exporter = {
  name,
  takes: isIndexLogin,
  check: (settings) => {
    checkWebSettings(name, settings, ['repository']);
    const { repository = 'x' } = settings;
    if (!isLabel(repository) || ['distutils', 'default'].includes(repository.toLowerCase()))
      throw wrongExport(name, 'a `repository` that is not made of letters, digits, `.`, `_` and `-`');
  },
  foresee: (prospects, { from }) => {
    assertComes(name, prospects, { from, kinds });
  },
  pack: (loans, place) => {
    const { repository } = place.settings;
    const logins = webLogins(name, loans, { settings: place.settings, kinds });
    if (logins.length > 1 && repository !== undefined)
      throw wrongExport(name, 'one `repository` for several credentials');
    const nameOf = ({ lent }: WebLogin): string =>
      repository ?? (logins.length === 1 ? 'pypi' : labelOf(lent, name));
    const ours = onceEach(logins.map((login) => [nameOf(login), login]));
    const user = ownFile(place, variable, '.pypirc');
    const listed = new Set([...serversOf(user), ...Object.keys(ours)]);
    const text = [
      `[distutils]\nindex-servers =\n${[...listed].map((each) => `    ${each}\n`).join('')}`,
      ...Object.entries(ours).map(([section, login]) => `[${section}]\n${linesOf(login)}`),
      wholeLines(withoutSections(user, ['distutils', ...Object.keys(ours)])),
    ];
    const path = join(place.folder, 'pypirc');
    return { files: { [path]: text.join('\n') }, pointers: leadTo(place, variable, path) };
  },
};

function linesOf({ url, username = '__token__', password }: WebLogin): string {
  // No quoting, and blanks at either end are cut off.
  const plain = /[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?/;
  return [
    `repository = ${url.href}`,
    `username = ${carried(username, plain, 'a .pypirc')}`,
    `password = ${carried(password, plain, 'a .pypirc')}\n`,
  ].join('\n');
}

/** What the user has listed; without a list twine knows two. */
function serversOf(text: string): string[] {
  const lines = sectionOf(text, 'distutils').filter((line) => !/^\s*[#;]/.test(line));
  const start = lines.findIndex((line) => /^index[-_]servers\s*[=:]/i.test(line));
  if (start < 0) return ['pypi', 'testpypi'];
  const more = lines.slice(start + 1);
  const end = more.findIndex((line) => /^\S/.test(line));
  const value = [lines[start]?.replace(/^[^=:]*[=:]/, '') ?? '', ...more.slice(0, end < 0 ? undefined : end)];
  return value
    .join(' ')
    .split(/\s+/)
    .filter((each) => each !== '');
}
