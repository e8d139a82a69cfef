import { printable } from '../../domain/printable.ts';
import type { Outcome } from '../policy/compare.ts';
import type { PolicyDiff } from './diff-policies.ts';

/** The comparison for a person. */
export function diffText({ decisions, changed, unknown, changes }: PolicyDiff): string {
  const lines = changes.map(
    ({ role, of, before, after, because, requests, lastRequest }) =>
      `${printable(role)} for ${printable(of)}: ${outcomeText(before)} -> ${outcomeText(after)}\n` +
      (because === undefined ? '' : `  ${printable(because)}\n`) +
      `  ${String(requests)} of the requests, the last of them ${printable(lastRequest)}\n`,
  );
  const left = unknown === 0 ? '' : ` ${String(unknown)} are of issuers that broker.yaml does not name.`;
  return [...lines, `${String(changed)} of ${String(decisions)} decisions would be others.${left}\n`].join(
    '\n',
  );
}

function outcomeText({ decision, policy, access, ttlSeconds, approval, asksPlatform }: Outcome): string {
  if (decision === 'deny') return 'denied';
  const waits =
    (approval === true ? ', once approved' : '') +
    (asksPlatform === true ? ', of the repository itself only' : '');
  return `${access ?? ''} for ${String(ttlSeconds)} s by ${policy ?? ''}${waits}`;
}
