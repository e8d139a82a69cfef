import { z } from 'zod';
import { duration, named, text } from '../../domain/yaml-values.ts';

/** What a secret that the broker keeps may be called. */
export const secretPattern = /[A-Za-z0-9][A-Za-z0-9._-]{0,63}/;

const secretName = named(secretPattern, 'write a name of letters, digits and . _ -');

const longestGrace = 30 * 86_400;
/** An operator who asks for a rotation waits for it. */
const longestRotation = 60;

/** How long a version is kept when it is no longer the current one. */
const grace = duration.refine((seconds) => seconds <= longestGrace, { error: 'at most 30 days' });

const rotation = z.strictObject({
  command: z.array(text).min(1, 'name a program: [program, argument, …]').max(100),
  timeout: duration.refine((seconds) => seconds <= longestRotation, { error: 'at most 60s' }).optional(),
  gets_old_value: z.boolean().optional(),
});

const secret = z.strictObject({
  roles: z.array(text).min(1, 'name the roles that may lend it').max(1000),
  grantable_by: z.array(text).min(1).optional(),
  grace: grace.optional(),
  rotate_after: z.int().min(1).max(1_000_000_000).optional(),
  rotation: rotation.optional(),
  migrate_to: text.refine((value) => value.length <= 200, { error: 'at most 200 characters' }).optional(),
});

/** `secrets:` of broker.yaml: what the broker keeps, and who may name it. No value stands in it. */
export const secretsFile = z.record(secretName, secret);

export type SecretEntry = z.output<typeof secret>;
