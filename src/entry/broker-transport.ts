import { lookup as resolve, type LookupAddress } from 'node:dns';
import {
  Agent as HttpAgent,
  request as httpRequest,
  type IncomingMessage,
  type RequestOptions,
} from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { LookupFunction } from 'node:net';
import { rootCertificates } from 'node:tls';
import { publicAddresses } from '../broker/domain/networks.ts';
import { TransportError, type HttpRequest, type Transport } from '../domain/host.ts';
import { faultOf, readAnswer } from '../protocol/http-answer.ts';

/** For the operator's log: why a name that he configured is not asked. */
class NotPublic extends TransportError {
  constructor() {
    super('refused');
    this.message =
      'its name leads to an address that is not public; write allow_private: true if that is meant';
  }
}

/** A client certificate and its key, in PEM. */
interface ClientPair {
  readonly cert: string;
  readonly key: string;
}

/** How a name becomes addresses: `dns.lookup` asked for all; with an error there are none. Tests answer in its place. */
export type Resolve = (
  hostname: string,
  options: { readonly all: true },
  done: (error: NodeJS.ErrnoException | null, addresses?: LookupAddress[]) => void,
) => void;

/**
 * The broker's requests to others: no redirects, no retries, a connection of its own for each, certificates always
 * checked, whatever NODE_TLS_REJECT_UNAUTHORIZED says. With `networks: 'public'` a name is resolved once, every one of
 * its addresses must be public, and the connection goes to what was checked, so no second answer of the name server can
 * lead it elsewhere; certificate and SNI are still the name's. Behind an egress proxy (HTTPS_PROXY, NO_PROXY) the proxy
 * resolves the names, and guards the networks.
 * @param env where the proxy variables are
 * @param client what we show of ourselves where we are asked
 */
export function brokerTransport(
  env: NodeJS.ProcessEnv,
  resolveName: Resolve = resolve,
  client?: ClientPair,
): Transport {
  const isPublic = publicAddresses();
  return async (request) => {
    const { url } = request;
    const secure = url.protocol === 'https:';
    const agent = secure
      ? new HttpsAgent({ keepAlive: false, proxyEnv: env })
      : new HttpAgent({ keepAlive: false });
    const options: RequestOptions & { ca?: string[]; rejectUnauthorized: boolean } & Partial<ClientPair> = {
      method: request.method,
      headers: { 'accept-encoding': 'identity', ...request.headers },
      agent,
      signal: request.signal,
      rejectUnauthorized: true,
      ...client,
      lookup: checkedLookup(request, isPublic, resolveName),
      ...(request.trust === undefined ? {} : { ca: [...rootCertificates, request.trust] }),
    };
    try {
      const message = await new Promise<IncomingMessage>((answered, failed) => {
        const sent = (secure ? httpsRequest : httpRequest)(url, options, answered);
        sent
          .on('error', (error) => {
            failed(faultOf(error, request.signal, sent));
          })
          .end(request.body);
      });
      return await readAnswer(message, request.maxBytes);
    } catch (error) {
      throw faultOf(error, request.signal);
    } finally {
      agent.destroy();
    }
  };
}

/** Node connects to exactly the addresses that come from here; the name of an egress proxy it resolves by itself. */
function checkedLookup(
  { networks }: HttpRequest,
  isPublic: (address: string) => boolean,
  resolveName: Resolve,
): LookupFunction {
  return (hostname, { all }, done) => {
    resolveName(hostname, { all: true }, (error, addresses = []) => {
      const guarded = networks === 'public';
      const [first] = addresses;
      if (error !== null) done(error, []);
      else if (first === undefined || (guarded && !addresses.every(({ address }) => isPublic(address))))
        done(new NotPublic(), []);
      else if (all === true) done(null, addresses);
      else done(null, first.address, first.family);
    });
  };
}
