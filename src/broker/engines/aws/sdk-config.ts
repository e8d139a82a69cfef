import type { EngineTools } from '../engine.ts';
import type { Place, Service } from './place.ts';
import { sdkTransport } from './sdk-transport.ts';

const attempts = 3;

/** Keys as the SDK takes them; it asks for them again when they are about to expire. */
export interface Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly expiration?: Date;
}

interface SdkConfig {
  readonly region: string;
  readonly maxAttempts: number;
  readonly retryMode: 'standard';
  readonly requestHandler: ReturnType<typeof sdkTransport>;
  readonly customUserAgent: string;
  readonly endpoint?: string;
  readonly useFipsEndpoint?: boolean;
  readonly useDualstackEndpoint?: boolean;
  readonly credentials?: () => Promise<Keys>;
}

/** @param credentials undefined: the SDK's own chain (environment, shared files, web identity, container, instance) */
export function sdkConfig(
  service: Service,
  { place, tools }: { readonly place: Place; readonly tools: Pick<EngineTools, 'host'> },
  credentials?: () => Promise<Keys>,
): SdkConfig {
  const { region, fips, dualStack } = place;
  const endpoint = place.endpoints[service];
  return {
    region,
    maxAttempts: attempts,
    retryMode: 'standard',
    requestHandler: sdkTransport(tools.host),
    customUserAgent: 'ephemeral-creds',
    ...(endpoint !== undefined && { endpoint }),
    ...(fips !== undefined && { useFipsEndpoint: fips }),
    ...(dualStack !== undefined && { useDualstackEndpoint: dualStack }),
    ...(credentials && { credentials }),
  };
}
