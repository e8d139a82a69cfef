"use strict";
exports.id = 728;
exports.ids = [728];
exports.modules = {

/***/ 732:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

__webpack_require__.r(__webpack_exports__);
/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   ssh: () => (/* binding */ ssh)
/* harmony export */ });
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(6760);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_path__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var _domain_errors_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(7945);
/* harmony import */ var _domain_pattern_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(6898);
/* harmony import */ var _own_file_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(7165);
// https://man.openbsd.org/ssh_config




const settingNames = ['known-hosts', 'host-ca', 'host-key', 'git', 'agent', 'agent-program'];
/** `*.example.com,192.0.2.1,ssh-ed25519,AAAA\u2026`: patterns of hosts, and a public key. */
const hostLine = /([^\s,"\\]+(,[^\s,"\\]+)*),((ssh|ecdsa)-[a-z0-9-]+),([A-Za-z0-9+/]+={0,2})/;
/**
 * The key of this run, its certificate, and a configuration for `ssh -F` that uses them and believes no host that is
 * not known. The user's own files stay as they are. With `agent` the key is in no file: an agent of this run holds it.
 */
const ssh = {
    name: 'ssh',
    needsKey: true,
    takes: (credential) => credential.kind === 'ssh-certificate',
    check: (settings) => {
        if (Object.keys(settings).some((name) => !settingNames.includes(name)))
            throw wrong(`a setting that it does not have; it has ${settingNames.map((name) => `\`${name}\``).join(', ')}`);
        const { git = 'no' } = settings;
        if (git !== 'yes' && git !== 'no')
            throw wrong('`git` without `yes` or `no`');
        const { agent = 'no', 'agent-program': program } = settings;
        if (!['yes', 'no', 'instead'].includes(agent))
            throw wrong('`agent` without `yes`, `no` or `instead`');
        if (program !== undefined && (agent === 'no' || !(0,node_path__WEBPACK_IMPORTED_MODULE_0__.isAbsolute)(program)))
            throw wrong('`agent-program` that is no absolute path, or is for no `agent`');
        const { 'known-hosts': known = '/', 'host-ca': authority, 'host-key': key } = settings;
        if (!(0,node_path__WEBPACK_IMPORTED_MODULE_0__.isAbsolute)(known))
            throw wrong('`known-hosts` that is not an absolute path');
        if (unreadable.test(known))
            throw wrong('`known-hosts` whose name ssh cannot read: choose another');
        if ([authority, key].some((line) => line !== undefined && !(0,_domain_pattern_js__WEBPACK_IMPORTED_MODULE_1__/* .fullMatch */ .L)(hostLine, line)))
            throw wrong('a host that is not written HOSTS,TYPE,KEY, as in `*.example.com,ssh-ed25519,AAAA\u2026`');
    },
    agentFor,
    pack: (loans, place) => {
        const { settings, folder, sshKey, socket } = place;
        const certificates = loans.flatMap(({ credential }) => (isCertificate(credential) ? [credential] : []));
        if (certificates.length === 0)
            throw wrong('nothing to write: no SSH certificate was lent');
        if (sshKey === undefined)
            throw wrong('no key: name it (`export: ssh`), since an ssh-certificate is made for a key of this run');
        const at = (name) => (0,node_path__WEBPACK_IMPORTED_MODULE_0__.join)(folder, name);
        const named = certificates.map((each, index) => [
            at(index === 0 ? 'ssh-key-cert.pub' : `ssh-key-cert-${String(index + 1)}.pub`),
            `${certificateLine(each, sshKey)}\n`,
        ]);
        const hosts = knownHosts(settings);
        const believed = [
            ...(hosts === '' ? [] : [at('ssh-known-hosts')]),
            ...(settings['known-hosts'] === undefined ? [] : [settings['known-hosts']]),
        ];
        const config = at('ssh-config');
        const agent = agentFor(settings) === undefined ? undefined : socket;
        const key = at(agent === undefined ? 'ssh-key' : 'ssh-key.pub');
        const paths = { key, certificates: named.map(([path]) => path), believed, agent };
        return {
            files: {
                ...Object.fromEntries(named),
                ...(hosts === '' ? {} : { [at('ssh-known-hosts')]: hosts }),
                [config]: configText(paths),
                [key]: agent === undefined ? sshKey.privateText.reveal() : `${sshKey.publicLine}\n`,
            },
            pointers: {
                ...(0,_own_file_js__WEBPACK_IMPORTED_MODULE_2__/* .leadTo */ .yH)(place, 'EPHEMERAL_SSH_CONFIG', config),
                // A shell reads it (https://git-scm.com/docs/git#Documentation/git.txt-GITSSHCOMMAND); an empty one git runs, too.
                ...(settings['git'] === 'yes' &&
                    (0,_own_file_js__WEBPACK_IMPORTED_MODULE_2__/* .leadTo */ .yH)(place, 'GIT_SSH_COMMAND', `ssh -F '${config.replaceAll("'", "'\\''")}'`, 'ssh')),
                ...(agent !== undefined && (0,_own_file_js__WEBPACK_IMPORTED_MODULE_2__/* .leadTo */ .yH)(place, 'SSH_AUTH_SOCK', agent)),
            },
            ...(agent !== undefined && { identities: identitiesOf(loans, sshKey) }),
        };
    },
};
function agentFor({ agent = 'no', 'agent-program': program, }) {
    return agent === 'no' ? undefined : { program, instead: agent === 'instead' };
}
function isCertificate(credential) {
    return credential.kind === 'ssh-certificate';
}
/** As ssh-add has it: each certificate, each to its lease's end, and the key; the certificates are offered first. */
function identitiesOf(loans, key) {
    const certified = loans.flatMap(({ lease, credential }) => isCertificate(credential)
        ? [{ key, certificate: certificateLine(credential, key), comment: lease.id, endsAt: lease.expiresAt }]
        : []);
    const endsAt = new Date(Math.max(...certified.map((each) => each.endsAt.getTime())));
    return [...certified, { key, comment: 'ephemeral-creds', endsAt }];
}
/** One line, for our key and no other. */
function certificateLine({ fields }, { publicLine }) {
    const line = fields.certificate.trim();
    const [type = '', base64 = ''] = line.split(' ');
    const [keyType = '', key = ''] = publicLine.split(' ');
    const point = Buffer.from(key, 'base64').subarray(-32);
    if (!(0,_domain_pattern_js__WEBPACK_IMPORTED_MODULE_1__/* .fullMatch */ .L)(/\S+ [A-Za-z0-9+/]+={0,2}/, line) ||
        type !== `${keyType}-cert-v01@openssh.com` ||
        !Buffer.from(base64, 'base64').includes(point))
        throw new _domain_errors_js__WEBPACK_IMPORTED_MODULE_3__/* .CredsError */ .uA('credential-unusable', 'The answer holds an SSH certificate that is not for our key.');
    return line;
}
function knownHosts({ 'host-ca': authority, 'host-key': key }) {
    const line = (marker, text) => {
        const [, hosts, , type, , blob] = (text === undefined ? undefined : hostParts.exec(text)) ?? [];
        return hosts === undefined ? '' : `${marker}${hosts} ${type ?? ''} ${blob ?? ''}\n`;
    };
    const hostParts = new RegExp(`^${hostLine.source}$`);
    return line('@cert-authority ', authority) + line('', key);
}
function configText({ key, certificates, believed, agent }) {
    const lines = [
        'Host *',
        `IdentityFile ${quoted(key)}`,
        ...certificates.map((path) => `CertificateFile ${quoted(path)}`),
        'IdentitiesOnly yes',
        `IdentityAgent ${agent === undefined ? 'none' : quoted(agent)}`,
        ...(agent === undefined ? [] : ['ForwardAgent no']),
        'BatchMode yes',
        'StrictHostKeyChecking yes',
        'UpdateHostKeys no',
        ...(believed.length === 0
            ? []
            : [`UserKnownHostsFile ${believed.map(quoted).join(' ')}`, 'GlobalKnownHostsFile none']),
    ];
    return `${lines.join('\n  ')}\n`;
}
/** ssh expands `%` and `${\u2026}` in paths, and has no way to write a quotation mark. */
const unreadable = /["\\\r\n]|\$\{/;
function quoted(path) {
    if (unreadable.test(path))
        throw wrong('a folder whose name ssh cannot read: choose another with `files-dir`');
    return `"${path.replaceAll('%', '%%')}"`;
}
function wrong(what) {
    return new _domain_errors_js__WEBPACK_IMPORTED_MODULE_3__/* .CredsError */ .uA('input-invalid', `The input \`export\` gives \`ssh\` ${what}.`);
}


/***/ })

};
;