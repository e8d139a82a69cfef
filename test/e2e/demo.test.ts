/** `npm run demo`, as a new user runs it. */
import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { expect } from '@jest/globals';
import { testWith } from '../support/peers.ts';

async function demo(): Promise<{ status: number | null; said: string }> {
  const child = spawn(process.execPath, ['demo/run.ts'], { stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise<number | null>((done) => child.once('close', done));
  const [out, err, status] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { status, said: out + err };
}

testWith(
  ['bash', 'rsync'],
  'the first example of the component’s README is a green job at the demo’s own broker',
  async () => {
    const { status, said } = await demo();
    const onGitlab = said.slice(said.indexOf('=== The same on GitLab'));
    expect(onGitlab).toContain('service: 200 deployed');
    expect(onGitlab).toContain('the token is ***');
    for (const step of ['borrowed, and used with success', 'hidden', 'given back'])
      expect(onGitlab).toContain(`✓ ${step}`);
    expect(onGitlab).toContain('Nothing is left behind.');
    expect(status).toBe(0);
  },
  120_000,
);
