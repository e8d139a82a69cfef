"use strict";
exports.id = 438;
exports.ids = [438];
exports.modules = {

/***/ 1044:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   w: () => (/* binding */ TransportError)
/* harmony export */ });
class TransportError extends Error {
    fault;
    constructor(fault, options) {
        super(fault, options);
        this.name = 'TransportError';
        this.fault = fault;
    }
}


/***/ }),

/***/ 4438:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   C3: () => (/* binding */ retryAfterSeconds),
/* harmony export */   Fh: () => (/* binding */ isJson),
/* harmony export */   R$: () => (/* binding */ retrying),
/* harmony export */   cv: () => (/* binding */ exchange),
/* harmony export */   i_: () => (/* binding */ asksToRetry),
/* harmony export */   sl: () => (/* binding */ hidesAnswer),
/* harmony export */   yp: () => (/* binding */ isPage)
/* harmony export */ });
/* unused harmony export pause */
/* harmony import */ var _domain_deadline_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(3150);
/* harmony import */ var _domain_errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7945);
/* harmony import */ var _domain_host_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(1044);
/* harmony import */ var _domain_pattern_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(6898);




const attemptSeconds = 10;
const attempts = 6;
const firstBackoffMs = 250;
const longestBackoffMs = 8000;
/**
 * Sends one request, headers and body within 10 seconds and within the call's deadline. A redirect is an error, so
 * no credential ever follows one. Status codes are the caller's to judge.
 * @throws CredsError; with `retryAfterSeconds` where the same request may be tried again
 */
async function exchange(call, request) {
    const answer = await withinAttempt(call, request);
    if (answer.status >= 300 && answer.status < 400) {
        throw new _domain_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .CredsError */ .u('redirect-refused', `${request.url.host} answered with a redirect (${String(answer.status)}).`);
    }
    return answer;
}
async function withinAttempt(call, request) {
    const { host } = call;
    const bound = (0,_domain_deadline_js__WEBPACK_IMPORTED_MODULE_1__/* .startDeadline */ .d)(host.clock, attemptSeconds, call.deadline);
    const trust = call.trust === undefined ? {} : { trust: call.trust };
    try {
        if (bound.remainingMs() === 0)
            throw new _domain_host_js__WEBPACK_IMPORTED_MODULE_2__/* .TransportError */ .w('timeout');
        // A proxy that takes the connection and says nothing heeds neither signal nor socket time-out: race it.
        return await bounded(host, bound.remainingMs(), (signal) => host.send({ ...request, ...trust, signal }));
    }
    catch (error) {
        if (host.signal.aborted)
            throw interruption(host.signal);
        throw explain(error, request, call.deadline);
    }
}
/** Gives up, and aborts, after `ms` milliseconds or when the process is asked to stop. */
async function bounded(host, ms, work) {
    if (host.signal.aborted)
        throw new _domain_host_js__WEBPACK_IMPORTED_MODULE_2__/* .TransportError */ .w('aborted');
    const controller = new AbortController();
    let stop = () => undefined;
    let clear = () => undefined;
    const ended = new Promise((_, reject) => {
        const end = (fault) => {
            reject(new _domain_host_js__WEBPACK_IMPORTED_MODULE_2__/* .TransportError */ .w(fault));
            controller.abort();
        };
        stop = () => {
            end('aborted');
        };
        clear = host.clock.after(ms, () => {
            end('timeout');
        });
        host.signal.addEventListener('abort', stop);
    });
    try {
        return await Promise.race([work(controller.signal), ended]);
    }
    finally {
        clear();
        host.signal.removeEventListener('abort', stop);
    }
}
function interruption(signal) {
    return signal.reason instanceof _domain_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .CredsError */ .u
        ? signal.reason
        : new _domain_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .CredsError */ .u('interrupted', 'The job was cancelled.');
}
function explain(error, request, deadline) {
    if (!(error instanceof _domain_host_js__WEBPACK_IMPORTED_MODULE_2__/* .TransportError */ .w))
        return new _domain_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .CredsError */ .u('internal', 'A request failed.', { cause: error });
    const name = request.url.host;
    const again = { cause: error, retryAfterSeconds: 0 };
    switch (error.fault) {
        case 'refused':
            return new _domain_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .CredsError */ .u('unreachable', `${name} refused the connection.`, again);
        case 'reset':
            return new _domain_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .CredsError */ .u('unreachable', `The connection to ${name} broke.`, again);
        case 'dns-temporary':
            return new _domain_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .CredsError */ .u('unreachable', `The name ${name} could not be looked up just now.`, again);
        case 'dns':
            return new _domain_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .CredsError */ .u('unreachable', `There is no host named ${name}.`, { cause: error });
        case 'timeout': {
            const late = deadline.remainingMs() === 0;
            const bound = late ? deadline.budgetSeconds : attemptSeconds;
            return new _domain_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .CredsError */ .u('timed-out', `${name} did not answer within ${String(bound)} seconds.`, again);
        }
        case 'truncated':
            return new _domain_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .CredsError */ .u('unreachable', `The answer of ${name} broke off.`, again);
        case 'garbled':
            return new _domain_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .CredsError */ .u('answer-invalid', `What answers at ${name} does not speak HTTP.`, {
                cause: error,
            });
        case 'tls':
            return new _domain_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .CredsError */ .u('tls-untrusted', `${name} and we could not agree on TLS.`, {
                cause: error,
                hint: 'Check the port: plain http may answer there. A server that demands a client certificate fails like this, too.',
            });
        case 'certificate':
            return new _domain_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .CredsError */ .u('tls-untrusted', `The certificate of ${name} is not trusted here.`, {
                cause: error,
            });
        case 'proxy':
            return new _domain_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .CredsError */ .u('proxy-refused', `The proxy did not connect us to ${name}.`, { cause: error });
        case 'too-large':
            return new _domain_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .CredsError */ .u('answer-invalid', `The answer of ${name} is longer than it may be.`, {
                cause: error,
            });
        case 'encoding':
            return new _domain_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .CredsError */ .u('answer-invalid', `${name} compressed its answer although it was not asked to.`, {
                cause: error,
            });
        case 'aborted':
            return new _domain_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .CredsError */ .u('interrupted', `The request to ${name} was given up.`, { cause: error });
    }
}
/**
 * Runs an attempt again while its error allows it: at most 6 times, with full-jitter backoff from 0.25 s to 8 s or
 * the server's own Retry-After, and never past the deadline.
 */
async function retrying(call, attempt) {
    for (let tried = 1;; tried++) {
        try {
            return await attempt();
        }
        catch (error) {
            if (!(error instanceof _domain_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .CredsError */ .u) || error.retryAfterSeconds === undefined)
                throw error;
            const backoff = Math.random() * Math.min(longestBackoffMs, firstBackoffMs * 2 ** (tried - 1));
            const wait = Math.max(backoff, error.retryAfterSeconds * 1000);
            // Final: whoever retries around this must not begin it all again.
            if (tried === attempts || wait >= call.deadline.remainingMs())
                throw error.asFinal();
            const when = wait < 1000 ? 'now' : `in ${String(Math.ceil(wait / 1000))} s`;
            call.onRetry?.(`${error.message} Trying again ${when} (attempt ${String(tried + 1)} of ${String(attempts)}).`);
            await pause(call.host, wait);
        }
    }
}
/** Waits. @throws CredsError `interrupted` or `terminated` when the process is asked to stop */
async function pause(host, ms) {
    const never = new Promise(() => undefined);
    try {
        await bounded(host, ms, () => never);
    }
    catch (error) {
        if (host.signal.aborted)
            throw interruption(host.signal);
        if (!(error instanceof _domain_host_js__WEBPACK_IMPORTED_MODULE_2__/* .TransportError */ .w && error.fault === 'timeout'))
            throw error;
    }
}
/** Statuses that ask to come back (RFC 9110 \u00a715.5.9, \u00a715.6; RFC 8470 \u00a75.2; RFC 6585 \u00a74; 52x of content networks). */
function asksToRetry(status) {
    return [408, 425, 429].includes(status) || (status >= 500 && status !== 501 && status !== 505);
}
/** Not now (RFC 9110 \u00a715.6.4), and what content networks say when they have not reached the server. */
const unserved = [503, 521, 522, 523, 525, 526];
/** True for a status behind which the server may have done what it was asked: whoever stands before it gave up on it. */
function hidesAnswer(status) {
    return status >= 500 && !unserved.includes(status);
}
/**
 * Seconds that a Retry-After header asks for (RFC 9110 \u00a710.2.3): a number, or an HTTP date, which counts from the
 * server's own Date; 0 without one.
 */
function retryAfterSeconds(answer, now) {
    const value = answer.headers['retry-after']?.trim() ?? '';
    if ((0,_domain_pattern_js__WEBPACK_IMPORTED_MODULE_3__/* .fullMatch */ .L)(/\d{1,6}/, value))
        return Number(value);
    const at = Date.parse(value);
    const sentAt = Date.parse(answer.headers['date'] ?? '');
    return Number.isNaN(at) ? 0 : Math.max(0, (at - (Number.isNaN(sentAt) ? now.getTime() : sentAt)) / 1000);
}
/** True for a page for people where a server's answer should be: of a proxy, or a sign-in. Some say so of no content at all. */
function isPage({ headers, body }) {
    const type = headers['content-type']?.split(';')[0]?.trim().toLowerCase() ?? '';
    return body.length > 0 && (type === 'text/html' || type === 'application/xhtml+xml');
}
/** True when the answer says that it is JSON (RFC 8259, RFC 6839 \u00a73.1), or says nothing of what it is. */
function isJson(answer) {
    const said = answer.headers['content-type'];
    if (said === undefined)
        return true;
    const type = said.split(';')[0]?.trim().toLowerCase() ?? '';
    return type === 'application/json' || (0,_domain_pattern_js__WEBPACK_IMPORTED_MODULE_3__/* .fullMatch */ .L)(/application\/[a-z0-9.-]+\+json/, type);
}


/***/ }),

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
        return new _domain_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .CredsError */ .u('busy', `${host} answered ${status}.`, {
            retryAfterSeconds: wait,
            answerLost: (0,_protocol_http_js__WEBPACK_IMPORTED_MODULE_0__/* .hidesAnswer */ .sl)(answer.status),
        });
    }
    const refused = { nothingIssued: answer.status >= 400 };
    if (meaning === undefined) {
        const code = jsonOf(answer) === undefined ? 'answer-invalid' : 'request-refused';
        return new _domain_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .CredsError */ .u(code, `${host} answered ${status} and nothing that is documented.`, refused);
    }
    const { code, text, hint, freshIdToken = false } = meaning;
    return new _domain_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .CredsError */ .u(code, `${host} refused: ${text} (${status}).`, { ...refused, hint, freshIdToken });
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
    return new _domain_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .CredsError */ .u('revoke-failed', message, { hint });
}


/***/ })

};
;