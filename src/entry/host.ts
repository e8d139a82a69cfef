import { CredsError } from '../domain/errors.ts';
import type { Clock, Host } from '../domain/host.ts';
import { httpTransport } from '../protocol/transport.ts';
import { realFiles } from './files.ts';
import { print, printError } from './output.ts';

/** The process as the rest of the program sees it. Signals are turned into one aborted `signal`. */
export function processHost(): Host {
  const stop = new AbortController();
  // Each time: a second signal must not end the process while it gives back.
  process.on('SIGINT', () => {
    stop.abort(new CredsError('interrupted', 'The job was cancelled (SIGINT).'));
  });
  // SIGBREAK is Windows’ Ctrl+Break, which the runner sends after Ctrl+C; SIGHUP the end of a terminal or a connection.
  for (const name of ['SIGTERM', 'SIGBREAK', 'SIGHUP'] as const) {
    process.on(name, () => {
      stop.abort(new CredsError('terminated', `The job was cancelled (${name}).`));
    });
  }
  completeProxies();
  const env = Object.freeze({ ...process.env });
  return {
    env,
    userId: process.getuid?.(),
    home: homeOfUser,
    clock,
    files: realFiles,
    ...httpTransport(env),
    print,
    printError,
    terminal,
    signal: stop.signal,
    ...(process.platform !== 'win32' && {
      sshAgents: async () => (await import('./ssh-agents.ts')).realSshAgents,
    }),
  };
}

/** `proxy.example.com:3128` is what other tools understand; `@actions/http-client` would go past such a proxy. */
function completeProxies(): void {
  for (const name of ['https_proxy', 'HTTPS_PROXY']) {
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
