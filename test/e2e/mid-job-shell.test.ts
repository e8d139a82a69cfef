// The command line's `revoke` in the middle of a job, for what every provider lends, while another lease lives beside: the
// built bundle in shells of one job, each provider against its stand-in.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Typed } from '../support/client/command-line.ts';
import { ShellJob } from '../support/exec.ts';
import { lenderRows, startLenders, type LenderRow, type Lenders } from '../support/lenders.ts';

const minute = 60_000;
let at: Lenders;
beforeAll(async () => {
  at = await startLenders();
}, minute);
afterAll(async () => {
  await at[Symbol.asyncDispose]();
});

/** A job of GitLab's; its folder is there while something is owed. */
class Shells extends ShellJob {
  readonly folder = `${this.env['CI_PROJECT_DIR'] ?? ''}.tmp/ephemeral-creds-302`;

  constructor(tokens: Readonly<Record<string, string>>) {
    super({ ...at.edge.env, ...tokens }, 'gitlab');
  }

  /** Each command in a shell that has read what those before have left. */
  async ec(...words: string[]): Promise<Typed> {
    const { status, stdout, stderr } = await this.type(...words);
    expect([words[0], status, status === 0 ? '' : stderr]).toEqual([words[0], 0, '']);
    return { status, stdout, stderr };
  }

  /** @returns the lease's id */
  async login(inputs: Readonly<Record<string, string>>, ...words: string[]): Promise<string> {
    const given = Object.entries(inputs).filter(([, value]) => value !== '');
    const options = given.flatMap(([name, value]) => [`--${name}`, value]);
    const { stdout } = await this.ec('login', ...options, '--json', ...words);
    const [lease] = (JSON.parse(stdout) as { leases: { id: string }[] }).leases;
    return lease?.id ?? '';
  }

  read(name: string): string {
    return readFileSync(join(this.folder, name), 'utf8');
  }

  /** All that lies in the job's folder but what hides secrets and the ledger itself. */
  delivered(): string[] {
    const files = readdirSync(this.folder, { recursive: true, withFileTypes: true });
    return files
      .filter((each) => each.isFile() && !/^(?:secrets-|key|[0-9a-f]{16}\.json)/.test(each.name))
      .map(({ parentPath, name }) => join(parentPath, name));
  }
}

/** Nothing is set by an output in a shell. */
const forShells = ({ exports }: LenderRow): string[] => exports.filter((how) => how !== 'outputs');

describe.each(Object.entries(lenderRows))('%s', (_, row) => {
  const { inputs, audience, token, lives } = row;

  test.each(forShells(row))(
    '%s: `revoke --lease-id` gives back what can be given back and takes it away; another lease stays',
    async (how) => {
      using job = new Shells({
        EPHEMERAL_CREDS_ID_TOKEN: await at.issuer.mint({ audience: audience(at) }),
        OTHER_ID_TOKEN: await at.issuer.mint({ audience: 'https://other.example.com' }),
      });
      const id = await job.login({ ...inputs(at), export: how });
      const value = token(at);
      const beside = { ...at.sts.inputs, audience: 'https://other.example.com', export: 'file BESIDE=token' };
      await job.login(beside, '--id-token', 'env:OTHER_ID_TOKEN');
      const other = at.sts.issued.at(-1) ?? '';
      expect(job.delivered().length).toBeGreaterThan(0);

      const { stderr } = await job.ec('revoke', '--lease-id', id);
      expect(stderr).toContain(lives === undefined ? 'cannot be revoked: ends' : 'given back (revoked)');
      if (lives !== undefined) expect(lives(value, at)).toBe(false);
      const left = job.delivered();
      const files = left.filter((path) => !path.endsWith('/env.sh'));
      expect(files.map((path) => readFileSync(path, 'utf8'))).toEqual([other]);
      expect(at.sts.lives(other)).toBe(true);
      const script = `. "${job.folder}/env.sh"; cat "$BESIDE"; env`;
      const stdout = execFileSync('sh', ['-c', script], { env: job.env, encoding: 'utf8' });
      expect(stdout.startsWith(other)).toBe(true);
      expect(stdout.replace(/^EPHEMERAL_CREDS_ID_TOKEN=.*$/m, '')).not.toContain(value);

      await job.ec('revoke');
      expect(at.sts.lives(other)).toBe(false);
      expect(existsSync(job.folder)).toBe(false);
    },
    minute,
  );
});
