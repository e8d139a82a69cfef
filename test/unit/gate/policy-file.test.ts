import { describe, expect, test } from '@jest/globals';
import { checkGate } from '../../../src/commands/check-gate.ts';
import type { WorkTree } from '../../../src/gate/files/work-tree.ts';

const workflow = `on: push
jobs:
  build:
    steps:
      - run: docker login -u bot -p "$P"
        env:
          P: \${{ secrets.HUB }}
      - run: ./thing.sh
        env:
          THING: \${{ secrets.THING }}
`;
const now = new Date('2026-11-21T12:00:00Z');

async function checked(policy?: string): Promise<readonly string[]> {
  const files: Record<string, string> = { '.github/workflows/ci.yml': workflow };
  if (policy !== undefined) files['.ephemeral-creds.yml'] = policy;
  /** A fake of a work tree: files by path. */
  const tree: WorkTree = { isFolder: () => false, list: () => [], read: (path) => files[path] };
  const report = await checkGate({ paths: ['.github/workflows/ci.yml'], policy: undefined }, tree, now);
  return report.findings.map(
    ({ rule, waived, start }) => `${rule.id}${waived ? ' waived' : ''} ${String(start.line)}`,
  );
}

const waiver = (end: string, more = ''): string =>
  `waivers:\n  - rule: EO105\n    secret: HUB\n    owner: platform\n    reason: no OIDC\n    ticket: SEC-1\n    expires: ${end}\n${more}`;

describe('the policy file', () => {
  test('without one everything is found', async () => {
    expect(await checked()).toEqual(['EO105 7', 'EO199 10']);
  });

  test('a waiver covers what it names until its last day', async () => {
    expect(await checked(waiver('2026-11-21'))).toEqual(['EO105 waived 7', 'EO199 10']);
  });

  test('a waiver that has ended covers nothing, and is found itself', async () => {
    expect(await checked(waiver('2026-11-20'))).toEqual(['EO105 7', 'EO199 10', 'EO902 2']);
  });

  test('nor does one that ends in more than 90 days', async () => {
    expect(await checked(waiver('2027-02-19'))).toEqual(['EO105 waived 7', 'EO199 10']);
    expect(await checked(waiver('2027-02-20'))).toEqual(['EO105 7', 'EO199 10', 'EO903 2']);
  });

  test.each(['owner', 'reason', 'ticket', 'expires'])('nor one without %s', async (key) => {
    const text = waiver('2026-12-01').replace(new RegExp(`    ${key}: .*\n`), '');
    expect(await checked(text)).toEqual(['EO105 7', 'EO199 10', 'EO903 2']);
  });

  test('a classification says what an unknown secret is', async () => {
    expect(await checked('classification:\n  THING: identifier\n')).toEqual(['EO105 7']);
    expect(await checked('classification:\n  THING: EO111\n')).toEqual(['EO105 7', 'EO111 10']);
  });

  test.each([
    ['an unknown key', 'modes: report\n', ':1: modes: unknown key'],
    ['a mode that is none', 'mode: off\n', ':1: mode: '],
    ['a kind that is none', 'classification:\n  A: secret\n', ':2: classification.A: '],
    ['a waiver of no rule', 'waivers:\n  - rule: all\n', ':2: waivers[0].rule: '],
  ])('%s is refused with its line', async (_, text, message) => {
    await expect(checked(text)).rejects.toThrow(message);
  });
});

describe('remarks that tell the gate to look away', () => {
  const remarked = async (remark: string, policy?: string): Promise<readonly string[]> => {
    const text = workflow
      .replace('docker login', `true ${remark}\n          docker login`)
      .replace('run: true', 'run: |\n          true');
    const files: Record<string, string> = { 'ci.yml': text, '.ephemeral-creds.yml': policy ?? '' };
    /** A fake of a work tree: files by path. */
    const tree: WorkTree = { isFolder: () => false, list: () => [], read: (path) => files[path] };
    const { findings } = await checkGate({ paths: ['ci.yml'], policy: undefined }, tree, now);
    return findings.map(({ rule, waived }) => `${rule.id}${waived ? ' waived' : ''}`);
  };

  test('none is heeded, and each is found', async () => {
    expect(await remarked('# ephemeral-creds: ignore EO105')).toEqual(['EO105', 'EO199', 'EO904']);
    expect(await remarked('# ephemeral-creds: ignore')).toEqual(['EO105', 'EO199', 'EO904']);
  });

  test('a waiver in force for each of its rules answers for it', async () => {
    const one = waiver('2026-12-01');
    expect(await remarked('# ephemeral-creds: ignore EO105', one)).toEqual(['EO105 waived', 'EO199']);
    expect(await remarked('# ephemeral-creds: ignore EO105 EO101', one)).toEqual([
      'EO105 waived',
      'EO199',
      'EO904',
    ]);
    expect(await remarked('# ephemeral-creds: ignore EO105', waiver('2026-11-01'))).toContain('EO904');
  });

  test('nor is one to the library that finds literal secrets', async () => {
    const token = ['gh', 'p_a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8'].join('');
    const found = await remarked(`# ${token} secretlint-disable-line\n          # secretlint-disable`);
    expect(found).toContain('EO401');
  });
});
