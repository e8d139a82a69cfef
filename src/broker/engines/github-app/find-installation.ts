// https://docs.github.com/rest/apps/apps
import type { BrokerClock } from '../../domain/outside.ts';
import { readInstallation, type Installation } from './installation.ts';
import type { Requests } from './requests.ts';
import type { RoleApp } from './role-app.ts';
import { GithubTrouble } from './trouble.ts';

const lookupMs = 5000;
const keptMs = 10 * 60_000;
const mostKept = 1000;

/** Where an installation is looked for. */
export type Where =
  | { readonly id: string }
  | { readonly owner: string }
  | { readonly repository: string; readonly ownerId: string };

/** Finds installations of Apps, and remembers them for ten minutes. */
export interface Installations {
  /** @returns its number @throws GithubTrouble */
  find(app: RoleApp, where: Where, signal: AbortSignal): Promise<string>;
  /** What GitHub says of it now. @throws GithubTrouble */
  ask(app: RoleApp, where: Where, signal: AbortSignal): Promise<Installation>;
  /** It is not there any more. */
  forget(app: RoleApp, where: Where): void;
}

export function installations(requests: Requests, clock: Pick<BrokerClock, 'monotonicMs'>): Installations {
  const kept = new Map<string, { readonly id: string; readonly untilMs: number }>();
  const keyOf = ({ place, id }: RoleApp, where: Where): string => JSON.stringify([place.api, id, where]);

  const get = async (app: RoleApp, path: string, signal: AbortSignal) =>
    requests.asApp(app.place, app, { method: 'GET', path, ms: lookupMs, signal });

  const ask: Installations['ask'] = async (app, where, signal) => {
    if ('id' in where)
      return readInstallation(await get(app, `/app/installations/${where.id}`, signal), `as ${where.id}`);
    if ('repository' in where) {
      const answer = await get(app, `/repos/${where.repository}/installation`, signal);
      const found = readInstallation(answer, 'on the job’s repository');
      if (found.accountId === where.ownerId) return found;
      throw new GithubTrouble('the job’s repository has another owner now', { undone: true });
    }
    const ofOrganisation = await get(app, `/orgs/${where.owner}/installation`, signal);
    const answer =
      ofOrganisation.status === 404
        ? await get(app, `/users/${where.owner}/installation`, signal)
        : ofOrganisation;
    return readInstallation(answer, `on ${where.owner}`);
  };

  return {
    ask,
    find: async (app, where, signal) => {
      if ('id' in where) return where.id;
      const key = keyOf(app, where);
      const known = kept.get(key);
      if (known !== undefined && clock.monotonicMs() < known.untilMs) return known.id;
      const { id, suspended } = await ask(app, where, signal);
      if (suspended) throw new GithubTrouble('the installation is suspended', { undone: true });
      kept.delete(key);
      const [oldest] = kept.size < mostKept ? [] : kept.keys();
      if (oldest !== undefined) kept.delete(oldest);
      kept.set(key, { id, untilMs: clock.monotonicMs() + keptMs });
      return id;
    },
    forget: (app, where) => void kept.delete(keyOf(app, where)),
  };
}
