import type { RoleRequest } from '../domain/lease.ts';
import { fullMatch } from '../domain/pattern.ts';
import { oneAccount, onlyParams, refuseInput, refuseKey, serverUrl } from './input.ts';
import { readText, refuseParam } from './param-values.ts';
import type { Wish } from './provider.ts';

/** What the inputs of `provider: azure` come to. */
export interface AzurePlan {
  /** Of the ID token. */
  readonly audience: string;
  readonly tokenEndpoint: URL;
  readonly tenant: string;
  /** The same as `expect-account` writes it, if it does. */
  readonly account: string;
  readonly clientId: string;
  readonly wanted: readonly WantedToken[];
}

/** A token of its own: one has one resource. */
export interface WantedToken {
  readonly request: RoleRequest;
  readonly scope: string;
  /** The scope without `/.default`. */
  readonly resource: string;
}

interface Cloud {
  readonly authority: string;
  readonly resourceManager: string;
  /** Of the ID token (https://learn.microsoft.com/entra/workload-id/workload-identity-federation-create-trust). */
  readonly audience: string;
}

/** https://learn.microsoft.com/entra/identity-platform/authentication-national-cloud */
const clouds: Readonly<Record<string, Cloud>> = {
  public: {
    authority: 'https://login.microsoftonline.com',
    resourceManager: 'https://management.azure.com',
    audience: 'api://AzureADTokenExchange',
  },
  'us-government': {
    authority: 'https://login.microsoftonline.us',
    resourceManager: 'https://management.usgovcloudapi.net',
    audience: 'api://AzureADTokenExchangeUSGov',
  },
  china: {
    authority: 'https://login.partner.microsoftonline.cn',
    resourceManager: 'https://management.chinacloudapi.cn',
    audience: 'api://AzureADTokenExchangeChina',
  },
};

const params = ['client-id', 'tenant-id', 'cloud', 'authority'] as const;
const guid = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/i;

/** @throws CredsError `input-invalid`, naming the input */
export function readAzurePlan(wish: Wish): AzurePlan {
  refuseKey(wish);
  refuseNeedless(wish);
  onlyParams(wish.params, params);
  refuseForeign(wish);
  const cloud = readCloud(wish);
  const tenant = readId(wish, 'tenant-id', 'directory (tenant) id');
  const clientId = readId(wish, 'client-id', 'application (client) id');
  const expected = oneAccount(wish);
  if (expected !== undefined && expected.toLowerCase() !== tenant)
    throw refuseInput('expect-account', 'is not the `tenant-id` of `params`; nothing was sent');
  const authority = serverUrl(
    'params: authority',
    readText(wish.params, 'authority') ?? cloud.authority,
    true,
  );
  const roles = wish.roles.length > 0 ? wish.roles : [{ role: `${cloud.resourceManager}/.default` }];
  return {
    audience: wish.audience ?? cloud.audience,
    tokenEndpoint: new URL(`${authority}/${tenant}/oauth2/v2.0/token`),
    tenant,
    account: expected ?? tenant,
    clientId,
    wanted: roles.map(readWanted),
  };
}

/** What other actions want and nothing here needs: whoever moves is told so, and not only that it is unknown. */
function refuseNeedless({ params: given }: Wish): void {
  for (const name of ['subscription-id', 'allow-no-subscriptions', 'allow-no-subscription']) {
    if (given[name] !== undefined)
      throw refuseParam(
        name,
        'is not needed: a token belongs to a tenant, with subscriptions or without. Give the tool that wants a subscription its id',
      );
  }
  if (given['client-secret'] !== undefined)
    throw refuseParam('client-secret', 'is what this replaces: the client is known by the job’s ID token');
}

function refuseForeign(wish: Wish): void {
  const foreign = 'means nothing to `provider: azure`';
  if (wish.brokerUrl !== undefined) throw refuseInput('broker-url', foreign);
  if (wish.region !== undefined) throw refuseInput('region', foreign);
  if (wish.ttlSeconds !== undefined)
    throw refuseInput(
      'ttl',
      `${foreign}: Microsoft decides (60 to 90 minutes, as a rule), and \`max-ttl\` and \`min-ttl\` bound it`,
    );
}

function readCloud({ params: given }: Wish): Cloud {
  const name = readText(given, 'cloud') ?? 'public';
  const cloud = Object.hasOwn(clouds, name) ? clouds[name] : undefined;
  if (cloud !== undefined) return cloud;
  const list = Object.keys(clouds).map((each) => `\`${each}\``);
  throw refuseParam('cloud', `must be one of ${list.join(', ')}; another has its \`authority\``);
}

function readId({ params: given }: Wish, name: 'client-id' | 'tenant-id', what: string): string {
  const id = readText(given, name);
  if (id === undefined) throw refuseParam(name, `is required: the ${what}`);
  if (!fullMatch(guid, id))
    throw refuseParam(name, `must be the ${what}, such as 01234567-89ab-cdef-0123-456789abcdef`);
  return id.toLowerCase();
}

/** https://learn.microsoft.com/entra/identity-platform/scopes-oidc#the-default-scope: a client of its own has no other. */
function readWanted(request: RoleRequest): WantedToken {
  const scope = request.role;
  const [, resource] =
    /^((?:https:\/\/|api:\/\/|[0-9a-f]{8}-)[\x21\x23-\x5b\x5d-\x7e]{1,500})\/\.default$/.exec(scope) ?? [];
  if (resource === undefined)
    throw refuseInput(
      'role',
      'must be the URI of a resource and `/.default`, as in https://vault.azure.net/.default',
    );
  return { request, scope, resource };
}
