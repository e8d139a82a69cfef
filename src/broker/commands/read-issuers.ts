import { invalid, type YamlDocument } from '../../domain/yaml-document.ts';
import type { Issuer } from '../domain/issuer.ts';
import type { SettingsFile } from '../domain/settings.ts';
import { findIssuer } from '../issuers/registry.ts';

/** The table of issuers. @throws CredsError `input-invalid` */
export function readIssuers(
  file: SettingsFile,
  document: YamlDocument,
): { readonly issuers: readonly Issuer[]; readonly notices: readonly string[] } {
  const issuers: Issuer[] = [];
  const notices: string[] = [];
  for (const [index, entry] of file.issuers.entries()) {
    const found = findIssuer(entry);
    if (typeof found === 'string') throw invalid([document.problem(['issuers', index], found)]);
    if (issuers.some(({ url }) => url === found.issuer.url))
      throw invalid([document.problem(['issuers', index], 'the same issuer stands here twice')]);
    issuers.push(found.issuer);
    notices.push(...found.notices.map((notice) => `${found.issuer.url}: ${notice}`));
  }
  return { issuers, notices };
}
