import { z } from 'zod';

const start = z.object({
  /** Where standard output goes cannot be read back: what is written there does not link to an earlier process. */
  sink: z.enum(['file', 'stdout']),
  /** The public half of the key that signs this chain. */
  key: z.unknown(),
  /** The last event that was found in the file. */
  previous: z.object({ chain_uid: z.string(), sequence: z.int(), fingerprint: z.string() }).optional(),
  /** What was found behind it, cut short by a crash; hashed with a line break at its end. */
  torn: z.object({ bytes: z.int(), sha256: z.string() }).optional(),
  /** The last line that was found is of no chain. */
  unreadable: z.literal(true).optional(),
});

/** What a chain says about itself, in `unmapped.audit_chain` of an event. */
export const chainNote = z.object({
  /** With the first event. */
  start: start.optional(),
  /** With the first event after a write that failed: numbers of events that may or may not have been written. */
  in_doubt: z.object({ from: z.int(), to: z.int() }).optional(),
  /** With the last event of a process that ended as it should. */
  ended: z.literal(true).optional(),
});

export type ChainNote = z.output<typeof chainNote>;
export type ChainStart = z.output<typeof start>;
