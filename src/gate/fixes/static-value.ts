import type { Binding, Job, PipelineFile, Step } from '../files/file.ts';
import type { Judged } from '../rules/rule.ts';
import { NotSure } from './change.ts';
import type { Fix, Proposal, Rewrite, Wish } from './fix.ts';
import { eventsOf } from './job-events.ts';
import { lendTo, ofBroker } from './lend.ts';
import { textGiven, wholeSecret } from './places.ts';
import { roleName, stemOf } from './role-name.ts';
import { grant } from './token-scopes.ts';

/** Registries’ tokens and passwords: no engine makes them, and one step each needs them. */
const kinds = ['EO104', 'EO105'];

/** The same value, lent by the broker to the one step that takes it: counted, limited, and changed in one place. */
export const staticValue: Fix = {
  name: 'static-value',
  what: 'A registry’s token or password that one step takes, in `env` or an input, is lent by the broker to that step.',
  platform: 'github-actions',
  find: (file, { judged, wish }) =>
    wish.to === 'platform'
      ? []
      : file.jobs.flatMap((job) =>
          job.steps.flatMap((step) => [
            ...proposals({ file, job, step, part: 'env' }, step.variables, { judged, wish }),
            ...proposals({ file, job, step, part: 'with' }, step.inputs, { judged, wish }),
          ]),
        ),
};

interface Place {
  readonly file: PipelineFile;
  readonly job: Job;
  readonly step: Step;
  readonly part: 'env' | 'with';
}

function proposals(
  place: Place,
  bindings: readonly Binding[],
  { judged, wish }: { readonly judged: readonly Judged[]; readonly wish: Wish },
): Proposal[] {
  return bindings.flatMap((bound) => {
    const secret = wholeSecret(bound);
    const rule = judged.find(
      ({ use: { span } }) => bound.text.span.start <= span.start && span.end <= bound.text.span.end,
    )?.rule;
    if (secret === undefined || rule === undefined || !kinds.includes(rule.id)) return [];
    const { job, step } = place;
    return [{ job, step, secrets: [secret], make: () => rewrite(place, { bound, secret }, wish) }];
  });
}

function rewrite(
  { file, job, step, part }: Place,
  { bound, secret }: { readonly bound: Binding; readonly secret: string },
  wish: Wish,
): Rewrite {
  const events = eventsOf(file, job, step, wish);
  if ((textGiven(step.inputs, 'username') ?? '').startsWith('_json_key'))
    throw new NotSure('it is the key of a service account: use `--to platform` for it');
  const role = roleName(wish, job, stemOf(secret, /TOKEN|PASSWORD|PASS|SECRET|KEY/));
  const { id, changes, borrower } = lendTo(job, step, { wish, wanted: 'lent', inputs: ofBroker(wish, role) });
  const settings = {
    engine: 'static',
    kind: 'bearer-token',
    value: `secret:${role}`,
    ttl: { default: '5m', max: '15m' },
  };
  return {
    events,
    changes: [
      ...changes,
      { do: 'set', path: [...borrower, part, bound.name], value: `\${{ steps.${id}.outputs.token }}` },
      ...grant(file, job, { 'id-token': 'write' }),
    ],
    lends: { role, access: 'write', settings, secret: { name: role, of: secret } },
    reads: [],
    before: [
      `Make a new value in place of \`${secret}\` where that was made, and give it to the broker: \`ephemeral-creds secret put ${role} --reason 'in place of ${secret}'\`.`,
    ],
  };
}
