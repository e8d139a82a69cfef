// netrc, read by the real curl and by Python's netrc.
import { describe, expect, test } from '@jest/globals';
import { awkwardSamples } from '../../support/awkward.ts';
import { credentialWith } from '../../support/credentials.ts';
import { delivered, type Delivered } from '../../support/delivered.ts';
import { testWith } from '../../support/peers.ts';
import { failureOf } from '../../support/scan.ts';
import { basic, startWebServer, type WebServer } from '../../support/web-server.ts';

const login = (password: string, host = 'artifacts.example.com', username = 'deploy') =>
  credentialWith('registry-login', { registry: host, username, password });

const own = `# machine commented.example.com login c password c
machine other.example.com login me
  password theirs
macdef init
  machine artifacts.example.com login macro password macro

machine ARTIFACTS.example.com login me password old # machine x
machine late.example.com login late password late
default login anonymous password "two words"
`;

const readIt = `import netrc, os, json; print(json.dumps(netrc.netrc(os.environ["NETRC"]).hosts))`;

async function hostsIn(place: Delivered): Promise<Record<string, [string, string, string]>> {
  const { out, err } = await place.run('python3', ['-c', readIt]);
  expect(err).toBe('');
  return JSON.parse(out) as Record<string, [string, string, string]>;
}

async function fetchBy(place: Delivered, url: string): Promise<string> {
  return (
    await place.run('curl', ['-q', '-s', '--noproxy', '*', '--netrc-file', place.env['NETRC'] ?? '', url])
  ).out;
}

const open = (): Promise<WebServer> =>
  startWebServer({
    authorization: basic('deploy', 'our-password'),
    answer: (_, response) => response.end('let in'),
  });

testWith(
  ['curl'],
  'curl signs in with it, and what the user has for the host is not asked',
  async () => {
    await using server = await open();
    const home = { '.netrc': 'machine 127.0.0.1 login deploy password old\n' };
    using place = await delivered('netrc', [login('our-password', server.url)], { home });
    expect(await fetchBy(place, server.url)).toBe('let in');
  },
  60_000,
);

testWith(
  ['curl'],
  'and to no other host',
  async () => {
    await using server = await open();
    using place = await delivered('netrc', [login('our-password', 'elsewhere.example.com')]);
    expect(await fetchBy(place, server.url)).toBe('no');
    expect(server.asked).toEqual(['GET / -']);
  },
  60_000,
);

testWith(
  ['python3'],
  'the user’s other entries, macros and default stay',
  async () => {
    using place = await delivered('netrc', [login('our-password')], { home: { '.netrc': own } });
    expect(await hostsIn(place)).toEqual({
      'artifacts.example.com': ['deploy', '', 'our-password'],
      'other.example.com': ['me', '', 'theirs'],
      'late.example.com': ['late', '', 'late'],
      default: ['anonymous', '', 'two words'],
    });
    expect(place.file('netrc')).toContain(
      'macdef init\n  machine artifacts.example.com login macro password macro\n\n',
    );
  },
  60_000,
);

testWith(
  ['python3', 'curl'],
  'whatever the password is: read back as it was lent, or refused',
  async () => {
    let carried = 0;
    using places = new DisposableStack();
    for (const password of awkwardSamples(30)) {
      let place: Delivered;
      try {
        place = await delivered('netrc', [login(password)]);
      } catch (error) {
        expect(error).toMatchObject({ code: 'credential-unusable' });
        continue;
      }
      places.use(place);
      carried++;
      expect([password, (await hostsIn(place))['artifacts.example.com']]).toEqual([
        password,
        ['deploy', '', password],
      ]);
      await using server = await startWebServer({
        authorization: basic('deploy', password),
        answer: (_r, response) => response.end('let in'),
      });
      using second = await delivered('netrc', [login(password, server.host.replace(/^/, 'http://'))]);
      expect([password, await fetchBy(second, server.url)]).toEqual([password, 'let in']);
    }
    expect(carried).toBeGreaterThan(5);
  },
  120_000,
);

describe('what was lent cannot bring lines or hosts of its own', () => {
  test.each([
    'a.example.com\nmachine b.example.com',
    'a.example.com machine',
    '*.example.com',
    '*',
    'a.example.com/..%2f',
    'user@a.example.com',
    'http://a.example.com',
    'a.example.com?x',
    'a.example.com#x',
    'a"b.example.com',
    '',
  ])('the host %j', async (host) => {
    expect(await failureOf(() => delivered('netrc', [login('x', host)]))).toMatchObject({
      name: 'CredsError',
    });
  });

  test('a user name with a blank', async () => {
    expect(
      await failureOf(() => delivered('netrc', [login('x', 'a.example.com', 'x password y')])),
    ).toMatchObject({
      code: 'credential-unusable',
    });
  });

  test('two for one host', async () => {
    const two = [login('x', 'a.example.com'), login('y', 'a.example.com/other')];
    expect(String(await failureOf(() => delivered('netrc', two)))).toContain('same place');
  });
});
