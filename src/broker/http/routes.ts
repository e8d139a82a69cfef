import type { Broker } from '../commands/broker.ts';
import { postApproval } from './approvals.ts';
import { getCredential, postCredentials } from './credentials.ts';
import { postDeferred } from './deferred.ts';
import type { Endpoint } from './endpoint.ts';
import { postHeartbeat } from './heartbeat.ts';
import { postIntrospect } from './introspect.ts';
import { postNonce } from './nonce-endpoint.ts';
import { resourceEndpoint } from './resource.ts';
import { postRevoke } from './revoke.ts';
import { postToken } from './token.ts';
import { longestEvent, postWebhook } from './webhooks.ts';

export interface Route {
  readonly method: 'GET' | 'POST';
  /** Below the public URL, in Hono's spelling: `/credentials/:lease_id{lse_[0-9a-f]+}`. */
  readonly path: string;
  readonly endpoint: Endpoint;
  /** How long its content may be, in bytes; absent: as PROTOCOL.md (Limits) has it. */
  readonly longestBody?: number;
  /** Whether this broker has it at all; absent: it has. */
  readonly isOffered?: (broker: Broker) => boolean;
}

/** Every endpoint of PROTOCOL.md (Addresses) that takes a proof, a caller’s own credential or a platform’s signature. */
export const routes: readonly Route[] = [
  { method: 'POST', path: '/token', endpoint: postToken },
  { method: 'POST', path: '/revoke', endpoint: postRevoke },
  { method: 'POST', path: '/credentials', endpoint: resourceEndpoint(postCredentials) },
  {
    method: 'GET',
    path: '/credentials/:lease_id{lse_[0-9a-f]{1,64}}',
    endpoint: resourceEndpoint(getCredential),
  },
  { method: 'POST', path: '/credentials/deferred', endpoint: postDeferred },
  { method: 'POST', path: '/approvals/:id{txn_[0-9a-f]{24}}', endpoint: postApproval },
  { method: 'POST', path: '/sessions/heartbeat', endpoint: resourceEndpoint(postHeartbeat) },
  { method: 'POST', path: '/introspect', endpoint: postIntrospect },
  { method: 'POST', path: '/nonce', endpoint: postNonce },
  {
    method: 'POST',
    path: '/webhooks/:platform{[a-z]{1,32}}',
    endpoint: postWebhook,
    longestBody: longestEvent,
    isOffered: ({ webhooks }) => webhooks.length > 0,
  },
];
