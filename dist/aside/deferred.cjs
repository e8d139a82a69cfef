"use strict";
exports.id = 406;
exports.ids = [406];
exports.modules = {

/***/ 7997:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   approvalUrl: () => (/* binding */ approvalUrl),
/* harmony export */   awaitDecision: () => (/* binding */ awaitDecision),
/* harmony export */   readPending: () => (/* binding */ readPending)
/* harmony export */ });
/* harmony import */ var _domain_deadline_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(3150);
/* harmony import */ var _domain_duration_js__WEBPACK_IMPORTED_MODULE_8__ = __webpack_require__(2078);
/* harmony import */ var _domain_errors_js__WEBPACK_IMPORTED_MODULE_7__ = __webpack_require__(7945);
/* harmony import */ var _domain_pattern_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(6898);
/* harmony import */ var _http_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(4438);
/* harmony import */ var _json_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(8440);
/* harmony import */ var _oauth_error_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7568);
/* harmony import */ var _signed_request_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(9002);
/* harmony import */ var _json_answer_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(3451);









const usualInterval = 5;
const longestInterval = 60;
const longestWait = 366 * 86_400;
/** Reads `authorization_pending`; undefined for any other answer, and for one that nothing can be asked about. */
function readPending(answer) {
    if (answer.status !== 400 || (0,_oauth_error_js__WEBPACK_IMPORTED_MODULE_0__/* .refusedFor */ .k)(answer).error !== 'authorization_pending')
        return undefined;
    const body = (0,_json_js__WEBPACK_IMPORTED_MODULE_1__/* .parseStrictJson */ .RJ)(answer.body);
    const id = (0,_json_js__WEBPACK_IMPORTED_MODULE_1__/* .isObject */ .Gv)(body) ? (0,_json_js__WEBPACK_IMPORTED_MODULE_1__/* .member */ .Dc)(body, 'transaction_id') : undefined;
    if (!(0,_json_js__WEBPACK_IMPORTED_MODULE_1__/* .isObject */ .Gv)(body) || typeof id !== 'string' || !(0,_domain_pattern_js__WEBPACK_IMPORTED_MODULE_2__/* .fullMatch */ .L)(/[A-Za-z0-9_-]{1,64}/, id))
        return undefined;
    return {
        transactionId: id,
        interval: within((0,_json_js__WEBPACK_IMPORTED_MODULE_1__/* .member */ .Dc)(body, 'interval'), [1, longestInterval], usualInterval),
        expiresIn: within((0,_json_js__WEBPACK_IMPORTED_MODULE_1__/* .member */ .Dc)(body, 'expires_in'), [0, longestWait], longestWait),
        requestId: (0,_json_answer_js__WEBPACK_IMPORTED_MODULE_3__/* .answerRequestId */ .n$)(answer, body),
    };
}
function within(value, [least, most], otherwise) {
    return Number.isSafeInteger(value) ? Math.min(most, Math.max(least, value)) : otherwise;
}
/** Where an approver looks. */
function approvalUrl(base, { transactionId }) {
    return `${base}/approvals/${transactionId}`;
}
/**
 * Asks again and again until the approval is decided. What asks to be tried again is, in the same time, which is not
 * the step's own.
 * @throws CredsError `approval-pending` when the time is up; what was asked for must then be given back
 */
async function awaitDecision(pending, waiting, call) {
    const { base, signer, seconds } = waiting;
    const { interval, expiresIn } = pending;
    const { clock } = call.host;
    // A little longer than the broker waits: its own word that nobody came says more.
    const deadline = (0,_domain_deadline_js__WEBPACK_IMPORTED_MODULE_4__/* .startDeadline */ .d)(clock, Math.min(seconds, expiresIn + 2 * interval));
    const url = new URL(`${base}/credentials/deferred`);
    const body = JSON.stringify({ transaction_id: pending.transactionId });
    const tell = storyteller(pending, waiting, call);
    let lost = false;
    let wait = interval;
    for (;;) {
        tell(deadline.remainingMs() / 1000);
        await (0,_http_js__WEBPACK_IMPORTED_MODULE_5__/* .pause */ .v7)(call.host, Math.min(wait * 1000, deadline.remainingMs()));
        if (deadline.remainingMs() === 0)
            throw outOfTime(pending, waiting);
        try {
            const request = { url, body, signer, contentType: 'application/json' };
            const answer = await (0,_signed_request_js__WEBPACK_IMPORTED_MODULE_6__/* .sendSigned */ .h)(request, { ...call, deadline });
            wait = Math.max(interval, (0,_http_js__WEBPACK_IMPORTED_MODULE_5__/* .retryAfterSeconds */ .C3)(answer, clock.now()));
            if ((0,_http_js__WEBPACK_IMPORTED_MODULE_5__/* .asksToRetry */ .i_)(answer.status))
                lost = true;
            else if (readPending(answer) === undefined)
                return { answer, lost };
        }
        catch (error) {
            if (!(error instanceof _domain_errors_js__WEBPACK_IMPORTED_MODULE_7__/* .CredsError */ .uA) || error.retryAfterSeconds === undefined)
                throw error;
            lost = true;
        }
    }
}
function outOfTime(pending, { base, seconds }) {
    const time = (0,_domain_duration_js__WEBPACK_IMPORTED_MODULE_8__/* .formatDuration */ .a3)(seconds);
    return new _domain_errors_js__WEBPACK_IMPORTED_MODULE_7__/* .CredsError */ .uA('approval-pending', `Nobody approved ${approvalUrl(base, pending)} within ${time}.`, {
        ...(pending.requestId === undefined ? {} : { requestId: pending.requestId }),
        partlyIssued: true,
    });
}
/** One line at the beginning, and then one after 1, 2, 4, 8 \u2026 minutes. */
function storyteller(pending, { base, seconds }, call) {
    const { clock } = call.host;
    const start = clock.monotonicMs();
    const until = new Date(clock.now().getTime() + Math.min(seconds, pending.expiresIn) * 1000);
    const place = approvalUrl(base, pending);
    let next = 0;
    return (left) => {
        const passed = (clock.monotonicMs() - start) / 1000;
        if (passed < next)
            return;
        call.onWait?.(next === 0
            ? `Waiting until ${(0,_domain_duration_js__WEBPACK_IMPORTED_MODULE_8__/* .formatTime */ .fU)(until, clock.now())} for the approval at ${place}`
            : `Still waiting, ${(0,_domain_duration_js__WEBPACK_IMPORTED_MODULE_8__/* .formatDuration */ .a3)(left)} at most, for the approval at ${place}`);
        next = next === 0 ? 60 : next * 2;
    };
}


/***/ })

};
;