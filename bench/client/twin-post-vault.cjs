// The same by hand for Vault's post: the login revokes itself.
const { send } = require('./twin-send.cjs');

(async () => {
  const headers = { 'x-vault-token': process.env.STATE_token, 'content-length': 0 };
  await send('POST', `${process.env.TWIN_URL}/v1/auth/token/revoke-self`, headers, '');
  console.log('revoked');
})();
