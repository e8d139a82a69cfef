"use strict";
exports.id = 904;
exports.ids = [904];
exports.modules = {

/***/ 715:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  planFixes: () => (/* binding */ planFixes),
  writeFixes: () => (/* binding */ writeFixes)
});

// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(6760);
// EXTERNAL MODULE: ./lib/beside/domain/errors.js
var errors = __webpack_require__(4357);
// EXTERNAL MODULE: ./lib/beside/gate/files/policy-text.js
var policy_text = __webpack_require__(2473);
// EXTERNAL MODULE: ./lib/beside/gate/files/read-files.js + 7 modules
var read_files = __webpack_require__(7479);
// EXTERNAL MODULE: ./lib/beside/gate/files/registry.js + 19 modules
var registry = __webpack_require__(8053);
// EXTERNAL MODULE: ./lib/beside/gate/gate-policy.js + 2 modules
var gate_policy = __webpack_require__(3012);
// EXTERNAL MODULE: ./lib/beside/gate/files/read-text.js
var read_text = __webpack_require__(8563);
// EXTERNAL MODULE: ./lib/beside/gate/inspect.js + 3 modules
var inspect = __webpack_require__(2976);
// EXTERNAL MODULE: external "node:util"
var external_node_util_ = __webpack_require__(7975);
// EXTERNAL MODULE: ./node_modules/yaml/dist/index.js
var dist = __webpack_require__(8815);
;// CONCATENATED MODULE: ./lib/beside/gate/fixes/change.js


/** What cannot be rewritten for certain, and why. */
class NotSure extends Error {
}
/** What a file says, each alias as a value of its own. @throws NotSure where it is not one document of plain data */
function change_valueOf(text) {
    const documents = (0,dist/* parseAllDocuments */.hR)(text, { prettyErrors: false, uniqueKeys: false, logLevel: 'silent' });
    const [only, ...others] = 'empty' in documents ? [] : documents;
    if (only === undefined || others.length > 0)
        throw new NotSure('the file is not one YAML document');
    if (only.errors.length > 0)
        throw new NotSure('the file is no sound YAML');
    try {
        return JSON.parse(JSON.stringify(only.toJS({ maxAliasCount: 100 })));
    }
    catch {
        throw new NotSure('the file has aliases of aliases');
    }
}
/** Whether one text says what the other says after the changes, and nothing else. */
function saysAfter(before, changes, after) {
    const value = change_valueOf(before);
    for (const change of changes)
        changeValue(value, change);
    return (0,external_node_util_.isDeepStrictEqual)(value, change_valueOf(after));
}
function changeValue(root, change) {
    const key = change.path.at(-1);
    const parent = change.path.slice(0, -1).reduce(childOf, root);
    if (Array.isArray(parent) && typeof key === 'number' && change.do === 'insert')
        parent.splice(key, 0, change.value);
    else if (isMap(parent) && typeof key === 'string' && isSound(parent, key, change)) {
        if (change.do === 'remove')
            Reflect.deleteProperty(parent, key);
        else
            parent[key] = change.value;
    }
    else
        throw new NotSure('it is not written as it is read');
}
function isSound(parent, key, change) {
    return change.do !== 'insert' && Object.hasOwn(parent, key) === (change.do !== 'add');
}
function childOf(value, key) {
    if (Array.isArray(value))
        return typeof key === 'number' ? value[key] : undefined;
    return isMap(value) && Object.hasOwn(value, key) ? value[String(key)] : undefined;
}
function isMap(value) {
    return typeof value === 'object' && value !== null && !Array.isArray(value);
}

;// CONCATENATED MODULE: ./lib/beside/gate/fixes/written-yaml.js

/** Lines of a key and its value, without an indentation. */
function entryLines(key, value) {
    if (typeof value === 'string' && value.includes('\n'))
        return [`${key}: |`, ...value.replace(/\n$/, '').split('\n').map(indented)];
    if (typeof value !== 'object')
        return [`${key}: ${scalarText(value)}`];
    if (isList(value))
        return listLines(key, value);
    return [`${key}:`, ...mapLines(value).map(indented)];
}
function mapLines(map) {
    return Object.entries(map).flatMap(([key, value]) => entryLines(key, value));
}
/** Lines of an item of a list. @param comment behind `uses` */
function itemLines(map, comment) {
    return mapLines(map)
        .map((line) => (comment !== undefined && line.startsWith('uses: ') ? `${line} # ${comment}` : line))
        .map((line, index) => (index === 0 ? `- ${line}` : indented(line)));
}
function listLines(key, list) {
    const plain = list.flatMap((each) => (typeof each === 'object' ? [] : [inBraces(each)]));
    if (plain.length === list.length)
        return [`${key}: [${plain.join(', ')}]`];
    return [`${key}:`, ...list.flatMap((each) => itemLines(each)).map(indented)];
}
function isList(value) {
    return Array.isArray(value);
}
function indented(line) {
    return line === '' ? '' : `  ${line}`;
}
/** A scalar on one line. */
function scalarText(value) {
    return (0,dist/* stringify */.As)(value, { lineWidth: 0, singleQuote: true }).trimEnd();
}
/** The same between braces and brackets, where more signs mean something. */
function inBraces(value) {
    if (typeof value !== 'string' || /^[\w./@:-]+$/.test(value))
        return scalarText(value);
    return `'${value.replaceAll("'", "''")}'`;
}

;// CONCATENATED MODULE: ./lib/beside/gate/fixes/change-text.js



/**
 * A change at its place in the text; every other byte stays as it is.
 * @throws NotSure where the text is not written so that this can be done
 */
function changeText(text, change) {
    const { start, end, put } = editOf(text, change);
    return text.slice(0, start) + put + text.slice(end);
}
function editOf(text, change) {
    const document = (0,dist/* parseDocument */.Tp)(text, { prettyErrors: false, uniqueKeys: false, keepSourceTokens: true });
    const parent = document.getIn(change.path.slice(0, -1), true);
    const key = change.path.at(-1);
    if (change.do === 'insert') {
        if (!(0,dist/* isSeq */.oP)(parent) || typeof key !== 'number')
            throw new NotSure('the list is an alias, or none');
        return itemEdit(text, parent, key, change);
    }
    if (!(0,dist/* isMap */.jh)(parent))
        throw new NotSure('the map is an alias, or none');
    if (change.do === 'add')
        return addEdit(text, parent, String(key), change);
    const index = parent.items.findIndex((pair) => (0,dist/* isScalar */.jn)(pair.key) && pair.key.value === key);
    const pair = parent.items[index];
    if (pair === undefined)
        throw new NotSure('the key is merged in from elsewhere');
    return change.do === 'set' ? setEdit(text, parent, pair, change) : removeEdit(text, parent, index);
}
function setEdit(text, parent, { value }, change) {
    if (!(0,dist/* isScalar */.jn)(value) || value.range == null || (value.type ?? '').startsWith('BLOCK'))
        throw new NotSure('the value is not written on one line');
    if (value.anchor !== undefined || value.tag !== undefined)
        throw new NotSure('the value has an anchor or a tag');
    const [start, end] = value.range;
    const put = parent.flow === true ? inBraces(change.value) : scalarText(change.value);
    const { comment } = change;
    const [behind, gap = '', old] = /^([ \t]*)(#[^\r\n]*)?/.exec(text.slice(end)) ?? [''];
    const isVersion = old !== undefined && /^#\s*(tag|pin|ratchet|v?\d)/i.test(old);
    if (old !== undefined && !isVersion)
        return { start, end, put };
    if (comment === undefined)
        return { start, end: isVersion ? end + behind.length : end, put };
    if (parent.flow === true)
        return { start, end, put };
    return { start, end: end + behind.length, put: `${put}${old === undefined ? ' ' : gap}# ${comment}` };
}
function removeEdit(text, parent, index) {
    const pair = parent.items[index];
    const next = parent.items[index + 1];
    const before = parent.items[index - 1];
    if (pair === undefined || (next ?? before) === undefined)
        throw new NotSure('nothing would be left of the map');
    const start = keyStart(pair);
    if (parent.flow === true) {
        if (next !== undefined)
            return { start, end: keyStart(next), put: '' };
        return { start: before === undefined ? start : contentEnd(before), end: contentEnd(pair), put: '' };
    }
    if (isFirstOnLine(text, start))
        return wholeLines(text, start, contentEnd(pair));
    // It stands behind the dash of an item: the next key takes its place.
    if (next === undefined || /[#]/.test(text.slice(contentEnd(pair), keyStart(next))))
        throw new NotSure('the key stands on a line with something else');
    return { start, end: keyStart(next), put: '' };
}
/** Where the last line has no break, the one before it loses its own. */
function wholeLines(text, from, to) {
    const [start, end] = [lineStart(text, from), lineEnd(text, to)];
    const open = end === text.length && text[end - 1] !== '\n';
    return { start: open ? Math.max(0, start - lineBreak(text).length) : start, end, put: '' };
}
function addEdit(text, parent, key, change) {
    const { value, behind, before } = change;
    if (parent.flow === true)
        return addInBraces(text, parent, key, change);
    const near = parent.items.find((pair) => (0,dist/* isScalar */.jn)(pair.key) && pair.key.value === (behind ?? before));
    const sibling = near ?? parent.items.at(-1);
    if (sibling === undefined)
        throw new NotSure('the map is empty');
    const start = keyStart(sibling);
    const column = start - lineStart(text, start);
    const lines = entryLines(key, value).map((line) => (line === '' ? '' : ' '.repeat(column) + line));
    const put = lines.map((line) => line + lineBreak(text)).join('');
    if (before !== undefined && near !== undefined) {
        if (!isFirstOnLine(text, start))
            throw new NotSure('the key stands on a line with something else');
        return insertAt(text, lineStart(text, start), put);
    }
    return insertAt(text, lineEnd(text, contentEnd(sibling)), put);
}
function addInBraces(text, parent, key, { value }) {
    const [open, close] = parent.range ?? [];
    if (typeof value === 'object' || open === undefined || close === undefined || text[close - 1] !== '}')
        throw new NotSure('the map is written in braces');
    const last = parent.items.at(-1);
    const entry = `${key}: ${inBraces(value)}`;
    if (last === undefined)
        return { start: open, end: close, put: `{ ${entry} }` };
    return { start: contentEnd(last), end: contentEnd(last), put: `, ${entry}` };
}
function itemEdit(text, list, index, change) {
    const tokens = list.srcToken;
    if (list.flow === true || tokens?.type !== 'block-seq')
        throw new NotSure('the list is written in brackets');
    const dash = tokens.items[index]?.start.find(({ type }) => type === 'seq-item-ind')?.offset;
    if (dash === undefined || !isFirstOnLine(text, dash))
        throw new NotSure('the list is not written line by line');
    const column = dash - lineStart(text, dash);
    const at = aboveComments(text, lineStart(text, dash), column);
    const spaced = index > 0 && /\n[ \t\r]*\n$/.test(text.slice(0, at));
    const { comment, value } = change;
    const put = itemLines(value, comment).map((line) => (line === '' ? '' : ' '.repeat(column) + line));
    return insertAt(text, at, [...put, ...(spaced ? [''] : [])].map((line) => line + lineBreak(text)).join(''));
}
/** Comments directly above an item, as far in as it, belong to it. */
function aboveComments(text, at, column) {
    let above = at;
    while (above > 0) {
        const start = lineStart(text, above - 1);
        const line = text.slice(start, above);
        if (line.slice(0, column).trim() !== '' || line[column] !== '#')
            return above;
        above = start;
    }
    return above;
}
function insertAt(text, at, put) {
    const open = at > 0 && text[at - 1] !== '\n';
    const br = lineBreak(text);
    return { start: at, end: at, put: open ? br + put.slice(0, -br.length) : put };
}
function keyStart({ key }) {
    const start = key?.range?.[0];
    const { anchor, tag } = (key ?? {});
    if (start === undefined || anchor !== undefined || tag !== undefined)
        throw new NotSure('a key has an anchor or a tag, or is none');
    return start;
}
/** Where what belongs to a pair ends, without the comment behind it. */
function contentEnd({ key, value }) {
    const own = key?.range?.[1] ?? 0;
    if ((0,dist/* isMap */.jh)(value) && value.flow !== true && value.items.length > 0)
        return Math.max(...value.items.map(contentEnd));
    if ((0,dist/* isSeq */.oP)(value) && value.flow !== true && value.items.length > 0)
        return Math.max(...value.items.map((item) => contentEnd({ key: null, value: item })));
    return Math.max(own, value?.range?.[1] ?? 0);
}
function isFirstOnLine(text, offset) {
    return /^[ ]*$/.test(text.slice(lineStart(text, offset), offset));
}
function lineStart(text, offset) {
    return offset === 0 ? 0 : text.lastIndexOf('\n', offset - 1) + 1;
}
/** Behind the break of the line in which an offset stands; a block\u2019s text ends behind its own. */
function lineEnd(text, offset) {
    if (offset > 0 && text[offset - 1] === '\n')
        return offset;
    const end = text.indexOf('\n', offset);
    return end < 0 ? text.length : end + 1;
}
function lineBreak(text) {
    return text.includes('\r\n') ? '\r\n' : '\n';
}

// EXTERNAL MODULE: ./lib/beside/gate/files/yaml-tree.js
var yaml_tree = __webpack_require__(6093);
;// CONCATENATED MODULE: ./lib/beside/gate/fixes/places.js


function jobPath({ name }) {
    return ['jobs', name];
}
/** @throws NotSure for a step that does not stand in its job */
function stepPath(job, step) {
    return ['jobs', job.name, 'steps', stepIndex(job, step)];
}
function stepIndex({ tree }, { span }) {
    const steps = (0,yaml_tree/* itemsOf */.S3)((0,yaml_tree/* child */.jf)(tree, 'steps'));
    const same = steps.flatMap((item, index) => (item.span.start === span.start ? [index] : []));
    const [index, ...others] = same;
    if (index === undefined || others.length > 0)
        throw new NotSure('the step stands in several places');
    return index;
}
function given(bindings, name) {
    return bindings.find((each) => each.name.toLowerCase() === name);
}
function textGiven(bindings, name) {
    const text = given(bindings, name)?.text.value.trim();
    return text === '' ? undefined : text;
}
/** The name of a secret that is all that a value says. */
function wholeSecret(binding) {
    const [, name] = /^\s*\$\{\{\s*secrets\.([A-Za-z_]\w*)\s*\}\}\s*$/i.exec(binding?.text.value ?? '') ?? [];
    return name?.toUpperCase() === 'GITHUB_TOKEN' ? undefined : name;
}
/** Every secret that a value names. */
function secretsIn(binding) {
    return (binding?.expressions ?? []).flatMap(({ references }) => references.flatMap(({ context, path }) => (context === 'secrets' ? (path[0] ?? []) : [])));
}
/** An `id` that no step of the job has. */
function freeId({ steps }, wanted) {
    const taken = new Set(steps.map(({ id }) => id?.toLowerCase()));
    for (let number = 1;; number++) {
        const id = number === 1 ? wanted : `${wanted}-${String(number)}`;
        if (!taken.has(id))
            return id;
    }
}
/** @throws NotSure where a later step reads what this one puts out */
function assertNoOutputsRead({ references }, job, { id }) {
    if (id === undefined)
        return;
    const reads = references.some(({ reference: { context, path }, job: at }) => context === 'steps' && at?.name === job.name && (path[0] ?? id).toLowerCase() === id.toLowerCase());
    if (reads)
        throw new NotSure(`other steps read what the step \`${id}\` puts out`);
}
/** @throws NotSure for an input that is not among these */
function assertInputs({ inputs }, known) {
    const other = inputs.find(({ name }) => !known.includes(name.toLowerCase()));
    if (other !== undefined)
        throw new NotSure(`nobody knows here what its input \`${other.name}\` should become`);
}
/** What `${{ env.NAME }}` says, where the file has it written out; anything else as it is. */
function written(file, job, text) {
    const [, name] = /^\$\{\{\s*env\.(\w+)\s*\}\}$/.exec(text ?? '') ?? [];
    if (name === undefined)
        return text;
    const bound = [...job.variables, ...file.variables].find((each) => each.name === name)?.text.value.trim();
    return bound === undefined || bound === '' || bound.includes('${{') ? text : bound;
}

;// CONCATENATED MODULE: ./lib/beside/gate/fixes/token-scopes.js


/** Actions that use the job\u2019s own token for reading at most. */
const readers = /^(actions\/(checkout|setup-[\w-]+|cache(\/(restore|save))?|upload-artifact|download-artifact)|aws-actions\/[\w-]+|google-github-actions\/(auth|setup-gcloud|deploy-[\w-]+|get-gke-credentials|upload-cloud-storage)|azure\/(login|cli|webapps-deploy|functions-action|aks-set-context|k8s-deploy|arm-deploy|docker-login)|hashicorp\/(vault-action|setup-[\w-]+)|docker\/(login|metadata|build-push|bake|setup-[\w-]+)-action|pypa\/gh-action-pypi-publish|pnpm\/action-setup|astral-sh\/setup-uv|ruby\/setup-ruby|dtolnay\/rust-toolchain|(.*\/)?ephemeral-creds)$/;
/**
 * Changes that let a job\u2019s token do more, at the job itself and nowhere else, and take nothing from it. A block of the
 * job\u2019s own replaces the workflow\u2019s, so that it repeats what the job had.
 * @throws NotSure where nobody can tell from the file what the job had
 */
function grant(file, job, wanted) {
    const own = job.permissions;
    const missing = Object.entries(wanted).filter(([scope, access]) => !has(own ?? file.permissions, scope, access));
    if (missing.length === 0)
        return [];
    const path = [...jobPath(job), 'permissions'];
    if (own !== undefined) {
        assertScopes(own);
        return missing.map(([scope, access]) => {
            const change = { path: [...path, scope], value: access };
            return own.scopes.some(({ name }) => name === scope)
                ? { do: 'set', ...change }
                : { do: 'add', ...change };
        });
    }
    const value = { ...hadBefore(file, job), ...Object.fromEntries(missing) };
    const behind = job.runsOn.length > 0 ? { behind: 'runs-on' } : { before: 'steps' };
    return [{ do: 'add', path, value, ...behind }];
}
function has(permissions, scope, access) {
    if (permissions === undefined)
        return false;
    if (permissions.all === 'write-all')
        return true;
    if (permissions.all === 'read-all')
        return access === 'read' && scope !== 'id-token';
    return permissions.scopes.some((each) => each.name === scope && (each.access === 'write' || each.access === access));
}
function assertScopes({ all }) {
    if (all !== undefined)
        throw new NotSure(`\`permissions: ${all}\` cannot be added to: write each scope, and run this again`);
}
function hadBefore(file, job) {
    const { permissions } = file;
    if (permissions !== undefined) {
        assertScopes(permissions);
        return Object.fromEntries(permissions.scopes.map(({ name, access }) => [name, access]));
    }
    const user = firstUser(file, job);
    if (user !== undefined)
        throw new NotSure(`the job has no \`permissions\`, and ${user} may need more than reading: write what it needs, and run this again`);
    return { contents: 'read' };
}
/** What may use the token that a job without `permissions` has. */
function firstUser({ references }, job) {
    const named = references.some(({ reference: { context, path }, job: at }) => (at === undefined || at.name === job.name) &&
        ((context === 'github' && (path[0] ?? 'token') === 'token') ||
            (context === 'secrets' && (path[0] ?? 'GITHUB_TOKEN').toUpperCase() === 'GITHUB_TOKEN')));
    if (named)
        return 'what takes its GITHUB_TOKEN';
    const action = job.steps.find((step) => step.action !== undefined && !readers.test(step.action.name))?.action;
    if (action !== undefined)
        return `\`${action.name}\``;
    return job.steps.some(pushesByGit) ? '`git push`' : undefined;
}
/** By themselves, or by a tool that does, as what `actions/checkout` leaves behind lets them. */
const pushing = /^git (.* )?push\b|^((npx|yarn|pnpm|bunx|uv run|poetry run|python3? -m) )*(mkdocs gh-deploy|mike |ghp-import|gh-pages|lerna (version|publish)|semantic-release|release-it)\b|^(mvn|\.\/mvnw) .*release:/;
function pushesByGit({ script }) {
    return script?.shell.commands.some(({ line }) => pushing.test(line)) === true;
}
/** @throws NotSure where a job gets `permissions` for the first time, and a script of the repository may need more */
function assertScriptsKeepRights({ permissions }, job, changes, scripts) {
    const first = changes.some(({ do: what, path }) => what === 'add' && path.at(-1) === 'permissions');
    if (!first || permissions !== undefined || !job.steps.some(({ script }) => script !== undefined))
        return;
    const pusher = scripts.find(({ jobs }) => jobs.some(({ steps }) => steps.some(pushesByGit)));
    if (pusher !== undefined)
        throw new NotSure(`the job has no \`permissions\`, and \`${pusher.source.path}\` pushes by git: write what the job needs, and run this again`);
}

;// CONCATENATED MODULE: ./lib/beside/gate/fixes/job-events.js


/** Under these a stranger\u2019s code may run: no credential is lent to them, and no ID token given. */
const ofStrangers = [
    'pull_request_target',
    'pull_request_review',
    'pull_request_review_comment',
    'workflow_run',
    'issue_comment',
];
/**
 * The events under which a job of a workflow, or a step of it, can run, as far as its conditions tell.
 * @throws NotSure where it may run for strangers, or for callers that are not known
 */
function eventsOf({ triggers, kind }, job, step, wish) {
    if (kind === 'action')
        throw new NotSure('whoever uses the action hands the secret in: change it there');
    if (job.calls !== undefined)
        throw new NotSure('a reusable workflow takes the secret: change it there first');
    const names = triggers.map(({ name }) => name);
    if (names.length === 0 || !names.every((name) => /^[a-z_]+$/.test(name)))
        throw new NotSure('the file does not say when it runs');
    if (names.includes('workflow_call'))
        throw new NotSure('it is called by others, who must grant `id-token: write` to it first');
    const conditions = [job.condition, step?.condition].flatMap((each) => conjuncts(each?.text.value ?? ''));
    const left = names.filter((name) => !conditions.some((condition) => excludes(condition, name)));
    const strange = left.find((name) => ofStrangers.includes(name));
    if (strange !== undefined)
        throw new NotSure(`it runs on \`${strange}\`, and so for strangers: an ID token is not for them`);
    if (wish.to === 'broker' && left.includes('pull_request'))
        throw new NotSure('it runs on `pull_request`, for which the broker lends nothing to write: give the job a condition, or split it');
    if (left.length === 0)
        throw new NotSure('its conditions leave no event under which it runs');
    return left;
}
/** What must all hold; nothing where alternatives are named. */
function conjuncts(condition) {
    const [, braced] = /^\s*\$\{\{([^]*)\}\}\s*$/.exec(condition) ?? [];
    const text = braced ?? condition;
    if (/\|\||\$\{\{/.test(text))
        return [];
    const parts = [''];
    let depth = 0;
    // In brackets it may be denied, in quotes it is text.
    for (const token of text.match(/'(?:[^']|'')*'|&&|[^]/g) ?? []) {
        if (token === '(' || token === '[')
            depth++;
        if (token === ')' || token === ']')
            depth--;
        if (token === '&&' && depth === 0)
            parts.push('');
        else
            parts.push(`${parts.pop() ?? ''}${token}`);
    }
    return parts.map((each) => each.trim());
}
function excludes(condition, event) {
    const [, is] = /^github\.event_name\s*==\s*'(\w+)'$/.exec(condition) ?? [];
    if (is !== undefined)
        return is !== event;
    const [, isNot] = /^github\.event_name\s*!=\s*'(\w+)'$/.exec(condition) ?? [];
    if (isNot !== undefined)
        return isNot === event;
    // The ref of a pull request is refs/pull/\u2026/merge.
    const ofRef = /^github\.ref(_name)?\s*==\s*'(refs\/(heads|tags)\/)?[\w./-]+'$|^startsWith\(\s*github\.ref\s*,\s*'refs\/(heads|tags)\/[^']*'\s*\)$/;
    return event === 'pull_request' && ofRef.test(condition);
}
/** The refs that jobs of these events have, as far as the file tells; `other`: it names some that no policy can. */
function refsOf({ documents }, events, job, wish) {
    const [, wanted] = /github\.ref\s*==\s*'(refs\/heads\/[\w./-]+)'/.exec(job.condition?.text.value ?? '') ?? [];
    if (wanted !== undefined)
        return { refs: [wanted], other: false };
    const home = `refs/heads/${wish.branch}`;
    const push = events.includes('push') ? (0,yaml_tree/* child */.jf)((0,yaml_tree/* child */.jf)(documents[0], 'on'), 'push') : undefined;
    const [branches, tags] = [namesIn(push, 'branches'), namesIn(push, 'tags')];
    const named = [...branches.map((each) => `refs/heads/${each}`), ...tags.map(tagRef)];
    const usual = events.some((event) => event !== 'push' && event !== 'release') ||
        (named.length === 0 && events.includes('push'));
    const released = events.includes('release') ? ['refs/tags/*'] : [];
    const all = [...new Set([...named, ...released, ...(usual ? [home] : [])])];
    const refs = all.filter((each) => /^refs\/(heads|tags)\/([\w.-]+\/)*([\w.-]+|\*)$/.test(each));
    return {
        refs: refs.length === 0 ? [home] : refs,
        other: refs.length < all.length || (push === undefined && events.includes('push')),
    };
}
/** A policy\u2019s `*` stands for a whole name: `v*` is any tag. */
function tagRef(name) {
    return /^[\w.-]*\*{1,2}[\w.*-]*$/.test(name) ? 'refs/tags/*' : `refs/tags/${name}`;
}
function namesIn(push, key) {
    return (0,yaml_tree/* itemsOf */.S3)((0,yaml_tree/* child */.jf)(push, key)).flatMap((item) => (0,yaml_tree/* textOf */.b6)(item)?.value ?? []);
}

;// CONCATENATED MODULE: ./lib/beside/gate/fixes/role-name.js
/** What a secret is about: `PROD_AWS_ACCESS_KEY_ID` is about `PROD_AWS`. */
function stemOf(secret, endings) {
    const stem = secret.toUpperCase().replace(new RegExp(`_?(${endings.source})$`), '');
    return stem === '' ? secret.toUpperCase() : stem;
}
/** One role for each job and secret: whoever may deploy gets nothing of what tests need. */
function roleName({ prefix }, { name, environment }, stem) {
    const place = environment === undefined || name.includes(environment.name) ? '' : `${environment.name}-`;
    return inRole(`${prefix}${name}-${place}${stem}`);
}
/** As names of roles and policies may be. */
function inRole(text) {
    const plain = text
        .toLowerCase()
        .replace(/[^a-z0-9./]+/g, '-')
        .replace(/^[^a-z0-9]+|[^a-z0-9]+$/g, '');
    return plain.slice(0, 120) || 'job';
}

;// CONCATENATED MODULE: ./lib/beside/gate/fixes/policy-text.js

/** @param from whose policy it is, for a comment */
function policyLines({ id, issuer, match, roles, allow, deny }, from) {
    const head = `# Who may borrow ${roles.map(({ role }) => role).join(', ')}: ${from}.`;
    const lines = mapLines({
        apiVersion: 'ephemeral-creds/v1',
        kind: 'TrustPolicy',
        metadata: { id, owner: 'platform' },
        issuer,
        match,
        grants: roles.map(({ role, access }) => ({ role, access })),
        examples: { allow: [allow], deny },
    });
    return `${[oneLine(head), ...lines].join('\n')}\n`;
}
function oneLine(text) {
    return text.replace(/[\s\p{Cc}]+/gu, ' ');
}

;// CONCATENATED MODULE: ./lib/beside/gate/fixes/gitlab-policy.js



const projectIs = 'glab api projects/GROUP%2FPROJECT: id';
const namespaceIs = 'glab api projects/GROUP%2FPROJECT: namespace.id';
/** As `githubPolicy`, for a job of GitLab. @throws NotSure */
function gitlabPolicy({ source }, job, roles, wish) {
    const environment = job.environment?.name;
    if (environment?.includes('$') === true)
        throw new NotSure('its environment is calculated: write a job, or a policy, for each');
    const issuer = wish.gitlabUrl ?? 'https://gitlab.com';
    const own = wish.gitlabUrl !== undefined || job.runsOn.length > 0;
    const fixed = {
        project_id: wish.repositoryId ?? projectIs,
        namespace_id: wish.ownerId ?? namespaceIs,
        ref_path: `refs/heads/${wish.branch}`,
        ref_protected: true,
        ...(environment === undefined ? {} : { environment }),
        runner_environment: own ? 'self-hosted' : 'gitlab-hosted',
    };
    const deny = [
        { ref_path: 'refs/heads/a/branch/of/somebody' },
        { ref_protected: false },
        ...(environment === undefined ? [] : [{ environment: `not-${environment}` }]),
        { pipeline_source: 'merge_request_event' },
        { runner_environment: own ? 'gitlab-hosted' : 'self-hosted' },
        { project_id: '1' },
        { namespace_id: '1' },
    ];
    const id = inRole(`${wish.prefix}gitlab-${job.name}`).replaceAll('/', '-');
    const allow = { ...fixed, pipeline_source: 'push' };
    const match = { ...fixed, pipeline_source: ['push', 'web'] };
    const from = `job ${job.name} of ${source.path}`;
    return {
        id,
        text: policyLines({ id, issuer, match, roles, allow, deny }, from),
        notes: [
            `Protect the branch \`${wish.branch}\`: jobs of what is not protected are denied.`,
            `The policy names pipelines that a push or a person starts: look whether job \`${job.name}\` has others.`,
            ...(own
                ? [
                    `Job \`${job.name}\` runs on a machine of your own: \`policy check\` wants the reason in \`accept_risk\`.`,
                ]
                : []),
        ],
    };
}

;// CONCATENATED MODULE: ./lib/beside/gate/fixes/trust-policy.js





const repositoryIs = 'gh api repos/OWNER/REPO --jq .id';
const ownerIs = 'gh api repos/OWNER/REPO --jq .owner.id';
/**
 * The narrowest policy under which a job of a workflow gets its roles. Ids that are not known are written as the
 * commands that tell them: no broker loads them, and `policy check` says where they stand.
 * @throws NotSure where no policy can say when the job runs
 */
function policyFor(file, job, { events, roles }, wish) {
    if (file.platform === 'gitlab-ci')
        return gitlabPolicy(file, job, roles, wish);
    const { refs, other } = refsOf(file, events, job, wish);
    const environment = job.environment?.name;
    if (environment?.includes('${{') === true)
        throw new NotSure('its environment is calculated: write a job, or a policy, for each');
    const own = job.runsOn.includes('self-hosted');
    const ids = {
        repository_id: wish.repositoryId ?? repositoryIs,
        repository_owner_id: wish.ownerId ?? ownerIs,
    };
    // An environment lets any tag in that its own rules do not keep out.
    const isProtected = environment === undefined || refs.some((each) => each.includes('*'));
    const place = {
        ...(environment === undefined ? {} : { environment }),
        ...(isProtected ? { ref_protected: true } : {}),
    };
    const runner = { runner_environment: own ? 'self-hosted' : 'github-hosted' };
    const match = { ...ids, ref: oneOrMore(refs), ...place, event_name: oneOrMore(events), ...runner };
    const [ref = '', event = ''] = [refs[0]?.replace('*', 'any'), events[0]];
    const allow = { ...ids, ref, ...place, event_name: event, ...runner };
    const deny = [
        { ref: 'refs/heads/a/branch/of/somebody' },
        ...(isProtected ? [{ ref_protected: false }] : []),
        ...(environment === undefined ? [] : [{ environment: `not-${environment}` }]),
        { event_name: 'pull_request' },
        { event_name: 'pull_request_target' },
        { runner_environment: own ? 'github-hosted' : 'self-hosted' },
        { repository_id: '1' },
        { repository_owner_id: '1' },
    ];
    const stem = /([^/]+)\.ya?ml$/.exec(file.source.path)?.[1] ?? 'workflow';
    const id = inRole(`${wish.prefix}${stem}-${job.name}`).replaceAll('/', '-');
    const parts = { id, issuer: 'https://token.actions.githubusercontent.com', match, roles, allow, deny };
    const text = policyLines(parts, `job ${job.name} of ${file.source.path}`);
    return { id, text, notes: notesFor(job, { other, own, refs }) };
}
function notesFor({ name, environment, runsOn }, { other, own, refs }) {
    const named = refs.map((each) => `\`${each}\``).join(', ');
    const hosted = runsOn.every((label) => /^(ubuntu|windows|macos)-[\w.-]+$/.test(label));
    return [
        ...(environment === undefined || refs.some((each) => each.includes('*'))
            ? [
                `Protect ${named} (branch and tag rules): jobs of what is not protected are denied${environment === undefined ? `. Better, give job \`${name}\` an environment and match that` : ''}.`,
            ]
            : []),
        ...(environment === undefined
            ? []
            : [`Let only ${named} deploy to the environment \`${environment.name}\`.`]),
        ...(other
            ? [
                `The policy names ${refs.join(', ')} only: job \`${name}\` can run for other refs, too, and is denied there. Add those that you mean.`,
            ]
            : []),
        ...(own
            ? [
                `Job \`${name}\` runs on a machine of your own: \`policy check\` wants the reason in \`accept_risk\`.`,
            ]
            : []),
        ...(own || hosted
            ? []
            : [`The policy wants GitHub\u2019s own runners; look whether \`runs-on\` of job \`${name}\` means one.`]),
    ];
}
function oneOrMore(values) {
    const [only = '', ...others] = values;
    return others.length === 0 ? only : values;
}

;// CONCATENATED MODULE: ./lib/beside/gate/fixes/fix-text.js






/** No file has more places than that. */
const mostRewrites = 500;
/** Rewrites what can be, one place after the other; each is looked over before the next. */
function fixText(file, wish, means) {
    const done = [];
    const refused = new Map();
    let now = file;
    for (let round = 0; round < mostRewrites; round++) {
        const next = firstRewrite(now, refused, { wish, means });
        if (next === undefined)
            break;
        done.push(next.done);
        now = next.file;
    }
    const left = leftIn(now, refused, { wish, means });
    return { text: now.source.text, done, left, warns: newWarnings(file, now, means) };
}
function firstRewrite(file, refused, { wish, means }) {
    for (const { fix, proposal } of proposals(file, { wish, means })) {
        const key = keyOf(fix, proposal);
        if (refused.has(key))
            continue;
        try {
            const rewrite = proposal.make();
            const { events, lends, reads, before } = rewrite;
            const { job, step, secrets } = proposal;
            assertScriptsKeepRights(file, job, rewrite.changes, means.scripts);
            // What no policy can grant is not rewritten.
            if (lends !== undefined)
                policyFor(file, job, { events, roles: [lends] }, wish);
            const done = { fix: fix.name, job, step, secrets, events, lends, reads, before };
            return { file: rewritten(file, rewrite, means), done };
        }
        catch (error) {
            if (!(error instanceof NotSure))
                throw error;
            refused.set(key, error.message);
        }
    }
    return undefined;
}
function proposals(file, { wish, means: { fixes, book, classification, scripts } }) {
    if (file.kind === 'script')
        return [];
    const judged = (0,inspect/* judge */.S4)(file, book, classification);
    return fixes
        .filter(({ platform }) => platform === file.platform)
        .flatMap((fix) => fix.find(file, { judged, wish, scripts }).map((proposal) => ({ fix, proposal })));
}
/** The same place, also when others above it were rewritten. */
function keyOf({ name }, { job, step, secrets }) {
    const index = step === undefined ? -1 : job.steps.indexOf(step) - job.steps.length;
    return JSON.stringify([name, job.name, index, secrets]);
}
/** @throws NotSure unless the new text says exactly what it should, and the gate finds less in it */
function rewritten(file, { changes }, means) {
    const before = file.source.text;
    const after = changes.reduce(changeText, before);
    if (!saysAfter(before, changes, after))
        throw new NotSure(notAsRead(before));
    const read = (0,read_text/* readText */.yR)(file.source.path, after, means.readers);
    if ('problem' in read)
        throw new NotSure('it could not be read afterwards');
    const [was, is] = [file, read].map((each) => (0,inspect/* inspect */.Nn)(each, means.book, means.classification));
    if (credentials(is ?? []) >= credentials(was ?? []))
        throw new NotSure('the gate would find as much afterwards');
    const worse = (is ?? []).find((each) => each.severity === 'error' && !(was ?? []).some((old) => isSame(old, each)));
    if (worse !== undefined)
        throw new NotSure(`the gate would find ${worse.rule.id} afterwards`);
    return read;
}
function notAsRead(text) {
    return /(^|[\s[{,:-])[&*][\w-]/.test(text)
        ? 'a part of it has an anchor and stands in several places'
        : 'it is not written as it is read';
}
function newWarnings(file, now, { book, classification }) {
    const [was, is] = [file, now].map((each) => (0,inspect/* inspect */.Nn)(each, book, classification));
    return (is ?? [])
        .filter((each) => each.severity === 'warning' && !(was ?? []).some((old) => isSame(old, each)))
        .map(({ rule: { id, hint }, path, start, message }) => {
        return `${path}:${String(start.line)} ${id}: ${message} ${hint.text}`;
    });
}
function credentials(findings) {
    return findings.filter(isCredential).length;
}
function isCredential({ rule: { id }, severity }) {
    return id.startsWith('EO1') && severity !== 'note';
}
function isSame(one, other) {
    return one.rule.id === other.rule.id && one.job === other.job && one.secret === other.secret;
}
function leftIn(file, refused, circumstances) {
    const { book, classification } = circumstances.means;
    const reasons = proposals(file, circumstances).flatMap(({ fix, proposal }) => {
        const why = refused.get(keyOf(fix, proposal));
        return why === undefined ? [] : [{ proposal, why }];
    });
    return (0,inspect/* inspect */.Nn)(file, book, classification)
        .filter(isCredential)
        .map(({ rule, start, job, step, secret }) => {
        const known = reasons.find(({ proposal: each }) => isPlaceOf(each, { job, step, secret }));
        return { line: start.line, secret, job, rule: rule.id, why: known?.why ?? rule.hint.text };
    });
}
function isPlaceOf({ job, step, secrets }, finding) {
    if (finding.secret === undefined || !secrets.includes(finding.secret))
        return false;
    if (finding.job === undefined)
        return step === undefined;
    return job.name === finding.job && (step === undefined || step.name === finding.step);
}

;// CONCATENATED MODULE: ./lib/beside/gate/fixes/hand-work.js

/** What a person has to do, in the order in which it is done, as Markdown. Empty when there is nothing. */
function handWork(files, policies, { wish, used }) {
    const done = files.flatMap((file) => file.done);
    const parts = [
        ...(done.length === 0
            ? []
            : [tasks('Before the first run', beforeTasks(files, policies, wish)), brokerRoles(done)]),
        byHand(files),
        tasks('What the gate then warns of', files.flatMap(({ warns }) => warns)),
        ...(done.length === 0 ? [] : [tasks('Afterwards', afterTasks(done, used))]),
    ];
    return parts.join('');
}
function beforeTasks(files, policies, wish) {
    const done = files.flatMap((file) => file.done);
    const asked = new Map(done.flatMap(({ reads }) => reads).map(({ name, what }) => [name, what]));
    const variables = [...asked].filter(([name]) => !Object.hasOwn(wish.values, name));
    const pulls = wish.to === 'platform' && done.some(({ events }) => events.includes('pull_request'));
    const unpinned = files.some(({ before, after }) => after !== before && after.includes(wish.action));
    return [
        ...done.flatMap(({ before }) => before),
        ...variables.map(([name, what]) => `Make the variable (not secret) \`${name}\`: ${what}. With \`--set ${name}=VALUE\` it would stand in the file instead.`),
        ...(pulls
            ? [
                'The job also runs for pull requests: trust those in the cloud only with a role that reads, or not at all.',
            ]
            : []),
        ...policies.flatMap((policy) => policyTasks(policy, wish)),
        ...(unpinned && wish.actionComment === undefined
            ? ['Pin the action by its commit, as `--pin SHA` does.']
            : []),
    ];
}
function policyTasks({ path, notes, taken }, { repositoryId, ownerId, gitlabUrl }) {
    if (taken)
        return [`There is another \`${path}\` already: add the grants below to it yourself.`];
    const known = repositoryId !== undefined && ownerId !== undefined;
    return [
        `Have \`${path}\` reviewed, and move it to the broker\u2019s policies.`,
        ...(known
            ? []
            : [
                `Put the ids into it (\`policy check\` refuses it until then)${gitlabUrl === undefined ? '; `--repository-id` and `--owner-id` do it' : ''}.`,
            ]),
        ...notes,
    ];
}
function brokerRoles(done) {
    const roles = new Map(done.flatMap(({ lends }) => (lends === undefined ? [] : [[lends.role, lends]])));
    if (roles.size === 0)
        return '';
    const settings = Object.fromEntries([...roles].map(([name, { settings: each }]) => [name, each]));
    const secrets = [...roles.values()].flatMap(({ role, secret }) => secret === undefined ? [] : [[secret.name, { roles: [role] }]]);
    const lines = mapLines({
        roles: settings,
        ...(secrets.length === 0 ? {} : { secrets: Object.fromEntries(secrets) }),
    });
    return ['', '## Roles for broker.yaml', '', '```yaml', ...lines, '```', ''].join('\n');
}
function byHand(files) {
    const lines = files.flatMap(({ path, left }) => left.map(({ line, rule, secret, job, why }) => {
        const named = secret === undefined ? '' : ` \`${secret}\``;
        return `${path}:${String(line)} ${rule}${named}${job === undefined ? '' : `, job \`${job}\``}: ${why}${why.endsWith('.') ? '' : '.'}`;
    }));
    return tasks('By hand', lines);
}
function afterTasks(done, used) {
    const secrets = [...new Set(done.flatMap((each) => each.secrets))].toSorted();
    const [kept, free] = [secrets.filter((name) => used.has(name)), secrets.filter((name) => !used.has(name))];
    return [
        'Let each of these jobs run once.',
        ...(free.length === 0
            ? []
            : [
                `Delete the secrets ${named(free)} (repository, environments, organisation), and revoke the keys themselves where they were made: a copy may be anywhere.`,
            ]),
        ...(kept.length === 0 ? [] : [`Still in use elsewhere, so not yet to be deleted: ${named(kept)}.`]),
    ];
}
function named(names) {
    return names.map((name) => `\`${name}\``).join(', ');
}
function tasks(title, lines) {
    if (lines.length === 0)
        return '';
    const once = [...new Set(lines.map((line) => line.replace(/[\s\p{Cc}]+/gu, ' ')))];
    return ['', `## ${title}`, '', ...once.map((line) => `- [ ] ${line}`), ''].join('\n');
}

;// CONCATENATED MODULE: ./lib/beside/gate/fixes/lend.js


/** Inputs of our action for a role of the broker. */
function ofBroker({ brokerUrl }, role) {
    if (brokerUrl === undefined)
        throw new NotSure('the address of the broker was not said');
    return { 'broker-url': brokerUrl, role };
}
/** What stands in the file for a value that only the caller knows: the value, or a variable of the repository. */
function variable({ values }, name) {
    return Object.hasOwn(values, name) ? (values[name] ?? '') : `\${{ vars.${name} }}`;
}
/**
 * Puts our action before a step, under the same condition; or has the one that already lends the same further up.
 * @param wanted its `id`, unless another step has it
 */
function lendTo(job, step, { wish, wanted, inputs }) {
    const index = stepIndex(job, step);
    const steps = ['jobs', job.name, 'steps'];
    const all = { ...inputs, export: 'outputs' };
    const known = lenderAbove(job, step, wish, all);
    if (known !== undefined)
        return { id: known, changes: [], borrower: [...steps, index] };
    const id = freeId(job, wanted);
    const condition = step.condition?.text.value.trim();
    if (condition?.includes('\n') === true)
        throw new NotSure('the step\u2019s condition stands on several lines');
    const value = {
        ...(condition === undefined ? {} : { if: condition }),
        id,
        uses: wish.action,
        with: all,
    };
    const insert = { do: 'insert', path: [...steps, index], value, ...commentOf(wish) };
    return { id, changes: [insert], borrower: [...steps, index + 1] };
}
/** `parallel_sessions` is 1 unless a policy says more, and one lease serves several steps. */
function lenderAbove({ steps }, step, { action }, inputs) {
    const above = steps.slice(0, steps.indexOf(step));
    const same = above.find((each) => {
        const { condition } = each;
        if (`${each.action?.name ?? ''}@${each.action?.ref ?? ''}` !== action.toLowerCase())
            return false;
        if (condition !== undefined && condition.text.value !== step.condition?.text.value)
            return false;
        const given = Object.fromEntries(each.inputs.map(({ name, text }) => [name, text.value]));
        const names = Object.keys({ ...given, ...inputs });
        return names.every((name) => given[name] === inputs[name]);
    });
    return same?.id;
}
function commentOf({ actionComment }) {
    return actionComment === undefined ? {} : { comment: actionComment };
}
/**
 * Other inputs in place of some that a step has.
 * @param step its path
 * @param old names that it has, as they are written
 */
function swapInputs(step, old, inputs) {
    const path = [...step, 'with'];
    const [first] = old;
    const before = first === undefined ? {} : { before: first };
    const put = Object.entries(inputs).map(([name, value]) => {
        const place = { path: [...path, name], value };
        return typeof value === 'string' && old.includes(name)
            ? { do: 'set', ...place, value }
            : { do: 'add', ...place, ...before };
    });
    const gone = old.filter((name) => !Object.hasOwn(inputs, name));
    return [...put, ...gone.map((name) => ({ do: 'remove', path: [...path, name] }))];
}
/** Takes keys out of a map, and the map, too, when nothing is left. @param all every key that it has */
function without(map, all, names) {
    if (all.every((name) => names.includes(name)))
        return [{ do: 'remove', path: map }];
    return names.map((name) => ({ do: 'remove', path: [...map, name] }));
}

;// CONCATENATED MODULE: ./lib/beside/gate/fixes/aws-role.js


/** @param region as it is written; undefined where nothing says one */
function awsLoan(wish, job, { secret, region, arn, ecr, }) {
    const stem = stemOf(secret, /ACCESS_?KEY(_?ID)?|KEY_?ID|ACCESS_?ID/);
    const arnName = `${stem}_ROLE_ARN`;
    const role = arn ?? variable(wish, arnName);
    if (wish.to === 'broker') {
        const name = `${roleName(wish, job, stem)}${ecr === undefined ? '' : '-ecr'}`;
        const settings = {
            engine: 'aws',
            role_arn: role.includes('${{') ? 'arn:aws:iam::ACCOUNT:role/NAME' : role,
            region: region === undefined || region.includes('${{') ? 'REGION' : region,
            ...(ecr === undefined ? {} : { ecr }),
            ttl: { default: '15m', max: '15m' },
        };
        const same = region?.includes('${{') === true ? [`The region of \`${name}\` is what \`${region}\` says today.`] : [];
        const made = `Make a role in AWS that the broker may assume, with what \`${secret}\` may do today and this job needs.`;
        return {
            inputs: ofBroker(wish, name),
            lends: { role: name, access: 'write', settings },
            reads: [],
            before: [made, ...same],
        };
    }
    const place = region ?? variable(wish, 'AWS_REGION');
    return {
        inputs: { provider: 'aws', role, region: place },
        reads: [
            ...(arn === undefined
                ? [{ name: arnName, what: `the ARN of the role that job \`${job.name}\` takes` }]
                : []),
            ...(region === undefined ? [{ name: 'AWS_REGION', what: 'the region' }] : []),
        ],
        before: [
            `Make GitHub an OIDC provider of the AWS account (once), with the audience \`sts.amazonaws.com\`, and a role that trusts ${subject(job)} and may do what \`${secret}\` may do today and this job needs.`,
        ],
    };
}
/** Whom a trust policy of a cloud names. */
function subject({ environment }) {
    return environment === undefined
        ? 'this repository\u2019s branch (or, better, an environment that you give the job)'
        : `this repository\u2019s environment \`${environment.name}\``;
}

;// CONCATENATED MODULE: ./lib/beside/gate/fixes/container-login.js

/** A fix of `docker/login-action` for the registries of one kind of host. https://github.com/docker/login-action */
function containerLogin({ name, what, host, rewrite }) {
    return {
        name,
        what,
        platform: 'github-actions',
        find: (file, { wish }) => file.jobs.flatMap((job) => job.steps.flatMap((step) => {
            if (step.action?.name !== 'docker/login-action')
                return [];
            const secret = wholeSecret(given(step.inputs, 'password'));
            if (secret === undefined || !host.test(textGiven(step.inputs, 'registry') ?? ''))
                return [];
            const user = wholeSecret(given(step.inputs, 'username'));
            const secrets = user === undefined ? [secret] : [user, secret];
            return [{ job, step, secrets, make: () => rewrite({ file, job, step }, wish) }];
        })),
    };
}
/** Whether a job pushes images, as far as the file tells. */
function pushes({ steps }) {
    return steps.some(({ action, inputs, script }) => {
        const push = textGiven(inputs, 'push') ?? textGiven(inputs, 'outputs');
        if (action !== undefined)
            return push !== undefined && push !== 'false';
        return script?.shell.commands.some(({ line }) => /\bpush\b/.test(line)) === true;
    });
}

;// CONCATENATED MODULE: ./lib/beside/gate/fixes/vendor-step.js






/**
 * What the action leaves behind (a logged-in command line, files, outputs) stays as it is for the steps that follow.
 */
function vendorStep(vendor) {
    const { name, what, action, statics } = vendor;
    return {
        name,
        what,
        platform: 'github-actions',
        find: (file, { wish }) => file.jobs.flatMap((job) => job.steps.flatMap((step) => {
            if (step.action?.name !== action)
                return [];
            const secrets = statics.flatMap((each) => wholeSecret(given(step.inputs, each)) ?? []);
            if (secrets.length === 0)
                return [];
            return [{ job, step, secrets, make: () => rewrite(vendor, { file, job, step }, wish) }];
        })),
    };
}
function rewrite(vendor, { file, job, step }, wish) {
    if (wish.to === 'broker')
        throw new NotSure('the broker has nothing narrower to lend than its own federation: use `--to platform` for it');
    const events = eventsOf(file, job, step, wish);
    const written = step.inputs.filter(({ name }) => vendor.statics.includes(name.toLowerCase()));
    const [secret = ''] = written.flatMap((each) => wholeSecret(each) ?? []);
    const reads = [];
    const inputs = vendor.inputs(step, (ending, what) => {
        const name = `${stemOf(secret, vendor.endings)}_${ending}`;
        reads.push({ name, what });
        return variable(wish, name);
    });
    return {
        events,
        changes: [
            ...swapInputs(stepPath(job, step), written.map(({ name }) => name), inputs),
            ...grant(file, job, { 'id-token': 'write' }),
        ],
        reads,
        before: [vendor.before(job, secret)],
    };
}

;// CONCATENATED MODULE: ./lib/beside/gate/fixes/gcp-auth.js



/** Endings of the names of keys of service accounts. */
const keyEndings = /(SERVICE_?ACCOUNT|SA)?_?(JSON|CREDENTIALS?|CREDS|KEY)(_?(JSON|KEY|FILE|BASE64|B64))*|SERVICE_?ACCOUNT|SA/;
const provider = {
    name: 'WORKLOAD_IDENTITY_PROVIDER',
    what: 'the full name of the provider, `projects/NUMBER/locations/global/workloadIdentityPools/POOL/providers/PROVIDER`',
};
const account = { name: 'SERVICE_ACCOUNT', what: 'the e-mail address of the service account' };
/** https://github.com/google-github-actions/auth */
const gcpAuth = vendorStep({
    name: 'gcp-auth',
    what: '`google-github-actions/auth` with a key becomes the same with a workload identity provider.',
    action: 'google-github-actions/auth',
    statics: ['credentials_json'],
    endings: keyEndings,
    inputs: ({ inputs }, ask) => ({
        workload_identity_provider: ask(provider.name, provider.what),
        ...(textGiven(inputs, 'service_account') === undefined
            ? { service_account: ask(account.name, account.what) }
            : {}),
    }),
    before: (job, secret) => `In Google Cloud, make a workload identity pool and a provider for GitHub whose condition names this repository by its id, and let ${subject(job)} impersonate the service account whose key \`${secret}\` is.`,
});

;// CONCATENATED MODULE: ./lib/beside/gate/fixes/artifact-registry-login.js









/** https://cloud.google.com/artifact-registry/docs/docker/authentication#token */
const artifactRegistryLogin = containerLogin({
    name: 'artifact-registry-login',
    what: '`docker/login-action` for Artifact Registry takes an access token of Google Cloud in place of a key.',
    host: /^([a-z0-9-]+-docker\.pkg\.dev|([a-z]+\.)?gcr\.io)$/,
    rewrite: ({ file, job, step }, wish) => {
        if (wish.to === 'broker')
            throw new NotSure('it is the key of a service account: use `--to platform` for it');
        const events = eventsOf(file, job, step, wish);
        if (textGiven(step.inputs, 'username') !== '_json_key')
            throw new NotSure('its user is not `_json_key`');
        const stem = stemOf(wholeSecret(given(step.inputs, 'password')) ?? '', keyEndings);
        const asked = (each) => ({ ...each, name: `${stem}_${each.name}` });
        const [ofProvider, ofAccount] = [asked(provider), asked(account)];
        const inputs = {
            provider: 'gcp',
            role: variable(wish, ofAccount.name),
            params: `workload-identity-provider: ${variable(wish, ofProvider.name)}`,
        };
        const { id, changes, borrower } = lendTo(job, step, { wish, wanted: 'gcp', inputs });
        const path = [...borrower, 'with'];
        return {
            events,
            changes: [
                ...changes,
                { do: 'set', path: [...path, 'username'], value: 'oauth2accesstoken' },
                { do: 'set', path: [...path, 'password'], value: `\${{ steps.${id}.outputs.token }}` },
                ...grant(file, job, { 'id-token': 'write' }),
            ],
            reads: [ofProvider, ofAccount],
            before: [
                `In Google Cloud, make a workload identity pool and a provider for GitHub whose condition names this repository by its id, and let ${subject(job)} impersonate a service account that may push to \`${textGiven(step.inputs, 'registry') ?? ''}\`.`,
            ],
        };
    },
});

// EXTERNAL MODULE: ./lib/beside/domain/pattern.js
var pattern = __webpack_require__(8086);
;// CONCATENATED MODULE: ./lib/beside/gate/fixes/aws-step.js







const [idInput, keyInput] = ['aws-access-key-id', 'aws-secret-access-key'];
/** Inputs without which nothing changes, or that have one of ours in their place. */
const known = [
    idInput,
    keyInput,
    'aws-region',
    'role-to-assume',
    'role-duration-seconds',
    'role-skip-session-tagging',
    'mask-aws-account-id',
    'unset-current-credentials',
];
/** https://github.com/aws-actions/configure-aws-credentials */
const awsStep = {
    name: 'aws-step',
    what: '`aws-actions/configure-aws-credentials` with a static key becomes a session of a role, for the same steps.',
    platform: 'github-actions',
    find: (file, { wish }) => file.jobs.flatMap((job) => job.steps.flatMap((step) => {
        if (step.action?.name !== 'aws-actions/configure-aws-credentials')
            return [];
        const secrets = [idInput, keyInput].flatMap((name) => secretsIn(given(step.inputs, name)));
        const has = given(step.inputs, idInput) ?? given(step.inputs, keyInput);
        return has === undefined ? [] : [{ job, step, secrets, make: () => aws_step_rewrite(file, job, step, wish) }];
    })),
};
function aws_step_rewrite(file, job, step, wish) {
    const events = eventsOf(file, job, step, wish);
    const { inputs } = step;
    const secret = wholeSecret(given(inputs, idInput));
    if (secret === undefined || wholeSecret(given(inputs, keyInput)) === undefined)
        throw new NotSure('id and key are not one secret each');
    assertInputs(step, known);
    assertNoOutputsRead(file, job, step);
    if (!['false', undefined].includes(textGiven(inputs, 'mask-aws-account-id')))
        throw new NotSure('it hides the number of the account, which is not hidden then');
    const region = written(file, job, textGiven(inputs, 'aws-region'));
    if (region !== undefined && !region.includes('${{') && !(0,pattern/* fullMatch */.L)(/[a-z]{2,4}(-[a-z]+)+-\d{1,2}/, region))
        throw new NotSure('its region is none');
    const loan = awsLoan(wish, job, { secret, region, arn: textGiven(inputs, 'role-to-assume') });
    const path = stepPath(job, step);
    const old = inputs.map(({ name }) => name);
    return {
        ...loan,
        events,
        changes: [
            { do: 'set', path: [...path, 'uses'], value: wish.action, ...commentOf(wish) },
            ...swapInputs(path, old, { ...loan.inputs, ...lifetime(step) }),
            ...grant(file, job, { 'id-token': 'write' }),
        ],
    };
}
function lifetime({ inputs }) {
    const seconds = textGiven(inputs, 'role-duration-seconds');
    if (seconds === undefined)
        return {};
    const number = (0,pattern/* fullMatch */.L)(/[1-9]\d{2,4}/, seconds) ? Number(seconds) : 0;
    if (number < 900 || number > 3600)
        throw new NotSure('its session is shorter or longer than a lease may be');
    return { ttl: number % 60 === 0 ? `${String(number / 60)}m` : `${seconds}s` };
}

;// CONCATENATED MODULE: ./lib/beside/gate/fixes/aws-variables.js






const [idName, keyName, sessionName] = [
    'AWS_ACCESS_KEY_ID',
    'AWS_SECRET_ACCESS_KEY',
    'AWS_SESSION_TOKEN',
];
/** Actions that read no key of AWS, or all three parts of a session. */
const harmless = /^(actions\/[\w-]+(\/[\w-]+)?|aws-actions\/[\w-]+|hashicorp\/setup-[\w-]+|docker\/setup-[\w-]+-action|pnpm\/action-setup|astral-sh\/setup-uv|ruby\/setup-ruby|dtolnay\/rust-toolchain)$/;
/** What stands at the beginning of a job before anything of its own runs. */
const preparing = /^(actions\/(checkout|setup-[\w-]+|cache(\/restore)?|download-artifact)|pnpm\/action-setup|astral-sh\/setup-uv|ruby\/setup-ruby|dtolnay\/rust-toolchain|hashicorp\/setup-[\w-]+)$/;
/** https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-envvars.html */
const awsVariables = {
    name: 'aws-variables',
    what: 'A static key of AWS in `env`, of a step, a job or a workflow of one job, becomes a session of a role.',
    platform: 'github-actions',
    find: (file, scene) => [
        ...ofPlace(file.variables).flatMap((secrets) => {
            const [job, ...others] = file.jobs;
            if (job === undefined)
                return [];
            const make = () => {
                if (others.length > 0)
                    throw new NotSure('it is there for all jobs: move it to those that need it');
                return ofJob({ file, job, scene }, file.variables, ['env']);
            };
            return [{ job, step: undefined, secrets, make }];
        }),
        ...file.jobs.flatMap((job) => [
            ...ofPlace(job.variables).map((secrets) => ({
                job,
                step: undefined,
                secrets,
                make: () => ofJob({ file, job, scene }, job.variables, ['jobs', job.name, 'env']),
            })),
            ...job.steps.flatMap((step) => ofPlace(step.variables).map((secrets) => ({
                job,
                step,
                secrets,
                make: () => ofStep({ file, job, scene }, step),
            }))),
        ]),
    ],
};
/** The secrets of a pair; nothing where neither name is bound to one. */
function ofPlace(variables) {
    const secrets = [idName, keyName].flatMap((name) => secretsIn(aws_variables_named(variables, name)));
    return secrets.length === 0 ? [] : [secrets];
}
function aws_variables_named(variables, name) {
    return variables.find((each) => each.name === name);
}
function ofJob(place, variables, path) {
    const { file, job } = place;
    const { wish } = place.scene;
    const events = eventsOf(file, job, undefined, wish);
    const secret = pairOf(place, variables);
    const action = job.steps.find((step) => step.action !== undefined && !harmless.test(step.action.name))?.action;
    if (action !== undefined)
        throw new NotSure(`\`${action.name}\` may read the key without its third part, ${sessionName}`);
    const first = job.steps.find((step) => !preparing.test(step.action?.name ?? ''));
    if (first === undefined)
        throw new NotSure('no step of the job can be seen to use it');
    const loan = awsLoan(wish, job, { secret, region: regionOf(place, undefined) });
    const value = { uses: wish.action, with: loan.inputs };
    const index = stepIndex(job, first);
    return {
        ...loan,
        events,
        changes: [
            { do: 'insert', path: ['jobs', job.name, 'steps', index], value, ...commentOf(wish) },
            ...without(path, variables.map(({ name }) => name), [idName, keyName]),
            ...grant(file, job, { 'id-token': 'write' }),
        ],
    };
}
function ofStep(place, step) {
    const { file, job } = place;
    const { wish } = place.scene;
    const events = eventsOf(file, job, step, wish);
    const secret = pairOf(place, step.variables);
    if (step.script === undefined && !harmless.test(step.action?.name ?? ''))
        throw new NotSure(`\`${step.action?.name ?? ''}\` may read the key without its third part, ${sessionName}`);
    const loan = awsLoan(wish, job, { secret, region: regionOf(place, step) });
    const { id, changes, borrower } = lendTo(job, step, { wish, wanted: 'aws', inputs: loan.inputs });
    const output = (name) => `\${{ steps.${id}.outputs.${name} }}`;
    const env = [...borrower, 'env'];
    return {
        ...loan,
        events,
        changes: [
            ...changes,
            { do: 'set', path: [...env, idName], value: output('aws-access-key-id') },
            { do: 'set', path: [...env, keyName], value: output('aws-secret-access-key') },
            { do: 'add', path: [...env, sessionName], value: output('aws-session-token'), behind: keyName },
            ...grant(file, job, { 'id-token': 'write' }),
        ],
    };
}
/** The secret with the key\u2019s id. @throws NotSure where a script hands on the two parts that it knows of */
function pairOf({ scene: { judged, scripts }, job, file }, variables) {
    const pair = [idName, keyName].map((name) => aws_variables_named(variables, name));
    const [secret, key] = pair.map(wholeSecret);
    if (secret === undefined || key === undefined)
        throw new NotSure('id and key are not one secret each');
    if (aws_variables_named(variables, sessionName) !== undefined)
        throw new NotSure(`there is a ${sessionName} already`);
    const bound = judged.filter(({ use }) => pair.some((each) => each !== undefined && within(use.span, each)));
    if (bound.some(({ use }) => use.takers.some((taker) => taker.by !== 'variable')))
        throw new NotSure(`a script names the key\u2019s parts, and would need the third, ${sessionName}`);
    const reader = scripts.find(({ jobs }) => jobs.some(({ steps }) => steps.some(readsKey)));
    if (reader !== undefined)
        throw new NotSure(`\`${reader.source.path}\` names the key\u2019s parts, and would need the third, ${sessionName}`);
    const read = file.references.some(({ reference: { context, path }, job: at }) => context === 'env' &&
        (at === undefined || at.name === job.name) &&
        [idName, keyName].includes(path[0]));
    if (read)
        throw new NotSure('an expression reads the key by its name');
    return secret;
}
function readsKey({ script }) {
    return script?.shell.reads.some(({ name }) => name === idName || name === keyName) === true;
}
function within(span, { text }) {
    return text.span.start <= span.start && span.end <= text.span.end;
}
function regionOf({ file, job }, step) {
    const places = [step?.variables ?? [], job.variables, file.variables];
    return places
        .flatMap((each) => [textGiven(each, 'aws_region'), textGiven(each, 'aws_default_region')])
        .find((each) => each !== undefined);
}

;// CONCATENATED MODULE: ./lib/beside/gate/fixes/azure-login.js




/** https://github.com/Azure/login */
const azureLogin = vendorStep({
    name: 'azure-login',
    what: '`azure/login` with a client secret becomes the same with ids alone.',
    action: 'azure/login',
    statics: ['creds'],
    endings: /CREDENTIALS?|CREDS|SP|SECRET/,
    inputs: ({ inputs }, ask) => {
        const other = ['auth-type', 'client-id', 'tenant-id', 'audience'].find((name) => textGiven(inputs, name));
        if (other !== undefined)
            throw new NotSure(`it has \`${other}\` as well`);
        const none = textGiven(inputs, 'allow-no-subscriptions') === 'true';
        return {
            'client-id': ask('CLIENT_ID', 'the client id of the application'),
            'tenant-id': ask('TENANT_ID', 'the id of its tenant'),
            ...(none || textGiven(inputs, 'subscription-id') !== undefined
                ? {}
                : { 'subscription-id': ask('SUBSCRIPTION_ID', 'the id of the subscription') }),
        };
    },
    before: (job, secret) => `In Microsoft Entra ID, give the application of \`${secret}\` a federated credential for ${subject(job)}, and remove its client secrets afterwards.`,
});

;// CONCATENATED MODULE: ./lib/beside/gate/fixes/ecr-login.js







/** https://github.com/docker/login-action#aws-elastic-container-registry-ecr */
const ecrLogin = containerLogin({
    name: 'ecr-login',
    what: '`docker/login-action` for ECR takes a login that the broker lends, or a session of a role, in place of a key.',
    host: /^\d{12}\.dkr\.ecr(-fips)?\.[a-z0-9-]+\.amazonaws\.com(\.cn)?$/,
    rewrite: (login, wish) => (wish.to === 'broker' ? ecr_login_ofBroker(login, wish) : ofPlatform(login, wish)),
});
function ecr_login_ofBroker({ file, job, step }, wish) {
    const events = eventsOf(file, job, step, wish);
    const { registry, region, secret } = partsOf({ file, job, step });
    const ecr = { registry, repositories: ['REPOSITORY'], access: pushes(job) ? 'push' : 'pull' };
    const loan = awsLoan(wish, job, { secret, region, ecr });
    const { id, changes, borrower } = lendTo(job, step, { wish, wanted: 'ecr', inputs: loan.inputs });
    const set = ['username', 'password'].map((name) => {
        return { do: 'set', path: [...borrower, 'with', name], value: `\${{ steps.${id}.outputs.${name} }}` };
    });
    const role = loan.lends?.role ?? '';
    return {
        ...loan,
        events,
        changes: [...changes, ...set, ...grant(file, job, { 'id-token': 'write' })],
        before: [
            ...loan.before,
            `Write the repositories of job \`${job.name}\` into \`ecr\` of the role \`${role}\`.`,
        ],
    };
}
/** Without a user the action asks ECR itself, by the variables of AWS. */
function ofPlatform({ file, job, step }, wish) {
    const events = eventsOf(file, job, step, wish);
    const { region, secret } = partsOf({ file, job, step });
    if (step.variables.length > 0)
        throw new NotSure('the step has variables of its own');
    const loan = awsLoan(wish, job, { secret, region });
    const { id, changes, borrower } = lendTo(job, step, { wish, wanted: 'ecr', inputs: loan.inputs });
    const output = (name) => `\${{ steps.${id}.outputs.${name} }}`;
    const env = {
        AWS_ACCESS_KEY_ID: output('aws-access-key-id'),
        AWS_SECRET_ACCESS_KEY: output('aws-secret-access-key'),
        AWS_SESSION_TOKEN: output('aws-session-token'),
        AWS_REGION: output('aws-region'),
    };
    const all = step.inputs.map(({ name }) => name);
    const gone = all.filter((name) => ['username', 'password'].includes(name.toLowerCase()));
    return {
        ...loan,
        events,
        changes: [
            ...changes,
            ...without([...borrower, 'with'], all, gone),
            { do: 'add', path: [...borrower, 'env'], value: env, behind: 'with' },
            ...grant(file, job, { 'id-token': 'write' }),
        ],
    };
}
function partsOf({ step }) {
    const registry = textGiven(step.inputs, 'registry') ?? '';
    const secret = wholeSecret(given(step.inputs, 'username'));
    if (secret === undefined)
        throw new NotSure('id and key are not one secret each');
    return { registry, region: registry.split('.')[3], secret };
}

;// CONCATENATED MODULE: ./lib/beside/gate/fixes/forge-token.js






/** Actions whose `token` may be that of an App as well as that of a person. */
const takers = /^(actions\/checkout|peter-evans\/(create-pull-request|repository-dispatch)|softprops\/action-gh-release)$/;
/** https://docs.github.com/en/apps/creating-github-apps/about-creating-github-apps */
const forgeToken = {
    name: 'forge-token',
    what: 'A personal token for `actions/checkout` or `gh` becomes a token of a GitHub App, for the repositories and rights of its role.',
    platform: 'github-actions',
    find: (file, { wish }) => file.jobs.flatMap((job) => job.steps.flatMap((step) => {
        const [part, bindings] = takers.test(step.action?.name ?? '')
            ? ['with', step.inputs.filter(({ name }) => name.toLowerCase() === 'token')]
            : [
                'env',
                step.variables.filter(({ name }) => usesGh(step) && /^(GH|GITHUB)_TOKEN$/.test(name)),
            ];
        return bindings.flatMap((bound) => {
            const secret = wholeSecret(bound);
            const make = () => forge_token_rewrite({ file, job, step }, { bound, part, secret: secret ?? '' }, wish);
            return secret === undefined ? [] : [{ job, step, secrets: [secret], make }];
        });
    })),
};
function usesGh({ script }) {
    return script?.shell.commands.some(({ line }) => line.startsWith('gh ')) === true;
}
function forge_token_rewrite({ file, job, step }, { bound, part, secret }, wish) {
    const events = eventsOf(file, job, step, wish);
    const repository = textGiven(step.inputs, 'repository');
    if (step.script !== undefined &&
        /\s(-R|--repo)\b|GH_REPO|gh repo (clone|fork|create)/.test(step.script.text.value))
        throw new NotSure('the script names a repository: whether it is this one, nobody can tell here');
    if (step.script?.shell.commands.some(({ line }) => /^git .*\b(push|clone|fetch|pull)\b/.test(line)) === true)
        throw new NotSure('the script uses git as well: how that logs in does not stand here');
    if (step.action?.name === 'actions/checkout' && textGiven(step.inputs, 'submodules') !== undefined)
        throw new NotSure('it fetches submodules: of which repositories does not stand here');
    const scope = repository ?? '${{ github.repository }}';
    const { inputs, ...needs } = wish.to === 'broker' ? ofApp(wish, { job, secret, repository }) : ofOctoSts(wish, { file, job, scope });
    const { id, changes, borrower } = lendTo(job, step, { wish, wanted: 'github', inputs });
    return {
        events,
        changes: [
            ...changes,
            { do: 'set', path: [...borrower, part, bound.name], value: `\${{ steps.${id}.outputs.token }}` },
            ...grant(file, job, { 'id-token': 'write' }),
        ],
        ...needs,
    };
}
function ofApp(wish, { job, secret, repository, }) {
    const role = roleName(wish, job, stemOf(secret, /PAT|TOKEN/));
    const [owner = '', name = ''] = (repository ?? '').split('/');
    if (repository?.includes('${{') === true)
        throw new NotSure('the repository is calculated');
    const where = repository === undefined ? { repositories: 'from-claims' } : { owner, repositories: [name] };
    const settings = {
        engine: 'github-app',
        app: 'CLIENT_ID',
        key: 'file:./github-app.pem',
        ...where,
        permissions: { contents: 'write' },
        ttl: { default: '10m', max: '30m' },
    };
    return {
        inputs: ofBroker(wish, role),
        lends: { role, access: 'write', settings },
        reads: [],
        before: [
            `Register a GitHub App with what \`${secret}\` is used for in job \`${job.name}\` and nothing else, install it on ${repository === undefined ? 'this repository' : `\`${repository}\``}, and write the same \`permissions\` into the role \`${role}\`.`,
        ],
    };
}
function ofOctoSts(wish, { file, job, scope }) {
    const stem = /([^/]+)\.ya?ml$/.exec(file.source.path)?.[1] ?? 'workflow';
    const identity = inRole(`${stem}-${job.name}`).replace(/[/.]/g, '-');
    const url = { name: 'OCTO_STS_URL', what: 'the address of your Octo STS' };
    return {
        inputs: {
            provider: 'octo-sts',
            role: identity,
            params: `url: ${variable(wish, url.name)}\nscope: ${scope}\n`,
        },
        reads: [url],
        before: [
            `Install the Octo STS App on ${scope.includes('${{') ? 'this repository' : `\`${scope}\``}, and write \`.github/chainguard/${identity}.sts.yaml\` there: who this job is, and the permissions that it needs.`,
        ],
    };
}

;// CONCATENATED MODULE: ./lib/beside/gate/fixes/ghcr-login.js




/** https://docs.github.com/packages/managing-github-packages-using-github-actions-workflows */
const ghcrLogin = containerLogin({
    name: 'ghcr-login',
    what: '`docker/login-action` for GitHub\u2019s own registry takes the job\u2019s own token.',
    host: /^ghcr\.io$/i,
    rewrite: ({ file, job, step }, wish) => {
        const events = eventsOf(file, job, step, { ...wish, to: 'platform' });
        const path = [...stepPath(job, step), 'with'];
        const user = { do: 'set', path: [...path, 'username'], value: '${{ github.actor }}' };
        const hasUser = given(step.inputs, 'username') !== undefined;
        const access = pushes(job) ? 'write' : 'read';
        return {
            events,
            changes: [
                hasUser ? user : { ...user, do: 'add', before: 'password' },
                { do: 'set', path: [...path, 'password'], value: '${{ github.token }}' },
                ...grant(file, job, { packages: access }),
            ],
            reads: [],
            before: [
                `In the settings of each package that job \`${job.name}\` ${access === 'write' ? 'pushes' : 'pulls'}, _Manage Actions access_: this repository, ${access}. A package of another owner cannot be reached in this way.`,
            ],
        };
    },
});

;// CONCATENATED MODULE: ./lib/beside/gate/fixes/gitlab-aws.js





const [gitlab_aws_idName, gitlab_aws_keyName, gitlab_aws_sessionName] = [
    'AWS_ACCESS_KEY_ID',
    'AWS_SECRET_ACCESS_KEY',
    'AWS_SESSION_TOKEN',
];
/** https://docs.gitlab.com/ci/components/ */
const gitlabAws = {
    name: 'gitlab-aws',
    what: 'A static key of AWS in a GitLab job\u2019s `variables` becomes a session of a role, by the component.',
    platform: 'gitlab-ci',
    find: (file, scene) => file.jobs.flatMap((job) => {
        const secrets = [gitlab_aws_idName, gitlab_aws_keyName].flatMap((name) => projectVariable(gitlab_aws_named(job.variables, name)) ?? []);
        if (secrets.length === 0)
            return [];
        return [{ job, step: undefined, secrets, make: () => gitlab_aws_rewrite(file, job, scene) }];
    }),
};
function gitlab_aws_named(variables, name) {
    return variables.find((each) => each.name === name);
}
/** `$NAME`, `${NAME}` and nothing else. */
function projectVariable(binding) {
    return /^\$(?:(\w+)|\{(\w+)\})$/
        .exec(binding?.text.value.trim() ?? '')
        ?.slice(1)
        .find(Boolean);
}
function gitlab_aws_rewrite(file, job, { judged, wish }) {
    const secret = projectVariable(gitlab_aws_named(job.variables, gitlab_aws_idName));
    if (secret === undefined || projectVariable(gitlab_aws_named(job.variables, gitlab_aws_keyName)) === undefined)
        throw new NotSure('id and key are not one variable each');
    if (gitlab_aws_named(job.variables, gitlab_aws_sessionName) !== undefined)
        throw new NotSure(`there is a ${gitlab_aws_sessionName} already`);
    const handedOn = judged.some(({ use }) => use.job?.name === job.name && use.takers.some(({ by }) => by === 'command' || by === 'file'));
    if (handedOn)
        throw new NotSure(`a script names what it takes, and may need the third part, ${gitlab_aws_sessionName}`);
    assertPlain(file, job);
    const region = ['AWS_REGION', 'AWS_DEFAULT_REGION']
        .flatMap((name) => [job.variables, file.variables].map((each) => gitlab_aws_named(each, name)?.text.value.trim()))
        .find((each) => each !== undefined && each !== '');
    const loan = awsLoan(wish, job, { secret, region });
    const hidden = `lend-${inRole(job.name).replace(/[^a-z0-9-]/g, '-')}`;
    const inputs = inputsOf(loan.inputs, hidden);
    const path = [job.name];
    return {
        ...loan,
        events: [],
        changes: [
            ...without([...path, 'variables'], job.variables.map(({ name }) => name), [gitlab_aws_idName, gitlab_aws_keyName]),
            { do: 'add', path: [...path, 'extends'], value: `.${hidden}`, before: 'script' },
            includeChange(file, { component: componentOf(wish), inputs }),
        ],
        before: [
            ...loan.before.map((each) => each.replace('GitHub', 'your GitLab')),
            `The image of job \`${job.name}\` needs Node.js 20, or \`node_url\` among the inputs of the component.`,
        ],
    };
}
/** A component\u2019s inputs are written out: no variable is filled in. */
function inputsOf(inputs, hidden) {
    const { role = '', 'broker-url': brokerUrl, ...others } = inputs;
    const texts = Object.values(inputs).filter((each) => typeof each === 'string');
    const calculated = texts.find((each) => each.includes('$'));
    if (calculated !== undefined) {
        const name = /vars\.(\w+)/.exec(calculated)?.[1] ?? 'AWS_REGION';
        throw new NotSure(`inputs of a component are written out: run this again with \`--set ${name}=VALUE\``);
    }
    return {
        ...others,
        ...(brokerUrl === undefined
            ? { audience: 'sts.amazonaws.com' }
            : { broker_url: brokerUrl, audience: brokerUrl }),
        role: [role],
        job_name: hidden,
    };
}
function componentOf({ action, actionComment }) {
    const [name = '', ref = ''] = action.split('@');
    const version = actionComment === undefined ? ref.replace(/^v/, '') : ref;
    return `$CI_SERVER_FQDN/${name}/ephemeral-creds@${version}`;
}
/** GitLab joins no lists: what a job has of these would be in the place of the component\u2019s. */
function assertPlain({ documents, jobs }, job) {
    const [root] = documents;
    const common = ['default', 'before_script', 'after_script'].find((key) => (0,yaml_tree/* child */.jf)(root, key) !== undefined);
    if (common !== undefined)
        throw new NotSure(`the file has \`${common}\` for all jobs`);
    const own = ['extends', 'before_script', 'after_script', 'id_tokens', 'inherit', 'trigger'];
    const has = own.find((key) => (0,yaml_tree/* child */.jf)(job.tree, key) !== undefined);
    if (has !== undefined)
        throw new NotSure(`the job has \`${has}\` of its own`);
    if ((0,yaml_tree/* child */.jf)(job.tree, 'script') === undefined)
        throw new NotSure('the job has no script');
    const heirs = jobs.some(({ tree }) => (0,yaml_tree/* textOf */.b6)((0,yaml_tree/* child */.jf)(tree, 'extends'))?.value === job.name);
    if (heirs || job.name.startsWith('.'))
        throw new NotSure('other jobs are made of it');
    const rules = [(0,yaml_tree/* child */.jf)(root, 'workflow'), (0,yaml_tree/* child */.jf)(job.tree, 'rules'), (0,yaml_tree/* child */.jf)(job.tree, 'only')];
    const conditions = rules.flatMap((each) => (0,yaml_tree/* leavesOf */.wf)(each)).map(({ text }) => text.value);
    if (conditions.some((each) => each.includes('merge_request')))
        throw new NotSure('it runs for merge requests, whose code nobody may have read');
}
function includeChange({ documents: [root] }, item) {
    const include = (0,yaml_tree/* child */.jf)(root, 'include');
    if (include?.kind === 'list')
        return { do: 'insert', path: ['include', 0], value: item };
    if (include !== undefined)
        throw new NotSure('`include` is no list: write it as one, and run this again');
    const [first] = (0,yaml_tree/* entriesOf */.Mc)(root);
    return {
        do: 'add',
        path: ['include'],
        value: [item],
        ...(first === undefined ? {} : { before: first.key }),
    };
}

;// CONCATENATED MODULE: ./lib/beside/gate/fixes/publish-token.js





const publishers = [
    {
        provider: 'npm',
        variables: ['NODE_AUTH_TOKEN', 'NPM_TOKEN', 'NPM_AUTH_TOKEN'],
        publishes: /^(npm|pnpm|yarn|bun)( npm)? publish\b/,
        besides: /^(npm|pnpm|yarn|bun) (ci|i|install|add|access|dist-tag|deprecate|unpublish|team|token|owner)\b/,
        output: 'token',
        url: { name: 'NPM_REGISTRY_URL', what: 'the address of the registry' },
        role: { name: 'NPM_PACKAGE', what: 'the name of the package' },
    },
    {
        provider: 'crates',
        variables: ['CARGO_REGISTRY_TOKEN'],
        publishes: /^cargo publish\b/,
        besides: /^cargo (yank|owner|login)\b/,
        output: 'token',
        url: { name: 'CRATES_REGISTRY_URL', what: 'the address of the registry' },
    },
    {
        provider: 'pypi',
        variables: ['TWINE_PASSWORD', 'UV_PUBLISH_TOKEN'],
        publishes: /^(python3? -m )?twine upload\b|^uv publish\b/,
        besides: /^pip3? (install|download)\b.*--(extra-)?index-url|--repository|--publish-url|--index\b/,
        output: 'password',
        url: { name: 'PYPI_URL', what: 'the address of the package index' },
    },
];
const manyPackages = / (-r|--recursive|-w|-ws|--workspaces?|--filter|-F)\b|^\w+ workspaces? /;
/** Registries with trusted publishing, for any version of the tool: the token comes from a step before. */
const publishToken = {
    name: 'publish-token',
    what: '`npm publish`, `cargo publish`, `twine upload` or `uv publish` with a token in `env` get one that the registry mints for this run.',
    platform: 'github-actions',
    find: (file, { wish }) => wish.to === 'broker'
        ? []
        : file.jobs.flatMap((job) => job.steps.flatMap((step) => publishers.flatMap((publisher) => {
            if (!runs(step, publisher.publishes))
                return [];
            return step.variables
                .filter(({ name }) => publisher.variables.includes(name))
                .flatMap((bound) => {
                const secret = wholeSecret(bound);
                const make = () => publish_token_rewrite({ file, job, step, bound }, publisher, wish);
                return secret === undefined ? [] : [{ job, step, secrets: [secret], make }];
            });
        }))),
};
function runs({ script }, pattern) {
    return script?.shell.commands.some(({ line }) => pattern.test(line)) === true;
}
function publish_token_rewrite({ file, job, step, bound }, publisher, wish) {
    const { provider, output, url, role, besides } = publisher;
    const events = eventsOf(file, job, step, wish);
    if (runs(step, besides))
        throw new NotSure('the script needs the token for more than publishing');
    const user = step.variables.find(({ name }) => name === 'TWINE_USERNAME')?.text.value.trim();
    if (provider === 'pypi' && user !== undefined && user !== '__token__')
        throw new NotSure('it logs in as a user: that index knows no trusted publishers');
    const several = job.steps.filter((each) => runs(each, publisher.publishes)).length > 1;
    const commands = step.script?.shell.commands.filter(({ line }) => publisher.publishes.test(line)) ?? [];
    if (role !== undefined &&
        (several || commands.length > 1 || commands.some(({ line }) => manyPackages.test(line))))
        throw new NotSure('it publishes several packages, and a token is for one: write a step for each');
    const inputs = {
        provider,
        ...(role === undefined ? {} : { role: variable(wish, role.name) }),
        params: `url: ${variable(wish, url.name)}`,
    };
    const { id, changes, borrower } = lendTo(job, step, { wish, wanted: provider, inputs });
    return {
        events,
        changes: [
            ...changes,
            {
                do: 'set',
                path: [...borrower, 'env', bound.name],
                value: `\${{ steps.${id}.outputs.${output} }}`,
            },
            ...grant(file, job, { 'id-token': 'write' }),
        ],
        reads: [url, ...(role === undefined ? [] : [role])],
        before: [
            `At the registry, add a trusted publisher to the package: this repository, the file \`${file.source.path.split('/').at(-1) ?? ''}\`${job.environment === undefined ? '' : `, the environment \`${job.environment.name}\``}.`,
        ],
    };
}

;// CONCATENATED MODULE: ./lib/beside/gate/fixes/pypi-publish.js





/** https://github.com/pypa/gh-action-pypi-publish: without a password it asks for a token by itself. */
const pypiPublish = {
    name: 'pypi-publish',
    what: '`pypa/gh-action-pypi-publish` with a password becomes the same without: trusted publishing.',
    platform: 'github-actions',
    find: (file, { wish }) => file.jobs.flatMap((job) => job.steps.flatMap((step) => {
        if (step.action?.name !== 'pypa/gh-action-pypi-publish')
            return [];
        const secret = wholeSecret(given(step.inputs, 'password'));
        return secret === undefined
            ? []
            : [{ job, step, secrets: [secret], make: () => pypi_publish_rewrite(file, job, step, wish) }];
    })),
};
function pypi_publish_rewrite(file, job, step, wish) {
    const events = eventsOf(file, job, step, { ...wish, to: 'platform' });
    const { inputs } = step;
    const user = textGiven(inputs, 'user') ?? '__token__';
    if (user !== '__token__')
        throw new NotSure('it logs in as a user: that index knows no trusted publishers');
    if (['repository-url', 'repository_url'].some((name) => textGiven(inputs, name) !== undefined))
        throw new NotSure('it names another index: look whether that knows trusted publishers');
    const names = inputs.map(({ name }) => name);
    const gone = names.filter((name) => ['password', 'user'].includes(name.toLowerCase()));
    return {
        events,
        changes: [
            ...without([...stepPath(job, step), 'with'], names, gone),
            ...grant(file, job, { 'id-token': 'write' }),
        ],
        reads: [],
        before: [
            `At the package index, add a trusted publisher to the project: this repository, the file \`${file.source.path.split('/').at(-1) ?? ''}\`${job.environment === undefined ? '' : `, the environment \`${job.environment.name}\``}.`,
        ],
    };
}

;// CONCATENATED MODULE: ./lib/beside/gate/fixes/static-value.js






/** Registries\u2019 tokens and passwords: no engine makes them, and one step each needs them. */
const kinds = ['EO104', 'EO105'];
/** The same value, lent by the broker to the one step that takes it: counted, limited, and changed in one place. */
const staticValue = {
    name: 'static-value',
    what: 'A registry\u2019s token or password that one step takes, in `env` or an input, is lent by the broker to that step.',
    platform: 'github-actions',
    find: (file, { judged, wish }) => wish.to === 'platform'
        ? []
        : file.jobs.flatMap((job) => job.steps.flatMap((step) => [
            ...static_value_proposals({ file, job, step, part: 'env' }, step.variables, { judged, wish }),
            ...static_value_proposals({ file, job, step, part: 'with' }, step.inputs, { judged, wish }),
        ])),
};
function static_value_proposals(place, bindings, { judged, wish }) {
    return bindings.flatMap((bound) => {
        const secret = wholeSecret(bound);
        const rule = judged.find(({ use: { span } }) => bound.text.span.start <= span.start && span.end <= bound.text.span.end)?.rule;
        if (secret === undefined || rule === undefined || !kinds.includes(rule.id))
            return [];
        const { job, step } = place;
        return [{ job, step, secrets: [secret], make: () => static_value_rewrite(place, { bound, secret }, wish) }];
    });
}
function static_value_rewrite({ file, job, step, part }, { bound, secret }, wish) {
    const events = eventsOf(file, job, step, wish);
    if ((textGiven(step.inputs, 'username') ?? '').startsWith('_json_key'))
        throw new NotSure('it is the key of a service account: use `--to platform` for it');
    const role = roleName(wish, job, stemOf(secret, /TOKEN|PASSWORD|PASS|SECRET|KEY/));
    const { id, changes, borrower } = lendTo(job, step, { wish, wanted: 'lent', inputs: ofBroker(wish, role) });
    const settings = {
        engine: 'static',
        kind: 'bearer-token',
        value: `secret:${role}`,
        ttl: { default: '5m', max: '15m' },
    };
    return {
        events,
        changes: [
            ...changes,
            { do: 'set', path: [...borrower, part, bound.name], value: `\${{ steps.${id}.outputs.token }}` },
            ...grant(file, job, { 'id-token': 'write' }),
        ],
        lends: { role, access: 'write', settings, secret: { name: role, of: secret } },
        reads: [],
        before: [
            `Make a new value in place of \`${secret}\` where that was made, and give it to the broker: \`ephemeral-creds secret put ${role} --reason 'in place of ${secret}'\`.`,
        ],
    };
}

;// CONCATENATED MODULE: ./lib/beside/gate/fixes/vault-action.js



/** https://github.com/hashicorp/vault-action */
const vaultAction = vendorStep({
    name: 'vault-action',
    what: '`hashicorp/vault-action` with a token or an AppRole becomes the same with a login by ID token.',
    action: 'hashicorp/vault-action',
    statics: ['token', 'roleid', 'secretid', 'method'],
    endings: /TOKEN|ROLE_?ID|SECRET_?ID/,
    inputs: ({ inputs, action }, ask) => {
        const method = textGiven(inputs, 'method') ?? 'token';
        if (!['token', 'approle'].includes(method))
            throw new NotSure(`it logs in by \`${method}\``);
        const other = ['path', 'role', 'jwtgithubaudience'].find((name) => textGiven(inputs, name));
        if (other !== undefined)
            throw new NotSure(`it has \`${other}\` as well`);
        if (/^v[01](\.|$)|^v2\.[01](\.|$)/.test(action?.ref ?? ''))
            throw new NotSure('this version knows no audience');
        const url = textGiven(inputs, 'url');
        if (url === undefined)
            throw new NotSure('it does not say the address, which is to be the audience');
        return {
            method: 'jwt',
            role: ask('ROLE', 'the role of the JWT method that this job logs in as'),
            jwtGithubAudience: url,
        };
    },
    before: (_, secret) => `In Vault, enable the JWT method for GitHub\u2019s issuer, and make a role that is bound to Vault\u2019s address as audience and to this repository\u2019s id, with the policies of \`${secret}\` that this job needs.`,
});

;// CONCATENATED MODULE: ./lib/beside/gate/fixes/registry.js













/** Every pattern that is rewritten; where two know a place, the first has it. */
const fixes = [
    awsStep,
    awsVariables,
    gcpAuth,
    azureLogin,
    vaultAction,
    ghcrLogin,
    ecrLogin,
    artifactRegistryLogin,
    pypiPublish,
    publishToken,
    forgeToken,
    staticValue,
    gitlabAws,
];

;// CONCATENATED MODULE: ./lib/beside/gate/fixes/unified-diff.js
const around = 3;
/**
 * A unified diff as `git apply` takes it.
 * @param before undefined for a file that is new
 */
function unifiedDiff(path, before, after) {
    if (before === after)
        return '';
    const [old, now] = [linesOf(before ?? ''), linesOf(after)];
    const [from, to] = [quoted(`a/${path}`), quoted(`b/${path}`)];
    const head = before === undefined
        ? [`diff --git ${from} ${to}`, 'new file mode 100644', '--- /dev/null', `+++ ${to}`]
        : [`diff --git ${from} ${to}`, `--- ${from}`, `+++ ${to}`];
    return `${head.join('\n')}\n${hunks(steps(old, now)).join('')}`;
}
/** As git quotes a name that would else end its line: https://git-scm.com/docs/git-config#Documentation/git-config.txt-corequotePath */
function quoted(path) {
    if (!/[\p{Cc}"\\]/u.test(path))
        return path;
    const octal = (octet) => `\\${octet.toString(8).padStart(3, '0')}`;
    const inside = path.replace(/[\p{Cc}"\\]/gu, (each) => [...Buffer.from(each)].map(octal).join(''));
    return `"${inside}"`;
}
function linesOf(text) {
    return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}
/** What both have at their beginning and end is passed over; between, the longest common lines are kept. */
function steps(old, now) {
    let head = 0;
    while (head < old.length && head < now.length && old[head] === now[head])
        head++;
    let tail = 0;
    const shorter = Math.min(old.length, now.length) - head;
    while (tail < shorter && old[old.length - 1 - tail] === now[now.length - 1 - tail])
        tail++;
    const same = (lines) => lines.map((line) => ({ sign: ' ', line }));
    const [left, right] = [old.slice(head, old.length - tail), now.slice(head, now.length - tail)];
    return [...same(old.slice(0, head)), ...between(left, right), ...same(old.slice(old.length - tail))];
}
/** More than that is told as one block: nobody reads it line by line. */
const mostCells = 4_000_000;
function between(old, now) {
    const gone = (lines) => lines.map((line) => ({ sign: '-', line }));
    const come = (lines) => lines.map((line) => ({ sign: '+', line }));
    if (old.length * now.length > mostCells)
        return [...gone(old), ...come(now)];
    const width = now.length + 1;
    const common = new Uint32Array((old.length + 1) * width);
    const at = (left, right) => common[left * width + right] ?? 0;
    for (let left = old.length - 1; left >= 0; left--)
        for (let right = now.length - 1; right >= 0; right--)
            common[left * width + right] =
                old[left] === now[right]
                    ? at(left + 1, right + 1) + 1
                    : Math.max(at(left + 1, right), at(left, right + 1));
    const found = [];
    let [left, right] = [0, 0];
    while (left < old.length && right < now.length) {
        if (old[left] === now[right]) {
            found.push({ sign: ' ', line: old[left] ?? '' });
            left++;
            right++;
        }
        else if (at(left + 1, right) >= at(left, right + 1))
            found.push({ sign: '-', line: old[left++] ?? '' });
        else
            found.push({ sign: '+', line: now[right++] ?? '' });
    }
    return [...found, ...gone(old.slice(left)), ...come(now.slice(right))];
}
function hunks(all) {
    const changed = all.flatMap(({ sign }, index) => (sign === ' ' ? [] : [index]));
    const ranges = [];
    for (const index of changed) {
        const last = ranges.at(-1);
        if (last !== undefined && index - last[1] <= 2 * around)
            last[1] = index;
        else
            ranges.push([index, index]);
    }
    return ranges.map(([first, last]) => hunk(all, Math.max(0, first - around), last + around + 1));
}
function hunk(all, from, to) {
    const count = (part, other) => part.filter(({ sign }) => sign !== other).length;
    const [before, part] = [all.slice(0, from), all.slice(from, to)];
    const range = (other) => {
        const length = count(part, other);
        return `${String(count(before, other) + (length === 0 ? 0 : 1))},${String(length)}`;
    };
    const lines = part.map(({ sign, line }) => `${sign}${line}${line.endsWith('\n') ? '' : '\n\\ No newline at end of file\n'}`);
    return `@@ -${range('+')} +${range('-')} @@\n${lines.join('')}`;
}

// EXTERNAL MODULE: ./lib/beside/gate/rules/registry.js + 56 modules
var rules_registry = __webpack_require__(9204);
;// CONCATENATED MODULE: ./lib/beside/commands/fix-gate.js












/** `gate fix`, up to the writing. @throws CredsError for a path at which there is nothing, and a value nobody reads */
function planFixes(order, tree) {
    const { wish } = order;
    const asked = order.paths.flatMap((path) => (0,read_files/* filesAt */.T)(tree, path, registry/* fileReaders */.T));
    const read = (0,read_files/* readFiles */.U)(asked, tree, registry/* fileReaders */.T);
    const sound = read.flatMap((file) => ('problem' in file ? [] : [file]));
    const means = {
        readers: registry/* fileReaders */.T,
        book: rules_registry/* ruleBook */.E,
        fixes: fixes,
        classification: classificationOf(order, tree),
        scripts: sound.filter(({ kind }) => kind === 'script'),
    };
    const fixed = sound.map((file) => ({ file, ...fixText(file, wish, means) }));
    assertValuesRead(wish, fixed.flatMap(({ done }) => done));
    const policies = fixed.flatMap(({ file, done }) => policiesOf(file, done, order, tree));
    const files = fixed.map(({ file, text, done, left, warns }) => {
        return { path: file.source.path, before: file.source.text, after: text, done, left, warns };
    });
    const used = new Set(fixed.flatMap(({ left }) => left.flatMap(({ secret }) => secret ?? [])));
    return {
        files,
        policies,
        unreadable: read.flatMap((file) => ('problem' in file ? [`${file.source.path}: ${file.problem}`] : [])),
        diff: [
            ...files.map(({ path, before, after }) => unifiedDiff(shown(path), before, after)),
            ...policies.map(({ path, text, taken }) => (taken ? '' : unifiedDiff(shown(path), undefined, text))),
        ].join(''),
        handWork: handWork(files, policies, { wish, used }),
    };
}
/**
 * Writes a plan; nothing of it where one of the files is not as it was.
 * @returns the paths, in the order in which they were written
 * @throws CredsError
 */
function writeFixes({ files, policies }, tree) {
    const changed = files.filter(({ before, after }) => before !== after);
    for (const { path, before } of changed) {
        const why = tree.whyNot(path, before);
        if (why !== undefined)
            throw refused(path, why, []);
    }
    const written = [];
    const steps = [
        ...policies
            .filter(({ taken }) => !taken)
            .map(({ path, text }) => ({
            path,
            do: () => {
                tree.create(path, text);
            },
        })),
        ...changed.map(({ path, before, after }) => ({
            path,
            do: () => {
                tree.replace(path, before, after);
            },
        })),
    ];
    for (const step of steps) {
        try {
            step.do();
        }
        catch (error) {
            throw refused(step.path, error instanceof Error ? error.message : 'it failed', written);
        }
        written.push(step.path);
    }
    return written;
}
function refused(path, why, written) {
    const hint = written.length === 0
        ? 'Nothing was written.'
        : `Written already: ${written.join(', ')}; run it again for the rest.`;
    return new errors/* CredsError */.uA('input-invalid', `${path} is not written: ${why}.`, { hint });
}
const mostPolicyBytes = 256 * 1024;
function classificationOf({ policy }, tree) {
    const text = (0,policy_text/* policyText */.M)(tree, policy ?? gate_policy/* policyFileName */.UW);
    if (text !== undefined)
        return (0,gate_policy/* readGatePolicy */.cF)(policy ?? gate_policy/* policyFileName */.UW, text).classification;
    return policy === undefined ? gate_policy/* noPolicy */.Wo.classification : missing(policy);
}
function missing(path) {
    throw new errors/* CredsError */.uA('input-invalid', `There is no file ${path}.`, {
        hint: 'Name files or folders; left out, the folder in which the gate is started.',
    });
}
/** A typo would leave a variable where a value was meant. */
function assertValuesRead({ values }, done) {
    const read = done.flatMap(({ reads }) => reads.map(({ name }) => name));
    const other = Object.keys(values).find((name) => !read.includes(name));
    if (other === undefined)
        return;
    throw new errors/* CredsError */.uA('input-invalid', `\`--set ${other}=\u2026\` is read by nothing that is rewritten.`, {
        hint: read.length === 0 ? 'Nothing asks for a value.' : `There are ${[...new Set(read)].join(', ')}.`,
    });
}
function policiesOf(file, done, order, tree) {
    const lending = done.filter(({ lends }) => lends !== undefined);
    return [...Map.groupBy(lending, ({ job }) => job.name).values()].flatMap((ofJob) => {
        const [first] = ofJob;
        if (first === undefined)
            return [];
        const roles = new Map(ofJob.flatMap(({ lends }) => (lends === undefined ? [] : [[lends.role, lends]])));
        const events = [...new Set(ofJob.flatMap((each) => each.events))];
        const { id, text, notes } = policyFor(file, first.job, { events, roles: [...roles.values()] }, order.wish);
        const path = `${order.policies}/${id}.yaml`;
        const there = tree.read(path, mostPolicyBytes);
        return there === text ? [] : [{ path, text, notes, taken: there !== undefined }];
    });
}
function shown(path) {
    return external_node_path_.posix.normalize(path).replace(/^\/+/, '');
}


/***/ })

};
;