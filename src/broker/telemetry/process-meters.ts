import { collectDefaultMetrics } from 'prom-client';
import type { Meters } from './meters.ts';

/** Memory, processor, open files and the delay of the event loop of this process, as all of prom-client's users have them. */
export function addProcessMeters({ registry }: Pick<Meters, 'registry'>): void {
  collectDefaultMetrics({ register: registry });
}
