/** test/vectors/*.json, and a broker and a client's key as they suppose them. */
import { createPrivateKey, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readSettings } from '../../src/broker/commands/read-settings.ts';
import { runBroker } from '../../src/broker/http/run-broker.ts';
import type { ProofKey } from '../../src/protocol/dpop.ts';
import { brokerYaml, githubPolicy, type TestBroker } from './broker/test-broker.ts';
import { testClock, testWorld } from './broker/world.ts';
import type { FakeIssuer } from './issuer.ts';

export type Json = Record<string, unknown>;

export function vectors(name: string): Json {
  return JSON.parse(readFileSync(join(import.meta.dirname, '../vectors', `${name}.json`), 'utf8')) as Json;
}

export interface VectorKey {
  readonly private_jwk: Json & { readonly d: string };
  readonly public_jwk: Json & { readonly kty: string; readonly crv: string; readonly x: string };
  readonly thumbprint_input: string;
  readonly thumbprint: string;
}

export const keys = vectors('keys')['keys'] as Readonly<Record<string, VectorKey>>;

export function vectorKey(name: string): VectorKey {
  const key = keys[name];
  if (key === undefined) throw new Error(`keys.json has no ${name}`);
  return key;
}

export function privateKey(name: string): KeyObject {
  return createPrivateKey({ key: vectorKey(name).private_jwk, format: 'jwk' });
}

/** The job's key as our client holds one. */
export function proofKey(name = 'job'): ProofKey {
  const { public_jwk: publicJwk, thumbprint } = vectorKey(name);
  return { privateKey: privateKey(name), publicJwk, thumbprint };
}

/** GitHub as id-tokens.json has it: its tokens are already signed. */
function issuerOfVectors(): FakeIssuer {
  const { issuer, jwks } = vectors('id-tokens') as { issuer: string; jwks: { keys: [Json] } };
  return {
    url: issuer,
    platform: 'github',
    mint: () => Promise.reject(new Error('the vectors have their tokens')),
    publicKey: () => jwks.keys[0],
    respond: () => Promise.resolve({ status: 200, body: jwks }),
    rotate: () => Promise.resolve(),
  };
}

/** A broker that has just started at the time of the vectors. @param more lines of broker.yaml, and files */
export async function vectorBroker(
  time: number,
  more = '',
  files: Readonly<Record<string, string>> = {},
): Promise<TestBroker> {
  const github = issuerOfVectors();
  const world = testWorld({
    issuers: [github],
    clock: testClock(new Date(time * 1000)),
    env: { LEGACY_TOKEN: 'x' },
  });
  const all = { 'broker.yaml': brokerYaml + more, 'policies/p.yaml': githubPolicy, ...files };
  for (const [name, text] of Object.entries(all)) world.disk.set(`/etc/broker/${name}`, text);
  const settings = await readSettings('/etc/broker/broker.yaml', world.files);
  const running = await runBroker({ ...settings, store: { sqlite: ':memory:' } }, world);
  return { ...running, world, github, gitlab: github };
}
