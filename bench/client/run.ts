// npm run bench: what the action costs beside bare Node, beside the same requests written by hand, and beside the vendors'
// own actions (vendors.ts). One run, contenders in turn, ratios of medians; the absolute times are this machine's and mean
// little, and on a busy machine the wall clock is chance; CPU swings less. `npm run bench:client -- ROUNDS`, else 25.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { get } from 'node:https';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { clock, runJob, start, usage, type Action } from './as-runner.ts';
import { idle, pairs, type Place } from './contenders.ts';
import { createTally, printAll, printBars, printVendors } from './report.ts';
import { findVendors } from './vendors.ts';

const rounds = Number(process.argv[2] ?? 25);
const folder = mkdtempSync(join(tmpdir(), 'bench-'));
const ca = join(folder, 'ca.pem');

const server = spawn(process.execPath, [join(import.meta.dirname, 'server.ts'), ca], {
  stdio: ['ignore', 'pipe', 'inherit'],
});
process.on('exit', () => {
  server.kill();
  rmSync(folder, { recursive: true });
});
const ports = await new Promise<{ platform: number; broker: number }>((done) => {
  server.stdout.once('data', (line: Buffer) => {
    done(JSON.parse(line.toString()) as { platform: number; broker: number });
  });
});
const broker = `https://localhost:${String(ports.broker)}`;
const place: Place = {
  broker,
  runner: {
    PATH: process.env['PATH'] ?? '',
    GITHUB_ACTIONS: 'true',
    GITHUB_REPOSITORY: 'octo-org/octo-repo',
    GITHUB_REPOSITORY_OWNER: 'octo-org',
    GITHUB_ACTION: '__org_ephemeral-creds',
    GITHUB_ACTOR: 'octocat',
    GITHUB_EVENT_NAME: 'push',
    GITHUB_REF: 'refs/heads/main',
    GITHUB_RUN_ID: '1',
    GITHUB_SHA: 'd'.repeat(40),
    GITHUB_WORKFLOW: 'deploy',
    RUNNER_ENVIRONMENT: 'github-hosted',
    RUNNER_OS: 'Linux',
    NODE_EXTRA_CA_CERTS: ca,
    ACTIONS_ID_TOKEN_REQUEST_URL: `https://localhost:${String(ports.platform)}/id-token?v=1`,
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'bearer',
  },
};
const { bare, nothingOwed } = idle(place);
const ours = pairs(place);
const { actions: theirs, remarks } = findVendors(place, folder);
const contenders: readonly Action[] = [
  bare,
  nothingOwed,
  ...ours.flatMap(({ ours: action, byHand, provider }) => [
    ...(byHand === undefined ? [] : [byHand]),
    action,
    ...theirs.filter((each) => each.provider === provider),
  ]),
];

const tally = createTally();

/** Since it was last asked. */
const count = (): Promise<number> =>
  new Promise((done) => {
    get(`${broker}/count`, { ca: readFileSync(ca) }, (response) => {
      response.on('data', (text: Buffer) => {
        done(Number(text.toString()) - 1);
      });
    });
  });

const load = loadavg()[0] ?? NaN;
for (let round = -2; round < rounds; round++) {
  for (const contender of contenders) {
    const timed = await runJob(contender, folder, (program) => ({ wall: clock(program) }));
    const used = await runJob(contender, folder, usage);
    if (round < 0) continue;
    tally.note(contender, timed);
    tally.note(contender, used);
  }
}
for (const contender of contenders) {
  await count();
  const counted = await runJob(contender, folder, async (program) => {
    start(program);
    return { requests: await count() };
  });
  tally.note(contender, counted);
}

console.log(
  `Medians of ${String(rounds)} rounds, on a machine with load ${load.toFixed(1)} when they began.`,
);
printAll(contenders, tally);
printBars(ours, { bare, nothingOwed }, tally);
printVendors(theirs, ours, tally);
for (const remark of remarks) console.log(`  ${remark}`);
server.kill();
