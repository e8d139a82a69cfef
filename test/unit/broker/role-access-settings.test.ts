import { expect, test } from '@jest/globals';
import { readSettings } from '../../../src/broker/commands/read-settings.ts';
import type { RoleAccess } from '../../../src/broker/domain/role-access.ts';
import { accessConditions, capConditions } from '../../../src/broker/domain/role-access.ts';
import { brokerYaml, githubPolicy } from '../../support/broker/test-broker.ts';
import { testWorld } from '../../support/broker/world.ts';

/** The role `owned` with these limits, on lines 14 and following of broker.yaml. */
async function read(access: string): Promise<RoleAccess | undefined> {
  const world = testWorld();
  const role = `  owned:\n    engine: jwt\n    audience: https://api.example.com\n    access:\n${access}`;
  world.disk.set('/etc/broker/broker.yaml', brokerYaml.replace(/ {2}owned: .*\n/, role));
  world.disk.set('/etc/broker/policies/p.yaml', githubPolicy);
  const { roles } = await readSettings('/etc/broker/broker.yaml', world.files);
  return roles.find(({ terms }) => terms.name === 'owned')?.access;
}

const whole = `      networks: [192.0.2.0/24, "2001:db8::/32"]
      times:
        - { days: [mon, fri], from: "08:00", to: "18:00", zone: Europe/Berlin }
        - { from: 22:00, to: 24:00, zone: UTC }
      rate: { requests: 20, per: 1h }
      reads: { budget: 100, per: 24h }
      max_active: 3
`;

test('the limits of a role are read from broker.yaml, and told as conditions', async () => {
  const access = await read(whole);
  if (access === undefined) throw new Error('not read');
  expect(accessConditions(access, { address: '192.0.2.9', now: new Date('2026-11-20T12:00:00Z') })).toEqual([
    {
      name: 'access.networks',
      expected: 'in 192.0.2.0/24 or 2001:db8::/32',
      actual: '192.0.2.9',
      holds: true,
    },
    {
      name: 'access.times',
      expected: 'mon fri 08:00–18:00 Europe/Berlin or every day 22:00–24:00 UTC',
      actual: 'fri 13:00 Europe/Berlin, fri 12:00 UTC',
      holds: true,
    },
  ]);
  expect(capConditions(access.caps, { requests: 20, reads: 99, active: 2 })).toEqual([
    {
      name: 'access.rate',
      expected: 'at most 20 requests in 1 h',
      actual: '20 before this one',
      holds: false,
    },
    {
      name: 'access.reads',
      expected: 'at most 100 credentials in 24 h',
      actual: '99 before this one',
      holds: true,
    },
    { name: 'access.max_active', expected: 'at most 3 at a time', actual: '2 before this one', holds: true },
  ]);
});

test('a role may limit one thing only, or nothing', async () => {
  expect(await read('      max_active: 1\n')).toMatchObject({ caps: { maxActive: 1 } });
  const open = await read('      networks: [192.0.2.1]\n');
  expect(open && accessConditions(open, { address: '192.0.2.1', now: new Date(0) })).toMatchObject([
    { holds: true },
  ]);
  expect(open && capConditions(open.caps, { requests: 9, reads: 9, active: 9 })).toEqual([]);
});

test.each<[string, string, RegExp]>([
  [
    'host bits',
    'networks:\n        - 192.0.2.0/24\n        - 192.0.2.1/24',
    /^\/etc\/broker\/broker\.yaml:19: roles\.owned\.access\.networks\[1\]: the address has bits beyond its \/24/,
  ],
  ['no network', 'networks: []', /:17: roles\.owned\.access\.networks: name at least one network/],
  ['a name for a network', 'networks: [runner.example.com]', /access\.networks\[0\]: write a range/],
  [
    'an unknown zone',
    'times:\n        - from: "08:00"\n          to: "18:00"\n          zone: Europe/Berlim',
    /:20: roles\.owned\.access\.times\[0\]\.zone: unknown time zone; write a place/,
  ],
  [
    'an offset as zone',
    'times: [ { from: "08:00", to: "18:00", zone: "+01:00" } ]',
    /times\[0\]\.zone: unknown time/,
  ],
  ['no zone', 'times: [ { from: "08:00", to: "18:00" } ]', /access\.times\[0\]\.zone: /],
  [
    'an empty window',
    'times:\n        - from: "08:00"\n          to: "08:00"\n          zone: UTC',
    /:19: roles\.owned\.access\.times\[0\]\.to: from and to are the same, so the window is empty/,
  ],
  [
    'a window that begins when the day is over',
    'times: [ { from: "24:00", to: "08:00", zone: UTC } ]',
    /times\[0\]\.from: a window begins/,
  ],
  [
    'a time that is none',
    'times: [ { from: 8am, to: "18:00", zone: UTC } ]',
    /times\[0\]\.from: write a time/,
  ],
  [
    'a day that is none',
    'times: [ { days: [monday], from: "08:00", to: "18:00", zone: UTC } ]',
    /times\[0\]\.days\[0\]: /,
  ],
  [
    'a day twice',
    'times: [ { days: [mon, mon], from: "08:00", to: "18:00", zone: UTC } ]',
    /days: a day is named twice/,
  ],
  ['no day', 'times: [ { days: [], from: "08:00", to: "18:00", zone: UTC } ]', /days: name at least one day/],
  ['no window', 'times: []', /access\.times: name at least one window/],
  ['a rate of nothing', 'rate: { requests: 0, per: 1h }', /access\.rate\.requests: /],
  ['a rate without its time', 'rate: { requests: 5 }', /access\.rate\.per: /],
  [
    'a longer memory than there is',
    'reads: { budget: 5, per: 8d }',
    /access\.reads\.per: at most seven days/,
  ],
  ['half a lease', 'max_active: 0.5', /access\.max_active: /],
  [
    'an unknown limit',
    'max_actve: 1',
    /access\.max_actve: unknown key; the keys here are networks, times, rate/,
  ],
  ['nothing at all', '{}', /:16: roles\.owned\.access: limits nothing/],
])('%s is told with file, line and field', async (_, access, message) => {
  const text = access === '{}' ? '      {}\n' : `      ${access}\n`;
  await expect(read(text)).rejects.toThrow(message);
});
