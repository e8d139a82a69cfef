"use strict";
exports.id = 347;
exports.ids = [347,438];
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

/***/ 3112:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

__webpack_require__.r(__webpack_exports__);
/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   crates: () => (/* binding */ crates)
/* harmony export */ });
/* harmony import */ var _protocol_json_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(8440);
/* harmony import */ var _input_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(1258);
/* harmony import */ var _crates_return_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(2683);
/* harmony import */ var _one_token_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(8946);
/* harmony import */ var _server_answer_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(8506);
/* harmony import */ var _server_inputs_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(645);






const tokenSeconds = 1800;
/** A crate registry with trusted publishers: a token of half an hour, given back in post. */
const crates = { name: 'crates', configure };
function configure(wish) {
    (0,_input_js__WEBPACK_IMPORTED_MODULE_0__/* .refuseKey */ .e)(wish);
    (0,_input_js__WEBPACK_IMPORTED_MODULE_0__/* .onlyParams */ .F)(wish.params, ['url', 'allow-ip']);
    (0,_server_inputs_js__WEBPACK_IMPORTED_MODULE_1__/* .refuseForeign */ .r)(wish, 'crates', {
        'broker-url': 'set `url` in `params`',
        region: 'leave it out',
        ttl: 'a token lives 30 minutes, and post revokes it',
        'expect-account': 'the token does not say whose it is',
    });
    if (wish.roles.length > 0)
        throw (0,_input_js__WEBPACK_IMPORTED_MODULE_0__/* .refuseInput */ .bG)('role', 'means nothing to `provider: crates`: the registry knows the crates of this publisher');
    const base = (0,_server_inputs_js__WEBPACK_IMPORTED_MODULE_1__/* .urlParam */ .B)(wish, 'url', 'https://crates.example');
    return (0,_one_token_js__WEBPACK_IMPORTED_MODULE_2__/* .oneToken */ .Ad)({
        name: 'crates',
        audience: wish.audience ?? new URL(base).host,
        endpoint: new URL(`${base}${_crates_return_js__WEBPACK_IMPORTED_MODULE_3__.cratesPath}`),
        role: { role: 'publish' },
        debt: { url: base },
        request: (idToken) => ({
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify({ jwt: idToken }),
        }),
        endOf: (_, now) => (0,_one_token_js__WEBPACK_IMPORTED_MODULE_2__/* .after */ .Pl)(now, tokenSeconds),
        credential: (token, expiresAt) => ({
            name: 'crates',
            kind: 'bearer-token',
            expiresAt,
            fields: { token },
        }),
        meaning,
    });
}
/** By what its own source says (trustpub/tokens/exchange); the rest of each sentence quotes names. */
const meanings = [
    [
        /^No Trusted Publishing config found/,
        denied('no crate has this repository as its trusted publisher', 'Add the repository to the crate\u2019s trusted publishers.'),
    ],
    [
        /does not match the workflow file(name|path)/,
        denied('the trusted publisher names another workflow file', 'Compare the file in workflow_ref above with the crate\u2019s trusted publisher.'),
    ],
    [
        /does not match the (repository owner|namespace) ID/,
        denied('the trusted publisher belongs to an earlier owner of this name', 'Remove the crate\u2019s trusted publisher and add it again.'),
    ],
    [
        /does not match the environment|requires an environment/,
        denied('the trusted publisher wants another environment', 'Give the job the `environment:` that the crate\u2019s trusted publisher names.'),
    ],
    [
        /^JWT has already been used/,
        {
            code: 'identity-refused',
            text: 'this ID token was traded before',
            hint: 'Each ID token is traded once. Where the platform makes only one for a job, borrow in one step only.',
            freshIdToken: true,
        },
    ],
    [
        /^Unsupported JWT issuer/,
        {
            code: 'identity-refused',
            text: 'it does not believe this platform',
            hint: 'Ask the registry which platforms it takes; GitHub.com and GitLab.com are the usual ones.',
        },
    ],
    [
        /^(Failed to decode JWT|Invalid JWT key ID|Missing JWT key ID)/,
        {
            code: 'audience-mismatch',
            text: 'it does not accept the ID token',
            hint: 'Set the input `audience` to what this registry expects: its own host name, unless it was configured otherwise.',
        },
    ],
];
function denied(text, hint) {
    return { code: 'policy-denied', text, hint };
}
function meaning(answer) {
    const errors = (0,_protocol_json_js__WEBPACK_IMPORTED_MODULE_4__/* .member */ .Dc)((0,_server_answer_js__WEBPACK_IMPORTED_MODULE_5__/* .jsonOf */ .o_)(answer) ?? {}, 'errors');
    const [first] = Array.isArray(errors) ? errors : [];
    const detail = (0,_protocol_json_js__WEBPACK_IMPORTED_MODULE_4__/* .isObject */ .Gv)(first) ? (0,_protocol_json_js__WEBPACK_IMPORTED_MODULE_4__/* .member */ .Dc)(first, 'detail') : undefined;
    if (typeof detail !== 'string')
        return undefined;
    return meanings.find(([pattern]) => pattern.test(detail.slice(0, 1000)))?.[1];
}


/***/ }),

/***/ 8946:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Ad: () => (/* binding */ oneToken),
/* harmony export */   Pl: () => (/* binding */ after),
/* harmony export */   nR: () => (/* binding */ timeOf)
/* harmony export */ });
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7598);
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_crypto__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var _domain_errors_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(7945);
/* harmony import */ var _domain_pattern_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(6898);
/* harmony import */ var _domain_secret_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(4490);
/* harmony import */ var _protocol_http_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(4438);
/* harmony import */ var _protocol_json_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(8440);
/* harmony import */ var _server_answer_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(8506);







const longestAnswer = 64 * 1024;
/** The exchange of such a provider. */
function oneToken(plan) {
    const { audience, endpoint, role } = plan;
    // What does not come with the answer is in it already.
    const { name, kind, fields } = plan.credential(new _domain_secret_js__WEBPACK_IMPORTED_MODULE_1__/* .Secret */ .z('not issued yet'), new Date(0));
    return {
        audience,
        lender: endpoint.host,
        endpoint,
        lends: [{ ...role, credentials: [{ name, kind, fields: Object.keys(fields) }] }],
        bindsKey: false,
        open: () => open(plan),
    };
}
function open(plan) {
    const canRevoke = Object.keys(plan.debt).length > 0;
    const id = `${plan.name}_${(0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.randomBytes)(8).toString('hex')}`;
    let kept = canRevoke ? {} : undefined;
    return {
        audience: plan.audience,
        debt: plan.debt,
        get kept() {
            return kept;
        },
        secrets: [],
        trade: async (idToken, call) => {
            const { token, body } = await ask(plan, idToken.token.reveal(), call);
            if (canRevoke) {
                kept = { token: token.reveal() };
                call.onOwed?.();
            }
            return loanOf({ plan, id, canRevoke }, token, plan.endOf(body, call.host.clock.now()));
        },
    };
}
async function ask(plan, idToken, call) {
    const { endpoint: url } = plan;
    const { method, headers, body } = plan.request(idToken);
    const answer = await (0,_protocol_http_js__WEBPACK_IMPORTED_MODULE_2__/* .exchange */ .cv)(call, {
        method,
        url,
        headers: { accept: 'application/json', 'user-agent': _server_answer_js__WEBPACK_IMPORTED_MODULE_3__/* .userAgent */ .N1, ...headers },
        ...(body === undefined ? {} : { body }),
        maxBytes: longestAnswer,
    });
    if (answer.status !== 200 && answer.status !== 201)
        throw (0,_server_answer_js__WEBPACK_IMPORTED_MODULE_3__/* .refusalOf */ .Of)(answer, { host: url.host, now: call.host.clock.now(), meaning: plan.meaning(answer) });
    const read = (0,_server_answer_js__WEBPACK_IMPORTED_MODULE_3__/* .jsonOf */ .o_)(answer);
    const token = read === undefined ? undefined : (0,_protocol_json_js__WEBPACK_IMPORTED_MODULE_4__/* .member */ .Dc)(read, 'token');
    if (read === undefined || typeof token !== 'string' || !(0,_domain_pattern_js__WEBPACK_IMPORTED_MODULE_5__/* .fullMatch */ .L)(/[\x21-\x7e]{1,32768}/, token))
        throw new _domain_errors_js__WEBPACK_IMPORTED_MODULE_6__/* .CredsError */ .uA('answer-invalid', `${url.host} sent an answer without a usable token.`);
    return { token: new _domain_secret_js__WEBPACK_IMPORTED_MODULE_1__/* .Secret */ .z(token), body: read };
}
function loanOf({ plan, id, canRevoke }, token, expiresAt) {
    const revocability = canRevoke ? 'immediate' : 'expiry-only';
    const credentials = [plan.credential(token, expiresAt)];
    return { leases: [{ ...plan.role, id, expiresAt, revocability, credentials }] };
}
/** A time that a server tells as RFC 3339 or as seconds since 1970; undefined where it tells none that makes sense. */
function timeOf(value) {
    const at = typeof value === 'number' ? new Date(value * 1000) : new Date(typeof value === 'string' ? value : NaN);
    return Number.isNaN(at.getTime()) ? undefined : at;
}
/** So many seconds from now. */
function after(now, seconds) {
    return new Date(now.getTime() + seconds * 1000);
}


/***/ }),

/***/ 6814:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   LD: () => (/* binding */ readList),
/* harmony export */   SX: () => (/* binding */ readPairs),
/* harmony export */   _t: () => (/* binding */ refuseParam),
/* harmony export */   hc: () => (/* binding */ readSwitch),
/* harmony export */   yR: () => (/* binding */ readText)
/* harmony export */ });
/* harmony import */ var _domain_pattern_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(6898);
/* harmony import */ var _input_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(1258);


/** A parameter that a provider cannot take. */
function refuseParam(name, problem) {
    return (0,_input_js__WEBPACK_IMPORTED_MODULE_0__/* .refuseInput */ .bG)(`params: ${name}`, problem);
}
/** One line of text; undefined when it is not there. @throws CredsError `input-invalid` */
function readText(params, name) {
    const value = params[name];
    return value === undefined ? undefined : line(name, value);
}
/** One line, or a list of lines; empty when it is not there. @throws CredsError `input-invalid` */
function readList(params, name) {
    const value = params[name];
    if (value === undefined)
        return [];
    return (Array.isArray(value) ? value : [value]).map((each) => line(name, each));
}
/** `true` or `false`; `false` when it is not there. @throws CredsError `input-invalid` */
function readSwitch(params, name) {
    const value = params[name] ?? false;
    if (typeof value !== 'boolean')
        throw refuseParam(name, 'must be `true` or `false`');
    return value;
}
/** `name: value` lines; empty when it is not there. @throws CredsError `input-invalid` */
function readPairs(params, name) {
    const value = params[name] ?? {};
    if (typeof value !== 'object' || Array.isArray(value))
        throw refuseParam(name, 'must be `name: value` lines');
    return Object.entries(value).map(([key, text]) => [key, line(name, text)]);
}
function line(name, value) {
    const text = typeof value === 'number' || typeof value === 'boolean' ? String(value) : value;
    if (typeof text !== 'string' || !(0,_domain_pattern_js__WEBPACK_IMPORTED_MODULE_1__/* .fullMatch */ .L)(/[^\u0000-\u001f\u007f]{1,2048}/, text))
        throw refuseParam(name, 'must be one line of text');
    return text;
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

/***/ 645:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   B: () => (/* binding */ urlParam),
/* harmony export */   r: () => (/* binding */ refuseForeign)
/* harmony export */ });
/* harmony import */ var _input_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(1258);
/* harmony import */ var _param_values_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(6814);


/**
 * The base URL of the server under a name of `params`.
 * @param example of one, for who has left it out
 * @throws CredsError `input-invalid`
 */
function urlParam(wish, name, example) {
    const text = (0,_param_values_js__WEBPACK_IMPORTED_MODULE_0__/* .readText */ .yR)(wish.params, name);
    if (text === undefined)
        throw (0,_param_values_js__WEBPACK_IMPORTED_MODULE_0__/* .refuseParam */ ._t)(name, `is required, as in \`${name}: ${example}\``);
    return (0,_input_js__WEBPACK_IMPORTED_MODULE_1__/* .serverUrl */ .Vd)(`params: ${name}`, text, wish.params['allow-ip'] === true);
}
/** Inputs that not every provider has, by their names in a wish. */
const optional = {
    brokerUrl: 'broker-url',
    region: 'region',
    ttlSeconds: 'ttl',
    expectAccounts: 'expect-account',
};
/**
 * Refuses inputs that mean nothing to this provider.
 * @param instead by the input's name: what to do instead; an input that is absent here is the provider's own
 * @throws CredsError `input-invalid`
 */
function refuseForeign(wish, provider, instead) {
    for (const name of Object.keys(optional)) {
        const hint = instead[optional[name]];
        if (wish[name] !== undefined && hint !== undefined)
            throw (0,_input_js__WEBPACK_IMPORTED_MODULE_1__/* .refuseInput */ .bG)(optional[name], `means nothing to \`provider: ${provider}\`: ${hint}`);
    }
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