"use strict";
exports.id = 899;
exports.ids = [899];
exports.modules = {

/***/ 328:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

__webpack_require__.r(__webpack_exports__);
/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   brokerReturn: () => (/* binding */ brokerReturn)
/* harmony export */ });
/* harmony import */ var _domain_errors_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(7945);
/* harmony import */ var _protocol_http_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(4438);
/* harmony import */ var _protocol_oauth_error_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(7568);
/* harmony import */ var _protocol_revocation_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(8754);
/* harmony import */ var _protocol_version_header_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(7388);





const longestAnswer = 1024 * 1024;
/** By handle and, where that does not do, by a fresh ID token that is bound to a key of this process. */
const brokerReturn = { giveBack };
async function giveBack(debt, leaseIds, way) {
    const { url: base = '', handle = '' } = debt;
    const url = new URL(`${base}/revoke`);
    let problem;
    try {
        const returned = await (0,_protocol_http_js__WEBPACK_IMPORTED_MODULE_0__/* .retrying */ .R$)(way.call, () => revokeByHandle(url, handle, way.call));
        if (returned === 'gone')
            return [];
        // An empty list is what a stranger would get, too: good enough only when nothing is known to be owed.
        if (returned.length > 0 || leaseIds.length === 0)
            return settled(returned);
    }
    catch (error) {
        if (!(error instanceof _domain_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .CredsError */ .uA) || error.code === 'interrupted')
            throw error;
        problem = error;
    }
    const idToken = await way.idToken?.();
    if (idToken === undefined) {
        if (problem === undefined)
            return [];
        throw problem;
    }
    try {
        const { askByIdToken } = await __webpack_require__.e(/* import() | broker-return-signed */ 380).then(__webpack_require__.bind(__webpack_require__, 5457));
        const ask = askByIdToken(url, leaseIds, { ...way, idToken });
        return settled(await (0,_protocol_http_js__WEBPACK_IMPORTED_MODULE_0__/* .retrying */ .R$)(way.call, async () => {
            const returned = outcome(await ask(), url, way.call);
            return returned === 'gone' ? [] : returned;
        }));
    }
    catch (error) {
        // The second way is a way out; what closed the first is what a person has to know.
        throw problem ?? error;
    }
}
async function revokeByHandle(url, handle, call) {
    const body = (0,_protocol_revocation_js__WEBPACK_IMPORTED_MODULE_2__/* .revocationForm */ .Ds)('handle', handle);
    const headers = { ..._protocol_version_header_js__WEBPACK_IMPORTED_MODULE_3__/* .plainHeaders */ .f, 'content-type': 'application/x-www-form-urlencoded' };
    const answer = await (0,_protocol_http_js__WEBPACK_IMPORTED_MODULE_0__/* .exchange */ .cv)(call, { method: 'POST', url, headers, body, maxBytes: longestAnswer });
    return outcome(answer, url, call);
}
function outcome(answer, url, call) {
    if (answer.status === 200)
        return (0,_protocol_revocation_js__WEBPACK_IMPORTED_MODULE_2__/* .readRevocation */ .jd)(answer);
    if ([404, 409, 410].includes(answer.status))
        return 'gone';
    throw (0,_protocol_oauth_error_js__WEBPACK_IMPORTED_MODULE_4__/* .refusal */ .x)(answer, url.host, call.host.clock.now());
}
function settled(returned) {
    const alive = returned.find(({ state }) => state === 'active' || state === 'intent' || state === 'failed');
    if (alive !== undefined)
        throw new _domain_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .CredsError */ .uA('revoke-failed', `The broker says that ${alive.id} is still ${alive.state}.`);
    return returned;
}


/***/ })

};
;