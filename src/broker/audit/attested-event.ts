import canonicalize from 'canonicalize';
import { z } from 'zod';
import { isObject, parseStrictJson } from '../../protocol/json.ts';
import { digest as sha256 } from '../domain/digest.ts';
import { overEvent, overWrite } from './audit-key.ts';
import { canonicalText } from './canonical.ts';
import { chainNote, type ChainNote } from './chain-note.ts';
import type { EventSignature } from './event-signature.ts';
import type { AuditRecord } from './ocsf.ts';

const hash = z.object({ value: z.string() });

/** Nothing that one write holds is more, by far. */
const mostInWrite = 65_535;
const signatureShape = z.object({
  value: z.string(),
  key_uid: z.string(),
  inclusion_proof: z
    .object({
      index: z.int().min(0).max(mostInWrite),
      size: z.int().min(2).max(mostInWrite),
      path: z.array(z.string()).max(16),
    })
    .optional(),
});

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
      signatures: z.tuple([signatureShape]),
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
  readonly signed: EventSignature;
  /** The line says another fingerprint than its content has. */
  readonly changed: boolean;
  /** The content is the same, but it is not written as the broker writes it. */
  readonly respelled: boolean;
}

/** An event with its place and its fingerprint, which nobody has signed yet. */
export interface FingerprintedEvent {
  /** How the next event links to this one. */
  readonly link: EventLink;
  /** SHA-256 of the canonical form. */
  readonly digest: Uint8Array;
  /** @returns one line, ended */
  readonly line: (signed: EventSignature) => string;
}

/**
 * Puts an event into its place in a chain (OCSF 1.9, profile `record_integrity`): fingerprint = SHA-256 of the canonical
 * form (RFC 8785) of all of it but fingerprint and signature. The signature's octets stand in `value`, in Base64, as
 * https://github.com/ocsf/ocsf-schema/pull/1709 proposes.
 */
export function fingerprintEvent(record: AuditRecord, position: Position): FingerprintedEvent {
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
  const fingerprint = fingerprintObject(Buffer.from(digest).toString('hex'));
  const fingerprinted = `${place},"fingerprint":${JSON.stringify(fingerprint)}${before}`;
  return {
    link: { uid: record.metadata.uid, typeUid: record.type_uid, fingerprint: fingerprint.value },
    digest,
    line: (signed) => {
      const signatures = JSON.stringify(signaturesOf(signed));
      return `${escaped(`${head}${fingerprinted},"signatures":${signatures}}${tail}`)}\n`;
    },
  };
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
  const { prev_event: previous } = attestation;
  const place = withoutProof(event);
  const digest = sha256(canonicalize({ ...event, attestation_list: [place] }) ?? '');
  const signed = readSignature(signatures[0]);
  const own = fingerprintObject(Buffer.from(digest).toString('hex'));
  const proof = { fingerprint: own, signatures: signaturesOf(signed) };
  const written = escaped(canonicalize({ ...event, attestation_list: [{ ...place, ...proof }] }) ?? '');
  const changed = fingerprint.value !== own.value;
  return {
    authority: attestation.authority_uid,
    chain: attestation.chain_uid,
    sequence: shape.metadata.sequence,
    previous: previous === undefined ? undefined : linkOf(previous, previous.fingerprint),
    note: shape.unmapped?.audit_chain,
    link: linkOf({ uid: shape.metadata.uid, type_uid: shape.type_uid }, fingerprint),
    time: shape.time_dt,
    digest,
    signed,
    changed,
    respelled: !changed && !Buffer.from(written).equals(octets),
  };
}

function readSignature(stated: z.output<typeof signatureShape>): EventSignature {
  const { value, key_uid: signer, inclusion_proof: proof } = stated;
  const signature = Buffer.from(value, 'base64');
  if (proof === undefined) return { signature, signer };
  const { index, size } = proof;
  return {
    signature,
    signer,
    inclusion: { index, size, path: proof.path.map((hash) => Buffer.from(hash, 'base64')) },
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

function signaturesOf({ signature, signer, inclusion }: EventSignature) {
  const proof = inclusion && {
    index: inclusion.index,
    path: inclusion.path.map((hash) => Buffer.from(hash).toString('base64')),
    size: inclusion.size,
  };
  return [
    {
      algorithm: 'Ed25519',
      algorithm_id: 99,
      ...(proof && { inclusion_proof: proof }),
      key_uid: signer,
      serialization: proof === undefined ? overEvent : overWrite,
      serialization_id: 99,
      value: Buffer.from(signature).toString('base64'),
    },
  ];
}

/** OCSF: 3 is SHA-256, encoding 1 is hex, serialization 2 is JCS. */
function fingerprintObject(value: string) {
  return { algorithm: 'SHA-256', algorithm_id: 3, encoding_id: 1, serialization_id: 2, value };
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
