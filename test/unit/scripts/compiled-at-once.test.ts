import { runInNewContext } from 'node:vm';
import { describe, expect, test } from '@jest/globals';
import { compiledAtOnce, namesAt } from '../../../scripts/start-up/compiled-at-once.ts';

/** Long enough for a function to be worth it. */
const body = `/* ${'.'.repeat(60)} */`;
/** Every function there is. */
const all = new (class extends Set<string> {
  override has = (): boolean => true;
})();

/** Programs whose last expression tells what they saw. */
const hostile: Readonly<Record<string, string>> = {
  'is called before it is declared': `const got = f(1); function f(x) { ${body} return x + 1; }; got`,
  'is asked for its type first': `const got = typeof f; function f() { ${body} }; got`,
  'is called by one declared later': `function a(n) { ${body} return n ? b(n - 1) : 'a'; } function b(n) { ${body} return n ? a(n - 1) : 'b'; }; a(3)`,
  'is set anew, and calls itself': `function f(n) { ${body} return n ? f(0) : 'old'; } const old = f; f = () => 'new'; old(1)`,
  'is declared twice': `function g() { const r = f(); function f() { ${body} return 1; } function f() { ${body} return 2; } return [r, f()]; }; g()`,
  'is declared again, shortly': `function g() { const r = f(); function f() { ${body} return 1; } function f() { return 2; } return [r, f()]; }; g()`,
  'has a variable of its name': `function g() { const r = typeof f; function f() { ${body} } var f = 3; return [r, typeof f]; }; g()`,
  'has a parameter of its name': `function g(f) { ${body} function f() { ${body} return 2; } return f(); }; g(() => 1)`,
  'has a parameter of its name within a pattern': `function g({ f }) { ${body} function f() { ${body} return 2; } return f(); }; g({ f: () => 1 })`,
  'stands beside defaults that see another': `const f = () => 'outer'; function g(x = f()) { ${body} function f() { ${body} return 'inner'; } return x + f(); }; g()`,
  'is declared in a block': `var r = []; if (true) { r.push(f()); function f() { ${body} return 1; } } r.push(typeof f); r`,
  'is declared in a block of a loop': `const fs = []; for (let i = 0; i < 3; i++) { fs.push(f); function f() { ${body} return i; } }; fs.map((f) => f())`,
  'is declared in a case': `function g(x) { switch (x) { case 1: return f(); case 2: function f() { ${body} return 'f'; } } }; g(1)`,
  'is declared in a catch that binds its name': `function g() { try { throw 1; } catch (f) { r = f; } function f() { ${body} return 2; } var r; return [r, f()]; }; g()`,
  'is called arguments': `function g() { function h() { ${body} return arguments.length; } return h(1, 2); }; g()`,
  'reads its this': `const o = { v: 2, f: function () { ${body} return this.v; }, g() { return (() => { ${body} return this.v; })(); } }; [o.f(), o.g()]`,
  'has no this': `function f() { ${body} return this === undefined || this.constructor.name; }; [f.call(undefined) !== 0, f.call({})]`,
  'is strict by a directive': `function f() { 'use strict'; 'and more'; return g(); function g() { ${body} return this === undefined; } }; f()`,
  'reads its arguments': `function f(a, b = 1) { ${body} return [arguments.length, f.length, a]; }; f(1, 2, 3)`,
  'is a generator': `function* f() { ${body} yield* [1, 2]; } const g = function* () { ${body} yield 3; }; [...f(), ...g()]`,
  'is async': `async function f() { ${body} return await 4; }; f()`,
  'is an async arrow': `const f = async (x) => { ${body} return await x; }; f(5)`,
  'is an async generator': `async function* f() { ${body} yield 1; yield 2; } const all = async () => { ${body} const r = []; for await (const x of f()) r.push(x); return r; }; all()`,
  'makes objects': `P.prototype.v = 7; function P() { ${body} this.w = 1; } const p = new P(); [p.v, p.w, p instanceof P, p.constructor === P, Object.keys(P).length]`,
  'has its name': `function f() { ${body} } const g = () => { ${body} }; const h = function () { ${body} }; const i = function own() { ${body} }; const { j = () => { ${body} } } = {}; let k; k ??= () => { ${body} }; const l = ((x = () => { ${body} }) => x.name)(); const s = 'm'; const o = { n: () => { ${body} }, [s]: () => { ${body} } }; async function q() { ${body} }; [f.name, g.name, h.name, i.name, j.name, k.name, l, o.n.name, o.m.name, q.name]`,
  'is named by whom it is given to': `const o = {}; o.f = function () { ${body} }; class C { static x = () => { ${body} }; static #y = () => { ${body} }; static z() { return C.#y.name; } }; [o.f.name, C.x.name, C.z()]`,
  'stands in the stack': `function outer() { ${body} return inner(); } function inner() { ${body} return new Error('x').stack.split('\\n').slice(1, 3).map((line) => line.trim().split(' ')[1]); }; outer()`,
  'begins a line behind one without an end': `let f = 1; const g = f\nasync () => { ${body} }\n; g`,
  'begins a line, and takes one': `let f = 1; const g = f\nx => { ${body} }\n; g`,
  'ends a line without an end': `var f = 1\nfunction g() { ${body} }\n(f); var h = {}\nfunction i() { ${body} }\n[f]; const r = [f, typeof h]; r`,
  'is called where it stands': `const a = (function () { ${body} return 1; })(); const b = function () { ${body} return 2; }(); const c = new function () { ${body} this.x = 3; }().x; !function () { ${body} }(); const d = void function () { ${body} }(); [a, b, c, d === undefined]`,
  'is called by way of a method': `const r = function () { ${body} return this; }.call(8); Number(r)`,
  'stands in a template': `const t = \`<\${(() => { ${body} return \`{\${[1].map(function (x) { ${body} return x; })}}\`; })()}>\`; t`,
  'is a getter, a setter or a method': `class A { #p = 1; get p() { ${body} return this.#p; } set p(v) { ${body} this.#p = v; } static s() { ${body} return 's'; } *g() { ${body} yield 1; } async a() { ${body} return 2; } constructor() { ${body} } } const a = new A(); a.p = 5; const o = { get f() { ${body} return 6; }, m() { ${body} return super.toString === Object.prototype.toString; } }; [a.p, A.s(), [...a.g()], o.f, o.m()]`,
  'is in a constructor before super': `class A { constructor(f) { this.v = f(); } } class B extends A { constructor() { super(f); function f() { ${body} return 9; } } }; new B().v`,
  'is in a static block': `class A { static v; static { A.v = f(); function f() { ${body} return 1; } } }; A.v`,
  'is in a field': `class A { a = 1\n f = () => { ${body} return this.a; }\n g = function () { ${body} return 2; }\n }; const a = new A(); [a.f(), a.g()]`,
  'is asked for by eval': `function f() { ${body} return 1; }; eval('typeof f + f()')`,
  'is a prototype': `const o = { __proto__: function () { ${body} } }; typeof Object.getPrototypeOf(o) + Object.getPrototypeOf(o).name`,
  'is yielded, awaited, thrown or spread': `function* g() { const f = yield () => { ${body} }; try { throw () => { ${body} return 1; }; } catch (e) { yield [...[e()], f]; } } const it = g(); const n = it.next().value.name; [n, it.next(2).value]`,
  'is chosen by a question': `const f = false ? () => { ${body} return 1; } : x => { ${body} return x; }; const g = (1, function () { ${body} return 3; }); [f(2), g()]`,
};

describe('compiled at once, a function', () => {
  test.each(Object.entries(hostile))('that %s does the same', async (_, program) => {
    const plain = JSON.stringify(await runInNewContext(program));
    const changed = compiledAtOnce(program, all);
    expect(JSON.stringify(await runInNewContext(changed))).toBe(plain);
    // A second time changes nothing, and finds the same names.
    expect(compiledAtOnce(changed, all)).toBe(changed);
    const everywhere = new Set(Array.from(changed, (_unit, at) => at));
    expect(namesAt(changed, everywhere)).toEqual(namesAt(program, everywhere));
    const strictly = `(function () { 'use strict'; ${program.replace(/[;\n] *([^;]+)$/, ';\nreturn $1')} })()`;
    expect(await toldBy(compiledAtOnce(strictly, all))).toBe(await toldBy(strictly));
  });
});

/** What a program comes to, or how it fails. */
async function toldBy(program: string): Promise<string> {
  try {
    return JSON.stringify(await runInNewContext(program));
  } catch (error) {
    return String(error);
  }
}

test('what is hoisted stands at the head of its scope, with what is said of it', () => {
  const long = `{\n  ${body}\n}`;
  const text = `'use strict';\nconst a = 1;\n/** Says b. */\nfunction b() ${long}\nfunction c() ${long}\n`;
  expect(compiledAtOnce(text, new Set(['b']))).toBe(
    `'use strict';\n/** Says b. */\nvar b = (function () ${long});\nconst a = 1;\n\nfunction c() ${long}\n`,
  );
});

test('a function without a name goes with the one around it', () => {
  const text = `const a = () => [1].map((x) => { ${body} }); const b = () => [1].map((x) => { ${body} });`;
  const inner = `(x) => { ${body} }`;
  expect(compiledAtOnce(text, new Set(['a']))).toBe(
    `const a = (() => [1].map((${inner}))); const b = () => [1].map(${inner});`,
  );
});

test('what is as short as a getter stays as it is', () => {
  const text = 'const a = () => 1; function b() { return a(); }';
  expect(compiledAtOnce(text, all)).toBe(text);
});

test('a list names what begins where something was called', () => {
  const text = `function a() { ${body} } function b() { ${body} } const c = { d: () => { ${body} } };`;
  expect([...namesAt(text, new Set([0, text.indexOf('() => {')]))]).toEqual(['a', 'd']);
});
