"use strict";
exports.id = 889;
exports.ids = [889];
exports.modules = {

/***/ 2832:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

__webpack_require__.r(__webpack_exports__);
/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   makeSshKey: () => (/* binding */ makeSshKey)
/* harmony export */ });
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7598);
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_crypto__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var _domain_secret_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(4490);
/* harmony import */ var _key_pair_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(4872);
/* harmony import */ var _ssh_wire_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(3642);
// https://github.com/openssh/openssh-portable/blob/master/PROTOCOL.key




const type = 'ssh-ed25519';
const blockBytes = 8;
const lineLength = 70;
/** Makes an Ed25519 key (RFC 8709). */
function makeSshKey() {
    const { privateKey, x } = (0,_key_pair_js__WEBPACK_IMPORTED_MODULE_1__/* .makeKeyPair */ .i)('ed25519');
    const [seed, point] = [privateKey.export({ format: 'jwk' }).d ?? '', x].map((text) => Buffer.from(text, 'base64url'));
    const publicBlob = Buffer.concat([(0,_ssh_wire_js__WEBPACK_IMPORTED_MODULE_2__/* .sshString */ ._G)(type), (0,_ssh_wire_js__WEBPACK_IMPORTED_MODULE_2__/* .sshString */ ._G)(point)]);
    const check = (0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.randomBytes)(4);
    const fields = [publicBlob, (0,_ssh_wire_js__WEBPACK_IMPORTED_MODULE_2__/* .sshString */ ._G)(Buffer.concat([seed, point])), (0,_ssh_wire_js__WEBPACK_IMPORTED_MODULE_2__/* .sshString */ ._G)('')];
    const privatePart = padded(Buffer.concat([check, check, ...fields]));
    const file = Buffer.concat([
        Buffer.from('openssh-key-v1\0'),
        ...['none', 'none', ''].map(_ssh_wire_js__WEBPACK_IMPORTED_MODULE_2__/* .sshString */ ._G),
        (0,_ssh_wire_js__WEBPACK_IMPORTED_MODULE_2__/* .uint32 */ .S8)(1),
        (0,_ssh_wire_js__WEBPACK_IMPORTED_MODULE_2__/* .sshString */ ._G)(publicBlob),
        (0,_ssh_wire_js__WEBPACK_IMPORTED_MODULE_2__/* .sshString */ ._G)(privatePart),
    ]);
    const lines = file.toString('base64').match(new RegExp(`.{1,${String(lineLength)}}`, 'g')) ?? [];
    const frame = ['-----BEGIN OPENSSH PRIVATE KEY-----', ...lines, '-----END OPENSSH PRIVATE KEY-----', ''];
    return {
        publicLine: `${type} ${publicBlob.toString('base64')}`,
        privateText: new _domain_secret_js__WEBPACK_IMPORTED_MODULE_3__/* .Secret */ .z(frame.join('\n')),
        seed: new _domain_secret_js__WEBPACK_IMPORTED_MODULE_3__/* .Secret */ .z(seed.toString('base64')),
    };
}
/** Octets 1, 2, 3 \u2026 up to a whole block. */
function padded(octets) {
    const missing = (blockBytes - (octets.length % blockBytes)) % blockBytes;
    return Buffer.concat([octets, Buffer.from(Array.from({ length: missing }, (_, index) => index + 1))]);
}


/***/ }),

/***/ 3642:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   S8: () => (/* binding */ uint32),
/* harmony export */   _G: () => (/* binding */ sshString),
/* harmony export */   d4: () => (/* binding */ readSsh)
/* harmony export */ });
/* unused harmony exports uint64, mpint */
// RFC 4251 \u00a75: how SSH writes numbers and strings.
/** An unsigned number of 32 bits. */
function uint32(value) {
    const octets = Buffer.alloc(4);
    octets.writeUInt32BE(value);
    return octets;
}
/** An unsigned number of 64 bits. */
function uint64(value) {
    const octets = Buffer.alloc(8);
    octets.writeBigUInt64BE(value);
    return octets;
}
/** A length and as many octets; text goes as UTF-8. */
function sshString(value) {
    const octets = Buffer.from(value);
    return Buffer.concat([uint32(octets.length), octets]);
}
/** A number from zero on, given by its octets, the highest first. */
function mpint(magnitude) {
    const first = magnitude.findIndex((octet) => octet !== 0);
    if (first < 0)
        return uint32(0);
    const octets = magnitude.subarray(first);
    const sign = (octets[0] ?? 0) >= 0x80 ? [0] : [];
    return sshString(Buffer.from([...sign, ...octets]));
}
function readSsh(octets) {
    let rest = Buffer.from(octets);
    const take = (length) => {
        if (length > rest.length)
            throw new RangeError('too short');
        const taken = rest.subarray(0, length);
        rest = rest.subarray(length);
        return taken;
    };
    const readUint32 = () => take(4).readUInt32BE();
    const string = () => take(readUint32());
    return {
        byte: () => take(1).readUInt8(),
        uint32: readUint32,
        string,
        mpint: () => {
            const found = string();
            const [first = 0x80, second = 0] = found;
            if (first >= 0x80 || (first === 0 && second < 0x80))
                throw new RangeError('no number above zero');
            return first === 0 ? found.subarray(1) : found;
        },
        end: () => {
            if (rest.length > 0)
                throw new RangeError('too long');
        },
    };
}


/***/ })

};
;