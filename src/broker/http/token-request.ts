import { fullMatch } from '../../domain/pattern.ts';
import { decodeBase64url } from '../../protocol/base64url.ts';
import { accessTokenType, idTokenType, jwtType, tokenExchange } from '../../protocol/token-exchange.ts';
import type { AskedRole, Delivery } from '../commands/exchange-order.ts';
import { Refusal } from '../domain/refusal.ts';
import { readDetails } from './authorization-detail.ts';
import { readDelivery, type Sealed } from './delivery.ts';
import type { Form } from './request-limits.ts';

const sessionIdPattern = /ses_[0-9a-f]{1,64}/;

/** POST /token as its form says it (PROTOCOL.md, POST /token). */
export interface TokenRequest {
  readonly idToken: string;
  readonly handleHash: string | undefined;
  /** Ignored, and logged. */
  readonly clientId: string | undefined;
  readonly asks: Asks;
}

export type Asks =
  | ({ readonly kind: 'open' | 'dry-run'; readonly details: readonly AskedRole[] } & Delivery<Sealed>)
  | { readonly kind: 'extend'; readonly sessionId: string };

/** @throws Refusal that names the parameter at fault */
export async function readTokenRequest(form: Form, publicUrls: readonly string[]): Promise<TokenRequest> {
  const grant = form.get('grant_type');
  // RFC 6749 §5.2: what is missing is an invalid request.
  if (grant === undefined || grant === '') throw refused('grant_type');
  if (grant !== tokenExchange)
    throw new Refusal('unsupported_grant_type', `grant_type must be ${tokenExchange}`);
  checkParameters(form, publicUrls);
  const idToken = form.get('subject_token');
  if (idToken === undefined || idToken === '') throw refused('subject_token');
  const type = form.get('subject_token_type');
  if (type !== idTokenType && type !== jwtType) throw refused('subject_token_type');
  return {
    idToken,
    handleHash: readHandleHash(form),
    clientId: form.get('client_id'),
    asks: await readAsks(form),
  };
}

function checkParameters(form: Form, publicUrls: readonly string[]): void {
  if (form.has('scope')) throw new Refusal('invalid_scope', 'there are no scopes; use authorization_details');
  for (const name of ['resource', 'audience']) {
    const value = form.get(name);
    if (value !== undefined && !publicUrls.includes(value))
      throw new Refusal('invalid_target', `${name} is not this broker’s public URL`);
  }
  for (const name of ['actor_token', 'actor_token_type']) {
    if (form.has(name)) throw refused(name);
  }
  const requested = form.get('requested_token_type');
  if (requested !== undefined && requested !== accessTokenType) throw refused('requested_token_type');
}

async function readAsks(form: Form): Promise<Asks> {
  const dryRun = form.get('dry_run') ?? 'false';
  if (dryRun !== 'true' && dryRun !== 'false') throw refused('dry_run');
  const sessionId = form.get('session_id');
  if (sessionId === undefined) {
    const details = readDetails(form.get('authorization_details'));
    const delivery = await readDelivery(form.get('encrypt_to'));
    return { kind: dryRun === 'true' ? 'dry-run' : 'open', details, ...delivery };
  }
  // An extension lends nothing: what would be asked for besides must not be passed over in silence.
  for (const name of ['authorization_details', 'dry_run']) if (form.has(name)) throw refused(name);
  if (!fullMatch(sessionIdPattern, sessionId)) throw refused('session_id');
  return { kind: 'extend', sessionId };
}

function readHandleHash(form: Form): string | undefined {
  const hash = form.get('revocation_handle_hash');
  if (hash !== undefined && decodeBase64url(hash)?.length !== 32) throw refused('revocation_handle_hash');
  return hash;
}

function refused(parameter: string): Refusal {
  return new Refusal('invalid_request', `${parameter} is missing or not acceptable`);
}
