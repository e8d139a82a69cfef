"use strict";
exports.id = 755;
exports.ids = [755];
exports.modules = {

/***/ 4033:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
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

/***/ 788:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

__webpack_require__.r(__webpack_exports__);
/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   pgpass: () => (/* binding */ pgpass)
/* harmony export */ });
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(6760);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_path__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var _domain_errors_js__WEBPACK_IMPORTED_MODULE_9__ = __webpack_require__(7945);
/* harmony import */ var _domain_pattern_js__WEBPACK_IMPORTED_MODULE_8__ = __webpack_require__(6898);
/* harmony import */ var _fields_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(9617);
/* harmony import */ var _ini_sections_js__WEBPACK_IMPORTED_MODULE_7__ = __webpack_require__(4033);
/* harmony import */ var _label_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(4788);
/* harmony import */ var _own_file_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(7165);
/* harmony import */ var _prospects_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(2731);
/* harmony import */ var _settings_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(205);
/* harmony import */ var _web_login_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(9896);
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
    foresee: (prospects) => {
        (0,_prospects_js__WEBPACK_IMPORTED_MODULE_3__/* .assertComes */ .M)(name, prospects, { kinds: ['postgres-login'] });
    },
    pack: (loans, place) => {
        const { folder, settings } = place;
        const mine = loans.flatMap((lent) => (isLogin(lent) ? [lent] : []));
        if (mine.length === 0)
            throw (0,_settings_js__WEBPACK_IMPORTED_MODULE_1__/* .wrongExport */ .s)(name, 'nothing to write: no postgres-login was lent');
        if (mine.length > 1 && settings['service'] !== undefined)
            throw (0,_settings_js__WEBPACK_IMPORTED_MODULE_1__/* .wrongExport */ .s)(name, 'one service for several databases');
        const named = Object.entries((0,_fields_js__WEBPACK_IMPORTED_MODULE_4__/* .onceEach */ .fF)(mine.map((lent) => [settings['service'] ?? (0,_label_js__WEBPACK_IMPORTED_MODULE_2__/* .labelOf */ .Wy)(lent, name), lent.credential.fields])));
        const at = (file) => (0,node_path__WEBPACK_IMPORTED_MODULE_0__.join)(folder, file);
        const passwords = named.map(([, fields]) => passwordLine(fields));
        (0,_web_login_js__WEBPACK_IMPORTED_MODULE_5__/* .assertOnePlaceEach */ .ZG)(name, passwords.map(([place_]) => place_));
        const files = { passwords: at('pgpass'), services: at('pg-service.conf') };
        const sections = named.map(([service, fields]) => {
            const authority = fields.caCertificate === undefined ? {} : { sslrootcert: at(`${service}-ca.pem`) };
            return `[${service}]\n${serviceLines(fields, { ...authority, passfile: files.passwords })}\n`;
        });
        const theirs = (0,_own_file_js__WEBPACK_IMPORTED_MODULE_6__/* .ownFile */ .PV)(place, 'PGSERVICEFILE', '.pg_service.conf');
        const rest = (0,_ini_sections_js__WEBPACK_IMPORTED_MODULE_7__/* .withoutSections */ .N)(theirs, named.map(([service]) => service));
        return {
            files: {
                [files.passwords]: passwords.map(([place_, password]) => `${place_}:${password}\n`).join('') +
                    (0,_own_file_js__WEBPACK_IMPORTED_MODULE_6__/* .ownFile */ .PV)(place, 'PGPASSFILE', '.pgpass'),
                [files.services]: sections.join('') + (0,_own_file_js__WEBPACK_IMPORTED_MODULE_6__/* .wholeLines */ .zo)(rest),
                ...Object.fromEntries(named.flatMap(([service, { caCertificate: pem }]) => pem === undefined ? [] : [[at(`${service}-ca.pem`), pem]])),
            },
            pointers: {
                ...(0,_own_file_js__WEBPACK_IMPORTED_MODULE_6__/* .leadTo */ .yH)(place, 'PGPASSFILE', files.passwords),
                // libpq takes an empty one for the name of a file.
                ...(0,_own_file_js__WEBPACK_IMPORTED_MODULE_6__/* .leadTo */ .yH)(place, 'PGSERVICEFILE', files.services, (0,_own_file_js__WEBPACK_IMPORTED_MODULE_6__/* .usualPath */ .ul)(place, '.pg_service.conf')),
            },
        };
    },
};
function isLogin(lent) {
    return lent.credential.kind === 'postgres-login';
}
/** `host:port:database:user`, and the password; `*` alone would mean any. */
function passwordLine({ host, port, database, username, password }) {
    if (!(0,_domain_pattern_js__WEBPACK_IMPORTED_MODULE_8__/* .fullMatch */ .L)(/[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?|[0-9A-Fa-f:]+/, host) ||
        !(0,_domain_pattern_js__WEBPACK_IMPORTED_MODULE_8__/* .fullMatch */ .L)(/\d{1,5}/, port))
        throw new _domain_errors_js__WEBPACK_IMPORTED_MODULE_9__/* .CredsError */ .uA('credential-unusable', 'The answer holds a postgres-login whose host or port is none.');
    const escaped = (text) => (0,_web_login_js__WEBPACK_IMPORTED_MODULE_5__/* .carried */ .LT)(text, /[^\x00-\x1f\x7f]+/, 'a password file').replace(/[\\:]|^\*$/g, '\\$&');
    return [[host, port, database, username].map(escaped).join(':'), escaped(password.reveal())];
}
function serviceLines({ host, port, database, username }, paths) {
    const settings = { host, port, dbname: database, user: username, sslmode: 'verify-full', ...paths };
    const lines = Object.entries(settings).map(([key, value]) => {
        // The rest of the line as it stands; blanks at its end are cut off.
        (0,_web_login_js__WEBPACK_IMPORTED_MODULE_5__/* .carried */ .LT)(value, /[^\x00-\x1f\x7f]*[^\x00-\x20\x7f]/, 'a service file');
        return `${key}=${value}\n`;
    });
    if (lines.some((line) => Buffer.byteLength(line) > longestLine))
        throw new _domain_errors_js__WEBPACK_IMPORTED_MODULE_9__/* .CredsError */ .uA('credential-unusable', 'The credential holds a line that is too long for a service file.');
    return lines.join('');
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