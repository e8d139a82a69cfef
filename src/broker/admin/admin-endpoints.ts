import type { Broker, Caller } from '../commands/broker.ts';
import { noteAct, type Act } from '../commands/operator-act.ts';
import type { ClientCertificate, OperatorRight } from '../domain/operator.ts';
import { secretPattern } from '../domain/secrets-file.ts';
import { Refusal } from '../domain/refusal.ts';
import { authenticateOperator } from './authenticate-operator.ts';
import { getFreeze, postFreeze } from './freeze.ts';
import { getLease, getLeases, postRevoke } from './leases.ts';
import { getRoles } from './roles.ts';
import { getSecret, getSecrets, postDeletion, postRollBack, postRotation, postSecret } from './secrets.ts';

/** A request at the admin listener that has passed its door. */
export interface AdminRequest {
  readonly connection: { readonly certificate?: ClientCertificate };
  readonly caller: Caller;
  readonly body: () => Promise<Uint8Array>;
}

/** What an endpoint gets. */
export interface AdminOrder {
  readonly act: Act;
  readonly request: Request;
  readonly query: URLSearchParams;
  readonly body: Uint8Array;
  /** The last segment of the path. */
  readonly name: string;
}

interface Route {
  readonly method: 'GET' | 'POST';
  readonly path: RegExp;
  readonly right: OperatorRight;
  readonly endpoint: (broker: Broker, order: AdminOrder) => Promise<object>;
}

/** Every endpoint, and what an operator must be allowed for it. */
const routes: readonly Route[] = [
  { method: 'GET', path: /^\/admin\/roles$/, right: 'read', endpoint: getRoles },
  { method: 'GET', path: /^\/admin\/leases$/, right: 'read', endpoint: getLeases },
  { method: 'POST', path: /^\/admin\/leases\/revoke$/, right: 'revoke', endpoint: postRevoke },
  { method: 'GET', path: /^\/admin\/leases\/(?!revoke$)[^/]+$/, right: 'read', endpoint: getLease },
  { method: 'GET', path: /^\/admin\/freeze$/, right: 'read', endpoint: getFreeze },
  { method: 'POST', path: /^\/admin\/freeze$/, right: 'freeze', endpoint: postFreeze },
  { method: 'GET', path: /^\/admin\/secrets$/, right: 'read', endpoint: getSecrets },
  { method: 'GET', path: secretPath(), right: 'read', endpoint: getSecret },
  { method: 'POST', path: secretPath('put'), right: 'secrets', endpoint: postSecret },
  { method: 'POST', path: secretPath('rotate'), right: 'secrets', endpoint: postRotation },
  { method: 'POST', path: secretPath('roll-back'), right: 'secrets', endpoint: postRollBack },
  { method: 'POST', path: secretPath('delete'), right: 'secrets', endpoint: postDeletion },
];

function secretPath(verb?: string): RegExp {
  return new RegExp(`^/admin/secrets/${secretPattern.source}${verb === undefined ? '' : `/${verb}`}$`);
}

/**
 * The admin listener (PROTOCOL.md, Addresses) as a function. Who asks is found out before anything else, the path
 * included; whoever is no operator is told nothing of what there is.
 * @returns a function that throws Refusal
 */
export function adminEndpoints(
  broker: Broker,
): (request: Request, passed: AdminRequest) => Promise<Response> {
  return async (request, { connection, caller, body }) => {
    const authorization = request.headers.get('authorization');
    const { certificate } = connection;
    const act = await authenticateOperator(broker, { caller, certificate, authorization });
    const { pathname, searchParams: query } = new URL(request.url);
    const { right, endpoint } = findRoute(request.method, pathname);
    await checkRight(broker, act, right);
    const order = { act, request, query, body: await body(), name: pathname.split('/').at(-1) ?? '' };
    return Response.json(await endpoint(broker, order));
  };
}

function findRoute(method: string, pathname: string): Route {
  const here = routes.filter(({ path }) => path.test(pathname));
  if (here.length === 0) throw new Refusal('not_found', 'there is nothing here');
  const route = here.find((each) => each.method === method);
  if (route !== undefined) return route;
  const allow = here.map((each) => each.method).join(', ');
  throw new Refusal('method_not_allowed', `use ${allow}`, { allow });
}

async function checkRight(broker: Broker, act: Act, right: OperatorRight): Promise<void> {
  if (act.operator.rights.includes(right)) return;
  const message = `operator may not ${right}`;
  await noteAct(broker, act, { outcome: 'failure', message, alarm: true }).catch(() => undefined);
  throw new Refusal('access_denied', `this operator has no right to ${right}`, { reason: 'denied' });
}
