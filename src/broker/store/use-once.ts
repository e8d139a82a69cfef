import type { Sql } from './database.ts';
import { endSessions } from './end-sessions.ts';
import { refused, type Refused, type TokenUse } from './session-requests.ts';
import type { ProofUse, UsedOnce, UsedProof } from './used-once.ts';

/** A nonce that is found used leaves the proof's number used, and nothing else. */
export async function useProof(sql: Sql, proof: UsedProof): Promise<ProofUse> {
  if (!(await remember(sql, proof))) return 'proof-replayed';
  return proof.nonce === undefined || (await remember(sql, proof.nonce)) ? 'new' : 'nonce-used';
}

/** False when it is there already. */
async function remember(sql: Sql, { key, expiresAt }: UsedOnce): Promise<boolean> {
  const used = await sql.run(
    'INSERT INTO proofs (proof, expires_at) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING proof',
    key,
    expiresAt.getTime(),
  );
  return used.length > 0;
}

interface Presented {
  readonly proof: UsedProof;
  readonly token: TokenUse;
  readonly thumbprint: string;
  readonly now: Date;
}

/** Uses up proof and ID token. Another key's token is a replay: the issuer says what becomes of what it brought. */
export async function usePresented(sql: Sql, presented: Presented): Promise<Refused | undefined> {
  const { proof, token, thumbprint, now } = presented;
  const use = await useProof(sql, proof);
  if (use !== 'new') return refused(use);
  const first = await sql.run(
    'INSERT INTO id_tokens (token, jkt, expires_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING RETURNING token',
    token.key,
    thumbprint,
    token.expiresAt.getTime(),
  );
  if (first.length > 0) return undefined;
  const [row] = await sql.run('SELECT jkt FROM id_tokens WHERE token = $1', token.key);
  if (row?.['jkt'] === thumbprint) return token.singleUse ? refused('token-used') : undefined;
  const derived = { where: 'token_key = $1', values: [token.key] };
  const revoked = token.onReplay === 'revoke' ? await endSessions(sql, derived, now) : [];
  return refused('token-of-other-key', revoked);
}
