import { posix } from 'node:path';
import ts from 'typescript';
import { at, importsOf, type Source } from './source.ts';

/** Calls that only make a value, by how they are written. */
const pureCalls =
  /^(Object\.(freeze|entries|keys|values|fromEntries|assign)|Array\.(from|of)|String(\.fromCharCode)?|Number|BigInt|Symbol(\.for)?|Buffer\.from|RegExp|JSON\.stringify|new (Set|Map|WeakMap|WeakSet|RegExp|URL|TextEncoder|TextDecoder|Uint8Array))$/;
/** Methods that leave their object as it is. */
const pureMethods =
  /^(map|filter|flatMap|flat|concat|slice|join|includes|find|some|every|reduce|toSorted|split|replace|replaceAll|repeat|toLowerCase|toUpperCase|toString|trim|at|has|get|test|entries|keys|values|charCodeAt|codePointAt)$/;
/** Methods by which zod's schemas are put together; a callback of theirs runs when something is parsed. */
const schemaMethods =
  /^(optional|nullable|default|prefault|refine|superRefine|check|transform|pipe|strict|min|max|int|positive|regex|array|or|and|extend|pick|omit|partial|readonly|brand|meta|describe)$/;
const schemaPackage = 'zod';

const declarations = new Set([
  ts.SyntaxKind.ImportDeclaration,
  ts.SyntaxKind.ExportDeclaration,
  ts.SyntaxKind.ExportAssignment,
  ts.SyntaxKind.VariableStatement,
  ts.SyntaxKind.FunctionDeclaration,
  ts.SyntaxKind.ClassDeclaration,
  ts.SyntaxKind.InterfaceDeclaration,
  ts.SyntaxKind.TypeAliasDeclaration,
]);

/**
 * What each file does when it is imported, beyond making values. Statements other than declarations count, and in
 * declarations every call that is not known to be pure: by its name, as a method of a value, as a part of a schema, or
 * as a function of ours whose own body holds nothing else.
 */
export function effectsAtImport(files: readonly Source[]): string[] {
  const house = new Map(files.map((file) => [file.path, knowledgeOf(file)]));
  return files.flatMap((file) => {
    const place: Place = { house, path: file.path, open: new Set() };
    return file.tree.statements.flatMap((statement) => {
      if (!declarations.has(statement.kind)) return [`${at(file, statement)}: a statement runs at import`];
      return evaluated(statement)
        .filter((node) => hasEffect(node, place))
        .map((node) => `${at(file, node)}: \`${node.getText(file.tree).slice(0, 60)}\` runs at import`);
    });
  });
}

interface Knowledge {
  readonly functions: ReadonlyMap<string, ts.Node>;
  /** Imported name → the file that it comes from, or the package. */
  readonly imported: ReadonlyMap<string, string>;
}

interface Place {
  readonly house: ReadonlyMap<string, Knowledge>;
  readonly path: string;
  /** Functions that are being looked into: recursion ends here. */
  readonly open: ReadonlySet<string>;
}

function knowledgeOf(file: Source): Knowledge {
  const functions = new Map<string, ts.Node>();
  for (const statement of file.tree.statements) {
    if (ts.isFunctionDeclaration(statement) && statement.name !== undefined && statement.body !== undefined)
      functions.set(statement.name.text, statement.body);
    if (!ts.isVariableStatement(statement)) continue;
    for (const { name, initializer } of statement.declarationList.declarations) {
      if (initializer !== undefined && ts.isIdentifier(name) && ts.isArrowFunction(initializer))
        functions.set(name.text, initializer.body);
    }
  }
  const imported = importsOf(file).flatMap(({ specifier = '', names }) => {
    const from = specifier.startsWith('.') ? posix.join(posix.dirname(file.path), specifier) : specifier;
    return names.map((name) => [name, from] as const);
  });
  return { functions, imported: new Map(imported) };
}

/** The nodes that are evaluated when the node itself is: of functions only those that are handed to a call. */
function evaluated(node: ts.Node): ts.Node[] {
  const found: ts.Node[] = [node];
  ts.forEachChild(node, (child) => {
    if (ts.isTypeNode(child) && !ts.isExpressionWithTypeArguments(child)) return;
    if (ts.isFunctionLike(child) && !isCallback(child)) return;
    const isInstanceField =
      ts.isPropertyDeclaration(child) &&
      !(child.modifiers ?? []).some(({ kind }) => kind === ts.SyntaxKind.StaticKeyword);
    if (!isInstanceField) found.push(...evaluated(child));
  });
  return ts.isFunctionDeclaration(node) ? [] : found;
}

function isCallback(node: ts.Node): boolean {
  const { parent } = node;
  if (ts.isNewExpression(parent)) return true;
  if (!ts.isCallExpression(parent)) return false;
  const callee = parent.expression;
  return !(ts.isPropertyAccessExpression(callee) && schemaMethods.test(callee.name.text));
}

function hasEffect(node: ts.Node, place: Place): boolean {
  if (ts.isAwaitExpression(node) || ts.isDeleteExpression(node) || ts.isClassStaticBlockDeclaration(node))
    return true;
  if (ts.isTaggedTemplateExpression(node)) return node.tag.getText() !== 'String.raw';
  if (ts.isBinaryExpression(node)) return isAssignment(node.operatorToken.kind);
  if (ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node))
    return [ts.SyntaxKind.PlusPlusToken, ts.SyntaxKind.MinusMinusToken].includes(node.operator);
  if (ts.isNewExpression(node)) {
    const written = `new ${node.expression.getText()}`;
    // With an argument it is a date that someone names, without it is now.
    return !pureCalls.test(written) && !(written === 'new Date' && (node.arguments?.length ?? 0) > 0);
  }
  return ts.isCallExpression(node) && !isPureCall(node, place);
}

function isAssignment(kind: ts.SyntaxKind): boolean {
  return kind >= ts.SyntaxKind.FirstAssignment && kind <= ts.SyntaxKind.LastAssignment;
}

function isPureCall({ expression }: ts.CallExpression, place: Place): boolean {
  if (pureCalls.test(expression.getText())) return true;
  const known = place.house.get(place.path);
  if (known?.imported.get(rootOf(expression)) === schemaPackage) return true;
  if (ts.isPropertyAccessExpression(expression))
    return pureMethods.test(expression.name.text) || schemaMethods.test(expression.name.text);
  return ts.isIdentifier(expression) && isPureFunction(expression.text, place);
}

/**
 * A function of this file, or of the file that it is imported from, with nothing in its body that has an effect. One
 * that only gives another function does nothing yet.
 */
function isPureFunction(name: string, place: Place): boolean {
  const known = place.house.get(place.path);
  const path = known?.imported.get(name) ?? place.path;
  const key = `${path} ${name}`;
  if (place.open.has(key)) return true;
  const body = place.house.get(path)?.functions.get(name);
  if (body === undefined) return false;
  if (ts.isFunctionLike(body)) return true;
  const inside = { ...place, path, open: new Set([...place.open, key]) };
  return evaluated(body).every((node) => isLocalAssignment(node) || !hasEffect(node, inside));
}

/** Within a function a variable of its own may change. */
function isLocalAssignment(node: ts.Node): boolean {
  return ts.isBinaryExpression(node) && ts.isIdentifier(node.left);
}

/** `z` of `z.object({ … }).strict()`. */
function rootOf(expression: ts.Expression): string {
  let root: ts.Expression = expression;
  while (ts.isPropertyAccessExpression(root) || ts.isCallExpression(root)) root = root.expression;
  return ts.isIdentifier(root) ? root.text : '';
}
