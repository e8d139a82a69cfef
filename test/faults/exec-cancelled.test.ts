import { existsSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { until } from '../support/exec.ts';
import { ExecScene, isAlive, wait, waitForGo } from '../support/exec-scene.ts';

const it = new ExecScene();

describe('C40: a job that is cancelled', () => {
  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    '%s: what was borrowed is given back although the command does not heed it, which is killed in time',
    async (name) => {
      const running = it.start(`trap '' INT TERM HUP; echo $$ is ready; ${wait}`);
      await running.says('is ready');
      const pid = Number.parseInt(running.stdout().toString());
      running.kill(name);
      await until(() => it.alive.length === 0);
      expect(isAlive(pid)).toBe(true);
      expect(running.runs).toBe(true);
      const end = await running.done;
      expect(end).toMatchObject({ status: 137, signal: null });
      expect(end.stderr).toContain('given back (revoked)');
      expect(isAlive(pid)).toBe(false);
    },
  );

  test('a command that ends by itself keeps its status, and what it says on the way out is shown', async () => {
    const running = it.start(`trap 'echo tidied up; exit 9' TERM; echo ready; ${wait}`);
    await running.says('ready');
    running.kill('SIGTERM');
    expect(await running.done).toMatchObject({ status: 9, stdout: Buffer.from('ready\ntidied up\n') });
  });

  test('a command that tidies up has its credentials to do it with', async () => {
    const running = it.start(
      `trap 'sleep 0.3; touch tidied; ${waitForGo}; exit 9' TERM; echo ready; ${wait}`,
    );
    await running.says('ready');
    running.kill('SIGTERM');
    await until(() => existsSync(it.job.path('tidied')));
    expect(it.alive).toHaveLength(1);
    writeFileSync(it.job.path('go'), '');
    expect(await running.done).toMatchObject({ status: 9 });
    expect(it.alive).toEqual([]);
  });

  test('nobody reads, the command does not heed it: it is given back all the same', async () => {
    const running = it.start(`trap '' TERM; while :; do echo 0123456789; done`);
    running.process.stdout?.pause();
    await running.says('Borrowed');
    await sleep(500);
    running.kill('SIGTERM');
    await until(() => it.alive.length === 0);
    running.process.stdout?.resume();
    expect((await running.done).status).toBe(137);
  });

  test.each([
    ['standard output', ''],
    ['standard error', ' >&2'],
  ])('nobody ever takes %s: it ends all the same', async (_, to) => {
    const running = it.start(`while :; do echo 0123456789${to}; done`);
    await running.says('0123456789');
    running.process.stdout?.pause();
    running.process.stderr?.pause();
    await sleep(500);
    running.kill('SIGTERM');
    const ended = new Promise<string>((resolve) =>
      running.process.once('exit', () => {
        resolve('ended');
      }),
    );
    expect(await Promise.race([ended, sleep(9000, 'stuck')])).toBe('ended');
    running.process.stdout?.resume();
    running.process.stderr?.resume();
    await running.done;
  });

  test('as GitHub’s runner cancels (SIGINT, 7.5 s, SIGTERM, 2.5 s, SIGKILL), there is time enough', async () => {
    const running = it.start(`trap '' INT TERM; echo ready; ${wait}`);
    await running.says('ready');
    running.kill('SIGINT');
    const killed = sleep(7500, 'too late' as const);
    expect(await Promise.race([running.done, killed])).toMatchObject({ status: 137 });
  });

  test('SIGKILL of exec itself: the next exec of the job gives back, a living one is left alone (C37)', async () => {
    const living = it.start(`echo ready; ${waitForGo}`);
    const killed = it.start('echo ready; exec sleep 100');
    await Promise.all([living.says('ready'), killed.says('ready')]);
    expect(it.alive).toHaveLength(2);
    killed.kill('SIGKILL');
    expect(await killed.done).toMatchObject({ signal: 'SIGKILL' });
    const next = await it.run('true');
    expect(next.stderr).toContain('was killed');
    expect(it.alive).toHaveLength(1);
    writeFileSync(it.job.path('go'), '');
    expect(await living.done).toMatchObject({ status: 0 });
  });
});
