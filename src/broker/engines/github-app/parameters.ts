import { z } from 'zod';
import { named, text } from '../../../domain/yaml-values.ts';
import { reference } from '../../domain/reference.ts';

/** GitHub takes 500; each comes back with all that GitHub knows of it, and the answer has a limit here. */
const mostRepositories = 100;

const digits = named(/[1-9][0-9]{0,14}/, 'write the number, in quotes');
const account = named(/[A-Za-z0-9][A-Za-z0-9_-]{0,99}/, 'write the name of an organisation or a user');
const repository = named(
  /(?!\.{1,2}$)[A-Za-z0-9._-]{1,100}/,
  'write the name of a repository without its owner',
);
const permission = named(/[a-z][a-z_]{0,63}/, 'write the name of a permission as in GitHub’s API: contents');

/** A role's own keys. There is no word for all repositories, and none for all permissions. */
export const parameters = z
  .strictObject({
    app: named(/[A-Za-z0-9][A-Za-z0-9._-]{0,99}/, 'write the App’s client ID, or its number in quotes'),
    key: reference.optional(),
    sign: z.array(text).min(1).max(20).optional(),
    installation: digits.optional(),
    owner: account.optional(),
    repositories: z
      .union([z.literal('from-claims'), z.array(repository).min(1).max(mostRepositories)], {
        error: `write a list of 1 to ${String(mostRepositories)} names, or from-claims for the job’s own repository; there is no word for all`,
      })
      .optional(),
    repository_ids: z.array(digits).min(1).max(mostRepositories).optional(),
    permissions: z
      .record(permission, z.enum(['read', 'write', 'admin']))
      .refine((asked) => Object.keys(asked).length > 0, { error: 'name at least one: { contents: read }' }),
    api_url: text.optional(),
    ca: text.optional(),
    allow_private: z.boolean().optional(),
  })
  .refine((role) => (role.key === undefined) !== (role.sign === undefined), {
    error: 'name `key` (env:NAME or file:PATH), or `sign`, a program that signs',
  })
  .refine((role) => (role.repositories === undefined) !== (role.repository_ids === undefined), {
    error: 'name `repositories`, or `repository_ids`',
  })
  .refine((role) => role.installation === undefined || role.owner === undefined, {
    error: 'name `installation`, or `owner`, whose installation is then looked up',
  })
  .refine(
    (role) =>
      role.installation !== undefined || role.owner !== undefined || role.repositories === 'from-claims',
    { error: 'name `installation`, or `owner`, whose installation is then looked up' },
  );

export type Parameters = z.output<typeof parameters>;
