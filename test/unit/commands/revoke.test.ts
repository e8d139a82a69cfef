import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { revokeAtEnd, revokeNow } from '../../../src/commands/revoke.ts';
import type { Intent } from '../../../src/domain/intent.ts';
import { settleIntent } from '../../../src/leases/ledger.ts';
import { openIntent, recordLeases } from '../../../src/leases/opening.ts';
import { entry, handle } from '../../support/client/entries.ts';
import { makeStage, type Stage, type StageOptions } from '../../support/client/stage.ts';
import { clientWorld, jsonAnswer, type ClientWorld } from '../../support/client/world.ts';
import { credentialOf } from '../../support/credentials.ts';
import { failureOf } from '../../support/scan.ts';

interface Scene extends Disposable {
  readonly stage: Stage;
  readonly world: ClientWorld;
}

/** A job that owes these entries: in its folder, and the last of them in its state. */
async function owing(intents: readonly Intent[], options: StageOptions = {}): Promise<Scene> {
  const stage = await makeStage(options);
  stage.alive.add(createHash('sha256').update(handle).digest('base64url'));
  stage.lent.set('deploy', [credentialOf('bearer-token')]);
  const before = clientWorld({ env: stage.env(), server: stage.server });
  for (const intent of intents) openIntent(intent, [], before);
  const world = before.next();
  return {
    stage,
    world,
    [Symbol.dispose]: () => {
      world[Symbol.dispose]();
    },
  };
}

/** Writes a file where this entry’s exporters would have. */
function delivered(world: ClientWorld, id: string): string {
  const folder = join(world.job.folder, id);
  world.host.files.makePrivateFolder(folder);
  const path = join(folder, 'aws-credentials');
  writeFileSync(path, 's3cret-value');
  return path;
}

describe('at the end of the job', () => {
  test('what the state says is given back, by handle, and nothing stays', async () => {
    using it = await owing([entry()]);
    await revokeAtEnd(it.world);
    expect(it.stage.alive.size).toBe(0);
    expect(it.stage.asked).toEqual([
      { path: '/revoke', form: { token: handle, token_type_hint: 'urn:ephemeral-creds:revocation-handle' } },
    ]);
    expect(it.stage.minted).toEqual([]);
    expect(readdirSync(it.world.job.folder)).toEqual([]);
    expect(it.world.printed()).toMatch(/deploy \(lease lse_1\): given back \(revoked\) in \d+ ms\./);
    expect(it.world.summary()).toContain('given back');
  });

  test('its variables are empty afterwards, and lead tools where they led before', async () => {
    const pointers = [{ name: 'AWS_CONFIG_FILE', value: '/ours/config', after: '/home/me/config' }];
    using it = await owing([entry({ pointers })]);
    await revokeAtEnd(it.world);
    expect(it.world.told('GITHUB_ENV')).toEqual({ EPHEMERAL_TOKEN: '', AWS_CONFIG_FILE: '/home/me/config' });
  });

  test('what is not given back stays in its variables; the files that these led to are gone', async () => {
    const pointers = [{ name: 'AWS_CONFIG_FILE', value: '/ours/config', after: '/home/me/config' }];
    using it = await owing([entry({ pointers, post: { revoke: false } })]);
    await revokeAtEnd(it.world);
    expect(it.world.told('GITHUB_ENV')).toEqual({ AWS_CONFIG_FILE: '/home/me/config' });
    expect(it.stage.asked).toEqual([]);
  });

  test('the handle is hidden before anything else, and before the runner shows it', async () => {
    using it = await owing([entry()]);
    await revokeAtEnd(it.world);
    expect(it.world.journal[0]).toBe(`print ::add-mask::${handle}`);
    expect(it.world.printed().replace(/::add-mask::.*/g, '')).not.toContain(handle);
  });

  test('nothing owed is nothing done', async () => {
    using world = clientWorld();
    await revokeAtEnd(world);
    await revokeAtEnd(world.next({ STATE_ledger: '' }));
    expect(world.journal).toEqual([]);
  });

  test('a state that nobody can read is told, and nothing is sent', async () => {
    using world = clientWorld({ env: { STATE_ledger: '{"version":1' } });
    expect(await failureOf(() => revokeAtEnd(world))).toMatchObject({ code: 'revoke-failed' });
    expect(world.journal).toEqual([]);
  });

  test('C32 what has ended is not asked for', async () => {
    using it = await owing([entry()]);
    it.world.clock.advance(901);
    await revokeAtEnd(it.world);
    expect(it.stage.asked).toEqual([]);
    expect(it.world.printed()).toContain('had already ended');
  });

  test('a handle that the broker does not know is followed by a fresh ID token of the job', async () => {
    const answer = ({ body = '' }: { body?: string }) =>
      body.includes('revocation-handle')
        ? jsonAnswer({ leases: [] })
        : jsonAnswer({
            leases: [
              {
                lease_id: 'lse_1',
                state: 'revoked',
                revocability: 'immediate',
                expires_at: '2026-11-20T16:15:00Z',
              },
            ],
          });
    using it = await owing([entry()], { instead: answer });
    await revokeAtEnd(it.world);
    expect(it.stage.minted).toHaveLength(1);
    expect(it.stage.asked[1]?.form).toMatchObject({
      token: it.stage.minted[0],
      token_type_hint: 'urn:ietf:params:oauth:token-type:id_token',
      lease_id: 'lse_1',
    });
    expect(it.world.printed()).toContain('given back (revoked)');
  });

  test('files that were delivered are removed, also where nothing is to be given back', async () => {
    for (const revoke of [true, false]) {
      const files: string[] = [];
      using it = await owing([entry({ files, post: { revoke } })]);
      const path = delivered(it.world, '0123456789abcdef');
      using again = await owing([entry({ files: [path], post: { revoke } })]);
      await revokeAtEnd(again.world);
      expect(existsSync(path)).toBe(false);
      expect(existsSync(join(path, '..'))).toBe(false);
      expect(again.stage.asked).toHaveLength(revoke ? 1 : 0);
      expect(readdirSync(again.world.job.folder)).toEqual([]);
    }
  });

  test('what cannot be revoked is said to live on, until when, and is no failure', async () => {
    const aws = entry({
      provider: 'aws',
      debt: {},
      leases: [
        { id: 'aws:1', role: 'arn', expiresAt: '2026-11-20T16:15:00.000Z', revocability: 'expiry-only' },
      ],
      post: { failOnRevokeError: true },
    });
    using it = await owing([aws]);
    await revokeAtEnd(it.world);
    expect(it.world.printed()).toContain('cannot be revoked: ends 16:15 UTC, in 15 min.');
    expect(it.world.printed()).not.toContain('::warning');
  });

  describe('C30 when the broker says no for good', () => {
    const instead = (): ReturnType<typeof jsonAnswer> => jsonAnswer({ error: 'invalid_request' }, 400);

    test('a warning says what lives on and exactly until when, and the job goes on', async () => {
      using it = await owing([entry()], { instead });
      await revokeAtEnd(it.world);
      expect(it.world.printed()).toMatch(
        /::warning title=ephemeral-creds::deploy \(lease lse_1, immediate\) could not be given back and lives until 2026-11-20T16:15:00\.000Z \(16:15 UTC\)/,
      );
      expect(it.world.summary()).toContain('NOT given back');
      expect(readdirSync(it.world.job.folder)).toEqual(['0123456789abcdef.json']);
    });

    test('the job fails where the workflow wants that', async () => {
      using it = await owing([entry({ post: { failOnRevokeError: true } })], { instead });
      expect(await failureOf(() => revokeAtEnd(it.world))).toMatchObject({ code: 'revoke-failed', exit: 1 });
    });

    test.each([
      ['never', false],
      ['on-problem', true],
    ] as const)('the summary is written as `summary: %s` says', async (summary, written) => {
      using it = await owing([entry({ post: { summary } })], { instead });
      await revokeAtEnd(it.world);
      expect(it.world.summary() !== '').toBe(written);
    });
  });
});

test('post tells what its file alone says to be given back, and removes what was delivered in any case', async () => {
  const kept = entry({ kept: { token: 'kept-credential-value' } });
  using it = await owing([{ ...kept, kept: {} }]);
  const path = delivered(it.world, kept.id);
  recordLeases({ ...kept, files: [path] }, it.world);
  const post = it.world.next();
  settleIntent(kept, post);
  await revokeAtEnd(post);
  expect(existsSync(path)).toBe(false);
  expect(post.printed()).toContain(
    'deploy (lease lse_1): given back in the middle of the job, as its entry says.',
  );
  expect(it.stage.asked).toEqual([]);
  expect(readdirSync(post.job.folder)).toEqual([]);
});

test.each(['octo-sts', 'vault', 'crates', 'sts'])(
  'post says what it cannot give back where a folder has taken the place of the token itself: %s',
  async (provider) => {
    const debt = {
      url: 'https://sts.example.com',
      revocation: 'https://sts.example.com/revoke',
      address: 'https://sts.example.com',
    };
    const owed = entry({ provider, debt, kept: { token: 'kept-credential-value' } });
    using it = await owing([{ ...owed, kept: {} }]);
    recordLeases(owed, it.world);
    const path = join(it.world.job.folder, `${owed.id}.json`);
    rmSync(path);
    mkdirSync(path);
    const post = it.world.next();
    await revokeAtEnd(post);
    expect(post.printed()).toContain('[ledger-changed]');
    expect(post.printed()).toContain('could not be given back and lives until');
    expect(post.summary()).toContain('NOT given back');
  },
);

describe('in the middle of the job', () => {
  const second = entry({
    id: 'fedcba9876543210',
    leases: [{ ...entry().leases[0], id: 'lse_2', role: 'db' } as never],
    variables: ['DB_PGPASSWORD', 'DB_PGUSER'],
  });

  test('all that lies in the folder is given back, and its variables are blanked', async () => {
    using it = await owing([entry(), second]);
    await revokeNow([], it.world);
    expect(it.stage.asked.map(({ path }) => path)).toEqual(['/revoke', '/revoke']);
    expect(it.world.told('GITHUB_ENV')).toEqual({ EPHEMERAL_TOKEN: '', DB_PGPASSWORD: '', DB_PGUSER: '' });
    expect(readdirSync(it.world.job.folder)).toEqual([]);
  });

  test('what an `exec` has borrowed is left to it, unless its lease is named', async () => {
    const owner = { pid: 1, start: '1', space: 'here' };
    using it = await owing([entry(), { ...second, owner }]);
    await revokeNow([], it.world);
    expect(it.world.told('GITHUB_ENV')).toEqual({ EPHEMERAL_TOKEN: '' });
    expect(readdirSync(it.world.job.folder)).toEqual(['fedcba9876543210.json']);
    await revokeNow(['lse_2'], it.world.next());
    expect(readdirSync(it.world.job.folder)).toEqual([]);
  });

  test('only the entry of a lease that is named', async () => {
    using it = await owing([entry(), second]);
    await revokeNow(['lse_2'], it.world);
    expect(it.world.told('GITHUB_ENV')).toEqual({ DB_PGPASSWORD: '', DB_PGUSER: '' });
    expect(readdirSync(it.world.job.folder)).toEqual(['0123456789abcdef.json']);
  });

  test('a lease that this job does not owe is refused before anything is done', async () => {
    using it = await owing([entry(), second]);
    expect(await failureOf(() => revokeNow(['lse_1', 'lse_9'], it.world))).toMatchObject({
      code: 'input-invalid',
    });
    expect(it.world.journal).toEqual([]);
  });

  test('files are removed before the broker is asked', async () => {
    using before = clientWorld();
    const path = delivered(before, '0123456789abcdef');
    openIntent(entry({ files: [path] }), [], before);
    await revokeNow([], before.next());
    expect(existsSync(path)).toBe(false);
  });

  test('nothing owed is said, and is no failure', async () => {
    using world = clientWorld();
    await revokeNow([], world);
    expect(world.printed()).toContain('There is nothing to give back.');
  });

  test('no ID token is sent where a file says: another step could have written it', async () => {
    const evil = entry({
      debt: { url: 'https://broker.example.com', handle },
      audience: 'https://victim.example.com',
    });
    using it = await owing([evil], { instead: () => jsonAnswer({ leases: [] }) });
    await revokeNow([], it.world);
    expect(it.stage.minted).toEqual([]);
  });
});
