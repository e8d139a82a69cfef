// https://datatracker.ietf.org/doc/html/draft-ietf-sshm-ssh-agent
import { verify } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { readSsh, sshString, uint32, type SshReader } from '../../../protocol/ssh-wire.ts';
import { BackendTrouble } from '../engine.ts';
import { algorithmOf, type Authority } from './authority.ts';
import type { SshPublicKey } from './public-key.ts';

const askIdentities = 11;
const identitiesAnswer = 12;
const askSignature = 13;
const signatureAnswer = 14;
/** Of an RSA key the signature with SHA-512; without meaning for others. */
const rsaSha512 = 4;
const longestAnswer = 256 * 1024;
const patienceMs = 5000;

/**
 * An authority whose key is held by an agent: ssh-agent, or one in front of a hardware token or a key management
 * service. What it signs is verified before it is used.
 * @param path of its socket
 */
export function agentAuthority(path: string, publicKey: SshPublicKey): Authority {
  return {
    publicKey,
    sign: async (octets, signal) => {
      const request = [sshString(publicKey.blob), sshString(octets), uint32(rsaSha512)];
      const answer = await ask(path, Buffer.concat([Buffer.from([askSignature]), ...request]), signal);
      return understood(() => {
        const signature = told(answer, signatureAnswer, 'does not sign with this key').string();
        if (isOf(publicKey, signature, octets)) return signature;
        throw new BackendTrouble('The agent gave a signature that is not by the key in `public_key`.');
      });
    },
    check: async (signal) => {
      const answer = await ask(path, Buffer.from([askIdentities]), signal);
      if (
        !understood(() => hasKey(told(answer, identitiesAnswer, 'does not say which keys it has'), publicKey))
      )
        throw new BackendTrouble('The agent does not have the key that `public_key` names: add it there.');
    },
  };
}

function hasKey(reader: SshReader, { blob }: SshPublicKey): boolean {
  for (let left = reader.uint32(); left > 0; left--) {
    if (reader.string().equals(blob)) return true;
    reader.string();
  }
  return false;
}

function understood<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof RangeError ? new BackendTrouble('The agent’s answer cannot be read.') : error;
  }
}

function told(answer: Buffer, type: number, otherwise: string): SshReader {
  const reader = readSsh(answer);
  if (reader.byte() !== type) throw new BackendTrouble(`The agent ${otherwise}.`);
  return reader;
}

function isOf(publicKey: SshPublicKey, signature: Buffer, octets: Uint8Array): boolean {
  const { name, digest } = algorithmOf(publicKey);
  const reader = readSsh(signature);
  if (reader.string().toString('latin1') !== name) return false;
  const raw = reader.string();
  const { key } = publicKey;
  if (!name.startsWith('ecdsa')) return verify(digest, octets, key, raw);
  const size = Buffer.from(key.export({ format: 'jwk' }).x ?? '', 'base64url').length;
  const pair = readSsh(raw);
  const [r, s] = [pair.mpint(), pair.mpint()].map((half) => Buffer.concat([Buffer.alloc(size), half]));
  if (r === undefined || s === undefined) return false;
  const joined = Buffer.concat([r.subarray(-size), s.subarray(-size)]);
  return verify(digest, octets, { key, dsaEncoding: 'ieee-p1363' }, joined);
}

/** One question, one answer, one connection. @throws BackendTrouble */
async function ask(path: string, question: Uint8Array, signal: AbortSignal): Promise<Buffer> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]);
  // What it says first nobody may be listening to yet; whoever reads hears of it, too.
  const socket = connect(path).on('error', () => undefined);
  const stop = (): void => void socket.destroy(new Error('aborted'));
  limit.addEventListener('abort', stop, { once: true });
  try {
    if (limit.aborted) throw new Error('aborted');
    socket.write(sshString(question));
    return await readAnswer(socket);
  } catch (error) {
    const code = (error as { code?: string }).code ?? (limit.aborted ? 'no answer in time' : 'broken off');
    throw new BackendTrouble(`The agent at ${path} cannot be asked (${code}).`);
  } finally {
    limit.removeEventListener('abort', stop);
    socket.destroy();
  }
}

async function readAnswer(socket: Socket): Promise<Buffer> {
  let answer = Buffer.alloc(0);
  for await (const piece of socket) {
    answer = Buffer.concat([answer, piece as Buffer]);
    const length = answer.length < 4 ? Infinity : answer.readUInt32BE();
    if (length !== Infinity && length > longestAnswer) throw new Error('too long');
    if (answer.length >= 4 + length) return answer.subarray(4, 4 + length);
  }
  throw new Error('broken off');
}
