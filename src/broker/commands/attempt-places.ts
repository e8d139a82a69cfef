import { placesFor, type Places } from '../domain/places.ts';
import type { OpenEngine } from '../engines/engine.ts';
import { engineOf } from '../store/lease-rows.ts';

/**
 * Where attempts to revoke begin, for each backend: who has a place there is not kept waiting by the attempts of this
 * broker, so what takes too long is the backend's failure and not its own.
 * @param engines by name
 */
export function attemptPlaces(
  engines: ReadonlyMap<string, Pick<OpenEngine, 'atOnce'>>,
): (backend: string) => Places {
  const known = new Map<string, Places>();
  return (backend) => {
    const found = known.get(backend) ?? placesFor(engines.get(engineOf(backend))?.atOnce ?? Infinity);
    known.set(backend, found);
    return found;
  };
}
