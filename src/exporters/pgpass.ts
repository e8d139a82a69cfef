// https://www.postgresql.org/docs/current/libpq-pgpass.html and libpq-pgservice.html
import { join } from 'node:path';
import type { CredentialOf } from '../domain/credential.ts';
import { CredsError } from '../domain/errors.ts';
import { fullMatch } from '../domain/pattern.ts';
import type { Exporter, Lent } from './exporter.ts';
import { onceEach } from './fields.ts';
import { withoutSections } from './ini-sections.ts';
import { isLabel, labelOf } from './label.ts';
import { leadTo, ownFile, usualPath, wholeLines } from './own-file.ts';
import { assertComes } from './prospects.ts';
import { assertOnly, wrongExport } from './settings.ts';
import { assertOnePlaceEach, carried } from './web-login.ts';

const name = 'pgpass';
/** libpq reads no longer line of a service file. */
const longestLine = 1000;

/** A password file and a service file: copies of the user's with our databases before theirs. `psql service=NAME`. */
export const pgpass: Exporter = {
  name,
  takes: ({ kind }) => kind === 'postgres-login',
  check: (settings) => {
    assertOnly(name, settings, ['service', 'merge']);
    if (settings['service'] !== undefined && !isLabel(settings['service']))
      throw wrongExport(name, 'a service that is not made of letters, digits, `.`, `_` and `-`');
  },
  foresee: (prospects) => {
    assertComes(name, prospects, { kinds: ['postgres-login'] });
  },
  pack: (loans, place) => {
    const { folder, settings } = place;
    const mine = loans.flatMap((lent) => (isLogin(lent) ? [lent] : []));
    if (mine.length === 0) throw wrongExport(name, 'nothing to write: no postgres-login was lent');
    if (mine.length > 1 && settings['service'] !== undefined)
      throw wrongExport(name, 'one service for several databases');
    const named = Object.entries(
      onceEach(mine.map((lent) => [settings['service'] ?? labelOf(lent, name), lent.credential.fields])),
    );
    const at = (file: string): string => join(folder, file);
    const passwords = named.map(([, fields]) => passwordLine(fields));
    assertOnePlaceEach(
      name,
      passwords.map(([place_]) => place_),
    );
    const files = { passwords: at('pgpass'), services: at('pg-service.conf') };
    const sections = named.map(([service, fields]) => {
      const authority = fields.caCertificate === undefined ? {} : { sslrootcert: at(`${service}-ca.pem`) };
      return `[${service}]\n${serviceLines(fields, { ...authority, passfile: files.passwords })}\n`;
    });
    const theirs = ownFile(place, 'PGSERVICEFILE', '.pg_service.conf');
    const rest = withoutSections(
      theirs,
      named.map(([service]) => service),
    );
    return {
      files: {
        [files.passwords]:
          passwords.map(([place_, password]) => `${place_}:${password}\n`).join('') +
          ownFile(place, 'PGPASSFILE', '.pgpass'),
        [files.services]: sections.join('') + wholeLines(rest),
        ...Object.fromEntries(
          named.flatMap(([service, { caCertificate: pem }]) =>
            pem === undefined ? [] : [[at(`${service}-ca.pem`), pem]],
          ),
        ),
      },
      pointers: {
        ...leadTo(place, 'PGPASSFILE', files.passwords),
        // libpq takes an empty one for the name of a file.
        ...leadTo(place, 'PGSERVICEFILE', files.services, usualPath(place, '.pg_service.conf')),
      },
    };
  },
};

interface LentLogin extends Lent {
  readonly credential: CredentialOf<'postgres-login'>;
}

function isLogin(lent: Lent): lent is LentLogin {
  return lent.credential.kind === 'postgres-login';
}

type Fields = CredentialOf<'postgres-login'>['fields'];

/** `host:port:database:user`, and the password; `*` alone would mean any. */
function passwordLine({ host, port, database, username, password }: Fields): [string, string] {
  if (
    !fullMatch(/[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?|[0-9A-Fa-f:]+/, host) ||
    !fullMatch(/\d{1,5}/, port)
  )
    throw new CredsError(
      'credential-unusable',
      'The answer holds a postgres-login whose host or port is none.',
    );
  const escaped = (text: string): string =>
    carried(text, /[^\x00-\x1f\x7f]+/, 'a password file').replace(/[\\:]|^\*$/g, '\\$&');
  return [[host, port, database, username].map(escaped).join(':'), escaped(password.reveal())];
}

function serviceLines({ host, port, database, username }: Fields, paths: Record<string, string>): string {
  const settings = { host, port, dbname: database, user: username, sslmode: 'verify-full', ...paths };
  const lines = Object.entries(settings).map(([key, value]) => {
    // The rest of the line as it stands; blanks at its end are cut off.
    carried(value, /[^\x00-\x1f\x7f]*[^\x00-\x20\x7f]/, 'a service file');
    return `${key}=${value}\n`;
  });
  if (lines.some((line) => Buffer.byteLength(line) > longestLine))
    throw new CredsError(
      'credential-unusable',
      'The credential holds a line that is too long for a service file.',
    );
  return lines.join('');
}
