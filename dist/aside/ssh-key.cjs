"use strict";
exports.id = 889;
exports.ids = [889];
exports.modules = {

/***/ 5999:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  makeSshKey: () => (/* binding */ makeSshKey)
});

// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(7598);
// EXTERNAL MODULE: ./lib/aside/domain/secret.js
var secret = __webpack_require__(4490);
// EXTERNAL MODULE: ./lib/aside/protocol/key-pair.js
var key_pair = __webpack_require__(4872);
;// CONCATENATED MODULE: ./lib/aside/protocol/ssh-wire.js
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

;// CONCATENATED MODULE: ./lib/aside/protocol/ssh-key.js
// https://github.com/openssh/openssh-portable/blob/master/PROTOCOL.key




const type = 'ssh-ed25519';
const blockBytes = 8;
const lineLength = 70;
/** Makes an Ed25519 key (RFC 8709). */
function makeSshKey() {
    const { privateKey, x } = (0,key_pair/* makeKeyPair */.i)('ed25519');
    const [seed, point] = [privateKey.export({ format: 'jwk' }).d ?? '', x].map((text) => Buffer.from(text, 'base64url'));
    const publicBlob = Buffer.concat([sshString(type), sshString(point)]);
    const check = (0,external_node_crypto_.randomBytes)(4);
    const fields = [publicBlob, sshString(Buffer.concat([seed, point])), sshString('')];
    const privatePart = padded(Buffer.concat([check, check, ...fields]));
    const file = Buffer.concat([
        Buffer.from('openssh-key-v1\0'),
        ...['none', 'none', ''].map(sshString),
        uint32(1),
        sshString(publicBlob),
        sshString(privatePart),
    ]);
    const lines = file.toString('base64').match(new RegExp(`.{1,${String(lineLength)}}`, 'g')) ?? [];
    const frame = ['-----BEGIN OPENSSH PRIVATE KEY-----', ...lines, '-----END OPENSSH PRIVATE KEY-----', ''];
    return {
        publicLine: `${type} ${publicBlob.toString('base64')}`,
        privateText: new secret/* Secret */.z(frame.join('\n')),
    };
}
/** Octets 1, 2, 3 \u2026 up to a whole block. */
function padded(octets) {
    const missing = (blockBytes - (octets.length % blockBytes)) % blockBytes;
    return Buffer.concat([octets, Buffer.from(Array.from({ length: missing }, (_, index) => index + 1))]);
}


/***/ })

};
;