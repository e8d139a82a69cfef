"use strict";
exports.id = 284;
exports.ids = [284];
exports.modules = {

/***/ 3451:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

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
/** The body of an answer that has to be a JSON object. */
function jsonObject(answer) {
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
}
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

/***/ 8506:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   N1: () => (/* binding */ userAgent),
/* harmony export */   Of: () => (/* binding */ refusalOf),
/* harmony export */   o_: () => (/* binding */ jsonOf)
/* harmony export */ });
/* harmony import */ var _domain_errors_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(7945);
/* harmony import */ var _protocol_http_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(4438);
/* harmony import */ var _protocol_json_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(8440);



/** Some servers answer nobody who does not say what he is (crates registry, GitHub). */
const userAgent = 'ephemeral-creds';
/** The object of a JSON answer; undefined when it is none. */
function jsonOf(answer) {
    if (!(0,_protocol_http_js__WEBPACK_IMPORTED_MODULE_0__/* .isJson */ .Fh)(answer))
        return undefined;
    try {
        const body = (0,_protocol_json_js__WEBPACK_IMPORTED_MODULE_1__/* .parseStrictJson */ .RJ)(answer.body);
        return (0,_protocol_json_js__WEBPACK_IMPORTED_MODULE_1__/* .isObject */ .Gv)(body) ? body : undefined;
    }
    catch {
        return undefined;
    }
}
/** What an answer that is no success is turned into; none of the server's words is in it. */
function refusalOf(answer, { host, now, meaning, }) {
    const status = String(answer.status);
    if ((0,_protocol_http_js__WEBPACK_IMPORTED_MODULE_0__/* .asksToRetry */ .i_)(answer.status)) {
        const wait = (0,_protocol_http_js__WEBPACK_IMPORTED_MODULE_0__/* .retryAfterSeconds */ .C3)(answer, now);
        return new _domain_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .CredsError */ .uA('busy', `${host} answered ${status}.`, {
            retryAfterSeconds: wait,
            answerLost: (0,_protocol_http_js__WEBPACK_IMPORTED_MODULE_0__/* .hidesAnswer */ .sl)(answer.status),
        });
    }
    const refused = { nothingIssued: answer.status >= 400 };
    if (meaning === undefined) {
        const code = jsonOf(answer) === undefined ? 'answer-invalid' : 'request-refused';
        return new _domain_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .CredsError */ .uA(code, `${host} answered ${status} and nothing that is documented.`, refused);
    }
    const { code, text, hint, freshIdToken = false } = meaning;
    return new _domain_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .CredsError */ .uA(code, `${host} refused: ${text} (${status}).`, { ...refused, hint, freshIdToken });
}


/***/ }),

/***/ 4362:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  stsReturn: () => (/* binding */ stsReturn)
});

// EXTERNAL MODULE: ./lib/aside/domain/errors.js
var errors = __webpack_require__(7945);
// EXTERNAL MODULE: ./lib/aside/protocol/http.js
var http = __webpack_require__(4438);
// EXTERNAL MODULE: ./lib/aside/protocol/json-answer.js
var json_answer = __webpack_require__(3451);
// EXTERNAL MODULE: ./lib/aside/protocol/oauth-error.js
var oauth_error = __webpack_require__(7568);
;// CONCATENATED MODULE: ./lib/aside/protocol/plain-refusal.js




/** An error of the server's own. */
const unknown = {
    code: 'request-refused',
    text: '',
    hint: 'Look the error up in the server\u2019s documentation, and compare that with `params`.',
};
/** Errors of the standards (RFC 6749 \u00a75.2, 8693 \u00a72.2.2, 8707 \u00a72, 9449 \u00a75), and what helps against each. */
const meanings = {
    invalid_request: {
        code: 'request-refused',
        text: 'it does not accept the request; so a server also says that it does not trust the ID token',
        hint: 'Compare the server\u2019s documentation with `params`, its trust in this platform with the claims in the log, and the input `audience` with what it expects.',
    },
    invalid_grant: {
        code: 'identity-refused',
        text: 'it does not accept the ID token',
        hint: 'Compare the claims in the log with the server\u2019s trust in this platform, and the input `audience` with what it expects.',
    },
    invalid_client: {
        code: 'request-refused',
        text: 'it does not know the client, or wants a secret of it',
        hint: 'Set `client-id` in `params` to a client that is public and may exchange tokens. A client secret is what this program replaces: it takes none.',
    },
    unauthorized_client: {
        code: 'policy-denied',
        text: 'this client may not exchange tokens',
        hint: 'Let the server\u2019s operator allow token exchange for the client that `client-id` names.',
    },
    access_denied: {
        code: 'policy-denied',
        text: 'its policy does not grant this',
        hint: 'Show the server\u2019s operator the claims in the log.',
    },
    invalid_target: {
        code: 'request-refused',
        text: 'it gives no tokens for this `audience` or `resource`',
        hint: 'Correct `audience` or `resource` in `params`; the input `audience` is another thing, the audience of the ID token.',
    },
    invalid_scope: {
        code: 'request-refused',
        text: 'it does not grant this scope',
        hint: 'Correct the input `role` or `scope` in `params`.',
    },
    unsupported_grant_type: {
        code: 'request-refused',
        text: 'it exchanges no tokens at this endpoint',
        hint: 'Correct `token-endpoint`, or have token exchange (RFC 8693) switched on.',
    },
    use_dpop_nonce: dpopWanted(),
    invalid_dpop_proof: dpopWanted(),
};
function dpopWanted() {
    return {
        code: 'request-refused',
        text: 'it wants to bind the token to a key',
        hint: 'The steps that follow have no such key: let the server issue bearer tokens to this client, or use a broker.',
    };
}
/**
 * Turns an answer that is not 2xx into an error of ours. Of the server's words only known error names, a request id
 * and a number of seconds are used.
 */
function plainRefusal(answer, host, now) {
    const id = (0,json_answer/* answerRequestId */.n$)(answer);
    const known = id === undefined ? {} : { requestId: id };
    const status = String(answer.status);
    if ((0,http/* asksToRetry */.i_)(answer.status)) {
        const wait = (0,http/* retryAfterSeconds */.C3)(answer, now);
        const answerLost = (0,http/* hidesAnswer */.sl)(answer.status);
        return new errors/* CredsError */.uA('busy', `${host} answered ${status}.`, {
            ...known,
            retryAfterSeconds: wait,
            answerLost,
        });
    }
    const { error } = (0,oauth_error/* refusedFor */.k)(answer);
    if (error === '')
        return new errors/* CredsError */.uA('answer-invalid', `${host} answered ${status} and not as OAuth does.`, known);
    const { code, text, hint } = (Object.hasOwn(meanings, error) ? meanings[error] : undefined) ?? unknown;
    const told = text === '' ? error : `${text} (${error})`;
    return new errors/* CredsError */.uA(code, `${host} refused: ${told}.`, { ...known, hint, nothingIssued: true });
}

// EXTERNAL MODULE: ./lib/aside/providers/token-return.js
var token_return = __webpack_require__(5774);
;// CONCATENATED MODULE: ./lib/aside/providers/sts-return.js




const longestAnswer = 64 * 1024;
/** The token itself, where the server has an endpoint for that (RFC 7009). */
const stsReturn = { giveBack };
async function giveBack(debt, ids, { call }) {
    const { url, token, client } = debt;
    if (url === undefined || (token === undefined && ids.length === 0))
        return undefined;
    if (token === undefined) {
        throw new errors/* CredsError */.uA('revoke-failed', 'The token that has to be given back is gone from the ledger\u2019s file.', {
            hint: 'Another step has removed or changed it. Revoke the token at the server, or wait for its end.',
        });
    }
    await (0,http/* retrying */.R$)(call, () => revokeOnce(new URL(url), { token, client }, call));
    return [];
}
/** RFC 7009 \u00a72: also a token that the server does not know is answered 200. */
async function revokeOnce(url, { token, client }, call) {
    const form = new URLSearchParams({ token, token_type_hint: 'access_token' });
    if (client !== undefined)
        form.set('client_id', client);
    const headers = { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' };
    const body = form.toString();
    const answer = await (0,http/* exchange */.cv)(call, { method: 'POST', url, headers, body, maxBytes: longestAnswer });
    if (!(0,token_return/* isDone */.$L)(answer))
        throw plainRefusal(answer, url.host, call.host.clock.now());
}


/***/ }),

/***/ 5774:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   $L: () => (/* binding */ isDone),
/* harmony export */   po: () => (/* binding */ tokenIsGone),
/* harmony export */   yx: () => (/* binding */ giveTokenBack)
/* harmony export */ });
/* harmony import */ var _domain_errors_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(7945);
/* harmony import */ var _protocol_http_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(4438);
/* harmony import */ var _server_answer_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(8506);



const longestAnswer = 64 * 1024;
/**
 * Gives one token back, where the server has a way for that and we have the token.
 * @throws CredsError when it could not be made sure
 */
async function giveTokenBack({ token }, ids, { request, saysGone, meaning }, { call }) {
    if (token === undefined && ids.length === 0)
        return undefined;
    if (token === undefined)
        throw tokenIsGone();
    const out = request(token);
    await (0,_protocol_http_js__WEBPACK_IMPORTED_MODULE_0__/* .retrying */ .R$)(call, async () => {
        const answer = await (0,_protocol_http_js__WEBPACK_IMPORTED_MODULE_0__/* .exchange */ .cv)(call, {
            ...out,
            headers: { accept: 'application/json', 'user-agent': _server_answer_js__WEBPACK_IMPORTED_MODULE_1__/* .userAgent */ .N1, ...out.headers },
            maxBytes: longestAnswer,
        });
        if (!isDone(answer) && saysGone?.(answer) !== true)
            throw (0,_server_answer_js__WEBPACK_IMPORTED_MODULE_1__/* .refusalOf */ .Of)(answer, {
                host: out.url.host,
                now: call.host.clock.now(),
                meaning: meaning?.(answer),
            });
    });
    return [];
}
/** True for an answer to giving back that says that it is done, and is the server's own. */
function isDone(answer) {
    return answer.status === 204 || (answer.status === 200 && !(0,_protocol_http_js__WEBPACK_IMPORTED_MODULE_0__/* .isPage */ .yp)(answer));
}
/** Somebody has meddled with the ledger's file. */
function tokenIsGone() {
    const hint = 'Another step has removed or changed it. Revoke the token at the server, or wait for its end.';
    const message = 'The token that has to be given back is gone from the ledger\u2019s file.';
    return new _domain_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .CredsError */ .uA('revoke-failed', message, { hint });
}


/***/ })

};
;