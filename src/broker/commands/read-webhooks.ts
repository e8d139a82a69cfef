import { invalid } from '../../domain/yaml-document.ts';
import type { Issuer } from '../domain/issuer.ts';
import type { WebhookEntry } from '../domain/platform-file.ts';
import type { SettingsFile } from '../domain/settings.ts';
import type { Hook } from '../job-events/hook.ts';
import type { JobEvents } from '../job-events/job-event.ts';
import { jobEvents } from '../job-events/registry.ts';
import type { Place } from './named-file.ts';
import { namedIssuer } from './named-issuer.ts';

/** A webhook as broker.yaml has it; its secret is still a reference. */
export type WebhookSettings = Omit<Hook, 'secret'> & { readonly secret: string };

/** The webhooks by which platforms say that jobs have ended. @throws CredsError `input-invalid` */
export function readWebhooks(
  { webhooks = [] }: SettingsFile,
  { document }: Pick<Place, 'document'>,
  issuers: readonly Issuer[],
): { readonly webhooks: readonly WebhookSettings[]; readonly notices: readonly string[] } {
  const read = webhooks.map((entry, index): WebhookSettings => {
    const found = readHook(entry, issuers);
    if (typeof found === 'string') throw invalid([document.problem(['webhooks', index], found)]);
    return found;
  });
  return { webhooks: read, notices: [...new Set(read.flatMap(runLevelNotice))] };
}

function readHook(entry: WebhookEntry, issuers: readonly Issuer[]): WebhookSettings | string {
  const platform = jobEvents.find(({ name }) => name === entry.platform);
  if (platform === undefined)
    return `unknown platform; write one of ${jobEvents.map(({ name }) => name).join(', ')}`;
  const issuer = namedIssuer(entry, issuers);
  if (typeof issuer === 'string') return issuer;
  const scope = readScope(entry, platform);
  return typeof scope === 'string' ? scope : { platform, issuer, secret: entry.secret, scope };
}

function readScope(entry: WebhookEntry, { name, lists }: JobEvents): Hook['scope'] | string {
  const { owners, repositories, projects, namespaces } = entry;
  const written = Object.entries({ owners, repositories, projects, namespaces }).filter(
    ([, values]) => values !== undefined,
  );
  const [only] = written;
  const claim = only === undefined ? undefined : lists[only[0]];
  if (only?.[1] === undefined || claim === undefined || written.length !== 1)
    return `say for whom a hook of ${name} may speak: write ${Object.keys(lists).join(' or ')}, one of them`;
  return { claim, values: only[1] };
}

/** Events name jobs; tokens that name only a run are then closed by none. */
function runLevelNotice({ issuer }: WebhookSettings): string[] {
  return issuer.url.includes('/_services/token')
    ? [
        `${issuer.url}: where its tokens lack check_run_id, the end of a job closes nothing: webhooks are off for them`,
      ]
    : [];
}
