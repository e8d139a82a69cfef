import { randomBytes } from 'node:crypto';
import {
  keyBoundAudience,
  makeProof,
  makeProofKey,
  sha256,
  type ProofKey,
} from '../../../src/protocol/dpop.ts';
import { handleType } from '../../../src/protocol/revocation.ts';
import { detailType, idTokenType, tokenExchange } from '../../../src/protocol/token-exchange.ts';
import type { FakeIssuer, TokenOptions } from '../issuer.ts';
import { publicUrl, type TestBroker } from './test-broker.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
}

export interface AnsweredLease {
  readonly role: string;
  readonly lease_id: string;
  readonly expires_in: number;
  readonly expires_at: string;
  readonly credential_expires_at: string;
  readonly revocability: string;
  readonly policy: { readonly id: string; readonly version: string };
  readonly credentials: readonly Record<string, unknown>[];
  readonly credentials_jwe?: string;
}

/** How one request differs from the usual one. */
export interface BorrowOptions {
  readonly roles?: readonly (string | Record<string, unknown>)[];
  readonly token?: TokenOptions;
  /** The ID token itself, in place of a fresh one. */
  readonly idToken?: string;
  readonly handle?: string;
  /** Form parameters laid over the usual; `undefined` leaves one out. */
  readonly form?: Record<string, string | undefined>;
  readonly request?: RequestOptions;
}

/** How a request differs from what the proof speaks of, and the like. */
export interface RequestOptions {
  readonly headers?: Record<string, string>;
  /** Sent in place of the body that the proof covers. */
  readonly body?: string;
  /** The path that is asked, with a query if any; the proof is for the path alone and for the query. */
  readonly path?: string;
  readonly proof?: string;
  readonly accessToken?: string;
  readonly nonce?: string;
  readonly at?: Date;
  readonly peer?: string;
}

/** A job: its own key, its own handle, and the protocol by hand. */
export class Borrower {
  readonly key: ProofKey;
  readonly handle = randomBytes(32).toString('base64url');
  readonly broker: TestBroker;
  readonly issuer: FakeIssuer;

  constructor(broker: TestBroker, options: { issuer?: FakeIssuer; key?: ProofKey } = {}) {
    this.broker = broker;
    this.issuer = options.issuer ?? broker.github;
    this.key = options.key ?? makeProofKey();
  }

  /** A fresh ID token, bound to our key where the platform allows it. */
  idToken(options: TokenOptions = {}): Promise<string> {
    const audience =
      this.issuer.platform === 'github' ? keyBoundAudience(publicUrl, this.key.thumbprint) : publicUrl;
    return this.issuer.mint({ audience, at: this.broker.world.clock.now(), ...options });
  }

  async borrow(options: BorrowOptions = {}): Promise<Answer> {
    const details = (options.roles ?? ['deploy-prod']).map((role) =>
      typeof role === 'string' ? { type: detailType, role } : role,
    );
    const form = {
      grant_type: tokenExchange,
      subject_token: options.idToken ?? (await this.idToken(options.token)),
      subject_token_type: idTokenType,
      authorization_details: JSON.stringify(details),
      revocation_handle_hash: sha256(options.handle ?? this.handle),
      ...options.form,
    };
    return this.post('/token', form, options.request);
  }

  giveBack(token: string = this.handle, form: Record<string, string> = {}): Promise<Answer> {
    return this.post('/revoke', { token, token_type_hint: handleType, ...form });
  }

  async post(
    path: string,
    form: Record<string, string | undefined>,
    options: RequestOptions = {},
  ): Promise<Answer> {
    const fields = Object.entries(form).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value] as [string, string]],
    );
    const body = new URLSearchParams(fields).toString();
    const target = options.path ?? path;
    const [, query] = target.split('?');
    const proof =
      options.proof ??
      makeProof(this.key, {
        method: 'POST',
        url: publicUrl + path,
        body,
        at: options.at ?? this.broker.world.clock.now(),
        ...(query === undefined ? {} : { query }),
        ...(options.accessToken === undefined ? {} : { accessToken: options.accessToken }),
        ...(options.nonce === undefined ? {} : { nonce: options.nonce }),
      });
    const headers = { 'content-type': 'application/x-www-form-urlencoded', dpop: proof, ...options.headers };
    return this.send(
      new Request(publicUrl + target, { method: 'POST', headers, body: options.body ?? body }),
      options.peer,
    );
  }

  async send(request: Request, peer = '192.0.2.1'): Promise<Answer> {
    const response = await this.broker.handle(request, { peer });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      body: JSON.parse(text) as Record<string, unknown>,
    };
  }
}

export function leasesOf(answer: Answer): AnsweredLease[] {
  return answer.body['authorization_details'] as AnsweredLease[];
}

/** The only lease's only credential. */
export function onlyToken(answer: Answer): string {
  return String(leasesOf(answer)[0]?.credentials[0]?.['token']);
}
