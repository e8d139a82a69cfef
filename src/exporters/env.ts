// Names by which tools read credentials from variables (PROTOCOL.md, Kinds).
import { join } from 'node:path';
import type { Credential, CredentialOf } from '../domain/credential.ts';
import { CredsError } from '../domain/errors.ts';
import { fullMatch } from '../domain/pattern.ts';
import { Secret } from '../domain/secret.ts';
import type { Exporter, Lent, Parcel, Place, Pointer } from './exporter.ts';
import { chosenFields, fieldProblem, fieldsOf, onceEach } from './fields.ts';
import { leadTo } from './own-file.ts';
import { assertFieldsCome } from './prospects.ts';
import { assertVariableName } from './variable-name.ts';

type Naming = Readonly<Partial<Record<Credential['kind'], Readonly<Record<string, readonly string[]>>>>>;

/** Field → variables. The broker has no say in these names. */
const naming: Naming = {
  'aws-session': {
    accessKeyId: ['AWS_ACCESS_KEY_ID'],
    secretAccessKey: ['AWS_SECRET_ACCESS_KEY'],
    sessionToken: ['AWS_SESSION_TOKEN'],
    region: ['AWS_REGION', 'AWS_DEFAULT_REGION'],
  },
  'bearer-token': { token: ['EPHEMERAL_TOKEN'] },
  // Which names, its host says.
  'github-token': {},
  'vault-token': { token: ['VAULT_TOKEN'], address: ['VAULT_ADDR'], namespace: ['VAULT_NAMESPACE'] },
  'basic-login': { username: ['EPHEMERAL_USERNAME'], password: ['EPHEMERAL_PASSWORD'] },
  'postgres-login': {
    host: ['PGHOST'],
    port: ['PGPORT'],
    database: ['PGDATABASE'],
    username: ['PGUSER'],
    password: ['PGPASSWORD'],
  },
  'mysql-login': {
    host: ['MYSQL_HOST'],
    port: ['MYSQL_TCP_PORT'],
    database: ['MYSQL_DATABASE'],
    username: ['MYSQL_USER'],
    password: ['MYSQL_PWD'],
  },
  'gcp-token': {
    token: ['CLOUDSDK_AUTH_ACCESS_TOKEN', 'GOOGLE_OAUTH_ACCESS_TOKEN'],
    project: ['CLOUDSDK_CORE_PROJECT', 'GOOGLE_CLOUD_PROJECT'],
  },
  'azure-token': { token: ['AZURE_ACCESS_TOKEN'] },
};

/** Variables for the steps that follow: from the table, or by the names that the workflow gives. */
export const env: Exporter = {
  name: 'env',
  takes: (credential) => naming[credential.kind] !== undefined,
  check: (settings) => {
    for (const [name, field] of Object.entries(settings)) {
      assertVariableName(name);
      if (!fullMatch(/([^\s=]+\.)?[A-Za-z][A-Za-z0-9_-]{0,127}/, field)) throw wrongField(name);
    }
  },
  foresee: (prospects, settings) => {
    if (Object.keys(settings).length > 0) {
      assertFieldsCome('env', settings, prospects);
      return;
    }
    const coming = prospects.flatMap(({ credentials = [] }) => credentials);
    const homeless = coming.find(({ kind }) => naming[kind] === undefined);
    if (homeless !== undefined) throw unnamed(homeless.kind);
  },
  pack: (loans, place) => {
    if (Object.keys(place.settings).length > 0) return { variables: chosenFields(loans, place.settings) };
    const parcels = loans.map((lent) => byTable(lent, place));
    const pointers = parcels.flatMap((parcel) => Object.entries(parcel.pointers ?? {}));
    const variables = parcels.flatMap((parcel) => Object.entries(parcel.variables ?? {}));
    onceEach<string | Pointer>([...variables, ...pointers]);
    return {
      variables: onceEach(variables),
      pointers: onceEach(pointers),
      files: onceEach(parcels.flatMap(({ files = {} }) => Object.entries(files))),
    };
  },
};

function byTable({ lease, credential }: Lent, place: Place): Parcel {
  const names = naming[credential.kind];
  if (names === undefined) throw unnamed(credential.kind);
  const prefix = lease.prefix === undefined ? '' : `${lease.prefix}_`;
  const fields = credential.fields as Readonly<Record<string, unknown>>;
  const secret: [string, string][] = [];
  const plain: [string, string][] = [];
  for (const [field, value] of fieldsOf(credential)) {
    const to = fields[field] instanceof Secret ? secret : plain;
    for (const name of names[field] ?? []) to.push([prefix + name, value]);
  }
  const { token, more, files } = extras(credential, place, prefix);
  for (const [name, value] of Object.entries(token)) secret.push([prefix + name, value]);
  for (const [name, value] of Object.entries(more)) plain.push([prefix + name, value]);
  if (prefix !== '') for (const [name] of [...secret, ...plain]) assertVariableName(name);
  const pointers = plain.map(([name, value]) => Object.entries(leadTo(place, name, value, unset[name])));
  return { variables: onceEach(secret), pointers: onceEach(pointers.flat()), files };
}

/** libpq knows no mode of an empty name; this is what it takes without one. */
const unset: Readonly<Record<string, string>> = { PGSSLMODE: 'prefer' };

/** What a tool needs besides the fields, by kind. */
function extras(
  credential: Credential,
  place: Place,
  prefix: string,
): { token: Record<string, string>; more: Record<string, string>; files: Record<string, string> } {
  const none = { token: {}, more: {}, files: {} };
  if (credential.kind === 'github-token') return { ...none, ...githubNames(credential) };
  if (credential.kind !== 'postgres-login') return none;
  if (credential.fields.caCertificate === undefined) return { ...none, more: { PGSSLMODE: 'verify-full' } };
  const path = join(place.folder, `${prefix.toLowerCase()}postgres-ca.pem`);
  return {
    ...none,
    more: { PGSSLMODE: 'verify-full', PGSSLROOTCERT: path },
    files: { [path]: credential.fields.caCertificate },
  };
}

/**
 * gh reads another variable for GitHub Enterprise Server, and the host's name for all but github.com; of ghe.com the
 * API has a host of its own (https://cli.github.com/manual/gh_help_environment). Under GH_TOKEN it would show a server's
 * token to github.com.
 */
function githubNames({ fields }: CredentialOf<'github-token'>): {
  token: Record<string, string>;
  more?: Record<string, string>;
} {
  if (!URL.canParse(fields.apiUrl))
    throw new CredsError('credential-unusable', 'The answer holds a github-token whose api_url is no URL.');
  const { host } = new URL(fields.apiUrl);
  const token = fields.token.reveal();
  if (host === 'api.github.com') return { token: { GH_TOKEN: token } };
  if (host.endsWith('.ghe.com'))
    return { token: { GH_TOKEN: token }, more: { GH_HOST: host.replace(/^api\./, '') } };
  return { token: { GH_ENTERPRISE_TOKEN: token }, more: { GH_HOST: host } };
}

function unnamed(kind: Credential['kind']): CredsError {
  const problem = `No tool reads a ${kind} from variables: name them, as in \`env TOKEN=field\`.`;
  return new CredsError('input-invalid', problem);
}

function wrongField(name: string): CredsError {
  return new CredsError('input-invalid', fieldProblem(name));
}
