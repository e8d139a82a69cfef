"use strict";
exports.id = 873;
exports.ids = [873];
exports.modules = {

/***/ 4828:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  givenInputs: () => (/* binding */ givenInputs),
  namedLeases: () => (/* binding */ namedLeases),
  refuseOthers: () => (/* binding */ refuseOthers)
});

// UNUSED EXPORTS: allLeases

// EXTERNAL MODULE: ./lib/aside/domain/errors.js
var errors = __webpack_require__(7945);
;// CONCATENATED MODULE: ./lib/aside/domain/near-miss.js
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

// EXTERNAL MODULE: ./lib/aside/domain/pattern.js
var pattern = __webpack_require__(6898);
;// CONCATENATED MODULE: ./lib/aside/domain/printable.js

const longest = 200;
/**
 * Text from outside, made fit to be printed: control characters, ANSI escapes, bidirectional and invisible marks
 * become `?`, a leading `::` or `##[` can no longer be a workflow command, and 200 characters are enough.
 */
function printable(text) {
    const plain = visible(text).replace(/::|##\[/g, '?');
    return plain.length > longest ? `${plain.slice(0, longest).replace(/[\ud800-\udbff]$/, '')}\u2026` : plain;
}
/** Text of any length in which nothing is invisible, where no workflow command is looked for: a page, say. */
function visible(text) {
    // Most text is plain; the tables for Unicode's classes cost 1 ms to build.
    if ((0,pattern/* fullMatch */.L)(/[ -~]*/, text))
        return text;
    // Not a literal: its Unicode classes would be looked up whenever this file is parsed.
    const invisible = new RegExp('[\\p{C}\\p{Zl}\\p{Zp}]', 'gu');
    return text.replace(/\u001b\[[0-?]*[ -/]*[@-~]/g, '?').replace(invisible, '?');
}

;// CONCATENATED MODULE: ./lib/aside/config/action-inputs.js



/**
 * The inputs of an action as the runner passes them: INPUT_<NAME>, in upper case, dashes kept (GitHub Docs, Metadata
 * syntax, `inputs`). Built from entries, so that even a name like `__proto__` is one that can be refused.
 */
function givenInputs(env) {
    return Object.fromEntries(Object.entries(env)
        .filter(([name]) => name.startsWith('INPUT_'))
        .map(([name, value]) => [name.slice('INPUT_'.length).toLowerCase(), value]));
}
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
    throw new errors/* CredsError */.uA('input-invalid', 'The input `lease-ids` is given and names no lease.', {
        hint: "The step that it comes from did not run, lent nothing, or has another id. Run this step `if: always() && steps.ID.outputs.lease-ids != ''`, or write `all` for everything that this job has borrowed.",
    });
}
/** What `lease-ids` is where the workflow leaves it out. */
const allLeases = 'all';
/**
 * A name that is nearly right must not mean what leaving it out means: all of a job's leases, a gate that stops nothing.
 * @throws CredsError `input-invalid` that names it
 */
function refuseOthers(names, known) {
    for (const name of names) {
        if (known.includes(name))
            continue;
        const near = nearest(known, name);
        const hint = near === undefined ? '.' : `; did you mean \`${near}\`?`;
        throw new errors/* CredsError */.uA('input-invalid', `The input \`${printable(name)}\` is not an input${hint}`);
    }
}


/***/ })

};
;