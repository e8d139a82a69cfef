import { existsSync, readdirSync } from 'node:fs';
import { afterEach, describe, expect, test } from '@jest/globals';
import { decodeJwt } from 'jose';
import { sha256 } from '../../src/protocol/dpop.ts';
import { breakingEngine } from '../support/broker/breaking-engine.ts';
import { githubPolicy, type TestBrokerOptions } from '../support/broker/test-broker.ts';
import { inProcess, type InProcess } from '../support/client/in-process.ts';
import { jsonAnswer, type WorldOptions } from '../support/client/world.ts';

let it: InProcess | undefined;
afterEach(async () => {
  await it?.[Symbol.asyncDispose]();
  it = undefined;
});

async function start(options: TestBrokerOptions = {}, more: WorldOptions = {}): Promise<InProcess> {
  it = await inProcess(options, more);
  return it;
}

/** Lines of the broker’s audit with this message. */
function audited({ broker }: InProcess, message: string): number {
  return broker.world.auditLines().filter((line) => line.message === message).length;
}

const threeRoles = { role: 'API=deploy-prod\nDB=app-ro\nOLD=legacy' };

describe('the whole story, without a port', () => {
  test('a job borrows, and what it holds is what the broker signed for it', async () => {
    const story = await start();
    expect(await story.main()).toBe(0);
    const token = story.world.told('GITHUB_ENV')['EPHEMERAL_TOKEN'] ?? '';
    expect(decodeJwt(token)).toMatchObject({
      iss: 'https://broker.example.com',
      aud: 'https://api.example.com',
      tier: 'gold',
    });
    expect(story.passed.map(({ path, status }) => [path, status])).toEqual([['/token', 200]]);
    expect(story.minted).toHaveLength(1);
  });

  test('the ID token was bound to the key of the proof, and no other', async () => {
    const story = await start();
    await story.main();
    const { aud = '' } = decodeJwt(story.minted[0] ?? '');
    expect(aud).toMatch(/^https:\/\/broker\.example\.com\/jkt\/[\w-]{43}$/);
    expect(story.world.printed()).toContain('bound to a key of this process');
  });

  test('several roles come in one request, each under its prefix, of different engines', async () => {
    const story = await start();
    expect(await story.main(threeRoles)).toBe(0);
    expect(story.passed).toHaveLength(1);
    const env = story.world.told('GITHUB_ENV');
    expect(Object.keys(env)).toEqual(['API_EPHEMERAL_TOKEN', 'DB_EPHEMERAL_TOKEN', 'OLD_EPHEMERAL_TOKEN']);
    expect(env['OLD_EPHEMERAL_TOKEN']).toBe('legacy-secret-value');
    expect(decodeJwt(env['DB_EPHEMERAL_TOKEN'] ?? '')).toMatchObject({ aud: 'https://db.example.com' });
    const ids = JSON.parse(story.world.told('GITHUB_OUTPUT')['lease-ids'] ?? '') as string[];
    expect(new Set(ids).size).toBe(3);
    expect(story.world.told('GITHUB_OUTPUT')['expires-at']).toBe('2026-11-20T12:10:00.000Z');
  });

  test('the answer on the wire holds no credential that a proxy could read', async () => {
    const story = await start();
    await story.main(threeRoles);
    const [{ text, form } = { text: '', form: {} as Record<string, string> }] = story.passed;
    for (const credential of Object.values(story.world.told('GITHUB_ENV'))) {
      expect(text).not.toContain(credential);
      for (const part of credential.split('.')) expect(text).not.toContain(part);
    }
    const { authorization_details } = JSON.parse(text) as {
      authorization_details: Record<string, unknown>[];
    };
    for (const detail of authorization_details) {
      expect(detail['credentials_jwe']).toMatch(/^[\w-]+\.[\w-]*\.[\w-]+\.[\w-]+\.[\w-]+$/);
      expect(detail).not.toHaveProperty('credentials');
    }
    expect(JSON.parse(form['encrypt_to'] ?? '')).toEqual({
      kty: 'OKP',
      crv: 'X25519',
      x: expect.stringMatching(/^[\w-]{43}$/),
    });
  });

  test('the revocation handle leaves only as its hash, until it is used', async () => {
    const story = await start();
    await story.main();
    const { debt } = JSON.parse(story.world.told('GITHUB_STATE')['ledger'] ?? '') as {
      debt: { handle: string };
    };
    expect(story.passed[0]?.form['revocation_handle_hash']).toBe(sha256(debt.handle));
    expect(JSON.stringify(story.passed)).not.toContain(debt.handle);
    const { status } = await story.post();
    expect(status).toBe(0);
    expect(story.passed[1]?.form['token']).toBe(debt.handle);
  });

  test('the job ends, and post gives all of it back', async () => {
    const story = await start();
    await story.main({ role: 'API=deploy-prod\nDB=app-ro' });
    const { status, world } = await story.post();
    expect(status).toBe(0);
    expect(story.passed.at(-1)).toMatchObject({ path: '/revoke', status: 200 });
    const { leases } = JSON.parse(story.passed.at(-1)?.text ?? '') as { leases: { state: string }[] };
    expect(leases.map(({ state }) => state)).toEqual(['revoked', 'revoked']);
    expect(world.printed().match(/given back \(revoked\)/g)).toHaveLength(2);
    expect(readdirSync(story.world.job.folder)).toEqual([]);
  });

  test('post twice is as good as once', async () => {
    const story = await start();
    await story.main();
    await story.post();
    const { status, world } = await story.post();
    expect(status).toBe(0);
    expect(world.printed()).toContain('given back (revoked)');
    expect(world.printed()).not.toContain('::warning');
  });

  test('what has ended by itself is not asked for', async () => {
    const story = await start();
    await story.main();
    story.world.clock.advance(901);
    const { status, world } = await story.post();
    expect(status).toBe(0);
    expect(world.printed()).toContain('had already ended');
    expect(story.passed).toHaveLength(1);
  });
});

describe('all or nothing', () => {
  test('one role that is not granted is no role at all, and nothing was minted', async () => {
    const story = await start();
    expect(await story.main({ role: 'API=deploy-prod\nX=owned' })).toBe(66);
    expect(story.world.told('GITHUB_ENV')).toEqual({});
    expect(story.world.told('GITHUB_STATE')['ledger']).toBe('');
    expect(story.world.printed()).toContain('[policy-denied]');
    expect(existsSync(story.world.job.folder) && readdirSync(story.world.job.folder)).toEqual([]);
  });

  test('a backend that fails at the second role leaves nothing of the first', async () => {
    const engine = breakingEngine();
    engine.issueFails = 'before';
    const story = await start({
      engines: [engine],
      yaml: (yaml) => yaml.replace(/ {2}app-ro: .*/, '  app-ro: { engine: breaking }'),
      policies: { 'github.yaml': githubPolicy },
    });
    expect(await story.main({ role: 'API=deploy-prod\nDB=app-ro', timeout: '5s' })).toBe(75);
    expect(story.world.told('GITHUB_ENV')).toEqual({});
    expect(engine.objects.size).toBe(0);
    const { status } = await story.post();
    expect(status).toBe(0);
  });

  test('what came but cannot be delivered is given back in the same step', async () => {
    const story = await start();
    expect(await story.main({ role: 'deploy-prod\napp-ro' })).toBe(64);
    expect(story.passed.map(({ path }) => path)).toEqual(['/token', '/revoke']);
    const { leases } = JSON.parse(story.passed[1]?.text ?? '') as { leases: { state: string }[] };
    expect(leases.map(({ state }) => state)).toEqual(['revoked', 'revoked']);
    expect(story.world.told('GITHUB_ENV')).toEqual({});
  });
});

describe('when the answer is lost on its way', () => {
  test('C14 the same handle with a fresh ID token brings one session, not two', async () => {
    const story = await start();
    let losses = 1;
    story.onRequest = () => (losses-- > 0 ? 'lose' : 'pass');
    expect(await story.main()).toBe(0);
    const [first, second] = story.passed;
    expect(second?.form['revocation_handle_hash']).toBe(first?.form['revocation_handle_hash']);
    expect(second?.form['subject_token']).not.toBe(first?.form['subject_token']);
    expect(second?.headers['dpop']).not.toBe(first?.headers['dpop']);
    const { world } = await story.post();
    expect(world.printed()).toContain('given back (revoked)');
    expect(audited(story, 'lent')).toBeLessThanOrEqual(2);
  });
});

describe('giving back by another way', () => {
  test('a broker that does not take the handle takes a fresh ID token of the job', async () => {
    const story = await start();
    await story.main();
    let first = true;
    story.onRequest = (path) => {
      if (path !== '/revoke' || !first) return 'pass';
      first = false;
      return jsonAnswer({ error: 'invalid_request' }, 400);
    };
    const { status, world } = await story.post();
    expect(status).toBe(0);
    expect(story.passed.at(-1)?.form).toMatchObject({
      token_type_hint: 'urn:ietf:params:oauth:token-type:id_token',
      token: story.minted[1],
    });
    expect(world.printed()).toContain('given back (revoked)');
  });

  test('when neither is taken, post says what lives on and until when', async () => {
    const story = await start();
    await story.main();
    story.onRequest = () => jsonAnswer({ error: 'invalid_request' }, 400);
    const { status, world } = await story.post();
    expect(status).toBe(0);
    expect(world.printed()).toMatch(
      /::warning title=ephemeral-creds::deploy-prod \(lease lse_\w+, immediate\) could not be given back and lives until 2026-11-20T12:15:00/,
    );
  });

  test('main that never saw the answer: post gives back what it does not know', async () => {
    const story = await start(
      {},
      {
        breaks: (deed) => {
          if (deed.startsWith('replace ')) throw new Error('killed');
        },
      },
    );
    story.onRequest = (path) => (path === '/revoke' ? jsonAnswer({ error: 'invalid_request' }, 400) : 'pass');
    expect(await story.main()).toBe(70);
    story.onRequest = () => 'pass';
    const { status, world } = await story.post();
    expect(status).toBe(0);
    expect(world.printed()).toMatch(/given back \(revoked\)/);
  });
});
