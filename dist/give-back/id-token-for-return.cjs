"use strict";
exports.id = 201;
exports.ids = [201];
exports.modules = {

/***/ 6420:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  R: () => (/* binding */ decodeIdToken)
});

// EXTERNAL MODULE: ./lib/aside/domain/errors.js
var errors = __webpack_require__(7945);
// EXTERNAL MODULE: ./lib/aside/domain/pattern.js
var pattern = __webpack_require__(6898);
;// CONCATENATED MODULE: ./lib/aside/domain/secret.js
const secret_hidden = '[secret]';
/**
 * One string to hide. It prints, serialises, interpolates and inspects as `[secret]`; only `reveal()` gives the
 * value, so every place where a secret leaves the program can be found by searching for that word.
 */
class Secret {
    #value;
    constructor(value) {
        this.#value = value;
    }
    /** The value itself, for the one place that must send or deliver it. */
    reveal() {
        return this.#value;
    }
    toString() {
        return secret_hidden;
    }
    toJSON() {
        return secret_hidden;
    }
    [Symbol.toPrimitive]() {
        return secret_hidden;
    }
    [Symbol.for('nodejs.util.inspect.custom')]() {
        return secret_hidden;
    }
}

;// CONCATENATED MODULE: ./lib/aside/protocol/base64url.js

// Made once: of a pattern that stands where it is used, each use makes another.
const alphabet = /[A-Za-z0-9_-]*/;
/**
 * Reads base64url without padding (RFC 4648 \u00a75, RFC 7515 \u00a72) in its one canonical spelling: no padding, no white
 * space, no stray bits at the end.
 * @returns undefined for anything else
 */
function base64url_decodeBase64url(text) {
    if (!(0,pattern/* fullMatch */.L)(alphabet, text))
        return undefined;
    const octets = Buffer.from(text, 'base64url');
    return octets.toString('base64url') === text ? octets : undefined;
}

// EXTERNAL MODULE: ./lib/aside/protocol/json.js
var json = __webpack_require__(8440);
;// CONCATENATED MODULE: ./lib/aside/protocol/compact-jws.js


/** Says which rule of form a token breaks, without a character of it. */
class MalformedJws extends Error {
    constructor(what) {
        super(what);
        this.name = 'MalformedJws';
    }
}
/**
 * Header members that change how the rest is read (RFC 7515 \u00a74.1.11, RFC 7797), or that say where the key is: a key
 * that comes with its signature proves nothing (RFC 8725 \u00a73.10), and no address that a stranger names is asked.
 */
const refusedMembers = (/* unused pure expression or super */ null && (['crit', 'b64', 'zip', 'enc', 'jku', 'x5u', 'x5c']));
/**
 * Takes a JWT apart before any cryptography: three segments, each canonical base64url, header and claims JSON
 * objects without a repeated member.
 * @param ownKey a DPoP proof: the only one that may carry its public key (RFC 9449 \u00a74.2)
 * @throws MalformedJws
 */
function parseCompactJws(text, maxCharacters, ownKey) {
    if (text.length > maxCharacters)
        throw new MalformedJws(`longer than ${String(maxCharacters)} characters`);
    const segments = text.split('.');
    const [first, second, third] = segments;
    if (segments.length !== 3 || first === undefined || second === undefined || third === undefined)
        throw new MalformedJws('not three segments');
    const signature = decodeBase64url(third);
    if (signature === undefined || signature.length === 0)
        throw new MalformedJws('a signature that is not base64url');
    const header = readSegment(first, 'header');
    for (const name of ownKey === undefined ? [...refusedMembers, 'jwk'] : refusedMembers) {
        if (Object.hasOwn(header, name))
            throw new MalformedJws(`a header with ${name}`);
    }
    const algorithm = member(header, 'alg');
    if (typeof algorithm !== 'string')
        throw new MalformedJws('a header without alg');
    return { text, header, claims: readSegment(second, 'payload'), algorithm, signature };
}
/**
 * Header or payload of a compact JWS: canonical base64url of a JSON object without a repeated member.
 * @param name of the segment, for the error
 * @throws MalformedJws
 */
function readSegment(segment, name) {
    const octets = base64url_decodeBase64url(segment);
    if (octets === undefined)
        throw new MalformedJws(`a ${name} that is not canonical base64url`);
    let value;
    try {
        value = (0,json/* parseStrictJson */.RJ)(octets);
    }
    catch {
        throw new MalformedJws(`a ${name} that is not clean JSON`);
    }
    if (!(0,json/* isObject */.Gv)(value))
        throw new MalformedJws(`a ${name} that is not an object`);
    return value;
}

;// CONCATENATED MODULE: ./lib/aside/id-tokens/decode.js




const longest = 16 * 1024;
/**
 * Reads the claims of an ID token and compares them with what was asked, before it is sent anywhere. The signature
 * is the broker's to verify; this catches a wrong or replaced token while it can still harm nobody.
 * @throws CredsError `id-token-mismatch`
 */
function decodeIdToken(text, audience, now) {
    if (text.length > longest)
        throw mismatch('is longer than 16 KiB');
    if (!(0,pattern/* fullMatch */.L)(/[\w-]+\.[\w-]+\.[\w-]+/, text))
        throw mismatch('is not a signed token');
    let claims;
    try {
        const [, payload = ''] = text.split('.');
        claims = readSegment(payload, 'payload');
    }
    catch (cause) {
        throw mismatch('cannot be read', cause);
    }
    const { iss, aud, exp } = claims;
    if (aud !== audience)
        throw mismatch('is for another audience than the one that was asked for');
    if (typeof iss !== 'string' || !URL.canParse(iss))
        throw mismatch('names no issuer');
    const expiresAt = new Date(typeof exp === 'number' ? exp * 1000 : NaN);
    if (isNaN(expiresAt.getTime()))
        throw mismatch('has no end');
    // Ten minutes of leeway: a clock that is off is the broker's to report, with its own time beside it.
    if (expiresAt.getTime() < now.getTime() - 600_000)
        throw mismatch('has ended long ago');
    return { token: new Secret(text), claims, issuer: iss, audience, expiresAt };
}
function mismatch(what, cause) {
    return new errors/* CredsError */.uA('id-token-mismatch', `The ID token ${what}.`, cause === undefined ? {} : { cause });
}


/***/ }),

/***/ 4885:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  askFor: () => (/* binding */ askFor)
});

// EXTERNAL MODULE: ./lib/aside/domain/errors.js
var errors = __webpack_require__(7945);
// EXTERNAL MODULE: ./lib/aside/domain/deadline.js
var deadline = __webpack_require__(3150);
// EXTERNAL MODULE: ./lib/aside/domain/pattern.js
var pattern = __webpack_require__(6898);
;// CONCATENATED MODULE: ./lib/aside/protocol/endpoint.js

/**
 * The normal form of a base URL (PROTOCOL.md, Addresses): WHATWG, without userinfo, query, fragment or trailing
 * slash; it may have a path. Endpoints are this string plus a path, and so are `htu` and the default audience.
 */
function baseUrl(url) {
    return `${url.protocol}//${url.host}${url.pathname.replace(/\/+$/, '')}`;
}
/** True for the addresses of this machine, the only ones to which plain http may go. */
function isLoopback(url) {
    return (url.hostname === 'localhost' || url.hostname === '[::1]' || (0,pattern/* fullMatch */.L)(/127(\.\d{1,3}){3}/, url.hostname));
}

// EXTERNAL MODULE: ./lib/aside/protocol/http.js
var http = __webpack_require__(4438);
// EXTERNAL MODULE: ./lib/aside/protocol/json-answer.js
var json_answer = __webpack_require__(3451);
// EXTERNAL MODULE: ./lib/aside/protocol/json.js
var json = __webpack_require__(8440);
// EXTERNAL MODULE: ./lib/aside/id-tokens/decode.js + 3 modules
var decode = __webpack_require__(6420);
;// CONCATENATED MODULE: ./lib/aside/id-tokens/github-request.js
// https://docs.github.com/en/actions/reference/security/oidc







const budgetSeconds = 60;
const longestAnswer = 64 * 1024;
/** GitHub's endpoint for ID tokens: each request mints one, for any audience. */
const githubRequest = (job) => ({
    name: 'github-request',
    mints: true,
    request: async (audience, call) => {
        const { url, bearer } = await endpoint(job, call);
        url.searchParams.set('audience', audience);
        const within = { ...call, deadline: (0,deadline/* startDeadline */.d)(call.host.clock, budgetSeconds, call.deadline) };
        const text = await (0,http/* retrying */.R$)(within, () => requestOnce(url, bearer, within));
        const idToken = (0,decode/* decodeIdToken */.R)(text, audience, call.host.clock.now());
        refuseForeignIssuer(idToken.issuer, url);
        return idToken;
    },
});
/** GitHub's own endpoint speaks for GitHub's own issuer (or an enterprise's path of it) and for no other. */
function refuseForeignIssuer(issuer, endpoint) {
    const ours = 'https://token.actions.githubusercontent.com';
    if (!endpoint.hostname.endsWith('.actions.githubusercontent.com'))
        return;
    if (issuer === ours || issuer.startsWith(`${ours}/`))
        return;
    throw new errors/* CredsError */.uA('id-token-mismatch', 'The ID token names another issuer than GitHub Actions.');
}
async function endpoint(job, { host }) {
    const address = host.env['ACTIONS_ID_TOKEN_REQUEST_URL'] ?? '';
    const bearer = host.env['ACTIONS_ID_TOKEN_REQUEST_TOKEN'] ?? '';
    if (address === '' || bearer === '') {
        const why = await job.whyUntrusted();
        if (why !== undefined)
            throw new errors/* CredsError */.uA('id-token-untrusted-event', `${why} GitHub gives it no ID token.`);
        throw new errors/* CredsError */.uA('id-token-permission-missing', 'GitHub gives this job no ID token.');
    }
    const url = URL.canParse(address) ? new URL(address) : undefined;
    const plain = url?.protocol === 'http:' && isLoopback(url);
    if (url === undefined || (url.protocol !== 'https:' && !plain)) {
        throw new errors/* CredsError */.uA('id-token-refused', 'ACTIONS_ID_TOKEN_REQUEST_URL is not an https address.');
    }
    return { url, bearer };
}
async function requestOnce(url, bearer, call) {
    const headers = { authorization: `Bearer ${bearer}`, accept: 'application/json' };
    const answer = await (0,http/* exchange */.cv)(call, { method: 'GET', url, headers, maxBytes: longestAnswer });
    if (answer.status !== 200)
        throw refused(answer, url.host, call);
    const value = (0,json/* member */.Dc)((0,json_answer/* jsonObject */.o$)(answer), 'value');
    if (typeof value !== 'string') {
        throw new errors/* CredsError */.uA('answer-invalid', `The ID-token endpoint ${url.host} sent no token.`);
    }
    return value;
}
function refused(answer, host, call) {
    const message = `The ID-token endpoint ${host} answered ${String(answer.status)}.`;
    if (!(0,http/* asksToRetry */.i_)(answer.status))
        return new errors/* CredsError */.uA('id-token-refused', message);
    return new errors/* CredsError */.uA('busy', message, {
        retryAfterSeconds: (0,http/* retryAfterSeconds */.C3)(answer, call.host.clock.now()),
    });
}

;// CONCATENATED MODULE: ./lib/aside/id-tokens/registry.js


/** By the word before the colon of the option `id-token`. A job loads one. */
const idTokenSources = {
    'github-request': () => githubRequest,
    'gitlab-variable': async () => (await __webpack_require__.e(/* import() | gitlab-variable */ 735).then(__webpack_require__.bind(__webpack_require__, 6488))).gitlabVariable,
    env: async () => (await __webpack_require__.e(/* import() | environment */ 294).then(__webpack_require__.bind(__webpack_require__, 3723))).environment,
    file: async () => (await __webpack_require__.e(/* import() | file */ 561).then(__webpack_require__.bind(__webpack_require__, 7566))).file,
};
/** What `id-token: auto` means on each platform. */
const platformSources = {
    'github-actions': 'github-request',
    'gitlab-ci': 'gitlab-variable',
};
/**
 * @param choice the option `id-token`: `auto`, `env:NAME` or `file:PATH`
 * @throws CredsError `input-invalid` where it names none, or the platform has none of its own
 */
async function findIdTokenSource(choice, job) {
    if (choice === 'auto' && !Object.hasOwn(platformSources, job.platform))
        throw new errors/* CredsError */.uA('input-invalid', 'This platform has no ID token that is known here.', {
            hint: 'Say where it lies: `id-token` takes `env:NAME` (a variable) or `file:/absolute/path`.',
        });
    const [word = '', ...name] = (platformSources[choice === 'auto' ? job.platform : ''] ?? choice).split(':');
    const load = Object.hasOwn(idTokenSources, word) ? idTokenSources[word] : undefined;
    if (load === undefined)
        throw new errors/* CredsError */.uA('input-invalid', 'The input `id-token` names no known source.');
    return (await load())(job, name.join(':'));
}

;// CONCATENATED MODULE: ./lib/aside/redaction/parts.js

const jwt = /[^.]*eyJ[\w-]+(\.[\w-]*){2,4}/;
const urlWithPassword = /[A-Za-z][A-Za-z0-9+.-]*:\/\/[^/\s:@]*:[^/\s@]+@\S*/;
/** Members of well-known key files that everybody may read; hiding them would blacken ordinary words of a log. */
const plainMember = /type|kind|api_?version|version|project(_id)?|client_(email|id|x509_cert_url)|.*ur[il]|universe_domain|region|account(_id)?|tenant(_?id)?|subscription_?id|server|host(name)?|port|engine|db(name)?|database|user(name)?|name|e?mail|namespace|current-context|cluster|context|certificate-authority(-data)?|expir\w*/i;
/** Splits a secret into what must be hidden: never a brace, an armour line or a public member of a key file. */
function partsOf(secret) {
    const text = bare(secret);
    const json = parseStructure(text);
    if (json !== undefined)
        return sensitiveLeaves(json).flatMap((leaf) => partsOf(leaf).map(withQuoted));
    const pem = pemParts(text);
    if (pem.length > 0)
        return pem;
    if ((0,pattern/* fullMatch */.L)(jwt, text))
        return [{ text, raw: jwtPieces(text) }];
    const whole = { text, raw: linesOf(text) };
    return (0,pattern/* fullMatch */.L)(urlWithPassword, text) ? [whole, ...passwordOf(text)] : [whole];
}
/** Without white space and one pair of quotes around it. */
function bare(secret) {
    const text = secret.toWellFormed().trim().replace(/\r\n?/g, '\n');
    const first = text.at(0);
    const quoted = text.length > 2 && (first === '"' || first === "'") && text.endsWith(first);
    return quoted ? text.slice(1, -1).trim() : text;
}
function linesOf(text) {
    return text.split('\n').map((line) => line.trim());
}
function jwtPieces(text) {
    const token = text.slice(text.indexOf('eyJ'));
    return [text, token, ...token.split('.')];
}
function passwordOf(text) {
    try {
        const password = decodeURIComponent(new URL(text).password);
        return [{ text: password, raw: linesOf(password) }];
    }
    catch {
        return [];
    }
}
function pemParts(text) {
    if (!text.includes('-----BEGIN '))
        return [];
    const source = text.includes('\n') ? text : text.replace(/(\\r)?\\n/g, '\n');
    const blocks = [...source.matchAll(/-----BEGIN ([^-\n]+)-----\n([^]+?)\n-----END \1-----/g)];
    const keys = blocks.filter(([, label]) => label?.includes('PRIVATE KEY'));
    return (keys.length > 0 ? keys : blocks).map(([, , inner = '']) => {
        // Headers of old encrypted keys (`Proc-Type: \u2026`) and blank lines are not part of the body.
        const raw = linesOf(inner).filter((line) => (0,pattern/* fullMatch */.L)(/[A-Za-z0-9+/=]+/, line));
        return { text: raw.join('\n'), raw, body: raw.join('') };
    });
}
function withQuoted(part) {
    const quoted = JSON.stringify(part.text).slice(1, -1);
    return quoted === part.text ? part : { ...part, quoted };
}
function parseStructure(text) {
    if (!text.startsWith('{') && !text.startsWith('['))
        return undefined;
    try {
        return JSON.parse(text);
    }
    catch {
        return undefined;
    }
}
/** No recursion: a value of 32 KiB can be nested deeper than any stack. */
function sensitiveLeaves(structure) {
    const leaves = [];
    const open = [{ value: structure, member: '' }];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
        const { value, member } = next;
        if (typeof value === 'object' && value !== null) {
            const inner = Object.entries(value).map(([name, each]) => ({
                value: each,
                member: Array.isArray(value) ? member : name,
            }));
            open.push(...inner.reverse());
            continue;
        }
        const text = typeof value === 'number' ? String(value) : value;
        if (typeof text === 'string' && !(0,pattern/* fullMatch */.L)(plainMember, member))
            leaves.push(text);
    }
    return leaves;
}

;// CONCATENATED MODULE: ./lib/aside/redaction/id-token-masks.js

/** What is shorter would blacken ordinary words. */
const shortestMask = 8;
/**
 * An ID token lives for minutes, is bound to a key and is delivered to nobody: hiding the whole of it and each of its
 * segments is enough, and the runner is spared 60 kB of masks.
 */
function masksOfIdToken(token) {
    const pieces = partsOf(token.reveal()).flatMap(({ raw }) => raw);
    return [...new Set(pieces)].filter((piece) => piece.length >= shortestMask);
}

;// CONCATENATED MODULE: ./lib/aside/leases/id-token-for-return.js


/**
 * How to ask for an ID token with which something is given back; it is hidden before anyone has it.
 * @param mayMint false where only the one may be used that the job began with
 * @returns undefined where there is none
 */
async function askFor({ audience, idToken }, { job, mayMint }, call) {
    const source = await findIdTokenSource(idToken, job).catch(() => undefined);
    if (source === undefined)
        return undefined;
    const hidden = (token) => {
        job.mask(masksOfIdToken(token.token));
        return token;
    };
    if (source.mints)
        return mayMint ? async (bound) => hidden(await source.request(bound, call)) : undefined;
    // The one that the job began with, if this shell has it: its audience names no key, and it may be presented again.
    const held = await source.request(audience, call).catch(() => undefined);
    if (held === undefined || held.expiresAt <= call.host.clock.now())
        return undefined;
    return () => Promise.resolve(hidden(held));
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
    return new _domain_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .CredsError */ .uA('answer-invalid', `The server sent an answer ${what}.`);
}
/** The other side's id of this request, when it is one that can be printed. */
function answerRequestId(answer, body) {
    const id = (body === undefined ? undefined : (0,_json_js__WEBPACK_IMPORTED_MODULE_1__/* .member */ .Dc)(body, 'request_id')) ?? answer.headers['x-request-id'];
    return typeof id === 'string' && (0,_domain_pattern_js__WEBPACK_IMPORTED_MODULE_3__/* .fullMatch */ .L)(idPattern, id) ? id : undefined;
}


/***/ })

};
;