"use strict";
exports.id = 561;
exports.ids = [561];
exports.modules = {

/***/ 7566:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

__webpack_require__.r(__webpack_exports__);
/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   file: () => (/* binding */ file)
/* harmony export */ });
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(6760);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_path__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var _domain_errors_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(7945);
/* harmony import */ var _decode_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(6420);
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