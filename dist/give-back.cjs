/******/ (() => { // webpackBootstrap
/******/ 	"use strict";
/******/ 	
/******/ 	// The require function
/******/ 	var __nccwpck_require__ = (function (moduleId) {
/******/ 		// Check if module is in cache
/******/ 		var cachedModule = __webpack_module_cache__[moduleId];
/******/ 		if (cachedModule !== undefined) {
/******/ 			return cachedModule.exports;
/******/ 		}
/******/ 		// Create a new module (and put it into the cache)
/******/ 		var module = __webpack_module_cache__[moduleId] = {
/******/ 			// no module.id needed
/******/ 			// no module.loaded needed
/******/ 			exports: {}
/******/ 		};
/******/ 	
/******/ 		// Execute the module function
/******/ 		var threw = true;
/******/ 		try {
/******/ 			__webpack_modules__[moduleId](module, module.exports, __nccwpck_require__);
/******/ 			threw = false;
/******/ 		} finally {
/******/ 			if(threw) delete __webpack_module_cache__[moduleId];
/******/ 		}
/******/ 	
/******/ 		// Return the exports of the module
/******/ 		return module.exports;
/******/ 	});
// CONCATENATED MODULE: ./lib/aside/providers/returns.js
/**
 * How to give back what a provider has lent; undefined where nothing can ever be given back.
 * @throws CredsError `input-invalid` for a name that is not in the registry
 */
var findReturn = (async function (name) {
    const load = Object.hasOwn(returns, name) ? returns[name] : undefined;
    if (load === undefined)
        throw new errors/* CredsError */.uA('input-invalid', 'The input `provider` names no known provider.');
    return load === 'never' ? undefined : load();
});
// CONCATENATED MODULE: ./lib/aside/leases/giving-back.js
/**
 * Gives back what one entry owes: by handle, then by a fresh ID token; tried again for 20 seconds. Never throws:
 * what went wrong is in the result.
 */
var giveBack = (async function (intent, means) {
    const { host } = means;
    const start = host.clock.monotonicMs();
    const done = ((result, rest = {}) => ({
        intent,
        result,
        leases: intent.leases.map((lease) => ({ ...lease, state: 'unknown' })),
        tookMs: host.clock.monotonicMs() - start,
        ...rest,
    }));
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
});
var isPast = (function ({ leases }, now) {
    return leases.length > 0 && leases.every(({ expiresAt }) => Date.parse(expiresAt) <= now.getTime());
});
var callFor = (function ({ post }, { job, host, deadline }) {
    const trust = trustOf(post.caCert, host);
    return {
        host,
        deadline: deadline ?? (0,domain_deadline/* startDeadline */.d)(host.clock, budgetSeconds),
        ...(trust === undefined ? {} : { trust }),
        onRetry: (text) => {
            job.tell('info', text);
        },
    };
});
var trustOf = (function (caCert, { files }) {
    if (caCert === '')
        return undefined;
    return caCert.startsWith('-----BEGIN ') ? caCert : files.read(caCert, 1024 * 1024);
});
var judged = (function (intent, returned) {
    if (returned === undefined) {
        return ['lives-on', { leases: intent.leases.map((lease) => ({ ...lease, state: 'active' })) }];
    }
    const owed = intent.leases.map(((lease) => {
        const state = returned.find(({ id }) => id === lease.id)?.state;
        if (state !== undefined)
            return { ...lease, state };
        return {
            ...lease,
            state: lease.revocability === 'expiry-only' ? 'active' : 'revoked',
        };
    }));
    const others = returned
        .filter(({ id }) => !intent.leases.some((lease) => lease.id === id))
        .map((({ id, state, revocability, expiresAt }) => ({
        id,
        role: '',
        expiresAt: expiresAt.toISOString(),
        revocability,
        state,
    })));
    const leases = [...owed, ...others];
    const endsLater = leases.some((({ revocability, state }) => revocability === 'expiry-only' && state !== 'expired'));
    if (endsLater)
        return ['lives-on', { leases }];
    return [leases.some(({ state }) => state === 'revoking') ? 'queued' : 'over', { leases }];
});
// CONCATENATED MODULE: ./lib/aside/leases/intent-text.js
/** Reads an entry of the ledger; undefined when it is not one of ours in every member. */
var readIntent = (function (text) {
    let entry;
    try {
        entry = (0,json/* parseStrictJson */.RJ)(text);
    }
    catch {
        return undefined;
    }
    return isIntent(entry) ? entry : undefined;
});
var isIntent = (function (entry) {
    if (!(0,json/* isObject */.Gv)(entry) || (0,json/* member */.Dc)(entry, 'version') !== 1)
        return false;
    const { id, provider, audience, idToken, debt, leases, post } = entry;
    return (typeof id === 'string' &&
        (0,pattern/* fullMatch */.L)(/[0-9a-f]{16}/, id) &&
        [provider, audience, idToken].every((value) => typeof value === 'string') &&
        isDebt(debt) &&
        ((0,json/* member */.Dc)(entry, 'kept') === undefined || isDebt((0,json/* member */.Dc)(entry, 'kept'))) &&
        ['undefined', 'string'].includes(typeof (0,json/* member */.Dc)(entry, 'keptMark')) &&
        [undefined, true].includes((0,json/* member */.Dc)(entry, 'givenBack')) &&
        ((0,json/* member */.Dc)(entry, 'owner') === undefined || isOwner((0,json/* member */.Dc)(entry, 'owner'))) &&
        ((0,json/* member */.Dc)(entry, 'agent') === undefined || isAgent((0,json/* member */.Dc)(entry, 'agent'))) &&
        Array.isArray(leases) &&
        leases.every(isOwedLease) &&
        ['variables', 'files', 'commandFiles'].every((name) => isTextList((0,json/* member */.Dc)(entry, name))) &&
        ((0,json/* member */.Dc)(entry, 'sizes') === undefined || isSizes((0,json/* member */.Dc)(entry, 'sizes'))) &&
        ((0,json/* member */.Dc)(entry, 'before') === undefined || isTextList((0,json/* member */.Dc)(entry, 'before'))) &&
        ((0,json/* member */.Dc)(entry, 'pointers') === undefined || isPointerList((0,json/* member */.Dc)(entry, 'pointers'))) &&
        isPostSettings(post));
});
var isDebt = (function (value) {
    return (0,json/* isObject */.Gv)(value) && Object.values(value).every((text) => typeof text === 'string');
});
var isTextList = (function (value) {
    return Array.isArray(value) && value.every((item) => typeof item === 'string');
});
var isOwedLease = (function (value) {
    if (!(0,json/* isObject */.Gv)(value))
        return false;
    const texts = ['id', 'role', 'expiresAt', 'revocability'].map((name) => (0,json/* member */.Dc)(value, name));
    return texts.every((text) => typeof text === 'string') && !isNaN(Date.parse(String(value['expiresAt'])));
});
var isPointerList = (function (value) {
    return Array.isArray(value) && value.every(isPointer);
});
var isPointer = (function (value) {
    if (!(0,json/* isObject */.Gv)(value))
        return false;
    const behind = (0,json/* member */.Dc)(value, 'behind');
    const texts = ['name', 'value', 'after'].map((name) => (0,json/* member */.Dc)(value, name));
    return (texts.every((text) => typeof text === 'string') &&
        (behind === undefined || (isTextList(behind) && behind.length > 0)));
});
var isPostSettings = (function (value) {
    return ((0,json/* isObject */.Gv)(value) &&
        typeof value['revoke'] === 'boolean' &&
        typeof value['failOnRevokeError'] === 'boolean' &&
        typeof value['caCert'] === 'string' &&
        ['always', 'on-problem', 'never'].includes(String(value['summary'])));
});
// CONCATENATED MODULE: ./lib/aside/domain/draft.js
/** True for the name of a draft of the file of that name. */
var isDraftOf = (function (name, draft) {
    return draft.startsWith(`.${name}.`);
});
// CONCATENATED MODULE: ./lib/aside/leases/ledger.js
/** Where an entry of the job lies for the `revoke` action and for operators. */
var entryPath = (function (job, id) {
    return (0,external_node_path_.join)(job.folder, `${id}.json`);
});
/**
 * An entry of the platform's state with what its file keeps besides, or the draft of that file, if that is what we wrote.
 * Nothing else in them counts.
 * @returns undefined when it was given back in the middle of the job
 */
var withKept = (async function (intent, where) {
    if (intent.kept === undefined)
        return intent;
    const text = where.host.files.read(entryPath(where.job, intent.id), longestEntry);
    const filed = text === undefined ? undefined : readIntent(text);
    if (filed?.givenBack === true)
        return undefined;
    const { keptMark, ...owed } = intent;
    // It hashes: who keeps nothing need not load node:crypto.
    const { markOf } = await __nccwpck_require__.e(/* import() | kept-mark */ 783).then(__nccwpck_require__.bind(__nccwpck_require__, 4425));
    const isOurs = ((kept) => keptMark === undefined ? Object.keys(kept).length > 0 : keptMark === markOf(kept));
    const kept = filed?.kept ?? {};
    if (isOurs(kept))
        return { ...owed, kept };
    const drafts = draftsOf(intent.id, where).map((path) => readDraft(path, intent.id, where)?.kept ?? {});
    return { ...owed, kept: drafts.find(isOurs) ?? {} };
});
/** What somebody was killed over who was about to put it in the place of the entry\u2019s file. */
var draftsOf = (function (id, { job, host }, names = host.files.list(job.folder)) {
    return names.filter((name) => isDraftOf(`${id}.json`, name)).map((name) => (0,external_node_path_.join)(job.folder, name));
});
/** Forgets an entry that owes nothing more. What post reads, the platform's state, stays as it is. */
var closeIntent = (function (id, where) {
    // First: what is killed in between can be done again as long as the entry is there.
    eraseDrafts(id, where);
    where.host.files.erase(entryPath(where.job, id));
});
var eraseDrafts = (function (id, where) {
    // A folder under such a name is another's, and must not keep what is owed besides from being given back.
    const { files } = where.host;
    for (const path of draftsOf(id, where))
        if (files.size(path) !== undefined)
            files.erase(path);
});
/**
 * The entries that lie in files of ours alone: elsewhere another user could name what is to be erased, and to whom we
 * speak. Another step could have written them: they may cause a giving back, no more.
 */
var listIntents = (function ({ job, host }) {
    const names = host.files.list(job.folder);
    const entries = names.filter((name) => (0,pattern/* fullMatch */.L)(entryName, name));
    return entries.flatMap(((name) => {
        const filed = readOwn((0,external_node_path_.join)(job.folder, name), host);
        if (filed === undefined || `${filed.id}.json` !== name || filed.givenBack === true)
            return [];
        const intent = latestOf(filed, names, { job, host });
        const files = intent.files.filter(((path) => isOwnFolder((0,external_node_path_.dirname)(path), intent.id, { job, host })));
        const { agent, ...others } = intent;
        const ours = agent?.socket === agentSocket(job.folder, intent.id);
        return [{ ...others, ...(ours && { agent }), files, commandFiles: [] }];
    }));
});
// CONCATENATED MODULE: ./lib/aside/leases/changed-entries.js
/** True when what bears the entry's name is no entry of ours, or the folder is none of ours: another step was there. */
var isChangedEntry = (function (id, where) {
    return isChangedFolder(where) || isChanged(entryPath(where.job, id), where);
});
/** A link, or what nothing can lie in. Where there is no folder nothing was changed. */
var isChangedFolder = (function ({ job: { folder }, host: { files } }) {
    if (files.realPath(folder) !== (0,external_node_path_.join)(files.realPath((0,external_node_path_.dirname)(folder)), (0,external_node_path_.basename)(folder)))
        return true;
    try {
        files.readPrivate((0,external_node_path_.join)(folder, 'none'), 0);
        return false;
    }
    catch {
        return true;
    }
});
var isChanged = (function (path, { host: { files } }) {
    try {
        const text = files.readPrivate(path, longestEntry);
        if (text === undefined || !isWhole(text))
            return false;
        return `${readIntent(text)?.id ?? ''}.json` !== (0,external_node_path_.basename)(path);
    }
    catch {
        return true;
    }
});
var isWhole = (function (text) {
    try {
        (0,json/* parseStrictJson */.RJ)(text);
        return true;
    }
    catch {
        return false;
    }
});
// CONCATENATED MODULE: ./lib/aside/domain/duration.js
/** `in 15 min`-style words for a person: `45 s`, `15 min`, `1 h 30 min`. Takes seconds, rounds to the minute above two. */
var formatDuration = (function (seconds) {
    const whole = Math.max(0, Math.round(seconds));
    if (whole < 120)
        return `${String(whole)} s`;
    const minutes = Math.round(whole / 60);
    if (minutes < 60)
        return `${String(minutes)} min`;
    const rest = minutes % 60;
    return `${String(Math.floor(minutes / 60))} h${rest === 0 ? '' : ` ${String(rest)} min`}`;
});
/** `16:15 UTC`, with the date in front when it is not the day of `now`. */
var formatTime = (function (at, now) {
    const [day, time] = at.toISOString().split('T');
    const clock = `${time.slice(0, 5)} UTC`;
    return day === now.toISOString().slice(0, 10) ? clock : `${day} ${clock}`;
});
// CONCATENATED MODULE: ./lib/aside/domain/markdown-table.js
/** A table in GitHub Flavored Markdown; what stands in the cells cannot break out of them. */
var markdownTable = (function (head, rows) {
    const line = (cells) => `| ${cells.map(cell).join(' | ')} |\n`;
    return line(head) + line(head.map(() => '---')) + rows.map(line).join('');
});
var cell = (function (text) {
    return text.replace(/[\\|`*_[\]<>&#!]/g, (char) => `&#${String(char.charCodeAt(0))};`).replace(/\s+/g, ' ');
});
// CONCATENATED MODULE: ./lib/aside/commands/return-report.js
/** Of one lease: beside one that lives on, another may well be over. */
var resultOf = (function ({ state }, result) {
    return state === 'revoked' && result !== 'failed' ? 'over' : result;
});
/** One line a lease; a warning where something lives on against the will of the workflow. */
var tellReturn = (function (outcome, { job, host }) {
    const now = host.clock.now();
    const took = `in ${String(Math.round(outcome.tookMs))} ms`;
    if (outcome.result === 'failed') {
        const reason = outcome.error?.message ?? '';
        if (outcome.leases.length === 0) {
            job.tell('warning', `Could not make sure that nothing is lent any more: ${reason} Whatever was lent ends by itself.`);
        }
        for (const { id, role, revocability, expiresAt } of outcome.leases) {
            const end = formatTime(new Date(expiresAt), now);
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
            job.tell('info', `${name} cannot be revoked: ends ${formatTime(new Date(expiresAt), now)}, in ${formatDuration(left)}.`);
        }
        else
            job.tell('info', `${name}: ${words[resultOf(lease, outcome.result)]} (${state}) ${took}.`);
    }
});
/** The table of post; only problems where the workflow says so. */
var summariseReturns = (function (returns, { job, host }) {
    const wanted = returns.filter((({ intent: { post }, result }) => {
        return post.summary === 'always' || (post.summary === 'on-problem' && result === 'failed');
    }));
    const now = host.clock.now();
    const rows = wanted.flatMap((({ leases, result, tookMs }) => {
        // Main was killed before it knew what it had borrowed.
        if (leases.length === 0 && result === 'failed')
            return [['', '', '', words.failed, 'ends by itself']];
        return leases.map(((lease) => [
            lease.role,
            lease.id,
            lease.revocability,
            lease.state === 'expired' ? 'had already ended' : words[resultOf(lease, result)],
            resultOf(lease, result) === 'over'
                ? `${String(Math.round(tookMs))} ms`
                : `ends ${formatTime(new Date(lease.expiresAt), now)} (${lease.expiresAt})`,
        ]));
    }));
    if (rows.length === 0)
        return;
    try {
        job.summarise(`### Giving credentials back\n\n${markdownTable(['role', 'lease', 'revocability', 'state', ''], rows)}\n`);
    }
    catch {
        job.tell('warning', 'The job summary could not be written.');
    }
});
// CONCATENATED MODULE: ./lib/aside/commands/forget-entry.js
/**
 * Forgets an entry that owes nothing more. Never throws: another step may have put something there that cannot be removed,
 * and what is owed besides has to be given back.
 */
var forgetEntry = (function (id, where) {
    forgetBy(() => {
        closeIntent(id, where);
    }, where);
});
/** The same by another deed. */
var forgetBy = (function (deed, { job }) {
    try {
        deed();
    }
    catch {
        job.tell('warning', 'An entry of the ledger that owes nothing could not be removed.');
    }
});
/** Post goes by the platform's state, whatever has become of the entry; that it was changed has to be known. Never throws. */
var tellMeddling = (function (id, where) {
    if (!isChangedEntry(id, where))
        return;
    const message = `Another step has changed ${entryPath(where.job, id)}, where the job keeps what it owes: what that is is taken from the runner\u2019s own state.`;
    tellWarning(new errors/* CredsError */.uA('ledger-changed', message), where);
});
// CONCATENATED MODULE: ./lib/aside/commands/remove-files.js
/**
 * Removes the files that were delivered, and their folder. What others have put there stays, and so does what lies where
 * another step has put a link in the folder's place. Never throws.
 * @returns paths of files that another step has changed since
 */
var removeFiles = (function ({ files, sizes = {} }, where) {
    const folders = [...new Set(files.map((path) => (0,external_node_path_.dirname)(path)))];
    const linked = folders.filter((folder) => isLinked(folder, where));
    const mine = files.filter(((path) => !linked.includes((0,external_node_path_.dirname)(path))));
    const changed = mine.filter(((path) => {
        const size = where.host.files.size(path);
        return size !== undefined && sizes[path] !== undefined && size !== sizes[path];
    }));
    for (const path of mine)
        erase(path, where);
    for (const folder of linked)
        where.job.tell('warning', `The folder ${folder} is a link now; what it leads to is left as it is.`);
    for (const folder of folders.filter((each) => !linked.includes(each)))
        leave(folder, where);
    return changed;
});
// CONCATENATED MODULE: ./lib/aside/commands/variables-after.js
/**
 * What the variables of a delivery are to hold once it is taken back: nothing, and those that lead tools somewhere what
 * they held before. One that a later step has set or led elsewhere meanwhile is left as it is.
 * @param living the entries of the job that are not given back with it
 */
var variablesAfter = (function (intent, { env }, living = []) {
    const claimed = laterNames(intent, living);
    const led = (intent.pointers ?? [])
        // The step that fails has them itself as they were before.
        .filter((({ name, value, after }) => !claimed.has(name) && [undefined, '', value, after].includes(env[name])))
        .map(((pointer) => ({ ...pointer, after: lastingOf(pointer, living) })))
        .filter(({ value, after }) => after !== value);
    return {
        ...Object.fromEntries(intent.variables.filter((name) => !claimed.has(name)).map((name) => [name, ''])),
        ...Object.fromEntries(led.map(({ name, after }) => [name, after])),
    };
});
/** What steps after that of the entry have set, and still need. */
var laterNames = (function ({ id }, living) {
    const later = living.filter(({ before = [] }) => before.includes(id));
    return new Set(later.flatMap((({ variables, pointers = [] }) => [...variables, ...pointers.map(({ name }) => name)])));
});
/** Past what entries had led it to that are over: their files are gone. */
var lastingOf = (function ({ name, after, behind = [] }, living) {
    const alive = living.flatMap((({ pointers = [] }) => pointers.filter((each) => each.name === name)));
    const chain = [after, ...behind];
    return chain.find((each) => alive.some(({ value }) => value === each)) ?? chain.at(-1) ?? after;
});
// CONCATENATED MODULE: ./lib/aside/commands/revoke.js
/**
 * Post: gives back all that the platform's state says is owed, and removes what was written. Without a word when
 * the workflow said `revoke: false`, except what stays alive.
 * @throws CredsError `revoke-failed` only where the workflow wants that
 */
var revokeAtEnd = (async function (where) {
    const text = where.job.recall() ?? '';
    if (text === '')
        return;
    const owed = readIntent(text);
    if (owed === undefined) {
        await endOwed(filedAs(text, where), where, 'middle');
        return;
    }
    tellMeddling(owed.id, where);
    // What reads our file may be gone, or fail over what lies there: the handle is in the state.
    const intent = await withKept(owed, where).catch(() => owed);
    if (intent === undefined) {
        await passSettled(owed, where);
        return;
    }
    await endOwed(intent, where, 'end');
});
/** Another step can fill the folder with entries: what has to look through them all comes when ours is given back. */
var endOwed = (async function (intent, where, when) {
    hide(intent, where);
    await removeDelivered(intent, where);
    try {
        if (intent.post.revoke) {
            await settle([intent], where, when);
            return;
        }
        where.job.tell('info', 'Not given back, as `revoke: false` says; it ends by itself.');
        forgetEntry(intent.id, where);
    }
    finally {
        leadBack(intent, where);
    }
});
/** The posts of the steps before ours are to find their tools led where these steps had led them: they clean up there. */
var leadBack = (function (intent, where) {
    const { job, host } = where;
    // What is not given back may still be in use.
    const variables = intent.post.revoke ? intent.variables : [];
    try {
        const living = listIntents(where).filter(({ id, owner }) => id !== intent.id && owner === undefined);
        job.exportVariables(variablesAfter({ ...intent, variables }, host, living));
    }
    catch {
        job.tell('info', 'The variables of what is given back could not be set back.');
    }
});
var settle = (async function (intents, where, when) {
    // All at once: a server that is slow, or that another step has named, must not use up the time of another.
    const returns = await Promise.all(intents.map((intent) => settleOne(intent, where, when)));
    summariseReturns(returns, where);
    const failed = returns.find((({ result, intent }) => result === 'failed' && intent.post.failOnRevokeError));
    if (failed !== undefined) {
        throw new errors/* CredsError */.uA('revoke-failed', 'Not everything could be given back.', { cause: failed.error });
    }
});
var settleOne = (async function (intent, where, when) {
    const outcome = await giveBack(intent, { ...where, idTokens: when === 'end' ? 'any' : 'none' });
    tellReturn(outcome, where);
    if (outcome.result === 'failed')
        return outcome;
    if (when === 'end')
        forgetEntry(intent.id, where);
    else
        forgetBy(() => {
            settleIntent(intent, where);
        }, where);
    return outcome;
});
/** The runner shows the state's values in its debug log, and a new process of ours knows no masks yet. */
var hide = (function (intent, { job }) {
    const secrets = [intent.debt['handle'], ...Object.values(intent.kept ?? {})];
    job.mask(secrets.filter((secret) => secret !== undefined));
});
/**
 * Ends the agent of the run; removes files that were delivered, and the platform's own that carried them. Never throws.
 * @returns paths of files that another step has changed since
 */
var removeDelivered = (async function (intent, where) {
    if (intent.agent !== undefined)
        await endAgentAt(intent.agent.socket, where);
    const changed = removeFiles(intent, where);
    where.job.eraseCommandFiles(intent.commandFiles);
    return changed;
});
// CONCATENATED MODULE: ./lib/aside/commands/unheard.js
/**
 * The job as one sees it who must go on although nobody may be listening any more: a closed pipe or a full disk
 * keeps nothing from being given back. Never for a step that has secrets to hide.
 */
var unheard = (function (job) {
    const quietly = ((say) => ((...words) => {
        try {
            say(...words);
        }
        catch {
            // Nobody hears it.
        }
    }));
    return {
        ...job,
        mask: quietly((patterns) => {
            job.mask(patterns);
        }),
        tell: quietly(((level, text) => {
            job.tell(level, text);
        })),
        summarise: quietly(((markdown) => {
            job.summarise(markdown);
        })),
    };
});
// CONCATENATED MODULE: ./lib/aside/protocol/workflow-command.js
/**
 * A workflow command line for standard output (GitHub Docs, Workflow commands for GitHub Actions). Starts on a line
 * of its own whatever was printed before.
 */
var workflowCommand = (function (name, value, properties = {}) {
    const list = Object.entries(properties).map(([key, text]) => `${key}=${escapeProperty(text)}`);
    return `::${name}${list.length === 0 ? '' : ` ${list.join(',')}`}::${escapeData(value)}\n`;
});
var escapeData = (function (text) {
    return text.replace(/%/g, '%25').replace(/\r/g, '%0D').replace(/\n/g, '%0A');
});
/**
 * Entries of a command file (GITHUB_ENV, GITHUB_OUTPUT, GITHUB_STATE) in one text: what is empty as `NAME=`, all else in
 * heredoc form. The delimiter is the caller's 128 random bits, asked for where one is needed; a value that holds it, a NUL
 * or half a character is refused.
 * @throws CredsError `credential-unusable`
 */
var commandFileText = (function (entries, makeDelimiter) {
    let text = '';
    let delimiter;
    for (const [name, value] of Object.entries(entries)) {
        if (value === '' && (0,pattern/* fullMatch */.L)(plainName, name)) {
            text += `${name}=\n`;
            continue;
        }
        delimiter ??= makeDelimiter();
        if (value.includes(delimiter) ||
            name.includes(delimiter) ||
            value.includes('\0') ||
            !value.isWellFormed()) {
            throw new errors/* CredsError */.uA('credential-unusable', `The value for ${name} cannot be handed over safely.`);
        }
        text += `${name}<<${delimiter}\n${value}\n${delimiter}\n`;
    }
    return text;
});
// CONCATENATED MODULE: ./lib/aside/platforms/github-actions.js
var attach = (function (host, folder) {
    const { env } = host;
    let fresh = true;
    const print = ((text) => {
        // The first line starts on a line of its own: whatever an earlier process left unfinished would hide a command.
        host.print(fresh ? `\n${text}` : text);
        fresh = false;
    });
    const tell = ((level, text) => {
        if (level === 'info')
            print(`${text.replaceAll('::', ': :').replaceAll('##[', '# [')}\n`);
        else
            print(workflowCommand(level, text, level === 'debug' ? {} : { title: 'ephemeral-creds' }));
    });
    return {
        platform: githubActions.name,
        facts: factsOf(env),
        folder: folder ?? (0,external_node_path_.join)(temporaryFolder(env), 'ephemeral-creds'),
        folderOf: 'job',
        whyNoLogin: 'On GitHub Actions `login` could not make sure that masks reach the log: use the action, or `exec`.',
        mask: ((patterns) => {
            const lines = patterns.filter((pattern) => pattern.trim() !== '');
            if (lines.length > 0)
                print(lines.map((pattern) => workflowCommand('add-mask', pattern)).join(''));
        }),
        hasPost: true,
        remember: (text) => {
            appendTo(host, 'GITHUB_STATE', { [stateName]: text });
        },
        recall: () => env[`STATE_${stateName}`],
        exportVariables: ((variables) => {
            appendTo(host, 'GITHUB_ENV', variables);
        }),
        setOutputs: (outputs) => {
            appendTo(host, 'GITHUB_OUTPUT', outputs);
        },
        summarise: ((markdown) => {
            const file = env['GITHUB_STEP_SUMMARY'] ?? '';
            if (file !== '')
                host.files.append(file, markdown, false);
        }),
        tell,
        commandFiles: () => ['GITHUB_ENV', 'GITHUB_OUTPUT', 'GITHUB_STATE']
            .map((name) => env[name] ?? '')
            .filter((path) => path !== ''),
        eraseCommandFiles: ((paths) => {
            for (const path of paths.filter((each) => isOldCommandFile(env, each))) {
                try {
                    host.files.erase(path);
                }
                catch {
                    tell('warning', `The file ${path} could not be removed.`);
                }
            }
        }),
        whyUntrusted: async () => {
            const { untrustedEvent } = await Promise.resolve(/* import() eager */).then(__nccwpck_require__.t.bind(__nccwpck_require__, 9467, 23));
            return untrustedEvent();
        },
    };
});
var factsOf = (function (env) {
    const facts = Object.entries(factVariables).map(([fact, name]) => [fact, env[name] ?? '']);
    return Object.fromEntries(facts.filter(([, value]) => value !== ''));
});
/** Where what is owed is noted: nowhere that depends on where a step happens to run, in the checkout for one. */
var temporaryFolder = (function (env) {
    const path = env['RUNNER_TEMP'] ?? '';
    if ((0,external_node_path_.isAbsolute)(path) && Buffer.byteLength(path) <= longestFolder)
        return path;
    throw new errors/* CredsError */.uA('input-invalid', 'The runner\u2019s variable RUNNER_TEMP holds no absolute path that a file can have.', {
        hint: 'Without that folder nobody could note what is owed. The runner sets it: find what has changed it.',
    });
});
var required = (function (env, name) {
    const value = env[name] ?? '';
    if (value === '')
        throw new errors/* CredsError */.uA('input-invalid', `The runner\u2019s variable ${name} is missing.`);
    return value;
});
/** One write of all entries, synced; never through a link that another step put in the file's place. */
var appendTo = (function (host, variable, entries) {
    if (Object.keys(entries).length === 0)
        return;
    const text = commandFileText(entries, () => `ec_${host.randomHex(16)}`);
    try {
        host.files.append(required(host.env, variable), text, true);
    }
    catch (cause) {
        if (cause instanceof errors/* CredsError */.uA)
            throw cause;
        throw new errors/* CredsError */.uA('delivery-failed', `The file of ${variable} cannot be written to.`, { cause });
    }
});
/** The files that the runner gave an earlier step of this job, by their names; never the ones of this step. */
var isOldCommandFile = (function (env, path) {
    const folder = (0,external_node_path_.join)(env['RUNNER_TEMP'] ?? '', '_runner_file_commands');
    const current = ['GITHUB_ENV', 'GITHUB_OUTPUT', 'GITHUB_STATE'].some((name) => env[name] === path);
    const own = (0,pattern/* fullMatch */.L)(/(?:set_env|set_output|save_state)_[0-9a-f-]{36}/, (0,external_node_path_.basename)(path));
    return !current && own && (0,external_node_path_.dirname)(path) === folder;
});
// CONCATENATED MODULE: ./lib/aside/entry/action-job.js
/** An action runs where actions run. In a shell its post step would never come, and nothing would be given back. */
var attachAction = (function (host) {
    if (githubActions.detect(host.env))
        return githubActions.attach(host);
    throw new errors/* CredsError */.uA('input-invalid', 'This is not a job of GitHub Actions (GITHUB_ACTIONS is not `true`).', {
        hint: 'Elsewhere use the command line: docs/how-to/command-line.md.',
    });
});
/** Post, too; but what is owed stands in its state, and is given back wherever the runner's folder has gone. */
var attachPost = (function (host) {
    try {
        return attachAction(host);
    }
    catch (error) {
        if (!githubActions.detect(host.env) || !(error instanceof errors/* CredsError */.uA))
            throw error;
        const job = githubActions.attach(host, '/ephemeral-creds-nowhere');
        job.tell('warning', `${error.message} What was written there is not found.`);
        return job;
    }
});
/** @returns the exit status */
var tell = (function (error, { job, host }, summary) {
    if (!(error instanceof errors/* CredsError */.uA))
        throw error;
    tellProblem(error, job, { host, summary });
    return error.exit;
});
// CONCATENATED MODULE: ./lib/aside/entry/files.js
var writeAll = (function (descriptor, text, synced) {
    let before;
    try {
        const found = external_node_fs_.fstatSync(descriptor);
        if (!found.isFile())
            throw new Error('not a regular file');
        before = found.size;
        const octets = Buffer.from(text);
        for (let done = 0; done < octets.length;)
            done += external_node_fs_.writeSync(descriptor, octets, done);
        if (synced)
            external_node_fs_.fsyncSync(descriptor);
    }
    catch (error) {
        // All or nothing: half an entry would spoil what others have written before it.
        if (before !== undefined)
            external_node_fs_.ftruncateSync(descriptor, before);
        throw error;
    }
    finally {
        external_node_fs_.closeSync(descriptor);
    }
});
var read = (function (path, maxBytes) {
    let descriptor;
    try {
        descriptor = external_node_fs_.openSync(path, O_RDONLY | noWait);
    }
    catch {
        return undefined;
    }
    try {
        const found = external_node_fs_.fstatSync(descriptor);
        return !found.isFile() || found.size > maxBytes ? undefined : external_node_fs_.readFileSync(descriptor, 'utf8');
    }
    catch {
        // A link may lead to what only looks like a file: the system's own cannot all be read.
        return undefined;
    }
    finally {
        external_node_fs_.closeSync(descriptor);
    }
});
var readPrivate = (function (path, maxBytes) {
    let descriptor;
    try {
        descriptor = external_node_fs_.openSync(path, O_RDONLY | noFollow | noWait);
    }
    catch (error) {
        if (error.code === 'ENOENT')
            return undefined;
        throw error;
    }
    try {
        const found = external_node_fs_.fstatSync(descriptor);
        const ours = process.getuid === undefined || found.uid === process.getuid();
        const others = process.platform === 'win32' ? 0 : found.mode & 0o077;
        if (!found.isFile() || !ours || others !== 0 || found.size > maxBytes)
            throw new Error('the file is not private');
        return external_node_fs_.readFileSync(descriptor, 'utf8');
    }
    finally {
        external_node_fs_.closeSync(descriptor);
    }
});
var realPath = (function (path) {
    const above = (0,external_node_path_.dirname)(path);
    try {
        return external_node_fs_.realpathSync(path);
    }
    catch {
        return above === path ? path : (0,external_node_path_.join)(realPath(above), (0,external_node_path_.basename)(path));
    }
});
var files_erase = (function (path) {
    const found = external_node_fs_.lstatSync(path, { throwIfNoEntry: false });
    if (found === undefined)
        return false;
    try {
        // Only a file of ours alone is overwritten: through another name the same bytes may be someone else's.
        if (found.isFile() && found.nlink === 1)
            overwrite(path, found.size);
    }
    catch {
        // Another step has made it read-only, or runs it: its name goes in any case.
    }
    external_node_fs_.unlinkSync(path);
    return true;
});
var overwrite = (function (path, size) {
    const descriptor = external_node_fs_.openSync(path, O_WRONLY | noFollow | noWait);
    try {
        // Ours are small; one that someone has made huge must not cost us the memory to give back.
        external_node_fs_.writeSync(descriptor, Buffer.alloc(Math.min(size, mostZeros)));
        external_node_fs_.fsyncSync(descriptor);
    }
    finally {
        external_node_fs_.closeSync(descriptor);
    }
});
// CONCATENATED MODULE: ./lib/aside/entry/output.js
var write = (function (descriptor, text) {
    const octets = Buffer.from(text);
    for (let done = 0; done < octets.length;) {
        try {
            done += (0,external_node_fs_.writeSync)(descriptor, octets, done);
        }
        catch (error) {
            if (error.code !== 'EAGAIN')
                throw error;
            // A full pipe that someone made non-blocking: wait for its reader.
            Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
        }
    }
});
// CONCATENATED MODULE: ./lib/aside/entry/host.js
/** The process as the rest of the program sees it. Signals are turned into one aborted `signal`. */
var processHost = (function (wire = lateWire) {
    const stop = stopSignal();
    completeProxies();
    const env = Object.freeze({ ...process.env });
    return {
        env,
        userId: process.getuid?.(),
        home: homeOfUser,
        clock,
        files: realFiles,
        randomHex: randomHex,
        ...wire(env),
        print: print,
        printError: printError,
        terminal,
        get signal() {
            return stop();
        },
        ...(process.platform !== 'win32' && {
            sshAgents: async () => (await __nccwpck_require__.e(/* import() | ssh-agents */ 222).then(__nccwpck_require__.bind(__nccwpck_require__, 2914))).realSshAgents,
        }),
    };
});
/** HTTP takes 25 ms to load, and who has nothing to send needs none of it. */
var lateWire = (function (env) {
    let loaded;
    const load = (() => (loaded ??= __nccwpck_require__.e(/* import() | transport */ 262).then(__nccwpck_require__.bind(__nccwpck_require__, 3037)).then(({ httpTransport }) => httpTransport(env))));
    return {
        send: async (request) => (await load()).send(request),
        connect: async (url, trust) => (await load()).connect(url, trust),
    };
});
/** Listens from now on. The signal is made when somebody asks for it: its module takes 2 ms to load. */
var stopSignal = (function () {
    let controller;
    let reason;
    const stop = (error) => {
        reason ??= error;
        controller?.abort(reason);
    };
    // Each time: a second signal must not end the process while it gives back.
    process.on('SIGINT', (() => {
        stop(new errors/* CredsError */.uA('interrupted', 'The job was cancelled (SIGINT).'));
    }));
    // SIGBREAK is Windows\u2019 Ctrl+Break, which the runner sends after Ctrl+C; SIGHUP the end of a terminal or a connection.
    for (const name of ['SIGTERM', 'SIGBREAK', 'SIGHUP']) {
        process.on(name, (() => {
            stop(new errors/* CredsError */.uA('terminated', `The job was cancelled (${name}).`));
        }));
    }
    return (() => {
        if (controller === undefined) {
            controller = new AbortController();
            if (reason !== undefined)
                controller.abort(reason);
        }
        return controller.signal;
    });
});
/** `proxy.example.com:3128` is what other tools understand; `@actions/http-client` would go past such a proxy. */
var completeProxies = (function () {
    for (const name of ['https_proxy', 'HTTPS_PROXY', 'http_proxy', 'HTTP_PROXY']) {
        const value = process.env[name] ?? '';
        if (value !== '' && !value.includes('://'))
            process.env[name] = `http://${value}`;
    }
});
// CONCATENATED MODULE: ./lib/aside/entry/door.js
/**
 * Runs a story as this process: ends it with the story's exit status, and never with 0 unless the story came to its
 * end. Nothing that was thrown is printed but our own errors: a stranger's message could hold anything.
 */
var door_open = (function (story, { wire, say = print } = {}) {
    let finished = false;
    process.exitCode = 70;
    const end = ((status) => {
        finished = true;
        process.exit(status);
    });
    const crash = (error) => {
        complain(error, say);
        end(error instanceof errors/* CredsError */.uA ? error.exit : 70);
    };
    process.once('uncaughtException', crash).once('unhandledRejection', crash);
    process.once('beforeExit', (() => {
        if (!finished)
            crash(new errors/* CredsError */.uA('unfinished', 'The run ended before its work did.'));
    }));
    story(processHost(wire)).then(end, crash);
});
// CONCATENATED MODULE: ./lib/aside/entry/give-back.js
/** What the post step does, and its exit status. Tests hand it a world of their own. */
var postStory = (function (host) {
    return statusOf(host, revokeAtEnd, attachPost);
});
/** The world as one sees it who is told of a signal when there is no time left. */
var unhurried = (function (host) {
    let late;
    // As that of the process it is made when somebody asks for it: its module takes 2 ms to load.
    const signal = { get: () => (late ??= lateSignal(host)), enumerable: true };
    return Object.defineProperties({}, { ...Object.getOwnPropertyDescriptors(host), signal });
});
var lateSignal = (function ({ signal, clock }) {
    const late = new AbortController();
    const begin = () => {
        clock.after(graceMs, () => {
            late.abort(signal.reason);
        });
    };
    if (signal.aborted)
        begin();
    else
        signal.addEventListener('abort', begin, { once: true });
    return late.signal;
});
var statusOf = (async function (given, story, attach = attachAction) {
    const host = unhurried(given);
    const job = unheard(attach(host));
    try {
        await story({ job, host });
        return 0;
    }
    catch (error) {
        return tell((0,errors/* missingFile */.Bi)(error) ?? error, { job, host }, false);
    }
});
/******/ 	var __webpack_modules__ = ({

/***/ 3150:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {
/** Starts a budget of so many seconds; never later than `outer`. */
var startDeadline = (function (clock, budgetSeconds, outer) {
    const end = clock.monotonicMs() + Math.min(budgetSeconds * 1000, outer?.remainingMs() ?? Infinity);
    return { budgetSeconds, remainingMs: () => Math.max(0, end - clock.monotonicMs()) };
});

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   d: () => (/* binding */ startDeadline)
/* harmony export */ });



/***/ }),

/***/ 7945:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   Bi: () => (/* binding */ missingFile),
/* harmony export */   uA: () => (/* binding */ CredsError)
/* harmony export */ });
/* unused harmony export codes */
var _a;
/** The closed list. Each has a page: docs/errors/<code>.md. */
const codes = {
    'input-invalid': { exit: 64, hint: 'Correct the named input; docs/reference/inputs.md lists them all.' },
    'id-token-permission-missing': {
        exit: 64,
        hint: 'Give the job `permissions: { id-token: write }` (and `contents: read` if it checks out code).',
    },
    'id-token-untrusted-event': {
        exit: 64,
        hint: 'Runs of forks and of Dependabot get no ID token. Run this step only where the repository itself started the run, for example on push, or behind an `if:`.',
    },
    'id-token-refused': {
        exit: 65,
        hint: 'The platform refused to issue an ID token for this job. Check `permissions: { id-token: write }` and the organisation\u2019s OIDC settings.',
    },
    'id-token-mismatch': {
        exit: 65,
        hint: 'The ID token is not what was asked for, so it was sent nowhere. Check the input `audience` and any proxy between the runner and the platform.',
    },
    'audience-mismatch': {
        exit: 65,
        hint: 'The input `audience` and the audience that the other side expects differ. For a broker leave it out, or set it to the broker\u2019s own public URL.',
    },
    'identity-refused': {
        exit: 65,
        hint: 'The ID token was refused before any policy was asked. The reason names what was wrong with it.',
    },
    'clock-skew': {
        exit: 65,
        hint: 'The clocks of the runner and of the broker differ by more than a minute. Set the runner\u2019s clock (NTP).',
    },
    'policy-denied': {
        exit: 66,
        hint: 'No trust policy grants this to this job. Show your platform team the request id and the claims in the log.',
    },
    'role-in-use': {
        exit: 66,
        hint: 'This job already borrows this role in another step. Borrow it once and reuse it.',
    },
    'approval-pending': {
        exit: 75,
        hint: 'Someone has to approve this while the step waits: set `approval-timeout`, to `30m` for example. Each run asks for an approval of its own.',
    },
    'lease-unsuitable': {
        exit: 66,
        hint: 'What was lent is not what the inputs allow; it was given back, unless the log says what lives on. Compare `min-ttl`, `max-ttl` and `expect-account` with the role.',
    },
    'static-key': {
        exit: 64,
        hint: 'Take the variable out of the job (`env:`, the settings of the project, the runner) and delete the key where it was made. `static-keys: warn` lets the job go on meanwhile.',
    },
    'request-refused': {
        exit: 70,
        hint: 'docs/errors/request-refused.md says what to do about each reason. Where none is named, compare the versions of broker and action.',
    },
    unreachable: {
        exit: 69,
        hint: 'Check the URL, DNS, firewall and proxy settings (HTTPS_PROXY, NO_PROXY) as seen from this runner.',
    },
    'tls-untrusted': {
        exit: 69,
        hint: 'For a private certificate authority set the input `ca-cert` to its PEM text, or to the path of such a file, or set NODE_EXTRA_CA_CERTS. Checking is never switched off.',
    },
    'tls-refused': {
        exit: 69,
        hint: 'Check the port: plain http may answer there. A server that wants a client certificate fails like this, too: `provider: vault` has the parameters `client-certificate` and `client-key`. `ca-cert` changes nothing about it.',
    },
    'proxy-refused': {
        exit: 69,
        hint: 'Check HTTPS_PROXY (credentials included) or add the host to NO_PROXY.',
    },
    'redirect-refused': {
        exit: 69,
        hint: 'The server answered with a redirect, which is never followed with a credential in hand. Set the URL to where the server really is.',
    },
    'answer-invalid': {
        exit: 69,
        hint: 'What answered does not speak the expected protocol. Check that the URL names the right server and that no proxy or sign-in page answers in its place.',
    },
    'timed-out': {
        exit: 75,
        hint: 'Raise the input `timeout`, or look at the network between runner and server.',
    },
    busy: {
        exit: 75,
        hint: 'The server asked us to come back later and the time was used up. Run the job again.',
    },
    'delivery-failed': {
        exit: 70,
        hint: 'The credential could not be handed to the job and was given back, unless the log says what lives on. Check the runner\u2019s disk and the permissions of its temporary folder.',
    },
    'credential-unusable': {
        exit: 70,
        hint: 'The other side sent a credential that cannot be delivered safely; it was given back, unless the log says what lives on. Tell the owner of the role.',
    },
    'cannot-redact': {
        exit: 70,
        hint: 'Without it nothing is shown, rather than a secret. Give `--state` the folder that `login` was given, or name the variables that hold the secrets with `--variable`.',
    },
    'revoke-failed': {
        exit: 1,
        hint: 'A lease could not be given back in time; it ends by itself at the time shown. Ask the broker\u2019s operator to revoke it sooner.',
    },
    'ledger-changed': {
        exit: 1,
        hint: 'Find the step that writes to that folder: what it could change it could also read. What no message names was given back.',
    },
    unfinished: { exit: 70, hint: 'The run ended before its work did. This is a defect: please report it.' },
    interrupted: {
        exit: 130,
        hint: 'The job was cancelled. What had been lent was given back, unless the log says what lives on.',
    },
    terminated: {
        exit: 143,
        hint: 'The job was cancelled. What had been lent was given back, unless the log says what lives on.',
    },
    internal: { exit: 70, hint: 'This is a defect: please report it, with the stack if there is one.' },
};
/** @returns what to say where a file of our own is gone, which another step or a cleanup has taken; undefined for all else */
function missingFile(cause) {
    const isIt = cause instanceof Error && 'code' in cause && cause.code === 'MODULE_NOT_FOUND';
    return isIt ? new CredsError('revoke-failed', 'Files of this action are missing.', { cause }) : undefined;
}
/**
 * The one error of this program. The message names the input, claim or host at fault, never a value that could be
 * secret, and never quotes what a server sent.
 */
class CredsError extends Error {
    code;
    hint;
    requestId;
    retryAfterSeconds;
    freshIdToken;
    partlyIssued;
    nothingIssued;
    answerLost;
    constructor(code, message, details = {}) {
        super(message, details.cause === undefined ? {} : { cause: details.cause });
        this.name = 'CredsError';
        this.code = code;
        this.hint = details.hint ?? codes[code].hint;
        this.requestId = details.requestId;
        this.retryAfterSeconds = details.retryAfterSeconds;
        this.freshIdToken = details.freshIdToken ?? false;
        this.partlyIssued = details.partlyIssued ?? false;
        this.nothingIssued = details.nothingIssued ?? false;
        this.answerLost = details.answerLost ?? false;
    }
    /** The same, with nothing left to try. */
    asFinal() {
        const { partlyIssued, nothingIssued } = this;
        return this.#like({ partlyIssued, nothingIssued });
    }
    /** The same, after a part had been issued. */
    asPartlyIssued() {
        const { retryAfterSeconds, freshIdToken } = this;
        const again = retryAfterSeconds === undefined ? {} : { retryAfterSeconds };
        return this.#like({ ...again, freshIdToken, partlyIssued: true });
    }
    #like(details) {
        const { cause, hint, requestId } = this;
        const known = requestId === undefined ? {} : { requestId };
        return new _a(this.code, this.message, { cause, hint, ...known, ...details });
    }
    /** The process's exit status for this error. */
    get exit() {
        return codes[this.code].exit;
    }
    /** The page that explains it. */
    get page() {
        return `docs/errors/${this.code}.md`;
    }
}
_a = CredsError;


/***/ }),

/***/ 1044:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   p: () => (/* binding */ clientAlerts),
/* harmony export */   w: () => (/* binding */ TransportError)
/* harmony export */ });
/** Faults of the time before a connection stands. */
const early = ['refused', 'dns', 'dns-temporary', 'proxy', 'certificate'];
/** Alerts of TLS about the certificate that a client has shown, or has not (RFC 8446 \u00a76.2). */
const clientAlerts = [42, 43, 44, 45, 46, 48, 49, 116];
class TransportError extends Error {
    fault;
    /** For sure nobody has got anything of the request who could have done what it asks. */
    unsent;
    /** By what the server has broken off (RFC 8446 \u00a76). */
    alert;
    constructor(fault, { unsent = early.includes(fault), alert, ...options } = {}) {
        super(fault, options);
        this.name = 'TransportError';
        this.fault = fault;
        this.unsent = unsent;
        this.alert = alert;
    }
}


/***/ }),

/***/ 6898:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {
/**
 * True when the pattern matches the text from its first to its last character. Every pattern in this program goes
 * through here, so that no one forgets an anchor or the group around an alternation (`^a|b$`).
 */
var fullMatch = (function (pattern, text) {
    let anchored = whole.get(pattern);
    if (anchored === undefined) {
        anchored = new RegExp(`^(?:${pattern.source})$(?![\\s\\S])`, pattern.flags.replace(/[gym]/g, ''));
        whole.set(pattern, anchored);
    }
    return anchored.test(text);
});

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   L: () => (/* binding */ fullMatch)
/* harmony export */ });
const whole = new WeakMap();



/***/ }),

/***/ 4438:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {
/**
 * Sends one request, headers and body within 10 seconds and within the call's deadline. A redirect is an error, so
 * no credential ever follows one. Status codes are the caller's to judge.
 * @throws CredsError; with `retryAfterSeconds` where the same request may be tried again
 */
var exchange = (async function (call, request) {
    const answer = await withinAttempt(call, request);
    if (answer.status >= 300 && answer.status < 400) {
        throw new _domain_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .CredsError */ .uA('redirect-refused', `${request.url.host} answered with a redirect (${String(answer.status)}).`);
    }
    return answer;
});
var withinAttempt = (async function (call, request) {
    const { host } = call;
    const bound = (0,_domain_deadline_js__WEBPACK_IMPORTED_MODULE_1__/* .startDeadline */ .d)(host.clock, attemptSeconds, call.deadline);
    const trust = call.trust === undefined ? {} : { trust: call.trust };
    try {
        if (bound.remainingMs() === 0)
            throw new _domain_host_js__WEBPACK_IMPORTED_MODULE_2__/* .TransportError */ .w('timeout');
        // A proxy that takes the connection and says nothing heeds neither signal nor socket time-out: race it.
        return await bounded(host, bound.remainingMs(), (signal) => host.send({ ...request, ...trust, signal }));
    }
    catch (error) {
        if (host.signal.aborted)
            throw interruption(host.signal);
        throw explain(error, request, call.deadline);
    }
});
/** Gives up, and aborts, after `ms` milliseconds or when the process is asked to stop. */
var bounded = (async function (host, ms, work) {
    if (host.signal.aborted)
        throw new _domain_host_js__WEBPACK_IMPORTED_MODULE_2__/* .TransportError */ .w('aborted');
    const controller = new AbortController();
    let stop = () => undefined;
    let clear = () => undefined;
    const ended = new Promise(((_, reject) => {
        const end = ((fault) => {
            reject(new _domain_host_js__WEBPACK_IMPORTED_MODULE_2__/* .TransportError */ .w(fault));
            controller.abort();
        });
        stop = () => {
            end('aborted');
        };
        clear = host.clock.after(ms, () => {
            end('timeout');
        });
        host.signal.addEventListener('abort', stop);
    }));
    try {
        return await Promise.race([work(controller.signal), ended]);
    }
    finally {
        clear();
        host.signal.removeEventListener('abort', stop);
    }
});
/**
 * Runs an attempt again while its error allows it: at most 6 times, with full-jitter backoff from 0.25 s to 8 s or
 * the server's own Retry-After, and never past the deadline.
 */
var retrying = (async function (call, attempt) {
    for (let tried = 1;; tried++) {
        try {
            return await attempt();
        }
        catch (error) {
            if (!(error instanceof _domain_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .CredsError */ .uA) || error.retryAfterSeconds === undefined)
                throw error;
            const backoff = Math.random() * Math.min(longestBackoffMs, firstBackoffMs * 2 ** (tried - 1));
            const wait = Math.max(backoff, error.retryAfterSeconds * 1000);
            // Final: whoever retries around this must not begin it all again.
            if (tried === attempts || wait >= call.deadline.remainingMs())
                throw error.asFinal();
            const when = wait < 1000 ? 'now' : `in ${String(Math.ceil(wait / 1000))} s`;
            call.onRetry?.(`${error.message} Trying again ${when} (attempt ${String(tried + 1)} of ${String(attempts)}).`);
            await pause(call.host, wait);
        }
    }
});
/** True for a page for people where a server's answer should be: of a proxy, or a sign-in. Some say so of no content at all. */
var isPage = (function ({ headers, body }) {
    const type = headers['content-type']?.split(';')[0]?.trim().toLowerCase() ?? '';
    return body.length > 0 && (type === 'text/html' || type === 'application/xhtml+xml');
});
/** True when the answer says that it is JSON (RFC 8259, RFC 6839 \u00a73.1), or says nothing of what it is. */
var isJson = (function (answer) {
    const said = answer.headers['content-type'];
    if (said === undefined)
        return true;
    const type = said.split(';')[0]?.trim().toLowerCase() ?? '';
    return type === 'application/json' || (0,_domain_pattern_js__WEBPACK_IMPORTED_MODULE_3__/* .fullMatch */ .L)(/application\/[a-z0-9.-]+\+json/, type);
});

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   C3: () => (/* binding */ retryAfterSeconds),
/* harmony export */   Fh: () => (/* binding */ isJson),
/* harmony export */   R$: () => (/* binding */ retrying),
/* harmony export */   cv: () => (/* binding */ exchange),
/* harmony export */   i_: () => (/* binding */ asksToRetry),
/* harmony export */   sl: () => (/* binding */ hidesAnswer),
/* harmony export */   yp: () => (/* binding */ isPage)
/* harmony export */ });
/* unused harmony export pause */
/* harmony import */ var _domain_deadline_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(3150);
/* harmony import */ var _domain_errors_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(7945);
/* harmony import */ var _domain_host_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(1044);
/* harmony import */ var _domain_pattern_js__WEBPACK_IMPORTED_MODULE_3__ = __nccwpck_require__(6898);




const attemptSeconds = 10;
const attempts = 6;
const firstBackoffMs = 250;
const longestBackoffMs = 8000;



function interruption(signal) {
    return signal.reason instanceof _domain_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .CredsError */ .uA
        ? signal.reason
        : new _domain_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .CredsError */ .uA('interrupted', 'The job was cancelled.');
}
function explain(error, request, deadline) {
    if (!(error instanceof _domain_host_js__WEBPACK_IMPORTED_MODULE_2__/* .TransportError */ .w))
        return new _domain_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .CredsError */ .uA('internal', 'A request failed.', { cause: error });
    const name = request.url.host;
    const again = { cause: error, retryAfterSeconds: 0 };
    switch (error.fault) {
        case 'refused':
            return new _domain_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .CredsError */ .uA('unreachable', `${name} refused the connection.`, again);
        case 'reset':
            return new _domain_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .CredsError */ .uA('unreachable', `The connection to ${name} broke.`, again);
        case 'dns-temporary':
            return new _domain_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .CredsError */ .uA('unreachable', `The name ${name} could not be looked up just now.`, again);
        case 'dns':
            return new _domain_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .CredsError */ .uA('unreachable', `There is no host named ${name}.`, { cause: error });
        case 'timeout': {
            if (error.unsent)
                return new _domain_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .CredsError */ .uA('timed-out', `No connection to ${name} came about in time, TLS included.`, again);
            const late = deadline.remainingMs() === 0;
            const bound = late ? deadline.budgetSeconds : attemptSeconds;
            return new _domain_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .CredsError */ .uA('timed-out', `${name} did not answer within ${String(bound)} seconds.`, again);
        }
        case 'truncated':
            return new _domain_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .CredsError */ .uA('unreachable', `The answer of ${name} broke off.`, again);
        case 'garbled':
            return new _domain_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .CredsError */ .uA('answer-invalid', `What answers at ${name} does not speak HTTP.`, {
                cause: error,
            });
        case 'tls':
            return new _domain_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .CredsError */ .uA('tls-refused', refusal(name, error.alert), { cause: error });
        case 'certificate':
            return new _domain_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .CredsError */ .uA('tls-untrusted', `The certificate of ${name} is not trusted here.`, {
                cause: error,
            });
        case 'proxy':
            return new _domain_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .CredsError */ .uA('proxy-refused', `The proxy did not connect us to ${name}.`, { cause: error });
        case 'too-large':
            return new _domain_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .CredsError */ .uA('answer-invalid', `The answer of ${name} is longer than it may be.`, {
                cause: error,
            });
        case 'encoding':
            return new _domain_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .CredsError */ .uA('answer-invalid', `${name} compressed its answer although it was not asked to.`, {
                cause: error,
            });
        case 'aborted':
            return new _domain_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .CredsError */ .uA('interrupted', `The request to ${name} was given up.`, { cause: error });
    }
}
function refusal(name, alert) {
    if (alert === undefined)
        return `${name} and we could not agree on TLS.`;
    return _domain_host_js__WEBPACK_IMPORTED_MODULE_2__/* .clientAlerts */ .p.includes(alert)
        ? `${name} wants a client certificate that it trusts (TLS alert ${String(alert)}).`
        : `${name} has broken off the TLS connection (alert ${String(alert)}).`;
}

/** Waits. @throws CredsError `interrupted` or `terminated` when the process is asked to stop */
async function pause(host, ms) {
    const never = new Promise(() => undefined);
    try {
        await bounded(host, ms, () => never);
    }
    catch (error) {
        if (host.signal.aborted)
            throw interruption(host.signal);
        if (!(error instanceof _domain_host_js__WEBPACK_IMPORTED_MODULE_2__/* .TransportError */ .w && error.fault === 'timeout'))
            throw error;
    }
}
/** Statuses that ask to come back (RFC 9110 \u00a715.5.9, \u00a715.6; RFC 8470 \u00a75.2; RFC 6585 \u00a74; 52x of content networks). */
function asksToRetry(status) {
    return [408, 425, 429].includes(status) || (status >= 500 && status !== 501 && status !== 505);
}
/** Not now (RFC 9110 \u00a715.6.4), and what content networks say when they have not reached the server. */
const unserved = [503, 521, 522, 523, 525, 526];
/** True for a status behind which the server may have done what it was asked: whoever stands before it gave up on it. */
function hidesAnswer(status) {
    return status >= 500 && !unserved.includes(status);
}
/**
 * Seconds that a Retry-After header asks for (RFC 9110 \u00a710.2.3): a number, or an HTTP date, which counts from the
 * server's own Date; 0 without one.
 */
function retryAfterSeconds(answer, now) {
    const value = answer.headers['retry-after']?.trim() ?? '';
    if ((0,_domain_pattern_js__WEBPACK_IMPORTED_MODULE_3__/* .fullMatch */ .L)(/\d{1,6}/, value))
        return Number(value);
    const at = Date.parse(value);
    const sentAt = Date.parse(answer.headers['date'] ?? '');
    return Number.isNaN(at) ? 0 : Math.max(0, (at - (Number.isNaN(sentAt) ? now.getTime() : sentAt)) / 1000);
}




/***/ }),

/***/ 8440:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {
/**
 * Reads JSON as RFC 8259 and I-JSON (RFC 7493) want it from a stranger: valid UTF-8, no byte order mark, no member
 * twice in one object, no `__proto__`, no half of a surrogate pair, no number beyond a double, 64 levels at most.
 * @throws SyntaxError without any of the text in it
 */
var parseStrictJson = (function (input) {
    let value;
    let text;
    try {
        text =
            typeof input === 'string'
                ? input
                : new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(input);
        value = JSON.parse(text);
    }
    catch {
        throw new SyntaxError('not valid JSON');
    }
    if (!text.isWellFormed())
        throw new SyntaxError('JSON with half a character');
    refuseUnclean(text);
    return value;
});
/** Walks over text that is known to be valid JSON. */
var refuseUnclean = (function (text) {
    const open = [];
    const escapes = text.includes('\\');
    let expectsName = false;
    for (let at = 0; at < text.length; at++) {
        const char = text.charCodeAt(at);
        if (char === quote) {
            const end = escapes ? endOfString(text, at) : text.indexOf('"', at + 1);
            if (expectsName)
                addMember(open.at(-1), readString(text.slice(at, end + 1)));
            else if (escapes)
                readString(text.slice(at, end + 1));
            expectsName = false;
            at = end;
        }
        else if (char === openObject || char === openArray) {
            open.push(char === openObject ? new Set() : undefined);
            if (open.length > deepest)
                throw new SyntaxError('JSON nested too deeply');
            expectsName = char === openObject;
        }
        else if (char === closeObject || char === closeArray) {
            open.pop();
            expectsName = false;
        }
        else if (char === comma) {
            expectsName = open.at(-1) !== undefined;
        }
        else if (char === minus || (char >= zero && char <= nine)) {
            at = endOfNumber(text, at) - 1;
        }
    }
});
var readString = (function (quoted) {
    if (!quoted.includes('\\'))
        return quoted.slice(1, -1);
    const string = JSON.parse(quoted);
    if (!string.isWellFormed())
        throw new SyntaxError('JSON with half a character');
    return string;
});
var addMember = (function (members, name) {
    if (name === '__proto__' || members?.has(name) === true)
        throw new SyntaxError('JSON with a repeated or forbidden member');
    members?.add(name);
});
/** Where the number that begins here ends. */
var endOfNumber = (function (text, start) {
    let end = start + 1;
    while (end < text.length && '0123456789.eE+-'.includes(text[end] ?? ' '))
        end++;
    if (!Number.isFinite(Number(text.slice(start, end))))
        throw new SyntaxError('JSON with an endless number');
    return end;
});
/** True for an object that is not an array; its own members may then be read. */
var isObject = (function (value) {
    return typeof value === 'object' && value !== null && !Array.isArray(value);
});
/** The object's own member, never an inherited one. */
var member = (function (object, name) {
    return Object.hasOwn(object, name) ? object[name] : undefined;
});

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   Dc: () => (/* binding */ member),
/* harmony export */   Gv: () => (/* binding */ isObject),
/* harmony export */   RJ: () => (/* binding */ parseStrictJson)
/* harmony export */ });
/** Nothing that we read is nested deeper; what walks over it later may then be recursive. */
const deepest = 64;

const code = (char) => char.charCodeAt(0);
const [quote, backslash, comma, minus] = [code('"'), code('\\'), code(','), code('-')];
const [openObject, closeObject, openArray, closeArray] = [code('{'), code('}'), code('['), code(']')];
const [zero, nine] = [code('0'), code('9')];




function endOfString(text, start) {
    for (let at = start;;) {
        at = text.indexOf('"', at + 1);
        let slashes = 0;
        while (text.charCodeAt(at - 1 - slashes) === backslash)
            slashes++;
        if (slashes % 2 === 0)
            return at;
    }
}




/***/ }),

/***/ 9467:
/***/ ((module) => {

module.exports = require("./github-event.cjs");

/***/ }),

/***/ 2613:
/***/ ((module) => {

module.exports = undefined;

/***/ }),

/***/ 4434:
/***/ ((module) => {

module.exports = require("events");

/***/ }),

/***/ 8611:
/***/ ((module) => {

module.exports = require("http");

/***/ }),

/***/ 5692:
/***/ ((module) => {

module.exports = require("https");

/***/ }),

/***/ 9278:
/***/ ((module) => {

module.exports = require("net");

/***/ }),

/***/ 1421:
/***/ ((module) => {

module.exports = require("node:child_process");

/***/ }),

/***/ 7598:
/***/ ((module) => {

module.exports = require("node:crypto");

/***/ }),

/***/ 3024:
/***/ ((module) => {

module.exports = require("node:fs");

/***/ }),

/***/ 7067:
/***/ ((module) => {

module.exports = require("node:http");

/***/ }),

/***/ 4708:
/***/ ((module) => {

module.exports = require("node:https");

/***/ }),

/***/ 7030:
/***/ ((module) => {

module.exports = require("node:net");

/***/ }),

/***/ 6760:
/***/ ((module) => {

module.exports = require("node:path");

/***/ }),

/***/ 8500:
/***/ ((module) => {

module.exports = require("node:timers/promises");

/***/ }),

/***/ 1692:
/***/ ((module) => {

module.exports = require("node:tls");

/***/ }),

/***/ 4756:
/***/ ((module) => {

module.exports = require("tls");

/***/ }),

/***/ 9023:
/***/ ((module) => {

module.exports = require("util");

/***/ })

/******/ 	});
/************************************************************************/
/******/ 	// The module cache
/******/ 	var __webpack_module_cache__ = {};

/******/ 	
/******/ 	// expose the modules object (__webpack_modules__)
/******/ 	__nccwpck_require__.m = __webpack_modules__;
/******/ 	
/************************************************************************/
/******/ 	/* webpack/runtime/asset-relocator-loader */
/******/ 	if (typeof __nccwpck_require__ !== 'undefined') __nccwpck_require__.ab = __dirname + "/";
/******/ 	
/******/ 	/* webpack/runtime/compat get default export */
/******/ 	(() => {
/******/ 		// getDefaultExport function for compatibility with non-harmony modules
/******/ 		__nccwpck_require__.n = (module) => {
/******/ 			var getter = module && module.__esModule ?
/******/ 				() => (module['default']) :
/******/ 				() => (module);
/******/ 			__nccwpck_require__.d(getter, { a: getter });
/******/ 			return getter;
/******/ 		};
/******/ 	})();
/******/ 	
/******/ 	/* webpack/runtime/create fake namespace object */
/******/ 	(() => {
/******/ 		var getProto = Object.getPrototypeOf ? (obj) => (Object.getPrototypeOf(obj)) : (obj) => (obj.__proto__);
/******/ 		var leafPrototypes;
/******/ 		// create a fake namespace object
/******/ 		// mode & 1: value is a module id, require it
/******/ 		// mode & 2: merge all properties of value into the ns
/******/ 		// mode & 4: return value when already ns object
/******/ 		// mode & 16: return value when it's Promise-like
/******/ 		// mode & 8|1: behave like require
/******/ 		__nccwpck_require__.t = function(value, mode) {
/******/ 			if(mode & 1) value = this(value);
/******/ 			if(mode & 8) return value;
/******/ 			if(typeof value === 'object' && value) {
/******/ 				if((mode & 4) && value.__esModule) return value;
/******/ 				if((mode & 16) && typeof value.then === 'function') return value;
/******/ 			}
/******/ 			var ns = Object.create(null);
/******/ 			__nccwpck_require__.r(ns);
/******/ 			var def = {};
/******/ 			leafPrototypes = leafPrototypes || [null, getProto({}), getProto([]), getProto(getProto)];
/******/ 			for(var current = mode & 2 && value; typeof current == 'object' && !~leafPrototypes.indexOf(current); current = getProto(current)) {
/******/ 				Object.getOwnPropertyNames(current).forEach((key) => (def[key] = () => (value[key])));
/******/ 			}
/******/ 			def['default'] = () => (value);
/******/ 			__nccwpck_require__.d(ns, def);
/******/ 			return ns;
/******/ 		};
/******/ 	})();
/******/ 	
/******/ 	/* webpack/runtime/define property getters */
/******/ 	(() => {
/******/ 		// define getter functions for harmony exports
/******/ 		__nccwpck_require__.d = (exports, definition) => {
/******/ 			for(var key in definition) {
/******/ 				if(__nccwpck_require__.o(definition, key) && !__nccwpck_require__.o(exports, key)) {
/******/ 					Object.defineProperty(exports, key, { enumerable: true, get: definition[key] });
/******/ 				}
/******/ 			}
/******/ 		};
/******/ 	})();
/******/ 	
/******/ 	/* webpack/runtime/ensure chunk */
/******/ 	(() => {
/******/ 		__nccwpck_require__.f = {};
/******/ 		// This file contains only the entry chunk.
/******/ 		// The chunk loading function for additional chunks
/******/ 		__nccwpck_require__.e = (chunkId) => {
/******/ 			return Promise.all(Object.keys(__nccwpck_require__.f).reduce((promises, key) => {
/******/ 				__nccwpck_require__.f[key](chunkId, promises);
/******/ 				return promises;
/******/ 			}, []));
/******/ 		};
/******/ 	})();
/******/ 	
/******/ 	/* webpack/runtime/get javascript chunk filename */
/******/ 	(() => {
/******/ 		// This function allow to reference async chunks
/******/ 		__nccwpck_require__.u = (chunkId) => {
/******/ 			// return url for filenames based on template
/******/ 			return "give-back/" + {"29":"client-identity","201":"id-token-for-return","222":"ssh-agents","262":"transport","284":"sts-return","294":"environment","342":"proxied-request","380":"broker-return-signed","420":"octo-sts-return","438":"crates-return","551":"ssh-agent","561":"file","624":"vault-return","735":"gitlab-variable","783":"kept-mark","873":"action-inputs","899":"broker-return"}[chunkId] + ".cjs";
/******/ 		};
/******/ 	})();
/******/ 	
/******/ 	/* webpack/runtime/hasOwnProperty shorthand */
/******/ 	(() => {
/******/ 		__nccwpck_require__.o = (obj, prop) => (Object.prototype.hasOwnProperty.call(obj, prop))
/******/ 	})();
/******/ 	
/******/ 	/* webpack/runtime/make namespace object */
/******/ 	(() => {
/******/ 		// define __esModule on exports
/******/ 		__nccwpck_require__.r = (exports) => {
/******/ 			if(typeof Symbol !== 'undefined' && Symbol.toStringTag) {
/******/ 				Object.defineProperty(exports, Symbol.toStringTag, { value: 'Module' });
/******/ 			}
/******/ 			Object.defineProperty(exports, '__esModule', { value: true });
/******/ 		};
/******/ 	})();
/******/ 	
/******/ 	/* webpack/runtime/require chunk loading */
/******/ 	(() => {
/******/ 		// no baseURI
/******/ 		
/******/ 		// object to store loaded chunks
/******/ 		// "1" means "loaded", otherwise not loaded yet
/******/ 		var installedChunks = {
/******/ 			792: 1
/******/ 		};
/******/ 		
/******/ 		// no on chunks loaded
/******/ 		
/******/ 		var installChunk = ((chunk) => {
/******/ 			var moreModules = chunk.modules, chunkIds = chunk.ids, runtime = chunk.runtime;
/******/ 			for(var moduleId in moreModules) {
/******/ 				if(__nccwpck_require__.o(moreModules, moduleId)) {
/******/ 					__nccwpck_require__.m[moduleId] = moreModules[moduleId];
/******/ 				}
/******/ 			}
/******/ 			if(runtime) runtime(__nccwpck_require__);
/******/ 			for(var i = 0; i < chunkIds.length; i++)
/******/ 				installedChunks[chunkIds[i]] = 1;
/******/ 		
/******/ 		});
/******/ 		
/******/ 		// require() chunk loading for javascript
/******/ 		__nccwpck_require__.f.require = (chunkId, promises) => {
/******/ 			// "1" is the signal for "already loaded"
/******/ 			if(!installedChunks[chunkId]) {
/******/ 				if(true) { // all chunks have JS
/******/ 					installChunk(require("./" + __nccwpck_require__.u(chunkId)));
/******/ 				} else installedChunks[chunkId] = 1;
/******/ 			}
/******/ 		};
/******/ 		
/******/ 		// no external install chunk
/******/ 		
/******/ 		// no HMR
/******/ 		
/******/ 		// no HMR manifest
/******/ 	})();
/******/ 	
/************************************************************************/
var __webpack_exports__ = {};
// ESM COMPAT FLAG
__nccwpck_require__.r(__webpack_exports__);

// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  exchange: () => (/* reexport */ http/* exchange */.cv),
  post: () => (/* binding */ post),
  postStory: () => (/* binding */ postStory),
  revoke: () => (/* binding */ revoke),
  revokeStory: () => (/* binding */ revokeStory)
});

// EXTERNAL MODULE: ./lib/aside/domain/errors.js
var errors = __nccwpck_require__(7945);
// EXTERNAL MODULE: ./lib/aside/domain/deadline.js
var domain_deadline = __nccwpck_require__(3150);
;// CONCATENATED MODULE: ./lib/aside/providers/returns.js

/** By the names of registry.ts. `never`: nothing that it lends can ever be given back, and nothing is loaded. */
const returns = {
    broker: (async () => (await __nccwpck_require__.e(/* import() | broker-return */ 899).then(__nccwpck_require__.bind(__nccwpck_require__, 328))).brokerReturn),
    aws: 'never',
    azure: 'never',
    gcp: 'never',
    crates: async () => (await __nccwpck_require__.e(/* import() | crates-return */ 438).then(__nccwpck_require__.bind(__nccwpck_require__, 2683))).cratesReturn,
    npm: 'never',
    'octo-sts': async () => (await __nccwpck_require__.e(/* import() | octo-sts-return */ 420).then(__nccwpck_require__.bind(__nccwpck_require__, 33))).octoStsReturn,
    pypi: 'never',
    vault: (async () => (await __nccwpck_require__.e(/* import() | vault-return */ 624).then(__nccwpck_require__.bind(__nccwpck_require__, 4613))).vaultReturn),
    sts: async () => (await __nccwpck_require__.e(/* import() | sts-return */ 284).then(__nccwpck_require__.bind(__nccwpck_require__, 4362))).stsReturn,
};


;// CONCATENATED MODULE: ./lib/aside/leases/giving-back.js



const budgetSeconds = 20;




/** Loaded when a handle alone did not do. */
async function wayToAsk(intent, { job, idTokens = 'any' }, call) {
    if (idTokens === 'none')
        return undefined;
    const { askFor } = await __nccwpck_require__.e(/* import() | id-token-for-return */ 201).then(__nccwpck_require__.bind(__nccwpck_require__, 4885));
    return askFor(intent, { job, mayMint: idTokens === 'any' }, call);
}


// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __nccwpck_require__(6760);
// EXTERNAL MODULE: ./lib/aside/domain/pattern.js
var pattern = __nccwpck_require__(6898);
// EXTERNAL MODULE: ./lib/aside/protocol/json.js
var json = __nccwpck_require__(8440);
;// CONCATENATED MODULE: ./lib/aside/leases/intent-text.js





function isSizes(value) {
    return (0,json/* isObject */.Gv)(value) && Object.values(value).every(Number.isSafeInteger);
}
function isAgent(value) {
    return (0,json/* isObject */.Gv)(value) && typeof value['socket'] === 'string';
}
/** True for a process as an entry names it. */
function isOwner(value) {
    if (!(0,json/* isObject */.Gv)(value))
        return false;
    const { pid, start, space } = value;
    return Number.isInteger(pid) && Number(pid) > 0 && typeof start === 'string' && typeof space === 'string';
}






;// CONCATENATED MODULE: ./lib/aside/domain/draft.js

/**
 * The name of what is written beside a file before it takes the file\u2019s place. It says of which file it is: whoever is
 * killed in between leaves what somebody has to find.
 * @param random 16 hex digits
 */
function draftName(name, random) {
    return `.${name}.${random}`;
}

/** True for the name of a draft of whatever file. */
function isDraft(name) {
    return fullMatch(/\..+\.[0-9a-f]{16}/, name);
}

;// CONCATENATED MODULE: ./lib/aside/leases/agent-socket.js

/** Octets of a socket's path that every system takes (macOS; `sun_path` in unix(4)). */
const longest = 103;
/** Where the agent of an entry listens: in the entry's own folder or, where that is too long a name, in one below /tmp. */
function agentSocket(jobFolder, id) {
    const near = (0,external_node_path_.join)(jobFolder, id, 'agent.sock');
    return Buffer.byteLength(near) <= longest ? near : (0,external_node_path_.join)('/tmp', `ephemeral-creds-${id}`, 'agent.sock');
}

;// CONCATENATED MODULE: ./lib/aside/leases/ledger.js





/** Bytes of an entry\u2019s file. */
const longestEntry = 256 * 1024;
/** Octets of a path that a system takes (PATH_MAX in limits.h). */
const longestPath = 4096;
/** Names of their files. */
const entryName = /[0-9a-f]{16}\.json/;



/** One of what was to be given back already is passed over: it is asked for once more, which does no harm. */
function readDraft(path, id, { host }) {
    const intent = readOwn(path, host);
    return intent?.id === id && intent.givenBack !== true ? intent : undefined;
}
/** Settles an entry before the job ends. Where post comes and could not do it again by itself, the file says that it is done. */
function settleIntent(intent, where) {
    const isForPost = where.job.hasPost === true && intent.owner === undefined;
    if (intent.kept === undefined || !isForPost) {
        closeIntent(intent.id, where);
        return;
    }
    const settled = { ...intent, kept: {}, givenBack: true };
    where.host.files.replace(entryPath(where.job, intent.id), JSON.stringify(settled));
    eraseDrafts(intent.id, where);
}



/** A draft was written later than the file whose place it was to take. */
function latestOf(filed, names, where) {
    const drafts = draftsOf(filed.id, where, [...names]);
    return drafts.map((path) => readDraft(path, filed.id, where)).find((each) => each !== undefined) ?? filed;
}
/** The folder of the run, below the job's or below `files-dir`: nobody else has one of that name. */
function isOwnFolder(folder, id, { job, host }) {
    if (folder === (0,external_node_path_.join)(job.folder, id))
        return true;
    // Not by a link that another could have laid there.
    return (folder.length <= longestPath && (0,external_node_path_.basename)(folder) === id && (0,external_node_path_.basename)(host.files.realPath(folder)) === id);
}
function readOwn(path, { files }) {
    try {
        const text = files.readPrivate(path, longestEntry);
        return text === undefined ? undefined : readIntent(text);
    }
    catch {
        return undefined;
    }
}

;// CONCATENATED MODULE: ./lib/aside/leases/changed-entries.js






/**
 * What bears an entry's name and cannot be read as one, or the folder itself: nobody can say what is owed by it. A file that
 * is not whole is left out: who was killed over writing it had not asked for anything yet.
 * @returns paths
 */
function changedEntries(where) {
    const { job, host } = where;
    if (isChangedFolder(where))
        return [job.folder];
    const names = host.files.list(job.folder).filter((name) => (0,pattern/* fullMatch */.L)(entryName, name));
    return names.map((name) => (0,external_node_path_.join)(job.folder, name)).filter((path) => isChanged(path, where));
}




;// CONCATENATED MODULE: ./lib/aside/domain/duration.js

const secondsIn = { s: 1, m: 60, h: 3600, d: 86_400 };
/**
 * Reads a lifetime: `900` (seconds), `90s`, `15m`, `1h`, `1h30m`, `1d`.
 * @returns whole seconds, or undefined when the text is not a duration of at most a year
 */
function parseDuration(text) {
    const bare = fullMatch(/\d{1,8}/, text);
    if (!bare && (!fullMatch(/(\d{1,6}d)?(\d{1,6}h)?(\d{1,6}m)?(\d{1,8}s)?/, text) || text === ''))
        return undefined;
    let seconds = bare ? Number(text) : 0;
    for (const [, count, unit] of text.matchAll(/(\d+)([smhd])/g)) {
        seconds += Number(count) * secondsIn[unit];
    }
    return seconds <= 366 * 86_400 ? seconds : undefined;
}



;// CONCATENATED MODULE: ./lib/aside/domain/markdown-table.js



;// CONCATENATED MODULE: ./lib/aside/commands/return-report.js


const words = {
    over: 'given back',
    queued: 'given back: the broker has it in its queue',
    'lives-on': 'cannot be revoked',
    failed: 'NOT given back',
};




;// CONCATENATED MODULE: ./lib/aside/commands/problem-report.js
/** What went wrong, what to change, whom to show what: one annotation, and the summary if `summary` allows. */
function tellProblem(error, job, { host, summary }) {
    const page = pageOf(error, host.env);
    const id = error.requestId === undefined ? '' : ` Request id: ${error.requestId}.`;
    job.tell('error', annotation(error, id, page));
    if (!summary)
        return;
    const text = `${error.message}${id} ${error.hint}`.replace(/[\\|*_[\]<>&#!]/g, (char) => `&#${String(char.charCodeAt(0))};`);
    try {
        job.summarise(`### Nothing was delivered\n\n${text} See ${page}\n`);
    }
    catch {
        // The annotation has said it; a summary that cannot be written must not hide it.
    }
}
/** The same for what is wrong and stops nothing. */
function tellWarning(error, { job, host }) {
    job.tell('warning', annotation(error, '', pageOf(error, host.env)));
}
function annotation({ message, hint, code }, id, page) {
    return `${message}${id}\n${hint}\n[${code}] ${page}`;
}
/** The page at the very version of the action that runs, where the runner tells which one that is. */
function pageOf(error, env) {
    const [server, repository, ref] = [
        'GITHUB_SERVER_URL',
        'GITHUB_ACTION_REPOSITORY',
        'GITHUB_ACTION_REF',
    ].map((name) => env[name] ?? '');
    return server && repository && ref ? `${server}/${repository}/blob/${ref}/${error.page}` : error.page;
}

;// CONCATENATED MODULE: ./lib/aside/commands/forget-entry.js







/** Who goes by the entries alone cannot know what such a one owes. */
function changedError(paths, { job }) {
    const what = paths.join(', ');
    const rest = job.hasPost === true
        ? 'The post step gives it back by the runner\u2019s own state.'
        : 'It ends by itself, unless the broker is told.';
    return new errors/* CredsError */.uA('ledger-changed', `What is owed by ${what} cannot be read, and was not given back. ${rest}`);
}

;// CONCATENATED MODULE: ./lib/aside/commands/remove-files.js


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

;// CONCATENATED MODULE: ./lib/aside/commands/variables-after.js

/** Variables of an entry that lead to the files of a later one, which may be copies with ours in them. */
function leadingToLater(intent, living) {
    const claimed = laterNames(intent, living);
    return (intent.pointers ?? []).filter(({ name }) => claimed.has(name)).map(({ name }) => name);
}


/** What lies behind the value that a variable holds, where it was an entry of this job that has led it there. */
function behindOf(name, held, entries) {
    const theirs = entries
        .flatMap(({ pointers = [] }) => pointers)
        .find((each) => each.name === name && each.value === held && (each.after !== held || each.behind !== undefined));
    if (theirs === undefined)
        return [];
    return [theirs.after, ...(theirs.behind ?? [])].filter((each) => each !== held);
}
/**
 * Where earlier commands of a job have led tools, in a shell that has not read it yet: what it writes next is read after
 * theirs. One that the shell has led elsewhere itself stays.
 */
function ledEarlier(entries, { env }) {
    const latest = entries.flatMap((entry) => {
        const later = laterNames(entry, entries);
        return (entry.pointers ?? []).filter(({ name }) => !later.has(name));
    });
    const unread = latest.filter(({ name, after, behind = [] }) => [undefined, '', after, ...behind].includes(env[name]));
    return Object.fromEntries(unread.map(({ name, value }) => [name, value]));
}

;// CONCATENATED MODULE: ./lib/aside/commands/revoke.js











/**
 * A state that was cut off: our own file is gone by, if the state still tells which one that is. Another step could have
 * written it, so it gets no ID token.
 * @throws CredsError `revoke-failed` where there is none
 */
function filedAs(state, where) {
    const problem = 'The state that main left for post cannot be read';
    const id = /"id":"([0-9a-f]{16})"/.exec(state)?.[1];
    const filed = listIntents(where).find((each) => each.id === id);
    if (filed !== undefined) {
        where.job.tell('warning', `${problem}: what is owed is taken from the ledger\u2019s own file.`);
        return filed;
    }
    const ends = [...state.matchAll(/"expiresAt":"([0-9TZ:.-]{20,24})"/g)].map(([, end = '']) => end);
    const last = ends.sort().at(-1);
    const until = last === undefined ? 'by itself' : `by ${last} at the latest`;
    throw new errors/* CredsError */.uA('revoke-failed', `${problem}. What was lent was not given back, and ends ${until}.`);
}

/**
 * Only our file says that this was given back in the middle of the job, and whoever could write it could also have taken
 * the credential out of it. So it is not passed over without a word, and what was delivered goes in any case.
 */
async function passSettled(owed, where) {
    await removeDelivered(owed, where);
    for (const { role, id } of owed.leases)
        where.job.tell('info', `${role} (lease ${id}): given back in the middle of the job, as its entry says.`);
    forgetEntry(owed.id, where);
}
/**
 * In the middle of the job: gives back what the entries beside the job say, or only the named leases, blanks the
 * variables and removes the files.
 * @throws CredsError `input-invalid` when a lease is named that is not there; `revoke-failed` when one lives on, or stays in a
 *   variable, and the workflow wants that;
 *   `ledger-changed` when another step has made an entry unreadable
 */
async function revokeNow(leaseIds, where) {
    const all = listIntents(where);
    const changed = changedEntries(where);
    // What an `exec` has borrowed it gives back itself; the next one does that of an `exec` that was killed.
    const chosen = leaseIds.length === 0
        ? all.filter(({ owner }) => owner === undefined)
        : all.filter(({ leases }) => leases.some(({ id }) => leaseIds.includes(id)));
    const known = chosen.flatMap(({ leases }) => leases.map(({ id }) => id));
    if (leaseIds.some((id) => !known.includes(id))) {
        if (changed.length > 0)
            throw changedError(changed, where);
        throw new errors/* CredsError */.uA('input-invalid', 'The input `lease-ids` names a lease that this job does not owe.');
    }
    if (chosen.length === 0 && changed.length === 0)
        where.job.tell('info', 'There is nothing to give back.');
    const living = all.filter((each) => !chosen.includes(each));
    const kept = [];
    for (const intent of chosen) {
        hide(intent, where);
        if (!takeBackVariables(intent, living, where))
            kept.push(intent);
        tellChanged(await removeDelivered(intent, where), where);
    }
    await settle(chosen, where, 'middle');
    refuseKept(kept);
    if (leaseIds.length === 0 && changed.length > 0)
        throw changedError(changed, where);
}
/**
 * Blanks the variables for the steps that follow, and leads tools where they were led before. Never throws: what is owed has
 * to be given back.
 * @returns false where that could not be written down; it is told
 */
function takeBackVariables(intent, living, { job, host }) {
    const after = variablesAfter(intent, host, living);
    try {
        job.exportVariables(after);
    }
    catch {
        const names = Object.keys(after).join(', ');
        job.tell('warning', `Later steps still get what was borrowed: ${names} could not be blanked.`);
        return false;
    }
    const later = leadingToLater(intent, living);
    if (later.length === 0)
        return true;
    const text = 'to the files of a later step; what these have copied goes when its lease is given back.';
    job.tell('info', `Tools are still led by ${later.join(', ')} ${text}`);
    return true;
}
/** @throws CredsError `revoke-failed` where a workflow wants that of what its later steps still get */
function refuseKept(kept) {
    if (kept.some(({ post }) => post.failOnRevokeError))
        throw new errors/* CredsError */.uA('revoke-failed', 'Not every variable could be blanked.');
}




async function endAgentAt(socket, where) {
    try {
        await (await __nccwpck_require__.e(/* import() | ssh-agent */ 551).then(__nccwpck_require__.bind(__nccwpck_require__, 7640))).endAgent(socket, where);
    }
    catch {
        where.job.tell('warning', 'The SSH agent of this run could not be ended: a file of this action is missing.');
    }
}
/** Another step has logged in, or set something, by the tool that ours was for: what comes next may rely on it. */
function tellChanged(paths, { job }) {
    for (const path of paths)
        job.tell('warning', `Another step has changed ${path}, which is removed with the credential in it: what that step has put there counts no more.`);
}

;// CONCATENATED MODULE: ./lib/aside/commands/unheard.js


;// CONCATENATED MODULE: ./lib/aside/protocol/workflow-command.js




function escapeProperty(text) {
    return escapeData(text).replace(/:/g, '%3A').replace(/,/g, '%2C');
}

/** Of an output or a variable: nothing that means something else in such a file. */
const plainName = /[A-Za-z_][A-Za-z0-9_-]*/;

;// CONCATENATED MODULE: ./lib/aside/platforms/github-actions.js
// https://docs.github.com/en/actions/reference/workflows-and-actions/variables




const stateName = 'ledger';
/** Octets: PATH_MAX of limits.h, and room for the names of our files. */
const longestFolder = 3800;
/** Facts in the order in which a person wants them, and the runner's variables that hold them. */
const factVariables = {
    repository: 'GITHUB_REPOSITORY',
    ref: 'GITHUB_REF',
    event: 'GITHUB_EVENT_NAME',
    workflow: 'GITHUB_WORKFLOW',
    job: 'GITHUB_JOB',
    run: 'GITHUB_RUN_ID',
    attempt: 'GITHUB_RUN_ATTEMPT',
};
const githubActions = {
    name: 'github-actions',
    // Runners that are not GitHub's own may leave the name out, but not the command files.
    detect: ((env) => env['GITHUB_ACTIONS'] === 'true' || (env['GITHUB_STATE'] ?? '') !== ''),
    attach,
};







;// CONCATENATED MODULE: ./lib/aside/entry/action-job.js







// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __nccwpck_require__(3024);
;// CONCATENATED MODULE: ./lib/aside/entry/random.js
/**
 * So many random octets in hex digits. Not by an import of node:crypto: that takes 4 ms to load, and post mostly needs
 * none of it.
 */
function randomHex(octets) {
    // Absent before Node 20.16.
    if (!('getBuiltinModule' in process))
        return Buffer.from(globalThis.crypto.getRandomValues(new Uint8Array(octets))).toString('hex');
    return process.getBuiltinModule('node:crypto').randomBytes(octets).toString('hex');
}

;// CONCATENATED MODULE: ./lib/aside/entry/files.js




const { O_APPEND, O_CREAT, O_EXCL, O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_WRONLY } = external_node_fs_.constants;
/** The real files. Nothing is written or erased through a link (`O_NOFOLLOW`; absent on Windows). */
const realFiles = {
    append: ((path, text, synced) => {
        writeAll(external_node_fs_.openSync(path, O_WRONLY | O_APPEND | noFollow | noWait), text, synced);
    }),
    create: (path, text) => {
        writeAll(external_node_fs_.openSync(path, O_WRONLY | O_CREAT | O_EXCL | noFollow, 0o600), text, false);
    },
    replace: (path, text) => {
        const draft = (0,external_node_path_.join)((0,external_node_path_.dirname)(path), draftName((0,external_node_path_.basename)(path), randomHex(8)));
        try {
            writeAll(external_node_fs_.openSync(draft, O_WRONLY | O_CREAT | O_EXCL | noFollow, 0o600), text, false);
            external_node_fs_.renameSync(draft, path);
        }
        catch (error) {
            external_node_fs_.rmSync(draft, { force: true });
            throw error;
        }
    },
    makePrivateFolder: (path) => {
        makeFolder(path);
        const found = external_node_fs_.lstatSync(path);
        const others = process.platform === 'win32' ? 0 : found.mode & 0o077;
        if (!found.isDirectory() ||
            others !== 0 ||
            (process.getuid !== undefined && found.uid !== process.getuid())) {
            throw new Error('the folder is not private');
        }
    },
    list: ((folder) => {
        try {
            return external_node_fs_.lstatSync(folder).isDirectory() ? external_node_fs_.readdirSync(folder) : [];
        }
        catch {
            return [];
        }
    }),
    read,
    readPrivate,
    size: (path) => {
        try {
            const found = external_node_fs_.lstatSync(path);
            return found.isFile() ? found.size : undefined;
        }
        catch {
            return undefined;
        }
    },
    realPath,
    erase: files_erase,
    removeIfEmpty: (folder) => {
        try {
            external_node_fs_.rmdirSync(folder);
        }
        catch {
            // Not empty, or gone: both are as they should be.
        }
    },
};
// Absent on Windows, whatever the types say.
const noFollow = O_NOFOLLOW ?? 0;
/** A pipe in a file's place, put there by another step, must not make us wait for its other end. */
const noWait = O_NONBLOCK ?? 0;
/** With those above it. Node's own way (`recursive`) never ends where a folder takes none that is not there, as /proc/self. */
function makeFolder(path, triesAbove = true) {
    try {
        external_node_fs_.mkdirSync(path, 0o700);
    }
    catch (error) {
        const { code } = error;
        if (code === 'EEXIST')
            return;
        if (code !== 'ENOENT' || !triesAbove || (0,external_node_path_.dirname)(path) === path)
            throw error;
        makeFolder((0,external_node_path_.dirname)(path));
        makeFolder(path, false);
    }
}




const mostZeros = 1024 * 1024;



;// CONCATENATED MODULE: ./lib/aside/entry/output.js

/**
 * Writes to standard output at once, so that a mask is out before what it hides, and so that a closed pipe is an
 * error here and not an event later.
 */
function print(text) {
    write(1, text);
}
/** The same for standard error. */
function printError(text) {
    write(2, text);
}


;// CONCATENATED MODULE: ./lib/aside/entry/host.js








const clock = {
    now: () => new Date(),
    monotonicMs: (() => {
        // Not `performance.now()`: its module costs 3 ms to load.
        const [seconds, nanoseconds] = process.hrtime();
        return seconds * 1000 + nanoseconds / 1e6;
    }),
    after: ((ms, call) => {
        const timer = setTimeout(call, ms);
        return () => {
            clearTimeout(timer);
        };
    }),
};
/** Asked for when it matters: loading `tty` costs milliseconds. Old releases of Node 20 cannot, and no terminal is safe. */
const terminal = {
    get stdout() {
        return isTerminal(1);
    },
    get stderr() {
        return isTerminal(2);
    },
};
/** Rarely asked for. Of a number without a name there is none: containers run as such. */
function homeOfUser() {
    if (!('getBuiltinModule' in process))
        return undefined;
    try {
        return process.getBuiltinModule('node:os').userInfo().homedir;
    }
    catch {
        return undefined;
    }
}
function isTerminal(descriptor) {
    return 'getBuiltinModule' in process && process.getBuiltinModule('node:tty').isatty(descriptor);
}

;// CONCATENATED MODULE: ./lib/aside/entry/door.js




function complain(error, say) {
    const known = error instanceof errors/* CredsError */.uA ? `${error.message} ${error.hint} [${error.code}]` : nameOf(error);
    try {
        say(`\nephemeral-creds: ${known}\n`);
    }
    catch {
        // Nobody is listening.
    }
}
/** The kind of a foreign error and where it came from, without its message. */
function nameOf(error) {
    if (!(error instanceof Error))
        return 'an unknown error';
    // The message stands in the stack and may hold lines that look like frames.
    const place = (error.stack ?? '').replace(error.message, '');
    const frames = place.split('\n').filter((line) => line.startsWith('    at '));
    return `${error.name}, a defect: please report it.\n${frames.slice(0, 8).join('\n')}`;
}

// EXTERNAL MODULE: ./lib/aside/protocol/http.js
var http = __nccwpck_require__(4438);
;// CONCATENATED MODULE: ./lib/aside/entry/give-back.js





/** In the core: each way of giving back sends by it, and would be built with a copy of its own. */

/** The action's post step. */
function post() {
    door_open(postStory);
}

/** The action `revoke/`: gives back in the middle of the job. */
function revoke() {
    door_open(revokeStory);
}
/** What `revoke/` does, and its exit status. Tests hand it a world of their own. */
function revokeStory(host) {
    return statusOf(host, async (where) => {
        const { givenInputs, namedLeases, refuseOthers } = await __nccwpck_require__.e(/* import() | action-inputs */ 873).then(__nccwpck_require__.bind(__nccwpck_require__, 4828));
        const given = givenInputs(host.env);
        refuseOthers(Object.keys(given), ['lease-ids']);
        await revokeNow(namedLeases(given['lease-ids']), where);
    });
}
/** A run that is cancelled while it gives back goes on for so long, in milliseconds; the runner waits for ten seconds. */
const graceMs = 5000;




module.exports = __webpack_exports__;
/******/ })()
;