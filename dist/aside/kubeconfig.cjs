"use strict";
exports.id = 130;
exports.ids = [130];
exports.modules = {

/***/ 1531:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

__webpack_require__.r(__webpack_exports__);
/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   kubeconfig: () => (/* binding */ kubeconfig)
/* harmony export */ });
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(6760);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_path__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var _domain_errors_js__WEBPACK_IMPORTED_MODULE_7__ = __webpack_require__(7945);
/* harmony import */ var _domain_pattern_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(6898);
/* harmony import */ var _fields_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(9617);
/* harmony import */ var _label_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(4788);
/* harmony import */ var _own_file_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(7165);
/* harmony import */ var _prospects_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(2731);
/* harmony import */ var _settings_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(205);
// https://kubernetes.io/docs/concepts/configuration/organize-cluster-access-kubeconfig/








const name = 'kubeconfig';
const usual = ['.kube', 'config'];
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
    foresee: (prospects) => {
        (0,_prospects_js__WEBPACK_IMPORTED_MODULE_3__/* .assertComes */ .M)(name, prospects, { kinds: ['kubernetes-token'] });
    },
    pack: (loans, place) => {
        const { context } = place.settings;
        const mine = loans.flatMap((lent) => (isToken(lent) ? [lent] : []));
        if (mine.length === 0)
            throw (0,_settings_js__WEBPACK_IMPORTED_MODULE_1__/* .wrongExport */ .s)(name, 'nothing to write: no kubernetes-token was lent');
        if (mine.length > 1 && context !== undefined)
            throw (0,_settings_js__WEBPACK_IMPORTED_MODULE_1__/* .wrongExport */ .s)(name, 'one context for several clusters');
        const named = (0,_fields_js__WEBPACK_IMPORTED_MODULE_4__/* .onceEach */ .fF)(mine.map((lent) => [context ?? (0,_label_js__WEBPACK_IMPORTED_MODULE_2__/* .labelOf */ .Wy)(lent, name), lent.credential.fields]));
        const path = (0,node_path__WEBPACK_IMPORTED_MODULE_0__.join)(place.folder, 'kubeconfig');
        if (path.includes(node_path__WEBPACK_IMPORTED_MODULE_0__.delimiter))
            throw (0,_settings_js__WEBPACK_IMPORTED_MODULE_1__/* .wrongExport */ .s)(name, `a folder with \`${node_path__WEBPACK_IMPORTED_MODULE_0__.delimiter}\` in its path: choose another with \`files-dir\``);
        return {
            files: { [path]: `${JSON.stringify(configOf(Object.entries(named)), null, 2)}\n` },
            pointers: (0,_own_file_js__WEBPACK_IMPORTED_MODULE_5__/* .leadTo */ .yH)(place, 'KUBECONFIG', [path, ...ownFiles(place)].join(node_path__WEBPACK_IMPORTED_MODULE_0__.delimiter), (0,_own_file_js__WEBPACK_IMPORTED_MODULE_5__/* .usualPath */ .ul)(place, ...usual)),
        };
    },
};
function isToken(lent) {
    return lent.credential.kind === 'kubernetes-token';
}
/** What kubectl reads now. */
function ownFiles(place) {
    if (place.settings['merge'] === 'no')
        return [];
    const own = place.variable('KUBECONFIG');
    if (own !== undefined)
        return [own];
    const path = (0,_own_file_js__WEBPACK_IMPORTED_MODULE_5__/* .usualPath */ .ul)(place, ...usual);
    return path === undefined || place.read(path) === undefined ? [] : [path];
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
    if (url?.protocol !== 'https:' || url.username !== '' || !(0,_domain_pattern_js__WEBPACK_IMPORTED_MODULE_6__/* .fullMatch */ .L)(/[\x21-\x7e]+/, server))
        throw unusable('whose server is no https URL');
    if (!(0,_domain_pattern_js__WEBPACK_IMPORTED_MODULE_6__/* .fullMatch */ .L)(/[\x21-\x7e]+/, token.reveal()))
        throw unusable('whose token no HTTP header can carry');
    if (namespace !== undefined && !(0,_domain_pattern_js__WEBPACK_IMPORTED_MODULE_6__/* .fullMatch */ .L)(/[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?/, namespace))
        throw unusable('whose namespace is none');
}
function unusable(what) {
    return new _domain_errors_js__WEBPACK_IMPORTED_MODULE_7__/* .CredsError */ .uA('credential-unusable', `The answer holds a kubernetes-token ${what}.`);
}


/***/ })

};
;