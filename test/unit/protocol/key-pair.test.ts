import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { expect } from '@jest/globals';
import { testOnNode20 } from '../../support/node20.ts';

const source = new URL('../../../src/protocol/key-pair.ts', import.meta.url);

// Full collections often enough that one falls into an export: with keys straight from `generateKeyPairSync` this
// stands still within the first few thousand.
const rounds = `
  let kept = [];
  for (let round = 0; round < 20000; round++) {
    makeKeyPair('ed25519').privateKey.export({ format: 'jwk' });
    kept.push(new Array(64).fill(round));
    if (kept.length > 10000) kept = [];
  }
  console.log('done');`;

testOnNode20('a new key can be exported while the garbage collector runs', (node) => {
  const code = stripTypeScriptTypes(readFileSync(source, 'utf8')) + rounds;
  const flags = ['--max-semi-space-size=1', '--single-threaded', '--no-incremental-marking'];
  const output = execFileSync(node, [...flags, '--input-type=module', '-e', code], {
    env: {},
    encoding: 'utf8',
    timeout: 25_000,
    killSignal: 'SIGKILL',
  });
  expect(output).toBe('done\n');
});
