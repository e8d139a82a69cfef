"use strict";
exports.id = 899;
exports.ids = [899];
exports.modules = {

/***/ 3451:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {
/** The body of an answer that has to be a JSON object. */
var jsonObject = (function (answer) {
    if (!(0,_http_js__WEBPACK_IMPORTED_MODULE_0__/* .isJson */ .Fh)(answer))
        throw invalid('that is not JSON');
    let body;
    try {
        body = (0,_json_js__WEBPACK_IMPORTED_MODULE_1__/* .parseStrictJson */ .RJ)(answer.body);
    }
    catch {
        throw invalid('that is not clean JSON');
    }
    if (!(0,_json_js__WEBPACK_IMPORTED_MODULE_1__/* .isObject */ .Gv)(body))
        throw invalid('that is not a JSON object');
    return body;
});

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   aD: () => (/* binding */ idPattern),
/* harmony export */   n$: () => (/* binding */ answerRequestId),
/* harmony export */   o$: () => (/* binding */ jsonObject)
/* harmony export */ });
/* harmony import */ var _domain_errors_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(7945);
/* harmony import */ var _domain_pattern_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(6898);
/* harmony import */ var _http_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(4438);
/* harmony import */ var _json_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(8440);




/** The id of a lease, a session or a request: it will be printed. */
const idPattern = /[A-Za-z0-9_.:-]{1,128}/;

function invalid(what) {
    return new _domain_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .CredsError */ .uA('answer-invalid', `The server sent an answer ${what}.`);
}
/** The other side's id of this request, when it is one that can be printed. */
function answerRequestId(answer, body) {
    const id = (body === undefined ? undefined : (0,_json_js__WEBPACK_IMPORTED_MODULE_1__/* .member */ .Dc)(body, 'request_id')) ?? answer.headers['x-request-id'];
    return typeof id === 'string' && (0,_domain_pattern_js__WEBPACK_IMPORTED_MODULE_3__/* .fullMatch */ .L)(idPattern, id) ? id : undefined;
}


/***/ }),

/***/ 7568:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   k: () => (/* binding */ refusedFor),
/* harmony export */   x: () => (/* binding */ refusal)
/* harmony export */ });
/* harmony import */ var _domain_errors_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(7945);
/* harmony import */ var _domain_pattern_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(6898);
/* harmony import */ var _http_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(4438);
/* harmony import */ var _json_answer_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(3451);
/* harmony import */ var _json_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(8440);





/** What the reasons of PROTOCOL.md (Errors) mean to the one who reads the job's log. */
const reasons = {
    'token-expired': { code: 'identity-refused', text: 'the ID token has expired', freshIdToken: true },
    'token-too-old': { code: 'identity-refused', text: 'the ID token is too old', freshIdToken: true },
    'audience-mismatch': { code: 'audience-mismatch', text: 'the ID token is for another audience' },
    'token-bound-to-other-key': {
        code: 'identity-refused',
        text: 'the ID token belongs to another key',
        freshIdToken: true,
    },
    signature: { code: 'identity-refused', text: 'the ID token\u2019s signature does not verify' },
    'issuer-unknown': { code: 'identity-refused', text: 'the broker does not know this platform as an issuer' },
    'proof-time': { code: 'clock-skew', text: 'the proof\u2019s time is off' },
    'proof-body': {
        code: 'request-refused',
        text: 'the body is not the one that was signed; something changed it',
    },
    'proof-target': {
        code: 'request-refused',
        text: 'the proof is for another URL: `broker-url` and the broker\u2019s public_url differ',
    },
    'proof-replayed': { code: 'request-refused', text: 'the proof was seen before', freshIdToken: true },
    denied: { code: 'policy-denied', text: 'policy does not grant this' },
    'role-in-use': {
        code: 'role-in-use',
        text: 'another session of this job holds the role',
    },
    'job-closed': { code: 'policy-denied', text: 'the broker was told that this job has ended' },
    'approval-rejected': { code: 'policy-denied', text: 'the approval was refused' },
    'approval-expired': { code: 'policy-denied', text: 'nobody approved in time' },
    'ttl-below-minimum': { code: 'request-refused', text: 'the `ttl` is below the role\u2019s minimum' },
    'public-key': {
        code: 'request-refused',
        text: 'the role is lent for a public key, and none that it takes was sent: write `export: ssh`',
    },
    superseded: { code: 'request-refused', text: 'a later request took the place of this one' },
    'idempotency-conflict': { code: 'request-refused', text: 'the same handle was used for another request' },
};
/** The errors themselves, where no reason says more. */
const errors = {
    invalid_dpop_proof: { code: 'request-refused', text: 'the request\u2019s proof does not hold' },
    use_dpop_nonce: { code: 'request-refused', text: 'it does not take the nonce that it gave' },
    invalid_grant: { code: 'identity-refused', text: 'the ID token does not hold' },
    invalid_request: { code: 'request-refused', text: 'it does not understand the request' },
    invalid_target: {
        code: 'request-refused',
        text: 'the request is for another broker: `broker-url` and the broker\u2019s public_url differ',
    },
    invalid_scope: { code: 'request-refused', text: 'it knows no scopes' },
    invalid_authorization_details: {
        code: 'request-refused',
        text: 'it does not take what was asked for of a role',
    },
    unsupported_grant_type: { code: 'request-refused', text: 'it exchanges no tokens at this address' },
    unsupported_token_type: {
        code: 'request-refused',
        text: 'ID tokens of this platform do not tell one job from another, so none gives anything back',
    },
    unsupported_protocol_version: {
        code: 'request-refused',
        text: 'it does not speak this version of the protocol',
    },
    invalid_client: { code: 'request-refused', text: 'it does not know the caller' },
    invalid_token: { code: 'request-refused', text: 'the session has ended, or its access token has' },
    insufficient_scope: { code: 'request-refused', text: 'the access token is not for this' },
    access_denied: { code: 'policy-denied', text: 'policy does not grant this' },
    authorization_pending: { code: 'approval-pending', text: 'somebody has to approve this first' },
    not_found: { code: 'request-refused', text: 'there is nothing at this address' },
    method_not_allowed: { code: 'request-refused', text: 'this address takes no such request' },
    conflict: { code: 'request-refused', text: 'another request is in the way' },
};
/** Parts of a broker that may fail it for a while: told with 5xx. */
const troubles = {
    issuer: 'it cannot fetch the keys of this platform',
    backend: 'the role\u2019s backend failed',
    store: 'its store takes no writes',
    audit: 'its audit log takes no lines',
    frozen: 'its operators have stopped all lending for now',
};
function lookUp(table, name) {
    return typeof name === 'string' && Object.hasOwn(table, name) ? table[name] : undefined;
}
/**
 * Turns an answer that is not 2xx into an error of ours (RFC 6749 \u00a75.2, PROTOCOL.md Errors). Of the server's words
 * only names from a closed list, a request id and a number of seconds are used.
 */
function refusal(answer, server, now) {
    const body = errorBody(answer);
    const requestId = (0,_json_answer_js__WEBPACK_IMPORTED_MODULE_0__/* .answerRequestId */ .n$)(answer, body);
    const known = requestId === undefined ? {} : { requestId };
    const status = String(answer.status);
    if ((0,_http_js__WEBPACK_IMPORTED_MODULE_1__/* .asksToRetry */ .i_)(answer.status)) {
        const wait = (0,_http_js__WEBPACK_IMPORTED_MODULE_1__/* .retryAfterSeconds */ .C3)(answer, now);
        const reason = body === undefined ? undefined : (0,_json_js__WEBPACK_IMPORTED_MODULE_2__/* .member */ .Dc)(body, 'reason');
        const trouble = lookUp(troubles, reason);
        const why = trouble === undefined ? '' : `: ${trouble} (${String(reason)})`;
        return new _domain_errors_js__WEBPACK_IMPORTED_MODULE_3__/* .CredsError */ .uA('busy', `${server} answered ${status}${why}.`, {
            ...known,
            retryAfterSeconds: wait,
        });
    }
    if (body === undefined) {
        return new _domain_errors_js__WEBPACK_IMPORTED_MODULE_3__/* .CredsError */ .uA('answer-invalid', `${server} answered ${status} and not in the protocol\u2019s form.`, known);
    }
    const error = errorName(body);
    const reason = (0,_json_js__WEBPACK_IMPORTED_MODULE_2__/* .member */ .Dc)(body, 'reason');
    const meaning = lookUp(reasons, reason);
    const general = lookUp(errors, error);
    const { code, text } = meaning ?? general ?? { code: 'request-refused', text: '' };
    const word = meaning === undefined ? error : String(reason);
    const told = text === '' ? word : `${text} (${word})`;
    const minimum = reason === 'ttl-below-minimum' ? minimumOf(body) : '';
    return new _domain_errors_js__WEBPACK_IMPORTED_MODULE_3__/* .CredsError */ .uA(code, `${server} refused: ${told}${minimum}.`, {
        ...known,
        ...(meaning?.freshIdToken === true ? { freshIdToken: true } : {}),
    });
}
function errorBody(answer) {
    if (!(0,_http_js__WEBPACK_IMPORTED_MODULE_1__/* .isJson */ .Fh)(answer))
        return undefined;
    try {
        const body = (0,_json_js__WEBPACK_IMPORTED_MODULE_2__/* .parseStrictJson */ .RJ)(answer.body);
        return (0,_json_js__WEBPACK_IMPORTED_MODULE_2__/* .isObject */ .Gv)(body) && typeof (0,_json_js__WEBPACK_IMPORTED_MODULE_2__/* .member */ .Dc)(body, 'error') === 'string' ? body : undefined;
    }
    catch {
        return undefined;
    }
}
function errorName(body) {
    const error = (0,_json_js__WEBPACK_IMPORTED_MODULE_2__/* .member */ .Dc)(body, 'error');
    return typeof error === 'string' && (0,_domain_pattern_js__WEBPACK_IMPORTED_MODULE_4__/* .fullMatch */ .L)(/[a-z_]{1,64}/, error) ? error : 'an unknown error';
}
function minimumOf(body) {
    const minimum = (0,_json_js__WEBPACK_IMPORTED_MODULE_2__/* .member */ .Dc)(body, 'minimum');
    return Number.isSafeInteger(minimum) ? `: at least ${String(minimum)} s` : '';
}
/** The error code and reason of a refusal, for a client that can cure some of them. */
function refusedFor(answer) {
    const body = errorBody(answer);
    const reason = body === undefined ? undefined : (0,_json_js__WEBPACK_IMPORTED_MODULE_2__/* .member */ .Dc)(body, 'reason');
    return {
        error: body === undefined ? '' : errorName(body),
        reason: typeof reason === 'string' ? reason : '',
    };
}


/***/ }),

/***/ 1469:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {
// CONCATENATED MODULE: ./lib/aside/protocol/revocation.js
/** The form of POST /revoke (RFC 7009 \u00a72.1) by handle or by ID token, for some leases or for all. */
var revocationForm = (function (by, token, leaseIds = []) {
    const form = new URLSearchParams({ token, token_type_hint: by === 'handle' ? handleType : idTokenType });
    for (const id of leaseIds)
        form.append('lease_id', id);
    return form.toString();
});
/**
 * Reads what POST /revoke says of each lease (PROTOCOL.md, The revocation handle). An empty list means that there is
 * nothing under this token that could still be given back.
 * @throws CredsError `answer-invalid`
 */
var readRevocation = (function (answer) {
    const leases = (0,json/* member */.Dc)((0,json_answer/* jsonObject */.o$)(answer), 'leases');
    if (!Array.isArray(leases))
        throw new errors/* CredsError */.uA('answer-invalid', 'The server sent an answer without leases.');
    return leases.map(readReturned);
});
var readReturned = (function (entry) {
    if ((0,json/* isObject */.Gv)(entry)) {
        const id = (0,json/* member */.Dc)(entry, 'lease_id');
        const state = leaseStates.find((name) => name === (0,json/* member */.Dc)(entry, 'state'));
        const revocability = revocabilities.find(((name) => name === (0,json/* member */.Dc)(entry, 'revocability')));
        const expiresAt = new Date(String((0,json/* member */.Dc)(entry, 'expires_at')));
        if (typeof id === 'string' &&
            (0,pattern/* fullMatch */.L)(json_answer/* idPattern */.aD, id) &&
            state !== undefined &&
            revocability !== undefined &&
            !isNaN(expiresAt.getTime())) {
            return { id, state, revocability, expiresAt };
        }
    }
    throw new errors/* CredsError */.uA('answer-invalid', 'The server sent a lease in a form that is not the protocol\u2019s.');
});


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  jd: () => (/* binding */ readRevocation),
  Ds: () => (/* binding */ revocationForm)
});

// UNUSED EXPORTS: handleType, idTokenType, leaseStates

// EXTERNAL MODULE: ./lib/aside/domain/errors.js
var errors = __webpack_require__(7945);
;// CONCATENATED MODULE: ./lib/aside/domain/lease.js
const revocabilities = ['immediate', 'policy', 'expiry-only'];

// EXTERNAL MODULE: ./lib/aside/domain/pattern.js
var pattern = __webpack_require__(6898);
// EXTERNAL MODULE: ./lib/aside/protocol/json-answer.js
var json_answer = __webpack_require__(3451);
// EXTERNAL MODULE: ./lib/aside/protocol/json.js
var json = __webpack_require__(8440);
;// CONCATENATED MODULE: ./lib/aside/protocol/revocation.js





/** RFC 8693 \u00a73. */
const idTokenType = 'urn:ietf:params:oauth:token-type:id_token';
const handleType = 'urn:ephemeral-creds:revocation-handle';
/** Every state of a lease that a broker may tell. */
const leaseStates = [
    'revoked',
    'revoking',
    'expired',
    'active',
    'failed',
    'superseded',
    'void',
    'intent',
];





/***/ }),

/***/ 7388:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   f: () => (/* binding */ plainHeaders)
/* harmony export */ });
/** What every request to a broker says. */
const plainHeaders = { accept: 'application/json', 'ephemeral-creds-version': '1' };


/***/ }),

/***/ 328:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {
var giveBack = (async function (debt, leaseIds, way) {
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
        const { askByIdToken } = await __webpack_require__.e(/* import() | broker-return-signed */ 380).then(__webpack_require__.bind(__webpack_require__, 2532));
        const ask = askByIdToken(url, leaseIds, { ...way, idToken });
        return settled(await (0,_protocol_http_js__WEBPACK_IMPORTED_MODULE_0__/* .retrying */ .R$)(way.call, (async () => {
            const returned = outcome(await ask(), url, way.call);
            return returned === 'gone' ? [] : returned;
        })));
    }
    catch (error) {
        // The second way is a way out; what closed the first is what a person has to know.
        throw problem ?? error;
    }
});
var revokeByHandle = (async function (url, handle, call) {
    const body = (0,_protocol_revocation_js__WEBPACK_IMPORTED_MODULE_2__/* .revocationForm */ .Ds)('handle', handle);
    const headers = { ..._protocol_version_header_js__WEBPACK_IMPORTED_MODULE_3__/* .plainHeaders */ .f, 'content-type': 'application/x-www-form-urlencoded' };
    const answer = await (0,_protocol_http_js__WEBPACK_IMPORTED_MODULE_0__/* .exchange */ .cv)(call, { method: 'POST', url, headers, body, maxBytes: longestAnswer });
    return outcome(answer, url, call);
});
var outcome = (function (answer, url, call) {
    if (answer.status === 200)
        return (0,_protocol_revocation_js__WEBPACK_IMPORTED_MODULE_2__/* .readRevocation */ .jd)(answer);
    if ([404, 409, 410].includes(answer.status))
        return 'gone';
    throw (0,_protocol_oauth_error_js__WEBPACK_IMPORTED_MODULE_4__/* .refusal */ .x)(answer, url.host, call.host.clock.now());
});
var settled = (function (returned) {
    const alive = returned.find((({ state }) => state === 'active' || state === 'intent' || state === 'failed'));
    if (alive !== undefined)
        throw new _domain_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .CredsError */ .uA('revoke-failed', `The broker says that ${alive.id} is still ${alive.state}.`);
    return returned;
});

__webpack_require__.r(__webpack_exports__);
/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   brokerReturn: () => (/* binding */ brokerReturn)
/* harmony export */ });
/* harmony import */ var _domain_errors_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(7945);
/* harmony import */ var _protocol_http_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(4438);
/* harmony import */ var _protocol_oauth_error_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(7568);
/* harmony import */ var _protocol_revocation_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(1469);
/* harmony import */ var _protocol_version_header_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(7388);





const longestAnswer = 1024 * 1024;
/** By handle and, where that does not do, by a fresh ID token that is bound to a key of this process. */
const brokerReturn = { giveBack };






/***/ })

};
;