/**
 * FAKE services under their real names, over real TLS: a server with a certificate for those names, and a CONNECT proxy
 * that leads there. So a workflow runs exactly as a user writes it.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { HttpAnswer, HttpRequest } from '../../src/domain/host.ts';
import { createAuthority } from './certificates.ts';
import { startFaultyServer } from './faulty-server.ts';
import { startProxy } from './proxy.ts';

export interface CloudService {
  readonly hosts: readonly string[];
  readonly answer: (request: HttpRequest) => HttpAnswer;
}

export interface CloudEdge extends AsyncDisposable {
  /** What a job's environment needs to get there. */
  readonly env: Readonly<Record<string, string>>;
}

export async function startCloudEdge(...services: readonly CloudService[]): Promise<CloudEdge> {
  const authority = createAuthority();
  const names = services.flatMap(({ hosts }) => hosts);
  const server = await startFaultyServer(
    ({ request, response }) => {
      const headers = Object.fromEntries(
        Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
      );
      const { host: name = '' } = headers;
      const service = services.find(({ hosts }) => hosts.includes(name));
      const url = new URL(`https://${name}${request.path}`);
      const signal = new AbortController().signal;
      const asked = { method: request.method, url, headers, body: request.body, maxBytes: 65_536, signal };
      const { status, headers: told, body } = service?.answer(asked as HttpRequest) ?? nobody;
      response.writeHead(status, { date: new Date().toUTCString(), ...told }).end(body);
    },
    { tls: authority.issue({ names }) },
  );
  const proxy = await startProxy({
    routes: Object.fromEntries(names.map((name) => [`${name}:443`, server.port])),
  });
  const folder = mkdtempSync(join(tmpdir(), 'edge-'));
  const pem = join(folder, 'ca.pem');
  writeFileSync(pem, authority.cert);
  return {
    env: { HTTPS_PROXY: proxy.url, NODE_EXTRA_CA_CERTS: pem },
    [Symbol.asyncDispose]: async () => {
      await Promise.all([proxy.close(), server.close()]);
      rmSync(folder, { recursive: true });
    },
  };
}

const nobody: HttpAnswer = { status: 404, headers: {}, body: Buffer.from('') };
