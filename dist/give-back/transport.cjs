"use strict";
exports.id = 262;
exports.ids = [262];
exports.modules = {

/***/ 2473:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {
/** No connection stands yet. Each attempt to connect takes five seconds at most, with TLS nine. */
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
    const within = ((ms, event) => {
        const timer = setTimeout((() => socket.destroy(new _domain_host_js__WEBPACK_IMPORTED_MODULE_3__/* .TransportError */ .w('timeout', { unsent: true }))), ms);
        const clear = () => {
            clearTimeout(timer);
        };
        socket.once(event, clear).once('close', clear);
    });
    within(connectMs, 'connect');
    if ('encrypted' in socket)
        within(secureMs, 'secureConnect');
    return socket;
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
/** With the handshake: before an attempt has to give up and cannot know any more that nothing was sent. */
const secureMs = 9000;
/** Servers close a connection on which nothing comes; a request must not meet one that is just being closed. */
const idleMs = 4000;






/***/ }),

/***/ 5389:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {
/**
 * The whole answer. @param maxBytes longest body
 * @throws TransportError when it is encoded, longer, or cut off
 */
var readAnswer = (async function (message, maxBytes) {
    const encoding = message.headers['content-encoding'] ?? 'identity';
    if (encoding !== 'identity') {
        message.destroy();
        throw new _domain_host_js__WEBPACK_IMPORTED_MODULE_0__/* .TransportError */ .w('encoding');
    }
    const chunks = [];
    let length = 0;
    for await (const chunk of message) {
        length += chunk.length;
        if (length > maxBytes) {
            message.destroy();
            throw new _domain_host_js__WEBPACK_IMPORTED_MODULE_0__/* .TransportError */ .w('too-large');
        }
        chunks.push(chunk);
    }
    if (!message.complete)
        throw new _domain_host_js__WEBPACK_IMPORTED_MODULE_0__/* .TransportError */ .w('truncated');
    return { status: message.statusCode ?? 0, headers: flat(message.headers), body: Buffer.concat(chunks) };
});
var flat = (function (headers) {
    const entries = Object.entries(headers);
    return Object.fromEntries(entries.map((([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value])));
});

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   J: () => (/* binding */ readAnswer),
/* harmony export */   K: () => (/* binding */ faultOf)
/* harmony export */ });
/* harmony import */ var _domain_host_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(1044);



/** We do not trust the server, and have said nothing to it. */
const certificateCode = /^(?:CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|ERR_TLS_CERT_|INVALID_CA|PATH_LENGTH|INVALID_PURPOSE|HOSTNAME_|CRL_|ERROR_IN_)/;
const handshakeCode = /^(?:ERR_(?:TLS|SSL|OSSL)_|EPROTO)/;
/**
 * What went wrong on the wire, by what Node says of it.
 * @param sent the request, where the error is its own and none of its answer
 */
function faultOf(error, signal, sent) {
    if (error instanceof _domain_host_js__WEBPACK_IMPORTED_MODULE_0__/* .TransportError */ .w)
        return error;
    const { code = '', message = '' } = error;
    const told = /SSL alert number (\d+)/.exec(message)?.[1];
    const alert = told === undefined ? undefined : Number(told);
    const options = { cause: error, ...(isUnsent(sent, alert) && { unsent: true }) };
    if (signal.aborted)
        return new _domain_host_js__WEBPACK_IMPORTED_MODULE_0__/* .TransportError */ .w('aborted', options);
    if (message.startsWith('tunneling socket'))
        return tunnelFault(message, options);
    if (certificateCode.test(code))
        return new _domain_host_js__WEBPACK_IMPORTED_MODULE_0__/* .TransportError */ .w('certificate', options);
    if (handshakeCode.test(code))
        return new _domain_host_js__WEBPACK_IMPORTED_MODULE_0__/* .TransportError */ .w('tls', { ...options, alert });
    if (code.startsWith('HPE_'))
        return new _domain_host_js__WEBPACK_IMPORTED_MODULE_0__/* .TransportError */ .w('garbled', options);
    if (code === 'ECONNREFUSED')
        return new _domain_host_js__WEBPACK_IMPORTED_MODULE_0__/* .TransportError */ .w('refused', options);
    if (code === 'EAI_AGAIN')
        return new _domain_host_js__WEBPACK_IMPORTED_MODULE_0__/* .TransportError */ .w('dns-temporary', options);
    if (code === 'ENOTFOUND')
        return new _domain_host_js__WEBPACK_IMPORTED_MODULE_0__/* .TransportError */ .w('dns', options);
    if (code === 'ETIMEDOUT' || message.startsWith('Request timeout'))
        return new _domain_host_js__WEBPACK_IMPORTED_MODULE_0__/* .TransportError */ .w('timeout', options);
    if (message === 'aborted')
        return new _domain_host_js__WEBPACK_IMPORTED_MODULE_0__/* .TransportError */ .w('truncated', options);
    return new _domain_host_js__WEBPACK_IMPORTED_MODULE_0__/* .TransportError */ .w('reset', options);
}
/**
 * What Node is given to send before the handshake is over, and the server's certificate is found good, it keeps. By TLS 1.3
 * a client is done before the server has looked at its certificate; but nothing that comes behind is read until then, and
 * Node cannot be asked for one later (RFC 8446 \u00a74.2.6, \u00a74.4.4).
 */
function isUnsent(sent, alert) {
    const socket = sent?.socket ?? {};
    if (socket.secureConnecting === true)
        return true;
    const isFirst = sent?.reusedSocket === false;
    return isFirst && _domain_host_js__WEBPACK_IMPORTED_MODULE_0__/* .clientAlerts */ .p.includes(alert) && socket.getProtocol?.() === 'TLSv1.3';
}
/** `tunnel` tells everything in words: `statusCode=407`, `cause=connect ECONNREFUSED \u2026`. */
function tunnelFault(message, options) {
    const again = /statusCode=5\d\d|ECONNRESET|EAI_AGAIN|hang up/.test(message);
    return new _domain_host_js__WEBPACK_IMPORTED_MODULE_0__/* .TransportError */ .w(again ? 'reset' : 'proxy', { ...options, unsent: true });
}


/***/ }),

/***/ 3037:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {
/**
 * HTTP by Node's own client or, behind a proxy, by `@actions/http-client`, which knows the proxy variables of the runner.
 * Certificates are always checked, whatever NODE_TLS_REJECT_UNAUTHORIZED says: any earlier step of the job could have set
 * it. No redirect is followed.
 * @param env for what NO_PROXY may hold that `@actions/http-client` does not know
 */
var httpTransport = (function (env = {}) {
    const connections = (0,_connections_js__WEBPACK_IMPORTED_MODULE_4__/* .makeConnections */ .Y)();
    // Empty is as good as none: so @actions/http-client reads it.
    const noProxy = [env['no_proxy'], env['NO_PROXY']].find((list) => list) ?? '';
    const isDirect = ((url) => (0,_actions_http_client_lib_proxy__WEBPACK_IMPORTED_MODULE_3__/* .getProxyUrl */ .s)(url) === undefined || isExcepted(url, noProxy));
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
                return await (0,_http_answer_js__WEBPACK_IMPORTED_MODULE_5__/* .readAnswer */ .J)(answer, request.maxBytes);
            }
            catch (error) {
                throw (0,_http_answer_js__WEBPACK_IMPORTED_MODULE_5__/* .faultOf */ .K)(error, request.signal);
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
    const [host, path] = [(0,_connections_js__WEBPACK_IMPORTED_MODULE_4__/* .addressOf */ .c)(url), url.pathname + url.search];
    const send = url.protocol === 'https:' ? node_https__WEBPACK_IMPORTED_MODULE_1__.request : node_http__WEBPACK_IMPORTED_MODULE_0__.request;
    return new Promise(((resolve, reject) => {
        const sent = send({ ...tls, agent, method, host, port: url.port, path, headers }, resolve);
        // Node's own `signal` loads what it needs for streams of all kinds.
        const abort = () => void sent.destroy();
        signal.addEventListener('abort', abort, { once: true });
        if (signal.aborted)
            abort();
        sent
            .on('error', ((error) => {
            reject((0,_http_answer_js__WEBPACK_IMPORTED_MODULE_5__/* .faultOf */ .K)(error, signal, sent));
        }))
            // Without an error where a server switches to another protocol, which nobody has asked for.
            .on('close', (() => {
            signal.removeEventListener('abort', abort);
            reject(new _domain_host_js__WEBPACK_IMPORTED_MODULE_6__/* .TransportError */ .w('garbled'));
        }))
            .end(body);
    }));
});

__webpack_require__.r(__webpack_exports__);
/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   httpTransport: () => (/* binding */ httpTransport)
/* harmony export */ });
/* harmony import */ var node_http__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7067);
/* harmony import */ var node_http__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_http__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var node_https__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(4708);
/* harmony import */ var node_https__WEBPACK_IMPORTED_MODULE_1___default = /*#__PURE__*/__webpack_require__.n(node_https__WEBPACK_IMPORTED_MODULE_1__);
/* harmony import */ var node_net__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(7030);
/* harmony import */ var node_net__WEBPACK_IMPORTED_MODULE_2___default = /*#__PURE__*/__webpack_require__.n(node_net__WEBPACK_IMPORTED_MODULE_2__);
/* harmony import */ var _actions_http_client_lib_proxy__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(9783);
/* harmony import */ var _domain_host_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(1044);
/* harmony import */ var _connections_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(2473);
/* harmony import */ var _http_answer_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(5389);








const plainHeaders = { 'user-agent': 'ephemeral-creds', 'accept-encoding': 'identity' };


/** True for what a list such as NO_PROXY names in ways that `@actions/http-client` does not know. */
function isExcepted(url, list) {
    const host = (0,_connections_js__WEBPACK_IMPORTED_MODULE_4__/* .addressOf */ .c)(url).replace(/\.$/, '');
    if ((0,node_net__WEBPACK_IMPORTED_MODULE_2__.isIP)(host) !== 0)
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
    const networks = new node_net__WEBPACK_IMPORTED_MODULE_2__.BlockList();
    for (const entry of list.split(',')) {
        const [, network = '', given] = /^\s*([0-9A-Fa-f.:]+)(?:\/(\d{1,3}))?\s*$/.exec(entry) ?? [];
        const kind = family[(0,node_net__WEBPACK_IMPORTED_MODULE_2__.isIP)(network)];
        const longest = kind === 'ipv4' ? 32 : 128;
        const bits = given === undefined ? longest : Number(given);
        if (kind !== undefined && bits <= longest)
            networks.addSubnet(network, bits, kind);
    }
    const kind = family[(0,node_net__WEBPACK_IMPORTED_MODULE_2__.isIP)(address)];
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