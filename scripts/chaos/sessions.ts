/** Jobs that sit in the database with what they were lent, and come back each time they are thrown out. */
import { Client } from 'pg';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Loan } from './jobs.ts';
import type { Random } from './random.ts';
import type { Stage } from './stage.ts';

export interface Sessions {
  readonly begin: (loan: Loan) => void;
  /** How many logins succeeded. */
  readonly logins: () => number;
  stop(): Promise<void>;
}

const most = 12;

export function startSessions({ backend }: Stage, random: Random): Sessions {
  const open = new Set<Promise<void>>();
  let logins = 0;
  const stopped = new AbortController();

  const sit = async (loan: Loan): Promise<void> => {
    for (let refused = false; !refused && !stopped.signal.aborted;) {
      const client = new Client({
        host: 'localhost',
        port: backend.cluster.port,
        database: 'app',
        user: loan.username,
        password: loan.password,
        connectionTimeoutMillis: 5000,
      });
      client.on('error', () => undefined);
      try {
        await client.connect();
        logins += 1;
        await client.query(`CREATE TABLE IF NOT EXISTS public."t_${loan.leaseId}" (n INT)`);
        await client.query('SELECT pg_sleep(5)');
      } catch (error) {
        // https://www.postgresql.org/docs/current/errcodes-appendix.html: class 28, invalid authorization
        refused = error instanceof Error && 'code' in error && String(error.code).startsWith('28');
      } finally {
        await client.end().catch(() => undefined);
      }
      await sleep(50);
    }
  };
  return {
    begin: (loan) => {
      if (open.size >= most || !random.chance(0.15)) return;
      const sitting = sit(loan).finally(() => open.delete(sitting));
      open.add(sitting);
    },
    logins: () => logins,
    stop: async () => {
      stopped.abort();
      await Promise.all(open);
    },
  };
}
