import { awsTrusts } from './aws-trust.ts';
import type { PipelineFile, TextReader, UnreadableFile } from './file.ts';
import { gcpBindingTrusts, gcpProviderTrusts } from './gcp-trust.ts';
import { readHclTree } from './hcl-tree.ts';
import { readJsonTree } from './json-tree.ts';
import type { Source } from './source.ts';
import type { Trust } from './trust.ts';
import { azureTrusts, octoStsTrusts, ownTrusts } from './written-trusts.ts';
import { readYamlTree, type Tree } from './yaml-tree.ts';

const terraform = /\.(tf|tofu)$/;
const octoSts = /(^|\/)\.github\/chainguard\/[^/]+\.sts\.ya?ml$/;
const speaks =
  /AssumeRoleWithWebIdentity|workload_identity_pool_provider|workloadIdentityPools|principalSet:\/\/|\bkind:\s*["']?TrustPolicy|federated_identity_credential/;

/** What is longer was written by a program, or is a list of everything that there is. */
const mostUnits = 512 * 1024;

/** Policies in the repository that say whose ID tokens are let in. */
export const trustPolicy: TextReader = {
  platform: 'trust-policy',
  mayBe: (path) =>
    /\.(tf|tofu|json|ya?ml|template)$/.test(path) &&
    !/(^|\/)(package(-lock)?|composer|tsconfig[\w.-]*|.*\.lock|pnpm-lock|\.terraform\.lock)\.(json|ya?ml)$/.test(
      path,
    ),
  read: (source) => {
    if (!octoSts.test(source.path) && !speaks.test(source.text)) return undefined;
    if (source.text.length > mostUnits) return tooLong(source);
    const documents = treesOf(source);
    const trusts = documents.flatMap((tree) =>
      octoSts.test(source.path) ? octoStsTrusts(tree) : trustsIn(tree),
    );
    return trusts.length === 0 ? undefined : fileOf(source, documents, trusts);
  },
};

function tooLong(source: Source): UnreadableFile {
  const problem = 'it speaks of ID tokens, and is too long to see whom it lets in';
  return { source, problem, span: { start: 0, end: 0 }, severity: 'warning' };
}

/** What cannot be read is a template of some program, or no policy. */
function treesOf(source: Source): readonly Tree[] {
  if (terraform.test(source.path)) return [readHclTree(source)];
  if (source.path.endsWith('.json')) return [readJsonTree(source)].filter((tree) => tree !== undefined);
  const yaml = readYamlTree(source);
  return 'problem' in yaml ? [] : yaml.documents;
}

const mostTrusts = 500;

function trustsIn(root: Tree): Trust[] {
  const found: Trust[] = [...ownTrusts(root)];
  const seen = new Set<Tree>();
  const visit = (tree: Tree, name: string): void => {
    if (seen.has(tree) || found.length >= mostTrusts) return;
    seen.add(tree);
    if (tree.kind === 'leaf') found.push(...gcpBindingTrusts(tree));
    else if (tree.kind === 'list')
      tree.items.forEach((item) => {
        visit(item, name);
      });
    else {
      found.push(...awsTrusts(tree, name));
      for (const entry of tree.entries) {
        found.push(...gcpProviderTrusts(entry), ...azureTrusts(entry));
        visit(entry.value, nameBelow(entry.key, name));
      }
    }
  };
  visit(root, 'trust policy');
  return found;
}

/** A resource has a name; what stands in it goes by that. */
function nameBelow(key: string, name: string): string {
  if (/^(resource|data) \S+ \S+$/.test(key)) return key.split(' ').slice(1).join('.');
  return name === 'Resources' ? key : key === 'Resources' ? key : name;
}

function fileOf(source: Source, documents: readonly Tree[], trusts: readonly Trust[]): PipelineFile {
  return {
    source,
    platform: 'trust-policy',
    kind: 'policy',
    triggers: [],
    permissions: undefined,
    variables: [],
    jobs: [],
    uses: [],
    references: [],
    includes: [],
    documents,
    literals: [],
    trusts,
  };
}
