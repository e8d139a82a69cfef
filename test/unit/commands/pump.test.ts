import { describe, expect, test } from '@jest/globals';
import { makeOutlet } from '../../../src/commands/outlet.ts';
import { pump } from '../../../src/commands/pump.ts';
import type { ByteSink, ByteSource } from '../../../src/domain/processes.ts';
import { compilePatterns, makeRedactor } from '../../../src/redaction/redactor.ts';
import { manualClock } from '../../support/manual-clock.ts';

const secret = 'hunter2-Correct-Horse';

/** A writer that the test plays. */
class Writer implements ByteSource {
  closed = false;
  reads = 0;
  readonly #given: (Uint8Array | undefined)[] = [];
  #wake = (): void => undefined;

  give(...texts: (string | undefined)[]): void {
    this.#given.push(...texts.map((text) => (text === undefined ? undefined : Buffer.from(text, 'latin1'))));
    this.#wake();
  }

  async read(): Promise<Uint8Array | undefined> {
    this.reads++;
    while (this.#given.length === 0 && !this.closed) await new Promise<void>((wake) => (this.#wake = wake));
    return this.#given.shift();
  }

  close(): void {
    this.closed = true;
    this.#wake();
  }
}

/** A reader that takes what it gets, when the test lets it. */
class Reader implements ByteSink {
  failure: Error | undefined;
  let: Promise<void> = Promise.resolve();
  readonly #got: Uint8Array[] = [];

  async write(bytes: Uint8Array): Promise<void> {
    await this.let;
    if (this.failure !== undefined) throw this.failure;
    this.#got.push(Uint8Array.from(bytes));
  }

  text(): string {
    return Buffer.concat(this.#got).toString('latin1');
  }
}

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function scene(): {
  writer: Writer;
  reader: Reader;
  clock: ReturnType<typeof manualClock>;
  enough: AbortController;
  over: Promise<void>;
} {
  const [writer, reader, clock, enough] = [new Writer(), new Reader(), manualClock(), new AbortController()];
  const redactor = makeRedactor(compilePatterns([secret]));
  const over = pump(writer, reader, { redactor, clock, enough: enough.signal });
  over.catch(() => undefined);
  return { writer, reader, clock, enough, over };
}

describe('the pump', () => {
  test('C39: a last line without an end is shown, and a secret is hidden wherever the chunks were cut', async () => {
    const { writer, reader, over } = scene();
    writer.give('it is hunter2-Cor', 'rect-Horse, said the ho', 'rse', undefined);
    await over;
    expect(reader.text()).toBe('it is ***, said the horse');
    expect(writer.closed).toBe(true);
  });

  test('a prompt that could begin a secret appears after 50 ms, and what comes then is still hidden', async () => {
    const { writer, reader, clock, over } = scene();
    writer.give('Password: hun');
    await settle();
    expect(reader.text()).toBe('Password: ');
    clock.advance(49);
    await settle();
    expect(reader.text()).toBe('Password: ');
    clock.advance(1);
    await settle();
    expect(reader.text()).toBe('Password: hun');
    writer.give('ter2-Correct-Horse!', undefined);
    await over;
    expect(reader.text()).not.toContain('Correct');
    expect(reader.text()).toMatch(/\*\*\*!$/);
  });

  test('bytes that are no text pass as they are', async () => {
    const { writer, reader, over } = scene();
    const all = String.fromCharCode(...Array.from({ length: 256 }, (_, code) => code));
    writer.give(all, undefined);
    await over;
    expect(reader.text()).toBe(all);
  });

  test('nothing more is read than is taken', async () => {
    const { writer, reader, over } = scene();
    let take = (): void => undefined;
    reader.let = new Promise((resolve) => (take = resolve));
    writer.give('x', 'y', 'z', undefined);
    await settle();
    expect(writer.reads).toBe(1);
    take();
    await over;
    expect(reader.text()).toBe('xyz');
  });

  test('C41: when nobody takes it any more the writer is told, and so is the caller', async () => {
    const { writer, reader, over } = scene();
    reader.failure = Object.assign(new Error('write'), { code: 'EPIPE' });
    writer.give('x');
    await expect(over).rejects.toThrow('write');
    expect(writer.closed).toBe(true);
  });

  test('told that it is enough, it takes what is there and waits for nobody', async () => {
    const { writer, reader, clock, enough, over } = scene();
    writer.give('one ');
    await settle();
    clock.advance(50);
    await settle();
    enough.abort();
    writer.give('two');
    await settle();
    clock.advance(50);
    await settle();
    clock.advance(50);
    await over;
    expect(reader.text()).toBe('one two');
    expect(writer.closed).toBe(true);
  });

  test('told that it is enough, it does not follow a writer that never stops', async () => {
    const { writer, reader, enough, over } = scene();
    enough.abort();
    writer.give(...Array.from({ length: 100 }, () => 'x'.repeat(64 * 1024)));
    await over;
    expect(reader.text().length).toBeLessThanOrEqual(1024 * 1024 + 64 * 1024);
    expect(writer.closed).toBe(true);
  });
});

describe('an outlet', () => {
  test('what we say stands on lines of its own, between what the command writes', async () => {
    const reader = new Reader();
    const outlet = makeOutlet(reader);
    void outlet.write(Buffer.from('half a line'));
    outlet.say('ours\n');
    void outlet.write(Buffer.from('a line\n'));
    outlet.say('ours again\n');
    await outlet.settled();
    expect(reader.text()).toBe('half a line\nours\na line\nours again\n');
  });

  test('that nobody hears us is no error; that nobody takes the command’s is one', async () => {
    const reader = new Reader();
    reader.failure = new Error('EPIPE');
    const outlet = makeOutlet(reader);
    outlet.say('ours\n');
    await expect(outlet.write(Buffer.from('x'))).rejects.toThrow('EPIPE');
    await outlet.settled();
  });
});
