// The same by hand for post: one request.
const { form, send } = require('./twin-send.cjs');

(async () => {
  const fields = {
    token: process.env.STATE_handle,
    token_type_hint: 'urn:ephemeral-creds:revocation-handle',
  };
  const answer = await send('POST', `${process.env['INPUT_BROKER-URL']}/revoke`, ...form(fields));
  console.log(JSON.parse(answer).leases[0].state);
})();
