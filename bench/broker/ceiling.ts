// The ceiling, a process of its own: a server for the bench that does what no broker can leave out and nothing else.
// RS256 verified, an Ed25519 proof verified, one durable row, one token signed; through jose, over node:http.
// Arguments: the issuer's URL, the path of its SQLite file.
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { DatabaseSync } from 'node:sqlite';
import { text } from 'node:stream/consumers';
import { compactVerify, createRemoteJWKSet, EmbeddedJWK, generateKeyPair, jwtVerify, SignJWT } from 'jose';

const [issuer = '', path = ''] = process.argv.slice(2);
const keys = createRemoteJWKSet(new URL(`${issuer}/.well-known/jwks`));
const { privateKey } = await generateKeyPair('Ed25519');
const insert = groupedInsert(new DatabaseSync(path));

const server = createServer((request, response) => {
  const { dpop } = request.headers;
  text(request)
    .then((body) => exchange(String(dpop), new URLSearchParams(body).get('subject_token') ?? ''))
    .then((answer) => response.setHeader('content-type', 'application/json').end(JSON.stringify(answer)))
    .catch((error: unknown) => response.writeHead(400).end(String(error)));
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.stderr.write(`listens on ${typeof address === 'object' ? String(address?.port) : ''}\n`);
});
process.once('SIGTERM', () => process.exit());

async function exchange(proof: string, token: string): Promise<object> {
  const { payload: claimed } = await compactVerify(proof, EmbeddedJWK, { algorithms: ['Ed25519'] });
  const { payload } = await jwtVerify(token, keys, { algorithms: ['RS256'], issuer });
  const { jti } = JSON.parse(Buffer.from(claimed).toString()) as { jti: string };
  const lease = randomUUID();
  await insert([lease, payload.jti ?? '', jti, JSON.stringify(payload)]);
  const signed = new SignJWT({ sub: payload.sub ?? '', jti: lease }).setProtectedHeader({ alg: 'Ed25519' });
  const value = await signed.setIssuedAt().setExpirationTime('15m').sign(privateKey);
  return { access_token: value, token_type: 'DPoP', expires_in: 900 };
}

/** What arrives in one turn of the event loop shares a commit. */
function groupedInsert(database: DatabaseSync): (row: readonly string[]) => Promise<void> {
  database.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
  database.exec('CREATE TABLE leases (id TEXT PRIMARY KEY, token TEXT, proof TEXT, claims TEXT)');
  const statement = database.prepare('INSERT INTO leases VALUES (?, ?, ?, ?)');
  let waiting: { row: readonly string[]; done: () => void }[] = [];
  const commit = (): void => {
    const batch = waiting;
    waiting = [];
    database.exec('BEGIN');
    for (const { row } of batch) statement.run(...row);
    database.exec('COMMIT');
    for (const { done } of batch) done();
  };
  return (row) =>
    new Promise((done) => {
      if (waiting.push({ row, done }) === 1) setImmediate(commit);
    });
}
