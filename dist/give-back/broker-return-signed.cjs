"use strict";
exports.id = 380;
exports.ids = [380];
exports.modules = {

/***/ 2532:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  askByIdToken: () => (/* binding */ askByIdToken)
});

// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(7598);
;// CONCATENATED MODULE: ./lib/aside/protocol/key-pair.js

// `jwk` is documented for this call as for `export`; the types know it for `export` only.
const generate = external_node_crypto_.generateKeyPairSync;
/**
 * Makes an Ed25519 or X25519 key (RFC 8037).
 *
 * By way of its JWK: in Node 20 a key as `generateKeyPairSync` hands it out shares a lock with the job that made it,
 * `export({ format: 'jwk' })` holds that lock while it allocates, and if just then the garbage collector takes the job,
 * the process waits for itself for ever. A key read back has a lock of its own.
 */
function makeKeyPair(type) {
    const encoding = { format: 'jwk' };
    const { privateKey: jwk } = generate(type, { publicKeyEncoding: encoding, privateKeyEncoding: encoding });
    return { privateKey: (0,external_node_crypto_.createPrivateKey)({ key: jwk, format: 'jwk' }), x: jwk.x ?? '' };
}

;// CONCATENATED MODULE: ./lib/aside/protocol/dpop.js


/** Makes an Ed25519 key for one job (RFC 8037). */
function makeProofKey() {
    const { privateKey, x } = makeKeyPair('ed25519');
    return proofKey(privateKey, x);
}
/** @param x the public half of an Ed25519 key as RFC 8037 \u00a72 writes it */
function proofKey(privateKey, x) {
    // RFC 8037 \u00a72: crv, kty and x, in this order.
    const thumbprint = sha256(JSON.stringify({ crv: 'Ed25519', kty: 'OKP', x }));
    return { privateKey, publicJwk: { kty: 'OKP', crv: 'Ed25519', x }, thumbprint };
}
/**
 * Signs a DPoP proof (RFC 9449 \u00a74.2) with the body and query hashes of PROTOCOL.md: a compact JWS (RFC 7515 \u00a77.1), by
 * node:crypto, since the first use of Web Crypto loads for milliseconds what a usual run needs for nothing else.
 */
function makeProof(key, target) {
    const header = { typ: 'dpop+jwt', alg: 'Ed25519', jwk: key.publicJwk };
    const claims = {
        jti: (0,external_node_crypto_.randomBytes)(16).toString('base64url'),
        htm: target.method,
        htu: target.url,
        ...(target.body === undefined ? {} : { bh: sha256(target.body) }),
        ...(target.query === undefined ? {} : { qh: sha256(target.query) }),
        ...(target.accessToken === undefined ? {} : { ath: sha256(target.accessToken) }),
        ...(target.nonce === undefined ? {} : { nonce: target.nonce }),
        iat: Math.floor(target.at.getTime() / 1000),
    };
    const signed = `${segment(header)}.${segment(claims)}`;
    return `${signed}.${(0,external_node_crypto_.sign)(null, Buffer.from(signed), key.privateKey).toString('base64url')}`;
}
function segment(content) {
    return Buffer.from(JSON.stringify(content)).toString('base64url');
}
/** Base64url without padding of the SHA-256: `bh`, `qh`, `ath`, and the hash of a revocation handle. */
function sha256(octets) {
    return (0,external_node_crypto_.createHash)('sha256').update(octets).digest('base64url');
}
/** The audience that binds an ID token to a key (PROTOCOL.md, Binding the ID token to a key). */
function keyBoundAudience(audience, thumbprint) {
    return `${audience}/jkt/${thumbprint}`;
}

// EXTERNAL MODULE: ./lib/aside/protocol/revocation.js + 1 modules
var revocation = __webpack_require__(1469);
// EXTERNAL MODULE: ./lib/aside/domain/pattern.js
var pattern = __webpack_require__(6898);
// EXTERNAL MODULE: ./lib/aside/protocol/http.js
var http = __webpack_require__(4438);
// EXTERNAL MODULE: ./lib/aside/protocol/oauth-error.js
var oauth_error = __webpack_require__(7568);
// EXTERNAL MODULE: ./lib/aside/protocol/version-header.js
var version_header = __webpack_require__(7388);
;// CONCATENATED MODULE: ./lib/aside/protocol/signed-request.js





const longestAnswer = 1024 * 1024;
/** @param key left out, a key of its own is made */
function makeSigner(key = makeProofKey()) {
    return { key, aheadMs: 0 };
}
/**
 * Sends with a proof, and signs once more where the server says which nonce or which time it wants.
 * @throws CredsError of `exchange`
 */
async function sendSigned(request, call) {
    const tried = new Set();
    for (;;) {
        const answer = await sendOnce(request, call);
        const cure = cureFor(answer, request, call);
        if (cure === undefined || tried.has(cure))
            return answer;
        tried.add(cure);
    }
}
async function sendOnce({ url, signer, ...request }, call) {
    const { body, accessToken, contentType = 'application/x-www-form-urlencoded' } = request;
    const method = body === undefined ? 'GET' : 'POST';
    const { nonce } = signer;
    delete signer.nonce;
    const dpop = makeProof(signer.key, {
        method,
        url: url.href,
        at: new Date(call.host.clock.now().getTime() + signer.aheadMs),
        ...(body === undefined ? {} : { body }),
        ...(nonce === undefined ? {} : { nonce }),
        ...(accessToken === undefined ? {} : { accessToken: accessToken.reveal() }),
    });
    const headers = {
        ...version_header/* plainHeaders */.f,
        dpop,
        ...(body === undefined ? {} : { 'content-type': contentType }),
        ...(accessToken === undefined ? {} : { authorization: `DPoP ${accessToken.reveal()}` }),
    };
    const content = body === undefined ? {} : { body };
    const answer = await (0,http/* exchange */.cv)(call, { method, url, headers, ...content, maxBytes: longestAnswer });
    const given = answer.headers['dpop-nonce'];
    if (given !== undefined && (0,pattern/* fullMatch */.L)(/[\x21-\x7e]{1,512}/, given))
        signer.nonce = given;
    return answer;
}
/** What signing once more may cure, with what has been learnt for it; undefined: nothing. */
function cureFor(answer, { url, signer }, call) {
    if (answer.status !== 400 && answer.status !== 401)
        return undefined;
    const { error, reason } = (0,oauth_error/* refusedFor */.k)(answer);
    if (error === 'use_dpop_nonce' && signer.nonce !== undefined)
        return 'nonce';
    const at = Date.parse(answer.headers['date'] ?? '');
    if (reason !== 'proof-time' || Number.isNaN(at))
        return undefined;
    signer.aheadMs = at - call.host.clock.now().getTime();
    const offBy = Math.round(signer.aheadMs / 1000);
    const direction = offBy < 0 ? 'ahead of' : 'behind';
    call.onWarning?.(`This runner\u2019s clock is ${String(Math.abs(offBy))} s ${direction} ${url.host}; using its time.`);
    return 'time';
}

;// CONCATENATED MODULE: ./lib/aside/providers/broker-return-signed.js



/** Asks the broker to take back by an ID token that is bound to a key of this process; each call takes another one. */
function askByIdToken(url, leaseIds, { call, audience, idToken }) {
    return async () => {
        const signer = makeSigner();
        const { token } = await idToken(keyBoundAudience(audience, signer.key.thumbprint));
        const body = (0,revocation/* revocationForm */.Ds)('id-token', token.reveal(), leaseIds);
        return sendSigned({ url, body, signer }, call);
    };
}


/***/ })

};
;