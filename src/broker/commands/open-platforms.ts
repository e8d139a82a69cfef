import { invalid } from '../../domain/yaml-document.ts';
import { sameText } from '../job-events/signature.ts';
import type { WriteAudit } from '../domain/audit-event.ts';
import type { BrokerHost } from '../domain/outside.ts';
import { withTimeLimit } from '../domain/time-limit.ts';
import { openForge, type OpenForge } from '../forges/open-forge.ts';
import type { Hook } from '../job-events/hook.ts';
import type { ForgeSettings } from './read-forges.ts';
import { readSecret } from './secret-reference.ts';
import type { Settings } from './settings.ts';

/** Whoever guesses a hook's secret can end any job of its list. */
const shortestSecret = 16;
/** For one question to a platform's API. */
const questionMs = 5000;

/** A platform's API, and what it is asked. */
export interface AskedForge
  extends OpenForge, Pick<ForgeSettings, 'issuer' | 'verifyJobRunning' | 'pollSeconds'> {}

/** The webhooks with their secrets. @throws CredsError `input-invalid` at the field */
export function openWebhooks(settings: Settings, host: BrokerHost): Hook[] {
  const { document, folder, webhooks } = settings;
  const hooks: Hook[] = [];
  for (const [index, hook] of webhooks.entries()) {
    const refuse = (what: string): Error => invalid([document.problem(['webhooks', index, 'secret'], what)]);
    const secret = readSecret(hook.secret, { folder, host }, refuse);
    if (secret.reveal().length < shortestSecret)
      throw refuse(`is shorter than ${String(shortestSecret)} characters; make a random one`);
    const problem = hook.platform.secretProblem(secret);
    if (problem !== undefined) throw refuse(problem);
    // Which hook a delivery is of, is known by its secret alone.
    if (hooks.some((other) => sameText(other.secret.reveal(), secret.reveal())))
      throw refuse('is the secret of another hook; give each its own');
    hooks.push({ ...hook, secret });
  }
  return hooks;
}

/** The platforms' APIs by issuer; none is asked yet. @throws CredsError `input-invalid` at the field */
export function openForges(
  { document, folder, forges }: Settings,
  host: BrokerHost,
  audit: WriteAudit,
): Map<string, AskedForge> {
  return new Map(
    forges.map(({ forge, issuer, token: reference, verifyJobRunning, pollSeconds, ...address }, index) => {
      const refuse = (what: string): Error => invalid([document.problem(['forges', index, 'token'], what)]);
      const token = readSecret(reference, { folder, host }, refuse);
      const open = openForge(forge, { ...address, token }, forgeTools(address.api, host, audit));
      return [issuer.url, { ...open, issuer, verifyJobRunning, pollSeconds }];
    }),
  );
}

function forgeTools(
  api: string,
  { clock, send }: BrokerHost,
  audit: WriteAudit,
): Parameters<typeof openForge>[2] {
  return {
    clock,
    send,
    within: (work) => withTimeLimit(clock, questionMs, work),
    tell: (trouble) => {
      const failed = trouble !== undefined;
      const message = failed ? `${api} gives no answer that counts: ${trouble}` : `${api} answers again`;
      const outcome = failed ? 'failure' : 'success';
      audit([{ name: 'issuer', outcome, message, alarm: failed }]).catch(() => undefined);
    },
  };
}
