"use strict";
exports.id = 222;
exports.ids = [222];
exports.modules = {

/***/ 2914:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  realSshAgents: () => (/* binding */ realSshAgents)
});

// EXTERNAL MODULE: external "node:child_process"
var external_node_child_process_ = __webpack_require__(1421);
// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __webpack_require__(3024);
// EXTERNAL MODULE: external "node:net"
var external_node_net_ = __webpack_require__(7030);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(6760);
// EXTERNAL MODULE: external "node:timers/promises"
var promises_ = __webpack_require__(8500);
// EXTERNAL MODULE: ./lib/aside/domain/errors.js
var errors = __webpack_require__(7945);
// EXTERNAL MODULE: ./lib/aside/protocol/ssh-agent.js
var ssh_agent = __webpack_require__(9614);
// EXTERNAL MODULE: ./lib/aside/protocol/ssh-wire.js
var ssh_wire = __webpack_require__(3642);
// EXTERNAL MODULE: ./lib/aside/domain/pattern.js
var pattern = __webpack_require__(6898);
;// CONCATENATED MODULE: ./lib/aside/entry/agent-processes.js




const endMs = 2000;
const lookMs = 20;
/** The agents that we have started at a socket, by their command line: `\u2026/ssh-agent -a SOCKET \u2026/sleep SECONDS`. */
function agentsAt(socket) {
    return running().filter(({ command }) => sleepOf(command, socket) !== undefined);
}
/**
 * Ends them, and the sleep that each of them waits for.
 * @returns false when there was none
 */
async function endAgentsAt(socket) {
    const all = running();
    const agents = all.filter(({ command }) => sleepOf(command, socket) !== undefined);
    const sleeps = all.filter(({ pid, command }) => agents.some((agent) => agent.parent === pid && sleepOf(agent.command, socket) === command));
    for (const { pid } of [...agents, ...sleeps])
        tell(pid, 'SIGTERM');
    for (let waited = 0; waited < endMs && agentsAt(socket).length > 0; waited += lookMs)
        await (0,promises_.setTimeout)(lookMs);
    // One that was stopped, or does not listen.
    for (const { pid } of agentsAt(socket))
        tell(pid, 'SIGKILL');
    return agents.length > 0;
}
/** What stands behind the socket in a command line of ours; undefined in any other. */
function sleepOf(command, socket) {
    const [, rest] = command.split(` -a ${socket} `, 2);
    return rest !== undefined && (0,pattern/* fullMatch */.L)(/\/.*\/sleep \d+/, rest) ? rest : undefined;
}
/** @param pid of a process, or its negative of a group */
function tell(pid, signal) {
    try {
        process.kill(pid, signal);
    }
    catch {
        // It is gone already, or another user's, who has made a process look like ours.
    }
}
function running() {
    return (0,external_node_fs_.existsSync)('/proc/self/stat') ? runningByProc() : runningByPs();
}
function runningByProc() {
    const pids = (0,external_node_fs_.readdirSync)('/proc').filter((name) => Number.isInteger(Number(name)));
    return pids.flatMap((pid) => {
        try {
            const command = (0,external_node_fs_.readFileSync)(`/proc/${pid}/cmdline`, 'utf8').replace(/\0$/, '').replaceAll('\0', ' ');
            const stat = (0,external_node_fs_.readFileSync)(`/proc/${pid}/stat`, 'utf8');
            // The second field, the name, is in parentheses and may hold anything; then state and parent.
            const [, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
            return [{ pid: Number(pid), parent: Number(parent), command }];
        }
        catch {
            return [];
        }
    });
}
/** Where there is no /proc: macOS. */
function runningByPs() {
    const text = (0,external_node_child_process_.execFileSync)('ps', ['-axww', '-o', 'pid=,ppid=,command='], {
        encoding: 'utf8',
        maxBuffer: 1 << 26,
        stdio: ['ignore', 'pipe', 'ignore'],
        env: { PATH: process.env['PATH'], LC_ALL: 'C' },
    });
    return [...text.matchAll(/^ *(\d+) +(\d+) (.*)$/gm)].map(([, pid, parent, command = '']) => ({
        pid: Number(pid),
        parent: Number(parent),
        command,
    }));
}

;// CONCATENATED MODULE: ./lib/aside/entry/ssh-agents.js









const startMs = 5000;
const answerMs = 2000;
const ssh_agents_lookMs = 20;
const longestAnswer = 64 * 1024;
/** The real agents. */
const realSshAgents = {
    find: (program, path = '') => ({
        agent: program === undefined ? onPath('ssh-agent', path) : named(program),
        sleep: onPath('sleep', path),
    }),
    start: async ({ agent, sleep }, { socket, seconds }) => {
        // With a command of its own it ends when that does, also when nobody of us is left to end it.
        const child = (0,external_node_child_process_.spawn)(agent, ['-a', socket, sleep, String(seconds)], {
            stdio: 'ignore',
            detached: true,
            cwd: '/',
            env: keptEnvironment(),
        });
        const over = new AbortController();
        const ended = () => {
            over.abort();
        };
        child.once('exit', ended).once('error', ended);
        try {
            await untilAnswers(socket, over.signal);
            const pid = agentsAt(socket).find(({ parent }) => parent === child.pid)?.pid;
            if (pid === undefined)
                throw new Error('another than the one that was started answers');
            child.unref();
            return pid;
        }
        catch (error) {
            // What it has become nobody knows; its group is ours as long as it has not ended.
            if (!over.signal.aborted && child.pid !== undefined)
                tell(-child.pid, 'SIGKILL');
            await endAgentsAt(socket);
            throw error;
        }
    },
    ask,
    end: endAgentsAt,
};
/** By this GitHub's runner ends, with the job, what is left of it. Nothing else of the environment is for an agent. */
function keptEnvironment() {
    const { RUNNER_TRACKING_ID } = process.env;
    return RUNNER_TRACKING_ID === undefined ? {} : { RUNNER_TRACKING_ID };
}
async function untilAnswers(socket, over) {
    const end = Date.now() + startMs;
    for (;;) {
        try {
            await ask(socket, ssh_agent/* askIdentities */.gD);
            return;
        }
        catch (error) {
            if (over.aborted)
                throw new Error('the program ended at once', { cause: error });
            if (Date.now() > end)
                throw new Error('the program does not answer as an agent', { cause: error });
        }
        await (0,promises_.setTimeout)(ssh_agents_lookMs);
    }
}
/** One question, one answer, one connection. */
async function ask(path, question) {
    const socket = (0,external_node_net_.connect)(path).on('error', () => undefined);
    const timer = setTimeout(() => socket.destroy(new Error('no answer in time')), answerMs);
    try {
        socket.write((0,ssh_wire/* sshString */._G)(question));
        let answer = Buffer.alloc(0);
        for await (const piece of socket) {
            answer = Buffer.concat([answer, piece]);
            const length = answer.length < 4 ? Infinity : answer.readUInt32BE();
            if (length !== Infinity && length > longestAnswer)
                throw new Error('too long');
            if (answer.length >= 4 + length)
                return answer.subarray(4, 4 + length);
        }
        throw new Error('broken off');
    }
    finally {
        clearTimeout(timer);
        socket.destroy();
    }
}
/**
 * The first on PATH that only root can have put there: one that an earlier step has planted would be handed the key.
 * @returns its path without a link that somebody else could lead elsewhere until it is run
 */
function onPath(name, path) {
    const places = path.split(external_node_path_.delimiter).filter(external_node_path_.isAbsolute);
    const found = places
        .flatMap((folder) => ((0,external_node_fs_.existsSync)(folder) ? [(0,external_node_path_.join)((0,external_node_fs_.realpathSync)(folder), name)] : []))
        .find((place) => isRunnable(place) && isRoots(place));
    if (found !== undefined)
        return found;
    throw new errors/* CredsError */.uA('input-invalid', `There is no \`${name}\` on PATH that only root can have put there.`, {
        hint: name === 'ssh-agent'
            ? 'Install OpenSSH\u2019s client (`openssh-client`), or name one that you trust: `agent-program=/path/to/ssh-agent`.'
            : 'An agent of this run ends with a `sleep`: install one (`coreutils`).',
    });
}
function named(program) {
    if (isRunnable(program))
        return program;
    throw new errors/* CredsError */.uA('input-invalid', 'The input `export` gives `ssh` an `agent-program` that cannot be run.');
}
function isRunnable(place) {
    try {
        (0,external_node_fs_.accessSync)(place, external_node_fs_.constants.X_OK);
        return (0,external_node_fs_.statSync)(place).isFile();
    }
    catch {
        return false;
    }
}
/** By the place, what it leads to, and every folder above: whoever may rename one of these, may put another in its place. */
function isRoots(place) {
    const target = (0,external_node_fs_.realpathSync)(place);
    const folders = new Set([...foldersAbove(place), ...foldersAbove(target)]);
    return isRootsAlone(target) && [...folders].every(isRootsAlone);
}
function foldersAbove(path) {
    const above = (0,external_node_path_.dirname)(path);
    return above === path ? [] : [above, ...foldersAbove(above)];
}
function isRootsAlone(path) {
    const found = (0,external_node_fs_.statSync)(path);
    // Where the folder is sticky, nobody else renames what root has put there.
    const sticky = found.isDirectory() && (found.mode & 0o1000) !== 0;
    return found.uid === 0 && (sticky || (found.mode & 0o022) === 0);
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