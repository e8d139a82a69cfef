/** One thing that must hold: what was expected and what came. For the audit log, never for the wire. */
export interface Condition {
  readonly name: string;
  readonly expected: string;
  readonly actual: string;
  readonly holds: boolean;
}
