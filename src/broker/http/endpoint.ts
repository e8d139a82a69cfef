import type { Broker, Caller } from '../commands/broker.ts';
import type { Received } from './proof.ts';

/** Answers one method at one path. @throws Refusal */
export type Endpoint = (broker: Broker, received: Received, caller: Caller) => Promise<Response>;
