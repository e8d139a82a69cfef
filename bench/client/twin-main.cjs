// What a careful person would write by hand for the same two requests: node:https, node:crypto, no dependency.
const https = require('node:https');
const fs = require('node:fs');
const { createHash, generateKeyPairSync, randomBytes, sign } = require('node:crypto');

const b64 = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
const sha = (text) => createHash('sha256').update(text).digest('base64url');

function send(method, url, headers, body) {
  return new Promise((resolve, reject) => {
    const request = https.request(url, { method, headers }, (response) => {
      let text = '';
      response.on('data', (chunk) => (text += chunk));
      response.on('end', () => resolve(JSON.parse(text)));
    });
    request.on('error', reject);
    request.end(body);
  });
}

(async () => {
  const broker = process.env['INPUT_BROKER-URL'];
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const { x } = publicKey.export({ format: 'jwk' });
  const jwk = { crv: 'Ed25519', kty: 'OKP', x };
  const audience = `${broker}/jkt/${sha(JSON.stringify(jwk))}`;
  const asking = `${process.env.ACTIONS_ID_TOKEN_REQUEST_URL}&audience=${encodeURIComponent(audience)}`;
  const bearer = { authorization: `Bearer ${process.env.ACTIONS_ID_TOKEN_REQUEST_TOKEN}` };
  const { value } = await send('GET', asking, bearer);
  const handle = randomBytes(32).toString('base64url');
  fs.appendFileSync(process.env.GITHUB_STATE, `handle=${handle}\n`);
  const body = new URLSearchParams({
    grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
    subject_token: value,
    subject_token_type: 'urn:ietf:params:oauth:token-type:id_token',
    authorization_details: JSON.stringify([{ type: 'ephemeral_credential', role: 'deploy' }]),
    revocation_handle_hash: sha(handle),
  }).toString();
  const claims = {
    jti: randomBytes(16).toString('hex'),
    htm: 'POST',
    htu: `${broker}/token`,
    bh: sha(body),
    iat: Math.floor(Date.now() / 1000),
  };
  const signed = `${b64({ typ: 'dpop+jwt', alg: 'Ed25519', jwk })}.${b64(claims)}`;
  const dpop = `${signed}.${sign(null, Buffer.from(signed), privateKey).toString('base64url')}`;
  const form = {
    'content-type': 'application/x-www-form-urlencoded',
    'content-length': Buffer.byteLength(body),
    dpop,
  };
  const answer = await send('POST', `${broker}/token`, form, body);
  const { token } = answer.authorization_details[0].credentials[0];
  console.log(`::add-mask::${token}`);
  fs.appendFileSync(process.env.GITHUB_ENV, `EPHEMERAL_TOKEN=${token}\n`);
})();
