/** An entry of the ledger as main writes it, and how one test's differs. */
import type { Intent, PostSettings } from '../../../src/domain/intent.ts';

export const brokerUrl = 'https://broker.example.com';
export const handle = 'h'.repeat(43);

export function entry(change: Partial<Omit<Intent, 'post'>> & { post?: Partial<PostSettings> } = {}): Intent {
  return {
    version: 1,
    id: '0123456789abcdef',
    provider: 'broker',
    debt: { url: brokerUrl, handle },
    audience: brokerUrl,
    idToken: 'auto',
    leases: [
      { id: 'lse_1', role: 'deploy', expiresAt: '2026-11-20T16:15:00.000Z', revocability: 'immediate' },
    ],
    variables: ['EPHEMERAL_TOKEN'],
    files: [],
    commandFiles: [],
    ...change,
    post: { revoke: true, failOnRevokeError: false, summary: 'always', caCert: '', ...change.post },
  };
}
