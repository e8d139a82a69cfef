"use strict";
exports.id = 649;
exports.ids = [649];
exports.modules = {

/***/ 3316:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   F: () => (/* binding */ plainBody),
/* harmony export */   h: () => (/* binding */ readIssuedToken)
/* harmony export */ });
/* harmony import */ var _domain_errors_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(7945);
/* harmony import */ var _domain_pattern_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(6898);
/* harmony import */ var _domain_secret_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(4490);
/* harmony import */ var _json_answer_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(3451);
/* harmony import */ var _json_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(8440);
/* harmony import */ var _token_exchange_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(6495);
// Token exchange as any server of the standard speaks it (RFC 8693), without a client secret.






const longestSeconds = 366 * 86_400;
/** The request's body for one ID token. */
function plainBody({ subjectTokenType, fields, encoding }, idToken) {
    const all = [
        ['grant_type', [_token_exchange_js__WEBPACK_IMPORTED_MODULE_0__/* .tokenExchange */ .He]],
        ['subject_token', [idToken]],
        ['subject_token_type', [subjectTokenType]],
        ...Object.entries(fields),
    ];
    if (encoding === 'json') {
        const members = all.map(([name, values]) => [name, values.length === 1 ? values[0] : values]);
        return { body: JSON.stringify(Object.fromEntries(members)), contentType: 'application/json' };
    }
    const form = new URLSearchParams();
    for (const [name, values] of all)
        for (const value of values)
            form.append(name, value);
    return { body: form.toString(), contentType: 'application/x-www-form-urlencoded' };
}
/**
 * Reads a 200 answer.
 * @throws CredsError `answer-invalid` when there is no token in it
 */
function readIssuedToken(answer) {
    const body = (0,_json_answer_js__WEBPACK_IMPORTED_MODULE_1__/* .jsonObject */ .o$)(answer);
    const text = (name) => {
        const value = (0,_json_js__WEBPACK_IMPORTED_MODULE_2__/* .member */ .Dc)(body, name);
        return typeof value === 'string' ? value : undefined;
    };
    const token = text('access_token') ?? '';
    // RFC 6749 \u00a7A.12, less the space, which no header carries.
    if (!(0,_domain_pattern_js__WEBPACK_IMPORTED_MODULE_3__/* .fullMatch */ .L)(/[\x21-\x7e]{1,32768}/, token))
        throw new _domain_errors_js__WEBPACK_IMPORTED_MODULE_4__/* .CredsError */ .uA('answer-invalid', 'The server sent an answer without a usable access_token.');
    return {
        token: new _domain_secret_js__WEBPACK_IMPORTED_MODULE_5__/* .Secret */ .z(token),
        tokenType: (text('token_type') ?? '').toLowerCase(),
        seconds: lifetimeOf((0,_json_js__WEBPACK_IMPORTED_MODULE_2__/* .member */ .Dc)(body, 'expires_in')),
        issuedTokenType: text('issued_token_type'),
        scopes: text('scope')
            ?.split(' ')
            .filter((scope) => scope !== ''),
        hasRefreshToken: (0,_json_js__WEBPACK_IMPORTED_MODULE_2__/* .member */ .Dc)(body, 'refresh_token') !== undefined,
        requestId: (0,_json_answer_js__WEBPACK_IMPORTED_MODULE_1__/* .answerRequestId */ .n$)(answer, body),
    };
}
/** Some servers write the number as text. */
function lifetimeOf(value) {
    const seconds = typeof value === 'string' && (0,_domain_pattern_js__WEBPACK_IMPORTED_MODULE_3__/* .fullMatch */ .L)(/\d{1,9}/, value) ? Number(value) : value;
    if (typeof seconds !== 'number' || !Number.isFinite(seconds))
        return undefined;
    return Math.max(-longestSeconds, Math.min(longestSeconds, Math.floor(seconds)));
}


/***/ }),

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

/***/ 6638:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  sts: () => (/* binding */ sts)
});

// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(7598);
// EXTERNAL MODULE: ./lib/aside/domain/errors.js
var errors = __webpack_require__(7945);
// EXTERNAL MODULE: ./lib/aside/protocol/http.js
var http = __webpack_require__(4438);
// EXTERNAL MODULE: ./lib/aside/protocol/plain-exchange.js
var plain_exchange = __webpack_require__(3316);
// EXTERNAL MODULE: ./lib/aside/protocol/plain-refusal.js
var plain_refusal = __webpack_require__(9117);
// EXTERNAL MODULE: ./lib/aside/domain/duration.js
var duration = __webpack_require__(2078);
// EXTERNAL MODULE: ./lib/aside/domain/pattern.js
var pattern = __webpack_require__(6898);
// EXTERNAL MODULE: ./lib/aside/protocol/revocation.js
var revocation = __webpack_require__(8754);
// EXTERNAL MODULE: ./lib/aside/protocol/token-exchange.js
var token_exchange = __webpack_require__(6495);
// EXTERNAL MODULE: ./lib/aside/providers/input.js
var input = __webpack_require__(1258);
;// CONCATENATED MODULE: ./lib/aside/providers/sts-plan.js





const params = [
    'token-endpoint',
    'revocation-endpoint',
    'client-id',
    'audience',
    'resource',
    'scope',
    'subject-token-type',
    'requested-token-type',
    'assume-ttl',
    'fields',
    'encoding',
    'allow-ip',
];
/** @throws CredsError `input-invalid`, naming the input */
function readStsPlan(wish) {
    (0,input/* refuseKey */.e)(wish);
    (0,input/* onlyParams */.F)(wish.params, params);
    refuseForeignInputs(wish);
    const text = (name) => readText(wish, name);
    const tokenEndpoint = readEndpoint(wish, 'token-endpoint');
    if (tokenEndpoint === undefined)
        throw bad('token-endpoint', 'is required: the URL at which the server exchanges tokens');
    const revocationEndpoint = readEndpoint(wish, 'revocation-endpoint');
    const client = text('client-id');
    const [role] = wish.roles;
    const scopes = role === undefined ? readScopes(wish) : [role.role];
    const requestedTokenType = tokenType(text('requested-token-type'));
    const assume = text('assume-ttl');
    const assumeSeconds = assume === undefined ? undefined : (0,duration/* parseDuration */.E9)(assume);
    if (assume !== undefined && (assumeSeconds ?? 0) < 1)
        throw bad('assume-ttl', 'must be a duration such as `15m`');
    return {
        tokenEndpoint,
        audience: wish.audience ?? tokenEndpoint.href,
        role: role ?? { role: 'token' },
        request: {
            subjectTokenType: tokenType(text('subject-token-type')) ?? revocation/* idTokenType */.Z2,
            encoding: readEncoding(wish),
            fields: {
                ...given('client_id', client === undefined ? [] : [client]),
                ...given('audience', readList(wish, 'audience')),
                ...given('resource', readResources(wish)),
                ...given('scope', scopes.length === 0 ? [] : [scopes.join(' ')]),
                ...given('requested_token_type', requestedTokenType === undefined ? [] : [requestedTokenType]),
                ...readFields(wish),
            },
        },
        scopes,
        requestedTokenType,
        assumeSeconds,
        debt: revocationEndpoint === undefined
            ? {}
            : { url: revocationEndpoint.href, ...(client === undefined ? {} : { client }) },
    };
}
function refuseForeignInputs(wish) {
    const foreign = 'means nothing to `provider: sts`';
    if (wish.brokerUrl !== undefined)
        throw (0,input/* refuseInput */.bG)('broker-url', `${foreign}: set \`token-endpoint\` in \`params\``);
    if (wish.region !== undefined)
        throw (0,input/* refuseInput */.bG)('region', foreign);
    if (wish.ttlSeconds !== undefined)
        throw (0,input/* refuseInput */.bG)('ttl', `${foreign}: the server decides, and \`max-ttl\` and \`min-ttl\` bound it`);
    if (wish.expectAccounts !== undefined)
        throw (0,input/* refuseInput */.bG)('expect-account', `${foreign}: a token of the standard does not say whose it is`);
    if (wish.roles.length > 1)
        throw (0,input/* refuseInput */.bG)('role', 'names several: one exchange brings one token, so use a step for each');
    if (wish.roles.length === 1 && wish.params['scope'] !== undefined)
        throw (0,input/* refuseInput */.bG)('role', 'is the scope to ask for, which `params` has already');
    if (wish.roles.some(({ role }) => !(0,pattern/* fullMatch */.L)(scopePattern, role)))
        throw (0,input/* refuseInput */.bG)('role', 'is the scope to ask for, and has characters that no scope has');
}
/** RFC 6749 \u00a73.3. */
const scopePattern = /[\x21\x23-\x5b\x5d-\x7e]{1,512}/;
function readScopes(wish) {
    const scopes = readList(wish, 'scope').flatMap((text) => text.split(' ').filter((scope) => scope !== ''));
    if (!scopes.every((scope) => (0,pattern/* fullMatch */.L)(scopePattern, scope)))
        throw bad('scope', 'has characters that no scope has');
    return scopes;
}
/** RFC 8707 \u00a72: an absolute URI without a fragment. */
function readResources(wish) {
    const resources = readList(wish, 'resource');
    if (!resources.every((text) => URL.canParse(text) && !text.includes('#')))
        throw bad('resource', 'must be an absolute URI without a fragment');
    return resources;
}
/** The two that stand for an ID token may be written without the URN around them. */
function tokenType(text) {
    const short = {
        id_token: revocation/* idTokenType */.Z2,
        jwt: token_exchange/* jwtType */.A4,
        access_token: token_exchange/* accessTokenType */.Sg,
    };
    return text === undefined ? undefined : ((Object.hasOwn(short, text) ? short[text] : undefined) ?? text);
}
/** Parameters of the standards that are set by inputs of their own, or would be a secret that never changes. */
const taken = /grant_type|subject_token|subject_token_type|client_id|audience|resource|scope|requested_token_type|client_secret|client_assertion|client_assertion_type|assertion|password|username|code|refresh_token|actor_token|actor_token_type/;
function readFields({ params: { fields = {} } }) {
    if (typeof fields !== 'object' || fields === null || Array.isArray(fields))
        throw bad('fields', 'must be `name: value` lines');
    const entries = Object.entries(fields).map(([name, value]) => {
        if (!(0,pattern/* fullMatch */.L)(/[A-Za-z][A-Za-z0-9_.-]{0,63}/, name) || (0,pattern/* fullMatch */.L)(taken, name))
            throw bad('fields', 'has a name that is not one of the server\u2019s own parameters');
        return [name, [readValue('fields', value)]];
    });
    return Object.fromEntries(entries);
}
function readEncoding(wish) {
    const encoding = readText(wish, 'encoding') ?? 'form';
    if (encoding !== 'form' && encoding !== 'json')
        throw bad('encoding', 'must be `form` or `json`');
    return encoding;
}
function readEndpoint(wish, name) {
    const text = readText(wish, name);
    return text === undefined
        ? undefined
        : (0,input/* endpointUrl */.Pb)(`params: ${name}`, text, wish.params['allow-ip'] === true);
}
function readText({ params: given_ }, name) {
    const value = given_[name];
    return value === undefined ? undefined : readValue(name, value);
}
function readList({ params: given_ }, name) {
    const value = given_[name];
    if (value === undefined)
        return [];
    return (Array.isArray(value) ? value : [value]).map((each) => readValue(name, each));
}
function readValue(name, value) {
    const text = typeof value === 'number' || typeof value === 'boolean' ? String(value) : value;
    if (typeof text !== 'string' || !(0,pattern/* fullMatch */.L)(/[^\u0000-\u001f\u007f]{1,2048}/, text))
        throw bad(name, 'must be one line of text');
    return text;
}
function given(name, values) {
    return values.length === 0 ? {} : { [name]: values };
}
function bad(name, problem) {
    return (0,input/* refuseInput */.bG)(`params: ${name}`, problem);
}

;// CONCATENATED MODULE: ./lib/aside/providers/sts.js
// https://www.rfc-editor.org/rfc/rfc8693






const longestAnswer = 64 * 1024;
/**
 * Any server of the standard token exchange: one request, one bearer token. It can be given back only where the
 * server has a revocation endpoint, and that takes the token itself (RFC 7009): only then is the token kept for post.
 */
const sts = { name: 'sts', configure };
const lent = { name: 'token', kind: 'bearer-token' };
function configure(wish) {
    const plan = readStsPlan(wish);
    return {
        audience: plan.audience,
        lender: plan.tokenEndpoint.host,
        endpoint: plan.tokenEndpoint,
        lends: [{ ...plan.role, credentials: [{ ...lent, fields: ['token'] }] }],
        bindsKey: false,
        open: () => sts_open(plan),
    };
}
function sts_open(plan) {
    const id = `sts_${(0,external_node_crypto_.randomBytes)(8).toString('hex')}`;
    const canRevoke = plan.debt['url'] !== undefined;
    let kept = canRevoke ? {} : undefined;
    return {
        audience: plan.audience,
        debt: plan.debt,
        get kept() {
            return kept;
        },
        secrets: [],
        trade: async (idToken, call) => {
            const issued = await request(plan, idToken, call);
            // First of all: what is refused below has been issued all the same.
            if (canRevoke) {
                kept = { token: issued.token.reveal() };
                call.onOwed?.();
            }
            assertAsAsked(issued, plan);
            if (issued.hasRefreshToken)
                call.onWarning?.(refreshWarning(plan));
            return loanOf(issued, { plan, id, now: call.host.clock.now() });
        },
    };
}
async function request(plan, idToken, call) {
    const { body, contentType } = (0,plain_exchange/* plainBody */.F)(plan.request, idToken.token.reveal());
    const { tokenEndpoint: url } = plan;
    const headers = { 'content-type': contentType, accept: 'application/json' };
    const answer = await (0,http/* exchange */.cv)(call, { method: 'POST', url, headers, body, maxBytes: longestAnswer });
    if (answer.status !== 200)
        throw (0,plain_refusal/* plainRefusal */.L)(answer, url.host, call.host.clock.now());
    return (0,plain_exchange/* readIssuedToken */.h)(answer);
}
/** @throws CredsError `lease-unsuitable` for a token that the following steps could not use as they expect */
function assertAsAsked({ tokenType, issuedTokenType, scopes }, plan) {
    const { host } = plan.tokenEndpoint;
    if (tokenType === 'dpop')
        throw unsuitable(`${host} bound the token to a key, which the steps that follow do not have.`);
    if (tokenType !== 'bearer' && tokenType !== 'n_a')
        throw unsuitable(`${host} sent a token of a type that is not Bearer.`);
    const { requestedTokenType: wanted, scopes: asked } = plan;
    if (issuedTokenType?.endsWith(':refresh_token') === true)
        throw unsuitable(`${host} sent a refresh token, which is no credential for a job.`);
    if (wanted !== undefined && issuedTokenType !== undefined && issuedTokenType !== wanted)
        throw unsuitable(`${host} sent another type of token than \`requested-token-type\` names.`);
    // RFC 6749 \u00a75.1: told whenever it is not what was asked for.
    if (scopes !== undefined && asked.some((scope) => !scopes.includes(scope)))
        throw unsuitable(`${host} granted less than the scope that was asked for.`);
}
function unsuitable(message) {
    return new errors/* CredsError */.uA('lease-unsuitable', message, {
        hint: 'Compare `params` with what the server is configured to issue; docs/how-to/any-token-exchange-server.md.',
    });
}
function refreshWarning({ tokenEndpoint }) {
    return (`${tokenEndpoint.host} also sent a refresh token, which outlives the job. It was dropped and is kept nowhere; ` +
        'let the server issue none to this client.');
}
function loanOf({ token, seconds, requestId }, { plan, id, now }) {
    const lifetime = seconds ?? plan.assumeSeconds;
    if (lifetime === undefined) {
        throw new errors/* CredsError */.uA('answer-invalid', `${plan.tokenEndpoint.host} does not say when the token ends.`, {
            hint: 'Set `assume-ttl` in `params` to the lifetime that the server\u2019s documentation promises.',
        });
    }
    const expiresAt = new Date(now.getTime() + lifetime * 1000);
    const lease = {
        ...plan.role,
        id,
        expiresAt,
        revocability: plan.debt['url'] === undefined ? 'expiry-only' : 'immediate',
        credentials: [{ ...lent, expiresAt, fields: { token } }],
    };
    return { leases: [lease], ...(requestId === undefined ? {} : { requestId }) };
}


/***/ })

};
;