"use strict";
exports.id = 858;
exports.ids = [858];
exports.modules = {

/***/ 1257:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   askDryRun: () => (/* binding */ askDryRun)
/* harmony export */ });
/* harmony import */ var _domain_errors_js__WEBPACK_IMPORTED_MODULE_7__ = __webpack_require__(7945);
/* harmony import */ var _domain_pattern_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(6898);
/* harmony import */ var _json_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(8440);
/* harmony import */ var _oauth_error_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(7568);
/* harmony import */ var _signed_request_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(9002);
/* harmony import */ var _json_answer_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(3451);
/* harmony import */ var _revocation_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(8754);
/* harmony import */ var _token_exchange_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(6495);








/**
 * POST /token with `dry_run`: every check up to policy, nothing minted and the ID token not used up.
 * @throws CredsError; with `retryAfterSeconds` where it may be asked again
 */
async function askDryRun({ base, signer }, question, call) {
    const { idToken, roles, encryptTo } = question;
    const url = new URL(`${base}/token`);
    const body = new URLSearchParams({
        grant_type: _token_exchange_js__WEBPACK_IMPORTED_MODULE_0__/* .tokenExchange */ .He,
        subject_token: idToken.reveal(),
        subject_token_type: _revocation_js__WEBPACK_IMPORTED_MODULE_1__/* .idTokenType */ .Z2,
        authorization_details: JSON.stringify(roles.map(({ role }) => (0,_token_exchange_js__WEBPACK_IMPORTED_MODULE_0__/* .detailFor */ .lH)(role, question))),
        dry_run: 'true',
        ...(encryptTo === undefined ? {} : { encrypt_to: JSON.stringify(encryptTo) }),
    }).toString();
    const answer = await (0,_signed_request_js__WEBPACK_IMPORTED_MODULE_2__/* .sendSigned */ .h)({ url, signer, body }, call);
    if (answer.status !== 200)
        throw (0,_oauth_error_js__WEBPACK_IMPORTED_MODULE_3__/* .refusal */ .x)(answer, url.host, call.host.clock.now());
    const details = (0,_json_js__WEBPACK_IMPORTED_MODULE_4__/* .member */ .Dc)((0,_json_answer_js__WEBPACK_IMPORTED_MODULE_5__/* .jsonObject */ .o$)(answer), 'authorization_details');
    return roles.map(({ role }) => decisionOn(role, details));
}
function decisionOn(role, details) {
    const found = Array.isArray(details)
        ? details.filter((detail) => (0,_json_js__WEBPACK_IMPORTED_MODULE_4__/* .isObject */ .Gv)(detail) && (0,_json_js__WEBPACK_IMPORTED_MODULE_4__/* .member */ .Dc)(detail, 'role') === role)
        : [];
    const [detail] = found;
    const decision = (0,_json_js__WEBPACK_IMPORTED_MODULE_4__/* .isObject */ .Gv)(detail) ? (0,_json_js__WEBPACK_IMPORTED_MODULE_4__/* .member */ .Dc)(detail, 'decision') : undefined;
    const requestId = (0,_json_js__WEBPACK_IMPORTED_MODULE_4__/* .isObject */ .Gv)(detail) ? (0,_json_js__WEBPACK_IMPORTED_MODULE_4__/* .member */ .Dc)(detail, 'request_id') : undefined;
    if (found.length !== 1 ||
        (decision !== 'allow' && decision !== 'deny') ||
        typeof requestId !== 'string' ||
        !(0,_domain_pattern_js__WEBPACK_IMPORTED_MODULE_6__/* .fullMatch */ .L)(_json_answer_js__WEBPACK_IMPORTED_MODULE_5__/* .idPattern */ .aD, requestId))
        throw new _domain_errors_js__WEBPACK_IMPORTED_MODULE_7__/* .CredsError */ .uA('answer-invalid', 'The server sent an answer without a decision on each role.');
    const approval = decision === 'allow' && (0,_json_js__WEBPACK_IMPORTED_MODULE_4__/* .isObject */ .Gv)(detail) ? readApproval(detail) : {};
    return { role, allowed: decision === 'allow', ...approval, requestId };
}
/** Brokers that do not tell it yet send nothing. */
function readApproval(detail) {
    const approval = (0,_json_js__WEBPACK_IMPORTED_MODULE_4__/* .member */ .Dc)(detail, 'approval');
    if (approval === undefined)
        return {};
    const seconds = (0,_json_js__WEBPACK_IMPORTED_MODULE_4__/* .isObject */ .Gv)(approval) ? (0,_json_js__WEBPACK_IMPORTED_MODULE_4__/* .member */ .Dc)(approval, 'expires_in') : undefined;
    if (!Number.isSafeInteger(seconds) || seconds < 0)
        throw new _domain_errors_js__WEBPACK_IMPORTED_MODULE_7__/* .CredsError */ .uA('answer-invalid', 'The server sent an answer without the time that an approval may take.');
    return { approvalSeconds: seconds };
}


/***/ })

};
;