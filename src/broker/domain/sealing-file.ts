import { z } from 'zod';
import { named, text } from '../../domain/yaml-values.ts';

const keyId = named(/[A-Za-z0-9][A-Za-z0-9._-]{0,63}/, 'write a name of letters, digits and . _ -');
const variable = named(/[A-Za-z_][A-Za-z0-9_]*/, 'write the name of a variable');

const key = z
  .strictObject({
    id: keyId,
    file: text.optional(),
    env: variable.optional(),
    command: z.array(text).min(1, 'name a program: [program, argument, …]').max(100).optional(),
  })
  .refine(
    ({ file, env, command }) => [file, env, command].filter((each) => each !== undefined).length === 1,
    {
      error: 'say once where the key is: file: PATH, env: NAME or command: [program, argument, …]',
    },
  );

/** `sealing` in broker.yaml. The first key seals, all open. */
export const sealingFile = z.strictObject({
  keys: z
    .array(key)
    .min(1, 'name at least one key')
    .max(20)
    .refine((keys) => new Set(keys.map(({ id }) => id)).size === keys.length, {
      error: 'two keys have the same id: each needs one of its own, for good',
    }),
});

export type SealingKeyEntry = z.output<typeof key>;
