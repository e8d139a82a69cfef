"use strict";
exports.id = 202;
exports.ids = [202];
exports.modules = {

/***/ 3554:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  runCommandLine: () => (/* binding */ runCommandLine)
});

;// CONCATENATED MODULE: ./lib/aside/cli/help.js
/** What `--help` prints. */
const help = `Usage: ephemeral-creds broker run --config broker.yaml
       ephemeral-creds audit verify FILE\u2026 [--jwks FILE] [--allow-gaps] [--json]

  broker run     start the broker
  audit verify   check that a broker\u2019s audit log is as it was written:
                 exit status 0 when it is, 1 when it is not
                 --jwks        the keys that the broker publishes (/.well-known/jwks.json)
                 --allow-gaps  the log\u2019s beginning may be missing (rotated away)
                 --json        the report as JSON
  --help         this text

Both need Node 24 or later.

The GitHub Action is main.cjs and post.cjs beside this file; see README.md.
`;

;// CONCATENATED MODULE: ./lib/aside/cli/grammar.js

/**
 * The command line. `broker run --config FILE` and `audit verify FILE`.
 * @returns the exit status: 64 for words that it does not know (sysexits.h, EX_USAGE)
 */
async function runCommandLine(words, host, next) {
    const [noun, ...rest] = words;
    if (noun === 'broker' && rest[0] === 'run')
        return next.broker(rest);
    if (noun === 'audit' && rest[0] === 'verify')
        return next.audit(rest);
    const asked = noun === '--help' || noun === '-h' || noun === 'help';
    host.print(asked ? help : `ephemeral-creds: these words are not a command.\n\n${help}`);
    return asked ? 0 : 64;
}


/***/ })

};
;