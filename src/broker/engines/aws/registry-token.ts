import { Secret } from '../../../domain/secret.ts';
import { BackendTrouble, type EngineTools } from '../engine.ts';
import type { Session } from './assume-role.ts';
import { failure } from './failure.ts';
import type { Place } from './place.ts';
import { sdkConfig } from './sdk-config.ts';

export interface RegistryToken {
  readonly username: string;
  readonly password: Secret;
}

/**
 * Fetches a token for the registries that a session may use.
 * https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_GetAuthorizationToken.html
 * @throws BackendTrouble
 */
export async function registryToken(
  { place, tools }: { readonly place: Place; readonly tools: EngineTools },
  session: Session,
  signal: AbortSignal,
): Promise<RegistryToken> {
  const { ECRClient, GetAuthorizationTokenCommand } = await import('@aws-sdk/client-ecr');
  const keys = {
    accessKeyId: session.accessKeyId.reveal(),
    secretAccessKey: session.secretAccessKey.reveal(),
    sessionToken: session.sessionToken.reveal(),
  };
  const client = new ECRClient(sdkConfig('ecr', { place, tools }, () => Promise.resolve(keys)));
  try {
    const { authorizationData: [found] = [] } = await client.send(new GetAuthorizationTokenCommand({}), {
      abortSignal: signal,
    });
    return readToken(found?.authorizationToken ?? '');
  } catch (error) {
    throw failure('fetching a token for the registry', error);
  } finally {
    client.destroy();
  }
}

function readToken(token: string): RegistryToken {
  const [username = '', ...rest] = Buffer.from(token, 'base64').toString('utf8').split(':');
  const password = rest.join(':');
  if (username !== 'AWS' || password === '')
    throw new BackendTrouble('AWS: the registry’s token is not as it is documented');
  return { username, password: new Secret(password) };
}
