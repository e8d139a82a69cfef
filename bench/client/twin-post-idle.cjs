// The same by hand for the post of a cloud that takes nothing back: it says until when the credential lives.
const fs = require('node:fs');

const text = `Not given back: it ends by itself at ${process.env.STATE_expires}.`;
console.log(text);
fs.appendFileSync(process.env.GITHUB_STEP_SUMMARY, `${text}\n`);
