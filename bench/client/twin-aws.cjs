// What a careful person would write by hand for AWS: the ID token, AssumeRoleWithWebIdentity, five variables.
const fs = require('node:fs');
const { form, idToken, send } = require('./twin-send.cjs');

(async () => {
  const fields = {
    Action: 'AssumeRoleWithWebIdentity',
    Version: '2011-06-15',
    RoleArn: process.env.INPUT_ROLE,
    RoleSessionName: 'bench',
    DurationSeconds: '900',
    WebIdentityToken: await idToken('sts.amazonaws.com'),
  };
  const xml = await send('POST', process.env.TWIN_URL, ...form(fields));
  const [id, secret, token, expires] = ['AccessKeyId', 'SecretAccessKey', 'SessionToken', 'Expiration'].map(
    (name) => new RegExp(`<${name}>([^<]+)<`).exec(xml)[1],
  );
  for (const value of [id, secret, token]) console.log(`::add-mask::${value}`);
  const variables = { AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: secret, AWS_SESSION_TOKEN: token };
  const region = { AWS_REGION: 'eu-west-1', AWS_DEFAULT_REGION: 'eu-west-1' };
  const lines = Object.entries({ ...variables, ...region }).map(([name, value]) => `${name}=${value}\n`);
  fs.appendFileSync(process.env.GITHUB_STATE, `expires=${expires}\n`);
  fs.appendFileSync(process.env.GITHUB_ENV, lines.join(''));
})();
