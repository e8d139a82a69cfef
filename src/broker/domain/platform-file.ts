import { z } from 'zod';
import { duration, named, text } from '../../domain/yaml-values.ts';
import { reference } from './reference.ts';

const ids = z
  .array(named(/[0-9]{1,24}/, 'write ids, in quotes: "123456"'))
  .min(1)
  .max(1000);

/** A webhook by which a platform says that jobs have ended. */
export const webhookEntry = z.strictObject({
  platform: text,
  issuer: text.optional(),
  secret: reference,
  owners: ids.optional(),
  repositories: ids.optional(),
  projects: ids.optional(),
  namespaces: ids.optional(),
});

/** Each secret is one more to try with every delivery. */
export const mostWebhooks = 20;

/** The API of a platform, and what it is asked. */
export const forgeEntry = z.strictObject({
  platform: text,
  issuer: text.optional(),
  api: text.optional(),
  token: reference,
  allow_private: z.boolean().optional(),
  verify_job_running: z.boolean().optional(),
  poll_jobs: z
    .strictObject({
      every: duration.refine((seconds) => seconds >= 10 && seconds <= 3600, {
        error: 'between 10s and 1h',
      }),
    })
    .optional(),
});

export type WebhookEntry = z.output<typeof webhookEntry>;
export type ForgeEntry = z.output<typeof forgeEntry>;
