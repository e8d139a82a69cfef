import { describe, expect, test } from '@jest/globals';
import { readSettings } from '../../../src/broker/commands/read-settings.ts';
import type { Settings } from '../../../src/broker/commands/settings.ts';
import type { KeySource } from '../../../src/broker/domain/issuer.ts';
import { brokerYaml, githubPolicy, startTestBroker } from '../../support/broker/test-broker.ts';
import { testWorld } from '../../support/broker/world.ts';

function read(yaml: string, files: Record<string, string> = {}): Promise<Settings> {
  const world = testWorld();
  world.disk.set('/etc/broker/broker.yaml', yaml);
  world.disk.set('/etc/broker/policies/p.yaml', githubPolicy);
  for (const [name, text] of Object.entries(files)) world.disk.set(`/etc/broker/${name}`, text);
  return readSettings('/etc/broker/broker.yaml', world.files);
}

const change = (from: string | RegExp, to: string): string => {
  const changed = brokerYaml.replace(from, to);
  if (changed === brokerYaml) throw new Error('the example changed');
  return changed;
};

const onPostgres =
  change(/^store: .*$/m, 'store: { postgres: "env:DB" }').replace(/^(signing|audit)_key: .*\n/gm, '') +
  'signing_key: ./one.pem\naudit_key: ./two.pem\n';

function hrefOf(keys: KeySource): string {
  return keys.from === 'file' ? 'a file' : keys.url.href;
}

describe('broker.yaml', () => {
  test('is read, its paths count from its folder, and its URLs are in normal form', async () => {
    const settings = await read(
      change(
        'public_url: https://broker.example.com',
        'public_url: HTTPS://Broker.Example.com:443/creds/\npublic_urls: [ https://b2.example.com ]',
      ),
    );
    expect(settings).toMatchObject({
      publicUrls: ['https://broker.example.com/creds', 'https://b2.example.com'],
      store: { sqlite: '/etc/broker/broker.db' },
      listen: { host: '127.0.0.1', port: 0 },
      bodyHash: 'required',
      audit: [{ to: { file: '/etc/broker/audit.jsonl' }, required: true }],
      logLevel: 'info',
      metrics: { networks: ['127.0.0.0/8', '::1/128'], directOnly: true },
    });
    expect(settings.issuers.map(({ url, keys, binding }) => [url, hrefOf(keys), binding])).toEqual([
      [
        'https://token.actions.githubusercontent.com',
        'https://token.actions.githubusercontent.com/.well-known/jwks',
        'key-bound-audience',
      ],
      ['https://gitlab.example.com', 'https://gitlab.example.com/oauth/discovery/keys', 'first-use'],
    ]);
    expect(settings.roles.map(({ terms }) => [terms.name, terms.defaultSeconds, terms.maxSeconds])).toEqual([
      ['deploy-prod', 900, 1800],
      ['app-ro', 600, 1800],
      ['legacy', 900, 900],
      ['owned', 900, 3600],
    ]);
  });

  test('of a store in PostgreSQL is read with the keys that its replicas need', async () => {
    expect(await read(onPostgres)).toMatchObject({
      store: { postgres: 'env:DB', connections: 10, connectMs: 5000, statementMs: 5000 },
      signingKey: { path: '/etc/broker/one.pem', shared: true },
      auditKeyPath: '/etc/broker/two.pem',
    });
  });

  test.each<[string, string, RegExp]>([
    [
      'an unknown key',
      `${brokerYaml}polices: ./x\n`,
      /^\/etc\/broker\/broker\.yaml:16: polices: unknown key; the keys here are .*policies/,
    ],
    [
      'an unknown key of a role',
      change('audience: https://db.example.com', 'audience: https://db.example.com, audiense: x'),
      /broker\.yaml:11: roles\.app-ro\.audiense: unknown key; the keys here are audience, claims/,
    ],
    [
      'an unknown key of an issuer',
      change('platform: gitlab,', 'platform: gitlab, audiance: x,'),
      /issuers\[1\]\.audiance: unknown key; the keys here are platform, url/,
    ],
    [
      'an unknown platform',
      change('- github', '- githob'),
      /broker\.yaml:7: issuers\[0\]: unknown platform; write one of github, gitlab/,
    ],
    [
      'GitLab without its URL',
      change('{ platform: gitlab, url: https://gitlab.example.com }', 'gitlab'),
      /write the instance’s URL/,
    ],
    [
      'an issuer over plain http',
      change('https://gitlab.example.com', 'http://gitlab.example.com'),
      /must be https/,
    ],
    ['the same issuer twice', change('- github\n', '- github\n  - github\n'), /stands here twice/],
    [
      'an unknown engine',
      change('engine: static', 'engine: statik'),
      /roles\.legacy\.engine: unknown engine; write one of .*jwt.*postgres/,
    ],
    [
      'a secret in the file',
      change('env:LEGACY_TOKEN', 'hunter2'),
      /roles\.legacy\.value: write where the value is kept: secret:NAME \(by the broker itself\), env:NAME or file:PATH/,
    ],
    [
      'a public URL that is none',
      change('public_url: https://broker.example.com', 'public_url: broker.example.com'),
      /broker\.yaml:1: public_url: not a URL/,
    ],
    [
      'a public URL over plain http',
      change('public_url: https', 'public_url: http'),
      /public_url: must be https/,
    ],
    [
      'a public URL with a query',
      change('broker.example.com', 'broker.example.com/?x'),
      /no user, query or fragment/,
    ],
    [
      'a public URL with dot segments',
      change('broker.example.com', 'broker.example.com/a/../b'),
      /no dot segments/,
    ],
    [
      'a public URL whose path has more than plain names in it',
      change('broker.example.com', 'broker.example.com/:tenant'),
      /public_url: must have a path of letters/,
    ],
    ['a port beyond 65535', change('127.0.0.1:0', '127.0.0.1:99999'), /listen: write an address and a port/],
    ['no port', change('127.0.0.1:0', '127.0.0.1'), /listen: write an address and a port/],
    ['plain http for everyone', change('127.0.0.1:0', '0.0.0.0:8080'), /tls: off only behind a proxy/],
    ['nothing about TLS', change('tls: off\n', ''), /tls: write `tls: \{ certificate: FILE, key: FILE \}`/],
    [
      'a certificate that is not there',
      change('tls: off', 'tls: { certificate: a.crt, key: a.key }'),
      /broker\.yaml:3: tls\.certificate: there is no file a\.crt/,
    ],
    [
      'a proxy that is no address',
      `${brokerYaml}trusted_proxies: [ proxy ]\n`,
      /trusted_proxies\[0\]: write an address or a range/,
    ],
    [
      'a sink twice',
      change('[ { file: ./audit.jsonl } ]', '[ stdout, { file: ./audit.jsonl }, { file: audit.jsonl } ]'),
      /audit\[?\.?2\]?: named twice/,
    ],
    [
      'one key for tokens and for the audit log',
      change('signing_key: /etc/broker/signing.pem', 'signing_key: ./one.pem\naudit_key: one.pem'),
      /audit_key: must be another key than signing_key/,
    ],
    ...(['signing_key', 'audit_key'] as const).map((key): [string, string, RegExp] => [
      `a store in PostgreSQL and no ${key}`,
      onPostgres.replace(new RegExp(`^${key}: .*\n`, 'm'), ''),
      new RegExp(`broker\\.yaml:4: store: a store in PostgreSQL needs \`${key}\`: name the file of`),
    ]),
    [
      'a store in PostgreSQL, a nonce and no key for it',
      `${onPostgres}nonce: required\n`,
      /broker\.yaml:4: store: a store in PostgreSQL needs `nonce_key`: name the file of the key that all/,
    ],
    [
      'a store without its place',
      change(/^store: .*$/m, 'store: {}'),
      /store: name one store: \{ sqlite: FILE \} or \{ postgres: "env:DATABASE_URL" \}/,
    ],
    [
      'a store in two places',
      change(/^store: .*$/m, 'store: { sqlite: ./a.db, postgres: "env:DB" }'),
      /store: name one store/,
    ],
    [
      'what belongs to PostgreSQL beside a file',
      change(/^store: .*$/m, 'store: { sqlite: ./a.db, connections: 5 }'),
      /store: ca, connections, connect_timeout, statement_timeout belong to a store in PostgreSQL/,
    ],
    [
      'audit that nobody has to take',
      change('[ { file: ./audit.jsonl } ]', '[ { file: ./audit.jsonl, required: false } ]'),
      /audit: one sink at least must be required/,
    ],
    [
      'standard output named twice',
      change('[ { file: ./audit.jsonl } ]', '[ stdout, { stdout: true, required: false } ]'),
      /audit\[?\.?1\]?: named twice/,
    ],
    ['metrics for nobody', `${brokerYaml}metrics: {}\n`, /metrics: write `listen: 127\.0\.0\.1:9090`/],
    ['metrics for no range', `${brokerYaml}metrics: { networks: [all] }\n`, /write an address or a range/],
    [
      'metrics for networks behind a proxy that nobody named',
      `${brokerYaml}metrics: { networks: [127.0.0.1] }\n`,
      /metrics\.networks: without TLS of the broker’s own, name the proxy/,
    ],
    ['a level that there is not', `${brokerYaml}log: { level: trace }\n`, /log\.level/],
    ['no audit', change('[ { file: ./audit.jsonl } ]', '[]'), /audit: name at least one sink/],
    ['no policies', change('./policies', './policy'), /policies: there is no folder \.\/policy/],
    [
      'a lifetime longer than the longest',
      change('default: 15m, max: 30m', 'default: 45m, max: 30m'),
      /roles\.deploy-prod\.ttl\.default: longer than ttl\.max/,
    ],
    [
      'a lifetime that the engine cannot',
      change('default: 15m, max: 30m', 'default: 15m, max: 2d'),
      /roles\.deploy-prod\.ttl\.max: jwt lends for at most 86400 s/,
    ],
    [
      'a long life for what cannot be revoked',
      change('engine: static,', 'engine: static, ttl: { max: 1h },'),
      /roles\.legacy\.ttl\.max: static cannot revoke.*accept_expiry_only: 3600s/,
    ],
    ['a claim that the engine sets itself', change('{ tier: gold }', '{ iss: me }'), /choose another name/],
    ['a role with no name', change('  legacy:', '  "le gacy":'), /write a role name/],
    [
      'a resource server without a key',
      `${brokerYaml}resource_servers: [ { id: a, audience: b } ]\n`,
      /resource_servers\[0\]: name one file/,
    ],
    [
      'a resource server with no usable key',
      `${brokerYaml}resource_servers: [ { id: a, audience: b, public_key: junk.pem } ]\n`,
      /public_key: no usable key/,
    ],
    ['something that is no YAML', 'public_url: [', /^\/etc\/broker\/broker\.yaml:1: /],
  ])('with %s is refused with file, line and field', async (_, yaml, message) => {
    await expect(read(yaml, { 'junk.pem': 'junk' })).rejects.toThrow(message);
    await expect(read(yaml, { 'junk.pem': 'junk' })).rejects.toMatchObject({
      code: 'input-invalid',
      exit: 64,
    });
  });

  test('that is not there is named', async () => {
    await expect(readSettings('/nowhere.yaml', testWorld().files)).rejects.toThrow(
      '/nowhere.yaml: no such file',
    );
  });

  test('may lend longer what cannot be revoked, when that is accepted', async () => {
    const yaml = change('engine: static,', 'engine: static, accept_expiry_only: 1h, ttl: { max: 1h },');
    expect((await read(yaml)).roles.find(({ terms }) => terms.name === 'legacy')?.terms.maxSeconds).toBe(
      3600,
    );
  });

  test('says of GitHub Enterprise Server what its tokens lack', async () => {
    const yaml = change('- github', '- { platform: github, url: https://ghes.example.com/_services/token }');
    const settings = await read(yaml);
    expect(settings.notices).toEqual([
      'without TLS of its own and without `trusted_proxies`, all callers behind a proxy count as one.',
      expect.stringMatching(/^https:\/\/ghes\.example\.com\/_services\/token: .*run is the smallest/),
    ]);
    expect(settings.issuers.map(({ keys }) => hrefOf(keys))[0]).toBe(
      'https://ghes.example.com/_services/token/.well-known/jwks',
    );
  });

  test('takes an issuer on this machine over plain http', async () => {
    const yaml = change('- github', '- { platform: github, url: "http://127.0.0.1:8080" }');
    expect((await read(yaml)).issuers[0]?.url).toBe('http://127.0.0.1:8080');
  });
});

test('a value that is not set stops the start, not a job', async () => {
  await expect(startTestBroker({ world: testWorld() })).rejects.toThrow(
    /broker\.yaml:12: roles\.legacy\.value: env:LEGACY_TOKEN is not set/,
  );
});
