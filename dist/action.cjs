/******/ (() => { // webpackBootstrap
/******/ 	"use strict";
/******/ 	
/******/ 	// The require function
/******/ 	var __nccwpck_require__ = (function (moduleId) {
/******/ 		// Check if module is in cache
/******/ 		var cachedModule = __webpack_module_cache__[moduleId];
/******/ 		if (cachedModule !== undefined) {
/******/ 			return cachedModule.exports;
/******/ 		}
/******/ 		// Create a new module (and put it into the cache)
/******/ 		var module = __webpack_module_cache__[moduleId] = {
/******/ 			// no module.id needed
/******/ 			// no module.loaded needed
/******/ 			exports: {}
/******/ 		};
/******/ 	
/******/ 		// Execute the module function
/******/ 		var threw = true;
/******/ 		try {
/******/ 			__webpack_modules__[moduleId](module, module.exports, __nccwpck_require__);
/******/ 			threw = false;
/******/ 		} finally {
/******/ 			if(threw) delete __webpack_module_cache__[moduleId];
/******/ 		}
/******/ 	
/******/ 		// Return the exports of the module
/******/ 		return module.exports;
/******/ 	});
// CONCATENATED MODULE: ./lib/aside/providers/registry.js
/** @throws CredsError `input-invalid` for a name that is not in the registry */
var findProvider = (async function (name) {
    const load = Object.hasOwn(providers, name) ? providers[name] : undefined;
    if (load === undefined)
        throw new errors/* CredsError */.uA('input-invalid', 'The input `provider` names no known provider.');
    return load();
});
// CONCATENATED MODULE: ./lib/aside/redaction/gathering.js
/** @param size bytes at first; doubled when they do not suffice */
var gather = (function (size = 4096) {
    return { ...memoryOf(size), starts: [0] };
});
var memoryOf = (function (size) {
    // Not filled: of what is never written to, the system gives no memory.
    const room = Buffer.allocUnsafeSlow(size);
    return { bytes: new Uint8Array(room.buffer), room };
});
/** Where the next literal begins, with memory behind it for so many bytes. */
var startNext = (function (gathering, length) {
    const start = gathering.starts.at(-1) ?? 0;
    const { room } = gathering;
    if (room.length < start + length) {
        Object.assign(gathering, memoryOf(Math.max(start + length, room.length * 2)));
        room.copy(gathering.room, 0, 0, start);
    }
    return start;
});
var addText = (function (gathering, text, encoding = 'utf8') {
    const start = startNext(gathering, text.length * mostPerUnit);
    gathering.starts.push(start + gathering.room.write(text, start, encoding));
});
var textsOf = (function ({ room, starts }) {
    return starts.slice(1).map((end, nth) => room.toString('utf8', starts[nth], end));
});
// CONCATENATED MODULE: ./lib/aside/redaction/encodings.js
var lastOf = (function (of) {
    return { of, from: of.starts.at(-2) ?? 0, to: of.starts.at(-1) ?? 0 };
});
/**
 * Base64 of bytes that stand anywhere in a longer text: for each number of bytes in front (mod 3) the characters that
 * no neighbour can change. A padded whole, as the runner derives it, stops matching as soon as one byte follows.
 */
var addBase64 = (function (target, { of, from, to }, before) {
    const start = startNext(target, (to - from) * 2);
    // Not sooner: it may be the same memory.
    const [source, written] = [of.bytes, target.bytes];
    const bits = (to - from) * 8;
    let end = start;
    for (let bit = firstBits[before] ?? 0; bit + 6 <= bits; bit += 6) {
        const at = from + (bit >> 3);
        const two = ((source[at] ?? 0) << 8) | (source[at + 1] ?? 0);
        written[end++] = base64Digits[(two >>> (10 - (bit & 7))) & 63] ?? 0;
    }
    target.starts.push(end);
    return { of: target, from: start, to: end };
});
/** As bash traces the right side of `[[ \u2026 == \u2026 ]]`, of every text, however harmless. */
var addPatternQuoted = (function (target, { of, from, to }) {
    let end = startNext(target, (to - from) * 2);
    const [source, written] = [of.bytes, target.bytes];
    for (let at = from; at < to; at++) {
        const byte = source[at] ?? 0;
        // Not inside a character, nor in front of a line\u2019s end.
        if ((byte & 0xc0) !== 0x80 && byte !== lineFeed)
            written[end++] = backslash;
        written[end++] = byte;
    }
    target.starts.push(end);
});
/** The lines of a text that is wrapped at `width`. */
var addLines = (function (target, { of, from, to }, width) {
    for (let at = from; at < to; at += width) {
        const length = Math.min(width, to - at);
        const start = startNext(target, length);
        target.bytes.set(of.bytes.subarray(at, at + length), start);
        target.starts.push(start + length);
    }
});
// CONCATENATED MODULE: ./lib/aside/redaction/escapes.js
var percentEncoded = (function (text) {
    const component = encodeURIComponent(text);
    const all = strict(component);
    if (all === text && !text.includes('~'))
        return [[text], []];
    const form = all.replaceAll('%20', '+');
    const webForm = form.replaceAll('%2A', '*').replaceAll('~', '%7E');
    const capital = [...new Set([component, all, form, webForm])];
    const withSlashes = all.replaceAll('%2F', '/');
    // The password of a URL, as `new URL` writes it and as Go does.
    const userInfo = component.replace(/%(?:2[4-6BC])/g, decodeURIComponent);
    const goUserInfo = all.replace(/%(?:2[46BC]|3[BD])/g, decodeURIComponent);
    return [
        [...capital, ...capital.map(lowerPercent)],
        [
            withSlashes,
            lowerPercent(withSlashes),
            userInfo,
            goUserInfo,
            encodeURI(text),
            encodeURIComponent(component),
            strict(encodeURIComponent(all)),
        ],
    ];
});
/** JSON strings, without their quotes; YAML between double quotes, with everything else than ASCII escaped. */
var jsonOf = (function (text) {
    const plain = json(text);
    const go = plain.replace(/[<>&\u2028\u2029]/g, unicode);
    const ascii = plain.replace(nonAscii, unicode);
    const yaml = plain.replace(/[^\0-\x7e]/gu, ((char) => {
        const code = (char.codePointAt(0) ?? 0).toString(16).toUpperCase();
        if (code.length <= 2)
            return `\\x${code.padStart(2, '0')}`;
        return code.length <= 4 ? `\\u${code.padStart(4, '0')}` : `\\U${code.padStart(8, '0')}`;
    }));
    return [
        [plain, go, slashed(plain), ascii, slashed(ascii), json(plain), yaml],
        [json(ascii), json(go)],
    ];
});
/** Shells, and quotes of other languages. */
var quotedOf = (function (text) {
    // `printf %q`
    const backslashed = text
        .replace(/[ \t!"$&'()*,;<>?[\\\]^`{|}]/g, '\\$&')
        .replace(/^[#~]|(?<=[:=])~/g, '\\$&');
    // `$'\u2026'`, as `set -x` prints it in a UTF-8 and in the C locale.
    const dollar = text.replace(/[\0-\x1f\\'\x7f]/g, (char) => dollarNames[char] ?? octal(char.charCodeAt(0)));
    const dollarC = dollar.replace(/[^\0-\x7f]+/g, (chars) => [...Buffer.from(chars)].map(octal).join(''));
    return [
        [text.replaceAll("'", "'\\''"), backslashed, dollar, dollarC, text.replaceAll("'", "''")],
        [
            text.replace(/["$`\\]/g, '\\$&'),
            // Python.
            text.replaceAll("'", `'"'"'`),
            // As busybox traces a command: quotes in a row between one pair.
            text.replace(/'+/g, (quotes) => `'"${quotes}"'`),
            text.replaceAll('"', '\\"'),
            text.replaceAll('\\', '\\\\'),
            // CSV.
            text.replaceAll('"', '""'),
        ],
    ];
});
var entitiesOf = (function (text) {
    if (!/[&<>"']|[^\0-\x7f]/.test(text))
        return [[text], [mustache(text)]];
    const ascii = inHex(text).replace(/[^\0-\x7f]/gu, (char) => `&#${String(char.codePointAt(0))};`);
    return [[...entities, ...numericEntities].map((escape) => escape(text)), [mustache(text), ascii]];
});
/** How programs write a string into other languages. Most secrets come out of most of them unchanged. */
var escapesOf = (function (text) {
    // Masks are spent in this order.
    const all = [entitiesOf(text), quotedOf(text), jsonOf(text), percentEncoded(text)];
    return [all.toReversed().flatMap(([common]) => common), all.flatMap(([, uncommon]) => uncommon)];
});
/** YAML folds a long value at any space: the text up to each space and the text after it. */
var folds = (function (text) {
    if (text.length > longestFolded)
        return [];
    const spaces = [...text.matchAll(/ /g)].map((match) => match.index);
    return spaces.flatMap((at) => [text.slice(0, at).trim(), text.slice(at).trim()]);
});
// CONCATENATED MODULE: ./lib/aside/redaction/renderings.js
var renderingsOf = (function (secret) {
    const found = Object.fromEntries(tiers.map((tier) => [tier, gather()]));
    render(secret, { found, dumped: undefined, sources: gather() });
    return found;
});
var render = (function (secret, page) {
    const { found } = page;
    const parts = (0,redaction_parts/* partsOf */.C)(secret);
    for (const part of parts) {
        for (const text of part.raw) {
            addText(found.raw, text);
            addPatternQuoted(found.rare, lastOf(found.raw));
        }
        renderings_escape(part, found);
        encode(part, page);
        if (part.body === undefined)
            continue;
        const body = sourceOf(part.body, page);
        addLines(found.rewrapped, body, 64);
        addLines(found.rewrapped, body, 76);
    }
    if (parts.length === 0)
        return;
    const core = addBase64(page.sources, sourceOf(secret.trimEnd(), page), 0);
    addLines(found.wrapped, core, 76);
    addLines(found.rewrapped, core, 64);
});
var renderings_escape = (function (part, { escaped, rewrapped, rare }) {
    if ((0,pattern/* fullMatch */.L)(neverEscaped, part.text))
        return;
    // Most texts come out of most escapes as they went in.
    const seen = new Set(part.raw);
    const keepNew = ((forms, oneLine) => {
        for (const form of forms) {
            if (!seen.has(form))
                keep(form, part, oneLine, rare);
            seen.add(form);
        }
    });
    const [common, uncommon] = escapesOf(part.text);
    keepNew(common, escaped);
    if (part.quoted !== undefined)
        keepNew(escapesOf(part.quoted)[0], rewrapped);
    keepNew(uncommon, rare);
    for (const line of part.raw)
        for (const piece of folds(line))
            addText(rare, piece);
});
/** An escaped text that still has lines costs a mask for each: those come last. */
var keep = (function (form, { raw }, oneLine, manyLines) {
    if (form.includes('\n'))
        for (const line of (0,redaction_parts/* linesOf */.D)(form))
            addText(manyLines, line);
    else if (raw.length === 1 || !raw.every((line) => form.includes(line)))
        addText(oneLine, form);
});
var encode = (function ({ text, quoted }, page) {
    const { encoded, rare } = page.found;
    encodeForm(quoted ?? text, page, encoded);
    if (quoted !== undefined)
        encodeForm(text, page, rare);
    if (text.includes('\n'))
        encodeAt(sourceOf(text.replaceAll('\n', '\r\n'), page), rare, rare);
});
/** @param common where the forms go that are not rare */
var encodeForm = (function (text, page, common) {
    const { rare } = page.found;
    const source = sourceOf(text, page);
    const cores = encodeAt(source, common, rare);
    if (page.dumped === undefined) {
        const digits = source.of.room.toString('hex', source.from, source.to);
        for (const form of [digits, digits.toUpperCase()])
            addText(common, form);
    }
    else
        addText(page.dumped, text);
    const unlikely = source.to > renderings_long ? rare : common;
    // What PowerShell's -EncodedCommand and its kin make base64 of.
    addText(page.sources, text, 'utf16le');
    const utf16 = lastOf(page.sources);
    for (const before of alignments)
        addBase64(unlikely, utf16, before);
    // Base64 of base64: where nothing stands in front of either, then where something does.
    for (const [nth, core] of cores.entries())
        for (const before of alignments)
            addBase64(nth + before === 0 ? unlikely : rare, core, before);
});
/** Base64 in every alignment, also as it stands in URLs and in the JSON of PHP. */
var encodeAt = (function (source, target, rare) {
    return alignments.map(((before) => {
        const core = addBase64(target, source, before);
        const text = target.room.toString('latin1', core.from, core.to);
        if (!/[+/]/.test(text))
            return core;
        addText(target, text.replaceAll('+', '-').replaceAll('/', '_'));
        addText(rare, text.replaceAll('+', '%2B').replaceAll('/', '%2F'));
        addText(rare, text.replaceAll('/', '\\/'));
        return core;
    }));
});
var sourceOf = (function (text, { sources }) {
    sources.starts.length = 1;
    addText(sources, text);
    return lastOf(sources);
});
// CONCATENATED MODULE: ./lib/aside/redaction/masks.js
/** What to register with the platform so that no rendering of the credential is readable in a log. */
var masksOfCredential = (function (credential) {
    return masks(secretsOf(credential));
});
/** The same for a secret that is no credential: a revocation handle. */
var masksOfSecret = (function (secret) {
    return masks([secret]);
});
/** The strings of a credential that have to be hidden. */
var secretsOf = (function (credential) {
    return Object.values(credential.fields).filter((field) => field instanceof secret/* Secret */.z);
});
/**
 * The masks are spent tier by tier over all secrets of a credential. All tiers of a token of 700 characters fit; of
 * an RSA key what is left out is text wrapped at unusual widths.
 */
var masks = (function (secrets) {
    const found = secrets.map((secret) => renderingsOf(secret.reveal()));
    const kept = new Set();
    for (const tier of tiers)
        for (const pattern of found.flatMap((renderings) => textsOf(renderings[tier]))) {
            if (pattern.length >= id_token_masks/* shortestMask */.t)
                kept.add(pattern);
            if (kept.size === mostMasks)
                return [...kept];
        }
    return [...kept];
});
// CONCATENATED MODULE: ./lib/aside/commands/companion.js
/**
 * Looks whether a static key lies beside what is about to be lent, before anything is asked for.
 * @throws CredsError `static-key` where the config refuses one
 */
var lookBefore = (async function (config, where) {
    const what = lentBy[config.provider];
    if (what !== undefined)
        await lookFor([what], config, where);
});
/**
 * The same for what only the answer tells: a broker\u2019s role can be of any kind. Nothing is delivered yet.
 * @throws CredsError `static-key` where the config refuses one; what was lent must then be given back
 */
var lookAfter = (async function (leases, config, where) {
    const kinds = new Set(leases.flatMap(({ credentials }) => credentials.map(({ kind }) => kind)));
    kinds.delete(lentBy[config.provider] ?? '');
    await lookFor([...kinds], config, where);
});
var lookFor = (async function (what, { staticKeys }, where) {
    const { job, host } = where;
    if (staticKeys === 'ignore')
        return;
    const names = what.flatMap((each) => staticKeyNames[each] ?? []);
    const set = names.filter((name) => (host.env[name] ?? '') !== '');
    if (set.length === 0)
        return;
    const { staticAmong } = await __nccwpck_require__.e(/* import() | static-keys */ 410).then(__nccwpck_require__.bind(__nccwpck_require__, 8243));
    const found = staticAmong(set, where);
    if (found.length === 0)
        return;
    const problem = `Beside what this step borrows the job holds a static credential of the same kind, in ${found.join(', ')}.`;
    if (staticKeys === 'refuse')
        throw new errors/* CredsError */.uA('static-key', problem);
    job.tell('warning', `${problem} Take it out of the job and delete it where it was made; \`static-keys: refuse\` keeps the next one out.`);
});
// CONCATENATED MODULE: ./lib/aside/exporters/registry.js
/** @throws CredsError `input-invalid` for a name that is not in the registry */
var findExporter = (async function (name) {
    const load = Object.hasOwn(exporters, name) ? exporters[name] : undefined;
    if (load !== undefined)
        return load();
    const known = ['auto', ...Object.keys(exporters)].map((each) => `\`${each}\``).join(', ');
    throw new errors/* CredsError */.uA('input-invalid', `The input \`export\` names no known exporter; there are ${known}.`);
});
// CONCATENATED MODULE: ./lib/aside/commands/delivery.js
/** @throws CredsError `input-invalid`; called before anything is sent */
var findRoute = (async function (line) {
    const { settings } = line;
    if (line.exporter === 'auto') {
        if (Object.keys(settings).length > 0) {
            throw new errors/* CredsError */.uA('input-invalid', 'The input `export` gives `auto` a setting; name the exporter instead.');
        }
        return { exporter: undefined, settings };
    }
    const exporter = await findExporter(line.exporter);
    exporter.check(settings);
    return { exporter, settings };
});
/**
 * Refuses lines that name a role that is not borrowed, a field that it does not have, or a form for something else.
 * @throws CredsError `input-invalid`; called before anything is sent
 */
var foresee = (function (routes, prospects) {
    for (const { exporter, settings } of routes)
        exporter?.foresee?.(prospects, settings);
    const coming = prospects.flatMap(({ credentials = [] }) => credentials);
    const isAuto = routes.some(({ exporter }) => exporter === undefined);
    if (isAuto && coming.some(({ kind }) => kind === 'fields'))
        throw homeless('fields');
});
/**
 * Packs all that was lent along all routes into one parcel.
 * @throws CredsError `input-invalid` when two would set the same name; nothing has been delivered then
 */
var packAll = (async function (leases, routes, place) {
    const loans = leases.flatMap(((lease) => lease.credentials.map((credential) => ({ lease, credential }))));
    const parcels = [];
    for (const { exporter, settings } of routes) {
        if (exporter === undefined)
            parcels.push(...(await packByKind(loans, routes, place)));
        else
            parcels.push(exporter.pack(loans, { ...place, settings }));
    }
    const join = ((part) => parcels.flatMap((parcel) => Object.entries(parcel[part] ?? {})));
    const pointers = parcels.flatMap((parcel) => Object.entries(parcel.pointers ?? {}));
    (0,fields/* onceEach */.fF)([...join('variables'), ...pointers]);
    return {
        variables: (0,fields/* onceEach */.fF)(join('variables')),
        pointers: (0,fields/* onceEach */.fF)(pointers),
        outputs: (0,fields/* onceEach */.fF)(join('outputs')),
        files: (0,fields/* onceEach */.fF)(join('files')),
        identities: parcels.flatMap((parcel) => parcel.identities ?? []),
    };
});
/** `auto`: each credential by the first exporter of the registry that takes it. */
var packByKind = (async function (loans, routes, place) {
    const takers = new Map();
    for (const lent of loans) {
        const taker = await takerOf(lent.credential);
        if (taker === undefined)
            throw homeless(lent.credential.kind);
        // What is made for a key goes where the line says that asked for one.
        if (taker.needsKey && routes.some(({ exporter }) => exporter === taker))
            continue;
        takers.set(taker, [...(takers.get(taker) ?? []), lent]);
    }
    return [...takers].map((([exporter, mine]) => exporter.pack(mine, { ...place, settings: {} })));
});
var takerOf = (async function (credential) {
    for (const load of Object.values(exporters)) {
        const exporter = await load();
        if (exporter.takes(credential))
            return exporter;
    }
    return undefined;
});
/** Delivers: files first, then outputs and variables, each kind in one write. An agent holds its part before. */
var deliver = (function (parcel, job, host) {
    const paths = Object.keys(parcel.files);
    try {
        for (const folder of new Set(paths.map((path) => (0,external_node_path_.dirname)(path))))
            host.files.makePrivateFolder(folder);
        for (const path of paths)
            host.files.create(path, parcel.files[path] ?? '');
    }
    catch (cause) {
        throw new errors/* CredsError */.uA('delivery-failed', 'A file with a credential could not be written.', { cause });
    }
    job.setOutputs(parcel.outputs);
    const led = Object.entries(parcel.pointers).map(([name, { value }]) => [name, value]);
    job.exportVariables({ ...parcel.variables, ...Object.fromEntries(led) });
});
// CONCATENATED MODULE: ./lib/aside/domain/printable.js
/**
 * Text from outside, made fit to be printed: control characters, ANSI escapes, bidirectional and invisible marks
 * become `?`, a leading `::` or `##[` can no longer be a workflow command, and 200 characters are enough.
 */
var printable = (function (text) {
    const plain = visible(text).replace(/::|##\[/g, '?');
    return plain.length > longest ? `${plain.slice(0, longest).replace(/[\ud800-\udbff]$/, '')}\u2026` : plain;
});
/** Text of any length in which nothing is invisible, where no workflow command is looked for: a page, say. */
var visible = (function (text) {
    // Most text is plain; the tables for Unicode's classes cost 1 ms to build.
    if ((0,pattern/* fullMatch */.L)(/[ -~]*/, text))
        return text;
    // Not a literal: its Unicode classes would be looked up whenever this file is parsed.
    const invisible = new RegExp('[\\p{C}\\p{Zl}\\p{Zp}]', 'gu');
    return text.replace(/\u001b\[[0-?]*[ -/]*[@-~]/g, '?').replace(invisible, '?');
});
// CONCATENATED MODULE: ./lib/aside/domain/markdown-table.js
/** A table in GitHub Flavored Markdown; what stands in the cells cannot break out of them. */
var markdownTable = (function (head, rows) {
    const line = (cells) => `| ${cells.map(cell).join(' | ')} |\n`;
    return line(head) + line(head.map(() => '---')) + rows.map(line).join('');
});
var cell = (function (text) {
    return text.replace(/[\\|`*_[\]<>&#!]/g, (char) => `&#${String(char.charCodeAt(0))};`).replace(/\s+/g, ' ');
});
// CONCATENATED MODULE: ./lib/aside/commands/loan-report.js
/** Before the ID token is asked for: for whom. */
var tellRequest = (function (exchange, bound, job) {
    const how = bound ? ', bound to a key of this process' : '';
    job.tell('info', `Asking for an ID token with the audience ${exchange.audience}${how}.`);
});
/** The claims by which the other side will decide; never the token. */
var tellIdentity = (function (idToken, job) {
    const known = Object.entries(identifyingClaims(idToken)).map(([name, value]) => `${name}=${value}`);
    job.tell('info', `This job identifies itself by: ${known.join(', ')}.`);
});
/** The claims that tell a person which job this is, fit to be printed. */
var identifyingClaims = (function ({ claims }) {
    const known = identifying.flatMap(((name) => {
        const value = Object.hasOwn(claims, name) ? claims[name] : undefined;
        return typeof value === 'string' || typeof value === 'number' ? [[name, printable(String(value))]] : [];
    }));
    return Object.fromEntries(known);
});
/** What was lent, by whom, until when, where it lies: to the log, and to the summary if that is wanted. */
var tellLoan = (function (loan, { exchange, config, parcel }, { job, host }) {
    const now = host.clock.now();
    for (const lease of loan.leases) {
        job.tell('info', `Borrowed ${lease.role} from ${exchange.lender}: ends ${ending(lease, now)}; ${promises[lease.revocability]}.`);
    }
    job.tell('info', `Delivered: ${delivered(parcel)}.`);
    if (config.summary === 'always')
        summarise(loan, exchange, { job, host });
});
var ending = (function (lease, now) {
    return `${(0,duration/* formatTime */.fU)(lease.expiresAt, now)}, in ${(0,duration/* formatDuration */.a3)((lease.expiresAt.getTime() - now.getTime()) / 1000)}`;
});
var delivered = (function ({ variables, pointers, files, outputs }) {
    const parts = [
        ['variables', Object.keys({ ...variables, ...pointers })],
        ['files', Object.keys(files)],
        ['outputs', Object.keys(outputs)],
    ];
    const told = parts
        .filter(([, names]) => names.length > 0)
        .map(([what, names]) => `${what} ${names.join(', ')}`);
    return told.length === 0 ? 'nothing but the outputs about the lease' : told.join('; ');
});
/** A summary that cannot be written is no reason to fail a delivery. */
var summarise = (function (loan, exchange, { job, host }) {
    const now = host.clock.now();
    const rows = loan.leases.map(((lease) => [
        lease.role,
        exchange.lender,
        ending(lease, now),
        lease.revocability,
    ]));
    try {
        job.summarise(`### Borrowed credentials\n\n${markdownTable(['role', 'from', 'ends', 'revocability'], rows)}\n`);
    }
    catch {
        job.tell('warning', 'The job summary could not be written.');
    }
});
// CONCATENATED MODULE: ./lib/aside/commands/proxy-secrets.js
/**
 * A proxy's credentials stand in the environment; tools may print the proxy's URL.
 * @throws CredsError `input-invalid` for a proxy that cannot be read: it would be passed by without a word
 */
var maskProxySecrets = (function ({ job, host }) {
    for (const name of ['https_proxy', 'HTTPS_PROXY', 'http_proxy', 'HTTP_PROXY']) {
        const value = host.env[name] ?? '';
        if (value === '')
            continue;
        const spellings = spellingsOf(value);
        if (spellings === undefined) {
            throw new errors/* CredsError */.uA('input-invalid', `The variable ${name} is not a proxy\u2019s URL such as http://proxy.example.com:3128.`, { hint: 'Correct it, with every special character of its credentials percent-encoded.' });
        }
        job.mask(spellings.flatMap((text) => masksOfSecret(new secret/* Secret */.z(text))));
    }
});
// CONCATENATED MODULE: ./lib/aside/redaction/hideable.js
/**
 * A value that is short or easy to guess cannot be masked: the mask would blacken ordinary words, or its absence
 * from the log would tell it. What is no secret must be declared so by whoever lends it.
 * @throws CredsError `credential-unusable`
 */
var assertCredentialHideable = (function (credential) {
    for (const [field, value] of Object.entries(credential.fields))
        if (value instanceof secret/* Secret */.z)
            assertHideable(`${field} of the credential ${credential.name}`, value);
});
/** @throws CredsError `credential-unusable`, naming the secret by `what` */
var assertHideable = (function (what, secret) {
    const pieces = (0,redaction_parts/* partsOf */.C)(secret.reveal()).flatMap((part) => part.raw);
    const hidden = pieces.filter((piece) => piece.length >= fewestCharacters).join('');
    if (hidden.length < fewestCharacters || guessBits(hidden) < fewestBits)
        throw new errors/* CredsError */.uA('credential-unusable', `The ${what} is too short or too simple to be hidden in logs (at least ${String(fewestCharacters)} characters and ${String(fewestBits)} bits).`);
});
/** An upper bound for the work of guessing: the length times the bits of the alphabets that occur. */
var guessBits = (function (text) {
    if (new Set(text).size < 3)
        return 0;
    const size = alphabets.reduce((sum, [set, count]) => (set.test(text) ? sum + count : sum), 0);
    return text.length * Math.log2(size);
});
// CONCATENATED MODULE: ./lib/aside/commands/suitability.js
/**
 * What came is what the inputs allow: the right account, a lifetime within bounds, secrets that can be hidden.
 * @throws CredsError `lease-unsuitable` or `credential-unusable`; what was lent must then be given back
 */
var assertSuitable = (function (loan, config, now) {
    if (config.expectAccounts !== undefined)
        assertOwner(loan, config.expectAccounts);
    for (const lease of loan.leases) {
        const seconds = (lease.expiresAt.getTime() - now.getTime()) / 1000;
        const ends = [lease, ...lease.credentials].map(({ expiresAt }) => expiresAt.getTime());
        const longest = (Math.max(...ends) - now.getTime()) / 1000;
        if (Number.isNaN(longest))
            throw new errors/* CredsError */.uA('lease-unsuitable', `The lease of ${lease.role} ends at no time that there is.`);
        // A second of grace: the lease was counted from the arrival of the answer.
        if (seconds <= 0)
            throw new errors/* CredsError */.uA('lease-unsuitable', `The lease of ${lease.role} has already ended.`);
        if (seconds + 1 < config.minTtlSeconds)
            throw unsuitable(lease, 'shorter', 'min-ttl');
        if (longest - 1 > config.maxTtlSeconds)
            throw unsuitable(lease, 'longer', 'max-ttl');
        lease.credentials.forEach(assertCredentialHideable);
    }
});
// CONCATENATED MODULE: ./lib/aside/commands/trade.js
/** Steps d and e: each attempt with a fresh ID token where the platform mints one, all under one deadline. */
var trade = (async function (parts, { config, where }) {
    const { job } = where;
    const { source } = parts;
    const call = {
        ...callWithin(config, where),
        onOwed: () => {
            noteKept(parts, where);
        },
    };
    let idToken;
    let freshened = false;
    let lost;
    const attempt = (async () => {
        if (idToken === undefined || source.mints)
            idToken = await identify(parts, call, { job, first: idToken === undefined });
        try {
            return await ask(parts, idToken, call);
        }
        catch (error) {
            if (isLost(error))
                lost = error;
            if (!(error instanceof errors/* CredsError */.uA) || !error.freshIdToken || !source.mints || freshened)
                throw error;
            freshened = true;
            return attempt();
        }
    });
    const loan = await (0,http/* retrying */.R$)(call, attempt);
    // A broker takes back by the handle what an earlier attempt may have brought; others know nothing but the token.
    if (lost !== undefined && parts.opening.kept !== undefined)
        call.onWarning?.(`${lost.message} Should a token have been in that answer, nobody has it and nobody can give it back; it ends by itself.`);
    return loan;
});
/**
 * What a lender takes back only for what it has just issued is in the ledger before anything else is done, even before it
 * is hidden: who is killed in between owes something that nobody knows.
 */
var noteKept = (function ({ opening: { kept }, progress }, where) {
    if (kept === undefined)
        return;
    progress.latest = { ...progress.latest, kept };
    (0,leases_opening/* recordLeases */.VJ)(progress.latest, where);
    where.job.mask(Object.values(kept).flatMap((text) => masksOfSecret(new secret/* Secret */.z(text))));
});
/** The budget of a run, and its job to tell what happens meanwhile. */
var callWithin = (function (config, { job, host }) {
    return {
        host,
        deadline: (0,deadline/* startDeadline */.d)(host.clock, config.timeoutSeconds),
        ...(config.caCert === undefined ? {} : { trust: config.caCert.pem }),
        onRetry: (text) => {
            job.tell('info', text);
        },
        onWarning: (text) => {
            job.tell('warning', text);
        },
        onWait: (text) => {
            job.tell('info', text);
        },
    };
});
var identify = (async function (parts, call, { job, first }) {
    const { source, opening } = parts;
    const asked = source.request(opening.audience, call);
    if (first && source.mints)
        getReady(parts, call, asked).catch(() => undefined);
    const idToken = await asked;
    job.mask((0,id_token_masks/* masksOfIdToken */.D)(idToken.token));
    if (first)
        tellIdentity(idToken, job);
    return idToken;
});
/** The entry is written and nothing is asked of the lender yet, but the way to it can be open when the ID token is here. */
var getReady = (async function ({ endpoint, opening }, call, asked) {
    await call.host.connect?.(endpoint, call.trust);
    await opening.connect?.(call);
    // What is read and compiled holds up an answer that is just arriving.
    if (opening.load !== undefined && (await takesLonger(asked, patienceMs, call.host.clock)))
        await opening.load();
});
/** Whether something is still under way after so many milliseconds. */
var takesLonger = (function (work, ms, clock) {
    return new Promise(((done) => {
        const clear = clock.after(ms, () => {
            done(true);
        });
        const end = (() => {
            clear();
            done(false);
        });
        work.then(end, end);
    }));
});
var ask = (async function ({ opening, progress }, idToken, call) {
    const before = progress.maybeLent;
    progress.maybeLent = true;
    try {
        const loan = await opening.trade(idToken, call);
        // Cancelled while the answer was being read: it is not wanted any more.
        call.host.signal.throwIfAborted();
        return loan;
    }
    catch (error) {
        if (isSureRefusal(error))
            progress.maybeLent = before;
        throw error;
    }
});
// CONCATENATED MODULE: ./lib/aside/commands/users-files.js
/** What exporters may read of the user's own files; nothing here is ever written. */
var usersFiles = (function (host) {
    // As most tools have it: without the variable, what the system knows of the user.
    const given = (host.env['HOME'] ?? '') || (host.env['USERPROFILE'] ?? '') || (host.home?.() ?? '');
    const home = (0,external_node_path_.isAbsolute)(given) ? given : undefined;
    return {
        home,
        variable: ((name) => {
            const value = host.env[name] ?? '';
            return value === '' ? undefined : value;
        }),
        read: (path) => readOwn(path, home, host),
        isFile: (path) => host.files.size(host.files.realPath(path)) !== undefined,
    };
});
/** Fails where it could only guess: a setting of the user's that is passed over may lead a tool to another server. */
var readOwn = (function (path, home, { files }) {
    if (!(0,external_node_path_.isAbsolute)(path))
        throw unusable(path, 'is not named by an absolute path');
    const real = files.realPath(path);
    const itself = (0,external_node_path_.join)(files.realPath((0,external_node_path_.dirname)(path)), (0,external_node_path_.basename)(path));
    // Below the home folder a link may stand for any folder of the way, too.
    const isLink = real !== itself || (home !== undefined && isWithin(home, path));
    if (isLink && (home === undefined || !isWithin(files.realPath(home), real)))
        throw unusable(path, 'is a link that leads out of the home folder');
    const text = files.read(real, most);
    if (text === undefined) {
        if (!files.list((0,external_node_path_.dirname)(path)).includes((0,external_node_path_.basename)(path)))
            return undefined;
        throw unusable(path, 'is no readable file of at most 1 MiB');
    }
    if (text.includes('\uFFFD'))
        throw unusable(path, 'is not UTF-8 text');
    return text;
});
// CONCATENATED MODULE: ./lib/aside/commands/acquire.js
/**
 * The main job (DESIGN.md, The main job, call by call): borrow what the config asks for, hide it, note it, deliver
 * it. Either everything that was asked for is delivered, or nothing is and what was lent has been given back.
 * @returns what was lent
 * @throws CredsError
 */
var acquire = (async function (config, where) {
    const { job, host } = where;
    maskProxySecrets(where);
    const provider = await findProvider(config.provider);
    const routes = await Promise.all(config.exports.map(findRoute));
    const agent = await agentFor(routes, host);
    const sshKey = await keyFor(routes);
    const exchange = provider.configure({ ...config, facts: job.facts, publicKey: sshKey?.publicLine });
    foresee(routes, exchange.lends);
    const source = await (0,registry/* findIdTokenSource */.D)(config.idToken, job);
    await lookBefore(config, where);
    const bound = wantsBinding(config, exchange, source);
    const opening = exchange.open(bound, await keyOfJob(exchange, source, { config, where }));
    const intent = firstEntry(config, { exchange, opening }, where);
    (0,leases_opening/* openIntent */.ne)(intent, opening.secrets, where);
    const progress = { latest: intent, outputs: [], maybeLent: false };
    try {
        tellRequest(exchange, bound, job);
        const loan = await trade({ endpoint: exchange.endpoint, opening, source, progress }, { config, where });
        const keys = sshKey === undefined ? [] : [sshKey.privateText];
        job.mask([
            ...new Set([
                ...loan.leases.flatMap((lease) => lease.credentials.flatMap(masksOfCredential)),
                ...keys.flatMap(masksOfSecret),
            ]),
        ]);
        const now = host.clock.now();
        // A lease that came with its end behind it is not believed to be over: the handle alone gives it back.
        const leases = loan.leases.filter(({ expiresAt }) => expiresAt > now).map(owed);
        progress.latest = { ...intent, ...keptBy(opening), leases };
        assertSuitable(loan, config, now);
        await lookAfter(loan.leases, config, where);
        const folder = (0,external_node_path_.join)(config.filesDir ?? job.folder, intent.id);
        const socket = (0,agent_socket/* agentSocket */.J)(job.folder, intent.id);
        let parcel = await packAll(loan.leases, routes, { folder, sshKey, socket, ...usersFiles(host) });
        const record = (() => {
            const debts = { ...progress.latest, ...(agent !== undefined && { agent: { socket } }) };
            progress.latest = { ...debts, ...traces(parcel, (0,ledger/* listIntents */.Ke)(where), intent.id) };
            (0,leases_opening/* recordLeases */.VJ)(progress.latest, where);
        });
        record();
        job.hide?.([...loan.leases.flatMap((lease) => lease.credentials.flatMap(secretsOf)), ...keys]);
        const outputs = { ...aboutLoan(loan), ...parcel.outputs };
        progress.outputs = Object.keys(outputs);
        if (agent !== undefined) {
            const pointers = await agent.hold(parcel.identities, socket);
            parcel = { ...parcel, pointers: { ...parcel.pointers, ...pointers } };
            record();
        }
        deliver({ ...parcel, outputs }, job, host);
        tellLoan(loan, { exchange, config, parcel }, where);
        return loan;
    }
    catch (error) {
        progress.latest = { ...progress.latest, ...keptBy(opening) };
        const { undo } = await __nccwpck_require__.e(/* import() | undo */ 549).then(__nccwpck_require__.bind(__nccwpck_require__, 5504));
        await undo(progress, where);
        throw error;
    }
});
/** The key pair for what is lent for one; made here, and its private half never leaves the job. */
var keyFor = (async function (routes) {
    if (!routes.some(({ exporter }) => exporter?.needsKey))
        return undefined;
    return (await __nccwpck_require__.e(/* import() | ssh-key */ 889).then(__nccwpck_require__.bind(__nccwpck_require__, 2832))).makeSshKey();
});
/** What starts the agent that a line asks for, where one does. @throws CredsError `input-invalid` where none can be */
var agentFor = (async function (routes, host) {
    const wish = routes
        .map(({ exporter, settings }) => exporter?.agentFor?.(settings))
        .find((each) => each !== undefined);
    if (wish === undefined)
        return undefined;
    return (await __nccwpck_require__.e(/* import() | ssh-agent */ 551).then(__nccwpck_require__.bind(__nccwpck_require__, 7640))).prepareAgent(wish, host);
});
/** Where the job has one ID token for all its commands, the broker knows it by the first key that came with it. */
var keyOfJob = (async function (exchange, source, { config, where }) {
    if (source.mints || !exchange.bindsKey)
        return undefined;
    const { jobKey } = await __nccwpck_require__.e(/* import() | job-key */ 454).then(__nccwpck_require__.bind(__nccwpck_require__, 6158));
    if (where.job.folderOf === 'job')
        return jobKey(where);
    return jobKey(where, await source.request(exchange.audience, callWithin(config, where)));
});
/** Whether the ID token is to be bound to a key of ours. @throws CredsError `input-invalid` where that was said and cannot be */
var wantsBinding = (function (config, exchange, source) {
    if (config.binding === 'none')
        return false;
    const can = exchange.bindsKey && source.mints;
    if (config.binding === 'key' && !can) {
        throw new errors/* CredsError */.uA('input-invalid', 'The input `binding: key` needs a platform where the audience can be chosen, and the broker.');
    }
    return can;
});
var firstEntry = (function (config, { exchange, opening }, { job, owner }) {
    return {
        version: 1,
        id: (0,leases_opening/* newIntentId */.Wj)(),
        provider: config.provider,
        debt: opening.debt,
        // Empty still: post then looks into our file, should main be killed before the state names what it holds.
        ...keptBy(opening),
        ...(owner === undefined ? {} : { owner }),
        audience: exchange.audience,
        idToken: config.idToken,
        leases: [],
        variables: [],
        files: [],
        commandFiles: job.commandFiles(),
        post: {
            revoke: config.revoke,
            failOnRevokeError: config.failOnRevokeError,
            summary: config.summary,
            caCert: config.caCert?.source ?? '',
        },
    };
});
var keptBy = (function ({ kept }) {
    return kept === undefined ? {} : { kept };
});
var owed = (function ({ id, role, expiresAt, revocability }) {
    return { id, role, expiresAt: expiresAt.toISOString(), revocability };
});
/** What a delivery leaves behind: what leads tools somewhere, and who had done so before. */
var traces = (function ({ variables, pointers, files }, entries, own) {
    const others = entries.filter(({ id, owner }) => id !== own && owner === undefined);
    const list = Object.entries(pointers).map((([name, { value, after }]) => {
        const behind = (0,variables_after/* behindOf */.g9)(name, after, others);
        return { name, value, after, ...(behind.length > 0 && { behind }) };
    }));
    const sizes = Object.entries(files).map(([path, text]) => [path, Buffer.byteLength(text)]);
    return {
        variables: Object.keys(variables),
        files: Object.keys(files),
        ...(sizes.length > 0 && { sizes: Object.fromEntries(sizes) }),
        ...(list.length > 0 && { pointers: list }),
        ...(others.length > 0 && { before: others.map(({ id }) => id) }),
    };
});
/** The outputs that every run sets. */
var aboutLoan = (function (loan) {
    const ends = loan.leases.map(({ expiresAt }) => expiresAt.getTime());
    return {
        'lease-ids': JSON.stringify(loan.leases.map(({ id }) => id)),
        'expires-at': new Date(Math.min(...ends)).toISOString(),
        ...(loan.sessionId === undefined ? {} : { 'session-id': loan.sessionId }),
        ...(loan.requestId === undefined ? {} : { 'request-id': loan.requestId }),
    };
});
// CONCATENATED MODULE: ./lib/aside/config/action-inputs.js
/**
 * The inputs of an action as the runner passes them: INPUT_<NAME>, in upper case, dashes kept (GitHub Docs, Metadata
 * syntax, `inputs`). Built from entries, so that even a name like `__proto__` is one that can be refused.
 */
var givenInputs = (function (env) {
    return Object.fromEntries(Object.entries(env)
        .filter(([name]) => name.startsWith('INPUT_'))
        .map((([name, value]) => [name.slice('INPUT_'.length).toLowerCase(), value])));
});
/**
 * A name that is nearly right must not mean what leaving it out means: all of a job's leases, a gate that stops nothing.
 * @throws CredsError `input-invalid` that names it
 */
var refuseOthers = (function (names, known) {
    for (const name of names) {
        if (known.includes(name))
            continue;
        const near = (0,near_miss/* nearest */.p)(known, name);
        const hint = near === undefined ? '.' : `; did you mean \`${near}\`?`;
        throw new errors/* CredsError */.uA('input-invalid', `The input \`${printable(name)}\` is not an input${hint}`);
    }
});
// CONCATENATED MODULE: ./lib/aside/config/client-identity.js
/**
 * Looks at the files of a client certificate before anything is sent: the provider reads them only once it has an ID token.
 * What is no path the provider refuses.
 * @throws CredsError `input-invalid`
 */
var assertIdentity = (async function ({ provider, params }, files) {
    const { 'client-certificate': certificate, 'client-key': key } = params;
    if (provider !== 'vault' || !isPath(certificate) || !isPath(key))
        return;
    const { readIdentity } = await __nccwpck_require__.e(/* import() | client-identity */ 29).then(__nccwpck_require__.bind(__nccwpck_require__, 3484));
    readIdentity({ certificate, key }, files);
});
var isPath = (function (value) {
    return typeof value === 'string' && (0,external_node_path_.isAbsolute)(value);
});
// CONCATENATED MODULE: ./lib/aside/config/params-text.js
/**
 * The value of the option `params`: YAML 1.2 (its core schema), which JSON is a part of. What is JSON, or plain
 * `name: value` lines, is read here: a reader of all of YAML takes milliseconds to load.
 * @throws SyntaxError with what is wrong, to be put behind \u201cThe input `params`\u201d; none of the text is in it
 */
var parseParams = (async function (text) {
    if (text.length > params_text_longest)
        throw new SyntaxError('is longer than 64 KiB');
    const value = readJson(text) ?? readLines(text) ?? (await readYaml(text));
    if (!(0,protocol_json/* isObject */.Gv)(value))
        throw new SyntaxError('must be `name: value` lines');
    if (!isModest(value))
        throw new SyntaxError('is nested too deeply, too long or has a forbidden name');
    return value;
});
/** Undefined where it is no JSON at all. Where it is, YAML is not asked what it would make of a member that comes twice. */
var readJson = (function (text) {
    if (!text.startsWith('{'))
        return undefined;
    try {
        JSON.parse(text);
    }
    catch {
        return undefined;
    }
    try {
        return (0,protocol_json/* parseStrictJson */.RJ)(text);
    }
    catch (error) {
        throw new SyntaxError(`is ${error instanceof SyntaxError ? error.message : 'not valid JSON'}`);
    }
});
/** Not by recursion: how deep it is is the question. */
var isModest = (function (value) {
    const waiting = [[value, 0]];
    for (let seen = 0;; seen++) {
        const next = waiting.pop();
        if (next === undefined)
            return true;
        const [each, depth] = next;
        if (seen > params_text_most || depth > deepest)
            return false;
        if (typeof each !== 'object' || each === null)
            continue;
        if (Object.hasOwn(each, '__proto__'))
            return false;
        for (const part of Object.values(each))
            waiting.push([part, depth + 1]);
    }
});
// CONCATENATED MODULE: ./lib/aside/config/reading.js
/**
 * Checks every option and makes the Config of them. Nothing has been sent when this fails.
 * @throws CredsError `input-invalid`, naming the option
 */
var readConfig = (async function (given, files) {
    const text = ((name) => {
        const option = rowOf(name);
        const value = given[name]?.trim();
        if (value === '' && option.guards === true)
            throw unset(option);
        return value === undefined || value === '' ? option.default : fitted(option, value);
    });
    const optional = (name, value) => value === '' ? {} : { [name]: value };
    const ttl = text('ttl') === '' ? undefined : seconds('ttl', text('ttl'), 1);
    const maxTtlSeconds = seconds('max-ttl', text('max-ttl'), 1);
    const minTtlSeconds = seconds('min-ttl', text('min-ttl'), 0);
    if (minTtlSeconds > maxTtlSeconds)
        throw reading_bad('min-ttl', 'is longer than `max-ttl`: no lease would do');
    // Not only after it was lent: some of what is lent cannot be given back.
    if (ttl !== undefined && (ttl > maxTtlSeconds || ttl < minTtlSeconds))
        throw reading_bad('ttl', 'asks for what `max-ttl` or `min-ttl` would refuse');
    const caCert = text('ca-cert');
    const accounts = text('expect-account');
    const provider = text('provider');
    const params = await readParams(text('params'));
    await assertIdentity({ provider, params }, files);
    return {
        provider,
        ...optional('brokerUrl', text('broker-url')),
        ...optional('audience', text('audience')),
        roles: readRoles(text('role')),
        ...optional('region', text('region')),
        ...(ttl === undefined ? {} : { ttlSeconds: ttl }),
        maxTtlSeconds,
        minTtlSeconds,
        exports: readExports(text('export')),
        binding: text('binding'),
        idToken: readSource(text('id-token')),
        ...(accounts === 'any' ? {} : { expectAccounts: readList('expect-account', accounts) }),
        staticKeys: text('static-keys'),
        revoke: text('revoke') === 'true',
        failOnRevokeError: text('fail-on-revoke-error') === 'true',
        timeoutSeconds: seconds('timeout', text('timeout'), 1),
        approvalTimeoutSeconds: seconds('approval-timeout', text('approval-timeout'), 0),
        ...optional('filesDir', absolute('files-dir', text('files-dir'))),
        summary: text('summary'),
        ...(caCert === '' ? {} : { caCert: readTrustRoot(caCert, files) }),
        params,
    };
});
var rowOf = (function (name) {
    return options.find((option) => option.name === name);
});
/** Refuses a name that is no option, and says which one was probably meant. */
var refuseUnknown = (function (names, surface) {
    const known = options
        .filter((option) => option.on.includes(surface))
        .map(({ name }) => name);
    refuseOthers(names, known);
});
var fitted = (function (option, value) {
    if (/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/.test(value))
        throw reading_bad(option.name, 'holds control characters');
    if (!manyLines.includes(option.type) && /[\r\n]/.test(value)) {
        throw reading_bad(option.name, 'must be one line');
    }
    if (option.type === 'boolean') {
        const lower = value.toLowerCase();
        if (lower !== 'true' && lower !== 'false')
            throw reading_bad(option.name, 'must be `true` or `false`');
        return lower;
    }
    if (option.type === 'choice' && option.choices?.includes(value) !== true) {
        throw reading_bad(option.name, `must be one of ${(option.choices ?? []).map((name) => `\`${name}\``).join(', ')}`);
    }
    return value;
});
var seconds = (function (name, text, least) {
    const value = (0,duration/* parseDuration */.E9)(text);
    if (value === undefined)
        throw reading_bad(name, 'must be a duration such as `15m`, `900` or `1h`');
    if (value < least)
        throw reading_bad(name, `must be at least ${String(least)} s`);
    return value;
});
var linesOf = (function (text) {
    return text
        .split(/\r?\n/)
        .map((line) => line.trim())
        .filter((line) => line !== '');
});
var readRoles = (function (text) {
    const roles = linesOf(text).map(((line) => {
        const split = /^([^=\s]+)=(\S+)$/.exec(line);
        if (split === null) {
            if (/\s/.test(line))
                throw reading_bad('role', 'must be one role a line, without spaces');
            return { role: line };
        }
        const [, prefix = '', role = ''] = split;
        if (!(0,pattern/* fullMatch */.L)(/[A-Z_][A-Z0-9_]{0,63}/, prefix)) {
            throw reading_bad('role', 'has a prefix that is not made of A-Z, 0-9 and `_`, as in `DB=app-ro`');
        }
        if ((0,variable_name/* isDangerousName */.m)(`${prefix}_`))
            throw reading_bad('role', 'has a prefix under which variables change how later steps run');
        return { prefix, role };
    }));
    const keys = roles.map(({ role }) => role);
    if (new Set(keys).size !== keys.length)
        throw reading_bad('role', 'names a role twice; one request borrows it once');
    if (roles.length > 10)
        throw reading_bad('role', 'names more than ten roles');
    return roles;
});
var readExports = (function (text) {
    const lines = linesOf(text).map(((line) => {
        const [exporter = '', ...words] = line.split(/\s+/);
        const settings = new Map();
        for (const word of words) {
            const at = word.indexOf('=');
            const name = word.slice(0, at);
            if (at < 1 || at === word.length - 1)
                throw reading_bad('export', 'has a setting that is not `NAME=VALUE`');
            if (settings.has(name))
                throw reading_bad('export', 'gives a setting twice');
            settings.set(name, word.slice(at + 1));
        }
        return { exporter, settings: Object.fromEntries(settings) };
    }));
    if (new Set(lines.map(({ exporter }) => exporter)).size !== lines.length)
        throw reading_bad('export', 'names an exporter twice');
    return lines;
});
var readSource = (function (text) {
    if (text === 'auto' || (0,pattern/* fullMatch */.L)(/env:[A-Za-z_][A-Za-z0-9_]{0,127}|file:\/.{1,4095}/, text))
        return text;
    if ((0,pattern/* fullMatch */.L)(/[\w-]{8,}\.[\w-]{8,}\.[\w-]*/, text))
        throw reading_bad('id-token', 'is a token itself; it must say where one lies: `env:NAME` or `file:/absolute/path`');
    throw reading_bad('id-token', 'must be `auto`, `env:NAME` or `file:/absolute/path`');
});
var absolute = (function (name, path) {
    if (path !== '' && !(0,external_node_path_.isAbsolute)(path))
        throw reading_bad(name, 'must be an absolute path');
    return path;
});
var readParams = (async function (text) {
    if (text === '')
        return {};
    try {
        const params = await parseParams(text);
        const empty = Object.keys(params).find((name) => params[name] === null);
        if (empty === undefined)
            return params;
        throw new SyntaxError(`has no value for \`${printable(empty)}\`: ${notSet}`);
    }
    catch (error) {
        throw error instanceof SyntaxError ? reading_bad('params', error.message) : error;
    }
});
// CONCATENATED MODULE: ./lib/aside/config/wiretaps.js
/**
 * Node itself would print headers and bodies, tokens included, or the environment of a command that is started, or
 * write them to a report.
 * @throws CredsError `input-invalid`
 */
var refuseWiretaps = (function ({ env }) {
    const debug = env['NODE_DEBUG'] ?? '';
    if (/http|tls|net|stream|tunnel|child_process|\*/i.test(debug)) {
        throw new errors/* CredsError */.uA('input-invalid', 'NODE_DEBUG would print tokens to the log: unset it here.');
    }
    // As Node reads it: quotes and backslashes go, and `_` is as good as `-`.
    const options = (env['NODE_OPTIONS'] ?? '').replace(/["\\]/g, '').replaceAll('_', '-');
    if (/--(?:report|inspect|heap-prof|heapsnapshot|diagnostic-dir|tls-keylog|trace-tls)/.test(options)) {
        throw new errors/* CredsError */.uA('input-invalid', 'NODE_OPTIONS would write or expose memory with tokens: unset it here.');
    }
});
// CONCATENATED MODULE: ./lib/aside/config/action.js
/**
 * Reads the inputs of the action.
 * @throws CredsError `input-invalid`, naming the input; nothing has been sent then
 */
var configFromAction = (async function (host) {
    refuseWiretaps(host);
    const given = givenInputs(host.env);
    refuseUnknown(Object.keys(given), 'action');
    const config = await readConfig(given, host.files);
    if (config.filesDir !== undefined) {
        const { assertOutsideCheckout } = await __nccwpck_require__.e(/* import() | work-tree */ 441).then(__nccwpck_require__.bind(__nccwpck_require__, 988));
        assertOutsideCheckout(config.filesDir, 'input `files-dir`', host);
    }
    return config;
});
// CONCATENATED MODULE: ./lib/aside/protocol/workflow-command.js
/**
 * A workflow command line for standard output (GitHub Docs, Workflow commands for GitHub Actions). Starts on a line
 * of its own whatever was printed before.
 */
var workflowCommand = (function (name, value, properties = {}) {
    const list = Object.entries(properties).map(([key, text]) => `${key}=${escapeProperty(text)}`);
    return `::${name}${list.length === 0 ? '' : ` ${list.join(',')}`}::${escapeData(value)}\n`;
});
var escapeData = (function (text) {
    return text.replace(/%/g, '%25').replace(/\r/g, '%0D').replace(/\n/g, '%0A');
});
/**
 * Entries of a command file (GITHUB_ENV, GITHUB_OUTPUT, GITHUB_STATE) in one text: what is empty as `NAME=`, all else in
 * heredoc form. The delimiter is the caller's 128 random bits, asked for where one is needed; a value that holds it, a NUL
 * or half a character is refused.
 * @throws CredsError `credential-unusable`
 */
var commandFileText = (function (entries, makeDelimiter) {
    let text = '';
    let delimiter;
    for (const [name, value] of Object.entries(entries)) {
        if (value === '' && (0,pattern/* fullMatch */.L)(plainName, name)) {
            text += `${name}=\n`;
            continue;
        }
        delimiter ??= makeDelimiter();
        if (value.includes(delimiter) ||
            name.includes(delimiter) ||
            value.includes('\0') ||
            !value.isWellFormed()) {
            throw new errors/* CredsError */.uA('credential-unusable', `The value for ${name} cannot be handed over safely.`);
        }
        text += `${name}<<${delimiter}\n${value}\n${delimiter}\n`;
    }
    return text;
});
// CONCATENATED MODULE: ./lib/aside/platforms/github-actions.js
var attach = (function (host, folder) {
    const { env } = host;
    let fresh = true;
    const print = ((text) => {
        // The first line starts on a line of its own: whatever an earlier process left unfinished would hide a command.
        host.print(fresh ? `\n${text}` : text);
        fresh = false;
    });
    const tell = ((level, text) => {
        if (level === 'info')
            print(`${text.replaceAll('::', ': :').replaceAll('##[', '# [')}\n`);
        else
            print(workflowCommand(level, text, level === 'debug' ? {} : { title: 'ephemeral-creds' }));
    });
    return {
        platform: github_actions_githubActions.name,
        facts: factsOf(env),
        folder: folder ?? (0,external_node_path_.join)(temporaryFolder(env), 'ephemeral-creds'),
        folderOf: 'job',
        whyNoLogin: 'On GitHub Actions `login` could not make sure that masks reach the log: use the action, or `exec`.',
        mask: ((patterns) => {
            const lines = patterns.filter((pattern) => pattern.trim() !== '');
            if (lines.length > 0)
                print(lines.map((pattern) => workflowCommand('add-mask', pattern)).join(''));
        }),
        hasPost: true,
        remember: ((text) => {
            appendTo(host, 'GITHUB_STATE', { [stateName]: text });
        }),
        recall: () => env[`STATE_${stateName}`],
        exportVariables: ((variables) => {
            appendTo(host, 'GITHUB_ENV', variables);
        }),
        setOutputs: ((outputs) => {
            appendTo(host, 'GITHUB_OUTPUT', outputs);
        }),
        summarise: ((markdown) => {
            const file = env['GITHUB_STEP_SUMMARY'] ?? '';
            if (file !== '')
                host.files.append(file, markdown, false);
        }),
        tell,
        commandFiles: (() => ['GITHUB_ENV', 'GITHUB_OUTPUT', 'GITHUB_STATE']
            .map((name) => env[name] ?? '')
            .filter((path) => path !== '')),
        eraseCommandFiles: (paths) => {
            for (const path of paths.filter((each) => isOldCommandFile(env, each))) {
                try {
                    host.files.erase(path);
                }
                catch {
                    tell('warning', `The file ${path} could not be removed.`);
                }
            }
        },
        whyUntrusted: async () => {
            const { untrustedEvent } = await Promise.resolve(/* import() eager */).then(__nccwpck_require__.t.bind(__nccwpck_require__, 9467, 23));
            return untrustedEvent();
        },
    };
});
var factsOf = (function (env) {
    const facts = Object.entries(factVariables).map(([fact, name]) => [fact, env[name] ?? '']);
    return Object.fromEntries(facts.filter(([, value]) => value !== ''));
});
/** Where what is owed is noted: nowhere that depends on where a step happens to run, in the checkout for one. */
var temporaryFolder = (function (env) {
    const path = env['RUNNER_TEMP'] ?? '';
    if ((0,external_node_path_.isAbsolute)(path) && Buffer.byteLength(path) <= longestFolder)
        return path;
    throw new errors/* CredsError */.uA('input-invalid', 'The runner\u2019s variable RUNNER_TEMP holds no absolute path that a file can have.', {
        hint: 'Without that folder nobody could note what is owed. The runner sets it: find what has changed it.',
    });
});
var required = (function (env, name) {
    const value = env[name] ?? '';
    if (value === '')
        throw new errors/* CredsError */.uA('input-invalid', `The runner\u2019s variable ${name} is missing.`);
    return value;
});
/** One write of all entries, synced; never through a link that another step put in the file's place. */
var appendTo = (function (host, variable, entries) {
    if (Object.keys(entries).length === 0)
        return;
    const text = commandFileText(entries, () => `ec_${host.randomHex(16)}`);
    try {
        host.files.append(required(host.env, variable), text, true);
    }
    catch (cause) {
        if (cause instanceof errors/* CredsError */.uA)
            throw cause;
        throw new errors/* CredsError */.uA('delivery-failed', `The file of ${variable} cannot be written to.`, { cause });
    }
});
// CONCATENATED MODULE: ./lib/aside/entry/action-job.js
/** An action runs where actions run. In a shell its post step would never come, and nothing would be given back. */
var attachAction = (function (host) {
    if (github_actions_githubActions.detect(host.env))
        return github_actions_githubActions.attach(host);
    throw new errors/* CredsError */.uA('input-invalid', 'This is not a job of GitHub Actions (GITHUB_ACTIONS is not `true`).', {
        hint: 'Elsewhere use the command line: docs/how-to/command-line.md.',
    });
});
/** @returns the exit status */
var tell = (function (error, { job, host }, summary) {
    if (!(error instanceof errors/* CredsError */.uA))
        throw error;
    tellProblem(error, job, { host, summary });
    return error.exit;
});
// CONCATENATED MODULE: ./lib/aside/entry/random.js
/**
 * So many random octets in hex digits. Not by an import of node:crypto: that takes 4 ms to load, and post mostly needs
 * none of it.
 */
var randomHex = (function (octets) {
    // Absent before Node 20.16.
    if (!('getBuiltinModule' in process))
        return Buffer.from(globalThis.crypto.getRandomValues(new Uint8Array(octets))).toString('hex');
    return process.getBuiltinModule('node:crypto').randomBytes(octets).toString('hex');
});
// CONCATENATED MODULE: ./lib/aside/entry/files.js
/** With those above it. Node's own way (`recursive`) never ends where a folder takes none that is not there, as /proc/self. */
var makeFolder = (function (path, triesAbove = true) {
    try {
        external_node_fs_.mkdirSync(path, 0o700);
    }
    catch (error) {
        const { code } = error;
        if (code === 'EEXIST')
            return;
        if (code !== 'ENOENT' || !triesAbove || (0,external_node_path_.dirname)(path) === path)
            throw error;
        makeFolder((0,external_node_path_.dirname)(path));
        makeFolder(path, false);
    }
});
var writeAll = (function (descriptor, text, synced) {
    let before;
    try {
        const found = external_node_fs_.fstatSync(descriptor);
        if (!found.isFile())
            throw new Error('not a regular file');
        before = found.size;
        const octets = Buffer.from(text);
        for (let done = 0; done < octets.length;)
            done += external_node_fs_.writeSync(descriptor, octets, done);
        if (synced)
            external_node_fs_.fsyncSync(descriptor);
    }
    catch (error) {
        // All or nothing: half an entry would spoil what others have written before it.
        if (before !== undefined)
            external_node_fs_.ftruncateSync(descriptor, before);
        throw error;
    }
    finally {
        external_node_fs_.closeSync(descriptor);
    }
});
var readPrivate = (function (path, maxBytes) {
    let descriptor;
    try {
        descriptor = external_node_fs_.openSync(path, O_RDONLY | noFollow | noWait);
    }
    catch (error) {
        if (error.code === 'ENOENT')
            return undefined;
        throw error;
    }
    try {
        const found = external_node_fs_.fstatSync(descriptor);
        const ours = process.getuid === undefined || found.uid === process.getuid();
        const others = process.platform === 'win32' ? 0 : found.mode & 0o077;
        if (!found.isFile() || !ours || others !== 0 || found.size > maxBytes)
            throw new Error('the file is not private');
        return external_node_fs_.readFileSync(descriptor, 'utf8');
    }
    finally {
        external_node_fs_.closeSync(descriptor);
    }
});
// CONCATENATED MODULE: ./lib/aside/entry/output.js
var write = (function (descriptor, text) {
    const octets = Buffer.from(text);
    for (let done = 0; done < octets.length;) {
        try {
            done += (0,external_node_fs_.writeSync)(descriptor, octets, done);
        }
        catch (error) {
            if (error.code !== 'EAGAIN')
                throw error;
            // A full pipe that someone made non-blocking: wait for its reader.
            Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
        }
    }
});
// CONCATENATED MODULE: ./lib/aside/entry/host.js
/** The process as the rest of the program sees it. Signals are turned into one aborted `signal`. */
var processHost = (function (wire = lateWire) {
    const stop = stopSignal();
    completeProxies();
    const env = Object.freeze({ ...process.env });
    return {
        env,
        userId: process.getuid?.(),
        home: homeOfUser,
        clock,
        files: realFiles,
        randomHex: randomHex,
        ...wire(env),
        print: print,
        printError: printError,
        terminal,
        get signal() {
            return stop();
        },
        ...(process.platform !== 'win32' && {
            sshAgents: async () => (await __nccwpck_require__.e(/* import() | ssh-agents */ 222).then(__nccwpck_require__.bind(__nccwpck_require__, 2914))).realSshAgents,
        }),
    };
});
/** Listens from now on. The signal is made when somebody asks for it: its module takes 2 ms to load. */
var stopSignal = (function () {
    let controller;
    let reason;
    const stop = (error) => {
        reason ??= error;
        controller?.abort(reason);
    };
    // Each time: a second signal must not end the process while it gives back.
    process.on('SIGINT', (() => {
        stop(new errors/* CredsError */.uA('interrupted', 'The job was cancelled (SIGINT).'));
    }));
    // SIGBREAK is Windows\u2019 Ctrl+Break, which the runner sends after Ctrl+C; SIGHUP the end of a terminal or a connection.
    for (const name of ['SIGTERM', 'SIGBREAK', 'SIGHUP']) {
        process.on(name, (() => {
            stop(new errors/* CredsError */.uA('terminated', `The job was cancelled (${name}).`));
        }));
    }
    return (() => {
        if (controller === undefined) {
            controller = new AbortController();
            if (reason !== undefined)
                controller.abort(reason);
        }
        return controller.signal;
    });
});
/** `proxy.example.com:3128` is what other tools understand; `@actions/http-client` would go past such a proxy. */
var completeProxies = (function () {
    for (const name of ['https_proxy', 'HTTPS_PROXY', 'http_proxy', 'HTTP_PROXY']) {
        const value = process.env[name] ?? '';
        if (value !== '' && !value.includes('://'))
            process.env[name] = `http://${value}`;
    }
});
// CONCATENATED MODULE: ./lib/aside/entry/door.js
/**
 * Runs a story as this process: ends it with the story's exit status, and never with 0 unless the story came to its
 * end. Nothing that was thrown is printed but our own errors: a stranger's message could hold anything.
 */
var door_open = (function (story, { wire, say = print } = {}) {
    let finished = false;
    process.exitCode = 70;
    const end = ((status) => {
        finished = true;
        process.exit(status);
    });
    const crash = (error) => {
        complain(error, say);
        end(error instanceof errors/* CredsError */.uA ? error.exit : 70);
    };
    process.once('uncaughtException', crash).once('unhandledRejection', crash);
    process.once('beforeExit', (() => {
        if (!finished)
            crash(new errors/* CredsError */.uA('unfinished', 'The run ended before its work did.'));
    }));
    story(processHost(wire)).then(end, crash);
});
// CONCATENATED MODULE: ./lib/aside/entry/core.js
/** The action's main step. */
var main = (function () {
    door_open(mainStory, { wire: transport.httpTransport });
});
/** What the main step does, and its exit status. Tests hand it a world of their own. */
var mainStory = (async function (host) {
    const job = attachAction(host);
    let config;
    try {
        config = await configFromAction(host);
        await acquire(config, { job, host });
        return 0;
    }
    catch (error) {
        return tell(error, { job, host }, config?.summary !== 'never');
    }
});
/******/ 	var __webpack_modules__ = ({

/***/ 644:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {
/** What lies behind the value that a variable holds, where it was an entry of this job that has led it there. */
var behindOf = (function (name, held, entries) {
    const theirs = entries
        .flatMap(({ pointers = [] }) => pointers)
        .find(((each) => each.name === name && each.value === held && (each.after !== held || each.behind !== undefined)));
    if (theirs === undefined)
        return [];
    return [theirs.after, ...(theirs.behind ?? [])].filter((each) => each !== held);
});

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   g9: () => (/* binding */ behindOf),
/* harmony export */   wd: () => (/* binding */ variablesAfter)
/* harmony export */ });
/* unused harmony exports leadingToLater, ledEarlier */
/**
 * What the variables of a delivery are to hold once it is taken back: nothing, and those that lead tools somewhere what
 * they held before. One that a later step has set or led elsewhere meanwhile is left as it is.
 * @param living the entries of the job that are not given back with it
 */
function variablesAfter(intent, { env }, living = []) {
    const claimed = laterNames(intent, living);
    const led = (intent.pointers ?? [])
        // The step that fails has them itself as they were before.
        .filter(({ name, value, after }) => !claimed.has(name) && [undefined, '', value, after].includes(env[name]))
        .map((pointer) => ({ ...pointer, after: lastingOf(pointer, living) }))
        .filter(({ value, after }) => after !== value);
    return {
        ...Object.fromEntries(intent.variables.filter((name) => !claimed.has(name)).map((name) => [name, ''])),
        ...Object.fromEntries(led.map(({ name, after }) => [name, after])),
    };
}
/** Variables of an entry that lead to the files of a later one, which may be copies with ours in them. */
function leadingToLater(intent, living) {
    const claimed = laterNames(intent, living);
    return (intent.pointers ?? []).filter(({ name }) => claimed.has(name)).map(({ name }) => name);
}
/** What steps after that of the entry have set, and still need. */
function laterNames({ id }, living) {
    const later = living.filter(({ before = [] }) => before.includes(id));
    return new Set(later.flatMap(({ variables, pointers = [] }) => [...variables, ...pointers.map(({ name }) => name)]));
}
/** Past what entries had led it to that are over: their files are gone. */
function lastingOf({ name, after, behind = [] }, living) {
    const alive = living.flatMap(({ pointers = [] }) => pointers.filter((each) => each.name === name));
    const chain = [after, ...behind];
    return chain.find((each) => alive.some(({ value }) => value === each)) ?? chain.at(-1) ?? after;
}

/**
 * Where earlier commands of a job have led tools, in a shell that has not read it yet: what it writes next is read after
 * theirs. One that the shell has led elsewhere itself stays.
 */
function ledEarlier(entries, { env }) {
    const latest = entries.flatMap((entry) => {
        const later = laterNames(entry, entries);
        return (entry.pointers ?? []).filter(({ name }) => !later.has(name));
    });
    const unread = latest.filter(({ name, after, behind = [] }) => [undefined, '', after, ...behind].includes(env[name]));
    return Object.fromEntries(unread.map(({ name, value }) => [name, value]));
}


/***/ }),

/***/ 2095:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   E: () => (/* binding */ kinds)
/* harmony export */ });
/**
 * The kinds of credentials and their fields (PROTOCOL.md, Kinds). Data: the wire's codec, the masks, the exporters
 * and the action's outputs are all derived from this table.
 */
const kinds = {
    'aws-session': {
        accessKeyId: 'masked',
        secretAccessKey: 'secret',
        sessionToken: 'secret',
        region: 'plain?',
        account: 'plain?',
    },
    'bearer-token': { token: 'secret', header: 'plain?' },
    'github-token': { token: 'secret', apiUrl: 'plain' },
    'vault-token': { token: 'secret', address: 'plain', namespace: 'plain?' },
    'basic-login': { username: 'plain', password: 'secret' },
    'postgres-login': {
        host: 'plain',
        port: 'plain',
        database: 'plain',
        username: 'plain',
        password: 'secret',
        caCertificate: 'plain?',
    },
    'mysql-login': {
        host: 'plain',
        port: 'plain',
        database: 'plain',
        username: 'plain',
        password: 'secret',
        caCertificate: 'plain?',
    },
    'ssh-certificate': { certificate: 'plain', principals: 'plain', caPublicKey: 'plain?' },
    'x509-certificate': { certificateChain: 'plain', caCertificates: 'plain' },
    'kubernetes-token': { server: 'plain', token: 'secret', caCertificate: 'plain', namespace: 'plain?' },
    'gcp-token': { token: 'secret', project: 'plain?' },
    'azure-token': { token: 'secret', tenant: 'plain', resource: 'plain' },
    'registry-login': { registry: 'plain', username: 'plain', password: 'secret' },
};


/***/ }),

/***/ 3150:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {
/** Starts a budget of so many seconds; never later than `outer`. */
var startDeadline = (function (clock, budgetSeconds, outer) {
    const end = clock.monotonicMs() + Math.min(budgetSeconds * 1000, outer?.remainingMs() ?? Infinity);
    return { budgetSeconds, remainingMs: () => Math.max(0, end - clock.monotonicMs()) };
});

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   d: () => (/* binding */ startDeadline)
/* harmony export */ });



/***/ }),

/***/ 4651:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {
/**
 * The name of what is written beside a file before it takes the file\u2019s place. It says of which file it is: whoever is
 * killed in between leaves what somebody has to find.
 * @param random 16 hex digits
 */
var draftName = (function (name, random) {
    return `.${name}.${random}`;
});
/** True for the name of a draft of the file of that name. */
var isDraftOf = (function (name, draft) {
    return draft.startsWith(`.${name}.`);
});

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   TS: () => (/* binding */ draftName),
/* harmony export */   ls: () => (/* binding */ isDraftOf)
/* harmony export */ });
/* unused harmony export isDraft */



/** True for the name of a draft of whatever file. */
function isDraft(name) {
    return fullMatch(/\..+\.[0-9a-f]{16}/, name);
}


/***/ }),

/***/ 2078:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {
/**
 * Reads a lifetime: `900` (seconds), `90s`, `15m`, `1h`, `1h30m`, `1d`.
 * @returns whole seconds, or undefined when the text is not a duration of at most a year
 */
var parseDuration = (function (text) {
    const bare = (0,_pattern_js__WEBPACK_IMPORTED_MODULE_0__/* .fullMatch */ .L)(/\d{1,8}/, text);
    if (!bare && (!(0,_pattern_js__WEBPACK_IMPORTED_MODULE_0__/* .fullMatch */ .L)(/(\d{1,6}d)?(\d{1,6}h)?(\d{1,6}m)?(\d{1,8}s)?/, text) || text === ''))
        return undefined;
    let seconds = bare ? Number(text) : 0;
    for (const [, count, unit] of text.matchAll(/(\d+)([smhd])/g)) {
        seconds += Number(count) * secondsIn[unit];
    }
    return seconds <= 366 * 86_400 ? seconds : undefined;
});
/** `in 15 min`-style words for a person: `45 s`, `15 min`, `1 h 30 min`. Takes seconds, rounds to the minute above two. */
var formatDuration = (function (seconds) {
    const whole = Math.max(0, Math.round(seconds));
    if (whole < 120)
        return `${String(whole)} s`;
    const minutes = Math.round(whole / 60);
    if (minutes < 60)
        return `${String(minutes)} min`;
    const rest = minutes % 60;
    return `${String(Math.floor(minutes / 60))} h${rest === 0 ? '' : ` ${String(rest)} min`}`;
});
/** `16:15 UTC`, with the date in front when it is not the day of `now`. */
var formatTime = (function (at, now) {
    const [day, time] = at.toISOString().split('T');
    const clock = `${time.slice(0, 5)} UTC`;
    return day === now.toISOString().slice(0, 10) ? clock : `${day} ${clock}`;
});

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   E9: () => (/* binding */ parseDuration),
/* harmony export */   a3: () => (/* binding */ formatDuration),
/* harmony export */   fU: () => (/* binding */ formatTime)
/* harmony export */ });
/* harmony import */ var _pattern_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(6898);

const secondsIn = { s: 1, m: 60, h: 3600, d: 86_400 };





/***/ }),

/***/ 7945:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   Bi: () => (/* binding */ missingFile),
/* harmony export */   uA: () => (/* binding */ CredsError)
/* harmony export */ });
/* unused harmony export codes */
var _a;
/** The closed list. Each has a page: docs/errors/<code>.md. */
const codes = {
    'input-invalid': { exit: 64, hint: 'Correct the named input; docs/reference/inputs.md lists them all.' },
    'id-token-permission-missing': {
        exit: 64,
        hint: 'Give the job `permissions: { id-token: write }` (and `contents: read` if it checks out code).',
    },
    'id-token-untrusted-event': {
        exit: 64,
        hint: 'Runs of forks and of Dependabot get no ID token. Run this step only where the repository itself started the run, for example on push, or behind an `if:`.',
    },
    'id-token-refused': {
        exit: 65,
        hint: 'The platform refused to issue an ID token for this job. Check `permissions: { id-token: write }` and the organisation\u2019s OIDC settings.',
    },
    'id-token-mismatch': {
        exit: 65,
        hint: 'The ID token is not what was asked for, so it was sent nowhere. Check the input `audience` and any proxy between the runner and the platform.',
    },
    'audience-mismatch': {
        exit: 65,
        hint: 'The input `audience` and the audience that the other side expects differ. For a broker leave it out, or set it to the broker\u2019s own public URL.',
    },
    'identity-refused': {
        exit: 65,
        hint: 'The ID token was refused before any policy was asked. The reason names what was wrong with it.',
    },
    'clock-skew': {
        exit: 65,
        hint: 'The clocks of the runner and of the broker differ by more than a minute. Set the runner\u2019s clock (NTP).',
    },
    'policy-denied': {
        exit: 66,
        hint: 'No trust policy grants this to this job. Show your platform team the request id and the claims in the log.',
    },
    'role-in-use': {
        exit: 66,
        hint: 'This job already borrows this role in another step. Borrow it once and reuse it.',
    },
    'approval-pending': {
        exit: 75,
        hint: 'Someone has to approve this while the step waits: set `approval-timeout`, to `30m` for example. Each run asks for an approval of its own.',
    },
    'lease-unsuitable': {
        exit: 66,
        hint: 'What was lent is not what the inputs allow; it was given back, unless the log says what lives on. Compare `min-ttl`, `max-ttl` and `expect-account` with the role.',
    },
    'static-key': {
        exit: 64,
        hint: 'Take the variable out of the job (`env:`, the settings of the project, the runner) and delete the key where it was made. `static-keys: warn` lets the job go on meanwhile.',
    },
    'request-refused': {
        exit: 70,
        hint: 'docs/errors/request-refused.md says what to do about each reason. Where none is named, compare the versions of broker and action.',
    },
    unreachable: {
        exit: 69,
        hint: 'Check the URL, DNS, firewall and proxy settings (HTTPS_PROXY, NO_PROXY) as seen from this runner.',
    },
    'tls-untrusted': {
        exit: 69,
        hint: 'For a private certificate authority set the input `ca-cert` to its PEM text, or to the path of such a file, or set NODE_EXTRA_CA_CERTS. Checking is never switched off.',
    },
    'tls-refused': {
        exit: 69,
        hint: 'Check the port: plain http may answer there. A server that wants a client certificate fails like this, too: `provider: vault` has the parameters `client-certificate` and `client-key`. `ca-cert` changes nothing about it.',
    },
    'proxy-refused': {
        exit: 69,
        hint: 'Check HTTPS_PROXY (credentials included) or add the host to NO_PROXY.',
    },
    'redirect-refused': {
        exit: 69,
        hint: 'The server answered with a redirect, which is never followed with a credential in hand. Set the URL to where the server really is.',
    },
    'answer-invalid': {
        exit: 69,
        hint: 'What answered does not speak the expected protocol. Check that the URL names the right server and that no proxy or sign-in page answers in its place.',
    },
    'timed-out': {
        exit: 75,
        hint: 'Raise the input `timeout`, or look at the network between runner and server.',
    },
    busy: {
        exit: 75,
        hint: 'The server asked us to come back later and the time was used up. Run the job again.',
    },
    'delivery-failed': {
        exit: 70,
        hint: 'The credential could not be handed to the job and was given back, unless the log says what lives on. Check the runner\u2019s disk and the permissions of its temporary folder.',
    },
    'credential-unusable': {
        exit: 70,
        hint: 'The other side sent a credential that cannot be delivered safely; it was given back, unless the log says what lives on. Tell the owner of the role.',
    },
    'cannot-redact': {
        exit: 70,
        hint: 'Without it nothing is shown, rather than a secret. Give `--state` the folder that `login` was given, or name the variables that hold the secrets with `--variable`.',
    },
    'revoke-failed': {
        exit: 1,
        hint: 'A lease could not be given back in time; it ends by itself at the time shown. Ask the broker\u2019s operator to revoke it sooner.',
    },
    'ledger-changed': {
        exit: 1,
        hint: 'Find the step that writes to that folder: what it could change it could also read. What no message names was given back.',
    },
    unfinished: { exit: 70, hint: 'The run ended before its work did. This is a defect: please report it.' },
    interrupted: {
        exit: 130,
        hint: 'The job was cancelled. What had been lent was given back, unless the log says what lives on.',
    },
    terminated: {
        exit: 143,
        hint: 'The job was cancelled. What had been lent was given back, unless the log says what lives on.',
    },
    internal: { exit: 70, hint: 'This is a defect: please report it, with the stack if there is one.' },
};
/** @returns what to say where a file of our own is gone, which another step or a cleanup has taken; undefined for all else */
function missingFile(cause) {
    const isIt = cause instanceof Error && 'code' in cause && cause.code === 'MODULE_NOT_FOUND';
    return isIt ? new CredsError('revoke-failed', 'Files of this action are missing.', { cause }) : undefined;
}
/**
 * The one error of this program. The message names the input, claim or host at fault, never a value that could be
 * secret, and never quotes what a server sent.
 */
class CredsError extends Error {
    code;
    hint;
    requestId;
    retryAfterSeconds;
    freshIdToken;
    partlyIssued;
    nothingIssued;
    answerLost;
    constructor(code, message, details = {}) {
        super(message, details.cause === undefined ? {} : { cause: details.cause });
        this.name = 'CredsError';
        this.code = code;
        this.hint = details.hint ?? codes[code].hint;
        this.requestId = details.requestId;
        this.retryAfterSeconds = details.retryAfterSeconds;
        this.freshIdToken = details.freshIdToken ?? false;
        this.partlyIssued = details.partlyIssued ?? false;
        this.nothingIssued = details.nothingIssued ?? false;
        this.answerLost = details.answerLost ?? false;
    }
    /** The same, with nothing left to try. */
    asFinal() {
        const { partlyIssued, nothingIssued } = this;
        return this.#like({ partlyIssued, nothingIssued });
    }
    /** The same, after a part had been issued. */
    asPartlyIssued() {
        const { retryAfterSeconds, freshIdToken } = this;
        const again = retryAfterSeconds === undefined ? {} : { retryAfterSeconds };
        return this.#like({ ...again, freshIdToken, partlyIssued: true });
    }
    #like(details) {
        const { cause, hint, requestId } = this;
        const known = requestId === undefined ? {} : { requestId };
        return new _a(this.code, this.message, { cause, hint, ...known, ...details });
    }
    /** The process's exit status for this error. */
    get exit() {
        return codes[this.code].exit;
    }
    /** The page that explains it. */
    get page() {
        return `docs/errors/${this.code}.md`;
    }
}
_a = CredsError;


/***/ }),

/***/ 1044:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   p: () => (/* binding */ clientAlerts),
/* harmony export */   w: () => (/* binding */ TransportError)
/* harmony export */ });
/** Faults of the time before a connection stands. */
const early = ['refused', 'dns', 'dns-temporary', 'proxy', 'certificate'];
/** Alerts of TLS about the certificate that a client has shown, or has not (RFC 8446 \u00a76.2). */
const clientAlerts = [42, 43, 44, 45, 46, 48, 49, 116];
class TransportError extends Error {
    fault;
    /** For sure nobody has got anything of the request who could have done what it asks. */
    unsent;
    /** By what the server has broken off (RFC 8446 \u00a76). */
    alert;
    constructor(fault, { unsent = early.includes(fault), alert, ...options } = {}) {
        super(fault, options);
        this.name = 'TransportError';
        this.fault = fault;
        this.unsent = unsent;
        this.alert = alert;
    }
}


/***/ }),

/***/ 3114:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   y: () => (/* binding */ revocabilities)
/* harmony export */ });
const revocabilities = ['immediate', 'policy', 'expiry-only'];


/***/ }),

/***/ 1041:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   p: () => (/* binding */ nearest)
/* harmony export */ });
/** The name that was probably meant: one letter more, less, other or swapped; `_` for `-`; or the only one that begins so. */
function nearest(known, typed) {
    const name = typed.toLowerCase().replaceAll('_', '-');
    const near = known.find((candidate) => isNear(candidate, name));
    if (near !== undefined || name.length < 3)
        return near;
    const longer = known.filter((candidate) => candidate.startsWith(name));
    return longer.length === 1 ? longer[0] : undefined;
}
function isNear(a, b) {
    if (a === b)
        return true;
    let start = 0;
    while (start < Math.min(a.length, b.length) && a[start] === b[start])
        start++;
    const swapped = a[start] === b[start + 1] && a[start + 1] === b[start];
    const tails = [
        [a.slice(start + 1), b.slice(start)],
        [a.slice(start), b.slice(start + 1)],
        [a.slice(start + 1), b.slice(start + 1)],
        ...(swapped ? [[a.slice(start + 2), b.slice(start + 2)]] : []),
    ];
    return tails.some(([x, y]) => x === y);
}


/***/ }),

/***/ 6898:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {
/**
 * True when the pattern matches the text from its first to its last character. Every pattern in this program goes
 * through here, so that no one forgets an anchor or the group around an alternation (`^a|b$`).
 */
var fullMatch = (function (pattern, text) {
    let anchored = whole.get(pattern);
    if (anchored === undefined) {
        anchored = new RegExp(`^(?:${pattern.source})$(?![\\s\\S])`, pattern.flags.replace(/[gym]/g, ''));
        whole.set(pattern, anchored);
    }
    return anchored.test(text);
});

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   L: () => (/* binding */ fullMatch)
/* harmony export */ });
const whole = new WeakMap();



/***/ }),

/***/ 4490:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   z: () => (/* binding */ Secret)
/* harmony export */ });
const hidden = '[secret]';
/**
 * One string to hide. It prints, serialises, interpolates and inspects as `[secret]`; only `reveal()` gives the
 * value, so every place where a secret leaves the program can be found by searching for that word.
 */
class Secret {
    #value;
    constructor(value) {
        this.#value = value;
    }
    /** The value itself, for the one place that must send or deliver it. */
    reveal() {
        return this.#value;
    }
    toString() {
        return hidden;
    }
    toJSON() {
        return hidden;
    }
    [Symbol.toPrimitive]() {
        return hidden;
    }
    [Symbol.for('nodejs.util.inspect.custom')]() {
        return hidden;
    }
}


/***/ }),

/***/ 7029:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {
var byTable = (function ({ lease, credential }, place) {
    const names = naming[credential.kind];
    if (names === undefined)
        throw unnamed(credential.kind);
    const prefix = lease.prefix === undefined ? '' : `${lease.prefix}_`;
    const fields = credential.fields;
    const secret = [];
    const plain = [];
    for (const [field, value] of (0,_fields_js__WEBPACK_IMPORTED_MODULE_4__/* .fieldsOf */ .Pf)(credential)) {
        const to = fields[field] instanceof _domain_secret_js__WEBPACK_IMPORTED_MODULE_5__/* .Secret */ .z ? secret : plain;
        for (const name of names[field] ?? [])
            to.push([prefix + name, value]);
    }
    const { token, more, files } = extras(credential, place, prefix);
    for (const [name, value] of Object.entries(token))
        secret.push([prefix + name, value]);
    for (const [name, value] of Object.entries(more))
        plain.push([prefix + name, value]);
    if (prefix !== '')
        for (const [name] of [...secret, ...plain])
            (0,_variable_name_js__WEBPACK_IMPORTED_MODULE_1__/* .assertVariableName */ .O)(name);
    const pointers = plain.map((([name, value]) => Object.entries((0,_own_file_js__WEBPACK_IMPORTED_MODULE_6__/* .leadTo */ .yH)(place, name, value, unset[name]))));
    return { variables: (0,_fields_js__WEBPACK_IMPORTED_MODULE_4__/* .onceEach */ .fF)(secret), pointers: (0,_fields_js__WEBPACK_IMPORTED_MODULE_4__/* .onceEach */ .fF)(pointers.flat()), files };
});
/** What a tool needs besides the fields, by kind. */
var extras = (function (credential, place, prefix) {
    const none = { token: {}, more: {}, files: {} };
    if (credential.kind === 'github-token')
        return { ...none, ...githubNames(credential) };
    if (credential.kind !== 'postgres-login')
        return none;
    if (credential.fields.caCertificate === undefined)
        return { ...none, more: { PGSSLMODE: 'verify-full' } };
    const path = (0,node_path__WEBPACK_IMPORTED_MODULE_0__.join)(place.folder, `${prefix.toLowerCase()}postgres-ca.pem`);
    return {
        ...none,
        more: { PGSSLMODE: 'verify-full', PGSSLROOTCERT: path },
        files: { [path]: credential.fields.caCertificate },
    };
});

__nccwpck_require__.r(__webpack_exports__);
/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   env: () => (/* binding */ env)
/* harmony export */ });
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(6760);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__nccwpck_require__.n(node_path__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var _domain_errors_js__WEBPACK_IMPORTED_MODULE_7__ = __nccwpck_require__(7945);
/* harmony import */ var _domain_pattern_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(6898);
/* harmony import */ var _domain_secret_js__WEBPACK_IMPORTED_MODULE_5__ = __nccwpck_require__(4490);
/* harmony import */ var _fields_js__WEBPACK_IMPORTED_MODULE_4__ = __nccwpck_require__(9617);
/* harmony import */ var _own_file_js__WEBPACK_IMPORTED_MODULE_6__ = __nccwpck_require__(7165);
/* harmony import */ var _prospects_js__WEBPACK_IMPORTED_MODULE_3__ = __nccwpck_require__(2731);
/* harmony import */ var _variable_name_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(9866);
// Names by which tools read credentials from variables (PROTOCOL.md, Kinds).








/** Field \u2192 variables. The broker has no say in these names. */
const naming = {
    'aws-session': {
        accessKeyId: ['AWS_ACCESS_KEY_ID'],
        secretAccessKey: ['AWS_SECRET_ACCESS_KEY'],
        sessionToken: ['AWS_SESSION_TOKEN'],
        region: ['AWS_REGION', 'AWS_DEFAULT_REGION'],
    },
    'bearer-token': { token: ['EPHEMERAL_TOKEN'] },
    // Which names, its host says.
    'github-token': {},
    'vault-token': { token: ['VAULT_TOKEN'], address: ['VAULT_ADDR'], namespace: ['VAULT_NAMESPACE'] },
    'basic-login': { username: ['EPHEMERAL_USERNAME'], password: ['EPHEMERAL_PASSWORD'] },
    'postgres-login': {
        host: ['PGHOST'],
        port: ['PGPORT'],
        database: ['PGDATABASE'],
        username: ['PGUSER'],
        password: ['PGPASSWORD'],
    },
    'mysql-login': {
        host: ['MYSQL_HOST'],
        port: ['MYSQL_TCP_PORT'],
        database: ['MYSQL_DATABASE'],
        username: ['MYSQL_USER'],
        password: ['MYSQL_PWD'],
    },
    'gcp-token': {
        token: ['CLOUDSDK_AUTH_ACCESS_TOKEN', 'GOOGLE_OAUTH_ACCESS_TOKEN'],
        project: ['CLOUDSDK_CORE_PROJECT', 'GOOGLE_CLOUD_PROJECT'],
    },
    'azure-token': { token: ['AZURE_ACCESS_TOKEN'] },
};
/** Variables for the steps that follow: from the table, or by the names that the workflow gives. */
const env = {
    name: 'env',
    takes: (credential) => naming[credential.kind] !== undefined,
    check: ((settings) => {
        for (const [name, field] of Object.entries(settings)) {
            (0,_variable_name_js__WEBPACK_IMPORTED_MODULE_1__/* .assertVariableName */ .O)(name);
            if (!(0,_domain_pattern_js__WEBPACK_IMPORTED_MODULE_2__/* .fullMatch */ .L)(/([^\s=]+\.)?[A-Za-z][A-Za-z0-9_-]{0,127}/, field))
                throw wrongField(name);
        }
    }),
    foresee: ((prospects, settings) => {
        if (Object.keys(settings).length > 0) {
            (0,_prospects_js__WEBPACK_IMPORTED_MODULE_3__/* .assertFieldsCome */ .o)('env', settings, prospects);
            return;
        }
        const coming = prospects.flatMap(({ credentials = [] }) => credentials);
        const homeless = coming.find(({ kind }) => naming[kind] === undefined);
        if (homeless !== undefined)
            throw unnamed(homeless.kind);
    }),
    pack: ((loans, place) => {
        if (Object.keys(place.settings).length > 0)
            return { variables: (0,_fields_js__WEBPACK_IMPORTED_MODULE_4__/* .chosenFields */ .ux)(loans, place.settings) };
        const parcels = loans.map((lent) => byTable(lent, place));
        const pointers = parcels.flatMap((parcel) => Object.entries(parcel.pointers ?? {}));
        const variables = parcels.flatMap((parcel) => Object.entries(parcel.variables ?? {}));
        (0,_fields_js__WEBPACK_IMPORTED_MODULE_4__/* .onceEach */ .fF)([...variables, ...pointers]);
        return {
            variables: (0,_fields_js__WEBPACK_IMPORTED_MODULE_4__/* .onceEach */ .fF)(variables),
            pointers: (0,_fields_js__WEBPACK_IMPORTED_MODULE_4__/* .onceEach */ .fF)(pointers),
            files: (0,_fields_js__WEBPACK_IMPORTED_MODULE_4__/* .onceEach */ .fF)(parcels.flatMap(({ files = {} }) => Object.entries(files))),
        };
    }),
};

/** libpq knows no mode of an empty name; this is what it takes without one. */
const unset = { PGSSLMODE: 'prefer' };

/**
 * gh reads another variable for GitHub Enterprise Server, and the host's name for all but github.com; of ghe.com the
 * API has a host of its own (https://cli.github.com/manual/gh_help_environment). Under GH_TOKEN it would show a server's
 * token to github.com.
 */
function githubNames({ fields }) {
    if (!URL.canParse(fields.apiUrl))
        throw new _domain_errors_js__WEBPACK_IMPORTED_MODULE_7__/* .CredsError */ .uA('credential-unusable', 'The answer holds a github-token whose api_url is no URL.');
    const { host } = new URL(fields.apiUrl);
    const token = fields.token.reveal();
    if (host === 'api.github.com')
        return { token: { GH_TOKEN: token } };
    if (host.endsWith('.ghe.com'))
        return { token: { GH_TOKEN: token }, more: { GH_HOST: host.replace(/^api\./, '') } };
    return { token: { GH_ENTERPRISE_TOKEN: token }, more: { GH_HOST: host } };
}
function unnamed(kind) {
    const problem = `No tool reads a ${kind} from variables: name them, as in \`env TOKEN=field\`.`;
    return new _domain_errors_js__WEBPACK_IMPORTED_MODULE_7__/* .CredsError */ .uA('input-invalid', problem);
}
function wrongField(name) {
    return new _domain_errors_js__WEBPACK_IMPORTED_MODULE_7__/* .CredsError */ .uA('input-invalid', (0,_fields_js__WEBPACK_IMPORTED_MODULE_4__/* .fieldProblem */ .SL)(name));
}


/***/ }),

/***/ 9617:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {
/** A credential's fields as text, secrets revealed: this is where they are handed over. */
var fieldsOf = (function (credential) {
    const entries = Object.entries(credential.fields);
    return entries.flatMap((([name, value]) => {
        if (value === undefined)
            return [];
        return [[name, value instanceof _domain_secret_js__WEBPACK_IMPORTED_MODULE_0__/* .Secret */ .z ? value.reveal() : value]];
    }));
});
/**
 * An object of the entries, unless one name comes twice.
 * @throws CredsError `input-invalid`
 */
var onceEach = (function (entries) {
    const seen = {};
    for (const [name, value] of entries) {
        if (Object.hasOwn(seen, name)) {
            throw new _domain_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .CredsError */ .uA('input-invalid', `Two credentials would both be delivered as ${name}: give the roles prefixes, as in \`DB=app-ro\`.`);
        }
        seen[name] = value;
    }
    return seen;
});

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   Pf: () => (/* binding */ fieldsOf),
/* harmony export */   SL: () => (/* binding */ fieldProblem),
/* harmony export */   fF: () => (/* binding */ onceEach),
/* harmony export */   ux: () => (/* binding */ chosenFields)
/* harmony export */ });
/* harmony import */ var _domain_errors_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(7945);
/* harmony import */ var _domain_secret_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(4490);
/* harmony import */ var _protocol_credential_wire_js__WEBPACK_IMPORTED_MODULE_3__ = __nccwpck_require__(4853);
/* harmony import */ var _label_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(4788);






/**
 * Fields by names that the workflow gives: `NPM_TOKEN=token`, or `DB_URL=DB.url` where several credentials were lent.
 * @throws CredsError `input-invalid` for a field that is not lent exactly once
 */
function chosenFields(loans, settings) {
    const chosen = Object.entries(settings).map(([name, path]) => {
        const at = path.lastIndexOf('.');
        const owner = path.slice(0, Math.max(0, at));
        const field = path.slice(at + 1);
        const found = loans
            .filter((lent) => at < 0 || (0,_label_js__WEBPACK_IMPORTED_MODULE_2__/* .callsIt */ .Tk)(owner, lent))
            .flatMap(({ credential }) => fieldsOf(credential).filter(([each]) => (0,_protocol_credential_wire_js__WEBPACK_IMPORTED_MODULE_3__/* .snakeCase */ .LW)(each) === field || each === field));
        const [only] = found;
        if (found.length !== 1 || only === undefined)
            throw new _domain_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .CredsError */ .uA('input-invalid', fieldProblem(name));
        return [name, only[1]];
    });
    return Object.fromEntries(chosen);
}
function fieldProblem(name) {
    return `The input \`export\` gives ${name} a field that is not lent exactly once; write FIELD, PREFIX.FIELD or ROLE.PART.FIELD.`;
}


/***/ }),

/***/ 4788:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   J2: () => (/* binding */ isLabel),
/* harmony export */   Tk: () => (/* binding */ callsIt),
/* harmony export */   Wy: () => (/* binding */ labelOf)
/* harmony export */ });
/* harmony import */ var _domain_pattern_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(6898);
/* harmony import */ var _settings_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(205);


/** The prefix or the role, with the credential's own name behind it where the lease lends several of its kind. */
function labelOf({ lease, credential }, exporter) {
    const alike = lease.credentials.filter(({ kind }) => kind === credential.kind);
    const first = lease.prefix?.toLowerCase() ?? lease.role;
    const label = alike.length > 1 ? `${first}-${credential.name}` : first;
    if (isLabel(label))
        return label;
    throw (0,_settings_js__WEBPACK_IMPORTED_MODULE_0__/* .wrongExport */ .s)(exporter, 'a role whose name is no plain word: give it a prefix, as in `DB=app-ro`');
}
/** A name that stands for itself in every format. */
function isLabel(text) {
    return (0,_domain_pattern_js__WEBPACK_IMPORTED_MODULE_1__/* .fullMatch */ .L)(/[A-Za-z0-9][A-Za-z0-9._-]{0,127}/, text);
}
/** A lease is called by its prefix or its role, and one of several credentials by its own name behind it: `deploy.db`. */
function callsIt(name, { lease, credential }) {
    const leases = lease.prefix === undefined ? [lease.role] : [lease.prefix, lease.role];
    return leases.some((each) => name === each || name === `${each}.${credential.name}`);
}


/***/ }),

/***/ 1288:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {
/** One output a field: `token`, `aws-access-key-id`. */
var fieldOutputs = (function ({ credential }) {
    if (credential.kind === 'fields')
        return {};
    const family = credential.kind === 'aws-session' ? 'aws-' : '';
    return (0,_fields_js__WEBPACK_IMPORTED_MODULE_1__/* .onceEach */ .fF)((0,_fields_js__WEBPACK_IMPORTED_MODULE_1__/* .fieldsOf */ .Pf)(credential).map(([field, value]) => [outputName(family + field), value]));
});
/** `accessKeyId` \u2192 `access-key-id`. */
var outputName = (function (field) {
    return field.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
});
/** By prefix or role; by the credential's own name below that where a role lends several. */
var byKey = (function (loans) {
    const leases = [...new Set(loans.map(({ lease }) => lease))];
    const entries = leases.map(((lease) => {
        const mine = loans
            .filter((lent) => lent.lease === lease)
            .map(({ credential }) => [credential.name, shown(credential)]);
        const [only] = mine;
        return [
            lease.prefix ?? lease.role,
            lease.credentials.length === 1 && only !== undefined ? only[1] : (0,_fields_js__WEBPACK_IMPORTED_MODULE_1__/* .onceEach */ .fF)(mine),
        ];
    }));
    return (0,_fields_js__WEBPACK_IMPORTED_MODULE_1__/* .onceEach */ .fF)(entries);
});
/** The fields of a kind by the names of their outputs; free ones by the names that somebody gave them. */
var shown = (function (credential) {
    const fields = (0,_fields_js__WEBPACK_IMPORTED_MODULE_1__/* .fieldsOf */ .Pf)(credential);
    if (credential.kind === 'fields')
        return Object.fromEntries(fields);
    return Object.fromEntries(fields.map(([name, value]) => [outputName(name), value]));
});

__nccwpck_require__.r(__webpack_exports__);
/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   outputs: () => (/* binding */ outputs)
/* harmony export */ });
/* harmony import */ var _domain_errors_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(7945);
/* harmony import */ var _fields_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(9617);


/** Outputs of this step: a credential goes only where the workflow hands it. */
const outputs = {
    name: 'outputs',
    takes: () => false,
    check: ((settings) => {
        if (Object.keys(settings).length > 0) {
            throw new _domain_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .CredsError */ .uA('input-invalid', 'The input `export` gives `outputs` a setting; it has none.');
        }
    }),
    pack: ((loans) => {
        const [only] = loans;
        const single = loans.length === 1 && only !== undefined ? fieldOutputs(only) : {};
        return { outputs: { ...single, credentials: JSON.stringify(byKey(loans)) } };
    }),
};






/***/ }),

/***/ 7165:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {
/**
 * Leads a tool to our file until all is given back, then to where it was led before.
 * @param unset what says the same as no variable: no platform can take one back, and to some tools an empty one is a name
 */
var leadTo = (function (place, variable, value, unset = '') {
    return { [variable]: { value, after: place.variable(variable) ?? unset } };
});

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   PV: () => (/* binding */ ownFile),
/* harmony export */   ul: () => (/* binding */ usualPath),
/* harmony export */   yH: () => (/* binding */ leadTo),
/* harmony export */   zo: () => (/* binding */ wholeLines)
/* harmony export */ });
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(6760);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__nccwpck_require__.n(node_path__WEBPACK_IMPORTED_MODULE_0__);

/**
 * Text of the file that a tool reads now, to be copied; empty where there is none, or where the line says `merge=no`.
 * @param variable that leads the tool to its file
 * @param usual path below the home folder, where the variable is not set
 */
function ownFile(place, variable, ...usual) {
    if (place.settings['merge'] === 'no')
        return '';
    const path = place.variable(variable) ?? usualPath(place, ...usual);
    return path === undefined ? '' : (place.read(path) ?? '');
}
/** Where a tool looks below the home folder while no variable leads it; undefined where none is known. */
function usualPath({ home }, ...usual) {
    return home === undefined ? undefined : (0,node_path__WEBPACK_IMPORTED_MODULE_0__.join)(home, ...usual);
}

/** Ends with a line break, unless there is nothing. */
function wholeLines(text) {
    return text === '' || text.endsWith('\n') ? text : `${text}\n`;
}


/***/ }),

/***/ 2731:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   M: () => (/* binding */ assertComes),
/* harmony export */   o: () => (/* binding */ assertFieldsCome)
/* harmony export */ });
/* harmony import */ var _domain_credential_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(2095);
/* harmony import */ var _domain_near_miss_js__WEBPACK_IMPORTED_MODULE_3__ = __nccwpck_require__(1041);
/* harmony import */ var _protocol_credential_wire_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(4853);
/* harmony import */ var _settings_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(205);




/**
 * Refuses a role that is not borrowed, and a form for what is certain not to come.
 * @param from by which the line chooses one of what is borrowed; undefined: all
 * @throws CredsError `input-invalid`
 */
function assertComes(exporter, prospects, { from, kinds }) {
    const called = prospects.map((prospect) => ({ ...prospect, ...mayMean(from, prospect) }));
    if (from !== undefined && called.every(({ isMeant }) => !isMeant))
        throw (0,_settings_js__WEBPACK_IMPORTED_MODULE_0__/* .wrongExport */ .s)(exporter, `\`from\` with a role that is not borrowed${whichThereAre(from, prospects)}`);
    const mayFit = called.some(({ isMeant, coming }) => isMeant && (coming?.some(({ kind }) => kinds.includes(kind)) ?? true));
    if (!mayFit)
        throw (0,_settings_js__WEBPACK_IMPORTED_MODULE_0__/* .wrongExport */ .s)(exporter, `nothing to write: it takes ${kinds.join(', ')}`);
}
/**
 * Refuses fields that are certain not to be lent exactly once: `NPM_TOKEN=token`, `DB_URL=DB.url`.
 * @throws CredsError `input-invalid`
 */
function assertFieldsCome(exporter, settings, prospects) {
    for (const [name, path] of Object.entries(settings)) {
        const at = path.lastIndexOf('.');
        const owner = at < 0 ? undefined : path.slice(0, at);
        const meant = prospects
            .map((prospect) => ({ ...prospect, ...mayMean(owner, prospect) }))
            .filter(({ isMeant }) => isMeant);
        if (owner !== undefined && meant.length === 0)
            throw (0,_settings_js__WEBPACK_IMPORTED_MODULE_0__/* .wrongExport */ .s)(exporter, `${name} of a role that is not borrowed${whichThereAre(owner, prospects)}`);
        const field = path.slice(at + 1);
        const counts = meant.flatMap(({ coming }) => coming?.map((each) => countOf(field, each)) ?? [unknown]);
        const least = counts.reduce((sum, each) => sum + each.least, 0);
        const most = counts.reduce((sum, each) => sum + each.most, 0);
        if (most === 0)
            throw (0,_settings_js__WEBPACK_IMPORTED_MODULE_0__/* .wrongExport */ .s)(exporter, `${name} from a field that is not lent${whichFields(meant)}`);
        if (least > 1)
            throw (0,_settings_js__WEBPACK_IMPORTED_MODULE_0__/* .wrongExport */ .s)(exporter, `${name} from a field that is lent more than once: write ROLE.${field}`);
    }
}
const unknown = { least: 0, most: 1 };
/** How often a credential has the field. */
function countOf(field, { kind, fields }) {
    const isIt = (name) => name === field || (0,_protocol_credential_wire_js__WEBPACK_IMPORTED_MODULE_1__/* .snakeCase */ .LW)(name) === field;
    if (fields !== undefined)
        return fields.some(isIt) ? { least: 1, most: 1 } : { least: 0, most: 0 };
    if (kind === 'fields')
        return unknown;
    const rule = Object.entries(_domain_credential_js__WEBPACK_IMPORTED_MODULE_2__/* .kinds */ .E[kind]).find(([name]) => isIt(name))?.[1];
    if (rule === undefined)
        return { least: 0, most: 0 };
    return rule === 'plain?' ? unknown : { least: 1, most: 1 };
}
/**
 * Whether a name is that of a lease, or of one of its credentials: see `callsIt`.
 * @returns with what it means of the lease; undefined where only the server knows
 */
function mayMean(name, { role, prefix, credentials }) {
    const leases = prefix === undefined ? [role] : [prefix, role];
    if (name === undefined || leases.includes(name))
        return { isMeant: true, coming: credentials };
    if (credentials === undefined)
        return { isMeant: leases.some((each) => name.startsWith(`${each}.`)), coming: undefined };
    const coming = credentials.filter((each) => leases.some((lease) => name === `${lease}.${each.name}`));
    return { isMeant: coming.length > 0, coming };
}
function whichThereAre(name, prospects) {
    const names = prospects.flatMap(({ role, prefix }) => (prefix === undefined ? [role] : [prefix, role]));
    const meant = (0,_domain_near_miss_js__WEBPACK_IMPORTED_MODULE_3__/* .nearest */ .p)(names.map((each) => each.toLowerCase()), name);
    const near = names.find((each) => each.toLowerCase() === meant);
    const guess = near === undefined ? '' : ` (did you mean \`${near}\`?)`;
    return `${guess}; there are ${names.map((each) => `\`${each}\``).join(', ')}`;
}
function whichFields(meant) {
    const names = meant
        .flatMap(({ coming = [] }) => coming)
        .flatMap(({ kind, fields }) => kind === 'fields' ? (fields ?? []) : (fields ?? Object.keys(_domain_credential_js__WEBPACK_IMPORTED_MODULE_2__/* .kinds */ .E[kind])).map(_protocol_credential_wire_js__WEBPACK_IMPORTED_MODULE_1__/* .snakeCase */ .LW));
    return names.length === 0
        ? ''
        : `; there are ${[...new Set(names)].map((each) => `\`${each}\``).join(', ')}`;
}


/***/ }),

/***/ 205:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   p: () => (/* binding */ assertOnly),
/* harmony export */   s: () => (/* binding */ wrongExport)
/* harmony export */ });
/* harmony import */ var _domain_errors_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(7945);

/** @throws CredsError `input-invalid` for a setting that the exporter does not have, without repeating it */
function assertOnly(exporter, settings, known) {
    if (Object.keys(settings).some((name) => !known.includes(name))) {
        const names = known.map((name) => `\`${name}\``).join(', ');
        throw wrongExport(exporter, `a setting that it does not have; it has ${names}`);
    }
    if (!['yes', 'no', undefined].includes(settings['merge']))
        throw wrongExport(exporter, '`merge` without `yes` or `no`');
}
/** @param what follows \u201cThe input `export` gives `NAME` \u2026\u201d */
function wrongExport(exporter, what) {
    return new _domain_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .CredsError */ .uA('input-invalid', `The input \`export\` gives \`${exporter}\` ${what}.`);
}


/***/ }),

/***/ 9866:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   O: () => (/* binding */ assertVariableName),
/* harmony export */   m: () => (/* binding */ isDangerousName)
/* harmony export */ });
/* harmony import */ var _domain_errors_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(7945);
/* harmony import */ var _domain_pattern_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(6898);


/** Variables by which a later step is made to run other code, trust other servers or believe another runner. */
const dangerous = [
    /NODE_OPTIONS|NODE_EXTRA_CA_CERTS|NODE_TLS_REJECT_UNAUTHORIZED|NODE_PATH/,
    /PATH|HOME|TMPDIR|TEMP|TMP|SHELL|EDITOR|VISUAL|PAGER|IFS|ENV|BASH_ENV|BASH_FUNC.*|PROMPT_COMMAND|PS4|SHELLOPTS|BASHOPTS/,
    /LD_.*|DYLD_.*|PYTHON.*|PERL5.*|RUBY.*|JAVA_TOOL_OPTIONS|_JAVA_OPTIONS|JDK_JAVA_OPTIONS|MAVEN_OPTS|GRADLE_OPTS/,
    /GIT_.*|NPM_CONFIG_.*|PIP_.*|.*_PROXY|SSL_CERT_.*|CURL_CA_BUNDLE|DOCKER_HOST|KUBECONFIG/,
    /GITHUB_.*|RUNNER_.*|ACTIONS_.*|INPUT_.*|STATE_.*|CI|CI_.*|GITLAB_.*|FF_.*/,
];
/**
 * A variable's name that the workflow has chosen, by itself or by a prefix.
 * @throws CredsError `input-invalid` when no variable may have it
 */
function assertVariableName(name) {
    if (!(0,_domain_pattern_js__WEBPACK_IMPORTED_MODULE_0__/* .fullMatch */ .L)(/[A-Z_][A-Z0-9_]{0,127}/, name)) {
        throw new _domain_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .CredsError */ .uA('input-invalid', 'The input `export` gives a variable a name that is not made of A-Z, 0-9 and `_`.');
    }
    if (isDangerousName(name)) {
        throw new _domain_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .CredsError */ .uA('input-invalid', `The input \`export\` may not set ${name}: it changes how later steps run.`);
    }
}
/** True for a variable, or a prefix ending in `_`, that no credential may be delivered under. */
function isDangerousName(name) {
    return dangerous.some((pattern) => (0,_domain_pattern_js__WEBPACK_IMPORTED_MODULE_0__/* .fullMatch */ .L)(pattern, name));
}


/***/ }),

/***/ 1813:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {
// CONCATENATED MODULE: ./lib/aside/protocol/base64url.js
/**
 * Reads base64url without padding (RFC 4648 \u00a75, RFC 7515 \u00a72) in its one canonical spelling: no padding, no white
 * space, no stray bits at the end.
 * @returns undefined for anything else
 */
var base64url_decodeBase64url = (function (text) {
    if (!(0,pattern/* fullMatch */.L)(alphabet, text))
        return undefined;
    const octets = Buffer.from(text, 'base64url');
    return octets.toString('base64url') === text ? octets : undefined;
});
// CONCATENATED MODULE: ./lib/aside/protocol/compact-jws.js
/**
 * Header or payload of a compact JWS: canonical base64url of a JSON object without a repeated member.
 * @param name of the segment, for the error
 * @throws MalformedJws
 */
var readSegment = (function (segment, name) {
    const octets = base64url_decodeBase64url(segment);
    if (octets === undefined)
        throw new MalformedJws(`a ${name} that is not canonical base64url`);
    let value;
    try {
        value = (0,json/* parseStrictJson */.RJ)(octets);
    }
    catch {
        throw new MalformedJws(`a ${name} that is not clean JSON`);
    }
    if (!(0,json/* isObject */.Gv)(value))
        throw new MalformedJws(`a ${name} that is not an object`);
    return value;
});
// CONCATENATED MODULE: ./lib/aside/id-tokens/decode.js
/**
 * Reads the claims of an ID token and compares them with what was asked, before it is sent anywhere. The signature
 * is the broker's to verify; this catches a wrong or replaced token while it can still harm nobody.
 * @throws CredsError `id-token-mismatch`
 */
var decodeIdToken = (function (text, audience, now) {
    if (text.length > longest)
        throw mismatch('is longer than 16 KiB');
    if (!(0,pattern/* fullMatch */.L)(/[\w-]+\.[\w-]+\.[\w-]+/, text))
        throw mismatch('is not a signed token');
    let claims;
    try {
        const [, payload = ''] = text.split('.');
        claims = readSegment(payload, 'payload');
    }
    catch (cause) {
        throw mismatch('cannot be read', cause);
    }
    const { iss, aud, exp } = claims;
    if (aud !== audience)
        throw mismatch('is for another audience than the one that was asked for');
    if (typeof iss !== 'string' || !URL.canParse(iss))
        throw mismatch('names no issuer');
    const expiresAt = new Date(typeof exp === 'number' ? exp * 1000 : NaN);
    if (isNaN(expiresAt.getTime()))
        throw mismatch('has no end');
    // Ten minutes of leeway: a clock that is off is the broker's to report, with its own time beside it.
    if (expiresAt.getTime() < now.getTime() - 600_000)
        throw mismatch('has ended long ago');
    return { token: new secret/* Secret */.z(text), claims, issuer: iss, audience, expiresAt };
});


// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  R: () => (/* binding */ decodeIdToken)
});

// EXTERNAL MODULE: ./lib/aside/domain/errors.js
var errors = __nccwpck_require__(7945);
// EXTERNAL MODULE: ./lib/aside/domain/pattern.js
var pattern = __nccwpck_require__(6898);
// EXTERNAL MODULE: ./lib/aside/domain/secret.js
var secret = __nccwpck_require__(4490);
;// CONCATENATED MODULE: ./lib/aside/protocol/base64url.js

// Made once: of a pattern that stands where it is used, each use makes another.
const alphabet = /[A-Za-z0-9_-]*/;


// EXTERNAL MODULE: ./lib/aside/protocol/json.js
var json = __nccwpck_require__(8440);
;// CONCATENATED MODULE: ./lib/aside/protocol/compact-jws.js


/** Says which rule of form a token breaks, without a character of it. */
class MalformedJws extends Error {
    constructor(what) {
        super(what);
        this.name = 'MalformedJws';
    }
}
/**
 * Header members that change how the rest is read (RFC 7515 \u00a74.1.11, RFC 7797), or that say where the key is: a key
 * that comes with its signature proves nothing (RFC 8725 \u00a73.10), and no address that a stranger names is asked.
 */
const refusedMembers = (/* unused pure expression or super */ null && (['crit', 'b64', 'zip', 'enc', 'jku', 'x5u', 'x5c']));
/**
 * Takes a JWT apart before any cryptography: three segments, each canonical base64url, header and claims JSON
 * objects without a repeated member.
 * @param ownKey a DPoP proof: the only one that may carry its public key (RFC 9449 \u00a74.2)
 * @throws MalformedJws
 */
function parseCompactJws(text, maxCharacters, ownKey) {
    if (text.length > maxCharacters)
        throw new MalformedJws(`longer than ${String(maxCharacters)} characters`);
    const segments = text.split('.');
    const [first, second, third] = segments;
    if (segments.length !== 3 || first === undefined || second === undefined || third === undefined)
        throw new MalformedJws('not three segments');
    const signature = decodeBase64url(third);
    if (signature === undefined || signature.length === 0)
        throw new MalformedJws('a signature that is not base64url');
    const header = readSegment(first, 'header');
    for (const name of ownKey === undefined ? [...refusedMembers, 'jwk'] : refusedMembers) {
        if (Object.hasOwn(header, name))
            throw new MalformedJws(`a header with ${name}`);
    }
    const algorithm = member(header, 'alg');
    if (typeof algorithm !== 'string')
        throw new MalformedJws('a header without alg');
    return { text, header, claims: readSegment(second, 'payload'), algorithm, signature };
}


;// CONCATENATED MODULE: ./lib/aside/id-tokens/decode.js




const longest = 16 * 1024;

function mismatch(what, cause) {
    return new errors/* CredsError */.uA('id-token-mismatch', `The ID token ${what}.`, cause === undefined ? {} : { cause });
}


/***/ }),

/***/ 708:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {
// CONCATENATED MODULE: ./lib/aside/id-tokens/github-request.js
/** GitHub's own endpoint speaks for GitHub's own issuer (or an enterprise's path of it) and for no other. */
var refuseForeignIssuer = (function (issuer, endpoint) {
    const ours = 'https://token.actions.githubusercontent.com';
    if (!endpoint.hostname.endsWith('.actions.githubusercontent.com'))
        return;
    if (issuer === ours || issuer.startsWith(`${ours}/`))
        return;
    throw new errors/* CredsError */.uA('id-token-mismatch', 'The ID token names another issuer than GitHub Actions.');
});
var github_request_endpoint = (async function (job, { host }) {
    const address = host.env['ACTIONS_ID_TOKEN_REQUEST_URL'] ?? '';
    const bearer = host.env['ACTIONS_ID_TOKEN_REQUEST_TOKEN'] ?? '';
    if (address === '' || bearer === '') {
        const why = await job.whyUntrusted();
        if (why !== undefined)
            throw new errors/* CredsError */.uA('id-token-untrusted-event', `${why} GitHub gives it no ID token.`);
        throw new errors/* CredsError */.uA('id-token-permission-missing', 'GitHub gives this job no ID token.');
    }
    const url = URL.canParse(address) ? new URL(address) : undefined;
    const plain = url?.protocol === 'http:' && (0,endpoint/* isLoopback */.U)(url);
    if (url === undefined || (url.protocol !== 'https:' && !plain)) {
        throw new errors/* CredsError */.uA('id-token-refused', 'ACTIONS_ID_TOKEN_REQUEST_URL is not an https address.');
    }
    return { url, bearer };
});
var requestOnce = (async function (url, bearer, call) {
    const headers = { authorization: `Bearer ${bearer}`, accept: 'application/json' };
    const answer = await (0,http/* exchange */.cv)(call, { method: 'GET', url, headers, maxBytes: longestAnswer });
    if (answer.status !== 200)
        throw refused(answer, url.host, call);
    const value = (0,json/* member */.Dc)((0,json_answer/* jsonObject */.o$)(answer), 'value');
    if (typeof value !== 'string') {
        throw new errors/* CredsError */.uA('answer-invalid', `The ID-token endpoint ${url.host} sent no token.`);
    }
    return value;
});
// CONCATENATED MODULE: ./lib/aside/id-tokens/registry.js
/**
 * @param choice the option `id-token`: `auto`, `env:NAME` or `file:PATH`
 * @throws CredsError `input-invalid` where it names none, or the platform has none of its own
 */
var findIdTokenSource = (async function (choice, job) {
    if (choice === 'auto' && !Object.hasOwn(platformSources, job.platform))
        throw new errors/* CredsError */.uA('input-invalid', 'This platform has no ID token that is known here.', {
            hint: 'Say where it lies: `id-token` takes `env:NAME` (a variable) or `file:/absolute/path`.',
        });
    const [word = '', ...name] = (platformSources[choice === 'auto' ? job.platform : ''] ?? choice).split(':');
    const load = Object.hasOwn(idTokenSources, word) ? idTokenSources[word] : undefined;
    if (load === undefined)
        throw new errors/* CredsError */.uA('input-invalid', 'The input `id-token` names no known source.');
    return (await load())(job, name.join(':'));
});


// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  D: () => (/* binding */ findIdTokenSource)
});

// UNUSED EXPORTS: idTokenSources

// EXTERNAL MODULE: ./lib/aside/domain/errors.js
var errors = __nccwpck_require__(7945);
// EXTERNAL MODULE: ./lib/aside/domain/deadline.js
var deadline = __nccwpck_require__(3150);
// EXTERNAL MODULE: ./lib/aside/protocol/endpoint.js
var endpoint = __nccwpck_require__(99);
// EXTERNAL MODULE: ./lib/aside/protocol/http.js
var http = __nccwpck_require__(4438);
// EXTERNAL MODULE: ./lib/aside/protocol/json-answer.js
var json_answer = __nccwpck_require__(3451);
// EXTERNAL MODULE: ./lib/aside/protocol/json.js
var json = __nccwpck_require__(8440);
// EXTERNAL MODULE: ./lib/aside/id-tokens/decode.js + 2 modules
var decode = __nccwpck_require__(1813);
;// CONCATENATED MODULE: ./lib/aside/id-tokens/github-request.js
// https://docs.github.com/en/actions/reference/security/oidc







const budgetSeconds = 60;
const longestAnswer = 64 * 1024;
/** GitHub's endpoint for ID tokens: each request mints one, for any audience. */
const githubRequest = ((job) => ({
    name: 'github-request',
    mints: true,
    request: (async (audience, call) => {
        const { url, bearer } = await github_request_endpoint(job, call);
        url.searchParams.set('audience', audience);
        const within = { ...call, deadline: (0,deadline/* startDeadline */.d)(call.host.clock, budgetSeconds, call.deadline) };
        const text = await (0,http/* retrying */.R$)(within, () => requestOnce(url, bearer, within));
        const idToken = (0,decode/* decodeIdToken */.R)(text, audience, call.host.clock.now());
        refuseForeignIssuer(idToken.issuer, url);
        return idToken;
    }),
}));



function refused(answer, host, call) {
    const message = `The ID-token endpoint ${host} answered ${String(answer.status)}.`;
    if (!(0,http/* asksToRetry */.i_)(answer.status))
        return new errors/* CredsError */.uA('id-token-refused', message);
    return new errors/* CredsError */.uA('busy', message, {
        retryAfterSeconds: (0,http/* retryAfterSeconds */.C3)(answer, call.host.clock.now()),
    });
}

;// CONCATENATED MODULE: ./lib/aside/id-tokens/registry.js


/** By the word before the colon of the option `id-token`. A job loads one. */
const idTokenSources = {
    'github-request': () => githubRequest,
    'gitlab-variable': async () => (await __nccwpck_require__.e(/* import() | gitlab-variable */ 735).then(__nccwpck_require__.bind(__nccwpck_require__, 6488))).gitlabVariable,
    env: (async () => (await __nccwpck_require__.e(/* import() | environment */ 294).then(__nccwpck_require__.bind(__nccwpck_require__, 3723))).environment),
    file: async () => (await __nccwpck_require__.e(/* import() | file */ 561).then(__nccwpck_require__.bind(__nccwpck_require__, 7566))).file,
};
/** What `id-token: auto` means on each platform. */
const platformSources = {
    'github-actions': 'github-request',
    'gitlab-ci': 'gitlab-variable',
};



/***/ }),

/***/ 3530:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {
/** Where the agent of an entry listens: in the entry's own folder or, where that is too long a name, in one below /tmp. */
var agentSocket = (function (jobFolder, id) {
    const near = (0,node_path__WEBPACK_IMPORTED_MODULE_0__.join)(jobFolder, id, 'agent.sock');
    return Buffer.byteLength(near) <= longest ? near : (0,node_path__WEBPACK_IMPORTED_MODULE_0__.join)('/tmp', `ephemeral-creds-${id}`, 'agent.sock');
});

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   J: () => (/* binding */ agentSocket)
/* harmony export */ });
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(6760);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__nccwpck_require__.n(node_path__WEBPACK_IMPORTED_MODULE_0__);

/** Octets of a socket's path that every system takes (macOS; `sun_path` in unix(4)). */
const longest = 103;



/***/ }),

/***/ 4425:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {
/** A server that is asked to take back what it never gave says that there is no such thing, as if all were well. */
var markOf = (function (kept) {
    return (0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.createHash)('sha256').update(JSON.stringify(kept)).digest('base64url');
});

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   markOf: () => (/* binding */ markOf)
/* harmony export */ });
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(7598);
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__nccwpck_require__.n(node_crypto__WEBPACK_IMPORTED_MODULE_0__);




/***/ }),

/***/ 3076:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {
// CONCATENATED MODULE: ./lib/aside/leases/intent-text.js
/** Reads an entry of the ledger; undefined when it is not one of ours in every member. */
var intent_text_readIntent = (function (text) {
    let entry;
    try {
        entry = (0,json/* parseStrictJson */.RJ)(text);
    }
    catch {
        return undefined;
    }
    return isIntent(entry) ? entry : undefined;
});
var isIntent = (function (entry) {
    if (!(0,json/* isObject */.Gv)(entry) || (0,json/* member */.Dc)(entry, 'version') !== 1)
        return false;
    const { id, provider, audience, idToken, debt, leases, post } = entry;
    return (typeof id === 'string' &&
        (0,pattern/* fullMatch */.L)(/[0-9a-f]{16}/, id) &&
        [provider, audience, idToken].every((value) => typeof value === 'string') &&
        isDebt(debt) &&
        ((0,json/* member */.Dc)(entry, 'kept') === undefined || isDebt((0,json/* member */.Dc)(entry, 'kept'))) &&
        ['undefined', 'string'].includes(typeof (0,json/* member */.Dc)(entry, 'keptMark')) &&
        [undefined, true].includes((0,json/* member */.Dc)(entry, 'givenBack')) &&
        ((0,json/* member */.Dc)(entry, 'owner') === undefined || isOwner((0,json/* member */.Dc)(entry, 'owner'))) &&
        ((0,json/* member */.Dc)(entry, 'agent') === undefined || isAgent((0,json/* member */.Dc)(entry, 'agent'))) &&
        Array.isArray(leases) &&
        leases.every(isOwedLease) &&
        ['variables', 'files', 'commandFiles'].every((name) => isTextList((0,json/* member */.Dc)(entry, name))) &&
        ((0,json/* member */.Dc)(entry, 'sizes') === undefined || isSizes((0,json/* member */.Dc)(entry, 'sizes'))) &&
        ((0,json/* member */.Dc)(entry, 'before') === undefined || isTextList((0,json/* member */.Dc)(entry, 'before'))) &&
        ((0,json/* member */.Dc)(entry, 'pointers') === undefined || isPointerList((0,json/* member */.Dc)(entry, 'pointers'))) &&
        isPostSettings(post));
});
var isDebt = (function (value) {
    return (0,json/* isObject */.Gv)(value) && Object.values(value).every((text) => typeof text === 'string');
});
var isTextList = (function (value) {
    return Array.isArray(value) && value.every((item) => typeof item === 'string');
});
var isPostSettings = (function (value) {
    return ((0,json/* isObject */.Gv)(value) &&
        typeof value['revoke'] === 'boolean' &&
        typeof value['failOnRevokeError'] === 'boolean' &&
        typeof value['caCert'] === 'string' &&
        ['always', 'on-problem', 'never'].includes(String(value['summary'])));
});
// CONCATENATED MODULE: ./lib/aside/leases/ledger.js
/** Where an entry of the job lies for the `revoke` action and for operators. */
var entryPath = (function (job, id) {
    return (0,external_node_path_.join)(job.folder, `${id}.json`);
});
/** What somebody was killed over who was about to put it in the place of the entry\u2019s file. */
var draftsOf = (function (id, { job, host }, names = host.files.list(job.folder)) {
    return names.filter((name) => (0,draft/* isDraftOf */.ls)(`${id}.json`, name)).map((name) => (0,external_node_path_.join)(job.folder, name));
});
/**
 * The entries that lie in files of ours alone: elsewhere another user could name what is to be erased, and to whom we
 * speak. Another step could have written them: they may cause a giving back, no more.
 */
var listIntents = (function ({ job, host }) {
    const names = host.files.list(job.folder);
    const entries = names.filter((name) => (0,pattern/* fullMatch */.L)(entryName, name));
    return entries.flatMap(((name) => {
        const filed = readOwn((0,external_node_path_.join)(job.folder, name), host);
        if (filed === undefined || `${filed.id}.json` !== name || filed.givenBack === true)
            return [];
        const intent = latestOf(filed, names, { job, host });
        const files = intent.files.filter(((path) => isOwnFolder((0,external_node_path_.dirname)(path), intent.id, { job, host })));
        const { agent, ...others } = intent;
        const ours = agent?.socket === (0,agent_socket/* agentSocket */.J)(job.folder, intent.id);
        return [{ ...others, ...(ours && { agent }), files, commandFiles: [] }];
    }));
});
/** A draft was written later than the file whose place it was to take. */
var latestOf = (function (filed, names, where) {
    const drafts = draftsOf(filed.id, where, [...names]);
    return drafts.map((path) => readDraft(path, filed.id, where)).find((each) => each !== undefined) ?? filed;
});
var readOwn = (function (path, { files }) {
    try {
        const text = files.readPrivate(path, longestEntry);
        return text === undefined ? undefined : intent_text_readIntent(text);
    }
    catch {
        return undefined;
    }
});


// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  fL: () => (/* binding */ closeIntent),
  s3: () => (/* binding */ entryPath),
  Ke: () => (/* binding */ listIntents)
});

// UNUSED EXPORTS: entryName, longestEntry, settleIntent, withKept

// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __nccwpck_require__(6760);
// EXTERNAL MODULE: ./lib/aside/domain/draft.js
var draft = __nccwpck_require__(4651);
// EXTERNAL MODULE: ./lib/aside/domain/pattern.js
var pattern = __nccwpck_require__(6898);
// EXTERNAL MODULE: ./lib/aside/leases/agent-socket.js
var agent_socket = __nccwpck_require__(3530);
// EXTERNAL MODULE: ./lib/aside/protocol/json.js
var json = __nccwpck_require__(8440);
;// CONCATENATED MODULE: ./lib/aside/leases/intent-text.js





function isSizes(value) {
    return (0,json/* isObject */.Gv)(value) && Object.values(value).every(Number.isSafeInteger);
}
function isAgent(value) {
    return (0,json/* isObject */.Gv)(value) && typeof value['socket'] === 'string';
}
/** True for a process as an entry names it. */
function isOwner(value) {
    if (!(0,json/* isObject */.Gv)(value))
        return false;
    const { pid, start, space } = value;
    return Number.isInteger(pid) && Number(pid) > 0 && typeof start === 'string' && typeof space === 'string';
}

function isOwedLease(value) {
    if (!(0,json/* isObject */.Gv)(value))
        return false;
    const texts = ['id', 'role', 'expiresAt', 'revocability'].map((name) => (0,json/* member */.Dc)(value, name));
    return texts.every((text) => typeof text === 'string') && !isNaN(Date.parse(String(value['expiresAt'])));
}
function isPointerList(value) {
    return Array.isArray(value) && value.every(isPointer);
}
function isPointer(value) {
    if (!(0,json/* isObject */.Gv)(value))
        return false;
    const behind = (0,json/* member */.Dc)(value, 'behind');
    const texts = ['name', 'value', 'after'].map((name) => (0,json/* member */.Dc)(value, name));
    return (texts.every((text) => typeof text === 'string') &&
        (behind === undefined || (isTextList(behind) && behind.length > 0)));
}


;// CONCATENATED MODULE: ./lib/aside/leases/ledger.js





/** Bytes of an entry\u2019s file. */
const longestEntry = 256 * 1024;
/** Octets of a path that a system takes (PATH_MAX in limits.h). */
const longestPath = 4096;
/** Names of their files. */
const entryName = /[0-9a-f]{16}\.json/;

/**
 * An entry of the platform's state with what its file keeps besides, or the draft of that file, if that is what we wrote.
 * Nothing else in them counts.
 * @returns undefined when it was given back in the middle of the job
 */
async function withKept(intent, where) {
    if (intent.kept === undefined)
        return intent;
    const text = where.host.files.read(entryPath(where.job, intent.id), longestEntry);
    const filed = text === undefined ? undefined : readIntent(text);
    if (filed?.givenBack === true)
        return undefined;
    const { keptMark, ...owed } = intent;
    // It hashes: who keeps nothing need not load node:crypto.
    const { markOf } = await Promise.resolve(/* import() */).then(__nccwpck_require__.bind(__nccwpck_require__, 4425));
    const isOurs = (kept) => keptMark === undefined ? Object.keys(kept).length > 0 : keptMark === markOf(kept);
    const kept = filed?.kept ?? {};
    if (isOurs(kept))
        return { ...owed, kept };
    const drafts = draftsOf(intent.id, where).map((path) => readDraft(path, intent.id, where)?.kept ?? {});
    return { ...owed, kept: drafts.find(isOurs) ?? {} };
}

/** One of what was to be given back already is passed over: it is asked for once more, which does no harm. */
function readDraft(path, id, { host }) {
    const intent = readOwn(path, host);
    return intent?.id === id && intent.givenBack !== true ? intent : undefined;
}
/** Settles an entry before the job ends. Where post comes and could not do it again by itself, the file says that it is done. */
function settleIntent(intent, where) {
    const isForPost = where.job.hasPost === true && intent.owner === undefined;
    if (intent.kept === undefined || !isForPost) {
        closeIntent(intent.id, where);
        return;
    }
    const settled = { ...intent, kept: {}, givenBack: true };
    where.host.files.replace(entryPath(where.job, intent.id), JSON.stringify(settled));
    eraseDrafts(intent.id, where);
}
/** Forgets an entry that owes nothing more. What post reads, the platform's state, stays as it is. */
function closeIntent(id, where) {
    // First: what is killed in between can be done again as long as the entry is there.
    eraseDrafts(id, where);
    where.host.files.erase(entryPath(where.job, id));
}
function eraseDrafts(id, where) {
    // A folder under such a name is another's, and must not keep what is owed besides from being given back.
    const { files } = where.host;
    for (const path of draftsOf(id, where))
        if (files.size(path) !== undefined)
            files.erase(path);
}


/** The folder of the run, below the job's or below `files-dir`: nobody else has one of that name. */
function isOwnFolder(folder, id, { job, host }) {
    if (folder === (0,external_node_path_.join)(job.folder, id))
        return true;
    // Not by a link that another could have laid there.
    return (folder.length <= longestPath && (0,external_node_path_.basename)(folder) === id && (0,external_node_path_.basename)(host.files.realPath(folder)) === id);
}



/***/ }),

/***/ 227:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {
/** A new entry's id: 16 random hex digits. */
var newIntentId = (function () {
    return (0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.randomBytes)(8).toString('hex');
});
/**
 * Writes down what the job is about to owe, before it is asked for: hidden first, then in a file of ours and in the
 * platform's own state, which alone decides what post gives back.
 * @throws CredsError `delivery-failed`; nothing has been asked for then
 */
var openIntent = (function (intent, secrets, { job, host }) {
    // As it is; what the platform derives from it by itself is enough for something that can only revoke.
    job.mask(secrets.map((secret) => secret.reveal()));
    const text = JSON.stringify(intent);
    try {
        host.files.makePrivateFolder(job.folder);
        host.files.create((0,_ledger_js__WEBPACK_IMPORTED_MODULE_1__/* .entryPath */ .s3)(job, intent.id), text);
    }
    catch (cause) {
        throw new _domain_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .CredsError */ .uA('delivery-failed', 'The ledger under the runner\u2019s temporary folder cannot be written.', {
            cause,
            hint: 'Nothing was asked for. Check the runner\u2019s disk and the permissions of its temporary folder.',
        });
    }
    try {
        job.remember(text);
    }
    catch (error) {
        (0,_ledger_js__WEBPACK_IMPORTED_MODULE_1__/* .closeIntent */ .fL)(intent.id, { job, host });
        throw error;
    }
});
/**
 * What is owed, without what only leads tools back where that is too long: other steps decide how much there is of it, by
 * variables and by entries of their own.
 * @throws CredsError `delivery-failed`
 */
var fitting = (function (intent) {
    if (octetsOf(intent) <= longestState)
        return intent;
    const needed = Object.fromEntries(Object.entries(intent).filter(([name]) => !dispensable.includes(name)));
    if (octetsOf(needed) <= longestState)
        return needed;
    throw new _domain_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .CredsError */ .uA('delivery-failed', 'What is owed is too much for the state that a runner keeps for post.');
});
var octetsOf = (function (intent) {
    return Buffer.byteLength(JSON.stringify({ ...intent, kept: undefined }));
});
/**
 * Writes down what is owed now. No credential goes into the platform's state: what is kept lies in our file alone.
 * @throws CredsError `delivery-failed`
 */
var recordLeases = (function (owed, { job, host }) {
    const intent = fitting(owed);
    try {
        host.files.replace((0,_ledger_js__WEBPACK_IMPORTED_MODULE_1__/* .entryPath */ .s3)(job, intent.id), JSON.stringify(intent));
    }
    catch (cause) {
        throw new _domain_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .CredsError */ .uA('delivery-failed', 'The ledger cannot be written any more.', { cause });
    }
    const { kept } = intent;
    job.remember(JSON.stringify(kept === undefined ? intent : { ...intent, kept: {}, keptMark: (0,_kept_mark_js__WEBPACK_IMPORTED_MODULE_3__.markOf)(kept) }));
});

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   VJ: () => (/* binding */ recordLeases),
/* harmony export */   Wj: () => (/* binding */ newIntentId),
/* harmony export */   ne: () => (/* binding */ openIntent)
/* harmony export */ });
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(7598);
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__nccwpck_require__.n(node_crypto__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var _domain_errors_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(7945);
/* harmony import */ var _kept_mark_js__WEBPACK_IMPORTED_MODULE_3__ = __nccwpck_require__(4425);
/* harmony import */ var _ledger_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(3076);






/**
 * Octets of a state that every runner can hand to post: one variable holds 32,767 characters on Windows, 128 KiB on Linux
 * (MAX_ARG_STRLEN in execve(2)). Where it is longer post cannot even be started.
 */
const longestState = 32_000;
const dispensable = ['pointers', 'before', 'sizes'];





/***/ }),

/***/ 2473:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {
/** No connection stands yet. Each attempt to connect takes five seconds at most, with TLS nine. */
var makeConnections = (function () {
    // The process ends them by ending.
    const https = new node_https__WEBPACK_IMPORTED_MODULE_1__.Agent({ keepAlive: true });
    const http = new node_http__WEBPACK_IMPORTED_MODULE_0__.Agent({ keepAlive: true });
    const openHttps = stocked(https);
    const openHttp = stocked(http);
    return {
        agentFor: ({ protocol }) => (protocol === 'https:' ? https : http),
        open: ((url, tls) => {
            const host = addressOf(url);
            const isTls = url.protocol === 'https:';
            const port = Number(url.port === '' ? (isTls ? 443 : 80) : url.port);
            if (!isTls)
                return openHttp({ host, port });
            return openHttps({ ...tls, host, port, servername: (0,node_net__WEBPACK_IMPORTED_MODULE_2__.isIP)(host) === 0 ? host : '' });
        }),
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

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   Y: () => (/* binding */ makeConnections),
/* harmony export */   c: () => (/* binding */ addressOf)
/* harmony export */ });
/* harmony import */ var node_http__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(7067);
/* harmony import */ var node_http__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__nccwpck_require__.n(node_http__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var node_https__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(4708);
/* harmony import */ var node_https__WEBPACK_IMPORTED_MODULE_1___default = /*#__PURE__*/__nccwpck_require__.n(node_https__WEBPACK_IMPORTED_MODULE_1__);
/* harmony import */ var node_net__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(7030);
/* harmony import */ var node_net__WEBPACK_IMPORTED_MODULE_2___default = /*#__PURE__*/__nccwpck_require__.n(node_net__WEBPACK_IMPORTED_MODULE_2__);
/* harmony import */ var _domain_host_js__WEBPACK_IMPORTED_MODULE_3__ = __nccwpck_require__(1044);




const connectMs = 5000;
/** With the handshake: before an attempt has to give up and cannot know any more that nothing was sent. */
const secureMs = 9000;
/** Servers close a connection on which nothing comes; a request must not meet one that is just being closed. */
const idleMs = 4000;






/***/ }),

/***/ 4853:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {
/**
 * Reads one member of `credentials` (PROTOCOL.md, Kinds) into memory's form.
 * @throws CredsError `credential-unusable`, naming kind and field but no value
 */
var credentialFromWire = (function (value, expiresAt) {
    if (!(0,_json_js__WEBPACK_IMPORTED_MODULE_0__/* .isObject */ .Gv)(value))
        throw unusable('an entry that is not an object');
    const kind = (0,_json_js__WEBPACK_IMPORTED_MODULE_0__/* .member */ .Dc)(value, 'kind');
    const name = (0,_json_js__WEBPACK_IMPORTED_MODULE_0__/* .member */ .Dc)(value, 'name');
    if (typeof kind !== 'string' || !(0,_domain_pattern_js__WEBPACK_IMPORTED_MODULE_1__/* .fullMatch */ .L)(/[a-z0-9-]{1,64}/, kind))
        throw unusable('an entry without a kind');
    if (typeof name !== 'string' || !(0,_domain_pattern_js__WEBPACK_IMPORTED_MODULE_1__/* .fullMatch */ .L)(/[A-Za-z0-9][A-Za-z0-9._/-]{0,127}/, name)) {
        throw unusable(`a ${kind} without a usable name`);
    }
    const base = { name, expiresAt };
    if (kind === 'fields')
        return { ...base, kind, fields: freeFields((0,_json_js__WEBPACK_IMPORTED_MODULE_0__/* .member */ .Dc)(value, 'fields')) };
    if (!Object.hasOwn(_domain_credential_js__WEBPACK_IMPORTED_MODULE_2__/* .kinds */ .E, kind))
        throw unusable('a kind that this version does not know');
    const rules = Object.entries(_domain_credential_js__WEBPACK_IMPORTED_MODULE_2__/* .kinds */ .E[kind]);
    const fields = {};
    let total = 0;
    for (const [field, rule] of rules) {
        const text = fieldText((0,_json_js__WEBPACK_IMPORTED_MODULE_0__/* .member */ .Dc)(value, snakeCase(field)));
        if (text === undefined && rule === 'plain?')
            continue;
        if (text === undefined || text === '')
            throw unusable(`a ${kind} without ${snakeCase(field)}`);
        total += checked(text, `${kind}.${snakeCase(field)}`);
        fields[field] = rule === 'secret' || rule === 'masked' ? new _domain_secret_js__WEBPACK_IMPORTED_MODULE_3__/* .Secret */ .z(text) : text;
    }
    if (total > longestCredential)
        throw unusable(`a ${kind} that is longer than 256 KiB`);
    return { ...base, kind, fields };
});
/** Ports come as numbers, principals as a list. */
var fieldText = (function (value) {
    if (typeof value === 'string')
        return value;
    if (typeof value === 'number' && Number.isSafeInteger(value))
        return String(value);
    if (Array.isArray(value) && value.every((item) => typeof item === 'string'))
        return value.join('\n');
    return undefined;
});
var checked = (function (text, where) {
    const octets = Buffer.byteLength(text);
    if (octets > longestValue)
        throw unusable(`${where}, longer than 32 KiB`);
    if (text.includes('\0') || !text.isWellFormed())
        throw unusable(`${where}, which is not clean text`);
    return octets;
});
/**
 * What one step gets is limited as one credential is: it all goes into the environment of the steps that follow.
 * @throws CredsError `credential-unusable`
 */
var assertDeliverable = (function (credentials) {
    let total = 0;
    for (const { fields } of credentials)
        for (const value of Object.values(fields))
            total += Buffer.byteLength(value instanceof _domain_secret_js__WEBPACK_IMPORTED_MODULE_3__/* .Secret */ .z ? value.reveal() : (value ?? ''));
    if (total > longestCredential)
        throw unusable('credentials that are longer than 256 KiB together');
});
/** `accessKeyId` \u2192 `access_key_id`. */
var snakeCase = (function (field) {
    return field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
});

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   Dp: () => (/* binding */ credentialFromWire),
/* harmony export */   LW: () => (/* binding */ snakeCase),
/* harmony export */   cn: () => (/* binding */ assertDeliverable)
/* harmony export */ });
/* unused harmony export credentialToWire */
/* harmony import */ var _domain_credential_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(2095);
/* harmony import */ var _domain_errors_js__WEBPACK_IMPORTED_MODULE_4__ = __nccwpck_require__(7945);
/* harmony import */ var _domain_pattern_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(6898);
/* harmony import */ var _domain_secret_js__WEBPACK_IMPORTED_MODULE_3__ = __nccwpck_require__(4490);
/* harmony import */ var _json_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(8440);





const longestValue = 32 * 1024;
const longestCredential = 256 * 1024;

function freeFields(value) {
    if (!(0,_json_js__WEBPACK_IMPORTED_MODULE_0__/* .isObject */ .Gv)(value))
        throw unusable('a fields credential without fields');
    const fields = {};
    let total = 0;
    for (const [name, entry] of Object.entries(value)) {
        if (!(0,_domain_pattern_js__WEBPACK_IMPORTED_MODULE_1__/* .fullMatch */ .L)(/[A-Za-z][A-Za-z0-9_-]{0,127}/, name))
            throw unusable('a field whose name is not a plain word');
        const text = (0,_json_js__WEBPACK_IMPORTED_MODULE_0__/* .isObject */ .Gv)(entry) ? fieldText((0,_json_js__WEBPACK_IMPORTED_MODULE_0__/* .member */ .Dc)(entry, 'value')) : undefined;
        if (text === undefined || !(0,_json_js__WEBPACK_IMPORTED_MODULE_0__/* .isObject */ .Gv)(entry))
            throw unusable('a field without a value');
        total += checked(text, `fields.${name}`);
        fields[name] = (0,_json_js__WEBPACK_IMPORTED_MODULE_0__/* .member */ .Dc)(entry, 'sensitive') === false ? text : new _domain_secret_js__WEBPACK_IMPORTED_MODULE_3__/* .Secret */ .z(text);
    }
    if (total === 0 || total > longestCredential)
        throw unusable('fields that are empty or longer than 256 KiB');
    return fields;
}



function unusable(what) {
    return new _domain_errors_js__WEBPACK_IMPORTED_MODULE_4__/* .CredsError */ .uA('credential-unusable', `The answer holds ${what}.`);
}
/** The form on the wire: snake_case, secrets revealed. Only for what is about to be sent to the borrower. */
function credentialToWire(credential) {
    const { kind, name } = credential;
    const entries = Object.entries(credential.fields);
    if (kind === 'fields') {
        const fields = entries.map(([field, value]) => [
            field,
            value instanceof Secret ? { value: value.reveal() } : { value, sensitive: false },
        ]);
        return { name, kind, fields: Object.fromEntries(fields) };
    }
    const shown = entries.map(([field, value]) => [
        snakeCase(field),
        value instanceof Secret ? value.reveal() : value,
    ]);
    return { name, kind, ...Object.fromEntries(shown) };
}



/***/ }),

/***/ 8977:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {
/** Makes an Ed25519 key for one job (RFC 8037). */
var makeProofKey = (function () {
    const { privateKey, x } = (0,_key_pair_js__WEBPACK_IMPORTED_MODULE_1__/* .makeKeyPair */ .i)('ed25519');
    return proofKey(privateKey, x);
});
/** @param x the public half of an Ed25519 key as RFC 8037 \u00a72 writes it */
var proofKey = (function (privateKey, x) {
    // RFC 8037 \u00a72: crv, kty and x, in this order.
    const thumbprint = sha256(JSON.stringify({ crv: 'Ed25519', kty: 'OKP', x }));
    return { privateKey, publicJwk: { kty: 'OKP', crv: 'Ed25519', x }, thumbprint };
});
/**
 * Signs a DPoP proof (RFC 9449 \u00a74.2) with the body and query hashes of PROTOCOL.md: a compact JWS (RFC 7515 \u00a77.1), by
 * node:crypto, since the first use of Web Crypto loads for milliseconds what a usual run needs for nothing else.
 */
var makeProof = (function (key, target) {
    const header = { typ: 'dpop+jwt', alg: 'Ed25519', jwk: key.publicJwk };
    const claims = {
        jti: (0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.randomBytes)(16).toString('base64url'),
        htm: target.method,
        htu: target.url,
        ...(target.body === undefined ? {} : { bh: sha256(target.body) }),
        ...(target.query === undefined ? {} : { qh: sha256(target.query) }),
        ...(target.accessToken === undefined ? {} : { ath: sha256(target.accessToken) }),
        ...(target.nonce === undefined ? {} : { nonce: target.nonce }),
        iat: Math.floor(target.at.getTime() / 1000),
    };
    const signed = `${segment(header)}.${segment(claims)}`;
    return `${signed}.${(0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.sign)(null, Buffer.from(signed), key.privateKey).toString('base64url')}`;
});
var segment = (function (content) {
    return Buffer.from(JSON.stringify(content)).toString('base64url');
});
/** Base64url without padding of the SHA-256: `bh`, `qh`, `ath`, and the hash of a revocation handle. */
var sha256 = (function (octets) {
    return (0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.createHash)('sha256').update(octets).digest('base64url');
});
/** The audience that binds an ID token to a key (PROTOCOL.md, Binding the ID token to a key). */
var keyBoundAudience = (function (audience, thumbprint) {
    return `${audience}/jkt/${thumbprint}`;
});

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   CU: () => (/* binding */ proofKey),
/* harmony export */   I_: () => (/* binding */ keyBoundAudience),
/* harmony export */   oc: () => (/* binding */ makeProofKey),
/* harmony export */   r_: () => (/* binding */ makeProof),
/* harmony export */   sc: () => (/* binding */ sha256)
/* harmony export */ });
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(7598);
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__nccwpck_require__.n(node_crypto__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var _key_pair_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(4872);










/***/ }),

/***/ 4891:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {
/**
 * Makes an X25519 key for one request (RFC 8037 \u00a73.2). Whoever opens the TLS connection on its way, a proxy for
 * example, still cannot read the credentials. Only ECDH-ES with A256GCM is opened.
 */
var makeEncryptionKey = (function () {
    return encryptionKey((0,_key_pair_js__WEBPACK_IMPORTED_MODULE_0__/* .makeKeyPair */ .i)('x25519'));
});
/** The same of an X25519 key that there is. */
var encryptionKey = (function ({ privateKey, x }) {
    return {
        publicJwk: { kty: 'OKP', crv: 'X25519', x },
        load: opener,
        decrypt: async (jwe) => (await opener()).openJwe(jwe, privateKey),
    };
});

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   n: () => (/* binding */ makeEncryptionKey)
/* harmony export */ });
/* unused harmony export encryptionKey */
/* harmony import */ var _key_pair_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(4872);



const opener = (() => __nccwpck_require__.e(/* import() | open-jwe */ 658).then(__nccwpck_require__.bind(__nccwpck_require__, 671)));


/***/ }),

/***/ 99:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {
/**
 * The normal form of a base URL (PROTOCOL.md, Addresses): WHATWG, without userinfo, query, fragment or trailing
 * slash; it may have a path. Endpoints are this string plus a path, and so are `htu` and the default audience.
 */
var baseUrl = (function (url) {
    return `${url.protocol}//${url.host}${url.pathname.replace(/\/+$/, '')}`;
});
/** True for the addresses of this machine, the only ones to which plain http may go. */
var isLoopback = (function (url) {
    return (url.hostname === 'localhost' || url.hostname === '[::1]' || (0,_domain_pattern_js__WEBPACK_IMPORTED_MODULE_0__/* .fullMatch */ .L)(/127(\.\d{1,3}){3}/, url.hostname));
});

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   U: () => (/* binding */ isLoopback),
/* harmony export */   p: () => (/* binding */ baseUrl)
/* harmony export */ });
/* harmony import */ var _domain_pattern_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(6898);





/***/ }),

/***/ 5389:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {
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

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   J: () => (/* binding */ readAnswer),
/* harmony export */   K: () => (/* binding */ faultOf)
/* harmony export */ });
/* harmony import */ var _domain_host_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(1044);



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

/***/ 4438:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {
/**
 * Sends one request, headers and body within 10 seconds and within the call's deadline. A redirect is an error, so
 * no credential ever follows one. Status codes are the caller's to judge.
 * @throws CredsError; with `retryAfterSeconds` where the same request may be tried again
 */
var exchange = (async function (call, request) {
    const answer = await withinAttempt(call, request);
    if (answer.status >= 300 && answer.status < 400) {
        throw new _domain_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .CredsError */ .uA('redirect-refused', `${request.url.host} answered with a redirect (${String(answer.status)}).`);
    }
    return answer;
});
var withinAttempt = (async function (call, request) {
    const { host } = call;
    const bound = (0,_domain_deadline_js__WEBPACK_IMPORTED_MODULE_1__/* .startDeadline */ .d)(host.clock, attemptSeconds, call.deadline);
    const trust = call.trust === undefined ? {} : { trust: call.trust };
    try {
        if (bound.remainingMs() === 0)
            throw new _domain_host_js__WEBPACK_IMPORTED_MODULE_2__/* .TransportError */ .w('timeout');
        // A proxy that takes the connection and says nothing heeds neither signal nor socket time-out: race it.
        return await bounded(host, bound.remainingMs(), (signal) => host.send({ ...request, ...trust, signal }));
    }
    catch (error) {
        if (host.signal.aborted)
            throw interruption(host.signal);
        throw explain(error, request, call.deadline);
    }
});
/** Gives up, and aborts, after `ms` milliseconds or when the process is asked to stop. */
var bounded = (async function (host, ms, work) {
    if (host.signal.aborted)
        throw new _domain_host_js__WEBPACK_IMPORTED_MODULE_2__/* .TransportError */ .w('aborted');
    const controller = new AbortController();
    let stop = () => undefined;
    let clear = () => undefined;
    const ended = new Promise(((_, reject) => {
        const end = ((fault) => {
            reject(new _domain_host_js__WEBPACK_IMPORTED_MODULE_2__/* .TransportError */ .w(fault));
            controller.abort();
        });
        stop = () => {
            end('aborted');
        };
        clear = host.clock.after(ms, () => {
            end('timeout');
        });
        host.signal.addEventListener('abort', stop);
    }));
    try {
        return await Promise.race([work(controller.signal), ended]);
    }
    finally {
        clear();
        host.signal.removeEventListener('abort', stop);
    }
});
/**
 * Runs an attempt again while its error allows it: at most 6 times, with full-jitter backoff from 0.25 s to 8 s or
 * the server's own Retry-After, and never past the deadline.
 */
var retrying = (async function (call, attempt) {
    for (let tried = 1;; tried++) {
        try {
            return await attempt();
        }
        catch (error) {
            if (!(error instanceof _domain_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .CredsError */ .uA) || error.retryAfterSeconds === undefined)
                throw error;
            const backoff = Math.random() * Math.min(longestBackoffMs, firstBackoffMs * 2 ** (tried - 1));
            const wait = Math.max(backoff, error.retryAfterSeconds * 1000);
            // Final: whoever retries around this must not begin it all again.
            if (tried === attempts || wait >= call.deadline.remainingMs())
                throw error.asFinal();
            const when = wait < 1000 ? 'now' : `in ${String(Math.ceil(wait / 1000))} s`;
            call.onRetry?.(`${error.message} Trying again ${when} (attempt ${String(tried + 1)} of ${String(attempts)}).`);
            await pause(call.host, wait);
        }
    }
});
/** True when the answer says that it is JSON (RFC 8259, RFC 6839 \u00a73.1), or says nothing of what it is. */
var isJson = (function (answer) {
    const said = answer.headers['content-type'];
    if (said === undefined)
        return true;
    const type = said.split(';')[0]?.trim().toLowerCase() ?? '';
    return type === 'application/json' || (0,_domain_pattern_js__WEBPACK_IMPORTED_MODULE_3__/* .fullMatch */ .L)(/application\/[a-z0-9.-]+\+json/, type);
});

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   C3: () => (/* binding */ retryAfterSeconds),
/* harmony export */   Fh: () => (/* binding */ isJson),
/* harmony export */   R$: () => (/* binding */ retrying),
/* harmony export */   cv: () => (/* binding */ exchange),
/* harmony export */   i_: () => (/* binding */ asksToRetry),
/* harmony export */   sl: () => (/* binding */ hidesAnswer),
/* harmony export */   v7: () => (/* binding */ pause),
/* harmony export */   yp: () => (/* binding */ isPage)
/* harmony export */ });
/* harmony import */ var _domain_deadline_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(3150);
/* harmony import */ var _domain_errors_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(7945);
/* harmony import */ var _domain_host_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(1044);
/* harmony import */ var _domain_pattern_js__WEBPACK_IMPORTED_MODULE_3__ = __nccwpck_require__(6898);




const attemptSeconds = 10;
const attempts = 6;
const firstBackoffMs = 250;
const longestBackoffMs = 8000;



function interruption(signal) {
    return signal.reason instanceof _domain_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .CredsError */ .uA
        ? signal.reason
        : new _domain_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .CredsError */ .uA('interrupted', 'The job was cancelled.');
}
function explain(error, request, deadline) {
    if (!(error instanceof _domain_host_js__WEBPACK_IMPORTED_MODULE_2__/* .TransportError */ .w))
        return new _domain_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .CredsError */ .uA('internal', 'A request failed.', { cause: error });
    const name = request.url.host;
    const again = { cause: error, retryAfterSeconds: 0 };
    switch (error.fault) {
        case 'refused':
            return new _domain_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .CredsError */ .uA('unreachable', `${name} refused the connection.`, again);
        case 'reset':
            return new _domain_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .CredsError */ .uA('unreachable', `The connection to ${name} broke.`, again);
        case 'dns-temporary':
            return new _domain_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .CredsError */ .uA('unreachable', `The name ${name} could not be looked up just now.`, again);
        case 'dns':
            return new _domain_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .CredsError */ .uA('unreachable', `There is no host named ${name}.`, { cause: error });
        case 'timeout': {
            if (error.unsent)
                return new _domain_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .CredsError */ .uA('timed-out', `No connection to ${name} came about in time, TLS included.`, again);
            const late = deadline.remainingMs() === 0;
            const bound = late ? deadline.budgetSeconds : attemptSeconds;
            return new _domain_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .CredsError */ .uA('timed-out', `${name} did not answer within ${String(bound)} seconds.`, again);
        }
        case 'truncated':
            return new _domain_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .CredsError */ .uA('unreachable', `The answer of ${name} broke off.`, again);
        case 'garbled':
            return new _domain_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .CredsError */ .uA('answer-invalid', `What answers at ${name} does not speak HTTP.`, {
                cause: error,
            });
        case 'tls':
            return new _domain_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .CredsError */ .uA('tls-refused', refusal(name, error.alert), { cause: error });
        case 'certificate':
            return new _domain_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .CredsError */ .uA('tls-untrusted', `The certificate of ${name} is not trusted here.`, {
                cause: error,
            });
        case 'proxy':
            return new _domain_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .CredsError */ .uA('proxy-refused', `The proxy did not connect us to ${name}.`, { cause: error });
        case 'too-large':
            return new _domain_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .CredsError */ .uA('answer-invalid', `The answer of ${name} is longer than it may be.`, {
                cause: error,
            });
        case 'encoding':
            return new _domain_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .CredsError */ .uA('answer-invalid', `${name} compressed its answer although it was not asked to.`, {
                cause: error,
            });
        case 'aborted':
            return new _domain_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .CredsError */ .uA('interrupted', `The request to ${name} was given up.`, { cause: error });
    }
}
function refusal(name, alert) {
    if (alert === undefined)
        return `${name} and we could not agree on TLS.`;
    return _domain_host_js__WEBPACK_IMPORTED_MODULE_2__/* .clientAlerts */ .p.includes(alert)
        ? `${name} wants a client certificate that it trusts (TLS alert ${String(alert)}).`
        : `${name} has broken off the TLS connection (alert ${String(alert)}).`;
}

/** Waits. @throws CredsError `interrupted` or `terminated` when the process is asked to stop */
async function pause(host, ms) {
    const never = new Promise(() => undefined);
    try {
        await bounded(host, ms, () => never);
    }
    catch (error) {
        if (host.signal.aborted)
            throw interruption(host.signal);
        if (!(error instanceof _domain_host_js__WEBPACK_IMPORTED_MODULE_2__/* .TransportError */ .w && error.fault === 'timeout'))
            throw error;
    }
}
/** Statuses that ask to come back (RFC 9110 \u00a715.5.9, \u00a715.6; RFC 8470 \u00a75.2; RFC 6585 \u00a74; 52x of content networks). */
function asksToRetry(status) {
    return [408, 425, 429].includes(status) || (status >= 500 && status !== 501 && status !== 505);
}
/** Not now (RFC 9110 \u00a715.6.4), and what content networks say when they have not reached the server. */
const unserved = [503, 521, 522, 523, 525, 526];
/** True for a status behind which the server may have done what it was asked: whoever stands before it gave up on it. */
function hidesAnswer(status) {
    return status >= 500 && !unserved.includes(status);
}
/**
 * Seconds that a Retry-After header asks for (RFC 9110 \u00a710.2.3): a number, or an HTTP date, which counts from the
 * server's own Date; 0 without one.
 */
function retryAfterSeconds(answer, now) {
    const value = answer.headers['retry-after']?.trim() ?? '';
    if ((0,_domain_pattern_js__WEBPACK_IMPORTED_MODULE_3__/* .fullMatch */ .L)(/\d{1,6}/, value))
        return Number(value);
    const at = Date.parse(value);
    const sentAt = Date.parse(answer.headers['date'] ?? '');
    return Number.isNaN(at) ? 0 : Math.max(0, (at - (Number.isNaN(sentAt) ? now.getTime() : sentAt)) / 1000);
}
/** True for a page for people where a server's answer should be: of a proxy, or a sign-in. Some say so of no content at all. */
function isPage({ headers, body }) {
    const type = headers['content-type']?.split(';')[0]?.trim().toLowerCase() ?? '';
    return body.length > 0 && (type === 'text/html' || type === 'application/xhtml+xml');
}



/***/ }),

/***/ 3451:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {
/** The body of an answer that has to be a JSON object. */
var jsonObject = (function (answer) {
    if (!(0,_http_js__WEBPACK_IMPORTED_MODULE_0__/* .isJson */ .Fh)(answer))
        throw invalid('that is not JSON');
    let body;
    try {
        body = (0,_json_js__WEBPACK_IMPORTED_MODULE_1__/* .parseStrictJson */ .RJ)(answer.body);
    }
    catch {
        throw invalid('that is not clean JSON');
    }
    if (!(0,_json_js__WEBPACK_IMPORTED_MODULE_1__/* .isObject */ .Gv)(body))
        throw invalid('that is not a JSON object');
    return body;
});
/** The other side's id of this request, when it is one that can be printed. */
var answerRequestId = (function (answer, body) {
    const id = (body === undefined ? undefined : (0,_json_js__WEBPACK_IMPORTED_MODULE_1__/* .member */ .Dc)(body, 'request_id')) ?? answer.headers['x-request-id'];
    return typeof id === 'string' && (0,_domain_pattern_js__WEBPACK_IMPORTED_MODULE_3__/* .fullMatch */ .L)(idPattern, id) ? id : undefined;
});

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   aD: () => (/* binding */ idPattern),
/* harmony export */   n$: () => (/* binding */ answerRequestId),
/* harmony export */   o$: () => (/* binding */ jsonObject)
/* harmony export */ });
/* harmony import */ var _domain_errors_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(7945);
/* harmony import */ var _domain_pattern_js__WEBPACK_IMPORTED_MODULE_3__ = __nccwpck_require__(6898);
/* harmony import */ var _http_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(4438);
/* harmony import */ var _json_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(8440);




/** The id of a lease, a session or a request: it will be printed. */
const idPattern = /[A-Za-z0-9_.:-]{1,128}/;

function invalid(what) {
    return new _domain_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .CredsError */ .uA('answer-invalid', `The server sent an answer ${what}.`);
}



/***/ }),

/***/ 8440:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {
/**
 * Reads JSON as RFC 8259 and I-JSON (RFC 7493) want it from a stranger: valid UTF-8, no byte order mark, no member
 * twice in one object, no `__proto__`, no half of a surrogate pair, no number beyond a double, 64 levels at most.
 * @throws SyntaxError without any of the text in it
 */
var parseStrictJson = (function (input) {
    let value;
    let text;
    try {
        text =
            typeof input === 'string'
                ? input
                : new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(input);
        value = JSON.parse(text);
    }
    catch {
        throw new SyntaxError('not valid JSON');
    }
    if (!text.isWellFormed())
        throw new SyntaxError('JSON with half a character');
    refuseUnclean(text);
    return value;
});
/** Walks over text that is known to be valid JSON. */
var refuseUnclean = (function (text) {
    const open = [];
    const escapes = text.includes('\\');
    let expectsName = false;
    for (let at = 0; at < text.length; at++) {
        const char = text.charCodeAt(at);
        if (char === quote) {
            const end = escapes ? endOfString(text, at) : text.indexOf('"', at + 1);
            if (expectsName)
                addMember(open.at(-1), readString(text.slice(at, end + 1)));
            else if (escapes)
                readString(text.slice(at, end + 1));
            expectsName = false;
            at = end;
        }
        else if (char === openObject || char === openArray) {
            open.push(char === openObject ? new Set() : undefined);
            if (open.length > deepest)
                throw new SyntaxError('JSON nested too deeply');
            expectsName = char === openObject;
        }
        else if (char === closeObject || char === closeArray) {
            open.pop();
            expectsName = false;
        }
        else if (char === comma) {
            expectsName = open.at(-1) !== undefined;
        }
        else if (char === minus || (char >= zero && char <= nine)) {
            at = endOfNumber(text, at) - 1;
        }
    }
});
var readString = (function (quoted) {
    if (!quoted.includes('\\'))
        return quoted.slice(1, -1);
    const string = JSON.parse(quoted);
    if (!string.isWellFormed())
        throw new SyntaxError('JSON with half a character');
    return string;
});
var addMember = (function (members, name) {
    if (name === '__proto__' || members?.has(name) === true)
        throw new SyntaxError('JSON with a repeated or forbidden member');
    members?.add(name);
});
/** Where the number that begins here ends. */
var endOfNumber = (function (text, start) {
    let end = start + 1;
    while (end < text.length && '0123456789.eE+-'.includes(text[end] ?? ' '))
        end++;
    if (!Number.isFinite(Number(text.slice(start, end))))
        throw new SyntaxError('JSON with an endless number');
    return end;
});
/** True for an object that is not an array; its own members may then be read. */
var isObject = (function (value) {
    return typeof value === 'object' && value !== null && !Array.isArray(value);
});
/** The object's own member, never an inherited one. */
var member = (function (object, name) {
    return Object.hasOwn(object, name) ? object[name] : undefined;
});

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   Dc: () => (/* binding */ member),
/* harmony export */   Gv: () => (/* binding */ isObject),
/* harmony export */   RJ: () => (/* binding */ parseStrictJson)
/* harmony export */ });
/** Nothing that we read is nested deeper; what walks over it later may then be recursive. */
const deepest = 64;

const code = (char) => char.charCodeAt(0);
const [quote, backslash, comma, minus] = [code('"'), code('\\'), code(','), code('-')];
const [openObject, closeObject, openArray, closeArray] = [code('{'), code('}'), code('['), code(']')];
const [zero, nine] = [code('0'), code('9')];




function endOfString(text, start) {
    for (let at = start;;) {
        at = text.indexOf('"', at + 1);
        let slashes = 0;
        while (text.charCodeAt(at - 1 - slashes) === backslash)
            slashes++;
        if (slashes % 2 === 0)
            return at;
    }
}




/***/ }),

/***/ 4872:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {
/**
 * Makes an Ed25519 or X25519 key (RFC 8037).
 *
 * By way of its JWK: in Node 20 a key as `generateKeyPairSync` hands it out shares a lock with the job that made it,
 * `export({ format: 'jwk' })` holds that lock while it allocates, and if just then the garbage collector takes the job,
 * the process waits for itself for ever. A key read back has a lock of its own.
 */
var makeKeyPair = (function (type) {
    const encoding = { format: 'jwk' };
    const { privateKey: jwk } = generate(type, { publicKeyEncoding: encoding, privateKeyEncoding: encoding });
    return { privateKey: (0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.createPrivateKey)({ key: jwk, format: 'jwk' }), x: jwk.x ?? '' };
});

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   i: () => (/* binding */ makeKeyPair)
/* harmony export */ });
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(7598);
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__nccwpck_require__.n(node_crypto__WEBPACK_IMPORTED_MODULE_0__);

// `jwk` is documented for this call as for `export`; the types know it for `export` only.
const generate = node_crypto__WEBPACK_IMPORTED_MODULE_0__.generateKeyPairSync;



/***/ }),

/***/ 7568:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   k: () => (/* binding */ refusedFor),
/* harmony export */   x: () => (/* binding */ refusal)
/* harmony export */ });
/* harmony import */ var _domain_errors_js__WEBPACK_IMPORTED_MODULE_3__ = __nccwpck_require__(7945);
/* harmony import */ var _domain_pattern_js__WEBPACK_IMPORTED_MODULE_4__ = __nccwpck_require__(6898);
/* harmony import */ var _http_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(4438);
/* harmony import */ var _json_answer_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(3451);
/* harmony import */ var _json_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(8440);





/** What the reasons of PROTOCOL.md (Errors) mean to the one who reads the job's log. */
const reasons = {
    'token-expired': { code: 'identity-refused', text: 'the ID token has expired', freshIdToken: true },
    'token-too-old': { code: 'identity-refused', text: 'the ID token is too old', freshIdToken: true },
    'audience-mismatch': { code: 'audience-mismatch', text: 'the ID token is for another audience' },
    'token-bound-to-other-key': {
        code: 'identity-refused',
        text: 'the ID token belongs to another key',
        freshIdToken: true,
    },
    signature: { code: 'identity-refused', text: 'the ID token\u2019s signature does not verify' },
    'issuer-unknown': { code: 'identity-refused', text: 'the broker does not know this platform as an issuer' },
    'proof-time': { code: 'clock-skew', text: 'the proof\u2019s time is off' },
    'proof-body': {
        code: 'request-refused',
        text: 'the body is not the one that was signed; something changed it',
    },
    'proof-target': {
        code: 'request-refused',
        text: 'the proof is for another URL: `broker-url` and the broker\u2019s public_url differ',
    },
    'proof-replayed': { code: 'request-refused', text: 'the proof was seen before', freshIdToken: true },
    denied: { code: 'policy-denied', text: 'policy does not grant this' },
    'role-in-use': {
        code: 'role-in-use',
        text: 'another session of this job holds the role',
    },
    'job-closed': { code: 'policy-denied', text: 'the broker was told that this job has ended' },
    'approval-rejected': { code: 'policy-denied', text: 'the approval was refused' },
    'approval-expired': { code: 'policy-denied', text: 'nobody approved in time' },
    'ttl-below-minimum': { code: 'request-refused', text: 'the `ttl` is below the role\u2019s minimum' },
    'public-key': {
        code: 'request-refused',
        text: 'the role is lent for a public key, and none that it takes was sent: write `export: ssh`',
    },
    superseded: { code: 'request-refused', text: 'a later request took the place of this one' },
    'idempotency-conflict': { code: 'request-refused', text: 'the same handle was used for another request' },
};
/** The errors themselves, where no reason says more. */
const errors = {
    invalid_dpop_proof: { code: 'request-refused', text: 'the request\u2019s proof does not hold' },
    use_dpop_nonce: { code: 'request-refused', text: 'it does not take the nonce that it gave' },
    invalid_grant: { code: 'identity-refused', text: 'the ID token does not hold' },
    invalid_request: { code: 'request-refused', text: 'it does not understand the request' },
    invalid_target: {
        code: 'request-refused',
        text: 'the request is for another broker: `broker-url` and the broker\u2019s public_url differ',
    },
    invalid_scope: { code: 'request-refused', text: 'it knows no scopes' },
    invalid_authorization_details: {
        code: 'request-refused',
        text: 'it does not take what was asked for of a role',
    },
    unsupported_grant_type: { code: 'request-refused', text: 'it exchanges no tokens at this address' },
    unsupported_token_type: {
        code: 'request-refused',
        text: 'ID tokens of this platform do not tell one job from another, so none gives anything back',
    },
    unsupported_protocol_version: {
        code: 'request-refused',
        text: 'it does not speak this version of the protocol',
    },
    invalid_client: { code: 'request-refused', text: 'it does not know the caller' },
    invalid_token: { code: 'request-refused', text: 'the session has ended, or its access token has' },
    insufficient_scope: { code: 'request-refused', text: 'the access token is not for this' },
    access_denied: { code: 'policy-denied', text: 'policy does not grant this' },
    authorization_pending: { code: 'approval-pending', text: 'somebody has to approve this first' },
    not_found: { code: 'request-refused', text: 'there is nothing at this address' },
    method_not_allowed: { code: 'request-refused', text: 'this address takes no such request' },
    conflict: { code: 'request-refused', text: 'another request is in the way' },
};
/** Parts of a broker that may fail it for a while: told with 5xx. */
const troubles = {
    issuer: 'it cannot fetch the keys of this platform',
    backend: 'the role\u2019s backend failed',
    store: 'its store takes no writes',
    audit: 'its audit log takes no lines',
    frozen: 'its operators have stopped all lending for now',
};
function lookUp(table, name) {
    return typeof name === 'string' && Object.hasOwn(table, name) ? table[name] : undefined;
}
/**
 * Turns an answer that is not 2xx into an error of ours (RFC 6749 \u00a75.2, PROTOCOL.md Errors). Of the server's words
 * only names from a closed list, a request id and a number of seconds are used.
 */
function refusal(answer, server, now) {
    const body = errorBody(answer);
    const requestId = (0,_json_answer_js__WEBPACK_IMPORTED_MODULE_0__/* .answerRequestId */ .n$)(answer, body);
    const known = requestId === undefined ? {} : { requestId };
    const status = String(answer.status);
    if ((0,_http_js__WEBPACK_IMPORTED_MODULE_1__/* .asksToRetry */ .i_)(answer.status)) {
        const wait = (0,_http_js__WEBPACK_IMPORTED_MODULE_1__/* .retryAfterSeconds */ .C3)(answer, now);
        const reason = body === undefined ? undefined : (0,_json_js__WEBPACK_IMPORTED_MODULE_2__/* .member */ .Dc)(body, 'reason');
        const trouble = lookUp(troubles, reason);
        const why = trouble === undefined ? '' : `: ${trouble} (${String(reason)})`;
        return new _domain_errors_js__WEBPACK_IMPORTED_MODULE_3__/* .CredsError */ .uA('busy', `${server} answered ${status}${why}.`, {
            ...known,
            retryAfterSeconds: wait,
        });
    }
    if (body === undefined) {
        return new _domain_errors_js__WEBPACK_IMPORTED_MODULE_3__/* .CredsError */ .uA('answer-invalid', `${server} answered ${status} and not in the protocol\u2019s form.`, known);
    }
    const error = errorName(body);
    const reason = (0,_json_js__WEBPACK_IMPORTED_MODULE_2__/* .member */ .Dc)(body, 'reason');
    const meaning = lookUp(reasons, reason);
    const general = lookUp(errors, error);
    const { code, text } = meaning ?? general ?? { code: 'request-refused', text: '' };
    const word = meaning === undefined ? error : String(reason);
    const told = text === '' ? word : `${text} (${word})`;
    const minimum = reason === 'ttl-below-minimum' ? minimumOf(body) : '';
    return new _domain_errors_js__WEBPACK_IMPORTED_MODULE_3__/* .CredsError */ .uA(code, `${server} refused: ${told}${minimum}.`, {
        ...known,
        ...(meaning?.freshIdToken === true ? { freshIdToken: true } : {}),
    });
}
function errorBody(answer) {
    if (!(0,_http_js__WEBPACK_IMPORTED_MODULE_1__/* .isJson */ .Fh)(answer))
        return undefined;
    try {
        const body = (0,_json_js__WEBPACK_IMPORTED_MODULE_2__/* .parseStrictJson */ .RJ)(answer.body);
        return (0,_json_js__WEBPACK_IMPORTED_MODULE_2__/* .isObject */ .Gv)(body) && typeof (0,_json_js__WEBPACK_IMPORTED_MODULE_2__/* .member */ .Dc)(body, 'error') === 'string' ? body : undefined;
    }
    catch {
        return undefined;
    }
}
function errorName(body) {
    const error = (0,_json_js__WEBPACK_IMPORTED_MODULE_2__/* .member */ .Dc)(body, 'error');
    return typeof error === 'string' && (0,_domain_pattern_js__WEBPACK_IMPORTED_MODULE_4__/* .fullMatch */ .L)(/[a-z_]{1,64}/, error) ? error : 'an unknown error';
}
function minimumOf(body) {
    const minimum = (0,_json_js__WEBPACK_IMPORTED_MODULE_2__/* .member */ .Dc)(body, 'minimum');
    return Number.isSafeInteger(minimum) ? `: at least ${String(minimum)} s` : '';
}
/** The error code and reason of a refusal, for a client that can cure some of them. */
function refusedFor(answer) {
    const body = errorBody(answer);
    const reason = body === undefined ? undefined : (0,_json_js__WEBPACK_IMPORTED_MODULE_2__/* .member */ .Dc)(body, 'reason');
    return {
        error: body === undefined ? '' : errorName(body),
        reason: typeof reason === 'string' ? reason : '',
    };
}


/***/ }),

/***/ 8754:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   Ds: () => (/* binding */ revocationForm),
/* harmony export */   VR: () => (/* binding */ leaseStates),
/* harmony export */   Z2: () => (/* binding */ idTokenType),
/* harmony export */   jd: () => (/* binding */ readRevocation)
/* harmony export */ });
/* unused harmony export handleType */
/* harmony import */ var _domain_errors_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(7945);
/* harmony import */ var _domain_lease_js__WEBPACK_IMPORTED_MODULE_3__ = __nccwpck_require__(3114);
/* harmony import */ var _domain_pattern_js__WEBPACK_IMPORTED_MODULE_4__ = __nccwpck_require__(6898);
/* harmony import */ var _json_answer_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(3451);
/* harmony import */ var _json_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(8440);





/** RFC 8693 \u00a73. */
const idTokenType = 'urn:ietf:params:oauth:token-type:id_token';
const handleType = 'urn:ephemeral-creds:revocation-handle';
/** Every state of a lease that a broker may tell. */
const leaseStates = [
    'revoked',
    'revoking',
    'expired',
    'active',
    'failed',
    'superseded',
    'void',
    'intent',
];
/** The form of POST /revoke (RFC 7009 \u00a72.1) by handle or by ID token, for some leases or for all. */
function revocationForm(by, token, leaseIds = []) {
    const form = new URLSearchParams({ token, token_type_hint: by === 'handle' ? handleType : idTokenType });
    for (const id of leaseIds)
        form.append('lease_id', id);
    return form.toString();
}
/**
 * Reads what POST /revoke says of each lease (PROTOCOL.md, The revocation handle). An empty list means that there is
 * nothing under this token that could still be given back.
 * @throws CredsError `answer-invalid`
 */
function readRevocation(answer) {
    const leases = (0,_json_js__WEBPACK_IMPORTED_MODULE_0__/* .member */ .Dc)((0,_json_answer_js__WEBPACK_IMPORTED_MODULE_1__/* .jsonObject */ .o$)(answer), 'leases');
    if (!Array.isArray(leases))
        throw new _domain_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .CredsError */ .uA('answer-invalid', 'The server sent an answer without leases.');
    return leases.map(readReturned);
}
function readReturned(entry) {
    if ((0,_json_js__WEBPACK_IMPORTED_MODULE_0__/* .isObject */ .Gv)(entry)) {
        const id = (0,_json_js__WEBPACK_IMPORTED_MODULE_0__/* .member */ .Dc)(entry, 'lease_id');
        const state = leaseStates.find((name) => name === (0,_json_js__WEBPACK_IMPORTED_MODULE_0__/* .member */ .Dc)(entry, 'state'));
        const revocability = _domain_lease_js__WEBPACK_IMPORTED_MODULE_3__/* .revocabilities */ .y.find((name) => name === (0,_json_js__WEBPACK_IMPORTED_MODULE_0__/* .member */ .Dc)(entry, 'revocability'));
        const expiresAt = new Date(String((0,_json_js__WEBPACK_IMPORTED_MODULE_0__/* .member */ .Dc)(entry, 'expires_at')));
        if (typeof id === 'string' &&
            (0,_domain_pattern_js__WEBPACK_IMPORTED_MODULE_4__/* .fullMatch */ .L)(_json_answer_js__WEBPACK_IMPORTED_MODULE_1__/* .idPattern */ .aD, id) &&
            state !== undefined &&
            revocability !== undefined &&
            !isNaN(expiresAt.getTime())) {
            return { id, state, revocability, expiresAt };
        }
    }
    throw new _domain_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .CredsError */ .uA('answer-invalid', 'The server sent a lease in a form that is not the protocol\u2019s.');
}


/***/ }),

/***/ 9002:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {
/** @param key left out, a key of its own is made */
var makeSigner = (function (key = (0,_dpop_js__WEBPACK_IMPORTED_MODULE_0__/* .makeProofKey */ .oc)()) {
    return { key, aheadMs: 0 };
});
/**
 * Sends with a proof, and signs once more where the server says which nonce or which time it wants.
 * @throws CredsError of `exchange`
 */
var sendSigned = (async function (request, call) {
    const tried = new Set();
    for (;;) {
        const answer = await sendOnce(request, call);
        const cure = cureFor(answer, request, call);
        if (cure === undefined || tried.has(cure))
            return answer;
        tried.add(cure);
    }
});
var sendOnce = (async function ({ url, signer, ...request }, call) {
    const { body, accessToken, contentType = 'application/x-www-form-urlencoded' } = request;
    const method = body === undefined ? 'GET' : 'POST';
    const { nonce } = signer;
    delete signer.nonce;
    const dpop = (0,_dpop_js__WEBPACK_IMPORTED_MODULE_0__/* .makeProof */ .r_)(signer.key, {
        method,
        url: url.href,
        at: new Date(call.host.clock.now().getTime() + signer.aheadMs),
        ...(body === undefined ? {} : { body }),
        ...(nonce === undefined ? {} : { nonce }),
        ...(accessToken === undefined ? {} : { accessToken: accessToken.reveal() }),
    });
    const headers = {
        ..._version_header_js__WEBPACK_IMPORTED_MODULE_1__/* .plainHeaders */ .f,
        dpop,
        ...(body === undefined ? {} : { 'content-type': contentType }),
        ...(accessToken === undefined ? {} : { authorization: `DPoP ${accessToken.reveal()}` }),
    };
    const content = body === undefined ? {} : { body };
    const answer = await (0,_http_js__WEBPACK_IMPORTED_MODULE_2__/* .exchange */ .cv)(call, { method, url, headers, ...content, maxBytes: longestAnswer });
    const given = answer.headers['dpop-nonce'];
    if (given !== undefined && (0,_domain_pattern_js__WEBPACK_IMPORTED_MODULE_3__/* .fullMatch */ .L)(/[\x21-\x7e]{1,512}/, given))
        signer.nonce = given;
    return answer;
});
/** What signing once more may cure, with what has been learnt for it; undefined: nothing. */
var cureFor = (function (answer, { url, signer }, call) {
    if (answer.status !== 400 && answer.status !== 401)
        return undefined;
    const { error, reason } = (0,_oauth_error_js__WEBPACK_IMPORTED_MODULE_4__/* .refusedFor */ .k)(answer);
    if (error === 'use_dpop_nonce' && signer.nonce !== undefined)
        return 'nonce';
    const at = Date.parse(answer.headers['date'] ?? '');
    if (reason !== 'proof-time' || Number.isNaN(at))
        return undefined;
    signer.aheadMs = at - call.host.clock.now().getTime();
    const offBy = Math.round(signer.aheadMs / 1000);
    const direction = offBy < 0 ? 'ahead of' : 'behind';
    call.onWarning?.(`This runner\u2019s clock is ${String(Math.abs(offBy))} s ${direction} ${url.host}; using its time.`);
    return 'time';
});

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   h: () => (/* binding */ sendSigned),
/* harmony export */   z: () => (/* binding */ makeSigner)
/* harmony export */ });
/* harmony import */ var _domain_pattern_js__WEBPACK_IMPORTED_MODULE_3__ = __nccwpck_require__(6898);
/* harmony import */ var _dpop_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(8977);
/* harmony import */ var _http_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(4438);
/* harmony import */ var _oauth_error_js__WEBPACK_IMPORTED_MODULE_4__ = __nccwpck_require__(7568);
/* harmony import */ var _version_header_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(7388);





const longestAnswer = 1024 * 1024;






/***/ }),

/***/ 6495:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {
/** One authorization detail (RFC 9396 \u00a72): a role, how long its lease may live at most, and how long without a heartbeat. */
var detailFor = (function (role, { ttlSeconds, heartbeatSeconds, publicKey, }) {
    return {
        type: detailType,
        role,
        ...(ttlSeconds === undefined ? {} : { ttl: ttlSeconds }),
        ...(heartbeatSeconds === undefined ? {} : { heartbeat: heartbeatSeconds }),
        ...(publicKey === undefined ? {} : { public_key: publicKey }),
    };
});
/** The request's form body. */
var exchangeForm = (function (request) {
    const details = request.roles.map(({ role }) => detailFor(role, request));
    return new URLSearchParams({
        grant_type: tokenExchange,
        subject_token: request.idToken,
        subject_token_type: _revocation_js__WEBPACK_IMPORTED_MODULE_0__/* .idTokenType */ .Z2,
        authorization_details: JSON.stringify(details),
        revocation_handle_hash: request.handleHash,
        encrypt_to: JSON.stringify(request.encryptTo),
    }).toString();
});
/**
 * Reads a 200 answer: every role that was asked for, no other, each with an end and its credentials.
 * @param now the time of arrival, from which `expires_in` counts: the broker's clock may differ from ours
 * @throws CredsError `answer-invalid` or `credential-unusable`; what was lent must then be given back
 */
var readLoan = (async function (answer, asked, opening) {
    const body = (0,_json_answer_js__WEBPACK_IMPORTED_MODULE_1__/* .jsonObject */ .o$)(answer);
    const type = (0,_json_js__WEBPACK_IMPORTED_MODULE_2__/* .member */ .Dc)(body, 'token_type');
    // Case does not count (RFC 6749 \u00a75.1).
    if (typeof type !== 'string' || type.toLowerCase() !== 'dpop')
        throw invalid('without token_type DPoP');
    const details = (0,_json_js__WEBPACK_IMPORTED_MODULE_2__/* .member */ .Dc)(body, 'authorization_details');
    if (!Array.isArray(details) || details.length !== asked.length)
        throw invalid('with another number of roles than asked');
    const leases = [];
    for (const request of asked) {
        const found = details.filter(((detail) => (0,_json_js__WEBPACK_IMPORTED_MODULE_2__/* .isObject */ .Gv)(detail) && (0,_json_js__WEBPACK_IMPORTED_MODULE_2__/* .member */ .Dc)(detail, 'role') === request.role));
        if (found.length !== 1)
            throw invalid('without a role that was asked for');
        leases.push(await readLease(found[0], request, opening));
    }
    (0,_credential_wire_js__WEBPACK_IMPORTED_MODULE_3__/* .assertDeliverable */ .cn)(leases.flatMap(({ credentials }) => credentials));
    const sessionId = (0,_json_js__WEBPACK_IMPORTED_MODULE_2__/* .member */ .Dc)(body, 'session_id');
    const requestId = (0,_json_answer_js__WEBPACK_IMPORTED_MODULE_1__/* .answerRequestId */ .n$)(answer, body);
    return {
        leases,
        ...(typeof sessionId === 'string' && (0,_domain_pattern_js__WEBPACK_IMPORTED_MODULE_4__/* .fullMatch */ .L)(_json_answer_js__WEBPACK_IMPORTED_MODULE_1__/* .idPattern */ .aD, sessionId) ? { sessionId } : {}),
        ...(requestId === undefined ? {} : { requestId }),
    };
});
/**
 * Reads one entry of `authorization_details`.
 * @throws CredsError `answer-invalid` or `credential-unusable`; what was lent must then be given back
 */
var readLease = (async function (detail, request, opening) {
    const id = (0,_json_js__WEBPACK_IMPORTED_MODULE_2__/* .member */ .Dc)(detail, 'lease_id');
    const seconds = (0,_json_js__WEBPACK_IMPORTED_MODULE_2__/* .member */ .Dc)(detail, 'expires_in');
    const revocability = _domain_lease_js__WEBPACK_IMPORTED_MODULE_5__/* .revocabilities */ .y.find(((name) => name === (0,_json_js__WEBPACK_IMPORTED_MODULE_2__/* .member */ .Dc)(detail, 'revocability')));
    if (typeof id !== 'string' || !(0,_domain_pattern_js__WEBPACK_IMPORTED_MODULE_4__/* .fullMatch */ .L)(_json_answer_js__WEBPACK_IMPORTED_MODULE_1__/* .idPattern */ .aD, id))
        throw invalid('with a lease that has no id');
    if (!Number.isInteger(seconds) || Math.abs(seconds) > longestSeconds)
        throw invalid('with a lease that has no usable expires_in');
    if (revocability === undefined)
        throw invalid('with a lease of unknown revocability');
    const expiresAt = new Date(opening.now.getTime() + seconds * 1000);
    const entries = await credentialEntries(detail, opening.decrypt);
    return {
        id,
        expiresAt,
        revocability,
        ...request,
        credentials: entries.map(((entry) => (0,_credential_wire_js__WEBPACK_IMPORTED_MODULE_3__/* .credentialFromWire */ .Dp)(entry, expiresAt))),
    };
});
var credentialEntries = (async function (detail, decrypt) {
    const jwe = (0,_json_js__WEBPACK_IMPORTED_MODULE_2__/* .member */ .Dc)(detail, 'credentials_jwe');
    let entries = (0,_json_js__WEBPACK_IMPORTED_MODULE_2__/* .member */ .Dc)(detail, 'credentials');
    if (typeof jwe === 'string') {
        try {
            entries = (0,_json_js__WEBPACK_IMPORTED_MODULE_2__/* .parseStrictJson */ .RJ)(await decrypt(jwe));
        }
        catch (cause) {
            throw new _domain_errors_js__WEBPACK_IMPORTED_MODULE_6__/* .CredsError */ .uA('answer-invalid', 'The credentials could not be decrypted.', { cause });
        }
    }
    if (!Array.isArray(entries) || entries.length === 0 || entries.length > 10)
        throw invalid('without credentials');
    return entries;
});

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   A4: () => (/* binding */ jwtType),
/* harmony export */   He: () => (/* binding */ tokenExchange),
/* harmony export */   Lp: () => (/* binding */ rolePattern),
/* harmony export */   ON: () => (/* binding */ exchangeForm),
/* harmony export */   Sg: () => (/* binding */ accessTokenType),
/* harmony export */   lH: () => (/* binding */ detailFor),
/* harmony export */   z0: () => (/* binding */ readLoan),
/* harmony export */   zR: () => (/* binding */ readLease)
/* harmony export */ });
/* unused harmony export detailType */
/* harmony import */ var _domain_errors_js__WEBPACK_IMPORTED_MODULE_6__ = __nccwpck_require__(7945);
/* harmony import */ var _domain_lease_js__WEBPACK_IMPORTED_MODULE_5__ = __nccwpck_require__(3114);
/* harmony import */ var _domain_pattern_js__WEBPACK_IMPORTED_MODULE_4__ = __nccwpck_require__(6898);
/* harmony import */ var _credential_wire_js__WEBPACK_IMPORTED_MODULE_3__ = __nccwpck_require__(4853);
/* harmony import */ var _json_answer_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(3451);
/* harmony import */ var _json_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(8440);
/* harmony import */ var _revocation_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(8754);








const tokenExchange = 'urn:ietf:params:oauth:grant-type:token-exchange';
const jwtType = 'urn:ietf:params:oauth:token-type:jwt';
const accessTokenType = 'urn:ietf:params:oauth:token-type:access_token';
const detailType = 'ephemeral_credential';
/** A role's name as PROTOCOL.md allows it. */
const rolePattern = /[A-Za-z0-9][A-Za-z0-9._/-]{0,127}/;



/** A year: beyond some number of seconds there is no date. */
const longestSeconds = 366 * 86_400;


function invalid(what) {
    return new _domain_errors_js__WEBPACK_IMPORTED_MODULE_6__/* .CredsError */ .uA('answer-invalid', `The server sent an answer ${what}.`);
}


/***/ }),

/***/ 3037:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {
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
        connect: (async (url, trust) => {
            if (isDirect(url))
                await connections.open(url, await tlsOptions(trust));
        }),
        send: (async (request) => {
            try {
                const tls = { ...(await tlsOptions(request.trust)), ...request.identity };
                const full = { ...request, headers: { ...plainHeaders, ...request.headers } };
                const answer = isDirect(request.url)
                    ? await sendDirectly(full, tls, connections.agentFor(request.url))
                    : await (await __nccwpck_require__.e(/* import() | proxied-request */ 342).then(__nccwpck_require__.bind(__nccwpck_require__, 3878))).sendThroughProxy(full, tls);
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

__nccwpck_require__.r(__webpack_exports__);
/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   httpTransport: () => (/* binding */ httpTransport)
/* harmony export */ });
/* harmony import */ var node_http__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(7067);
/* harmony import */ var node_http__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__nccwpck_require__.n(node_http__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var node_https__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(4708);
/* harmony import */ var node_https__WEBPACK_IMPORTED_MODULE_1___default = /*#__PURE__*/__nccwpck_require__.n(node_https__WEBPACK_IMPORTED_MODULE_1__);
/* harmony import */ var node_net__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(7030);
/* harmony import */ var node_net__WEBPACK_IMPORTED_MODULE_2___default = /*#__PURE__*/__nccwpck_require__.n(node_net__WEBPACK_IMPORTED_MODULE_2__);
/* harmony import */ var _actions_http_client_lib_proxy__WEBPACK_IMPORTED_MODULE_3__ = __nccwpck_require__(9783);
/* harmony import */ var _domain_host_js__WEBPACK_IMPORTED_MODULE_6__ = __nccwpck_require__(1044);
/* harmony import */ var _connections_js__WEBPACK_IMPORTED_MODULE_4__ = __nccwpck_require__(2473);
/* harmony import */ var _http_answer_js__WEBPACK_IMPORTED_MODULE_5__ = __nccwpck_require__(5389);








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
    const tls = await Promise.resolve(/* import() */).then(__nccwpck_require__.t.bind(__nccwpck_require__, 1692, 23));
    // Absent before Node 22.15.
    const known = tls.getCACertificates?.('default') ?? tls.rootCertificates;
    return [...known, pem];
}


/***/ }),

/***/ 7388:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   f: () => (/* binding */ plainHeaders)
/* harmony export */ });
/** What every request to a broker says. */
const plainHeaders = { accept: 'application/json', 'ephemeral-creds-version': '1' };


/***/ }),

/***/ 5769:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {
var configure = (function (wish) {
    (0,_input_js__WEBPACK_IMPORTED_MODULE_1__/* .onlyParams */ .F)(wish.params, ['allow-ip']);
    if (wish.brokerUrl === undefined)
        throw (0,_input_js__WEBPACK_IMPORTED_MODULE_1__/* .refuseInput */ .bG)('broker-url', 'is required for `provider: broker`');
    if (wish.region !== undefined)
        throw (0,_input_js__WEBPACK_IMPORTED_MODULE_1__/* .refuseInput */ .bG)('region', 'means nothing to `provider: broker`: the role has it');
    if (wish.roles.length === 0)
        throw (0,_input_js__WEBPACK_IMPORTED_MODULE_1__/* .refuseInput */ .bG)('role', 'is required: name what to borrow');
    for (const { role } of wish.roles) {
        if (!(0,_domain_pattern_js__WEBPACK_IMPORTED_MODULE_2__/* .fullMatch */ .L)(_protocol_token_exchange_js__WEBPACK_IMPORTED_MODULE_3__/* .rolePattern */ .Lp, role))
            throw (0,_input_js__WEBPACK_IMPORTED_MODULE_1__/* .refuseInput */ .bG)('role', 'has a name with characters that no role has');
    }
    const url = (0,_input_js__WEBPACK_IMPORTED_MODULE_1__/* .serverUrl */ .Vd)('broker-url', wish.brokerUrl, wish.params['allow-ip'] === true);
    const audience = wish.audience ?? url;
    return {
        audience,
        lender: url,
        endpoint: new URL(url),
        lends: wish.roles,
        bindsKey: true,
        open: (bound, key) => open(wish, { url, audience, bound }, key),
    };
});
var open = (function (wish, place, key) {
    const signer = (0,_protocol_signed_request_js__WEBPACK_IMPORTED_MODULE_4__/* .makeSigner */ .z)(key);
    const handle = new _domain_secret_js__WEBPACK_IMPORTED_MODULE_5__/* .Secret */ .z((0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.randomBytes)(32).toString('base64url'));
    const { publicJwk, decrypt, load } = (0,_protocol_encryption_js__WEBPACK_IMPORTED_MODULE_6__/* .makeEncryptionKey */ .n)();
    const audience = place.bound ? (0,_protocol_dpop_js__WEBPACK_IMPORTED_MODULE_7__/* .keyBoundAudience */ .I_)(place.audience, signer.key.thumbprint) : place.audience;
    return {
        audience,
        debt: { url: place.url, handle: handle.reveal() },
        secrets: [handle],
        load,
        trade: (async (idToken, call) => {
            const body = (0,_protocol_token_exchange_js__WEBPACK_IMPORTED_MODULE_3__/* .exchangeForm */ .ON)({
                idToken: idToken.token.reveal(),
                roles: wish.roles,
                ...(wish.ttlSeconds === undefined ? {} : { ttlSeconds: wish.ttlSeconds }),
                ...(wish.heartbeatSeconds === undefined ? {} : { heartbeatSeconds: wish.heartbeatSeconds }),
                ...(wish.publicKey === undefined ? {} : { publicKey: wish.publicKey }),
                handleHash: (0,_protocol_dpop_js__WEBPACK_IMPORTED_MODULE_7__/* .sha256 */ .sc)(handle.reveal()),
                encryptTo: publicJwk,
            });
            const seconds = wish.approvalTimeoutSeconds ?? 0;
            const answer = await ask(body, { base: place.url, signer, seconds }, call);
            const now = call.host.clock.now();
            const loan = await (0,_protocol_token_exchange_js__WEBPACK_IMPORTED_MODULE_3__/* .readLoan */ .z0)(answer, wish.roles, { decrypt, now });
            if (wish.heartbeatSeconds === undefined)
                return loan;
            const beat = await heartOf(answer, { peer: { base: place.url, signer }, audience, now });
            return { ...loan, pulse: { seconds: wish.heartbeatSeconds, beat } };
        }),
        dryRun: async ({ token }, call) => {
            const { askDryRun } = await __nccwpck_require__.e(/* import() | dry-run */ 858).then(__nccwpck_require__.bind(__nccwpck_require__, 1257));
            return askDryRun({ base: place.url, signer }, { ...wish, idToken: token, encryptTo: publicJwk }, call);
        },
    };
});
/** POST /token, and the waiting for an approval where it takes one. @returns a 200 answer */
var ask = (async function (body, waiting, call) {
    const { base, signer, seconds } = waiting;
    const url = new URL(`${base}/token`);
    const answer = await (0,_protocol_signed_request_js__WEBPACK_IMPORTED_MODULE_4__/* .sendSigned */ .h)({ url, body, signer }, call);
    if (answer.status === 200)
        return answer;
    const { readPending, awaitDecision, approvalUrl } = await __nccwpck_require__.e(/* import() | deferred */ 406).then(__nccwpck_require__.bind(__nccwpck_require__, 7997));
    const refused = (last) => (0,_protocol_oauth_error_js__WEBPACK_IMPORTED_MODULE_8__/* .refusal */ .x)(last, url.host, call.host.clock.now());
    const pending = readPending(answer);
    if (pending === undefined)
        throw refused(answer);
    if (seconds === 0)
        throw notWaiting(url.host, approvalUrl(base, pending), pending.requestId);
    const decision = await awaitDecision(pending, waiting, call);
    if (decision.answer.status === 200)
        return decision.answer;
    throw decision.lost ? refused(decision.answer).asPartlyIssued() : refused(decision.answer);
});

__nccwpck_require__.r(__webpack_exports__);
/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   broker: () => (/* binding */ broker)
/* harmony export */ });
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(7598);
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__nccwpck_require__.n(node_crypto__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var _domain_errors_js__WEBPACK_IMPORTED_MODULE_9__ = __nccwpck_require__(7945);
/* harmony import */ var _domain_pattern_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(6898);
/* harmony import */ var _domain_secret_js__WEBPACK_IMPORTED_MODULE_5__ = __nccwpck_require__(4490);
/* harmony import */ var _protocol_dpop_js__WEBPACK_IMPORTED_MODULE_7__ = __nccwpck_require__(8977);
/* harmony import */ var _protocol_oauth_error_js__WEBPACK_IMPORTED_MODULE_8__ = __nccwpck_require__(7568);
/* harmony import */ var _protocol_token_exchange_js__WEBPACK_IMPORTED_MODULE_3__ = __nccwpck_require__(6495);
/* harmony import */ var _protocol_encryption_js__WEBPACK_IMPORTED_MODULE_6__ = __nccwpck_require__(4891);
/* harmony import */ var _protocol_signed_request_js__WEBPACK_IMPORTED_MODULE_4__ = __nccwpck_require__(9002);
/* harmony import */ var _input_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(1258);










/** Our own broker, as PROTOCOL.md describes it: one request for all roles, bound to a key of this process. */
const broker = { name: 'broker', configure };


/** Only where heartbeats are asked for: most runs end before the first one. */
async function heartOf(answer, { peer, audience, now }) {
    const [{ readSession }, { keepAlive }] = await Promise.all([
        __nccwpck_require__.e(/* import() | session */ 901).then(__nccwpck_require__.bind(__nccwpck_require__, 6372)),
        __nccwpck_require__.e(/* import() | keep-alive */ 944).then(__nccwpck_require__.bind(__nccwpck_require__, 9471)),
    ]);
    const beat = keepAlive(readSession(answer, peer, now));
    return (call, idToken) => beat(call, async () => (await idToken(audience)).token);
}

function notWaiting(host, place, requestId) {
    const message = `${host} wants an approval first (${place}), and this step does not wait for one.`;
    return new _domain_errors_js__WEBPACK_IMPORTED_MODULE_9__/* .CredsError */ .uA('approval-pending', message, requestId === undefined ? {} : { requestId });
}


/***/ }),

/***/ 1258:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {
/** For a provider whose own question compares one account. @throws CredsError `input-invalid` where several are named */
var oneAccount = (function ({ expectAccounts = [], }) {
    if (expectAccounts.length > 1)
        throw refuseInput('expect-account', 'names several accounts; here it is one');
    return expectAccounts[0];
});
/** For a provider that lends nothing for a key of this run. @throws CredsError `input-invalid` */
var refuseKey = (function ({ publicKey }) {
    if (publicKey !== undefined)
        throw refuseInput('export', 'names `ssh`, which needs `provider: broker`');
});
/**
 * The base URL of a server that will be sent an ID token: https (http on loopback), a name and not an address
 * (unless `allowIp`), nothing else in it.
 * @throws CredsError `input-invalid`
 */
var serverUrl = (function (input, text, allowIp) {
    const url = endpointUrl(input, text, allowIp);
    if (url.search !== '')
        throw refuseInput(input, 'must not have a query');
    return (0,_protocol_endpoint_js__WEBPACK_IMPORTED_MODULE_2__/* .baseUrl */ .p)(url);
});
/**
 * The URL of one endpoint to which a token will be sent: the same, but it may have a query (RFC 6749 \u00a73.2).
 * @throws CredsError `input-invalid`
 */
var endpointUrl = (function (input, text, allowIp) {
    const url = URL.canParse(text) ? new URL(text) : undefined;
    if (url === undefined || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
        throw refuseInput(input, 'must be a URL such as https://broker.example.com');
    }
    if (url.username !== '' || url.password !== '')
        throw refuseInput(input, 'must not hold a user name or password');
    if (url.hash !== '')
        throw refuseInput(input, 'must not have a fragment');
    if ((0,_protocol_endpoint_js__WEBPACK_IMPORTED_MODULE_2__/* .isLoopback */ .U)(url))
        return url;
    if (url.protocol !== 'https:')
        throw refuseInput(input, 'must be https; plain http is for loopback only');
    if ((0,node_net__WEBPACK_IMPORTED_MODULE_0__.isIP)(url.hostname.replace(/^\[|\]$/g, '')) !== 0 && !allowIp) {
        throw refuseInput(input, 'must name a host, not an address (closed networks: `params: "allow-ip: true"`)');
    }
    return url;
});
/** Reads the provider's parameters; any other is a typo and refused, with the one that was probably meant. */
var onlyParams = (function (params, known) {
    const typed = Object.keys(params).find((name) => !known.includes(name));
    if (typed === undefined)
        return;
    const near = (0,_domain_near_miss_js__WEBPACK_IMPORTED_MODULE_3__/* .nearest */ .p)(known, typed);
    const hint = near === undefined ? '' : ` (did you mean \`${near}\`?)`;
    const list = known.map((each) => `\`${each}\``).join(', ');
    throw refuseInput('params', `has a parameter that this provider does not know${hint}; it knows ${list}`);
});

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   F: () => (/* binding */ onlyParams),
/* harmony export */   Kh: () => (/* binding */ oneAccount),
/* harmony export */   Pb: () => (/* binding */ endpointUrl),
/* harmony export */   Vd: () => (/* binding */ serverUrl),
/* harmony export */   bG: () => (/* binding */ refuseInput),
/* harmony export */   e: () => (/* binding */ refuseKey)
/* harmony export */ });
/* harmony import */ var node_net__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(7030);
/* harmony import */ var node_net__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__nccwpck_require__.n(node_net__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var _domain_errors_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(7945);
/* harmony import */ var _domain_near_miss_js__WEBPACK_IMPORTED_MODULE_3__ = __nccwpck_require__(1041);
/* harmony import */ var _protocol_endpoint_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(99);




/** An input that a provider cannot take. */
function refuseInput(input, problem) {
    return new _domain_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .CredsError */ .uA('input-invalid', `The input \`${input}\` ${problem}.`);
}







/***/ }),

/***/ 7248:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {
/**
 * An ID token lives for minutes, is bound to a key and is delivered to nobody: hiding the whole of it and each of its
 * segments is enough, and the runner is spared 60 kB of masks.
 */
var masksOfIdToken = (function (token) {
    const pieces = (0,_parts_js__WEBPACK_IMPORTED_MODULE_0__/* .partsOf */ .C)(token.reveal()).flatMap(({ raw }) => raw);
    return [...new Set(pieces)].filter((piece) => piece.length >= shortestMask);
});

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   D: () => (/* binding */ masksOfIdToken),
/* harmony export */   t: () => (/* binding */ shortestMask)
/* harmony export */ });
/* harmony import */ var _parts_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(263);

/** What is shorter would blacken ordinary words. */
const shortestMask = 8;



/***/ }),

/***/ 263:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {
/** Splits a secret into what must be hidden: never a brace, an armour line or a public member of a key file. */
var partsOf = (function (secret) {
    const text = bare(secret);
    const json = parseStructure(text);
    if (json !== undefined)
        return sensitiveLeaves(json).flatMap((leaf) => partsOf(leaf).map(withQuoted));
    const pem = pemParts(text);
    if (pem.length > 0)
        return pem;
    if ((0,_domain_pattern_js__WEBPACK_IMPORTED_MODULE_0__/* .fullMatch */ .L)(jwt, text))
        return [{ text, raw: jwtPieces(text) }];
    const whole = { text, raw: linesOf(text) };
    return (0,_domain_pattern_js__WEBPACK_IMPORTED_MODULE_0__/* .fullMatch */ .L)(urlWithPassword, text) ? [whole, ...passwordOf(text)] : [whole];
});
/** Without white space and one pair of quotes around it. */
var bare = (function (secret) {
    const text = secret.toWellFormed().trim().replace(/\r\n?/g, '\n');
    const first = text.at(0);
    const quoted = text.length > 2 && (first === '"' || first === "'") && text.endsWith(first);
    return quoted ? text.slice(1, -1).trim() : text;
});
var linesOf = (function (text) {
    return text.split('\n').map((line) => line.trim());
});
var jwtPieces = (function (text) {
    const token = text.slice(text.indexOf('eyJ'));
    return [text, token, ...token.split('.')];
});
var pemParts = (function (text) {
    if (!text.includes('-----BEGIN '))
        return [];
    const source = text.includes('\n') ? text : text.replace(/(\\r)?\\n/g, '\n');
    const blocks = [...source.matchAll(/-----BEGIN ([^-\n]+)-----\n([^]+?)\n-----END \1-----/g)];
    const keys = blocks.filter(([, label]) => label?.includes('PRIVATE KEY'));
    return (keys.length > 0 ? keys : blocks).map((([, , inner = '']) => {
        // Headers of old encrypted keys (`Proc-Type: \u2026`) and blank lines are not part of the body.
        const raw = linesOf(inner).filter(((line) => (0,_domain_pattern_js__WEBPACK_IMPORTED_MODULE_0__/* .fullMatch */ .L)(/[A-Za-z0-9+/=]+/, line)));
        return { text: raw.join('\n'), raw, body: raw.join('') };
    }));
});
var parseStructure = (function (text) {
    if (!text.startsWith('{') && !text.startsWith('['))
        return undefined;
    try {
        return JSON.parse(text);
    }
    catch {
        return undefined;
    }
});

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   C: () => (/* binding */ partsOf),
/* harmony export */   D: () => (/* binding */ linesOf)
/* harmony export */ });
/* harmony import */ var _domain_pattern_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(6898);

const jwt = /[^.]*eyJ[\w-]+(\.[\w-]*){2,4}/;
const urlWithPassword = /[A-Za-z][A-Za-z0-9+.-]*:\/\/[^/\s:@]*:[^/\s@]+@\S*/;
/** Members of well-known key files that everybody may read; hiding them would blacken ordinary words of a log. */
const plainMember = /type|kind|api_?version|version|project(_id)?|client_(email|id|x509_cert_url)|.*ur[il]|universe_domain|region|account(_id)?|tenant(_?id)?|subscription_?id|server|host(name)?|port|engine|db(name)?|database|user(name)?|name|e?mail|namespace|current-context|cluster|context|certificate-authority(-data)?|expir\w*/i;




function passwordOf(text) {
    try {
        const password = decodeURIComponent(new URL(text).password);
        return [{ text: password, raw: linesOf(password) }];
    }
    catch {
        return [];
    }
}

function withQuoted(part) {
    const quoted = JSON.stringify(part.text).slice(1, -1);
    return quoted === part.text ? part : { ...part, quoted };
}

/** No recursion: a value of 32 KiB can be nested deeper than any stack. */
function sensitiveLeaves(structure) {
    const leaves = [];
    const open = [{ value: structure, member: '' }];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
        const { value, member } = next;
        if (typeof value === 'object' && value !== null) {
            const inner = Object.entries(value).map(([name, each]) => ({
                value: each,
                member: Array.isArray(value) ? member : name,
            }));
            open.push(...inner.reverse());
            continue;
        }
        const text = typeof value === 'number' ? String(value) : value;
        if (typeof text === 'string' && !(0,_domain_pattern_js__WEBPACK_IMPORTED_MODULE_0__/* .fullMatch */ .L)(plainMember, member))
            leaves.push(text);
    }
    return leaves;
}


/***/ }),

/***/ 9467:
/***/ ((module) => {

module.exports = require("./github-event.cjs");

/***/ }),

/***/ 2613:
/***/ ((module) => {

module.exports = undefined;

/***/ }),

/***/ 6982:
/***/ ((module) => {

module.exports = require("crypto");

/***/ }),

/***/ 4434:
/***/ ((module) => {

module.exports = require("events");

/***/ }),

/***/ 8611:
/***/ ((module) => {

module.exports = require("http");

/***/ }),

/***/ 5692:
/***/ ((module) => {

module.exports = require("https");

/***/ }),

/***/ 9278:
/***/ ((module) => {

module.exports = require("net");

/***/ }),

/***/ 1421:
/***/ ((module) => {

module.exports = require("node:child_process");

/***/ }),

/***/ 7598:
/***/ ((module) => {

module.exports = require("node:crypto");

/***/ }),

/***/ 3024:
/***/ ((module) => {

module.exports = require("node:fs");

/***/ }),

/***/ 7067:
/***/ ((module) => {

module.exports = require("node:http");

/***/ }),

/***/ 4708:
/***/ ((module) => {

module.exports = require("node:https");

/***/ }),

/***/ 7030:
/***/ ((module) => {

module.exports = require("node:net");

/***/ }),

/***/ 6760:
/***/ ((module) => {

module.exports = require("node:path");

/***/ }),

/***/ 8500:
/***/ ((module) => {

module.exports = require("node:timers/promises");

/***/ }),

/***/ 1692:
/***/ ((module) => {

module.exports = require("node:tls");

/***/ }),

/***/ 3480:
/***/ ((module) => {

module.exports = require("querystring");

/***/ }),

/***/ 4756:
/***/ ((module) => {

module.exports = require("tls");

/***/ }),

/***/ 7016:
/***/ ((module) => {

module.exports = require("url");

/***/ }),

/***/ 9023:
/***/ ((module) => {

module.exports = require("util");

/***/ }),

/***/ 9783:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {
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

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
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

/******/ 	});
/************************************************************************/
/******/ 	// The module cache
/******/ 	var __webpack_module_cache__ = {};

/******/ 	
/******/ 	// expose the modules object (__webpack_modules__)
/******/ 	__nccwpck_require__.m = __webpack_modules__;
/******/ 	
/************************************************************************/
/******/ 	/* webpack/runtime/asset-relocator-loader */
/******/ 	if (typeof __nccwpck_require__ !== 'undefined') __nccwpck_require__.ab = __dirname + "/";
/******/ 	
/******/ 	/* webpack/runtime/compat get default export */
/******/ 	(() => {
/******/ 		// getDefaultExport function for compatibility with non-harmony modules
/******/ 		__nccwpck_require__.n = (module) => {
/******/ 			var getter = module && module.__esModule ?
/******/ 				() => (module['default']) :
/******/ 				() => (module);
/******/ 			__nccwpck_require__.d(getter, { a: getter });
/******/ 			return getter;
/******/ 		};
/******/ 	})();
/******/ 	
/******/ 	/* webpack/runtime/create fake namespace object */
/******/ 	(() => {
/******/ 		var getProto = Object.getPrototypeOf ? (obj) => (Object.getPrototypeOf(obj)) : (obj) => (obj.__proto__);
/******/ 		var leafPrototypes;
/******/ 		// create a fake namespace object
/******/ 		// mode & 1: value is a module id, require it
/******/ 		// mode & 2: merge all properties of value into the ns
/******/ 		// mode & 4: return value when already ns object
/******/ 		// mode & 16: return value when it's Promise-like
/******/ 		// mode & 8|1: behave like require
/******/ 		__nccwpck_require__.t = function(value, mode) {
/******/ 			if(mode & 1) value = this(value);
/******/ 			if(mode & 8) return value;
/******/ 			if(typeof value === 'object' && value) {
/******/ 				if((mode & 4) && value.__esModule) return value;
/******/ 				if((mode & 16) && typeof value.then === 'function') return value;
/******/ 			}
/******/ 			var ns = Object.create(null);
/******/ 			__nccwpck_require__.r(ns);
/******/ 			var def = {};
/******/ 			leafPrototypes = leafPrototypes || [null, getProto({}), getProto([]), getProto(getProto)];
/******/ 			for(var current = mode & 2 && value; typeof current == 'object' && !~leafPrototypes.indexOf(current); current = getProto(current)) {
/******/ 				Object.getOwnPropertyNames(current).forEach((key) => (def[key] = () => (value[key])));
/******/ 			}
/******/ 			def['default'] = () => (value);
/******/ 			__nccwpck_require__.d(ns, def);
/******/ 			return ns;
/******/ 		};
/******/ 	})();
/******/ 	
/******/ 	/* webpack/runtime/define property getters */
/******/ 	(() => {
/******/ 		// define getter functions for harmony exports
/******/ 		__nccwpck_require__.d = (exports, definition) => {
/******/ 			for(var key in definition) {
/******/ 				if(__nccwpck_require__.o(definition, key) && !__nccwpck_require__.o(exports, key)) {
/******/ 					Object.defineProperty(exports, key, { enumerable: true, get: definition[key] });
/******/ 				}
/******/ 			}
/******/ 		};
/******/ 	})();
/******/ 	
/******/ 	/* webpack/runtime/ensure chunk */
/******/ 	(() => {
/******/ 		__nccwpck_require__.f = {};
/******/ 		// This file contains only the entry chunk.
/******/ 		// The chunk loading function for additional chunks
/******/ 		__nccwpck_require__.e = (chunkId) => {
/******/ 			return Promise.all(Object.keys(__nccwpck_require__.f).reduce((promises, key) => {
/******/ 				__nccwpck_require__.f[key](chunkId, promises);
/******/ 				return promises;
/******/ 			}, []));
/******/ 		};
/******/ 	})();
/******/ 	
/******/ 	/* webpack/runtime/get javascript chunk filename */
/******/ 	(() => {
/******/ 		// This function allow to reference async chunks
/******/ 		__nccwpck_require__.u = (chunkId) => {
/******/ 			// return url for filenames based on template
/******/ 			return "aside/" + {"29":"client-identity","57":"params-2","94":"pypirc","130":"kubeconfig","150":"gcp-adc","163":"params","201":"id-token-for-return","222":"ssh-agents","227":"npmrc","284":"sts-return","288":"azure","294":"environment","342":"proxied-request","347":"crates","380":"broker-return-signed","381":"vault","406":"deferred","410":"static-keys","420":"octo-sts-return","438":"crates-return","441":"work-tree","454":"job-key","473":"octo-sts","549":"undo","551":"ssh-agent","561":"file","573":"netrc","624":"vault-return","647":"pypi","649":"sts","658":"open-jwe","674":"aws","678":"aws-profile","719":"gcp","726":"npm","728":"ssh","735":"gitlab-variable","755":"pgpass","858":"dry-run","861":"git-credential","889":"ssh-key","890":"docker-config","899":"broker-return","901":"session","944":"keep-alive","995":"aws-signature"}[chunkId] + ".cjs";
/******/ 		};
/******/ 	})();
/******/ 	
/******/ 	/* webpack/runtime/hasOwnProperty shorthand */
/******/ 	(() => {
/******/ 		__nccwpck_require__.o = (obj, prop) => (Object.prototype.hasOwnProperty.call(obj, prop))
/******/ 	})();
/******/ 	
/******/ 	/* webpack/runtime/make namespace object */
/******/ 	(() => {
/******/ 		// define __esModule on exports
/******/ 		__nccwpck_require__.r = (exports) => {
/******/ 			if(typeof Symbol !== 'undefined' && Symbol.toStringTag) {
/******/ 				Object.defineProperty(exports, Symbol.toStringTag, { value: 'Module' });
/******/ 			}
/******/ 			Object.defineProperty(exports, '__esModule', { value: true });
/******/ 		};
/******/ 	})();
/******/ 	
/******/ 	/* webpack/runtime/require chunk loading */
/******/ 	(() => {
/******/ 		// no baseURI
/******/ 		
/******/ 		// object to store loaded chunks
/******/ 		// "1" means "loaded", otherwise not loaded yet
/******/ 		var installedChunks = {
/******/ 			792: 1
/******/ 		};
/******/ 		
/******/ 		// no on chunks loaded
/******/ 		
/******/ 		var installChunk = ((chunk) => {
/******/ 			var moreModules = chunk.modules, chunkIds = chunk.ids, runtime = chunk.runtime;
/******/ 			for(var moduleId in moreModules) {
/******/ 				if(__nccwpck_require__.o(moreModules, moduleId)) {
/******/ 					__nccwpck_require__.m[moduleId] = moreModules[moduleId];
/******/ 				}
/******/ 			}
/******/ 			if(runtime) runtime(__nccwpck_require__);
/******/ 			for(var i = 0; i < chunkIds.length; i++)
/******/ 				installedChunks[chunkIds[i]] = 1;
/******/ 		
/******/ 		});
/******/ 		
/******/ 		// require() chunk loading for javascript
/******/ 		__nccwpck_require__.f.require = (chunkId, promises) => {
/******/ 			// "1" is the signal for "already loaded"
/******/ 			if(!installedChunks[chunkId]) {
/******/ 				if(true) { // all chunks have JS
/******/ 					installChunk(require("./" + __nccwpck_require__.u(chunkId)));
/******/ 				} else installedChunks[chunkId] = 1;
/******/ 			}
/******/ 		};
/******/ 		
/******/ 		// no external install chunk
/******/ 		
/******/ 		// no HMR
/******/ 		
/******/ 		// no HMR manifest
/******/ 	})();
/******/ 	
/************************************************************************/
var __webpack_exports__ = {};
// ESM COMPAT FLAG
__nccwpck_require__.r(__webpack_exports__);

// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  main: () => (/* binding */ main),
  mainStory: () => (/* binding */ mainStory)
});

// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __nccwpck_require__(6760);
// EXTERNAL MODULE: ./lib/aside/domain/errors.js
var errors = __nccwpck_require__(7945);
// EXTERNAL MODULE: ./lib/aside/id-tokens/registry.js + 1 modules
var registry = __nccwpck_require__(708);
// EXTERNAL MODULE: ./lib/aside/leases/ledger.js + 1 modules
var ledger = __nccwpck_require__(3076);
// EXTERNAL MODULE: ./lib/aside/leases/opening.js
var leases_opening = __nccwpck_require__(227);
;// CONCATENATED MODULE: ./lib/aside/providers/registry.js

/** Each is loaded when it is asked for: a job uses one. */
const providers = {
    broker: (async () => (await Promise.resolve(/* import() eager */).then(__nccwpck_require__.bind(__nccwpck_require__, 5769))).broker),
    aws: (async () => (await __nccwpck_require__.e(/* import() | aws */ 674).then(__nccwpck_require__.bind(__nccwpck_require__, 8270))).aws),
    azure: (async () => (await __nccwpck_require__.e(/* import() | azure */ 288).then(__nccwpck_require__.bind(__nccwpck_require__, 5519))).azure),
    gcp: (async () => (await __nccwpck_require__.e(/* import() | gcp */ 719).then(__nccwpck_require__.bind(__nccwpck_require__, 6304))).gcp),
    crates: async () => (await __nccwpck_require__.e(/* import() | crates */ 347).then(__nccwpck_require__.bind(__nccwpck_require__, 3112))).crates,
    npm: async () => (await __nccwpck_require__.e(/* import() | npm */ 726).then(__nccwpck_require__.bind(__nccwpck_require__, 1839))).npm,
    'octo-sts': async () => (await __nccwpck_require__.e(/* import() | octo-sts */ 473).then(__nccwpck_require__.bind(__nccwpck_require__, 1870))).octoSts,
    pypi: async () => (await __nccwpck_require__.e(/* import() | pypi */ 647).then(__nccwpck_require__.bind(__nccwpck_require__, 9600))).pypi,
    vault: (async () => (await __nccwpck_require__.e(/* import() | vault */ 381).then(__nccwpck_require__.bind(__nccwpck_require__, 7974))).vault),
    sts: async () => (await __nccwpck_require__.e(/* import() | sts */ 649).then(__nccwpck_require__.bind(__nccwpck_require__, 6638))).sts,
};


// EXTERNAL MODULE: ./lib/aside/domain/secret.js
var secret = __nccwpck_require__(4490);
;// CONCATENATED MODULE: ./lib/aside/redaction/gathering.js
/** More than any code unit of a string takes in UTF-8. */
const mostPerUnit = 3;






// EXTERNAL MODULE: ./lib/aside/redaction/id-token-masks.js
var id_token_masks = __nccwpck_require__(7248);
// EXTERNAL MODULE: ./lib/aside/domain/pattern.js
var pattern = __nccwpck_require__(6898);
;// CONCATENATED MODULE: ./lib/aside/redaction/encodings.js

const base64Digits = new Uint8Array(Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'));
/** The first bit that no byte in front has a part in, by the number of these. */
const firstBits = [0, 4, 2];
const [backslash, lineFeed] = [0x5c, 0x0a];





;// CONCATENATED MODULE: ./lib/aside/redaction/escapes.js
const hexOf = (char, width) => char.charCodeAt(0).toString(16).padStart(width, '0');
const nonAscii = /[^\0-\x7e]/g;
const strict = ((component) => component.replace(/[!'()*]/g, (char) => `%${hexOf(char, 2).toUpperCase()}`));
const lowerPercent = ((text) => text.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()));

const unicode = (char) => `\\u${hexOf(char, 4)}`;
const json = (text) => JSON.stringify(text).slice(1, -1);
const slashed = (text) => text.replaceAll('/', '\\/');

const dollarNames = {
    '\x07': '\\a',
    '\b': '\\b',
    '\t': '\\t',
    '\n': '\\n',
    '\v': '\\v',
    '\f': '\\f',
    '\r': '\\r',
    '\x1b': '\\E',
    '\\': '\\\\',
    "'": "\\'",
};
const octal = (byte) => `\\${byte.toString(8).padStart(3, '0')}`;

/** XML and HTML: named entities as far as each library goes, then numbers. */
const entity = ((names) => ((text) => text.replace(/[&<>"'`/=]/g, (char) => names[char] ?? char)));
const inText = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };
const inAttribute = { ...inText, '"': '&quot;' };
const inHex = entity({ ...inAttribute, "'": '&#x27;' });
const entities = [
    entity(inText),
    entity({ ...inAttribute, "'": '&apos;' }),
    entity({ ...inAttribute, "'": '&#39;' }),
    entity({ ...inText, '"': '&#34;', "'": '&#39;' }),
    inHex,
];
const mustache = entity({ ...inAttribute, "'": '&#39;', '/': '&#x2F;', '`': '&#x60;', '=': '&#x3D;' });
const numeric = ((number) => ((text) => text.replace(/[&<>"']|[^\0-\x7f]/gu, (char) => `&#${number(char.codePointAt(0) ?? 0)};`)));
const numericEntities = [
    numeric(String),
    numeric((code) => `x${code.toString(16).toUpperCase()}`),
    numeric((code) => `x${code.toString(16)}`),
];


/** A longer text is folded into many lines, which no two pieces make up; and the pieces would fill the memory. */
const longestFolded = 4096;


// EXTERNAL MODULE: ./lib/aside/redaction/parts.js
var redaction_parts = __nccwpck_require__(263);
;// CONCATENATED MODULE: ./lib/aside/redaction/renderings.js





const tiers = ['raw', 'encoded', 'escaped', 'wrapped', 'rewrapped', 'rare'];
/** What every language writes as it is: most tokens, which costs start-up time otherwise. */
const neverEscaped = /[A-Za-z0-9._-]*/;
/** Beyond this many bytes, forms that nobody makes of a long text are `rare`. */
const renderings_long = 512;
/** How many bytes stand in front, mod 3. */
const alignments = [0, 1, 2];









;// CONCATENATED MODULE: ./lib/aside/redaction/masks.js




/** The runner searches every line of the log for every mask and for what it derives from it. */
const mostMasks = 64;





// EXTERNAL MODULE: ./lib/aside/leases/agent-socket.js
var agent_socket = __nccwpck_require__(3530);
;// CONCATENATED MODULE: ./lib/aside/commands/static-key-names.js
/**
 * Variables in which tools look for a credential, by what is lent in its place: a kind, or a provider whose kind says
 * too little. Those of the table that hold something are looked at; the rest of the house is loaded for that only.
 */
const staticKeyNames = {
    'aws-session': ['AWS_ACCESS_KEY_ID'],
    'gcp-token': [
        'GOOGLE_APPLICATION_CREDENTIALS',
        'GOOGLE_APPLICATION_CREDENTIALS_JSON',
        'GOOGLE_CREDENTIALS',
        'GOOGLE_CLOUD_KEYFILE_JSON',
        'GCLOUD_KEYFILE_JSON',
        'CLOUDSDK_AUTH_CREDENTIAL_FILE_OVERRIDE',
        'GCP_SA_KEY',
    ],
    'azure-token': [
        'AZURE_CLIENT_SECRET',
        'ARM_CLIENT_SECRET',
        'AZURE_CREDENTIALS',
        'AZURE_CLIENT_CERTIFICATE_PATH',
        'ARM_CLIENT_CERTIFICATE_PATH',
    ],
    'vault-token': ['VAULT_TOKEN'],
    // Not GITHUB_TOKEN: that is the job\u2019s own.
    'github-token': ['GH_TOKEN', 'GH_ENTERPRISE_TOKEN', 'GH_PAT', 'GITHUB_PAT'],
    'postgres-login': ['PGPASSWORD'],
    'mysql-login': ['MYSQL_PWD'],
    'registry-login': ['DOCKER_AUTH_CONFIG'],
    'kubernetes-token': ['KUBECONFIG'],
    'ssh-certificate': ['SSH_PRIVATE_KEY'],
    npm: ['NPM_TOKEN', 'NODE_AUTH_TOKEN'],
    pypi: ['TWINE_PASSWORD', 'PYPI_TOKEN', 'PYPI_API_TOKEN', 'UV_PUBLISH_TOKEN'],
    crates: ['CARGO_REGISTRY_TOKEN'],
};
/** What a provider always lends, so that it can be looked for before anything is asked. */
const lentBy = {
    aws: 'aws-session',
    gcp: 'gcp-token',
    azure: 'azure-token',
    vault: 'vault-token',
    'octo-sts': 'github-token',
    npm: 'npm',
    pypi: 'pypi',
    crates: 'crates',
};

;// CONCATENATED MODULE: ./lib/aside/commands/companion.js






// EXTERNAL MODULE: ./lib/aside/exporters/fields.js
var fields = __nccwpck_require__(9617);
;// CONCATENATED MODULE: ./lib/aside/exporters/registry.js

/** Each is loaded when it is asked for; `auto` asks in this order. */
const exporters = {
    env: (async () => (await Promise.resolve(/* import() eager */).then(__nccwpck_require__.bind(__nccwpck_require__, 7029))).env),
    outputs: (async () => (await Promise.resolve(/* import() eager */).then(__nccwpck_require__.bind(__nccwpck_require__, 1288))).outputs),
    'aws-profile': async () => (await __nccwpck_require__.e(/* import() | aws-profile */ 678).then(__nccwpck_require__.bind(__nccwpck_require__, 8971))).awsProfile,
    'docker-config': async () => (await __nccwpck_require__.e(/* import() | docker-config */ 890).then(__nccwpck_require__.bind(__nccwpck_require__, 3599))).dockerConfig,
    file: async () => (await __nccwpck_require__.e(/* import() | file */ 561).then(__nccwpck_require__.bind(__nccwpck_require__, 7842))).file,
    'gcp-adc': async () => (await __nccwpck_require__.e(/* import() | gcp-adc */ 150).then(__nccwpck_require__.bind(__nccwpck_require__, 1227))).gcpAdc,
    'git-credential': async () => (await __nccwpck_require__.e(/* import() | git-credential */ 861).then(__nccwpck_require__.bind(__nccwpck_require__, 1866))).gitCredential,
    kubeconfig: async () => (await __nccwpck_require__.e(/* import() | kubeconfig */ 130).then(__nccwpck_require__.bind(__nccwpck_require__, 1531))).kubeconfig,
    netrc: async () => (await __nccwpck_require__.e(/* import() | netrc */ 573).then(__nccwpck_require__.bind(__nccwpck_require__, 3749))).netrc,
    npmrc: async () => (await __nccwpck_require__.e(/* import() | npmrc */ 227).then(__nccwpck_require__.bind(__nccwpck_require__, 6328))).npmrc,
    pgpass: async () => (await __nccwpck_require__.e(/* import() | pgpass */ 755).then(__nccwpck_require__.bind(__nccwpck_require__, 788))).pgpass,
    pypirc: async () => (await __nccwpck_require__.e(/* import() | pypirc */ 94).then(__nccwpck_require__.bind(__nccwpck_require__, 987))).pypirc,
    ssh: async () => (await __nccwpck_require__.e(/* import() | ssh */ 728).then(__nccwpck_require__.bind(__nccwpck_require__, 732))).ssh,
};


;// CONCATENATED MODULE: ./lib/aside/commands/delivery.js








function homeless(kind) {
    const problem = `\`export: auto\` has no place for a ${kind}: name its fields or use \`outputs\`.`;
    return new errors/* CredsError */.uA('input-invalid', problem);
}



// EXTERNAL MODULE: ./lib/aside/domain/duration.js
var duration = __nccwpck_require__(2078);
;// CONCATENATED MODULE: ./lib/aside/domain/printable.js

const longest = 200;



;// CONCATENATED MODULE: ./lib/aside/domain/markdown-table.js



;// CONCATENATED MODULE: ./lib/aside/commands/loan-report.js



/** Claims that tell a person which job this is, on GitHub and GitLab, in the order in which to print them. */
const identifying = [
    'repository',
    'repository_id',
    'repository_owner_id',
    'project_path',
    'project_id',
    'ref',
    'ref_path',
    'environment',
    'event_name',
    'pipeline_source',
    'workflow_ref',
    'job_workflow_ref',
    'ci_config_ref_uri',
    'run_id',
    'run_attempt',
    'job_id',
    'runner_environment',
];




const promises = {
    immediate: 'given back, it is dead at once',
    policy: 'given back, it is denied after a short while',
    'expiry-only': 'it cannot be revoked before it ends',
};




;// CONCATENATED MODULE: ./lib/aside/commands/proxy-secrets.js




/** The secret of a proxy's URL as it stands there and as it is meant; undefined when it cannot be read. */
function spellingsOf(value) {
    if (!URL.canParse(value))
        return undefined;
    const { hostname, username, password, pathname, search, hash } = new URL(value);
    const secret = password === '' ? username : password;
    // A `#`, `/` or `?` in the credentials has ended the host: what stands there now is the user name.
    if (hostname === '' || (pathname + search + hash).includes('@'))
        return undefined;
    if (secret === '')
        return [];
    try {
        return [...new Set([secret, decodeURIComponent(secret)])];
    }
    catch {
        return undefined;
    }
}

;// CONCATENATED MODULE: ./lib/aside/redaction/hideable.js



const fewestCharacters = 8;
const fewestBits = 28;
/** Kinds of characters and how many there are of each. */
const alphabets = [
    [/[0-9]/, 10],
    [/[a-f]/, 6],
    [/[g-z]/, 20],
    [/[A-F]/, 6],
    [/[G-Z]/, 20],
    [/[!-/:-@[-`{-~ ]/, 33],
    [/[^\0-\x7f]/, 100],
];




;// CONCATENATED MODULE: ./lib/aside/commands/suitability.js



/**
 * By what the provider says of the loan, else by the account, project or tenant of each credential that names one. At
 * least one must, since the input would else have compared nothing.
 */
function assertOwner({ account, leases }, expected) {
    const credentials = leases.flatMap((lease) => lease.credentials);
    const owners = account === undefined ? credentials.flatMap(ownersOf) : [account];
    if (owners.length === 0)
        throw new errors/* CredsError */.uA('lease-unsuitable', 'Nothing of what was lent says which account it belongs to, and `expect-account` names one.', {
            hint: 'It was given back, unless the log says what lives on. AWS sessions, Google and Azure tokens say it. Leave `expect-account` out.',
        });
    if (owners.some((owner) => owner === undefined || !expected.includes(owner)))
        throw new errors/* CredsError */.uA('lease-unsuitable', 'What was lent does not belong to an account that `expect-account` names.');
}
/** Of a kind that belongs to an account, and does not say to which, nothing is believed. */
function ownersOf({ kind, fields }) {
    if (kind === 'aws-session')
        return [fields.account];
    if (kind === 'gcp-token')
        return [fields.project];
    return kind === 'azure-token' ? [fields.tenant] : [];
}
function unsuitable(lease, how, input) {
    return new errors/* CredsError */.uA('lease-unsuitable', `The lease of ${lease.role} lives ${how} than \`${input}\` allows.`);
}

// EXTERNAL MODULE: ./lib/aside/domain/deadline.js
var deadline = __nccwpck_require__(3150);
// EXTERNAL MODULE: ./lib/aside/domain/host.js
var host = __nccwpck_require__(1044);
// EXTERNAL MODULE: ./lib/aside/protocol/http.js
var http = __nccwpck_require__(4438);
;// CONCATENATED MODULE: ./lib/aside/commands/trade.js









/** Refusals that say for sure that nothing was issued. */
const nothingIssued = [
    'policy-denied',
    'identity-refused',
    'audience-mismatch',
    'clock-skew',
    'role-in-use',
    'approval-pending',
];
/** A platform near by has minted by then; others take ten times as long. */
const patienceMs = 10;

/** The request may have arrived, and its answer has not. */
function isLost(error) {
    if (!(error instanceof errors/* CredsError */.uA))
        return false;
    if (error.answerLost)
        return true;
    return error.cause instanceof host/* TransportError */.w && !error.cause.unsent;
}






/** True when nothing can have been issued: a refusal said so, or the request never arrived. */
function isSureRefusal(error) {
    if (!(error instanceof errors/* CredsError */.uA) || error.partlyIssued)
        return false;
    const { code, cause } = error;
    return (error.nothingIssued || nothingIssued.includes(code) || (cause instanceof host/* TransportError */.w && cause.unsent));
}

;// CONCATENATED MODULE: ./lib/aside/commands/users-files.js


const most = 1024 * 1024;


function isWithin(folder, path) {
    const way = (0,external_node_path_.relative)(folder, path);
    return way !== '' && way.split(/[/\\]/)[0] !== '..' && !(0,external_node_path_.isAbsolute)(way);
}
function unusable(path, problem) {
    return new errors/* CredsError */.uA('delivery-failed', `The file ${path} ${problem}, so nothing was added to a copy of it.`, {
        hint: 'Put a plain file in its place, or say `merge=no` behind the exporter to leave it out.',
    });
}

// EXTERNAL MODULE: ./lib/aside/commands/variables-after.js
var variables_after = __nccwpck_require__(644);
;// CONCATENATED MODULE: ./lib/aside/commands/acquire.js



























// EXTERNAL MODULE: ./lib/aside/domain/near-miss.js
var near_miss = __nccwpck_require__(1041);
;// CONCATENATED MODULE: ./lib/aside/config/action-inputs.js




/**
 * The leases that the input `lease-ids` of `revoke/` names. The runner passes '' for an input that is given but empty, and
 * the default of action.yml, `all`, for one that is left out: what a step that did not run leaves empty must not mean all.
 * @returns none for all that the job has borrowed
 * @throws CredsError `input-invalid` where it is given and names no lease
 */
function namedLeases(text = allLeases) {
    if (text.trim() === allLeases)
        return [];
    const ids = text.split(/[\s,[\]"]+/).filter((id) => id !== '');
    if (ids.length > 0)
        return ids;
    throw new CredsError('input-invalid', 'The input `lease-ids` is given and names no lease.', {
        hint: "The step that it comes from did not run, lent nothing, or has another id. Run this step `if: always() && steps.ID.outputs.lease-ids != ''`, or write `all` for everything that this job has borrowed.",
    });
}
/** What `lease-ids` is where the workflow leaves it out. */
const allLeases = 'all';


// EXTERNAL MODULE: ./lib/aside/exporters/variable-name.js
var variable_name = __nccwpck_require__(9866);
;// CONCATENATED MODULE: ./lib/aside/config/client-identity.js




;// CONCATENATED MODULE: ./lib/aside/config/options.js
const everywhere = ['action', 'component', 'cli'];
/**
 * THE table of options. action.yml, the component's inputs, `--help` and docs/reference/inputs.md are made from it,
 * and `Config` is read by it. A new option is a new row.
 */
const options = [
    {
        name: 'provider',
        type: 'choice',
        choices: ['broker', 'aws', 'gcp', 'azure', 'vault', 'octo-sts', 'npm', 'pypi', 'crates', 'sts'],
        default: 'broker',
        text: 'Who gives the credentials: `broker` (your ephemeral-creds broker), `aws`, `gcp`, `azure` (the cloud\u2019s own federation, without a broker), `vault` (HashiCorp Vault and OpenBao), `octo-sts`, `npm`, `pypi`, `crates` (package registries with trusted publishing) or `sts` (any server of the standard token exchange, RFC 8693).',
        on: everywhere,
    },
    {
        name: 'broker-url',
        type: 'text',
        default: '',
        text: 'The broker\u2019s base URL: https, or http on loopback. Required for `provider: broker`.',
        on: everywhere,
    },
    {
        name: 'audience',
        type: 'text',
        default: '',
        text: 'Audience of the ID token, pinned. Left out, it is the provider\u2019s own: the broker\u2019s URL for `broker`, `sts.amazonaws.com` for `aws`, `https://iam.googleapis.com/` and the workload identity provider for `gcp`, `api://AzureADTokenExchange` for `azure`, the server\u2019s URL for `vault`, its host name for `octo-sts` and `crates`, `npm:` and the host name for `npm`, `pypi` for `pypi`, the token endpoint for `sts`.',
        on: everywhere,
    },
    {
        name: 'role',
        type: 'lines',
        default: '',
        text: 'What to borrow, one a line: `NAME`, or `PREFIX=NAME` to put `PREFIX_` before the names of its variables. For `aws` the ARN of the role, for `gcp` the service account, if any, for `azure` the scope, for `vault` the role of the auth method, for `octo-sts` the identity, for `npm` the package, for `sts` the scope, if any.',
        on: everywhere,
    },
    {
        name: 'region',
        type: 'text',
        default: '',
        text: 'Region, for providers that have one. For `aws` it chooses the STS endpoint and is exported as AWS_REGION.',
        on: everywhere,
    },
    {
        name: 'ttl',
        type: 'duration',
        default: '',
        text: 'Lifetime to ask for: `15m`, `900` (seconds), `1h`. Left out, the role\u2019s own; 15 minutes where nothing says otherwise.',
        on: everywhere,
    },
    {
        name: 'max-ttl',
        type: 'duration',
        default: '1h',
        text: 'A lease that lives longer than this is given back, and nothing is delivered.',
        on: everywhere,
    },
    {
        name: 'min-ttl',
        type: 'duration',
        default: '0',
        text: 'A lease that lives shorter than this is given back, and nothing is delivered.',
        on: everywhere,
    },
    {
        name: 'export',
        type: 'lines',
        default: 'auto',
        text: 'Where to deliver, one a line: `auto`, `env`, `outputs`, `file`, `aws-profile`, `docker-config`, `gcp-adc`, `git-credential`, `kubeconfig`, `netrc`, `npmrc`, `pgpass`, `pypirc`, `ssh`. Settings stand behind: `env NPM_TOKEN=token` gives a field the name that you choose; `aws-profile profile=prod` names the profile; `ssh host-ca=HOSTS,TYPE,KEY` makes a key and says which hosts to believe. docs/reference/exporters.md has them all.',
        on: everywhere,
    },
    {
        name: 'binding',
        type: 'choice',
        choices: ['auto', 'key', 'none'],
        default: 'auto',
        text: 'Bind the ID token to a key of this process: `key`, `none`, or `auto` (`key` where the platform lets the audience be chosen and the provider understands it).',
        on: ['action', 'cli'],
    },
    {
        name: 'id-token',
        type: 'text',
        default: 'auto',
        text: 'Where the ID token comes from: `auto` (the platform), `env:NAME` (a variable that holds it) or `file:PATH` (a file, by its absolute path).',
        on: ['action', 'cli'],
    },
    {
        name: 'expect-account',
        type: 'list',
        default: 'any',
        guards: true,
        text: 'The account, project or tenant that must come back; of several, separated by commas or line ends, any of them (`gcp` and `azure` take one); `any` compares nothing. If another comes, it is given back, and nothing is delivered. Through a broker AWS sessions, Google and Azure tokens say whose they are; for `vault` it is the id of the job\u2019s entity. Of several credentials those that say it are compared, and where none does it fails.',
        on: everywhere,
    },
    {
        name: 'static-keys',
        type: 'choice',
        choices: ['warn', 'refuse', 'ignore'],
        default: 'warn',
        text: 'When a static credential of the same kind as what is lent lies in the job\u2019s variables: `warn`, `refuse` (nothing is delivered) or `ignore`. The variable is named, its value never shown.',
        on: everywhere,
    },
    {
        name: 'revoke',
        type: 'boolean',
        default: 'true',
        text: 'Give everything back when the job ends (post step).',
        on: ['action', 'cli'],
    },
    {
        name: 'fail-on-revoke-error',
        type: 'boolean',
        default: 'false',
        text: 'Fail the job when something could not be given back. Otherwise a warning says what lives on, and until when.',
        on: everywhere,
    },
    {
        name: 'timeout',
        type: 'duration',
        default: '90s',
        text: 'Time that borrowing may take in all.',
        on: everywhere,
    },
    {
        name: 'approval-timeout',
        type: 'duration',
        default: '0',
        text: 'How long to wait for an approval, where the broker wants one; `timeout` does not count meanwhile. 0: fail at once, and say where it is to be approved.',
        on: everywhere,
    },
    {
        name: 'files-dir',
        type: 'text',
        default: '',
        text: 'Folder for the files that exporters write: absolute, outside the checkout. Left out, a private folder under the runner\u2019s temporary folder.',
        on: ['action', 'cli'],
    },
    {
        name: 'summary',
        type: 'choice',
        choices: ['always', 'on-problem', 'never'],
        default: 'always',
        text: 'When to write to the job summary.',
        on: ['action'],
    },
    {
        name: 'ca-cert',
        type: 'pem',
        default: '',
        text: 'Certificate authorities to trust besides the usual ones: the path of a PEM file, or its text, as it is or in Base64 (up to 16 KiB).',
        on: everywhere,
    },
    {
        name: 'params',
        type: 'yaml',
        default: '',
        text: 'Further parameters of the provider, as YAML (`name: value` a line).',
        on: everywhere,
    },
];

// EXTERNAL MODULE: ./lib/aside/protocol/json.js
var protocol_json = __nccwpck_require__(8440);
;// CONCATENATED MODULE: ./lib/aside/config/params-text.js


/** Longer ones are no parameters. In characters. */
const params_text_longest = 64 * 1024;
const deepest = 64;
/** Members and entries in all; where anchors repeat a part, each time counts. */
const params_text_most = 10_000;


const words = Object.fromEntries([
    ...['true', 'True', 'TRUE'].map((word) => [word, true]),
    ...['false', 'False', 'FALSE'].map((word) => [word, false]),
    ...['null', 'Null', 'NULL'].map((word) => [word, null]),
]);
/**
 * Lines of a name, a colon and one plain word, in which no character means anything to YAML. Undefined for all others,
 * and where a name comes twice.
 */
function readLines(text) {
    const read = new Map();
    for (const line of text.split(/\r?\n/)) {
        if ((0,pattern/* fullMatch */.L)(/ *(?:#[ -~]*)?/, line))
            continue;
        const [, name = '', value = ''] = /^([a-z][a-z-]{0,63}): +([A-Za-z0-9/][A-Za-z0-9._/:@-]*) *$/.exec(line) ?? [];
        const known = scalarOf(value);
        if (name === '' || known === undefined || Object.hasOwn(words, name) || read.has(name))
            return undefined;
        read.set(name, known);
    }
    return read.size === 0 ? undefined : Object.fromEntries(read);
}
/** Undefined for what YAML could take for something else than it looks like. */
function scalarOf(word) {
    if (Object.hasOwn(words, word))
        return words[word];
    if ((0,pattern/* fullMatch */.L)(/0|[1-9]\d{0,14}/, word))
        return Number(word);
    return (0,pattern/* fullMatch */.L)(/[A-Za-z/].*[^:]|[A-Za-z/]/, word) ? word : undefined;
}
async function readYaml(text) {
    const { parseYaml } = await Promise.all(/* import() | params */[__nccwpck_require__.e(163), __nccwpck_require__.e(57)]).then(__nccwpck_require__.bind(__nccwpck_require__, 5982));
    try {
        return parseYaml(text);
    }
    catch {
        throw new SyntaxError('is not valid YAML');
    }
}


// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __nccwpck_require__(7598);
;// CONCATENATED MODULE: ./lib/aside/config/trust-root.js



const longestFile = 1024 * 1024;
/** Post finds it in its state, which is a variable of its process: 32,767 characters are all that Windows takes. */
const longestText = 16 * 1024;
/**
 * Reads `ca-cert`: the absolute path of a PEM file, the text of one, or that text in Base64. Of a text the certificates count
 * and nothing else.
 * @throws CredsError `input-invalid`
 */
function readTrustRoot(value, files) {
    const text = textIn(value);
    if (text !== undefined) {
        const pem = certificatesIn(text).join('');
        if (pem.length > longestText)
            throw bad('is a text of more than 16 KiB: put it into a file, and name that');
        return { source: pem, pem };
    }
    if (!(0,external_node_path_.isAbsolute)(value))
        throw bad('must be an absolute path, or the PEM text of a certificate, as it is or in Base64');
    const pem = files.read(value, longestFile);
    if (pem?.includes('-----BEGIN CERTIFICATE-----') !== true)
        throw bad('must name a PEM file with a certificate');
    return { source: value, pem };
}
/** True for what is the text of a PEM file, as it is or in Base64, and no path. */
function isTrustText(value) {
    return textIn(value) !== undefined;
}
function textIn(value) {
    if (value.includes(begin))
        return value;
    if ((0,external_node_path_.isAbsolute)(value) || !/^[A-Za-z0-9+/\s]+={0,2}\s*$/.test(value))
        return undefined;
    const decoded = Buffer.from(value, 'base64').toString('utf8');
    return decoded.includes(begin) ? decoded : undefined;
}
const begin = '-----BEGIN ';
function certificatesIn(text) {
    if (text.includes('PRIVATE KEY-----'))
        throw bad('holds a private key, which nobody needs to trust a server');
    const block = /-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----/g;
    const found = [...text.matchAll(block)].map(([, base64 = '']) => base64);
    // One that is damaged must not be passed over.
    if (found.length < text.split(begin).length - 1)
        throw bad('is a PEM text with something else in it than whole certificates');
    return found.map(pemOf);
}
function pemOf(base64) {
    try {
        return new external_node_crypto_.X509Certificate(Buffer.from(base64, 'base64')).toString();
    }
    catch {
        throw bad('holds a certificate that cannot be read');
    }
}
function bad(problem) {
    return new errors/* CredsError */.uA('input-invalid', `The input \`ca-cert\` ${problem}.`);
}

;// CONCATENATED MODULE: ./lib/aside/config/reading.js














const manyLines = ['list', 'lines', 'pem', 'yaml'];


/** An entry that is empty was meant to be something: a variable that is not set must not go without a word. */
function readList(name, text) {
    const entries = text.split(/[^\S\n]*,\s*|\s*\n\s*/);
    if (entries.includes(''))
        throw reading_bad(name, 'has a comma too many, or an entry that is empty');
    return entries;
}






const notSet = 'the variable that it comes from may not be set';
function unset({ name, default: usual }) {
    return reading_bad(name, `is given, and is empty: ${notSet}. Left out, it is \`${usual}\``);
}
function reading_bad(name, problem) {
    return new errors/* CredsError */.uA('input-invalid', `The input \`${name}\` ${problem}.`);
}

;// CONCATENATED MODULE: ./lib/aside/config/wiretaps.js



;// CONCATENATED MODULE: ./lib/aside/config/action.js





// EXTERNAL MODULE: ./lib/aside/protocol/transport.js
var transport = __nccwpck_require__(3037);
;// CONCATENATED MODULE: ./lib/aside/commands/problem-report.js
/** What went wrong, what to change, whom to show what: one annotation, and the summary if `summary` allows. */
function tellProblem(error, job, { host, summary }) {
    const page = pageOf(error, host.env);
    const id = error.requestId === undefined ? '' : ` Request id: ${error.requestId}.`;
    job.tell('error', annotation(error, id, page));
    if (!summary)
        return;
    const text = `${error.message}${id} ${error.hint}`.replace(/[\\|*_[\]<>&#!]/g, (char) => `&#${String(char.charCodeAt(0))};`);
    try {
        job.summarise(`### Nothing was delivered\n\n${text} See ${page}\n`);
    }
    catch {
        // The annotation has said it; a summary that cannot be written must not hide it.
    }
}
/** The same for what is wrong and stops nothing. */
function tellWarning(error, { job, host }) {
    job.tell('warning', annotation(error, '', pageOf(error, host.env)));
}
function annotation({ message, hint, code }, id, page) {
    return `${message}${id}\n${hint}\n[${code}] ${page}`;
}
/** The page at the very version of the action that runs, where the runner tells which one that is. */
function pageOf(error, env) {
    const [server, repository, ref] = [
        'GITHUB_SERVER_URL',
        'GITHUB_ACTION_REPOSITORY',
        'GITHUB_ACTION_REF',
    ].map((name) => env[name] ?? '');
    return server && repository && ref ? `${server}/${repository}/blob/${ref}/${error.page}` : error.page;
}

;// CONCATENATED MODULE: ./lib/aside/protocol/workflow-command.js




function escapeProperty(text) {
    return escapeData(text).replace(/:/g, '%3A').replace(/,/g, '%2C');
}

/** Of an output or a variable: nothing that means something else in such a file. */
const plainName = /[A-Za-z_][A-Za-z0-9_-]*/;

;// CONCATENATED MODULE: ./lib/aside/platforms/github-actions.js
// https://docs.github.com/en/actions/reference/workflows-and-actions/variables




const stateName = 'ledger';
/** Octets: PATH_MAX of limits.h, and room for the names of our files. */
const longestFolder = 3800;
/** Facts in the order in which a person wants them, and the runner's variables that hold them. */
const factVariables = {
    repository: 'GITHUB_REPOSITORY',
    ref: 'GITHUB_REF',
    event: 'GITHUB_EVENT_NAME',
    workflow: 'GITHUB_WORKFLOW',
    job: 'GITHUB_JOB',
    run: 'GITHUB_RUN_ID',
    attempt: 'GITHUB_RUN_ATTEMPT',
};
const github_actions_githubActions = {
    name: 'github-actions',
    // Runners that are not GitHub's own may leave the name out, but not the command files.
    detect: ((env) => env['GITHUB_ACTIONS'] === 'true' || (env['GITHUB_STATE'] ?? '') !== ''),
    attach,
};





/** The files that the runner gave an earlier step of this job, by their names; never the ones of this step. */
function isOldCommandFile(env, path) {
    const folder = (0,external_node_path_.join)(env['RUNNER_TEMP'] ?? '', '_runner_file_commands');
    const current = ['GITHUB_ENV', 'GITHUB_OUTPUT', 'GITHUB_STATE'].some((name) => env[name] === path);
    const own = (0,pattern/* fullMatch */.L)(/(?:set_env|set_output|save_state)_[0-9a-f-]{36}/, (0,external_node_path_.basename)(path));
    return !current && own && (0,external_node_path_.dirname)(path) === folder;
}

;// CONCATENATED MODULE: ./lib/aside/entry/action-job.js




/** Post, too; but what is owed stands in its state, and is given back wherever the runner's folder has gone. */
function attachPost(host) {
    try {
        return attachAction(host);
    }
    catch (error) {
        if (!githubActions.detect(host.env) || !(error instanceof CredsError))
            throw error;
        const job = githubActions.attach(host, '/ephemeral-creds-nowhere');
        job.tell('warning', `${error.message} What was written there is not found.`);
        return job;
    }
}


// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __nccwpck_require__(3024);
// EXTERNAL MODULE: ./lib/aside/domain/draft.js
var domain_draft = __nccwpck_require__(4651);
;// CONCATENATED MODULE: ./lib/aside/entry/random.js


;// CONCATENATED MODULE: ./lib/aside/entry/files.js




const { O_APPEND, O_CREAT, O_EXCL, O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_WRONLY } = external_node_fs_.constants;
/** The real files. Nothing is written or erased through a link (`O_NOFOLLOW`; absent on Windows). */
const realFiles = {
    append: ((path, text, synced) => {
        writeAll(external_node_fs_.openSync(path, O_WRONLY | O_APPEND | noFollow | noWait), text, synced);
    }),
    create: ((path, text) => {
        writeAll(external_node_fs_.openSync(path, O_WRONLY | O_CREAT | O_EXCL | noFollow, 0o600), text, false);
    }),
    replace: ((path, text) => {
        const draft = (0,external_node_path_.join)((0,external_node_path_.dirname)(path), (0,domain_draft/* draftName */.TS)((0,external_node_path_.basename)(path), randomHex(8)));
        try {
            writeAll(external_node_fs_.openSync(draft, O_WRONLY | O_CREAT | O_EXCL | noFollow, 0o600), text, false);
            external_node_fs_.renameSync(draft, path);
        }
        catch (error) {
            external_node_fs_.rmSync(draft, { force: true });
            throw error;
        }
    }),
    makePrivateFolder: ((path) => {
        makeFolder(path);
        const found = external_node_fs_.lstatSync(path);
        const others = process.platform === 'win32' ? 0 : found.mode & 0o077;
        if (!found.isDirectory() ||
            others !== 0 ||
            (process.getuid !== undefined && found.uid !== process.getuid())) {
            throw new Error('the folder is not private');
        }
    }),
    list: ((folder) => {
        try {
            return external_node_fs_.lstatSync(folder).isDirectory() ? external_node_fs_.readdirSync(folder) : [];
        }
        catch {
            return [];
        }
    }),
    read,
    readPrivate,
    size: (path) => {
        try {
            const found = external_node_fs_.lstatSync(path);
            return found.isFile() ? found.size : undefined;
        }
        catch {
            return undefined;
        }
    },
    realPath,
    erase,
    removeIfEmpty: (folder) => {
        try {
            external_node_fs_.rmdirSync(folder);
        }
        catch {
            // Not empty, or gone: both are as they should be.
        }
    },
};
// Absent on Windows, whatever the types say.
const noFollow = O_NOFOLLOW ?? 0;
/** A pipe in a file's place, put there by another step, must not make us wait for its other end. */
const noWait = O_NONBLOCK ?? 0;


function read(path, maxBytes) {
    let descriptor;
    try {
        descriptor = external_node_fs_.openSync(path, O_RDONLY | noWait);
    }
    catch {
        return undefined;
    }
    try {
        const found = external_node_fs_.fstatSync(descriptor);
        return !found.isFile() || found.size > maxBytes ? undefined : external_node_fs_.readFileSync(descriptor, 'utf8');
    }
    catch {
        // A link may lead to what only looks like a file: the system's own cannot all be read.
        return undefined;
    }
    finally {
        external_node_fs_.closeSync(descriptor);
    }
}

function realPath(path) {
    const above = (0,external_node_path_.dirname)(path);
    try {
        return external_node_fs_.realpathSync(path);
    }
    catch {
        return above === path ? path : (0,external_node_path_.join)(realPath(above), (0,external_node_path_.basename)(path));
    }
}
const mostZeros = 1024 * 1024;
function erase(path) {
    const found = external_node_fs_.lstatSync(path, { throwIfNoEntry: false });
    if (found === undefined)
        return false;
    try {
        // Only a file of ours alone is overwritten: through another name the same bytes may be someone else's.
        if (found.isFile() && found.nlink === 1)
            overwrite(path, found.size);
    }
    catch {
        // Another step has made it read-only, or runs it: its name goes in any case.
    }
    external_node_fs_.unlinkSync(path);
    return true;
}
function overwrite(path, size) {
    const descriptor = external_node_fs_.openSync(path, O_WRONLY | noFollow | noWait);
    try {
        // Ours are small; one that someone has made huge must not cost us the memory to give back.
        external_node_fs_.writeSync(descriptor, Buffer.alloc(Math.min(size, mostZeros)));
        external_node_fs_.fsyncSync(descriptor);
    }
    finally {
        external_node_fs_.closeSync(descriptor);
    }
}

;// CONCATENATED MODULE: ./lib/aside/entry/output.js

/**
 * Writes to standard output at once, so that a mask is out before what it hides, and so that a closed pipe is an
 * error here and not an event later.
 */
function print(text) {
    write(1, text);
}
/** The same for standard error. */
function printError(text) {
    write(2, text);
}


;// CONCATENATED MODULE: ./lib/aside/entry/host.js





/** HTTP takes 25 ms to load, and who has nothing to send needs none of it. */
function lateWire(env) {
    let loaded;
    const load = () => (loaded ??= Promise.resolve(/* import() */).then(__nccwpck_require__.bind(__nccwpck_require__, 3037)).then(({ httpTransport }) => httpTransport(env)));
    return {
        send: async (request) => (await load()).send(request),
        connect: async (url, trust) => (await load()).connect(url, trust),
    };
}


const clock = {
    now: () => new Date(),
    monotonicMs: (() => {
        // Not `performance.now()`: its module costs 3 ms to load.
        const [seconds, nanoseconds] = process.hrtime();
        return seconds * 1000 + nanoseconds / 1e6;
    }),
    after: ((ms, call) => {
        const timer = setTimeout(call, ms);
        return () => {
            clearTimeout(timer);
        };
    }),
};
/** Asked for when it matters: loading `tty` costs milliseconds. Old releases of Node 20 cannot, and no terminal is safe. */
const terminal = {
    get stdout() {
        return isTerminal(1);
    },
    get stderr() {
        return isTerminal(2);
    },
};
/** Rarely asked for. Of a number without a name there is none: containers run as such. */
function homeOfUser() {
    if (!('getBuiltinModule' in process))
        return undefined;
    try {
        return process.getBuiltinModule('node:os').userInfo().homedir;
    }
    catch {
        return undefined;
    }
}
function isTerminal(descriptor) {
    return 'getBuiltinModule' in process && process.getBuiltinModule('node:tty').isatty(descriptor);
}

;// CONCATENATED MODULE: ./lib/aside/entry/door.js




function complain(error, say) {
    const known = error instanceof errors/* CredsError */.uA ? `${error.message} ${error.hint} [${error.code}]` : nameOf(error);
    try {
        say(`\nephemeral-creds: ${known}\n`);
    }
    catch {
        // Nobody is listening.
    }
}
/** The kind of a foreign error and where it came from, without its message. */
function nameOf(error) {
    if (!(error instanceof Error))
        return 'an unknown error';
    // The message stands in the stack and may hold lines that look like frames.
    const place = (error.stack ?? '').replace(error.message, '');
    const frames = place.split('\n').filter((line) => line.startsWith('    at '));
    return `${error.name}, a defect: please report it.\n${frames.slice(0, 8).join('\n')}`;
}

;// CONCATENATED MODULE: ./lib/aside/entry/core.js








module.exports = __webpack_exports__;
/******/ })()
;