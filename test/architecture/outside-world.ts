import ts from 'typescript';
import { at, importsOf, nodesOf, type Source } from './source.ts';

const globals = ['process', 'globalThis', 'global', 'console'];
const modules =
  /^(node:)?(process|console|fs|fs\/promises|child_process|worker_threads|cluster|net|tls|dgram|dns|dns\/promises|http|https|http2|os|readline|sqlite|timers|timers\/promises|inspector)$/;

/** Names of such modules that only calculate. */
const calculating = ['isIP', 'isIPv4', 'isIPv6', 'BlockList'];

/** Rooms that are themselves the way to a part of the outside world, and which part. */
const ways: Readonly<Record<string, readonly string[]>> = {
  // The one HTTP of the client, handed out as `Host.send` by entry/host.ts.
  'src/protocol/connections.ts': ['node:http', 'node:https', 'node:net'],
  'src/protocol/transport.ts': ['node:http', 'node:https', 'node:net', 'node:tls'],
  'src/protocol/proxied-request.ts': ['node:http', 'node:https', 'node:net', 'node:tls'],
  // The broker's own listener.
  'src/broker/http/listen.ts': ['node:http', 'node:https', 'node:net', 'node:tls'],
  // The socket of an agent that holds a key.
  'src/broker/engines/ssh/agent.ts': ['node:net'],
  // The embedded store.
  'src/broker/store/sqlite.ts': ['node:sqlite', 'node:fs'],
  // The shared one, whose transactions are repeated.
  'src/broker/store/postgres.ts': ['node:timers/promises'],
};

/** Every place outside entry/ that reaches for the world without having been handed it. */
export function reachesOutside(file: Source): string[] {
  if (file.path.startsWith('src/entry/')) return [];
  const named = [...nodesOf(file.tree)]
    .filter((node) => ts.isIdentifier(node) && globals.includes(node.text) && isReference(node))
    .map((node) => `${at(file, node)}: \`${node.getText(file.tree)}\` belongs to entry/`);
  const imported = importsOf(file)
    .filter(({ specifier, names }) => {
      if (specifier === undefined || !modules.test(specifier)) return false;
      if (ways[file.path]?.includes(specifier) === true) return false;
      return !names.every((name) => calculating.includes(name));
    })
    .map(({ node, specifier = '' }) => `${at(file, node)}: \`${specifier}\` is reached through Host`);
  return [...named, ...imported];
}

/** True where an identifier stands for a value: not for a property, a member's name or a declaration's. */
function isReference(node: ts.Node): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent) || ts.isQualifiedName(parent)) return firstChild(parent) === node;
  if (ts.isPropertyAssignment(parent)) return parent.name !== node;
  if (ts.isTypeElement(parent) || ts.isClassElement(parent)) return parent.name !== node;
  return !(ts.isBindingElement(parent) || ts.isParameter(parent) || ts.isImportSpecifier(parent));
}

function firstChild(node: ts.PropertyAccessExpression | ts.QualifiedName): ts.Node {
  return ts.isQualifiedName(node) ? node.left : node.expression;
}
