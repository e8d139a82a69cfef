// https://docs.github.com/rest/apps/apps
import type { HttpAnswer } from '../../../domain/host.ts';
import { member } from '../../../protocol/json.ts';
import { inside } from '../../forges/claim-values.ts';
import { objectIn } from './requests.ts';
import { GithubTrouble } from './trouble.ts';

/** The App, where it is installed: on an organisation or a user. */
export interface Installation {
  readonly id: string;
  readonly accountId: string | undefined;
  /** The account's name. */
  readonly account: string | undefined;
  readonly suspended: boolean;
  readonly permissions: Readonly<Record<string, unknown>>;
}

/** @throws GithubTrouble when the answer is none of an installation's */
export function readInstallation(answer: HttpAnswer, wanted: string): Installation {
  if (answer.status !== 200) throw noInstallation(answer.status, wanted);
  const found = objectIn(answer);
  const id = found && numberIn(found, 'id');
  if (found === undefined || id === undefined)
    throw new GithubTrouble('its answer is no installation', { undone: true });
  const account = inside(found, 'account');
  const login = account && member(account, 'login');
  return {
    id,
    accountId: account && numberIn(account, 'id'),
    account: typeof login === 'string' ? login : undefined,
    suspended: (member(found, 'suspended_at') ?? null) !== null,
    permissions: inside(found, 'permissions') ?? {},
  };
}

function numberIn(object: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const value = member(object, name);
  return Number.isSafeInteger(value) && Number(value) > 0 ? String(value) : undefined;
}

function noInstallation(status: number, wanted: string): GithubTrouble {
  const told = ` (status ${String(status)})`;
  if (status === 404)
    return new GithubTrouble(`the App is not installed ${wanted}${told}: install it there`, { undone: true });
  return refusedAsApp(status);
}

/** What it means that GitHub did not answer the App's question. */
export function refusedAsApp(status: number): GithubTrouble {
  const told = ` (status ${String(status)})`;
  const what =
    status === 401
      ? `it does not take the App’s JWT${told}: check \`app\`, the key, and this machine’s clock`
      : status >= 300 && status < 400
        ? `it points elsewhere${told}, which is not followed: check api_url and names that were changed`
        : `it refused${told}`;
  return new GithubTrouble(what, { undone: true });
}
