"use strict";
exports.id = 57;
exports.ids = [57];
exports.modules = {

/***/ 5982:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   parseYaml: () => (/* binding */ parseYaml)
/* harmony export */ });
/* harmony import */ var js_yaml_browser__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7163);

/**
 * The value of the option `params` where it takes a reader of all of YAML: 1.2, its core schema.
 * @throws Error when it is not YAML
 */
function parseYaml(text) {
    return (0,js_yaml_browser__WEBPACK_IMPORTED_MODULE_0__/* .load */ .Hh)(text, { schema: js_yaml_browser__WEBPACK_IMPORTED_MODULE_0__/* .CORE_SCHEMA */ .OU });
}


/***/ })

};
;