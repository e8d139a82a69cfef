import { Refusal } from '../domain/refusal.ts';
import type { Form } from './request-limits.ts';

const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/** The assertion of a caller with private_key_jwt (RFC 7523 §2.2). @throws Refusal `invalid_client` */
export function readAssertion(form: Form): string {
  const assertion = form.get('client_assertion');
  if (form.get('client_assertion_type') !== assertionType || assertion === undefined)
    throw new Refusal('invalid_client', 'a client_assertion is needed (private_key_jwt)');
  return assertion;
}
