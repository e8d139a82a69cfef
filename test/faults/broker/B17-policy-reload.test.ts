import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Borrower, type Answer } from '../../support/broker/borrower.ts';
import { githubPolicy, startTestBroker, type TestBroker } from '../../support/broker/test-broker.ts';

const path = '/etc/broker/policies/github.yaml';
const elsewhere = githubPolicy.replaceAll('refs/heads/main', 'refs/heads/release');

let broker: TestBroker;

beforeEach(async () => {
  broker = await startTestBroker({
    policies: { 'github.yaml': githubPolicy },
    yaml: (yaml) =>
      `${yaml}limits: { requests_per_second: 1000000, repository_requests_per_minute: 1000000 }\n`,
  });
});

afterEach(() => broker.stop());

let jobs = 0;
function borrow(claims: Record<string, unknown> = {}, roles = ['deploy-prod']): Promise<Answer> {
  const token = { claims: { check_run_id: String(7000 + jobs++), ...claims } };
  return new Borrower(broker).borrow({ token, roles });
}

const onMain = async (): Promise<number> => (await borrow()).status;
const onRelease = async (): Promise<number> => (await borrow({ ref: 'refs/heads/release' })).status;

function write(text: string): void {
  broker.world.disk.set(path, text);
}

/** As long as a change takes to be seen, and to be seen to be whole. */
async function watched(): Promise<void> {
  await broker.watch();
  await broker.watch();
}

const reloads = (): { message: string; severity_id: number; unmapped?: Record<string, unknown> }[] =>
  broker.world.auditLines().filter(({ message }) => message.startsWith('policies '));

describe('B17 policies that are changed while the broker runs', () => {
  test('are in force as soon as they were seen twice, and at once when they are asked for', async () => {
    expect([await onMain(), await onRelease()]).toEqual([200, 403]);
    write(elsewhere);
    await broker.watch();
    expect([await onMain(), await onRelease()]).toEqual([200, 403]);
    await broker.watch();
    expect([await onMain(), await onRelease()]).toEqual([403, 200]);
    write(githubPolicy);
    expect(await broker.reload()).toMatchObject([{ outcome: 'taken' }]);
    expect([await onMain(), await onRelease()]).toEqual([200, 403]);
    expect(await broker.reload()).toMatchObject([{ outcome: 'same' }]);
    expect(reloads().map(({ message }) => message)).toEqual(['policies taken', 'policies taken']);
  });

  test('are not taken while they change from look to look', async () => {
    await watched();
    for (let turn = 0; turn < 5; turn++) {
      write(`${elsewhere}# ${String(turn)}\n`);
      await broker.watch();
    }
    expect(reloads()).toEqual([]);
    await broker.watch();
    expect(reloads()).toHaveLength(1);
  });

  test.each<[string, string]>([
    ['broken', 'match: ['],
    ['empty', ''],
    ['without a condition that every policy needs', githubPolicy.replace(/ {2}repository_id.*\n/, '')],
    [
      'with an example that fails',
      githubPolicy.replace('  environment: production\n', '  environment: other\n'),
    ],
    ['huge', `${githubPolicy}#${'x'.repeat(4 * 1024 * 1024)}\n`],
    ['of another kind', githubPolicy.replace('TrustPolicy', 'Secret')],
  ])('and are %s leave the last good ones in force, with one alarm', async (_, text) => {
    write(text);
    await watched();
    await watched();
    expect([await onMain(), await onRelease()]).toEqual([200, 403]);
    expect(reloads()).toEqual([
      expect.objectContaining({
        message: 'policies refused: the last good ones stay in force',
        severity_id: 4,
        unmapped: { policy_set: expect.any(String), problems: [expect.stringContaining('polic')] },
      }),
    ]);
    write(elsewhere);
    await watched();
    expect([await onMain(), await onRelease()]).toEqual([403, 200]);
  });

  test('one broken file keeps all of them out, also what is new and sound', async () => {
    broker.world.disk.set('/etc/broker/policies/a.yaml', elsewhere.replace('id: deploy-prod', 'id: release'));
    broker.world.disk.set('/etc/broker/policies/b.yaml', 'nonsense: true');
    await watched();
    expect([await onMain(), await onRelease()]).toEqual([200, 403]);
    broker.world.disk.delete('/etc/broker/policies/b.yaml');
    await watched();
    expect([await onMain(), await onRelease()]).toEqual([200, 200]);
  });

  test('a policy that is gone grants nothing any more; a folder that is gone changes nothing', async () => {
    broker.world.disk.set('/etc/broker/policies/notes.txt', 'the folder is there');
    broker.world.disk.delete(path);
    await watched();
    expect(await onMain()).toBe(403);
    write(githubPolicy);
    await watched();
    expect(await onMain()).toBe(200);
    for (const name of ['notes.txt', 'github.yaml']) broker.world.disk.delete(`/etc/broker/policies/${name}`);
    await watched();
    expect(await onMain()).toBe(200);
    expect(reloads().at(-1)).toMatchObject({ severity_id: 4 });
  });

  test('a file of which only a part was written never grants what the whole does not', async () => {
    const { length } = elsewhere;
    for (let end = 0; end < length; end += 7) {
      write(elsewhere.slice(0, end));
      await broker.reload();
      expect((await borrow({ ref: 'refs/heads/other' })).status).toBe(403);
      expect((await borrow({ repository_id: '1' })).status).toBe(403);
    }
  });

  test('are not in force when the audit log does not take the line', async () => {
    await watched();
    write(elsewhere);
    broker.world.auditFails = true;
    await expect(broker.reload()).rejects.toThrow();
    broker.world.auditFails = false;
    expect([await onMain(), await onRelease()]).toEqual([200, 403]);
    await watched();
    expect([await onMain(), await onRelease()]).toEqual([403, 200]);
  });

  test('a folder that changes while it is read is read again', async () => {
    const { files } = broker.world;
    const stamp = files.stamp.bind(files);
    let asked = 0;
    files.stamp = (folder) => `${stamp(folder)}${String(asked++)}`;
    write(elsewhere);
    expect(await broker.reload()).toMatchObject([
      { outcome: 'refused', lines: ['it changed while it was read'] },
    ]);
    expect(await onMain()).toBe(200);
    files.stamp = stamp;
    await watched();
    expect(await onRelease()).toBe(200);
  });

  test('no request is decided by two sets, and each decision tells its set', async () => {
    const only = (role: string): string =>
      githubPolicy.replace(new RegExp(`  - \\{ role: (?!${role}).*\\n`, 'g'), '');
    const sets = [only('deploy-prod'), only('app-ro')];
    const answers: Promise<Answer>[] = [];
    const versions = new Set<unknown>();
    for (let turn = 0; turn < 20; turn++) {
      write(sets[turn % 2] ?? '');
      const reloaded = Promise.all([broker.reload(), broker.reload()]);
      answers.push(
        borrow({}, ['deploy-prod', 'app-ro']),
        borrow({}, ['deploy-prod']),
        borrow({}, ['app-ro']),
      );
      for (const { version } of (await reloaded).flat()) versions.add(version);
    }
    const statuses = (await Promise.all(answers)).map(({ status }) => status);
    expect(statuses.filter((_, index) => index % 3 === 0)).toEqual(Array.from({ length: 20 }, () => 403));
    expect(statuses).toContain(200);
    const decided = new Map<string, Set<unknown>>();
    for (const { message, metadata, unmapped } of broker.world.auditLines()) {
      if (!message.startsWith('role ')) continue;
      const id = metadata.correlation_uid ?? '';
      decided.set(id, (decided.get(id) ?? new Set()).add(unmapped?.['policy_set']));
    }
    expect(decided.size).toBe(60);
    for (const used of decided.values()) expect(used.size).toBe(1);
    expect(versions.size).toBe(2);
  });
});
