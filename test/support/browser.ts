/**
 * A real browser, driven by the protocol of its developer tools over two pipes:
 * https://chromedevtools.github.io/devtools-protocol/. What it asks of the network, what it prints and what it refuses is
 * kept. It is started without a window, with a profile of its own that goes with it.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { findBrowser } from './programs.ts';

export interface Browser {
  /** Opens a page and waits until it is there. */
  open(url: string): Promise<void>;
  /** The value of an expression in the page, as JSON has it. */
  evaluate<T>(expression: string): Promise<T>;
  /** Presses a key, as a person does. */
  press(key: 'Tab' | 'Enter' | ' '): Promise<void>;
  call(method: string, params?: object): Promise<Record<string, unknown>>;
  /** URLs that were asked for, the pages themselves among them, less what a page’s policy has refused. */
  requests(): readonly string[];
  /** What a console would show: messages, errors, what a policy has refused. */
  readonly complaints: readonly string[];
  close(): Promise<void>;
}

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: Record<string, unknown>;
  readonly result?: Record<string, unknown>;
  readonly error?: { readonly message: string };
}

const flags = [
  '--headless',
  // Tests run as root in containers; what is opened are files of ours.
  '--no-sandbox',
  '--disable-gpu',
  '--disable-dev-shm-usage',
  '--disable-background-networking',
  '--disable-component-update',
  '--no-first-run',
  '--remote-debugging-pipe',
];

export async function startBrowser(): Promise<Browser> {
  const program = findBrowser();
  if (program === undefined) throw new Error('there is no browser here');
  const profile = mkdtempSync(join(tmpdir(), 'browser-'));
  const child = spawn(program, [...flags, `--user-data-dir=${profile}`], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
  });
  const wire = wireOf(child.stdio[3] as Writable, child.stdio[4] as Readable);
  const ended = once(child, 'exit').then(() => {
    wire.end(new Error('the browser has ended'));
  });
  const { targetId } = await wire.send('Target.createTarget', { url: 'about:blank' });
  const { sessionId } = await wire.send('Target.attachToTarget', { targetId, flatten: true });
  const call: Browser['call'] = (method, params = {}) => wire.send(method, params, String(sessionId));
  for (const domain of ['Page', 'Network', 'Runtime', 'Log']) await call(`${domain}.enable`);
  const evaluate = async <T>(expression: string): Promise<T> => {
    const answer = await call('Runtime.evaluate', { expression, returnByValue: true, awaitPromise: true });
    if (answer['exceptionDetails'] !== undefined) throw new Error(JSON.stringify(answer['exceptionDetails']));
    return (answer['result'] as { readonly value: T }).value;
  };
  return {
    open: async (url) => {
      const loaded = wire.next('Page.loadEventFired');
      await call('Page.navigate', { url });
      await loaded;
    },
    evaluate,
    press: async (key) => {
      const text = key === 'Enter' ? '\r' : key === ' ' ? ' ' : undefined;
      const code = key === ' ' ? 'Space' : key;
      const windowsVirtualKeyCode = { Tab: 9, Enter: 13, ' ': 32 }[key];
      const event = { key, code, windowsVirtualKeyCode, ...(text === undefined ? {} : { text }) };
      await call('Input.dispatchKeyEvent', { type: 'keyDown', ...event });
      await call('Input.dispatchKeyEvent', { type: 'keyUp', ...event });
    },
    call,
    requests: () => [...wire.requests.values()],
    complaints: wire.complaints,
    close: async () => {
      child.kill('SIGKILL');
      await ended;
      rmSync(profile, { recursive: true, force: true, maxRetries: 10 });
    },
  };
}

interface Wire {
  send(method: string, params: object, sessionId?: string): Promise<Record<string, unknown>>;
  /** The next event of a name. */
  next(method: string): Promise<void>;
  /** Nothing more comes. */
  end(error: Error): void;
  readonly requests: ReadonlyMap<unknown, string>;
  readonly complaints: readonly string[];
}

type Waiting = ReturnType<typeof Promise.withResolvers<Record<string, unknown>>>;

/** Messages in JSON, a zero octet behind each. */
function wireOf(to: Writable, from: Readable): Wire {
  const waiting = new Map<number | string, Waiting>();
  const requests = new Map<unknown, string>();
  const complaints: string[] = [];
  let [last, pending] = [0, ''];
  const take = (message: Message): void => {
    const { id, method, params = {}, result = {}, error } = message;
    const key = id ?? method ?? '';
    if (method === 'Network.requestWillBeSent')
      requests.set(params['requestId'], (params['request'] as { readonly url: string }).url);
    // It is told before the page’s policy is asked.
    if (method === 'Network.loadingFailed' && params['blockedReason'] !== undefined)
      requests.delete(params['requestId']);
    if (['Runtime.consoleAPICalled', 'Runtime.exceptionThrown', 'Log.entryAdded'].includes(method ?? ''))
      complaints.push(JSON.stringify(params));
    const one = waiting.get(key);
    waiting.delete(key);
    if (error === undefined) one?.resolve(result);
    else one?.reject(new Error(error.message));
  };
  from.setEncoding('utf8').on('data', (text: string) => {
    const messages = (pending + text).split('\0');
    pending = messages.pop() ?? '';
    for (const each of messages) take(JSON.parse(each) as Message);
  });
  // Its other end goes with the browser, which `end` tells.
  to.on('error', () => undefined);
  const expect = (key: number | string): Waiting => {
    const one = Promise.withResolvers<Record<string, unknown>>();
    waiting.set(key, one);
    return one;
  };
  return {
    send: (method, params, sessionId) => {
      const id = ++last;
      const one = expect(id);
      to.write(
        `${JSON.stringify({ id, method, params, ...(sessionId === undefined ? {} : { sessionId }) })}\0`,
      );
      return one.promise;
    },
    next: async (method) => {
      await expect(method).promise;
    },
    end: (error) => {
      for (const one of waiting.values()) one.reject(error);
      waiting.clear();
    },
    requests,
    complaints,
  };
}
