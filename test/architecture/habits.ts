import ts from 'typescript';
import { at, nodesOf, type Source } from './source.ts';

const longest = 260;
/** They skip for a reason that they print: a machine without Node 20, or without another program. */
const maySkip = ['test/support/node20.ts', 'test/support/peers.ts'];
const sayNothing = /^(utils?|helpers?|common|manager|service|impl|types|misc)(\.ts)?$/;

/** Files and folders whose name could stand for anything. */
export function namesThatSayNothing(sources: readonly Source[]): string[] {
  return sources
    .filter(({ path }) => path.split('/').some((part) => sayNothing.test(part)))
    .map(({ path }) => `${path}: a name that says nothing`);
}

export function longFiles(sources: readonly Source[]): string[] {
  return sources.flatMap(({ path, text }) => {
    const lines = text.split('\n').length - 1;
    return lines > longest ? [`${path}: ${String(lines)} lines; at most ${String(longest)}`] : [];
  });
}

/** Module mocks (the design hands everything in), and tests that do not run or hide the others. */
export function wrongTests(file: Source): string[] {
  return [...nodesOf(file.tree)]
    .filter((node) => ts.isPropertyAccessExpression(node))
    .flatMap((node) => {
      const [object, member] = [node.expression.getText(file.tree), node.name.text];
      if (object === 'jest' && /mock(Module)?$/i.test(member)) return [`${at(file, node)}: a module mock`];
      const isTest = /^(it|test|describe)$/.test(object) && /^(skip|only|todo|failing)$/.test(member);
      return isTest && !maySkip.includes(file.path) ? [`${at(file, node)}: \`${object}.${member}\``] : [];
    });
}
