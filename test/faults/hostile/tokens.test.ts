import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { generateKeyPairSync, sign } from 'node:crypto';
import { idTokenType } from '../../../src/protocol/token-exchange.ts';
import { Borrower } from '../../support/broker/borrower.ts';
import { startWatchedBroker, type WatchedBroker } from '../../support/broker/watched-broker.ts';
import { makeIssuer, type Claims, type Segments } from '../../support/issuer.ts';

// Many requests, and the machine may be busy.
jest.setTimeout(120_000);

let broker: WatchedBroker;
let job: Borrower;

beforeAll(async () => {
  broker = await startWatchedBroker();
  job = new Borrower(broker);
  // So that its keys are there, and nothing is refused for want of them.
  expect((await job.borrow()).status).toBe(200);
});

afterAll(() => broker.stop());

/** Presents each token, and sees at the end that nothing was written. */
async function refuseEach(tokens: Iterable<string>): Promise<number> {
  const before = broker.mark();
  let count = 0;
  for (const idToken of tokens) {
    const { status, body } = await new Borrower(broker, { key: job.key }).borrow({ idToken });
    if (status !== 400) throw new Error(`answered ${String(status)}: ${JSON.stringify(body)} to ${idToken}`);
    expect(['invalid_grant', 'invalid_request']).toContain(body['error']);
    count++;
  }
  expect(broker.mark()).toBe(before);
  return count;
}

describe('a token that is genuine but for', () => {
  test('its end, cut off at any character', async () => {
    const token = await job.idToken();
    const cut = Array.from(token, (_, length) => token.slice(0, length));
    expect(await refuseEach(cut)).toBe(token.length);
  });

  test('its beginning, cut off at any place', async () => {
    const token = await job.idToken();
    await refuseEach(Array.from({ length: 200 }, (_, place) => token.slice(place + 1)));
  });

  test('one bit, in any octet of header, claims and signature', async () => {
    const segments = (await job.idToken()).split('.').map((each) => Buffer.from(each, 'base64url'));
    const flipped = segments.flatMap((octets, index) =>
      Array.from(octets, (_, place) => {
        const changed = Buffer.from(octets);
        changed.writeUInt8(changed.readUInt8(place) ^ (1 << (place % 8)), place);
        return segments.map((each, at) => (at === index ? changed : each).toString('base64url')).join('.');
      }),
    );
    expect(await refuseEach(flipped)).toBeGreaterThan(1000);
  });

  test('the order of its segments, or one of another genuine token', async () => {
    const [one = [], other = []] = (await Promise.all([job.idToken(), job.idToken()])).map((each) =>
      each.split('.'),
    );
    const [header = '', claims = '', signature = ''] = one;
    const [, otherClaims = '', otherSignature = ''] = other;
    await refuseEach(
      [
        [claims, header, signature],
        [header, signature, claims],
        [header, header, signature],
        [header, otherClaims, signature],
        [header, claims, otherSignature],
        [header, claims, signature + signature],
        [header, claims, ''],
        ['', '', ''],
        [header, '', signature],
      ].map((each) => each.join('.')),
    );
  });

  test('its spelling: white space, line breaks, marks, other alphabets, escapes', async () => {
    const token = await job.idToken();
    const middle = token.indexOf('.') + 10;
    const put = (text: string): string => token.slice(0, middle) + text + token.slice(middle);
    await refuseEach([
      ...[
        ' ',
        '\n',
        '\r\n',
        '\t',
        '\u00a0',
        '\u200b',
        '\ufeff',
        '\u0000',
        '=',
        '%20',
        '\u2024',
        'ａ',
        '+',
        '/',
      ].map(put),
      ...['\u200b', '\ufeff', ' ', '\n', '.', '='].flatMap((each) => [each + token, token + each]),
      token.replace('.', '\u2024'),
      token.replace('.', '\uff0e'),
      `Bearer ${token}`,
      `"${token}"`,
      encodeURIComponent(token).replaceAll('.', '%2E'),
      token.toLowerCase(),
      token.toUpperCase(),
    ]);
  });

  test('its signature, which is another’s: an impostor’s, an expired key’s, another issuer’s, a PSS one', async () => {
    const [header = '', claims = ''] = (await job.idToken()).split('.');
    const own = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const signed = (...[hash, padding]: [string, number?]): string => {
      const key = padding === undefined ? { key: own.privateKey } : { key: own.privateKey, padding };
      return sign(hash, Buffer.from(`${header}.${claims}`), key).toString('base64url');
    };
    const others = await Promise.all([makeIssuer(), makeIssuer({ algorithm: 'ES256' })]);
    const kid = broker.github.publicKey().kid;
    const minted = await Promise.all(
      [...others, broker.gitlab].map((issuer) =>
        issuer.mint({
          at: broker.world.clock.now(),
          claims: { iss: broker.github.url },
          header: { kid },
          segments: ({ header: text, claims: same }) => ({
            header: text.replace('ES256', 'RS256'),
            claims: same,
          }),
        }),
      ),
    );
    await refuseEach([
      ...[signed('sha256'), signed('sha512'), signed('sha1'), signed('sha256', 6)].map(
        (each) => `${header}.${claims}.${each}`,
      ),
      ...['AA', 'A'.repeat(342), `${'A'.repeat(341)}Q`, `_${'_'.repeat(341)}`].map(
        (each) => `${header}.${claims}.${each}`,
      ),
      ...minted,
    ]);
  });
});

describe('a token whose signature holds, and that says', () => {
  const put =
    (where: keyof Segments, text: string) =>
    (segments: Segments): Segments => ({
      ...segments,
      [where]: segments[where].replace('{', `{${text},`),
    });
  const minted = (changes: readonly ((segments: Segments) => Segments)[]): Promise<string[]> =>
    Promise.all(changes.map((segments) => job.idToken({ segments })));

  test('something twice, at any depth, however it is spelled', async () => {
    await refuseEach(
      await minted([
        put('claims', '"iss":"https://evil.example.com"'),
        put('claims', '"aud":"x"'),
        put('claims', '"\\u0061ud":"x"'),
        put('claims', '"exp":9999999999'),
        put('claims', '"repository_id":"1"'),
        put('claims', '"x":{"a":1,"a":1}'),
        put('claims', '"x":[[[{"a":{"b":0,"\\u0062":0}}]]]'),
        put('claims', '"__proto__":{"iss":"x"}'),
        put('claims', '"x":{"__proto__":null}'),
        put('header', '"kid":"other"'),
        put('header', '"alg":"RS256"'),
        put('header', '"typ":"JWT"'),
      ]),
    );
  });

  test('more than JSON can hold', async () => {
    await refuseEach(
      await minted([
        put('claims', '"x":1e999'),
        put('claims', '"x":-1e999'),
        put('claims', `"x":1${'0'.repeat(400)}`),
        put('claims', `"x":${'['.repeat(65)}${']'.repeat(65)}`),
        put('claims', `"x":${'{"a":'.repeat(65)}1${'}'.repeat(65)}`),
        put('claims', '"x":"\\ud800"'),
        put('claims', '"\\udfff":1'),
        ({ header, claims }) => ({ header, claims: `${claims} ` + '\u00a0' }),
        ({ header, claims }) => ({ header, claims: `\ufeff${claims}` }),
        ({ header, claims }) => ({ header, claims: claims.replaceAll('"', "'") }),
        ({ header, claims }) => ({ header, claims: claims.replace(/\}$/, ',}') }),
        ({ header, claims }) => ({ header, claims: `${claims}\n{}` }),
        ({ header }) => ({ header, claims: 'null' }),
        ({ header }) => ({ header, claims: '"text"' }),
        ({ header, claims }) => ({ header: `[${header}]`, claims }),
      ]),
    );
  });

  test('numbers of no use', async () => {
    const numbers = [0, -1, 1e300, 1.7976931348623157e308, 8.64e12, 5e-324, -0, 9007199254740993];
    const names = ['exp', 'iat', 'nbf'];
    const tokens = names.flatMap((name) =>
      numbers
        // Long ago is a good time to have become valid.
        .filter((value) => name !== 'nbf' || Math.abs(value) > 1 || value < 0)
        .map((value) => job.idToken({ claims: { [name]: value } })),
    );
    await refuseEach(await Promise.all(tokens));
  });

  test('what it says under a name that only looks right', async () => {
    const genuine: [string, string][] = [
      ['repository_id', 'repository_іd'],
      ['repository_id', 'Repository_id'],
      ['repository_id', 'repository_id\u200b'],
      ['repository_id', ' repository_id'],
      ['run_id', 'run\u005fid\u0301'],
      ['iss', 'ıss'],
      ['iss', 'ISS'],
      ['aud', 'aud\u0000'],
      ['aud', 'аud'],
      ['exp', 'exp '],
      ['jti', 'jtı'],
      ['sub', 'ѕub'],
    ];
    for (const [name, lookalike] of genuine) {
      const segments = (text: Segments): Segments => ({
        ...text,
        claims: text.claims.replace(`"${name}"`, JSON.stringify(lookalike)),
      });
      await refuseEach([await job.idToken({ segments })]);
    }
  });

  const denied = { status: 403, body: { error: 'access_denied', reason: 'denied' } };

  test.each<[string, Claims]>([
    ['a name with a Cyrillic letter', { environment: 'рroduction' }],
    ['a name of full width', { environment: 'ｐｒｏｄｕｃｔｉｏｎ' }],
    ['a name with nothing in it', { environment: 'prod\u200buction' }],
    ['a name that is written backwards', { environment: '\u202enoitcudorp' }],
    ['a name with a mark', { environment: 'production\ufe0f' }],
    ['a name with a zero octet', { environment: 'production\u0000' }],
    ['a name with something after a line break', { environment: 'production\nx' }],
    ['a ref with dot segments', { ref: 'refs/heads/x/../main' }],
    ['a ref with a slash more', { ref: 'refs/heads//main' }],
    ['a ref that is encoded', { ref: 'refs%2Fheads%2Fmain' }],
    ['a ref with a pattern', { ref: 'refs/heads/*' }],
    ['an id with a zero before it', { repository_owner_id: '0123456' }],
    ['an id in other digits', { repository_owner_id: '١٢٣٤٥٦' }],
    ['an id with a point', { repository_owner_id: '123456.0' }],
    ['an event in capitals', { event_name: 'PUSH' }],
    ['two events', { event_name: 'push,workflow_dispatch' }],
    ['two events in a list', { event_name: ['push'] }],
  ])('%s, is denied', async (_, claims) => {
    await broker.expectRefused(() => job.borrow({ token: { claims } }), denied);
  });

  test('another form of the same letters, is denied', async () => {
    const accented = 'prod-\u00e9';
    const policy = broker.world.disk.get('/etc/broker/policies/github.yaml') ?? '';
    const other = await startWatchedBroker({
      policies: { 'a.yaml': policy.replaceAll('environment: production', `environment: ${accented}`) },
    });
    const borrower = new Borrower(other);
    const environment = accented.normalize('NFD');
    await other.expectRefused(() => borrower.borrow({ token: { claims: { environment } } }), denied);
    expect((await borrower.borrow({ token: { claims: { environment: accented } } })).status).toBe(200);
    await other.stop();
  });
});

test('a token that is forged gives nothing back either, however it is forged', async () => {
  const victim = new Borrower(broker);
  const borrowed = await victim.borrow({ token: { claims: { check_run_id: '4711' } } });
  expect(borrowed.status).toBe(200);
  const own = { claims: { check_run_id: '4711' } };
  const token = await victim.idToken(own);
  const [header = '', claims = '', signature = ''] = token.split('.');
  const impostor = await makeIssuer();
  const kid = broker.github.publicKey().kid;
  const attacker = new Borrower(broker);
  const forged = [
    token,
    `${header}.${claims}.`,
    `${header}.${claims}.${signature.slice(0, -4)}AAAA`,
    await impostor.mint({ ...own, at: broker.world.clock.now(), header: { kid } }),
    await attacker.idToken({
      claims: { check_run_id: '4712' },
      segments: ({ header: text, claims: text2 }) => ({
        header: text,
        claims: text2.replace('{', '{"check_run_id":"4711",'),
      }),
    }),
    await attacker.idToken({ claims: { check_run_id: ['4711'] } }),
    await attacker.idToken({ claims: { check_run_id: '4711 ' } }),
    await attacker.idToken({ claims: { check_run_id: '4711', exp: 1 } }),
  ];
  const before = broker.mark();
  for (const each of forged) {
    const answer = await attacker.post('/revoke', { token: each, token_type_hint: idTokenType });
    expect(answer).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
  }
  expect(broker.mark()).toBe(before);
  expect((await victim.giveBack()).body['leases']).toMatchObject([{ state: 'revoked' }]);
});
