"use strict";
exports.id = 719;
exports.ids = [719];
exports.modules = {

/***/ 3316:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {
/** The request's body for one ID token. */
var plainBody = (function ({ subjectTokenType, fields, encoding }, idToken) {
    const all = [
        ['grant_type', [_token_exchange_js__WEBPACK_IMPORTED_MODULE_0__/* .tokenExchange */ .He]],
        ['subject_token', [idToken]],
        ['subject_token_type', [subjectTokenType]],
        ...Object.entries(fields),
    ];
    if (encoding === 'json') {
        const members = all.map((([name, values]) => [name, values.length === 1 ? values[0] : values]));
        return { body: JSON.stringify(Object.fromEntries(members)), contentType: 'application/json' };
    }
    const form = new URLSearchParams();
    for (const [name, values] of all)
        for (const value of values)
            form.append(name, value);
    return { body: form.toString(), contentType: 'application/x-www-form-urlencoded' };
});
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





/***/ }),

/***/ 6304:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {
// CONCATENATED MODULE: ./lib/aside/protocol/service-account.js
/** The body of generateAccessToken. @param seconds lifetime */
var accessTokenBody = (function (scopes, seconds, delegates) {
    return JSON.stringify({ scope: scopes, lifetime: `${String(seconds)}s`, ...through(delegates) });
});
/** A delegation chain is named by resources; the project is not theirs to say. */
var through = (function (delegates) {
    return delegates.length === 0
        ? {}
        : { delegates: delegates.map((email) => `projects/-/serviceAccounts/${email}`) };
});
/** Reads a 200 answer of generateAccessToken. @throws CredsError `answer-invalid` */
var readAccessToken = (function (answer) {
    const body = (0,json_answer/* jsonObject */.o$)(answer);
    const end = (0,json/* member */.Dc)(body, 'expireTime');
    return {
        token: tokenIn((0,json/* member */.Dc)(body, 'accessToken')),
        expiresAt: endAt(typeof end === 'string' ? new Date(end) : undefined),
    };
});
var tokenIn = (function (value) {
    if (typeof value !== 'string' || !(0,pattern/* fullMatch */.L)(/[\x21-\x7e]{1,32768}/, value))
        throw new errors/* CredsError */.uA('answer-invalid', 'Google sent an answer without a usable token.');
    return new secret/* Secret */.z(value);
});
var endAt = (function (end) {
    if (end === undefined || isNaN(end.getTime()))
        throw new errors/* CredsError */.uA('answer-invalid', 'Google does not say when the token ends.');
    return end;
});
// CONCATENATED MODULE: ./lib/aside/providers/gcp-plan.js
/** @throws CredsError `input-invalid`, naming the input */
var readGcpPlan = (function (wish) {
    (0,input/* refuseKey */.e)(wish);
    (0,input/* onlyParams */.F)(wish.params, params);
    refuseForeign(wish);
    const provider = readProvider(wish);
    const universe = (0,param_values/* readText */.yR)(wish.params, 'universe-domain') ?? 'googleapis.com';
    if (!(0,pattern/* fullMatch */.L)(/([a-z0-9-]{1,63}\.)+[a-z]{2,63}/, universe))
        throw (0,param_values/* refuseParam */._t)('universe-domain', 'must be a domain such as googleapis.com');
    const accounts = wish.roles.map(readAccount);
    const idToken = readIdTokenWish(wish, accounts);
    const delegates = readDelegates(wish, accounts);
    const project = readProject(wish);
    return {
        audience: wish.audience ?? `https://iam.${universe}/${provider}`,
        sts: new URL(`${readEndpoint(wish, 'sts', universe)}/v1/token`),
        target: `//iam.${universe}/${provider}`,
        pool: `iam.${universe}/${provider.replace(/\/providers\/.*/, '')}`,
        iamCredentials: readEndpoint(wish, 'iamcredentials', universe),
        scopes: readScopes(wish),
        accounts,
        delegates,
        seconds: readSeconds(wish, accounts, idToken !== undefined),
        idToken,
        project,
        reason: readReason(wish),
        account: comparedAccount(wish, accounts, provider),
    };
});
var refuseForeign = (function (wish) {
    const foreign = 'means nothing to `provider: gcp`';
    if (wish.brokerUrl !== undefined)
        throw (0,input/* refuseInput */.bG)('broker-url', foreign);
    if (wish.region !== undefined)
        throw (0,input/* refuseInput */.bG)('region', foreign);
});
/** The resource name, as `gcloud \u2026 providers describe --format='value(name)'` prints it. */
var readProvider = (function ({ params: given }) {
    const name = (0,param_values/* readText */.yR)(given, 'workload-identity-provider');
    const input = 'workload-identity-provider';
    const form = 'projects/<project number>/locations/global/workloadIdentityPools/<pool>/providers/<provider>';
    if (name === undefined)
        throw (0,param_values/* refuseParam */._t)(input, `is required: ${form}`);
    if ((0,pattern/* fullMatch */.L)(/(https:)?\/\/.*/, name))
        throw (0,param_values/* refuseParam */._t)(input, `must be without the host: ${form}`);
    if ((0,pattern/* fullMatch */.L)(/projects\/(?!\d+\/)[^/]+\/.*/, name))
        throw (0,param_values/* refuseParam */._t)(input, `must have the project\u2019s number, not its id: ${form}`);
    if (!(0,pattern/* fullMatch */.L)(/projects\/\d{1,20}\/locations\/[a-z0-9-]+\/workloadIdentityPools\/[a-z0-9-]{1,32}\/providers\/[a-z0-9-]{1,32}/, name))
        throw (0,param_values/* refuseParam */._t)(input, `must be ${form}`);
    return name;
});
var readAccount = (function (request) {
    if (!(0,pattern/* fullMatch */.L)(emailPattern, request.role))
        throw (0,input/* refuseInput */.bG)('role', 'must be the e-mail address of a service account, NAME@PROJECT.iam.gserviceaccount.com; left out, the job\u2019s own federated identity is used');
    const [, project] = /@([a-z][a-z0-9-]{4,28}[a-z0-9])\.iam\.gserviceaccount\.com$/.exec(request.role) ?? [];
    return { request, project };
});
var readIdTokenWish = (function ({ params: given }, accounts) {
    const audience = (0,param_values/* readText */.yR)(given, 'id-token-audience');
    const includeEmail = (0,param_values/* readSwitch */.hc)(given, 'id-token-include-email');
    if (audience === undefined) {
        if (includeEmail)
            throw (0,param_values/* refuseParam */._t)('id-token-include-email', 'needs `id-token-audience`');
        return undefined;
    }
    if (accounts.length === 0)
        throw (0,param_values/* refuseParam */._t)('id-token-audience', 'needs a service account as `role`: only those have ID tokens');
    if (given['scopes'] !== undefined)
        throw (0,param_values/* refuseParam */._t)('scopes', 'means nothing to an ID token');
    return { audience, includeEmail };
});
var readDelegates = (function ({ params: given }, accounts) {
    const delegates = (0,param_values/* readList */.LD)(given, 'delegates');
    if (delegates.length > 0 && accounts.length === 0)
        throw (0,param_values/* refuseParam */._t)('delegates', 'needs a service account as `role`, to which the chain leads');
    if (!delegates.every(((email) => (0,pattern/* fullMatch */.L)(emailPattern, email))))
        throw (0,param_values/* refuseParam */._t)('delegates', 'must be e-mail addresses of service accounts');
    return delegates;
});
/** https://developers.google.com/identity/protocols/oauth2/scopes */
var readScopes = (function ({ params: given }) {
    const scopes = (0,param_values/* readList */.LD)(given, 'scopes').flatMap((text) => text.split(/[ ,]+/).filter((each) => each !== ''));
    if (!scopes.every(((scope) => (0,pattern/* fullMatch */.L)(/https:\/\/[\x21\x23-\x5b\x5d-\x7e]{1,500}/, scope))))
        throw (0,param_values/* refuseParam */._t)('scopes', 'must be URLs such as https://www.googleapis.com/auth/devstorage.read_only');
    return scopes.length === 0 ? ['https://www.googleapis.com/auth/cloud-platform'] : scopes;
});
var readSeconds = (function ({ ttlSeconds }, accounts, idToken) {
    if (ttlSeconds === undefined)
        return usual;
    const decides = 'and `max-ttl` and `min-ttl` bound it';
    if (accounts.length === 0)
        throw (0,input/* refuseInput */.bG)('ttl', `needs a service account as \`role\`; a federated token lives as long as Google says, ${decides}`);
    if (idToken)
        throw (0,input/* refuseInput */.bG)('ttl', `means nothing to an ID token, which lives an hour, ${decides}`);
    if (ttlSeconds < shortest || ttlSeconds > longest)
        throw (0,input/* refuseInput */.bG)('ttl', 'must be between 1m and 12h for `gcp`; above 1h an organization policy has to allow it');
    return ttlSeconds;
});
var readProject = (function ({ params: given }) {
    const project = (0,param_values/* readText */.yR)(given, 'project');
    if (project !== undefined && !(0,pattern/* fullMatch */.L)(/([a-z0-9.-]{1,100}:)?[a-z][a-z0-9-]{4,28}[a-z0-9]/, project))
        throw (0,param_values/* refuseParam */._t)('project', 'must be the id of a project, such as my-project-123');
    return project;
});
/** https://cloud.google.com/apis/docs/system-parameters: the header X-Goog-Request-Reason. */
var readReason = (function ({ params: given }) {
    const reason = (0,param_values/* readText */.yR)(given, 'request-reason');
    if (reason !== undefined && !(0,pattern/* fullMatch */.L)(/[\x21-\x7e]([\x20-\x7e]{0,198}[\x21-\x7e])?/, reason))
        throw (0,param_values/* refuseParam */._t)('request-reason', 'must be up to 200 printable ASCII characters, on one line');
    return reason;
});
/** Private Service Connect has names of its own (https://cloud.google.com/vpc/docs/about-accessing-google-apis-endpoints). */
var readEndpoint = (function ({ params: given }, service, universe) {
    const url = (0,param_values/* readText */.yR)(given, `${service}-endpoint`) ?? `https://${service}.${universe}`;
    return (0,input/* serverUrl */.Vd)(`params: ${service}-endpoint`, url, true);
});
/**
 * Google's answers do not say whose a token is, but the request says it: the account by its address, the pool by its
 * project's number. So it is compared here.
 */
var comparedAccount = (function (wish, accounts, provider) {
    const expectAccount = (0,input/* oneAccount */.Kh)(wish);
    if (expectAccount === undefined)
        return undefined;
    const fits = accounts.length === 0
        ? provider.split('/')[1] === expectAccount
        : accounts.every((({ request, project }) => [request.role, project].includes(expectAccount)));
    if (fits)
        return expectAccount;
    const what = accounts.length === 0
        ? 'is not the project number of `workload-identity-provider`'
        : 'is neither the project nor the address of every service account in `role`';
    throw (0,input/* refuseInput */.bG)('expect-account', `${what}; nothing was sent`);
});
// CONCATENATED MODULE: ./lib/aside/providers/gcp.js
var configure = (function (wish) {
    const plan = readGcpPlan(wish);
    return {
        audience: plan.audience,
        lender: plan.sts.host,
        endpoint: plan.sts,
        lends: prospects(plan),
        bindsKey: false,
        open: (() => ({
            audience: plan.audience,
            debt: {},
            secrets: [],
            connect: (call) => connect(plan, call),
            trade: (idToken, call) => trade(plan, idToken, call),
        })),
    };
});
var prospects = (function ({ accounts, idToken }) {
    if (accounts.length === 0)
        return [{ ...federation, credentials: [accessToken] }];
    const credentials = [idToken === undefined ? accessToken : identity];
    return accounts.map(({ request }) => ({ ...request, credentials }));
});
/** The second server is asked as soon as the first has answered. */
var connect = (async function ({ sts, accounts, iamCredentials }, { host, trust }) {
    const second = new URL(iamCredentials);
    if (accounts.length > 0 && second.origin !== sts.origin)
        await host.connect?.(second, trust);
});
var trade = (async function (plan, idToken, call) {
    const account = plan.account === undefined ? {} : { account: plan.account };
    const federated = await federate(plan, idToken, call);
    if (plan.accounts.length === 0) {
        const credential = accessCredential(federated, plan.project);
        return { leases: [leaseOf(federation, credential)], ...account };
    }
    const leases = [];
    for (const each of plan.accounts) {
        try {
            leases.push(await impersonate(plan, { account: each, federated: federated.token }, call));
        }
        catch (error) {
            // The federated token does not count: it was in no hands but ours, and is dropped.
            throw error instanceof errors/* CredsError */.uA && leases.length > 0 ? error.asPartlyIssued() : error;
        }
    }
    return { leases, ...account };
});
/** https://cloud.google.com/iam/docs/reference/sts/rest/v1/TopLevel/token */
var federate = (async function (plan, idToken, call) {
    const scopes = plan.accounts.length === 0 ? plan.scopes : impersonating;
    const fields = {
        audience: [plan.target],
        scope: [scopes.join(' ')],
        requested_token_type: [token_exchange/* accessTokenType */.Sg],
    };
    const asked = { subjectTokenType: token_exchange/* jwtType */.A4, encoding: 'form', fields };
    const { body, contentType } = (0,plain_exchange/* plainBody */.F)(asked, idToken.token.reveal());
    const headers = { 'content-type': contentType, accept: 'application/json', ...reasonOf(plan) };
    const answer = await (0,http/* exchange */.cv)(call, {
        method: 'POST',
        url: plan.sts,
        headers,
        body,
        maxBytes: longestAnswer,
    });
    const { host } = plan.sts;
    const now = call.host.clock.now();
    if (answer.status !== 200)
        throw googleRefusal(answer, { host, now, meanings: admission });
    const { token, tokenType, seconds } = (0,plain_exchange/* readIssuedToken */.h)(answer);
    if (tokenType !== 'bearer')
        throw new errors/* CredsError */.uA('lease-unsuitable', `${host} sent a token of a type that is not Bearer.`);
    if (seconds === undefined)
        throw new errors/* CredsError */.uA('answer-invalid', `${host} does not say when the token ends.`);
    return { token, expiresAt: new Date(now.getTime() + seconds * 1000) };
});
var reasonOf = (function ({ reason }) {
    return reason === undefined ? {} : { 'x-goog-request-reason': reason };
});
var impersonate = (async function (plan, { account: { request, project }, federated }, call) {
    const { idToken } = plan;
    const method = idToken === undefined ? 'generateAccessToken' : 'generateIdToken';
    const url = new URL(`${plan.iamCredentials}/v1/projects/-/serviceAccounts/${request.role}:${method}`);
    const body = idToken === undefined
        ? accessTokenBody(plan.scopes, plan.seconds, plan.delegates)
        : idTokenBody(idToken.audience, idToken.includeEmail, plan.delegates);
    const headers = {
        'content-type': 'application/json',
        accept: 'application/json',
        authorization: `Bearer ${federated.reveal()}`,
        ...reasonOf(plan),
    };
    const answer = await (0,http/* exchange */.cv)(call, { method: 'POST', url, headers, body, maxBytes: longestAnswer });
    if (answer.status !== 200)
        throw googleRefusal(answer, {
            host: url.host,
            now: call.host.clock.now(),
            meanings: impersonation(plan),
        });
    if (idToken !== undefined)
        return leaseOf(request, bearer(readIdToken(answer, idToken.audience)));
    return leaseOf(request, accessCredential(readAccessToken(answer), plan.project ?? project));
});
var accessCredential = (function ({ token, expiresAt }, project) {
    const fields = { token, ...(project === undefined ? {} : { project }) };
    return { ...accessToken, expiresAt, fields };
});
var leaseOf = (function (request, credential) {
    return {
        ...request,
        id: `gcp_${(0,external_node_crypto_.randomBytes)(8).toString('hex')}`,
        expiresAt: credential.expiresAt,
        revocability: 'expiry-only',
        credentials: [credential],
    };
});

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  gcp: () => (/* binding */ gcp)
});

// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(7598);
// EXTERNAL MODULE: ./lib/aside/domain/errors.js
var errors = __webpack_require__(7945);
// EXTERNAL MODULE: ./lib/aside/protocol/http.js
var http = __webpack_require__(4438);
// EXTERNAL MODULE: ./lib/aside/protocol/json.js
var json = __webpack_require__(8440);
;// CONCATENATED MODULE: ./lib/aside/protocol/google-refusal.js
// https://cloud.google.com/apis/design/errors, and of the token endpoint https://www.rfc-editor.org/rfc/rfc6749#section-5.2



/**
 * Turns an answer that is not 200 into an error of ours. Of Google's words only known names of errors are used, and a
 * number of seconds.
 */
function googleRefusal(answer, { host, now, meanings }) {
    const status = String(answer.status);
    if ((0,http/* asksToRetry */.i_)(answer.status)) {
        const wait = (0,http/* retryAfterSeconds */.C3)(answer, now);
        return new errors/* CredsError */.uA('busy', `${host} answered ${status}.`, { retryAfterSeconds: wait });
    }
    const names = errorNames(answer);
    if (names.length === 0)
        return new errors/* CredsError */.uA('answer-invalid', `${host} answered ${status} and not as Google does.`);
    const known = names.find((name) => Object.hasOwn(meanings, name));
    const meaning = known === undefined ? undefined : meanings[known];
    if (known === undefined || meaning === undefined) {
        return new errors/* CredsError */.uA('request-refused', `${host} answered ${status} and not with a token.`, {
            hint: 'Compare `params` with docs/how-to/gcp-without-a-broker.md; the project\u2019s audit log has the reason.',
            nothingIssued: true,
        });
    }
    const { code, text, hint } = meaning;
    return new errors/* CredsError */.uA(code, `${host} refused: ${text} (${known}).`, { hint, nothingIssued: true });
}
/** The most telling first: reasons (google.rpc.ErrorInfo), then the status; or OAuth's `error`. */
function errorNames(answer) {
    const body = bodyOf(answer);
    const error = (0,json/* isObject */.Gv)(body) ? (0,json/* member */.Dc)(body, 'error') : undefined;
    if (typeof error === 'string')
        return [error];
    if (!(0,json/* isObject */.Gv)(error))
        return [];
    const details = (0,json/* member */.Dc)(error, 'details');
    const reasons = (Array.isArray(details) ? details : []).map((each) => (0,json/* isObject */.Gv)(each) ? (0,json/* member */.Dc)(each, 'reason') : undefined);
    return [...reasons, (0,json/* member */.Dc)(error, 'status')].filter((name) => typeof name === 'string');
}
function bodyOf(answer) {
    try {
        return (0,http/* isJson */.Fh)(answer) ? (0,json/* parseStrictJson */.RJ)(answer.body) : undefined;
    }
    catch {
        return undefined;
    }
}

// EXTERNAL MODULE: ./lib/aside/protocol/plain-exchange.js
var plain_exchange = __webpack_require__(3316);
// EXTERNAL MODULE: ./lib/aside/domain/pattern.js
var pattern = __webpack_require__(6898);
// EXTERNAL MODULE: ./lib/aside/domain/secret.js
var secret = __webpack_require__(4490);
// EXTERNAL MODULE: ./lib/aside/protocol/json-answer.js
var json_answer = __webpack_require__(3451);
;// CONCATENATED MODULE: ./lib/aside/protocol/service-account.js
// https://cloud.google.com/iam/docs/reference/credentials/rest/v1/projects.serviceAccounts






/** The body of generateIdToken. @param audience whom the token is for */
function idTokenBody(audience, includeEmail, delegates) {
    return JSON.stringify({ audience, includeEmail, ...through(delegates) });
}


/**
 * Reads a 200 answer of generateIdToken, whose token says itself when it ends.
 * @throws CredsError `answer-invalid`; `lease-unsuitable` when the token is for another audience
 */
function readIdToken(answer, audience) {
    const token = tokenIn((0,json/* member */.Dc)((0,json_answer/* jsonObject */.o$)(answer), 'token'));
    const claims = claimsOf(token);
    if ((0,json/* member */.Dc)(claims, 'aud') !== audience)
        throw new errors/* CredsError */.uA('lease-unsuitable', 'Google sent an ID token for another audience.');
    const end = (0,json/* member */.Dc)(claims, 'exp');
    return { token, expiresAt: endAt(typeof end === 'number' ? new Date(end * 1000) : undefined) };
}


function claimsOf(token) {
    try {
        const claims = (0,json/* parseStrictJson */.RJ)(Buffer.from(token.reveal().split('.')[1] ?? '', 'base64url'));
        if ((0,json/* isObject */.Gv)(claims))
            return claims;
    }
    catch {
        // Told below, without a word of it.
    }
    throw new errors/* CredsError */.uA('answer-invalid', 'Google sent an ID token that is none.');
}

// EXTERNAL MODULE: ./lib/aside/protocol/token-exchange.js
var token_exchange = __webpack_require__(6495);
// EXTERNAL MODULE: ./lib/aside/providers/input.js
var input = __webpack_require__(1258);
// EXTERNAL MODULE: ./lib/aside/providers/param-values.js
var param_values = __webpack_require__(6814);
;// CONCATENATED MODULE: ./lib/aside/providers/gcp-plan.js



const params = [
    'workload-identity-provider',
    'scopes',
    'delegates',
    'project',
    'universe-domain',
    'id-token-audience',
    'id-token-include-email',
    'sts-endpoint',
    'iamcredentials-endpoint',
    'request-reason',
];
const shortest = 60;
const longest = 43_200;
const usual = 900;
const emailPattern = /[a-z0-9][a-z0-9-]{0,62}@[a-z0-9][a-z0-9.-]{1,200}\.gserviceaccount\.com/;













;// CONCATENATED MODULE: ./lib/aside/providers/gcp.js
// https://cloud.google.com/iam/docs/workload-identity-federation








const longestAnswer = 64 * 1024;
const page = 'docs/how-to/gcp-without-a-broker.md';
/** What impersonating takes; the token with it is dropped as soon as that is done. */
const impersonating = ['https://www.googleapis.com/auth/cloud-platform'];
/**
 * Google's workload identity federation: one HTTPS request, and one more for each service account. A token cannot be
 * given back; it ends by itself.
 */
const gcp = { name: 'gcp', configure };

const accessToken = { name: 'gcp', kind: 'gcp-token' };
/** No access token of Google's: nothing that reads those may find it. */
const identity = { name: 'id-token', kind: 'bearer-token', fields: ['token'] };
const federation = { role: 'federated' };







function bearer({ token, expiresAt }) {
    return { name: identity.name, kind: identity.kind, expiresAt, fields: { token } };
}

/** What keeps a job out of the pool. */
const admission = {
    invalid_target: {
        code: 'request-refused',
        text: 'there is no such workload identity provider, or it is disabled',
        hint: 'Compare `workload-identity-provider` in `params` with what `gcloud iam workload-identity-pools providers describe` prints as its name. One that was deleted can be undeleted for 30 days.',
    },
    invalid_grant: {
        code: 'identity-refused',
        text: 'the ID token does not fit the workload identity provider',
        hint: 'Compare the provider\u2019s issuer with this platform, and its allowed audiences with the input `audience`: left out, it is https://iam.googleapis.com/<the provider>, which a provider without allowed audiences takes.',
    },
    unauthorized_client: {
        code: 'policy-denied',
        text: 'the attribute condition of the provider does not let this job in',
        hint: `Compare the provider\u2019s attribute condition with the claims in the log; capital letters count. ${page} has one by ids.`,
    },
    access_denied: {
        code: 'policy-denied',
        text: 'this job is not let in',
        hint: `Compare the provider\u2019s attribute condition with the claims in the log; ${page}.`,
    },
    invalid_request: {
        code: 'request-refused',
        text: 'it does not accept the request',
        hint: `Compare \`params\` with ${page}. A claim of more than 127 bytes that is mapped to google.subject is refused like this, too.`,
    },
    invalid_scope: {
        code: 'request-refused',
        text: 'it does not grant these scopes',
        hint: 'Correct `scopes` in `params`.',
    },
    SERVICE_DISABLED: {
        code: 'request-refused',
        text: 'the Security Token Service is not switched on in the project',
        hint: 'gcloud services enable sts.googleapis.com --project=<the pool\u2019s project>',
    },
};
/** What keeps an identity of the pool from a service account. */
function impersonation({ pool }) {
    const member = `principalSet://${pool}/attribute.repository_id/<id>`;
    const denied = {
        code: 'policy-denied',
        text: 'this job may not act as the service account, or there is no such account',
        hint: `Grant roles/iam.workloadIdentityUser on the service account to ${member} (with \`delegates\`, roles/iam.serviceAccountTokenCreator along the chain); ${page}. What was granted just now takes minutes to count.`,
    };
    return {
        IAM_PERMISSION_DENIED: denied,
        PERMISSION_DENIED: denied,
        NOT_FOUND: { ...denied, code: 'request-refused', text: 'there is no such service account' },
        SERVICE_DISABLED: {
            code: 'request-refused',
            text: 'the IAM Service Account Credentials API is not switched on',
            hint: 'gcloud services enable iamcredentials.googleapis.com --project=<the service account\u2019s project>',
        },
        INVALID_ARGUMENT: {
            code: 'request-refused',
            text: 'a parameter is not allowed',
            hint: 'A `ttl` above 1h needs the organization policy constraints/iam.allowServiceAccountCredentialLifetimeExtension; compare `scopes` and `delegates`, too.',
        },
        UNAUTHENTICATED: {
            code: 'identity-refused',
            text: 'it does not accept the federated token',
            hint: 'Compare `universe-domain`, `sts-endpoint` and `iamcredentials-endpoint` in `params`: all must be of one universe.',
        },
    };
}


/***/ }),

/***/ 6814:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {
/** One line of text; undefined when it is not there. @throws CredsError `input-invalid` */
var readText = (function (params, name) {
    const value = params[name];
    return value === undefined ? undefined : line(name, value);
});
/** One line, or a list of lines; empty when it is not there. @throws CredsError `input-invalid` */
var readList = (function (params, name) {
    const value = params[name];
    if (value === undefined)
        return [];
    return (Array.isArray(value) ? value : [value]).map((each) => line(name, each));
});
/** `true` or `false`; `false` when it is not there. @throws CredsError `input-invalid` */
var readSwitch = (function (params, name) {
    const value = params[name] ?? false;
    if (typeof value !== 'boolean')
        throw refuseParam(name, 'must be `true` or `false`');
    return value;
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