"use strict";
exports.id = 783;
exports.ids = [783];
exports.modules = {

/***/ 4425:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {
/** A server that is asked to take back what it never gave says that there is no such thing, as if all were well. */
var markOf = (function (kept) {
    return (0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.createHash)('sha256').update(JSON.stringify(kept)).digest('base64url');
});

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   markOf: () => (/* binding */ markOf)
/* harmony export */ });
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7598);
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_crypto__WEBPACK_IMPORTED_MODULE_0__);




/***/ })

};
;