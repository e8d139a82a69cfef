import type { ClientRequest, IncomingMessage, RequestOptions } from 'node:http';
import type { AgentOptions } from 'node:https';
import { isIP, type Socket } from 'node:net';
import { connect } from 'node:tls';
import { HttpClient } from '@actions/http-client';
import { getProxyUrl } from '@actions/http-client/lib/proxy';
import { TransportError, type HttpRequest } from '../domain/host.ts';
import { addressOf } from './connections.ts';

/** What `tunnel` puts in the place of an agent. */
interface TunnelingAgent {
  proxyOptions?: AgentOptions;
  addRequest: (request: ClientRequest, options: object) => void;
  createSocket: CreateSocket;
}

type CreateSocket = (options: object, done: (socket: Socket) => void) => void;

/**
 * By `@actions/http-client`, and by nothing else of it than its tunnel: its redirects, retries and `readBody` (which
 * resolves never on a truncated body) stay unused.
 * @returns the answer’s head; its body is still to come
 */
export function sendThroughProxy(request: HttpRequest, tls: AgentOptions): Promise<IncomingMessage> {
  const { method, url, headers, signal, body } = request;
  const proxy = getProxyUrl(url);
  // It would be spoken to in HTTP, whatever else it speaks.
  if (proxy?.protocol !== 'http:' && proxy?.protocol !== 'https:')
    return Promise.reject(new TransportError('proxy'));
  return new Promise((resolve, reject) => {
    const handler = {
      prepareRequest: (options: RequestOptions) => {
        options.signal = signal;
        const agent = options.agent as unknown as TunnelingAgent;
        // A proxy does not learn who we are.
        const anonymous = { ...tls, cert: undefined, key: undefined };
        agent.proxyOptions = { ...agent.proxyOptions, ...anonymous, ...named(addressOf(proxy)) };
        if (url.protocol === 'https:') secure(agent, addressOf(url), tls);
        onClose(agent, () => {
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

/** `tunnel` by itself would take the server's name from the header `Host`, where no address can be told from it. */
function secure(agent: TunnelingAgent, host: string, tls: AgentOptions): void {
  const { createSocket } = Object.getPrototypeOf(agent) as TunnelingAgent;
  agent.createSocket = (options, done) => {
    createSocket.call(agent, options, (socket) => {
      done(connect({ ...tls, socket, ...named(host) }));
    });
  };
}

/** Whose certificate it has to be, and the name to ask for, which an address has not (RFC 6066 §3). */
function named(host: string): { readonly host: string; readonly servername: string } {
  return { host, servername: isIP(host) === 0 ? host : '' };
}

/** @param call when the request is over; without an error where a server switches to another protocol */
function onClose(agent: TunnelingAgent, call: () => void): void {
  const add = agent.addRequest.bind(agent);
  agent.addRequest = (request, options) => {
    add(request.once('close', call), options);
  };
}
