import type { Finding } from '../finding.ts';

/** Those that find a static secret: a kind of credential in use, or one that is written out. */
export function isStatic({ rule: { id }, severity }: Finding): boolean {
  // A note says only that nothing is known of how a variable is kept.
  if (id === 'EO210' && severity === 'note') return false;
  return id.startsWith('EO1') || isWritten(id);
}

function isWritten(id: string): boolean {
  return ['EO210', 'EO401', 'EO403', 'EO404'].includes(id);
}
