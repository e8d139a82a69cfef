"use strict";
exports.id = 29;
exports.ids = [29];
exports.modules = {

/***/ 3484:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   underIdentity: () => (/* binding */ underIdentity)
/* harmony export */ });
/* unused harmony export readIdentity */
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7598);
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_crypto__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var _domain_errors_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(7945);


const longestFile = 64 * 1024;
/**
 * The same call, each request of which is made under a client certificate (RFC 8446 \u00a74.4.2). The files are read for it
 * anew: the key is kept nowhere.
 * @param paths undefined: the call as it is
 * @throws CredsError as `readIdentity`
 */
function underIdentity(call, paths) {
    if (paths === undefined)
        return call;
    const { host } = call;
    const identity = readIdentity(paths, host.files);
    return { ...call, host: { ...host, send: (request) => host.send({ ...request, identity }) } };
}
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


/***/ })

};
;