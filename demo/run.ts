// npm run demo: a job borrows a credential through the built action from the built broker, uses it and gives it back;
// then four things go wrong, and a job on GitLab does the same. The exit status is 0 only if each of them ended as it must.
import { startJob, type Job } from '../test/support/runner.ts';
import type { StepResult } from '../test/support/runner-step.ts';
import { join } from 'node:path';
import { heading, narrate, must, show } from './narration.ts';
import { theGitlabJob } from './gitlab-job.ts';
import { replayedRequest, stolenIdToken } from './attacks.ts';
import { buildStage, dist, type Stage } from './stage.ts';

const main = join(dist, 'main.cjs');
const post = join(dist, 'post.cjs');
const callService =
  "node -e 'fetch(process.env.SERVICE, { headers: { authorization: `Bearer ${process.env.EPHEMERAL_TOKEN}` } })" +
  ".then(async (r) => console.log(`service: ${r.status} ${await r.text()}`))'";

function jobOn(stage: Stage, claims: Record<string, string> = {}): Job {
  const { requestToken } = stage.issuer;
  return startJob({
    idToken: { url: stage.issuer.requestUrlFor(claims), token: requestToken },
    cancelMs: [2000, 1000],
    env: { SERVICE: stage.service.url },
  });
}

function borrow(stage: Stage): { inputs: Record<string, string> } {
  return { inputs: { 'broker-url': stage.relay.url, role: 'deploy' } };
}

async function theStory(stage: Stage): Promise<void> {
  heading('A job borrows, uses and gives back');
  await using job = jobOn(stage);
  narrate(
    'The action asks GitHub’s endpoint (a stand-in with a real key) for an ID token and trades it at the broker.',
  );
  const step = await job.step(main, borrow(stage));
  show(step.log);
  must(step.exitCode === 0 && job.env.has('EPHEMERAL_TOKEN'), 'asked, exchanged, delivered');
  must(
    stage.issuer.requests.filter((path) => path.startsWith('/token')).length === 1,
    'one ID token was asked for',
  );
  must(stage.relay.passed.filter(({ path }) => path === '/token').length === 1, 'one request to the broker');

  narrate('A careless step prints it.');
  const careless = await job.run('echo "the token is $EPHEMERAL_TOKEN"');
  show(careless.log);
  must(careless.log.includes('the token is ***'), 'masked');

  narrate('The deploy step uses it.');
  const used = await job.run(callService);
  show(used.log);
  must(used.log.includes('service: 200 deployed'), 'used with success');

  narrate('The job ends; the post step gives it back.');
  const end = await job.post(post, step);
  show(end.log);
  must(end.exitCode === 0 && end.log.includes('given back'), 'given back');

  narrate('Whoever kept a copy tries it again.');
  const late = await job.run(callService);
  show(late.log);
  must(late.log.includes('service: 401'), 'refused afterwards');
}

async function theWrongBranch(stage: Stage): Promise<void> {
  heading('Attack 3: the same workflow on another branch');
  await using job = jobOn(stage, { ref: 'refs/heads/feature', run_id: '3' });
  const step = await job.step(main, borrow(stage));
  show(step.log);
  must(
    step.exitCode === 66 && !job.env.has('EPHEMERAL_TOKEN'),
    'the wrong branch gets nothing (exit status 66)',
  );
}

async function theKilledMain(stage: Stage): Promise<void> {
  heading('Accident: main is killed after the broker has answered');
  await using job = jobOn(stage, { run_id: '4' });
  const running = job.start(main, borrow(stage));
  let leaseId = '';
  stage.relay.onAnswer = ({ path, status, answer }) => {
    if (path !== '/token' || status !== 200) return 'send';
    leaseId = (answer['authorization_details'] as [{ lease_id: string }])[0].lease_id;
    running.kill('SIGKILL');
    return 'drop';
  };
  const killed: StepResult = await running.done;
  stage.relay.onAnswer = () => 'send';
  must(killed.signal === 'SIGKILL' && leaseId !== '', 'the broker has lent, main is dead and never saw it');
  const end = await job.post(post, killed);
  show(end.log);
  must(end.exitCode === 0, 'post gives back by the handle that was saved before the request');
  const over = stage
    .audit()
    .some((row) => JSON.stringify(row).includes(leaseId) && JSON.stringify(row).includes('revoked'));
  must(over, 'the broker’s audit says that this lease is revoked');
}

const started = performance.now();
const stage = await buildStage();
try {
  await theStory(stage);
  await stolenIdToken(stage);
  await replayedRequest(stage);
  await theWrongBranch(stage);
  await theKilledMain(stage);
  await theGitlabJob(stage, `echo "the token is $EPHEMERAL_TOKEN"\n${callService}`);
} finally {
  await stage.close();
}
narrate(
  `All as it must be, in ${((performance.now() - started) / 1000).toFixed(1)} s. Nothing is left behind.`,
);
