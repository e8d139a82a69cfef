"use strict";
exports.id = 262;
exports.ids = [262];
exports.modules = {

/***/ 1044:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   w: () => (/* binding */ TransportError)
/* harmony export */ });
class TransportError extends Error {
    fault;
    constructor(fault, options) {
        super(fault, options);
        this.name = 'TransportError';
        this.fault = fault;
    }
}


/***/ }),

/***/ 2473:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {
/** No connection stands yet. Each attempt to connect takes five seconds at most. */
var makeConnections = (function () {
    // The process ends them by ending.
    const https = new node_https__WEBPACK_IMPORTED_MODULE_1__.Agent({ keepAlive: true });
    const http = new node_http__WEBPACK_IMPORTED_MODULE_0__.Agent({ keepAlive: true });
    const openHttps = stocked(https);
    const openHttp = stocked(http);
    return {
        agentFor: ({ protocol }) => (protocol === 'https:' ? https : http),
        open: (url, tls) => {
            const host = addressOf(url);
            const isTls = url.protocol === 'https:';
            const port = Number(url.port === '' ? (isTls ? 443 : 80) : url.port);
            if (!isTls)
                return openHttp({ host, port });
            return openHttps({ ...tls, host, port, servername: (0,node_net__WEBPACK_IMPORTED_MODULE_2__.isIP)(host) === 0 ? host : '' });
        },
    };
});
/** The host's name, or its address without the brackets of a URL. */
var addressOf = (function (url) {
    return url.hostname.replace(/^\[|\]$/g, '');
});
/** Lets the agent take what was opened ahead, under the name by which Node tells equal connections: trust is part of it. */
var stocked = (function (agent) {
    const connector = agent;
    const connect = connector.createConnection.bind(agent);
    const stock = new Map();
    const take = ((name) => {
        const socket = stock.get(name);
        stock.delete(name);
        return socket;
    });
    connector.createConnection = ((options, done) => take(connector.getName(options)) ?? bounded(connect(options, done)));
    return ((given) => new Promise(((reached) => {
        const options = { ...connector.options, ...given };
        const name = connector.getName(options);
        const socket = bounded(connect(options));
        stock.set(name, socket);
        const drop = () => {
            if (stock.get(name) === socket)
                take(name)?.destroy();
            reached();
        };
        const timer = setTimeout(drop, idleMs).unref();
        socket
            .on('error', drop)
            .once('end', drop)
            .once('connect', reached)
            .once('close', (() => {
            clearTimeout(timer);
            drop();
        }));
    })));
});
var bounded = (function (socket) {
    const timer = setTimeout((() => socket.destroy(new _domain_host_js__WEBPACK_IMPORTED_MODULE_3__/* .TransportError */ .w('timeout'))), connectMs);
    const clear = () => {
        clearTimeout(timer);
    };
    return socket.once('connect', clear).once('close', clear);
});

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Y: () => (/* binding */ makeConnections),
/* harmony export */   c: () => (/* binding */ addressOf)
/* harmony export */ });
/* harmony import */ var node_http__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7067);
/* harmony import */ var node_http__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_http__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var node_https__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(4708);
/* harmony import */ var node_https__WEBPACK_IMPORTED_MODULE_1___default = /*#__PURE__*/__webpack_require__.n(node_https__WEBPACK_IMPORTED_MODULE_1__);
/* harmony import */ var node_net__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(7030);
/* harmony import */ var node_net__WEBPACK_IMPORTED_MODULE_2___default = /*#__PURE__*/__webpack_require__.n(node_net__WEBPACK_IMPORTED_MODULE_2__);
/* harmony import */ var _domain_host_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(1044);




const connectMs = 5000;
/** Servers close a connection on which nothing comes; a request must not meet one that is just being closed. */
const idleMs = 4000;






/***/ }),

/***/ 9203:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {
// CONCATENATED MODULE: ./lib/aside/protocol/http-answer.js
/**
 * The whole answer. @param maxBytes longest body
 * @throws TransportError when it is encoded, longer, or cut off
 */
var readAnswer = (async function (message, maxBytes) {
    const encoding = message.headers['content-encoding'] ?? 'identity';
    if (encoding !== 'identity') {
        message.destroy();
        throw new domain_host/* TransportError */.w('encoding');
    }
    const chunks = [];
    let length = 0;
    for await (const chunk of message) {
        length += chunk.length;
        if (length > maxBytes) {
            message.destroy();
            throw new domain_host/* TransportError */.w('too-large');
        }
        chunks.push(chunk);
    }
    if (!message.complete)
        throw new domain_host/* TransportError */.w('truncated');
    return { status: message.statusCode ?? 0, headers: flat(message.headers), body: Buffer.concat(chunks) };
});
var flat = (function (headers) {
    const entries = Object.entries(headers);
    return Object.fromEntries(entries.map((([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value])));
});
// CONCATENATED MODULE: ./lib/aside/protocol/transport.js
/**
 * HTTP by Node's own client or, behind a proxy, by `@actions/http-client`, which knows the proxy variables of the runner.
 * Certificates are always checked, whatever NODE_TLS_REJECT_UNAUTHORIZED says: any earlier step of the job could have set
 * it. No redirect is followed.
 * @param env for what NO_PROXY may hold that `@actions/http-client` does not know
 */
var httpTransport = (function (env = {}) {
    const connections = (0,protocol_connections/* makeConnections */.Y)();
    // Empty is as good as none: so @actions/http-client reads it.
    const noProxy = [env['no_proxy'], env['NO_PROXY']].find((list) => list) ?? '';
    const isDirect = ((url) => (0,proxy/* getProxyUrl */.s)(url) === undefined || isExcepted(url, noProxy));
    return {
        connect: async (url, trust) => {
            if (isDirect(url))
                await connections.open(url, await tlsOptions(trust));
        },
        send: (async (request) => {
            try {
                const tls = { ...(await tlsOptions(request.trust)), ...request.identity };
                const full = { ...request, headers: { ...plainHeaders, ...request.headers } };
                const answer = isDirect(request.url)
                    ? await sendDirectly(full, tls, connections.agentFor(request.url))
                    : await (await __webpack_require__.e(/* import() | proxied-request */ 342).then(__webpack_require__.bind(__webpack_require__, 3878))).sendThroughProxy(full, tls);
                return await readAnswer(answer, request.maxBytes);
            }
            catch (error) {
                throw error instanceof domain_host/* TransportError */.w ? error : faultOf(error, request.signal);
            }
        }),
    };
});
var tlsOptions = (async function (trust) {
    return { rejectUnauthorized: true, ...(trust === undefined ? {} : { ca: await rootsWith(trust) }) };
});
/** @returns the answer\u2019s head; its body is still to come */
var sendDirectly = (function (request, tls, agent) {
    const { method, url, headers, signal, body } = request;
    const [host, path] = [(0,protocol_connections/* addressOf */.c)(url), url.pathname + url.search];
    const send = url.protocol === 'https:' ? external_node_https_.request : external_node_http_.request;
    return new Promise(((resolve, reject) => {
        const sent = send({ ...tls, agent, method, host, port: url.port, path, headers }, resolve);
        // Node's own `signal` loads what it needs for streams of all kinds.
        const abort = () => void sent.destroy();
        signal.addEventListener('abort', abort, { once: true });
        if (signal.aborted)
            abort();
        sent
            .on('error', reject)
            // Without an error where a server switches to another protocol, which nobody has asked for.
            .on('close', (() => {
            signal.removeEventListener('abort', abort);
            reject(new domain_host/* TransportError */.w('garbled'));
        }))
            .end(body);
    }));
});

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  httpTransport: () => (/* binding */ httpTransport)
});

// EXTERNAL MODULE: external "node:http"
var external_node_http_ = __webpack_require__(7067);
// EXTERNAL MODULE: external "node:https"
var external_node_https_ = __webpack_require__(4708);
// EXTERNAL MODULE: external "node:net"
var external_node_net_ = __webpack_require__(7030);
// EXTERNAL MODULE: ./node_modules/@actions/http-client/lib/proxy.js
var proxy = __webpack_require__(9783);
// EXTERNAL MODULE: ./lib/aside/domain/host.js
var domain_host = __webpack_require__(1044);
// EXTERNAL MODULE: ./lib/aside/protocol/connections.js
var protocol_connections = __webpack_require__(2473);
;// CONCATENATED MODULE: ./lib/aside/protocol/http-answer.js



/** We do not trust the server, and have said nothing to it. */
const certificateCode = /^(?:CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|ERR_TLS_CERT_|INVALID_CA|PATH_LENGTH|INVALID_PURPOSE|HOSTNAME_|CRL_|ERROR_IN_)/;
/** What went wrong on the wire, by what Node says of it. */
function faultOf(error, signal) {
    const { code = '', message = '' } = error;
    const options = { cause: error };
    if (signal.aborted)
        return new domain_host/* TransportError */.w('aborted', options);
    if (message.startsWith('tunneling socket'))
        return tunnelFault(message, options);
    if (certificateCode.test(code))
        return new domain_host/* TransportError */.w('certificate', options);
    if (/^(?:ERR_(?:TLS|SSL|OSSL)_|EPROTO)/.test(code))
        return new domain_host/* TransportError */.w('tls', options);
    if (code.startsWith('HPE_'))
        return new domain_host/* TransportError */.w('garbled', options);
    if (code === 'ECONNREFUSED')
        return new domain_host/* TransportError */.w('refused', options);
    if (code === 'EAI_AGAIN')
        return new domain_host/* TransportError */.w('dns-temporary', options);
    if (code === 'ENOTFOUND')
        return new domain_host/* TransportError */.w('dns', options);
    if (code === 'ETIMEDOUT' || message.startsWith('Request timeout'))
        return new domain_host/* TransportError */.w('timeout', options);
    if (message === 'aborted')
        return new domain_host/* TransportError */.w('truncated', options);
    return new domain_host/* TransportError */.w('reset', options);
}
/** `tunnel` tells everything in words: `statusCode=407`, `cause=connect ECONNREFUSED \u2026`. */
function tunnelFault(message, options) {
    return new domain_host/* TransportError */.w(/statusCode=5\d\d|ECONNRESET|EAI_AGAIN|hang up/.test(message) ? 'reset' : 'proxy', options);
}

;// CONCATENATED MODULE: ./lib/aside/protocol/transport.js








const plainHeaders = { 'user-agent': 'ephemeral-creds', 'accept-encoding': 'identity' };


/** True for what a list such as NO_PROXY names in ways that `@actions/http-client` does not know. */
function isExcepted(url, list) {
    const host = (0,protocol_connections/* addressOf */.c)(url).replace(/\.$/, '');
    if ((0,external_node_net_.isIP)(host) !== 0)
        return isInNetwork(host, list);
    return list.split(',').some((entry) => {
        // `*.example.com`, `example.com.`
        const name = entry
            .trim()
            .toLowerCase()
            .replace(/\.$/, '')
            .replace(/^\*?\./, '');
        return name !== '' && `.${host}`.endsWith(`.${name}`);
    });
}
/** True for an address that is, or is in one of the networks (`10.0.0.0/8`), of a list. */
function isInNetwork(address, list) {
    const family = { 0: undefined, 4: 'ipv4', 6: 'ipv6' };
    const networks = new external_node_net_.BlockList();
    for (const entry of list.split(',')) {
        const [, network = '', given] = /^\s*([0-9A-Fa-f.:]+)(?:\/(\d{1,3}))?\s*$/.exec(entry) ?? [];
        const kind = family[(0,external_node_net_.isIP)(network)];
        const longest = kind === 'ipv4' ? 32 : 128;
        const bits = given === undefined ? longest : Number(given);
        if (kind !== undefined && bits <= longest)
            networks.addSubnet(network, bits, kind);
    }
    const kind = family[(0,external_node_net_.isIP)(address)];
    return kind !== undefined && networks.check(address, kind);
}
/** The usual roots (with what NODE_EXTRA_CA_CERTS adds, where Node tells) and those of the PEM text. */
async function rootsWith(pem) {
    const tls = await Promise.resolve(/* import() */).then(__webpack_require__.t.bind(__webpack_require__, 1692, 23));
    // Absent before Node 22.15.
    const known = tls.getCACertificates?.('default') ?? tls.rootCertificates;
    return [...known, pem];
}


/***/ }),

/***/ 9783:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {
var getProxyUrl = (function (reqUrl) {
    const usingSsl = reqUrl.protocol === 'https:';
    if (checkBypass(reqUrl)) {
        return undefined;
    }
    const proxyVar = (() => {
        if (usingSsl) {
            return process.env['https_proxy'] || process.env['HTTPS_PROXY'];
        }
        else {
            return process.env['http_proxy'] || process.env['HTTP_PROXY'];
        }
    })();
    if (proxyVar) {
        try {
            return new DecodedURL(proxyVar);
        }
        catch (_a) {
            if (!proxyVar.startsWith('http://') && !proxyVar.startsWith('https://'))
                return new DecodedURL(`http://${proxyVar}`);
        }
    }
    else {
        return undefined;
    }
});
var checkBypass = (function (reqUrl) {
    if (!reqUrl.hostname) {
        return false;
    }
    const reqHost = reqUrl.hostname;
    if (isLoopbackAddress(reqHost)) {
        return true;
    }
    const noProxy = process.env['no_proxy'] || process.env['NO_PROXY'] || '';
    if (!noProxy) {
        return false;
    }
    // Determine the request port
    let reqPort;
    if (reqUrl.port) {
        reqPort = Number(reqUrl.port);
    }
    else if (reqUrl.protocol === 'http:') {
        reqPort = 80;
    }
    else if (reqUrl.protocol === 'https:') {
        reqPort = 443;
    }
    // Format the request hostname and hostname with port
    const upperReqHosts = [reqUrl.hostname.toUpperCase()];
    if (typeof reqPort === 'number') {
        upperReqHosts.push(`${upperReqHosts[0]}:${reqPort}`);
    }
    // Compare request host against noproxy
    for (const upperNoProxyItem of noProxy
        .split(',')
        .map(x => x.trim().toUpperCase())
        .filter(x => x)) {
        if (upperNoProxyItem === '*' ||
            upperReqHosts.some((x => x === upperNoProxyItem ||
                x.endsWith(`.${upperNoProxyItem}`) ||
                (upperNoProxyItem.startsWith('.') &&
                    x.endsWith(`${upperNoProxyItem}`))))) {
            return true;
        }
    }
    return false;
});
var isLoopbackAddress = (function (host) {
    const hostLower = host.toLowerCase();
    return (hostLower === 'localhost' ||
        hostLower.startsWith('127.') ||
        hostLower.startsWith('[::1]') ||
        hostLower.startsWith('[0:0:0:0:0:0:0:1]'));
});

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   s: () => (/* binding */ getProxyUrl)
/* harmony export */ });
/* unused harmony export checkBypass */



class DecodedURL extends URL {
    constructor(url, base) {
        super(url, base);
        this._decodedUsername = decodeURIComponent(super.username);
        this._decodedPassword = decodeURIComponent(super.password);
    }
    get username() {
        return this._decodedUsername;
    }
    get password() {
        return this._decodedPassword;
    }
}
//# sourceMappingURL=proxy.js.map

/***/ })

};
;