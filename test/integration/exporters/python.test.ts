// pypirc, read by the real twine, and by the parser that it uses.
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { awkwardSamples } from '../../support/awkward.ts';
import { credentialWith } from '../../support/credentials.ts';
import { delivered, type Delivered } from '../../support/delivered.ts';
import { testWith } from '../../support/peers.ts';
import { findTwine } from '../../support/programs.ts';
import { failureOf } from '../../support/scan.ts';
import { basic, startWebServer } from '../../support/web-server.ts';

const login = (registry: string, given: Record<string, string> = {}) =>
  credentialWith('registry-login', { registry, username: '__token__', password: 'pypi-our-token', ...given });

/** The smallest source distribution. */
function sdist(place: Delivered): string {
  mkdirSync(join(place.home, 'x-1.0'));
  writeFileSync(join(place.home, 'x-1.0/PKG-INFO'), 'Metadata-Version: 2.1\nName: x\nVersion: 1.0\n');
  execFileSync('tar', ['-czf', 'x-1.0.tar.gz', 'x-1.0'], { cwd: place.home });
  return join(place.home, 'x-1.0.tar.gz');
}

testWith(
  ['twine'],
  'twine uploads with it, to the place of the same name',
  async () => {
    await using server = await startWebServer({
      authorization: basic('__token__', 'pypi-our-token'),
      answer: (request, response) => {
        request.resume().once('end', () => response.end('ok'));
      },
    });
    const home = {
      '.pypirc':
        '[distutils]\nindex-servers = pypi\n  inhouse\n\n[pypi]\npassword = old\n\n[inhouse]\nrepository = https://inhouse.example.com/\n',
    };
    using place = await delivered('pypirc', [login(`${server.url}/legacy/`)], { home });
    const words = [
      'upload',
      '--non-interactive',
      '--disable-progress-bar',
      '--config-file',
      place.env['EPHEMERAL_PYPIRC'] ?? '',
      sdist(place),
    ];
    expect(await place.run(findTwine() ?? '', words, { NO_PROXY: '127.0.0.1' })).toMatchObject({ status: 0 });
    expect(server.asked).toEqual([`POST /legacy/ ${basic('__token__', 'pypi-our-token')}`]);
    expect(place.file('pypirc')).toContain('[inhouse]\nrepository = https://inhouse.example.com/');
    expect(place.file('pypirc')).not.toContain('old');
  },
  60_000,
);

const readIt = `
import configparser, json, os
found = configparser.RawConfigParser()
found.read(os.environ["EPHEMERAL_PYPIRC"])
print(json.dumps({each: dict(found.items(each)) for each in found.sections()}))
`;

testWith(
  ['python3'],
  'whatever the password is: read back as it was lent, or refused',
  async () => {
    let carried = 0;
    using places = new DisposableStack();
    for (const password of awkwardSamples(30)) {
      let place: Delivered;
      try {
        place = await delivered('pypirc', [login('https://pypi.example.com/legacy/', { password })]);
      } catch (error) {
        expect(error).toMatchObject({ code: 'credential-unusable' });
        continue;
      }
      places.use(place);
      carried++;
      const { out } = await place.run('python3', ['-c', readIt]);
      expect(JSON.parse(out)).toEqual({
        distutils: { 'index-servers': '\npypi\ntestpypi' },
        pypi: { repository: 'https://pypi.example.com/legacy/', username: '__token__', password },
      });
    }
    expect(carried).toBeGreaterThan(5);
  },
  120_000,
);

describe('what was lent cannot bring lines or sections of its own', () => {
  test.each([
    { registry: 'a.example.com\n[x]' },
    { username: 'x\npassword = y' },
    { password: 'x\n[inhouse]' },
  ])('%j', async (given) => {
    expect(await failureOf(() => delivered('pypirc', [login('https://a.example.com', given)]))).toMatchObject(
      { code: 'credential-unusable' },
    );
  });

  test.each(['distutils', 'DEFAULT', 'a]b', 'a b'])('nor can the workflow call it %j', async (repository) => {
    expect(
      await failureOf(() => delivered('pypirc', [login('a.example.com')], { settings: { repository } })),
    ).toMatchObject({ code: 'input-invalid' });
  });
});
