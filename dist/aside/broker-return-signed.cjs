"use strict";
exports.id = 380;
exports.ids = [380];
exports.modules = {

/***/ 5457:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   askByIdToken: () => (/* binding */ askByIdToken)
/* harmony export */ });
/* harmony import */ var _protocol_dpop_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(8977);
/* harmony import */ var _protocol_revocation_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(8754);
/* harmony import */ var _protocol_signed_request_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(9002);



/** Asks the broker to take back by an ID token that is bound to a key of this process; each call takes another one. */
function askByIdToken(url, leaseIds, { call, audience, idToken }) {
    return async () => {
        const signer = (0,_protocol_signed_request_js__WEBPACK_IMPORTED_MODULE_0__/* .makeSigner */ .z)();
        const { token } = await idToken((0,_protocol_dpop_js__WEBPACK_IMPORTED_MODULE_1__/* .keyBoundAudience */ .I_)(audience, signer.key.thumbprint));
        const body = (0,_protocol_revocation_js__WEBPACK_IMPORTED_MODULE_2__/* .revocationForm */ .Ds)('id-token', token.reveal(), leaseIds);
        return (0,_protocol_signed_request_js__WEBPACK_IMPORTED_MODULE_0__/* .sendSigned */ .h)({ url, body, signer }, call);
    };
}


/***/ })

};
;