"use strict";
exports.id = 549;
exports.ids = [549];
exports.modules = {

/***/ 1646:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   W: () => (/* binding */ removeFiles)
/* harmony export */ });
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(6760);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_path__WEBPACK_IMPORTED_MODULE_0__);

/**
 * Removes the files that were delivered, and their folder. What others have put there stays, and so does what lies where
 * another step has put a link in the folder's place. Never throws.
 * @returns paths of files that another step has changed since
 */
function removeFiles({ files, sizes = {} }, where) {
    const folders = [...new Set(files.map((path) => (0,node_path__WEBPACK_IMPORTED_MODULE_0__.dirname)(path)))];
    const linked = folders.filter((folder) => isLinked(folder, where));
    const mine = files.filter((path) => !linked.includes((0,node_path__WEBPACK_IMPORTED_MODULE_0__.dirname)(path)));
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
    return files.realPath(folder) !== (0,node_path__WEBPACK_IMPORTED_MODULE_0__.join)(files.realPath((0,node_path__WEBPACK_IMPORTED_MODULE_0__.dirname)(folder)), (0,node_path__WEBPACK_IMPORTED_MODULE_0__.basename)(folder));
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


/***/ }),

/***/ 1949:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   G: () => (/* binding */ summariseReturns),
/* harmony export */   o: () => (/* binding */ tellReturn)
/* harmony export */ });
/* harmony import */ var _domain_duration_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(2078);
/* harmony import */ var _domain_markdown_table_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(8950);


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
            const end = (0,_domain_duration_js__WEBPACK_IMPORTED_MODULE_0__/* .formatTime */ .fU)(new Date(expiresAt), now);
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
            job.tell('info', `${name} cannot be revoked: ends ${(0,_domain_duration_js__WEBPACK_IMPORTED_MODULE_0__/* .formatTime */ .fU)(new Date(expiresAt), now)}, in ${(0,_domain_duration_js__WEBPACK_IMPORTED_MODULE_0__/* .formatDuration */ .a3)(left)}.`);
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
                : `ends ${(0,_domain_duration_js__WEBPACK_IMPORTED_MODULE_0__/* .formatTime */ .fU)(new Date(lease.expiresAt), now)} (${lease.expiresAt})`,
        ]);
    });
    if (rows.length === 0)
        return;
    try {
        job.summarise(`### Credentials at the end of the job\n\n${(0,_domain_markdown_table_js__WEBPACK_IMPORTED_MODULE_1__/* .markdownTable */ .Q)(['role', 'lease', 'revocability', 'state', ''], rows)}\n`);
    }
    catch {
        job.tell('warning', 'The job summary could not be written.');
    }
}


/***/ }),

/***/ 3738:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   undo: () => (/* binding */ undo)
/* harmony export */ });
/* harmony import */ var _domain_deadline_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(3150);
/* harmony import */ var _leases_giving_back_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(1337);
/* harmony import */ var _leases_ledger_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(6046);
/* harmony import */ var _return_report_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(1949);
/* harmony import */ var _remove_files_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(1646);
/* harmony import */ var _unheard_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(4531);
/* harmony import */ var _variables_after_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(644);







/** The time, in seconds, that giving back may take when the run has failed or was cancelled. */
const undoSeconds = 5;
/** Gives back what was lent, whatever the failure was; a cancelled run has five seconds for it. */
async function undo(progress, { job, host }) {
    const { latest, maybeLent } = progress;
    // Cancelled, or with nobody listening any more: neither may keep us from giving back.
    const calm = { ...host, signal: new AbortController().signal };
    const where = { job: (0,_unheard_js__WEBPACK_IMPORTED_MODULE_0__/* .unheard */ .y)(job), host: calm };
    // What only this run knows post has to know before it is tried here, where it may fail or be killed.
    if (maybeLent && latest.kept !== undefined)
        bestEffort(() => {
            (0,_leases_ledger_js__WEBPACK_IMPORTED_MODULE_1__/* .recordLeases */ .VJ)(latest, where);
        });
    await takeBackDelivered(progress, where);
    if (maybeLent) {
        const outcome = await (0,_leases_giving_back_js__WEBPACK_IMPORTED_MODULE_2__/* .giveBack */ .F)(latest, { ...where, deadline: (0,_domain_deadline_js__WEBPACK_IMPORTED_MODULE_3__/* .startDeadline */ .d)(host.clock, undoSeconds) });
        (0,_return_report_js__WEBPACK_IMPORTED_MODULE_4__/* .tellReturn */ .o)(outcome, where);
        if (outcome.result === 'failed')
            return;
    }
    bestEffort(() => {
        (0,_leases_ledger_js__WEBPACK_IMPORTED_MODULE_1__/* .closeIntent */ .fL)(latest.id, where);
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
        (0,_remove_files_js__WEBPACK_IMPORTED_MODULE_5__/* .removeFiles */ .W)(latest, where);
    });
    bestEffort(() => {
        job.exportVariables((0,_variables_after_js__WEBPACK_IMPORTED_MODULE_6__/* .variablesAfter */ .wd)(latest, host));
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


/***/ }),

/***/ 1337:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   F: () => (/* binding */ giveBack)
/* harmony export */ });
/* harmony import */ var _domain_deadline_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(3150);
/* harmony import */ var _domain_errors_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(7945);
/* harmony import */ var _id_tokens_registry_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(708);
/* harmony import */ var _providers_registry_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(611);
/* harmony import */ var _redaction_masks_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(3151);





const budgetSeconds = 20;
/**
 * Gives back what one entry owes: by handle, then by a fresh ID token; tried again for 20 seconds. Never throws:
 * what went wrong is in the result.
 */
async function giveBack(intent, means) {
    const { job, host, deadline } = means;
    const start = host.clock.monotonicMs();
    const done = (result, rest = {}) => ({
        intent,
        result,
        leases: intent.leases.map((lease) => ({ ...lease, state: 'unknown' })),
        tookMs: host.clock.monotonicMs() - start,
        ...rest,
    });
    try {
        const provider = await (0,_providers_registry_js__WEBPACK_IMPORTED_MODULE_0__/* .findProvider */ .l)(intent.provider);
        if (isPast(intent, host.clock.now()) && !(provider.renewable && intent.kept?.['token'] !== undefined))
            return done('over', {
                leases: intent.leases.map((lease) => ({ ...lease, state: 'expired' })),
            });
        const ids = intent.leases.map(({ id }) => id);
        const trust = intent.post.caCert === '' ? undefined : host.files.read(intent.post.caCert, 1024 * 1024);
        const call = {
            host,
            deadline: deadline ?? (0,_domain_deadline_js__WEBPACK_IMPORTED_MODULE_1__/* .startDeadline */ .d)(host.clock, budgetSeconds),
            ...(trust === undefined ? {} : { trust }),
            onRetry: (text) => {
                job.tell('info', text);
            },
        };
        const returned = await provider.giveBack({ ...intent.kept, ...intent.debt }, ids, await wayBack(intent, means, call));
        return done(...judged(intent, returned));
    }
    catch (error) {
        const known = error instanceof _domain_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .CredsError */ .u
            ? error
            : new _domain_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .CredsError */ .u('internal', 'Giving back failed.', { cause: error });
        return done('failed', { error: known });
    }
}
function isPast({ leases }, now) {
    return leases.length > 0 && leases.every(({ expiresAt }) => Date.parse(expiresAt) <= now.getTime());
}
async function wayBack(intent, { job, idTokens = 'any' }, call) {
    const { audience } = intent;
    const source = await (0,_id_tokens_registry_js__WEBPACK_IMPORTED_MODULE_3__/* .findIdTokenSource */ .D)(intent.idToken, job).catch(() => undefined);
    if (source === undefined || idTokens === 'none')
        return { call, audience };
    const hidden = (idToken) => {
        job.mask((0,_redaction_masks_js__WEBPACK_IMPORTED_MODULE_4__/* .masksOfIdToken */ .DS)(idToken.token));
        return idToken;
    };
    if (source.mints) {
        if (idTokens === 'held')
            return { call, audience };
        return { call, audience, idToken: async (bound) => hidden(await source.request(bound, call)) };
    }
    // The one that the job began with, if this shell has it: its audience names no key, and it may be presented again.
    const held = await source.request(audience, call).catch(() => undefined);
    if (held === undefined || held.expiresAt <= call.host.clock.now())
        return { call, audience };
    return { call, audience, idToken: () => Promise.resolve(hidden(held)) };
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


/***/ })

};
;