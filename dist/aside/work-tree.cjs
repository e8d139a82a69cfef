"use strict";
exports.id = 441;
exports.ids = [441];
exports.modules = {

/***/ 988:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   assertOutsideCheckout: () => (/* binding */ assertOutsideCheckout)
/* harmony export */ });
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(6760);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_path__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var _domain_errors_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(7945);


/** Where platforms say that they have checked out to. */
const checkouts = ['CI_PROJECT_DIR', 'GITHUB_WORKSPACE'];
/**
 * A place for our files that was chosen by hand. What lies in a checkout ends in artifacts, images, caches and
 * commits, whichever links lead there.
 * @param what how to call it in the error
 * @throws CredsError `input-invalid` unless it is absolute and outside every checkout
 */
function assertOutsideCheckout(path, what, { env, files }) {
    if (!(0,node_path__WEBPACK_IMPORTED_MODULE_0__.isAbsolute)(path))
        throw new _domain_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .CredsError */ .uA('input-invalid', `The ${what} must be an absolute path.`);
    const place = files.realPath(path);
    const roots = checkouts.map((name) => env[name] ?? '').filter((root) => root !== '');
    const inside = roots.length === 0
        ? isBelowGit(place, files)
        : roots.some((root) => isBelow(place, files.realPath(root)));
    if (inside)
        throw new _domain_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .CredsError */ .uA('input-invalid', `The ${what} must lie outside the checkout.`);
}
function isBelow(path, root) {
    const way = (0,node_path__WEBPACK_IMPORTED_MODULE_0__.relative)(root, path);
    return way !== '..' && !way.startsWith('../') && !(0,node_path__WEBPACK_IMPORTED_MODULE_0__.isAbsolute)(way);
}
/** True below a folder that Git knows: its own folder is there, or the file that leads to it. */
function isBelowGit(path, files) {
    const marks = [(0,node_path__WEBPACK_IMPORTED_MODULE_0__.join)(path, '.git', 'HEAD'), (0,node_path__WEBPACK_IMPORTED_MODULE_0__.join)(path, '.git')];
    if (marks.some((mark) => files.size(mark) !== undefined))
        return true;
    return (0,node_path__WEBPACK_IMPORTED_MODULE_0__.dirname)(path) !== path && isBelowGit((0,node_path__WEBPACK_IMPORTED_MODULE_0__.dirname)(path), files);
}


/***/ })

};
;