"use strict";
exports.id = 735;
exports.ids = [735];
exports.modules = {

/***/ 6488:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

__webpack_require__.r(__webpack_exports__);
/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   gitlabVariable: () => (/* binding */ gitlabVariable)
/* harmony export */ });
/* harmony import */ var _domain_errors_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(7945);
/* harmony import */ var _decode_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(6420);
// https://docs.gitlab.com/ci/secrets/id_token_authentication/


const variable = 'EPHEMERAL_CREDS_ID_TOKEN';
/** The variable that `id_tokens:` of the component\u2019s hidden job sets: GitLab mints it once, when the job is picked up. */
const gitlabVariable = () => ({
    name: 'gitlab-variable',
    mints: false,
    variable,
    // eslint-disable-next-line @typescript-eslint/require-await -- what is thrown here is the promise's rejection
    request: async (audience, { host }) => {
        const text = host.env[variable]?.trim() ?? '';
        if (text === '')
            throw problem('id-token-permission-missing', `The variable ${variable} is not set.`, absent);
        const idToken = decoded(text, audience, host.clock.now());
        // The broker\u2019s clock decides; this only tells what its refusal would not.
        if (idToken.expiresAt.getTime() < host.clock.now().getTime() - leewayMs)
            throw problem('id-token-mismatch', 'The ID token has expired.', expired);
        return idToken;
    },
});
/** Clocks that are further apart than this are refused by the broker for their own sake. */
const leewayMs = 60_000;
function decoded(text, audience, now) {
    try {
        return (0,_decode_js__WEBPACK_IMPORTED_MODULE_0__/* .decodeIdToken */ .R)(text, audience, now);
    }
    catch (error) {
        if (!(error instanceof _domain_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .CredsError */ .uA))
            throw error;
        throw problem(error.code, error.message, other);
    }
}
function problem(code, message, hint) {
    return new _domain_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .CredsError */ .uA(code, message, { hint });
}
const absent = `Extend the component\u2019s hidden job, or give the job \`id_tokens: { ${variable}: { aud: \u2026 } }\`. A job\u2019s own \`id_tokens:\` replaces that of \`default:\`, and a shell in which the token was unset has none any more.`;
const expired = 'GitLab\u2019s token lives as long as the job\u2019s `timeout` and there is only one: borrow at the beginning of the job, in `before_script`, and raise the job\u2019s timeout if that is not enough.';
const other = `The \`aud\` of \`id_tokens: ${variable}\` and the \`audience\` must be the same text, letter for letter, and one text, no list. A job\u2019s own \`id_tokens:\` takes the place of the component\u2019s.`;


/***/ })

};
;