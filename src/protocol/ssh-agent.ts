// https://datatracker.ietf.org/doc/html/draft-ietf-sshm-ssh-agent
import type { Secret } from '../domain/secret.ts';
import type { SshKey } from './ssh-key.ts';
import { readSsh, sshString, uint32 } from './ssh-wire.ts';

const success = 6;
const requestIdentities = 11;
const identitiesAnswer = 12;
const addIdConstrained = 25;
const constrainLifetime = 1;

/** Removes all that an agent holds. */
export const removeAll = Buffer.from([19]);
/** Asks what it holds. */
export const askIdentities = Buffer.from([requestIdentities]);

/** What an agent is to hold: a key, or a key with its certificate. */
export interface SshIdentity {
  readonly key: SshKey;
  /** `ssh-ed25519-cert-v01@openssh.com BASE64`. */
  readonly certificate?: string;
  /** What ssh-add shows of it. */
  readonly comment: string;
}

/** @returns a question that holds the private key, for the socket and nothing else */
export function addIdentity({ key, certificate, comment }: SshIdentity, seconds: number): Buffer {
  const [type = '', blob = ''] = (certificate ?? key.publicLine).split(' ');
  const point = pointOf(key.publicLine);
  const fields = [
    ...[type, ...(certificate === undefined ? [] : [Buffer.from(blob, 'base64')])],
    ...[point, Buffer.concat([octetsOf(key.seed), point]), comment],
  ];
  return Buffer.concat([
    Buffer.from([addIdConstrained]),
    ...fields.map(sshString),
    Buffer.from([constrainLifetime]),
    uint32(seconds),
  ]);
}

export function isTaken(answer: Uint8Array): boolean {
  return answer.length === 1 && answer[0] === success;
}

/** Public keys and certificates that an agent holds, in base64; undefined when that is no answer to `askIdentities`. */
export function identitiesIn(answer: Uint8Array): string[] | undefined {
  try {
    const reader = readSsh(answer);
    if (reader.byte() !== identitiesAnswer) return undefined;
    const held: string[] = [];
    for (let left = reader.uint32(); left > 0; left--) {
      held.push(reader.string().toString('base64'));
      reader.string();
    }
    return held;
  } catch {
    return undefined;
  }
}

function pointOf(publicLine: string): Buffer {
  const reader = readSsh(Buffer.from(publicLine.split(' ')[1] ?? '', 'base64'));
  reader.string();
  return reader.string();
}

function octetsOf(seed: Secret): Buffer {
  return Buffer.from(seed.reveal(), 'base64');
}
