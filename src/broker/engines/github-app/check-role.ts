// https://docs.github.com/rest/apps/apps#get-the-authenticated-app
import { member } from '../../../protocol/json.ts';
import { inside } from '../../forges/claim-values.ts';
import { BackendTrouble } from '../engine.ts';
import type { Installations, Where } from './find-installation.ts';
import { refusedAsApp, readInstallation, type Installation } from './installation.ts';
import { missingPermissions } from './narrowing.ts';
import type { Parameters } from './parameters.ts';
import { objectIn, type Requests } from './requests.ts';
import type { RoleApp } from './role-app.ts';
import { GithubTrouble } from './trouble.ts';

const questionMs = 5000;

interface Checked {
  readonly chosen: Parameters;
  readonly app: RoleApp;
  /** Undefined: known only when a job comes. */
  readonly where: Where | undefined;
  readonly requests: Requests;
  readonly installations: Installations;
  readonly signal: AbortSignal;
}

/** Asks GitHub whether a role could be lent. Makes no token. @throws BackendTrouble */
export async function checkRole(checked: Checked): Promise<void> {
  try {
    await checkApp(checked);
    const { where, app, installations, signal } = checked;
    if (where === undefined) return;
    const installation = await installations.ask(app, where, signal);
    checkInstallation(checked, installation);
    await checkRepositories(checked, installation);
  } catch (error) {
    throw error instanceof GithubTrouble ? new BackendTrouble(error.message) : error;
  }
}

async function checkApp({ chosen, app, requests, signal }: Checked): Promise<void> {
  const answer = await requests.asApp(app.place, app, {
    method: 'GET',
    path: '/app',
    ms: questionMs,
    signal,
  });
  if (answer.status !== 200) throw refusedAsApp(answer.status);
  const found = objectIn(answer) ?? {};
  const names = [member(found, 'client_id'), member(found, 'id')].map(String);
  if (!names.includes(chosen.app)) throw trouble('it knows the key as another App’s: check `app`');
  demand(
    missingPermissions(inside(found, 'permissions') ?? {}, chosen.permissions),
    (missing) =>
      `the App has not ${missing}: change its permissions in its settings, and have its installations accept them`,
  );
}

function checkInstallation({ chosen }: Checked, { suspended, permissions }: Installation): void {
  if (suspended) throw trouble('the installation is suspended: whoever suspended it must take that back');
  demand(
    missingPermissions(permissions, chosen.permissions),
    (missing) =>
      `the installation was not granted ${missing}: its owner must accept the App’s new permissions`,
  );
}

/** By name only: GitHub has no question for the number of a repository that an App may ask. */
async function checkRepositories(
  { chosen: { repositories }, app, requests, signal }: Checked,
  { id, account }: Installation,
): Promise<void> {
  if (!Array.isArray(repositories) || account === undefined) return;
  for (const name of repositories) {
    const path = `/repos/${encodeURIComponent(account)}/${name}/installation`;
    const answer = await requests.asApp(app.place, app, { method: 'GET', path, ms: questionMs, signal });
    const missing = (): Error =>
      trouble(`the installation has no repository ${name}: add it to the installation, or correct the name`);
    if (answer.status === 404 || answer.status === 301) throw missing();
    if (readInstallation(answer, 'there').id !== id) throw missing();
  }
}

function demand(missing: readonly string[], text: (missing: string) => string): void {
  if (missing.length > 0) throw trouble(text(missing.join(', ')));
}

function trouble(what: string): BackendTrouble {
  return new BackendTrouble(`GitHub: ${what}`);
}
