import { writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { until } from '../support/exec.ts';
import { ExecScene, stateOf, wait, waitForGo } from '../support/exec-scene.ts';

const it = new ExecScene();

describe('C39: signals', () => {
  test.each([
    'SIGINT',
    'SIGTERM',
    'SIGHUP',
    'SIGQUIT',
    'SIGUSR1',
    'SIGUSR2',
    'SIGALRM',
    'SIGVTALRM',
    'SIGPROF',
    'SIGPWR',
    'SIGXCPU',
    'SIGWINCH',
  ] as const)('%s reaches the command and what it has started, once', async (name) => {
    const short = name.slice(3);
    const inner = `trap "echo inner ${short}; exit 0" ${short}; echo ready; ${wait}`;
    const running = it.start(`trap 'echo outer ${short}' ${short}; sh -c '${inner}'; exit 7`);
    await running.says('ready');
    running.kill(name);
    const end = await running.done;
    expect(end.status).toBe(7);
    expect(end.stdout.toString().split('\n').sort()).toEqual([
      '',
      `inner ${short}`,
      `outer ${short}`,
      'ready',
    ]);
    expect(end.stderr).not.toContain('Debugger');
  });

  test('SIGTSTP stops both, SIGCONT wakes both', async () => {
    const running = it.start(`echo ready; ${waitForGo}; echo went on`);
    await running.says('ready');
    running.kill('SIGTSTP');
    const pid = running.process.pid ?? 0;
    await until(() => stateOf(pid) === 'T');
    writeFileSync(it.job.path('go'), '');
    await sleep(200);
    expect(running.stdout().toString()).toBe('ready\n');
    running.kill('SIGCONT');
    expect((await running.done).stdout.toString()).toBe('ready\nwent on\n');
  });

  test('at a terminal the command reads what is typed', async () => {
    const asking = it.start('echo ready; read answer; echo "said $answer"', { terminal: true });
    await asking.says('ready');
    asking.process.stdin?.write('yes\n');
    await asking.says('said yes');
    asking.process.stdin?.end();
    expect((await asking.done).status).toBe(0);
  });

  test('Ctrl+C at a terminal reaches the command once, which may go on; nothing is given back for it', async () => {
    const script = `trap 'echo "<INT>"' INT; echo ready; ${waitForGo}; echo went on`;
    const running = it.start(script, { terminal: true });
    await running.says('ready');
    running.process.stdin?.write('\x03');
    await running.says('<INT>');
    await sleep(300);
    expect(it.alive).toHaveLength(1);
    writeFileSync(it.job.path('go'), '');
    running.process.stdin?.end();
    const end = await running.done;
    expect(end.status).toBe(0);
    expect(end.stdout.toString().match(/<INT>/g)).toHaveLength(1);
    expect(end.stdout.toString()).toContain('went on');
  });
});
