// Requests over plain sockets, so many in flight at once: what the client costs must not hide what the server costs.
import { connect, type Socket } from 'node:net';
import type { Prepared } from './requests.ts';

export interface Measured {
  readonly perSecond: number;
  /** Milliseconds from sending to the whole answer. */
  readonly waits: readonly number[];
}

/** Sends them all, each as soon as one before it is answered. Throws at an answer other than 200. */
export async function sendInFlight(
  url: string,
  prepared: readonly Prepared[],
  inFlight: number,
): Promise<Measured> {
  const { hostname, port, host } = new URL(url);
  const left = prepared.map((each, index) => Buffer.from(wire(host, each, index))).toReversed();
  const sockets = await Promise.all(
    Array.from({ length: inFlight }, () => open({ host: hostname, port: Number(port) })),
  );
  const waits: number[] = [];
  const start = performance.now();
  await Promise.all(sockets.map((socket) => sendOneByOne(socket, left, waits)));
  const seconds = (performance.now() - start) / 1000;
  for (const socket of sockets) socket.destroy();
  return { perSecond: prepared.length / seconds, waits };
}

/** Jobs of fifty networks that have borrowed before. */
function wire(host: string, { path = '/token', body, proof }: Prepared, index: number): string {
  return (
    `POST ${path} HTTP/1.1\r\nHost: ${host}\r\nX-Forwarded-For: 10.0.0.${String(index % 50)}\r\n` +
    `Content-Type: application/x-www-form-urlencoded\r\nContent-Length: ${String(body.length)}\r\n` +
    `${proof === undefined ? '' : `DPoP: ${proof}\r\n`}\r\n${body}`
  );
}

function open(to: { host: string; port: number }): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ ...to, noDelay: true }, () => {
      resolve(socket);
    });
    socket.once('error', reject);
  });
}

async function sendOneByOne(socket: Socket, left: Buffer[], waits: number[]): Promise<void> {
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    const start = performance.now();
    socket.write(next);
    await answered(socket);
    waits.push(performance.now() - start);
  }
}

function answered(socket: Socket): Promise<void> {
  return new Promise((resolve, reject) => {
    let received = '';
    const finish = (error?: Error): void => {
      socket.removeAllListeners('data').removeAllListeners('close');
      if (error === undefined) resolve();
      else reject(error);
    };
    socket.on('data', (data: Buffer) => {
      received += data.toString('latin1');
      if (!isWhole(received)) return;
      const good = received.startsWith('HTTP/1.1 200 ');
      finish(good ? undefined : new Error(`an answer other than 200: ${received}`));
    });
    socket.on('close', () => {
      finish(new Error('the server hung up'));
    });
  });
}

function isWhole(answer: string): boolean {
  const end = answer.indexOf('\r\n\r\n');
  if (end === -1) return false;
  const length = /\r\ncontent-length: (\d+)/i.exec(answer.slice(0, end))?.[1];
  return length === undefined ? answer.endsWith('\r\n0\r\n\r\n') : answer.length >= end + 4 + Number(length);
}
