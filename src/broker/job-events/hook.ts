import type { Secret } from '../../domain/secret.ts';
import type { Issuer } from '../domain/issuer.ts';
import type { Delivery, JobEvents } from './job-event.ts';

/** One webhook of a platform: its secret, and for whom it may speak. */
export interface Hook {
  readonly platform: JobEvents;
  readonly issuer: Issuer;
  readonly secret: Secret;
  readonly scope: HookScope;
}

/** The jobs whose ID token has one of these values in this claim. */
export interface HookScope {
  readonly claim: string;
  readonly values: readonly string[];
}

/**
 * The hook whose secret a delivery was sent with; what the delivery says of itself chooses none.
 * @returns undefined when it is none of them
 */
export async function findHook(
  hooks: readonly Hook[],
  delivery: Delivery,
  now: Date,
): Promise<Hook | undefined> {
  for (const hook of hooks) {
    if (await hook.platform.isFrom(hook.secret, delivery, now)) return hook;
  }
  return undefined;
}
