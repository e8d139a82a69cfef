// Another step of the job has filled or damaged what post goes by: what was lent is given back all the same, or told.
import { mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { CredsError } from '../../src/domain/errors.ts';
import { realFiles } from '../../src/entry/files.ts';
import * as faults from '../support/faults.ts';
import type { Behaviour } from '../support/faulty-server.ts';
import { startScene, type Scene, type Script } from '../support/scene.ts';
import type { Run, World, WorldOptions } from '../support/world.ts';

interface Borrowed extends AsyncDisposable {
  readonly scene: Scene;
  readonly world: World;
  readonly main: Run;
  readonly folder: string;
  /** What main left for post. */
  readonly state: string;
}

async function borrowed(script: Script = {}, options: WorldOptions = {}): Promise<Borrowed> {
  const scene = await startScene(script);
  const world = scene.world(options);
  const main = await world.main(scene.inputs());
  expect(main.exitCode).toBe(0);
  const dispose = async (): Promise<void> => {
    world[Symbol.dispose]();
    await scene[Symbol.asyncDispose]();
  };
  const folder = join(world.temp, 'ephemeral-creds');
  const state = main.state['ledger'] ?? '';
  return { scene, world, main, folder, state, [Symbol.asyncDispose]: dispose };
}

/** An entry as ours, of another step’s making. */
function plant({ folder, state }: Borrowed, more: object, id = '00000000000000aa'): void {
  const entry = { ...(JSON.parse(state) as object), id, ...more };
  writeFileSync(join(folder, `${id}.json`), JSON.stringify(entry), { mode: 0o600 });
}

describe('an entry with a path that no system has', () => {
  const files = [`/${'a/'.repeat(100_000)}00000000000000aa/x`];

  test('keeps post from nothing', async () => {
    await using it = await borrowed();
    plant(it, { files });
    expect(await it.world.post(it.main)).toMatchObject({ exitCode: 0 });
    expect(it.scene.lender.alive).toEqual([]);
  });

  test('keeps `revoke/` from nothing', async () => {
    await using it = await borrowed();
    plant(it, { files });
    expect(await it.world.revoke({})).toMatchObject({ exitCode: 0 });
    expect(it.scene.lender.alive).toEqual([]);
  });

  test('keeps the next step from borrowing in no way', async () => {
    await using it = await borrowed();
    plant(it, { files });
    expect(await it.world.main(it.scene.inputs({ role: 'B=deploy' }))).toMatchObject({ exitCode: 0 });
  });
});

test('what has to look through the entries of others comes when ours is given back', async () => {
  const now: { scene?: Scene } = {};
  const lists: number[] = [];
  const list = (path: string): string[] => {
    lists.push(now.scene?.arrived('/revoke').length ?? -1);
    return realFiles.list(path);
  };
  await using story = await borrowed({}, { files: { list } });
  now.scene = story.scene;
  lists.length = 0;
  await story.world.post(story.main);
  expect(lists.length).toBeGreaterThan(0);
  expect(lists.filter((arrived) => arrived !== 1)).toEqual([]);
});

test('`revoke/` asks for all entries at once: a server that another step has named holds up no other', async () => {
  const held: Parameters<Behaviour>[0][] = [];
  const lastly: { takeBack?: Behaviour } = {};
  const revoke: Behaviour = (exchange) => {
    held.push(exchange);
    if (held.length === 2) for (const each of held) lastly.takeBack?.(each);
  };
  await using it = await borrowed({ revoke });
  lastly.takeBack = it.scene.lender.takeBack;
  plant(it, {});
  expect(await it.world.revoke({})).toMatchObject({ exitCode: 0 });
  expect(it.scene.lender.alive).toEqual([]);
});

test('a file that only looks like one is as if there were none', () => {
  const folder = mkdtempSync(join(tmpdir(), 'hostile-'));
  symlinkSync('/proc/self/mem', join(folder, 'entry.json'));
  expect(realFiles.read(join(folder, 'entry.json'), 1024)).toBeUndefined();
  rmSync(folder, { recursive: true });
});

test('an entry that cannot be read at all keeps post from nothing that the state knows', async () => {
  const read = (): never => {
    throw new Error('EIO');
  };
  await using it = await borrowed();
  using later = it.scene.world({ temp: it.world.temp, files: { read } });
  const state = { ledger: JSON.stringify({ ...(JSON.parse(it.state) as object), kept: {} }) };
  expect(await later.post({ state })).toMatchObject({ exitCode: 0 });
  expect(it.scene.lender.alive).toEqual([]);
});

describe('a state that cannot be read', () => {
  test('but still names its entry: what our file says is given back, with a warning, and without an ID token', async () => {
    await using it = await borrowed();
    const minted = it.scene.arrived('/id-token').length;
    const post = await it.world.post({ state: { ledger: it.state.slice(0, -20) } });
    expect(post.exitCode).toBe(0);
    expect(it.scene.lender.alive).toEqual([]);
    expect(it.scene.arrived('/id-token')).toHaveLength(minted);
    expect(post.annotations).toHaveLength(1);
    expect(post.annotations[0]).toMatchObject({ level: 'warning' });
    expect(readdirSync(it.folder)).toEqual([]);
  });

  test('and whose file another step has changed: no ID token goes where that says', async () => {
    await using it = await borrowed();
    const minted = it.scene.arrived('/id-token').length;
    const id = (JSON.parse(it.state) as { id: string }).id;
    plant(it, { debt: { url: it.scene.server.url, handle: 'unknown' } }, id);
    const post = await it.world.post({ state: { ledger: it.state.slice(0, -20) } });
    expect(it.scene.arrived('/id-token')).toHaveLength(minted);
    expect(post.exitCode).toBe(0);
  });

  test('nor the file: it fails with 1, and tells until when at the latest something lives', async () => {
    await using it = await borrowed();
    rmSync(it.folder, { recursive: true });
    const post = await it.world.post({ state: { ledger: it.state.replace('"version":1', '"version":2') } });
    expect(post.exitCode).toBe(1);
    const text = JSON.stringify(post.annotations);
    expect(text).toContain('[revoke-failed]');
    expect(text).toContain(`by ${it.main.outputs['expires-at'] ?? '?'} at the latest`);
    expect(text).not.toContain(handleIn(it.state));
  });

  test('at all, as another step can leave one where main saved none: it fails with 1', async () => {
    await using it = await borrowed();
    const post = await it.world.post({ state: { ledger: 'x' } });
    expect(post.exitCode).toBe(1);
    expect(JSON.stringify(post.annotations)).toContain('ends by itself');
  });
});

test.each(['interrupted', 'terminated'] as const)(
  'C27: post that is cancelled (%s) while it gives back waits for the answer',
  async (code) => {
    const now: { world?: World; takeBack?: Behaviour } = {};
    const revoke: Behaviour = (exchange) => {
      now.world?.interrupt(new CredsError(code, 'The job was cancelled.'));
      exchange.later(100, () => now.takeBack?.(exchange));
    };
    await using it = await borrowed({ revoke });
    using later = it.scene.world({ temp: it.world.temp });
    now.takeBack = it.scene.lender.takeBack;
    now.world = later;
    const post = await later.post(it.main);
    expect(post).toMatchObject({ exitCode: 0, annotations: [] });
    expect(post.log).toContain('given back (revoked)');
  },
);

test('C27: post that is cancelled tries for five seconds more, and warns of what lives on', async () => {
  const now: { world?: World } = {};
  const revoke: Behaviour = (exchange) => {
    now.world?.interrupt(new CredsError('terminated', 'The job was cancelled.'));
    faults.status(503, 2)(exchange);
  };
  await using it = await borrowed({ revoke });
  using later = it.scene.world({ temp: it.world.temp });
  now.world = later;
  const post = await later.post(it.main);
  expect(post.exitCode).toBe(0);
  expect(later.clock.passedMs()).toBe(5000);
  expect(it.scene.arrived('/revoke').length).toBeGreaterThan(1);
  expect(post.annotations[0]?.message).toContain(`lives until ${it.main.outputs['expires-at'] ?? '?'}`);
});

test('the door tells what lives on where files of the action are gone, and prints nothing else of the state', async () => {
  await using it = await borrowed();
  await using job = it.scene.job();
  // Beside the door in the sources there is no core.
  const post = await job.post(resolve('src/entry/doors/post.cjs'), { ...it.main, inputs: {}, ...none });
  expect(post.exitCode).toBe(1);
  const [lease = ''] = it.scene.lender.alive;
  const message = post.annotations.find(({ level }) => level === 'error')?.message;
  expect(message).toContain(`lease ${lease} lives until ${it.main.outputs['expires-at'] ?? '?'}`);
  expect(post.rawLog).not.toContain(handleIn(it.state));
  expect(post.rawLog).not.toContain('    at ');
});

const none = { conclusion: 'success', signal: null, milliseconds: 0 } as const;

function handleIn(state: string): string {
  return (JSON.parse(state) as { debt: { handle: string } }).debt.handle;
}
