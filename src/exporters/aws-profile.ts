// https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-files.html
import { join } from 'node:path';
import type { CredentialOf } from '../domain/credential.ts';
import { CredsError } from '../domain/errors.ts';
import { fullMatch } from '../domain/pattern.ts';
import { onceEach } from './fields.ts';
import { sectionOf, withoutSections } from './ini-sections.ts';
import { leadTo, ownFile, usualPath } from './own-file.ts';
import { assertComes } from './prospects.ts';
import { assertOnly, wrongExport } from './settings.ts';
import type { Exporter, Lent, Place, Pointer } from './exporter.ts';

const name = 'aws-profile';
const usual = { credentials: ['.aws', 'credentials'], config: ['.aws', 'config'] } as const;

/**
 * Copies of the user's credentials file and config file with our profiles in the place of theirs, and the variables that
 * lead the AWS tools there. The user's files stay as they are.
 */
export const awsProfile: Exporter = {
  name,
  takes: (credential) => credential.kind === 'aws-session',
  check: (settings) => {
    const { profile } = settings;
    assertOnly(name, settings, ['profile', 'merge']);
    if (profile !== undefined && !fullMatch(/[A-Za-z0-9][A-Za-z0-9_.-]{0,63}/, profile)) {
      throw wrong('a profile name that is not made of letters, digits, `_`, `.` and `-`');
    }
  },
  foresee: (prospects) => {
    assertComes(name, prospects, { kinds: ['aws-session'] });
  },
  pack: (loans, place) => {
    const { settings, folder } = place;
    const sessions = loans.flatMap((lent) => (isSession(lent) ? [lent] : []));
    if (sessions.length === 0) throw wrong('nothing to write: no AWS session was lent');
    if (sessions.length > 1 && settings['profile'] !== undefined)
      throw wrong('one profile name for several sessions');
    const named = sessions.map(
      (session) => [settings['profile'] ?? profileOf(session), session.credential.fields] as const,
    );
    const credentials = onceEach(named.map(([profile, fields]) => [profile, credentialLines(fields)]));
    const config = named.map(([profile, { region }]): [string, string] => [
      profile,
      region === undefined ? '' : `region = ${oneLine(region)}\n`,
    ]);
    const first = named[0]?.[0] ?? 'default';
    const files = { credentials: join(folder, 'aws-credentials'), config: join(folder, 'aws-config') };
    const theirs = {
      credentials: ownFile(place, 'AWS_SHARED_CREDENTIALS_FILE', ...usual.credentials),
      config: ownFile(place, 'AWS_CONFIG_FILE', ...usual.config),
    };
    return {
      files: {
        [files.credentials]: merged(Object.entries(credentials), theirs.credentials),
        [files.config]: merged(
          config.map(([profile, lines]) => [profile === 'default' ? profile : `profile ${profile}`, lines]),
          theirs.config,
        ),
      },
      pointers: {
        // The AWS CLI takes an empty one for the name of a file.
        ...leadTo(
          place,
          'AWS_SHARED_CREDENTIALS_FILE',
          files.credentials,
          usualPath(place, ...usual.credentials),
        ),
        ...leadTo(place, 'AWS_CONFIG_FILE', files.config, usualPath(place, ...usual.config)),
        ...chosen(first, place, Object.values(theirs)),
      },
    };
  },
};

/**
 * The AWS CLI takes an empty AWS_PROFILE for the name of a profile that is not there, and no platform takes a variable
 * back. So the default profile is chosen by none, unless the job's own variables would come before it.
 */
function chosen(profile: string, place: Place, theirs: readonly string[]): Record<string, Pointer> {
  const others = ['AWS_PROFILE', 'AWS_DEFAULT_PROFILE', 'AWS_ACCESS_KEY_ID'];
  if (profile === 'default' && others.every((each) => place.variable(each) === undefined)) return {};
  const hasDefault = theirs.some((text) => sectionOf(text, 'default').length > 0);
  return leadTo(place, 'AWS_PROFILE', profile, hasDefault ? 'default' : '');
}

interface LentSession extends Lent {
  readonly credential: CredentialOf<'aws-session'>;
}

function isSession(lent: Lent): lent is LentSession {
  return lent.credential.kind === 'aws-session';
}

function profileOf({ lease }: LentSession): string {
  return lease.prefix?.toLowerCase() ?? 'default';
}

function credentialLines(fields: CredentialOf<'aws-session'>['fields']): string {
  const lines = {
    aws_access_key_id: fields.accessKeyId.reveal(),
    aws_secret_access_key: fields.secretAccessKey.reveal(),
    aws_session_token: fields.sessionToken.reveal(),
  };
  return Object.entries(lines)
    .map(([name, value]) => `${name} = ${oneLine(value)}\n`)
    .join('');
}

/** The files have no quoting: a line break would begin a setting of the sender's choice. */
function oneLine(value: string): string {
  if (fullMatch(/[\x21-\x7e]+/, value)) return value;
  throw new CredsError(
    'credential-unusable',
    'The AWS session holds characters that a profile file cannot carry.',
  );
}

/** Ours, and what the user has of other names. */
function merged(sections: readonly (readonly [string, string])[], user: string): string {
  const ours = sections.map(([heading, lines]) => `[${heading}]\n${lines}`).join('\n');
  const rest = withoutSections(
    user,
    sections.map(([heading]) => heading),
  );
  return rest === '' ? ours : `${ours}\n${rest}\n`;
}

function wrong(what: string): CredsError {
  return wrongExport(name, what);
}
