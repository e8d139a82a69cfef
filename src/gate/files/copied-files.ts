import { posix } from 'node:path';
import type { CopiedFile, PipelineFile } from './file.ts';
import { below } from './repository-path.ts';
import type { WorkTree } from './work-tree.ts';

/** Settings and keys are shorter. */
const mostBytes = 64 * 1024;
const mostFiles = 20;

/**
 * Says of the files that an image is given what the committed ones hold, as far as their kind can be told by its text.
 * @param root where the build may have been started, besides the Dockerfile’s own folder
 */
export function withContents(file: PipelineFile, tree: WorkTree, root = ''): PipelineFile {
  if (file.copied === undefined) return file;
  const folders = [...new Set([posix.dirname(file.source.path).replace(/^\.$/, ''), root])];
  const copied = file.copied.map((each, index): CopiedFile => {
    const kind = index < mostFiles ? kindOf(each.path) : undefined;
    if (kind === undefined) return each;
    const texts = folders.flatMap((folder) => textAt(folder, each.path, tree) ?? []);
    if (texts.length === 0) return each;
    return { ...each, holds: texts.some((text) => kind.test(text)) ? 'credential' : 'nothing' };
  });
  return { ...file, copied };
}

/** What is a credential in such a file; undefined for others, which are one as a whole. */
function kindOf(path: string): RegExp | undefined {
  if (/[*?]/.test(path)) return undefined;
  return kinds.find(([name]) => name.test(path))?.[1];
}

/** A value that is no reference to a variable: `${NAME}`, `$NAME`. */
const kinds: readonly (readonly [RegExp, RegExp])[] = [
  [/(^|\/)\.npmrc$/, /(^|[:\s])_(authToken|auth|password)\s*=\s*["']?(?!\$)[^\s"'$]{6,}/m],
  [/(^|\/)\.pypirc$/, /^\s*password\s*[=:]\s*(?![%$])\S{6,}/m],
  [
    /(^|\/)\.env(\.[\w-]+)?$/,
    /^\s*(export\s+)?(\w+_)?(PASSWORD|PASSWD|PWD|SECRET|TOKEN|API_?KEY|ACCESS_KEY|SECRET_KEY|PRIVATE_KEY|CREDENTIALS|AUTH)\s*=\s*["']?(?![$<{]|change|your|xxx|example|dummy|fake|test|secret["'\s]|password["'\s]|true|false|null|none)[^\s"'$]{8,}|:\/\/[^\s:/@]+:(?!password@|postgres@)[^\s:/@$]{6,}@(?!localhost|127\.|db[:/]|postgres[:/]|mysql[:/])/im,
  ],
  [/\.(pem|key)$/, /-----BEGIN [A-Z ]*PRIVATE KEY-----/],
  [/(^|\/)\.docker\/config\.json$|(^|\/)\.dockercfg$/, /"(auth|password|identitytoken)"\s*:\s*"[^"$]{4,}/],
];

function textAt(folder: string, path: string, tree: WorkTree): string | undefined {
  const at = below(folder, path);
  if (at === undefined) return undefined;
  try {
    return tree.read(at, mostBytes, folder);
  } catch {
    return undefined;
  }
}
