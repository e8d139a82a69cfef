import { afterEach, describe, expect, test } from '@jest/globals';
import {
  compactDecrypt,
  createLocalJWKSet,
  exportJWK,
  generateKeyPair,
  jwtVerify,
  type JSONWebKeySet,
} from 'jose';
import { Borrower, leasesOf, onlyToken } from '../../support/broker/borrower.ts';
import {
  publicUrl,
  startTestBroker,
  type TestBroker,
  type TestBrokerOptions,
} from '../../support/broker/test-broker.ts';

let broker: TestBroker | undefined;

async function start(options?: TestBrokerOptions): Promise<TestBroker> {
  broker = await startTestBroker(options);
  return broker;
}

afterEach(async () => {
  await broker?.stop();
  broker = undefined;
});

describe('POST /token', () => {
  test('a job with the right claims borrows what its policy grants', async () => {
    const job = new Borrower(await start());
    const answer = await job.borrow();
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({
      token_type: 'DPoP',
      issued_token_type: 'urn:ietf:params:oauth:token-type:access_token',
      expires_in: 900,
    });
    expect(answer.body['access_token']).toMatch(/^ecs_[A-Za-z0-9_-]{43}$/);
    expect(answer.body['session_id']).toMatch(/^ses_/);
    expect(leasesOf(answer)).toMatchObject([
      {
        type: 'ephemeral_credential',
        role: 'deploy-prod',
        expires_in: 900,
        expires_at: '2026-11-20T12:15:00.000Z',
        credential_expires_at: '2026-11-20T12:15:00.000Z',
        revocability: 'immediate',
        policy: { id: 'deploy-prod' },
        credentials: [{ name: 'deploy-prod', kind: 'bearer-token' }],
      },
    ]);
    expect(leasesOf(answer)[0]?.policy.version).toMatch(/^sha256:[0-9a-f]{64}$/);
  });

  test('the token of the jwt engine verifies with the published keys and says what RFC 9068 wants', async () => {
    const job = new Borrower(await start());
    const answer = await job.borrow();
    const keys = await job.send(new Request(`${publicUrl}/.well-known/jwks.json`));
    const { payload, protectedHeader } = await jwtVerify(
      onlyToken(answer),
      createLocalJWKSet(keys.body as unknown as JSONWebKeySet),
      {
        issuer: publicUrl,
        audience: 'https://api.example.com',
        typ: 'at+jwt',
        currentDate: job.broker.world.clock.now(),
      },
    );
    expect(protectedHeader.alg).toBe('EdDSA');
    expect(payload).toMatchObject({
      jti: leasesOf(answer)[0]?.lease_id,
      client_id: answer.body['session_id'],
      role: 'deploy-prod',
      tier: 'gold',
    });
    expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(900);
  });

  test('several roles come in one round trip, in the order asked', async () => {
    const job = new Borrower(await start());
    const answer = await job.borrow({ roles: ['legacy', 'app-ro', 'deploy-prod'] });
    expect(leasesOf(answer).map(({ role, revocability }) => [role, revocability])).toEqual([
      ['legacy', 'expiry-only'],
      ['app-ro', 'immediate'],
      ['deploy-prod', 'immediate'],
    ]);
    expect(leasesOf(answer)[0]?.credentials).toEqual([
      { name: 'legacy', kind: 'bearer-token', token: 'legacy-secret-value' },
    ]);
  });

  test('one role that is not granted refuses them all', async () => {
    const job = new Borrower(await start());
    const answer = await job.borrow({ roles: ['deploy-prod', 'owned'] });
    expect([answer.status, answer.body['reason']]).toEqual([403, 'denied']);
    expect((await job.giveBack()).body).toEqual({ leases: [] });
  });

  test('an unknown role and a refused one look alike', async () => {
    const job = new Borrower(await start());
    const refused = await job.borrow({ roles: ['owned'] });
    const unknown = await job.borrow({ roles: ['nope1'] });
    const { request_id: first, ...refusedBody } = refused.body;
    const { request_id: second, ...unknownBody } = unknown.body;
    expect(first).not.toBe(second);
    expect(unknownBody).toEqual(refusedBody);
    expect(unknown.status).toBe(refused.status);
  });

  test.each(['X25519', 'P-256'])('what is lent can be encrypted to a key on %s', async (crv) => {
    const job = new Borrower(await start());
    const { privateKey, publicKey } = await generateKeyPair('ECDH-ES', { crv, extractable: true });
    const answer = await job.borrow({ form: { encrypt_to: JSON.stringify(await exportJWK(publicKey)) } });
    const [lease] = leasesOf(answer);
    expect(lease).not.toHaveProperty('credentials');
    const { plaintext, protectedHeader } = await compactDecrypt(lease?.credentials_jwe ?? '', privateKey);
    expect(protectedHeader).toMatchObject({ alg: 'ECDH-ES', enc: 'A256GCM' });
    expect(JSON.parse(new TextDecoder().decode(plaintext))).toMatchObject([{ kind: 'bearer-token' }]);
  });

  test('a role may insist on encryption', async () => {
    const job = new Borrower(
      await start({
        yaml: (yaml) =>
          yaml.replace(
            '{ engine: jwt, audience: https://api.example.com, ttl',
            '{ engine: jwt, require_encryption: true, audience: https://api.example.com, ttl',
          ),
      }),
    );
    const answer = await job.borrow();
    expect([answer.status, answer.body['error']]).toEqual([400, 'invalid_request']);
  });

  test('GitLab’s token may be presented again by the key that had it first, and by no other', async () => {
    const running = await start();
    const job = new Borrower(running, { issuer: running.gitlab });
    const idToken = await job.idToken();
    expect((await job.borrow({ idToken })).status).toBe(200);
    expect((await job.borrow({ idToken, roles: ['app-ro'], handle: 'second' })).status).toBe(200);
    const thief = new Borrower(running, { issuer: running.gitlab });
    const stolen = await thief.borrow({ idToken });
    expect(stolen.body).toMatchObject({ error: 'invalid_grant', reason: 'token-bound-to-other-key' });
    expect(running.world.auditLines().at(-2)).toMatchObject({
      message: 'session refused: token-of-other-key',
      severity_id: 4,
    });
  });

  test('a GitLab session ends with its ID token, the only one there is', async () => {
    const running = await start();
    const job = new Borrower(running, { issuer: running.gitlab });
    const answer = await job.borrow({ token: { lifetimeSeconds: 300 } });
    expect(answer.body['expires_in']).toBe(300);
  });

  test('a decision is written down with every condition before the answer, and no token is', async () => {
    const job = new Borrower(await start());
    const idToken = await job.idToken();
    const answer = await job.borrow({ idToken });
    const lines = job.broker.world.auditLines();
    const decision = lines.find(({ metadata }) => metadata.event_code === 'decision');
    expect(decision).toMatchObject({
      status: 'success',
      metadata: { correlation_uid: answer.headers.get('x-request-id') },
      unmapped: { role: 'deploy-prod', decision: 'allow', claims: { ref: 'refs/heads/main' } },
    });
    expect(lines.map(({ message }) => message)).toEqual(['broker started', 'role granted', 'lease active']);
    const log = job.broker.world.disk.get('/etc/broker/audit.jsonl') ?? '';
    for (const secret of [idToken, onlyToken(answer), String(answer.body['access_token']), job.handle])
      expect(log).not.toContain(secret);
  });

  test('strangers can neither fill the log nor learn that they are unknown', async () => {
    const job = new Borrower(await start());
    const refused = await job.borrow({ token: { claims: { ref: 'refs/heads/x' } } });
    for (let stranger = 0; stranger < 30; stranger++) {
      const answer = await job.borrow({ token: { claims: { repository_id: String(stranger) } } });
      expect({ ...answer.body, request_id: '' }).toEqual({ ...refused.body, request_id: '' });
    }
    const events = job.broker.world.auditLines().map(({ metadata }) => metadata.event_code);
    expect(events.filter((code) => code === 'stranger')).toHaveLength(10);
    expect(events.filter((code) => code === 'decision')).toHaveLength(1);
  });

  test('a refusal says to the log what it does not say on the wire', async () => {
    const job = new Borrower(await start());
    const answer = await job.borrow({ token: { claims: { ref: 'refs/heads/feature' } } });
    expect([answer.status, answer.body['error'], answer.body['reason']]).toEqual([
      403,
      'access_denied',
      'denied',
    ]);
    expect(JSON.stringify(answer.body)).not.toContain('refs/heads');
    const condition = {
      name: 'ref',
      expected: 'refs/heads/main',
      actual: 'refs/heads/feature',
      holds: false,
    };
    expect(job.broker.world.auditLines().at(-1)?.unmapped?.['considered']).toMatchObject([
      { conditions: expect.arrayContaining([condition]) as unknown },
    ]);
  });
});
