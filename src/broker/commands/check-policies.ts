import type { BrokerFiles } from '../domain/outside.ts';
import { loadGuardrails } from '../policy/guardrails.ts';
import { loadPolicies } from '../policy/load-policies.ts';
import { findPolicies } from './policy-place.ts';

/** A set of policies that loads. */
export interface PolicyCheck {
  /** The files, absolute. */
  readonly files: readonly string[];
  /** The files of the guardrails, where there are to be any. */
  readonly guardrails?: readonly string[];
  /** The set’s version, as the broker’s audit log tells it. */
  readonly version: string;
  /** Risks that were accepted and what the lints warn of, one line each, with file, line and field. */
  readonly warnings: readonly string[];
}

/**
 * Loads policies as the broker would, lints and examples included, and the guardrails of its broker.yaml.
 * @param paths and `config`: as `findPolicies` takes them
 * @throws CredsError `input-invalid`: every problem on a line of its own, with file, line and field
 */
export async function checkPolicies(
  paths: readonly [string, ...string[]],
  config: string | undefined,
  files: BrokerFiles,
): Promise<PolicyCheck> {
  const { texts, context, guardrails } = await findPolicies(paths, config, files);
  const { version, warnings } = loadPolicies(texts, context);
  const found = { files: texts.map((text) => text.file), version, warnings };
  if (guardrails === undefined) return found;
  await loadGuardrails(guardrails, context);
  return { ...found, guardrails: guardrails.map((text) => text.file) };
}
