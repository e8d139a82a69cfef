import { expect, test } from '@jest/globals';
import { acquire } from '../../../src/commands/acquire.ts';
import { configFromAction } from '../../../src/config/action.ts';
import { TransportError, type HttpAnswer, type TransportFault } from '../../../src/domain/host.ts';
import { credentialOf } from '../../support/credentials.ts';
import { makeStage, type Stage, type StageOptions } from '../../support/client/stage.ts';
import { clientWorld, type ClientWorld, type Server } from '../../support/client/world.ts';
import { failureOf } from '../../support/scan.ts';

interface Failed {
  readonly stage: Stage;
  readonly error: unknown;
  readonly said: string;
  /** What post would find. */
  readonly left: string;
}

/** Runs a main that must fail, before a server that may stand between it and the stage. */
async function failing(
  inputs: Record<string, string>,
  between: (stage: Stage) => Server,
  options: StageOptions = {},
): Promise<Failed> {
  const stage = await makeStage(options);
  using world: ClientWorld = clientWorld({ env: stage.env(inputs), server: between(stage) });
  const error = await failureOf(async () => acquire(await configFromAction(world.host), world));
  const left = world.told('GITHUB_STATE')['ledger'] ?? '';
  return { stage, error, said: world.printed(), left };
}

const isToken = (url: URL): boolean => url.pathname === '/token';
const revocations = ({ asked }: Stage): number => asked.filter(({ path }) => path === '/revoke').length;

test.each<TransportFault>(['refused', 'dns', 'dns-temporary', 'proxy', 'certificate'])(
  'a request that never arrived (%s) has lent nothing, and nothing is asked to be given back',
  async (fault) => {
    const { stage, left } = await failing({}, (behind) => async (request) => {
      if (isToken(request.url)) throw new TransportError(fault);
      return behind.server(request);
    });
    expect(revocations(stage)).toBe(0);
    expect(left).toBe('');
  },
);

test.each<TransportFault>(['reset', 'truncated', 'timeout', 'tls', 'too-large', 'encoding'])(
  'a request whose answer was lost (%s) may have lent, and is given back',
  async (fault) => {
    const { stage, left } = await failing({}, (behind) => async (request) => {
      const answer = await behind.server(request);
      if (isToken(request.url)) throw new TransportError(fault);
      return answer;
    });
    expect(stage.lent.size).toBe(1);
    expect(stage.alive.size).toBe(0);
    expect(revocations(stage)).toBeGreaterThan(0);
    expect(left).toBe('');
  },
);

test('a loan whose answer was lost is given back although the next try never arrives', async () => {
  let tries = 0;
  const { stage } = await failing({}, (behind) => async (request) => {
    if (!isToken(request.url)) return behind.server(request);
    tries += 1;
    if (tries > 1) throw new TransportError('refused');
    await behind.server(request);
    throw new TransportError('reset');
  });
  expect(tries).toBeGreaterThan(1);
  expect(stage.lent.size).toBe(1);
  expect(stage.alive.size).toBe(0);
});

test('a session that was assumed before the next role was refused is said to live on', async () => {
  const arn = 'arn:aws:iam::123456789012:role';
  const inputs = {
    provider: 'aws',
    'broker-url': '',
    region: 'eu-west-1',
    role: `A=${arn}/deploy\nB=${arn}/other`,
  };
  const { error, said } = await failing(inputs, (behind) => (request) => {
    if (request.url.host !== 'sts.eu-west-1.amazonaws.com') return behind.server(request);
    return (request.body ?? '').includes('deploy') ? session() : xml(403, '<Code>AccessDenied</Code>');
  });
  expect(error).toMatchObject({ code: 'policy-denied' });
  expect(said).toContain('cannot be revoked and ends by itself');
});

test.each([
  ['a kind that does not say whose it is', () => credentialOf('bearer-token')],
  ['another project', () => credentialOf('gcp-token')],
])('expect-account is not believed to hold for %s', async (_, lends) => {
  const roles = { deploy: () => [lends()] };
  const inputs = { 'expect-account': 'somebody-else' };
  const { stage, error } = await failing(inputs, ({ server }) => server, { roles });
  expect(error).toMatchObject({ code: 'lease-unsuitable' });
  expect(stage.lent.size).toBe(1);
  expect(stage.alive.size).toBe(0);
});

/** As AWS's documentation shows it, for the role `deploy`. */
function session(): HttpAnswer {
  const arn = 'arn:aws:sts::123456789012:assumed-role/deploy/ec-octo-org.octo-repo@17000000001';
  const keys = ['AccessKeyId', 'SecretAccessKey', 'SessionToken'].map(
    (name) => `<${name}>${name}9xQ4</${name}>`,
  );
  return xml(200, `${keys.join('')}<Expiration>2026-11-20T16:15:00Z</Expiration><Arn>${arn}</Arn>`);
}

function xml(status: number, inner: string): HttpAnswer {
  return { status, headers: { 'content-type': 'text/xml' }, body: Buffer.from(`<Answer>${inner}</Answer>`) };
}
