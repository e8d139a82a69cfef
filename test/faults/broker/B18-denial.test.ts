import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { detailType } from '../../../src/protocol/token-exchange.ts';
import { Borrower, type Answer, type BorrowOptions } from '../../support/broker/borrower.ts';
import { githubPolicy, startTestBroker, type TestBroker } from '../../support/broker/test-broker.ts';

let broker: TestBroker;

beforeAll(async () => {
  broker = await startTestBroker({
    policies: { 'github.yaml': githubPolicy.replace('id: deploy-prod', 'id: secret-policy-name') },
  });
});

afterAll(() => broker.stop());

let jobs = 0;
function ask({ token, ...options }: BorrowOptions): Promise<Answer> {
  const claims = { check_run_id: String(100 + jobs++), ...token?.claims };
  return new Borrower(broker).borrow({ ...options, token: { claims } });
}

/** Everything that a caller sees, but for what is each request's own. */
function shape({ status, headers, body }: Answer): unknown {
  const seen = [...headers].filter(([name]) => !['date', 'x-request-id'].includes(name));
  return {
    status,
    headers: seen.map(([name, value]) => [name, value.replace(/req_\w+/, 'req_')]),
    body: { ...body, request_id: typeof body['request_id'] },
    keys: Object.keys(body),
  };
}

const denials: Readonly<Record<string, BorrowOptions>> = {
  'a condition that does not hold': { token: { claims: { ref: 'refs/heads/x' } } },
  'several that do not hold': {
    token: { claims: { ref: 'refs/heads/x', environment: 'y', event_name: 'z' } },
  },
  'a claim that is missing': { token: { claims: { environment: undefined } } },
  'a refused event': { token: { claims: { event_name: 'pull_request_target' } } },
  'a role that is not granted': { roles: ['owned'] },
  'a role that does not exist': { roles: ['no-such-role'] },
  'one role that is granted and one that is not': { roles: ['app-ro', 'owned'] },
  'one role that is granted and one that does not exist': { roles: ['app-ro', 'no-such-role'] },
  'another owner': { token: { claims: { repository_owner_id: '1' } } },
  'a repository of which no policy speaks': { token: { claims: { repository_id: '1' } } },
  'a lifetime that the policy does not allow': {
    roles: [{ type: detailType, role: 'deploy-prod', ttl: 1799 }],
  },
};

test('B18 whatever the reason, a denial looks the same', async () => {
  const shapes = await Promise.all(
    Object.entries(denials).map(async ([why, order]) => [why, shape(await ask(order))]),
  );
  const [, first] = shapes[0] ?? [];
  expect(first).toMatchObject({
    status: 403,
    body: { error: 'access_denied', reason: 'denied', request_id: 'string' },
  });
  for (const each of shapes) expect(each).toEqual([each[0], first]);
});

test('B18 and tells nothing of policies, roles or claims', async () => {
  for (const order of Object.values(denials)) {
    const { body } = await ask(order);
    const told = JSON.stringify(body);
    for (const word of [
      'secret-policy-name',
      'environment',
      'refs/heads',
      'event',
      'owner',
      'platform',
      'sha256',
      'deploy-prod',
      'owned',
      'policy_id',
    ])
      expect(told.replace('audit log', '')).not.toContain(word);
  }
});

test('B18 the audit log tells all of it, under the request id that the job saw', async () => {
  const { body } = await ask(denials['several that do not hold'] ?? {});
  const line = broker.world
    .auditLines()
    .find(({ metadata }) => metadata.correlation_uid === body['request_id']);
  expect(line).toMatchObject({
    message: 'role denied',
    unmapped: {
      decision: 'deny',
      policy_set: expect.stringMatching(/^sha256:/),
      considered: [
        {
          policy: 'secret-policy-name',
          version: expect.stringMatching(/^sha256:/),
          conditions: expect.arrayContaining([
            { name: 'ref', expected: 'refs/heads/main', actual: 'refs/heads/x', holds: false },
            { name: 'environment', expected: 'production', actual: 'y', holds: false },
            { name: 'event_name', expected: 'push or workflow_dispatch', actual: 'z', holds: false },
            { name: 'repository_id', expected: '456789', actual: '456789', holds: true },
          ]),
        },
      ],
    },
  });
});
