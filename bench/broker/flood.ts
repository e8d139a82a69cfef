// The attack, a process of its own: sends prepared requests at a steady rate over many connections, each from another
// address, and never waits for an answer before the next. Reads its order from a file; prints answers by status.
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import type { Prepared } from './requests.ts';

export interface Order {
  readonly url: string;
  readonly perSecond: number;
  readonly seconds: number;
  readonly prepared: readonly Prepared[];
}

const { url, perSecond, seconds, prepared } = JSON.parse(
  readFileSync(process.argv[2] ?? '', 'utf8'),
) as Order;
const { host, hostname, port } = new URL(url);
const mostConnections = 512;
const idle: Socket[] = [];
const answers: Record<string, number> = {};
const count = (what: string): void => {
  answers[what] = (answers[what] ?? 0) + 1;
};
let connections = 0;
let sent = 0;

/** One request at a time on each connection; the answer is small enough to come in one piece. */
function open(): Socket {
  connections += 1;
  const socket = connect({ host: hostname, port: Number(port), noDelay: true });
  socket.on('data', (data: Buffer) => {
    const status = /^HTTP\/1\.1 (\d{3})/.exec(data.toString('latin1', 0, 16))?.[1];
    if (status === undefined) return;
    count(status);
    idle.push(socket);
  });
  socket.on('error', () => {
    count('broken');
  });
  socket.on('close', () => {
    connections -= 1;
    const at = idle.indexOf(socket);
    if (at !== -1) idle.splice(at, 1);
  });
  return socket;
}

function send(): void {
  const request = prepared[sent % prepared.length];
  if (request === undefined) return;
  const socket = idle.pop() ?? (connections < mostConnections ? open() : undefined);
  sent += 1;
  if (socket === undefined) {
    count('no connection free');
    return;
  }
  const address = `10.${String((sent >> 10) & 255)}.${String((sent >> 5) & 31)}.${String(sent & 31)}`;
  const { body, proof = '' } = request;
  socket.write(
    `POST /token HTTP/1.1\r\nHost: ${host}\r\nX-Forwarded-For: ${address}\r\n` +
      `Content-Type: application/x-www-form-urlencoded\r\nContent-Length: ${String(body.length)}\r\n` +
      `DPoP: ${proof}\r\n\r\n${body}`,
  );
}

const start = performance.now();
const timer = setInterval(() => {
  const due = Math.min((performance.now() - start) / 1000, seconds) * perSecond;
  while (sent < due) send();
  if (sent < seconds * perSecond) return;
  clearInterval(timer);
  setTimeout(() => {
    process.stdout.write(JSON.stringify(answers));
    process.exit();
  }, 500);
}, 2);
