import { describe, expect, test } from '@jest/globals';
import { join } from 'node:path';
import { ssh } from '../../../src/broker/engines/ssh.ts';
import { serialOf } from '../../../src/broker/engines/ssh/certificate.ts';
import { keyIdOf } from '../../../src/broker/engines/ssh/key-id.ts';
import { principalFor, principalProblem } from '../../../src/broker/engines/ssh/principals.ts';
import { listName, revocationList } from '../../../src/broker/engines/ssh/revocation-list.ts';
import { Secret } from '../../../src/domain/secret.ts';
import { makeSshKey } from '../../../src/protocol/ssh-key.ts';
import { engineTools, mintOf } from '../../support/broker/engine-tools.ts';
import { leaseRecord } from '../../support/broker/leases.ts';
import { failureOf } from '../../support/scan.ts';
import { testWorld, type TestWorld } from '../../support/broker/world.ts';

const authorityKey = makeSshKey().privateText.reveal();

describe('principals', () => {
  test('what two claims make, no other two can make', () => {
    const made = (a: string, b: string, principal = 'ci-${a}-${b}'): string | undefined =>
      principalFor(principal, { a, b });
    expect(made('1', '2-3')).toBe('ci-1-2-3');
    expect(made('1-2', '3')).toBeUndefined();
    expect(made('eu-west', '3', 'ci-${a}:${b}')).toBe('ci-eu-west:3');
    expect(made('a-', 'b', 'ci-${a}-x-${b}')).toBeUndefined();
  });

  test('a claim that no issuer tells does not load, and the place is named', async () => {
    const tools = engineTools({}, { tellsClaim: (name) => name === 'repository_id' });
    const principals = ['ci-${repository_id}', 'ci-${repository_id}-${reposotory}'];
    const error = await failureOf(() =>
      ssh.open(tools).prepare(ssh.parameters.parse({ ca: 'env:CA', principals })),
    );
    expect(error).toMatchObject({
      name: 'ParameterError',
      path: ['principals', 1],
      message: 'no issuer of this broker tells the claim reposotory',
    });
  });

  test.each([
    'deploy',
    'ci-${repository_id}',
    'ci-${repository_id}-${environment}',
    'a.b_c@d',
    'team:${x}',
    'ns:ci-${a}:${b}-1',
    'ci-${a}x',
  ])('%s is taken', (principal) => {
    expect(principalProblem(principal)).toBeUndefined();
  });

  test.each([
    '',
    '*',
    'a b',
    'a,b',
    '${actor}',
    'root${actor}',
    'ci-${a-b}',
    'ci-${',
    '-x',
    'a\n',
    'ci-${a',
    'a/b',
    'ci-${a}${b}',
    'ci-${a}x-${b}',
    'ci-${a}:${b}1${c}',
  ])('%j is not, and the sentence says what to write', (principal) => {
    expect(principalProblem(principal)).toMatch(/write|begin/);
  });

  test('a role without any is refused: its certificates would be good for every account', () => {
    for (const principals of [[], undefined])
      expect(ssh.parameters.safeParse({ ca: 'env:CA', principals }).success).toBe(false);
  });

  test('a claim that could make another name lends nothing', () => {
    const made = (value: unknown): string | undefined => principalFor('ci-${claim}', { claim: value });
    expect(made('456789')).toBe('ci-456789');
    expect(made(456789)).toBe('ci-456789');
    for (const value of [
      '',
      'a b',
      'a,b',
      'a\nroot',
      'octo/repo',
      '${x}',
      '-',
      'é',
      'a'.repeat(65),
      undefined,
      null,
      true,
      ['a'],
      1.5,
    ])
      expect(made(value)).toBeUndefined();
    expect(principalFor('ci-${constructor}', {})).toBeUndefined();
  });
});

test.each([
  ['source_address', ['10.0.0.1/8']],
  ['source_address', ['::ffff:10.0.0.0/104']],
  ['source_address', ['*']],
  ['source_address', ['!10.0.0.1']],
  ['source_address', ['10.0.0.1,10.0.0.2']],
  ['source_address', []],
  ['force_command', ''],
  ['force_command', 'deploy\nrm'],
  ['extensions', ['no-touch-required']],
  ['krl', {}],
])('%s of %j does not load', (key, value) => {
  const parameters = { ca: 'env:CA', principals: ['deploy'], [key]: value };
  expect(ssh.parameters.safeParse(parameters).error?.issues[0]?.path[0]).toBe(key);
});

describe('a folder for the list', () => {
  const asked = ssh.parameters.parse({
    ca: { agent: 'ca.sock', public_key: mintOf().publicKey },
    principals: ['deploy'],
    krl: { folder: 'krl' },
  });
  const failing = (list: TestWorld['files']['list']): Promise<unknown> => {
    const world = testWorld();
    const host = { ...world, files: { ...world.files, list } };
    return failureOf(() => ssh.open(engineTools({}, { host })).prepare(asked));
  };

  test('that is not there, is a file or is closed to the broker is told at its line', async () => {
    const closed = Object.assign(new Error('scandir'), { code: 'EACCES' });
    const found = [
      await failing(() => undefined),
      await failing(() => {
        throw closed;
      }),
    ];
    for (const error of found)
      expect(error).toMatchObject({ name: 'ParameterError', path: ['krl', 'folder'] });
    expect(found.map(String).join()).toMatch(
      /krl is not there: make it.*krl cannot be read \(EACCES\): give/,
    );
  });

  test('that has gone since is told by `broker check`', async () => {
    const world = testWorld();
    world.disk.set('/b/krl/README', '');
    const prepared = ssh.open(engineTools({}, { host: world })).prepare(asked);
    world.disk.delete('/b/krl/README');
    const error = await failureOf(() => prepared.check?.(new AbortController().signal));
    expect(error).toMatchObject({ name: 'BackendTrouble' });
    expect(String(error)).toContain('/b/krl is not there');
  });

  test('that is gone when something is to be revoked is no success, and nothing is made in its place', async () => {
    const { disk, ...world } = testWorld();
    const engine = ssh.open(engineTools({}, { host: { ...world, files: { ...world.files, create: gone } } }));
    const record = leaseRecord({ engine: 'ssh', revokeData: { krl: '/b/krl', authority: 'AA==' } });
    expect(await failureOf(() => engine.revoke(record, new AbortController().signal))).toBeInstanceOf(Error);
    expect([...disk.keys()]).toEqual([]);
  });

  test('that is full is no success', async () => {
    const world = testWorld();
    world.disk.set('/b/krl/README', '');
    const full = (): never => {
      throw Object.assign(new Error('open'), { code: 'ENOSPC' });
    };
    const host = { ...world, files: { ...world.files, create: full } };
    const record = leaseRecord({ engine: 'ssh', revokeData: { krl: '/b/krl', authority: 'AA==' } });
    const { signal } = new AbortController();
    const error = await failureOf(() => ssh.open(engineTools({}, { host })).revoke(record, signal));
    expect(error).toMatchObject({ code: 'ENOSPC' });
  });

  test('that the record does not name is no success', async () => {
    const engine = ssh.open(engineTools());
    const record = leaseRecord({ engine: 'ssh', revokeData: {} });
    expect(String(await failureOf(() => engine.revoke(record, new AbortController().signal)))).toContain(
      'cannot be revoked',
    );
  });
});

/** What the real one does in a folder that is not there. */
function gone(): never {
  throw Object.assign(new Error('open'), { code: 'ENOENT' });
}

test('a key id keeps to one line and ends no quotation', () => {
  const id = keyIdOf(mintOf({ leaseId: 'lse_1', job: 'x="y"\n\\ \u001b[31m é' }));
  expect(id).toBe('ec_lse_1 role=team/deploy policy=deploy job=x=?y??? ?[31m ?');
  expect(keyIdOf(mintOf({ job: 'x'.repeat(9999) })).length).toBe(512);
});

describe('the list of revocations', () => {
  const folder = '/b/krl';
  const authority = Buffer.from('an authority').toString('base64');

  function scene(): { world: TestWorld; listed: () => string[] } {
    const world = testWorld();
    world.disk.set(`${folder}/README`, '');
    const listed = (): string[] => {
      const octets = Buffer.from(world.disk.get(join(folder, listName)) ?? '', 'latin1');
      const ids = ['lse_1', 'lse_2', 'lse_3'];
      return ids.filter((id) => {
        const wanted = Buffer.alloc(8);
        wanted.writeBigUInt64BE(serialOf(id));
        return octets.includes(wanted);
      });
    };
    return { world, listed };
  }
  const of = (
    id: string,
    world: TestWorld,
    minutes = 10,
  ): Parameters<ReturnType<typeof revocationList>['add']>[1] => ({
    serial: serialOf(id),
    until: new Date(world.clock.now().getTime() + minutes * 60_000),
    authority,
  });

  test('loses nothing to another broker that writes it at the same time, nor to one that is a step behind', () => {
    const { world, listed } = scene();
    const other = revocationList(world);
    let between = true;
    const files: TestWorld['files'] = {
      ...world.files,
      publish: (path, octets) => {
        // The other broker revokes and writes after this one has looked, and before it writes.
        if (between) {
          between = false;
          other.add(folder, of('lse_2', world));
        }
        world.files.publish(path, octets);
      },
    };
    revocationList({ ...world, files }).add(folder, of('lse_1', world));
    expect(listed()).toEqual(['lse_1', 'lse_2']);
  });

  test('is made again from the folder by a broker that was killed before it wrote', () => {
    const { world, listed } = scene();
    revocationList(world).add(folder, of('lse_1', world));
    world.disk.set(join(folder, listName), 'half a li');
    revocationList(world).write(folder);
    expect(listed()).toEqual(['lse_1']);
  });

  test('what a killed broker left of a list goes after a minute, and not what another is writing now', () => {
    const { world, listed } = scene();
    const list = revocationList(world);
    const draft = (digit: string): string => join(folder, `${listName}.${digit.repeat(16)}`);
    list.add(folder, of('lse_1', world));
    world.disk.set(draft('a'), 'half');
    world.disk.set(`${draft('a')}.backup`, 'not ours');
    list.add(folder, of('lse_2', world));
    world.clock.advance(59);
    list.write(folder);
    expect(world.disk.has(draft('a'))).toBe(true);
    world.clock.advance(2);
    world.disk.set(draft('b'), 'half');
    list.add(folder, of('lse_3', world));
    expect(world.disk.has(draft('a'))).toBe(false);
    expect(world.disk.has(draft('b'))).toBe(true);
    expect(world.disk.has(`${draft('a')}.backup`)).toBe(true);
    expect(listed()).toEqual(['lse_1', 'lse_2', 'lse_3']);
  });

  test('a folder that cannot be written does not load', async () => {
    const { world } = scene();
    const files = { ...world.files, mayWrite: () => false };
    world.disk.set(join(folder, 'README'), '');
    const tools = engineTools({}, { host: { ...world, files }, secret: () => new Secret(authorityKey) });
    const chosen = ssh.parameters.parse({ ca: 'env:CA', principals: ['deploy'], krl: { folder } });
    expect(await failureOf(() => ssh.open(tools).prepare(chosen))).toMatchObject({
      path: ['krl', 'folder'],
      message: expect.stringContaining('cannot be written') as unknown,
    });
  });

  test('forgets a certificate ten minutes after its end, and not before', () => {
    const { world, listed } = scene();
    const list = revocationList(world);
    list.add(folder, of('lse_1', world));
    world.clock.skip(19 * 60);
    list.add(folder, of('lse_2', world));
    expect(listed()).toEqual(['lse_1', 'lse_2']);
    world.clock.skip(2 * 60);
    list.add(folder, of('lse_3', world));
    expect(listed()).toEqual(['lse_2', 'lse_3']);
    expect([...world.disk.keys()].filter((path) => path.includes(serialOf('lse_1').toString(16)))).toEqual(
      [],
    );
  });

  test('of an authority that is not known any more, a serial is revoked of all of them', () => {
    const { world, listed } = scene();
    const list = revocationList(world);
    list.add(folder, of('lse_1', world));
    for (const path of [...world.disk.keys()].filter((each) => each.includes('authority-')))
      world.disk.delete(path);
    list.write(folder);
    expect(listed()).toEqual(['lse_1']);
    expect(world.disk.get(join(folder, listName))).not.toContain('an authority');
  });

  test('of an authority whose file was cut off, too: with half a key no host could read the list', () => {
    const { world, listed } = scene();
    const list = revocationList(world);
    list.add(folder, of('lse_1', world));
    for (const path of [...world.disk.keys()].filter((each) => each.includes('authority-')))
      world.disk.set(path, authority.slice(0, 12));
    list.add(folder, of('lse_2', world));
    expect(listed()).toEqual(['lse_1', 'lse_2']);
    expect(world.disk.get(join(folder, listName))).not.toContain('an autho');
  });

  test('a folder that has gone is an error, so that it is tried again', () => {
    const list = revocationList(testWorld());
    expect(() => {
      list.write('/nowhere');
    }).toThrow('/nowhere is not there');
  });
});
