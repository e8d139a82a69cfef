"use strict";
exports.id = 227;
exports.ids = [227];
exports.modules = {

/***/ 6328:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

__webpack_require__.r(__webpack_exports__);
/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   npmrc: () => (/* binding */ npmrc)
/* harmony export */ });
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(6760);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_path__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var _domain_pattern_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(6898);
/* harmony import */ var _own_file_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(7165);
/* harmony import */ var _prospects_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(2731);
/* harmony import */ var _settings_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(205);
/* harmony import */ var _web_login_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(9896);
// https://docs.npmjs.com/cli/configuring-npm/npmrc#auth-related-configuration






const name = 'npmrc';
const kinds = ['registry-login', 'bearer-token', 'basic-login'];
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
    foresee: (prospects, { from }) => {
        (0,_prospects_js__WEBPACK_IMPORTED_MODULE_4__/* .assertComes */ .M)(name, prospects, { from, kinds });
    },
    pack: (loans, place) => {
        const { scope } = place.settings;
        const logins = (0,_web_login_js__WEBPACK_IMPORTED_MODULE_1__/* .webLogins */ .HI)(name, loans, { settings: place.settings, kinds });
        if (scope !== undefined && logins.length > 1)
            throw (0,_settings_js__WEBPACK_IMPORTED_MODULE_3__/* .wrongExport */ .s)(name, 'one scope for several registries');
        const ours = logins.flatMap(linesOf);
        (0,_web_login_js__WEBPACK_IMPORTED_MODULE_1__/* .assertOnePlaceEach */ .ZG)(name, logins.map(registryKey));
        if (scope !== undefined)
            ours.push(...logins.map(({ url }) => line(`${scope}:registry`, folderUrl(url).href)));
        const theirs = (0,_own_file_js__WEBPACK_IMPORTED_MODULE_5__/* .ownFile */ .PV)(place, variable, '.npmrc')
            .split('\n')
            .filter((each) => !isOurs(each, logins, scope));
        const block = `${ours.join('\n')}\n`;
        // The last word counts, unless a section has begun by then.
        const sections = theirs.some((each) => each.startsWith('['));
        const text = (0,_own_file_js__WEBPACK_IMPORTED_MODULE_5__/* .wholeLines */ .zo)(theirs.join('\n').trim());
        const path = (0,node_path__WEBPACK_IMPORTED_MODULE_0__.join)(place.folder, 'npmrc');
        return {
            files: { [path]: sections ? block + text : text + block },
            pointers: (0,_own_file_js__WEBPACK_IMPORTED_MODULE_5__/* .leadTo */ .yH)(place, variable, path),
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