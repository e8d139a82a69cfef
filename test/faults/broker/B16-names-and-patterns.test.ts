import { afterEach, describe, expect, test } from '@jest/globals';
import { Borrower } from '../../support/broker/borrower.ts';
import { githubPolicy, startTestBroker, type TestBroker } from '../../support/broker/test-broker.ts';

let broker: TestBroker | undefined;

afterEach(async () => {
  await broker?.stop();
  broker = undefined;
});

/** A broker of which one policy has this line more, or in place of its own. */
function withLine(line: string): Promise<TestBroker> {
  const [name = ''] = line.split(':');
  const own = githubPolicy.replace(new RegExp(`^  ${name}: .*\\n`, 'm'), '');
  return startTestBroker({
    policies: { 'p.yaml': own.replace('match:\n', `match:\n  ${line}\n`) },
  });
}

describe('B16 what could be read in two ways does not load', () => {
  test.each<[string, string]>([
    ['alternation', 'environment: "staging|production"'],
    ['alternation without a group', 'ref: "refs/heads/main|refs/heads/x"'],
    ['a group', 'ref: "refs/heads/(main|x)"'],
    ['anchors', 'environment: "^production$"'],
    ['a class', 'ref: "refs/heads/[a-z]"'],
    ['everything', 'environment: "*"'],
    ['everything, as a regular expression', 'environment: ".*"'],
    ['a part of a segment', 'ref: refs/heads/release-*'],
    ['any number of segments', 'ref: refs/heads/**'],
    ['any sort of ref', 'ref: refs/*/main'],
    ['any ref', 'ref: "*"'],
    ['a repository of any name', 'repository: octo-org/*'],
    ['a single character', 'environment: productio?'],
    ['an escape', 'environment: "produc\\\\x74ion"'],
    ['nothing', 'environment: ""'],
    ['an empty list', 'environment: []'],
    ['a list with nothing in it', 'environment: [production, ""]'],
    ['a parent', 'ref: refs/heads/../tags/v1'],
    ['a parent in a name', 'repository: octo-org/..'],
    ['a short ref', 'ref: main'],
    ['a ref with a slash at its end', 'ref: refs/heads/main/'],
    ['a ref of another sort', 'ref: refs/pull/1/merge'],
    ['a name with its host', 'repository: github.com/octo-org/octo-repo'],
    ['a name as it is cloned', 'repository: octo-org/octo-repo.git'],
    ['a name with white space', 'repository: "octo-org/octo-repo "'],
    ['a character that cannot be seen', 'environment: "production\\u200b"'],
    ['letters that run the other way', 'environment: "\\u202enoitcudorp"'],
    ['a letter that is two characters', 'environment: "produ\\u0301ction"'],
    ['a line break', 'environment: "production\\n"'],
    ['a zero octet', 'environment: "production\\0"'],
    ['half a surrogate pair', 'environment: "production\\ud800"'],
    ['a number', 'environment: 1'],
    ['null', 'environment: null'],
    ['an object', 'environment: { equals: production }'],
    ['an unknown claim', 'environmnt: production'],
    ['sub', 'sub: "repo:octo-org/octo-repo:*"'],
    ['actor', 'actor: octocat'],
    ['a claim by another door', 'claims: { sub: "repo:octo-org/octo-repo" }'],
    ['a claim twice by two doors', 'claims: { environment: staging }'],
  ])('%s: %s', async (_, line) => {
    await expect(withLine(line).then((started) => (broker = started))).rejects.toThrow(/p\.yaml:\d+: /);
  });
});

describe('B16 names are compared as the platform compares them', () => {
  const granted = async (claims: Record<string, unknown>): Promise<number> => {
    if (broker === undefined) throw new Error('no broker');
    return (await new Borrower(broker).borrow({ token: { claims } })).status;
  };

  test('capitals do not matter where GitHub takes them for the same', async () => {
    broker = await startTestBroker({
      policies: { 'p.yaml': githubPolicy.replaceAll('environment: production', 'environment: Production') },
    });
    expect(await granted({ environment: 'pRODUCTION' })).toBe(200);
    expect(await granted({ environment: 'production\u0307', run_id: '2' })).toBe(403);
    expect(await granted({ environment: 'ｐroduction', run_id: '3' })).toBe(403);
  });

  test('and do where it does not: in refs', async () => {
    broker = await startTestBroker();
    expect(await granted({ ref: 'refs/heads/MAIN' })).toBe(403);
    expect(await granted({ ref: 'refs/heads/main' })).toBe(200);
  });

  test('a star in a token is a star, and stands for nothing', async () => {
    broker = await startTestBroker();
    for (const claims of [{ ref: 'refs/heads/*' }, { environment: '*' }, { ref: '*' }])
      expect(await granted(claims)).toBe(403);
  });
});
