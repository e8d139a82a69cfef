"use strict";
exports.id = 454;
exports.ids = [454];
exports.modules = {

/***/ 6158:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   jobKey: () => (/* binding */ jobKey)
/* harmony export */ });
/* unused harmony exports eraseJobKey, eraseEndedKeys */
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7598);
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_crypto__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(6760);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_1___default = /*#__PURE__*/__webpack_require__.n(node_path__WEBPACK_IMPORTED_MODULE_1__);
/* harmony import */ var _domain_errors_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(7945);
/* harmony import */ var _protocol_dpop_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(8977);
/* harmony import */ var _protocol_json_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(8440);





const longest = 4096;
const patienceMs = 2000;
const pauseMs = 10;
/**
 * The one key of a job whose platform mints no ID token for each command: the broker binds the job\u2019s only token to
 * the first key that comes with it (PROTOCOL.md, `first-use`). It lies in the job\u2019s folder, 0600: as readable as the
 * token itself, and of no use without it. Of several commands that begin at once, the first to write makes it.
 * @param idToken where the folder is not one job\u2019s: each token has a key of its own there, which goes once the token has
 *   ended
 * @throws CredsError `input-invalid` when the file is not ours alone, or holds something else
 */
async function jobKey(where, idToken) {
    const { job, host } = where;
    const path = (0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(job.folder, idToken === undefined ? name : nameFor(idToken));
    const end = host.clock.monotonicMs() + patienceMs;
    makeFolder(where);
    for (;;) {
        const text = read(path, where);
        if (text === undefined) {
            const made = (0,_protocol_dpop_js__WEBPACK_IMPORTED_MODULE_2__/* .makeProofKey */ .oc)();
            if (written(path, made, where))
                return made;
            continue;
        }
        const found = keyOf(text);
        if (found !== undefined)
            return found;
        // Another command may be writing it just now.
        if (host.clock.monotonicMs() >= end)
            throw refused(path);
        await new Promise((done) => {
            host.clock.after(pauseMs, done);
        });
    }
}
/** At the end of the job. */
function eraseJobKey({ job, host }) {
    host.files.erase(join(job.folder, name));
}
const name = 'key.json';
/** With the end in the name, whoever comes next need not read what is not his. */
function nameFor({ token, expiresAt }) {
    const hash = (0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.createHash)('sha256').update(token.reveal()).digest('hex').slice(0, 16);
    return `key-${hash}-${String(Math.floor(expiresAt.getTime() / 1000))}.json`;
}
/**
 * Erases the keys of ID tokens that have ended, in a folder that is not one job\u2019s. A later command can present such a
 * token no more; until then it may, and needs the key. Never throws.
 */
function eraseEndedKeys({ job, host }) {
    if (job.folderOf === 'job')
        return;
    const now = host.clock.now().getTime();
    for (const each of host.files.list(job.folder)) {
        const [, seconds] = /^key-[0-9a-f]{16}-(\d{1,12})\.json$/.exec(each) ?? [];
        if (seconds === undefined || Number(seconds) * 1000 + leewayMs >= now)
            continue;
        try {
            host.files.erase(join(job.folder, each));
        }
        catch {
            // Another\u2019s, or gone: whoever comes next will see.
        }
    }
}
/** Brokers grant as much to clocks that are apart. */
const leewayMs = 60_000;
function makeFolder({ job, host }) {
    try {
        host.files.makePrivateFolder(job.folder);
    }
    catch (cause) {
        throw new _domain_errors_js__WEBPACK_IMPORTED_MODULE_3__/* .CredsError */ .uA('delivery-failed', `The folder ${job.folder} cannot be made, or is not ours alone.`, {
            cause,
        });
    }
}
function read(path, { host }) {
    try {
        return host.files.readPrivate(path, longest);
    }
    catch (cause) {
        throw refused(path, cause);
    }
}
/** False when another command was faster. */
function written(path, { privateKey }, { host }) {
    try {
        host.files.create(path, JSON.stringify({ version: 1, jwk: privateKey.export({ format: 'jwk' }) }));
        return true;
    }
    catch (cause) {
        if (host.files.size(path) !== undefined)
            return false;
        throw new _domain_errors_js__WEBPACK_IMPORTED_MODULE_3__/* .CredsError */ .uA('delivery-failed', `The file ${path} cannot be written.`, { cause });
    }
}
function keyOf(text) {
    try {
        const stored = (0,_protocol_json_js__WEBPACK_IMPORTED_MODULE_4__/* .parseStrictJson */ .RJ)(text);
        const jwk = (0,_protocol_json_js__WEBPACK_IMPORTED_MODULE_4__/* .isObject */ .Gv)(stored) && (0,_protocol_json_js__WEBPACK_IMPORTED_MODULE_4__/* .member */ .Dc)(stored, 'version') === 1 ? (0,_protocol_json_js__WEBPACK_IMPORTED_MODULE_4__/* .member */ .Dc)(stored, 'jwk') : undefined;
        if (!(0,_protocol_json_js__WEBPACK_IMPORTED_MODULE_4__/* .isObject */ .Gv)(jwk))
            return undefined;
        const [kty, crv, d, x] = ['kty', 'crv', 'd', 'x'].map((part) => (0,_protocol_json_js__WEBPACK_IMPORTED_MODULE_4__/* .member */ .Dc)(jwk, part));
        if (kty !== 'OKP' || crv !== 'Ed25519' || typeof d !== 'string' || typeof x !== 'string')
            return undefined;
        const privateKey = (0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.createPrivateKey)({ key: { kty, crv, d, x }, format: 'jwk' });
        return (0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.createPublicKey)(privateKey).export({ format: 'jwk' }).x === x
            ? (0,_protocol_dpop_js__WEBPACK_IMPORTED_MODULE_2__/* .proofKey */ .CU)(privateKey, x)
            : undefined;
    }
    catch {
        return undefined;
    }
}
function refused(path, cause) {
    const hint = 'Somebody else has written it: remove it, and let nobody but this job write to its folder.';
    const details = cause === undefined ? { hint } : { hint, cause };
    return new _domain_errors_js__WEBPACK_IMPORTED_MODULE_3__/* .CredsError */ .uA('input-invalid', `The file ${path} is not the key of this job.`, details);
}


/***/ })

};
;