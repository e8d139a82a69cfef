import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { ExecScene, procFile, waitForGo } from '../support/exec-scene.ts';

const it = new ExecScene();

describe('C41: output that nobody takes', () => {
  test('a closed pipe ends the command as it would without us, and all is given back', async () => {
    const running = it.start('exec yes', { stdio: ['ignore', 'pipe', 'pipe'] });
    await running.says('y\n');
    running.process.stdout?.destroy();
    expect((await running.done).status).toBe(141);
  });

  test('standard error that is closed, too', async () => {
    const running = it.start('echo ready; while echo x >&2; do sleep 0.02; done; exit 5');
    await running.says('ready');
    running.process.stderr?.destroy();
    expect([5, 141]).toContain((await running.done).status);
  });

  test('closed from the start: the command runs, and all is given back', async () => {
    const under = ['sh', '-c', 'exec "$@" 1>&- 2>&-', 'sh'];
    expect((await it.run('touch ran', { under })).status).toBe(0);
    expect(readFileSync(it.job.path('ran'), 'utf8')).toBe('');
  });

  test('a command that closes its own output is waited for', async () => {
    const end = await it.run('exec 1>&- 2>&-; sleep 0.3; touch ran; exit 4');
    expect(end.status).toBe(4);
    expect(readFileSync(it.job.path('ran'), 'utf8')).toBe('');
  });

  test('a full disk is told, and is no success', async () => {
    const end = await it.run('echo lost', { under: ['sh', '-c', 'exec "$@" > /dev/full', 'sh'] });
    expect(end.status).toBe(125);
    expect(end.stderr).toContain('could not be written (ENOSPC)');
  });
});

test('L37: neither our command line nor the command’s has a secret, and our own environment has none', async () => {
  const running = it.start(`echo $$ is ready; ${waitForGo}`);
  await running.says('is ready');
  const own = running.process.pid ?? 0;
  const child = Number.parseInt(running.stdout().toString());
  expect(procFile(child, 'environ')).toContain(it.token);
  for (const text of [procFile(own, 'cmdline'), procFile(child, 'cmdline'), procFile(own, 'environ')])
    expect(text).not.toContain(it.token);
  writeFileSync(it.job.path('go'), '');
  await running.done;
});

test('L45: redirected to a file, standard output is the command’s alone, and no mask is asked for anywhere', async () => {
  const under = ['sh', '-c', 'exec "$@" > out.txt', 'sh'];
  const end = await it.run('printf "%s" "$EPHEMERAL_TOKEN"; echo "::stop-commands::x"', { under });
  expect(readFileSync(it.job.path('out.txt'), 'utf8')).toBe('***::stop-commands::x\n');
  expect(end.stderr).not.toContain('::');
});

test('L45: a failure of our own is 125, and standard output is empty', async () => {
  const end = await it.run('echo ran', { options: { ...it.options, ttl: 'soon' } });
  expect(end).toMatchObject({ status: 125, stdout: Buffer.alloc(0) });
  expect(end.stderr).toContain('[input-invalid]');
});
