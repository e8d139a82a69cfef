import { X509Certificate } from 'node:crypto';
import { resolve } from 'node:path';
import { invalid } from '../../domain/yaml-document.ts';
import type { AdminOperatorEntry } from '../domain/admin-file.ts';
import type { Issuer } from '../domain/issuer.ts';
import type { AdminOperator, OperatorCredential } from '../domain/operator.ts';
import type { SettingsFile } from '../domain/settings.ts';
import { readNamed, type Place } from './named-file.ts';
import { isLocal, readListen } from './read-addresses.ts';
import { readIssuers } from './read-issuers.ts';
import type { AdminSettings, Settings } from './settings.ts';

type AdminFile = NonNullable<SettingsFile['admin']>;

/**
 * The admin listener, who may use it and how each is known; undefined: there is none.
 * @throws CredsError `input-invalid` at the field
 */
export async function readAdmin(
  { admin, ...file }: SettingsFile,
  place: Place,
  { publicUrls, issuers }: Pick<Settings, 'publicUrls' | 'issuers'>,
): Promise<AdminSettings | undefined> {
  if (admin === undefined) return undefined;
  const problem = (path: readonly PropertyKey[], what: string): Error =>
    invalid([place.document.problem(['admin', ...path], what)]);
  const listen = readListen(admin.listen);
  const main = readListen(file.listen);
  if (listen.port !== 0 && listen.port === main.port && listen.host === main.host)
    throw problem(['listen'], 'must be another address or port than that of the jobs');
  if (admin.tls === 'off' && !isLocal(listen.host))
    throw problem(['tls'], 'off only on 127.0.0.1; write { certificate: FILE, key: FILE }');
  // A job’s token, whose audience is a public URL, must never be one for here.
  if (admin.issuer !== undefined && publicUrls.includes(admin.issuer.audience))
    throw problem(
      ['issuer', 'audience'],
      'must be another than a public URL, which is what jobs’ tokens name',
    );
  const issuer = await readIssuer(admin, file, place);
  if (issuers.some(({ url }) => url === issuer?.url)) checkSubjects(admin, problem);
  const tls = tlsOf(admin, place);
  return { listen, ...tls, tls: tls.readTls(), issuer, operators: readOperators(admin, problem) };
}

function tlsOf({ tls }: AdminFile, place: Place): Pick<AdminSettings, 'readTls' | 'tlsFiles'> {
  if (tls === 'off') return { readTls: () => undefined, tlsFiles: [] };
  const { certificate, key, client_ca: clientCa } = tls;
  const read = (name: 'certificate' | 'key', file: string): string =>
    readNamed(place, ['admin', 'tls', name], file);
  return {
    readTls: () => ({
      certificate: read('certificate', certificate),
      key: read('key', key),
      ...(clientCa !== undefined && { clientCa: readAuthority(clientCa, place) }),
    }),
    tlsFiles: [certificate, key, ...(clientCa === undefined ? [] : [clientCa])].map((name) =>
      resolve(place.folder, name),
    ),
  };
}

function readAuthority(file: string, place: Place): string {
  const path = ['admin', 'tls', 'client_ca'];
  const pem = readNamed(place, path, file);
  try {
    if (new X509Certificate(pem).ca) return pem;
  } catch {
    // Told below.
  }
  throw invalid([place.document.problem(path, 'no certificate of an authority, in PEM')]);
}

/** An issuer like those of jobs, but for a table of its own: whom a job’s issuer signs for is nobody here. */
async function readIssuer(
  { issuer }: AdminFile,
  file: Omit<SettingsFile, 'admin'>,
  place: Place,
): Promise<Issuer | undefined> {
  if (issuer === undefined) return undefined;
  const entry = {
    platform: 'oidc',
    binding: 'first-use' as const,
    claims: { index: 'sub', ids: ['sub'], job: ['sub'], match: [] },
    max_age: defaultMaxAgeSeconds,
    ...issuer,
  };
  const document: Place['document'] = {
    ...place.document,
    problem: ([, , ...path], what) => place.document.problem(['admin', 'issuer', ...path], what),
  };
  const { issuers } = await readIssuers({ ...file, issuers: [entry] }, { ...place, document });
  return issuers[0];
}

const defaultMaxAgeSeconds = 3600;

type Problem = (path: readonly PropertyKey[], what: string) => Error;

function readOperators(admin: AdminFile, problem: Problem): AdminOperator[] {
  const { tls, issuer, operators } = admin;
  const canCertify = tls !== 'off' && tls.client_ca !== undefined;
  const seen = new Set<string>();
  return operators.map((entry, index) => {
    const at = ['operators', index];
    if (entry.certificate !== undefined && !canCertify)
      throw problem([...at, 'certificate'], 'nobody checks it: name the authority in admin.tls.client_ca');
    if (entry.claims !== undefined && issuer === undefined)
      throw problem([...at, 'claims'], 'nobody signs them: name who does in admin.issuer');
    const knownBy = credentialOf(entry);
    // Each act is written down under one name.
    for (const name of [`id ${entry.id}`, JSON.stringify(knownBy)]) {
      if (seen.has(name)) throw problem(at, 'the same id or credential stands here twice');
      seen.add(name);
    }
    return { id: entry.id, rights: entry.rights, knownBy };
  });
}

/** Its jobs choose their tokens’ audience, and have their person’s groups: what they cannot have is another’s sub. */
function checkSubjects({ operators }: AdminFile, problem: Problem): void {
  const index = operators.findIndex(
    ({ claims }) => claims !== undefined && typeof claims['sub'] !== 'string',
  );
  if (index !== -1)
    throw problem(
      ['operators', index, 'claims'],
      'name the sub as well: admin.issuer signs for jobs, too, whose tokens may have the other claims',
    );
}

function credentialOf({ certificate, claims = {} }: AdminOperatorEntry): OperatorCredential {
  if (certificate?.subject !== undefined) return { kind: 'subject', subject: certificate.subject };
  if (certificate?.fingerprint !== undefined)
    return { kind: 'fingerprint', fingerprint: certificate.fingerprint };
  // An address that nobody has verified could be anybody’s.
  const verified = Object.hasOwn(claims, 'email') ? { email_verified: true } : {};
  return { kind: 'claims', claims: { ...verified, ...claims } };
}
