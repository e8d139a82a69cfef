// Clients that others wrote, with nothing of ours in them but the hook that they have for a claim more in the proof.
import { createHash } from 'node:crypto';
import { afterEach, describe, expect, test } from '@jest/globals';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, type CryptoKey } from 'jose';
import * as oauth from 'oauth4webapi';
import * as openid from 'openid-client';
import {
  startListeningBroker,
  type ListeningBroker,
  type ListeningOptions,
} from '../support/broker/listening-broker.ts';

const tokenExchange = 'urn:ietf:params:oauth:grant-type:token-exchange';
const handleType = 'urn:ephemeral-creds:revocation-handle';
const handle = 'A'.repeat(43);

let place: ListeningBroker | undefined;
afterEach(async () => {
  await place?.[Symbol.asyncDispose]();
  place = undefined;
});

async function start(options: ListeningOptions = {}): Promise<ListeningBroker> {
  place = await startListeningBroker(options);
  return place;
}

interface Job {
  readonly keys: { readonly privateKey: CryptoKey; readonly publicKey: CryptoKey };
  readonly form: Record<string, string>;
}

/** What any job does by itself: a key, and an ID token for the audience that the key belongs to. */
async function makeJob({ broker, url }: ListeningBroker, algorithm: 'Ed25519' | 'ES256'): Promise<Job> {
  const keys = await generateKeyPair(algorithm);
  const thumbprint = await calculateJwkThumbprint(await exportJWK(keys.publicKey));
  const at = broker.world.clock.now();
  return {
    keys,
    form: {
      subject_token: await broker.github.mint({ audience: `${url}/jkt/${thumbprint}`, at }),
      subject_token_type: 'urn:ietf:params:oauth:token-type:id_token',
      authorization_details: JSON.stringify([{ type: 'ephemeral_credential', role: 'deploy-prod' }]),
      revocation_handle_hash: createHash('sha256').update(handle).digest('base64url'),
    },
  };
}

/** The hook of both libraries: a claim with the hash of the body that is about to be sent. */
class BodyHash {
  /** Undefined: there is none, as with GET. */
  body: string | undefined;
  readonly modify = (_header: unknown, payload: Record<string, unknown>): void => {
    if (this.body === undefined) return;
    payload['bh'] = createHash('sha256').update(this.body).digest('base64url');
  };
}

const further = (requestId: string): string =>
  JSON.stringify({
    authorization_detail: { type: 'ephemeral_credential', role: 'app-ro' },
    request_id: requestId,
  });

const lent = [
  {
    role: 'deploy-prod',
    revocability: 'immediate',
    credentials: [{ name: 'deploy-prod', kind: 'bearer-token', token: expect.stringMatching(/^eyJ/) }],
  },
];

describe('oauth4webapi', () => {
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- its mark against use outside tests
  const insecure = { [oauth.allowInsecureRequests]: true };
  const client: oauth.Client = { client_id: 'a-job' };

  async function discover(url: string): Promise<oauth.AuthorizationServer> {
    const found = await oauth.discoveryRequest(new URL(url), { algorithm: 'oauth2', ...insecure });
    return oauth.processDiscoveryResponse(new URL(url), found);
  }

  async function exchange(
    as: oauth.AuthorizationServer,
    { form }: Job,
    { DPoP, hash }: { DPoP: oauth.DPoPHandle; hash?: BodyHash },
  ): Promise<oauth.TokenEndpointResponse> {
    // As the library writes the form: what it was given, the grant, and the client’s id.
    if (hash !== undefined)
      hash.body = new URLSearchParams({ ...form, grant_type: tokenExchange, client_id: 'a-job' }).toString();
    const options = { DPoP, ...insecure };
    const sent = await oauth.genericTokenEndpointRequest(
      as,
      client,
      oauth.None(),
      tokenExchange,
      form,
      options,
    );
    return oauth.processGenericTokenEndpointResponse(as, client, sent);
  }

  test.each([
    ['Ed25519', ''],
    ['ES256', '/team/x'],
  ] as const)(
    'finds the broker by its metadata, borrows with a proof by an %s key, and gives back by its access token (%j)',
    async (algorithm, path) => {
      const here = await start({ path });
      const job = await makeJob(here, algorithm);
      const hash = new BodyHash();
      const DPoP = oauth.DPoP(client, job.keys, { [oauth.modifyAssertion]: hash.modify });
      const as = await discover(here.url);
      expect(as.grant_types_supported).toEqual([tokenExchange]);
      const answer = await exchange(as, job, { DPoP, hash });
      expect(answer).toMatchObject({ token_type: 'dpop', expires_in: 900, authorization_details: lent });

      const url = new URL(as.revocation_endpoint ?? '');
      const form = new URLSearchParams({ token: answer.access_token });
      hash.body = form.toString();
      const options = { DPoP, ...insecure };
      const headers = new Headers();
      const revoke = () =>
        oauth.protectedResourceRequest(answer.access_token, 'POST', url, headers, form, options);
      expect(await (await revoke()).json()).toMatchObject({ leases: [{ state: 'revoked' }] });
    },
  );

  test('borrows further by its access token, and asks how the lease stands', async () => {
    const here = await start();
    const job = await makeJob(here, 'Ed25519');
    const hash = new BodyHash();
    const DPoP = oauth.DPoP(client, job.keys, { [oauth.modifyAssertion]: hash.modify });
    const as = await discover(here.url);
    const { access_token: token } = await exchange(as, job, { DPoP, hash });
    const url = new URL(as['credential_endpoint'] as string);
    hash.body = further('step-1');
    const json = new Headers({ 'content-type': 'application/json' });
    const options = { DPoP, ...insecure };
    const lent = await oauth.protectedResourceRequest(token, 'POST', url, json, hash.body, options);
    expect(lent.status).toBe(201);
    const lease = (await lent.json()) as { lease_id: string };
    expect(lease).toMatchObject({ role: 'app-ro', credentials: [{ kind: 'bearer-token' }] });
    hash.body = undefined;
    const state = new URL(`${url.href}/${lease.lease_id}`);
    const told = await oauth.protectedResourceRequest(token, 'GET', state, undefined, undefined, options);
    expect(await told.json()).toMatchObject({ role: 'app-ro', state: 'active' });
  });

  test('is challenged as RFC 9449 has it when its access token is none', async () => {
    const here = await start();
    const { keys } = await makeJob(here, 'Ed25519');
    const hash = new BodyHash();
    const DPoP = oauth.DPoP(client, keys, { [oauth.modifyAssertion]: hash.modify });
    hash.body = further('step-1');
    const url = new URL(`${here.url}/credentials`);
    const json = new Headers({ 'content-type': 'application/json' });
    const asked = oauth.protectedResourceRequest('ecs_nobody', 'POST', url, json, hash.body, {
      DPoP,
      ...insecure,
    });
    await expect(asked).rejects.toMatchObject({
      name: 'WWWAuthenticateChallengeError',
      cause: [{ scheme: 'dpop', parameters: { error: 'invalid_token' } }],
    });
  });

  test('repeats with the nonce that a broker with `nonce: required` gives', async () => {
    const here = await start({ yaml: (yaml) => `${yaml}nonce: required\n` });
    const job = await makeJob(here, 'Ed25519');
    const hash = new BodyHash();
    const DPoP = oauth.DPoP(client, job.keys, { [oauth.modifyAssertion]: hash.modify });
    const as = await discover(here.url);
    const refused = await exchange(as, job, { DPoP, hash }).catch((error: unknown) => error);
    expect(oauth.isDPoPNonceError(refused)).toBe(true);
    const answer = await exchange(as, job, { DPoP, hash });
    expect(answer).toMatchObject({ authorization_details: lent });
  });

  test('gives back by the handle, for which it needs no proof', async () => {
    const here = await start();
    const job = await makeJob(here, 'Ed25519');
    const hash = new BodyHash();
    const DPoP = oauth.DPoP(client, job.keys, { [oauth.modifyAssertion]: hash.modify });
    const as = await discover(here.url);
    await exchange(as, job, { DPoP, hash });
    const options = { additionalParameters: { token_type_hint: handleType }, ...insecure };
    const sent = await oauth.revocationRequest(as, client, oauth.None(), handle, options);
    await oauth.processRevocationResponse(sent.clone());
    expect(await sent.json()).toMatchObject({ leases: [{ state: 'revoked' }] });
  });

  test('needs no hook where the broker says `body_hash: optional`, and is told so where it does not', async () => {
    const without = async (options: ListeningOptions): Promise<unknown> => {
      const here = await start(options);
      const job = await makeJob(here, 'Ed25519');
      const DPoP = oauth.DPoP(client, job.keys);
      const outcome = await exchange(await discover(here.url), job, { DPoP }).catch(
        (error: unknown) => error,
      );
      await here[Symbol.asyncDispose]();
      place = undefined;
      return outcome;
    };
    const optional = { yaml: (yaml: string) => `${yaml}body_hash: optional\n` };
    expect(await without(optional)).toMatchObject({ authorization_details: lent });
    expect(await without({})).toMatchObject({ error: 'invalid_dpop_proof', status: 400 });
  });

  test('reads a refusal as the OAuth error that it is', async () => {
    const here = await start();
    const job = await makeJob(here, 'Ed25519');
    const details = JSON.stringify([{ type: 'ephemeral_credential', role: 'owned' }]);
    const hash = new BodyHash();
    const DPoP = oauth.DPoP(client, job.keys, { [oauth.modifyAssertion]: hash.modify });
    const asked = { ...job, form: { ...job.form, authorization_details: details } };
    await expect(exchange(await discover(here.url), asked, { DPoP, hash })).rejects.toMatchObject({
      error: 'access_denied',
      status: 403,
    });
  });
});

describe('openid-client', () => {
  async function configure(url: string): Promise<openid.Configuration> {
    const metadata = { client_id: 'a-job' };
    return openid.discovery(new URL(url), 'a-job', metadata, openid.None(), {
      algorithm: 'oauth2',
      // eslint-disable-next-line @typescript-eslint/no-deprecated -- its mark against use outside tests
      execute: [openid.allowInsecureRequests],
    });
  }

  test('finds, borrows and gives back', async () => {
    const here = await start();
    const { keys, form } = await makeJob(here, 'Ed25519');
    const hash = new BodyHash();
    const config = await configure(here.url);
    const DPoP = openid.getDPoPHandle(config, keys, { [openid.modifyAssertion]: hash.modify });
    hash.body = new URLSearchParams({ ...form, grant_type: tokenExchange, client_id: 'a-job' }).toString();
    const answer = await openid.genericGrantRequest(config, tokenExchange, form, { DPoP });
    expect(answer).toMatchObject({ token_type: 'dpop', authorization_details: lent });

    const url = new URL(config.serverMetadata().revocation_endpoint ?? '');
    const revocation = new URLSearchParams({ token: answer.access_token });
    hash.body = revocation.toString();
    const token = answer.access_token;
    const options = { DPoP };
    const back = await openid.fetchProtectedResource(
      config,
      token,
      url,
      'POST',
      revocation,
      undefined,
      options,
    );
    expect(await back.json()).toMatchObject({ leases: [{ state: 'revoked' }] });
    await openid.tokenRevocation(config, handle, { token_type_hint: handleType });
  });

  test('repeats by itself with the nonce that a broker with `nonce: required` gives, here and at the resource', async () => {
    const here = await start({ yaml: (yaml) => `${yaml}nonce: required\n` });
    const { keys, form } = await makeJob(here, 'Ed25519');
    const hash = new BodyHash();
    const config = await configure(here.url);
    const DPoP = openid.getDPoPHandle(config, keys, { [openid.modifyAssertion]: hash.modify });
    hash.body = new URLSearchParams({ ...form, grant_type: tokenExchange, client_id: 'a-job' }).toString();
    const { access_token: token } = await openid.genericGrantRequest(config, tokenExchange, form, { DPoP });

    const url = new URL(`${here.url}/credentials`);
    const json = new Headers({ 'content-type': 'application/json' });
    for (const id of ['step-1', 'step-2']) {
      hash.body = further(id);
      const more = await openid.fetchProtectedResource(config, token, url, 'POST', hash.body, json, { DPoP });
      expect(more.status).toBe(201);
    }
  });
});
