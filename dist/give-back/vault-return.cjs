"use strict";
exports.id = 624;
exports.ids = [624];
exports.modules = {

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
/** True for an answer to giving back that says that it is done, and is the server's own. */
var isDone = (function (answer) {
    return answer.status === 204 || (answer.status === 200 && !(0,_protocol_http_js__WEBPACK_IMPORTED_MODULE_0__/* .isPage */ .yp)(answer));
});

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

/** Somebody has meddled with the ledger's file. */
function tokenIsGone() {
    const hint = 'Another step has removed or changed it. Revoke the token at the server, or wait for its end.';
    const message = 'The token that has to be given back is gone from the ledger\u2019s file.';
    return new _domain_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .CredsError */ .uA('revoke-failed', message, { hint });
}


/***/ }),

/***/ 4613:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {
// CONCATENATED MODULE: ./lib/aside/providers/kept-headers.js
/** What the ledger has kept, if all of it could have been given to it. */
var headersFromLedger = (function (text, taken) {
    if (text === undefined)
        return {};
    try {
        const headers = (0,json/* parseStrictJson */.RJ)(text);
        const pairs = (0,json/* isObject */.Gv)(headers) ? Object.entries(headers) : [];
        const fits = pairs.filter((pair) => typeof pair[1] === 'string');
        const isWhole = fits.length === pairs.length;
        const isRight = fits.every((([name, value]) => wrongWithHeader(name, value, taken) === undefined));
        return isWhole && isRight ? Object.fromEntries(fits) : {};
    }
    catch {
        return {};
    }
});
// CONCATENATED MODULE: ./lib/aside/providers/vault-wire.js
/** What every request has (Vault API, Introduction). */
var vaultHeaders = (function ({ namespace, headers, }) {
    return {
        ...headers,
        accept: 'application/json',
        'user-agent': server_answer/* userAgent */.N1,
        'x-vault-request': 'true',
        ...(namespace === undefined ? {} : { 'x-vault-namespace': namespace }),
    };
});
// CONCATENATED MODULE: ./lib/aside/providers/vault-return.js
var giveBack = (async function (debt, ids, way) {
    const { url: base = '', namespace, token } = debt;
    if (token === undefined) {
        if (ids.length === 0 || ids.some((id) => id.startsWith(batchId)))
            return undefined;
        throw (0,token_return/* tokenIsGone */.po)();
    }
    const url = new URL(`${base}/v1/auth/token/revoke-self`);
    const call = await recognised(way.call, debt, url.host);
    await (0,http/* retrying */.R$)(call, (async () => {
        const added = headersFromLedger(debt['headers'], vaultsOwn);
        const headers = { ...vaultHeaders({ namespace, headers: added }), 'x-vault-token': token };
        const answer = await (0,http/* exchange */.cv)(call, { method: 'POST', url, headers, body: '', maxBytes: longestAnswer });
        if (!(0,token_return/* isDone */.$L)(answer) && !saysGone(answer))
            throw notRevoked(answer, url.host, call.host.clock.now());
    }));
    return [];
});
/** @throws CredsError `revoke-failed` where the certificate that main had is not there any more */
var recognised = (async function (call, { clientCertificate, clientKey }, host) {
    if (clientCertificate === undefined && clientKey === undefined)
        return call;
    const { underIdentity } = await __webpack_require__.e(/* import() | client-identity */ 29).then(__webpack_require__.bind(__webpack_require__, 3484));
    try {
        return underIdentity(call, { certificate: clientCertificate ?? '', key: clientKey ?? '' });
    }
    catch (error) {
        if (!(error instanceof errors/* CredsError */.uA))
            throw error;
        throw new errors/* CredsError */.uA('revoke-failed', `${host} was not asked to revoke the login. ${error.message}`, {
            hint: 'Leave both files where they are until the job is over: post reads them again.',
        });
    }
});

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  vaultReturn: () => (/* binding */ vaultReturn)
});

// EXTERNAL MODULE: ./lib/aside/domain/errors.js
var errors = __webpack_require__(7945);
// EXTERNAL MODULE: ./lib/aside/domain/pattern.js
var pattern = __webpack_require__(6898);
// EXTERNAL MODULE: ./lib/aside/protocol/http.js
var http = __webpack_require__(4438);
// EXTERNAL MODULE: ./lib/aside/protocol/json.js
var json = __webpack_require__(8440);
;// CONCATENATED MODULE: ./lib/aside/providers/kept-headers.js


const namePattern = /[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?/;
const valuePattern = /[\x21-\x7e](?:[\x20-\x7e]{0,1022}[\x21-\x7e])?/;
/** What says who asks, for whom and in what form: that is ours to say, or HTTP\u2019s. */
const reserved = /(?:authorization|cookie2?|host|connection|keep-alive|te|trailer|transfer-encoding|upgrade|expect|date|via|range|user-agent|content-.*|accept.*|if-.*|proxy-.*|sec-.*|forwarded|x-forwarded-.*|x-real-ip|x-http-method.*|x-method-override)/;
/**
 * What is wrong with a header that a workflow adds; undefined: nothing.
 * @param name in lower case
 * @param taken of the provider's own, besides
 */
function wrongWithHeader(name, value, taken) {
    if (!(0,pattern/* fullMatch */.L)(namePattern, name))
        return 'has a name that is not made of letters, digits and `-`';
    if ((0,pattern/* fullMatch */.L)(reserved, name) || (0,pattern/* fullMatch */.L)(taken, name))
        return `must not name \`${name}\`: no header says who asks, or how HTTP is spoken`;
    return (0,pattern/* fullMatch */.L)(valuePattern, value) ? undefined : 'has a value that is not one line of ASCII';
}
/** As the ledger keeps them, a string; nothing where there are none. */
function headersForLedger(headers) {
    return Object.keys(headers).length === 0 ? {} : { headers: JSON.stringify(headers) };
}


// EXTERNAL MODULE: ./lib/aside/providers/server-answer.js
var server_answer = __webpack_require__(8506);
// EXTERNAL MODULE: ./lib/aside/providers/token-return.js
var token_return = __webpack_require__(5774);
;// CONCATENATED MODULE: ./lib/aside/providers/vault-wire.js


const longestAnswer = 1024 * 1024;
/** How the id of a login begins that nobody can revoke. */
const batchId = 'vault-batch_';
/** All but those that say which server of a cluster is to answer, and how far it must have come. */
const vaultsOwn = /x-vault-(?!(?:forward|inconsistent|index|no-request-forwarding)$).*/;

/** The server's own words, to be compared with what its source has; they are shown to nobody. */
function errorsOf(answer) {
    return textsOf(answer, 'errors');
}
/** The same for what it says beside an answer. */
function warningsOf(answer) {
    return textsOf(answer, 'warnings');
}
/** What is looked through for known words; a stranger may send more. */
const mostTexts = 10;
const longestText = 1000;
function textsOf(answer, name) {
    const texts = (0,json/* member */.Dc)((0,server_answer/* jsonOf */.o_)(answer) ?? {}, name);
    const found = Array.isArray(texts) ? texts.filter((text) => typeof text === 'string') : [];
    return found.slice(0, mostTexts).map((text) => text.slice(0, longestText));
}

;// CONCATENATED MODULE: ./lib/aside/providers/vault-return.js







/** The login: everything that hangs on it ends with it. */
const vaultReturn = { renewable: true, giveBack };


/** A token that is no more: its uses are spent, or somebody has revoked it before. */
function saysGone(answer) {
    return (answer.status === 403 && errorsOf(answer).some((text) => (0,pattern/* fullMatch */.L)(/[^]*(?:invalid|bad) token[^]*/, text)));
}
function notRevoked(answer, host, now) {
    const meaning = {
        code: 'revoke-failed',
        text: 'the login may not revoke itself, or is none any more',
        hint: 'Give the role a policy with `path "auth/token/revoke-self" { capabilities = ["update"] }`; the policy `default` has it. And no step may revoke the token itself.',
    };
    return (0,server_answer/* refusalOf */.Of)(answer, { host, now, ...(answer.status === 403 ? { meaning } : {}) });
}


/***/ })

};
;