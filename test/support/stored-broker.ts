/** The real broker in this process, with its leases in a file that the test reads. */
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { HttpAnswer, HttpRequest } from '../../src/domain/host.ts';
import { publicUrl, startTestBroker, type TestBroker } from './broker/test-broker.ts';

interface StoredLease {
  readonly id: string;
  readonly state: string;
  readonly expiresAt: Date;
}

export class StoredBroker {
  readonly #broker: TestBroker;
  readonly #folder: string;

  private constructor(broker: TestBroker, folder: string) {
    this.#broker = broker;
    this.#folder = folder;
  }

  static async start(): Promise<StoredBroker> {
    const folder = mkdtempSync(join(tmpdir(), 'broker-'));
    return new StoredBroker(await startTestBroker({ storePath: join(folder, 'broker.db') }), folder);
  }

  now(): Date {
    return this.#broker.world.clock.now();
  }

  /** The network: the broker under its own URL, GitHub's endpoint for ID tokens under any other. */
  readonly send = async ({ url, method, headers, body }: HttpRequest): Promise<HttpAnswer> => {
    if (url.href.startsWith(publicUrl)) {
      const content = body === undefined ? {} : { body };
      const response = await this.#broker.handle(new Request(url, { method, headers, ...content }), {
        peer: '192.0.2.1',
      });
      const octets = Buffer.from(await response.arrayBuffer());
      // Node's HTTP server adds the date.
      const date = this.now().toUTCString();
      return {
        status: response.status,
        headers: { date, ...Object.fromEntries(response.headers) },
        body: octets,
      };
    }
    const audience = url.searchParams.get('audience') ?? '';
    const value = await this.#broker.github.mint({ audience, at: this.now() });
    const answer = Buffer.from(JSON.stringify({ value }));
    return { status: 200, headers: { 'content-type': 'application/json' }, body: answer };
  };

  leases(): StoredLease[] {
    // The broker keeps its file to itself: read a copy.
    const copy = join(this.#folder, 'copy.db');
    for (const end of ['', '-wal']) copyFileSync(join(this.#folder, `broker.db${end}`), `${copy}${end}`);
    const store = new DatabaseSync(copy);
    try {
      const rows = store.prepare('SELECT id, state, expires_at FROM leases ORDER BY created_at').all();
      return rows.map(({ id, state, expires_at }) => ({
        id: String(id),
        state: String(state),
        expiresAt: new Date(Number(expires_at)),
      }));
    } finally {
      store.close();
      for (const end of ['', '-wal', '-shm']) rmSync(`${copy}${end}`, { force: true });
    }
  }

  async stop(): Promise<void> {
    await this.#broker.stop();
    rmSync(this.#folder, { recursive: true });
  }
}
