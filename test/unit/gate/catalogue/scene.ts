/** Repositories in memory, and the catalogue of them. */
import { catalogue } from '../../../../src/commands/catalogue.ts';
import type { WorkTree } from '../../../../src/gate/files/work-tree.ts';
import type { Catalogue } from '../../../../src/gate/catalogue/catalogue.ts';
import { gateTree } from '../../../support/gate-tree.ts';

const at = new Date('2026-11-21T12:00:00Z');

export interface Order {
  readonly paths?: readonly string[];
  readonly since?: Catalogue | string;
  /** Folders that the system does not open. */
  readonly unreadable?: readonly string[];
}

/** The catalogue of files in memory; by default of the folder in which they all lie. */
export function catalogued(files: Readonly<Record<string, string>>, order: Order = {}): Promise<Catalogue> {
  const { paths = ['.'], since, unreadable = [] } = order;
  const last =
    since === undefined ? {} : { 'last.json': typeof since === 'string' ? since : JSON.stringify(since) };
  const all = gateTree({ ...files, ...last });
  const tree: WorkTree = {
    ...all,
    list: (folder) => (unreadable.includes(folder) ? closed() : all.list(folder)),
  };
  return catalogue(
    { paths, since: since === undefined ? undefined : 'last.json', here: '/home/dev/src', at },
    tree,
  );
}

/** As the system answers. */
function closed(): never {
  throw Object.assign(new Error('not allowed'), { code: 'EACCES' });
}

/** A checkout with one workflow. */
export function checkout(folder: string, jobs: string, head = ''): Record<string, string> {
  return {
    [`${folder}/.git/config`]: `[core]\n\tbare = false\n[remote "origin"]\n\turl = https://git.example/octo-org/${folder}.git\n`,
    [`${folder}/.github/workflows/ci.yml`]: `on: push\n${head}jobs:\n${jobs}`,
  };
}

const action = (name: string, uses: string, inputs: string): string =>
  `  ${name}:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: ${uses}\n        with: { ${inputs} }\n`;

/** Jobs of a workflow. */
export const jobs = {
  static: (name: string, secret = 'AWS_KEY'): string =>
    action(
      name,
      'aws-actions/configure-aws-credentials@v6',
      `aws-secret-access-key: "\${{ secrets.${secret} }}"`,
    ),
  shortLived: (name: string): string =>
    action(name, 'aws-actions/configure-aws-credentials@v6', 'role-to-assume: "${{ secrets.ROLE }}"'),
  borrowing: (name: string): string => action(name, 'org/ephemeral-creds@v1', 'role: deploy'),
  both: (name: string): string =>
    `${jobs.borrowing(name)}      - run: npm publish\n        env: { NODE_AUTH_TOKEN: "\${{ secrets.NPM_TOKEN }}" }\n`,
  neither: (name: string): string =>
    `  ${name}:\n    runs-on: ubuntu-latest\n    steps:\n      - run: make\n`,
};
