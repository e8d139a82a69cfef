// Looks at, approves or rejects a request that waits at a broker, as one of its `operators`. Node alone, nothing to install.
//   node approve.mjs https://broker.example.com/approvals/txn_… ops ops.key.pem [approve|reject]
// Without a decision it shows who asks for what. The key: openssl genpkey -algorithm ed25519 -out ops.key.pem
import { randomUUID, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';

const [address = '', operator = '', keyFile = '', decision] = process.argv.slice(2);
const audience = address.replace(/\/[^/]*$/, '');
const now = Math.floor(Date.now() / 1000);
const claims = { iss: operator, sub: operator, aud: audience, jti: randomUUID(), iat: now, exp: now + 60 };
const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
const signed = `${part({ alg: 'EdDSA' })}.${part(claims)}`;
const signature = sign(null, Buffer.from(signed), readFileSync(keyFile)).toString('base64url');
const form = new URLSearchParams({
  client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
  client_assertion: `${signed}.${signature}`,
  ...(decision === undefined ? {} : { decision }),
});
const answer = await fetch(address, { method: 'POST', body: form, redirect: 'error' });
console.log(JSON.stringify(await answer.json(), undefined, 2));
process.exitCode = answer.ok ? 0 : 1;
