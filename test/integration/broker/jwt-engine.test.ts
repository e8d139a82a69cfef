// What a token of the engine jwt says, and by which keys it is believed while the signing key changes.
import { generateKeyPairSync } from 'node:crypto';
import { afterEach, describe, expect, test } from '@jest/globals';
import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify, type JSONWebKeySet } from 'jose';
import { Borrower, onlyToken } from '../../support/broker/borrower.ts';
import { brokerYaml, publicUrl, startTestBroker, type TestBroker } from '../../support/broker/test-broker.ts';

let broker: TestBroker | undefined;
afterEach(async () => {
  await broker?.stop();
  broker = undefined;
});

async function start(role: string, more = '', files: Record<string, string> = {}): Promise<TestBroker> {
  broker = await startTestBroker({
    yaml: () => brokerYaml.replace(/ {2}deploy-prod: .*/, `  deploy-prod: { engine: jwt, ${role} }`) + more,
    beforeStart: ({ disk }) => {
      for (const [name, text] of Object.entries(files)) disk.set(`/etc/broker/${name}`, text);
    },
  });
  return broker;
}

describe('claims', () => {
  test('of the ID token stand where the role says so, also in lists, and nothing else of it does', async () => {
    const claims = `{ repo: "{{repository_id}}", where: "{{repository}}@{{ref}}", list: ["{{sha}}", x], level: 3, on: true }`;
    const job = new Borrower(await start(`audience: [a, b], claims: ${claims}`));
    const token = decodeJwt(onlyToken(await job.borrow({ token: { claims: { sha: 'a'.repeat(40) } } })));
    expect(token).toMatchObject({
      aud: ['a', 'b'],
      repo: '456789',
      where: 'octo-org/octo-repo@refs/heads/main',
      list: ['a'.repeat(40), 'x'],
      level: 3,
      on: true,
    });
    expect(token['repository_id']).toBeUndefined();
    expect(token['cnf']).toBeUndefined();
  });

  test('a claim cannot bring a place for another', async () => {
    const job = new Borrower(await start('audience: a, claims: { who: "{{actor}}" }'));
    const answer = await job.borrow({ token: { claims: { actor: '{{repository_id}}$&' } } });
    expect(decodeJwt(onlyToken(answer))['who']).toBe('{{repository_id}}$&');
  });

  test('with `cnf` the token is bound to the session’s key', async () => {
    const job = new Borrower(await start('audience: a, cnf: true'));
    expect(decodeJwt(onlyToken(await job.borrow()))['cnf']).toEqual({ jkt: job.key.thumbprint });
  });

  test.each([
    [
      '"{{nobody_tells}}"',
      /roles\.deploy-prod\.claims\.x: no issuer of this broker tells the claim nobody_tells/,
    ],
    ['"{{ ref }}"', /claims\.x: write a claim as \{\{NAME\}\}/],
    ['"{{ref"', /claims\.x: write a claim as \{\{NAME\}\}/],
    ['"{{{ref}}}"', /claims\.x: write a claim as \{\{NAME\}\}/],
    ['["{{nobody_tells}}"]', /claims\.x: no issuer of this broker tells/],
  ])('%s does not load', async (claim, what) => {
    await expect(start(`audience: a, claims: { x: ${claim} }`)).rejects.toThrow(what);
  });

  test('a job whose token lacks the claim is denied, nothing is active, and the audit log tells which it was', async () => {
    const running = await start('audience: a, claims: { team: "{{repo_property_team}}" }');
    const job = new Borrower(running);
    const answer = await job.borrow();
    expect([answer.status, answer.body['reason']]).toEqual([403, 'denied']);
    expect(JSON.stringify(answer.body)).not.toContain('repo_property');
    expect(JSON.stringify(running.world.auditLines())).toContain('wants the claim repo_property_team');
    const given = await job.giveBack();
    expect(JSON.stringify(given.body)).not.toContain('active');
  });
});

describe('the signing key', () => {
  const pem = (): { key: string; pub: string } => {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    return {
      key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      pub: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    };
  };
  const [old, next] = [pem(), pem()];

  async function keysOf(running: TestBroker): Promise<JSONWebKeySet> {
    const answer = await new Borrower(running).send(new Request(`${publicUrl}/.well-known/jwks.json`));
    return answer.body as unknown as JSONWebKeySet;
  }

  const believes = (keys: JSONWebKeySet, token: string): Promise<boolean> =>
    jwtVerify(token, createLocalJWKSet(keys), { currentDate: new Date('2026-11-20T12:01:00Z') }).then(
      () => true,
      () => false,
    );

  test('changes with no moment at which a good token is refused', async () => {
    const stages = [
      { 'signing.pem': old.key, 'other.pem': next.pub },
      { 'signing.pem': next.key, 'other.pem': old.pub },
    ];
    const seen: { keys: JSONWebKeySet; token: string; kid: unknown }[] = [];
    for (const files of stages) {
      const running = await start('audience: a', 'published_keys: [ other.pem ]\n', files);
      const token = onlyToken(await new Borrower(running).borrow());
      seen.push({ keys: await keysOf(running), token, kid: decodeProtectedHeader(token).kid });
      await running.stop();
    }
    broker = undefined;
    const [before, after] = seen;
    expect(before?.kid).not.toBe(after?.kid);
    for (const { keys } of seen) for (const { token } of seen) expect(await believes(keys, token)).toBe(true);
    for (const { keys } of seen) {
      expect(keys.keys.filter(({ use }) => use === 'sig')).toHaveLength(2);
      expect(JSON.stringify(keys)).not.toContain('"d"');
    }
    expect(before?.keys.keys[0]?.kid).toBe(before?.kid);
  });

  test.each([
    ['is not there', {}, /published_keys\[0\]: there is no file other\.pem/],
    ['is none', { 'other.pem': 'junk' }, /published_keys\[0\]: no Ed25519 or P-256 key in PEM/],
    [
      'signs already',
      { 'signing.pem': old.key, 'other.pem': old.pub },
      /published_keys\[0\]: signs here, or is named twice/,
    ],
  ])('one beside it that %s does not load', async (_, files, what) => {
    await expect(
      start('audience: a', 'published_keys: [ other.pem ]\n', files as Record<string, string>),
    ).rejects.toThrow(what);
  });
});
