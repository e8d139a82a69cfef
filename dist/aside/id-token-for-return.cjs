"use strict";
exports.id = 201;
exports.ids = [201];
exports.modules = {

/***/ 8155:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   askFor: () => (/* binding */ askFor)
/* harmony export */ });
/* harmony import */ var _id_tokens_registry_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(708);
/* harmony import */ var _redaction_id_token_masks_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(7248);


/**
 * How to ask for an ID token with which something is given back; it is hidden before anyone has it.
 * @param mayMint false where only the one may be used that the job began with
 * @returns undefined where there is none
 */
async function askFor({ audience, idToken }, { job, mayMint }, call) {
    const source = await (0,_id_tokens_registry_js__WEBPACK_IMPORTED_MODULE_0__/* .findIdTokenSource */ .D)(idToken, job).catch(() => undefined);
    if (source === undefined)
        return undefined;
    const hidden = (token) => {
        job.mask((0,_redaction_id_token_masks_js__WEBPACK_IMPORTED_MODULE_1__/* .masksOfIdToken */ .D)(token.token));
        return token;
    };
    if (source.mints)
        return mayMint ? async (bound) => hidden(await source.request(bound, call)) : undefined;
    // The one that the job began with, if this shell has it: its audience names no key, and it may be presented again.
    const held = await source.request(audience, call).catch(() => undefined);
    if (held === undefined || held.expiresAt <= call.host.clock.now())
        return undefined;
    return () => Promise.resolve(hidden(held));
}


/***/ })

};
;