// A STAND-IN for a GitLab instance: its ID tokens have a real key, and its API gives the bundle.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { startIssuer, type ListeningIssuer } from '../test/support/issuer.ts';
import type { Instance } from '../test/support/gitlab/job.ts';
import { startMirror } from '../test/support/gitlab/mirror.ts';

export interface Gitlab extends Instance {
  readonly issuer: ListeningIssuer;
  close(): Promise<void>;
}

const bundle = resolve(import.meta.dirname, '../dist/ephemeral-creds.cjs');

export async function startGitlab(): Promise<Gitlab> {
  const issuer = await startIssuer({ platform: 'gitlab' });
  const mirror = await startMirror({ 'ephemeral-creds.cjs': readFileSync(bundle) });
  return {
    issuer,
    mirror,
    close: async () => {
      await Promise.all([issuer.close(), mirror[Symbol.asyncDispose]()]);
    },
  };
}
