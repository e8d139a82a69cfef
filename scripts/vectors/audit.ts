import { createHash, sign } from 'node:crypto';
import canonicalize from 'canonicalize';
import { keyNamed, privateKey, publicUrl, type Json } from './by-hand.ts';

const { public_jwk: jwk, thumbprint } = keyNamed('audit');
const publicJwk = { ...jwk, kid: thumbprint, use: 'urn:ephemeral-creds:audit' };
const chain = '0d9f2c5e-6c1b-4b7e-9f53-3f0a1f3e7a11';

function event(sequence: number, message: string, unmapped: Json): Json {
  return {
    time: 1_795_176_000_000 + sequence,
    time_dt: new Date(1_795_176_000_000 + sequence).toISOString(),
    category_uid: 6,
    class_uid: 6003,
    activity_id: 3,
    type_uid: 600_303,
    severity_id: 1,
    status_id: 1,
    status: 'success',
    message,
    metadata: {
      version: '1.9.0',
      product: { name: 'ephemeral-creds', vendor_name: 'ephemeral-creds' },
      uid: `evt_${String(sequence).padStart(24, '0')}`,
      event_code: 'lease',
      correlation_uid: 'req_1',
      sequence,
      profiles: ['record_integrity'],
    },
    unmapped,
  };
}

const fingerprintOf = (value: string): Json => ({
  algorithm_id: 3,
  algorithm: 'SHA-256',
  encoding_id: 1,
  serialization_id: 2,
  value,
});

interface Fingerprinted {
  readonly content: Json;
  readonly place: Json;
  readonly canonical: string;
  readonly digest: Buffer;
  readonly fingerprint: Json;
  readonly link: Json;
}

function fingerprinted(content: Json, previous?: Json): Fingerprinted {
  const place = {
    authority_uid: publicUrl,
    chain_uid: chain,
    ...(previous === undefined ? {} : { prev_event: previous }),
  };
  const canonical = canonicalize({ ...content, attestation_list: [place] }) ?? '';
  const digest = createHash('sha256').update(canonical).digest();
  const fingerprint = fingerprintOf(digest.toString('hex'));
  const { uid } = content['metadata'] as Json;
  return {
    content,
    place,
    canonical,
    digest,
    fingerprint,
    link: { uid, type_uid: content['type_uid'], fingerprint },
  };
}

interface Signed {
  readonly input: Buffer;
  readonly serialization: string;
  readonly proof?: Json;
}

/** A vector of one event, and the line that it becomes. */
function vector(
  { content, place, canonical, digest, fingerprint }: Fingerprinted,
  { input, serialization, proof }: Signed,
): Json {
  const signature = sign(null, input, privateKey('audit'));
  const signatures = [
    {
      algorithm_id: 99,
      algorithm: 'Ed25519',
      serialization_id: 99,
      serialization,
      key_uid: thumbprint,
      value: signature.toString('base64'),
      ...(proof === undefined ? {} : { inclusion_proof: proof }),
    },
  ];
  const whole = { ...content, attestation_list: [{ ...place, fingerprint, signatures }] };
  const line = (canonicalize(whole) ?? '').replace(/[\p{C}\p{Zl}\p{Zp}]/gu, (mark) =>
    Array.from({ length: mark.length }, (_, index) => escaped(mark.charCodeAt(index))).join(''),
  );
  return {
    canonical,
    sha256: digest.toString('hex'),
    signing_input_hex: input.toString('hex'),
    signature: signature.toString('base64'),
    line,
  };
}

function alone(event: Fingerprinted): Json {
  const input = Buffer.concat([Buffer.from('ephemeral-creds/audit/v1\0'), event.digest]);
  return vector(event, { input, serialization: 'ephemeral-creds/audit/v1' });
}

function together(events: readonly Fingerprinted[]): Json[] {
  const digests = events.map(({ digest }) => digest);
  const size = Buffer.from([0, 0, 0, digests.length]);
  const input = Buffer.concat([Buffer.from('ephemeral-creds/audit/v2\0'), size, treeHash(digests)]);
  return events.map((event, index) => {
    const path = treePath(digests, index).map((hash) => hash.toString('base64'));
    const proof = { index, size: digests.length, path };
    return vector(event, { input, serialization: 'ephemeral-creds/audit/v2', proof });
  });
}

const hashOf = (...parts: Buffer[]): Buffer => createHash('sha256').update(Buffer.concat(parts)).digest();

/** RFC 9162 §2.1.1, as it stands there. */
function treeHash(digests: readonly Buffer[]): Buffer {
  const [first = Buffer.alloc(0)] = digests;
  if (digests.length < 2) return hashOf(Buffer.from([0]), first);
  const at = splitOf(digests);
  return hashOf(Buffer.from([1]), treeHash(digests.slice(0, at)), treeHash(digests.slice(at)));
}

/** RFC 9162 §2.1.3.1. */
function treePath(digests: readonly Buffer[], index: number): Buffer[] {
  if (digests.length < 2) return [];
  const at = splitOf(digests);
  const [left, right] = [digests.slice(0, at), digests.slice(at)];
  return index < at
    ? [...treePath(left, index), treeHash(right)]
    : [...treePath(right, index - at), treeHash(left)];
}

/** The largest power of two that is smaller. */
function splitOf({ length }: readonly Buffer[]): number {
  return 2 ** (Math.ceil(Math.log2(length)) - 1);
}

function escaped(unit: number): string {
  return `\\u${unit.toString(16).padStart(4, '0')}`;
}

export function auditFile(): Json {
  const first = fingerprinted(
    event(1, 'broker started', { audit_chain: { start: { sink: 'file', key: publicJwk } } }),
  );
  const second = fingerprinted(
    event(2, 'lease intent', {
      role: 'déploiement €',
      ttl: 900,
      ref: 'a\r\n\u001b[31m\u202e\u2028\u{e0041}',
      z: [],
      a: { b: null, A: true },
    }),
    first.link,
  );
  const third = fingerprinted(event(3, 'broker stopped', { audit_chain: { ended: true } }), second.link);
  // What a write of three holds, of which the last has nothing beside it in the tree.
  const written = [second];
  for (const [index, message] of ['lease active', 'lease revoked'].entries())
    written.push(fingerprinted(event(3 + index, message, { role: 'deploy' }), written.at(-1)?.link));
  const apart = [first, second, third].map(alone);
  const atOnce = [alone(first), ...together(written)];
  const lines = apart.map(({ line }) => String(line));
  const [, inWrite = '', afterIt = ''] = atOnce.map(({ line }) => String(line));
  const [one = '', two = '', three = ''] = lines;
  return {
    about:
      'Three lines of an audit log, each signed by itself, and four of another, of which the last three were written together and share a signature: `canonical` is the event less fingerprint and signatures (RFC 8785), `sha256` its hash in hex, `signature` Ed25519 over `signing_input_hex`. Then logs that are not as they were written, with the line at which that is found.',
    jwks: { keys: [publicJwk] },
    events: apart,
    written_together: atOnce,
    invalid: [
      {
        name: 'a changed number',
        lines: [one, two.replace('"ttl":900', '"ttl":901'), three],
        line: 2,
        kind: 'changed',
      },
      {
        name: 'the same number, otherwise written',
        lines: [one, two.replace('"ttl":900', '"ttl":9e2'), three],
        line: 2,
        kind: 'respelled',
      },
      { name: 'a missing line', lines: [one, three], line: 2, kind: 'missing' },
      { name: 'two lines exchanged', lines: [one, three, two], line: 2, kind: 'missing' },
      { name: 'a line twice', lines: [one, two, two, three], line: 3, kind: 'misplaced' },
      { name: 'no beginning', lines: [two, three], line: 1, kind: 'gap' },
      {
        name: 'something put in',
        lines: [one, '{"message":"lease active"}', two, three],
        line: 2,
        kind: 'unreadable',
      },
      {
        name: 'another place in the write',
        lines: [one, inWrite.replace('"index":0', '"index":1')],
        line: 2,
        kind: 'signature',
      },
      {
        name: 'a larger write',
        lines: [one, inWrite.replace('"size":3', '"size":4')],
        line: 2,
        kind: 'signature',
      },
      {
        name: 'a larger write, behind a line of it that holds',
        lines: [one, inWrite, afterIt.replace('"size":3', '"size":4')],
        line: 3,
        kind: 'signature',
      },
      {
        name: 'the proof of the line beside',
        lines: [one, inWrite, afterIt.replace(proofIn(afterIt), proofIn(inWrite))],
        line: 3,
        kind: 'signature',
      },
      {
        name: 'a signature of a write as if it were of the event alone',
        lines: [
          one,
          inWrite.replace(`"inclusion_proof":${proofIn(inWrite)},`, '').replace('audit/v2', 'audit/v1'),
        ],
        line: 2,
        kind: 'signature',
      },
    ],
  };
}

function proofIn(line: string): string {
  return /(?<="inclusion_proof":)\{[^}]*\}/.exec(line)?.[0] ?? '';
}
