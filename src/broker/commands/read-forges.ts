import { invalid } from '../../domain/yaml-document.ts';
import { isLoopback } from '../../protocol/endpoint.ts';
import { apiAddress } from '../domain/api-address.ts';
import type { Issuer } from '../domain/issuer.ts';
import type { ForgeEntry } from '../domain/platform-file.ts';
import type { SettingsFile } from '../domain/settings.ts';
import type { Forge } from '../forges/forge.ts';
import { forges } from '../forges/registry.ts';
import type { Place } from './named-file.ts';
import { namedIssuer } from './named-issuer.ts';

/** The API of an issuer's platform as broker.yaml has it; its token is still a reference. */
export interface ForgeSettings {
  readonly forge: Forge;
  readonly issuer: Issuer;
  /** Without a slash at its end. */
  readonly api: string;
  readonly token: string;
  readonly networks: 'public' | 'any';
  /** Asked before anything is minted. */
  readonly verifyJobRunning: boolean;
  /** How often it is asked about each job that has live leases, in seconds; undefined: never. */
  readonly pollSeconds: number | undefined;
}

/** The platforms' APIs, one an issuer. @throws CredsError `input-invalid` */
export function readForges(
  { forges: entries = [] }: SettingsFile,
  { document }: Pick<Place, 'document'>,
  issuers: readonly Issuer[],
): ForgeSettings[] {
  const read: ForgeSettings[] = [];
  for (const [index, entry] of entries.entries()) {
    const found = readForge(entry, issuers);
    const again = read.some(({ issuer }) => typeof found !== 'string' && issuer.url === found.issuer.url);
    const problem =
      typeof found === 'string' ? found : again ? 'its issuer has one already; name each once' : '';
    if (typeof found === 'string' || again) throw invalid([document.problem(['forges', index], problem)]);
    read.push(found);
  }
  return read;
}

/** URLs of the issuers whose platform can say of a pull request whether it is a fork's. */
export function pullRequestIssuers(settings: readonly ForgeSettings[]): ReadonlySet<string> {
  return new Set(
    settings.filter(({ forge }) => forge.sameRepository !== undefined).map(({ issuer }) => issuer.url),
  );
}

function readForge(entry: ForgeEntry, issuers: readonly Issuer[]): ForgeSettings | string {
  const forge = forges.find(({ name }) => name === entry.platform);
  if (forge === undefined)
    return `unknown platform; write one of ${forges.map(({ name }) => name).join(', ')}`;
  const issuer = namedIssuer(entry, issuers);
  if (typeof issuer === 'string') return issuer;
  const address = entry.api ?? forge.api(new URL(issuer.url));
  if (address === undefined) return 'write where its API is: api: https://HOST/…';
  const api = apiAddress(address);
  if (api === undefined)
    return 'api: write an https URL (http only on loopback) without user, query or fragment';
  return {
    forge,
    issuer,
    api,
    token: entry.token,
    networks: entry.allow_private === true || isLoopback(new URL(api)) ? 'any' : 'public',
    verifyJobRunning: entry.verify_job_running ?? false,
    pollSeconds: entry.poll_jobs?.every,
  };
}
