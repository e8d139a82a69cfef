// Secrets that a program rotates: after so many reads or when an operator asks, on one broker at a time, and what goes wrong.
import { afterEach, describe, expect, test } from '@jest/globals';
import { StoreError, type Store } from '../../../src/broker/store/store.ts';
import { rotateSecret } from '../../../src/broker/commands/rotate-secrets.ts';
import type { Broker } from '../../../src/broker/commands/broker.ts';
import {
  lentValue,
  secretValue,
  startSecretDesk,
  type SecretDesk,
} from '../../support/broker/secret-desk.ts';
import { testWith } from '../../support/peers.ts';
import { startPostgres } from '../../support/postgres.ts';

const rotation = ', grace: 1h, rotate_after: 2, rotation: { command: [rotate, it], gets_old_value: true }';
const desks: SecretDesk[] = [];

afterEach(async () => {
  for (const desk of desks.splice(0)) await desk.broker.stop();
});

type Run = Broker['host']['run'];

/** The program is `run`; it is told apart from its input by the test. */
async function start(run: Run, scene: Parameters<typeof startSecretDesk>[0] = {}): Promise<SecretDesk> {
  const desk = await startSecretDesk({ secret: rotation, ...scene });
  Object.assign(desk.broker.world, { run });
  desks.push(desk);
  return desk;
}

async function readTwice(desk: SecretDesk): Promise<void> {
  await desk.borrow();
  await desk.borrow();
}

describe('a secret that is due', () => {
  test('is rotated by its program, which reads the value of before and nothing else', async () => {
    const ran: unknown[] = [];
    const desk = await start((command, how) => {
      ran.push([command, how.input, how.ms]);
      return Promise.resolve('made-anew\n');
    });
    await desk.put();
    await desk.borrow();
    await desk.broker.tick();
    expect(ran).toEqual([]);
    await desk.borrow();
    await desk.broker.tick();
    expect(ran).toEqual([[['rotate', 'it'], secretValue, 30_000]]);
    expect(lentValue(await desk.borrow())).toBe('made-anew');
    await desk.broker.tick();
    expect(ran).toHaveLength(1);
    expect(await desk.show()).toMatchObject({
      version: 2,
      reads_since_change: 1,
      versions: [
        { version: 2, state: 'lent', created_by: '2 reads' },
        { version: 1, state: 'kept' },
      ],
    });
    expect(desk.messages()).toEqual(expect.arrayContaining(['secret rotation begins', 'secret rotated']));
    expect(desk.alarms().filter((message) => message.includes('due'))).toEqual([]);
    expect(desk.everything()).not.toMatch(/made-anew|the-value-that-nobody/);
  });

  test('is rotated when an operator asks, and the program gets no value that it need not have', async () => {
    const inputs: unknown[] = [];
    const run: Run = (_, { input }) => {
      inputs.push(input);
      return Promise.resolve('made-anew');
    };
    const desk = await start(run, { secret: ', rotation: { command: [./rotate] }' });
    expect(await desk.act('rotate')).toMatchObject({ status: 409 });
    await desk.put();
    expect((await desk.act('rotate', { grace: 0 })).body).toEqual({ secret: 'legacy', version: 2 });
    expect(inputs).toEqual([undefined]);
    await desk.broker.tick();
    expect((await desk.show())['versions']).toMatchObject([{ version: 2 }, { state: 'destroyed' }]);
  });

  test('that an operator had rotated, and whose broker was killed meanwhile, is told and rotated again', async () => {
    let runs = 0;
    const run: Run = () => {
      runs += 1;
      return Promise.resolve('made-anew');
    };
    const desk = await start(run, { secret: ', rotation: { command: [./rotate] }' });
    await desk.put();
    const { store, leaseTime } = desk.inside();
    const now = leaseTime.now();
    const until = new Date(now.getTime() + 60_000);
    // What `secret rotate` does first; the process that did it is never heard of again.
    expect(await store.secrets.claimRotation({ name: 'legacy', afterReads: 0, now, until })).toBeDefined();
    await desk.broker.tick();
    expect(runs).toBe(0);
    desk.broker.world.clock.skip(61);
    await desk.broker.tick();
    await desk.broker.tick();
    expect(runs).toBe(1);
    expect(desk.alarms().some((message) => message.startsWith('a rotation of this secret was cut off'))).toBe(
      true,
    );
    expect(lentValue(await desk.borrow())).toBe('made-anew');
  });

  test.each([
    ['fails', () => Promise.reject(new Error('ended with exit code 1')), /ended with exit code 1/],
    ['writes nothing', () => Promise.resolve('\n'), /it is empty/],
    ['writes too much', () => Promise.resolve('x'.repeat(16_385)), /longer than/],
    ['writes the value of before', () => Promise.resolve(secretValue), /was there before/],
  ])(
    'stays as it was when the program %s; an alarm tells, and it is tried again later',
    async (_, run, why) => {
      let runs = 0;
      const desk = await start(() => {
        runs += 1;
        return run();
      });
      await desk.put();
      await readTwice(desk);
      await desk.broker.tick();
      await desk.broker.tick();
      expect(runs).toBe(1);
      expect(lentValue(await desk.borrow())).toBe(secretValue);
      expect(desk.alarms()).toContain('secret rotation failed: the value of before stays');
      desk.broker.world.clock.skip(61);
      await desk.broker.tick();
      expect(runs).toBe(2);
      const reply = await desk.act('rotate');
      expect(reply.status).toBe(409);
      expect(String(reply.body['error_description'])).toMatch(why);
      expect(desk.everything() + JSON.stringify(reply.body)).not.toContain(secretValue);
      expect(await desk.show()).toMatchObject({ state: 'due', version: 1, rotation_failures: 3 });
    },
  );

  test('is not rotated where that could not be written down', async () => {
    let runs = 0;
    const desk = await start(() => {
      runs += 1;
      return Promise.resolve('made-anew');
    });
    await desk.put();
    await readTwice(desk);
    desk.broker.world.auditFails = true;
    await desk.broker.tick().catch(() => undefined);
    desk.broker.world.auditFails = false;
    expect(runs).toBe(0);
    desk.broker.world.clock.skip(61);
    await desk.broker.tick();
    expect(runs).toBe(1);
  });
});

/** The same broker with a store whose `put` does something else first. */
function withPut(broker: Broker, put: (real: Store['secrets']['put']) => Store['secrets']['put']): Broker {
  const { secrets } = broker.store;
  return {
    ...broker,
    store: { ...broker.store, secrets: { ...secrets, put: put((version) => secrets.put(version)) } },
  };
}

describe('what a program made', () => {
  const rotateWith = async (desk: SecretDesk, broker: Broker) => {
    const secret = broker.secrets.get('legacy');
    if (secret?.rotation === undefined) throw new Error('no rotation');
    const { rotation: how } = secret;
    return rotateSecret(broker, {
      secret: { ...secret, rotation: how },
      afterReads: 0,
      graceSeconds: 60,
      by: 'test',
    });
  };

  test.each([
    ['before it was stored', false],
    ['after it was stored, and the answer with it', true],
  ])('is not lost when the store is lost for a moment %s', async (_, stored) => {
    const desk = await start(() => Promise.resolve('made-anew'));
    await desk.put();
    const real = desk.inside();
    let lost = 0;
    const broker = withPut(real, (put) => async (version) => {
      if (lost++ > 0) return put(version);
      if (stored) await put(version);
      throw new StoreError(new Error('connection reset'));
    });
    const clock = { ...real.host.clock, sleep: () => Promise.resolve() };
    const done = await rotateWith(desk, { ...broker, host: { ...broker.host, clock } });
    expect(done).toEqual({ version: 2 });
    expect(lentValue(await desk.borrow())).toBe('made-anew');
    expect(desk.alarms().filter((message) => message.includes('not kept'))).toEqual([]);
  });

  test('is told as lost when the store does not come back', async () => {
    const desk = await start(() => Promise.resolve('made-anew'));
    await desk.put();
    const real = desk.inside();
    const broker = withPut(real, () => () => Promise.reject(new StoreError(new Error('gone'))));
    const clock = { ...real.host.clock, sleep: () => Promise.resolve() };
    await expect(rotateWith(desk, { ...broker, host: { ...broker.host, clock } })).rejects.toThrow(
      StoreError,
    );
    expect(desk.alarms()).toContain(
      'secret rotation made a new value that was not kept: rotate it again at its origin',
    );
    expect(lentValue(await desk.borrow())).toBe(secretValue);
    // Who begins after that is told that somebody had begun before.
    desk.broker.world.clock.skip(120);
    await desk.act('rotate');
    expect(desk.alarms().some((message) => message.startsWith('a rotation of this secret was cut off'))).toBe(
      true,
    );
  });

  test('is not put in the place of a secret that was deleted meanwhile, and no operator puts one before it is done', async () => {
    const here: { desk?: SecretDesk } = {};
    const statuses: number[] = [];
    const run: Run = async () => {
      const { desk: it } = here;
      statuses.push(
        (await it?.put('by-hand'))?.status ?? 0,
        (await it?.act('delete', { all: true }))?.status ?? 0,
      );
      return 'made-anew';
    };
    const desk = await start(run);
    here.desk = desk;
    await desk.put();
    expect(await desk.act('rotate')).toMatchObject({ status: 409 });
    expect(statuses).toEqual([409, 200]);
    expect(await desk.borrow()).toMatchObject({ status: 403 });
  });
});

testWith(
  ['postgres'],
  'of several brokers that share a store one runs the program',
  async () => {
    await using cluster = await startPostgres();
    const { url } = await cluster.freshDatabase();
    let runs = 0;
    const run: Run = () => {
      runs += 1;
      return Promise.resolve(`made-anew-${String(runs)}`);
    };
    const signing = (await import('node:crypto'))
      .generateKeyPairSync('ed25519')
      .privateKey.export({ type: 'pkcs8', format: 'pem' })
      .toString();
    const scene: Parameters<typeof startSecretDesk>[0] = {
      env: { STORE_URL: url },
      beforeStart: ({ disk }) => void disk.set('/etc/broker/signing.pem', signing),
      yaml: (yaml) =>
        yaml.replace(
          'store: { sqlite: ./broker.db }',
          'store: { postgres: "env:STORE_URL" }\naudit_key: /etc/broker/audit.pem',
        ),
    };
    const brokers = [await start(run, scene), await start(run, scene), await start(run, scene)];
    const [first] = brokers;
    await first?.put();
    await first?.borrow();
    await first?.borrow();
    await Promise.all(brokers.map(({ broker }) => broker.tick()));
    expect(runs).toBe(1);
    for (const desk of brokers) expect(await desk.show()).toMatchObject({ version: 2 });
  },
  60_000,
);
