import { CredsError } from '../domain/errors.ts';
import type { Clock, Host } from '../domain/host.ts';
import { realFiles } from './files.ts';
import { print, printError } from './output.ts';
import { randomHex } from './random.ts';

/** How requests leave the process. */
export type Wire = Required<Pick<Host, 'send' | 'connect'>>;

/** The process as the rest of the program sees it. Signals are turned into one aborted `signal`. */
export function processHost(wire: (env: Host['env']) => Wire = lateWire): Host {
  const stop = stopSignal();
  completeProxies();
  const env = Object.freeze({ ...process.env });
  return {
    env,
    userId: process.getuid?.(),
    home: homeOfUser,
    clock,
    files: realFiles,
    randomHex,
    ...wire(env),
    print,
    printError,
    terminal,
    get signal() {
      return stop();
    },
    ...(process.platform !== 'win32' && {
      sshAgents: async () => (await import('./ssh-agents.ts')).realSshAgents,
    }),
  };
}

/** HTTP takes 25 ms to load, and who has nothing to send needs none of it. */
function lateWire(env: Host['env']): Wire {
  let loaded: Promise<Wire> | undefined;
  const load = (): Promise<Wire> =>
    (loaded ??= import('../protocol/transport.ts').then(({ httpTransport }) => httpTransport(env)));
  return {
    send: async (request) => (await load()).send(request),
    connect: async (url, trust) => (await load()).connect(url, trust),
  };
}

/** Listens from now on. The signal is made when somebody asks for it: its module takes 2 ms to load. */
function stopSignal(): () => AbortSignal {
  let controller: AbortController | undefined;
  let reason: CredsError | undefined;
  const stop = (error: CredsError): void => {
    reason ??= error;
    controller?.abort(reason);
  };
  // Each time: a second signal must not end the process while it gives back.
  process.on('SIGINT', () => {
    stop(new CredsError('interrupted', 'The job was cancelled (SIGINT).'));
  });
  // SIGBREAK is Windows’ Ctrl+Break, which the runner sends after Ctrl+C; SIGHUP the end of a terminal or a connection.
  for (const name of ['SIGTERM', 'SIGBREAK', 'SIGHUP'] as const) {
    process.on(name, () => {
      stop(new CredsError('terminated', `The job was cancelled (${name}).`));
    });
  }
  return () => {
    if (controller === undefined) {
      controller = new AbortController();
      if (reason !== undefined) controller.abort(reason);
    }
    return controller.signal;
  };
}

/** `proxy.example.com:3128` is what other tools understand; `@actions/http-client` would go past such a proxy. */
function completeProxies(): void {
  for (const name of ['https_proxy', 'HTTPS_PROXY', 'http_proxy', 'HTTP_PROXY']) {
    const value = process.env[name] ?? '';
    if (value !== '' && !value.includes('://')) process.env[name] = `http://${value}`;
  }
}

const clock: Clock = {
  now: () => new Date(),
  monotonicMs: () => {
    // Not `performance.now()`: its module costs 3 ms to load.
    const [seconds, nanoseconds] = process.hrtime();
    return seconds * 1000 + nanoseconds / 1e6;
  },
  after: (ms, call) => {
    const timer = setTimeout(call, ms);
    return () => {
      clearTimeout(timer);
    };
  },
};

/** Asked for when it matters: loading `tty` costs milliseconds. Old releases of Node 20 cannot, and no terminal is safe. */
const terminal: Host['terminal'] = {
  get stdout() {
    return isTerminal(1);
  },
  get stderr() {
    return isTerminal(2);
  },
};

/** Rarely asked for. Of a number without a name there is none: containers run as such. */
function homeOfUser(): string | undefined {
  if (!('getBuiltinModule' in process)) return undefined;
  try {
    return process.getBuiltinModule('node:os').userInfo().homedir;
  } catch {
    return undefined;
  }
}

function isTerminal(descriptor: number): boolean {
  return 'getBuiltinModule' in process && process.getBuiltinModule('node:tty').isatty(descriptor);
}
