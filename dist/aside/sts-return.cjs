"use strict";
exports.id = 284;
exports.ids = [284];
exports.modules = {

/***/ 9117:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   L: () => (/* binding */ plainRefusal)
/* harmony export */ });
/* harmony import */ var _domain_errors_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(7945);
/* harmony import */ var _http_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(4438);
/* harmony import */ var _json_answer_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(3451);
/* harmony import */ var _oauth_error_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(7568);




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
    const id = (0,_json_answer_js__WEBPACK_IMPORTED_MODULE_0__/* .answerRequestId */ .n$)(answer);
    const known = id === undefined ? {} : { requestId: id };
    const status = String(answer.status);
    if ((0,_http_js__WEBPACK_IMPORTED_MODULE_1__/* .asksToRetry */ .i_)(answer.status)) {
        const wait = (0,_http_js__WEBPACK_IMPORTED_MODULE_1__/* .retryAfterSeconds */ .C3)(answer, now);
        const answerLost = (0,_http_js__WEBPACK_IMPORTED_MODULE_1__/* .hidesAnswer */ .sl)(answer.status);
        return new _domain_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .CredsError */ .uA('busy', `${host} answered ${status}.`, {
            ...known,
            retryAfterSeconds: wait,
            answerLost,
        });
    }
    const { error } = (0,_oauth_error_js__WEBPACK_IMPORTED_MODULE_3__/* .refusedFor */ .k)(answer);
    if (error === '')
        return new _domain_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .CredsError */ .uA('answer-invalid', `${host} answered ${status} and not as OAuth does.`, known);
    const { code, text, hint } = (Object.hasOwn(meanings, error) ? meanings[error] : undefined) ?? unknown;
    const told = text === '' ? error : `${text} (${error})`;
    return new _domain_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .CredsError */ .uA(code, `${host} refused: ${told}.`, { ...known, hint, nothingIssued: true });
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

/***/ 7985:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

__webpack_require__.r(__webpack_exports__);
/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   stsReturn: () => (/* binding */ stsReturn)
/* harmony export */ });
/* harmony import */ var _domain_errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7945);
/* harmony import */ var _protocol_http_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(4438);
/* harmony import */ var _protocol_plain_refusal_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(9117);
/* harmony import */ var _token_return_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(5774);




const longestAnswer = 64 * 1024;
/** The token itself, where the server has an endpoint for that (RFC 7009). */
const stsReturn = { giveBack };
async function giveBack(debt, ids, { call }) {
    const { url, token, client } = debt;
    if (url === undefined || (token === undefined && ids.length === 0))
        return undefined;
    if (token === undefined) {
        throw new _domain_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .CredsError */ .uA('revoke-failed', 'The token that has to be given back is gone from the ledger\u2019s file.', {
            hint: 'Another step has removed or changed it. Revoke the token at the server, or wait for its end.',
        });
    }
    await (0,_protocol_http_js__WEBPACK_IMPORTED_MODULE_1__/* .retrying */ .R$)(call, () => revokeOnce(new URL(url), { token, client }, call));
    return [];
}
/** RFC 7009 \u00a72: also a token that the server does not know is answered 200. */
async function revokeOnce(url, { token, client }, call) {
    const form = new URLSearchParams({ token, token_type_hint: 'access_token' });
    if (client !== undefined)
        form.set('client_id', client);
    const headers = { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' };
    const body = form.toString();
    const answer = await (0,_protocol_http_js__WEBPACK_IMPORTED_MODULE_1__/* .exchange */ .cv)(call, { method: 'POST', url, headers, body, maxBytes: longestAnswer });
    if (!(0,_token_return_js__WEBPACK_IMPORTED_MODULE_2__/* .isDone */ .$L)(answer))
        throw (0,_protocol_plain_refusal_js__WEBPACK_IMPORTED_MODULE_3__/* .plainRefusal */ .L)(answer, url.host, call.host.clock.now());
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