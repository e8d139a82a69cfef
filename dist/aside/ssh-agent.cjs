"use strict";
exports.id = 551;
exports.ids = [551];
exports.modules = {

/***/ 7640:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

__webpack_require__.r(__webpack_exports__);
/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   endAgent: () => (/* binding */ endAgent),
/* harmony export */   prepareAgent: () => (/* binding */ prepareAgent)
/* harmony export */ });
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(6760);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_path__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var _domain_errors_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(7945);
/* harmony import */ var _protocol_ssh_agent_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(9614);



const pidVariable = 'SSH_AGENT_PID';
/** The longest lifetime that its protocol can say, and sleep(1) can wait anywhere: 68 years. */
const mostSeconds = 2 ** 31 - 1;
/** Finds out whether an agent can be started, before anything is sent. @throws CredsError `input-invalid` */
async function prepareAgent({ program, instead }, host) {
    const agents = await host.sshAgents?.();
    if (agents === undefined)
        throw new _domain_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .CredsError */ .uA('input-invalid', 'The input `export` gives `ssh` an `agent`, and there is none here.', {
            hint: 'An agent of this run needs Linux or macOS. Leave `agent` out: `ssh -F "$EPHEMERAL_SSH_CONFIG"` does without.',
        });
    if (!instead && (host.env['SSH_AUTH_SOCK'] ?? '') !== '')
        throw new _domain_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .CredsError */ .uA('input-invalid', 'The job has an SSH agent already (SSH_AUTH_SOCK).', {
            hint: 'Say `agent=instead` to set SSH_AUTH_SOCK to one of this run in its place, or leave `agent` out.',
        });
    const programs = agents.find(program, host.env['PATH']);
    return {
        hold: (identities, socket) => hold({ identities, socket, programs }, agents, host),
    };
}
async function hold({ identities, socket, programs }, agents, host) {
    const lives = identities.map(({ endsAt }) => secondsUntil(endsAt, host));
    let pid;
    try {
        host.files.makePrivateFolder((0,node_path__WEBPACK_IMPORTED_MODULE_0__.dirname)(socket));
        pid = await agents.start(programs, { socket, seconds: Math.max(...lives) + 1 });
    }
    catch (cause) {
        throw failed(`The program ${programs.agent} could not be started as an SSH agent.`, cause);
    }
    for (const [index, identity] of identities.entries()) {
        const question = (0,_protocol_ssh_agent_js__WEBPACK_IMPORTED_MODULE_2__/* .addIdentity */ .oc)(identity, lives[index] ?? 0);
        const answer = await agents.ask(socket, question).catch((cause) => {
            throw failed(`The SSH agent ${programs.agent} broke off.`, cause);
        });
        if (!(0,_protocol_ssh_agent_js__WEBPACK_IMPORTED_MODULE_2__/* .isTaken */ .Ck)(answer))
            throw failed(`The SSH agent ${programs.agent} does not take an Ed25519 certificate.`);
    }
    const held = (0,_protocol_ssh_agent_js__WEBPACK_IMPORTED_MODULE_2__/* .identitiesIn */ .Af)(await agents.ask(socket, _protocol_ssh_agent_js__WEBPACK_IMPORTED_MODULE_2__/* .askIdentities */ .gD).catch(() => new Uint8Array()));
    if (held?.join() !== identities.map(blobOf).join())
        throw failed(`The SSH agent ${programs.agent} does not hold what it was given.`);
    return { [pidVariable]: { value: String(pid), after: host.env[pidVariable] ?? '' } };
}
function blobOf({ key, certificate }) {
    return (certificate ?? key.publicLine).split(' ')[1];
}
function secondsUntil(end, { clock }) {
    const seconds = Math.floor((end.getTime() - clock.now().getTime()) / 1000);
    if (seconds > 0)
        return Math.min(seconds, mostSeconds);
    throw new _domain_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .CredsError */ .uA('credential-unusable', 'An SSH certificate was over before an agent could hold it.');
}
function failed(message, cause) {
    return new _domain_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .CredsError */ .uA('delivery-failed', message, {
        hint: 'It was given back, unless the log says what lives on. An agent has to be OpenSSH\u2019s, 6.5 or later: see `ssh -V`, or name one with `agent-program`.',
        cause,
    });
}
/** Ends the agent that listens at a socket of ours, wherever its variables say. Never throws. */
async function endAgent(socket, { job, host }) {
    const folder = (0,node_path__WEBPACK_IMPORTED_MODULE_0__.dirname)(socket);
    try {
        const agents = await host.sshAgents?.();
        const ended = await agents?.end(socket);
        if (host.files.list(folder).length > 0) {
            // Below /tmp somebody else may have made it, when ours was gone: what is there is theirs, or where a link leads.
            host.files.makePrivateFolder(folder);
            // In another container than ours its process is not to be seen, but its socket may be.
            if (ended === false)
                await agents?.ask(socket, _protocol_ssh_agent_js__WEBPACK_IMPORTED_MODULE_2__/* .removeAll */ .C0).catch(() => undefined);
            host.files.erase(socket);
        }
        host.files.removeIfEmpty(folder);
    }
    catch {
        job.tell('warning', 'The SSH agent of this run could not be ended; what it holds ends with the lease.');
    }
}


/***/ }),

/***/ 9614:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Af: () => (/* binding */ identitiesIn),
/* harmony export */   C0: () => (/* binding */ removeAll),
/* harmony export */   Ck: () => (/* binding */ isTaken),
/* harmony export */   gD: () => (/* binding */ askIdentities),
/* harmony export */   oc: () => (/* binding */ addIdentity)
/* harmony export */ });
/* harmony import */ var _ssh_wire_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(3642);

const success = 6;
const requestIdentities = 11;
const identitiesAnswer = 12;
const addIdConstrained = 25;
const constrainLifetime = 1;
/** Removes all that an agent holds. */
const removeAll = Buffer.from([19]);
/** Asks what it holds. */
const askIdentities = Buffer.from([requestIdentities]);
/** @returns a question that holds the private key, for the socket and nothing else */
function addIdentity({ key, certificate, comment }, seconds) {
    const [type = '', blob = ''] = (certificate ?? key.publicLine).split(' ');
    const point = pointOf(key.publicLine);
    const fields = [
        ...[type, ...(certificate === undefined ? [] : [Buffer.from(blob, 'base64')])],
        ...[point, Buffer.concat([octetsOf(key.seed), point]), comment],
    ];
    return Buffer.concat([
        Buffer.from([addIdConstrained]),
        ...fields.map(_ssh_wire_js__WEBPACK_IMPORTED_MODULE_0__/* .sshString */ ._G),
        Buffer.from([constrainLifetime]),
        (0,_ssh_wire_js__WEBPACK_IMPORTED_MODULE_0__/* .uint32 */ .S8)(seconds),
    ]);
}
function isTaken(answer) {
    return answer.length === 1 && answer[0] === success;
}
/** Public keys and certificates that an agent holds, in base64; undefined when that is no answer to `askIdentities`. */
function identitiesIn(answer) {
    try {
        const reader = (0,_ssh_wire_js__WEBPACK_IMPORTED_MODULE_0__/* .readSsh */ .d4)(answer);
        if (reader.byte() !== identitiesAnswer)
            return undefined;
        const held = [];
        for (let left = reader.uint32(); left > 0; left--) {
            held.push(reader.string().toString('base64'));
            reader.string();
        }
        return held;
    }
    catch {
        return undefined;
    }
}
function pointOf(publicLine) {
    const reader = (0,_ssh_wire_js__WEBPACK_IMPORTED_MODULE_0__/* .readSsh */ .d4)(Buffer.from(publicLine.split(' ')[1] ?? '', 'base64'));
    reader.string();
    return reader.string();
}
function octetsOf(seed) {
    return Buffer.from(seed.reveal(), 'base64');
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