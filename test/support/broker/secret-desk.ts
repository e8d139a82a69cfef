/** A broker that keeps secrets, its operators, and jobs that read them. */
import { readFileSync } from 'node:fs';
import type { Broker } from '../../../src/broker/commands/broker.ts';
import { createAuthority } from '../certificates.ts';
import { Borrower, leasesOf, type Answer, type BorrowOptions } from './borrower.ts';
import { startDesk, type OperatorDesk, type Reply } from './operator-desk.ts';
import { githubPolicy, type TestBrokerOptions } from './test-broker.ts';

export const secretValue = 'the-value-that-nobody-may-see';
export const keys = {
  old: Buffer.alloc(32, 1).toString('base64'),
  fresh: Buffer.alloc(32, 2).toString('base64'),
};

export interface SecretScene extends TestBrokerOptions {
  /** Of the secret `legacy`, besides who may name it. */
  readonly secret?: string;
  /** Of the role `kept`, besides what it lends. */
  readonly role?: string;
  /** Ids of sealing keys, the first seals. */
  readonly sealing?: readonly (keyof typeof keys)[];
}

export interface SecretDesk extends OperatorDesk {
  put(value?: string, more?: Record<string, unknown>): Promise<Reply>;
  act(verb: string, body?: Record<string, unknown>): Promise<Reply>;
  show(): Promise<Record<string, unknown>>;
  /** A job of its own borrows the role. */
  borrow(options?: BorrowOptions): Promise<Answer>;
  messages(name?: string): string[];
  alarms(): string[];
  /** All that the broker has written anywhere but to the job. */
  everything(): string;
  /** Its inside, for faults. */
  inside(): Broker;
}

const authority = createAuthority('operators');
let jobs = 0;

/** @returns a broker whose role `kept` lends the secret `legacy` */
export async function startSecretDesk(scene: SecretScene = {}): Promise<SecretDesk> {
  const { secret = '', role = '', sealing = ['old'], ...options } = scene;
  const policies = {
    'github.yaml': `${githubPolicy}  - { role: kept, access: read }\n`,
    ...options.policies,
  };
  const desk = await startDesk(authority.cert, {
    ...options,
    policies,
    env: { KEY_old: keys.old, KEY_fresh: keys.fresh, ...options.env },
    yaml: (yaml) =>
      (options.yaml?.(yaml) ?? yaml).replace(
        'policies: ./policies',
        `  kept: { engine: static, kind: bearer-token, value: "secret:legacy"${role} }
secrets: { legacy: { roles: [kept]${secret} } }
sealing: { keys: [${sealing.map((id) => `{ id: ${id}, env: KEY_${id} }`).join(', ')}] }
policies: ./policies`,
      ),
  });
  const { broker } = desk;
  const act: SecretDesk['act'] = (verb, body = {}) =>
    desk.post(`/admin/secrets/legacy/${verb}`, { reason: 'a test', ...body });
  return {
    ...desk,
    act,
    put: (value = secretValue, more = {}) => act('put', { value, ...more }),
    show: async () => (await desk.get('/admin/secrets/legacy')).body,
    borrow: (given) => {
      jobs += 1;
      const claims = { run_id: String(jobs), check_run_id: String(jobs) };
      return new Borrower(broker).borrow({ roles: ['kept'], token: { claims }, ...given });
    },
    messages: (name = 'secret') =>
      broker.world
        .auditLines()
        .filter(({ metadata }) => metadata.event_code === name)
        .map(({ message }) => message),
    alarms: () =>
      broker.world
        .auditLines()
        .filter((line) => line.severity_id >= 4)
        .map(({ message }) => message),
    everything: () => {
      const { disk, printed, logged } = broker.world;
      const stored = ['', '-wal'].map((end) => fileText(`${options.storePath ?? ''}${end}`));
      return JSON.stringify([[...disk], printed, logged]) + stored.join('');
    },
    inside: () => {
      let found: Broker | undefined;
      broker.behindOwnDoor((inner) => {
        found = inner;
        return () => Promise.reject(new Error('nobody asks here'));
      });
      if (found === undefined) throw new Error('no broker');
      return found;
    },
  };
}

function fileText(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}

/** The only credential of an answer, as the job has it. */
export function lentValue(answer: Answer): unknown {
  return leasesOf(answer)[0]?.credentials[0]?.['token'];
}
