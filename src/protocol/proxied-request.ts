import type { IncomingMessage, RequestOptions } from 'node:http';
import type { AgentOptions } from 'node:https';
import { HttpClient } from '@actions/http-client';
import { TransportError, type HttpRequest } from '../domain/host.ts';
import { addressOf } from './connections.ts';

/** What `tunnel` puts in the place of an agent. */
interface TunnelingAgent {
  options?: AgentOptions;
  proxyOptions?: object;
}

/**
 * By `@actions/http-client`, and by nothing else of it than its tunnel: its redirects, retries and `readBody` (which
 * resolves never on a truncated body) stay unused.
 * @returns the answer’s head; its body is still to come
 */
export async function sendThroughProxy(request: HttpRequest, tls: AgentOptions): Promise<IncomingMessage> {
  const { method, url, headers, signal, body } = request;
  const handler = {
    prepareRequest: (options: RequestOptions) => {
      Object.assign(options, tls, { signal, host: addressOf(url) });
      // The TLS session is made by the tunnel, from the agent's options; so is the one with a proxy that itself speaks
      // TLS.
      const agent = options.agent as TunnelingAgent;
      agent.options = { ...agent.options, ...tls };
      agent.proxyOptions = { ...agent.proxyOptions, ...tls };
    },
    canHandleAuthentication: () => false,
    handleAuthentication: () => Promise.reject(new TransportError('refused')),
  };
  const client = new HttpClient('ephemeral-creds', [handler], { allowRedirects: false });
  return (await client.request(method, url.href, body ?? null, headers)).message;
}
