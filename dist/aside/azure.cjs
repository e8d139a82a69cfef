"use strict";
exports.id = 288;
exports.ids = [288];
exports.modules = {

/***/ 3316:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {
/**
 * Reads a 200 answer.
 * @throws CredsError `answer-invalid` when there is no token in it
 */
var readIssuedToken = (function (answer) {
    const body = (0,_json_answer_js__WEBPACK_IMPORTED_MODULE_1__/* .jsonObject */ .o$)(answer);
    const text = ((name) => {
        const value = (0,_json_js__WEBPACK_IMPORTED_MODULE_2__/* .member */ .Dc)(body, name);
        return typeof value === 'string' ? value : undefined;
    });
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
});
/** Some servers write the number as text. */
var lifetimeOf = (function (value) {
    const seconds = typeof value === 'string' && (0,_domain_pattern_js__WEBPACK_IMPORTED_MODULE_3__/* .fullMatch */ .L)(/\d{1,9}/, value) ? Number(value) : value;
    if (typeof seconds !== 'number' || !Number.isFinite(seconds))
        return undefined;
    return Math.max(-longestSeconds, Math.min(longestSeconds, Math.floor(seconds)));
});

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




/***/ }),

/***/ 5519:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {
// CONCATENATED MODULE: ./lib/aside/protocol/entra-token.js
/** The request's form body: the ID token is the client's assertion, in place of a secret. */
var assertionForm = (function ({ clientId, scope, idToken }) {
    return new URLSearchParams({
        client_id: clientId,
        scope,
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion: idToken,
        grant_type: 'client_credentials',
    }).toString();
});
// CONCATENATED MODULE: ./lib/aside/providers/azure-plan.js
/** @throws CredsError `input-invalid`, naming the input */
var readAzurePlan = (function (wish) {
    (0,input/* refuseKey */.e)(wish);
    refuseNeedless(wish);
    (0,input/* onlyParams */.F)(wish.params, params);
    refuseForeign(wish);
    const cloud = readCloud(wish);
    const tenant = readId(wish, 'tenant-id', 'directory (tenant) id');
    const clientId = readId(wish, 'client-id', 'application (client) id');
    const expected = (0,input/* oneAccount */.Kh)(wish);
    if (expected !== undefined && expected.toLowerCase() !== tenant)
        throw (0,input/* refuseInput */.bG)('expect-account', 'is not the `tenant-id` of `params`; nothing was sent');
    const authority = (0,input/* serverUrl */.Vd)('params: authority', (0,param_values/* readText */.yR)(wish.params, 'authority') ?? cloud.authority, true);
    const roles = wish.roles.length > 0 ? wish.roles : [{ role: `${cloud.resourceManager}/.default` }];
    return {
        audience: wish.audience ?? cloud.audience,
        tokenEndpoint: new URL(`${authority}/${tenant}/oauth2/v2.0/token`),
        tenant,
        account: expected ?? tenant,
        clientId,
        wanted: roles.map(readWanted),
    };
});
/** What other actions want and nothing here needs: whoever moves is told so, and not only that it is unknown. */
var refuseNeedless = (function ({ params: given }) {
    for (const name of ['subscription-id', 'allow-no-subscriptions', 'allow-no-subscription']) {
        if (given[name] !== undefined)
            throw (0,param_values/* refuseParam */._t)(name, 'is not needed: a token belongs to a tenant, with subscriptions or without. Give the tool that wants a subscription its id');
    }
    if (given['client-secret'] !== undefined)
        throw (0,param_values/* refuseParam */._t)('client-secret', 'is what this replaces: the client is known by the job\u2019s ID token');
});
var refuseForeign = (function (wish) {
    const foreign = 'means nothing to `provider: azure`';
    if (wish.brokerUrl !== undefined)
        throw (0,input/* refuseInput */.bG)('broker-url', foreign);
    if (wish.region !== undefined)
        throw (0,input/* refuseInput */.bG)('region', foreign);
    if (wish.ttlSeconds !== undefined)
        throw (0,input/* refuseInput */.bG)('ttl', `${foreign}: Microsoft decides (60 to 90 minutes, as a rule), and \`max-ttl\` and \`min-ttl\` bound it`);
});
var readCloud = (function ({ params: given }) {
    const name = (0,param_values/* readText */.yR)(given, 'cloud') ?? 'public';
    const cloud = Object.hasOwn(clouds, name) ? clouds[name] : undefined;
    if (cloud !== undefined)
        return cloud;
    const list = Object.keys(clouds).map((each) => `\`${each}\``);
    throw (0,param_values/* refuseParam */._t)('cloud', `must be one of ${list.join(', ')}; another has its \`authority\``);
});
var readId = (function ({ params: given }, name, what) {
    const id = (0,param_values/* readText */.yR)(given, name);
    if (id === undefined)
        throw (0,param_values/* refuseParam */._t)(name, `is required: the ${what}`);
    if (!(0,pattern/* fullMatch */.L)(guid, id))
        throw (0,param_values/* refuseParam */._t)(name, `must be the ${what}, such as 01234567-89ab-cdef-0123-456789abcdef`);
    return id.toLowerCase();
});
/** https://learn.microsoft.com/entra/identity-platform/scopes-oidc#the-default-scope: a client of its own has no other. */
var readWanted = (function (request) {
    const scope = request.role;
    const [, resource] = /^((?:https:\/\/|api:\/\/|[0-9a-f]{8}-)[\x21\x23-\x5b\x5d-\x7e]{1,500})\/\.default$/.exec(scope) ?? [];
    if (resource === undefined)
        throw (0,input/* refuseInput */.bG)('role', 'must be the URI of a resource and `/.default`, as in https://vault.azure.net/.default');
    return { request, scope, resource };
});
// CONCATENATED MODULE: ./lib/aside/providers/azure.js
var configure = (function (wish) {
    const plan = readAzurePlan(wish);
    return {
        audience: plan.audience,
        lender: plan.tokenEndpoint.host,
        endpoint: plan.tokenEndpoint,
        lends: plan.wanted.map(({ request }) => ({ ...request, credentials: [lent] })),
        bindsKey: false,
        open: (() => ({
            audience: plan.audience,
            debt: {},
            secrets: [],
            trade: (idToken, call) => trade(plan, idToken, call),
        })),
    };
});
var trade = (async function (plan, idToken, call) {
    const leases = [];
    for (const wanted of plan.wanted) {
        try {
            leases.push(await borrow(plan, { wanted, idToken }, call));
        }
        catch (error) {
            throw error instanceof errors/* CredsError */.uA && leases.length > 0 ? error.asPartlyIssued() : error;
        }
    }
    // Tokens are opaque to clients; whose they are, the tenant in the request's path says.
    return { leases, account: plan.account };
});
var borrow = (async function (plan, { wanted, idToken }, call) {
    const { tokenEndpoint: url, clientId } = plan;
    const body = assertionForm({ clientId, scope: wanted.scope, idToken: idToken.token.reveal() });
    const headers = { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' };
    const answer = await (0,http/* exchange */.cv)(call, { method: 'POST', url, headers, body, maxBytes: longestAnswer });
    const now = call.host.clock.now();
    if (answer.status !== 200)
        throw entraRefusal(answer, url.host, now);
    return leaseOf((0,plain_exchange/* readIssuedToken */.h)(answer), { plan, wanted, now });
});
var leaseOf = (function ({ token, tokenType, seconds }, { plan, wanted, now }) {
    const { host } = plan.tokenEndpoint;
    if (tokenType !== 'bearer')
        throw new errors/* CredsError */.uA('lease-unsuitable', `${host} sent a token of a type that is not Bearer.`);
    if (seconds === undefined)
        throw new errors/* CredsError */.uA('answer-invalid', `${host} does not say when the token ends.`);
    const expiresAt = new Date(now.getTime() + seconds * 1000);
    const fields = { token, tenant: plan.tenant, resource: wanted.resource };
    return {
        ...wanted.request,
        id: `azure_${(0,external_node_crypto_.randomBytes)(8).toString('hex')}`,
        expiresAt,
        revocability: 'expiry-only',
        credentials: [{ ...lent, expiresAt, fields }],
    };
});

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  azure: () => (/* binding */ azure)
});

// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(7598);
// EXTERNAL MODULE: ./lib/aside/domain/errors.js
var errors = __webpack_require__(7945);
// EXTERNAL MODULE: ./lib/aside/domain/pattern.js
var pattern = __webpack_require__(6898);
// EXTERNAL MODULE: ./lib/aside/protocol/http.js
var http = __webpack_require__(4438);
// EXTERNAL MODULE: ./lib/aside/protocol/json.js
var json = __webpack_require__(8440);
;// CONCATENATED MODULE: ./lib/aside/protocol/entra-token.js
// https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow#third-case-access-token-request-with-a-federated-credential





const page = 'docs/how-to/azure-without-a-broker.md';
const noCredential = {
    code: 'identity-refused',
    text: 'no federated credential of this client fits the ID token',
    hint: `Compare issuer, subject and audience of the client\u2019s federated credentials with the claims in the log and with the input \`audience\`, letter by letter; ${page}. One that was made just now takes minutes to count.`,
};
const subject = {
    ...noCredential,
    text: 'no federated credential of this client has the ID token\u2019s subject',
    hint: `Make one whose subject is the ID token\u2019s, letter by letter, capital letters too (it has the environment, branch or tag of this run); ${page}. One that was made just now takes minutes to count.`,
};
const noClient = {
    code: 'request-refused',
    text: 'the tenant has no such client',
    hint: 'Compare `client-id` in `params` with the application (client) id, which is not the object id, and `tenant-id` with the directory in which it is.',
};
const noTenant = {
    code: 'request-refused',
    text: 'there is no such tenant in this cloud',
    hint: 'Compare `tenant-id` in `params` with the directory id, and `cloud` with the cloud in which it is.',
};
const noResource = {
    code: 'request-refused',
    text: 'the tenant knows no such resource',
    hint: 'Correct the input `role`: the resource\u2019s URI and `/.default`. Some resources have to be registered in the tenant first.',
};
const noScope = {
    code: 'request-refused',
    text: 'this is no scope for a client of its own',
    hint: 'Write the resource\u2019s URI and `/.default` as `role`, as in https://vault.azure.net/.default; what the client may do there its roles decide.',
};
const unsigned = {
    code: 'identity-refused',
    text: 'the ID token\u2019s signature does not verify',
    hint: `Compare the issuer of the federated credential with this platform: its keys must be reachable from the internet; ${page}.`,
};
/** https://learn.microsoft.com/entra/identity-platform/reference-error-codes, AADSTS and the number. */
const meanings = {
    '70021': noCredential,
    '700211': {
        ...noCredential,
        text: 'no federated credential of this client has the ID token\u2019s issuer',
        hint: `Compare the issuer of the client\u2019s federated credentials with this platform: no slash at the end that is not in the token; ${page}.`,
    },
    '700212': {
        ...noCredential,
        code: 'audience-mismatch',
        text: 'no federated credential of this client has the ID token\u2019s audience',
        hint: 'Set the audience of the federated credential to what the log says above, or the input `audience` to that of the credential. Each cloud has a default of its own.',
    },
    '700213': subject,
    '7002138': {
        ...subject,
        text: 'the federated credential\u2019s subject has other capital letters than the ID token',
    },
    '7002137': subject,
    '70025': { ...noCredential, text: 'this client has no federated credential' },
    '700024': {
        code: 'identity-refused',
        text: 'the ID token has expired, or is not valid yet',
        hint: 'Borrow right before the token is needed. If it was minted just now, the runner\u2019s platform and Microsoft disagree about the time.',
        freshIdToken: true,
    },
    '700027': unsigned,
    '50013': unsigned,
    '5000811': unsigned,
    '700016': noClient,
    '7000229': {
        code: 'policy-denied',
        text: 'the client has no service principal in this tenant',
        hint: 'az ad sp create --id <client id>',
    },
    '7000112': {
        code: 'policy-denied',
        text: 'the client is disabled',
        hint: 'Enable the enterprise application in the tenant.',
    },
    '7000215': {
        ...noClient,
        text: 'the client was not recognised by its ID token',
    },
    '90002': noTenant,
    '900023': noTenant,
    '900021': noTenant,
    '500011': noResource,
    '500014': { ...noResource, code: 'policy-denied', text: 'the resource is disabled in this tenant' },
    '650057': noResource,
    '70011': noScope,
    '1002012': noScope,
    '501051': {
        code: 'policy-denied',
        text: 'the client is not assigned to a role of the resource',
        hint: 'Assign an app role of the resource to the client.',
    },
    '53003': {
        code: 'policy-denied',
        text: 'a Conditional Access policy forbids it',
        hint: 'Look at the sign-in log of the service principal; runners of GitHub have no fixed addresses.',
    },
};
/** https://www.rfc-editor.org/rfc/rfc6749#section-5.2, where no number says more. */
const entra_token_errors = {
    invalid_client: noCredential,
    unauthorized_client: noClient,
    invalid_scope: noScope,
    invalid_resource: noResource,
    invalid_grant: noCredential,
};
/**
 * Turns an answer that is not 200 into an error of ours. Of Microsoft's words only known numbers and names of errors,
 * and the id of the request, are used.
 */
function entraRefusal(answer, host, now) {
    const { numbers, error, requestId } = problemIn(answer);
    const known = requestId === undefined ? {} : { requestId };
    const status = String(answer.status);
    if ((0,http/* asksToRetry */.i_)(answer.status) || error === 'temporarily_unavailable') {
        const wait = (0,http/* retryAfterSeconds */.C3)(answer, now);
        return new errors/* CredsError */.uA('busy', `${host} answered ${status}.`, { ...known, retryAfterSeconds: wait });
    }
    if (error === undefined)
        return new errors/* CredsError */.uA('answer-invalid', `${host} answered ${status} and not as Microsoft Entra ID does.`, known);
    const number = numbers.find((each) => Object.hasOwn(meanings, each)) ?? numbers[0];
    const told = number === undefined ? error : `AADSTS${number}`;
    const meaning = (number === undefined ? undefined : own(meanings, number)) ?? own(entra_token_errors, error);
    if (meaning === undefined) {
        const hint = `Look ${number === undefined ? 'the request id' : told} up at https://login.microsoftonline.com/error, and compare \`params\` with ${page}.`;
        const name = number === undefined ? '' : ` (${told})`;
        return new errors/* CredsError */.uA('request-refused', `${host} answered ${status} and not with a token${name}.`, {
            ...known,
            hint,
            nothingIssued: true,
        });
    }
    const { code, text, hint, freshIdToken = false } = meaning;
    const details = { ...known, hint, freshIdToken, nothingIssued: true };
    const name = number === undefined ? '' : ` (${told})`;
    return new errors/* CredsError */.uA(code, `${host} refused: ${text}${name}.`, details);
}
function own(table, name) {
    return Object.hasOwn(table, name) ? table[name] : undefined;
}
function problemIn(answer) {
    const body = bodyOf(answer);
    const numbers = (0,json/* member */.Dc)(body, 'error_codes');
    const error = (0,json/* member */.Dc)(body, 'error');
    const id = (0,json/* member */.Dc)(body, 'trace_id') ?? answer.headers['x-ms-request-id'];
    return {
        numbers: (Array.isArray(numbers) ? numbers : []).flatMap((each) => typeof each === 'number' && Number.isSafeInteger(each) && each > 0 ? [String(each)] : []),
        error: typeof error === 'string' ? error : undefined,
        requestId: typeof id === 'string' && (0,pattern/* fullMatch */.L)(/[0-9a-fA-F-]{36}/, id) ? id : undefined,
    };
}
function bodyOf(answer) {
    try {
        const body = (0,http/* isJson */.Fh)(answer) ? (0,json/* parseStrictJson */.RJ)(answer.body) : undefined;
        return (0,json/* isObject */.Gv)(body) ? body : {};
    }
    catch {
        return {};
    }
}

// EXTERNAL MODULE: ./lib/aside/protocol/plain-exchange.js
var plain_exchange = __webpack_require__(3316);
// EXTERNAL MODULE: ./lib/aside/providers/input.js
var input = __webpack_require__(1258);
// EXTERNAL MODULE: ./lib/aside/providers/param-values.js
var param_values = __webpack_require__(6814);
;// CONCATENATED MODULE: ./lib/aside/providers/azure-plan.js



/** https://learn.microsoft.com/entra/identity-platform/authentication-national-cloud */
const clouds = {
    public: {
        authority: 'https://login.microsoftonline.com',
        resourceManager: 'https://management.azure.com',
        audience: 'api://AzureADTokenExchange',
    },
    'us-government': {
        authority: 'https://login.microsoftonline.us',
        resourceManager: 'https://management.usgovcloudapi.net',
        audience: 'api://AzureADTokenExchangeUSGov',
    },
    china: {
        authority: 'https://login.partner.microsoftonline.cn',
        resourceManager: 'https://management.chinacloudapi.cn',
        audience: 'api://AzureADTokenExchangeChina',
    },
};
const params = ['client-id', 'tenant-id', 'cloud', 'authority'];
const guid = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/i;







;// CONCATENATED MODULE: ./lib/aside/providers/azure.js
// https://learn.microsoft.com/entra/workload-id/workload-identity-federation






const longestAnswer = 64 * 1024;
/**
 * Microsoft Entra ID: the ID token stands in for the client's secret; one HTTPS request a token, one token a resource.
 * A token cannot be given back; it ends by itself.
 */
const azure = { name: 'azure', configure };
const lent = { name: 'azure', kind: 'azure-token' };






/***/ }),

/***/ 6814:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {
/** One line of text; undefined when it is not there. @throws CredsError `input-invalid` */
var readText = (function (params, name) {
    const value = params[name];
    return value === undefined ? undefined : line(name, value);
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
/** `name: value` lines; empty when it is not there. @throws CredsError `input-invalid` */
function readPairs(params, name) {
    const value = params[name] ?? {};
    if (typeof value !== 'object' || Array.isArray(value))
        throw refuseParam(name, 'must be `name: value` lines');
    return Object.entries(value).map(([key, text]) => [key, line(name, text)]);
}



/***/ })

};
;