"use strict";
exports.id = 438;
exports.ids = [438];
exports.modules = {

/***/ 2683:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

__webpack_require__.r(__webpack_exports__);
/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   cratesPath: () => (/* binding */ cratesPath),
/* harmony export */   cratesReturn: () => (/* binding */ cratesReturn)
/* harmony export */ });
/* harmony import */ var _token_return_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(5774);

/** Where tokens are asked for and given back. */
const cratesPath = '/api/v1/trusted_publishing/tokens';
/** The token itself, at the registry. */
const cratesReturn = {
    giveBack: (debt, ids, way) => (0,_token_return_js__WEBPACK_IMPORTED_MODULE_0__/* .giveTokenBack */ .yx)(debt, ids, {
        request: (token) => ({
            method: 'DELETE',
            url: new URL(`${debt['url'] ?? ''}${cratesPath}`),
            headers: { authorization: `Bearer ${token}` },
        }),
    }, way),
};


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