import { MalformedJws, type CompactJws } from '../../protocol/compact-jws.ts';
import { member } from '../../protocol/json.ts';
import type { AdminAccess, Broker, Caller } from '../commands/broker.ts';
import type { Act } from '../commands/operator-act.ts';
import type { AdminOperator, ClientCertificate } from '../domain/operator.ts';
import { Refusal } from '../domain/refusal.ts';
import { parseIdToken, verifyToken } from '../issuers/verify-id-token.ts';

/** RFC 6750 §3. */
const challenge = 'Bearer realm="ephemeral-creds admin"';

/** With what somebody came. */
interface Presented {
  readonly caller: Caller;
  /** That the listener’s authority signed. */
  readonly certificate?: ClientCertificate | undefined;
  /** The Authorization header. */
  readonly authorization: string | null;
}

/**
 * The operator who asks: by the ID token in `Authorization: Bearer` (RFC 6750 §2.1) where there is one, else by his
 * client certificate. One that does not hold is never made up for by the other.
 * @throws Refusal `invalid_token`; `access_denied` for somebody who is nobody here
 */
export async function authenticateOperator(broker: Broker, presented: Presented): Promise<Act> {
  const { caller, certificate, authorization } = presented;
  const access = broker.admin;
  if (access === undefined) throw new Refusal('not_found', 'there is nothing here');
  if (authorization !== null) return byToken(broker, access, { caller, authorization });
  if (certificate === undefined) throw refused('an operator’s client certificate or ID token is needed');
  const { subject, fingerprint } = certificate;
  const operator = access.operators.find(
    ({ knownBy }) =>
      (knownBy.kind === 'subject' && knownBy.subject === subject) ||
      (knownBy.kind === 'fingerprint' && knownBy.fingerprint === fingerprint),
  );
  return act(broker, { caller, operator, credential: { certificate: subject, sha256: fingerprint } });
}

async function byToken(
  broker: Broker,
  { issuer, operators }: AdminAccess,
  { caller, authorization }: { readonly caller: Caller; readonly authorization: string },
): Promise<Act> {
  const [scheme = '', text = '', ...more] = authorization.split(' ');
  if (scheme.toLowerCase() !== 'bearer' || text === '' || more.length > 0)
    throw refused('Authorization must be Bearer and one ID token');
  if (issuer === undefined) throw refused('operators are known by client certificates here');
  const token = await verified(broker, { issuer, caller, text });
  const sub = member(token.claims, 'sub');
  if (typeof sub !== 'string' || sub === '') throw refused('the ID token has no sub');
  const operator = operators.find(
    ({ knownBy }) =>
      knownBy.kind === 'claims' &&
      Object.entries(knownBy.claims).every(([name, wanted]) => holds(member(token.claims, name), wanted)),
  );
  return act(broker, { caller, operator, credential: { issuer: issuer.issuer.url, sub } });
}

/** Verified as ID tokens of jobs are, but that it may be shown again for as long as its issuer allows. */
async function verified(
  broker: Broker,
  {
    issuer,
    caller,
    text,
  }: { readonly issuer: NonNullable<AdminAccess['issuer']>; readonly caller: Caller; readonly text: string },
): Promise<CompactJws> {
  try {
    const token = parseIdToken(text);
    await verifyToken(new Map([[issuer.issuer.url, issuer]]), token, {
      // Of no key: a token that is bound to one is refused here.
      thumbprint: '',
      publicUrl: '',
      now: broker.host.clock.now(),
      purpose: 'borrow',
      passage: caller.passage,
    });
    return token;
  } catch (error) {
    if (error instanceof MalformedJws) throw refused('the ID token is malformed');
    if (error instanceof Refusal && error.error === 'invalid_grant') throw refused(error.message);
    throw error;
  }
}

/** The claim itself, or one in a list of them (`groups`). */
function holds(found: unknown, wanted: string | boolean): boolean {
  return found === wanted || (Array.isArray(found) && typeof wanted === 'string' && found.includes(wanted));
}

/** Somebody who is known to somebody else, and not to us, is worth a line. */
async function act(
  broker: Broker,
  found: Omit<Act, 'operator'> & { readonly operator: AdminOperator | undefined },
): Promise<Act> {
  const { caller, credential, operator } = found;
  if (operator !== undefined) return { caller, credential, operator };
  await broker.auditSampled({
    name: 'operator',
    outcome: 'failure',
    message: 'nobody’s credential at the admin listener',
    alarm: true,
    ...caller,
    detail: { credential },
  });
  throw new Refusal('access_denied', 'this credential is no operator’s', { reason: 'denied' });
}

function refused(message: string): Refusal {
  return new Refusal('invalid_token', message, { challenge });
}
