"use strict";
exports.id = 410;
exports.ids = [410];
exports.modules = {

/***/ 8243:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   staticAmong: () => (/* binding */ staticAmong)
/* harmony export */ });
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(6760);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_path__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var _leases_ledger_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(3076);


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


/***/ })

};
;