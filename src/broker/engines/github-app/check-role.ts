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
/** A hundred repositories one after the other would take longer than a check has. */
const questionsAtOnce = 10;

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
  if (!isApp(found, chosen.app)) throw trouble('it knows the key as another App’s: check `app`');
  demand(
    missingPermissions(inside(found, 'permissions') ?? {}, chosen.permissions),
    (missing) =>
      `the App has not ${missing}: change its permissions in its settings, and have its installations accept them`,
  );
}

/** An older Enterprise Server does not tell the client ID; that it took the JWT says enough there. */
function isApp(found: Readonly<Record<string, unknown>>, app: string): boolean {
  const [clientId, id] = [member(found, 'client_id'), member(found, 'id')];
  if (clientId === undefined && id !== undefined && !/^[0-9]+$/.test(app)) return true;
  return [clientId, id].map(String).includes(app);
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
async function checkRepositories(checked: Checked, { id, account }: Installation): Promise<void> {
  const { repositories } = checked.chosen;
  if (!Array.isArray(repositories) || account === undefined) return;
  for (let from = 0; from < repositories.length; from += questionsAtOnce) {
    const names = repositories.slice(from, from + questionsAtOnce);
    await Promise.all(names.map((name) => checkRepository(checked, { id, account, name })));
  }
}

async function checkRepository(
  { app, requests, signal }: Checked,
  { id, account, name }: { readonly id: string; readonly account: string; readonly name: string },
): Promise<void> {
  const path = `/repos/${encodeURIComponent(account)}/${name}/installation`;
  const answer = await requests.asApp(app.place, app, { method: 'GET', path, ms: questionMs, signal });
  const missing = answer.status === 404 || answer.status === 301;
  if (missing || readInstallation(answer, 'there').id !== id)
    throw trouble(
      `the installation has no repository ${name}: add it to the installation, or correct the name`,
    );
}

function demand(missing: readonly string[], text: (missing: string) => string): void {
  if (missing.length > 0) throw trouble(text(missing.join(', ')));
}

function trouble(what: string): BackendTrouble {
  return new BackendTrouble(`GitHub: ${what}`);
}
