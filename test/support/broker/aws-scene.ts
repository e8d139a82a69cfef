/** The fake of AWS with a role and a broker that may take it on, and what the engine is lent to reach it. */
import { randomBytes } from 'node:crypto';
import type { EngineTools } from '../../../src/broker/engines/engine.ts';
import { fakeAws, type FakeAws, type FakeRole } from './aws.ts';
import { testClock, testWorld, type TestClock } from './world.ts';

export interface SceneOptions {
  readonly mintedMsAgo?: number;
  readonly judgedAt?: () => Date;
  /** Further roles, which trust the broker, too, if they do not say otherwise. */
  readonly also?: readonly (Pick<FakeRole, 'name'> & Partial<FakeRole>)[];
}

export interface AwsScene {
  readonly aws: FakeAws;
  readonly clock: TestClock;
  readonly secrets: Readonly<Record<string, string>>;
  readonly tools: Pick<EngineTools, 'host'>;
  /** Of a role `deploy` in Frankfurt that may do everything, and whose sessions can be denied everything. */
  readonly parameters: Readonly<Record<string, unknown>>;
}

export function awsScene({ mintedMsAgo = 0, also = [], ...options }: SceneOptions = {}): AwsScene {
  const keys = {
    accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
    secretAccessKey: randomBytes(30).toString('base64'),
  };
  const clock = testClock(new Date(Date.now() - mintedMsAgo));
  const anything = { Effect: 'Allow', Action: '*', Resource: '*' } as const;
  const usual = { account: '123456789012', trusts: [keys.accessKeyId], tagged: true, allows: [anything] };
  const roles = [{ name: 'deploy', maxSeconds: 43_200 }, ...also].map((role) => ({ ...usual, ...role }));
  const aws = fakeAws({ roles, now: clock.now, ...options });
  aws.users.set(keys.accessKeyId, keys);
  return {
    aws,
    clock,
    secrets: { 'env:AWS_KEY': keys.accessKeyId, 'env:AWS_SECRET': keys.secretAccessKey },
    tools: { host: { ...testWorld({ clock }), send: (request) => aws.send(request) } },
    parameters: {
      role_arn: 'arn:aws:iam::123456789012:role/deploy',
      region: 'eu-central-1',
      credentials: { access_key_id: 'env:AWS_KEY', secret_access_key: 'env:AWS_SECRET' },
      revocation: { deny_policy: true },
    },
  };
}
