import { CredsError } from '../../domain/errors.ts';
import type { WorkTree } from './work-tree.ts';

const mostPolicyBytes = 256 * 1024;

/**
 * The text of the gate’s policy file; undefined where there is none.
 * @throws CredsError where it is too long, or cannot be opened: it may say anything then
 */
export function policyText(tree: WorkTree, path: string): string | undefined {
  try {
    return tree.read(path, mostPolicyBytes);
  } catch {
    throw new CredsError('input-invalid', `The policy file ${path} cannot be read.`, {
      hint: 'It has to be a file of at most 256 KiB that the gate may open.',
    });
  }
}
