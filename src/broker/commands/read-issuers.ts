import { invalid } from '../../domain/yaml-document.ts';
import { readKeySet } from '../../protocol/jwks.ts';
import type { Issuer } from '../domain/issuer.ts';
import type { IssuerEntry, SettingsFile } from '../domain/settings.ts';
import { findIssuer } from '../issuers/registry.ts';
import { readNamed, type Place } from './named-file.ts';

/** The table of issuers, with the keys of those that are pinned. @throws CredsError `input-invalid` */
export async function readIssuers(
  file: SettingsFile,
  place: Place,
): Promise<{ readonly issuers: readonly Issuer[]; readonly notices: readonly string[] }> {
  const issuers: Issuer[] = [];
  const notices: string[] = [];
  for (const [index, entry] of file.issuers.entries()) {
    const found = findIssuer(entry);
    const problem = (what: string): Error => invalid([place.document.problem(['issuers', index], what)]);
    if (typeof found === 'string') throw problem(found);
    if (issuers.some(({ url }) => url === found.issuer.url))
      throw problem('the same issuer stands here twice');
    const issuer =
      typeof entry === 'string' ? found.issuer : await withFile(found.issuer, entry, { place, index });
    issuers.push(issuer);
    const left = issuer.keys.from === 'file' ? issuer.keys.set.dropped : [];
    if (left.length > 0) notices.push(`${issuer.url}: keys that were left out: ${left.join(', ')}`);
    notices.push(...found.notices.map((notice) => `${found.issuer.url}: ${notice}`));
  }
  return { issuers, notices };
}

/** The issuer with the keys of its file, where it names one: then nothing is ever fetched. */
async function withFile(
  issuer: Issuer,
  entry: IssuerEntry,
  { place, index }: { readonly place: Place; readonly index: number },
): Promise<Issuer> {
  if (entry.jwks_file === undefined) return issuer;
  const path = ['issuers', index, 'jwks_file'];
  if (entry.jwks_uri !== undefined)
    throw invalid([place.document.problem(path, 'write jwks_uri or jwks_file, not both')]);
  const octets = Buffer.from(readNamed(place, path, entry.jwks_file));
  try {
    return { ...issuer, keys: { from: 'file', set: await readKeySet(octets, issuer.algorithms) } };
  } catch (error) {
    const why = error instanceof Error ? error.message : 'unknown';
    throw invalid([
      place.document.problem(path, `no key set of ${issuer.algorithms.join(' or ')} keys: ${why}`),
    ]);
  }
}
