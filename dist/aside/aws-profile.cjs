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
/* harmony import */ var _domain_errors_js__WEBPACK_IMPORTED_MODULE_7__ = __webpack_require__(7945);
/* harmony import */ var _domain_pattern_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(6898);
/* harmony import */ var _fields_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(9617);
/* harmony import */ var _ini_sections_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(4033);
/* harmony import */ var _own_file_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(7165);
/* harmony import */ var _prospects_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(2731);
/* harmony import */ var _settings_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(205);
// https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-files.html








const name = 'aws-profile';
const usual = { credentials: ['.aws', 'credentials'], config: ['.aws', 'config'] };
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
    foresee: (prospects) => {
        (0,_prospects_js__WEBPACK_IMPORTED_MODULE_3__/* .assertComes */ .M)(name, prospects, { kinds: ['aws-session'] });
    },
    pack: (loans, place) => {
        const { settings, folder } = place;
        const sessions = loans.flatMap((lent) => (isSession(lent) ? [lent] : []));
        if (sessions.length === 0)
            throw wrong('nothing to write: no AWS session was lent');
        if (sessions.length > 1 && settings['profile'] !== undefined)
            throw wrong('one profile name for several sessions');
        const named = sessions.map((session) => [settings['profile'] ?? profileOf(session), session.credential.fields]);
        const credentials = (0,_fields_js__WEBPACK_IMPORTED_MODULE_4__/* .onceEach */ .fF)(named.map(([profile, fields]) => [profile, credentialLines(fields)]));
        const config = named.map(([profile, { region }]) => [
            profile,
            region === undefined ? '' : `region = ${oneLine(region)}\n`,
        ]);
        const first = named[0]?.[0] ?? 'default';
        const files = { credentials: (0,node_path__WEBPACK_IMPORTED_MODULE_0__.join)(folder, 'aws-credentials'), config: (0,node_path__WEBPACK_IMPORTED_MODULE_0__.join)(folder, 'aws-config') };
        const theirs = {
            credentials: (0,_own_file_js__WEBPACK_IMPORTED_MODULE_5__/* .ownFile */ .PV)(place, 'AWS_SHARED_CREDENTIALS_FILE', ...usual.credentials),
            config: (0,_own_file_js__WEBPACK_IMPORTED_MODULE_5__/* .ownFile */ .PV)(place, 'AWS_CONFIG_FILE', ...usual.config),
        };
        return {
            files: {
                [files.credentials]: merged(Object.entries(credentials), theirs.credentials),
                [files.config]: merged(config.map(([profile, lines]) => [profile === 'default' ? profile : `profile ${profile}`, lines]), theirs.config),
            },
            pointers: {
                // The AWS CLI takes an empty one for the name of a file.
                ...(0,_own_file_js__WEBPACK_IMPORTED_MODULE_5__/* .leadTo */ .yH)(place, 'AWS_SHARED_CREDENTIALS_FILE', files.credentials, (0,_own_file_js__WEBPACK_IMPORTED_MODULE_5__/* .usualPath */ .ul)(place, ...usual.credentials)),
                ...(0,_own_file_js__WEBPACK_IMPORTED_MODULE_5__/* .leadTo */ .yH)(place, 'AWS_CONFIG_FILE', files.config, (0,_own_file_js__WEBPACK_IMPORTED_MODULE_5__/* .usualPath */ .ul)(place, ...usual.config)),
                ...chosen(first, place, Object.values(theirs)),
            },
        };
    },
};
/**
 * The AWS CLI takes an empty AWS_PROFILE for the name of a profile that is not there, and no platform takes a variable
 * back. So the default profile is chosen by none, unless the job's own variables would come before it.
 */
function chosen(profile, place, theirs) {
    const others = ['AWS_PROFILE', 'AWS_DEFAULT_PROFILE', 'AWS_ACCESS_KEY_ID'];
    if (profile === 'default' && others.every((each) => place.variable(each) === undefined))
        return {};
    const hasDefault = theirs.some((text) => (0,_ini_sections_js__WEBPACK_IMPORTED_MODULE_6__/* .sectionOf */ .Z)(text, 'default').length > 0);
    return (0,_own_file_js__WEBPACK_IMPORTED_MODULE_5__/* .leadTo */ .yH)(place, 'AWS_PROFILE', profile, hasDefault ? 'default' : '');
}
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
    throw new _domain_errors_js__WEBPACK_IMPORTED_MODULE_7__/* .CredsError */ .uA('credential-unusable', 'The AWS session holds characters that a profile file cannot carry.');
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


/***/ })

};
;