"use strict";
exports.id = 573;
exports.ids = [573];
exports.modules = {

/***/ 3749:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  netrc: () => (/* binding */ netrc)
});

// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(6760);
;// CONCATENATED MODULE: ./lib/aside/exporters/netrc-entries.js
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

// EXTERNAL MODULE: ./lib/aside/exporters/own-file.js
var own_file = __webpack_require__(7165);
// EXTERNAL MODULE: ./lib/aside/exporters/prospects.js
var exporters_prospects = __webpack_require__(2731);
// EXTERNAL MODULE: ./lib/aside/exporters/web-login.js
var web_login = __webpack_require__(9896);
;// CONCATENATED MODULE: ./lib/aside/exporters/netrc.js
// https://everything.curl.dev/usingcurl/netrc.html





const netrc_name = 'netrc';
const kinds = ['registry-login', 'github-token', 'basic-login', 'bearer-token'];
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
    foresee: (prospects, { from }) => {
        (0,exporters_prospects/* assertComes */.M)(netrc_name, prospects, { from, kinds });
    },
    pack: (loans, place) => {
        const logins = (0,web_login/* webLogins */.HI)(netrc_name, loans, { settings: place.settings, kinds });
        const machines = logins.map(machineOf);
        (0,web_login/* assertOnePlaceEach */.ZG)(netrc_name, machines);
        const path = (0,external_node_path_.join)(place.folder, 'netrc');
        return {
            files: {
                [path]: logins.map(entryOf).join('') + withoutMachines((0,own_file/* ownFile */.PV)(place, 'NETRC', '.netrc'), machines),
            },
            // Python's requests takes an empty one for the name of a file.
            pointers: (0,own_file/* leadTo */.yH)(place, 'NETRC', path, (0,own_file/* usualPath */.ul)(place, '.netrc')),
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

/***/ 9896:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   HI: () => (/* binding */ webLogins),
/* harmony export */   LT: () => (/* binding */ carried),
/* harmony export */   Ss: () => (/* binding */ isIndexLogin),
/* harmony export */   ZG: () => (/* binding */ assertOnePlaceEach),
/* harmony export */   qP: () => (/* binding */ webUrl),
/* harmony export */   qT: () => (/* binding */ checkWebSettings)
/* harmony export */ });
/* harmony import */ var _domain_errors_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(7945);
/* harmony import */ var _domain_pattern_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(6898);
/* harmony import */ var _protocol_endpoint_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(99);
/* harmony import */ var _label_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(4788);
/* harmony import */ var _settings_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(205);





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
    return new _domain_errors_js__WEBPACK_IMPORTED_MODULE_4__/* .CredsError */ .uA('credential-unusable', `The answer holds ${what}.`);
}
/** @throws CredsError `credential-unusable` for what a format cannot carry */
function carried(text, pattern, format) {
    if ((0,_domain_pattern_js__WEBPACK_IMPORTED_MODULE_1__/* .fullMatch */ .L)(pattern, text))
        return text;
    throw new _domain_errors_js__WEBPACK_IMPORTED_MODULE_4__/* .CredsError */ .uA('credential-unusable', `The credential holds characters that ${format} cannot carry.`);
}


/***/ })

};
;