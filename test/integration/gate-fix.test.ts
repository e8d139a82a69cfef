import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { planFixes, writeFixes, type FixPlan } from '../../src/commands/fix-gate.ts';
import { writableTree } from '../../src/entry/writable-tree.ts';
import { fixWish } from '../support/gate-fixes.ts';

const fixtures = join(import.meta.dirname, '../fixtures/gate-fixes');
const before = readFileSync(join(fixtures, 'aws-step.yml'), 'utf8');
let folder = '';
let file = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gate-fix-'));
  mkdirSync(join(folder, '.github/workflows'), { recursive: true });
  file = join(folder, '.github/workflows/site.yml');
  writeFileSync(file, before);
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

const entry = join(import.meta.dirname, '../../src/entry/gate.ts');

/** `gate fix` in the folder, as a process of its own. */
function gateFix(...words: string[]): {
  readonly status: number | null;
  readonly out: string;
  readonly error: string;
} {
  const code = `process.exitCode = await (await import(${JSON.stringify(entry)})).gateMain(process.argv.slice(1))`;
  const argv = ['--input-type=module', '-e', code, 'fix', ...words];
  const { status, stdout, stderr } = spawnSync(process.execPath, argv, { cwd: folder, encoding: 'utf8' });
  return { status, out: stdout, error: stderr };
}

const toBroker = ['--broker-url', 'https://broker.example.com'];

describe('the command', () => {
  test('shows a diff that git applies, and writes nothing; then there is nothing left to do', () => {
    const dry = gateFix(...toBroker);
    expect(dry).toMatchObject({ status: 1, error: '' });
    expect(readFileSync(file, 'utf8')).toBe(before);
    expect(readdirSync(folder)).toEqual(['.github']);
    execFileSync('git', ['init', '-q'], { cwd: folder });
    execFileSync('git', ['apply'], { cwd: folder, input: dry.out });
    const applied = [file, join(folder, 'trust-policies/site-deploy.yaml')].map((each) =>
      readFileSync(each, 'utf8'),
    );
    expect(gateFix(...toBroker)).toEqual({ status: 0, out: '', error: '' });
    rmSync(join(folder, 'trust-policies'), { recursive: true });
    writeFileSync(file, before);
    const written = gateFix(...toBroker, '--write');
    expect(written.status).toBe(0);
    expect(written.out).toContain('written: .github/workflows/site.yml\n');
    const now = [file, join(folder, 'trust-policies/site-deploy.yaml')].map((each) =>
      readFileSync(each, 'utf8'),
    );
    expect(now).toEqual(applied);
  }, 60_000);

  test.each(['a\n--- b', 'a\n+++ b', 'q"\\', 't\t\r\u0085', 'é b', '-a'])(
    'names of files end no line of the diff, and git applies it: %j',
    (name) => {
      renameSync(file, join(folder, `.github/workflows/${name}.yml`));
      const dry = gateFix('.//.github', '--to', 'platform');
      expect(dry.out.match(/^(---|\+\+\+) .*/gm)).toHaveLength(2);
      execFileSync('git', ['init', '-q'], { cwd: folder });
      execFileSync('git', ['apply'], { cwd: folder, input: dry.out });
      expect(readFileSync(join(folder, `.github/workflows/${name}.yml`), 'utf8')).not.toBe(before);
      expect(gateFix(folder, '--to', 'platform').out).not.toMatch(/^diff/m);
    },
    60_000,
  );

  test('tells what is to be done by hand, in order, and which secrets are still in use', () => {
    const other =
      'on: pull_request_target\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: aws s3 ls\n        env:\n          AWS_ACCESS_KEY_ID: ${{ secrets.AWS_ACCESS_KEY_ID }}\n          AWS_SECRET_ACCESS_KEY: ${{ secrets.OTHER }}\n';
    writeFileSync(join(folder, '.github/workflows/other.yml'), other);
    const { status, out } = gateFix('--write', '--set', 'AWS_ROLE_ARN=arn:aws:iam::123456789012:role/deploy');
    expect(status).toBe(1);
    expect(out.match(/^## .*/gm)).toEqual(['## Before the first run', '## By hand', '## Afterwards']);
    expect(out).toMatch(/other\.yml:8 EO101 `AWS_ACCESS_KEY_ID`, job `a`: it runs on `pull_request_target`/);
    expect(out).toMatch(/Delete the secrets `AWS_SECRET_ACCESS_KEY` /);
    expect(out).toMatch(/not yet to be deleted: `AWS_ACCESS_KEY_ID`/);
    expect(readFileSync(file, 'utf8')).toContain('role: arn:aws:iam::123456789012:role/deploy\n');
  }, 60_000);

  test.each([
    [['--to', 'broker'], /--broker-url is missing/],
    [['--broker-url', 'http://broker.example.com'], /--broker-url must be/],
    [['--to', 'platform', ...toBroker], /means nothing/],
    [['--pin', 'v1'], /--pin must be/],
    [['--repository-id', 'octo-org'], /--repository-id must be a number/],
    [['--set', 'AWS_ROLE=x'], /is read by nothing.*\n.*AWS_ROLE_ARN/],
    [['--set', 'x'], /--set must be/],
    [['nowhere.yml'], /There is no file nowhere\.yml/],
  ])(
    'refuses %j',
    (words, problem) => {
      const { status, out, error } = gateFix(...words, '--write');
      expect({ status, out }).toEqual({ status: 2, out: '' });
      expect(error).toMatch(problem);
      expect(readFileSync(file, 'utf8')).toBe(before);
    },
    60_000,
  );

  test('a file that cannot be read is 2, whatever else there is', () => {
    writeFileSync(join(folder, '.github/workflows/broken.yml'), 'a: [\n');
    const { status, error } = gateFix();
    expect(status).toBe(2);
    expect(error).toContain('broken.yml: ');
  }, 60_000);
});

describe('writing', () => {
  function plan(): FixPlan {
    const order = { paths: [folder], policies: join(folder, 'trust-policies'), policy: undefined };
    return planFixes({ ...order, wish: fixWish('broker') }, writableTree);
  }

  function refusal(planned: FixPlan): string {
    try {
      return `written: ${writeFixes(planned, writableTree).join(', ')}`;
    } catch (error) {
      return error instanceof Error ? error.message : '';
    }
  }

  test('keeps the mode, and leaves no draft', () => {
    chmodSync(file, 0o640);
    expect(writeFixes(plan(), writableTree)).toHaveLength(2);
    expect(statSync(file).mode & 0o777).toBe(0o640);
    expect(readdirSync(join(folder, '.github/workflows'))).toEqual(['site.yml']);
  });

  test('does nothing where one of the files has changed meanwhile', () => {
    const second = join(folder, '.github/workflows/two.yml');
    writeFileSync(second, before);
    const planned = plan();
    writeFileSync(second, `${before}# later\n`);
    expect(refusal(planned)).toMatch(/two\.yml is not written: it has changed meanwhile/);
    expect(readFileSync(file, 'utf8')).toBe(before);
    expect(existsSync(join(folder, 'trust-policies'))).toBe(false);
  });

  test('does not write through a link, nor take one’s place', () => {
    const planned = plan();
    const target = join(folder, 'elsewhere.yml');
    renameSync(file, target);
    symlinkSync(target, file);
    expect(refusal(planned)).toMatch(/it is a link/);
    expect(readFileSync(target, 'utf8')).toBe(before);
    rmSync(file);
    linkSync(target, file);
    expect(refusal(planned)).toMatch(/several names/);
    rmSync(file);
    expect(refusal(planned)).toMatch(/it is gone/);
  });

  test('refuses what is no UTF-8: its octets would be lost', () => {
    writeFileSync(file, Buffer.concat([Buffer.from(before), Buffer.from([0x23, 0xff, 0x0a])]));
    expect(refusal(plan())).toMatch(/no UTF-8/);
  });

  test('a policy that is there stays', () => {
    mkdirSync(join(folder, 'trust-policies'));
    writeFileSync(join(folder, 'trust-policies/site-deploy.yaml'), 'mine\n');
    const planned = plan();
    expect(planned.handWork).toMatch(/There is another `[^`]*site-deploy\.yaml` already/);
    expect(writeFixes(planned, writableTree)).toEqual([file]);
    expect(readFileSync(join(folder, 'trust-policies/site-deploy.yaml'), 'utf8')).toBe('mine\n');
  });
});
