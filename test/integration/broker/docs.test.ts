import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { z } from 'zod';
import { settingsSchema } from '../../../src/broker/domain/settings.ts';
import { engines } from '../../../src/broker/engines/registry.ts';
import { platforms } from '../../../src/broker/issuers/registry.ts';
import { trustPolicySchema } from '../../../src/domain/trust-policy.ts';
import { readSettings } from '../../../src/broker/commands/read-settings.ts';
import { makeInstruments } from '../../../src/broker/commands/instruments.ts';
import { startBroker } from '../../../src/broker/commands/start-broker.ts';
import { testWorld } from '../../support/broker/world.ts';

const docs = join(import.meta.dirname, '../../../docs');
const howTo = readFileSync(join(docs, 'how-to/run-a-broker.md'), 'utf8');
const reference = ['broker', 'trust-policy']
  .map((name) => readFileSync(join(docs, `reference/${name}.md`), 'utf8'))
  .join('\n');

test('the broker of the how-to starts', async () => {
  const world = testWorld();
  for (const [, file = '', text = ''] of howTo.matchAll(/^cat > (\S+) <<'EOF'\n([\s\S]*?)^EOF$/gm))
    world.disk.set(`/srv/${file}`, text);
  world.disk.set('/srv/tls.crt', 'certificate');
  world.disk.set('/srv/tls.key', 'key');
  const settings = await readSettings('/srv/broker.yaml', world.files);
  const { broker, close } = await startBroker(
    { ...settings, store: { sqlite: ':memory:' } },
    world,
    await makeInstruments(settings, world),
  );
  expect(broker.policies.current.size).toBe(1);
  await close();
});

test('the reference names every key there is', () => {
  const keys = new Set([
    ...keysOf(settingsSchema),
    ...keysOf(trustPolicySchema),
    ...engines.flatMap((engine) => [engine.name, ...keysOf(engine.parameters)]),
    ...platforms.map(({ name }) => name),
  ]);
  expect(keys.size).toBeGreaterThan(50);
  expect([...keys].filter((key) => !reference.includes(key))).toEqual([]);
});

/** Every property name anywhere in the schema. */
function keysOf(schema: z.ZodType): string[] {
  return namesIn(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }));
}

function namesIn(schema: unknown): string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  return Object.entries(schema).flatMap(([key, value]: [string, unknown]) =>
    key === 'properties'
      ? Object.entries(value as object).flatMap(([name, below]) => [name, ...namesIn(below)])
      : namesIn(value),
  );
}
