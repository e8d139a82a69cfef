"use strict";
exports.id = 549;
exports.ids = [549];
exports.modules = {

/***/ 5504:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  undo: () => (/* binding */ undo)
});

// EXTERNAL MODULE: ./lib/aside/domain/deadline.js
var domain_deadline = __webpack_require__(3150);
// EXTERNAL MODULE: ./lib/aside/domain/errors.js
var errors = __webpack_require__(7945);
;// CONCATENATED MODULE: ./lib/aside/providers/returns.js

/** By the names of registry.ts. `never`: nothing that it lends can ever be given back, and nothing is loaded. */
const returns = {
    broker: async () => (await __webpack_require__.e(/* import() | broker-return */ 899).then(__webpack_require__.bind(__webpack_require__, 328))).brokerReturn,
    aws: 'never',
    azure: 'never',
    gcp: 'never',
    crates: async () => (await __webpack_require__.e(/* import() | crates-return */ 438).then(__webpack_require__.bind(__webpack_require__, 2683))).cratesReturn,
    npm: 'never',
    'octo-sts': async () => (await __webpack_require__.e(/* import() | octo-sts-return */ 420).then(__webpack_require__.bind(__webpack_require__, 33))).octoStsReturn,
    pypi: 'never',
    vault: async () => (await __webpack_require__.e(/* import() | vault-return */ 624).then(__webpack_require__.bind(__webpack_require__, 4225))).vaultReturn,
    sts: async () => (await __webpack_require__.e(/* import() | sts-return */ 284).then(__webpack_require__.bind(__webpack_require__, 7985))).stsReturn,
};
/**
 * How to give back what a provider has lent; undefined where nothing can ever be given back.
 * @throws CredsError `input-invalid` for a name that is not in the registry
 */
async function findReturn(name) {
    const load = Object.hasOwn(returns, name) ? returns[name] : undefined;
    if (load === undefined)
        throw new errors/* CredsError */.uA('input-invalid', 'The input `provider` names no known provider.');
    return load === 'never' ? undefined : load();
}

;// CONCATENATED MODULE: ./lib/aside/leases/giving-back.js



const budgetSeconds = 20;
/**
 * Gives back what one entry owes: by handle, then by a fresh ID token; tried again for 20 seconds. Never throws:
 * what went wrong is in the result.
 */
async function giveBack(intent, means) {
    const { host } = means;
    const start = host.clock.monotonicMs();
    const done = (result, rest = {}) => ({
        intent,
        result,
        leases: intent.leases.map((lease) => ({ ...lease, state: 'unknown' })),
        tookMs: host.clock.monotonicMs() - start,
        ...rest,
    });
    try {
        const way = await findReturn(intent.provider);
        if (isPast(intent, host.clock.now()) &&
            !(way?.renewable === true && intent.kept?.['token'] !== undefined))
            return done('over', {
                leases: intent.leases.map((lease) => ({ ...lease, state: 'expired' })),
            });
        if (way === undefined)
            return done(...judged(intent, undefined));
        const ids = intent.leases.map(({ id }) => id);
        const call = callFor(intent, means);
        const returned = await way.giveBack({ ...intent.kept, ...intent.debt }, ids, {
            call,
            audience: intent.audience,
            idToken: () => wayToAsk(intent, means, call),
        });
        return done(...judged(intent, returned));
    }
    catch (error) {
        const known = error instanceof errors/* CredsError */.uA
            ? error
            : ((0,errors/* missingFile */.Bi)(error) ?? new errors/* CredsError */.uA('internal', 'Giving back failed.', { cause: error }));
        return done('failed', { error: known });
    }
}
function isPast({ leases }, now) {
    return leases.length > 0 && leases.every(({ expiresAt }) => Date.parse(expiresAt) <= now.getTime());
}
function callFor({ post }, { job, host, deadline }) {
    const trust = trustOf(post.caCert, host);
    return {
        host,
        deadline: deadline ?? (0,domain_deadline/* startDeadline */.d)(host.clock, budgetSeconds),
        ...(trust === undefined ? {} : { trust }),
        onRetry: (text) => {
            job.tell('info', text);
        },
    };
}
function trustOf(caCert, { files }) {
    if (caCert === '')
        return undefined;
    return caCert.startsWith('-----BEGIN ') ? caCert : files.read(caCert, 1024 * 1024);
}
/** Loaded when a handle alone did not do. */
async function wayToAsk(intent, { job, idTokens = 'any' }, call) {
    if (idTokens === 'none')
        return undefined;
    const { askFor } = await __webpack_require__.e(/* import() | id-token-for-return */ 201).then(__webpack_require__.bind(__webpack_require__, 8155));
    return askFor(intent, { job, mayMint: idTokens === 'any' }, call);
}
function judged(intent, returned) {
    if (returned === undefined) {
        return ['lives-on', { leases: intent.leases.map((lease) => ({ ...lease, state: 'active' })) }];
    }
    const owed = intent.leases.map((lease) => {
        const state = returned.find(({ id }) => id === lease.id)?.state;
        if (state !== undefined)
            return { ...lease, state };
        return {
            ...lease,
            state: lease.revocability === 'expiry-only' ? 'active' : 'revoked',
        };
    });
    const others = returned
        .filter(({ id }) => !intent.leases.some((lease) => lease.id === id))
        .map(({ id, state, revocability, expiresAt }) => ({
        id,
        role: '',
        expiresAt: expiresAt.toISOString(),
        revocability,
        state,
    }));
    const leases = [...owed, ...others];
    const endsLater = leases.some(({ revocability, state }) => revocability === 'expiry-only' && state !== 'expired');
    if (endsLater)
        return ['lives-on', { leases }];
    return [leases.some(({ state }) => state === 'revoking') ? 'queued' : 'over', { leases }];
}

// EXTERNAL MODULE: ./lib/aside/leases/ledger.js + 1 modules
var ledger = __webpack_require__(3076);
// EXTERNAL MODULE: ./lib/aside/leases/opening.js
var opening = __webpack_require__(227);
// EXTERNAL MODULE: ./lib/aside/domain/duration.js
var duration = __webpack_require__(2078);
;// CONCATENATED MODULE: ./lib/aside/commands/return-report.js


const words = {
    over: 'given back',
    queued: 'given back: the broker has it in its queue',
    'lives-on': 'cannot be revoked',
    failed: 'NOT given back',
};
/** Of one lease: beside one that lives on, another may well be over. */
function resultOf({ state }, result) {
    return state === 'revoked' && result !== 'failed' ? 'over' : result;
}
/** One line a lease; a warning where something lives on against the will of the workflow. */
function tellReturn(outcome, { job, host }) {
    const now = host.clock.now();
    const took = `in ${String(Math.round(outcome.tookMs))} ms`;
    if (outcome.result === 'failed') {
        const reason = outcome.error?.message ?? '';
        if (outcome.leases.length === 0) {
            job.tell('warning', `Could not make sure that nothing is lent any more: ${reason} Whatever was lent ends by itself.`);
        }
        for (const { id, role, revocability, expiresAt } of outcome.leases) {
            const end = (0,duration/* formatTime */.fU)(new Date(expiresAt), now);
            job.tell('warning', `${role} (lease ${id}, ${revocability}) could not be given back and lives until ${expiresAt} (${end}). ${reason}`);
        }
        return;
    }
    if (outcome.leases.length === 0) {
        const text = outcome.result === 'lives-on'
            ? 'What may have been lent was delivered to nobody; it cannot be revoked and ends by itself.'
            : `Nothing is lent any more (${took}).`;
        job.tell('info', text);
    }
    for (const lease of outcome.leases) {
        const { role, id, state, expiresAt, revocability } = lease;
        const name = `${role === '' ? 'A lease that never arrived' : role} (lease ${id})`;
        const left = (Date.parse(expiresAt) - now.getTime()) / 1000;
        if (state === 'expired')
            job.tell('info', `${name} had already ended.`);
        else if (revocability === 'expiry-only') {
            job.tell('info', `${name} cannot be revoked: ends ${(0,duration/* formatTime */.fU)(new Date(expiresAt), now)}, in ${(0,duration/* formatDuration */.a3)(left)}.`);
        }
        else
            job.tell('info', `${name}: ${words[resultOf(lease, outcome.result)]} (${state}) ${took}.`);
    }
}
/** The table of post; only problems where the workflow says so. */
function summariseReturns(returns, { job, host }) {
    const wanted = returns.filter(({ intent: { post }, result }) => {
        return post.summary === 'always' || (post.summary === 'on-problem' && result === 'failed');
    });
    const now = host.clock.now();
    const rows = wanted.flatMap(({ leases, result, tookMs }) => {
        // Main was killed before it knew what it had borrowed.
        if (leases.length === 0 && result === 'failed')
            return [['', '', '', words.failed, 'ends by itself']];
        return leases.map((lease) => [
            lease.role,
            lease.id,
            lease.revocability,
            lease.state === 'expired' ? 'had already ended' : words[resultOf(lease, result)],
            resultOf(lease, result) === 'over'
                ? `${String(Math.round(tookMs))} ms`
                : `ends ${formatTime(new Date(lease.expiresAt), now)} (${lease.expiresAt})`,
        ]);
    });
    if (rows.length === 0)
        return;
    try {
        job.summarise(`### Giving credentials back\n\n${markdownTable(['role', 'lease', 'revocability', 'state', ''], rows)}\n`);
    }
    catch {
        job.tell('warning', 'The job summary could not be written.');
    }
}

// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(6760);
;// CONCATENATED MODULE: ./lib/aside/commands/remove-files.js

/**
 * Removes the files that were delivered, and their folder. What others have put there stays, and so does what lies where
 * another step has put a link in the folder's place. Never throws.
 * @returns paths of files that another step has changed since
 */
function removeFiles({ files, sizes = {} }, where) {
    const folders = [...new Set(files.map((path) => (0,external_node_path_.dirname)(path)))];
    const linked = folders.filter((folder) => isLinked(folder, where));
    const mine = files.filter((path) => !linked.includes((0,external_node_path_.dirname)(path)));
    const changed = mine.filter((path) => {
        const size = where.host.files.size(path);
        return size !== undefined && sizes[path] !== undefined && size !== sizes[path];
    });
    for (const path of mine)
        erase(path, where);
    for (const folder of linked)
        where.job.tell('warning', `The folder ${folder} is a link now; what it leads to is left as it is.`);
    for (const folder of folders.filter((each) => !linked.includes(each)))
        leave(folder, where);
    return changed;
}
function isLinked(folder, { host: { files } }) {
    return files.realPath(folder) !== (0,external_node_path_.join)(files.realPath((0,external_node_path_.dirname)(folder)), (0,external_node_path_.basename)(folder));
}
function erase(path, { job, host }) {
    try {
        host.files.erase(path);
    }
    catch {
        job.tell('warning', `The file ${path} could not be removed.`);
    }
}
function leave(folder, { job, host }) {
    host.files.removeIfEmpty(folder);
    if (host.files.list(folder).length > 0)
        job.tell('info', `Files of other steps in ${folder} are left as they are.`);
}

;// CONCATENATED MODULE: ./lib/aside/commands/unheard.js
/**
 * The job as one sees it who must go on although nobody may be listening any more: a closed pipe or a full disk
 * keeps nothing from being given back. Never for a step that has secrets to hide.
 */
function unheard(job) {
    const quietly = (say) => (...words) => {
        try {
            say(...words);
        }
        catch {
            // Nobody hears it.
        }
    };
    return {
        ...job,
        mask: quietly((patterns) => {
            job.mask(patterns);
        }),
        tell: quietly((level, text) => {
            job.tell(level, text);
        }),
        summarise: quietly((markdown) => {
            job.summarise(markdown);
        }),
    };
}

// EXTERNAL MODULE: ./lib/aside/commands/variables-after.js
var variables_after = __webpack_require__(644);
;// CONCATENATED MODULE: ./lib/aside/commands/undo.js








/** The time, in seconds, that giving back may take when the run has failed or was cancelled. */
const undoSeconds = 5;
/** Gives back what was lent, whatever the failure was; a cancelled run has five seconds for it. */
async function undo(progress, { job, host }) {
    const { latest, maybeLent } = progress;
    // Cancelled, or with nobody listening any more: neither may keep us from giving back.
    const calm = { ...host, signal: new AbortController().signal };
    const where = { job: unheard(job), host: calm };
    // What only this run knows post has to know before it is tried here, where it may fail or be killed.
    if (maybeLent && latest.kept !== undefined)
        bestEffort(() => {
            (0,opening/* recordLeases */.VJ)(latest, where);
        });
    await takeBackDelivered(progress, where);
    if (maybeLent) {
        const outcome = await giveBack(latest, { ...where, deadline: (0,domain_deadline/* startDeadline */.d)(host.clock, undoSeconds) });
        tellReturn(outcome, where);
        if (outcome.result === 'failed')
            return;
    }
    bestEffort(() => {
        (0,ledger/* closeIntent */.fL)(latest.id, where);
        job.remember('');
    });
}
/** A part of the delivery may have succeeded before another failed. */
async function takeBackDelivered({ latest, outputs }, where) {
    const { job, host } = where;
    const { agent } = latest;
    if (agent !== undefined)
        await (await __webpack_require__.e(/* import() | ssh-agent */ 551).then(__webpack_require__.bind(__webpack_require__, 7640))).endAgent(agent.socket, where);
    bestEffort(() => {
        removeFiles(latest, where);
    });
    bestEffort(() => {
        job.exportVariables((0,variables_after/* variablesAfter */.wd)(latest, host));
    });
    bestEffort(() => {
        job.setOutputs(Object.fromEntries(outputs.map((name) => [name, ''])));
    });
}
/** A disk that failed to take the delivery may not take it back either; the credentials themselves are revoked. */
function bestEffort(action) {
    try {
        action();
    }
    catch {
        // Nothing more can be done here, and giving back must go on.
    }
}


/***/ })

};
;