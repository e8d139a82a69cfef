import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { CredsError } from '../../src/domain/errors.ts';
import * as faults from '../support/faults.ts';
import type { Behaviour } from '../support/faulty-server.ts';
import type { RunningStep } from '../support/runner-step.ts';
import { refuse } from '../support/lender.ts';
import { mainDoor, postDoor, startScene } from '../support/scene.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'faults-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** Sends a signal to the step that is running, and leaves its request without an answer. */
class Sender {
  step: RunningStep | undefined;

  signal(name: NodeJS.Signals): Behaviour {
    return () => this.step?.kill(name);
  }
}

const signals = [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const;

test.each(signals)(
  'C26: %s while the ID token is awaited ends with %i and nothing was lent',
  async (name, exit) => {
    const sender = new Sender();
    await using scene = await startScene({ idToken: sender.signal(name) });
    await using job = scene.job();
    sender.step = job.start(mainDoor, { inputs: scene.inputs() });
    const main = await sender.step.done;
    expect(main).toMatchObject({ exitCode: exit, signal: null, env: {} });
    expect(scene.arrived('/token')).toHaveLength(0);
    expect(await job.post(postDoor, main)).toMatchObject({ exitCode: 0 });
  },
);

test.each(signals)('C26: %s while it waits to try again ends with %i', async (name, exit) => {
  const sender = new Sender();
  const busy: Behaviour = (exchange) => {
    faults.status(503, 30)(exchange);
    exchange.later(100, () => sender.step?.kill(name));
  };
  await using scene = await startScene({ idToken: busy });
  await using job = scene.job();
  sender.step = job.start(mainDoor, { inputs: scene.inputs() });
  expect(await sender.step.done).toMatchObject({ exitCode: exit });
});

test.each(signals)(
  'C27: %s while the broker lends ends with %i, and all is given back',
  async (name, exit) => {
    const sender = new Sender();
    await using scene = await startScene(({ lender }) => ({ token: lender.lendAnd(sender.signal(name)) }));
    await using job = scene.job();
    sender.step = job.start(mainDoor, { inputs: scene.inputs() });
    const main = await sender.step.done;
    expect(main).toMatchObject({ exitCode: exit, signal: null, env: {} });
    expect(scene.lender.lent).toHaveLength(1);
    expect(scene.lender.alive).toEqual([]);
    // Nothing is left for post.
    expect(await job.post(postDoor, main)).toMatchObject({ exitCode: 0, rawLog: '' });
  },
);

test('C27: a second SIGINT does not keep it from giving back', async () => {
  const sender = new Sender();
  await using scene = await startScene(({ lender }) => ({
    token: lender.lendAnd(sender.signal('SIGINT')),
    revoke: (exchange) => {
      sender.step?.kill('SIGINT');
      sender.step?.kill('SIGTERM');
      exchange.later(100, () => {
        lender.takeBack(exchange);
      });
    },
  }));
  await using job = scene.job();
  sender.step = job.start(mainDoor, { inputs: scene.inputs() });
  expect(await sender.step.done).toMatchObject({ exitCode: 130 });
  expect(scene.lender.alive).toEqual([]);
});

test('C27: giving back after a signal takes five seconds at most; post does the rest', async () => {
  await using scene = await startScene(({ lender, silence }) => ({
    token: lender.lendAnd(() => {
      world.interrupt(new CredsError('interrupted', 'The job was cancelled (SIGINT).'));
    }),
    revoke: [silence, lender.takeBack],
  }));
  const world = scene.world();
  const main = await world.main(scene.inputs());
  expect(main.exitCode).toBe(130);
  expect(world.clock.passedMs()).toBeLessThanOrEqual(5000);
  expect(scene.lender.alive).toHaveLength(1);
  const later = scene.world();
  expect(await later.post(main)).toMatchObject({ exitCode: 0 });
  expect(scene.lender.alive).toEqual([]);
  for (const each of [world, later]) each[Symbol.dispose]();
});

test('C27: as the runner cancels, in the middle of a loan, nothing lives on', async () => {
  const cancelled = Promise.withResolvers<undefined>();
  await using scene = await startScene(({ lender }) => ({
    token: lender.lendAnd(() => {
      cancelled.resolve(undefined);
    }),
  }));
  await using job = scene.job();
  const step = job.start(mainDoor, { inputs: scene.inputs() });
  await cancelled.promise;
  const main = await step.cancel();
  expect(main.conclusion).toBe('cancelled');
  expect(scene.lender.alive).toEqual([]);
});

test('C28: main is killed when the broker has lent and before it knew: post gives back by the handle', async () => {
  const sender = new Sender();
  await using scene = await startScene(({ lender }) => ({ token: lender.lendAnd(sender.signal('SIGKILL')) }));
  await using job = scene.job();
  sender.step = job.start(mainDoor, { inputs: scene.inputs() });
  const main = await sender.step.done;
  expect(main.signal).toBe('SIGKILL');
  expect(scene.lender.alive).toHaveLength(1);
  const post = await job.post(postDoor, main);
  expect(post.exitCode).toBe(0);
  expect(scene.forms('/revoke').map((form) => form.get('token_type_hint'))).toEqual([
    'urn:ephemeral-creds:revocation-handle',
  ]);
  expect(scene.lender.alive).toEqual([]);
});

/** Kills its process before the n-th thing that it prints, writes or renames. */
const crash = `
  const fs = require('node:fs');
  let left = Number(process.env.CRASH_BEFORE);
  for (const name of ['writeSync', 'renameSync']) {
    const real = fs[name];
    fs[name] = (...args) => {
      if (left-- === 0) process.kill(process.pid, 'SIGKILL');
      return real(...args);
    };
  }
`;

test('C29: wherever main crashes, post gives everything back', async () => {
  const path = join(folder, 'crash.cjs');
  writeFileSync(path, crash);
  const states = new Set<string>();
  let at = 0;
  for (let exit: number | null = null; exit === null; at++) {
    await using scene = await startScene();
    await using job = scene.job({ env: { NODE_OPTIONS: `--require=${path}` } });
    const env = { CRASH_BEFORE: String(at) };
    const main = await job.step(mainDoor, { inputs: scene.inputs({ role: 'A=one\nB=two' }), env });
    exit = main.exitCode;
    states.add(
      `lent ${String(scene.lender.alive.length)}, delivered ${String(Object.keys(main.env).length)}`,
    );
    expect(await job.post(postDoor, main, { env: { CRASH_BEFORE: '-1' } })).toMatchObject({ exitCode: 0 });
    expect(scene.lender.alive).toEqual([]);
  }
  expect(at).toBeGreaterThan(10);
  expect([...states]).toEqual(['lent 0, delivered 0', 'lent 2, delivered 0', 'lent 2, delivered 2']);
});

/** A Node whose output nobody reads any more once `<its own path>.stop` exists; it makes the status its own. */
function deafNode(name: string): { path: string; stop: () => void } {
  const path = join(folder, name);
  writeFileSync(
    path,
    `#!/bin/sh
{ env "INPUT_BROKER-URL=$BROKER" '${process.execPath}' "$@"; echo $? > "$0.status"; } | {
  until [ -e "$0.stop" ]; do sleep 0.02; done
}
exit "$(cat "$0.status")"
`,
  );
  chmodSync(path, 0o700);
  return {
    path,
    stop: () => {
      writeFileSync(`${path}.stop`, '');
    },
  };
}

test('C41: when nobody reads the output any more in the middle of a loan, it is given back and main fails', async () => {
  const node = deafNode('deaf-main');
  await using scene = await startScene(({ lender }) => ({
    token: (exchange) => {
      node.stop();
      exchange.later(200, () => {
        lender.lend(exchange);
      });
    },
  }));
  await using job = scene.job({ node: node.path, env: { BROKER: scene.server.url } });
  const main = await job.step(mainDoor, { inputs: scene.inputs() });
  expect(main.exitCode).toBe(70);
  expect(main.env).toEqual({});
  expect(scene.lender.lent).toHaveLength(1);
  expect(scene.lender.alive).toEqual([]);
});

test('C41: when nobody reads from the start, main asks for nothing', async () => {
  const node = deafNode('deaf-from-the-start');
  node.stop();
  await using scene = await startScene();
  await using job = scene.job({ node: node.path, env: { BROKER: scene.server.url } });
  const main = await job.step(mainDoor, { inputs: scene.inputs() });
  expect(main.exitCode).toBe(70);
  expect(scene.lender.lent).toEqual([]);
});

test('C41: what the handle cannot give back a fresh ID token does, with nobody to read its mask', async () => {
  let deaf = false;
  await using scene = await startScene(({ lender }) => ({
    token: (exchange) => {
      deaf = true;
      lender.lend(exchange);
    },
    revoke: [refuse(400, 'invalid_request'), lender.takeBack],
  }));
  using world = scene.world({
    watch: (deed) => {
      if (deaf && deed.startsWith('print')) throw new Error('EPIPE');
    },
  });
  await expect(world.main(scene.inputs())).rejects.toThrow('EPIPE');
  expect(scene.arrived('/revoke')).toHaveLength(2);
  expect(scene.lender.alive).toEqual([]);
});

test('C41: post gives back although nobody reads what it says', async () => {
  const node = deafNode('deaf-post');
  await using scene = await startScene();
  await using first = scene.job();
  const main = await first.step(mainDoor, { inputs: scene.inputs() });
  expect(scene.lender.alive).toHaveLength(1);
  node.stop();
  await using job = scene.job({ node: node.path });
  await job.post(postDoor, main);
  expect(readFileSync(`${node.path}.status`, 'utf8').trim()).toBe('0');
  expect(scene.lender.alive).toEqual([]);
  expect(existsSync(`${node.path}.stop`)).toBe(true);
});
