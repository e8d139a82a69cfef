import { isLoopback } from '../../../protocol/endpoint.ts';
import { apiAddress } from '../../domain/api-address.ts';
import { ParameterError, type EngineTools } from '../engine.ts';
import { appJwt, type AppJwt } from './app-jwt.ts';
import { keySigner, programSigner, readKey } from './app-key.ts';
import type { Parameters } from './parameters.ts';
import type { Place } from './requests.ts';

/** The App of a role. */
export interface RoleApp {
  /** Its client ID or number. */
  readonly id: string;
  readonly place: Place;
  readonly jwt: AppJwt;
}

const usualApi = 'https://api.github.com';

/** Opens the Apps of roles; those that are the same share their JWT. @throws ParameterError */
export function openApps(tools: EngineTools): (chosen: Parameters) => RoleApp {
  const known = new Map<string, AppJwt>();
  return (chosen) => {
    const place = placeOf(chosen, tools);
    if (chosen.key !== undefined) readKey(chosen.key, tools.secret);
    const key = JSON.stringify([place.api, chosen.app, chosen.key, chosen.sign]);
    const jwt = known.get(key) ?? jwtOf(chosen, tools);
    known.set(key, jwt);
    return { id: chosen.app, place, jwt };
  };
}

function jwtOf({ app, key, sign = [] }: Parameters, tools: EngineTools): AppJwt {
  const signer = key === undefined ? programSigner(sign, tools) : keySigner(key, tools.secret);
  return appJwt(app, signer, tools.host.clock);
}

function placeOf(
  { api_url: url = usualApi, ca, allow_private: open }: Parameters,
  tools: EngineTools,
): Place {
  const api = apiAddress(url);
  if (api === undefined)
    throw new ParameterError(
      'api_url',
      'write an https URL without user, query or fragment: https://github.example.com/api/v3',
    );
  if (ca !== undefined) readAuthority(ca, tools);
  return { api, ca, networks: open === true || isLoopback(new URL(api)) ? 'any' : 'public' };
}

function readAuthority(ca: string, { secret }: EngineTools): void {
  try {
    secret(`file:${ca}`);
  } catch (error) {
    throw error instanceof ParameterError ? new ParameterError('ca', error.message) : error;
  }
}
