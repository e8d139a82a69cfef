import type { CryptoKey } from 'jose';
import { decodeBase64url } from '../../protocol/base64url.ts';
import { readEncryptionKey } from '../../protocol/jwe.ts';
import { isObject, parseStrictJson } from '../../protocol/json.ts';
import {
  accessTokenType,
  detailType,
  idTokenType,
  jwtType,
  rolePattern,
  tokenExchange,
} from '../../protocol/token-exchange.ts';
import { fullMatch } from '../../domain/pattern.ts';
import type { AskedRole } from '../commands/exchange-order.ts';
import { Refusal } from '../domain/refusal.ts';
import type { Form } from './request-limits.ts';

const mostDetails = 10;
const longestTtlSeconds = 366 * 86_400;
/** Parts of the protocol that this broker does not have: asked for, they must not be passed over in silence. */
const absent = ['dry_run', 'session_id'];

/** POST /token as its form says it (PROTOCOL.md, POST /token). */
export interface TokenRequest {
  readonly idToken: string;
  readonly details: readonly AskedRole[];
  readonly handleHash: string | undefined;
  readonly encryptionKey: CryptoKey | undefined;
  /** Ignored, and logged. */
  readonly clientId: string | undefined;
}

/** @throws Refusal that names the parameter at fault */
export async function readTokenRequest(form: Form, publicUrls: readonly string[]): Promise<TokenRequest> {
  if (form.get('grant_type') !== tokenExchange)
    throw new Refusal('unsupported_grant_type', `grant_type must be ${tokenExchange}`);
  checkParameters(form, publicUrls);
  const idToken = form.get('subject_token');
  if (idToken === undefined || idToken === '') throw refused('subject_token');
  const type = form.get('subject_token_type');
  if (type !== idTokenType && type !== jwtType) throw refused('subject_token_type');
  return {
    idToken,
    details: readDetails(form.get('authorization_details')),
    handleHash: readHandleHash(form),
    encryptionKey: await encryptionKey(form),
    clientId: form.get('client_id'),
  };
}

function checkParameters(form: Form, publicUrls: readonly string[]): void {
  if (form.has('scope')) throw new Refusal('invalid_scope', 'there are no scopes; use authorization_details');
  for (const name of ['resource', 'audience']) {
    const value = form.get(name);
    if (value !== undefined && !publicUrls.includes(value))
      throw new Refusal('invalid_target', `${name} is not this broker’s public URL`);
  }
  for (const name of ['actor_token', 'actor_token_type', ...absent]) {
    if (form.has(name)) throw refused(name);
  }
  const requested = form.get('requested_token_type');
  if (requested !== undefined && requested !== accessTokenType) throw refused('requested_token_type');
}

function readHandleHash(form: Form): string | undefined {
  const hash = form.get('revocation_handle_hash');
  if (hash !== undefined && decodeBase64url(hash)?.length !== 32) throw refused('revocation_handle_hash');
  return hash;
}

async function encryptionKey(form: Form): Promise<CryptoKey | undefined> {
  const text = form.get('encrypt_to');
  if (text === undefined) return undefined;
  const key = await readEncryptionKey(text);
  if (key === undefined) throw refused('encrypt_to');
  return key;
}

function readDetails(text: string | undefined): AskedRole[] {
  let list: unknown;
  try {
    list = parseStrictJson(text ?? '');
  } catch {
    throw detailRefused('authorization_details is not clean JSON');
  }
  if (!Array.isArray(list) || list.length === 0 || list.length > mostDetails)
    throw detailRefused(`authorization_details must be a list of 1 to ${String(mostDetails)}`);
  const details = list.map(readDetail);
  if (new Set(details.map(({ role }) => role)).size !== details.length)
    throw detailRefused('a role stands there twice');
  return details;
}

/** One detail (RFC 9396 §2). `public_key` and `csr` belong to engines that are not built in. */
function readDetail(detail: unknown): AskedRole {
  if (!isObject(detail)) throw detailRefused('an authorization detail is not an object');
  const { type, role, ttl, ...others } = detail;
  if (type !== detailType) throw detailRefused(`type must be ${detailType}`);
  if (Object.keys(others).length > 0) throw detailRefused('an authorization detail has an unknown member');
  if (typeof role !== 'string' || !fullMatch(rolePattern, role))
    throw detailRefused('role is not a role’s name');
  if (ttl === undefined) return { role, ttlSeconds: undefined };
  if (typeof ttl !== 'number' || !Number.isSafeInteger(ttl) || ttl <= 0 || ttl > longestTtlSeconds)
    throw detailRefused('ttl must be a whole number of seconds above zero');
  return { role, ttlSeconds: ttl };
}

function refused(parameter: string): Refusal {
  return new Refusal('invalid_request', `${parameter} is missing or not acceptable`);
}

function detailRefused(message: string): Refusal {
  return new Refusal('invalid_authorization_details', message);
}
