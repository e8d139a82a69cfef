import { fullMatch } from '../../domain/pattern.ts';
import { text } from '../../domain/yaml-values.ts';

/** Where a secret is kept; the secret itself stands in no settings. */
export const reference = text.refine((value) => fullMatch(/(env:[A-Za-z_][A-Za-z0-9_]*|file:.+)/, value), {
  error: 'write where the value is kept: env:NAME or file:PATH; no secret stands in this file',
});
