import { createCipheriv, createHash, createPublicKey, diffieHellman } from 'node:crypto';
import { accessToken, base64url, keyNamed, privateKey, type Json } from './by-hand.ts';

const plaintext = JSON.stringify([
  { name: 'deploy-prod', kind: 'bearer-token', token: 'a-token-that-was-lent' },
]);
const iv = Buffer.alloc(12, 3);

/** RFC 7518 §4.6.2, Concat KDF with one round: A256GCM takes 256 bits. */
function contentKey(shared: Buffer): Buffer {
  const counted = (text: string): Buffer => {
    const octets = Buffer.from(text);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(octets.length);
    return Buffer.concat([length, octets]);
  };
  const bits = Buffer.from([0, 0, 1, 0]);
  const info = Buffer.concat([counted('A256GCM'), counted(''), counted(''), bits]);
  return createHash('sha256')
    .update(Buffer.concat([Buffer.from([0, 0, 0, 1]), shared, info]))
    .digest();
}

/** A compact JWE (RFC 7516) with a fixed ephemeral key and a fixed IV: never do that but here. */
function encrypted(
  recipient: 'recipient' | 'recipient-p256',
  ephemeral: 'ephemeral' | 'ephemeral-p256',
  enc: string,
): Json {
  const header = { alg: 'ECDH-ES', enc, epk: keyNamed(ephemeral).public_jwk };
  const shared = diffieHellman({
    privateKey: privateKey(ephemeral),
    publicKey: createPublicKey(privateKey(recipient)),
  });
  const key = contentKey(shared);
  const aad = base64url(JSON.stringify(header));
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(aad));
  const ciphertext = Buffer.concat([cipher.update(plaintext), cipher.final()]);
  const parts = ['', base64url(iv), base64url(ciphertext), base64url(cipher.getAuthTag())];
  return {
    recipient,
    ephemeral,
    header,
    shared_secret: base64url(shared),
    content_key: base64url(key),
    iv: base64url(iv),
    jwe: [aad, ...parts].join('.'),
  };
}

function changed(jwe: unknown, part: number): string {
  const parts = String(jwe).split('.');
  const text = parts[part] ?? '';
  parts[part] = (text.startsWith('A') ? 'B' : 'A') + text.slice(1);
  return parts.join('.');
}

/** Keys to which nobody should encrypt. */
function wrongKeys(): Json[] {
  const x25519 = keyNamed('recipient').public_jwk;
  const p256 = keyNamed('recipient-p256').public_jwk;
  return [
    { name: 'a private key', encrypt_to: keyNamed('recipient').private_jwk },
    { name: 'a signing key', encrypt_to: keyNamed('job').public_jwk },
    { name: 'RSA', encrypt_to: keyNamed('issuer').public_jwk },
    { name: 'a point of low order', encrypt_to: { ...x25519, x: base64url(Buffer.alloc(32)) } },
    { name: 'a point that is not on the curve', encrypt_to: { ...p256, y: p256['x'] } },
    { name: 'one octet short', encrypt_to: { ...x25519, x: base64url(Buffer.alloc(31, 9)) } },
    { name: 'another curve', encrypt_to: { ...p256, crv: 'P-384' } },
  ];
}

/** A whole answer of POST /token, with the JWE in its place. */
function loan(jwe: unknown): Json {
  const end = '2026-11-20T12:15:00.000Z';
  return {
    access_token: accessToken,
    issued_token_type: 'urn:ietf:params:oauth:token-type:access_token',
    token_type: 'DPoP',
    expires_in: 900,
    session_id: 'ses_0123456789abcdef01234567',
    authorization_details: [
      {
        type: 'ephemeral_credential',
        role: 'deploy-prod',
        lease_id: 'lse_0123456789abcdef01234567',
        expires_at: end,
        expires_in: 900,
        credential_expires_at: end,
        revocability: 'immediate',
        policy: { id: 'deploy-prod', version: `sha256:${'0'.repeat(64)}` },
        credentials_jwe: jwe,
      },
    ],
  };
}

export function encryptionFile(): Json {
  const x25519 = encrypted('recipient', 'ephemeral', 'A256GCM');
  const p256 = encrypted('recipient-p256', 'ephemeral-p256', 'A256GCM');
  return {
    about:
      '`credentials_jwe` (RFC 7516, ECDH-ES and A256GCM), for the public key that a request sends as `encrypt_to`. Ephemeral key and IV are fixed here; a broker makes new ones each time. `answer` is a whole answer of POST /token.',
    plaintext,
    valid: [
      { name: 'X25519', ...x25519 },
      { name: 'P-256', ...p256 },
    ],
    answer: loan(x25519['jwe']),
    invalid: [
      { name: 'another ciphertext', jwe: changed(x25519['jwe'], 3) },
      { name: 'another tag', jwe: changed(x25519['jwe'], 4) },
      { name: 'another header', jwe: changed(x25519['jwe'], 0) },
      { name: 'for another key', jwe: p256['jwe'] },
    ],
    invalid_keys: wrongKeys(),
  };
}
