// https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow#third-case-access-token-request-with-a-federated-credential
import { CredsError, type ErrorCode } from '../domain/errors.ts';
import type { HttpAnswer } from '../domain/host.ts';
import { fullMatch } from '../domain/pattern.ts';
import { asksToRetry, isJson, retryAfterSeconds } from './http.ts';
import { isObject, member, parseStrictJson } from './json.ts';

/** What Microsoft Entra ID is asked for. */
export interface AssertedClient {
  readonly clientId: string;
  readonly scope: string;
  readonly idToken: string;
}

/** The request's form body: the ID token is the client's assertion, in place of a secret. */
export function assertionForm({ clientId, scope, idToken }: AssertedClient): string {
  return new URLSearchParams({
    client_id: clientId,
    scope,
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: idToken,
    grant_type: 'client_credentials',
  }).toString();
}

interface Meaning {
  readonly code: ErrorCode;
  readonly text: string;
  readonly hint: string;
  readonly freshIdToken?: true;
}

const page = 'docs/how-to/azure-without-a-broker.md';

const noCredential: Meaning = {
  code: 'identity-refused',
  text: 'no federated credential of this client fits the ID token',
  hint: `Compare issuer, subject and audience of the client’s federated credentials with the claims in the log and with the input \`audience\`, letter by letter; ${page}. One that was made just now takes minutes to count.`,
};
const subject: Meaning = {
  ...noCredential,
  text: 'no federated credential of this client has the ID token’s subject',
  hint: `Make one whose subject is the ID token’s, letter by letter, capital letters too (it has the environment, branch or tag of this run); ${page}. One that was made just now takes minutes to count.`,
};
const noClient: Meaning = {
  code: 'request-refused',
  text: 'the tenant has no such client',
  hint: 'Compare `client-id` in `params` with the application (client) id, which is not the object id, and `tenant-id` with the directory in which it is.',
};
const noTenant: Meaning = {
  code: 'request-refused',
  text: 'there is no such tenant in this cloud',
  hint: 'Compare `tenant-id` in `params` with the directory id, and `cloud` with the cloud in which it is.',
};
const noResource: Meaning = {
  code: 'request-refused',
  text: 'the tenant knows no such resource',
  hint: 'Correct the input `role`: the resource’s URI and `/.default`. Some resources have to be registered in the tenant first.',
};
const noScope: Meaning = {
  code: 'request-refused',
  text: 'this is no scope for a client of its own',
  hint: 'Write the resource’s URI and `/.default` as `role`, as in https://vault.azure.net/.default; what the client may do there its roles decide.',
};
const unsigned: Meaning = {
  code: 'identity-refused',
  text: 'the ID token’s signature does not verify',
  hint: `Compare the issuer of the federated credential with this platform: its keys must be reachable from the internet; ${page}.`,
};

/** https://learn.microsoft.com/entra/identity-platform/reference-error-codes, AADSTS and the number. */
const meanings: Readonly<Record<string, Meaning>> = {
  '70021': noCredential,
  '700211': {
    ...noCredential,
    text: 'no federated credential of this client has the ID token’s issuer',
    hint: `Compare the issuer of the client’s federated credentials with this platform: no slash at the end that is not in the token; ${page}.`,
  },
  '700212': {
    ...noCredential,
    code: 'audience-mismatch',
    text: 'no federated credential of this client has the ID token’s audience',
    hint: 'Set the audience of the federated credential to what the log says above, or the input `audience` to that of the credential. Each cloud has a default of its own.',
  },
  '700213': subject,
  '7002138': {
    ...subject,
    text: 'the federated credential’s subject has other capital letters than the ID token',
  },
  '7002137': subject,
  '70025': { ...noCredential, text: 'this client has no federated credential' },
  '700024': {
    code: 'identity-refused',
    text: 'the ID token has expired, or is not valid yet',
    hint: 'Borrow right before the token is needed. If it was minted just now, the runner’s platform and Microsoft disagree about the time.',
    freshIdToken: true,
  },
  '700027': unsigned,
  '50013': unsigned,
  '5000811': unsigned,
  '700016': noClient,
  '7000229': {
    code: 'policy-denied',
    text: 'the client has no service principal in this tenant',
    hint: 'az ad sp create --id <client id>',
  },
  '7000112': {
    code: 'policy-denied',
    text: 'the client is disabled',
    hint: 'Enable the enterprise application in the tenant.',
  },
  '7000215': {
    ...noClient,
    text: 'the client was not recognised by its ID token',
  },
  '90002': noTenant,
  '900023': noTenant,
  '900021': noTenant,
  '500011': noResource,
  '500014': { ...noResource, code: 'policy-denied', text: 'the resource is disabled in this tenant' },
  '650057': noResource,
  '70011': noScope,
  '1002012': noScope,
  '501051': {
    code: 'policy-denied',
    text: 'the client is not assigned to a role of the resource',
    hint: 'Assign an app role of the resource to the client.',
  },
  '53003': {
    code: 'policy-denied',
    text: 'a Conditional Access policy forbids it',
    hint: 'Look at the sign-in log of the service principal; runners of GitHub have no fixed addresses.',
  },
};

/** https://www.rfc-editor.org/rfc/rfc6749#section-5.2, where no number says more. */
const errors: Readonly<Record<string, Meaning>> = {
  invalid_client: noCredential,
  unauthorized_client: noClient,
  invalid_scope: noScope,
  invalid_resource: noResource,
  invalid_grant: noCredential,
};

/**
 * Turns an answer that is not 200 into an error of ours. Of Microsoft's words only known numbers and names of errors,
 * and the id of the request, are used.
 */
export function entraRefusal(answer: HttpAnswer, host: string, now: Date): CredsError {
  const { numbers, error, requestId } = problemIn(answer);
  const known = requestId === undefined ? {} : { requestId };
  const status = String(answer.status);
  if (asksToRetry(answer.status) || error === 'temporarily_unavailable') {
    const wait = retryAfterSeconds(answer, now);
    return new CredsError('busy', `${host} answered ${status}.`, { ...known, retryAfterSeconds: wait });
  }
  if (error === undefined)
    return new CredsError(
      'answer-invalid',
      `${host} answered ${status} and not as Microsoft Entra ID does.`,
      known,
    );
  const number = numbers.find((each) => Object.hasOwn(meanings, each)) ?? numbers[0];
  const told = number === undefined ? error : `AADSTS${number}`;
  const meaning = (number === undefined ? undefined : own(meanings, number)) ?? own(errors, error);
  if (meaning === undefined) {
    const hint = `Look ${number === undefined ? 'the request id' : told} up at https://login.microsoftonline.com/error, and compare \`params\` with ${page}.`;
    const name = number === undefined ? '' : ` (${told})`;
    return new CredsError('request-refused', `${host} answered ${status} and not with a token${name}.`, {
      ...known,
      hint,
      nothingIssued: true,
    });
  }
  const { code, text, hint, freshIdToken = false } = meaning;
  const details = { ...known, hint, freshIdToken, nothingIssued: true };
  const name = number === undefined ? '' : ` (${told})`;
  return new CredsError(code, `${host} refused: ${text}${name}.`, details);
}

function own<T>(table: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

interface Problem {
  /** Of AADSTS. */
  readonly numbers: readonly string[];
  readonly error: string | undefined;
  readonly requestId: string | undefined;
}

function problemIn(answer: HttpAnswer): Problem {
  const body = bodyOf(answer);
  const numbers = member(body, 'error_codes');
  const error = member(body, 'error');
  const id = member(body, 'trace_id') ?? answer.headers['x-ms-request-id'];
  return {
    numbers: (Array.isArray(numbers) ? (numbers as unknown[]) : []).flatMap((each) =>
      typeof each === 'number' && Number.isSafeInteger(each) && each > 0 ? [String(each)] : [],
    ),
    error: typeof error === 'string' ? error : undefined,
    requestId: typeof id === 'string' && fullMatch(/[0-9a-fA-F-]{36}/, id) ? id : undefined,
  };
}

function bodyOf(answer: HttpAnswer): Record<string, unknown> {
  try {
    const body = isJson(answer) ? parseStrictJson(answer.body) : undefined;
    return isObject(body) ? body : {};
  } catch {
    return {};
  }
}
