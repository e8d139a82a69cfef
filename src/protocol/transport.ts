import { request as requestPlain, type Agent, type IncomingMessage } from 'node:http';
import { request as requestOverTls, type AgentOptions } from 'node:https';
import { BlockList, isIP } from 'node:net';
import { getProxyUrl } from '@actions/http-client/lib/proxy';
import { TransportError, type Host, type HttpRequest, type Transport } from '../domain/host.ts';
import { addressOf, makeConnections } from './connections.ts';
import { faultOf, readAnswer } from './http-answer.ts';

/**
 * HTTP by Node's own client or, behind a proxy, by `@actions/http-client`, which knows the proxy variables of the runner.
 * Certificates are always checked, whatever NODE_TLS_REJECT_UNAUTHORIZED says: any earlier step of the job could have set
 * it. No redirect is followed.
 * @param env for what NO_PROXY may hold that `@actions/http-client` does not know
 */
export function httpTransport(env: Host['env'] = {}): Wire {
  const connections = makeConnections();
  // Empty is as good as none: so @actions/http-client reads it.
  const noProxy = [env['no_proxy'], env['NO_PROXY']].find((list) => list) ?? '';
  const isDirect = (url: URL): boolean => getProxyUrl(url) === undefined || isExcepted(url, noProxy);
  return {
    connect: async (url, trust) => {
      if (isDirect(url)) await connections.open(url, await tlsOptions(trust));
    },
    send: async (request) => {
      try {
        const tls = { ...(await tlsOptions(request.trust)), ...request.identity };
        const full = { ...request, headers: { ...plainHeaders, ...request.headers } };
        const answer = isDirect(request.url)
          ? await sendDirectly(full, tls, connections.agentFor(request.url))
          : await (await import('./proxied-request.ts')).sendThroughProxy(full, tls);
        return await readAnswer(answer, request.maxBytes);
      } catch (error) {
        throw faultOf(error, request.signal);
      }
    },
  };
}

const plainHeaders = { 'user-agent': 'ephemeral-creds', 'accept-encoding': 'identity' };

/** What a host needs of us. */
interface Wire {
  readonly send: Transport;
  readonly connect: NonNullable<Host['connect']>;
}

async function tlsOptions(trust: string | undefined): Promise<AgentOptions> {
  return { rejectUnauthorized: true, ...(trust === undefined ? {} : { ca: await rootsWith(trust) }) };
}

/** @returns the answer’s head; its body is still to come */
function sendDirectly(request: HttpRequest, tls: AgentOptions, agent: Agent): Promise<IncomingMessage> {
  const { method, url, headers, signal, body } = request;
  const [host, path] = [addressOf(url), url.pathname + url.search];
  const send = url.protocol === 'https:' ? requestOverTls : requestPlain;
  return new Promise((resolve, reject) => {
    const sent = send({ ...tls, agent, method, host, port: url.port, path, headers }, resolve);
    // Node's own `signal` loads what it needs for streams of all kinds.
    const abort = (): void => void sent.destroy();
    signal.addEventListener('abort', abort, { once: true });
    if (signal.aborted) abort();
    sent
      .on('error', (error) => {
        reject(faultOf(error, signal, sent));
      })
      // Without an error where a server switches to another protocol, which nobody has asked for.
      .on('close', () => {
        signal.removeEventListener('abort', abort);
        reject(new TransportError('garbled'));
      })
      .end(body);
  });
}

/** True for what a list such as NO_PROXY names in ways that `@actions/http-client` does not know. */
function isExcepted(url: URL, list: string): boolean {
  const host = addressOf(url).replace(/\.$/, '');
  if (isIP(host) !== 0) return isInNetwork(host, list);
  return list.split(',').some((entry) => {
    // `*.example.com`, `example.com.`
    const name = entry
      .trim()
      .toLowerCase()
      .replace(/\.$/, '')
      .replace(/^\*?\./, '');
    return name !== '' && `.${host}`.endsWith(`.${name}`);
  });
}

/** True for an address that is, or is in one of the networks (`10.0.0.0/8`), of a list. */
function isInNetwork(address: string, list: string): boolean {
  const family = { 0: undefined, 4: 'ipv4', 6: 'ipv6' } as const;
  const networks = new BlockList();
  for (const entry of list.split(',')) {
    const [, network = '', given] = /^\s*([0-9A-Fa-f.:]+)(?:\/(\d{1,3}))?\s*$/.exec(entry) ?? [];
    const kind = family[isIP(network) as keyof typeof family];
    const longest = kind === 'ipv4' ? 32 : 128;
    const bits = given === undefined ? longest : Number(given);
    if (kind !== undefined && bits <= longest) networks.addSubnet(network, bits, kind);
  }
  const kind = family[isIP(address) as keyof typeof family];
  return kind !== undefined && networks.check(address, kind);
}

/** The usual roots (with what NODE_EXTRA_CA_CERTS adds, where Node tells) and those of the PEM text. */
async function rootsWith(pem: string): Promise<string[]> {
  const tls = await import('node:tls');
  // Absent before Node 22.15.
  const known = (tls as Partial<typeof tls>).getCACertificates?.('default') ?? tls.rootCertificates;
  return [...known, pem];
}
