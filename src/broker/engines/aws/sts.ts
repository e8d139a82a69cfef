import type { AssumeRoleCommandInput, AssumeRoleCommandOutput, STSClient } from '@aws-sdk/client-sts';
import { BackendTrouble, MintFailed, type EngineTools } from '../engine.ts';
import { attemptsOf, failure, wasRefused } from './failure.ts';
import type { Identity, Place } from './place.ts';
import { sdkConfig, type Keys } from './sdk-config.ts';

/** What the broker's own sessions are called in CloudTrail. */
const ownName = 'ephemeral-creds';

export type AssumeRole = AssumeRoleCommandInput;
export type AssumedRole = Pick<AssumeRoleCommandOutput, 'Credentials' | 'AssumedRoleUser'>;

/** AWS Security Token Service, as the broker asks it. */
export interface Sts {
  /** @throws MintFailed when AWS said no, BackendTrouble when it is not known what was done */
  assumeRole(order: AssumeRole, signal: AbortSignal): Promise<AssumedRole>;
  /** The account of whom the broker asks as, which needs no right. @throws BackendTrouble */
  ownAccount(signal: AbortSignal): Promise<string | undefined>;
  /** Keys of a session of the broker's own in another role. */
  ownSession(roleArn: string): Promise<Keys>;
}

/** Connects nowhere, and loads the SDK only when it is asked for something. */
export function openSts(place: Place, tools: EngineTools): Sts {
  let opened: Promise<STSClient> | undefined;
  const client = (): Promise<STSClient> => (opened ??= openClient(place, tools));
  const assumeRole: Sts['assumeRole'] = async (order, signal) => {
    try {
      const { AssumeRoleCommand } = await import('@aws-sdk/client-sts');
      return await (await client()).send(new AssumeRoleCommand(order), { abortSignal: signal });
    } catch (error) {
      const told = failure('assuming the role', error);
      // Of an attempt before this one nobody knows what it did.
      throw wasRefused(error) && attemptsOf(error) === 1
        ? new MintFailed(told.message, { cause: told })
        : told;
    }
  };
  return {
    assumeRole,
    ownAccount: async (signal) => {
      try {
        const { GetCallerIdentityCommand } = await import('@aws-sdk/client-sts');
        const said = await (await client()).send(new GetCallerIdentityCommand({}), { abortSignal: signal });
        return said.Account;
      } catch (error) {
        throw failure('asking who the broker is', error);
      }
    },
    ownSession: async (roleArn) => {
      const order = { RoleArn: roleArn, RoleSessionName: ownName, DurationSeconds: 900 };
      return keysOf(await assumeRole(order, new AbortController().signal));
    },
  };
}

async function openClient(place: Place, tools: EngineTools): Promise<STSClient> {
  const { STSClient: Client } = await import('@aws-sdk/client-sts');
  return new Client(sdkConfig('sts', { place, tools }, ownCredentials(place, tools)));
}

/** As whom the broker asks; undefined: the SDK finds it. */
export function ownCredentials(place: Place, tools: EngineTools): (() => Promise<Keys>) | undefined {
  const { identity } = place;
  if (identity === undefined) return undefined;
  return 'token' in identity
    ? () => webSession(place, identity, tools)
    : () => Promise.resolve(readKeys(identity, tools));
}

/** Read anew for each request: expired keys are kept by nobody, so a change at their place is seen at once. */
function readKeys(identity: Exclude<Identity, { token: string }>, { secret, host }: EngineTools): Keys {
  const { accessKeyId, secretAccessKey, sessionToken } = identity;
  return {
    accessKeyId: secret(accessKeyId).reveal(),
    secretAccessKey: secret(secretAccessKey).reveal(),
    ...(sessionToken !== undefined && { sessionToken: secret(sessionToken).reveal() }),
    expiration: host.clock.now(),
  };
}

async function webSession(
  place: Place,
  { roleArn, token }: Extract<Identity, { token: string }>,
  tools: EngineTools,
): Promise<Keys> {
  const { AssumeRoleWithWebIdentityCommand: Command, STSClient: Client } =
    await import('@aws-sdk/client-sts');
  const client = new Client(sdkConfig('sts', { place, tools }));
  const WebIdentityToken = tools.secret(token).reveal();
  try {
    return keysOf(
      await client.send(new Command({ RoleArn: roleArn, RoleSessionName: ownName, WebIdentityToken })),
    );
  } catch (error) {
    throw failure('taking on the broker’s own role with its ID token', error);
  }
}

function keysOf({ Credentials: found }: AssumedRole): Keys {
  const {
    AccessKeyId: accessKeyId,
    SecretAccessKey: secretAccessKey,
    SessionToken: sessionToken,
    Expiration,
  } = found ?? {};
  if (!accessKeyId || !secretAccessKey || !sessionToken || !Expiration)
    throw new BackendTrouble('AWS: an answer without credentials');
  return { accessKeyId, secretAccessKey, sessionToken, expiration: Expiration };
}
