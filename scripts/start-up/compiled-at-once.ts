import ts from 'typescript';

// V8 reads a function twice: it skips over it when it reads the file, and compiles it when it is first called. One that
// stands in parentheses it takes for a function that is called at once, and compiles it the first time
// (docs/decisions/0009). Nothing else changes: what is hoisted stays hoisted, every name stays what it is.

/** What is shorter costs the same either way; among them are webpack's getters. */
const shortest = 60;

type Functions = ts.FunctionDeclaration | ts.FunctionExpression | ts.ArrowFunction;

/**
 * The same program, whose functions of these names V8 compiles with the file.
 * @param text a script
 * @param names those of functions, as `nameOf` has them; what has no name goes with the function around it
 */
export function compiledAtOnce(text: string, names: ReadonlySet<string>): string {
  const file = parsed(text);
  const isChosen = (node: ts.Node): node is Functions =>
    isPlain(node) && node.end - node.getStart(file) >= shortest && names.has(nameOf(node) ?? '');
  return written(file, { file, isChosen });
}

/** The names of those functions that begin where `starts` tells, of those that `compiledAtOnce` would take. */
export function namesAt(text: string, starts: ReadonlySet<number>): Set<string> {
  const file = parsed(text);
  const names = new Set<string>();
  const look = (node: ts.Node): void => {
    const start = node.getStart(file);
    const name = nameOf(node);
    if (isPlain(node) && node.end - start >= shortest && starts.has(start) && name !== undefined)
      names.add(name);
    ts.forEachChild(node, look);
  };
  look(file);
  return names;
}

function parsed(text: string): ts.SourceFile {
  return ts.createSourceFile('bundle.js', text, ts.ScriptTarget.ESNext, true, ts.ScriptKind.JS);
}

/** No method, getter or constructor: those cannot stand in parentheses. */
function isPlain(node: ts.Node): node is Functions {
  return ts.isFunctionDeclaration(node) || ts.isFunctionExpression(node) || ts.isArrowFunction(node);
}

/** The name that a function has or is given, else that of the function around it. */
function nameOf(node: ts.Node): string | undefined {
  if (ts.isFunctionLike(node)) {
    const own = node.name?.getText() ?? givenName(node);
    if (own !== undefined && /^[A-Za-z_$][\w$]*$/.test(own)) return own;
  }
  return ts.isSourceFile(node) ? undefined : nameOf(node.parent);
}

function givenName(node: ts.Node): string | undefined {
  const owner = node.parent;
  if (ts.isParenthesizedExpression(owner)) return givenName(owner);
  const isNamed =
    ts.isVariableDeclaration(owner) || ts.isPropertyAssignment(owner) || ts.isPropertyDeclaration(owner);
  return isNamed ? owner.name.getText() : undefined;
}

interface Choice {
  readonly file: ts.SourceFile;
  readonly isChosen: (node: ts.Node) => node is Functions;
}

function written(node: ts.Node, choice: Choice): string {
  const { file, isChosen } = choice;
  const hoisted = hoistedOf(node, choice);
  const head = headOf(node, file);
  let at = node.getStart(file);
  if (ts.isSourceFile(node)) at = 0;
  let text = '';
  const copyTo = (end: number): void => {
    // Directives come first, and what is hoisted next.
    if (hoisted.size > 0 && at <= head && head <= end) {
      text += file.text.slice(at, head) + declared(hoisted, choice);
      at = head;
    }
    text += file.text.slice(at, end);
  };
  for (const child of childrenOf(node)) {
    const isHoisted = hoisted.has(child as ts.FunctionDeclaration);
    copyTo(child.getStart(file, isHoisted));
    text += isHoisted ? endBefore(child, file) : written(child, choice);
    at = child.end;
  }
  copyTo(node.end);
  return isChosen(node) && canBeWrapped(node, file) ? `(${text})` : text;
}

/** What stands before a declaration ended with it, where nobody wrote an end: what follows may not be taken for its rest. */
function endBefore(declaration: ts.Node, file: ts.SourceFile): string {
  const before = file.text.slice(0, declaration.getFullStart());
  return declaration.getFullStart() === 0 || /[;{]$/.test(before) || endsByItself(declaration) ? '' : ';';
}

/** True behind a declaration: its brace is its end. */
function endsByItself({ parent, pos }: ts.Node): boolean {
  const previous = childrenOf(parent).find(({ end }) => end === pos);
  return previous !== undefined && ts.isFunctionDeclaration(previous);
}

function childrenOf(node: ts.Node): ts.Node[] {
  const children: ts.Node[] = [];
  ts.forEachChild(node, (child) => void children.push(child));
  return children;
}

/** Not a second time, and not where the parenthesis would call what stands on the line before. */
function canBeWrapped(node: Functions, file: ts.SourceFile): boolean {
  if (ts.isFunctionDeclaration(node) || ts.isParenthesizedExpression(node.parent)) return false;
  let owner: ts.Node = node.parent;
  while (!ts.isStatement(owner)) owner = owner.parent;
  return owner.getStart(file) !== node.getStart(file);
}

/** The chosen declarations of a scope whose names are declared once there: a variable holds the same from the start. */
function hoistedOf(node: ts.Node, { isChosen }: Choice): ReadonlySet<ts.FunctionDeclaration> {
  const isBody = ts.isSourceFile(node) || (ts.isBlock(node) && ts.isFunctionLike(node.parent));
  if (!isBody) return new Set();
  const chosen = node.statements.filter((each) => ts.isFunctionDeclaration(each)).filter(isChosen);
  if (chosen.length === 0) return new Set();
  const counts = new Map<string, number>();
  declaredIn(ts.isSourceFile(node) ? node : node.parent, counts);
  return new Set(chosen.filter(({ name }) => counts.get(name?.text ?? '') === 1));
}

/** Counts the names that a function or a script declares; its own name and those within its functions are others'. */
function declaredIn(scope: ts.Node, counts: Map<string, number>): void {
  ts.forEachChild(scope, (child) => {
    const { name } = child as { name?: ts.Node };
    const declares =
      ts.isVariableDeclaration(child) ||
      ts.isParameter(child) ||
      ts.isBindingElement(child) ||
      isPlain(child) ||
      ts.isClassDeclaration(child);
    if (declares && !ts.isFunctionExpression(child) && name !== undefined && ts.isIdentifier(name))
      counts.set(name.text, (counts.get(name.text) ?? 0) + 1);
    if (!ts.isFunctionLike(child)) declaredIn(child, counts);
  });
}

/** Behind the directives of a scope, and what is said of them. */
function headOf(node: ts.Node, file: ts.SourceFile): number {
  if (!ts.isSourceFile(node) && !ts.isBlock(node)) return -1;
  const isDirective = (each: ts.Statement): boolean =>
    ts.isExpressionStatement(each) && ts.isStringLiteral(each.expression);
  const next = node.statements.findIndex((each) => !isDirective(each));
  const last = node.statements[(next === -1 ? node.statements.length : next) - 1];
  const end = last?.end ?? (ts.isSourceFile(node) ? 0 : node.getStart(file) + 1);
  return ts.getTrailingCommentRanges(file.text, end)?.at(-1)?.end ?? end;
}

function declared(functions: ReadonlySet<ts.FunctionDeclaration>, choice: Choice): string {
  const { text } = choice.file;
  let module = '';
  return [...functions]
    .map((node) => {
      const start = node.getStart(choice.file, true);
      // The file that it comes from, where webpack has put several into one scope.
      const from = text.slice(0, start).slice(Math.max(0, text.lastIndexOf(';// CONCATENATED', start)));
      const said = /^;(\/\/ CONCATENATED MODULE: .*)(?![^]*\n\/\*\*\*\/)/.exec(from)?.[1] ?? '';
      const remark = said === module ? '' : `\n${said}`;
      module = said;
      const comment = text.slice(start, node.getStart(choice.file));
      return `${remark}\n${comment}${asVariable(node, choice)}`;
    })
    .join('');
}

/** Without a name of its own, which would be a second binding: it has that of its variable. */
function asVariable(node: ts.FunctionDeclaration, { file, isChosen }: Choice): string {
  const name = node.name?.text ?? '';
  let at = node.getStart(file);
  let text = '';
  for (const child of childrenOf(node)) {
    text += file.text.slice(at, child.getStart(file));
    if (child !== node.name) text += written(child, { file, isChosen });
    at = child.end;
  }
  return `var ${name} = (${text});`;
}
