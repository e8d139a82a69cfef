"use strict";
exports.id = 150;
exports.ids = [150];
exports.modules = {

/***/ 1227:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

__webpack_require__.r(__webpack_exports__);
/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   gcpAdc: () => (/* binding */ gcpAdc)
/* harmony export */ });
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(6760);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_path__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var _domain_errors_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(7945);
/* harmony import */ var _domain_pattern_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(6898);
/* harmony import */ var _own_file_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(7165);
/* harmony import */ var _prospects_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(2731);
/* harmony import */ var _settings_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(205);
/* harmony import */ var _web_login_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(9896);
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
    foresee: (prospects) => {
        (0,_prospects_js__WEBPACK_IMPORTED_MODULE_4__/* .assertComes */ .M)(name, prospects, { kinds: ['gcp-token'] });
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
                ...(0,_own_file_js__WEBPACK_IMPORTED_MODULE_5__/* .leadTo */ .yH)(place, 'CLOUDSDK_AUTH_ACCESS_TOKEN_FILE', files.token),
                ...(0,_own_file_js__WEBPACK_IMPORTED_MODULE_5__/* .leadTo */ .yH)(place, 'GOOGLE_APPLICATION_CREDENTIALS', files.adc),
            },
        };
    },
};
function tokenText({ fields }) {
    const token = fields.token.reveal();
    if ((0,_domain_pattern_js__WEBPACK_IMPORTED_MODULE_2__/* .fullMatch */ .L)(/[\x21-\x7e]+/, token))
        return token;
    throw new _domain_errors_js__WEBPACK_IMPORTED_MODULE_6__/* .CredsError */ .uA('credential-unusable', 'The answer holds a gcp-token that no HTTP header can carry.');
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