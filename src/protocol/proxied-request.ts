import type { ClientRequest, IncomingMessage, RequestOptions } from 'node:http';
import type { AgentOptions } from 'node:https';
import { HttpClient } from '@actions/http-client';
import { TransportError, type HttpRequest } from '../domain/host.ts';
import { addressOf } from './connections.ts';

/** What `tunnel` puts in the place of an agent. */
interface TunnelingAgent {
  options?: AgentOptions;
  proxyOptions?: object;
  addRequest: (request: ClientRequest, options: object) => void;
}

/**
 * By `@actions/http-client`, and by nothing else of it than its tunnel: its redirects, retries and `readBody` (which
 * resolves never on a truncated body) stay unused.
 * @returns the answer’s head; its body is still to come
 */
export function sendThroughProxy(request: HttpRequest, tls: AgentOptions): Promise<IncomingMessage> {
  const { method, url, headers, signal, body } = request;
  return new Promise((resolve, reject) => {
    const handler = {
      prepareRequest: (options: RequestOptions) => {
        Object.assign(options, tls, { signal, host: addressOf(url) });
        prepareTunnel(options.agent as unknown as TunnelingAgent, tls, () => {
          reject(new TransportError('garbled'));
        });
      },
      canHandleAuthentication: () => false,
      handleAuthentication: () => Promise.reject(new TransportError('refused')),
    };
    const client = new HttpClient('ephemeral-creds', [handler], { allowRedirects: false });
    client.request(method, url.href, body ?? null, headers).then(({ message }) => {
      resolve(message);
    }, reject);
  });
}

/**
 * The TLS session is made by the tunnel, from the agent's options; so is the one with a proxy that itself speaks TLS.
 * @param onClose when the request is over; without an error where a server switches to another protocol
 */
function prepareTunnel(agent: TunnelingAgent, tls: AgentOptions, onClose: () => void): void {
  agent.options = { ...agent.options, ...tls };
  agent.proxyOptions = { ...agent.proxyOptions, ...tls };
  const add = agent.addRequest.bind(agent);
  agent.addRequest = (request, options) => {
    add(request.once('close', onClose), options);
  };
}
