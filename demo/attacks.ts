import { makeProof, makeProofKey, keyBoundAudience, sha256 } from '../src/protocol/dpop.ts';
import { tokenExchange, idTokenType } from '../src/protocol/token-exchange.ts';
import { heading, must, narrate } from './narration.ts';
import { forward } from './relay.ts';
import type { Stage } from './stage.ts';

/** An ID token leaks (a log, a proxy, another step): whoever finds it lacks the key that it is bound to. */
export async function stolenIdToken(stage: Stage): Promise<void> {
  heading('Attack 1: a stolen ID token, with another key');
  const owner = makeProofKey();
  const audience = keyBoundAudience(stage.relay.url, owner.thumbprint);
  const idToken = await stage.issuer.mint({ audience, claims: { run_id: '1' } });
  const thief = makeProofKey();
  const body = new URLSearchParams({
    grant_type: tokenExchange,
    subject_token: idToken,
    subject_token_type: idTokenType,
    authorization_details: JSON.stringify([{ type: 'ephemeral_credential', role: 'deploy' }]),
    revocation_handle_hash: sha256('h'.repeat(43)),
  }).toString();
  const url = `${stage.relay.url}/token`;
  const dpop = makeProof(thief, { method: 'POST', url, body, at: new Date() });
  const headers = { 'content-type': 'application/x-www-form-urlencoded', dpop };
  refused(await forward(url, { method: 'POST', headers, body }), 400, 'the stolen ID token is useless');
}

/** Someone on the way has recorded the whole request, proof and all, and sends it again. */
export async function replayedRequest(stage: Stage): Promise<void> {
  heading('Attack 2: the recorded request, sent once more');
  const recorded = stage.relay.passed.find(({ path, status }) => path === '/token' && status === 200);
  if (recorded === undefined) throw new Error('nothing was recorded');
  const { headers, body } = recorded;
  refused(
    await forward(`${stage.relay.url}/token`, { method: 'POST', headers, body }),
    400,
    'the replay is refused',
  );
}

function refused(answer: { status: number; text: string }, status: number, what: string): void {
  const { error, reason } = JSON.parse(answer.text) as { error?: string; reason?: string };
  narrate(`The broker answers ${String(answer.status)} ${error ?? ''} (${reason ?? 'no reason told'}).`);
  must(answer.status === status && error !== undefined, what);
}
