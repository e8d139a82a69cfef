// One HTTPS request as a careful person would write it: node:https, no dependency.
const https = require('node:https');

exports.send = (method, url, headers, body) =>
  new Promise((resolve, reject) => {
    const request = https.request(url, { method, headers }, (response) => {
      let text = '';
      response.on('data', (chunk) => (text += chunk));
      response.on('end', () => resolve(text));
    });
    request.on('error', reject);
    request.end(body);
  });

/** The job's ID token. */
exports.idToken = async (audience) => {
  const asking = `${process.env.ACTIONS_ID_TOKEN_REQUEST_URL}&audience=${encodeURIComponent(audience)}`;
  const bearer = { authorization: `Bearer ${process.env.ACTIONS_ID_TOKEN_REQUEST_TOKEN}` };
  return JSON.parse(await exports.send('GET', asking, bearer)).value;
};

exports.form = (fields) => {
  const body = new URLSearchParams(fields).toString();
  const type = 'application/x-www-form-urlencoded';
  return [{ 'content-type': type, 'content-length': Buffer.byteLength(body) }, body];
};
