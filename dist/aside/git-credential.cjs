"use strict";
exports.id = 861;
exports.ids = [861];
exports.modules = {

/***/ 1866:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

__webpack_require__.r(__webpack_exports__);
/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   gitCredential: () => (/* binding */ gitCredential)
/* harmony export */ });
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(6760);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_path__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var _prospects_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(2731);
/* harmony import */ var _settings_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(205);
/* harmony import */ var _web_login_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(9896);
// https://git-scm.com/docs/gitcredentials and https://git-scm.com/docs/git-config#Documentation/git-config.txt-GITCONFIGCOUNT




const name = 'git-credential';
const kinds = ['github-token', 'basic-login', 'bearer-token'];
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
    foresee: (prospects, { from }) => {
        (0,_prospects_js__WEBPACK_IMPORTED_MODULE_3__/* .assertComes */ .M)(name, prospects, { from, kinds });
    },
    pack: (loans, { settings, folder, variable }) => {
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