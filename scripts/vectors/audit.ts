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

function attested(content: Json, previous?: Json): { vector: Json; link: Json } {
  const place = {
    authority_uid: publicUrl,
    chain_uid: chain,
    ...(previous === undefined ? {} : { prev_event: previous }),
  };
  const canonical = canonicalize({ ...content, attestation_list: [place] }) ?? '';
  const digest = createHash('sha256').update(canonical).digest();
  const input = Buffer.concat([Buffer.from('ephemeral-creds/audit/v1\0'), digest]);
  const signature = sign(null, input, privateKey('audit'));
  const fingerprint = fingerprintOf(digest.toString('hex'));
  const signatures = [
    {
      algorithm_id: 99,
      algorithm: 'Ed25519',
      serialization_id: 99,
      serialization: 'ephemeral-creds/audit/v1',
      key_uid: thumbprint,
      value: signature.toString('base64'),
    },
  ];
  const whole = { ...content, attestation_list: [{ ...place, fingerprint, signatures }] };
  const line = (canonicalize(whole) ?? '').replace(/[\p{C}\p{Zl}\p{Zp}]/gu, (mark) =>
    Array.from({ length: mark.length }, (_, index) => escaped(mark.charCodeAt(index))).join(''),
  );
  const vector = {
    canonical,
    sha256: digest.toString('hex'),
    signing_input_hex: input.toString('hex'),
    signature: signature.toString('base64'),
    line,
  };
  const { uid } = content['metadata'] as Json;
  return { vector, link: { uid, type_uid: content['type_uid'], fingerprint } };
}

function escaped(unit: number): string {
  return `\\u${unit.toString(16).padStart(4, '0')}`;
}

export function auditFile(): Json {
  const first = attested(
    event(1, 'broker started', { audit_chain: { start: { sink: 'file', key: publicJwk } } }),
  );
  const second = attested(
    event(2, 'lease intent', {
      role: 'déploiement €',
      ttl: 900,
      ref: 'a\r\n\u001b[31m\u202e\u2028\u{e0041}',
      z: [],
      a: { b: null, A: true },
    }),
    first.link,
  );
  const third = attested(event(3, 'broker stopped', { audit_chain: { ended: true } }), second.link);
  const lines = [first, second, third].map(({ vector }) => String(vector['line']));
  const [one = '', two = '', three = ''] = lines;
  return {
    about:
      'Three lines of an audit log: `canonical` is the event less fingerprint and signatures (RFC 8785), `sha256` its hash in hex, `signature` Ed25519 over `signing_input_hex`. Then logs that are not as they were written, with the line at which that is found.',
    jwks: { keys: [publicJwk] },
    events: [first, second, third].map(({ vector }) => vector),
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
    ],
  };
}
