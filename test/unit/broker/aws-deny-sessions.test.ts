import { describe, expect, test } from '@jest/globals';
import { denyDocument, neededUntil } from '../../../src/broker/engines/aws/deny-document.ts';
import { denySessions, type DenySessions } from '../../../src/broker/engines/aws/deny-sessions.ts';
import { NotWritten, type InlinePolicies } from '../../../src/broker/engines/aws/inline-policies.ts';
import { testClock, type TestClock } from '../../support/broker/world.ts';

const hourMs = 3_600_000;

/** A FAKE of one role's inline policies, in which packets can be held up on their way. */
class Role {
  readonly policies = new Map<string, string>();
  full = (): boolean => false;
  /** What becomes of a write: it is done, refused, done without an answer, or held up until it is let go. */
  fate: () => 'done' | 'refused' | 'unanswered' | 'late' = () => 'done';
  readonly late: (() => void)[] = [];
  writes = 0;

  readonly api: InlinePolicies = {
    put: async (name, document) => {
      await Promise.resolve();
      this.writes++;
      const store = (): void => void this.policies.set(name, document);
      const fate = this.fate();
      if (fate === 'refused') throw new NotWritten('AWS: no');
      if (this.full()) return 'full';
      if (fate === 'late') this.late.push(store);
      else store();
      if (fate !== 'done') throw new Error('no answer');
      return 'written';
    },
    get: (name) => Promise.resolve(this.policies.get(name)),
    names: () => Promise.resolve([...this.policies.keys()]),
    remove: (name) => Promise.resolve(void this.policies.delete(name)),
  };

  denies(sessionName: string): boolean {
    return [...this.policies.values()].some((text) => text.includes(`"*:${sessionName}"`));
  }
}

interface Scene {
  readonly role: Role;
  readonly clock: TestClock;
  readonly broker: () => DenySessions;
  readonly denied: (name: string, minutes?: number) => { sessionName: string; until: number };
}

function scene(): Scene {
  const role = new Role();
  const clock = testClock();
  return {
    role,
    clock,
    broker: () => denySessions(role.api, clock),
    denied: (sessionName, minutes = 15) => ({ sessionName, until: clock.now().getTime() + minutes * 60_000 }),
  };
}

async function until(holds: () => boolean): Promise<void> {
  for (let turn = 0; turn < 1000 && !holds(); turn++) await Promise.resolve();
  expect(holds()).toBe(true);
}

test('a document denies each session everything, and says until when it is needed', () => {
  const document = denyDocument([
    { sessionName: 'ec_a', until: 1_000_000 },
    { sessionName: 'ec_b', until: 1_700_000 },
    { sessionName: 'ec_c', until: 1_800_001 },
  ]);
  expect(JSON.parse(document)).toMatchObject({
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'EcUntil1800',
        Effect: 'Deny',
        Action: '*',
        Resource: '*',
        Condition: { StringLike: { 'aws:userid': ['*:ec_a', '*:ec_b'] } },
      },
      { Sid: 'EcUntil2700', Condition: { StringLike: { 'aws:userid': ['*:ec_c'] } } },
    ],
  });
  expect(neededUntil(document)).toBe(2_700_000);
});

test.each([
  '',
  '{',
  '[]',
  '{"Statement":{}}',
  '{"Statement":[]}',
  '{"Statement":[null]}',
  '{"Statement":[{"Sid":"EcUntil1"},{"Sid":"Mine"}]}',
])('what is not ours, or no longer, is left alone: %s', (document) => {
  expect(neededUntil(document)).toBeUndefined();
});

test('250 leases of an hour fit into a role', () => {
  const now = Date.UTC(2026, 0, 1);
  const denied = Array.from({ length: 250 }, (_, n) => ({
    sessionName: `ec_lse_${n.toString(16).padStart(24, '0')}`,
    until: now + (n % 60) * 60_000,
  }));
  expect(denyDocument(denied).length).toBeLessThan(10_240);
});

test('a write that takes too long may still come through: what follows goes into another policy', async () => {
  const { role, clock, denied } = scene();
  let hangs = false;
  const written: string[] = [];
  const put: InlinePolicies['put'] = (name, document, signal) => {
    written.push(name);
    return hangs ? new Promise(() => undefined) : role.api.put(name, document, signal);
  };
  const it = denySessions({ ...role.api, put }, clock);
  await it.deny(denied('first'));
  hangs = true;
  const slow = it.deny(denied('a')).catch((error: unknown) => error);
  await until(() => written.length === 2);
  clock.advance(14);
  expect(await slow).toBeInstanceOf(Error);
  hangs = false;
  await it.deny(denied('b'));
  expect(new Set(written).size).toBe(2);
  it.close();
});

test('what waits goes into one write', async () => {
  const { role, broker, denied } = scene();
  const it = broker();
  await Promise.all(Array.from({ length: 20 }, (_, n) => it.deny(denied(`s${String(n)}`))));
  expect(role.writes).toBe(1);
  await Promise.all([it.deny(denied('x')), it.deny(denied('x'))]);
  expect([role.policies.size, role.denies('s0'), role.denies('s19'), role.denies('x')]).toEqual([
    1,
    true,
    true,
    true,
  ]);
  it.close();
});

describe('no broker loses an entry of another, nor its own', () => {
  test('two at once', async () => {
    const { role, broker, denied } = scene();
    const brokers = [broker(), broker()];
    await Promise.all(
      brokers.flatMap((it, n) => [1, 2, 3].map((m) => it.deny(denied(`s${String(n)}${String(m)}`)))),
    );
    for (const name of ['s01', 's02', 's03', 's11', 's12', 's13']) expect(role.denies(name)).toBe(true);
    for (const it of brokers) it.close();
  });

  test('a write that comes late undoes no other', async () => {
    const { role, broker, denied } = scene();
    const it = broker();
    await it.deny(denied('first'));
    role.fate = () => 'late';
    await expect(it.deny(denied('second'))).rejects.toThrow('no answer');
    role.fate = () => 'done';
    await it.deny(denied('second'));
    await it.deny(denied('third'));
    for (const arrives of role.late) arrives();
    expect(['first', 'second', 'third'].map((name) => role.denies(name))).toEqual([true, true, true]);
    it.close();
  });

  test('a refused write fails those who waited for it, and nobody afterwards', async () => {
    const { role, broker, denied } = scene();
    const it = broker();
    role.fate = () => 'refused';
    const both = await Promise.allSettled([it.deny(denied('a')), it.deny(denied('b'))]);
    expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    role.fate = () => 'done';
    await it.deny(denied('b'));
    expect([role.denies('a'), role.denies('b'), role.policies.size]).toEqual([false, true, 1]);
    it.close();
  });
});

describe('what is needed no more goes', () => {
  test('entries, with the next write', async () => {
    const { role, clock, broker, denied } = scene();
    const it = broker();
    await it.deny(denied('old', 10));
    clock.skip(601);
    await it.deny(denied('new', 10));
    expect([role.denies('old'), role.denies('new'), role.policies.size]).toEqual([false, true, 1]);
    it.close();
  });

  test('the policy, an hour after its last entry, though nothing else happens', async () => {
    const { role, clock, broker, denied } = scene();
    const it = broker();
    await it.deny(denied('old', 10));
    clock.advance(3600);
    expect(role.policies.size).toBe(1);
    clock.advance(900 + 601);
    await until(() => role.policies.size === 0);
    it.close();
  });

  test('one that a broker left which has died, and none that somebody changed or that is needed', async () => {
    const { role, clock, broker, denied } = scene();
    const now = clock.now().getTime();
    role.policies.set('ec_deny_dead', denyDocument([{ sessionName: 'x', until: now - 2 * hourMs }]));
    role.policies.set('ec_deny_alive', denyDocument([{ sessionName: 'y', until: now }]));
    role.policies.set('ec_deny_mine', '{"Statement":[{"Sid":"EcUntil1"},{"Sid":"Mine"}]}');
    role.policies.set('of-the-role', denyDocument([{ sessionName: 'x', until: now - 2 * hourMs }]));
    let asked = 0;
    role.full = () => asked++ === 0;
    const it = broker();
    await it.deny(denied('new'));
    expect([...role.policies.keys()].slice(0, 3)).toEqual(['ec_deny_alive', 'ec_deny_mine', 'of-the-role']);
    expect(role.denies('new')).toBe(true);
    it.close();
  });

  test('a broker adds nothing to a policy that others may be removing', async () => {
    const { role, clock, broker, denied } = scene();
    const it = broker();
    await it.deny(denied('old', 1));
    clock.skip(1900);
    await it.deny(denied('new'));
    expect(role.policies.size).toBe(2);
    it.close();
  });
});

test('a role whose policies are full: told, and tried again another time', async () => {
  const { role, broker, denied } = scene();
  role.full = () => true;
  const it = broker();
  await expect(it.deny(denied('a'))).rejects.toThrow('the role’s inline policies are full');
  role.full = () => false;
  await it.deny(denied('a'));
  expect(role.denies('a')).toBe(true);
  it.close();
});
