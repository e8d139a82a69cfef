import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { z } from 'zod';
import { isObject, parseStrictJson } from '../../protocol/json.ts';
import type { AuditKey } from './audit-key.ts';
import { canonicalText } from './canonical.ts';
import { chainNote, type ChainNote } from './chain-note.ts';
import type { AuditRecord } from './ocsf.ts';

const hash = z.object({ value: z.string() });

/** What is read of a line; whether all the rest is as it was, its fingerprint tells. */
const attestedShape = z.object({
  type_uid: z.int(),
  time_dt: z.string(),
  metadata: z.object({ uid: z.string(), sequence: z.int().min(1) }),
  unmapped: z.object({ audit_chain: chainNote.optional() }).optional(),
  attestation_list: z.tuple([
    z.object({
      authority_uid: z.string(),
      chain_uid: z.string(),
      prev_event: z.object({ uid: z.string(), type_uid: z.int(), fingerprint: hash }).optional(),
      fingerprint: hash,
      signatures: z.tuple([z.object({ value: z.string(), key_uid: z.string() })]),
    }),
  ]),
});

/** How an event names the one before it (OCSF 1.9, object `prev_event`). */
export interface EventLink {
  readonly uid: string;
  readonly typeUid: number;
  /** Hex SHA-256. */
  readonly fingerprint: string;
}

/** Where an event stands. */
export interface Position {
  readonly authority: string;
  readonly chain: string;
  /** From 1. */
  readonly sequence: number;
  readonly previous: EventLink | undefined;
  readonly note: ChainNote | undefined;
}

/** An event as a line of a log says that it is. */
export interface AttestedEvent extends Position {
  readonly link: EventLink;
  /** When it happened, RFC 3339. */
  readonly time: string;
  /** SHA-256 of the canonical form as it stands in the line. */
  readonly digest: Uint8Array;
  readonly signature: Uint8Array;
  /** Thumbprint of the key that is said to have signed. */
  readonly signer: string;
  /** The line says another fingerprint than its content has. */
  readonly changed: boolean;
  /** The content is the same, but it is not written as the broker writes it. */
  readonly respelled: boolean;
}

/**
 * Puts an event into its place in a chain (OCSF 1.9, profile `record_integrity`): fingerprint = SHA-256 of the canonical
 * form (RFC 8785) of all of it but fingerprint and signature. The signature's octets stand in `value`, in Base64, as
 * https://github.com/ocsf/ocsf-schema/pull/1709 proposes.
 * @returns one line, ended, and how the next event links to this one
 */
export function attest(
  record: AuditRecord,
  position: Position,
  key: AuditKey,
): { line: string; link: EventLink } {
  const { note } = position;
  const event = {
    ...record,
    metadata: { ...record.metadata, sequence: position.sequence, profiles: ['record_integrity'] },
    ...(note === undefined ? {} : { unmapped: { ...record.unmapped, audit_chain: note } }),
  };
  const { authority, chain, previous } = position;
  const place = JSON.stringify({ authority_uid: authority, chain_uid: chain }).slice(0, -1);
  const before = previous === undefined ? '' : `,"prev_event":${JSON.stringify(prevEvent(previous))}`;
  const [head, tail] = aroundAttestation(event);
  const digest = sha256(`${head}${place}${before}}${tail}`);
  const { fingerprint, signatures } = proofOf(digest, key.sign(digest), key.publicJwk.kid);
  const fingerprinted = `${place},"fingerprint":${JSON.stringify(fingerprint)}${before}`;
  const line = escaped(`${head}${fingerprinted},"signatures":${JSON.stringify(signatures)}}${tail}`);
  const link = { uid: record.metadata.uid, typeUid: record.type_uid, fingerprint: fingerprint.value };
  return { line: `${line}\n`, link };
}

/**
 * The canonical form of an event, cut where its attestation goes. All else takes the longest, and is the same with
 * fingerprint and signature as without.
 */
function aroundAttestation(event: AuditRecord): readonly [head: string, tail: string] {
  const canonical = canonicalText({ ...event, attestation_list: [] });
  // No text can hold this: quotes in it are escaped. Nor can what comes before, an `actor` with one text in it.
  const name = '"attestation_list":[';
  const at = canonical.indexOf(name) + name.length;
  return [canonical.slice(0, at), canonical.slice(at)];
}

/**
 * Reads one line without its line break.
 * @returns undefined when it is none of ours: not strict JSON in UTF-8, or without a place in a chain
 */
export function readAttested(octets: Uint8Array): AttestedEvent | undefined {
  try {
    const event = parseStrictJson(octets);
    const shape = attestedShape.safeParse(event);
    return shape.success && isObject(event) ? readEvent(event, shape.data, octets) : undefined;
  } catch {
    return undefined;
  }
}

/** @throws Error for what has no canonical form */
function readEvent(
  event: Record<string, unknown>,
  shape: z.output<typeof attestedShape>,
  octets: Uint8Array,
): AttestedEvent {
  const [attestation] = shape.attestation_list;
  const { fingerprint, signatures } = attestation;
  const [{ value, key_uid: signer }] = signatures;
  const { prev_event: previous } = attestation;
  const place = withoutProof(event);
  const digest = sha256(canonicalize({ ...event, attestation_list: [place] }) ?? '');
  const signature = Buffer.from(value, 'base64');
  const proof = proofOf(digest, signature, signer);
  const written = escaped(canonicalize({ ...event, attestation_list: [{ ...place, ...proof }] }) ?? '');
  const changed = fingerprint.value !== proof.fingerprint.value;
  return {
    authority: attestation.authority_uid,
    chain: attestation.chain_uid,
    sequence: shape.metadata.sequence,
    previous: previous === undefined ? undefined : linkOf(previous, previous.fingerprint),
    note: shape.unmapped?.audit_chain,
    link: linkOf({ uid: shape.metadata.uid, type_uid: shape.type_uid }, fingerprint),
    time: shape.time_dt,
    digest,
    signature,
    signer,
    changed,
    respelled: !changed && !Buffer.from(written).equals(octets),
  };
}

/** The attestation with all members that stand there, not only those of the shape, less fingerprint and signatures. */
function withoutProof(event: Record<string, unknown>): Record<string, unknown> {
  const [attestation = {}] = event['attestation_list'] as Record<string, unknown>[];
  return Object.fromEntries(
    Object.entries(attestation).filter(([name]) => name !== 'fingerprint' && name !== 'signatures'),
  );
}

function linkOf(event: { uid: string; type_uid: number }, fingerprint: { value: string }): EventLink {
  return { uid: event.uid, typeUid: event.type_uid, fingerprint: fingerprint.value };
}

// The members of these three stand in the order of the canonical form, so that `JSON.stringify` writes just that.

function prevEvent({ uid, typeUid, fingerprint }: EventLink) {
  return { fingerprint: fingerprintObject(fingerprint), type_uid: typeUid, uid };
}

function proofOf(digest: Uint8Array, signature: Uint8Array, signer: string) {
  return {
    fingerprint: fingerprintObject(Buffer.from(digest).toString('hex')),
    signatures: [
      {
        algorithm: 'Ed25519',
        algorithm_id: 99,
        key_uid: signer,
        serialization: 'ephemeral-creds/audit/v1',
        serialization_id: 99,
        value: Buffer.from(signature).toString('base64'),
      },
    ],
  };
}

/** OCSF: 3 is SHA-256, encoding 1 is hex, serialization 2 is JCS. */
function fingerprintObject(value: string) {
  return { algorithm: 'SHA-256', algorithm_id: 3, encoding_id: 1, serialization_id: 2, value };
}

function sha256(canonical: string): Uint8Array {
  return createHash('sha256').update(canonical).digest();
}

/** What must not reach a terminal as escapes: C1, bidirectional and invisible marks. */
function escaped(canonical: string): string {
  // Nearly every line, and looking up what a character is takes longer than all else here.
  if (/^[ -~]*$/.test(canonical)) return canonical;
  return canonical.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, (mark) =>
    [...Array(mark.length).keys()].map((index) => unicodeEscape(mark.charCodeAt(index))).join(''),
  );
}

function unicodeEscape(unit: number): string {
  return `\\u${unit.toString(16).padStart(4, '0')}`;
}
