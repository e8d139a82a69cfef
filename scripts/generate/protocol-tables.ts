import { statuses, type RefusalError, type RefusalReason } from '../../src/broker/domain/refusal.ts';
import { code, table } from './markdown.ts';

/** When each error is answered; what is not here does not compile. */
const errors: Readonly<Record<RefusalError, string>> = {
  invalid_dpop_proof: 'the proof is missing, malformed, or not for this request',
  use_dpop_nonce:
    'the proof has no nonce, or an old or used one: sign once more with the one in `DPoP-Nonce`; 401 at resource endpoints',
  invalid_grant: 'the ID token does not hold, or is not bound to the proof’s key',
  authorization_pending:
    'an approval is needed: poll /credentials/deferred with `transaction_id` every `interval` seconds, for at most `expires_in`',
  invalid_request:
    'a parameter is missing, stands there twice, or is not acceptable; the description names it',
  invalid_target: '`resource` or `audience` is not `P`',
  invalid_scope: 'there are no scopes',
  invalid_authorization_details:
    'a detail is not as described above; with `ttl-below-minimum`, `minimum` in seconds',
  unsupported_grant_type: '`grant_type` is another',
  unsupported_token_type: 'at /revoke: ID tokens of this issuer do not tell jobs apart',
  unsupported_protocol_version: 'the broker does not speak this version',
  invalid_client: 'at /introspect and /approvals: the client assertion does not hold',
  invalid_token: 'the access token does not hold',
  access_denied: 'not granted',
  insufficient_scope: 'at resource endpoints: the access token is not for this',
  not_found: 'there is nothing under this address',
  method_not_allowed: '`Allow` names the methods',
  conflict: 'another request is in the way',
  rate_limited: 'too many requests; `Retry-After`',
  server_error: 'a defect of the broker; nothing was granted',
  temporarily_unavailable:
    'a part that the broker cannot do without does not answer, or operators have stopped all lending (`frozen`); `Retry-After`',
};

const reasons: Readonly<Record<RefusalReason, string>> = {
  'proof-time':
    '`iat` is more than 60 s from the broker’s clock: sign once more with the time of the answer’s `Date`',
  'proof-body': '`bh` is missing or not that of the content: something on the way changed it',
  'proof-target': '`htm`, `htu` or `qh` is not this request’s: compare `P`',
  'proof-replayed': 'this proof was seen before: sign anew',
  'token-expired': 'the ID token is past its `exp`',
  'token-too-old': 'the ID token is older than its issuer’s `max_age`',
  'audience-mismatch': 'the ID token is for another audience, or not bound to a key',
  'token-bound-to-other-key': 'the ID token belongs to another key',
  signature: 'the ID token’s signature, algorithm or key is not its issuer’s',
  'issuer-unknown': 'nobody whom this broker believes signed the ID token',
  'ttl-below-minimum': 'the role’s engine cannot lend for so short a time',
  'public-key': 'the role is lent for a public key, and the request has none that its engine takes',
  denied: 'policy or its limits do not grant it, or there is no such role: all look alike',
  'role-in-use': 'another session of this job holds the role',
  'job-closed': 'the platform said that this job has ended',
  'approval-rejected': 'the approver said no',
  'approval-expired': 'nobody approved it in time, or it was not fetched in time',
  superseded: 'a later request took the place of this one, or it was given back before it arrived',
  'idempotency-conflict': 'the handle or `request_id` was used for another request',
  issuer: 'the issuer’s keys cannot be had',
  backend: 'the engine’s backend failed; whatever it did is taken back',
  store: 'the broker’s store does not take a write',
  audit: 'the audit log does not take a line',
  frozen: 'operators have stopped all lending; giving back and heartbeats go on',
};

/** The tables of docs/reference/protocol.md by name. */
export function protocolTables(): Readonly<Record<string, string>> {
  return {
    errors: table(
      ['error', 'HTTP status', 'when'],
      Object.entries(errors).map(([name, when]) => [
        code(name),
        String(statuses[name as RefusalError]),
        when,
      ]),
    ),
    reasons: table(
      ['reason', 'meaning'],
      Object.entries(reasons).map(([name, meaning]) => [code(name), meaning]),
    ),
  };
}

/** Puts each table between its marks. @throws Error for a mark without a table */
export function withTables(text: string, tables: Readonly<Record<string, string>>): string {
  return text.replace(
    /(<!-- generated: ([a-z]+) -->\n)[\s\S]*?(<!-- \/generated -->)/g,
    (_, begin: string, name: string, end: string) => {
      const made = tables[name];
      if (made === undefined) throw new Error(`there is a mark for ${name}, of which nothing is made`);
      return `${begin}\n${made}\n\n${end}`;
    },
  );
}
