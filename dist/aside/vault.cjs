"use strict";
exports.id = 381;
exports.ids = [381,29];
exports.modules = {

/***/ 3484:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {
/**
 * The same call, each request of which is made under a client certificate (RFC 8446 \u00a74.4.2). The files are read for it
 * anew: the key is kept nowhere.
 * @param paths undefined: the call as it is
 * @throws CredsError as `readIdentity`
 */
var underIdentity = (function (call, paths) {
    if (paths === undefined)
        return call;
    const { host } = call;
    const identity = readIdentity(paths, host.files);
    return { ...call, host: { ...host, send: (request) => host.send({ ...request, identity }) } };
});

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   readIdentity: () => (/* binding */ readIdentity),
/* harmony export */   underIdentity: () => (/* binding */ underIdentity)
/* harmony export */ });
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7598);
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_crypto__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var _domain_errors_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(7945);


const longestFile = 64 * 1024;

/**
 * A client certificate, and its key as PKCS #8.
 * @throws CredsError `input-invalid`, naming the parameter; nothing of the files is in it
 */
function readIdentity({ certificate, key }, files) {
    const chain = certificatesIn(textOf('client-certificate', certificate, files));
    const [own] = chain;
    if (own === undefined)
        throw bad('client-certificate', 'must name a PEM file with a certificate');
    const known = keyIn(textOf('client-key', key, files));
    if (!own.checkPrivateKey(known))
        throw bad('client-key', 'does not belong to the first certificate in `client-certificate`');
    return { cert: chain.join(''), key: known.export({ type: 'pkcs8', format: 'pem' }).toString() };
}
function textOf(name, path, files) {
    const text = files.read(path, longestFile);
    if (text === undefined)
        throw bad(name, 'must name a file that can be read and has 64 KiB at most');
    return text;
}
function certificatesIn(text) {
    const begin = '-----BEGIN CERTIFICATE-----';
    const found = text.match(/-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----/g) ?? [];
    try {
        // One that is damaged must not be passed over.
        if (found.length === text.split(begin).length - 1)
            return found.map((pem) => new node_crypto__WEBPACK_IMPORTED_MODULE_0__.X509Certificate(pem));
    }
    catch {
        // Said below, without the words of OpenSSL.
    }
    throw bad('client-certificate', 'holds a certificate that cannot be read');
}
function keyIn(text) {
    if (/-----BEGIN ENCRYPTED PRIVATE KEY-----|^Proc-Type: 4,ENCRYPTED/m.test(text))
        throw bad('client-key', 'is encrypted, and nobody is there to type its passphrase');
    try {
        return (0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.createPrivateKey)(text);
    }
    catch {
        throw bad('client-key', 'must name a PEM file with a private key');
    }
}
/** No cause: what OpenSSL says of a key stays untold. */
function bad(name, problem) {
    return new _domain_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .CredsError */ .uA('input-invalid', `The input \`params: ${name}\` ${problem}.`);
}


/***/ }),

/***/ 4319:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {
/** As the ledger keeps them, a string; nothing where there are none. */
var headersForLedger = (function (headers) {
    return Object.keys(headers).length === 0 ? {} : { headers: JSON.stringify(headers) };
});

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Jn: () => (/* binding */ wrongWithHeader),
/* harmony export */   OS: () => (/* binding */ headersFromLedger),
/* harmony export */   Rg: () => (/* binding */ headersForLedger)
/* harmony export */ });
/* harmony import */ var _domain_pattern_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(6898);
/* harmony import */ var _protocol_json_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(8440);


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
    if (!(0,_domain_pattern_js__WEBPACK_IMPORTED_MODULE_0__/* .fullMatch */ .L)(namePattern, name))
        return 'has a name that is not made of letters, digits and `-`';
    if ((0,_domain_pattern_js__WEBPACK_IMPORTED_MODULE_0__/* .fullMatch */ .L)(reserved, name) || (0,_domain_pattern_js__WEBPACK_IMPORTED_MODULE_0__/* .fullMatch */ .L)(taken, name))
        return `must not name \`${name}\`: no header says who asks, or how HTTP is spoken`;
    return (0,_domain_pattern_js__WEBPACK_IMPORTED_MODULE_0__/* .fullMatch */ .L)(valuePattern, value) ? undefined : 'has a value that is not one line of ASCII';
}

/** What the ledger has kept, if all of it could have been given to it. */
function headersFromLedger(text, taken) {
    if (text === undefined)
        return {};
    try {
        const headers = (0,_protocol_json_js__WEBPACK_IMPORTED_MODULE_1__/* .parseStrictJson */ .RJ)(text);
        const pairs = (0,_protocol_json_js__WEBPACK_IMPORTED_MODULE_1__/* .isObject */ .Gv)(headers) ? Object.entries(headers) : [];
        const fits = pairs.filter((pair) => typeof pair[1] === 'string');
        const isWhole = fits.length === pairs.length;
        const isRight = fits.every(([name, value]) => wrongWithHeader(name, value, taken) === undefined);
        return isWhole && isRight ? Object.fromEntries(fits) : {};
    }
    catch {
        return {};
    }
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
        trade: (async (idToken, call) => {
            const { token, body } = await ask(plan, idToken.token.reveal(), call);
            if (canRevoke) {
                kept = { token: token.reveal() };
                call.onOwed?.();
            }
            return loanOf({ plan, id, canRevoke }, token, plan.endOf(body, call.host.clock.now()));
        }),
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
/** One line of text; undefined when it is not there. @throws CredsError `input-invalid` */
var readText = (function (params, name) {
    const value = params[name];
    return value === undefined ? undefined : line(name, value);
});
/** `name: value` lines; empty when it is not there. @throws CredsError `input-invalid` */
var readPairs = (function (params, name) {
    const value = params[name] ?? {};
    if (typeof value !== 'object' || Array.isArray(value))
        throw refuseParam(name, 'must be `name: value` lines');
    return Object.entries(value).map(([key, text]) => [key, line(name, text)]);
});
var line = (function (name, value) {
    const text = typeof value === 'number' || typeof value === 'boolean' ? String(value) : value;
    if (typeof text !== 'string' || !(0,_domain_pattern_js__WEBPACK_IMPORTED_MODULE_1__/* .fullMatch */ .L)(/[^\u0000-\u001f\u007f]{1,2048}/, text))
        throw refuseParam(name, 'must be one line of text');
    return text;
});

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




/***/ }),

/***/ 8506:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {
/** The object of a JSON answer; undefined when it is none. */
var jsonOf = (function (answer) {
    if (!(0,_protocol_http_js__WEBPACK_IMPORTED_MODULE_0__/* .isJson */ .Fh)(answer))
        return undefined;
    try {
        const body = (0,_protocol_json_js__WEBPACK_IMPORTED_MODULE_1__/* .parseStrictJson */ .RJ)(answer.body);
        return (0,_protocol_json_js__WEBPACK_IMPORTED_MODULE_1__/* .isObject */ .Gv)(body) ? body : undefined;
    }
    catch {
        return undefined;
    }
});

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
/**
 * The base URL of the server under a name of `params`.
 * @param example of one, for who has left it out
 * @throws CredsError `input-invalid`
 */
var urlParam = (function (wish, name, example) {
    const text = (0,_param_values_js__WEBPACK_IMPORTED_MODULE_0__/* .readText */ .yR)(wish.params, name);
    if (text === undefined)
        throw (0,_param_values_js__WEBPACK_IMPORTED_MODULE_0__/* .refuseParam */ ._t)(name, `is required, as in \`${name}: ${example}\``);
    return (0,_input_js__WEBPACK_IMPORTED_MODULE_1__/* .serverUrl */ .Vd)(`params: ${name}`, text, wish.params['allow-ip'] === true);
});
/**
 * Refuses inputs that mean nothing to this provider.
 * @param instead by the input's name: what to do instead; an input that is absent here is the provider's own
 * @throws CredsError `input-invalid`
 */
var refuseForeign = (function (wish, provider, instead) {
    for (const name of Object.keys(optional)) {
        const hint = instead[optional[name]];
        if (wish[name] !== undefined && hint !== undefined)
            throw (0,_input_js__WEBPACK_IMPORTED_MODULE_1__/* .refuseInput */ .bG)(optional[name], `means nothing to \`provider: ${provider}\`: ${hint}`);
    }
});

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   B: () => (/* binding */ urlParam),
/* harmony export */   r: () => (/* binding */ refuseForeign)
/* harmony export */ });
/* harmony import */ var _input_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(1258);
/* harmony import */ var _param_values_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(6814);



/** Inputs that not every provider has, by their names in a wish. */
const optional = {
    brokerUrl: 'broker-url',
    region: 'region',
    ttlSeconds: 'ttl',
    expectAccounts: 'expect-account',
};



/***/ }),

/***/ 5670:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {
/** What every request has (Vault API, Introduction). */
var vaultHeaders = (function ({ namespace, headers, }) {
    return {
        ...headers,
        accept: 'application/json',
        'user-agent': _server_answer_js__WEBPACK_IMPORTED_MODULE_0__/* .userAgent */ .N1,
        'x-vault-request': 'true',
        ...(namespace === undefined ? {} : { 'x-vault-namespace': namespace }),
    };
});

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Bp: () => (/* binding */ errorsOf),
/* harmony export */   fC: () => (/* binding */ vaultHeaders),
/* harmony export */   i_: () => (/* binding */ vaultsOwn),
/* harmony export */   nZ: () => (/* binding */ warningsOf),
/* harmony export */   nq: () => (/* binding */ longestAnswer),
/* harmony export */   qZ: () => (/* binding */ batchId)
/* harmony export */ });
/* harmony import */ var _protocol_json_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(8440);
/* harmony import */ var _server_answer_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(8506);


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
    const texts = (0,_protocol_json_js__WEBPACK_IMPORTED_MODULE_1__/* .member */ .Dc)((0,_server_answer_js__WEBPACK_IMPORTED_MODULE_0__/* .jsonOf */ .o_)(answer) ?? {}, name);
    const found = Array.isArray(texts) ? texts.filter((text) => typeof text === 'string') : [];
    return found.slice(0, mostTexts).map((text) => text.slice(0, longestText));
}


/***/ }),

/***/ 7974:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {
// CONCATENATED MODULE: ./lib/aside/providers/vault-identity.js
/**
 * Where the client certificate lies that a server demands besides the ID token; undefined: it demands none.
 * @param base URL of the server
 * @throws CredsError `input-invalid`
 */
var readIdentityPaths = (function (params, base) {
    const certificate = readPath(params, names.certificate);
    const key = readPath(params, names.key);
    if (certificate === undefined && key === undefined)
        return undefined;
    if (key === undefined)
        throw (0,param_values/* refuseParam */._t)(names.certificate, 'needs `client-key` beside it');
    if (certificate === undefined)
        throw (0,param_values/* refuseParam */._t)(names.key, 'needs `client-certificate` beside it');
    if (!base.startsWith('https:'))
        throw (0,param_values/* refuseParam */._t)(names.certificate, 'means nothing to a server that does not speak TLS');
    return { certificate, key };
});
var readPath = (function (params, name) {
    const path = (0,param_values/* readText */.yR)(params, name);
    if (path !== undefined && !(0,external_node_path_.isAbsolute)(path))
        throw (0,param_values/* refuseParam */._t)(name, 'must be the absolute path of a PEM file');
    return path;
});
/** As the ledger keeps it: where the files lie, and nothing of what is in them. */
var identityForLedger = (function (paths) {
    return paths === undefined ? {} : { clientCertificate: paths.certificate, clientKey: paths.key };
});
// CONCATENATED MODULE: ./lib/aside/providers/request-headers.js
/**
 * Headers that a workflow adds to each request, for what stands before the server. They are no secret: the platform's state
 * keeps them for post.
 * @param taken of the provider's own, besides
 * @throws CredsError `input-invalid`
 */
var readHeaders = (function (params, taken) {
    const pairs = (0,param_values/* readPairs */.SX)(params, 'headers').map(([name, value]) => [name.toLowerCase(), value]);
    if (pairs.length > most)
        throw (0,param_values/* refuseParam */._t)('headers', `has more than ${String(most)} lines`);
    if (new Set(pairs.map(([name]) => name)).size < pairs.length)
        throw (0,param_values/* refuseParam */._t)('headers', 'has a name twice');
    for (const [name, value] of pairs) {
        const problem = (0,kept_headers/* wrongWithHeader */.Jn)(name, value, taken);
        if (problem !== undefined)
            throw (0,param_values/* refuseParam */._t)('headers', problem);
    }
    return Object.fromEntries(pairs);
});
// CONCATENATED MODULE: ./lib/aside/providers/vault-plan.js
/** @throws CredsError `input-invalid`, naming the input */
var readVaultPlan = (function (wish) {
    (0,input/* refuseKey */.e)(wish);
    (0,input/* onlyParams */.F)(wish.params, known);
    (0,server_inputs/* refuseForeign */.r)(wish, 'vault', {
        'broker-url': 'set `url` in `params`',
        region: 'write it into `with` of the secret that has one',
        ttl: 'the role at the server decides (`token_ttl`), and `max-ttl` and `min-ttl` bound it',
    });
    const base = (0,server_inputs/* urlParam */.B)(wish, 'url', 'https://vault.example.com:8200');
    const secrets = readSecrets(wish);
    const token = wish.params['token'] ?? secrets.length === 0;
    if (typeof token !== 'boolean')
        throw (0,input/* refuseInput */.bG)('params: token', 'must be `true` or `false`');
    if (!token && secrets.length === 0)
        throw (0,input/* refuseInput */.bG)('params: token', 'is `false` and there are no `secrets`: nothing would be borrowed');
    return {
        base,
        namespace: vault_plan_readPath(wish, 'namespace'),
        headers: readHeaders(wish.params, vault_wire/* vaultsOwn */.i_),
        identity: readIdentityPaths(wish.params, base),
        mount: readMount(wish),
        role: readRole(wish),
        audience: wish.audience ?? base,
        secrets,
        lendsToken: token,
    };
});
var readRole = (function ({ roles }) {
    const [role] = roles;
    if (role === undefined)
        throw (0,input/* refuseInput */.bG)('role', 'is required: the role of the auth method to log in with');
    if (roles.length > 1)
        throw (0,input/* refuseInput */.bG)('role', 'names several roles: a login has one; read several paths by `secrets` in `params`');
    if (!(0,domain_pattern/* fullMatch */.L)(/[A-Za-z0-9][A-Za-z0-9._-]{0,127}/, role.role))
        throw (0,input/* refuseInput */.bG)('role', 'has a name with characters that no role has');
    return role;
});
var readMount = (function (wish) {
    const mount = vault_plan_readPath(wish, 'mount') ?? 'jwt';
    if (mount.startsWith('auth/'))
        throw (0,input/* refuseInput */.bG)('params: mount', 'is written without `auth/`, as in `mount: jwt`');
    return mount;
});
var vault_plan_readPath = (function (wish, name) {
    const text = (0,param_values/* readText */.yR)(wish.params, name);
    const path = text?.replace(/^\/|\/$/g, '');
    if (path !== undefined &&
        !(0,domain_pattern/* fullMatch */.L)(/[A-Za-z0-9_-][A-Za-z0-9._-]*(?:\/[A-Za-z0-9_-][A-Za-z0-9._-]*){0,15}/, path))
        throw (0,input/* refuseInput */.bG)(`params: ${name}`, 'must be a path of letters, digits, `.`, `_`, `-` and `/`');
    return path;
});
var readSecrets = (function ({ params: { secrets = [] } }) {
    if (!Array.isArray(secrets))
        throw (0,input/* refuseInput */.bG)('params: secrets', 'must be a list, as in `- path: kv/data/ci`');
    if (secrets.length > mostSecrets)
        throw (0,input/* refuseInput */.bG)('params: secrets', `names more than ${String(mostSecrets)} paths`);
    const wishes = secrets.map((entry, index) => readSecretWish(entry, index + 1));
    const paths = wishes.map(({ path, query }) => path + query);
    if (new Set(paths).size < paths.length)
        throw (0,input/* refuseInput */.bG)('params: secrets', 'names a path twice: name all its fields in one entry');
    return wishes;
});
// CONCATENATED MODULE: ./lib/aside/providers/vault-secrets.js
/**
 * Reads all paths at once, each again by itself where that helps: what a lost answer leaves behind ends with the login.
 * @returns a lease for each, in the order in which they were asked for
 * @throws CredsError when one cannot be had; all are answered then
 */
var vault_secrets_readSecrets = (async function (plan, borrower, call) {
    const reads = plan.secrets.map(((wish, index) => (0,http/* retrying */.R$)(call, (async () => {
        const body = await readOnce(plan, { wish, token: borrower.login.token }, call);
        return leaseOf(body, { ...borrower, id: `vault_${borrower.id}_${String(index + 1)}` }, { wish, call });
    }))));
    const results = await Promise.allSettled(reads);
    return results.map(((result) => {
        if (result.status === 'rejected')
            throw result.reason;
        return result.value;
    }));
});
// CONCATENATED MODULE: ./lib/aside/providers/vault.js
var configure = (function (wish) {
    const plan = readVaultPlan(wish);
    const endpoint = new URL(`${plan.base}/v1/auth/${plan.mount}/login`);
    return {
        audience: plan.audience,
        lender: endpoint.host,
        endpoint,
        lends: prospects(plan),
        bindsKey: false,
        open: () => vault_open(plan, endpoint),
    };
});
var prospects = (function ({ role, lendsToken, secrets }) {
    const login = lendsToken ? [{ name: role.role, kind: 'vault-token' }] : [];
    return [{ ...role, credentials: login }, ...secrets.map(prospectOf)];
});
var vault_open = (function (plan, endpoint) {
    const { base: url, namespace, headers, identity } = plan;
    const id = (0,external_node_crypto_.randomBytes)(8).toString('hex');
    let kept = {};
    return {
        audience: plan.audience,
        debt: {
            url,
            ...(namespace === undefined ? {} : { namespace }),
            ...(0,kept_headers/* headersForLedger */.Rg)(headers),
            ...identityForLedger(identity),
        },
        get kept() {
            return kept;
        },
        secrets: [],
        trade: (async (idToken, given) => {
            const call = (0,client_identity.underIdentity)(given, identity);
            const login = await logIn(plan, endpoint, { idToken, call });
            try {
                if (!login.isBatch) {
                    kept = { token: login.token.reveal() };
                    call.onOwed?.();
                }
                return await borrow(plan, { login, id }, call);
            }
            catch (error) {
                throw error instanceof errors/* CredsError */.uA ? error.asPartlyIssued() : error;
            }
        }),
    };
});
var logIn = (async function (plan, url, { idToken, call }) {
    const answer = await (0,http/* exchange */.cv)(call, {
        method: 'POST',
        url,
        headers: { 'content-type': 'application/json', ...(0,vault_wire/* vaultHeaders */.fC)(plan) },
        body: JSON.stringify({ role: plan.role.role, jwt: idToken.token.reveal() }),
        maxBytes: vault_wire/* longestAnswer */.nq,
    });
    const now = call.host.clock.now();
    if (answer.status !== 200) {
        const meaning = loginMeaning(answer, plan, idToken);
        throw (0,server_answer/* refusalOf */.Of)(answer, { host: url.host, now, meaning });
    }
    return readLogin(answer, url.host, now);
});
var readLogin = (function (answer, host, now) {
    const auth = (0,json/* member */.Dc)((0,server_answer/* jsonOf */.o_)(answer) ?? {}, 'auth');
    const token = (0,json/* isObject */.Gv)(auth) ? (0,json/* member */.Dc)(auth, 'client_token') : undefined;
    if ((0,json/* isObject */.Gv)(auth) && (0,json/* isObject */.Gv)((0,json/* member */.Dc)(auth, 'mfa_requirement')))
        throw new errors/* CredsError */.uA('policy-denied', `${host} wants a second factor for this login, which no job has.`, {
            hint: 'Take the login of this role out of the server\u2019s MFA enforcement.',
        });
    if (!(0,json/* isObject */.Gv)(auth) || typeof token !== 'string' || !(0,domain_pattern/* fullMatch */.L)(/[\x21-\x7e]{1,8192}/, token))
        throw new errors/* CredsError */.uA('answer-invalid', `${host} sent an answer without a login.`);
    const seconds = (0,json/* member */.Dc)(auth, 'lease_duration');
    const uses = (0,json/* member */.Dc)(auth, 'num_uses');
    const entity = (0,json/* member */.Dc)(auth, 'entity_id');
    return {
        token: new secret/* Secret */.z(token),
        expiresAt: new Date(now.getTime() + (typeof seconds === 'number' && seconds > 0 ? seconds : NaN) * 1000),
        isBatch: (0,json/* member */.Dc)(auth, 'token_type') === 'batch',
        uses: typeof uses === 'number' && uses > 0 ? uses : Infinity,
        entity: typeof entity === 'string' && entity !== '' ? entity : undefined,
    };
});
var borrow = (async function (plan, { login, id }, call) {
    assertUsable(plan, login);
    if (login.isBatch)
        call.onWarning?.(`${new URL(plan.base).host} gave a batch token, which nobody can revoke: what it reads lives until it ends. Set \`token_type=service\` on the role ${plan.role.role}.`);
    const leases = [loginLease(plan, login, id), ...(await vault_secrets_readSecrets(plan, { login, id }, call))];
    return { leases, ...(login.entity === undefined ? {} : { account: login.entity }) };
});
var assertUsable = (function ({ role, secrets }, { expiresAt, uses }) {
    if (Number.isNaN(expiresAt.getTime()))
        throw new errors/* CredsError */.uA('lease-unsuitable', `The login of ${role.role} never ends.`, {
            hint: 'Set `token_ttl` on the role, to `15m` for example.',
        });
    if (uses <= secrets.length)
        throw new errors/* CredsError */.uA('lease-unsuitable', `The login of ${role.role} may be used too few times.`, {
            hint: `Set \`token_num_uses\` on the role to 0, or to ${String(secrets.length + 1)} at least: one for each secret and one to give back. With the last use everything ends that was read.`,
        });
});
/** The login is owed also where the job does not get it: what was read hangs on it. */
var loginLease = (function ({ role, base, namespace, lendsToken }, login, id) {
    const { token, expiresAt, isBatch } = login;
    const fields = { token, address: base, ...(namespace === undefined ? {} : { namespace }) };
    return {
        ...role,
        id: `${isBatch ? vault_wire/* batchId */.qZ : loginId}${id}`,
        expiresAt,
        revocability: isBatch ? 'expiry-only' : 'immediate',
        credentials: lendsToken ? [{ name: role.role, kind: 'vault-token', expiresAt, fields }] : [],
    };
});

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  vault: () => (/* binding */ vault)
});

// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(7598);
// EXTERNAL MODULE: ./lib/aside/domain/errors.js
var errors = __webpack_require__(7945);
// EXTERNAL MODULE: ./lib/aside/domain/pattern.js
var domain_pattern = __webpack_require__(6898);
// EXTERNAL MODULE: ./lib/aside/domain/secret.js
var secret = __webpack_require__(4490);
// EXTERNAL MODULE: ./lib/aside/protocol/client-identity.js
var client_identity = __webpack_require__(3484);
// EXTERNAL MODULE: ./lib/aside/protocol/http.js
var http = __webpack_require__(4438);
// EXTERNAL MODULE: ./lib/aside/protocol/json.js
var json = __webpack_require__(8440);
// EXTERNAL MODULE: ./lib/aside/providers/kept-headers.js
var kept_headers = __webpack_require__(4319);
// EXTERNAL MODULE: ./lib/aside/providers/server-answer.js
var server_answer = __webpack_require__(8506);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(6760);
// EXTERNAL MODULE: ./lib/aside/providers/param-values.js
var param_values = __webpack_require__(6814);
;// CONCATENATED MODULE: ./lib/aside/providers/vault-identity.js


const names = { certificate: 'client-certificate', key: 'client-key' };




// EXTERNAL MODULE: ./lib/aside/providers/input.js
var input = __webpack_require__(1258);
;// CONCATENATED MODULE: ./lib/aside/providers/request-headers.js


const most = 10;


// EXTERNAL MODULE: ./lib/aside/providers/server-inputs.js
var server_inputs = __webpack_require__(645);
// EXTERNAL MODULE: ./lib/aside/providers/vault-wire.js
var vault_wire = __webpack_require__(5670);
// EXTERNAL MODULE: ./lib/aside/domain/credential.js
var credential = __webpack_require__(2095);
// EXTERNAL MODULE: ./lib/aside/domain/near-miss.js
var near_miss = __webpack_require__(1041);
// EXTERNAL MODULE: ./lib/aside/protocol/credential-wire.js
var credential_wire = __webpack_require__(4853);
;// CONCATENATED MODULE: ./lib/aside/providers/vault-decoding.js




const vault_decoding_forms = {
    base64: /(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?/,
    hex: /(?:[0-9A-Fa-f]{2})*/,
};
/**
 * The member `decode` of an entry.
 * @param known names of the credential's fields; undefined: those that the secret will have
 * @throws CredsError `input-invalid`
 */
function readDecoding(entry, where, known) {
    const given = (0,json/* member */.Dc)(entry, 'decode');
    if (given === undefined || isEncoding(given))
        return given;
    const pairs = (0,json/* isObject */.Gv)(given) ? Object.entries(given) : [];
    const fits = pairs.filter((pair) => isEncoding(pair[1]));
    if (pairs.length === 0 || fits.length < pairs.length)
        throw (0,input/* refuseInput */.bG)(where, 'has `decode` that is not `base64`, `hex` or `NAME: base64` lines');
    if (known !== undefined && !fits.every(([name]) => known.includes(name)))
        throw (0,input/* refuseInput */.bG)(where, 'has `decode` with a name that is not among its `fields`');
    return new Map(fits);
}
function isEncoding(value) {
    return typeof value === 'string' && Object.hasOwn(vault_decoding_forms, value);
}
/**
 * The text that a field holds; line breaks in what is stored mean nothing.
 * @throws CredsError `lease-unsuitable` where it is not so written, or holds no text
 */
function decoded(value, decoding, { path, name }) {
    const encoding = typeof decoding === 'string' ? decoding : decoding?.get(name);
    if (encoding === undefined)
        return value;
    const text = textIn(value.replace(/[\r\n]/g, ''), encoding);
    if (text !== undefined)
        return text;
    throw new errors/* CredsError */.uA('lease-unsuitable', `${path} has no text in ${encoding} for \`${name}\`.`, {
        hint: 'Compare `decode` with how the secret was stored; `NAME: base64` lines name single fields.',
    });
}
function textIn(value, encoding) {
    if (!(0,domain_pattern/* fullMatch */.L)(vault_decoding_forms[encoding], value))
        return undefined;
    try {
        return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.from(value, encoding));
    }
    catch {
        return undefined;
    }
}

;// CONCATENATED MODULE: ./lib/aside/providers/vault-wish.js







/** Kind \u2192 where its fields stand in what an engine answers (Vault API: Database, AWS, Google Cloud, Kubernetes, KV). */
const sources = {
    'basic-login': { username: ['username'], password: ['password'] },
    'postgres-login': { username: ['username'], password: ['password'] },
    'mysql-login': { username: ['username'], password: ['password'] },
    'registry-login': { username: ['username'], password: ['password'] },
    'aws-session': {
        access_key_id: ['access_key'],
        secret_access_key: ['secret_key'],
        session_token: ['session_token', 'security_token'],
    },
    'bearer-token': { token: ['token'] },
    'github-token': { token: ['token'] },
    'gcp-token': { token: ['token'] },
    'kubernetes-token': { token: ['service_account_token'], namespace: ['service_account_namespace'] },
};
const members = ['path', 'as', 'fields', 'with', 'plain', 'prefix', 'data', 'version', 'decode'];
/**
 * One entry of `secrets`.
 * @param number of the entry, from 1
 * @throws CredsError `input-invalid`
 */
function readSecretWish(entry, number) {
    const where = `params: secrets: entry ${String(number)}`;
    if (!(0,json/* isObject */.Gv)(entry))
        throw (0,input/* refuseInput */.bG)(where, 'must be an object, as in `- path: kv/data/ci`');
    refuseUnknown(entry, where);
    const kind = readKind(entry, where);
    const data = (0,json/* member */.Dc)(entry, 'data');
    if (data !== undefined && !(0,json/* isObject */.Gv)(data))
        throw (0,input/* refuseInput */.bG)(where, 'has `data` that is not `name: value` lines');
    const from = readFields(entry, kind, where);
    return {
        path: vault_wish_readPath(entry, where),
        query: readVersion(entry, where),
        data,
        kind,
        prefix: readPrefix(entry, where),
        from,
        decode: readDecoding(entry, where, from && [...from.keys()]),
        values: readValues(entry, kind, where),
        plain: readPlain(entry, kind, where),
    };
}
function refuseUnknown(entry, where) {
    const unknown = Object.keys(entry).find((name) => !members.some((known) => known === name));
    if (unknown === undefined)
        return;
    const meant = (0,near_miss/* nearest */.p)(members, unknown);
    const guess = meant === undefined ? '' : ` (did you mean \`${meant}\`?)`;
    throw (0,input/* refuseInput */.bG)(where, `has a member that no secret has${guess}; there are ${listed(members)}`);
}
function vault_wish_readPath(entry, where) {
    const path = (0,json/* member */.Dc)(entry, 'path');
    if (typeof path !== 'string')
        throw (0,input/* refuseInput */.bG)(where, 'needs `path`, as in `path: kv/data/ci`');
    if ((0,domain_pattern/* fullMatch */.L)(/\/?v1\/.*/, path))
        throw (0,input/* refuseInput */.bG)(where, 'has a `path` that begins with `v1/`: leave that out');
    if (!(0,domain_pattern/* fullMatch */.L)(/[^\s\u0000-\u001f\u007f?#%\\/]{1,128}(?:\/[^\s\u0000-\u001f\u007f?#%\\/]{1,128}){1,31}/, path))
        throw (0,input/* refuseInput */.bG)(where, 'has no usable `path`: MOUNT/\u2026, without a slash in front or behind, as the HTTP API has it');
    if (path.split('/').some((segment) => segment === '.' || segment === '..'))
        throw (0,input/* refuseInput */.bG)(where, 'has a `path` with `.` or `..` in it');
    return path;
}
function readVersion(entry, where) {
    const version = (0,json/* member */.Dc)(entry, 'version');
    if (version === undefined)
        return '';
    if (typeof version !== 'number' || !Number.isSafeInteger(version) || version < 1)
        throw (0,input/* refuseInput */.bG)(where, 'has a `version` that is no number from 1');
    if ((0,json/* member */.Dc)(entry, 'data') !== undefined)
        throw (0,input/* refuseInput */.bG)(where, 'has both `version` and `data`');
    return `?version=${String(version)}`;
}
function readKind(entry, where) {
    const kind = (0,json/* member */.Dc)(entry, 'as') ?? 'fields';
    if (kind === 'fields')
        return kind;
    if (typeof kind === 'string' && Object.hasOwn(sources, kind))
        return kind;
    if (kind === 'vault-token')
        throw (0,input/* refuseInput */.bG)(where, 'has `as: vault-token`: for the login itself write `token: true` beside `secrets`');
    const meant = typeof kind === 'string' ? (0,near_miss/* nearest */.p)(Object.keys(sources), kind) : undefined;
    const guess = meant === undefined ? '' : ` (did you mean \`${meant}\`?)`;
    throw (0,input/* refuseInput */.bG)(where, `has \`as\` with a kind that is not there${guess}; there are ${listed(['fields', ...Object.keys(sources)])}`);
}
function readPrefix(entry, where) {
    const prefix = (0,json/* member */.Dc)(entry, 'prefix');
    if (prefix === undefined)
        return undefined;
    if (typeof prefix === 'string' && (0,domain_pattern/* fullMatch */.L)(/[A-Z_][A-Z0-9_]{0,63}/, prefix))
        return prefix;
    throw (0,input/* refuseInput */.bG)(where, 'has a `prefix` that is not made of A-Z, 0-9 and `_`, as in `prefix: DB`');
}
/** Fields of a kind as PROTOCOL.md spells them, and whether each is a secret, and whether it may be absent. */
function rulesOf(kind) {
    return new Map(Object.entries(credential/* kinds */.E[kind]).map(([field, rule]) => [(0,credential_wire/* snakeCase */.LW)(field), rule]));
}
function readFields(entry, kind, where) {
    const given = (0,json/* member */.Dc)(entry, 'fields');
    const pairs = given === undefined ? undefined : pairsOf(given, where);
    if (kind === 'fields')
        return pairs;
    const rules = rulesOf(kind);
    const stray = [...(pairs?.keys() ?? [])].find((name) => !rules.has(name));
    if (stray !== undefined)
        throw strayField(kind, [...rules.keys()], { stray, where, what: 'fields' });
    return new Map([...Object.entries(sources[kind]), ...(pairs ?? [])]);
}
/** `[username, password]`, or `{ password: db_password }`: our name first. */
function pairsOf(given, where) {
    const pairs = Array.isArray(given)
        ? given.map((name) => [String(name), name])
        : (0,json/* isObject */.Gv)(given)
            ? Object.entries(given)
            : [];
    if (pairs.length === 0)
        throw (0,input/* refuseInput */.bG)(where, 'has `fields` that are neither a list of names nor `NAME: FIELD OF THE SECRET` lines');
    return new Map(pairs.map(([name, field]) => {
        if (!(0,domain_pattern/* fullMatch */.L)(/[A-Za-z][A-Za-z0-9_-]{0,127}/, name))
            throw (0,input/* refuseInput */.bG)(where, 'has `fields` with a name that is not a plain word: write `NAME: FIELD OF THE SECRET`');
        if (typeof field !== 'string' || field === '')
            throw (0,input/* refuseInput */.bG)(where, 'has `fields` that name no field of the secret');
        return [name, [field]];
    }));
}
function readValues(entry, kind, where) {
    const given = (0,json/* member */.Dc)(entry, 'with') ?? {};
    if (!(0,json/* isObject */.Gv)(given))
        throw (0,input/* refuseInput */.bG)(where, 'has `with` that is not `name: value` lines');
    if (kind === 'fields' && Object.keys(given).length > 0)
        throw (0,input/* refuseInput */.bG)(where, 'has `with`, which means nothing without `as`');
    const rules = kind === 'fields' ? new Map() : rulesOf(kind);
    const plain = [...rules].filter(([, rule]) => rule === 'plain' || rule === 'plain?').map(([name]) => name);
    return Object.fromEntries(Object.entries(given).map(([stray, value]) => {
        if (!plain.includes(stray))
            throw strayField(kind, plain, { stray, where, what: 'with' });
        return [stray, textOf(value, where)];
    }));
}
/** A certificate has lines. */
function textOf(value, where) {
    const text = typeof value === 'number' ? String(value) : value;
    if (typeof text !== 'string' || !(0,domain_pattern/* fullMatch */.L)(/[^\u0000-\u0009\u000b-\u001f\u007f]{1,16384}/, text))
        throw (0,input/* refuseInput */.bG)(where, 'has `with` with a value that is no text');
    return text;
}
function strayField(kind, known, { stray, where, what }) {
    const meant = (0,near_miss/* nearest */.p)(known, stray) ?? known.find((name) => name === stray.replaceAll('-', '_'));
    const guess = meant === undefined ? '' : ` (did you mean \`${meant}\`?)`;
    return (0,input/* refuseInput */.bG)(where, `has \`${what}\` with a field that a ${kind} does not have${guess}; there are ${listed(known)}`);
}
function readPlain(entry, kind, where) {
    const plain = (0,json/* member */.Dc)(entry, 'plain') ?? [];
    if (!Array.isArray(plain) || !plain.every((name) => typeof name === 'string'))
        throw (0,input/* refuseInput */.bG)(where, 'has `plain` that is not a list of names of fields');
    if (kind !== 'fields' && plain.length > 0)
        throw (0,input/* refuseInput */.bG)(where, 'has `plain`, which means nothing beside `as`: the kind says what is a secret');
    return plain;
}
function listed(names) {
    return names.map((each) => `\`${each}\``).join(', ');
}

;// CONCATENATED MODULE: ./lib/aside/providers/vault-plan.js








const known = [
    ...['url', 'mount', 'namespace', 'headers', 'client-certificate', 'client-key'],
    ...['secrets', 'token', 'allow-ip'],
];
/** Each is a request of its own, all at once. */
const mostSecrets = 20;






;// CONCATENATED MODULE: ./lib/aside/providers/vault-refusal.js


/** What the auth method's source says of a login, and what helps (openbao: internal/builtin/credential/jwt, cap/jwt). */
const logins = [
    [
        /role .*could not be found|missing role/,
        ({ role, mount }) => ({
            code: 'policy-denied',
            text: `there is no role ${role.role} at auth/${mount}`,
            hint: `Create it (\`bao write auth/${mount}/role/${role.role} role_type=jwt \u2026\`), or correct the input \`role\`, \`mount\` or \`namespace\`.`,
        }),
    ],
    [
        /role with oidc role_type.*/,
        ({ role, mount }) => ({
            code: 'request-refused',
            text: `the role ${role.role} is for people who log in with a browser`,
            hint: `Set \`role_type=jwt\` on auth/${mount}/role/${role.role}.`,
        }),
    ],
    [/audience claim found in JWT but no audiences bound.*/, audience],
    [/.*invalid audience \(aud\) claim.*|aud claim does not match.*/, audience],
    [
        /.*invalid issuer \(iss\) claim.*/,
        ({ mount }) => ({
            code: 'identity-refused',
            text: 'it expects another issuer',
            hint: `Set \`bound_issuer\` of auth/${mount}/config to the platform\u2019s own, letter by letter and without a slash at the end.`,
        }),
    ],
    [
        /.*invalid subject \(sub\) claim.*|sub claim does not match.*/,
        ({ role }) => denied('`sub` is not what the role is bound to', `Compare \`bound_subject\` of the role ${role.role} with the job\u2019s; better bind \`repository_id\`, \`ref\` and \`environment\` by \`bound_claims\`.`),
    ],
    [
        /.*claim .* does not match any associated bound claim.*/,
        ({ role }, claim) => denied(`${claim} does not match what the role is bound to`, `Compare \`bound_claims\` of the role ${role.role} with the claims in the log; with \`*\` in a value it needs \`bound_claims_type=glob\`.`),
    ],
    [
        /.*claim .* (?:is missing|not found in token).*/,
        ({ role }, claim) => denied(`${claim} is not in the ID token, and the role wants it`, `Compare \`bound_claims\` and \`user_claim\` of the role ${role.role} with the claims in the log.`),
    ],
    [
        /.*(?:is expired|token has expired|expired \(exp\)).*/,
        () => ({
            code: 'identity-refused',
            text: 'the ID token has expired',
            hint: 'Compare the clocks of server and runner.',
            freshIdToken: true,
        }),
    ],
    [
        /.*(?:nbf|iat|not before|issued at).*/,
        () => ({
            code: 'clock-skew',
            text: 'the ID token is not valid yet by its clock',
            hint: 'Set the server\u2019s clock (NTP).',
        }),
    ],
    [
        /.*(?:signature|no known key|failed to verify).*/,
        ({ mount }) => ({
            code: 'identity-refused',
            text: 'it could not verify the signature',
            hint: `Compare \`oidc_discovery_url\` or \`jwks_url\` of auth/${mount}/config with the platform\u2019s issuer; the server has to reach it.`,
        }),
    ],
    [
        /could not load configuration/,
        ({ mount }) => ({
            code: 'request-refused',
            text: `auth/${mount} was enabled and never configured`,
            hint: `Write auth/${mount}/config with \`oidc_discovery_url\` and \`bound_issuer\`.`,
        }),
    ],
    [/.*permission denied.*/, nowhere],
    [/.*(?:no handler for route|unsupported path).*/, nowhere],
];
function audience({ role, audience: ours }) {
    return {
        code: 'audience-mismatch',
        text: 'the role is bound to another audience',
        hint: `Set \`bound_audiences=${ours}\` on the role ${role.role}, or the input \`audience\` to what it is bound to.`,
    };
}
function nowhere({ mount, namespace }) {
    const where = namespace === undefined ? 'no `namespace` was given' : `the namespace was ${namespace}`;
    return denied(`no login at auth/${mount} for this runner (${where})`, 'Set `mount` in `params` to the path at which the JWT method is enabled, and `namespace` where the server has them (HCP: `admin`). With `token_bound_cidrs` on the role the runner\u2019s address counts, too.');
}
function denied(text, hint) {
    return { code: 'policy-denied', text, hint };
}
/** What an answer to a login means. */
function loginMeaning(answer, plan, idToken) {
    const texts = (0,vault_wire/* errorsOf */.Bp)(answer);
    for (const [pattern, meaning] of logins) {
        const found = texts.find((text) => (0,domain_pattern/* fullMatch */.L)(new RegExp(pattern.source, 's'), text));
        if (found !== undefined)
            return meaning(plan, claimIn(found, idToken));
    }
    return answer.status === 403 || answer.status === 404 ? nowhere(plan) : undefined;
}
/** A claim that the server names is told only where it is one of this ID token's own. */
function claimIn(text, { claims }) {
    const [, name = ''] = /claim "([\w/.-]{1,64})"/.exec(text) ?? [];
    const known = name.replace(/^\//, '');
    return Object.hasOwn(claims, known) ? `the claim \`${known}\`` : 'a claim';
}

// EXTERNAL MODULE: ./lib/aside/providers/one-token.js
var one_token = __webpack_require__(8946);
;// CONCATENATED MODULE: ./lib/aside/providers/vault-secrets.js










async function readOnce(plan, { wish, token }, call) {
    const path = wish.path.split('/').map(encodeURIComponent).join('/');
    const url = new URL(`${plan.base}/v1/${path}${wish.query}`);
    const written = wish.data === undefined ? {} : { body: JSON.stringify(wish.data) };
    const headers = {
        'x-vault-token': token.reveal(),
        ...(0,vault_wire/* vaultHeaders */.fC)(plan),
        ...(wish.data === undefined ? {} : { 'content-type': 'application/json' }),
    };
    const method = wish.data === undefined ? 'GET' : 'POST';
    const answer = await (0,http/* exchange */.cv)(call, { method, url, headers, ...written, maxBytes: vault_wire/* longestAnswer */.nq });
    if (answer.status === 200) {
        const body = (0,server_answer/* jsonOf */.o_)(answer);
        if (body !== undefined && (0,json/* isObject */.Gv)((0,json/* member */.Dc)(body, 'data')))
            return body;
        throw new errors/* CredsError */.uA('answer-invalid', `${url.host} sent nothing for ${wish.path}.`);
    }
    // A replica that has not heard of the login yet (Vault Enterprise, Consistency).
    if (answer.status === 412)
        throw new errors/* CredsError */.uA('busy', `${url.host} answered 412.`, { retryAfterSeconds: 0 });
    throw (0,server_answer/* refusalOf */.Of)(answer, { host: url.host, now: call.host.clock.now(), meaning: readMeaning(answer, wish) });
}
function readMeaning(answer, { path, data }) {
    const verb = data === undefined ? 'read' : 'update';
    const versioned = (0,vault_wire/* warningsOf */.nZ)(answer).some((text) => text.startsWith('Invalid path for a versioned K/V'));
    const [mount = '', ...rest] = path.split('/');
    if (answer.status === 404 && versioned)
        return missing(`${path} is not where version 2 of the KV engine has secrets`, `Write \`path: ${mount}/data/${rest.join('/')}\`.`);
    return {
        400: missing(`it does not take the request for ${path}`, 'Compare `path` and `data` with the engine\u2019s API; the server\u2019s log has more.'),
        403: {
            code: 'policy-denied',
            text: `the login may not ${verb} ${path}`,
            hint: `Give the role a policy with \`path "${path}" { capabilities = ["${verb}"] }\`. Version 2 of the KV engine has \`data/\` behind the mount.`,
        },
        404: missing(`there is nothing at ${path}`, 'Correct `path` in `secrets`: MOUNT/data/NAME for version 2 of the KV engine, MOUNT/creds/ROLE for a database. A deleted version is not there, either.'),
        405: missing(`${path} is not ${data === undefined ? 'read' : 'written to'}`, data === undefined
            ? 'Give the entry `data`: the engine is written to, as pki/issue is.'
            : 'Leave `data` out: the engine is read.'),
    }[answer.status];
}
function missing(text, hint) {
    return { code: 'request-refused', text, hint };
}
function leaseOf(body, { login, id }, { wish, call }) {
    const data = valuesOf((0,json/* member */.Dc)(body, 'data'));
    const leaseId = (0,json/* member */.Dc)(body, 'lease_id');
    const isDynamic = typeof leaseId === 'string' && leaseId !== '';
    if (isDynamic && !(0,domain_pattern/* fullMatch */.L)(/[\x21-\x7e]{1,512}/, leaseId))
        throw new errors/* CredsError */.uA('answer-invalid', `The lease of ${wish.path} has no usable id.`);
    const lease = isDynamic
        ? { id: leaseId, ...dynamicTerms((0,json/* member */.Dc)(body, 'lease_duration'), { data, wish, login }, call) }
        : { id, ...staticTerms(data, { wish, login }, call) };
    return {
        role: wish.path,
        ...(wish.prefix === undefined ? {} : { prefix: wish.prefix }),
        ...lease,
        credentials: [(0,credential_wire/* credentialFromWire */.Dp)(wireOf(data, wish), lease.expiresAt)],
    };
}
/** Version 2 of the KV engine has the secret one floor deeper, beside what is known of its version. */
function valuesOf(data) {
    const inner = (0,json/* member */.Dc)(data, 'data');
    const metadata = (0,json/* member */.Dc)(data, 'metadata');
    const isVersioned = (0,json/* isObject */.Gv)(inner) &&
        (0,json/* isObject */.Gv)(metadata) &&
        Number.isSafeInteger((0,json/* member */.Dc)(metadata, 'version')) &&
        Object.keys(data).length === 2;
    return isVersioned ? inner : data;
}
/** Ends with the login at the latest, but for what a cloud has signed: that lives its own time. */
function dynamicTerms(seconds, { data, wish, login }, { host }) {
    const end = host.clock.now().getTime() + (typeof seconds === 'number' ? seconds : 0) * 1000;
    const isSigned = wish.kind === 'aws-session' ||
        wish.kind === 'gcp-token' ||
        typeof (0,json/* member */.Dc)(data, 'security_token') === 'string';
    if (isSigned || login.isBatch)
        return { expiresAt: new Date(end), revocability: 'expiry-only' };
    return { expiresAt: new Date(Math.min(end, login.expiresAt.getTime())), revocability: 'immediate' };
}
/** Without a lease: something signed that says when it ends, or a value that never does. */
function staticTerms(data, { wish, login }, { onWarning }) {
    const end = (0,one_token/* timeOf */.nR)(endOf(data));
    if (end === undefined)
        onWarning?.(`${wish.path} is a stored value: it stays good after the job, until somebody changes it.`);
    return { expiresAt: end ?? login.expiresAt, revocability: 'expiry-only' };
}
/** Of a certificate (PKI) and of a token of Google Cloud, in seconds since 1970. */
function endOf(data) {
    const end = typeof (0,json/* member */.Dc)(data, 'certificate') === 'string' ? (0,json/* member */.Dc)(data, 'expiration') : undefined;
    const found = end ?? (0,json/* member */.Dc)(data, 'expires_at_seconds');
    return typeof found === 'number' ? found : undefined;
}
/** In the form of PROTOCOL.md, whose checks then hold for it, too. */
function wireOf(data, wish) {
    const { kind, from, decode, values, plain, path } = wish;
    const base = { kind, name: nameOf(path) };
    const names = from ?? new Map(Object.keys(data).map((name) => [name, [name]]));
    const found = [...names].flatMap(([name, candidates]) => {
        if (Object.hasOwn(values, name))
            return [];
        const value = candidates
            .map((each) => (0,json/* member */.Dc)(data, each))
            .find((each) => each !== undefined && each !== null);
        if (value === undefined) {
            if (from !== undefined && kind === 'fields')
                throw absent(path, name);
            return [];
        }
        return [[name, decoded(vault_secrets_textOf(value), decode, { path, name })]];
    });
    const named = typeof decode === 'object' ? [...decode.keys()] : [];
    const missed = named.find((name) => !found.some(([each]) => each === name));
    if (missed !== undefined)
        throw absent(path, missed);
    if (kind !== 'fields')
        return { ...base, ...values, ...Object.fromEntries(found) };
    const fields = found.map(([name, value]) => [name, { value, sensitive: !plain.includes(name) }]);
    return { ...base, fields: Object.fromEntries(fields) };
}
function nameOf(path) {
    return (0,domain_pattern/* fullMatch */.L)(/[A-Za-z0-9][A-Za-z0-9._/-]{0,127}/, path) ? path : 'secret';
}
/** What reading will bring, by what is asked for. */
function prospectOf({ path, prefix, kind, from }) {
    const fields = kind === 'fields' && from !== undefined ? { fields: [...from.keys()] } : {};
    const credentials = [{ name: nameOf(path), kind, ...fields }];
    return { role: path, ...(prefix === undefined ? {} : { prefix }), credentials };
}
function vault_secrets_textOf(value) {
    return typeof value === 'string' ? value : JSON.stringify(value);
}
function absent(path, name) {
    return new errors/* CredsError */.uA('lease-unsuitable', `${path} has no field for \`${name}\`.`, {
        hint: 'Compare `fields` with what the secret holds; names are compared letter by letter.',
    });
}

;// CONCATENATED MODULE: ./lib/aside/providers/vault.js
// https://developer.hashicorp.com/vault/api-docs/auth/jwt and https://openbao.org/api-docs/auth/jwt/














/**
 * Vault and OpenBao: a login by ID token, and what it reads. Everything that hangs on the login ends with it, so post
 * gives back the login; a batch token nobody can revoke.
 */
const vault = { name: 'vault', configure };








const loginId = 'vault_';


/***/ })

};
;