import { describe, expect, test } from '@jest/globals';
import { Refusal } from '../../../src/broker/domain/refusal.ts';
import { FairQueue } from '../../../src/broker/http/admission.ts';
import type { HangUp } from '../../../src/broker/http/connection.ts';
import { createDoor } from '../../../src/broker/http/passage.ts';
import { testClock } from '../../support/broker/world.ts';

describe('B29: the queue before verification', () => {
  interface Queued {
    readonly names: string[];
    readonly open: () => void;
    readonly enter: (network: string, name: string, onHangUp?: HangUp) => Promise<void>;
  }

  /** One at a time; the first blocks until `open`. */
  function queueOf(perNetwork: number, inAll: number): Queued {
    const queue = new FairQueue({ atOnce: 1, perNetwork, inAll });
    const gate = Promise.withResolvers<undefined>();
    void queue.run('first', () => gate.promise);
    const names: string[] = [];
    const work = (name: string) => (): Promise<void> => Promise.resolve(void names.push(name));
    return {
      names,
      open: () => {
        gate.resolve(undefined);
      },
      enter: (network, name, onHangUp) => queue.run(network, work(name), onHangUp && { onHangUp }),
    };
  }

  test('lets the networks in by turns', async () => {
    const { names, open, enter } = queueOf(10, 10);
    const all = ['a1', 'a2', 'a3', 'b1', 'c1', 'c2'].map((name) => enter(name.slice(0, 1), name));
    open();
    await Promise.all(all);
    expect(names).toEqual(['a1', 'b1', 'c1', 'a2', 'c2', 'a3']);
  });

  test('never works on more at once than it may, and goes on after a failure', async () => {
    const queue = new FairQueue({ atOnce: 3, perNetwork: 100, inAll: 100 });
    let now = 0;
    let most = 0;
    const work = async (): Promise<void> => {
      most = Math.max(most, ++now);
      await Promise.resolve();
      now -= 1;
      throw new Error('in vain');
    };
    const all = await Promise.allSettled(
      Array.from({ length: 50 }, (_, each) => queue.run(String(each % 7), work)),
    );
    expect(all.every(({ status }) => status === 'rejected')).toBe(true);
    expect(most).toBe(3);
    await expect(queue.run('x', () => Promise.resolve('through'))).resolves.toBe('through');
  });

  test('is bounded for each network', async () => {
    const { names, open, enter } = queueOf(2, 10);
    const waiting = [enter('a', 'a1'), enter('a', 'a2')];
    await expect(enter('a', 'a3')).rejects.toMatchObject({ error: 'rate_limited', retryAfterSeconds: 1 });
    open();
    await Promise.all(waiting);
    expect(names).toEqual(['a1', 'a2']);
  });

  test('is bounded in all: the longest line gives its last place to a network that waits for less', async () => {
    const { names, open, enter } = queueOf(10, 3);
    const a = ['a1', 'a2', 'a3'].map((name) => enter('a', name));
    const b = enter('b', 'b1');
    await expect(a[2]).rejects.toBeInstanceOf(Refusal);
    const c = enter('c', 'c1');
    await expect(a[1]).rejects.toBeInstanceOf(Refusal);
    await expect(enter('d', 'd1')).rejects.toMatchObject({ error: 'rate_limited' });
    await expect(enter('a', 'a4')).rejects.toMatchObject({ error: 'rate_limited' });
    open();
    await Promise.all([a[0], b, c]);
    expect(names).toEqual(['a1', 'b1', 'c1']);
  });

  test('lets a request that had its turn end before others begin', async () => {
    const queue = new FairQueue({ atOnce: 1, perNetwork: 10, inAll: 10 });
    const names: string[] = [];
    const turn = (name: string) => (): Promise<void> => Promise.resolve(void names.push(name));
    const proof = queue.run('a', turn('a: proof'));
    const other = queue.run('b', turn('b: proof'));
    const token = queue.goOn(turn('a: token'));
    await Promise.all([proof, other, token]);
    expect(names).toEqual(['a: proof', 'a: token', 'b: proof']);
  });

  test('is left by who hangs up, and its place is free', async () => {
    const { names, open, enter } = queueOf(1, 1);
    let hangUp = (): void => undefined;
    const gone = enter('a', 'a1', (callback) => (hangUp = callback));
    await expect(enter('a', 'a2')).rejects.toMatchObject({ error: 'rate_limited' });
    hangUp();
    await expect(gone).rejects.toMatchObject({ error: 'invalid_request' });
    const next = enter('a', 'a3');
    open();
    await next;
    hangUp();
    expect(names).toEqual(['a3']);
  });
});

test.each([
  { cores: 1, atOnce: 1 },
  { cores: 2, atOnce: 1 },
  { cores: 5, atOnce: 4 },
  { cores: 64, atOnce: 8 },
])(
  'B29: of $cores cores, strangers take $atOnce at once; those who are known need not wait for them',
  async ({ cores, atOnce }) => {
    const rates = { requestsPerSecond: 100, repositoryRequestsPerMinute: 100, jobRequestsPerMinute: 100 };
    const door = createDoor({ clock: testClock(), cores }, rates);
    const known = door.passage('198.51.100.7', { peer: '198.51.100.7' });
    await known.verify(() => Promise.resolve());
    known.granted();
    const gate = Promise.withResolvers<undefined>();
    let begun = 0;
    const strangers = Array.from({ length: 20 }, async (_, each) => {
      const address = `192.0.2.${String(each)}`;
      await door.passage(address, { peer: address }).verify(() => {
        begun += 1;
        return gate.promise;
      });
    });
    const again = door.passage('198.51.100.7', { peer: '198.51.100.7' });
    await expect(again.verify(() => Promise.resolve('verified'))).resolves.toBe('verified');
    expect(begun).toBe(atOnce);
    gate.resolve(undefined);
    await Promise.all(strangers);
  },
);
