"use strict";
exports.id = 678;
exports.ids = [678];
exports.modules = {

/***/ 8971:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

__webpack_require__.r(__webpack_exports__);
/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   awsProfile: () => (/* binding */ awsProfile)
/* harmony export */ });
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(6760);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_path__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var _domain_errors_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(7945);
/* harmony import */ var _domain_pattern_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(6898);
/* harmony import */ var _fields_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(9617);
/* harmony import */ var _ini_sections_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(4033);
/* harmony import */ var _own_file_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(7165);
/* harmony import */ var _settings_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(205);
// https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-files.html







const name = 'aws-profile';
/**
 * Copies of the user's credentials file and config file with our profiles in the place of theirs, and the variables that
 * lead the AWS tools there. The user's files stay as they are.
 */
const awsProfile = {
    name,
    takes: (credential) => credential.kind === 'aws-session',
    check: (settings) => {
        const { profile } = settings;
        (0,_settings_js__WEBPACK_IMPORTED_MODULE_1__/* .assertOnly */ .p)(name, settings, ['profile', 'merge']);
        if (profile !== undefined && !(0,_domain_pattern_js__WEBPACK_IMPORTED_MODULE_2__/* .fullMatch */ .L)(/[A-Za-z0-9][A-Za-z0-9_.-]{0,63}/, profile)) {
            throw wrong('a profile name that is not made of letters, digits, `_`, `.` and `-`');
        }
    },
    pack: (loans, place) => {
        const { settings, folder } = place;
        const sessions = loans.flatMap((lent) => (isSession(lent) ? [lent] : []));
        if (sessions.length === 0)
            throw wrong('nothing to write: no AWS session was lent');
        if (sessions.length > 1 && settings['profile'] !== undefined)
            throw wrong('one profile name for several sessions');
        const named = sessions.map((session) => [settings['profile'] ?? profileOf(session), session.credential.fields]);
        const credentials = (0,_fields_js__WEBPACK_IMPORTED_MODULE_3__/* .onceEach */ .fF)(named.map(([profile, fields]) => [profile, credentialLines(fields)]));
        const config = named.map(([profile, { region }]) => [
            profile,
            region === undefined ? '' : `region = ${oneLine(region)}\n`,
        ]);
        const first = named[0]?.[0] ?? 'default';
        const files = { credentials: (0,node_path__WEBPACK_IMPORTED_MODULE_0__.join)(folder, 'aws-credentials'), config: (0,node_path__WEBPACK_IMPORTED_MODULE_0__.join)(folder, 'aws-config') };
        return {
            files: {
                [files.credentials]: merged(Object.entries(credentials), (0,_own_file_js__WEBPACK_IMPORTED_MODULE_4__/* .ownFile */ .PV)(place, 'AWS_SHARED_CREDENTIALS_FILE', '.aws', 'credentials')),
                [files.config]: merged(config.map(([profile, lines]) => [profile === 'default' ? profile : `profile ${profile}`, lines]), (0,_own_file_js__WEBPACK_IMPORTED_MODULE_4__/* .ownFile */ .PV)(place, 'AWS_CONFIG_FILE', '.aws', 'config')),
            },
            pointers: {
                ...(0,_own_file_js__WEBPACK_IMPORTED_MODULE_4__/* .leadTo */ .yH)(place, 'AWS_SHARED_CREDENTIALS_FILE', files.credentials),
                ...(0,_own_file_js__WEBPACK_IMPORTED_MODULE_4__/* .leadTo */ .yH)(place, 'AWS_CONFIG_FILE', files.config),
            },
            variables: { AWS_PROFILE: first },
        };
    },
};
function isSession(lent) {
    return lent.credential.kind === 'aws-session';
}
function profileOf({ lease }) {
    return lease.prefix?.toLowerCase() ?? 'default';
}
function credentialLines(fields) {
    const lines = {
        aws_access_key_id: fields.accessKeyId.reveal(),
        aws_secret_access_key: fields.secretAccessKey.reveal(),
        aws_session_token: fields.sessionToken.reveal(),
    };
    return Object.entries(lines)
        .map(([name, value]) => `${name} = ${oneLine(value)}\n`)
        .join('');
}
/** The files have no quoting: a line break would begin a setting of the sender's choice. */
function oneLine(value) {
    if ((0,_domain_pattern_js__WEBPACK_IMPORTED_MODULE_2__/* .fullMatch */ .L)(/[\x21-\x7e]+/, value))
        return value;
    throw new _domain_errors_js__WEBPACK_IMPORTED_MODULE_5__/* .CredsError */ .u('credential-unusable', 'The AWS session holds characters that a profile file cannot carry.');
}
/** Ours, and what the user has of other names. */
function merged(sections, user) {
    const ours = sections.map(([heading, lines]) => `[${heading}]\n${lines}`).join('\n');
    const rest = (0,_ini_sections_js__WEBPACK_IMPORTED_MODULE_6__/* .withoutSections */ .N)(user, sections.map(([heading]) => heading));
    return rest === '' ? ours : `${ours}\n${rest}\n`;
}
function wrong(what) {
    return (0,_settings_js__WEBPACK_IMPORTED_MODULE_1__/* .wrongExport */ .s)(name, what);
}


/***/ }),

/***/ 4033:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   N: () => (/* binding */ withoutSections),
/* harmony export */   Z: () => (/* binding */ sectionOf)
/* harmony export */ });
/** Text of an INI file but for some of its sections: each is everything from its heading to the next one. */
function withoutSections(text, names) {
    let dropping = false;
    const kept = text.split('\n').filter((line) => {
        const name = headingOf(line);
        if (name !== undefined)
            dropping = names.includes(name);
        return !dropping;
    });
    return kept.join('\n').trim();
}
/** Lines of one section, without its heading. */
function sectionOf(text, wanted) {
    let inside = false;
    return text.split('\n').filter((line) => {
        const name = headingOf(line);
        if (name !== undefined)
            inside = name === wanted;
        return inside && name === undefined;
    });
}
/** `[ profile  x ]` is `profile x`. */
function headingOf(line) {
    const [, name] = /^\s*\[(.*?)\]/.exec(line) ?? [];
    return name?.trim().replace(/\s+/g, ' ').replaceAll(/["']/g, '');
}


/***/ }),

/***/ 7165:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   PV: () => (/* binding */ ownFile),
/* harmony export */   yH: () => (/* binding */ leadTo),
/* harmony export */   zo: () => (/* binding */ wholeLines)
/* harmony export */ });
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(6760);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_path__WEBPACK_IMPORTED_MODULE_0__);

/**
 * Text of the file that a tool reads now, to be copied; empty where there is none, or where the line says `merge=no`.
 * @param variable that leads the tool to its file
 * @param usual path below the home folder, where the variable is not set
 */
function ownFile(place, variable, ...usual) {
    if (place.settings['merge'] === 'no')
        return '';
    const path = place.variable(variable) ?? (place.home === undefined ? undefined : (0,node_path__WEBPACK_IMPORTED_MODULE_0__.join)(place.home, ...usual));
    return path === undefined ? '' : (place.read(path) ?? '');
}
/** Leads a tool to our file until all is given back, then to where it was led before. */
function leadTo(place, variable, value) {
    return { [variable]: { value, after: place.variable(variable) ?? '' } };
}
/** Ends with a line break, unless there is nothing. */
function wholeLines(text) {
    return text === '' || text.endsWith('\n') ? text : `${text}\n`;
}


/***/ })

};
;