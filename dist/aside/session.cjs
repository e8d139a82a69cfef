"use strict";
exports.id = 901;
exports.ids = [901];
exports.modules = {

/***/ 6372:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

__webpack_require__.r(__webpack_exports__);
/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   borrowFurther: () => (/* binding */ borrowFurther),
/* harmony export */   extendSession: () => (/* binding */ extendSession),
/* harmony export */   leaseState: () => (/* binding */ leaseState),
/* harmony export */   readSession: () => (/* binding */ readSession),
/* harmony export */   sendHeartbeat: () => (/* binding */ sendHeartbeat)
/* harmony export */ });
/* harmony import */ var _domain_errors_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(7945);
/* harmony import */ var _domain_lease_js__WEBPACK_IMPORTED_MODULE_10__ = __webpack_require__(3114);
/* harmony import */ var _domain_pattern_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(6898);
/* harmony import */ var _domain_secret_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(4490);
/* harmony import */ var _encryption_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(4891);
/* harmony import */ var _json_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(8440);
/* harmony import */ var _oauth_error_js__WEBPACK_IMPORTED_MODULE_8__ = __webpack_require__(7568);
/* harmony import */ var _revocation_js__WEBPACK_IMPORTED_MODULE_9__ = __webpack_require__(8754);
/* harmony import */ var _signed_request_js__WEBPACK_IMPORTED_MODULE_7__ = __webpack_require__(9002);
/* harmony import */ var _json_answer_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(3451);
/* harmony import */ var _token_exchange_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(6495);
// What a job may do in a session that it has opened (PROTOCOL.md, Session, renewal, heartbeat).












/**
 * Reads the session out of POST /token's 200 answer.
 * @throws CredsError `answer-invalid`
 */
function readSession(answer, { base, signer }, now) {
    const body = (0,_json_answer_js__WEBPACK_IMPORTED_MODULE_0__/* .jsonObject */ .o$)(answer);
    const [id, token, seconds] = ['session_id', 'access_token', 'expires_in'].map((name) => (0,_json_js__WEBPACK_IMPORTED_MODULE_1__/* .member */ .Dc)(body, name));
    if (typeof id !== 'string' ||
        !(0,_domain_pattern_js__WEBPACK_IMPORTED_MODULE_2__/* .fullMatch */ .L)(_json_answer_js__WEBPACK_IMPORTED_MODULE_0__/* .idPattern */ .aD, id) ||
        typeof token !== 'string' ||
        !(0,_domain_pattern_js__WEBPACK_IMPORTED_MODULE_2__/* .fullMatch */ .L)(/[\x21-\x7e]{1,4096}/, token) ||
        !Number.isSafeInteger(seconds))
        throw new _domain_errors_js__WEBPACK_IMPORTED_MODULE_3__/* .CredsError */ .uA('answer-invalid', 'The server sent an answer without a usable session.');
    const accessExpiresAt = new Date(now.getTime() + seconds * 1000);
    return { base, signer, id, accessToken: new _domain_secret_js__WEBPACK_IMPORTED_MODULE_4__/* .Secret */ .z(token), accessExpiresAt };
}
/**
 * POST /credentials: borrows one more role, or renews a lease. The credential comes encrypted to a key of this call.
 * @throws CredsError; with `retryAfterSeconds` where the same may be asked again
 */
async function borrowFurther(session, further, call) {
    const { request, requestId, replaces } = further;
    const { publicJwk, decrypt } = (0,_encryption_js__WEBPACK_IMPORTED_MODULE_5__/* .makeEncryptionKey */ .n)();
    const body = JSON.stringify({
        authorization_detail: (0,_token_exchange_js__WEBPACK_IMPORTED_MODULE_6__/* .detailFor */ .lH)(request.role, further),
        request_id: requestId,
        encrypt_to: publicJwk,
        ...(replaces === undefined ? {} : { replaces }),
    });
    const answer = await inSession(session, { path: '/credentials', body, contentType: 'application/json' }, call);
    const entry = (0,_json_answer_js__WEBPACK_IMPORTED_MODULE_0__/* .jsonObject */ .o$)(expected(201, answer, session, call));
    if ((0,_json_js__WEBPACK_IMPORTED_MODULE_1__/* .member */ .Dc)(entry, 'role') !== request.role)
        throw new _domain_errors_js__WEBPACK_IMPORTED_MODULE_3__/* .CredsError */ .uA('answer-invalid', 'The server lent another role than was asked for.');
    return (0,_token_exchange_js__WEBPACK_IMPORTED_MODULE_6__/* .readLease */ .zR)(entry, request, { decrypt, now: call.host.clock.now() });
}
/**
 * POST /token with the session's id: a new access token; the old one is dead. It ends no later than it would have.
 * @param idToken of the same job, for the same key
 */
async function extendSession(session, idToken, call) {
    const body = new URLSearchParams({ ...exchangeOf(idToken), session_id: session.id }).toString();
    const { base, signer } = session;
    const answer = await (0,_signed_request_js__WEBPACK_IMPORTED_MODULE_7__/* .sendSigned */ .h)({ url: new URL(`${base}/token`), signer, body }, call);
    const extended = readSession(expected(200, answer, session, call), session, call.host.clock.now());
    if (extended.id !== session.id)
        throw new _domain_errors_js__WEBPACK_IMPORTED_MODULE_3__/* .CredsError */ .uA('answer-invalid', 'The server extended another session than was asked for.');
    return extended;
}
/** POST /sessions/heartbeat: leases that were borrowed with a heartbeat live on. */
async function sendHeartbeat(session, call) {
    const answer = await inSession(session, { path: '/sessions/heartbeat', body: '' }, call);
    expected(204, answer, session, call);
}
/** GET /credentials/{lease_id}. @returns undefined for a lease that is not this session's */
async function leaseState(session, leaseId, call) {
    const answer = await inSession(session, { path: `/credentials/${encodeURIComponent(leaseId)}` }, call);
    if (answer.status === 404 && (0,_oauth_error_js__WEBPACK_IMPORTED_MODULE_8__/* .refusedFor */ .k)(answer).error === 'not_found')
        return undefined;
    const now = call.host.clock.now();
    const body = (0,_json_answer_js__WEBPACK_IMPORTED_MODULE_0__/* .jsonObject */ .o$)(expected(200, answer, session, call));
    const [id, role, seconds] = ['lease_id', 'role', 'expires_in'].map((name) => (0,_json_js__WEBPACK_IMPORTED_MODULE_1__/* .member */ .Dc)(body, name));
    const state = _revocation_js__WEBPACK_IMPORTED_MODULE_9__/* .leaseStates */ .VR.find((name) => name === (0,_json_js__WEBPACK_IMPORTED_MODULE_1__/* .member */ .Dc)(body, 'state'));
    const revocability = _domain_lease_js__WEBPACK_IMPORTED_MODULE_10__/* .revocabilities */ .y.find((name) => name === (0,_json_js__WEBPACK_IMPORTED_MODULE_1__/* .member */ .Dc)(body, 'revocability'));
    if (id !== leaseId ||
        typeof role !== 'string' ||
        !Number.isSafeInteger(seconds) ||
        state === undefined ||
        revocability === undefined)
        throw new _domain_errors_js__WEBPACK_IMPORTED_MODULE_3__/* .CredsError */ .uA('answer-invalid', 'The server sent a lease in a form that is not the protocol\u2019s.');
    return { id, role, state, revocability, expiresAt: new Date(now.getTime() + seconds * 1000) };
}
function exchangeOf(idToken) {
    return {
        grant_type: _token_exchange_js__WEBPACK_IMPORTED_MODULE_6__/* .tokenExchange */ .He,
        subject_token: idToken.reveal(),
        subject_token_type: _revocation_js__WEBPACK_IMPORTED_MODULE_9__/* .idTokenType */ .Z2,
    };
}
function inSession({ base, signer, accessToken }, { path, ...content }, call) {
    return (0,_signed_request_js__WEBPACK_IMPORTED_MODULE_7__/* .sendSigned */ .h)({ url: new URL(base + path), signer, accessToken, ...content }, call);
}
/** @throws CredsError; with `freshIdToken` where the session has to be extended first */
function expected(status, answer, { base }, call) {
    if (answer.status === status)
        return answer;
    const refused = (0,_oauth_error_js__WEBPACK_IMPORTED_MODULE_8__/* .refusal */ .x)(answer, new URL(base).host, call.host.clock.now());
    if ((0,_oauth_error_js__WEBPACK_IMPORTED_MODULE_8__/* .refusedFor */ .k)(answer).error !== 'invalid_token')
        throw refused;
    const { code, message, requestId } = refused;
    const known = requestId === undefined ? {} : { requestId };
    throw new _domain_errors_js__WEBPACK_IMPORTED_MODULE_3__/* .CredsError */ .uA(code, message, { ...known, freshIdToken: true });
}


/***/ })

};
;