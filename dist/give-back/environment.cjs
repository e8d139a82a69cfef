"use strict";
exports.id = 294;
exports.ids = [294];
exports.modules = {

/***/ 3723:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

__webpack_require__.r(__webpack_exports__);
/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   environment: () => (/* binding */ environment)
/* harmony export */ });
/* harmony import */ var _domain_errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7945);
/* harmony import */ var _decode_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(6420);
// A platform that sets the token as a variable of the job: Bitbucket, CircleCI, and GitLab under another name.


const environment = (_job, name) => ({
    name: `env:${name}`,
    mints: false,
    variable: name,
    // eslint-disable-next-line @typescript-eslint/require-await -- what is thrown here is the promise's rejection
    request: async (audience, { host }) => {
        const text = host.env[name]?.trim() ?? '';
        if (text === '') {
            throw new _domain_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .CredsError */ .uA('input-invalid', `The variable ${name}, which \`id-token\` names, is not set.`);
        }
        return (0,_decode_js__WEBPACK_IMPORTED_MODULE_1__/* .decodeIdToken */ .R)(text, audience, host.clock.now());
    },
});


/***/ })

};
;