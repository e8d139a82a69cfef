import type { Binding, Job, Step } from '../files/file.ts';
import type { Span } from '../files/source.ts';
import { child, entriesOf, leavesOf, type Tree } from '../files/yaml-tree.ts';
import { credentialFile, pathsIn } from './credential-files.ts';
import type { FileRule, Judged, Severity, Spot } from './rule.ts';

export const secretInArtifact: FileRule = {
  id: 'EO206',
  name: 'secret-in-artifact',
  what: 'A file with a credential is kept as an artifact or in a cache.',
  severity: 'error',
  why: 'Whoever may read the repository may download the artifact, and a cache is restored in jobs of other branches.',
  hint: {
    text: 'Name the files that are needed, and write credentials outside the work tree.',
    before: '- uses: actions/upload-artifact@v6\n  with:\n    path: |\n      dist\n      .env',
    after: '- uses: actions/upload-artifact@v6\n  with:\n    path: dist',
  },
  find: (file, judged) =>
    file.platform === 'gitlab-ci'
      ? file.jobs.flatMap((job) => keptByGitlab(job, judged))
      : file.jobs.flatMap((job) => job.steps.flatMap((step) => keptByAction(job, step, judged))),
  examples: {
    finds: [
      { step: 'uses: actions/upload-artifact@v6\nwith:\n  path: |\n    dist\n    .env' },
      { step: 'uses: actions/cache@v5\nwith:\n  key: k\n  path: ~/.docker/config.json' },
      { step: 'uses: actions/upload-artifact@v6\nwith:\n  path: infra/errored.tfstate' },
      { step: 'uses: actions/upload-artifact@v6\nwith:\n  path: ${{ inputs.folder }}/tfplan' },
      {
        path: '.gitlab-ci.yml',
        text: 'job:\n  script:\n    - echo "$SIGNING_PEM" > out/secret.txt\n  artifacts:\n    paths: [out/secret.txt]\n',
      },
    ],
    passes: [
      { step: 'uses: actions/upload-artifact@v6\nwith:\n  path: dist' },
      { step: 'uses: actions/upload-artifact@v6\nwith:\n  path: docs/test-plan' },
      { step: 'uses: actions/cache@v5\nwith:\n  key: k\n  path: ~/.npm' },
      { path: '.gitlab-ci.yml', text: 'job:\n  script: [make]\n  artifacts:\n    paths: [dist]\n' },
    ],
  },
};

const keepers = /^actions\/(upload-artifact|cache|cache\/save|upload-pages-artifact)$/;

function keptByAction(job: Job, step: Step, judged: readonly Judged[]): Spot[] {
  if (step.action === undefined || !keepers.test(step.action.name)) return [];
  const written = filesWritten(judged, job);
  return step.inputs
    .filter(({ name }: Binding) => name === 'path')
    .flatMap(({ text }) => {
      const how = severityOf(pathsIn(text.value), written);
      return how === undefined ? [] : [{ span: text.span, job: job.name, step: step.name, severity: how }];
    });
}

function keptByGitlab(job: Job, judged: readonly Judged[]): Spot[] {
  const written = filesWritten(judged, job);
  return [...pathsOf(child(job.tree, 'artifacts')), ...pathsOf(child(job.tree, 'cache'))].flatMap(
    ({ path, span }) => {
      const how = severityOf([path], written);
      return how === undefined ? [] : [{ span, job: job.name, severity: how }];
    },
  );
}

function pathsOf(tree: Tree | undefined): { path: string; span: Span }[] {
  const trees = tree?.kind === 'list' ? tree.items : tree === undefined ? [] : [tree];
  return trees
    .flatMap((each) => entriesOf(each).filter(({ key }) => key === 'paths'))
    .flatMap(({ value }) => leavesOf(value))
    .map(({ text }) => ({ path: text.value, span: text.span }));
}

/** Files of the job into which a script puts a credential. */
function filesWritten(judged: readonly Judged[], job: Job): Set<string> {
  const own = judged.filter(({ use, rule }) => rule !== undefined && use.job === job);
  return new Set(
    own.flatMap(({ use }) => use.takers.flatMap((each) => (each.by === 'file' ? [each.path] : []))),
  );
}

/** A plan holds the variables that it was made with in clear, among them now and then a secret. */
const plan = /(^|\/)(tfplan|(tf|terraform)?-?plan\.(out|json|bin(ary)?|tfplan)|[\w-]+\.tfplan)$/;

/** Undefined when there is no credential in any of them. */
function severityOf(paths: readonly string[], written: ReadonlySet<string>): Severity | undefined {
  if (paths.some((path) => isSecret(path, written))) return 'error';
  return paths.some((path) => plan.test(path)) ? 'warning' : undefined;
}

function isSecret(path: string, written: ReadonlySet<string>): boolean {
  const plain = path.replace(/^\.\//, '').replace(/\/$/, '');
  const holds = [...written].some((file) => {
    const name = file.replace(/^\.\//, '');
    return name === plain || name.startsWith(`${plain}/`);
  });
  return holds || credentialFile.test(path);
}
