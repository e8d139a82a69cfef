import type { Broker } from '../commands/broker.ts';

const freshMs = 1000;

/** What the broker cannot do without, and has not. */
export type Part = 'stopping' | 'store' | 'audit';

/**
 * Finds out what keeps the broker from lending, once a second at most: each attempt is a write to the disk, and
 * anyone may ask. Issuers are no part of it: one that is away must not take the others' jobs with it.
 * @returns a function that never rejects; nothing: it is ready
 */
export function readiness(
  broker: Pick<Broker, 'store' | 'host' | 'auditSound' | 'audit' | 'log'>,
): () => Promise<readonly Part[]> {
  const { store, host, log } = broker;
  let askedMs = -Infinity;
  let answer: Promise<readonly Part[]> = Promise.resolve([]);
  let told = '';
  const find = async (): Promise<readonly Part[]> => {
    const [stored, audited] = await Promise.all([isDone(store.check()), takesLines(broker)]);
    const missing: Part[] = [...(stored ? [] : ['store' as const]), ...(audited ? [] : ['audit' as const])];
    const words = missing.join(', ');
    if (words !== told && words !== '') log.error('not ready', { parts: missing });
    else if (words !== told) log.info('ready again');
    told = words;
    return missing;
  };
  return () => {
    if (host.signal.aborted) return Promise.resolve(['stopping']);
    const nowMs = host.clock.monotonicMs();
    if (nowMs - askedMs >= freshMs) {
      askedMs = nowMs;
      answer = find();
    }
    return answer;
  };
}

/** Only where it took none the last time: a line for each question would be too much. */
async function takesLines({ auditSound, audit }: Pick<Broker, 'auditSound' | 'audit'>): Promise<boolean> {
  if (auditSound()) return true;
  return isDone(audit([{ name: 'broker', outcome: 'success', message: 'the audit log takes lines again' }]));
}

function isDone(work: Promise<unknown>): Promise<boolean> {
  return work.then(
    () => true,
    () => false,
  );
}
