import type { Excerpt } from './excerpt.ts';
import type { Position } from './files/source.ts';
import type { RuleText, Severity } from './rules/rule.ts';

/** One thing that the gate has found. Never holds the value of a secret. */
export interface Finding {
  readonly rule: RuleText;
  readonly severity: Severity;
  readonly path: string;
  readonly start: Position;
  readonly end: Position;
  readonly message: string;
  readonly job: string | undefined;
  readonly step: string | undefined;
  readonly secret: string | undefined;
  /** What the file says there, without values; left out where it says nothing. */
  readonly excerpt?: Excerpt;
  /** Set where somebody has answered for it. */
  readonly waived?: {
    readonly reason: string;
    readonly owner: string;
    readonly ticket: string;
    /** The last day on which it holds: `2026-12-31`. */
    readonly expires: string;
  };
}
