"use strict";
exports.id = 890;
exports.ids = [890];
exports.modules = {

/***/ 3599:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

__webpack_require__.r(__webpack_exports__);
/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   dockerConfig: () => (/* binding */ dockerConfig)
/* harmony export */ });
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(6760);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_path__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var _domain_errors_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(7945);
/* harmony import */ var _protocol_json_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(8440);
/* harmony import */ var _own_file_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(7165);
/* harmony import */ var _prospects_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(2731);
/* harmony import */ var _settings_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(205);
/* harmony import */ var _web_login_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(9896);
// https://docs.docker.com/reference/cli/docker/login/ and https://man.archlinux.org/man/containers-auth.json.5







const name = 'docker-config';
const kinds = ['registry-login', 'basic-login', 'bearer-token'];
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
    foresee: (prospects, { from }) => {
        (0,_prospects_js__WEBPACK_IMPORTED_MODULE_2__/* .assertComes */ .M)(name, prospects, { from, kinds });
    },
    pack: (loans, place) => {
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
                ...(0,_own_file_js__WEBPACK_IMPORTED_MODULE_3__/* .leadTo */ .yH)(place, 'DOCKER_CONFIG', place.folder),
                ...(0,_own_file_js__WEBPACK_IMPORTED_MODULE_3__/* .leadTo */ .yH)(place, 'REGISTRY_AUTH_FILE', files.containers),
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
        value = (0,_protocol_json_js__WEBPACK_IMPORTED_MODULE_4__/* .parseStrictJson */ .RJ)(found);
    }
    catch {
        value = undefined;
    }
    if ((0,_protocol_json_js__WEBPACK_IMPORTED_MODULE_4__/* .isObject */ .Gv)(value))
        return value;
    throw new _domain_errors_js__WEBPACK_IMPORTED_MODULE_5__/* .CredsError */ .uA('delivery-failed', `The file ${path} is no JSON object, so nothing was added to a copy of it.`);
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
        throw (0,_settings_js__WEBPACK_IMPORTED_MODULE_6__/* .wrongExport */ .s)(name, 'a config.json of yours that chooses a context: set DOCKER_HOST instead, or say `merge=no`');
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
    if (!(0,_protocol_json_js__WEBPACK_IMPORTED_MODULE_4__/* .isObject */ .Gv)(entries))
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
    return (0,_own_file_js__WEBPACK_IMPORTED_MODULE_3__/* .leadTo */ .yH)(place, 'BUILDX_CONFIG', place.variable('BUILDX_CONFIG') ?? (0,node_path__WEBPACK_IMPORTED_MODULE_0__.join)(folder, 'buildx'));
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