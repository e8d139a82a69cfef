"use strict";
exports.id = 481;
exports.ids = [481];
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

/***/ 9582:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   revokeAtEnd: () => (/* binding */ revokeAtEnd),
/* harmony export */   revokeNow: () => (/* binding */ revokeNow)
/* harmony export */ });
/* unused harmony exports passSettled, takeBackVariables, removeDelivered, tellChanged */
/* harmony import */ var _domain_errors_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(7945);
/* harmony import */ var _leases_giving_back_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(1337);
/* harmony import */ var _leases_ledger_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(6046);
/* harmony import */ var _leases_intent_text_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(1705);
/* harmony import */ var _return_report_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(1949);
/* harmony import */ var _remove_files_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(1646);
/* harmony import */ var _variables_after_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(644);







/**
 * Post: gives back all that the platform's state says is owed, and removes what was written. Without a word when
 * the workflow said `revoke: false`, except what stays alive.
 * @throws CredsError `revoke-failed` only where the workflow wants that
 */
async function revokeAtEnd(where) {
    const text = where.job.recall() ?? '';
    if (text === '')
        return;
    const owed = (0,_leases_intent_text_js__WEBPACK_IMPORTED_MODULE_0__/* .readIntent */ .N)(text);
    if (owed === undefined)
        throw new _domain_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .CredsError */ .u('internal', 'The state that main left cannot be read.');
    const intent = (0,_leases_ledger_js__WEBPACK_IMPORTED_MODULE_2__/* .withKept */ .$B)(owed, where);
    if (intent === undefined) {
        await passSettled(owed, where);
        return;
    }
    hide(intent, where);
    leadBack(intent, where);
    await removeDelivered(intent, where);
    if (!intent.post.revoke) {
        where.job.tell('info', 'Not given back, as `revoke: false` says; it ends by itself.');
        (0,_leases_ledger_js__WEBPACK_IMPORTED_MODULE_2__/* .closeIntent */ .fL)(intent.id, where);
        return;
    }
    await settle([intent], where, 'end');
}
/** The posts of the steps before ours are to find their tools led where these steps had led them: they clean up there. */
function leadBack(intent, where) {
    const { job, host } = where;
    // What is not given back may still be in use.
    const variables = intent.post.revoke ? intent.variables : [];
    const living = (0,_leases_ledger_js__WEBPACK_IMPORTED_MODULE_2__/* .listIntents */ .Ke)(where).filter(({ id, owner }) => id !== intent.id && owner === undefined);
    try {
        job.exportVariables((0,_variables_after_js__WEBPACK_IMPORTED_MODULE_3__/* .variablesAfter */ .wd)({ ...intent, variables }, host, living));
    }
    catch {
        job.tell('info', 'The variables of what is given back could not be set back.');
    }
}
/**
 * Only our file says that this was given back in the middle of the job, and whoever could write it could also have taken
 * the credential out of it. So it is not passed over without a word, and what was delivered goes in any case.
 */
async function passSettled(owed, where) {
    await removeDelivered(owed, where);
    for (const { role, id } of owed.leases)
        where.job.tell('info', `${role} (lease ${id}): given back in the middle of the job, as its entry says.`);
    (0,_leases_ledger_js__WEBPACK_IMPORTED_MODULE_2__/* .closeIntent */ .fL)(owed.id, where);
}
/**
 * In the middle of the job: gives back what the entries beside the job say, or only the named leases, blanks the
 * variables and removes the files.
 * @throws CredsError `input-invalid` when a lease is named that is not there; `revoke-failed` when one lives on
 */
async function revokeNow(leaseIds, where) {
    const all = (0,_leases_ledger_js__WEBPACK_IMPORTED_MODULE_2__/* .listIntents */ .Ke)(where);
    // What an `exec` has borrowed it gives back itself; the next one does that of an `exec` that was killed.
    const chosen = leaseIds.length === 0
        ? all.filter(({ owner }) => owner === undefined)
        : all.filter(({ leases }) => leases.some(({ id }) => leaseIds.includes(id)));
    const known = chosen.flatMap(({ leases }) => leases.map(({ id }) => id));
    if (leaseIds.some((id) => !known.includes(id))) {
        throw new _domain_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .CredsError */ .u('input-invalid', 'The input `lease-ids` names a lease that this job does not owe.');
    }
    if (chosen.length === 0)
        where.job.tell('info', 'There is nothing to give back.');
    for (const intent of chosen) {
        hide(intent, where);
        takeBackVariables(intent, all.filter((each) => !chosen.includes(each)), where);
        tellChanged(await removeDelivered(intent, where), where);
    }
    await settle(chosen, where, 'middle');
}
/** Blanks the variables for the steps that follow, and leads tools where they were led before. */
function takeBackVariables(intent, living, { job, host }) {
    job.exportVariables((0,_variables_after_js__WEBPACK_IMPORTED_MODULE_3__/* .variablesAfter */ .wd)(intent, host, living));
    const later = (0,_variables_after_js__WEBPACK_IMPORTED_MODULE_3__/* .leadingToLater */ .mF)(intent, living);
    if (later.length === 0)
        return;
    const text = 'to the files of a later step; what these have copied goes when its lease is given back.';
    job.tell('info', `Tools are still led by ${later.join(', ')} ${text}`);
}
async function settle(intents, where, when) {
    const returns = [];
    for (const intent of intents) {
        const outcome = await (0,_leases_giving_back_js__WEBPACK_IMPORTED_MODULE_4__/* .giveBack */ .F)(intent, { ...where, idTokens: when === 'end' ? 'any' : 'none' });
        (0,_return_report_js__WEBPACK_IMPORTED_MODULE_5__/* .tellReturn */ .o)(outcome, where);
        if (outcome.result !== 'failed') {
            if (when === 'end')
                (0,_leases_ledger_js__WEBPACK_IMPORTED_MODULE_2__/* .closeIntent */ .fL)(intent.id, where);
            else
                (0,_leases_ledger_js__WEBPACK_IMPORTED_MODULE_2__/* .settleIntent */ .eY)(intent, where);
        }
        returns.push(outcome);
    }
    (0,_return_report_js__WEBPACK_IMPORTED_MODULE_5__/* .summariseReturns */ .G)(returns, where);
    const failed = returns.find(({ result, intent }) => result === 'failed' && intent.post.failOnRevokeError);
    if (failed !== undefined) {
        throw new _domain_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .CredsError */ .u('revoke-failed', 'Not everything could be given back.', { cause: failed.error });
    }
}
/** The runner shows the state's values in its debug log, and a new process of ours knows no masks yet. */
function hide(intent, { job }) {
    const secrets = [intent.debt['handle'], ...Object.values(intent.kept ?? {})];
    job.mask(secrets.filter((secret) => secret !== undefined));
}
/**
 * Ends the agent of the run; removes files that were delivered, and the platform's own that carried them. Never throws.
 * @returns paths of files that another step has changed since
 */
async function removeDelivered(intent, where) {
    if (intent.agent !== undefined)
        await (await __webpack_require__.e(/* import() | ssh-agent */ 551).then(__webpack_require__.bind(__webpack_require__, 7640))).endAgent(intent.agent.socket, where);
    const changed = (0,_remove_files_js__WEBPACK_IMPORTED_MODULE_6__/* .removeFiles */ .W)(intent, where);
    where.job.eraseCommandFiles(intent.commandFiles);
    return changed;
}
/** Another step has logged in, or set something, by the tool that ours was for: what comes next may rely on it. */
function tellChanged(paths, { job }) {
    for (const path of paths)
        job.tell('warning', `Another step has changed ${path}, which is removed with the credential in it: what that step has put there counts no more.`);
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