import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

/** A TypeScript file: its path from the root of the repository, and its syntax tree. */
export interface Source {
  readonly path: string;
  readonly text: string;
  readonly tree: ts.SourceFile;
}

export function source(path: string, text: string): Source {
  return { path, text, tree: ts.createSourceFile(path, text, ts.ScriptTarget.ESNext, true) };
}

/** All TypeScript files below a folder of the repository; hidden ones are somebody's scratch paper. */
export function sourcesIn(root: string, folder: string): Source[] {
  const entries = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' });
  return entries
    .filter((name) => name.endsWith('.ts') && !/(^|\/)\.|node_modules/.test(name))
    .map((name) => `${folder}/${name}`)
    .sort()
    .map((path) => source(path, readFileSync(join(root, path), 'utf8')));
}

/** `src/a/b.ts:12`, for a node. */
export function at({ path, tree }: Source, node: ts.Node): string {
  return `${path}:${String(tree.getLineAndCharacterOfPosition(node.getStart(tree)).line + 1)}`;
}

/** Every node of a tree, the root included. */
export function* nodesOf(node: ts.Node): Generator<ts.Node> {
  yield node;
  const children: ts.Node[] = [];
  ts.forEachChild(node, (child) => {
    children.push(child);
  });
  for (const child of children) yield* nodesOf(child);
}

export interface Import {
  readonly node: ts.Node;
  /** Undefined where it is computed at run time. */
  readonly specifier: string | undefined;
  /** The names that are imported, where they are listed. */
  readonly names: readonly string[];
}

/** Every import of a file: static, re-exporting, of a type, dynamic, and by `require`. */
export function importsOf({ tree }: Source): Import[] {
  return [...nodesOf(tree)].flatMap((node): Import[] => {
    if (ts.isImportDeclaration(node)) {
      const bindings = node.importClause?.namedBindings;
      const names =
        bindings !== undefined && ts.isNamedImports(bindings)
          ? bindings.elements.map((element) => (element.propertyName ?? element.name).text)
          : ['*'];
      return [{ node, specifier: textOf(node.moduleSpecifier), names }];
    }
    if (ts.isExportDeclaration(node) && node.moduleSpecifier !== undefined)
      return [{ node, specifier: textOf(node.moduleSpecifier), names: ['*'] }];
    if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument))
      return [{ node, specifier: textOf(node.argument.literal), names: ['*'] }];
    if (ts.isCallExpression(node) && isImporting(node.expression))
      return [{ node, specifier: textOf(node.arguments[0]), names: ['*'] }];
    return [];
  });
}

function isImporting(callee: ts.Expression): boolean {
  return (
    callee.kind === ts.SyntaxKind.ImportKeyword || (ts.isIdentifier(callee) && callee.text === 'require')
  );
}

function textOf(node: ts.Node | undefined): string | undefined {
  return node !== undefined && ts.isStringLiteralLike(node) ? node.text : undefined;
}
