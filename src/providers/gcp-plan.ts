import type { RoleRequest } from '../domain/lease.ts';
import { fullMatch } from '../domain/pattern.ts';
import { oneAccount, onlyParams, refuseInput, refuseKey, serverUrl } from './input.ts';
import { readList, readSwitch, readText, refuseParam } from './param-values.ts';
import type { Wish } from './provider.ts';

/** What the inputs of `provider: gcp` come to. */
export interface GcpPlan {
  /** Of the ID token. */
  readonly audience: string;
  /** Security Token Service: where the ID token becomes a federated token. */
  readonly sts: URL;
  /** The workload identity provider, as the Security Token Service names it. */
  readonly target: string;
  /** Its pool, as IAM names the identities in it. */
  readonly pool: string;
  /** IAM Service Account Credentials, without a slash at the end. */
  readonly iamCredentials: string;
  readonly scopes: readonly string[];
  /** To impersonate, each for itself; none: the federated identity itself. */
  readonly accounts: readonly ServiceAccount[];
  readonly delegates: readonly string[];
  readonly seconds: number;
  /** An ID token instead of an access token. */
  readonly idToken: { readonly audience: string; readonly includeEmail: boolean } | undefined;
  readonly project: string | undefined;
  /** What Google's audit log says beside each request. */
  readonly reason: string | undefined;
  /** What `expect-account` says, once it is compared. */
  readonly account: string | undefined;
}

/** A service account of the input `role`. */
export interface ServiceAccount {
  readonly request: RoleRequest;
  /** Undefined where its name does not say. */
  readonly project: string | undefined;
}

const params = [
  'workload-identity-provider',
  'scopes',
  'delegates',
  'project',
  'universe-domain',
  'id-token-audience',
  'id-token-include-email',
  'sts-endpoint',
  'iamcredentials-endpoint',
  'request-reason',
] as const;

const shortest = 60;
const longest = 43_200;
const usual = 900;
const emailPattern = /[a-z0-9][a-z0-9-]{0,62}@[a-z0-9][a-z0-9.-]{1,200}\.gserviceaccount\.com/;

/** @throws CredsError `input-invalid`, naming the input */
export function readGcpPlan(wish: Wish): GcpPlan {
  refuseKey(wish);
  onlyParams(wish.params, params);
  refuseForeign(wish);
  const provider = readProvider(wish);
  const universe = readText(wish.params, 'universe-domain') ?? 'googleapis.com';
  if (!fullMatch(/([a-z0-9-]{1,63}\.)+[a-z]{2,63}/, universe))
    throw refuseParam('universe-domain', 'must be a domain such as googleapis.com');
  const accounts = wish.roles.map(readAccount);
  const idToken = readIdTokenWish(wish, accounts);
  const delegates = readDelegates(wish, accounts);
  const project = readProject(wish);
  return {
    audience: wish.audience ?? `https://iam.${universe}/${provider}`,
    sts: new URL(`${readEndpoint(wish, 'sts', universe)}/v1/token`),
    target: `//iam.${universe}/${provider}`,
    pool: `iam.${universe}/${provider.replace(/\/providers\/.*/, '')}`,
    iamCredentials: readEndpoint(wish, 'iamcredentials', universe),
    scopes: readScopes(wish),
    accounts,
    delegates,
    seconds: readSeconds(wish, accounts, idToken !== undefined),
    idToken,
    project,
    reason: readReason(wish),
    account: comparedAccount(wish, accounts, provider),
  };
}

function refuseForeign(wish: Wish): void {
  const foreign = 'means nothing to `provider: gcp`';
  if (wish.brokerUrl !== undefined) throw refuseInput('broker-url', foreign);
  if (wish.region !== undefined) throw refuseInput('region', foreign);
}

/** The resource name, as `gcloud … providers describe --format='value(name)'` prints it. */
function readProvider({ params: given }: Wish): string {
  const name = readText(given, 'workload-identity-provider');
  const input = 'workload-identity-provider';
  const form = 'projects/<project number>/locations/global/workloadIdentityPools/<pool>/providers/<provider>';
  if (name === undefined) throw refuseParam(input, `is required: ${form}`);
  if (fullMatch(/(https:)?\/\/.*/, name)) throw refuseParam(input, `must be without the host: ${form}`);
  if (fullMatch(/projects\/(?!\d+\/)[^/]+\/.*/, name))
    throw refuseParam(input, `must have the project’s number, not its id: ${form}`);
  if (
    !fullMatch(
      /projects\/\d{1,20}\/locations\/[a-z0-9-]+\/workloadIdentityPools\/[a-z0-9-]{1,32}\/providers\/[a-z0-9-]{1,32}/,
      name,
    )
  )
    throw refuseParam(input, `must be ${form}`);
  return name;
}

function readAccount(request: RoleRequest): ServiceAccount {
  if (!fullMatch(emailPattern, request.role))
    throw refuseInput(
      'role',
      'must be the e-mail address of a service account, NAME@PROJECT.iam.gserviceaccount.com; left out, the job’s own federated identity is used',
    );
  const [, project] = /@([a-z][a-z0-9-]{4,28}[a-z0-9])\.iam\.gserviceaccount\.com$/.exec(request.role) ?? [];
  return { request, project };
}

function readIdTokenWish({ params: given }: Wish, accounts: readonly ServiceAccount[]): GcpPlan['idToken'] {
  const audience = readText(given, 'id-token-audience');
  const includeEmail = readSwitch(given, 'id-token-include-email');
  if (audience === undefined) {
    if (includeEmail) throw refuseParam('id-token-include-email', 'needs `id-token-audience`');
    return undefined;
  }
  if (accounts.length === 0)
    throw refuseParam('id-token-audience', 'needs a service account as `role`: only those have ID tokens');
  if (given['scopes'] !== undefined) throw refuseParam('scopes', 'means nothing to an ID token');
  return { audience, includeEmail };
}

function readDelegates({ params: given }: Wish, accounts: readonly ServiceAccount[]): string[] {
  const delegates = readList(given, 'delegates');
  if (delegates.length > 0 && accounts.length === 0)
    throw refuseParam('delegates', 'needs a service account as `role`, to which the chain leads');
  if (!delegates.every((email) => fullMatch(emailPattern, email)))
    throw refuseParam('delegates', 'must be e-mail addresses of service accounts');
  return delegates;
}

/** https://developers.google.com/identity/protocols/oauth2/scopes */
function readScopes({ params: given }: Wish): string[] {
  const scopes = readList(given, 'scopes').flatMap((text) =>
    text.split(/[ ,]+/).filter((each) => each !== ''),
  );
  if (!scopes.every((scope) => fullMatch(/https:\/\/[\x21\x23-\x5b\x5d-\x7e]{1,500}/, scope)))
    throw refuseParam('scopes', 'must be URLs such as https://www.googleapis.com/auth/devstorage.read_only');
  return scopes.length === 0 ? ['https://www.googleapis.com/auth/cloud-platform'] : scopes;
}

function readSeconds({ ttlSeconds }: Wish, accounts: readonly ServiceAccount[], idToken: boolean): number {
  if (ttlSeconds === undefined) return usual;
  const decides = 'and `max-ttl` and `min-ttl` bound it';
  if (accounts.length === 0)
    throw refuseInput(
      'ttl',
      `needs a service account as \`role\`; a federated token lives as long as Google says, ${decides}`,
    );
  if (idToken) throw refuseInput('ttl', `means nothing to an ID token, which lives an hour, ${decides}`);
  if (ttlSeconds < shortest || ttlSeconds > longest)
    throw refuseInput(
      'ttl',
      'must be between 1m and 12h for `gcp`; above 1h an organization policy has to allow it',
    );
  return ttlSeconds;
}

function readProject({ params: given }: Wish): string | undefined {
  const project = readText(given, 'project');
  if (project !== undefined && !fullMatch(/([a-z0-9.-]{1,100}:)?[a-z][a-z0-9-]{4,28}[a-z0-9]/, project))
    throw refuseParam('project', 'must be the id of a project, such as my-project-123');
  return project;
}

/** https://cloud.google.com/apis/docs/system-parameters: the header X-Goog-Request-Reason. */
function readReason({ params: given }: Wish): string | undefined {
  const reason = readText(given, 'request-reason');
  if (reason !== undefined && !fullMatch(/[\x21-\x7e]([\x20-\x7e]{0,198}[\x21-\x7e])?/, reason))
    throw refuseParam('request-reason', 'must be up to 200 printable ASCII characters, on one line');
  return reason;
}

/** Private Service Connect has names of its own (https://cloud.google.com/vpc/docs/about-accessing-google-apis-endpoints). */
function readEndpoint({ params: given }: Wish, service: 'sts' | 'iamcredentials', universe: string): string {
  const url = readText(given, `${service}-endpoint`) ?? `https://${service}.${universe}`;
  return serverUrl(`params: ${service}-endpoint`, url, true);
}

/**
 * Google's answers do not say whose a token is, but the request says it: the account by its address, the pool by its
 * project's number. So it is compared here.
 */
function comparedAccount(
  wish: Wish,
  accounts: readonly ServiceAccount[],
  provider: string,
): string | undefined {
  const expectAccount = oneAccount(wish);
  if (expectAccount === undefined) return undefined;
  const fits =
    accounts.length === 0
      ? provider.split('/')[1] === expectAccount
      : accounts.every(({ request, project }) => [request.role, project].includes(expectAccount));
  if (fits) return expectAccount;
  const what =
    accounts.length === 0
      ? 'is not the project number of `workload-identity-provider`'
      : 'is neither the project nor the address of every service account in `role`';
  throw refuseInput('expect-account', `${what}; nothing was sent`);
}
