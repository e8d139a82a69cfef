// What a careful person would write by hand for Google Cloud: the ID token, a federated token, one of the account.
const fs = require('node:fs');
const { form, idToken, send } = require('./twin-send.cjs');

(async () => {
  const provider = process.env.TWIN_PROVIDER;
  const fields = {
    grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
    subject_token: await idToken(`https://iam.googleapis.com/${provider}`),
    subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
    audience: `//iam.googleapis.com/${provider}`,
    scope: 'https://www.googleapis.com/auth/cloud-platform',
    requested_token_type: 'urn:ietf:params:oauth:token-type:access_token',
  };
  const base = process.env.TWIN_URL;
  const { access_token: federated } = JSON.parse(await send('POST', `${base}/v1/token`, ...form(fields)));
  const body = JSON.stringify({ scope: [fields.scope], lifetime: '900s' });
  const headers = {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    authorization: `Bearer ${federated}`,
  };
  const url = `${base}/v1/projects/-/serviceAccounts/${process.env.INPUT_ROLE}:generateAccessToken`;
  const { accessToken, expireTime } = JSON.parse(await send('POST', url, headers, body));
  console.log(`::add-mask::${accessToken}`);
  fs.appendFileSync(process.env.GITHUB_STATE, `expires=${expireTime}\n`);
  fs.appendFileSync(
    process.env.GITHUB_ENV,
    `CLOUDSDK_AUTH_ACCESS_TOKEN=${accessToken}\nGOOGLE_OAUTH_ACCESS_TOKEN=${accessToken}\n`,
  );
})();
