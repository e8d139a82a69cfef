import type { TestBroker } from './test-broker.ts';

/** Whoever waits by the clock may begin to do so only after it was set forward: it goes on, a second in a tenth. */
export async function whileTimePasses({ world }: TestBroker, awaited: Promise<unknown>): Promise<void> {
  const time = setInterval(() => {
    world.clock.advance(0.1);
  }, 10);
  try {
    await awaited;
  } finally {
    clearInterval(time);
  }
}
