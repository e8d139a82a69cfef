import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { until } from '../support/exec.ts';
import { ExecScene, isAlive, readOr } from '../support/exec-scene.ts';

const it = new ExecScene();

describe('C39: what the command does', () => {
  test.each([0, 1, 42, 255])('its exit status %i is kept', async (status) => {
    expect((await it.run(`exit ${String(status)}`)).status).toBe(status);
  });

  test.each([
    ['KILL', 137],
    ['SEGV', 139],
    ['TERM', 143],
  ])('killed by SIG%s it ends with %i', async (name, status) => {
    expect(await it.run(`kill -${name} $$`)).toMatchObject({ status, signal: null });
  });

  test('its output comes apart, redacted, to the last partial line; of ours nothing is in standard output', async () => {
    const end = await it.run('printf "out %s." "$EPHEMERAL_TOKEN"; printf "err %s." "$EPHEMERAL_TOKEN" >&2');
    expect(end.stdout.toString()).toBe('out ***.');
    expect(end.stderr).toContain('err ***.\nephemeral-creds: deploy (lease');
    expect(end.stderr).toContain('given back (revoked)');
    expect(end.stderr).not.toContain(it.token);
  });

  test('every byte passes, and megabytes with a secret here and there', async () => {
    const all = 'const b = Buffer.from(Array.from({ length: 256 }, (_, i) => i)); process.stdout.write(b);';
    const lines =
      'for (let i = 0; i < 200000; i++) console.log(i % 1000 ? `line ${i} of a log` : `line ${i} ${process.env.EPHEMERAL_TOKEN}`);';
    const { stdout, status } = await it.job.exec({
      options: it.options,
      command: [process.execPath, '-e', all + lines],
    }).done;
    const benign = Array.from({ length: 200_000 }, (_, i) =>
      i % 1000 ? `line ${String(i)} of a log\n` : `line ${String(i)} ***\n`,
    );
    expect(status).toBe(0);
    const wanted = Buffer.concat([
      Buffer.from(Array.from({ length: 256 }, (_, i) => i)),
      Buffer.from(benign.join('')),
    ]);
    expect(stdout.equals(wanted)).toBe(true);
  });

  test('a prompt appears while it waits for an answer, which reaches it', async () => {
    const asking = it.start('printf "Really? "; read answer; echo "said $answer"', {
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    await asking.says('Really? ');
    asking.process.stdin?.end('yes\n');
    expect((await asking.done).stdout.toString()).toBe('Really? said yes\n');
  });

  test('it may open its own output again, as scripts do with /dev/stderr', async () => {
    const end = await it.run('echo one > /dev/stdout; echo two > /dev/stderr; echo three | tee /dev/stderr');
    expect(end.stdout.toString()).toBe('one\nthree\n');
    expect(end.stderr).toMatch(/\ntwo\nthree\n/);
  });

  test('no shell reads its words, and its own name is what was typed', async () => {
    const command = ['sh', '-c', 'printf "%s\\n" "$0" "$@"', '$(id)', 'a b', '*', '"', ''];
    expect((await it.job.exec({ options: it.options, command }).done).stdout.toString()).toBe(
      '$(id)\na b\n*\n"\n\n',
    );
  });

  test('a script without a first line that says who reads it runs, as from a shell', async () => {
    writeFileSync(it.job.path('plain'), 'echo plain\n', { mode: 0o700 });
    expect((await it.job.exec({ options: it.options, command: ['./plain'] }).done).stdout.toString()).toBe(
      'plain\n',
    );
  });

  test('a reader that is slow makes it wait; nothing is piled up here', async () => {
    const endless = it.start(
      `while echo 0123456789012345678901234567890123456789; do echo x >> '${it.job.path('count')}'; done`,
    );
    endless.process.stdout?.pause();
    const count = (): number => readFileSync(it.job.path('count'), 'utf8').length;
    await until(() => endless.stderr().includes('Borrowed'));
    let before = -1;
    await until(() => {
      const now = readOr(count, 0);
      const still = now > 0 && now === before;
      before = now;
      return still;
    }, 500);
    expect(count() * 20).toBeLessThan(1024 * 1024);
    expect(it.alive).toHaveLength(1);
    endless.kill('SIGTERM');
    endless.process.stdout?.resume();
    expect((await endless.done).status).toBe(143);
  });

  test('what it leaves in the background does not keep us, and is ended', async () => {
    const end = await it.run('sleep 100 & echo $!; trap "" TERM; (trap "" TERM; exec sleep 100) & echo $!');
    const pids = end.stdout.toString().trim().split('\n').map(Number);
    expect(pids).toHaveLength(2);
    expect(end.status).toBe(0);
    await until(() => !pids.some(isAlive));
  });

  test('what has left its session and keeps the pipe is not waited for', async () => {
    const end = await it.run('setsid sh -c "echo \\$\\$; exec sleep 100" & sleep 0.3; echo done');
    expect(end).toMatchObject({ status: 0 });
    const [pid = ''] = end.stdout.toString().split('\n');
    expect(end.stdout.toString()).toContain('done');
    expect(isAlive(Number(pid))).toBe(true);
    process.kill(Number(pid), 'SIGKILL');
  });
});
