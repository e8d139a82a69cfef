// aws-profile, read by the AWS SDK for JavaScript; gcp-adc, read by google-auth-library and, where there is one, by gcloud.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { credentialWith } from '../../support/credentials.ts';
import { delivered, type Delivered } from '../../support/delivered.ts';
import { startFaultyServer } from '../../support/faulty-server.ts';
import { testWith } from '../../support/peers.ts';
import { failureOf } from '../../support/scan.ts';

/** Runs a script in a process of a later step, with packages from here. */
async function script(place: Delivered, text: string): Promise<string> {
  const root = JSON.stringify(resolve('package.json'));
  const whole = `const load = require('node:module').createRequire(${root});(async () => {${text}})()`;
  const { out, err } = await place.run(process.execPath, ['-e', whole]);
  expect(err).toBe('');
  return out;
}

const session = credentialWith('aws-session', {
  accessKeyId: 'ASIAEXAMPLE',
  secretAccessKey: 'our/secret+key=',
  sessionToken: 'our/session+token==',
  region: 'eu-west-1',
});
const resolved = `
const { STSClient } = load('@aws-sdk/client-sts');
const found = async (profile) => {
  const { config } = new STSClient({ profile });
  const { accessKeyId, secretAccessKey, sessionToken } = await config.credentials();
  return { accessKeyId, secretAccessKey, sessionToken, region: await config.region() };
};
process.stdout.write(JSON.stringify([await found(), await found('theirs')]));`;

test('the AWS SDK finds the session and its region, and the user’s other profiles', async () => {
  const home = {
    '.aws/credentials':
      '[default]\naws_access_key_id = AKIAOLD\naws_secret_access_key = old\n\n[theirs]\naws_access_key_id = AKIATHEIRS\naws_secret_access_key = t\n',
    '.aws/config':
      '[default]\nregion = us-east-1\nrole_arn = arn:aws:iam::1:role/old\n[profile theirs]\nregion = us-east-2\n',
  };
  using place = await delivered('aws-profile', [session], { home });
  expect(JSON.parse(await script(place, resolved))).toEqual([
    {
      accessKeyId: 'ASIAEXAMPLE',
      secretAccessKey: 'our/secret+key=',
      sessionToken: 'our/session+token==',
      region: 'eu-west-1',
    },
    { accessKeyId: 'AKIATHEIRS', secretAccessKey: 't', region: 'us-east-2' },
  ]);
}, 60_000);

const token = credentialWith('gcp-token', { token: 'ya29.our-token' });
const provider = 'projects/123456/locations/global/workloadIdentityPools/ci/providers/github';

test('google-auth-library trades the platform’s ID token by it, each time it needs one', async () => {
  const asked: string[] = [];
  // A FAKE of Google's Security Token Service: takes one ID token, and answers as the reference of its method says.
  await using sts = await startFaultyServer(({ request, response }) => {
    const form = new URLSearchParams(request.body);
    asked.push(
      `${request.method} ${request.path} ${form.get('audience') ?? ''} ${form.get('subject_token') ?? ''}`,
    );
    const issued = {
      access_token: 'ya29.theirs',
      issued_token_type: 'urn:ietf:params:oauth:token-type:access_token',
      token_type: 'Bearer',
      expires_in: 600,
    };
    response.setHeader('content-type', 'application/json').end(JSON.stringify(issued));
  });
  const folder = mkdtempSync(join(tmpdir(), 'id-token-'));
  const file = join(folder, 'token');
  writeFileSync(file, 'an.id.token');
  const settings = { provider, 'token-file': file, 'sts-endpoint': sts.url };
  const env = { GOOGLE_CLOUD_PROJECT: 'app' };
  using place = await delivered('gcp-adc', [token], { settings, env });
  const said = await place.run(process.execPath, [resolve('test/support/default-google-token.ts')]);
  expect(said).toEqual({ status: 0, out: 'ya29.theirs', err: '' });
  expect(asked).toEqual([`POST /v1/token //iam.googleapis.com/${provider} an.id.token`]);
  expect(place.file('gcp-adc.json')).not.toContain('ya29');
  rmSync(folder, { recursive: true });
}, 60_000);

testWith(
  ['gcloud'],
  'gcloud uses the token that was lent',
  async () => {
    const settings = { provider, 'token-file': '/run/secrets/token' };
    using place = await delivered('gcp-adc', [token], { settings });
    expect((await place.run('gcloud', ['auth', 'print-access-token'])).out.trim()).toBe('ya29.our-token');
  },
  60_000,
);

describe('gcp-adc says what it cannot do', () => {
  test('an access token alone is no Application Default Credential', async () => {
    expect(String(await failureOf(() => delivered('gcp-adc', [token])))).toContain(
      'client libraries take no access token',
    );
  });

  test.each([
    { provider },
    { 'token-file': '/x' },
    { provider: 'x', 'token-file': '/x' },
    { provider, 'token-file': 'x' },
    { provider, 'token-file': '/x', 'service-account': 'x' },
    { provider, 'token-file': '/x', 'universe-domain': 'a/b' },
    { provider, 'token-file': '/x', 'sts-endpoint': 'http://sts.example.com' },
  ])('%j is refused before anything is sent', async (settings) => {
    expect(await failureOf(() => delivered('gcp-adc', [token], { settings: settings }))).toMatchObject({
      code: 'input-invalid',
    });
  });
});
