// The examples of the engines jwt and aws with postgres in one role: `broker check` takes them, and their policies.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { checkBroker } from '../../src/broker/commands/check-broker.ts';
import { testWorld } from '../support/broker/world.ts';

const examples = join(import.meta.dirname, '../../examples/broker');

test.each([
  ['jwt', ['releases']],
  ['bundle', ['deploy']],
])('`broker check` takes the example %s', async (name, roles) => {
  const world = testWorld({ env: { APP_DB_ADMIN_URL: 'postgres://broker:x@db.example.com/app' } });
  const folder = join(examples, name);
  world.disk.set('/srv/broker.yaml', readFileSync(join(folder, 'broker.yaml'), 'utf8'));
  for (const file of readdirSync(join(folder, 'policies')))
    world.disk.set(`/srv/policies/${file}`, readFileSync(join(folder, 'policies', file), 'utf8'));
  const found = await checkBroker('/srv/broker.yaml', world, { offline: true });
  expect(found).toMatchObject({ roles, policies: 1 });
});
