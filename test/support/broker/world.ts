import type { BrokerClock, BrokerHost } from '../../../src/broker/domain/outside.ts';
import { TransportError, type HttpAnswer, type HttpRequest } from '../../../src/domain/host.ts';
import type { FakeIssuer } from '../issuer.ts';

/** A clock that moves only when it is told to. */
export interface TestClock extends BrokerClock {
  advance(seconds: number): void;
  /** Time passes and nobody wakes: the worker is late. */
  skip(seconds: number): void;
  /** Somebody sets the wall clock; no time passes. */
  step(seconds: number): void;
}

export function testClock(start = new Date('2026-11-20T12:00:00Z')): TestClock {
  let passedMs = 0;
  let steppedMs = 0;
  let sleepers: { dueMs: number; wake: () => void }[] = [];
  return {
    now: () => new Date(start.getTime() + passedMs + steppedMs),
    monotonicMs: () => passedMs,
    uptimeMs: () => passedMs,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        const sleeper = { dueMs: passedMs + ms, wake: resolve };
        sleepers.push(sleeper);
        const stop = (): void => {
          sleepers = sleepers.filter((each) => each !== sleeper);
          reject(new Error('aborted'));
        };
        if (signal?.aborted === true) stop();
        else signal?.addEventListener('abort', stop, { once: true });
      }),
    step: (seconds) => {
      steppedMs += seconds * 1000;
    },
    skip: (seconds) => {
      passedMs += seconds * 1000;
    },
    advance: (seconds) => {
      passedMs += seconds * 1000;
      const due = sleepers.filter(({ dueMs }) => dueMs <= passedMs);
      sleepers = sleepers.filter(({ dueMs }) => dueMs > passedMs);
      for (const { wake } of due) wake();
    },
  };
}

/** The outside world in memory: files, an audit log, and the issuers that answer. */
export interface TestWorld extends BrokerHost {
  readonly clock: TestClock;
  /** What programs print, by their words. */
  readonly programs: Map<string, string>;
  /** Contents by absolute path. */
  readonly disk: Map<string, string>;
  /** Lines of every log, parsed. */
  auditLines(): AuditLine[];
  /** While true no log takes anything. */
  auditFails: boolean;
  /** Until it resolves no log answers. */
  auditHangs: Promise<void> | undefined;
  /** Every URL that was fetched. */
  readonly fetched: string[];
  readonly printed: string[];
  /** Lines of the operational log. */
  readonly logged: string[];
}

export interface AuditLine {
  readonly message: string;
  readonly status: string;
  readonly severity_id: number;
  readonly metadata: { readonly event_code: string; readonly correlation_uid?: string };
  readonly unmapped?: Record<string, unknown>;
}

/** A server that the broker may call: every request below its URL. */
export interface Site {
  readonly url: string;
  answer(request: HttpRequest): Promise<HttpAnswer>;
}

interface WorldOptions {
  readonly env?: Record<string, string>;
  readonly issuers?: readonly FakeIssuer[];
  readonly sites?: readonly Site[];
  readonly clock?: TestClock;
}

export function testWorld({
  env = {},
  issuers = [],
  sites = [],
  clock = testClock(),
}: WorldOptions = {}): TestWorld {
  const disk = new Map<string, string>();
  const programs = new Map<string, string>();
  const printed: string[] = [];
  const logged: string[] = [];
  const fetched: string[] = [];
  const world: TestWorld = {
    env,
    clock,
    cores: 2,
    disk,
    programs,
    run: (command) => {
      const printed = programs.get(command.join(' '));
      if (printed === undefined) return Promise.reject(new Error('cannot be started (ENOENT)'));
      return Promise.resolve(printed);
    },
    printed,
    logged,
    fetched,
    auditFails: false,
    auditHangs: undefined,
    attended: false,
    printError: (text) => void logged.push(text),
    signal: new AbortController().signal,
    write: (text) => Promise.resolve(void printed.push(text)),
    auditLines: () =>
      [...disk]
        .filter(([path]) => path.endsWith('.jsonl'))
        .flatMap(([, text]) => text.split('\n').filter(Boolean))
        .map((line) => JSON.parse(line) as AuditLine),
    files: {
      read: (path, maxBytes) => {
        const text = disk.get(path);
        if (text !== undefined && Buffer.byteLength(text) > maxBytes) throw new Error(`${path} is too long`);
        return text;
      },
      create: (path, text) => void disk.set(path, text),
      replace: (path, text) => void disk.set(path, text),
      publish: (path, octets) => void disk.set(path, Buffer.from(octets).toString('latin1')),
      remove: (path) => void disk.delete(path),
      list: (folder) => {
        const inside = [...disk.keys()].filter((path) => path.startsWith(`${folder}/`));
        return inside.length === 0 ? undefined : inside.map((path) => path.slice(folder.length + 1));
      },
      mayWrite: () => true,
      mayAppend: () => true,
      room: () => Infinity,
      stamp: (place) =>
        JSON.stringify(
          [...disk].filter(([path]) => path === place || path.startsWith(`${place}/`)).toSorted(),
        ),
      chunks: async function* (path) {
        await Promise.resolve();
        yield Buffer.from(disk.get(path) ?? '');
      },
      openLog: (path) => {
        disk.set(path, disk.get(path) ?? '');
        return Promise.resolve({
          ending: () => Promise.resolve(Buffer.from(disk.get(path) ?? '')),
          append: async (text) => {
            await world.auditHangs;
            if (world.auditFails) throw new Error('no space left on device');
            disk.set(path, (disk.get(path) ?? '') + text);
          },
          close: () => Promise.resolve(),
        });
      },
    },
    send: async (request) => {
      const { url } = request;
      fetched.push(url.href);
      const site = sites.find((each) => url.href.startsWith(`${each.url}/`));
      if (site !== undefined) return site.answer(request);
      const issuer = issuers.find((each) => url.href.startsWith(each.url));
      if (issuer === undefined) throw new TransportError('refused');
      const { status, body } = await issuer.respond({ url: url.href });
      return { status, headers: {}, body: Buffer.from(JSON.stringify(body)) };
    },
  };
  return world;
}
