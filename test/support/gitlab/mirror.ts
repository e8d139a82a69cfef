// A FAKE: plays the part of GitLab's API that gives files of a project, to everybody or to a job's token only.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The token of a job as CI_JOB_TOKEN holds it. */
export const jobToken = 'glcbt-64_a-token-of-the-job';

export interface Mirror extends AsyncDisposable {
  /** What CI_API_V4_URL holds. */
  readonly apiUrl: string;
  /** A place that is not GitLab's own API, for what must not be told the job's token. */
  readonly elsewhereUrl: string;
  /** Value of the header JOB-TOKEN of each request, with its path. */
  readonly requests: readonly { readonly path: string; readonly token: string | undefined }[];
}

/**
 * Serves files, by the end of their path, on a free port of this machine.
 * @param secret only who shows the job's token sees them
 */
export async function startMirror(
  files: Readonly<Record<string, Buffer>>,
  { secret = false } = {},
): Promise<Mirror> {
  const requests: { path: string; token: string | undefined }[] = [];
  const server = createServer((request, response) => {
    const path = decodeURIComponent(request.url ?? '');
    const token = request.headers['job-token']?.toString();
    requests.push({ path, token });
    const name = Object.keys(files).find((each) => path.includes(each));
    const refused = name === undefined || (secret && token !== jobToken);
    response.writeHead(refused ? 404 : 200).end(refused ? '{"message":"404 Not Found"}' : files[name]);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  return {
    apiUrl: `${url}/api/v4`,
    elsewhereUrl: `${url}/mirror`,
    requests,
    [Symbol.asyncDispose]: () =>
      new Promise((done) => {
        server.closeAllConnections();
        server.close(() => {
          done();
        });
      }),
  };
}
