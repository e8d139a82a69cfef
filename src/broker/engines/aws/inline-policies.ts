import type { IAMClient } from '@aws-sdk/client-iam';
import { BackendFailure } from '../../domain/backend-failure.ts';
import type { EngineTools } from '../engine.ts';
import { codeOf, failure, wasRefused } from './failure.ts';
import { reachesRole, type Denial } from './place.ts';
import { sdkConfig } from './sdk-config.ts';
import { openSts, ownCredentials } from './sts.ts';

/** What became of a policy that was to be written. `role-gone`: with it all its sessions are worthless. */
export type Written = 'written' | 'role-gone' | 'full';

/** AWS said no, so nothing was written; any other failure may have written it. */
export class NotWritten extends Error {}

export const elsewhere =
  'the broker is in another account than the role; name a role of that account in revocation.through';

/** The inline policies of one role. */
export interface InlinePolicies {
  /** @throws NotWritten, or BackendTrouble when it is not known whether it was written */
  put(name: string, document: string, signal: AbortSignal): Promise<Written>;
  /** Undefined when there is none. @throws BackendTrouble */
  get(name: string, signal: AbortSignal): Promise<string | undefined>;
  /** Undefined when there is no such role. @throws BackendTrouble */
  names(signal: AbortSignal): Promise<readonly string[] | undefined>;
  /** @throws BackendTrouble */
  remove(name: string, signal: AbortSignal): Promise<void>;
}

/** Connects nowhere, and loads the SDK only when it is asked for something. */
export function inlinePolicies(denial: Denial, tools: EngineTools): InlinePolicies {
  let opened: Promise<IAMClient> | undefined;
  const client = (): Promise<IAMClient> => (opened ??= openClient(denial, tools));
  const RoleName = denial.role.name;
  let reached = false;
  return {
    put: async (PolicyName, PolicyDocument, signal) => {
      reached ||= reachesRole(denial, await openSts(denial.place, tools).ownAccount(signal));
      if (!reached) {
        const text = `AWS: denying the session failed (${elsewhere})`;
        throw new NotWritten(text, { cause: new BackendFailure(text, { reason: 'settings' }) });
      }
      try {
        const { PutRolePolicyCommand } = await import('@aws-sdk/client-iam');
        await (
          await client()
        ).send(new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument }), { abortSignal: signal });
        return 'written';
      } catch (error) {
        const outcome = outcomeOf(error);
        if (outcome !== undefined) return outcome;
        const told = failure('denying the session', error);
        throw wasRefused(error) ? new NotWritten(told.message, { cause: told }) : told;
      }
    },
    get: (PolicyName, signal) =>
      unlessGone('reading an inline policy of the role', async () => {
        const { GetRolePolicyCommand } = await import('@aws-sdk/client-iam');
        const found = await (
          await client()
        ).send(new GetRolePolicyCommand({ RoleName, PolicyName }), { abortSignal: signal });
        return decodeURIComponent(found.PolicyDocument ?? '');
      }),
    names: (signal) =>
      unlessGone('listing the inline policies of the role', async () => {
        const { paginateListRolePolicies } = await import('@aws-sdk/client-iam');
        const found: string[] = [];
        for await (const page of paginateListRolePolicies(
          { client: await client() },
          { RoleName },
          { abortSignal: signal },
        ))
          found.push(...(page.PolicyNames ?? []));
        return found;
      }),
    remove: async (PolicyName, signal) => {
      await unlessGone('removing an inline policy of the role', async () => {
        const { DeleteRolePolicyCommand } = await import('@aws-sdk/client-iam');
        await (
          await client()
        ).send(new DeleteRolePolicyCommand({ RoleName, PolicyName }), { abortSignal: signal });
      });
    },
  };
}

async function openClient({ place, through }: Denial, tools: EngineTools): Promise<IAMClient> {
  const { IAMClient: Client } = await import('@aws-sdk/client-iam');
  const credentials =
    through === undefined ? ownCredentials(place, tools) : () => openSts(place, tools).ownSession(through);
  return new Client(sdkConfig('iam', { place, tools }, credentials));
}

function outcomeOf(error: unknown): Written | undefined {
  const code = codeOf(error).replace(/Exception$/, '');
  if (code === 'NoSuchEntity') return 'role-gone';
  return code === 'LimitExceeded' ? 'full' : undefined;
}

async function unlessGone<T>(
  doing: Parameters<typeof failure>[0],
  work: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (outcomeOf(error) === 'role-gone') return undefined;
    throw failure(doing, error);
  }
}
