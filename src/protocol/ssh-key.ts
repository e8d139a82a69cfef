// https://github.com/openssh/openssh-portable/blob/master/PROTOCOL.key
import { randomBytes } from 'node:crypto';
import { Secret } from '../domain/secret.ts';
import { makeKeyPair } from './key-pair.ts';
import { sshString, uint32 } from './ssh-wire.ts';

/** The key pair of one run. Its private half is delivered to later steps and to nobody else. */
export interface SshKey {
  /** `ssh-ed25519 BASE64`. */
  readonly publicLine: string;
  /** As ssh-keygen writes it, without a passphrase. */
  readonly privateText: Secret;
  /** Its 32 octets (RFC 8032), in base64. */
  readonly seed: Secret;
}

const type = 'ssh-ed25519';
const blockBytes = 8;
const lineLength = 70;

/** Makes an Ed25519 key (RFC 8709). */
export function makeSshKey(): SshKey {
  const { privateKey, x } = makeKeyPair('ed25519');
  const [seed, point] = [privateKey.export({ format: 'jwk' }).d ?? '', x].map((text) =>
    Buffer.from(text, 'base64url'),
  ) as [Buffer, Buffer];
  const publicBlob = Buffer.concat([sshString(type), sshString(point)]);
  const check = randomBytes(4);
  const fields = [publicBlob, sshString(Buffer.concat([seed, point])), sshString('')];
  const privatePart = padded(Buffer.concat([check, check, ...fields]));
  const file = Buffer.concat([
    Buffer.from('openssh-key-v1\0'),
    ...['none', 'none', ''].map(sshString),
    uint32(1),
    sshString(publicBlob),
    sshString(privatePart),
  ]);
  const lines = file.toString('base64').match(new RegExp(`.{1,${String(lineLength)}}`, 'g')) ?? [];
  const frame = ['-----BEGIN OPENSSH PRIVATE KEY-----', ...lines, '-----END OPENSSH PRIVATE KEY-----', ''];
  return {
    publicLine: `${type} ${publicBlob.toString('base64')}`,
    privateText: new Secret(frame.join('\n')),
    seed: new Secret(seed.toString('base64')),
  };
}

/** Octets 1, 2, 3 … up to a whole block. */
function padded(octets: Buffer): Buffer {
  const missing = (blockBytes - (octets.length % blockBytes)) % blockBytes;
  return Buffer.concat([octets, Buffer.from(Array.from({ length: missing }, (_, index) => index + 1))]);
}
