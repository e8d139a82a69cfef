import { z } from 'zod';
import { checkYaml, readYaml, type YamlDocument } from '../domain/yaml-document.ts';
import { fits } from './rules/recogniser.ts';
import type { Finding } from './finding.ts';

/** `.ephemeral-creds.yml`: what a repository says about its own secrets. */
export interface GatePolicy {
  readonly document: YamlDocument | undefined;
  /** `report`: nothing stops the job. */
  readonly mode: 'report' | 'enforce';
  /** Names of secrets, and what they are: no secret, or of a rule’s kind. */
  readonly classification: Readonly<Record<string, string>>;
  readonly waivers: readonly Waiver[];
}

export type Waiver = z.infer<typeof waiverSchema>;

export const policyFileName = '.ephemeral-creds.yml';

const text = z.string().min(1).max(1000);
/** What may be left out is looked for by EO903: a waiver that lacks it waives nothing, and the file still loads. */
const waiverSchema = z.strictObject({
  rule: z.string().regex(/^EO\d{3}$/, 'a rule’s id, as EO101'),
  path: text.optional(),
  secret: text.optional(),
  job: text.optional(),
  owner: text.optional(),
  reason: text.optional(),
  ticket: text.optional(),
  expires: z.iso.date('a date, as 2026-12-31').optional(),
});
const kinds = /identifier|EO1\d\d/;
const policySchema = z.strictObject({
  mode: z.enum(['report', 'enforce']).default('enforce'),
  classification: z
    .record(
      z.string(),
      z.string().refine((value) => fits(kinds, value), '`identifier`, or a rule’s id from EO101 to EO117'),
    )
    .default({}),
  waivers: z.array(waiverSchema).max(1000).default([]),
});

export const noPolicy: GatePolicy = { document: undefined, mode: 'enforce', classification: {}, waivers: [] };

/** @throws CredsError `input-invalid` with file, line and field */
export function readGatePolicy(path: string, content: string): GatePolicy {
  const document = readYaml(path, content);
  if (document.value === null) return noPolicy;
  return { document, ...checkYaml(document, policySchema) };
}

/** The first waiver that means a finding, and is in force. */
export function waiverFor(finding: Finding, { waivers }: GatePolicy, now: Date): Waiver | undefined {
  return waivers.find((waiver) => problemOf(waiver, now) === undefined && means(waiver, finding));
}

/** The first waiver that is in force for a rule in a file, whatever secret or job it names. */
export function waiverOf(rule: string, path: string, { waivers }: GatePolicy, now: Date): Waiver | undefined {
  return waivers.find(
    (waiver) =>
      waiver.rule === rule &&
      (waiver.path === undefined || waiver.path === path) &&
      problemOf(waiver, now) === undefined,
  );
}

function means({ rule, path, secret, job }: Waiver, finding: Finding): boolean {
  return (
    rule === finding.rule.id &&
    (path === undefined || path === finding.path) &&
    (secret === undefined || secret === finding.secret) &&
    (job === undefined || job === finding.job)
  );
}

const dayMs = 24 * 60 * 60 * 1000;
const mostDays = 90;

/** Why a waiver waives nothing. */
export function problemOf(
  waiver: Waiver,
  now: Date,
): { readonly rule: 'EO902' | 'EO903'; readonly what: string } | undefined {
  const missing = (['owner', 'reason', 'ticket', 'expires'] as const).filter(
    (key) => waiver[key] === undefined,
  );
  if (waiver.expires === undefined || missing.length > 0)
    return { rule: 'EO903', what: `lacks ${missing.join(', ')}` };
  // It is in force through its last day, everywhere.
  const end = Date.parse(`${waiver.expires}T00:00:00Z`) + dayMs;
  if (end <= now.getTime()) return { rule: 'EO902', what: `ended on ${waiver.expires}` };
  return end - now.getTime() > (mostDays + 1) * dayMs
    ? { rule: 'EO903', what: `ends on ${waiver.expires}, more than ${String(mostDays)} days from now` }
    : undefined;
}
