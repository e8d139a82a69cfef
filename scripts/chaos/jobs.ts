/** Jobs as they are: most give back, some vanish, some ask twice, and some try to spend a token or proof twice. */
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { keyBoundAudience, makeProof, makeProofKey, sha256, type ProofKey } from '../../src/protocol/dpop.ts';
import { handleType } from '../../src/protocol/revocation.ts';
import { detailType, idTokenType, tokenExchange } from '../../src/protocol/token-exchange.ts';
import type { Random } from './random.ts';
import { publicUrl, type Stage } from './stage.ts';

/** A login that a job was given. */
export interface Loan {
  readonly leaseId: string;
  readonly username: string;
  readonly password: string;
  readonly endsAt: number;
}

/** What the jobs saw. */
export interface Ledger {
  readonly loans: Loan[];
  /** Logins of which a broker said that they are revoked, and when. */
  readonly revoked: Map<string, number>;
  /** Tokens and proofs that several brokers accepted from several hands. */
  readonly doubleSpent: string[];
  attempts: number;
  unanswered: number;
  /** Answers that were no success, by status and error. */
  readonly refusals: Map<string, number>;
}

export function emptyLedger(): Ledger {
  return {
    loans: [],
    revoked: new Map(),
    doubleSpent: [],
    attempts: 0,
    unanswered: 0,
    refusals: new Map(),
  };
}

export interface Crowd {
  readonly stage: Stage;
  readonly ledger: Ledger;
  readonly random: Random;
  /** What a job does with its login. */
  readonly use: (loan: Loan) => void;
}

const requestMs = 20_000;
const mostAttempts = 6;
let jobs = 0;

/** One job from its beginning to its end. */
export async function runJob(crowd: Crowd): Promise<void> {
  const kind = crowd.random.next();
  if (kind < 0.04) return spendProofTwice(crowd);
  if (kind < 0.08) return spendTokenTwice(crowd);
  const key = makeProofKey();
  const handle = randomBytes(32).toString('base64url');
  const claims = { run_id: String(++jobs), check_run_id: String(jobs) };
  const loan = await persist(crowd, key, handle, claims);
  if (loan !== undefined) crowd.use(loan);
  // Whoever was refused gives back, too: a request whose answer was lost may have been granted.
  if (kind < 0.7) await giveBack(crowd, handle, loan);
}

/** As the client does: again at another broker with the same handle, key and details, until there is an answer. */
async function persist(
  crowd: Crowd,
  key: ProofKey,
  handle: string,
  claims: Record<string, string>,
): Promise<Loan | undefined> {
  const { random, stage } = crowd;
  const ttl = random.between(5, 25);
  for (let attempt = 0; attempt < mostAttempts; attempt++) {
    const audience = keyBoundAudience(publicUrl, key.thumbprint);
    const body = form(await stage.github.mint({ audience, claims }), handle, ttl);
    const proof = proofOf(key, '/token', body);
    const answer = await ask(crowd, random.pick(stage.fleet.urls), { path: '/token', body, proof });
    if (answer?.status === 200) return note(crowd, answer);
    if (answer !== undefined && answer.status < 500 && answer.status !== 429) return undefined;
    await sleep(random.between(50, 800));
  }
  return undefined;
}

/** The same octets to every broker at once: one of them may accept the proof. */
async function spendProofTwice(crowd: Crowd): Promise<void> {
  const key = makeProofKey();
  const handle = randomBytes(32).toString('base64url');
  const claims = { run_id: String(++jobs), check_run_id: String(jobs) };
  const audience = keyBoundAudience(publicUrl, key.thumbprint);
  const body = form(await crowd.stage.github.mint({ audience, claims }), handle, 10);
  const proof = proofOf(key, '/token', body);
  const answers = await Promise.all(
    crowd.stage.fleet.urls.map((url) => ask(crowd, url, { path: '/token', body, proof })),
  );
  const granted = answers.flatMap((answer) => (answer?.status === 200 ? [answer] : []));
  for (const answer of granted) note(crowd, answer);
  if (granted.length > 1)
    crowd.ledger.doubleSpent.push(`one proof opened ${String(granted.length)} sessions`);
  await giveBack(crowd, handle, undefined);
}

/** One ID token that is bound by its first use, in two hands at two brokers at once. */
async function spendTokenTwice(crowd: Crowd): Promise<void> {
  const idToken = await crowd.stage.gitlab.mint({
    audience: publicUrl,
    claims: { job_id: String(++jobs), ref_protected: 'true' },
  });
  const hands = await Promise.all(
    crowd.stage.fleet.urls.map(async (url) => {
      const handle = randomBytes(32).toString('base64url');
      const body = form(idToken, handle, 10);
      const proof = proofOf(makeProofKey(), '/token', body);
      const answer = await ask(crowd, url, { path: '/token', body, proof });
      return { handle, answer };
    }),
  );
  const granted = hands.flatMap(({ answer }) => (answer?.status === 200 ? [answer] : []));
  for (const answer of granted) note(crowd, answer);
  if (granted.length > 1) crowd.ledger.doubleSpent.push(`one ID token served ${String(granted.length)} keys`);
  for (const { handle } of hands) await giveBack(crowd, handle, undefined);
}

async function giveBack(crowd: Crowd, handle: string, loan: Loan | undefined): Promise<void> {
  const { random, stage, ledger } = crowd;
  await sleep(random.between(0, 1500));
  const body = new URLSearchParams({ token: handle, token_type_hint: handleType }).toString();
  for (let attempt = 0; attempt < mostAttempts; attempt++) {
    const answer = await ask(crowd, random.pick(stage.fleet.urls), { path: '/revoke', body });
    if (answer?.status === 200) {
      const leases = answer.body['leases'] as readonly {
        readonly lease_id: string;
        readonly state: string;
      }[];
      const over = leases.some(({ lease_id: id, state }) => id === loan?.leaseId && state === 'revoked');
      if (loan !== undefined && over) ledger.revoked.set(loan.username, Date.now());
      return;
    }
    await sleep(random.between(100, 1000));
  }
}

function form(idToken: string, handle: string, ttl: number): string {
  return new URLSearchParams({
    grant_type: tokenExchange,
    subject_token: idToken,
    subject_token_type: idTokenType,
    authorization_details: JSON.stringify([{ type: detailType, role: 'app', ttl }]),
    revocation_handle_hash: sha256(handle),
  }).toString();
}

function proofOf(key: ProofKey, path: string, body: string): string {
  return makeProof(key, { method: 'POST', url: publicUrl + path, body, at: new Date() });
}

interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

interface Asked {
  readonly path: string;
  readonly body: string;
  readonly proof?: string;
}

/** Undefined: there was no answer. */
async function ask(
  { ledger }: Crowd,
  url: string,
  { path, body, proof }: Asked,
): Promise<Answer | undefined> {
  const headers = {
    'content-type': 'application/x-www-form-urlencoded',
    ...(proof !== undefined && { dpop: proof }),
  };
  const signal = AbortSignal.timeout(requestMs);
  ledger.attempts += 1;
  try {
    const response = await fetch(url + path, { method: 'POST', headers, body, signal });
    const answer = { status: response.status, body: (await response.json()) as Record<string, unknown> };
    if (answer.status !== 200) {
      const { error, reason } = answer.body as { readonly error?: string; readonly reason?: string };
      const what = `${path} ${String(answer.status)} ${error ?? ''} ${reason ?? ''}`.trimEnd();
      ledger.refusals.set(what, (ledger.refusals.get(what) ?? 0) + 1);
    }
    return answer;
  } catch {
    ledger.unanswered += 1;
    return undefined;
  }
}

function note({ ledger }: Crowd, { body }: Answer): Loan {
  const [detail] = body['authorization_details'] as readonly {
    readonly lease_id: string;
    readonly expires_at: string;
    readonly credentials: readonly { readonly username: string; readonly password: string }[];
  }[];
  const [credential] = detail?.credentials ?? [];
  if (detail === undefined || credential === undefined) throw new Error('an answer without a credential');
  const loan: Loan = {
    leaseId: detail.lease_id,
    username: credential.username,
    password: credential.password,
    endsAt: Date.parse(detail.expires_at),
  };
  ledger.loans.push(loan);
  return loan;
}
