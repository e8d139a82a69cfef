"use strict";
exports.id = 561;
exports.ids = [561];
exports.modules = {

/***/ 7842:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

__webpack_require__.r(__webpack_exports__);
/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   file: () => (/* binding */ file)
/* harmony export */ });
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(6760);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_path__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var _domain_pattern_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(6898);
/* harmony import */ var _fields_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(9617);
/* harmony import */ var _own_file_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(7165);
/* harmony import */ var _prospects_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(2731);
/* harmony import */ var _settings_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(205);
/* harmony import */ var _variable_name_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(9866);







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
    foresee: (prospects, settings) => {
        (0,_prospects_js__WEBPACK_IMPORTED_MODULE_4__/* .assertFieldsCome */ .o)(name, settings, prospects);
    },
    pack: (loans, place) => {
        const { folder } = place;
        const chosen = Object.entries((0,_fields_js__WEBPACK_IMPORTED_MODULE_5__/* .chosenFields */ .ux)(loans, place.settings));
        const pathOf = (variable) => (0,node_path__WEBPACK_IMPORTED_MODULE_0__.join)(folder, `field-${variable.toLowerCase()}`);
        return {
            files: Object.fromEntries(chosen.map(([variable, text]) => [pathOf(variable), text])),
            pointers: Object.assign({}, ...chosen.map(([variable]) => (0,_own_file_js__WEBPACK_IMPORTED_MODULE_6__/* .leadTo */ .yH)(pathsOf(place), variable, pathOf(variable)))),
        };
    },
};
/**
 * The variable is one of the workflow's choice, and may have held the secret itself (GOOGLE_CREDENTIALS takes both): what
 * it is led back to lies in the ledger and in the platform's state, so it is the path of a file or nothing.
 */
function pathsOf(place) {
    const pathIn = (variable) => {
        const held = place.variable(variable);
        return held !== undefined && place.isFile(held) ? held : undefined;
    };
    return { ...place, variable: pathIn };
}


/***/ }),

/***/ 7566:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

__webpack_require__.r(__webpack_exports__);
/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   file: () => (/* binding */ file)
/* harmony export */ });
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(6760);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_path__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var _domain_errors_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(7945);
/* harmony import */ var _decode_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(1813);
// A file that something else keeps fresh: a projected token of Kubernetes, or what a hook of the CI system wrote.



const longest = 64 * 1024;
const file = (_job, path) => ({
    name: `file:${path}`,
    mints: false,
    // eslint-disable-next-line @typescript-eslint/require-await -- what is thrown here is the promise's rejection
    request: async (audience, { host }) => {
        if (!(0,node_path__WEBPACK_IMPORTED_MODULE_0__.isAbsolute)(path))
            throw new _domain_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .CredsError */ .uA('input-invalid', 'The file that `id-token` names must be an absolute path.');
        const text = host.files.read(path, longest)?.trim() ?? '';
        if (text === '')
            throw new _domain_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .CredsError */ .uA('input-invalid', `The file ${path}, which \`id-token\` names, is not there, or empty.`);
        return (0,_decode_js__WEBPACK_IMPORTED_MODULE_2__/* .decodeIdToken */ .R)(text, audience, host.clock.now());
    },
});


/***/ })

};
;