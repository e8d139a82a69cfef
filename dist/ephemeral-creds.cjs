#!/usr/bin/env node
/******/ (() => { // webpackBootstrap
/******/ 	var __webpack_modules__ = ({

/***/ 8346:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
// ESM COMPAT FLAG
__nccwpck_require__.r(__webpack_exports__);

// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  attach: () => (/* binding */ attach_attach)
});

// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __nccwpck_require__(6760);
// EXTERNAL MODULE: ./lib/inside/commands/spoken-job.js
var spoken_job = __nccwpck_require__(7670);
// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __nccwpck_require__(7598);
// EXTERNAL MODULE: ./lib/inside/domain/errors.js
var errors = __nccwpck_require__(847);
// EXTERNAL MODULE: ./lib/inside/domain/pattern.js
var pattern = __nccwpck_require__(4624);
;// CONCATENATED MODULE: ./lib/inside/protocol/workflow-command.js

/**
 * A workflow command line for standard output (GitHub Docs, Workflow commands for GitHub Actions). Starts on a line
 * of its own whatever was printed before.
 */
function workflowCommand(name, value, properties = {}) {
    const list = Object.entries(properties).map(([key, text]) => `${key}=${escapeProperty(text)}`);
    return `::${name}${list.length === 0 ? '' : ` ${list.join(',')}`}::${escapeData(value)}\n`;
}
function escapeData(text) {
    return text.replace(/%/g, '%25').replace(/\r/g, '%0D').replace(/\n/g, '%0A');
}
function escapeProperty(text) {
    return escapeData(text).replace(/:/g, '%3A').replace(/,/g, '%2C');
}
/**
 * Entries of a command file (GITHUB_ENV, GITHUB_OUTPUT, GITHUB_STATE) in heredoc form, in one text. The delimiter
 * is the caller's 128 random bits; a value that holds it, a NUL or half a character is refused.
 * @throws CredsError `credential-unusable`
 */
function commandFileText(entries, delimiter) {
    let text = '';
    for (const [name, value] of Object.entries(entries)) {
        if (value.includes(delimiter) ||
            name.includes(delimiter) ||
            value.includes('\0') ||
            !value.isWellFormed()) {
            throw new errors/* CredsError */.u('credential-unusable', `The value for ${name} cannot be handed over safely.`);
        }
        text += `${name}<<${delimiter}\n${value}\n${delimiter}\n`;
    }
    return text;
}

;// CONCATENATED MODULE: ./lib/inside/platforms/github-actions.js
// https://docs.github.com/en/actions/reference/workflows-and-actions/variables





const stateName = 'ledger';
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
    detect: (env) => env['GITHUB_ACTIONS'] === 'true' || (env['GITHUB_STATE'] ?? '') !== '',
    attach,
};
function attach(host, folder) {
    const { env } = host;
    let fresh = true;
    const print = (text) => {
        // The first line starts on a line of its own: whatever an earlier process left unfinished would hide a command.
        host.print(fresh ? `\n${text}` : text);
        fresh = false;
    };
    const tell = (level, text) => {
        if (level === 'info')
            print(`${text.replaceAll('::', ': :').replaceAll('##[', '# [')}\n`);
        else
            print(workflowCommand(level, text, level === 'debug' ? {} : { title: 'ephemeral-creds' }));
    };
    return {
        platform: githubActions.name,
        facts: factsOf(env),
        folder: folder ?? (0,external_node_path_.join)(required(env, 'RUNNER_TEMP'), 'ephemeral-creds'),
        folderOf: 'job',
        whyNoLogin: 'On GitHub Actions `login` could not make sure that masks reach the log: use the action, or `exec`.',
        mask: (patterns) => {
            const lines = patterns.filter((pattern) => pattern.trim() !== '');
            if (lines.length > 0)
                print(lines.map((pattern) => workflowCommand('add-mask', pattern)).join(''));
        },
        remember: (text) => {
            appendTo(host, 'GITHUB_STATE', { [stateName]: text });
        },
        recall: () => env[`STATE_${stateName}`],
        exportVariables: (variables) => {
            appendTo(host, 'GITHUB_ENV', variables);
        },
        setOutputs: (outputs) => {
            appendTo(host, 'GITHUB_OUTPUT', outputs);
        },
        summarise: (markdown) => {
            const file = env['GITHUB_STEP_SUMMARY'] ?? '';
            if (file !== '')
                host.files.append(file, markdown, false);
        },
        tell,
        commandFiles: () => ['GITHUB_ENV', 'GITHUB_OUTPUT', 'GITHUB_STATE']
            .map((name) => env[name] ?? '')
            .filter((path) => path !== ''),
        eraseCommandFiles: (paths) => {
            for (const path of paths.filter((each) => isOldCommandFile(env, each))) {
                try {
                    host.files.erase(path);
                }
                catch {
                    tell('warning', `The file ${path} could not be removed.`);
                }
            }
        },
        whyUntrusted: async () => {
            const { untrustedEvent } = await Promise.resolve(/* import() eager */).then(__nccwpck_require__.t.bind(__nccwpck_require__, 9467, 23));
            return untrustedEvent();
        },
    };
}
function factsOf(env) {
    const facts = Object.entries(factVariables).map(([fact, name]) => [fact, env[name] ?? '']);
    return Object.fromEntries(facts.filter(([, value]) => value !== ''));
}
function required(env, name) {
    const value = env[name] ?? '';
    if (value === '')
        throw new errors/* CredsError */.u('input-invalid', `The runner\u2019s variable ${name} is missing.`);
    return value;
}
/** One write of all entries, synced; never through a link that another step put in the file's place. */
function appendTo(host, variable, entries) {
    if (Object.keys(entries).length === 0)
        return;
    const text = commandFileText(entries, `ec_${(0,external_node_crypto_.randomBytes)(16).toString('hex')}`);
    try {
        host.files.append(required(host.env, variable), text, true);
    }
    catch (cause) {
        if (cause instanceof errors/* CredsError */.u)
            throw cause;
        throw new errors/* CredsError */.u('delivery-failed', `The file of ${variable} cannot be written to.`, { cause });
    }
}
/** The files that the runner gave an earlier step of this job, by their names; never the ones of this step. */
function isOldCommandFile(env, path) {
    const folder = (0,external_node_path_.join)(env['RUNNER_TEMP'] ?? '', '_runner_file_commands');
    const current = ['GITHUB_ENV', 'GITHUB_OUTPUT', 'GITHUB_STATE'].some((name) => env[name] === path);
    const own = (0,pattern/* fullMatch */.L)(/(?:set_env|set_output|save_state)_[0-9a-f-]{36}/, (0,external_node_path_.basename)(path));
    return !current && own && (0,external_node_path_.dirname)(path) === folder;
}

;// CONCATENATED MODULE: ./lib/inside/platforms/registry.js

/** In the order in which they are asked; the last is there for every other place. A job loads one. */
const platforms = [
    () => githubActions,
    async () => (await Promise.resolve(/* import() eager */).then(__nccwpck_require__.bind(__nccwpck_require__, 6100))).gitlabCi,
    async () => (await Promise.resolve(/* import() eager */).then(__nccwpck_require__.bind(__nccwpck_require__, 8005))).posix,
];
/** The platform that runs us. */
async function findPlatform(env) {
    for (const load of platforms.slice(0, -1)) {
        const platform = await load();
        if (platform.detect(env))
            return platform;
    }
    return (await Promise.resolve(/* import() eager */).then(__nccwpck_require__.bind(__nccwpck_require__, 8005))).posix;
}

;// CONCATENATED MODULE: ./lib/inside/cli/attach.js



/** The job that the words are about. @throws CredsError where the platform lacks what a job needs */
async function attach_attach(said, { host, folder }) {
    const [state] = said.values('state');
    const platform = await findPlatform(host.env);
    const job = platform.attach(host, state === undefined ? undefined : (0,external_node_path_.resolve)(folder, state));
    return { job: (0,spoken_job/* spokenJob */.U)(job, host), host };
}


/***/ }),

/***/ 2977:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
// ESM COMPAT FLAG
__nccwpck_require__.r(__webpack_exports__);

// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  run: () => (/* binding */ run)
});

// EXTERNAL MODULE: ./lib/inside/domain/errors.js
var errors = __nccwpck_require__(847);
// EXTERNAL MODULE: ./lib/inside/cli/say.js
var say = __nccwpck_require__(2683);
// EXTERNAL MODULE: ./lib/inside/cli/wording.js
var wording = __nccwpck_require__(5748);
;// CONCATENATED MODULE: ./lib/inside/cli/failure.js



/** What went wrong, what to change, whom to show what: to standard error, and as JSON to standard output. */
function tellFailure(error, { command, fromFile, json }, { host }) {
    const { code, page, requestId } = error;
    const message = (0,wording/* inOptions */.M)(error.message, fromFile);
    const hint = error.hint === errors/* codes */.F['input-invalid'].hint
        ? `Correct it; \`ephemeral-creds ${command.name} --help\` lists the options.`
        : (0,wording/* inOptions */.M)(error.hint, fromFile);
    const id = requestId === undefined ? '' : ` Request id: ${requestId}.`;
    const name = showsColours(host) ? '\u001b[31mephemeral-creds:\u001b[0m' : 'ephemeral-creds:';
    (0,say/* say */.c)(host.printError, `${name} ${message}${id}\n${hint}\n[${code}] ${page}\n`);
    if (!json)
        return;
    const told = { code, message, hint, ...(requestId === undefined ? {} : { requestId }) };
    (0,say/* say */.c)(host.print, `${JSON.stringify({ error: told }, undefined, 2)}\n`);
}
/** https://no-color.org; nothing is told by a colour alone. */
function showsColours({ terminal, env }) {
    return terminal.stderr && (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb';
}

// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __nccwpck_require__(6760);
// EXTERNAL MODULE: ./lib/inside/domain/near-miss.js
var near_miss = __nccwpck_require__(2975);
// EXTERNAL MODULE: ./lib/inside/domain/pattern.js
var pattern = __nccwpck_require__(4624);
// EXTERNAL MODULE: ./lib/inside/protocol/json.js
var json = __nccwpck_require__(5742);
// EXTERNAL MODULE: ./lib/inside/config/options.js
var options = __nccwpck_require__(8994);
;// CONCATENATED MODULE: ./lib/inside/config/component.js





/**
 * Reads the inputs as the GitLab component writes them: `NAME=VALUE` a line, the name in snake_case, the value as it is
 * to the end of the line; no quotes, no escapes, nothing is expanded. Where an option takes lines, a value that begins
 * with `[` is a JSON array of them.
 * @throws CredsError `input-invalid`, naming the input, never its value
 */
function configFromComponent(text) {
    const given = new Map();
    for (const line of text.split('\n')) {
        if (line.trim() === '')
            continue;
        const at = line.indexOf('=');
        if (at < 1)
            throw new errors/* CredsError */.u('input-invalid', 'The file of inputs has a line that is not NAME=VALUE.');
        const row = rowOf(line.slice(0, at));
        if (given.has(row.name))
            throw bad(row, 'stands in the file of inputs twice');
        given.set(row.name, component_valueOf(row, line.slice(at + 1)));
    }
    return Object.fromEntries(given);
}
function rowOf(typed) {
    const rows = options/* options */.f.filter(({ on }) => on.includes('cli'));
    const row = rows.find(({ name }) => name.replaceAll('-', '_') === typed);
    if (row !== undefined)
        return row;
    const near = (0,near_miss/* nearest */.p)(rows.map(({ name }) => name), typed);
    const named = (0,pattern/* fullMatch */.L)(/[A-Za-z][A-Za-z_-]{0,40}/, typed) ? `: \`${typed}\`` : '';
    const meant = near === undefined ? '' : `; did you mean \`${near.replaceAll('-', '_')}\`?`;
    throw new errors/* CredsError */.u('input-invalid', `The file of inputs names something that is no input${named}${meant}.`);
}
function component_valueOf(row, value) {
    if (row.type !== 'lines' || !value.trimStart().startsWith('['))
        return value;
    let entries;
    try {
        entries = (0,json/* parseStrictJson */.RJ)(value);
    }
    catch {
        throw bad(row, 'begins with `[` and is no JSON array');
    }
    // An entry that holds a line break would be two.
    if (!Array.isArray(entries) ||
        !entries.every((entry) => typeof entry === 'string' && !/[\r\n]/.test(entry)))
        throw bad(row, 'is an array with something else in it than lines of text');
    return entries.join('\n');
}
function bad({ name }, problem) {
    return new errors/* CredsError */.u('input-invalid', `The input \`${name}\` ${problem}.`);
}

// EXTERNAL MODULE: ./lib/inside/cli/shared-flags.js
var shared_flags = __nccwpck_require__(1345);
;// CONCATENATED MODULE: ./lib/inside/cli/inputs-file.js




const longest = 64 * 1024;
/**
 * What the file of `--inputs` says, laid beside what the words say. Relative paths count from the caller\u2019s folder where
 * words name them, and are refused in the file.
 * @returns with the names that came from the file
 * @throws CredsError `input-invalid` when the file cannot be read, or says what the words say, too
 */
function withInputs(said, { host, folder }) {
    const [name] = said.values('inputs');
    const options = withPaths(said.options, folder);
    if (name === undefined)
        return { said: { ...said, options }, fromFile: new Set() };
    let text;
    try {
        text = host.files.read((0,external_node_path_.resolve)(folder, name), longest);
    }
    catch {
        // Told below.
    }
    if (text === undefined)
        throw new errors/* CredsError */.u('input-invalid', 'The file that `--inputs` names cannot be read.');
    const given = configFromComponent(text);
    const twice = Object.keys(given).find((each) => Object.hasOwn(said.options, each));
    if (twice !== undefined)
        throw new errors/* CredsError */.u('input-invalid', `The option \`--${twice}\` stands in the file of inputs already.`);
    return { said: { ...said, options: { ...given, ...options } }, fromFile: new Set(Object.keys(given)) };
}
function withPaths(options, folder) {
    const paths = Object.entries(options)
        .filter(([name]) => shared_flags/* pathOptions */.kL[name] !== undefined)
        .map(([name, path = '']) => [name, (0,external_node_path_.resolve)(folder, path)]);
    return { ...options, ...Object.fromEntries(paths) };
}

;// CONCATENATED MODULE: ./lib/inside/cli/run.js



/** Does what the words ask for. @returns the exit status */
async function run(command, said, scene) {
    const { does, failure } = command;
    if ('answer' in does)
        return 0;
    let fromFile = new Set();
    try {
        const full = withInputs(said, scene);
        fromFile = full.fromFile;
        return await does.run(full.said, scene);
    }
    catch (error) {
        if (!(error instanceof errors/* CredsError */.u))
            throw error;
        const stopped = error.code === 'interrupted' || error.code === 'terminated';
        tellFailure(error, { command, fromFile, json: said.values('json').length > 0 }, scene);
        return stopped ? error.exit : (failure ?? error.exit);
    }
}


/***/ }),

/***/ 2683:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   c: () => (/* binding */ say)
/* harmony export */ });
/* harmony import */ var _domain_errors_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(847);

/**
 * Prints. That the reader has gone (`\u2026 | head -1`) changes nothing of what a command has found out, nor its exit
 * status; a disk that is full does.
 * @throws CredsError `internal` when the text could not be written although someone wants it
 */
function say(print, text) {
    try {
        print(text);
    }
    catch (cause) {
        if (cause instanceof Error && 'code' in cause && cause.code === 'EPIPE')
            return;
        throw new _domain_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .CredsError */ .u('internal', 'What was to be printed could not be written.', {
            cause,
            hint: 'Check the disk that standard output leads to.',
        });
    }
}


/***/ }),

/***/ 1345:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   Gu: () => (/* binding */ stateFlag),
/* harmony export */   Zo: () => (/* binding */ flagsOf),
/* harmony export */   cz: () => (/* binding */ optionsOf),
/* harmony export */   kL: () => (/* binding */ pathOptions)
/* harmony export */ });
/* harmony import */ var _config_options_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(8994);

const stateFlag = {
    name: 'state',
    value: 'DIR',
    text: 'The job\u2019s private folder, where what it owes is kept; left out, the platform\u2019s own. It must lie outside the checkout.',
    completes: 'folder',
};
/** Every command that borrows has these besides THE table. */
const borrowing = [
    {
        name: 'inputs',
        value: 'FILE',
        text: 'Further options from a file, `NAME=VALUE` a line, as the GitLab component writes them. What stands there cannot be given again.',
        completes: 'file',
    },
    stateFlag,
];
/** Options of THE table that are paths: they count from the folder of the caller, as everywhere on a command line. */
const pathOptions = {
    'files-dir': 'folder',
    'ca-cert': 'file',
};
/** The rows of THE table that a command takes. */
function optionsOf({ borrows }) {
    const rows = _config_options_js__WEBPACK_IMPORTED_MODULE_0__/* .options */ .f;
    return borrows === true ? rows.filter(({ on }) => on.includes('cli')) : [];
}
/** A command\u2019s own flags and those that it shares. */
function flagsOf({ borrows, flags = [] }) {
    return borrows === true ? [...flags, ...borrowing] : flags;
}


/***/ }),

/***/ 5748:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   M: () => (/* binding */ inOptions)
/* harmony export */ });
/* harmony import */ var _config_options_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(8994);

/**
 * A message of a room that does not know who reads it, in the words of the command line: where the action has the
 * input `broker-url`, it has the option `--broker-url`; what came from the file of `--inputs` is an input still.
 * @param fromFile names of options that stood in that file
 */
function inOptions(text, fromFile) {
    return text
        .replace(/\b(I|i)nput `([a-z-]+)`/g, (whole, first, name) => {
        if (rowOf(name) === undefined)
            return whole;
        if (fromFile.has(name))
            return `${first}nput \`${name.replaceAll('-', '_')}\``;
        return `${first === 'I' ? 'O' : 'o'}ption \`--${name}\``;
    })
        .replace(/`([a-z-]+): ([^`]+)`/g, (whole, name, value) => {
        const row = rowOf(name);
        if (row === undefined || fromFile.has(name))
            return whole;
        return row.type === 'boolean' ? `\`--${name}=${value}\`` : `\`--${name} ${value}\``;
    })
        .replace(/`([a-z]+(?:-[a-z]+)+)`/g, (whole, name) => rowOf(name) === undefined || fromFile.has(name) ? whole : `\`--${name}\``);
}
function rowOf(name) {
    return _config_options_js__WEBPACK_IMPORTED_MODULE_0__/* .options */ .f.find((option) => option.name === name && option.on.includes('cli'));
}


/***/ }),

/***/ 8053:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";

// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  XC: () => (/* binding */ acquire),
  Pf: () => (/* binding */ agentFor),
  NG: () => (/* binding */ wantsBinding)
});

// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __nccwpck_require__(6760);
// EXTERNAL MODULE: ./lib/inside/domain/errors.js
var errors = __nccwpck_require__(847);
// EXTERNAL MODULE: ./lib/inside/id-tokens/registry.js + 1 modules
var registry = __nccwpck_require__(1086);
// EXTERNAL MODULE: ./lib/inside/leases/ledger.js
var ledger = __nccwpck_require__(1048);
// EXTERNAL MODULE: ./lib/inside/providers/registry.js
var providers_registry = __nccwpck_require__(3154);
// EXTERNAL MODULE: ./lib/inside/redaction/masks.js
var masks = __nccwpck_require__(7910);
// EXTERNAL MODULE: ./lib/inside/leases/agent-socket.js
var agent_socket = __nccwpck_require__(4084);
;// CONCATENATED MODULE: ./lib/inside/commands/static-key-names.js
/**
 * Variables in which tools look for a credential, by what is lent in its place: a kind, or a provider whose kind says
 * too little. Those of the table that hold something are looked at; the rest of the house is loaded for that only.
 */
const staticKeyNames = {
    'aws-session': ['AWS_ACCESS_KEY_ID'],
    'gcp-token': [
        'GOOGLE_APPLICATION_CREDENTIALS',
        'GOOGLE_APPLICATION_CREDENTIALS_JSON',
        'GOOGLE_CREDENTIALS',
        'GOOGLE_CLOUD_KEYFILE_JSON',
        'GCLOUD_KEYFILE_JSON',
        'CLOUDSDK_AUTH_CREDENTIAL_FILE_OVERRIDE',
        'GCP_SA_KEY',
    ],
    'azure-token': [
        'AZURE_CLIENT_SECRET',
        'ARM_CLIENT_SECRET',
        'AZURE_CREDENTIALS',
        'AZURE_CLIENT_CERTIFICATE_PATH',
        'ARM_CLIENT_CERTIFICATE_PATH',
    ],
    'vault-token': ['VAULT_TOKEN'],
    // Not GITHUB_TOKEN: that is the job\u2019s own.
    'github-token': ['GH_TOKEN', 'GH_ENTERPRISE_TOKEN', 'GH_PAT', 'GITHUB_PAT'],
    'postgres-login': ['PGPASSWORD'],
    'mysql-login': ['MYSQL_PWD'],
    'registry-login': ['DOCKER_AUTH_CONFIG'],
    'kubernetes-token': ['KUBECONFIG'],
    'ssh-certificate': ['SSH_PRIVATE_KEY'],
    npm: ['NPM_TOKEN', 'NODE_AUTH_TOKEN'],
    pypi: ['TWINE_PASSWORD', 'PYPI_TOKEN', 'PYPI_API_TOKEN', 'UV_PUBLISH_TOKEN'],
    crates: ['CARGO_REGISTRY_TOKEN'],
};
/** What a provider always lends, so that it can be looked for before anything is asked. */
const lentBy = {
    aws: 'aws-session',
    gcp: 'gcp-token',
    azure: 'azure-token',
    vault: 'vault-token',
    'octo-sts': 'github-token',
    npm: 'npm',
    pypi: 'pypi',
    crates: 'crates',
};

;// CONCATENATED MODULE: ./lib/inside/commands/companion.js


/**
 * Looks whether a static key lies beside what is about to be lent, before anything is asked for.
 * @throws CredsError `static-key` where the config refuses one
 */
async function lookBefore(config, where) {
    const what = lentBy[config.provider];
    if (what !== undefined)
        await lookFor([what], config, where);
}
/**
 * The same for what only the answer tells: a broker\u2019s role can be of any kind. Nothing is delivered yet.
 * @throws CredsError `static-key` where the config refuses one; what was lent must then be given back
 */
async function lookAfter(leases, config, where) {
    const kinds = new Set(leases.flatMap(({ credentials }) => credentials.map(({ kind }) => kind)));
    kinds.delete(lentBy[config.provider] ?? '');
    await lookFor([...kinds], config, where);
}
async function lookFor(what, { staticKeys }, where) {
    const { job, host } = where;
    if (staticKeys === 'ignore')
        return;
    const names = what.flatMap((each) => staticKeyNames[each] ?? []);
    const set = names.filter((name) => (host.env[name] ?? '') !== '');
    if (set.length === 0)
        return;
    const { staticAmong } = await Promise.resolve(/* import() eager */).then(__nccwpck_require__.bind(__nccwpck_require__, 6545));
    const found = staticAmong(set, where);
    if (found.length === 0)
        return;
    const problem = `Beside what this step borrows the job holds a static credential of the same kind, in ${found.join(', ')}.`;
    if (staticKeys === 'refuse')
        throw new errors/* CredsError */.u('static-key', problem);
    job.tell('warning', `${problem} Take it out of the job and delete it where it was made; \`static-keys: refuse\` keeps the next one out.`);
}

// EXTERNAL MODULE: ./lib/inside/commands/delivery.js + 1 modules
var delivery = __nccwpck_require__(6584);
// EXTERNAL MODULE: ./lib/inside/commands/loan-report.js
var loan_report = __nccwpck_require__(2519);
// EXTERNAL MODULE: ./lib/inside/domain/secret.js
var secret = __nccwpck_require__(7480);
;// CONCATENATED MODULE: ./lib/inside/commands/proxy-secrets.js



/**
 * A proxy's credentials stand in the environment; tools may print the proxy's URL.
 * @throws CredsError `input-invalid` for a proxy that cannot be read: it would be passed by without a word
 */
function maskProxySecrets({ job, host }) {
    for (const name of ['https_proxy', 'HTTPS_PROXY', 'http_proxy', 'HTTP_PROXY']) {
        const value = host.env[name] ?? '';
        if (value === '')
            continue;
        const spellings = spellingsOf(value);
        if (spellings === undefined) {
            throw new errors/* CredsError */.u('input-invalid', `The variable ${name} is not a proxy\u2019s URL such as http://proxy.example.com:3128.`, { hint: 'Correct it, with every special character of its credentials percent-encoded.' });
        }
        job.mask(spellings.flatMap((text) => (0,masks/* masksOfSecret */.d7)(new secret/* Secret */.z(text))));
    }
}
/** The secret of a proxy's URL as it stands there and as it is meant; undefined when it cannot be read. */
function spellingsOf(value) {
    if (!URL.canParse(value))
        return undefined;
    const { hostname, username, password } = new URL(value);
    const secret = password === '' ? username : password;
    if (hostname === '')
        return undefined;
    if (secret === '')
        return [];
    try {
        return [...new Set([secret, decodeURIComponent(secret)])];
    }
    catch {
        return undefined;
    }
}

// EXTERNAL MODULE: ./lib/inside/redaction/parts.js
var parts = __nccwpck_require__(209);
;// CONCATENATED MODULE: ./lib/inside/redaction/hideable.js



const fewestCharacters = 8;
const fewestBits = 28;
/** Kinds of characters and how many there are of each. */
const alphabets = [
    [/[0-9]/, 10],
    [/[a-f]/, 6],
    [/[g-z]/, 20],
    [/[A-F]/, 6],
    [/[G-Z]/, 20],
    [/[!-/:-@[-`{-~ ]/, 33],
    [/[^\0-\x7f]/, 100],
];
/**
 * A value that is short or easy to guess cannot be masked: the mask would blacken ordinary words, or its absence
 * from the log would tell it. What is no secret must be declared so by whoever lends it.
 * @throws CredsError `credential-unusable`
 */
function assertCredentialHideable(credential) {
    for (const [field, value] of Object.entries(credential.fields))
        if (value instanceof secret/* Secret */.z)
            assertHideable(`${field} of the credential ${credential.name}`, value);
}
/** @throws CredsError `credential-unusable`, naming the secret by `what` */
function assertHideable(what, secret) {
    const pieces = (0,parts/* partsOf */.C)(secret.reveal()).flatMap((part) => part.raw);
    const hidden = pieces.filter((piece) => piece.length >= fewestCharacters).join('');
    if (hidden.length < fewestCharacters || guessBits(hidden) < fewestBits)
        throw new errors/* CredsError */.u('credential-unusable', `The ${what} is too short or too simple to be hidden in logs (at least ${String(fewestCharacters)} characters and ${String(fewestBits)} bits).`);
}
/** An upper bound for the work of guessing: the length times the bits of the alphabets that occur. */
function guessBits(text) {
    if (new Set(text).size < 3)
        return 0;
    const size = alphabets.reduce((sum, [set, count]) => (set.test(text) ? sum + count : sum), 0);
    return text.length * Math.log2(size);
}

;// CONCATENATED MODULE: ./lib/inside/commands/suitability.js


/**
 * What came is what the inputs allow: the right account, a lifetime within bounds, secrets that can be hidden.
 * @throws CredsError `lease-unsuitable` or `credential-unusable`; what was lent must then be given back
 */
function assertSuitable(loan, config, now) {
    if (config.expectAccount !== undefined)
        assertOwner(loan, config.expectAccount);
    for (const lease of loan.leases) {
        const seconds = (lease.expiresAt.getTime() - now.getTime()) / 1000;
        const ends = [lease, ...lease.credentials].map(({ expiresAt }) => expiresAt.getTime());
        const longest = (Math.max(...ends) - now.getTime()) / 1000;
        if (Number.isNaN(longest))
            throw new errors/* CredsError */.u('lease-unsuitable', `The lease of ${lease.role} ends at no time that there is.`);
        // A second of grace: the lease was counted from the arrival of the answer.
        if (seconds <= 0)
            throw new errors/* CredsError */.u('lease-unsuitable', `The lease of ${lease.role} has already ended.`);
        if (seconds + 1 < config.minTtlSeconds)
            throw unsuitable(lease, 'shorter', 'min-ttl');
        if (longest - 1 > config.maxTtlSeconds)
            throw unsuitable(lease, 'longer', 'max-ttl');
        lease.credentials.forEach(assertCredentialHideable);
    }
}
/**
 * By what the provider says of the loan, else by the account, project or tenant of each credential that names one. At
 * least one must, since the input would else have compared nothing.
 */
function assertOwner({ account, leases }, expected) {
    const credentials = leases.flatMap((lease) => lease.credentials);
    const owners = account === undefined ? credentials.flatMap(ownersOf) : [account];
    if (owners.length === 0)
        throw new errors/* CredsError */.u('lease-unsuitable', 'Nothing of what was lent says which account it belongs to, and `expect-account` names one.', {
            hint: 'It was given back. AWS sessions, Google and Azure tokens say it. Leave `expect-account` out.',
        });
    if (owners.some((owner) => owner !== expected))
        throw new errors/* CredsError */.u('lease-unsuitable', 'What was lent does not belong to the account that `expect-account` names.');
}
/** Of a kind that belongs to an account, and does not say to which, nothing is believed. */
function ownersOf({ kind, fields }) {
    if (kind === 'aws-session')
        return [fields.account];
    if (kind === 'gcp-token')
        return [fields.project];
    return kind === 'azure-token' ? [fields.tenant] : [];
}
function unsuitable(lease, how, input) {
    return new errors/* CredsError */.u('lease-unsuitable', `The lease of ${lease.role} lives ${how} than \`${input}\` allows.`);
}

// EXTERNAL MODULE: ./lib/inside/commands/trade.js
var trade = __nccwpck_require__(7916);
;// CONCATENATED MODULE: ./lib/inside/commands/users-files.js


const most = 1024 * 1024;
/** What exporters may read of the user's own files; nothing here is ever written. */
function usersFiles(host) {
    const given = host.env['HOME'] ?? host.env['USERPROFILE'] ?? '';
    const home = (0,external_node_path_.isAbsolute)(given) ? given : undefined;
    return {
        home,
        variable: (name) => {
            const value = host.env[name] ?? '';
            return value === '' ? undefined : value;
        },
        read: (path) => readOwn(path, home, host),
    };
}
/** Fails where it could only guess: a setting of the user's that is passed over may lead a tool to another server. */
function readOwn(path, home, { files }) {
    if (!(0,external_node_path_.isAbsolute)(path))
        throw unusable(path, 'is not named by an absolute path');
    const real = files.realPath(path);
    const itself = (0,external_node_path_.join)(files.realPath((0,external_node_path_.dirname)(path)), (0,external_node_path_.basename)(path));
    // Below the home folder a link may stand for any folder of the way, too.
    const isLink = real !== itself || (home !== undefined && isWithin(home, path));
    if (isLink && (home === undefined || !isWithin(files.realPath(home), real)))
        throw unusable(path, 'is a link that leads out of the home folder');
    const text = files.read(real, most);
    if (text === undefined) {
        if (!files.list((0,external_node_path_.dirname)(path)).includes((0,external_node_path_.basename)(path)))
            return undefined;
        throw unusable(path, 'is no readable file of at most 1 MiB');
    }
    if (text.includes('\uFFFD'))
        throw unusable(path, 'is not UTF-8 text');
    return text;
}
function isWithin(folder, path) {
    const way = (0,external_node_path_.relative)(folder, path);
    return way !== '' && way.split(/[/\\]/)[0] !== '..' && !(0,external_node_path_.isAbsolute)(way);
}
function unusable(path, problem) {
    return new errors/* CredsError */.u('delivery-failed', `The file ${path} ${problem}, so nothing was added to a copy of it.`, {
        hint: 'Put a plain file in its place, or say `merge=no` behind the exporter to leave it out.',
    });
}

// EXTERNAL MODULE: ./lib/inside/commands/variables-after.js
var variables_after = __nccwpck_require__(9114);
;// CONCATENATED MODULE: ./lib/inside/commands/acquire.js















/**
 * The main job (DESIGN.md, The main job, call by call): borrow what the config asks for, hide it, note it, deliver
 * it. Either everything that was asked for is delivered, or nothing is and what was lent has been given back.
 * @returns what was lent
 * @throws CredsError
 */
async function acquire(config, where) {
    const { job, host } = where;
    maskProxySecrets(where);
    const provider = await (0,providers_registry/* findProvider */.l)(config.provider);
    const routes = await Promise.all(config.exports.map(delivery/* findRoute */.$6));
    const agent = await agentFor(routes, host);
    const sshKey = await keyFor(routes);
    const exchange = provider.configure({ ...config, facts: job.facts, publicKey: sshKey?.publicLine });
    const source = await (0,registry/* findIdTokenSource */.D)(config.idToken, job);
    await lookBefore(config, where);
    const bound = wantsBinding(config, exchange, source);
    const opening = exchange.open(bound, await keyOfJob(exchange, source, where));
    const intent = firstEntry(config, { exchange, opening }, where);
    (0,ledger/* openIntent */.ne)(intent, opening.secrets, where);
    const progress = { latest: intent, outputs: [], maybeLent: false };
    try {
        (0,loan_report/* tellRequest */.JV)(exchange, bound, job);
        const loan = await (0,trade/* trade */.Z)({ opening, source, progress }, { config, where });
        const keys = sshKey === undefined ? [] : [sshKey.privateText];
        job.mask([
            ...new Set([
                ...loan.leases.flatMap((lease) => lease.credentials.flatMap(masks/* masksOfCredential */.U_)),
                ...keys.flatMap(masks/* masksOfSecret */.d7),
            ]),
        ]);
        const now = host.clock.now();
        // A lease that came with its end behind it is not believed to be over: the handle alone gives it back.
        const leases = loan.leases.filter(({ expiresAt }) => expiresAt > now).map(owed);
        progress.latest = { ...intent, ...keptBy(opening), leases };
        assertSuitable(loan, config, now);
        await lookAfter(loan.leases, config, where);
        const folder = (0,external_node_path_.join)(config.filesDir ?? job.folder, intent.id);
        const socket = (0,agent_socket/* agentSocket */.J)(job.folder, intent.id);
        const parcel = await (0,delivery/* packAll */.pV)(loan.leases, routes, { folder, sshKey, socket, ...usersFiles(host) });
        progress.latest = {
            ...progress.latest,
            variables: [...Object.keys(parcel.variables), ...(agent?.variables ?? [])],
            ...succession(parcel, (0,ledger/* listIntents */.Ke)(where), intent.id),
            files: Object.keys(parcel.files),
            ...(agent !== undefined && { agent: { socket } }),
        };
        (0,ledger/* recordLeases */.VJ)(progress.latest, where);
        job.hide?.([...loan.leases.flatMap((lease) => lease.credentials.flatMap(masks/* secretsOf */.Fj)), ...keys]);
        const outputs = { ...aboutLoan(loan), ...parcel.outputs };
        progress.outputs = Object.keys(outputs);
        const held = await agent?.hold(parcel.identities, socket);
        (0,delivery/* deliver */.cK)({ ...parcel, outputs, variables: { ...parcel.variables, ...held } }, job, host);
        (0,loan_report/* tellLoan */.Se)(loan, { exchange, config, parcel }, where);
        return loan;
    }
    catch (error) {
        progress.latest = { ...progress.latest, ...keptBy(opening) };
        const { undo } = await Promise.resolve(/* import() eager */).then(__nccwpck_require__.bind(__nccwpck_require__, 732));
        await undo(progress, where);
        throw error;
    }
}
/** The key pair for what is lent for one; made here, and its private half never leaves the job. */
async function keyFor(routes) {
    if (!routes.some(({ exporter }) => exporter?.needsKey))
        return undefined;
    return (await Promise.resolve(/* import() eager */).then(__nccwpck_require__.bind(__nccwpck_require__, 9086))).makeSshKey();
}
/** What starts the agent that a line asks for, where one does. @throws CredsError `input-invalid` where none can be */
async function agentFor(routes, host) {
    const wish = routes
        .map(({ exporter, settings }) => exporter?.agentFor?.(settings))
        .find((each) => each !== undefined);
    if (wish === undefined)
        return undefined;
    return (await Promise.resolve(/* import() eager */).then(__nccwpck_require__.bind(__nccwpck_require__, 462))).prepareAgent(wish, host);
}
/** Where the job has one ID token for all its commands, the broker knows it by the first key that came with it. */
async function keyOfJob(exchange, source, where) {
    if (source.mints || !exchange.bindsKey)
        return undefined;
    return (await Promise.resolve(/* import() eager */).then(__nccwpck_require__.bind(__nccwpck_require__, 9068))).jobKey(where);
}
/** Whether the ID token is to be bound to a key of ours. @throws CredsError `input-invalid` where that was said and cannot be */
function wantsBinding(config, exchange, source) {
    if (config.binding === 'none')
        return false;
    const can = exchange.bindsKey && source.mints;
    if (config.binding === 'key' && !can) {
        throw new errors/* CredsError */.u('input-invalid', 'The input `binding: key` needs a platform where the audience can be chosen, and the broker.');
    }
    return can;
}
function firstEntry(config, { exchange, opening }, { job, owner }) {
    return {
        version: 1,
        id: (0,ledger/* newIntentId */.Wj)(),
        provider: config.provider,
        debt: opening.debt,
        ...(owner === undefined ? {} : { owner }),
        audience: exchange.audience,
        idToken: config.idToken,
        leases: [],
        variables: [],
        files: [],
        commandFiles: job.commandFiles(),
        post: {
            revoke: config.revoke,
            failOnRevokeError: config.failOnRevokeError,
            summary: config.summary,
            caCert: config.caCert?.path ?? '',
        },
    };
}
function keptBy({ kept }) {
    return kept === undefined ? {} : { kept };
}
function owed({ id, role, expiresAt, revocability }) {
    return { id, role, expiresAt: expiresAt.toISOString(), revocability };
}
/** What leads tools somewhere, and who had done so before. */
function succession({ pointers }, entries, own) {
    const others = entries.filter(({ id, owner }) => id !== own && owner === undefined);
    const list = Object.entries(pointers).map(([name, { value, after }]) => {
        const behind = (0,variables_after/* behindOf */.g9)(name, after, others);
        return { name, value, after, ...(behind.length > 0 && { behind }) };
    });
    return {
        ...(list.length > 0 && { pointers: list }),
        ...(others.length > 0 && { before: others.map(({ id }) => id) }),
    };
}
/** The outputs that every run sets. */
function aboutLoan(loan) {
    const ends = loan.leases.map(({ expiresAt }) => expiresAt.getTime());
    return {
        'lease-ids': JSON.stringify(loan.leases.map(({ id }) => id)),
        'expires-at': new Date(Math.min(...ends)).toISOString(),
        ...(loan.sessionId === undefined ? {} : { 'session-id': loan.sessionId }),
        ...(loan.requestId === undefined ? {} : { 'request-id': loan.requestId }),
    };
}


/***/ }),

/***/ 3812:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
__nccwpck_require__.r(__webpack_exports__);
/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   check: () => (/* binding */ check)
/* harmony export */ });
/* harmony import */ var _domain_errors_js__WEBPACK_IMPORTED_MODULE_7__ = __nccwpck_require__(847);
/* harmony import */ var _id_tokens_registry_js__WEBPACK_IMPORTED_MODULE_3__ = __nccwpck_require__(1086);
/* harmony import */ var _protocol_http_js__WEBPACK_IMPORTED_MODULE_6__ = __nccwpck_require__(1612);
/* harmony import */ var _providers_registry_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(3154);
/* harmony import */ var _acquire_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(8053);
/* harmony import */ var _delivery_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(6584);
/* harmony import */ var _loan_report_js__WEBPACK_IMPORTED_MODULE_5__ = __nccwpck_require__(2519);
/* harmony import */ var _trade_js__WEBPACK_IMPORTED_MODULE_4__ = __nccwpck_require__(7916);








/**
 * Everything up to the borrowing: the settings, the ID token, the way to the lender, and what it would say to each
 * role. Nothing is lent, and nothing is owed.
 * @throws CredsError as borrowing would
 */
async function check(config, { job, host }) {
    const provider = await (0,_providers_registry_js__WEBPACK_IMPORTED_MODULE_0__/* .findProvider */ .l)(config.provider);
    const asked = provider.configure({ ...config, facts: job.facts });
    await (0,_acquire_js__WEBPACK_IMPORTED_MODULE_1__/* .agentFor */ .Pf)(await Promise.all(config.exports.map(_delivery_js__WEBPACK_IMPORTED_MODULE_2__/* .findRoute */ .$6)), host);
    const source = await (0,_id_tokens_registry_js__WEBPACK_IMPORTED_MODULE_3__/* .findIdTokenSource */ .D)(config.idToken, job);
    const bound = (0,_acquire_js__WEBPACK_IMPORTED_MODULE_1__/* .wantsBinding */ .NG)(config, asked, source);
    const opening = asked.open(bound);
    const call = (0,_trade_js__WEBPACK_IMPORTED_MODULE_4__/* .callWithin */ .w)(config, { job, host });
    (0,_loan_report_js__WEBPACK_IMPORTED_MODULE_5__/* .tellRequest */ .JV)(asked, bound, job);
    let idToken;
    const { issuer, roles } = await (0,_protocol_http_js__WEBPACK_IMPORTED_MODULE_6__/* .retrying */ .R$)(call, async () => {
        const first = idToken === undefined;
        if (idToken === undefined || source.mints)
            idToken = await source.request(opening.audience, call);
        if (first)
            (0,_loan_report_js__WEBPACK_IMPORTED_MODULE_5__/* .tellIdentity */ .Oy)(idToken, job);
        const decisions = await opening.dryRun?.(idToken, call);
        return { issuer: idToken.issuer, roles: decisions?.map(checked) ?? (await reach(config, asked, call)) };
    });
    const { lender, audience } = asked;
    return { provider: config.provider, lender, issuer, audience, roles };
}
function checked({ role, allowed, requestId }) {
    return { role, decision: allowed ? 'allow' : 'deny', requestId };
}
/** Shows that somebody answers there, whatever he answers to a request for nothing. */
async function reach(config, { endpoint }, call) {
    const headers = { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' };
    const request = { method: 'POST', url: endpoint, headers, body: '', maxBytes: 1024 * 1024 };
    try {
        await (0,_protocol_http_js__WEBPACK_IMPORTED_MODULE_6__/* .exchange */ .cv)(call, request);
    }
    catch (error) {
        if (!(error instanceof _domain_errors_js__WEBPACK_IMPORTED_MODULE_7__/* .CredsError */ .u) || error.code !== 'redirect-refused')
            throw error;
    }
    return config.roles.map(({ role }) => ({ role, decision: 'unknown' }));
}


/***/ }),

/***/ 6584:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";

// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  cK: () => (/* binding */ deliver),
  $6: () => (/* binding */ findRoute),
  pV: () => (/* binding */ packAll)
});

// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __nccwpck_require__(6760);
// EXTERNAL MODULE: ./lib/inside/domain/errors.js
var errors = __nccwpck_require__(847);
// EXTERNAL MODULE: ./lib/inside/exporters/fields.js
var fields = __nccwpck_require__(5591);
;// CONCATENATED MODULE: ./lib/inside/exporters/registry.js

/** Each is loaded when it is asked for; `auto` asks in this order. */
const exporters = {
    env: async () => (await Promise.resolve(/* import() eager */).then(__nccwpck_require__.bind(__nccwpck_require__, 127))).env,
    outputs: async () => (await Promise.resolve(/* import() eager */).then(__nccwpck_require__.bind(__nccwpck_require__, 4026))).outputs,
    'aws-profile': async () => (await Promise.resolve(/* import() eager */).then(__nccwpck_require__.bind(__nccwpck_require__, 9353))).awsProfile,
    'docker-config': async () => (await Promise.resolve(/* import() eager */).then(__nccwpck_require__.bind(__nccwpck_require__, 6285))).dockerConfig,
    file: async () => (await Promise.resolve(/* import() eager */).then(__nccwpck_require__.bind(__nccwpck_require__, 9628))).file,
    'gcp-adc': async () => (await Promise.resolve(/* import() eager */).then(__nccwpck_require__.bind(__nccwpck_require__, 3369))).gcpAdc,
    'git-credential': async () => (await Promise.resolve(/* import() eager */).then(__nccwpck_require__.bind(__nccwpck_require__, 816))).gitCredential,
    kubeconfig: async () => (await Promise.resolve(/* import() eager */).then(__nccwpck_require__.bind(__nccwpck_require__, 7333))).kubeconfig,
    netrc: async () => (await Promise.resolve(/* import() eager */).then(__nccwpck_require__.bind(__nccwpck_require__, 5419))).netrc,
    npmrc: async () => (await Promise.resolve(/* import() eager */).then(__nccwpck_require__.bind(__nccwpck_require__, 8686))).npmrc,
    pgpass: async () => (await Promise.resolve(/* import() eager */).then(__nccwpck_require__.bind(__nccwpck_require__, 9998))).pgpass,
    pypirc: async () => (await Promise.resolve(/* import() eager */).then(__nccwpck_require__.bind(__nccwpck_require__, 6609))).pypirc,
    ssh: async () => (await Promise.resolve(/* import() eager */).then(__nccwpck_require__.bind(__nccwpck_require__, 6398))).ssh,
};
/** @throws CredsError `input-invalid` for a name that is not in the registry */
async function findExporter(name) {
    const load = Object.hasOwn(exporters, name) ? exporters[name] : undefined;
    if (load !== undefined)
        return load();
    const known = ['auto', ...Object.keys(exporters)].map((each) => `\`${each}\``).join(', ');
    throw new errors/* CredsError */.u('input-invalid', `The input \`export\` names no known exporter; there are ${known}.`);
}

;// CONCATENATED MODULE: ./lib/inside/commands/delivery.js




/** @throws CredsError `input-invalid`; called before anything is sent */
async function findRoute(line) {
    const { settings } = line;
    if (line.exporter === 'auto') {
        if (Object.keys(settings).length > 0) {
            throw new errors/* CredsError */.u('input-invalid', 'The input `export` gives `auto` a setting; name the exporter instead.');
        }
        return { exporter: undefined, settings };
    }
    const exporter = await findExporter(line.exporter);
    exporter.check(settings);
    return { exporter, settings };
}
/**
 * Packs all that was lent along all routes into one parcel.
 * @throws CredsError `input-invalid` when two would set the same name; nothing has been delivered then
 */
async function packAll(leases, routes, place) {
    const loans = leases.flatMap((lease) => lease.credentials.map((credential) => ({ lease, credential })));
    const parcels = [];
    for (const { exporter, settings } of routes) {
        if (exporter === undefined)
            parcels.push(...(await packByKind(loans, routes, place)));
        else
            parcels.push(exporter.pack(loans, { ...place, settings }));
    }
    const join = (part) => parcels.flatMap((parcel) => Object.entries(parcel[part] ?? {}));
    const pointers = parcels.flatMap((parcel) => Object.entries(parcel.pointers ?? {}));
    (0,fields/* onceEach */.fF)([...join('variables'), ...pointers]);
    return {
        variables: (0,fields/* onceEach */.fF)(join('variables')),
        pointers: (0,fields/* onceEach */.fF)(pointers),
        outputs: (0,fields/* onceEach */.fF)(join('outputs')),
        files: (0,fields/* onceEach */.fF)(join('files')),
        identities: parcels.flatMap((parcel) => parcel.identities ?? []),
    };
}
/** `auto`: each credential by the first exporter of the registry that takes it. */
async function packByKind(loans, routes, place) {
    const takers = new Map();
    for (const lent of loans) {
        const taker = await takerOf(lent.credential);
        if (taker === undefined) {
            const problem = `\`export: auto\` has no place for a ${lent.credential.kind}: name its fields or use \`outputs\`.`;
            throw new errors/* CredsError */.u('input-invalid', problem);
        }
        // What is made for a key goes where the line says that asked for one.
        if (taker.needsKey && routes.some(({ exporter }) => exporter === taker))
            continue;
        takers.set(taker, [...(takers.get(taker) ?? []), lent]);
    }
    return [...takers].map(([exporter, mine]) => exporter.pack(mine, { ...place, settings: {} }));
}
async function takerOf(credential) {
    for (const load of Object.values(exporters)) {
        const exporter = await load();
        if (exporter.takes(credential))
            return exporter;
    }
    return undefined;
}
/** Delivers: files first, then outputs and variables, each kind in one write. An agent holds its part before. */
function deliver(parcel, job, host) {
    const paths = Object.keys(parcel.files);
    try {
        for (const folder of new Set(paths.map((path) => (0,external_node_path_.dirname)(path))))
            host.files.makePrivateFolder(folder);
        for (const path of paths)
            host.files.create(path, parcel.files[path] ?? '');
    }
    catch (cause) {
        throw new errors/* CredsError */.u('delivery-failed', 'A file with a credential could not be written.', { cause });
    }
    job.setOutputs(parcel.outputs);
    const led = Object.entries(parcel.pointers).map(([name, { value }]) => [name, value]);
    job.exportVariables({ ...parcel.variables, ...Object.fromEntries(led) });
}


/***/ }),

/***/ 4426:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
// ESM COMPAT FLAG
__nccwpck_require__.r(__webpack_exports__);

// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  exec: () => (/* binding */ exec)
});

// EXTERNAL MODULE: ./lib/inside/domain/deadline.js
var domain_deadline = __nccwpck_require__(2044);
// EXTERNAL MODULE: ./lib/inside/domain/errors.js
var errors = __nccwpck_require__(847);
// EXTERNAL MODULE: ./lib/inside/id-tokens/registry.js + 1 modules
var registry = __nccwpck_require__(1086);
// EXTERNAL MODULE: ./lib/inside/leases/ledger.js
var ledger = __nccwpck_require__(1048);
// EXTERNAL MODULE: ./lib/inside/redaction/redactor.js + 11 modules
var redactor = __nccwpck_require__(5466);
// EXTERNAL MODULE: ./lib/inside/commands/acquire.js + 6 modules
var acquire = __nccwpck_require__(8053);
// EXTERNAL MODULE: ./lib/inside/leases/intent-text.js
var intent_text = __nccwpck_require__(1663);
;// CONCATENATED MODULE: ./lib/inside/commands/child-job.js


/** @param job tells people on standard error; nothing that is delivered reaches it */
function childJob(job) {
    const variables = {};
    const secrets = [];
    const masks = new Set();
    let remembered = '';
    return {
        ...job,
        variables,
        secrets,
        masks,
        hide: (more) => {
            secrets.push(...more);
        },
        mask: (patterns) => {
            for (const pattern of patterns)
                masks.add(pattern);
        },
        exportVariables: (more) => {
            for (const [name, value] of Object.entries(more)) {
                if (value.includes('\0') || !value.isWellFormed())
                    throw new errors/* CredsError */.u('credential-unusable', `The value for ${name} cannot be handed over safely.`);
            }
            Object.assign(variables, more);
        },
        setOutputs: () => undefined,
        remember: (text) => {
            remembered = text;
        },
        recall: () => remembered,
        commandFiles: () => [],
        owed: () => (0,intent_text/* readIntent */.N)(remembered),
    };
}

// EXTERNAL MODULE: ./lib/inside/domain/duration.js
var duration = __nccwpck_require__(4148);
;// CONCATENATED MODULE: ./lib/inside/commands/heartbeats.js



/** The broker has said that no heartbeat counts any more. */
const heartbeats_final = ['identity-refused', 'policy-denied', 'request-refused'];
/**
 * Sends heartbeats at a third of the time that the loan lives without any, until it is stopped. One that fails is
 * sent again four times as often, and told once; it never ends anything by itself. When the broker takes none any
 * more, or the loan must be dead, that is told and no further one is sent.
 * @returns stops it
 */
function keepBeating(heart, { job, host }) {
    const { pulse, source, trust } = heart;
    const stopped = new AbortController();
    const calm = { ...host, signal: stopped.signal };
    const everyMs = (pulse.seconds * 1000) / 3;
    let last = host.clock.monotonicMs();
    let told = false;
    let cancel = () => undefined;
    const wait = (ms) => {
        cancel = host.clock.after(ms, () => void beat());
    };
    const beat = async () => {
        const call = {
            host: calm,
            deadline: (0,domain_deadline/* startDeadline */.d)(host.clock, everyMs / 1000),
            ...(trust === undefined ? {} : { trust }),
        };
        const sentAt = host.clock.monotonicMs();
        try {
            await pulse.beat(call, (audience) => source.request(audience, call));
            last = sentAt;
            if (!stopped.signal.aborted)
                wait(everyMs);
        }
        catch (error) {
            if (!stopped.signal.aborted)
                missed(error);
        }
    };
    const missed = (error) => {
        const why = error instanceof errors/* CredsError */.u ? error.message : 'A defect: please report it.';
        const dead = host.clock.monotonicMs() - last >= pulse.seconds * 1000;
        if (dead || (error instanceof errors/* CredsError */.u && heartbeats_final.includes(error.code))) {
            const ends = dead ? 'has ended by now' : `ends within ${(0,duration/* formatDuration */.a3)(pulse.seconds)}`;
            job.tell('warning', `Heartbeats reach the broker no more: what was borrowed ${ends}. ${why}`);
            return;
        }
        if (!told)
            job.tell('warning', `A heartbeat did not reach the broker; it is sent again. ${why}`);
        told = true;
        wait(everyMs / 4);
    };
    wait(everyMs);
    return () => {
        stopped.abort();
        cancel();
    };
}

;// CONCATENATED MODULE: ./lib/inside/commands/last-words.js

/** How long what is still to be written may take once the job is being cancelled, in milliseconds. */
const lastWordsMs = 500;
/**
 * Waits until all is written. Where the job is being cancelled and a reader is stuck, this process is ended by the
 * signal that cancelled it: an end of its own would wait for the reader, too.
 */
async function lastWords({ host: { clock, signal }, processes, out, err }) {
    const told = new AbortController();
    const stuck = new Promise((resolve) => {
        const wait = () => {
            // Ctrl+C at a terminal was for the command; its output may have a reader who takes their time.
            if (processes.attended && nameOf(signal) === 'SIGINT')
                return;
            const cancel = clock.after(lastWordsMs, () => {
                resolve('stuck');
            });
            told.signal.addEventListener('abort', cancel);
        };
        if (signal.aborted)
            wait();
        else
            signal.addEventListener('abort', wait, { signal: told.signal });
    });
    const end = await Promise.race([Promise.all([out.settled(), err.settled()]), stuck]);
    told.abort();
    if (end === 'stuck')
        processes.endBy(nameOf(signal));
}
function nameOf({ reason }) {
    return reason instanceof errors/* CredsError */.u && reason.code === 'interrupted' ? 'SIGINT' : 'SIGTERM';
}

;// CONCATENATED MODULE: ./lib/inside/commands/outlet.js
const newline = 0x0a;
function makeOutlet(sink) {
    let turn = Promise.resolve();
    let inLine = false;
    const queue = (bytes) => {
        const mine = turn.then(async () => {
            const now = bytes();
            inLine = now.at(-1) !== newline;
            await sink.write(now);
        });
        turn = mine.catch(() => undefined);
        return mine;
    };
    return {
        write: (bytes) => queue(() => bytes),
        say: (text) => {
            queue(() => Buffer.from(`${inLine ? '\n' : ''}${text}`)).catch(() => undefined);
        },
        settled: () => turn,
    };
}

// EXTERNAL MODULE: ./lib/inside/commands/return-report.js
var return_report = __nccwpck_require__(8643);
// EXTERNAL MODULE: ./lib/inside/commands/revoke.js
var revoke = __nccwpck_require__(6088);
// EXTERNAL MODULE: ./lib/inside/leases/giving-back.js
var giving_back = __nccwpck_require__(2011);
;// CONCATENATED MODULE: ./lib/inside/commands/settle-entry.js




/**
 * Removes the files that were delivered, gives back and tells how it went. What could not be given back stays in the
 * ledger. Never throws.
 */
async function settleEntry(intent, where, how) {
    await (0,revoke/* removeDelivered */.PQ)(intent, where);
    const outcome = await (0,giving_back/* giveBack */.F)(intent, { ...where, ...how });
    (0,return_report/* tellReturn */.o)(outcome, where);
    if (outcome.result !== 'failed')
        forget(intent, where);
    return outcome;
}
/** The entry of what is over. */
function forget({ id }, where) {
    try {
        (0,ledger/* closeIntent */.fL)(id, where);
    }
    catch {
        where.job.tell('warning', 'An entry of the ledger that owes nothing could not be removed.');
    }
}

// EXTERNAL MODULE: ./lib/inside/commands/spoken-job.js
var spoken_job = __nccwpck_require__(7670);
;// CONCATENATED MODULE: ./lib/inside/commands/pass-signals.js
/**
 * After the first signal that cancels, in milliseconds. So long a command may need its credentials to tidy up (to
 * release a lock); then they are given back, and what does not heed the signal is told once more, and killed.
 */
const tidyMs = 2500;
const toldAgainMs = 3000;
const killedMs = 5000;
/** What cannot be killed, or written, is waited for no longer. */
const givenUpMs = 6000;
/** Passes our signals on to a command, and ends it in time when the job is being cancelled. */
function passSignals({ processes, host: { clock }, onCancel }) {
    let child;
    let early = [];
    let giveUp = () => undefined;
    const givenUp = new Promise((resolve) => {
        giveUp = resolve;
    });
    const stops = [];
    const cancel = () => {
        stops.push(clock.after(tidyMs, onCancel), clock.after(toldAgainMs, () => child?.signal('SIGTERM')), clock.after(killedMs, () => child?.signal('SIGKILL')), clock.after(givenUpMs, giveUp));
    };
    let cancelled = false;
    const unhear = processes.onSignal((name) => {
        if (child === undefined)
            early.push(name);
        else
            pass(name, child, processes);
        if (cancelled || !cancels(name, processes))
            return;
        cancelled = true;
        cancel();
    });
    return {
        reach: (started) => {
            child = started;
            for (const name of early)
                pass(name, started, processes);
            early = [];
        },
        givenUp,
        stop: () => {
            for (const stop of [unhear, ...stops])
                stop();
        },
    };
}
/** What reaches a command without us when it is in our own process group: what is typed, and the terminal's end. */
const shared = ['SIGINT', 'SIGQUIT', 'SIGHUP', 'SIGBREAK', 'SIGWINCH', 'SIGCONT'];
function pass(name, child, processes) {
    if (name === 'SIGTSTP') {
        // In a session of its own SIGTSTP would not stop it: nobody there could wake it.
        child.signal('SIGSTOP');
        processes.stopSelf();
    }
    else if (processes.ownGroup || !shared.includes(name))
        child.signal(name);
}
/** Ctrl+C at a terminal is between the person and the command. */
function cancels(name, { attended }) {
    if (name === 'SIGTERM' || name === 'SIGHUP')
        return true;
    return !attended && (name === 'SIGINT' || name === 'SIGBREAK');
}

// EXTERNAL MODULE: ./lib/inside/commands/pump.js
var pump = __nccwpck_require__(2064);
;// CONCATENATED MODULE: ./lib/inside/commands/supervise.js



/** How long those who were left behind may keep the pipes, and then their lives. */
const leftBehindMs = 2000;
const lookMs = 25;
/**
 * Runs a command to its end: its output through redactors, signals passed on.
 * @throws Error with the system's `code` when it cannot be run; the host's reason when the job was cancelled before
 */
async function supervise(command, scene) {
    const { processes, host, patterns } = scene;
    const signals = passSignals(scene);
    try {
        host.signal.throwIfAborted();
        const child = await processes.start(command);
        signals.reach(child);
        const enough = new AbortController();
        const move = { clock: host.clock, enough: enough.signal };
        const pumps = Promise.allSettled([
            (0,pump/* pump */.r)(child.stdout, scene.out, { ...move, redactor: (0,redactor/* makeRedactor */.$)(patterns) }),
            (0,pump/* pump */.r)(child.stderr, scene.err, { ...move, redactor: (0,redactor/* makeRedactor */.$)(patterns) }),
        ]);
        const status = await Promise.race([child.ended, signals.givenUp.then(() => 137)]);
        await within(leftBehindMs, Promise.race([pumps, signals.givenUp]), host);
        await reap(child, host);
        enough.abort();
        const moved = await Promise.race([pumps, signals.givenUp]);
        return { status, lost: moved === undefined ? [] : moved.flatMap(lossOf) };
    }
    finally {
        signals.stop();
    }
}
/** Ends what the command has left behind in its group: in the background, or because it was killed itself. */
async function reap(child, host) {
    if (!child.hasGroup())
        return;
    child.signal('SIGTERM');
    for (let waited = 0; child.hasGroup() && waited < leftBehindMs; waited += lookMs)
        await pause(host, lookMs);
    child.signal('SIGKILL');
}
/** A reader that has gone away has seen what it wanted; the command was told by its own closed pipe. */
function lossOf(moved) {
    if (moved.status === 'fulfilled')
        return [];
    const { code = 'unknown' } = moved.reason;
    return code === 'EPIPE' ? [] : [code];
}
/** Resolves with what is waited for, or after so many milliseconds. */
async function within(ms, work, { clock }) {
    let cancel = () => undefined;
    const late = new Promise((resolve) => {
        cancel = clock.after(ms, resolve);
    });
    await Promise.race([work, late]);
    cancel();
}
function pause({ clock }, ms) {
    return new Promise((resolve) => {
        clock.after(ms, resolve);
    });
}

;// CONCATENATED MODULE: ./lib/inside/commands/sweep.js



/** The time, in seconds, that someone else's debts may take from this command. */
const sweepSeconds = 5;
/**
 * Gives back what an `exec` of this job has left that was killed: its entry is there, its process is not. What belongs
 * to one that lives is left alone, and so is what belongs to a process of which nothing can be known here. Never throws.
 */
async function sweepCrashed(where, processes) {
    const left = (0,ledger/* listIntents */.Ke)(where).filter(({ owner }) => owner !== undefined && processes.stateOf(owner) === 'gone');
    const deadline = (0,domain_deadline/* startDeadline */.d)(where.host.clock, sweepSeconds);
    for (const intent of left) {
        where.job.tell('info', 'An earlier `exec` of this job was killed; what it had borrowed is given back.');
        await settleEntry(intent, where, { deadline, idTokens: 'none' });
    }
}

;// CONCATENATED MODULE: ./lib/inside/commands/exec.js
















/** As env(1) and timeout(1) have it: our own failure, a command that cannot be executed, one that is not there. */
const failed = 125;
const notExecutable = 126;
const notFound = 127;
/** How long giving back may take, in seconds, when the job is being cancelled and when it is not. */
const hurrySeconds = 5;
const calmSeconds = 20;
/**
 * Borrows, runs a command with the credentials in its environment and nowhere else, its output redacted, and gives
 * back when it has ended, or when the job is being cancelled and the command does not end soon.
 * @param words the command and its arguments; no shell reads them
 * @returns the exit status of the command, 128 and the signal's number where a signal ended it; 126 or 127 when it
 *   cannot be run; 125 when its output was lost, or when giving back has failed and the config says that this matters
 * @throws CredsError; the command was not run then, and nothing is lent any more
 */
async function exec(config, words, where) {
    const processes = await where.host.processes?.();
    if (processes === undefined)
        throw new errors/* CredsError */.u('internal', 'There is no way to run a command here.');
    const [out, err] = [makeOutlet(processes.sink(1)), makeOutlet(processes.sink(2))];
    // On its way with the command's own: neither cuts the other's lines, and a reader that is slow stops nothing else.
    const printError = (text) => {
        err.say(text);
    };
    const host = { ...where.host, printError };
    const job = childJob((0,spoken_job/* spokenJob */.U)(where.job, host));
    // Before the command runs and after it has ended, too: a signal that is not heard would end us owing something.
    const deafen = processes.onSignal(() => undefined);
    try {
        return await lend(config, words, { job, host, processes, out, err });
    }
    catch (error) {
        throw error instanceof errors/* CredsError */.u ? error : new errors/* CredsError */.u('internal', exec_nameOf(error), { cause: error });
    }
    finally {
        await lastWords({ host, processes, out, err });
        deafen();
    }
}
async function lend(config, words, stage) {
    const { job, host, processes } = stage;
    const path = processes.find(words[0], host.env['PATH']);
    if (typeof path === 'number')
        return cannotRun(words[0], path, job);
    await sweepCrashed(stage, processes);
    const loan = await (0,acquire/* acquire */.XC)(config, { job, host, owner: processes.self() });
    let rest = () => undefined;
    let given;
    const giveBack = (seconds) => {
        rest();
        return (given ??= giveBackLoan(stage, seconds));
    };
    let status = failed;
    try {
        rest = await beatFor(loan, config, stage);
        const command = { path, words, env: await environmentFor(config, stage), folder: job.folder };
        status = await run(command, { ...stage, onCancel: () => void giveBack(hurrySeconds) });
    }
    catch (error) {
        if (error instanceof errors/* CredsError */.u)
            throw error;
        const { code } = error;
        status = cannotRun(words[0], code === 'ENOENT' ? notFound : notExecutable, job);
    }
    finally {
        const returned = await giveBack(host.signal.aborted ? hurrySeconds : calmSeconds);
        if (returned?.result === 'failed' && config.failOnRevokeError)
            status = failed;
    }
    return status;
}
/** @returns what ends the heartbeats, if there are any */
async function beatFor({ pulse }, { idToken, caCert }, stage) {
    if (pulse === undefined)
        return () => undefined;
    const source = await (0,registry/* findIdTokenSource */.D)(idToken, stage.job);
    return keepBeating({ pulse, source, trust: caCert?.pem }, stage);
}
function cannotRun(word, status, job) {
    const why = status === notFound ? 'was not found' : 'cannot be executed';
    job.tell('error', `The command ${word} ${why}.`);
    return status;
}
/** The job's own, less the ID token, and what was borrowed. */
async function environmentFor(config, { job, host }) {
    const { variable } = await (0,registry/* findIdTokenSource */.D)(config.idToken, job);
    const own = Object.entries(host.env).filter(([name]) => name !== variable);
    return { ...Object.fromEntries(own), ...job.variables };
}
async function run(command, scene) {
    const secrets = scene.job.secrets.map((secret) => secret.reveal());
    const patterns = (0,redactor/* compilePatterns */.x)(secrets, scene.job.masks);
    const { status, lost } = await supervise(command, { ...scene, patterns });
    if (lost.length === 0)
        return status;
    scene.job.tell('error', `The output of the command could not be written (${lost.join(', ')}).`);
    return status === 0 ? failed : status;
}
/** Never throws; a signal that came does not keep it from giving back. */
async function giveBackLoan({ job, host }, seconds) {
    const where = { job, host: { ...host, signal: new AbortController().signal } };
    const owed = job.owed();
    if (owed === undefined)
        return undefined;
    const intent = (0,ledger/* withKept */.$B)(owed, where);
    if (intent === undefined) {
        await (0,revoke/* passSettled */.FI)(owed, where);
        return undefined;
    }
    if (!intent.post.revoke) {
        await (0,revoke/* removeDelivered */.PQ)(intent, where);
        job.tell('info', 'Not given back, as `revoke: false` says; it ends by itself.');
        forget(intent, where);
        return undefined;
    }
    const deadline = (0,domain_deadline/* startDeadline */.d)(host.clock, seconds);
    const returned = await settleEntry(intent, where, { deadline, idTokens: 'any' });
    (0,return_report/* summariseReturns */.G)([returned], where);
    return returned;
}
/** The kind of a foreign error; its message could hold anything. */
function exec_nameOf(error) {
    return error instanceof Error ? `${error.name}, a defect: please report it.` : 'An unknown error.';
}


/***/ }),

/***/ 2519:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   JV: () => (/* binding */ tellRequest),
/* harmony export */   Oy: () => (/* binding */ tellIdentity),
/* harmony export */   Se: () => (/* binding */ tellLoan),
/* harmony export */   _h: () => (/* binding */ identifyingClaims)
/* harmony export */ });
/* harmony import */ var _domain_duration_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(4148);
/* harmony import */ var _domain_printable_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(1121);
/* harmony import */ var _domain_markdown_table_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(5272);



/** Claims that tell a person which job this is, on GitHub and GitLab, in the order in which to print them. */
const identifying = [
    'repository',
    'repository_id',
    'repository_owner_id',
    'project_path',
    'project_id',
    'ref',
    'ref_path',
    'environment',
    'event_name',
    'pipeline_source',
    'workflow_ref',
    'job_workflow_ref',
    'ci_config_ref_uri',
    'run_id',
    'run_attempt',
    'job_id',
    'runner_environment',
];
/** Before the ID token is asked for: for whom. */
function tellRequest(exchange, bound, job) {
    const how = bound ? ', bound to a key of this process' : '';
    job.tell('info', `Asking for an ID token with the audience ${exchange.audience}${how}.`);
}
/** The claims by which the other side will decide; never the token. */
function tellIdentity(idToken, job) {
    const known = Object.entries(identifyingClaims(idToken)).map(([name, value]) => `${name}=${value}`);
    job.tell('info', `This job identifies itself by: ${known.join(', ')}.`);
}
/** The claims that tell a person which job this is, fit to be printed. */
function identifyingClaims({ claims }) {
    const known = identifying.flatMap((name) => {
        const value = Object.hasOwn(claims, name) ? claims[name] : undefined;
        return typeof value === 'string' || typeof value === 'number' ? [[name, (0,_domain_printable_js__WEBPACK_IMPORTED_MODULE_0__/* .printable */ .g)(String(value))]] : [];
    });
    return Object.fromEntries(known);
}
/** What was lent, by whom, until when, where it lies: to the log, and to the summary if that is wanted. */
function tellLoan(loan, { exchange, config, parcel }, { job, host }) {
    const now = host.clock.now();
    for (const lease of loan.leases) {
        job.tell('info', `Borrowed ${lease.role} from ${exchange.lender}: ends ${ending(lease, now)}; ${promises[lease.revocability]}.`);
    }
    job.tell('info', `Delivered: ${delivered(parcel)}.`);
    if (config.summary === 'always')
        summarise(loan, exchange, { job, host });
}
const promises = {
    immediate: 'given back, it is dead at once',
    policy: 'given back, it is denied after a short while',
    'expiry-only': 'it cannot be revoked before it ends',
};
function ending(lease, now) {
    return `${(0,_domain_duration_js__WEBPACK_IMPORTED_MODULE_1__/* .formatTime */ .fU)(lease.expiresAt, now)}, in ${(0,_domain_duration_js__WEBPACK_IMPORTED_MODULE_1__/* .formatDuration */ .a3)((lease.expiresAt.getTime() - now.getTime()) / 1000)}`;
}
function delivered({ variables, pointers, files, outputs }) {
    const parts = [
        ['variables', Object.keys({ ...variables, ...pointers })],
        ['files', Object.keys(files)],
        ['outputs', Object.keys(outputs)],
    ];
    const told = parts
        .filter(([, names]) => names.length > 0)
        .map(([what, names]) => `${what} ${names.join(', ')}`);
    return told.length === 0 ? 'nothing but the outputs about the lease' : told.join('; ');
}
/** A summary that cannot be written is no reason to fail a delivery. */
function summarise(loan, exchange, { job, host }) {
    const now = host.clock.now();
    const rows = loan.leases.map((lease) => [
        lease.role,
        exchange.lender,
        ending(lease, now),
        lease.revocability,
    ]);
    try {
        job.summarise(`### Borrowed credentials\n\n${(0,_domain_markdown_table_js__WEBPACK_IMPORTED_MODULE_2__/* .markdownTable */ .Q)(['role', 'from', 'ends', 'revocability'], rows)}\n`);
    }
    catch {
        job.tell('warning', 'The job summary could not be written.');
    }
}


/***/ }),

/***/ 189:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
__nccwpck_require__.r(__webpack_exports__);
/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   login: () => (/* binding */ login)
/* harmony export */ });
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(6760);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__nccwpck_require__.n(node_path__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var _domain_errors_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(847);
/* harmony import */ var _leases_hidden_secrets_js__WEBPACK_IMPORTED_MODULE_3__ = __nccwpck_require__(9209);
/* harmony import */ var _platforms_shell_job_js__WEBPACK_IMPORTED_MODULE_6__ = __nccwpck_require__(5594);
/* harmony import */ var _platforms_shell_file_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(9967);
/* harmony import */ var _platforms_shell_text_js__WEBPACK_IMPORTED_MODULE_7__ = __nccwpck_require__(7574);
/* harmony import */ var _platforms_work_tree_js__WEBPACK_IMPORTED_MODULE_8__ = __nccwpck_require__(7266);
/* harmony import */ var _acquire_js__WEBPACK_IMPORTED_MODULE_4__ = __nccwpck_require__(8053);
/* harmony import */ var _own_folder_js__WEBPACK_IMPORTED_MODULE_5__ = __nccwpck_require__(6969);









/**
 * Borrows for all the shells of a job: the variables go to a file that a shell reads, what has to be hidden to one
 * that `redact` reads. Nothing is printed to standard output but masks that a runner was seen to take. When it fails,
 * everything was given back and no file is left.
 * @throws CredsError
 */
async function login(config, where, how) {
    const { job, host } = where;
    const { path, text } = placeOf(how, where);
    if (config.filesDir !== undefined)
        throw new _domain_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .CredsError */ .u('input-invalid', 'The input `files-dir` is not for `login`.', {
            hint: '`revoke` removes files in the job\u2019s own folder only; elsewhere they would be left behind. Leave it out, or use `exec`.',
        });
    const masked = how.masks !== false && ((await job.proveMasks?.()) ?? false);
    const file = (0,_platforms_shell_file_js__WEBPACK_IMPORTED_MODULE_2__/* .addToShellFile */ .l)(path, host);
    const variables = new Set();
    let secrets;
    const mine = {
        ...job,
        hide: (found) => {
            secrets = (0,_leases_hidden_secrets_js__WEBPACK_IMPORTED_MODULE_3__/* .writeSecrets */ .Pl)(found, where);
        },
        exportVariables: (more) => {
            for (const name of Object.keys(more))
                variables.add(name);
            file.add(text(more));
        },
    };
    try {
        const loan = await (0,_acquire_js__WEBPACK_IMPORTED_MODULE_4__/* .acquire */ .XC)(config, { ...where, job: mine });
        return { ...reportOf(loan), variables: [...variables], envFile: path, masked };
    }
    catch (error) {
        leaveNothing(file, secrets, where);
        throw error;
    }
}
/** @throws CredsError `input-invalid`; nothing has been asked for then */
function placeOf({ envFile, dotenv, understood = false }, where) {
    const { job, host } = where;
    if (job.whyNoLogin !== undefined)
        throw new _domain_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .CredsError */ .u('input-invalid', job.whyNoLogin);
    (0,_own_folder_js__WEBPACK_IMPORTED_MODULE_5__/* .needOwnFolder */ .b)('login', where);
    if (dotenv && !understood)
        throw new _domain_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .CredsError */ .u('input-invalid', 'A dotenv report hands the credentials to other jobs.', {
            hint: 'Whoever may download artifacts can read it, and nothing in it is hidden. Let each job borrow for itself; if you must, say `--i-understand`.',
        });
    if (dotenv && envFile === undefined)
        throw new _domain_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .CredsError */ .u('input-invalid', 'The option `--dotenv` needs `--env-file`: the file of the report.');
    if (envFile === undefined)
        return { path: (0,node_path__WEBPACK_IMPORTED_MODULE_0__.join)(job.folder, _platforms_shell_job_js__WEBPACK_IMPORTED_MODULE_6__/* .shellFile */ .j), text: _platforms_shell_text_js__WEBPACK_IMPORTED_MODULE_7__/* .shellText */ .o };
    if (!dotenv)
        assertPrivatePlace(envFile, host);
    return { path: envFile, text: dotenv ? _platforms_shell_text_js__WEBPACK_IMPORTED_MODULE_7__/* .dotenvText */ .Q : _platforms_shell_text_js__WEBPACK_IMPORTED_MODULE_7__/* .shellText */ .o };
}
/** A file that a shell will run: nobody else may read it, write it, or put another in its place. */
function assertPrivatePlace(path, host) {
    (0,_platforms_work_tree_js__WEBPACK_IMPORTED_MODULE_8__/* .assertOutsideCheckout */ .Q)(path, 'option `--env-file`', host);
    if (host.files.realPath(path) !== path)
        throw new _domain_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .CredsError */ .u('input-invalid', 'The option `--env-file` leads through a link.', {
            hint: `Give the path itself: ${host.files.realPath(path)}`,
        });
    try {
        host.files.makePrivateFolder((0,node_path__WEBPACK_IMPORTED_MODULE_0__.dirname)(path));
    }
    catch (cause) {
        throw new _domain_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .CredsError */ .u('input-invalid', 'The folder of `--env-file` is not yours alone.', {
            hint: 'Name a file in a folder that nobody else may enter (mode 0700), or leave the option out.',
            cause,
        });
    }
}
function reportOf({ leases }) {
    return {
        leases: leases.map(({ id, role, expiresAt, revocability }) => ({
            id,
            role,
            expiresAt: expiresAt.toISOString(),
            revocability,
        })),
    };
}
/** What could not be erased is told: the credentials in it are given back in any case. */
function leaveNothing(file, secrets, { job, host }) {
    const deeds = [
        () => {
            file.takeBack();
        },
        () => {
            if (secrets !== undefined)
                host.files.erase(secrets);
        },
    ];
    for (const deed of deeds) {
        try {
            deed();
        }
        catch {
            job.tell('warning', `A file in ${job.folder} could not be removed; what it names was given back.`);
        }
    }
}


/***/ }),

/***/ 6969:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   b: () => (/* binding */ needOwnFolder)
/* harmony export */ });
/* harmony import */ var _domain_errors_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(847);

/**
 * What one job has borrowed must not be given back by another: what works for a whole job has a folder of that job.
 * @throws CredsError `input-invalid`
 */
function needOwnFolder(command, { job }) {
    if (job.folderOf === 'job')
        return;
    throw new _domain_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .CredsError */ .u('input-invalid', `Here \`${command}\` needs the option \`--state\`.`, {
        hint: 'Nothing tells one job on this machine from another: give all commands of a job the same folder, and no other job that one.',
    });
}


/***/ }),

/***/ 2064:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   r: () => (/* binding */ pump)
/* harmony export */ });
/** A prompt is held back no longer than this, in milliseconds. */
const pauseMs = 50;
/** More than any pipe holds: what is still read from a writer that does not stop. */
const mostAfterEnough = 1024 * 1024;
/**
 * Moves bytes through a redactor, no faster than they are taken, to the end of the source, and closes the source.
 * @throws Error of the sink. The source is closed then, too, so that its writer learns that nobody reads any more.
 */
async function pump(from, to, pumping) {
    const { redactor, clock, enough, onQuiet } = pumping;
    const moment = (call) => clock.after(pauseMs, call);
    let left = mostAfterEnough;
    try {
        for (;;) {
            const next = from.read();
            let chunk = await before(moment, next);
            if (chunk === late) {
                await writeTo(to, redactor.pause());
                onQuiet?.(true);
                chunk = await before(abortOf(enough), next);
                // Told in the middle of waiting: what was written just before may be on its way.
                if (chunk === late)
                    chunk = await before(moment, next);
            }
            onQuiet?.(false);
            if (chunk === late || chunk === undefined || left < 0)
                break;
            if (enough?.aborted === true)
                left -= chunk.length;
            await writeTo(to, redactor.push(chunk));
        }
        await writeTo(to, redactor.end());
    }
    finally {
        from.close();
    }
}
const late = Symbol('late');
function abortOf(signal) {
    return (call) => {
        if (signal?.aborted === true)
            call();
        signal?.addEventListener('abort', call);
        return () => signal?.removeEventListener('abort', call);
    };
}
/** What a promise gives, or `late` when the event comes first. Nothing of the wait is left behind. */
async function before(event, promise) {
    let cancel = () => undefined;
    const happened = new Promise((resolve) => {
        cancel = event(() => {
            resolve(late);
        });
    });
    try {
        return await Promise.race([promise, happened]);
    }
    finally {
        cancel();
    }
}
async function writeTo(to, bytes) {
    if (bytes.length > 0)
        await to.write(bytes);
}


/***/ }),

/***/ 9174:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
// ESM COMPAT FLAG
__nccwpck_require__.r(__webpack_exports__);

// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  redact: () => (/* binding */ redact)
});

// EXTERNAL MODULE: ./lib/inside/domain/errors.js
var errors = __nccwpck_require__(847);
// EXTERNAL MODULE: ./lib/inside/redaction/redactor.js + 11 modules
var redaction_redactor = __nccwpck_require__(5466);
// EXTERNAL MODULE: ./lib/inside/domain/secret.js
var secret = __nccwpck_require__(7480);
// EXTERNAL MODULE: ./lib/inside/leases/hidden-secrets.js
var hidden_secrets = __nccwpck_require__(9209);
// EXTERNAL MODULE: ./lib/inside/leases/ledger.js
var ledger = __nccwpck_require__(1048);
;// CONCATENATED MODULE: ./lib/inside/commands/job-patterns.js





const shortest = 8;
/**
 * What has to be hidden in a job\u2019s output: what it has borrowed, what giving that back takes, and some variables.
 * @param variables names of variables whose values have to be hidden besides
 * @returns a function that gives the same patterns until the job has borrowed more
 * @throws CredsError `cannot-redact` when it is not known what is to be hidden; its result throws it, too
 */
function patternsOfJob(where, variables) {
    const inFolder = where.job.folderOf === 'job';
    if (!(inFolder && (0,hidden_secrets/* hasSecrets */.kH)(where)) && variables.length === 0)
        throw new errors/* CredsError */.u('cannot-redact', 'It is not known what has to be hidden.');
    const secrets = new Set(variables.map((name) => job_patterns_valueOf(name, where).reveal()));
    const handles = new Set();
    const news = inFolder ? (0,hidden_secrets/* secretsAsTheyCome */.Wy)(where) : () => [];
    let patterns;
    return () => {
        const found = newsOf(news);
        if (patterns !== undefined && found.length === 0)
            return patterns;
        for (const secret of found)
            secrets.add(secret.reveal());
        if (inFolder)
            for (const handle of handlesOf(where))
                handles.add(handle);
        patterns = (0,redaction_redactor/* compilePatterns */.x)(secrets, handles);
        return patterns;
    };
}
function newsOf(news) {
    try {
        return news();
    }
    catch (cause) {
        throw new errors/* CredsError */.u('cannot-redact', 'What this job has to hide cannot be read.', { cause });
    }
}
function handlesOf(where) {
    const debts = (0,ledger/* listIntents */.Ke)(where).flatMap(({ debt, kept = {} }) => [debt, kept]);
    return debts
        .flatMap((debt) => Object.entries(debt))
        .flatMap(([name, value]) => (name === 'url' ? [] : value));
}
function job_patterns_valueOf(name, { host }) {
    const value = host.env[name] ?? '';
    if (value.length >= shortest)
        return new secret/* Secret */.z(value);
    const problem = value === '' ? 'is not set' : `holds less than ${String(shortest)} characters`;
    throw new errors/* CredsError */.u('cannot-redact', `The variable ${name}, which has to be hidden, ${problem}.`);
}

// EXTERNAL MODULE: ./lib/inside/commands/pump.js
var pump = __nccwpck_require__(2064);
// EXTERNAL MODULE: ./lib/inside/commands/redactor-sign.js
var redactor_sign = __nccwpck_require__(7970);
;// CONCATENATED MODULE: ./lib/inside/commands/redact.js





/** How often a request to let everything out is looked for, in milliseconds, and how soon again once there is one. */
const lookMs = 100;
const soonMs = 50;
/**
 * Shows what comes in on standard input and, where it was given, on descriptor 3, without what the job has to hide: on
 * standard output, and on standard error. Goes on to the end of both, whatever signals come: a cancelled job still has
 * lines to show.
 * @param variables names of variables whose values have to be hidden besides
 * @throws CredsError `cannot-redact` when it is not known what is to be hidden (nothing more is shown then), or what
 *   was redacted could not be written
 */
async function redact(where, variables) {
    const { host } = where;
    const processes = await host.processes?.();
    if (processes === undefined)
        throw new errors/* CredsError */.u('internal', 'There is no way to other processes here.');
    const deafen = processes.onSignal(() => undefined);
    try {
        // Everything is found out before the first byte is read.
        const patterns = patternsOfJob(where, variables);
        patterns();
        const sign = (0,redactor_sign/* putUpSign */.Ym)(where, processes.self());
        const streams = streamsOf(processes, patterns, host.clock);
        const stopLooking = lookForRequest(sign, streams, host.clock);
        // One that cannot be written to is no reason to lose what goes to the other.
        const ends = await Promise.allSettled(streams.map((stream) => stream.done));
        stopLooking();
        sign.show('over');
        for (const end of ends)
            if (end.status === 'rejected')
                throw end.reason;
    }
    finally {
        deafen();
    }
}
function streamsOf(processes, patterns, clock) {
    const ways = [[0, 1], ...(processes.isGiven(3) ? [[3, 2]] : [])];
    return ways.map(([from, to]) => flow(processes.source(from), processes.sink(to), { redactor: learningRedactor(patterns), clock }));
}
/** What was borrowed before a chunk was written is known before the chunk is shown. */
function learningRedactor(patterns) {
    const redactor = (0,redaction_redactor/* makeRedactor */.$)(patterns());
    const push = (chunk) => {
        redactor.use(patterns());
        return redactor.push(chunk);
    };
    return { ...redactor, push };
}
function flow(from, to, means) {
    let quiet = false;
    const onQuiet = (isQuiet) => {
        quiet = isQuiet;
    };
    const done = (0,pump/* pump */.r)(from, to, { ...means, onQuiet })
        .catch((error) => {
        // Nobody reads any more: whoever writes is told so, as by any other program in a pipe.
        if (error instanceof errors/* CredsError */.u)
            throw error;
        if (error.code === 'EPIPE')
            return;
        throw new errors/* CredsError */.u('cannot-redact', 'What was redacted could not be written.', { cause: error });
    })
        .finally(() => {
        quiet = true;
    });
    return { done, isQuiet: () => quiet };
}
/** Answers a request once every stream has been quiet from one look to the next. @returns what ends the looking */
function lookForRequest(sign, streams, clock) {
    let wasQuiet = false;
    let cancel = () => undefined;
    const look = () => {
        const asked = sign.isAsked();
        const isQuiet = asked && streams.every((stream) => stream.isQuiet());
        if (isQuiet && wasQuiet) {
            sign.show('drained');
            return;
        }
        wasQuiet = isQuiet;
        cancel = clock.after(asked ? soonMs : lookMs, look);
    };
    look();
    return () => {
        cancel();
    };
}


/***/ }),

/***/ 7970:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   Ym: () => (/* binding */ putUpSign),
/* harmony export */   oh: () => (/* binding */ takeDownSigns),
/* harmony export */   yP: () => (/* binding */ awaitRedactors)
/* harmony export */ });
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(7598);
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__nccwpck_require__.n(node_crypto__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(6760);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_1___default = /*#__PURE__*/__nccwpck_require__.n(node_path__WEBPACK_IMPORTED_MODULE_1__);
/* harmony import */ var _domain_deadline_js__WEBPACK_IMPORTED_MODULE_3__ = __nccwpck_require__(2044);
/* harmony import */ var _domain_pattern_js__WEBPACK_IMPORTED_MODULE_4__ = __nccwpck_require__(4624);
/* harmony import */ var _leases_hidden_secrets_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(9209);
/* harmony import */ var _leases_intent_text_js__WEBPACK_IMPORTED_MODULE_6__ = __nccwpck_require__(1663);
/* harmony import */ var _protocol_json_js__WEBPACK_IMPORTED_MODULE_5__ = __nccwpck_require__(5742);







const request = 'drain';
const namePattern = /redactor-[0-9a-f]{16}/;
const longest = 4096;
const pauseMs = 20;
/** The sign of this process. Nobody waits for a redactor that cannot write one. */
function putUpSign({ job, host }, owner) {
    const path = (0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(job.folder, `redactor-${(0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.randomBytes)(8).toString('hex')}`);
    const textOf = (progress) => JSON.stringify({ version: 1, progress, ...(owner === undefined ? {} : { owner }) });
    quietly(() => {
        host.files.create(path, textOf('running'));
    });
    return {
        isAsked: () => host.files.size((0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(job.folder, request)) !== undefined,
        show: (progress) => {
            quietly(() => {
                // The job may be over and its folder gone: nothing is put there again.
                if (host.files.size(path) !== undefined)
                    host.files.replace(path, textOf(progress));
            });
        },
    };
}
/**
 * Asks the job\u2019s redactors to let out what they hold, and waits for them.
 * @param seconds no longer than this: what a background process still writes is nobody\u2019s to wait for
 */
async function awaitRedactors(where, seconds) {
    const { job, host } = where;
    if (signsOf(where).length === 0 && !(0,_leases_hidden_secrets_js__WEBPACK_IMPORTED_MODULE_2__/* .hasSecrets */ .kH)(where))
        return;
    quietly(() => {
        host.files.create((0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(job.folder, request), '');
    });
    const processes = await host.processes?.();
    const isGone = (owner) => owner !== undefined && processes?.stateOf(owner) === 'gone';
    const deadline = (0,_domain_deadline_js__WEBPACK_IMPORTED_MODULE_3__/* .startDeadline */ .d)(host.clock, seconds);
    while (deadline.remainingMs() > 0) {
        const signs = signsOf(where);
        const waiting = signs.some(({ progress, owner }) => progress === 'running' && !isGone(owner));
        // One that was just started has not shown itself yet; what it is to hide must not go before it has read it.
        if (!waiting && signs.length > 0)
            return;
        await pause(host);
    }
    job.tell('warning', 'The redactor was not done in time; the last lines of the log may be missing.');
}
/** At the end of the job. */
function takeDownSigns({ job, host }) {
    const names = host.files
        .list(job.folder)
        .filter((name) => name === request || (0,_domain_pattern_js__WEBPACK_IMPORTED_MODULE_4__/* .fullMatch */ .L)(namePattern, name));
    for (const name of names)
        host.files.erase((0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(job.folder, name));
}
function signsOf({ job, host }) {
    const names = host.files.list(job.folder).filter((name) => (0,_domain_pattern_js__WEBPACK_IMPORTED_MODULE_4__/* .fullMatch */ .L)(namePattern, name));
    return names.flatMap((name) => {
        try {
            const text = host.files.readPrivate((0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(job.folder, name), longest);
            const sign = text === undefined ? undefined : (0,_protocol_json_js__WEBPACK_IMPORTED_MODULE_5__/* .parseStrictJson */ .RJ)(text);
            if (!(0,_protocol_json_js__WEBPACK_IMPORTED_MODULE_5__/* .isObject */ .Gv)(sign))
                return [];
            const owner = (0,_protocol_json_js__WEBPACK_IMPORTED_MODULE_5__/* .member */ .Dc)(sign, 'owner');
            return [{ progress: (0,_protocol_json_js__WEBPACK_IMPORTED_MODULE_5__/* .member */ .Dc)(sign, 'progress'), owner: (0,_leases_intent_text_js__WEBPACK_IMPORTED_MODULE_6__/* .isOwner */ .u)(owner) ? owner : undefined }];
        }
        catch {
            return [];
        }
    });
}
function pause({ clock }) {
    return new Promise((done) => {
        clock.after(pauseMs, done);
    });
}
function quietly(deed) {
    try {
        deed();
    }
    catch {
        // Another has written it already, or there is no folder: the worst is a wait that is not needed.
    }
}


/***/ }),

/***/ 8643:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   G: () => (/* binding */ summariseReturns),
/* harmony export */   o: () => (/* binding */ tellReturn)
/* harmony export */ });
/* harmony import */ var _domain_duration_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(4148);
/* harmony import */ var _domain_markdown_table_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(5272);


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

/***/ 9070:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
__nccwpck_require__.r(__webpack_exports__);
/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   revokeJob: () => (/* binding */ revokeJob)
/* harmony export */ });
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(6760);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__nccwpck_require__.n(node_path__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var _domain_deadline_js__WEBPACK_IMPORTED_MODULE_7__ = __nccwpck_require__(2044);
/* harmony import */ var _domain_errors_js__WEBPACK_IMPORTED_MODULE_6__ = __nccwpck_require__(847);
/* harmony import */ var _leases_giving_back_js__WEBPACK_IMPORTED_MODULE_9__ = __nccwpck_require__(2011);
/* harmony import */ var _leases_hidden_secrets_js__WEBPACK_IMPORTED_MODULE_12__ = __nccwpck_require__(9209);
/* harmony import */ var _leases_job_key_js__WEBPACK_IMPORTED_MODULE_11__ = __nccwpck_require__(9068);
/* harmony import */ var _leases_ledger_js__WEBPACK_IMPORTED_MODULE_4__ = __nccwpck_require__(1048);
/* harmony import */ var _platforms_shell_job_js__WEBPACK_IMPORTED_MODULE_3__ = __nccwpck_require__(5594);
/* harmony import */ var _own_folder_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(6969);
/* harmony import */ var _redactor_sign_js__WEBPACK_IMPORTED_MODULE_5__ = __nccwpck_require__(7970);
/* harmony import */ var _return_report_js__WEBPACK_IMPORTED_MODULE_10__ = __nccwpck_require__(8643);
/* harmony import */ var _revoke_js__WEBPACK_IMPORTED_MODULE_8__ = __nccwpck_require__(6088);
/* harmony import */ var _unheard_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(4001);













/** Seconds that giving back may take in all, unless something else is said. */
const budgetSeconds = 20;
/**
 * Gives back what a job owes, by its folder alone: from a trap, from `after_script`, from a hook, in a shell that
 * knows nothing of the one that borrowed. Once more is no error and says nothing. When no leases are named and nothing is
 * owed any more, the job\u2019s key and what it had to hide are erased; the file for its shells even before.
 * @param leaseIds only the entries of these; empty: all
 * @throws CredsError `input-invalid` when a lease is named that the job does not owe; `revoke-failed` where that is wanted
 */
async function revokeJob(leaseIds, { job, host }, { timeoutSeconds = budgetSeconds, drainSeconds = 0 } = {}) {
    // A cancelled job is told to stop again and again, and nobody may be listening any more.
    const where = { job: (0,_unheard_js__WEBPACK_IMPORTED_MODULE_1__/* .unheard */ .y)(job), host: { ...host, signal: new AbortController().signal } };
    if (leaseIds.length === 0)
        (0,_own_folder_js__WEBPACK_IMPORTED_MODULE_2__/* .needOwnFolder */ .b)('revoke', where);
    const whole = leaseIds.length === 0;
    const chosen = entriesOf(leaseIds, where);
    const alive = await livingAmong(chosen, where);
    const owed = chosen.filter((intent) => !alive.has(intent));
    if (whole)
        eraseFile((0,node_path__WEBPACK_IMPORTED_MODULE_0__.join)(job.folder, _platforms_shell_job_js__WEBPACK_IMPORTED_MODULE_3__/* .shellFile */ .j), where);
    const mine = owed.filter(({ post }) => post.revoke || !whole);
    for (const { id } of owed.filter((intent) => !mine.includes(intent))) {
        where.job.tell('info', 'Not given back, as `revoke: false` says; it ends by itself.');
        forget(() => {
            (0,_leases_ledger_js__WEBPACK_IMPORTED_MODULE_4__/* .closeIntent */ .fL)(id, where);
        }, where);
    }
    if (!whole)
        blankVariables(mine, where);
    const returns = await giveAllBack(mine, where, timeoutSeconds);
    // Afterwards: what was told meanwhile passes the redactor, too.
    if (drainSeconds > 0)
        await (0,_redactor_sign_js__WEBPACK_IMPORTED_MODULE_5__/* .awaitRedactors */ .yP)(where, drainSeconds);
    // In the middle of the job its key and what it has to hide are still needed: it may borrow again, by the same token.
    if (whole && (0,_leases_ledger_js__WEBPACK_IMPORTED_MODULE_4__/* .listIntents */ .Ke)(where).length === 0)
        eraseTraces(where);
    const report = reportOf(returns, chosen.length - mine.length);
    const wanted = returns.find(({ result, intent }) => result === 'failed' && intent.post.failOnRevokeError);
    if (wanted === undefined)
        return report;
    throw new _domain_errors_js__WEBPACK_IMPORTED_MODULE_6__/* .CredsError */ .u('revoke-failed', 'Not everything could be given back.', { cause: wanted.error });
}
function entriesOf(leaseIds, where) {
    const all = (0,_leases_ledger_js__WEBPACK_IMPORTED_MODULE_4__/* .listIntents */ .Ke)(where);
    if (leaseIds.length === 0)
        return all;
    const named = all.filter(({ leases }) => leases.some(({ id }) => leaseIds.includes(id)));
    const known = named.flatMap(({ leases }) => leases.map(({ id }) => id));
    if (leaseIds.every((id) => known.includes(id)))
        return named;
    throw new _domain_errors_js__WEBPACK_IMPORTED_MODULE_6__/* .CredsError */ .u('input-invalid', 'The option `--lease-id` names a lease that this job does not owe.');
}
/** The entries of an `exec` that still runs: it gives them back itself. */
async function livingAmong(intents, { job, host }) {
    const owned = intents.filter(({ owner }) => owner !== undefined);
    const processes = owned.length === 0 ? undefined : await host.processes?.();
    const alive = owned.filter(({ owner }) => owner !== undefined && processes?.stateOf(owner) === 'running');
    if (alive.length > 0)
        job.tell('info', 'What an `exec` that still runs has borrowed is left to it; it gives back itself.');
    return new Set(alive);
}
async function giveAllBack(intents, where, seconds) {
    const deadline = (0,_domain_deadline_js__WEBPACK_IMPORTED_MODULE_7__/* .startDeadline */ .d)(where.host.clock, seconds);
    await Promise.all(intents.map((intent) => (0,_revoke_js__WEBPACK_IMPORTED_MODULE_8__/* .removeDelivered */ .PQ)(intent, where)));
    // All at once: one broker that is slow must not use up the time of another.
    return Promise.all(intents.map(async (intent) => {
        const outcome = await (0,_leases_giving_back_js__WEBPACK_IMPORTED_MODULE_9__/* .giveBack */ .F)(intent, { ...where, deadline, idTokens: 'held' });
        (0,_return_report_js__WEBPACK_IMPORTED_MODULE_10__/* .tellReturn */ .o)(outcome, where);
        if (outcome.result !== 'failed')
            forget(() => {
                (0,_leases_ledger_js__WEBPACK_IMPORTED_MODULE_4__/* .settleIntent */ .eY)(intent, where);
            }, where);
        return outcome;
    }));
}
/** In the file that shells read: the one that runs now reads it again, or goes on with what it has. */
function blankVariables(chosen, where) {
    const ids = chosen.map(({ id }) => id);
    const living = (0,_leases_ledger_js__WEBPACK_IMPORTED_MODULE_4__/* .listIntents */ .Ke)(where).filter(({ id, owner }) => !ids.includes(id) && owner === undefined);
    for (const intent of chosen.filter(({ owner }) => owner === undefined))
        (0,_revoke_js__WEBPACK_IMPORTED_MODULE_8__/* .takeBackVariables */ ._t)(intent, living, where);
}
function eraseTraces(where) {
    const { job, host } = where;
    try {
        (0,_leases_job_key_js__WEBPACK_IMPORTED_MODULE_11__.eraseJobKey)(where);
        (0,_leases_hidden_secrets_js__WEBPACK_IMPORTED_MODULE_12__/* .eraseSecrets */ .WJ)(where);
        (0,_redactor_sign_js__WEBPACK_IMPORTED_MODULE_5__/* .takeDownSigns */ .oh)(where);
        host.files.removeIfEmpty(job.folder);
    }
    catch {
        job.tell('warning', `Not all files in ${job.folder} could be removed.`);
    }
}
/** Two may be giving back at once, a trap and `after_script`: the other has removed the entry. */
function forget(deed, { job }) {
    try {
        deed();
    }
    catch {
        job.tell('warning', 'An entry of the ledger that owes nothing could not be removed.');
    }
}
function eraseFile(path, { job, host }) {
    try {
        host.files.erase(path);
    }
    catch {
        job.tell('warning', `The file ${path} could not be removed.`);
    }
}
function reportOf(returns, left) {
    return {
        leases: returns.flatMap(({ leases }) => leases),
        left,
        failed: returns.some(({ result }) => result === 'failed'),
    };
}


/***/ }),

/***/ 6088:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   FI: () => (/* binding */ passSettled),
/* harmony export */   PQ: () => (/* binding */ removeDelivered),
/* harmony export */   _t: () => (/* binding */ takeBackVariables)
/* harmony export */ });
/* unused harmony exports revokeAtEnd, revokeNow */
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(6760);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__nccwpck_require__.n(node_path__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var _leases_ledger_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(1048);
/* harmony import */ var _variables_after_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(9114);







/**
 * Post: gives back all that the platform's state says is owed, and removes what was written. Without a word when
 * the workflow said `revoke: false`, except what stays alive.
 * @throws CredsError `revoke-failed` only where the workflow wants that
 */
async function revokeAtEnd(where) {
    const text = where.job.recall() ?? '';
    if (text === '')
        return;
    const owed = readIntent(text);
    if (owed === undefined)
        throw new CredsError('internal', 'The state that main left cannot be read.');
    const intent = withKept(owed, where);
    if (intent === undefined) {
        await passSettled(owed, where);
        return;
    }
    hide(intent, where);
    await removeDelivered(intent, where);
    if (!intent.post.revoke) {
        where.job.tell('info', 'Not given back, as `revoke: false` says; it ends by itself.');
        closeIntent(intent.id, where);
        return;
    }
    await settle([intent], where, 'end');
}
/**
 * Only our file says that this was given back in the middle of the job, and whoever could write it could also have taken
 * the credential out of it. So it is not passed over without a word, and what was delivered goes in any case.
 */
async function passSettled(owed, where) {
    await removeDelivered(owed, where);
    for (const { role, id } of owed.leases)
        where.job.tell('info', `${role} (lease ${id}): given back in the middle of the job, as its entry says.`);
    (0,_leases_ledger_js__WEBPACK_IMPORTED_MODULE_1__/* .closeIntent */ .fL)(owed.id, where);
}
/**
 * In the middle of the job: gives back what the entries beside the job say, or only the named leases, blanks the
 * variables and removes the files.
 * @throws CredsError `input-invalid` when a lease is named that is not there; `revoke-failed` when one lives on
 */
async function revokeNow(leaseIds, where) {
    const all = listIntents(where);
    // What an `exec` has borrowed it gives back itself; the next one does that of an `exec` that was killed.
    const chosen = leaseIds.length === 0
        ? all.filter(({ owner }) => owner === undefined)
        : all.filter(({ leases }) => leases.some(({ id }) => leaseIds.includes(id)));
    const known = chosen.flatMap(({ leases }) => leases.map(({ id }) => id));
    if (leaseIds.some((id) => !known.includes(id))) {
        throw new CredsError('input-invalid', 'The input `lease-ids` names a lease that this job does not owe.');
    }
    if (chosen.length === 0)
        where.job.tell('info', 'There is nothing to give back.');
    for (const intent of chosen) {
        hide(intent, where);
        takeBackVariables(intent, all.filter((each) => !chosen.includes(each)), where);
        await removeDelivered(intent, where);
    }
    await settle(chosen, where, 'middle');
}
/** Blanks the variables for the steps that follow, and leads tools where they were led before. */
function takeBackVariables(intent, living, { job, host }) {
    job.exportVariables((0,_variables_after_js__WEBPACK_IMPORTED_MODULE_2__/* .variablesAfter */ .wd)(intent, host, living));
    const later = (0,_variables_after_js__WEBPACK_IMPORTED_MODULE_2__/* .leadingToLater */ .mF)(intent, living);
    if (later.length === 0)
        return;
    const text = 'to the files of a later step; what these have copied goes when its lease is given back.';
    job.tell('info', `Tools are still led by ${later.join(', ')} ${text}`);
}
async function settle(intents, where, when) {
    const returns = [];
    for (const intent of intents) {
        const outcome = await giveBack(intent, { ...where, idTokens: when === 'end' ? 'any' : 'none' });
        tellReturn(outcome, where);
        if (outcome.result !== 'failed') {
            if (when === 'end')
                closeIntent(intent.id, where);
            else
                settleIntent(intent, where);
        }
        returns.push(outcome);
    }
    summariseReturns(returns, where);
    const failed = returns.find(({ result, intent }) => result === 'failed' && intent.post.failOnRevokeError);
    if (failed !== undefined) {
        throw new CredsError('revoke-failed', 'Not everything could be given back.', { cause: failed.error });
    }
}
/** The runner shows the state's values in its debug log, and a new process of ours knows no masks yet. */
function hide(intent, { job }) {
    const secrets = [intent.debt['handle'], ...Object.values(intent.kept ?? {})];
    job.mask(secrets.filter((secret) => secret !== undefined));
}
/** Ends the agent of the run; removes files that were delivered, and the platform's own that carried them. Never throws. */
async function removeDelivered(intent, where) {
    const { job, host } = where;
    if (intent.agent !== undefined)
        await (await Promise.resolve(/* import() eager */).then(__nccwpck_require__.bind(__nccwpck_require__, 462))).endAgent(intent.agent.socket, where);
    for (const path of intent.files) {
        try {
            host.files.erase(path);
            host.files.removeIfEmpty((0,node_path__WEBPACK_IMPORTED_MODULE_0__.dirname)(path));
        }
        catch {
            job.tell('warning', `The file ${path} could not be removed.`);
        }
    }
    job.eraseCommandFiles(intent.commandFiles);
}


/***/ }),

/***/ 7670:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   U: () => (/* binding */ spokenJob)
/* harmony export */ });
/* harmony import */ var _platforms_speech_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(9950);

/**
 * The job for one command of the command line. Its standard output belongs to the caller and may be a file, a pipe or
 * a variable: people are told on standard error, and no mask is asked for that the platform was not seen to take. The
 * ledger lies in the job\u2019s folder alone.
 */
function spokenJob(job, host) {
    let outputs = {};
    return {
        ...job,
        mask: (patterns) => {
            if (job.proveMasks !== undefined)
                job.mask(patterns);
        },
        remember: () => undefined,
        recall: () => undefined,
        setOutputs: (more) => {
            outputs = { ...outputs, ...more };
        },
        tell: (0,_platforms_speech_js__WEBPACK_IMPORTED_MODULE_0__/* .speech */ .d)(host),
        outputs: () => outputs,
    };
}


/***/ }),

/***/ 462:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
__nccwpck_require__.r(__webpack_exports__);
/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   endAgent: () => (/* binding */ endAgent),
/* harmony export */   prepareAgent: () => (/* binding */ prepareAgent)
/* harmony export */ });
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(6760);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__nccwpck_require__.n(node_path__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var _domain_errors_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(847);
/* harmony import */ var _protocol_ssh_agent_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(7856);



const pidVariable = 'SSH_AGENT_PID';
/** The longest lifetime that its protocol can say, and sleep(1) can wait anywhere: 68 years. */
const mostSeconds = 2 ** 31 - 1;
/** Finds out whether an agent can be started, before anything is sent. @throws CredsError `input-invalid` */
async function prepareAgent({ program, instead }, host) {
    const agents = await host.sshAgents?.();
    if (agents === undefined)
        throw new _domain_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .CredsError */ .u('input-invalid', 'The input `export` gives `ssh` an `agent`, and there is none here.', {
            hint: 'An agent of this run needs Linux or macOS. Leave `agent` out: `ssh -F "$EPHEMERAL_SSH_CONFIG"` does without.',
        });
    if (!instead && (host.env['SSH_AUTH_SOCK'] ?? '') !== '')
        throw new _domain_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .CredsError */ .u('input-invalid', 'The job has an SSH agent already (SSH_AUTH_SOCK).', {
            hint: 'Say `agent=instead` to set SSH_AUTH_SOCK to one of this run in its place, or leave `agent` out.',
        });
    const programs = agents.find(program, host.env['PATH']);
    return {
        variables: [pidVariable],
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
    return { [pidVariable]: String(pid) };
}
function blobOf({ key, certificate }) {
    return (certificate ?? key.publicLine).split(' ')[1];
}
function secondsUntil(end, { clock }) {
    const seconds = Math.floor((end.getTime() - clock.now().getTime()) / 1000);
    if (seconds > 0)
        return Math.min(seconds, mostSeconds);
    throw new _domain_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .CredsError */ .u('credential-unusable', 'An SSH certificate was over before an agent could hold it.');
}
function failed(message, cause) {
    return new _domain_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .CredsError */ .u('delivery-failed', message, {
        hint: 'It was given back. An agent has to be OpenSSH\u2019s, 6.5 or later: see `ssh -V`, or name one with `agent-program`.',
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

/***/ 6545:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   staticAmong: () => (/* binding */ staticAmong)
/* harmony export */ });
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(6760);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__nccwpck_require__.n(node_path__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var _leases_ledger_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(1048);


const longestFile = 1024 * 1024;
/**
 * Which of these variables hold a credential that does not end with the job and that no step of this job has borrowed.
 * Their values go nowhere.
 */
function staticAmong(names, where) {
    const { host } = where;
    const borrowed = new Set((0,_leases_ledger_js__WEBPACK_IMPORTED_MODULE_1__/* .listIntents */ .Ke)(where).flatMap(({ variables, pointers = [] }) => [
        ...variables,
        ...pointers.map(({ name }) => name),
    ]));
    return names.filter((name) => {
        const value = host.env[name]?.trim() ?? '';
        if (value === '' || borrowed.has(name))
            return false;
        return (looks[name] ?? isStanding)(value, host);
    });
}
/** Where the variable alone does not say it. */
const looks = {
    // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids
    AWS_ACCESS_KEY_ID: (id, { env }) => id.startsWith('AKIA') && (env['AWS_SECRET_ACCESS_KEY'] ?? '') !== '',
    GOOGLE_APPLICATION_CREDENTIALS: isGoogleFile,
    CLOUDSDK_AUTH_CREDENTIAL_FILE_OVERRIDE: isGoogleFile,
    GOOGLE_CREDENTIALS: isGoogleKey,
    GOOGLE_APPLICATION_CREDENTIALS_JSON: isGoogleKey,
    GOOGLE_CLOUD_KEYFILE_JSON: isGoogleKey,
    GCLOUD_KEYFILE_JSON: isGoogleKey,
    GCP_SA_KEY: isGoogleKey,
    AZURE_CREDENTIALS: (value) => /"clientSecret"\s*:\s*"[^"]/.test(value),
    GH_TOKEN: isPersonalToken,
    GH_ENTERPRISE_TOKEN: isPersonalToken,
    GH_PAT: isPersonalToken,
    GITHUB_PAT: isPersonalToken,
    PGPASSWORD: (value, host) => !isLocal(host.env['PGHOST']) && isStanding(value, host),
    MYSQL_PWD: (value, host) => !isLocal(host.env['MYSQL_HOST']) && isStanding(value, host),
    DOCKER_AUTH_CONFIG: (value, host) => hasStanding(value, /"(?:auth|password|identitytoken)"\s*:\s*"([^"]+)/g, host),
    KUBECONFIG: (value, host) => value
        .split(node_path__WEBPACK_IMPORTED_MODULE_0__.delimiter)
        .some((path) => hasStanding(textOf(path, host), /\b(?:client-key(?:-data)?|token|password)"?:\s*"?([^\s",}]+)/g, host)),
    SSH_PRIVATE_KEY: (value) => value.includes('PRIVATE KEY-----'),
};
/** Everything is that nobody knows to end by itself. */
function isStanding(value, { env }) {
    // What setup-node writes where no token is given.
    if (/^X{5}(?:-X{5}){3}$/.test(value))
        return false;
    // The job\u2019s own tokens, of GitHub and of GitLab, also within another value.
    const own = [env['GITHUB_TOKEN'], env['CI_JOB_TOKEN']];
    if (own.some((token) => token !== undefined && token.length >= 16 && value.includes(token)))
        return false;
    // An installation\u2019s token, GitLab\u2019s job token, a batch token of Vault, an access token of Google, a signed URL of RDS.
    if (/^(?:ghs_|glcbt-|hvb\.|ya29\.)|[?&]X-Amz-Expires=/.test(value))
        return false;
    return !endsByItself(value);
}
/** A JWT that says when it ends. */
function endsByItself(value) {
    const [, payload = '', signature] = value.split('.');
    if (signature === undefined)
        return false;
    return /"exp"\s*:\s*\d/.test(Buffer.from(payload, 'base64url').toString());
}
/** https://docs.github.com/en/authentication/keeping-your-account-and-data-secure/about-authentication-to-github#githubs-token-formats */
function isPersonalToken(value) {
    return /^(?:ghp_|github_pat_|gho_)/.test(value);
}
/** The key of a service account, or a user\u2019s refresh token; as it is or in base64. */
function isGoogleKey(value) {
    const text = value.startsWith('{') ? value : Buffer.from(value, 'base64').toString();
    return /"private_key"\s*:\s*"-----BEGIN|"refresh_token"\s*:\s*"[^"]/.test(text);
}
function isGoogleFile(path, host) {
    return isGoogleKey(textOf(path, host));
}
/** A database that was started for the job: its password opens nothing else. */
function isLocal(name = '') {
    return /^(?:localhost|127\.0\.0\.1|::1|\/.*)$/.test(name);
}
function hasStanding(text, values, host) {
    return [...text.matchAll(values)].some(([, value = '']) => isStanding(value, host));
}
/** What cannot be read is nobody\u2019s key. */
function textOf(path, { files }) {
    try {
        return files.read(path, longestFile) ?? '';
    }
    catch {
        return '';
    }
}


/***/ }),

/***/ 7916:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   Z: () => (/* binding */ trade),
/* harmony export */   w: () => (/* binding */ callWithin)
/* harmony export */ });
/* harmony import */ var _domain_deadline_js__WEBPACK_IMPORTED_MODULE_5__ = __nccwpck_require__(2044);
/* harmony import */ var _domain_errors_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(847);
/* harmony import */ var _domain_host_js__WEBPACK_IMPORTED_MODULE_7__ = __nccwpck_require__(1062);
/* harmony import */ var _leases_ledger_js__WEBPACK_IMPORTED_MODULE_4__ = __nccwpck_require__(1048);
/* harmony import */ var _protocol_http_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(1612);
/* harmony import */ var _domain_secret_js__WEBPACK_IMPORTED_MODULE_3__ = __nccwpck_require__(7480);
/* harmony import */ var _redaction_masks_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(7910);
/* harmony import */ var _loan_report_js__WEBPACK_IMPORTED_MODULE_6__ = __nccwpck_require__(2519);








/** Refusals that say for sure that nothing was issued. */
const nothingIssued = [
    'policy-denied',
    'identity-refused',
    'audience-mismatch',
    'clock-skew',
    'role-in-use',
    'approval-pending',
];
/** Faults of the time before a connection stands. */
const neverArrived = ['refused', 'dns', 'dns-temporary', 'proxy'];
/** Steps d and e: each attempt with a fresh ID token where the platform mints one, all under one deadline. */
async function trade(parts, { config, where }) {
    const { job } = where;
    const { source } = parts;
    const call = {
        ...callWithin(config, where),
        onOwed: () => {
            noteKept(parts, where);
        },
    };
    let idToken;
    let freshened = false;
    const attempt = async () => {
        if (idToken === undefined || source.mints)
            idToken = await identify(parts, call, { job, first: idToken === undefined });
        try {
            return await ask(parts, idToken, call);
        }
        catch (error) {
            if (!(error instanceof _domain_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .CredsError */ .u) || !error.freshIdToken || !source.mints || freshened)
                throw error;
            freshened = true;
            return attempt();
        }
    };
    return (0,_protocol_http_js__WEBPACK_IMPORTED_MODULE_1__/* .retrying */ .R$)(call, attempt);
}
/** What a lender takes back only for what it has just issued is in the ledger before anything more is asked. */
function noteKept({ opening: { kept }, progress }, where) {
    if (kept === undefined)
        return;
    where.job.mask(Object.values(kept).flatMap((text) => (0,_redaction_masks_js__WEBPACK_IMPORTED_MODULE_2__/* .masksOfSecret */ .d7)(new _domain_secret_js__WEBPACK_IMPORTED_MODULE_3__/* .Secret */ .z(text))));
    progress.latest = { ...progress.latest, kept };
    (0,_leases_ledger_js__WEBPACK_IMPORTED_MODULE_4__/* .recordLeases */ .VJ)(progress.latest, where);
}
/** The budget of a run, and its job to tell what happens meanwhile. */
function callWithin(config, { job, host }) {
    return {
        host,
        deadline: (0,_domain_deadline_js__WEBPACK_IMPORTED_MODULE_5__/* .startDeadline */ .d)(host.clock, config.timeoutSeconds),
        ...(config.caCert === undefined ? {} : { trust: config.caCert.pem }),
        onRetry: (text) => {
            job.tell('info', text);
        },
        onWarning: (text) => {
            job.tell('warning', text);
        },
        onWait: (text) => {
            job.tell('info', text);
        },
    };
}
async function identify({ source, opening }, call, { job, first }) {
    const asked = source.request(opening.audience, call);
    // The entry is written and nothing is asked of the lender yet, but the way to it can be open when the token is here.
    if (first && source.mints)
        opening.prepare?.(call).catch(() => undefined);
    const idToken = await asked;
    job.mask((0,_redaction_masks_js__WEBPACK_IMPORTED_MODULE_2__/* .masksOfIdToken */ .DS)(idToken.token));
    if (first)
        (0,_loan_report_js__WEBPACK_IMPORTED_MODULE_6__/* .tellIdentity */ .Oy)(idToken, job);
    return idToken;
}
async function ask({ opening, progress }, idToken, call) {
    const before = progress.maybeLent;
    progress.maybeLent = true;
    try {
        const loan = await opening.trade(idToken, call);
        // Cancelled while the answer was being read: it is not wanted any more.
        call.host.signal.throwIfAborted();
        return loan;
    }
    catch (error) {
        if (isSureRefusal(error))
            progress.maybeLent = before;
        throw error;
    }
}
/** True when nothing can have been issued: a refusal said so, or the request never arrived. */
function isSureRefusal(error) {
    if (!(error instanceof _domain_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .CredsError */ .u) || error.partlyIssued)
        return false;
    const { code, cause } = error;
    return (error.nothingIssued ||
        nothingIssued.includes(code) ||
        (cause instanceof _domain_host_js__WEBPACK_IMPORTED_MODULE_7__/* .TransportError */ .w && neverArrived.includes(cause.fault)));
}


/***/ }),

/***/ 732:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   undo: () => (/* binding */ undo)
/* harmony export */ });
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(6760);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__nccwpck_require__.n(node_path__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var _domain_deadline_js__WEBPACK_IMPORTED_MODULE_4__ = __nccwpck_require__(2044);
/* harmony import */ var _leases_giving_back_js__WEBPACK_IMPORTED_MODULE_3__ = __nccwpck_require__(2011);
/* harmony import */ var _leases_ledger_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(1048);
/* harmony import */ var _return_report_js__WEBPACK_IMPORTED_MODULE_5__ = __nccwpck_require__(8643);
/* harmony import */ var _unheard_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(4001);
/* harmony import */ var _variables_after_js__WEBPACK_IMPORTED_MODULE_6__ = __nccwpck_require__(9114);







/** The time, in seconds, that giving back may take when the run has failed or was cancelled. */
const undoSeconds = 5;
/** Gives back what was lent, whatever the failure was; a cancelled run has five seconds for it. */
async function undo(progress, { job, host }) {
    const { latest, maybeLent } = progress;
    // Cancelled, or with nobody listening any more: neither may keep us from giving back.
    const calm = { ...host, signal: new AbortController().signal };
    const where = { job: (0,_unheard_js__WEBPACK_IMPORTED_MODULE_1__/* .unheard */ .y)(job), host: calm };
    // What only this run knows post has to know before it is tried here, where it may fail or be killed.
    if (maybeLent && latest.kept !== undefined)
        bestEffort(() => {
            (0,_leases_ledger_js__WEBPACK_IMPORTED_MODULE_2__/* .recordLeases */ .VJ)(latest, where);
        });
    await takeBackDelivered(progress, where);
    if (maybeLent) {
        const outcome = await (0,_leases_giving_back_js__WEBPACK_IMPORTED_MODULE_3__/* .giveBack */ .F)(latest, { ...where, deadline: (0,_domain_deadline_js__WEBPACK_IMPORTED_MODULE_4__/* .startDeadline */ .d)(host.clock, undoSeconds) });
        (0,_return_report_js__WEBPACK_IMPORTED_MODULE_5__/* .tellReturn */ .o)(outcome, where);
        if (outcome.result === 'failed')
            return;
    }
    bestEffort(() => {
        (0,_leases_ledger_js__WEBPACK_IMPORTED_MODULE_2__/* .closeIntent */ .fL)(latest.id, where);
        job.remember('');
    });
}
/** A part of the delivery may have succeeded before another failed. */
async function takeBackDelivered({ latest, outputs }, where) {
    const { job, host } = where;
    const { agent, files } = latest;
    if (agent !== undefined)
        await (await Promise.resolve(/* import() eager */).then(__nccwpck_require__.bind(__nccwpck_require__, 462))).endAgent(agent.socket, where);
    for (const path of files) {
        bestEffort(() => {
            host.files.erase(path);
            host.files.removeIfEmpty((0,node_path__WEBPACK_IMPORTED_MODULE_0__.dirname)(path));
        });
    }
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

/***/ 4001:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   y: () => (/* binding */ unheard)
/* harmony export */ });
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
        exportVariables: quietly((variables) => {
            job.exportVariables(variables);
        }),
    };
}


/***/ }),

/***/ 9114:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   g9: () => (/* binding */ behindOf),
/* harmony export */   mF: () => (/* binding */ leadingToLater),
/* harmony export */   wd: () => (/* binding */ variablesAfter)
/* harmony export */ });
/**
 * What the variables of a delivery are to hold once it is taken back: nothing, and those that lead tools somewhere what
 * they held before. One that a later step has set or led elsewhere meanwhile is left as it is.
 * @param living the entries of the job that are not given back with it
 */
function variablesAfter(intent, { env }, living = []) {
    const claimed = laterNames(intent, living);
    const led = (intent.pointers ?? [])
        // The step that fails has them itself as they were before.
        .filter(({ name, value, after }) => !claimed.has(name) && [undefined, '', value, after].includes(env[name]))
        .map((pointer) => ({ ...pointer, after: lastingOf(pointer, living) }))
        .filter(({ value, after }) => after !== value);
    return {
        ...Object.fromEntries(intent.variables.filter((name) => !claimed.has(name)).map((name) => [name, ''])),
        ...Object.fromEntries(led.map(({ name, after }) => [name, after])),
    };
}
/** Variables of an entry that lead to the files of a later one, which may be copies with ours in them. */
function leadingToLater(intent, living) {
    const claimed = laterNames(intent, living);
    return (intent.pointers ?? []).filter(({ name }) => claimed.has(name)).map(({ name }) => name);
}
/** What steps after that of the entry have set, and still need. */
function laterNames({ id }, living) {
    const later = living.filter(({ before = [] }) => before.includes(id));
    return new Set(later.flatMap(({ variables, pointers = [] }) => [...variables, ...pointers.map(({ name }) => name)]));
}
/** Past what entries had led it to that are over: their files are gone. */
function lastingOf({ name, after, behind = [] }, living) {
    const alive = living.flatMap(({ pointers = [] }) => pointers.filter((each) => each.name === name));
    const chain = [after, ...behind];
    return chain.find((each) => alive.some(({ value }) => value === each)) ?? chain.at(-1) ?? after;
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


/***/ }),

/***/ 6403:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
__nccwpck_require__.r(__webpack_exports__);
/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   whoami: () => (/* binding */ whoami)
/* harmony export */ });
/* harmony import */ var _domain_printable_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(1121);
/* harmony import */ var _id_tokens_registry_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(1086);
/* harmony import */ var _protocol_http_js__WEBPACK_IMPORTED_MODULE_4__ = __nccwpck_require__(1612);
/* harmony import */ var _providers_input_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(2812);
/* harmony import */ var _loan_report_js__WEBPACK_IMPORTED_MODULE_5__ = __nccwpck_require__(2519);
/* harmony import */ var _trade_js__WEBPACK_IMPORTED_MODULE_3__ = __nccwpck_require__(7916);






/**
 * What the platform says of this job. The ID token is read and forgotten: it goes nowhere.
 * @param config of it `audience` or `brokerUrl` says for whom the ID token is to be
 * @throws CredsError when there is none, or it is not as it was asked for
 */
async function whoami(config, { job, host }) {
    const { platform } = job;
    const facts = Object.fromEntries(Object.entries(job.facts).map(([name, value]) => [name, (0,_domain_printable_js__WEBPACK_IMPORTED_MODULE_0__/* .printable */ .g)(value)]));
    const { brokerUrl, params } = config;
    const audience = config.audience ??
        (brokerUrl === undefined ? undefined : (0,_providers_input_js__WEBPACK_IMPORTED_MODULE_1__/* .serverUrl */ .Vd)('broker-url', brokerUrl, params['allow-ip'] === true));
    if (audience === undefined)
        return { platform, facts };
    const source = await (0,_id_tokens_registry_js__WEBPACK_IMPORTED_MODULE_2__/* .findIdTokenSource */ .D)(config.idToken, job);
    const call = (0,_trade_js__WEBPACK_IMPORTED_MODULE_3__/* .callWithin */ .w)(config, { job, host });
    const idToken = await (0,_protocol_http_js__WEBPACK_IMPORTED_MODULE_4__/* .retrying */ .R$)(call, () => source.request(audience, call));
    return {
        platform,
        facts,
        idToken: {
            issuer: (0,_domain_printable_js__WEBPACK_IMPORTED_MODULE_0__/* .printable */ .g)(idToken.issuer),
            audience: (0,_domain_printable_js__WEBPACK_IMPORTED_MODULE_0__/* .printable */ .g)(audience),
            expiresAt: idToken.expiresAt.toISOString(),
            claims: (0,_loan_report_js__WEBPACK_IMPORTED_MODULE_5__/* .identifyingClaims */ ._h)(idToken),
        },
    };
}


/***/ }),

/***/ 7805:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
// ESM COMPAT FLAG
__nccwpck_require__.r(__webpack_exports__);

// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  configFromWords: () => (/* binding */ configFromWords)
});

// EXTERNAL MODULE: ./lib/inside/domain/errors.js
var errors = __nccwpck_require__(847);
// EXTERNAL MODULE: ./lib/inside/platforms/work-tree.js
var work_tree = __nccwpck_require__(7266);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __nccwpck_require__(6760);
// EXTERNAL MODULE: ./lib/inside/domain/duration.js
var duration = __nccwpck_require__(4148);
// EXTERNAL MODULE: ./lib/inside/domain/pattern.js
var pattern = __nccwpck_require__(4624);
// EXTERNAL MODULE: ./lib/inside/exporters/variable-name.js
var variable_name = __nccwpck_require__(8164);
// EXTERNAL MODULE: ./lib/inside/config/options.js
var config_options = __nccwpck_require__(8994);
;// CONCATENATED MODULE: ./lib/inside/config/reading.js








/**
 * Checks every option and makes the Config of them. Nothing has been sent when this fails.
 * @throws CredsError `input-invalid`, naming the option
 */
async function readConfig(given, files) {
    const text = (name) => {
        const option = rowOf(name);
        const value = given[name]?.trim() ?? '';
        if (value === '')
            return option.default;
        return fitted(option, value);
    };
    const optional = (name, value) => value === '' ? {} : { [name]: value };
    const ttl = text('ttl') === '' ? undefined : seconds('ttl', text('ttl'), 1);
    const maxTtlSeconds = seconds('max-ttl', text('max-ttl'), 1);
    const minTtlSeconds = seconds('min-ttl', text('min-ttl'), 0);
    // Not only after it was lent: some of what is lent cannot be given back.
    if (ttl !== undefined && (ttl > maxTtlSeconds || ttl < minTtlSeconds))
        throw bad('ttl', 'asks for what `max-ttl` or `min-ttl` would refuse');
    const caCert = text('ca-cert');
    return {
        provider: text('provider'),
        ...optional('brokerUrl', text('broker-url')),
        ...optional('audience', text('audience')),
        roles: readRoles(text('role')),
        ...optional('region', text('region')),
        ...(ttl === undefined ? {} : { ttlSeconds: ttl }),
        maxTtlSeconds,
        minTtlSeconds,
        exports: readExports(text('export')),
        binding: text('binding'),
        idToken: readSource(text('id-token')),
        ...optional('expectAccount', text('expect-account')),
        staticKeys: text('static-keys'),
        revoke: text('revoke') === 'true',
        failOnRevokeError: text('fail-on-revoke-error') === 'true',
        timeoutSeconds: seconds('timeout', text('timeout'), 1),
        approvalTimeoutSeconds: seconds('approval-timeout', text('approval-timeout'), 0),
        ...optional('filesDir', absolute('files-dir', text('files-dir'))),
        summary: text('summary'),
        ...(caCert === '' ? {} : { caCert: readTrustRoot(caCert, files) }),
        params: await readParams(text('params')),
    };
}
function rowOf(name) {
    return config_options/* options */.f.find((option) => option.name === name);
}
/** Refuses a name that is no option, and says which one was probably meant. */
function refuseUnknown(names, surface) {
    const known = options
        .filter((option) => option.on.includes(surface))
        .map(({ name }) => name);
    for (const name of names) {
        if (known.includes(name))
            continue;
        const near = nearest(known, name);
        throw bad(printable(name), `is not an input${near === undefined ? '' : `; did you mean \`${near}\`?`}`);
    }
}
function fitted(option, value) {
    if (/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/.test(value))
        throw bad(option.name, 'holds control characters');
    if (option.type !== 'lines' && option.type !== 'yaml' && /[\r\n]/.test(value)) {
        throw bad(option.name, 'must be one line');
    }
    if (option.type === 'boolean') {
        const lower = value.toLowerCase();
        if (lower !== 'true' && lower !== 'false')
            throw bad(option.name, 'must be `true` or `false`');
        return lower;
    }
    if (option.type === 'choice' && option.choices?.includes(value) !== true) {
        throw bad(option.name, `must be one of ${(option.choices ?? []).map((name) => `\`${name}\``).join(', ')}`);
    }
    return value;
}
function seconds(name, text, least) {
    const value = (0,duration/* parseDuration */.E9)(text);
    if (value === undefined)
        throw bad(name, 'must be a duration such as `15m`, `900` or `1h`');
    if (value < least)
        throw bad(name, `must be at least ${String(least)} s`);
    return value;
}
function linesOf(text) {
    return text
        .split(/\r?\n/)
        .map((line) => line.trim())
        .filter((line) => line !== '');
}
function readRoles(text) {
    const roles = linesOf(text).map((line) => {
        const split = /^([^=\s]+)=(\S+)$/.exec(line);
        if (split === null) {
            if (/\s/.test(line))
                throw bad('role', 'must be one role a line, without spaces');
            return { role: line };
        }
        const [, prefix = '', role = ''] = split;
        if (!(0,pattern/* fullMatch */.L)(/[A-Z_][A-Z0-9_]{0,63}/, prefix)) {
            throw bad('role', 'has a prefix that is not made of A-Z, 0-9 and `_`, as in `DB=app-ro`');
        }
        if ((0,variable_name/* isDangerousName */.m)(`${prefix}_`))
            throw bad('role', 'has a prefix under which variables change how later steps run');
        return { prefix, role };
    });
    const keys = roles.map(({ role }) => role);
    if (new Set(keys).size !== keys.length)
        throw bad('role', 'names a role twice; one request borrows it once');
    if (roles.length > 10)
        throw bad('role', 'names more than ten roles');
    return roles;
}
function readExports(text) {
    const lines = linesOf(text).map((line) => {
        const [exporter = '', ...words] = line.split(/\s+/);
        const settings = new Map();
        for (const word of words) {
            const at = word.indexOf('=');
            const name = word.slice(0, at);
            if (at < 1 || at === word.length - 1)
                throw bad('export', 'has a setting that is not `NAME=VALUE`');
            if (settings.has(name))
                throw bad('export', 'gives a setting twice');
            settings.set(name, word.slice(at + 1));
        }
        return { exporter, settings: Object.fromEntries(settings) };
    });
    if (new Set(lines.map(({ exporter }) => exporter)).size !== lines.length)
        throw bad('export', 'names an exporter twice');
    return lines;
}
function readSource(text) {
    if (text === 'auto' || (0,pattern/* fullMatch */.L)(/env:[A-Za-z_][A-Za-z0-9_]{0,127}|file:\/.{1,4095}/, text))
        return text;
    if ((0,pattern/* fullMatch */.L)(/[\w-]{8,}\.[\w-]{8,}\.[\w-]*/, text))
        throw bad('id-token', 'is a token itself; it must say where one lies: `env:NAME` or `file:/absolute/path`');
    throw bad('id-token', 'must be `auto`, `env:NAME` or `file:/absolute/path`');
}
function absolute(name, path) {
    if (path !== '' && !(0,external_node_path_.isAbsolute)(path))
        throw bad(name, 'must be an absolute path');
    return path;
}
function readTrustRoot(path, files) {
    const pem = files.read(absolute('ca-cert', path), 1024 * 1024);
    if (pem?.includes('-----BEGIN CERTIFICATE-----') !== true)
        throw bad('ca-cert', 'must name a PEM file with a certificate');
    return { path, pem };
}
async function readParams(text) {
    if (text === '')
        return {};
    const { parseParams } = await Promise.resolve(/* import() eager */).then(__nccwpck_require__.bind(__nccwpck_require__, 9700));
    let value;
    try {
        value = parseParams(text);
    }
    catch {
        throw bad('params', 'is not valid YAML');
    }
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
        throw bad('params', 'must be `name: value` lines');
    }
    return value;
}
function bad(name, problem) {
    return new errors/* CredsError */.u('input-invalid', `The input \`${name}\` ${problem}.`);
}

;// CONCATENATED MODULE: ./lib/inside/config/wiretaps.js

/**
 * Node itself would print headers and bodies, tokens included, or the environment of a command that is started, or
 * write them to a report.
 * @throws CredsError `input-invalid`
 */
function refuseWiretaps({ env }) {
    const debug = env['NODE_DEBUG'] ?? '';
    if (/http|tls|net|stream|tunnel|child_process|\*/i.test(debug)) {
        throw new errors/* CredsError */.u('input-invalid', 'NODE_DEBUG would print tokens to the log: unset it here.');
    }
    // As Node reads it: quotes and backslashes go, and `_` is as good as `-`.
    const options = (env['NODE_OPTIONS'] ?? '').replace(/["\\]/g, '').replaceAll('_', '-');
    if (/--(?:report|inspect|heap-prof|heapsnapshot|diagnostic-dir|tls-keylog|trace-tls)/.test(options)) {
        throw new errors/* CredsError */.u('input-invalid', 'NODE_OPTIONS would write or expose memory with tokens: unset it here.');
    }
}

;// CONCATENATED MODULE: ./lib/inside/config/command-line.js




/**
 * Checks what was said on the command line. Only what was written there counts: no environment variable sets an
 * option, so that nobody who may set variables of a pipeline outranks who wrote the job.
 * @throws CredsError `input-invalid`, naming the option; nothing has been sent then
 */
async function configFromWords(given, host) {
    refuseWiretaps(host);
    const config = await readConfig(given, host.files);
    if (config.exports.some(({ exporter }) => exporter === 'outputs'))
        throw new errors/* CredsError */.u('input-invalid', 'The input `export` names `outputs`: only steps of GitHub Actions have outputs, and a credential is never printed.');
    if (config.filesDir !== undefined)
        (0,work_tree/* assertOutsideCheckout */.Q)(config.filesDir, 'input `files-dir`', host);
    return config;
}


/***/ }),

/***/ 128:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
__nccwpck_require__.r(__webpack_exports__);
/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   readHeartbeat: () => (/* binding */ readHeartbeat)
/* harmony export */ });
/* harmony import */ var _domain_duration_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(4148);
/* harmony import */ var _domain_errors_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(847);


/** What a broker takes, in seconds. */
const range = { from: 10, to: 3600 };
/** What is lent is dead two minutes after the machine at the latest. */
const usualSeconds = 120;
/**
 * Reads the option `heartbeat`: a duration, `0` for none.
 * @param text undefined when it was not given: then 2 minutes, where there is a broker
 * @throws CredsError `input-invalid`
 */
function readHeartbeat(text, { provider }) {
    const withBroker = provider === 'broker';
    if (text === undefined)
        return withBroker ? { heartbeatSeconds: usualSeconds } : {};
    const seconds = (0,_domain_duration_js__WEBPACK_IMPORTED_MODULE_0__/* .parseDuration */ .E9)(text.trim());
    if (seconds === 0)
        return {};
    if (!withBroker)
        throw bad(`means nothing to \`provider: ${provider}\`: only a broker hears it`);
    if (seconds === undefined || seconds < range.from || seconds > range.to)
        throw bad('must be a duration from `10s` to `1h`, or `0` for none');
    return { heartbeatSeconds: seconds };
}
function bad(problem) {
    return new _domain_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .CredsError */ .u('input-invalid', `The input \`heartbeat\` ${problem}.`);
}


/***/ }),

/***/ 8994:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   f: () => (/* binding */ options)
/* harmony export */ });
const everywhere = ['action', 'component', 'cli'];
/**
 * THE table of options. action.yml, the component's inputs, `--help` and docs/reference/inputs.md are made from it,
 * and `Config` is read by it. A new option is a new row.
 */
const options = [
    {
        name: 'provider',
        type: 'choice',
        choices: ['broker', 'aws', 'gcp', 'azure', 'vault', 'octo-sts', 'npm', 'pypi', 'crates', 'sts'],
        default: 'broker',
        text: 'Who gives the credentials: `broker` (your ephemeral-creds broker), `aws`, `gcp`, `azure` (the cloud\u2019s own federation, without a broker), `vault` (HashiCorp Vault and OpenBao), `octo-sts`, `npm`, `pypi`, `crates` (package registries with trusted publishing) or `sts` (any server of the standard token exchange, RFC 8693).',
        on: everywhere,
    },
    {
        name: 'broker-url',
        type: 'text',
        default: '',
        text: 'The broker\u2019s base URL: https, or http on loopback. Required for `provider: broker`.',
        on: everywhere,
    },
    {
        name: 'audience',
        type: 'text',
        default: '',
        text: 'Audience of the ID token, pinned. Left out, it is the provider\u2019s own: the broker\u2019s URL for `broker`, `sts.amazonaws.com` for `aws`, `https://iam.googleapis.com/` and the workload identity provider for `gcp`, `api://AzureADTokenExchange` for `azure`, the server\u2019s URL for `vault`, its host name for `octo-sts` and `crates`, `npm:` and the host name for `npm`, `pypi` for `pypi`, the token endpoint for `sts`.',
        on: everywhere,
    },
    {
        name: 'role',
        type: 'lines',
        default: '',
        text: 'What to borrow, one a line: `NAME`, or `PREFIX=NAME` to put `PREFIX_` before the names of its variables. For `aws` the ARN of the role, for `gcp` the service account, if any, for `azure` the scope, for `vault` the role of the auth method, for `octo-sts` the identity, for `npm` the package, for `sts` the scope, if any.',
        on: everywhere,
    },
    {
        name: 'region',
        type: 'text',
        default: '',
        text: 'Region, for providers that have one. For `aws` it chooses the STS endpoint and is exported as AWS_REGION.',
        on: everywhere,
    },
    {
        name: 'ttl',
        type: 'duration',
        default: '',
        text: 'Lifetime to ask for: `15m`, `900` (seconds), `1h`. Left out, the role\u2019s own; 15 minutes where nothing says otherwise.',
        on: everywhere,
    },
    {
        name: 'max-ttl',
        type: 'duration',
        default: '1h',
        text: 'A lease that lives longer than this is given back, and nothing is delivered.',
        on: everywhere,
    },
    {
        name: 'min-ttl',
        type: 'duration',
        default: '0',
        text: 'A lease that lives shorter than this is given back, and nothing is delivered.',
        on: everywhere,
    },
    {
        name: 'export',
        type: 'lines',
        default: 'auto',
        text: 'Where to deliver, one a line: `auto`, `env`, `outputs`, `file`, `aws-profile`, `docker-config`, `gcp-adc`, `git-credential`, `kubeconfig`, `netrc`, `npmrc`, `pgpass`, `pypirc`, `ssh`. Settings stand behind: `env NPM_TOKEN=token` gives a field the name that you choose; `aws-profile profile=prod` names the profile; `ssh host-ca=HOSTS,TYPE,KEY` makes a key and says which hosts to believe. docs/reference/exporters.md has them all.',
        on: everywhere,
    },
    {
        name: 'binding',
        type: 'choice',
        choices: ['auto', 'key', 'none'],
        default: 'auto',
        text: 'Bind the ID token to a key of this process: `key`, `none`, or `auto` (`key` where the platform lets the audience be chosen and the provider understands it).',
        on: ['action', 'cli'],
    },
    {
        name: 'id-token',
        type: 'text',
        default: 'auto',
        text: 'Where the ID token comes from: `auto` (the platform), `env:NAME` (a variable that holds it) or `file:PATH` (a file, by its absolute path).',
        on: ['action', 'cli'],
    },
    {
        name: 'expect-account',
        type: 'text',
        default: '',
        text: 'The account, project or tenant that must come back. If another comes, it is given back, and nothing is delivered. Through a broker AWS sessions, Google and Azure tokens say whose they are; for `vault` it is the id of the job\u2019s entity. Of several credentials those that say it are compared, and where none does it fails.',
        on: everywhere,
    },
    {
        name: 'static-keys',
        type: 'choice',
        choices: ['warn', 'refuse', 'ignore'],
        default: 'warn',
        text: 'When a static credential of the same kind as what is lent lies in the job\u2019s variables: `warn`, `refuse` (nothing is delivered) or `ignore`. The variable is named, its value never shown.',
        on: everywhere,
    },
    {
        name: 'revoke',
        type: 'boolean',
        default: 'true',
        text: 'Give everything back when the job ends (post step).',
        on: ['action', 'cli'],
    },
    {
        name: 'fail-on-revoke-error',
        type: 'boolean',
        default: 'false',
        text: 'Fail the job when something could not be given back. Otherwise a warning says what lives on, and until when.',
        on: everywhere,
    },
    {
        name: 'timeout',
        type: 'duration',
        default: '90s',
        text: 'Time that borrowing may take in all.',
        on: everywhere,
    },
    {
        name: 'approval-timeout',
        type: 'duration',
        default: '0',
        text: 'How long to wait for an approval, where the broker wants one; `timeout` does not count meanwhile. 0: fail at once, and say where it is to be approved.',
        on: everywhere,
    },
    {
        name: 'files-dir',
        type: 'text',
        default: '',
        text: 'Folder for the files that exporters write: absolute, outside the checkout. Left out, a private folder under the runner\u2019s temporary folder.',
        on: ['action', 'cli'],
    },
    {
        name: 'summary',
        type: 'choice',
        choices: ['always', 'on-problem', 'never'],
        default: 'always',
        text: 'When to write to the job summary.',
        on: ['action'],
    },
    {
        name: 'ca-cert',
        type: 'text',
        default: '',
        text: 'Path of a PEM file with a certificate authority to trust besides the usual ones.',
        on: everywhere,
    },
    {
        name: 'params',
        type: 'yaml',
        default: '',
        text: 'Further parameters of the provider, as YAML (`name: value` a line).',
        on: everywhere,
    },
];


/***/ }),

/***/ 9700:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";

// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  parseParams: () => (/* binding */ parseParams)
});

;// CONCATENATED MODULE: ./node_modules/js-yaml/dist/browser/js-yaml.esm.min.mjs
/*! js-yaml 5.5.0 https://github.com/nodeca/js-yaml @license MIT */
//#region src/tag.ts
var e = Symbol("NOT_RESOLVED");
function t(e, t) {
	var n, r, i, a, o;
	return {
		tagName: e,
		nodeKind: "scalar",
		implicit: (n = t.implicit) != null && n,
		matchByTagPrefix: (r = t.matchByTagPrefix) != null && r,
		implicitFirstChars: (i = t.implicitFirstChars) == null ? null : i,
		resolve: t.resolve,
		identify: t.identify,
		represent: (a = t.represent) == null ? ((e) => String(e)) : a,
		representTagName: (o = t.representTagName) == null ? (() => e) : o
	};
}
function n(e, t) {
	var n, r, i, a;
	let o = t.finalize === void 0;
	return {
		tagName: e,
		nodeKind: "sequence",
		implicit: !1,
		matchByTagPrefix: (n = t.matchByTagPrefix) != null && n,
		create: t.create,
		addItem: t.addItem,
		finalize: (r = t.finalize) == null ? ((e) => e) : r,
		carrierIsResult: o,
		identify: t.identify,
		represent: (i = t.represent) == null ? ((e) => e) : i,
		representTagName: (a = t.representTagName) == null ? (() => e) : a
	};
}
function r(e, t) {
	var n, r, i, a;
	let o = t.finalize === void 0;
	return {
		tagName: e,
		nodeKind: "mapping",
		implicit: !1,
		matchByTagPrefix: (n = t.matchByTagPrefix) != null && n,
		create: t.create,
		addPair: t.addPair,
		has: t.has,
		keys: t.keys,
		get: t.get,
		finalize: (r = t.finalize) == null ? ((e) => e) : r,
		carrierIsResult: o,
		identify: t.identify,
		represent: (i = t.represent) == null ? ((e) => e) : i,
		representTagName: (a = t.representTagName) == null ? (() => e) : a
	};
}
//#endregion
//#region src/tag/scalar/str.ts
var i = t("tag:yaml.org,2002:str", {
	resolve: (e) => e,
	identify: (e) => typeof e == "string"
}), a = [
	"",
	"~",
	"null",
	"Null",
	"NULL"
], o = t("tag:yaml.org,2002:null", {
	implicit: !0,
	implicitFirstChars: [
		"",
		"~",
		"n",
		"N"
	],
	resolve: (t) => a.indexOf(t) === -1 ? e : null,
	identify: (e) => e === null,
	represent: () => "null"
}), s = t("tag:yaml.org,2002:null", {
	implicit: !0,
	implicitFirstChars: ["n"],
	resolve: (t, n) => t === "null" || n && t === "" ? null : e,
	identify: (e) => e === null,
	represent: () => "null"
}), c = [
	"",
	"~",
	"null",
	"Null",
	"NULL"
], l = t("tag:yaml.org,2002:null", {
	implicit: !0,
	implicitFirstChars: [
		"",
		"~",
		"n",
		"N"
	],
	resolve: (t) => c.indexOf(t) === -1 ? e : null,
	identify: (e) => e === null,
	represent: () => "null"
}), u = [
	"true",
	"True",
	"TRUE"
], d = [
	"false",
	"False",
	"FALSE"
], f = t("tag:yaml.org,2002:bool", {
	implicit: !0,
	implicitFirstChars: [
		"t",
		"T",
		"f",
		"F"
	],
	resolve: (t) => u.indexOf(t) !== -1 || d.indexOf(t) === -1 && e,
	identify: (e) => Object.prototype.toString.call(e) === "[object Boolean]",
	represent: (e) => e ? "true" : "false"
}), p = ["true"], m = ["false"], h = t("tag:yaml.org,2002:bool", {
	implicit: !0,
	implicitFirstChars: ["t", "f"],
	resolve: (t) => p.indexOf(t) !== -1 || m.indexOf(t) === -1 && e,
	identify: (e) => Object.prototype.toString.call(e) === "[object Boolean]",
	represent: (e) => e ? "true" : "false"
}), ee = [
	"true",
	"True",
	"TRUE",
	"y",
	"Y",
	"yes",
	"Yes",
	"YES",
	"on",
	"On",
	"ON"
], te = [
	"false",
	"False",
	"FALSE",
	"n",
	"N",
	"no",
	"No",
	"NO",
	"off",
	"Off",
	"OFF"
], ne = t("tag:yaml.org,2002:bool", {
	implicit: !0,
	implicitFirstChars: [
		"y",
		"Y",
		"n",
		"N",
		"t",
		"T",
		"f",
		"F",
		"o",
		"O"
	],
	resolve: (t) => ee.indexOf(t) !== -1 || te.indexOf(t) === -1 && e,
	identify: (e) => Object.prototype.toString.call(e) === "[object Boolean]",
	represent: (e) => e ? "true" : "false"
}), re = /* @__PURE__ */ RegExp("^(?:0o[0-7]+|0x[0-9a-fA-F]+|[-+]?[0-9]+)$"), ie = /* @__PURE__ */ RegExp("^(?:[-+]?0b[0-1]+|[-+]?0o[0-7]+|[-+]?0x[0-9a-fA-F]+|[-+]?[0-9]+)$");
function ae(e) {
	let t = e, n = 1;
	return (t[0] === "-" || t[0] === "+") && (t[0] === "-" && (n = -1), t = t.slice(1)), t.startsWith("0b") ? n * parseInt(t.slice(2), 2) : t.startsWith("0o") ? n * parseInt(t.slice(2), 8) : t.startsWith("0x") ? n * parseInt(t.slice(2), 16) : n * parseInt(t, 10);
}
function oe(t, n) {
	if (n) {
		if (!ie.test(t)) return e;
	} else if (!re.test(t)) return e;
	let r = ae(t);
	return Number.isFinite(r) ? r : e;
}
var se = t("tag:yaml.org,2002:int", {
	implicit: !0,
	implicitFirstChars: [
		"-",
		"+",
		..."0123456789"
	],
	resolve: oe,
	identify: (e) => Number.isInteger(e) && !Object.is(e, -0) && e.toString(10).indexOf("e") < 0,
	represent: (e) => e.toString(10)
}), ce = /* @__PURE__ */ RegExp("^-?(?:0|[1-9][0-9]*)$"), le = /* @__PURE__ */ RegExp("^(?:[-+]?0b[0-1]+|[-+]?0o[0-7]+|[-+]?0x[0-9a-fA-F]+|[-+]?[0-9]+)$");
function ue(e) {
	let t = e, n = 1;
	return (t[0] === "-" || t[0] === "+") && (t[0] === "-" && (n = -1), t = t.slice(1)), t.startsWith("0b") ? n * parseInt(t.slice(2), 2) : t.startsWith("0o") ? n * parseInt(t.slice(2), 8) : t.startsWith("0x") ? n * parseInt(t.slice(2), 16) : n * parseInt(t, 10);
}
function de(t, n) {
	if (n) {
		if (!le.test(t)) return e;
	} else if (!ce.test(t)) return e;
	let r = ue(t);
	return Number.isFinite(r) ? r : e;
}
var fe = t("tag:yaml.org,2002:int", {
	implicit: !0,
	implicitFirstChars: ["-", ..."0123456789"],
	resolve: de,
	identify: (e) => Number.isInteger(e) && !Object.is(e, -0) && e.toString(10).indexOf("e") < 0,
	represent: (e) => e.toString(10)
}), pe = /* @__PURE__ */ RegExp("^(?:[-+]?0b[0-1_]+|[-+]?0[0-7_]+|[-+]?0x[0-9a-fA-F_]+|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+|[-+]?(?:0|[1-9][0-9_]*))$");
function me(e) {
	let t = e.replace(/_/g, ""), n = 1;
	if ((t[0] === "-" || t[0] === "+") && (t[0] === "-" && (n = -1), t = t.slice(1)), t.startsWith("0b")) return n * parseInt(t.slice(2), 2);
	if (t.startsWith("0x")) return n * parseInt(t.slice(2), 16);
	if (t.includes(":")) {
		let e = 0;
		for (let n of t.split(":")) e = e * 60 + Number(n);
		return n * e;
	}
	return t !== "0" && t[0] === "0" ? n * parseInt(t, 8) : n * parseInt(t, 10);
}
function he(t) {
	if (!pe.test(t)) return e;
	let n = me(t);
	return Number.isFinite(n) ? n : e;
}
var g = t("tag:yaml.org,2002:int", {
	implicit: !0,
	implicitFirstChars: [
		"-",
		"+",
		..."0123456789"
	],
	resolve: he,
	identify: (e) => Number.isInteger(e) && !Object.is(e, -0) && e.toString(10).indexOf("e") < 0,
	represent: (e) => e.toString(10)
}), ge = /* @__PURE__ */ RegExp("^(?:[-+]?[0-9]+(?:\\.[0-9]*)?(?:[eE][-+]?[0-9]+)?|[-+]?\\.[0-9]+(?:[eE][-+]?[0-9]+)?|[-+]?\\.(?:inf|Inf|INF)|\\.(?:nan|NaN|NAN))$"), _e = /* @__PURE__ */ RegExp("^(?:[-+]?\\.(?:inf|Inf|INF)|\\.(?:nan|NaN|NAN))$");
function ve(t) {
	if (!ge.test(t)) return e;
	let n = t.toLowerCase(), r = n[0] === "-" ? -1 : 1;
	if ("+-".includes(n[0]) && (n = n.slice(1)), n === ".inf") return r === 1 ? Infinity : -Infinity;
	if (n === ".nan") return NaN;
	let i = r * parseFloat(n);
	return Number.isFinite(i) || _e.test(t) ? i : e;
}
function ye(e) {
	if (isNaN(e)) return ".nan";
	if (e === Infinity) return ".inf";
	if (e === -Infinity) return "-.inf";
	if (Object.is(e, -0)) return "-0.0";
	let t = e.toString(10);
	return /^[-+]?[0-9]+e/.test(t) ? t.replace("e", ".e") : t;
}
var be = t("tag:yaml.org,2002:float", {
	implicit: !0,
	implicitFirstChars: [
		"-",
		"+",
		".",
		..."0123456789"
	],
	resolve: ve,
	identify: (e) => typeof e == "number" && (!Number.isInteger(e) || Object.is(e, -0) || e.toString(10).indexOf("e") >= 0),
	represent: ye
}), xe = /* @__PURE__ */ RegExp("^-?(?:0|[1-9][0-9]*)(?:\\.[0-9]*)?(?:[eE][-+]?[0-9]+)?$"), Se = /* @__PURE__ */ RegExp("^(?:[-+]?[0-9]+(?:\\.[0-9]*)?(?:[eE][-+]?[0-9]+)?|[-+]?\\.[0-9]+(?:[eE][-+]?[0-9]+)?|[-+]?\\.(?:inf|Inf|INF)|\\.(?:nan|NaN|NAN))$");
function Ce(t, n) {
	if (n) {
		if (!Se.test(t)) return e;
		let n = t.toLowerCase(), r = n[0] === "-" ? -1 : 1;
		if ("+-".includes(n[0]) && (n = n.slice(1)), n === ".inf") return r === 1 ? Infinity : -Infinity;
		if (n === ".nan") return NaN;
		let i = r * parseFloat(n);
		return Number.isFinite(i) ? i : e;
	}
	if (!xe.test(t)) return e;
	let r = Number(t);
	return Number.isFinite(r) ? r : e;
}
function we(e) {
	if (isNaN(e)) return ".nan";
	if (e === Infinity) return ".inf";
	if (e === -Infinity) return "-.inf";
	if (Object.is(e, -0)) return "-0.0";
	let t = e.toString(10);
	return /^[-+]?[0-9]+e/.test(t) ? t.replace("e", ".e") : t;
}
var Te = t("tag:yaml.org,2002:float", {
	implicit: !0,
	implicitFirstChars: ["-", ..."0123456789"],
	resolve: Ce,
	identify: (e) => typeof e == "number" && (!Number.isInteger(e) || Object.is(e, -0) || e.toString(10).indexOf("e") >= 0),
	represent: we
}), Ee = /* @__PURE__ */ RegExp("^(?:[-+]?(?:(?:[0-9][0-9_]*)?\\.[0-9_]*)(?:[eE][-+][0-9]+)?|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\\.[0-9_]*|[-+]?\\.(?:inf|Inf|INF)|\\.(?:nan|NaN|NAN))$"), De = /* @__PURE__ */ RegExp("^(?:[-+]?\\.(?:inf|Inf|INF)|\\.(?:nan|NaN|NAN))$");
function Oe(t) {
	if (!Ee.test(t)) return e;
	let n = t.toLowerCase().replace(/_/g, ""), r = n[0] === "-" ? -1 : 1;
	if ("+-".includes(n[0]) && (n = n.slice(1)), n === ".inf") return r === 1 ? Infinity : -Infinity;
	if (n === ".nan") return NaN;
	let i = 0;
	if (n.includes(":")) {
		for (let e of n.split(":")) i = i * 60 + Number(e);
		i *= r;
	} else i = r * parseFloat(n);
	return Number.isFinite(i) || De.test(t) ? i : e;
}
function ke(e) {
	if (isNaN(e)) return ".nan";
	if (e === Infinity) return ".inf";
	if (e === -Infinity) return "-.inf";
	if (Object.is(e, -0)) return "-0.0";
	let t = e.toString(10);
	return /^[-+]?[0-9]+e/.test(t) ? t.replace("e", ".e") : t;
}
var Ae = t("tag:yaml.org,2002:float", {
	implicit: !0,
	implicitFirstChars: [
		"-",
		"+",
		".",
		..."0123456789"
	],
	resolve: Oe,
	identify: (e) => typeof e == "number" && (!Number.isInteger(e) || Object.is(e, -0) || e.toString(10).indexOf("e") >= 0),
	represent: ke
}), je = t("tag:yaml.org,2002:merge", {
	implicit: !0,
	implicitFirstChars: ["<"],
	resolve: (t, n) => t === "<<" || n && t === "" ? "<<" : e,
	identify: () => !1
}), Me = /^[A-Za-z0-9+/]*={0,2}$/;
function Ne(t) {
	let n = t.replace(/\s/g, "");
	if (n.length % 4 != 0 || !Me.test(n)) return e;
	let r = atob(n), i = new Uint8Array(r.length);
	for (let e = 0; e < r.length; e++) i[e] = r.charCodeAt(e);
	return i;
}
function Pe(e) {
	let t = "";
	for (let n = 0; n < e.length; n++) t += String.fromCharCode(e[n]);
	return btoa(t);
}
var Fe = t("tag:yaml.org,2002:binary", {
	resolve: Ne,
	identify: (e) => Object.prototype.toString.call(e) === "[object Uint8Array]",
	represent: Pe
}), Ie = /* @__PURE__ */ RegExp("^([0-9][0-9][0-9][0-9])-([0-9][0-9])-([0-9][0-9])$"), Le = /* @__PURE__ */ RegExp("^([0-9][0-9][0-9][0-9])-([0-9][0-9]?)-([0-9][0-9]?)(?:[Tt]|[ \\t]+)([0-9][0-9]?):([0-9][0-9]):([0-9][0-9])(?:\\.([0-9]*))?(?:[ \\t]*(Z|([-+])([0-9][0-9]?)(?::([0-9][0-9]))?))?$");
function Re(e, t, n, r = 0, i = 0, a = 0, o = 0) {
	let s = new Date(Date.UTC(e, t, n, r, i, a, o));
	return s.setUTCFullYear(e, t, n), s;
}
function ze(t) {
	let n = Ie.exec(t);
	if (n === null && (n = Le.exec(t)), n === null) return e;
	let r = +n[1], i = n[2] - 1, a = +n[3];
	if (!n[4]) {
		let t = Re(r, i, a);
		return t.getUTCFullYear() !== r || t.getUTCMonth() !== i || t.getUTCDate() !== a ? e : t;
	}
	let o = +n[4], s = +n[5], c = +n[6], l = 0;
	if (o > 23 || s > 59 || c > 59) return e;
	if (n[7]) {
		let e = n[7].slice(0, 3);
		for (; e.length < 3;) e += "0";
		l = +e;
	}
	let u = Re(r, i, a, o, s, c, l);
	if (u.getUTCFullYear() !== r || u.getUTCMonth() !== i || u.getUTCDate() !== a) return e;
	if (n[9]) {
		let t = +n[10], r = +(n[11] || 0);
		if (t > 23 || r > 59) return e;
		let i = (t * 60 + r) * 6e4;
		u.setTime(u.getTime() - (n[9] === "-" ? -i : i));
	}
	return u;
}
var Be = t("tag:yaml.org,2002:timestamp", {
	implicit: !0,
	implicitFirstChars: [..."0123456789"],
	resolve: ze,
	identify: (e) => e instanceof Date,
	represent: (e) => e.toISOString()
}), Ve = n("tag:yaml.org,2002:seq", {
	create: () => [],
	addItem: (e, t) => {
		e.push(t);
	},
	identify: Array.isArray
});
//#endregion
//#region src/common/object.ts
function _(e) {
	if (typeof e != "object" || !e || Array.isArray(e)) return !1;
	let t = Object.getPrototypeOf(e);
	return t === null || t === Object.prototype;
}
function He(e, t) {
	let n = {};
	for (let r of t) e[r] !== void 0 && (n[r] = e[r]);
	return n;
}
//#endregion
//#region src/tag/sequence/omap.ts
var Ue = n("tag:yaml.org,2002:omap", {
	create: () => ({
		list: [],
		seen: /* @__PURE__ */ new Set()
	}),
	addItem: (e, t) => {
		let n;
		if (t instanceof Map) {
			if (t.size !== 1) return "cannot resolve an ordered map item";
			n = t.keys().next().value;
		} else if (_(t)) {
			let e = Object.keys(t);
			if (e.length !== 1) return "cannot resolve an ordered map item";
			n = e[0];
		} else return "cannot resolve an ordered map item";
		return e.seen.has(n) ? "duplicate key in ordered map" : (e.seen.add(n), e.list.push(t), "");
	},
	finalize: (e) => e.list,
	identify: () => !1
}), We = n("tag:yaml.org,2002:pairs", {
	create: () => [],
	addItem: (e, t) => {
		if (t instanceof Map) return t.size === 1 ? (e.push(t.entries().next().value), "") : "cannot resolve a pairs item";
		if (Object.prototype.toString.call(t) !== "[object Object]") return "cannot resolve a pairs item";
		let n = t, r = Object.keys(n);
		return r.length === 1 ? (e.push([r[0], n[r[0]]]), "") : "cannot resolve a pairs item";
	},
	identify: () => !1
}), Ge = r("tag:yaml.org,2002:map", {
	create: () => ({}),
	identify: _,
	represent: (e) => {
		let t = /* @__PURE__ */ new Map();
		for (let n of Object.keys(e)) t.set(n, e[n]);
		return t;
	},
	addPair: (e, t, n) => {
		if (typeof t == "object" && t) return "object-based map does not support complex keys";
		let r = String(t);
		return r === "__proto__" ? Object.defineProperty(e, r, {
			value: n,
			enumerable: !0,
			configurable: !0,
			writable: !0
		}) : e[r] = n, "";
	},
	has: (e, t) => typeof t == "object" && t ? !1 : Object.prototype.hasOwnProperty.call(e, String(t)),
	keys: (e) => Object.keys(e),
	get: (e, t) => {
		let n = String(t);
		return Object.prototype.hasOwnProperty.call(e, n) ? e[n] : null;
	}
}), Ke = r("tag:yaml.org,2002:set", {
	create: () => /* @__PURE__ */ new Set(),
	identify: (e) => e instanceof Set,
	represent: (e) => {
		let t = /* @__PURE__ */ new Map();
		for (let n of e) t.set(n, null);
		return t;
	},
	addPair: (e, t, n) => n === null ? (e.add(t), "") : "cannot resolve a set item",
	has: (e, t) => e.has(t),
	keys: (e) => e.keys(),
	get: () => null
});
//#endregion
//#region \0@oxc-project+runtime@0.154.0/helpers/esm/typeof.js
function v(e) {
	"@babel/helpers - typeof";
	return v = typeof Symbol == "function" && typeof Symbol.iterator == "symbol" ? function(e) {
		return typeof e;
	} : function(e) {
		return e && typeof Symbol == "function" && e.constructor === Symbol && e !== Symbol.prototype ? "symbol" : typeof e;
	}, v(e);
}
//#endregion
//#region \0@oxc-project+runtime@0.154.0/helpers/esm/toPrimitive.js
function qe(e, t) {
	if (v(e) != "object" || !e) return e;
	var n = e[Symbol.toPrimitive];
	if (n !== void 0) {
		var r = n.call(e, t || "default");
		if (v(r) != "object") return r;
		throw TypeError("@@toPrimitive must return a primitive value.");
	}
	return (t === "string" ? String : Number)(e);
}
//#endregion
//#region \0@oxc-project+runtime@0.154.0/helpers/esm/toPropertyKey.js
function Je(e) {
	var t = qe(e, "string");
	return v(t) == "symbol" ? t : t + "";
}
//#endregion
//#region \0@oxc-project+runtime@0.154.0/helpers/esm/defineProperty.js
function y(e, t, n) {
	return (t = Je(t)) in e ? Object.defineProperty(e, t, {
		value: n,
		enumerable: !0,
		configurable: !0,
		writable: !0
	}) : e[t] = n, e;
}
//#endregion
//#region \0@oxc-project+runtime@0.154.0/helpers/esm/objectSpread2.js
function Ye(e, t) {
	var n = Object.keys(e);
	if (Object.getOwnPropertySymbols) {
		var r = Object.getOwnPropertySymbols(e);
		t && (r = r.filter(function(t) {
			return Object.getOwnPropertyDescriptor(e, t).enumerable;
		})), n.push.apply(n, r);
	}
	return n;
}
function b(e) {
	for (var t = 1; t < arguments.length; t++) {
		var n = arguments[t] == null ? {} : arguments[t];
		t % 2 ? Ye(Object(n), !0).forEach(function(t) {
			y(e, t, n[t]);
		}) : Object.getOwnPropertyDescriptors ? Object.defineProperties(e, Object.getOwnPropertyDescriptors(n)) : Ye(Object(n)).forEach(function(t) {
			Object.defineProperty(e, t, Object.getOwnPropertyDescriptor(n, t));
		});
	}
	return e;
}
//#endregion
//#region src/schema.ts
function Xe() {
	return {
		scalar: Object.create(null),
		sequence: Object.create(null),
		mapping: Object.create(null)
	};
}
function Ze() {
	return {
		scalar: [],
		sequence: [],
		mapping: []
	};
}
function Qe(e) {
	let t = [];
	for (let n of e) {
		let e = t.length;
		for (let r = 0; r < t.length; r++) {
			let i = t[r];
			if (i.nodeKind === n.nodeKind && i.tagName === n.tagName && i.matchByTagPrefix === n.matchByTagPrefix) {
				e = r;
				break;
			}
		}
		t[e] = n;
	}
	return t;
}
var x = class t {
	constructor(e) {
		y(this, "tags", void 0), y(this, "implicitScalarTags", void 0), y(this, "implicitScalarByFirstChar", void 0), y(this, "implicitScalarAnyFirstChar", void 0), y(this, "defaultScalarTag", void 0), y(this, "defaultSequenceTag", void 0), y(this, "defaultMappingTag", void 0), y(this, "exact", void 0), y(this, "prefix", void 0);
		let t = Qe(e), n = [], r = Xe(), i = Ze();
		for (let e of t) {
			if (e.nodeKind === "scalar" && e.implicit) {
				if (e.matchByTagPrefix) throw Error("Implicit scalar tags cannot match by tag prefix");
				n.push(e);
			}
			switch (e.nodeKind) {
				case "scalar":
					e.matchByTagPrefix ? i.scalar.push(e) : r.scalar[e.tagName] = e;
					break;
				case "sequence":
					e.matchByTagPrefix ? i.sequence.push(e) : r.sequence[e.tagName] = e;
					break;
				case "mapping": e.matchByTagPrefix ? i.mapping.push(e) : r.mapping[e.tagName] = e;
			}
		}
		let a = n.filter((e) => e.implicitFirstChars === null), o = /* @__PURE__ */ new Set();
		for (let e of n) if (e.implicitFirstChars !== null) for (let t of e.implicitFirstChars) o.add(t);
		let s = /* @__PURE__ */ new Map();
		for (let e of o) s.set(e, n.filter((t) => t.implicitFirstChars === null || t.implicitFirstChars.indexOf(e) !== -1));
		let c = r.scalar["tag:yaml.org,2002:str"];
		if (!c) throw Error("schema does not define the default scalar tag (tag:yaml.org,2002:str)");
		this.tags = t, this.implicitScalarTags = n, this.implicitScalarByFirstChar = s, this.implicitScalarAnyFirstChar = a, this.defaultScalarTag = c, this.defaultSequenceTag = r.sequence["tag:yaml.org,2002:seq"], this.defaultMappingTag = r.mapping["tag:yaml.org,2002:map"], this.exact = r, this.prefix = i;
	}
	lookupScalarTag(e) {
		let t = this.exact.scalar[e];
		if (t) return t;
		for (let t of this.prefix.scalar) if (e.startsWith(t.tagName)) return t;
	}
	lookupSequenceTag(e) {
		let t = this.exact.sequence[e];
		if (t) return t;
		for (let t of this.prefix.sequence) if (e.startsWith(t.tagName)) return t;
	}
	lookupMappingTag(e) {
		let t = this.exact.mapping[e];
		if (t) return t;
		for (let t of this.prefix.mapping) if (e.startsWith(t.tagName)) return t;
	}
	resolveImplicitScalarTag(t) {
		var n;
		let r = (n = this.implicitScalarByFirstChar.get(t.charAt(0))) == null ? this.implicitScalarAnyFirstChar : n;
		for (let n of r) {
			let r = n.resolve(t, !1, n.tagName);
			if (r !== e) return {
				value: r,
				tag: n
			};
		}
		let i = this.defaultScalarTag;
		return {
			value: i.resolve(t, !1, i.tagName),
			tag: i
		};
	}
	withTags(...e) {
		let n = [];
		for (let t of e) n = n.concat(t);
		return new t([...this.tags, ...n]);
	}
}, $e = new x([
	i,
	Ve,
	Ge
]), et = new x([
	...$e.tags,
	s,
	h,
	fe,
	Te
]), tt = new x([
	...$e.tags,
	o,
	f,
	se,
	be
]), nt = new x([
	...$e.tags,
	l,
	ne,
	g,
	Ae,
	Be,
	je,
	Fe,
	Ue,
	We,
	Ke
]), rt = nt.withTags(b(b({}, g), {}, { resolve: (t, n, r) => {
	let i = g.resolve(t, n, r);
	return i === e ? se.resolve(t, n, r) : i;
} }), b(b({}, Ae), {}, { resolve: (t, n, r) => {
	let i = Ae.resolve(t, n, r);
	return i === e ? be.resolve(t, n, r) : i;
} })), it = r("tag:yaml.org,2002:map", {
	create: () => /* @__PURE__ */ new Map(),
	addPair: (e, t, n) => (e.set(t, n), ""),
	has: (e, t) => e.has(t),
	keys: (e) => e.keys(),
	get: (e, t) => e.get(t),
	identify: (e) => e instanceof Map || _(e),
	represent: (e) => {
		if (e instanceof Map) return e;
		let t = /* @__PURE__ */ new Map(), n = e;
		for (let e of Object.keys(n)) t.set(e, n[e]);
		return t;
	}
});
//#endregion
//#region src/tag/mapping/legacy_map.ts
function at(e) {
	if (Array.isArray(e)) {
		let t = Array.prototype.slice.call(e);
		for (let e = 0; e < t.length; e++) {
			if (Array.isArray(t[e])) return null;
			typeof t[e] == "object" && Object.prototype.toString.call(t[e]) === "[object Object]" && (t[e] = "[object Object]");
		}
		return String(t);
	}
	return typeof e == "object" && Object.prototype.toString.call(e) === "[object Object]" ? "[object Object]" : String(e);
}
var ot = r("tag:yaml.org,2002:map", {
	create: () => ({}),
	identify: _,
	represent: (e) => {
		let t = /* @__PURE__ */ new Map();
		for (let n of Object.keys(e)) t.set(n, e[n]);
		return t;
	},
	addPair: (e, t, n) => {
		let r = at(t);
		return r === null ? "nested arrays are not supported inside keys" : (r === "__proto__" ? Object.defineProperty(e, r, {
			value: n,
			enumerable: !0,
			configurable: !0,
			writable: !0
		}) : e[r] = n, "");
	},
	has: (e, t) => {
		let n = at(t);
		return n !== null && Object.prototype.hasOwnProperty.call(e, n);
	},
	keys: (e) => Object.keys(e),
	get: (e, t) => {
		let n = String(t);
		return Object.prototype.hasOwnProperty.call(e, n) ? e[n] : null;
	}
}), st = {
	maxLength: 79,
	indent: 1,
	linesBefore: 3,
	linesAfter: 2
};
function ct(e, t, n, r, i) {
	let a = "", o = "", s = Math.floor(i / 2) - 1;
	return r - t > s && (a = " ... ", t = r - s + a.length), n - r > s && (o = " ...", n = r + s - o.length), {
		str: a + e.slice(t, n).replace(/\t/g, "\u2192") + o,
		pos: r - t + a.length
	};
}
function lt(e, t) {
	return " ".repeat(Math.max(t - e.length, 0)) + e;
}
function ut(e, t) {
	if (!e.buffer) return null;
	let n = b(b({}, st), t), r = /\r?\n|\r|\0/g, i = [0], a = [], o, s = -1;
	for (; o = r.exec(e.buffer);) a.push(o.index), i.push(o.index + o[0].length), e.position <= o.index && s < 0 && (s = i.length - 2);
	s < 0 && (s = i.length - 1);
	let c = "", l = Math.min(e.line + n.linesAfter, a.length).toString().length, u = n.maxLength - (n.indent + l + 3);
	for (let t = 1; t <= n.linesBefore && !(s - t < 0); t++) {
		let r = ct(e.buffer, i[s - t], a[s - t], e.position - (i[s] - i[s - t]), u);
		c = `${" ".repeat(n.indent)}${lt((e.line - t + 1).toString(), l)} | ${r.str}\n${c}`;
	}
	let d = ct(e.buffer, i[s], a[s], e.position, u);
	c += `${" ".repeat(n.indent)}${lt((e.line + 1).toString(), l)} | ${d.str}\n`, c += `${"-".repeat(n.indent + l + 3 + d.pos)}^\n`;
	for (let t = 1; t <= n.linesAfter && !(s + t >= a.length); t++) {
		let r = ct(e.buffer, i[s + t], a[s + t], e.position - (i[s] - i[s + t]), u);
		c += `${" ".repeat(n.indent)}${lt((e.line + t + 1).toString(), l)} | ${r.str}\n`;
	}
	return c.replace(/\n$/, "");
}
//#endregion
//#region src/common/exception.ts
function dt(e, t) {
	let n = "";
	return e.mark ? (e.mark.name && (n += `in "${e.mark.name}" `), n += `(${e.mark.line + 1}:${e.mark.column + 1})`, !t && e.mark.snippet && (n += `\n\n${e.mark.snippet}`), `${e.reason} ${n}`) : e.reason;
}
var S = class e extends Error {
	constructor(e, t) {
		super(), y(this, "reason", void 0), y(this, "mark", void 0), this.name = "YAMLException", this.reason = e, this.mark = t, this.message = dt(this, !1), Error.captureStackTrace && Error.captureStackTrace(this, this.constructor);
	}
	toString(e) {
		return `${this.name}: ${dt(this, e)}`;
	}
	static throwAt(t, n, r, i = "") {
		let a = 0, o = 0;
		for (let e = 0; e < n; e++) {
			let n = t.charCodeAt(e);
			n === 10 ? (a++, o = e + 1) : n === 13 && (a++, t.charCodeAt(e + 1) === 10 && e++, o = e + 1);
		}
		let s = {
			name: i,
			buffer: t,
			position: n,
			line: a,
			column: n - o
		};
		throw s.snippet = ut(s), new e(r, s);
	}
}, C = {
	DOCUMENT: 1,
	SEQUENCE: 2,
	MAPPING: 3,
	SCALAR: 4,
	ALIAS: 5,
	POP: 6
}, w = {
	PLAIN: 1,
	SINGLE_QUOTED: 2,
	DOUBLE_QUOTED: 3,
	LITERAL_BLOCK: 4,
	FOLDED_BLOCK: 5
}, T = {
	BLOCK: 1,
	FLOW: 2
}, E = {
	CLIP: 1,
	STRIP: 2,
	KEEP: 3
}, ft = -1;
function pt(e) {
	switch (e) {
		case 48: return "\0";
		case 97: return "\x07";
		case 98: return "\b";
		case 116: return "	";
		case 9: return "	";
		case 110: return "\n";
		case 118: return "\v";
		case 102: return "\f";
		case 114: return "\r";
		case 101: return "\x1B";
		case 32: return " ";
		case 34: return "\"";
		case 47: return "/";
		case 92: return "\\";
		case 78: return "\u0085";
		case 95: return "\xA0";
		case 76: return "\u2028";
		case 80: return "\u2029";
		default: return "";
	}
}
var mt = Array(256), ht = Array(256);
for (let e = 0; e < 256; e++) mt[e] = +!!pt(e), ht[e] = pt(e);
function gt(e) {
	return e <= 65535 ? String.fromCharCode(e) : String.fromCharCode((e - 65536 >> 10) + 55296, (e - 65536 & 1023) + 56320);
}
function _t(e) {
	return e >= 48 && e <= 57 ? e - 48 : (e | 32) - 97 + 10;
}
function vt(e) {
	return e === 120 ? 2 : e === 117 ? 4 : 8;
}
function D(e, t, n) {
	let r = 0;
	for (; t < n;) {
		let n = e.charCodeAt(t);
		if (n === 10) r++, t++;
		else if (n === 13) r++, t++, e.charCodeAt(t) === 10 && t++;
		else if (n === 32 || n === 9) t++;
		else break;
	}
	return {
		position: t,
		breaks: r
	};
}
function yt(e) {
	return e === 1 ? " " : "\n".repeat(e - 1);
}
function bt(e, t, n) {
	let r = "", i = t, a = t, o = t;
	for (; i < n;) {
		let t = e.charCodeAt(i);
		if (t === 10 || t === 13) {
			r += e.slice(a, o);
			let t = D(e, i, n);
			r += yt(t.breaks), i = a = o = t.position;
		} else i++, t !== 32 && t !== 9 && (o = i);
	}
	return r + e.slice(a, o);
}
function xt(e, t, n) {
	let r = "", i = t, a = t, o = t;
	for (; i < n;) {
		let t = e.charCodeAt(i);
		if (t === 39) r += e.slice(a, i) + "'", i += 2, a = o = i;
		else if (t === 10 || t === 13) {
			r += e.slice(a, o);
			let t = D(e, i, n);
			r += yt(t.breaks), i = a = o = t.position;
		} else i++, t !== 32 && t !== 9 && (o = i);
	}
	return r + e.slice(a, n);
}
function St(e, t, n) {
	let r = "", i = t, a = t, o = t;
	for (; i < n;) {
		let t = e.charCodeAt(i);
		if (t === 92) {
			r += e.slice(a, i), i++;
			let t = e.charCodeAt(i);
			if (t === 10 || t === 13) i = D(e, i, n).position;
			else if (t < 256 && mt[t]) r += ht[t], i++;
			else {
				let n = vt(t), a = 0;
				for (; n > 0; n--) {
					i++;
					let t = _t(e.charCodeAt(i));
					a = (a << 4) + t;
				}
				r += gt(a), i++;
			}
			a = o = i;
		} else if (t === 10 || t === 13) {
			r += e.slice(a, o);
			let t = D(e, i, n);
			r += yt(t.breaks), i = a = o = t.position;
		} else i++, t !== 32 && t !== 9 && (o = i);
	}
	return r + e.slice(a, n);
}
function Ct(e, t, n, r, i, a) {
	let o = r < 0 ? 0 : r, s = e.slice(t, n).replace(/\r\n?/g, "\n"), c = s === "" ? [] : (s.endsWith("\n") ? s.slice(0, -1) : s).split("\n"), l = "", u = !1, d = 0, f = !1;
	for (let e of c) {
		let t = 0;
		for (; t < o && e.charCodeAt(t) === 32;) t++;
		if (r < 0 || t >= e.length) {
			d++;
			continue;
		}
		let n = e.slice(o), i = n.charCodeAt(0);
		a ? i === 32 || i === 9 ? (f = !0, l += "\n".repeat(u ? 1 + d : d)) : f ? (f = !1, l += "\n".repeat(d + 1)) : d === 0 ? u && (l += " ") : l += "\n".repeat(d) : l += "\n".repeat(u ? 1 + d : d), l += n, u = !0, d = 0;
	}
	return i === E.KEEP ? l += "\n".repeat(u ? 1 + d : d) : i !== E.STRIP && u && (l += "\n"), l;
}
function wt(e, t) {
	if (t.valueStart === ft) return "";
	let { valueStart: n, valueEnd: r } = t;
	if (t.fast) return e.slice(n, r);
	switch (t.style) {
		case w.SINGLE_QUOTED: return xt(e, n, r);
		case w.DOUBLE_QUOTED: return St(e, n, r);
		case w.LITERAL_BLOCK: return Ct(e, n, r, t.indent, t.chomping, !1);
		case w.FOLDED_BLOCK: return Ct(e, n, r, t.indent, t.chomping, !0);
		default: return bt(e, n, r);
	}
}
//#endregion
//#region src/common/tagname.ts
var Tt = Object.assign(Object.create(null), {
	"!": "!",
	"!!": "tag:yaml.org,2002:"
}), Et = "-#;/?:@&=+$_.~*'()", Dt = Et + "!,[]", Ot = "0123456789ABCDEF";
function O(e) {
	return "%" + Ot[e >> 4] + Ot[e & 15];
}
function kt(e, t) {
	let n = t ? Et : Dt, r = "";
	for (let t = 0; t < e.length; t++) {
		let i = e.charCodeAt(t);
		i >= 48 && i <= 57 || i >= 65 && i <= 90 || i >= 97 && i <= 122 || n.includes(e[t]) ? r += e[t] : (i >= 55296 && i <= 56319 && (i = 65536 + ((i & 1023) << 10) + (e.charCodeAt(++t) & 1023)), r += i < 128 ? O(i) : i < 2048 ? O(192 | i >> 6) + O(128 | i & 63) : i < 65536 ? O(224 | i >> 12) + O(128 | i >> 6 & 63) + O(128 | i & 63) : O(240 | i >> 18) + O(128 | i >> 12 & 63) + O(128 | i >> 6 & 63) + O(128 | i & 63));
	}
	return r;
}
function At(e) {
	let t = "", n = 0;
	for (; n < e.length;) {
		if (e.charCodeAt(n) !== 37) {
			t += e[n++];
			continue;
		}
		let r = parseInt(e.slice(n + 1, n + 3), 16);
		if (n += 3, r >= 192) {
			let t = r < 224 ? 1 : r < 240 ? 2 : 3;
			for (r &= (1 << 6 - t) - 1; t-- > 0;) r = r << 6 | parseInt(e.slice(n + 1, n + 3), 16) & 63, n += 3;
		}
		r < 65536 ? t += String.fromCharCode(r) : (r -= 65536, t += String.fromCharCode(55296 | r >> 10, 56320 | r & 1023));
	}
	return t;
}
function jt(e, t) {
	var n, r;
	if (e.startsWith("!<") && e.endsWith(">")) return At(e.slice(2, -1));
	let i = e.indexOf("!", 1), a = i === -1 ? "!" : e.slice(0, i + 1);
	return At((n = (r = t == null ? void 0 : t[a]) == null ? Tt[a] : r) == null ? a : n) + At(e.slice(a.length));
}
function Mt(e) {
	let t = e;
	return t.charCodeAt(0) === 33 ? (t = t.slice(1), `!${kt(t, !0)}`) : t.slice(0, 18) === "tag:yaml.org,2002:" ? `!!${kt(t.slice(18), !0)}` : `!<${kt(t, !1)}>`;
}
//#endregion
//#region src/parser/constructor.ts
var k = -1, Nt = "tag:yaml.org,2002:merge", Pt = {
	filename: "",
	schema: tt,
	json: !1,
	maxTotalMergeKeys: 1e4,
	maxAliases: -1
};
function Ft(e) {
	return "tagStart" in e && e.tagStart !== k ? e.tagStart : "anchorStart" in e && e.anchorStart !== k ? e.anchorStart : "valueStart" in e && e.valueStart !== k ? e.valueStart : "start" in e ? e.start : 0;
}
function A(e, t) {
	S.throwAt(e.source, e.position, t, e.filename);
}
function It(e, t, n, r) {
	try {
		return n.finalize(r);
	} catch (n) {
		if (n instanceof S) throw n;
		S.throwAt(e.source, t, n instanceof Error ? n.message : String(n), e.filename);
	}
}
function Lt(t, n) {
	let r = wt(t.source, n), i = n.tagStart === k ? "" : t.source.slice(n.tagStart, n.tagEnd), a = t.schema.defaultScalarTag;
	if (i !== "") {
		var o;
		if (i === "!") return {
			value: r,
			tag: a
		};
		let n = jt(i, t.tagHandlers), s = t.schema.lookupScalarTag(n);
		if (s) {
			let i = s.resolve(r, !0, n);
			return i === e && A(t, `cannot resolve a node with !<${n}> explicit tag`), {
				value: i,
				tag: s
			};
		}
		let c = (o = t.schema.lookupMappingTag(n)) == null ? t.schema.lookupSequenceTag(n) : o;
		if (c) {
			r !== "" && A(t, `cannot resolve a node with !<${n}> explicit tag`);
			let e = c.create(n);
			return {
				value: c.carrierIsResult ? e : It(t, t.position, c, e),
				tag: c
			};
		}
		A(t, `unknown scalar tag !<${n}>`);
	}
	return n.style === w.PLAIN ? t.schema.resolveImplicitScalarTag(r) : {
		value: a.resolve(r, !1, a.tagName),
		tag: a
	};
}
function Rt(e, t, n) {
	let r = t.tagStart === k ? "" : e.source.slice(t.tagStart, t.tagEnd);
	return r === "" || r === "!" ? n : jt(r, e.tagHandlers);
}
function zt(e) {
	return e.nodeKind === "mapping";
}
function Bt(e) {
	e.totalMergeKeys++, e.maxTotalMergeKeys !== -1 && e.totalMergeKeys > e.maxTotalMergeKeys && A(e, `merge keys exceeded maxTotalMergeKeys (${e.maxTotalMergeKeys})`);
}
function Vt(e, t, n, r) {
	Bt(e);
	for (let i of r.keys(n)) {
		if (Bt(e), t.tag.has(t.value, i)) continue;
		let a = t.tag.addPair(t.value, i, r.get(n, i));
		a && A(e, a), t.overridable != null || (t.overridable = /* @__PURE__ */ new Set()), t.overridable.add(i);
	}
}
function Ht(e, t, n, r) {
	if (e.position = t.keyPosition, zt(r)) Vt(e, t, n, r);
	else if (r.nodeKind === "sequence" && Array.isArray(n)) {
		n.length > 100 && A(e, "abnormal merge sequence size");
		for (let r of n) {
			let n = e.nodeTags.get(r);
			n || A(e, "cannot merge mappings; the provided source object is unacceptable"), Vt(e, t, r, n);
		}
	} else A(e, "cannot merge mappings; the provided source object is unacceptable");
}
function Ut(e, t, n, r, i) {
	var a, o;
	if (e.position = t.keyPosition, t.keyIsMerge) {
		Ht(e, t, r, i);
		return;
	}
	!e.json && t.tag.has(t.value, n) && !((a = t.overridable) != null && a.has(n)) && A(e, "duplicated mapping key");
	let s = t.tag.addPair(t.value, n, r);
	s && A(e, s), (o = t.overridable) == null || o.delete(n);
}
function Wt(e, t, n) {
	let r = e.frames[e.frames.length - 1];
	if (r.kind === "document") r.value = t, r.hasValue = !0;
	else if (r.kind === "sequence") {
		zt(n) && e.nodeTags.set(t, n);
		let i = r.tag.addItem(r.value, t, r.index++);
		i && A(e, i);
	} else if (r.hasKey) {
		let i = r.key;
		r.key = void 0, r.hasKey = !1, Ut(e, r, i, t, n);
	} else r.key = t, r.keyPosition = e.position, r.hasKey = !0, r.keyIsMerge = n.tagName === Nt;
}
function Gt(e, t, n, r, i) {
	if (t.anchorStart !== k) {
		let a = {
			value: n,
			tag: r,
			isValueFinal: i
		};
		return e.anchors.set(e.source.slice(t.anchorStart, t.anchorEnd), a), a;
	}
	return null;
}
function Kt(e, t) {
	let n = b(b(b({}, Pt), t), {}, {
		events: e,
		documents: [],
		eventIndex: 0,
		position: 0,
		frames: [],
		anchors: /* @__PURE__ */ new Map(),
		nodeTags: /* @__PURE__ */ new Map(),
		tagHandlers: Object.create(null),
		totalMergeKeys: 0,
		aliasCount: 0
	});
	for (; n.eventIndex < n.events.length;) {
		let e = n.events[n.eventIndex++];
		switch (n.position = Ft(e), e.type) {
			case C.DOCUMENT:
				n.anchors = /* @__PURE__ */ new Map(), n.nodeTags = /* @__PURE__ */ new Map(), n.aliasCount = 0, n.tagHandlers = Object.create(null);
				for (let t of e.directives) t.kind === "tag" && (n.tagHandlers[t.handle] = t.prefix);
				n.frames.push({
					kind: "document",
					position: n.position,
					value: void 0,
					hasValue: !1
				});
				break;
			case C.SCALAR: {
				let { value: t, tag: r } = Lt(n, e);
				Gt(n, e, t, r, !0), Wt(n, t, r);
				break;
			}
			case C.SEQUENCE: {
				let t = Rt(n, e, "tag:yaml.org,2002:seq"), r = n.schema.lookupSequenceTag(t);
				r || A(n, `unknown sequence tag !<${t}>`);
				let i = r.create(t), a = Gt(n, e, i, r, r.carrierIsResult);
				n.frames.push({
					kind: "sequence",
					position: n.position,
					value: i,
					tag: r,
					anchor: a,
					index: 0
				});
				break;
			}
			case C.MAPPING: {
				let t = Rt(n, e, "tag:yaml.org,2002:map"), r = n.schema.lookupMappingTag(t);
				r || A(n, `unknown mapping tag !<${t}>`);
				let i = r.create(t), a = Gt(n, e, i, r, r.carrierIsResult);
				n.frames.push({
					kind: "mapping",
					position: n.position,
					value: i,
					tag: r,
					anchor: a,
					key: void 0,
					keyPosition: n.position,
					hasKey: !1,
					keyIsMerge: !1,
					overridable: null
				});
				break;
			}
			case C.ALIAS: {
				n.maxAliases !== -1 && ++n.aliasCount > n.maxAliases && A(n, `aliases exceeded maxAliases (${n.maxAliases})`);
				let t = n.source.slice(e.anchorStart, e.anchorEnd), r = n.anchors.get(t);
				r || A(n, `unidentified alias "${t}"`), r.isValueFinal || A(n, `recursive alias "${t}" is not supported for tag ${r.tag.tagName} because it uses finalize()`), Wt(n, r.value, r.tag);
				break;
			}
			case C.POP: {
				let e = n.frames.pop();
				if (e.kind === "mapping" && e.hasKey && (n.position = e.keyPosition, A(n, "incomplete mapping pair in event stream")), e.kind === "document") n.documents.push(e.value);
				else {
					let t = e.tag.carrierIsResult ? e.value : It(n, e.position, e.tag, e.value);
					e.anchor && (e.anchor.value = t, e.anchor.isValueFinal = !0), Wt(n, t, e.tag);
				}
				break;
			}
		}
	}
	return n.documents;
}
//#endregion
//#region src/parser/parser.ts
var j = -1, qt = Object.prototype.hasOwnProperty, M = 1, Jt = 2, Yt = 3, Xt = 4, Zt = /[\x00-\x08\x0B\x0C\x0E-\x1F\x7F-\x84\x86-\x9F\uFFFE\uFFFF]|[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?:[^\uD800-\uDBFF]|^)[\uDC00-\uDFFF]/, Qt = /[,\[\]{}]/, $t = /^(?:!|!!|![0-9A-Za-z-]+!)$/, en = String.raw`(?:%[0-9A-Fa-f]{2}|[0-9A-Za-z\-#;/?:@&=+$,_.!~*'()\[\]])`, tn = String.raw`(?:%[0-9A-Fa-f]{2}|[0-9A-Za-z\-#;/?:@&=+$.~*'()_])`, nn = RegExp(`^(?:${en})*$`), rn = RegExp(`^(?:${tn})+$`), an = RegExp(`^(?:!(?:${en})*|${tn}(?:${en})*)$`), on = {
	filename: "",
	maxDepth: 100
};
function sn(e, t, n) {
	e.events.push({
		type: C.DOCUMENT,
		explicitStart: t,
		explicitEnd: n,
		directives: e.directives
	});
}
function cn(e, t, n, r, i, a, o) {
	e.events.push({
		type: C.SEQUENCE,
		start: t,
		anchorStart: n,
		anchorEnd: r,
		tagStart: i,
		tagEnd: a,
		style: o
	});
}
function ln(e, t, n, r, i, a, o) {
	e.events.push({
		type: C.MAPPING,
		start: t,
		anchorStart: n,
		anchorEnd: r,
		tagStart: i,
		tagEnd: a,
		style: o
	});
}
function un(e, t) {
	e.events.splice(t.eventsLength, 0, {
		type: C.MAPPING,
		start: t.position,
		anchorStart: j,
		anchorEnd: j,
		tagStart: j,
		tagEnd: j,
		style: T.FLOW
	});
}
function N(e, t, n, r, i, a, o, s, c = E.CLIP, l = -1, u = !1) {
	e.events.push({
		type: C.SCALAR,
		valueStart: t,
		valueEnd: n,
		anchorStart: r,
		anchorEnd: i,
		tagStart: a,
		tagEnd: o,
		style: s,
		chomping: c,
		indent: l,
		fast: u
	});
}
function dn(e, t, n) {
	e.events.push({
		type: C.ALIAS,
		anchorStart: t,
		anchorEnd: n
	});
}
function P(e) {
	e.events.push({ type: C.POP });
}
function F(e) {
	N(e, j, j, j, j, j, j, w.PLAIN);
}
function fn() {
	return {
		anchorStart: j,
		anchorEnd: j,
		tagStart: j,
		tagEnd: j
	};
}
function I(e) {
	return {
		position: e.position,
		line: e.line,
		lineStart: e.lineStart,
		lineIndent: e.lineIndent,
		firstTabInLine: e.firstTabInLine,
		eventsLength: e.events.length
	};
}
function L(e, t) {
	e.position = t.position, e.line = t.line, e.lineStart = t.lineStart, e.lineIndent = t.lineIndent, e.firstTabInLine = t.firstTabInLine, e.events.length = t.eventsLength;
}
function R(e, t) {
	S.throwAt(e.input.slice(0, e.length), e.position, t, e.filename);
}
function z(e) {
	return e === 10 || e === 13;
}
function B(e) {
	return e === 9 || e === 32;
}
function V(e) {
	return B(e) || z(e);
}
function H(e) {
	return e === 0 || V(e);
}
function U(e) {
	return e === 44 || e === 91 || e === 93 || e === 123 || e === 125;
}
function pn(e) {
	return e >= 48 && e <= 57 ? e - 48 : -1;
}
function mn(e) {
	if (e >= 48 && e <= 57) return e - 48;
	let t = e | 32;
	return t >= 97 && t <= 102 ? t - 97 + 10 : -1;
}
function hn(e) {
	return e === 120 ? 2 : e === 117 ? 4 : e === 85 ? 8 : 0;
}
function gn(e) {
	return e === 48 || e === 97 || e === 98 || e === 116 || e === 9 || e === 110 || e === 118 || e === 102 || e === 114 || e === 101 || e === 32 || e === 34 || e === 47 || e === 92 || e === 78 || e === 95 || e === 76 || e === 80;
}
function _n(e) {
	e.input.charCodeAt(e.position) === 10 ? e.position++ : (e.position++, e.input.charCodeAt(e.position) === 10 && e.position++), e.line++, e.lineStart = e.position, e.lineIndent = 0, e.firstTabInLine = -1;
}
function W(e, t) {
	let n = 0, r = e.input.charCodeAt(e.position), i = e.position === e.lineStart || V(e.input.charCodeAt(e.position - 1));
	for (; r !== 0;) {
		for (; B(r);) i = !0, r === 9 && e.firstTabInLine === -1 && (e.firstTabInLine = e.position), r = e.input.charCodeAt(++e.position);
		if (t && i && r === 35) do
			r = e.input.charCodeAt(++e.position);
		while (!z(r) && r !== 0);
		if (!z(r)) break;
		for (_n(e), n++, i = !0, r = e.input.charCodeAt(e.position); r === 32;) e.lineIndent++, r = e.input.charCodeAt(++e.position);
	}
	return n;
}
function G(e, t = e.position) {
	let n = e.input.charCodeAt(t);
	if ((n === 45 || n === 46) && n === e.input.charCodeAt(t + 1) && n === e.input.charCodeAt(t + 2)) {
		let n = e.input.charCodeAt(t + 3);
		return n === 0 || V(n);
	}
	return !1;
}
function vn(e) {
	e.position === e.lineStart && e.input.charCodeAt(e.position) === 65279 && (e.position++, e.lineStart = e.position);
}
function yn(e) {
	if (e.position !== e.lineStart) return !1;
	if (G(e)) return !0;
	if (e.input.charCodeAt(e.position) !== 65279) return !1;
	let t = I(e);
	vn(e), W(e, !0);
	let n = e.input.charCodeAt(e.position), r = e.position === e.lineStart && (n === 37 || n === 45 && G(e));
	return L(e, t), r;
}
function bn(e) {
	let t = e.input.charCodeAt(e.position);
	for (; t !== 0 && !z(t);) t = e.input.charCodeAt(++e.position);
}
function xn(e, t, n) {
	let r = Zt.exec(e.input.slice(t, n));
	r !== null && (e.position = t + r.index + r[0].length - 1, R(e, "the stream contains non-printable characters"));
}
function Sn(e, t, n) {
	if (e.input.charCodeAt(e.position) !== 33) return !1;
	t.tagStart !== j && R(e, "duplication of a tag property");
	let r = e.position, i = !1, a = !1, o = "!", s = e.input.charCodeAt(++e.position);
	s === 60 ? (i = !0, s = e.input.charCodeAt(++e.position)) : s === 33 && (a = !0, o = "!!", s = e.input.charCodeAt(++e.position));
	let c = e.position, l;
	if (i) {
		for (; s !== 0 && s !== 62;) s = e.input.charCodeAt(++e.position);
		s !== 62 && R(e, "unexpected end of the stream within a verbatim tag"), l = e.input.slice(c, e.position), e.position++;
	} else {
		for (; s !== 0 && !V(s) && !(n && U(s));) s === 33 && (a ? R(e, "tag suffix cannot contain exclamation marks") : (o = e.input.slice(c - 1, e.position + 1), $t.test(o) || R(e, "named tag handle cannot contain such characters"), a = !0, c = e.position + 1)), s = e.input.charCodeAt(++e.position);
		l = e.input.slice(c, e.position), Qt.test(l) && R(e, "tag suffix cannot contain flow indicator characters");
	}
	return l && !(i ? nn.test(l) : rn.test(l)) && R(e, `tag name cannot contain such characters: ${l}`), !i && o !== "!" && o !== "!!" && !qt.call(e.tagHandlers, o) && R(e, `undeclared tag handle "${o}"`), t.tagStart = r, t.tagEnd = e.position, !0;
}
function Cn(e, t) {
	if (e.input.charCodeAt(e.position) !== 38) return !1;
	t.anchorStart !== j && R(e, "duplication of an anchor property"), e.position++;
	let n = e.position;
	for (; e.input.charCodeAt(e.position) !== 0 && !V(e.input.charCodeAt(e.position)) && !U(e.input.charCodeAt(e.position));) e.position++;
	return e.position === n && R(e, "name of an anchor node must contain at least one character"), t.anchorStart = n, t.anchorEnd = e.position, !0;
}
function wn(e, t) {
	if (e.input.charCodeAt(e.position) !== 42) return !1;
	(t.anchorStart !== j || t.tagStart !== j) && R(e, "alias node should not have any properties"), e.position++;
	let n = e.position;
	for (; e.input.charCodeAt(e.position) !== 0 && !V(e.input.charCodeAt(e.position)) && !U(e.input.charCodeAt(e.position));) e.position++;
	return e.position === n && R(e, "name of an alias node must contain at least one character"), dn(e, n, e.position), !0;
}
function Tn(e, t) {
	W(e, !1), e.lineIndent < t && R(e, "deficient indentation");
}
function En(e, t, n) {
	if (e.input.charCodeAt(e.position) !== 39) return !1;
	e.position++;
	let r = e.position, i = !0;
	for (; e.input.charCodeAt(e.position) !== 0;) {
		let a = e.input.charCodeAt(e.position);
		if (a === 39) {
			if (e.input.charCodeAt(e.position + 1) === 39) {
				i = !1, e.position += 2;
				continue;
			}
			let t = e.position;
			return e.position++, N(e, r, t, n.anchorStart, n.anchorEnd, n.tagStart, n.tagEnd, w.SINGLE_QUOTED, E.CLIP, -1, i), !0;
		}
		z(a) ? (i = !1, Tn(e, t)) : e.position === e.lineStart && G(e) ? R(e, "unexpected end of the document within a single quoted scalar") : a !== 9 && a < 32 ? R(e, "expected valid JSON character") : e.position++;
	}
	R(e, "unexpected end of the stream within a single quoted scalar");
}
function Dn(e, t, n) {
	if (e.input.charCodeAt(e.position) !== 34) return !1;
	e.position++;
	let r = e.position, i = !0;
	for (; e.input.charCodeAt(e.position) !== 0;) {
		let a = e.input.charCodeAt(e.position);
		if (a === 34) {
			let t = e.position;
			return e.position++, N(e, r, t, n.anchorStart, n.anchorEnd, n.tagStart, n.tagEnd, w.DOUBLE_QUOTED, E.CLIP, -1, i), !0;
		}
		if (a === 92) {
			i = !1;
			let n = e.input.charCodeAt(++e.position);
			if (z(n)) Tn(e, t);
			else if (gn(n)) e.position++;
			else {
				let t = hn(n);
				for (t === 0 && R(e, "unknown escape sequence"); t-- > 0;) e.position++, mn(e.input.charCodeAt(e.position)) < 0 && R(e, "expected hexadecimal character");
				e.position++;
			}
		} else z(a) ? (i = !1, Tn(e, t)) : e.position === e.lineStart && G(e) ? R(e, "unexpected end of the document within a double quoted scalar") : a !== 9 && a < 32 ? R(e, "expected valid JSON character") : e.position++;
	}
	R(e, "unexpected end of the stream within a double quoted scalar");
}
function On(e, t, n) {
	let r = e.input.charCodeAt(e.position), i = E.CLIP, a = -1, o = !1;
	if (r !== 124 && r !== 62) return !1;
	let s = r === 124 ? w.LITERAL_BLOCK : w.FOLDED_BLOCK;
	for (e.position++; e.input.charCodeAt(e.position) !== 0;) {
		let n = e.input.charCodeAt(e.position), r = pn(n);
		if (n === 43 || n === 45) i !== E.CLIP && R(e, "repeat of a chomping mode identifier"), i = n === 43 ? E.KEEP : E.STRIP, e.position++;
		else if (r >= 0) r === 0 && R(e, "bad explicit indentation width of a block scalar; it cannot be less than one"), o && R(e, "repeat of an indentation width identifier"), a = t + r - 1, o = !0, e.position++;
		else break;
	}
	let c = !1;
	for (; B(e.input.charCodeAt(e.position));) c = !0, e.position++;
	c && e.input.charCodeAt(e.position) === 35 && bn(e), z(e.input.charCodeAt(e.position)) ? _n(e) : e.input.charCodeAt(e.position) !== 0 && R(e, "a line break is expected");
	let l = o ? a : -1, u = 0, d = e.position, f = e.position;
	for (; e.input.charCodeAt(e.position) !== 0;) {
		let n = e.position, r = 0;
		for (; e.input.charCodeAt(n + r) === 32;) r++;
		let i = e.input.charCodeAt(n + r);
		if (i === 0) {
			l >= 0 ? r > l && (f = n + r) : r > 0 && (f = n + r);
			break;
		}
		if (yn(e)) break;
		if (!o && l === -1 && z(i) && (u = Math.max(u, r)), !o && l === -1 && !z(i) && (i === 9 && r < t && (e.position = n + r, R(e, "tab characters must not be used in indentation")), r >= t && r < u && (e.position = n + r, R(e, "bad indentation of a mapping entry"))), l === -1 && i !== 0 && !z(i) && r < t) {
			e.lineIndent = r, e.position = n + r;
			break;
		}
		!o && i !== 0 && !z(i) && l === -1 && (l = r);
		let a = l === -1 ? t + 1 : l;
		if (i !== 0 && !z(i) && r < a) {
			e.lineIndent = r, e.position = n + r;
			break;
		}
		bn(e), f = e.position, z(e.input.charCodeAt(e.position)) && (_n(e), f = e.position);
	}
	return xn(e, d, f), N(e, d, f, n.anchorStart, n.anchorEnd, n.tagStart, n.tagEnd, s, i, l), !0;
}
function kn(e, t) {
	let n = e.input.charCodeAt(e.position), r = t === M;
	if (n === 0 || V(n) || n === 35 || n === 38 || n === 42 || n === 33 || n === 124 || n === 62 || n === 39 || n === 34 || n === 37 || n === 64 || n === 96 || U(n)) return !1;
	if (n === 63 || n === 45) {
		let t = e.input.charCodeAt(e.position + 1);
		if (H(t) || r && U(t)) return !1;
	}
	return !0;
}
function An(e, t, n, r) {
	if (!kn(e, n)) return !1;
	let i = e.position, a = e.position, o = e.input.charCodeAt(e.position), s = n === M, c = !1;
	for (; o !== 0 && !yn(e);) {
		if (o === 58) {
			let t = e.input.charCodeAt(e.position + 1);
			if (H(t) || s && U(t)) break;
		} else if (o === 35) {
			if (V(e.input.charCodeAt(e.position - 1))) break;
		} else if (s && U(o)) break;
		else if (z(o)) {
			let n = e.position, r = e.line, i = e.lineStart, a = e.lineIndent;
			if (W(e, !1), e.lineIndent >= t) {
				c = !0, o = e.input.charCodeAt(e.position);
				continue;
			}
			e.position = n, e.line = r, e.lineStart = i, e.lineIndent = a;
			break;
		}
		B(o) || (a = e.position + 1), o = e.input.charCodeAt(++e.position);
	}
	return a !== i && (xn(e, i, a), N(e, i, a, r.anchorStart, r.anchorEnd, r.tagStart, r.tagEnd, w.PLAIN, E.CLIP, -1, !c), !0);
}
function K(e, t) {
	let n = e.line;
	W(e, !0), (e.line > n && e.lineIndent < t || e.firstTabInLine !== -1 && e.lineIndent < t) && R(e, "deficient indentation");
}
function jn(e, t, n) {
	let r = e.input.charCodeAt(e.position), i = r === 123, a = e.position, o = !0;
	if (r !== 91 && r !== 123) return !1;
	let s = i ? 125 : 93;
	for (i ? ln(e, a, n.anchorStart, n.anchorEnd, n.tagStart, n.tagEnd, T.FLOW) : cn(e, a, n.anchorStart, n.anchorEnd, n.tagStart, n.tagEnd, T.FLOW), e.position++; e.input.charCodeAt(e.position) !== 0;) {
		K(e, t);
		let n = e.input.charCodeAt(e.position);
		if (n === s) return e.position++, P(e), !0;
		o ? n === 44 && R(e, "expected the node content, but found ','") : R(e, "missed comma between flow collection entries");
		let r = !1, a = !1;
		n === 63 && V(e.input.charCodeAt(e.position + 1)) && (r = a = !0, e.position += 1, K(e, t));
		let c = e.line, l = I(e), u = q(e, t, M, !1, !0);
		K(e, t), n = e.input.charCodeAt(e.position), (i || a || e.line === c) && n === 58 ? (r = !0, e.position++, K(e, t), i || un(e, l), u || F(e), q(e, t, M, !1, !0) || F(e), K(e, t), i || P(e)) : i && r ? (u || F(e), F(e)) : i ? F(e) : r && (un(e, l), u || F(e), F(e), P(e)), n = e.input.charCodeAt(e.position), n === 44 ? (o = !0, e.position++) : o = !1;
	}
	R(e, "unexpected end of the stream within a flow collection");
}
function Mn(e, t, n) {
	if (e.firstTabInLine !== -1 || e.input.charCodeAt(e.position) !== 45 || !H(e.input.charCodeAt(e.position + 1))) return !1;
	for (cn(e, e.position, n.anchorStart, n.anchorEnd, n.tagStart, n.tagEnd, T.BLOCK); e.input.charCodeAt(e.position) === 45 && H(e.input.charCodeAt(e.position + 1));) {
		e.firstTabInLine !== -1 && (e.position = e.firstTabInLine, R(e, "tab characters must not be used in indentation"));
		let n = e.line;
		e.position++;
		let r = W(e, !0) > 0;
		if (e.firstTabInLine !== -1 && e.input.charCodeAt(e.position) === 45 && H(e.input.charCodeAt(e.position + 1)) && R(e, "bad indentation of a sequence entry"), r && e.lineIndent <= t ? F(e) : q(e, t, Yt, !1, !0), W(e, !0), e.lineIndent < t || e.position >= e.length) break;
		e.lineIndent > t && R(e, "bad indentation of a sequence entry"), e.line === n && e.input.charCodeAt(e.position) === 45 && H(e.input.charCodeAt(e.position + 1)) && R(e, "bad indentation of a sequence entry");
	}
	return P(e), !0;
}
function Nn(e, t, n, r) {
	let i = !1, a = !1, o = !1, s = !1;
	if (e.firstTabInLine !== -1) return !1;
	let c = e.input.charCodeAt(e.position);
	for (; c !== 0;) {
		!i && e.firstTabInLine !== -1 && (e.position = e.firstTabInLine, R(e, "tab characters must not be used in indentation"));
		let l = e.input.charCodeAt(e.position + 1), u = e.line;
		if ((c === 63 || c === 58) && H(l)) o || (ln(e, e.position, r.anchorStart, r.anchorEnd, r.tagStart, r.tagEnd, T.BLOCK), o = !0), c === 63 ? (i && F(e), a = !0, i = !0) : (i || (F(e), a = !0), i = !1), e.position += 1, s = !0;
		else {
			i && (F(e), i = !1);
			let t = I(e);
			if (!q(e, n, Jt, !1, !0)) break;
			if (e.line === u) {
				for (c = e.input.charCodeAt(e.position); B(c);) c = e.input.charCodeAt(++e.position);
				if (c === 58) c = e.input.charCodeAt(++e.position), H(c) || R(e, "a whitespace character is expected after the key-value separator within a block mapping"), o || (e.events.splice(t.eventsLength, 0, {
					type: C.MAPPING,
					start: t.position,
					anchorStart: r.anchorStart,
					anchorEnd: r.anchorEnd,
					tagStart: r.tagStart,
					tagEnd: r.tagEnd,
					style: T.BLOCK
				}), o = !0), a = !0, i = !1, s = !1;
				else if (a) R(e, "expected ':' after a mapping key");
				else return r.anchorStart !== j || r.tagStart !== j ? (L(e, t), !1) : !0;
			} else if (a) R(e, "can not read a block mapping entry; a multiline key may not be an implicit key");
			else return r.anchorStart !== j || r.tagStart !== j ? (L(e, t), !1) : !0;
		}
		if (q(e, t, Xt, !0, s) && (s = !1), i || s && (F(e), s = !1), W(e, !0), c = e.input.charCodeAt(e.position), (e.line === u || e.lineIndent > t) && c !== 0) R(e, "bad indentation of a mapping entry");
		else if (e.lineIndent < t) break;
	}
	return a ? (i && F(e), o && P(e), !0) : !1;
}
function q(e, t, n, r, i, a = !0) {
	e.depth >= e.maxDepth && R(e, `nesting exceeded maxDepth (${e.maxDepth})`), e.depth++;
	let o = 1, s = !1, c = !1, l = null, u = fn(), d = n === Xt || n === Yt, f = d, p = d;
	if (r && W(e, !0) && (s = !0, o = e.lineIndent > t ? 1 : e.lineIndent === t ? 0 : -1), o === 1) for (;;) {
		let r = e.input.charCodeAt(e.position), i = I(e);
		if (s && o !== 1 && (r === 33 || r === 38)) break;
		if (s && p && (u.tagStart !== j || u.anchorStart !== j) && (r === 33 || r === 38)) {
			var m;
			let n = I(e), r = t + 1;
			if (Nn(e, e.position - e.lineStart, r, u) && ((m = e.events[n.eventsLength]) == null ? void 0 : m.type) === C.MAPPING) return e.depth--, !0;
			L(e, n);
		}
		if (s && (r === 33 && u.tagStart !== j || r === 38 && u.anchorStart !== j) || !Sn(e, u, n === M) && !Cn(e, u)) break;
		l === null && (l = i), W(e, !0) ? (s = !0, f = p, o = e.lineIndent > t ? 1 : e.lineIndent === t ? 0 : -1) : f = !1;
	}
	if (f && (f = s || i), o === 1 || n === Xt) {
		let r = n === M || n === Jt ? t : t + 1, i = e.position - e.lineStart;
		if (o === 1) {
			if (f && (Mn(e, i, u) || Nn(e, i, r, u)) || jn(e, r, u)) c = !0;
			else {
				let t = e.input.charCodeAt(e.position);
				if (l !== null && a && p && !f && t !== 124 && t !== 62) {
					var h;
					let t = I(e), n = l.position - l.lineStart;
					L(e, l), Nn(e, n, r, fn()) && ((h = e.events[t.eventsLength]) == null ? void 0 : h.type) === C.MAPPING ? c = !0 : L(e, t);
				}
				!c && (d && On(e, r, u) || En(e, r, u) || Dn(e, r, u) || wn(e, u) || An(e, r, n, u)) && (c = !0);
			}
		} else o === 0 && (c = f && Mn(e, i, u));
	}
	return d = d && !c, !c && (u.anchorStart !== j || u.tagStart !== j || d) && (N(e, j, j, u.anchorStart, u.anchorEnd, u.tagStart, u.tagEnd, w.PLAIN), c = !0), e.depth--, c || u.anchorStart !== j || u.tagStart !== j;
}
function Pn(e) {
	if (e.lineIndent > 0 || e.input.charCodeAt(e.position) !== 37) return !1;
	e.position++;
	let t = e.position;
	for (; e.input.charCodeAt(e.position) !== 0 && !V(e.input.charCodeAt(e.position));) e.position++;
	let n = e.input.slice(t, e.position), r = [];
	for (n.length === 0 && R(e, "directive name must not be less than one character in length"); e.input.charCodeAt(e.position) !== 0 && !z(e.input.charCodeAt(e.position));) {
		for (; B(e.input.charCodeAt(e.position));) e.position++;
		if (e.input.charCodeAt(e.position) === 35 || z(e.input.charCodeAt(e.position)) || e.input.charCodeAt(e.position) === 0) break;
		let t = e.position;
		for (; e.input.charCodeAt(e.position) !== 0 && !V(e.input.charCodeAt(e.position));) e.position++;
		r.push(e.input.slice(t, e.position));
	}
	if (z(e.input.charCodeAt(e.position)) && _n(e), n === "YAML") {
		e.directives.some((e) => e.kind === "yaml") && R(e, "duplication of %YAML directive"), r.length !== 1 && R(e, "YAML directive accepts exactly one argument");
		let t = /^([0-9]+)\.([0-9]+)$/.exec(r[0]);
		t === null && R(e, "ill-formed argument of the YAML directive"), parseInt(t[1], 10) !== 1 && R(e, "unacceptable YAML version of the document"), e.directives.push({
			kind: "yaml",
			version: r[0]
		});
	} else if (n === "TAG") {
		r.length !== 2 && R(e, "TAG directive accepts exactly two arguments");
		let [t, n] = r;
		$t.test(t) || R(e, "ill-formed tag handle (first argument) of the TAG directive"), qt.call(e.tagHandlers, t) && R(e, `there is a previously declared suffix for "${t}" tag handle`), an.test(n) || R(e, "ill-formed tag prefix (second argument) of the TAG directive"), e.tagHandlers[t] = n, e.directives.push({
			kind: "tag",
			handle: t,
			prefix: n
		});
	}
	return !0;
}
function Fn(e) {
	e.directives = [], e.tagHandlers = Object.create(null);
	let t = !1;
	for (W(e, !0); Pn(e);) t = !0, W(e, !0);
	let n = !1, r = !1, i = !0;
	if (e.lineIndent === 0 && e.input.charCodeAt(e.position) === 45 && e.input.charCodeAt(e.position + 1) === 45 && e.input.charCodeAt(e.position + 2) === 45 && H(e.input.charCodeAt(e.position + 3))) {
		n = !0;
		let t = e.line;
		e.position += 3, W(e, !0), i = e.line > t;
	} else t && R(e, "directives end mark is expected");
	let a = e.events.length;
	if (!n && e.position === e.lineStart && e.input.charCodeAt(e.position) === 46 && G(e)) {
		e.position += 3, W(e, !0);
		return;
	}
	if (sn(e, n, !1), q(e, e.lineIndent - 1, Xt, !1, i, i) || F(e), W(e, !0), e.position === e.lineStart && G(e) && (r = e.input.charCodeAt(e.position) === 46, r)) {
		let t = e.line;
		e.position += 3, W(e, !0), e.line === t && e.position < e.length && R(e, "end of the stream or a document separator is expected");
	}
	let o = e.events[a];
	(o == null ? void 0 : o.type) === C.DOCUMENT && (o.explicitEnd = r), P(e), !r && e.position < e.length && !yn(e) && R(e, "end of the stream or a document separator is expected");
}
function In(e, t) {
	let n = e.length, r = b(b(b({}, on), t), {}, {
		input: `${e}\0`,
		length: n,
		position: 0,
		line: 0,
		lineStart: 0,
		lineIndent: 0,
		firstTabInLine: -1,
		depth: 0,
		directives: [],
		tagHandlers: Object.create(null),
		events: []
	}), i = e.indexOf("\0");
	for (i !== -1 && S.throwAt(e, i, "null byte is not allowed in input", r.filename); r.position < r.length && (vn(r), W(r, !0), !(r.position >= r.length));) {
		let e = r.position;
		Fn(r), r.position === e && 
		/* c8 ignore next */
		R(r, "can not read a document");
	}
	return r.events;
}
//#endregion
//#region src/load.ts
var Ln = b(b({}, on), Pt);
function Rn(e, t = {}) {
	let n = b(b({}, Ln), t), r = String(e), i = Object.keys(on), a = Object.keys(Pt);
	return Kt(In(r, He(n, i)), b(b({}, He(n, a)), {}, { source: r }));
}
function zn(e, t, n) {
	let r = null;
	typeof t == "function" ? r = t : typeof t == "object" && t && (n = t);
	let i = Rn(e, n);
	if (r === null) return i;
	for (let e of i) r(e);
}
function Bn(e, t) {
	let n = Rn(e, t);
	if (n.length === 0) throw new S("expected a document, but the input is empty");
	if (n.length === 1) return n[0];
	throw new S("expected a single document in the stream, but found more");
}
//#endregion
//#region src/ast/from_js.ts
var J = Symbol("INVALID");
function Vn(e) {
	let t = new Set([
		e.defaultScalarTag,
		e.defaultSequenceTag,
		e.defaultMappingTag
	].filter((e) => e !== void 0)), n = e.implicitScalarTags, r = e.tags.filter((e) => !(e.nodeKind === "scalar" && e.implicit) && !t.has(e)), i = e.tags.filter((e) => t.has(e));
	return [
		...n.map((e) => ({
			tag: e,
			implicitTag: !0
		})),
		...r.map((e) => ({
			tag: e,
			implicitTag: !1
		})),
		...i.map((e) => ({
			tag: e,
			implicitTag: !0
		}))
	];
}
function Hn(e, t) {
	for (let n = 0, r = e.representTypes.length; n < r; n += 1) {
		let { tag: r, implicitTag: i } = e.representTypes[n];
		if (r.identify(t)) {
			let e;
			return e = r.matchByTagPrefix ? r.representTagName(t) : r.tagName, {
				tag: r,
				tagName: e,
				implicitTag: i
			};
		}
	}
	return null;
}
function Y(e, t) {
	if (!e.noRefs && typeof t == "object" && t) {
		let n = e.refs.get(t);
		if (n) return n.anchor === void 0 && (n.anchor = `ref_${e.refCounter++}`), {
			kind: "alias",
			anchor: n.anchor
		};
	}
	let n = Hn(e, t);
	if (!n) {
		if (t === void 0 || e.skipInvalid) return J;
		throw new S(`unacceptable kind of an object to dump ${Object.prototype.toString.call(t)}`);
	}
	let { tag: r, tagName: i, implicitTag: a } = n, o = a ? i : Mt(i);
	if (r.nodeKind === "scalar") return {
		kind: "scalar",
		tag: o,
		tagged: !a,
		style: w.PLAIN,
		value: r.represent(t)
	};
	if (r.nodeKind === "sequence") {
		let n = r.represent(t), i = {
			kind: "sequence",
			tag: o,
			tagged: !a,
			style: T.BLOCK,
			items: []
		};
		e.noRefs || e.refs.set(t, i);
		for (let t = 0, r = n.length; t < r; t += 1) {
			let r = Y(e, n[t]);
			r === J && n[t] === void 0 && (r = Y(e, null)), r !== J && i.items.push(r);
		}
		return i;
	}
	let s = r.represent(t), c = {
		kind: "mapping",
		tag: o,
		tagged: !a,
		style: T.BLOCK,
		items: []
	};
	e.noRefs || e.refs.set(t, c);
	for (let [t, n] of s) {
		let r = Y(e, t);
		if (r === J) continue;
		let i = Y(e, n);
		i !== J && c.items.push({
			key: r,
			value: i
		});
	}
	return c;
}
function Un(e, t, n = {}) {
	var r, i;
	let a = Y({
		representTypes: Vn(t),
		noRefs: (r = n.noRefs) != null && r,
		skipInvalid: (i = n.skipInvalid) != null && i,
		refs: /* @__PURE__ */ new Map(),
		refCounter: 0
	}, e);
	return [{
		contents: a === J ? null : a,
		directives: []
	}];
}
//#endregion
//#region src/ast/visit.ts
var Wn = Symbol("visit:break"), Gn = Symbol("visit:skip");
function Kn(e, t, n) {
	let r = t(e, n);
	if (r === Wn) return !0;
	if (r === Gn) return !1;
	let i = n.depth + 1;
	switch (e.kind) {
		case "sequence":
			for (let n of e.items) if (Kn(n, t, {
				depth: i,
				parent: e,
				isKey: !1
			})) return !0;
			break;
		case "mapping": for (let { key: n, value: r } of e.items) if (Kn(n, t, {
			depth: i,
			parent: e,
			isKey: !0
		}) || Kn(r, t, {
			depth: i,
			parent: e,
			isKey: !1
		})) return !0;
	}
	return !1;
}
function qn(e, t) {
	for (let n of e) if (n.contents && Kn(n.contents, t, {
		depth: 0,
		parent: null,
		isKey: !1
	})) return;
}
//#endregion
//#region src/ast/styler_defaults.ts
function Jn(e, t) {
	return !!(e & 1 << t);
}
var Yn = {
	applyQuoteFlowKeysOption: Zn,
	doubleQuoteForInvisibles: Qn,
	doubleQuoteWhitespaceOnly: $n,
	applyForceQuotesOption: er,
	tryLongOrMultilineAsBlock: tr,
	quoteInvalidPlain: nr,
	fallbackToDoubleQuoted: rr
};
function Xn(e) {
	return e.presenterOptions.quoteStyle === "single" && Jn(e.allowedStylesMask, w.SINGLE_QUOTED) ? w.SINGLE_QUOTED : w.DOUBLE_QUOTED;
}
function Zn(e) {
	e.presenterOptions.quoteFlowKeys && e.isKey && e.flowOnly && e.style === w.PLAIN && (e.style = w.DOUBLE_QUOTED);
}
function Qn(e) {
	e.style === w.PLAIN && /[\t\x7F-\xA0\u2028\u2029\uFEFF\uFFFE\uFFFF]/.test(e.node.value) && (e.style = w.DOUBLE_QUOTED);
}
function $n(e) {
	e.style === w.PLAIN && /^\s+$/.test(e.node.value) && (e.style = w.DOUBLE_QUOTED);
}
function er(e) {
	e.presenterOptions.forceQuotes && (e.isKey || e.style !== w.PLAIN || e.node.tag === e.presenterOptions.schema.defaultScalarTag.tagName && (e.style = e.node.value.includes("\n") ? w.DOUBLE_QUOTED : Xn(e)));
}
function tr(e) {
	if (e.style !== w.PLAIN || e.isKey) return;
	let t = e.node.value, n = t.indexOf("\n") !== -1;
	if (!Jn(e.allowedStylesMask, w.LITERAL_BLOCK)) {
		n && (e.style = w.DOUBLE_QUOTED);
		return;
	}
	let r = e.presenterOptions.lineWidth;
	if (r === -1) {
		n && (e.style = w.LITERAL_BLOCK);
		return;
	}
	let i = Math.max(Math.min(r, 40), r - e.shiftOfContent), a = 0, o = !1;
	for (; a <= t.length;) {
		let e = t.length, n = t.indexOf("\n", a);
		n !== -1 && (e = n);
		let r = t.slice(a, e);
		if (r.length > i && r[0] !== " " && / [^ \t]/.test(r) && (o = !0), n === -1) break;
		a = n + 1;
	}
	o ? e.style = w.FOLDED_BLOCK : n && (e.style = w.LITERAL_BLOCK);
}
function nr(e) {
	e.style === w.PLAIN && !Jn(e.allowedStylesMask, w.PLAIN) && (e.style = Xn(e));
}
function rr(e) {
	Jn(e.allowedStylesMask, e.style) || (e.style = w.DOUBLE_QUOTED);
}
//#endregion
//#region src/ast/scalar_styler.ts
function X(e, t) {
	return e | 1 << t;
}
var ir = "[\\x09\\x0A\\x0D\\x20-\\x7E\\x85\\xA0-\\uD7FF\\uE000-\\uFFFD\\u{10000}-\\u{10FFFF}]", ar = "[\\n\\r]", or = "\\uFEFF", sr = "[ \\t]", cr = `(?:(?!(?:${ar}|${or}))${ir})`, lr = `(?:(?!${sr})${cr})`, ur = "[\\x09\\x20-\\uD7FF\\uE000-\\uFFFF\\u{10000}-\\u{10FFFF}]", dr = "[-?:,\\[\\]{}#&*!|>'\"%@`]", fr = "[,\\[\\]{}]", pr = lr, mr = `(?:(?!${fr})${lr})`, hr = `(?:(?:(?!${dr})${lr})|[?:-](?=${pr}))`, gr = `(?:(?:(?!${dr})${lr})|[?:-](?=${mr}))`, _r = `(?:(?:(?![:#])${pr})|:(?=${pr}))#*`, vr = `(?:(?:(?![:#])${mr})|:(?=${mr}))#*`, yr = `(?:${sr}*${_r})*`, br = `(?:${sr}*${vr})*`, xr = `${hr}#*${yr}`, Sr = `${gr}#*${br}`, Cr = xr, wr = Sr, Tr = `\\n+${_r}${yr}`, Er = `\\n+${vr}${br}`, Dr = `${xr}(?:${Tr})*`, Or = `${Sr}(?:${Er})*`, kr = RegExp(`^(?:${Dr})$`, "u"), Ar = RegExp(`^(?:${Or})$`, "u"), jr = RegExp(`^(?:${Cr})$`, "u"), Mr = RegExp(`^(?:${wr})$`, "u"), Nr = RegExp(`^(?:${ur})*$`, "u"), Pr = RegExp(`^(?:${ur}|\\n)*$`, "u"), Fr = RegExp(`^(?:${cr}|\\n)*$`, "u"), Ir = /^(?:---|\.\.\.)(?=$|[ \t\n\r])/, Lr = /^(?:---|\.\.\.)(?=$|[ \t\n\r])/m;
function Rr(e) {
	let t = e.node.value;
	if (t !== "") {
		if (!(e.isKey ? e.flowOnly ? Mr : jr : e.flowOnly ? Ar : kr).test(t) || e.shiftOfFirstLine === 0 && Ir.test(t)) return !1;
		if (e.shiftOfContent === 0) {
			let e = t.indexOf("\n");
			if (e !== -1) {
				let n = t.slice(e + 1);
				if (Lr.test(n)) return !1;
			}
		}
	}
	let n = e.presenterOptions.schema.resolveImplicitScalarTag(t).tag.tagName;
	return !(!e.node.tagged && n !== e.node.tag || !e.node.tagged && t === "=" && n === e.presenterOptions.schema.defaultScalarTag.tagName);
}
function zr(e) {
	let t = e.node.value;
	if (!(e.isKey ? Nr : Pr).test(t) || /[ \t]\n|\n[ \t]/.test(t)) return !1;
	if (!e.isKey && e.shiftOfContent === 0) {
		let e = t.indexOf("\n");
		if (e !== -1 && Lr.test(t.slice(e + 1))) return !1;
	}
	return !0;
}
function Br(e) {
	if (e.flowOnly || !Fr.test(e.node.value)) return !1;
	let t = e.shiftOfContent - e.shiftOfParent;
	return !(t < 1 || t > 9 && /^\n* /.test(e.node.value) || e.shiftOfContent === 0 && Lr.test(e.node.value));
}
function Vr(e) {
	let t = X(0, w.DOUBLE_QUOTED);
	Rr(e) && (t = X(t, w.PLAIN)), zr(e) && (t = X(t, w.SINGLE_QUOTED)), Br(e) && (t = X(X(t, w.LITERAL_BLOCK), w.FOLDED_BLOCK)), e.allowedStylesMask = t;
}
function Hr(e) {
	switch (e.style) {
		case w.PLAIN: return Ur(e);
		case w.SINGLE_QUOTED: return Wr(e);
		case w.LITERAL_BLOCK: return Gr(e);
		case w.FOLDED_BLOCK: return Kr(e);
		case w.DOUBLE_QUOTED: return qr(e);
	}
}
function Ur(e) {
	return Jr(e.node.value, e.shiftOfContent);
}
function Wr(e) {
	return `'${Jr(e.node.value, e.shiftOfContent).replace(/'/g, "''")}'`;
}
function Gr(e) {
	let t = e.node.value;
	return "|" + Zr(t, e.shiftOfParent, e.shiftOfContent) + Qr(Yr(t, e.shiftOfContent));
}
function Kr(e) {
	let t = e.node.value, n = e.presenterOptions.lineWidth, r = Infinity;
	return n !== -1 && (r = Math.max(Math.min(n, 40), n - e.shiftOfContent)), ">" + Zr(t, e.shiftOfParent, e.shiftOfContent) + Qr(Yr(ti(t, r), e.shiftOfContent));
}
function qr(e) {
	return `"${ii(e.node.value)}"`;
}
function Jr(e, t) {
	let n = e.indexOf("\n");
	if (n === -1) return e;
	let r = " ".repeat(t), i = e.slice(0, n), a = /(\n+)([^\n]*)/g;
	a.lastIndex = n;
	let o;
	for (; o = a.exec(e);) {
		let e = o[1].length, t = o[2];
		i += "\n".repeat(e + 1) + r + t;
	}
	return i;
}
function Yr(e, t) {
	let n = " ".repeat(t), r = 0, i = "", a = e.length;
	for (; r < a;) {
		let t, o = e.indexOf("\n", r);
		o === -1 ? (t = e.slice(r), r = a) : (t = e.slice(r, o + 1), r = o + 1), t.length && t !== "\n" && (i += n), i += t;
	}
	return i;
}
function Xr(e) {
	return /^\n* /.test(e);
}
function Zr(e, t, n) {
	let r = Xr(e) ? String(n - t) : "", i = e[e.length - 1] === "\n";
	return `${r}${i && (e[e.length - 2] === "\n" || e === "\n") ? "+" : i ? "" : "-"}\n`;
}
function Qr(e) {
	return e[e.length - 1] === "\n" ? e.slice(0, -1) : e;
}
function $r(e) {
	return e === " " || e === "	";
}
function ei(e, t) {
	if (e === "" || $r(e[0])) return e;
	let n = / [^ \t]/g, r, i = 0, a, o = 0, s = 0, c = "";
	for (; r = n.exec(e);) s = r.index, s - i > t && (a = o > i ? o : s, c += `\n${e.slice(i, a)}`, i = a + 1), o = s;
	return c += "\n", e.length - i > t && o > i ? c += `${e.slice(i, o)}\n${e.slice(o + 1)}` : c += e.slice(i), c.slice(1);
}
function ti(e, t) {
	let n = /(\n+)([^\n]*)/g, r = e.indexOf("\n");
	r === -1 && (r = e.length), n.lastIndex = r;
	let i = ei(e.slice(0, r), t), a = e[0] === "\n" || $r(e[0]), o, s;
	for (; s = n.exec(e);) {
		let e = s[1], n = s[2];
		o = n !== "" && $r(n[0]), i += e + (!a && !o && n !== "" ? "\n" : "") + ei(n, t), a = o;
	}
	return i;
}
var ni = /["\\\x00-\x1F\x7F-\xA0\u2028\u2029\uD800-\uDFFF\uFEFF\uFFFE\uFFFF]/gu;
function ri(e) {
	switch (e) {
		case "\0": return "\\0";
		case "\x07": return "\\a";
		case "\b": return "\\b";
		case "	": return "\\t";
		case "\n": return "\\n";
		case "\v": return "\\v";
		case "\f": return "\\f";
		case "\r": return "\\r";
		case "\x1B": return "\\e";
		case "\"": return "\\\"";
		case "\\": return "\\\\";
		case "\u0085": return "\\N";
		case "\xA0": return "\\_";
		case "\u2028": return "\\L";
		case "\u2029": return "\\P";
	}
	let t = e.charCodeAt(0), n = t.toString(16).toUpperCase();
	return t <= 255 ? `\\x${"0".repeat(2 - n.length)}${n}` : `\\u${"0".repeat(4 - n.length)}${n}`;
}
function ii(e) {
	return e.replace(ni, ri);
}
//#endregion
//#region src/ast/presenter.ts
var Z = 10, ai = {
	indent: 2,
	seqNoIndent: !1,
	seqInlineFirst: !0,
	lineWidth: 80,
	flowBracketPadding: !1,
	flowSkipCommaSpace: !1,
	flowSkipColonSpace: !1,
	quoteFlowKeys: !1,
	quoteStyle: "single",
	forceQuotes: !1,
	scalarStyleRules: Object.keys(Yn).map((e) => Reflect.get(Yn, e)),
	tagBeforeAnchor: !1
};
function oi(e) {
	return e.tagged ? e.tag : Mt(e.tag);
}
function si(e) {
	let t = b(b({}, ai), e);
	return t.flowSkipColonSpace && (t.quoteFlowKeys = !0), b(b({}, t), {}, {
		defaultScalarTagName: t.schema.defaultScalarTag.tagName,
		openEnded: !1
	});
}
function ci(e, t) {
	return `\n${" ".repeat(e.indent * t)}`;
}
function li(e, t, n, r, i, a) {
	return {
		node: t,
		parent: n,
		level: r,
		isKey: i,
		flowOnly: a,
		shiftOfParent: r === 0 ? -1 : e.indent * (r - 1),
		shiftOfContent: e.indent * Math.max(1, r),
		shiftOfFirstLine: r === 0 ? 0 : e.indent * r,
		presenterOptions: e,
		allowedStylesMask: 0,
		style: t.style
	};
}
function ui(e, t, n) {
	let r = "";
	for (let i = 0, a = n.items.length; i < a; i += 1) {
		let a = Q(e, t, n.items[i], n, {}).text;
		i > 0 && (r += `,${e.flowSkipCommaSpace ? "" : " "}`), r += a;
	}
	let i = e.flowBracketPadding && n.items.length > 0 ? " " : "";
	return `[${i}${r}${i}]`;
}
function di(e, t, n, r) {
	let i = "";
	for (let a = 0, o = n.items.length; a < o; a += 1) {
		let o = Q(e, t + 1, n.items[a], n, {
			block: !0,
			compact: e.seqInlineFirst,
			isblockseq: !0
		}).text;
		(!r || i !== "") && (i += ci(e, t)), o === "" || Z === o.charCodeAt(0) ? i += "-" : i += "- ", i += o;
	}
	return i;
}
function fi(e, t, n) {
	let r = "";
	for (let { key: i, value: a } of n.items) {
		let o = "";
		r !== "" && (o += `,${e.flowSkipCommaSpace ? "" : " "}`);
		let s = Q(e, t, i, n, { iskey: !0 }), c = s.text, l = Q(e, t, a, n, {}).text, u = e.flowSkipColonSpace || l === "" ? "" : " ", d = i.kind === "scalar" && s.noBody && (i.tagged || i.anchor !== void 0), f = i.kind === "alias" || d ? " " : "";
		o += `${c}${f}:${u}${l}`, r += o;
	}
	let i = e.flowBracketPadding && r !== "" ? " " : "";
	return `{${i}${r}${i}}`;
}
function pi(e, t, n, r) {
	let i = "";
	for (let a = 0, o = n.items.length; a < o; a += 1) {
		let o = "";
		(!r || i !== "") && (o += ci(e, t));
		let { key: s, value: c } = n.items[a], l = (s.kind === "mapping" || s.kind === "sequence") && s.style === T.BLOCK && s.items.length !== 0 || s.kind === "scalar" && (s.style === w.LITERAL_BLOCK || s.style === w.FOLDED_BLOCK), u = l ? Q(e, t + 1, s, n, {
			block: !0,
			compact: !0,
			isblockseq: !mi(e, s, t + 1)
		}) : Q(e, t + 1, s, n, {
			block: !0,
			compact: !0,
			iskey: !0
		}), d = u.text, f = s.kind === "scalar" && s.value.indexOf("\n") !== -1, p = d.length > 1024 && /^[\s\S]{1025}/u.test(d), m = l || f || p;
		m && (d && Z === d.charCodeAt(0) ? o += "?" : o += "? "), o += d, m && (o += ci(e, t));
		let h = Q(e, t + 1, c, n, {
			block: !0,
			compact: m,
			isblockseq: m && !mi(e, c, t + 1)
		}).text, ee = s.kind === "scalar" && u.noBody && (s.tagged || s.anchor !== void 0), te = !m && (s.kind === "alias" || ee) ? " " : "";
		h === "" || Z === h.charCodeAt(0) ? o += `${te}:` : o += `${te}: `, o += h, i += o;
	}
	return i;
}
function mi(e, t, n) {
	return t.kind === "alias" || t.tagged || t.anchor !== void 0 || e.indent < 2 && n > 0;
}
function Q(e, t, n, r, i) {
	var a;
	if (n.kind === "alias") return e.openEnded = !1, {
		text: `*${n.anchor}`,
		noBody: !1
	};
	let { block: o = !1, iskey: s = !1, isblockseq: c = !1 } = i, l = (a = i.compact) != null && a, u = n.anchor !== void 0;
	mi(e, n, t) && (l = !1);
	let d, f = n.tagged, p = o && (n.kind === "mapping" || n.kind === "sequence") && n.style === T.BLOCK && n.items.length !== 0;
	if (n.kind === "mapping") d = p ? pi(e, t, n, l) : fi(e, t, n);
	else if (n.kind === "sequence") d = p ? e.seqNoIndent && !c && t > 0 ? di(e, t - 1, n, l) : di(e, t, n, l) : ui(e, t, n);
	else {
		let i = li(e, n, r, t, s, !o);
		Vr(i);
		for (let t of e.scalarStyleRules) t(i);
		d = Hr(i), e.openEnded = (i.style === w.LITERAL_BLOCK || i.style === w.FOLDED_BLOCK) && (n.value === "\n" || n.value.endsWith("\n\n")), f = n.tagged || d === "" && i.flowOnly && (r == null ? void 0 : r.kind) === "sequence" && !u || i.style !== w.PLAIN && n.tag !== e.defaultScalarTagName;
	}
	(n.kind === "mapping" || n.kind === "sequence") && !p && (e.openEnded = !1), p && l && t > 0 && e.indent > 2 && (d = `${" ".repeat(e.indent - 2)}${d}`);
	let m = d === "", h = d;
	if (f || u) {
		let t = [], r = f ? oi(n) : null, i = u ? `&${n.anchor}` : null;
		e.tagBeforeAnchor ? (r !== null && t.push(r), i !== null && t.push(i)) : (i !== null && t.push(i), r !== null && t.push(r));
		let a = d === "" || d.charCodeAt(0) === Z ? "" : " ";
		h = `${t.join(" ")}${a}${d}`;
	}
	return {
		text: h,
		noBody: m
	};
}
function hi(e) {
	return (e.kind === "sequence" || e.kind === "mapping") && e.style === T.BLOCK && e.items.length !== 0 && !e.tagged && e.anchor === void 0;
}
function gi(e) {
	let t = "";
	for (let n of e.directives) {
		if (n.kind === "yaml") {
			t += `%YAML ${n.version}\n`;
			continue;
		}
		let { handle: e, prefix: r } = n;
		t += `%TAG ${e} ${r}\n`;
	}
	return t;
}
function _i(e, t) {
	let n = si(t), r = "", i = !1;
	for (let t = 0; t < e.length; t += 1) {
		let a = e[t];
		n.openEnded = !1;
		let o = gi(a), s = o !== "", c = a.explicitStart || s || t > 0 && !i;
		if (r += o, a.contents === null) c && (r += "---\n");
		else if (c) {
			let e = Q(n, 0, a.contents, null, {
				block: !0,
				compact: !0
			}).text, t = e === "" ? "" : s || hi(a.contents) ? "\n" : " ";
			r += `---${t}${e}\n`;
		} else r += Q(n, 0, a.contents, null, {
			block: !0,
			compact: !0
		}).text + "\n";
		i = a.explicitEnd || n.openEnded, i && (r += "...\n");
	}
	return r;
}
//#endregion
//#region src/dump.ts
var vi = b(b({}, ai), {}, {
	schema: rt,
	skipInvalid: !1,
	noRefs: !1,
	flowLevel: -1,
	sortKeys: !1,
	transform: () => {}
});
function yi(e, t) {
	let n = String(e), r = String(t);
	return n < r ? -1 : +(n > r);
}
function bi(e, t = {}) {
	let n = b(b({}, vi), t), r = Un(e, n.schema, {
		noRefs: n.noRefs,
		skipInvalid: n.skipInvalid
	});
	if (n.flowLevel >= 0 && qn(r, (e, t) => {
		if (!(t.depth < n.flowLevel)) return (e.kind === "sequence" || e.kind === "mapping") && (e.style = T.FLOW), Gn;
	}), n.sortKeys) {
		let e = n.sortKeys === !0 ? yi : n.sortKeys;
		qn(r, (t) => {
			t.kind === "mapping" && t.items.sort((t, n) => e(t.key.kind === "scalar" ? t.key.value : "", n.key.kind === "scalar" ? n.key.value : ""));
		});
	}
	return n.transform(r), _i(r, b(b({}, He(n, Object.keys(ai))), {}, { schema: n.schema }));
}
//#endregion
//#region src/ast/from_events.ts
var $ = (/* unused pure expression or super */ null && (-1));
function xi(e) {
	return "tagStart" in e && e.tagStart !== $ ? e.tagStart : "anchorStart" in e && e.anchorStart !== $ ? e.anchorStart : "valueStart" in e && e.valueStart !== $ ? e.valueStart : "start" in e ? e.start : 0;
}
function Si(e, t) {
	return t.tagStart === $ ? "" : e.source.slice(t.tagStart, t.tagEnd);
}
function Ci(e, t) {
	return t.anchorStart === $ ? void 0 : e.source.slice(t.anchorStart, t.anchorEnd);
}
function wi(e, t) {
	let n = wt(e.source, t), r = Si(e, t), i, a = !1;
	return r === "" ? i = t.style === w.PLAIN ? e.schema.resolveImplicitScalarTag(n).tag.tagName : e.schema.defaultScalarTag.tagName : (a = !0, i = r), {
		kind: "scalar",
		tag: i,
		tagged: a,
		style: t.style,
		anchor: Ci(e, t),
		value: n
	};
}
function Ti(e, t, n) {
	let r = Si(e, t), i, a = !1;
	return r === "" ? i = n : (i = r, a = !0), {
		tag: i,
		tagged: a,
		style: t.style,
		anchor: Ci(e, t)
	};
}
function Ei(e, t) {
	let n = e.frames[e.frames.length - 1];
	n.kind === "document" ? n.doc.contents = t : n.kind === "sequence" ? n.node.items.push(t) : n.key ? (n.node.items.push({
		key: n.key,
		value: t
	}), n.key = null) : n.key = t;
}
function Di(e, t) {
	let n = {
		source: t.source,
		schema: t.schema,
		eventIndex: 0,
		position: 0,
		frames: [],
		documents: []
	};
	for (; n.eventIndex < e.length;) {
		let t = e[n.eventIndex++];
		switch (n.position = xi(t), t.type) {
			case C.DOCUMENT: {
				let e = {
					contents: null,
					explicitStart: t.explicitStart,
					explicitEnd: t.explicitEnd,
					directives: t.directives
				};
				n.frames.push({
					kind: "document",
					doc: e
				});
				break;
			}
			case C.SCALAR:
				Ei(n, wi(n, t));
				break;
			case C.SEQUENCE: {
				let { tag: e, tagged: r, style: i, anchor: a } = Ti(n, t, "tag:yaml.org,2002:seq"), o = {
					kind: "sequence",
					tag: e,
					tagged: r,
					style: i,
					anchor: a,
					items: []
				};
				n.frames.push({
					kind: "sequence",
					node: o
				});
				break;
			}
			case C.MAPPING: {
				let { tag: e, tagged: r, style: i, anchor: a } = Ti(n, t, "tag:yaml.org,2002:map"), o = {
					kind: "mapping",
					tag: e,
					tagged: r,
					style: i,
					anchor: a,
					items: []
				};
				n.frames.push({
					kind: "mapping",
					node: o,
					key: null
				});
				break;
			}
			case C.ALIAS:
				Ei(n, {
					kind: "alias",
					anchor: n.source.slice(t.anchorStart, t.anchorEnd)
				});
				break;
			case C.POP: {
				let e = n.frames.pop();
				if (e.kind === "mapping" && e.key) throw Error("incomplete mapping pair in event stream");
				e.kind === "document" ? n.documents.push(e.doc) : Ei(n, e.node);
				break;
			}
		}
	}
	return n.documents;
}
//#endregion
//#region src/index.ts
var Oi = C.DOCUMENT, ki = C.SEQUENCE, Ai = C.MAPPING, ji = C.SCALAR, Mi = C.ALIAS, Ni = C.POP, Pi = w.PLAIN, Fi = w.SINGLE_QUOTED, Ii = w.DOUBLE_QUOTED, Li = w.LITERAL_BLOCK, Ri = w.FOLDED_BLOCK, zi = T.BLOCK, Bi = T.FLOW, Vi = E.CLIP, Hi = E.STRIP, Ui = E.KEEP;
//#endregion


//# sourceMappingURL=js-yaml.esm.min.mjs.map
;// CONCATENATED MODULE: ./lib/inside/config/params.js

/**
 * The value of the option `params`: YAML 1.2 (its core schema), which JSON is a part of.
 * @throws Error when it is not YAML
 */
function parseParams(text) {
    return Bn(text, { schema: tt });
}


/***/ }),

/***/ 485:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   E: () => (/* binding */ kinds)
/* harmony export */ });
/**
 * The kinds of credentials and their fields (PROTOCOL.md, Kinds). Data: the wire's codec, the masks, the exporters
 * and the action's outputs are all derived from this table.
 */
const kinds = {
    'aws-session': {
        accessKeyId: 'masked',
        secretAccessKey: 'secret',
        sessionToken: 'secret',
        region: 'plain?',
        account: 'plain?',
    },
    'bearer-token': { token: 'secret', header: 'plain?' },
    'github-token': { token: 'secret', apiUrl: 'plain' },
    'vault-token': { token: 'secret', address: 'plain', namespace: 'plain?' },
    'basic-login': { username: 'plain', password: 'secret' },
    'postgres-login': {
        host: 'plain',
        port: 'plain',
        database: 'plain',
        username: 'plain',
        password: 'secret',
        caCertificate: 'plain?',
    },
    'mysql-login': {
        host: 'plain',
        port: 'plain',
        database: 'plain',
        username: 'plain',
        password: 'secret',
        caCertificate: 'plain?',
    },
    'ssh-certificate': { certificate: 'plain', principals: 'plain', caPublicKey: 'plain?' },
    'x509-certificate': { certificateChain: 'plain', caCertificates: 'plain' },
    'kubernetes-token': { server: 'plain', token: 'secret', caCertificate: 'plain', namespace: 'plain?' },
    'gcp-token': { token: 'secret', project: 'plain?' },
    'azure-token': { token: 'secret', tenant: 'plain', resource: 'plain' },
    'registry-login': { registry: 'plain', username: 'plain', password: 'secret' },
};


/***/ }),

/***/ 2044:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   d: () => (/* binding */ startDeadline)
/* harmony export */ });
/** Starts a budget of so many seconds; never later than `outer`. */
function startDeadline(clock, budgetSeconds, outer) {
    const end = clock.monotonicMs() + Math.min(budgetSeconds * 1000, outer?.remainingMs() ?? Infinity);
    return { budgetSeconds, remainingMs: () => Math.max(0, end - clock.monotonicMs()) };
}


/***/ }),

/***/ 4148:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   E9: () => (/* binding */ parseDuration),
/* harmony export */   a3: () => (/* binding */ formatDuration),
/* harmony export */   fU: () => (/* binding */ formatTime)
/* harmony export */ });
/* harmony import */ var _pattern_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(4624);

const secondsIn = { s: 1, m: 60, h: 3600, d: 86_400 };
/**
 * Reads a lifetime: `900` (seconds), `90s`, `15m`, `1h`, `1h30m`, `1d`.
 * @returns whole seconds, or undefined when the text is not a duration of at most a year
 */
function parseDuration(text) {
    const bare = (0,_pattern_js__WEBPACK_IMPORTED_MODULE_0__/* .fullMatch */ .L)(/\d{1,8}/, text);
    if (!bare && (!(0,_pattern_js__WEBPACK_IMPORTED_MODULE_0__/* .fullMatch */ .L)(/(\d{1,6}d)?(\d{1,6}h)?(\d{1,6}m)?(\d{1,8}s)?/, text) || text === ''))
        return undefined;
    let seconds = bare ? Number(text) : 0;
    for (const [, count, unit] of text.matchAll(/(\d+)([smhd])/g)) {
        seconds += Number(count) * secondsIn[unit];
    }
    return seconds <= 366 * 86_400 ? seconds : undefined;
}
/** `in 15 min`-style words for a person: `45 s`, `15 min`, `1 h 30 min`. Takes seconds, rounds to the minute above two. */
function formatDuration(seconds) {
    const whole = Math.max(0, Math.round(seconds));
    if (whole < 120)
        return `${String(whole)} s`;
    const minutes = Math.round(whole / 60);
    if (minutes < 60)
        return `${String(minutes)} min`;
    const rest = minutes % 60;
    return `${String(Math.floor(minutes / 60))} h${rest === 0 ? '' : ` ${String(rest)} min`}`;
}
/** `16:15 UTC`, with the date in front when it is not the day of `now`. */
function formatTime(at, now) {
    const [day, time] = at.toISOString().split('T');
    const clock = `${time.slice(0, 5)} UTC`;
    return day === now.toISOString().slice(0, 10) ? clock : `${day} ${clock}`;
}


/***/ }),

/***/ 847:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   F: () => (/* binding */ codes),
/* harmony export */   u: () => (/* binding */ CredsError)
/* harmony export */ });
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
        hint: 'No trust policy grants this to this job. Show your platform team the request id and the claims above.',
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
        hint: 'What was lent is not what the inputs allow; it was given back. Compare `min-ttl`, `max-ttl` and `expect-account` with the role.',
    },
    'static-key': {
        exit: 64,
        hint: 'Take the variable out of the job (`env:`, the settings of the project, the runner) and delete the key where it was made. `static-keys: warn` lets the job go on meanwhile.',
    },
    'request-refused': {
        exit: 70,
        hint: 'The other side did not accept the request. If broker and action are of different versions, update the older one.',
    },
    unreachable: {
        exit: 69,
        hint: 'Check the URL, DNS, firewall and proxy settings (HTTPS_PROXY, NO_PROXY) as seen from this runner.',
    },
    'tls-untrusted': {
        exit: 69,
        hint: 'The server\u2019s certificate is not trusted here. For a private certificate authority set the input `ca-cert` to its PEM file, or NODE_EXTRA_CA_CERTS. Checking is never switched off.',
    },
    'proxy-refused': {
        exit: 69,
        hint: 'The proxy did not connect us. Check HTTPS_PROXY (credentials included) or add the host to NO_PROXY.',
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
        hint: 'The credential could not be handed to the job and was given back. Check the runner\u2019s disk and the permissions of its temporary folder.',
    },
    'credential-unusable': {
        exit: 70,
        hint: 'The other side sent a credential that cannot be delivered safely; it was given back. Tell the owner of the role.',
    },
    'cannot-redact': {
        exit: 70,
        hint: 'Without it nothing is shown, rather than a secret. Give `--state` the folder that `login` was given, or name the variables that hold the secrets with `--variable`.',
    },
    'revoke-failed': {
        exit: 1,
        hint: 'A lease could not be given back in time; it ends by itself at the time shown. Ask the broker\u2019s operator to revoke it sooner.',
    },
    unfinished: { exit: 70, hint: 'The run ended before its work did. This is a defect: please report it.' },
    interrupted: {
        exit: 130,
        hint: 'The job was cancelled. What had been lent was given back, unless a warning above says what lives on.',
    },
    terminated: {
        exit: 143,
        hint: 'The job was cancelled. What had been lent was given back, unless a warning above says what lives on.',
    },
    internal: { exit: 70, hint: 'This is a defect: please report it, with the stack if there is one.' },
};
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

/***/ 1062:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   w: () => (/* binding */ TransportError)
/* harmony export */ });
class TransportError extends Error {
    fault;
    constructor(fault, options) {
        super(fault, options);
        this.name = 'TransportError';
        this.fault = fault;
    }
}


/***/ }),

/***/ 2972:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   y: () => (/* binding */ revocabilities)
/* harmony export */ });
const revocabilities = ['immediate', 'policy', 'expiry-only'];


/***/ }),

/***/ 5272:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   Q: () => (/* binding */ markdownTable)
/* harmony export */ });
/** A table in GitHub Flavored Markdown; what stands in the cells cannot break out of them. */
function markdownTable(head, rows) {
    const line = (cells) => `| ${cells.map(cell).join(' | ')} |\n`;
    return line(head) + line(head.map(() => '---')) + rows.map(line).join('');
}
function cell(text) {
    return text.replace(/[\\|`*_[\]<>&#!]/g, (char) => `&#${String(char.charCodeAt(0))};`).replace(/\s+/g, ' ');
}


/***/ }),

/***/ 2975:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   p: () => (/* binding */ nearest)
/* harmony export */ });
/** The name that was probably meant: one letter more, less, other or swapped; `_` for `-`; or the only one that begins so. */
function nearest(known, typed) {
    const name = typed.toLowerCase().replaceAll('_', '-');
    const near = known.find((candidate) => isNear(candidate, name));
    if (near !== undefined || name.length < 3)
        return near;
    const longer = known.filter((candidate) => candidate.startsWith(name));
    return longer.length === 1 ? longer[0] : undefined;
}
function isNear(a, b) {
    if (a === b)
        return true;
    let start = 0;
    while (start < Math.min(a.length, b.length) && a[start] === b[start])
        start++;
    const swapped = a[start] === b[start + 1] && a[start + 1] === b[start];
    const tails = [
        [a.slice(start + 1), b.slice(start)],
        [a.slice(start), b.slice(start + 1)],
        [a.slice(start + 1), b.slice(start + 1)],
        ...(swapped ? [[a.slice(start + 2), b.slice(start + 2)]] : []),
    ];
    return tails.some(([x, y]) => x === y);
}


/***/ }),

/***/ 4624:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   L: () => (/* binding */ fullMatch)
/* harmony export */ });
const whole = new WeakMap();
/**
 * True when the pattern matches the text from its first to its last character. Every pattern in this program goes
 * through here, so that no one forgets an anchor or the group around an alternation (`^a|b$`).
 */
function fullMatch(pattern, text) {
    let anchored = whole.get(pattern);
    if (anchored === undefined) {
        anchored = new RegExp(`^(?:${pattern.source})$(?![\\s\\S])`, pattern.flags.replace(/[gym]/g, ''));
        whole.set(pattern, anchored);
    }
    return anchored.test(text);
}


/***/ }),

/***/ 1121:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   g: () => (/* binding */ printable)
/* harmony export */ });
/* unused harmony export visible */
/* harmony import */ var _pattern_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(4624);

const longest = 200;
/**
 * Text from outside, made fit to be printed: control characters, ANSI escapes, bidirectional and invisible marks
 * become `?`, a leading `::` or `##[` can no longer be a workflow command, and 200 characters are enough.
 */
function printable(text) {
    const plain = visible(text).replace(/::|##\[/g, '?');
    return plain.length > longest ? `${plain.slice(0, longest).replace(/[\ud800-\udbff]$/, '')}\u2026` : plain;
}
/** Text of any length in which nothing is invisible, where no workflow command is looked for: a page, say. */
function visible(text) {
    // Most text is plain; the tables for Unicode's classes cost 1 ms to build.
    if ((0,_pattern_js__WEBPACK_IMPORTED_MODULE_0__/* .fullMatch */ .L)(/[ -~]*/, text))
        return text;
    // Not a literal: its Unicode classes would be looked up whenever this file is parsed.
    const invisible = new RegExp('[\\p{C}\\p{Zl}\\p{Zp}]', 'gu');
    return text.replace(/\u001b\[[0-?]*[ -/]*[@-~]/g, '?').replace(invisible, '?');
}


/***/ }),

/***/ 7480:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   z: () => (/* binding */ Secret)
/* harmony export */ });
const hidden = '[secret]';
/**
 * One string to hide. It prints, serialises, interpolates and inspects as `[secret]`; only `reveal()` gives the
 * value, so every place where a secret leaves the program can be found by searching for that word.
 */
class Secret {
    #value;
    constructor(value) {
        this.#value = value;
    }
    /** The value itself, for the one place that must send or deliver it. */
    reveal() {
        return this.#value;
    }
    toString() {
        return hidden;
    }
    toJSON() {
        return hidden;
    }
    [Symbol.toPrimitive]() {
        return hidden;
    }
    [Symbol.for('nodejs.util.inspect.custom')]() {
        return hidden;
    }
}


/***/ }),

/***/ 9811:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
// ESM COMPAT FLAG
__nccwpck_require__.r(__webpack_exports__);

// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  open: () => (/* binding */ door_open)
});

// EXTERNAL MODULE: ./lib/inside/domain/errors.js
var errors = __nccwpck_require__(847);
// EXTERNAL MODULE: external "node:net"
var external_node_net_ = __nccwpck_require__(7030);
// EXTERNAL MODULE: external "http"
var external_http_ = __nccwpck_require__(8611);
var external_http_namespaceObject = /*#__PURE__*/__nccwpck_require__.t(external_http_, 2);
// EXTERNAL MODULE: external "https"
var external_https_ = __nccwpck_require__(5692);
var external_https_namespaceObject = /*#__PURE__*/__nccwpck_require__.t(external_https_, 2);
;// CONCATENATED MODULE: ./node_modules/@actions/http-client/lib/proxy.js
function getProxyUrl(reqUrl) {
    const usingSsl = reqUrl.protocol === 'https:';
    if (checkBypass(reqUrl)) {
        return undefined;
    }
    const proxyVar = (() => {
        if (usingSsl) {
            return process.env['https_proxy'] || process.env['HTTPS_PROXY'];
        }
        else {
            return process.env['http_proxy'] || process.env['HTTP_PROXY'];
        }
    })();
    if (proxyVar) {
        try {
            return new DecodedURL(proxyVar);
        }
        catch (_a) {
            if (!proxyVar.startsWith('http://') && !proxyVar.startsWith('https://'))
                return new DecodedURL(`http://${proxyVar}`);
        }
    }
    else {
        return undefined;
    }
}
function checkBypass(reqUrl) {
    if (!reqUrl.hostname) {
        return false;
    }
    const reqHost = reqUrl.hostname;
    if (isLoopbackAddress(reqHost)) {
        return true;
    }
    const noProxy = process.env['no_proxy'] || process.env['NO_PROXY'] || '';
    if (!noProxy) {
        return false;
    }
    // Determine the request port
    let reqPort;
    if (reqUrl.port) {
        reqPort = Number(reqUrl.port);
    }
    else if (reqUrl.protocol === 'http:') {
        reqPort = 80;
    }
    else if (reqUrl.protocol === 'https:') {
        reqPort = 443;
    }
    // Format the request hostname and hostname with port
    const upperReqHosts = [reqUrl.hostname.toUpperCase()];
    if (typeof reqPort === 'number') {
        upperReqHosts.push(`${upperReqHosts[0]}:${reqPort}`);
    }
    // Compare request host against noproxy
    for (const upperNoProxyItem of noProxy
        .split(',')
        .map(x => x.trim().toUpperCase())
        .filter(x => x)) {
        if (upperNoProxyItem === '*' ||
            upperReqHosts.some(x => x === upperNoProxyItem ||
                x.endsWith(`.${upperNoProxyItem}`) ||
                (upperNoProxyItem.startsWith('.') &&
                    x.endsWith(`${upperNoProxyItem}`)))) {
            return true;
        }
    }
    return false;
}
function isLoopbackAddress(host) {
    const hostLower = host.toLowerCase();
    return (hostLower === 'localhost' ||
        hostLower.startsWith('127.') ||
        hostLower.startsWith('[::1]') ||
        hostLower.startsWith('[0:0:0:0:0:0:0:1]'));
}
class DecodedURL extends URL {
    constructor(url, base) {
        super(url, base);
        this._decodedUsername = decodeURIComponent(super.username);
        this._decodedPassword = decodeURIComponent(super.password);
    }
    get username() {
        return this._decodedUsername;
    }
    get password() {
        return this._decodedPassword;
    }
}
//# sourceMappingURL=proxy.js.map
// EXTERNAL MODULE: ./node_modules/tunnel/index.js
var tunnel = __nccwpck_require__(770);
;// CONCATENATED MODULE: ./stubs/undici/index.js
// @actions/http-client and @actions/github name undici only for a proxy agent that nothing here uses (proxies go
// through `tunnel`); the real one costs 900 kB of bundle and 22 ms of start-up.
class ProxyAgent {
  constructor() {
    throw new Error('undici is not bundled');
  }
}
const fetch = (...args) => globalThis.fetch(...args);

;// CONCATENATED MODULE: ./node_modules/@actions/http-client/lib/index.js
/* eslint-disable @typescript-eslint/no-explicit-any */
var __awaiter = (undefined && undefined.__awaiter) || function (thisArg, _arguments, P, generator) {
    function adopt(value) { return value instanceof P ? value : new P(function (resolve) { resolve(value); }); }
    return new (P || (P = Promise))(function (resolve, reject) {
        function fulfilled(value) { try { step(generator.next(value)); } catch (e) { reject(e); } }
        function rejected(value) { try { step(generator["throw"](value)); } catch (e) { reject(e); } }
        function step(result) { result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected); }
        step((generator = generator.apply(thisArg, _arguments || [])).next());
    });
};





var HttpCodes;
(function (HttpCodes) {
    HttpCodes[HttpCodes["OK"] = 200] = "OK";
    HttpCodes[HttpCodes["MultipleChoices"] = 300] = "MultipleChoices";
    HttpCodes[HttpCodes["MovedPermanently"] = 301] = "MovedPermanently";
    HttpCodes[HttpCodes["ResourceMoved"] = 302] = "ResourceMoved";
    HttpCodes[HttpCodes["SeeOther"] = 303] = "SeeOther";
    HttpCodes[HttpCodes["NotModified"] = 304] = "NotModified";
    HttpCodes[HttpCodes["UseProxy"] = 305] = "UseProxy";
    HttpCodes[HttpCodes["SwitchProxy"] = 306] = "SwitchProxy";
    HttpCodes[HttpCodes["TemporaryRedirect"] = 307] = "TemporaryRedirect";
    HttpCodes[HttpCodes["PermanentRedirect"] = 308] = "PermanentRedirect";
    HttpCodes[HttpCodes["BadRequest"] = 400] = "BadRequest";
    HttpCodes[HttpCodes["Unauthorized"] = 401] = "Unauthorized";
    HttpCodes[HttpCodes["PaymentRequired"] = 402] = "PaymentRequired";
    HttpCodes[HttpCodes["Forbidden"] = 403] = "Forbidden";
    HttpCodes[HttpCodes["NotFound"] = 404] = "NotFound";
    HttpCodes[HttpCodes["MethodNotAllowed"] = 405] = "MethodNotAllowed";
    HttpCodes[HttpCodes["NotAcceptable"] = 406] = "NotAcceptable";
    HttpCodes[HttpCodes["ProxyAuthenticationRequired"] = 407] = "ProxyAuthenticationRequired";
    HttpCodes[HttpCodes["RequestTimeout"] = 408] = "RequestTimeout";
    HttpCodes[HttpCodes["Conflict"] = 409] = "Conflict";
    HttpCodes[HttpCodes["Gone"] = 410] = "Gone";
    HttpCodes[HttpCodes["TooManyRequests"] = 429] = "TooManyRequests";
    HttpCodes[HttpCodes["InternalServerError"] = 500] = "InternalServerError";
    HttpCodes[HttpCodes["NotImplemented"] = 501] = "NotImplemented";
    HttpCodes[HttpCodes["BadGateway"] = 502] = "BadGateway";
    HttpCodes[HttpCodes["ServiceUnavailable"] = 503] = "ServiceUnavailable";
    HttpCodes[HttpCodes["GatewayTimeout"] = 504] = "GatewayTimeout";
})(HttpCodes || (HttpCodes = {}));
var Headers;
(function (Headers) {
    Headers["Accept"] = "accept";
    Headers["ContentType"] = "content-type";
})(Headers || (Headers = {}));
var MediaTypes;
(function (MediaTypes) {
    MediaTypes["ApplicationJson"] = "application/json";
})(MediaTypes || (MediaTypes = {}));
/**
 * Returns the proxy URL, depending upon the supplied url and proxy environment variables.
 * @param serverUrl  The server URL where the request will be sent. For example, https://api.github.com
 */
function lib_getProxyUrl(serverUrl) {
    const proxyUrl = pm.getProxyUrl(new URL(serverUrl));
    return proxyUrl ? proxyUrl.href : '';
}
const HttpRedirectCodes = [
    HttpCodes.MovedPermanently,
    HttpCodes.ResourceMoved,
    HttpCodes.SeeOther,
    HttpCodes.TemporaryRedirect,
    HttpCodes.PermanentRedirect
];
const HttpResponseRetryCodes = [
    HttpCodes.BadGateway,
    HttpCodes.ServiceUnavailable,
    HttpCodes.GatewayTimeout
];
const RetryableHttpVerbs = ['OPTIONS', 'GET', 'DELETE', 'HEAD'];
const ExponentialBackoffCeiling = 10;
const ExponentialBackoffTimeSlice = 5;
class HttpClientError extends Error {
    constructor(message, statusCode) {
        super(message);
        this.name = 'HttpClientError';
        this.statusCode = statusCode;
        Object.setPrototypeOf(this, HttpClientError.prototype);
    }
}
class HttpClientResponse {
    constructor(message) {
        this.message = message;
    }
    readBody() {
        return __awaiter(this, void 0, void 0, function* () {
            return new Promise((resolve) => __awaiter(this, void 0, void 0, function* () {
                let output = Buffer.alloc(0);
                this.message.on('data', (chunk) => {
                    output = Buffer.concat([output, chunk]);
                });
                this.message.on('end', () => {
                    resolve(output.toString());
                });
            }));
        });
    }
    readBodyBuffer() {
        return __awaiter(this, void 0, void 0, function* () {
            return new Promise((resolve) => __awaiter(this, void 0, void 0, function* () {
                const chunks = [];
                this.message.on('data', (chunk) => {
                    chunks.push(chunk);
                });
                this.message.on('end', () => {
                    resolve(Buffer.concat(chunks));
                });
            }));
        });
    }
}
function isHttps(requestUrl) {
    const parsedUrl = new URL(requestUrl);
    return parsedUrl.protocol === 'https:';
}
class HttpClient {
    constructor(userAgent, handlers, requestOptions) {
        this._ignoreSslError = false;
        this._allowRedirects = true;
        this._allowRedirectDowngrade = false;
        this._maxRedirects = 50;
        this._allowRetries = false;
        this._maxRetries = 1;
        this._keepAlive = false;
        this._disposed = false;
        this.userAgent = this._getUserAgentWithOrchestrationId(userAgent);
        this.handlers = handlers || [];
        this.requestOptions = requestOptions;
        if (requestOptions) {
            if (requestOptions.ignoreSslError != null) {
                this._ignoreSslError = requestOptions.ignoreSslError;
            }
            this._socketTimeout = requestOptions.socketTimeout;
            if (requestOptions.allowRedirects != null) {
                this._allowRedirects = requestOptions.allowRedirects;
            }
            if (requestOptions.allowRedirectDowngrade != null) {
                this._allowRedirectDowngrade = requestOptions.allowRedirectDowngrade;
            }
            if (requestOptions.maxRedirects != null) {
                this._maxRedirects = Math.max(requestOptions.maxRedirects, 0);
            }
            if (requestOptions.keepAlive != null) {
                this._keepAlive = requestOptions.keepAlive;
            }
            if (requestOptions.allowRetries != null) {
                this._allowRetries = requestOptions.allowRetries;
            }
            if (requestOptions.maxRetries != null) {
                this._maxRetries = requestOptions.maxRetries;
            }
        }
    }
    options(requestUrl, additionalHeaders) {
        return __awaiter(this, void 0, void 0, function* () {
            return this.request('OPTIONS', requestUrl, null, additionalHeaders || {});
        });
    }
    get(requestUrl, additionalHeaders) {
        return __awaiter(this, void 0, void 0, function* () {
            return this.request('GET', requestUrl, null, additionalHeaders || {});
        });
    }
    del(requestUrl, additionalHeaders) {
        return __awaiter(this, void 0, void 0, function* () {
            return this.request('DELETE', requestUrl, null, additionalHeaders || {});
        });
    }
    post(requestUrl, data, additionalHeaders) {
        return __awaiter(this, void 0, void 0, function* () {
            return this.request('POST', requestUrl, data, additionalHeaders || {});
        });
    }
    patch(requestUrl, data, additionalHeaders) {
        return __awaiter(this, void 0, void 0, function* () {
            return this.request('PATCH', requestUrl, data, additionalHeaders || {});
        });
    }
    put(requestUrl, data, additionalHeaders) {
        return __awaiter(this, void 0, void 0, function* () {
            return this.request('PUT', requestUrl, data, additionalHeaders || {});
        });
    }
    head(requestUrl, additionalHeaders) {
        return __awaiter(this, void 0, void 0, function* () {
            return this.request('HEAD', requestUrl, null, additionalHeaders || {});
        });
    }
    sendStream(verb, requestUrl, stream, additionalHeaders) {
        return __awaiter(this, void 0, void 0, function* () {
            return this.request(verb, requestUrl, stream, additionalHeaders);
        });
    }
    /**
     * Gets a typed object from an endpoint
     * Be aware that not found returns a null.  Other errors (4xx, 5xx) reject the promise
     */
    getJson(requestUrl_1) {
        return __awaiter(this, arguments, void 0, function* (requestUrl, additionalHeaders = {}) {
            additionalHeaders[Headers.Accept] = this._getExistingOrDefaultHeader(additionalHeaders, Headers.Accept, MediaTypes.ApplicationJson);
            const res = yield this.get(requestUrl, additionalHeaders);
            return this._processResponse(res, this.requestOptions);
        });
    }
    postJson(requestUrl_1, obj_1) {
        return __awaiter(this, arguments, void 0, function* (requestUrl, obj, additionalHeaders = {}) {
            const data = JSON.stringify(obj, null, 2);
            additionalHeaders[Headers.Accept] = this._getExistingOrDefaultHeader(additionalHeaders, Headers.Accept, MediaTypes.ApplicationJson);
            additionalHeaders[Headers.ContentType] =
                this._getExistingOrDefaultContentTypeHeader(additionalHeaders, MediaTypes.ApplicationJson);
            const res = yield this.post(requestUrl, data, additionalHeaders);
            return this._processResponse(res, this.requestOptions);
        });
    }
    putJson(requestUrl_1, obj_1) {
        return __awaiter(this, arguments, void 0, function* (requestUrl, obj, additionalHeaders = {}) {
            const data = JSON.stringify(obj, null, 2);
            additionalHeaders[Headers.Accept] = this._getExistingOrDefaultHeader(additionalHeaders, Headers.Accept, MediaTypes.ApplicationJson);
            additionalHeaders[Headers.ContentType] =
                this._getExistingOrDefaultContentTypeHeader(additionalHeaders, MediaTypes.ApplicationJson);
            const res = yield this.put(requestUrl, data, additionalHeaders);
            return this._processResponse(res, this.requestOptions);
        });
    }
    patchJson(requestUrl_1, obj_1) {
        return __awaiter(this, arguments, void 0, function* (requestUrl, obj, additionalHeaders = {}) {
            const data = JSON.stringify(obj, null, 2);
            additionalHeaders[Headers.Accept] = this._getExistingOrDefaultHeader(additionalHeaders, Headers.Accept, MediaTypes.ApplicationJson);
            additionalHeaders[Headers.ContentType] =
                this._getExistingOrDefaultContentTypeHeader(additionalHeaders, MediaTypes.ApplicationJson);
            const res = yield this.patch(requestUrl, data, additionalHeaders);
            return this._processResponse(res, this.requestOptions);
        });
    }
    /**
     * Makes a raw http request.
     * All other methods such as get, post, patch, and request ultimately call this.
     * Prefer get, del, post and patch
     */
    request(verb, requestUrl, data, headers) {
        return __awaiter(this, void 0, void 0, function* () {
            if (this._disposed) {
                throw new Error('Client has already been disposed.');
            }
            const parsedUrl = new URL(requestUrl);
            let info = this._prepareRequest(verb, parsedUrl, headers);
            // Only perform retries on reads since writes may not be idempotent.
            const maxTries = this._allowRetries && RetryableHttpVerbs.includes(verb)
                ? this._maxRetries + 1
                : 1;
            let numTries = 0;
            let response;
            do {
                response = yield this.requestRaw(info, data);
                // Check if it's an authentication challenge
                if (response &&
                    response.message &&
                    response.message.statusCode === HttpCodes.Unauthorized) {
                    let authenticationHandler;
                    for (const handler of this.handlers) {
                        if (handler.canHandleAuthentication(response)) {
                            authenticationHandler = handler;
                            break;
                        }
                    }
                    if (authenticationHandler) {
                        return authenticationHandler.handleAuthentication(this, info, data);
                    }
                    else {
                        // We have received an unauthorized response but have no handlers to handle it.
                        // Let the response return to the caller.
                        return response;
                    }
                }
                let redirectsRemaining = this._maxRedirects;
                while (response.message.statusCode &&
                    HttpRedirectCodes.includes(response.message.statusCode) &&
                    this._allowRedirects &&
                    redirectsRemaining > 0) {
                    const redirectUrl = response.message.headers['location'];
                    if (!redirectUrl) {
                        // if there's no location to redirect to, we won't
                        break;
                    }
                    const parsedRedirectUrl = new URL(redirectUrl);
                    if (parsedUrl.protocol === 'https:' &&
                        parsedUrl.protocol !== parsedRedirectUrl.protocol &&
                        !this._allowRedirectDowngrade) {
                        throw new Error('Redirect from HTTPS to HTTP protocol. This downgrade is not allowed for security reasons. If you want to allow this behavior, set the allowRedirectDowngrade option to true.');
                    }
                    // we need to finish reading the response before reassigning response
                    // which will leak the open socket.
                    yield response.readBody();
                    // strip authorization header if redirected to a different hostname
                    if (parsedRedirectUrl.hostname !== parsedUrl.hostname) {
                        for (const header in headers) {
                            // header names are case insensitive
                            if (header.toLowerCase() === 'authorization') {
                                delete headers[header];
                            }
                        }
                    }
                    // let's make the request with the new redirectUrl
                    info = this._prepareRequest(verb, parsedRedirectUrl, headers);
                    response = yield this.requestRaw(info, data);
                    redirectsRemaining--;
                }
                if (!response.message.statusCode ||
                    !HttpResponseRetryCodes.includes(response.message.statusCode)) {
                    // If not a retry code, return immediately instead of retrying
                    return response;
                }
                numTries += 1;
                if (numTries < maxTries) {
                    yield response.readBody();
                    yield this._performExponentialBackoff(numTries);
                }
            } while (numTries < maxTries);
            return response;
        });
    }
    /**
     * Needs to be called if keepAlive is set to true in request options.
     */
    dispose() {
        if (this._agent) {
            this._agent.destroy();
        }
        this._disposed = true;
    }
    /**
     * Raw request.
     * @param info
     * @param data
     */
    requestRaw(info, data) {
        return __awaiter(this, void 0, void 0, function* () {
            return new Promise((resolve, reject) => {
                function callbackForResult(err, res) {
                    if (err) {
                        reject(err);
                    }
                    else if (!res) {
                        // If `err` is not passed, then `res` must be passed.
                        reject(new Error('Unknown error'));
                    }
                    else {
                        resolve(res);
                    }
                }
                this.requestRawWithCallback(info, data, callbackForResult);
            });
        });
    }
    /**
     * Raw request with callback.
     * @param info
     * @param data
     * @param onResult
     */
    requestRawWithCallback(info, data, onResult) {
        if (typeof data === 'string') {
            if (!info.options.headers) {
                info.options.headers = {};
            }
            info.options.headers['Content-Length'] = Buffer.byteLength(data, 'utf8');
        }
        let callbackCalled = false;
        function handleResult(err, res) {
            if (!callbackCalled) {
                callbackCalled = true;
                onResult(err, res);
            }
        }
        const req = info.httpModule.request(info.options, (msg) => {
            const res = new HttpClientResponse(msg);
            handleResult(undefined, res);
        });
        let socket;
        req.on('socket', sock => {
            socket = sock;
        });
        // If we ever get disconnected, we want the socket to timeout eventually
        req.setTimeout(this._socketTimeout || 3 * 60000, () => {
            if (socket) {
                socket.end();
            }
            handleResult(new Error(`Request timeout: ${info.options.path}`));
        });
        req.on('error', function (err) {
            // err has statusCode property
            // res should have headers
            handleResult(err);
        });
        if (data && typeof data === 'string') {
            req.write(data, 'utf8');
        }
        if (data && typeof data !== 'string') {
            data.on('close', function () {
                req.end();
            });
            data.pipe(req);
        }
        else {
            req.end();
        }
    }
    /**
     * Gets an http agent. This function is useful when you need an http agent that handles
     * routing through a proxy server - depending upon the url and proxy environment variables.
     * @param serverUrl  The server URL where the request will be sent. For example, https://api.github.com
     */
    getAgent(serverUrl) {
        const parsedUrl = new URL(serverUrl);
        return this._getAgent(parsedUrl);
    }
    getAgentDispatcher(serverUrl) {
        const parsedUrl = new URL(serverUrl);
        const proxyUrl = getProxyUrl(parsedUrl);
        const useProxy = proxyUrl && proxyUrl.hostname;
        if (!useProxy) {
            return;
        }
        return this._getProxyAgentDispatcher(parsedUrl, proxyUrl);
    }
    _prepareRequest(method, requestUrl, headers) {
        const info = {};
        info.parsedUrl = requestUrl;
        const usingSsl = info.parsedUrl.protocol === 'https:';
        info.httpModule = usingSsl ? external_https_namespaceObject : external_http_namespaceObject;
        const defaultPort = usingSsl ? 443 : 80;
        info.options = {};
        info.options.host = info.parsedUrl.hostname;
        info.options.port = info.parsedUrl.port
            ? parseInt(info.parsedUrl.port)
            : defaultPort;
        info.options.path =
            (info.parsedUrl.pathname || '') + (info.parsedUrl.search || '');
        info.options.method = method;
        info.options.headers = this._mergeHeaders(headers);
        if (this.userAgent != null) {
            info.options.headers['user-agent'] = this.userAgent;
        }
        info.options.agent = this._getAgent(info.parsedUrl);
        // gives handlers an opportunity to participate
        if (this.handlers) {
            for (const handler of this.handlers) {
                handler.prepareRequest(info.options);
            }
        }
        return info;
    }
    _mergeHeaders(headers) {
        if (this.requestOptions && this.requestOptions.headers) {
            return Object.assign({}, lowercaseKeys(this.requestOptions.headers), lowercaseKeys(headers || {}));
        }
        return lowercaseKeys(headers || {});
    }
    /**
     * Gets an existing header value or returns a default.
     * Handles converting number header values to strings since HTTP headers must be strings.
     * Note: This returns string | string[] since some headers can have multiple values.
     * For headers that must always be a single string (like Content-Type), use the
     * specialized _getExistingOrDefaultContentTypeHeader method instead.
     */
    _getExistingOrDefaultHeader(additionalHeaders, header, _default) {
        let clientHeader;
        if (this.requestOptions && this.requestOptions.headers) {
            const headerValue = lowercaseKeys(this.requestOptions.headers)[header];
            if (headerValue) {
                clientHeader =
                    typeof headerValue === 'number' ? headerValue.toString() : headerValue;
            }
        }
        const additionalValue = additionalHeaders[header];
        if (additionalValue !== undefined) {
            return typeof additionalValue === 'number'
                ? additionalValue.toString()
                : additionalValue;
        }
        if (clientHeader !== undefined) {
            return clientHeader;
        }
        return _default;
    }
    /**
     * Specialized version of _getExistingOrDefaultHeader for Content-Type header.
     * Always returns a single string (not an array) since Content-Type should be a single value.
     * Converts arrays to comma-separated strings and numbers to strings to ensure type safety.
     * This was split from _getExistingOrDefaultHeader to provide stricter typing for callers
     * that assign the result to places expecting a string (e.g., additionalHeaders[Headers.ContentType]).
     */
    _getExistingOrDefaultContentTypeHeader(additionalHeaders, _default) {
        let clientHeader;
        if (this.requestOptions && this.requestOptions.headers) {
            const headerValue = lowercaseKeys(this.requestOptions.headers)[Headers.ContentType];
            if (headerValue) {
                if (typeof headerValue === 'number') {
                    clientHeader = String(headerValue);
                }
                else if (Array.isArray(headerValue)) {
                    clientHeader = headerValue.join(', ');
                }
                else {
                    clientHeader = headerValue;
                }
            }
        }
        const additionalValue = additionalHeaders[Headers.ContentType];
        // Return the first non-undefined value, converting numbers or arrays to strings if necessary
        if (additionalValue !== undefined) {
            if (typeof additionalValue === 'number') {
                return String(additionalValue);
            }
            else if (Array.isArray(additionalValue)) {
                return additionalValue.join(', ');
            }
            else {
                return additionalValue;
            }
        }
        if (clientHeader !== undefined) {
            return clientHeader;
        }
        return _default;
    }
    _getAgent(parsedUrl) {
        let agent;
        const proxyUrl = getProxyUrl(parsedUrl);
        const useProxy = proxyUrl && proxyUrl.hostname;
        if (this._keepAlive && useProxy) {
            agent = this._proxyAgent;
        }
        if (!useProxy) {
            agent = this._agent;
        }
        // if agent is already assigned use that agent.
        if (agent) {
            return agent;
        }
        const usingSsl = parsedUrl.protocol === 'https:';
        let maxSockets = 100;
        if (this.requestOptions) {
            maxSockets = this.requestOptions.maxSockets || external_http_.globalAgent.maxSockets;
        }
        // This is `useProxy` again, but we need to check `proxyURl` directly for TypeScripts's flow analysis.
        if (proxyUrl && proxyUrl.hostname) {
            const agentOptions = {
                maxSockets,
                keepAlive: this._keepAlive,
                proxy: Object.assign(Object.assign({}, ((proxyUrl.username || proxyUrl.password) && {
                    proxyAuth: `${proxyUrl.username}:${proxyUrl.password}`
                })), { host: proxyUrl.hostname, port: proxyUrl.port })
            };
            let tunnelAgent;
            const overHttps = proxyUrl.protocol === 'https:';
            if (usingSsl) {
                tunnelAgent = overHttps ? tunnel.httpsOverHttps : tunnel.httpsOverHttp;
            }
            else {
                tunnelAgent = overHttps ? tunnel.httpOverHttps : tunnel.httpOverHttp;
            }
            agent = tunnelAgent(agentOptions);
            this._proxyAgent = agent;
        }
        // if tunneling agent isn't assigned create a new agent
        if (!agent) {
            const options = { keepAlive: this._keepAlive, maxSockets };
            agent = usingSsl ? new external_https_.Agent(options) : new external_http_.Agent(options);
            this._agent = agent;
        }
        if (usingSsl && this._ignoreSslError) {
            // we don't want to set NODE_TLS_REJECT_UNAUTHORIZED=0 since that will affect request for entire process
            // http.RequestOptions doesn't expose a way to modify RequestOptions.agent.options
            // we have to cast it to any and change it directly
            agent.options = Object.assign(agent.options || {}, {
                rejectUnauthorized: false
            });
        }
        return agent;
    }
    _getProxyAgentDispatcher(parsedUrl, proxyUrl) {
        let proxyAgent;
        if (this._keepAlive) {
            proxyAgent = this._proxyAgentDispatcher;
        }
        // if agent is already assigned use that agent.
        if (proxyAgent) {
            return proxyAgent;
        }
        const usingSsl = parsedUrl.protocol === 'https:';
        proxyAgent = new ProxyAgent(Object.assign({ uri: proxyUrl.href, pipelining: !this._keepAlive ? 0 : 1 }, ((proxyUrl.username || proxyUrl.password) && {
            token: `Basic ${Buffer.from(`${proxyUrl.username}:${proxyUrl.password}`).toString('base64')}`
        })));
        this._proxyAgentDispatcher = proxyAgent;
        if (usingSsl && this._ignoreSslError) {
            // we don't want to set NODE_TLS_REJECT_UNAUTHORIZED=0 since that will affect request for entire process
            // http.RequestOptions doesn't expose a way to modify RequestOptions.agent.options
            // we have to cast it to any and change it directly
            proxyAgent.options = Object.assign(proxyAgent.options.requestTls || {}, {
                rejectUnauthorized: false
            });
        }
        return proxyAgent;
    }
    _getUserAgentWithOrchestrationId(userAgent) {
        const baseUserAgent = userAgent || 'actions/http-client';
        const orchId = process.env['ACTIONS_ORCHESTRATION_ID'];
        if (orchId) {
            // Sanitize the orchestration ID to ensure it contains only valid characters
            // Valid characters: 0-9, a-z, _, -, .
            const sanitizedId = orchId.replace(/[^a-z0-9_.-]/gi, '_');
            return `${baseUserAgent} actions_orchestration_id/${sanitizedId}`;
        }
        return baseUserAgent;
    }
    _performExponentialBackoff(retryNumber) {
        return __awaiter(this, void 0, void 0, function* () {
            retryNumber = Math.min(ExponentialBackoffCeiling, retryNumber);
            const ms = ExponentialBackoffTimeSlice * Math.pow(2, retryNumber);
            return new Promise(resolve => setTimeout(() => resolve(), ms));
        });
    }
    _processResponse(res, options) {
        return __awaiter(this, void 0, void 0, function* () {
            return new Promise((resolve, reject) => __awaiter(this, void 0, void 0, function* () {
                const statusCode = res.message.statusCode || 0;
                const response = {
                    statusCode,
                    result: null,
                    headers: {}
                };
                // not found leads to null obj returned
                if (statusCode === HttpCodes.NotFound) {
                    resolve(response);
                }
                // get the result from the body
                function dateTimeDeserializer(key, value) {
                    if (typeof value === 'string') {
                        const a = new Date(value);
                        if (!isNaN(a.valueOf())) {
                            return a;
                        }
                    }
                    return value;
                }
                let obj;
                let contents;
                try {
                    contents = yield res.readBody();
                    if (contents && contents.length > 0) {
                        if (options && options.deserializeDates) {
                            obj = JSON.parse(contents, dateTimeDeserializer);
                        }
                        else {
                            obj = JSON.parse(contents);
                        }
                        response.result = obj;
                    }
                    response.headers = res.message.headers;
                }
                catch (err) {
                    // Invalid resource (contents not json);  leaving result obj null
                }
                // note that 3xx redirects are handled by the http layer.
                if (statusCode > 299) {
                    let msg;
                    // if exception/error in body, attempt to get better error
                    if (obj && obj.message) {
                        msg = obj.message;
                    }
                    else if (contents && contents.length > 0) {
                        // it may be the case that the exception is in the body message as string
                        msg = contents;
                    }
                    else {
                        msg = `Failed request: (${statusCode})`;
                    }
                    const err = new HttpClientError(msg, statusCode);
                    err.result = response.result;
                    reject(err);
                }
                else {
                    resolve(response);
                }
            }));
        });
    }
}
const lowercaseKeys = (obj) => Object.keys(obj).reduce((c, k) => ((c[k.toLowerCase()] = obj[k]), c), {});
//# sourceMappingURL=index.js.map
// EXTERNAL MODULE: ./lib/inside/domain/host.js
var host = __nccwpck_require__(1062);
;// CONCATENATED MODULE: external "node:http"
const external_node_http_namespaceObject = require("node:http");
;// CONCATENATED MODULE: external "node:https"
const external_node_https_namespaceObject = require("node:https");
;// CONCATENATED MODULE: ./lib/inside/protocol/connections.js




const connectMs = 5000;
/** Servers close a connection on which nothing comes; a request must not meet one that is just being closed. */
const idleMs = 4000;
/** No connection stands yet. Each attempt to connect takes five seconds at most. */
function makeConnections() {
    // The process ends them by ending.
    const https = new external_node_https_namespaceObject.Agent({ keepAlive: true });
    const http = new external_node_http_namespaceObject.Agent({ keepAlive: true });
    const openHttps = stocked(https);
    const openHttp = stocked(http);
    return {
        agentFor: ({ protocol }) => (protocol === 'https:' ? https : http),
        open: (url, tls) => {
            const host = addressOf(url);
            const isTls = url.protocol === 'https:';
            const port = Number(url.port === '' ? (isTls ? 443 : 80) : url.port);
            if (!isTls)
                return openHttp({ host, port });
            return openHttps({ ...tls, host, port, servername: (0,external_node_net_.isIP)(host) === 0 ? host : '' });
        },
    };
}
/** The host's name, or its address without the brackets of a URL. */
function addressOf(url) {
    return url.hostname.replace(/^\[|\]$/g, '');
}
/** Lets the agent take what was opened ahead, under the name by which Node tells equal connections: trust is part of it. */
function stocked(agent) {
    const connector = agent;
    const connect = connector.createConnection.bind(agent);
    const stock = new Map();
    const take = (name) => {
        const socket = stock.get(name);
        stock.delete(name);
        return socket;
    };
    connector.createConnection = (options, done) => take(connector.getName(options)) ?? bounded(connect(options, done));
    return (given) => new Promise((reached) => {
        const options = { ...connector.options, ...given };
        const name = connector.getName(options);
        const socket = bounded(connect(options));
        stock.set(name, socket);
        const drop = () => {
            if (stock.get(name) === socket)
                take(name)?.destroy();
            reached();
        };
        const timer = setTimeout(drop, idleMs).unref();
        socket
            .on('error', drop)
            .once('end', drop)
            .once('connect', reached)
            .once('close', () => {
            clearTimeout(timer);
            drop();
        });
    });
}
function bounded(socket) {
    const timer = setTimeout(() => socket.destroy(new host/* TransportError */.w('timeout')), connectMs);
    const clear = () => {
        clearTimeout(timer);
    };
    return socket.once('connect', clear).once('close', clear);
}

;// CONCATENATED MODULE: ./lib/inside/protocol/http-answer.js

/**
 * The whole answer. @param maxBytes longest body
 * @throws TransportError when it is encoded, longer, or cut off
 */
async function readAnswer(message, maxBytes) {
    const encoding = message.headers['content-encoding'] ?? 'identity';
    if (encoding !== 'identity') {
        message.destroy();
        throw new host/* TransportError */.w('encoding');
    }
    const chunks = [];
    let length = 0;
    for await (const chunk of message) {
        length += chunk.length;
        if (length > maxBytes) {
            message.destroy();
            throw new host/* TransportError */.w('too-large');
        }
        chunks.push(chunk);
    }
    if (!message.complete)
        throw new host/* TransportError */.w('truncated');
    return { status: message.statusCode ?? 0, headers: flat(message.headers), body: Buffer.concat(chunks) };
}
function flat(headers) {
    const entries = Object.entries(headers);
    return Object.fromEntries(entries.map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]));
}
const certificateCode = /^(?:CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|ERR_TLS_|ERR_SSL_|INVALID_CA|PATH_LENGTH|INVALID_PURPOSE|HOSTNAME_|CRL_|ERROR_IN_|ERR_OSSL_|EPROTO)/;
/** What went wrong on the wire, by what Node says of it. */
function faultOf(error, signal) {
    const { code = '', message = '' } = error;
    const options = { cause: error };
    if (signal.aborted)
        return new host/* TransportError */.w('aborted', options);
    if (message.startsWith('tunneling socket'))
        return tunnelFault(message, options);
    if (certificateCode.test(code))
        return new host/* TransportError */.w('tls', options);
    if (code.startsWith('HPE_'))
        return new host/* TransportError */.w('garbled', options);
    if (code === 'ECONNREFUSED')
        return new host/* TransportError */.w('refused', options);
    if (code === 'EAI_AGAIN')
        return new host/* TransportError */.w('dns-temporary', options);
    if (code === 'ENOTFOUND')
        return new host/* TransportError */.w('dns', options);
    if (code === 'ETIMEDOUT' || message.startsWith('Request timeout'))
        return new host/* TransportError */.w('timeout', options);
    if (message === 'aborted')
        return new host/* TransportError */.w('truncated', options);
    return new host/* TransportError */.w('reset', options);
}
/** `tunnel` tells everything in words: `statusCode=407`, `cause=connect ECONNREFUSED \u2026`. */
function tunnelFault(message, options) {
    return new host/* TransportError */.w(/statusCode=5\d\d|ECONNRESET|hang up/.test(message) ? 'reset' : 'proxy', options);
}

;// CONCATENATED MODULE: ./lib/inside/protocol/transport.js






/**
 * HTTP by `@actions/http-client`, which knows the proxy variables of the runner, and by nothing else of it: its
 * redirects, retries and `readBody` (which resolves never on a truncated body) stay unused. Certificates are always
 * checked, whatever NODE_TLS_REJECT_UNAUTHORIZED says: any earlier step of the job could have set it.
 * @param env for the networks in NO_PROXY, which `@actions/http-client` does not know
 */
function httpTransport(env = {}) {
    const connections = makeConnections();
    const noProxy = env['no_proxy'] ?? env['NO_PROXY'] ?? '';
    const isNear = (url) => noProxy.includes('/') && isInNetwork(addressOf(url), noProxy);
    return {
        connect: async (url, trust) => {
            if (getProxyUrl(url) !== undefined && !isNear(url))
                return;
            await connections.open(url, await tlsOptions(trust));
        },
        send: async (request) => {
            const route = { tls: await tlsOptions(request.trust), connections, isNear: isNear(request.url) };
            const client = new HttpClient('ephemeral-creds', [preparation(request, route)], {
                allowRedirects: false,
            });
            try {
                const headers = { 'accept-encoding': 'identity', ...request.headers };
                const response = await client.request(request.method, request.url.href, request.body ?? null, headers);
                return await readAnswer(response.message, request.maxBytes);
            }
            catch (error) {
                throw error instanceof host/* TransportError */.w ? error : faultOf(error, request.signal);
            }
            finally {
                client.dispose();
            }
        },
    };
}
async function tlsOptions(trust) {
    return { rejectUnauthorized: true, ...(trust === undefined ? {} : { ca: await rootsWith(trust) }) };
}
function preparation(request, { tls, connections, isNear }) {
    return {
        prepareRequest: (options) => {
            options.signal = request.signal;
            options.host = addressOf(request.url);
            Object.assign(options, tls);
            const agent = options.agent;
            if (agent.proxyOptions === undefined || isNear) {
                options.agent = connections.agentFor(request.url);
                return;
            }
            // Behind a proxy the TLS session is made by the tunnel, from the agent's options; so is the one with a proxy
            // that itself speaks TLS.
            agent.options = { ...agent.options, ...tls };
            agent.proxyOptions = { ...agent.proxyOptions, ...tls };
        },
        canHandleAuthentication: () => false,
        handleAuthentication: () => Promise.reject(new host/* TransportError */.w('refused')),
    };
}
/** True for an address in one of the networks (`10.0.0.0/8`) of a list such as NO_PROXY. */
function isInNetwork(address, list) {
    const family = { 0: undefined, 4: 'ipv4', 6: 'ipv6' };
    const networks = new external_node_net_.BlockList();
    for (const entry of list.split(',')) {
        const [, network = '', bits = ''] = /^\s*([0-9A-Fa-f.:]+)\/(\d{1,3})\s*$/.exec(entry) ?? [];
        const kind = family[(0,external_node_net_.isIP)(network)];
        if (kind !== undefined && Number(bits) <= (kind === 'ipv4' ? 32 : 128))
            networks.addSubnet(network, Number(bits), kind);
    }
    const kind = family[(0,external_node_net_.isIP)(address)];
    return kind !== undefined && networks.check(address, kind);
}
/** The usual roots (with what NODE_EXTRA_CA_CERTS adds, where Node tells) and those of the PEM text. */
async function rootsWith(pem) {
    const tls = await Promise.resolve(/* import() */).then(__nccwpck_require__.t.bind(__nccwpck_require__, 1692, 23));
    // Absent before Node 22.15.
    const known = tls.getCACertificates?.('default') ?? tls.rootCertificates;
    return [...known, pem];
}

// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __nccwpck_require__(3024);
// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __nccwpck_require__(7598);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __nccwpck_require__(6760);
;// CONCATENATED MODULE: ./lib/inside/entry/files.js



const { O_APPEND, O_CREAT, O_EXCL, O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_WRONLY } = external_node_fs_.constants;
/** The real files. Nothing is written or erased through a link (`O_NOFOLLOW`; absent on Windows). */
const realFiles = {
    append: (path, text, synced) => {
        writeAll(external_node_fs_.openSync(path, O_WRONLY | O_APPEND | noFollow | noWait), text, synced);
    },
    create: (path, text) => {
        writeAll(external_node_fs_.openSync(path, O_WRONLY | O_CREAT | O_EXCL | noFollow, 0o600), text, false);
    },
    replace: (path, text) => {
        const draft = (0,external_node_path_.join)((0,external_node_path_.dirname)(path), `.${(0,external_node_crypto_.randomBytes)(8).toString('hex')}`);
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
        external_node_fs_.mkdirSync(path, { recursive: true, mode: 0o700 });
        const found = external_node_fs_.lstatSync(path);
        const others = process.platform === 'win32' ? 0 : found.mode & 0o077;
        if (!found.isDirectory() ||
            others !== 0 ||
            (process.getuid !== undefined && found.uid !== process.getuid())) {
            throw new Error('the folder is not private');
        }
    },
    list: (folder) => {
        try {
            return external_node_fs_.lstatSync(folder).isDirectory() ? external_node_fs_.readdirSync(folder) : [];
        }
        catch {
            return [];
        }
    },
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
    erase,
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
function writeAll(descriptor, text, synced) {
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
}
function read(path, maxBytes) {
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
    finally {
        external_node_fs_.closeSync(descriptor);
    }
}
function readPrivate(path, maxBytes) {
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
}
function realPath(path) {
    const above = (0,external_node_path_.dirname)(path);
    try {
        return external_node_fs_.realpathSync(path);
    }
    catch {
        return above === path ? path : (0,external_node_path_.join)(realPath(above), (0,external_node_path_.basename)(path));
    }
}
const mostZeros = 1024 * 1024;
function erase(path) {
    const found = external_node_fs_.lstatSync(path, { throwIfNoEntry: false });
    if (found === undefined)
        return false;
    // Only a file of ours alone is overwritten: through another name the same bytes may be someone else's.
    if (found.isFile() && found.nlink === 1) {
        const descriptor = external_node_fs_.openSync(path, O_WRONLY | noFollow | noWait);
        try {
            // Ours are small; one that someone has made huge must not cost us the memory to give back.
            external_node_fs_.writeSync(descriptor, Buffer.alloc(Math.min(found.size, mostZeros)));
            external_node_fs_.fsyncSync(descriptor);
        }
        finally {
            external_node_fs_.closeSync(descriptor);
        }
    }
    external_node_fs_.unlinkSync(path);
    return true;
}

// EXTERNAL MODULE: ./lib/inside/entry/output.js
var output = __nccwpck_require__(8941);
;// CONCATENATED MODULE: ./lib/inside/entry/host.js




/** The process as the rest of the program sees it. Signals are turned into one aborted `signal`. */
function processHost() {
    const stop = new AbortController();
    // Each time: a second signal must not end the process while it gives back.
    process.on('SIGINT', () => {
        stop.abort(new errors/* CredsError */.u('interrupted', 'The job was cancelled (SIGINT).'));
    });
    // SIGBREAK is Windows\u2019 Ctrl+Break, which the runner sends after Ctrl+C; SIGHUP the end of a terminal or a connection.
    for (const name of ['SIGTERM', 'SIGBREAK', 'SIGHUP']) {
        process.on(name, () => {
            stop.abort(new errors/* CredsError */.u('terminated', `The job was cancelled (${name}).`));
        });
    }
    completeProxies();
    const env = Object.freeze({ ...process.env });
    return {
        env,
        userId: process.getuid?.(),
        clock,
        files: realFiles,
        ...httpTransport(env),
        print: output/* print */.f,
        printError: output/* printError */.y,
        terminal,
        signal: stop.signal,
        ...(process.platform !== 'win32' && {
            sshAgents: async () => (await Promise.resolve(/* import() eager */).then(__nccwpck_require__.bind(__nccwpck_require__, 7074))).realSshAgents,
        }),
    };
}
/** `proxy.example.com:3128` is what other tools understand; `@actions/http-client` would go past such a proxy. */
function completeProxies() {
    for (const name of ['https_proxy', 'HTTPS_PROXY']) {
        const value = process.env[name] ?? '';
        if (value !== '' && !value.includes('://'))
            process.env[name] = `http://${value}`;
    }
}
const clock = {
    now: () => new Date(),
    monotonicMs: () => {
        // Not `performance.now()`: its module costs 3 ms to load.
        const [seconds, nanoseconds] = process.hrtime();
        return seconds * 1000 + nanoseconds / 1e6;
    },
    after: (ms, call) => {
        const timer = setTimeout(call, ms);
        return () => {
            clearTimeout(timer);
        };
    },
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
function isTerminal(descriptor) {
    return 'getBuiltinModule' in process && process.getBuiltinModule('node:tty').isatty(descriptor);
}

;// CONCATENATED MODULE: ./lib/inside/entry/door.js



/**
 * Runs a story as this process: ends it with the story's exit status, and never with 0 unless the story came to its
 * end. Nothing that was thrown is printed but our own errors: a stranger's message could hold anything.
 * @param say where that is printed
 */
function door_open(story, say = output/* print */.f) {
    let finished = false;
    process.exitCode = 70;
    const end = (status) => {
        finished = true;
        process.exit(status);
    };
    const crash = (error) => {
        complain(error, say);
        end(error instanceof errors/* CredsError */.u ? error.exit : 70);
    };
    process.once('uncaughtException', crash).once('unhandledRejection', crash);
    process.once('beforeExit', () => {
        if (!finished)
            crash(new errors/* CredsError */.u('unfinished', 'The run ended before its work did.'));
    });
    story(processHost()).then(end, crash);
}
function complain(error, say) {
    const known = error instanceof errors/* CredsError */.u ? `${error.message} ${error.hint} [${error.code}]` : nameOf(error);
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


/***/ }),

/***/ 8941:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   f: () => (/* binding */ print),
/* harmony export */   y: () => (/* binding */ printError)
/* harmony export */ });
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(3024);
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__nccwpck_require__.n(node_fs__WEBPACK_IMPORTED_MODULE_0__);

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
function write(descriptor, text) {
    const octets = Buffer.from(text);
    for (let done = 0; done < octets.length;) {
        try {
            done += (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.writeSync)(descriptor, octets, done);
        }
        catch (error) {
            if (error.code !== 'EAGAIN')
                throw error;
            // A full pipe that someone made non-blocking: wait for its reader.
            Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
        }
    }
}


/***/ }),

/***/ 7959:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
// ESM COMPAT FLAG
__nccwpck_require__.r(__webpack_exports__);

// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  realProcesses: () => (/* binding */ realProcesses)
});

// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __nccwpck_require__(3024);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __nccwpck_require__(6760);
// EXTERNAL MODULE: external "node:child_process"
var external_node_child_process_ = __nccwpck_require__(1421);
// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __nccwpck_require__(7598);
// EXTERNAL MODULE: external "node:net"
var external_node_net_ = __nccwpck_require__(7030);
;// CONCATENATED MODULE: external "node:os"
const external_node_os_namespaceObject = require("node:os");
;// CONCATENATED MODULE: ./lib/inside/entry/owner.js



/** This process as an owner of what it borrows; undefined where the system does not tell when a process started. */
function thisProcess() {
    const { pid } = process;
    const [space, start] = [spaceOfProcesses(), startOf(pid)];
    return space === undefined || start === undefined ? undefined : { pid, start, space };
}
/** A pid is used again, one day; together with the moment of the start it is not. */
function stateOf(owner) {
    if (owner.space !== spaceOfProcesses())
        return 'elsewhere';
    return startOf(owner.pid) === owner.start ? 'running' : 'gone';
}
/** One boot of one kernel, and the container in which our pids count: proc(5), pid_namespaces(7). */
function spaceOfProcesses() {
    try {
        const boot = (0,external_node_fs_.readFileSync)('/proc/sys/kernel/random/boot_id', 'utf8').trim();
        return `${boot} ${(0,external_node_fs_.readlinkSync)('/proc/self/ns/pid')}`;
    }
    catch {
        return process.platform === 'win32' ? undefined : (0,external_node_os_namespaceObject.hostname)();
    }
}
/** When a process started; undefined when there is none, or only what is left of one that nobody has waited for. */
function startOf(pid) {
    const stat = statOf(String(pid));
    if (stat !== undefined)
        return stat.lives ? stat.start : undefined;
    return statOf('self') === undefined ? startByPs(pid) : undefined;
}
/**
 * True when one of a process group is more than what is left of a process that nobody has waited for; in a container
 * there may be nobody who ever does. Where there is no /proc it cannot be told: true.
 */
function groupLives(group) {
    if (statOf('self') === undefined)
        return true;
    const pids = (0,external_node_fs_.readdirSync)('/proc').filter((name) => Number.isInteger(Number(name)));
    return pids.some((pid) => {
        const stat = statOf(pid);
        return stat?.lives === true && stat.group === group;
    });
}
function statOf(pid) {
    const stat = read(`/proc/${pid}/stat`);
    // The second field, the name, is in parentheses and may hold anything; then state, parent, group \u2026 the 22nd: the start.
    const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (fields === undefined)
        return undefined;
    return { lives: !['Z', 'X'].includes(fields[0] ?? ''), group: Number(fields[2]), start: fields[19] };
}
/** Where there is no /proc (macOS): to the second, which pids do not outrun. */
function startByPs(pid) {
    try {
        const words = (0,external_node_child_process_.execFileSync)('ps', ['-o', 'state=,lstart=', '-p', String(pid)], {
            encoding: 'utf8',
            stdio: ['ignore', 'pipe', 'ignore'],
            env: { PATH: process.env['PATH'], LC_ALL: 'C' },
        }).trim();
        const [state = '', ...start] = words.split(/\s+/);
        return state === '' || state.startsWith('Z') ? undefined : start.join(' ');
    }
    catch {
        return undefined;
    }
}
function read(path) {
    try {
        return (0,external_node_fs_.readFileSync)(path, 'utf8');
    }
    catch {
        return undefined;
    }
}

;// CONCATENATED MODULE: ./lib/inside/entry/streams.js


/** Reads a stream only as fast as it is asked to, so that its writer has to wait. */
function sourceOf(stream) {
    let over = false;
    let wake = () => undefined;
    const end = () => {
        over = true;
        wake();
    };
    stream.on('readable', () => {
        wake();
    });
    for (const event of ['end', 'close', 'error'])
        stream.on(event, end);
    return {
        read: async () => {
            for (;;) {
                const chunk = stream.read();
                if (chunk !== null)
                    return chunk;
                if (over)
                    return undefined;
                await new Promise((resolve) => {
                    wake = resolve;
                });
            }
        },
        close: () => {
            stream.destroy();
            end();
        },
    };
}
/** A pipe is waited for without holding a thread, so that the process can end although nobody ever writes to it. */
function sourceFrom(descriptor) {
    const found = external_node_fs_.fstatSync(descriptor);
    return sourceOf(found.isFIFO() || found.isSocket()
        ? new external_node_net_.Socket({ fd: descriptor, readable: true, writable: false })
        : external_node_fs_.createReadStream('', { fd: descriptor }));
}
/**
 * Writes on a thread: a reader that is slow keeps neither signals nor requests waiting. The descriptor is left as it
 * is: others who share it would not understand why it does not wait any more (O_NONBLOCK).
 */
function sinkTo(descriptor) {
    return {
        write: async (bytes) => {
            for (let done = 0; done < bytes.length;)
                done += await writeSome(descriptor, bytes.subarray(done));
        },
    };
}
/** How long to wait before trying again, in milliseconds, where someone else has set O_NONBLOCK. */
const againMs = 5;
function writeSome(descriptor, bytes) {
    return new Promise((resolve, reject) => {
        external_node_fs_.write(descriptor, bytes, (error, written) => {
            if (error === null)
                resolve(written);
            else if (error.code === 'EAGAIN')
                setTimeout(resolve, againMs, 0);
            else
                reject(error);
        });
    });
}

;// CONCATENATED MODULE: ./lib/inside/entry/child.js








const { O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_WRONLY } = external_node_fs_.constants;
/**
 * Starts a command that reads our standard input and writes to two pipes of ours.
 * @param ownGroup in a process group (and session) of its own; never on Windows, which has none
 */
async function startChild(command, ownGroup) {
    const pipes = makePipes(command.folder);
    try {
        const child = (0,external_node_child_process_.spawn)(command.path, command.words.slice(1), {
            argv0: command.words[0],
            env: command.env,
            stdio: ['inherit', pipes?.[0].write ?? 'pipe', pipes?.[1].write ?? 'pipe'],
            detached: ownGroup,
        });
        const ended = new Promise((resolve) => {
            child.once('exit', (code, signal) => {
                resolve(code ?? 128 + (signal === null ? 0 : external_node_os_namespaceObject.constants.signals[signal]));
            });
        });
        await new Promise((resolve, reject) => child.once('spawn', resolve).once('error', reject));
        return {
            ...reachable(child, ownGroup),
            stdout: sourceOf(pipes === undefined ? readable(child.stdout) : readerOf(pipes[0])),
            stderr: sourceOf(pipes === undefined ? readable(child.stderr) : readerOf(pipes[1])),
            ended,
        };
    }
    catch (error) {
        for (const { read } of pipes ?? [])
            external_node_fs_.closeSync(read);
        throw error;
    }
    finally {
        for (const { write } of pipes ?? [])
            external_node_fs_.closeSync(write);
    }
}
function reachable(child, ownGroup) {
    const group = child.pid ?? 0;
    const reach = (signal) => {
        try {
            // Without a group of its own nothing is known of it once it has been waited for.
            return ownGroup ? process.kill(-group, signal) : child.kill(signal);
        }
        catch {
            return false;
        }
    };
    return {
        signal: (name) => {
            reach(name);
        },
        hasGroup: () => ownGroup && reach(0) && groupLives(group),
    };
}
/**
 * Real pipes: what Node makes are sockets, which a script cannot open again by `> /dev/stderr`. A named one is the only
 * way to them from here; the names are gone at once.
 * @returns undefined where there is no mkfifo(1): Node's own have to do
 */
function makePipes(folder) {
    if (process.platform === 'win32')
        return undefined;
    const name = (0,external_node_crypto_.randomBytes)(8).toString('hex');
    const paths = [(0,external_node_path_.join)(folder, `.${name}-1`), (0,external_node_path_.join)(folder, `.${name}-2`)];
    const made = (0,external_node_child_process_.spawnSync)('mkfifo', ['-m', '600', ...paths], {
        env: { PATH: process.env['PATH'] },
        stdio: 'ignore',
    });
    try {
        return made.status === 0 ? [openPipe(paths[0]), openPipe(paths[1])] : undefined;
    }
    finally {
        for (const path of paths)
            external_node_fs_.rmSync(path, { force: true });
    }
}
function openPipe(path) {
    const read = external_node_fs_.openSync(path, O_RDONLY | O_NONBLOCK | O_NOFOLLOW);
    return { read, write: external_node_fs_.openSync(path, O_WRONLY | O_NOFOLLOW) };
}
function readerOf({ read }) {
    return new external_node_net_.Socket({ fd: read, readable: true, writable: false });
}
function readable(stream) {
    if (stream === null)
        throw new Error('Node has made no pipe');
    return stream;
}

;// CONCATENATED MODULE: ./lib/inside/entry/descriptors.js

const own = '/proc/self/fd';
/**
 * True for a descriptor that this process was started with. Node opens the lowest free ones for itself: epoll, which
 * is no file, and pipes to itself, of which both ends are here.
 */
function isGiven(descriptor) {
    try {
        const found = external_node_fs_.fstatSync(descriptor);
        if (!found.isFIFO() && !found.isSocket() && !found.isFile())
            return false;
        return !found.isFIFO() || !isOwnPipe(descriptor);
    }
    catch {
        return false;
    }
}
function isOwnPipe(descriptor) {
    try {
        const name = external_node_fs_.readlinkSync(`${own}/${String(descriptor)}`);
        const same = external_node_fs_.readdirSync(own).filter((each) => name.startsWith('pipe:') && targetOf(each) === name);
        return same.length > 1;
    }
    catch {
        // No /proc on this system.
        return false;
    }
}
function targetOf(descriptor) {
    try {
        return external_node_fs_.readlinkSync(`${own}/${descriptor}`);
    }
    catch {
        return undefined;
    }
}

;// CONCATENATED MODULE: ./lib/inside/entry/processes.js






const onWindows = process.platform === 'win32';
/** The real processes, streams and signals. */
async function realProcesses() {
    const { isatty } = await Promise.resolve(/* import() */).then(__nccwpck_require__.t.bind(__nccwpck_require__, 7066, 23));
    const attended = isatty(0);
    const ownGroup = !attended && !onWindows;
    return {
        attended,
        ownGroup,
        find: onWindows ? (word) => word : find,
        start: (command) => startChild(command, ownGroup),
        isGiven: isGiven,
        source: sourceFrom,
        sink: sinkTo,
        onSignal: (hear) => onSignal(hear, ownGroup),
        stopSelf: () => {
            process.kill(process.pid, 'SIGSTOP');
        },
        endBy: (name) => {
            process.removeAllListeners(name);
            process.kill(process.pid, name);
        },
        self: thisProcess,
        stateOf: stateOf,
    };
}
const heard = [
    'SIGINT',
    'SIGTERM',
    'SIGHUP',
    'SIGQUIT',
    // Unheard it would open Node\u2019s inspector.
    'SIGUSR1',
    'SIGUSR2',
    // What else ends a process that does not hear it.
    'SIGALRM',
    'SIGVTALRM',
    'SIGPROF',
    'SIGIO',
    'SIGPWR',
    'SIGSTKFLT',
    'SIGXCPU',
    'SIGWINCH',
    'SIGTSTP',
    'SIGCONT',
    'SIGBREAK',
];
function onSignal(hear, ownGroup) {
    // In one group with us the command is stopped when we are, by default.
    const names = heard.filter((name) => ownGroup || name !== 'SIGTSTP');
    for (const name of names)
        process.on(name, hear);
    return () => {
        for (const name of names)
            process.off(name, hear);
    };
}
/** POSIX, Shell Command Language, 2.9.1.4; without PATH as the C library does it. */
function find(word, path = '/bin:/usr/bin') {
    if (word === '')
        return 127;
    const places = word.includes('/') ? [word] : path.split(external_node_path_.delimiter).map((folder) => (0,external_node_path_.resolve)(folder, word));
    let status = 127;
    for (const place of places) {
        const verdict = runnable(place);
        if (verdict === true)
            return place;
        if (verdict === false)
            status = 126;
    }
    return status;
}
/** Undefined when nothing is there. */
function runnable(place) {
    try {
        if (!(0,external_node_fs_.statSync)(place).isFile())
            return false;
        (0,external_node_fs_.accessSync)(place, external_node_fs_.constants.X_OK);
        return true;
    }
    catch (error) {
        return error.code === 'EACCES' ? false : undefined;
    }
}


/***/ }),

/***/ 7074:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
// ESM COMPAT FLAG
__nccwpck_require__.r(__webpack_exports__);

// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  realSshAgents: () => (/* binding */ realSshAgents)
});

// EXTERNAL MODULE: external "node:child_process"
var external_node_child_process_ = __nccwpck_require__(1421);
// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __nccwpck_require__(3024);
// EXTERNAL MODULE: external "node:net"
var external_node_net_ = __nccwpck_require__(7030);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __nccwpck_require__(6760);
;// CONCATENATED MODULE: external "node:timers/promises"
const promises_namespaceObject = require("node:timers/promises");
// EXTERNAL MODULE: ./lib/inside/domain/errors.js
var errors = __nccwpck_require__(847);
// EXTERNAL MODULE: ./lib/inside/protocol/ssh-agent.js
var ssh_agent = __nccwpck_require__(7856);
// EXTERNAL MODULE: ./lib/inside/protocol/ssh-wire.js
var ssh_wire = __nccwpck_require__(8648);
// EXTERNAL MODULE: ./lib/inside/domain/pattern.js
var pattern = __nccwpck_require__(4624);
;// CONCATENATED MODULE: ./lib/inside/entry/agent-processes.js




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
        await (0,promises_namespaceObject.setTimeout)(lookMs);
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

;// CONCATENATED MODULE: ./lib/inside/entry/ssh-agents.js









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
        await (0,promises_namespaceObject.setTimeout)(ssh_agents_lookMs);
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
    throw new errors/* CredsError */.u('input-invalid', `There is no \`${name}\` on PATH that only root can have put there.`, {
        hint: name === 'ssh-agent'
            ? 'Install OpenSSH\u2019s client (`openssh-client`), or name one that you trust: `agent-program=/path/to/ssh-agent`.'
            : 'An agent of this run ends with a `sleep`: install one (`coreutils`).',
    });
}
function named(program) {
    if (isRunnable(program))
        return program;
    throw new errors/* CredsError */.u('input-invalid', 'The input `export` gives `ssh` an `agent-program` that cannot be run.');
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

/***/ 9353:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
__nccwpck_require__.r(__webpack_exports__);
/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   awsProfile: () => (/* binding */ awsProfile)
/* harmony export */ });
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(6760);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__nccwpck_require__.n(node_path__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var _domain_errors_js__WEBPACK_IMPORTED_MODULE_5__ = __nccwpck_require__(847);
/* harmony import */ var _domain_pattern_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(4624);
/* harmony import */ var _fields_js__WEBPACK_IMPORTED_MODULE_3__ = __nccwpck_require__(5591);
/* harmony import */ var _ini_sections_js__WEBPACK_IMPORTED_MODULE_6__ = __nccwpck_require__(5967);
/* harmony import */ var _own_file_js__WEBPACK_IMPORTED_MODULE_4__ = __nccwpck_require__(7843);
/* harmony import */ var _settings_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(3467);
// https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-files.html







const name = 'aws-profile';
/**
 * Copies of the user's credentials file and config file with our profiles in the place of theirs, and the variables that
 * lead the AWS tools there. The user's files stay as they are.
 */
const awsProfile = {
    name,
    takes: (credential) => credential.kind === 'aws-session',
    check: (settings) => {
        const { profile } = settings;
        (0,_settings_js__WEBPACK_IMPORTED_MODULE_1__/* .assertOnly */ .p)(name, settings, ['profile', 'merge']);
        if (profile !== undefined && !(0,_domain_pattern_js__WEBPACK_IMPORTED_MODULE_2__/* .fullMatch */ .L)(/[A-Za-z0-9][A-Za-z0-9_.-]{0,63}/, profile)) {
            throw wrong('a profile name that is not made of letters, digits, `_`, `.` and `-`');
        }
    },
    pack: (loans, place) => {
        const { settings, folder } = place;
        const sessions = loans.flatMap((lent) => (isSession(lent) ? [lent] : []));
        if (sessions.length === 0)
            throw wrong('nothing to write: no AWS session was lent');
        if (sessions.length > 1 && settings['profile'] !== undefined)
            throw wrong('one profile name for several sessions');
        const named = sessions.map((session) => [settings['profile'] ?? profileOf(session), session.credential.fields]);
        const credentials = (0,_fields_js__WEBPACK_IMPORTED_MODULE_3__/* .onceEach */ .fF)(named.map(([profile, fields]) => [profile, credentialLines(fields)]));
        const config = named.map(([profile, { region }]) => [
            profile,
            region === undefined ? '' : `region = ${oneLine(region)}\n`,
        ]);
        const first = named[0]?.[0] ?? 'default';
        const files = { credentials: (0,node_path__WEBPACK_IMPORTED_MODULE_0__.join)(folder, 'aws-credentials'), config: (0,node_path__WEBPACK_IMPORTED_MODULE_0__.join)(folder, 'aws-config') };
        return {
            files: {
                [files.credentials]: merged(Object.entries(credentials), (0,_own_file_js__WEBPACK_IMPORTED_MODULE_4__/* .ownFile */ .PV)(place, 'AWS_SHARED_CREDENTIALS_FILE', '.aws', 'credentials')),
                [files.config]: merged(config.map(([profile, lines]) => [profile === 'default' ? profile : `profile ${profile}`, lines]), (0,_own_file_js__WEBPACK_IMPORTED_MODULE_4__/* .ownFile */ .PV)(place, 'AWS_CONFIG_FILE', '.aws', 'config')),
            },
            pointers: {
                ...(0,_own_file_js__WEBPACK_IMPORTED_MODULE_4__/* .leadTo */ .yH)(place, 'AWS_SHARED_CREDENTIALS_FILE', files.credentials),
                ...(0,_own_file_js__WEBPACK_IMPORTED_MODULE_4__/* .leadTo */ .yH)(place, 'AWS_CONFIG_FILE', files.config),
            },
            variables: { AWS_PROFILE: first },
        };
    },
};
function isSession(lent) {
    return lent.credential.kind === 'aws-session';
}
function profileOf({ lease }) {
    return lease.prefix?.toLowerCase() ?? 'default';
}
function credentialLines(fields) {
    const lines = {
        aws_access_key_id: fields.accessKeyId.reveal(),
        aws_secret_access_key: fields.secretAccessKey.reveal(),
        aws_session_token: fields.sessionToken.reveal(),
    };
    return Object.entries(lines)
        .map(([name, value]) => `${name} = ${oneLine(value)}\n`)
        .join('');
}
/** The files have no quoting: a line break would begin a setting of the sender's choice. */
function oneLine(value) {
    if ((0,_domain_pattern_js__WEBPACK_IMPORTED_MODULE_2__/* .fullMatch */ .L)(/[\x21-\x7e]+/, value))
        return value;
    throw new _domain_errors_js__WEBPACK_IMPORTED_MODULE_5__/* .CredsError */ .u('credential-unusable', 'The AWS session holds characters that a profile file cannot carry.');
}
/** Ours, and what the user has of other names. */
function merged(sections, user) {
    const ours = sections.map(([heading, lines]) => `[${heading}]\n${lines}`).join('\n');
    const rest = (0,_ini_sections_js__WEBPACK_IMPORTED_MODULE_6__/* .withoutSections */ .N)(user, sections.map(([heading]) => heading));
    return rest === '' ? ours : `${ours}\n${rest}\n`;
}
function wrong(what) {
    return (0,_settings_js__WEBPACK_IMPORTED_MODULE_1__/* .wrongExport */ .s)(name, what);
}


/***/ }),

/***/ 6285:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
__nccwpck_require__.r(__webpack_exports__);
/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   dockerConfig: () => (/* binding */ dockerConfig)
/* harmony export */ });
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(6760);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__nccwpck_require__.n(node_path__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var _domain_errors_js__WEBPACK_IMPORTED_MODULE_4__ = __nccwpck_require__(847);
/* harmony import */ var _protocol_json_js__WEBPACK_IMPORTED_MODULE_3__ = __nccwpck_require__(5742);
/* harmony import */ var _own_file_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(7843);
/* harmony import */ var _settings_js__WEBPACK_IMPORTED_MODULE_5__ = __nccwpck_require__(3467);
/* harmony import */ var _web_login_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(1670);
// https://docs.docker.com/reference/cli/docker/login/ and https://man.archlinux.org/man/containers-auth.json.5






const name = 'docker-config';
/**
 * A folder with a config.json, and an auth file for podman, skopeo and buildah: copies of the user's with our registries
 * added. Helpers that hold the user's own logins are kept, but not asked for ours.
 */
const dockerConfig = {
    name,
    takes: (credential) => credential.kind === 'registry-login' && !(0,_web_login_js__WEBPACK_IMPORTED_MODULE_1__/* .isIndexLogin */ .Ss)(credential),
    check: (settings) => {
        (0,_web_login_js__WEBPACK_IMPORTED_MODULE_1__/* .checkWebSettings */ .qT)(name, settings);
    },
    pack: (loans, place) => {
        const kinds = ['registry-login', 'basic-login', 'bearer-token'];
        const logins = (0,_web_login_js__WEBPACK_IMPORTED_MODULE_1__/* .webLogins */ .HI)(name, loans, { settings: place.settings, kinds });
        const auths = logins.map(({ lent: { credential }, url, username, password }) => {
            const user = (0,_web_login_js__WEBPACK_IMPORTED_MODULE_1__/* .carried */ .LT)(username ?? '', /[^:\x00-\x1f\x7f]+/, 'the user name of a registry');
            // Docker looks for a hub of an older kind under a whole URL, and for anything else under its host.
            const whole = credential.kind === 'registry-login' && /^https?:/.test(credential.fields.registry);
            const key = whole ? url.href : url.host + url.pathname.replace(/\/+$/, '');
            return [key, { auth: Buffer.from(`${user}:${password}`).toString('base64') }];
        });
        (0,_web_login_js__WEBPACK_IMPORTED_MODULE_1__/* .assertOnePlaceEach */ .ZG)(name, auths.map(([key]) => key));
        const folder = place.variable('DOCKER_CONFIG') ?? (place.home && (0,node_path__WEBPACK_IMPORTED_MODULE_0__.join)(place.home, '.docker'));
        const user = folder === undefined ? {} : ownJson(place, (0,node_path__WEBPACK_IMPORTED_MODULE_0__.join)(folder, 'config.json'));
        const files = {
            docker: (0,node_path__WEBPACK_IMPORTED_MODULE_0__.join)(place.folder, 'config.json'),
            containers: (0,node_path__WEBPACK_IMPORTED_MODULE_0__.join)(place.folder, 'containers-auth.json'),
        };
        return {
            files: {
                [files.docker]: text(forDocker(user, auths, folder)),
                [files.containers]: text(forContainers([user, ownAuths(place)], auths)),
            },
            pointers: {
                ...(0,_own_file_js__WEBPACK_IMPORTED_MODULE_2__/* .leadTo */ .yH)(place, 'DOCKER_CONFIG', place.folder),
                ...(0,_own_file_js__WEBPACK_IMPORTED_MODULE_2__/* .leadTo */ .yH)(place, 'REGISTRY_AUTH_FILE', files.containers),
                ...ownBuilders(place, folder),
            },
        };
    },
};
function text(config) {
    return `${JSON.stringify(config, null, 2)}\n`;
}
function ownJson({ settings, read }, path) {
    const found = settings['merge'] === 'no' ? undefined : read(path);
    if (found === undefined || found.trim() === '')
        return {};
    let value;
    try {
        value = (0,_protocol_json_js__WEBPACK_IMPORTED_MODULE_3__/* .parseStrictJson */ .RJ)(found);
    }
    catch {
        value = undefined;
    }
    if ((0,_protocol_json_js__WEBPACK_IMPORTED_MODULE_3__/* .isObject */ .Gv)(value))
        return value;
    throw new _domain_errors_js__WEBPACK_IMPORTED_MODULE_4__/* .CredsError */ .u('delivery-failed', `The file ${path} is no JSON object, so nothing was added to a copy of it.`);
}
/** Where podman, skopeo and buildah keep logins. */
function ownAuths(place) {
    const runtime = place.variable('XDG_RUNTIME_DIR');
    const path = place.variable('REGISTRY_AUTH_FILE') ??
        (runtime === undefined ? undefined : (0,node_path__WEBPACK_IMPORTED_MODULE_0__.join)(runtime, 'containers', 'auth.json'));
    return path === undefined ? {} : ownJson(place, path);
}
function forDocker(user, auths, folder) {
    const context = user['currentContext'];
    // Contexts lie in a folder beside the file: docker would end with an error, or worse, talk to another daemon.
    if (context !== undefined && context !== '' && context !== 'default')
        throw (0,_settings_js__WEBPACK_IMPORTED_MODULE_5__/* .wrongExport */ .s)(name, 'a config.json of yours that chooses a context: set DOCKER_HOST instead, or say `merge=no`');
    const helped = typeof user['credsStore'] === 'string' && user['credsStore'] !== '';
    // Helpers are asked by host, and for the hub of an older kind by its whole URL.
    const asked = auths.flatMap(([key, auth]) => [key, hostOf(key)].map((each) => [each, auth]));
    const helpers = withoutOurs(user['credHelpers'], asked);
    const plugins = Array.isArray(user['cliPluginsExtraDirs'])
        ? user['cliPluginsExtraDirs']
        : [];
    return {
        ...user,
        auths: { ...withoutOurs(user['auths'], auths), ...Object.fromEntries(auths) },
        // An empty helper: look in the file, not in the store.
        credHelpers: { ...helpers, ...(helped && Object.fromEntries(asked.map(([key]) => [key, '']))) },
        ...(folder !== undefined && { cliPluginsExtraDirs: [...plugins, (0,node_path__WEBPACK_IMPORTED_MODULE_0__.join)(folder, 'cli-plugins')] }),
    };
}
function forContainers(users, auths) {
    const all = (member) => Object.assign({}, ...users.map((user) => withoutOurs(user[member], auths)));
    const ours = auths.map(([key, auth]) => [key.includes('://') ? hostOf(key) : key, auth]);
    const helpers = all('credHelpers');
    return {
        auths: { ...all('auths'), ...Object.fromEntries(ours) },
        ...(Object.keys(helpers).length > 0 && { credHelpers: helpers }),
    };
}
/** The user's entries for other hosts. A plain place of ours leaves those below other paths of its host alone. */
function withoutOurs(entries, auths) {
    if (!(0,_protocol_json_js__WEBPACK_IMPORTED_MODULE_3__/* .isObject */ .Gv)(entries))
        return {};
    const bare = (key) => key.replace(/^https?:\/\//, '').replace(/\/(v[12]\/)?$/, '');
    const ours = auths.map(([key]) => bare(key));
    return Object.fromEntries(Object.entries(entries).filter(([key]) => !ours.includes(bare(key))));
}
function hostOf(key) {
    return key.replace(/^https?:\/\//, '').replace(/\/.*$/, '');
}
/** Builders of buildx lie beside config.json, too; a step before ours may have made one. */
function ownBuilders(place, folder) {
    if (folder === undefined)
        return {};
    // Where it is led already, it stays: while we are there, whoever led it there must not take it back.
    return (0,_own_file_js__WEBPACK_IMPORTED_MODULE_2__/* .leadTo */ .yH)(place, 'BUILDX_CONFIG', place.variable('BUILDX_CONFIG') ?? (0,node_path__WEBPACK_IMPORTED_MODULE_0__.join)(folder, 'buildx'));
}


/***/ }),

/***/ 127:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
__nccwpck_require__.r(__webpack_exports__);
/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   env: () => (/* binding */ env)
/* harmony export */ });
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(6760);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__nccwpck_require__.n(node_path__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var _domain_errors_js__WEBPACK_IMPORTED_MODULE_4__ = __nccwpck_require__(847);
/* harmony import */ var _domain_pattern_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(4624);
/* harmony import */ var _fields_js__WEBPACK_IMPORTED_MODULE_3__ = __nccwpck_require__(5591);
/* harmony import */ var _variable_name_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(8164);
// Names by which tools read credentials from variables (PROTOCOL.md, Kinds).





/** Field \u2192 variables. The broker has no say in these names. */
const naming = {
    'aws-session': {
        accessKeyId: ['AWS_ACCESS_KEY_ID'],
        secretAccessKey: ['AWS_SECRET_ACCESS_KEY'],
        sessionToken: ['AWS_SESSION_TOKEN'],
        region: ['AWS_REGION', 'AWS_DEFAULT_REGION'],
    },
    'bearer-token': { token: ['EPHEMERAL_TOKEN'] },
    // Which names, its host says.
    'github-token': {},
    'vault-token': { token: ['VAULT_TOKEN'], address: ['VAULT_ADDR'], namespace: ['VAULT_NAMESPACE'] },
    'basic-login': { username: ['EPHEMERAL_USERNAME'], password: ['EPHEMERAL_PASSWORD'] },
    'postgres-login': {
        host: ['PGHOST'],
        port: ['PGPORT'],
        database: ['PGDATABASE'],
        username: ['PGUSER'],
        password: ['PGPASSWORD'],
    },
    'mysql-login': {
        host: ['MYSQL_HOST'],
        port: ['MYSQL_TCP_PORT'],
        database: ['MYSQL_DATABASE'],
        username: ['MYSQL_USER'],
        password: ['MYSQL_PWD'],
    },
    'gcp-token': {
        token: ['CLOUDSDK_AUTH_ACCESS_TOKEN', 'GOOGLE_OAUTH_ACCESS_TOKEN'],
        project: ['CLOUDSDK_CORE_PROJECT', 'GOOGLE_CLOUD_PROJECT'],
    },
    'azure-token': { token: ['AZURE_ACCESS_TOKEN'] },
};
/** Variables for the steps that follow: from the table, or by the names that the workflow gives. */
const env = {
    name: 'env',
    takes: (credential) => naming[credential.kind] !== undefined,
    check: (settings) => {
        for (const [name, field] of Object.entries(settings)) {
            (0,_variable_name_js__WEBPACK_IMPORTED_MODULE_1__/* .assertVariableName */ .O)(name);
            if (!(0,_domain_pattern_js__WEBPACK_IMPORTED_MODULE_2__/* .fullMatch */ .L)(/([^\s=]+\.)?[A-Za-z][A-Za-z0-9_-]{0,127}/, field))
                throw wrongField(name);
        }
    },
    pack: (loans, place) => {
        if (Object.keys(place.settings).length > 0)
            return { variables: (0,_fields_js__WEBPACK_IMPORTED_MODULE_3__/* .chosenFields */ .ux)(loans, place.settings) };
        const parcels = loans.map((lent) => byTable(lent, place));
        return {
            variables: (0,_fields_js__WEBPACK_IMPORTED_MODULE_3__/* .onceEach */ .fF)(parcels.flatMap(({ variables = {} }) => Object.entries(variables))),
            files: (0,_fields_js__WEBPACK_IMPORTED_MODULE_3__/* .onceEach */ .fF)(parcels.flatMap(({ files = {} }) => Object.entries(files))),
        };
    },
};
function byTable({ lease, credential }, place) {
    const names = naming[credential.kind];
    if (names === undefined) {
        throw new _domain_errors_js__WEBPACK_IMPORTED_MODULE_4__/* .CredsError */ .u('input-invalid', `No tool reads a ${credential.kind} from variables: name them, as in \`env TOKEN=field\`.`);
    }
    const prefix = lease.prefix === undefined ? '' : `${lease.prefix}_`;
    const variables = [];
    for (const [field, value] of (0,_fields_js__WEBPACK_IMPORTED_MODULE_3__/* .fieldsOf */ .Pf)(credential)) {
        for (const name of names[field] ?? [])
            variables.push([prefix + name, value]);
    }
    const { more, files } = extras(credential, place, prefix);
    for (const [name, value] of Object.entries(more))
        variables.push([prefix + name, value]);
    if (prefix !== '')
        for (const [name] of variables)
            (0,_variable_name_js__WEBPACK_IMPORTED_MODULE_1__/* .assertVariableName */ .O)(name);
    return { variables: (0,_fields_js__WEBPACK_IMPORTED_MODULE_3__/* .onceEach */ .fF)(variables), files };
}
/** What a tool needs besides the fields, by kind. */
function extras(credential, place, prefix) {
    if (credential.kind === 'github-token')
        return { more: githubNames(credential), files: {} };
    if (credential.kind !== 'postgres-login')
        return { more: {}, files: {} };
    if (credential.fields.caCertificate === undefined)
        return { more: { PGSSLMODE: 'verify-full' }, files: {} };
    const path = (0,node_path__WEBPACK_IMPORTED_MODULE_0__.join)(place.folder, `${prefix.toLowerCase()}postgres-ca.pem`);
    return {
        more: { PGSSLMODE: 'verify-full', PGSSLROOTCERT: path },
        files: { [path]: credential.fields.caCertificate },
    };
}
/**
 * gh reads another variable for GitHub Enterprise Server, and the host's name for all but github.com; of ghe.com the
 * API has a host of its own (https://cli.github.com/manual/gh_help_environment). Under GH_TOKEN it would show a server's
 * token to github.com.
 */
function githubNames({ fields }) {
    if (!URL.canParse(fields.apiUrl))
        throw new _domain_errors_js__WEBPACK_IMPORTED_MODULE_4__/* .CredsError */ .u('credential-unusable', 'The answer holds a github-token whose api_url is no URL.');
    const { host } = new URL(fields.apiUrl);
    const token = fields.token.reveal();
    if (host === 'api.github.com')
        return { GH_TOKEN: token };
    if (host.endsWith('.ghe.com'))
        return { GH_TOKEN: token, GH_HOST: host.replace(/^api\./, '') };
    return { GH_ENTERPRISE_TOKEN: token, GH_HOST: host };
}
function wrongField(name) {
    return new _domain_errors_js__WEBPACK_IMPORTED_MODULE_4__/* .CredsError */ .u('input-invalid', (0,_fields_js__WEBPACK_IMPORTED_MODULE_3__/* .fieldProblem */ .SL)(name));
}


/***/ }),

/***/ 5591:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   Pf: () => (/* binding */ fieldsOf),
/* harmony export */   SL: () => (/* binding */ fieldProblem),
/* harmony export */   fF: () => (/* binding */ onceEach),
/* harmony export */   ux: () => (/* binding */ chosenFields)
/* harmony export */ });
/* harmony import */ var _domain_errors_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(847);
/* harmony import */ var _domain_secret_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(7480);
/* harmony import */ var _protocol_credential_wire_js__WEBPACK_IMPORTED_MODULE_3__ = __nccwpck_require__(4475);
/* harmony import */ var _label_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(8658);




/** A credential's fields as text, secrets revealed: this is where they are handed over. */
function fieldsOf(credential) {
    const entries = Object.entries(credential.fields);
    return entries.flatMap(([name, value]) => {
        if (value === undefined)
            return [];
        return [[name, value instanceof _domain_secret_js__WEBPACK_IMPORTED_MODULE_0__/* .Secret */ .z ? value.reveal() : value]];
    });
}
/**
 * An object of the entries, unless one name comes twice.
 * @throws CredsError `input-invalid`
 */
function onceEach(entries) {
    const seen = {};
    for (const [name, value] of entries) {
        if (Object.hasOwn(seen, name)) {
            throw new _domain_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .CredsError */ .u('input-invalid', `Two credentials would both be delivered as ${name}: give the roles prefixes, as in \`DB=app-ro\`.`);
        }
        seen[name] = value;
    }
    return seen;
}
/**
 * Fields by names that the workflow gives: `NPM_TOKEN=token`, or `DB_URL=DB.url` where several credentials were lent.
 * @throws CredsError `input-invalid` for a field that is not lent exactly once
 */
function chosenFields(loans, settings) {
    const chosen = Object.entries(settings).map(([name, path]) => {
        const at = path.lastIndexOf('.');
        const owner = path.slice(0, Math.max(0, at));
        const field = path.slice(at + 1);
        const found = loans
            .filter((lent) => at < 0 || (0,_label_js__WEBPACK_IMPORTED_MODULE_2__/* .callsIt */ .Tk)(owner, lent))
            .flatMap(({ credential }) => fieldsOf(credential).filter(([each]) => (0,_protocol_credential_wire_js__WEBPACK_IMPORTED_MODULE_3__/* .snakeCase */ .LW)(each) === field || each === field));
        const [only] = found;
        if (found.length !== 1 || only === undefined)
            throw new _domain_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .CredsError */ .u('input-invalid', fieldProblem(name));
        return [name, only[1]];
    });
    return Object.fromEntries(chosen);
}
function fieldProblem(name) {
    return `The input \`export\` gives ${name} a field that is not lent exactly once; write FIELD, PREFIX.FIELD or ROLE.PART.FIELD.`;
}


/***/ }),

/***/ 9628:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
__nccwpck_require__.r(__webpack_exports__);
/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   file: () => (/* binding */ file)
/* harmony export */ });
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(6760);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__nccwpck_require__.n(node_path__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var _domain_pattern_js__WEBPACK_IMPORTED_MODULE_3__ = __nccwpck_require__(4624);
/* harmony import */ var _fields_js__WEBPACK_IMPORTED_MODULE_4__ = __nccwpck_require__(5591);
/* harmony import */ var _settings_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(3467);
/* harmony import */ var _variable_name_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(8164);





const name = 'file';
/** A field into a file, as it is: `file TLS_CHAIN=certificate_chain`. The variable holds the file's path. */
const file = {
    name,
    takes: () => false,
    check: (settings) => {
        if (Object.keys(settings).length === 0)
            throw (0,_settings_js__WEBPACK_IMPORTED_MODULE_1__/* .wrongExport */ .s)(name, 'no field: say which, as in `file TLS_CHAIN=certificate_chain`');
        for (const [variable, field] of Object.entries(settings)) {
            (0,_variable_name_js__WEBPACK_IMPORTED_MODULE_2__/* .assertVariableName */ .O)(variable);
            if (!(0,_domain_pattern_js__WEBPACK_IMPORTED_MODULE_3__/* .fullMatch */ .L)(/([^\s=]+\.)?[A-Za-z][A-Za-z0-9_-]{0,127}/, field))
                throw (0,_settings_js__WEBPACK_IMPORTED_MODULE_1__/* .wrongExport */ .s)(name, 'a field that is none; write FIELD, PREFIX.FIELD or ROLE.PART.FIELD');
        }
    },
    pack: (loans, { settings, folder }) => {
        const chosen = Object.entries((0,_fields_js__WEBPACK_IMPORTED_MODULE_4__/* .chosenFields */ .ux)(loans, settings));
        const pathOf = (variable) => (0,node_path__WEBPACK_IMPORTED_MODULE_0__.join)(folder, `field-${variable.toLowerCase()}`);
        return {
            files: Object.fromEntries(chosen.map(([variable, text]) => [pathOf(variable), text])),
            variables: Object.fromEntries(chosen.map(([variable]) => [variable, pathOf(variable)])),
        };
    },
};


/***/ }),

/***/ 3369:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
__nccwpck_require__.r(__webpack_exports__);
/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   gcpAdc: () => (/* binding */ gcpAdc)
/* harmony export */ });
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(6760);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__nccwpck_require__.n(node_path__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var _domain_errors_js__WEBPACK_IMPORTED_MODULE_5__ = __nccwpck_require__(847);
/* harmony import */ var _domain_pattern_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(4624);
/* harmony import */ var _own_file_js__WEBPACK_IMPORTED_MODULE_4__ = __nccwpck_require__(7843);
/* harmony import */ var _settings_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(3467);
/* harmony import */ var _web_login_js__WEBPACK_IMPORTED_MODULE_3__ = __nccwpck_require__(1670);
// https://google.aip.dev/auth/4117 and https://cloud.google.com/sdk/gcloud/reference/topic/configurations






const name = 'gcp-adc';
/**
 * The lent token in a file for gcloud, and beside it a file for Google's client libraries. They have no form for an
 * access token: theirs tells them to trade the ID token that the platform keeps in a file, again and for themselves.
 */
const gcpAdc = {
    name,
    takes: () => false,
    check: (settings) => {
        (0,_settings_js__WEBPACK_IMPORTED_MODULE_1__/* .assertOnly */ .p)(name, settings, [
            'provider',
            'token-file',
            'service-account',
            'universe-domain',
            'sts-endpoint',
        ]);
        const { provider, 'token-file': file, 'service-account': account } = settings;
        if (provider === undefined && file === undefined)
            throw (0,_settings_js__WEBPACK_IMPORTED_MODULE_1__/* .wrongExport */ .s)(name, 'no `provider` and `token-file`: client libraries take no access token. For gcloud and Terraform write `env`');
        if (provider === undefined || file === undefined)
            throw (0,_settings_js__WEBPACK_IMPORTED_MODULE_1__/* .wrongExport */ .s)(name, 'one of `provider` and `token-file` without the other');
        if (!(0,_domain_pattern_js__WEBPACK_IMPORTED_MODULE_2__/* .fullMatch */ .L)(/projects\/\d+\/locations\/global\/workloadIdentityPools\/[a-z0-9-]+\/providers\/[a-z0-9-]+/, provider))
            throw (0,_settings_js__WEBPACK_IMPORTED_MODULE_1__/* .wrongExport */ .s)(name, 'a `provider` that is not projects/NUMBER/locations/global/workloadIdentityPools/POOL/providers/NAME');
        if (!(0,node_path__WEBPACK_IMPORTED_MODULE_0__.isAbsolute)(file))
            throw (0,_settings_js__WEBPACK_IMPORTED_MODULE_1__/* .wrongExport */ .s)(name, '`token-file` that is not an absolute path');
        if (account !== undefined && !(0,_domain_pattern_js__WEBPACK_IMPORTED_MODULE_2__/* .fullMatch */ .L)(/[a-z0-9-]+@[a-z0-9.-]+\.gserviceaccount\.com/, account))
            throw (0,_settings_js__WEBPACK_IMPORTED_MODULE_1__/* .wrongExport */ .s)(name, 'a `service-account` that is none');
        const { 'universe-domain': universe, 'sts-endpoint': sts } = settings;
        if (universe !== undefined && !(0,_domain_pattern_js__WEBPACK_IMPORTED_MODULE_2__/* .fullMatch */ .L)(/([a-z0-9-]{1,63}\.)+[a-z]{2,63}/, universe))
            throw (0,_settings_js__WEBPACK_IMPORTED_MODULE_1__/* .wrongExport */ .s)(name, 'a `universe-domain` that is none');
        if (sts !== undefined && (0,_web_login_js__WEBPACK_IMPORTED_MODULE_3__/* .webUrl */ .qP)(sts) === undefined)
            throw (0,_settings_js__WEBPACK_IMPORTED_MODULE_1__/* .wrongExport */ .s)(name, '`sts-endpoint` that is no https URL');
    },
    pack: (loans, place) => {
        const { settings, folder } = place;
        const tokens = loans.flatMap(({ credential }) => (credential.kind === 'gcp-token' ? [credential] : []));
        const [only] = tokens;
        if (only === undefined)
            throw (0,_settings_js__WEBPACK_IMPORTED_MODULE_1__/* .wrongExport */ .s)(name, 'nothing to write: no gcp-token was lent');
        if (tokens.length > 1)
            throw (0,_settings_js__WEBPACK_IMPORTED_MODULE_1__/* .wrongExport */ .s)(name, 'several Google tokens: its tools know one at a time');
        const files = { token: (0,node_path__WEBPACK_IMPORTED_MODULE_0__.join)(folder, 'gcp-access-token'), adc: (0,node_path__WEBPACK_IMPORTED_MODULE_0__.join)(folder, 'gcp-adc.json') };
        return {
            files: {
                [files.token]: tokenText(only),
                [files.adc]: `${JSON.stringify(externalAccount(settings), null, 2)}\n`,
            },
            pointers: {
                ...(0,_own_file_js__WEBPACK_IMPORTED_MODULE_4__/* .leadTo */ .yH)(place, 'CLOUDSDK_AUTH_ACCESS_TOKEN_FILE', files.token),
                ...(0,_own_file_js__WEBPACK_IMPORTED_MODULE_4__/* .leadTo */ .yH)(place, 'GOOGLE_APPLICATION_CREDENTIALS', files.adc),
            },
        };
    },
};
function tokenText({ fields }) {
    const token = fields.token.reveal();
    if ((0,_domain_pattern_js__WEBPACK_IMPORTED_MODULE_2__/* .fullMatch */ .L)(/[\x21-\x7e]+/, token))
        return token;
    throw new _domain_errors_js__WEBPACK_IMPORTED_MODULE_5__/* .CredsError */ .u('credential-unusable', 'The answer holds a gcp-token that no HTTP header can carry.');
}
/**
 * `credential_source` is a file and nothing else: as a URL it would hold what lets anyone ask for ID tokens of this job, as
 * a program it would run whatever lies under its name.
 */
function externalAccount(settings) {
    const { provider = '', 'token-file': file, 'service-account': account } = settings;
    const universe = settings['universe-domain'] ?? 'googleapis.com';
    const sts = settings['sts-endpoint'] ?? `https://sts.${universe}`;
    const impersonation = `https://iamcredentials.${universe}/v1/projects/-/serviceAccounts/${account ?? ''}:generateAccessToken`;
    return {
        type: 'external_account',
        universe_domain: universe,
        audience: `//iam.${universe}/${provider}`,
        subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
        token_url: `${sts.replace(/\/+$/, '')}/v1/token`,
        credential_source: { file, format: { type: 'text' } },
        ...(account !== undefined && { service_account_impersonation_url: impersonation }),
    };
}


/***/ }),

/***/ 816:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
__nccwpck_require__.r(__webpack_exports__);
/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   gitCredential: () => (/* binding */ gitCredential)
/* harmony export */ });
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(6760);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__nccwpck_require__.n(node_path__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var _settings_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(3467);
/* harmony import */ var _web_login_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(1670);
// https://git-scm.com/docs/gitcredentials and https://git-scm.com/docs/git-config#Documentation/git-config.txt-GITCONFIGCOUNT



const name = 'git-credential';
/**
 * A configuration that git reads after all others, by which it asks a helper of ours and no other for one host, or one
 * path of it. The helper answers from a file; it stores nothing. Once the files are gone, git reads nothing there.
 */
const gitCredential = {
    name,
    takes: () => false,
    check: (settings) => {
        (0,_web_login_js__WEBPACK_IMPORTED_MODULE_1__/* .checkWebSettings */ .qT)(name, settings);
        if (settings['merge'] !== undefined)
            throw (0,_settings_js__WEBPACK_IMPORTED_MODULE_2__/* .wrongExport */ .s)(name, '`merge`; it copies nothing, what git knows of other hosts stays as it is');
    },
    pack: (loans, { settings, folder, variable }) => {
        const kinds = ['github-token', 'basic-login', 'bearer-token'];
        const logins = (0,_web_login_js__WEBPACK_IMPORTED_MODULE_1__/* .webLogins */ .HI)(name, loans, { settings, kinds });
        (0,_web_login_js__WEBPACK_IMPORTED_MODULE_1__/* .assertOnePlaceEach */ .ZG)(name, logins.flatMap(placesOf));
        const named = logins.map((login, index) => [
            (0,node_path__WEBPACK_IMPORTED_MODULE_0__.join)(folder, index === 0 ? 'git-login' : `git-login-${String(index + 1)}`),
            login,
        ]);
        const config = (0,node_path__WEBPACK_IMPORTED_MODULE_0__.join)(folder, 'gitconfig');
        const before = variable('GIT_CONFIG_COUNT') ?? '';
        const count = /^\d{1,4}$/.test(before) ? Number(before) : 0;
        return {
            files: {
                ...Object.fromEntries(named.map(([path, login]) => [path, answerOf(login)])),
                [config]: named.map(([path, login]) => sectionsOf(path, login)).join(''),
            },
            pointers: {
                ...lasting(`GIT_CONFIG_KEY_${String(count)}`, 'include.path'),
                ...lasting(`GIT_CONFIG_VALUE_${String(count)}`, config),
                GIT_CONFIG_COUNT: { value: String(count + 1), after: before },
            },
        };
    },
};
/** Stays: a later step may have counted on, and git fails at a number without a name. The file it names is gone then. */
function lasting(variable, value) {
    return { [variable]: { value, after: value } };
}
/** A repository is named with and without `.git`; the whole host by no path at all. */
function placesOf({ url }) {
    const path = url.pathname.replace(/\/+$/, '').replace(/\.git$/, '');
    return path === '' ? [url.origin] : [`${url.origin}${path}`, `${url.origin}${path}.git`];
}
function sectionsOf(file, login) {
    // A shell runs it, with the deed behind it: `get`, or what we leave undone.
    const helper = `!f() { test "$1" = get && cat '${file.replaceAll("'", "'\\''")}'; }; f`;
    return placesOf(login)
        .map((place) => [
        `[credential ${quoted(place)}]`,
        // Helpers of others would be asked first, and told afterwards what to keep.
        '\thelper =',
        `\thelper = ${quoted(helper)}`,
        '\tuseHttpPath = true',
        `[http ${quoted(place)}]`,
        // What a checkout has left there would be sent before any helper is asked.
        '\textraHeader =',
        '',
    ].join('\n'))
        .join('');
}
function quoted(text) {
    if (/[\r\n]/.test(text))
        throw (0,_settings_js__WEBPACK_IMPORTED_MODULE_2__/* .wrongExport */ .s)(name, 'a folder with a line break in its path');
    return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}
/** One line each; git has no quoting there. */
function answerOf({ username, password }) {
    const user = (0,_web_login_js__WEBPACK_IMPORTED_MODULE_1__/* .carried */ .LT)(username ?? 'x-access-token', /[^\x00-\x1f\x7f]+/, 'a git credential');
    return `username=${user}\npassword=${(0,_web_login_js__WEBPACK_IMPORTED_MODULE_1__/* .carried */ .LT)(password, /[^\x00-\x1f\x7f]+/, 'a git credential')}\n`;
}


/***/ }),

/***/ 5967:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   N: () => (/* binding */ withoutSections),
/* harmony export */   Z: () => (/* binding */ sectionOf)
/* harmony export */ });
/** Text of an INI file but for some of its sections: each is everything from its heading to the next one. */
function withoutSections(text, names) {
    let dropping = false;
    const kept = text.split('\n').filter((line) => {
        const name = headingOf(line);
        if (name !== undefined)
            dropping = names.includes(name);
        return !dropping;
    });
    return kept.join('\n').trim();
}
/** Lines of one section, without its heading. */
function sectionOf(text, wanted) {
    let inside = false;
    return text.split('\n').filter((line) => {
        const name = headingOf(line);
        if (name !== undefined)
            inside = name === wanted;
        return inside && name === undefined;
    });
}
/** `[ profile  x ]` is `profile x`. */
function headingOf(line) {
    const [, name] = /^\s*\[(.*?)\]/.exec(line) ?? [];
    return name?.trim().replace(/\s+/g, ' ').replaceAll(/["']/g, '');
}


/***/ }),

/***/ 7333:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
__nccwpck_require__.r(__webpack_exports__);
/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   kubeconfig: () => (/* binding */ kubeconfig)
/* harmony export */ });
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(6760);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__nccwpck_require__.n(node_path__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var _domain_errors_js__WEBPACK_IMPORTED_MODULE_6__ = __nccwpck_require__(847);
/* harmony import */ var _domain_pattern_js__WEBPACK_IMPORTED_MODULE_5__ = __nccwpck_require__(4624);
/* harmony import */ var _fields_js__WEBPACK_IMPORTED_MODULE_3__ = __nccwpck_require__(5591);
/* harmony import */ var _label_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(8658);
/* harmony import */ var _own_file_js__WEBPACK_IMPORTED_MODULE_4__ = __nccwpck_require__(7843);
/* harmony import */ var _settings_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(3467);
// https://kubernetes.io/docs/concepts/configuration/organize-cluster-access-kubeconfig/







const name = 'kubeconfig';
/**
 * A file with a context for each cluster. KUBECONFIG is a list: the user's own files stay behind ours, unread and
 * uncopied, and ours has the current context.
 */
const kubeconfig = {
    name,
    takes: ({ kind }) => kind === 'kubernetes-token',
    check: (settings) => {
        (0,_settings_js__WEBPACK_IMPORTED_MODULE_1__/* .assertOnly */ .p)(name, settings, ['context', 'merge']);
        if (settings['context'] !== undefined && !(0,_label_js__WEBPACK_IMPORTED_MODULE_2__/* .isLabel */ .J2)(settings['context']))
            throw (0,_settings_js__WEBPACK_IMPORTED_MODULE_1__/* .wrongExport */ .s)(name, 'a context that is not made of letters, digits, `.`, `_` and `-`');
    },
    pack: (loans, place) => {
        const { context } = place.settings;
        const mine = loans.flatMap((lent) => (isToken(lent) ? [lent] : []));
        if (mine.length === 0)
            throw (0,_settings_js__WEBPACK_IMPORTED_MODULE_1__/* .wrongExport */ .s)(name, 'nothing to write: no kubernetes-token was lent');
        if (mine.length > 1 && context !== undefined)
            throw (0,_settings_js__WEBPACK_IMPORTED_MODULE_1__/* .wrongExport */ .s)(name, 'one context for several clusters');
        const named = (0,_fields_js__WEBPACK_IMPORTED_MODULE_3__/* .onceEach */ .fF)(mine.map((lent) => [context ?? (0,_label_js__WEBPACK_IMPORTED_MODULE_2__/* .labelOf */ .Wy)(lent, name), lent.credential.fields]));
        const path = (0,node_path__WEBPACK_IMPORTED_MODULE_0__.join)(place.folder, 'kubeconfig');
        if (path.includes(node_path__WEBPACK_IMPORTED_MODULE_0__.delimiter))
            throw (0,_settings_js__WEBPACK_IMPORTED_MODULE_1__/* .wrongExport */ .s)(name, `a folder with \`${node_path__WEBPACK_IMPORTED_MODULE_0__.delimiter}\` in its path: choose another with \`files-dir\``);
        return {
            files: { [path]: `${JSON.stringify(configOf(Object.entries(named)), null, 2)}\n` },
            pointers: (0,_own_file_js__WEBPACK_IMPORTED_MODULE_4__/* .leadTo */ .yH)(place, 'KUBECONFIG', [path, ...ownFiles(place)].join(node_path__WEBPACK_IMPORTED_MODULE_0__.delimiter)),
        };
    },
};
function isToken(lent) {
    return lent.credential.kind === 'kubernetes-token';
}
/** What kubectl reads now. */
function ownFiles({ settings, home, variable, read }) {
    if (settings['merge'] === 'no')
        return [];
    const own = variable('KUBECONFIG');
    if (own !== undefined)
        return [own];
    const usual = home === undefined ? undefined : (0,node_path__WEBPACK_IMPORTED_MODULE_0__.join)(home, '.kube', 'config');
    return usual === undefined || read(usual) === undefined ? [] : [usual];
}
/** JSON is YAML, and needs no quoting of its own. */
function configOf(named) {
    for (const [, fields] of named)
        assertUsable(fields);
    return {
        apiVersion: 'v1',
        kind: 'Config',
        'current-context': named[0]?.[0],
        clusters: named.map(([context, { server, caCertificate }]) => ({
            name: context,
            cluster: { server, 'certificate-authority-data': Buffer.from(caCertificate).toString('base64') },
        })),
        users: named.map(([context, { token }]) => ({ name: context, user: { token: token.reveal() } })),
        contexts: named.map(([context, { namespace }]) => ({
            name: context,
            context: { cluster: context, user: context, ...(namespace === undefined ? {} : { namespace }) },
        })),
    };
}
function assertUsable({ server, token, namespace }) {
    const url = URL.canParse(server) ? new URL(server) : undefined;
    if (url?.protocol !== 'https:' || url.username !== '' || !(0,_domain_pattern_js__WEBPACK_IMPORTED_MODULE_5__/* .fullMatch */ .L)(/[\x21-\x7e]+/, server))
        throw unusable('whose server is no https URL');
    if (!(0,_domain_pattern_js__WEBPACK_IMPORTED_MODULE_5__/* .fullMatch */ .L)(/[\x21-\x7e]+/, token.reveal()))
        throw unusable('whose token no HTTP header can carry');
    if (namespace !== undefined && !(0,_domain_pattern_js__WEBPACK_IMPORTED_MODULE_5__/* .fullMatch */ .L)(/[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?/, namespace))
        throw unusable('whose namespace is none');
}
function unusable(what) {
    return new _domain_errors_js__WEBPACK_IMPORTED_MODULE_6__/* .CredsError */ .u('credential-unusable', `The answer holds a kubernetes-token ${what}.`);
}


/***/ }),

/***/ 8658:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   J2: () => (/* binding */ isLabel),
/* harmony export */   Tk: () => (/* binding */ callsIt),
/* harmony export */   Wy: () => (/* binding */ labelOf)
/* harmony export */ });
/* harmony import */ var _domain_pattern_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(4624);
/* harmony import */ var _settings_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(3467);


/** The prefix or the role, with the credential's own name behind it where the lease lends several of its kind. */
function labelOf({ lease, credential }, exporter) {
    const alike = lease.credentials.filter(({ kind }) => kind === credential.kind);
    const first = lease.prefix?.toLowerCase() ?? lease.role;
    const label = alike.length > 1 ? `${first}-${credential.name}` : first;
    if (isLabel(label))
        return label;
    throw (0,_settings_js__WEBPACK_IMPORTED_MODULE_0__/* .wrongExport */ .s)(exporter, 'a role whose name is no plain word: give it a prefix, as in `DB=app-ro`');
}
/** A name that stands for itself in every format. */
function isLabel(text) {
    return (0,_domain_pattern_js__WEBPACK_IMPORTED_MODULE_1__/* .fullMatch */ .L)(/[A-Za-z0-9][A-Za-z0-9._-]{0,127}/, text);
}
/** A lease is called by its prefix or its role, and one of several credentials by its own name behind it: `deploy.db`. */
function callsIt(name, { lease, credential }) {
    const leases = lease.prefix === undefined ? [lease.role] : [lease.prefix, lease.role];
    return leases.some((each) => name === each || name === `${each}.${credential.name}`);
}


/***/ }),

/***/ 5419:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
// ESM COMPAT FLAG
__nccwpck_require__.r(__webpack_exports__);

// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  netrc: () => (/* binding */ netrc)
});

// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __nccwpck_require__(6760);
;// CONCATENATED MODULE: ./lib/inside/exporters/netrc-entries.js
/** Text of a .netrc without the entries of some hosts; tools differ in whether the first or the last of two counts. */
function withoutMachines(text, machines) {
    const ours = new Set(machines.map((each) => each.toLowerCase()));
    return entriesOf(text)
        .filter(({ machine }) => machine === undefined || !ours.has(machine.toLowerCase()))
        .map(({ text: each }) => each)
        .join('');
}
/** A `"` begins a word with blanks in it. */
const word = /\s*("(?:\\[^]|[^"\\])*"?|\S+)/y;
/** To the end of the line; a macro to its empty line. */
const [comment, macro] = [/[^\n]*/y, /[^]*?(?:\n[ \t]*(?=\n|$(?![^]))|$(?![^]))/y];
const valued = ['machine', 'login', 'password', 'account'];
function entriesOf(text) {
    const starts = [{ at: 0, machine: undefined }];
    let key = '';
    for (let at = 0;;) {
        const [whole, found] = matchAt(word, text, at);
        if (found === undefined)
            break;
        const start = at + whole.length - found.length;
        at += whole.length;
        if (valued.includes(key)) {
            const [last] = starts.slice(-1);
            if (key === 'machine' && last !== undefined)
                last.machine = unquoted(found);
            key = '';
            continue;
        }
        key = found;
        if (['machine', 'default', 'macdef'].includes(found))
            starts.push({ at: start, machine: undefined });
        if (found === 'macdef')
            at += matchAt(macro, text, at)[0].length;
        if (found.startsWith('#'))
            at += matchAt(comment, text, at)[0].length;
    }
    return starts.map(({ at, machine }, index) => ({ machine, text: text.slice(at, starts[index + 1]?.at) }));
}
function matchAt(pattern, text, at) {
    const [whole = '', part] = new RegExp(pattern, 'y')[Symbol.match](text.slice(at)) ?? [];
    return [whole, part];
}
function unquoted(text) {
    return text.startsWith('"') ? text.replace(/^"|"$/g, '').replace(/\\(.)/g, '$1') : text;
}

// EXTERNAL MODULE: ./lib/inside/exporters/own-file.js
var own_file = __nccwpck_require__(7843);
// EXTERNAL MODULE: ./lib/inside/exporters/web-login.js
var web_login = __nccwpck_require__(1670);
;// CONCATENATED MODULE: ./lib/inside/exporters/netrc.js
// https://everything.curl.dev/usingcurl/netrc.html




const netrc_name = 'netrc';
/**
 * A copy of the user's .netrc with our hosts in it. Python and Go find it by NETRC, and so does curl from 8.16 on; an
 * older one wants `curl --netrc-file "$NETRC"`.
 */
const netrc = {
    name: netrc_name,
    takes: () => false,
    check: (settings) => {
        (0,web_login/* checkWebSettings */.qT)(netrc_name, settings);
    },
    pack: (loans, place) => {
        const kinds = ['registry-login', 'github-token', 'basic-login', 'bearer-token'];
        const logins = (0,web_login/* webLogins */.HI)(netrc_name, loans, { settings: place.settings, kinds });
        const machines = logins.map(machineOf);
        (0,web_login/* assertOnePlaceEach */.ZG)(netrc_name, machines);
        const path = (0,external_node_path_.join)(place.folder, 'netrc');
        return {
            files: {
                [path]: logins.map(entryOf).join('') + withoutMachines((0,own_file/* ownFile */.PV)(place, 'NETRC', '.netrc'), machines),
            },
            pointers: (0,own_file/* leadTo */.yH)(place, 'NETRC', path),
        };
    },
};
/** A host and nothing else: the format knows no port and no path. */
function machineOf({ url }) {
    return url.hostname.replace(/^\[|\]$/g, '');
}
function entryOf(login) {
    // What each of the tools reads as it stands: their ways to quote exclude each other.
    const plain = /(?![#"])[\x21-\x5b\x5d-\x7e]+/;
    const user = (0,web_login/* carried */.LT)(login.username ?? 'x-access-token', plain, 'a .netrc');
    return `machine ${machineOf(login)} login ${user} password ${(0,web_login/* carried */.LT)(login.password, plain, 'a .netrc')}\n`;
}


/***/ }),

/***/ 8686:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
__nccwpck_require__.r(__webpack_exports__);
/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   npmrc: () => (/* binding */ npmrc)
/* harmony export */ });
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(6760);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__nccwpck_require__.n(node_path__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var _domain_pattern_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(4624);
/* harmony import */ var _own_file_js__WEBPACK_IMPORTED_MODULE_4__ = __nccwpck_require__(7843);
/* harmony import */ var _settings_js__WEBPACK_IMPORTED_MODULE_3__ = __nccwpck_require__(3467);
/* harmony import */ var _web_login_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(1670);
// https://docs.npmjs.com/cli/configuring-npm/npmrc#auth-related-configuration





const name = 'npmrc';
const variable = 'NPM_CONFIG_USERCONFIG';
/** A copy of the user's .npmrc with our registries' logins in the place of theirs. */
const npmrc = {
    name,
    takes: () => false,
    check: (settings) => {
        (0,_web_login_js__WEBPACK_IMPORTED_MODULE_1__/* .checkWebSettings */ .qT)(name, settings, ['scope']);
        if (settings['scope'] !== undefined && !(0,_domain_pattern_js__WEBPACK_IMPORTED_MODULE_2__/* .fullMatch */ .L)(/@[a-z0-9~-][a-z0-9._~-]*/, settings['scope']))
            throw (0,_settings_js__WEBPACK_IMPORTED_MODULE_3__/* .wrongExport */ .s)(name, '`scope` that is none, as in `@octo-org`');
    },
    pack: (loans, place) => {
        const { scope } = place.settings;
        const kinds = ['registry-login', 'bearer-token', 'basic-login'];
        const logins = (0,_web_login_js__WEBPACK_IMPORTED_MODULE_1__/* .webLogins */ .HI)(name, loans, { settings: place.settings, kinds });
        if (scope !== undefined && logins.length > 1)
            throw (0,_settings_js__WEBPACK_IMPORTED_MODULE_3__/* .wrongExport */ .s)(name, 'one scope for several registries');
        const ours = logins.flatMap(linesOf);
        (0,_web_login_js__WEBPACK_IMPORTED_MODULE_1__/* .assertOnePlaceEach */ .ZG)(name, logins.map(registryKey));
        if (scope !== undefined)
            ours.push(...logins.map(({ url }) => line(`${scope}:registry`, folderUrl(url).href)));
        const theirs = (0,_own_file_js__WEBPACK_IMPORTED_MODULE_4__/* .ownFile */ .PV)(place, variable, '.npmrc')
            .split('\n')
            .filter((each) => !isOurs(each, logins, scope));
        const block = `${ours.join('\n')}\n`;
        // The last word counts, unless a section has begun by then.
        const sections = theirs.some((each) => each.startsWith('['));
        const text = (0,_own_file_js__WEBPACK_IMPORTED_MODULE_4__/* .wholeLines */ .zo)(theirs.join('\n').trim());
        const path = (0,node_path__WEBPACK_IMPORTED_MODULE_0__.join)(place.folder, 'npmrc');
        return {
            files: { [path]: sections ? block + text : text + block },
            pointers: (0,_own_file_js__WEBPACK_IMPORTED_MODULE_4__/* .leadTo */ .yH)(place, variable, path),
        };
    },
};
function folderUrl(url) {
    return new URL(`${url.href.replace(/\/+$/, '')}/`);
}
/** `//registry.example/npm/`: what the logins of a registry are called by. */
function registryKey({ url }) {
    return folderUrl(url).href.slice(url.protocol.length);
}
function linesOf(login) {
    const { username, password } = login;
    const key = registryKey(login);
    if (username === undefined)
        return [line(`${key}:_authToken`, password)];
    return [
        line(`${key}:username`, username),
        line(`${key}:_password`, Buffer.from(password).toString('base64')),
    ];
}
/** In quotation marks `;` and `#` are themselves. npm reads variables inside them all the same, and takes words for values. */
function line(key, value) {
    (0,_web_login_js__WEBPACK_IMPORTED_MODULE_1__/* .carried */ .LT)(value, /(?!(true|false|null|undefined)$)(?!.*\$\{)[\x21-\x7e]+/, 'an .npmrc');
    return `${key}=${JSON.stringify(value)}`;
}
function isOurs(each, logins, scope) {
    const key = each
        .replace(/=.*$/s, '')
        .trim()
        .replace(/^["']|["']$/g, '');
    return (key === `${scope ?? ''}:registry` || logins.some((login) => key.startsWith(`${registryKey(login)}:`)));
}


/***/ }),

/***/ 4026:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
__nccwpck_require__.r(__webpack_exports__);
/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   outputs: () => (/* binding */ outputs)
/* harmony export */ });
/* harmony import */ var _domain_errors_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(847);
/* harmony import */ var _fields_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(5591);


/** Outputs of this step: a credential goes only where the workflow hands it. */
const outputs = {
    name: 'outputs',
    takes: () => false,
    check: (settings) => {
        if (Object.keys(settings).length > 0) {
            throw new _domain_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .CredsError */ .u('input-invalid', 'The input `export` gives `outputs` a setting; it has none.');
        }
    },
    pack: (loans) => {
        const [only] = loans;
        const single = loans.length === 1 && only !== undefined ? fieldOutputs(only) : {};
        return { outputs: { ...single, credentials: JSON.stringify(byKey(loans)) } };
    },
};
/** One output a field: `token`, `aws-access-key-id`. */
function fieldOutputs({ credential }) {
    if (credential.kind === 'fields')
        return {};
    const family = credential.kind === 'aws-session' ? 'aws-' : '';
    return (0,_fields_js__WEBPACK_IMPORTED_MODULE_1__/* .onceEach */ .fF)((0,_fields_js__WEBPACK_IMPORTED_MODULE_1__/* .fieldsOf */ .Pf)(credential).map(([field, value]) => [outputName(family + field), value]));
}
/** `accessKeyId` \u2192 `access-key-id`. */
function outputName(field) {
    return field.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
/** By prefix or role; by the credential's own name below that where a role lends several. */
function byKey(loans) {
    const leases = [...new Set(loans.map(({ lease }) => lease))];
    const entries = leases.map((lease) => {
        const mine = loans
            .filter((lent) => lent.lease === lease)
            .map(({ credential }) => [credential.name, shown(credential)]);
        const [only] = mine;
        return [
            lease.prefix ?? lease.role,
            lease.credentials.length === 1 && only !== undefined ? only[1] : (0,_fields_js__WEBPACK_IMPORTED_MODULE_1__/* .onceEach */ .fF)(mine),
        ];
    });
    return (0,_fields_js__WEBPACK_IMPORTED_MODULE_1__/* .onceEach */ .fF)(entries);
}
function shown(credential) {
    return Object.fromEntries((0,_fields_js__WEBPACK_IMPORTED_MODULE_1__/* .fieldsOf */ .Pf)(credential).map(([name, value]) => [outputName(name), value]));
}


/***/ }),

/***/ 7843:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   PV: () => (/* binding */ ownFile),
/* harmony export */   yH: () => (/* binding */ leadTo),
/* harmony export */   zo: () => (/* binding */ wholeLines)
/* harmony export */ });
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(6760);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__nccwpck_require__.n(node_path__WEBPACK_IMPORTED_MODULE_0__);

/**
 * Text of the file that a tool reads now, to be copied; empty where there is none, or where the line says `merge=no`.
 * @param variable that leads the tool to its file
 * @param usual path below the home folder, where the variable is not set
 */
function ownFile(place, variable, ...usual) {
    if (place.settings['merge'] === 'no')
        return '';
    const path = place.variable(variable) ?? (place.home === undefined ? undefined : (0,node_path__WEBPACK_IMPORTED_MODULE_0__.join)(place.home, ...usual));
    return path === undefined ? '' : (place.read(path) ?? '');
}
/** Leads a tool to our file until all is given back, then to where it was led before. */
function leadTo(place, variable, value) {
    return { [variable]: { value, after: place.variable(variable) ?? '' } };
}
/** Ends with a line break, unless there is nothing. */
function wholeLines(text) {
    return text === '' || text.endsWith('\n') ? text : `${text}\n`;
}


/***/ }),

/***/ 9998:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
__nccwpck_require__.r(__webpack_exports__);
/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   pgpass: () => (/* binding */ pgpass)
/* harmony export */ });
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(6760);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__nccwpck_require__.n(node_path__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var _domain_errors_js__WEBPACK_IMPORTED_MODULE_8__ = __nccwpck_require__(847);
/* harmony import */ var _domain_pattern_js__WEBPACK_IMPORTED_MODULE_7__ = __nccwpck_require__(4624);
/* harmony import */ var _fields_js__WEBPACK_IMPORTED_MODULE_3__ = __nccwpck_require__(5591);
/* harmony import */ var _ini_sections_js__WEBPACK_IMPORTED_MODULE_6__ = __nccwpck_require__(5967);
/* harmony import */ var _label_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(8658);
/* harmony import */ var _own_file_js__WEBPACK_IMPORTED_MODULE_5__ = __nccwpck_require__(7843);
/* harmony import */ var _settings_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(3467);
/* harmony import */ var _web_login_js__WEBPACK_IMPORTED_MODULE_4__ = __nccwpck_require__(1670);
// https://www.postgresql.org/docs/current/libpq-pgpass.html and libpq-pgservice.html









const name = 'pgpass';
/** libpq reads no longer line of a service file. */
const longestLine = 1000;
/** A password file and a service file: copies of the user's with our databases before theirs. `psql service=NAME`. */
const pgpass = {
    name,
    takes: ({ kind }) => kind === 'postgres-login',
    check: (settings) => {
        (0,_settings_js__WEBPACK_IMPORTED_MODULE_1__/* .assertOnly */ .p)(name, settings, ['service', 'merge']);
        if (settings['service'] !== undefined && !(0,_label_js__WEBPACK_IMPORTED_MODULE_2__/* .isLabel */ .J2)(settings['service']))
            throw (0,_settings_js__WEBPACK_IMPORTED_MODULE_1__/* .wrongExport */ .s)(name, 'a service that is not made of letters, digits, `.`, `_` and `-`');
    },
    pack: (loans, place) => {
        const { folder, settings } = place;
        const mine = loans.flatMap((lent) => (isLogin(lent) ? [lent] : []));
        if (mine.length === 0)
            throw (0,_settings_js__WEBPACK_IMPORTED_MODULE_1__/* .wrongExport */ .s)(name, 'nothing to write: no postgres-login was lent');
        if (mine.length > 1 && settings['service'] !== undefined)
            throw (0,_settings_js__WEBPACK_IMPORTED_MODULE_1__/* .wrongExport */ .s)(name, 'one service for several databases');
        const named = Object.entries((0,_fields_js__WEBPACK_IMPORTED_MODULE_3__/* .onceEach */ .fF)(mine.map((lent) => [settings['service'] ?? (0,_label_js__WEBPACK_IMPORTED_MODULE_2__/* .labelOf */ .Wy)(lent, name), lent.credential.fields])));
        const at = (file) => (0,node_path__WEBPACK_IMPORTED_MODULE_0__.join)(folder, file);
        const passwords = named.map(([, fields]) => passwordLine(fields));
        (0,_web_login_js__WEBPACK_IMPORTED_MODULE_4__/* .assertOnePlaceEach */ .ZG)(name, passwords.map(([place_]) => place_));
        const files = { passwords: at('pgpass'), services: at('pg-service.conf') };
        const sections = named.map(([service, fields]) => {
            const authority = fields.caCertificate === undefined ? {} : { sslrootcert: at(`${service}-ca.pem`) };
            return `[${service}]\n${serviceLines(fields, { ...authority, passfile: files.passwords })}\n`;
        });
        const theirs = (0,_own_file_js__WEBPACK_IMPORTED_MODULE_5__/* .ownFile */ .PV)(place, 'PGSERVICEFILE', '.pg_service.conf');
        const rest = (0,_ini_sections_js__WEBPACK_IMPORTED_MODULE_6__/* .withoutSections */ .N)(theirs, named.map(([service]) => service));
        return {
            files: {
                [files.passwords]: passwords.map(([place_, password]) => `${place_}:${password}\n`).join('') +
                    (0,_own_file_js__WEBPACK_IMPORTED_MODULE_5__/* .ownFile */ .PV)(place, 'PGPASSFILE', '.pgpass'),
                [files.services]: sections.join('') + (0,_own_file_js__WEBPACK_IMPORTED_MODULE_5__/* .wholeLines */ .zo)(rest),
                ...Object.fromEntries(named.flatMap(([service, { caCertificate: pem }]) => pem === undefined ? [] : [[at(`${service}-ca.pem`), pem]])),
            },
            pointers: {
                ...(0,_own_file_js__WEBPACK_IMPORTED_MODULE_5__/* .leadTo */ .yH)(place, 'PGPASSFILE', files.passwords),
                ...(0,_own_file_js__WEBPACK_IMPORTED_MODULE_5__/* .leadTo */ .yH)(place, 'PGSERVICEFILE', files.services),
            },
        };
    },
};
function isLogin(lent) {
    return lent.credential.kind === 'postgres-login';
}
/** `host:port:database:user`, and the password; `*` alone would mean any. */
function passwordLine({ host, port, database, username, password }) {
    if (!(0,_domain_pattern_js__WEBPACK_IMPORTED_MODULE_7__/* .fullMatch */ .L)(/[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?|[0-9A-Fa-f:]+/, host) ||
        !(0,_domain_pattern_js__WEBPACK_IMPORTED_MODULE_7__/* .fullMatch */ .L)(/\d{1,5}/, port))
        throw new _domain_errors_js__WEBPACK_IMPORTED_MODULE_8__/* .CredsError */ .u('credential-unusable', 'The answer holds a postgres-login whose host or port is none.');
    const escaped = (text) => (0,_web_login_js__WEBPACK_IMPORTED_MODULE_4__/* .carried */ .LT)(text, /[^\x00-\x1f\x7f]+/, 'a password file').replace(/[\\:]|^\*$/g, '\\$&');
    return [[host, port, database, username].map(escaped).join(':'), escaped(password.reveal())];
}
function serviceLines({ host, port, database, username }, paths) {
    const settings = { host, port, dbname: database, user: username, sslmode: 'verify-full', ...paths };
    const lines = Object.entries(settings).map(([key, value]) => {
        // The rest of the line as it stands; blanks at its end are cut off.
        (0,_web_login_js__WEBPACK_IMPORTED_MODULE_4__/* .carried */ .LT)(value, /[^\x00-\x1f\x7f]*[^\x00-\x20\x7f]/, 'a service file');
        return `${key}=${value}\n`;
    });
    if (lines.some((line) => Buffer.byteLength(line) > longestLine))
        throw new _domain_errors_js__WEBPACK_IMPORTED_MODULE_8__/* .CredsError */ .u('credential-unusable', 'The credential holds a line that is too long for a service file.');
    return lines.join('');
}


/***/ }),

/***/ 6609:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
__nccwpck_require__.r(__webpack_exports__);
/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   pypirc: () => (/* binding */ pypirc)
/* harmony export */ });
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(6760);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__nccwpck_require__.n(node_path__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var _fields_js__WEBPACK_IMPORTED_MODULE_4__ = __nccwpck_require__(5591);
/* harmony import */ var _ini_sections_js__WEBPACK_IMPORTED_MODULE_6__ = __nccwpck_require__(5967);
/* harmony import */ var _label_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(8658);
/* harmony import */ var _own_file_js__WEBPACK_IMPORTED_MODULE_5__ = __nccwpck_require__(7843);
/* harmony import */ var _settings_js__WEBPACK_IMPORTED_MODULE_3__ = __nccwpck_require__(3467);
/* harmony import */ var _web_login_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(1670);
// https://packaging.python.org/en/latest/specifications/pypirc/







const name = 'pypirc';
const variable = 'EPHEMERAL_PYPIRC';
/**
 * A copy of the user's .pypirc with our repositories in it. No variable leads twine to one:
 * `twine upload --config-file "$EPHEMERAL_PYPIRC"`.
 */
const pypirc = {
    name,
    takes: _web_login_js__WEBPACK_IMPORTED_MODULE_1__/* .isIndexLogin */ .Ss,
    check: (settings) => {
        (0,_web_login_js__WEBPACK_IMPORTED_MODULE_1__/* .checkWebSettings */ .qT)(name, settings, ['repository']);
        const { repository = 'x' } = settings;
        if (!(0,_label_js__WEBPACK_IMPORTED_MODULE_2__/* .isLabel */ .J2)(repository) || ['distutils', 'default'].includes(repository.toLowerCase()))
            throw (0,_settings_js__WEBPACK_IMPORTED_MODULE_3__/* .wrongExport */ .s)(name, 'a `repository` that is not made of letters, digits, `.`, `_` and `-`');
    },
    pack: (loans, place) => {
        const { repository } = place.settings;
        const kinds = ['registry-login', 'bearer-token', 'basic-login'];
        const logins = (0,_web_login_js__WEBPACK_IMPORTED_MODULE_1__/* .webLogins */ .HI)(name, loans, { settings: place.settings, kinds });
        if (logins.length > 1 && repository !== undefined)
            throw (0,_settings_js__WEBPACK_IMPORTED_MODULE_3__/* .wrongExport */ .s)(name, 'one `repository` for several credentials');
        const nameOf = ({ lent }) => repository ?? (logins.length === 1 ? 'pypi' : (0,_label_js__WEBPACK_IMPORTED_MODULE_2__/* .labelOf */ .Wy)(lent, name));
        const ours = (0,_fields_js__WEBPACK_IMPORTED_MODULE_4__/* .onceEach */ .fF)(logins.map((login) => [nameOf(login), login]));
        const user = (0,_own_file_js__WEBPACK_IMPORTED_MODULE_5__/* .ownFile */ .PV)(place, variable, '.pypirc');
        const listed = new Set([...serversOf(user), ...Object.keys(ours)]);
        const text = [
            `[distutils]\nindex-servers =\n${[...listed].map((each) => `    ${each}\n`).join('')}`,
            ...Object.entries(ours).map(([section, login]) => `[${section}]\n${linesOf(login)}`),
            (0,_own_file_js__WEBPACK_IMPORTED_MODULE_5__/* .wholeLines */ .zo)((0,_ini_sections_js__WEBPACK_IMPORTED_MODULE_6__/* .withoutSections */ .N)(user, ['distutils', ...Object.keys(ours)])),
        ];
        const path = (0,node_path__WEBPACK_IMPORTED_MODULE_0__.join)(place.folder, 'pypirc');
        return { files: { [path]: text.join('\n') }, pointers: (0,_own_file_js__WEBPACK_IMPORTED_MODULE_5__/* .leadTo */ .yH)(place, variable, path) };
    },
};
function linesOf({ url, username = '__token__', password }) {
    // No quoting, and blanks at either end are cut off.
    const plain = /[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?/;
    return [
        `repository = ${url.href}`,
        `username = ${(0,_web_login_js__WEBPACK_IMPORTED_MODULE_1__/* .carried */ .LT)(username, plain, 'a .pypirc')}`,
        `password = ${(0,_web_login_js__WEBPACK_IMPORTED_MODULE_1__/* .carried */ .LT)(password, plain, 'a .pypirc')}\n`,
    ].join('\n');
}
/** What the user has listed; without a list twine knows two. */
function serversOf(text) {
    const lines = (0,_ini_sections_js__WEBPACK_IMPORTED_MODULE_6__/* .sectionOf */ .Z)(text, 'distutils').filter((line) => !/^\s*[#;]/.test(line));
    const start = lines.findIndex((line) => /^index[-_]servers\s*[=:]/i.test(line));
    if (start < 0)
        return ['pypi', 'testpypi'];
    const more = lines.slice(start + 1);
    const end = more.findIndex((line) => /^\S/.test(line));
    const value = [lines[start]?.replace(/^[^=:]*[=:]/, '') ?? '', ...more.slice(0, end < 0 ? undefined : end)];
    return value
        .join(' ')
        .split(/\s+/)
        .filter((each) => each !== '');
}


/***/ }),

/***/ 3467:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   p: () => (/* binding */ assertOnly),
/* harmony export */   s: () => (/* binding */ wrongExport)
/* harmony export */ });
/* harmony import */ var _domain_errors_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(847);

/** @throws CredsError `input-invalid` for a setting that the exporter does not have, without repeating it */
function assertOnly(exporter, settings, known) {
    if (Object.keys(settings).some((name) => !known.includes(name))) {
        const names = known.map((name) => `\`${name}\``).join(', ');
        throw wrongExport(exporter, `a setting that it does not have; it has ${names}`);
    }
    if (!['yes', 'no', undefined].includes(settings['merge']))
        throw wrongExport(exporter, '`merge` without `yes` or `no`');
}
/** @param what follows \u201cThe input `export` gives `NAME` \u2026\u201d */
function wrongExport(exporter, what) {
    return new _domain_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .CredsError */ .u('input-invalid', `The input \`export\` gives \`${exporter}\` ${what}.`);
}


/***/ }),

/***/ 6398:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
__nccwpck_require__.r(__webpack_exports__);
/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   ssh: () => (/* binding */ ssh)
/* harmony export */ });
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(6760);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__nccwpck_require__.n(node_path__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var _domain_errors_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(847);
/* harmony import */ var _domain_pattern_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(4624);
// https://man.openbsd.org/ssh_config



const settingNames = ['known-hosts', 'host-ca', 'host-key', 'git', 'agent', 'agent-program'];
/** `*.example.com,192.0.2.1,ssh-ed25519,AAAA\u2026`: patterns of hosts, and a public key. */
const hostLine = /([^\s,"\\]+(,[^\s,"\\]+)*),((ssh|ecdsa)-[a-z0-9-]+),([A-Za-z0-9+/]+={0,2})/;
/**
 * The key of this run, its certificate, and a configuration for `ssh -F` that uses them and believes no host that is
 * not known. The user's own files stay as they are. With `agent` the key is in no file: an agent of this run holds it.
 */
const ssh = {
    name: 'ssh',
    needsKey: true,
    takes: (credential) => credential.kind === 'ssh-certificate',
    check: (settings) => {
        if (Object.keys(settings).some((name) => !settingNames.includes(name)))
            throw wrong(`a setting that it does not have; it has ${settingNames.map((name) => `\`${name}\``).join(', ')}`);
        const { git = 'no' } = settings;
        if (git !== 'yes' && git !== 'no')
            throw wrong('`git` without `yes` or `no`');
        const { agent = 'no', 'agent-program': program } = settings;
        if (!['yes', 'no', 'instead'].includes(agent))
            throw wrong('`agent` without `yes`, `no` or `instead`');
        if (program !== undefined && (agent === 'no' || !(0,node_path__WEBPACK_IMPORTED_MODULE_0__.isAbsolute)(program)))
            throw wrong('`agent-program` that is no absolute path, or is for no `agent`');
        const { 'known-hosts': known = '/', 'host-ca': authority, 'host-key': key } = settings;
        if (!(0,node_path__WEBPACK_IMPORTED_MODULE_0__.isAbsolute)(known))
            throw wrong('`known-hosts` that is not an absolute path');
        if (unreadable.test(known))
            throw wrong('`known-hosts` whose name ssh cannot read: choose another');
        if ([authority, key].some((line) => line !== undefined && !(0,_domain_pattern_js__WEBPACK_IMPORTED_MODULE_1__/* .fullMatch */ .L)(hostLine, line)))
            throw wrong('a host that is not written HOSTS,TYPE,KEY, as in `*.example.com,ssh-ed25519,AAAA\u2026`');
    },
    agentFor,
    pack: (loans, place) => {
        const { settings, folder, sshKey, socket } = place;
        const certificates = loans.flatMap(({ credential }) => (isCertificate(credential) ? [credential] : []));
        if (certificates.length === 0)
            throw wrong('nothing to write: no SSH certificate was lent');
        if (sshKey === undefined)
            throw wrong('no key: name it (`export: ssh`), since an ssh-certificate is made for a key of this run');
        const at = (name) => (0,node_path__WEBPACK_IMPORTED_MODULE_0__.join)(folder, name);
        const named = certificates.map((each, index) => [
            at(index === 0 ? 'ssh-key-cert.pub' : `ssh-key-cert-${String(index + 1)}.pub`),
            `${certificateLine(each, sshKey)}\n`,
        ]);
        const hosts = knownHosts(settings);
        const believed = [
            ...(hosts === '' ? [] : [at('ssh-known-hosts')]),
            ...(settings['known-hosts'] === undefined ? [] : [settings['known-hosts']]),
        ];
        const config = at('ssh-config');
        const agent = agentFor(settings) === undefined ? undefined : socket;
        const key = at(agent === undefined ? 'ssh-key' : 'ssh-key.pub');
        const paths = { key, certificates: named.map(([path]) => path), believed, agent };
        return {
            files: {
                ...Object.fromEntries(named),
                ...(hosts === '' ? {} : { [at('ssh-known-hosts')]: hosts }),
                [config]: configText(paths),
                [key]: agent === undefined ? sshKey.privateText.reveal() : `${sshKey.publicLine}\n`,
            },
            variables: {
                EPHEMERAL_SSH_CONFIG: config,
                // A shell reads it (https://git-scm.com/docs/git#Documentation/git.txt-GITSSHCOMMAND).
                ...(settings['git'] === 'yes' && { GIT_SSH_COMMAND: `ssh -F '${config.replaceAll("'", "'\\''")}'` }),
            },
            ...(agent !== undefined && {
                pointers: { SSH_AUTH_SOCK: { value: agent, after: place.variable('SSH_AUTH_SOCK') ?? '' } },
                identities: identitiesOf(loans, sshKey),
            }),
        };
    },
};
function agentFor({ agent = 'no', 'agent-program': program, }) {
    return agent === 'no' ? undefined : { program, instead: agent === 'instead' };
}
function isCertificate(credential) {
    return credential.kind === 'ssh-certificate';
}
/** As ssh-add has it: each certificate, each to its lease's end, and the key; the certificates are offered first. */
function identitiesOf(loans, key) {
    const certified = loans.flatMap(({ lease, credential }) => isCertificate(credential)
        ? [{ key, certificate: certificateLine(credential, key), comment: lease.id, endsAt: lease.expiresAt }]
        : []);
    const endsAt = new Date(Math.max(...certified.map((each) => each.endsAt.getTime())));
    return [...certified, { key, comment: 'ephemeral-creds', endsAt }];
}
/** One line, for our key and no other. */
function certificateLine({ fields }, { publicLine }) {
    const line = fields.certificate.trim();
    const [type = '', base64 = ''] = line.split(' ');
    const [keyType = '', key = ''] = publicLine.split(' ');
    const point = Buffer.from(key, 'base64').subarray(-32);
    if (!(0,_domain_pattern_js__WEBPACK_IMPORTED_MODULE_1__/* .fullMatch */ .L)(/\S+ [A-Za-z0-9+/]+={0,2}/, line) ||
        type !== `${keyType}-cert-v01@openssh.com` ||
        !Buffer.from(base64, 'base64').includes(point))
        throw new _domain_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .CredsError */ .u('credential-unusable', 'The answer holds an SSH certificate that is not for our key.');
    return line;
}
function knownHosts({ 'host-ca': authority, 'host-key': key }) {
    const line = (marker, text) => {
        const [, hosts, , type, , blob] = (text === undefined ? undefined : hostParts.exec(text)) ?? [];
        return hosts === undefined ? '' : `${marker}${hosts} ${type ?? ''} ${blob ?? ''}\n`;
    };
    const hostParts = new RegExp(`^${hostLine.source}$`);
    return line('@cert-authority ', authority) + line('', key);
}
function configText({ key, certificates, believed, agent }) {
    const lines = [
        'Host *',
        `IdentityFile ${quoted(key)}`,
        ...certificates.map((path) => `CertificateFile ${quoted(path)}`),
        'IdentitiesOnly yes',
        `IdentityAgent ${agent === undefined ? 'none' : quoted(agent)}`,
        ...(agent === undefined ? [] : ['ForwardAgent no']),
        'BatchMode yes',
        'StrictHostKeyChecking yes',
        'UpdateHostKeys no',
        ...(believed.length === 0
            ? []
            : [`UserKnownHostsFile ${believed.map(quoted).join(' ')}`, 'GlobalKnownHostsFile none']),
    ];
    return `${lines.join('\n  ')}\n`;
}
/** ssh expands `%` and `${\u2026}` in paths, and has no way to write a quotation mark. */
const unreadable = /["\\\r\n]|\$\{/;
function quoted(path) {
    if (unreadable.test(path))
        throw wrong('a folder whose name ssh cannot read: choose another with `files-dir`');
    return `"${path.replaceAll('%', '%%')}"`;
}
function wrong(what) {
    return new _domain_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .CredsError */ .u('input-invalid', `The input \`export\` gives \`ssh\` ${what}.`);
}


/***/ }),

/***/ 8164:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   O: () => (/* binding */ assertVariableName),
/* harmony export */   m: () => (/* binding */ isDangerousName)
/* harmony export */ });
/* harmony import */ var _domain_errors_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(847);
/* harmony import */ var _domain_pattern_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(4624);


/** Variables by which a later step is made to run other code, trust other servers or believe another runner. */
const dangerous = [
    /NODE_OPTIONS|NODE_EXTRA_CA_CERTS|NODE_TLS_REJECT_UNAUTHORIZED|NODE_PATH/,
    /PATH|HOME|TMPDIR|TEMP|TMP|SHELL|EDITOR|VISUAL|PAGER|IFS|ENV|BASH_ENV|BASH_FUNC.*|PROMPT_COMMAND|PS4|SHELLOPTS|BASHOPTS/,
    /LD_.*|DYLD_.*|PYTHON.*|PERL5.*|RUBY.*|JAVA_TOOL_OPTIONS|_JAVA_OPTIONS|JDK_JAVA_OPTIONS|MAVEN_OPTS|GRADLE_OPTS/,
    /GIT_.*|NPM_CONFIG_.*|PIP_.*|.*_PROXY|SSL_CERT_.*|CURL_CA_BUNDLE|DOCKER_HOST|KUBECONFIG/,
    /GITHUB_.*|RUNNER_.*|ACTIONS_.*|INPUT_.*|STATE_.*|CI|CI_.*|GITLAB_.*|FF_.*/,
];
/**
 * A variable's name that the workflow has chosen, by itself or by a prefix.
 * @throws CredsError `input-invalid` when no variable may have it
 */
function assertVariableName(name) {
    if (!(0,_domain_pattern_js__WEBPACK_IMPORTED_MODULE_0__/* .fullMatch */ .L)(/[A-Z_][A-Z0-9_]{0,127}/, name)) {
        throw new _domain_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .CredsError */ .u('input-invalid', 'The input `export` gives a variable a name that is not made of A-Z, 0-9 and `_`.');
    }
    if (isDangerousName(name)) {
        throw new _domain_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .CredsError */ .u('input-invalid', `The input \`export\` may not set ${name}: it changes how later steps run.`);
    }
}
/** True for a variable, or a prefix ending in `_`, that no credential may be delivered under. */
function isDangerousName(name) {
    return dangerous.some((pattern) => (0,_domain_pattern_js__WEBPACK_IMPORTED_MODULE_0__/* .fullMatch */ .L)(pattern, name));
}


/***/ }),

/***/ 1670:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   HI: () => (/* binding */ webLogins),
/* harmony export */   LT: () => (/* binding */ carried),
/* harmony export */   Ss: () => (/* binding */ isIndexLogin),
/* harmony export */   ZG: () => (/* binding */ assertOnePlaceEach),
/* harmony export */   qP: () => (/* binding */ webUrl),
/* harmony export */   qT: () => (/* binding */ checkWebSettings)
/* harmony export */ });
/* harmony import */ var _domain_errors_js__WEBPACK_IMPORTED_MODULE_4__ = __nccwpck_require__(847);
/* harmony import */ var _domain_pattern_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(4624);
/* harmony import */ var _protocol_endpoint_js__WEBPACK_IMPORTED_MODULE_3__ = __nccwpck_require__(773);
/* harmony import */ var _label_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(8658);
/* harmony import */ var _settings_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(3467);





/** What says nothing but \u201cthe password is a token\u201d: PyPI's word for it. */
const tokenName = '__token__';
/** The login of a Python package index, and not of a registry of images. */
function isIndexLogin(credential) {
    return credential.kind === 'registry-login' && credential.fields.username === tokenName;
}
/** @throws CredsError `input-invalid` */
function checkWebSettings(exporter, settings, more = []) {
    (0,_settings_js__WEBPACK_IMPORTED_MODULE_0__/* .assertOnly */ .p)(exporter, settings, ['from', 'url', 'username', 'merge', ...more]);
    const { url, username } = settings;
    if (url !== undefined && webUrl(url) === undefined)
        throw (0,_settings_js__WEBPACK_IMPORTED_MODULE_0__/* .wrongExport */ .s)(exporter, '`url` that is no https URL of plain host and path');
    if (username !== undefined && !(0,_domain_pattern_js__WEBPACK_IMPORTED_MODULE_1__/* .fullMatch */ .L)(/[\x21-\x39\x3b-\x7e]{1,255}/, username))
        throw (0,_settings_js__WEBPACK_IMPORTED_MODULE_0__/* .wrongExport */ .s)(exporter, 'a `username` that is not made of plain characters');
}
/**
 * All that was lent that signs in to the web: registry logins and GitHub tokens know where; of anything else the line
 * has to say it (`url`), for one alone (`from` chooses it).
 * @throws CredsError `input-invalid`
 */
function webLogins(exporter, loans, { settings, kinds }) {
    const { from, url } = settings;
    const fit = loans.filter((lent) => kinds.some((kind) => kind === lent.credential.kind) && (from === undefined || (0,_label_js__WEBPACK_IMPORTED_MODULE_2__/* .callsIt */ .Tk)(from, lent)));
    const chosen = url === undefined ? fit.filter(({ credential }) => ownPlace(credential) !== undefined) : fit;
    if (chosen.length > 1 && (url !== undefined || settings['username'] !== undefined))
        throw (0,_settings_js__WEBPACK_IMPORTED_MODULE_0__/* .wrongExport */ .s)(exporter, '`url` or `username` for several credentials; choose one by `from=ROLE`');
    if (chosen.length === 0)
        throw (0,_settings_js__WEBPACK_IMPORTED_MODULE_0__/* .wrongExport */ .s)(exporter, fit.length === 0
            ? `nothing to write: it takes ${kinds.join(', ')}`
            : 'no place: say it by `url=https://\u2026`');
    return chosen.map((lent) => loginOf(exporter, lent, settings));
}
function loginOf(exporter, lent, settings) {
    const { credential } = lent;
    const own = ownPlace(credential);
    const place = webUrl(settings['url'] ?? own ?? '');
    if (place === undefined)
        throw unusable(`a ${credential.kind} for a place that is no https URL of plain host and path`);
    if (own !== undefined && webUrl(own)?.host !== place.host)
        throw (0,_settings_js__WEBPACK_IMPORTED_MODULE_0__/* .wrongExport */ .s)(exporter, '`url` of another host than the one that the credential was lent for');
    const [username, password] = userAndPassword(credential);
    return { lent, url: place, username: settings['username'] ?? username, password };
}
/** Where the credential itself says it is for. */
function ownPlace(credential) {
    if (credential.kind === 'registry-login')
        return credential.fields.registry;
    return credential.kind === 'github-token' ? webOfApi(credential.fields.apiUrl) : undefined;
}
function userAndPassword(credential) {
    if (credential.kind === 'bearer-token')
        return [undefined, credential.fields.token.reveal()];
    if (credential.kind === 'github-token')
        return ['x-access-token', credential.fields.token.reveal()];
    const { username, password } = credential.fields;
    return [username === tokenName ? undefined : username, password.reveal()];
}
/** Where repositories are, by the address of the API (GHES has it below a path, ghe.com and github.com on a host). */
function webOfApi(apiUrl) {
    const api = webUrl(apiUrl);
    if (api === undefined)
        throw unusable('a github-token whose api_url is no https URL');
    return `${api.protocol}//${api.host.replace(/^api\.(?=github\.com$|.*\.ghe\.com$)/, '')}`;
}
/**
 * `https://HOST/PATH`, or `HOST/PATH`; nothing that a format could take for a wildcard, a quotation or a line of its own.
 * @returns undefined for anything else
 */
function webUrl(text) {
    if (!(0,_domain_pattern_js__WEBPACK_IMPORTED_MODULE_1__/* .fullMatch */ .L)(/(https?:\/\/)?([A-Za-z0-9.-]+|\[[0-9A-Fa-f:]+\])(:\d{1,5})?(\/[A-Za-z0-9._~/-]*)?/, text))
        return undefined;
    const whole = text.includes('://') ? text : `https://${text}`;
    if (!URL.canParse(whole))
        return undefined;
    const url = new URL(whole);
    return url.protocol === 'https:' || (0,_protocol_endpoint_js__WEBPACK_IMPORTED_MODULE_3__/* .isLoopback */ .U)(url) ? url : undefined;
}
/**
 * One credential for a place, no more: which of two would be sent is the tool's choice, not ours.
 * @throws CredsError `input-invalid`
 */
function assertOnePlaceEach(exporter, places) {
    if (new Set(places).size < places.length)
        throw (0,_settings_js__WEBPACK_IMPORTED_MODULE_0__/* .wrongExport */ .s)(exporter, 'two credentials for the same place; borrow one, or choose one by `from=ROLE`');
}
function unusable(what) {
    return new _domain_errors_js__WEBPACK_IMPORTED_MODULE_4__/* .CredsError */ .u('credential-unusable', `The answer holds ${what}.`);
}
/** @throws CredsError `credential-unusable` for what a format cannot carry */
function carried(text, pattern, format) {
    if ((0,_domain_pattern_js__WEBPACK_IMPORTED_MODULE_1__/* .fullMatch */ .L)(pattern, text))
        return text;
    throw new _domain_errors_js__WEBPACK_IMPORTED_MODULE_4__/* .CredsError */ .u('credential-unusable', `The credential holds characters that ${format} cannot carry.`);
}


/***/ }),

/***/ 5693:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";

// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  R: () => (/* binding */ decodeIdToken)
});

// EXTERNAL MODULE: ./node_modules/jose/dist/webapi/util/base64url.js
var base64url = __nccwpck_require__(1445);
// EXTERNAL MODULE: ./node_modules/jose/dist/webapi/lib/buffer_utils.js
var buffer_utils = __nccwpck_require__(7410);
// EXTERNAL MODULE: ./node_modules/jose/dist/webapi/lib/validate.js
var validate = __nccwpck_require__(7784);
// EXTERNAL MODULE: ./node_modules/jose/dist/webapi/util/errors.js
var errors = __nccwpck_require__(5674);
;// CONCATENATED MODULE: ./node_modules/jose/dist/webapi/util/decode_jwt.js




function decodeJwt(jwt) {
  if (typeof jwt != "string")
    throw new errors/* JWTInvalid */.Dp("JWTs must use Compact JWS serialization, JWT must be a string");
  const { 1: encodedPayload, length } = jwt.split(".");
  if (length === 5)
    throw new errors/* JWTInvalid */.Dp("Only JWTs using Compact JWS serialization can be decoded");
  if (length !== 3)
    throw new errors/* JWTInvalid */.Dp("Invalid JWT");
  if (!encodedPayload)
    throw new errors/* JWTInvalid */.Dp("JWTs must contain a payload");
  let claimsSetBytes;
  try {
    claimsSetBytes = (0,base64url/* decode */.D)(encodedPayload);
  } catch (cause) {
    throw new errors/* JWTInvalid */.Dp("Failed to base64url decode the payload", { cause });
  }
  let claimsSet;
  try {
    claimsSet = JSON.parse(buffer_utils/* strictDecoder */.u8.decode(claimsSetBytes));
  } catch (cause) {
    throw new errors/* JWTInvalid */.Dp("Failed to parse the decoded payload as JSON", { cause });
  }
  if (!(0,validate/* isObject */.Gv)(claimsSet))
    throw new errors/* JWTInvalid */.Dp("Invalid JWT Claims Set");
  return claimsSet;
}


// EXTERNAL MODULE: ./lib/inside/domain/errors.js
var domain_errors = __nccwpck_require__(847);
// EXTERNAL MODULE: ./lib/inside/domain/pattern.js
var pattern = __nccwpck_require__(4624);
// EXTERNAL MODULE: ./lib/inside/domain/secret.js
var secret = __nccwpck_require__(7480);
;// CONCATENATED MODULE: ./lib/inside/id-tokens/decode.js




const longest = 16 * 1024;
/**
 * Reads the claims of an ID token and compares them with what was asked, before it is sent anywhere. The signature
 * is the broker's to verify; this catches a wrong or replaced token while it can still harm nobody.
 * @throws CredsError `id-token-mismatch`
 */
function decodeIdToken(text, audience, now) {
    if (text.length > longest)
        throw mismatch('is longer than 16 KiB');
    if (!(0,pattern/* fullMatch */.L)(/[\w-]+\.[\w-]+\.[\w-]+/, text))
        throw mismatch('is not a signed token');
    let claims;
    try {
        claims = decodeJwt(text);
    }
    catch (cause) {
        throw mismatch('cannot be read', cause);
    }
    const { iss, aud, exp } = claims;
    if (aud !== audience)
        throw mismatch('is for another audience than the one that was asked for');
    if (typeof iss !== 'string' || !URL.canParse(iss))
        throw mismatch('names no issuer');
    const expiresAt = new Date(typeof exp === 'number' ? exp * 1000 : NaN);
    if (isNaN(expiresAt.getTime()))
        throw mismatch('has no end');
    // Ten minutes of leeway: a clock that is off is the broker's to report, with its own time beside it.
    if (expiresAt.getTime() < now.getTime() - 600_000)
        throw mismatch('has ended long ago');
    return { token: new secret/* Secret */.z(text), claims, issuer: iss, audience, expiresAt };
}
function mismatch(what, cause) {
    return new domain_errors/* CredsError */.u('id-token-mismatch', `The ID token ${what}.`, cause === undefined ? {} : { cause });
}


/***/ }),

/***/ 7949:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
__nccwpck_require__.r(__webpack_exports__);
/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   environment: () => (/* binding */ environment)
/* harmony export */ });
/* harmony import */ var _domain_errors_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(847);
/* harmony import */ var _decode_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(5693);
// A platform that sets the token as a variable of the job: Bitbucket, CircleCI, and GitLab under another name.


const environment = (_job, name) => ({
    name: `env:${name}`,
    mints: false,
    variable: name,
    // eslint-disable-next-line @typescript-eslint/require-await -- what is thrown here is the promise's rejection
    request: async (audience, { host }) => {
        const text = host.env[name]?.trim() ?? '';
        if (text === '') {
            throw new _domain_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .CredsError */ .u('input-invalid', `The variable ${name}, which \`id-token\` names, is not set.`);
        }
        return (0,_decode_js__WEBPACK_IMPORTED_MODULE_1__/* .decodeIdToken */ .R)(text, audience, host.clock.now());
    },
});


/***/ }),

/***/ 7168:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
__nccwpck_require__.r(__webpack_exports__);
/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   file: () => (/* binding */ file)
/* harmony export */ });
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(6760);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__nccwpck_require__.n(node_path__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var _domain_errors_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(847);
/* harmony import */ var _decode_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(5693);
// A file that something else keeps fresh: a projected token of Kubernetes, or what a hook of the CI system wrote.



const longest = 64 * 1024;
const file = (_job, path) => ({
    name: `file:${path}`,
    mints: false,
    // eslint-disable-next-line @typescript-eslint/require-await -- what is thrown here is the promise's rejection
    request: async (audience, { host }) => {
        if (!(0,node_path__WEBPACK_IMPORTED_MODULE_0__.isAbsolute)(path))
            throw new _domain_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .CredsError */ .u('input-invalid', 'The file that `id-token` names must be an absolute path.');
        const text = host.files.read(path, longest)?.trim() ?? '';
        if (text === '')
            throw new _domain_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .CredsError */ .u('input-invalid', `The file ${path}, which \`id-token\` names, is not there, or empty.`);
        return (0,_decode_js__WEBPACK_IMPORTED_MODULE_2__/* .decodeIdToken */ .R)(text, audience, host.clock.now());
    },
});


/***/ }),

/***/ 2102:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
__nccwpck_require__.r(__webpack_exports__);
/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   gitlabVariable: () => (/* binding */ gitlabVariable)
/* harmony export */ });
/* harmony import */ var _domain_errors_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(847);
/* harmony import */ var _decode_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(5693);
// https://docs.gitlab.com/ci/secrets/id_token_authentication/


const variable = 'EPHEMERAL_CREDS_ID_TOKEN';
/** The variable that `id_tokens:` of the component\u2019s hidden job sets: GitLab mints it once, when the job is picked up. */
const gitlabVariable = () => ({
    name: 'gitlab-variable',
    mints: false,
    variable,
    // eslint-disable-next-line @typescript-eslint/require-await -- what is thrown here is the promise's rejection
    request: async (audience, { host }) => {
        const text = host.env[variable]?.trim() ?? '';
        if (text === '')
            throw problem('id-token-permission-missing', `The variable ${variable} is not set.`, absent);
        const idToken = decoded(text, audience, host.clock.now());
        // The broker\u2019s clock decides; this only tells what its refusal would not.
        if (idToken.expiresAt.getTime() < host.clock.now().getTime() - leewayMs)
            throw problem('id-token-mismatch', 'The ID token has expired.', expired);
        return idToken;
    },
});
/** Clocks that are further apart than this are refused by the broker for their own sake. */
const leewayMs = 60_000;
function decoded(text, audience, now) {
    try {
        return (0,_decode_js__WEBPACK_IMPORTED_MODULE_0__/* .decodeIdToken */ .R)(text, audience, now);
    }
    catch (error) {
        if (!(error instanceof _domain_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .CredsError */ .u))
            throw error;
        throw problem(error.code, error.message, other);
    }
}
function problem(code, message, hint) {
    return new _domain_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .CredsError */ .u(code, message, { hint });
}
const absent = `Extend the component\u2019s hidden job, or give the job \`id_tokens: { ${variable}: { aud: \u2026 } }\`. A job\u2019s own \`id_tokens:\` replaces that of \`default:\`, and a shell in which the token was unset has none any more.`;
const expired = 'GitLab\u2019s token lives as long as the job\u2019s `timeout` and there is only one: borrow at the beginning of the job, in `before_script`, and raise the job\u2019s timeout if that is not enough.';
const other = `The \`aud\` of \`id_tokens: ${variable}\` and the \`audience\` must be the same text, letter for letter, and one text, no list. A job\u2019s own \`id_tokens:\` takes the place of the component\u2019s.`;


/***/ }),

/***/ 1086:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";

// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  D: () => (/* binding */ findIdTokenSource)
});

// UNUSED EXPORTS: idTokenSources

// EXTERNAL MODULE: ./lib/inside/domain/errors.js
var errors = __nccwpck_require__(847);
// EXTERNAL MODULE: ./lib/inside/domain/deadline.js
var deadline = __nccwpck_require__(2044);
// EXTERNAL MODULE: ./lib/inside/protocol/endpoint.js
var endpoint = __nccwpck_require__(773);
// EXTERNAL MODULE: ./lib/inside/protocol/http.js
var http = __nccwpck_require__(1612);
// EXTERNAL MODULE: ./lib/inside/protocol/json.js
var json = __nccwpck_require__(5742);
// EXTERNAL MODULE: ./lib/inside/protocol/token-exchange.js
var token_exchange = __nccwpck_require__(3085);
// EXTERNAL MODULE: ./lib/inside/id-tokens/decode.js + 1 modules
var decode = __nccwpck_require__(5693);
;// CONCATENATED MODULE: ./lib/inside/id-tokens/github-request.js
// https://docs.github.com/en/actions/reference/security/oidc







const budgetSeconds = 60;
const longestAnswer = 64 * 1024;
/** GitHub's endpoint for ID tokens: each request mints one, for any audience. */
const githubRequest = (job) => ({
    name: 'github-request',
    mints: true,
    request: async (audience, call) => {
        const { url, bearer } = await github_request_endpoint(job, call);
        url.searchParams.set('audience', audience);
        const within = { ...call, deadline: (0,deadline/* startDeadline */.d)(call.host.clock, budgetSeconds, call.deadline) };
        const text = await (0,http/* retrying */.R$)(within, () => requestOnce(url, bearer, within));
        const idToken = (0,decode/* decodeIdToken */.R)(text, audience, call.host.clock.now());
        refuseForeignIssuer(idToken.issuer, url);
        return idToken;
    },
});
/** GitHub's own endpoint speaks for GitHub's own issuer (or an enterprise's path of it) and for no other. */
function refuseForeignIssuer(issuer, endpoint) {
    const ours = 'https://token.actions.githubusercontent.com';
    if (!endpoint.hostname.endsWith('.actions.githubusercontent.com'))
        return;
    if (issuer === ours || issuer.startsWith(`${ours}/`))
        return;
    throw new errors/* CredsError */.u('id-token-mismatch', 'The ID token names another issuer than GitHub Actions.');
}
async function github_request_endpoint(job, { host }) {
    const address = host.env['ACTIONS_ID_TOKEN_REQUEST_URL'] ?? '';
    const bearer = host.env['ACTIONS_ID_TOKEN_REQUEST_TOKEN'] ?? '';
    if (address === '' || bearer === '') {
        const why = await job.whyUntrusted();
        if (why !== undefined)
            throw new errors/* CredsError */.u('id-token-untrusted-event', `${why} GitHub gives it no ID token.`);
        throw new errors/* CredsError */.u('id-token-permission-missing', 'GitHub gives this job no ID token.');
    }
    const url = URL.canParse(address) ? new URL(address) : undefined;
    const plain = url?.protocol === 'http:' && (0,endpoint/* isLoopback */.U)(url);
    if (url === undefined || (url.protocol !== 'https:' && !plain)) {
        throw new errors/* CredsError */.u('id-token-refused', 'ACTIONS_ID_TOKEN_REQUEST_URL is not an https address.');
    }
    return { url, bearer };
}
async function requestOnce(url, bearer, call) {
    const headers = { authorization: `Bearer ${bearer}`, accept: 'application/json' };
    const answer = await (0,http/* exchange */.cv)(call, { method: 'GET', url, headers, maxBytes: longestAnswer });
    if (answer.status !== 200)
        throw refused(answer, url.host, call);
    const value = (0,json/* member */.Dc)((0,token_exchange/* jsonObject */.o$)(answer), 'value');
    if (typeof value !== 'string') {
        throw new errors/* CredsError */.u('answer-invalid', `The ID-token endpoint ${url.host} sent no token.`);
    }
    return value;
}
function refused(answer, host, call) {
    const message = `The ID-token endpoint ${host} answered ${String(answer.status)}.`;
    if (!(0,http/* asksToRetry */.i_)(answer.status))
        return new errors/* CredsError */.u('id-token-refused', message);
    return new errors/* CredsError */.u('busy', message, {
        retryAfterSeconds: (0,http/* retryAfterSeconds */.C3)(answer, call.host.clock.now()),
    });
}

;// CONCATENATED MODULE: ./lib/inside/id-tokens/registry.js


/** By the word before the colon of the option `id-token`. A job loads one. */
const idTokenSources = {
    'github-request': () => githubRequest,
    'gitlab-variable': async () => (await Promise.resolve(/* import() eager */).then(__nccwpck_require__.bind(__nccwpck_require__, 2102))).gitlabVariable,
    env: async () => (await Promise.resolve(/* import() eager */).then(__nccwpck_require__.bind(__nccwpck_require__, 7949))).environment,
    file: async () => (await Promise.resolve(/* import() eager */).then(__nccwpck_require__.bind(__nccwpck_require__, 7168))).file,
};
/** What `id-token: auto` means on each platform. */
const platformSources = {
    'github-actions': 'github-request',
    'gitlab-ci': 'gitlab-variable',
};
/**
 * @param choice the option `id-token`: `auto`, `env:NAME` or `file:PATH`
 * @throws CredsError `input-invalid` where it names none, or the platform has none of its own
 */
async function findIdTokenSource(choice, job) {
    if (choice === 'auto' && !Object.hasOwn(platformSources, job.platform))
        throw new errors/* CredsError */.u('input-invalid', 'This platform has no ID token that is known here.', {
            hint: 'Say where it lies: `id-token` takes `env:NAME` (a variable) or `file:/absolute/path`.',
        });
    const [word = '', ...name] = (platformSources[choice === 'auto' ? job.platform : ''] ?? choice).split(':');
    const load = Object.hasOwn(idTokenSources, word) ? idTokenSources[word] : undefined;
    if (load === undefined)
        throw new errors/* CredsError */.u('input-invalid', 'The input `id-token` names no known source.');
    return (await load())(job, name.join(':'));
}


/***/ }),

/***/ 4084:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   J: () => (/* binding */ agentSocket)
/* harmony export */ });
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(6760);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__nccwpck_require__.n(node_path__WEBPACK_IMPORTED_MODULE_0__);

/** Octets of a socket's path that every system takes (macOS; `sun_path` in unix(4)). */
const longest = 103;
/** Where the agent of an entry listens: in the entry's own folder or, where that is too long a name, in one below /tmp. */
function agentSocket(jobFolder, id) {
    const near = (0,node_path__WEBPACK_IMPORTED_MODULE_0__.join)(jobFolder, id, 'agent.sock');
    return Buffer.byteLength(near) <= longest ? near : (0,node_path__WEBPACK_IMPORTED_MODULE_0__.join)('/tmp', `ephemeral-creds-${id}`, 'agent.sock');
}


/***/ }),

/***/ 2011:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   F: () => (/* binding */ giveBack)
/* harmony export */ });
/* harmony import */ var _domain_deadline_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(2044);
/* harmony import */ var _domain_errors_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(847);
/* harmony import */ var _id_tokens_registry_js__WEBPACK_IMPORTED_MODULE_3__ = __nccwpck_require__(1086);
/* harmony import */ var _providers_registry_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(3154);
/* harmony import */ var _redaction_masks_js__WEBPACK_IMPORTED_MODULE_4__ = __nccwpck_require__(7910);





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


/***/ }),

/***/ 9209:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   Pl: () => (/* binding */ writeSecrets),
/* harmony export */   WJ: () => (/* binding */ eraseSecrets),
/* harmony export */   Wy: () => (/* binding */ secretsAsTheyCome),
/* harmony export */   kH: () => (/* binding */ hasSecrets)
/* harmony export */ });
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(7598);
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__nccwpck_require__.n(node_crypto__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(6760);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_1___default = /*#__PURE__*/__nccwpck_require__.n(node_path__WEBPACK_IMPORTED_MODULE_1__);
/* harmony import */ var _domain_errors_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(847);
/* harmony import */ var _domain_pattern_js__WEBPACK_IMPORTED_MODULE_3__ = __nccwpck_require__(4624);
/* harmony import */ var _domain_secret_js__WEBPACK_IMPORTED_MODULE_5__ = __nccwpck_require__(7480);
/* harmony import */ var _protocol_json_js__WEBPACK_IMPORTED_MODULE_4__ = __nccwpck_require__(5742);






const longest = 4 * 1024 * 1024;
const namePattern = /secrets-[0-9a-f]{16}\.json/;
/**
 * Writes down what has to be hidden in the job\u2019s output, for `redact`: in a file of its own, so that two commands at
 * once take nothing from each other.
 * @returns the file\u2019s path
 * @throws CredsError `delivery-failed`
 */
function writeSecrets(secrets, { job, host }) {
    const path = (0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(job.folder, `secrets-${(0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.randomBytes)(8).toString('hex')}.json`);
    const text = JSON.stringify({ version: 1, secrets: secrets.map((each) => each.reveal()) });
    try {
        // At once, or not at all: a redactor that runs already may read it as soon as it is there.
        host.files.replace(path, text);
    }
    catch (cause) {
        throw new _domain_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .CredsError */ .u('delivery-failed', 'What has to be hidden cannot be written down.', { cause });
    }
    return path;
}
/**
 * What the job has to hide, as it borrows more and more.
 * @returns what has been written down since the last call; nothing, mostly
 * @throws CredsError `input-invalid` when one of the files is not ours alone or is no such file: what it holds would
 *   be shown
 */
function secretsAsTheyCome(where) {
    const known = new Set();
    return () => {
        const fresh = filesOf(where).filter((path) => !known.has(path));
        const found = fresh.flatMap((path) => secretsIn(path, where) ?? refused(path));
        for (const path of fresh)
            known.add(path);
        return found;
    };
}
function refused(path) {
    throw new _domain_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .CredsError */ .u('input-invalid', `The file ${path} does not say what is to be hidden.`, {
        hint: 'It was changed, or is not this job\u2019s alone. Without it nothing may be shown.',
    });
}
/** True when something was borrowed that has to be hidden. */
function hasSecrets(where) {
    return filesOf(where).length > 0;
}
/** At the end of the job. */
function eraseSecrets(where) {
    for (const path of filesOf(where))
        where.host.files.erase(path);
}
function filesOf({ job, host }) {
    const names = host.files.list(job.folder).filter((name) => (0,_domain_pattern_js__WEBPACK_IMPORTED_MODULE_3__/* .fullMatch */ .L)(namePattern, name));
    return names.map((name) => (0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(job.folder, name));
}
/** @returns none when the job\u2019s end has erased it meanwhile; undefined for what is no such file */
function secretsIn(path, { host }) {
    try {
        const text = host.files.readPrivate(path, longest);
        if (text === undefined)
            return [];
        const content = (0,_protocol_json_js__WEBPACK_IMPORTED_MODULE_4__/* .parseStrictJson */ .RJ)(text);
        if (!(0,_protocol_json_js__WEBPACK_IMPORTED_MODULE_4__/* .isObject */ .Gv)(content) || (0,_protocol_json_js__WEBPACK_IMPORTED_MODULE_4__/* .member */ .Dc)(content, 'version') !== 1)
            return undefined;
        const secrets = (0,_protocol_json_js__WEBPACK_IMPORTED_MODULE_4__/* .member */ .Dc)(content, 'secrets');
        if (!Array.isArray(secrets) || !secrets.every((each) => typeof each === 'string'))
            return undefined;
        return secrets.map((each) => new _domain_secret_js__WEBPACK_IMPORTED_MODULE_5__/* .Secret */ .z(each));
    }
    catch {
        return undefined;
    }
}


/***/ }),

/***/ 1663:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   N: () => (/* binding */ readIntent),
/* harmony export */   u: () => (/* binding */ isOwner)
/* harmony export */ });
/* harmony import */ var _domain_pattern_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(4624);
/* harmony import */ var _protocol_json_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(5742);


/** Reads an entry of the ledger; undefined when it is not one of ours in every member. */
function readIntent(text) {
    let entry;
    try {
        entry = (0,_protocol_json_js__WEBPACK_IMPORTED_MODULE_0__/* .parseStrictJson */ .RJ)(text);
    }
    catch {
        return undefined;
    }
    return isIntent(entry) ? entry : undefined;
}
function isIntent(entry) {
    if (!(0,_protocol_json_js__WEBPACK_IMPORTED_MODULE_0__/* .isObject */ .Gv)(entry) || (0,_protocol_json_js__WEBPACK_IMPORTED_MODULE_0__/* .member */ .Dc)(entry, 'version') !== 1)
        return false;
    const { id, provider, audience, idToken, debt, leases, post } = entry;
    return (typeof id === 'string' &&
        (0,_domain_pattern_js__WEBPACK_IMPORTED_MODULE_1__/* .fullMatch */ .L)(/[0-9a-f]{16}/, id) &&
        [provider, audience, idToken].every((value) => typeof value === 'string') &&
        isDebt(debt) &&
        ((0,_protocol_json_js__WEBPACK_IMPORTED_MODULE_0__/* .member */ .Dc)(entry, 'kept') === undefined || isDebt((0,_protocol_json_js__WEBPACK_IMPORTED_MODULE_0__/* .member */ .Dc)(entry, 'kept'))) &&
        ['undefined', 'string'].includes(typeof (0,_protocol_json_js__WEBPACK_IMPORTED_MODULE_0__/* .member */ .Dc)(entry, 'keptMark')) &&
        [undefined, true].includes((0,_protocol_json_js__WEBPACK_IMPORTED_MODULE_0__/* .member */ .Dc)(entry, 'givenBack')) &&
        ((0,_protocol_json_js__WEBPACK_IMPORTED_MODULE_0__/* .member */ .Dc)(entry, 'owner') === undefined || isOwner((0,_protocol_json_js__WEBPACK_IMPORTED_MODULE_0__/* .member */ .Dc)(entry, 'owner'))) &&
        ((0,_protocol_json_js__WEBPACK_IMPORTED_MODULE_0__/* .member */ .Dc)(entry, 'agent') === undefined || isAgent((0,_protocol_json_js__WEBPACK_IMPORTED_MODULE_0__/* .member */ .Dc)(entry, 'agent'))) &&
        Array.isArray(leases) &&
        leases.every(isOwedLease) &&
        ['variables', 'files', 'commandFiles'].every((name) => isTextList((0,_protocol_json_js__WEBPACK_IMPORTED_MODULE_0__/* .member */ .Dc)(entry, name))) &&
        ((0,_protocol_json_js__WEBPACK_IMPORTED_MODULE_0__/* .member */ .Dc)(entry, 'before') === undefined || isTextList((0,_protocol_json_js__WEBPACK_IMPORTED_MODULE_0__/* .member */ .Dc)(entry, 'before'))) &&
        ((0,_protocol_json_js__WEBPACK_IMPORTED_MODULE_0__/* .member */ .Dc)(entry, 'pointers') === undefined || isPointerList((0,_protocol_json_js__WEBPACK_IMPORTED_MODULE_0__/* .member */ .Dc)(entry, 'pointers'))) &&
        isPostSettings(post));
}
function isDebt(value) {
    return (0,_protocol_json_js__WEBPACK_IMPORTED_MODULE_0__/* .isObject */ .Gv)(value) && Object.values(value).every((text) => typeof text === 'string');
}
function isAgent(value) {
    return (0,_protocol_json_js__WEBPACK_IMPORTED_MODULE_0__/* .isObject */ .Gv)(value) && typeof value['socket'] === 'string';
}
/** True for a process as an entry names it. */
function isOwner(value) {
    if (!(0,_protocol_json_js__WEBPACK_IMPORTED_MODULE_0__/* .isObject */ .Gv)(value))
        return false;
    const { pid, start, space } = value;
    return Number.isInteger(pid) && Number(pid) > 0 && typeof start === 'string' && typeof space === 'string';
}
function isTextList(value) {
    return Array.isArray(value) && value.every((item) => typeof item === 'string');
}
function isOwedLease(value) {
    if (!(0,_protocol_json_js__WEBPACK_IMPORTED_MODULE_0__/* .isObject */ .Gv)(value))
        return false;
    const texts = ['id', 'role', 'expiresAt', 'revocability'].map((name) => (0,_protocol_json_js__WEBPACK_IMPORTED_MODULE_0__/* .member */ .Dc)(value, name));
    return texts.every((text) => typeof text === 'string') && !isNaN(Date.parse(String(value['expiresAt'])));
}
function isPointerList(value) {
    return Array.isArray(value) && value.every(isPointer);
}
function isPointer(value) {
    if (!(0,_protocol_json_js__WEBPACK_IMPORTED_MODULE_0__/* .isObject */ .Gv)(value))
        return false;
    const behind = (0,_protocol_json_js__WEBPACK_IMPORTED_MODULE_0__/* .member */ .Dc)(value, 'behind');
    const texts = ['name', 'value', 'after'].map((name) => (0,_protocol_json_js__WEBPACK_IMPORTED_MODULE_0__/* .member */ .Dc)(value, name));
    return (texts.every((text) => typeof text === 'string') &&
        (behind === undefined || (isTextList(behind) && behind.length > 0)));
}
function isPostSettings(value) {
    return ((0,_protocol_json_js__WEBPACK_IMPORTED_MODULE_0__/* .isObject */ .Gv)(value) &&
        typeof value['revoke'] === 'boolean' &&
        typeof value['failOnRevokeError'] === 'boolean' &&
        typeof value['caCert'] === 'string' &&
        ['always', 'on-problem', 'never'].includes(String(value['summary'])));
}


/***/ }),

/***/ 9068:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
__nccwpck_require__.r(__webpack_exports__);
/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   eraseJobKey: () => (/* binding */ eraseJobKey),
/* harmony export */   jobKey: () => (/* binding */ jobKey)
/* harmony export */ });
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(7598);
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__nccwpck_require__.n(node_crypto__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(6760);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_1___default = /*#__PURE__*/__nccwpck_require__.n(node_path__WEBPACK_IMPORTED_MODULE_1__);
/* harmony import */ var _domain_errors_js__WEBPACK_IMPORTED_MODULE_3__ = __nccwpck_require__(847);
/* harmony import */ var _protocol_dpop_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(9288);
/* harmony import */ var _protocol_json_js__WEBPACK_IMPORTED_MODULE_4__ = __nccwpck_require__(5742);





const longest = 4096;
const patienceMs = 2000;
const pauseMs = 10;
/**
 * The one key of a job whose platform mints no ID token for each command: the broker binds the job\u2019s only token to
 * the first key that comes with it (PROTOCOL.md, `first-use`). It lies in the job\u2019s folder, 0600: as readable as the
 * token itself, and of no use without it. Of several commands that begin at once, the first to write makes it.
 * @throws CredsError `input-invalid` when the file is not ours alone, or holds something else
 */
async function jobKey(where) {
    const { job, host } = where;
    const path = (0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(job.folder, name);
    const end = host.clock.monotonicMs() + patienceMs;
    makeFolder(where);
    for (;;) {
        const text = read(path, where);
        if (text === undefined) {
            const made = (0,_protocol_dpop_js__WEBPACK_IMPORTED_MODULE_2__/* .makeProofKey */ .oc)();
            if (written(path, made, where))
                return made;
            continue;
        }
        const found = keyOf(text);
        if (found !== undefined)
            return found;
        // Another command may be writing it just now.
        if (host.clock.monotonicMs() >= end)
            throw refused(path);
        await new Promise((done) => {
            host.clock.after(pauseMs, done);
        });
    }
}
/** At the end of the job. */
function eraseJobKey({ job, host }) {
    host.files.erase((0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(job.folder, name));
}
const name = 'key.json';
function makeFolder({ job, host }) {
    try {
        host.files.makePrivateFolder(job.folder);
    }
    catch (cause) {
        throw new _domain_errors_js__WEBPACK_IMPORTED_MODULE_3__/* .CredsError */ .u('delivery-failed', `The folder ${job.folder} cannot be made, or is not ours alone.`, {
            cause,
        });
    }
}
function read(path, { host }) {
    try {
        return host.files.readPrivate(path, longest);
    }
    catch (cause) {
        throw refused(path, cause);
    }
}
/** False when another command was faster. */
function written(path, { privateKey }, { host }) {
    try {
        host.files.create(path, JSON.stringify({ version: 1, jwk: privateKey.export({ format: 'jwk' }) }));
        return true;
    }
    catch (cause) {
        if (host.files.size(path) !== undefined)
            return false;
        throw new _domain_errors_js__WEBPACK_IMPORTED_MODULE_3__/* .CredsError */ .u('delivery-failed', `The file ${path} cannot be written.`, { cause });
    }
}
function keyOf(text) {
    try {
        const stored = (0,_protocol_json_js__WEBPACK_IMPORTED_MODULE_4__/* .parseStrictJson */ .RJ)(text);
        const jwk = (0,_protocol_json_js__WEBPACK_IMPORTED_MODULE_4__/* .isObject */ .Gv)(stored) && (0,_protocol_json_js__WEBPACK_IMPORTED_MODULE_4__/* .member */ .Dc)(stored, 'version') === 1 ? (0,_protocol_json_js__WEBPACK_IMPORTED_MODULE_4__/* .member */ .Dc)(stored, 'jwk') : undefined;
        if (!(0,_protocol_json_js__WEBPACK_IMPORTED_MODULE_4__/* .isObject */ .Gv)(jwk))
            return undefined;
        const [kty, crv, d, x] = ['kty', 'crv', 'd', 'x'].map((part) => (0,_protocol_json_js__WEBPACK_IMPORTED_MODULE_4__/* .member */ .Dc)(jwk, part));
        if (kty !== 'OKP' || crv !== 'Ed25519' || typeof d !== 'string' || typeof x !== 'string')
            return undefined;
        const privateKey = (0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.createPrivateKey)({ key: { kty, crv, d, x }, format: 'jwk' });
        return (0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.createPublicKey)(privateKey).export({ format: 'jwk' }).x === x
            ? (0,_protocol_dpop_js__WEBPACK_IMPORTED_MODULE_2__/* .proofKey */ .CU)(privateKey, x)
            : undefined;
    }
    catch {
        return undefined;
    }
}
function refused(path, cause) {
    const hint = 'Somebody else has written it: remove it, and let nobody but this job write to its folder.';
    const details = cause === undefined ? { hint } : { hint, cause };
    return new _domain_errors_js__WEBPACK_IMPORTED_MODULE_3__/* .CredsError */ .u('input-invalid', `The file ${path} is not the key of this job.`, details);
}


/***/ }),

/***/ 1048:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   $B: () => (/* binding */ withKept),
/* harmony export */   Ke: () => (/* binding */ listIntents),
/* harmony export */   VJ: () => (/* binding */ recordLeases),
/* harmony export */   Wj: () => (/* binding */ newIntentId),
/* harmony export */   eY: () => (/* binding */ settleIntent),
/* harmony export */   fL: () => (/* binding */ closeIntent),
/* harmony export */   ne: () => (/* binding */ openIntent)
/* harmony export */ });
/* unused harmony export entryPath */
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(7598);
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__nccwpck_require__.n(node_crypto__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(6760);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_1___default = /*#__PURE__*/__nccwpck_require__.n(node_path__WEBPACK_IMPORTED_MODULE_1__);
/* harmony import */ var _domain_errors_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(847);
/* harmony import */ var _domain_pattern_js__WEBPACK_IMPORTED_MODULE_4__ = __nccwpck_require__(4624);
/* harmony import */ var _agent_socket_js__WEBPACK_IMPORTED_MODULE_5__ = __nccwpck_require__(4084);
/* harmony import */ var _intent_text_js__WEBPACK_IMPORTED_MODULE_3__ = __nccwpck_require__(1663);







const longestEntry = 256 * 1024;
/** A new entry's id: 16 random hex digits. */
function newIntentId() {
    return (0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.randomBytes)(8).toString('hex');
}
/** Where an entry of the job lies for the `revoke` action and for operators. */
function entryPath(job, id) {
    return (0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(job.folder, `${id}.json`);
}
/**
 * Writes down what the job is about to owe, before it is asked for: hidden first, then in a file of ours and in the
 * platform's own state, which alone decides what post gives back.
 * @throws CredsError `delivery-failed`; nothing has been asked for then
 */
function openIntent(intent, secrets, { job, host }) {
    // As it is; what the platform derives from it by itself is enough for something that can only revoke.
    job.mask(secrets.map((secret) => secret.reveal()));
    const text = JSON.stringify(intent);
    try {
        host.files.makePrivateFolder(job.folder);
        host.files.create(entryPath(job, intent.id), text);
    }
    catch (cause) {
        throw new _domain_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .CredsError */ .u('delivery-failed', 'The ledger under the runner\u2019s temporary folder cannot be written.', { cause });
    }
    try {
        job.remember(text);
    }
    catch (error) {
        closeIntent(intent.id, { job, host });
        throw error;
    }
}
/** Writes down what is owed now. No credential goes into the platform's state: what is kept lies in our file alone. */
function recordLeases(intent, { job, host }) {
    host.files.replace(entryPath(job, intent.id), JSON.stringify(intent));
    const { kept } = intent;
    job.remember(JSON.stringify(kept === undefined ? intent : { ...intent, kept: {}, keptMark: markOf(kept) }));
}
/** A server that is asked to take back what it never gave says that there is no such thing, as if all were well. */
function markOf(kept) {
    return (0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.createHash)('sha256').update(JSON.stringify(kept)).digest('base64url');
}
/**
 * An entry of the platform's state with what its file keeps besides, if that is what we wrote. Nothing else in the
 * file counts.
 * @returns undefined when it was given back in the middle of the job
 */
function withKept(intent, { job, host }) {
    if (intent.kept === undefined)
        return intent;
    const text = host.files.read(entryPath(job, intent.id), longestEntry);
    const filed = text === undefined ? undefined : (0,_intent_text_js__WEBPACK_IMPORTED_MODULE_3__/* .readIntent */ .N)(text);
    if (filed?.givenBack === true)
        return undefined;
    const { keptMark, ...owed } = intent;
    const kept = filed?.kept ?? {};
    return { ...owed, kept: keptMark === undefined || keptMark === markOf(kept) ? kept : {} };
}
/** Settles an entry before the job ends. Where post could not do it again by itself, the file says that it is done. */
function settleIntent(intent, where) {
    if (intent.kept === undefined) {
        closeIntent(intent.id, where);
        return;
    }
    const settled = { ...intent, kept: {}, givenBack: true };
    where.host.files.replace(entryPath(where.job, intent.id), JSON.stringify(settled));
}
/** Forgets an entry that owes nothing more. What post reads, the platform's state, stays as it is. */
function closeIntent(id, { job, host }) {
    host.files.erase(entryPath(job, id));
}
/**
 * The entries that lie in files of ours alone: elsewhere another user could name what is to be erased, and to whom we
 * speak. Another step could have written them: they may cause a giving back, no more.
 */
function listIntents({ job, host }) {
    const names = host.files.list(job.folder).filter((name) => (0,_domain_pattern_js__WEBPACK_IMPORTED_MODULE_4__/* .fullMatch */ .L)(/[0-9a-f]{16}\.json/, name));
    return names.flatMap((name) => {
        const intent = readOwn((0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(job.folder, name), host);
        if (intent === undefined || `${intent.id}.json` !== name || intent.givenBack === true)
            return [];
        const files = intent.files.filter((path) => isOwnFolder((0,node_path__WEBPACK_IMPORTED_MODULE_1__.dirname)(path), intent.id, { job, host }));
        const { agent, ...others } = intent;
        const ours = agent?.socket === (0,_agent_socket_js__WEBPACK_IMPORTED_MODULE_5__/* .agentSocket */ .J)(job.folder, intent.id);
        return [{ ...others, ...(ours && { agent }), files, commandFiles: [] }];
    });
}
/** The folder of the run, below the job's or below `files-dir`: nobody else has one of that name. */
function isOwnFolder(folder, id, { job, host }) {
    if (folder === (0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(job.folder, id))
        return true;
    // Not by a link that another could have laid there.
    return (0,node_path__WEBPACK_IMPORTED_MODULE_1__.basename)(folder) === id && (0,node_path__WEBPACK_IMPORTED_MODULE_1__.basename)(host.files.realPath(folder)) === id;
}
function readOwn(path, { files }) {
    try {
        const text = files.readPrivate(path, longestEntry);
        return text === undefined ? undefined : (0,_intent_text_js__WEBPACK_IMPORTED_MODULE_3__/* .readIntent */ .N)(text);
    }
    catch {
        return undefined;
    }
}


/***/ }),

/***/ 6100:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
__nccwpck_require__.r(__webpack_exports__);
/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   gitlabCi: () => (/* binding */ gitlabCi)
/* harmony export */ });
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(7598);
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__nccwpck_require__.n(node_crypto__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(6760);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_1___default = /*#__PURE__*/__nccwpck_require__.n(node_path__WEBPACK_IMPORTED_MODULE_1__);
/* harmony import */ var _domain_errors_js__WEBPACK_IMPORTED_MODULE_5__ = __nccwpck_require__(847);
/* harmony import */ var _domain_pattern_js__WEBPACK_IMPORTED_MODULE_4__ = __nccwpck_require__(4624);
/* harmony import */ var _shell_job_js__WEBPACK_IMPORTED_MODULE_3__ = __nccwpck_require__(5594);
/* harmony import */ var _work_tree_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(7266);
// https://docs.gitlab.com/ci/variables/predefined_variables/






/** Facts in the order in which a person wants them, and the variables that hold them. */
const factVariables = {
    project: 'CI_PROJECT_PATH',
    ref: 'CI_COMMIT_REF_NAME',
    source: 'CI_PIPELINE_SOURCE',
    environment: 'CI_ENVIRONMENT_NAME',
    job: 'CI_JOB_NAME',
    pipeline: 'CI_PIPELINE_ID',
    id: 'CI_JOB_ID',
};
const gitlabCi = {
    name: 'gitlab-ci',
    // Stand-ins for the runner on a developer\u2019s machine say GITLAB_CI=false.
    detect: (env) => env['GITLAB_CI'] === 'true' || ((env['CI_JOB_ID'] ?? '') !== '' && (env['CI_PROJECT_DIR'] ?? '') !== ''),
    attach: (host, folder) => {
        const place = folder ?? (0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(temporaryFolder(host.env), `ephemeral-creds-${jobId(host.env)}`);
        (0,_work_tree_js__WEBPACK_IMPORTED_MODULE_2__/* .assertOutsideCheckout */ .Q)(place, folder === undefined ? 'job\u2019s temporary folder' : 'option `--state`', host);
        const facts = Object.entries(factVariables)
            .map(([fact, name]) => [fact, host.env[name] ?? ''])
            .filter(([, value]) => value !== '');
        const own = {
            platform: gitlabCi.name,
            facts: Object.fromEntries(facts),
            folder: place,
            folderOf: 'job',
        };
        return { ...(0,_shell_job_js__WEBPACK_IMPORTED_MODULE_3__/* .shellJob */ .e)(host, own), ...masking(host) };
    },
};
/** Only it survives into `after_script` when a cancelled job\u2019s container has been removed. */
function temporaryFolder(env) {
    const given = env['RUNNER_TEMP_PROJECT_DIR'] ?? '';
    if (given !== '')
        return given;
    const project = env['CI_PROJECT_DIR'] ?? '';
    if (project === '')
        throw missing('CI_PROJECT_DIR');
    return `${project}.tmp`;
}
function jobId(env) {
    const id = env['CI_JOB_ID'] ?? '';
    if (!(0,_domain_pattern_js__WEBPACK_IMPORTED_MODULE_4__/* .fullMatch */ .L)(/[0-9]{1,20}/, id))
        throw missing('CI_JOB_ID');
    return id;
}
function missing(name) {
    return new _domain_errors_js__WEBPACK_IMPORTED_MODULE_5__/* .CredsError */ .u('input-invalid', `The runner\u2019s variable ${name} is missing.`);
}
const proofMs = 2000;
const pauseMs = 20;
/**
 * `::add-mask::` is heard only by runners with `proxy_exec`, an experiment; any other would print the secret into the
 * log. Where it is on, the runner\u2019s own file of masks exists before the job\u2019s first line, and grows with each mask: by
 * 40 bytes and the text, as base64 in a line. So a mask that hides nothing is asked for first.
 */
function masking(host) {
    let proven = false;
    const ask = (text) => {
        host.print(`\n::add-mask::${text}\n`);
    };
    return {
        mask: (patterns) => {
            if (!proven)
                return;
            // How the runner would read an escape or a second line is not documented; the stream is redacted in any case.
            for (const pattern of patterns)
                if ((0,_domain_pattern_js__WEBPACK_IMPORTED_MODULE_4__/* .fullMatch */ .L)(/[ -$&-~]{8,4096}/, pattern))
                    ask(pattern);
        },
        proveMasks: async () => {
            const place = host.env['RUNNER_TEMP_PROJECT_DIR'] ?? '';
            const store = (0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(place, 'masking.db');
            // Nothing that lies where the job happens to be, in the checkout, is a proof.
            const before = (0,node_path__WEBPACK_IMPORTED_MODULE_1__.isAbsolute)(place) ? host.files.size(store) : undefined;
            if (before === undefined)
                return false;
            const canary = (0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.randomBytes)(16 + (0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.randomInt)(16)).toString('hex');
            ask(canary);
            const least = before + Math.ceil((40 + canary.length) / 3) * 4;
            const end = host.clock.monotonicMs() + proofMs;
            while (!proven && host.clock.monotonicMs() < end) {
                await new Promise((done) => {
                    host.clock.after(pauseMs, done);
                });
                proven = (host.files.size(store) ?? 0) >= least;
            }
            return proven;
        },
    };
}


/***/ }),

/***/ 8005:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
__nccwpck_require__.r(__webpack_exports__);
/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   posix: () => (/* binding */ posix)
/* harmony export */ });
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(6760);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__nccwpck_require__.n(node_path__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var _shell_job_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(5594);
/* harmony import */ var _work_tree_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(7266);
// Every other place where a process runs: another CI system, a cron job, a terminal.



const posix = {
    name: 'posix',
    detect: () => true,
    attach: (host, folder) => {
        const { env, userId } = host;
        const name = userId === undefined ? 'ephemeral-creds' : `ephemeral-creds-${String(userId)}`;
        const place = folder ?? (0,node_path__WEBPACK_IMPORTED_MODULE_0__.join)((env['TMPDIR'] ?? '') || (env['TEMP'] ?? '') || '/tmp', name);
        (0,_work_tree_js__WEBPACK_IMPORTED_MODULE_1__/* .assertOutsideCheckout */ .Q)(place, folder === undefined ? 'folder for temporary files (TMPDIR)' : 'option `--state`', host);
        return (0,_shell_job_js__WEBPACK_IMPORTED_MODULE_2__/* .shellJob */ .e)(host, {
            platform: posix.name,
            facts: {},
            folder: place,
            folderOf: folder === undefined ? 'user' : 'job',
        });
    },
};


/***/ }),

/***/ 9967:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   l: () => (/* binding */ addToShellFile)
/* harmony export */ });
/* harmony import */ var _domain_errors_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(847);

const most = 1024 * 1024;
/** Several commands of one job may add to it, at a time even: each leaves what the others have written. */
function addToShellFile(path, { files }) {
    const added = [];
    return {
        add: (text) => {
            try {
                make(path, files);
                added.push(text);
                files.append(path, text, true);
            }
            catch (cause) {
                throw new _domain_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .CredsError */ .u('delivery-failed', `The file ${path} cannot be written to.`, { cause });
            }
        },
        takeBack: () => {
            if (added.length === 0)
                return;
            const now = files.readPrivate(path, most) ?? '';
            const rest = added.reduce((left, text) => left.replace(text, () => ''), now);
            if (rest === '')
                files.erase(path);
            else
                files.replace(path, rest);
        },
    };
}
/** Of several commands that begin at once, the first makes it, for all. */
function make(path, files) {
    if (files.readPrivate(path, most) !== undefined)
        return;
    try {
        files.create(path, '');
    }
    catch (error) {
        if (files.readPrivate(path, most) === undefined)
            throw error;
    }
}


/***/ }),

/***/ 5594:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   e: () => (/* binding */ shellJob),
/* harmony export */   j: () => (/* binding */ shellFile)
/* harmony export */ });
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(6760);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__nccwpck_require__.n(node_path__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var _shell_file_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(9967);
/* harmony import */ var _shell_text_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(7574);
/* harmony import */ var _speech_js__WEBPACK_IMPORTED_MODULE_3__ = __nccwpck_require__(9950);




/** The file in a job\u2019s folder from which a shell reads its variables. */
const shellFile = 'env.sh';
/**
 * What is alike wherever a job is a shell: variables through a file that the shell reads, people through standard
 * error, and nothing by way of the platform.
 */
function shellJob(host, own) {
    return {
        ...own,
        mask: () => undefined,
        remember: () => undefined,
        recall: () => undefined,
        exportVariables: (variables) => {
            (0,_shell_file_js__WEBPACK_IMPORTED_MODULE_1__/* .addToShellFile */ .l)((0,node_path__WEBPACK_IMPORTED_MODULE_0__.join)(own.folder, shellFile), host).add((0,_shell_text_js__WEBPACK_IMPORTED_MODULE_2__/* .shellText */ .o)(variables));
        },
        setOutputs: () => undefined,
        summarise: () => undefined,
        tell: (0,_speech_js__WEBPACK_IMPORTED_MODULE_3__/* .speech */ .d)(host),
        commandFiles: () => [],
        eraseCommandFiles: () => undefined,
        whyUntrusted: () => Promise.resolve(undefined),
    };
}


/***/ }),

/***/ 7574:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   Q: () => (/* binding */ dotenvText),
/* harmony export */   o: () => (/* binding */ shellText)
/* harmony export */ });
/* harmony import */ var _domain_errors_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(847);
/* harmony import */ var _domain_pattern_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(4624);


/**
 * Commands that set and export variables in every shell of POSIX.1-2024 (\u00a72.2.2 single quotes): between single quotes
 * nothing has a meaning but the single quote itself.
 * @throws CredsError `credential-unusable` for what no shell can hold, naming the variable
 */
function shellText(variables) {
    const lines = Object.entries(variables).map(([name, value]) => {
        assertFits(name, value);
        return `export ${name}='${value.replaceAll("'", String.raw `'\''`)}'\n`;
    });
    return lines.join('');
}
/**
 * The same for a dotenv report (https://docs.gitlab.com/ci/yaml/artifacts_reports/#artifactsreportsdotenv), which has
 * no quoting: a value is one line, as it is.
 * @throws CredsError `credential-unusable`, naming the variable
 */
function dotenvText(variables) {
    const lines = Object.entries(variables).map(([name, value]) => {
        assertFits(name, value);
        if (!(0,_domain_pattern_js__WEBPACK_IMPORTED_MODULE_0__/* .fullMatch */ .L)(/[^\s"'#\\$]+( +[^\s"'#\\$]+)*/, value))
            throw unusable(name);
        return `${name}=${value}\n`;
    });
    return lines.join('');
}
function assertFits(name, value) {
    if (!(0,_domain_pattern_js__WEBPACK_IMPORTED_MODULE_0__/* .fullMatch */ .L)(/[A-Z_][A-Z0-9_]*/, name))
        throw new _domain_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .CredsError */ .u('credential-unusable', 'A variable has a name that no shell can hold.');
    if (value.includes('\0') || !value.isWellFormed())
        throw unusable(name);
}
function unusable(name) {
    return new _domain_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .CredsError */ .u('credential-unusable', `The value for ${name} cannot be handed over safely.`);
}


/***/ }),

/***/ 9950:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   d: () => (/* binding */ speech)
/* harmony export */ });
const marks = {
    debug: undefined,
    info: '',
    warning: 'warning: ',
    error: 'error: ',
};
/**
 * `tell` where people read standard error: lines that say whose they are, in which nothing is a command to a runner
 * or to a terminal. Nothing ever goes to standard output, which may be a file or a variable.
 */
function speech(host) {
    return (level, text) => {
        const mark = marks[level];
        if (mark === undefined)
            return;
        const lines = text
            .split(/\r\n|[\n\r\u2028\u2029]/)
            .map((line) => line.replace(controls(), '?').replaceAll('::', ': :').replaceAll('##[', '# ['));
        host.printError(lines.map((line) => `ephemeral-creds: ${mark}${line}\n`).join(''));
    };
}
/** Made when it is needed: Unicode\u2019s classes are looked up whenever a literal is parsed. */
function controls() {
    return new RegExp('[\\p{Cc}\\p{Cf}\\p{Cs}]', 'gu');
}


/***/ }),

/***/ 7266:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   Q: () => (/* binding */ assertOutsideCheckout)
/* harmony export */ });
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(6760);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__nccwpck_require__.n(node_path__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var _domain_errors_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(847);


/** Where platforms say that they have checked out to. */
const checkouts = ['CI_PROJECT_DIR', 'GITHUB_WORKSPACE'];
/**
 * A place for our files that was chosen by hand. What lies in a checkout ends in artifacts, images, caches and
 * commits, whichever links lead there.
 * @param what how to call it in the error
 * @throws CredsError `input-invalid` unless it is absolute and outside every checkout
 */
function assertOutsideCheckout(path, what, { env, files }) {
    if (!(0,node_path__WEBPACK_IMPORTED_MODULE_0__.isAbsolute)(path))
        throw new _domain_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .CredsError */ .u('input-invalid', `The ${what} must be an absolute path.`);
    const place = files.realPath(path);
    const roots = checkouts.map((name) => env[name] ?? '').filter((root) => root !== '');
    const inside = roots.length === 0
        ? isBelowGit(place, files)
        : roots.some((root) => isBelow(place, files.realPath(root)));
    if (inside)
        throw new _domain_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .CredsError */ .u('input-invalid', `The ${what} must lie outside the checkout.`);
}
function isBelow(path, root) {
    const way = (0,node_path__WEBPACK_IMPORTED_MODULE_0__.relative)(root, path);
    return way !== '..' && !way.startsWith('../') && !(0,node_path__WEBPACK_IMPORTED_MODULE_0__.isAbsolute)(way);
}
/** True below a folder that Git knows: its own folder is there, or the file that leads to it. */
function isBelowGit(path, files) {
    const marks = [(0,node_path__WEBPACK_IMPORTED_MODULE_0__.join)(path, '.git', 'HEAD'), (0,node_path__WEBPACK_IMPORTED_MODULE_0__.join)(path, '.git')];
    if (marks.some((mark) => files.size(mark) !== undefined))
        return true;
    return (0,node_path__WEBPACK_IMPORTED_MODULE_0__.dirname)(path) !== path && isBelowGit((0,node_path__WEBPACK_IMPORTED_MODULE_0__.dirname)(path), files);
}


/***/ }),

/***/ 9572:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   signForm: () => (/* binding */ signForm)
/* harmony export */ });
/* harmony import */ var aws4__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(8832);
/* harmony import */ var aws4__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__nccwpck_require__.n(aws4__WEBPACK_IMPORTED_MODULE_0__);
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html

/** The headers of the request with its signature (SigV4). */
function signForm({ url, body, headers, service, region, at }, keys) {
    const date = at.toISOString().replace(/[:-]|\.\d{3}/g, '');
    const { headers: signed = {} } = aws4__WEBPACK_IMPORTED_MODULE_0___default().sign({
        method: 'POST',
        host: url.host,
        path: url.pathname,
        headers: { ...headers, 'X-Amz-Date': date },
        body,
        service,
        region,
    }, {
        accessKeyId: keys.accessKeyId.reveal(),
        secretAccessKey: keys.secretAccessKey.reveal(),
        sessionToken: keys.sessionToken.reveal(),
    });
    const entries = Object.entries(signed).map(([name, value]) => [name.toLowerCase(), String(value)]);
    // The transport says by itself where the request goes and how long it is: the same that was signed.
    return Object.fromEntries(entries.filter(([name]) => name !== 'host' && name !== 'content-length'));
}


/***/ }),

/***/ 4475:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   Dp: () => (/* binding */ credentialFromWire),
/* harmony export */   LW: () => (/* binding */ snakeCase),
/* harmony export */   cn: () => (/* binding */ assertDeliverable)
/* harmony export */ });
/* unused harmony export credentialToWire */
/* harmony import */ var _domain_credential_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(485);
/* harmony import */ var _domain_errors_js__WEBPACK_IMPORTED_MODULE_4__ = __nccwpck_require__(847);
/* harmony import */ var _domain_pattern_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(4624);
/* harmony import */ var _domain_secret_js__WEBPACK_IMPORTED_MODULE_3__ = __nccwpck_require__(7480);
/* harmony import */ var _json_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(5742);





const longestValue = 32 * 1024;
const longestCredential = 256 * 1024;
/**
 * Reads one member of `credentials` (PROTOCOL.md, Kinds) into memory's form.
 * @throws CredsError `credential-unusable`, naming kind and field but no value
 */
function credentialFromWire(value, expiresAt) {
    if (!(0,_json_js__WEBPACK_IMPORTED_MODULE_0__/* .isObject */ .Gv)(value))
        throw unusable('an entry that is not an object');
    const kind = (0,_json_js__WEBPACK_IMPORTED_MODULE_0__/* .member */ .Dc)(value, 'kind');
    const name = (0,_json_js__WEBPACK_IMPORTED_MODULE_0__/* .member */ .Dc)(value, 'name');
    if (typeof kind !== 'string' || !(0,_domain_pattern_js__WEBPACK_IMPORTED_MODULE_1__/* .fullMatch */ .L)(/[a-z0-9-]{1,64}/, kind))
        throw unusable('an entry without a kind');
    if (typeof name !== 'string' || !(0,_domain_pattern_js__WEBPACK_IMPORTED_MODULE_1__/* .fullMatch */ .L)(/[A-Za-z0-9][A-Za-z0-9._/-]{0,127}/, name)) {
        throw unusable(`a ${kind} without a usable name`);
    }
    const base = { name, expiresAt };
    if (kind === 'fields')
        return { ...base, kind, fields: freeFields((0,_json_js__WEBPACK_IMPORTED_MODULE_0__/* .member */ .Dc)(value, 'fields')) };
    if (!Object.hasOwn(_domain_credential_js__WEBPACK_IMPORTED_MODULE_2__/* .kinds */ .E, kind))
        throw unusable('a kind that this version does not know');
    const rules = Object.entries(_domain_credential_js__WEBPACK_IMPORTED_MODULE_2__/* .kinds */ .E[kind]);
    const fields = {};
    let total = 0;
    for (const [field, rule] of rules) {
        const text = fieldText((0,_json_js__WEBPACK_IMPORTED_MODULE_0__/* .member */ .Dc)(value, snakeCase(field)));
        if (text === undefined && rule === 'plain?')
            continue;
        if (text === undefined || text === '')
            throw unusable(`a ${kind} without ${snakeCase(field)}`);
        total += checked(text, `${kind}.${snakeCase(field)}`);
        fields[field] = rule === 'secret' || rule === 'masked' ? new _domain_secret_js__WEBPACK_IMPORTED_MODULE_3__/* .Secret */ .z(text) : text;
    }
    if (total > longestCredential)
        throw unusable(`a ${kind} that is longer than 256 KiB`);
    return { ...base, kind, fields };
}
function freeFields(value) {
    if (!(0,_json_js__WEBPACK_IMPORTED_MODULE_0__/* .isObject */ .Gv)(value))
        throw unusable('a fields credential without fields');
    const fields = {};
    let total = 0;
    for (const [name, entry] of Object.entries(value)) {
        if (!(0,_domain_pattern_js__WEBPACK_IMPORTED_MODULE_1__/* .fullMatch */ .L)(/[A-Za-z][A-Za-z0-9_-]{0,127}/, name))
            throw unusable('a field whose name is not a plain word');
        const text = (0,_json_js__WEBPACK_IMPORTED_MODULE_0__/* .isObject */ .Gv)(entry) ? fieldText((0,_json_js__WEBPACK_IMPORTED_MODULE_0__/* .member */ .Dc)(entry, 'value')) : undefined;
        if (text === undefined || !(0,_json_js__WEBPACK_IMPORTED_MODULE_0__/* .isObject */ .Gv)(entry))
            throw unusable('a field without a value');
        total += checked(text, `fields.${name}`);
        fields[name] = (0,_json_js__WEBPACK_IMPORTED_MODULE_0__/* .member */ .Dc)(entry, 'sensitive') === false ? text : new _domain_secret_js__WEBPACK_IMPORTED_MODULE_3__/* .Secret */ .z(text);
    }
    if (total === 0 || total > longestCredential)
        throw unusable('fields that are empty or longer than 256 KiB');
    return fields;
}
/** Ports come as numbers, principals as a list. */
function fieldText(value) {
    if (typeof value === 'string')
        return value;
    if (typeof value === 'number' && Number.isSafeInteger(value))
        return String(value);
    if (Array.isArray(value) && value.every((item) => typeof item === 'string'))
        return value.join('\n');
    return undefined;
}
function checked(text, where) {
    const octets = Buffer.byteLength(text);
    if (octets > longestValue)
        throw unusable(`${where}, longer than 32 KiB`);
    if (text.includes('\0') || !text.isWellFormed())
        throw unusable(`${where}, which is not clean text`);
    return octets;
}
/**
 * What one step gets is limited as one credential is: it all goes into the environment of the steps that follow.
 * @throws CredsError `credential-unusable`
 */
function assertDeliverable(credentials) {
    let total = 0;
    for (const { fields } of credentials)
        for (const value of Object.values(fields))
            total += Buffer.byteLength(value instanceof _domain_secret_js__WEBPACK_IMPORTED_MODULE_3__/* .Secret */ .z ? value.reveal() : (value ?? ''));
    if (total > longestCredential)
        throw unusable('credentials that are longer than 256 KiB together');
}
function unusable(what) {
    return new _domain_errors_js__WEBPACK_IMPORTED_MODULE_4__/* .CredsError */ .u('credential-unusable', `The answer holds ${what}.`);
}
/** The form on the wire: snake_case, secrets revealed. Only for what is about to be sent to the borrower. */
function credentialToWire(credential) {
    const { kind, name } = credential;
    const entries = Object.entries(credential.fields);
    if (kind === 'fields') {
        const fields = entries.map(([field, value]) => [
            field,
            value instanceof Secret ? { value: value.reveal() } : { value, sensitive: false },
        ]);
        return { name, kind, fields: Object.fromEntries(fields) };
    }
    const shown = entries.map(([field, value]) => [
        snakeCase(field),
        value instanceof Secret ? value.reveal() : value,
    ]);
    return { name, kind, ...Object.fromEntries(shown) };
}
/** `accessKeyId` \u2192 `access_key_id`. */
function snakeCase(field) {
    return field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}


/***/ }),

/***/ 5735:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   approvalUrl: () => (/* binding */ approvalUrl),
/* harmony export */   awaitDecision: () => (/* binding */ awaitDecision),
/* harmony export */   readPending: () => (/* binding */ readPending)
/* harmony export */ });
/* harmony import */ var _domain_deadline_js__WEBPACK_IMPORTED_MODULE_4__ = __nccwpck_require__(2044);
/* harmony import */ var _domain_duration_js__WEBPACK_IMPORTED_MODULE_8__ = __nccwpck_require__(4148);
/* harmony import */ var _domain_errors_js__WEBPACK_IMPORTED_MODULE_7__ = __nccwpck_require__(847);
/* harmony import */ var _domain_pattern_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(4624);
/* harmony import */ var _http_js__WEBPACK_IMPORTED_MODULE_5__ = __nccwpck_require__(1612);
/* harmony import */ var _json_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(5742);
/* harmony import */ var _oauth_error_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(3974);
/* harmony import */ var _signed_request_js__WEBPACK_IMPORTED_MODULE_6__ = __nccwpck_require__(3508);
/* harmony import */ var _token_exchange_js__WEBPACK_IMPORTED_MODULE_3__ = __nccwpck_require__(3085);









const usualInterval = 5;
const longestInterval = 60;
const longestWait = 366 * 86_400;
/** Reads `authorization_pending`; undefined for any other answer, and for one that nothing can be asked about. */
function readPending(answer) {
    if (answer.status !== 400 || (0,_oauth_error_js__WEBPACK_IMPORTED_MODULE_0__/* .refusedFor */ .k)(answer).error !== 'authorization_pending')
        return undefined;
    const body = (0,_json_js__WEBPACK_IMPORTED_MODULE_1__/* .parseStrictJson */ .RJ)(answer.body);
    const id = (0,_json_js__WEBPACK_IMPORTED_MODULE_1__/* .isObject */ .Gv)(body) ? (0,_json_js__WEBPACK_IMPORTED_MODULE_1__/* .member */ .Dc)(body, 'transaction_id') : undefined;
    if (!(0,_json_js__WEBPACK_IMPORTED_MODULE_1__/* .isObject */ .Gv)(body) || typeof id !== 'string' || !(0,_domain_pattern_js__WEBPACK_IMPORTED_MODULE_2__/* .fullMatch */ .L)(/[A-Za-z0-9_-]{1,64}/, id))
        return undefined;
    return {
        transactionId: id,
        interval: within((0,_json_js__WEBPACK_IMPORTED_MODULE_1__/* .member */ .Dc)(body, 'interval'), [1, longestInterval], usualInterval),
        expiresIn: within((0,_json_js__WEBPACK_IMPORTED_MODULE_1__/* .member */ .Dc)(body, 'expires_in'), [0, longestWait], longestWait),
        requestId: (0,_token_exchange_js__WEBPACK_IMPORTED_MODULE_3__/* .answerRequestId */ .n$)(answer, body),
    };
}
function within(value, [least, most], otherwise) {
    return Number.isSafeInteger(value) ? Math.min(most, Math.max(least, value)) : otherwise;
}
/** Where an approver looks. */
function approvalUrl(base, { transactionId }) {
    return `${base}/approvals/${transactionId}`;
}
/**
 * Asks again and again until the approval is decided. What asks to be tried again is, in the same time, which is not
 * the step's own.
 * @throws CredsError `approval-pending` when the time is up; what was asked for must then be given back
 */
async function awaitDecision(pending, waiting, call) {
    const { base, signer, seconds } = waiting;
    const { interval, expiresIn } = pending;
    const { clock } = call.host;
    // A little longer than the broker waits: its own word that nobody came says more.
    const deadline = (0,_domain_deadline_js__WEBPACK_IMPORTED_MODULE_4__/* .startDeadline */ .d)(clock, Math.min(seconds, expiresIn + 2 * interval));
    const url = new URL(`${base}/credentials/deferred`);
    const body = JSON.stringify({ transaction_id: pending.transactionId });
    const tell = storyteller(pending, waiting, call);
    let lost = false;
    let wait = interval;
    for (;;) {
        tell(deadline.remainingMs() / 1000);
        await (0,_http_js__WEBPACK_IMPORTED_MODULE_5__/* .pause */ .v7)(call.host, Math.min(wait * 1000, deadline.remainingMs()));
        if (deadline.remainingMs() === 0)
            throw outOfTime(pending, waiting);
        try {
            const request = { url, body, signer, contentType: 'application/json' };
            const answer = await (0,_signed_request_js__WEBPACK_IMPORTED_MODULE_6__/* .sendSigned */ .h$)(request, { ...call, deadline });
            wait = Math.max(interval, (0,_http_js__WEBPACK_IMPORTED_MODULE_5__/* .retryAfterSeconds */ .C3)(answer, clock.now()));
            if ((0,_http_js__WEBPACK_IMPORTED_MODULE_5__/* .asksToRetry */ .i_)(answer.status))
                lost = true;
            else if (readPending(answer) === undefined)
                return { answer, lost };
        }
        catch (error) {
            if (!(error instanceof _domain_errors_js__WEBPACK_IMPORTED_MODULE_7__/* .CredsError */ .u) || error.retryAfterSeconds === undefined)
                throw error;
            lost = true;
        }
    }
}
function outOfTime(pending, { base, seconds }) {
    const time = (0,_domain_duration_js__WEBPACK_IMPORTED_MODULE_8__/* .formatDuration */ .a3)(seconds);
    return new _domain_errors_js__WEBPACK_IMPORTED_MODULE_7__/* .CredsError */ .u('approval-pending', `Nobody approved ${approvalUrl(base, pending)} within ${time}.`, {
        ...(pending.requestId === undefined ? {} : { requestId: pending.requestId }),
        partlyIssued: true,
    });
}
/** One line at the beginning, and then one after 1, 2, 4, 8 \u2026 minutes. */
function storyteller(pending, { base, seconds }, call) {
    const { clock } = call.host;
    const start = clock.monotonicMs();
    const until = new Date(clock.now().getTime() + Math.min(seconds, pending.expiresIn) * 1000);
    const place = approvalUrl(base, pending);
    let next = 0;
    return (left) => {
        const passed = (clock.monotonicMs() - start) / 1000;
        if (passed < next)
            return;
        call.onWait?.(next === 0
            ? `Waiting until ${(0,_domain_duration_js__WEBPACK_IMPORTED_MODULE_8__/* .formatTime */ .fU)(until, clock.now())} for the approval at ${place}`
            : `Still waiting, ${(0,_domain_duration_js__WEBPACK_IMPORTED_MODULE_8__/* .formatDuration */ .a3)(left)} at most, for the approval at ${place}`);
        next = next === 0 ? 60 : next * 2;
    };
}


/***/ }),

/***/ 9288:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";

// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  I_: () => (/* binding */ keyBoundAudience),
  r_: () => (/* binding */ makeProof),
  oc: () => (/* binding */ makeProofKey),
  CU: () => (/* binding */ proofKey),
  sc: () => (/* binding */ sha256)
});

// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __nccwpck_require__(7598);
// EXTERNAL MODULE: ./node_modules/jose/dist/webapi/util/base64url.js
var base64url = __nccwpck_require__(1445);
// EXTERNAL MODULE: ./node_modules/jose/dist/webapi/util/errors.js
var errors = __nccwpck_require__(5674);
// EXTERNAL MODULE: ./node_modules/jose/dist/webapi/lib/key_descriptor.js
var key_descriptor = __nccwpck_require__(3035);
;// CONCATENATED MODULE: ./node_modules/jose/dist/webapi/lib/jws_algorithms.js


const sig = [["verify"], ["sign"]];
function hmac(bits) {
  const subtle = { name: "HMAC", hash: `SHA-${bits}` };
  return { kty: ["oct"], secret: !0, subtle, signing: subtle, usages: sig };
}
function rsa(bits, saltLength) {
  const subtle = { name: saltLength ? "RSA-PSS" : "RSASSA-PKCS1-v1_5", hash: `SHA-${bits}` };
  return {
    kty: ["RSA"],
    subtle,
    signing: saltLength ? { ...subtle, saltLength } : subtle,
    usages: sig,
    minRsaBits: 2048
  };
}
function ecdsa(crv, bits) {
  return {
    kty: ["EC"],
    crv,
    subtle: { name: "ECDSA", namedCurve: crv },
    signing: { name: "ECDSA", hash: `SHA-${bits}` },
    usages: sig
  };
}
function eddsa() {
  const subtle = { name: "Ed25519" };
  return {
    kty: ["OKP"],
    crv: "Ed25519",
    subtle,
    signing: subtle,
    usages: sig
  };
}
function mldsa(parameterSet) {
  const subtle = { name: `ML-DSA-${parameterSet}` };
  return {
    kty: ["AKP"],
    subtle,
    signing: subtle,
    usages: sig
  };
}
const JWS = (0,key_descriptor/* table */.t)({
  HS256: hmac(256),
  HS384: hmac(384),
  HS512: hmac(512),
  RS256: rsa(256),
  RS384: rsa(384),
  RS512: rsa(512),
  PS256: rsa(256, 32),
  PS384: rsa(384, 48),
  PS512: rsa(512, 64),
  ES256: ecdsa("P-256", 256),
  ES384: ecdsa("P-384", 384),
  ES512: ecdsa("P-521", 512),
  EdDSA: eddsa(),
  Ed25519: eddsa(),
  "ML-DSA-44": mldsa(44),
  "ML-DSA-65": mldsa(65),
  "ML-DSA-87": mldsa(87)
});
function jwsAlgorithm(alg) {
  const entry = typeof alg == "string" ? JWS[alg] : void 0;
  if (!entry)
    throw new errors/* JOSENotSupported */.T0(`alg ${alg} is not supported either by JOSE or your javascript runtime`);
  return entry;
}


// EXTERNAL MODULE: ./node_modules/jose/dist/webapi/lib/validate.js
var validate = __nccwpck_require__(7784);
// EXTERNAL MODULE: ./node_modules/jose/dist/webapi/lib/buffer_utils.js
var buffer_utils = __nccwpck_require__(7410);
// EXTERNAL MODULE: ./node_modules/jose/dist/webapi/lib/key.js
var lib_key = __nccwpck_require__(7859);
;// CONCATENATED MODULE: ./node_modules/jose/dist/webapi/lib/jws_sign.js






async function createSignature(input, key, rejectUnencoded) {
  let [payload, protectedHeader, unprotectedHeader, crit] = input, encodedProtectedHeader = "";
  if (protectedHeader !== void 0) {
    const normalized = (0,validate/* serializeJoseHeader */.ji)(errors/* JWSInvalid */.Ye, protectedHeader);
    protectedHeader = normalized[0], encodedProtectedHeader = (0,base64url/* encode */.l)(normalized[1]);
  }
  if (unprotectedHeader !== void 0 && (unprotectedHeader = (0,validate/* serializeJoseHeader */.ji)(errors/* JWSInvalid */.Ye, unprotectedHeader)[0]), !protectedHeader && !unprotectedHeader)
    throw new errors/* JWSInvalid */.Ye("either setProtectedHeader or setUnprotectedHeader must be called before #sign()");
  if (!(0,validate/* isDisjoint */.fz)(protectedHeader, unprotectedHeader))
    throw new errors/* JWSInvalid */.Ye("JWS Protected and JWS Unprotected Header Parameter names must be disjoint");
  const joseHeader = { ...protectedHeader, ...unprotectedHeader };
  (0,validate/* validateCritDuplicates */.BU)(errors/* JWSInvalid */.Ye, protectedHeader);
  const b64 = (0,validate/* validateB64 */.J0)(protectedHeader, (0,validate/* validateCrit */.nI)(errors/* JWSInvalid */.Ye, validate/* JWS_RECOGNIZED */.qc, crit, protectedHeader, joseHeader));
  b64 || rejectUnencoded?.();
  const { alg } = joseHeader;
  if (typeof alg != "string" || !alg)
    throw new errors/* JWSInvalid */.Ye('JWS "alg" (Algorithm) Header Parameter missing or invalid');
  const entry = jwsAlgorithm(alg);
  let encodedPayload = "", signingPayload = payload, signingInput;
  if (b64) {
    const encodedPayloadCache = input[4];
    encodedPayloadCache ? (encodedPayload = encodedPayloadCache[0] ??= (0,base64url/* encode */.l)(payload), signingPayload = encodedPayloadCache[1] ??= (0,buffer_utils/* encode */.lF)(encodedPayload)) : (encodedPayload = (0,base64url/* encode */.l)(payload), signingInput = buffer_utils/* encoder */.Rd.encode(`${encodedProtectedHeader}.${encodedPayload}`));
  }
  signingInput ??= (0,buffer_utils/* concat */.xW)((0,buffer_utils/* encode */.lF)(encodedProtectedHeader), (0,buffer_utils/* encode */.lF)("."), signingPayload);
  const signingKey = await (0,lib_key/* rawKey */.GK)(await (0,lib_key/* prepareKey */.dT)(entry, key, "sign"), entry.subtle, "sign");
  entry.minRsaBits && (0,lib_key/* checkModulusLength */.or)(entry.alg, signingKey);
  const jws = {
    signature: (0,base64url/* encode */.l)(new Uint8Array(await crypto.subtle.sign(entry.signing, signingKey, signingInput))),
    payload: encodedPayload
  };
  return protectedHeader && (jws.protected = encodedProtectedHeader), unprotectedHeader && (jws.header = unprotectedHeader), [jws, b64];
}
async function createCompactSignature(payload, protectedHeader, crit, key, rejectUnencoded) {
  const [jws] = await createSignature([payload, protectedHeader, void 0, crit], key, rejectUnencoded);
  return `${jws.protected}.${jws.payload}.${jws.signature}`;
}


;// CONCATENATED MODULE: ./node_modules/jose/dist/webapi/lib/jwt_claims_set.js



const epoch = (date) => Math.floor(date.getTime() / 1e3), multipliers = {
  s: 1,
  m: 60,
  h: 3600,
  d: 86400,
  w: 604800,
  y: 31557600
}, REGEX = /^(\+|\-)? ?(\d+|\d+\.\d+) ?(seconds?|secs?|s|minutes?|mins?|m|hours?|hrs?|h|days?|d|weeks?|w|years?|yrs?|y)(?: (ago|from now))?$/i, checkFailed = "check_failed";
function invalidDuration() {
  throw new TypeError("Invalid time period format");
}
function secs(str) {
  typeof str != "string" && invalidDuration();
  const matched = REGEX.exec(str);
  (!matched || matched[4] && matched[1]) && invalidDuration();
  const value = parseFloat(matched[2]), durationSeconds = Math.round(value * multipliers[matched[3][0].toLowerCase()]);
  return Number.isFinite(durationSeconds) || invalidDuration(), matched[1] === "-" || matched[4] === "ago" ? -durationSeconds : durationSeconds;
}
function validateInput(label, input) {
  if (!Number.isFinite(input))
    throw new TypeError(`Invalid ${label} input`);
  return input;
}
function validateStringClaim(claim, value) {
  if (typeof value != "string")
    throw new TypeError(`"${claim}" claim must be a string`);
}
function validateAudienceClaim(value) {
  if (typeof value != "string" && (!Array.isArray(value) || Array.from(value).some((member) => typeof member != "string")))
    throw new TypeError('"aud" claim must be a string or an array of strings');
}
function numericDate(value, label) {
  return typeof value == "number" ? validateInput(label, value) : value instanceof Date ? validateInput(label, epoch(value)) : epoch(/* @__PURE__ */ new Date()) + secs(value);
}
const normalizeTyp = (value) => {
  const normalized = value.toLowerCase();
  return value.includes("/") ? normalized : `application/${normalized}`;
}, checkAudiencePresence = (audPayload, audOption) => typeof audPayload == "string" ? audOption.includes(audPayload) : Array.isArray(audPayload) ? audOption.some((aud) => audPayload.includes(aud)) : !1;
function validateNumericDate(claimsSet, claim, required = !1) {
  const value = claimsSet[claim];
  if (!(value === void 0 && !required)) {
    if (typeof value != "number")
      throw new JWTClaimValidationFailed(`"${claim}" claim must be a number`, claimsSet, claim, "invalid");
    return value;
  }
}
function unexpectedClaim(claimsSet, claim) {
  throw new JWTClaimValidationFailed(`unexpected "${claim}" claim value`, claimsSet, claim, checkFailed);
}
function validateClaimsSet(protectedHeader, claimsSetBytes, options = {}) {
  let claimsSet;
  try {
    claimsSet = JSON.parse(strictDecoder.decode(claimsSetBytes));
  } catch (cause) {
    throw new JWTInvalid("JWT Claims Set must be a top-level JSON object", { cause });
  }
  if (!isObject(claimsSet))
    throw new JWTInvalid("JWT Claims Set must be a top-level JSON object");
  const { typ } = options;
  if (typ !== void 0 && (typeof protectedHeader.typ != "string" || normalizeTyp(protectedHeader.typ) !== normalizeTyp(typ)))
    throw new JWTClaimValidationFailed('unexpected "typ" JWT header value', claimsSet, "typ", checkFailed);
  const { requiredClaims = [], issuer, subject, audience, maxTokenAge } = options, presenceCheck = [...requiredClaims];
  maxTokenAge !== void 0 && presenceCheck.push("iat"), audience !== void 0 && presenceCheck.push("aud"), subject !== void 0 && presenceCheck.push("sub"), issuer !== void 0 && presenceCheck.push("iss");
  for (const claim of new Set(presenceCheck.reverse()))
    if (!Object.hasOwn(claimsSet, claim))
      throw new JWTClaimValidationFailed(`missing required "${claim}" claim`, claimsSet, claim, "missing");
  issuer !== void 0 && !(Array.isArray(issuer) ? issuer : [issuer]).includes(claimsSet.iss) && unexpectedClaim(claimsSet, "iss"), subject !== void 0 && claimsSet.sub !== subject && unexpectedClaim(claimsSet, "sub"), audience !== void 0 && !checkAudiencePresence(claimsSet.aud, typeof audience == "string" ? [audience] : audience) && unexpectedClaim(claimsSet, "aud");
  const { clockTolerance } = options;
  let tolerance = 0;
  if (typeof clockTolerance == "string")
    tolerance = secs(clockTolerance);
  else if (clockTolerance !== void 0) {
    if (typeof clockTolerance != "number")
      throw new TypeError("Invalid clockTolerance option type");
    tolerance = clockTolerance;
  }
  if (validateInput("clockTolerance option", tolerance), tolerance < 0)
    throw new TypeError("Invalid clockTolerance option input");
  const { currentDate } = options, now = validateInput("currentDate option", epoch(currentDate === void 0 ? /* @__PURE__ */ new Date() : currentDate)), iat = validateNumericDate(claimsSet, "iat", maxTokenAge !== void 0), nbf = validateNumericDate(claimsSet, "nbf");
  if (nbf !== void 0 && nbf > now + tolerance)
    throw new JWTClaimValidationFailed('"nbf" claim timestamp check failed', claimsSet, "nbf", checkFailed);
  const exp = validateNumericDate(claimsSet, "exp");
  if (exp !== void 0 && exp <= now - tolerance)
    throw new JWTExpired('"exp" claim timestamp check failed', claimsSet, "exp", checkFailed);
  if (maxTokenAge !== void 0) {
    const age = now - iat, max = validateInput("maxTokenAge option", typeof maxTokenAge == "number" ? maxTokenAge : secs(maxTokenAge));
    if (max < 0)
      throw new TypeError("Invalid maxTokenAge option input");
    if (age - tolerance > max)
      throw new JWTExpired('"iat" claim timestamp check failed (too far in the past)', claimsSet, "iat", checkFailed);
    if (age < -tolerance)
      throw new JWTClaimValidationFailed('"iat" claim timestamp check failed (it should be in the past)', claimsSet, "iat", checkFailed);
  }
  return claimsSet;
}
let producerClaimsSets;
function producerClaimsSet(producer) {
  return producerClaimsSets.get(producer);
}
function jwtClaimsSetBytes(producer) {
  const claimsSet = producerClaimsSet(producer);
  for (const claim of ["iat", "nbf", "exp"]) {
    const value = claimsSet[claim];
    if (typeof value == "number" && !Number.isFinite(value))
      throw new TypeError(`"${claim}" claim must be a finite number`);
  }
  return buffer_utils/* encoder */.Rd.encode(JSON.stringify(claimsSet));
}
function jwtClaim(producer, claim) {
  return producerClaimsSet(producer)[claim];
}
class JWTClaimsBuilder {
  constructor(claimsSet = {}) {
    if (!(0,validate/* isObject */.Gv)(claimsSet))
      throw new TypeError("JWT Claims Set MUST be an object");
    (producerClaimsSets ||= /* @__PURE__ */ new WeakMap()).set(this, structuredClone(claimsSet));
  }
  setIssuer(value) {
    return validateStringClaim("iss", value), producerClaimsSet(this).iss = value, this;
  }
  setSubject(value) {
    return validateStringClaim("sub", value), producerClaimsSet(this).sub = value, this;
  }
  setAudience(value) {
    return validateAudienceClaim(value), producerClaimsSet(this).aud = value, this;
  }
  setJti(value) {
    return validateStringClaim("jti", value), producerClaimsSet(this).jti = value, this;
  }
  setNotBefore(value) {
    return producerClaimsSet(this).nbf = numericDate(value, "setNotBefore"), this;
  }
  setExpirationTime(value) {
    return producerClaimsSet(this).exp = numericDate(value, "setExpirationTime"), this;
  }
  setIssuedAt(value) {
    const claimsSet = producerClaimsSet(this);
    return value === void 0 ? claimsSet.iat = epoch(/* @__PURE__ */ new Date()) : typeof value == "string" ? claimsSet.iat = validateInput("setIssuedAt", epoch(/* @__PURE__ */ new Date()) + secs(value)) : claimsSet.iat = numericDate(value, "setIssuedAt"), this;
  }
}


;// CONCATENATED MODULE: ./node_modules/jose/dist/webapi/jwt/sign.js




const SignJWT_base = JWTClaimsBuilder;
class SignJWT extends SignJWT_base {
  #protectedHeader;
  setProtectedHeader(protectedHeader) {
    return (0,validate/* assertNotSet */.ac)(this.#protectedHeader, "setProtectedHeader"), this.#protectedHeader = protectedHeader, this;
  }
  async sign(key, options) {
    return createCompactSignature(jwtClaimsSetBytes(this), this.#protectedHeader, options?.crit, key, () => {
      throw new errors/* JWTInvalid */.Dp("JWTs MUST NOT use unencoded payload");
    });
  }
}


// EXTERNAL MODULE: ./lib/inside/protocol/key-pair.js
var key_pair = __nccwpck_require__(2382);
;// CONCATENATED MODULE: ./lib/inside/protocol/dpop.js



/** Makes an Ed25519 key for one job (RFC 8037). */
function makeProofKey() {
    const { privateKey, x } = (0,key_pair/* makeKeyPair */.i)('ed25519');
    return proofKey(privateKey, x);
}
/** @param x the public half of an Ed25519 key as RFC 8037 \u00a72 writes it */
function proofKey(privateKey, x) {
    // RFC 8037 \u00a72: crv, kty and x, in this order. By node:crypto, because the ID token is asked for with it and the
    // first use of Web Crypto would cost 4 ms just then.
    const thumbprint = sha256(JSON.stringify({ crv: 'Ed25519', kty: 'OKP', x }));
    return { privateKey, publicJwk: { kty: 'OKP', crv: 'Ed25519', x }, thumbprint };
}
/** Signs a DPoP proof (RFC 9449 \u00a74.2) with the body and query hashes of PROTOCOL.md. */
async function makeProof(key, target) {
    const claims = {
        jti: (0,external_node_crypto_.randomBytes)(16).toString('base64url'),
        htm: target.method,
        htu: target.url,
        ...(target.body === undefined ? {} : { bh: sha256(target.body) }),
        ...(target.query === undefined ? {} : { qh: sha256(target.query) }),
        ...(target.accessToken === undefined ? {} : { ath: sha256(target.accessToken) }),
        ...(target.nonce === undefined ? {} : { nonce: target.nonce }),
    };
    return new SignJWT(claims)
        .setProtectedHeader({ typ: 'dpop+jwt', alg: 'Ed25519', jwk: key.publicJwk })
        .setIssuedAt(target.at)
        .sign(key.privateKey);
}
/** Base64url without padding of the SHA-256: `bh`, `qh`, `ath`, and the hash of a revocation handle. */
function sha256(octets) {
    return (0,external_node_crypto_.createHash)('sha256').update(octets).digest('base64url');
}
/** The audience that binds an ID token to a key (PROTOCOL.md, Binding the ID token to a key). */
function keyBoundAudience(audience, thumbprint) {
    return `${audience}/jkt/${thumbprint}`;
}


/***/ }),

/***/ 4791:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   askDryRun: () => (/* binding */ askDryRun)
/* harmony export */ });
/* harmony import */ var _domain_errors_js__WEBPACK_IMPORTED_MODULE_5__ = __nccwpck_require__(847);
/* harmony import */ var _domain_pattern_js__WEBPACK_IMPORTED_MODULE_4__ = __nccwpck_require__(4624);
/* harmony import */ var _json_js__WEBPACK_IMPORTED_MODULE_3__ = __nccwpck_require__(5742);
/* harmony import */ var _oauth_error_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(3974);
/* harmony import */ var _signed_request_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(3508);
/* harmony import */ var _token_exchange_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(3085);






/**
 * POST /token with `dry_run`: every check up to policy, nothing minted and the ID token not used up.
 * @throws CredsError; with `retryAfterSeconds` where it may be asked again
 */
async function askDryRun({ base, signer }, question, call) {
    const { idToken, roles, encryptTo } = question;
    const url = new URL(`${base}/token`);
    const body = new URLSearchParams({
        grant_type: _token_exchange_js__WEBPACK_IMPORTED_MODULE_0__/* .tokenExchange */ .He,
        subject_token: idToken.reveal(),
        subject_token_type: _token_exchange_js__WEBPACK_IMPORTED_MODULE_0__/* .idTokenType */ .Z2,
        authorization_details: JSON.stringify(roles.map(({ role }) => (0,_token_exchange_js__WEBPACK_IMPORTED_MODULE_0__/* .detailFor */ .lH)(role, question))),
        dry_run: 'true',
        ...(encryptTo === undefined ? {} : { encrypt_to: JSON.stringify(encryptTo) }),
    }).toString();
    const answer = await (0,_signed_request_js__WEBPACK_IMPORTED_MODULE_1__/* .sendSigned */ .h$)({ url, signer, body }, call);
    if (answer.status !== 200)
        throw (0,_oauth_error_js__WEBPACK_IMPORTED_MODULE_2__/* .refusal */ .x)(answer, url.host, call.host.clock.now());
    const details = (0,_json_js__WEBPACK_IMPORTED_MODULE_3__/* .member */ .Dc)((0,_token_exchange_js__WEBPACK_IMPORTED_MODULE_0__/* .jsonObject */ .o$)(answer), 'authorization_details');
    return roles.map(({ role }) => decisionOn(role, details));
}
function decisionOn(role, details) {
    const found = Array.isArray(details)
        ? details.filter((detail) => (0,_json_js__WEBPACK_IMPORTED_MODULE_3__/* .isObject */ .Gv)(detail) && (0,_json_js__WEBPACK_IMPORTED_MODULE_3__/* .member */ .Dc)(detail, 'role') === role)
        : [];
    const [detail] = found;
    const decision = (0,_json_js__WEBPACK_IMPORTED_MODULE_3__/* .isObject */ .Gv)(detail) ? (0,_json_js__WEBPACK_IMPORTED_MODULE_3__/* .member */ .Dc)(detail, 'decision') : undefined;
    const requestId = (0,_json_js__WEBPACK_IMPORTED_MODULE_3__/* .isObject */ .Gv)(detail) ? (0,_json_js__WEBPACK_IMPORTED_MODULE_3__/* .member */ .Dc)(detail, 'request_id') : undefined;
    if (found.length !== 1 ||
        (decision !== 'allow' && decision !== 'deny') ||
        typeof requestId !== 'string' ||
        !(0,_domain_pattern_js__WEBPACK_IMPORTED_MODULE_4__/* .fullMatch */ .L)(_token_exchange_js__WEBPACK_IMPORTED_MODULE_0__/* .idPattern */ .aD, requestId))
        throw new _domain_errors_js__WEBPACK_IMPORTED_MODULE_5__/* .CredsError */ .u('answer-invalid', 'The server sent an answer without a decision on each role.');
    return { role, allowed: decision === 'allow', requestId };
}


/***/ }),

/***/ 3005:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   n: () => (/* binding */ makeEncryptionKey)
/* harmony export */ });
/* unused harmony export encryptionKey */
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(7598);
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__nccwpck_require__.n(node_crypto__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var _key_pair_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(2382);


/**
 * Makes an X25519 key for one request (RFC 8037 \u00a73.2). Whoever opens the TLS connection on its way, a proxy for
 * example, still cannot read the credentials. Only ECDH-ES with A256GCM is opened.
 */
function makeEncryptionKey() {
    return encryptionKey((0,_key_pair_js__WEBPACK_IMPORTED_MODULE_1__/* .makeKeyPair */ .i)('x25519').privateKey);
}
/** The same of an X25519 key that there is. */
function encryptionKey(privateKey) {
    const { x = '' } = (0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.createPublicKey)(privateKey).export({ format: 'jwk' });
    return {
        publicJwk: { kty: 'OKP', crv: 'X25519', x },
        decrypt: async (jwe) => {
            const { compactDecrypt } = await Promise.resolve(/* import() eager */).then(__nccwpck_require__.bind(__nccwpck_require__, 8357));
            const options = { keyManagementAlgorithms: ['ECDH-ES'], contentEncryptionAlgorithms: ['A256GCM'] };
            return (await compactDecrypt(jwe, privateKey, options)).plaintext;
        },
    };
}


/***/ }),

/***/ 773:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   U: () => (/* binding */ isLoopback),
/* harmony export */   p: () => (/* binding */ baseUrl)
/* harmony export */ });
/* harmony import */ var _domain_pattern_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(4624);

/**
 * The normal form of a base URL (PROTOCOL.md, Addresses): WHATWG, without userinfo, query, fragment or trailing
 * slash; it may have a path. Endpoints are this string plus a path, and so are `htu` and the default audience.
 */
function baseUrl(url) {
    return `${url.protocol}//${url.host}${url.pathname.replace(/\/+$/, '')}`;
}
/** True for the addresses of this machine, the only ones to which plain http may go. */
function isLoopback(url) {
    return (url.hostname === 'localhost' || url.hostname === '[::1]' || (0,_domain_pattern_js__WEBPACK_IMPORTED_MODULE_0__/* .fullMatch */ .L)(/127(\.\d{1,3}){3}/, url.hostname));
}


/***/ }),

/***/ 1612:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   C3: () => (/* binding */ retryAfterSeconds),
/* harmony export */   Fh: () => (/* binding */ isJson),
/* harmony export */   R$: () => (/* binding */ retrying),
/* harmony export */   cv: () => (/* binding */ exchange),
/* harmony export */   i_: () => (/* binding */ asksToRetry),
/* harmony export */   v7: () => (/* binding */ pause)
/* harmony export */ });
/* harmony import */ var _domain_deadline_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(2044);
/* harmony import */ var _domain_errors_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(847);
/* harmony import */ var _domain_host_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(1062);
/* harmony import */ var _domain_pattern_js__WEBPACK_IMPORTED_MODULE_3__ = __nccwpck_require__(4624);




const attemptSeconds = 10;
const attempts = 6;
const firstBackoffMs = 250;
const longestBackoffMs = 8000;
/**
 * Sends one request, headers and body within 10 seconds and within the call's deadline. A redirect is an error, so
 * no credential ever follows one. Status codes are the caller's to judge.
 * @throws CredsError; with `retryAfterSeconds` where the same request may be tried again
 */
async function exchange(call, request) {
    const answer = await withinAttempt(call, request);
    if (answer.status >= 300 && answer.status < 400) {
        throw new _domain_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .CredsError */ .u('redirect-refused', `${request.url.host} answered with a redirect (${String(answer.status)}).`);
    }
    return answer;
}
async function withinAttempt(call, request) {
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
}
/** Gives up, and aborts, after `ms` milliseconds or when the process is asked to stop. */
async function bounded(host, ms, work) {
    if (host.signal.aborted)
        throw new _domain_host_js__WEBPACK_IMPORTED_MODULE_2__/* .TransportError */ .w('aborted');
    const controller = new AbortController();
    let stop = () => undefined;
    let clear = () => undefined;
    const ended = new Promise((_, reject) => {
        const end = (fault) => {
            reject(new _domain_host_js__WEBPACK_IMPORTED_MODULE_2__/* .TransportError */ .w(fault));
            controller.abort();
        };
        stop = () => {
            end('aborted');
        };
        clear = host.clock.after(ms, () => {
            end('timeout');
        });
        host.signal.addEventListener('abort', stop);
    });
    try {
        return await Promise.race([work(controller.signal), ended]);
    }
    finally {
        clear();
        host.signal.removeEventListener('abort', stop);
    }
}
function interruption(signal) {
    return signal.reason instanceof _domain_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .CredsError */ .u
        ? signal.reason
        : new _domain_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .CredsError */ .u('interrupted', 'The job was cancelled.');
}
function explain(error, request, deadline) {
    if (!(error instanceof _domain_host_js__WEBPACK_IMPORTED_MODULE_2__/* .TransportError */ .w))
        return new _domain_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .CredsError */ .u('internal', 'A request failed.', { cause: error });
    const name = request.url.host;
    const again = { cause: error, retryAfterSeconds: 0 };
    switch (error.fault) {
        case 'refused':
            return new _domain_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .CredsError */ .u('unreachable', `${name} refused the connection.`, again);
        case 'reset':
            return new _domain_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .CredsError */ .u('unreachable', `The connection to ${name} broke.`, again);
        case 'dns-temporary':
            return new _domain_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .CredsError */ .u('unreachable', `The name ${name} could not be looked up just now.`, again);
        case 'dns':
            return new _domain_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .CredsError */ .u('unreachable', `There is no host named ${name}.`, { cause: error });
        case 'timeout': {
            const late = deadline.remainingMs() === 0;
            const bound = late ? deadline.budgetSeconds : attemptSeconds;
            return new _domain_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .CredsError */ .u('timed-out', `${name} did not answer within ${String(bound)} seconds.`, again);
        }
        case 'truncated':
            return new _domain_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .CredsError */ .u('unreachable', `The answer of ${name} broke off.`, again);
        case 'garbled':
            return new _domain_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .CredsError */ .u('answer-invalid', `What answers at ${name} does not speak HTTP.`, {
                cause: error,
            });
        case 'tls':
            return new _domain_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .CredsError */ .u('tls-untrusted', `The certificate of ${name} is not trusted here.`, {
                cause: error,
            });
        case 'proxy':
            return new _domain_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .CredsError */ .u('proxy-refused', `The proxy did not connect us to ${name}.`, { cause: error });
        case 'too-large':
            return new _domain_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .CredsError */ .u('answer-invalid', `The answer of ${name} is longer than it may be.`, {
                cause: error,
            });
        case 'encoding':
            return new _domain_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .CredsError */ .u('answer-invalid', `${name} compressed its answer although it was not asked to.`, {
                cause: error,
            });
        case 'aborted':
            return new _domain_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .CredsError */ .u('interrupted', `The request to ${name} was given up.`, { cause: error });
    }
}
/**
 * Runs an attempt again while its error allows it: at most 6 times, with full-jitter backoff from 0.25 s to 8 s or
 * the server's own Retry-After, and never past the deadline.
 */
async function retrying(call, attempt) {
    for (let tried = 1;; tried++) {
        try {
            return await attempt();
        }
        catch (error) {
            if (!(error instanceof _domain_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .CredsError */ .u) || error.retryAfterSeconds === undefined)
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
/** True when the answer says that it is JSON (RFC 8259, RFC 6839 \u00a73.1), or says nothing of what it is. */
function isJson(answer) {
    const said = answer.headers['content-type'];
    if (said === undefined)
        return true;
    const type = said.split(';')[0]?.trim().toLowerCase() ?? '';
    return type === 'application/json' || (0,_domain_pattern_js__WEBPACK_IMPORTED_MODULE_3__/* .fullMatch */ .L)(/application\/[a-z0-9.-]+\+json/, type);
}


/***/ }),

/***/ 5742:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   Dc: () => (/* binding */ member),
/* harmony export */   Gv: () => (/* binding */ isObject),
/* harmony export */   RJ: () => (/* binding */ parseStrictJson)
/* harmony export */ });
/** Nothing that we read is nested deeper; what walks over it later may then be recursive. */
const deepest = 64;
/**
 * Reads JSON as RFC 8259 and I-JSON (RFC 7493) want it from a stranger: valid UTF-8, no byte order mark, no member
 * twice in one object, no `__proto__`, no half of a surrogate pair, no number beyond a double, 64 levels at most.
 * @throws SyntaxError without any of the text in it
 */
function parseStrictJson(input) {
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
}
/** Walks over text that is known to be valid JSON. */
function refuseUnclean(text) {
    const open = [];
    let expectsName = false;
    for (let at = 0; at < text.length; at++) {
        const char = text[at] ?? '';
        if (char === '"') {
            const end = endOfString(text, at);
            const members = open.at(-1);
            const string = readString(text.slice(at, end + 1));
            if (expectsName && members !== undefined)
                addMember(members, string);
            expectsName = false;
            at = end;
        }
        else if (char === '{' || char === '[') {
            open.push(char === '{' ? new Set() : undefined);
            if (open.length > deepest)
                throw new SyntaxError('JSON nested too deeply');
            expectsName = char === '{';
        }
        else if (char === '}' || char === ']') {
            open.pop();
            expectsName = false;
        }
        else if (char === ',') {
            expectsName = open.at(-1) !== undefined;
        }
        else if (char === '-' || (char >= '0' && char <= '9')) {
            at = endOfNumber(text, at) - 1;
        }
    }
}
function readString(quoted) {
    if (!quoted.includes('\\'))
        return quoted.slice(1, -1);
    const string = JSON.parse(quoted);
    if (!string.isWellFormed())
        throw new SyntaxError('JSON with half a character');
    return string;
}
function addMember(members, name) {
    if (name === '__proto__' || members.has(name))
        throw new SyntaxError('JSON with a repeated or forbidden member');
    members.add(name);
}
/** Where the number that begins here ends. */
function endOfNumber(text, start) {
    let end = start + 1;
    while (end < text.length && '0123456789.eE+-'.includes(text[end] ?? ' '))
        end++;
    if (!Number.isFinite(Number(text.slice(start, end))))
        throw new SyntaxError('JSON with an endless number');
    return end;
}
function endOfString(text, start) {
    for (let at = start;;) {
        at = text.indexOf('"', at + 1);
        let slashes = 0;
        while (text[at - 1 - slashes] === '\\')
            slashes++;
        if (slashes % 2 === 0)
            return at;
    }
}
/** True for an object that is not an array; its own members may then be read. */
function isObject(value) {
    return typeof value === 'object' && value !== null && !Array.isArray(value);
}
/** The object's own member, never an inherited one. */
function member(object, name) {
    return Object.hasOwn(object, name) ? object[name] : undefined;
}


/***/ }),

/***/ 8925:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
__nccwpck_require__.r(__webpack_exports__);
/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   keepAlive: () => (/* binding */ keepAlive)
/* harmony export */ });
/* harmony import */ var _domain_errors_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(847);
/* harmony import */ var _session_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(6322);
// PROTOCOL.md, Session, renewal, heartbeat.


/** So long before its end an access token is made anew: two heartbeats of the usual two minutes. */
const earlyMs = 90_000;
/**
 * Heartbeats of a session, for as long as it may last: its access token is made anew when it is nearly over.
 * @returns sends one; `idToken` gets one of the same job, bound to the session's key. Throws CredsError
 */
function keepAlive(opened) {
    let session = opened;
    return async (call, idToken) => {
        const extend = async () => {
            session = await (0,_session_js__WEBPACK_IMPORTED_MODULE_0__.extendSession)(session, await idToken(), call);
        };
        const left = session.accessExpiresAt.getTime() - call.host.clock.now().getTime();
        // Should that fail, the old one still serves for a while.
        if (left < earlyMs)
            await extend().catch(() => undefined);
        try {
            await (0,_session_js__WEBPACK_IMPORTED_MODULE_0__.sendHeartbeat)(session, call);
        }
        catch (error) {
            if (!(error instanceof _domain_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .CredsError */ .u) || !error.freshIdToken)
                throw error;
            // Over, or made anew by an answer that was lost.
            await extend();
            await (0,_session_js__WEBPACK_IMPORTED_MODULE_0__.sendHeartbeat)(session, call);
        }
    };
}


/***/ }),

/***/ 2382:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   i: () => (/* binding */ makeKeyPair)
/* harmony export */ });
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(7598);
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__nccwpck_require__.n(node_crypto__WEBPACK_IMPORTED_MODULE_0__);

// `jwk` is documented for this call as for `export`; the types know it for `export` only.
const generate = node_crypto__WEBPACK_IMPORTED_MODULE_0__.generateKeyPairSync;
/**
 * Makes an Ed25519 or X25519 key (RFC 8037).
 *
 * By way of its JWK: in Node 20 a key as `generateKeyPairSync` hands it out shares a lock with the job that made it,
 * `export({ format: 'jwk' })` holds that lock while it allocates, and if just then the garbage collector takes the job,
 * the process waits for itself for ever. A key read back has a lock of its own.
 */
function makeKeyPair(type) {
    const encoding = { format: 'jwk' };
    const { privateKey: jwk } = generate(type, { publicKeyEncoding: encoding, privateKeyEncoding: encoding });
    return { privateKey: (0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.createPrivateKey)({ key: jwk, format: 'jwk' }), x: jwk.x ?? '' };
}


/***/ }),

/***/ 3974:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   k: () => (/* binding */ refusedFor),
/* harmony export */   x: () => (/* binding */ refusal)
/* harmony export */ });
/* harmony import */ var _domain_errors_js__WEBPACK_IMPORTED_MODULE_3__ = __nccwpck_require__(847);
/* harmony import */ var _domain_pattern_js__WEBPACK_IMPORTED_MODULE_4__ = __nccwpck_require__(4624);
/* harmony import */ var _http_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(1612);
/* harmony import */ var _json_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(5742);
/* harmony import */ var _token_exchange_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(3085);





/** What the reasons of PROTOCOL.md (Errors) mean to the one who reads the job's log. */
const reasons = {
    'token-expired': { code: 'identity-refused', text: 'the ID token has expired', freshIdToken: true },
    'token-too-old': { code: 'identity-refused', text: 'the ID token is too old', freshIdToken: true },
    'audience-mismatch': { code: 'audience-mismatch', text: 'the ID token is for another audience' },
    'token-bound-to-other-key': {
        code: 'identity-refused',
        text: 'the ID token belongs to another key',
        freshIdToken: true,
    },
    signature: { code: 'identity-refused', text: 'the ID token\u2019s signature does not verify' },
    'issuer-unknown': { code: 'identity-refused', text: 'the broker does not know this platform as an issuer' },
    'proof-time': { code: 'clock-skew', text: 'the proof\u2019s time is off' },
    'proof-body': {
        code: 'request-refused',
        text: 'the body is not the one that was signed; something changed it',
    },
    'proof-target': {
        code: 'request-refused',
        text: 'the proof is for another URL: `broker-url` and the broker\u2019s public_url differ',
    },
    'proof-replayed': { code: 'request-refused', text: 'the proof was seen before', freshIdToken: true },
    denied: { code: 'policy-denied', text: 'policy does not grant this' },
    'role-in-use': {
        code: 'role-in-use',
        text: 'another session of this job holds the role',
    },
    'job-closed': { code: 'policy-denied', text: 'the broker was told that this job has ended' },
    'approval-rejected': { code: 'policy-denied', text: 'the approval was refused' },
    'approval-expired': { code: 'policy-denied', text: 'nobody approved in time' },
    'ttl-below-minimum': { code: 'request-refused', text: 'the `ttl` is below the role\u2019s minimum' },
    'public-key': {
        code: 'request-refused',
        text: 'the role is lent for a public key, and none that it takes was sent: write `export: ssh`',
    },
    superseded: { code: 'request-refused', text: 'a later request took the place of this one' },
    'idempotency-conflict': { code: 'request-refused', text: 'the same handle was used for another request' },
};
/** The errors themselves, where no reason says more. */
const errors = {
    invalid_dpop_proof: { code: 'request-refused', text: 'the request\u2019s proof does not hold' },
    use_dpop_nonce: { code: 'request-refused', text: 'it does not take the nonce that it gave' },
    invalid_grant: { code: 'identity-refused', text: 'the ID token does not hold' },
    invalid_request: { code: 'request-refused', text: 'it does not understand the request' },
    invalid_target: {
        code: 'request-refused',
        text: 'the request is for another broker: `broker-url` and the broker\u2019s public_url differ',
    },
    invalid_scope: { code: 'request-refused', text: 'it knows no scopes' },
    invalid_authorization_details: {
        code: 'request-refused',
        text: 'it does not take what was asked for of a role',
    },
    unsupported_grant_type: { code: 'request-refused', text: 'it exchanges no tokens at this address' },
    unsupported_token_type: {
        code: 'request-refused',
        text: 'ID tokens of this platform do not tell one job from another, so none gives anything back',
    },
    unsupported_protocol_version: {
        code: 'request-refused',
        text: 'it does not speak this version of the protocol',
    },
    invalid_client: { code: 'request-refused', text: 'it does not know the caller' },
    invalid_token: { code: 'request-refused', text: 'the session has ended, or its access token has' },
    insufficient_scope: { code: 'request-refused', text: 'the access token is not for this' },
    access_denied: { code: 'policy-denied', text: 'policy does not grant this' },
    authorization_pending: { code: 'approval-pending', text: 'somebody has to approve this first' },
    not_found: { code: 'request-refused', text: 'there is nothing at this address' },
    method_not_allowed: { code: 'request-refused', text: 'this address takes no such request' },
    conflict: { code: 'request-refused', text: 'another request is in the way' },
};
/** Parts of a broker that may fail it for a while: told with 5xx. */
const troubles = {
    issuer: 'it cannot fetch the keys of this platform',
    backend: 'the role\u2019s backend failed',
    store: 'its store takes no writes',
    audit: 'its audit log takes no lines',
    frozen: 'its operators have stopped all lending for now',
};
function lookUp(table, name) {
    return typeof name === 'string' && Object.hasOwn(table, name) ? table[name] : undefined;
}
/**
 * Turns an answer that is not 2xx into an error of ours (RFC 6749 \u00a75.2, PROTOCOL.md Errors). Of the server's words
 * only names from a closed list, a request id and a number of seconds are used.
 */
function refusal(answer, server, now) {
    const body = errorBody(answer);
    const requestId = (0,_token_exchange_js__WEBPACK_IMPORTED_MODULE_0__/* .answerRequestId */ .n$)(answer, body);
    const known = requestId === undefined ? {} : { requestId };
    const status = String(answer.status);
    if ((0,_http_js__WEBPACK_IMPORTED_MODULE_1__/* .asksToRetry */ .i_)(answer.status)) {
        const wait = (0,_http_js__WEBPACK_IMPORTED_MODULE_1__/* .retryAfterSeconds */ .C3)(answer, now);
        const reason = body === undefined ? undefined : (0,_json_js__WEBPACK_IMPORTED_MODULE_2__/* .member */ .Dc)(body, 'reason');
        const trouble = lookUp(troubles, reason);
        const why = trouble === undefined ? '' : `: ${trouble} (${String(reason)})`;
        return new _domain_errors_js__WEBPACK_IMPORTED_MODULE_3__/* .CredsError */ .u('busy', `${server} answered ${status}${why}.`, {
            ...known,
            retryAfterSeconds: wait,
        });
    }
    if (body === undefined) {
        return new _domain_errors_js__WEBPACK_IMPORTED_MODULE_3__/* .CredsError */ .u('answer-invalid', `${server} answered ${status} and not in the protocol\u2019s form.`, known);
    }
    const error = errorName(body);
    const reason = (0,_json_js__WEBPACK_IMPORTED_MODULE_2__/* .member */ .Dc)(body, 'reason');
    const meaning = lookUp(reasons, reason);
    const general = lookUp(errors, error);
    const { code, text } = meaning ?? general ?? { code: 'request-refused', text: '' };
    const word = meaning === undefined ? error : String(reason);
    const told = text === '' ? word : `${text} (${word})`;
    const minimum = reason === 'ttl-below-minimum' ? minimumOf(body) : '';
    return new _domain_errors_js__WEBPACK_IMPORTED_MODULE_3__/* .CredsError */ .u(code, `${server} refused: ${told}${minimum}.`, {
        ...known,
        ...(meaning?.freshIdToken === true ? { freshIdToken: true } : {}),
    });
}
function errorBody(answer) {
    if (!(0,_http_js__WEBPACK_IMPORTED_MODULE_1__/* .isJson */ .Fh)(answer))
        return undefined;
    try {
        const body = (0,_json_js__WEBPACK_IMPORTED_MODULE_2__/* .parseStrictJson */ .RJ)(answer.body);
        return (0,_json_js__WEBPACK_IMPORTED_MODULE_2__/* .isObject */ .Gv)(body) && typeof (0,_json_js__WEBPACK_IMPORTED_MODULE_2__/* .member */ .Dc)(body, 'error') === 'string' ? body : undefined;
    }
    catch {
        return undefined;
    }
}
function errorName(body) {
    const error = (0,_json_js__WEBPACK_IMPORTED_MODULE_2__/* .member */ .Dc)(body, 'error');
    return typeof error === 'string' && (0,_domain_pattern_js__WEBPACK_IMPORTED_MODULE_4__/* .fullMatch */ .L)(/[a-z_]{1,64}/, error) ? error : 'an unknown error';
}
function minimumOf(body) {
    const minimum = (0,_json_js__WEBPACK_IMPORTED_MODULE_2__/* .member */ .Dc)(body, 'minimum');
    return Number.isSafeInteger(minimum) ? `: at least ${String(minimum)} s` : '';
}
/** The error code and reason of a refusal, for a client that can cure some of them. */
function refusedFor(answer) {
    const body = errorBody(answer);
    const reason = body === undefined ? undefined : (0,_json_js__WEBPACK_IMPORTED_MODULE_2__/* .member */ .Dc)(body, 'reason');
    return {
        error: body === undefined ? '' : errorName(body),
        reason: typeof reason === 'string' ? reason : '',
    };
}


/***/ }),

/***/ 378:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   FD: () => (/* binding */ plainBody),
/* harmony export */   L1: () => (/* binding */ plainRefusal),
/* harmony export */   hE: () => (/* binding */ readIssuedToken)
/* harmony export */ });
/* harmony import */ var _domain_errors_js__WEBPACK_IMPORTED_MODULE_3__ = __nccwpck_require__(847);
/* harmony import */ var _domain_pattern_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(4624);
/* harmony import */ var _domain_secret_js__WEBPACK_IMPORTED_MODULE_4__ = __nccwpck_require__(7480);
/* harmony import */ var _http_js__WEBPACK_IMPORTED_MODULE_5__ = __nccwpck_require__(1612);
/* harmony import */ var _json_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(5742);
/* harmony import */ var _oauth_error_js__WEBPACK_IMPORTED_MODULE_6__ = __nccwpck_require__(3974);
/* harmony import */ var _token_exchange_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(3085);
// Token exchange as any server of the standard speaks it (RFC 8693), without a client secret.







const longestSeconds = 366 * 86_400;
/** The request's body for one ID token. */
function plainBody({ subjectTokenType, fields, encoding }, idToken) {
    const all = [
        ['grant_type', [_token_exchange_js__WEBPACK_IMPORTED_MODULE_0__/* .tokenExchange */ .He]],
        ['subject_token', [idToken]],
        ['subject_token_type', [subjectTokenType]],
        ...Object.entries(fields),
    ];
    if (encoding === 'json') {
        const members = all.map(([name, values]) => [name, values.length === 1 ? values[0] : values]);
        return { body: JSON.stringify(Object.fromEntries(members)), contentType: 'application/json' };
    }
    const form = new URLSearchParams();
    for (const [name, values] of all)
        for (const value of values)
            form.append(name, value);
    return { body: form.toString(), contentType: 'application/x-www-form-urlencoded' };
}
/**
 * Reads a 200 answer.
 * @throws CredsError `answer-invalid` when there is no token in it
 */
function readIssuedToken(answer) {
    const body = (0,_token_exchange_js__WEBPACK_IMPORTED_MODULE_0__/* .jsonObject */ .o$)(answer);
    const text = (name) => {
        const value = (0,_json_js__WEBPACK_IMPORTED_MODULE_1__/* .member */ .Dc)(body, name);
        return typeof value === 'string' ? value : undefined;
    };
    const token = text('access_token') ?? '';
    // RFC 6749 \u00a7A.12, less the space, which no header carries.
    if (!(0,_domain_pattern_js__WEBPACK_IMPORTED_MODULE_2__/* .fullMatch */ .L)(/[\x21-\x7e]{1,32768}/, token))
        throw new _domain_errors_js__WEBPACK_IMPORTED_MODULE_3__/* .CredsError */ .u('answer-invalid', 'The server sent an answer without a usable access_token.');
    return {
        token: new _domain_secret_js__WEBPACK_IMPORTED_MODULE_4__/* .Secret */ .z(token),
        tokenType: (text('token_type') ?? '').toLowerCase(),
        seconds: lifetimeOf((0,_json_js__WEBPACK_IMPORTED_MODULE_1__/* .member */ .Dc)(body, 'expires_in')),
        issuedTokenType: text('issued_token_type'),
        scopes: text('scope')
            ?.split(' ')
            .filter((scope) => scope !== ''),
        hasRefreshToken: (0,_json_js__WEBPACK_IMPORTED_MODULE_1__/* .member */ .Dc)(body, 'refresh_token') !== undefined,
        requestId: (0,_token_exchange_js__WEBPACK_IMPORTED_MODULE_0__/* .answerRequestId */ .n$)(answer, body),
    };
}
/** Some servers write the number as text. */
function lifetimeOf(value) {
    const seconds = typeof value === 'string' && (0,_domain_pattern_js__WEBPACK_IMPORTED_MODULE_2__/* .fullMatch */ .L)(/\d{1,9}/, value) ? Number(value) : value;
    if (typeof seconds !== 'number' || !Number.isFinite(seconds))
        return undefined;
    return Math.max(-longestSeconds, Math.min(longestSeconds, Math.floor(seconds)));
}
/** An error of the server's own. */
const unknown = {
    code: 'request-refused',
    text: '',
    hint: 'Look the error up in the server\u2019s documentation, and compare that with `params`.',
};
/** Errors of the standards (RFC 6749 \u00a75.2, 8693 \u00a72.2.2, 8707 \u00a72, 9449 \u00a75), and what helps against each. */
const meanings = {
    invalid_request: {
        code: 'request-refused',
        text: 'it does not accept the request; so a server also says that it does not trust the ID token',
        hint: 'Compare the server\u2019s documentation with `params`, its trust in this platform with the claims above, and the input `audience` with what it expects.',
    },
    invalid_grant: {
        code: 'identity-refused',
        text: 'it does not accept the ID token',
        hint: 'Compare the claims above with the server\u2019s trust in this platform, and the input `audience` with what it expects.',
    },
    invalid_client: {
        code: 'request-refused',
        text: 'it does not know the client, or wants a secret of it',
        hint: 'Set `client-id` in `params` to a client that is public and may exchange tokens. A client secret is what this program replaces: it takes none.',
    },
    unauthorized_client: {
        code: 'policy-denied',
        text: 'this client may not exchange tokens',
        hint: 'Let the server\u2019s operator allow token exchange for the client that `client-id` names.',
    },
    access_denied: {
        code: 'policy-denied',
        text: 'its policy does not grant this',
        hint: 'Show the server\u2019s operator the claims above.',
    },
    invalid_target: {
        code: 'request-refused',
        text: 'it gives no tokens for this `audience` or `resource`',
        hint: 'Correct `audience` or `resource` in `params`; the input `audience` is another thing, the audience of the ID token.',
    },
    invalid_scope: {
        code: 'request-refused',
        text: 'it does not grant this scope',
        hint: 'Correct the input `role` or `scope` in `params`.',
    },
    unsupported_grant_type: {
        code: 'request-refused',
        text: 'it exchanges no tokens at this endpoint',
        hint: 'Correct `token-endpoint`, or have token exchange (RFC 8693) switched on.',
    },
    use_dpop_nonce: dpopWanted(),
    invalid_dpop_proof: dpopWanted(),
};
function dpopWanted() {
    return {
        code: 'request-refused',
        text: 'it wants to bind the token to a key',
        hint: 'The steps that follow have no such key: let the server issue bearer tokens to this client, or use a broker.',
    };
}
/**
 * Turns an answer that is not 2xx into an error of ours. Of the server's words only known error names, a request id
 * and a number of seconds are used.
 */
function plainRefusal(answer, host, now) {
    const id = (0,_token_exchange_js__WEBPACK_IMPORTED_MODULE_0__/* .answerRequestId */ .n$)(answer);
    const known = id === undefined ? {} : { requestId: id };
    const status = String(answer.status);
    if ((0,_http_js__WEBPACK_IMPORTED_MODULE_5__/* .asksToRetry */ .i_)(answer.status)) {
        const wait = (0,_http_js__WEBPACK_IMPORTED_MODULE_5__/* .retryAfterSeconds */ .C3)(answer, now);
        return new _domain_errors_js__WEBPACK_IMPORTED_MODULE_3__/* .CredsError */ .u('busy', `${host} answered ${status}.`, { ...known, retryAfterSeconds: wait });
    }
    const { error } = (0,_oauth_error_js__WEBPACK_IMPORTED_MODULE_6__/* .refusedFor */ .k)(answer);
    if (error === '')
        return new _domain_errors_js__WEBPACK_IMPORTED_MODULE_3__/* .CredsError */ .u('answer-invalid', `${host} answered ${status} and not as OAuth does.`, known);
    const { code, text, hint } = (Object.hasOwn(meanings, error) ? meanings[error] : undefined) ?? unknown;
    const told = text === '' ? error : `${text} (${error})`;
    return new _domain_errors_js__WEBPACK_IMPORTED_MODULE_3__/* .CredsError */ .u(code, `${host} refused: ${told}.`, { ...known, hint, nothingIssued: true });
}


/***/ }),

/***/ 7728:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   Ds: () => (/* binding */ revocationForm),
/* harmony export */   VR: () => (/* binding */ leaseStates),
/* harmony export */   jd: () => (/* binding */ readRevocation)
/* harmony export */ });
/* unused harmony export handleType */
/* harmony import */ var _domain_errors_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(847);
/* harmony import */ var _domain_lease_js__WEBPACK_IMPORTED_MODULE_3__ = __nccwpck_require__(2972);
/* harmony import */ var _domain_pattern_js__WEBPACK_IMPORTED_MODULE_4__ = __nccwpck_require__(4624);
/* harmony import */ var _json_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(5742);
/* harmony import */ var _token_exchange_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(3085);





const handleType = 'urn:ephemeral-creds:revocation-handle';
/** Every state of a lease that a broker may tell. */
const leaseStates = [
    'revoked',
    'revoking',
    'expired',
    'active',
    'failed',
    'superseded',
    'void',
    'intent',
];
/** The form of POST /revoke (RFC 7009 \u00a72.1) by handle or by ID token, for some leases or for all. */
function revocationForm(by, token, leaseIds = []) {
    const form = new URLSearchParams({ token, token_type_hint: by === 'handle' ? handleType : _token_exchange_js__WEBPACK_IMPORTED_MODULE_0__/* .idTokenType */ .Z2 });
    for (const id of leaseIds)
        form.append('lease_id', id);
    return form.toString();
}
/**
 * Reads what POST /revoke says of each lease (PROTOCOL.md, The revocation handle). An empty list means that there is
 * nothing under this token that could still be given back.
 * @throws CredsError `answer-invalid`
 */
function readRevocation(answer) {
    const leases = (0,_json_js__WEBPACK_IMPORTED_MODULE_1__/* .member */ .Dc)((0,_token_exchange_js__WEBPACK_IMPORTED_MODULE_0__/* .jsonObject */ .o$)(answer), 'leases');
    if (!Array.isArray(leases))
        throw new _domain_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .CredsError */ .u('answer-invalid', 'The server sent an answer without leases.');
    return leases.map(readReturned);
}
function readReturned(entry) {
    if ((0,_json_js__WEBPACK_IMPORTED_MODULE_1__/* .isObject */ .Gv)(entry)) {
        const id = (0,_json_js__WEBPACK_IMPORTED_MODULE_1__/* .member */ .Dc)(entry, 'lease_id');
        const state = leaseStates.find((name) => name === (0,_json_js__WEBPACK_IMPORTED_MODULE_1__/* .member */ .Dc)(entry, 'state'));
        const revocability = _domain_lease_js__WEBPACK_IMPORTED_MODULE_3__/* .revocabilities */ .y.find((name) => name === (0,_json_js__WEBPACK_IMPORTED_MODULE_1__/* .member */ .Dc)(entry, 'revocability'));
        const expiresAt = new Date(String((0,_json_js__WEBPACK_IMPORTED_MODULE_1__/* .member */ .Dc)(entry, 'expires_at')));
        if (typeof id === 'string' &&
            (0,_domain_pattern_js__WEBPACK_IMPORTED_MODULE_4__/* .fullMatch */ .L)(_token_exchange_js__WEBPACK_IMPORTED_MODULE_0__/* .idPattern */ .aD, id) &&
            state !== undefined &&
            revocability !== undefined &&
            !isNaN(expiresAt.getTime())) {
            return { id, state, revocability, expiresAt };
        }
    }
    throw new _domain_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .CredsError */ .u('answer-invalid', 'The server sent a lease in a form that is not the protocol\u2019s.');
}


/***/ }),

/***/ 6322:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
__nccwpck_require__.r(__webpack_exports__);
/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   borrowFurther: () => (/* binding */ borrowFurther),
/* harmony export */   extendSession: () => (/* binding */ extendSession),
/* harmony export */   leaseState: () => (/* binding */ leaseState),
/* harmony export */   readSession: () => (/* binding */ readSession),
/* harmony export */   sendHeartbeat: () => (/* binding */ sendHeartbeat)
/* harmony export */ });
/* harmony import */ var _domain_errors_js__WEBPACK_IMPORTED_MODULE_3__ = __nccwpck_require__(847);
/* harmony import */ var _domain_lease_js__WEBPACK_IMPORTED_MODULE_9__ = __nccwpck_require__(2972);
/* harmony import */ var _domain_pattern_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(4624);
/* harmony import */ var _domain_secret_js__WEBPACK_IMPORTED_MODULE_4__ = __nccwpck_require__(7480);
/* harmony import */ var _encryption_js__WEBPACK_IMPORTED_MODULE_5__ = __nccwpck_require__(3005);
/* harmony import */ var _json_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(5742);
/* harmony import */ var _oauth_error_js__WEBPACK_IMPORTED_MODULE_7__ = __nccwpck_require__(3974);
/* harmony import */ var _revocation_js__WEBPACK_IMPORTED_MODULE_8__ = __nccwpck_require__(7728);
/* harmony import */ var _signed_request_js__WEBPACK_IMPORTED_MODULE_6__ = __nccwpck_require__(3508);
/* harmony import */ var _token_exchange_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(3085);
// What a job may do in a session that it has opened (PROTOCOL.md, Session, renewal, heartbeat).










/**
 * Reads the session out of POST /token's 200 answer.
 * @throws CredsError `answer-invalid`
 */
function readSession(answer, { base, signer }, now) {
    const body = (0,_token_exchange_js__WEBPACK_IMPORTED_MODULE_0__/* .jsonObject */ .o$)(answer);
    const [id, token, seconds] = ['session_id', 'access_token', 'expires_in'].map((name) => (0,_json_js__WEBPACK_IMPORTED_MODULE_1__/* .member */ .Dc)(body, name));
    if (typeof id !== 'string' ||
        !(0,_domain_pattern_js__WEBPACK_IMPORTED_MODULE_2__/* .fullMatch */ .L)(_token_exchange_js__WEBPACK_IMPORTED_MODULE_0__/* .idPattern */ .aD, id) ||
        typeof token !== 'string' ||
        !(0,_domain_pattern_js__WEBPACK_IMPORTED_MODULE_2__/* .fullMatch */ .L)(/[\x21-\x7e]{1,4096}/, token) ||
        !Number.isSafeInteger(seconds))
        throw new _domain_errors_js__WEBPACK_IMPORTED_MODULE_3__/* .CredsError */ .u('answer-invalid', 'The server sent an answer without a usable session.');
    const accessExpiresAt = new Date(now.getTime() + seconds * 1000);
    return { base, signer, id, accessToken: new _domain_secret_js__WEBPACK_IMPORTED_MODULE_4__/* .Secret */ .z(token), accessExpiresAt };
}
/**
 * POST /credentials: borrows one more role, or renews a lease. The credential comes encrypted to a key of this call.
 * @throws CredsError; with `retryAfterSeconds` where the same may be asked again
 */
async function borrowFurther(session, further, call) {
    const { request, requestId, replaces } = further;
    const { publicJwk, decrypt } = (0,_encryption_js__WEBPACK_IMPORTED_MODULE_5__/* .makeEncryptionKey */ .n)();
    const body = JSON.stringify({
        authorization_detail: (0,_token_exchange_js__WEBPACK_IMPORTED_MODULE_0__/* .detailFor */ .lH)(request.role, further),
        request_id: requestId,
        encrypt_to: publicJwk,
        ...(replaces === undefined ? {} : { replaces }),
    });
    const answer = await inSession(session, { path: '/credentials', body, contentType: 'application/json' }, call);
    const entry = (0,_token_exchange_js__WEBPACK_IMPORTED_MODULE_0__/* .jsonObject */ .o$)(expected(201, answer, session, call));
    if ((0,_json_js__WEBPACK_IMPORTED_MODULE_1__/* .member */ .Dc)(entry, 'role') !== request.role)
        throw new _domain_errors_js__WEBPACK_IMPORTED_MODULE_3__/* .CredsError */ .u('answer-invalid', 'The server lent another role than was asked for.');
    return (0,_token_exchange_js__WEBPACK_IMPORTED_MODULE_0__/* .readLease */ .zR)(entry, request, { decrypt, now: call.host.clock.now() });
}
/**
 * POST /token with the session's id: a new access token; the old one is dead. It ends no later than it would have.
 * @param idToken of the same job, for the same key
 */
async function extendSession(session, idToken, call) {
    const body = new URLSearchParams({ ...exchangeOf(idToken), session_id: session.id }).toString();
    const { base, signer } = session;
    const answer = await (0,_signed_request_js__WEBPACK_IMPORTED_MODULE_6__/* .sendSigned */ .h$)({ url: new URL(`${base}/token`), signer, body }, call);
    const extended = readSession(expected(200, answer, session, call), session, call.host.clock.now());
    if (extended.id !== session.id)
        throw new _domain_errors_js__WEBPACK_IMPORTED_MODULE_3__/* .CredsError */ .u('answer-invalid', 'The server extended another session than was asked for.');
    return extended;
}
/** POST /sessions/heartbeat: leases that were borrowed with a heartbeat live on. */
async function sendHeartbeat(session, call) {
    const answer = await inSession(session, { path: '/sessions/heartbeat', body: '' }, call);
    expected(204, answer, session, call);
}
/** GET /credentials/{lease_id}. @returns undefined for a lease that is not this session's */
async function leaseState(session, leaseId, call) {
    const answer = await inSession(session, { path: `/credentials/${encodeURIComponent(leaseId)}` }, call);
    if (answer.status === 404 && (0,_oauth_error_js__WEBPACK_IMPORTED_MODULE_7__/* .refusedFor */ .k)(answer).error === 'not_found')
        return undefined;
    const now = call.host.clock.now();
    const body = (0,_token_exchange_js__WEBPACK_IMPORTED_MODULE_0__/* .jsonObject */ .o$)(expected(200, answer, session, call));
    const [id, role, seconds] = ['lease_id', 'role', 'expires_in'].map((name) => (0,_json_js__WEBPACK_IMPORTED_MODULE_1__/* .member */ .Dc)(body, name));
    const state = _revocation_js__WEBPACK_IMPORTED_MODULE_8__/* .leaseStates */ .VR.find((name) => name === (0,_json_js__WEBPACK_IMPORTED_MODULE_1__/* .member */ .Dc)(body, 'state'));
    const revocability = _domain_lease_js__WEBPACK_IMPORTED_MODULE_9__/* .revocabilities */ .y.find((name) => name === (0,_json_js__WEBPACK_IMPORTED_MODULE_1__/* .member */ .Dc)(body, 'revocability'));
    if (id !== leaseId ||
        typeof role !== 'string' ||
        !Number.isSafeInteger(seconds) ||
        state === undefined ||
        revocability === undefined)
        throw new _domain_errors_js__WEBPACK_IMPORTED_MODULE_3__/* .CredsError */ .u('answer-invalid', 'The server sent a lease in a form that is not the protocol\u2019s.');
    return { id, role, state, revocability, expiresAt: new Date(now.getTime() + seconds * 1000) };
}
function exchangeOf(idToken) {
    return {
        grant_type: _token_exchange_js__WEBPACK_IMPORTED_MODULE_0__/* .tokenExchange */ .He,
        subject_token: idToken.reveal(),
        subject_token_type: _token_exchange_js__WEBPACK_IMPORTED_MODULE_0__/* .idTokenType */ .Z2,
    };
}
function inSession({ base, signer, accessToken }, { path, ...content }, call) {
    return (0,_signed_request_js__WEBPACK_IMPORTED_MODULE_6__/* .sendSigned */ .h$)({ url: new URL(base + path), signer, accessToken, ...content }, call);
}
/** @throws CredsError; with `freshIdToken` where the session has to be extended first */
function expected(status, answer, { base }, call) {
    if (answer.status === status)
        return answer;
    const refused = (0,_oauth_error_js__WEBPACK_IMPORTED_MODULE_7__/* .refusal */ .x)(answer, new URL(base).host, call.host.clock.now());
    if ((0,_oauth_error_js__WEBPACK_IMPORTED_MODULE_7__/* .refusedFor */ .k)(answer).error !== 'invalid_token')
        throw refused;
    const { code, message, requestId } = refused;
    const known = requestId === undefined ? {} : { requestId };
    throw new _domain_errors_js__WEBPACK_IMPORTED_MODULE_3__/* .CredsError */ .u(code, message, { ...known, freshIdToken: true });
}


/***/ }),

/***/ 3508:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   f4: () => (/* binding */ plainHeaders),
/* harmony export */   h$: () => (/* binding */ sendSigned),
/* harmony export */   zD: () => (/* binding */ makeSigner)
/* harmony export */ });
/* harmony import */ var _domain_pattern_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(4624);
/* harmony import */ var _dpop_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(9288);
/* harmony import */ var _http_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(1612);
/* harmony import */ var _oauth_error_js__WEBPACK_IMPORTED_MODULE_3__ = __nccwpck_require__(3974);




const longestAnswer = 1024 * 1024;
/** @param key left out, a key of its own is made */
function makeSigner(key = (0,_dpop_js__WEBPACK_IMPORTED_MODULE_0__/* .makeProofKey */ .oc)()) {
    return { key, aheadMs: 0 };
}
/**
 * Sends with a proof, and signs once more where the server says which nonce or which time it wants.
 * @throws CredsError of `exchange`
 */
async function sendSigned(request, call) {
    const tried = new Set();
    for (;;) {
        const answer = await sendOnce(request, call);
        const cure = cureFor(answer, request, call);
        if (cure === undefined || tried.has(cure))
            return answer;
        tried.add(cure);
    }
}
async function sendOnce({ url, signer, ...request }, call) {
    const { body, accessToken, contentType = 'application/x-www-form-urlencoded' } = request;
    const method = body === undefined ? 'GET' : 'POST';
    const { nonce } = signer;
    delete signer.nonce;
    const dpop = await (0,_dpop_js__WEBPACK_IMPORTED_MODULE_0__/* .makeProof */ .r_)(signer.key, {
        method,
        url: url.href,
        at: new Date(call.host.clock.now().getTime() + signer.aheadMs),
        ...(body === undefined ? {} : { body }),
        ...(nonce === undefined ? {} : { nonce }),
        ...(accessToken === undefined ? {} : { accessToken: accessToken.reveal() }),
    });
    const headers = {
        ...plainHeaders,
        dpop,
        ...(body === undefined ? {} : { 'content-type': contentType }),
        ...(accessToken === undefined ? {} : { authorization: `DPoP ${accessToken.reveal()}` }),
    };
    const content = body === undefined ? {} : { body };
    const answer = await (0,_http_js__WEBPACK_IMPORTED_MODULE_1__/* .exchange */ .cv)(call, { method, url, headers, ...content, maxBytes: longestAnswer });
    const given = answer.headers['dpop-nonce'];
    if (given !== undefined && (0,_domain_pattern_js__WEBPACK_IMPORTED_MODULE_2__/* .fullMatch */ .L)(/[\x21-\x7e]{1,512}/, given))
        signer.nonce = given;
    return answer;
}
/** What every request to a broker says. */
const plainHeaders = { accept: 'application/json', 'ephemeral-creds-version': '1' };
/** What signing once more may cure, with what has been learnt for it; undefined: nothing. */
function cureFor(answer, { url, signer }, call) {
    if (answer.status !== 400 && answer.status !== 401)
        return undefined;
    const { error, reason } = (0,_oauth_error_js__WEBPACK_IMPORTED_MODULE_3__/* .refusedFor */ .k)(answer);
    if (error === 'use_dpop_nonce' && signer.nonce !== undefined)
        return 'nonce';
    const at = Date.parse(answer.headers['date'] ?? '');
    if (reason !== 'proof-time' || Number.isNaN(at))
        return undefined;
    signer.aheadMs = at - call.host.clock.now().getTime();
    const offBy = Math.round(signer.aheadMs / 1000);
    const direction = offBy < 0 ? 'ahead of' : 'behind';
    call.onWarning?.(`This runner\u2019s clock is ${String(Math.abs(offBy))} s ${direction} ${url.host}; using its time.`);
    return 'time';
}


/***/ }),

/***/ 7856:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   Af: () => (/* binding */ identitiesIn),
/* harmony export */   C0: () => (/* binding */ removeAll),
/* harmony export */   Ck: () => (/* binding */ isTaken),
/* harmony export */   gD: () => (/* binding */ askIdentities),
/* harmony export */   oc: () => (/* binding */ addIdentity)
/* harmony export */ });
/* harmony import */ var _ssh_wire_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(8648);

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

/***/ 9086:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
__nccwpck_require__.r(__webpack_exports__);
/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   makeSshKey: () => (/* binding */ makeSshKey)
/* harmony export */ });
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(7598);
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__nccwpck_require__.n(node_crypto__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var _domain_secret_js__WEBPACK_IMPORTED_MODULE_3__ = __nccwpck_require__(7480);
/* harmony import */ var _key_pair_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(2382);
/* harmony import */ var _ssh_wire_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(8648);
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

/***/ 8648:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
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


/***/ }),

/***/ 3085:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   A4: () => (/* binding */ jwtType),
/* harmony export */   He: () => (/* binding */ tokenExchange),
/* harmony export */   Lp: () => (/* binding */ rolePattern),
/* harmony export */   ON: () => (/* binding */ exchangeForm),
/* harmony export */   Sg: () => (/* binding */ accessTokenType),
/* harmony export */   Z2: () => (/* binding */ idTokenType),
/* harmony export */   aD: () => (/* binding */ idPattern),
/* harmony export */   lH: () => (/* binding */ detailFor),
/* harmony export */   n$: () => (/* binding */ answerRequestId),
/* harmony export */   o$: () => (/* binding */ jsonObject),
/* harmony export */   z0: () => (/* binding */ readLoan),
/* harmony export */   zR: () => (/* binding */ readLease)
/* harmony export */ });
/* unused harmony export detailType */
/* harmony import */ var _domain_errors_js__WEBPACK_IMPORTED_MODULE_4__ = __nccwpck_require__(847);
/* harmony import */ var _domain_lease_js__WEBPACK_IMPORTED_MODULE_3__ = __nccwpck_require__(2972);
/* harmony import */ var _domain_pattern_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(4624);
/* harmony import */ var _credential_wire_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(4475);
/* harmony import */ var _http_js__WEBPACK_IMPORTED_MODULE_5__ = __nccwpck_require__(1612);
/* harmony import */ var _json_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(5742);






const tokenExchange = 'urn:ietf:params:oauth:grant-type:token-exchange';
const idTokenType = 'urn:ietf:params:oauth:token-type:id_token';
const jwtType = 'urn:ietf:params:oauth:token-type:jwt';
const accessTokenType = 'urn:ietf:params:oauth:token-type:access_token';
const detailType = 'ephemeral_credential';
/** A role's name as PROTOCOL.md allows it. */
const rolePattern = /[A-Za-z0-9][A-Za-z0-9._/-]{0,127}/;
/** One authorization detail (RFC 9396 \u00a72): a role, how long its lease may live at most, and how long without a heartbeat. */
function detailFor(role, { ttlSeconds, heartbeatSeconds, publicKey, }) {
    return {
        type: detailType,
        role,
        ...(ttlSeconds === undefined ? {} : { ttl: ttlSeconds }),
        ...(heartbeatSeconds === undefined ? {} : { heartbeat: heartbeatSeconds }),
        ...(publicKey === undefined ? {} : { public_key: publicKey }),
    };
}
/** The request's form body. */
function exchangeForm(request) {
    const details = request.roles.map(({ role }) => detailFor(role, request));
    return new URLSearchParams({
        grant_type: tokenExchange,
        subject_token: request.idToken,
        subject_token_type: idTokenType,
        authorization_details: JSON.stringify(details),
        revocation_handle_hash: request.handleHash,
        encrypt_to: JSON.stringify(request.encryptTo),
    }).toString();
}
/**
 * Reads a 200 answer: every role that was asked for, no other, each with an end and its credentials.
 * @param now the time of arrival, from which `expires_in` counts: the broker's clock may differ from ours
 * @throws CredsError `answer-invalid` or `credential-unusable`; what was lent must then be given back
 */
async function readLoan(answer, asked, opening) {
    const body = jsonObject(answer);
    const type = (0,_json_js__WEBPACK_IMPORTED_MODULE_0__/* .member */ .Dc)(body, 'token_type');
    // Case does not count (RFC 6749 \u00a75.1).
    if (typeof type !== 'string' || type.toLowerCase() !== 'dpop')
        throw invalid('without token_type DPoP');
    const details = (0,_json_js__WEBPACK_IMPORTED_MODULE_0__/* .member */ .Dc)(body, 'authorization_details');
    if (!Array.isArray(details) || details.length !== asked.length)
        throw invalid('with another number of roles than asked');
    const leases = [];
    for (const request of asked) {
        const found = details.filter((detail) => (0,_json_js__WEBPACK_IMPORTED_MODULE_0__/* .isObject */ .Gv)(detail) && (0,_json_js__WEBPACK_IMPORTED_MODULE_0__/* .member */ .Dc)(detail, 'role') === request.role);
        if (found.length !== 1)
            throw invalid('without a role that was asked for');
        leases.push(await readLease(found[0], request, opening));
    }
    (0,_credential_wire_js__WEBPACK_IMPORTED_MODULE_1__/* .assertDeliverable */ .cn)(leases.flatMap(({ credentials }) => credentials));
    const sessionId = (0,_json_js__WEBPACK_IMPORTED_MODULE_0__/* .member */ .Dc)(body, 'session_id');
    const requestId = answerRequestId(answer, body);
    return {
        leases,
        ...(typeof sessionId === 'string' && (0,_domain_pattern_js__WEBPACK_IMPORTED_MODULE_2__/* .fullMatch */ .L)(idPattern, sessionId) ? { sessionId } : {}),
        ...(requestId === undefined ? {} : { requestId }),
    };
}
/** The id of a lease, a session or a request: it will be printed. */
const idPattern = /[A-Za-z0-9_.:-]{1,128}/;
/** A year: beyond some number of seconds there is no date. */
const longestSeconds = 366 * 86_400;
/**
 * Reads one entry of `authorization_details`.
 * @throws CredsError `answer-invalid` or `credential-unusable`; what was lent must then be given back
 */
async function readLease(detail, request, opening) {
    const id = (0,_json_js__WEBPACK_IMPORTED_MODULE_0__/* .member */ .Dc)(detail, 'lease_id');
    const seconds = (0,_json_js__WEBPACK_IMPORTED_MODULE_0__/* .member */ .Dc)(detail, 'expires_in');
    const revocability = _domain_lease_js__WEBPACK_IMPORTED_MODULE_3__/* .revocabilities */ .y.find((name) => name === (0,_json_js__WEBPACK_IMPORTED_MODULE_0__/* .member */ .Dc)(detail, 'revocability'));
    if (typeof id !== 'string' || !(0,_domain_pattern_js__WEBPACK_IMPORTED_MODULE_2__/* .fullMatch */ .L)(idPattern, id))
        throw invalid('with a lease that has no id');
    if (!Number.isInteger(seconds) || Math.abs(seconds) > longestSeconds)
        throw invalid('with a lease that has no usable expires_in');
    if (revocability === undefined)
        throw invalid('with a lease of unknown revocability');
    const expiresAt = new Date(opening.now.getTime() + seconds * 1000);
    const entries = await credentialEntries(detail, opening.decrypt);
    return {
        id,
        expiresAt,
        revocability,
        ...request,
        credentials: entries.map((entry) => (0,_credential_wire_js__WEBPACK_IMPORTED_MODULE_1__/* .credentialFromWire */ .Dp)(entry, expiresAt)),
    };
}
async function credentialEntries(detail, decrypt) {
    const jwe = (0,_json_js__WEBPACK_IMPORTED_MODULE_0__/* .member */ .Dc)(detail, 'credentials_jwe');
    let entries = (0,_json_js__WEBPACK_IMPORTED_MODULE_0__/* .member */ .Dc)(detail, 'credentials');
    if (typeof jwe === 'string') {
        try {
            entries = (0,_json_js__WEBPACK_IMPORTED_MODULE_0__/* .parseStrictJson */ .RJ)(await decrypt(jwe));
        }
        catch (cause) {
            throw new _domain_errors_js__WEBPACK_IMPORTED_MODULE_4__/* .CredsError */ .u('answer-invalid', 'The credentials could not be decrypted.', { cause });
        }
    }
    if (!Array.isArray(entries) || entries.length === 0 || entries.length > 10)
        throw invalid('without credentials');
    return entries;
}
/** The body of an answer that has to be a JSON object. */
function jsonObject(answer) {
    if (!(0,_http_js__WEBPACK_IMPORTED_MODULE_5__/* .isJson */ .Fh)(answer))
        throw invalid('that is not JSON');
    let body;
    try {
        body = (0,_json_js__WEBPACK_IMPORTED_MODULE_0__/* .parseStrictJson */ .RJ)(answer.body);
    }
    catch {
        throw invalid('that is not clean JSON');
    }
    if (!(0,_json_js__WEBPACK_IMPORTED_MODULE_0__/* .isObject */ .Gv)(body))
        throw invalid('that is not a JSON object');
    return body;
}
function invalid(what) {
    return new _domain_errors_js__WEBPACK_IMPORTED_MODULE_4__/* .CredsError */ .u('answer-invalid', `The server sent an answer ${what}.`);
}
/** The other side's id of this request, when it is one that can be printed. */
function answerRequestId(answer, body) {
    const id = (body === undefined ? undefined : (0,_json_js__WEBPACK_IMPORTED_MODULE_0__/* .member */ .Dc)(body, 'request_id')) ?? answer.headers['x-request-id'];
    return typeof id === 'string' && (0,_domain_pattern_js__WEBPACK_IMPORTED_MODULE_2__/* .fullMatch */ .L)(idPattern, id) ? id : undefined;
}


/***/ }),

/***/ 5380:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
// ESM COMPAT FLAG
__nccwpck_require__.r(__webpack_exports__);

// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  aws: () => (/* binding */ aws)
});

// EXTERNAL MODULE: ./lib/inside/domain/errors.js
var errors = __nccwpck_require__(847);
// EXTERNAL MODULE: ./lib/inside/protocol/http.js
var http = __nccwpck_require__(1612);
// EXTERNAL MODULE: ./lib/inside/domain/pattern.js
var pattern = __nccwpck_require__(4624);
// EXTERNAL MODULE: ./lib/inside/domain/secret.js
var secret = __nccwpck_require__(7480);
;// CONCATENATED MODULE: ./lib/inside/protocol/assume-role.js
// https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html




/** The form of AssumeRoleWithWebIdentity; it is not signed. */
function webIdentityForm(asked, idToken) {
    const form = sessionForm('AssumeRoleWithWebIdentity', asked);
    form.set('WebIdentityToken', idToken);
    return form.toString();
}
/** The form of AssumeRole (https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html); it is signed. */
function chainedForm(asked) {
    const { tags = [], transitiveTags = [], externalId, sourceIdentity } = asked;
    const form = sessionForm('AssumeRole', asked);
    tags.forEach(([name, value], index) => {
        form.set(`Tags.member.${String(index + 1)}.Key`, name);
        form.set(`Tags.member.${String(index + 1)}.Value`, value);
    });
    transitiveTags.forEach((name, index) => {
        form.set(`TransitiveTagKeys.member.${String(index + 1)}`, name);
    });
    if (externalId !== undefined)
        form.set('ExternalId', externalId);
    if (sourceIdentity !== undefined)
        form.set('SourceIdentity', sourceIdentity);
    return form.toString();
}
function sessionForm(action, asked) {
    const { roleArn, sessionName, seconds, policy, policyArns = [] } = asked;
    const form = new URLSearchParams({
        Action: action,
        Version: '2011-06-15',
        RoleArn: roleArn,
        RoleSessionName: sessionName,
        DurationSeconds: String(seconds),
    });
    if (policy !== undefined)
        form.set('Policy', policy);
    policyArns.forEach((arn, index) => {
        form.set(`PolicyArns.member.${String(index + 1)}.arn`, arn);
    });
    return form;
}
/** Reads the XML of a 200 answer. @throws CredsError `answer-invalid` when the session is not complete */
function readSession(answer) {
    const xml = new TextDecoder().decode(answer.body);
    const [accessKeyId, secretAccessKey, sessionToken, expiration, arn, sourceIdentity] = [
        'AccessKeyId',
        'SecretAccessKey',
        'SessionToken',
        'Expiration',
        'Arn',
        'SourceIdentity',
    ].map((name) => assume_role_element(xml, name));
    const expiresAt = new Date(expiration ?? NaN);
    if (!accessKeyId || !secretAccessKey || !sessionToken || isNaN(expiresAt.getTime())) {
        throw new errors/* CredsError */.u('answer-invalid', 'STS sent an answer without a complete session.');
    }
    return {
        accessKeyId: new secret/* Secret */.z(accessKeyId),
        secretAccessKey: new secret/* Secret */.z(secretAccessKey),
        sessionToken: new secret/* Secret */.z(sessionToken),
        expiresAt,
        arn,
        sourceIdentity,
    };
}
/** The text of the one element of that name; undefined when there is none or more than one. */
function assume_role_element(xml, name) {
    const found = [...xml.matchAll(new RegExp(`<${name}>([^<>]{1,16384})</${name}>`, 'g'))];
    const text = found.length === 1 ? found[0]?.[1] : undefined;
    const entities = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };
    return text?.trim().replace(/&(lt|gt|quot|apos|amp);/g, (_, entity) => entities[entity] ?? '');
}
/** What STS's error codes mean (AWS STS API Reference, Errors and Common Error Types). */
const meanings = {
    AccessDenied: ['policy-denied', 'the role\u2019s trust policy does not let this job assume it'],
    InvalidIdentityToken: [
        'identity-refused',
        'the account has no OIDC provider that takes this ID token and audience',
    ],
    ExpiredTokenException: ['identity-refused', 'the ID token has expired'],
    IDPRejectedClaim: ['identity-refused', 'the ID token was rejected'],
    ValidationError: [
        'request-refused',
        'a parameter is not allowed; a `ttl` above the role\u2019s maximum session, for example',
    ],
    MalformedPolicyDocument: [
        'request-refused',
        'the session policy is not one',
        'Correct `policy` in `params`; `aws accessanalyzer validate-policy` tells what is wrong with it.',
    ],
    PackedPolicyTooLarge: [
        'request-refused',
        'session policies and tags together are longer than AWS packs',
        'Shorten `policy`, or keep its statements in managed policies and name those in `policy-arns`.',
    ],
    RegionDisabledException: ['request-refused', 'STS is switched off in this region'],
};
/** What the same, and others, mean to one session that asks for another. */
const chainedMeanings = {
    ...meanings,
    AccessDenied: [
        'policy-denied',
        'the role of `via` may not assume this role, or not with these parameters',
        'Let the role\u2019s trust policy name the role of `via` for sts:AssumeRole, with `tags` for sts:TagSession and with `source-identity` for sts:SetSourceIdentity, too; in another account the role of `via` needs the same in its own policies. Compare `external-id`.',
    ],
    SignatureDoesNotMatch: [
        'request-refused',
        'the signature does not hold: it is for the region of `region`',
        'Set `region` to that of `endpoint`.',
    ],
};
/** Turns an answer that is not 200 into an error of ours; of STS's words only known codes and the request id are used. */
function stsRefusal(answer, { host, now, chained = false }) {
    const xml = new TextDecoder().decode(answer.body);
    const code = assume_role_element(xml, 'Code') ?? '';
    const id = assume_role_element(xml, 'RequestId') ?? '';
    const known = (0,pattern/* fullMatch */.L)(/[A-Za-z0-9-]{1,64}/, id) ? { requestId: id } : {};
    if ((0,http/* asksToRetry */.i_)(answer.status) || code === 'IDPCommunicationError' || code === 'Throttling') {
        const wait = (0,http/* retryAfterSeconds */.C3)(answer, now);
        return new errors/* CredsError */.u('busy', `${host} answered ${String(answer.status)}.`, {
            ...known,
            retryAfterSeconds: wait,
        });
    }
    const table = chained ? chainedMeanings : meanings;
    const [ours, text = '', hint] = (Object.hasOwn(table, code) ? table[code] : undefined) ?? [];
    if (ours !== undefined) {
        const fresh = code === 'ExpiredTokenException' ? { freshIdToken: true } : {};
        const help = hint === undefined ? {} : { hint };
        return new errors/* CredsError */.u(ours, `${host} refused: ${text} (${code}).`, { ...known, ...fresh, ...help });
    }
    const other = code === '' ? 'answer-invalid' : 'request-refused';
    return new errors/* CredsError */.u(other, `${host} answered ${String(answer.status)} and not with a session.`, known);
}

// EXTERNAL MODULE: ./lib/inside/providers/input.js
var providers_input = __nccwpck_require__(2812);
// EXTERNAL MODULE: ./lib/inside/providers/param-values.js
var param_values = __nccwpck_require__(6356);
;// CONCATENATED MODULE: ./lib/inside/providers/aws-place.js



/** DNS suffix of each partition, and how its regions begin (AWS General Reference, AWS STS endpoints). */
const partitions = {
    aws: { suffix: 'amazonaws.com', regions: /(?!cn-|us-gov-|us-iso|eu-iso|eusc-).*/ },
    'aws-us-gov': { suffix: 'amazonaws.com', regions: /us-gov-.*/ },
    'aws-cn': { suffix: 'amazonaws.com.cn', regions: /cn-.*/ },
    'aws-eusc': { suffix: 'amazonaws.eu', regions: /eusc-.*/ },
    'aws-iso': { suffix: 'c2s.ic.gov', regions: /us-iso-.*/ },
    'aws-iso-b': { suffix: 'sc2s.sgov.gov', regions: /us-isob-.*/ },
    'aws-iso-e': { suffix: 'cloud.adc-e.uk', regions: /eu-isoe-.*/ },
    'aws-iso-f': { suffix: 'csp.hci.ic.gov', regions: /us-isof-.*/ },
};
/** True for the name of a partition that has an STS that is known here. */
function isPartition(name) {
    return Object.hasOwn(partitions, name);
}
/** The input `region`, before it is known of which partition. @throws CredsError `input-invalid` */
function readRegion({ region = '' }) {
    if ((0,pattern/* fullMatch */.L)(/[a-z]{2,4}(-[a-z]+)+-\d{1,2}/, region))
        return region;
    throw (0,providers_input/* refuseInput */.bG)('region', 'must be a region such as eu-west-1');
}
/**
 * Where STS is asked: in the region, in the partition of the roles, by FIPS where that is wanted.
 * @throws CredsError `input-invalid`
 */
function stsEndpoint(wish, region, partition) {
    const { suffix = '', regions } = partitions[partition] ?? {};
    if (regions === undefined || !(0,pattern/* fullMatch */.L)(regions, region))
        throw (0,providers_input/* refuseInput */.bG)('region', `is not in the partition of \`role\`, ${partition}`);
    const fips = (0,param_values/* readSwitch */.hc)(wish.params, 'fips');
    const endpoint = (0,param_values/* readText */.yR)(wish.params, 'endpoint');
    if (endpoint === undefined)
        return new URL(`https://${hostOf(region, partition, fips)}.${region}.${suffix}/`);
    if (fips)
        throw (0,param_values/* refuseParam */._t)('fips', 'and `endpoint` exclude each other: an endpoint that is named is FIPS or not by itself');
    return new URL(`${(0,providers_input/* serverUrl */.Vd)('params: endpoint', endpoint, true)}/`);
}
/** https://aws.amazon.com/compliance/fips/: in GovCloud the usual endpoint is the one. */
function hostOf(region, partition, fips) {
    if (!fips || partition === 'aws-us-gov')
        return 'sts';
    if (partition === 'aws' && (0,pattern/* fullMatch */.L)(/(us|ca)-.*/, region))
        return 'sts-fips';
    throw (0,param_values/* refuseParam */._t)('fips', `needs a region of the United States or Canada; ${region} has no FIPS endpoint`);
}

// EXTERNAL MODULE: ./lib/inside/protocol/json.js
var json = __nccwpck_require__(5742);
;// CONCATENATED MODULE: ./lib/inside/providers/aws-session-limits.js



/** Names of those parameters. */
const chainedParams = ['tags', 'transitive-tags', 'external-id', 'source-identity'];
const longestPolicy = 2048;
const mostPolicies = 10;
const mostTags = 50;
const tagText = /[\p{L}\p{Z}\p{N}_.:/=+\-@]*/u;
/** @throws CredsError `input-invalid` */
function readSessionLimits(params, partition) {
    const policy = readPolicy(params);
    const policyArns = (0,param_values/* readList */.LD)(params, 'policy-arns');
    const arn = new RegExp(`arn:${partition}:iam::(\\d{12}|aws):policy/[\\u0021-\\u007e]{1,512}`);
    if (policyArns.length > mostPolicies || !policyArns.every((each) => (0,pattern/* fullMatch */.L)(arn, each)))
        throw (0,param_values/* refuseParam */._t)('policy-arns', `must be up to 10 ARNs of managed policies, such as arn:${partition}:iam::aws:policy/ReadOnlyAccess`);
    return { policy, policyArns };
}
/** YAML, or the JSON as it stands in IAM. */
function readPolicy({ policy }) {
    if (policy === undefined)
        return undefined;
    const document = typeof policy === 'string' ? parsed(policy) : policy;
    if (!(0,json/* isObject */.Gv)(document) || document['Statement'] === undefined)
        throw (0,param_values/* refuseParam */._t)('policy', 'must be an IAM policy: an object with a `Statement`');
    const text = JSON.stringify(document);
    if (!(0,pattern/* fullMatch */.L)(/[\u0020-\u00ff]+/, text))
        throw (0,param_values/* refuseParam */._t)('policy', 'has characters that AWS does not take');
    if (text.length > longestPolicy)
        throw (0,param_values/* refuseParam */._t)('policy', `must be at most 2048 characters of JSON; it has ${String(text.length)}`);
    return text;
}
function parsed(text) {
    try {
        return JSON.parse(text);
    }
    catch {
        return undefined;
    }
}
/** https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html @throws CredsError `input-invalid` */
function readChainedExtras(params) {
    const tags = readTags(params);
    const transitiveTags = (0,param_values/* readList */.LD)(params, 'transitive-tags');
    if (!transitiveTags.every((name) => tags.some(([each]) => each === name)))
        throw (0,param_values/* refuseParam */._t)('transitive-tags', 'names a tag that `tags` does not have');
    const externalId = (0,param_values/* readText */.yR)(params, 'external-id');
    if (externalId !== undefined && !(0,pattern/* fullMatch */.L)(/[\w+=,.@:/-]{2,1224}/, externalId))
        throw (0,param_values/* refuseParam */._t)('external-id', 'must be 2 to 1224 letters, digits and _ + = , . @ : / -');
    const sourceIdentity = (0,param_values/* readText */.yR)(params, 'source-identity');
    if (sourceIdentity !== undefined && !(0,pattern/* fullMatch */.L)(/(?!aws:)[\w+=,.@-]{2,64}/, sourceIdentity))
        throw (0,param_values/* refuseParam */._t)('source-identity', 'must be 2 to 64 letters, digits and _ + = , . @ -');
    return { tags, transitiveTags, externalId, sourceIdentity };
}
function readTags(params) {
    const tags = (0,param_values/* readPairs */.SX)(params, 'tags');
    const names = new Set(tags.map(([name]) => name.toLowerCase()));
    if (tags.length > mostTags || names.size !== tags.length)
        throw (0,param_values/* refuseParam */._t)('tags', 'must be at most 50, and no name twice, whatever its capital letters');
    for (const [name, value] of tags) {
        if (name === '' || name.length > 128 || value.length > 256 || /^aws:/i.test(name))
            throw (0,param_values/* refuseParam */._t)('tags', 'must have names of 1 to 128 characters, not from `aws:`, and values of up to 256');
        if (!(0,pattern/* fullMatch */.L)(tagText, name + value))
            throw (0,param_values/* refuseParam */._t)('tags', 'may hold letters, digits, spaces and _ . : / = + - @');
    }
    return tags;
}

;// CONCATENATED MODULE: ./lib/inside/providers/aws-plan.js





const shortest = 900;
const longest = 43_200;
/** https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles.html#iam-term-role-chaining */
const longestChained = 3600;
const params = [
    'endpoint',
    'fips',
    'session-name',
    'policy',
    'policy-arns',
    'via',
    ...chainedParams,
];
/** @throws CredsError `input-invalid`, naming the input */
function readAwsPlan(wish) {
    (0,providers_input/* refuseKey */.e)(wish);
    (0,providers_input/* onlyParams */.F)(wish.params, params);
    if (wish.brokerUrl !== undefined)
        throw (0,providers_input/* refuseInput */.bG)('broker-url', 'means nothing to `provider: aws`');
    const region = readRegion(wish);
    if (wish.roles.length === 0)
        throw (0,providers_input/* refuseInput */.bG)('role', 'is required: the ARN of the role to assume');
    const roles = wish.roles.map((request) => readArn('role', request));
    const partition = roles[0]?.partition ?? '';
    if (roles.some((role) => role.partition !== partition))
        throw (0,providers_input/* refuseInput */.bG)('role', 'names roles of several partitions');
    refuseOtherAccounts(roles, wish);
    const via = readVia(wish, partition);
    return {
        endpoint: stsEndpoint(wish, region, partition),
        region,
        roles,
        via,
        extras: readExtras(wish, via),
        limits: readSessionLimits(wish.params, partition),
        sessionName: sessionName(wish),
        ttlSeconds: readSeconds(wish, via),
    };
}
function readArn(input, request) {
    if (!(0,pattern/* fullMatch */.L)(/arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]{1,512}/, request.role)) {
        throw (0,providers_input/* refuseInput */.bG)(input, 'must be the ARN of an IAM role, arn:aws:iam::<12 digits>:role/<name>');
    }
    const [, partition = '', , , account = ''] = request.role.split(':');
    if (!isPartition(partition))
        throw (0,providers_input/* refuseInput */.bG)(input, 'names a partition that is not known');
    return { request, partition, account, name: request.role.slice(request.role.lastIndexOf('/') + 1) };
}
function refuseOtherAccounts(roles, { expectAccount }) {
    if (expectAccount !== undefined && roles.some(({ account }) => account !== expectAccount))
        throw (0,providers_input/* refuseInput */.bG)('role', 'belongs to another account than `expect-account` says; nothing was sent');
}
function readVia({ params: given }, partition) {
    const arn = (0,param_values/* readText */.yR)(given, 'via');
    if (arn === undefined)
        return undefined;
    const via = readArn('params: via', { role: arn });
    if (via.partition !== partition)
        throw (0,param_values/* refuseParam */._t)('via', 'is in another partition than `role`');
    return via;
}
function readExtras({ params: given }, via) {
    const early = chainedParams.find((name) => given[name] !== undefined);
    if (via === undefined && early !== undefined)
        throw (0,param_values/* refuseParam */._t)(early, 'needs `via`: AWS takes it from the session of a role only; of a web identity it has to stand in the ID token');
    return readChainedExtras(given);
}
function readSeconds({ ttlSeconds = shortest }, via) {
    if (ttlSeconds < shortest || ttlSeconds > longest)
        throw (0,providers_input/* refuseInput */.bG)('ttl', 'must be between 15m and 12h for `aws`');
    if (via !== undefined && ttlSeconds > longestChained)
        throw (0,providers_input/* refuseInput */.bG)('ttl', 'must be at most 1h with `via`: AWS ends chained sessions then');
    return ttlSeconds;
}
/** The session's name stands in CloudTrail: repository and run, as far as AWS allows the characters. */
function sessionName({ params: given, facts }) {
    const name = given['session-name'];
    if (name !== undefined) {
        if (typeof name === 'string' && (0,pattern/* fullMatch */.L)(/[\w+=,.@-]{2,64}/, name))
            return name;
        throw (0,param_values/* refuseParam */._t)('session-name', 'is not what AWS allows: 2 to 64 of A-Z a-z 0-9 _ + = , . @ -');
    }
    const { repository = 'job', run = '0' } = facts;
    const tail = `@${run}`.replace(/[^\w@]/g, '').slice(0, 24);
    return `ec-${repository.replace(/[^\w.-]+/g, '.')}`.slice(0, 64 - tail.length) + tail;
}

;// CONCATENATED MODULE: ./lib/inside/providers/aws.js
// https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html




const longestAnswer = 64 * 1024;
const plainHeaders = {
    'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
    accept: 'application/xml',
};
/**
 * AWS Security Token Service: one HTTPS request a role, no SDK. A session cannot be given back; it ends by itself, so
 * the shortest one that does is the right one.
 */
const aws = {
    name: 'aws',
    configure,
    giveBack: () => Promise.resolve(undefined),
};
function configure(wish) {
    const plan = readAwsPlan(wish);
    const audience = wish.audience ?? 'sts.amazonaws.com';
    return {
        audience,
        lender: plan.endpoint.host,
        endpoint: plan.endpoint,
        bindsKey: false,
        open: () => ({ audience, debt: {}, secrets: [], trade: (idToken, call) => trade(plan, idToken, call) }),
    };
}
async function trade(plan, idToken, call) {
    const assume = plan.via === undefined ? byIdToken(plan, idToken, call) : await bySession(plan, idToken, call);
    const leases = [];
    for (const role of plan.roles) {
        try {
            leases.push(leaseOf(await assume(role), plan, role));
        }
        catch (error) {
            throw error instanceof errors/* CredsError */.u && leases.length > 0 ? error.asPartlyIssued() : error;
        }
    }
    const accounts = new Set(plan.roles.map(({ account }) => account));
    const [account] = accounts;
    return { leases, ...(accounts.size === 1 && account !== undefined ? { account } : {}) };
}
/** Each role by the ID token itself. */
function byIdToken(plan, idToken, call) {
    return async (role) => {
        const asked = { ...askedFor(plan, role), ...plan.limits, seconds: plan.ttlSeconds };
        const answer = await assumeByIdToken({ plan, asked }, idToken, call);
        return asExpected(readSession(answer), plan, role);
    };
}
/**
 * Role chaining: each role by the session of another, which is as short as they come. That one does not count as lent:
 * it was in no hands but ours, and is dropped.
 */
async function bySession(plan, idToken, call) {
    const { via, endpoint: url, region } = plan;
    if (via === undefined)
        throw new errors/* CredsError */.u('internal', 'There is no role to chain from.');
    const first = await assumeByIdToken({ plan, asked: { ...askedFor(plan, via), seconds: shortest } }, idToken, call);
    const keys = asExpected(readSession(first), plan, via);
    const { signForm } = await Promise.resolve(/* import() eager */).then(__nccwpck_require__.bind(__nccwpck_require__, 9572));
    return async (role) => {
        const asked = { ...askedFor(plan, role), ...plan.limits, ...plan.extras, seconds: plan.ttlSeconds };
        const body = chainedForm(asked);
        const form = { url, body, headers: plainHeaders, service: 'sts', region, at: timeOf(first, call) };
        const headers = signForm(form, keys);
        const answer = await (0,http/* exchange */.cv)(call, { method: 'POST', url, headers, body, maxBytes: longestAnswer });
        const { host } = url;
        if (answer.status !== 200)
            throw stsRefusal(answer, { host, now: call.host.clock.now(), chained: true });
        const session = asExpected(readSession(answer), plan, role);
        if (session.sourceIdentity !== plan.extras.sourceIdentity && plan.extras.sourceIdentity !== undefined)
            throw new errors/* CredsError */.u('lease-unsuitable', 'STS sent a session of another source identity.');
        return session;
    };
}
/** AWS's own, where it says so: a signature holds for five minutes, and a runner's clock may be off by more. */
function timeOf({ headers }, call) {
    const said = new Date(headers['date'] ?? NaN);
    return isNaN(said.getTime()) ? call.host.clock.now() : said;
}
function askedFor({ sessionName }, { request }) {
    return { roleArn: request.role, sessionName };
}
async function assumeByIdToken({ plan, asked }, idToken, call) {
    const { endpoint: url } = plan;
    const body = webIdentityForm(asked, idToken.token.reveal());
    const request = { method: 'POST', url, headers: plainHeaders, body, maxBytes: longestAnswer };
    const answer = await (0,http/* exchange */.cv)(call, request);
    if (answer.status !== 200)
        throw stsRefusal(answer, { host: url.host, now: call.host.clock.now() });
    return answer;
}
/** @throws CredsError `lease-unsuitable` when it is another role's */
function asExpected(session, { sessionName }, role) {
    const expected = `arn:${role.partition}:sts::${role.account}:assumed-role/${role.name}/${sessionName}`;
    if (session.arn !== expected)
        throw new errors/* CredsError */.u('lease-unsuitable', 'STS sent a session of another account or role.');
    return session;
}
function leaseOf(session, { region }, role) {
    const { expiresAt, accessKeyId, secretAccessKey, sessionToken } = session;
    const fields = { accessKeyId, secretAccessKey, sessionToken, region };
    return {
        ...role.request,
        id: `aws:${role.account}:${role.name}:${accessKeyId.reveal().slice(-4)}`,
        expiresAt,
        revocability: 'expiry-only',
        credentials: [{ name: 'aws', kind: 'aws-session', expiresAt, fields }],
    };
}


/***/ }),

/***/ 8289:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
// ESM COMPAT FLAG
__nccwpck_require__.r(__webpack_exports__);

// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  azure: () => (/* binding */ azure)
});

// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __nccwpck_require__(7598);
// EXTERNAL MODULE: ./lib/inside/domain/errors.js
var errors = __nccwpck_require__(847);
// EXTERNAL MODULE: ./lib/inside/domain/pattern.js
var pattern = __nccwpck_require__(4624);
// EXTERNAL MODULE: ./lib/inside/protocol/http.js
var http = __nccwpck_require__(1612);
// EXTERNAL MODULE: ./lib/inside/protocol/json.js
var json = __nccwpck_require__(5742);
;// CONCATENATED MODULE: ./lib/inside/protocol/entra-token.js
// https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow#third-case-access-token-request-with-a-federated-credential




/** The request's form body: the ID token is the client's assertion, in place of a secret. */
function assertionForm({ clientId, scope, idToken }) {
    return new URLSearchParams({
        client_id: clientId,
        scope,
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion: idToken,
        grant_type: 'client_credentials',
    }).toString();
}
const page = 'docs/how-to/azure-without-a-broker.md';
const noCredential = {
    code: 'identity-refused',
    text: 'no federated credential of this client fits the ID token',
    hint: `Compare issuer, subject and audience of the client\u2019s federated credentials with the claims above and with the input \`audience\`, letter by letter; ${page}. One that was made just now takes minutes to count.`,
};
const subject = {
    ...noCredential,
    text: 'no federated credential of this client has the ID token\u2019s subject',
    hint: `Make one whose subject is the ID token\u2019s, letter by letter, capital letters too (it has the environment, branch or tag of this run); ${page}. One that was made just now takes minutes to count.`,
};
const noClient = {
    code: 'request-refused',
    text: 'the tenant has no such client',
    hint: 'Compare `client-id` in `params` with the application (client) id, which is not the object id, and `tenant-id` with the directory in which it is.',
};
const noTenant = {
    code: 'request-refused',
    text: 'there is no such tenant in this cloud',
    hint: 'Compare `tenant-id` in `params` with the directory id, and `cloud` with the cloud in which it is.',
};
const noResource = {
    code: 'request-refused',
    text: 'the tenant knows no such resource',
    hint: 'Correct the input `role`: the resource\u2019s URI and `/.default`. Some resources have to be registered in the tenant first.',
};
const noScope = {
    code: 'request-refused',
    text: 'this is no scope for a client of its own',
    hint: 'Write the resource\u2019s URI and `/.default` as `role`, as in https://vault.azure.net/.default; what the client may do there its roles decide.',
};
const unsigned = {
    code: 'identity-refused',
    text: 'the ID token\u2019s signature does not verify',
    hint: `Compare the issuer of the federated credential with this platform: its keys must be reachable from the internet; ${page}.`,
};
/** https://learn.microsoft.com/entra/identity-platform/reference-error-codes, AADSTS and the number. */
const meanings = {
    '70021': noCredential,
    '700211': {
        ...noCredential,
        text: 'no federated credential of this client has the ID token\u2019s issuer',
        hint: `Compare the issuer of the client\u2019s federated credentials with this platform: no slash at the end that is not in the token; ${page}.`,
    },
    '700212': {
        ...noCredential,
        code: 'audience-mismatch',
        text: 'no federated credential of this client has the ID token\u2019s audience',
        hint: 'Set the audience of the federated credential to what the log says above, or the input `audience` to that of the credential. Each cloud has a default of its own.',
    },
    '700213': subject,
    '7002138': {
        ...subject,
        text: 'the federated credential\u2019s subject has other capital letters than the ID token',
    },
    '7002137': subject,
    '70025': { ...noCredential, text: 'this client has no federated credential' },
    '700024': {
        code: 'identity-refused',
        text: 'the ID token has expired, or is not valid yet',
        hint: 'Borrow right before the token is needed. If it was minted just now, the runner\u2019s platform and Microsoft disagree about the time.',
        freshIdToken: true,
    },
    '700027': unsigned,
    '50013': unsigned,
    '5000811': unsigned,
    '700016': noClient,
    '7000229': {
        code: 'policy-denied',
        text: 'the client has no service principal in this tenant',
        hint: 'az ad sp create --id <client id>',
    },
    '7000112': {
        code: 'policy-denied',
        text: 'the client is disabled',
        hint: 'Enable the enterprise application in the tenant.',
    },
    '7000215': {
        ...noClient,
        text: 'the client was not recognised by its ID token',
    },
    '90002': noTenant,
    '900023': noTenant,
    '900021': noTenant,
    '500011': noResource,
    '500014': { ...noResource, code: 'policy-denied', text: 'the resource is disabled in this tenant' },
    '650057': noResource,
    '70011': noScope,
    '1002012': noScope,
    '501051': {
        code: 'policy-denied',
        text: 'the client is not assigned to a role of the resource',
        hint: 'Assign an app role of the resource to the client.',
    },
    '53003': {
        code: 'policy-denied',
        text: 'a Conditional Access policy forbids it',
        hint: 'Look at the sign-in log of the service principal; runners of GitHub have no fixed addresses.',
    },
};
/** https://www.rfc-editor.org/rfc/rfc6749#section-5.2, where no number says more. */
const entra_token_errors = {
    invalid_client: noCredential,
    unauthorized_client: noClient,
    invalid_scope: noScope,
    invalid_resource: noResource,
    invalid_grant: noCredential,
};
/**
 * Turns an answer that is not 200 into an error of ours. Of Microsoft's words only known numbers and names of errors,
 * and the id of the request, are used.
 */
function entraRefusal(answer, host, now) {
    const { numbers, error, requestId } = problemIn(answer);
    const known = requestId === undefined ? {} : { requestId };
    const status = String(answer.status);
    if ((0,http/* asksToRetry */.i_)(answer.status) || error === 'temporarily_unavailable') {
        const wait = (0,http/* retryAfterSeconds */.C3)(answer, now);
        return new errors/* CredsError */.u('busy', `${host} answered ${status}.`, { ...known, retryAfterSeconds: wait });
    }
    if (error === undefined)
        return new errors/* CredsError */.u('answer-invalid', `${host} answered ${status} and not as Microsoft Entra ID does.`, known);
    const number = numbers.find((each) => Object.hasOwn(meanings, each)) ?? numbers[0];
    const told = number === undefined ? error : `AADSTS${number}`;
    const meaning = (number === undefined ? undefined : own(meanings, number)) ?? own(entra_token_errors, error);
    if (meaning === undefined) {
        const hint = `Look ${number === undefined ? 'the request id' : told} up at https://login.microsoftonline.com/error, and compare \`params\` with ${page}.`;
        const name = number === undefined ? '' : ` (${told})`;
        return new errors/* CredsError */.u('request-refused', `${host} answered ${status} and not with a token${name}.`, {
            ...known,
            hint,
            nothingIssued: true,
        });
    }
    const { code, text, hint, freshIdToken = false } = meaning;
    const details = { ...known, hint, freshIdToken, nothingIssued: true };
    const name = number === undefined ? '' : ` (${told})`;
    return new errors/* CredsError */.u(code, `${host} refused: ${text}${name}.`, details);
}
function own(table, name) {
    return Object.hasOwn(table, name) ? table[name] : undefined;
}
function problemIn(answer) {
    const body = bodyOf(answer);
    const numbers = (0,json/* member */.Dc)(body, 'error_codes');
    const error = (0,json/* member */.Dc)(body, 'error');
    const id = (0,json/* member */.Dc)(body, 'trace_id') ?? answer.headers['x-ms-request-id'];
    return {
        numbers: (Array.isArray(numbers) ? numbers : []).flatMap((each) => typeof each === 'number' && Number.isSafeInteger(each) && each > 0 ? [String(each)] : []),
        error: typeof error === 'string' ? error : undefined,
        requestId: typeof id === 'string' && (0,pattern/* fullMatch */.L)(/[0-9a-fA-F-]{36}/, id) ? id : undefined,
    };
}
function bodyOf(answer) {
    try {
        const body = (0,http/* isJson */.Fh)(answer) ? (0,json/* parseStrictJson */.RJ)(answer.body) : undefined;
        return (0,json/* isObject */.Gv)(body) ? body : {};
    }
    catch {
        return {};
    }
}

// EXTERNAL MODULE: ./lib/inside/protocol/plain-exchange.js
var plain_exchange = __nccwpck_require__(378);
// EXTERNAL MODULE: ./lib/inside/providers/input.js
var input = __nccwpck_require__(2812);
// EXTERNAL MODULE: ./lib/inside/providers/param-values.js
var param_values = __nccwpck_require__(6356);
;// CONCATENATED MODULE: ./lib/inside/providers/azure-plan.js



/** https://learn.microsoft.com/entra/identity-platform/authentication-national-cloud */
const clouds = {
    public: {
        authority: 'https://login.microsoftonline.com',
        resourceManager: 'https://management.azure.com',
        audience: 'api://AzureADTokenExchange',
    },
    'us-government': {
        authority: 'https://login.microsoftonline.us',
        resourceManager: 'https://management.usgovcloudapi.net',
        audience: 'api://AzureADTokenExchangeUSGov',
    },
    china: {
        authority: 'https://login.partner.microsoftonline.cn',
        resourceManager: 'https://management.chinacloudapi.cn',
        audience: 'api://AzureADTokenExchangeChina',
    },
};
const params = ['client-id', 'tenant-id', 'cloud', 'authority'];
const guid = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/i;
/** @throws CredsError `input-invalid`, naming the input */
function readAzurePlan(wish) {
    (0,input/* refuseKey */.e)(wish);
    refuseNeedless(wish);
    (0,input/* onlyParams */.F)(wish.params, params);
    refuseForeign(wish);
    const cloud = readCloud(wish);
    const tenant = readId(wish, 'tenant-id', 'directory (tenant) id');
    const clientId = readId(wish, 'client-id', 'application (client) id');
    if (wish.expectAccount !== undefined && wish.expectAccount.toLowerCase() !== tenant)
        throw (0,input/* refuseInput */.bG)('expect-account', 'is not the `tenant-id` of `params`; nothing was sent');
    const authority = (0,input/* serverUrl */.Vd)('params: authority', (0,param_values/* readText */.yR)(wish.params, 'authority') ?? cloud.authority, true);
    const roles = wish.roles.length > 0 ? wish.roles : [{ role: `${cloud.resourceManager}/.default` }];
    return {
        audience: wish.audience ?? cloud.audience,
        tokenEndpoint: new URL(`${authority}/${tenant}/oauth2/v2.0/token`),
        tenant,
        account: wish.expectAccount ?? tenant,
        clientId,
        wanted: roles.map(readWanted),
    };
}
/** What other actions want and nothing here needs: whoever moves is told so, and not only that it is unknown. */
function refuseNeedless({ params: given }) {
    for (const name of ['subscription-id', 'allow-no-subscriptions', 'allow-no-subscription']) {
        if (given[name] !== undefined)
            throw (0,param_values/* refuseParam */._t)(name, 'is not needed: a token belongs to a tenant, with subscriptions or without. Give the tool that wants a subscription its id');
    }
    if (given['client-secret'] !== undefined)
        throw (0,param_values/* refuseParam */._t)('client-secret', 'is what this replaces: the client is known by the job\u2019s ID token');
}
function refuseForeign(wish) {
    const foreign = 'means nothing to `provider: azure`';
    if (wish.brokerUrl !== undefined)
        throw (0,input/* refuseInput */.bG)('broker-url', foreign);
    if (wish.region !== undefined)
        throw (0,input/* refuseInput */.bG)('region', foreign);
    if (wish.ttlSeconds !== undefined)
        throw (0,input/* refuseInput */.bG)('ttl', `${foreign}: Microsoft decides (60 to 90 minutes, as a rule), and \`max-ttl\` and \`min-ttl\` bound it`);
}
function readCloud({ params: given }) {
    const name = (0,param_values/* readText */.yR)(given, 'cloud') ?? 'public';
    const cloud = Object.hasOwn(clouds, name) ? clouds[name] : undefined;
    if (cloud !== undefined)
        return cloud;
    const list = Object.keys(clouds).map((each) => `\`${each}\``);
    throw (0,param_values/* refuseParam */._t)('cloud', `must be one of ${list.join(', ')}; another has its \`authority\``);
}
function readId({ params: given }, name, what) {
    const id = (0,param_values/* readText */.yR)(given, name);
    if (id === undefined)
        throw (0,param_values/* refuseParam */._t)(name, `is required: the ${what}`);
    if (!(0,pattern/* fullMatch */.L)(guid, id))
        throw (0,param_values/* refuseParam */._t)(name, `must be the ${what}, such as 01234567-89ab-cdef-0123-456789abcdef`);
    return id.toLowerCase();
}
/** https://learn.microsoft.com/entra/identity-platform/scopes-oidc#the-default-scope: a client of its own has no other. */
function readWanted(request) {
    const scope = request.role;
    const [, resource] = /^((?:https:\/\/|api:\/\/|[0-9a-f]{8}-)[\x21\x23-\x5b\x5d-\x7e]{1,500})\/\.default$/.exec(scope) ?? [];
    if (resource === undefined)
        throw (0,input/* refuseInput */.bG)('role', 'must be the URI of a resource and `/.default`, as in https://vault.azure.net/.default');
    return { request, scope, resource };
}

;// CONCATENATED MODULE: ./lib/inside/providers/azure.js
// https://learn.microsoft.com/entra/workload-id/workload-identity-federation






const longestAnswer = 64 * 1024;
/**
 * Microsoft Entra ID: the ID token stands in for the client's secret; one HTTPS request a token, one token a resource.
 * A token cannot be given back; it ends by itself.
 */
const azure = { name: 'azure', configure, giveBack: () => Promise.resolve(undefined) };
function configure(wish) {
    const plan = readAzurePlan(wish);
    return {
        audience: plan.audience,
        lender: plan.tokenEndpoint.host,
        endpoint: plan.tokenEndpoint,
        bindsKey: false,
        open: () => ({
            audience: plan.audience,
            debt: {},
            secrets: [],
            trade: (idToken, call) => trade(plan, idToken, call),
        }),
    };
}
async function trade(plan, idToken, call) {
    const leases = [];
    for (const wanted of plan.wanted) {
        try {
            leases.push(await borrow(plan, { wanted, idToken }, call));
        }
        catch (error) {
            throw error instanceof errors/* CredsError */.u && leases.length > 0 ? error.asPartlyIssued() : error;
        }
    }
    // Tokens are opaque to clients; whose they are, the tenant in the request's path says.
    return { leases, account: plan.account };
}
async function borrow(plan, { wanted, idToken }, call) {
    const { tokenEndpoint: url, clientId } = plan;
    const body = assertionForm({ clientId, scope: wanted.scope, idToken: idToken.token.reveal() });
    const headers = { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' };
    const answer = await (0,http/* exchange */.cv)(call, { method: 'POST', url, headers, body, maxBytes: longestAnswer });
    const now = call.host.clock.now();
    if (answer.status !== 200)
        throw entraRefusal(answer, url.host, now);
    return leaseOf((0,plain_exchange/* readIssuedToken */.hE)(answer), { plan, wanted, now });
}
function leaseOf({ token, tokenType, seconds }, { plan, wanted, now }) {
    const { host } = plan.tokenEndpoint;
    if (tokenType !== 'bearer')
        throw new errors/* CredsError */.u('lease-unsuitable', `${host} sent a token of a type that is not Bearer.`);
    if (seconds === undefined)
        throw new errors/* CredsError */.u('answer-invalid', `${host} does not say when the token ends.`);
    const expiresAt = new Date(now.getTime() + seconds * 1000);
    const fields = { token, tenant: plan.tenant, resource: wanted.resource };
    return {
        ...wanted.request,
        id: `azure_${(0,external_node_crypto_.randomBytes)(8).toString('hex')}`,
        expiresAt,
        revocability: 'expiry-only',
        credentials: [{ name: 'azure', kind: 'azure-token', expiresAt, fields }],
    };
}


/***/ }),

/***/ 631:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
__nccwpck_require__.r(__webpack_exports__);
/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   broker: () => (/* binding */ broker)
/* harmony export */ });
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(7598);
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__nccwpck_require__.n(node_crypto__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var _domain_errors_js__WEBPACK_IMPORTED_MODULE_9__ = __nccwpck_require__(847);
/* harmony import */ var _domain_pattern_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(4624);
/* harmony import */ var _domain_secret_js__WEBPACK_IMPORTED_MODULE_5__ = __nccwpck_require__(7480);
/* harmony import */ var _protocol_dpop_js__WEBPACK_IMPORTED_MODULE_7__ = __nccwpck_require__(9288);
/* harmony import */ var _protocol_http_js__WEBPACK_IMPORTED_MODULE_10__ = __nccwpck_require__(1612);
/* harmony import */ var _protocol_oauth_error_js__WEBPACK_IMPORTED_MODULE_8__ = __nccwpck_require__(3974);
/* harmony import */ var _protocol_revocation_js__WEBPACK_IMPORTED_MODULE_11__ = __nccwpck_require__(7728);
/* harmony import */ var _protocol_token_exchange_js__WEBPACK_IMPORTED_MODULE_3__ = __nccwpck_require__(3085);
/* harmony import */ var _protocol_encryption_js__WEBPACK_IMPORTED_MODULE_6__ = __nccwpck_require__(3005);
/* harmony import */ var _protocol_signed_request_js__WEBPACK_IMPORTED_MODULE_4__ = __nccwpck_require__(3508);
/* harmony import */ var _input_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(2812);












const longestAnswer = 1024 * 1024;
/** Our own broker, as PROTOCOL.md describes it: one request for all roles, bound to a key of this process. */
const broker = { name: 'broker', configure, giveBack };
function configure(wish) {
    (0,_input_js__WEBPACK_IMPORTED_MODULE_1__/* .onlyParams */ .F)(wish.params, ['allow-ip']);
    if (wish.brokerUrl === undefined)
        throw (0,_input_js__WEBPACK_IMPORTED_MODULE_1__/* .refuseInput */ .bG)('broker-url', 'is required for `provider: broker`');
    if (wish.region !== undefined)
        throw (0,_input_js__WEBPACK_IMPORTED_MODULE_1__/* .refuseInput */ .bG)('region', 'means nothing to `provider: broker`: the role has it');
    if (wish.roles.length === 0)
        throw (0,_input_js__WEBPACK_IMPORTED_MODULE_1__/* .refuseInput */ .bG)('role', 'is required: name what to borrow');
    for (const { role } of wish.roles) {
        if (!(0,_domain_pattern_js__WEBPACK_IMPORTED_MODULE_2__/* .fullMatch */ .L)(_protocol_token_exchange_js__WEBPACK_IMPORTED_MODULE_3__/* .rolePattern */ .Lp, role))
            throw (0,_input_js__WEBPACK_IMPORTED_MODULE_1__/* .refuseInput */ .bG)('role', 'has a name with characters that no role has');
    }
    const url = (0,_input_js__WEBPACK_IMPORTED_MODULE_1__/* .serverUrl */ .Vd)('broker-url', wish.brokerUrl, wish.params['allow-ip'] === true);
    const audience = wish.audience ?? url;
    return {
        audience,
        lender: url,
        endpoint: new URL(url),
        bindsKey: true,
        open: (bound, key) => open(wish, { url, audience, bound }, key),
    };
}
function open(wish, place, key) {
    const signer = (0,_protocol_signed_request_js__WEBPACK_IMPORTED_MODULE_4__/* .makeSigner */ .zD)(key);
    const handle = new _domain_secret_js__WEBPACK_IMPORTED_MODULE_5__/* .Secret */ .z((0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.randomBytes)(32).toString('base64url'));
    const { publicJwk, decrypt } = (0,_protocol_encryption_js__WEBPACK_IMPORTED_MODULE_6__/* .makeEncryptionKey */ .n)();
    const audience = place.bound ? (0,_protocol_dpop_js__WEBPACK_IMPORTED_MODULE_7__/* .keyBoundAudience */ .I_)(place.audience, signer.key.thumbprint) : place.audience;
    return {
        audience,
        debt: { url: place.url, handle: handle.reveal() },
        secrets: [handle],
        prepare: async (call) => {
            await call.host.connect?.(new URL(place.url), call.trust);
            // A proof for nobody: the first one takes 3 ms, most of it for loading Web Crypto.
            await (0,_protocol_dpop_js__WEBPACK_IMPORTED_MODULE_7__/* .makeProof */ .r_)(signer.key, { method: 'POST', url: place.url, at: call.host.clock.now() });
        },
        trade: async (idToken, call) => {
            const body = (0,_protocol_token_exchange_js__WEBPACK_IMPORTED_MODULE_3__/* .exchangeForm */ .ON)({
                idToken: idToken.token.reveal(),
                roles: wish.roles,
                ...(wish.ttlSeconds === undefined ? {} : { ttlSeconds: wish.ttlSeconds }),
                ...(wish.heartbeatSeconds === undefined ? {} : { heartbeatSeconds: wish.heartbeatSeconds }),
                ...(wish.publicKey === undefined ? {} : { publicKey: wish.publicKey }),
                handleHash: (0,_protocol_dpop_js__WEBPACK_IMPORTED_MODULE_7__/* .sha256 */ .sc)(handle.reveal()),
                encryptTo: publicJwk,
            });
            const seconds = wish.approvalTimeoutSeconds ?? 0;
            const answer = await ask(body, { base: place.url, signer, seconds }, call);
            const now = call.host.clock.now();
            const loan = await (0,_protocol_token_exchange_js__WEBPACK_IMPORTED_MODULE_3__/* .readLoan */ .z0)(answer, wish.roles, { decrypt, now });
            if (wish.heartbeatSeconds === undefined)
                return loan;
            const beat = await heartOf(answer, { peer: { base: place.url, signer }, audience, now });
            return { ...loan, pulse: { seconds: wish.heartbeatSeconds, beat } };
        },
        dryRun: async ({ token }, call) => {
            const { askDryRun } = await Promise.resolve(/* import() eager */).then(__nccwpck_require__.bind(__nccwpck_require__, 4791));
            return askDryRun({ base: place.url, signer }, { ...wish, idToken: token, encryptTo: publicJwk }, call);
        },
    };
}
/** Only where heartbeats are asked for: most runs end before the first one. */
async function heartOf(answer, { peer, audience, now }) {
    const [{ readSession }, { keepAlive }] = await Promise.all([
        Promise.resolve(/* import() eager */).then(__nccwpck_require__.bind(__nccwpck_require__, 6322)),
        Promise.resolve(/* import() eager */).then(__nccwpck_require__.bind(__nccwpck_require__, 8925)),
    ]);
    const beat = keepAlive(readSession(answer, peer, now));
    return (call, idToken) => beat(call, async () => (await idToken(audience)).token);
}
/** POST /token, and the waiting for an approval where it takes one. @returns a 200 answer */
async function ask(body, waiting, call) {
    const { base, signer, seconds } = waiting;
    const url = new URL(`${base}/token`);
    const answer = await (0,_protocol_signed_request_js__WEBPACK_IMPORTED_MODULE_4__/* .sendSigned */ .h$)({ url, body, signer }, call);
    if (answer.status === 200)
        return answer;
    const { readPending, awaitDecision, approvalUrl } = await Promise.resolve(/* import() eager */).then(__nccwpck_require__.bind(__nccwpck_require__, 5735));
    const refused = (last) => (0,_protocol_oauth_error_js__WEBPACK_IMPORTED_MODULE_8__/* .refusal */ .x)(last, url.host, call.host.clock.now());
    const pending = readPending(answer);
    if (pending === undefined)
        throw refused(answer);
    if (seconds === 0)
        throw notWaiting(url.host, approvalUrl(base, pending), pending.requestId);
    const decision = await awaitDecision(pending, waiting, call);
    if (decision.answer.status === 200)
        return decision.answer;
    throw decision.lost ? refused(decision.answer).asPartlyIssued() : refused(decision.answer);
}
function notWaiting(host, place, requestId) {
    const message = `${host} wants an approval first (${place}), and this step does not wait for one.`;
    return new _domain_errors_js__WEBPACK_IMPORTED_MODULE_9__/* .CredsError */ .u('approval-pending', message, requestId === undefined ? {} : { requestId });
}
async function giveBack(debt, leaseIds, way) {
    const { url: base = '', handle = '' } = debt;
    const url = new URL(`${base}/revoke`);
    let problem;
    try {
        const returned = await (0,_protocol_http_js__WEBPACK_IMPORTED_MODULE_10__/* .retrying */ .R$)(way.call, () => revokeByHandle(url, handle, way.call));
        if (returned === 'gone')
            return [];
        // An empty list is what a stranger would get, too: good enough only when nothing is known to be owed.
        if (returned.length > 0 || leaseIds.length === 0 || way.idToken === undefined)
            return settled(returned);
    }
    catch (error) {
        if (way.idToken === undefined || !(error instanceof _domain_errors_js__WEBPACK_IMPORTED_MODULE_9__/* .CredsError */ .u) || error.code === 'interrupted')
            throw error;
        problem = error;
    }
    try {
        return settled(await revokeByIdToken(url, leaseIds, way));
    }
    catch (error) {
        // The second way is a way out; what closed the first is what a person has to know.
        throw problem ?? error;
    }
}
async function revokeByHandle(url, handle, call) {
    const body = (0,_protocol_revocation_js__WEBPACK_IMPORTED_MODULE_11__/* .revocationForm */ .Ds)('handle', handle);
    const headers = { ..._protocol_signed_request_js__WEBPACK_IMPORTED_MODULE_4__/* .plainHeaders */ .f4, 'content-type': 'application/x-www-form-urlencoded' };
    const answer = await (0,_protocol_http_js__WEBPACK_IMPORTED_MODULE_10__/* .exchange */ .cv)(call, { method: 'POST', url, headers, body, maxBytes: longestAnswer });
    return outcome(answer, url, call);
}
async function revokeByIdToken(url, leaseIds, way) {
    const { call } = way;
    return (0,_protocol_http_js__WEBPACK_IMPORTED_MODULE_10__/* .retrying */ .R$)(call, async () => {
        const signer = (0,_protocol_signed_request_js__WEBPACK_IMPORTED_MODULE_4__/* .makeSigner */ .zD)();
        const idToken = await way.idToken?.((0,_protocol_dpop_js__WEBPACK_IMPORTED_MODULE_7__/* .keyBoundAudience */ .I_)(way.audience, signer.key.thumbprint));
        if (idToken === undefined)
            throw new _domain_errors_js__WEBPACK_IMPORTED_MODULE_9__/* .CredsError */ .u('revoke-failed', 'There is no ID token to give back with.');
        const body = (0,_protocol_revocation_js__WEBPACK_IMPORTED_MODULE_11__/* .revocationForm */ .Ds)('id-token', idToken.token.reveal(), leaseIds);
        const returned = outcome(await (0,_protocol_signed_request_js__WEBPACK_IMPORTED_MODULE_4__/* .sendSigned */ .h$)({ url, body, signer }, call), url, call);
        return returned === 'gone' ? [] : returned;
    });
}
function outcome(answer, url, call) {
    if (answer.status === 200)
        return (0,_protocol_revocation_js__WEBPACK_IMPORTED_MODULE_11__/* .readRevocation */ .jd)(answer);
    if ([404, 409, 410].includes(answer.status))
        return 'gone';
    throw (0,_protocol_oauth_error_js__WEBPACK_IMPORTED_MODULE_8__/* .refusal */ .x)(answer, url.host, call.host.clock.now());
}
function settled(returned) {
    const alive = returned.find(({ state }) => state === 'active' || state === 'intent' || state === 'failed');
    if (alive !== undefined)
        throw new _domain_errors_js__WEBPACK_IMPORTED_MODULE_9__/* .CredsError */ .u('revoke-failed', `The broker says that ${alive.id} is still ${alive.state}.`);
    return returned;
}


/***/ }),

/***/ 542:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
__nccwpck_require__.r(__webpack_exports__);
/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   crates: () => (/* binding */ crates)
/* harmony export */ });
/* harmony import */ var _protocol_json_js__WEBPACK_IMPORTED_MODULE_3__ = __nccwpck_require__(5742);
/* harmony import */ var _input_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(2812);
/* harmony import */ var _one_token_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(1716);
/* harmony import */ var _server_inputs_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(4667);




const tokenSeconds = 1800;
const path = '/api/v1/trusted_publishing/tokens';
/** A crate registry with trusted publishers: a token of half an hour, given back in post. */
const crates = {
    name: 'crates',
    configure,
    giveBack: (debt, ids, way) => (0,_one_token_js__WEBPACK_IMPORTED_MODULE_0__/* .giveTokenBack */ .yx)(debt, ids, {
        request: (token) => ({
            method: 'DELETE',
            url: new URL(`${debt['url'] ?? ''}${path}`),
            headers: { authorization: `Bearer ${token}` },
        }),
        gone: [],
    }, way),
};
function configure(wish) {
    (0,_input_js__WEBPACK_IMPORTED_MODULE_1__/* .refuseKey */ .e)(wish);
    (0,_input_js__WEBPACK_IMPORTED_MODULE_1__/* .onlyParams */ .F)(wish.params, ['url', 'allow-ip']);
    (0,_server_inputs_js__WEBPACK_IMPORTED_MODULE_2__/* .refuseForeign */ .r)(wish, 'crates', {
        'broker-url': 'set `url` in `params`',
        region: 'leave it out',
        ttl: 'a token lives 30 minutes, and post revokes it',
        'expect-account': 'the token does not say whose it is',
    });
    if (wish.roles.length > 0)
        throw (0,_input_js__WEBPACK_IMPORTED_MODULE_1__/* .refuseInput */ .bG)('role', 'means nothing to `provider: crates`: the registry knows the crates of this publisher');
    const base = (0,_server_inputs_js__WEBPACK_IMPORTED_MODULE_2__/* .urlParam */ .B)(wish, 'url', 'https://crates.example');
    return (0,_one_token_js__WEBPACK_IMPORTED_MODULE_0__/* .oneToken */ .Ad)({
        name: 'crates',
        audience: wish.audience ?? new URL(base).host,
        endpoint: new URL(`${base}${path}`),
        role: { role: 'publish' },
        debt: { url: base },
        request: (idToken) => ({
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify({ jwt: idToken }),
        }),
        endOf: (_, now) => (0,_one_token_js__WEBPACK_IMPORTED_MODULE_0__/* .after */ .Pl)(now, tokenSeconds),
        credential: (token, expiresAt) => ({
            name: 'crates',
            kind: 'bearer-token',
            expiresAt,
            fields: { token },
        }),
        meaning,
    });
}
/** By what its own source says (trustpub/tokens/exchange); the rest of each sentence quotes names. */
const meanings = [
    [
        /^No Trusted Publishing config found/,
        denied('no crate has this repository as its trusted publisher', 'Add the repository to the crate\u2019s trusted publishers.'),
    ],
    [
        /does not match the workflow file(name|path)/,
        denied('the trusted publisher names another workflow file', 'Compare the file in workflow_ref above with the crate\u2019s trusted publisher.'),
    ],
    [
        /does not match the (repository owner|namespace) ID/,
        denied('the trusted publisher belongs to an earlier owner of this name', 'Remove the crate\u2019s trusted publisher and add it again.'),
    ],
    [
        /does not match the environment|requires an environment/,
        denied('the trusted publisher wants another environment', 'Give the job the `environment:` that the crate\u2019s trusted publisher names.'),
    ],
    [
        /^JWT has already been used/,
        {
            code: 'identity-refused',
            text: 'this ID token was traded before',
            hint: 'Each ID token is traded once. Where the platform makes only one for a job, borrow in one step only.',
            freshIdToken: true,
        },
    ],
    [
        /^Unsupported JWT issuer/,
        {
            code: 'identity-refused',
            text: 'it does not believe this platform',
            hint: 'Ask the registry which platforms it takes; GitHub.com and GitLab.com are the usual ones.',
        },
    ],
    [
        /^(Failed to decode JWT|Invalid JWT key ID|Missing JWT key ID)/,
        {
            code: 'audience-mismatch',
            text: 'it does not accept the ID token',
            hint: 'Set the input `audience` to what this registry expects: its own host name, unless it was configured otherwise.',
        },
    ],
];
function denied(text, hint) {
    return { code: 'policy-denied', text, hint };
}
function meaning(answer) {
    const errors = (0,_protocol_json_js__WEBPACK_IMPORTED_MODULE_3__/* .member */ .Dc)((0,_one_token_js__WEBPACK_IMPORTED_MODULE_0__/* .jsonOf */ .o_)(answer) ?? {}, 'errors');
    const [first] = Array.isArray(errors) ? errors : [];
    const detail = (0,_protocol_json_js__WEBPACK_IMPORTED_MODULE_3__/* .isObject */ .Gv)(first) ? (0,_protocol_json_js__WEBPACK_IMPORTED_MODULE_3__/* .member */ .Dc)(first, 'detail') : undefined;
    if (typeof detail !== 'string')
        return undefined;
    return meanings.find(([pattern]) => pattern.test(detail.slice(0, 1000)))?.[1];
}


/***/ }),

/***/ 1806:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
// ESM COMPAT FLAG
__nccwpck_require__.r(__webpack_exports__);

// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  gcp: () => (/* binding */ gcp)
});

// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __nccwpck_require__(7598);
// EXTERNAL MODULE: ./lib/inside/domain/errors.js
var errors = __nccwpck_require__(847);
// EXTERNAL MODULE: ./lib/inside/protocol/http.js
var http = __nccwpck_require__(1612);
// EXTERNAL MODULE: ./lib/inside/protocol/json.js
var json = __nccwpck_require__(5742);
;// CONCATENATED MODULE: ./lib/inside/protocol/google-refusal.js
// https://cloud.google.com/apis/design/errors, and of the token endpoint https://www.rfc-editor.org/rfc/rfc6749#section-5.2



/**
 * Turns an answer that is not 200 into an error of ours. Of Google's words only known names of errors are used, and a
 * number of seconds.
 */
function googleRefusal(answer, { host, now, meanings }) {
    const status = String(answer.status);
    if ((0,http/* asksToRetry */.i_)(answer.status)) {
        const wait = (0,http/* retryAfterSeconds */.C3)(answer, now);
        return new errors/* CredsError */.u('busy', `${host} answered ${status}.`, { retryAfterSeconds: wait });
    }
    const names = errorNames(answer);
    if (names.length === 0)
        return new errors/* CredsError */.u('answer-invalid', `${host} answered ${status} and not as Google does.`);
    const known = names.find((name) => Object.hasOwn(meanings, name));
    const meaning = known === undefined ? undefined : meanings[known];
    if (known === undefined || meaning === undefined) {
        return new errors/* CredsError */.u('request-refused', `${host} answered ${status} and not with a token.`, {
            hint: 'Compare `params` with docs/how-to/gcp-without-a-broker.md; the project\u2019s audit log has the reason.',
            nothingIssued: true,
        });
    }
    const { code, text, hint } = meaning;
    return new errors/* CredsError */.u(code, `${host} refused: ${text} (${known}).`, { hint, nothingIssued: true });
}
/** The most telling first: reasons (google.rpc.ErrorInfo), then the status; or OAuth's `error`. */
function errorNames(answer) {
    const body = bodyOf(answer);
    const error = (0,json/* isObject */.Gv)(body) ? (0,json/* member */.Dc)(body, 'error') : undefined;
    if (typeof error === 'string')
        return [error];
    if (!(0,json/* isObject */.Gv)(error))
        return [];
    const details = (0,json/* member */.Dc)(error, 'details');
    const reasons = (Array.isArray(details) ? details : []).map((each) => (0,json/* isObject */.Gv)(each) ? (0,json/* member */.Dc)(each, 'reason') : undefined);
    return [...reasons, (0,json/* member */.Dc)(error, 'status')].filter((name) => typeof name === 'string');
}
function bodyOf(answer) {
    try {
        return (0,http/* isJson */.Fh)(answer) ? (0,json/* parseStrictJson */.RJ)(answer.body) : undefined;
    }
    catch {
        return undefined;
    }
}

// EXTERNAL MODULE: ./lib/inside/protocol/plain-exchange.js
var plain_exchange = __nccwpck_require__(378);
// EXTERNAL MODULE: ./lib/inside/domain/pattern.js
var pattern = __nccwpck_require__(4624);
// EXTERNAL MODULE: ./lib/inside/domain/secret.js
var secret = __nccwpck_require__(7480);
// EXTERNAL MODULE: ./lib/inside/protocol/token-exchange.js
var token_exchange = __nccwpck_require__(3085);
;// CONCATENATED MODULE: ./lib/inside/protocol/service-account.js
// https://cloud.google.com/iam/docs/reference/credentials/rest/v1/projects.serviceAccounts





/** The body of generateAccessToken. @param seconds lifetime */
function accessTokenBody(scopes, seconds, delegates) {
    return JSON.stringify({ scope: scopes, lifetime: `${String(seconds)}s`, ...through(delegates) });
}
/** The body of generateIdToken. @param audience whom the token is for */
function idTokenBody(audience, includeEmail, delegates) {
    return JSON.stringify({ audience, includeEmail, ...through(delegates) });
}
/** A delegation chain is named by resources; the project is not theirs to say. */
function through(delegates) {
    return delegates.length === 0
        ? {}
        : { delegates: delegates.map((email) => `projects/-/serviceAccounts/${email}`) };
}
/** Reads a 200 answer of generateAccessToken. @throws CredsError `answer-invalid` */
function readAccessToken(answer) {
    const body = (0,token_exchange/* jsonObject */.o$)(answer);
    const end = (0,json/* member */.Dc)(body, 'expireTime');
    return {
        token: tokenIn((0,json/* member */.Dc)(body, 'accessToken')),
        expiresAt: endAt(typeof end === 'string' ? new Date(end) : undefined),
    };
}
/**
 * Reads a 200 answer of generateIdToken, whose token says itself when it ends.
 * @throws CredsError `answer-invalid`; `lease-unsuitable` when the token is for another audience
 */
function readIdToken(answer, audience) {
    const token = tokenIn((0,json/* member */.Dc)((0,token_exchange/* jsonObject */.o$)(answer), 'token'));
    const claims = claimsOf(token);
    if ((0,json/* member */.Dc)(claims, 'aud') !== audience)
        throw new errors/* CredsError */.u('lease-unsuitable', 'Google sent an ID token for another audience.');
    const end = (0,json/* member */.Dc)(claims, 'exp');
    return { token, expiresAt: endAt(typeof end === 'number' ? new Date(end * 1000) : undefined) };
}
function tokenIn(value) {
    if (typeof value !== 'string' || !(0,pattern/* fullMatch */.L)(/[\x21-\x7e]{1,32768}/, value))
        throw new errors/* CredsError */.u('answer-invalid', 'Google sent an answer without a usable token.');
    return new secret/* Secret */.z(value);
}
function endAt(end) {
    if (end === undefined || isNaN(end.getTime()))
        throw new errors/* CredsError */.u('answer-invalid', 'Google does not say when the token ends.');
    return end;
}
function claimsOf(token) {
    try {
        const claims = (0,json/* parseStrictJson */.RJ)(Buffer.from(token.reveal().split('.')[1] ?? '', 'base64url'));
        if ((0,json/* isObject */.Gv)(claims))
            return claims;
    }
    catch {
        // Told below, without a word of it.
    }
    throw new errors/* CredsError */.u('answer-invalid', 'Google sent an ID token that is none.');
}

// EXTERNAL MODULE: ./lib/inside/providers/input.js
var input = __nccwpck_require__(2812);
// EXTERNAL MODULE: ./lib/inside/providers/param-values.js
var param_values = __nccwpck_require__(6356);
;// CONCATENATED MODULE: ./lib/inside/providers/gcp-plan.js



const params = [
    'workload-identity-provider',
    'scopes',
    'delegates',
    'project',
    'universe-domain',
    'id-token-audience',
    'id-token-include-email',
    'sts-endpoint',
    'iamcredentials-endpoint',
];
const shortest = 60;
const longest = 43_200;
const usual = 900;
const emailPattern = /[a-z0-9][a-z0-9-]{0,62}@[a-z0-9][a-z0-9.-]{1,200}\.gserviceaccount\.com/;
/** @throws CredsError `input-invalid`, naming the input */
function readGcpPlan(wish) {
    (0,input/* refuseKey */.e)(wish);
    (0,input/* onlyParams */.F)(wish.params, params);
    refuseForeign(wish);
    const provider = readProvider(wish);
    const universe = (0,param_values/* readText */.yR)(wish.params, 'universe-domain') ?? 'googleapis.com';
    if (!(0,pattern/* fullMatch */.L)(/([a-z0-9-]{1,63}\.)+[a-z]{2,63}/, universe))
        throw (0,param_values/* refuseParam */._t)('universe-domain', 'must be a domain such as googleapis.com');
    const accounts = wish.roles.map(readAccount);
    const idToken = readIdTokenWish(wish, accounts);
    const delegates = readDelegates(wish, accounts);
    const project = readProject(wish);
    return {
        audience: wish.audience ?? `https://iam.${universe}/${provider}`,
        sts: new URL(`${readEndpoint(wish, 'sts', universe)}/v1/token`),
        target: `//iam.${universe}/${provider}`,
        pool: `iam.${universe}/${provider.replace(/\/providers\/.*/, '')}`,
        iamCredentials: readEndpoint(wish, 'iamcredentials', universe),
        scopes: readScopes(wish),
        accounts,
        delegates,
        seconds: readSeconds(wish, accounts, idToken !== undefined),
        idToken,
        project,
        account: comparedAccount(wish, accounts, provider),
    };
}
function refuseForeign(wish) {
    const foreign = 'means nothing to `provider: gcp`';
    if (wish.brokerUrl !== undefined)
        throw (0,input/* refuseInput */.bG)('broker-url', foreign);
    if (wish.region !== undefined)
        throw (0,input/* refuseInput */.bG)('region', foreign);
}
/** The resource name, as `gcloud \u2026 providers describe --format='value(name)'` prints it. */
function readProvider({ params: given }) {
    const name = (0,param_values/* readText */.yR)(given, 'workload-identity-provider');
    const input = 'workload-identity-provider';
    const form = 'projects/<project number>/locations/global/workloadIdentityPools/<pool>/providers/<provider>';
    if (name === undefined)
        throw (0,param_values/* refuseParam */._t)(input, `is required: ${form}`);
    if ((0,pattern/* fullMatch */.L)(/(https:)?\/\/.*/, name))
        throw (0,param_values/* refuseParam */._t)(input, `must be without the host: ${form}`);
    if ((0,pattern/* fullMatch */.L)(/projects\/(?!\d+\/)[^/]+\/.*/, name))
        throw (0,param_values/* refuseParam */._t)(input, `must have the project\u2019s number, not its id: ${form}`);
    if (!(0,pattern/* fullMatch */.L)(/projects\/\d{1,20}\/locations\/[a-z0-9-]+\/workloadIdentityPools\/[a-z0-9-]{1,32}\/providers\/[a-z0-9-]{1,32}/, name))
        throw (0,param_values/* refuseParam */._t)(input, `must be ${form}`);
    return name;
}
function readAccount(request) {
    if (!(0,pattern/* fullMatch */.L)(emailPattern, request.role))
        throw (0,input/* refuseInput */.bG)('role', 'must be the e-mail address of a service account, NAME@PROJECT.iam.gserviceaccount.com; left out, the job\u2019s own federated identity is used');
    const [, project] = /@([a-z][a-z0-9-]{4,28}[a-z0-9])\.iam\.gserviceaccount\.com$/.exec(request.role) ?? [];
    return { request, project };
}
function readIdTokenWish({ params: given }, accounts) {
    const audience = (0,param_values/* readText */.yR)(given, 'id-token-audience');
    const includeEmail = (0,param_values/* readSwitch */.hc)(given, 'id-token-include-email');
    if (audience === undefined) {
        if (includeEmail)
            throw (0,param_values/* refuseParam */._t)('id-token-include-email', 'needs `id-token-audience`');
        return undefined;
    }
    if (accounts.length === 0)
        throw (0,param_values/* refuseParam */._t)('id-token-audience', 'needs a service account as `role`: only those have ID tokens');
    if (given['scopes'] !== undefined)
        throw (0,param_values/* refuseParam */._t)('scopes', 'means nothing to an ID token');
    return { audience, includeEmail };
}
function readDelegates({ params: given }, accounts) {
    const delegates = (0,param_values/* readList */.LD)(given, 'delegates');
    if (delegates.length > 0 && accounts.length === 0)
        throw (0,param_values/* refuseParam */._t)('delegates', 'needs a service account as `role`, to which the chain leads');
    if (!delegates.every((email) => (0,pattern/* fullMatch */.L)(emailPattern, email)))
        throw (0,param_values/* refuseParam */._t)('delegates', 'must be e-mail addresses of service accounts');
    return delegates;
}
/** https://developers.google.com/identity/protocols/oauth2/scopes */
function readScopes({ params: given }) {
    const scopes = (0,param_values/* readList */.LD)(given, 'scopes').flatMap((text) => text.split(/[ ,]+/).filter((each) => each !== ''));
    if (!scopes.every((scope) => (0,pattern/* fullMatch */.L)(/https:\/\/[\x21\x23-\x5b\x5d-\x7e]{1,500}/, scope)))
        throw (0,param_values/* refuseParam */._t)('scopes', 'must be URLs such as https://www.googleapis.com/auth/devstorage.read_only');
    return scopes.length === 0 ? ['https://www.googleapis.com/auth/cloud-platform'] : scopes;
}
function readSeconds({ ttlSeconds }, accounts, idToken) {
    if (ttlSeconds === undefined)
        return usual;
    const decides = 'and `max-ttl` and `min-ttl` bound it';
    if (accounts.length === 0)
        throw (0,input/* refuseInput */.bG)('ttl', `needs a service account as \`role\`; a federated token lives as long as Google says, ${decides}`);
    if (idToken)
        throw (0,input/* refuseInput */.bG)('ttl', `means nothing to an ID token, which lives an hour, ${decides}`);
    if (ttlSeconds < shortest || ttlSeconds > longest)
        throw (0,input/* refuseInput */.bG)('ttl', 'must be between 1m and 12h for `gcp`; above 1h an organization policy has to allow it');
    return ttlSeconds;
}
function readProject({ params: given }) {
    const project = (0,param_values/* readText */.yR)(given, 'project');
    if (project !== undefined && !(0,pattern/* fullMatch */.L)(/([a-z0-9.-]{1,100}:)?[a-z][a-z0-9-]{4,28}[a-z0-9]/, project))
        throw (0,param_values/* refuseParam */._t)('project', 'must be the id of a project, such as my-project-123');
    return project;
}
/** Private Service Connect has names of its own (https://cloud.google.com/vpc/docs/about-accessing-google-apis-endpoints). */
function readEndpoint({ params: given }, service, universe) {
    const url = (0,param_values/* readText */.yR)(given, `${service}-endpoint`) ?? `https://${service}.${universe}`;
    return (0,input/* serverUrl */.Vd)(`params: ${service}-endpoint`, url, true);
}
/**
 * Google's answers do not say whose a token is, but the request says it: the account by its address, the pool by its
 * project's number. So it is compared here.
 */
function comparedAccount({ expectAccount }, accounts, provider) {
    if (expectAccount === undefined)
        return undefined;
    const fits = accounts.length === 0
        ? provider.split('/')[1] === expectAccount
        : accounts.every(({ request, project }) => [request.role, project].includes(expectAccount));
    if (fits)
        return expectAccount;
    const what = accounts.length === 0
        ? 'is not the project number of `workload-identity-provider`'
        : 'is neither the project nor the address of every service account in `role`';
    throw (0,input/* refuseInput */.bG)('expect-account', `${what}; nothing was sent`);
}

;// CONCATENATED MODULE: ./lib/inside/providers/gcp.js
// https://cloud.google.com/iam/docs/workload-identity-federation








const longestAnswer = 64 * 1024;
const page = 'docs/how-to/gcp-without-a-broker.md';
/** What impersonating takes; the token with it is dropped as soon as that is done. */
const impersonating = ['https://www.googleapis.com/auth/cloud-platform'];
/**
 * Google's workload identity federation: one HTTPS request, and one more for each service account. A token cannot be
 * given back; it ends by itself.
 */
const gcp = { name: 'gcp', configure, giveBack: () => Promise.resolve(undefined) };
function configure(wish) {
    const plan = readGcpPlan(wish);
    return {
        audience: plan.audience,
        lender: plan.sts.host,
        endpoint: plan.sts,
        bindsKey: false,
        open: () => ({
            audience: plan.audience,
            debt: {},
            secrets: [],
            trade: (idToken, call) => trade(plan, idToken, call),
        }),
    };
}
async function trade(plan, idToken, call) {
    const account = plan.account === undefined ? {} : { account: plan.account };
    const federated = await federate(plan, idToken, call);
    if (plan.accounts.length === 0) {
        const credential = accessCredential(federated, plan.project);
        return { leases: [leaseOf({ role: 'federated' }, credential)], ...account };
    }
    const leases = [];
    for (const each of plan.accounts) {
        try {
            leases.push(await impersonate(plan, { account: each, federated: federated.token }, call));
        }
        catch (error) {
            // The federated token does not count: it was in no hands but ours, and is dropped.
            throw error instanceof errors/* CredsError */.u && leases.length > 0 ? error.asPartlyIssued() : error;
        }
    }
    return { leases, ...account };
}
/** https://cloud.google.com/iam/docs/reference/sts/rest/v1/TopLevel/token */
async function federate(plan, idToken, call) {
    const scopes = plan.accounts.length === 0 ? plan.scopes : impersonating;
    const fields = {
        audience: [plan.target],
        scope: [scopes.join(' ')],
        requested_token_type: [token_exchange/* accessTokenType */.Sg],
    };
    const asked = { subjectTokenType: token_exchange/* jwtType */.A4, encoding: 'form', fields };
    const { body, contentType } = (0,plain_exchange/* plainBody */.FD)(asked, idToken.token.reveal());
    const headers = { 'content-type': contentType, accept: 'application/json' };
    const answer = await (0,http/* exchange */.cv)(call, {
        method: 'POST',
        url: plan.sts,
        headers,
        body,
        maxBytes: longestAnswer,
    });
    const { host } = plan.sts;
    const now = call.host.clock.now();
    if (answer.status !== 200)
        throw googleRefusal(answer, { host, now, meanings: admission });
    const { token, tokenType, seconds } = (0,plain_exchange/* readIssuedToken */.hE)(answer);
    if (tokenType !== 'bearer')
        throw new errors/* CredsError */.u('lease-unsuitable', `${host} sent a token of a type that is not Bearer.`);
    if (seconds === undefined)
        throw new errors/* CredsError */.u('answer-invalid', `${host} does not say when the token ends.`);
    return { token, expiresAt: new Date(now.getTime() + seconds * 1000) };
}
async function impersonate(plan, { account: { request, project }, federated }, call) {
    const { idToken } = plan;
    const method = idToken === undefined ? 'generateAccessToken' : 'generateIdToken';
    const url = new URL(`${plan.iamCredentials}/v1/projects/-/serviceAccounts/${request.role}:${method}`);
    const body = idToken === undefined
        ? accessTokenBody(plan.scopes, plan.seconds, plan.delegates)
        : idTokenBody(idToken.audience, idToken.includeEmail, plan.delegates);
    const headers = {
        'content-type': 'application/json',
        accept: 'application/json',
        authorization: `Bearer ${federated.reveal()}`,
    };
    const answer = await (0,http/* exchange */.cv)(call, { method: 'POST', url, headers, body, maxBytes: longestAnswer });
    if (answer.status !== 200)
        throw googleRefusal(answer, {
            host: url.host,
            now: call.host.clock.now(),
            meanings: impersonation(plan),
        });
    if (idToken !== undefined)
        return leaseOf(request, bearer(readIdToken(answer, idToken.audience)));
    return leaseOf(request, accessCredential(readAccessToken(answer), plan.project ?? project));
}
function accessCredential({ token, expiresAt }, project) {
    const fields = { token, ...(project === undefined ? {} : { project }) };
    return { name: 'gcp', kind: 'gcp-token', expiresAt, fields };
}
/** No access token of Google's: nothing that reads those may find it. */
function bearer({ token, expiresAt }) {
    return { name: 'id-token', kind: 'bearer-token', expiresAt, fields: { token } };
}
function leaseOf(request, credential) {
    return {
        ...request,
        id: `gcp_${(0,external_node_crypto_.randomBytes)(8).toString('hex')}`,
        expiresAt: credential.expiresAt,
        revocability: 'expiry-only',
        credentials: [credential],
    };
}
/** What keeps a job out of the pool. */
const admission = {
    invalid_target: {
        code: 'request-refused',
        text: 'there is no such workload identity provider, or it is disabled',
        hint: 'Compare `workload-identity-provider` in `params` with what `gcloud iam workload-identity-pools providers describe` prints as its name. One that was deleted can be undeleted for 30 days.',
    },
    invalid_grant: {
        code: 'identity-refused',
        text: 'the ID token does not fit the workload identity provider',
        hint: 'Compare the provider\u2019s issuer with this platform, and its allowed audiences with the input `audience`: left out, it is https://iam.googleapis.com/<the provider>, which a provider without allowed audiences takes.',
    },
    unauthorized_client: {
        code: 'policy-denied',
        text: 'the attribute condition of the provider does not let this job in',
        hint: `Compare the provider\u2019s attribute condition with the claims above; capital letters count. ${page} has one by ids.`,
    },
    access_denied: {
        code: 'policy-denied',
        text: 'this job is not let in',
        hint: `Compare the provider\u2019s attribute condition with the claims above; ${page}.`,
    },
    invalid_request: {
        code: 'request-refused',
        text: 'it does not accept the request',
        hint: `Compare \`params\` with ${page}. A claim of more than 127 bytes that is mapped to google.subject is refused like this, too.`,
    },
    invalid_scope: {
        code: 'request-refused',
        text: 'it does not grant these scopes',
        hint: 'Correct `scopes` in `params`.',
    },
    SERVICE_DISABLED: {
        code: 'request-refused',
        text: 'the Security Token Service is not switched on in the project',
        hint: 'gcloud services enable sts.googleapis.com --project=<the pool\u2019s project>',
    },
};
/** What keeps an identity of the pool from a service account. */
function impersonation({ pool }) {
    const member = `principalSet://${pool}/attribute.repository_id/<id>`;
    const denied = {
        code: 'policy-denied',
        text: 'this job may not act as the service account, or there is no such account',
        hint: `Grant roles/iam.workloadIdentityUser on the service account to ${member} (with \`delegates\`, roles/iam.serviceAccountTokenCreator along the chain); ${page}. What was granted just now takes minutes to count.`,
    };
    return {
        IAM_PERMISSION_DENIED: denied,
        PERMISSION_DENIED: denied,
        NOT_FOUND: { ...denied, code: 'request-refused', text: 'there is no such service account' },
        SERVICE_DISABLED: {
            code: 'request-refused',
            text: 'the IAM Service Account Credentials API is not switched on',
            hint: 'gcloud services enable iamcredentials.googleapis.com --project=<the service account\u2019s project>',
        },
        INVALID_ARGUMENT: {
            code: 'request-refused',
            text: 'a parameter is not allowed',
            hint: 'A `ttl` above 1h needs the organization policy constraints/iam.allowServiceAccountCredentialLifetimeExtension; compare `scopes` and `delegates`, too.',
        },
        UNAUTHENTICATED: {
            code: 'identity-refused',
            text: 'it does not accept the federated token',
            hint: 'Compare `universe-domain`, `sts-endpoint` and `iamcredentials-endpoint` in `params`: all must be of one universe.',
        },
    };
}


/***/ }),

/***/ 2812:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   F: () => (/* binding */ onlyParams),
/* harmony export */   Pb: () => (/* binding */ endpointUrl),
/* harmony export */   Vd: () => (/* binding */ serverUrl),
/* harmony export */   bG: () => (/* binding */ refuseInput),
/* harmony export */   e: () => (/* binding */ refuseKey)
/* harmony export */ });
/* harmony import */ var node_net__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(7030);
/* harmony import */ var node_net__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__nccwpck_require__.n(node_net__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var _domain_errors_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(847);
/* harmony import */ var _domain_near_miss_js__WEBPACK_IMPORTED_MODULE_3__ = __nccwpck_require__(2975);
/* harmony import */ var _protocol_endpoint_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(773);




/** An input that a provider cannot take. */
function refuseInput(input, problem) {
    return new _domain_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .CredsError */ .u('input-invalid', `The input \`${input}\` ${problem}.`);
}
/** For a provider that lends nothing for a key of this run. @throws CredsError `input-invalid` */
function refuseKey({ publicKey }) {
    if (publicKey !== undefined)
        throw refuseInput('export', 'names `ssh`, which needs `provider: broker`');
}
/**
 * The base URL of a server that will be sent an ID token: https (http on loopback), a name and not an address
 * (unless `allowIp`), nothing else in it.
 * @throws CredsError `input-invalid`
 */
function serverUrl(input, text, allowIp) {
    const url = endpointUrl(input, text, allowIp);
    if (url.search !== '')
        throw refuseInput(input, 'must not have a query');
    return (0,_protocol_endpoint_js__WEBPACK_IMPORTED_MODULE_2__/* .baseUrl */ .p)(url);
}
/**
 * The URL of one endpoint to which a token will be sent: the same, but it may have a query (RFC 6749 \u00a73.2).
 * @throws CredsError `input-invalid`
 */
function endpointUrl(input, text, allowIp) {
    const url = URL.canParse(text) ? new URL(text) : undefined;
    if (url === undefined || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
        throw refuseInput(input, 'must be a URL such as https://broker.example.com');
    }
    if (url.username !== '' || url.password !== '')
        throw refuseInput(input, 'must not hold a user name or password');
    if (url.hash !== '')
        throw refuseInput(input, 'must not have a fragment');
    if ((0,_protocol_endpoint_js__WEBPACK_IMPORTED_MODULE_2__/* .isLoopback */ .U)(url))
        return url;
    if (url.protocol !== 'https:')
        throw refuseInput(input, 'must be https; plain http is for loopback only');
    if ((0,node_net__WEBPACK_IMPORTED_MODULE_0__.isIP)(url.hostname.replace(/^\[|\]$/g, '')) !== 0 && !allowIp) {
        throw refuseInput(input, 'must name a host, not an address (closed networks: `params: "allow-ip: true"`)');
    }
    return url;
}
/** Reads the provider's parameters; any other is a typo and refused, with the one that was probably meant. */
function onlyParams(params, known) {
    const typed = Object.keys(params).find((name) => !known.includes(name));
    if (typed === undefined)
        return;
    const near = (0,_domain_near_miss_js__WEBPACK_IMPORTED_MODULE_3__/* .nearest */ .p)(known, typed);
    const hint = near === undefined ? '' : ` (did you mean \`${near}\`?)`;
    const list = known.map((each) => `\`${each}\``).join(', ');
    throw refuseInput('params', `has a parameter that this provider does not know${hint}; it knows ${list}`);
}


/***/ }),

/***/ 8409:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
__nccwpck_require__.r(__webpack_exports__);
/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   npm: () => (/* binding */ npm)
/* harmony export */ });
/* harmony import */ var _domain_pattern_js__WEBPACK_IMPORTED_MODULE_3__ = __nccwpck_require__(4624);
/* harmony import */ var _input_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(2812);
/* harmony import */ var _one_token_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(1716);
/* harmony import */ var _server_inputs_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(4667);




/** What its documentation calls typical, where the answer does not say. */
const tokenSeconds = 3600;
/** An npm registry with trusted publishers: a token for one package. The registry has no way to take it back. */
const npm = { name: 'npm', configure, giveBack: () => Promise.resolve(undefined) };
function configure(wish) {
    (0,_input_js__WEBPACK_IMPORTED_MODULE_0__/* .refuseKey */ .e)(wish);
    (0,_input_js__WEBPACK_IMPORTED_MODULE_0__/* .onlyParams */ .F)(wish.params, ['url', 'allow-ip']);
    (0,_server_inputs_js__WEBPACK_IMPORTED_MODULE_1__/* .refuseForeign */ .r)(wish, 'npm', {
        'broker-url': 'set `url` in `params`',
        region: 'leave it out',
        ttl: 'the registry decides, and `max-ttl` and `min-ttl` bound it',
        'expect-account': 'the token does not say whose it is',
    });
    const base = (0,_server_inputs_js__WEBPACK_IMPORTED_MODULE_1__/* .urlParam */ .B)(wish, 'url', 'https://registry.example');
    const role = packageOf(wish);
    const escaped = role.role.replace('/', '%2f');
    return (0,_one_token_js__WEBPACK_IMPORTED_MODULE_2__/* .oneToken */ .Ad)({
        name: 'npm',
        audience: wish.audience ?? `npm:${new URL(base).hostname}`,
        endpoint: new URL(`${base}/-/npm/v1/oidc/token/exchange/package/${escaped}`),
        role,
        debt: {},
        request: (idToken) => ({ method: 'POST', headers: { authorization: `Bearer ${idToken}` }, body: '' }),
        endOf: ({ expires }, now) => (0,_one_token_js__WEBPACK_IMPORTED_MODULE_2__/* .timeOf */ .nR)(expires) ?? (0,_one_token_js__WEBPACK_IMPORTED_MODULE_2__/* .after */ .Pl)(now, tokenSeconds),
        credential: (token, expiresAt) => ({ name: 'npm', kind: 'bearer-token', expiresAt, fields: { token } }),
        meaning,
    });
}
function packageOf({ roles }) {
    const [role] = roles;
    if (role === undefined)
        throw (0,_input_js__WEBPACK_IMPORTED_MODULE_0__/* .refuseInput */ .bG)('role', 'is required: the package to publish, NAME or @SCOPE/NAME');
    if (roles.length > 1)
        throw (0,_input_js__WEBPACK_IMPORTED_MODULE_0__/* .refuseInput */ .bG)('role', 'names several packages: a token is for one, so use a step for each');
    if (!(0,_domain_pattern_js__WEBPACK_IMPORTED_MODULE_3__/* .fullMatch */ .L)(/(?:@[A-Za-z0-9~-][A-Za-z0-9._~-]{0,213}\/)?[A-Za-z0-9~-][A-Za-z0-9._~-]{0,213}/, role.role))
        throw (0,_input_js__WEBPACK_IMPORTED_MODULE_0__/* .refuseInput */ .bG)('role', 'is no name of a package: write NAME or @SCOPE/NAME');
    return role;
}
function meaning({ status }) {
    return {
        400: {
            code: 'request-refused',
            text: 'it does not take the request',
            hint: 'Compare the input `role` with the name of the package, and `url` in `params` with the registry\u2019s own.',
        },
        401: {
            code: 'identity-refused',
            text: 'it does not accept the ID token',
            hint: 'Set the input `audience` to what this registry expects, `npm:` and its host name. It takes tokens of GitHub-hosted runners, GitLab.com and CircleCI only.',
        },
        403: denied(),
        404: denied(),
    }[status];
}
function denied() {
    return {
        code: 'policy-denied',
        text: 'no trusted publisher of this package is this job, or there is no such package',
        hint: 'Compare owner, repository, workflow file and environment of the package\u2019s trusted publisher with the claims above. The first version of a package has to be published in another way; after a repository was renamed or made anew, add the publisher again.',
    };
}


/***/ }),

/***/ 7484:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
__nccwpck_require__.r(__webpack_exports__);
/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   octoSts: () => (/* binding */ octoSts)
/* harmony export */ });
/* harmony import */ var _domain_pattern_js__WEBPACK_IMPORTED_MODULE_4__ = __nccwpck_require__(4624);
/* harmony import */ var _input_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(2812);
/* harmony import */ var _one_token_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(1716);
/* harmony import */ var _param_values_js__WEBPACK_IMPORTED_MODULE_3__ = __nccwpck_require__(6356);
/* harmony import */ var _server_inputs_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(4667);





/** An installation token lives an hour, whoever asks (GitHub REST API, Create an installation access token). */
const tokenSeconds = 3600;
/** Octo STS: a GitHub token by a trust policy that lies in the repository it is for. It is revoked at GitHub itself. */
const octoSts = {
    name: 'octo-sts',
    configure,
    giveBack: (debt, ids, way) => (0,_one_token_js__WEBPACK_IMPORTED_MODULE_0__/* .giveTokenBack */ .yx)(debt, ids, {
        // https://docs.github.com/en/rest/apps/installations#revoke-an-installation-access-token
        request: (token) => ({
            method: 'DELETE',
            url: new URL(`${debt['url'] ?? ''}/installation/token`),
            headers: {
                authorization: `Bearer ${token}`,
                accept: 'application/vnd.github+json',
                'x-github-api-version': '2022-11-28',
            },
        }),
        gone: [401],
    }, way),
};
function configure(wish) {
    (0,_input_js__WEBPACK_IMPORTED_MODULE_1__/* .refuseKey */ .e)(wish);
    (0,_input_js__WEBPACK_IMPORTED_MODULE_1__/* .onlyParams */ .F)(wish.params, ['url', 'scope', 'api-url', 'allow-ip']);
    (0,_server_inputs_js__WEBPACK_IMPORTED_MODULE_2__/* .refuseForeign */ .r)(wish, 'octo-sts', {
        'broker-url': 'set `url` in `params`',
        region: 'leave it out',
        ttl: 'a GitHub installation token always lives an hour, and post revokes it',
        'expect-account': 'leave it out; `scope` in `params` says for which repository the token is',
    });
    const base = (0,_server_inputs_js__WEBPACK_IMPORTED_MODULE_2__/* .urlParam */ .B)(wish, 'url', 'https://octo-sts.example.com');
    const apiUrl = (0,_input_js__WEBPACK_IMPORTED_MODULE_1__/* .serverUrl */ .Vd)('params: api-url', (0,_param_values_js__WEBPACK_IMPORTED_MODULE_3__/* .readText */ .yR)(wish.params, 'api-url') ?? 'https://api.github.com', false);
    const role = roleOf(wish);
    const endpoint = new URL(`${base}/sts/exchange`);
    endpoint.search = new URLSearchParams({ scope: scopeOf(wish), identity: role.role }).toString();
    return (0,_one_token_js__WEBPACK_IMPORTED_MODULE_0__/* .oneToken */ .Ad)({
        name: 'octo-sts',
        audience: wish.audience ?? endpoint.host,
        endpoint,
        role,
        debt: { url: apiUrl },
        request: (idToken) => ({ method: 'GET', headers: { authorization: `Bearer ${idToken}` } }),
        endOf: ({ expiry }, now) => (0,_one_token_js__WEBPACK_IMPORTED_MODULE_0__/* .timeOf */ .nR)(expiry) ?? (0,_one_token_js__WEBPACK_IMPORTED_MODULE_0__/* .after */ .Pl)(now, tokenSeconds),
        credential: (token, expiresAt) => ({
            name: role.role,
            kind: 'github-token',
            expiresAt,
            fields: { token, apiUrl },
        }),
        meaning,
    });
}
function roleOf({ roles }) {
    const [role] = roles;
    if (role === undefined)
        throw (0,_input_js__WEBPACK_IMPORTED_MODULE_1__/* .refuseInput */ .bG)('role', 'is required: the identity, that is NAME of .github/chainguard/NAME.sts.yaml');
    if (roles.length > 1)
        throw (0,_input_js__WEBPACK_IMPORTED_MODULE_1__/* .refuseInput */ .bG)('role', 'names several identities: use a step for each');
    if (!(0,_domain_pattern_js__WEBPACK_IMPORTED_MODULE_4__/* .fullMatch */ .L)(/[A-Za-z0-9][A-Za-z0-9._-]{0,127}/, role.role))
        throw (0,_input_js__WEBPACK_IMPORTED_MODULE_1__/* .refuseInput */ .bG)('role', 'has characters that no identity has; write it without path and `.sts.yaml`');
    return role;
}
function scopeOf(wish) {
    const scope = (0,_param_values_js__WEBPACK_IMPORTED_MODULE_3__/* .readText */ .yR)(wish.params, 'scope') ?? '';
    if (!(0,_domain_pattern_js__WEBPACK_IMPORTED_MODULE_4__/* .fullMatch */ .L)(/[A-Za-z0-9][A-Za-z0-9-]{0,38}(\/[A-Za-z0-9._-]{1,100})?/, scope))
        throw (0,_input_js__WEBPACK_IMPORTED_MODULE_1__/* .refuseInput */ .bG)('params: scope', 'must be the repository that the token is for, OWNER/REPOSITORY, or the owner');
    return scope;
}
/** By the HTTP statuses of its gRPC codes (google.rpc.Code); its text may quote a trust policy. */
function meaning({ status }) {
    return {
        400: {
            code: 'identity-refused',
            text: 'it does not take the request, or does not believe the issuer of the ID token',
            hint: 'Compare `scope` in `params` and the organisation\u2019s list of trusted issuers with this job.',
        },
        401: {
            code: 'identity-refused',
            text: 'it does not accept the ID token',
            hint: 'Set the input `audience` to what this server expects, its own host name unless it was configured otherwise.',
        },
        403: {
            code: 'policy-denied',
            text: 'the trust policy does not match this job',
            hint: 'Compare `issuer`, `subject`, `audience` and `claim_pattern` of .github/chainguard/NAME.sts.yaml on the default branch of the repository in `scope` with the claims above.',
        },
        404: {
            code: 'policy-denied',
            text: 'there is no trust policy of that name, or its App is not installed there',
            hint: 'Put .github/chainguard/NAME.sts.yaml on the default branch of the repository in `scope` (of `.github` for an owner), and install the App of this server there.',
        },
    }[status];
}


/***/ }),

/***/ 1716:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   Ad: () => (/* binding */ oneToken),
/* harmony export */   N1: () => (/* binding */ userAgent),
/* harmony export */   Of: () => (/* binding */ refusalOf),
/* harmony export */   Pl: () => (/* binding */ after),
/* harmony export */   nR: () => (/* binding */ timeOf),
/* harmony export */   o_: () => (/* binding */ jsonOf),
/* harmony export */   po: () => (/* binding */ tokenIsGone),
/* harmony export */   yx: () => (/* binding */ giveTokenBack)
/* harmony export */ });
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(7598);
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__nccwpck_require__.n(node_crypto__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var _domain_errors_js__WEBPACK_IMPORTED_MODULE_4__ = __nccwpck_require__(847);
/* harmony import */ var _domain_pattern_js__WEBPACK_IMPORTED_MODULE_3__ = __nccwpck_require__(4624);
/* harmony import */ var _domain_secret_js__WEBPACK_IMPORTED_MODULE_5__ = __nccwpck_require__(7480);
/* harmony import */ var _protocol_http_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(1612);
/* harmony import */ var _protocol_json_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(5742);






/** Some servers answer nobody who does not say what he is (crates registry, GitHub). */
const userAgent = 'ephemeral-creds';
const longestAnswer = 64 * 1024;
/** The exchange of such a provider. */
function oneToken(plan) {
    const { audience, endpoint } = plan;
    return { audience, lender: endpoint.host, endpoint, bindsKey: false, open: () => open(plan) };
}
function open(plan) {
    const canRevoke = Object.keys(plan.debt).length > 0;
    const id = `${plan.name}_${(0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.randomBytes)(8).toString('hex')}`;
    let kept = canRevoke ? {} : undefined;
    return {
        audience: plan.audience,
        debt: plan.debt,
        get kept() {
            return kept;
        },
        secrets: [],
        trade: async (idToken, call) => {
            const { token, body } = await ask(plan, idToken.token.reveal(), call);
            if (canRevoke)
                kept = { token: token.reveal() };
            return loanOf({ plan, id, canRevoke }, token, plan.endOf(body, call.host.clock.now()));
        },
    };
}
async function ask(plan, idToken, call) {
    const { endpoint: url } = plan;
    const { method, headers, body } = plan.request(idToken);
    const answer = await (0,_protocol_http_js__WEBPACK_IMPORTED_MODULE_1__/* .exchange */ .cv)(call, {
        method,
        url,
        headers: { accept: 'application/json', 'user-agent': userAgent, ...headers },
        ...(body === undefined ? {} : { body }),
        maxBytes: longestAnswer,
    });
    if (answer.status !== 200 && answer.status !== 201)
        throw refusalOf(answer, { host: url.host, now: call.host.clock.now(), meaning: plan.meaning(answer) });
    const read = jsonOf(answer);
    const token = read === undefined ? undefined : (0,_protocol_json_js__WEBPACK_IMPORTED_MODULE_2__/* .member */ .Dc)(read, 'token');
    if (read === undefined || typeof token !== 'string' || !(0,_domain_pattern_js__WEBPACK_IMPORTED_MODULE_3__/* .fullMatch */ .L)(/[\x21-\x7e]{1,32768}/, token))
        throw new _domain_errors_js__WEBPACK_IMPORTED_MODULE_4__/* .CredsError */ .u('answer-invalid', `${url.host} sent an answer without a usable token.`);
    return { token: new _domain_secret_js__WEBPACK_IMPORTED_MODULE_5__/* .Secret */ .z(token), body: read };
}
function loanOf({ plan, id, canRevoke }, token, expiresAt) {
    const revocability = canRevoke ? 'immediate' : 'expiry-only';
    const credentials = [plan.credential(token, expiresAt)];
    return { leases: [{ ...plan.role, id, expiresAt, revocability, credentials }] };
}
/** The object of a JSON answer; undefined when it is none. */
function jsonOf(answer) {
    if (!(0,_protocol_http_js__WEBPACK_IMPORTED_MODULE_1__/* .isJson */ .Fh)(answer))
        return undefined;
    try {
        const body = (0,_protocol_json_js__WEBPACK_IMPORTED_MODULE_2__/* .parseStrictJson */ .RJ)(answer.body);
        return (0,_protocol_json_js__WEBPACK_IMPORTED_MODULE_2__/* .isObject */ .Gv)(body) ? body : undefined;
    }
    catch {
        return undefined;
    }
}
/** What an answer that is no success is turned into; none of the server's words is in it. */
function refusalOf(answer, { host, now, meaning, }) {
    const status = String(answer.status);
    if ((0,_protocol_http_js__WEBPACK_IMPORTED_MODULE_1__/* .asksToRetry */ .i_)(answer.status)) {
        const wait = (0,_protocol_http_js__WEBPACK_IMPORTED_MODULE_1__/* .retryAfterSeconds */ .C3)(answer, now);
        return new _domain_errors_js__WEBPACK_IMPORTED_MODULE_4__/* .CredsError */ .u('busy', `${host} answered ${status}.`, { retryAfterSeconds: wait });
    }
    const refused = { nothingIssued: answer.status >= 400 };
    if (meaning === undefined) {
        const code = jsonOf(answer) === undefined ? 'answer-invalid' : 'request-refused';
        return new _domain_errors_js__WEBPACK_IMPORTED_MODULE_4__/* .CredsError */ .u(code, `${host} answered ${status} and nothing that is documented.`, refused);
    }
    const { code, text, hint, freshIdToken = false } = meaning;
    return new _domain_errors_js__WEBPACK_IMPORTED_MODULE_4__/* .CredsError */ .u(code, `${host} refused: ${text} (${status}).`, { ...refused, hint, freshIdToken });
}
/**
 * Gives one token back, where the server has a way for that and we have the token.
 * @throws CredsError when it could not be made sure
 */
async function giveTokenBack({ token }, ids, { request, gone }, { call }) {
    if (token === undefined && ids.length === 0)
        return undefined;
    if (token === undefined)
        throw tokenIsGone();
    const out = request(token);
    await (0,_protocol_http_js__WEBPACK_IMPORTED_MODULE_1__/* .retrying */ .R$)(call, async () => {
        const answer = await (0,_protocol_http_js__WEBPACK_IMPORTED_MODULE_1__/* .exchange */ .cv)(call, {
            ...out,
            headers: { accept: 'application/json', 'user-agent': userAgent, ...out.headers },
            maxBytes: longestAnswer,
        });
        const { status } = answer;
        if (status !== 200 && status !== 204 && !gone.includes(status))
            throw refusalOf(answer, { host: out.url.host, now: call.host.clock.now() });
    });
    return [];
}
/** Somebody has meddled with the ledger's file. */
function tokenIsGone() {
    const hint = 'Another step has removed or changed it. Revoke the token at the server, or wait for its end.';
    const message = 'The token that has to be given back is gone from the ledger\u2019s file.';
    return new _domain_errors_js__WEBPACK_IMPORTED_MODULE_4__/* .CredsError */ .u('revoke-failed', message, { hint });
}
/** A time that a server tells as RFC 3339 or as seconds since 1970; undefined where it tells none that makes sense. */
function timeOf(value) {
    const at = typeof value === 'number' ? new Date(value * 1000) : new Date(typeof value === 'string' ? value : NaN);
    return Number.isNaN(at.getTime()) ? undefined : at;
}
/** So many seconds from now. */
function after(now, seconds) {
    return new Date(now.getTime() + seconds * 1000);
}


/***/ }),

/***/ 6356:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   LD: () => (/* binding */ readList),
/* harmony export */   SX: () => (/* binding */ readPairs),
/* harmony export */   _t: () => (/* binding */ refuseParam),
/* harmony export */   hc: () => (/* binding */ readSwitch),
/* harmony export */   yR: () => (/* binding */ readText)
/* harmony export */ });
/* harmony import */ var _domain_pattern_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(4624);
/* harmony import */ var _input_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(2812);


/** A parameter that a provider cannot take. */
function refuseParam(name, problem) {
    return (0,_input_js__WEBPACK_IMPORTED_MODULE_0__/* .refuseInput */ .bG)(`params: ${name}`, problem);
}
/** One line of text; undefined when it is not there. @throws CredsError `input-invalid` */
function readText(params, name) {
    const value = params[name];
    return value === undefined ? undefined : line(name, value);
}
/** One line, or a list of lines; empty when it is not there. @throws CredsError `input-invalid` */
function readList(params, name) {
    const value = params[name];
    if (value === undefined)
        return [];
    return (Array.isArray(value) ? value : [value]).map((each) => line(name, each));
}
/** `true` or `false`; `false` when it is not there. @throws CredsError `input-invalid` */
function readSwitch(params, name) {
    const value = params[name] ?? false;
    if (typeof value !== 'boolean')
        throw refuseParam(name, 'must be `true` or `false`');
    return value;
}
/** `name: value` lines; empty when it is not there. @throws CredsError `input-invalid` */
function readPairs(params, name) {
    const value = params[name] ?? {};
    if (typeof value !== 'object' || Array.isArray(value))
        throw refuseParam(name, 'must be `name: value` lines');
    return Object.entries(value).map(([key, text]) => [key, line(name, text)]);
}
function line(name, value) {
    const text = typeof value === 'number' || typeof value === 'boolean' ? String(value) : value;
    if (typeof text !== 'string' || !(0,_domain_pattern_js__WEBPACK_IMPORTED_MODULE_1__/* .fullMatch */ .L)(/[^\u0000-\u001f\u007f]{1,2048}/, text))
        throw refuseParam(name, 'must be one line of text');
    return text;
}


/***/ }),

/***/ 7306:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
__nccwpck_require__.r(__webpack_exports__);
/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   pypi: () => (/* binding */ pypi)
/* harmony export */ });
/* harmony import */ var _protocol_json_js__WEBPACK_IMPORTED_MODULE_4__ = __nccwpck_require__(5742);
/* harmony import */ var _input_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(2812);
/* harmony import */ var _one_token_js__WEBPACK_IMPORTED_MODULE_3__ = __nccwpck_require__(1716);
/* harmony import */ var _param_values_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(6356);
/* harmony import */ var _server_inputs_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(4667);





const tokenSeconds = 900;
/**
 * A Python package index with trusted publishers. The audience is pinned, not asked of the index: an index that may
 * choose it could have an ID token made for somebody else. It has no way to take a token back.
 */
const pypi = { name: 'pypi', configure, giveBack: () => Promise.resolve(undefined) };
function configure(wish) {
    (0,_input_js__WEBPACK_IMPORTED_MODULE_0__/* .refuseKey */ .e)(wish);
    (0,_input_js__WEBPACK_IMPORTED_MODULE_0__/* .onlyParams */ .F)(wish.params, ['url', 'upload-url', 'allow-ip']);
    (0,_server_inputs_js__WEBPACK_IMPORTED_MODULE_1__/* .refuseForeign */ .r)(wish, 'pypi', {
        'broker-url': 'set `url` in `params`',
        region: 'leave it out',
        ttl: 'a token lives 15 minutes',
        'expect-account': 'the token does not say whose it is',
    });
    if (wish.roles.length > 0)
        throw (0,_input_js__WEBPACK_IMPORTED_MODULE_0__/* .refuseInput */ .bG)('role', 'means nothing to `provider: pypi`: the index knows the projects of this publisher');
    const base = (0,_server_inputs_js__WEBPACK_IMPORTED_MODULE_1__/* .urlParam */ .B)(wish, 'url', 'https://index.example');
    const upload = (0,_param_values_js__WEBPACK_IMPORTED_MODULE_2__/* .readText */ .yR)(wish.params, 'upload-url');
    const registry = upload === undefined ? base : (0,_input_js__WEBPACK_IMPORTED_MODULE_0__/* .serverUrl */ .Vd)('params: upload-url', upload, wish.params['allow-ip'] === true);
    return (0,_one_token_js__WEBPACK_IMPORTED_MODULE_3__/* .oneToken */ .Ad)({
        name: 'pypi',
        audience: wish.audience ?? 'pypi',
        endpoint: new URL(`${base}/_/oidc/mint-token`),
        role: { role: 'upload' },
        debt: {},
        request: (idToken) => ({
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify({ token: idToken }),
        }),
        endOf: ({ expires }, now) => (0,_one_token_js__WEBPACK_IMPORTED_MODULE_3__/* .timeOf */ .nR)(expires) ?? (0,_one_token_js__WEBPACK_IMPORTED_MODULE_3__/* .after */ .Pl)(now, tokenSeconds),
        credential: (token, expiresAt) => ({
            name: 'pypi',
            kind: 'registry-login',
            expiresAt,
            fields: { registry, username: '__token__', password: token },
        }),
        meaning,
    });
}
/** The codes of its own source (warehouse, oidc/views); their descriptions are the index's words. */
const meanings = {
    'invalid-publisher': {
        code: 'policy-denied',
        text: 'no trusted publisher is this job',
        hint: 'Compare owner, repository, workflow file and environment of the project\u2019s trusted publisher with the claims above: repository, workflow_ref, environment. A reusable workflow does not count, and an environment that the publisher names has to be the job\u2019s.',
    },
    'invalid-pending-publisher': {
        code: 'policy-denied',
        text: 'the project of this pending publisher exists already',
        hint: 'Add the trusted publisher in the project\u2019s own settings.',
    },
    'invalid-token': {
        code: 'audience-mismatch',
        text: 'it does not accept the ID token',
        hint: 'Set the input `audience` to what GET /_/oidc/audience of this index names. An index believes only the platforms that it lists.',
    },
    'invalid-reuse-token': {
        code: 'identity-refused',
        text: 'this ID token was traded before',
        hint: 'Each ID token is traded once. Where the platform makes only one for a job, borrow in one step only.',
        freshIdToken: true,
    },
    'invalid-payload': {
        code: 'request-refused',
        text: 'it does not understand the request',
        hint: 'Correct `url` in `params`: the index\u2019s own address, without a path.',
    },
    'not-enabled': {
        code: 'policy-denied',
        text: 'trusted publishing is switched off for this platform',
        hint: 'Look at the index\u2019s status page; nothing in this workflow can change it.',
    },
};
function meaning(answer) {
    const errors = (0,_protocol_json_js__WEBPACK_IMPORTED_MODULE_4__/* .member */ .Dc)((0,_one_token_js__WEBPACK_IMPORTED_MODULE_3__/* .jsonOf */ .o_)(answer) ?? {}, 'errors');
    const codes = Array.isArray(errors)
        ? errors.flatMap((error) => ((0,_protocol_json_js__WEBPACK_IMPORTED_MODULE_4__/* .isObject */ .Gv)(error) ? [(0,_protocol_json_js__WEBPACK_IMPORTED_MODULE_4__/* .member */ .Dc)(error, 'code')] : []))
        : [];
    const known = codes.find((code) => typeof code === 'string' && Object.hasOwn(meanings, code));
    return typeof known === 'string' ? meanings[known] : undefined;
}


/***/ }),

/***/ 3154:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   l: () => (/* binding */ findProvider)
/* harmony export */ });
/* unused harmony export providers */
/* harmony import */ var _domain_errors_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(847);

/** Each is loaded when it is asked for: a job uses one. */
const providers = {
    broker: async () => (await Promise.resolve(/* import() eager */).then(__nccwpck_require__.bind(__nccwpck_require__, 631))).broker,
    aws: async () => (await Promise.resolve(/* import() eager */).then(__nccwpck_require__.bind(__nccwpck_require__, 5380))).aws,
    azure: async () => (await Promise.resolve(/* import() eager */).then(__nccwpck_require__.bind(__nccwpck_require__, 8289))).azure,
    gcp: async () => (await Promise.resolve(/* import() eager */).then(__nccwpck_require__.bind(__nccwpck_require__, 1806))).gcp,
    crates: async () => (await Promise.resolve(/* import() eager */).then(__nccwpck_require__.bind(__nccwpck_require__, 542))).crates,
    npm: async () => (await Promise.resolve(/* import() eager */).then(__nccwpck_require__.bind(__nccwpck_require__, 8409))).npm,
    'octo-sts': async () => (await Promise.resolve(/* import() eager */).then(__nccwpck_require__.bind(__nccwpck_require__, 7484))).octoSts,
    pypi: async () => (await Promise.resolve(/* import() eager */).then(__nccwpck_require__.bind(__nccwpck_require__, 7306))).pypi,
    vault: async () => (await Promise.resolve(/* import() eager */).then(__nccwpck_require__.bind(__nccwpck_require__, 1581))).vault,
    sts: async () => (await Promise.resolve(/* import() eager */).then(__nccwpck_require__.bind(__nccwpck_require__, 7920))).sts,
};
/** @throws CredsError `input-invalid` for a name that is not in the registry */
async function findProvider(name) {
    const load = Object.hasOwn(providers, name) ? providers[name] : undefined;
    if (load === undefined)
        throw new _domain_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .CredsError */ .u('input-invalid', 'The input `provider` names no known provider.');
    return load();
}


/***/ }),

/***/ 4667:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   B: () => (/* binding */ urlParam),
/* harmony export */   r: () => (/* binding */ refuseForeign)
/* harmony export */ });
/* harmony import */ var _input_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(2812);
/* harmony import */ var _param_values_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(6356);


/**
 * The base URL of the server under a name of `params`.
 * @param example of one, for who has left it out
 * @throws CredsError `input-invalid`
 */
function urlParam(wish, name, example) {
    const text = (0,_param_values_js__WEBPACK_IMPORTED_MODULE_0__/* .readText */ .yR)(wish.params, name);
    if (text === undefined)
        throw (0,_param_values_js__WEBPACK_IMPORTED_MODULE_0__/* .refuseParam */ ._t)(name, `is required, as in \`${name}: ${example}\``);
    return (0,_input_js__WEBPACK_IMPORTED_MODULE_1__/* .serverUrl */ .Vd)(`params: ${name}`, text, wish.params['allow-ip'] === true);
}
/** Inputs that not every provider has, by their names in a wish. */
const optional = {
    brokerUrl: 'broker-url',
    region: 'region',
    ttlSeconds: 'ttl',
    expectAccount: 'expect-account',
};
/**
 * Refuses inputs that mean nothing to this provider.
 * @param instead by the input's name: what to do instead; an input that is absent here is the provider's own
 * @throws CredsError `input-invalid`
 */
function refuseForeign(wish, provider, instead) {
    for (const name of Object.keys(optional)) {
        const hint = instead[optional[name]];
        if (wish[name] !== undefined && hint !== undefined)
            throw (0,_input_js__WEBPACK_IMPORTED_MODULE_1__/* .refuseInput */ .bG)(optional[name], `means nothing to \`provider: ${provider}\`: ${hint}`);
    }
}


/***/ }),

/***/ 7920:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
// ESM COMPAT FLAG
__nccwpck_require__.r(__webpack_exports__);

// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  sts: () => (/* binding */ sts)
});

// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __nccwpck_require__(7598);
// EXTERNAL MODULE: ./lib/inside/domain/errors.js
var errors = __nccwpck_require__(847);
// EXTERNAL MODULE: ./lib/inside/protocol/http.js
var http = __nccwpck_require__(1612);
// EXTERNAL MODULE: ./lib/inside/protocol/plain-exchange.js
var plain_exchange = __nccwpck_require__(378);
// EXTERNAL MODULE: ./lib/inside/domain/duration.js
var duration = __nccwpck_require__(4148);
// EXTERNAL MODULE: ./lib/inside/domain/pattern.js
var pattern = __nccwpck_require__(4624);
// EXTERNAL MODULE: ./lib/inside/protocol/token-exchange.js
var token_exchange = __nccwpck_require__(3085);
// EXTERNAL MODULE: ./lib/inside/providers/input.js
var input = __nccwpck_require__(2812);
;// CONCATENATED MODULE: ./lib/inside/providers/sts-plan.js




const params = [
    'token-endpoint',
    'revocation-endpoint',
    'client-id',
    'audience',
    'resource',
    'scope',
    'subject-token-type',
    'requested-token-type',
    'assume-ttl',
    'fields',
    'encoding',
    'allow-ip',
];
/** @throws CredsError `input-invalid`, naming the input */
function readStsPlan(wish) {
    (0,input/* refuseKey */.e)(wish);
    (0,input/* onlyParams */.F)(wish.params, params);
    refuseForeignInputs(wish);
    const text = (name) => readText(wish, name);
    const tokenEndpoint = readEndpoint(wish, 'token-endpoint');
    if (tokenEndpoint === undefined)
        throw bad('token-endpoint', 'is required: the URL at which the server exchanges tokens');
    const revocationEndpoint = readEndpoint(wish, 'revocation-endpoint');
    const client = text('client-id');
    const [role] = wish.roles;
    const scopes = role === undefined ? readScopes(wish) : [role.role];
    const requestedTokenType = tokenType(text('requested-token-type'));
    const assume = text('assume-ttl');
    const assumeSeconds = assume === undefined ? undefined : (0,duration/* parseDuration */.E9)(assume);
    if (assume !== undefined && (assumeSeconds ?? 0) < 1)
        throw bad('assume-ttl', 'must be a duration such as `15m`');
    return {
        tokenEndpoint,
        audience: wish.audience ?? tokenEndpoint.href,
        role: role ?? { role: 'token' },
        request: {
            subjectTokenType: tokenType(text('subject-token-type')) ?? token_exchange/* idTokenType */.Z2,
            encoding: readEncoding(wish),
            fields: {
                ...given('client_id', client === undefined ? [] : [client]),
                ...given('audience', readList(wish, 'audience')),
                ...given('resource', readResources(wish)),
                ...given('scope', scopes.length === 0 ? [] : [scopes.join(' ')]),
                ...given('requested_token_type', requestedTokenType === undefined ? [] : [requestedTokenType]),
                ...readFields(wish),
            },
        },
        scopes,
        requestedTokenType,
        assumeSeconds,
        debt: revocationEndpoint === undefined
            ? {}
            : { url: revocationEndpoint.href, ...(client === undefined ? {} : { client }) },
    };
}
function refuseForeignInputs(wish) {
    const foreign = 'means nothing to `provider: sts`';
    if (wish.brokerUrl !== undefined)
        throw (0,input/* refuseInput */.bG)('broker-url', `${foreign}: set \`token-endpoint\` in \`params\``);
    if (wish.region !== undefined)
        throw (0,input/* refuseInput */.bG)('region', foreign);
    if (wish.ttlSeconds !== undefined)
        throw (0,input/* refuseInput */.bG)('ttl', `${foreign}: the server decides, and \`max-ttl\` and \`min-ttl\` bound it`);
    if (wish.expectAccount !== undefined)
        throw (0,input/* refuseInput */.bG)('expect-account', `${foreign}: a token of the standard does not say whose it is`);
    if (wish.roles.length > 1)
        throw (0,input/* refuseInput */.bG)('role', 'names several: one exchange brings one token, so use a step for each');
    if (wish.roles.length === 1 && wish.params['scope'] !== undefined)
        throw (0,input/* refuseInput */.bG)('role', 'is the scope to ask for, which `params` has already');
    if (wish.roles.some(({ role }) => !(0,pattern/* fullMatch */.L)(scopePattern, role)))
        throw (0,input/* refuseInput */.bG)('role', 'is the scope to ask for, and has characters that no scope has');
}
/** RFC 6749 \u00a73.3. */
const scopePattern = /[\x21\x23-\x5b\x5d-\x7e]{1,512}/;
function readScopes(wish) {
    const scopes = readList(wish, 'scope').flatMap((text) => text.split(' ').filter((scope) => scope !== ''));
    if (!scopes.every((scope) => (0,pattern/* fullMatch */.L)(scopePattern, scope)))
        throw bad('scope', 'has characters that no scope has');
    return scopes;
}
/** RFC 8707 \u00a72: an absolute URI without a fragment. */
function readResources(wish) {
    const resources = readList(wish, 'resource');
    if (!resources.every((text) => URL.canParse(text) && !text.includes('#')))
        throw bad('resource', 'must be an absolute URI without a fragment');
    return resources;
}
/** The two that stand for an ID token may be written without the URN around them. */
function tokenType(text) {
    const short = {
        id_token: token_exchange/* idTokenType */.Z2,
        jwt: token_exchange/* jwtType */.A4,
        access_token: token_exchange/* accessTokenType */.Sg,
    };
    return text === undefined ? undefined : ((Object.hasOwn(short, text) ? short[text] : undefined) ?? text);
}
/** Parameters of the standards that are set by inputs of their own, or would be a secret that never changes. */
const taken = /grant_type|subject_token|subject_token_type|client_id|audience|resource|scope|requested_token_type|client_secret|client_assertion|client_assertion_type|assertion|password|username|code|refresh_token|actor_token|actor_token_type/;
function readFields({ params: { fields = {} } }) {
    if (typeof fields !== 'object' || fields === null || Array.isArray(fields))
        throw bad('fields', 'must be `name: value` lines');
    const entries = Object.entries(fields).map(([name, value]) => {
        if (!(0,pattern/* fullMatch */.L)(/[A-Za-z][A-Za-z0-9_.-]{0,63}/, name) || (0,pattern/* fullMatch */.L)(taken, name))
            throw bad('fields', 'has a name that is not one of the server\u2019s own parameters');
        return [name, [readValue('fields', value)]];
    });
    return Object.fromEntries(entries);
}
function readEncoding(wish) {
    const encoding = readText(wish, 'encoding') ?? 'form';
    if (encoding !== 'form' && encoding !== 'json')
        throw bad('encoding', 'must be `form` or `json`');
    return encoding;
}
function readEndpoint(wish, name) {
    const text = readText(wish, name);
    return text === undefined
        ? undefined
        : (0,input/* endpointUrl */.Pb)(`params: ${name}`, text, wish.params['allow-ip'] === true);
}
function readText({ params: given_ }, name) {
    const value = given_[name];
    return value === undefined ? undefined : readValue(name, value);
}
function readList({ params: given_ }, name) {
    const value = given_[name];
    if (value === undefined)
        return [];
    return (Array.isArray(value) ? value : [value]).map((each) => readValue(name, each));
}
function readValue(name, value) {
    const text = typeof value === 'number' || typeof value === 'boolean' ? String(value) : value;
    if (typeof text !== 'string' || !(0,pattern/* fullMatch */.L)(/[^\u0000-\u001f\u007f]{1,2048}/, text))
        throw bad(name, 'must be one line of text');
    return text;
}
function given(name, values) {
    return values.length === 0 ? {} : { [name]: values };
}
function bad(name, problem) {
    return (0,input/* refuseInput */.bG)(`params: ${name}`, problem);
}

;// CONCATENATED MODULE: ./lib/inside/providers/sts.js
// https://www.rfc-editor.org/rfc/rfc8693





const longestAnswer = 64 * 1024;
/**
 * Any server of the standard token exchange: one request, one bearer token. It can be given back only where the
 * server has a revocation endpoint, and that takes the token itself (RFC 7009): only then is the token kept for post.
 */
const sts = { name: 'sts', configure, giveBack };
function configure(wish) {
    const plan = readStsPlan(wish);
    return {
        audience: plan.audience,
        lender: plan.tokenEndpoint.host,
        endpoint: plan.tokenEndpoint,
        bindsKey: false,
        open: () => sts_open(plan),
    };
}
function sts_open(plan) {
    const id = `sts_${(0,external_node_crypto_.randomBytes)(8).toString('hex')}`;
    const canRevoke = plan.debt['url'] !== undefined;
    let kept = canRevoke ? {} : undefined;
    return {
        audience: plan.audience,
        debt: plan.debt,
        get kept() {
            return kept;
        },
        secrets: [],
        trade: async (idToken, call) => {
            const issued = await request(plan, idToken, call);
            // First of all: what is refused below has been issued all the same.
            if (canRevoke)
                kept = { token: issued.token.reveal() };
            assertAsAsked(issued, plan);
            if (issued.hasRefreshToken)
                call.onWarning?.(refreshWarning(plan));
            return loanOf(issued, { plan, id, now: call.host.clock.now() });
        },
    };
}
async function request(plan, idToken, call) {
    const { body, contentType } = (0,plain_exchange/* plainBody */.FD)(plan.request, idToken.token.reveal());
    const { tokenEndpoint: url } = plan;
    const headers = { 'content-type': contentType, accept: 'application/json' };
    const answer = await (0,http/* exchange */.cv)(call, { method: 'POST', url, headers, body, maxBytes: longestAnswer });
    if (answer.status !== 200)
        throw (0,plain_exchange/* plainRefusal */.L1)(answer, url.host, call.host.clock.now());
    return (0,plain_exchange/* readIssuedToken */.hE)(answer);
}
/** @throws CredsError `lease-unsuitable` for a token that the following steps could not use as they expect */
function assertAsAsked({ tokenType, issuedTokenType, scopes }, plan) {
    const { host } = plan.tokenEndpoint;
    if (tokenType === 'dpop')
        throw unsuitable(`${host} bound the token to a key, which the steps that follow do not have.`);
    if (tokenType !== 'bearer' && tokenType !== 'n_a')
        throw unsuitable(`${host} sent a token of a type that is not Bearer.`);
    const { requestedTokenType: wanted, scopes: asked } = plan;
    if (issuedTokenType?.endsWith(':refresh_token') === true)
        throw unsuitable(`${host} sent a refresh token, which is no credential for a job.`);
    if (wanted !== undefined && issuedTokenType !== undefined && issuedTokenType !== wanted)
        throw unsuitable(`${host} sent another type of token than \`requested-token-type\` names.`);
    // RFC 6749 \u00a75.1: told whenever it is not what was asked for.
    if (scopes !== undefined && asked.some((scope) => !scopes.includes(scope)))
        throw unsuitable(`${host} granted less than the scope that was asked for.`);
}
function unsuitable(message) {
    return new errors/* CredsError */.u('lease-unsuitable', message, {
        hint: 'Compare `params` with what the server is configured to issue; docs/how-to/any-token-exchange-server.md.',
    });
}
function refreshWarning({ tokenEndpoint }) {
    return (`${tokenEndpoint.host} also sent a refresh token, which outlives the job. It was dropped and is kept nowhere; ` +
        'let the server issue none to this client.');
}
function loanOf({ token, seconds, requestId }, { plan, id, now }) {
    const lifetime = seconds ?? plan.assumeSeconds;
    if (lifetime === undefined) {
        throw new errors/* CredsError */.u('answer-invalid', `${plan.tokenEndpoint.host} does not say when the token ends.`, {
            hint: 'Set `assume-ttl` in `params` to the lifetime that the server\u2019s documentation promises.',
        });
    }
    const expiresAt = new Date(now.getTime() + lifetime * 1000);
    const lease = {
        ...plan.role,
        id,
        expiresAt,
        revocability: plan.debt['url'] === undefined ? 'expiry-only' : 'immediate',
        credentials: [{ name: 'token', kind: 'bearer-token', expiresAt, fields: { token } }],
    };
    return { leases: [lease], ...(requestId === undefined ? {} : { requestId }) };
}
async function giveBack(debt, ids, { call }) {
    const { url, token, client } = debt;
    if (url === undefined || (token === undefined && ids.length === 0))
        return undefined;
    if (token === undefined) {
        throw new errors/* CredsError */.u('revoke-failed', 'The token that has to be given back is gone from the ledger\u2019s file.', {
            hint: 'Another step has removed or changed it. Revoke the token at the server, or wait for its end.',
        });
    }
    await (0,http/* retrying */.R$)(call, () => revokeOnce(new URL(url), { token, client }, call));
    return [];
}
/** RFC 7009 \u00a72: also a token that the server does not know is answered 200. */
async function revokeOnce(url, { token, client }, call) {
    const form = new URLSearchParams({ token, token_type_hint: 'access_token' });
    if (client !== undefined)
        form.set('client_id', client);
    const headers = { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' };
    const body = form.toString();
    const answer = await (0,http/* exchange */.cv)(call, { method: 'POST', url, headers, body, maxBytes: longestAnswer });
    if (answer.status !== 200 && answer.status !== 204)
        throw (0,plain_exchange/* plainRefusal */.L1)(answer, url.host, call.host.clock.now());
}


/***/ }),

/***/ 1581:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
// ESM COMPAT FLAG
__nccwpck_require__.r(__webpack_exports__);

// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  vault: () => (/* binding */ vault)
});

// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __nccwpck_require__(7598);
// EXTERNAL MODULE: ./lib/inside/domain/errors.js
var errors = __nccwpck_require__(847);
// EXTERNAL MODULE: ./lib/inside/domain/pattern.js
var domain_pattern = __nccwpck_require__(4624);
// EXTERNAL MODULE: ./lib/inside/domain/secret.js
var secret = __nccwpck_require__(7480);
// EXTERNAL MODULE: ./lib/inside/protocol/http.js
var http = __nccwpck_require__(1612);
// EXTERNAL MODULE: ./lib/inside/protocol/json.js
var json = __nccwpck_require__(5742);
// EXTERNAL MODULE: ./lib/inside/providers/one-token.js
var one_token = __nccwpck_require__(1716);
// EXTERNAL MODULE: ./lib/inside/providers/input.js
var input = __nccwpck_require__(2812);
// EXTERNAL MODULE: ./lib/inside/providers/param-values.js
var param_values = __nccwpck_require__(6356);
// EXTERNAL MODULE: ./lib/inside/providers/server-inputs.js
var server_inputs = __nccwpck_require__(4667);
// EXTERNAL MODULE: ./lib/inside/domain/credential.js
var credential = __nccwpck_require__(485);
// EXTERNAL MODULE: ./lib/inside/domain/near-miss.js
var near_miss = __nccwpck_require__(2975);
// EXTERNAL MODULE: ./lib/inside/protocol/credential-wire.js
var credential_wire = __nccwpck_require__(4475);
;// CONCATENATED MODULE: ./lib/inside/providers/vault-wish.js






/** Kind \u2192 where its fields stand in what an engine answers (Vault API: Database, AWS, Google Cloud, Kubernetes, KV). */
const sources = {
    'basic-login': { username: ['username'], password: ['password'] },
    'postgres-login': { username: ['username'], password: ['password'] },
    'mysql-login': { username: ['username'], password: ['password'] },
    'registry-login': { username: ['username'], password: ['password'] },
    'aws-session': {
        access_key_id: ['access_key'],
        secret_access_key: ['secret_key'],
        session_token: ['session_token', 'security_token'],
    },
    'bearer-token': { token: ['token'] },
    'github-token': { token: ['token'] },
    'gcp-token': { token: ['token'] },
    'kubernetes-token': { token: ['service_account_token'], namespace: ['service_account_namespace'] },
};
const members = ['path', 'as', 'fields', 'with', 'plain', 'prefix', 'data', 'version'];
/**
 * One entry of `secrets`.
 * @param number of the entry, from 1
 * @throws CredsError `input-invalid`
 */
function readSecretWish(entry, number) {
    const where = `params: secrets: entry ${String(number)}`;
    if (!(0,json/* isObject */.Gv)(entry))
        throw (0,input/* refuseInput */.bG)(where, 'must be an object, as in `- path: kv/data/ci`');
    refuseUnknown(entry, where);
    const kind = readKind(entry, where);
    const data = (0,json/* member */.Dc)(entry, 'data');
    if (data !== undefined && !(0,json/* isObject */.Gv)(data))
        throw (0,input/* refuseInput */.bG)(where, 'has `data` that is not `name: value` lines');
    return {
        path: readPath(entry, where),
        query: readVersion(entry, where),
        data,
        kind,
        prefix: readPrefix(entry, where),
        from: readFields(entry, kind, where),
        values: readValues(entry, kind, where),
        plain: readPlain(entry, kind, where),
    };
}
function refuseUnknown(entry, where) {
    const unknown = Object.keys(entry).find((name) => !members.some((known) => known === name));
    if (unknown === undefined)
        return;
    const meant = (0,near_miss/* nearest */.p)(members, unknown);
    const guess = meant === undefined ? '' : ` (did you mean \`${meant}\`?)`;
    throw (0,input/* refuseInput */.bG)(where, `has a member that no secret has${guess}; there are ${listed(members)}`);
}
function readPath(entry, where) {
    const path = (0,json/* member */.Dc)(entry, 'path');
    if (typeof path !== 'string')
        throw (0,input/* refuseInput */.bG)(where, 'needs `path`, as in `path: kv/data/ci`');
    if ((0,domain_pattern/* fullMatch */.L)(/\/?v1\/.*/, path))
        throw (0,input/* refuseInput */.bG)(where, 'has a `path` that begins with `v1/`: leave that out');
    if (!(0,domain_pattern/* fullMatch */.L)(/[^\s\u0000-\u001f\u007f?#%\\/]{1,128}(?:\/[^\s\u0000-\u001f\u007f?#%\\/]{1,128}){1,31}/, path))
        throw (0,input/* refuseInput */.bG)(where, 'has no usable `path`: MOUNT/\u2026, without a slash in front or behind, as the HTTP API has it');
    if (path.split('/').some((segment) => segment === '.' || segment === '..'))
        throw (0,input/* refuseInput */.bG)(where, 'has a `path` with `.` or `..` in it');
    return path;
}
function readVersion(entry, where) {
    const version = (0,json/* member */.Dc)(entry, 'version');
    if (version === undefined)
        return '';
    if (typeof version !== 'number' || !Number.isSafeInteger(version) || version < 1)
        throw (0,input/* refuseInput */.bG)(where, 'has a `version` that is no number from 1');
    if ((0,json/* member */.Dc)(entry, 'data') !== undefined)
        throw (0,input/* refuseInput */.bG)(where, 'has both `version` and `data`');
    return `?version=${String(version)}`;
}
function readKind(entry, where) {
    const kind = (0,json/* member */.Dc)(entry, 'as') ?? 'fields';
    if (kind === 'fields')
        return kind;
    if (typeof kind === 'string' && Object.hasOwn(sources, kind))
        return kind;
    if (kind === 'vault-token')
        throw (0,input/* refuseInput */.bG)(where, 'has `as: vault-token`: for the login itself write `token: true` beside `secrets`');
    const meant = typeof kind === 'string' ? (0,near_miss/* nearest */.p)(Object.keys(sources), kind) : undefined;
    const guess = meant === undefined ? '' : ` (did you mean \`${meant}\`?)`;
    throw (0,input/* refuseInput */.bG)(where, `has \`as\` with a kind that is not there${guess}; there are ${listed(['fields', ...Object.keys(sources)])}`);
}
function readPrefix(entry, where) {
    const prefix = (0,json/* member */.Dc)(entry, 'prefix');
    if (prefix === undefined)
        return undefined;
    if (typeof prefix === 'string' && (0,domain_pattern/* fullMatch */.L)(/[A-Z_][A-Z0-9_]{0,63}/, prefix))
        return prefix;
    throw (0,input/* refuseInput */.bG)(where, 'has a `prefix` that is not made of A-Z, 0-9 and `_`, as in `prefix: DB`');
}
/** Fields of a kind as PROTOCOL.md spells them, and whether each is a secret, and whether it may be absent. */
function rulesOf(kind) {
    return new Map(Object.entries(credential/* kinds */.E[kind]).map(([field, rule]) => [(0,credential_wire/* snakeCase */.LW)(field), rule]));
}
function readFields(entry, kind, where) {
    const given = (0,json/* member */.Dc)(entry, 'fields');
    const pairs = given === undefined ? undefined : pairsOf(given, where);
    if (kind === 'fields')
        return pairs;
    const rules = rulesOf(kind);
    const stray = [...(pairs?.keys() ?? [])].find((name) => !rules.has(name));
    if (stray !== undefined)
        throw strayField(kind, [...rules.keys()], { stray, where, what: 'fields' });
    return new Map([...Object.entries(sources[kind]), ...(pairs ?? [])]);
}
/** `[username, password]`, or `{ password: db_password }`: our name first. */
function pairsOf(given, where) {
    const pairs = Array.isArray(given)
        ? given.map((name) => [String(name), name])
        : (0,json/* isObject */.Gv)(given)
            ? Object.entries(given)
            : [];
    if (pairs.length === 0)
        throw (0,input/* refuseInput */.bG)(where, 'has `fields` that are neither a list of names nor `NAME: FIELD OF THE SECRET` lines');
    return new Map(pairs.map(([name, field]) => {
        if (!(0,domain_pattern/* fullMatch */.L)(/[A-Za-z][A-Za-z0-9_-]{0,127}/, name))
            throw (0,input/* refuseInput */.bG)(where, 'has `fields` with a name that is not a plain word: write `NAME: FIELD OF THE SECRET`');
        if (typeof field !== 'string' || field === '')
            throw (0,input/* refuseInput */.bG)(where, 'has `fields` that name no field of the secret');
        return [name, [field]];
    }));
}
function readValues(entry, kind, where) {
    const given = (0,json/* member */.Dc)(entry, 'with') ?? {};
    if (!(0,json/* isObject */.Gv)(given))
        throw (0,input/* refuseInput */.bG)(where, 'has `with` that is not `name: value` lines');
    if (kind === 'fields' && Object.keys(given).length > 0)
        throw (0,input/* refuseInput */.bG)(where, 'has `with`, which means nothing without `as`');
    const rules = kind === 'fields' ? new Map() : rulesOf(kind);
    const plain = [...rules].filter(([, rule]) => rule === 'plain' || rule === 'plain?').map(([name]) => name);
    return Object.fromEntries(Object.entries(given).map(([stray, value]) => {
        if (!plain.includes(stray))
            throw strayField(kind, plain, { stray, where, what: 'with' });
        return [stray, textOf(value, where)];
    }));
}
/** A certificate has lines. */
function textOf(value, where) {
    const text = typeof value === 'number' ? String(value) : value;
    if (typeof text !== 'string' || !(0,domain_pattern/* fullMatch */.L)(/[^\u0000-\u0009\u000b-\u001f\u007f]{1,16384}/, text))
        throw (0,input/* refuseInput */.bG)(where, 'has `with` with a value that is no text');
    return text;
}
function strayField(kind, known, { stray, where, what }) {
    const meant = (0,near_miss/* nearest */.p)(known, stray) ?? known.find((name) => name === stray.replaceAll('-', '_'));
    const guess = meant === undefined ? '' : ` (did you mean \`${meant}\`?)`;
    return (0,input/* refuseInput */.bG)(where, `has \`${what}\` with a field that a ${kind} does not have${guess}; there are ${listed(known)}`);
}
function readPlain(entry, kind, where) {
    const plain = (0,json/* member */.Dc)(entry, 'plain') ?? [];
    if (!Array.isArray(plain) || !plain.every((name) => typeof name === 'string'))
        throw (0,input/* refuseInput */.bG)(where, 'has `plain` that is not a list of names of fields');
    if (kind !== 'fields' && plain.length > 0)
        throw (0,input/* refuseInput */.bG)(where, 'has `plain`, which means nothing beside `as`: the kind says what is a secret');
    return plain;
}
function listed(names) {
    return names.map((each) => `\`${each}\``).join(', ');
}

;// CONCATENATED MODULE: ./lib/inside/providers/vault-plan.js





/** Each is a request of its own, all at once. */
const mostSecrets = 20;
/** @throws CredsError `input-invalid`, naming the input */
function readVaultPlan(wish) {
    (0,input/* refuseKey */.e)(wish);
    (0,input/* onlyParams */.F)(wish.params, ['url', 'mount', 'namespace', 'secrets', 'token', 'allow-ip']);
    (0,server_inputs/* refuseForeign */.r)(wish, 'vault', {
        'broker-url': 'set `url` in `params`',
        region: 'write it into `with` of the secret that has one',
        ttl: 'the role at the server decides (`token_ttl`), and `max-ttl` and `min-ttl` bound it',
    });
    const base = (0,server_inputs/* urlParam */.B)(wish, 'url', 'https://vault.example.com:8200');
    const secrets = readSecrets(wish);
    const token = wish.params['token'] ?? secrets.length === 0;
    if (typeof token !== 'boolean')
        throw (0,input/* refuseInput */.bG)('params: token', 'must be `true` or `false`');
    if (!token && secrets.length === 0)
        throw (0,input/* refuseInput */.bG)('params: token', 'is `false` and there are no `secrets`: nothing would be borrowed');
    return {
        base,
        namespace: vault_plan_readPath(wish, 'namespace'),
        mount: readMount(wish),
        role: readRole(wish),
        audience: wish.audience ?? base,
        secrets,
        lendsToken: token,
    };
}
function readRole({ roles }) {
    const [role] = roles;
    if (role === undefined)
        throw (0,input/* refuseInput */.bG)('role', 'is required: the role of the auth method to log in with');
    if (roles.length > 1)
        throw (0,input/* refuseInput */.bG)('role', 'names several roles: a login has one; read several paths by `secrets` in `params`');
    if (!(0,domain_pattern/* fullMatch */.L)(/[A-Za-z0-9][A-Za-z0-9._-]{0,127}/, role.role))
        throw (0,input/* refuseInput */.bG)('role', 'has a name with characters that no role has');
    return role;
}
function readMount(wish) {
    const mount = vault_plan_readPath(wish, 'mount') ?? 'jwt';
    if (mount.startsWith('auth/'))
        throw (0,input/* refuseInput */.bG)('params: mount', 'is written without `auth/`, as in `mount: jwt`');
    return mount;
}
function vault_plan_readPath(wish, name) {
    const text = (0,param_values/* readText */.yR)(wish.params, name);
    const path = text?.replace(/^\/|\/$/g, '');
    if (path !== undefined &&
        !(0,domain_pattern/* fullMatch */.L)(/[A-Za-z0-9_-][A-Za-z0-9._-]*(?:\/[A-Za-z0-9_-][A-Za-z0-9._-]*){0,15}/, path))
        throw (0,input/* refuseInput */.bG)(`params: ${name}`, 'must be a path of letters, digits, `.`, `_`, `-` and `/`');
    return path;
}
function readSecrets({ params: { secrets = [] } }) {
    if (!Array.isArray(secrets))
        throw (0,input/* refuseInput */.bG)('params: secrets', 'must be a list, as in `- path: kv/data/ci`');
    if (secrets.length > mostSecrets)
        throw (0,input/* refuseInput */.bG)('params: secrets', `names more than ${String(mostSecrets)} paths`);
    const wishes = secrets.map((entry, index) => readSecretWish(entry, index + 1));
    const paths = wishes.map(({ path, query }) => path + query);
    if (new Set(paths).size < paths.length)
        throw (0,input/* refuseInput */.bG)('params: secrets', 'names a path twice: name all its fields in one entry');
    return wishes;
}

;// CONCATENATED MODULE: ./lib/inside/providers/vault-refusal.js



/** The server's own words, to be compared with what its source has; they are shown to nobody. */
function errorsOf(answer) {
    return textsOf(answer, 'errors');
}
/** The same for what it says beside an answer. */
function warningsOf(answer) {
    return textsOf(answer, 'warnings');
}
/** What is looked through for known words; a stranger may send more. */
const mostTexts = 10;
const longestText = 1000;
function textsOf(answer, name) {
    const texts = (0,json/* member */.Dc)((0,one_token/* jsonOf */.o_)(answer) ?? {}, name);
    const found = Array.isArray(texts) ? texts.filter((text) => typeof text === 'string') : [];
    return found.slice(0, mostTexts).map((text) => text.slice(0, longestText));
}
/** What the auth method's source says of a login, and what helps (openbao: internal/builtin/credential/jwt, cap/jwt). */
const logins = [
    [
        /role .*could not be found|missing role/,
        ({ role, mount }) => ({
            code: 'policy-denied',
            text: `there is no role ${role.role} at auth/${mount}`,
            hint: `Create it (\`bao write auth/${mount}/role/${role.role} role_type=jwt \u2026\`), or correct the input \`role\`, \`mount\` or \`namespace\`.`,
        }),
    ],
    [
        /role with oidc role_type.*/,
        ({ role, mount }) => ({
            code: 'request-refused',
            text: `the role ${role.role} is for people who log in with a browser`,
            hint: `Set \`role_type=jwt\` on auth/${mount}/role/${role.role}.`,
        }),
    ],
    [/audience claim found in JWT but no audiences bound.*/, audience],
    [/.*invalid audience \(aud\) claim.*|aud claim does not match.*/, audience],
    [
        /.*invalid issuer \(iss\) claim.*/,
        ({ mount }) => ({
            code: 'identity-refused',
            text: 'it expects another issuer',
            hint: `Set \`bound_issuer\` of auth/${mount}/config to the platform\u2019s own, letter by letter and without a slash at the end.`,
        }),
    ],
    [
        /.*invalid subject \(sub\) claim.*|sub claim does not match.*/,
        ({ role }) => denied('`sub` is not what the role is bound to', `Compare \`bound_subject\` of the role ${role.role} with the job\u2019s; better bind \`repository_id\`, \`ref\` and \`environment\` by \`bound_claims\`.`),
    ],
    [
        /.*claim .* does not match any associated bound claim.*/,
        ({ role }, claim) => denied(`${claim} does not match what the role is bound to`, `Compare \`bound_claims\` of the role ${role.role} with the claims above; with \`*\` in a value it needs \`bound_claims_type=glob\`.`),
    ],
    [
        /.*claim .* (?:is missing|not found in token).*/,
        ({ role }, claim) => denied(`${claim} is not in the ID token, and the role wants it`, `Compare \`bound_claims\` and \`user_claim\` of the role ${role.role} with the claims above.`),
    ],
    [
        /.*(?:is expired|token has expired|expired \(exp\)).*/,
        () => ({
            code: 'identity-refused',
            text: 'the ID token has expired',
            hint: 'Compare the clocks of server and runner.',
            freshIdToken: true,
        }),
    ],
    [
        /.*(?:nbf|iat|not before|issued at).*/,
        () => ({
            code: 'clock-skew',
            text: 'the ID token is not valid yet by its clock',
            hint: 'Set the server\u2019s clock (NTP).',
        }),
    ],
    [
        /.*(?:signature|no known key|failed to verify).*/,
        ({ mount }) => ({
            code: 'identity-refused',
            text: 'it could not verify the signature',
            hint: `Compare \`oidc_discovery_url\` or \`jwks_url\` of auth/${mount}/config with the platform\u2019s issuer; the server has to reach it.`,
        }),
    ],
    [
        /could not load configuration/,
        ({ mount }) => ({
            code: 'request-refused',
            text: `auth/${mount} was enabled and never configured`,
            hint: `Write auth/${mount}/config with \`oidc_discovery_url\` and \`bound_issuer\`.`,
        }),
    ],
    [/.*permission denied.*/, nowhere],
    [/.*(?:no handler for route|unsupported path).*/, nowhere],
];
function audience({ role, audience: ours }) {
    return {
        code: 'audience-mismatch',
        text: 'the role is bound to another audience',
        hint: `Set \`bound_audiences=${ours}\` on the role ${role.role}, or the input \`audience\` to what it is bound to.`,
    };
}
function nowhere({ mount, namespace }) {
    const where = namespace === undefined ? 'no `namespace` was given' : `the namespace was ${namespace}`;
    return denied(`no login at auth/${mount} for this runner (${where})`, 'Set `mount` in `params` to the path at which the JWT method is enabled, and `namespace` where the server has them (HCP: `admin`). With `token_bound_cidrs` on the role the runner\u2019s address counts, too.');
}
function denied(text, hint) {
    return { code: 'policy-denied', text, hint };
}
/** What an answer to a login means. */
function loginMeaning(answer, plan, idToken) {
    const texts = errorsOf(answer);
    for (const [pattern, meaning] of logins) {
        const found = texts.find((text) => (0,domain_pattern/* fullMatch */.L)(new RegExp(pattern.source, 's'), text));
        if (found !== undefined)
            return meaning(plan, claimIn(found, idToken));
    }
    return answer.status === 403 || answer.status === 404 ? nowhere(plan) : undefined;
}
/** A claim that the server names is told only where it is one of this ID token's own. */
function claimIn(text, { claims }) {
    const [, name = ''] = /claim "([\w/.-]{1,64})"/.exec(text) ?? [];
    const known = name.replace(/^\//, '');
    return Object.hasOwn(claims, known) ? `the claim \`${known}\`` : 'a claim';
}

;// CONCATENATED MODULE: ./lib/inside/providers/vault-secrets.js







const longestAnswer = 1024 * 1024;
/** What every request has (Vault API, Introduction). */
function vaultHeaders({ namespace }) {
    return {
        accept: 'application/json',
        'user-agent': one_token/* userAgent */.N1,
        'x-vault-request': 'true',
        ...(namespace === undefined ? {} : { 'x-vault-namespace': namespace }),
    };
}
/**
 * Reads all paths at once, each again by itself where that helps: what a lost answer leaves behind ends with the login.
 * @returns a lease for each, in the order in which they were asked for
 * @throws CredsError when one cannot be had; all are answered then
 */
async function vault_secrets_readSecrets(plan, borrower, call) {
    const reads = plan.secrets.map((wish, index) => (0,http/* retrying */.R$)(call, async () => {
        const body = await readOnce(plan, { wish, token: borrower.login.token }, call);
        return leaseOf(body, { ...borrower, id: `vault_${borrower.id}_${String(index + 1)}` }, { wish, call });
    }));
    const results = await Promise.allSettled(reads);
    return results.map((result) => {
        if (result.status === 'rejected')
            throw result.reason;
        return result.value;
    });
}
async function readOnce(plan, { wish, token }, call) {
    const path = wish.path.split('/').map(encodeURIComponent).join('/');
    const url = new URL(`${plan.base}/v1/${path}${wish.query}`);
    const written = wish.data === undefined ? {} : { body: JSON.stringify(wish.data) };
    const headers = {
        'x-vault-token': token.reveal(),
        ...vaultHeaders(plan),
        ...(wish.data === undefined ? {} : { 'content-type': 'application/json' }),
    };
    const method = wish.data === undefined ? 'GET' : 'POST';
    const answer = await (0,http/* exchange */.cv)(call, { method, url, headers, ...written, maxBytes: longestAnswer });
    if (answer.status === 200) {
        const body = (0,one_token/* jsonOf */.o_)(answer);
        if (body !== undefined && (0,json/* isObject */.Gv)((0,json/* member */.Dc)(body, 'data')))
            return body;
        throw new errors/* CredsError */.u('answer-invalid', `${url.host} sent nothing for ${wish.path}.`);
    }
    // A replica that has not heard of the login yet (Vault Enterprise, Consistency).
    if (answer.status === 412)
        throw new errors/* CredsError */.u('busy', `${url.host} answered 412.`, { retryAfterSeconds: 0 });
    throw (0,one_token/* refusalOf */.Of)(answer, { host: url.host, now: call.host.clock.now(), meaning: readMeaning(answer, wish) });
}
function readMeaning(answer, { path, data }) {
    const verb = data === undefined ? 'read' : 'update';
    const versioned = warningsOf(answer).some((text) => text.startsWith('Invalid path for a versioned K/V'));
    const [mount = '', ...rest] = path.split('/');
    if (answer.status === 404 && versioned)
        return missing(`${path} is not where version 2 of the KV engine has secrets`, `Write \`path: ${mount}/data/${rest.join('/')}\`.`);
    return {
        400: missing(`it does not take the request for ${path}`, 'Compare `path` and `data` with the engine\u2019s API; the server\u2019s log has more.'),
        403: {
            code: 'policy-denied',
            text: `the login may not ${verb} ${path}`,
            hint: `Give the role a policy with \`path "${path}" { capabilities = ["${verb}"] }\`. Version 2 of the KV engine has \`data/\` behind the mount.`,
        },
        404: missing(`there is nothing at ${path}`, 'Correct `path` in `secrets`: MOUNT/data/NAME for version 2 of the KV engine, MOUNT/creds/ROLE for a database. A deleted version is not there, either.'),
        405: missing(`${path} is not ${data === undefined ? 'read' : 'written to'}`, data === undefined
            ? 'Give the entry `data`: the engine is written to, as pki/issue is.'
            : 'Leave `data` out: the engine is read.'),
    }[answer.status];
}
function missing(text, hint) {
    return { code: 'request-refused', text, hint };
}
function leaseOf(body, { login, id }, { wish, call }) {
    const data = valuesOf((0,json/* member */.Dc)(body, 'data'));
    const leaseId = (0,json/* member */.Dc)(body, 'lease_id');
    const isDynamic = typeof leaseId === 'string' && leaseId !== '';
    if (isDynamic && !(0,domain_pattern/* fullMatch */.L)(/[\x21-\x7e]{1,512}/, leaseId))
        throw new errors/* CredsError */.u('answer-invalid', `The lease of ${wish.path} has no usable id.`);
    const lease = isDynamic
        ? { id: leaseId, ...dynamicTerms((0,json/* member */.Dc)(body, 'lease_duration'), { data, wish, login }, call) }
        : { id, ...staticTerms(data, { wish, login }, call) };
    return {
        role: wish.path,
        ...(wish.prefix === undefined ? {} : { prefix: wish.prefix }),
        ...lease,
        credentials: [(0,credential_wire/* credentialFromWire */.Dp)(wireOf(data, wish), lease.expiresAt)],
    };
}
/** Version 2 of the KV engine has the secret one floor deeper, beside what is known of its version. */
function valuesOf(data) {
    const inner = (0,json/* member */.Dc)(data, 'data');
    const metadata = (0,json/* member */.Dc)(data, 'metadata');
    const isVersioned = (0,json/* isObject */.Gv)(inner) &&
        (0,json/* isObject */.Gv)(metadata) &&
        Number.isSafeInteger((0,json/* member */.Dc)(metadata, 'version')) &&
        Object.keys(data).length === 2;
    return isVersioned ? inner : data;
}
/** Ends with the login at the latest, but for what a cloud has signed: that lives its own time. */
function dynamicTerms(seconds, { data, wish, login }, { host }) {
    const end = host.clock.now().getTime() + (typeof seconds === 'number' ? seconds : 0) * 1000;
    const isSigned = wish.kind === 'aws-session' ||
        wish.kind === 'gcp-token' ||
        typeof (0,json/* member */.Dc)(data, 'security_token') === 'string';
    if (isSigned || login.isBatch)
        return { expiresAt: new Date(end), revocability: 'expiry-only' };
    return { expiresAt: new Date(Math.min(end, login.expiresAt.getTime())), revocability: 'immediate' };
}
/** Without a lease: something signed that says when it ends, or a value that never does. */
function staticTerms(data, { wish, login }, { onWarning }) {
    const end = (0,one_token/* timeOf */.nR)(endOf(data));
    if (end === undefined)
        onWarning?.(`${wish.path} is a stored value: it stays good after the job, until somebody changes it.`);
    return { expiresAt: end ?? login.expiresAt, revocability: 'expiry-only' };
}
/** Of a certificate (PKI) and of a token of Google Cloud, in seconds since 1970. */
function endOf(data) {
    const end = typeof (0,json/* member */.Dc)(data, 'certificate') === 'string' ? (0,json/* member */.Dc)(data, 'expiration') : undefined;
    const found = end ?? (0,json/* member */.Dc)(data, 'expires_at_seconds');
    return typeof found === 'number' ? found : undefined;
}
/** In the form of PROTOCOL.md, whose checks then hold for it, too. */
function wireOf(data, wish) {
    const { kind, from, values, plain, path } = wish;
    const base = { kind, name: (0,domain_pattern/* fullMatch */.L)(/[A-Za-z0-9][A-Za-z0-9._/-]{0,127}/, path) ? path : 'secret' };
    const names = from ?? new Map(Object.keys(data).map((name) => [name, [name]]));
    const found = [...names].flatMap(([name, candidates]) => {
        if (Object.hasOwn(values, name))
            return [];
        const value = candidates
            .map((each) => (0,json/* member */.Dc)(data, each))
            .find((each) => each !== undefined && each !== null);
        if (value === undefined) {
            if (from !== undefined && kind === 'fields')
                throw absent(path, name);
            return [];
        }
        return [[name, vault_secrets_textOf(value)]];
    });
    if (kind !== 'fields')
        return { ...base, ...values, ...Object.fromEntries(found) };
    const fields = found.map(([name, value]) => [name, { value, sensitive: !plain.includes(name) }]);
    return { ...base, fields: Object.fromEntries(fields) };
}
function vault_secrets_textOf(value) {
    return typeof value === 'string' ? value : JSON.stringify(value);
}
function absent(path, name) {
    return new errors/* CredsError */.u('lease-unsuitable', `${path} has no field for \`${name}\`.`, {
        hint: 'Compare `fields` with what the secret holds; names are compared letter by letter.',
    });
}

;// CONCATENATED MODULE: ./lib/inside/providers/vault.js
// https://developer.hashicorp.com/vault/api-docs/auth/jwt and https://openbao.org/api-docs/auth/jwt/










/**
 * Vault and OpenBao: a login by ID token, and what it reads. Everything that hangs on the login ends with it, so post
 * gives back the login; a batch token nobody can revoke.
 */
const vault = { name: 'vault', renewable: true, configure, giveBack };
function configure(wish) {
    const plan = readVaultPlan(wish);
    const endpoint = new URL(`${plan.base}/v1/auth/${plan.mount}/login`);
    return {
        audience: plan.audience,
        lender: endpoint.host,
        endpoint,
        bindsKey: false,
        open: () => vault_open(plan, endpoint),
    };
}
function vault_open(plan, endpoint) {
    const { base: url, namespace } = plan;
    const id = (0,external_node_crypto_.randomBytes)(8).toString('hex');
    let kept = {};
    return {
        audience: plan.audience,
        debt: { url, ...(namespace === undefined ? {} : { namespace }) },
        get kept() {
            return kept;
        },
        secrets: [],
        trade: async (idToken, call) => {
            const login = await logIn(plan, endpoint, { idToken, call });
            if (!login.isBatch)
                kept = { token: login.token.reveal() };
            try {
                if (plan.secrets.length > 0 && !login.isBatch)
                    call.onOwed?.();
                return await borrow(plan, { login, id }, call);
            }
            catch (error) {
                throw error instanceof errors/* CredsError */.u ? error.asPartlyIssued() : error;
            }
        },
    };
}
async function logIn(plan, url, { idToken, call }) {
    const answer = await (0,http/* exchange */.cv)(call, {
        method: 'POST',
        url,
        headers: { 'content-type': 'application/json', ...vaultHeaders(plan) },
        body: JSON.stringify({ role: plan.role.role, jwt: idToken.token.reveal() }),
        maxBytes: longestAnswer,
    });
    const now = call.host.clock.now();
    if (answer.status !== 200) {
        const meaning = loginMeaning(answer, plan, idToken);
        throw (0,one_token/* refusalOf */.Of)(answer, { host: url.host, now, meaning });
    }
    return readLogin(answer, url.host, now);
}
function readLogin(answer, host, now) {
    const auth = (0,json/* member */.Dc)((0,one_token/* jsonOf */.o_)(answer) ?? {}, 'auth');
    const token = (0,json/* isObject */.Gv)(auth) ? (0,json/* member */.Dc)(auth, 'client_token') : undefined;
    if ((0,json/* isObject */.Gv)(auth) && (0,json/* isObject */.Gv)((0,json/* member */.Dc)(auth, 'mfa_requirement')))
        throw new errors/* CredsError */.u('policy-denied', `${host} wants a second factor for this login, which no job has.`, {
            hint: 'Take the login of this role out of the server\u2019s MFA enforcement.',
        });
    if (!(0,json/* isObject */.Gv)(auth) || typeof token !== 'string' || !(0,domain_pattern/* fullMatch */.L)(/[\x21-\x7e]{1,8192}/, token))
        throw new errors/* CredsError */.u('answer-invalid', `${host} sent an answer without a login.`);
    const seconds = (0,json/* member */.Dc)(auth, 'lease_duration');
    const uses = (0,json/* member */.Dc)(auth, 'num_uses');
    const entity = (0,json/* member */.Dc)(auth, 'entity_id');
    return {
        token: new secret/* Secret */.z(token),
        expiresAt: new Date(now.getTime() + (typeof seconds === 'number' && seconds > 0 ? seconds : NaN) * 1000),
        isBatch: (0,json/* member */.Dc)(auth, 'token_type') === 'batch',
        uses: typeof uses === 'number' && uses > 0 ? uses : Infinity,
        entity: typeof entity === 'string' && entity !== '' ? entity : undefined,
    };
}
async function borrow(plan, { login, id }, call) {
    assertUsable(plan, login);
    if (login.isBatch)
        call.onWarning?.(`${new URL(plan.base).host} gave a batch token, which nobody can revoke: what it reads lives until it ends. Set \`token_type=service\` on the role ${plan.role.role}.`);
    const leases = [loginLease(plan, login, id), ...(await vault_secrets_readSecrets(plan, { login, id }, call))];
    return { leases, ...(login.entity === undefined ? {} : { account: login.entity }) };
}
function assertUsable({ role, secrets }, { expiresAt, uses }) {
    if (Number.isNaN(expiresAt.getTime()))
        throw new errors/* CredsError */.u('lease-unsuitable', `The login of ${role.role} never ends.`, {
            hint: 'Set `token_ttl` on the role, to `15m` for example.',
        });
    if (uses <= secrets.length)
        throw new errors/* CredsError */.u('lease-unsuitable', `The login of ${role.role} may be used too few times.`, {
            hint: `Set \`token_num_uses\` on the role to 0, or to ${String(secrets.length + 1)} at least: one for each secret and one to give back. With the last use everything ends that was read.`,
        });
}
/** The login is owed also where the job does not get it: what was read hangs on it. */
function loginLease({ role, base, namespace, lendsToken }, login, id) {
    const { token, expiresAt, isBatch } = login;
    const fields = { token, address: base, ...(namespace === undefined ? {} : { namespace }) };
    return {
        ...role,
        id: `${isBatch ? batchId : loginId}${id}`,
        expiresAt,
        revocability: isBatch ? 'expiry-only' : 'immediate',
        credentials: lendsToken ? [{ name: role.role, kind: 'vault-token', expiresAt, fields }] : [],
    };
}
const loginId = 'vault_';
const batchId = 'vault-batch_';
async function giveBack(debt, ids, { call }) {
    const { url: base = '', namespace, token } = debt;
    if (token === undefined) {
        if (ids.length === 0 || ids.some((id) => id.startsWith(batchId)))
            return undefined;
        throw (0,one_token/* tokenIsGone */.po)();
    }
    const url = new URL(`${base}/v1/auth/token/revoke-self`);
    await (0,http/* retrying */.R$)(call, async () => {
        const headers = { 'x-vault-token': token, ...vaultHeaders({ namespace }) };
        const answer = await (0,http/* exchange */.cv)(call, { method: 'POST', url, headers, body: '', maxBytes: longestAnswer });
        if (answer.status !== 200 && answer.status !== 204 && !saysGone(answer))
            throw notRevoked(answer, url.host, call.host.clock.now());
    });
    return [];
}
/** A token that is no more: its uses are spent, or somebody has revoked it before. */
function saysGone(answer) {
    return (answer.status === 403 && errorsOf(answer).some((text) => (0,domain_pattern/* fullMatch */.L)(/[^]*(?:invalid|bad) token[^]*/, text)));
}
function notRevoked(answer, host, now) {
    const meaning = {
        code: 'revoke-failed',
        text: 'the login may not revoke itself, or is none any more',
        hint: 'Give the role a policy with `path "auth/token/revoke-self" { capabilities = ["update"] }`; the policy `default` has it. And no step may revoke the token itself.',
    };
    return (0,one_token/* refusalOf */.Of)(answer, { host, now, ...(answer.status === 403 ? { meaning } : {}) });
}


/***/ }),

/***/ 7910:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   DS: () => (/* binding */ masksOfIdToken),
/* harmony export */   Fj: () => (/* binding */ secretsOf),
/* harmony export */   U_: () => (/* binding */ masksOfCredential),
/* harmony export */   d7: () => (/* binding */ masksOfSecret)
/* harmony export */ });
/* harmony import */ var _domain_secret_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(7480);
/* harmony import */ var _parts_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(209);
/* harmony import */ var _renderings_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(4925);



/** The runner searches every line of the log for every mask and for what it derives from it. */
const mostMasks = 64;
/** What is shorter would blacken ordinary words. */
const shortestMask = 8;
/** What to register with the platform so that no rendering of the credential is readable in a log. */
function masksOfCredential(credential) {
    return masks(secretsOf(credential));
}
/** The same for a secret that is no credential: a revocation handle. */
function masksOfSecret(secret) {
    return masks([secret]);
}
/**
 * An ID token lives for minutes, is bound to a key and is delivered to nobody: hiding the whole of it and each of its
 * segments is enough, and the runner is spared 60 kB of masks.
 */
function masksOfIdToken(token) {
    const pieces = (0,_parts_js__WEBPACK_IMPORTED_MODULE_0__/* .partsOf */ .C)(token.reveal()).flatMap(({ raw }) => raw);
    return [...new Set(pieces)].filter((piece) => piece.length >= shortestMask);
}
/** The strings of a credential that have to be hidden. */
function secretsOf(credential) {
    return Object.values(credential.fields).filter((field) => field instanceof _domain_secret_js__WEBPACK_IMPORTED_MODULE_1__/* .Secret */ .z);
}
/**
 * The masks are spent tier by tier over all secrets of a credential. All tiers of a token of 700 characters fit; of
 * an RSA key what is left out is text wrapped at unusual widths.
 */
function masks(secrets) {
    const found = secrets.map((secret) => (0,_renderings_js__WEBPACK_IMPORTED_MODULE_2__/* .renderingsOf */ .vf)(secret.reveal()));
    const kept = new Set();
    for (const tier of _renderings_js__WEBPACK_IMPORTED_MODULE_2__/* .tiers */ .cK)
        for (const pattern of found.flatMap((renderings) => renderings[tier])) {
            if (pattern.length >= shortestMask)
                kept.add(pattern);
            if (kept.size === mostMasks)
                return [...kept];
        }
    return [...kept];
}


/***/ }),

/***/ 209:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   C: () => (/* binding */ partsOf),
/* harmony export */   D: () => (/* binding */ linesOf)
/* harmony export */ });
/* harmony import */ var _domain_pattern_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(4624);

const jwt = /[^.]*eyJ[\w-]+(\.[\w-]*){2,4}/;
const urlWithPassword = /[a-z][a-z0-9+.-]*:\/\/[^/\s:@]*:[^/\s@]+@\S*/i;
/** Members of well-known key files that everybody may read; hiding them would blacken ordinary words of a log. */
const plainMember = /type|kind|api_?version|version|project(_id)?|client_(email|id|x509_cert_url)|.*ur[il]|universe_domain|region|account(_id)?|tenant(_?id)?|subscription_?id|server|host(name)?|port|engine|db(name)?|database|user(name)?|name|e?mail|namespace|current-context|cluster|context|certificate-authority(-data)?|expir\w*/i;
/** Splits a secret into what must be hidden: never a brace, an armour line or a public member of a key file. */
function partsOf(secret) {
    const text = bare(secret);
    const json = parseStructure(text);
    if (json !== undefined)
        return sensitiveLeaves(json).flatMap((leaf) => partsOf(leaf).map(withQuoted));
    const pem = pemParts(text);
    if (pem.length > 0)
        return pem;
    if ((0,_domain_pattern_js__WEBPACK_IMPORTED_MODULE_0__/* .fullMatch */ .L)(jwt, text))
        return [{ text, raw: jwtPieces(text) }];
    const whole = { text, raw: linesOf(text) };
    return (0,_domain_pattern_js__WEBPACK_IMPORTED_MODULE_0__/* .fullMatch */ .L)(urlWithPassword, text) ? [whole, ...passwordOf(text)] : [whole];
}
/** Without white space and one pair of quotes around it. */
function bare(secret) {
    const text = secret.toWellFormed().trim().replace(/\r\n?/g, '\n');
    const first = text.at(0);
    const quoted = text.length > 2 && (first === '"' || first === "'") && text.endsWith(first);
    return quoted ? text.slice(1, -1).trim() : text;
}
function linesOf(text) {
    return text.split('\n').map((line) => line.trim());
}
function jwtPieces(text) {
    const token = text.slice(text.indexOf('eyJ'));
    return [text, token, ...token.split('.')];
}
function passwordOf(text) {
    try {
        const password = decodeURIComponent(new URL(text).password);
        return [{ text: password, raw: linesOf(password) }];
    }
    catch {
        return [];
    }
}
function pemParts(text) {
    if (!text.includes('-----BEGIN '))
        return [];
    const source = text.includes('\n') ? text : text.replace(/(\\r)?\\n/g, '\n');
    const blocks = [...source.matchAll(/-----BEGIN ([^-\n]+)-----\n([^]+?)\n-----END \1-----/g)];
    const keys = blocks.filter(([, label]) => label?.includes('PRIVATE KEY'));
    return (keys.length > 0 ? keys : blocks).map(([, , inner = '']) => {
        // Headers of old encrypted keys (`Proc-Type: \u2026`) and blank lines are not part of the body.
        const raw = linesOf(inner).filter((line) => (0,_domain_pattern_js__WEBPACK_IMPORTED_MODULE_0__/* .fullMatch */ .L)(/[A-Za-z0-9+/=]+/, line));
        return { text: raw.join('\n'), raw, body: raw.join('') };
    });
}
function withQuoted(part) {
    const quoted = JSON.stringify(part.text).slice(1, -1);
    return quoted === part.text ? part : { ...part, quoted };
}
function parseStructure(text) {
    if (!text.startsWith('{') && !text.startsWith('['))
        return undefined;
    try {
        return JSON.parse(text);
    }
    catch {
        return undefined;
    }
}
/** No recursion: a value of 32 KiB can be nested deeper than any stack. */
function sensitiveLeaves(structure) {
    const leaves = [];
    const open = [{ value: structure, member: '' }];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
        const { value, member } = next;
        if (typeof value === 'object' && value !== null) {
            const inner = Object.entries(value).map(([name, each]) => ({
                value: each,
                member: Array.isArray(value) ? member : name,
            }));
            open.push(...inner.reverse());
            continue;
        }
        const text = typeof value === 'number' ? String(value) : value;
        if (typeof text === 'string' && !(0,_domain_pattern_js__WEBPACK_IMPORTED_MODULE_0__/* .fullMatch */ .L)(plainMember, member))
            leaves.push(text);
    }
    return leaves;
}


/***/ }),

/***/ 5466:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";

// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  x: () => (/* binding */ compilePatterns),
  $: () => (/* binding */ makeRedactor)
});

// EXTERNAL MODULE: ./lib/inside/redaction/renderings.js + 2 modules
var renderings = __nccwpck_require__(4925);
;// CONCATENATED MODULE: ./lib/inside/redaction/agreement.js
/** What is read once more rather than remembered. */
const few = 32;
function makeAgreements() {
    return { farthest: new Map(), compared: 0 };
}
/**
 * Up to where the text from the start on is what the literal is. For each literal, starts must come in order.
 *
 * Where the literal was found to agree before, farther than from here on, the text is the literal's own: how far that
 * agrees with its beginning is found once for each literal. (Main and Lorentz; Gusfield, "Algorithms on strings",
 * 1.4, where the table is called Z.)
 */
function agreementAt({ text, start, literal }, index, agreements) {
    const from = index.starts[literal] ?? 0;
    const most = Math.min(text.length, start + (index.starts[literal + 1] ?? 0) - from);
    const { start: before, end: known } = agreements.farthest.get(literal) ?? { start: 0, end: 0 };
    let end = start;
    if (known - start > few) {
        const own = repeatsOf(index, literal)[start - before] ?? 0;
        if (start + own < known)
            return start + own;
        end = known;
    }
    const first = end;
    const ahead = from - start;
    while (end < most && text[end] === index.bytes[end + ahead])
        end++;
    agreements.compared += end - first + 1;
    if (end - start > few)
        agreements.farthest.set(literal, { start, end });
    return end;
}
/** For each place in a literal, how many bytes from there on are those that it begins with. */
function repeatsOf({ bytes, starts, repeats }, literal) {
    const kept = repeats.get(literal);
    if (kept !== undefined)
        return kept;
    const found = repeatsIn(bytes.subarray(starts[literal], starts[literal + 1]));
    repeats.set(literal, found);
    return found;
}
function repeatsIn(bytes) {
    const repeats = new Int32Array(bytes.length);
    // The repeat that reaches farthest.
    let [start, end] = [0, 0];
    for (let at = 1; at < bytes.length; at++) {
        let length = at < end ? Math.min(repeats[at - start] ?? 0, end - at) : 0;
        while (at + length < bytes.length && bytes[at + length] === bytes[length])
            length++;
        repeats[at] = length;
        if (at + length > end)
            [start, end] = [at, at + length];
    }
    return repeats;
}

;// CONCATENATED MODULE: ./lib/inside/redaction/block-filter.js
/** Bytes of a block: what the search reads at each place that it looks at. */
const blockBytes = 4;
/** Multiplied by it, blocks that differ little come to lie far apart (Knuth, volume 3, 6.4). */
const spread = 0x9e3779b1 | 0;
/** Another such number, for a filter that errs in other places than the first one. */
const secondSpread = 0x85ebca6b | 0;
/** 32 bits for each block: about one in 300 that is not in the filter is taken for one that is. */
const fewestWords = 8;
/** 512 KiB: what a processor still has at hand. */
const mostWords = 17;
function makeBlockFilter(blocks, factor = spread) {
    const size = Math.min(mostWords, Math.max(fewestWords, powerFor(blocks)));
    return { words: new Int32Array(1 << size), shift: 32 - size, factor };
}
/** The power of two that is no less than the number. */
function powerFor(number) {
    return 32 - Math.clz32(Math.max(1, number - 1));
}
function addBlock(filter, block) {
    const { words, shift, factor } = filter;
    const mixed = Math.imul(block, factor);
    const place = mixed >>> shift;
    words[place] = (words[place] ?? 0) | (1 << (mixed >>> (shift - 5))) | (1 << (mixed >>> (shift - 10)));
}
function mayHaveBlock({ words, shift, factor }, block) {
    const mixed = Math.imul(block, factor);
    const word = words[mixed >>> shift] ?? 0;
    return ((word >>> (mixed >>> (shift - 5))) & (word >>> (mixed >>> (shift - 10))) & 1) !== 0;
}

;// CONCATENATED MODULE: ./lib/inside/redaction/block-table.js

/** @param numbers one for each entry */
function tableOf(numbers) {
    const size = powerFor(numbers.length) + 1;
    const table = { places: new Int32Array(2 << size), shift: 32 - size, next: new Int32Array(numbers.length) };
    for (let entry = 0; entry < numbers.length; entry++) {
        const number = numbers[entry] ?? 0;
        const place = placeOf(table, number);
        table.next[entry] = table.places[place + 1] ?? 0;
        table.places[place] = number;
        table.places[place + 1] = entry + 1;
    }
    return table;
}
/** The place of the number, or a free one. */
function placeOf({ places, shift }, number) {
    let place = (Math.imul(number, spread) >>> shift) * 2;
    while (places[place + 1] !== 0 && places[place] !== number)
        place = (place + 2) & (places.length - 1);
    return place;
}
/** The last entry of a number, and 1; 0 for none. `next` leads to the others. */
function entriesOf(table, number) {
    return table.places[placeOf(table, number) + 1] ?? 0;
}

;// CONCATENATED MODULE: ./lib/inside/redaction/hex-digits.js
const notHex = 128;
const [small, capital] = [16, 32];
/** The value of each character as a digit, with a mark for letters of either size. */
function makeHexDigits() {
    const digits = new Uint8Array(256).fill(notHex);
    for (let value = 0; value < 16; value++) {
        const char = value.toString(16);
        digits[char.toUpperCase().charCodeAt(0)] = value | (value > 9 ? capital : 0);
        digits[char.charCodeAt(0)] = value | (value > 9 ? small : 0);
    }
    return digits;
}
function isDigit(text, at, digits) {
    return at >= 0 && at < text.length && digits[text[at] ?? 0] !== notHex;
}
/** Whether all four bytes of a block are digits. */
function areDigits(block, digits) {
    const outer = (digits[block & 255] ?? notHex) | (digits[block >>> 24] ?? notHex);
    return ((outer | (digits[(block >>> 8) & 255] ?? notHex) | (digits[(block >>> 16) & 255] ?? notHex)) < notHex);
}
/** The byte whose two digits stand there, and above its eight bits the marks of its letters; -1 where there is none. */
function byteAt(text, at, digits) {
    // An engine that has seen one place outside reads more slowly from then on.
    if (at < 0 || at + 1 >= text.length)
        return -1;
    const high = digits[text[at] ?? 0] ?? notHex;
    const low = digits[text[at + 1] ?? 0] ?? notHex;
    return (high | low) & notHex
        ? -1
        : ((high & 15) << 4) | (low & 15) | (((high | low) & (small | capital)) << 4);
}
/** Whether letters of only one size, or none, are among the bytes that were joined by OR. */
function isOneCase(bytes) {
    return ((bytes >> 4) & (small | capital)) !== (small | capital);
}

;// CONCATENATED MODULE: ./lib/inside/redaction/literals.js
function countOf({ starts }) {
    return starts.length - 1;
}
/** Bytes at first; doubled when they do not suffice. */
const firstRoom = 16_384;
/** More than any code unit of a string takes in UTF-8. */
const mostPerUnit = 3;
function gather() {
    return { room: Buffer.allocUnsafeSlow(firstRoom), starts: [0] };
}
/** Adds the text if it has no less and no more than so many bytes. */
function addText(gathering, text, least, most = Infinity) {
    // No text has less bytes than code units.
    if (text.length > most)
        return;
    const end = gathering.starts.at(-1) ?? 0;
    if (gathering.room.length < end + text.length * mostPerUnit)
        enlarge(gathering, end + text.length * mostPerUnit);
    const length = gathering.room.write(text, end);
    if (length >= least && length <= most)
        gathering.starts.push(end + length);
}
function enlarge(gathering, length) {
    const larger = Buffer.allocUnsafeSlow(Math.max(length, gathering.room.length * 2));
    gathering.room.copy(larger);
    gathering.room = larger;
}
function literalsOf({ room, starts }) {
    return { bytes: new Uint8Array(room.buffer, 0, starts.at(-1)), starts: Int32Array.from(starts) };
}

;// CONCATENATED MODULE: ./lib/inside/redaction/literal-index.js




const lineFeed = 10;
/** Of a long literal the window is chosen from its beginning: the rest would cost time and win nothing. */
const mostLookedAt = 16;
/** @param window bytes of the stretch by which a literal is found; none may be shorter */
function indexLiterals(literals, window) {
    const { bytes, starts } = literals;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const count = countOf(literals);
    const [windowsAt, keys, heads] = [new Int32Array(count), new Int32Array(count), new Int32Array(count)];
    const choice = { window, digits: makeHexDigits() };
    let longest = 0;
    for (let nth = 0; nth < count; nth++) {
        const [start, end] = [starts[nth] ?? 0, starts[nth + 1] ?? 0];
        const at = windowOf(view, start, end - window, choice);
        windowsAt[nth] = at;
        keys[nth] = windowKey(view, at, window);
        heads[nth] = view.getInt32(start, true);
        longest = Math.max(longest, end - start);
    }
    return {
        ...literals,
        view,
        window,
        windowsAt,
        inside: insideOf({ view, windowsAt, window }),
        windows: tableOf(keys),
        heads: tableOf(heads),
        repeats: new Map(),
        beginnings: beginningsOf(literals),
        longest,
        oneLine: !bytes.includes(lineFeed),
    };
}
/** What windows are looked up by: their first block and their last. */
function windowKey(view, at, window) {
    return Math.imul(view.getInt32(at, true), spread) ^ view.getInt32(at + window - blockBytes, true);
}
/**
 * The window whose first block comes first in an order without meaning: renderings that share a stretch choose the
 * same one, and those that share their beginning are not all found by it. Not one with a block as logs are full of
 * (the same byte four times, a part of a number or of a hash), if there is another.
 */
function windowOf(view, start, last, choice) {
    const end = Math.min(last, start + mostLookedAt);
    const first = firstOf(view, start, end);
    // Hardly ever dull, and looking costs more than the order.
    return hasDullBlock(view, first, choice) ? firstOf(view, start, end, choice) : first;
}
/** Of those that are not dull, where these are told by a choice; where all are, the one at the start. */
function firstOf(view, start, end, choice) {
    let best = start;
    let least = Infinity;
    for (let at = start; at <= end; at++) {
        const rank = Math.imul(view.getInt32(at, true), spread) >>> 0;
        if (rank >= least || (choice !== undefined && hasDullBlock(view, at, choice)))
            continue;
        best = at;
        least = rank;
    }
    return best;
}
function hasDullBlock(view, window, choice) {
    for (let at = window; at <= window + choice.window - blockBytes; at++) {
        const block = view.getInt32(at, true);
        if (block === ((block << 8) | (block >>> 24)) || areDigits(block, choice.digits))
            return true;
    }
    return false;
}
/** The one to three bytes in front of the end, and how many these are. */
function beginningOf(bytes, from, end) {
    let all = end - from;
    for (let at = from; at < end; at++)
        all = (all << 8) | (bytes[at] ?? 0);
    return all;
}
function beginningsOf({ bytes, starts }) {
    // Not for three each: most begin as others do.
    const filter = makeBlockFilter(starts.length);
    for (const start of starts.subarray(0, -1))
        for (let length = 1; length < blockBytes; length++)
            addBlock(filter, beginningOf(bytes, start, start + length));
    return filter;
}
function insideOf(windows) {
    const filter = makeBlockFilter(countBlocks(windows), secondSpread);
    addBlocks(windows, filter);
    return filter;
}
/** How many blocks `addBlocks` adds at most. */
function countBlocks({ windowsAt, window }) {
    return windowsAt.length * (window - blockBytes + 1);
}
/** Adds each block of each window. */
function addBlocks({ view, windowsAt, window }, filter) {
    for (const first of windowsAt)
        for (let at = first; at <= first + window - blockBytes; at++)
            addBlock(filter, view.getInt32(at, true));
}

;// CONCATENATED MODULE: ./lib/inside/redaction/carry.js




const carry_lineFeed = 10;
/**
 * The first place from which the rest of the text is the beginning of a literal; its end where there is none.
 * @param agreements fresh ones
 */
function pendingLiteral(text, literals, agreements = makeAgreements()) {
    const view = new DataView(text.buffer, text.byteOffset, text.length);
    const looked = { view, literals, agreements };
    const earliest = Math.max(0, text.length - literals.longest + 1);
    let at = literals.oneLine ? lineFrom(text, earliest) : earliest;
    for (; at <= text.length - blockBytes; at++)
        if (beginsLiteral(text, at, looked))
            return at;
    for (; at < text.length; at++)
        if (mayHaveBlock(literals.beginnings, beginningOf(text, at, text.length)))
            return at;
    return text.length;
}
/** Where the last line of the text begins, if that is after the given place. */
function lineFrom(text, earliest) {
    let at = text.length;
    while (at > earliest && text[at - 1] !== carry_lineFeed)
        at--;
    return at;
}
function beginsLiteral(text, start, { view, literals, agreements }) {
    const { heads, starts } = literals;
    for (let link = entriesOf(heads, view.getInt32(start, true)); link > 0; link = heads.next[link - 1] ?? 0) {
        const literal = link - 1;
        const isLonger = (starts[link] ?? 0) - (starts[literal] ?? 0) > text.length - start;
        if (isLonger && agreementAt({ text, start, literal }, literals, agreements) === text.length)
            return true;
    }
    return false;
}

;// CONCATENATED MODULE: ./lib/inside/redaction/dump-index.js



/** Bytes of a secret that must not be readable together in a dump, and so what is looked for in one. */
const windowBytes = 8;
function indexDumps(secrets) {
    const { bytes, starts } = secrets;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const size = powerFor(bytes.length) + 1;
    const index = {
        ...secrets,
        view,
        windows: new Int32Array(1 << size),
        shift: 32 - size,
        fours: makeBlockFilter(bytes.length),
        digits: makeHexDigits(),
    };
    for (let nth = 0; nth < countOf(secrets); nth++)
        addSecret(index, starts[nth] ?? 0, starts[nth + 1] ?? 0);
    return index;
}
function addSecret(index, start, end) {
    for (let at = start; at + 4 <= end; at++)
        addBlock(index.fours, index.view.getInt32(at));
    for (let at = start; at + windowBytes <= end; at++) {
        const place = dump_index_placeOf(index, index.view.getInt32(at), index.view.getInt32(at + 4));
        index.windows[place] ||= at + 1;
    }
}
/** The place of a stretch that is given in two halves, big-endian, or a free one. */
function dump_index_placeOf({ windows, shift, view }, first, second) {
    let place = Math.imul(Math.imul(first, spread) ^ second, spread) >>> shift;
    for (;;) {
        const at = (windows[place] ?? 0) - 1;
        if (at < 0 || (view.getInt32(at) === first && view.getInt32(at + 4) === second))
            return place;
        place = (place + 1) & (windows.length - 1);
    }
}
/** Whether these eight bytes stand in a secret. */
function hasWindow(index, first, second) {
    return index.windows[dump_index_placeOf(index, first, second)] !== 0;
}
const space = 0x20;
const twoSpaces = 0x2020;
/** `aa:bb`, `AA-BB`, `aa bb`. */
const separators = [0x20, 0x3a, 0x2d];
const mostBlocks = 200_000;
const blocksPerByte = 32;
/** How many blocks `addDumpBlocks` will add at most. */
function countDumpBlocks({ view }) {
    return Math.min(view.byteLength * blocksPerByte, mostBlocks);
}
/** Adds each block that can stand inside a dump of eight bytes, in each form that `dumps.ts` knows. */
function addDumpBlocks({ bytes }, filter) {
    const places = distinctPlaces(bytes);
    // Behind the last byte of a secret anything will do: such a block is in no dump of it, and harms none.
    const text = `${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex')}0000`;
    for (const digits of [Buffer.from(text), Buffer.from(text.toUpperCase())]) {
        addForms(digits, places.pairs, filter);
        addOdd(digits, places.odd, filter);
    }
}
/** Secrets are made of few characters, so most of what stands in many of them stood in others before. */
function distinctPlaces(bytes) {
    const [seenPairs, seenOdd] = [new Uint8Array(1 << 16), new Uint8Array(1 << 16)];
    const places = { pairs: [], odd: [] };
    for (let at = 0; at < bytes.length; at++) {
        const pair = ((bytes[at] ?? 0) << 8) | byteOf(bytes, at + 1);
        const odd = ((pair << 4) & 0xffff) | (byteOf(bytes, at + 2) >> 4);
        if (seenPairs[pair] === 0)
            places.pairs.push(at * 2);
        if (seenOdd[odd] === 0)
            places.odd.push(at * 2);
        seenPairs[pair] = seenOdd[odd] = 1;
    }
    return places;
}
function byteOf(bytes, at) {
    return at < bytes.length ? (bytes[at] ?? 0) : 0;
}
function addForms(digits, places, filter) {
    for (const at of places) {
        const low = digits[at + 1] ?? 0;
        const third = digits[at + 2] ?? 0;
        const one = (digits[at] ?? 0) | (low << 8);
        const two = third | ((digits[at + 3] ?? 0) << 8);
        addBlock(filter, one | (two << 16));
        for (const separator of separators) {
            addBlock(filter, one | (separator << 16) | (third << 24));
            addBlock(filter, low | (separator << 8) | (two << 16));
            addBlock(filter, separator | (one << 8) | (separator << 24));
        }
        // Wider gaps, as `hexdump -C` has in the middle, and groups of two bytes, as `xxd` has.
        addBlock(filter, one | (twoSpaces << 16));
        addBlock(filter, low | (twoSpaces << 8) | (third << 24));
        addBlock(filter, twoSpaces | (one << 16));
        addBlock(filter, low | (two << 8) | (space << 24));
        addBlock(filter, space | (one << 8) | (third << 24));
    }
}
/** Where nothing stands between bytes, and the block begins with the second digit of one. */
function addOdd(digits, places, filter) {
    const view = new DataView(digits.buffer, digits.byteOffset, digits.length);
    for (const at of places)
        addBlock(filter, view.getInt32(at + 1, true));
}

;// CONCATENATED MODULE: ./lib/inside/redaction/dumps.js



const dumps_space = 0x20;
const plain = { separator: 0, after: [false, false] };
const spaced = separators.map((separator) => ({ separator, after: [true, true] }));
const firstOfPair = { separator: dumps_space, after: [false, true] };
const secondOfPair = { separator: dumps_space, after: [true, false] };
const dumps_forms = [plain, ...spaced, firstOfPair, secondOfPair];
const plainWindow = windowBytes * 2;
/** Digits of a window that can stand before a block in it. */
const maxBefore = plainWindow - blockBytes;
/** Digits, and at most two spaces between bytes. */
const longestWindow = plainWindow + (windowBytes - 1) * 2;
/** Where the next byte's digits would stand: the text's end where it ends first, -1 where something else stands. */
function behind(text, at, separator) {
    if (separator === 0)
        return at + 2;
    if (at + 2 >= text.length)
        return text.length;
    if (text[at + 2] !== separator)
        return -1;
    return separator === dumps_space && isSpace(text, at + 3) ? at + 4 : at + 3;
}
/** Where the digits of the byte before would stand. */
function inFront(text, at, separator) {
    if (separator === 0)
        return at - 2;
    if (at < 1 || text[at - 1] !== separator)
        return -1;
    return separator === dumps_space && isSpace(text, at - 2) ? at - 4 : at - 3;
}
/**
 * Finds the windows of secrets in dumps of which the block at the place is a part. A row of digits is looked through at
 * once, from the first block of it that is seen.
 */
function findDumps(text, at, index, found) {
    const isSeen = at + blockBytes <= found.rowEnd;
    const end = isSeen ? found.rowEnd : endOfDigits(text, at, index.digits);
    if (end >= at + blockBytes) {
        if (isSpace(text, at - 1) || isSpace(text, at + blockBytes))
            findIn(text, at, firstOfPair, index, found);
        if (isSeen)
            return;
        found.rowEnd = end;
        findPlain(text, at, index, found);
        return;
    }
    // Which digits make a byte is clear from the first gap: the two before it, or the two behind it.
    const before = end - at >= 2;
    const anchor = before ? end - 2 : isSpace(text, end + 1) ? end + 2 : end + 1;
    if (end >= text.length || byteAt(text, anchor, index.digits) < 0)
        return;
    for (const form of spaced)
        if (text[end] === form.separator)
            findIn(text, anchor, form, index, found);
    if (text[end] === dumps_space)
        findIn(text, anchor, before ? secondOfPair : firstOfPair, index, found);
}
function isSpace(text, at) {
    return at >= 0 && at < text.length && text[at] === dumps_space;
}
function endOfDigits(text, at, digits) {
    let end = at;
    while (end < text.length && isDigit(text, end, digits))
        end++;
    return end;
}
/** In the row of digits around a place, where nothing stands between bytes. These begin at even places or at odd ones. */
function findPlain(text, at, index, found) {
    let start = at;
    while (start > at - maxBefore && isDigit(text, start - 1, index.digits))
        start--;
    if (found.rowEnd - start < plainWindow)
        return;
    // Of eight bytes in a row, one of the first five is asked for, with the three behind it.
    for (let from = start; from + 8 <= found.rowEnd; from += 10) {
        const four = fourAt(text, from, index.digits);
        if (mayHaveBlock(index.fours, four))
            findWindows(readAround(text, from, plain, index), index, found.stretches);
        const odd = (four << 4) | ((index.digits[from + 8 < text.length ? (text[from + 8] ?? 0) : 0] ?? 0) & 15);
        if (mayHaveBlock(index.fours, odd))
            findWindows(readAround(text, from + 1, plain, index), index, found.stretches);
    }
}
function fourAt(text, from, digits) {
    let four = 0;
    for (let at = from; at < from + 8; at++)
        four = (four << 4) | ((digits[text[at] ?? 0] ?? 0) & 15);
    return four;
}
function findIn(text, anchor, form, index, found) {
    if (!mayBegin(text, anchor, form, index) && !mayEnd(text, anchor, form, index))
        return;
    const here = form.separator === dumps_space ? found.spaced : found.stretches;
    findWindows(readAround(text, anchor, form, index), index, here);
}
/** Whether the four bytes from the anchor on stand in a secret. */
function mayBegin(text, anchor, { separator, after }, index) {
    let at = anchor;
    let four = 0;
    for (let nth = 0; nth < 4; nth++) {
        const byte = byteAt(text, at, index.digits);
        if (byte < 0)
            return false;
        four = (four << 8) | (byte & 255);
        at = behind(text, at, after[nth & 1] === true ? separator : 0);
    }
    return mayHaveBlock(index.fours, four);
}
/** The same of the four up to the anchor. One of both holds wherever eight bytes stand around it. */
function mayEnd(text, anchor, { separator, after }, index) {
    let at = anchor;
    let four = 0;
    for (let nth = 1; nth <= 4; nth++) {
        const byte = byteAt(text, at, index.digits);
        if (byte < 0)
            return false;
        four = (four >>> 8) | (byte << 24);
        at = inFront(text, at, after[nth & 1] === true ? separator : 0);
    }
    return mayHaveBlock(index.fours, four);
}
/** The bytes of a dump around the anchor, as many as a window with it can reach. */
function readAround(text, anchor, { separator, after }, index) {
    let start = anchor;
    let before = 0;
    while (before < windowBytes - 1) {
        const next = inFront(text, start, after[(before + 1) & 1] === true ? separator : 0);
        if (byteAt(text, next, index.digits) < 0)
            break;
        start = next;
        before++;
    }
    const run = { bytes: [], at: [] };
    let at = start;
    for (let nth = -before; nth < windowBytes; nth++) {
        const byte = byteAt(text, at, index.digits);
        if (byte < 0)
            break;
        run.bytes.push(byte);
        run.at.push(at);
        at = behind(text, at, after[nth & 1] === true ? separator : 0);
    }
    return run;
}
function findWindows({ bytes, at }, index, found) {
    let one = 0;
    let two = 0;
    for (let last = 0; last < bytes.length; last++) {
        one = (one << 8) | (two >>> 24);
        two = (two << 8) | ((bytes[last] ?? 0) & 255);
        const first = last - windowBytes + 1;
        if (first >= 0 && hasWindow(index, one, two) && areOneCase(bytes, first))
            found.push([at[first] ?? 0, (at[last] ?? 0) + 2]);
    }
}
function areOneCase(bytes, first) {
    let all = 0;
    for (let nth = first; nth < first + windowBytes; nth++)
        all |= bytes[nth] ?? 0;
    return isOneCase(all);
}
/** The first place from which the rest of the text can be the beginning of a window; its end where there is none. */
function pendingDump(text, index) {
    if (index.bytes.length === 0)
        return text.length;
    for (let at = Math.max(0, text.length - longestWindow + 1); at < text.length; at++)
        if (dumps_forms.some((form) => maySoonEnd(text, at, form, index)))
            return at;
    return text.length;
}
/** Whether a dump begins there and the text ends before eight bytes of it do. */
function maySoonEnd(text, start, { separator, after }, index) {
    let at = start;
    let four = 0;
    for (let nth = 0; nth < windowBytes; nth++) {
        const byte = byteAt(text, at, index.digits);
        if (byte < 0)
            return at >= text.length || (at === text.length - 1 && isDigit(text, at, index.digits));
        four = (four << 8) | (byte & 255);
        if (nth === 3 && !mayHaveBlock(index.fours, four))
            return false;
        at = behind(text, at, after[nth & 1] === true ? separator : 0);
    }
    return false;
}

;// CONCATENATED MODULE: ./lib/inside/redaction/dump-lines.js

const dump_lines_space = 0x20;
const dump_lines_lineFeed = 10;
/** From the first eight bytes to the end of the longest line: `xxd -c 32`. */
const longestRest = 120;
/** Its characters, and one at each side. */
const mostCharacters = 34;
/**
 * `xxd` and `hexdump -C` repeat the bytes of a line as characters at its end: these are hidden with the digits. Told
 * by two spaces after nothing but digits and spaces, and few characters from there to the end of the line.
 * @param dumps where eight bytes of a secret stand with spaces between them
 * @param isWhole whether nothing follows the text
 */
function dumpLinesIn(text, dumps, { digits, isWhole }) {
    const stretches = [];
    let unfinished = text.length;
    for (const [start, end] of dumps) {
        let lineEnd = end;
        while (lineEnd < text.length && lineEnd - end <= longestRest && text[lineEnd] !== dump_lines_lineFeed)
            lineEnd++;
        if (lineEnd - end > longestRest)
            continue;
        if (lineEnd === text.length && !isWhole)
            unfinished = Math.min(unfinished, start);
        else if (hasCharacters(text, end, { lineEnd, digits }))
            stretches.push([start, lineEnd]);
    }
    return { stretches, unfinished };
}
function hasCharacters(text, from, { lineEnd, digits }) {
    for (let at = from; at < lineEnd; at++) {
        if (text[at] === dump_lines_space && text[at + 1] === dump_lines_space && lineEnd - at - 2 <= mostCharacters)
            return true;
        if (text[at] !== dump_lines_space && !isDigit(text, at, digits))
            return false;
    }
    return false;
}

;// CONCATENATED MODULE: ./lib/inside/redaction/search.js








/** What is shorter would blacken ordinary words. */
const shortest = 8;
/** Longer windows are read at larger distances, but put more blocks into the filter. */
const longWindow = 16;
function wantNothing() {
    return { long: gather(), short: gather(), dumped: gather() };
}
/** Adds what is looked for as it is, if it is long enough. */
function wantText({ long, short }, text) {
    addText(long, text, longWindow);
    addText(short, text, shortest, longWindow - 1);
}
/** Adds what is looked for in hexadecimal dumps, if it is long enough. */
function wantDumped({ dumped }, text) {
    addText(dumped, text, shortest);
}
function compileSearch(wanted) {
    const dumps = indexDumps(literalsOf(wanted.dumped));
    const short = literalsOf(wanted.short);
    return {
        long: searchFor(literalsOf(wanted.long), longWindow, dumps),
        short: searchFor(short, leastOf(short)),
        dumps,
    };
}
function leastOf({ starts }) {
    let least = longWindow;
    for (let nth = 1; nth < starts.length; nth++)
        least = Math.min(least, (starts[nth] ?? 0) - (starts[nth - 1] ?? 0));
    return least;
}
function searchFor(literals, window, dumps) {
    const index = indexLiterals(literals, window);
    const filter = makeBlockFilter(countBlocks(index) + (dumps === undefined ? 0 : countDumpBlocks(dumps)));
    addBlocks(index, filter);
    if (dumps !== undefined)
        addDumpBlocks(dumps, filter);
    return { literals: index, filter, step: window - blockBytes + 1 };
}
/**
 * All occurrences of all patterns.
 *
 * Each pattern has a window of as many blocks in a row as the search advances by, so however an occurrence lies, the
 * search reads one of its blocks. It reads at fixed distances: what comes next never waits for what was read.
 * (After Wu and Manber, "A fast algorithm for multi-pattern searching", 1994, whose distances depend on the text.)
 */
function occurrencesIn(text, searched, isWhole) {
    const found = { stretches: [], spaced: [], rowEnd: 0 };
    const { long, short, dumps } = searched;
    const view = new DataView(text.buffer, text.byteOffset, text.length);
    const looked = { view, stretches: found.stretches, agreements: makeAgreements() };
    for (let at = sighted(view, 0, long); at >= 0; at = sighted(view, at + long.step, long)) {
        if (mayHaveBlock(long.literals.inside, view.getInt32(at, true)))
            findLiterals(text, at, long, looked);
        findDumps(text, at, dumps, found);
    }
    const inShort = { ...looked, agreements: makeAgreements() };
    if (countOf(short.literals) > 0)
        for (let at = sighted(view, 0, short); at >= 0; at = sighted(view, at + short.step, short))
            if (mayHaveBlock(short.literals.inside, view.getInt32(at, true)))
                findLiterals(text, at, short, inShort);
    const lines = dumpLinesIn(text, found.spaced, { digits: dumps.digits, isWhole });
    return {
        stretches: union([...found.stretches, ...found.spaced, ...lines.stretches]),
        unfinished: lines.unfinished,
        compared: looked.agreements.compared + inShort.agreements.compared,
    };
}
/** The next place of those looked at where a block stands that is looked for; -1 where there is none. */
function sighted(view, from, { filter, step }) {
    const { words, shift, factor } = filter;
    const last = view.byteLength - blockBytes;
    const [firstBit, secondBit] = [shift - 5, shift - 10];
    for (let at = from; at <= last; at += step) {
        // As in `mayHaveBlock`; by hand, because nothing else runs as often.
        const mixed = Math.imul(view.getInt32(at, true), factor);
        const word = words[mixed >>> shift] ?? 0;
        if (((word >>> (mixed >>> firstBit)) & (word >>> (mixed >>> secondBit)) & 1) !== 0)
            return at;
    }
    return -1;
}
/** The literals that have the block of the place in their window, where all of them stands around it. */
function findLiterals(text, at, { literals: index, step }, looked) {
    const { windows, windowsAt, window } = index;
    const last = Math.min(at, text.length - window);
    for (let place = Math.max(0, at - step + 1); place <= last; place++) {
        let link = entriesOf(windows, windowKey(looked.view, place, window));
        for (; link > 0; link = windows.next[link - 1] ?? 0) {
            const literal = link - 1;
            const from = index.starts[literal] ?? 0;
            const start = place - (windowsAt[literal] ?? 0) + from;
            const end = start + (index.starts[link] ?? 0) - from;
            if (start < 0 || end > text.length || isIn(looked.stretches.at(-1), start, end))
                continue;
            if (agreementAt({ text, start, literal }, index, looked.agreements) === end)
                looked.stretches.push([start, end]);
        }
    }
}
function isIn(stretch, start, end) {
    return stretch !== undefined && start >= stretch[0] && end <= stretch[1];
}
function union(found) {
    const joined = [];
    for (const [start, end] of found.sort(([a], [b]) => a - b)) {
        const last = joined.at(-1);
        if (last === undefined || start > last[1])
            joined.push([start, end]);
        else if (end > last[1])
            joined[joined.length - 1] = [last[0], end];
    }
    return joined;
}

;// CONCATENATED MODULE: ./lib/inside/redaction/redactor.js





/** What of a secret may be readable while the rest is waited for. */
const mostShown = 7;
const redactor_hidden = Buffer.from('***');
const nothing = new Uint8Array();
/**
 * Compiles what must not be readable.
 * @param secrets each is hidden in every rendering that is known (requirements L1 to L32), in its parts and as a whole
 * @param literals are hidden as they are; those of less than 8 bytes are left out
 */
function compilePatterns(secrets, literals = []) {
    const wanted = wantNothing();
    for (const text of new Set(literals))
        wantText(wanted, text);
    for (const secret of new Set(secrets)) {
        const streamed = (0,renderings/* streamedOf */.vl)(secret);
        for (const text of streamed.literals)
            wantText(wanted, text);
        for (const text of streamed.dumped)
            wantDumped(wanted, text);
    }
    const searched = compileSearch(wanted);
    return { count: countOf(searched.long.literals) + countOf(searched.short.literals), searched };
}
function makeRedactor(patterns) {
    let { searched } = patterns;
    let text = nothing;
    // Where what is held back waits for the next chunk: the same memory again and again, since V8 lets 64 MiB of buffers
    // gather before it looks for those that nobody needs.
    let room = nothing;
    // What is shown, put together here where something is left out.
    let output = nothing;
    let found = [];
    // Bytes at the beginning of the text that were shown or hidden before, and which of these the last one was.
    let done = 0;
    let hiding = false;
    /** What can be told about the text before `limit`; an occurrence that begins there is hidden to its end. */
    const show = (limit) => {
        const shown = [];
        const showTo = (end) => {
            if (end <= done)
                return;
            shown.push(text.subarray(done, end));
            [done, hiding] = [end, false];
        };
        for (const [start, end] of found) {
            if (start >= limit)
                break;
            if (end <= done)
                continue;
            showTo(start);
            if (!hiding)
                shown.push(redactor_hidden);
            [done, hiding] = [end, true];
        }
        showTo(limit);
        const [only = nothing] = shown;
        return shown.length > 1 ? together(shown) : only;
    };
    const together = (shown) => {
        const length = shown.reduce((sum, each) => sum + each.length, 0);
        if (output.length < length)
            output = new Uint8Array(length);
        let end = 0;
        for (const each of shown) {
            output.set(each, end);
            end += each.length;
        }
        return output.subarray(0, length);
    };
    /** The text and the chunk in memory of our own. */
    const joined = (chunk) => {
        const length = text.length + chunk.length;
        if (room.length < length) {
            const larger = new Uint8Array(length);
            larger.set(text);
            room = larger;
        }
        else
            room.set(text);
        room.set(chunk, text.length);
        return room.subarray(0, length);
    };
    return {
        push(chunk) {
            // A `Buffer` is of another class than `room`, and what is compiled for two classes is slower.
            text = text.length === 0 ? new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.length) : joined(chunk);
            const { stretches, unfinished } = occurrencesIn(text, searched, false);
            found = stretches;
            const held = Math.min(unfinished, pendingLiteral(text, searched.long.literals), pendingLiteral(text, searched.short.literals), pendingDump(text, searched.dumps));
            const shown = show(held);
            text = text.subarray(held);
            // Not where the chunk's memory is read into again.
            if (text.buffer === chunk.buffer)
                text = joined(nothing);
            found = found.filter(([, end]) => end > held).map(([start, end]) => [start - held, end - held]);
            done -= held;
            return shown;
        },
        pause: () => show(Math.min(mostShown, text.length)),
        end() {
            found = occurrencesIn(text, searched, true).stretches;
            return show(text.length);
        },
        use(others) {
            ({ searched } = others);
        },
    };
}


/***/ }),

/***/ 4925:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";

// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  vf: () => (/* binding */ renderingsOf),
  vl: () => (/* binding */ streamedOf),
  cK: () => (/* binding */ tiers)
});

// EXTERNAL MODULE: ./lib/inside/domain/pattern.js
var pattern = __nccwpck_require__(4624);
;// CONCATENATED MODULE: ./lib/inside/redaction/encodings.js
/**
 * Base64 of bytes that stand anywhere in a longer text: for each number of bytes in front (mod 3) the characters that
 * no neighbour can change. A padded whole, as the runner derives it, stops matching as soon as one byte follows.
 */
function base64Cores(bytes) {
    const behindTwo = Buffer.concat([Buffer.alloc(2), bytes]);
    return [base64Core(behindTwo, 0), base64Core(behindTwo, 1), base64Core(behindTwo, 2)];
}
/** The stable characters when `before` bytes stand in front. */
function base64Core(behindTwo, before) {
    const last = Math.floor((8 * (behindTwo.length - 2 + before)) / 6);
    return behindTwo.toString('base64', 2 - before).slice(Math.ceil((8 * before) / 6), last);
}
/** As it is, and as it stands in URLs, where that differs. */
function inBothAlphabets(core) {
    const url = core.replaceAll('+', '-').replaceAll('/', '_');
    return url === core ? [core] : [core, url];
}
/** Base64 as it stands in a URL, and in the JSON of PHP. */
function writtenBase64(core) {
    return /[+/]/.test(core)
        ? [core.replaceAll('+', '%2B').replaceAll('/', '%2F'), core.replaceAll('/', '\\/')]
        : [];
}
/** The lines of base64 output that is wrapped at `width`, without the last characters if a neighbour can change them. */
function base64Lines(bytes, width) {
    return wrap(base64Cores(bytes)[0], width);
}
/** What PowerShell's -EncodedCommand and its kin make of the text. */
function utf16Cores(text) {
    return base64Cores(Buffer.from(text, 'utf16le'));
}
function hex(bytes) {
    const lower = bytes.toString('hex');
    return [lower, lower.toUpperCase()];
}
function wrap(text, width) {
    const lines = [];
    for (let at = 0; at < text.length; at += width)
        lines.push(text.slice(at, at + width));
    return lines;
}

;// CONCATENATED MODULE: ./lib/inside/redaction/escapes.js

const hexOf = (char, width) => char.charCodeAt(0).toString(16).padStart(width, '0');
const eachUnit = (text, set, escape) => text.replace(set, escape);
const printable = /[ -~]+/;
const nonAscii = /[^\0-\x7e]/g;
/** Percent-encodings. */
const strict = (text) => eachUnit(encodeURIComponent(text), /[!'()*]/g, (char) => `%${hexOf(char, 2).toUpperCase()}`);
const escapes_form = (text) => strict(text).replaceAll('%20', '+');
const webForm = (text) => escapes_form(text).replaceAll('%2A', '*').replaceAll('~', '%7E');
const withSlashes = (text) => strict(text).replaceAll('%2F', '/');
const lowerPercent = (escape) => (text) => escape(text).replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase());
/** The password of a URL, as `new URL` writes it and as Go does. */
const userInfo = (text) => encodeURIComponent(text).replace(/%(?:2[4-6BC])/g, decodeURIComponent);
const goUserInfo = (text) => strict(text).replace(/%(?:2[46BC]|3[BD])/g, decodeURIComponent);
const percentTwice = (text) => encodeURIComponent(encodeURIComponent(text));
const strictTwice = (text) => strict(strict(text));
const percent = [encodeURIComponent, strict, escapes_form, webForm];
/** JSON strings, without their quotes. */
const json = (text) => JSON.stringify(text).slice(1, -1);
const unicode = (char) => `\\u${hexOf(char, 4)}`;
const goJson = (text) => eachUnit(json(text), /[<>&\u2028\u2029]/g, unicode);
const slashJson = (text) => json(text).replaceAll('/', '\\/');
const asciiJson = (text) => eachUnit(json(text), nonAscii, unicode);
const phpJson = (text) => asciiJson(text).replaceAll('/', '\\/');
const jsonTwice = (text) => json(json(text));
/** Shells: between single quotes, `printf %q`, `$'\u2026'` as `set -x` prints it in a UTF-8 and in the C locale. */
const singleQuoted = (text) => text.replaceAll("'", "'\\''");
const backslashed = (text) => text.replace(/[ \t!"$&'()*,;<>?[\\\]^`{|}]/g, '\\$&').replace(/^[#~]|(?<=[:=])~/g, '\\$&');
const dollarNames = {
    '\x07': '\\a',
    '\b': '\\b',
    '\t': '\\t',
    '\n': '\\n',
    '\v': '\\v',
    '\f': '\\f',
    '\r': '\\r',
    '\x1b': '\\E',
    '\\': '\\\\',
    "'": "\\'",
};
const octal = (byte) => `\\${byte.toString(8).padStart(3, '0')}`;
const dollarQuoted = (text) => text.replace(/[\0-\x1f\\'\x7f]/g, (char) => dollarNames[char] ?? octal(char.charCodeAt(0)));
const dollarQuotedC = (text) => dollarQuoted(text).replace(/[^\0-\x7f]+/g, (chars) => [...Buffer.from(chars)].map(octal).join(''));
const doubleQuoted = (text) => text.replace(/["$`\\]/g, '\\$&');
const pythonQuoted = (text) => text.replaceAll("'", `'"'"'`);
/** As busybox traces a command: quotes in a row between one pair. */
const gatheredQuotes = (text) => text.replace(/'+/g, (quotes) => `'"${quotes}"'`);
/** As bash traces the right side of `[[ \u2026 == \u2026 ]]`: of every text, however harmless. */
const patternQuoted = (text) => (0,pattern/* fullMatch */.L)(printable, text) ? `\\${text.split('').join('\\')}` : text.replace(/[^\n]/gu, '\\$&');
/** XML and HTML: named entities as far as each library goes, then numbers. */
const entity = (names) => (text) => text.replace(/[&<>"'`/=]/g, (char) => names[char] ?? char);
const inText = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };
const inAttribute = { ...inText, '"': '&quot;' };
const entities = [
    entity(inText),
    entity({ ...inAttribute, "'": '&apos;' }),
    entity({ ...inAttribute, "'": '&#39;' }),
    entity({ ...inText, '"': '&#34;', "'": '&#39;' }),
    entity({ ...inAttribute, "'": '&#x27;' }),
];
const mustache = entity({ ...inAttribute, "'": '&#39;', '/': '&#x2F;', '`': '&#x60;', '=': '&#x3D;' });
const numeric = (number) => (text) => text.replace(/[&<>"']|[^\0-\x7f]/gu, (char) => `&#${number(char.codePointAt(0) ?? 0)};`);
const numericEntities = [
    numeric(String),
    numeric((code) => `x${code.toString(16).toUpperCase()}`),
    numeric((code) => `x${code.toString(16)}`),
];
const asciiEntities = (text) => entity({ ...inAttribute, "'": '&#x27;' })(text).replace(/[^\0-\x7f]/gu, (char) => `&#${String(char.codePointAt(0))};`);
/** YAML between double quotes with everything else than ASCII escaped, and between single quotes. */
const yamlQuoted = (text) => json(text).replace(/[^\0-\x7e]/gu, (char) => {
    const code = (char.codePointAt(0) ?? 0).toString(16).toUpperCase();
    if (code.length <= 2)
        return `\\x${code.padStart(2, '0')}`;
    return code.length <= 4 ? `\\u${code.padStart(4, '0')}` : `\\U${code.padStart(8, '0')}`;
});
const doubledQuotes = (text) => text.replaceAll("'", "''");
/** CSV. */
const doubledDoubleQuotes = (text) => text.replaceAll('"', '""');
/** How programs write a string into other languages. Most secrets come out of most of them unchanged. */
const escapes = [
    ...percent,
    ...percent.map(lowerPercent),
    json,
    goJson,
    slashJson,
    asciiJson,
    phpJson,
    jsonTwice,
    singleQuoted,
    backslashed,
    dollarQuoted,
    dollarQuotedC,
    ...entities,
    ...numericEntities,
    yamlQuoted,
    doubledQuotes,
];
/** The same, less common. */
const rareEscapes = [
    mustache,
    asciiEntities,
    withSlashes,
    lowerPercent(withSlashes),
    doubleQuoted,
    pythonQuoted,
    (text) => json(asciiJson(text)),
    (text) => json(goJson(text)),
    (text) => text.replaceAll('"', '\\"'),
    gatheredQuotes,
    userInfo,
    goUserInfo,
    encodeURI,
    percentTwice,
    strictTwice,
    (text) => text.replaceAll('\\', '\\\\'),
    doubledDoubleQuotes,
];
/** A longer text is folded into many lines, which no two pieces make up; and the pieces would fill the memory. */
const longestFolded = 4096;
/** YAML folds a long value at any space: the text up to each space and the text after it. */
function folds(text) {
    if (text.length > longestFolded)
        return [];
    const spaces = [...text.matchAll(/ /g)].map((match) => match.index);
    return spaces.flatMap((at) => [text.slice(0, at).trim(), text.slice(at).trim()]);
}

// EXTERNAL MODULE: ./lib/inside/redaction/parts.js
var redaction_parts = __nccwpck_require__(209);
;// CONCATENATED MODULE: ./lib/inside/redaction/renderings.js




const tiers = ['raw', 'encoded', 'escaped', 'wrapped', 'rewrapped', 'rare'];
/** What every language writes as it is: most tokens, which costs start-up time otherwise. */
const neverEscaped = /[A-Za-z0-9._-]*/;
/** Beyond this many bytes, forms that nobody makes of a long text are `rare`. */
const renderings_long = 512;
function renderingsOf(secret) {
    const found = { raw: [], escaped: [], encoded: [], wrapped: [], rewrapped: [], rare: [] };
    render(secret, (0,redaction_parts/* partsOf */.C)(secret), found);
    return found;
}
function streamedOf(secret) {
    const parts = (0,redaction_parts/* partsOf */.C)(secret);
    const all = [];
    render(secret, parts, { raw: all, escaped: all, encoded: all, wrapped: all, rewrapped: all, rare: all });
    const literals = new Set(all);
    const dumped = parts.flatMap(formsOf);
    for (const text of dumped)
        for (const digits of hex(Buffer.from(text)))
            literals.delete(digits);
    return { literals, dumped };
}
function render(secret, parts, found) {
    for (const part of parts) {
        found.raw.push(...part.raw);
        found.rare.push(...part.raw.map(patternQuoted));
        renderings_escape(part, found);
        encode(part, found);
        if (part.body !== undefined)
            found.rewrapped.push(...wrap(part.body, 64), ...wrap(part.body, 76));
    }
    if (parts.length > 0) {
        const bytes = Buffer.from(secret.trimEnd());
        found.wrapped.push(...base64Lines(bytes, 76));
        found.rewrapped.push(...base64Lines(bytes, 64));
    }
}
function renderings_escape(part, found) {
    if ((0,pattern/* fullMatch */.L)(neverEscaped, part.text))
        return;
    const [text, ...quoted] = formsOf(part);
    // Most texts come out of most escapes as they went in.
    const seen = new Set();
    const keepNew = (form, oneLine) => {
        if (!seen.has(form))
            keep(form, part, oneLine, found.rare);
        seen.add(form);
    };
    for (const form of escapes) {
        keepNew(form(text), found.escaped);
        for (const other of quoted)
            keep(form(other), part, found.rewrapped, found.rare);
    }
    for (const form of rareEscapes)
        keepNew(form(text), found.rare);
    found.rare.push(...part.raw.flatMap(folds));
}
/** An escaped text that still has lines costs a mask for each: those come last. */
function keep(form, part, oneLine, manyLines) {
    if (form.includes('\n'))
        manyLines.push(...(0,redaction_parts/* linesOf */.D)(form));
    else if (part.raw.length === 1 || !part.raw.every((line) => form.includes(line)))
        oneLine.push(form);
}
function encode(part, found) {
    encodeForm(part.quoted ?? part.text, found.encoded, found.rare);
    if (part.quoted !== undefined)
        encodeForm(part.text, found.rare, found.rare);
    if (part.text.includes('\n'))
        found.rare.push(...base64Cores(Buffer.from(part.text.replaceAll('\n', '\r\n'))).flatMap(inBothAlphabets));
}
function encodeForm(text, common, rare) {
    const bytes = Buffer.from(text);
    const standard = base64Cores(bytes);
    // Base64 of base64: where nothing stands in front of either, then where something does.
    const [doubled, ...shifted] = standard.flatMap((core) => base64Cores(Buffer.from(core, 'latin1')));
    const unlikely = bytes.length > renderings_long ? rare : common;
    const cores = standard.flatMap(inBothAlphabets);
    common.push(...cores, ...hex(bytes));
    unlikely.push(...utf16Cores(text), ...(doubled === undefined ? [] : [doubled]));
    rare.push(...shifted, ...cores.flatMap(writtenBase64));
}
/** The text, and the text as it stands inside the JSON of the secret. */
function formsOf(part) {
    return part.quoted === undefined ? [part.text] : [part.text, part.quoted];
}


/***/ }),

/***/ 8832:
/***/ ((__unused_webpack_module, exports, __nccwpck_require__) => {

var aws4 = exports,
    url = __nccwpck_require__(7016),
    querystring = __nccwpck_require__(3480),
    crypto = __nccwpck_require__(6982),
    lru = __nccwpck_require__(2638),
    credentialsCache = lru(1000)

// http://docs.amazonwebservices.com/general/latest/gr/signature-version-4.html

function hmac(key, string, encoding) {
  return crypto.createHmac('sha256', key).update(string, 'utf8').digest(encoding)
}

function hash(string, encoding) {
  return crypto.createHash('sha256').update(string, 'utf8').digest(encoding)
}

// This function assumes the string has already been percent encoded
function encodeRfc3986(urlEncodedString) {
  return urlEncodedString.replace(/[!'()*]/g, function(c) {
    return '%' + c.charCodeAt(0).toString(16).toUpperCase()
  })
}

function encodeRfc3986Full(str) {
  return encodeRfc3986(encodeURIComponent(str))
}

// A bit of a combination of:
// https://github.com/aws/aws-sdk-java-v2/blob/dc695de6ab49ad03934e1b02e7263abbd2354be0/core/auth/src/main/java/software/amazon/awssdk/auth/signer/internal/AbstractAws4Signer.java#L59
// https://github.com/aws/aws-sdk-js/blob/18cb7e5b463b46239f9fdd4a65e2ff8c81831e8f/lib/signers/v4.js#L191-L199
// https://github.com/mhart/aws4fetch/blob/b3aed16b6f17384cf36ea33bcba3c1e9f3bdfefd/src/main.js#L25-L34
var HEADERS_TO_IGNORE = {
  'authorization': true,
  'connection': true,
  'x-amzn-trace-id': true,
  'user-agent': true,
  'expect': true,
  'presigned-expires': true,
  'range': true,
}

// request: { path | body, [host], [method], [headers], [service], [region] }
// credentials: { accessKeyId, secretAccessKey, [sessionToken] }
function RequestSigner(request, credentials) {

  if (typeof request === 'string') request = url.parse(request)

  var headers = request.headers = Object.assign({}, (request.headers || {})),
      hostParts = (!this.service || !this.region) && this.matchHost(request.hostname || request.host || headers.Host || headers.host)

  this.request = request
  this.credentials = credentials || this.defaultCredentials()

  this.service = request.service || hostParts[0] || ''
  this.region = request.region || hostParts[1] || 'us-east-1'

  // SES uses a different domain from the service name
  if (this.service === 'email') this.service = 'ses'

  if (!request.method && request.body)
    request.method = 'POST'

  if (!headers.Host && !headers.host) {
    headers.Host = request.hostname || request.host || this.createHost()

    // If a port is specified explicitly, use it as is
    if (request.port)
      headers.Host += ':' + request.port
  }
  if (!request.hostname && !request.host)
    request.hostname = headers.Host || headers.host

  this.isCodeCommitGit = this.service === 'codecommit' && request.method === 'GIT'

  this.extraHeadersToIgnore = request.extraHeadersToIgnore || Object.create(null)
  this.extraHeadersToInclude = request.extraHeadersToInclude || Object.create(null)
}

RequestSigner.prototype.matchHost = function(host) {
  var match = (host || '').match(/([^\.]{1,63})\.(?:([^\.]{0,63})\.)?amazonaws\.com(\.cn)?$/)
  var hostParts = (match || []).slice(1, 3)

  // ES's hostParts are sometimes the other way round, if the value that is expected
  // to be region equals \u2018es\u2019 switch them back
  // e.g. search-cluster-name-aaaa00aaaa0aaa0aaaaaaa0aaa.us-east-1.es.amazonaws.com
  if (hostParts[1] === 'es' || hostParts[1] === 'aoss')
    hostParts = hostParts.reverse()

  if (hostParts[1] == 's3') {
    hostParts[0] = 's3'
    hostParts[1] = 'us-east-1'
  } else {
    for (var i = 0; i < 2; i++) {
      if (/^s3-/.test(hostParts[i])) {
        hostParts[1] = hostParts[i].slice(3)
        hostParts[0] = 's3'
        break
      }
    }
  }

  return hostParts
}

// http://docs.aws.amazon.com/general/latest/gr/rande.html
RequestSigner.prototype.isSingleRegion = function() {
  // Special case for S3 and SimpleDB in us-east-1
  if (['s3', 'sdb'].indexOf(this.service) >= 0 && this.region === 'us-east-1') return true

  return ['cloudfront', 'ls', 'route53', 'iam', 'importexport', 'sts']
    .indexOf(this.service) >= 0
}

RequestSigner.prototype.createHost = function() {
  var region = this.isSingleRegion() ? '' : '.' + this.region,
      subdomain = this.service === 'ses' ? 'email' : this.service
  return subdomain + region + '.amazonaws.com'
}

RequestSigner.prototype.prepareRequest = function() {
  this.parsePath()

  var request = this.request, headers = request.headers, query

  if (request.signQuery) {

    this.parsedPath.query = query = this.parsedPath.query || {}

    if (this.credentials.sessionToken)
      query['X-Amz-Security-Token'] = this.credentials.sessionToken

    if (this.service === 's3' && !query['X-Amz-Expires'])
      query['X-Amz-Expires'] = 86400

    if (query['X-Amz-Date'])
      this.datetime = query['X-Amz-Date']
    else
      query['X-Amz-Date'] = this.getDateTime()

    query['X-Amz-Algorithm'] = 'AWS4-HMAC-SHA256'
    query['X-Amz-Credential'] = this.credentials.accessKeyId + '/' + this.credentialString()
    query['X-Amz-SignedHeaders'] = this.signedHeaders()

  } else {

    if (!request.doNotModifyHeaders && !this.isCodeCommitGit) {
      if (request.body && !headers['Content-Type'] && !headers['content-type'])
        headers['Content-Type'] = 'application/x-www-form-urlencoded; charset=utf-8'

      if (request.body && !headers['Content-Length'] && !headers['content-length'])
        headers['Content-Length'] = Buffer.byteLength(request.body)

      if (this.credentials.sessionToken && !headers['X-Amz-Security-Token'] && !headers['x-amz-security-token'])
        headers['X-Amz-Security-Token'] = this.credentials.sessionToken

      if (this.service === 's3' && !headers['X-Amz-Content-Sha256'] && !headers['x-amz-content-sha256'])
        headers['X-Amz-Content-Sha256'] = hash(this.request.body || '', 'hex')

      if (headers['X-Amz-Date'] || headers['x-amz-date'])
        this.datetime = headers['X-Amz-Date'] || headers['x-amz-date']
      else
        headers['X-Amz-Date'] = this.getDateTime()
    }

    delete headers.Authorization
    delete headers.authorization
  }
}

RequestSigner.prototype.sign = function() {
  if (!this.parsedPath) this.prepareRequest()

  if (this.request.signQuery) {
    this.parsedPath.query['X-Amz-Signature'] = this.signature()
  } else {
    this.request.headers.Authorization = this.authHeader()
  }

  this.request.path = this.formatPath()

  return this.request
}

RequestSigner.prototype.getDateTime = function() {
  if (!this.datetime) {
    var headers = this.request.headers,
      date = new Date(headers.Date || headers.date || new Date)

    this.datetime = date.toISOString().replace(/[:\-]|\.\d{3}/g, '')

    // Remove the trailing 'Z' on the timestamp string for CodeCommit git access
    if (this.isCodeCommitGit) this.datetime = this.datetime.slice(0, -1)
  }
  return this.datetime
}

RequestSigner.prototype.getDate = function() {
  return this.getDateTime().substr(0, 8)
}

RequestSigner.prototype.authHeader = function() {
  return [
    'AWS4-HMAC-SHA256 Credential=' + this.credentials.accessKeyId + '/' + this.credentialString(),
    'SignedHeaders=' + this.signedHeaders(),
    'Signature=' + this.signature(),
  ].join(', ')
}

RequestSigner.prototype.signature = function() {
  var date = this.getDate(),
      cacheKey = [this.credentials.secretAccessKey, date, this.region, this.service].join(),
      kDate, kRegion, kService, kCredentials = credentialsCache.get(cacheKey)
  if (!kCredentials) {
    kDate = hmac('AWS4' + this.credentials.secretAccessKey, date)
    kRegion = hmac(kDate, this.region)
    kService = hmac(kRegion, this.service)
    kCredentials = hmac(kService, 'aws4_request')
    credentialsCache.set(cacheKey, kCredentials)
  }
  return hmac(kCredentials, this.stringToSign(), 'hex')
}

RequestSigner.prototype.stringToSign = function() {
  return [
    'AWS4-HMAC-SHA256',
    this.getDateTime(),
    this.credentialString(),
    hash(this.canonicalString(), 'hex'),
  ].join('\n')
}

RequestSigner.prototype.canonicalString = function() {
  if (!this.parsedPath) this.prepareRequest()

  var pathStr = this.parsedPath.path,
      query = this.parsedPath.query,
      headers = this.request.headers,
      queryStr = '',
      normalizePath = this.service !== 's3',
      decodePath = this.service === 's3' || this.request.doNotEncodePath,
      decodeSlashesInPath = this.service === 's3',
      firstValOnly = this.service === 's3',
      bodyHash

  if (this.service === 's3' && this.request.signQuery) {
    bodyHash = 'UNSIGNED-PAYLOAD'
  } else if (this.isCodeCommitGit) {
    bodyHash = ''
  } else {
    bodyHash = headers['X-Amz-Content-Sha256'] || headers['x-amz-content-sha256'] ||
      hash(this.request.body || '', 'hex')
  }

  if (query) {
    var reducedQuery = Object.keys(query).reduce(function(obj, key) {
      if (!key) return obj
      obj[encodeRfc3986Full(key)] = !Array.isArray(query[key]) ? query[key] :
        (firstValOnly ? query[key][0] : query[key])
      return obj
    }, {})
    var encodedQueryPieces = []
    Object.keys(reducedQuery).sort().forEach(function(key) {
      if (!Array.isArray(reducedQuery[key])) {
        encodedQueryPieces.push(key + '=' + encodeRfc3986Full(reducedQuery[key]))
      } else {
        reducedQuery[key].map(encodeRfc3986Full).sort()
          .forEach(function(val) { encodedQueryPieces.push(key + '=' + val) })
      }
    })
    queryStr = encodedQueryPieces.join('&')
  }
  if (pathStr !== '/') {
    if (normalizePath) pathStr = pathStr.replace(/\/{2,}/g, '/')
    pathStr = pathStr.split('/').reduce(function(path, piece) {
      if (normalizePath && piece === '..') {
        path.pop()
      } else if (!normalizePath || piece !== '.') {
        if (decodePath) piece = decodeURIComponent(piece.replace(/\+/g, ' '))
        path.push(encodeRfc3986Full(piece))
      }
      return path
    }, []).join('/')
    if (pathStr[0] !== '/') pathStr = '/' + pathStr
    if (decodeSlashesInPath) pathStr = pathStr.replace(/%2F/g, '/')
  }

  return [
    this.request.method || 'GET',
    pathStr,
    queryStr,
    this.canonicalHeaders() + '\n',
    this.signedHeaders(),
    bodyHash,
  ].join('\n')
}

RequestSigner.prototype.filterHeaders = function() {
  var headers = this.request.headers,
      extraHeadersToInclude = this.extraHeadersToInclude,
      extraHeadersToIgnore = this.extraHeadersToIgnore
  this.filteredHeaders = Object.keys(headers)
    .map(function(key) { return [key.toLowerCase(), headers[key]] })
    .filter(function(entry) {
      return extraHeadersToInclude[entry[0]] ||
        (HEADERS_TO_IGNORE[entry[0]] == null && !extraHeadersToIgnore[entry[0]])
    })
    .sort(function(a, b) { return a[0] < b[0] ? -1 : 1 })
}

RequestSigner.prototype.canonicalHeaders = function() {
  if (!this.filteredHeaders) this.filterHeaders()

  return this.filteredHeaders.map(function(entry) {
    return entry[0] + ':' + entry[1].toString().trim().replace(/\s+/g, ' ')
  }).join('\n')
}

RequestSigner.prototype.signedHeaders = function() {
  if (!this.filteredHeaders) this.filterHeaders()

  return this.filteredHeaders.map(function(entry) { return entry[0] }).join(';')
}

RequestSigner.prototype.credentialString = function() {
  return [
    this.getDate(),
    this.region,
    this.service,
    'aws4_request',
  ].join('/')
}

RequestSigner.prototype.defaultCredentials = function() {
  var env = process.env
  return {
    accessKeyId: env.AWS_ACCESS_KEY_ID || env.AWS_ACCESS_KEY,
    secretAccessKey: env.AWS_SECRET_ACCESS_KEY || env.AWS_SECRET_KEY,
    sessionToken: env.AWS_SESSION_TOKEN,
  }
}

RequestSigner.prototype.parsePath = function() {
  var path = this.request.path || '/'

  // S3 doesn't always encode characters > 127 correctly and
  // all services don't encode characters > 255 correctly
  // So if there are non-reserved chars (and it's not already all % encoded), just encode them all
  if (/[^0-9A-Za-z;,/?:@&=+$\-_.!~*'()#%]/.test(path)) {
    path = encodeURI(decodeURI(path))
  }

  var queryIx = path.indexOf('?'),
      query = null

  if (queryIx >= 0) {
    query = querystring.parse(path.slice(queryIx + 1))
    path = path.slice(0, queryIx)
  }

  this.parsedPath = {
    path: path,
    query: query,
  }
}

RequestSigner.prototype.formatPath = function() {
  var path = this.parsedPath.path,
      query = this.parsedPath.query

  if (!query) return path

  // Services don't support empty query string keys
  if (query[''] != null) delete query['']

  return path + '?' + encodeRfc3986(querystring.stringify(query))
}

aws4.RequestSigner = RequestSigner

aws4.sign = function(request, credentials) {
  return new RequestSigner(request, credentials).sign()
}


/***/ }),

/***/ 2638:
/***/ ((module) => {

module.exports = function(size) {
  return new LruCache(size)
}

function LruCache(size) {
  this.capacity = size | 0
  this.map = Object.create(null)
  this.list = new DoublyLinkedList()
}

LruCache.prototype.get = function(key) {
  var node = this.map[key]
  if (node == null) return undefined
  this.used(node)
  return node.val
}

LruCache.prototype.set = function(key, val) {
  var node = this.map[key]
  if (node != null) {
    node.val = val
  } else {
    if (!this.capacity) this.prune()
    if (!this.capacity) return false
    node = new DoublyLinkedNode(key, val)
    this.map[key] = node
    this.capacity--
  }
  this.used(node)
  return true
}

LruCache.prototype.used = function(node) {
  this.list.moveToFront(node)
}

LruCache.prototype.prune = function() {
  var node = this.list.pop()
  if (node != null) {
    delete this.map[node.key]
    this.capacity++
  }
}


function DoublyLinkedList() {
  this.firstNode = null
  this.lastNode = null
}

DoublyLinkedList.prototype.moveToFront = function(node) {
  if (this.firstNode == node) return

  this.remove(node)

  if (this.firstNode == null) {
    this.firstNode = node
    this.lastNode = node
    node.prev = null
    node.next = null
  } else {
    node.prev = null
    node.next = this.firstNode
    node.next.prev = node
    this.firstNode = node
  }
}

DoublyLinkedList.prototype.pop = function() {
  var lastNode = this.lastNode
  if (lastNode != null) {
    this.remove(lastNode)
  }
  return lastNode
}

DoublyLinkedList.prototype.remove = function(node) {
  if (this.firstNode == node) {
    this.firstNode = node.next
  } else if (node.prev != null) {
    node.prev.next = node.next
  }
  if (this.lastNode == node) {
    this.lastNode = node.prev
  } else if (node.next != null) {
    node.next.prev = node.prev
  }
}


function DoublyLinkedNode(key, val) {
  this.key = key
  this.val = val
  this.prev = null
  this.next = null
}


/***/ }),

/***/ 770:
/***/ ((module, __unused_webpack_exports, __nccwpck_require__) => {

module.exports = __nccwpck_require__(218);


/***/ }),

/***/ 218:
/***/ ((__unused_webpack_module, exports, __nccwpck_require__) => {

"use strict";
var __webpack_unused_export__;


var net = __nccwpck_require__(9278);
var tls = __nccwpck_require__(4756);
var http = __nccwpck_require__(8611);
var https = __nccwpck_require__(5692);
var events = __nccwpck_require__(4434);
var assert = __nccwpck_require__(2613);
var util = __nccwpck_require__(9023);


exports.httpOverHttp = httpOverHttp;
exports.httpsOverHttp = httpsOverHttp;
exports.httpOverHttps = httpOverHttps;
exports.httpsOverHttps = httpsOverHttps;


function httpOverHttp(options) {
  var agent = new TunnelingAgent(options);
  agent.request = http.request;
  return agent;
}

function httpsOverHttp(options) {
  var agent = new TunnelingAgent(options);
  agent.request = http.request;
  agent.createSocket = createSecureSocket;
  agent.defaultPort = 443;
  return agent;
}

function httpOverHttps(options) {
  var agent = new TunnelingAgent(options);
  agent.request = https.request;
  return agent;
}

function httpsOverHttps(options) {
  var agent = new TunnelingAgent(options);
  agent.request = https.request;
  agent.createSocket = createSecureSocket;
  agent.defaultPort = 443;
  return agent;
}


function TunnelingAgent(options) {
  var self = this;
  self.options = options || {};
  self.proxyOptions = self.options.proxy || {};
  self.maxSockets = self.options.maxSockets || http.Agent.defaultMaxSockets;
  self.requests = [];
  self.sockets = [];

  self.on('free', function onFree(socket, host, port, localAddress) {
    var options = toOptions(host, port, localAddress);
    for (var i = 0, len = self.requests.length; i < len; ++i) {
      var pending = self.requests[i];
      if (pending.host === options.host && pending.port === options.port) {
        // Detect the request to connect same origin server,
        // reuse the connection.
        self.requests.splice(i, 1);
        pending.request.onSocket(socket);
        return;
      }
    }
    socket.destroy();
    self.removeSocket(socket);
  });
}
util.inherits(TunnelingAgent, events.EventEmitter);

TunnelingAgent.prototype.addRequest = function addRequest(req, host, port, localAddress) {
  var self = this;
  var options = mergeOptions({request: req}, self.options, toOptions(host, port, localAddress));

  if (self.sockets.length >= this.maxSockets) {
    // We are over limit so we'll add it to the queue.
    self.requests.push(options);
    return;
  }

  // If we are under maxSockets create a new one.
  self.createSocket(options, function(socket) {
    socket.on('free', onFree);
    socket.on('close', onCloseOrRemove);
    socket.on('agentRemove', onCloseOrRemove);
    req.onSocket(socket);

    function onFree() {
      self.emit('free', socket, options);
    }

    function onCloseOrRemove(err) {
      self.removeSocket(socket);
      socket.removeListener('free', onFree);
      socket.removeListener('close', onCloseOrRemove);
      socket.removeListener('agentRemove', onCloseOrRemove);
    }
  });
};

TunnelingAgent.prototype.createSocket = function createSocket(options, cb) {
  var self = this;
  var placeholder = {};
  self.sockets.push(placeholder);

  var connectOptions = mergeOptions({}, self.proxyOptions, {
    method: 'CONNECT',
    path: options.host + ':' + options.port,
    agent: false,
    headers: {
      host: options.host + ':' + options.port
    }
  });
  if (options.localAddress) {
    connectOptions.localAddress = options.localAddress;
  }
  if (connectOptions.proxyAuth) {
    connectOptions.headers = connectOptions.headers || {};
    connectOptions.headers['Proxy-Authorization'] = 'Basic ' +
        new Buffer(connectOptions.proxyAuth).toString('base64');
  }

  debug('making CONNECT request');
  var connectReq = self.request(connectOptions);
  connectReq.useChunkedEncodingByDefault = false; // for v0.6
  connectReq.once('response', onResponse); // for v0.6
  connectReq.once('upgrade', onUpgrade);   // for v0.6
  connectReq.once('connect', onConnect);   // for v0.7 or later
  connectReq.once('error', onError);
  connectReq.end();

  function onResponse(res) {
    // Very hacky. This is necessary to avoid http-parser leaks.
    res.upgrade = true;
  }

  function onUpgrade(res, socket, head) {
    // Hacky.
    process.nextTick(function() {
      onConnect(res, socket, head);
    });
  }

  function onConnect(res, socket, head) {
    connectReq.removeAllListeners();
    socket.removeAllListeners();

    if (res.statusCode !== 200) {
      debug('tunneling socket could not be established, statusCode=%d',
        res.statusCode);
      socket.destroy();
      var error = new Error('tunneling socket could not be established, ' +
        'statusCode=' + res.statusCode);
      error.code = 'ECONNRESET';
      options.request.emit('error', error);
      self.removeSocket(placeholder);
      return;
    }
    if (head.length > 0) {
      debug('got illegal response body from proxy');
      socket.destroy();
      var error = new Error('got illegal response body from proxy');
      error.code = 'ECONNRESET';
      options.request.emit('error', error);
      self.removeSocket(placeholder);
      return;
    }
    debug('tunneling connection has established');
    self.sockets[self.sockets.indexOf(placeholder)] = socket;
    return cb(socket);
  }

  function onError(cause) {
    connectReq.removeAllListeners();

    debug('tunneling socket could not be established, cause=%s\n',
          cause.message, cause.stack);
    var error = new Error('tunneling socket could not be established, ' +
                          'cause=' + cause.message);
    error.code = 'ECONNRESET';
    options.request.emit('error', error);
    self.removeSocket(placeholder);
  }
};

TunnelingAgent.prototype.removeSocket = function removeSocket(socket) {
  var pos = this.sockets.indexOf(socket)
  if (pos === -1) {
    return;
  }
  this.sockets.splice(pos, 1);

  var pending = this.requests.shift();
  if (pending) {
    // If we have pending requests and a socket gets closed a new one
    // needs to be created to take over in the pool for the one that closed.
    this.createSocket(pending, function(socket) {
      pending.request.onSocket(socket);
    });
  }
};

function createSecureSocket(options, cb) {
  var self = this;
  TunnelingAgent.prototype.createSocket.call(self, options, function(socket) {
    var hostHeader = options.request.getHeader('host');
    var tlsOptions = mergeOptions({}, self.options, {
      socket: socket,
      servername: hostHeader ? hostHeader.replace(/:.*$/, '') : options.host
    });

    // 0 is dummy port for v0.6
    var secureSocket = tls.connect(0, tlsOptions);
    self.sockets[self.sockets.indexOf(socket)] = secureSocket;
    cb(secureSocket);
  });
}


function toOptions(host, port, localAddress) {
  if (typeof host === 'string') { // since v0.10
    return {
      host: host,
      port: port,
      localAddress: localAddress
    };
  }
  return host; // for v0.11 or later
}

function mergeOptions(target) {
  for (var i = 1, len = arguments.length; i < len; ++i) {
    var overrides = arguments[i];
    if (typeof overrides === 'object') {
      var keys = Object.keys(overrides);
      for (var j = 0, keyLen = keys.length; j < keyLen; ++j) {
        var k = keys[j];
        if (overrides[k] !== undefined) {
          target[k] = overrides[k];
        }
      }
    }
  }
  return target;
}


var debug;
if (process.env.NODE_DEBUG && /\btunnel\b/.test(process.env.NODE_DEBUG)) {
  debug = function() {
    var args = Array.prototype.slice.call(arguments);
    if (typeof args[0] === 'string') {
      args[0] = 'TUNNEL: ' + args[0];
    } else {
      args.unshift('TUNNEL:');
    }
    console.error.apply(console, args);
  }
} else {
  debug = function() {};
}
__webpack_unused_export__ = debug; // for test


/***/ }),

/***/ 9467:
/***/ ((module) => {

"use strict";
module.exports = require("./github-event.cjs");

/***/ }),

/***/ 2613:
/***/ ((module) => {

"use strict";
module.exports = undefined;

/***/ }),

/***/ 6982:
/***/ ((module) => {

"use strict";
module.exports = require("crypto");

/***/ }),

/***/ 4434:
/***/ ((module) => {

"use strict";
module.exports = require("events");

/***/ }),

/***/ 8611:
/***/ ((module) => {

"use strict";
module.exports = require("http");

/***/ }),

/***/ 5692:
/***/ ((module) => {

"use strict";
module.exports = require("https");

/***/ }),

/***/ 9278:
/***/ ((module) => {

"use strict";
module.exports = require("net");

/***/ }),

/***/ 1421:
/***/ ((module) => {

"use strict";
module.exports = require("node:child_process");

/***/ }),

/***/ 7598:
/***/ ((module) => {

"use strict";
module.exports = require("node:crypto");

/***/ }),

/***/ 3024:
/***/ ((module) => {

"use strict";
module.exports = require("node:fs");

/***/ }),

/***/ 7030:
/***/ ((module) => {

"use strict";
module.exports = require("node:net");

/***/ }),

/***/ 6760:
/***/ ((module) => {

"use strict";
module.exports = require("node:path");

/***/ }),

/***/ 1692:
/***/ ((module) => {

"use strict";
module.exports = require("node:tls");

/***/ }),

/***/ 7066:
/***/ ((module) => {

"use strict";
module.exports = require("node:tty");

/***/ }),

/***/ 3480:
/***/ ((module) => {

"use strict";
module.exports = require("querystring");

/***/ }),

/***/ 4756:
/***/ ((module) => {

"use strict";
module.exports = require("tls");

/***/ }),

/***/ 7016:
/***/ ((module) => {

"use strict";
module.exports = require("url");

/***/ }),

/***/ 9023:
/***/ ((module) => {

"use strict";
module.exports = require("util");

/***/ }),

/***/ 8357:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

"use strict";

// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  compactDecrypt: () => (/* binding */ compactDecrypt)
});

// EXTERNAL MODULE: ./node_modules/jose/dist/webapi/lib/buffer_utils.js
var buffer_utils = __nccwpck_require__(7410);
// EXTERNAL MODULE: ./node_modules/jose/dist/webapi/lib/key.js
var lib_key = __nccwpck_require__(7859);
// EXTERNAL MODULE: ./node_modules/jose/dist/webapi/util/errors.js
var errors = __nccwpck_require__(5674);
;// CONCATENATED MODULE: ./node_modules/jose/dist/webapi/lib/content_encryption.js



const content_encryption_generateCek = (enc) => crypto.getRandomValues(new Uint8Array(enc.cekBits >> 3));
function content_encryption_checkCekLength(cek, expected) {
  const actual = cek.byteLength << 3;
  if (actual !== expected)
    throw new errors/* JWEInvalid */.aA(`Invalid Content Encryption Key length. Expected ${expected} bits, got ${actual} bits`);
}
const generateIv = (enc) => crypto.getRandomValues(new Uint8Array(enc.ivBits >> 3));
function checkIvLength(enc, iv) {
  if (iv.length << 3 !== enc.ivBits)
    throw new errors/* JWEInvalid */.aA("Invalid Initialization Vector length");
}
async function cbcKeySetup(enc, cek, usage) {
  if (!(cek instanceof Uint8Array))
    throw new TypeError((0,lib_key/* invalidKeyInput */.XP)(cek, "Uint8Array"));
  const keyLengthBits = enc.cekBits >> 1, encKey = await crypto.subtle.importKey("raw", cek.subarray(keyLengthBits >> 3), "AES-CBC", !1, [usage]), macKey = await crypto.subtle.importKey("raw", cek.subarray(0, keyLengthBits >> 3), {
    hash: `SHA-${keyLengthBits << 1}`,
    name: "HMAC"
  }, !1, ["sign"]);
  return [encKey, macKey, keyLengthBits];
}
async function cbcHmacTag(macKey, macData, keyLengthBits) {
  return new Uint8Array((await crypto.subtle.sign("HMAC", macKey, macData)).slice(0, keyLengthBits >> 3));
}
async function cbcEncrypt(enc, plaintext, cek, iv, aad) {
  const [encKey, macKey, keyLengthBits] = await cbcKeySetup(enc, cek, "encrypt"), ciphertext = new Uint8Array(await crypto.subtle.encrypt({
    iv,
    name: "AES-CBC"
  }, encKey, plaintext)), al = uint64be(aad.length * 8), macData = concat(aad, iv, ciphertext, al), tag = await cbcHmacTag(macKey, macData, keyLengthBits);
  return { ciphertext, tag, iv };
}
async function timingSafeEqual(a, b) {
  const algorithm = { name: "HMAC", hash: "SHA-256" }, key = await crypto.subtle.generateKey(algorithm, !1, ["sign", "verify"]), aHmac = await crypto.subtle.sign(algorithm, key, a);
  return crypto.subtle.verify(algorithm, key, aHmac, b);
}
async function cbcDecrypt(enc, cek, ciphertext, iv, tag, aad) {
  const [encKey, macKey, keyLengthBits] = await cbcKeySetup(enc, cek, "decrypt"), al = (0,buffer_utils/* uint64be */.mx)(aad.length * 8), macData = (0,buffer_utils/* concat */.xW)(aad, iv, ciphertext, al), expectedTag = await cbcHmacTag(macKey, macData, keyLengthBits);
  try {
    if (await timingSafeEqual(tag, expectedTag))
      return new Uint8Array(await crypto.subtle.decrypt({ iv, name: "AES-CBC" }, encKey, ciphertext));
  } catch {
  }
  throw new errors/* JWEDecryptionFailed */.xO();
}
async function content_encryption_encrypt(enc, plaintext, cek, iv, aad) {
  if (!isCryptoKey(cek) && !(cek instanceof Uint8Array))
    throw new TypeError(invalidKeyInput(cek, "CryptoKey", "KeyObject", "Uint8Array", "JSON Web Key"));
  if (iv ? checkIvLength(enc, iv) : iv = generateIv(enc), cek instanceof Uint8Array && content_encryption_checkCekLength(cek, enc.cekBits), enc.cbc)
    return cbcEncrypt(enc, plaintext, cek, iv, aad);
  const encKey = await rawKey(cek, enc.subtle, "encrypt"), encrypted = new Uint8Array(await crypto.subtle.encrypt({
    additionalData: aad,
    iv,
    name: "AES-GCM",
    tagLength: 128
  }, encKey, plaintext));
  return { ciphertext: encrypted.subarray(0, -16), tag: encrypted.subarray(-16), iv };
}
async function decrypt(enc, cek, ciphertext, iv, tag, aad) {
  if (!(0,lib_key/* isCryptoKey */.R7)(cek) && !(cek instanceof Uint8Array))
    throw new TypeError((0,lib_key/* invalidKeyInput */.XP)(cek, "CryptoKey", "KeyObject", "Uint8Array", "JSON Web Key"));
  if (!iv)
    throw new errors/* JWEInvalid */.aA("JWE Initialization Vector missing");
  if (!tag)
    throw new errors/* JWEInvalid */.aA("JWE Authentication Tag missing");
  if (!enc.cbc && tag.length !== 16)
    throw new errors/* JWEInvalid */.aA("Invalid Authentication Tag length");
  if (checkIvLength(enc, iv), cek instanceof Uint8Array && content_encryption_checkCekLength(cek, enc.cekBits), enc.cbc)
    return cbcDecrypt(enc, cek, ciphertext, iv, tag, aad);
  const encKey = await (0,lib_key/* rawKey */.GK)(cek, enc.subtle, "decrypt");
  try {
    return new Uint8Array(await crypto.subtle.decrypt({
      additionalData: aad,
      iv,
      name: "AES-GCM",
      tagLength: 128
    }, encKey, (0,buffer_utils/* concat */.xW)(ciphertext, tag)));
  } catch {
    throw new errors/* JWEDecryptionFailed */.xO();
  }
}


// EXTERNAL MODULE: ./node_modules/jose/dist/webapi/lib/validate.js
var validate = __nccwpck_require__(7784);
// EXTERNAL MODULE: ./node_modules/jose/dist/webapi/lib/key_descriptor.js
var key_descriptor = __nccwpck_require__(3035);
;// CONCATENATED MODULE: ./node_modules/jose/dist/webapi/lib/jwe_algorithms.js


const wrap = [
  ["encrypt", "wrapKey"],
  ["decrypt", "unwrapKey"]
], derive = [[], ["deriveBits"]], none = [[], []];
function rsaes(bits) {
  return {
    kty: ["RSA"],
    mode: "key-encryption",
    subtle: { name: "RSA-OAEP", hash: `SHA-${bits}` },
    usages: wrap,
    ops: ["wrapKey", "unwrapKey"]
  };
}
function ecdh(mode) {
  return {
    kty: ["EC", "OKP"],
    mode,
    subtle: { name: "ECDH" },
    resolve: ({ kty, crv, asymmetricKeyType }) => {
      if (crv === "X25519" || asymmetricKeyType === "x25519")
        return { name: "X25519" };
      if (kty === "OKP")
        throw new errors/* JOSENotSupported */.T0('Invalid or unsupported JWK "alg" (Algorithm) Parameter value');
      return { name: "ECDH", namedCurve: crv };
    },
    usages: derive,
    ops: [void 0, "deriveBits"]
  };
}
function aeskw(bits, gcm = !1) {
  return {
    kty: ["oct"],
    mode: "key-wrapping",
    secret: !0,
    subtle: { name: gcm ? "AES-GCM" : "AES-KW", length: bits },
    usages: none,
    ops: gcm ? ["encrypt", "decrypt"] : ["wrapKey", "unwrapKey"]
  };
}
function pbes2() {
  return {
    kty: ["oct"],
    mode: "key-wrapping",
    secret: !0,
    subtle: { name: "PBKDF2" },
    usages: none,
    ops: ["deriveBits", "deriveBits"]
  };
}
const JWE = (0,key_descriptor/* table */.t)({
  dir: {
    kty: ["oct"],
    mode: "direct-encryption",
    secret: !0,
    subtle: { name: "AES-GCM" },
    usages: none,
    ops: ["encrypt", "decrypt"]
  },
  "RSA-OAEP": rsaes(1),
  "RSA-OAEP-256": rsaes(256),
  "RSA-OAEP-384": rsaes(384),
  "RSA-OAEP-512": rsaes(512),
  "ECDH-ES": ecdh("direct-key-agreement"),
  "ECDH-ES+A128KW": ecdh("key-agreement-with-key-wrapping"),
  "ECDH-ES+A192KW": ecdh("key-agreement-with-key-wrapping"),
  "ECDH-ES+A256KW": ecdh("key-agreement-with-key-wrapping"),
  A128KW: aeskw(128),
  A192KW: aeskw(192),
  A256KW: aeskw(256),
  A128GCMKW: aeskw(128, !0),
  A192GCMKW: aeskw(192, !0),
  A256GCMKW: aeskw(256, !0),
  "PBES2-HS256+A128KW": pbes2(),
  "PBES2-HS384+A192KW": pbes2(),
  "PBES2-HS512+A256KW": pbes2()
}), contentOps = ["encrypt", "decrypt"];
function contentEncryption(bits, cbc = !1) {
  return {
    kty: ["oct"],
    secret: !0,
    subtle: { name: cbc ? "AES-CBC" : "AES-GCM", length: bits },
    usages: none,
    ops: contentOps,
    cekBits: bits,
    ivBits: cbc ? 128 : 96,
    cbc
  };
}
const ENC = (0,key_descriptor/* table */.t)({
  A128GCM: contentEncryption(128),
  A192GCM: contentEncryption(192),
  A256GCM: contentEncryption(256),
  "A128CBC-HS256": contentEncryption(256, !0),
  "A192CBC-HS384": contentEncryption(384, !0),
  "A256CBC-HS512": contentEncryption(512, !0)
});
function unsupported(parameter, name) {
  throw new errors/* JOSENotSupported */.T0(`Invalid or unsupported "${parameter}" (JWE ${name}) header value`);
}
function jwe_algorithms_jweAlgorithm(alg) {
  return (typeof alg == "string" ? JWE[alg] : void 0) ?? unsupported("alg", "Algorithm");
}
function jwe_algorithms_isJWECEKTransport(algorithm) {
  return algorithm.mode === "key-wrapping" || algorithm.mode === "key-encryption" || algorithm.mode === "key-agreement-with-key-wrapping";
}
function jwe_algorithms_jweEncryption(enc) {
  return (typeof enc == "string" ? ENC[enc] : void 0) ?? unsupported("enc", "Encryption Algorithm");
}


;// CONCATENATED MODULE: ./node_modules/jose/dist/webapi/lib/key_management.js







function checkEcdhCryptoKey(key, usage) {
  if (key.algorithm.name !== "ECDH" && key.algorithm.name !== "X25519")
    throw new TypeError("CryptoKey does not support this operation, its algorithm.name must be ECDH or X25519");
  (0,lib_key/* checkUsage */.GZ)(key, usage);
}
async function aeskwWrap(alg, key, cek) {
  const cryptoKey = await rawKey(key, jweAlgorithm(alg).subtle, "wrapKey", !0), cryptoKeyCek = await crypto.subtle.importKey("raw", cek, { hash: "SHA-256", name: "HMAC" }, !0, ["sign"]);
  return new Uint8Array(await crypto.subtle.wrapKey("raw", cryptoKeyCek, cryptoKey, "AES-KW"));
}
async function aeskwUnwrap(alg, key, encryptedKey) {
  const cryptoKey = await (0,lib_key/* rawKey */.GK)(key, jwe_algorithms_jweAlgorithm(alg).subtle, "unwrapKey", !0), cryptoKeyCek = await crypto.subtle.unwrapKey("raw", encryptedKey, cryptoKey, "AES-KW", { hash: "SHA-256", name: "HMAC" }, !0, ["sign"]);
  return new Uint8Array(await crypto.subtle.exportKey("raw", cryptoKeyCek));
}
function checkRsaKey(alg, key, usage) {
  (0,lib_key/* checkCryptoKey */.Ni)(key, jwe_algorithms_jweAlgorithm(alg).subtle, usage), (0,lib_key/* checkModulusLength */.or)(alg, key);
}
async function deriveKey(p2s, alg, p2c, key) {
  if (!(p2s instanceof Uint8Array) || p2s.length < 8)
    throw new errors/* JWEInvalid */.aA("PBES2 Salt Input must be 8 or more octets");
  if (!Number.isSafeInteger(p2c) || Math.sign(p2c) !== 1)
    throw new errors/* JWEInvalid */.aA("PBES2 Count Input must be a positive integer");
  const salt = (0,buffer_utils/* concat */.xW)((0,buffer_utils/* encode */.lF)(alg), Uint8Array.of(0), p2s), keyLengthBits = parseInt(alg.slice(13, 16), 10), subtleAlg = {
    hash: `SHA-${alg.slice(8, 11)}`,
    iterations: p2c,
    name: "PBKDF2",
    salt
  }, cryptoKey = await (0,lib_key/* rawKey */.GK)(key, jwe_algorithms_jweAlgorithm(alg).subtle, "deriveBits");
  return new Uint8Array(await crypto.subtle.deriveBits(subtleAlg, cryptoKey, keyLengthBits));
}
function lengthAndInput(input) {
  return (0,buffer_utils/* concat */.xW)((0,buffer_utils/* uint32be */.VS)(input.length), input);
}
async function concatKdf(Z, keyDataLength, OtherInfo) {
  const dkLen = keyDataLength >> 3, hashLen = 32, reps = Math.ceil(dkLen / hashLen), dk = new Uint8Array(reps * hashLen);
  for (let i = 1; i <= reps; i++) {
    const hashResult = await (0,buffer_utils/* digest */.br)("sha256", (0,buffer_utils/* concat */.xW)((0,buffer_utils/* uint32be */.VS)(i), Z, OtherInfo));
    dk.set(hashResult, (i - 1) * hashLen);
  }
  return dk.slice(0, dkLen);
}
async function ecdhesDeriveKey(publicKey, privateKey, algorithmId, keyDataLength, apu = new Uint8Array(), apv = new Uint8Array()) {
  checkEcdhCryptoKey(publicKey), checkEcdhCryptoKey(privateKey, "deriveBits");
  const otherInfo = (0,buffer_utils/* concat */.xW)(lengthAndInput((0,buffer_utils/* encode */.lF)(algorithmId)), lengthAndInput(apu), lengthAndInput(apv), (0,buffer_utils/* uint32be */.VS)(keyDataLength)), Z = new Uint8Array(await crypto.subtle.deriveBits({
    name: publicKey.algorithm.name,
    public: publicKey
  }, privateKey, publicKey.algorithm.name === "X25519" ? 256 : Math.ceil(parseInt(publicKey.algorithm.namedCurve.slice(-3), 10) / 8) << 3));
  return concatKdf(Z, keyDataLength, otherInfo);
}
function assertEcdhKey(key) {
  (0,lib_key/* assertCryptoKey */.Tz)(key);
  const curve = key.algorithm.namedCurve;
  if (curve !== "P-256" && curve !== "P-384" && curve !== "P-521" && key.algorithm.name !== "X25519")
    throw new errors/* JOSENotSupported */.T0("ECDH with the provided key is not allowed or not supported by your javascript runtime");
}
function partyInfo(joseHeader, name) {
  const value = joseHeader[name];
  if (value !== void 0) {
    if (typeof value != "string")
      throw new errors/* JWEInvalid */.aA(`JOSE Header "${name}" (Agreement Party${name === "apu" ? "U" : "V"}Info) invalid`);
    return (0,validate/* decodeBase64url */.h2)(value, name, errors/* JWEInvalid */.aA);
  }
}
function checkPartyInfo(apu, apv) {
  if (!(apu === void 0 || apv === void 0 || apu.byteLength !== apv.byteLength)) {
    for (let i = 0; i < apu.byteLength; i++)
      if (apu[i] !== apv[i])
        return;
    throw new errors/* JWEInvalid */.aA('JOSE Header "apu" and "apv" values must be distinct');
  }
}
function assertEncryptedKey(encryptedKey) {
  if (encryptedKey === void 0)
    throw new errors/* JWEInvalid */.aA("JWE Encrypted Key missing");
}
function assertNoEncryptedKey(encryptedKey) {
  if (encryptedKey !== void 0)
    throw new errors/* JWEInvalid */.aA("Encountered unexpected JWE Encrypted Key");
}
function validateMaxPBES2Count(value) {
  if (value !== void 0 && value !== 1 / 0 && (!Number.isSafeInteger(value) || value < 1))
    throw new TypeError("maxPBES2Count must be a positive safe integer or Infinity");
}
async function decryptKeyManagement(entry, enc, key, encryptedKey, joseHeader, maxPBES2Count) {
  const { alg } = entry, mode = entry.mode;
  if (mode === "direct-encryption")
    return assertNoEncryptedKey(encryptedKey), key;
  const direct = mode === "direct-key-agreement";
  switch (direct ? assertNoEncryptedKey(encryptedKey) : assertEncryptedKey(encryptedKey), entry.subtle.name) {
    case "ECDH": {
      const { epk } = joseHeader;
      if (!(0,validate/* isObject */.Gv)(epk) || ["d", "k", "p", "q", "dp", "dq", "qi", "oth", "priv"].some((parameter) => Object.hasOwn(epk, parameter)))
        throw new errors/* JWEInvalid */.aA('JOSE Header "epk" (Ephemeral Public Key) missing or invalid');
      assertEcdhKey(key);
      const ephemeralPublicKey = await (0,lib_key/* jwkToKey */.xY)(entry, epk), partyUInfo = partyInfo(joseHeader, "apu"), partyVInfo = partyInfo(joseHeader, "apv");
      checkPartyInfo(partyUInfo, partyVInfo);
      const derivedKey = await ecdhesDeriveKey(ephemeralPublicKey, key, direct ? enc.alg : alg, direct ? enc.cekBits : parseInt(alg.slice(-5, -2), 10), partyUInfo, partyVInfo);
      if (direct)
        return derivedKey;
      key = derivedKey;
      break;
    }
    case "RSA-OAEP":
      return (0,lib_key/* assertCryptoKey */.Tz)(key), checkRsaKey(alg, key, "decrypt"), new Uint8Array(await crypto.subtle.decrypt("RSA-OAEP", key, encryptedKey));
    case "PBKDF2": {
      if (typeof joseHeader.p2c != "number")
        throw new errors/* JWEInvalid */.aA('JOSE Header "p2c" (PBES2 Count) missing or invalid');
      const p2cLimit = maxPBES2Count ?? 1e4;
      if (joseHeader.p2c > p2cLimit)
        throw new errors/* JWEInvalid */.aA('JOSE Header "p2c" (PBES2 Count) out is of acceptable bounds');
      if (typeof joseHeader.p2s != "string")
        throw new errors/* JWEInvalid */.aA('JOSE Header "p2s" (PBES2 Salt) missing or invalid');
      const p2s = (0,validate/* decodeBase64url */.h2)(joseHeader.p2s, "p2s", errors/* JWEInvalid */.aA);
      key = await deriveKey(p2s, alg, joseHeader.p2c, key);
      break;
    }
    case "AES-GCM": {
      if (typeof joseHeader.iv != "string")
        throw new errors/* JWEInvalid */.aA('JOSE Header "iv" (Initialization Vector) missing or invalid');
      if (typeof joseHeader.tag != "string")
        throw new errors/* JWEInvalid */.aA('JOSE Header "tag" (Authentication Tag) missing or invalid');
      const iv = (0,validate/* decodeBase64url */.h2)(joseHeader.iv, "iv", errors/* JWEInvalid */.aA), tag = (0,validate/* decodeBase64url */.h2)(joseHeader.tag, "tag", errors/* JWEInvalid */.aA);
      if (iv.byteLength !== 12)
        throw new errors/* JWEInvalid */.aA("Invalid Initialization Vector length");
      if (tag.byteLength !== 16)
        throw new errors/* JWEInvalid */.aA("Invalid Authentication Tag length");
      return decrypt(jwe_algorithms_jweEncryption(alg.slice(0, -2)), key, encryptedKey, iv, tag, new Uint8Array());
    }
  }
  return aeskwUnwrap(alg.slice(-6), key, encryptedKey);
}
async function encryptKeyManagement(entry, enc, inputKey, joseHeader, providedCek, providedParameters = {}) {
  const { alg, mode } = entry, transport = isJWECEKTransport(entry);
  if (providedCek !== void 0 && !transport)
    throw new TypeError(`setContentEncryptionKey cannot be called with JWE "alg" (Algorithm) Header ${alg}`);
  let key = await prepareKey(mode === "direct-encryption" ? enc : entry, inputKey, "encrypt");
  if (mode === "direct-encryption")
    return [key, void 0, void 0];
  const cek = transport ? providedCek ?? generateCek(enc) : void 0;
  cek && checkCekLength(cek, enc.cekBits);
  let encryptedKey, parameters;
  switch (entry.subtle.name) {
    case "ECDH": {
      assertEcdhKey(key);
      const { apu: providedApu, apv: providedApv } = providedParameters;
      providedApu !== void 0 && assertUint8Array(providedApu, '"apu"'), providedApv !== void 0 && assertUint8Array(providedApv, '"apv"');
      const apu = providedApu ?? partyInfo(joseHeader, "apu"), apv = providedApv ?? partyInfo(joseHeader, "apv");
      checkPartyInfo(apu, apv);
      let ephemeralPrivateKey;
      providedParameters.epk !== void 0 ? ephemeralPrivateKey = await prepareKey(entry, providedParameters.epk, "decrypt") : ephemeralPrivateKey = (await crypto.subtle.generateKey(key.algorithm, !0, ["deriveBits"])).privateKey;
      const subtle = crypto.subtle;
      let exportableEpk = ephemeralPrivateKey;
      if (!exportableEpk.extractable) {
        if (typeof subtle.getPublicKey != "function")
          throw new TypeError('CryptoKey for "epk" must be extractable');
        exportableEpk = await subtle.getPublicKey(ephemeralPrivateKey, []);
      }
      const { x, y, crv, kty } = await subtle.exportKey("jwk", exportableEpk), direct = mode === "direct-key-agreement", derivedKey = await ecdhesDeriveKey(key, ephemeralPrivateKey, direct ? enc.alg : alg, direct ? enc.cekBits : parseInt(alg.slice(-5, -2), 10), apu, apv), epk = { x, crv, kty };
      if (kty === "EC" && (epk.y = y), parameters = { epk }, providedApu !== void 0 && (parameters.apu = b64u(providedApu)), providedApv !== void 0 && (parameters.apv = b64u(providedApv)), direct)
        return [derivedKey, void 0, parameters];
      key = derivedKey;
      break;
    }
    case "RSA-OAEP": {
      assertCryptoKey(key), checkRsaKey(alg, key, "encrypt"), encryptedKey = new Uint8Array(await crypto.subtle.encrypt("RSA-OAEP", key, cek));
      break;
    }
    case "PBKDF2": {
      const { p2c = 2048, p2s = crypto.getRandomValues(new Uint8Array(16)) } = providedParameters;
      key = await deriveKey(p2s, alg, p2c, key), parameters = { p2c, p2s: b64u(p2s) };
      break;
    }
    case "AES-GCM": {
      const iv = providedParameters.iv === void 0 ? crypto.getRandomValues(new Uint8Array(12)) : providedParameters.iv;
      if (!(iv instanceof Uint8Array))
        throw new TypeError('"iv" must be an instance of Uint8Array');
      const wrapped = await encrypt(jweEncryption(alg.slice(0, -2)), cek, key, iv, new Uint8Array());
      encryptedKey = wrapped.ciphertext, parameters = { iv: b64u(wrapped.iv), tag: b64u(wrapped.tag) };
    }
  }
  if (encryptedKey ??= await aeskwWrap(alg.slice(-6), key, cek), !(encryptedKey instanceof Uint8Array) || !encryptedKey.byteLength)
    throw new TypeError("JWE key management algorithm did not produce an Encrypted Key");
  return [cek, encryptedKey, parameters];
}


;// CONCATENATED MODULE: ./node_modules/jose/dist/webapi/lib/deflate.js


function validateZip(joseHeader, protectedHeader) {
  if (joseHeader.zip !== void 0 && joseHeader.zip !== "DEF")
    throw new errors/* JOSENotSupported */.T0('Unsupported JWE "zip" (Compression Algorithm) Header Parameter value.');
  if (joseHeader.zip !== void 0 && !protectedHeader?.zip)
    throw new errors/* JWEInvalid */.aA('JWE "zip" (Compression Algorithm) Header Parameter MUST be in a protected header.');
}
function supported(name) {
  if (typeof globalThis[name] > "u")
    throw new errors/* JOSENotSupported */.T0(`JWE "zip" (Compression Algorithm) Header Parameter requires the ${name} API.`);
}
async function transform(stream, input, maxLength = 1 / 0) {
  const writer = stream.writable.getWriter();
  writer.write(input).catch(() => {
  }), writer.close().catch(() => {
  });
  const chunks = [];
  let length = 0;
  const reader = stream.readable.getReader();
  for (; ; ) {
    const { value, done } = await reader.read();
    if (done)
      break;
    if (chunks.push(value), length += value.byteLength, maxLength !== 1 / 0 && length > maxLength)
      throw await reader.cancel().catch(() => {
      }), new errors/* JWEInvalid */.aA("Decompressed plaintext exceeded the configured limit");
  }
  return (0,buffer_utils/* concat */.xW)(...chunks);
}
async function compress(input) {
  return supported("CompressionStream"), transform(new CompressionStream("deflate-raw"), input);
}
async function decompress(input, maxLength) {
  return supported("DecompressionStream"), transform(new DecompressionStream("deflate-raw"), input, maxLength);
}


;// CONCATENATED MODULE: ./node_modules/jose/dist/webapi/lib/jwe_decrypt.js








function snapshotSharedJWE(jwe) {
  const { aad, ciphertext, iv, protected: encodedProtected, tag, unprotected } = jwe;
  if (iv !== void 0 && (typeof iv != "string" || !iv))
    throw new JWEInvalid("JWE Initialization Vector incorrect type");
  if (typeof ciphertext != "string")
    throw new JWEInvalid("JWE Ciphertext missing or incorrect type");
  if (tag !== void 0 && (typeof tag != "string" || !tag))
    throw new JWEInvalid("JWE Authentication Tag incorrect type");
  if (encodedProtected !== void 0 && typeof encodedProtected != "string")
    throw new JWEInvalid("JWE Protected Header incorrect type");
  if (aad !== void 0 && (typeof aad != "string" || !aad))
    throw new JWEInvalid("JWE AAD incorrect type");
  if (unprotected !== void 0 && !isObject(unprotected))
    throw new JWEInvalid("JWE Shared Unprotected Header incorrect type");
  return {
    aad,
    ciphertext,
    iv,
    protected: encodedProtected,
    tag,
    unprotected: unprotected === void 0 ? void 0 : { ...unprotected }
  };
}
function snapshotRecipientJWE(recipient) {
  let header, headerAlg;
  try {
    const { header: inputHeader } = recipient;
    if (isObject(inputHeader)) {
      headerAlg = inputHeader.alg;
      const parameters = Object.keys(inputHeader);
      parameters.includes("alg") || (headerAlg = void 0), header = Object.fromEntries(parameters.map((parameter) => [
        parameter,
        parameter === "alg" ? headerAlg : inputHeader[parameter]
      ]));
    } else
      header = inputHeader;
    const { encrypted_key: encryptedKey } = recipient;
    return [{ encrypted_key: encryptedKey, header }, headerAlg];
  } catch (error) {
    return [void 0, headerAlg, error];
  }
}
function checkRecipient(jwe) {
  const { encrypted_key: encryptedKey, header } = jwe;
  if (encryptedKey !== void 0 && typeof encryptedKey != "string")
    throw new JWEInvalid("JWE Encrypted Key incorrect type");
  if (header !== void 0 && !isObject(header))
    throw new JWEInvalid("JWE Per-Recipient Unprotected Header incorrect type");
  if (jwe.protected === void 0 && header === void 0 && jwe.unprotected === void 0)
    throw new JWEInvalid("JOSE Header missing");
}
function shareJWE(jwe) {
  const { protected: encodedProtected, ciphertext, iv, tag, aad } = jwe;
  let protectedHeader;
  return encodedProtected !== void 0 && (protectedHeader = (0,validate/* parseJoseHeader */.OX)(encodedProtected, errors/* JWEInvalid */.aA, "JWE Protected Header is invalid")), [
    protectedHeader,
    (0,validate/* decodeBase64url */.h2)(ciphertext, "ciphertext", errors/* JWEInvalid */.aA),
    iv !== void 0 ? (0,validate/* decodeBase64url */.h2)(iv, "iv", errors/* JWEInvalid */.aA) : void 0,
    tag !== void 0 ? (0,validate/* decodeBase64url */.h2)(tag, "tag", errors/* JWEInvalid */.aA) : void 0,
    (0,validate/* encodeAsciiMember */.MV)((encodedProtected ?? "") + (aad !== void 0 ? `.${aad}` : ""), "aad", errors/* JWEInvalid */.aA)
  ];
}
function prepareDecrypt(options) {
  const keyManagementAlgorithms = options && (0,validate/* validateAlgorithms */.Fw)("keyManagementAlgorithms", options.keyManagementAlgorithms), contentEncryptionAlgorithms = options && (0,validate/* validateAlgorithms */.Fw)("contentEncryptionAlgorithms", options.contentEncryptionAlgorithms), { crit, maxPBES2Count, maxDecompressedLength } = options ?? {};
  validateMaxPBES2Count(maxPBES2Count);
  const decompressionLimit = maxDecompressedLength ?? 25e4;
  if (decompressionLimit !== 0 && decompressionLimit !== 1 / 0 && (!Number.isSafeInteger(decompressionLimit) || decompressionLimit < 1))
    throw new TypeError("maxDecompressedLength must be 0, a positive safe integer, or Infinity");
  return [
    keyManagementAlgorithms,
    contentEncryptionAlgorithms,
    crit,
    maxPBES2Count,
    maxDecompressedLength
  ];
}
async function decryptJWE(jwe, shared, key, token = shareJWE(jwe)) {
  const [protectedHeader, ciphertext, iv, tag, additionalAuthenticatedData] = token, { header, unprotected, aad } = jwe;
  let joseHeader;
  if (header !== void 0 || unprotected !== void 0) {
    if (!(0,validate/* isDisjoint */.fz)(protectedHeader, header, unprotected))
      throw new errors/* JWEInvalid */.aA("JWE Protected, JWE Unprotected Header, and JWE Per-Recipient Unprotected Header Parameter names must be disjoint");
    joseHeader = { ...protectedHeader, ...header, ...unprotected };
  } else
    joseHeader = protectedHeader ?? {};
  const [keyManagementAlgorithms, contentEncryptionAlgorithms, crit, maxPBES2Count, maxDecompressedLength] = shared, { encrypted_key: encodedKey } = jwe;
  (0,validate/* validateCrit */.nI)(errors/* JWEInvalid */.aA, validate/* JWE_RECOGNIZED */.CT, crit, protectedHeader, joseHeader), validateZip(joseHeader, protectedHeader);
  const { alg, enc } = joseHeader;
  if (typeof alg != "string" || !alg)
    throw new errors/* JWEInvalid */.aA("missing JWE Algorithm (alg) in JWE Header");
  const selected = JWE[alg];
  if (encodedKey === "" && (!selected || !jwe_algorithms_isJWECEKTransport(selected)))
    throw new errors/* JWEInvalid */.aA("JWE Encrypted Key incorrect type");
  const integrated = selected?.mode === "integrated-encryption";
  if (!integrated && (typeof enc != "string" || !enc))
    throw new errors/* JWEInvalid */.aA("missing JWE Encryption Algorithm (enc) in JWE Header");
  if (keyManagementAlgorithms && !keyManagementAlgorithms.has(alg) || !keyManagementAlgorithms && alg.startsWith("PBES2"))
    throw new errors/* JOSEAlgNotAllowed */.Rb('"alg" (Algorithm) Header Parameter value not allowed');
  let encEntry;
  if (integrated) {
    if (enc !== void 0)
      throw new errors/* JWEInvalid */.aA('JWE "enc" (Encryption Algorithm) Header Parameter must not be present for integrated encryption');
    if (iv?.byteLength)
      throw new errors/* JWEInvalid */.aA("JWE Initialization Vector must be empty for integrated encryption");
    if (tag?.byteLength)
      throw new errors/* JWEInvalid */.aA("JWE Authentication Tag must be empty for integrated encryption");
  } else {
    if (contentEncryptionAlgorithms && !contentEncryptionAlgorithms.has(enc))
      throw new errors/* JOSEAlgNotAllowed */.Rb('"enc" (Encryption Algorithm) Header Parameter value not allowed');
    encEntry = jwe_algorithms_jweEncryption(enc);
  }
  let encryptedKey;
  if (encodedKey !== void 0)
    try {
      encryptedKey = (0,validate/* decodeBase64url */.h2)(encodedKey, "encrypted_key", errors/* JWEInvalid */.aA);
    } catch (error) {
      if (!selected || !jwe_algorithms_isJWECEKTransport(selected))
        throw error;
      encryptedKey = new Uint8Array();
    }
  let resolvedKey = !1;
  typeof key == "function" && (key = await key(protectedHeader, jwe), resolvedKey = !0);
  const algEntry = selected ?? jwe_algorithms_jweAlgorithm(alg);
  jwe_algorithms_isJWECEKTransport(algEntry) && encryptedKey === void 0 && (encryptedKey = new Uint8Array());
  const k = await (0,lib_key/* prepareKey */.dT)(algEntry.mode === "direct-encryption" ? encEntry : algEntry, key, "decrypt");
  let plaintext;
  if (algEntry.mode === "integrated-encryption")
    plaintext = await algEntry.decrypt(k, encryptedKey, ciphertext, additionalAuthenticatedData, protectedHeader, joseHeader);
  else {
    const encryption = encEntry;
    let cek;
    try {
      cek = await decryptKeyManagement(algEntry, encryption, k, encryptedKey, joseHeader, maxPBES2Count), jwe_algorithms_isJWECEKTransport(algEntry) && cek instanceof Uint8Array && cek.byteLength << 3 !== encryption.cekBits && (cek = content_encryption_generateCek(encryption));
    } catch (err) {
      if (err instanceof TypeError || err instanceof errors/* JWEInvalid */.aA || err instanceof errors/* JOSENotSupported */.T0)
        throw err;
      cek = content_encryption_generateCek(encryption);
    }
    plaintext = await decrypt(encryption, cek, ciphertext, iv, tag, additionalAuthenticatedData);
  }
  if (joseHeader.zip === "DEF") {
    const decompressionLimit = maxDecompressedLength ?? 25e4;
    if (decompressionLimit === 0)
      throw new errors/* JOSENotSupported */.T0('JWE "zip" (Compression Algorithm) Header Parameter is not supported.');
    plaintext = await decompress(plaintext, decompressionLimit).catch((cause) => {
      throw cause instanceof errors/* JWEInvalid */.aA ? cause : new errors/* JWEInvalid */.aA("Failed to decompress plaintext", { cause });
    });
  }
  return {
    plaintext,
    ...protectedHeader && { protectedHeader },
    ...aad !== void 0 && {
      additionalAuthenticatedData: (0,validate/* decodeBase64url */.h2)(aad, "aad", errors/* JWEInvalid */.aA)
    },
    ...unprotected && { sharedUnprotectedHeader: unprotected },
    ...header && { unprotectedHeader: header },
    ...resolvedKey && { key: k }
  };
}
async function decryptCompact(jwe, shared, key) {
  if (jwe instanceof Uint8Array && (jwe = buffer_utils/* decoder */.D0.decode(jwe)), typeof jwe != "string")
    throw new errors/* JWEInvalid */.aA("Compact JWE must be a string or Uint8Array");
  const { 0: protectedHeader, 1: encryptedKey, 2: iv, 3: ciphertext, 4: tag, length } = jwe.split(".");
  if (length !== 5)
    throw new errors/* JWEInvalid */.aA("Invalid Compact JWE");
  return decryptJWE({
    ciphertext,
    iv: iv || void 0,
    protected: protectedHeader,
    tag: tag || void 0,
    encrypted_key: encryptedKey || void 0
  }, shared, key);
}


;// CONCATENATED MODULE: ./node_modules/jose/dist/webapi/jwe/compact/decrypt.js

async function compactDecrypt(jwe, key, options) {
  return decryptCompact(jwe, prepareDecrypt(options), key);
}



/***/ }),

/***/ 7410:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

"use strict";
/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   D0: () => (/* binding */ decoder),
/* harmony export */   Rd: () => (/* binding */ encoder),
/* harmony export */   VS: () => (/* binding */ uint32be),
/* harmony export */   WG: () => (/* binding */ encodeBase64),
/* harmony export */   br: () => (/* binding */ digest),
/* harmony export */   lF: () => (/* binding */ encode),
/* harmony export */   mx: () => (/* binding */ uint64be),
/* harmony export */   u8: () => (/* binding */ strictDecoder),
/* harmony export */   xW: () => (/* binding */ concat),
/* harmony export */   y4: () => (/* binding */ decodeBase64)
/* harmony export */ });
const encoder = new TextEncoder(), decoder = new TextDecoder(), strictDecoder = new TextDecoder("utf-8", { fatal: !0 }), UINT32_RANGE = 2 ** 32;
function concat(...buffers) {
  const size = buffers.reduce((acc, { length }) => acc + length, 0), buf = new Uint8Array(size);
  let i = 0;
  for (const buffer of buffers)
    buf.set(buffer, i), i += buffer.length;
  return buf;
}
function writeUInt32BE(buf, value, offset) {
  if (value < 0 || value >= UINT32_RANGE)
    throw new RangeError(`value must be >= 0 and <= ${UINT32_RANGE - 1}. Received ${value}`);
  buf.set([value >>> 24, value >>> 16, value >>> 8, value & 255], offset);
}
function uint64be(value) {
  const high = Math.floor(value / UINT32_RANGE), low = value % UINT32_RANGE, buf = new Uint8Array(8);
  return writeUInt32BE(buf, high, 0), writeUInt32BE(buf, low, 4), buf;
}
function uint32be(value) {
  const buf = new Uint8Array(4);
  return writeUInt32BE(buf, value), buf;
}
const NON_ASCII = /[^\x00-\x7f]/;
function encode(string) {
  if (typeof string == "string" && string.length >= 128) {
    if (NON_ASCII.test(string))
      throw new TypeError("non-ASCII string encountered in encode()");
    return encoder.encode(string);
  }
  const bytes = new Uint8Array(string.length);
  for (let i = 0; i < string.length; i++) {
    const code = string.charCodeAt(i);
    if (code > 127)
      throw new TypeError("non-ASCII string encountered in encode()");
    bytes[i] = code;
  }
  return bytes;
}
function encodeBase64(input, url = !1) {
  if (Uint8Array.prototype.toBase64)
    return input.toBase64({ alphabet: url ? "base64url" : "base64", omitPadding: url });
  const CHUNK_SIZE = 32768, arr = [];
  for (let i = 0; i < input.length; i += CHUNK_SIZE)
    arr.push(String.fromCharCode.apply(null, input.subarray(i, i + CHUNK_SIZE)));
  const encoded = btoa(arr.join(""));
  return url ? encoded.replace(/=/g, "").replace(/\+/g, "-").replace(/\//g, "_") : encoded;
}
function decodeBase64(encoded, url = !1) {
  if (Uint8Array.fromBase64)
    return Uint8Array.fromBase64(encoded, { alphabet: url ? "base64url" : "base64" });
  if (url) {
    if (encoded.includes("+") || encoded.includes("/"))
      throw new TypeError("Invalid base64url");
    encoded = encoded.replace(/-/g, "+").replace(/_/g, "/");
  }
  const binary = atob(encoded), bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++)
    bytes[i] = binary.charCodeAt(i);
  return bytes;
}
async function digest(algorithm, data) {
  const subtleDigest = `SHA-${algorithm.slice(-3)}`;
  return new Uint8Array(await crypto.subtle.digest(subtleDigest, data));
}



/***/ }),

/***/ 7859:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

"use strict";
/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   GK: () => (/* binding */ rawKey),
/* harmony export */   GZ: () => (/* binding */ checkUsage),
/* harmony export */   Ni: () => (/* binding */ checkCryptoKey),
/* harmony export */   R7: () => (/* binding */ isCryptoKey),
/* harmony export */   Tz: () => (/* binding */ assertCryptoKey),
/* harmony export */   XP: () => (/* binding */ invalidKeyInput),
/* harmony export */   dT: () => (/* binding */ prepareKey),
/* harmony export */   or: () => (/* binding */ checkModulusLength),
/* harmony export */   xY: () => (/* binding */ jwkToKey)
/* harmony export */ });
/* unused harmony exports isKeyLike, isKeyObject, normalizeJwk, snapshotJwk, validateExtractableOption */
/* harmony import */ var _validate_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(7784);
/* harmony import */ var _util_base64url_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(1445);
/* harmony import */ var _util_errors_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(5674);



const tag = (key) => key[Symbol.toStringTag], jwkMatchesOp = (entry, key, usage) => {
  const { alg } = entry;
  if (key.use !== void 0) {
    const expected = usage === "sign" || usage === "verify" ? "sig" : "enc";
    if (key.use !== expected)
      throw new TypeError(`Invalid key for this operation, its "use" must be "${expected}" when present`);
  }
  if (key.alg !== void 0 && key.alg !== alg)
    throw new TypeError(`Invalid key for this operation, its "alg" must be "${alg}" when present`);
  if (Array.isArray(key.key_ops)) {
    const expectedKeyOp = usage === "encrypt" || usage === "decrypt" ? entry.ops?.[usage === "encrypt" ? 0 : 1] : usage;
    if (expectedKeyOp && !key.key_ops.includes(expectedKeyOp))
      throw new TypeError(`Invalid key for this operation, its "key_ops" must include "${expectedKeyOp}" when present`);
  }
};
async function prepareKey(entry, key, usage) {
  const { alg, secret } = entry, requiresPrivateKey = usage === "decrypt" || usage === "sign";
  if (secret && key instanceof Uint8Array)
    return key;
  let normalized, keyObject;
  if ((0,_validate_js__WEBPACK_IMPORTED_MODULE_0__/* .isObject */ .Gv)(key)) {
    if (normalized = normalizeJwk(key), typeof normalized.kty != "string")
      throw invalidKeyType(alg, key, secret);
    if (!(secret ? normalized.kty === "oct" && typeof normalized.k == "string" : normalized.kty !== "oct" && (requiresPrivateKey ? normalized.kty === "AKP" && typeof normalized.priv == "string" || typeof normalized.d == "string" : normalized.d === void 0 && normalized.priv === void 0)))
      throw new TypeError(secret ? 'JSON Web Key for symmetric algorithms must have JWK "kty" (Key Type) equal to "oct" and the JWK "k" (Key Value) present' : `JSON Web Key for this operation must be a ${requiresPrivateKey ? "private" : "public"} JWK`);
    if (jwkMatchesOp(entry, normalized, usage), normalized.kty === "oct")
      return (0,_util_base64url_js__WEBPACK_IMPORTED_MODULE_1__/* .decode */ .D)(normalized.k);
    if (!Object.isFrozen(key)) {
      const { key_ops } = key;
      Array.isArray(key_ops) && Object.freeze(key_ops), Object.freeze(key);
    }
  } else {
    if (!isKeyLike(key))
      throw invalidKeyType(alg, key, secret);
    const expectedType = secret ? "secret" : requiresPrivateKey ? "private" : "public";
    if (key.type !== expectedType && (secret || ["secret", "public", "private"].includes(key.type)))
      throw new TypeError(`${tag(key)} instances must be of type "${expectedType}" for the ${alg} algorithm`);
    if (isCryptoKey(key))
      return key;
    if (keyObject = key, keyObject.type === "secret")
      return keyObject.export();
  }
  cache ||= /* @__PURE__ */ new WeakMap();
  const cacheKey = key;
  let cached = cache.get(cacheKey);
  if (cached?.[alg])
    return cached[alg];
  if (cached || cache.set(cacheKey, cached = {}), keyObject && typeof keyObject.toCryptoKey == "function") {
    const isPublic = keyObject.type === "public", crv = nist[keyObject.asymmetricKeyDetails?.namedCurve], params = entry.resolve?.({ crv, asymmetricKeyType: keyObject.asymmetricKeyType }) ?? entry.subtle;
    return cached[alg] = keyObject.toCryptoKey(params, isPublic, entry.usages[isPublic ? 0 : 1]);
  }
  return normalized ??= keyObject.export({ format: "jwk" }), normalized.alg = alg, cached[alg] = await jwkToKey(entry, normalized);
}
let cache;
const nist = {
  __proto__: null,
  prime256v1: "P-256",
  secp384r1: "P-384",
  secp521r1: "P-521"
};
function assertCryptoKey(key) {
  if (!isCryptoKey(key))
    throw new Error("CryptoKey instance expected");
}
const isCryptoKey = (key) => {
  if (key?.[Symbol.toStringTag] === "CryptoKey")
    return !0;
  try {
    return key instanceof CryptoKey;
  } catch {
    return !1;
  }
}, isKeyObject = (key) => key?.[Symbol.toStringTag] === "KeyObject", isKeyLike = (key) => isCryptoKey(key) || isKeyObject(key);
function message(msg, actual, ...types) {
  if (types.length > 2) {
    const last = types.pop();
    msg += `one of type ${types.join(", ")}, or ${last}.`;
  } else types.length === 2 ? msg += `one of type ${types[0]} or ${types[1]}.` : msg += `of type ${types[0]}.`;
  return actual == null ? msg += ` Received ${actual}` : typeof actual == "function" && actual.name ? msg += ` Received function ${actual.name}` : typeof actual == "object" && actual != null && actual.constructor?.name && (msg += ` Received an instance of ${actual.constructor.name}`), msg;
}
const invalidKeyInput = (actual, ...types) => message("Key must be ", actual, ...types);
function invalidKeyType(alg, actual, secret) {
  const types = ["CryptoKey", "KeyObject", "JSON Web Key"];
  return secret && types.push("Uint8Array"), new TypeError(message(`Key for the ${alg} algorithm must be `, actual, ...types));
}
const unusable = (name, prop = "algorithm.name") => new TypeError(`CryptoKey does not support this operation, its ${prop} must be ${name}`);
function checkUsage(key, usage) {
  if (usage && !key.usages.includes(usage))
    throw new TypeError(`CryptoKey does not support this operation, its usages must include ${usage}.`);
}
function checkModulusLength(alg, key) {
  const { modulusLength } = key.algorithm;
  if (typeof modulusLength != "number" || modulusLength < 2048)
    throw new TypeError(`${alg} requires key modulusLength to be 2048 bits or larger`);
}
function checkCryptoKey(key, expected, usage) {
  const algorithm = key.algorithm;
  if (algorithm.name !== expected.name)
    throw unusable(expected.name);
  if (expected.hash && algorithm.hash?.name !== expected.hash)
    throw unusable(expected.hash, "algorithm.hash");
  if (expected.namedCurve && algorithm.namedCurve !== expected.namedCurve)
    throw unusable(expected.namedCurve, "algorithm.namedCurve");
  if (expected.length !== void 0 && algorithm.length !== expected.length)
    throw unusable(expected.length, "algorithm.length");
  checkUsage(key, usage);
}
function snapshotJwk(jwk) {
  return { __proto__: null, ...jwk };
}
function normalizeJwk(jwk) {
  const normalized = snapshotJwk(jwk);
  if (normalized.ext !== void 0 && typeof normalized.ext != "boolean")
    throw new TypeError('"ext" (Extractable) Parameter must be a boolean');
  if (normalized.key_ops !== void 0) {
    const value = normalized.key_ops, keyOps = Array.isArray(value) ? [...value] : void 0;
    if (!keyOps || keyOps.some((operation) => typeof operation != "string") || new Set(keyOps).size !== keyOps.length)
      throw new TypeError('"key_ops" (Key Operations) Parameter must be an array of unique strings');
    normalized.key_ops = keyOps;
  }
  return normalized;
}
function validateExtractableOption(extractable) {
  if (extractable !== void 0 && typeof extractable != "boolean")
    throw new TypeError('"extractable" option must be a boolean');
  return extractable;
}
async function jwkToKey(entry, jwk, extractable) {
  if (!entry.kty.includes(jwk.kty))
    throw new _util_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .JOSENotSupported */ .T0('Invalid or unsupported JWK "alg" (Algorithm) Parameter value');
  const algorithm = entry.resolve?.({ kty: jwk.kty, crv: jwk.crv }) ?? entry.subtle, isPrivate = !!(jwk.d || jwk.priv), keyData = { ...jwk, ext: extractable ?? jwk.ext };
  return keyData.kty !== "AKP" && delete keyData.alg, delete keyData.use, crypto.subtle.importKey("jwk", keyData, algorithm, keyData.ext ?? !isPrivate, jwk.key_ops ?? entry.usages[isPrivate ? 1 : 0]);
}
async function rawKey(key, expected, usage, extractable = !1) {
  return key instanceof Uint8Array && (key = await crypto.subtle.importKey("raw", key, expected, extractable, [usage])), checkCryptoKey(key, expected, usage), key;
}



/***/ }),

/***/ 3035:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

"use strict";
/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   t: () => (/* binding */ table)
/* harmony export */ });
function table(entries) {
  const out = { __proto__: null };
  for (const alg in entries)
    out[alg] = { ...entries[alg], alg };
  return out;
}



/***/ }),

/***/ 7784:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

"use strict";
/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   BU: () => (/* binding */ validateCritDuplicates),
/* harmony export */   CT: () => (/* binding */ JWE_RECOGNIZED),
/* harmony export */   Fw: () => (/* binding */ validateAlgorithms),
/* harmony export */   Gv: () => (/* binding */ isObject),
/* harmony export */   J0: () => (/* binding */ validateB64),
/* harmony export */   MV: () => (/* binding */ encodeAsciiMember),
/* harmony export */   OX: () => (/* binding */ parseJoseHeader),
/* harmony export */   ac: () => (/* binding */ assertNotSet),
/* harmony export */   fz: () => (/* binding */ isDisjoint),
/* harmony export */   h2: () => (/* binding */ decodeBase64url),
/* harmony export */   ji: () => (/* binding */ serializeJoseHeader),
/* harmony export */   nI: () => (/* binding */ validateCrit),
/* harmony export */   qc: () => (/* binding */ JWS_RECOGNIZED)
/* harmony export */ });
/* unused harmony exports assertUint8Array, isJwkSet */
/* harmony import */ var _util_errors_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(5674);
/* harmony import */ var _util_base64url_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(1445);
/* harmony import */ var _buffer_utils_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(7410);



function assertUint8Array(input, label) {
  if (!(input instanceof Uint8Array))
    throw new TypeError(`${label} must be an instance of Uint8Array`);
}
function isObject(input) {
  if (typeof input != "object" || input === null || Object.prototype.toString.call(input) !== "[object Object]")
    return !1;
  const prototype = Object.getPrototypeOf(input);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
function isJwkSet(input) {
  return isObject(input) && Array.isArray(input.keys) && Array.from(input.keys).every(isObject);
}
function isDisjoint(...headers) {
  const parameters = /* @__PURE__ */ new Set();
  for (const header of headers)
    if (header)
      for (const parameter of Object.keys(header)) {
        if (parameters.has(parameter))
          return !1;
        parameters.add(parameter);
      }
  return !0;
}
function assertNotSet(value, name) {
  if (value !== void 0)
    throw new TypeError(`${name} can only be called once`);
}
function decodeBase64url(value, label, ErrorClass) {
  try {
    return (0,_util_base64url_js__WEBPACK_IMPORTED_MODULE_0__/* .decode */ .D)(value);
  } catch (cause) {
    throw new ErrorClass(`Failed to base64url decode the ${label}`, { cause });
  }
}
function encodeAsciiMember(value, label, ErrorClass) {
  try {
    return (0,_buffer_utils_js__WEBPACK_IMPORTED_MODULE_1__/* .encode */ .lF)(value);
  } catch (cause) {
    throw new ErrorClass(`The ${label} is not a valid base64url string`, { cause });
  }
}
function parseJoseHeader(encodedProtectedHeader, ErrorClass, message) {
  let parsed;
  try {
    parsed = JSON.parse(_buffer_utils_js__WEBPACK_IMPORTED_MODULE_1__/* .strictDecoder */ .u8.decode((0,_util_base64url_js__WEBPACK_IMPORTED_MODULE_0__/* .decode */ .D)(encodedProtectedHeader)));
  } catch (cause) {
    throw new ErrorClass(message, { cause });
  }
  if (!isObject(parsed))
    throw new ErrorClass(message);
  return parsed;
}
const JWS_RECOGNIZED = { __proto__: null, b64: !0 }, JWE_RECOGNIZED = { __proto__: null };
function validateAlgorithms(option, algorithms) {
  if (algorithms !== void 0 && (!Array.isArray(algorithms) || algorithms.some((s) => typeof s != "string")))
    throw new TypeError(`"${option}" option must be an array of strings`);
  return algorithms === void 0 ? void 0 : new Set(algorithms);
}
function validateCritDuplicates(Err, protectedHeader) {
  const { crit } = protectedHeader ?? {};
  if (Array.isArray(crit) && new Set(crit).size !== crit.length)
    throw new Err('"crit" (Critical) Header Parameter MUST NOT contain duplicate values');
}
function validateCrit(Err, recognizedDefault, recognizedOption, protectedHeader, joseHeader) {
  if (joseHeader.crit !== void 0 && protectedHeader?.crit === void 0)
    throw new Err('"crit" (Critical) Header Parameter MUST be integrity protected');
  if (!protectedHeader || protectedHeader.crit === void 0)
    return [];
  if (!Array.isArray(protectedHeader.crit) || protectedHeader.crit.length === 0 || protectedHeader.crit.some((input) => typeof input != "string" || input.length === 0))
    throw new Err('"crit" (Critical) Header Parameter MUST be an array of non-empty strings when present');
  const recognized = recognizedOption === void 0 ? recognizedDefault : { __proto__: null, ...recognizedOption, ...recognizedDefault };
  for (const parameter of protectedHeader.crit) {
    if (!(parameter in recognized))
      throw new _util_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .JOSENotSupported */ .T0(`Extension Header Parameter "${parameter}" is not recognized`);
    if (!Object.hasOwn(joseHeader, parameter) || joseHeader[parameter] === void 0)
      throw new Err(`Extension Header Parameter "${parameter}" is missing`);
    if (recognized[parameter] && (!Object.hasOwn(protectedHeader, parameter) || protectedHeader[parameter] === void 0))
      throw new Err(`Extension Header Parameter "${parameter}" MUST be integrity protected`);
  }
  return protectedHeader.crit;
}
function validateB64(protectedHeader, extensions) {
  if (extensions.includes("b64")) {
    const b64 = protectedHeader.b64;
    if (typeof b64 != "boolean")
      throw new _util_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .JWSInvalid */ .Ye('The "b64" (base64url-encode payload) Header Parameter must be a boolean');
    return b64;
  }
  return !0;
}
function serializeJoseHeader(Err, header) {
  let serialized, parsed;
  try {
    serialized = JSON.stringify(header), parsed = JSON.parse(serialized);
  } catch (cause) {
    throw new Err("JOSE Header is not valid JSON", { cause });
  }
  if (!isObject(parsed))
    throw new Err("JOSE Header is not a JSON object");
  return [parsed, serialized];
}



/***/ }),

/***/ 1445:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

"use strict";
/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   D: () => (/* binding */ decode),
/* harmony export */   l: () => (/* binding */ encode)
/* harmony export */ });
/* harmony import */ var _lib_buffer_utils_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(7410);

const invalid = "The input to be decoded is not correctly encoded.";
function decode(input) {
  try {
    return (0,_lib_buffer_utils_js__WEBPACK_IMPORTED_MODULE_0__/* .decodeBase64 */ .y4)(typeof input == "string" ? input : _lib_buffer_utils_js__WEBPACK_IMPORTED_MODULE_0__/* .decoder */ .D0.decode(input), !0);
  } catch (cause) {
    throw new TypeError(invalid, { cause });
  }
}
function encode(input) {
  return (0,_lib_buffer_utils_js__WEBPACK_IMPORTED_MODULE_0__/* .encodeBase64 */ .WG)(typeof input == "string" ? _lib_buffer_utils_js__WEBPACK_IMPORTED_MODULE_0__/* .encoder */ .Rd.encode(input) : input, !0);
}



/***/ }),

/***/ 5674:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

"use strict";
/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   Dp: () => (/* binding */ JWTInvalid),
/* harmony export */   Rb: () => (/* binding */ JOSEAlgNotAllowed),
/* harmony export */   T0: () => (/* binding */ JOSENotSupported),
/* harmony export */   Ye: () => (/* binding */ JWSInvalid),
/* harmony export */   aA: () => (/* binding */ JWEInvalid),
/* harmony export */   xO: () => (/* binding */ JWEDecryptionFailed)
/* harmony export */ });
/* unused harmony exports JOSEError, JWKInvalid, JWKSInvalid, JWKSMultipleMatchingKeys, JWKSNoMatchingKey, JWKSTimeout, JWSSignatureVerificationFailed, JWTClaimValidationFailed, JWTExpired */
class JOSEError extends Error {
  static code = "ERR_JOSE_GENERIC";
  code = "ERR_JOSE_GENERIC";
  constructor(message, options) {
    super(message, options), this.name = this.constructor.name, Error.captureStackTrace?.(this, this.constructor);
  }
}
class JWTClaimValidationFailed extends JOSEError {
  static code = "ERR_JWT_CLAIM_VALIDATION_FAILED";
  code = "ERR_JWT_CLAIM_VALIDATION_FAILED";
  claim;
  reason;
  payload;
  constructor(message, payload, claim = "unspecified", reason = "unspecified") {
    super(message, { cause: { claim, reason, payload } }), this.claim = claim, this.reason = reason, this.payload = payload;
  }
}
class JWTExpired extends JOSEError {
  static code = "ERR_JWT_EXPIRED";
  code = "ERR_JWT_EXPIRED";
  claim;
  reason;
  payload;
  constructor(message, payload, claim = "unspecified", reason = "unspecified") {
    super(message, { cause: { claim, reason, payload } }), this.claim = claim, this.reason = reason, this.payload = payload;
  }
}
class JOSEAlgNotAllowed extends JOSEError {
  static code = "ERR_JOSE_ALG_NOT_ALLOWED";
  code = "ERR_JOSE_ALG_NOT_ALLOWED";
}
class JOSENotSupported extends JOSEError {
  static code = "ERR_JOSE_NOT_SUPPORTED";
  code = "ERR_JOSE_NOT_SUPPORTED";
}
class JWEDecryptionFailed extends JOSEError {
  static code = "ERR_JWE_DECRYPTION_FAILED";
  code = "ERR_JWE_DECRYPTION_FAILED";
  constructor(message = "decryption operation failed", options) {
    super(message, options);
  }
}
class JWEInvalid extends JOSEError {
  static code = "ERR_JWE_INVALID";
  code = "ERR_JWE_INVALID";
}
class JWSInvalid extends JOSEError {
  static code = "ERR_JWS_INVALID";
  code = "ERR_JWS_INVALID";
}
class JWTInvalid extends JOSEError {
  static code = "ERR_JWT_INVALID";
  code = "ERR_JWT_INVALID";
}
class JWKInvalid extends (/* unused pure expression or super */ null && (JOSEError)) {
  static code = (/* unused pure expression or super */ null && ("ERR_JWK_INVALID"));
  code = "ERR_JWK_INVALID";
}
class JWKSInvalid extends (/* unused pure expression or super */ null && (JOSEError)) {
  static code = (/* unused pure expression or super */ null && ("ERR_JWKS_INVALID"));
  code = "ERR_JWKS_INVALID";
}
class JWKSNoMatchingKey extends JOSEError {
  static code = "ERR_JWKS_NO_MATCHING_KEY";
  code = "ERR_JWKS_NO_MATCHING_KEY";
  constructor(message = "no applicable key found in the JSON Web Key Set", options) {
    super(message, options);
  }
}
class JWKSMultipleMatchingKeys extends JOSEError {
  [Symbol.asyncIterator] = async function* () {
  };
  static code = "ERR_JWKS_MULTIPLE_MATCHING_KEYS";
  code = "ERR_JWKS_MULTIPLE_MATCHING_KEYS";
  constructor(message = "multiple matching keys found in the JSON Web Key Set", options) {
    super(message, options);
  }
}
class JWKSTimeout extends JOSEError {
  static code = "ERR_JWKS_TIMEOUT";
  code = "ERR_JWKS_TIMEOUT";
  constructor(message = "request timed out", options) {
    super(message, options);
  }
}
class JWSSignatureVerificationFailed extends JOSEError {
  static code = "ERR_JWS_SIGNATURE_VERIFICATION_FAILED";
  code = "ERR_JWS_SIGNATURE_VERIFICATION_FAILED";
  constructor(message = "signature verification failed", options) {
    super(message, options);
  }
}



/***/ })

/******/ 	});
/************************************************************************/
/******/ 	// The module cache
/******/ 	var __webpack_module_cache__ = {};
/******/ 	
/******/ 	// The require function
/******/ 	function __nccwpck_require__(moduleId) {
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
/******/ 	}
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
/************************************************************************/
var __webpack_exports__ = {};
// This entry need to be wrapped in an IIFE because it need to be in strict mode.
(() => {
"use strict";

// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __nccwpck_require__(3024);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __nccwpck_require__(6760);
;// CONCATENATED MODULE: external "node:url"
const external_node_url_namespaceObject = require("node:url");
;// CONCATENATED MODULE: ./lib/inside/cli/commands/audit-verify.js
const auditVerify = {
    name: 'audit verify',
    text: 'Check that a broker\u2019s audit log is as it was written',
    more: 'Several files are one log, oldest part first. Needs Node 24 or later.',
    usage: 'FILE\u2026 [--jwks FILE] [--allow-gaps] [--json]',
    flags: [
        {
            name: 'jwks',
            value: 'FILE',
            text: 'The keys that the broker publishes (/.well-known/jwks.json).',
            completes: 'file',
        },
        { name: 'allow-gaps', text: 'The log\u2019s beginning may be missing (rotated away).' },
        { name: 'json', text: 'The report as JSON.' },
    ],
    operands: { least: 1, most: Infinity, completes: 'file' },
    examples: [
        { words: 'audit verify audit.jsonl --jwks jwks.json', text: 'with the broker\u2019s published keys' },
    ],
    exits: { '0': 'the log is as it was written', '1': 'it is not' },
    does: { run: (said, { next }) => next.audit(said.words) },
};

;// CONCATENATED MODULE: ./lib/inside/cli/commands/broker-check.js
const brokerCheck = {
    name: 'broker check',
    text: 'Find out whether a broker with these settings would start',
    more: 'Reads settings, policies with their examples, keys, and the secrets that roles name. Then the backend of each role, where it can be asked, is asked whether it would lend: nothing is minted or changed there. Nothing is written, no port and no store is opened. Needs Node 24 or later.',
    usage: '[--config FILE] [--offline] [--json]',
    flags: [
        {
            name: 'config',
            short: 'c',
            value: 'FILE',
            text: 'The broker\u2019s settings; left out, broker.yaml.',
            completes: 'file',
        },
        { name: 'offline', text: 'Ask no backend: nothing goes over the network.' },
        { name: 'json', text: 'One JSON document in place of the text.' },
    ],
    examples: [{ words: 'broker check --config broker.yaml', text: 'before a restart' }],
    exits: {
        '0': 'the settings are sound',
        '64': 'they are not, or a backend would not lend: file, line and field are told',
    },
    does: { run: (said, { next }) => next.broker(said.words) },
};

;// CONCATENATED MODULE: ./lib/inside/cli/commands/broker-run.js
const brokerRun = {
    name: 'broker run',
    text: 'Run the broker until it is asked to stop',
    more: 'Needs Node 24 or later.',
    usage: '[--config FILE]',
    flags: [
        {
            name: 'config',
            short: 'c',
            value: 'FILE',
            text: 'The broker\u2019s settings; left out, broker.yaml.',
            completes: 'file',
        },
    ],
    examples: [{ words: 'broker run --config /etc/ephemeral-creds/broker.yaml', text: 'as a service does' }],
    does: { run: (said, { next }) => next.broker(said.words) },
};

;// CONCATENATED MODULE: ./lib/inside/cli/columns.js
/** Rows of names and texts, for people: the texts begin in one column. */
function columns(rows) {
    const longest = Math.max(...rows.map(([name]) => name.length));
    return rows.map(([name, text]) => `${name.padEnd(longest)}  ${text}\n`).join('');
}

// EXTERNAL MODULE: ./lib/inside/cli/say.js
var say = __nccwpck_require__(2683);
;// CONCATENATED MODULE: ./lib/inside/cli/commands/check.js


const check = {
    name: 'check',
    text: 'Find out whether this job could borrow, without borrowing',
    more: 'Takes the options of `exec` and `login`. A broker is asked for its decision on each role (nothing is lent, and it stands in the audit log as a dry run); whether an approver will agree it cannot tell. Of other providers only the settings and the way there are tried: what they would grant cannot be asked without borrowing.',
    usage: '[OPTIONS] [--json]',
    borrows: true,
    flags: [{ name: 'json', text: 'One JSON document in place of the text.' }],
    examples: [
        { words: 'check --broker-url https://broker.example.com --role deploy', text: 'one role' },
        {
            words: 'check --broker-url https://broker.example.com --role deploy --role DB=app-ro --json',
            text: 'several, for a script',
        },
    ],
    exits: { '0': 'every role would be lent, or could not be asked about', '66': 'a role would be denied' },
    does: {
        run: async (said, scene) => {
            const [{ configFromWords }, { attach }, { check: ask }] = await Promise.all([
                Promise.resolve(/* import() eager */).then(__nccwpck_require__.bind(__nccwpck_require__, 7805)),
                Promise.resolve(/* import() eager */).then(__nccwpck_require__.bind(__nccwpck_require__, 8346)),
                Promise.resolve(/* import() eager */).then(__nccwpck_require__.bind(__nccwpck_require__, 3812)),
            ]);
            const report = await ask(await configFromWords(said.options, scene.host), await attach(said, scene));
            const allowed = report.roles.every(({ decision }) => decision !== 'deny');
            const json = said.values('json').length > 0;
            (0,say/* say */.c)(scene.host.print, json ? `${JSON.stringify(report, undefined, 2)}\n` : asText(report));
            return allowed ? 0 : 66;
        },
    },
};
const words = { allow: 'would be lent', deny: 'DENIED', unknown: 'unknown' };
function asText({ lender, provider, roles }) {
    const decided = roles.map(({ role, decision, requestId }) => {
        const id = requestId === undefined ? '' : ` (request id ${requestId})`;
        return [role, `${words[decision]}${id}`];
    });
    if (provider === 'broker')
        return columns(decided);
    return `${lender} answers.\n${columns(decided)}What it would grant cannot be asked without borrowing.\n`;
}

// EXTERNAL MODULE: ./lib/inside/cli/shared-flags.js
var shared_flags = __nccwpck_require__(1345);
;// CONCATENATED MODULE: ./lib/inside/cli/completable.js

/** All words that begin with dashes behind a command. */
function wordsOf(command) {
    const ofOptions = (0,shared_flags/* optionsOf */.cz)(command).flatMap((option) => {
        const { name, type } = option;
        const text = completable_short(option.text);
        const takesValue = type !== 'boolean';
        const word = { name, text, takesValue, completes: completesOf(option) };
        return takesValue ? [word] : [word, { ...word, name: `no-${name}`, text: `Not: ${text}` }];
    });
    return [...(0,shared_flags/* flagsOf */.Zo)(command).map(wordOf), ...ofOptions];
}
function wordOf({ name, short: letter, text, value, completes }) {
    const word = { name, text: completable_short(text), takesValue: value !== undefined, completes };
    return letter === undefined ? word : { ...word, short: letter };
}
function completesOf({ name, choices }) {
    return choices ?? shared_flags/* pathOptions */.kL[name];
}
/** Flags that take a value, each once: what a name means does not depend on the command. */
function valuesOf(commands) {
    const all = commands.flatMap(wordsOf).filter(({ takesValue }) => takesValue);
    return [...new Map(all.map((word) => [word.name, word])).values()];
}
/** The first words of all commands, each once, and what follows a noun. */
function nounsOf(commands) {
    const nouns = new Map();
    for (const command of commands) {
        const [noun = ''] = command.name.split(' ');
        nouns.set(noun, [...(nouns.get(noun) ?? []), command]);
    }
    return nouns;
}
/** The second word of a command; undefined for one that has none. */
function verbOf({ name }) {
    return name.split(' ')[1];
}
const longest = 60;
/** The beginning of a text: its first sentence, and no character with a meaning to a shell. */
function completable_short(text) {
    const [first = ''] = text.split(/[.;:] /);
    const plain = first.replace(/[^\p{L}\p{N} ,./()=-]/gu, '').replace(/\.$/, '');
    return plain.length > longest ? `${plain.slice(0, longest).replace(/ \S*$/, '')} \u2026` : plain;
}
/** How a word may be written, for a shell\u2019s `case`: `--config | -c`. */
function patternOf({ name, short: letter }) {
    return letter === undefined ? `--${name}` : `--${name} | -${letter}`;
}

;// CONCATENATED MODULE: ./lib/inside/cli/completion-bash.js

/** A script for bash 3.2 and later; it needs nothing of the bash-completion package. */
function bashCompletion(commands) {
    const nouns = [...nounsOf(commands)];
    const verbs = nouns.flatMap(([noun, rows]) => {
        const words = rows.flatMap((row) => verbOf(row) ?? []);
        return words.length === 0 ? [] : [`    ${noun}) words='${words.join(' ')}' ;;`];
    });
    const values = valuesOf(commands).map((word) => `    ${patternOf(word)}) ${propose(word.completes)}; return ;;`);
    const flags = commands.map((command) => {
        const words = wordsOf(command).map(({ name }) => `--${name}`);
        return `    '${command.name}') words='${[...words, '--help'].join(' ')}' ;;`;
    });
    const operands = commands.flatMap(({ name, operands: { completes } = { completes: undefined } }) => {
        if (completes === undefined || completes === 'program')
            return [];
        return [
            `    '${name}') ${propose(completes === 'command' ? nouns.map(([noun]) => noun) : completes)} ;;`,
        ];
    });
    const behind = commands.filter(({ operands }) => operands?.completes === 'program');
    return `# Completion for bash: source <(ephemeral-creds completion bash)
_ephemeral_creds() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} command=\${COMP_WORDS[1]} words= i
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W '${nouns.map(([noun]) => noun).join(' ')} --help --version' -- "$cur"))
    return
  fi
  case $command in
${verbs.join('\n')}
  esac
  if [ -n "$words" ]; then
    if [ "$COMP_CWORD" -eq 2 ]; then
      COMPREPLY=($(compgen -W "$words --help" -- "$cur"))
      return
    fi
    command="$command \${COMP_WORDS[2]}"
  fi
  case $command in
    ${behind.map(({ name }) => `'${name}'`).join(' | ') || "''"})
      for ((i = 2; i < COMP_CWORD; i++)); do
        [ "\${COMP_WORDS[i]}" = -- ] || continue
        if [ "$((i + 1))" -eq "$COMP_CWORD" ]; then COMPREPLY=($(compgen -c -- "$cur"))
        else _ephemeral_creds_paths -f; fi
        return
      done ;;
  esac
  # Where \`=\` breaks words, --name=value comes as three.
  if [ "$cur" = = ]; then cur=
  elif [ "$prev" = = ]; then prev=\${COMP_WORDS[COMP_CWORD-2]}; fi
  case $prev in
${values.join('\n')}
  esac
  case $cur in
    -*)
      case $command in
${flags.map((line) => `    ${line}`).join('\n')}
      esac
      COMPREPLY=($(compgen -W "$words" -- "$cur"))
      return ;;
  esac
  case $command in
${operands.join('\n')}
  esac
}
_ephemeral_creds_paths() {
  local IFS=$'\\n'
  COMPREPLY=($(compgen "$1" -- "$cur"))
  compopt -o filenames 2>/dev/null
}
complete -F _ephemeral_creds ephemeral-creds
`;
}
function propose(completes) {
    if (completes === undefined)
        return 'COMPREPLY=()';
    if (completes === 'file')
        return '_ephemeral_creds_paths -f';
    if (completes === 'folder')
        return '_ephemeral_creds_paths -d';
    if (completes === 'variable')
        return 'COMPREPLY=($(compgen -e -- "$cur"))';
    return `COMPREPLY=($(compgen -W '${completes.join(' ')}' -- "$cur"))`;
}

;// CONCATENATED MODULE: ./lib/inside/cli/completion-fish.js

/** A script for fish 3 and later. */
function fishCompletion(commands) {
    const first = [...nounsOf(commands)].map(([noun, rows]) => {
        const [row] = rows;
        const verbs = rows.flatMap((each) => verbOf(each) ?? []);
        return offer('__ephemeral_creds_at', noun, verbs.length === 0 ? completable_short(row?.text ?? '') : verbs.join(', '));
    });
    const verbs = commands.flatMap((command) => {
        const [noun = '', verb] = command.name.split(' ');
        return verb === undefined ? [] : [offer(`__ephemeral_creds_at ${noun}`, verb, completable_short(command.text))];
    });
    return `# Completion for fish: ephemeral-creds completion fish | source
# Whether exactly these words stand before the cursor, or, with --in, at least these and no --.
function __ephemeral_creds_at
  set -l words (commandline -opc)[2..-1]
  if test "$argv[1]" = --in
    set -e argv[1]
    contains -- -- $words; and return 1
    set words $words[1..(count $argv)]
  end
  test "$words" = "$argv"
end
# What stands behind -- is a command line of its own.
function __ephemeral_creds_program
  set -l words (commandline -opc)
  set -l dashes (contains -i -- -- $words); or return 1
  complete -C (string join ' ' -- (string escape -- $words[(math $dashes + 1)..-1]) (commandline -ct))
end
complete -c ephemeral-creds -f
complete -c ephemeral-creds -n __ephemeral_creds_at -l help -d 'All commands'
complete -c ephemeral-creds -n __ephemeral_creds_at -l version -d 'Which version this is'
${[...first, ...verbs, ...commands.flatMap((command) => behind(command, commands))].join('\n')}
`;
}
function behind(command, commands) {
    const { name, operands } = command;
    const at = `__ephemeral_creds_at --in ${name}`;
    const flags = wordsOf(command).map(({ name: flag, short: letter, text, takesValue, completes }) => {
        const value = takesValue ? ` ${completion_fish_propose(completes)}` : '';
        return `complete -c ephemeral-creds -n '${at}' -l ${flag}${letter === undefined ? '' : ` -s ${letter}`}${value} -d '${text}'`;
    });
    const help = `complete -c ephemeral-creds -n '${at}' -l help -d 'How the command is used'`;
    return [...flags, help, ...operandsOf(operands?.completes, { name, at, commands })];
}
function operandsOf(completes, { name, at, commands }) {
    if (completes === undefined)
        return [];
    if (completes === 'program')
        return [
            `complete -c ephemeral-creds -n 'not __ephemeral_creds_at --in ${name}' -a '(__ephemeral_creds_program)'`,
        ];
    const words = completes === 'command' ? [...nounsOf(commands).keys()] : completes;
    return [`complete -c ephemeral-creds -n '${at}' ${completion_fish_propose(words)}`];
}
function offer(condition, word, text) {
    return `complete -c ephemeral-creds -n '${condition}' -a ${word} -d '${text}'`;
}
function completion_fish_propose(completes) {
    if (completes === undefined)
        return '-x';
    if (completes === 'file')
        return '-r -F';
    if (completes === 'folder')
        return "-x -a '(__fish_complete_directories)'";
    if (completes === 'variable')
        return "-x -a '(set -xn)'";
    return `-x -a '${completes.join(' ')}'`;
}

;// CONCATENATED MODULE: ./lib/inside/cli/completion-zsh.js

/** A script for zsh 5 and later: to be sourced, or as \`_ephemeral-creds\` in a folder of \`fpath\`. */
function zshCompletion(commands) {
    const nouns = [...nounsOf(commands)];
    const first = nouns.map(([noun, rows]) => {
        const [row] = rows;
        const text = row === undefined || verbOf(row) !== undefined
            ? rows.flatMap((each) => verbOf(each) ?? []).join(', ')
            : completable_short(row.text);
        return described(noun, text);
    });
    const verbs = nouns.flatMap(([noun, rows]) => {
        const words = rows.flatMap((row) => {
            const verb = verbOf(row);
            return verb === undefined ? [] : [described(verb, completable_short(row.text))];
        });
        return words.length === 0 ? [] : [`    ${noun}) found=(${words.join(' ')}) ;;`];
    });
    const values = valuesOf(commands).map((word) => `    ${patternOf(word)}) ${completion_zsh_propose(word.completes)}; return ;;`);
    const flags = commands.map((command) => {
        const words = [...wordsOf(command), help].map(({ name, text }) => described(`--${name}`, text));
        return `    '${command.name}') found=(${words.join(' ')}) ;;`;
    });
    const operands = commands.flatMap(({ name, operands: { completes } = { completes: undefined } }) => {
        if (completes === undefined || completes === 'program')
            return [];
        return [
            `    '${name}') ${completion_zsh_propose(completes === 'command' ? nouns.map(([noun]) => noun) : completes)} ;;`,
        ];
    });
    const behind = commands.filter(({ operands: each }) => each?.completes === 'program');
    return `#compdef ephemeral-creds
# Completion for zsh: source <(ephemeral-creds completion zsh), behind compinit.
_ephemeral_creds() {
  local command=$words[2] flag=$words[CURRENT-1]
  local -a found
  if (( CURRENT == 2 )); then
    found=(${first.join(' ')} '--help' '--version')
    _describe command found
    return
  fi
  case $command in
${verbs.join('\n')}
  esac
  if (( $#found )); then
    if (( CURRENT == 3 )); then
      _describe command found
      return
    fi
    command="$command $words[3]"
  fi
  case $command in
    ${behind.map(({ name }) => `'${name}'`).join(' | ') || "''"})
      local -i dashes=$words[(i)--]
      if (( dashes < CURRENT )); then
        shift $dashes words
        (( CURRENT -= dashes ))
        _normal
        return
      fi ;;
  esac
  if [[ $PREFIX == --*=* ]]; then
    flag=\${PREFIX%%=*}
    compset -P '*='
  fi
  case $flag in
${values.join('\n')}
  esac
  if [[ $PREFIX == -* ]]; then
    case $command in
${flags.map((line) => `  ${line}`).join('\n')}
    esac
    _describe -o option found
    return
  fi
  case $command in
${operands.join('\n')}
  esac
}
if [[ $funcstack[1] == _ephemeral-creds ]]; then _ephemeral_creds "$@"; else compdef _ephemeral_creds ephemeral-creds; fi
`;
}
const help = { name: 'help', text: 'How the command is used', takesValue: false, completes: undefined };
function described(word, text) {
    return `'${word}:${text}'`;
}
function completion_zsh_propose(completes) {
    if (completes === undefined)
        return '_message value';
    if (completes === 'file')
        return '_files';
    if (completes === 'folder')
        return '_files -/';
    if (completes === 'variable')
        return 'compadd -- ${(k)parameters[(R)*export*]}';
    return `compadd -- ${completes.join(' ')}`;
}

;// CONCATENATED MODULE: ./lib/inside/cli/misuse.js
/** Words that the command line does not understand (sysexits.h, EX_USAGE). The message repeats no value. */
class Misuse extends Error {
}

;// CONCATENATED MODULE: ./lib/inside/cli/commands/completion.js




const scripts = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion };
const shells = Object.keys(scripts);
const completion = {
    name: 'completion',
    text: 'Print a script that teaches a shell the words of this command line',
    usage: 'bash|zsh|fish',
    operands: { least: 1, most: 1, completes: shells },
    examples: [
        { words: 'completion bash > ~/.local/share/bash-completion/completions/ephemeral-creds', text: 'bash' },
        { words: 'completion zsh > ~/.zfunc/_ephemeral-creds', text: 'zsh, where `fpath` has that folder' },
        { words: 'completion fish > ~/.config/fish/completions/ephemeral-creds.fish', text: 'fish' },
    ],
    does: {
        answer: ({ operands: [asked] }, commands) => {
            const shell = shells.find((name) => name === asked);
            if (shell === undefined)
                throw new Misuse(`there are scripts for ${shells.join(', ')}`);
            return scripts[shell](commands);
        },
    },
};

;// CONCATENATED MODULE: ./lib/inside/cli/commands/exec.js
const exec = {
    name: 'exec',
    text: 'Borrow, run a command with the credentials in its environment alone, give back when it ends',
    more: 'The command\u2019s output is shown with every secret in it hidden, as it comes; signals are passed on to it. No shell reads the command.',
    usage: '[OPTIONS] -- COMMAND [ARG\u2026]',
    borrows: true,
    flags: [
        {
            name: 'heartbeat',
            value: 'DURATION',
            text: 'How long what was borrowed from a broker lives on when this process and its machine are gone: `10s` to `1h`, `0` for as long as its lifetime. Left out: `2m`.',
        },
    ],
    operands: { least: 1, most: Infinity, behindDashes: true, completes: 'program' },
    examples: [
        {
            words: 'exec --broker-url https://broker.example.com --role deploy -- ./deploy.sh production',
            text: 'one role',
        },
        {
            words: 'exec --provider aws --role arn:aws:iam::123456789012:role/deploy -- aws s3 sync build s3://site',
            text: 'without a broker',
        },
        {
            words: 'exec --broker-url https://broker.example.com --role DB=app-ro -- sh -c \'psql -h "$DB_PGHOST"\'',
            text: 'two databases would have two prefixes',
        },
    ],
    failure: 125,
    exits: {
        '0': 'and all that is not below: what the command ended with, 128 and the signal\u2019s number where a signal ended it',
        '125': 'a failure of our own: the command was not run, its output was lost, or giving back has failed and was to count (`--fail-on-revoke-error`)',
        '126': 'the command cannot be executed',
        '127': 'there is no such command',
        '130': 'stopped by SIGINT before the command ran',
        '143': 'stopped by SIGTERM before the command ran',
    },
    does: {
        run: async (said, scene) => {
            const [{ configFromWords }, { readHeartbeat }, { attach }, { exec: lend }] = await Promise.all([
                Promise.resolve(/* import() eager */).then(__nccwpck_require__.bind(__nccwpck_require__, 7805)),
                Promise.resolve(/* import() eager */).then(__nccwpck_require__.bind(__nccwpck_require__, 128)),
                Promise.resolve(/* import() eager */).then(__nccwpck_require__.bind(__nccwpck_require__, 8346)),
                Promise.resolve(/* import() eager */).then(__nccwpck_require__.bind(__nccwpck_require__, 4426)),
            ]);
            const [program = '', ...args] = said.operands;
            const config = await configFromWords(said.options, scene.host);
            const heartbeat = readHeartbeat(said.values('heartbeat')[0], config);
            return lend({ ...config, ...heartbeat }, [program, ...args], await attach(said, scene));
        },
    },
};

;// CONCATENATED MODULE: ./lib/inside/cli/admin-flags.js
/** How every command of operators reaches the admin listener. */
const adminAccess = [
    {
        name: 'admin-url',
        value: 'URL',
        text: 'Where the broker listens to operators: https, or http on this machine. Left out, EPHEMERAL_CREDS_ADMIN_URL.',
    },
    {
        name: 'certificate',
        value: 'FILE',
        text: 'The operator\u2019s client certificate, in PEM. Goes with `--key`.',
        completes: 'file',
    },
    { name: 'key', value: 'FILE', text: 'Its private key, in PEM.', completes: 'file' },
    {
        name: 'token-file',
        value: 'FILE',
        text: 'The operator\u2019s ID token, in place of a certificate. Left out, EPHEMERAL_CREDS_ADMIN_TOKEN holds it.',
        completes: 'file',
    },
    {
        name: 'ca',
        value: 'FILE',
        text: 'Authorities to trust besides the usual ones, in PEM.',
        completes: 'file',
    },
    { name: 'json', text: 'One JSON document in place of the text.' },
];
/** Which leases are meant: all that is named must hold. */
const leaseSelectors = [
    { name: 'repository', value: 'NAME', text: 'Of this repository or project, as its platform names it.' },
    { name: 'repository-id', value: 'ID', text: 'The same by its number, which no renaming changes.' },
    { name: 'actor', value: 'LOGIN', text: 'Of jobs that this login started.' },
    { name: 'commit', value: 'SHA', text: 'Of jobs of this commit, its whole id.' },
    { name: 'role', value: 'ROLE', text: 'Of this role.' },
    { name: 'policy', value: 'ID', text: 'Granted by this policy.' },
    { name: 'issuer', value: 'URL', text: 'Of jobs of this issuer.' },
    { name: 'since', value: 'TIME', text: 'Lent at `2026-11-20T12:00:00Z` or later, or within the last `2h`.' },
];
const adminExits = {
    '65': 'the operator\u2019s certificate or token was not accepted',
    '66': 'it is nobody\u2019s, or this operator may not do that',
};
const reasonFlag = {
    name: 'reason',
    value: 'TEXT',
    text: 'Why, for the broker\u2019s audit log. One line.',
};
const graceFlag = {
    name: 'grace',
    value: 'DURATION',
    text: 'How long the version of before is kept, so that it can be lent again: up to 30d. Left out, as broker.yaml says.',
};
const versionFlag = {
    name: 'version-number',
    value: 'N',
    text: 'Which version, as `secret show` counts them.',
};
/** What stands behind the name in the usage. */
const accessUsage = '[--admin-url URL] [--certificate FILE --key FILE | --token-file FILE]';

;// CONCATENATED MODULE: ./lib/inside/cli/commands/freeze-off.js

const freezeOff = {
    name: 'freeze off',
    text: 'Let a broker lend again, for its operators',
    more: 'Needs Node 24 or later.',
    usage: `--reason TEXT ${accessUsage}`,
    flags: [reasonFlag, ...adminAccess],
    examples: [{ words: 'freeze off --reason "INC-7 is over"', text: 'afterwards' }],
    exits: adminExits,
    does: { run: (said, { next }) => next.freeze(said.words) },
};

;// CONCATENATED MODULE: ./lib/inside/cli/commands/freeze-on.js

const freezeOn = {
    name: 'freeze on',
    text: 'Stop all lending of a broker and its replicas, for its operators',
    more: 'What is lent stays, and is given back as always: `lease revoke` ends it. It holds until `freeze off`, also across restarts. Needs Node 24 or later.',
    usage: `--reason TEXT ${accessUsage}`,
    flags: [reasonFlag, ...adminAccess],
    examples: [
        { words: 'freeze on --reason "INC-7: runner image replaced"', text: 'before anything is looked into' },
    ],
    exits: adminExits,
    does: { run: (said, { next }) => next.freeze(said.words) },
};

;// CONCATENATED MODULE: ./lib/inside/cli/commands/freeze-status.js

const freezeStatus = {
    name: 'freeze status',
    text: 'Tell whether a broker lends, and who stopped it and why, for its operators',
    more: 'Needs Node 24 or later.',
    usage: accessUsage,
    flags: adminAccess,
    examples: [{ words: 'freeze status', text: 'frozen or not' }],
    exits: adminExits,
    does: { run: (said, { next }) => next.freeze(said.words) },
};

;// CONCATENATED MODULE: ./lib/inside/cli/commands/gate-catalogue.js
const gateCatalogue = {
    name: 'gate catalogue',
    text: 'List all static secrets in use, and how far the migration is',
    more: 'A PATH is a checkout, or a folder with checkouts in it; left out, the folder in which it is started. Each repository\u2019s own .ephemeral-creds.yml counts. Holds no value of a secret, and sends nothing anywhere. Needs Node 24 or later.',
    usage: '[PATH\u2026] [--format FORMAT] [--output FILE] [--since FILE] [--generated-at TIME]',
    flags: [
        {
            name: 'format',
            value: 'FORMAT',
            text: '`table`, which is what it is when left out, `json`, `markdown`, or `html`: a page that needs nothing else.',
            completes: ['table', 'json', 'markdown', 'html'],
        },
        {
            name: 'output',
            value: 'FILE',
            text: 'Where to write it, all or nothing; left out, it is printed.',
            completes: 'file',
        },
        {
            name: 'since',
            value: 'FILE',
            text: 'The JSON of an earlier run: what is new, gone and moved, and the progress.',
            completes: 'file',
        },
        {
            name: 'generated-at',
            value: 'TIME',
            text: 'The moment that it is of (RFC 3339); left out, SOURCE_DATE_EPOCH, or else now.',
        },
    ],
    operands: { least: 0, most: Infinity, completes: 'folder' },
    examples: [
        { words: 'gate catalogue ~/src', text: 'all checkouts in a folder' },
        {
            words: 'gate catalogue ~/src --since last.json --format html --output catalogue.html',
            text: 'a page for the team, with what has changed',
        },
    ],
    exits: {
        '0': 'no static secret is in use that would stop a job',
        '1': 'one is: `gate check` would stop a job in at least one of the repositories',
        '2': 'something could not be read: the catalogue is not complete',
    },
    does: { run: (said, { next }) => next.gate(said.words) },
};

;// CONCATENATED MODULE: ./lib/inside/cli/commands/gate-check.js
/** The gate\u2019s registry of reports has the same; it is in a bundle that the command line does not load. */
const formats = ['text', 'json', 'sarif', 'github', 'summary', 'gitlab-sast', 'code-quality'];
const gateCheck = {
    name: 'gate check',
    text: 'Find static secrets in pipeline files, and what to use instead',
    more: 'A PATH is a file, or a folder in which the files of all known platforms are looked for; left out, the folder in which it is started. Nothing is sent anywhere. Needs Node 24 or later.',
    usage: '[PATH\u2026] [--format FORMAT] [--report FORMAT=FILE]\u2026 [--policy FILE] [--base REF]',
    flags: [
        {
            name: 'format',
            value: 'FORMAT',
            text: '`text` for a person, which is what it is when left out, `json`, `sarif` for code scanning, `github` for annotations, `summary` in Markdown, `gitlab-sast` or `code-quality` for merge requests of GitLab.',
            completes: formats,
        },
        {
            name: 'report',
            value: 'FORMAT=FILE',
            repeats: true,
            text: 'A file to write besides, whole or not at all.',
            completes: formats.map((each) => `${each}=`),
        },
        {
            name: 'policy',
            value: 'FILE',
            text: 'Mode, waivers and what unknown secrets are; left out, .ephemeral-creds.yml, if it is there.',
            completes: 'file',
        },
        {
            name: 'base',
            value: 'REF',
            text: 'The branch that the change goes to, with whose policy file this one is compared; left out, the one that the platform names in a pull or merge request.',
        },
    ],
    operands: { least: 0, most: Infinity, completes: 'file' },
    examples: [
        { words: 'gate check', text: 'a repository, in its own pipeline' },
        { words: 'gate check .github/workflows/deploy.yml --format json', text: 'one file' },
        {
            words: 'gate check --report sarif=gate.sarif --report summary=gate.md',
            text: 'what a person reads, and two files',
        },
    ],
    exits: {
        '0': 'nothing was found that stops the job',
        '1': 'something was',
        '2': 'the gate could not find out',
    },
    does: { run: (said, { next }) => next.gate(said.words) },
};

;// CONCATENATED MODULE: ./lib/inside/cli/commands/gate-fix.js
const gateFix = {
    name: 'gate fix',
    text: 'Rewrite workflows so that they borrow in place of keeping a secret',
    more: 'Shows the diff, the trust policies that the broker needs, and what is left to do by hand; `--write` writes it. Only what is certain is rewritten. Nothing is sent anywhere. Needs Node 24 or later.',
    usage: '[PATH\u2026] [--write] [--to broker|platform] [OPTIONS]',
    flags: [
        { name: 'write', text: 'Write the files. What has changed meanwhile, and links, are not touched.' },
        {
            name: 'to',
            value: 'TARGET',
            text: '`platform`: clouds and registries take the job\u2019s ID token themselves. `broker`: your broker lends. Left out: `broker` where `--broker-url` stands, else `platform`.',
            completes: ['broker', 'platform'],
        },
        { name: 'broker-url', value: 'URL', text: 'The broker\u2019s address; it is written into the file.' },
        {
            name: 'set',
            value: 'NAME=VALUE',
            repeats: true,
            text: 'Writes a value where else a variable of the repository is read: `AWS_ROLE_ARN=arn:\u2026`.',
        },
        { name: 'pin', value: 'SHA', text: 'Names the action by this commit.' },
        {
            name: 'action',
            value: 'NAME',
            text: 'Another name of the action; left out, `org/ephemeral-creds@v1`.',
        },
        {
            name: 'repository-id',
            value: 'ID',
            text: 'For the trust policy: the number of the repository or project. Left out, `policy check` refuses the policy until it is there.',
        },
        { name: 'owner-id', value: 'ID', text: 'The same of its owner or namespace.' },
        {
            name: 'branch',
            value: 'NAME',
            text: 'The branch of jobs that run by hand or by the clock; left out, `main`.',
        },
        {
            name: 'prefix',
            value: 'TEXT',
            text: 'Stands before the names of roles and policies: several repositories share a broker.',
        },
        {
            name: 'policies',
            value: 'FOLDER',
            text: 'Where the trust policies are put; left out, `trust-policies`.',
            completes: 'folder',
        },
        {
            name: 'gitlab-url',
            value: 'URL',
            text: 'The address of your GitLab, for its policies; left out, that of gitlab.com.',
        },
        {
            name: 'policy',
            value: 'FILE',
            text: 'What unknown secrets are, as `gate check` takes it; left out, .ephemeral-creds.yml, if it is there.',
            completes: 'file',
        },
    ],
    operands: { least: 0, most: Infinity, completes: 'file' },
    examples: [
        { words: 'gate fix', text: 'what would change, without a broker' },
        { words: 'gate fix --broker-url https://broker.example.com --write', text: 'with a broker, written' },
    ],
    exits: {
        '0': 'there is nothing to do, or all of it was written',
        '1': 'there is something to rewrite, or to do by hand',
        '2': 'a file could not be read or written',
    },
    does: { run: (said, { next }) => next.gate(said.words) },
};

// EXTERNAL MODULE: ./lib/inside/domain/near-miss.js
var near_miss = __nccwpck_require__(2975);
;// CONCATENATED MODULE: ./lib/inside/cli/find-command.js


/** The command whose name the words begin with, and what stands behind it. @throws Misuse */
function findCommand(words, commands) {
    const [first = '', second] = words;
    const command = commands.find(({ name }) => name === `${first} ${second ?? ''}`) ??
        commands.find(({ name }) => name === first);
    if (command !== undefined)
        return { command, rest: words.slice(command.name.split(' ').length) };
    throw unknown(words, commands);
}
/** All commands that the words name: one, or the whole family of a noun (`broker`). @throws Misuse */
function findCommands(words, commands) {
    const [first = '', second] = words;
    const family = commands.filter(({ name }) => name.startsWith(`${first} `));
    return second === undefined && family.length > 0 ? family : [findCommand(words, commands).command];
}
function unknown([first = '', second], commands) {
    const verbs = commands
        .map(({ name }) => name.split(' '))
        .filter(([noun]) => noun === first)
        .flatMap(([, verb]) => (verb === undefined ? [] : [verb]));
    if (verbs.length > 0) {
        const near = second === undefined ? undefined : (0,near_miss/* nearest */.p)(verbs, second);
        const meant = near === undefined ? '' : `; did you mean \`${first} ${near}\`?`;
        return new Misuse(`behind \`${first}\` goes ${verbs.map((verb) => `\`${verb}\``).join(' or ')}${meant}`);
    }
    if (first.startsWith('-'))
        return new Misuse('the command comes first, its options behind it');
    const nouns = [...new Set(commands.map(({ name }) => name.split(' ')[0] ?? ''))];
    const near = (0,near_miss/* nearest */.p)(nouns, first);
    // What was typed is not repeated: it may be anything, a secret in the wrong place too.
    return new Misuse(`that is not a command${near === undefined ? '' : `; did you mean \`${near}\`?`}`);
}

;// CONCATENATED MODULE: ./lib/inside/cli/exits.js
/** What an exit status means, for every command that has no meaning of its own for it (sysexits.h, and a shell\u2019s 128 + signal). */
const commonExits = {
    '0': 'done',
    '64': 'the words, a setting or a file of settings is wrong; nothing was sent',
    '65': 'the identity was refused',
    '66': 'policy said no, or what was lent is not what the options allow',
    '69': 'a server cannot be reached, or is not what it should be',
    '70': 'a defect, or something that the machine would not do',
    '75': 'try again later',
    '130': 'stopped by SIGINT',
    '143': 'stopped by SIGTERM',
};
/** Every exit status of a command and its meaning. */
function exitsOf({ exits = {}, failure }) {
    const common = failure === undefined ? commonExits : {};
    return Object.entries({ ...common, ...exits }).toSorted(([a], [b]) => parseInt(a) - parseInt(b));
}

;// CONCATENATED MODULE: ./lib/inside/cli/option-groups.js
/** The order in which help shows the options of THE table. */
const optionGroups = [
    { title: 'What to borrow', names: ['provider', 'broker-url', 'role', 'region', 'params'] },
    { title: 'Who asks', names: ['audience', 'id-token', 'binding'] },
    { title: 'How long', names: ['ttl', 'max-ttl', 'min-ttl', 'timeout', 'approval-timeout'] },
    { title: 'Where it is delivered', names: ['export', 'files-dir'] },
    { title: 'What is refused or trusted', names: ['expect-account', 'static-keys', 'ca-cert'] },
    { title: 'Giving back', names: ['revoke', 'fail-on-revoke-error'] },
];

// EXTERNAL MODULE: ./lib/inside/cli/wording.js
var wording = __nccwpck_require__(5748);
;// CONCATENATED MODULE: ./lib/inside/cli/help.js




const width = 80;
const statusIndent = 8;
/** All commands, one a line. */
function overview(commands) {
    const longest = Math.max(...commands.map(({ name }) => name.length));
    return [
        'Usage: ephemeral-creds COMMAND [OPTIONS]',
        'Borrows the credentials that a CI job needs with its ID token, and gives them back.',
        commands.map(({ name, text }) => `  ${name.padEnd(longest)}  ${text}`).join('\n'),
        '`ephemeral-creds COMMAND --help` tells more; `--version` tells which version this is.\n',
    ].join('\n\n');
}
/** How a command is used: examples, options by group, exit statuses. */
function commandHelp(command) {
    const { name, text, more, usage, examples, flags = [] } = command;
    const own = flags.map((flag) => entry(flagName(flag), flag.text));
    const shared = (0,shared_flags/* flagsOf */.Zo)(command)
        .filter((flag) => !flags.includes(flag))
        .map((flag) => entry(flagName(flag), flag.text));
    return ([
        `Usage: ephemeral-creds ${name} ${usage}`.trimEnd(),
        wrapped(`${text}.${more === undefined ? '' : ` ${more}`}`, 0),
        section('Examples', examples.map((example) => entry(`ephemeral-creds ${example.words}`, example.text))),
        ...groupedOptions((0,shared_flags/* optionsOf */.cz)(command)),
        ...(own.length === 0 ? [] : [section(`Of \`${name}\``, own)]),
        ...(shared.length === 0 ? [] : [section('Where things are', shared)]),
        section('Exit status', exitsOf(command).map(([status, meaning]) => `  ${status.padEnd(4)}  ${wrapped(meaning, statusIndent).trimStart()}`)),
    ].join('\n\n') + '\n');
}
/** How an option of THE table is written: `--ttl DURATION`. */
function optionName({ name, type, choices = [] }) {
    if (type === 'boolean')
        return `--[no-]${name}`;
    const value = type === 'choice' ? choices.join('|') : valueNames[type];
    return `--${name} ${value}`;
}
const valueNames = { text: 'TEXT', lines: 'ENTRY', duration: 'DURATION', yaml: 'YAML' };
/** How a flag is written: `-c, --config FILE`. */
function flagName({ name, short, value }) {
    return `${short === undefined ? '' : `-${short}, `}--${name}${value === undefined ? '' : ` ${value}`}`;
}
function groupedOptions(rows) {
    if (rows.length === 0)
        return [];
    return optionGroups.map(({ title, names }) => {
        const shown = rows.filter(({ name }) => names.some((each) => each === name));
        return section(title, shown.map((option) => entry(optionName(option), optionText(option))));
    });
}
function optionText(option) {
    const notes = [
        ...(option.type === 'lines' ? ['may stand there several times'] : []),
        ...(option.default === '' ? [] : [`default: ${option.default}`]),
    ];
    const text = (0,wording/* inOptions */.M)(option.text, new Set());
    return notes.length === 0 ? text : `${text} (${notes.join('; ')})`;
}
function section(title, entries) {
    return [`${title}:`, ...entries].join('\n');
}
function entry(head, text) {
    return `  ${head}\n${wrapped(text, 6)}`;
}
function wrapped(text, indent) {
    const lines = [];
    let line = '';
    for (const word of text.split(' ')) {
        if (line !== '' && indent + line.length + 1 + word.length > width) {
            lines.push(line);
            line = word;
        }
        else
            line = line === '' ? word : `${line} ${word}`;
    }
    return [...lines, line].map((each) => ' '.repeat(indent) + each).join('\n');
}

;// CONCATENATED MODULE: ./lib/inside/cli/commands/help.js


const help_help = {
    name: 'help',
    text: 'Tell how a command is used',
    usage: '[COMMAND]',
    operands: { least: 0, most: 2, completes: 'command' },
    examples: [{ words: 'help exec', text: 'the same as `ephemeral-creds exec --help`' }],
    does: {
        answer: ({ operands }, commands) => {
            if (operands.length === 0)
                return overview(commands);
            return findCommands(operands, commands).map(commandHelp).join('\n');
        },
    },
};

;// CONCATENATED MODULE: ./lib/inside/cli/commands/lease-list.js

const leaseList = {
    name: 'lease list',
    text: 'List the leases of a broker, for its operators',
    more: 'The youngest first; those that may still serve, if nothing else is said. Needs Node 24 or later.',
    usage: `[SELECTOR\u2026] [--state STATE] [--limit N] ${accessUsage}`,
    flags: [
        ...leaseSelectors,
        {
            name: 'state',
            value: 'STATE',
            text: '`live`, `all`, or one state of a lease; left out, `live`.',
            completes: [
                'live',
                'all',
                'intent',
                'active',
                'revoking',
                'revoked',
                'expired',
                'failed',
                'void',
                'superseded',
            ],
        },
        { name: 'limit', value: 'N', text: 'So many at most; left out, 100.' },
        ...adminAccess,
    ],
    examples: [
        { words: 'lease list --repository octo-org/octo-repo', text: 'what a repository holds now' },
        { words: 'lease list --role deploy-prod --since 24h --state all --json', text: 'for a report' },
    ],
    exits: adminExits,
    does: { run: (said, { next }) => next.lease(said.words) },
};

;// CONCATENATED MODULE: ./lib/inside/cli/commands/lease-revoke.js

const leaseRevoke = {
    name: 'lease revoke',
    text: 'Revoke leases of a broker and end their sessions, for its operators',
    more: 'Says first how much it would be and asks; with `--yes` it asks nobody. What cannot be revoked at once is told; the broker goes on with it. Needs Node 24 or later.',
    usage: `[LEASE_ID | SELECTOR\u2026 | --all] --reason TEXT [--dry-run] [--yes] ${accessUsage}`,
    flags: [
        ...leaseSelectors,
        { name: 'all', text: 'Every lease of the broker.' },
        reasonFlag,
        { name: 'dry-run', text: 'Only tell how much it would be.' },
        { name: 'yes', text: 'Do not ask. Needed where nobody can be asked.' },
        { name: 'wait', value: 'DURATION', text: 'Wait so long for the backends, up to 30s; left out, 5s.' },
        ...adminAccess,
    ],
    operands: { least: 0, most: 1 },
    examples: [
        {
            words: 'lease revoke --repository octo-org/octo-repo --reason "INC-7: token in a log"',
            text: 'all that a repository holds',
        },
        { words: 'lease revoke --commit 6dcb09b5\u2026 --reason INC-8 --yes', text: 'in a script' },
    ],
    exits: { '0': 'revoked, or queued to be', ...adminExits },
    does: { run: (said, { next }) => next.lease(said.words) },
};

;// CONCATENATED MODULE: ./lib/inside/cli/commands/lease-show.js

const leaseShow = {
    name: 'lease show',
    text: 'Show one lease of a broker, for its operators',
    more: 'Needs Node 24 or later.',
    usage: `LEASE_ID ${accessUsage}`,
    flags: adminAccess,
    operands: { least: 1, most: 1 },
    examples: [{ words: 'lease show lse_5f1c0d9e8b7a6c5d4e3f2a1b', text: 'whose it is, and how it stands' }],
    exits: adminExits,
    does: { run: (said, { next }) => next.lease(said.words) },
};

;// CONCATENATED MODULE: ./lib/inside/cli/commands/login.js


const login = {
    name: 'login',
    text: 'Borrow for all the shells of a job: the variables go to a file that a shell reads',
    more: 'For hooks that run before the job\u2019s own script. Prefer `exec` where one command needs the credentials: what lies in variables of the whole job every tool in it can read. Nothing is printed to standard output but what `--json` asks for. `revoke` gives back.',
    usage: '[OPTIONS] [--env-file FILE] [--dotenv --i-understand] [--json]',
    borrows: true,
    flags: [
        {
            name: 'env-file',
            value: 'FILE',
            text: 'Where the variables go, 0600, as `export NAME=\u2026`; left out, `env.sh` in the job\u2019s private folder, which `revoke` erases.',
            completes: 'file',
        },
        {
            name: 'dotenv',
            text: 'Write the file as a dotenv report, which hands every credential to other jobs and to whoever may read artifacts. Refused without `--i-understand`.',
        },
        { name: 'i-understand', text: 'What `--dotenv` does is known and wanted.' },
        { name: 'json', text: 'What was lent, as one JSON document without any secret.' },
    ],
    examples: [
        {
            words: 'login --state "$DIR" --broker-url https://broker.example.com --role deploy && . "$DIR/env.sh"',
            text: 'the job\u2019s private folder is $DIR; at the end `ephemeral-creds revoke --state "$DIR"`',
        },
    ],
    does: {
        run: async (said, scene) => {
            const [{ configFromWords }, { attach }, { login: borrow }] = await Promise.all([
                Promise.resolve(/* import() eager */).then(__nccwpck_require__.bind(__nccwpck_require__, 7805)),
                Promise.resolve(/* import() eager */).then(__nccwpck_require__.bind(__nccwpck_require__, 8346)),
                Promise.resolve(/* import() eager */).then(__nccwpck_require__.bind(__nccwpck_require__, 189)),
            ]);
            const has = (flag) => said.values(flag).length > 0;
            const [envFile] = said.values('env-file');
            const report = await borrow(await configFromWords(said.options, scene.host), await attach(said, scene), {
                ...(envFile === undefined ? {} : { envFile: (0,external_node_path_.resolve)(scene.folder, envFile) }),
                dotenv: has('dotenv'),
                understood: has('i-understand'),
                masks: !has('json'),
            });
            if (has('json'))
                (0,say/* say */.c)(scene.host.print, `${JSON.stringify(report, undefined, 2)}\n`);
            return 0;
        },
    },
};

;// CONCATENATED MODULE: ./lib/inside/cli/commands/policy-check.js
const policyCheck = {
    name: 'policy check',
    text: 'Find out whether trust policies load: lints and examples',
    more: 'A PATH is a folder of policies, a single policy, or broker.yaml, which stands for all its policies. Issuers and roles are those of broker.yaml; no key, certificate or secret has to be there. Needs Node 24 or later.',
    usage: 'PATH\u2026 [--config FILE] [--json]',
    flags: [
        {
            name: 'config',
            short: 'c',
            value: 'FILE',
            text: 'broker.yaml, where issuers and roles stand; left out, the nearest one above the first PATH.',
            completes: 'file',
        },
        { name: 'json', text: 'One JSON document in place of the text.' },
    ],
    operands: { least: 1, most: Infinity, completes: 'file' },
    examples: [
        { words: 'policy check policies', text: 'a folder, in the pipeline that reviews it' },
        { words: 'policy check broker.yaml', text: 'all that the broker would load' },
    ],
    exits: {
        '0': 'they load; what the lints warn of is told',
        '64': 'they do not: every problem with file, line and field',
    },
    does: { run: (said, { next }) => next.policy(said.words) },
};

;// CONCATENATED MODULE: ./lib/inside/cli/commands/policy-diff.js
const policyDiff = {
    name: 'policy diff',
    text: 'Tell which past decisions other trust policies would change',
    more: 'OLD and NEW are folders of policies, single policies, or broker.yaml. Every decision of the audit log is taken again with both, by its claims and for the role\u2019s own lifetime; limits and what roles ask besides are left out. Needs Node 24 or later.',
    usage: 'OLD NEW --claims-from FILE\u2026 [--config FILE] [--json]',
    flags: [
        {
            name: 'claims-from',
            value: 'FILE',
            repeats: true,
            text: 'A file of the broker\u2019s audit log; may be written several times.',
            completes: 'file',
        },
        {
            name: 'config',
            short: 'c',
            value: 'FILE',
            text: 'broker.yaml of both; left out, the nearest one above each.',
            completes: 'file',
        },
        { name: 'json', text: 'One JSON document in place of the text.' },
    ],
    operands: { least: 2, most: 2, completes: 'file' },
    examples: [
        {
            words: 'policy diff policies policies.new --claims-from audit.jsonl',
            text: 'before a change goes out',
        },
    ],
    exits: { '0': 'none', '1': 'some' },
    does: { run: (said, { next }) => next.policy(said.words) },
};

;// CONCATENATED MODULE: ./lib/inside/cli/commands/policy-explain.js
const policyExplain = {
    name: 'policy explain',
    text: 'Tell what trust policies would say to a job, condition by condition',
    more: 'The claims are what stands in the middle of an ID token, or under `unmapped.claims` in the audit log: one JSON object. Without a PATH all policies of broker.yaml are asked. Nothing is verified, lent or written. Needs Node 24 or later.',
    usage: '--claims FILE --role ROLE [PATH\u2026] [--ttl DURATION] [--address IP] [--config FILE] [--json]',
    flags: [
        { name: 'claims', value: 'FILE', text: 'The job\u2019s claims as JSON; never a token.', completes: 'file' },
        { name: 'role', value: 'ROLE', text: 'The role that it asks for.' },
        { name: 'ttl', value: 'DURATION', text: 'For how long: 15m, 1h; left out, as long as the role says.' },
        { name: 'address', value: 'IP', text: 'From where, for roles that ask for a network or a time.' },
        {
            name: 'config',
            short: 'c',
            value: 'FILE',
            text: 'broker.yaml, where issuers and roles stand; left out, the nearest one above the first PATH, or the one here.',
            completes: 'file',
        },
        { name: 'json', text: 'One JSON document in place of the text.' },
    ],
    operands: { least: 0, most: Infinity, completes: 'file' },
    examples: [
        {
            words: 'policy explain --claims claims.json --role deploy-prod',
            text: 'the policies of ./broker.yaml',
        },
    ],
    exits: { '0': 'it would be granted', '66': 'it would be denied' },
    does: { run: (said, { next }) => next.policy(said.words) },
};

;// CONCATENATED MODULE: ./lib/inside/cli/commands/policy-import.js
const policyImport = {
    name: 'policy import',
    text: 'Write a trust policy of octo-sts as one of this broker',
    more: 'What theirs says by a pattern, and what only a person knows, is left as a gap (`???`) with which the policy does not load. Needs Node 24 or later.',
    usage: 'octo-sts FILE',
    operands: { least: 2, most: 2, completes: 'file' },
    examples: [
        { words: 'policy import octo-sts .github/chainguard/ci.sts.yaml > policies/ci.yaml', text: 'one policy' },
    ],
    does: { run: (said, { next }) => next.policy(said.words) },
};

;// CONCATENATED MODULE: ./lib/inside/cli/commands/redact.js

const redact = {
    name: 'redact',
    text: 'Pass a log through without what this job has to hide, in every rendering',
    more: 'Reads standard input and writes standard output; where descriptor 3 is open, it goes to standard error in the same way. What is hidden is what `login` has written down in the job\u2019s private folder, and the values of the variables that are named. Ends with the input and no sooner, whatever signal comes. When it is not known what has to be hidden, nothing is shown.',
    usage: '[--state DIR] [--variable NAME]\u2026',
    flags: [
        {
            name: 'variable',
            value: 'NAME',
            repeats: true,
            text: 'A variable whose value has to be hidden, too. May stand there several times.',
            completes: 'variable',
        },
        shared_flags/* stateFlag */.Gu,
    ],
    examples: [
        { words: 'redact --state "$DIR" <out 3<err', text: 'two named pipes to which a shell writes' },
        { words: 'redact --variable API_TOKEN', text: 'at the end of a pipe, for a secret that is not ours' },
    ],
    exits: { '0': 'all was passed through', '70': 'nothing, or not all, could be passed through' },
    does: {
        run: async (said, scene) => {
            const [{ attach }, { redact: passThrough }] = await Promise.all([
                Promise.resolve(/* import() eager */).then(__nccwpck_require__.bind(__nccwpck_require__, 8346)),
                Promise.resolve(/* import() eager */).then(__nccwpck_require__.bind(__nccwpck_require__, 9174)),
            ]);
            await passThrough(await attach(said, scene), said.values('variable'));
            return 0;
        },
    },
};

// EXTERNAL MODULE: ./lib/inside/domain/duration.js
var duration = __nccwpck_require__(4148);
// EXTERNAL MODULE: ./lib/inside/domain/errors.js
var errors = __nccwpck_require__(847);
;// CONCATENATED MODULE: ./lib/inside/cli/commands/revoke.js




const revoke = {
    name: 'revoke',
    text: 'Give back what this job has borrowed, and remove what it left',
    more: 'By the job\u2019s private folder alone, so that any shell of the job can do it: a trap, `after_script`, a hook. Once more is no error. What cannot be given back is told, with its end; that fails only a job that was started with `--fail-on-revoke-error`.',
    usage: '[--state DIR] [--lease-id ID]\u2026 [--timeout DURATION] [--drain DURATION] [--json]',
    flags: [
        {
            name: 'lease-id',
            value: 'ID',
            repeats: true,
            text: 'Only what was borrowed together with this lease. May stand there several times.',
        },
        { name: 'timeout', value: 'DURATION', text: 'Time that all of it may take; left out, 20s.' },
        {
            name: 'drain',
            value: 'DURATION',
            text: 'When all is given back, wait for the job\u2019s `redact` to let out what it holds, no longer than this.',
        },
        shared_flags/* stateFlag */.Gu,
        { name: 'json', text: 'What was given back, as one JSON document.' },
    ],
    examples: [
        { words: 'revoke', text: 'in `after_script` of a GitLab job' },
        { words: 'revoke --state "$DIR"', text: 'elsewhere: the folder that `login` was given' },
    ],
    exits: {
        '0': 'everything is given back, or has been told',
        '1': 'something lives on, and that was to fail',
    },
    does: {
        run: async (said, scene) => {
            const [{ attach }, { revokeJob }] = await Promise.all([
                Promise.resolve(/* import() eager */).then(__nccwpck_require__.bind(__nccwpck_require__, 8346)),
                Promise.resolve(/* import() eager */).then(__nccwpck_require__.bind(__nccwpck_require__, 9070)),
            ]);
            const report = await revokeJob(said.values('lease-id'), await attach(said, scene), durations(said));
            if (said.values('json').length > 0)
                (0,say/* say */.c)(scene.host.print, `${JSON.stringify(report, undefined, 2)}\n`);
            return 0;
        },
    },
};
function durations(said) {
    const timeoutSeconds = revoke_duration('timeout', said);
    const drainSeconds = revoke_duration('drain', said);
    return {
        ...(timeoutSeconds === undefined ? {} : { timeoutSeconds }),
        ...(drainSeconds === undefined ? {} : { drainSeconds }),
    };
}
function revoke_duration(flag, said) {
    const [text] = said.values(flag);
    if (text === undefined)
        return undefined;
    const seconds = (0,duration/* parseDuration */.E9)(text);
    if (seconds !== undefined && seconds > 0)
        return seconds;
    throw new errors/* CredsError */.u('input-invalid', `The option \`--${flag}\` must be a duration such as \`20s\` or \`1m\`.`);
}

;// CONCATENATED MODULE: ./lib/inside/cli/commands/secret-delete.js

const secretDelete = {
    name: 'secret delete',
    text: 'Destroy the data keys of a secret, for the broker\u2019s operators',
    more: 'Of one version that is not lent, or of all: then the roles that lend it are refused. Nobody can open what was sealed under a destroyed key; at its origin the value lives on. Needs Node 24 or later.',
    usage: `NAME (--version-number N | --all) --reason TEXT ${accessUsage}`,
    flags: [
        versionFlag,
        { name: 'all', text: 'Every version, the one that is lent, too.' },
        reasonFlag,
        ...adminAccess,
    ],
    operands: { least: 1, most: 1 },
    examples: [
        {
            words: 'secret delete legacy-token --all --reason "jobs use OIDC now"',
            text: 'when nobody reads it any more',
        },
    ],
    exits: adminExits,
    does: { run: (said, { next }) => next.secret(said.words) },
};

;// CONCATENATED MODULE: ./lib/inside/cli/commands/secret-list.js

const secretList = {
    name: 'secret list',
    text: 'List the secrets that a broker keeps, for its operators',
    more: 'How old each is, how often it was read, whether it is due, and what ought to stand in its place. No value is shown, by no command. Needs Node 24 or later.',
    usage: accessUsage,
    flags: adminAccess,
    examples: [{ words: 'secret list --json', text: 'for a report of what is left to migrate' }],
    exits: adminExits,
    does: { run: (said, { next }) => next.secret(said.words) },
};

;// CONCATENATED MODULE: ./lib/inside/cli/commands/secret-put.js

const secretPut = {
    name: 'secret put',
    text: 'Put a value into a broker that keeps it as a secret, for its operators',
    more: 'The value comes from standard input alone, less one line end at its end; at a terminal it is asked for and not shown. It is lent from then on, and the version of before is kept for a time of grace. The value that is there already changes nothing. Needs Node 24 or later.',
    usage: `NAME --reason TEXT [--grace DURATION] ${accessUsage}`,
    flags: [reasonFlag, graceFlag, ...adminAccess],
    operands: { least: 1, most: 1 },
    examples: [
        { words: 'secret put legacy-token --reason "first value" <token.txt', text: 'from a file' },
        {
            words: 'secret put legacy-token --reason INC-7 --grace 0s',
            text: 'the value of before is known to others',
        },
    ],
    exits: adminExits,
    does: { run: (said, { next }) => next.secret(said.words) },
};

;// CONCATENATED MODULE: ./lib/inside/cli/commands/secret-rollback.js

const secretRollback = {
    name: 'secret rollback',
    text: 'Lend an earlier version of a secret again, for the broker\u2019s operators',
    more: 'One whose time of grace is not over: `secret show` lists them. Needs Node 24 or later.',
    usage: `NAME --version-number N --reason TEXT [--grace DURATION] ${accessUsage}`,
    flags: [versionFlag, reasonFlag, graceFlag, ...adminAccess],
    operands: { least: 1, most: 1 },
    examples: [
        {
            words: 'secret rollback legacy-token --version-number 3 --reason "4 does not log in"',
            text: 'after a bad value',
        },
    ],
    exits: adminExits,
    does: { run: (said, { next }) => next.secret(said.words) },
};

;// CONCATENATED MODULE: ./lib/inside/cli/commands/secret-rotate.js

const secretRotate = {
    name: 'secret rotate',
    text: 'Let the program of a secret make a new value now, for the broker\u2019s operators',
    more: 'It is `rotation` of the secret in broker.yaml. When it fails, the value of before stays. Needs Node 24 or later.',
    usage: `NAME --reason TEXT [--grace DURATION] ${accessUsage}`,
    flags: [reasonFlag, graceFlag, ...adminAccess],
    operands: { least: 1, most: 1 },
    examples: [
        { words: 'secret rotate legacy-token --reason "a job ran twice" --grace 1h', text: 'before it is due' },
    ],
    exits: adminExits,
    does: { run: (said, { next }) => next.secret(said.words) },
};

;// CONCATENATED MODULE: ./lib/inside/cli/commands/secret-show.js

const secretShow = {
    name: 'secret show',
    text: 'Show the versions of a secret that a broker keeps, and who read it, for its operators',
    more: 'The value is not shown. Needs Node 24 or later.',
    usage: `NAME ${accessUsage}`,
    flags: adminAccess,
    operands: { least: 1, most: 1 },
    examples: [{ words: 'secret show legacy-token', text: 'which repositories still read it' }],
    exits: adminExits,
    does: { run: (said, { next }) => next.secret(said.words) },
};

;// CONCATENATED MODULE: ./lib/inside/cli/commands/whoami.js


const whoami = {
    name: 'whoami',
    text: 'Tell who this job is: the platform, what it says of the job, and the claims of its ID token',
    more: 'The ID token is asked for when `--audience` or `--broker-url` says for whom it is to be; it is read, sent nowhere and never shown.',
    usage: '[OPTIONS] [--json]',
    borrows: true,
    flags: [{ name: 'json', text: 'One JSON document in place of the text.' }],
    examples: [
        { words: 'whoami', text: 'the platform and its facts alone' },
        { words: 'whoami --broker-url https://broker.example.com', text: 'and what the broker would see' },
    ],
    does: {
        run: async (said, scene) => {
            const [{ configFromWords }, { attach }, { whoami: ask }] = await Promise.all([
                Promise.resolve(/* import() eager */).then(__nccwpck_require__.bind(__nccwpck_require__, 7805)),
                Promise.resolve(/* import() eager */).then(__nccwpck_require__.bind(__nccwpck_require__, 8346)),
                Promise.resolve(/* import() eager */).then(__nccwpck_require__.bind(__nccwpck_require__, 6403)),
            ]);
            const identity = await ask(await configFromWords(said.options, scene.host), await attach(said, scene));
            const json = said.values('json').length > 0;
            (0,say/* say */.c)(scene.host.print, json ? `${JSON.stringify(identity, undefined, 2)}\n` : whoami_asText(identity));
            return 0;
        },
    },
};
function whoami_asText({ platform, facts, idToken }) {
    const known = columns([['platform', platform], ...Object.entries(facts)]);
    if (idToken === undefined)
        return `${known}\nNo ID token was asked for: say for whom it is to be (\`--audience\` or \`--broker-url\`).\n`;
    const { issuer, audience, expiresAt, claims } = idToken;
    const rows = [
        ['issuer', issuer],
        ['audience', audience],
        ['ends', expiresAt],
        ...Object.entries(claims),
    ];
    return `${known}\nID token\n${columns(rows.map(([name, value]) => [`  ${name}`, value]))}`;
}

;// CONCATENATED MODULE: ./lib/inside/cli/commands/registry.js






























/** Every command, in the order in which help lists them. */
const commands = [
    exec,
    login,
    revoke,
    redact,
    whoami,
    check,
    brokerRun,
    brokerCheck,
    policyCheck,
    policyExplain,
    policyDiff,
    policyImport,
    leaseList,
    leaseShow,
    leaseRevoke,
    freezeOn,
    freezeOff,
    freezeStatus,
    secretList,
    secretShow,
    secretPut,
    secretRotate,
    secretRollback,
    secretDelete,
    auditVerify,
    gateCheck,
    gateCatalogue,
    gateFix,
    completion,
    help_help,
];

;// CONCATENATED MODULE: external "node:util"
const external_node_util_namespaceObject = require("node:util");
// EXTERNAL MODULE: ./lib/inside/domain/pattern.js
var pattern = __nccwpck_require__(4624);
;// CONCATENATED MODULE: ./lib/inside/cli/version.js
// Generated by scripts/generate.ts from package.json: do not edit.
const version = '1.0.0-dev.0';

;// CONCATENATED MODULE: ./lib/inside/cli/grammar.js








/** Reads the words of the command line (everything behind the program\u2019s name). */
function understand(words, commands) {
    const [first, second] = words;
    if (first === undefined)
        return { status: 64, out: '', error: overview(commands) };
    if (first === '--version' || first === '-V')
        return answer(`${version}\n`);
    if (isHelp(first))
        return answer(overview(commands));
    let command;
    try {
        if (second !== undefined && isHelp(second))
            return answer(findCommands([first], commands).map(commandHelp).join('\n'));
        const found = findCommand(words, commands);
        command = found.command;
        const said = read(command, found.rest, words.slice(1));
        if (said === undefined)
            return answer(commandHelp(command));
        const { does } = command;
        return 'answer' in does ? answer(does.answer(said, commands)) : { command, said };
    }
    catch (error) {
        if (!(error instanceof Misuse))
            throw error;
        return { status: command?.failure ?? 64, out: '', error: complaint(error, command) };
    }
}
function answer(out) {
    return { status: 0, out, error: '' };
}
function isHelp(word) {
    return word === '--help' || word === '-h';
}
function complaint({ message }, command) {
    const name = `ephemeral-creds${command === undefined ? '' : ` ${command.name}`}`;
    return `${name}: ${message}${message.endsWith('?') ? '' : '.'}\nTry \`${name} --help\`.\n`;
}
function parseWords(args, settings) {
    // Not strict: the messages of Node\u2019s own strictness repeat what was typed.
    const how = { strict: false, allowPositionals: true, tokens: true };
    return (0,external_node_util_namespaceObject.parseArgs)({ args: [...args], options: settings, ...how });
}
/** @returns undefined when help is asked for. @throws Misuse */
function read(command, rest, words) {
    const { tokens } = parseWords(rest, settingsOf(command));
    if (tokens.some((token) => token.kind === 'option' && ['help', 'h'].includes(token.name)))
        return undefined;
    const table = new Map((0,shared_flags/* optionsOf */.cz)(command).map((option) => [option.name, option]));
    const options = new Map();
    const flags = new Map();
    for (const token of tokens) {
        if (token.kind === 'option-terminator')
            break;
        if (token.kind === 'positional' && command.operands?.behindDashes === true)
            throw new Misuse('the command to run goes behind `--`');
        if (token.kind !== 'option')
            continue;
        const { name, value } = grammar_valueOf(token, command, table);
        const option = table.get(name);
        const earlier = option === undefined ? flags.get(name) : options.get(name);
        if (earlier !== undefined && !repeats(command, name, option))
            throw new Misuse(`\`--${name}\` stands there twice`);
        if (option === undefined)
            flags.set(name, [...(flags.get(name) ?? []), value]);
        else
            options.set(name, earlier === undefined ? value : `${String(earlier)}\n${value}`);
    }
    return {
        options: Object.fromEntries(options),
        values: (flag) => (flags.get(flag) ?? []).filter((value) => value !== 'false'),
        operands: grammar_operandsOf(command, tokens),
        words,
    };
}
function settingsOf(command) {
    const settings = { help: { type: 'boolean', short: 'h' } };
    for (const { name, type } of (0,shared_flags/* optionsOf */.cz)(command)) {
        settings[name] = { type: type === 'boolean' ? 'boolean' : 'string' };
        if (type === 'boolean')
            settings[`no-${name}`] = { type: 'boolean' };
    }
    for (const { name, short, value } of (0,shared_flags/* flagsOf */.Zo)(command))
        settings[name] = {
            type: value === undefined ? 'boolean' : 'string',
            ...(short === undefined ? {} : { short }),
        };
    return settings;
}
function repeats(command, name, option) {
    if (option !== undefined)
        return option.type === 'lines';
    return (0,shared_flags/* flagsOf */.Zo)(command).some((flag) => flag.name === name && flag.repeats === true);
}
/** A switch becomes `true` or `false`. @throws Misuse for a name that is none, a value that is missing or too much */
function grammar_valueOf(token, command, table) {
    const { rawName, name, value, inlineValue } = token;
    const negated = name.startsWith('no-') && table.get(name.slice(3))?.type === 'boolean';
    if (negated) {
        if (value !== undefined)
            throw new Misuse(`\`--${name}\` takes no value`);
        return { name: name.slice(3), value: 'false' };
    }
    const flag = (0,shared_flags/* flagsOf */.Zo)(command).find((each) => each.name === name);
    const option = table.get(name);
    if (flag === undefined && option === undefined)
        throw grammar_unknown(rawName, command);
    const isSwitch = option === undefined ? flag?.value === undefined : option.type === 'boolean';
    if (isSwitch) {
        const text = value?.toLowerCase() ?? 'true';
        if (text !== 'true' && text !== 'false')
            throw new Misuse(`\`--${name}\` is \`true\` or \`false\``);
        return { name, value: text };
    }
    if (value === undefined)
        throw new Misuse(`\`--${name}\` needs a value`);
    if (value.trim() === '')
        throw new Misuse(`\`--${name}\` is empty: leave it out for its default`);
    if (!inlineValue && value.startsWith('-'))
        throw new Misuse(`\`--${name}\` needs a value; one that begins with a dash is written \`--${name}=\u2026\``);
    return { name, value };
}
function grammar_unknown(rawName, command) {
    const known = [...(0,shared_flags/* optionsOf */.cz)(command), ...(0,shared_flags/* flagsOf */.Zo)(command)].map(({ name }) => name);
    const typed = rawName.replace(/^-+/, '');
    const near = rawName.startsWith('--') ? (0,near_miss/* nearest */.p)(known, typed) : undefined;
    const shown = (0,pattern/* fullMatch */.L)(/--?[A-Za-z][A-Za-z_-]{0,30}/, rawName) ? ` \`${rawName}\`` : ' of that name';
    return new Misuse(`there is no option${shown}${near === undefined ? '' : `; did you mean \`--${near}\`?`}`);
}
/** @throws Misuse when there are too few or too many */
function grammar_operandsOf({ operands }, tokens) {
    const found = tokens.flatMap((token) => (token.kind === 'positional' ? [token.value] : []));
    const { least = 0, most = 0 } = operands ?? {};
    if (found.length < least)
        throw new Misuse(least === 1 ? 'something is missing' : 'words are missing');
    if (found.length > most)
        throw new Misuse(most === 0 ? 'takes options only, no other words' : 'has a word too many');
    return found;
}

// EXTERNAL MODULE: ./lib/inside/entry/output.js
var output = __nccwpck_require__(8941);
;// CONCATENATED MODULE: ./lib/inside/entry/cli.js
var __rewriteRelativeImportExtension = (undefined && undefined.__rewriteRelativeImportExtension) || function (path, preserveJsx) {
    if (typeof path === "string" && /^\.\.?\//.test(path)) {
        return path.replace(/\.(tsx)$|((?:\.d)?)((?:\.[^./]+?)?)\.([cm]?)ts$/i, function (m, tsx, d, ext, cm) {
            return tsx ? preserveJsx ? ".jsx" : ".js" : d && (!ext || !cm) ? m : (d + ext + "." + cm.toLowerCase() + "js");
        });
    }
    return path;
};








/**
 * The command line. What can be answered from the table of commands alone is answered before anything of the core is
 * loaded: help and completion are asked for at a prompt.
 */
async function commandLine() {
    // Until the door is open: no early end counts as a success.
    process.exitCode = 70;
    const meaning = understand(process.argv.slice(2), commands);
    if ('status' in meaning) {
        (0,say/* say */.c)(output/* print */.f, meaning.out);
        (0,say/* say */.c)(output/* printError */.y, meaning.error);
        process.exit(meaning.status);
    }
    const [{ open }, { run }] = await Promise.all([Promise.resolve(/* import() eager */).then(__nccwpck_require__.bind(__nccwpck_require__, 9811)), Promise.resolve(/* import() eager */).then(__nccwpck_require__.bind(__nccwpck_require__, 2977))]);
    open((host) => run(meaning.command, meaning.said, {
        host: { ...host, processes },
        commands: commands,
        folder: process.cwd(),
        next,
    }), output/* printError */.y);
}
/** Here and not in every host: the action starts no other process. */
const processes = async () => (await Promise.resolve(/* import() eager */).then(__nccwpck_require__.bind(__nccwpck_require__, 7959))).realProcesses();
const next = {
    broker: async (words) => (await brokerBundle()).brokerMain(words),
    policy: async (words) => (await brokerBundle()).policyMain(words),
    audit: async (words) => (await brokerBundle()).auditMain(words),
    lease: async (words) => (await brokerBundle()).adminMain('lease', words),
    freeze: async (words) => (await brokerBundle()).adminMain('freeze', words),
    secret: async (words) => (await brokerBundle()).adminMain('secret', words),
    gate: async (words) => (await gateBundle()).gateMain(words),
};
async function brokerBundle() {
    return (await bundleOf('broker')).default;
}
async function gateBundle() {
    return (await bundleOf('gate')).default;
}
/** Broker and gate are bundles of their own beside this one: a job that borrows never loads them. */
async function bundleOf(house) {
    const bundle = (0,external_node_path_.join)((0,external_node_path_.dirname)((0,external_node_fs_.realpathSync)(process.argv[1] ?? '')), house, 'index.cjs');
    if (Number(process.versions.node.split('.')[0]) < 24) {
        throw new errors/* CredsError */.u('input-invalid', `The ${house} needs Node 24 or later.`, {
            hint: 'Start it with a newer Node.',
        });
    }
    return import(__rewriteRelativeImportExtension(/* webpackIgnore: true */ (0,external_node_url_namespaceObject.pathToFileURL)(bundle).href));
}
const done = commandLine();
done.catch(async () => {
    const { open } = await Promise.resolve(/* import() eager */).then(__nccwpck_require__.bind(__nccwpck_require__, 9811));
    open(() => done.then(() => 70), output/* printError */.y);
});

})();

module.exports = __webpack_exports__;
/******/ })()
;