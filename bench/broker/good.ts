// Good traffic: jobs that borrow once each at a steady pace, and how long each of them waited.
import { Agent, request } from 'node:http';
import { text } from 'node:stream/consumers';
import type { Prepared } from './requests.ts';

/** @returns milliseconds from sending to the whole answer, in the order sent; Infinity: told to come again */
export async function borrowSteadily(
  url: string,
  prepared: readonly Prepared[],
  perSecond: number,
): Promise<number[]> {
  const agent = new Agent({ keepAlive: true });
  const answers = prepared.map(async (each, index) => {
    await new Promise((due) => setTimeout(due, (index * 1000) / perSecond));
    return borrow(agent, url, each);
  });
  const waits = await Promise.all(answers);
  agent.destroy();
  return waits;
}

function borrow(agent: Agent, url: string, { body, proof }: Prepared): Promise<number> {
  return new Promise((resolve, reject) => {
    const start = performance.now();
    const headers = {
      'content-type': 'application/x-www-form-urlencoded',
      'content-length': String(body.length),
      'x-forwarded-for': '192.0.2.7',
      ...(proof !== undefined && { dpop: proof }),
    };
    const sending = request(`${url}/token`, { agent, method: 'POST', headers }, (answer) => {
      text(answer).then((said) => {
        if (answer.statusCode === 200) resolve(performance.now() - start);
        else if (answer.statusCode === 429) resolve(Infinity);
        else reject(new Error(`good traffic was refused: ${said}`));
      }, reject);
    });
    sending.on('error', reject).end(body);
  });
}
