import type { ClientRequest, IncomingMessage, RequestOptions } from 'node:http';
import type { AgentOptions } from 'node:https';
import { isIP, type Socket } from 'node:net';
import { connect } from 'node:tls';
import { HttpClient } from '@actions/http-client';
import { getProxyUrl } from '@actions/http-client/lib/proxy';
import { TransportError, type HttpRequest } from '../domain/host.ts';
import { addressOf } from './connections.ts';
import { faultOf } from './http-answer.ts';

/** What `tunnel` puts in the place of an agent. */
interface TunnelingAgent {
  proxyOptions?: AgentOptions;
  request: (options: RequestOptions) => ClientRequest;
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
        takeAnySuccess(agent);
        if (url.protocol === 'https:') secure(agent, addressOf(url), tls);
        watch(agent, (sent) => {
          sent
            .on('error', (error) => {
              reject(faultOf(error, signal, sent));
            })
            // Without an error where a server switches to another protocol, which nobody has asked for.
            .once('close', () => {
              reject(new TransportError('garbled'));
            });
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

/** `tunnel` takes 200 only, where any 2xx means that the tunnel stands (RFC 9110 §9.3.6). */
function takeAnySuccess(agent: TunnelingAgent): void {
  const { request } = agent;
  agent.request = (options) =>
    request(options).once('connect', (answer) => {
      if (Math.floor((answer.statusCode ?? 0) / 100) === 2) answer.statusCode = 200;
    });
}

/** @param see gets the request as it is sent */
function watch(agent: TunnelingAgent, see: (sent: ClientRequest) => void): void {
  const add = agent.addRequest.bind(agent);
  agent.addRequest = (request, options) => {
    see(request);
    add(request, options);
  };
}
