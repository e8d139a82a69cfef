// The same by hand for post: one request.
const https = require('node:https');

const { debt } = JSON.parse(process.env.STATE_ledger);
const body = new URLSearchParams({
  token: debt.handle,
  token_type_hint: 'urn:ephemeral-creds:revocation-handle',
}).toString();
const headers = {
  'content-type': 'application/x-www-form-urlencoded',
  'content-length': Buffer.byteLength(body),
};
const request = https.request(`${debt.url}/revoke`, { method: 'POST', headers }, (response) => {
  let text = '';
  response.on('data', (chunk) => (text += chunk));
  response.on('end', () => console.log(JSON.parse(text).leases[0].state));
});
request.end(body);
