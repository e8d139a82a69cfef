"use strict";
exports.id = 647;
exports.ids = [647];
exports.modules = {

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

/***/ 9600:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

__webpack_require__.r(__webpack_exports__);
/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   pypi: () => (/* binding */ pypi)
/* harmony export */ });
/* harmony import */ var _protocol_json_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(8440);
/* harmony import */ var _input_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(1258);
/* harmony import */ var _one_token_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(8946);
/* harmony import */ var _param_values_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(6814);
/* harmony import */ var _server_answer_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(8506);
/* harmony import */ var _server_inputs_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(645);






const tokenSeconds = 900;
/**
 * A Python package index with trusted publishers. The audience is pinned, not asked of the index: an index that may
 * choose it could have an ID token made for somebody else. It has no way to take a token back.
 */
const pypi = { name: 'pypi', configure };
function configure(wish) {
    (0,_input_js__WEBPACK_IMPORTED_MODULE_0__/* .refuseKey */ .e)(wish);
    (0,_input_js__WEBPACK_IMPORTED_MODULE_0__/* .onlyParams */ .F)(wish.params, ['url', 'upload-url', 'allow-ip']);
    (0,_server_inputs_js__WEBPACK_IMPORTED_MODULE_1__/* .refuseForeign */ .r)(wish, 'pypi', {
        'broker-url': 'set `url` in `params`',
        region: 'leave it out',
        ttl: 'a token lives 15 minutes',
        'expect-account': 'the token does not say whose it is',
    });
    if (wish.roles.length > 0)
        throw (0,_input_js__WEBPACK_IMPORTED_MODULE_0__/* .refuseInput */ .bG)('role', 'means nothing to `provider: pypi`: the index knows the projects of this publisher');
    const base = (0,_server_inputs_js__WEBPACK_IMPORTED_MODULE_1__/* .urlParam */ .B)(wish, 'url', 'https://index.example');
    const upload = (0,_param_values_js__WEBPACK_IMPORTED_MODULE_2__/* .readText */ .yR)(wish.params, 'upload-url');
    const registry = upload === undefined ? base : (0,_input_js__WEBPACK_IMPORTED_MODULE_0__/* .serverUrl */ .Vd)('params: upload-url', upload, wish.params['allow-ip'] === true);
    return (0,_one_token_js__WEBPACK_IMPORTED_MODULE_3__/* .oneToken */ .Ad)({
        name: 'pypi',
        audience: wish.audience ?? 'pypi',
        endpoint: new URL(`${base}/_/oidc/mint-token`),
        role: { role: 'upload' },
        debt: {},
        request: (idToken) => ({
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify({ token: idToken }),
        }),
        endOf: ({ expires }, now) => (0,_one_token_js__WEBPACK_IMPORTED_MODULE_3__/* .timeOf */ .nR)(expires) ?? (0,_one_token_js__WEBPACK_IMPORTED_MODULE_3__/* .after */ .Pl)(now, tokenSeconds),
        credential: (token, expiresAt) => ({
            name: 'pypi',
            kind: 'registry-login',
            expiresAt,
            fields: { registry, username: '__token__', password: token },
        }),
        meaning,
    });
}
/** The codes of its own source (warehouse, oidc/views); their descriptions are the index's words. */
const meanings = {
    'invalid-publisher': {
        code: 'policy-denied',
        text: 'no trusted publisher is this job',
        hint: 'Compare owner, repository, workflow file and environment of the project\u2019s trusted publisher with the claims in the log: repository, workflow_ref, environment. A reusable workflow does not count, and an environment that the publisher names has to be the job\u2019s.',
    },
    'invalid-pending-publisher': {
        code: 'policy-denied',
        text: 'the project of this pending publisher exists already',
        hint: 'Add the trusted publisher in the project\u2019s own settings.',
    },
    'invalid-token': {
        code: 'audience-mismatch',
        text: 'it does not accept the ID token',
        hint: 'Set the input `audience` to what GET /_/oidc/audience of this index names. An index believes only the platforms that it lists.',
    },
    'invalid-reuse-token': {
        code: 'identity-refused',
        text: 'this ID token was traded before',
        hint: 'Each ID token is traded once. Where the platform makes only one for a job, borrow in one step only.',
        freshIdToken: true,
    },
    'invalid-payload': {
        code: 'request-refused',
        text: 'it does not understand the request',
        hint: 'Correct `url` in `params`: the index\u2019s own address, without a path.',
    },
    'not-enabled': {
        code: 'policy-denied',
        text: 'trusted publishing is switched off for this platform',
        hint: 'Look at the index\u2019s status page; nothing in this workflow can change it.',
    },
};
function meaning(answer) {
    const errors = (0,_protocol_json_js__WEBPACK_IMPORTED_MODULE_4__/* .member */ .Dc)((0,_server_answer_js__WEBPACK_IMPORTED_MODULE_5__/* .jsonOf */ .o_)(answer) ?? {}, 'errors');
    const codes = Array.isArray(errors)
        ? errors.flatMap((error) => ((0,_protocol_json_js__WEBPACK_IMPORTED_MODULE_4__/* .isObject */ .Gv)(error) ? [(0,_protocol_json_js__WEBPACK_IMPORTED_MODULE_4__/* .member */ .Dc)(error, 'code')] : []))
        : [];
    const known = codes.find((code) => typeof code === 'string' && Object.hasOwn(meanings, code));
    return typeof known === 'string' ? meanings[known] : undefined;
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


/***/ })

};
;