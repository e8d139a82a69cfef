import { fullMatch } from '../../domain/pattern.ts';
import { text } from '../../domain/yaml-values.ts';

/** `env:NAME` or `file:PATH`, for parameters of engines. */
export const secretReference = text.refine(
  (value) => fullMatch(/(env:[A-Za-z_][A-Za-z0-9_]*|file:.+)/, value),
  { error: 'write where the value is kept: env:NAME or file:PATH; no secret stands in this file' },
);
