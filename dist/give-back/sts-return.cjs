"use strict";
exports.id = 284;
exports.ids = [284];
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
    return new _domain_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .CredsError */ .u('answer-invalid', `The server sent an answer ${what}.`);
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
        return new _domain_errors_js__WEBPACK_IMPORTED_MODULE_3__/* .CredsError */ .u('busy', `${server} answered ${status}${why}.`, {
            ...known,
            retryAfterSeconds: wait,
        });
    }
    if (body === undefined) {
        return new _domain_errors_js__WEBPACK_IMPORTED_MODULE_3__/* .CredsError */ .u('answer-invalid', `${server} answered ${status} and not in the protocol\u2019s form.`, known);
    }
    const error = errorName(body);
    const reason = (0,_json_js__WEBPACK_IMPORTED_MODULE_2__/* .member */ .Dc)(body, 'reason');
    const meaning = lookUp(reasons, reason);
    const general = lookUp(errors, error);
    const { code, text } = meaning ?? general ?? { code: 'request-refused', text: '' };
    const word = meaning === undefined ? error : String(reason);
    const told = text === '' ? word : `${text} (${word})`;
    const minimum = reason === 'ttl-below-minimum' ? minimumOf(body) : '';
    return new _domain_errors_js__WEBPACK_IMPORTED_MODULE_3__/* .CredsError */ .u(code, `${server} refused: ${told}${minimum}.`, {
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
        return new errors/* CredsError */.u('busy', `${host} answered ${status}.`, {
            ...known,
            retryAfterSeconds: wait,
            answerLost,
        });
    }
    const { error } = (0,oauth_error/* refusedFor */.k)(answer);
    if (error === '')
        return new errors/* CredsError */.u('answer-invalid', `${host} answered ${status} and not as OAuth does.`, known);
    const { code, text, hint } = (Object.hasOwn(meanings, error) ? meanings[error] : undefined) ?? unknown;
    const told = text === '' ? error : `${text} (${error})`;
    return new errors/* CredsError */.u(code, `${host} refused: ${told}.`, { ...known, hint, nothingIssued: true });
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
        throw new errors/* CredsError */.u('revoke-failed', 'The token that has to be given back is gone from the ledger\u2019s file.', {
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
    return new _domain_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .CredsError */ .u('revoke-failed', message, { hint });
}


/***/ })

};
;